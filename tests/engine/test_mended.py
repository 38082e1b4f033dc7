"""What once went wrong, each in its smallest form."""

import pytest
from desk import ANA, BO, CLEO, DAN, EVE, PAUL, desk, public, told, why, why_not


def test_a_field_of_any_of_choices_is_a_set() -> None:
    rules = "field ticket.topics is any of print, network when ticket.topics include print then stop"
    assert len(desk(rules).creates(ANA, {"topics": ["print", "network"]}).fired) == 1


@pytest.mark.parametrize("mailed", [[PAUL], [PAUL.upper()]])
def test_who_got_the_email_already_is_left_out_though_the_directory_knows_them_by_id(
    mailed: list[str],
) -> None:
    own = desk("when comment is public then notify requester and ticket.ccs with template solved")
    assert told(own.creates(ANA, {"ccs": [PAUL]}, comment=public(), mailed=mailed)) == [ANA]


@pytest.mark.parametrize(
    ("zone", "time"), [("America/New_York", "0001-01-01T00:00:00Z"), ("Asia/Tokyo", "9999-12-31T23:59:59Z")]
)
def test_a_schedule_at_the_end_of_time_is_no_error(zone: str, time: str) -> None:
    rules = f'schedule "S" in "{zone}" open monday 00:00 to 24:00 when schedule "S" is on_holiday then stop'
    assert desk(rules).creates(ANA, time=time).fired == ()


def test_a_person_written_out_by_address_is_the_one_of_the_directory() -> None:
    own = desk("use zendesk").knows({"requester": ANA, "status": "open", "assignee": BO})
    assert (
        "Notify requester of comment update"
        not in own.updates({"email": ANA, "name": "Ana"}, comment=public()).fired
    )
    own = desk("when requester is current_user then stop").knows({"requester": ANA})
    assert len(own.updates({"email": ANA, "name": "Ana"}).fired) == 1


def test_an_agent_written_out_without_a_role_is_still_an_agent() -> None:
    own = desk("when current_user is agent then stop").knows({"requester": ANA})
    assert len(own.updates({"email": BO, "name": "Bo"}).fired) == 1
    assert len(own.updates({"id": "4", "name": "Bo"}).fired) == 1


def test_a_name_that_the_check_accepts_names_the_user() -> None:
    assert len(desk('when assignee is "Bo" then stop').creates(ANA, {"assignee": BO}).fired) == 1
    assert told(desk('when ticket is created then notify agent "Bo" with template solved').creates(ANA)) == [
        BO
    ]


def test_an_empty_text_is_empty() -> None:
    assert len(desk("when ticket.subject is empty then stop").creates(ANA, {"subject": ""}).fired) == 1
    assert desk("when ticket.subject changes then stop").creates(ANA, {"subject": ""}).fired == ()


@pytest.mark.parametrize(
    ("condition", "seen", "wanted"),
    [
        ("ticket.status changes from solved", "open", "solved"),
        (f'assignee is one of "{DAN}", "{EVE}"', BO, {DAN, EVE}),
        ("assignee is one of requester, ticket.reviewer", BO, {ANA}),
        ('ticket.subject is like "INV*"', "Hello", "INV*"),
    ],
)
def test_what_was_seen_and_wanted(condition: str, seen: object, wanted: object) -> None:
    own = desk(f'field ticket.reviewer is a user trigger "It" when {condition} then stop')
    (failure,) = why_not(
        own.knows({"status": "open", "requester": ANA, "assignee": BO, "subject": "Hello"}).updates(CLEO),
        "It",
    ).failures
    assert (failure.seen, failure.wanted) == (seen, wanted)


def test_what_was_seen_of_ticket_is_public_is_not_that_it_was_created() -> None:
    (failure,) = why_not(desk('trigger "It" when ticket is public then stop').creates(ANA), "It").failures
    assert failure.seen != "created"


def test_a_state_that_failed_has_the_line_of_the_rule() -> None:
    rules = 'trigger "It"\n when ticket is created\n and current_user is agent\n then stop'
    (failure,) = why_not(desk(rules).creates(ANA), "It").failures
    assert (failure.at.path, failure.at.line, failure.at.text) == ("rules", 3, "current_user is agent")


def test_counting_by_an_empty_number_is_in_the_trace() -> None:
    rules = 'field ticket.n is a number field ticket.m is a number trigger "It" when ticket is created then add ticket.m to ticket.n'
    assert [s.reason for s in why(desk(rules).creates(ANA), "It").silences] == ["it changes nothing"]
