"""Which operators Zendesk offers for each field of a trigger's conditions, and which fields may have no value.

The tables follow what an account answers when it is asked for the definitions of its triggers.
"""

from collections.abc import Mapping
from types import MappingProxyType

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.catalogue import Kind

_EQUALITY = frozenset({"is", "is_not"})
_ORDER = frozenset({"less_than", "greater_than"})
_ORDER_OR_EQUAL = frozenset({"less_than_equal", "greater_than_equal"})
_CHANGE = frozenset({"changed", "not_changed", "value", "not_value", "value_previous", "not_value_previous"})
_LISTS = frozenset({"includes", "not_includes"})
_PRESENCE = frozenset({"present", "not_present"})
_COUNT = _ORDER | {"is"}

_OPERATORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "status": _EQUALITY | _ORDER | _CHANGE,
        "custom_status_id": _EQUALITY | _LISTS | _CHANGE,
        "type": _EQUALITY | _CHANGE,
        "priority": _EQUALITY | _ORDER | _CHANGE,
        "group_id": _EQUALITY | _CHANGE,
        "assignee_id": _EQUALITY | _CHANGE,
        "requester_id": _EQUALITY | _CHANGE,
        "organization_id": _EQUALITY | _CHANGE,
        "brand_id": _EQUALITY | _CHANGE,
        "ticket_form_id": _EQUALITY | _CHANGE,
        "satisfaction_score": _EQUALITY | _ORDER | _CHANGE,
        "current_tags": _LISTS,
        "subject_includes_word": _LISTS | _EQUALITY,
        "comment_includes_word": _LISTS | _EQUALITY,
        "reopens": _COUNT,
        "replies": _COUNT,
        "agent_stations": _COUNT,
        "group_stations": _COUNT,
        "requester_twitter_followers_count": _COUNT,
        "requester_twitter_statuses_count": _COUNT,
        "number_of_incidents": _COUNT | _ORDER_OR_EQUAL,
        "recipient": frozenset({"is"}),
        "requester_twitter_verified": frozenset({"is"}),
        "role": _EQUALITY,
        "update_type": frozenset({"is"}),
        "ticket_is_public": frozenset({"is"}),
        "comment_is_public": frozenset({"is"}),
        "attachment": frozenset({"is"}),
        "cc": frozenset({"is"}),
        "ticket_due_date": frozenset({"is"}),
        "in_business_hours": frozenset({"is"}),
        "on_holiday": frozenset({"is"}),
        c.WITHIN_SCHEDULE: frozenset({"is"}),
    }
)

_OF_OWN: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        Kind.CHOICE: _EQUALITY | _PRESENCE,
        Kind.TEXT: _EQUALITY
        | _PRESENCE
        | {"includes_words", "not_includes_words", "includes_string", "not_includes_string"},
        Kind.SEARCHED: frozenset(),
        Kind.NUMBER: _EQUALITY | _ORDER | _ORDER_OR_EQUAL | _PRESENCE,
        Kind.DATE: _EQUALITY
        | _ORDER
        | _ORDER_OR_EQUAL
        | _PRESENCE
        | {"within_previous_n_days", "within_next_n_days"},
        Kind.YES_NO: frozenset({"is"}),
        Kind.SET: _LISTS | _PRESENCE,
    }
)
"""What is offered for the fields of an account's own, by the kind of values they have."""

NULLABLE = frozenset({"type", "priority", "group_id", "assignee_id", "organization_id"})
"""The fields that every account has and that may hold no value; the account's own may as well."""

COUNTS = frozenset(
    {
        "reopens",
        "replies",
        "agent_stations",
        "group_stations",
        "number_of_incidents",
        "requester_twitter_followers_count",
        "requester_twitter_statuses_count",
    }
)
"""The numbers that are whole, since they count something."""


def operators(field: c.Field, *, own: bool) -> frozenset[str]:
    """Return the operators that Zendesk offers for a field, or for one of the account's own of that kind."""
    return _OF_OWN[field.kind] if own else _OPERATORS.get(field.name, _EQUALITY)


def of_sentence(name: str) -> frozenset[str]:
    """Return the operators that Zendesk offers for a field whose conditions are sentences of ours."""
    return _OPERATORS[name]


def may_be_empty(field: c.Field, *, own: bool) -> bool:
    """Return whether a field may hold no value in Zendesk."""
    return own or field.name in NULLABLE
