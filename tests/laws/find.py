"""Look for something wrong with the engine, and say what finds it: the conformance suite, or a law.

    python tests/laws/find.py [--seconds 50] [--seed 1] [--law NAME]

The suite is run first, then the laws are asked of generated rules and stories until the time is over: of some
all, of the others those that make no rules anew. Exit code 1 and a line `found by …` mean that something is
wrong; 0 that nothing was found.
"""

import argparse
import functools
import os
import resource
import signal
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from attrs import evolve
from recombined import recombined

from trigdsl.testing import conformance, laws
from trigdsl.testing.generation.cases import make_case, make_case_in_files
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.vocabularies import make_vocabulary
from trigdsl.testing.generation.world import World
from trigdsl.testing.laws import agreement, conditions, language

SUITE = Path(__file__).parent.parent / "conformance"
TURNS = 3
"""Of so many generated cases one is asked all laws, and one is made larger; every sort of case comes to both."""
INDEX = agreement.the_index_finds_what_is_defined
SLOW = {*conditions.LAWS, *language.LAWS}
"""Laws that make rules anew: the others take a third of the time."""
SIZES = (5, 20, 60)
"""So many triggers stand in the sets in which what is looked up is compared besides."""
STEP = 10
"""So many seconds of the processor one file of the suite, or one case, may take: a hundred times what it does."""
MEMORY = 2_000_000_000


def limited() -> None:
    """Begin a step: what takes much longer than it should, or more memory than there is, has been found."""
    signal.setitimer(signal.ITIMER_VIRTUAL, STEP)


def endless(*_: object) -> None:
    """Say that a step did not end; nothing that is wrong can catch this."""
    print(f"found by the time limit\nafter {time.process_time():.1f} s", flush=True)
    os._exit(1)


def by_the_suite() -> str | None:
    """Return the first case of the conformance suite that fails, or None."""
    for path in sorted(SUITE.glob("*.json")):
        if path.name == "schema.json":
            continue
        limited()
        for result in conformance.run(conformance.read(path.read_text(encoding="utf-8"))):
            if result.differences:
                return f"the conformance case {result.case.id}"
    return None


def by_a_law(asked: tuple[laws.Law, ...], seed: int, until: float) -> str | None:
    """Return the law that generated rules break, or None when none is broken in time."""
    quick = [law for law in asked if law not in SLOW] or asked
    number = 0
    while time.process_time() < until:
        limited()
        try:
            trial = trial_of(seed, number)
            for law in quick if number % TURNS else asked:
                law.check(trial)
            if number % TURNS == 1 and INDEX in asked:
                INDEX.check(larger(trial, seed, number))
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


def larger(trial: laws.Trial, seed: int, number: int) -> laws.Trial:
    """Return a trial of more triggers, put together anew from the tests and actions of one that was generated."""
    choose = Random(f"larger {seed} {number}")
    return evolve(trial, rules=recombined(trial.rules, choose.choice(SIZES), choose))


@functools.cache
def world(vocabulary: str | None) -> World:
    return World.zendesk() if vocabulary is None else World.over(vocabulary)


@functools.cache
def vocabulary(seed: str) -> str:
    return make_vocabulary(Draws.of(Random(seed)))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--seconds", type=float, default=50, help="of the processor, so that others do no harm"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--law", help="ask this law alone, and leave the suite out")
    asked = options.parse_args()
    until = time.process_time() + asked.seconds
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, endless)
    try:
        one = (laws.by_name(asked.law),) if asked.law else laws.LAWS
        found = (None if asked.law else by_the_suite()) or by_a_law(one, asked.seed, until)
    except Exception as error:
        found = type(error).__name__
    print("nothing found" if found is None else f"found by {found}")
    print(f"after {time.process_time():.1f} s")
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main())
