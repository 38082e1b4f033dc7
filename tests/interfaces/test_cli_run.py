"""`trigdsl run` as people start it: clear words, the right exit code, and nothing lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from trigdsl.interfaces import cli

TRIGDSL = str(Path(sys.executable).with_name("trigdsl"))
ONE_LINE = "when ticket.status changes to solved notify requester with template solved"
DIRECTORY = {
    "users": [
        {"id": "7", "email": "ana@example.com", "name": "Ana", "role": "end_user", "language": "en"},
        {"id": "8", "email": "bo@example.com", "name": "Bo", "role": "agent", "groups": ["Tier 1"]},
    ],
    "groups": [{"id": "1", "name": "Tier 1"}],
}


def event(kind: str, event_id: str, subject: str = "42", **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "helpdesk",
        "type": f"ticket.{kind}",
        "subject": subject,
        "time": "2026-01-05T10:00:00Z",
        "data": {"by": "ana@example.com", "channel": "email", **data},
    }


CREATED = event("created", "e-1", set={"subject": "Printer"}, comment={"public": True, "body": "Help"})
SOLVED = event("updated", "e-2", set={"status": "solved"})
RENAMED = event("updated", "e-3", set={"subject": "Another printer"})


def lines(*events: Any) -> bytes:
    """Return a stream; what is bytes already is a line as it stands."""
    return b"".join((e if isinstance(e, bytes) else json.dumps(e).encode()) + b"\n" for e in events)


class Desk:
    """A folder with rules and a stream, in which the command runs."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.rules(ONE_LINE)
        self.events(CREATED, SOLVED)

    def rules(self, text: str | bytes) -> None:
        self.write("rules.trig", text if isinstance(text, bytes) else text.encode())

    def events(self, *events: Any) -> None:
        self.write("events.jsonl", lines(*events))

    def write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def read(self, name: str) -> list[Any]:
        return [json.loads(line) for line in (self.folder / name).read_text(encoding="utf-8").splitlines()]

    def command(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [TRIGDSL, *arguments], cwd=self.folder, input=stdin, capture_output=True, timeout=60, check=False
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    def run(self, *options: str, code: int = 0) -> tuple[str, str]:
        """Run the rules on the events; return what was printed and what was complained of."""
        found = cli.main(["run", "rules.trig", "--events", "events.jsonl", *options])
        captured = self.capsys.readouterr()
        assert found == code, captured.err
        return captured.out, captured.err

    def outcomes(self, *options: str, code: int = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("--json", *options, code=code)[0].splitlines()]

    def complaint(self, *options: str) -> str:
        """Return the one line that refuses one event while all others are taken."""
        _, complained = self.run("--json", *options, code=1)
        refused = [line for line in complained.splitlines() if ": refused: " in line]
        assert len(refused) == 1, complained
        return refused[0]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capsys)


# The one-line program


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n# done"])
def test_the_one_line_program_tells_the_requester_of_a_solved_ticket(desk: Desk, end: str) -> None:
    desk.rules(ONE_LINE + end)
    created, solved = desk.outcomes()
    assert created["fired"] == []
    assert created["effects"] == []
    (effect,) = solved["effects"]
    assert (effect["kind"], effect["channel"]) == ("notification", "email")
    assert (effect["recipient"], effect["template"]) == ("ana@example.com", "solved")
    assert "Printer" in effect["subject"] + effect["body"]


def test_the_one_line_program_is_silent_when_a_ticket_is_not_solved(desk: Desk) -> None:
    desk.events(CREATED, RENAMED)
    assert [(o["fired"], o["effects"]) for o in desk.outcomes()] == [([], []), ([], [])]


def test_solving_again_what_is_solved_tells_nobody(desk: Desk) -> None:
    desk.events(CREATED, SOLVED, event("updated", "e-3", set={"status": "solved"}))
    assert [len(o["effects"]) for o in desk.outcomes()] == [0, 1, 0]


def test_a_person_reads_who_did_what_and_what_came_of_it(desk: Desk) -> None:
    printed, complained = desk.run()
    assert "ana@example.com creates ticket 42 with a comment  [e-1]" in printed
    assert "email to ana@example.com: " in printed
    assert printed.splitlines()[-1] == "2 events of 1 ticket, 1 firing"
    assert complained == ""


