"""What is allowed and hardly meant: rules that each warning is about, rules near to them, and the laws of both."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trigdsl
from trigdsl.diagnostics import Diagnostic, Severity, render
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Comment, Directory, Record, Ticket, Update
from trigdsl.runtime.loader import load_paths, load_text
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import lints
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed

ROOT = Path(trigdsl.__file__).parent.parent

DESK = """
field ticket.plan is one of free < pro < enterprise
field ticket.size is one of Small < Large
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
"""Marks the lines of a rule that a warning is about; of a rule without a mark it is the first line."""

TOLD = 'notify assignee with subject "News" and body "Ticket {{ ticket.id }}"'


def _diagnostics(rules: str) -> tuple[Diagnostic, ...]:
    return load_text(f"{rules}\n{DESK}").diagnostics


def _shown(found: Iterable[Diagnostic]) -> str:
    return "\n".join(map(render, found))


def _found(rules: str) -> list[tuple[int, str]]:
    """Return the line and code of everything that is said of some rules, which have no mistake."""
    found = _diagnostics(rules)
    assert all(d.severity is Severity.WARNING for d in found), _shown(found)
    return [(d.line, d.code) for d in found]


def _marked(rules: str, code: str) -> list[tuple[int, str]]:
    lines = [number for number, line in enumerate(rules.splitlines(), 1) if HERE in line]
    return [(line, code) for line in lines or [1]]


def _only(rules: str) -> Diagnostic:
    found = _diagnostics(rules)
    assert len(found) == 1, _shown(found)
    return found[0]


def _rules(*conditions: str, then: str = "stop") -> tuple[str, ...]:
    """Return a rule for each condition."""
    return tuple(f"when {condition}\nthen {then}" for condition in conditions)


def _deeds(*actions: str) -> tuple[str, ...]:
    """Return a rule for each row of actions."""
    return tuple(f"when ticket is created\nthen {row}" for row in actions)


