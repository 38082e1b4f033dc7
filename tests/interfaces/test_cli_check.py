"""`trigdsl check` says everything that is wrong with rules, and never in Python's words."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from trigdsl.interfaces import cli

ONE_LINE = "when ticket.status changes to solved notify requester with template solved"


class Checked:
    """What `trigdsl check` prints of the files of a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def text(self, *arguments: str, code: int) -> str:
        found = cli.main(["check", *arguments])
        captured = self.capsys.readouterr()
        assert "Traceback" not in captured.err
        assert found == code, captured.out
        return captured.out

    def mistakes(self, *arguments: str, code: int = 1) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text("--json", *arguments, code=code).splitlines()]


@pytest.fixture
def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Checked:
    monkeypatch.chdir(tmp_path)
    return Checked(tmp_path, capsys)


def test_good_rules_are_counted(checked: Checked) -> None:
    path = checked.write("rules.trig", ONE_LINE)
    assert checked.text(path, code=0) == "1 trigger, no mistakes\n"
    assert checked.mistakes(path, code=0) == []


def test_a_mistake_has_the_documented_shape(checked: Checked) -> None:
    path = checked.write("rules.trig", "\n  when ticket.statsu is solved stop\n")
    (mistake,) = checked.mistakes(path)
    assert mistake == {
        "code": "unknown-field",
        "severity": "error",
        "message": "ticket has no field `statsu`",
        "path": path,
        "line": 2,
        "column": 15,
        "end_line": 2,
        "end_column": 21,
        "help": "did you mean `status`?",
        "notes": [],
        "fix": [{"line": 2, "column": 15, "end_line": 2, "end_column": 21, "text": "status"}],
    }


def test_a_mistake_is_shown_with_its_line_marked(checked: Checked) -> None:
    checked.write("rules.trig", "when ticket.statsu is solved stop")
    assert checked.text("rules.trig", code=1).splitlines() == [
        "rules.trig:1:13: error: unknown-field: ticket has no field `statsu`",
        "  1 | when ticket.statsu is solved stop",
        "                  ^^^^^^",
        "  help: did you mean `status`?",
        "1 mistake",
    ]


def test_every_mistake_of_every_file_is_told_in_reading_order(checked: Checked) -> None:
    bad = "when ticket.statsu is solved stop\nwhen ticket.priority is hihg stop"
    checked.write("b.trig", bad)
    checked.write("a.trig", bad)
    found = [(m["path"], m["line"]) for m in checked.mistakes("b.trig", "a.trig")]
    assert found == [("a.trig", 1), ("a.trig", 2), ("b.trig", 1), ("b.trig", 2)]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "no-rules", ("no rules",)),
        (b" \n\t# only words\n", "no-rules", ("no rules",)),
        (b"when ticket is created stop # \xff", "not-utf-8", ("line 1", "UTF-8")),
        (ONE_LINE.encode("utf-16"), "not-utf-8", ("UTF-8",)),
        (
            ONE_LINE.replace("template solved", "template nowhere").encode(),
            "unknown-template",
            ("`nowhere`",),
        ),
        (b"use nowhere", "unknown-library", ("`nowhere`",)),
        (b'use "./nowhere.trig"', "unknown-file", ("`./nowhere.trig`",)),
        (b'use "./rules.trig"', "circular-use", ("uses itself",)),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    checked: Checked, content: bytes, code: str, words: Sequence[str]
) -> None:
    checked.write("rules.trig", content)
    (mistake,) = checked.mistakes("rules.trig")
    assert (mistake["code"], mistake["path"]) == (code, "rules.trig")
    assert [word for word in words if word not in mistake["message"]] == []


def test_a_circle_of_two_files_is_told_once(checked: Checked) -> None:
    checked.write("a.trig", f'use "./b.trig" {ONE_LINE}')
    checked.write("b.trig", 'use "./a.trig" when ticket is created stop')
    (mistake,) = checked.mistakes("a.trig")
    assert (mistake["code"], mistake["path"]) == ("circular-use", "b.trig")


def test_two_files_that_use_a_third_are_no_circle(checked: Checked) -> None:
    checked.write("a.trig", 'use "./c.trig" when ticket.status is open stop')
    checked.write("b.trig", 'use "./c.trig" when ticket.status is hold stop')
    checked.write("c.trig", "when ticket is created stop")
    assert checked.text("a.trig", "b.trig", code=0) == "3 triggers, no mistakes\n"


@pytest.mark.parametrize("path", ["nowhere.trig", "nowhere/rules.trig", "nowhere"])
def test_a_missing_file_is_named(checked: Checked, path: str) -> None:
    (mistake,) = checked.mistakes(path)
    assert (mistake["code"], mistake["path"]) == ("unreadable-file", path)
    assert "no such file" in mistake["message"]


def test_an_unknown_library_is_told_with_the_nearest(checked: Checked) -> None:
    (mistake,) = checked.mistakes("zendeks")
    assert mistake["help"] == "did you mean `zendesk`?"


