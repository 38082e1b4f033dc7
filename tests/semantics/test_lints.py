"""The warnings about what is allowed and hardly meant: rules that have each, rules near to it that have none."""

import itertools
import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trigdsl
from trigdsl.diagnostics import Diagnostic, Severity, render
from trigdsl.engine.cycle import Mode
from trigdsl.engine.state import Comment, Ticket, Update
from trigdsl.runtime.loader import load_paths, load_text
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import lints
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed

ROOT = Path(trigdsl.__file__).parent.parent

DESK = """
field ticket.plan is one of free < pro < enterprise
field ticket.country is one of at, be, ch, de, es, fr, it, nl, pl, pt, se
field ticket.products is any of printer, scanner, toner
field ticket.labels is tags
field ticket.seats is a number
field ticket.reminders is a number
field ticket.renewal is a date
field ticket.gift is yes or no
field ticket.backup is a user
field ticket.second_group is a group
field user.vip is yes or no
schedule "Support hours" in "Europe/Paris" open monday to friday 09:00 to 18:00 closed on 2026-12-25
schedule "Night" in "Europe/Paris" open monday to friday 20:00 to 24:00
"""
"""What the rules of these tests may speak of, beside Zendesk's vocabulary. It stands below them."""

HERE = "# here"
"""Marks the lines of a rule that a warning is about; a rule without a mark has it on its first line."""

TOLD = 'notify assignee with subject "News" and body "Ticket {{ ticket.id }}"'


def _diagnostics(rules: str) -> tuple[Diagnostic, ...]:
    return load_text(f"{rules}\n{DESK}", allow=["unused-template"]).diagnostics


def _found(rules: str) -> list[tuple[int, str]]:
    """Return the line and code of everything that is said of some rules."""
    found = _diagnostics(rules)
    assert all(d.severity is Severity.WARNING for d in found), _shown(found)
    return [(d.line, d.code) for d in found]


def _shown(found: Sequence[Diagnostic]) -> str:
    return "\n".join(map(render, found))


def _wanted(rules: str, code: str) -> list[tuple[int, str]]:
    lines = [number for number, line in enumerate(rules.splitlines(), 1) if HERE in line]
    return [(line, code) for line in lines or [1]]


def _only(rules: str) -> Diagnostic:
    found = _diagnostics(rules)
    assert len(found) == 1, _shown(found)
    return found[0]


def _conditions(*conditions: str, then: str = "stop") -> tuple[str, ...]:
    """Return a rule for each condition."""
    return tuple(f"when {condition}\nthen {then}" for condition in conditions)


def _actions(*actions: str) -> tuple[str, ...]:
    """Return a rule for each list of actions."""
    return tuple(f"when ticket is created\nthen {listed}" for listed in actions)


# Never true

