"""What a Liquid body reads: things with names, which lead to values, to other things and to lists of them.

There is no other way from a body to anything: a thing answers to the names of its fields and to what is made from
them, each as the reader at hand may see it, and to nothing else.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from trigdsl.engine.state import Comment, Update
from trigdsl.runtime.texts import derived
from trigdsl.runtime.texts.parts import MOST_OUTPUT
from trigdsl.runtime.texts.values import Entry, Moment, Reader
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, Field, Vocabulary
from trigdsl.semantics.ways import COMMENT_LISTS, LATEST_COMMENTS


class Stage(derived.Stage, Protocol):
    """What there is to tell of, and where each beginning of a path is found."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The nouns of the rules."""

    @property
    def update(self) -> Update:
        """The update that the outcome came of."""

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
            return self._thing("user", stage.actor())
        if name == vocabulary.root:
            return self._thing(name, stage.ticket.values)
        if name in vocabulary.shorthands:
            return self[vocabulary.root][name]
        if name in vocabulary.entities_alone:
            return self._thing(name, stage.beside(name, reader))
        if name in vocabulary.placeholders.names and name not in vocabulary.entities:
            return self._thing(name, stage.ticket.values)
        raise KeyError(name)

    def _thing(self, entity: str, values: Mapping[str, Value]) -> "Thing | None":
        return Thing(self._stage, self._reader, entity, values) if values else None

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
        if name not in self._known:
            self._known[name] = _bounded(self._found(name))
        return self._known[name]

    def __str__(self) -> str:
        labels = {"comment": ("body",), "user": ("name", "email", "id")}.get(self._entity, ("name", "id"))
        return next((str(self._values[label]) for label in labels if self._values.get(label)), "")

    def __liquid__(self) -> str:
        """Return what the thing is where a body compares it."""
        return str(self)

    def _found(self, name: str) -> Any:
        stage, reader, vocabulary = self._stage, self._reader, self._stage.vocabulary
        at_root = self._entity == vocabulary.root
        if at_root and name in COMMENT_LISTS:
            newest_first = reversed(stage.comments(name, reader))
            return [Thing(stage, reader, "comment", stage.of_comment(c)) for c in newest_first]
        if at_root and name in LATEST_COMMENTS:
            values = stage.latest(name, reader)
            return Thing(stage, reader, "comment", values) if values else None
        made = vocabulary.placeholders.find(self._entity, name)
        if made is not None and made.how == "people":
            return self._field(made.of[0])
        if made is not None and made.how is not None:
            return derived.DERIVATIONS[made.how](stage, reader, self._values, made.of)
        if made is not None:
            return self._along(made.of)
        return self._field(name)

    def _along(self, path: tuple[str, ...]) -> Any:
        found: Any = self
        for number, step in enumerate(path):
            found = self._field(step) if number == 0 else found[step]
        return found

    def _field(self, name: str) -> Any:
        stage, reader = self._stage, self._reader
        declared = stage.vocabulary.field(self._entity, name)
        if declared is None:
            raise KeyError(name)
        at_root = self._entity == stage.vocabulary.root
        values = stage.described(reader) if at_root and name == "description" else self._values
        value = values.get(name)
        match declared.type:
            case types.ReferenceType(kind):
                return None if value is None else Thing(stage, reader, kind, stage.record(kind, str(value)))
            case types.ReferencesType(kind):
                keys = sorted(value) if isinstance(value, frozenset) else []
                return [Thing(stage, reader, kind, stage.record(kind, key)) for key in keys]
            case _:
                return _plain(declared, value, stage, reader)


def _plain(declared: Field, value: Value, stage: Stage, reader: Reader) -> Any:
    """Return a value as a body has it: a set is its words, one after another, and nothing is an empty text."""
    match declared.type:
        case types.YesNoType():
            return value is True
        case types.TagsType() | types.ChoiceSetType():
            return " ".join(sorted(value)) if isinstance(value, frozenset) else ""
        case types.NumberType() if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        case types.DateType() if isinstance(value, date | datetime):
            return Moment(value, reader.language, reader.zone)
        case types.ChoiceType() if value is not None:
            choice = Choice(value)
            titles = stage.account.titles.get(declared.path, {})
            choice.title_of_it = titles.get(choice) or stage.label(declared.path, choice, reader.language)
            return choice
        case types.TextType() if isinstance(value, str) and declared.entity != stage.vocabulary.root:
            # A choice of which nobody has said that it is one.
            choice = Choice(value)
            choice.title_of_it = value
            return choice
        case _:
            return "" if value is None else value


def _bounded(value: Any) -> Any:
    """Return a value, cut off where it is a text longer than any that is sent."""
    return value[:MOST_OUTPUT] if isinstance(value, str) and len(value) > MOST_OUTPUT else value
