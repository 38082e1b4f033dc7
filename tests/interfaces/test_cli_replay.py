"""`trigdsl replay` as people start it: what it says, to whom, and with which exit code."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trigdsl.interfaces import cli

TRIGDSL = str(Path(sys.executable).with_name("trigdsl"))
OLD = """
trigger "Greet"
  when ticket is created
  then notify requester with subject "Hello" and body "Welcome, {{ requester.name }}."
trigger "Raise"
  when ticket is created and ticket.subject contains "down"
  then set ticket.priority to urgent
# allow mail-on-every-update
trigger "Tell agents"
  when ticket is updated and ticket.priority is urgent
  then notify all agents with body "Urgent"
    call webhook pager with template page
webhook pager
"""
PEOPLE = {
    "users": [
        {"id": "7", "email": "ana@example.com", "name": "Ana", "role": "end_user"},
        {"id": "8", "email": "bo@example.com", "name": "Bo", "role": "agent"},
    ]
}


def event(number: int, ticket: str, *, created: bool = False, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "desk",
        "type": f"ticket.{'created' if created else 'updated'}",
        "subject": ticket,
        "time": "2026-03-02T09:00:00Z",
        "data": {"by": "ana@example.com", **data},
    }


EVENTS = [
    event(1, "1", created=True, set={"subject": "It is down"}),
    event(2, "2", created=True, set={"subject": "A question"}),
    event(3, "1", comment={"body": "Still down"}),
    event(4, "2", comment={"body": "Thanks"}),
]

Replay = Callable[..., str]


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Replay:
    monkeypatch.chdir(tmp_path)
    Path("old.trig").write_text(OLD, encoding="utf-8")
    Path("templates/en").mkdir(parents=True)
    Path("templates/en/page.txt").write_text("page", encoding="utf-8")
    Path("people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    write_events(*EVENTS)

    def run(new: str, *options: str, code: int = 0) -> str:
        Path("new.trig").write_text(new, encoding="utf-8")
        files = ["--events", "events.jsonl", "--directory", "people.json"]
        found = cli.main(["replay", "old.trig", "new.trig", *files, *options])
        captured = capsys.readouterr()
        assert found == code, captured.err
        return captured.out if code != 1 else captured.out + captured.err

    return run


def write_events(*events: Any) -> None:
    lines = (e if isinstance(e, bytes) else json.dumps(e).encode() for e in events)
    Path("events.jsonl").write_bytes(b"\n".join(lines) + b"\n")


def data(replay: Replay, new: str, *options: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(replay(new, "--json", *options, **more))
    return found


# What is said


def test_the_same_rules_differ_in_nothing(replay: Replay) -> None:
    assert replay(OLD, "--exit-code") == (
        "no difference: both versions tell and change the same\nin 4 events of 2 tickets\n"
    )


def test_a_renamed_trigger_is_no_difference(replay: Replay) -> None:
    assert replay(OLD.replace('"Greet"', '"Say hello"'), "--exit-code").startswith("no difference")


def test_the_first_line_says_what_it_comes_to(replay: Replay) -> None:
    first, second, *_ = replay(
        OLD.replace('"Greet"\n', '"Greet" once per ticket\n').replace(
            "ticket is created\n  then notify", "ticket.subject contains down\n  then notify"
        )
    ).splitlines()
    assert first == "1 mail fewer"
    assert second == "on 1 of 2 tickets, in 1 of 4 events; the old rules send 3 messages, the new ones 2"


def test_everything_that_can_differ(replay: Replay) -> None:
    new = """
    trigger "Greet"
      when ticket is created
      then notify requester with subject "Hello" and body "Good morning, {{ requester.name }}."
    trigger "Greet again"
      when ticket is created and ticket.subject contains "question"
      then notify requester with body "And again"
        post public comment with body "Hello"
    trigger "Calm"
      when ticket is created and ticket.subject contains "down"
      then set ticket.priority to high
    """
    assert replay(new) == (
        """\
1 mail fewer, 1 more, 2 with another text; 1 customer told twice; 1 field change to another value; 1 webhook call fewer; 1 comment more
on 2 of 2 tickets, in 3 of 4 events; the old rules send 3 messages, the new ones 3

told twice by the new rules alone: 1 time
    2026-03-02 09:00  ana@example.com creates ticket 2  [e-2]
      email to ana@example.com by “Greet”, “Greet again”

