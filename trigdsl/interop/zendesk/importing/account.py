"""What is known of an account beside its triggers: names of ids, its own fields, hours, categories."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from attrs import define, field, frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.catalogue import Id, Kind
from trigdsl.interop.zendesk.importing.answers import Answers


@frozen
class Option:
    """One choice of a field: what conditions hold, what the user picks, and the id where conditions may hold that."""

    value: str
    title: str
    id: str | None = None


@frozen
class OwnField:
    """What an account says of one of its own fields; the kind is None where it does not say."""

    title: str
    kind: Kind | None
    options: tuple[Option, ...] = ()


@frozen
class Hours:
    """A schedule of the account's: minutes are counted from Sunday at midnight."""

    name: str
    zone: str
    intervals: tuple[tuple[int, int], ...]
    holidays: tuple[str, ...] = ()


@define
class Account:
    """The account as far as the answers tell.

    `people` holds what a directory may say of users and organizations, `members` the groups of each user.
    """

    names: dict[Id, dict[str, str]] = field(factory=dict)
    people: dict[Id, dict[str, Mapping[str, Any]]] = field(factory=dict)
    members: dict[str, list[str]] = field(factory=dict)
    fields: dict[str, OwnField] = field(factory=dict)
    hours: dict[str, Hours] = field(factory=dict)
    categories: dict[str, tuple[str, Any]] = field(factory=dict)
    contents: list[Mapping[str, Any]] = field(factory=list)


_NAMED: Mapping[str, tuple[Id, tuple[str, ...]]] = {
    "groups": (Id.GROUP, ("name",)),
    "organizations": (Id.ORGANIZATION, ("name",)),
    "brands": (Id.BRAND, ("name",)),
    "users": (Id.USER, ("email", "name")),
    "ticket_forms": (Id.FORM, ("name", "display_name")),
    "custom_statuses": (Id.STATUS, ("agent_label", "raw_agent_label")),
    "schedules": (Id.SCHEDULE, ("name",)),
    "webhooks": (Id.WEBHOOK, ("name",)),
    "targets": (Id.TARGET, ("title",)),
    "locales": (Id.LANGUAGE, ("locale",)),
}
"""Which entries name which ids, and the keys that may hold the name, the best first."""

_OWN_FIELDS = {
    "ticket_fields": (c.CUSTOM[0], "id"),
    "user_fields": ("requester.custom_fields.", "key"),
    "organization_fields": ("organization.custom_fields.", "key"),
}
_DEFINED: Mapping[str, Id] = {
    **{f.name: f.ids for f in c.FIELDS.values() if f.ids is not None},
    "within_schedule": Id.SCHEDULE,
    "notification_target": Id.TARGET,
    "notification_group": Id.GROUP,
    "notification_user": Id.USER,
    "follower": Id.USER,
}


def of_answers(answers: Answers) -> Account:
    """Return what the answers tell of the account; the lists of an account go before its definitions."""
    account = Account()
    account.names[Id.LANGUAGE] = dict(c.LOCALES)
    for section, (kind, keys) in _NAMED.items():
        for entry in answers.sections.get(section, ()):
            name = next((entry[key] for key in keys if _is_name(entry.get(key), key)), None)
            if _is_id(entry.get("id")) and name is not None:
                account.names.setdefault(kind, {})[str(entry["id"])] = name.strip()
                account.people.setdefault(kind, {})[str(entry["id"])] = entry
    for section, (prefix, key) in _OWN_FIELDS.items():
        for entry in answers.sections.get(section, ()):
            if _is_id(entry.get(key, entry.get("id"))):
                name = f"{prefix}{entry.get(key, entry.get('id'))}"
                account.fields[name] = _own_field(entry, by_id=key == "key")
    for entry in answers.sections.get("group_memberships", ()):
        if _is_id(entry.get("user_id")) and _is_id(entry.get("group_id")):
            account.members.setdefault(str(entry["user_id"]), []).append(str(entry["group_id"]))
    for entry in answers.sections.get("schedules", ()):
        _add_hours(account, entry)
    for entry in answers.sections.get("trigger_categories", ()):
        if _is_id(entry.get("id")):
            account.categories[str(entry["id"])] = (
                str(entry.get("name") or "").strip(),
                entry.get("position"),
            )
    account.contents = list(answers.sections.get("items", ()))
    for definitions in answers.definitions:
        for subject in _subjects(definitions):
            _define(account, subject)
    return account


