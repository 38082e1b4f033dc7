"""Which files make one rule set when tests run."""

from pathlib import Path

import pytest

from trigdsl.testing.scenarios.suites import Suite, suites

RULES = 'trigger "T"\n  when ticket is created\n  then stop\n'
TEST = 'test "It"\n  when requester creates ticket\n  expect trigger "T" fires\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.trig").write_text(text, encoding="utf-8")


def test_a_file_of_rules_stands_alone(folder: Path) -> None:
    write(folder, rules=RULES + TEST, other=RULES)
    assert [*suites("rules.trig")] == [Suite(("rules.trig",))]


def test_a_folder_is_one_rule_set(folder: Path) -> None:
    write(folder, rules=RULES, tests=TEST)
    assert [*suites(".")] == [Suite((".",))]


def test_tests_alone_are_read_with_their_folder(folder: Path) -> None:
    write(folder, rules=RULES, tests=TEST)
    assert [*suites("tests.trig")] == [Suite(("rules.trig", "tests.trig"), "tests.trig")]


def test_tests_that_use_rules_stand_for_themselves(folder: Path) -> None:
    write(folder, rules=RULES + TEST, apart=f'use "./rules.trig"\n{TEST}')
    assert [*suites(".")] == [Suite(("rules.trig",)), Suite(("apart.trig",), "apart.trig")]
    assert [*suites("apart.trig")] == [Suite(("apart.trig",), "apart.trig")]


def test_rules_that_use_rules_do_not(folder: Path) -> None:
    write(folder, rules=f"use zendesk\n{RULES}{TEST}")
    assert [*suites("rules.trig")] == [Suite(("rules.trig",))]


def test_words_in_quotes_and_comments_do_not_count(folder: Path) -> None:
    write(folder, a=f"use zendesk # then stop\n{TEST.replace('It', 'then notify')}")
    assert [*suites("a.trig")] == [Suite(("a.trig",), "a.trig")]


def test_a_library_and_a_missing_file_are_left_to_the_loader(folder: Path) -> None:
    assert [*suites("zendesk"), *suites("none.trig")] == [Suite(("zendesk",)), Suite(("none.trig",))]
