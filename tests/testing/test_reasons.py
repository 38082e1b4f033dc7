"""What is said of a test that fails: the step, what was expected, what happened, and why."""

import pytest
from tested import failing, results

RULES = """
trigger "Escalate"
  when ticket is created
    and comment is public
    and (ticket.priority is urgent or ticket.tags include vip)
  then set group to "Tier 2"
    notify requester with template solved

trigger "Follow"
  when group changes
  then notify group with template group_assigned
"""


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (
            'given ticket.priority is urgent when requester creates ticket and comments "x" privately expect trigger "Escalate" fires',
            "it did not fire: `comment is public` is false, the comment was private",
        ),
        (
            'when agent comments "x" expect trigger "Escalate" fires',
            "it did not fire: `ticket is created` is false, the ticket was updated",
        ),
        (
            'when requester creates ticket and comments "x" expect trigger "Escalate" fires',
            "it did not fire: `ticket.priority is urgent` is false, it was empty; `ticket.tags include vip` is false, it was empty",
        ),
        (
            "when requester creates ticket expect requester is notified with template solved",
            'trigger "Escalate" did not fire: `comment is public` is false, there was no comment',
        ),
        (
            'given ticket.priority is urgent when requester creates ticket and comments "x" expect trigger "Follow" does not fire',
            'trigger "Escalate" made it possible',
        ),
        (
            'given ticket.priority is urgent when requester creates ticket and comments "x" expect group is empty',
            '`ticket.group` was changed from empty to Tier 2 by trigger "Escalate"',
        ),
        (
            'given ticket.priority is urgent when requester creates ticket and comments "x" expect requester is not notified',
            'requester@example.com was notified by email with template solved in language en, by trigger "Escalate"',
        ),
        (
            'given ticket.priority is urgent when requester creates ticket and comments "x" expect only trigger "Escalate" fires',
            'trigger "Follow" fired',
        ),
        (
            ('given ticket.priority is urgent when requester creates ticket and comments "x" '
            'expect requester is notified saying "Bonjour"'),
            "it says",
        ),
        ('when assignee comments "x" expect nothing', "there is no assignee here, so nobody does this"),
        (
            'given ticket.status is closed when agent sets group to "Tier 2" expect trigger "Follow" fires',
            "it did not fire: the ticket is closed",
        ),
        ("when agent clears group expect group is notified", "there is nobody who could be notified: `group` is empty"),
    ],
)  # fmt: skip
def test_a_failure_says_why(test: str, said: str) -> None:
    assert said in failing(f'{RULES}\ntest "It" {test}')


def test_a_failure_is_told_whole() -> None:
    assert (
        failing(f"""{RULES}
test "Two expectations"
  when requester creates ticket and comments "x" privately
  expect trigger "Escalate" fires
    and ticket.priority is urgent
""")
        == """\
FAILED  "Two expectations"  (rules:13)
  when requester creates ticket and comments "x" privately  (line 14)
    expected: trigger "Escalate" fires  (line 15)
    happened: it did not fire: `comment is public` is false, the comment was private  (rules:4)
              and `ticket.priority is urgent` is false, it was empty; `ticket.tags include vip` is false, it was empty  (rules:5)
    expected: ticket.priority is urgent  (line 16)
    happened: `ticket.priority is urgent` is false, it was empty  (rules:16)
"""
    )


OPENING = """
trigger "Hello"
  when ticket is created
  then set ticket.priority to high
    notify requester with body "T"

test "It"
  when requester creates ticket
"""


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (
            "\n  expect nothing",
            """\
    expected: nothing  (line 10)
    happened: trigger "Hello" fired  (rules:2)
              `ticket.priority` was changed from empty to high by trigger "Hello"  (rules:4)
              requester@example.com was notified by email, by trigger "Hello"  (rules:5)
""",
        ),
        (
            """\
  expect only
    requester is notified""",
            """\
    expected: nothing else  (line 9)
    happened: `ticket.priority` was changed from empty to high by trigger "Hello"  (rules:4)
""",
        ),
    ],
)
def test_what_happened_besides_is_told_with_the_lines(expected: str, said: str) -> None:
    assert failing(f"{OPENING}{expected}").endswith(said)


def test_a_text_without_a_subject_is_shown_by_itself() -> None:
    said = failing(f'{OPENING}  expect requester is notified saying "X"')
    assert 'by trigger "Hello": it says "T"  (rules:5)' in said


NOT_RUN = "  the steps after it were not run\n"


