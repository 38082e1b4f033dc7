"""Tickets, updates and directories as JSON: read with every value checked, written so that reading gives them back."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from trigdsl.diagnostics import did_you_mean
from trigdsl.engine.state import Comment, Directory, Record, Ticket, Update, UpdateError
from trigdsl.semantics import types
from trigdsl.semantics.types import MisfitError, Value
from trigdsl.semantics.vocabulary import Vocabulary

Json = Mapping[str, Any]


class DirectoryError(ValueError):
    """A directory that cannot be read; the message says which entry and why."""


def update_from_json(event: Any, vocabulary: Vocabulary) -> Update:
    """Return the update that a CloudEvent tells of; UpdateError says what in it does not fit."""
    event = _object(event, "an event")
    if event.get("specversion") != "1.0":
        raise UpdateError('it is no CloudEvent of version 1.0: `"specversion": "1.0"` is missing')
    kind = event.get("type")
    root = vocabulary.root
    if kind not in (f"{root}.created", f"{root}.updated"):
        raise UpdateError(f"its type is {_shown(kind)}, expected `{root}.created` or `{root}.updated`")
    data = _object(event.get("data"), "its `data`")
    _known_keys(data, _DATA, "data")
    people: list[Record] = []
    values = values_from_json(_given(data, "set"), vocabulary, people)
    for declared in vocabulary.fields_of(root):
        if declared.name in values and (declared.counting is not None or declared.name in DERIVED):
            raise UpdateError(f"`{declared.name}` follows from the events, and cannot be set")
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
        tuple({person.key: person for person in people}.values()),
    )


DERIVED = frozenset({"id", "channel", "created_at", "updated_at", "description"})
"""The fields that the fold fills where the vocabulary declares them."""

_DATA = ("by", "channel", "set", "comment", "automatic", "mailed", "ticket")


def starting_ticket(event: Any, vocabulary: Vocabulary) -> Ticket | None:
    """Return the state before its update that an event carries, or None when it carries none."""
    data = event.get("data") if isinstance(event, Mapping) else None
    state = data.get("ticket") if isinstance(data, Mapping) else None
    if state is None:
        return None
    state = _object(state, "its `ticket`")
    return ticket_from_json(
        {"source": event.get("source"), "subject": event.get("subject"), **state}, vocabulary
    )


def values_from_json(raw: Any, vocabulary: Vocabulary, people: list[Record]) -> dict[str, Value]:
    """Return the values of the ticket's fields; people written out are added to the list."""
    values: dict[str, Value] = {}
    for name, value in _object(raw, "`set`").items():
        declared = vocabulary.field(vocabulary.root, name)
        if declared is None:
            known = [f.name for f in vocabulary.fields_of(vocabulary.root)]
            raise UpdateError(
                _with_help(f"a {vocabulary.root} has no field `{name}`", did_you_mean(name, known))
            )
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
    for name in data["set"]:
        declared = vocabulary.field(vocabulary.root, name)
        if declared is not None and declared.type == types.ReferenceType("user"):
            data["set"][name] = _written_person(data["set"][name], people)
        elif declared is not None and declared.type == types.ReferencesType("user"):
            data["set"][name] = [_written_person(key, people) for key in data["set"][name]]
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
    state = _object(state, "a ticket's state")
    known = ("source", "subject", "values", "comments", "fired", "people", "seen")
    _known_keys(state, known, "a ticket's state")
    people = [
        _record("user", person, vocabulary, "people") for person in _list(state.get("people"), "people")
    ]
    values = values_from_json(_given(state, "values"), vocabulary, people)
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
    seen = _object(_given(state, "seen"), "`seen`")
    if not all(isinstance(digest, str) for digest in seen.values()):
        raise UpdateError("`seen` holds something that is not text")
    return dict(seen)


def ticket_to_json(ticket: Ticket) -> dict[str, Any]:
    """Return the state from which the ticket is read back."""
    state: dict[str, Any] = {
        "source": ticket.source,
        "subject": ticket.id,
        "values": {name: types.to_json(value) for name, value in sorted(ticket.values.items())},
    }
    if ticket.comments:
        state["comments"] = [_comment_to_json(comment) for comment in ticket.comments]
    if ticket.fired:
        state["fired"] = sorted(ticket.fired)
    if ticket.people:
        state["people"] = [_record_to_json(person) for _, person in sorted(ticket.people.items())]
    return state


