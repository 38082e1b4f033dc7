"""`trigdsl format` settles the layout, and loses nothing of what it cannot read."""

import subprocess
import sys
from pathlib import Path

import pytest

from trigdsl.interfaces import cli

TRIGDSL = str(Path(sys.executable).with_name("trigdsl"))
UNTIDY = "# Why\nWHEN   ticket.status changes to solved notify requester with template solved\n"
TIDY = "# Why\nwhen ticket.status changes to solved\nthen notify requester with template solved\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.trig"
    path.write_text(UNTIDY, encoding="utf-8")
    return path


def test_a_file_is_written_in_the_canonical_layout(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["format", str(rules)]) == 0
    assert rules.read_text(encoding="utf-8") == TIDY
    assert capsys.readouterr().out == f"{rules} formatted\n"
    assert cli.main(["format", str(rules)]) == 0
    assert capsys.readouterr().out == ""


def test_check_changes_nothing_and_tells(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["format", "--check", str(rules)]) == 1
    assert capsys.readouterr().out == f"{rules} would change\n"
    assert rules.read_text(encoding="utf-8") == UNTIDY
    rules.write_text(TIDY, encoding="utf-8")
    assert cli.main(["format", "--check", str(rules)]) == 0
    assert capsys.readouterr().out == ""


def test_diff_changes_nothing_and_shows(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["format", "--diff", str(rules)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "+when ticket.status changes to solved" in shown
    assert "-WHEN   ticket.status changes to solved notify requester with template solved" in shown
    assert rules.read_text(encoding="utf-8") == UNTIDY


def test_windows_lines_and_a_byte_order_mark_are_settled(rules: Path) -> None:
    rules.write_bytes(b"\xef\xbb\xbf" + UNTIDY.replace("\n", "\r\n").encode())
    assert cli.main(["format", str(rules)]) == 0
    assert rules.read_bytes() == TIDY.encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"when ticket.status is solved", "error:"),
        (b"when ticket is created stop \xff", "not-utf-8"),
        (b"when " + b"(" * 10_000 + b"ticket is created" + b")" * 10_000 + b" stop", "error:"),
        (b"when ticket is created stop # " + b"x" * 5_000_000, "error:"),
    ],
    ids=["no actions", "not UTF-8", "parentheses", "five megabytes"],
)
def test_what_has_a_mistake_stays_as_it_is(
    rules: Path, content: bytes, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_bytes(content)
    assert cli.main(["format", str(rules)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert code in captured.err
    assert "Traceback" not in captured.err
    assert rules.read_bytes() == content


def test_a_missing_file_is_named_and_the_others_are_formatted(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["format", "nowhere.trig", str(rules)]) == 1
    assert "`nowhere.trig` cannot be read: no such file" in capsys.readouterr().err
    assert rules.read_text(encoding="utf-8") == TIDY


def test_every_file_of_a_folder_is_formatted(rules: Path) -> None:
    deeper = rules.parent / "more" / "b.trig"
    deeper.parent.mkdir()
    deeper.write_text(UNTIDY, encoding="utf-8")
    assert cli.main(["format", str(rules.parent)]) == 0
    assert (rules.read_text(encoding="utf-8"), deeper.read_text(encoding="utf-8")) == (TIDY, TIDY)


def test_standard_input_comes_back_formatted() -> None:
    done = subprocess.run(
        [TRIGDSL, "format", "-"], input=UNTIDY.encode(), capture_output=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, TIDY.encode(), b"")


def test_a_mistake_on_standard_input_prints_nothing() -> None:
    done = subprocess.run(
        [TRIGDSL, "format", "-"], input=b"when when", capture_output=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"-:1:" in done.stderr
    assert b"Traceback" not in done.stderr


def test_wrong_use_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["format"])
    assert left.value.code == 2
    assert "usage: trigdsl format" in capsys.readouterr().err


def test_the_tickets_schedule_keeps_its_whole_name(rules: Path) -> None:
    text = (
        'schedule "Office" in "UTC" open monday 09:00 to 17:00\n\n'
        'when ticket.schedule is not "Office" and ticket.group is empty\n'
        'then set ticket.schedule to "Office"\n'
    )
    rules.write_text(text)
    assert cli.main(["format", str(rules)]) == 0
    assert rules.read_text() == text.replace("ticket.group", "group")
