"""What a trigger asks of Zendesk, as a formula over its conditions, and whether its two lists can hold it."""

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from trigdsl.source import Source, Span

MOST_ROWS = 40
"""Into how many triggers one may be split."""


@frozen
class Place:
    """Where in the rules something is written."""

    source: Source
    span: Span


@frozen
class Said:
    """One condition, as Zendesk holds it."""

    data: Mapping[str, Any]


@frozen
class Every:
    """All of some hold; none of none is missing."""

    items: tuple["Formula", ...]
    at: Place | None = field(default=None, eq=False, repr=False)


@frozen
class Either:
    """One of some holds."""

    items: tuple["Formula", ...]
    at: Place | None = field(default=None, eq=False, repr=False)


Formula = Said | Every | Either


def every(items: Iterable[Formula], at: Place | None = None) -> Formula:
    """Return that all hold; what asks for all by itself is taken in."""
    found: list[Formula] = []
    for item in items:
        found += item.items if isinstance(item, Every) else (item,)
    return found[0] if len(found) == 1 else Every(tuple(found), at)


def either(items: Iterable[Formula], at: Place | None = None) -> Formula:
    """Return that one holds; what asks for one of several by itself is taken in."""
    found: list[Formula] = []
    for item in items:
        found += item.items if isinstance(item, Either) else (item,)
    return found[0] if len(found) == 1 else Either(tuple(found), at)


@frozen
class Row:
    """The conditions of one trigger: all of the one list have to hold, and one of the other if there are any."""

    all: tuple[Said, ...] = ()
    any: tuple[Said, ...] = ()


def rows(formula: Formula) -> list[Row] | None:
    """Return rows of which one holds whenever the formula does, and only then; None when they are too many.

    There is one row where Zendesk's two lists can hold it all.
    """
    match formula:
        case Said():
            return [Row((formula,))]
        case Every(items):
            return _together(items)
        case Either(items):
            return _alternatives(items)


def _together(items: Iterable[Formula]) -> list[Row] | None:
    found = [Row()]
    # The longest list of alternatives stays one; the others are written out.
    for item in sorted(items, key=lambda item: -_length(item)):
        more = rows(item)
        if more is None:
            return None
        joined = [_joined(a, b) for a in found for b in more]
        found = [row for part in joined for row in part]
        if len(found) > MOST_ROWS:
            return None
    return [Row(_in_order(row.all, formula_order(items)), row.any) for row in found]


def formula_order(items: Iterable[Formula]) -> dict[int, int]:
    """Return the place of each condition, by its identity, as the items have them."""
    order: dict[int, int] = {}
    stack = [*items][::-1]
    while stack:
        item = stack.pop()
        if isinstance(item, Said):
            order.setdefault(id(item), len(order))
        else:
            stack += item.items[::-1]
    return order


def _in_order(said: tuple[Said, ...], order: Mapping[int, int]) -> tuple[Said, ...]:
    return tuple(sorted(said, key=lambda one: order[id(one)]))


def _length(item: Formula) -> int:
    return len(item.items) if isinstance(item, Either) else 0


def _joined(a: Row, b: Row) -> list[Row]:
    """Return what both rows ask at once: of two lists of alternatives the shorter is written out."""
    if not a.any or not b.any:
        return [Row((*a.all, *b.all), a.any or b.any)]
    longer, shorter = (a, b) if len(a.any) >= len(b.any) else (b, a)
    return [Row((*a.all, *b.all, one), longer.any) for one in shorter.any]


def _alternatives(items: Iterable[Formula]) -> list[Row] | None:
    single = tuple(item for item in items if isinstance(item, Said))
    found = [] if not single else [Row(single) if len(single) == 1 else Row((), single)]
    for item in items:
        if isinstance(item, Said):
            continue
        more = rows(item)
        if more is None:
            return None
        found += more
    return found if len(found) <= MOST_ROWS else None


def nested(formula: Formula) -> Place | None:
    """Return where a formula asks for more than the two lists can hold, if it does."""
    match formula:
        case Said():
            return None
        case Every(items, at):
            inner = next((found for item in items if (found := nested(item)) is not None), None)
            either_of = [item for item in items if isinstance(item, Either)]
            second = either_of[1].at or at if len(either_of) > 1 else None
            return inner or second
        case Either(items, at):
            together = next((item for item in items if isinstance(item, Every)), None)
            return None if together is None else together.at or at
