"""The default triggers as an account has them, imported, do what our own `zendesk.current` does.

The conditions are those that the reference lists for today's accounts; the texts are ours. Where the triggers of a real
account are at hand they are compared too, on its own audits.
"""

import functools
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from zendesk_folder import CREATED, action, condition, trigger

from trigdsl import Outcome, Ruleset, compile_paths, resources
from trigdsl.engine.effects import Notification
from trigdsl.interfaces import cli
from trigdsl.interop import streams
from trigdsl.interop.streams import Accepted
from trigdsl.testing import strategies
from trigdsl.testing.strategies import Case, World

CURRENT = compile_paths("zendesk.current")
WORLD = World.zendesk()
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "zendesk"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the real triggers are not here")

UPDATED = {"field": "update_type", "operator": "is", "value": "Change"}
PUBLIC = {"field": "comment_is_public", "operator": "is", "value": True}
PUBLIC_TICKET = {"field": "ticket_is_public", "operator": "is", "value": "public"}
NOT_MINE = condition("assignee_id", "is_not", "current_user")
NOBODYS = condition("assignee_id", "is", "")


def mail(who: str, kind: str = "notification_user") -> list[dict[str, Any]]:
    return [action(kind, [who, "Re: {{ticket.title}}", "See {{ticket.id}}."])]


DEFAULTS: list[dict[str, Any]] = [
    trigger(
        title="Notify requester and CCs of received request",
        all_of=[
            CREATED,
            condition("status", "is_not", "solved"),
            PUBLIC_TICKET,
            PUBLIC,
            condition("role", "is", "end_user"),
        ],
        actions=mail("requester_and_ccs"),
    ),
    trigger(
        title="Notify requester of new proactive ticket",
        all_of=[CREATED, PUBLIC_TICKET, condition("role", "is", "agent")],
        actions=mail("requester_and_ccs"),
    ),
    trigger(
        title="Notify requester and CCs of comment update",
        all_of=[UPDATED, PUBLIC],
        actions=mail("requester_and_ccs"),
    ),
    trigger(
        title="Notify assignee of comment update",
        all_of=[
            condition("comment_is_public", "is", "not_relevant"),
            NOT_MINE,
            condition("assignee_id", "is_not", "requester_id"),
            condition("assignee_id", "not_changed", None),
            condition("status", "not_value_previous", "solved"),
        ],
        actions=mail("assignee_id"),
    ),
    trigger(
        title="Notify assignee of assignment",
        all_of=[condition("assignee_id", "changed", None), NOT_MINE],
        actions=mail("assignee_id"),
    ),
    trigger(
        title="Notify assignee of reopened ticket",
        all_of=[
            NOT_MINE,
            condition("status", "value_previous", "solved"),
            condition("status", "is_not", "closed"),
        ],
        actions=mail("assignee_id"),
    ),
    trigger(
        title="Notify group of assignment",
        all_of=[condition("group_id", "is_not", ""), NOBODYS],
        any_of=[condition("group_id", "changed", None), condition("assignee_id", "changed", None)],
        actions=mail("group_id", "notification_group"),
    ),
    trigger(title="Notify all agents of received request", all_of=[CREATED], actions=mail("all_agents")),
    {
        **trigger(
            title="Auto-assign to first email responding agent",
            all_of=[
                UPDATED,
                condition("current_via_id", "is", "4"),
                NOBODYS,
                condition("role", "is_not", "end_user"),
            ],
            actions=[action("assignee_id", "current_user")],
        ),
        "active": False,
    },
    trigger(
        title="Set tickets with no priority to normal",
        all_of=[CREATED, condition("priority", "is", "")],
        actions=[action("priority", "normal")],
    ),
]
"""What an account made today has, in its order."""


def imported(place: Path, answer: Any) -> Ruleset:
    """Return the rules that an answer is imported as, those that are switched off too."""
    (place / "triggers.json").write_text(json.dumps(answer), encoding="utf-8")
    assert cli.main(["import", "zendesk", str(place / "triggers.json"), "-o", str(place / "rules")]) == 0
    return compile_paths(place / "rules")


@functools.cache
def defaults() -> Ruleset:
    answer = {"triggers": [{**t, "id": n, "position": n} for n, t in enumerate(DEFAULTS)]}
    with tempfile.TemporaryDirectory() as place:
        return imported(Path(place), answer)


def done(outcome: Outcome) -> tuple[list[str], list[Any], Mapping[str, Any]]:
    """Return what an outcome holds, but for the texts: which triggers fired, who was told by which, what changed."""
    told = [(n.trigger, n.channel, n.recipient) for n in outcome.effects if isinstance(n, Notification)]
    return list(outcome.fired), told, dict(outcome.after)


def outcomes(rules: Ruleset, case: Case) -> list[Outcome | str]:
    """Return what comes of a case's events under other rules than its own; of a refused one, why."""
    fold = rules.fold(directory=rules.directory(case.directory))
    lines = (json.dumps(readable(event)).encode() for event in case.events)
    return [i.outcome if isinstance(i, Accepted) else i.reason for i in streams.feed(lines, fold)]


