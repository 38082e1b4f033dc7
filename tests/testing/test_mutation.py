"""Mutants: what is changed, what means the same, what tests notice, and a test that would."""

import pytest
from tested import loaded, ruleset

from trigdsl.runtime.loader import load_text
from trigdsl.testing.mutation.mutants import Mutant, mutants
from trigdsl.testing.mutation.trial import Court, Tried, score, try_all
from trigdsl.testing.mutation.witness import witness
from trigdsl.testing.scenarios import runner

RULES = """
trigger "Escalate" once per ticket
  when ticket is created
    and ticket.priority is at least high
    and ticket.tags include any of vip, gold
  then set group to "Tier 2"
    notify requester, assignee with template solved

trigger "Greet"
  when ticket is created
  then notify requester with template request_received
"""


def changes(rules: str) -> set[tuple[str, str, str]]:
    return {(m.change.kind, m.change.before, m.change.after) for m in made(rules)}


def made(rules: str) -> list[Mutant]:
    found = loaded(rules)
    assert found.ruleset is not None
    assert found.written is not None
    return list(mutants(found.ruleset, found.written))


def court(rules: str) -> Court:
    found = loaded(rules)
    assert found.ruleset is not None
    assert found.written is not None
    assert all(result.passed for result in runner.run(found.ruleset))
    return Court.of(found.ruleset, found.written, found.ruleset.scenarios)


def tried(rules: str) -> list[Tried]:
    return list(try_all([court(rules)]))


@pytest.mark.parametrize(
    "change",
    [
        ("negation", "ticket is created", "ticket is not created"),
        ("value", "ticket is created", "ticket is updated"),
        ("condition left out", "ticket is created", ""),
        ("operator", "ticket.priority is at least high", "ticket.priority is more than high"),
        ("negation", "ticket.priority is at least high", "ticket.priority is less than high"),
        ("value", "ticket.priority is at least high", "ticket.priority is at least urgent"),
        ("value", "ticket.tags include any of vip, gold", "ticket.tags include any of gold"),
        ("value", "ticket.tags include any of vip, gold", "ticket.tags include any of vip_2, gold"),
        ("negation", "ticket.tags include any of vip, gold", "ticket.tags include none of vip, gold"),
        (
            "recipient",
            "notify requester, assignee with template solved",
            "notify assignee with template solved",
        ),
        (
            "template",
            "notify requester with template request_received",
            "notify requester with template solved",
        ),
        (
            "recipient",
            "notify requester with template request_received",
            "notify assignee with template request_received",
        ),
        ("action left out", 'set group to "Tier 2"', ""),
        ("left out", "once per ticket", ""),
        ("order", '"Escalate" before "Greet"', '"Greet" before "Escalate"'),
    ],
)
def test_one_small_thing_is_changed(change: tuple[str, str, str]) -> None:
    written = RULES.replace("requester, assignee", "requester and assignee")
    kind, before, after = (part.replace("requester, assignee", "requester and assignee") for part in change)
    assert (kind, before, after) in changes(written)


def test_every_change_is_one_that_rules_can_have_and_means_something_else() -> None:
    rules = ruleset(RULES)
    for mutant in made(RULES):
        changed = mutant.applied(rules)
        assert changed.triggers != rules.triggers, mutant.change


@pytest.mark.parametrize(
    ("rules", "before", "after"),
    [
        # A ticket that changes to solved is solved.
        (
            'trigger "T" when ticket.status is solved and ticket.status changes to solved then stop',
            "ticket.status changes to solved",
            "ticket.status is not empty",
        ),
        (
            'trigger "T" when ticket.priority is urgent then stop',
            "ticket.priority is urgent",
            "ticket.priority is at least urgent",
        ),
    ],
)
def test_what_provably_means_the_same_is_set_aside(rules: str, before: str, after: str) -> None:
    same = {(m.change.before, m.change.after) for m in made(rules) if m.same}
    differ = {(m.change.before, m.change.after) for m in made(rules) if not m.same}
    assert (before, after) not in differ
    assert same | differ


