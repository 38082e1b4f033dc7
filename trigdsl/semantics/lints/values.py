"""The values of one field that tests can tell apart, before an update and now."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any

from attrs import frozen

from trigdsl.semantics import rules as r
from trigdsl.semantics import textual, types

MOST_NAMED = 60
"""More people or groups in all their combinations are not tried."""
MOST_OPTIONS = 8
"""Up to this many choices all are tried, else those that a test names and two more."""


@frozen
class Situation:
    """What a field held before the update and holds now; None is nothing."""

    before: Any
    now: Any
    new: bool = False


MOST_SITUATIONS = 12_000
"""More pairs of values, times tests, are not tried."""


def known(test: r.Test) -> bool:
    """Return whether a test compares one field with values written in the rule, or with none."""
    match test:
        case r.IsEmpty():
            return True
        case r.Changes(subject, before, now):
            operands = [o for o in (before, now) if o is not None]
            # A change of case, or from one moment of a day to another, is too fine to be tried.
            if operands and isinstance(subject.type, types.TextType | types.DateType):
                return False
        case r.Equals(subject, operand) | r.Compares(subject, _, operand):
            operands = [operand]
        case r.IsOneOf(subject, several):
            operands = [*several]
        case _:
            return False
    return all(_constant(operand, subject.type) for operand in operands)


def _constant(operand: r.Operand, kind: types.Type) -> bool:
    if isinstance(operand, r.Named):
        return True
    # Beside a day, a moment counts as its day: too fine to be tried.
    moment = isinstance(operand, r.Constant) and isinstance(operand.value, datetime)
    return isinstance(operand, r.Constant) and not (isinstance(kind, types.DateType) and moment)


def situations(tests: Sequence[r.Test], *, new: bool, quiet: bool) -> list[Situation] | None:
    """Return every pair of values before and now that the tests may tell apart, or None when they are too many.

    On a new ticket nothing was before.
    """
    subjects = [test.subject for test in tests if not isinstance(test, r.Happens | r.ScheduleIs)]
    kind = subjects[0].type
    nothing = False if isinstance(kind, types.YesNoType) else None
    # A count is 0 before it begins.
    earlier = (nothing, 0) if isinstance(kind, types.NumberType) else (nothing,)
    domain = _domain(kind, [*_operands(tests)])
    if domain is None:
        return None
    domain = [*dict.fromkeys((nothing, *domain, *earlier))]
    still = quiet or all(s.base in ("current_user", "update", "comment") for s in subjects)
    if not still and len(domain) ** 2 * len(tests) > MOST_SITUATIONS:
        return None
    before = earlier if new else domain
    return [
        Situation(then, now, new) for then in before for now in ((then,) if still and not new else domain)
    ]


def _operands(tests: Iterable[r.Test]) -> Iterator[r.Operand]:
    for test in tests:
        match test:
            case r.Equals(_, operand) | r.Compares(_, _, operand):
                yield operand
            case r.IsOneOf(_, operands):
                yield from operands
            case r.Changes(_, before, now):
                yield from (operand for operand in (before, now) if operand is not None)


def _domain(kind: types.Type, operands: Sequence[r.Operand]) -> list[Any] | None:
    named = [*dict.fromkeys(_plain(operand) for operand in operands)]
    match kind:
        case types.YesNoType():
            return [True]
        case types.ChoiceType(options):
            folded = [textual.folded(option) for option in options]
            if len(options) <= MOST_OPTIONS or kind.ordered:
                return folded
            return [*named, *[option for option in folded if option not in named][:2]]
        case types.NumberType():
            return _around(sorted(map(Fraction, named)))
        case types.DateType():
            return _around(sorted(day.toordinal() for day in named))
        case types.ReferenceType():
            classes = _classes(named)
            return [*product(*classes)] if prod(map(len, classes)) <= MOST_NAMED else None
        case _:
            return [*named, ("some", 1), ("some", 2)]


def _around(marks: Sequence[Any]) -> list[Any]:
    """Return the marks with two values in each gap between them and beyond."""
    if not marks:
        return [0, 1]
    third = [low + Fraction(high - low) * part / 3 for low, high in pairwise(marks) for part in (1, 2)]
    return [marks[0] - 2, marks[0] - 1, *marks, *third, marks[-1] + 1, marks[-1] + 2]


def _classes(names: Iterable[Any]) -> list[list[Any]]:
    """Return the names of each sort, an address, an id, a name, with two that no rule writes: one thing has one of each."""
    sorts: dict[str, list[Any]] = {"address": [], "id": [], "name": []}
    for name in names:
        sorts[_sort(name)].append(name)
    return [[*found, ("some", 1), ("some", 2)] if found else [("any", sort)] for sort, found in sorts.items()]


def _sort(name: str) -> str:
    return "address" if "@" in name else "id" if name.isdigit() else "name"


def _plain(operand: r.Operand) -> Any:
    """Return a written value as it is compared."""
    if isinstance(operand, r.Named):
        return textual.folded(operand.name)
    assert isinstance(operand, r.Constant)
    return textual.folded(operand.value) if isinstance(operand.value, str) else operand.value


def holds(test: r.Test, situation: Situation) -> bool:
    """Return whether a test holds of a field in a situation."""
    assert not isinstance(test, r.Happens | r.ScheduleIs)
    value = situation.before if test.subject.previous else situation.now
    match test:
        case r.Equals(_, operand):
            return _is(value, operand)
        case r.IsOneOf(_, operands):
            return any(_is(value, operand) for operand in operands)
        case r.IsEmpty():
            return value is None
        case r.Compares(subject, relation, operand):
            return value is not None and _compares(subject.type, value, relation, _plain(operand))
        case r.Changes(_, before, now):
            return (
                situation.before != situation.now
                and not (situation.new and before is not None)
                and (before is None or _is(situation.before, before))
                and (now is None or _is(situation.now, now))
            )
    raise AssertionError(test)


def _is(value: Any, operand: r.Operand) -> bool:
    wanted = _plain(operand)
    if isinstance(value, tuple) and len(value) == 3:
        return wanted in value
    return bool(value == (wanted.toordinal() if isinstance(wanted, date) else wanted))


def _compares(kind: types.Type, value: Any, relation: str, wanted: Any) -> bool:
    if isinstance(kind, types.ChoiceType):
        ranks = [textual.folded(option) for option in kind.options]
        value, wanted = ranks.index(value), ranks.index(wanted)
    elif isinstance(wanted, date):
        wanted = wanted.toordinal()
    match relation:
        case "<":
            return bool(value < wanted)
        case "<=":
            return bool(value <= wanted)
        case ">":
            return bool(value > wanted)
        case _:
            return bool(value >= wanted)


def times(tests: Sequence[r.Test]) -> list[Any]:
    """Return how far from now, in seconds, a moment may be so that tests can tell it from others."""
    reaches = {Fraction(test.reach.total_seconds()) for test in tests if isinstance(test, r.IsWithin)}
    return _around(sorted({Fraction(0), *reaches}))
