"""Zendesk's ticket audits: one audit is one update, and what rules did in it is set apart."""

import json
from pathlib import Path
from typing import Any

import pytest

from trigdsl import UpdateError, compile_paths, compile_text
from trigdsl.interop import streams
from trigdsl.interop.streams import Accepted
from trigdsl.interop.zendesk import audits
from trigdsl.interop.zendesk.audits import Audit

RULES = compile_text('trigger "Any" when ticket is created or ticket is updated stop')
RULE = {
    "channel": "rule",
    "source": {"from": {"id": 900, "title": "Assign", "deleted": False}, "rel": "trigger"},
}


def audit(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an audit in the shape of Zendesk's, about ticket 77 by user 501."""
    numbered = [{"id": 8_000 + n, **event} for n, event in enumerate(events)]
    head = {"ticket_id": 77, "audit_id": 7_000, "created_at": "2024-03-01T08:30:00Z", "author_id": 501}
    via = {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}
    return {**head, "via": via, "events": numbered, **changes}


def create(field: str, value: Any) -> dict[str, Any]:
    return {"type": "Create", "field_name": field, "value": value}


def change(field: str, before: Any, value: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Change", "field_name": field, "value": value, "previous_value": before, **more}


def comment(body: str, **more: Any) -> dict[str, Any]:
    return {"type": "Comment", "author_id": 501, "body": body, "public": True, **more}


def read(data: dict[str, Any]) -> Audit:
    assert audits.is_audit(data)
    return audits.read_audit(data, RULES.vocabulary)


def fed(*told: dict[str, Any]) -> list[Accepted]:
    """Return what came of the audits of a stream; each has to be taken."""
    lines = [json.dumps(data).encode() for data in told]
    found = [item for item in streams.feed(lines, RULES.fold()) if isinstance(item, Accepted)]
    assert len(found) == len(told)
    return found


def test_a_creation_gives_the_tickets_first_values() -> None:
    update = read(
        audit(
            comment("The lamp flickers", html_body="<p>The lamp flickers</p>"),
            create("subject", "Lamp"),
            create("requester_id", "501"),
            create("assignee_id", None),
            create("tags", ["lamp", "light"]),
            create("priority", ""),
            create("status", "new"),
            create("group_id", "31"),
            create("ticket_form_id", "64"),
        )
    ).update
    assert (update.source, update.ticket, update.id) == ("zendesk", "77", "7000")
    assert update.created
    assert (update.by, update.channel) == ("501", "web")
    assert update.time.isoformat() == "2024-03-01T08:30:00+00:00"
    assert update.values == {
        "subject": "Lamp",
        "requester": "501",
        "assignee": None,
        "tags": frozenset({"lamp", "light"}),
        "priority": None,
        "status": "new",
        "group": "31",
        "form": "64",
    }
    assert update.comment is not None
    assert (update.comment.body, update.comment.public) == ("The lamp flickers", True)


def test_a_change_is_an_update_from_its_previous_values() -> None:
    found = read(audit(change("status", "open", "solved"), change("assignee_id", None, "502")))
    assert not found.update.created
    assert found.update.values == {"status": "solved", "assignee": "502"}
    assert found.started_from.values == {"status": "open", "assignee": None}
    assert (found.recorded, found.left_out) == ((), ())


def test_a_private_comment_is_private() -> None:
    update = read(audit(comment("They pay late", public=False))).update
    assert update.comment is not None
    assert not update.comment.public
    assert update.values == {}


def test_a_comment_without_an_author_is_by_who_made_the_update() -> None:
    update = read(audit({"type": "Comment", "body": "Hm", "public": True, "attachments": []})).update
    assert update.comment is not None
    assert update.comment.author == "501"


def test_what_rules_did_is_set_apart() -> None:
    told = {"type": "Notification", "via": RULE, "subject": "s", "body": "b", "recipients": [501]}
    found = read(
        audit(
            comment("Looking"),
            change("status", "new", "open", via=RULE),
            change("priority", None, "high"),
            comment("A macro's words", via=RULE),
            told,
        )
    )
    assert found.update.values == {"priority": "high"}
    assert found.update.comment is not None
    assert found.update.comment.body == "Looking"
    assert [event["type"] for event in found.recorded] == ["Change", "Comment", "Notification"]
    assert found.started_from.values == {"status": "new", "priority": None}


def test_what_came_the_way_of_the_whole_audit_is_the_update() -> None:
    via = {"channel": "rule", "source": {"from": {}, "to": {}, "rel": None}}
    found = read(audit(change("status", "new", "open", via=via), via=via))
    assert (found.update.values, found.recorded) == ({"status": "open"}, ())


def test_a_deleted_ticket_keeps_its_status() -> None:
    found = read(audit(change("status", "pending", "deleted")))
    assert found.update.values == {"deleted": True}
    assert found.started_from.values == {"status": "pending"}


def test_an_undeleted_ticket_has_a_status_again() -> None:
    found = read(audit(change("status", "deleted", "open")))
    assert found.update.values == {"deleted": False, "status": "open"}
    assert found.started_from.values == {"deleted": True}


def test_an_unknown_ticket_starts_from_the_previous_values() -> None:
    (item,) = fed(audit(change("status", "open", "solved"), change("tags", ["a"], ["a", "b"])))
    assert item.note is not None
    assert "ticket 77 was not seen before" in item.note
    assert (item.outcome.after["status"], item.outcome.after["tags"]) == ("solved", frozenset({"a", "b"}))


def test_the_next_audit_goes_on_from_what_is_known() -> None:
    first = audit(create("subject", "Lamp"), create("status", "open"))
    second = audit(change("priority", None, "low"), audit_id=7_001)
    items = fed(first, second)
    assert [item.note for item in items] == [None, None]
    assert items[1].outcome.after["subject"] == "Lamp"


def test_the_same_audit_again_changes_nothing() -> None:
    once = audit(create("subject", "Lamp"))
    assert [item.outcome.duplicate for item in fed(once, once)] == [False, True]


def test_a_custom_field_without_a_name_of_ours_is_noted() -> None:
    (item,) = fed(audit(create("subject", "Lamp"), create("360009", "gold"), create("360009", "gold")))
    assert item.note == "no field for 360009"
    assert "360009" not in item.outcome.after


def test_a_declared_custom_field_is_read() -> None:
    rules = compile_text("field ticket.plan is text when ticket is created stop")
    found = audits.read_audit(audit(create("plan", "gold")), rules.vocabulary)
    assert (found.update.values, found.left_out) == ({"plan": "gold"}, ())


@pytest.mark.parametrize("author", [-1, "-1", None])
def test_the_system_is_nobody(author: Any) -> None:
    assert read(audit(change("status", "solved", "closed"), author_id=author)).update.by is None


@pytest.mark.parametrize(
    ("channel", "ours"),
    [("web", "web"), ("mail", "email"), ("native_messaging", "chat"), ("carrier_pigeon", "other"), (7, None)],
)
def test_a_channel_has_our_name_or_is_other(channel: Any, ours: str | None) -> None:
    assert read(audit(create("subject", "x"), via={"channel": channel})).update.channel == ours


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"events": 5}, "`events`"),
        ({"events": [5]}, "`events`"),
        ({"created_at": None}, "`created_at`"),
        ({"created_at": "yesterday"}, "`yesterday`"),
        ({"audit_id": None}, "`id`"),
        ({"events": [create("status", "lost")]}, "`lost`"),
        ({"events": [create("tags", "vip")]}, "`tags`"),
        ({"events": [comment("x", public="yes")]}, "`public`"),
    ],
)
def test_what_cannot_be_read_is_told(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(UpdateError) as caught:
        read(audit(**changes))
    assert word in str(caught.value)


# Real audits, where there are some

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
AUDITS = DATA / "zendesk" / "audits"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the real audits are not here")


def of_account(name: str) -> list[Any]:
    """Return what the default triggers make of an account's audits."""
    rules = compile_paths("zendesk")
    path = AUDITS / f"{name}.directory.json"
    known = rules.directory(json.loads(path.read_bytes())) if path.exists() else None
    with (AUDITS / f"{name}.jsonl").open("rb") as lines:
        return list(streams.feed(lines, rules.fold(directory=known)))


@real
@pytest.mark.parametrize(("account", "count", "tickets"), [("account-a", 128, 122), ("account-b", 1, 1)])
def test_every_audit_of_a_real_account_is_taken(account: str, count: int, tickets: int) -> None:
    items = of_account(account)
    assert [item for item in items if not isinstance(item, Accepted)] == []
    assert len(items) == count
    assert len({item.outcome.ticket_id for item in items}) == tickets
    assert sum(len(item.outcome.fired) for item in items) > count


@real
def test_the_default_triggers_do_what_the_real_ones_did() -> None:
    (item,) = of_account("account-b")
    assert "Notify all agents of received request" in item.outcome.fired


@real
def test_examples_of_unknown_tickets_are_taken_with_a_note() -> None:
    items = of_account("examples")
    assert len(items) == 2
    assert all(isinstance(item, Accepted) and "not seen before" in (item.note or "") for item in items)