def test_the_command_itself_runs_the_one_line_program(desk: Desk) -> None:
    done = desk.command("run", "rules.trig", "--events", "events.jsonl", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert [[e["recipient"] for e in o["effects"]] for o in outcomes] == [[], ["ana@example.com"]]
    desk.events(CREATED, b"{", RENAMED)
    done = desk.command("run", "rules.trig", "--events", "events.jsonl", "--json")
    assert done.returncode == 1
    assert b"events.jsonl:2: refused: " in done.stderr
    assert [json.loads(line)["effects"] for line in done.stdout.splitlines()] == [[], []]


# The shape of --json


def test_an_outcome_has_the_documented_shape(desk: Desk) -> None:
    desk.rules(
        'trigger "Close"\nwhen ticket.status changes to solved\n'
        "then set ticket.priority to high\nnotify requester with template solved\n"
        'trial trigger "New" when ticket.status is solved set ticket.type to problem'
    )
    _, outcome = desk.outcomes()
    assert list(outcome) == ["version", "event", "ticket", "duplicate", "fired", "effects", "trial", "after"]
    head = {key: outcome[key] for key in ("version", "event", "ticket", "duplicate", "fired")}
    assert head == {"version": 1, "event": "e-2", "ticket": "42", "duplicate": False, "fired": ["Close"]}
    change, notification = outcome["effects"]
    assert list(change) == ["kind", "trigger", "line", "field", "from", "to", "key"]
    key = change.pop("key")
    assert change == {
        "kind": "change",
        "trigger": "Close",
        "line": 3,
        "field": "ticket.priority",
        "from": None,
        "to": "high",
    }
    assert list(notification) == [
        "kind",
        "trigger",
        "line",
        "channel",
        "recipient",
        "template",
        "language",
        "subject",
        "body",
        "key",
    ]
    assert (notification["line"], notification["language"]) == (4, "en")
    assert key
    assert notification["key"] not in ("", key)
    (trial,) = outcome["trial"]
    assert trial["trigger"] == "New"
    assert [e["to"] for e in trial["effects"]] == ["problem"]
    assert not [name for name in outcome["after"] if "." in name]
    assert outcome["after"]["status"] == "solved"
    assert outcome["after"]["priority"] == "high"
    assert outcome["after"].get("type") is None


def test_the_same_input_gives_the_same_bytes(desk: Desk) -> None:
    desk.rules("when ticket is created add d, a, c, b to ticket.tags")
    first, _ = desk.run("--json")
    assert first == desk.run("--json")[0]
    assert json.loads(first.splitlines()[0])["after"]["tags"] == ["a", "b", "c", "d"]


def test_a_trace_says_why_on_request_only(desk: Desk) -> None:
    assert "trace" not in desk.outcomes()[0]
    assert "trace" in desk.outcomes("--trace")[0]
    printed, _ = desk.run("--trace")
    assert "not: " in printed


def test_a_single_pass_does_not_start_again(desk: Desk) -> None:
    desk.rules(
        'trigger "A" when ticket.tags include x set ticket.priority to high '
        'trigger "B" when ticket is created add x to ticket.tags'
    )
    assert desk.outcomes()[0]["fired"] == ["B", "A"]
    assert desk.outcomes("--single-pass")[0]["fired"] == ["B"]


def test_no_colours_reach_a_pipe(desk: Desk) -> None:
    desk.events(CREATED, b"{", SOLVED)
    for options in ((), ("--json",), ("--trace",)):
        done = desk.command("run", "rules.trig", "--events", "events.jsonl", *options)
        printed, complained = done.stdout.decode(), done.stderr.decode()
        assert not [c for c in printed + complained if ord(c) < 32 and c != "\n"]


# Events that do not fit


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (lines(SOLVED)[:60], ("not JSON",)),
        (lines(SOLVED)[:-10], ("not JSON", "cut off")),
        (b"{'specversion': '1.0'}", ("not JSON",)),
        (b"[1, 2]", ("neither a CloudEvent nor",)),
        (b'{"hello": "world"}', ("neither a CloudEvent nor",)),
        (b'{"specversion": "1.0", "data": NaN}', ("`NaN`",)),
        (lines(SOLVED).replace(b"Z", b"\xff")[:-1], ("not UTF-8", "byte")),
        (b"[" * 100_000, ("nested too deep",)),
        (event("updated", "e", set={"statsu": "open"}), ("`statsu`", "did you mean `status`?")),
        (event("updated", "e", set={"nonsense_xyz": 1}), ("no field `nonsense_xyz`",)),
        (event("updated", "e", set={"status": "resolved!"}), ("`status`", "`resolved!`", "pending")),
        (event("updated", "e", set={"priority": 5}), ("`priority`",)),
        (event("updated", "e", set={"tags": "vip"}), ("`tags`", "not a list")),
        (event("updated", "e", set={"tags": ["two words"]}), ("`tags`", "`two words`")),
        (event("updated", "e", set={"due_date": "tomorrow"}), ("`due_date`", "`tomorrow`")),
        (event("updated", "e", set={"reopens": 3}), ("`reopens`",)),
        (event("updated", "e", channel="pigeon"), ("`channel`", "`pigeon`")),
        (event("updated", "e", comment={"public": "yes"}), ("`public`",)),
        (event("updated", "e", coment={"body": "x"}), ("`coment`", "`comment`")),
        (event("updated", "e", by={"name": "Zoe"}), ("by", "`email`")),
        (event("updated", "e", ticket_="x"), ("`ticket_`",)),
        ({**SOLVED, "id": "e", "time": "25:00"}, ("`time`", "`25:00`")),
        ({k: v for k, v in SOLVED.items() if k != "time"}, ("`time` is missing",)),
        ({**SOLVED, "subject": None}, ("`subject` is missing",)),
        ({**SOLVED, "type": "ticket.deleted"}, ("ticket.deleted", "`ticket.updated`")),
        ({**SOLVED, "specversion": "0.3"}, ("specversion",)),
        ({**SOLVED, "data": []}, ("`data`",)),
        (event("updated", "e", "99", set={"status": "open"}), ("ticket 99 was never seen",)),
        (event("created", "e", set={"subject": "x"}), ("ticket 42 exists already",)),
        ({**CREATED, "time": "2026-01-06T10:00:00Z"}, ("event e-1 of ticket 42", "another content")),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else None,
)
def test_what_does_not_fit_is_refused_with_its_line_and_why(
    desk: Desk, line: Any, words: Sequence[str]
) -> None:
    desk.events(CREATED, line, SOLVED)
    refused = desk.complaint()
    assert refused.startswith("events.jsonl:2: refused: ")
    assert [word for word in words if word not in refused] == [], refused
    assert [o["event"] for o in desk.outcomes(code=1)] == ["e-1", "e-2"]


