"""Zendesk's webhook events: those of one sequence are one update, in whatever order they come."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigdsl import Update, compile_text
from trigdsl.engine.state import UpdateError
from trigdsl.interop import streams
from trigdsl.interop.pieces import Piece, Refused, pieces
from trigdsl.interop.streams import Accepted
from trigdsl.interop.zendesk import sequences

RULES = compile_text('trigger "Any" when ticket is created or ticket is updated stop')
TICKET = {
    "id": "91",
    "actor_id": "501",
    "status": "OPEN",
    "priority": "HIGH",
    "type": "INCIDENT",
    "subject": "The Lamp",
    "description": "It flickers",
    "requester_id": "601",
    "submitter_id": "601",
    "assignee_id": "501",
    "group_id": "0",
    "organization_id": None,
    "is_public": True,
    "tags": ["lamp", "vip"],
    "via": {"channel": "web_service"},
}


def event(
    kind: str,
    sequence: str | None = "S1",
    position: int = 1,
    *,
    ticket: Any = None,
    at: str = "10:00:00",
    **change: Any,
) -> dict[str, Any]:
    """Return a webhook event in Zendesk's shape."""
    meta = {} if sequence is None else {"meta": {"sequence": {"id": sequence, "position": position}}}
    return {
        "account_id": 22,
        "id": f"{kind}-{sequence}-{position}-{at}",
        "subject": "zen:ticket:91",
        "time": f"2026-03-02T{at}Z",
        "type": f"zen:event-type:ticket.{kind}",
        "zendesk_event_version": "2022-11-06",
        "event": {**change, **meta},
        "detail": {**TICKET, **(ticket or {})},
    }


def bridged(
    kind: str, position: int = 1, total: int = 1, sequence: str = "B1", **change: Any
) -> dict[str, Any]:
    """Return an event in the shape that Amazon EventBridge brings."""
    ticket = {
        **TICKET,
        "id": 91,
        "status": "open",
        "priority": "high",
        "type": "incident",
        "requester_id": 601,
    }
    del ticket["actor_id"]
    sequenced = {"id": sequence, "position": position, "total": total}
    meta = {
        "version": "1.0",
        "occurred_at": "2026-03-02T10:00:00.123456789Z",
        "sequence": sequenced,
        "actor_id": 501,
    }
    return {
        "version": "0",
        "id": f"bridge-{sequence}-{position}",
        "detail-type": f"Support Ticket: {kind}",
        "source": "aws.partner/zendesk.com/22/default",
        "time": "2026-03-02T10:00:03Z",
        "detail": {"ticket_event": {"meta": meta, "type": kind, "ticket": ticket, **change}},
    }


STATUS = event("status_changed", position=1, previous="NEW", current="OPEN")
PRIORITY = event("priority_changed", position=2, previous=None, current="HIGH")
TAGS = event("tags_changed", position=3, tags_added=["vip"], tags_removed=["old"])
COMMENT = event(
    "comment_added",
    position=4,
    comment={"id": "7", "body": "On it", "is_public": False, "author": {"id": "501", "is_staff": True}},
)
ONE = [STATUS, PRIORITY, TAGS, COMMENT]


def encoded(events: Sequence[Any]) -> list[bytes]:
    return [json.dumps(data).encode() + b"\n" for data in events]


def read(*events: Any) -> list[Update]:
    """Return the updates of a stream; each has to be read."""
    found = []
    for piece in pieces(encoded(events)):
        assert isinstance(piece, Piece), piece
        found.append(streams.read(piece, RULES.vocabulary).update)
    return found


def fed(*events: Any) -> list[Accepted | Refused]:
    return [*streams.feed(encoded(events), RULES.fold())]


def test_the_events_of_a_sequence_are_one_update() -> None:
    (update,) = read(*ONE)
    assert (update.source, update.ticket, update.id) == ("zendesk", "91", "S1")
    assert (update.created, update.by, update.channel) == (False, "501", None)
    assert update.values == {"status": "open", "priority": "high", "tags": frozenset({"lamp", "vip"})}
    assert update.comment is not None
    assert (update.comment.body, update.comment.public) == ("On it", False)


@given(st.permutations([*ONE, event("subject_changed", "S2", 1, at="10:00:20", previous="a", current="b")]))
def test_in_any_order_they_are_the_same_updates(events: list[Any]) -> None:
    in_order = read(*ONE, event("subject_changed", "S2", 1, at="10:00:20", previous="a", current="b"))
    assert read(*events) == in_order
    assert [update.id for update in in_order] == ["S1", "S2"]


