"""The index against the definition: the same outcome, trace and keys, for rule sets of 1 to 7,000 triggers, in both modes.

    python tests/fuzz/index.py [--count 1000000] [--seed 1] [--processes 2] [--largest 7000]

One case is one event that a rule set decides in one mode. Rule sets are generated ones whose tests and actions are put
together anew, in the sizes of SIZES. Set N of a seed is always the same. What was exercised is counted.
"""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from attrs import define, evolve, field

sys.path.insert(0, str(Path(__file__).parent.parent))

from recombined import recombined, tests_in

from trigdsl.engine.effects import Outcome
from trigdsl.engine.search import Mode
from trigdsl.runtime.loader import RulesError
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.testing.generation.cases import make_case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.world import World
from trigdsl.testing.laws import Trial

SIZES = (1, 2, 5, 9, 20, 50, 100, 300, 1_000, 3_000, 7_000)
WEIGHTS = (30, 30, 30, 25, 15, 8, 3, 0.8, 0.12, 0.03, 0.02)
BLOCK = 10
EACH = 12
"""So many times the tests and actions of one generated rule set are put together anew."""
LONGEST = 50
"""Cases of more firings than this are counted apart."""
TRACED = 300
"""The outcomes of larger sets are compared without their traces, which take the definition long."""


@define
class Found:
    """What some cases exercised, and what went wrong."""

    cases: int = 0
    sets: Counter[int] = field(factory=Counter)
    tests: Counter[str] = field(factory=Counter)
    planes: Counter[str] = field(factory=Counter)
    firings: Counter[int] = field(factory=Counter)
    enabled: int = 0
    wrong: list[str] = field(factory=list)

    def add(self, other: "Found") -> None:
        """Take in what other cases exercised."""
        self.cases += other.cases
        self.sets += other.sets
        self.tests += other.tests
        self.planes += other.planes
        self.firings += other.firings
        self.enabled += other.enabled
        self.wrong += other.wrong


def told(outcome: Outcome) -> object:
    return outcome.to_json(), outcome.trace, outcome.ticket


def compare(trial: Trial, rules: Ruleset, found: Found, where: str, *, trace: bool) -> None:
    """Run the story of a trial through some rules, looked up and tried one by one, in both modes."""
    for mode in Mode:
        outcomes = [
            [*each.fold(directory=trial.people, mode=mode, trace=trace, render=False).feed_all(trial.events)]
            for each in (rules, evolve(rules, by_definition=True))
        ]
        for number, (ours, plain) in enumerate(zip(*outcomes, strict=True)):
            found.cases += 1
            if told(ours) != told(plain):
                found.wrong.append(f"{where} {mode.value} event {number}: {ours.fired[:8]} {plain.fired[:8]}")
            found.firings[min(len(ours.fired), 51)] += 1
            if ours.trace is not None:
                found.enabled += any(f.enabled_by for f in ours.trace.fired)


def block(work: tuple[int, int, int, int]) -> Found:
    """Try the rule sets of a seed from one number to another."""
    seed, first, last, largest = work
    world = World.zendesk()
    found = Found()
    for number in range(first, last):
        choose = Random(f"index {seed} {number}")
        case = make_case(Draws.of(Random(f"{seed} {number}")), world)
        try:
            trial = Trial.of(case.rules, case.directory, case.events)
        except RulesError:
            continue
        compare(trial, trial.rules, found, f"set {seed} {number} as generated", trace=True)
        for _ in range(EACH):
            again(trial, found, choose, largest, f"set {seed} {number}")
    return found


def again(trial: Trial, found: Found, choose: Random, largest: int, where: str) -> None:
    """Put the tests and actions of a rule set together anew, and compare."""
    sizes = [size for size in SIZES if size <= largest]
    size = choose.choices(sizes, WEIGHTS[: len(sizes)])[0]
    rules = recombined(trial.rules, size, choose, hard=2 if size < 100 else 4)
    found.sets[size] += 1
    found.tests.update({type(t).__name__ for x in rules.triggers for t in tests_in(x.condition)})
    index = rules._index
    assert index is not None
    found.planes.update({type(plane).__name__ for plane in index.planes})
    found.planes["left over"] += bool(index.left_over)
    compare(trial, rules, found, f"{where} of {size}", trace=size <= TRACED and choose.random() < 0.4)


def report(found: Found, seed: int, seconds: float) -> None:
    """Print what was exercised."""
    print(f"seed {seed}: {found.cases:,} cases in {seconds:,.0f} s, {len(found.wrong)} differences")
    print("sets by size: " + ", ".join(f"{n:,}: {count:,}" for n, count in sorted(found.sets.items())))
    print(
        "sets with a test: " + ", ".join(f"{name} {count:,}" for name, count in sorted(found.tests.items()))
    )
    print(
        "sets with a plane: " + ", ".join(f"{name} {count:,}" for name, count in sorted(found.planes.items()))
    )
    many = sum(count for n, count in found.firings.items() if n >= 10)
    most = sum(count for n, count in found.firings.items() if n > LONGEST)
    print(
        f"cases with a firing that enabled another: {found.enabled:,}; of 10 firings and more: {many:,}, of over 50: {most:,}"
    )
    sys.stdout.flush()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    options.add_argument("--largest", type=int, default=max(SIZES))
    asked = options.parse_args()
    start, found, told_at = time.monotonic(), Found(), 0
    blocks = ((asked.seed, n, n + BLOCK, asked.largest) for n in range(0, asked.count, BLOCK))
    with multiprocessing.Pool(asked.processes) as pool:
        for done in pool.imap_unordered(block, blocks):
            found.add(done)
            for line in done.wrong[:3]:
                print(line, flush=True)
            if found.cases - told_at >= 20_000:
                told_at = found.cases
                report(found, asked.seed, time.monotonic() - start)
            if found.cases >= asked.count:
                break
        pool.terminate()
    report(found, asked.seed, time.monotonic() - start)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