def test_the_same_event_twice_changes_nothing(desk: Desk) -> None:
    desk.events(CREATED, SOLVED, SOLVED)
    _, first, again = desk.outcomes()
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert (again["fired"], again["effects"], again["trial"]) == ([], [], [])
    assert again["after"] == first["after"]
    assert "seen before" in desk.run()[0]


def test_one_event_id_serves_two_tickets(desk: Desk) -> None:
    desk.events(CREATED, {**CREATED, "subject": "43"}, {**CREATED, "source": "other"})
    assert [o["duplicate"] for o in desk.outcomes()] == [False, False, False]


def test_a_refused_event_leaves_everything_as_it_was(desk: Desk) -> None:
    bad = event("updated", "e-2", set={"priority": "high", "status": "nope"})
    desk.events(CREATED, bad, SOLVED)
    _, outcome = desk.outcomes(code=1)
    assert (outcome["event"], outcome["duplicate"]) == ("e-2", False)
    assert outcome["after"].get("priority") is None


def test_empty_lines_and_a_byte_order_mark_are_nothing(desk: Desk) -> None:
    desk.write(
        "events.jsonl", b"\xef\xbb\xbf" + lines(CREATED).replace(b"\n", b"\r\n") + b"\n  \n" + lines(SOLVED)
    )
    assert [o["event"] for o in desk.outcomes()] == ["e-1", "e-2"]


