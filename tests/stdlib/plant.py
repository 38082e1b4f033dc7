"""Plant faults in a copy of the standard library, one at a time, and say which its own tests do not catch.

    python tests/stdlib/plant.py [--count 40] [--seed 1] [--kind KIND] [--processes 2] [--all]

Faults come from faults.py; without --count all are planted. Those that the checker refuses are set aside, since nobody
can run them. Exit code 1 means that fewer than 95 of 100 were caught, or that one that is not was never explained.
"""

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from random import Random
from subprocess import PIPE, Popen
from typing import Any

import faults
from attrs import define, field, frozen
from faults import Fault

import trigdsl
from trigdsl.runtime import loader
from trigdsl.source import Source
from trigdsl.syntax import parser
from trigdsl.testing.scenarios import runner

ROOT = Path(trigdsl.__file__).parent.parent
TESTS = "stdlib/zendesk/tests"
SUITES = {
    "classic": ("triggers.trig", "fields.trig", "templates", "labels"),
    "interactions/classic.trig": ("triggers.trig", "lifecycle.trig", "fields.trig"),
    "current": ("triggers.trig", "current.trig", "fields.trig", "templates"),
    "interactions/current.trig": ("triggers.trig", "current.trig", "lifecycle.trig", "fields.trig"),
    "lifecycle": ("lifecycle.trig", "fields.trig"),
    "posted": ("current.trig",),
    "fields": ("fields.trig",),
}
"""The tests of the library, with the files that they are about."""

UNKNOWN = "nobody has said why"
SURVIVORS: dict[str, str] = {
    'triggers.trig, "Notify Twitter requester of received request": `ticket.channel is twitter_like` is '
    "`update.channel is twitter_like`": "a new ticket's channel is that of the update which creates it",
    'current.trig, "Notify requester and CCs of received request": without `ticket is public`': (
        "a ticket with a public comment is public; Zendesk's own trigger says both"
    ),
    'lifecycle.trig, "An assigned new ticket opens": once per ticket': (
        "a ticket is never new again, so it is opened once in its life"
    ),
    'lifecycle.trig, "An assigned new ticket opens": comes after "A comment by an end user reopens the ticket"': (
        "one is about new tickets, the other about those that wait or are solved, and what one does is open to neither"
    ),
    'lifecycle.trig, "A comment by an end user reopens the ticket": comes after "Whoever solves a ticket takes it"': (
        "the status stays in one and changes to solved in the other"
    ),
    'lifecycle.trig, "Whoever solves a ticket takes it": comes after "An assignee outside the group is taken off"': (
        "the ticket is solved in one and not in the other"
    ),
}
"""The faults that are not caught, each with the reason."""


@frozen
class Planted:
    """What came of a fault: `caught` by a test, `refused` by the checker, or `missed`."""

    fault: Fault
    outcome: str


def suites_of(file: str) -> list[str]:
    """Return the tests that a file of the library plays a part in."""
    return [suite for suite, files in SUITES.items() if file.startswith(files)]


# In the copy


def outcome_of(suites: Sequence[str]) -> str:
    """Return what the tests say of the library as it is."""
    for suite in suites:
        loaded = loader.load_paths([ROOT / TESTS / suite])
        if loaded.ruleset is None:
            return "refused"
        if any(not result.passed for result in runner.run(loaded.ruleset)):
            return "caught"
    return "missed"


def serve() -> None:
    """Answer on each line that is asked: plant the fault, ask the tests in a child of this process, take it back."""
    # The grammar's tables are made once, before the process is divided; the library is not yet read.
    parser.parse(Source("first", "when ticket is created then stop"))
    gc.disable()
    for line in sys.stdin:
        asked = json.loads(line)
        path = ROOT / "stdlib" / "zendesk" / asked["file"]
        before = path.read_text(encoding="utf-8")
        path.write_text(asked["text"], encoding="utf-8")
        reading, writing = os.pipe()
        if os.fork() == 0:
            # The library is read once in a process, so each fault has a process of its own.
            os.write(writing, outcome_of(asked["suites"]).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            said = answer.read()
        os.wait()
        path.write_text(before, encoding="utf-8")
        print(said or "broken", flush=True)


# Beside it


@define(eq=False)
class Copy:
    """A copy of the package and its library, with a process that works on it."""

    folder: Path
    process: "Popen[str]" = field(init=False)

    def __attrs_post_init__(self) -> None:
        for name in ("trigdsl", "grammar", "stdlib"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        path = os.pathsep.join([str(self.folder), str(Path(__file__).parent)])
        command = [sys.executable, "-c", "import plant; plant.serve()"]
        self.process = Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path},
            stdin=PIPE,
            stdout=PIPE,
            text=True,
            encoding="utf-8",
        )

    def plant(self, file: str, text: str) -> str:
        """Return what the tests say of a library in which a file has another text."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"file": file, "text": text, "suites": suites_of(file)}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def planted(chosen: Sequence[Fault], processes: int) -> Iterator[Planted]:
    """Yield what comes of each fault; a library without one passes, which is tried first."""
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(Path(folder) / str(number)) for number in range(processes)]
        try:
            sound = [
                copies[0].plant(name, (faults.LIBRARY / name).read_text(encoding="utf-8"))
                for name in faults.RULES
            ]
            if set(sound) != {"missed"}:
                raise SystemExit(f"the tests do not pass without a fault: {sound}")
            idle: Queue[Copy] = Queue()
            for copy in copies:
                idle.put(copy)
            with ThreadPoolExecutor(processes) as pool:
                yield from pool.map(lambda fault: _one(idle, fault), chosen)
        finally:
            for copy in copies:
                copy.close()


def _one(idle: "Queue[Copy]", fault: Fault) -> Planted:
    copy = idle.get()
    try:
        outcome = copy.plant(fault.file, fault.text)
    finally:
        idle.put(copy)
    if outcome not in ("caught", "refused", "missed"):
        raise SystemExit(f"a process ended without an answer: {fault.name}")
    return Planted(fault, outcome)


def main() -> int:
    options = _options()
    found = [fault for fault in faults.faults() if options.kind in (None, fault.kind)]
    if options.count is not None:
        found = Random(options.seed).sample(found, min(options.count, len(found)))
    results = []
    for result in planted(found, options.processes):
        results.append(result)
        if result.outcome == "missed":
            print(
                f"NOT CAUGHT  {result.fault.name}\n    {SURVIVORS.get(result.fault.name, UNKNOWN)}",
                flush=True,
            )
    counted = [result for result in results if result.outcome != "refused"]
    missed = [result.fault for result in counted if result.outcome != "caught"]
    kinds = Counter(result.fault.kind for result in counted)
    wrong = Counter(fault.kind for fault in missed)
    for kind, number in sorted(kinds.items()):
        print(f"{kind:20} {number - wrong[kind]:4} of {number:4} caught")
    caught = len(counted) - len(missed)
    share = 100 * caught / max(1, len(counted))
    print(f"{caught} of {len(counted)} faults caught ({share:.1f} %), {len(results) - len(counted)} refused")
    return 0 if share >= 95 and all(fault.name in SURVIVORS for fault in missed) else 1


def _options() -> Any:
    options = argparse.ArgumentParser(description="Plant faults in a copy of the standard library.")
    options.add_argument("--count", type=int, help="so many, by chance; without it all")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kind", help="only those of one kind")
    options.add_argument("--processes", type=int, default=2)
    return options.parse_args()


if __name__ == "__main__":
    sys.exit(main())
