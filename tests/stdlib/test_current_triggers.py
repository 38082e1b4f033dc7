"""The default triggers in today's form: when each fires and whom it tells, and when it must not."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from desk import (
    ANA,
    BO,
    CLEO,
    DAN,
    EVE,
    FINN,
    PAUL,
    ZOE,
    changes,
    desk,
    letters,
    private,
    public,
    told_by,
)

from trigdsl.diagnostics import Severity
from trigdsl.engine.effects import Outcome
from trigdsl.interop import streams
from trigdsl.interop.streams import Accepted
from trigdsl.runtime.loader import compile_paths, load_text

RECEIVED = "Notify requester and CCs of received request"
PROACTIVE = "Notify requester of new proactive ticket"
COMMENT = "Notify requester and CCs of comment update"
ASSIGNEE_COMMENT = "Notify assignee of comment update"
ASSIGNED = "Notify assignee of assignment"
REOPENED = "Notify assignee of reopened ticket"
GROUP = "Notify group of assignment"
ALL_AGENTS = "Notify all agents of received request"
AUTO_ASSIGN = "Auto-assign to first email responding agent"
NO_PRIORITY = "Set tickets with no priority to normal"
TEN = [
    RECEIVED,
    PROACTIVE,
    COMMENT,
    ASSIGNEE_COMMENT,
    ASSIGNED,
    REOPENED,
    GROUP,
    ALL_AGENTS,
    AUTO_ASSIGN,
    NO_PRIORITY,
]

BOS = {"status": "open", "requester": ANA, "assignee": BO, "group": "Tier 1", "priority": "low"}
"""A ticket of Ana's that Bo works on."""
BOS_SOLVED = {**BOS, "status": "solved"}
WAITING = {"status": "new", "requester": ANA, "group": "Tier 1", "priority": "low"}
"""A ticket of Ana's that nobody has taken."""
WITH_PAUL = {**BOS, "ccs": [PAUL]}
AGENTS = [BO, CLEO, DAN, EVE]

CURRENT = "use zendesk.current"
ASSIGNING = f'{CURRENT} enable trigger "{AUTO_ASSIGN}"'

Case = tuple[Mapping[str, Any] | None, Mapping[str, Any]]


def outcome_of(
    before: Mapping[str, Any] | None, update: Mapping[str, Any], rules: str = ASSIGNING
) -> Outcome:
    """Return what today's triggers make of an update of a ticket as it stood, or of a new one."""
    if before is None:
        return desk(rules).creates(**update)
    return desk(rules).knows(before).updates(**update)


def test_the_ten_triggers_stand_in_their_order_and_one_is_off() -> None:
    triggers = desk(CURRENT).ruleset.triggers
    assert [t.title for t in triggers] == TEN
    assert [t.title for t in triggers if not t.active] == [AUTO_ASSIGN]


