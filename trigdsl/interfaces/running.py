"""`trigdsl run`: a stream of events through rules, with progress, refusals kept aside, and nothing lost."""

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from attrs import define, field, frozen

from trigdsl.engine.search import Mode
from trigdsl.engine.state import UpdateError
from trigdsl.interfaces import answers, people, report
from trigdsl.interfaces.answers import Answer, Setup, Stream, WorkerError
from trigdsl.interfaces.files import InputError, Replacement, reason
from trigdsl.interfaces.people import People
from trigdsl.interfaces.progress import Progress
from trigdsl.interfaces.refusals import Refusals, written
from trigdsl.interop import pieces
from trigdsl.runtime.directory import SECTIONS
from trigdsl.runtime.fold import REMEMBERED, Address, Fold
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset

if TYPE_CHECKING:
    from trigdsl.interfaces import jobs


@frozen
class Request:
    """What to run on what, where to write it, and who reads it."""

    events: str
    tickets: str | None = None
    save_tickets: str | None = None
    rejects: str | None = None
    as_json: bool = False
    strict: bool = False
    trace: bool = False
    mode: Mode = Mode.RESTART
    jobs: int = 1
    remembered: int = REMEMBERED
    reader: Reader = IN_ENGLISH


@define
class _Tally:
    events: int = 0
    firings: int = 0
    tickets: set[Address] = field(factory=set)


class _Alone:
    """A stream in this process alone."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.fold = setup.fold()

    def start_from(self, lines: Iterable[bytes]) -> tuple[int, str] | None:
        return answers.start_all(lines, self.setup.ruleset, self.fold)

    def answers(self, lines: Iterable[bytes]) -> Iterator[Answer]:
        return (answers.answer(piece, self.fold, self.setup) for piece in pieces.pieces(lines))

    def saved(self) -> Iterator[str]:
        return (line for _, line in answers.saved(self.fold))


def open_events(path: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    """Return the stream of events to read; InputError says why there is none, or that it is something else."""
    if path != "-" and Path(path).is_file() and not pieces.is_event(people.first(path)):
        with contextlib.suppress(OSError, UpdateError):
            raw = Path(path).read_bytes()
            _check_is_stream(path, raw)
            whole = pieces.decoded(raw)
            _check_events(path, whole, laid_out=b"\n" in raw.strip())
            if pieces.is_event(whole):  # laid out for people: an event, or a page of an API
                return io.BytesIO(json.dumps(whole, ensure_ascii=False).encode())
    return opened(path, "the events")


def _check_is_stream(path: str, raw: bytes) -> None:
    """Say that rules are no events; of anything else its lines tell."""
    if path.endswith(".trig") and not raw.lstrip().startswith((b"{", b"[")):
        raise InputError(
            f"the events `{path}` are a file of rules: a stream of events is one object a line, in JSON"
        )


def _check_events(path: str, whole: Any, *, laid_out: bool) -> None:
    """Say what a file that is one value as a whole seems to be, where it is no event."""
    if pieces.is_event(whole):
        return
    if isinstance(whole, dict) and not SECTIONS.keys().isdisjoint(whole):
        raise InputError(
            f"the events `{path}` look like a directory, one object with `users` and `groups`: a stream of "
            "events is one object a line; a directory is given with --directory"
        )
    if laid_out:
        raise InputError(
            f"the events `{path}` are one JSON value over several lines: a stream of events is one object a line"
        )


def run(ruleset: Ruleset, request: Request, given: People, out: IO[str], err: IO[str]) -> int:
    """Run the stream and write its outcomes; return the exit code: 1 when a line was refused."""
    reader = request.reader
    known = people.directory(ruleset, given, err, reader)
    setup = Setup(
        ruleset,
        known,
        request.mode,
        request.trace,
        request.as_json,
        request.strict,
        request.remembered,
        people.translation(given),
        reader,
    )
    tally = _Tally()
    with contextlib.ExitStack() as files:
        kept = files.enter_context
        stream = _Alone(setup) if request.jobs == 1 else kept(_shared(setup, request.jobs))
        if request.tickets is not None:
            _started(request.tickets, stream.start_from)
        lines = kept(open_events(request.events))
        rejects = None if request.rejects is None else kept(written(request.rejects))
        progress = Progress(lines, err, watched=not out.isatty())
        refusals = Refusals(request.events, err, progress, rejects, reader)
        states = None if request.save_tickets is None else kept(Replacement(request.save_tickets))
        try:
            code = _stream(lines, stream, request, tally, refusals, out)
            out.flush()
        except KeyboardInterrupt:
            said = reader.several(tally.events, "interrupted after {} event", "interrupted after {} events")
            print(said, file=err)
            code = 130
        except WorkerError:
            states = None
            raise
        finally:
            if states is not None:
                _save(states, stream)
    people.tell_who_is_unknown(given, [ruleset], err, reader)
    if not request.as_json:
        counts = tally.events, len(tally.tickets), tally.firings, refusals.count
        print(report.summary(*counts, reader), file=out)
        out.flush()
    elif refusals.count:
        lines_read = tally.events + refusals.count
        said = "{} of {} line refused" if lines_read == 1 else "{} of {} lines refused"
        print(reader.say(said, refusals.count, lines_read), file=err)
    return code


def _shared(setup: Setup, count: int) -> "jobs.Workers":
    from trigdsl.interfaces import jobs  # one process has no use for what starts others

    return jobs.Workers(setup, count)


def _stream(
    lines: IO[bytes],
    stream: Stream,
    request: Request,
    tally: _Tally,
    refusals: Refusals,
    out: IO[str],
) -> int:
    for answer in stream.answers(lines):
        if answer.refused is not None:
            refusals.add(answer.refused)
            if request.strict:
                stopped = request.reader.several(
                    tally.events,
                    "stopped after {} event, as --strict asks",
                    "stopped after {} events, as --strict asks",
                )
                print(stopped, file=refusals.err)
                return 1
            continue
        assert answer.ticket is not None
        tally.events += 1
        tally.firings += answer.firings
        tally.tickets.add(answer.ticket)
        refusals.note(answer.line, answer.note)
        out.write(answer.text)
        refusals.progress.show(tally.events)
    refusals.progress.clear()
    return 1 if refusals.count else 0


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


def start_tickets(path: str, ruleset: Ruleset, fold: Fold) -> None:
    """Take the states of a file as known; InputError names the line that cannot be read."""
    _started(path, lambda lines: answers.start_all(lines, ruleset, fold))


def _started(path: str, start: Callable[[IO[bytes]], tuple[int, str] | None]) -> None:
    with opened(path, "the tickets") as lines:
        wrong = start(lines)
    if wrong is not None:
        raise InputError(f"{path}:{wrong[0]}: this ticket cannot be read: {wrong[1]}")


def _save(states: Replacement, stream: Stream) -> None:
    for line in stream.saved():
        states.write(line)
    states.commit()