def directory_from_json(data: Any, vocabulary: Vocabulary) -> Directory:
    """Return the directory that a JSON object lists; DirectoryError says which entry is wrong.

    Fields that the vocabulary does not know are left out; `unknown_fields` names them.
    """
    if not isinstance(data, Mapping):
        raise DirectoryError("a directory is an object with `users`, `groups` and `organizations`")
    records: list[Record] = []
    for section, kind in SECTIONS.items():
        entries = data.get(section, [])
        if not isinstance(entries, list):
            raise DirectoryError(f"`{section}` is not a list")
        for number, entry in enumerate(entries, 1):
            try:
                where = f"{section}, entry {number}"
                known_part = _known_part(kind, _object(entry, where), vocabulary)
                records.append(_record(kind, known_part, vocabulary, where))
            except UpdateError as error:
                reasons = [str(error), *_unknown(kind, entry, vocabulary)]
                raise DirectoryError("; ".join(reasons)) from None
    unknown = sorted(set(data) - set(SECTIONS))
    if unknown:
        message = f"a directory has no section `{unknown[0]}`"
        raise DirectoryError(_with_help(message, did_you_mean(unknown[0], SECTIONS)))
    _check_twins(records)
    known = Directory.of(records)
    return Directory.of(_settled(record, known, vocabulary) for record in records)


def _known_part(kind: str, entry: Json, vocabulary: Vocabulary) -> Json:
    return {name: value for name, value in entry.items() if vocabulary.field(kind, name) is not None}


def unknown_fields(data: Json, vocabulary: Vocabulary) -> list[str]:
    """Return what a directory says that no rule can ask, each once, with what may be meant."""
    entries = ((kind, entry) for section, kind in SECTIONS.items() for entry in data.get(section, []))
    return list(dict.fromkeys(name for kind, entry in entries for name in _unknown(kind, entry, vocabulary)))


def _unknown(kind: str, entry: Any, vocabulary: Vocabulary) -> list[str]:
    known = [f.name for f in vocabulary.fields_of(kind)]
    unknown = [str(name) for name in entry if name not in known] if isinstance(entry, Mapping) else []
    return [
        _with_help(f"`{kind}.{name}` is no field that rules know", did_you_mean(name, known))
        for name in unknown
    ]


def _check_twins(records: list[Record]) -> None:
    """Report two entries with one id, or two users with one address."""
    seen: set[tuple[str, str]] = set()
    for record in records:
        email = record.values.get("email") if record.kind == "user" else None
        for label in dict.fromkeys((record.key.casefold(), str(email or record.key).casefold())):
            if (record.kind, label) in seen:
                raise DirectoryError(
                    f"two {record.kind}s are called `{label}`: an id and an address name one alone"
                )
            seen.add((record.kind, label))


SECTIONS: Mapping[str, str] = {
    "users": "user",
    "groups": "group",
    "organizations": "organization",
    "brands": "brand",
}


def _settled(record: Record, known: Directory, vocabulary: Vocabulary) -> Record:
    """Return a record whose own references are keys of the directory."""
    values = dict(record.values)
    for name, value in values.items():
        declared = vocabulary.field(record.kind, name)
        kind = None if declared is None else declared.type
        if isinstance(kind, types.ReferenceType) and isinstance(value, str):
            values[name] = known.key(kind.kind, value)
        elif isinstance(kind, types.ReferencesType) and isinstance(value, frozenset):
            values[name] = frozenset(known.key(kind.kind, member) for member in value)
    return Record(record.kind, record.key, values)


# Parts


def _record(kind: str, entry: Any, vocabulary: Vocabulary, where: str) -> Record:
    entry = _object(entry, where)
    values: dict[str, Value] = {}
    for name, value in entry.items():
        declared = vocabulary.field(kind, name)
        if declared is None:
            known = [f.name for f in vocabulary.fields_of(kind)]
            message = f"{where}: a {kind} has no field `{name}`"
            help_line = did_you_mean(name, known) or f"declare it in your rules: `field {kind}.{name} is …`"
            raise UpdateError(_with_help(message, help_line))
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


def _person(raw: Any, where: str, vocabulary: Vocabulary, people: list[Record]) -> str | None:
    """Return the name of a person; one written out joins the people of the update."""
    if isinstance(raw, Mapping):
        person = _record("user", raw, vocabulary, where)
        people.append(person)
        return person.key
    try:
        value = types.read(types.ReferenceType("user"), raw)
    except MisfitError as error:
        raise UpdateError(f"`{where}`: {error}") from None
    return value if isinstance(value, str) else None


def _written_person(key: Any, people: Mapping[str, Record]) -> Any:
    return _record_to_json(people[key]) if key in people else key


def _comment(raw: Any, vocabulary: Vocabulary) -> Comment:
    raw = _object(raw, "`comment`")
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
            raise UpdateError(_with_help(f"a comment has no field `{name}`", did_you_mean(name, known)))
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


def _object(raw: Any, what: str) -> Json:
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
            raise UpdateError(_with_help(f"{what} has no `{key}`", did_you_mean(str(key), known)))


def _with_help(message: str, help_line: str | None) -> str:
    return message if help_line is None else f"{message}: {help_line}"


def _shown(raw: Any) -> str:
    text = json.dumps(raw, ensure_ascii=False, default=str)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"
