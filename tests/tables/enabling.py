"""Conditions that a later trigger makes true: seen by an earlier one, not in a single pass, and under other nouns as well."""

from collections.abc import Iterator

import attrs

from tables.grid import Situation, directory, expecting, slug
from trigdsl.testing.conformance import Case

_DECLARED = {"seats": "a number", "due": "a date", "vip": "yes or no", "backup": "a user"}
_START = {
    "type": "task",
    "priority": "low",
    "subject": "Hello",
    "seats": 1,
    "due": "2026-01-20",
    "tags": ["old"],
    "assignee": "bo@example.com",
}

ROWS = """
ticket.type is problem                              | set ticket.type to problem
ticket.type is not task                             | clear ticket.type
ticket.type is one of problem, incident             | set ticket.type to incident
ticket.type is not one of task, question            | set ticket.type to problem
ticket.type is empty                                | clear ticket.type
ticket.backup is not empty                          | set ticket.backup to assignee
ticket.vip is yes                                   | set ticket.vip to yes
ticket.seats is less than 1                         | add -1 to ticket.seats
ticket.seats is at most 0                           | set ticket.seats to 0
ticket.priority is at least high                    | set ticket.priority to urgent
ticket.priority is more than low                    | set ticket.priority to normal
ticket.priority is more than previous ticket.priority | set ticket.priority to high
ticket.due is before 2026-01-05                     | set ticket.due to 2026-01-01
ticket.due is after 2026-02-01                      | set ticket.due to 2026-03-01
ticket.due is within the last 1 day                 | set ticket.due to update.time
ticket.due is within the next 1 hour                | set ticket.due to update.time
ticket.type changes                                 | clear ticket.type
ticket.type changes to problem                      | set ticket.type to problem
ticket.type changes from task                       | clear ticket.type
ticket.type changes from task to problem            | set ticket.type to problem
ticket.status does not change                       | set ticket.status to new
ticket.status does not change to open               | set ticket.status to pending
ticket.status does not change from new              | set ticket.status to new
ticket.tags include vip                             | add vip to ticket.tags
ticket.tags include any of vip, gold                | add gold to ticket.tags
ticket.tags include all of vip, old                 | add vip to ticket.tags
ticket.tags include none of vip, old                | remove old from ticket.tags
ticket.tags do not include old                      | remove old from ticket.tags
ticket.tags gain vip                                | add vip to ticket.tags
ticket.tags gain any of vip, gold                   | set ticket.tags to gold
ticket.tags lose old                                | remove old from ticket.tags
ticket.tags lose any of old, vip                    | clear ticket.tags
ticket.subject contains "printer"                   | set ticket.subject to "The printer"
ticket.subject does not contain "hell"              | clear ticket.subject
ticket.subject contains any word of printer, fire   | set ticket.subject to "The printer"
ticket.subject contains no word of hello            | set ticket.subject to "Hellos"
ticket.subject starts with "the"                    | set ticket.subject to "The printer"
ticket.subject does not start with "hello"          | set ticket.subject to "The printer"
ticket.subject ends with "printer"                  | set ticket.subject to "The printer"
ticket.subject does not end with "hello"            | set ticket.subject to "The printer"
ticket.subject is like "the*"                       | set ticket.subject to "The printer"
ticket.subject is not like "h*"                     | set ticket.subject to "The printer"
ticket.subject matches "^the"                       | set ticket.subject to "The printer"
ticket.subject does not match "^h"                  | clear ticket.subject
ticket is public                                    | post public comment with body "Hello"
ticket is not private                               | post public comment with body "Hello"
ticket is closed                                    | set ticket.status to closed
assignee is end_user                                | set assignee to requester
assignee is requester                               | set assignee to requester
assignee is not agent                               | clear assignee
assignee.email changes                              | clear assignee
not (ticket.type is task)                           | clear ticket.type
ticket.type is task and ticket.tags include vip     | add vip to ticket.tags
ticket.type is problem or ticket.tags include vip   | add vip to ticket.tags
"""
"""A condition that is false at first, and the action that makes it true."""

OWN = """state card is created
state card is updated
state card is public
state card is private
state card is closed as card.status is closed
field card.id is text, read only
field card.subject is text
field card.status is one of new < open < pending < closed, at first new
field card.type is one of question, incident, problem, task
field card.priority is one of low < normal < high < urgent
field card.requester is a user, at first current_user
field card.assignee is a user
field card.tags is tags
field card.seats is a number
field card.due is a date
field card.vip is yes or no
field card.backup is a user
field update.time is a date, read only
state comment is public
field comment.body is text
state user is agent as user.role is agent
state user is end_user as user.role is end_user
field user.id is text
field user.name is text
field user.email is text
field user.role is one of end_user, agent
channel chat
"""
_PEOPLE = {"users": [user for user in directory("users")["users"] if user["name"] == "Bo"]}


def cases() -> Iterator[tuple[str, Case]]:
    """Yield three cases for each row: starting again, in a single pass, and with the nouns of a vocabulary of one's own."""
    for line in ROWS.strip().splitlines():
        condition, action = (part.strip() for part in line.split("|"))
        case = _case(condition, action)
        assert [outcome["fired"] for outcome in case.expect] == [[], ["B", "A"]], (case.id, case.expect)
        yield "enabling", case
        yield "enabling", _in_a_single_pass(case, condition)
        yield "enabling", _with_other_nouns(case, condition)


def _case(condition: str, action: str) -> Case:
    needs_people = "assignee" in condition
    used = [name for name in _START if name in f"{condition} {action}"]
    declared = [name for name in _DECLARED if f"ticket.{name}" in condition]
    return expecting(
        Case(
            id=f"enabling/{slug(condition)}",
            idea=f"a later trigger makes `{condition}` true for an earlier one by `{action}`",
            rules="".join(f"field ticket.{name} is {_DECLARED[name]}\n" for name in declared)
            + f'trigger "A"\n  when ticket is updated and ({condition})\n  then stop\n'
            + f'trigger "B"\n  when ticket is updated\n  then {action}\n',
            directory=_PEOPLE if needs_people else {},
            needs=("patterns",) if " match" in condition else (),
            events=Situation("", [{name: _START[name] for name in used}, {"status": "open"}]).events(),
        )
    )


def _in_a_single_pass(case: Case, condition: str) -> Case:
    idea = f"in a single pass a later trigger makes `{condition}` true too late for an earlier one"
    found = expecting(attrs.evolve(case, id=f"{case.id}-in-a-single-pass", idea=idea, single_pass=True))
    assert found.expect[1]["fired"] == ["B"], (found.id, found.expect)
    return found


def _with_other_nouns(case: Case, condition: str) -> Case:
    rules = [line for line in case.rules.splitlines() if not line.startswith("field ")]
    people = {"users": [{k: v for k, v in user.items() if k != "groups"} for user in _PEOPLE["users"]]}
    found = expecting(
        attrs.evolve(
            case,
            id=f"{case.id}-with-other-nouns",
            idea=f"with nouns of a host's own, a later trigger makes `{_renamed(condition)}` true for an earlier one",
            rules=_renamed("\n".join(rules) + "\n"),
            vocabulary=OWN,
            directory=people if case.directory else {},
            events=[{**event, "type": _renamed(event["type"])} for event in case.events],
        )
    )
    assert [outcome["fired"] for outcome in found.expect] == [[], ["B", "A"]], (found.id, found.expect)
    return found


def _renamed(text: str) -> str:
    return text.replace("ticket", "card")
