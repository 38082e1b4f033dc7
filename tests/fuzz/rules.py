"""Generated rules with generated stories through the engine and the oracle: they must agree on everything.

    python tests/fuzz/rules.py [--count 1000000] [--seed 1] [--processes 2] [--candidates FOLDER]

Case N of a seed is always the same. What was exercised is counted, so that "nothing found" means something: how often each
construct of the tree and each verb stood in the rules, which pairs of verbs stood in one file, how many cases had a
firing that enabled another, and how long the chains were. A difference is made smaller, trigger by trigger and event by event,
and written as a case for the conformance suite.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import attrs
from attrs import define, evolve, field

from trigdsl.engine.effects import Outcome
from trigdsl.runtime.loader import RulesError
from trigdsl.syntax import tree as t
from trigdsl.testing import laws
from trigdsl.testing.generation.cases import Case, make_case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.world import World
from trigdsl.testing.laws import agreement
from trigdsl.testing.oracle import RefusedError

BLOCK = 500
"""So many cases a process takes at once."""


@define
class Found:
    """What some cases exercised, and the numbers of those on which the two disagree."""

    cases: int = 0
    constructs: Counter[str] = field(factory=Counter)
    pairs: set[tuple[str, str]] = field(factory=set)
    fired: int = 0
    enabled: int = 0
    chains: Counter[int] = field(factory=Counter)
    refused: int = 0
    wrong: list[tuple[int, str]] = field(factory=list)

    def add(self, other: "Found") -> None:
        """Take in what other cases exercised."""
        self.cases += other.cases
        self.constructs += other.constructs
        self.pairs |= other.pairs
        self.fired += other.fired
        self.enabled += other.enabled
        self.chains += other.chains
        self.refused += other.refused
        self.wrong += other.wrong


def case_of(seed: int, number: int, world: World) -> Case:
    return make_case(Draws.of(Random(f"{seed} {number}")), world)


def block(work: tuple[int, int, int]) -> Found:
    """Try the cases of a seed from one number to another."""
    seed, first, last = work
    world = World.zendesk()
    found = Found()
    for number in range(first, last):
        case = case_of(seed, number, world)
        found.cases += 1
        constructs = named(case.file)
        found.constructs.update(constructs)
        found.pairs.update(combinations(sorted(c for c in constructs if c.isupper()), 2))
        problem = disagreement(case)
        if problem is not None:
            found.wrong.append((number, problem))
            continue
        try:
            count_firings(trial_of(case).outcomes, found)
        except RulesError:
            found.refused += 1
    return found


def trial_of(case: Case) -> laws.Trial:
    return laws.Trial.of(case.rules, case.directory, case.events)


def disagreement(case: Case) -> str | None:
    """Return what is said where engine and oracle differ, or where one of them raises; None where they agree."""
    try:
        trial = trial_of(case)
        for law in agreement.LAWS:
            law.check(trial)
    except RulesError:
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def count_firings(outcomes: list[Outcome], found: Found) -> None:
    longest = 0
    found.fired += any(outcome.fired for outcome in outcomes)
    for outcome in outcomes:
        depth: dict[str, int] = {}
        for firing in outcome.trace.fired if outcome.trace is not None else ():
            depth[firing.trigger] = depth.get(firing.enabled_by or "", 0) + 1
        longest = max([longest, *depth.values()])
    found.chains[longest] += 1
    found.enabled += longest > 1


def named(node: Any) -> set[str]:
    """Return the constructs of a tree: the names of its classes, and in capitals its verbs."""
    found = {type(node).__name__}
    for attribute in attrs.fields(type(node)):
        inner = getattr(node, attribute.name)
        if isinstance(inner, t.Verb | t.Standing):
            found.add(inner.value)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if attrs.has(type(part)) and type(part).__module__ == t.__name__:
                found |= named(part)
    return found


# A difference, made small


def smallest(case: Case) -> Case:
    """Return a case with as few triggers and events as still show the difference."""
    smaller = True
    while smaller:
        smaller = False
        for shorter in (*without_items(case), *without_events(case)):
            if disagreement(shorter) is not None:
                case, smaller = shorter, True
                break
    return case


def without_items(case: Case) -> list[Case]:
    items = case.file.items
    left = [items[:n] + items[n + 1 :] for n in range(len(items))]
    return [evolve(case, file=evolve(case.file, items=kept)) for kept in left if kept]


def without_events(case: Case) -> list[Case]:
    return [evolve(case, events=case.events[:n] + case.events[n + 1 :]) for n in range(len(case.events))]


def candidate(case: Case, seed: int, number: int) -> dict[str, Any]:
    """Return the difference as a conformance case, what is expected being what the oracle says."""
    trial = trial_of(case)
    expected: list[dict[str, Any]] = []
    second = agreement.oracle(trial)
    for event in case.events:
        try:
            outcome = second.feed(event)
        except RefusedError:
            expected.append({"refused": True})
            continue
        expected.append({key: outcome[key] for key in ("fired", "effects", "trial", "after")})
    return {
        "id": f"found/{seed}-{number}",
        "idea": "engine and oracle disagreed here",
        "rules": case.rules,
        "directory": dict(case.directory),
        "events": list(case.events),
        "expect": expected,
    }


# The report


def told(found: Found, seed: int, seconds: float) -> None:
    constructs = [(count, name) for name, count in found.constructs.items()]
    verbs = sorted(v.value for v in t.Verb)
    possible = set(combinations(verbs, 2))
    print(
        f"seed {seed}: {found.cases:,} cases in {seconds:,.0f} s, {len(found.wrong)} differences, {found.refused} with mistakes"
    )
    print(
        f"{found.fired / found.cases:.1%} fire something, {found.enabled / found.cases:.1%} have a firing that enabled another"
    )
    print("longest chains: " + ", ".join(f"{n}: {count:,}" for n, count in sorted(found.chains.items())))
    print("rarest constructs: " + ", ".join(f"{name} {count:,}" for count, name in sorted(constructs)[:8]))
    print(f"pairs of verbs in one file: {len(found.pairs & possible):,} of {len(possible):,}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    options.add_argument("--candidates", type=Path, default=Path("build/candidates"))
    asked = options.parse_args()
    start = time.monotonic()
    found = Found()
    work = [(asked.seed, n, min(n + BLOCK, asked.count)) for n in range(0, asked.count, BLOCK)]
    with multiprocessing.Pool(asked.processes) as pool:
        for done in pool.imap_unordered(block, work):
            found.add(done)
            if found.cases % 50_000 < BLOCK:
                told(found, asked.seed, time.monotonic() - start)
    told(found, asked.seed, time.monotonic() - start)
    for number, problem in found.wrong[:20]:
        case = smallest(case_of(asked.seed, number, World.zendesk()))
        asked.candidates.mkdir(parents=True, exist_ok=True)
        path = asked.candidates / f"{asked.seed}-{number}.json"
        path.write_text(
            json.dumps(candidate(case, asked.seed, number), indent=2, ensure_ascii=False), "utf-8"
        )
        print(f"\ncase {number}, kept in {path}: {problem.splitlines()[0]}\n{case!r}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