Greet  (new.trig:2)
  2 mails with another text, on 2 tickets
    2026-03-02 09:00  ana@example.com creates ticket 1  [e-1]
      email to ana@example.com
      old: Welcome, Ana.
      new: Good morning, Ana.
    2026-03-02 09:00  ana@example.com creates ticket 2  [e-2]
      email to ana@example.com
      old: Welcome, Ana.
      new: Good morning, Ana.

Greet again  (only in the new rules, new.trig:5)
  1 public comment more, on 1 ticket
    2026-03-02 09:00  ana@example.com creates ticket 2  [e-2]
      new: public comment: Hello
  1 mail more, on 1 ticket
    2026-03-02 09:00  ana@example.com creates ticket 2  [e-2]
      new: email to ana@example.com: And again

Tell agents  (only in the old rules, old.trig:9)
  1 mail fewer, on 1 ticket
    2026-03-02 09:00  ana@example.com updates ticket 1 with a comment  [e-3]
      old: email to bo@example.com: Urgent
  1 webhook call of pager fewer, on 1 ticket
    2026-03-02 09:00  ana@example.com updates ticket 1 with a comment  [e-3]
      old: webhook pager: page

Calm  (new.trig:9; before: “Raise”)
  1 field change of ticket.priority to another value, on 1 ticket
    2026-03-02 09:00  ana@example.com creates ticket 1  [e-1]
      old: ticket.priority: (empty) → urgent, by “Raise”
      new: ticket.priority: (empty) → high, by “Calm”
