"""The page about testing, walked through in an empty folder: files are written, commands print what the page shows."""

import os
import re
from pathlib import Path

import pytest

import trigdsl
from trigdsl.interfaces import cli

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "testing.md"
BLOCK = re.compile(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def timeless(text: str) -> str:
    return re.sub(r"in \d+\.\d\d s", "in 0.00 s", text)


def test_the_page_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    printed = {"": "", "stderr": ""}
    compared = 0

    def seen(match: re.Match[str]) -> str:
        nonlocal compared
        language, name, text = match.groups(default="")
        match language:
            case "trig":
                (tmp_path / name).write_text(text, encoding="utf-8")
            case "sh":
                words = text.split()
                assert words[0] == "trigdsl"
                cli.main(words[1:])
                out, err = capsys.readouterr()
                printed.update({"": timeless(out), "stderr": err})
                assert not (tmp_path / "wrong.trig").exists() or words[-1] == "wrong.trig" or not err
                if words[-1] == "wrong.trig":
                    (tmp_path / "wrong.trig").unlink()
            case "text":
                compared += 1
                return f"```text{' ' + name if name else ''}\n{printed[name]}```"
        return match[0]

    walked = BLOCK.sub(seen, page)
    if os.environ.get("TRIGDSL_UPDATE"):
        PAGE.write_text(walked, encoding="utf-8")
    assert walked == page
    assert compared == 10
