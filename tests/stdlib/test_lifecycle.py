"""The life cycle: it comes before all triggers, they see it as the help desk's own, and it finds nothing to do twice."""

import functools
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from desk import ANA, BO, CLEO, PAUL, desk, event, public, why

from trigdsl import resources
from trigdsl.engine.effects import FieldChanged, Outcome
from trigdsl.runtime.loader import compile_paths

LIFE_CYCLE = "use zendesk.lifecycle"
OPENS = "An assigned new ticket opens"
REOPENS = "A comment by an end user reopens the ticket"
SOLVED = {"status": "solved", "requester": ANA, "assignee": BO, "group": "Tier 1"}

Values = Mapping[str, Any]


@functools.cache
def rules() -> tuple[str, ...]:
    return tuple(t.title for t in compile_paths("zendesk.lifecycle").triggers)


@pytest.mark.parametrize(
    "text",
    [
        f"{LIFE_CYCLE} use zendesk",
        f"use zendesk {LIFE_CYCLE}",
        f'use zendesk category "Mine" when ticket is created then stop {LIFE_CYCLE}',
        f'{LIFE_CYCLE} category "Mine" before all others when ticket is created then stop use zendesk',
    ],
)
def test_it_comes_first_wherever_it_is_used(text: str) -> None:
    triggers = desk(text).ruleset.triggers
    assert tuple(t.title for t in triggers[: len(rules())]) == rules()
    assert {t.category for t in triggers[: len(rules())]} == {"Life cycle"}


def test_no_set_of_triggers_brings_it_along() -> None:
    for library in ("zendesk", "zendesk.current"):
        assert not {t.title for t in compile_paths(library).triggers} & {*rules()}


def test_a_trigger_sees_the_reopening_as_a_change_of_this_update() -> None:
    text = f"""
    {LIFE_CYCLE}
    trigger "From" when ticket.status changes from solved then add one to ticket.tags
    trigger "To" when ticket.status changes to open then add two to ticket.tags
    trigger "Was" when previous ticket.status is solved then add three to ticket.tags
    """
    assert desk(text).knows(SOLVED).updates(ANA, comment=public()).fired == (REOPENS, "From", "To", "Was")


def test_it_takes_its_turn_after_a_trigger_and_says_which() -> None:
    text = f'{LIFE_CYCLE} trigger "Route" when ticket is created then set assignee to "{BO}"'
    outcome = desk(text).creates(ANA)
    assert outcome.fired == ("Route", OPENS)
    assert why(outcome, OPENS).enabled_by == "Route"
    assert outcome.after["status"] == "open"


def test_after_stop_it_waits_for_the_next_update() -> None:
    text = f'{LIFE_CYCLE} trigger "Route" when ticket is created then set assignee to "{BO}" stop'
    here = desk(text)
    assert here.creates(ANA).fired == ("Route",)
    assert here.updates(BO).fired == (OPENS,)


def test_a_closed_ticket_stays_as_it_is() -> None:
    closed = {**SOLVED, "status": "closed", "priority": "low"}
    outcome = desk(LIFE_CYCLE).knows(closed).updates(ANA, {"priority": None}, comment=public())
    assert outcome.fired == ()


# Streams that have its changes in them already

BEFORE = [
    {"status": status, "requester": ANA, "assignee": assignee, "group": "Tier 1", "priority": "high"}
    for status in ("new", "open", "pending", "hold", "solved", "closed")
    for assignee in (None, BO)
]
WRITTEN = [
    {name: value for name, value in {"status": status, **others}.items() if value != "as it was"}
    for status in ("as it was", "new", "open", "pending", "solved")
    for others in (
        {},
        {"assignee": BO},
        {"assignee": None},
        {"group": "Billing"},
        {"group": "Tier 2", "assignee": CLEO},
        {"priority": None},
        {"requester": None},
        {"requester": PAUL, "group": "Tier 1"},
    )
]
COMMENTS: tuple[dict[str, Any], ...] = (
    {},
    {"comment": public()},
    {"comment": {"public": False, "body": "Psst"}},
)


def events() -> Iterator[tuple[Values | None, dict[str, Any]]]:
    """Yield updates of tickets as they stood, and creations."""
    people = (ANA, BO, None)
    for by, written, comment in itertools.product(people, WRITTEN, COMMENTS):
        yield None, event(by, written, created=True, **comment)
        yield from ((before, event(by, written, **comment)) for before in BEFORE)


def outcome_of(before: Values | None, update: dict[str, Any]) -> Outcome:
    here = desk(LIFE_CYCLE, trace=False)
    return (here if before is None else here.knows(before)).feed(update)


def kept(outcome: Outcome) -> dict[str, Any]:
    """Return a ticket as it ends, but for a count: what an update tries and the life cycle takes back is counted."""
    return {name: value for name, value in outcome.after.items() if name != "reopens"}


def test_it_finds_nothing_to_do_where_its_changes_are_in_the_event() -> None:
    fired = set()
    for before, update in events():
        first = outcome_of(before, update)
        fired |= set(first.fired)
        changed = {e.field.removeprefix("ticket.") for e in first.effects if isinstance(e, FieldChanged)}
        reacted = {name: first.after[name] for name in changed}
        data = {**update["data"], "set": {**update["data"]["set"], **reacted}}
        again = outcome_of(before, {**update, "data": data})
        assert (again.fired, kept(again)) == ((), kept(first)), (before, update)
    assert fired == {*rules()}


def test_the_demo_has_its_changes_but_for_one_that_a_trigger_sets_off() -> None:
    folder = resources.folder("stdlib") / "demo"
    directory = json.loads((folder / "directory.json").read_text(encoding="utf-8"))
    lines = [*map(json.loads, (folder / "events.jsonl").read_text(encoding="utf-8").splitlines())]
    with_it = compile_paths("zendesk.lifecycle", folder / "rules.trig", directory=directory)
    outcomes = [*with_it.run(lines, directory=with_it.directory(directory), trace=True)]
    fired = {
        (o.event, title): why(o, title).enabled_by for o in outcomes for title in {*o.fired} & {*rules()}
    }
    assert fired == {("e-1006", OPENS): "Route billing questions"}
