"""`trigdsl profile`: what fires, what never does and why, and what costs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from trigdsl.interfaces import cli

RULES = """
field ticket.plan is one of free, pro
trigger "Often"
  when ticket is updated
  then notify "ops@example.com" with subject "Again" and body "{{ ticket.subject }}"
trigger "Sometimes"
  when ticket.subject is like "*3*"
  then add three to ticket.tags
trigger "Never: one condition"
  when ticket is updated and ticket.plan is pro
  then stop
trigger "Never: not together"
  when ticket is created and ticket.subject is like "*9*"
  then stop
disabled trigger "Off"
  when ticket is created
  then stop
"""


def event(number: int) -> dict[str, Any]:
    created = number < 5
    return {
        "specversion": "1.0", "id": f"e-{number}", "source": "desk", "subject": str(number % 5),
        "type": "ticket.created" if created else "ticket.updated", "time": "2026-01-05T10:00:00Z",
        "data": {"by": "ana@example.com", "set": {"subject": f"No {number}"}},
    }  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rules.trig").write_text(RULES, encoding="utf-8")
    Path("events.jsonl").write_text("\n".join(json.dumps(event(n)) for n in range(20)), encoding="utf-8")
    return tmp_path


def profile(capsys: pytest.CaptureFixture[str], *options: str, code: int = 0) -> str:
    assert cli.main(["profile", "rules.trig", "--events", "events.jsonl", *options]) == code
    return capsys.readouterr().out


def test_it_says_what_fired_what_never_did_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    told = re.sub(r"\d+\.\d", "1.0", profile(capsys))
    assert told.startswith("20 events, 4 triggers, 17 firings\nan event takes 1.0 µs: 1.0 reading it, ")
    assert "1.0  Often  (rules.trig:3; 15 texts)" in told
    _, fired, never = told.split("\ntriggers that ")[-3:]
    assert [line.split()[1] for line in fired.splitlines()[1:3]] == ["Often", "Sometimes"]
    assert never.splitlines() == [
        "never fired: 2",
        "           Never: one condition  (rules.trig:9; of no event: `ticket.plan is pro`)",
        "           Never: not together  (rules.trig:12; its conditions hold, but not together)",
    ]


def test_the_same_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(profile(capsys, "--json"))
    assert (found["events"], found["refused"], found["sampled"]) == (20, 0, 20)
    assert {t["title"]: (t["fired"], t["texts"]) for t in found["triggers"]} == {
        "Often": (15, 15),
        "Sometimes": (2, 0),
        "Never: one condition": (0, 0),
        "Never: not together": (0, 0),
    }
    (often,) = (t for t in found["triggers"] if t["title"] == "Often")
    assert often["microseconds_an_event"] > 0
    conditions = {c["condition"]: c for c in found["conditions"]}
    assert conditions["ticket is updated"]["triggers"] == 2
    assert conditions["ticket is updated"]["held"] == 15
    assert conditions["ticket.plan is pro"]["held"] == 0
    assert all(condition["microseconds"] > 0 for condition in conditions.values())
    times = [condition["microseconds"] for condition in found["conditions"]]
    assert times == sorted(times, reverse=True)


def test_a_long_list_is_cut_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    told = profile(capsys, "--top", "1")
    assert told.endswith("and 1 more: --top 2 names them\n")


def test_refused_lines_are_counted_and_the_rest_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "events.jsonl").open("a", encoding="utf-8") as events:
        events.write("\n{not json\n\n")
    assert profile(capsys, code=1).startswith("20 events, 4 triggers, 17 firings, 1 line refused\n")


def test_no_events_are_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "events.jsonl").write_text("", encoding="utf-8")
    assert profile(capsys).startswith("0 events, 4 triggers, 0 firings\n")
