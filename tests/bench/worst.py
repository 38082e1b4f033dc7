"""What the worst rule sets cost, and how that grows with their number: each at 7,000 triggers beside the same at 1,000."""

import statistics
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from attrs import evolve, frozen

from bench.timing import Figure, round_of
from trigdsl.engine.state import Ticket, Update
from trigdsl.runtime.loader import compile_text
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import types

SIZES = (1_000, 7_000)
TRIES = 3
FIELDS = "field ticket.seats is a number\nwhen ticket.seats is 1 then set ticket.seats to 2"

TAGS = r.Reading("ticket", ("tags",), types.TagsType())
SUBJECT = r.Reading("ticket", ("subject",), types.TextType())
BODY = r.Reading("comment", ("body",), types.TextType())
SEATS = r.Reading("ticket", ("seats",), types.NumberType())
WIDTH = 50
LONG = 64_000
MANY_TAGS = 1_000

Values = Mapping[str, Any]


@frozen
class Worst:
    """A rule set made of one kind of trigger, and the update that it has to decide."""

    what: str
    condition: Callable[[int], r.Condition]
    values: Callable[[int], Values]
    body: str = ""
    action: Callable[[int], r.Action] = lambda n: r.SetTo("seats", (r.Constant(n),))


def _words(number: int) -> r.Condition:
    return r.AnyOf(tuple(r.ContainsWord(SUBJECT, (r.Constant(f"word{number}of{n}"),)) for n in range(WIDTH)))


def _mixed(number: int) -> r.Condition:
    words = tuple(r.ContainsWord(SUBJECT, (r.Constant(f"word{number}of{n}"),)) for n in range(WIDTH // 2))
    tags = tuple(r.Includes(TAGS, (r.Constant(f"tag{number}of{n}"),)) for n in range(WIDTH // 2))
    return r.AnyOf((*words, *tags))


def _text(length: int) -> str:
    choose = Random(length)
    words = (
        "".join(choose.choices("abcdefghijklmnopqrstuvwxyz", k=choose.randint(2, 9))) for _ in range(length)
    )
    return " ".join(words)[:length]


def _subject(_size: int) -> Values:
    return {"subject": "The printer in the hall does not print since this morning"}


CASES = (
    Worst("all hold, and each does something", lambda _: r.AllOf(()), _subject),
    Worst(f"each an or of {WIDTH} words", _words, _subject),
    Worst(f"each an or of {WIDTH} words and tags", _mixed, _subject),
    Worst("each a substring", lambda n: r.Contains(SUBJECT, r.Constant(f"x{n}y")), _subject),
    Worst(
        f"each a substring of a comment of {LONG:,} characters",
        lambda n: r.Contains(BODY, r.Constant(f"q{n}zz")),
        _subject,
        _text(LONG),
    ),
    Worst("each a wildcard", lambda n: r.IsLike(SUBJECT, f"*print*{n}?#"), _subject),
    Worst("each a pattern", lambda n: r.Matches(SUBJECT, f"x{n}[0-9]+y"), _subject),
    Worst(
        f"each a tag, of a ticket with {MANY_TAGS:,}",
        lambda n: r.Includes(TAGS, (r.Constant(f"other{n}"),)),
        lambda _: {"tags": frozenset(f"tag{n}" for n in range(MANY_TAGS))},
    ),
    Worst(
        "each enables the one before it",
        lambda n: r.Equals(SEATS, r.Constant(n + 1)),
        lambda size: {"seats": size},
    ),
)


def rules_of(case: Worst, size: int) -> Ruleset:
    """Return so many triggers of a kind."""
    rules = compile_text(FIELDS)
    triggers = tuple(r.Trigger(f"T{n}", None, case.condition(n), (case.action(n),)) for n in range(size))
    inner = evolve(rules.rules, triggers=triggers)
    return Ruleset(inner, evolve(rules.renderer, rules=inner))


def cost(case: Worst, size: int) -> tuple[float, int]:
    """Return the microseconds of CPU that one step takes, and how many triggers fire."""
    rules = rules_of(case, size)
    time = datetime(2026, 1, 5, tzinfo=UTC)
    comment = rules.update(
        {
            "specversion": "1.0",
            "id": "1",
            "source": "bench",
            "type": "ticket.updated",
            "subject": "1",
            "time": time.isoformat(),
            "data": {"comment": {"body": case.body}} if case.body else {},
        }
    ).comment
    update = Update("bench", "1", "1", time, values=case.values(size), comment=comment)
    before = Ticket("bench", "1", {"status": "open"})
    fired = len(rules.step(before, update, render=False).fired)

    def step(_: int) -> None:
        rules.step(before, update, render=False)

    return statistics.median(round_of(step, [0]) for _ in range(TRIES)) * 1e6, fired


def cases() -> Iterator[Figure]:
    """Yield what each case costs with 7,000 triggers beside the same with 1,000."""
    small, large = SIZES
    for case in CASES:
        (few, _), (many, fired) = cost(case, small), cost(case, large)
        what = f"worst case at {large:,} rules: {case.what} ({fired:,} fire)"
        yield Figure(what, many, "µs", f"at {small:,}", few)
