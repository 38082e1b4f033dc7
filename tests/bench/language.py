"""What reading rules costs: parsing against Lark alone, checking, starting, and starting a second time."""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lark import Lark

import trigdsl
from bench import workload
from bench.timing import Figure, paired, wall, walls
from trigdsl import resources
from trigdsl.interfaces import formatting
from trigdsl.source import Source
from trigdsl.syntax import parser, spellings, words

TEXT = "".join(
    f'trigger "Rule {n}"\n  when ticket.status changes to solved\n    and ticket.tags include any of t{n}, vip\n'
    f"    and (ticket.priority is urgent or ticket.subject contains any word of w{n})\n"
    f"  then add t{n} to ticket.tags\n"
    for n in range(1_000)
)
BARE_PARSE = (
    "import sys; from lark import Lark; from trigdsl import resources; from trigdsl.syntax import spellings, words; "
    "text = (resources.folder('grammar') / 'trigger.lark').read_text(encoding='utf-8'); "
    "lark = Lark(text + chr(10) + spellings.terminals(words.load('en')), parser='lalr', maybe_placeholders=True); "
    "lark.parse(open(sys.argv[1], encoding='utf-8').read())"
)
COMMAND = "import sys; from trigdsl.interfaces.cli import main; sys.exit(main(sys.argv[1:]))"


def parsing() -> Iterator[Figure]:
    """Yield what parsing and checking a text of 1,000 triggers costs."""
    grammar = (resources.folder("grammar") / "trigger.lark").read_text(encoding="utf-8")
    floor = Lark(
        grammar + "\n" + spellings.terminals(words.load("en")), parser="lalr", maybe_placeholders=True
    )
    source = Source("bench", TEXT)
    assert not parser.parse(source).diagnostics
    ours, lark = paired(lambda: parser.parse(source), lambda: floor.parse(TEXT), 1)
    yield Figure(
        "parse 1,000 triggers, with positions", ours * 1e3, "ms", "Lark into its own tree", lark * 1e3, 1.3
    )
    written = formatting.formatted(source, "fr")
    assert written is not None
    in_french = Source("bench", written)
    french, english = paired(lambda: parser.parse(in_french), lambda: parser.parse(source), 1)
    yield Figure("parse the same in French", french * 1e3, "ms", "in English", english * 1e3, 1.25)
    checked, _ = paired(lambda: trigdsl.compile_text(TEXT), lambda: None, 1)
    yield Figure("check 1,000 triggers, warm, lints and all", checked * 1e3, "ms")
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder, "rules.trig")
        rules.write_text(TEXT, encoding="utf-8")
        cold, parsed = walls(
            [sys.executable, "-c", COMMAND, "check", "--sarif", str(rules)],
            [sys.executable, "-c", BARE_PARSE, str(rules)],
        )
    yield Figure("trigdsl check of 1,000 triggers, cold", cold, "s", "Lark building and parsing", parsed)


def second_start(seed: int) -> Figure:
    """Compare a start with rules that were checked before with one that checks them."""
    with tempfile.TemporaryDirectory() as folder:
        rules, events = Path(folder, "rules"), Path(folder, "events.jsonl")
        rules.mkdir()
        workload.write_rules(rules, 1_000, seed)
        events.touch()
        command = [sys.executable, "-c", COMMAND, "run", str(rules), "--events", str(events)]
        where = str(Path(folder, "cache"))
        time.sleep(0.1)  # what was changed this very moment is not kept
        wall(command, TRIGDSL_CACHE=where)
        warm, cold = walls(command, [*command, "--no-cache"], TRIGDSL_CACHE=where)
    return Figure("a second start with 1,000 rules", warm, "s", "a first start", cold, 0.2)


def testing() -> Iterator[Figure]:
    """Yield what running tests in the language costs, from start to end: many, and one small file."""
    with tempfile.TemporaryDirectory() as folder:
        many, where = Path(folder, "many.trig"), str(Path(folder, "cache"))
        many.write_text(_tested(triggers=200, tests=500), encoding="utf-8")
        one = resources.folder("stdlib") / "zendesk" / "tests" / "classic" / "assignee.trig"
        time.sleep(0.1)  # what was changed this very moment is not kept
        for what, path, aim in (("500 tests over 200 triggers", many, 5.0), ("a file of 25 tests", one, 0.4)):
            command = [sys.executable, "-c", COMMAND, "test", str(path)]
            wall(command, TRIGDSL_CACHE=where)
            warm, cold = walls(command, [*command, "--no-cache"], TRIGDSL_CACHE=where)
            yield Figure(f"trigdsl test, {what}, checked before", warm, "s", aim=aim)
            yield Figure(f"trigdsl test, {what}, for the first time", cold, "s", aim=aim)


def _tested(triggers: int, tests: int) -> str:
    rules = "".join(
        f'trigger "Rule {n}"\n  when ticket is created and ticket.tags include t{n}\n  then add done{n} to ticket.tags\n'
        for n in range(triggers)
    )
    cases = "".join(
        f'test "Case {n}"\n  when requester creates ticket with subject "A" and adds t{n % triggers} to ticket.tags\n'
        f'  expect trigger "Rule {n % triggers}" fires\n'
        for n in range(tests)
    )
    return rules + cases


def starting() -> Iterator[Figure]:
    """Yield what importing costs, over a bare interpreter."""
    bare = [sys.executable, "-c", "pass"]
    for name, code, aim in (
        ("import trigdsl", "import trigdsl", 60.0),
        ("trigdsl --version", "import trigdsl.interfaces.cli", 100.0),
    ):
        whole, floor = walls([sys.executable, "-c", code], bare)
        yield Figure(f"{name}, over a bare interpreter", (whole - floor) * 1e3, "ms", aim=aim)
