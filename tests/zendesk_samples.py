"""One trigger of Zendesk's for each field, operator and kind of value, and one for each action, from the catalogue."""

from collections.abc import Iterator, Sequence
from typing import Any

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.catalogue import Id, Kind
from trigdsl.interop.zendesk.exporting import offered

Condition = dict[str, Any]
Action = dict[str, Any]
Trigger = dict[str, Any]

_WORDS = ("down", "two words", '"packet loss" down', "2fa")
_VALUES: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("word", "two words", 'say "hi" \\ é'),
    Kind.SEARCHED: ("word", "two words"),
    Kind.NUMBER: ("0", "4"),
    Kind.DATE: ("2026-01-31",),
    Kind.YES_NO: ("true", "false"),
    Kind.SET: ("red", "red green"),
    Kind.CHOICE: ("red", "green"),
}
_IDS = dict.fromkeys(Id, ("77", "1500001753322")) | {
    Id.WEBHOOK: ("01GXYZABCDEFGHJKMNPQRSTVWX",),
    Id.LANGUAGE: ("16", "1"),
}
_OF_FIELD = {
    "status": ("new", "open", "pending", "hold", "solved", "closed"),
    "priority": ("low", "normal", "high", "urgent"),
    "type": ("question", "incident", "problem", "task"),
}
CREATED = {"field": "update_type", "operator": "is", "value": "Create"}
TAGGED = {"field": "current_tags", "operator": "includes", "value": "x"}
LOW = {"field": "priority", "value": "low"}
BODY = "Hello {{ticket.requester.first_name}},\n\n{{ticket.comments_formatted}}"


def conditions() -> Iterator[Condition]:
    """Yield a condition for each field, operator and kind of value."""
    for field in c.FIELDS.values():
        yield from _of_field(field, own=False)
    for name, table in c.SENTENCES.items():
        for operator in offered.of_sentence(name):
            yield from (_condition(name, operator, value) for value in table)
    yield _condition(c.WITHIN_SCHEDULE, "is", "77")
    for number, (prefix, kind) in enumerate(own_fields()):
        name = own_name(prefix, number)
        yield from _of_field(c.Field(name, name, kind, c.OWN_OPERATORS[kind]), own=True)
    # What no rule can say, and what is not known at all.
    yield _condition("sla_next_breach_at", "less_than", "5")
    yield _condition("status", "sounds_like", "open")
    yield _condition("priority", "less_than", "")


def own_fields() -> list[tuple[str, Kind]]:
    """Return a field of an account's own of each kind, for tickets, users and organizations."""
    prefixes = (c.CUSTOM[0], "requester.custom_fields.", "organization.custom_fields.")
    return [(prefix, kind) for prefix in prefixes for kind in c.OWN_OPERATORS]


def own_name(prefix: str, number: int) -> str:
    """Return Zendesk's name of such a field."""
    return f"{prefix}{360000 + number}" if prefix == c.CUSTOM[0] else f"{prefix}own_{number}"


def account() -> dict[str, Any]:
    """Return what the API answers about those fields."""
    kinds = {kind: name for name, kind in c.CUSTOM_KINDS.items()}
    sections: dict[str, list[Any]] = {"ticket_fields": [], "user_fields": [], "organization_fields": []}
    for number, (prefix, kind) in enumerate(own_fields()):
        section = {"c": "ticket_fields", "r": "user_fields", "o": "organization_fields"}[prefix[0]]
        options = [{"id": 900 + n, "value": value, "name": value} for n, value in enumerate(("red", "green"))]
        entry = {"id": 360000 + number, "key": f"own_{number}", "title": f"Own {number}", "type": kinds[kind]}
        if kind in (Kind.CHOICE, Kind.SET):
            entry["custom_field_options"] = options
        sections[section].append(entry)
    return sections


def _of_field(field: c.Field, *, own: bool) -> Iterator[Condition]:
    for operator in field.operators:
        if operator in c.TERMINAL:
            yield _condition(field.name, operator, None)
            continue
        for value in _values(field, operator, own=own):
            yield _condition(field.name, operator, value)