def by(who: str | None, comment: Mapping[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    """Return an update by somebody; what is left over are values, but for the channel."""
    update: dict[str, Any] = {"by": who}
    if "channel" in rest:
        update["channel"] = rest.pop("channel")
    if comment is not None:
        update["comment"] = comment
    return update | {"values": rest}


FIRES: Mapping[str, list[tuple[str, Case, list[str]]]] = {
    RECEIVED: [
        ("by e-mail", (None, by(ANA, public(), channel="email")), [ANA]),
        ("with ccs", (None, by(ANA, public(), ccs=[PAUL, ZOE])), [ANA, PAUL, ZOE]),
        ("the requester in cc", (None, by(ANA, public(), ccs=[ANA, PAUL])), [ANA, PAUL]),
        ("by a user for another", (None, by(ANA, public(), requester=PAUL)), [PAUL]),
        ("pending at once", (None, by(ANA, public(), status="pending")), [ANA]),
    ],
    PROACTIVE: [
        ("by an agent", (None, by(BO, public(), requester=ANA)), [ANA]),
        ("by an admin, with ccs", (None, by(EVE, public(), requester=ANA, ccs=[PAUL])), [ANA, PAUL]),
        ("solved as it is made", (None, by(BO, public(), requester=ANA, status="solved")), [ANA]),
        ("an agent's own", (None, by(BO, public())), [BO]),
    ],
    COMMENT: [
        ("the assignee answers", (BOS, by(BO, public())), [ANA]),
        ("with ccs", (WITH_PAUL, by(BO, public())), [ANA, PAUL]),
        ("the requester's own comment", (BOS, by(ANA, public())), [ANA]),
        ("somebody in cc answers", (WITH_PAUL, by(PAUL, public())), [ANA, PAUL]),
        ("answered and solved", (BOS, by(BO, public(), status="solved")), [ANA]),
        ("put in cc by the same update", (BOS, by(BO, public(), ccs=[ZOE])), [ANA, ZOE]),
    ],
    ASSIGNEE_COMMENT: [
        ("the requester writes", (BOS, by(ANA, public())), [BO]),
        ("another agent notes", (BOS, by(DAN, private())), [BO]),
    ],
    ASSIGNED: [
        ("given by an admin", (WAITING, by(EVE, assignee=BO)), [BO]),
        ("assigned as it is made", (None, by(ANA, public(), assignee=BO)), [BO]),
    ],
    REOPENED: [
        ("the requester answers", (BOS_SOLVED, by(ANA, public(), status="open")), [BO]),
        ("another agent reopens", (BOS_SOLVED, by(DAN, status="pending")), [BO]),
    ],
    GROUP: [
        ("given to a group", (WAITING, by(EVE, group="Tier 2")), [DAN, EVE]),
        ("made in a group", (None, by(ANA, public(), group="Tier 1")), [BO, DAN]),
        ("moved, the assignee cleared", (BOS, by(BO, group="Tier 2", assignee=None)), [DAN, EVE]),
        ("only the assignee cleared", (BOS, by(EVE, assignee=None)), [BO, DAN]),
        ("a group without members", (WAITING, by(EVE, group="Nobody yet")), []),
        ("a group with a restricted member", (WAITING, by(EVE, group="Billing")), [CLEO, FINN]),
    ],
    ALL_AGENTS: [
        ("no group has it", (None, by(ANA, public())), AGENTS),
        ("a group has it", (None, by(ANA, public(), group="Tier 1")), AGENTS),
        ("somebody has it", (None, by(ANA, public(), group="Tier 1", assignee=BO)), AGENTS),
        ("made by an agent", (None, by(BO, private())), AGENTS),
    ],
    AUTO_ASSIGN: [
        ("an agent answers by e-mail", (WAITING, by(BO, public(), channel="email")), []),
        ("in the word of old exports", (WAITING, by(BO, public(), channel="mail")), []),
    ],
    NO_PRIORITY: [
        ("made without a priority", (None, by(ANA, public())), []),
        ("made by an agent", (None, by(BO, private(), requester=ANA)), []),
    ],
}

SILENT: Mapping[str, list[tuple[str, Case]]] = {
    RECEIVED: [
        ("made by an agent", (None, by(BO, public(), requester=ANA))),
        ("made by the system", (None, by(None, public(), requester=ANA))),
        ("solved as it is made", (None, by(ANA, public(), status="solved"))),
        ("a private comment", (None, by(ANA, private()))),
        ("no comment", (None, by(ANA))),
        ("an update", (BOS, by(ANA, public()))),
    ],
    PROACTIVE: [
        ("made by an end user", (None, by(ANA, public()))),
        ("made by the system", (None, by(None, public(), requester=ANA))),
        ("a private comment", (None, by(BO, private(), requester=ANA))),
        ("an update", (BOS, by(DAN, public()))),
    ],
    COMMENT: [
        ("a private comment", (BOS, by(BO, private()))),
        ("no comment", (BOS, by(BO, status="pending"))),
        ("a new ticket", (None, by(BO, public(), requester=ANA))),
    ],
    ASSIGNEE_COMMENT: [
        ("the assignee writes", (BOS, by(BO, public()))),
        ("the assignee is the requester", ({**BOS, "assignee": ANA}, by(DAN, public()))),
        ("assigned in the same update", (WAITING, by(DAN, public(), assignee=BO))),
        ("reopened in the same update", (BOS_SOLVED, by(ANA, public(), status="open"))),
    ],
    ASSIGNED: [
        ("taken by oneself", (WAITING, by(BO, assignee=BO))),
        ("taken by oneself through another trigger", (WAITING, by(BO, public(), channel="email"))),
        ("nobody assigned", (None, by(ANA, public()))),
    ],
    REOPENED: [
        ("the assignee reopens", (BOS_SOLVED, by(BO, status="open"))),
        ("closed for good", (BOS_SOLVED, by(None, status="closed"))),
    ],
    GROUP: [
        ("somebody has it", (BOS, by(DAN, group="Tier 2"))),
        ("no group any more", (WAITING, by(DAN, group=None))),
        ("nothing of it changes", (WAITING, by(DAN, public()))),
        ("handed over", (BOS, by(DAN, assignee=EVE))),
    ],
    ALL_AGENTS: [("an update", (WAITING, by(ANA, public())))],
    AUTO_ASSIGN: [
        ("on the web", (WAITING, by(BO, public(), channel="web"))),
        ("somebody has it", (BOS, by(DAN, public(), channel="email"))),
        ("an end user answers", (WAITING, by(ANA, public(), channel="email"))),
        ("a new ticket", (None, by(BO, public(), channel="email"))),
    ],
    NO_PRIORITY: [
        ("made with a priority", (None, by(ANA, public(), priority="low"))),
        ("an update", ({"status": "new", "requester": ANA}, by(ANA, public()))),
    ],
}


@pytest.mark.parametrize(
    ("title", "case", "recipients"),
    [
        pytest.param(title, case, recipients, id=f"{title}: {name}")
        for title, cases in FIRES.items()
        for name, case, recipients in cases
    ],
)
def test_it_fires_and_tells(title: str, case: Case, recipients: list[str]) -> None:
    assert told_by(outcome_of(*case))[title] == recipients


@pytest.mark.parametrize(
    ("title", "case"),
    [
        pytest.param(title, case, id=f"{title}: {name}")
        for title, cases in SILENT.items()
        for name, case in cases
    ],
)
def test_it_does_not_fire(title: str, case: Case) -> None:
    assert title not in outcome_of(*case).fired


@pytest.mark.parametrize("cases", [FIRES, SILENT], ids=["fires", "silent"])
def test_each_of_the_ten_has_a_case_of_each_kind(cases: Mapping[str, list[Any]]) -> None:
    assert list(cases) == TEN
    assert all(cases.values())


INTERACTIONS: Mapping[str, tuple[Case, dict[str, list[str]]]] = {
    "an end user creates by e-mail, no group": (
        (None, by(ANA, public(), channel="email", priority="low")),
        {RECEIVED: [ANA], ASSIGNEE_COMMENT: [], ALL_AGENTS: AGENTS},
    ),
    "an agent creates for a user and assigns another agent": (
        (None, by(BO, public(), requester=ANA, assignee=DAN, group="Tier 1", priority="low")),
        {PROACTIVE: [ANA], ASSIGNED: [DAN], ALL_AGENTS: AGENTS},
    ),
    "an agent creates for a user and assigns another agent, no group": (
        (None, by(BO, public(), requester=ANA, assignee=DAN, priority="low")),
        {PROACTIVE: [ANA], ASSIGNED: [DAN], ALL_AGENTS: AGENTS},
    ),
    "the assignee replies publicly": ((BOS, by(BO, public())), {COMMENT: [ANA]}),
    "another agent replies publicly": ((BOS, by(DAN, public())), {COMMENT: [ANA], ASSIGNEE_COMMENT: [BO]}),
    "another agent adds a private note": ((BOS, by(DAN, private())), {ASSIGNEE_COMMENT: [BO]}),
    "the assignee replies publicly and solves": ((BOS, by(BO, public(), status="solved")), {COMMENT: [ANA]}),
    "an agent solves without a comment": ((BOS, by(BO, status="solved")), {}),
    "the requester replies on a solved ticket": (
        (BOS_SOLVED, by(ANA, public(), status="open")),
        {COMMENT: [ANA], REOPENED: [BO]},
    ),
    "moved to another group, the assignee cleared": (
        (BOS, by(EVE, group="Tier 2", assignee=None)),
        {ASSIGNED: [], GROUP: [DAN, EVE]},
    ),
    "the same group, the assignee cleared": (
        (BOS, by(EVE, assignee=None)),
        {ASSIGNED: [], GROUP: [BO, DAN]},
    ),
}


@pytest.mark.parametrize(("case", "expected"), INTERACTIONS.values(), ids=INTERACTIONS)
def test_interaction_of_the_set(case: Case, expected: dict[str, list[str]]) -> None:
    outcome = outcome_of(*case, CURRENT)
    assert outcome.fired == tuple(expected)
    assert told_by(outcome) == expected


CREATIONS = {name: given for name, given in INTERACTIONS.items() if given[0][0] is None}


@pytest.mark.parametrize(("case", "expected"), CREATIONS.values(), ids=CREATIONS)
def test_a_creation_without_a_priority_sets_it_as_well(case: Case, expected: dict[str, list[str]]) -> None:
    _, update = case
    values = {name: value for name, value in update["values"].items() if name != "priority"}
    outcome = outcome_of(None, {**update, "values": values}, CURRENT)
    assert outcome.fired == (*expected, NO_PRIORITY)
    assert changes(outcome) == [("ticket.priority", None, "normal")]
    assert outcome.after["priority"] == "normal"


# The one that is off


def answered(rules: str) -> Outcome:
    return outcome_of(WAITING, by(BO, public(), channel="email"), rules)


def test_nobody_is_assigned_unless_an_admin_says_so() -> None:
    outcome = answered(CURRENT)
    assert told_by(outcome) == {COMMENT: [ANA], ASSIGNEE_COMMENT: []}
    assert outcome.after.get("assignee") is None


def test_once_enabled_the_first_agent_who_answers_has_the_ticket() -> None:
    outcome = answered(ASSIGNING)
    assert outcome.fired == (COMMENT, ASSIGNEE_COMMENT, AUTO_ASSIGN)
    assert changes(outcome) == [("ticket.assignee", None, BO)]
    assert outcome.after["assignee"] == BO


def test_the_second_agent_who_answers_does_not_take_the_ticket() -> None:
    own = desk(ASSIGNING).knows(WAITING)
    own.updates(BO, channel="email", comment=public())
    outcome = own.updates(DAN, channel="email", comment=public())
    assert told_by(outcome) == {COMMENT: [ANA], ASSIGNEE_COMMENT: [BO]}
    assert outcome.after["assignee"] == BO


def test_a_group_is_told_before_the_agent_who_moved_the_ticket_there_has_it() -> None:
    outcome = outcome_of(WAITING, by(BO, channel="email", group="Tier 2"), ASSIGNING)
    assert told_by(outcome) == {GROUP: [DAN, EVE], AUTO_ASSIGN: []}
    assert outcome.after["assignee"] == BO


# What is told

TEMPLATES = {
    RECEIVED: "request_received",
    PROACTIVE: "proactive_ticket",
    COMMENT: "comment_added",
    ASSIGNEE_COMMENT: "assignee_comment_added",
    ASSIGNED: "assignee_assigned",
    REOPENED: "assignee_reopened",
    GROUP: "group_assigned",
    ALL_AGENTS: "agents_request_received",
}


@pytest.mark.parametrize(("title", "template"), TEMPLATES.items())
def test_it_writes_with_its_own_template_by_e_mail(title: str, template: str) -> None:
    _, case, _ = FIRES[title][0]
    letter = next(e for e in letters(outcome_of(*case)) if e.trigger == title)
    assert (letter.to_json()["template"], letter.channel) == (template, "email")


def test_the_requester_and_each_cc_read_their_own_language() -> None:
    outcome = outcome_of({**WITH_PAUL, "ccs": [PAUL, ZOE]}, by(BO, public("It works")))
    assert [(e.recipient, e.language) for e in letters(outcome)] == [(ANA, "en"), (PAUL, "fr"), (ZOE, "fr")]
    assert all("It works" in (e.body or "") for e in letters(outcome))


# Both forms at once

BOTH = "use zendesk\nuse zendesk.current\n"
OLD = ("Notify requester of received request", "Notify requester of comment update")
NEW = (RECEIVED, COMMENT)


def off(*titles: str) -> str:
    return BOTH + "".join(f'disable trigger "{title}"\n' for title in titles)


def test_both_forms_warn_that_they_mail_the_same_twice() -> None:
    loaded = load_text(BOTH)
    assert loaded.ruleset is not None
    found = [(d.code, d.severity) for d in loaded.diagnostics]
    assert found == [("double-mail", Severity.WARNING)] * 2
    for old, new, warning in zip(OLD, NEW, loaded.diagnostics, strict=True):
        assert f"`{old}`" in warning.message
        assert f"`{new}`" in warning.message


def test_both_forms_do_mail_twice() -> None:
    assert told_by(outcome_of(BOS, by(BO, public()), BOTH)) == {OLD[1]: [ANA], COMMENT: [ANA]}


@pytest.mark.parametrize("titles", [OLD, NEW], ids=["old", "new"])
def test_one_form_disabled_warns_of_nothing(titles: tuple[str, ...]) -> None:
    assert load_text(off(*titles)).diagnostics == ()
    assert len(letters(outcome_of(BOS, by(BO, public()), off(*titles)))) == 1


def test_one_trigger_disabled_leaves_the_other_warning() -> None:
    (found,) = load_text(off(OLD[0])).diagnostics
    assert OLD[1] in found.message


def test_triggers_with_the_same_title_stand_once() -> None:
    titles = [t.title for t in desk(BOTH).ruleset.triggers]
    assert len(titles) == len(set(titles))


# A real audit, where there is one

AUDITS = Path(__file__).resolve().parents[3] / "shared" / "data" / "zendesk" / "audits"


@pytest.mark.skipif(not (AUDITS / "account-b.jsonl").exists(), reason="the real audits are not here")
def test_a_real_ticket_tells_whom_the_real_triggers_told() -> None:
    rules = compile_paths("zendesk.current")
    known = rules.directory(json.loads((AUDITS / "account-b.directory.json").read_bytes()))
    with (AUDITS / "account-b.jsonl").open("rb") as lines:
        (item,) = streams.feed(lines, rules.fold(directory=known))
    assert isinstance(item, Accepted)
    told = {title: people for title, people in told_by(item.outcome).items() if people}
    assert told == {PROACTIVE: ["agent@account-b.example"], ALL_AGENTS: ["agent@account-b.example"]}
    assert list(told) == [PROACTIVE, ALL_AGENTS]
    assert RECEIVED not in item.outcome.fired
