"""What tests in the language mean: how they begin, what people do, what can be expected."""

import pytest
from tested import passes, results

GREET = """
trigger "Greet"
  when ticket is created
  then notify requester with template request_received
"""

PAGER = """
webhook pager
field user.vip is yes or no

trigger "Page"
  when ticket.priority changes to urgent
  then call webhook pager with template solved
    post public comment with body "Thank you, {{ requester.name }}."
    add paged to ticket.tags
    notify group by sms with template group_assigned
"""

HOURS = """
schedule "Hours" in "Europe/Paris" open monday to friday 09:00 to 18:00 closed on 2026-12-25

trigger "Closed"
  when comment is present and schedule "Hours" is closed
  then notify requester with template comment_added
"""


@pytest.mark.parametrize(
    "test",
    [
        # The beginning
        'given ticket.priority is high when requester creates ticket expect ticket.priority is high and trigger "Greet" fires',
        "given ticket.priority is high when agent clears ticket.priority expect ticket.priority changes from high",
        'when agent comments "Hello" expect ticket.status is new and requester is not notified',
        'given ticket.status is solved when agent comments "Hello" expect ticket.status is solved',
        "given ticket.channel is email when requester creates ticket expect ticket.channel is email",
        'given requester.language is "fr" when requester creates ticket expect requester is notified in language fr',
        'given requester.language is "fr" when agent creates ticket expect requester is notified in language fr',
        'given requester is "ana@example.com" when agent creates ticket expect "ana@example.com" is notified',
        'given ticket.replies is 3 when agent comments "Hello" expect ticket.replies is 4',
        "given ticket is private when agent sets ticket.priority to low expect ticket is private",
        # Who is there
        'when requester creates ticket expect requester.name is "Requester" and requester is end_user',
        'when "ana@example.com" creates ticket expect requester.name is "Ana" and "ana@example.com" is notified',
        "when agent creates ticket expect requester is not current_user and requester is end_user",
        'when agent "bo@example.com" creates ticket expect requester is notified and agent "bo@example.com" is not notified',
        'given assignee is "bo@example.com" when assignee creates ticket expect assignee is agent',
        # What people do
        'when requester creates ticket with subject "Help" and comments "Please" expect ticket.subject is "Help"',
        "when agent sets ticket.tags to a, b expect ticket.tags gain a",
        ("given ticket.tags include all of a, b when agent adds c to ticket.tags and removes a from ticket.tags "
        "expect ticket.tags include all of b, c and ticket.tags lose a"),
        "when agent sets assignee to current_user expect assignee is current_user",
        'when requester creates ticket by email automatically expect trigger "Greet" fires and requester is not notified',
        'given update.time is 2026-03-02 09:30 when 2 days pass and agent comments "Hello" expect ticket.updated_at is 2026-03-04',
        # Only this, and nothing
        'when requester creates ticket expect only trigger "Greet" fires',
        "when requester creates ticket expect only requester is notified with template request_received",
        'when agent comments "Hello" expect nothing',
    ],
)  # fmt: skip
def test_a_test_passes(test: str) -> None:
    assert passes(f'{GREET}\ntest "It" {test}')


