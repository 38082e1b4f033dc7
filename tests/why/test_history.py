"""Who wrote a field: every write of one update in order, with what it overwrote."""

from typing import Any

from desk import ANA, BO, PEOPLE, event, public

from trigdsl.engine.state import Ticket
from trigdsl.runtime.loader import compile_text
from trigdsl.why.asked import Asked
from trigdsl.why.history import writes

RULES = """
    trigger "Raise" when ticket.subject contains "down" then set ticket.priority to urgent
    trigger "Calm" when ticket.priority is urgent then set ticket.priority to high
    trigger "Again" when ticket.priority is high and ticket is created then set ticket.priority to high
    trigger "Tag" when ticket.priority is high then add vip to ticket.tags
    trigger "Give" when ticket is created then set assignee to "bo@example.com"
"""


def written(data: dict[str, Any], name: str, before: Ticket | None = None) -> list[tuple[Any, ...]]:
    """Return who wrote a field, what was there and what is there then."""
    rules = compile_text(RULES, directory=PEOPLE)
    known = rules.directory(PEOPLE)
    asked = Asked(rules.rules, before, rules.update(data), known)
    outcome = rules.step(before, asked.update, directory=known, render=False)
    found = writes(asked, outcome, name)
    return [(w.by if w.trigger is None else w.trigger.title, w.was, w.becomes) for w in found]


def test_the_event_and_each_trigger_after_it() -> None:
    data = event(ANA, {"subject": "It is down", "priority": "low"}, created=True)

    assert written(data, "priority") == [
        ("the event", None, "low"),
        ("Raise", "low", "urgent"),
        ("Calm", "urgent", "high"),
        ("Again", "high", "high"),
    ]


def test_the_value_on_creation() -> None:
    assert written(event(ANA, created=True), "status") == [("at first", None, "new")]


def test_people_as_outcomes_write_them() -> None:
    assert written(event(ANA, created=True), "assignee") == [("Give", None, BO)]


def test_members_of_a_set() -> None:
    data = event(ANA, {"priority": "high", "tags": ["late"]}, created=True)

    assert written(data, "tags") == [
        ("the event", frozenset(), frozenset({"late"})),
        ("Tag", frozenset({"late"}), frozenset({"late", "vip"})),
    ]


def test_a_count_and_what_the_help_desk_keeps() -> None:
    data = event(BO, created=True, comment=public("Hello"), channel="web")

    assert written(data, "replies") == [("counting", None, 1)]
    assert written(data, "channel") == [("the help desk", None, "web")]
    assert written(data, "description") == [("the help desk", None, "Hello")]


def test_what_nobody_wrote() -> None:
    assert written(event(ANA, created=True), "due_date") == []