def test_the_last_line_needs_no_end(desk: Desk) -> None:
    desk.write("events.jsonl", lines(CREATED, SOLVED)[:-1])
    assert len(desk.outcomes()) == 2


def test_no_events_are_no_mistake(desk: Desk) -> None:
    desk.write("events.jsonl", b"")
    assert desk.run()[0] == "0 events of 0 tickets, 0 firings\n"
    assert desk.run("--json") == ("", "")


def test_refused_lines_are_kept_whole_while_the_stream_goes_on(desk: Desk) -> None:
    wrong = [
        b'{"cut": ',
        json.dumps(event("updated", "e", set={"satus": "é" * 300})).encode(),
        b'{"a": "\xff\xfe"}',
    ]
    desk.events(CREATED, wrong[0], wrong[1], SOLVED, wrong[2])
    assert [o["event"] for o in desk.outcomes("--rejects", "rejects.jsonl", code=1)] == ["e-1", "e-2"]
    kept = desk.read("rejects.jsonl")
    assert [sorted(k) for k in kept] == [["line", "raw", "reason"]] * 3
    assert [k["line"] for k in kept] == [2, 3, 5]
    assert [k["raw"].encode("utf-8", "surrogateescape") for k in kept] == wrong
    assert [word in k["reason"] for k, word in zip(kept, ["cut off", "`satus`", "UTF-8"], strict=True)] == [
        True
    ] * 3


def test_nothing_refused_leaves_an_empty_file_of_rejects(desk: Desk) -> None:
    desk.run("--rejects", "rejects.jsonl")
    assert (desk.folder / "rejects.jsonl").read_bytes() == b""


def test_strict_stops_at_the_first_refused_line(desk: Desk) -> None:
    desk.events(CREATED, b"{", SOLVED, b"{")
    printed, complained = desk.run("--json", "--strict", "--rejects", "rejects.jsonl", code=1)
    assert [json.loads(line)["event"] for line in printed.splitlines()] == ["e-1"]
    assert "events.jsonl:2: refused: " in complained
    assert "stopped after 1 event" in complained
    assert [k["line"] for k in desk.read("rejects.jsonl")] == [2]


def test_the_summary_counts_what_was_refused(desk: Desk) -> None:
    desk.events(CREATED, b"{", SOLVED, b"}")
    assert desk.run(code=1)[0].splitlines()[-1] == "2 events of 1 ticket, 1 firing, 2 lines refused"


# The states of tickets

STREAM = (
    CREATED,
    event("created", "e-1", "43", by={"email": "zoe@example.com", "name": "Zoe", "language": "fr"}),
    event(
        "updated",
        "e-2",
        by="bo@example.com",
        comment={"public": False, "body": "Hm"},
        set={"tags": ["b", "a"]},
    ),
    event("updated", "e-2", "43", by="zoe@example.com", set={"status": "solved", "due_date": "2026-02-01"}),
    event("updated", "e-3", by="8", comment={"public": True, "body": "Done"}, set={"status": "solved"}),
    event("updated", "e-3", "43", by="zoe@example.com", set={"status": "open"}, comment={"body": "Non"}),
    event("updated", "e-4", set={"status": "open"}, comment={"public": True, "body": "No"}),
    event("updated", "e-4", "43", by=None, set={"status": "solved"}),
    event("updated", "e-5", set={"status": "solved", "assignee": "bo@example.com", "group": "1"}),
)
MANY_RULES = (
    'use zendesk trigger "Once" once per ticket when ticket.status changes to solved then add 1 to ticket.score '
    "field ticket.score is a number"
)


