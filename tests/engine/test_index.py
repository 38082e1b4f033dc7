"""The index: which tests are looked up, and that it finds what the definition finds where that is hardest."""

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest
from attrs import evolve
from recombined import recombined

from trigdsl.engine.index.building import index_of
from trigdsl.engine.index.clauses import MOST_CLAUSES, clauses
from trigdsl.engine.search import Mode
from trigdsl.runtime.loader import compile_text
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.testing.generation.cases import make_case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.world import World
from trigdsl.testing.laws import Trial

FIELDS = """
field ticket.seats is a number
field ticket.plan is one of free < pro < enterprise
field ticket.products is any of printer, scanner
field ticket.renewal is a date
field ticket.beta is yes or no
field ticket.code is text
field ticket.backup is a user
"""
LOOKED_UP = """
ticket.status is solved
ticket.status is not one of solved, closed
ticket.plan is at least pro
ticket.plan is empty
ticket.seats is 7
ticket.seats is more than 2.5
ticket.seats is not empty
ticket.beta is yes
ticket.code is "A-1"
ticket.status changes
ticket.status changes to solved
ticket.status changes from open to solved
ticket.seats changes to 3
ticket.seats does not change
assignee is "bo@example.com"
assignee is not "Bo"
assignee changes to "bo@example.com"
assignee is empty
group is one of "Tier 1", "Tier 2"
requester is not current_user
previous ticket.status is open
ticket.tags include vip
ticket.tags include all of vip, gold
ticket.tags do not include any of vip, gold
ticket.tags gain vip
ticket.tags lose any of vip, gold
ticket.followers include "bo@example.com"
ticket.subject contains "down"
ticket.subject starts with "re:"
ticket.subject ends with "?"
ticket.subject is like "inv-##*"
ticket.subject contains any word of down, "not working"
ticket.subject does not contain "down"
ticket is created
comment is public
comment is not present
current_user is agent
ticket.tags include vip or ticket.subject contains "down"
ticket.status is open or ticket.tags do not include vip
not (ticket.status is open and ticket.tags include vip)
"""
ASKED = """
ticket.renewal is before 2026-02-01
ticket.renewal is within the next 3 days
ticket.seats is more than previous ticket.seats
ticket.tags are empty
"""
PEOPLE = {
    "users": [
        {"id": "7", "email": "ana@example.com", "name": "Ana", "role": "end_user"},
        {"id": "8", "email": "bo@example.com", "name": "Bo", "role": "agent", "groups": ["Tier 1"]},
    ],
    "groups": [{"id": "1", "name": "Tier 1"}, {"id": "2", "name": "Tier 2"}],
}


def of(*conditions: str) -> Ruleset:
    texts = (
        f'trigger "{n}" when {text} then add done_{n} to ticket.tags\n' for n, text in enumerate(conditions)
    )
    return compile_text(FIELDS + "".join(texts))


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize("condition", lines(LOOKED_UP))
def test_is_looked_up(condition: str) -> None:
    index = index_of(of(condition).rules)
    assert index.left_over == {}
    assert index.planes


@pytest.mark.parametrize("condition", lines(ASKED))
def test_is_asked_of_the_definition(condition: str) -> None:
    assert index_of(of(condition).rules).left_over.keys() == {0}
    assert index_of(of(*[condition] * 4).rules).left_over == {}


VALUES: dict[str, Sequence[Any]] = {
    "status": ["new", "open", "pending", "solved"],
    "plan": [None, "free", "pro", "enterprise"],
    "seats": [None, 0, 2, 2.5, 3, 7, 8],
    "beta": [None, True, False],
    "code": [None, "a-1", "A-1", "B"],
    "products": [[], ["printer"]],
    "renewal": [None, "2026-01-06", "2026-03-01", "2026-01-05T10:00:00Z"],
    "assignee": [None, "bo@example.com", "8", "Bo", "ana@example.com", "nobody@example.com"],
    "backup": [None, "7"],
    "group": [None, "Tier 1", "2", "Tier 3"],
    "tags": [[], ["vip"], ["gold", "vip"], ["other", *(f"t{n}" for n in range(9))]],
    "followers": [[], ["bo@example.com"], ["7", "x@example.com"]],
    "subject": [None, "Printer DOWN", "re: it is not working", "INV-42 paid?", "not", "wörking down?"],
}
WRITTEN = {"email": "bo@example.com", "id": "99", "name": "Bo", "role": "agent"}


