"""Whether one field can be such that several tests come out as they must: dates, numbers and texts, tried value by value."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints.worlds import Literal
from trigdsl.semantics.types import Value
from trigdsl.why import values

_VALUED = r.Equals | r.IsOneOf | r.IsEmpty | r.Compares
_PIECES = r.Contains | r.ContainsWord | r.StartsWith | r.EndsWith | r.IsLike | r.Matches


def possible(literals: Sequence[Literal], view: View) -> bool:
    """Return whether each field may be as the tests want it that compare it with values written in the rules.

    What it calls impossible is; tests of other things, and of two fields, are taken to come out right.
    """
    groups: dict[r.Reading, list[Literal]] = {}
    for literal in literals:
        subject = _subject(literal.test)
        if subject is not None:
            groups.setdefault(subject, []).append(literal)
    return all(len(group) < 2 or _possible(subject.type, group, view) for subject, group in groups.items())


def _subject(test: r.Test) -> r.Reading | None:
    """Return the path that a test compares with values alone, as it is now."""
    if not isinstance(test, _VALUED | _PIECES) or test.subject.previous:
        return None
    compared = any(isinstance(operand, r.Reading) for operand in values.operands(test))
    return None if compared else test.subject


def _possible(kind: types.Type, group: Sequence[Literal], view: View) -> bool:
    domain = _domain(kind, group, view)
    return domain is None or any(
        all(values.would_hold(literal.test, value, view) is literal.holds for literal in group)
        for value in domain
    )


def _domain(kind: types.Type, group: Sequence[Literal], view: View) -> list[Value] | None:
    """Return values of which one suits if any does, or None where they are not so few."""
    named = [view.operand(operand) for literal in group for operand in values.operands(literal.test)]
    match kind:
        case types.NumberType():
            return _numbers([n for n in named if isinstance(n, int | Decimal)])
        case types.DateType():
            return _dates([d for d in named if isinstance(d, date)])
        case types.TextType():
            return _texts(group, view)
        case _:
            return None


def _numbers(marks: Iterable[int | Decimal]) -> list[Value]:
    known = sorted({Decimal(mark) for mark in marks})
    between = [(low + high) / 2 for low, high in pairwise(known)]
    beyond = [known[0] - 1, known[-1] + 1] if known else [Decimal(0)]
    return [None, *known, *between, *beyond]


def _dates(marks: Sequence[date]) -> list[Value]:
    """Return days and moments between all days and moments that are named, and beyond."""
    edges: set[datetime] = set()
    for mark in marks:
        if isinstance(mark, datetime):
            edges.add(mark)
        day = mark.date() if isinstance(mark, datetime) else mark
        midnight = datetime.combine(day, time(), UTC)
        edges |= {midnight, *_moved(midnight, 1), *_moved(midnight, -1), *_moved(midnight, 2)}
    known = sorted(edges)
    moments = [*known, *(low + (high - low) / 2 for low, high in pairwise(known))]
    return [None, *moments, *sorted({moment.date() for moment in moments})]


def _moved(moment: datetime, days: int) -> list[datetime]:
    try:
        return [moment + timedelta(days=days)]
    except OverflowError:
        return []


def _texts(group: Sequence[Literal], view: View) -> list[Value] | None:
    """Return the texts that are asked for whole, where one must be: all tests see them in any letters alike."""
    for literal in group:
        match literal.test:
            case r.IsEmpty() if literal.holds:
                return [None]
            case r.Equals(_, operand) if literal.holds:
                return [view.operand(operand)]
            case r.IsOneOf(_, operands) if literal.holds:
                return [view.operand(operand) for operand in operands]
            case r.IsLike(_, pattern) if literal.holds and not set(pattern) & set("*?#"):
                return [pattern]
    return None
