"""What an index sees of one update: its view, and under which names the rules speak of whom."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field

from trigdsl.engine.state import Directory
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.textual import folded
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


@define(eq=False)
class Callings:
    """Whom the rules call by which names, in one directory or another. The last directory's answer is kept."""

    operands: Mapping[str, frozenset[r.Operand]]
    by_name: Mapping[str, Sequence[r.Named]]
    by_label: Mapping[str, Sequence[r.Named]]
    _last: tuple[Directory, Mapping[str, Called]] | None = None

    @classmethod
    def of(cls, operands: Mapping[str, Iterable[r.Operand]]) -> "Callings":
        """Return what some operands call, by the kind of record."""
        by_name: dict[str, list[r.Named]] = {}
        by_label: dict[str, list[r.Named]] = {}
        for operand in operands.get("user", ()):
            if isinstance(operand, r.Named):
                by_name.setdefault(operand.name, []).append(operand)
                by_label.setdefault(folded(operand.name), []).append(operand)
        return cls({kind: frozenset(several) for kind, several in operands.items()}, by_name, by_label)

    def under(self, directory: Directory) -> Mapping[str, Called]:
        """Return, for each kind of record, which of the operands stand for which key."""
        known = self._under_lasting(directory.beneath or directory)
        return known if directory.beneath is None else self._moved(known, directory, directory.beneath)

    def _under_lasting(self, directory: Directory) -> Mapping[str, Called]:
        last = self._last
        if last is None or last[0] is not directory:
            found = {kind: _by_key(several, directory, kind) for kind, several in self.operands.items()}
            last = self._last = directory, found
        return last[1]

    def _moved(
        self, known: Mapping[str, Called], directory: Directory, beneath: Directory
    ) -> Mapping[str, Called]:
        """Return what is known, but for the names that people written out have come to bear."""
        moved = {
            operand for name in directory.records.get("user", ()) for operand in self.by_name.get(name, ())
        }
        moved.update(operand for _, label in directory.names for operand in self.by_label.get(label, ()))
        users = known.get("user")
        if users is None or not moved:
            return known
        over: dict[str, frozenset[r.Operand]] = {}
        for operand in moved:
            here, there = directory.key("user", operand.name), beneath.key("user", operand.name)
            if here != there:
                over[there] = over.get(there, users.get(there, frozenset())) - {operand}
                over[here] = over.get(here, users.get(here, frozenset())) | {operand}
        return {**known, "user": ChainMap(over, users)}  # type: ignore[arg-type]  # the first alone is written


def _by_key(operands: Iterable[r.Operand], directory: Directory, kind: str) -> Called:
    by_key: dict[str, set[r.Operand]] = {}
    for operand in operands:
        key = directory.key(kind, operand.name) if isinstance(operand, r.Named) else _constant(operand)
        by_key.setdefault(key, set()).add(operand)
    return {key: frozenset(names) for key, names in by_key.items()}


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