"""
    )


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('trigger "Greet"', 'disabled trigger "Greet"', "new: “Greet”: it is disabled"),
        ('trigger "Greet"', 'trial trigger "Greet"', "new: “Greet”: it is on trial, and changes and tells nothing"),
        ("when ticket is created\n", "when ticket is created and ticket.tags include vip\n", "not so: ticket.tags include vip"),
        ("notify requester", "notify assignee", "new: “Greet”: it fires, but there is nobody to tell"),
        ("notify requester", "notify all agents", "new: “Greet”: it fires, and does something else (new.trig:2)"),
        ('trigger "Greet"', 'trigger "First" when ticket is created then stop trigger "Greet"', "another trigger stopped first"),
    ],
)  # fmt: skip
def test_the_reason_of_an_example(replay: Replay, before: str, after: str, why: str) -> None:
    assert why in replay(OLD.replace(before, after, 1))


def test_what_follows_names_the_event_it_follows_from(replay: Replay) -> None:
    said = replay(OLD.replace('contains "down"', 'contains "fire"'))
    assert (
        "2 differences follow" in said.replace("differences come of the rules themselves, ", "")
        or "follow" in said
    )
    assert "follows from event e-1: ticket.priority was urgent by the old rules, (empty) by the new" in said


def test_triggers_that_do_not_run_here_are_counted(replay: Replay) -> None:
    kept = '\ntrigger "Share" when ticket is created then raw zendesk ' + '"' * 3 + "{}" + '"' * 3
    assert "1 trigger of the new rules not executable here, and left out" in replay(OLD + kept)
    assert data(replay, OLD + kept)["not_executable"] == {"old": [], "new": ["Share"]}


def test_few_triggers_are_named_and_few_examples(replay: Replay) -> None:
    new = OLD.replace("Welcome", "Hi").replace('"Urgent"', '"Now"')
    said = replay(new, "--top", "1", "--examples", "1")
    assert said.splitlines()[-1] == "and 1 more trigger: --top 2 names all"
    assert said.count("[e-") == 1


def test_json_holds_everything(replay: Replay) -> None:
    new = OLD.replace('contains "down"', 'contains "fire"')
    found = data(replay, new, "--exit-code", code=3)
    assert found["differs"]
    assert (found["events"], found["tickets"], found["differing_events"], found["differing_tickets"]) == (
        4,
        2,
        2,
        1,
    )
    assert (found["differences"], found["following"]) == (3, 2)
    assert found["messages"] == {"old": 3, "new": 2}
    assert found["totals"] == [
        {"kind": "change", "channel": None, "way": "fewer", "count": 1},
        {"kind": "notification", "channel": "email", "way": "fewer", "count": 1},
        {"kind": "webhook", "channel": None, "way": "fewer", "count": 1},
    ]
    told = {trigger["trigger"]: trigger for trigger in found["triggers"]}
    (group,) = told["Raise"]["groups"]
    assert (group["kind"], group["what"], group["way"], group["count"]) == (
        "change",
        "ticket.priority",
        "fewer",
        1,
    )
    (example,) = group["examples"]
    assert (example["event"], example["line"], example["ticket"], example["new"]) == ("e-1", 1, "1", None)
    assert example["old"]["to"] == "urgent"
    assert example["why"]["kind"] == "condition"
    assert [condition["condition"] for condition in example["why"]["conditions"]] == [
        'ticket.subject contains "fire"'
    ]
    assert {e["follows"] for g in told["Tell agents"]["groups"] for e in g["examples"]} == {"e-1"}


def test_markdown_shows_a_subject_as_it_stands(replay: Replay) -> None:
    write_events(event(1, "1", created=True, set={"subject": "<b>@team</b> *#1* | `x`"}))
    said = replay(OLD.replace('subject "Hello"', 'subject "{{ ticket.subject }}"'), "--markdown")
    assert "&lt;b&gt;@\u200bteam&lt;/b&gt; \\*#\u200b1\\* \\| \\`x\\`" in said
    assert said.startswith("### 1 mail with another text\n")
    assert said.count("<details>") == said.count("</details>") == 1


@pytest.mark.parametrize("form", [(), ("--json",), ("--markdown",)])
def test_two_replays_print_the_same_bytes(replay: Replay, form: tuple[str, ...]) -> None:
    new = OLD.replace("Welcome", "Hi").replace('contains "down"', 'contains "fire"')
    assert replay(new, *form) == replay(new, *form)


def test_an_empty_stream_is_no_proof(replay: Replay) -> None:
    write_events(b"")
    assert replay(OLD).splitlines()[0] == "no event was taken, so nothing can differ"


def test_what_is_kept_does_not_grow_with_what_differs(replay: Replay) -> None:
    write_events(*(event(n, f"t{n}", created=True, set={"subject": f"No {n}"}) for n in range(300)))
    found = data(replay, OLD.replace("Welcome", "Hi"))
    (trigger,) = found["triggers"]
    (group,) = trigger["groups"]
    assert (group["count"], group["tickets"], len(group["examples"])) == (300, 300, 3)


def test_a_first_difference_is_shown_before_one_that_follows(replay: Replay) -> None:
    write_events(
        event(1, "1", created=True, set={"subject": "It is down"}),
        event(2, "1", comment={"body": "x"}),
        event(3, "2", created=True, set={"subject": "x"}),
        event(4, "2", set={"priority": "urgent", "tags": ["quiet"]}),
    )
    new = OLD.replace('contains "down"', 'contains "fire"').replace(
        "priority is urgent", "priority is urgent and ticket.tags do not include quiet"
    )
    found = data(replay, new, "--examples", "1")
    shown = {
        (trigger["trigger"], group["kind"]): group["examples"][0]["event"]
        for trigger in found["triggers"]
        for group in trigger["groups"]
    }
    assert shown["Tell agents", "notification"] == "e-4"


# Exit codes, and what does not fit


def test_a_difference_is_an_exit_code_where_it_is_asked_for(replay: Replay) -> None:
    new = OLD.replace("Welcome", "Hi")
    replay(new)
    replay(new, "--exit-code", code=3)


def test_refused_lines_are_named_kept_and_in_neither_version(replay: Replay) -> None:
    write_events(EVENTS[0], b"{", event(5, "9"), EVENTS[2])
    said = replay(OLD, "--rejects", "aside.jsonl", "--exit-code", code=1)
    assert "events.jsonl:2: refused: it is not JSON" in said
    assert "events.jsonl:3: refused: ticket 9 was never seen" in said
    assert "2 lines refused, and in neither version" in said
    kept = [json.loads(line) for line in Path("aside.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [item["line"] for item in kept] == [2, 3]
    assert "stopped after 1 event, as --strict asks" in replay(OLD, "--strict", code=1)


def test_what_one_version_alone_can_read_is_refused(replay: Replay) -> None:
    write_events(*EVENTS, event(5, "1", set={"plan": "gold"}))
    assert "no field `plan`" in replay("field ticket.plan is text\n" + OLD, code=1)
    Path("old.trig").write_text("field ticket.plan is text\n" + OLD, encoding="utf-8")
    assert "(only the old rules can read it)" in replay(OLD, code=1)


def test_tickets_to_start_from_are_known_to_both(replay: Replay) -> None:
    state = {"source": "desk", "subject": "9", "values": {"subject": "Old", "priority": "urgent"}}
    Path("tickets.jsonl").write_text(json.dumps(state) + "\n", encoding="utf-8")
    write_events(event(5, "9", comment={"body": "Again"}))
    assert replay(OLD.replace('"Urgent"', '"Now"'), "--tickets", "tickets.jsonl").startswith(
        "1 mail with another text"
    )
    other = "field ticket.plan is text\n" + OLD
    assert replay(other, "--tickets", "tickets.jsonl").startswith("no difference")
    Path("tickets.jsonl").write_text("{}\n", encoding="utf-8")
    assert "tickets.jsonl:1: this ticket cannot be read" in replay(OLD, "--tickets", "tickets.jsonl", code=1)


def test_mistakes_of_either_version_are_shown(replay: Replay) -> None:
    assert "new.trig:1:" in replay("when ticket.statsu is open then stop", code=1)
    Path("old.trig").write_text("when", encoding="utf-8")
    assert "old.trig:1:" in replay(OLD, code=1)


def test_warnings_are_those_of_the_new_version(replay: Replay, capsys: pytest.CaptureFixture[str]) -> None:
    warned = OLD + 'trigger "No" when ticket.status is open and ticket.status is solved then stop'
    Path("old.trig").write_text(warned, encoding="utf-8")
    Path("new.trig").write_text(OLD, encoding="utf-8")
    assert cli.main(["replay", "old.trig", "new.trig", "--events", "events.jsonl"]) == 0
    assert capsys.readouterr().err == ""
    assert cli.main(["replay", "new.trig", "old.trig", "--events", "events.jsonl"]) == 0
    assert "1 warning in these rules: `trigdsl check old.trig` shows it\n" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["events.jsonl", "old.trig", "new.trig", "templates/en/page.txt"])
def test_nothing_is_written_over_what_is_read(
    replay: Replay, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    Path("new.trig").write_text(OLD, encoding="utf-8")
    before = Path(target).read_bytes()
    code = cli.main(["replay", "old.trig", "new.trig", "--events", "events.jsonl", "--rejects", target])
    assert (code, "would be written over" in capsys.readouterr().err) == (2, True)
    assert Path(target).read_bytes() == before


def test_libraries_are_versions_too(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(cli.__file__).parent.parent.parent / "stdlib" / "demo"
    files = ["--events", str(folder / "events.jsonl"), "--directory", str(folder / "directory.json")]
    assert cli.main(["replay", "zendesk", "zendesk.current", *files, "--exit-code"]) == 3
    assert "more" in capsys.readouterr().out.splitlines()[0]


# Long replays


def test_an_interrupt_tells_what_was_found_until_then(replay: Replay) -> None:
    Path("new.trig").write_text(OLD.replace("Welcome", "Hi"), encoding="utf-8")
    running = subprocess.Popen(
        [TRIGDSL, "replay", "old.trig", "new.trig", "--events", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdin is not None
    running.stdin.write(json.dumps(EVENTS[0]).encode() + b"\n{\n")
    running.stdin.flush()
    assert running.stderr is not None
    assert b"refused" in running.stderr.readline()  # so the first event was taken
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert out.startswith(b"1 mail with another text\n")
    assert b"interrupted: this is what was found until then" in out


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_on_a_terminal_it_says_how_far_it_has_come(replay: Replay) -> None:
    Path("new.trig").write_text(OLD, encoding="utf-8")
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [TRIGDSL, "replay", "old.trig", "new.trig", "--events", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    assert running.stdin is not None
    seen = b""
    for number in range(64 * 100):
        running.stdin.write(json.dumps(event(number, f"t{number}", created=True)).encode() + b"\n")
        if number % 64 == 63:
            running.stdin.flush()
            time.sleep(0.02)
        if number == 64 * 99:
            break
    running.stdin.close()
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    assert running.wait(60) == 0
    os.close(ours)
    assert b" a second" in seen