@pytest.mark.parametrize("cut", [1, 3, 5, 8])
def test_a_stream_in_two_parts_gives_what_the_whole_gives(
    desk: Desk, cut: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = desk.folder
    desk.rules(MANY_RULES)
    desk.write("directory.json", json.dumps(DIRECTORY).encode())
    parts = {"whole": STREAM, "first": STREAM[:cut], "second": STREAM[cut:]}
    for name, part in parts.items():
        desk.write(f"{name}.jsonl", lines(*part))

    def run(name: str, *options: str) -> list[Any]:
        arguments = [str(folder / "rules.trig"), "--events", str(folder / f"{name}.jsonl"), "--json"]
        code = cli.main(["run", *arguments, "--directory", str(folder / "directory.json"), *options])
        captured = capsys.readouterr()
        assert (code, captured.err) == (0, "")
        return [json.loads(line) for line in captured.out.splitlines()]

    state, end, whole_end = (str(folder / f"{name}.states") for name in ("first", "second", "whole"))
    whole = run("whole", "--save-tickets", whole_end)
    first = run("first", "--save-tickets", state)
    second = run("second", "--tickets", state, "--save-tickets", end)
    assert first + second == whole
    assert desk.read("second.states") == desk.read("whole.states")
    assert sum(bool(o["fired"]) for o in whole) >= 5


def test_a_states_line_names_ticket_and_values(desk: Desk) -> None:
    desk.run("--save-tickets", "states.jsonl")
    (state,) = desk.read("states.jsonl")
    assert (state["source"], state["subject"]) == ("helpdesk", "42")
    assert state["values"]["status"] == "solved"
    assert state["comments"][0]["body"] == "Help"


def test_states_are_saved_when_lines_were_refused(desk: Desk) -> None:
    desk.events(CREATED, b"{", SOLVED)
    desk.run("--save-tickets", "states.jsonl", code=1)
    assert desk.read("states.jsonl")[0]["values"]["status"] == "solved"


def test_an_update_may_carry_the_state_before(desk: Desk) -> None:
    state = {"values": {"status": "open", "requester": "zoe@example.com", "tags": ["vip"]}}
    desk.events(event("updated", "e-1", set={"status": "solved"}, ticket=state))
    (outcome,) = desk.outcomes()
    assert [e["recipient"] for e in outcome["effects"]] == ["zoe@example.com"]
    assert outcome["after"]["tags"] == ["vip"]


def test_a_state_that_the_stream_knows_already_is_left_aside(desk: Desk) -> None:
    state = {"values": {"status": "solved", "requester": "eve@example.com"}}
    desk.events(CREATED, event("updated", "e-2", set={"status": "solved"}, ticket=state))
    assert [e["recipient"] for e in desk.outcomes()[1]["effects"]] == ["ana@example.com"]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"source": "helpdesk"}', "`subject`"),
        ('{"source": "h", "subject": "1", "values": {"statsu": "open"}}', "`statsu`"),
        ('{"source": "h", "subject": "1", "comment": []}', "`comments`"),
    ],
)
def test_a_state_that_cannot_be_read_is_told_with_its_line(desk: Desk, state: str, word: str) -> None:
    desk.write("states.jsonl", b'{"source": "helpdesk", "subject": "7"}\n' + state.encode())
    printed, complained = desk.run("--tickets", "states.jsonl", code=1)
    assert printed == ""
    assert "states.jsonl:2: " in complained
    assert word in complained


# Rules and files that are wrong


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (b"", ("no-rules",)),
        (b"# only a comment\n", ("no-rules",)),
        (b"field ticket.plan is text", ("no trigger",)),
        (b"when ticket.status is solved\nnotify \xff", ("not-utf-8", "line 2")),
        (ONE_LINE.replace("solved notify", "solvd notify").encode(), ("did you mean `solved`?",)),
        (
            ONE_LINE.replace("template solved", "template solvd").encode(),
            ("`solvd`", "did you mean `solved`?"),
        ),
        (ONE_LINE.replace("ticket.status", "ticket.statsu").encode(), ("`statsu`", "did you mean `status`?")),
        (b"use zendeks", ("unknown-library", "did you mean `zendesk`?")),
    ],
)
def test_rules_with_a_mistake_run_nothing(desk: Desk, rules: bytes, words: Iterable[str]) -> None:
    desk.rules(rules)
    printed, complained = desk.run(code=1)
    assert printed == ""
    assert [word for word in words if word not in complained] == [], complained


@pytest.mark.parametrize("option", ["--events", "--directory", "--tickets"])
def test_a_file_that_is_missing_is_named(desk: Desk, option: str) -> None:
    printed, complained = desk.run(option, "nowhere.json", code=1)
    assert printed == ""
    assert "`nowhere.json` cannot be read: no such file" in complained


