"""The command `trigdsl`."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence

from trigdsl.interfaces import options
from trigdsl.interfaces.files import InputError, WrongUseError, reason


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0 fine, 1 the rules or events have errors, 2 wrong use, 3 it differs."""
    if sys.stdout is None or sys.stderr is None:
        return 1  # nobody could read what is said, not even that
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser, known = options.arguments()
    given = sys.argv[1:] if arguments is None else [*arguments]
    asked = argparse.Namespace()
    try:
        if not given:
            parser.print_help(sys.stderr)
            return 2
        _check_command(given[0], known, parser)
        asked = parser.parse_args(given)
        command: Callable[[argparse.Namespace], int] = asked.command
        code = command(asked)
        sys.stdout.flush()
    except InputError as error:
        print(f"trigdsl: {_told(error, asked)}", file=sys.stderr)
        return 2 if isinstance(error, WrongUseError) else 1
    except BrokenPipeError:
        return _no_output("the output was closed")
    except OSError as error:
        return _no_output(f"the output cannot be written: {reason(error)}")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return code


def _check_command(name: str, known: Iterable[str], parser: argparse.ArgumentParser) -> None:
    """Say which command was meant by one that there is not, where argparse would list all."""
    if not name.startswith("-") and name not in known:
        from trigdsl.spelling import did_you_mean

        parser.error(
            f"there is no command `{name}`: {did_you_mean(name, known) or '`trigdsl --help` lists them'}"
        )


def _told(error: InputError, asked: argparse.Namespace) -> str:
    """Return what is wrong in the language of whoever asked, where the command answers in several."""
    if not hasattr(asked, "language"):
        return str(error)
    from trigdsl.interfaces import speaking
    from trigdsl.sentences import Sentences

    rules = getattr(asked, "rules", getattr(asked, "paths", ()))
    # What stands in back quotes here is what somebody typed, and no piece of a rule.
    said = Sentences.of(speaking.of_paths(asked.language, rules)).told(str(error))
    return said or str(error)


def _no_output(what: str) -> int:
    """Say that output was lost, and leave nothing behind that Python would flush at its end."""
    print(f"trigdsl: {what} before everything was written", file=sys.stderr)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 1