def readable(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event without the fields that the case's own rules declare."""
    known = {name for entity, name in CURRENT.vocabulary.fields if entity == "ticket"}
    data = dict(event["data"])
    if "set" in data:
        data["set"] = {name: value for name, value in data["set"].items() if name in known - {"schedule"}}
    return {**event, "data": data}


@settings(deadline=None)
@given(case=strategies.cases(WORLD))
def test_the_default_triggers_imported_do_what_our_own_do(case: Case) -> None:
    ours, theirs = (
        [o if isinstance(o, str) else done(o) for o in outcomes(rules, case)]
        for rules in (CURRENT, defaults())
    )
    assert theirs == ours


def test_each_of_them_fires_on_the_demo_where_our_own_does() -> None:
    demo = resources.folder("stdlib") / "demo"
    people = json.loads((demo / "directory.json").read_bytes())
    found = []
    for rules in (CURRENT, defaults()):
        lines = (demo / "events.jsonl").read_bytes().splitlines()
        fed = streams.feed(lines, rules.fold(directory=rules.directory(people)))
        found.append([done(item.outcome) for item in fed if isinstance(item, Accepted)])
    assert found[0] == found[1]
    assert {title for fired, _, _ in found[0] for title in fired} >= {*SHARED, "Notify group of assignment"}


def test_the_comparison_can_fail(tmp_path: Path) -> None:
    """With one condition less, the events of one small stream show it."""
    changed = [{**t, "id": n, "position": n} for n, t in enumerate(DEFAULTS)]
    changed[2] = {**changed[2], "conditions": {"all": [UPDATED], "any": []}}
    rules = imported(tmp_path, {"triggers": changed})
    events = [
        {
            "id": "1",
            "type": "ticket.created",
            "time": "2026-01-05T10:00:00Z",
            "data": {"by": "ana@example.com", "comment": {"body": "Hello"}},
        },
        {
            "id": "2",
            "type": "ticket.updated",
            "time": "2026-01-05T10:01:00Z",
            "data": {"by": None, "set": {"priority": "low"}},
        },
    ]
    stream = [{"specversion": "1.0", "source": "s", "subject": "1", **event} for event in events]
    assert [done(o) for o in rules.run(stream)] != [done(o) for o in CURRENT.run(stream)]


# A real account's, where they are at hand


@functools.cache
def recorded() -> Ruleset:
    """The nine triggers that an API recording holds, switched on."""
    with (DATA / "triggers.jsonl").open(encoding="utf-8") as lines:
        found = [t for line in lines if (t := json.loads(line))["source"]["kind"] == "api-recording"]
    assert len(found) == 9
    with tempfile.TemporaryDirectory() as place:
        answer = {"triggers": [{**t, "id": t["source"]["ref"], "active": True} for t in found]}
        return imported(Path(place), answer)


SHARED = {t["title"] for t in DEFAULTS} - {
    "Notify group of assignment",
    "Auto-assign to first email responding agent",
    "Set tickets with no priority to normal",
}
"""The default triggers that the account has; the other two of the nine are its own."""


def shared(outcome: Outcome) -> tuple[set[str], set[Any]]:
    """Return which of the shared triggers fired, and whom each told: the account has them in another order."""
    told = {(n.trigger, n.channel, n.recipient) for n in outcome.effects if isinstance(n, Notification)}
    return set(outcome.fired) & SHARED, {t for t in told if t[0] in SHARED}


def of_audits(rules: Ruleset, name: str) -> list[Outcome]:
    path = DATA / "audits" / f"{name}.directory.json"
    known = rules.directory(json.loads(path.read_bytes())) if path.exists() else None
    with (DATA / "audits" / f"{name}.jsonl").open("rb") as lines:
        found = list(streams.feed(lines, rules.fold(directory=known)))
    assert all(isinstance(item, Accepted) for item in found)
    return [item.outcome for item in found if isinstance(item, Accepted)]


@real
@pytest.mark.parametrize(("name", "count"), [("account-a", 128), ("account-b", 1), ("examples", 2)])
def test_the_triggers_of_a_real_account_do_on_audits_what_our_own_do(name: str, count: int) -> None:
    theirs, ours = of_audits(recorded(), name), of_audits(CURRENT, name)
    assert len(theirs) == len(ours) == count
    assert [shared(o) for o in theirs] == [shared(o) for o in ours]


@real
@settings(deadline=None)
@given(case=strategies.cases(WORLD))
def test_the_triggers_of_a_real_account_do_on_events_what_our_own_do(case: Case) -> None:
    theirs, ours = (
        [o if isinstance(o, str) else shared(o) for o in outcomes(rules, case)]
        for rules in (recorded(), CURRENT)
    )
    assert theirs == ours
