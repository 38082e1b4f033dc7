"""Directories that a command is given: each read and checked, and all of them taken together."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from attrs import frozen

from trigdsl.engine.state import Directory, UpdateError
from trigdsl.interfaces.files import InputError, reason
from trigdsl.interop import pieces
from trigdsl.runtime.directory import SECTIONS, DirectoryError, unknown_fields
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset

if TYPE_CHECKING:  # what few commands need is imported by them
    from trigdsl.interop.zendesk.translation import Translation


@frozen
class People:
    """What directories say: each file by its name, and all of them as one; without a file nothing."""

    files: tuple[tuple[str, dict[str, Any]], ...] = ()
    together: dict[str, Any] | None = None


def read(paths: Iterable[str]) -> People:
    """Return what the files of directories say; InputError says why one is none, or that it holds events."""
    files = tuple((path, _read(path)) for path in paths)
    together = None
    for _, data in files:
        together = data if together is None else _joined(together, data)
    return People(files, together)


def _read(path: str) -> dict[str, Any]:
    try:
        data = read_json(path, "the directory")
    except InputError:
        if pieces.is_event(first(path)):
            raise _are_events(path) from None
        raise
    if pieces.is_event(data):
        raise _are_events(path)
    if not isinstance(data, dict):
        raise InputError(f"the directory `{path}` is not an object with `users` and `groups`")
    return data


def read_json(path: str, what: str) -> Any:
    """Return the JSON value of a file; InputError says why it cannot be read."""
    try:
        return pieces.decoded(Path(path).read_bytes(), whole=True)
    except (OSError, UpdateError) as error:
        raise InputError(f"{what} `{path}` cannot be read: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, UpdateError) else reason(error)


def _are_events(path: str) -> InputError:
    return InputError(
        f"the directory `{path}` looks like a stream of events, one object a line: a directory is one object "
        "with `users`, `groups` and `organizations`"
    )


def first(path: str) -> Any:
    """Return the JSON value of a file's first line that is not empty, or None."""
    with contextlib.suppress(OSError, UpdateError), Path(path).open("rb") as lines:
        return next((pieces.decoded(line) for line in lines if line.strip()), None)
    return None


# Several files as one


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return what two directories say: who is in both is one with all that is said, the last counting."""
    found = {**one}
    for key, value in other.items():
        before = found.get(key)
        if key in SECTIONS and isinstance(before, list) and isinstance(value, list):
            found[key] = _entries(key, before, value)
        else:
            found[key] = _last(before, value)
    return found


def _last(before: Any, value: Any) -> Any:
    """Return what counts of two values: of two objects what both hold, else the last."""
    if isinstance(before, dict) and isinstance(value, dict):
        return before | {key: _last(before.get(key), inner) for key, inner in value.items()}
    return value


def _entries(section: str, before: Sequence[Any], more: Iterable[Any]) -> list[Any]:
    """Return the entries of a section of two files; two of one file stay two."""
    found, own = [*before], [*before]
    places: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(own):
        for label in _labels(section, entry):
            places.setdefault(label, place)
    joined: set[int] = set()
    for entry in more:
        known = (places[label] for label in _labels(section, entry) if label in places)
        meant = next((place for place in known if _may_be_one(section, own[place], entry)), None)
        if meant is None or meant in joined:
            found.append(entry)
        else:
            joined.add(meant)
            found[meant] = {**own[meant], **entry}
    return found


def _labels(section: str, entry: Any) -> Iterator[tuple[str, str]]:
    """Yield what an entry is known by: its id, then the address of a user, or the name of what has none."""
    for label in ("id", "email" if section == "users" else "name") if isinstance(entry, Mapping) else ():
        if entry.get(label) is not None:
            yield label, str(entry[label]).casefold()


def _may_be_one(section: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether entries of one id, address or name are the same: an address is one person's, a name may be two groups'."""
    ids = {str(entry["id"]) for entry in (one, other) if entry.get("id") is not None}
    return section == "users" or len(ids) < 2


# What rules know of them


def directory(
    ruleset: Ruleset, people: People, err: IO[str] | None, reader: Reader = IN_ENGLISH
) -> Directory:
    """Return the directory of what was read; InputError says which file is wrong and how, err hears what is left out."""
    if people.together is None:
        return Directory()
    try:
        found = ruleset.directory(people.together)
    except DirectoryError as error:
        raise _wrong(ruleset, people, error) from None
    for path, data in people.files if err is not None else ():
        for sentence in unknown_fields(data, ruleset.vocabulary):
            print(f"{path}: {reader.say('note: {}', reader.told(sentence))}", file=err)
    return found


def _wrong(ruleset: Ruleset, people: People, error: DirectoryError) -> InputError:
    """Return what is wrong with the first file that is wrong by itself, else with all of them together."""
    for path, data in people.files:
        try:
            ruleset.directory(data)
        except DirectoryError as own:
            return InputError(f"the directory `{path}`: {own}")
    return InputError(f"the directories {', '.join(f'`{path}`' for path, _ in people.files)}: {error}")


def translation(people: People) -> "Translation":
    """Return how a stream's ids and values stand in the rules, as directories tell beside their people."""
    from trigdsl.interop.zendesk.names import NamesError
    from trigdsl.interop.zendesk.translation import Translation

    for path, data in people.files:
        try:
            Translation.of_directory(data)
        except NamesError as error:
            raise InputError(f"the directory `{path}`: {error}") from None
    return Translation.of_directory(people.together)


def tell_who_is_unknown(
    people: People, rulesets: Iterable[Ruleset], err: IO[str], reader: Reader = IN_ENGLISH
) -> None:
    """Say what everybody is taken for where rules ask for roles and there is no directory."""
    from trigdsl.why.strangers import ROLE

    triggers = [trigger for ruleset in rulesets for trigger in ruleset.triggers]
    if not people.files and any(ROLE in trigger.reads for trigger in triggers):
        said = (
            "no directory is given, so whoever no event writes out is taken for an end user: "
            "the rules ask for roles, which `--directory` tells"
        )
        print(reader.say(said), file=err)