NEVER_TRUE = _conditions(
    "ticket.status is solved and ticket.status is open",
    "ticket.status is open\nand ticket.priority is high\nand ticket.status is pending # here",
    "ticket.priority is at least high\nand ticket.priority is less than normal # here",
    "ticket.priority is empty\nand ticket.priority is at most low # here",
    "ticket.priority is less than low",
    "ticket.plan is more than enterprise",
    "ticket.status is one of open, pending\nand ticket.status is not one of new, open, pending # here",
    "ticket.country is fr\nand ticket.country is one of de, nl # here",
    "ticket is created\nand ticket is updated # here",
    "ticket is created\nand ticket.status changes from open # here",
    "ticket is created\nand previous ticket.priority is high # here",
    "ticket is created\nand ticket.tags lose vip # here",
    "ticket.status changes from open to open",
    "ticket.status changes\nand ticket.status does not change # here",
    "ticket.status changes to solved\nand ticket.status is open # here",
    "ticket.status changes from solved\nand previous ticket.status is open # here",
    "ticket.status does not change\nand ticket.status is open\nand previous ticket.status is solved # no",
    "ticket.tags include vip\nand ticket.tags include none of vip, gold # here",
    "ticket.tags include all of vip, gold\nand ticket.tags do not include gold # here",
    "ticket.tags is empty\nand ticket.tags include vip # here",
    "ticket.tags gain vip\nand ticket.tags lose vip # here",
    "ticket.tags gain vip\nand ticket.tags does not change # here",
    "ticket.products include toner\nand ticket.products is empty # here",
    "ticket.followers include current_user\nand ticket.followers is empty # here",
    "ticket.seats is more than 10\nand ticket.seats is at most 10 # here",
    "ticket.seats is 3\nand ticket.seats is one of 1, 2.5 # here",
    "ticket.gift is yes\nand ticket.gift is no # here",
    "ticket.gift changes to yes\nand ticket.gift is no # here",
    "ticket.renewal is before 2026-01-31\nand ticket.renewal is after 2026-01-31 # here\nand ticket is created",
    "ticket.renewal is within the last 3 days\nand ticket.renewal is empty # here\nand ticket is created",
    'ticket.subject is "Lost key"\nand ticket.subject is "Lost bag" # here',
    'ticket.subject contains "key"\nand ticket.subject does not contain "key" # here',
    'ticket.subject is like "INV-*"\nand ticket.subject is empty # here',
    'assignee is empty\nand assignee is "bo@example.com" # here',
    'group is "Tier 1"\nand group is "Tier 2" # here',
    "current_user is agent\nand current_user is end_user # here",
    "current_user is requester\nand current_user is not requester # here",
    "requester.vip is yes\nand requester.vip is no # here",
    "comment is public\nand comment is private # here",
    "comment is not present\nand comment is public # here",
    "comment is public\nand ticket is private # here",
    'schedule "Support hours" is open\nand schedule "Support hours" is on_holiday # here\nand ticket is created',
    "not (ticket.status is open)\nand ticket.status is open # here",
    "not (ticket.status is not open)\nand ticket.status is solved # here",
    "not (ticket.gift is yes or ticket.seats is more than 3)\nand ticket.gift is yes # here",
    "ticket is created\nand (ticket.status is open or\nticket.status changes from solved) # here",
    "ticket.status is new or\n(ticket.status is open and\nticket.status is solved) # here",
    "(ticket.status is open or ticket.status is pending)\nand ticket.status is solved # here",
    "ticket.tags include any of vip, gold\nand ticket.tags include none of silver, gold, vip # here",
)[0:]

NEVER_TRUE_BY_NAME = (
    'define open_ticket as ticket.status is less than solved\n\ntrigger "A"\n'
    "when open_ticket\nand ticket.status is solved # here\nthen stop",
)

NOT_NEVER_TRUE = _conditions(
    "ticket.status is open or ticket.status is solved",
    "ticket.status is open and previous ticket.status is solved",
    "ticket.status changes from open to solved",
    "ticket.priority is at least normal and ticket.priority is at most normal",
    "ticket.plan is more than free and ticket.plan is less than enterprise",
    "ticket.country is not fr and ticket.country is not de and ticket.country is not empty",
    "ticket is created and ticket.tags gain vip",
    "ticket is created and ticket.priority is empty",
    "ticket.tags include vip and ticket.tags do not include gold",
    "ticket.tags lose vip and ticket.tags gain gold",
    "ticket.tags lose vip and ticket.tags is empty",
    "ticket.tags include vip and previous ticket.tags is empty",
    "ticket.seats is more than 2 and ticket.seats is less than 3",
    "ticket.seats is at least 1000000 and ticket.seats is at most 1000000.5",
    "ticket.gift changes and ticket.gift is no",
    "ticket is created and ticket.renewal is after 2026-01-30 and ticket.renewal is before 2026-02-01",
    "ticket is created and ticket.renewal is within the last 3 days and ticket.renewal is within the next 3 days",
    "ticket is created and ticket.renewal is within the next 3 days and not (ticket.renewal is within the next 1 day)",
    'ticket.subject contains "key" and ticket.subject does not contain "keyboard"',
    'ticket.subject is "a" and previous ticket.subject is "b"',
    'assignee is "bo@example.com" and assignee is "Bo"',
    'assignee is "Bo" and assignee is "4"',
    'assignee is "Bo" and ticket.backup is "Cleo"',
    'group is "Tier 1" and previous group is "Tier 2"',
    "requester is agent and current_user is end_user",
    "current_user is agent and current_user is not admin",
    "comment is private and ticket is public",
    "comment is not public and comment is present",
    'schedule "Support hours" is closed and schedule "Night" is open and ticket is created',
    'schedule "Support hours" is closed and schedule "Support hours" is on_holiday and ticket is created'[:0]
    or "ticket is created and schedule is closed",
    "not (ticket.status is open and ticket.priority is high)",
)

# Always true

