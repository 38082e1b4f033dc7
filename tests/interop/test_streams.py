"""Whatever a stream holds, each piece of it is taken or refused, and nothing else happens."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trigdsl import compile_text
from trigdsl.interop import streams
from trigdsl.interop.pieces import Refused
from trigdsl.interop.streams import Accepted

RULES = compile_text('trigger "Any" when ticket is created or ticket is updated then add seen to ticket.tags')

NAMES = st.sampled_from(
    [
        "specversion", "id", "source", "type", "subject", "time", "data", "by", "set", "comment", "ticket_id", "events",
        "audit_id", "author_id", "via", "created_at", "field_name", "value", "previous_value", "audits", "ticket_events",
        "child_events", "event_type", "event", "detail", "ticket_event", "meta", "sequence", "position", "total", "current",
        "previous", "actor_id", "ticket", "tags", "status", "custom_field", "occurred_at", "channel", "is_public", "body",
        "public", "users_added", "description",
    ]
)  # fmt: skip
KINDS = [
    *("ticket.created", "ticket.updated", "Create", "Change", "Comment", "Status Changed", "Ticket Created"),
    *(
        f"zen:event-type:ticket.{kind}"
        for kind in ("created", "tags_changed", "comment_added", "email_ccs_changed")
    ),
    *("zen:event-type:ticket.custom_field_changed", "zen:event-type:user.created", "Followers Changed"),
]
WORDS = st.sampled_from(
    ["", "0", "1.0", "open", "OPEN", "2026-03-02T10:00:00Z", "zen:ticket:7", "rule", *KINDS]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
SHAPES = st.sampled_from(
    [
        {"specversion": "1.0", "source": "s", "subject": "7", "id": "1", "time": "2026-03-02T10:00:00Z"},
        {"ticket_id": 7, "id": 1, "created_at": "2026-03-02T10:00:00Z", "events": []},
        {"ticket_id": 7, "id": 1, "timestamp": 1_772_445_600, "child_events": []},
        {"id": "1", "time": "2026-03-02T10:00:00Z", "detail": {"id": "7"}, "event": {"current": ["x"]}},
        {"id": "1", "detail": {"ticket_event": {"type": "Status Changed", "ticket": {"id": 7}}}},
        {},
    ]
)
LINES = st.builds(
    lambda shape, kind, more: {**shape, "type": kind, **more},
    SHAPES,
    st.sampled_from(KINDS),
    st.dictionaries(NAMES, VALUES, max_size=4),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES | VALUES, min_size=1, max_size=4))
def test_whatever_a_line_holds_it_is_taken_or_refused(lines: list[Any]) -> None:
    raw = [json.dumps(line).encode() + b"\n" for line in lines]
    found = [*streams.feed(raw, RULES.fold())]
    assert all(isinstance(item, Accepted | Refused) for item in found)
    again = [*streams.feed(raw, RULES.fold())]
    assert again == found
    for item in found:
        if isinstance(item, Refused):
            assert item.reason
            assert json.dumps(item.to_json())
