"""Generated rules with generated stories through the engine and the oracle: they must agree on everything.

    python tests/fuzz/rules.py [--count 1000000] [--seed 1] [--first 0] [--processes 2]
                               [--report FILE] [--candidates FOLDER]
    python tests/fuzz/rules.py --seed 1 --case 4711

A case is a rule set with a stream. Each rule set is run on ten streams, half of them with people of their own; case N of
a seed is stream N % 10 of rule set N // 10, and is always the same. Some rule sets stand on a host's vocabulary, some in
several files, and every tenth case runs in a single pass as well. What was exercised is counted, so that "nothing found"
means something. The report is written anew every few seconds, and a difference at once, made smaller trigger
by trigger and event by event, as a case for the conformance suite: a run that is cut off has lost nothing.
"""

import argparse
import gc
import json
import multiprocessing
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, frozen

sys.path.insert(0, str(Path(__file__).parent.parent))

from drawn import STREAMS, Drawn, Rivals, candidate, content
from exercised import Exercised

from trigdsl.runtime.loader import RulesError
from trigdsl.testing.generation.cases import Case

BLOCK = 50
"""So many rule sets a process takes at once."""
EVERY = 15.0
"""After so many seconds the report is written anew."""
MOST_KEPT = 20


def in_single_pass(number: int) -> bool:
    """Return whether a case runs in a single pass as well."""
    return number % 10 == 4


