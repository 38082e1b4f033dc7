"""Tickets and updates as JSON: read with every value checked, written so that reading gives them back."""

import contextlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from trigdsl.engine.state import Comment, Record, Ticket, Update, UpdateError
from trigdsl.semantics import types
from trigdsl.semantics.types import MisfitError, Value
from trigdsl.semantics.vocabulary import DERIVED, Vocabulary
from trigdsl.spelling import did_you_mean

Json = Mapping[str, Any]


def update_from_json(event: Any, vocabulary: Vocabulary) -> Update:
    """Return the update that a CloudEvent tells of; UpdateError says what in it does not fit."""
    event = read_object(event, "an event")
    if event.get("specversion") != "1.0":
        raise UpdateError('it is no CloudEvent of version 1.0: `"specversion": "1.0"` is missing')
    kind = event.get("type")
    root = vocabulary.root
    if kind not in (f"{root}.created", f"{root}.updated"):
        raise UpdateError(f"its type is {_shown(kind)}, expected `{root}.created` or `{root}.updated`")
    data = read_object(event.get("data"), "its `data`")
    _known_keys(data, _DATA, "data")
    people: list[Record] = []
    values = values_from_json(_given(data, "set"), vocabulary, people)
    for name in values:
        if name in DERIVED or vocabulary.own[name].counting is not None:
            raise UpdateError(f"`{name}` follows from the events, and cannot be set")
    return Update(
        _name(event, "source"),
        _name(event, "subject"),
        _name(event, "id"),
        read_time(event.get("time")),
        kind == f"{root}.created",
        _person(data.get("by"), "by", vocabulary, people),
        _channel(data.get("channel"), vocabulary),
        values,
        None if data.get("comment") is None else _comment(data["comment"], vocabulary),
        _flag(data, "automatic"),
        frozenset(_names(data.get("mailed"), "mailed")),
        _each_once(people),
    )


_DATA = ("by", "channel", "set", "comment", "automatic", "mailed", "ticket")


def starting_ticket(event: Any, vocabulary: Vocabulary) -> Ticket | None:
    """Return the state before its update that an event carries, or None when it carries none."""
    data = event.get("data") if isinstance(event, Mapping) else None
    state = data.get("ticket") if isinstance(data, Mapping) else None
    if state is None:
        return None
    state = read_object(state, "its `ticket`")
    return ticket_from_json(
        {"source": event.get("source"), "subject": event.get("subject"), **state}, vocabulary
    )


def values_from_json(raw: Any, vocabulary: Vocabulary, people: list[Record]) -> dict[str, Value]:
    """Return the values of the ticket's fields; people written out are added to the list."""
    values: dict[str, Value] = {}
    for name, value in read_object(raw, "`set`").items():
        declared = vocabulary.own.get(name)
        if declared is None:
            message = f"a {vocabulary.root} has no field `{name}`"
            raise UpdateError(with_help(message, did_you_mean(name, vocabulary.own)))
        kind = declared.type
        if isinstance(kind, types.ReferenceType) and kind.kind == "user":
            values[name] = _person(value, name, vocabulary, people)
            continue
        if isinstance(kind, types.ReferencesType) and kind.kind == "user" and isinstance(value, list):
            keys = (_person(item, name, vocabulary, people) for item in value)
            values[name] = frozenset(key for key in keys if key is not None)
            continue
        try:
            values[name] = types.read(kind, value)
        except MisfitError as error:
            raise UpdateError(f"`{name}`: {error}") from None
    return values