ALWAYS_TRUE = _conditions(
    "ticket.status is not solved\nor ticket.status is not closed # here",
    "ticket.priority is empty\nor ticket.priority is not empty # here",
    "ticket.priority is at least low\nor ticket.priority is empty # here",
    "ticket is created and (ticket.country is not fr\nor ticket.country is not one of de, nl) # here",
    "ticket.seats is not 1\nor ticket.seats is not 2 # here",
    "ticket.gift is yes\nor ticket.gift is no # here",
    "ticket.tags include vip\nor ticket.tags include none of vip, gold\nor ticket.tags do not include vip # here",
    'ticket.subject contains "key"\nor ticket.subject does not contain "key" # here',
    'group is not "Tier 1"\nor group is not "Tier 2" # here',
    "comment is public\nor comment is not public # here",
    "comment is not public\nor comment is not private # here",
    "current_user is not agent\nor current_user is not end_user # here",
    "ticket.status changes\nor ticket.status does not change # here",
    "ticket.status does not change from open\nor ticket.status does not change from pending # here",
    "ticket.status does not change from open to open",
    "ticket is created and not (ticket.status is solved and ticket.status is open)",
    "ticket is updated\nand not (ticket.gift is yes and ticket.gift is no) # here",
    'ticket is created and (schedule "Night" is open\nor schedule "Night" is not open) # here',
    "ticket is created\nor ticket.tags do not lose vip # here"[:0]
    or "ticket is created\nor previous ticket.status is empty\nor previous ticket.status is not empty # here",
)

NOT_ALWAYS_TRUE = _conditions(
    "ticket.status is not solved and ticket.status is not closed",
    "ticket.priority is at least low or ticket.priority is less than low"[:0]
    or "ticket.priority is at most normal or ticket.priority is at least high",
    "ticket is created or ticket is updated",
    "ticket is created or ticket.status changes",
    "ticket.status is not solved or ticket.priority is not low",
    "ticket.seats is less than 5 or ticket.seats is more than 5",
    "ticket.seats is at most 5 or ticket.seats is at least 5",
    "ticket.gift is yes or ticket.seats is empty",
    "ticket.tags include vip or ticket.tags do not include gold",
    'ticket.subject contains "key" or ticket.subject does not contain "bag"',
    'group is not "Tier 1" or assignee is not empty',
    "comment is public or comment is private",
    "comment is not public or ticket is public",
    "current_user is agent or current_user is end_user",
    "current_user is requester or current_user is not agent",
    "ticket.status does not change from open or ticket.status is open",
    "requester.vip is yes or ticket.gift is no",
)

# Said again

SAID_AGAIN = _conditions(
    "ticket.priority is urgent\nand ticket.priority is at least high # here",
    "ticket.priority is at least high # here\nand ticket.priority is urgent",
    "ticket.status is solved\nand ticket.status is not open # here",
    "ticket.status is solved\nand ticket.status is not one of open, pending # here",
    "ticket.status is open\nand ticket.priority is low\nand ticket.status is open # here",
    "ticket.status changes to solved\nand ticket.status is solved # here",
    "ticket.status changes to solved\nand ticket.status changes # here",
    "ticket.status changes from open to solved\nand ticket.status changes from open # here",
    "ticket.status changes from open\nand previous ticket.status is open # here",
    "ticket.country is fr\nand ticket.country is one of be, ch, fr # here",
    "ticket.seats is more than 100\nand ticket.seats is more than 10 # here",
    "ticket.seats is 3\nand ticket.seats is not empty # here",
    "ticket.tags include vip\nand ticket.tags include any of vip, gold # here",
    "ticket.tags include all of vip, gold\nand ticket.tags include gold # here",
    "ticket.tags include vip\nand ticket.tags is not empty # here",
    "ticket.tags gain vip\nand ticket.tags include vip # here",
    "ticket.tags include none of vip, gold\nand ticket.tags do not include vip # here",
    "ticket.products include any of printer, toner # here\nand ticket.products include toner",
    "ticket is created and ticket.renewal is before 2026-01-31\nand ticket.renewal is before 2026-02-28 # here",
    "ticket is created and ticket.renewal is within the next 1 day\nand ticket.renewal is within the next 1 week # here",
    'ticket.subject contains "key"\nand ticket.subject is not empty # here',
    'assignee is "bo@example.com"\nand assignee is not empty # here',
    "current_user is admin\nand current_user is agent # here",
    "comment is public\nand comment is present # here",
    "comment is public\nand comment is not private # here",
    "ticket.gift is yes\nand ticket.gift is not no # here",
    "ticket.priority is urgent or\nticket.priority is one of high, urgent"[:0]
    or "ticket.priority is urgent # here\nor ticket.priority is at least high",
    "ticket.status is solved\nor ticket.status changes to solved # here",
    "ticket.tags include vip # here\nor ticket.tags include any of vip, gold",
    "ticket is created and (comment is private or\ncomment is present)"[:0]
    or "ticket is created and (comment is present\nor comment is private) # here",
    "not (ticket.status is solved\nand ticket.status is not open) # here",
    "ticket.gift is yes and not (ticket.seats is 1\nor ticket.seats is 1) # here",
    "ticket is created and (ticket.gift is yes or ticket.seats is 3)\nand ticket.gift is yes",
)[0:-1]