@pytest.mark.parametrize("option", ["--events", "--directory", "--tickets"])
def test_a_folder_is_no_file(desk: Desk, option: str) -> None:
    assert "`.` cannot be read: is a directory" in desk.run(option, ".", code=1)[1]


@pytest.mark.parametrize("option", ["--save-tickets", "--rejects"])
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("rules.trig", "over what is read"),
        ("used.trig", "over what is read"),
        ("templates/en/hi.txt", "over what is read"),
        ("names.json", "over what is read"),
        ("directory.json", "over what is read"),
        ("new.trig", "would be read as rules"),
    ],
)
def test_nothing_is_written_over_what_is_read(desk: Desk, option: str, target: str, reason: str) -> None:
    (desk.folder / "templates/en").mkdir(parents=True)
    desk.rules(f'use "./used.trig"\n{ONE_LINE}')
    files = {"used.trig": b"", "templates/en/hi.txt": b"Hi", "names.json": b"{}", "directory.json": b"{}"}
    for name, content in files.items():
        desk.write(name, content)
    complained = desk.run(option, target, "--directory", "directory.json", code=2)[1]
    assert f"`{target}` would be" in complained
    assert reason in complained
    assert {name: (desk.folder / name).read_bytes() for name in files} == files
    assert not (desk.folder / "new.trig").exists()


def test_two_things_are_not_written_into_one_file(desk: Desk) -> None:
    assert "name another file" in desk.run("--save-tickets", "new", "--rejects", "./new", code=2)[1]


def test_a_file_of_rejects_that_cannot_be_written_is_told_first(desk: Desk) -> None:
    printed, complained = desk.run("--rejects", "nowhere/rejects", code=1)
    assert printed == ""
    assert "`nowhere/rejects` cannot be written: no such file" in complained


def test_states_that_cannot_be_written_are_told(desk: Desk) -> None:
    assert (
        "`nowhere/states` cannot be written: no such file"
        in desk.run("--save-tickets", "nowhere/states", code=1)[1]
    )


@pytest.mark.parametrize(
    ("directory", "words"),
    [
        ("[]", ("is not an object",)),
        ("{", ("not JSON",)),
        ('{"users": {}}', ("`users`", "not a list")),
        ('{"users": [{"email": "a@example.com"}, {"nme": "x"}]}', ("users, entry 2", "`user.nme`", "`name`")),
        ('{"users": [{"name": "x"}]}', ("users, entry 1", "`id`", "`email`")),
        ('{"users": [{"id": "1", "role": "boss"}]}', ("`role`", "`boss`")),
        ('{"group": []}', ("`group`", "`groups`")),
    ],
)
def test_a_directory_that_is_wrong_is_told_by_its_entry(
    desk: Desk, directory: str, words: Iterable[str]
) -> None:
    desk.write("directory.json", directory.encode())
    printed, complained = desk.run("--directory", "directory.json", code=1)
    assert printed == ""
    assert [word for word in (*words, "directory.json") if word not in complained] == [], complained