@pytest.mark.parametrize(
    "test",
    [
        'when requester creates ticket expect trigger "Greet" does not fire',
        'when agent comments "Hello" expect trigger "Greet" fires',
        "when requester creates ticket expect requester is not notified",
        'when agent comments "Hello" expect requester is notified',
        'when requester creates ticket expect requester is notified saying "nothing of the kind"',
        "when requester creates ticket expect agent is notified",
        "when requester creates ticket expect assignee is notified",
        "when requester creates ticket expect requester is notified in language fr",
        "when requester creates ticket expect ticket.priority is high",
        "when requester creates ticket expect nothing",
        "when requester creates ticket expect only ticket.priority is empty",
        'when assignee comments "Nobody is assigned" expect nothing',
        "given ticket.status is open and ticket.status is solved when agent clears ticket.type expect nothing",
    ],
)
def test_a_test_fails(test: str) -> None:
    assert not passes(f'{GREET}\ntest "It" {test}')


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ("webhook pager is called", True),
        ("webhook pager is called with template solved", True),
        ("webhook pager is not called", False),
        ('webhook pager is called saying "no such words"', False),
        ('public comment is posted saying "Thank you, Requester."', True),
        ('public comment is posted saying "Thank you, Ana."', False),
        ("public comment is not posted", False),
        ("group is notified by sms with template group_assigned", True),
        ('group "Tier 1" is notified', True),
        ('group "Tier 1" is not notified', False),
        ("all agents are notified", False),
        ('"tier_1@example.com" is notified', True),
        ("ticket.tags gain paged", True),
        ("only group is notified and webhook pager is called and public comment is posted", False),
        (
            "only group is notified and webhook pager is called and public comment is posted and ticket.tags gain paged",
            True,
        ),
        ('only trigger "Page" fires', True),
    ],
)
def test_what_is_done_can_be_expected(expected: str, holds: bool) -> None:
    test = f'test "It" given group is "Tier 1" when agent sets ticket.priority to urgent expect {expected}'
    assert passes(PAGER + test) is holds


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('schedule "Hours" is open', "not "),
        ('schedule "Hours" is closed', ""),
        ('schedule "Hours" is not open', ""),
        ('schedule "Hours" is on_holiday', ""),
        ("update.time is 2026-01-05 07:59", ""),
        ("update.time is 2026-01-05 08:00", "not "),
    ],
)
def test_a_test_begins_at_a_time_that_is_as_given(given: str, told: str) -> None:
    test = f'test "It" given {given} when agent comments "Hello" expect requester is {told}notified'
    assert passes(HOURS + test)


def test_time_passes_between_steps() -> None:
    assert passes(
        f"""{HOURS}
test "The evening"
  given update.time is 2026-01-05 16:58
  when agent comments "Five to six, in Paris"
  expect requester is not notified
  when agent comments "A minute later"
  expect requester is not notified
  when agent comments "Another minute later"
  expect requester is notified
  when 15 hours pass
  expect schedule "Hours" is open
"""
    )


def test_a_trial_trigger_fires_where_it_would_have() -> None:
    rules = 'trial trigger "T" when ticket is created then notify requester with template solved\n'
    assert passes(rules + 'test "It" when requester creates ticket expect trigger "T" fires')


def test_a_trigger_that_fires_once_is_remembered_between_steps() -> None:
    assert passes("""
trigger "Once" once per ticket
  when comment is present
  then notify requester with template comment_added

test "It"
  when agent comments "One"
  expect trigger "Once" fires
  when agent comments "Two"
  expect trigger "Once" does not fire
""")


def test_each_test_begins_anew() -> None:
    test = 'when requester creates ticket expect trigger "Greet" fires'
    assert [r.passed for r in results(f'{GREET}\ntest "One" {test} test "Two" {test}')] == [True, True]


def test_a_step_after_one_that_failed_is_not_run() -> None:
    (result,) = results(f"""{GREET}
test "It"
  when requester creates ticket
  expect trigger "Greet" does not fire
  when agent comments "Hello"
  expect trigger "Greet" fires
""")
    assert len(result.failures) == 1


def test_the_example_of_the_language_passes() -> None:
    assert passes("""
use zendesk

test "The requester hears of the solution"
  when requester creates ticket with subject "Printer" and comments "It is on fire"
  expect trigger "Notify requester of received request" fires
  when agent "bo@example.com" sets ticket.status to solved and comments "It is out"
  expect only requester is notified with template solved saying "Printer"
""")


def test_whoever_is_named_by_an_address_alone_is_an_end_user() -> None:
    begins = 'test "1" given ticket.status is open and requester is "ana@example.com"'
    assert passes(f'use zendesk {begins} when requester comments "x" expect current_user is end_user')
    assert passes(
        f'use zendesk {begins} when "paul@example.com" comments "x" expect current_user is end_user'
    )
    employed = 'test "1" given ticket.status is open and assignee is "bo@example.com"'
    assert passes(f'use zendesk {employed} when "bo@example.com" comments "x" expect current_user is agent')