def test_a_folder_without_rules_is_told(checked: Checked) -> None:
    checked.write("folder/notes.txt", "hello")
    (mistake,) = checked.mistakes("folder")
    assert (mistake["code"], mistake["path"]) == ("no-rules", "folder")


def test_the_files_of_a_folder_load_by_name_and_hidden_ones_do_not(checked: Checked) -> None:
    for name in ("b.trig", "a/z.trig", ".hidden/c.trig", "c.txt"):
        checked.write(f"rules/{name}", f'trigger "{name}" when ticket is created stop')
    assert checked.text("rules", code=0) == "2 triggers, no mistakes\n"
    assert cli.main(["list", "rules", "--json"]) == 0
    titles = [json.loads(line)["title"] for line in checked.capsys.readouterr().out.splitlines()]
    assert titles == ["a/z.trig", "b.trig"]


def test_a_template_beside_the_rules_is_checked(checked: Checked) -> None:
    checked.write("rules/rules.trig", "when ticket is created notify requester with template mine")
    checked.write("rules/templates/en/mine.txt", "Subject: x\n\n{{ ticket.sbject }}")
    (mistake,) = checked.mistakes("rules")
    assert (mistake["code"], mistake["line"], mistake["help"]) == (
        "unknown-placeholder",
        3,
        "did you mean `subject`?",
    )
    assert mistake["path"].endswith("templates/en/mine.txt")


@pytest.mark.parametrize(
    "content",
    [
        "# " + "x" * 5_000_000 + "\n" + ONE_LINE,
        "a " * 2_500_000,
        "(" * 5_000_000,
        '"' * 5_000_000,
        "when ticket is created then add " + "t, " * 1_600_000,
        "\n" * 5_000_000,
    ],
    ids=["comment", "words", "parentheses", "quotes", "list", "lines"],
)
def test_five_megabytes_are_refused(checked: Checked, content: str) -> None:
    checked.write("rules.trig", content)
    mistakes = checked.mistakes("rules.trig")
    assert [m["code"] for m in mistakes] == ["file-too-large"]
    assert max(len(m["message"]) for m in mistakes) < 500


@pytest.mark.parametrize("opening", ["(", "not (", "ticket is created and (", "((("])
def test_ten_thousand_parentheses_are_a_mistake(checked: Checked, opening: str) -> None:
    depth = opening.count("(") * 10_000
    checked.write("rules.trig", "when " + opening * 10_000 + "ticket is created" + ")" * depth + " then stop")
    (mistake,) = checked.mistakes("rules.trig")
    assert "deep" in mistake["message"] or "nest" in mistake["message"], mistake


def test_parentheses_that_never_close_are_a_mistake(checked: Checked) -> None:
    checked.write("rules.trig", "when " + "(" * 10_000)
    assert checked.mistakes("rules.trig")


def test_names_are_checked_against_a_directory_when_there_is_one(checked: Checked) -> None:
    checked.write("rules.trig", 'when ticket is created set group to "Tier 2"')
    checked.write("directory.json", json.dumps({"groups": [{"id": "1", "name": "Tier 1"}]}))
    assert checked.text("rules.trig", code=0)
    (mistake,) = checked.mistakes("rules.trig", "--directory", "directory.json")
    assert "`Tier 2`" in mistake["message"]


def test_a_directory_that_cannot_be_read_is_told(checked: Checked) -> None:
    checked.write("rules.trig", ONE_LINE)
    assert cli.main(["check", "rules.trig", "--directory", "nowhere.json"]) == 1
    assert "`nowhere.json` cannot be read" in checked.capsys.readouterr().err


def test_wrong_use_is_2(checked: Checked) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["check"])
    assert left.value.code == 2
    assert "usage: trigdsl check" in checked.capsys.readouterr().err


def test_files_that_use_each_other_in_a_long_row_are_a_mistake(checked: Checked) -> None:
    for number in range(200):
        checked.write(f"f{number}.trig", f'use "./f{number + 1}.trig"\n')
    checked.write("f200.trig", "when ticket is created then stop")
    (mistake,) = checked.mistakes("f0.trig")
    assert (mistake["code"], mistake["path"]) == ("nested-too-deep", "f49.trig")


# Ways to tell it


def test_one_line_for_each_mistake(checked: Checked) -> None:
    checked.write("rules.trig", "when ticket.statsu is solved stop\nwhen ticket.priorty is high then stop\n")
    assert checked.text("--lines", "rules.trig", code=1).splitlines() == [
        "rules.trig:1:13: error: unknown-field: ticket has no field `statsu`",
        "rules.trig:2:13: error: unknown-field: ticket has no field `priorty`",
    ]


