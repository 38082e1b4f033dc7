"""Every law holds of generated rules and of the demo, and has a bug that it is known to catch."""

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from planted import PLANTED

import trigdsl
from trigdsl import resources
from trigdsl.runtime.loader import RulesError
from trigdsl.testing import laws, strategies
from trigdsl.testing.generation.cases import Case, make_case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.laws import Law, Trial
from trigdsl.testing.strategies import World

PACKAGE = Path(trigdsl.__file__).parent
DEMO = resources.folder("stdlib") / "demo"
ZENDESK = World.zendesk()
GENERATED = 12

Event = Mapping[str, Any]

each_law = pytest.mark.parametrize("law", laws.LAWS, ids=lambda law: law.name)


def with_refusal(events: Sequence[Event]) -> list[Event]:
    """Return a story in which the first ticket is created once more, which is refused."""
    return [*events, {**events[0], "id": "once more", "type": "ticket.created"}]


def of(case: Case) -> Trial:
    return Trial.of(case.rules, case.directory, with_refusal(case.events))


@functools.cache
def trials() -> Sequence[Trial]:
    """Return some generated rules, each with people and a story, and the demo."""
    generated = [of(make_case(Draws.of(Random(number)), ZENDESK)) for number in range(GENERATED)]
    rules = (DEMO / "rules.trig").read_text(encoding="utf-8")
    directory = json.loads((DEMO / "directory.json").read_text(encoding="utf-8"))
    lines = (DEMO / "events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines if line.strip()]
    demo = Trial.of(rules, directory, with_refusal(events))
    return (*generated, demo)


def test_each_story_holds_an_event_that_is_refused() -> None:
    for trial in trials():
        assert len(trial.outcomes) == len(trial.events) - 1


@each_law
def test_holds(law: Law) -> None:
    for trial in trials():
        law.check(trial)


def test_every_law_has_a_bug_that_it_catches() -> None:
    assert {law.name for law in laws.LAWS} == PLANTED.keys()


@pytest.mark.parametrize("name", PLANTED)
def test_a_bug_can_be_planted(name: str) -> None:
    bug = PLANTED[name]
    text = (PACKAGE / bug.module).read_text(encoding="utf-8")
    assert text.count(bug.old) == 1
    compile(text.replace(bug.old, bug.new), bug.module, "exec")


def test_each_law_has_its_own_bug() -> None:
    assert len(set(PLANTED.values())) == len(PLANTED)


def test_laws_have_names_and_sentences() -> None:
    names = [law.name for law in laws.LAWS]
    assert len(names) == len(set(names)) >= 30
    for law in laws.LAWS:
        assert laws.by_name(law.name) is law
        assert law.sentence.strip()
        assert "\n" not in law.sentence


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.cases(ZENDESK))
def test_hold_of_whatever_is_generated(case: Case) -> None:
    try:
        trial = of(case)
    except RulesError:
        reject()  # rarely a library replaces a trigger that the generated rules replace as well
    laws.check(trial)
