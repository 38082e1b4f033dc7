"""Pages to walk through in an empty folder: every file is written, every command prints what the page shows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import trigdsl

DOCS = Path(trigdsl.__file__).parent.parent / "docs"
BLOCK = re.compile(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("page", "commands"), [("tutorial.md", 7), ("why.md", 5), ("fr/tutorial.md", 9), ("fr/README.md", 2)]
)
def test_a_page_prints_what_it_says(page: str, commands: int, tmp_path: Path) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    shown, printed = _walked(text, tmp_path)

    assert len(shown) == commands
    if os.environ.get("TRIGDSL_UPDATE"):
        fresh = iter(printed)
        (DOCS / page).write_text(
            re.sub(
                r"^```text\n(.*?)^```",
                lambda _: f"```text\n{next(fresh)}```",
                text,
                flags=re.MULTILINE | re.DOTALL,
            ),
            encoding="utf-8",
        )
    else:
        assert printed == shown


def _walked(text: str, folder: Path) -> tuple[list[str], list[str]]:
    """Return what a page shows, and what its commands print."""
    command = str(Path(sys.executable).with_name("trigdsl"))
    shown, printed = [], []
    last = ""
    for language, name, block in BLOCK.findall(text):
        if name:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block, encoding="utf-8")
        elif language == "sh":
            words = shlex.split(block)
            if words[0] == "make":
                continue
            assert words[0].removeprefix(".venv/bin/") == "trigdsl"
            done = subprocess.run(
                [command, *words[1:]], cwd=folder, capture_output=True, check=False, encoding="utf-8"
            )
            assert "Traceback" not in done.stderr
            last = re.sub(r"(?<=en )\d+,\d\d(?= s$)", "0,00", done.stdout, flags=re.MULTILINE)
        elif language == "text":
            shown.append(block)
            printed.append(last)
    return shown, printed
