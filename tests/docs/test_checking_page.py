"""The page about checking, walked through in an empty folder."""

import re
from pathlib import Path

import pytest

import trigdsl
from trigdsl.interfaces import cli

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "checking.md"


def test_the_commands_print_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    (rules,) = re.findall(r"^```trig rules\.trig\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    first, mended = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "rules.trig").write_text(rules, encoding="utf-8")

    assert cli.main(["check", "rules.trig"]) == 1
    assert capsys.readouterr().out == first

    assert cli.main(["check", "--fix", "rules.trig"]) == 0
    assert capsys.readouterr().out.startswith(mended)

    assert cli.main(["explain", "never-true"]) == 0
    assert capsys.readouterr().out.startswith("# never-true\n")