WARNED: Mapping[str, tuple[str, ...]] = {
    "not-executable": (
        *_rules(
            'raw zendesk """{}"""',
            'ticket is created and not (raw zendesk """{}""") # here',
            'ticket is created\nand (ticket.gift is yes\nor raw zendesk """{}""") # here',
            # Nothing else is said of what is never tried.
            'ticket.status is open and ticket.status is solved and raw zendesk """{}"""',
        ),
        'define odd as raw zendesk """{}"""\nwhen ticket is created and odd then stop # here',
        'when ticket.priority is urgent\nthen set ticket.type to task\nraw zendesk """{}""" # here',
        'disabled trigger "A"\nwhen ticket is created\nthen raw zendesk """{}""" # here',
        'trial trigger "A"\nwhen ticket is created and raw zendesk """{}""" # here\nthen set ticket.type to task',
    ),
    "never-true": (
        *_rules(
            # Choices
            "ticket.status is solved and ticket.status is open",
            "ticket.status is open\nand ticket.priority is high\nand ticket.status is pending # here",
            "ticket.priority is at least high\nand ticket.priority is less than normal # here",
            "ticket.priority is empty\nand ticket.priority is at most low # here",
            "ticket.priority is less than low",
            "ticket.plan is more than enterprise",
            "ticket.size is at least Large\nand ticket.size is small # here",
            "ticket.status is one of open, pending\nand ticket.status is not one of new, open, pending # here",
            "ticket.country is fr\nand ticket.country is one of de, nl # here",
            # Before and now
            "ticket is created\nand ticket is updated # here",
            "ticket is created\nand ticket.status changes from open # here",
            "ticket is created\nand previous ticket.priority is high # here",
            "ticket is created\nand ticket.tags lose vip # here",
            "ticket is created\nand ticket.gift changes to no # here",
            "ticket.status changes from open to open",
            "ticket.status changes\nand ticket.status does not change # here",
            "ticket.status changes to solved\nand ticket.status is open # here",
            "ticket.status changes from solved\nand previous ticket.status is open # here",
            "ticket.status does not change and ticket.status is open\nand previous ticket.status is solved\n",
            # Sets
            "ticket.tags include vip\nand ticket.tags include none of vip, gold # here",
            "ticket.tags include all of vip, gold\nand ticket.tags do not include gold # here",
            "ticket.tags include any of vip, gold\nand ticket.tags include none of silver, gold, vip # here",
            "ticket.tags is empty\nand ticket.tags include vip # here",
            "ticket.tags gain vip\nand ticket.tags lose vip # here",
            "ticket.tags gain vip\nand ticket.tags does not change # here",
            "ticket.products include toner\nand ticket.products is empty # here",
            "ticket.followers include current_user\nand ticket.followers is empty # here",
            # Numbers, yes and no, dates, texts
            "ticket.seats is more than 10\nand ticket.seats is at most 10 # here",
            "ticket.seats is 3\nand ticket.seats is one of 1, 2.5 # here",
            "ticket.gift is yes\nand ticket.gift is no # here",
            "ticket.gift changes to yes\nand ticket.gift is no # here",
            "ticket is created and ticket.renewal is before 2026-01-31\nand ticket.renewal is after 2026-01-31 # here",
            "ticket is created and ticket.renewal is within the last 3 days\nand ticket.renewal is empty # here",
            'ticket.subject is "Lost key"\nand ticket.subject is "Lost bag" # here',
            'ticket.subject contains "key"\nand ticket.subject does not contain "key" # here',
            'ticket.subject is like "INV-*"\nand ticket.subject is empty # here',
            # People, states, schedules
            'assignee is empty\nand assignee is "bo@example.com" # here',
            'group is "Tier 1"\nand group is "Tier 2" # here',
            "current_user is agent\nand current_user is end_user # here",
            "current_user is requester\nand current_user is not requester # here",
            "requester.vip is yes\nand requester.vip is no # here",
            "comment is public\nand comment is private # here",
            "comment is not present\nand comment is public # here",
            "comment is public\nand ticket is private # here",
            'ticket is created and schedule "Night" is open\nand schedule "Night" is on_holiday # here',
            # Nested
            "not (ticket.status is open)\nand ticket.status is open # here",
            "not (ticket.status is not open)\nand ticket.status is solved # here",
            "not (ticket.gift is yes or ticket.seats is more than 3)\nand ticket.gift is yes # here",
            "ticket is created\nand (ticket.status is open or\nticket.status changes from solved) # here",
            "ticket.status is new or\n(ticket.status is open and ticket.status is solved) # here",
            "(ticket.status is open or ticket.status is pending)\nand ticket.status is solved # here",
        ),
        (
            "define open_ticket as ticket.status is less than solved\n\n"
            "when open_ticket\nand ticket.status is solved # here\nthen stop"
        ),
        (
            "define vip as requester.vip is yes\ndefine important as vip or ticket.priority is urgent\n\n"
            "when not important\nand requester.vip is yes # here\nthen stop"
        ),
    ),
    "always-true": _rules(
        "ticket.status is not solved\nor ticket.status is not closed # here",
        "ticket.priority is empty\nor ticket.priority is not empty # here",
        "ticket.priority is at least low\nor ticket.priority is empty # here",
        "ticket is created and (ticket.country is not fr\nor ticket.country is not one of de, nl) # here",
        "ticket.seats is not 1\nor ticket.seats is not 2 # here",
        "ticket.gift is yes\nor ticket.gift is no # here",
        "ticket.tags include vip\nor ticket.tags do not include vip # here\nor ticket.gift is yes",
        'ticket.subject contains "key"\nor ticket.subject does not contain "key" # here',
        'group is not "Tier 1"\nor group is not "Tier 2" # here',
        "comment is public\nor comment is not public # here",
        "comment is not public\nor comment is not private # here",
        "comment is not public\nor ticket is public # here",
        "current_user is not agent\nor current_user is not end_user # here",
        "ticket.status changes\nor ticket.status does not change # here",
        "ticket.status does not change from open\nor ticket.status does not change from pending # here",
        "ticket.status does not change from open to open",
        "ticket is created and not (ticket.status is solved and ticket.status is open)",
        "ticket is updated\nand not (ticket.gift is yes and ticket.gift is no) # here",
        'ticket is created and (schedule "Night" is open\nor schedule "Night" is not open) # here',
        "ticket is created\nor previous ticket.status is empty\nor previous ticket.status is not empty # here",
    ),
    "said-again": _rules(
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
        "ticket.priority is urgent # here\nor ticket.priority is at least high",
        "ticket.status is solved\nor ticket.status changes to solved # here",
        "ticket.tags include vip # here\nor ticket.tags include any of vip, gold",
        "ticket is created and (comment is present\nor comment is private) # here",
        "not (ticket.status is solved\nand ticket.status is not open) # here",
        "ticket.gift is yes and not (ticket.seats is 1\nor ticket.seats is 1) # here",
    ),
    "moot-change": _rules(
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
        "ticket is created\nand (ticket.gift is yes or ticket.seats is 3)\nand ticket.plan changes # here",
    ),
    "undone-action": _deeds(
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
    ),
    "mail-on-every-update": (
        *_rules(
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
            "previous ticket.status is solved",
            then=TOLD,
        ),
        f'category "News"\ntrigger "Tell" # here\nwhen ticket.priority is urgent\nthen set ticket.gift to yes {TOLD}',
        f"define late as ticket.status is open\n\nwhen late # here\nthen {TOLD}",
        f"when ticket.tags do not include told\nthen {TOLD} add tell to ticket.tags",
        f"when ticket.priority is urgent\nthen {TOLD} set ticket.status to open",
        f"when ticket.tags include night\nthen {TOLD} remove nights from ticket.tags",
        "when ticket.gift is yes\nthen notify requester and ccs with template solved",
        'when ticket.gift is yes\nthen notify "a@example.com" by sms with body "Look"',
    ),
    "nobody-to-tell": (
        f"when ticket is created and assignee is empty\nthen {TOLD} # here",
        f"when ticket is created and not (assignee is not empty)\nthen set ticket.gift to yes\n{TOLD} # here",
        f"when ticket is created and (assignee is empty and ticket.gift is yes)\nthen {TOLD} # here",
        f"when ticket is created and assignee is empty\nthen notify group with template solved\n{TOLD} # here",
        f"when ticket is created\nthen clear assignee\n{TOLD} # here",
        "when ticket is created and group is empty\nthen notify group with template solved # here",
        "when ticket is created and ticket.ccs is empty\nthen notify ccs with template solved # here",
        "when ticket is created and ticket.followers is empty\nthen notify followers with template solved # here",
        "when ticket is created and ticket.backup is empty\nthen notify ticket.backup with template solved # here",
        (
            "when ticket is created and assignee is empty and group is empty\n"
            "then notify assignee, group with template solved # here"
        ),
        "when comment is private\nthen notify requester and ccs with template solved # here",
    ),
    "clock-not-watched": _rules(
        "ticket.due_date is within the next 3 days",
        "ticket.status is open\nand ticket.due_date is within the last 1 week # here",
        "ticket.priority is high\nand not (ticket.created_at is within the last 2 days) # here",
        "ticket.status is solved\nand (ticket.gift is yes or\nticket.updated_at is within the last 4 hours) # here",
        "ticket.tags include night\nand ticket.renewal is within the next 1 day # here\nand group is not empty",
        'schedule "Night" is open',
        "schedule is on_holiday",
        "ticket is public\nand ticket.due_date is within the next 1 day # here",
        "requester.vip is yes\nand ticket.due_date is within the next 1 day # here",
        then="set ticket.priority to urgent",
    ),
    "already-changed": _rules(
        "ticket is updated and current_user is requester and comment is public\nand ticket.status is solved # here",
        "ticket is updated and requester is current_user and comment is present\nand ticket.status is pending # here",
        "ticket.status is hold # here\nand comment is public and current_user is requester and ticket is updated",
        "ticket is updated and current_user is requester and comment is public\n"
        "and ticket.status is one of pending, on-hold # here",
        "ticket.tags gain x and ticket is not created and comment is public and requester is current_user\n"
        "and ticket.status is one of solved, hold, pending # here",
        "ticket is created and assignee is not empty\nand ticket.status is new # here",
        'ticket is updated and ticket.status is new # here\nand assignee is "bo@example.com"',
        "ticket is created and assignee is current_user\nand ticket.status is less than open # here",
    ),
    "different-case": (
        (
            'when ticket is created and ticket.form is "Refund"\nthen stop\n'
            'when ticket is updated and ticket.form is "refund" # here\nthen stop'
        ),
        (
            'when ticket.form is one of "Refund", "Return"\nthen stop\n'
            'when ticket.form changes to "REFUND" # here\nthen stop'
        ),
        'when requester.language is "fr" then stop\nwhen requester.language is not "FR" then stop # here',
        (
            'when ticket.subject is "A b" then stop\nwhen ticket.subject is "a B" then stop # here\n'
            'when ticket.subject is "A b" and ticket is created then stop'
        ),
        (
            'when ticket.form changes from "Refund" to "Return" then stop\n'
            'when ticket.form changes from "refund" to "Return" then stop # here'
        ),
        'when not (ticket.form is "Refund") then stop\nwhen previous ticket.form is "refund" then stop # here',
        (
            'when requester.email is "Ana@Example.com" then stop\n'
            'when requester.email is "ana@example.com" and ticket is created then stop # here'
        ),
        (
            'when organization.name is "ACME" then stop\nwhen ticket is created\n'
            'and (organization.name is "Acme" # here\nor organization.name is "Beta") then stop'
        ),
        (
            'define refund as ticket.form is "Refund"\nwhen refund then stop\n'
            'when ticket.form is "refund" then stop # here'
        ),
    ),
    "tag-never-set": (
        *tuple(
            f"when ticket is created then add escalated to ticket.tags\n{rest}"
            for rest in (
                "when ticket.tags include escalatd then stop # here",
                "when ticket.tags gain escalatedd then stop # here",
                "when ticket.tags lose esclated then stop # here",
                "when ticket.tags include any of morning, escaleted then stop # here",
                "when not (ticket.tags include escalatd) then stop # here",
                "when ticket.tags include none of night, ecsalated then stop # here",
                "define late as ticket.tags include escalatd # here\nwhen late then stop",
                "when ticket is created\nand (ticket.gift is yes\nor ticket.tags include escalatd) then stop # here",
            )
        ),
        "when ticket.tags include escalatd then stop # here\nwhen ticket is created then set ticket.tags to escalated, x",
        "when ticket is created then add escalated to ticket.labels\nwhen ticket.labels include escalatd then stop # here",
    ),
    "unused-name": (
        "define vip as requester.vip is yes\nwhen ticket is created then stop",
        "when ticket is created then stop\ndefine vip as # here\n  requester.vip is yes",
        "define a as ticket.gift is yes\ndefine b as ticket.gift is no # here\nwhen a then stop",
        "define a as ticket.gift is yes\ndefine b as a # here\nwhen ticket is created then stop",
        "webhook pager\nwhen ticket is created then stop",
        "webhook pager\nwebhook chat # here\nwhen ticket is created then call webhook pager with template solved",
        'define vip as requester.vip is yes\ndisabled trigger "A" when ticket is created then stop',
        "define vip as requester.vip is yes\nuse zendesk\nwhen ticket is created then stop",
    ),
}
"""Rules that each warning is about, and nothing else."""

