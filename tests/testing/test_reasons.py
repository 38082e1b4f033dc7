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