def test_an_event_told_again_adds_nothing() -> None:
    assert read(STATUS, PRIORITY, STATUS) == read(STATUS, PRIORITY)
    later = event("subject_changed", "S2", at="10:05:00", previous="a", current="b")
    assert len(read(STATUS, later, STATUS)) == 2  # it came again after its update was taken


def test_a_later_event_ends_the_waiting() -> None:
    later = event("subject_changed", "S2", at="10:01:01", previous="a", current="b")
    found = fed(STATUS, later, PRIORITY)
    assert [type(item) for item in found] == [Accepted, Refused, Accepted]
    assert isinstance(found[1], Refused)
    assert found[1].line == 3
    assert "sequence S1" in found[1].reason
    assert "line 1" in found[1].reason


def test_so_many_lines_end_the_waiting() -> None:
    others = [
        event("subject_changed", f"T{n}", ticket={"id": str(n)}, current="b") for n in range(sequences.LINES)
    ]
    found = list(pieces(encoded([STATUS, *others, PRIORITY])))
    assert isinstance(found[0], Piece)
    assert found[0].lines == (1,)
    assert [item.line for item in found if isinstance(item, Refused)] == [sequences.LINES + 2]


def test_a_sequence_is_waited_for_from_its_last_event_on() -> None:
    others = [
        event("subject_changed", f"T{n}", ticket={"id": str(n)}, current="b")
        for n in range(2 * sequences.LINES)
    ]
    half = sequences.LINES - 10
    stream = [STATUS, *others[:half], PRIORITY, *others[half : 2 * half], TAGS, COMMENT]
    left: list[tuple[int, int]] = []
    read_so_far = 0

    def lines() -> Any:
        nonlocal read_so_far
        for raw in encoded(stream):
            read_so_far += 1
            yield raw

    for piece in pieces(lines()):
        assert isinstance(piece, Piece)
        left.append((read_so_far, piece.line))
        if piece.line == 1:
            assert len(piece.lines) == 4
    # One that waits on holds up none that came between.
    assert (2 + sequences.LINES, 2) in left


def test_a_minute_later_is_not_too_late() -> None:
    later = event("subject_changed", "S2", at="10:01:00", previous="a", current="b")
    assert [update.id for update in read(STATUS, later, PRIORITY)] == ["S1", "S2"]


def test_sequences_leave_in_the_order_in_which_they_began() -> None:
    late = event("status_changed", "A", 2, at="10:00:30", current="OPEN")
    early = event("priority_changed", "A", 1, at="10:00:05", current="HIGH")
    between = event("subject_changed", "B", at="10:00:10", current="b")
    for events in ((late, between, early), (early, between, late)):
        found = read(*events)
        assert [update.id for update in found] == ["A", "B"]
        assert found[0].time.isoformat() == "2026-03-02T10:00:05+00:00"


def test_an_unknown_ticket_that_nobody_may_read_stays_private() -> None:
    (piece,) = pieces(encoded([event("status_changed", current="OPEN", ticket={"is_public": False})]))
    assert isinstance(piece, Piece)
    before = streams.read(piece, RULES.vocabulary).started_from
    assert before is not None
    assert [comment.public for comment in before.comments] == [False]


def test_a_counted_sequence_waits_for_no_more_than_it_counts() -> None:
    first = bridged("Status Changed", 1, 2, previous="new", current="open")
    second = bridged("Priority Changed", 2, 2, previous=None, current="high")
    third = bridged("Subject Changed", 1, 1, "B2", previous="a", current="b")
    seen = []

    def lines() -> Any:
        for number, raw in enumerate(encoded([second, first, third]), 1):
            seen.append(number)
            yield raw

    waiting = pieces(lines())
    piece = next(waiting)
    assert isinstance(piece, Piece)
    assert (piece.lines, seen) == ((1, 2), [1, 2])
    update = streams.read(piece, RULES.vocabulary).update
    assert (update.by, update.values) == ("501", {"status": "open", "priority": "high"})


def test_a_counted_sequence_waits_for_an_earlier_one_of_its_ticket() -> None:
    first = event("status_changed", "A", at="10:00:00", previous="NEW", current="OPEN")
    whole = bridged("Status Changed", 1, 1, previous="open", current="solved")
    whole["detail"]["ticket_event"]["meta"]["occurred_at"] = "2026-03-02T10:00:09Z"
    assert [update.id for update in read(first, whole)] == ["A", "B1"]


def test_a_new_ticket_has_what_stands_beside_the_event() -> None:
    (update,) = read(event("created", ticket={"status": "NEW"}))
    assert update.created
    assert (update.by, update.channel) == ("501", "api")
    assert update.values["status"] == "new"
    assert update.values["subject"] == "The Lamp"
    assert update.values["group"] is None
    assert update.comment is not None
    assert (update.comment.body, update.comment.public) == ("It flickers", True)


