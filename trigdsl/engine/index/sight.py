"""What an index sees of one update: its view, and under which names the rules speak of whom."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import define, field

from trigdsl.engine.state import Directory
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import Vocabulary

Called = Mapping[str, frozenset[r.Operand]]
"""Keys of a directory, each with the operands of the rules that stand for it."""


@define(eq=False)
class Sight:
    """One update in progress, with what was found of it so far, by feature."""

    view: View
    called: Mapping[str, Called]
    now: Mapping[str, Value]
    before: Mapping[str, Value]
    found: dict[Any, Any] = field(factory=dict)

    @classmethod
    def of(cls, view: View, called: Mapping[str, Called]) -> "Sight":
        """Return what an index sees of a view."""
        return cls(view, called, view.now, _NOTHING if view.before is None else view.before)


_NOTHING: Mapping[str, Value] = {}


def called(operands: Mapping[str, Iterable[r.Operand]], directory: Directory) -> dict[str, Called]:
    """Return, for each kind of record, which of the operands stand for which key."""
    found: dict[str, Called] = {}
    for kind, several in operands.items():
        by_key: dict[str, set[r.Operand]] = {}
        for operand in several:
            key = directory.key(kind, operand.name) if isinstance(operand, r.Named) else _constant(operand)
            by_key.setdefault(key, set()).add(operand)
        found[kind] = {key: frozenset(names) for key, names in by_key.items()}
    return found


def _constant(operand: r.Operand) -> str:
    assert isinstance(operand, r.Constant)
    return str(operand.value)


Reader = Callable[[Sight], Value]


def reader(reading: r.Reading, vocabulary: Vocabulary) -> Reader:
    """Return what reads a path as `View.value` does; a field of the ticket itself without any detour."""
    if not _is_own_field(reading, vocabulary):
        return lambda sight: sight.view.value(reading)
    if reading.previous:
        return reader_before(reading, vocabulary)
    name, empty = reading.steps[0], _empty(reading, vocabulary)
    if empty is None:
        return lambda sight: sight.now.get(name)

    def read(sight: Sight) -> Value:
        value = sight.now.get(name)
        return empty if value is None else value

    return read


def reader_before(reading: r.Reading, vocabulary: Vocabulary) -> Reader:
    """Return what reads a path as `View.value_before` does."""
    if not _is_own_field(reading, vocabulary):
        return lambda sight: sight.view.value_before(reading)
    name, empty = reading.steps[0], _empty(reading, vocabulary)
    if empty is None:
        return lambda sight: sight.before.get(name)

    def read(sight: Sight) -> Value:
        value = sight.before.get(name)
        return empty if value is None else value

    return read


def _is_own_field(reading: r.Reading, vocabulary: Vocabulary) -> bool:
    return reading.base == vocabulary.root and len(reading.steps) == 1


def _empty(reading: r.Reading, vocabulary: Vocabulary) -> Value:
    if vocabulary.own[reading.steps[0]].counting is not None:
        return 0
    return types.empty(reading.type)
