"""What each command tells a person, whole, in each language: snapshots in `told/`, which `TRIGDSL_UPDATE=1` writes anew."""

import os
import re
import shutil
from pathlib import Path

import pytest

from trigdsl import sentences
from trigdsl.interfaces import cli
from trigdsl.languages import ENGLISH

TOLD = Path(__file__).parent / "told"
STREAM = ["--events", "events.jsonl", "--directory", "directory.json"]
WHY = ["why", "rules.trig", *STREAM]

CASES = {
    "list": ["list", "rules.trig"],
    "list-library": ["list", "zendesk"],
    "run": ["run", "rules.trig", *STREAM],
    "run-trace": ["run", "rules.trig", *STREAM, "--trace"],
    "run-strict": ["run", "rules.trig", *STREAM, "--strict"],
    "run-jobs": ["run", "rules.trig", *STREAM, "--jobs", "2"],
    "run-without-directory": ["run", "rules.trig", *STREAM[:2]],
    "run-json": ["run", "rules.trig", *STREAM, "--json"],
    "run-warned": ["run", "warned.trig", *STREAM],
    "run-no-trigger": ["run", "nothing.trig", *STREAM],
    "run-no-events": ["run", "rules.trig", "--events", "missing.jsonl"],
    "run-no-directory": ["run", "rules.trig", *STREAM[:2], "--directory", "missing.json"],
    "why-created": [*WHY, "--event", "e-1"],
    "why-other-ticket": [*WHY, "--event", "e-2"],
    "why-private-comment": [*WHY, "--event", "e-3"],
    "why-stopped": [*WHY, "--event", "e-4"],
    "why-automatic": [*WHY, "--event", "e-8"],
    "why-system": [*WHY, "--event", "e-6"],
    "why-closed": [*WHY, "--event", "e-10"],
    "why-refused": [*WHY, "--event", "e-7"],
    "why-two-tickets": [*WHY, "--event", "e-5"],
    "why-no-event": [*WHY, "--event", "e-99"],
    "why-no-trigger": [*WHY, "--event", "e-1", "--trigger", "Rais"],
    "why-no-field": [*WHY, "--event", "e-1", "--field", "ticket.statsu"],
    "why-field": [*WHY, "--event", "e-9", "--field", "ticket.status"],
    "why-field-of-42": [*WHY, "--event", "e-8", "--field", "ticket.priority"],
    "why-field-never-written": [*WHY, "--event", "e-8", "--field", "ticket.due_date"],
    "test-failing": ["test", "failing.trig", "--coverage"],
    "test-passing": ["test", "passing.trig", "--coverage"],
    "test-mutate": ["test", "passing.trig", "--mutate"],
    "test-mutate-failing": ["test", "failing.trig", "--mutate", "--run", "Nothing"],
    "test-none": ["test", "warned.trig"],
    "test-no-title": ["test", "passing.trig", "--run", "nothing"],
    "check": ["check", "rules.trig"],
    "check-warned": ["check", "warned.trig"],
    "check-wrong": ["check", "wrong.trig"],
    "demo": ["demo"],
}


@pytest.mark.parametrize("language", sentences.spoken())
@pytest.mark.parametrize("name", CASES)
def test_what_is_told(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(TOLD)
    code = cli.main([*CASES[name], *(["--language", language] if language != ENGLISH else [])])
    out, err = capfd.readouterr()
    said = re.sub(r"\d+[.,]\d\d s\n", "0.00 s\n", f"exit {code}\n{out}--- stderr\n{err}")
    golden = TOLD / f"{name}.{language}.txt"
    if os.environ.get("TRIGDSL_UPDATE"):
        golden.write_text(said, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == said, "TRIGDSL_UPDATE=1 writes it"


OTHERWISE = {
    "list-library": "the library is in English",
    "demo": "it has rules of its own in each language",
    "check-wrong": "it shows lines of the rules, and a file that cannot be read is not put into French",
    "check-warned": "it shows lines of the rules",
}
IN_FRENCH = [name for name in CASES if name not in OTHERWISE]
PLACES = re.compile(r"(?<=\.trig:)\d+|(?<=ligne )\d+|(?<=\"line\": )\d+")


@pytest.mark.parametrize("name", IN_FRENCH)
def test_of_rules_in_french_the_same_is_told_unasked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in TOLD.iterdir():
        if path.suffix != ".txt":
            shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    rules = ["rules.trig", "failing.trig", "passing.trig", "nothing.trig", "warned.trig"]
    assert cli.main(["format", "--language", "fr", *rules]) == 0
    capfd.readouterr()
    code = cli.main(CASES[name])
    out, err = capfd.readouterr()
    said = re.sub(r"\d+[.,]\d\d s\n", "0.00 s\n", f"exit {code}\n{out}--- stderr\n{err}")
    golden = (TOLD / f"{name}.fr.txt").read_text(encoding="utf-8")
    assert PLACES.sub("N", said) == PLACES.sub("N", golden)


def test_no_snapshot_is_left_over() -> None:
    asked = {f"{name}.{language}.txt" for name in CASES for language in sentences.spoken()}
    assert {path.name for path in TOLD.glob("*.txt")} == asked
