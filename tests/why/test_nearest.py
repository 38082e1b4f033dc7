"""For every trigger that did not fire, the change that is named makes it fire and no part of it does, or the reason holds."""

import itertools
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from desk import ANA, BO, PEOPLE, event, private, public
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shares import Question, Shares, judged, of_case, of_demo, questions

from trigdsl.engine.search import Mode
from trigdsl.engine.state import UpdateError
from trigdsl.runtime.loader import compile_text
from trigdsl.testing.generation.cases import Case, make_case, make_told
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.events import Stream
from trigdsl.testing.generation.rules import Plot
from trigdsl.testing.strategies import World, drawn
from trigdsl.why.answers import answer
from trigdsl.why.changes import Edit

ZENDESK = World.zendesk()
OTHER_EVENTS = 12


@pytest.mark.parametrize("rules", [(), ("zendesk.current",)], ids=["its own rules", "zendesk.current"])
def test_the_demo_has_an_answer_to_every_question(rules: tuple[str, ...]) -> None:
    shares = Shares()
    for question in of_demo(*rules):
        shares.ask(question)

    assert shares.answers.total() > 250
    assert shares.answers["gave up"] == 0
    assert {kind for kind in shares.answers if kind.startswith("reason")} == {"reason: past"}


def test_the_demo_has_answers_with_the_life_cycle_as_well() -> None:
    shares = Shares()
    for question in itertools.islice(of_demo("zendesk.lifecycle", "zendesk"), None, None, 5):
        shares.ask(question)

    assert shares.answers.total() > 100
    assert shares.answers["gave up"] == 0


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=drawn(make_told, ZENDESK), mode=st.sampled_from([*Mode]), seed=st.integers(0, 1000))
def test_answers_to_whatever_is_generated_are_true(told: tuple[Plot, Case], mode: Mode, seed: int) -> None:
    plot, case = told
    d = Draws.of(Random(seed))
    for question in of_case(case, mode):
        if judged(question).startswith("reason"):
            data = Stream(d, plot.scene, plot.aims)._data
            for _ in range(OTHER_EVENTS):
                other = {**question.event, "data": data(created=question.asked.before is None)}
                assert not _fires(question, other), f"{question.told()}\n{other}"


def _fires(question: Question, other: dict[str, object]) -> bool:
    try:
        return question.fires_on(other)
    except UpdateError:
        return False


def test_few_searches_in_generated_rules_give_up() -> None:
    shares = Shares()
    for number in range(1000, 1030):
        case = make_case(Draws.of(Random(number)), ZENDESK)
        for question in of_case(case):
            shares.ask(question)

    assert shares.answers.total() > 150
    assert shares.answers["gave up"] <= shares.answers.total() / 50


# Single questions


def asked(rules: str, *events: dict[str, object], mode: Mode = Mode.RESTART) -> Question:
    """Return the question about the last trigger and the last event."""
    *_, last = questions(compile_text(rules, directory=PEOPLE), PEOPLE, events, mode)
    assert last.event is events[-1]
    return last


def change(question: Question) -> dict[str, object]:
    """Return the change that is named, by the parts of the event; it is judged as well."""
    assert judged(question).startswith("a change")
    found = answer(question.asked, question.trigger).nearest
    assert found is not None
    return {" ".join(edit.part): _becomes(edit) for edit in found.edits}


def _becomes(edit: Edit) -> object:
    return edit.becomes if isinstance(edit.becomes, str | int | bool | None) else type(edit.becomes).__name__


def reason(question: Question) -> tuple[str, list[str]]:
    """Return why there is no change: the kind, and the conditions or triggers that are named."""
    found = answer(question.asked, question.trigger).nearest
    assert found is not None
    assert found.reason is not None
    named = [test.at.text for test in found.reason.tests] + [other.title for other in found.reason.triggers]
    return found.reason.kind, named


def created(values: dict[str, object] | None = None, by: str | None = ANA, **rest: Any) -> dict[str, object]:
    return event(by, values, created=True, **rest)


