"""The demo: what `trigdsl demo` runs shows every default trigger at work, and betrays nothing."""

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from desk import ANA, BO, CLEO, DAN, EVE, told, told_by

from trigdsl import resources
from trigdsl.engine.effects import Notification, Outcome
from trigdsl.interfaces import cli
from trigdsl.runtime.loader import compile_paths

NINE = {
    "Notify requester of received request",
    "Notify requester of comment update",
    "Notify requester of solved request",
    "Notify assignee of comment update",
    "Notify assignee of assignment",
    "Notify assignee of reopened ticket",
    "Notify group of assignment",
    "Notify all agents of received request",
    "Notify Twitter requester of received request",
}
END_USERS = {ANA, "paul@example.com", "zoe@example.com"}


def folder() -> Path:
    return resources.folder("stdlib") / "demo"


@functools.cache
def events() -> tuple[dict[str, Any], ...]:
    text = (folder() / "events.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


@functools.cache
def outcomes() -> dict[str, Outcome]:
    directory = json.loads((folder() / "directory.json").read_text(encoding="utf-8"))
    ruleset = compile_paths(folder() / "rules.trig", directory=directory)
    known = ruleset.directory(directory)
    return {o.event: o for o in ruleset.run(events(), directory=known, trace=True)}


def test_it_has_thirty_events_of_eight_tickets() -> None:
    assert len(events()) >= 30
    assert len({e["subject"] for e in events()}) == 8
    assert len(outcomes()) == len(events())


def test_each_default_trigger_fires() -> None:
    assert {title for o in outcomes().values() for title in o.fired} >= NINE


def test_a_private_comment_reaches_no_end_user() -> None:
    notes = [e for e in events() if e["data"].get("comment", {}).get("public") is False]
    assert [e["id"] for e in notes] == ["e-1008", "e-1029"]
    letters = [
        e
        for o in outcomes().values()
        for e in o.effects
        if isinstance(e, Notification) and e.recipient in END_USERS
    ]
    assert len(letters) > 10
    for note in notes:
        assert not END_USERS & set(told(outcomes()[note["id"]]))
        assert not [e for e in letters if note["data"]["comment"]["body"] in f"{e.subject} {e.body}"]


def test_a_private_comment_reaches_the_assignee() -> None:
    outcome = outcomes()["e-1008"]
    assert told_by(outcome) == {"Notify assignee of comment update": [BO]}
    (letter,) = outcome.effects
    assert isinstance(letter, Notification)
    assert "This model needs a firmware update." in str(letter.body)


def test_the_routing_rule_makes_the_assignment_fire_in_the_same_update() -> None:
    outcome = outcomes()["e-1006"]
    assert told_by(outcome) == {
        "Notify requester of received request": ["zoe@example.com"],
        "Notify assignee of comment update": [],
        "Notify all agents of received request": [BO, CLEO, DAN, EVE],
        "Route billing questions": [],
        "Notify assignee of assignment": [CLEO],
    }
    assert outcome.trace is not None
    enabled = {f.trigger: f.enabled_by for f in outcome.trace.fired}
    assert enabled["Notify assignee of assignment"] == "Route billing questions"
    assert outcome.after["assignee"] == CLEO
    assert outcome.after["tags"] == {"billing"}


def test_an_outage_is_raised_once_in_the_life_of_its_ticket() -> None:
    title = "Raise the priority of outages"
    raised = [(o.ticket_id, o.event) for o in outcomes().values() if title in o.fired]
    assert raised == [("44", "e-1009"), ("47", "e-1028")]


def test_the_command_prints_each_event_and_sums_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    lines = printed.out.splitlines()
    assert len([line for line in lines if line.startswith("2026-01-05 ")]) == len(events())
    firings = sum(len(o.fired) for o in outcomes().values())
    assert lines[-1] == f"{len(events())} events of 8 tickets, {firings} firings"


TITLES = {
    "Orienter les questions de facturation": "Route billing questions",
    "Rendre les pannes urgentes": "Raise the priority of outages",
}
WORDS = {"facturation": "billing", "Panne : ": "Outage: "}


def test_the_demo_in_french_does_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--language", "fr", "--json"]) == 0
    said = capsys.readouterr().out
    for french, english in (TITLES | WORDS).items():
        said = said.replace(french, english)
    assert said.count("Le ticket 44 signale une panne.") == 2
    said = re.sub(r"Le ticket (\d+) signale une panne\.", r"Ticket \1 reports an outage.", said)
    told = [json.loads(line) for line in said.splitlines()]
    assert [_without_places(each) for each in told] == [
        _without_places(o.to_json()) for o in outcomes().values()
    ]


def _without_places(outcome: dict[str, Any]) -> dict[str, Any]:
    """Return an outcome without the lines of rules, and the keys of effects, which a trigger's title is part of."""
    effects = [{k: v for k, v in e.items() if k not in ("line", "key")} for e in outcome["effects"]]
    return {**outcome, "effects": effects}


def test_the_demo_in_french_is_told_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--language", "fr"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    firings = sum(len(o.fired) for o in outcomes().values())
    assert (
        printed.out.splitlines()[-1] == f"{len(events())} événements pour 8 tickets, {firings} déclenchements"
    )
    assert "    ticket.priorité : (vide) → urgente\n" in printed.out


def test_the_command_prints_the_same_outcomes_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--json"]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert printed == [o.to_json() for o in outcomes().values()]
