"""The plug-in: pytest runs the tests of rule files, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

RULES = 'trigger "Greet"\n  when ticket is created\n  then notify requester with template request_received\n'
GOOD = 'test "Greeted"\n  when requester creates ticket\n  expect requester is notified\n'
BAD = 'test "Not greeted"\n  when requester creates ticket\n  expect requester is not notified\n'


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return done.returncode, done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_rules.trig").write_text(RULES + GOOD, encoding="utf-8")
    (tmp_path / "other.trig").write_text(RULES + BAD, encoding="utf-8")
    return tmp_path


def test_files_of_a_usual_name_are_run(folder: Path) -> None:
    code, out = run(folder)
    assert code == 0, out
    assert "1 passed" in out


def test_a_file_that_is_named_is_run_and_says_what_failed(folder: Path) -> None:
    code, out = run(folder, "other.trig")
    assert code == 1
    assert 'FAILED  "Not greeted"' in out
    assert "requester@example.com was notified by email with template request_received" in out
    assert "Traceback" not in out


def test_the_names_are_a_setting(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\ntrigdsl_files = *.trig\n", encoding="utf-8")
    code, out = run(folder)
    assert code == 1
    assert "1 failed, 1 passed" in out


def test_one_test_can_be_asked_for(folder: Path) -> None:
    code, out = run(folder, "other.trig", "test_rules.trig", "-k", "Greeted and not other")
    assert code == 0, out
    assert "1 passed" in out


def test_mistakes_are_an_error_of_the_file(folder: Path) -> None:
    (folder / "test_wrong.trig").write_text(RULES + GOOD.replace("notified", "notifed"), encoding="utf-8")
    code, out = run(folder)
    assert code == 2
    assert "error: " in out
    assert "Traceback" not in out
