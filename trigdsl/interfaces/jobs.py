"""`trigdsl run --jobs`: a stream split by ticket over processes, and merged again in its order.

Tickets are independent of each other, so whoever gets all pieces of a ticket decides each of them as if alone. Pieces are
given out in rounds. A few rounds are under way at a time, so nothing grows with the stream. Each worker can go back to
a piece: what it took beyond the last one that was printed, before somebody stopped the run, did not happen.
"""

import contextlib
import heapq
import itertools
import multiprocessing
import signal
import sys
import threading
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

from attrs import define, field

from trigdsl.engine.state import UpdateError
from trigdsl.interfaces import answers
from trigdsl.interfaces.answers import Answer, Setup, WorkerError
from trigdsl.interop.pieces import Piece, Refused, decoded, pieces
from trigdsl.runtime import cache
from trigdsl.runtime.fold import Address, Earlier, Fold

IN_A_ROUND = 64
"""How many pieces of a round there are for each worker, on average."""
ROUNDS_AHEAD = 3
"""How many rounds are given out before the first of them is printed."""
SAVED_AT_ONCE = 256

_Item = TypeVar("_Item")

Numbered = tuple[int, bytes]
Part = tuple[int, Piece | Refused]
"""A piece of the stream, or lines that are none, with its number among them."""


# The parent's side


