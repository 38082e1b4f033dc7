"""The nine default triggers: when each fires and whom it tells, and when it must not."""

from collections.abc import Mapping
from typing import Any

import pytest
from desk import ANA, BO, CLEO, DAN, EVE, PAUL, Desk, desk, letters, private, public, told_by

from trigdsl.engine.effects import Outcome

RECEIVED = "Notify requester of received request"
COMMENT = "Notify requester of comment update"
SOLVED = "Notify requester of solved request"
ASSIGNEE_COMMENT = "Notify assignee of comment update"
ASSIGNED = "Notify assignee of assignment"
REOPENED = "Notify assignee of reopened ticket"
GROUP = "Notify group of assignment"
ALL_AGENTS = "Notify all agents of received request"
TWITTER = "Notify Twitter requester of received request"
NINE = [RECEIVED, COMMENT, SOLVED, ASSIGNEE_COMMENT, ASSIGNED, REOPENED, GROUP, ALL_AGENTS, TWITTER]

BOS = {"status": "open", "requester": ANA, "assignee": BO, "group": "Tier 1"}
"""A ticket of Ana's that Bo works on."""
BOS_SOLVED = {**BOS, "status": "solved"}
WAITING = {"status": "new", "requester": ANA, "group": "Tier 1"}
"""A ticket of Ana's that nobody has taken."""

Case = tuple[Mapping[str, Any] | None, Mapping[str, Any]]


def default_triggers() -> Desk:
    return desk("use zendesk")


def outcome_of(before: Mapping[str, Any] | None, update: Mapping[str, Any]) -> Outcome:
    """Return what the default triggers make of an update of a ticket as it stood, or of a new one."""
    if before is None:
        return default_triggers().creates(**update)
    return default_triggers().knows(before).updates(**update)


def test_the_nine_triggers_are_active_in_their_order() -> None:
    triggers = default_triggers().ruleset.triggers
    assert [t.title for t in triggers if t.active] == NINE


FIRES: Mapping[str, list[tuple[str, Case, list[str]]]] = {
    RECEIVED: [
        ("by e-mail", (None, {"by": ANA, "channel": "email", "comment": public()}), [ANA]),
        ("by an agent for a user", (None, {"by": BO, "values": {"requester": PAUL}}), [PAUL]),
        ("closed at once", (None, {"by": ANA, "values": {"status": "closed"}}), [ANA]),
    ],
    COMMENT: [
        ("the assignee answers", (BOS, {"by": BO, "comment": public()}), [ANA]),
        ("the system writes", (BOS, {"by": None, "comment": public()}), [ANA]),
        (
            "answered and pending",
            (BOS, {"by": BO, "values": {"status": "pending"}, "comment": public()}),
            [ANA],
        ),
        ("a word on a solved ticket", (BOS_SOLVED, {"by": BO, "comment": public()}), [ANA]),
    ],
    SOLVED: [
        (
            "answered and solved",
            (BOS, {"by": BO, "values": {"status": "solved"}, "comment": public()}),
            [ANA],
        ),
        (
            "solved as it is made",
            (None, {"by": BO, "values": {"requester": ANA, "status": "solved"}, "comment": public()}),
            [ANA],
        ),
    ],
    ASSIGNEE_COMMENT: [
        ("the requester writes", (BOS, {"by": ANA, "comment": public()}), [BO]),
        ("another agent writes", (BOS, {"by": DAN, "comment": public()}), [BO]),
        ("another agent notes", (BOS, {"by": DAN, "comment": private()}), [BO]),
    ],
    ASSIGNED: [
        ("given by an admin", (WAITING, {"by": EVE, "values": {"assignee": BO}}), [BO]),
        ("handed over", (BOS, {"by": BO, "values": {"assignee": DAN}}), [DAN]),
        ("assigned as it is made", (None, {"by": ANA, "values": {"assignee": BO}}), [BO]),
    ],
    REOPENED: [
        (
            "the requester answers",
            (BOS_SOLVED, {"by": ANA, "values": {"status": "open"}, "comment": public()}),
            [BO],
        ),
        ("another agent reopens", (BOS_SOLVED, {"by": DAN, "values": {"status": "pending"}}), [BO]),
    ],
    GROUP: [
        ("given to a group", (WAITING, {"by": EVE, "values": {"group": "Tier 2"}}), [DAN, EVE]),
        ("made in a group", (None, {"by": ANA, "values": {"group": "Tier 1"}}), [BO, DAN]),
        (
            "from one group to the next",
            (BOS, {"by": BO, "values": {"group": "Tier 2", "assignee": None}}),
            [DAN, EVE],
        ),
    ],
    ALL_AGENTS: [
        ("no group has it", (None, {"by": ANA, "comment": public()}), [BO, CLEO, DAN, EVE]),
        ("assigned without a group", (None, {"by": ANA, "values": {"assignee": BO}}), [BO, CLEO, DAN, EVE]),
    ],
    TWITTER: [
        ("a favourite tweet", (None, {"by": ANA, "channel": "twitter_like", "comment": public()}), [ANA]),
        ("in the words of old exports", (None, {"by": PAUL, "channel": "twitter_favourite"}), [PAUL]),
    ],
}