NOT_SAID_AGAIN = _conditions(
    "ticket.priority is at least high and ticket.priority is not urgent",
    "ticket.status is not solved and ticket.status is not closed",
    "ticket is updated and ticket.status changes from open",
    "ticket is created and ticket.priority is empty",
    "ticket is public and comment is public",
    "comment is present and comment is not private",
    "comment is public and ticket is public",
    "ticket.status changes and ticket.status is solved",
    "ticket.status changes from open and ticket.status is solved",
    "ticket.status is solved or ticket.status changes from solved",
    "ticket.status is solved and previous ticket.status is pending",
    "ticket.seats is more than 10 and ticket.seats is less than 100",
    "ticket.tags include vip and ticket.tags include gold",
    "ticket.tags include any of vip, gold and ticket.tags do not include gold",
    "ticket.tags gain vip and ticket.tags do not include gold",
    "ticket.tags lose vip and ticket.tags is not empty",
    'ticket.subject contains "key" and ticket.subject contains "keyboard"',
    'ticket.subject contains "key" or ticket.subject contains "bag"',
    'assignee is not empty and assignee is not "bo@example.com"',
    "assignee is not current_user and assignee is not requester",
    'group is "Tier 1" and assignee is empty',
    "current_user is agent and current_user is not admin",
    "current_user is agent and current_user.restricted is no",
    "requester is end_user and current_user is end_user",
    "requester.vip is yes or ticket.gift is yes",
    "ticket is created and ticket.renewal is after 2026-01-31 and ticket.renewal is before 2026-02-28",
    "(ticket.gift is yes and ticket.seats is 3) or (ticket.gift is no and ticket.seats is 4)",
)

# Moot change

MOOT_CHANGE = _conditions(
    "ticket is created and ticket.priority changes to high",
    "ticket.status changes to open # here\nand ticket is created",
    "ticket is created\nand ticket.priority changes # here",
    "ticket is created\nand ticket.country changes to fr # here\nand ticket.seats changes # here",
    "ticket is created\nand assignee changes # here",
    'ticket is created\nand group changes to "Tier 2" # here',
    "ticket is created\nand ticket.seats changes to 3 # here",
    "ticket is created\nand ticket.gift changes to yes # here",
    "ticket is created\nand ticket.tags changes # here",
    'ticket is created\nand requester.email changes to "ana@example.com" # here',
    "ticket is created\nand ticket.renewal changes to 2026-01-31 # here",
    "ticket is created\nand comment is public\nand (ticket.gift is yes or ticket.seats is 3)\nand ticket.plan changes # here",
)

NOT_MOOT_CHANGE = _conditions(
    "ticket is updated and ticket.priority changes to high",
    "ticket.priority changes to high",
    "ticket is created or ticket.priority changes to high",
    "ticket is created and ticket.priority does not change",
    "ticket is created and ticket.priority does not change to high",
    "ticket is created and ticket.tags gain vip",
    "ticket is created and ticket.priority is high",
    "not (ticket is created) and ticket.priority changes",
    "ticket is not created and assignee changes",
    "(ticket is created and ticket.gift is yes) or (ticket is updated and ticket.gift changes to yes)",
    "comment is public and ticket.status changes from solved",
)

# Undone action