NOTHING: Mapping[str, tuple[str, ...]] = {
    "not-executable": (
        "when ticket is created and ticket.tags include raw then add raw to ticket.tags",
        "define raw as ticket.gift is yes\nwhen raw then stop",
        'when ticket is created and ticket.subject contains "raw" then stop',
        'when ticket is created then notify requester with subject "raw" and body "raw zendesk"',
        'disabled trigger "raw zendesk" when ticket is created then stop',
        "define raw as ticket.gift is yes\nwhen not raw and ticket.seats is 3 then stop",
        "when ticket is created and ticket.tags include none of raw, zendesk then stop",
        # Its tags and its names are in use elsewhere.
        """\
# allow in this file not-executable
when ticket is created then add escalated to ticket.tags raw zendesk \"\"\"{}\"\"\"
when ticket.tags include escalated then stop
""",
        """\
# allow in this file not-executable
webhook pager
when ticket is created then call webhook pager with template solved raw zendesk \"\"\"{}\"\"\"
""",
    ),
    "never-true": (
        *_rules(
            "ticket.status is open or ticket.status is solved",
            "ticket.status is open and previous ticket.status is solved",
            "ticket.status changes from open to solved",
            "ticket.priority is at least normal and ticket.priority is at most normal",
            "ticket.plan is more than free and ticket.plan is less than enterprise",
            "ticket.size is at least Small and ticket.size is not large",
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
            'ticket is created and schedule "Support hours" is closed and schedule "Night" is open',
            "ticket is created and schedule is closed and schedule is not on_holiday",
            "not (ticket.status is open and ticket.priority is high)",
        ),
        (
            "define open_ticket as ticket.status is less than solved\n"
            "when open_ticket and ticket.status is not open then stop"
        ),
    ),
    "always-true": _rules(
        "ticket.status is not solved and ticket.status is not closed",
        "ticket.priority is at most normal or ticket.priority is at least high",
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
        "current_user is agent or current_user is end_user",
        "current_user is requester or current_user is not agent",
        "ticket.status changes from open or ticket.status is open",
        "requester.vip is yes or ticket.gift is no",
    ),
    "said-again": _rules(
        "ticket.priority is at least high and ticket.priority is not urgent",
        "ticket.status is not solved and ticket.status is not closed",
        "ticket is updated and ticket.status changes from open",
        "ticket is public and comment is public",
        "comment is public and ticket is public",
        "comment is present and comment is not private",
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
        "current_user is agent and current_user.restricted is no",
        "requester is end_user and current_user is end_user",
        "requester.vip is yes or ticket.gift is yes",
        "ticket is created and ticket.renewal is after 2026-01-31 and ticket.renewal is before 2026-02-28",
        "(ticket.gift is yes and ticket.seats is 3) or (ticket.gift is no and ticket.seats is 4)",
    ),
    "moot-change": _rules(
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
    ),
    "undone-action": _deeds(
        "set ticket.priority to high\nset ticket.status to open",
        "add vip to ticket.tags\nremove gold from ticket.tags",
        "add vip to ticket.tags\nadd gold to ticket.tags",
        "add vip to ticket.tags\nremove vip from ticket.labels",
        "clear ticket.tags\nadd vip to ticket.tags",
        "set ticket.tags to vip\nadd gold to ticket.tags",
        "set ticket.tags to vip\nset ticket.tags to ticket.tags",
        "set ticket.seats to 3\nadd 1 to ticket.seats",
        "add 1 to ticket.seats\nadd 1 to ticket.seats",
        'set group to "Tier 1"\nset ticket.second_group to "Tier 2"',
        "set assignee to current_user\nset ticket.backup to assignee",
        "add current_user to ticket.followers\nremove requester from ticket.followers",
        "clear assignee\nclear group",
        f'set ticket.priority to high\n{TOLD}\npost private comment with body "Look."',
    ),
    "mail-on-every-update": (
        *_rules(
            "ticket is created and ticket.priority is urgent",
            "ticket.priority changes to urgent",
            "ticket.priority is urgent and comment is public",
            "ticket.priority is urgent and comment is present",
            "ticket.tags gain vip",
            "ticket.followers gain current_user",
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
        f'trigger "Tell"\nwhen ticket.priority is urgent\nthen {TOLD}\ndisable trigger "Tell"',
        f"when ticket.tags do not include told\nthen {TOLD} add told to ticket.tags",
        f"when ticket.tags include tell and ticket.gift is yes\nthen remove tell from ticket.tags {TOLD}",
        f"when ticket.priority is urgent\nthen {TOLD} set ticket.priority to high",
        f"when assignee is empty\nthen set assignee to current_user {TOLD}",
        f"when ticket.gift is yes\nthen set ticket.gift to no {TOLD}",
        f"when ticket.seats is not empty\nthen clear ticket.seats {TOLD}",
        "when ticket.priority is urgent\nthen add vip to ticket.tags",
        'when ticket.priority is urgent\nthen post private comment with body "Urgent."',
    ),
    "nobody-to-tell": (
        *_rules(
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
        (
            "when ticket is created and ticket.followers is empty\n"
            "then add current_user to ticket.followers notify followers with template solved"
        ),
        "when comment is public\nthen notify requester and ccs with template solved",
        "when comment is present\nthen notify requester and ccs with template solved",
        "when comment is private\nthen notify requester with template solved",
        "when comment is private\nthen notify requester and ccs, assignee with template solved",
        "when comment is private\nthen clear assignee notify current_user with template solved",
    ),
    "clock-not-watched": _rules(
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
    ),
    "already-changed": _rules(
        "ticket is updated and current_user is requester and comment is public and ticket.status changes from solved",
        "ticket is updated and current_user is requester and comment is public and previous ticket.status is solved",
        "ticket is updated and current_user is requester and comment is public and ticket.status changes to solved",
        "ticket is updated and current_user is requester and comment is public and ticket.status is open",
        "ticket is updated and current_user is requester and comment is public and ticket.status is closed",
        "ticket is updated and current_user is requester and comment is public and ticket.status is not solved",
        "ticket is updated and current_user is requester and comment is public and ticket.status is one of open, solved",
        "ticket is updated and current_user is requester and comment is not present and ticket.status is solved",
        "ticket is updated and current_user is requester and ticket.status is solved",
        "ticket is updated and current_user is not requester and comment is public and ticket.status is solved",
        "ticket is updated and current_user is agent and comment is public and ticket.status is solved",
        "ticket is created and assignee is empty and ticket.status is new",
        "ticket is created and ticket.status is new",
        "ticket is created and assignee is not empty and ticket.status is not new",
        "ticket is created and assignee is not empty and ticket.status is one of new, open",
        "assignee is not empty and ticket.status changes from new",
    ),
    "different-case": (
        (
            'when ticket is created and ticket.form is "Refund" then stop\n'
            'when ticket is updated and ticket.form is "Refund" then stop'
        ),
        'when ticket.form is "Refund" then stop\nwhen ticket.form is "Refunds" then stop',
        'when ticket.form is "Refund" then stop\nwhen ticket.subject is "refund" then stop',
        (
            'when ticket.subject contains "Refund" then stop\n'
            'when ticket is created and ticket.subject contains "refund" then stop'
        ),
        'when ticket.subject starts with "RE:" then stop\nwhen ticket.subject is like "re:*" then stop',
        "when ticket.status is Solved then stop\nwhen ticket.status is solved and ticket is created then stop",
        "when ticket.tags include VIP then stop\nwhen ticket.tags include vip and ticket is created then stop",
        'when group is "Tier 1" then stop\nwhen group is "tier 1" and ticket is created then stop',
        'when requester.email is "ana@example.com" then stop\nwhen assignee.email is "Ana@example.com" then stop',
        'when ticket.form is "Refund" then set ticket.form to "refund"',
    ),
    "tag-never-set": (
        *(
            f"when ticket is created then add {added} to ticket.tags\n{rest}"
            for added, rest in (
                ("escalated", "when ticket.tags include escalated then stop"),
                ("escalated, escalatd", "when ticket.tags include escalatd then stop"),
                ("escalated", "when ticket.tags include night then stop"),
                ("escalated", "when ticket.tags gain ESCALATED then stop"),
                ("escalated", 'when ticket.subject is "escalatd" then stop'),
                (
                    "escalated",
                    "when ticket is created and ticket.gift is yes then remove escalatd from ticket.tags",
                ),
                ("vips", "when ticket.tags include vip then stop"),
                ("wave_2", "when ticket.tags include wave_1 then stop"),
                ("room_101", "when ticket.tags include room_102 then stop"),
                ("invoice_sent", "when ticket.tags include invoice then stop"),
            )
        ),
        "when ticket.tags include escalatd then stop",
        "when ticket.tags include escalated then stop\nwhen ticket.tags include escalatd then stop",
        "when ticket is created then remove escalated from ticket.tags\nwhen ticket.tags include escalatd then stop",
    ),
    "unused-name": (
        "define vip as requester.vip is yes\nwhen vip then stop",
        "define vip as requester.vip is yes\nwhen ticket is created and (ticket.gift is yes or not vip) then stop",
        "define a as ticket.gift is yes\ndefine b as a or ticket.seats is 3\nwhen b then stop",
        "define vip as requester.vip is yes\nwebhook pager",
        "webhook pager\nwhen ticket is created then call webhook pager with template solved",
        'define vip as requester.vip is yes\ndisabled trigger "A" when vip then stop',
        "define vip as requester.vip is yes\nfield ticket.visits is a number, counting vip\nwhen ticket is created then stop",
        "define gift as ticket.gift is yes\nstate ticket is special as gift\nwhen ticket is special then stop",
        (
            "define vip as requester.vip is yes\nwhen ticket is created then stop\n"
            'test "A" given vip when 1 day passes expect ticket.status is open'
        ),
    ),
}
"""Rules that are near to those, and of which nothing is said."""


def _cases(tables: Mapping[str, tuple[str, ...]]) -> list[Any]:
    every = ((code, n, rules) for code, table in tables.items() for n, rules in enumerate(table))
    return [pytest.param(code, rules, id=f"{code} {n}") for code, n, rules in every]


def test_each_warning_has_its_tables() -> None:
    assert {*WARNED} == {*NOTHING} == {*lints.codes()}
    assert min(len(table) for table in (*WARNED.values(), *NOTHING.values())) >= 8


@pytest.mark.parametrize(("code", "rules"), _cases(WARNED))
def test_a_rule_that_is_hardly_meant(code: str, rules: str) -> None:
    assert _found(rules) == _marked(rules, code), _shown(_diagnostics(rules))


@pytest.mark.parametrize(("code", "rules"), _cases(NOTHING))
def test_a_rule_near_to_it(code: str, rules: str) -> None:
    assert _found(rules) == [], _shown(_diagnostics(rules))


# What was said wrongly once, or overlooked


def _wrong(reason: str, *cases: str | tuple[str, ...]) -> list[Any]:
    return [
        pytest.param(*((case,) if isinstance(case, str) else case), id=f"{reason} {number}")
        for number, case in enumerate(cases, 1)
    ]


FALSE_ALARMS = [
    *_wrong(
        "a comparison with what was before cannot hold where nothing changes, so nobody is told again",
        *_rules(
            "ticket.priority is more than previous ticket.priority",
            "assignee is not empty and assignee is not previous assignee",
            "ticket.seats is at least 10 and previous ticket.seats is less than ticket.seats",
            'ticket.subject contains "urgent" and previous ticket.subject does not contain "urgent"',
            then=TOLD,
        ),
    ),
    *_wrong(
        "a change to somebody, or to a moment, is a change: nobody is told again",
        *_rules(
            "assignee changes to current_user",
            "group changes from ticket.second_group",
            "ticket.renewal changes to 2026-01-31 09:30",
            then=TOLD,
        ),
    ),
    *_wrong(
        "the first of two actions on one field counts as well: the tag keeps the trigger from firing again",
        f"when ticket.tags do not include told\nthen {TOLD} add told to ticket.tags remove waiting from ticket.tags",
        f"when ticket.tags include tell\nthen {TOLD} remove tell from ticket.tags add told to ticket.tags",
    ),
    *_wrong(
        "the trigger counts itself off",
        f"when ticket.reminders is empty\nthen {TOLD} add 1 to ticket.reminders",
    ),
    *_wrong(
        "what is moot in one rule is not moot in the name, which other rules use",
        "define important as ticket.priority is urgent or ticket.tags include vip\n"
        "when important and ticket.priority is low then add odd to ticket.tags\n"
        "when important then add star to ticket.tags",
        "define paying as requester.vip is yes or ticket.plan is at least pro\n"
        "when ticket is created and paying and ticket.plan is free then add gift to ticket.tags",
    ),
    *_wrong(
        "the clock has no part in it: a field is compared with a fixed day, or with another field",
        *_rules(
            "ticket.renewal is before 2026-07-01 and ticket.plan is enterprise",
            "ticket.created_at is before 2026-01-01 and ticket.priority is low",
            "ticket.due_date is after ticket.renewal",
            then="add old_contract to ticket.tags",
        ),
    ),
    *_wrong(
        "an action between the two uses what the first did",
        *_deeds(
            'set group to "Tier 2"\nnotify group with template group_assigned\nset group to "Billing"',
            'set group to "Tier 2"\nset ticket.second_group to group\nset group to "Billing"',
            "add requester to ticket.followers\nnotify followers with template solved\n"
            "remove requester from ticket.followers",
            "remove assignee from ticket.followers\nset assignee to current_user\nadd assignee to ticket.followers",
        ),
    ),
    *_wrong(
        "no rule can set the tags of people",
        "when ticket is created then add partners to ticket.tags\nwhen requester.tags include partner then stop",
        "when ticket is created then add partners to ticket.tags\nwhen organization.tags include partner then stop",
    ),
    *_wrong(
        "a change of case is a change",
        'when ticket.subject is "printer" and ticket.subject changes from "printer"\nthen stop',
    ),
    *_wrong(
        "two moments of one day are both that day",
        "when ticket.renewal changes to 2026-01-31 and previous ticket.renewal is 2026-01-31\nthen stop",
    ),
    *_wrong(
        "what counts updates was 0 before the ticket was there",
        "when ticket is created and previous ticket.reopens is 0\nthen stop",
    ),
    *_wrong(
        "a ticket without a schedule of its own is neither open nor closed",
        "when ticket is created and ticket.schedule is not open and ticket.schedule is not closed\nthen stop",
        "when ticket is created and (ticket.schedule is open or ticket.schedule is closed)\nthen stop",
    ),
]

ELSEWHERE = [
    *_wrong(
        "the place is the rule that says too much, not the name, which others may use",
        'define french as requester.language is "fr"\n\nwhen requester.language is "de" and french # here\nthen stop',
        "define marked as ticket.tags include vip or ticket.tags include gold\n\n"
        "when ticket.tags include vip and marked # here\nthen stop",
    ),
]

OVERLOOKED = [
    *_wrong(
        "a yes-or-no field that is cleared is no, which hinders nothing",
        ("mail-on-every-update", f"when ticket.priority is urgent\nthen {TOLD} clear ticket.gift"),
    ),
    *_wrong(
        "the time of the update is a time, and nothing that happens",
        ("clock-not-watched", "when update.time is after 2026-12-24\nthen set ticket.priority to low"),
    ),
    *_wrong(
        "the example that the warning itself names",
        (
            "already-changed",
            "when comment is public and current_user is requester and ticket.status is solved and ticket is updated then stop",
        ),
    ),
]


@pytest.mark.parametrize("rules", FALSE_ALARMS)
def test_a_rule_that_is_meant(rules: str) -> None:
    assert _found(rules) == [], _shown(_diagnostics(rules))


@pytest.mark.parametrize("rules", ELSEWHERE)
def test_a_warning_stands_at_the_rule_that_has_it(rules: str) -> None:
    assert [line for line, _ in _found(rules)] == [line for line, _ in _marked(rules, "")]


@pytest.mark.parametrize(("code", "rules"), OVERLOOKED)
def test_a_rule_that_is_overlooked(code: str, rules: str) -> None:
    assert _found(rules) == [(1, code)]


# What is said, and advised


def test_two_that_exclude_each_other_are_both_shown() -> None:
    found = _only("when ticket.status is solved\nand ticket.status is open\nthen stop")
    assert found.message == "`ticket.status is solved` and `ticket.status is open` can never both be true"
    (note,) = found.notes
    assert note.source.position(note.span.start) == (1, 6)
    marked = found.source.text[found.span.start : found.span.end]
    assert marked == "ticket.status is open"


def test_of_a_rule_that_never_holds_nothing_else_is_said() -> None:
    rules = f"when assignee is empty and ticket.status is open and ticket.status is solved\nthen {TOLD}"
    assert _found(rules) == [(1, "never-true")]


@pytest.mark.parametrize(
    ("change", "plain"),
    [
        ("ticket.priority changes to high", "ticket.priority is high"),
        ("ticket.priority changes", "ticket.priority is not empty"),
        ("assignee changes to current_user", "assignee is current_user"),
        ('ticket.subject changes to "Lost key"', 'ticket.subject is "Lost key"'),
        *_wrong(
            "the words are cut at the last `to`, which may stand in the value",
            ('group changes to "From 1 to 2"', 'group is "From 1 to 2"'),
            ('ticket.subject changes to "Return to sender"', 'ticket.subject is "Return to sender"'),
        ),
        *_wrong(
            "a yes-or-no field is never empty, so this would be true of every ticket",
            ("ticket.gift changes", "ticket.gift is yes"),
        ),
    ],
)
def test_a_moot_change_is_written_plainly(change: str, plain: str) -> None:
    found = _only(f"when ticket is created and {change} then stop")
    assert found.help == f"write `{plain}`"
    assert _found(f"when ticket is created and {plain} then stop") == []


def test_the_usual_spelling_of_a_text_is_a_certain_mend() -> None:
    found = _only(
        'when ticket.form is "REFUND" then stop\nwhen ticket.form is "Refund" and ticket is created then stop\n'
        'when ticket.form is not "Refund" then stop'
    )
    assert found.line == 1
    (edit,) = found.fix
    assert found.source.text[edit.span.start : edit.span.end] == "REFUND"
    assert edit.text == "Refund"


def test_a_tag_that_was_meant_is_no_certain_mend() -> None:
    rules = "when ticket is created then add escalated to ticket.tags\nwhen ticket.tags include escalatd then stop"
    found = _only(rules)
    assert found.help == "did you mean `escalated`?"
    assert found.fix == ()


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        (
            "define vip as\n  requester.vip is yes\nwhen ticket is created then stop",
            "when ticket is created then stop\n",
        ),
        ("webhook pager when ticket is created then stop", " when ticket is created then stop\n"),
        ("when ticket is created then stop\nwebhook pager", "when ticket is created then stop\n"),
    ],
)
def test_a_name_for_nothing_can_be_taken_away(rules: str, left: str) -> None:
    found = _only(rules)
    (edit,) = found.fix
    text = found.source.text
    assert edit.text == ""
    assert text[: edit.span.start] + text[edit.span.end :] == left + DESK


