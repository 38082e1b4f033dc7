"""Generated rule files into French and back: the same tree at each step, and the same bytes at the end.

    python tests/fuzz/languages.py [--count 100000] [--seed 1] [--processes 2] [--first 0]

File N of a seed is always the same: a rule file with tests, and every tenth one a vocabulary of declarations. What the
files hold is counted by the class of each part, so that "no difference" means something.
"""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import attrs

sys.path.insert(0, str(Path(__file__).parent.parent))

from trigdsl.interfaces import formatting
from trigdsl.interfaces.files import InputError
from trigdsl.source import Source
from trigdsl.syntax import parser
from trigdsl.testing.generation.cases import make_rule_text
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.world import World

BLOCK = 50


def tried(seed: int, number: int, world: World, counts: Counter[str]) -> str | None:
    """Return how a file differs after its way into French and back, or None; count what it holds."""
    text = make_rule_text(Draws.of(Random(f"{seed} {number}")), world)
    counts["files"] += 1
    try:
        english = formatting.formatted(Source("rules", text))
        if english is None:
            return "it cannot be read"
        french = formatting.formatted(Source("rules", english), "fr")
        back = None if french is None else formatting.formatted(Source("rules", french), "en")
    except InputError as error:
        return str(error)
    if french is None or back != english:
        return f"{english}\n--- in French\n{french}\n--- and back\n{back}"
    counts["lines"] += french.count("\n")
    _counted(parser.parse(Source("rules", french)).file.items, counts)
    return None


def _counted(node: Any, counts: Counter[str]) -> None:
    if isinstance(node, tuple):
        for part in node:
            _counted(part, counts)
    elif attrs.has(type(node)) and type(node).__module__.endswith("syntax.tree"):
        counts[type(node).__name__] += 1
        for attribute in attrs.fields(type(node)):
            _counted(getattr(node, attribute.name), counts)
            if attribute.name == "verb":
                counts[str(node.verb)] += 1


def _block(task: tuple[int, int, int]) -> tuple[Counter[str], list[str]]:
    seed, first, count = task
    world, counts, wrong = World.zendesk(), Counter[str](), list[str]()
    for number in range(first, first + count):
        found = tried(seed, number, world, counts)
        if found is not None:
            wrong.append(f"file {number}: {found}")
    return counts, wrong


def main() -> int:
    """Try the files, and tell what was found; 1 if there is a difference."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    end = chosen.first + chosen.count
    tasks = [(chosen.seed, first, min(BLOCK, end - first)) for first in range(chosen.first, end, BLOCK)]
    counts, differing, began = Counter[str](), 0, time.perf_counter()
    with multiprocessing.Pool(chosen.processes) as pool:
        for found, wrong in pool.imap_unordered(_block, tasks):
            counts += found
            differing += len(wrong)
            sys.stdout.writelines(f"{each}\n" for each in wrong[: 3 if differing < 10 else 0])
    seconds = time.perf_counter() - began
    sys.stdout.write(
        f"seed {chosen.seed}: {counts['files']:,} files in {seconds:.0f} s, {differing} differ\n"
    )
    sys.stdout.write(", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())) + "\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
