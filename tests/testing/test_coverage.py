"""Condition coverage: what tests have seen of each part of a condition, and whether it alone decided."""

import pytest
from tested import ruleset

from trigdsl.testing.scenarios import runner
from trigdsl.testing.scenarios.coverage import Coverage, covered, together

RULES = """
trigger "T"
  when ticket is created and (ticket.priority is urgent or requester is agent)
  then set group to "Tier 2"
"""
FIRES = 'test "1" given ticket.priority is urgent when requester creates ticket expect trigger "T" fires\n'
NOT_URGENT = 'test "2" when requester creates ticket expect nothing\n'
UPDATED = 'test "3" given ticket.priority is urgent when agent comments "x" expect nothing\n'
BY_AGENT = 'test "4" given requester is agent when requester creates ticket expect trigger "T" fires\n'


def coverage(rules: str) -> Coverage:
    found = ruleset(rules)
    return covered(found, [step for result in runner.run(found) for step in result.played])


def missing(rules: str) -> dict[str, list[str]]:
    (seen,) = coverage(rules).triggers
    return {part.part.at.text: part.missing() for part in seen.parts}


def test_one_test_decides_by_what_is_true() -> None:
    assert missing(RULES + FIRES) == {
        "ticket is created": ["never seen false"],
        "ticket.priority is urgent": ["never seen false"],
        "requester is agent": ["never seen true", "never alone decides by being false"],
    }


def test_a_part_is_covered_when_it_decided_both_ways() -> None:
    assert missing(RULES + FIRES + NOT_URGENT + UPDATED) == {
        "ticket is created": [],
        "ticket.priority is urgent": [],
        "requester is agent": ["never seen true"],
    }
    assert coverage(RULES + FIRES + NOT_URGENT + UPDATED + BY_AGENT).share == 1


def test_what_is_seen_with_another_that_fails_as_well_does_not_count() -> None:
    neither = 'test "5" when agent comments "x" expect nothing\n'
    assert missing(RULES + FIRES + neither)["ticket is created"] == ["never alone decides by being false"]


def test_what_can_never_decide_is_not_asked_for() -> None:
    rules = """
# allow said-again
trigger "T"
  when ticket is created and (comment is public or comment is present)
  then stop
"""
    # Whenever a comment is public it is present, so `comment is public` decides nothing.
    test = 'test "1" when requester creates ticket and comments "x" expect trigger "T" fires\n'
    (seen,) = coverage(rules + test).triggers
    by_text = {part.part.at.text: part for part in seen.parts}
    assert by_text["comment is public"].wanted < 2


def test_a_state_of_the_vocabulary_is_one_part() -> None:
    rules = 'trigger "T" when ticket is created and current_user is not agent then stop\n'
    test = 'test "1" when requester creates ticket expect trigger "T" fires\n'
    assert [*missing(rules + test)] == ["ticket is created", "current_user is not agent"]


def test_names_are_written_out() -> None:
    rules = (
        'define big as ticket.priority is urgent and ticket.type is incident trigger "T" when big then stop\n'
    )
    test = 'test "1" given ticket.priority is urgent when agent sets ticket.type to task expect nothing\n'
    assert [*missing(rules + test)] == ["ticket.priority is urgent", "ticket.type is incident"]


def test_a_disabled_trigger_is_not_counted() -> None:
    rules = 'disabled trigger "Off" when ticket is created then stop\n'
    rules += 'trigger "Raw" when ticket is created and raw zendesk """{}""" then stop\n'
    found = coverage(RULES + rules + FIRES)
    off = [(t.trigger.title, t.wanted) for t in found.triggers if not t.trigger.runs]
    assert off == [("Off", 0), ("Raw", 0)]


def test_a_trigger_that_is_not_asked_sees_nothing() -> None:
    rules = (
        'trigger "Stop" when ticket is created then stop trigger "Later" when ticket is created then stop\n'
    )
    test = 'test "1" when requester creates ticket expect trigger "Stop" fires\n'
    later = coverage(rules + test).triggers[1]
    assert (later.parts[0].true, later.parts[0].false) == (False, False)


def test_a_closed_ticket_shows_nothing() -> None:
    test = 'test "1" given ticket.status is closed when agent comments "x" expect nothing\n'
    (seen,) = coverage(RULES + test).triggers
    assert not any(part.true or part.false for part in seen.parts)


def test_libraries_count_where_there_is_nothing_else() -> None:
    test = (
        'test "1" when requester creates ticket expect trigger "Notify requester of received request" fires\n'
    )
    assert len(coverage("use zendesk\n" + test).triggers) == 9
    assert len(coverage("use zendesk\n" + RULES + test).triggers) == 1


@pytest.mark.parametrize("first", [0, 1])
def test_rule_sets_are_taken_together(first: int) -> None:
    found = [coverage(RULES + FIRES), coverage(RULES + NOT_URGENT + UPDATED)]
    joined = together([found[first], found[1 - first]])
    assert joined.share == coverage(RULES + FIRES + NOT_URGENT + UPDATED).share


PUBLIC = """
trigger "P"
  when ticket is created and ticket is public and comment is public
  then stop
test "1" when requester creates ticket and comments "x" expect trigger "P" fires
test "2" when requester creates ticket and comments "x" privately expect trigger "P" does not fire
test "3" when requester comments "x" expect trigger "P" does not fire
"""
POSTS = """
trigger "Q" before "P"
  when ticket.tags include q
  then post public comment with body "Hello."
"""


@pytest.mark.parametrize(
    ("rules", "said"), [(PUBLIC, []), (PUBLIC + POSTS, ["never alone decides by being false"])]
)
def test_a_new_ticket_is_public_by_its_own_comment_unless_a_rule_posts_one(
    rules: str, said: list[str]
) -> None:
    seen = next(seen for seen in coverage(rules).triggers if seen.trigger.title == "P")
    assert {p.part.at.text: p.missing() for p in seen.parts}["comment is public"] == said
