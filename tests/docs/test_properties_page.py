"""The table of laws is made from the laws."""

import os
import re
from pathlib import Path

import trigdsl
from trigdsl.testing import laws

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "properties.md"
SUBJECTS = {
    "agreement": "The law of laws",
    "language": "Rules as text",
    "conditions": "Conditions",
    "cycle": "One update",
    "why": "The trace",
    "texts": "Texts for people",
    "streams": "Streams",
    "versions": "Two versions",
}


def _table() -> str:
    lines = []
    for module, subject in SUBJECTS.items():
        lines += [f"**{subject}**", "", "| law | says |", "|---|---|"]
        known = [law for law in laws.LAWS if law.asked.__module__.endswith(f".{module}")]
        lines += [f"| `{law.name}` | {law.sentence} |" for law in known]
        lines.append("")
    return "\n".join(lines)


def test_the_page_lists_every_law() -> None:
    page = PAGE.read_text(encoding="utf-8")
    made = f"<!-- laws -->\n\n{_table()}\n<!-- /laws -->"
    written = re.search(r"<!-- laws -->.*<!-- /laws -->", page, re.DOTALL)
    assert written is not None
    if os.environ.get("TRIGDSL_UPDATE"):
        PAGE.write_text(page.replace(written[0], made), encoding="utf-8")
    else:
        assert written[0] == made
    assert all(f"`{law.name}`" in made for law in laws.LAWS)
