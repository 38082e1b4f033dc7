"""What a Liquid body reads: things with names, which lead to values, to other things and to lists of them.

There is no other way from a body to anything: a thing answers to the names of its fields and to what is made from
them, each as the reader at hand may see it, and to nothing else.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from operator import getitem
from typing import Any, Protocol

from trigdsl.engine.state import Comment, Update
from trigdsl.runtime.texts import derived
from trigdsl.runtime.texts.parts import MOST_OUTPUT
from trigdsl.runtime.texts.values import Entry, Moment, Reader
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary
from trigdsl.semantics.ways import COMMENT_LISTS, LATEST_COMMENTS


class Stage(derived.Stage, Protocol):
    """What there is to tell of, and where each beginning of a path is found."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The nouns of the rules."""

    @property
    def update(self) -> Update:
        """The update that the outcome came of."""

    def part(self, entity: str, name: str) -> "Part | None":
        """Return how what a thing of an entity answers to a name is found."""

    def actor(self) -> Mapping[str, Value]:
        """Return the fields of who made the update."""

    def beside(self, name: str, reader: Reader) -> Mapping[str, Value]:
        """Return the fields of the update, or of its comment if the reader may see it."""

    def latest(self, name: str, reader: Reader) -> Mapping[str, Value]:
        """Return the fields of the last comment that the reader may see."""

    def described(self, reader: Reader) -> Mapping[str, Value]:
        """Return the ticket's fields, without a description that the reader may not see."""

    def shown(self, kind: str, name: str) -> str:
        """Return how outcomes write a person, a group and the like."""

    def entry(self, comment: Comment, reader: Reader) -> Entry:
        """Return a comment as a loop of a Jinja2 text gives it."""

    def of_comment(self, comment: Comment) -> Mapping[str, Value]:
        """Return the fields of a comment."""


class Names(Mapping[str, Any]):
    """What paths of a body begin with, for one reader."""

    def __init__(self, stage: Stage, reader: Reader) -> None:
        self._stage = stage
        self._reader = reader
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Any:
        stage, reader = self._stage, self._reader
        vocabulary = stage.vocabulary
        if name in ("now", "today"):
            return Moment(stage.update.time, reader.language, reader.zone)
        if name == CURRENT_USER:
            return _thing(stage, reader, "user", stage.actor())
        if name == vocabulary.root:
            return _thing(stage, reader, name, stage.ticket.values)
        if name in vocabulary.shorthands:
            return self[vocabulary.root][name]
        if name in vocabulary.entities_alone:
            return _thing(stage, reader, name, stage.beside(name, reader))
        if name in vocabulary.placeholders.names and name not in vocabulary.entities:
            return _thing(stage, reader, name, stage.ticket.values)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter((*self._stage.vocabulary.starts(), *self._stage.vocabulary.placeholders.names))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Choice(str):
    """A choice of a field: its plain word, which also answers to `title` with its label."""

    __slots__ = ("title_of_it",)

    title_of_it: str

    def __getitem__(self, key: Any) -> str:
        return self.title_of_it if key == "title" else super().__getitem__(key)


class Thing:
    """A ticket, a comment, a person and the like, as a body names its parts."""

    __slots__ = ("_entity", "_known", "_reader", "_stage", "_values")

    def __init__(self, stage: Stage, reader: Reader, entity: str, values: Mapping[str, Value]) -> None:
        self._stage = stage
        self._reader = reader
        self._entity = entity
        self._values = values
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: Any) -> Any:
        if not isinstance(name, str):
            raise KeyError(name)
        known = self._known
        if name in known:
            return known[name]
        found = self._stage.part(self._entity, name)
        if found is None:
            raise KeyError(name)
        value = known[name] = _bounded(found(self._stage, self._reader, self._values))
        return value

    def __str__(self) -> str:
        labels = {"comment": ("body",), "user": ("name", "email", "id")}.get(self._entity, ("name", "id"))
        return next((str(self._values[label]) for label in labels if self._values.get(label)), "")

    def __liquid__(self) -> str:
        """Return what the thing is where a body compares it."""
        return str(self)


