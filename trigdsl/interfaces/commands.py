"""What each command does; it returns the exit code. Each imports what it needs, so that `--version` answers at once."""

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from trigdsl.interfaces.files import InputError, WrongUseError
from trigdsl.languages import ENGLISH

if TYPE_CHECKING:
    from trigdsl.engine.search import Mode
    from trigdsl.runtime.reader import Reader


def _load(
    paths: Sequence[str],
    directories: Sequence[str],
    *,
    cached: bool,
    err: IO[str],
    warned: bool = True,
    language: str | None = ENGLISH,
) -> tuple[Any, Any]:
    """Return the rules with all that was read of them, and the directories; what is wrong is printed.

    Of rules that can run it is said how many warnings there are: whole they would drown what was asked for.
    Without a language it is said in that of the rules.
    """
    from trigdsl.interfaces import loading, people, speaking

    given = people.read(directories)
    loaded = loading.load(loading.Request(paths, given.together, cached=cached))
    found = loaded.diagnostics
    if loaded.ruleset is None:
        err.writelines(f"{text}\n" for text in speaking.rendered(found, language, loaded.files))
    elif found and warned:
        asked = [*paths, *(word for path in directories for word in ("--directory", path))]
        say = speaking.sentences(speaking.language(language, loaded.files))
        shows = f"`trigdsl check {shlex.join(asked)}`"
        one, many = "{} warning in these rules: {} shows it", "{} warnings in these rules: {} shows them"
        print(say.several(len(found), one, many, shows), file=err)
    return loaded, given


def _asked_about(options: argparse.Namespace) -> tuple[Any, Any]:
    """Return the rules and directories that a command names; what is wrong is printed in the language of its answer."""
    return _load(
        options.rules,
        options.directories,
        cached=not options.no_cache,
        err=sys.stderr,
        language=options.language,
    )


def _reader(options: argparse.Namespace, loaded: Any) -> "Reader":
    from trigdsl.interfaces import speaking

    return speaking.reader(options.language, loaded)


def _mode(options: argparse.Namespace) -> "Mode":
    from trigdsl.engine.search import Mode

    return Mode.SINGLE_PASS if options.single_pass else Mode.RESTART