def test_an_order_that_nothing_depends_on_is_set_aside() -> None:
    one = 'trigger "A" when ticket is created then notify requester with template solved\n'
    other = 'trigger "B" when comment is public then notify assignee with template solved\n'
    writes = 'trigger "A" when ticket is created then set ticket.priority to high\n'
    reads = 'trigger "B" when ticket.priority is empty then set ticket.type to task\n'
    assert [m.same is not None for m in made(one + other) if m.swapped] == [True]
    assert [m.same is not None for m in made(writes + reads) if m.swapped] == [False]


TESTED = 'trigger "T" when ticket is created and ticket.priority is high then add seen to ticket.tags\n'
TESTS = """
test "Fires"
  given ticket.priority is high
  when requester creates ticket
  expect only ticket.tags include all of seen and trigger "T" fires
test "Other priorities"
  given ticket.priority is urgent
  when requester creates ticket
  expect nothing
test "Later"
  when agent sets ticket.priority to high
  expect nothing
"""


def test_what_a_test_notices_is_named() -> None:
    found = {(x.mutant.change.before, x.mutant.change.after): x.killer for x in tried(TESTED + TESTS)}
    assert found["ticket is created", ""] == "Later"
    assert found["ticket.priority is high", "ticket.priority is urgent"] == "Fires"


def test_what_no_test_notices_survives_and_counts() -> None:
    found = tried(TESTED + TESTS)
    survivors = [(x.mutant.change.before, x.mutant.change.after) for x in found if x.survived]
    assert survivors == []
    assert score(found) == 1
    fewer = tried(
        TESTED
        + TESTS.replace("urgent", "low").replace("expect only ticket.tags include all of seen and", "expect")
    )
    assert ("add seen to ticket.tags", "add seen_2 to ticket.tags") in {
        (x.mutant.change.before, x.mutant.change.after) for x in fewer if x.survived
    }
    assert score(fewer) < 1


def test_only_tests_that_can_be_affected_run_and_the_verdict_is_the_same() -> None:
    """Running every test on every mutant comes to the same as running those that a mutant can affect."""
    judge = court(TESTED + TESTS)
    for mutant in made(TESTED + TESTS):
        changed = mutant.applied(judge.rules)
        noticed = any(not r.passed for r in runner.run(changed, judge.rules.scenarios))
        assert mutant.same or (judge.tried(mutant).killer is not None) is noticed


UNTESTED = """
define vip as requester.tags include vip or ticket.tags include vip

trigger "Escalate"
  when ticket is created and vip and ticket.subject contains any word of down, outage
  then set group to "Tier 2"
    add 1 to ticket.escalations
    notify group and ccs by sms with template solved

trigger "Reopen"
  when ticket.status changes from solved and comment is public and current_user is not assignee
  then set ticket.priority to urgent

field ticket.escalations is a number

test "Nothing to see"
  when agent sets ticket.type to task
  expect nothing
"""


def test_a_survivor_comes_with_a_test_that_passes_now_and_fails_on_the_change() -> None:
    judge = court(UNTESTED)
    shown = survivors = 0
    for result in try_all([judge]):
        if not result.survived:
            continue
        survivors += 1
        found = witness(judge, result.mutant)
        if found is None:
            continue
        shown += 1
        text = found.text(judge.written)
        rules = load_text(UNTESTED + text).ruleset
        assert rules is not None, text
        test = [s for s in rules.scenarios if s.title == "It is told apart"]
        assert all(r.passed for r in runner.run(rules, test)), text
        changed = result.mutant.applied(judge.rules)
        assert not all(r.passed for r in runner.run(changed, test)), text
    assert survivors > 30
    assert shown >= 0.9 * survivors


def test_a_change_is_noticed_when_any_of_several_rule_sets_notices_it() -> None:
    first, second, third = TESTS.split("\ntest ")[1:]
    courts = [court(f"{TESTED}\ntest {test}") for test in (first, second, third)]
    assert score(list(try_all(courts))) == score(tried(TESTED + TESTS))