# Rules with mistakes, several files, libraries, documents


def test_of_a_rule_with_a_mistake_nothing_is_guessed() -> None:
    rules = "when ticket.stats is solved and ticket.priority is low and ticket.priority is high then stop\n"
    rules += "when ticket.gift is yes and ticket.gift is no then stop\n"
    found = [(d.line, d.code) for d in _diagnostics(rules)]
    assert found == [(1, "unknown-field"), (2, "never-true")]


def test_a_name_may_be_used_in_what_cannot_be_read() -> None:
    rules = "define vip as requester.vip is yes\nwhen ticket.stats is solved then stop\n"
    rules += "when ticket.tags include escalatd then add escalated to ticket.tags\n"
    assert [d.code for d in _diagnostics(rules)] == ["unknown-field"]


def _said_of(folder: Path, **files: str) -> list[tuple[str, int, str]]:
    for name, text in files.items():
        (folder / f"{name}.trig").write_text(text, encoding="utf-8")
    return [(Path(d.source.name).stem, d.line, d.code) for d in load_paths([folder]).diagnostics]


def test_a_name_may_be_used_in_another_file(tmp_path: Path) -> None:
    names = "define rush as ticket.priority is urgent\nwebhook pager\ndefine idle as ticket.priority is low\n"
    rules = "when ticket is created and rush then call webhook pager with template solved\n"
    assert _said_of(tmp_path, names=names, rules=rules) == [("names", 3, "unused-name")]