def test_an_unknown_ticket_starts_from_what_stands_beside_less_the_change() -> None:
    (item,) = fed(*ONE)
    assert isinstance(item, Accepted)
    assert item.outcome.after["subject"] == "The Lamp"
    (piece,) = pieces(encoded(ONE))
    assert isinstance(piece, Piece)
    before = streams.read(piece, RULES.vocabulary).started_from
    assert before is not None
    assert (before.values["status"], before.values["priority"]) == ("new", None)
    assert before.values["tags"] == frozenset({"lamp", "old"})
    assert [comment.public for comment in before.comments] == [True]


def test_of_two_changes_the_later_position_counts() -> None:
    first = event("status_changed", position=1, previous="OPEN", current="SOLVED")
    second = event("status_changed", position=2, previous="SOLVED", current="PENDING")
    (update,) = read(second, first)
    assert update.values == {"status": "pending"}


def test_an_event_without_a_sequence_is_an_update_of_its_own() -> None:
    assert (
        len(
            read(
                event("status_changed", None, current="OPEN"), event("priority_changed", None, current="LOW")
            )
        )
        == 2
    )


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (event("custom_field_changed", custom_field={"id": 360}, current="gold"), {}),
        (event("soft_deleted"), {"deleted": True}),
        (event("undeleted"), {"deleted": False}),
        (event("followers_changed", current=[{"id": "5"}, "6"]), {"followers": frozenset({"5", "6"})}),
        (event("email_ccs_changed", users_added=["5"]), {}),
        (event("group_assignment_changed", previous="0", current={"id": 31}), {"group": "31"}),
        (event("merged"), {}),
        (event("brought_coffee"), {}),
    ],
)
def test_every_kind_of_event_is_an_update(data: Any, values: dict[str, Any]) -> None:
    (update,) = read(data)
    assert update.values == values


def test_what_no_field_holds_is_noted() -> None:
    found = fed(
        event("created", "S0", at="09:00:00"),
        event("custom_field_changed", custom_field={"id": 360}, current="gold"),
        event("email_ccs_changed", position=2, users_added=["5"]),
    )
    notes = [item.note for item in found if isinstance(item, Accepted)]
    assert notes == [None, "no field for 360, ccs"]


def test_a_sequence_that_cannot_be_read_is_refused_whole() -> None:
    wrong = event("type_changed", position=2, current="RIDDLE")
    (item,) = fed(STATUS, wrong)
    assert isinstance(item, Refused)
    assert (item.line, item.lines) == (1, (1, 2))
    assert "`RIDDLE`" in item.reason
    kept = item.to_json()
    assert kept["lines"] == [1, 2]
    assert [json.loads(line)["id"] for line in kept["raw"].split("\n")] == [STATUS["id"], wrong["id"]]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({**STATUS, "time": "soon"}, "`soon`"),
        ({"type": "zen:event-type:user.created", "id": "1", "detail": {}, "event": {}}, "no ticket"),
        (event("comment_added", comment={"body": "x", "is_public": "yes"}), "`public`"),
        (event("status_changed", current=["x"]), "`status`"),
        ({"type": "zen:event-type:ticket.status_changed", "event": 5, "detail": "x"}, "no ticket"),
        ({"detail": {"ticket_event": 5}, "type": "zen:event-type:"}, "no ticket"),
    ],
)
def test_what_cannot_be_read_is_told(data: Any, word: str) -> None:
    (piece,) = pieces(encoded([data]))
    assert isinstance(piece, Piece)
    with pytest.raises(UpdateError) as caught:
        streams.read(piece, RULES.vocabulary)
    assert word in str(caught.value)


JSON = st.recursive(
    st.none() | st.integers() | st.sampled_from(["", "0", "open", "zen"]),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
PARTS = st.sampled_from(
    ["id", "status", "tags", "assignee_id", "description", "is_public", "via", "actor_id"]
)


@given(
    st.sampled_from([data["type"] for data in ONE] + ["zen:event-type:ticket.created", "zen:event-type:x"]),
    st.dictionaries(PARTS, JSON),
    st.dictionaries(
        st.sampled_from(["current", "previous", "meta", "comment", "custom_field", "tags_added"]), JSON
    ),
)
def test_whatever_stands_in_an_event_it_is_read_or_refused(kind: str, ticket: Any, change: Any) -> None:
    data = {"type": kind, "id": "1", "time": "2026-03-02T10:00:00Z", "detail": ticket, "event": change}
    assert len(fed(data)) == 1
