"""What a directory says of an account's users and organizations, as far as the account tells it."""

from collections.abc import Iterator, Mapping
from typing import Any

from trigdsl.interop.zendesk.catalogue import Id, Kind
from trigdsl.interop.zendesk.importing.account import Account
from trigdsl.interop.zendesk.importing.own_fields import OwnFields

_ROLES: Mapping[str, str] = {"end-user": "end_user", "agent": "agent", "admin": "admin"}
_PLAIN = ("email", "phone", "external_id", "time_zone", "details", "notes")


def details(account: Account, own: OwnFields) -> Mapping[Id, Mapping[str, Mapping[str, Any]]]:
    """Return the directory's fields of each user and each organization, by kind and id."""
    return {
        Id.USER: {
            number: dict(_user(entry, account.members.get(number, []), own))
            for number, entry in account.people.get(Id.USER, {}).items()
        },
        Id.ORGANIZATION: {
            number: dict(_organization(entry, own))
            for number, entry in account.people.get(Id.ORGANIZATION, {}).items()
        },
    }


def _user(entry: Mapping[str, Any], groups: list[str], own: OwnFields) -> Iterator[tuple[str, Any]]:
    if isinstance(entry.get("name"), str):
        yield "name", entry["name"]
    if isinstance(entry.get("role"), str) and entry["role"] in _ROLES:
        yield "role", _ROLES[entry["role"]]
    yield from ((key, entry[key]) for key in _PLAIN if isinstance(entry.get(key), str) and entry[key])
    if isinstance(entry.get("locale"), str):
        yield "language", entry["locale"]
    if entry.get("restricted_agent") is True and entry.get("role") == "agent":
        yield "restricted", True
    if isinstance(entry.get("organization_id"), int | str):
        yield "organization", str(entry["organization_id"])
    if groups:
        yield "groups", list(dict.fromkeys(groups))
    yield from _tags(entry)
    yield from _own(entry.get("user_fields"), "requester.custom_fields.", own)


def _organization(entry: Mapping[str, Any], own: OwnFields) -> Iterator[tuple[str, Any]]:
    yield from (
        (key, str(entry[key]))
        for key in ("external_id", "details", "notes")
        if entry.get(key) not in (None, "")
    )
    yield from _tags(entry)
    yield from _own(entry.get("organization_fields"), "organization.custom_fields.", own)


def _tags(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    tags = entry.get("tags")
    if isinstance(tags, list) and tags and all(isinstance(tag, str) for tag in tags):
        yield "tags", tags


def _own(values: Any, prefix: str, own: OwnFields) -> Iterator[tuple[str, Any]]:
    """Yield the fields of the account's own that have a value of their kind."""
    for key, value in values.items() if isinstance(values, Mapping) else ():
        field = own.fields.get(f"{prefix}{key}")
        if field is None or value in (None, "", []):
            continue
        name = field.path.rpartition(".")[2]
        match field.kind:
            case Kind.YES_NO | Kind.SET:
                yield name, value
            case Kind.NUMBER:
                yield name, float(value) if isinstance(value, str) and "." in value else value
            case Kind.DATE:
                yield name, str(value)[:10]
            case Kind.CHOICE if field.values and str(value) not in (*field.values, *field.values.values()):
                continue
            case _:
                yield name, str(value)
