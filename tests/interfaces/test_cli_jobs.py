"""`trigdsl run --jobs`: the same bytes as one process, whatever happens, and nothing lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from trigdsl.engine.state import Directory
from trigdsl.interfaces import cli, jobs
from trigdsl.interfaces.answers import Setup
from trigdsl.interop.pieces import Piece, pieces
from trigdsl.runtime.loader import compile_text

TRIGDSL = str(Path(sys.executable).with_name("trigdsl"))
RULES = """
trigger "Tell"
  when ticket.status changes to solved
  then notify requester with template solved
trigger "Once" once per ticket
  when comment is public
  then add seen to ticket.tags
"""
AUDITS = Path(__file__).parent.parent / "interop"


def event(number: int, ticket: int, *, created: bool = False, **data: Any) -> bytes:
    return json.dumps(
        {
            "specversion": "1.0",
            "id": f"e-{number}",
            "source": "desk",
            "type": "ticket.created" if created else "ticket.updated",
            "subject": str(ticket),
            "time": "2026-01-05T10:00:00Z",
            "data": {"by": "ana@example.com", **data},
        }
    ).encode()


def audit(number: int, ticket: int, value: str, before: str | None = None) -> bytes:
    kind = {"type": "Create"} if before is None else {"type": "Change", "previous_value": before}
    status = {**kind, "field_name": "status", "value": value}
    return json.dumps(
        {
            "id": number,
            "ticket_id": ticket,
            "created_at": "2026-01-05T10:00:00Z",
            "author_id": 7,
            "events": [status],
        }
    ).encode()


def webhook(number: int, ticket: int, kind: str, position: int, current: str) -> bytes:
    """Return one event of a sequence of two."""
    meta = {"sequence": {"id": f"s-{number}", "position": position, "total": 2}}
    return json.dumps(
        {
            "type": f"zen:event-type:ticket.{kind}",
            "id": f"{number}-{position}",
            "time": "2026-01-05T10:00:00Z",
            "event": {"current": current, "previous": None, "meta": meta},
            "detail": {"id": str(ticket), "actor_id": "7", "status": "OPEN", "tags": []},
        }
    ).encode()


def page(number: int, ticket: int) -> bytes:
    """Return a page of two audits."""
    entries = (audit(number + n, ticket + n, "solved", "open") for n in (0, 1))
    return json.dumps({"audits": [*map(json.loads, entries)]}).encode()


def stream(count: int = 700, tickets: int = 40) -> Iterator[bytes]:
    """Yield events of CloudEvents and audits, with everything among them that can be wrong."""
    for n in range(count):
        ticket = n % tickets
        match n:
            case _ if n < tickets:
                yield event(n, ticket, created=True, set={"subject": f"No {n}"}, comment={"body": "Hi"})
            case _ if n % 97 == 0:
                yield b"{not json"
            case _ if n % 89 == 0:
                yield event(n - tickets, ticket, set={"status": "open"})
            case _ if n % 83 == 0:
                yield event(n, 10_000 + n, set={"status": "open"})
            case _ if n % 71 == 0:
                yield b""
            case _ if n % 53 == 0:
                yield webhook(n, 2_000 + n % 3, "status_changed", 2, "SOLVED")
            case _ if n % 53 == 4 and n > 53:
                yield webhook(n - 4, 2_000 + (n - 4) % 3, "priority_changed", 1, "HIGH")
            case _ if n % 67 == 0:
                yield page(10_000 + n, 3_000 + n % 4)
            case _ if n % 61 == 0:
                yield audit(n, 1_000 + n % 5, "solved", "open")
            case _:
                status = ("open", "solved", "pending")[n % 3]
                yield event(n, ticket, set={"status": status}, comment={"body": f"{n}", "public": n % 2 == 0})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rules.trig").write_text(RULES, encoding="utf-8")
    Path("events.jsonl").write_bytes(b"\n".join(stream()) + b"\n")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], count: int, *options: str) -> tuple[Any, ...]:
    """Return everything that a run leaves: its code, its outputs, and its files."""
    files = [Path("rejects.jsonl"), Path("saved.jsonl")]
    for file in files:
        file.unlink(missing_ok=True)
    paths = ["--rejects", "rejects.jsonl", "--save-tickets", "saved.jsonl"]
    code = cli.main(["run", "rules.trig", "--events", "events.jsonl", *paths, *options, "--jobs", str(count)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err, *(file.read_bytes() for file in files)


OPTIONS = {
    "text": (),
    "json": ("--json",),
    "strict": ("--json", "--strict"),
    "trace": ("--json", "--trace", "--single-pass"),
    "few": ("--json", "--remember", "3"),
}


@pytest.mark.parametrize("options", OPTIONS)
def test_several_processes_leave_what_one_leaves(
    folder: Path, capsys: pytest.CaptureFixture[str], options: str
) -> None:
    alone = run(capsys, 1, *OPTIONS[options])
    assert alone[0] == 1
    assert len(alone[1].splitlines()) > 50
    assert len(alone[4].splitlines()) >= 40
    for count in (2, 3):
        assert run(capsys, count, *OPTIONS[options]) == alone


def test_a_run_goes_on_where_several_processes_left_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = run(capsys, 1, "--json")
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(lines[:300]))
    first = run(capsys, 2, "--json")
    (folder / "before.jsonl").write_bytes(first[4])
    (folder / "events.jsonl").write_bytes(b"".join(lines[300:]))
    second = run(capsys, 3, "--json", "--tickets", "before.jsonl")
    assert first[1] + second[1] == whole[1]
    assert second[4] == whole[4]


def test_a_saved_ticket_that_cannot_be_read_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    states = [{"source": "desk", "subject": str(n), "values": {}} for n in range(300)]
    states[200] = {"source": "desk", "subject": "x", "values": {"colour": "red"}}
    states[250] = {"source": "desk"}
    (folder / "before.jsonl").write_text("\n".join(map(json.dumps, states)), encoding="utf-8")
    told = []
    for count in ("1", "2"):
        assert (
            cli.main(
                [
                    "run",
                    "rules.trig",
                    "--events",
                    "events.jsonl",
                    "--tickets",
                    "before.jsonl",
                    "--jobs",
                    count,
                ]
            )
            == 1
        )
        told.append(capsys.readouterr().err.splitlines()[-1])
    assert told[0] == told[1]
    assert told[0].startswith("trigdsl: before.jsonl:201: this ticket cannot be read: ")


@pytest.mark.parametrize("count", ["0", "-1", "two", "1.5"])
def test_a_number_of_processes_is_a_number(
    folder: Path, capsys: pytest.CaptureFixture[str], count: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["run", "rules.trig", "--events", "events.jsonl", "--jobs", count])
    assert stop.value.code == 2
    assert f"`{count}` is not a number from 1 on" in capsys.readouterr().err


def test_processes_that_share_no_memory_give_the_same() -> None:
    lines = [*stream(300)]
    found = []
    for method in ("fork", "spawn"):
        setup = Setup(compile_text(RULES), Directory(), as_json=True)
        with jobs.Workers(setup, 2, method) as workers:
            found.append(([*workers.answers(lines)], [*workers.saved()]))
    assert found[0] == found[1]
    assert len(found[0][0]) > 250


def test_lines_of_one_ticket_go_to_one_worker() -> None:
    shares = [{owner(line, 7) for line in stream() if b'"subject": "5"' in line} for _ in range(2)]
    assert shares[0] == shares[1]
    assert len(shares[0]) == 1
    assert {owner(line, 7) for line in stream()} == set(range(7))
    assert owner(audit(1, 42, "open"), 5) == owner(audit(2, 42, "open", "new"), 5)
    cloud = json.dumps({"source": "zendesk", "subject": "42"}).encode()
    assert owner(cloud, 5) == owner(audit(1, 42, "open"), 5) == jobs.share(cloud, 5)


def owner(line: bytes, count: int) -> int:
    """Return which of so many workers decides a line."""
    piece = next(pieces([line]), None)
    return jobs.owner(piece.address, count) if isinstance(piece, Piece) else 0


# When a run is stopped


def started(folder: Path, *options: str, stdout: Any = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    """Return a run on events that come when they are written."""
    arguments = ["run", "rules.trig", "--events", "-", "--json", "--save-tickets", "saved.jsonl", *options]
    return subprocess.Popen(
        [TRIGDSL, *arguments],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8")
    return [int(number) for number in found.split()]


def wait_for(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def wait_for_children(process: "subprocess.Popen[bytes]", count: int) -> list[int]:
    wait_for(lambda: len(children(process)) == count)
    return children(process)


def gone(number: int) -> bool:
    """Return whether a process has ended, or is about to."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks into /proc")


