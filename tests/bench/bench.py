"""Benchmarks, as ratios of things timed side by side in one run: `make bench` prints them.

Each pair is timed in turn, several rounds of each, and the medians are compared: machines are noisy,
and only the ratio of two figures of one run means something.
"""

import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lark import Lark

import trigdsl
from trigdsl import resources
from trigdsl.source import Source
from trigdsl.syntax import parser, words

ROUNDS = 7

SUBJECT = "[{{ ticket.priority }}] {{ ticket.subject }}"
BODY = """Hello {{ requester.name }},
{{ comment.body }}
{{ ticket.id }} {{ ticket.status }} {{ group.name }} {{ assignee.name }} {{ organization.name }} {{ requester.email }}
"""
PEOPLE = {
    "users": [
        {"id": "7", "email": "ana@example.com", "name": "Ana", "role": "end_user", "organization": "Acme"},
        {"id": "8", "email": "bo@example.com", "name": "Bo", "role": "agent"},
    ],
    "groups": [{"id": "1", "name": "Tier 1"}],
    "organizations": [{"id": "3", "name": "Acme"}],
}
EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "bench",
    "type": "ticket.created",
    "subject": "4",
    "time": "2026-01-05T10:00:00Z",
    "data": {
        "by": "7",
        "set": {
            "subject": "Printer",
            "priority": "high",
            "group": "Tier 1",
            "assignee": "bo@example.com",
            "organization": "Acme",
        },
        "comment": {"body": "It is on fire"},
    },
}
PLAIN = {
    "ticket": {"priority": "high", "subject": "Printer", "id": "4", "status": "new"},
    "requester": {"name": "Ana", "email": "ana@example.com"},
    "comment": {"body": "It is on fire"},
    "group": {"name": "Tier 1"},
    "assignee": {"name": "Bo"},
    "organization": {"name": "Acme"},
}


def cpu(work: Callable[[], object], times: int) -> float:
    """Return the CPU seconds of one call, over many."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def paired(ours: Callable[[], object], yardstick: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the medians of both, timed in turn."""
    rounds = [(cpu(ours, times), cpu(yardstick, times)) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds)


def notification() -> Iterator[str]:
    rules = trigdsl.compile_text(
        "when ticket is created then notify requester with template t",
        templates={"t": f"Subject: {SUBJECT}\n\n{BODY}"},
    )
    people = rules.directory(PEOPLE)
    outcome = rules.step(None, rules.update(EVENT), directory=people, render=False)
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    texts = [environment.from_string(SUBJECT), environment.from_string(BODY)]
    ours, stock = paired(
        lambda: rules.renderer.rendered(outcome, people),
        lambda: [text.render(PLAIN) for text in texts],
        3_000,
    )
    yield line(
        "a warm notification, ten placeholders, subject and body",
        ours,
        "stock sandbox, same texts",
        stock,
        "≤ 1.5",
    )


def parse() -> Iterator[str]:
    text = "".join(
        f'trigger "Rule {n}"\n  when ticket.status changes to solved\n    and ticket.tags include any of t{n}, vip\n'
        f"    and (ticket.priority is urgent or ticket.subject contains any word of w{n})\n"
        f"  then add t{n} to ticket.tags\n"
        for n in range(1_000)
    )
    grammar = (resources.folder("grammar") / "trigger.lark").read_text(encoding="utf-8")
    floor = Lark(grammar + "\n" + words.terminals(words.load("en")), parser="lalr", maybe_placeholders=True)
    source = Source("bench", text)
    assert not parser.parse(source).diagnostics
    ours, lark = paired(lambda: parser.parse(source), lambda: floor.parse(text), 1)
    yield line("parse 1,000 triggers, with positions", ours, "Lark into its own tree", lark, "≤ 1.3")
    checked, _ = paired(lambda: trigdsl.compile_text(text), lambda: None, 1)
    yield f"check 1,000 triggers, warm, lints and all: {checked:.2f} s of CPU"
    with tempfile.NamedTemporaryFile("w", suffix=".trig", encoding="utf-8") as rules:
        rules.write(text)
        rules.flush()
        rounds = [(wall(check(rules.name)), wall(bare_parse(rules.name))) for _ in range(ROUNDS)]
    cold, parsed = (statistics.median(times) for times in zip(*rounds, strict=True))
    yield (
        f"trigdsl check of 1,000 triggers, from a cold start: {cold:.2f} s, Lark building its tables and "
        f"parsing them in a new interpreter: {parsed:.2f} s, ratio {cold / parsed:.2f} (aim < 1.5 s)"
    )


def check(path: str) -> list[str]:
    code = f"from trigdsl.interfaces.cli import main; main(['check', '--sarif', {path!r}])"
    return [sys.executable, "-c", code]


def bare_parse(path: str) -> list[str]:
    code = (
        "from lark import Lark; from trigdsl import resources; from trigdsl.syntax import words; "
        "text = (resources.folder('grammar') / 'trigger.lark').read_text(encoding='utf-8'); "
        "lark = Lark(text + chr(10) + words.terminals(words.load('en')), parser='lalr', maybe_placeholders=True); "
        f"lark.parse(open({path!r}, encoding='utf-8').read())"
    )
    return [sys.executable, "-c", code]


def start_up() -> Iterator[str]:
    bare = [sys.executable, "-c", "pass"]
    for name, code in (
        ("import trigdsl", "import trigdsl"),
        ("trigdsl --version", "import trigdsl.interfaces.cli"),
    ):
        pairs = [(wall([sys.executable, "-c", code]), wall(bare)) for _ in range(ROUNDS)]
        extra = statistics.median(a - b for a, b in pairs)
        yield f"{name}: {extra * 1000:.0f} ms over a bare interpreter"


def wall(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def line(what: str, ours: float, yardstick: str, theirs: float, aim: str) -> str:
    return f"{what}: {ours * 1e6:,.1f} µs, {yardstick}: {theirs * 1e6:,.1f} µs, ratio {ours / theirs:.2f} (aim {aim})"


def main() -> None:
    """Print every line."""
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, medians of {ROUNDS} rounds"
    )
    for bench in (notification, parse, start_up):
        for text in bench():
            print(text, flush=True)


if __name__ == "__main__":
    main()