def _values(field: c.Field, operator: str, *, own: bool) -> Sequence[str | None]:
    if operator in ("within_previous_n_days", "within_next_n_days"):
        return ("3",)
    if field.kind in (Kind.TEXT, Kind.SEARCHED):
        return _WORDS if c.OPERATORS[field.kind][operator] in c.LISTS else _VALUES[field.kind]
    ranked = operator in ("less_than", "greater_than")
    empty = () if not offered.may_be_empty(field, own=False) or ranked else ("", None, "__NULL__")
    people = tuple(c.PEOPLE) if field.people and field.name != "role" else ()
    if field.ids is not None:
        several = ("77 88",) if operator in ("includes", "not_includes") else ()
        return (*_IDS[field.ids], *people, *several, *empty)
    if own and field.kind is Kind.CHOICE and not field.name.startswith(c.CUSTOM[0]):
        return ("900", "901")
    known = tuple(field.values) or _OF_FIELD.get(field.name) or _VALUES[field.kind]
    return (*known, *empty)


def _condition(field: str, operator: str, value: str | None) -> Condition:
    return {"field": field, "operator": operator, "value": value}


def actions() -> Iterator[Action]:
    """Yield an action of each kind, with each kind of value."""
    for write in c.WRITES.values():
        yield from (_action(write.name, value) for value in _written(write))
    for mail in c.MAILS.values():
        if mail.parts == ("body",):
            yield _action(mail.name, BODY)
            continue
        for who in _told(mail):
            parts = {"recipient": who, "subject": "[{{ticket.account}}] {{ticket.title}}", "body": BODY}
            yield _action(mail.name, [(parts | {"phone_number": "555"})[part] for part in mail.parts])
    for name, kind in c.CALLS.items():
        yield _action(name, [_IDS[kind][0], '{"ticket": {{ticket.id}}}'])
    for name in c.POSTS:
        yield _action(name, "Thank you.")
        yield _action(name, ["channel:all", "Thank you."])
    for number, (prefix, values) in enumerate(own_fields()):
        if prefix == c.CUSTOM[0]:
            empty = () if values is Kind.YES_NO else ("",)
            yield from (_action(own_name(prefix, number), value) for value in (*_VALUES[values], *empty))
    for name in c.KEPT:
        yield _action(f"{name}key" if name.endswith(".") else name, ["a", "b"])
    yield _action("a_new_action", {"deep": [1, "2"]})


def _written(write: c.Write) -> Sequence[str]:
    if write.path == "ticket.tags":
        return ("red", "red green")
    if write.ids is not None:
        empty = ("",) if write.name in ("group_id", "assignee_id") else ()
        return (*_IDS[write.ids], *(c.PEOPLE if write.people else ()), *empty)
    return tuple(write.values) or _OF_FIELD.get(write.name, ("Something",))


def _told(mail: c.Mail) -> Iterator[str]:
    of_groups = mail.ids is Id.GROUP
    yield from ("group_id", "77") if of_groups else ("current_user", "requester_id", "assignee_id", "77")
    if mail.channel is None and not of_groups:
        yield from ("requester_and_ccs", "all_agents")


def _action(field: str, value: Any) -> Action:
    return {"field": field, "value": value}


def triggers() -> list[Trigger]:
    """Return a trigger for each condition alone and beside another, in either list, and one for each action."""
    found: list[Trigger] = []
    for condition in conditions():
        found.append(_trigger([condition], []))
        found.append(_trigger([CREATED, condition], []))
        found.append(_trigger([], [condition]))
        found.append(_trigger([CREATED], [condition, TAGGED]))
    found += [_trigger([CREATED], [], action, LOW) for action in actions()]
    found += [_trigger([CREATED], [], LOW, action) for action in actions()]
    for number, trigger in enumerate(found, 1):
        trigger |= {"id": number, "title": f"Trigger {number}", "position": number}
    return found


def _trigger(all_of: list[Condition], any_of: list[Condition], *deeds: Action) -> Trigger:
    return {"active": True, "conditions": {"all": all_of, "any": any_of}, "actions": [*(deeds or (LOW,))]}