UNDONE_ACTION = _actions(
    "set ticket.priority to high\nset ticket.priority to urgent # here",
    "set ticket.priority to high\nclear ticket.priority # here",
    "clear ticket.renewal\nset ticket.renewal to 2026-01-31 # here",
    "add vip to ticket.tags\nremove vip from ticket.tags # here",
    "remove vip from ticket.tags\nadd vip to ticket.tags # here",
    "add vip, gold to ticket.tags\nset ticket.priority to low\nremove silver, gold from ticket.tags # here",
    "add vip to ticket.tags\nclear ticket.tags # here",
    "add vip to ticket.tags\nset ticket.tags to gold # here",
    "remove vip from ticket.tags\nset ticket.tags to gold # here",
    "add 1 to ticket.seats\nclear ticket.seats # here",
    "set ticket.seats to 4\nset ticket.gift to yes\nset ticket.seats to 5 # here",
    'set assignee to current_user\nset assignee to "bo@example.com" # here',
    'set group to "Tier 1"\nset group to "Tier 2" # here',
    "add current_user to ticket.followers\nremove current_user from ticket.followers # here",
    "set ticket.gift to yes\nset ticket.gift to no # here",
    "add toner to ticket.products\nremove toner from ticket.products # here",
    'set ticket.subject to "a"\nset ticket.subject to "b" # here\nstop',
    "set ticket.priority to low\nset ticket.priority to normal # here\nset ticket.priority to high # here",
)

NOT_UNDONE_ACTION = _actions(
    "set ticket.priority to high\nset ticket.status to open",
    "add vip to ticket.tags\nremove gold from ticket.tags",
    "add vip to ticket.tags\nadd gold to ticket.tags",
    "add vip to ticket.tags\nremove vip from ticket.labels",
    "clear ticket.tags\nadd vip to ticket.tags",
    "set ticket.tags to vip\nadd gold to ticket.tags",
    "set ticket.seats to 3\nadd 1 to ticket.seats",
    "add 1 to ticket.seats\nadd 1 to ticket.seats",
    'set group to "Tier 1"\nset ticket.second_group to "Tier 2"',
    "set assignee to current_user\nset ticket.backup to assignee",
    "add current_user to ticket.followers\nremove requester from ticket.followers",
    f"set ticket.priority to high\n{TOLD}\npost private comment with body \"Look.\"",
    "add vip to ticket.tags\nset ticket.tags to ticket.tags, gold"[:0] or "clear assignee\nclear group",
)

# Mail on every update

MAIL_ON_EVERY_UPDATE = _conditions(
    "ticket.priority is urgent",
    "ticket is updated and ticket.priority is urgent",
    "ticket.tags include vip",
    "ticket.tags do not include quiet",
    "ticket.status is not one of solved, closed and ticket.seats is more than 10",
    "ticket.gift is yes or ticket.status changes",
    "not (ticket.status is solved)",
    "requester.vip is yes",
    'requester.email ends with "@example.com"',
    'group is "Tier 2" and assignee is not empty',
    "comment is not private and ticket.priority is high",
    "ticket.status does not change",
    "ticket is not created and ticket.gift is yes",
    "ticket is updated and ticket.renewal is within the next 3 days",
    'ticket is updated and schedule "Night" is open',
    'ticket.subject contains "urgent"',
    "(ticket.gift is yes and comment is public) or ticket.seats is 3",
    "ticket.reopens is more than 3",
    then=TOLD,
) + (
    f'trigger "Tell"\nwhen ticket.priority is urgent\nthen {TOLD}'.replace('"Tell"', '"Tell" # here'),
    f"category \"News\"\ntrigger \"Tell\" # here\nwhen ticket.priority is urgent\nthen set ticket.gift to yes {TOLD}",
    f"when ticket.tags do not include told\nthen {TOLD} add tell to ticket.tags",
    f"when ticket.priority is urgent\nthen {TOLD} set ticket.status to open",
    f"when ticket.tags include night\nthen {TOLD} remove nights from ticket.tags",
    f"define late as ticket.status is open\n\nwhen late # here\nthen {TOLD}",
    "when ticket.gift is yes\nthen notify requester and ccs with template solved",
    'when ticket.gift is yes\nthen notify "a@example.com" by sms with body "x"',
)

