"""Look for something wrong with the engine, and say what finds it: the conformance suite, or a law.

    python tests/laws/find.py [--seconds 50] [--seed 1] [--law NAME]

The suite is run first, then the laws are asked of generated rules and stories until the time is over. Exit code 1 and
a line `found by …` mean that something is wrong; 0 that nothing was found.
"""

import argparse
import functools
import sys
import time
from pathlib import Path
from random import Random

from trigdsl.testing import conformance, laws
from trigdsl.testing.generation.cases import make_case, make_case_in_files
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.vocabularies import make_vocabulary
from trigdsl.testing.generation.world import World

SUITE = Path(__file__).parent.parent / "conformance"


def by_the_suite() -> str | None:
    """Return the first case of the conformance suite that fails, or None."""
    for path in sorted(SUITE.glob("*.json")):
        if path.name == "schema.json":
            continue
        for result in conformance.run(conformance.read(path.read_text(encoding="utf-8"))):
            if result.differences:
                return f"the conformance case {result.case.id}"
    return None


def by_a_law(asked: tuple[laws.Law, ...], seed: int, until: float) -> str | None:
    """Return the law that generated rules break, or None when none is broken in time."""
    number = 0
    while time.monotonic() < until:
        try:
            trial = trial_of(seed, number)
            for law in asked:
                law.check(trial)
        except laws.BrokenError as error:
            return f"the law {str(error).split()[2]} (case {seed} {number})"
        except Exception as error:
            return f"{type(error).__name__} (case {seed} {number})"
        number += 1
    return None


def trial_of(seed: int, number: int) -> laws.Trial:
    """Return generated rules with a story: some in several files, some over a host's vocabulary."""
    d = Draws.of(Random(f"{seed} {number}"))
    own = vocabulary(f"{seed} {number // 12}") if number % 4 == 3 else None
    make = make_case_in_files if number % 4 == 1 else make_case
    case = make(d, world(own))
    return laws.Trial.of(case.rules, case.directory, case.events, vocabulary=own, files=case.files)


@functools.cache
def world(vocabulary: str | None) -> World:
    return World.zendesk() if vocabulary is None else World.over(vocabulary)


@functools.cache
def vocabulary(seed: str) -> str:
    return make_vocabulary(Draws.of(Random(seed)))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=50)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--law", help="ask this law alone, and leave the suite out")
    asked = options.parse_args()
    until = time.monotonic() + asked.seconds
    try:
        one = (laws.by_name(asked.law),) if asked.law else laws.LAWS
        found = (None if asked.law else by_the_suite()) or by_a_law(one, asked.seed, until)
    except Exception as error:
        found = type(error).__name__
    print("nothing found" if found is None else f"found by {found}")
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main())