def quiet() -> None:
    """Let a process look for garbage seldom, for nearly all of it is gone by itself, and be ended as usual."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.set_threshold(100_000, 20, 20)


def block(work: tuple[int, int, int]) -> Exercised:
    """Try the rule sets of a seed from one number to another."""
    seed, first, last = work
    found = Exercised()
    for number in range(first, last):
        try_rules(seed, number, found)
    return found


def try_rules(seed: int, number: int, found: Exercised) -> None:
    """Try a rule set on its streams."""
    drawn = Drawn.of(seed, number)
    vocabulary = drawn.vocabulary
    try:
        rivals = Rivals.of(drawn.case, vocabulary)
    except RulesError:
        found.refused += 1
        return
    except Exception as error:
        found.wrong.append((STREAMS * number, f"{type(error).__name__}: {error}"))
        return
    seen: set[str] = set()
    for stream in range(STREAMS):
        case, place = drawn.told(seed, stream), STREAMS * number + stream
        known = content(case)
        if known in seen:
            found.again += 1
            continue
        seen.add(known)
        problem, outcomes = rivals.problem(case)
        found.events += len(case.events)
        found.count_firings(outcomes)
        if problem is None and in_single_pass(place):
            found.single_pass += 1
            problem, _ = rivals.problem(case, single_pass=True)
        if problem is not None:
            found.wrong.append((place, problem))
    found.cases += len(seen)
    found.of_hosts += len(seen) if vocabulary is not None else 0
    found.in_files += len(seen) if drawn.case.beside else 0
    found.rule_sets.add(hash(drawn.case.file))
    found.count_rules(drawn.trees, len(seen))


# A difference, made small


@frozen
class Difference:
    """A case on which engine and oracle differ."""

    case: Case
    vocabulary: str | None
    single_pass: bool
    problem: str

    @classmethod
    def of(cls, case: Case, vocabulary: str | None, *, single_pass: bool) -> "Difference | None":
        """Return how the two differ on a case, or None where they agree or the rules have mistakes."""
        try:
            rivals = Rivals.of(case, vocabulary)
        except RulesError:
            return None
        except Exception as error:
            return cls(case, vocabulary, single_pass, f"{type(error).__name__}: {error}")
        for once in (False, True) if single_pass else (False,):
            problem, _ = rivals.problem(case, single_pass=once)
            if problem is not None:
                return cls(case, vocabulary, once, problem)
        return None

    def smallest(self) -> "Difference":
        """Return a difference that is left of this one with as few triggers and events as still show it."""
        for case in shorter(self.case):
            left = Difference.of(case, self.vocabulary, single_pass=self.single_pass)
            if left is not None:
                return left.smallest()
        return self


def shorter(case: Case) -> Iterator[Case]:
    """Yield a case without one of its events, of its files or of what stands in its files."""
    for n in range(len(case.events)):
        yield evolve(case, events=case.events[:n] + case.events[n + 1 :])
    for path in case.beside:
        yield evolve(case, beside={other: file for other, file in case.beside.items() if other != path})
    for n in range(len(case.file.items)):
        yield evolve(case, file=evolve(case.file, items=case.file.items[:n] + case.file.items[n + 1 :]))
    for path, file in case.beside.items():
        for n in range(len(file.items)):
            left = evolve(file, items=file.items[:n] + file.items[n + 1 :])
            yield evolve(case, beside={**case.beside, path: left})


def difference(seed: int, place: int) -> Difference | None:
    """Return how the two differ on the case of a number, or None."""
    drawn = Drawn.of(seed, place // STREAMS)
    case = drawn.told(seed, place % STREAMS)
    return Difference.of(case, drawn.vocabulary, single_pass=in_single_pass(place))


def kept(seed: int, place: int, folder: Path) -> str:
    """Return what is to be said of a difference that was found, after it was made small and written down."""
    found = difference(seed, place)
    if found is None:
        return f"case {place} differs only after other cases"
    found = found.smallest()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{seed}-{place}.json"
    case = candidate(found.case, found.vocabulary, f"{seed}-{place}", single_pass=found.single_pass)
    path.write_text(json.dumps(case, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return f"case {place}, kept in {path}: {found.problem.strip()}\n{found.case!r}"


# The run


def report(asked: argparse.Namespace, found: Exercised, seconds: float, differences: list[str]) -> str:
    """Return what is to be said of a run so far."""
    first = (
        f"seed {asked.seed} from rule set {asked.first}: {found.cases:,} cases in {seconds:,.0f} s "
        f"on {asked.processes} processes, {len(found.wrong)} differences"
    )
    return "\n".join([first, *found.lines(), *differences])


def run(asked: argparse.Namespace) -> int:
    """Try cases until there are enough of them; return 1 when there was a difference."""
    start, told = time.monotonic(), 0.0
    found, differences = Exercised(), list[str]()
    sets = -(-asked.count // STREAMS)
    work = [(asked.seed, asked.first + n, asked.first + min(n + BLOCK, sets)) for n in range(0, sets, BLOCK)]
    with multiprocessing.Pool(asked.processes, quiet) as pool:
        for done in pool.imap_unordered(block, work):
            found.add(done)
            for place, _ in done.wrong[: MOST_KEPT - len(differences)]:
                differences.append(kept(asked.seed, place, asked.candidates))
                print(differences[-1], flush=True)
            if time.monotonic() - start > told + EVERY:
                told = time.monotonic() - start
                asked.report.parent.mkdir(parents=True, exist_ok=True)
                asked.report.write_text(report(asked, found, told, differences) + "\n", encoding="utf-8")
    whole = report(asked, found, time.monotonic() - start, differences)
    asked.report.parent.mkdir(parents=True, exist_ok=True)
    asked.report.write_text(whole + "\n", encoding="utf-8")
    print(whole)
    return 1 if found.wrong else 0


def replay(asked: argparse.Namespace) -> int:
    """Show one case, and how the two differ on it."""
    drawn = Drawn.of(asked.seed, asked.case // STREAMS)
    print(drawn.vocabulary or "", drawn.told(asked.seed, asked.case % STREAMS), sep="\n")
    found = difference(asked.seed, asked.case)
    print("\nengine and oracle agree" if found is None else found.problem)
    return 0 if found is None else 1


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0, help="the rule set to begin with")
    options.add_argument("--case", type=int, help="show this case alone")
    options.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    options.add_argument("--report", type=Path, default=Path("build/fuzz.txt"))
    options.add_argument("--candidates", type=Path, default=Path("build/candidates"))
    asked = options.parse_args()
    # Whoever ends the run ends its processes too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return run(asked) if asked.case is None else replay(asked)


if __name__ == "__main__":
    sys.exit(main())