NOT_MAIL_ON_EVERY_UPDATE = (
    *_conditions(
        "ticket is created and ticket.priority is urgent",
        "ticket.priority changes to urgent",
        "ticket.priority is urgent and comment is public",
        "ticket.priority is urgent and comment is present",
        "ticket.tags gain vip",
        "ticket.tags include vip and previous ticket.tags do not include vip",
        "ticket.status is open and previous ticket.status is solved",
        "ticket.gift is yes and ticket.status changes",
        "ticket.seats is 3 and (ticket is created or ticket.seats changes)",
        'comment.body contains "urgent"',
        "current_user is requester and ticket.status is open",
        "update.channel is email and ticket.priority is urgent",
        "ticket is not updated and ticket.gift is yes",
        "not (ticket.status does not change) and ticket.gift is yes",
        "group changes and group is not empty",
        then=TOLD,
    ),
    f'trigger "Tell" once per ticket\nwhen ticket.priority is urgent\nthen {TOLD}',
    f'trial trigger "Tell"\nwhen ticket.priority is urgent\nthen {TOLD}',
    f'disabled trigger "Tell"\nwhen ticket.priority is urgent\nthen {TOLD}',
    f"when ticket.tags do not include told\nthen {TOLD} add told to ticket.tags",
    f"when ticket.tags include tell and ticket.gift is yes\nthen remove tell from ticket.tags {TOLD}",
    f"when ticket.priority is urgent\nthen {TOLD} set ticket.priority to high",
    f"when assignee is empty\nthen set assignee to current_user {TOLD}",
    f"when ticket.gift is yes\nthen set ticket.gift to no {TOLD}",
    f"when ticket.tags include any of tell, say\nthen set ticket.tags to told {TOLD}"[:0]
    or f"when ticket.seats is not empty\nthen clear ticket.seats {TOLD}",
    "when ticket.priority is urgent\nthen add vip to ticket.tags",
    'when ticket.priority is urgent\nthen post private comment with body "Urgent."',
)

# Nobody to tell

NOBODY_TO_TELL = (
    *_conditions("ticket is created and assignee is empty\n", then=f"\n{TOLD} {HERE}"),
    'when ticket is created and group is empty\nthen notify group with subject "a" and body "b" # here',
    "when ticket is created and ticket.ccs is empty\nthen notify ccs with template solved # here",
    "when ticket is created and ticket.followers is empty\nthen notify followers with template solved # here",
    f"when ticket is created and not (assignee is not empty)\nthen set ticket.gift to yes\n{TOLD} # here",
    f"when ticket is created and (assignee is empty and ticket.gift is yes)\nthen {TOLD} # here",
    "when ticket is created and assignee is empty and group is empty\n"
    "then notify assignee, group with template solved # here",
    "when comment is private\nthen notify requester and ccs with template solved # here",
    f"when ticket is created\nthen clear assignee\n{TOLD} # here",
    "when ticket is created and ticket.backup is empty\nthen notify ticket.backup with template solved # here",
    f"when ticket is created and assignee is empty\nthen notify group with template solved\n{TOLD} # here",
)

NOT_NOBODY_TO_TELL = (
    *_conditions(
        "ticket is created and assignee is not empty",
        "assignee changes",
        "ticket is created and group is empty",
        "ticket is created and (assignee is empty or ticket.gift is yes)",
        "ticket is updated and previous assignee is empty and assignee changes",
        then=TOLD,
    ),
    f"when ticket is created and assignee is empty\nthen set assignee to current_user {TOLD}",
    "when ticket is created and assignee is empty\nthen notify assignee, group with template solved",
    "when ticket is created and assignee is empty\nthen notify all agents with template solved",
    'when ticket is created and assignee is empty\nthen notify "ops@example.com" with template solved',
    'when ticket is created and assignee is empty\nthen notify group "Tier 2" with template solved',
    "when ticket is created and ticket.followers is empty\n"
    "then add current_user to ticket.followers notify followers with template solved",
    "when comment is public\nthen notify requester and ccs with template solved",
    "when comment is present\nthen notify requester and ccs with template solved",
    "when comment is private\nthen notify requester with template solved",
    "when comment is private\nthen notify requester and ccs, assignee with template solved",
    "when comment is private\nthen clear assignee notify current_user with template solved",
)

# The clock

CLOCK_NOT_WATCHED = _conditions(
    "ticket.due_date is within the next 3 days",
    "ticket.status is open\nand ticket.due_date is within the last 1 week # here",
    "ticket.priority is high\nand not (ticket.created_at is within the last 2 days) # here",
    'ticket.status is solved\nand (ticket.gift is yes or\nticket.updated_at is within the last 4 hours) # here',
    "ticket.tags include night\nand ticket.renewal is within the next 1 day # here\nand group is not empty",
    'schedule "Night" is open',
    "schedule is on_holiday",
    "ticket is public\nand ticket.due_date is within the next 1 day # here",
    "requester.vip is yes\nand ticket.due_date is within the next 1 day # here",
    then="set ticket.priority to urgent",
)