def _is_name(value: Any, key: str) -> bool:
    return isinstance(value, str) and value.strip() != "" and (key != "email" or "@" in value)


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and str(value).strip() != ""


def _own_field(entry: Mapping[str, Any], *, by_id: bool) -> OwnField:
    """Return a field; of users and organizations the conditions hold the ids of choices, of tickets their tags."""
    listed = entry.get("custom_field_options")
    options = tuple(
        Option(
            str(o["value"]),
            str(o.get("name", o["value"])),
            str(o["id"]) if by_id and _is_id(o.get("id")) else None,
        )
        for o in (listed if isinstance(listed, list) else ())
        if isinstance(o, Mapping) and _is_id(o.get("value"))
    )
    return OwnField(str(entry.get("title") or ""), c.CUSTOM_KINDS.get(str(entry.get("type"))), options)


def _add_hours(account: Account, entry: Mapping[str, Any]) -> None:
    given = entry.get("intervals")
    intervals = tuple(
        (i["start_time"], i["end_time"])
        for i in (given if isinstance(given, list) else ())
        if isinstance(i, Mapping) and all(type(i.get(key)) is int for key in ("start_time", "end_time"))
    )
    days = entry.get("holidays")
    holidays = tuple(
        day for h in (days if isinstance(days, list) else ()) if isinstance(h, Mapping) for day in _days(h)
    )
    if _is_id(entry.get("id")) and isinstance(entry.get("name"), str) and intervals:
        zone = str(entry.get("time_zone") or "UTC")
        account.hours[str(entry["id"])] = Hours(entry["name"].strip(), zone, intervals, holidays)


def _days(holiday: Mapping[str, Any]) -> Iterator[str]:
    try:
        first, last = (date.fromisoformat(str(holiday.get(key))) for key in ("start_date", "end_date"))
    except ValueError:
        return
    for number in range(min((last - first).days, 366) + 1):
        yield (first + timedelta(days=number)).isoformat()


# The catalogue of an account


def _subjects(definitions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in ("conditions_all", "conditions_any", "actions"):
        listed = definitions.get(part)
        for subject in listed if isinstance(listed, list) else ():
            if isinstance(subject, Mapping) and isinstance(subject.get("subject"), str):
                yield subject


def _define(account: Account, subject: Mapping[str, Any]) -> None:
    name = subject["subject"]
    listed = subject.get("values")
    values = [
        v
        for v in (listed if isinstance(listed, list) else ())
        if isinstance(v, Mapping) and _is_id(v.get("value"))
    ]
    kind = _DEFINED.get(name)
    if kind is not None and kind is not Id.LANGUAGE:
        known = account.names.setdefault(kind, {})
        for v in values:
            if str(v["value"]).isdecimal() and isinstance(v.get("title"), str) and v["title"].strip():
                known.setdefault(str(v["value"]), v["title"].strip())
    elif name.startswith((*c.CUSTOM, *c.CUSTOM_OF)) and name not in account.fields:
        account.fields[name] = OwnField(
            str(subject.get("title") or ""), _defined_kind(subject, values), _options(name, values)
        )


def _defined_kind(subject: Mapping[str, Any], values: list[Mapping[str, Any]]) -> Kind | None:
    """Return the kind that the operators and values of a subject speak of."""
    listed = subject.get("operators")
    operators = {
        str(o.get("value")) for o in (listed if isinstance(listed, list) else ()) if isinstance(o, Mapping)
    }
    if not operators:
        return None
    if "includes_words" in operators:
        return Kind.TEXT
    if "within_previous_n_days" in operators:
        return Kind.DATE
    if "less_than" in operators:
        return Kind.NUMBER
    if "includes" in operators:
        return Kind.SET
    words = {str(v["value"]) for v in values if v["value"] not in c.NONE}
    if words and words <= {"true", "false"}:
        return Kind.YES_NO
    return Kind.CHOICE if words else Kind.TEXT


def _options(name: str, values: list[Mapping[str, Any]]) -> tuple[Option, ...]:
    """Return the choices of a subject; where they are ids, their words are made from what the user picks."""
    found = []
    for v in values:
        value, title = str(v["value"]), str(v.get("title") or v["value"])
        if value in c.NONE:
            continue
        is_id = value.isdecimal() and name.startswith(tuple(c.CUSTOM_OF))
        found.append(Option(title if is_id else value, title, value if is_id else None))
    return tuple(found)
