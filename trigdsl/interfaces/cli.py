"""The command `trigdsl`."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from trigdsl.interfaces.files import InputError, WrongUseError, reason
from trigdsl.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0 fine, 1 the rules or events have errors, 2 wrong use, 3 it differs."""
    if sys.stdout is None or sys.stderr is None:
        return 1  # nobody could read what is said, not even that
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser, known = _arguments()
    given = sys.argv[1:] if arguments is None else [*arguments]
    try:
        if not given:
            parser.print_help(sys.stderr)
            return 2
        _check_command(given[0], known, parser)
        options = parser.parse_args(given)
        command: Callable[[argparse.Namespace], int] = options.command
        code = command(options)
        sys.stdout.flush()
    except InputError as error:
        print(f"trigdsl: {error}", file=sys.stderr)
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


def _no_output(what: str) -> int:
    """Say that output was lost, and leave nothing behind that Python would flush at its end."""
    print(f"trigdsl: {what} before everything was written", file=sys.stderr)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 1


Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""Adds a command: its name, what it runs, and what it is for."""


def _arguments() -> tuple[argparse.ArgumentParser, Iterable[str]]:
    """Return what reads the arguments, and the names of the commands."""
    parser = argparse.ArgumentParser(prog="trigdsl", description="Help desk triggers in plain English.")
    parser.add_argument("--version", action="version", version=f"trigdsl {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about[:1].upper() + about[1:] + ".")
        added.set_defaults(command=run)
        return added

    for options in (
        _run_options,
        _profile_options,
        _replay_options,
        _why_options,
        _check_options,
        _test_options,
        _explain_options,
        _format_options,
        _list_options,
        _doc_options,
        _import_options,
        _export_options,
        _conformance_options,
        _demo_options,
    ):
        options(command)
    return parser, commands.choices


def _run_options(command: Command) -> None:
    run = command("run", _run, "run rules on a stream of ticket events")
    _rules(run)
    run.add_argument(
        "--events", required=True, metavar="FILE", help="the events, one a line; - is standard input"
    )
    run.add_argument("--directory", metavar="FILE", help="people, groups and organizations, as JSON")
    run.add_argument("--tickets", metavar="FILE", help="states of tickets to start from, one a line")
    run.add_argument("--save-tickets", metavar="FILE", help="write the states of all tickets here at the end")
    run.add_argument("--rejects", metavar="FILE", help="keep refused lines here, each with its reason")
    run.add_argument("--json", action="store_true", help="print one object for each event")
    run.add_argument(
        "--compare", action="store_true", help="say where audits differ from what the account's triggers did"
    )
    run.add_argument("--trace", action="store_true", help="say why each trigger fired or did not")
    run.add_argument("--strict", action="store_true", help="stop at the first refused line")
    run.add_argument(
        "--jobs", type=_count, default=1, metavar="N", help="share the tickets among N processes"
    )
    run.add_argument(
        "--remember",
        type=_count,
        default=100,
        metavar="N",
        help="how many events and comments of each ticket are remembered (100)",
    )
    run.add_argument(
        "--single-pass", action="store_true", help="do not start again from the top after a firing"
    )


def _profile_options(command: Command) -> None:
    profile = command(
        "profile", _profile, "say which triggers cost most on a stream, fire most, or never fire"
    )
    _rules(profile)
    profile.add_argument(
        "--events", required=True, metavar="FILE", help="the events, one a line; - is standard input"
    )
    profile.add_argument("--directory", metavar="FILE", help="people, groups and organizations, as JSON")
    profile.add_argument("--tickets", metavar="FILE", help="states of tickets to start from, one a line")
    profile.add_argument("--json", action="store_true", help="print one object, with everything in it")
    profile.add_argument("--top", type=_count, default=10, metavar="N", help="name so many of each (10)")
    profile.add_argument(
        "--single-pass", action="store_true", help="do not start again from the top after a firing"
    )


def _replay_options(command: Command) -> None:
    replay = command(
        "replay", _replay, "run two versions of rules on a stream, and say what would have been otherwise"
    )
    for name, about in (("old", "the rules as they are"), ("new", "the rules as they shall be")):
        what = f"{about}: a file, a folder, or a library's name"
        replay.add_argument(name, metavar=name.upper(), help=what)
    _no_cache(replay)
    replay.add_argument(
        "--events", required=True, metavar="FILE", help="the events, one a line; - is standard input"
    )
    replay.add_argument("--directory", metavar="FILE", help="people, groups and organizations, as JSON")
    replay.add_argument("--tickets", metavar="FILE", help="states of tickets to start from, one a line")
    replay.add_argument("--rejects", metavar="FILE", help="keep refused lines here, each with its reason")
    forms = replay.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one object, with everything in it")
    forms.add_argument("--markdown", action="store_true", help="print a comment for a review")
    replay.add_argument("--exit-code", action="store_true", help="exit with 3 when the versions differ")
    replay.add_argument("--strict", action="store_true", help="stop at the first refused line")
    replay.add_argument(
        "--examples", type=_count, default=3, metavar="N", help="show so many examples of each kind (3)"
    )
    replay.add_argument("--top", type=_count, default=20, metavar="N", help="name so many triggers (20)")
    replay.add_argument(
        "--remember",
        type=_count,
        default=100,
        metavar="N",
        help="how many events and comments of each ticket are remembered (100)",
    )
    replay.add_argument(
        "--single-pass", action="store_true", help="do not start again from the top after a firing"
    )


def _why_options(command: Command) -> None:
    why = command(
        "why", _why, "say why triggers fired on one event or did not, and what would have made them"
    )
    _rules(why)
    why.add_argument(
        "--events", required=True, metavar="FILE", help="the events, one a line; - is standard input"
    )
    why.add_argument("--event", required=True, metavar="ID", help="the id of the event that is asked about")
    why.add_argument("--ticket", metavar="ID", help="its ticket, where several have an event of that id")
    why.add_argument(
        "--trigger",
        action="append",
        default=[],
        metavar="TITLE",
        help="ask of this trigger alone; may be repeated",
    )
    why.add_argument(
        "--field", metavar="PATH", help="say who wrote this field, in which order: ticket.status"
    )
    why.add_argument("--directory", metavar="FILE", help="people, groups and organizations, as JSON")
    why.add_argument("--tickets", metavar="FILE", help="states of tickets to start from, one a line")
    why.add_argument("--json", action="store_true", help="print one object, with changes as JSON patches")
    why.add_argument(
        "--single-pass", action="store_true", help="do not start again from the top after a firing"
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 on")
    return int(text)


def _check_options(command: Command) -> None:
    check = command("check", _check, "say what is wrong with rules")
    _rules(check)
    check.add_argument("--directory", metavar="FILE", help="check the names of people and groups as well")
    check.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="CODE",
        help="say nothing of this warning; may be repeated",
    )
    check.add_argument(
        "--fix", action="store_true", help="make the changes that cannot be wrong, and show them"
    )
    forms = check.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one object for each mistake")
    forms.add_argument("--lines", action="store_true", help="print one line for each mistake, for editors")
    forms.add_argument("--sarif", action="store_true", help="print a SARIF log, for code hosts")


def _test_options(command: Command) -> None:
    test = command("test", _test, "run the tests that stand in rules")
    test.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="rule files or folders; without one, this folder",
    )
    test.add_argument("--run", metavar="PATTERN", help="only tests with such a title")
    test.add_argument("--directory", metavar="FILE", help="people, groups and organizations, as JSON")
    test.add_argument("--json", action="store_true", help="print one object for each test")
    test.add_argument(
        "--junit", metavar="FILE", help="write the results here as JUnit XML, for build servers"
    )
    test.add_argument("--coverage", action="store_true", help="say which conditions no test has shown")
    test.add_argument(
        "--html", metavar="FILE", help="write the coverage here as a page with the rules coloured"
    )
    test.add_argument(
        "--mutate",
        action="store_true",
        help="change the rules one small thing at a time; show what no test notices",
    )
    _no_cache(test)


def _explain_options(command: Command) -> None:
    explained = command("explain", _explain, "explain a mistake or warning, with an example")
    explained.add_argument("code", nargs="?", metavar="CODE", help="its code; without one all are listed")


def _format_options(command: Command) -> None:
    formatted = command("format", _format, "write rules in the one canonical layout")
    formatted.add_argument(
        "paths", nargs="+", metavar="FILE", help="rule files or folders; - is standard input"
    )
    formatted.add_argument(
        "--check", action="store_true", help="change nothing; exit with 1 if something would change"
    )
    formatted.add_argument("--diff", action="store_true", help="change nothing; show what would change")


def _list_options(command: Command) -> None:
    listed = command("list", _list, "list triggers in their order, with what each reads and writes")
    _rules(listed)
    listed.add_argument("--json", action="store_true", help="print one object for each trigger")
    listed.add_argument(
        "--language", metavar="CODE", help="show the libraries' titles in another language (fr)"
    )


def _doc_options(command: Command) -> None:
    doc = command("doc", _doc, "write a page about rules, from the comments above them")
    doc.add_argument(
        "rules",
        nargs="*",
        metavar="RULES",
        help="rule files, folders, or a library's name; without one it is about the standard library",
    )


def _import_options(command: Command) -> None:
    importing = command("import", _import, "write the triggers of another help desk as rules")
    importing.add_argument("system", choices=["zendesk"], help="whose triggers they are")
    importing.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="answers of its API, or folders of them: triggers, and what gives names to ids (groups, users, fields …)",
    )
    importing.add_argument("-o", "--output", required=True, metavar="FOLDER", help="write the rules here")
    importing.add_argument("--replace", action="store_true", help="write over files that are there")
    importing.add_argument("--json", action="store_true", help="print one object that says what was done")


def _export_options(command: Command) -> None:
    exporting = command("export", _export, "write rules as triggers of another help desk")
    exporting.add_argument("system", choices=["zendesk"], help="whose triggers they become")
    _rules(exporting)
    exporting.add_argument("-o", "--output", metavar="FILE", help="write the triggers here")
    exporting.add_argument(
        "--names", metavar="FILE", help="the ids behind names; else `names.json` beside the rules"
    )
    exporting.add_argument("--directory", metavar="FILE", help="people, groups and organizations, as JSON")
    exporting.add_argument(
        "--split",
        action="store_true",
        help="make several triggers, with tags, of what it cannot hold in one",
    )


def _conformance_options(command: Command) -> None:
    conformance = command("conformance", _conformance, "run the cases that say what the language means")
    conformance.add_argument(
        "files", nargs="*", metavar="FILE", help="files of cases; without one all are run"
    )
    conformance.add_argument("--oracle", action="store_true", help="ask the second evaluator, not the engine")
    conformance.add_argument("--run", default="*", metavar="PATTERN", help="only cases with such an id")


def _demo_options(command: Command) -> None:
    demo = command("demo", _demo, "run the built-in rules on built-in events")
    demo.add_argument("--json", action="store_true", help="print one object for each event")


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules", nargs="+", metavar="RULES", help="rule files, folders, or a library's name (zendesk)"
    )
    _no_cache(parser)


def _no_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-cache", action="store_true", help="check the rules anew, and keep nothing for the next start"
    )


# Each command imports what it needs when it runs, so that `--version` and `--help` answer at once.


def _load(
    paths: Sequence[str], directory: str | None, *, cached: bool, err: IO[str], warned: bool = True
) -> tuple[Any, Any]:
    from trigdsl.diagnostics import render
    from trigdsl.interfaces import loading, running

    people = None if directory is None else running.read_people(directory)
    loaded = loading.load(loading.Request(paths, people, cached=cached))
    for diagnostic in loaded.diagnostics if warned or loaded.ruleset is None else ():
        print(render(diagnostic), file=err)
    return loaded.ruleset, people


def _run(options: argparse.Namespace) -> int:
    from trigdsl.engine.search import Mode
    from trigdsl.interfaces import running

    if options.compare and (options.trace or options.save_tickets or options.jobs > 1):
        raise WrongUseError(
            "--compare tells what differs alone: leave --trace, --save-tickets and --jobs out"
        )

    request = running.Request(
        options.events,
        options.directory,
        options.tickets,
        options.save_tickets,
        options.rejects,
        options.json,
        options.strict,
        options.trace,
        Mode.SINGLE_PASS if options.single_pass else Mode.RESTART,
        options.jobs,
        options.remember,
    )
    ruleset, people = _load(options.rules, options.directory, cached=not options.no_cache, err=sys.stderr)
    if ruleset is None:
        return 1
    if not ruleset.triggers:
        print("trigdsl: there is no trigger in these rules, so nothing can fire", file=sys.stderr)
        return 1
    if options.compare:
        from trigdsl.interfaces import comparing

        return comparing.run(ruleset, request, people, sys.stdout, sys.stderr)
    return running.run(ruleset, request, people, sys.stdout, sys.stderr)


def _profile(options: argparse.Namespace) -> int:
    from trigdsl.engine.search import Mode
    from trigdsl.interfaces import profile_report

    request = profile_report.Request(
        options.events,
        options.directory,
        options.tickets,
        options.json,
        Mode.SINGLE_PASS if options.single_pass else Mode.RESTART,
        options.top,
    )
    ruleset, people = _load(options.rules, options.directory, cached=not options.no_cache, err=sys.stderr)
    if ruleset is None:
        return 1
    return profile_report.run(ruleset, request, people, sys.stdout, sys.stderr)


def _replay(options: argparse.Namespace) -> int:
    from trigdsl.engine.search import Mode
    from trigdsl.interfaces import replaying

    request = replaying.Request(
        options.old,
        options.new,
        options.events,
        options.directory,
        options.tickets,
        options.rejects,
        "json" if options.json else "markdown" if options.markdown else "text",
        options.exit_code,
        options.strict,
        Mode.SINGLE_PASS if options.single_pass else Mode.RESTART,
        options.remember,
        options.examples,
        options.top,
    )
    cached = not options.no_cache
    # Of what is being replaced warnings help nobody.
    old, people = _load([options.old], options.directory, cached=cached, err=sys.stderr, warned=False)
    new, _ = _load([options.new], options.directory, cached=cached, err=sys.stderr)
    if old is None or new is None:
        return 1
    return replaying.run(old, new, request, people, sys.stdout, sys.stderr)


def _why(options: argparse.Namespace) -> int:
    from trigdsl.engine.search import Mode
    from trigdsl.interfaces import asking

    request = asking.Request(
        options.events,
        options.event,
        options.ticket,
        tuple(options.trigger),
        options.field,
        options.directory,
        options.tickets,
        options.json,
        Mode.SINGLE_PASS if options.single_pass else Mode.RESTART,
    )
    ruleset, people = _load(options.rules, options.directory, cached=not options.no_cache, err=sys.stderr)
    return 1 if ruleset is None else asking.run(ruleset, request, people, sys.stdout, sys.stderr)


def _check(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import checking

    form = next((form for form in ("json", "sarif", "lines") if getattr(options, form)), "text")
    request = checking.Request(
        options.rules, options.directory, form, options.allow, options.fix, not options.no_cache
    )
    return checking.run(request)


def _test(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import testing

    request = testing.Request(
        options.paths,
        options.run,
        options.directory,
        options.json,
        not options.no_cache,
        options.junit,
        options.coverage,
        options.html,
        options.mutate,
    )
    return testing.run(request)


def _explain(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import checking

    return checking.explain(options.code)


def _format(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import formatting

    return formatting.run(options.paths, check=options.check, diff=options.diff)


def _list(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import report
    from trigdsl.runtime import templates

    known = templates.labels()
    if options.language not in (None, "en", *known):
        print(
            f"trigdsl: there are no titles in `{options.language}`: known are en, {', '.join(known)}",
            file=sys.stderr,
        )
        return 2
    titles = known[options.language]["titles"] if options.language in known else {}
    ruleset, _ = _load(options.rules, None, cached=not options.no_cache, err=sys.stderr)
    if ruleset is None:
        return 1
    if not options.json:
        print(report.trigger_list(ruleset.triggers, titles))
        return 0
    for number, trigger in enumerate(ruleset.triggers, 1):
        data = {
            "order": number,
            "title": trigger.title,
            "shown_as": titles.get(trigger.title, trigger.title),
            "category": trigger.category,
            "active": trigger.active,
            "executable": not trigger.raw,
            "trial": trigger.trial,
            "once_per_ticket": trigger.once,
            "reads": sorted(trigger.reads),
            "writes": sorted(trigger.writes),
            "doc": trigger.doc,
        }
        print(json.dumps(data, ensure_ascii=False))
    return 0


def _doc(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import documenting

    if not options.rules:
        print(documenting.library_page(), end="")
        return 0
    ruleset, _ = _load(options.rules, None, cached=True, err=sys.stderr)
    if ruleset is None:
        return 1
    if not ruleset.triggers:
        print("trigdsl: there is no trigger in these rules, so there is nothing to say", file=sys.stderr)
        return 1
    print(documenting.page(ruleset.triggers), end="")
    return 0


def _import(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import importing

    request = importing.Request(options.files, options.output, options.replace, options.json)
    return importing.run(request, sys.stdout, sys.stderr)


def _export(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import exporting

    request = exporting.Request(
        options.rules, options.output, options.names, options.directory, split=options.split
    )
    return exporting.run(request, sys.stdout, sys.stderr)


def _conformance(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import conforming

    return conforming.run(conforming.Request(options.files, options.oracle, options.run))


def _demo(options: argparse.Namespace) -> int:
    from trigdsl import resources
    from trigdsl.interfaces import running

    folder = resources.folder("stdlib") / "demo"
    events, directory = str(folder / "events.jsonl"), str(folder / "directory.json")
    ruleset, people = _load([str(folder / "rules.trig")], directory, cached=True, err=sys.stderr)
    request = running.Request(events, directory, as_json=options.json)
    return running.run(ruleset, request, people, sys.stdout, sys.stderr)
