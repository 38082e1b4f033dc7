"""The conformance suite holds of the engine and of the second evaluator, says what it covers, and keeps its own format."""

import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from tables import coverage, make

from trigdsl.interfaces import cli, conforming
from trigdsl.testing import conformance
from trigdsl.testing.conformance import Case, Difference, Result

FOLDER = Path(__file__).parent.parent / "conformance"
FILES = [path for path in sorted(FOLDER.glob("*.json")) if path.name != conforming.SCHEMA_FILE]
CASES = [case for path in FILES for case in conforming.read(path)]


def failures(results: Sequence[Result]) -> list[str]:
    return [line for result in results for line in conforming.told(result)]


def named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_engine_decides_as_the_cases_say(path: Path) -> None:
    assert failures(list(conformance.run(conforming.read(path)))) == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_second_evaluator_decides_as_the_cases_say(path: Path) -> None:
    assert failures(list(conformance.run(conforming.read(path), oracle=True))) == []


def test_there_are_a_thousand_cases_each_with_an_id_of_its_own() -> None:
    ids = Counter(case.id for case in CASES)

    assert [name for name, number in ids.items() if number > 1] == []
    assert len(ids) >= 1000


def test_a_case_stands_in_the_file_of_its_subject() -> None:
    for path in FILES:
        data = json.loads(path.read_text(encoding="utf-8"))
        assert data["subject"] == path.stem
        assert {case["id"].split("/")[0] for case in data["cases"]} == {path.stem}


def test_an_idea_is_one_sentence_in_lower_case() -> None:
    for case in CASES:
        assert not case.idea.endswith("."), case.id
        assert case.idea[0] == case.idea[0].lower(), case.id
        assert "\n" not in case.idea, case.id


def test_files_are_laid_out_alike() -> None:
    for path in FILES:
        assert make.text(path.stem, conforming.read(path)) == path.read_text(encoding="utf-8"), path.name


def test_the_generated_files_are_what_the_tables_say() -> None:
    for subject, text in make.files().items():
        assert (FOLDER / f"{subject}.json").read_text(encoding="utf-8") == text, "python -m tables.make"


def test_the_page_of_what_is_covered_is_up_to_date() -> None:
    page, text = FOLDER / "COVERAGE.md", coverage.table(CASES)
    if os.environ.get("TRIGDSL_UPDATE"):
        page.write_text(text, encoding="utf-8", newline="\n")
    assert page.read_text(encoding="utf-8") == text, "TRIGDSL_UPDATE=1 writes it"


def test_every_construct_is_in_three_cases() -> None:
    seen = Counter(
        row for case in CASES if case.diagnostics is None for row in set(coverage.constructs(case))
    )
    rows = {(section, row) for section, rows in coverage.SECTIONS.items() for row in rows}

    assert set(seen) <= rows
    assert sorted((seen[row], *row) for row in rows if seen[row] < 3) == []


# The format


def misfits(data: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str = "") -> list[str]:
    """Return where data does not fit, by the words of JSON Schema that the suite's own schema uses."""
    if "$ref" in schema:
        return misfits(data, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, at)
    if "const" in schema and data != schema["const"]:
        return [f"{at}: not {schema['const']!r}"]
    if "enum" in schema and data not in schema["enum"]:
        return [f"{at}: none of {schema['enum']}"]
    kinds = schema.get("type", [])
    if kinds and _kind(data) not in ([kinds] if isinstance(kinds, str) else kinds):
        return [f"{at}: no {kinds}"]
    if isinstance(data, str):
        return [] if re.search(schema.get("pattern", ""), data) else [f"{at}: not like {schema['pattern']}"]
    if isinstance(data, list):
        short = [f"{at}: too few"] if len(data) < schema.get("minItems", 0) else []
        items = schema.get("items", {})
        return short + [m for n, one in enumerate(data) for m in misfits(one, items, whole, f"{at}/{n}")]
    return _object_misfits(data, schema, whole, at) if isinstance(data, dict) else []


def _object_misfits(data: Mapping[str, Any], schema: Mapping[str, Any], whole: Any, at: str) -> list[str]:
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in data]
    for name, value in data.items():
        part = known.get(name, rest)
        if part is False:
            found.append(f"{at}: {name} is not known")
        elif part is not True:
            found += misfits(value, part, whole, f"{at}/{name}")
    ways = schema.get("oneOf", ())
    fitting = [way for way in ways if not _object_misfits(data, way, whole, at)]
    return found + ([f"{at}: neither of two ways"] if ways and len(fitting) != 1 else [])


def _kind(data: Any) -> str:
    names = {
        bool: "boolean",
        int: "integer",
        str: "string",
        list: "array",
        dict: "object",
        type(None): "null",
    }
    return names[type(data)]


