"""Checked rules as JSON and back: data alone, which nothing runs.

A document is a table of rows, and a row a thing made of those before it: `[kind, part, …]`, where a part is a plain
JSON value or `[number]`, the row of that number. Equal things are written once. What a kind of thing is made of
comes from its attrs class, so a new class or a new field needs nothing here; what is of no known kind is not written.
"""

import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import ModuleType
from typing import Any

import attrs

from trigdsl import diagnostics, source
from trigdsl.semantics import messages, placeholders, rules, scenes, types, vocabulary
from trigdsl.spelling import Suggestion
from trigdsl.syntax import tree

MODULES: tuple[ModuleType, ...] = (
    source,
    diagnostics,
    tree,
    types,
    placeholders,
    vocabulary,
    rules,
    scenes,
    messages,
)
"""Where the classes stand that may be written."""

Document = dict[str, Any]


class DocumentError(ValueError):
    """A document that does not tell of anything known, or a thing that cannot be written."""


def _classes() -> dict[str, type[Any]]:
    found: dict[str, type[Any]] = {}
    for module in MODULES:
        own = (c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module.__name__)
        found |= {f"{module.__name__}.{c.__name__}": c for c in own if attrs.has(c) or issubclass(c, Enum)}
    return found


CLASSES: Mapping[str, type[Any]] = _classes()
"""Every attrs class and every enumeration that may be written, by its name."""

_NAMES = {c: name for name, c in CLASSES.items()}
_ATOMS = (str, int, bool, type(None))


def _given(cls: type[Any]) -> list["attrs.Attribute[Any]"]:
    """Return the fields that a thing of a class is made from."""
    return [a for a in attrs.fields(cls) if a.init]


def _maker(cls: type[Any]) -> Callable[[list[Any]], Any]:
    """Return what makes a thing of a class from its parts."""
    if issubclass(cls, Enum):
        return lambda parts: cls(parts[0])
    given = _given(cls)
    named = [a.alias or a.name for a in given if a.kw_only]
    count = len(given) - len(named)
    if any(a.kw_only for a in given[:count]):
        raise TypeError(f"{cls.__name__} has a field by place after one by name")
    if len(named) == 1:
        (name,) = named
        return lambda parts: cls(*parts[:-1], **{name: parts[-1]})
    return lambda parts: cls(*parts[:count], **dict(zip(named, parts[count:], strict=True)))


# What is no attrs class: how it is taken apart, and made again


def _dictionary(parts: list[Any]) -> dict[Any, Any]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


_PLAIN: Mapping[str, tuple[type[Any], Callable[[Any], Iterable[Any]], Callable[[list[Any]], Any]]] = {
    "tuple": (tuple, lambda value: value, tuple),
    "set": (frozenset, sorted, frozenset),
    "map": (dict, lambda value: (each for pair in value.items() for each in pair), _dictionary),
    "number": (Decimal, lambda value: [str(value)], lambda parts: Decimal(parts[0])),
    "day": (date, lambda value: [value.isoformat()], lambda parts: date.fromisoformat(parts[0])),
    "moment": (datetime, lambda value: [value.isoformat()], lambda parts: datetime.fromisoformat(parts[0])),
    "duration": (
        timedelta,
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda parts: timedelta(*parts),
    ),
    "zone": (zoneinfo.ZoneInfo, lambda value: [value.key], lambda parts: zoneinfo.ZoneInfo(parts[0])),
    "suggestion": (
        Suggestion,
        lambda value: [value.written, value.meant, value.certain],
        lambda parts: Suggestion(parts[0], parts[1], certain=parts[2]),
    ),
}
_KINDS = {cls: (name, apart) for name, (cls, apart, _) in _PLAIN.items()}


# Writing


def encoded(thing: Any) -> Document:
    """Return a document from which an equal thing is read; DocumentError when it is made of anything unknown."""
    table = _Table()
    last = table.part(thing)
    return {"kinds": [*table.kinds], "rows": [*table.rows], "last": last}


class _Table:
    """The rows of a document in the making."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}
        self.rows: list[list[Any]] = []
        self._numbers: dict[Any, int] = {}
        self._known: dict[int, tuple[Any, list[int]]] = {}

    def part(self, thing: Any) -> Any:
        """Return a thing as a part of a row; what is no plain value becomes a row, unless it is one already."""
        if type(thing) in _ATOMS:
            return thing
        known = self._known.get(id(thing))
        if known is None:
            # The thing is kept beside its row: another could come to have its address.
            known = self._known[id(thing)] = thing, [self._row(thing)]
        return known[1]

    def _row(self, thing: Any) -> int:
        cls = type(thing)
        if cls in _NAMES:
            name = _NAMES[cls]
            inside = (
                [thing.value] if isinstance(thing, Enum) else [getattr(thing, a.name) for a in _given(cls)]
            )
        elif cls in _KINDS:
            name, apart = _KINDS[cls]
            inside = [*apart(thing)]
        else:
            raise DocumentError(f"{cls.__name__} cannot be written")
        kind = self.kinds.setdefault(name, len(self.kinds))
        row = [kind, *map(self.part, inside)]
        # True is 1 to Python, and not to JSON.
        key = tuple(part[0] if type(part) is list else (type(part), part) for part in row)
        number = self._numbers.setdefault(key, len(self.rows))
        if number == len(self.rows):
            self.rows.append(row)
        return number


# Reading


def decoded(document: Any) -> Any:
    """Return the thing that a document tells of; DocumentError when it tells of none."""
    try:
        makers = [_PLAIN[name][2] if name in _PLAIN else _maker(CLASSES[name]) for name in document["kinds"]]
        made: list[Any] = []
        keep = made.append
        for kind, *parts in document["rows"]:
            keep(makers[kind]([made[p[0]] if type(p) is list else p for p in parts]))
        last = document["last"]
        return made[last[0]] if type(last) is list else last
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise DocumentError(f"{type(error).__name__}: {error}") from None