def run(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import running, targets

    if options.compare and (options.trace or options.save_tickets or options.jobs > 1):
        raise WrongUseError(
            "--compare tells what differs alone: leave --trace, --save-tickets and --jobs out"
        )

    loaded, given = _asked_about(options)
    reader = _reader(options, loaded)
    request = running.Request(
        options.events,
        options.tickets,
        options.save_tickets,
        options.rejects,
        options.json,
        options.strict,
        options.trace,
        _mode(options),
        options.jobs,
        options.remember,
        reader,
    )
    # To go on where the last run ended, states may be read from and saved to one file.
    tickets = None if request.tickets == request.save_tickets else request.tickets
    targets.check(
        [request.rejects, request.save_tickets], [request.events, *options.directories, tickets], [loaded]
    )
    ruleset = loaded.ruleset
    if ruleset is None:
        return 1
    if not ruleset.triggers:
        raise InputError("there is no trigger in these rules, so nothing can fire")
    if options.compare:
        from trigdsl.interfaces import comparing

        return comparing.run(ruleset, request, given, sys.stdout, sys.stderr)
    return running.run(ruleset, request, given, sys.stdout, sys.stderr)


def profile(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import profile_report

    request = profile_report.Request(
        options.events,
        options.tickets,
        options.json,
        _mode(options),
        options.top,
    )
    loaded, given = _load(options.rules, options.directories, cached=not options.no_cache, err=sys.stderr)
    if loaded.ruleset is None:
        return 1
    return profile_report.run(loaded.ruleset, request, given, sys.stdout, sys.stderr)


def replay(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import replaying, targets

    request = replaying.Request(
        options.old,
        options.new,
        options.events,
        options.tickets,
        options.rejects,
        "json" if options.json else "markdown" if options.markdown else "text",
        options.exit_code,
        options.strict,
        _mode(options),
        options.remember,
        options.examples,
        options.top,
    )
    cached = not options.no_cache
    # Of what is being replaced warnings help nobody.
    old, given = _load([options.old], options.directories, cached=cached, err=sys.stderr, warned=False)
    new, _ = _load([options.new], options.directories, cached=cached, err=sys.stderr)
    targets.check([request.rejects], [request.events, *options.directories, request.tickets], [old, new])
    if old.ruleset is None or new.ruleset is None:
        return 1
    return replaying.run(old.ruleset, new.ruleset, request, given, sys.stdout, sys.stderr)


def why(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import asking

    loaded, given = _asked_about(options)
    if loaded.ruleset is None:
        return 1
    request = asking.Request(
        options.events,
        options.event,
        options.ticket,
        tuple(options.trigger),
        options.field,
        options.tickets,
        options.json,
        _mode(options),
        _reader(options, loaded),
    )
    return asking.run(loaded.ruleset, request, given, sys.stdout, sys.stderr)


def check(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import checking

    form = next((form for form in ("json", "sarif", "lines") if getattr(options, form)), "text")
    request = checking.Request(
        options.rules,
        options.directories,
        form,
        options.allow,
        options.fix,
        not options.no_cache,
        options.language,
    )
    return checking.run(request)


def test(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import testing

    request = testing.Request(
        options.paths,
        options.run,
        options.directories,
        options.json,
        not options.no_cache,
        options.junit,
        options.coverage,
        options.html,
        options.mutate,
        options.language,
    )
    return testing.run(request)


def explain(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import explaining

    return explaining.run(options.code, options.language)


def format_(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import formatting

    return formatting.run(options.paths, check=options.check, diff=options.diff, language=options.language)


def list_(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import report

    loaded, _ = _load(
        options.rules, (), cached=not options.no_cache, err=sys.stderr, language=options.language
    )
    if loaded.ruleset is None:
        return 1
    reader = _reader(options, loaded)
    if not options.json:
        print(report.trigger_list(loaded.ruleset.triggers, reader))
        return 0
    for number, trigger in enumerate(loaded.ruleset.triggers, 1):
        data = {
            "order": number,
            "title": trigger.title,
            "shown_as": reader.title(trigger.title),
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


def doc(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import documenting, words_page

    if options.words:
        print(words_page.page(), end="")
        return 0
    if not options.rules:
        print(documenting.library_page(), end="")
        return 0
    ruleset = _load(options.rules, (), cached=True, err=sys.stderr)[0].ruleset
    if ruleset is None:
        return 1
    if not ruleset.triggers:
        print("trigdsl: there is no trigger in these rules, so there is nothing to say", file=sys.stderr)
        return 1
    print(documenting.page(ruleset.triggers), end="")
    return 0


def import_(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import importing

    request = importing.Request(options.files, options.output, options.replace, options.json)
    return importing.run(request, sys.stdout, sys.stderr)


def export(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import exporting

    request = exporting.Request(
        options.rules,
        options.output,
        options.names,
        options.directories,
        split=options.split,
        replace=options.replace,
    )
    return exporting.run(request, sys.stdout, sys.stderr)


def conformance(options: argparse.Namespace) -> int:
    from trigdsl.interfaces import conforming

    return conforming.run(conforming.Request(options.files, options.oracle, options.run))


def demo(options: argparse.Namespace) -> int:
    from trigdsl import resources
    from trigdsl.interfaces import running

    folder = resources.folder("stdlib") / "demo"
    events, directory = str(folder / "events.jsonl"), str(folder / "directory.json")
    own = folder / (options.language or ENGLISH) / "rules.trig"
    rules = str(own if own.is_file() else folder / "rules.trig")
    loaded, given = _load([rules], [directory], cached=True, err=sys.stderr, language=options.language)
    request = running.Request(events, as_json=options.json, reader=_reader(options, loaded))
    return running.run(loaded.ruleset, request, given, sys.stdout, sys.stderr)