def test_a_tag_may_be_set_in_another_file(tmp_path: Path) -> None:
    one = "when ticket is created then add escalated, escalatd to ticket.tags\n"
    two = "when ticket.tags include escalatd then stop\n"
    assert _said_of(tmp_path, one=one, two=two) == []


def test_a_text_may_be_spelled_in_another_file(tmp_path: Path) -> None:
    one = 'when ticket.form is "Refund" then stop\n'
    two = 'when ticket.form is "refund" and ticket is created then stop\n'
    assert _said_of(tmp_path, one=one, two=two) == [("two", 1, "different-case")]


BUGS = """
state bug is created
state bug is updated
field bug.title is text
field bug.severity is one of minor < major < critical
field bug.labels is tags
field bug.owner is a user
field bug.fixed is yes or no
channel chat
"""


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ("when bug is created and bug.severity changes from minor then stop", ["never-true"]),
        ("when bug.severity is less than minor then stop", ["never-true"]),
        ("when bug.fixed is yes or bug.fixed is no then stop", ["always-true"]),
        ("when bug is created and bug.severity changes to major then stop", ["moot-change"]),
        ("when bug.severity is critical and bug.severity is at least major then stop", ["said-again"]),
        ('when bug.severity is critical then notify owner with body "Look"', ["mail-on-every-update"]),
        ('when bug is created and owner is empty then notify owner with body "Look"', ["nobody-to-tell"]),
        ("when bug.labels gain crashs then add crash to bug.labels", ["tag-never-set"]),
        ("when bug is created and owner is not empty and bug.severity is minor then stop", []),
        ("when bug is created or bug.severity changes then stop", []),
        ('when bug.severity changes to critical then notify owner with body "Look"', []),
    ],
)
def test_a_vocabulary_of_its_own_is_looked_into_as_well(rules: str, codes: list[str]) -> None:
    found = load_text(rules, vocabulary=BUGS).diagnostics
    assert [d.code for d in found] == codes, _shown(found)