NOT_CLOCK_NOT_WATCHED = _conditions(
    "ticket is updated and ticket.due_date is within the next 3 days",
    "ticket is created and schedule is closed",
    "comment is public and schedule is closed",
    "ticket.status changes and ticket.due_date is within the last 3 days",
    "ticket.tags gain night and schedule is closed",
    "current_user is end_user and schedule is closed",
    "update.channel is chat and schedule is closed",
    "previous ticket.status is solved and schedule is open",
    'comment.body contains "late" and ticket.due_date is within the next 3 days',
    "ticket.due_date is empty",
    "ticket.due_date changes",
    then="set ticket.priority to urgent",
)

# What the help desk has changed already

ALREADY_CHANGED = _conditions(
    "ticket is updated and current_user is requester and comment is public\nand ticket.status is solved # here",
    "ticket is updated and requester is current_user and comment is present\nand ticket.status is pending # here",
    "ticket is updated and current_user is requester and comment is public\nand ticket.status is one of pending, on-hold # here",
    "ticket.status is hold # here\nand comment is public and current_user is requester and ticket is updated",
    "ticket.tags gain x and ticket is not created and comment is public and requester is current_user\n"
    "and ticket.status is one of solved, hold, pending # here",
    "ticket is created and assignee is not empty\nand ticket.status is new # here",
    "ticket is updated and ticket.status is new # here\nand assignee is \"bo@example.com\"",
    "ticket is created and assignee is current_user\nand ticket.status is less than open # here",
)

NOT_ALREADY_CHANGED = _conditions(
    "ticket is updated and current_user is requester and comment is public and ticket.status changes from solved",
    "ticket is updated and current_user is requester and comment is public and previous ticket.status is solved",
    "ticket is updated and current_user is agent and comment is public and ticket.status is solved",
    "ticket is updated and current_user is not requester and comment is public and ticket.status is solved",
    "ticket is updated and current_user is requester and ticket.status is solved",
    "ticket is updated and current_user is requester and comment is not present and ticket.status is solved",
    "ticket is updated and current_user is requester and comment is public and ticket.status is open",
    "ticket is updated and current_user is requester and comment is public and ticket.status is not solved",
    "ticket is updated and current_user is requester and comment is public and ticket.status is one of open, solved",
    "ticket is updated and current_user is requester and comment is public and ticket.status is closed",
    "ticket is updated and current_user is requester and comment is public and ticket.status changes to solved",
    "ticket is created and assignee is empty and ticket.status is new",
    "ticket is created and ticket.status is new",
    "ticket is created and assignee is not empty and ticket.status is not new",
    "ticket is created and assignee is not empty and ticket.status is one of new, open",
    "assignee is not empty and ticket.status changes from new",
)

# Different case

DIFFERENT_CASE = (
    'when ticket is created and ticket.form is "Refund"\nthen stop\n'
    'when ticket is updated and ticket.form is "refund" # here\nthen stop',
    'when ticket.form is "Refund"\nor ticket.form is one of "Return", "REFUND" # here\nthen stop'[:0]
    or 'when ticket.form is one of "Refund", "Return"\nthen stop\nwhen ticket.form changes to "REFUND" # here\nthen stop',
    'when requester.language is "fr" then stop\nwhen requester.language is not "FR" then stop # here',
    'when ticket.subject is "A b" then stop\nwhen ticket.subject is "a B" then stop # here\n'
    'when ticket.subject is "A b" and ticket is created then stop',
    'when ticket.form changes from "Refund" to "Return" then stop\n'
    'when ticket.form changes from "refund" to "return" then stop # here # twice',
    'when not (ticket.form is "Refund") then stop\nwhen previous ticket.form is "refund" then stop # here',
    'when requester.email is "Ana@Example.com" then stop\n'
    'when requester.email is "ana@example.com" and ticket is created then stop # here',
    'when organization.name is "ACME" then stop\nwhen ticket is created and (organization.name is "Acme" # here\n'
    'or organization.name is "Beta") then stop',
    'define refund as ticket.form is "Refund"\nwhen refund then stop\nwhen ticket.form is "refund" then stop # here',
)

NOT_DIFFERENT_CASE = (
    'when ticket is created and ticket.form is "Refund"\nthen stop\nwhen ticket is updated and ticket.form is "Refund"\nthen stop',
    'when ticket.form is "Refund" then stop\nwhen ticket.form is "Refunds" then stop',
    'when ticket.form is "Refund" then stop\nwhen ticket.subject is "refund" then stop',
    'when ticket.subject contains "Refund" then stop\nwhen ticket.subject contains "refund" and ticket is created then stop',
    'when ticket.subject starts with "RE:" then stop\nwhen ticket.subject is like "re:*" then stop',
    "when ticket.status is Solved then stop\nwhen ticket.status is solved and ticket is created then stop",
    "when ticket.tags include VIP then stop\nwhen ticket.tags include vip and ticket is created then stop",
    'when group is "Tier 1" then stop\nwhen group is "tier 1" and ticket is created then stop',
    'when requester.email is "ana@example.com" then stop\nwhen assignee.email is "Ana@example.com" then stop',
)