@pytest.mark.parametrize("command", ["run", "profile", "why", "check", "test"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_stream_that_is_given_as_a_directory_is_known_for_one(desk: Desk, command: str, count: int) -> None:
    desk.events(*[CREATED, SOLVED][:count])
    options = {"why": ["--event", "e-1"], "check": [], "test": []}.get(command, [])
    events = [] if command in ("check", "test") else ["--events", "events.jsonl"]
    assert cli.main([command, "rules.trig", *events, *options, "--directory", "events.jsonl"]) == 1
    complained = desk.capsys.readouterr().err
    assert (
        "the directory `events.jsonl` looks like a stream of events, one object a line: a directory is one "
        "object with `users`, `groups` and `organizations`\n" in complained
    )


@pytest.mark.parametrize("command", ["run", "profile", "why"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_directory_that_is_given_as_a_stream_is_known_for_one(
    desk: Desk, command: str, indent: int | None
) -> None:
    desk.write("people.json", json.dumps(DIRECTORY, indent=indent).encode())
    options = ["--event", "e-1"] if command == "why" else []
    assert cli.main([command, "rules.trig", "--events", "people.json", *options]) == 1
    printed, complained = desk.capsys.readouterr()
    assert printed == ""
    assert (
        "the events `people.json` look like a directory, one object with `users` and `groups`" in complained
    )


def test_a_rule_that_names_somebody_the_directory_lacks_runs_nothing(desk: Desk) -> None:
    desk.write("directory.json", json.dumps(DIRECTORY).encode())
    desk.rules('when ticket is created set group to "Tier 2"')
    assert "`Tier 2`" in desk.run("--directory", "directory.json", code=1)[1]
    desk.rules('when ticket is created set group to "Tier 1"')
    assert desk.outcomes("--directory", "directory.json")[0]["after"]["group"] == "Tier 1"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("run",),
        ("run", "rules.trig"),
        ("run", "--events", "events.jsonl"),
        ("run", "rules.trig", "--events", "events.jsonl", "--jsn-lines"),
        ("fly", "rules.trig"),
    ],
)
def test_wrong_use_is_2(desk: Desk, arguments: Sequence[str]) -> None:
    done = desk.command(*arguments)
    assert done.returncode == 2
    assert b"usage: trigdsl" in done.stderr
    assert done.stdout == b""


# Streams of the operating system


def test_a_single_dash_is_standard_input(desk: Desk) -> None:
    done = desk.command("run", "rules.trig", "--events", "-", "--json", stdin=lines(CREATED, b"{", SOLVED))
    assert done.returncode == 1
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["e-1", "e-2"]
    assert b"-:2: refused: " in done.stderr


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
WRITING = (
    ("run", "rules.trig", "--events", "events.jsonl"),
    ("run", "rules.trig", "--events", "events.jsonl", "--json"),
    ("check", "rules.trig"),
    ("check", "rules.trig", "--json"),
    ("list", "rules.trig"),
    ("list", "rules.trig", "--json"),
    ("demo",),
    ("demo", "--json"),
    ("format", "-"),
    ("format", "--diff", "rules.trig"),
    ("format", "--check", "rules.trig"),
)


def started(desk: Desk, arguments: Sequence[str], stdout: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [TRIGDSL, *arguments],
        cwd=desk.folder,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@full
@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_full_disk_is_told(desk: Desk, arguments: Sequence[str]) -> None:
    if arguments == ("check", "rules.trig", "--json"):
        desk.rules("when ticket.statsu is solved stop")
    with Path("/dev/full").open("wb") as nowhere, started(desk, arguments, nowhere.fileno()) as process:
        _, complained = process.communicate(ONE_LINE.encode(), timeout=30)
    assert process.returncode == 1, complained
    assert b"Traceback" not in complained
    assert b"no space left" in complained


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_closed_pipe_is_told(desk: Desk, arguments: Sequence[str]) -> None:
    if arguments == ("check", "rules.trig", "--json"):
        desk.rules("when ticket.statsu is solved stop")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        with started(desk, arguments, writer) as process:
            _, complained = process.communicate(ONE_LINE.encode(), timeout=30)
    finally:
        os.close(writer)
    assert process.returncode == 1, complained
    assert b"Traceback" not in complained
    assert b"Exception ignored" not in complained
    assert b"closed" in complained


def test_states_are_saved_when_the_output_is_closed(desk: Desk) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    arguments = ("run", "rules.trig", "--events", "events.jsonl", "--save-tickets", "states.jsonl")
    try:
        with started(desk, arguments, writer) as process:
            process.communicate(timeout=30)
    finally:
        os.close(writer)
    assert [state["subject"] for state in desk.read("states.jsonl")] == ["42"]


def test_an_interrupt_says_how_far_it_came_and_saves_the_states(desk: Desk) -> None:
    arguments = ("run", "rules.trig", "--events", "-", "--json", "--save-tickets", "states.jsonl")
    with started(desk, arguments, subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        assert process.stdout is not None
        process.stdin.write(lines(CREATED, b"{"))
        process.stdin.flush()
        refused = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        complained = process.stderr.read()
        printed = process.stdout.read()
    assert b"-:2: refused: " in refused
    assert process.returncode == 130
    assert b"interrupted after 1 event" in complained
    assert b"Traceback" not in complained
    assert json.loads(printed)["event"] == "e-1"
    assert desk.read("states.jsonl")[0]["subject"] == "42"


# A second start


def test_a_second_start_says_and_does_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGDSL_CACHE", str(desk.folder / "cache"))
    desk.rules(ONE_LINE + "\nwhen ticket.status is open and ticket.status is solved then stop")
    os.utime(desk.folder / "rules.trig", (1_700_000_000, 1_700_000_000))
    time.sleep(0.02)  # what was changed this very moment is not kept
    first = desk.run("--json")
    assert len([*(desk.folder / "cache").iterdir()]) == 1
    assert "1 warning in these rules: `trigdsl check rules.trig` shows it\n" in first[1]
    monkeypatch.setattr("trigdsl.runtime.loader.load_paths", None)  # whoever reads the rules again fails
    assert desk.run("--json") == first
    monkeypatch.undo()


def test_without_a_cache_nothing_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGDSL_CACHE", str(desk.folder / "cache"))
    desk.run("--no-cache")
    monkeypatch.setenv("TRIGDSL_CACHE", "off")
    desk.run()
    assert not (desk.folder / "cache").exists()


# What drowns what was asked for, and what is mixed up


def test_warnings_are_counted_and_shown_by_check_alone(desk: Desk) -> None:
    never = "\nwhen ticket.status is open and ticket.status is solved then stop"
    desk.write("my rules.trig", (ONE_LINE + never * 2).encode())
    people = ["--directory", "people.json"]
    desk.write("people.json", b"{}")
    for command in (["run"], ["profile"], ["why", "--event", "e-1"]):
        assert cli.main([*command, "my rules.trig", "--events", "events.jsonl", *people]) == 0
        complained = desk.capsys.readouterr().err
        assert complained == (
            "2 warnings in these rules: `trigdsl check 'my rules.trig' --directory people.json` shows them\n"
        )
    assert cli.main(["list", "my rules.trig"]) == 0
    told = desk.capsys.readouterr().err
    assert told == "2 warnings in these rules: `trigdsl check 'my rules.trig'` shows them\n"
    assert cli.main(["check", "my rules.trig", *people]) == 0
    assert desk.capsys.readouterr().out.count("never-true") == 2
    desk.rules(ONE_LINE + never + "\nwhen ticket.statsu is open then stop")
    assert "unknown-field" in desk.run(code=1)[1]


@pytest.mark.parametrize(
    ("name", "content"),
    [("e.jsonl", b"5"), ("names.json", b"{}"), ("odd", b"\xef\xbb\xbf\n [1]"), ("odd.trig", b"{}")],
)
def test_json_is_no_rule_file(desk: Desk, name: str, content: bytes) -> None:
    desk.write(name, content)
    stream = ["--events", "rules.trig"]
    for command in (
        ["run", name, *stream],
        ["replay", name, "rules.trig", *stream],
        ["replay", "rules.trig", name, *stream],
        ["check", name],
        ["list", name],
        ["test", name],
        ["export", "zendesk", name],
    ):
        assert cli.main(command) == 2
        assert desk.capsys.readouterr().err == (
            f"trigdsl: `{name}` is JSON, a stream of events or a directory, and no rule file: rules end with `.trig`\n"
        )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "rules.trig",
            ONE_LINE.encode(),
            "are a file of rules: a stream of events is one object a line, in JSON",
        ),
        (
            "answer.json",
            b'{\n "triggers": [\n  {}\n ]\n}\n',
            "are one JSON value over several lines: a stream",
        ),
        ("list.json", b"[\n 1,\n 2\n]\n", "are one JSON value over several lines: a stream"),
    ],
)
def test_what_is_no_stream_is_told_in_one_line(desk: Desk, name: str, content: bytes, words: str) -> None:
    desk.write(name, content)
    printed, complained = desk.run("--events", name, code=1)
    assert printed == ""
    assert complained.startswith(f"trigdsl: the events `{name}` {words}")
    assert complained.count("\n") == 1


def test_one_event_that_is_laid_out_is_taken(desk: Desk) -> None:
    desk.write("events.jsonl", json.dumps(CREATED, indent=2).encode())
    assert [outcome["event"] for outcome in desk.outcomes()] == ["e-1"]
