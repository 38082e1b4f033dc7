"""Writes the generated files of the conformance suite: `python -m tables.make`, with `tests` on the path.

Conditions come from tables, mistakes from the marked files of the corpus; every other file of the suite is written by hand.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import attrs

from tables import deeds, enabling, fields, moments, sets
from tables.grid import slug
from trigdsl.testing.conformance import SCHEMA, Case, mistakes

TESTS = Path(__file__).parent.parent
SUITE = TESTS / "conformance"


def files() -> dict[str, str]:
    """Return the text of each generated file by its subject."""
    found: dict[str, list[Case]] = {}
    grids = (*fields.GRIDS, *sets.GRIDS, *moments.GRIDS)
    for subject, case in chain(
        *(grid.cases() for grid in grids), deeds.writes(), deeds.told(), enabling.cases()
    ):
        found.setdefault(subject, []).append(case)
    found["diagnostics"] = list(marked())
    return {subject: text(subject, cases) for subject, cases in found.items()}


def text(subject: str, cases: Iterable[Case]) -> str:
    """Return a file of cases as it is laid out: an event, or an outcome, on one line."""
    head = f'{{"schema": {SCHEMA}, "subject": {_json(subject)}, "cases": [\n'
    return head + ",\n".join(map(_laid_out, cases)) + "\n]}\n"


def _laid_out(case: Case) -> str:
    told = {
        name: value
        for name, value in attrs.asdict(case, recurse=False).items()
        if value not in (None, (), {})
    }
    if not case.single_pass:
        del told["single_pass"]
    lines = [f" {_json(name)}: {_lines(value)}" for name, value in told.items()]
    return "{" + ",\n".join(lines).removeprefix(" ") + "}"


def _lines(value: Any) -> str:
    if isinstance(value, Sequence) and value and isinstance(value[0], Mapping):
        return "[\n  " + ",\n  ".join(map(_json, value)) + "]"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# Mistakes

_MARK = re.compile(r"[ \t]*#!((?: (?:\d+:)?[a-z0-9-]+)+)[ \t]*$", re.MULTILINE)


def marked() -> Iterator[Case]:
    """Yield a case for each code in each bad file of the corpus: a paragraph that has one mistake when it stands alone."""
    for path in sorted((TESTS / "corpus" / "bad").glob("*.trig")):
        try:
            paragraphs = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
        found = [
            case for case in (_alone(path.stem, paragraph) for paragraph in paragraphs) if case is not None
        ]
        yield from {case.id: case for case in reversed(found)}.values()


def _alone(stem: str, paragraph: str) -> Case | None:
    """Return the case of a paragraph that has exactly the one mistake which it marks; else None."""
    marks = [
        (paragraph[: m.start()].count("\n") + 1, code)
        for m in _MARK.finditer(paragraph)
        for code in m[1].split()
    ]
    if len(marks) != 1 or ":" in marks[0][1]:
        return None
    line, code = marks[0]
    case = Case(
        id=f"diagnostics/{code}-{slug(stem)}",
        idea=f"`{code}` is said: {stem.replace('_', ' ')}",
        rules=_MARK.sub("", paragraph).strip("\n") + "\n",
        needs=("patterns",) if code == "wrong-pattern" else (),
        diagnostics=[{"line": line, "code": code}],
    )
    return case if mistakes(case) == case.diagnostics else None


def main() -> None:
    """Write the generated files."""
    for subject, written in files().items():
        (SUITE / f"{subject}.json").write_text(written, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