# Parts: what a name of a thing leads to, worked out once for a rule set, then asked for each text

Values = Mapping[str, Value]
Part = Callable[[Stage, Reader, Values], Any]


def part(vocabulary: Vocabulary, entity: str, name: str) -> Part | None:
    """Return how what a thing answers to a name is found, or None when it answers to no such name."""
    at_root = entity == vocabulary.root
    if at_root and name in COMMENT_LISTS:
        return lambda stage, reader, _: [
            Thing(stage, reader, "comment", stage.of_comment(c))
            for c in reversed(stage.comments(name, reader))
        ]
    if at_root and name in LATEST_COMMENTS:
        return lambda stage, reader, _: _thing(stage, reader, "comment", stage.latest(name, reader))
    made = vocabulary.placeholders.find(entity, name)
    if made is None:
        return _of_field(vocabulary, entity, name)
    if made.how == "people":
        return _of_field(vocabulary, entity, made.of[0])
    if made.how is not None:
        derive, of = derived.DERIVATIONS[made.how], made.of
        return lambda stage, reader, values: derive(stage, reader, values, of)
    if not made.of:
        return lambda stage, reader, values: Thing(stage, reader, entity, values)
    first, *rest = made.of
    beginning = _of_field(vocabulary, entity, first)
    if beginning is None or not rest:
        return beginning
    return lambda stage, reader, values: functools.reduce(getitem, rest, beginning(stage, reader, values))


def _thing(stage: Stage, reader: Reader, entity: str, values: Values) -> Thing | None:
    return Thing(stage, reader, entity, values) if values else None


def _of_field(vocabulary: Vocabulary, entity: str, name: str) -> Part | None:
    """Return how the value of a field is found: a set is its words, one after another, and nothing is an empty text."""
    declared = vocabulary.field(entity, name)
    if declared is None:
        return None
    if entity == vocabulary.root and name == "description":
        return lambda stage, reader, _: stage.described(reader).get(name) or ""
    kind, path = declared.type, declared.path
    match kind:
        case types.ReferenceType(to):
            return lambda stage, reader, values: (
                None
                if values.get(name) is None
                else Thing(stage, reader, to, stage.record(to, str(values[name])))
            )
        case types.ReferencesType(to):
            return lambda stage, reader, values: [
                Thing(stage, reader, to, stage.record(to, key)) for key in _sorted(values.get(name))
            ]
        case types.YesNoType():
            return lambda _stage, _reader, values: values.get(name) is True
        case types.TagsType() | types.ChoiceSetType():
            return lambda _stage, _reader, values: " ".join(_sorted(values.get(name)))
        case types.NumberType():
            return lambda _stage, _reader, values: _number(values.get(name))
        case types.DateType():
            return lambda _stage, reader, values: _moment(values.get(name), reader)
        case types.ChoiceType():
            return lambda stage, reader, values: _choice(stage, reader, path, values.get(name))
        case types.TextType() if entity != vocabulary.root:
            # It may be a choice of which nobody has said that it is one.
            return lambda _stage, _reader, values: _titled(values.get(name), values.get(name))
        case _:
            return lambda _stage, _reader, values: "" if values.get(name) is None else values[name]


def _sorted(value: Value) -> list[str]:
    return sorted(value) if isinstance(value, frozenset) else []


def _number(value: Value) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return "" if value is None else value


def _moment(value: Value, reader: Reader) -> Any:
    return Moment(value, reader.language, reader.zone) if isinstance(value, date) else ""


def _choice(stage: Stage, reader: Reader, path: str, value: Value) -> str:
    if value is None:
        return ""
    titles = stage.account.titles.get(path, {})
    return _titled(value, titles.get(str(value)) or stage.label(path, str(value), reader.language))


def _titled(value: Value, title: Value) -> str:
    found = Choice("" if value is None else value)
    found.title_of_it = "" if title is None else str(title)
    return found


def _bounded(value: Any) -> Any:
    """Return a value, cut off where it is a text longer than any that is sent."""
    return value[:MOST_OUTPUT] if isinstance(value, str) and len(value) > MOST_OUTPUT else value