def test_a_sarif_log_holds_the_place_the_page_and_the_fix(checked: Checked) -> None:
    checked.write("rules.trig", "when ticket.statsu is solved stop")
    log = json.loads(checked.text("--sarif", "rules.trig", code=1))
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "unknown-field"
    assert "## Mended" in run["tool"]["driver"]["rules"][0]["help"]["text"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "rules.trig"
    assert place["region"] == {"startLine": 1, "startColumn": 13, "endLine": 1, "endColumn": 19}
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["insertedContent"] == {"text": "status"}


def test_a_warning_that_is_allowed_is_not_told(checked: Checked) -> None:
    checked.write("rules.trig", "when ticket.priority is urgent then notify requester with template solved")
    assert "mail-on-every-update" in checked.text("rules.trig", code=0)
    said = checked.text("--allow", "mail-on-every-update", "rules.trig", code=0)
    assert said == "1 trigger, no mistakes\n"


def test_an_unknown_code_is_wrong_use(checked: Checked, capsys: pytest.CaptureFixture[str]) -> None:
    checked.write("rules.trig", ONE_LINE)
    for arguments in (["check", "--allow", "never-tru", "rules.trig"], ["explain", "never-tru"]):
        assert cli.main(arguments) == 2
        assert "did you mean `never-true`?" in capsys.readouterr().err


def test_every_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain"]) == 0
    codes = re.findall(r"^  ([a-z0-9-]+)$", capsys.readouterr().out, re.MULTILINE)
    assert len(codes) > 80
    for code in codes:
        assert cli.main(["explain", code]) == 0
        assert capsys.readouterr().out.startswith(f"# {code}\n")


def test_codes_are_explained_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "never-true", "--language", "fr"]) == 0
    assert capsys.readouterr().out.startswith("# never-true\n\nCeci est un avertissement.")
    assert cli.main(["explain", "--language", "fr"]) == 0
    errors, warnings = capsys.readouterr().out.split("\n\n")
    assert errors.startswith("Erreurs :\n  after-stop\n")
    assert "\n  never-true\n" in warnings


# Mends that are certain


def test_what_is_certain_is_mended_and_shown(checked: Checked) -> None:
    checked.write("rules.trig", "when ticket.statsu = solvd\n  then notfy requester with template “solved”\n")
    said = checked.text("--fix", "rules.trig", code=0)
    assert "-when ticket.statsu = solvd\n" in said
    mended = 'when ticket.status is solved\n  then notify requester with template "solved"\n'
    assert (checked.folder / "rules.trig").read_text(encoding="utf-8") == mended
    assert "+" + mended.split("\n", maxsplit=1)[0] in said


def test_what_is_not_certain_is_left_alone(checked: Checked) -> None:
    text = "when ticket.stts is solved and foo is bar then stop\n"
    checked.write("rules.trig", text)
    checked.text("--fix", "rules.trig", code=1)
    assert (checked.folder / "rules.trig").read_text(encoding="utf-8") == text


def test_line_ends_and_marks_are_kept_by_a_mend(checked: Checked) -> None:
    checked.write("rules.trig", b"\xef\xbb\xbfwhen ticket.statsu is solved\r\nthen stop\r\n")
    checked.text("--fix", "rules.trig", code=0)
    raw = (checked.folder / "rules.trig").read_bytes()
    assert raw == b"\xef\xbb\xbfwhen ticket.status is solved\r\nthen stop\r\n"


def test_mending_twice_changes_nothing_more(checked: Checked) -> None:
    checked.write(
        "rules.trig", "define spare as ticket.priority is high\n\nwhen ticket.statsu is solved then stop\n"
    )
    checked.text("--fix", "rules.trig", code=0)
    once = (checked.folder / "rules.trig").read_bytes()
    assert once == b"when ticket.status is solved then stop\n"
    assert checked.text("--fix", "rules.trig", code=0) == "1 trigger, no mistakes\n"
    assert (checked.folder / "rules.trig").read_bytes() == once


def test_a_file_of_a_library_is_never_mended(checked: Checked) -> None:
    checked.write("rules.trig", 'use zendesk\ndisable trigger "Notify requester of recieved request"\n')
    said = checked.text("--fix", "rules.trig", code=0)
    assert "received" in said
    assert "9 triggers" in said


@pytest.mark.parametrize(
    "wrong",
    [
        'use "missing.trig"\n',
        'trigger "T"\n  when ticket.colour is red then stop\n',
        'trigger "T"\n  when ticket is created then frobnicate it\n',
    ],
)
def test_no_name_is_taken_away_while_anything_is_wrong(checked: Checked, wrong: str) -> None:
    text = f"define spare as ticket.priority is high\n\nwhen ticket is created then stop\n\n{wrong}"
    checked.write("rules.trig", text)
    checked.text("--fix", "rules.trig", code=1)
    assert (checked.folder / "rules.trig").read_text(encoding="utf-8") == text


def test_a_name_that_another_file_may_use_is_not_taken_away(checked: Checked) -> None:
    text = "define spare as ticket.priority is high\n\nwhen ticket is created then stop\n"
    checked.write("names.trig", text)
    checked.write("sub/main.trig", 'use "../names.trig"\nwhen spare and ticket is updated then stop\n')
    assert "unused-name" in checked.text("--fix", "names.trig", code=0)
    assert (checked.folder / "names.trig").read_text(encoding="utf-8") == text
