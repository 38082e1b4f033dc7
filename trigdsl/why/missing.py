"""What a condition lacks: the fewest tests that have to come out otherwise for it to hold, or to fail."""

from collections.abc import Iterable, Sequence
from itertools import product

from attrs import frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r

MOST_WAYS = 12
"""Of more ways to come to the same, those that need the fewest tests are kept."""


@frozen
class Wanted:
    """A test that does not come out as it should."""

    test: r.Test
    holds: bool


Way = tuple[Wanted, ...]
"""Tests that have to come out otherwise together."""


def ways(condition: r.Condition, view: View, *, to_hold: bool = True) -> list[Way]:
    """Return ways to make a condition hold, or fail, the shortest first; one of none when it does."""
    match condition:
        case r.Not(item):
            return ways(item, view, to_hold=not to_hold)
        case r.AllOf(items) | r.AnyOf(items):
            parts = [ways(item, view, to_hold=to_hold) for item in items]
            return _all(parts) if isinstance(condition, r.AllOf) is to_hold else _any(parts)
        case _:
            return [()] if holds(condition, view) is to_hold else [(Wanted(condition, to_hold),)]


def _all(parts: Iterable[Sequence[Way]]) -> list[Way]:
    found: list[Way] = [()]
    for part in parts:
        found = _shortest((*one, *other) for one, other in product(found, part))
    return found


def _any(parts: Iterable[Sequence[Way]]) -> list[Way]:
    return _shortest(way for part in parts for way in part)


def _shortest(found: Iterable[Way]) -> list[Way]:
    unique = dict.fromkeys(tuple(dict.fromkeys(way)) for way in found)
    return sorted(unique, key=len)[:MOST_WAYS]