@linux
def test_a_worker_that_dies_is_a_clear_error_and_saves_nothing(folder: Path) -> None:
    (folder / "saved.jsonl").write_text("as it was\n", encoding="utf-8")
    process = started(folder, "--jobs", "2")
    victim, other = wait_for_children(process, 2)
    os.kill(victim, signal.SIGKILL)
    _, err = process.communicate(b"\n".join(stream(2_000)) + b"\n", timeout=60)
    assert process.returncode == 1
    assert b"Traceback" not in err
    assert b"a worker process ended before its work was done (killed by signal 9)" in err
    assert (folder / "saved.jsonl").read_text(encoding="utf-8") == "as it was\n"
    wait_for(lambda: gone(other))


@linux
def test_an_interrupt_ends_all_and_saves_what_was_printed(folder: Path) -> None:
    with (folder / "out.jsonl").open("wb") as out:
        process = started(folder, "--jobs", "2", stdout=out)
        workers = wait_for_children(process, 2)
        assert process.stdin is not None
        process.stdin.write(b"\n".join(stream(1_024)) + b"\n")
        process.stdin.flush()
        wait_for(lambda: (folder / "out.jsonl").stat().st_size > 0)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    printed = [json.loads(line) for line in (folder / "out.jsonl").read_bytes().splitlines()]
    assert f"interrupted after {len(printed):,} events".encode() in err
    saved = [json.loads(line) for line in (folder / "saved.jsonl").read_text(encoding="utf-8").splitlines()]
    seen = {(state["subject"], number) for state in saved for number in state["seen"]}
    taken = {(outcome["ticket"], outcome["event"]) for outcome in printed if not outcome.get("duplicate")}
    assert seen == taken
    wait_for(lambda: all(map(gone, workers)))


@linux
def test_workers_end_when_their_parent_is_killed(folder: Path) -> None:
    process = started(folder, "--jobs", "3")
    workers = wait_for_children(process, 3)
    process.kill()
    process.communicate(timeout=60)
    wait_for(lambda: all(map(gone, workers)))