def updated(values: dict[str, object] | None = None, by: str | None = BO, **rest: Any) -> dict[str, object]:
    return event(by, values, number=2, **rest)


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("ticket.priority is urgent", {"set priority": "urgent"}),
        ("ticket.priority is at least high", {"set priority": "high"}),
        ("ticket.tags include all of vip, gold", {"set tags gold": True, "set tags vip": True}),
        ("ticket.tags include any of vip, gold", {"set tags vip": True}),
        ("ticket.subject contains any word of down", {"set subject": "Printer down"}),
        ('ticket.subject starts with "Re:"', {"set subject": "Re: Printer"}),
        ('ticket.subject is like "INV-##"', {"set subject": "INV-11"}),
        ('ticket.subject does not contain "print"', {"set subject": "Absent"}),
        ("comment is private", {"comment": "Comment"}),
        ('comment.body contains "refund" and comment is private', {"comment": "Comment"}),
        ("ticket.channel is web", {"channel": "web"}),
        ("update.automatic is yes", {"automatic": True}),
        ("current_user is agent", {"by": "bo@example.com"}),
        ('requester is "paul@example.com"', {"by": "paul@example.com"}),
        ("requester.language is de", {"by": "Record"}),
        ('group is "Tier 2"', {"set group": "Tier 2"}),
        ("assignee is agent", {"set assignee": "bo@example.com"}),
        ("ticket.due_date is within the next 2 days", {"set due_date": "datetime"}),
        ("ticket.replies is 1", {"by": "bo@example.com", "comment": "Comment"}),
        ("not (ticket.subject is not empty or ticket.priority is empty)", {"set priority": "low", "set subject": "Absent"}),
        ("followers include current_user", {"set followers 1": True}),
        ("assignee is requester", {"set assignee": "ana@example.com"}),
        ('ticket.external_id matches "^[A-Z]{2}[0-9]+$"', {"set external_id": "AA0"}),
    ],
)  # fmt: skip
def test_a_change_of_a_creation(condition: str, named: dict[str, object]) -> None:
    question = asked(
        f'trigger "T" when {condition} then add done to ticket.tags', created({"subject": "Printer"})
    )

    assert change(question) == named


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("ticket.status changes to solved", {"set status": "solved"}),
        ("ticket.priority is less than previous ticket.priority", {"set priority": "low"}),
        ("ticket.priority does not change", {"set priority": "Absent"}),
        ("ticket.tags lose vip", {"set tags vip": False}),
        ("ticket.tags gain gold", {"set tags gold": True}),
        ("comment is public", {"comment public": True}),
        ("comment is not present", {"comment": None}),
        ("requester is current_user", {"by": "ana@example.com"}),
        ("current_user is empty", {"by": None}),
        ("ticket is public", {"comment public": True}),
        ('schedule "Hours" is closed', {"time": "datetime"}),
    ],
)
def test_a_change_of_an_update(condition: str, named: dict[str, object]) -> None:
    rules = f"""
        schedule "Hours" in "UTC" open monday to friday 09:00 to 18:00
        trigger "T" when ticket is updated and {condition} then add done to ticket.tags
    """
    first = created({"priority": "normal", "tags": ["vip"]}, comment=private())
    question = asked(rules, first, updated({"priority": "high"}, comment=private()))

    assert change(question) == named


PAST: list[tuple[str, Callable[..., dict[str, object]], str]] = [
    ("ticket is created and ticket.priority is urgent", updated, "ticket is created"),
    ("ticket is updated", created, "ticket is updated"),
    ("ticket.status changes from solved", updated, "ticket.status changes from solved"),
    ("ticket.status changes from solved", created, "ticket.status changes from solved"),
    ("previous ticket.priority is high", updated, "previous ticket.priority is high"),
    ("ticket.tags lose vip", created, "ticket.tags lose vip"),
    ("ticket.tags gain gold", updated, "ticket.tags gain gold"),
    ("ticket.channel is web", updated, "ticket.channel is web"),
    ("ticket.replies is more than 3", updated, "ticket.replies is more than 3"),
    ("ticket is not public", updated, "ticket is not public"),
    ("ticket.status does not change", created, "ticket.status does not change"),
]


@pytest.mark.parametrize(("condition", "makes", "named"), PAST)
def test_what_only_another_past_can_do(
    condition: str, makes: Callable[..., dict[str, object]], named: str
) -> None:
    events = [] if makes is created else [created({"tags": ["gold"]}, channel="email", comment=public())]
    question = asked(f'trigger "T" when {condition} then set ticket.form to done', *events, makes())

    assert reason(question) == ("past", [named])


def test_a_condition_that_contradicts_itself() -> None:
    rules = 'trigger "T" when ticket.status is solved and ticket.status is open then set ticket.form to done'

    kind, tests = reason(asked(rules, created()))

    assert (kind, tests) == ("never", ["ticket.status is solved", "ticket.status is open"])


def test_a_directory_in_which_nobody_is_so() -> None:
    rules = 'trigger "T" when organization.tags include gold then set ticket.form to done'

    assert reason(asked(rules, created())) == ("directory", ["organization.tags include gold"])


def test_a_schedule_without_a_holiday() -> None:
    rules = """
        schedule "Hours" in "UTC" open monday 09:00 to 18:00
        trigger "T" when schedule "Hours" is on_holiday then set ticket.form to done
    """

    assert reason(asked(rules, created()))[0] == "schedule"


