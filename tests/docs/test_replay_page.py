"""The page about replays, walked through in an empty folder: files are written, commands print what the page shows."""

import os
import re
from pathlib import Path

import pytest

import trigdsl
from trigdsl.interfaces import cli

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "replay.md"
BLOCK = re.compile(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODES = {"--compare": 3}


def test_the_page_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    printed: list[str] = []

    def seen(match: re.Match[str]) -> str:
        language, name, text = match.groups(default="")
        if name:
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        elif language == "sh":
            words = text.split()
            assert words[0] == "trigdsl"
            assert cli.main(words[1:]) == CODES.get(words[-1], 0)
            out, err = capsys.readouterr()
            assert err == ""
            printed.append(out)
        elif language in ("text", "markdown"):
            return f"```{language}\n{printed[-1]}```"
        return match[0]

    walked = BLOCK.sub(seen, page)
    if os.environ.get("TRIGDSL_UPDATE"):
        PAGE.write_text(walked, encoding="utf-8")
    assert walked == page
    assert len(printed) == 3