def test_a_test_that_stops_early_says_so() -> None:
    more = '  when agent comments "x"\n  expect nothing'
    assert failing(f"{OPENING}  expect nothing\n{more}").endswith(NOT_RUN)
    assert failing(f'{OPENING}  expect trigger "Hello" fires\n  when assignee comments "x" expect nothing\n{more}').endswith(NOT_RUN)  # fmt: skip
    assert NOT_RUN not in failing(f"{OPENING}  expect nothing")


ANSWERS = """
webhook pager

trigger "Answer"
  when comment is public and current_user is agent and ticket.status is not solved
  then notify requester with body "News"

trigger "Done"
  when ticket.status changes to solved and comment is public
  then notify requester with template solved
    notify "boss@example.com" with body "Done"
    call webhook pager with template solved
    post private comment with body "Done"

disabled trigger "Off"
  when comment is present
  then notify requester with body "Off"

disabled trigger "Off and far"
  when ticket is created
  then notify requester with body "Off"

trial trigger "Tried"
  when comment.body contains try
  then notify requester with body "Tried"
"""


@pytest.mark.parametrize(
    ("test", "said"),
    [
        (
            'when "bo@example.com" comments "hello" expect requester is notified',
            [
                "nobody was notified",
                'trigger "Off" did not fire: it is disabled',
                'trigger "Answer" did not fire: `current_user is agent` is false, it was end_user',
                'trigger "Tried" did not fire: `comment.body contains try` is false, it was hello',
                'trigger "Done" did not fire: `ticket.status changes to solved` is false, it stayed new',
            ],
        ),
        (
            'given ticket.status is closed when agent comments "hello" expect requester is notified',
            ["nobody was notified", "the ticket is closed, so no trigger runs"],
        ),
        (
            'when requester comments "hello" expect "boss@example.com" is notified',
            [
                "nobody was notified",
                'trigger "Done" did not fire: `ticket.status changes to solved` is false, it stayed new',
            ],
        ),
        (
            'given ticket.status is solved when agent comments "try" expect "eve@example.com" is notified',
            ["nobody was notified", "no trigger notifies eve@example.com, as the ticket is"],
        ),
        (
            'when requester comments "try" privately expect requester is notified',
            [
                "nobody was notified",
                'trigger "Tried" is on trial, so it does nothing',
                'trigger "Off" did not fire: it is disabled',
                'trigger "Done" did not fire: `ticket.status changes to solved` is false, it stayed new',
                'trigger "Answer" did not fire: `comment is public` is false, the comment was private',
            ],
        ),
        (
            'when agent comments "hello" expect requester is notified saying "Done"',
            [
                'requester@example.com was notified by email in language en, by trigger "Answer": it says "News"',
                'trigger "Off" did not fire: it is disabled',
                'trigger "Tried" did not fire: `comment.body contains try` is false, it was hello',
                'trigger "Done" did not fire: `ticket.status changes to solved` is false, it stayed new',
            ],
        ),
        (
            'when requester comments "hello" expect webhook pager is called',
            [
                "nothing was done",
                'trigger "Done" did not fire: `ticket.status changes to solved` is false, it stayed new',
            ],
        ),
        (
            'when requester comments "hello" expect private comment is posted',
            [
                "nothing was done",
                'trigger "Done" did not fire: `ticket.status changes to solved` is false, it stayed new',
            ],
        ),
    ],
)
def test_what_was_not_done_has_a_reason(test: str, said: list[str]) -> None:
    (result,) = results(f'{ANSWERS}\ntest "It" {test}')
    assert sorted(reason.text for reason in result.failures[0].reasons) == sorted(said)


def test_only_the_triggers_nearest_to_firing_are_named() -> None:
    rules = "".join(
        f'trigger "T{n}" when ticket.subject contains x{n} and comment is public\n  then notify requester with body "x"\n'
        for n in range(7)
    )
    near = 'trigger "Near" when comment is public then notify requester with body "x"\n'
    test = 'test "It" when requester comments "x" privately expect requester is notified'
    (result,) = results(rules + near + test)
    told = [reason.text for reason in result.failures[0].reasons]
    assert told[1] == 'trigger "Near" did not fire: `comment is public` is false, the comment was private'
    assert told[-1] == "and 3 more triggers that could have done it did not fire"


def test_a_text_that_came_but_says_something_else_is_reason_enough() -> None:
    test = 'when agent sets ticket.status to solved and comments "x" expect requester is notified with template solved saying "Bonjour"'
    (result,) = results(f'{ANSWERS}\ntest "It" {test}')
    (reason,) = result.failures[0].reasons
    assert "it says" in reason.text
