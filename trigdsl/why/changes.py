"""How one update differs from another, part by part: a field it sets, one member of a set, who made it, its comment."""

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from trigdsl.engine.state import Comment, Record, Update
from trigdsl.engine.view import settled
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.why.asked import Asked


class Absent(enum.Enum):
    """What stands in an update for a field that it does not set."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT

Content = Value | Absent | Record | Comment
"""What a part of an update holds; a person written out is a record."""


@frozen
class Edit:
    """One part of an update, what it was, and what it is instead.

    The part is `by`, `channel`, `automatic`, `time`, `comment`, one of the comment's fields
    (`comment`, `public`), a field that is set (`set`, `priority`), or a member of a set field
    (`set`, `tags`, `vip`), which is there or not.
    """

    part: tuple[str, ...]
    was: Content
    becomes: Content


WEIGHTS: Mapping[str, float] = {"by": 1.05, "channel": 1.2, "automatic": 1.3, "time": 1.6}
"""What a change of a part counts: of two changes of one part, that of a field comes first, that of the time last."""


LEAST = 0.9
"""Every change of a part counts more."""


def weight(asked: Asked, edits: Iterable[Edit]) -> float:
    """Return how large a change is: about the number of its parts."""
    return sum(_weight(asked, edit) for edit in edits)


def _weight(asked: Asked, edit: Edit) -> float:
    found = WEIGHTS.get(edit.part[0], 1.0)
    if edit.part[0] == "set" and asked.kind(edit.part[1]) == types.ReferenceType("user"):
        found = 1.1  # that somebody else made the update is nearer than that the ticket is somebody else's
    if isinstance(edit.becomes, Record):
        return found + _told(edit)  # somebody else is nearer than the same person who is otherwise
    # To leave a field alone, and to say nothing, are small changes; to empty a field is a rare one.
    return found - 0.05 if edit.becomes is ABSENT else found + 0.05 * (edit.becomes is None)


def _told(edit: Edit) -> int:
    """Return how much is written of a person that was not."""
    assert isinstance(edit.becomes, Record)
    earlier = edit.was.values if isinstance(edit.was, Record) else {}
    return sum(1 for name, value in edit.becomes.values.items() if earlier.get(name) != value)


# The differences


def difference(asked: Asked, other: Update) -> tuple[Edit, ...]:
    """Return the parts in which another update of the ticket differs from the one that is asked about."""
    return tuple(_differences(asked, asked.update, other))


def _differences(asked: Asked, one: Update, other: Update) -> Iterator[Edit]:
    for name in sorted({*one.values, *other.values}):
        yield from _field(asked, name, one, other)
    if _person(one.by, one) != _person(other.by, other):
        yield Edit(("by",), _person(one.by, one), _person(other.by, other))
    if one.channel != other.channel:
        yield Edit(("channel",), one.channel, other.channel)
    if one.automatic != other.automatic:
        yield Edit(("automatic",), one.automatic, other.automatic)
    if one.time != other.time:
        yield Edit(("time",), one.time, other.time)
    yield from _comment(one.comment, other.comment)


def _field(asked: Asked, name: str, one: Update, other: Update) -> Iterator[Edit]:
    was, becomes = _content(name, one), _content(name, other)
    kind = asked.kind(name)
    if not isinstance(kind, types.SetType):
        if was != becomes:
            yield Edit(("set", name), was, becomes)
        return
    old, new = (_members(asked, name, content) for content in (was, becomes))
    for member in sorted(old ^ new):
        yield Edit(("set", name, member), member in old, member in new)


def _content(name: str, update: Update) -> Content:
    if name not in update.values:
        return ABSENT
    return _person(update.values[name], update)


def _person(value: Value, update: Update) -> Value | Record:
    """Return a value, or the person as the update writes them out."""
    if not isinstance(value, str):
        return value
    return next((person for person in update.people if person.key == value), value)


def _members(asked: Asked, name: str, content: Content) -> frozenset[str]:
    """Return the members that the ticket has in a set field with an update, by their keys."""
    value = asked.untouched(name) if content is ABSENT else content
    assert value is None or isinstance(value, frozenset)
    found = settled(value, asked.kind(name), asked.directory)
    return found if isinstance(found, frozenset) else frozenset()


def _comment(one: Comment | None, other: Comment | None) -> Iterator[Edit]:
    if one is None or other is None:
        if one is not other:
            yield Edit(("comment",), one, other)
        return
    if one.public != other.public:
        yield Edit(("comment", "public"), one.public, other.public)
    if one.body != other.body:
        yield Edit(("comment", "body"), one.body, other.body)
    for name in sorted({*one.values, *other.values}):
        was, becomes = one.values.get(name), other.values.get(name)
        if was != becomes:
            yield Edit(("comment", name), was, becomes)


# Updates made of them


@frozen
class _Parts:
    """An update taken apart."""

    values: dict[str, Value]
    people: dict[str, Record]
    rest: dict[str, Any] = field(factory=dict)

    def take(self, content: Content) -> Value:
        """Return the value that stands for a content; a person written out is remembered."""
        if isinstance(content, Record):
            self.people[content.key] = content
            return content.key
        assert not isinstance(content, Absent | Comment)
        return content


def changed(asked: Asked, edits: Iterable[Edit]) -> Update:
    """Return the update that is asked about with some parts changed."""
    update = asked.update
    parts = _Parts(dict(update.values), {person.key: person for person in update.people})
    for edit in edits:
        match edit.part:
            case ("set", name) if edit.becomes is ABSENT:
                parts.values.pop(name, None)
            case ("set", name):
                parts.values[name] = parts.take(edit.becomes)
            case ("set", name, member):
                held = _members(asked, name, parts.values.get(name, ABSENT))
                held = held | {member} if edit.becomes else held - {member}
                parts.values[name] = frozenset(asked.label(asked.kind(name), key) for key in held)
                if held == _members(asked, name, ABSENT):
                    del parts.values[name]
            case ("by",):
                parts.rest["by"] = parts.take(edit.becomes)
            case ("comment",):
                parts.rest["comment"] = edit.becomes
            case ("comment", name):
                parts.rest["comment"] = _with(parts.rest.get("comment", update.comment), name, edit.becomes)
            case (name,):
                parts.rest[name] = edit.becomes
    return tidy(evolve(update, values=parts.values, people=tuple(parts.people.values()), **parts.rest))


def _with(comment: Comment | None, name: str, content: Any) -> Comment:
    assert comment is not None
    if name in ("public", "body"):
        return evolve(comment, **{name: content})
    return evolve(comment, values={**comment.values, name: content})


def tidy(update: Update) -> Update:
    """Return an update that writes out only people whom it names, as an event can."""
    named = {update.by}
    for value in update.values.values():
        named |= value if isinstance(value, frozenset) else {value} if isinstance(value, str) else set()
    return evolve(update, people=tuple(person for person in update.people if person.key in named))
