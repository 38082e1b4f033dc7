"""What a whole step costs: against reading and writing its event as JSON, with many firings, and at its slowest."""

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import orjson
from attrs import frozen

from bench import workload
from bench.contenders import Course
from bench.timing import ROUNDS, Figure, round_of
from trigdsl.engine.state import Directory, Ticket, Update
from trigdsl.runtime.ruleset import Ruleset

STEP_AIMS = {9: 5.0, 100: None, 1_000: 8.0, 7_000: 20.0}

Story = list[tuple[Ticket | None, Update]]


def story(course: Course, count: int, seed: int, *, new_words: bool = False) -> Story:
    """Return updates of the workload, each with its ticket as it was before."""
    ruleset = course.ruleset
    tickets: dict[str, Ticket] = {}
    found: Story = []
    for event in workload.events(count, seed, new_words=new_words):
        update = ruleset.update(event)
        before = tickets.get(update.ticket)
        found.append((before, update))
        ticket = ruleset.step(before, update, directory=course.directory, render=False).ticket
        assert ticket is not None
        tickets[update.ticket] = ticket
    return found


@frozen
class Step:
    """A step of a rule set, without texts: what is timed."""

    ruleset: Ruleset
    directory: Directory

    def __call__(self, given: tuple[Ticket | None, Update]) -> int:
        """Return how many triggers fired."""
        before, update = given
        return len(self.ruleset.step(before, update, directory=self.directory, render=False).fired)


def against_json(course: Course, updates: Story, seed: int) -> Iterator[Figure]:
    """Yield what a step, and reading an event, is held to at the size of a course."""
    size = len(course.rules)
    step = Step(course.ruleset, course.directory)
    lines = [*workload.lines(len(updates), seed)]
    rounds = [
        (
            round_of(step, updates),
            round_of(course.ruleset.update, [orjson.loads(line) for line in lines]),
            round_of(_back_and_forth, lines),
        )
        for _ in range(ROUNDS)
    ]
    stepped, read, floor = (statistics.median(times) * 1e6 for times in zip(*rounds, strict=True))
    floor_name = "orjson, event both ways"
    yield Figure(f"a step at {size:,} rules", stepped, "µs", floor_name, floor, STEP_AIMS.get(size))
    yield Figure(f"an event checked and read at {size:,} rules", read, "µs", floor_name, floor)


def slowest(course: Course, updates: Story, seed: int) -> Iterator[Figure]:
    """Yield what the slowest steps are held to, and those in which much fires."""
    size = len(course.rules)
    step = Step(course.ruleset, course.directory)
    if size == 7_000:
        yield _firings(step, updates)
    yield _slowest(f"p99 of a step at {size:,} rules", step, updates)
    new = story(course, len(updates), seed, new_words=True)
    yield _slowest(f"p99 of a step at {size:,} rules, every word new", step, new)


def _back_and_forth(line: bytes) -> None:
    orjson.dumps(orjson.loads(line))


def _firings(step: Step, updates: Story) -> Figure:
    """Compare updates that make about ten triggers fire with updates that make none."""
    fired = [step(given) for given in updates]
    many = [given for given, count in zip(updates, fired, strict=True) if 9 <= count <= 11]
    none = [given for given, count in zip(updates, fired, strict=True) if count <= 1]
    rounds = [(round_of(step, many), round_of(step, none)) for _ in range(ROUNDS)]
    ten, nothing = (statistics.median(times) * 1e6 for times in zip(*rounds, strict=True))
    return Figure("a cycle of 10 firings at 7,000 rules", ten, "µs", "of one at most", nothing, 4.0)


def _slowest(what: str, step: Step, updates: Story) -> Figure:
    """Compare the slowest hundredth with the median, each update at its quickest of a few tries."""
    gc.collect()
    gc.disable()
    try:
        times = sorted(min(_once(step, given) for _ in range(3)) for given in updates)
    finally:
        gc.enable()
    slow = times[len(times) * 99 // 100]
    return Figure(what, slow * 1e6, "µs", "median", statistics.median(times) * 1e6, 2.5)


def _once(step: Step, given: tuple[Ticket | None, Update]) -> float:
    start = time.perf_counter()
    step(given)
    return time.perf_counter() - start


def memory(size: int, seed: int) -> Iterator[Figure]:
    """Yield what a process with so many triggers holds, over one that only imports what it needs.

    Rules that were just checked lie among what checking them left free; from a cache they come alone.
    """
    code = (
        "import gc, sys\n"
        "from bench import workload\n"
        "size, seed, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]\n"
        "if size:\n"
        "    rules = workload.kept(size, seed, folder) if folder else workload.ruleset(size, seed)\n"
        "    rules.run(workload.events(1), render=False).__next__()\n"
        "gc.collect()\n"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmRSS')).split()[1])\n"
    )

    def resident(number: int, folder: str = "") -> float:
        command = [sys.executable, "-c", code, str(number), str(seed), folder]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) / 1_000

    bare = resident(0)
    yield Figure(f"memory for {size:,} triggers, just checked", resident(size) - bare, "MB", aim=60.0)
    with tempfile.TemporaryDirectory() as folder:
        resident(size, folder)
        held = resident(size, folder) - bare
    yield Figure(f"memory for {size:,} triggers, at a second start", held, "MB", aim=60.0)
