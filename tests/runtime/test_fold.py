"""What a stream remembers of a ticket: the latest, and never more."""

from typing import Any

import pytest

import trigdsl
from trigdsl.engine.state import UpdateError
from trigdsl.runtime.fold import Fold

RULES = "when ticket is public then add public to ticket.tags when ticket is private then add private to ticket.tags"


def event(number: int, *, created: bool = False, comment: dict[str, Any] | None = None) -> dict[str, Any]:
    data = {"by": "ana@example.com"} | ({} if comment is None else {"comment": comment})
    return {
        "specversion": "1.0", "id": f"e-{number}", "source": "desk", "subject": "1", "data": data,
        "type": "ticket.created" if created else "ticket.updated", "time": "2026-01-05T10:00:00Z",
    }  # fmt: skip


def fold(remembered: int) -> Fold:
    return trigdsl.compile_text(RULES).fold(remembered=remembered)


def test_the_latest_events_are_known_again_and_older_ones_are_not() -> None:
    stream = fold(5)
    stream.feed(event(0, created=True))
    for number in range(1, 20):
        stream.feed(event(number))
    (state,) = stream.saved()
    assert list(state["seen"]) == [f"e-{n}" for n in range(15, 20)]
    assert all(stream.feed(event(number)).duplicate for number in range(15, 20))
    assert not stream.feed(event(14)).duplicate


def test_the_latest_comments_are_kept() -> None:
    stream = fold(4)
    stream.feed(event(0, created=True, comment={"body": "0"}))
    for number in range(1, 10):
        stream.feed(event(number, comment={"body": str(number)}))
    assert [comment.body for comment in stream.tickets["desk", "1"].comments] == ["6", "7", "8", "9"]


def test_a_ticket_that_was_public_once_stays_public() -> None:
    stream = fold(3)
    stream.feed(event(0, created=True, comment={"body": "0"}))
    for number in range(1, 10):
        outcome = stream.feed(event(number, comment={"body": str(number), "public": False}))
    assert [comment.body for comment in stream.tickets["desk", "1"].comments] == ["0", "7", "8", "9"]
    assert outcome.after["tags"] == frozenset({"public"})


def test_a_saved_ticket_is_cut_to_what_is_remembered() -> None:
    long = fold(50)
    long.feed(event(0, created=True, comment={"body": "0"}))
    for number in range(1, 20):
        long.feed(event(number, comment={"body": str(number)}))
    (state,) = long.saved()
    short = fold(3)
    short.start_from(short_ticket := trigdsl.compile_text(RULES).ticket(state), state["seen"])
    assert len(short_ticket.comments) == 20
    (kept,) = short.saved()
    assert list(kept["seen"]) == ["e-17", "e-18", "e-19"]
    assert [comment["body"] for comment in kept["comments"]] == ["17", "18", "19"]


def test_what_was_taken_can_be_undone_to_the_first_event() -> None:
    stream = fold(3)
    stream.journal = []
    saved = [[*stream.saved()]]
    for number in range(6):
        stream.feed(event(number, created=number == 0, comment={"body": str(number)}))
        saved.append([*stream.saved()])
    with pytest.raises(UpdateError):
        stream.feed(event(9, created=True))
    stream.feed(event(5, comment={"body": "5"}))
    assert len(stream.journal) == 6
    while stream.journal:
        assert [*stream.saved()] == saved.pop()
        stream.undo(stream.journal.pop())
    assert [*stream.saved()] == saved.pop() == []
