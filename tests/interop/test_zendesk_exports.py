"""Zendesk's incremental export of ticket events, and pages of its API as they are answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigdsl import compile_text
from trigdsl.engine.state import UpdateError
from trigdsl.interfaces import cli
from trigdsl.interop import streams
from trigdsl.interop.pieces import Piece, Refused, pieces
from trigdsl.interop.streams import Accepted, Reading

RULES = compile_text(
    'field ticket.plan is text trigger "Any" when ticket is created or ticket is updated stop'
)


NAMES = st.sampled_from(
    ["event_type", "type", "via", "status", "tags", "added_tags", "removed_tags", "previous_value", "channel", "source",
     "custom_ticket_fields", "field_name", "value", "comment_public", "body", "updater_id", "timestamp", "author_id"]
)  # fmt: skip


def entry(*children: Any, **changes: Any) -> dict[str, Any]:
    """Return a ticket event of the export, with its child events."""
    head = {"id": 4_000, "ticket_id": 12, "timestamp": 1_772_445_600, "updater_id": 501, "via": "Web form"}
    return {**head, "event_type": "Audit", "child_events": list(children), **changes}


def change(**fields: Any) -> dict[str, Any]:
    return {"id": 1, "via": "Web form", "event_type": "Change", **fields}


def read(data: Any) -> Reading:
    (piece,) = pieces([json.dumps(data).encode()])
    assert isinstance(piece, Piece)
    return streams.read(piece, RULES.vocabulary)


def test_an_entry_is_one_update() -> None:
    told = read(
        entry(
            change(status="solved", previous_value="open"),
            change(tags=["a", "b"], added_tags=["b"], removed_tags=["c"]),
            change(type="incident", previous_value="question"),
            change(custom_ticket_fields={"plan": "gold"}, previous_value={"plan": "free"}),
            {"event_type": "Comment", "comment_public": False, "body": "Done", "author_id": 501},
        )
    )
    update = told.update
    assert (update.source, update.ticket, update.id, update.by) == ("zendesk", "12", "4000", "501")
    assert (update.created, update.channel) == (False, "web")
    assert update.time.isoformat() == "2026-03-02T10:00:00+00:00"
    assert update.values == {
        "status": "solved",
        "tags": frozenset({"a", "b"}),
        "type": "incident",
        "plan": "gold",
    }
    assert update.comment is not None
    assert (update.comment.body, update.comment.public) == ("Done", False)
    before = told.started_from
    assert before is not None
    assert before.values == {
        "status": "open",
        "tags": frozenset({"a", "c"}),
        "type": "question",
        "plan": "free",
    }


def test_what_rules_did_is_set_apart() -> None:
    told = read(entry(change(status="open", previous_value="new"), change(priority="high", via="Rule")))
    assert told.update.values == {"status": "open"}
    assert told.recorded is not None
    assert [event["field_name"] for event in told.recorded] == ["priority"]


def test_a_creation_is_one() -> None:
    told = read(
        entry({"event_type": "Create", "subject": "Lamp", "status": "new", "tags": "a b"}, via="Mail")
    )
    assert told.update.created
    assert told.update.channel == "email"
    assert told.update.values == {"subject": "Lamp", "status": "new", "tags": frozenset({"a", "b"})}


def test_children_that_name_their_field_are_read_like_audits() -> None:
    child = {"type": "Change", "field_name": "status", "value": "open", "previous_value": "new"}
    assert read(entry(child, via={"channel": "api"})).update.values == {"status": "open"}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"child_events": 5}, "`child_events`"),
        ({"timestamp": None}, "`created_at`"),
        ({"timestamp": 1e300}, "`created_at`"),
        ({"id": None}, "`id`"),
        ({"ticket_id": [1]}, "`ticket_id`"),
        ({"child_events": [change(status="lost")]}, "`lost`"),
        ({"child_events": [change(tags=5)]}, "`tags`"),
    ],
)
def test_what_cannot_be_read_is_told(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(UpdateError) as caught:
        read(entry(**changes))
    assert word in str(caught.value)


def test_a_page_is_all_its_entries() -> None:
    page = {
        "ticket_events": [entry(change(status="open")), 5, entry(change(status="solved"), id=4_001)],
        "count": 3,
    }
    found = [*streams.feed([json.dumps(page).encode()], RULES.fold())]
    assert [type(item) for item in found] == [Accepted, Refused, Accepted]
    assert [item.line for item in found] == [1, 1, 1]
    assert isinstance(found[1], Refused)
    assert found[1].raw == b"5"
    assert found[1].reason.startswith("entry 2 of the page: it is neither")


@pytest.mark.parametrize("indent", [None, 2])
def test_a_page_of_audits_is_a_stream_however_it_is_laid_out(
    indent: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    audit = {"ticket_id": 7, "created_at": "2026-03-02T10:00:00Z", "author_id": 501}
    create = {"type": "Create", "field_name": "subject", "value": "Lamp"}
    change = {"type": "Change", "field_name": "status", "value": "open", "previous_value": "new"}
    page = {
        "audits": [{**audit, "id": 1, "events": [create]}, {**audit, "id": 2, "events": [change]}],
        "count": 2,
    }
    (tmp_path / "page.json").write_text(json.dumps(page, indent=indent), encoding="utf-8")
    code = cli.main(["run", "zendesk", "--events", str(tmp_path / "page.json"), "--json"])
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    assert [json.loads(line)["event"] for line in captured.out.splitlines()] == ["1", "2"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "open", "Rule", "a b"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)


@given(
    st.lists(st.dictionaries(NAMES, JSON, max_size=5), max_size=3), st.dictionaries(NAMES, JSON, max_size=3)
)
def test_whatever_stands_in_an_entry_it_is_read_or_refused(children: Any, changes: Any) -> None:
    data = {**entry(*children), **changes, "child_events": children, "ticket_id": 12}
    found = [*streams.feed([json.dumps(data).encode()], RULES.fold())]
    assert len(found) == 1
    assert isinstance(found[0], Accepted | Refused)
