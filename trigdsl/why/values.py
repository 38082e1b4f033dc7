"""Values that may turn a test: those that it names, those beside them, nothing, and what was before."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from attrs import evolve

from trigdsl.engine.conditions import holds
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.why import texts

MOST_OPTIONS = 12
"""Of more choices only those that rules name are tried, and the first few."""
OTHER_TAG = "other"


def operands(test: r.Test) -> tuple[r.Operand, ...]:
    """Return what a test compares its subject with."""
    match test:
        case (
            r.Equals(_, operand)
            | r.Compares(_, _, operand)
            | r.Contains(_, operand)
            | r.StartsWith(_, operand)
            | r.EndsWith(_, operand)
        ):
            return (operand,)
        case (
            r.IsOneOf(_, several)
            | r.Includes(_, several)
            | r.Gains(_, several)
            | r.Loses(_, several)
            | r.ContainsWord(_, several)
        ):
            return several
        case r.Changes(_, before, now):
            return tuple(operand for operand in (now, before) if operand is not None)
        case _:
            return ()


def readings(test: r.Test) -> tuple[r.Reading, ...]:
    """Return the paths whose values decide a test, its subject first."""
    match test:
        case r.Happens():
            return ()
        case r.ScheduleIs(title):
            return (title,) if isinstance(title, r.Reading) else ()
        case _:
            return (test.subject, *(o for o in operands(test) if isinstance(o, r.Reading)))


def same(one: r.Reading, other: r.Reading) -> bool:
    """Return whether two paths lead to the same place, now or before."""
    return (one.base, one.steps) == (other.base, other.steps)


def would_hold(test: r.Test, value: Value, view: View) -> bool:
    """Return whether a test that compares with values alone would hold if its subject were a value."""
    assert not isinstance(test, r.Happens | r.ScheduleIs)
    subject = r.Reading("update", ("value",), test.subject.type)
    return holds(evolve(test, subject=subject), evolve(view, alone={"update": {"value": value}}))


def tests_of(condition: r.Condition) -> Iterator[r.Test]:
    """Yield every single test of a condition."""
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            for item in items:
                yield from tests_of(item)
        case r.Not(item):
            yield from tests_of(item)
        case _:
            yield condition


def candidates(
    reading: r.Reading, around: Sequence[r.Test], view: View, text: Value = None
) -> Iterator[Value]:
    """Yield values for a path that tests around it may tell apart, each once, the likeliest first.

    Texts are near to the one that is given.
    """
    about = [test for test in around if any(same(reading, other) for other in readings(test))]
    seen: set[Value] = set()
    for value in _candidates(reading, about, view, text):
        if value not in seen:
            seen.add(value)
            yield value


def _candidates(reading: r.Reading, about: Sequence[r.Test], view: View, text: Value) -> Iterator[Value]:
    named = [value for test in about for value in _named(reading, test, view) if value is not None]
    before = view.value_before(reading)
    kind = reading.type
    match kind:
        case types.TextType():
            looked = [(test, _pieces(test, view)) for test in about]
            yield from texts.near(text if isinstance(text, str) else None, looked)
            yield from named
            yield from _in_other_letters(before)
        case types.YesNoType():
            yield from (True, False)
        case types.NumberType():
            yield from _numbers([*named, before])
        case types.DateType():
            yield from _dates([*named, before], about, view.update.time)
        case types.ChoiceType(options):
            yield from named
            yield before
            yield from options if len(options) <= MOST_OPTIONS or kind.ordered else options[:3]
        case types.ReferenceType():
            yield from named
            yield before
        case types.ChoiceSetType() | types.TagsType() | types.ReferencesType():
            yield from _sets(kind, named, before, view.value(reading))
    yield types.empty(kind)


def _named(reading: r.Reading, test: r.Test, view: View) -> Iterator[Value]:
    """Yield what a test compares a path with."""
    if isinstance(test, r.ScheduleIs):
        yield from view.rules.schedules
    elif not isinstance(test, r.Happens):
        for operand in operands(test):
            if not (isinstance(operand, r.Reading) and same(operand, reading)):
                yield view.operand(operand)
        if not same(test.subject, reading):
            yield view.value(test.subject)


def _pieces(test: r.Test, view: View) -> tuple[str, ...]:
    """Return the texts that a test looks for."""
    if isinstance(test, r.IsLike | r.Matches):
        return (test.pattern,)
    found = [view.operand(operand) for operand in operands(test)]
    return tuple(text for text in found if isinstance(text, str) and text)


def _in_other_letters(before: Value) -> Iterator[Value]:
    """Yield the text as it was, and in other letters: that is a change, and compares as the same."""
    if isinstance(before, str):
        yield before
        yield from {before.upper(), before.lower(), before.swapcase()} - {before}


def _numbers(marks: Iterable[Value]) -> Iterator[Value]:
    known = [mark for mark in marks if isinstance(mark, int | Decimal) and not isinstance(mark, bool)]
    yield from known
    for mark in known:
        yield from (types.number(mark + 1), types.number(mark - 1))
    for low, high in pairwise(sorted(set(known))):
        yield types.number((Decimal(low) + Decimal(high)) / 2)
    yield from (1, 0)


def _dates(marks: Iterable[Value], about: Sequence[r.Test], time: datetime) -> Iterator[Value]:
    for test in about:
        if isinstance(test, r.IsWithin):
            yield from _moved(time, test.reach / 2)
            yield from _moved(time, test.reach * 2)
            yield from _moved(time, -test.reach)
    known = [mark for mark in marks if isinstance(mark, date)]
    for mark in known:
        yield mark
        for days in (1, -1):
            yield from _moved(mark, timedelta(days=days))
    moments = sorted({_moment(mark) for mark in known})
    for low, high in pairwise(moments):
        yield low + (high - low) / 2
    for mark in moments:
        yield from _moved(mark, timedelta(minutes=1))
        yield mark.date()
        yield from _moved(mark, timedelta(days=2))
    yield time


def _moment(mark: date) -> datetime:
    if isinstance(mark, datetime):
        return mark
    return datetime(mark.year, mark.month, mark.day, 12, tzinfo=UTC)


def _moved(mark: date, by: timedelta) -> Iterator[date]:
    try:
        yield mark + by
    except OverflowError:
        return


def _sets(kind: types.Type, named: Sequence[Value], before: Value, now: Value) -> Iterator[Value]:
    """Yield sets with one member more or less, with all and none of those that are named, and as it was."""
    held, earlier = _members(now), _members(before)
    members = [
        str(m) for value in named for m in (sorted(value) if isinstance(value, frozenset) else [value])
    ]
    for member in dict.fromkeys(members):
        yield held ^ {member}
        yield earlier ^ {member}
    yield held | frozenset(members)
    yield held - frozenset(members)
    yield earlier
    if isinstance(kind, types.ChoiceSetType):
        yield from (held ^ {option} for option in kind.options[:MOST_OPTIONS])
    elif isinstance(kind, types.TagsType):
        yield held | {OTHER_TAG}
    yield from (held - {member} for member in sorted(held)[:MOST_OPTIONS])


def _members(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()
