"""What Zendesk offers for a field, beyond the operators of the catalogue: which may have no value, which are counts."""

from trigdsl.interop.zendesk import catalogue as c

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

ALWAYS_THERE = frozenset({"status", "reopens", "replies", "agent_stations", "group_stations"})
"""What is compared by order and has a value on every ticket, with us as well."""


def of_sentence(name: str) -> tuple[str, ...]:
    """Return the operators that Zendesk offers for a field whose conditions are sentences of ours."""
    known = c.FIELDS.get(name)
    return ("is",) if known is None else known.operators


def may_be_empty(field: c.Field, *, own: bool) -> bool:
    """Return whether a field may hold no value in Zendesk."""
    return own or field.name in NULLABLE