SILENT: Mapping[str, list[tuple[str, Case]]] = {
    RECEIVED: [
        ("an update", (BOS, {"by": ANA, "comment": public()})),
        ("solved as it is made", (None, {"by": ANA, "values": {"status": "solved"}})),
    ],
    COMMENT: [
        ("a private comment", (BOS, {"by": BO, "comment": private()})),
        ("the requester's own comment", (BOS, {"by": ANA, "comment": public()})),
        ("answered and solved", (BOS, {"by": BO, "values": {"status": "solved"}, "comment": public()})),
        ("no comment", (BOS, {"by": BO, "values": {"status": "pending"}})),
        ("a new ticket", (None, {"by": BO, "values": {"requester": ANA}, "comment": public()})),
    ],
    SOLVED: [
        ("solved in silence", (BOS, {"by": BO, "values": {"status": "solved"}})),
        ("solved with a note", (BOS, {"by": BO, "values": {"status": "solved"}, "comment": private()})),
        ("solved before", (BOS_SOLVED, {"by": BO, "comment": public()})),
    ],
    ASSIGNEE_COMMENT: [
        ("the assignee writes", (BOS, {"by": BO, "comment": public()})),
        ("the assignee is the requester", ({**BOS, "assignee": ANA}, {"by": DAN, "comment": public()})),
        (
            "assigned in the same update",
            (WAITING, {"by": DAN, "values": {"assignee": BO}, "comment": public()}),
        ),
        (
            "reopened in the same update",
            (BOS_SOLVED, {"by": ANA, "values": {"status": "open"}, "comment": public()}),
        ),
        ("no comment", (BOS, {"by": DAN, "values": {"priority": "high"}})),
    ],
    ASSIGNED: [
        ("taken by oneself", (WAITING, {"by": BO, "values": {"assignee": BO}})),
        ("the same assignee again", (BOS, {"by": DAN, "values": {"assignee": BO}})),
        ("nobody assigned", (None, {"by": ANA})),
    ],
    REOPENED: [
        ("the assignee reopens", (BOS_SOLVED, {"by": BO, "values": {"status": "open"}})),
        ("closed for good", (BOS_SOLVED, {"by": None, "values": {"status": "closed"}})),
        ("still solved", (BOS_SOLVED, {"by": ANA, "comment": public()})),
        ("was pending", ({**BOS, "status": "pending"}, {"by": ANA, "values": {"status": "open"}})),
    ],
    GROUP: [
        ("somebody has it", (BOS, {"by": DAN, "values": {"group": "Tier 2"}})),
        ("no group any more", (WAITING, {"by": DAN, "values": {"group": None}})),
        ("the same group again", (WAITING, {"by": DAN, "values": {"group": "Tier 1"}})),
    ],
    ALL_AGENTS: [
        ("a group has it", (None, {"by": ANA, "values": {"group": "Tier 1"}})),
        ("an update", ({"status": "new", "requester": ANA}, {"by": ANA, "comment": public()})),
    ],
    TWITTER: [
        ("by e-mail", (None, {"by": ANA, "channel": "email"})),
        ("a direct message", (None, {"by": ANA, "channel": "twitter_dm"})),
        (
            "solved as it is made",
            (None, {"by": ANA, "channel": "twitter_like", "values": {"status": "solved"}}),
        ),
        ("an update", ({**WAITING, "channel": "twitter_like"}, {"by": ANA, "channel": "twitter_like"})),
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
def test_each_of_the_nine_has_two_cases_of_each_kind(cases: Mapping[str, list[Any]]) -> None:
    assert list(cases) == NINE
    assert min(map(len, cases.values())) >= 2


AGENTS = [BO, CLEO, DAN, EVE]
INTERACTIONS: Mapping[str, tuple[Case, dict[str, list[str]]]] = {
    "an end user creates by e-mail, no group": (
        (None, {"by": ANA, "channel": "email", "comment": public()}),
        {RECEIVED: [ANA], ASSIGNEE_COMMENT: [], ALL_AGENTS: AGENTS},
    ),
    "an agent creates for a user and assigns another agent": (
        (
            None,
            {"by": BO, "values": {"requester": ANA, "assignee": DAN, "group": "Tier 1"}, "comment": public()},
        ),
        {RECEIVED: [ANA], ASSIGNED: [DAN]},
    ),
    "an agent creates for a user and assigns another agent, no group": (
        (None, {"by": BO, "values": {"requester": ANA, "assignee": DAN}, "comment": public()}),
        {RECEIVED: [ANA], ASSIGNED: [DAN], ALL_AGENTS: AGENTS},
    ),
    "the assignee replies publicly": ((BOS, {"by": BO, "comment": public()}), {COMMENT: [ANA]}),
    "another agent replies publicly": (
        (BOS, {"by": DAN, "comment": public()}),
        {COMMENT: [ANA], ASSIGNEE_COMMENT: [BO]},
    ),
    "another agent adds a private note": ((BOS, {"by": DAN, "comment": private()}), {ASSIGNEE_COMMENT: [BO]}),
    "the assignee replies publicly and solves": (
        (BOS, {"by": BO, "values": {"status": "solved"}, "comment": public()}),
        {SOLVED: [ANA]},
    ),
    "an agent solves without a comment": ((BOS, {"by": BO, "values": {"status": "solved"}}), {}),
    "the requester replies on a solved ticket": (
        (BOS_SOLVED, {"by": ANA, "values": {"status": "open"}, "comment": public()}),
        {REOPENED: [BO]},
    ),
    "moved to another group, the assignee cleared": (
        (BOS, {"by": EVE, "values": {"group": "Tier 2", "assignee": None}}),
        {ASSIGNED: [], GROUP: [DAN, EVE]},
    ),
    "the same group, the assignee cleared": (
        (BOS, {"by": EVE, "values": {"assignee": None}}),
        {ASSIGNED: []},
    ),
}


@pytest.mark.parametrize(("case", "expected"), INTERACTIONS.values(), ids=INTERACTIONS)
def test_interaction_of_the_set(case: Case, expected: dict[str, list[str]]) -> None:
    outcome = outcome_of(*case)
    assert outcome.fired == tuple(expected)
    assert told_by(outcome) == expected


TEMPLATES = {
    RECEIVED: "request_received",
    COMMENT: "comment_added",
    SOLVED: "solved",
    ASSIGNEE_COMMENT: "assignee_comment_added",
    ASSIGNED: "assignee_assigned",
    REOPENED: "assignee_reopened",
    GROUP: "group_assigned",
    ALL_AGENTS: "agents_request_received",
    TWITTER: "request_received_tweet",
}


@pytest.mark.parametrize("title", NINE)
def test_it_writes_with_its_own_template_on_its_own_channel(title: str) -> None:
    _, case, _ = FIRES[title][0]
    letter = next(e for e in letters(outcome_of(*case)) if e.trigger == title)
    assert letter.to_json()["template"] == TEMPLATES[title]
    assert letter.channel == ("tweet" if title == TWITTER else "email")


def test_a_solved_ticket_sends_one_mail_alone() -> None:
    outcome = outcome_of(BOS, {"by": BO, "values": {"status": "solved"}, "comment": public("It works")})
    (letter,) = letters(outcome)
    assert letter.recipient == ANA
    assert letter.body is not None
    assert "It works" in letter.body


def test_an_admin_can_switch_one_off() -> None:
    own = desk(f'use zendesk disable trigger "{ALL_AGENTS}"')
    assert own.creates(ANA).fired == (RECEIVED,)


def test_an_admin_can_put_another_in_its_place() -> None:
    own = desk(
        f'use zendesk replace trigger "{RECEIVED}" when ticket is created then notify "{EVE}" with template solved'
    )
    assert told_by(own.creates(ANA)) == {RECEIVED: [EVE], ALL_AGENTS: AGENTS}


def test_an_admin_can_change_a_text() -> None:
    own = desk("use zendesk", templates={"request_received": "Subject: Got it\n\nMy own words"})
    letter = letters(own.creates(ANA))[0]
    assert (letter.subject, letter.body) == ("Got it", "My own words")
