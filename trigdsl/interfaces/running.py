"""`trigdsl run`: a stream of events through rules, with progress, refusals kept aside, and nothing lost."""

import contextlib
import json
import sys
import time
from pathlib import Path
from typing import IO, Any

from attrs import define, field, frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory, UpdateError
from trigdsl.interfaces import report
from trigdsl.interfaces.files import InputError, Replacement, WrongUseError, reason
from trigdsl.interop import streams
from trigdsl.interop.streams import Refused
from trigdsl.runtime import wire
from trigdsl.runtime.directory import DirectoryError, unknown_fields
from trigdsl.runtime.fold import Fold
from trigdsl.runtime.ruleset import Ruleset


@frozen
class Request:
    """What to run on what, and where to write it."""

    events: str
    directory: str | None = None
    tickets: str | None = None
    save_tickets: str | None = None
    rejects: str | None = None
    as_json: bool = False
    strict: bool = False
    trace: bool = False
    mode: Mode = Mode.RESTART


@define
class _Tally:
    events: int = 0
    firings: int = 0
    refused: int = 0
    tickets: set[tuple[str, str]] = field(factory=set)


def read_json(path: str, what: str) -> Any:
    """Return the JSON value of a file; InputError says why it cannot be read."""
    try:
        return streams.decoded(Path(path).read_bytes())
    except OSError as error:
        raise InputError(
            f"{what} `{path}` cannot be read: {(error.strerror or str(error)).lower()}"
        ) from None
    except UpdateError as error:
        raise InputError(f"{what} `{path}`: {error}") from None


def run(ruleset: Ruleset, request: Request, directory: Any, out: IO[str], err: IO[str]) -> int:
    """Run the stream and write its outcomes; return the exit code: 1 when a line was refused."""
    _check_targets(request)
    known = read_directory(ruleset, directory, request.directory, err)
    fold = ruleset.fold(directory=known, mode=request.mode, trace=request.trace)
    if request.tickets is not None:
        start_tickets(request.tickets, ruleset, fold)
    tally = _Tally()
    with contextlib.ExitStack() as files:
        lines = files.enter_context(opened(request.events, "the events"))
        rejects = None if request.rejects is None else files.enter_context(_written(request.rejects))
        states = (
            None if request.save_tickets is None else files.enter_context(Replacement(request.save_tickets))
        )
        try:
            code = _stream(lines, fold, request, tally, rejects, out, err)
            out.flush()
        except KeyboardInterrupt:
            print(f"interrupted after {report.count(tally.events, 'event')}", file=err)
            code = 130
        finally:
            if states is not None:
                _save(states, fold)
    if not request.as_json:
        print(report.summary(tally.events, len(tally.tickets), tally.firings, tally.refused), file=out)
        out.flush()
    elif tally.refused:
        print(f"{tally.refused:,} of {report.count(tally.events + tally.refused, 'line')} refused", file=err)
    return code


def read_directory(ruleset: Ruleset, data: Any, path: str | None, err: IO[str]) -> Directory:
    """Return the directory of decoded JSON; InputError says what in the file is wrong."""
    if data is None:
        return Directory()
    try:
        found = ruleset.directory(data)
    except DirectoryError as error:
        raise InputError(f"the directory `{path}`: {error}") from None
    for sentence in unknown_fields(data, ruleset.vocabulary):
        print(f"{path}: note: {sentence}", file=err)
    return found


def _check_targets(request: Request) -> None:
    """Refuse to write over what is read, or two things into one file."""
    # To go on where the last run ended, states may be read from and saved to one file.
    tickets = None if request.tickets == request.save_tickets else request.tickets
    read = [p for p in (request.events, request.directory, tickets) if p is not None and p != "-"]
    written = [p for p in (request.rejects, request.save_tickets) if p is not None]
    for number, target in enumerate(written):
        if any(_same(target, other) for other in (*read, *written[number + 1 :])):
            raise WrongUseError(f"`{target}` would be written over what is read: name another file")


def _same(one: str, other: str) -> bool:
    try:
        return Path(one).is_file() and Path(one).samefile(other)
    except OSError:
        return False


def _stream(
    lines: IO[bytes],
    fold: Fold,
    request: Request,
    tally: _Tally,
    rejects: IO[str] | None,
    out: IO[str],
    err: IO[str],
) -> int:
    progress = _Progress(err, out)
    for item in streams.feed(lines, fold):
        if isinstance(item, Refused):
            tally.refused += 1
            progress.clear()
            print(f"{request.events}:{item.line}: refused: {item.reason}", file=err)
            if rejects is not None:
                _keep(rejects, item)
            if request.strict:
                print(f"stopped after {report.count(tally.events, 'event')}, as --strict asks", file=err)
                return 1
            continue
        tally.events += 1
        tally.firings += len(item.outcome.fired)
        if item.note is not None:
            progress.clear()
            print(f"{request.events}:{item.line}: note: {item.note}", file=err)
        _write(item.outcome, request, tally, out)
        progress.show(tally.events)
    progress.clear()
    return 1 if tally.refused else 0


def _write(outcome: Outcome, request: Request, tally: _Tally, out: IO[str]) -> None:
    assert outcome.update is not None
    tally.tickets.add((outcome.update.source, outcome.ticket_id))
    if request.as_json:
        data = outcome.to_json()
        if outcome.trace is not None:
            data["trace"] = outcome.trace.to_json()
        out.write(json.dumps(data, ensure_ascii=False) + "\n")
    else:
        out.write(report.outcome_text(outcome) + "\n")


@define
class _Progress:
    """How far a long run has come, on a terminal that shows nothing else."""

    err: IO[str]
    out: IO[str]
    shown: bool = False
    last: float = field(factory=time.monotonic)

    def show(self, events: int) -> None:
        if events % 256 or not self.err.isatty() or self.out.isatty():
            return
        now = time.monotonic()
        if now - self.last >= 0.5:
            self.last, self.shown = now, True
            print(f"\r{events:,} events", end="", file=self.err, flush=True)

    def clear(self) -> None:
        if self.shown:
            print("\r" + " " * 30 + "\r", end="", file=self.err, flush=True)
            self.shown = False


def opened(path: str, what: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    """Return a file to read, or standard input for -; InputError says why there is none."""
    if path == "-":
        if sys.stdin is None:
            raise InputError("there is no standard input to read")
        return contextlib.nullcontext(sys.stdin.buffer)
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        raise InputError(f"{what} `{path}` cannot be read: {reason(error)}") from None


def _written(path: str) -> IO[str]:
    try:
        return Path(path).open("w", encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"`{path}` cannot be written: {reason(error)}") from None


def _keep(rejects: IO[str], item: Refused) -> None:
    try:
        rejects.write(json.dumps(item.to_json()) + "\n")
        rejects.flush()
    except OSError as error:
        raise InputError(f"`{rejects.name}` cannot be written: {reason(error)}") from None


def start_tickets(path: str, ruleset: Ruleset, fold: Fold) -> None:
    """Take the states of a file as known; InputError names the line that cannot be read."""
    with opened(path, "the tickets") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                state = streams.decoded(line)
                fold.start_from(ruleset.ticket(state), wire.seen_from_json(state))
            except UpdateError as error:
                raise InputError(f"{path}:{number}: this ticket cannot be read: {error}") from None


def _save(states: Replacement, fold: Fold) -> None:
    for state in fold.saved():
        states.write(json.dumps(state, ensure_ascii=False) + "\n")
    states.commit()
