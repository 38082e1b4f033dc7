"""To Zendesk and back: triggers come back as they were, and rules mean what they meant."""

import contextlib
import copy
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
import zendesk_samples
import zendesk_trips
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from zendesk_rules import ACCOUNT, ALL_OF, ANY_OF, DECLARED

from trigdsl import UpdateError
from trigdsl.diagnostics import render
from trigdsl.engine.effects import Outcome
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.testing import strategies
from trigdsl.testing.generation.cases import make_case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.strategies import Case

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "zendesk" / "triggers.jsonl"


def _come_back(triggers: Sequence[dict[str, Any]], *answers: Any) -> zendesk_trips.Counts:
    counts, differences = zendesk_trips.round_trip(triggers, *answers)
    assert differences == [], differences[:3]
    assert counts.equal == counts.total
    return counts


def test_a_trigger_of_each_kind_comes_back_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    counts = _come_back(zendesk_samples.triggers(), zendesk_samples.account())
    with capsys.disabled():
        sys.stdout.write(f"\n{counts.told('of each kind')}\n")
    assert counts.total > 2000
    assert counts.executable > counts.total * 0.9


def test_what_the_account_does_not_tell_changes_nothing() -> None:
    _come_back(zendesk_samples.triggers())


@pytest.mark.skipif(not REAL.is_file(), reason="the real triggers are not part of the project")
def test_the_real_triggers_come_back_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    lines = REAL.read_text(encoding="utf-8").splitlines()
    counts = _come_back([{k: v for k, v in json.loads(line).items() if k != "source"} for line in lines])
    with capsys.disabled():
        sys.stdout.write(f"\n{counts.told('real')}\n")
    assert counts.total == 123
    assert counts.executable >= 0.95 * counts.total


WORLD = zendesk_trips.world()


OWN = re.compile(r"plan|products|seats|gift|city|since|size|kind|vip|known|raw zendesk")
"""Conditions about fields of the account's own, and kept ones, are looked at elsewhere."""
PLAIN = [c for c in (*(c for c, _ in ALL_OF), *(c for c, _, _ in ANY_OF)) if not OWN.search(c)]


def test_each_condition_means_the_same() -> None:
    rules = "".join(
        f'trigger "T{n}"\n  when {condition}\n  then notify "bo@example.com" with template plain\n\n'
        for n, condition in enumerate(PLAIN)
    )
    held = zendesk_trips.held_text(DECLARED + rules, copy.deepcopy(ACCOUNT))
    back = held.back()
    fired: set[str] = set()
    for number in range(120):
        case = make_case(Draws.of(Random(f"plain {number}")), WORLD)
        assert list(zendesk_trips.differences(held, back.rules, case)) == []
        for outcome in _outcomes(held.rules, case):
            fired |= {*outcome.fired}
    # A few ask for values that no event has.
    assert len(fired) > 0.8 * len(PLAIN)


def _outcomes(rules: Ruleset, case: Case) -> Iterator[Outcome]:
    stream = rules.fold(directory=rules.directory(case.directory), render=False)
    for event in case.events:
        with contextlib.suppress(UpdateError):
            yield stream.feed(event)


thorough = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@thorough
@given(strategies.cases(WORLD))
def test_rules_that_come_back_mean_what_they_meant(case: Case) -> None:
    _means_the_same(case)


@thorough
@given(strategies.cases(WORLD), st.lists(st.integers(0, 104), min_size=3, max_size=6))
def test_what_is_split_means_what_it_meant(case: Case, numbers: list[int]) -> None:
    _means_the_same(zendesk_trips.tangled(case, numbers))


def _means_the_same(case: Case) -> None:
    held = zendesk_trips.held(case)
    assume(held is not None)
    assert held is not None
    back = held.back()
    assert not back.report.refused
    assert not back.report.kept, back.report.kept
    errors = [render(d) for d in back.loaded.diagnostics if d.severity.value == "error"]
    assert errors == []
    assert list(zendesk_trips.differences(held, back.rules, case)) == []
    again = back.exported()
    assert not again.failed, "\n".join(map(render, again.diagnostics))
    assert [_parts(t) for t in again.triggers] == [_parts(t) for t in held.exported.triggers]


def _parts(trigger: dict[str, Any]) -> dict[str, Any]:
    """Return what a trigger says, whatever its ids are."""
    return {name: trigger[name] for name in ("title", "active", "conditions", "actions", "position")}
