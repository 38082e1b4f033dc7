"""The directory as JSON: who there is, read with every entry checked."""

from collections.abc import Mapping
from typing import Any

from trigdsl.engine.state import Directory, Record, UpdateError
from trigdsl.runtime.wire import Json, read_object, read_record, with_help
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.spelling import did_you_mean


class DirectoryError(ValueError):
    """A directory that cannot be read; the message says which entry and why."""


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
                known_part = _known_part(kind, read_object(entry, where), vocabulary)
                records.append(read_record(kind, known_part, vocabulary, where))
            except UpdateError as error:
                reasons = [str(error), *_unknown(kind, entry, vocabulary)]
                raise DirectoryError("; ".join(reasons)) from None
    # An object is no list of entries: it is what another tool keeps beside them, such as the ids of an account.
    unknown = sorted(name for name in set(data) - set(SECTIONS) if not isinstance(data[name], Mapping))
    if unknown:
        message = f"a directory has no section `{unknown[0]}`"
        raise DirectoryError(with_help(message, did_you_mean(unknown[0], SECTIONS)))
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
        with_help(f"`{kind}.{name}` is no field that rules know", did_you_mean(name, known))
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