STOPPER = 'trigger "S" when ticket.subject is not empty then stop'
UNDOER = 'trigger "U" when ticket.priority is urgent then set ticket.priority to high'


def test_a_trigger_that_always_stops_first() -> None:
    rules = f'{STOPPER} trigger "T" when ticket.subject contains "down" then set ticket.form to done'

    assert reason(asked(rules, created({"subject": "down"}))) == ("another trigger", ["S"])


def test_a_trigger_that_always_undoes_it_first() -> None:
    rules = f'{UNDOER} trigger "T" when ticket.priority is urgent then set ticket.form to done'

    assert reason(asked(rules, created({"priority": "urgent"}))) == ("another trigger", ["U"])


def test_two_triggers_that_only_together_are_in_the_way() -> None:
    rules = """
        trigger "A" when ticket.tags include vip then stop
        trigger "B" when ticket.tags do not include vip then stop
        trigger "T" when ticket.priority is urgent then set ticket.form to done
    """

    assert reason(asked(rules, created())) == ("another trigger", ["A", "B"])


def test_a_trigger_that_stops_can_be_kept_from_it() -> None:
    rules = f'{STOPPER} trigger "T" when ticket.priority is urgent then set ticket.form to done'

    assert change(asked(rules, created({"subject": "down"}))) == {
        "set priority": "urgent",
        "set subject": "Absent",
    }


def test_what_a_trigger_overwrites_is_kept_from_it() -> None:
    rules = """
        trigger "U" when ticket.tags include vip then set ticket.priority to high
        trigger "T" when ticket.priority is urgent then set ticket.form to done
    """

    assert change(asked(rules, created({"priority": "urgent", "tags": ["vip"]}))) == {"set tags vip": False}


def test_another_trigger_can_be_made_to_enable_it() -> None:
    rules = """
        trigger "First" when ticket is created then set ticket.priority to low
        trigger "Then" when ticket.subject contains "down" then set ticket.priority to urgent
        trigger "T" when ticket.priority is urgent then set ticket.form to done
    """

    assert change(asked(rules, created({"subject": "Printer"}))) == {"set subject": "Printer down"}


def test_what_somebody_else_may_do_comes_before_what_the_same_person_is_not() -> None:
    rules = 'trigger "T" when current_user.language is fr then set ticket.form to done'

    assert change(asked(rules, created())) == {"by": "paul@example.com"}


def test_nobody_of_whom_something_is_said_is_no_way() -> None:
    rules = """
        trigger "T"
          when ticket is created and assignee does not change and assignee.groups is not empty
          then set ticket.form to done
    """

    assert reason(asked(rules, created()))[0] == "past"


def test_a_trigger_that_takes_back_what_was_before() -> None:
    rules = """
        trigger "Never new again"
          when ticket.status is new and previous ticket.status is more than new
          then set ticket.status to previous ticket.status
        trigger "T" when ticket.status is new and ticket is updated then set ticket.form to done
    """

    assert reason(asked(rules, created({"status": "open"}), updated())) == (
        "another trigger",
        ["Never new again"],
    )


def test_in_a_single_pass_a_later_trigger_comes_too_late() -> None:
    rules = """
        trigger "T" when ticket.priority is urgent and ticket is created then set ticket.form to done
        trigger "Later" when ticket is created then set ticket.priority to urgent
    """
    question = next(
        q
        for q in questions(compile_text(rules), PEOPLE, [created()], Mode.SINGLE_PASS)
        if q.trigger.title == "T"
    )

    assert answer(question.asked, question.trigger).verdict == "passed"
    assert change(question) == {"set priority": "urgent"}


def test_a_trigger_on_trial_has_a_change_as_well() -> None:
    rules = 'trial trigger "T" when ticket.priority is urgent then set ticket.form to done'

    assert change(asked(rules, created())) == {"set priority": "urgent"}


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ('disabled trigger "T" when ticket is updated then set ticket.form to done', "disabled"),
        ('trigger "T" when ticket is updated then raw zendesk """{}"""', "not executable"),
        (
            'trigger "T" once per ticket when ticket.form is empty then add done to ticket.tags',
            "fired before",
        ),
    ],
)
def test_what_no_change_is_looked_for(rules: str, verdict: str) -> None:
    question = asked(rules, created(), updated())

    assert judged(question) == verdict


def test_a_ticket_that_was_closed_runs_nothing() -> None:
    rules = 'trigger "T" when ticket is updated and comment is public then add done to ticket.tags'

    assert judged(asked(rules, created({"status": "closed"}), updated())) == "closed"