@define(eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    replies: "SimpleQueue[Any]" = field(factory=SimpleQueue)
    due: int = 0

    def listen(self) -> None:
        """Take replies off the connection, so that a worker never waits for a parent that is sending to it."""
        while True:
            try:
                self.replies.put(self.connection.recv())
            except (EOFError, OSError):
                self.replies.put(_GONE)
                return


_GONE = "gone"


@define(eq=False)
class Workers:
    """The processes that share a stream."""

    setup: Setup
    count: int
    method: str | None = None
    _workers: list[_Worker] = field(factory=list)
    _printed: int = -1
    _line: int = 0
    _reading: bool = False
    _interrupted: bool = False
    _before: Any = None

    def __enter__(self) -> Self:
        context = multiprocessing.get_context(self.method or _method())
        setup = self.setup if context.get_start_method() == "fork" else _packed(self.setup)
        ends: list[Connection] = []
        for _ in range(self.count):
            here, there = context.Pipe()
            ends.append(here)
            inherited = ends if context.get_start_method() == "fork" else ()
            self._workers.append(_Worker(_process(context, setup, there, inherited), here))
            self._workers[-1].process.start()
            there.close()
        for worker in self._workers:
            threading.Thread(target=worker.listen, daemon=True).start()
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        """Stop at once where that loses nothing, else at the next line: a message must not be cut in two."""
        again, self._interrupted = self._interrupted, True
        if self._reading or again:
            raise KeyboardInterrupt

    def start_from(self, lines: Iterable[bytes]) -> tuple[int, str] | None:
        """Hand out saved tickets; return the number of the first that cannot be read, and why."""
        for part in _parts(_numbered(lines), IN_A_ROUND * self.count):
            shares: dict[_Worker, list[Numbered]] = {}
            for number, raw in part:
                shares.setdefault(self._workers[share(raw, self.count)], []).append((number, raw))
            for worker, batch in shares.items():
                self._send(worker, ("start", batch))
            bad = [
                reply for worker in self._workers if worker.due for reply in [self._reply(worker)] if reply
            ]
            if bad:
                number, reason = min(bad)
                return number, reason
        return None

    def answers(self, lines: Iterable[bytes]) -> Iterator[Answer]:
        """Yield what came of each piece of the stream, in their order."""
        rounds: deque[list[tuple[_Worker | Refused, int]]] = deque()
        for part in self._read(_parts(enumerate(pieces(lines)), IN_A_ROUND * self.count)):
            owners = [(self._owner(piece), number) for number, piece in part]
            shares: dict[_Worker, list[tuple[Any, ...]]] = {}
            for (number, piece), (owner, _) in zip(part, owners, strict=True):
                if isinstance(owner, _Worker) and isinstance(piece, Piece):
                    shares.setdefault(owner, []).append((number, piece.lines, piece.raws, piece.entry))
            for worker, batch in shares.items():
                self._send(worker, ("pieces", self._printed, batch))
            rounds.append(owners)
            if len(rounds) > ROUNDS_AHEAD:
                yield from self._merged(rounds.popleft())
        while rounds:
            yield from self._merged(rounds.popleft())

    def _read(self, parts: Iterator[list[Part]]) -> Iterator[list[Part]]:
        while True:
            if self._interrupted:
                raise KeyboardInterrupt
            self._reading = True
            try:
                part = next(parts, None)
            finally:
                self._reading = False
            if part is None:
                return
            yield part

    def _merged(self, owners: Sequence[tuple[_Worker | Refused, int]]) -> Iterator[Answer]:
        asked = dict.fromkeys(owner for owner, _ in owners if isinstance(owner, _Worker))
        replies = {id(worker): iter(self._reply(worker)) for worker in asked}
        for owner, number in owners:
            if self._interrupted:
                raise KeyboardInterrupt
            if isinstance(owner, Refused):
                found = Answer(owner.line, refused=owner)
            else:
                found = Answer(*next(replies[id(owner)]))
            self._printed, self._line = number, found.line
            yield found

    def saved(self) -> Iterator[str]:
        """Yield the state of every ticket as it was after the last piece that was printed."""
        for worker in self._workers:
            self._send(worker, ("undo", self._printed))
            while worker.due > 1:
                self._reply(worker)
            self._reply(worker)
        for _, line in heapq.merge(*map(self._saved, self._workers)):
            yield line

    def _saved(self, worker: _Worker) -> Iterator[tuple[Address, str]]:
        while True:
            self._send(worker, ("save",))
            part = self._reply(worker)
            if not part:
                return
            yield from part

    def _owner(self, piece: Piece | Refused) -> _Worker | Refused:
        """Return which worker decides a piece; lines that are none need nobody."""
        return piece if isinstance(piece, Refused) else self._workers[owner(piece.address, self.count)]

    def _send(self, worker: _Worker, message: tuple[Any, ...]) -> None:
        worker.due += 1
        try:
            worker.connection.send(message)
        except OSError:
            raise self._dead(worker) from None

    def _reply(self, worker: _Worker) -> Any:
        reply = worker.replies.get()
        if reply == _GONE:
            raise self._dead(worker)
        worker.due -= 1
        return reply

    def _dead(self, worker: _Worker) -> WorkerError:
        worker.process.join(5)
        code = worker.process.exitcode
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"with exit code {code}"
        return WorkerError(
            f"a worker process ended before its work was done ({how}): the output stops after line "
            f"{self._line:,}, and no tickets were saved; was there enough memory for --jobs {self.count}?"
        )


def _method() -> str:
    """Return how processes are started: forked where that is safe, since the rules are there already then."""
    known = multiprocessing.get_all_start_methods()
    return "fork" if "fork" in known and sys.platform == "linux" else "spawn"


def _process(
    context: BaseContext, setup: Any, connection: Connection, inherited: Iterable[Connection]
) -> BaseProcess:
    # What a forked process inherits of its siblings' connections would keep them open after the parent is gone.
    target: Any = context.Process  # type: ignore[attr-defined]
    process: BaseProcess = target(target=_work, args=(setup, connection, [*inherited]), daemon=True)
    return process


def _packed(setup: Setup) -> tuple[Any, ...]:
    """Return a setup as what can be sent to a process that has nothing of this one."""
    options = setup.mode, setup.trace, setup.as_json, setup.strict, setup.remembered, setup.translation
    return cache.packed(setup.ruleset), setup.directory, options


def _numbered(lines: Iterable[bytes]) -> Iterator[Numbered]:
    return ((number, raw) for number, raw in enumerate(lines, 1) if raw.strip())


def _parts(whole: Iterator[_Item], size: int) -> Iterator[list[_Item]]:
    while part := [*itertools.islice(whole, size)]:
        yield part


def share(raw: bytes, count: int) -> int:
    """Return which of so many workers takes a saved ticket."""
    try:
        data = decoded(raw)
    except UpdateError:
        return 0
    return owner((str(data.get("source")), str(data.get("subject"))), count) if isinstance(data, dict) else 0


def owner(address: Address, count: int) -> int:
    """Return which of so many workers decides a ticket's pieces: always the same one."""
    return zlib.crc32("\0".join(address).encode("utf-8", "surrogatepass")) % count


# The worker's side


def _work(setup: Any, connection: Connection, inherited: Iterable[Connection]) -> None:
    """Do what the parent says until it says no more. Stopping is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:
        other.close()
    if not isinstance(setup, Setup):
        packed, directory, options = setup
        setup = Setup(cache.unpacked(packed), directory, *options)
    part = _Part(setup, setup.fold())
    with contextlib.suppress(EOFError, OSError):
        while True:
            connection.send(part.reply(connection.recv()))


@define(eq=False)
class _Part:
    """A worker's part of the tickets, and how to go back to a piece."""

    setup: Setup
    fold: Fold
    journal: deque[tuple[int, Earlier]] = field(factory=deque)
    stopped: bool = False
    saved: Iterator[tuple[Address, str]] | None = None

    def __attrs_post_init__(self) -> None:
        self.fold.journal = []

    def reply(self, message: tuple[Any, ...]) -> Any:
        match message:
            case ("start", lines):
                return self._start(lines)
            case ("pieces", printed, given):
                while self.journal and self.journal[0][0] <= printed:
                    self.journal.popleft()
                return [tuple(answer) for answer in self._answers(given)]
            case ("undo", number):
                while self.journal and self.journal[-1][0] > number:
                    self.fold.undo(self.journal.pop()[1])
            case ("save",):
                self.saved = self.saved or answers.saved(self.fold)
                return [*itertools.islice(self.saved, SAVED_AT_ONCE)]
        return None

    def _start(self, lines: Iterable[Numbered]) -> tuple[int, str] | None:
        for number, raw in lines:
            reason = answers.start_from(raw, self.setup.ruleset, self.fold)
            if reason is not None:
                return number, reason
        return None

    def _answers(self, given: Iterable[tuple[Any, ...]]) -> Iterator[Answer]:
        for number, *parts in given:
            if self.stopped:
                return
            answer = answers.answer(Piece.of(*parts), self.fold, self.setup)
            assert self.fold.journal is not None
            self.journal.extend((number, earlier) for earlier in self.fold.journal)
            self.fold.journal.clear()
            self.stopped = self.setup.strict and answer.refused is not None
            yield answer