SCHEMA = json.loads((FOLDER / conforming.SCHEMA_FILE).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_fits_the_schema(path: Path) -> None:
    assert misfits(json.loads(path.read_text(encoding="utf-8")), SCHEMA, SCHEMA) == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Not/like this"},
        {"idea": 5},
        {"events": []},
        {"expect": [{"fird": []}]},
        {"expect": [{"fired": "A"}]},
        {"expect": [{"fired": [], "effects": [{"kind": "letter", "trigger": "A"}]}]},
        {"diagnostics": []},
        {"single_pass": False},
        {"needs": ["luck"]},
        {"more": 1},
    ],
)
def test_what_does_not_fit_is_found(change: Mapping[str, Any]) -> None:
    data = json.loads(FILES[0].read_text(encoding="utf-8"))
    data["cases"] = [{**data["cases"][0], **change}]

    assert misfits(data, SCHEMA, SCHEMA) != []


# What is said of a case that fails

CASE = Case(
    id="a/b",
    idea="an example",
    rules='trigger "A" when ticket is created then set ticket.priority to low',
    events=[
        {
            "specversion": "1.0",
            "id": "e-1",
            "source": "helpdesk",
            "type": "ticket.created",
            "subject": "42",
            "time": "2026-01-05T10:00:00Z",
            "data": {"by": None},
        }
    ],
)
CHANGED = {"kind": "change", "trigger": "A", "field": "ticket.priority", "from": None, "to": "low"}
SAID = json.dumps(CHANGED)


@pytest.mark.parametrize("oracle", [False, True], ids=["engine", "oracle"])
@pytest.mark.parametrize(
    ("expected", "differences"),
    [
        ({"fired": ["A"], "effects": [CHANGED]}, []),
        ({"fired": ["A"], "effects": [CHANGED], "after": {"priority": "low", "type": None}}, []),
        ({"fired": ["B"], "effects": [CHANGED]}, [(1, "to fire B", "A")]),
        ({"fired": ["A"]}, [(1, "as effects nothing", SAID)]),
        (
            {"fired": ["A"], "effects": [CHANGED], "after": {"priority": None}},
            [(1, "priority to be null", '"low"')],
        ),
        ({"refused": True}, [(1, "that it is refused", "that it is accepted")]),
        (
            {"duplicate": True},
            [
                (1, "that it is a duplicate", "that it is accepted"),
                (1, "to fire nothing", "A"),
                (1, "as effects nothing", SAID),
            ],
        ),
    ],
)
def test_a_difference_is_told_in_plain_words(
    expected: Mapping[str, Any], differences: Sequence[tuple[int, str, str]], *, oracle: bool
) -> None:
    (result,) = conformance.run([attrs.evolve(CASE, expect=[expected])], oracle=oracle)

    assert result.differences == tuple(Difference(*difference) for difference in differences)


def test_rules_with_mistakes_are_a_difference() -> None:
    (result,) = conformance.run([attrs.evolve(CASE, rules="when ticket.statuss is open then stop")])

    assert failures([result]) == ["a/b: expected rules without mistakes; came unknown-field"]


def test_mistakes_are_compared_by_line_and_code() -> None:
    wrong = attrs.evolve(CASE, events=(), rules="when ticket.statuss is open\nthen stop")
    right = [{"line": 1, "code": "unknown-field"}]
    results = conformance.run([attrs.evolve(wrong, diagnostics=d) for d in (right, [])])

    assert failures(list(results)) == ["a/b: expected nothing; came unknown-field in line 1"]


# The command


def written(tmp_path: Path, case: Case) -> str:
    path = tmp_path / "a.json"
    path.write_text(make.text("a", [case]), encoding="utf-8")
    return str(path)


def test_the_command_runs_the_suite(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conformance", "--run", "equality/choice-*"]) == 0
    out = capsys.readouterr().out
    assert re.fullmatch(r"(\d+) of \1 cases as expected, 0 not\n", out)


def test_the_command_tells_what_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, attrs.evolve(CASE, expect=[{"fired": [], "effects": [CHANGED]}]))

    assert cli.main(["conformance", path, "--oracle"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a/b: event 1: expected to fire nothing; came A",
        "0 of 1 cases as expected, 1 not",
    ]


def test_the_command_says_what_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conformance", "--oracle", "--run", "diagnostics/unexpected-word-if"]) == 0
    assert capsys.readouterr().out == "0 of 1 cases as expected, 0 not, 1 left out\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "it is no file of cases"),
        ('{"schema": 2}', "its schema is 2, and 1 is known"),
        ('{"schema": 1, "cases": [{"nope": 1}]}', "it is no file of cases"),
        ("[]", "it is no file of cases"),
    ],
)
def test_a_file_that_is_no_part_of_a_suite(
    text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")

    assert cli.main(["conformance", str(path)]) == 1
    assert reason in capsys.readouterr().err


def test_no_case_is_like_that(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["conformance", "--run", "no such case"]) == 2
    assert "there is no case like `no such case` among" in capsys.readouterr().err