def story(choose: Random, *, written: bool) -> Iterator[dict[str, Any]]:
    """Yield the events of a ticket; now and then somebody is written out whom the rules name."""
    for number in range(12):
        given = {name: choose.choice(values) for name, values in VALUES.items() if choose.random() < 0.5}
        by: Any = choose.choice(["ana@example.com", "bo@example.com", None])
        data: dict[str, Any] = {"set": given, "by": WRITTEN if written and choose.random() < 0.3 else by}
        if choose.random() < 0.5:
            data["comment"] = {"body": "It is down", "public": choose.random() < 0.5}
        yield {
            "specversion": "1.0",
            "id": str(number),
            "source": "desk",
            "type": "ticket.updated" if number else "ticket.created",
            "subject": "1",
            "time": f"2026-01-05T10:{number:02}:00Z",
            "data": data,
        }


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("written", [True, False])
def test_finds_what_the_definition_finds(mode: Mode, *, known: bool, written: bool) -> None:
    rules = of(*lines(LOOKED_UP), *lines(ASKED))
    rules = evolve(rules, rules=evolve(rules.rules, triggers=(*rules.triggers, *_negated(rules.triggers))))
    people = rules.directory(PEOPLE if known else {})
    fired = set()
    for seed in range(20):
        events = [*story(Random(seed), written=written)]
        plain, ours = (
            list(each.fold(directory=people, mode=mode, trace=seed < 2, render=False).feed_all(events))
            for each in (evolve(rules, by_definition=True), rules)
        )
        assert len(plain) == len(events)
        assert [(o.to_json(), o.trace) for o in ours] == [(o.to_json(), o.trace) for o in plain]
        fired |= {title for outcome in ours for title in outcome.fired}
    never = {t.title for t in rules.triggers} - fired
    assert len(never) < 8, never


def _negated(triggers: Sequence[r.Trigger]) -> Iterator[r.Trigger]:
    for trigger in triggers:
        yield evolve(trigger, title=f"not {trigger.title}", condition=r.Not(trigger.condition))


@pytest.mark.parametrize("seed", range(15))
def test_generated_rules_of_many_sizes(seed: int) -> None:
    case = make_case(Draws.of(Random(seed)), World.zendesk())
    trial = Trial.of(case.rules, case.directory, case.events)
    choose = Random(seed)
    for size in (1, 7, 30):
        rules = recombined(trial.rules, size, choose)
        for mode in Mode:
            plain, ours = (trial.run(rules, mode, by_definition=way) for way in (True, False))
            assert [(o.to_json(), o.trace) for o in ours] == [(o.to_json(), o.trace) for o in plain]


def test_clauses_stay_few() -> None:
    nested = compile_text(
        FIELDS
        + "when "
        + " or ".join(
            f'(ticket.seats is {n} and ticket.code is "{n}" and ticket.tags include t{n})' for n in range(30)
        )
        + " then add done to ticket.tags"
    )
    found = clauses(nested.triggers[0].condition)
    assert 0 < len(found) <= MOST_CLAUSES


def test_a_wide_or_is_one_clause() -> None:
    wide = of(" or ".join(f"ticket.subject contains word_{n}" for n in range(50)))
    assert [len(clause) for clause in clauses(wide.triggers[0].condition)] == [50]


def test_only_those_that_name_a_tag_are_looked_up_again() -> None:
    index = index_of(of("ticket.tags include a", "ticket.tags include b", "ticket.tags change").rules)
    rules = of("ticket is created")
    event = {**next(story(Random(0), written=False)), "data": {"set": {"tags": ["a"]}}}
    change = rules.step(None, json.loads(json.dumps(event))).effects[0]
    assert index.affected.by_change(change) == 0b100  # type: ignore[arg-type]


def test_an_or_of_nothing_never_holds() -> None:
    rules = of("ticket is created")
    never = r.Trigger("never", None, r.AnyOf(()), rules.triggers[0].actions)
    both = evolve(rules, rules=evolve(rules.rules, triggers=(never, *rules.triggers)))
    event = next(story(Random(0), written=False))
    assert both.step(None, event).fired == rules.step(None, event).fired


def test_a_value_of_another_type_is_no_number() -> None:
    tracker = "state issue is created\nfield issue.requester is a user\nfield user.id is a number\nfield user.email is text\nchannel email\nfield issue.title is text\n"
    rules = compile_text("when requester.id is 5 then set issue.title to a", vocabulary=tracker)
    event = {**next(story(Random(0), written=False)), "type": "issue.created"}
    unknown = {**event, "data": {"set": {"requester": "99"}}}
    assert rules.step(None, unknown).fired == ()
    assert evolve(rules, by_definition=True).step(None, unknown).fired == ()


def test_people_written_out_leave_the_rest_of_the_names_alone() -> None:
    rules = of(*(f'requester is "u{n}@example.com"' for n in range(50)), 'requester is "Una"')
    people = rules.directory(
        {"users": [{"id": f"i{n}", "email": f"u{n}@example.com"} for n in range(0, 50, 2)]}
    )
    event = next(story(Random(0), written=False))
    for who in (
        {"email": "u3@example.com", "id": "77", "name": "Una"},
        {"email": "new@x.com"},
        {"id": "i4"},
        "u4@example.com",
    ):
        given = {**event, "data": {"by": "u8@example.com", "set": {"requester": who}}}
        plain, ours = (
            evolve(rules, by_definition=way).step(None, given, directory=people) for way in (True, False)
        )
        assert ours.fired == plain.fired
    index = index_of(rules.rules)
    known = index.callings.under(people)
    assert index.callings.under(people.knowing(())) is known


def test_half_a_character_breaks_no_pattern() -> None:
    rules = of('ticket.subject matches "a+"')
    event = {**next(story(Random(0), written=False)), "data": {"set": {"subject": "x\ud800a"}}}
    assert rules.step(None, event, render=False).fired == ("0",)
