"""The tutorial, walked through in an empty folder: every file is written, every command prints what the page shows."""

import re
import subprocess
import sys
from pathlib import Path

import trigdsl

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_tutorial_prints_what_it_says(tmp_path: Path) -> None:
    command = str(Path(sys.executable).with_name("trigdsl"))
    printed = None
    compared = 0
    for language, name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if name:
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        elif language == "sh":
            words = text.split()
            assert words[0] == "trigdsl"
            done = subprocess.run(
                [command, *words[1:]], cwd=tmp_path, capture_output=True, check=False, encoding="utf-8"
            )
            assert "Traceback" not in done.stderr
            printed = done.stdout
        else:
            assert language == "text"
            assert printed == text
            compared += 1

    assert compared == 5