LIBRARIES = sorted(
    path
    for name in ("zendesk", "demo")
    for path in (ROOT / "stdlib" / name).glob("*.trig")
    if path.stem != "fields"
)


@pytest.mark.parametrize("path", LIBRARIES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_nothing_is_said_of_the_libraries(path: Path) -> None:
    loaded = load_paths([path])
    assert loaded.ruleset is not None
    assert any(trigger.library is None for trigger in loaded.ruleset.triggers), (
        "what is used is not looked into"
    )
    assert _lints(loaded.diagnostics) == []


def _lints(found: Iterable[Diagnostic]) -> list[str]:
    return [render(d) for d in found if d.code in lints.codes()]


PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    pytest.param(text, id=f"{page.stem} {number}")
    for page in PAGES
    for number, text in enumerate(
        re.findall(r"^```trig\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
]


@pytest.mark.parametrize("text", BLOCKS)
def test_nothing_is_said_of_the_rules_in_the_documents(text: str) -> None:
    assert _lints(load_text(text).diagnostics) == []


# Large rules


def _listed(*names: str) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _joined(word: str, form: str, count: int) -> str:
    return f"\n{word} ".join(form.replace("N", str(number)) for number in range(count))


def _nested(depth: int) -> str:
    text = "ticket.tags include x"
    for number in range(depth):
        text = f"(ticket.tags include n{number}\n{'and' if number % 2 else 'or'} {text})"
    return text


ALTERNATIVES = "\nand ".join(f"({_joined('or', f'ticket.tags include t{n}_N', 60)})" for n in range(30))
LARGE = {
    "300 in one and": _joined("and", "ticket.tags include tN", 300),
    "300 in one or": _joined("or", "ticket.tags include tN", 300),
    "300 texts that are not": _joined("and", 'ticket.subject is not "tN"', 300),
    "300 pieces": _joined("and", 'ticket.subject does not contain "tN"', 300),
    "300 numbers": _joined("or", "ticket.seats is N", 300),
    "60 alternatives": f"ticket is created and ({_joined('or', 'ticket.seats is N', 60)})",
    "60 alternatives twice": f"({_joined('or', 'ticket.seats is N', 60)})\nand ({_joined('or', 'ticket.seats > N', 60)})",
    "30 times 60 alternatives": ALTERNATIVES,
    "24 times 80": "\nor ".join(f"({_joined('and', f'ticket.seats is not {n}N', 80)})" for n in range(24)),
    "nested 90 deep": _nested(90),
    "a list of 100": f"organization is one of {_listed(*(f'Org {n}' for n in range(100)))}\nand organization changes",
    "a moment long ago": "(ticket.renewal is after 9999-12-30\nor ticket.renewal is before 0001-01-02) and ticket is created",
}


@pytest.mark.parametrize("condition", LARGE.values(), ids=LARGE)
def test_a_large_condition_is_looked_into(condition: str) -> None:
    loaded = load_text(f"when {condition}\nthen {TOLD}\n{DESK}")
    assert loaded.ruleset is not None, _shown(loaded.diagnostics)


NUMBERS = f"ticket.seats is one of {', '.join(map(str, range(100)))}\nand ticket.seats is at least 0"
THREE_SORTS = _listed(*(name for n in range(7) for name in (f"a{n}@example.com", f"Ana {n}", str(n))))


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(NUMBERS, id="a list of numbers"),
        pytest.param(
            f"assignee is one of {THREE_SORTS}\nand assignee is not empty", id="addresses, names and ids"
        ),
    ],
)
def test_a_long_list_is_left_alone(condition: str) -> None:
    assert _found(f"when {condition}\nthen stop") == []


