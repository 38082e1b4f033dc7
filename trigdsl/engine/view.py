"""What a condition sees of an update: the ticket before and now, the comment, the people, the time."""

import itertools
from collections.abc import ItemsView, Iterator, Mapping

from attrs import define, frozen

from trigdsl.engine.stamp import Stamp
from trigdsl.engine.state import Comment, Directory, Update
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary


@define(eq=False)
class View:
    """One update in progress. Only `now` and `comments` change, and only between two firings."""

    rules: r.Rules
    update: Update
    directory: Directory
    before: Mapping[str, Value] | None
    now: dict[str, Value]
    comments: tuple[Comment, ...]
    by: str | None
    mailed: frozenset[str] = frozenset()
    _alone: Mapping[str, Mapping[str, Value]] | None = None
    _stamp: Stamp | None = None

    @property
    def stamp(self) -> Stamp:
        """What the keys of this update's effects begin with."""
        if self._stamp is None:
            self._stamp = Stamp(self.update)
        return self._stamp

    @property
    def alone(self) -> Mapping[str, Mapping[str, Value]]:
        """What stands beside the ticket: this update, and its comment."""
        if self._alone is None:
            update, comment = self.update, self.update.comment
            found: dict[str, Mapping[str, Value]] = {
                "update": {"channel": update.channel, "automatic": update.automatic, "time": update.time}
            }
            if comment is not None:
                found["comment"] = {
                    "body": comment.body or None,
                    "author": self.by,
                    "created_at": update.time,
                    **comment.values,
                }
            self._alone = found
        return self._alone

    def copy(self, now: Mapping[str, Value] | None = None) -> "View":
        """Return a view of its own in which something can be tried, of the ticket now or as it is given."""
        return View(
            self.rules,
            self.update,
            self.directory,
            self.before,
            dict(self.now if now is None else now),
            self.comments,
            self.by,
            self.mailed,
        )

    def value(self, reading: r.Reading) -> Value:
        """Return what a path reads; empty where something on the way is empty."""
        return self._read(reading, self.before if reading.previous else self.now)

    def value_before(self, reading: r.Reading) -> Value:
        """Return what a path read before this update; empty on a creating update."""
        return self._read(reading, self.before)

    def _read(self, reading: r.Reading, ticket: Mapping[str, Value] | None) -> Value:
        steps = reading.steps
        if reading.base == self.rules.vocabulary.root and len(steps) == 1:
            own = None if ticket is None else ticket.get(steps[0])
            return self._empty(reading) if own is None else own
        if reading.base == CURRENT_USER:
            value: Value = self.by
            if not steps:
                return value
            value = self._follow("user", value, steps[0])
        else:
            mapping = ticket if reading.base == self.rules.vocabulary.root else self.alone.get(reading.base)
            value = None if mapping is None else mapping.get(steps[0])
        entity = "user" if reading.base == CURRENT_USER else reading.base
        for step, following in itertools.pairwise(steps):
            entity = self._kind(entity, step)
            value = self._follow(entity, value, following)
        return self._empty(reading) if value is None else value

    def _empty(self, reading: r.Reading) -> Value:
        """Return what a path reads where nothing is: a count of nothing is 0."""
        if reading.base == self.rules.vocabulary.root and len(reading.steps) == 1:
            declared = self.rules.vocabulary.field(reading.base, reading.steps[0])
            if declared is not None and declared.counting is not None:
                return 0
        return types.empty(reading.type)

    def _kind(self, entity: str, step: str) -> str:
        declared = self.rules.vocabulary.field(entity, step)
        assert declared is not None
        assert isinstance(declared.type, types.ReferenceType)
        return declared.type.kind

    def _follow(self, kind: str, key: Value, step: str) -> Value:
        if not isinstance(key, str):
            return None
        value = self.directory.record(kind, key).values.get(step)
        declared = self.rules.vocabulary.field(kind, step)
        if value is None or declared is None:
            return value
        if isinstance(declared.type, types.ChoiceType) and value not in declared.type.rank:
            return None  # a role that this vocabulary does not have
        return settled(value, declared.type, self.directory)

    def operand(self, operand: r.Operand) -> Value:
        """Return the value a comparison is made with."""
        match operand:
            case r.Constant(value):
                return value
            case r.Named(kind, name):
                return self.directory.key(kind, name)
            case r.Reading():
                return self.value(operand)


def settled(value: Value, kind: types.Type, directory: Directory) -> Value:
    """Return a value with the names in it replaced by the keys that the directory knows them by."""
    match kind:
        case types.ReferenceType(entity) if isinstance(value, str):
            return directory.key(entity, value)
        case types.ReferencesType(entity) if isinstance(value, frozenset):
            return frozenset(directory.key(entity, name) for name in value)
        case _:
            return value


def shown(value: Value, kind: types.Type, directory: Directory) -> Value:
    """Return a value as outcomes write it: users by e-mail, groups and organizations by name."""
    match kind:
        case types.ReferenceType(entity) if isinstance(value, str):
            return directory.record(entity, value).shown
        case types.ReferencesType(entity) if isinstance(value, frozenset):
            return frozenset(directory.record(entity, key).shown for key in value)
        case _:
            return value


@frozen(eq=False, repr=False)
class Shown(Mapping[str, Value]):
    """A ticket's fields as outcomes write them, each when it is looked at."""

    own: Mapping[str, Value]
    vocabulary: Vocabulary
    directory: Directory

    def __getitem__(self, name: str) -> Value:
        """Return a field's value."""
        value = self.own[name]
        kind = self.vocabulary.references.get(name)
        return value if kind is None else shown(value, kind, self.directory)

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the fields."""
        return iter(self.own)

    def __len__(self) -> int:
        """Return the number of fields."""
        return len(self.own)

    def items(self) -> ItemsView[str, Value]:
        """Return all fields with their values, looked at together."""
        referring = self.vocabulary.references.items()
        named = {
            name: shown(self.own[name], kind, self.directory) for name, kind in referring if name in self.own
        }
        return {**self.own, **named}.items()

    def __repr__(self) -> str:
        """Return it as the dictionary it stands for."""
        return repr(dict(self))