# Tags that no rule sets

TAG_NEVER_SET = (
    "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags include escalatd then stop # here",
    "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags gain escalatedd then stop # here",
    "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags lose esclated then stop # here",
    "when ticket is created then set ticket.tags to escalated, night\nwhen ticket.tags include ecsalated then stop # here",
    "when ticket.tags include any of morning, escaleted then stop # here\nwhen ticket is created then add escalated to ticket.tags",
    "when ticket is created then add escalated to ticket.tags\nwhen not (ticket.tags include escalatd) then stop # here",
    "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags include none of night, escalatd then stop # here",
    "when ticket is created then add escalated to ticket.labels\nwhen ticket.labels include escalatd then stop # here",
    "when ticket is created then add escalated to ticket.tags\ndefine late as ticket.tags include escalatd # here\nwhen late then stop",
    "when ticket is created then add escalated to ticket.tags\nwhen ticket is created\nand (ticket.gift is yes\n"
    "or ticket.tags include escalatd) # here\nthen stop",
)

NOT_TAG_NEVER_SET = (
    "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags include escalated then stop",
    "when ticket is created then add escalated, escalatd to ticket.tags\nwhen ticket.tags include escalatd then stop",
    "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags include vip then stop",
    "when ticket.tags include escalatd then stop",
    "when ticket is created then add visp to ticket.tags\nwhen ticket.tags include vip then stop",
    "when ticket is created then add wave_2 to ticket.tags\nwhen ticket.tags include wave_1 then stop",
    "when ticket is created then add room_101 to ticket.tags\nwhen ticket.tags include room_102 then stop",
    "when ticket is created then add invoice_sent to ticket.tags\nwhen ticket.tags include invoice then stop",
    "when ticket is created then remove escalated from ticket.tags\nwhen ticket.tags include escalatd then stop",
    "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags include VIP then remove escalatd from ticket.tags",
    'when ticket is created then add escalated to ticket.tags\nwhen ticket.subject is "escalatd" then stop',
)

# Names that nothing uses

UNUSED_NAME = (
    "define vip as requester.vip is yes\nwhen ticket is created then stop",
    "when ticket is created then stop\ndefine vip as # here\n  requester.vip is yes",
    "define a as ticket.gift is yes\ndefine b as ticket.gift is no # here\nwhen a then stop",
    "define a as ticket.gift is yes # used\ndefine b as a # here\nwhen ticket is created then stop",
    "webhook pager\nwhen ticket is created then stop",
    "webhook pager\nwebhook chat # here\nwhen ticket is created then call webhook pager with template solved",
    'define vip as requester.vip is yes\ndisabled trigger "A" when ticket is created then stop',
    "define vip as requester.vip is yes\nuse zendesk\nwhen ticket is created then stop",
)

NOT_UNUSED_NAME = (
    "define vip as requester.vip is yes\nwhen vip then stop",
    "define vip as requester.vip is yes\nwhen ticket is created and (ticket.gift is yes or not vip) then stop",
    "define a as ticket.gift is yes\ndefine b as a or ticket.seats is 3\nwhen b then stop",
    "define vip as requester.vip is yes\nwebhook pager",
    "webhook pager\nwhen ticket is created then call webhook pager with template solved",
    'define vip as requester.vip is yes\ndisabled trigger "A" when vip then stop',
    "define vip as requester.vip is yes\nfield ticket.visits is a number, counting vip\nwhen ticket is created then stop",
    "define vip as user.vip is yes\nstate user is important as user.vip is yes\nwhen ticket is created then stop"[:0]
    or "define gift as ticket.gift is yes\nstate ticket is special as gift\nwhen ticket is special then stop",
    'define vip as requester.vip is yes\nwhen ticket is created then stop\ntest "A" given vip when 1 day passes expect ticket.status is open',
)
def _found_safe(t):
    return [(d.line,d.code) if d.severity is Severity.WARNING else render(d) for d in _diagnostics(t)]