def test_many_rules_are_looked_into() -> None:
    rules = "\n".join(
        f"when ticket is created and ticket.tags include from_{n}_a then add to_{n}_b to ticket.tags"
        for n in range(300)
    )
    assert _found(rules) == []


def test_very_large_numbers_are_compared() -> None:
    least, most = "1" + "0" * 400, "2" + "0" * 400
    assert (
        _found(f"when ticket.seats is more than {least} and ticket.seats is less than {most} then stop") == []
    )


# Laws: what is said of a condition is so, whatever happens to a ticket

KINDS = ("red", "green", "blue")
LEVELS = ("low", "mid", "high")
LAW_FIELDS = """
field ticket.kind is one of red, green, blue
field ticket.level is one of low < mid < high
field ticket.flag is yes or no
field ticket.seats is a number
field ticket.marks is tags
"""
ONE_OF_THREE = """$ is V; $ is not V; $ is one of V, W; $ is not one of V, W; $ is empty; $ is not empty; $ changes
$ does not change; $ changes to V; $ changes from V; $ changes from V to W; $ does not change to V
$ does not change from V; $ does not change from V to W; previous $ is V; previous $ is not V; previous $ is one of V, W
previous $ is empty; previous $ is not empty; $ is previous $; $ is not previous $"""
IN_ORDER = """$ is less than V; $ is at most V; $ is at least V; $ is more than V; previous $ is less than V
previous $ is at least V; $ is less than previous $; $ is more than previous $"""
YES_OR_NO = """$ is V; $ is not V; $ changes; $ does not change; $ changes to V; $ does not change to V; previous $ is V
$ changes from yes; $ does not change from yes to no; $ is empty; $ is not empty; $ is previous $"""
A_SET = """$ include V; $ do not include V; $ include any of V, W; $ include all of V, W; $ include none of V, W
$ gain V; $ lose V; not ($ gain V); not ($ lose V); $ gain any of V, W; $ lose any of V, W; $ is empty; $ is not empty
$ changes; $ does not change; previous $ include V; previous $ include all of V, W; previous $ is empty"""


def _said(path: str, forms: str, values: Sequence[str]) -> list[str]:
    """Return each form, said of a path with each pair of values."""
    every = (
        form.strip().replace("$", path).replace("V", one).replace("W", two)
        for form in re.split(r"[;\n]", forms)
        for one, two in itertools.permutations(values, 2)
    )
    return [*dict.fromkeys(every)]


TESTS: Mapping[str, list[str]] = {
    "kind": _said("ticket.kind", ONE_OF_THREE, KINDS),
    "level": _said("ticket.level", f"{ONE_OF_THREE}\n{IN_ORDER}", LEVELS),
    "flag": _said("ticket.flag", YES_OR_NO, ("yes", "no")),
    "seats": _said("ticket.seats", f"{ONE_OF_THREE}\n{IN_ORDER}", ("1", "2.5")),
    "tags": _said("ticket.tags", A_SET, ("a", "b")),
    "comment": [
        f"{thing} is {negated}{state}"
        for thing, state in (
            ("comment", "present"),
            ("comment", "public"),
            ("comment", "private"),
            ("ticket", "public"),
            ("ticket", "private"),
        )
        for negated in ("", "not ")
    ],
}
CREATED = ("ticket is created", "ticket is updated", "ticket is not created")
HELD: Mapping[str, Sequence[Any]] = {
    "kind": (None, *KINDS),
    "level": (None, *LEVELS),
    "flag": (None, True, False),
    "seats": (None, 0, 1, 2, 3),
    "tags": (frozenset(), frozenset("a"), frozenset("b"), frozenset("ab"), frozenset("c")),
}
COMMENTS = (None, Comment("Hello"), Comment("Between us", public=False))
EARLIER = ((), (Comment("Earlier"),), (Comment("Earlier", public=False),))
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
PEOPLE = Directory.of([Record("user", "1", {"role": "end_user"}), Record("user", "2", {"role": "agent"})])

Situation = tuple[Ticket | None, Update]


def _situation(
    before: Mapping[str, Any] | None,
    now: Mapping[str, Any],
    comment: Comment | None = None,
    earlier: tuple[Comment, ...] = (),
    by: str | None = "1",
) -> Situation:
    ticket = None if before is None else Ticket("desk", "42", before, earlier)
    return ticket, Update("desk", "42", "e", NOON, before is None, by, None, now, comment)