def update_to_json(update: Update, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the CloudEvent from which the update is read back."""
    people = {person.key: person for person in update.people}
    data: dict[str, Any] = {"by": _written_person(update.by, people)}
    if update.channel is not None:
        data["channel"] = update.channel
    data["set"] = {name: types.to_json(value) for name, value in sorted(update.values.items())}
    for name in vocabulary.people & data["set"].keys() if people else ():
        value = data["set"][name]
        several = isinstance(value, list)
        data["set"][name] = (
            [_written_person(key, people) for key in value] if several else _written_person(value, people)
        )
    if update.comment is not None:
        data["comment"] = _comment_to_json(update.comment)
    if update.automatic:
        data["automatic"] = True
    if update.mailed:
        data["mailed"] = sorted(update.mailed)
    return {
        "specversion": "1.0",
        "id": update.id,
        "source": update.source,
        "type": f"{vocabulary.root}.{'created' if update.created else 'updated'}",
        "subject": update.ticket,
        "time": types.to_json(update.time),
        "data": data,
    }


def ticket_from_json(state: Any, vocabulary: Vocabulary) -> Ticket:
    """Return the ticket that a saved state tells of; UpdateError says what in it does not fit."""
    state = read_object(state, "a ticket's state")
    known = ("source", "subject", "values", "comments", "fired", "people", "seen")
    _known_keys(state, known, "a ticket's state")
    people = [
        read_record("user", person, vocabulary, "people") for person in _list(state.get("people"), "people")
    ]
    values = values_from_json(_exact_numbers(_given(state, "values"), vocabulary), vocabulary, people)
    comments = tuple(_comment(c, vocabulary) for c in _list(state.get("comments"), "comments"))
    fired = frozenset(_names(state.get("fired"), "fired"))
    return Ticket(
        _name(state, "source"),
        _name(state, "subject"),
        values,
        comments,
        fired,
        {person.key: person for person in people},
    )


def seen_from_json(state: Json) -> dict[str, str]:
    """Return the ids of the events that a saved ticket has seen, each with what tells its content apart."""
    seen = read_object(_given(state, "seen"), "`seen`")
    if not all(isinstance(digest, str) for digest in seen.values()):
        raise UpdateError("`seen` holds something that is not text")
    return dict(seen)


def ticket_to_json(ticket: Ticket) -> dict[str, Any]:
    """Return the state from which the ticket is read back."""
    state: dict[str, Any] = {
        "source": ticket.source,
        "subject": ticket.id,
        "values": {name: _saved(value) for name, value in sorted(ticket.values.items())},
    }
    if ticket.comments:
        state["comments"] = [_comment_to_json(comment) for comment in ticket.comments]
    if ticket.fired:
        state["fired"] = sorted(ticket.fired)
    if ticket.people:
        state["people"] = [_record_to_json(person) for _, person in sorted(ticket.people.items())]
    return state


def _saved(value: Value) -> Any:
    """Return a value as JSON, a number with more digits than JSON's readers keep as text."""
    found = types.to_json(value)
    return str(value) if isinstance(value, Decimal) and Decimal(repr(found)) != value else found


def _exact_numbers(values: Any, vocabulary: Vocabulary) -> Any:
    """Return saved values with the numbers that were saved as text."""
    if not isinstance(values, Mapping):
        return values
    found = dict(values)
    for name, raw in values.items():
        declared = vocabulary.field(vocabulary.root, name)
        if declared is not None and isinstance(declared.type, types.NumberType) and isinstance(raw, str):
            with contextlib.suppress(InvalidOperation):
                found[name] = Decimal(raw)
    return found


# Parts


def read_record(kind: str, entry: Any, vocabulary: Vocabulary, where: str) -> Record:
    """Return a person, a group and the like; UpdateError says what in the entry does not fit."""
    entry = read_object(entry, where)
    values: dict[str, Value] = {}
    for name, value in entry.items():
        declared = vocabulary.field(kind, name)
        if declared is None:
            known = [f.name for f in vocabulary.fields_of(kind)]
            message = f"{where}: a {kind} has no field `{name}`"
            help_line = did_you_mean(name, known) or f"declare it in your rules: `field {kind}.{name} is …`"
            raise UpdateError(with_help(message, help_line))
        try:
            values[name] = types.read(declared.type, value)
        except MisfitError as error:
            raise UpdateError(f"{where}: `{name}`: {error}") from None
    label = "email" if kind == "user" else "name"
    key = values.get("id") or values.get(label)
    if not isinstance(key, str):
        raise UpdateError(f"{where}: it has neither `id` nor `{label}`")
    if "id" not in values and kind == "user":
        key = key.casefold()
    return Record(kind, key, values)


def _record_to_json(record: Record) -> dict[str, Any]:
    return {name: types.to_json(value) for name, value in sorted(record.values.items())}


_USER = types.ReferenceType("user")


def _person(raw: Any, where: str, vocabulary: Vocabulary, people: list[Record]) -> str | None:
    """Return the name of a person; one written out joins the people of the update."""
    if isinstance(raw, Mapping):
        person = read_record("user", raw, vocabulary, where)
        people.append(person)
        return person.key
    try:
        value = types.read(_USER, raw)
    except MisfitError as error:
        raise UpdateError(f"`{where}`: {error}") from None
    return value if isinstance(value, str) else None


def _each_once(people: Iterable[Record]) -> tuple[Record, ...]:
    """Return people, each with all that is written of them; what is written last counts."""
    found: dict[str, Record] = {}
    for person in people:
        earlier = found.get(person.key)
        values = {**({} if earlier is None else earlier.values), **person.values}
        found[person.key] = Record(person.kind, person.key, values)
    return tuple(found.values())


def _written_person(key: Any, people: Mapping[str, Record]) -> Any:
    return _record_to_json(people[key]) if key in people else key


def _comment(raw: Any, vocabulary: Vocabulary) -> Comment:
    raw = read_object(raw, "`comment`")
    body = raw.get("body", "")
    if not isinstance(body, str):
        raise UpdateError("the comment's `body` is not text")
    values: dict[str, Value] = {}
    for name, value in raw.items():
        if name in ("body", "public", "author", "time"):
            continue
        declared = vocabulary.field("comment", name)
        if declared is None:
            known = ["body", "public", *(f.name for f in vocabulary.fields_of("comment"))]
            raise UpdateError(with_help(f"a comment has no field `{name}`", did_you_mean(name, known)))
        try:
            values[name] = types.read(declared.type, value)
        except MisfitError as error:
            raise UpdateError(f"the comment's `{name}`: {error}") from None
    author = raw.get("author")
    if author is not None:
        author = _name(raw, "author")
    time = raw.get("time")
    return Comment(
        body,
        _flag(raw, "public", default=True),
        author,
        None if time is None else read_time(time),
        values,
    )


def _comment_to_json(comment: Comment) -> dict[str, Any]:
    written: dict[str, Any] = {"public": comment.public, "body": comment.body}
    if comment.author is not None:
        written["author"] = comment.author
    if comment.time is not None:
        written["time"] = types.to_json(comment.time)
    return written | {name: types.to_json(value) for name, value in sorted(comment.values.items())}


def _channel(raw: Any, vocabulary: Vocabulary) -> str | None:
    if raw is None:
        return None
    declared = vocabulary.field("update", "channel")
    kind = types.TextType() if declared is None else declared.type
    try:
        value = types.read(kind, raw)
    except MisfitError as error:
        raise UpdateError(f"`channel`: {error}") from None
    return str(value)


def read_object(raw: Any, what: str) -> Json:
    """Return a JSON object; UpdateError when it is none."""
    if not isinstance(raw, Mapping):
        raise UpdateError(f"{what} is not an object")
    return raw


def _list(raw: Any, what: str) -> list[Any]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise UpdateError(f"`{what}` is not a list")
    return raw


def _name(raw: Json, key: str) -> str:
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise UpdateError(
            f"its `{key}` is missing" if value is None else f"its `{key}` is {_shown(value)}, not text"
        )
    return str(value)


def _given(raw: Json, key: str) -> Any:
    value = raw.get(key)
    return {} if value is None else value


def _names(raw: Any, what: str) -> list[str]:
    names = _list(raw, what)
    wrong = next((name for name in names if not isinstance(name, str)), None)
    if wrong is not None:
        raise UpdateError(f"`{what}`: {_shown(wrong)} is not text")
    return names


def _flag(raw: Json, key: str, *, default: bool = False) -> bool:
    value = raw.get(key, default)
    if not isinstance(value, bool):
        raise UpdateError(f"`{key}` is {_shown(value)}, not true or false")
    return value


def read_time(raw: Any, name: str = "time") -> datetime:
    """Return the moment of an event; UpdateError when it is missing or none. A day begins in universal time."""
    if raw is None:
        raise UpdateError(f"its `{name}` is missing")
    try:
        value = types.moment(raw)
    except MisfitError as error:
        raise UpdateError(f"`{name}`: {error}") from None
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)


def _known_keys(raw: Json, known: Collection[str], what: str) -> None:
    for key in raw:
        if key not in known:
            raise UpdateError(with_help(f"{what} has no `{key}`", did_you_mean(str(key), known)))


def with_help(message: str, help_line: str | None) -> str:
    """Return a reason, with what to do where that is known."""
    return message if help_line is None else f"{message}: {help_line}"


def _shown(raw: Any) -> str:
    text = json.dumps(raw, ensure_ascii=False, default=str)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"
