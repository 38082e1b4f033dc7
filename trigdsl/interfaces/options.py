"""The commands and their options, as `argparse` reads them."""

import argparse
from collections.abc import Callable, Iterable

from trigdsl.interfaces import commands
from trigdsl.version import __version__

Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""Adds a command: its name, what it runs, and what it is for."""


def arguments() -> tuple[argparse.ArgumentParser, Iterable[str]]:
    """Return what reads the arguments, and the names of the commands."""
    parser = argparse.ArgumentParser(prog="trigdsl", description="Help desk triggers in plain English.")
    parser.add_argument("--version", action="version", version=f"trigdsl {__version__}")
    added = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        one = added.add_parser(name, help=about, description=about[:1].upper() + about[1:] + ".")
        one.set_defaults(command=run)
        return one

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
    return parser, added.choices


def _run_options(command: Command) -> None:
    run = command("run", commands.run, "run rules on a stream of ticket events")
    _rules(run)
    _stream(run)
    run.add_argument("--save-tickets", metavar="FILE", help="write the states of all tickets here at the end")
    run.add_argument("--json", action="store_true", help="print one object for each event")
    run.add_argument(
        "--compare", action="store_true", help="say where audits differ from what the account's triggers did"
    )
    run.add_argument("--trace", action="store_true", help="say why each trigger fired or did not")
    run.add_argument(
        "--jobs", type=_count, default=1, metavar="N", help="share the tickets among N processes"
    )
    _kept(run)
    _language(run)


def _profile_options(command: Command) -> None:
    profile = command(
        "profile", commands.profile, "say which triggers cost most on a stream, fire most, or never fire"
    )
    _rules(profile)
    _stream(profile)
    profile.add_argument("--json", action="store_true", help="print one object, with everything in it")
    profile.add_argument("--top", type=_count, default=10, metavar="N", help="name so many of each (10)")


def _replay_options(command: Command) -> None:
    replay = command(
        "replay",
        commands.replay,
        "run two versions of rules on a stream, and say what would have been otherwise",
    )
    for name, about in (("old", "the rules as they are"), ("new", "the rules as they shall be")):
        what = f"{about}: a file, a folder, or a library's name"
        replay.add_argument(name, metavar=name.upper(), help=what)
    _no_cache(replay)
    _stream(replay)
    forms = replay.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one object, with everything in it")
    forms.add_argument("--markdown", action="store_true", help="print a comment for a review")
    replay.add_argument("--exit-code", action="store_true", help="exit with 3 when the versions differ")
    replay.add_argument(
        "--examples", type=_count, default=3, metavar="N", help="show so many examples of each kind (3)"
    )
    replay.add_argument("--top", type=_count, default=20, metavar="N", help="name so many triggers (20)")
    _kept(replay)


def _why_options(command: Command) -> None:
    why = command(
        "why", commands.why, "say why triggers fired on one event or did not, and what would have made them"
    )
    _rules(why)
    _stream(why)
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
    why.add_argument("--json", action="store_true", help="print one object, with changes as JSON patches")
    _language(why)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 on")
    return int(text)


def _spoken(code: str) -> str:
    from trigdsl.interfaces import speaking

    return speaking.known(code)


def _check_options(command: Command) -> None:
    check = command("check", commands.check, "say what is wrong with rules")
    _rules(check)
    _directories(check, "check the names of people and groups as well")
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
    _language(check)


def _test_options(command: Command) -> None:
    test = command("test", commands.test, "run the tests that stand in rules")
    test.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="rule files or folders; without one, this folder",
    )
    test.add_argument("--run", metavar="PATTERN", help="only tests with such a title")
    _directories(test)
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
    _language(test)


def _explain_options(command: Command) -> None:
    explained = command("explain", commands.explain, "explain a mistake or warning, with an example")
    explained.add_argument("code", nargs="?", metavar="CODE", help="its code; without one all are listed")
    _language(explained)


def _format_options(command: Command) -> None:
    formatted = command("format", commands.format_, "write rules in the one canonical layout")
    formatted.add_argument(
        "paths", nargs="+", metavar="FILE", help="rule files or folders; - is standard input"
    )
    formatted.add_argument(
        "--check", action="store_true", help="change nothing; exit with 1 if something would change"
    )
    formatted.add_argument("--diff", action="store_true", help="change nothing; show what would change")
    _language(formatted, "write them in this language (en, fr), with the same meaning")


def _list_options(command: Command) -> None:
    listed = command("list", commands.list_, "list triggers in their order, with what each reads and writes")
    _rules(listed)
    listed.add_argument("--json", action="store_true", help="print one object for each trigger")
    _language(listed)


def _doc_options(command: Command) -> None:
    doc = command("doc", commands.doc, "write a page about rules, from the comments above them")
    doc.add_argument(
        "rules",
        nargs="*",
        metavar="RULES",
        help="rule files, folders, or a library's name; without one it is about the standard library",
    )
    doc.add_argument(
        "--words",
        choices=("fr",),
        help="write the page about the words of a language, beside the English ones",
    )


def _import_options(command: Command) -> None:
    importing = command("import", commands.import_, "write the triggers of another help desk as rules")
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
    exporting = command("export", commands.export, "write rules as triggers of another help desk")
    exporting.add_argument("system", choices=["zendesk"], help="whose triggers they become")
    _rules(exporting)
    exporting.add_argument("-o", "--output", metavar="FILE", help="write the triggers here")
    exporting.add_argument("--replace", action="store_true", help="write over a file that is there")
    exporting.add_argument(
        "--names", metavar="FILE", help="the ids behind names; else `names.json` beside the rules"
    )
    _directories(exporting)
    exporting.add_argument(
        "--split",
        action="store_true",
        help="make several triggers, with tags, of what it cannot hold in one",
    )


def _conformance_options(command: Command) -> None:
    conformance = command(
        "conformance", commands.conformance, "run the cases that say what the language means"
    )
    conformance.add_argument(
        "files", nargs="*", metavar="FILE", help="files of cases; without one all are run"
    )
    conformance.add_argument("--oracle", action="store_true", help="ask the second evaluator, not the engine")
    conformance.add_argument("--run", default="*", metavar="PATTERN", help="only cases with such an id")


def _demo_options(command: Command) -> None:
    demo = command("demo", commands.demo, "run the built-in rules on built-in events")
    demo.add_argument("--json", action="store_true", help="print one object for each event")
    _language(demo)


def _stream(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--events", required=True, metavar="FILE", help="the events, one a line; - is standard input"
    )
    _directories(parser)
    parser.add_argument("--tickets", metavar="FILE", help="states of tickets to start from, one a line")
    parser.add_argument(
        "--single-pass", action="store_true", help="do not start again from the top after a firing"
    )


def _directories(
    parser: argparse.ArgumentParser, about: str = "people, groups and organizations, as JSON"
) -> None:
    parser.add_argument(
        "--directory",
        dest="directories",
        action="append",
        default=[],
        metavar="FILE",
        help=f"{about}; may be repeated",
    )


def _kept(parser: argparse.ArgumentParser) -> None:
    """Add what a whole stream does with refused lines, and how much of each ticket it remembers."""
    parser.add_argument("--rejects", metavar="FILE", help="keep refused lines here, each with its reason")
    parser.add_argument("--strict", action="store_true", help="stop at the first refused line")
    parser.add_argument(
        "--remember",
        type=_count,
        default=100,
        metavar="N",
        help="how many events and comments of each ticket are remembered (100)",
    )


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "rules", nargs="+", metavar="RULES", help="rule files, folders, or a library's name (zendesk)"
    )
    _no_cache(parser)


def _language(
    parser: argparse.ArgumentParser, about: str = "answer in this language (fr), else in that of the rules"
) -> None:
    """Add a language: that in which a person is answered; `interfaces/speaking` finds it where none is asked for."""
    parser.add_argument("--language", type=_spoken, metavar="CODE", help=about)


def _no_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-cache", action="store_true", help="check the rules anew, and keep nothing for the next start"
    )