def _rule_set(rules: Mapping[str, str]) -> Ruleset:
    """Return triggers with these titles and conditions, which do not touch what they ask for."""
    lines = (
        f'trigger "{title}" when {said} then add t{n} to ticket.marks'
        for n, (title, said) in enumerate(rules.items())
    )
    loaded = load_text("\n".join([*lines, LAW_FIELDS]))
    assert loaded.ruleset is not None, _shown(loaded.diagnostics)
    return loaded.ruleset


def _fired(ruleset: Ruleset, situation: Situation) -> tuple[str, ...]:
    before, update = situation
    return ruleset.step(before, update, directory=PEOPLE, mode=Mode.SINGLE_PASS, render=False).fired


def _situations(topic: str) -> Iterator[Situation]:
    """Yield everything that can happen to one field, or everything about comments."""
    if topic == "comment":
        for comment, earlier in itertools.product(COMMENTS, EARLIER):
            yield _situation({}, {}, comment, earlier)
        for comment in COMMENTS:
            yield _situation(None, {}, comment)
        return
    for now in HELD[topic]:
        yield _situation(None, {topic: now})
        for before in HELD[topic]:
            yield _situation({topic: before}, {topic: now})


@pytest.mark.parametrize("topic", TESTS)
def test_what_is_called_impossible_never_happens(topic: str) -> None:
    """Two tests about one thing, each true or not, on a new ticket or another: what the engine shows is possible."""
    tests = ["ticket is created", "ticket is updated", *TESTS[topic]]
    ruleset = _rule_set({test: test for test in tests})
    shown = [frozenset(_fired(ruleset, situation)) for situation in _situations(topic)]
    linted = Linted(ruleset.vocabulary, (), (), {})
    meant = {trigger.title: trigger.condition for trigger in ruleset.triggers}
    wrong = []
    for one, two in itertools.combinations(tests, 2):
        for first, second, new in {(one in fired, two in fired, tests[0] in fired) for fired in shown}:
            three = ((one, first), (two, second), (tests[0], new))
            if not linted.possible(*(Assumed(meant[test], holds=holds) for test, holds in three)):
                wrong.append(three)
    assert wrong == []


# Random conditions: groups joined by `and`, each of alternatives joined by `or`, each on a line of its own

Groups = list[list[str]]

topics = st.lists(st.sampled_from([*TESTS]), min_size=1, max_size=2, unique=True)
values = st.fixed_dictionaries({}, optional={name: st.sampled_from(held) for name, held in HELD.items()})
situations = st.builds(
    _situation,
    st.one_of(st.none(), values),
    values,
    st.sampled_from(COMMENTS),
    st.sampled_from(EARLIER),
    st.sampled_from([None, "1", "2"]),
)
histories = st.lists(situations, min_size=12, max_size=12)


@st.composite
def conditions(draw: st.DrawFn) -> Groups:
    tests = [test for topic in draw(topics) for test in TESTS[topic]]
    test = st.sampled_from([*tests, *CREATED])
    alternative = st.one_of(
        test,
        test,
        test.map(lambda one: f"not ({one})"),
        st.tuples(test, test).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(test, test).map(lambda two: f"not ({two[0]} and {two[1]})"),
        st.tuples(test, test).map(lambda two: f"not ({two[0]} or {two[1]})"),
    )
    group = st.lists(alternative, min_size=1, max_size=3, unique=True)
    return draw(st.lists(group, min_size=1, max_size=3))


def _written(groups: Groups, between: str = "\n") -> str:
    """Return a condition of several groups, each alternative on a line of its own; the first is line 1."""
    parts = [f"{between}or ".join(group) for group in groups]
    bracketed = [
        f"({part})" if len(groups) > 1 and len(group) > 1 else part
        for part, group in zip(parts, groups, strict=True)
    ]
    return f"{between}and ".join(bracketed)


def _claims(groups: Groups) -> Iterator[tuple[str, bool]]:
    """Yield what the warnings about a condition say, each as a condition that always holds, or never does."""
    found = load_text(f"when {_written(groups)}\nthen stop\n{LAW_FIELDS}").diagnostics
    places = [(number, alternative) for number, group in enumerate(groups) for alternative in group]
    for d in found:
        named = [f"({words})" for words in re.findall("`([^`]*)`", d.message)]
        number, alternative = places[d.line - 1]
        if d.code == "always-true":
            yield " or ".join(named), True
        elif d.code == "never-true" and len(named) == 2:
            yield " and ".join(named), False
        elif d.code == "never-true" and "\n" in d.source.text[d.span.start : d.span.end]:
            yield _written(groups, " "), False
        elif d.code == "never-true":
            # An alternative of which nothing can come: the rule with it alone never fires.
            yield _written([*groups[:number], [alternative], *groups[number + 1 :]], " "), False
        elif d.code == "said-again":
            idle, other = named
            (note,) = d.notes
            line = note.source.position(note.span.start)[0]
            near = " or " in alternative if line == d.line else number == places[line - 1][0]
            # In `or` the wider of two says everything, in `and` the narrower.
            yield f"not {idle} or {other}" if near else f"not {other} or {idle}", True


laws = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@laws
@given(conditions(), histories)
def test_what_is_said_to_be_never_or_always_true_is_so(groups: Groups, history: list[Situation]) -> None:
    claims = dict(_claims(groups))
    if not claims:
        return
    ruleset = _rule_set({said: said for said in claims})
    for situation in history:
        fired = _fired(ruleset, situation)
        for said, always in claims.items():
            assert (said in fired) is always, f"{said}: said of\n{_written(groups)}"


DEEDS = (
    "set ticket.kind to red",
    "set ticket.level to high",
    "clear ticket.level",
    "set ticket.flag to yes",
    "set ticket.flag to no",
    "add 1 to ticket.seats",
    "clear ticket.seats",
    "add a to ticket.tags",
    "remove b from ticket.tags",
    "set ticket.tags to a, b",
)


@laws
@given(conditions(), st.lists(st.sampled_from(DEEDS), max_size=2), histories)
def test_nobody_is_told_again_without_a_warning(
    groups: Groups, deeds: list[str], history: list[Situation]
) -> None:
    told = 'notify "ops@example.com" with subject "News" and body "Look"'
    loaded = load_text(f"when {_written(groups)}\nthen {told} {' '.join(deeds)}\n{LAW_FIELDS}")
    assert loaded.ruleset is not None, _shown(loaded.diagnostics)
    if any(d.code == "mail-on-every-update" for d in loaded.diagnostics):
        return
    for before, update in history:
        outcome = loaded.ruleset.step(before, update, directory=PEOPLE, render=False)
        if outcome.fired:
            _, nothing = _situation({}, {}, by=None)
            assert not loaded.ruleset.step(outcome.ticket, nothing, directory=PEOPLE, render=False).fired
