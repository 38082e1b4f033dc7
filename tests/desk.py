"""A help desk small enough for a test: rules as text, people, and events fed one by one."""

import functools
from collections.abc import Mapping
from typing import Any

from attrs import define, field

from trigdsl.engine.effects import CommentPosted, FieldChanged, Notification, Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.trace import Fired, NotFired
from trigdsl.runtime.fold import Fold
from trigdsl.runtime.loader import compile_text
from trigdsl.runtime.ruleset import Ruleset

ANA = "ana@example.com"
PAUL = "paul@example.com"
ZOE = "zoe@example.com"
BO = "bo@example.com"
CLEO = "cleo@example.com"
DAN = "dan@example.com"
EVE = "eve@example.com"
FINN = "finn@example.com"

PEOPLE: Mapping[str, Any] = {
    "users": [
        {
            "id": "1",
            "email": ANA,
            "name": "Ana",
            "role": "end_user",
            "language": "en",
            "organization": "Acme",
        },
        {"id": "2", "email": PAUL, "name": "Paul", "role": "end_user", "language": "fr"},
        {"id": "3", "email": ZOE, "name": "Zoe", "role": "end_user", "language": "fr-CA"},
        {"id": "4", "email": BO, "name": "Bo", "role": "agent", "language": "en", "groups": ["Tier 1"]},
        {"id": "5", "email": CLEO, "name": "Cleo", "role": "agent", "language": "fr", "groups": ["Billing"]},
        {"id": "6", "email": DAN, "name": "Dan", "role": "agent", "groups": ["Tier 1", "Tier 2"]},
        {"id": "7", "email": EVE, "name": "Eve", "role": "admin", "groups": ["Tier 2"]},
        {
            "id": "8",
            "email": FINN,
            "name": "Finn",
            "role": "agent",
            "restricted": True,
            "groups": ["Billing"],
        },
    ],
    "groups": [
        {"id": "10", "name": "Tier 1"},
        {"id": "11", "name": "Tier 2"},
        {"id": "12", "name": "Billing"},
        {"id": "13", "name": "Nobody yet"},
    ],
    "organizations": [{"id": "20", "name": "Acme", "tags": ["vip"]}],
}

NOON = "2026-01-05T12:00:00Z"


def event(
    by: str | Mapping[str, Any] | None = ANA,
    values: Mapping[str, Any] | None = None,
    *,
    number: int = 1,
    created: bool = False,
    ticket: str = "42",
    time: str = NOON,
    **data: Any,
) -> dict[str, Any]:
    """Return a CloudEvent; what is left over stands in its data."""
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "helpdesk",
        "type": f"ticket.{'created' if created else 'updated'}",
        "subject": ticket,
        "time": time,
        "data": {"by": by, "set": dict(values or {}), **data},
    }


def public(body: str = "Hello") -> dict[str, Any]:
    return {"public": True, "body": body}


def private(body: str = "Between us") -> dict[str, Any]:
    return {"public": False, "body": body}


@define(eq=False)
class Desk:
    """Rules at work; each event gets the next number."""

    ruleset: Ruleset
    fold: Fold
    number: int = field(default=0)

    def creates(
        self, by: str | Mapping[str, Any] | None = ANA, values: Mapping[str, Any] | None = None, **rest: Any
    ) -> Outcome:
        return self.feed(event(by, values, number=self._next(), created=True, **rest))

    def updates(
        self, by: str | Mapping[str, Any] | None = BO, values: Mapping[str, Any] | None = None, **rest: Any
    ) -> Outcome:
        return self.feed(event(by, values, number=self._next(), **rest))

    def knows(self, values: Mapping[str, Any], *comments: Mapping[str, Any]) -> "Desk":
        """Take ticket 42 as it stands with these values."""
        state = {"source": "helpdesk", "subject": "42", "values": values, "comments": list(comments)}
        self.fold.start_from(self.ruleset.ticket(state))
        return self

    def feed(self, data: Mapping[str, Any]) -> Outcome:
        return self.fold.feed(data)

    def _next(self) -> int:
        self.number += 1
        return self.number


def desk(
    rules: str,
    *,
    templates: Mapping[str, str] | None = None,
    mode: Mode = Mode.RESTART,
    trace: bool = True,
) -> Desk:
    """Return a desk that runs the rules of a text among the people of these tests."""
    ruleset = _compiled(rules, tuple(sorted((templates or {}).items())))
    return Desk(ruleset, ruleset.fold(directory=ruleset.directory(PEOPLE), mode=mode, trace=trace))


@functools.cache
def _compiled(rules: str, templates: tuple[tuple[str, str], ...]) -> Ruleset:
    return compile_text(rules, templates=dict(templates), directory=PEOPLE)


# What an outcome tells


def told(outcome: Outcome) -> list[str]:
    """Return who was notified, in order."""
    return [e.recipient for e in outcome.effects if isinstance(e, Notification)]


def told_by(outcome: Outcome) -> dict[str, list[str]]:
    """Return whom each trigger that fired notified."""
    return {
        title: [e.recipient for e in outcome.effects if isinstance(e, Notification) and e.trigger == title]
        for title in outcome.fired
    }


def letters(outcome: Outcome) -> list[Notification]:
    return [e for e in outcome.effects if isinstance(e, Notification)]


def changes(outcome: Outcome) -> list[tuple[str, object, object]]:
    """Return the fields that triggers changed, from what to what."""
    return [(e.field, e.before, e.after) for e in outcome.effects if isinstance(e, FieldChanged)]


def posted(outcome: Outcome) -> list[CommentPosted]:
    return [e for e in outcome.effects if isinstance(e, CommentPosted)]


def why_not(outcome: Outcome, title: str) -> NotFired:
    assert outcome.trace is not None
    return next(n for n in outcome.trace.not_fired if n.trigger == title)


def why(outcome: Outcome, title: str) -> Fired:
    assert outcome.trace is not None
    return next(f for f in outcome.trace.fired if f.trigger == title)
