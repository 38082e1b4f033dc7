"""What is said of a test that fails: the step, what was expected, what happened, and why."""

import pytest
from tested import failing

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
