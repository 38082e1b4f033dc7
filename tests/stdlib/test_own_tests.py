"""The library proves itself: its tests in the language pass, and it is laid out and free of every diagnostic."""

import json
import os
import re

import faults
import plant
import pytest

from trigdsl.diagnostics import render
from trigdsl.interfaces import cli
from trigdsl.runtime import loader

STDLIB = faults.LIBRARY.parent
TESTS = faults.LIBRARY / "tests"


def test_every_file_of_tests_belongs_to_a_suite() -> None:
    reached = {
        path
        for suite in plant.SUITES
        for path in ([TESTS / suite] if "." in suite else (TESTS / suite).iterdir())
    }
    assert reached == {*TESTS.rglob("*.trig")}


@pytest.mark.parametrize("suite", plant.SUITES)
def test_its_own_tests_pass(suite: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["test", str(TESTS / suite)]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert re.match(r"(\d+) of \1 tests passed, 0 failed", shown.out)


@pytest.mark.parametrize("suite", plant.SUITES)
def test_nothing_is_said_of_its_tests(suite: str) -> None:
    assert [render(d) for d in loader.load_paths([TESTS / suite]).diagnostics] == []


@pytest.mark.parametrize("name", faults.RULES)
def test_nothing_is_said_of_its_rules_as_if_they_were_ones_own(name: str) -> None:
    # Today's set takes triggers out of the classic one by name, and is then a library's own replacement of them.
    path = faults.LIBRARY / name
    assert [render(d) for d in loader.load_paths([path]).diagnostics] == []


def test_it_is_laid_out() -> None:
    assert cli.main(["format", "--check", str(STDLIB)]) == 0


def test_using_a_library_brings_none_of_its_tests() -> None:
    for library in loader.libraries():
        loaded = loader.load_paths([library])
        assert loaded.ruleset is not None
        assert loaded.ruleset.scenarios == ()
    assert not [name for name in loader.libraries() if "test" in name]


ROWS = """
End user creates by e-mail, no group
Agent creates for a user, public comment, assigned to another agent
Assignee replies publicly, not solving
Another agent replies publicly
Another agent adds a private note
Assignee replies publicly and solves
Agent solves without comment
Requester replies on solved ticket
Ticket moved to group B, assignee cleared
Same group, assignee cleared
"""


@pytest.mark.parametrize("generation", ["classic", "current"])
def test_each_row_of_the_table_of_interactions_is_a_test(generation: str) -> None:
    loaded = loader.load_paths([TESTS / "interactions" / f"{generation}.trig"])
    assert loaded.ruleset is not None
    titles = {scenario.title for scenario in loaded.ruleset.scenarios}
    assert {row for row in ROWS.split("\n") if row} <= titles


def test_every_condition_has_decided_alone_as_true_and_as_false(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["test", str(TESTS), "--coverage", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["coverage"]
    titles = {trigger["trigger"] for trigger in found["triggers"]}
    assert {
        t.title for library in loader.libraries() for t in loader.compile_paths(library).triggers
    } <= titles
    assert [trigger for trigger in found["triggers"] if trigger["met"] < trigger["wanted"]] == []


# The library with a fault in it


def test_there_are_many_kinds_of_faults_and_no_two_alike() -> None:
    found = faults.faults()
    assert len(found) >= 600
    assert len({fault.kind for fault in found}) >= 20
    assert len({(fault.file, fault.text) for fault in found}) >= len(found) - 20
    originals = {
        name: (faults.LIBRARY / name).read_text(encoding="utf-8") for name in {f.file for f in found}
    }
    assert [fault.name for fault in found if fault.text == originals[fault.file]] == []


@pytest.mark.parametrize("count", [12])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="each fault is tried in a fork of one process")
def test_its_own_tests_catch_faults(count: int) -> None:
    """A sample of every sort; `python tests/stdlib/plant.py` plants all."""
    found = faults.faults()
    results = [*plant.planted(found[:: len(found) // count], 2)]
    assert {result.outcome for result in results} <= {"caught", "missed", "refused"}
    missed = [result.fault.name for result in results if result.outcome == "missed"]
    assert [name for name in missed if name not in plant.SURVIVORS] == []
    assert len([result for result in results if result.outcome == "caught"]) >= count * 0.8
