"""`trigdsl profile`: what fires, what never does and why, and what costs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory
from trigdsl.interfaces import cli, profiling
from trigdsl.runtime.loader import compile_text
from trigdsl.runtime.texts import sandbox

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


def test_a_condition_that_an_earlier_trigger_made_so_is_not_blamed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules.trig").write_text(
        """
trigger "Never"
  when group is "Returns" and comment is private
  then stop
trigger "Set"
  when ticket is created
  then set group to "Returns"
trigger "Asks once the rest is done"
  when ticket.tags include late and ticket is created and ticket.priority is urgent
  then stop
trigger "Marks"
  when ticket is created
  then add late to ticket.tags
""",
        encoding="utf-8",
    )
    assert profile(capsys).splitlines()[-2:] == [
        "           Never  (rules.trig:2; of no event: `comment is private`)",
        "           Asks once the rest is done  (rules.trig:8; of no event: `ticket.priority is urgent`)",
    ]
    found = json.loads(profile(capsys, "--json"))
    assert {t["title"]: (t["never_fired"], t["held_of_no_event"]) for t in found["triggers"]} == {
        "Never": ("condition", ["comment is private"]),
        "Set": (None, []),
        "Asks once the rest is done": ("condition", ["ticket.priority is urgent"]),
        "Marks": (None, []),
    }
    (group,) = (c for c in found["conditions"] if c["condition"] == 'group is "Returns"')
    assert group["held"] == 20


def test_a_trigger_that_another_one_always_precedes_says_which(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules.trig").write_text(
        """
trigger "Stops"
  when ticket is created
  then stop
trigger "Comes too late"
  when ticket is created
  then add late to ticket.tags
trigger "Opens"
  when ticket is updated and ticket.status is new
  then set ticket.status to open
trigger "Sees it open"
  when ticket is updated and ticket.status is new
  then add seen to ticket.tags
""",
        encoding="utf-8",
    )
    assert profile(capsys).splitlines()[-2:] == [
        "           Comes too late  (rules.trig:5; it holds, but “Stops” comes first)",
        "           Sees it open  (rules.trig:11; it holds, but “Opens” comes first)",
    ]


def test_a_single_pass_says_what_came_to_hold_too_late(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules.trig").write_text(
        """
trigger "Early"
  when ticket.tags include late and ticket is created
  then stop
trigger "Marks"
  when ticket is created
  then add late to ticket.tags
""",
        encoding="utf-8",
    )
    assert profile(capsys).endswith("\nevery trigger fired\n")
    assert "it comes to hold when it has been tried already" in profile(capsys, "--single-pass")


def test_what_happens_once_per_life_or_of_closed_tickets_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules.trig").write_text(
        """
trigger "Once" once per ticket
  when ticket.subject is like "No*"
  then add once to ticket.tags
""",
        encoding="utf-8",
    )
    states = [
        {"source": "desk", "subject": str(number), "values": {"subject": "No", "status": status}, **more}
        for number, status, more in [(1, "new", {"fired": ["Once"]}), (2, "closed", {})]
    ]
    for number, said in [(1, "it fired before, and does so once per ticket"), (2, "of closed tickets alone")]:
        updated = json.dumps({**event(5), "subject": str(number)})
        (folder / "events.jsonl").write_text(updated, encoding="utf-8")
        (folder / "tickets").write_text(json.dumps(states[number - 1]), encoding="utf-8")
        assert said in profile(capsys, "--tickets", "tickets")


def test_the_first_time_of_a_text_is_not_its_cost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that ticks whenever a text is compiled, writing texts takes no time."""
    ruleset = compile_text(RULES)
    sandbox.compiled.cache_clear()
    monkeypatch.setattr("time.process_time", lambda: float(sandbox.compiled.cache_info().misses))
    profile = profiling.Profile(ruleset, Directory(), Mode.RESTART)

    with (folder / "events.jsonl").open("rb") as lines:
        profile.feed(lines, profile.fold())

    assert sandbox.compiled.cache_info().misses > 0
    assert (profile.reading, profile.writing) == (0.0, 0.0)
    assert profile.texts["Often"] == 15


def test_refused_lines_are_counted_and_the_rest_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "events.jsonl").open("a", encoding="utf-8") as events:
        events.write("\n{not json\n\n")
    assert profile(capsys, code=1).startswith("20 events, 4 triggers, 17 firings, 1 line refused\n")


def test_no_events_are_no_error_and_have_no_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "events.jsonl").write_text("", encoding="utf-8")
    assert profile(capsys) == "no event was taken: the stream is empty\n"
    found = json.loads(profile(capsys, "--json"))
    assert found["microseconds_an_event"] == {"reading": None, "deciding": None, "writing": None}
    assert [t["held_of_no_event"] for t in found["triggers"]] == [[], [], [], []]


def test_refused_lines_alone_say_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "events.jsonl").write_text("{not json\n\n[]\n", encoding="utf-8")
    assert cli.main(["profile", "rules.trig", "--events", "events.jsonl"]) == 1
    told = capsys.readouterr()
    assert told.out == "no event was taken: 2 lines refused\n"
    first, second = told.err.splitlines()[-2:]
    assert first.startswith("events.jsonl:1: refused: it is not JSON")
    assert (
        second
        == "events.jsonl:3: refused: it is neither a CloudEvent nor anything that Zendesk tells of a ticket"
    )


def test_times_of_few_events_are_said_to_mean_little(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = "(times of fewer than 100 events say little)"
    assert few in profile(capsys).splitlines()
    (folder / "events.jsonl").write_text(
        "\n".join(json.dumps(event(n)) for n in range(100)), encoding="utf-8"
    )
    assert few not in profile(capsys)


def test_how_a_condition_is_answered_is_said_where_they_differ(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "looked up" not in profile(capsys)
    (folder / "rules.trig").write_text(
        'trigger "Odd" when ticket is updated and ticket.subject matches "N.*[57]" then stop',
        encoding="utf-8",
    )
    told = profile(capsys)
    assert "looked up for all triggers at once" in told
    assert "asked where nothing else rules it out" in told


def test_no_trigger_no_heading(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules.trig").write_text(
        'trigger "Odd" when ticket.subject is "Zebra" then stop', encoding="utf-8"
    )
    headings = [line for line in profile(capsys).splitlines() if line.endswith(":")]
    assert headings == ["conditions that take longest, µs each time:"]
