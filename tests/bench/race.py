"""The race: every contender in a process of its own, timed in turn, round after round."""

import contextlib
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

from attrs import define, field

from bench.contenders import CHAIN, CHAIN_OF_VIEWS, OURS, Contender, Course
from bench.timing import Figure, round_of

_FORK = multiprocessing.get_context("fork")

AIMS = {9: 2.2, 100: 1.5, 1_000: 0.2, 7_000: 0.07}
"""What matching may cost, against the generated if-chain."""


@define
class Lane:
    """One contender at one size: its time for an event in microseconds, or why there is none."""

    name: str
    size: int
    median: float | None = None
    built: float = 0.0
    events: int = 0
    wrong: int = 0
    reason: str | None = None
    times: list[float] = field(factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it as data."""
        return {
            "name": self.name,
            "size": self.size,
            "microseconds": self.median,
            "seconds_to_build": round(self.built, 3),
            "events": self.events,
            "wrong": self.wrong,
            "reason": self.reason,
        }


def race(
    course: Course, contenders: Sequence[Contender], *, rounds: int, share: float, patience: float
) -> list[Lane]:
    """Return the times of all contenders on a course; share is about the seconds that a round takes of each.

    One that is not ready after the seconds of patience is left out.
    """
    lanes = []
    with contextlib.ExitStack() as running:
        runners = [running.enter_context(_started(each, course, share)) for each in contenders]
        for contender, connection in zip(contenders, runners, strict=True):
            lane = Lane(contender.name, len(course.rules))
            lanes.append(lane)
            _await_start(connection, lane, patience)
        for _ in range(rounds):
            for lane, connection in zip(lanes, runners, strict=True):
                if lane.reason is None:
                    connection.send("round")
                    lane.times.append(connection.recv() * 1e6)
    for lane in lanes:
        lane.median = statistics.median(lane.times) if lane.times else None
    return lanes


@contextlib.contextmanager
def _started(contender: Contender, course: Course, share: float) -> Iterator[Connection]:
    here, there = _FORK.Pipe()
    process = _FORK.Process(target=_run, args=(contender, course, share, there), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.close()
        process.kill()
        process.join()


def _await_start(connection: Connection, lane: Lane, patience: float) -> None:
    try:
        connection.send("start")
        if not connection.poll(patience):
            lane.reason = f"not ready after {patience:.0f} s"
            return
        told = connection.recv()
    except (EOFError, BrokenPipeError, ConnectionError):
        lane.reason = "its process ended"
        return
    lane.reason = told.get("reason")
    lane.built, lane.events, lane.wrong = (
        told.get("built", 0.0),
        told.get("events", 0),
        told.get("wrong", 0),
    )
    if lane.wrong:
        lane.reason = f"finds other rules for {lane.wrong} of {lane.events} events"


def _run(contender: Contender, course: Course, share: float, parent: Connection) -> None:
    """Build, check, then time a round whenever the parent asks. Nothing is printed, whatever the engine says."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        parent.recv()
        start = time.perf_counter()
        matching = contender.make(course)
        built = time.perf_counter() - start
        count, wrong = _checked(matching, contender, course, share)
        parent.send({"built": built, "events": count, "wrong": wrong})
        once = round_of(matching, [*islice(contender.inputs(course), count)])
        passes = min(50, max(1, round(share / max(once * count, 1e-9))))
        while parent.recv() == "round":
            inputs = [given for _ in range(passes) for given in islice(contender.inputs(course), count)]
            parent.send(round_of(matching, inputs))
    except ImportError as error:
        parent.send({"reason": f"not installed: {error}"})
    except EOFError:
        pass
    except Exception as error:
        parent.send({"reason": f"{type(error).__name__}: {error}"[:200]})
    finally:
        os._exit(0)  # some engines print or hang when they are taken down


def _checked(matching: Any, contender: Contender, course: Course, share: float) -> tuple[int, int]:
    """Return how many events were tried within the time, and for how many other rules were found."""
    start, wrong = time.process_time(), 0
    pairs = list(zip(contender.inputs(course), course.expected, strict=True))
    for count, (given, expected) in enumerate(pairs, 1):
        wrong += list(matching(given)) != expected
        if count >= 10 and time.process_time() - start > 4 * share:
            return count, wrong
    return len(pairs), wrong


# The report


def table(lanes: Sequence[Lane]) -> Iterator[str]:
    """Yield the lines of the table: microseconds of an event, and how often the if-chain's time that is."""
    sizes = sorted({lane.size for lane in lanes})
    chains = {lane.size: lane.median for lane in lanes if lane.name == CHAIN}
    found = {(lane.name, lane.size): lane for lane in lanes}
    names = list(dict.fromkeys(lane.name for lane in lanes))
    yield f"{'matching, µs of CPU an event (× if-chain)':<44}" + "".join(f"{size:>20,}" for size in sizes)
    for name in names:
        cells = []
        for size in sizes:
            median, floor = found[name, size].median, chains[size]
            told = "–" if median is None else f"{median:,.1f}"
            cells.append(told if median is None or not floor else f"{told} ({median / floor:,.2f})")
        yield f"{name:<44}" + "".join(f"{cell:>20}" for cell in cells)
    for lane in lanes:
        if lane.reason is not None:
            yield f"  – {lane.name} at {lane.size:,}: {lane.reason}"


def figures(lanes: Sequence[Lane]) -> Iterator[Figure]:
    """Yield what matching is held to."""
    medians = {(lane.name, lane.size): lane.median for lane in lanes}
    for size in sorted({lane.size for lane in lanes}):
        mine = medians[OURS, size]
        if mine is None:
            continue
        for chain in (CHAIN, CHAIN_OF_VIEWS):
            aim = AIMS.get(size) if chain == CHAIN else None
            yield Figure(f"matching at {size:,} rules", mine, "µs", chain, medians[chain, size], aim)
        peers = {
            name: median
            for (name, s), median in medians.items()
            if s == size and median is not None and name not in (OURS, CHAIN, CHAIN_OF_VIEWS, "definition")
        }
        if peers:
            best = min(peers, key=lambda name: peers[name])
            aim = 1.0 if size >= 100 else None
            yield Figure(f"matching at {size:,} rules", mine, "µs", f"fastest peer, {best}", peers[best], aim)
