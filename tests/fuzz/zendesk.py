"""Generated rules to Zendesk and back: what comes back must do what the rules did.

    python tests/fuzz/zendesk.py [--count 3000] [--seed 1] [--first 0]

Case N of a seed is always the same. Every other one is tangled: its triggers ask for more than Zendesk's two lists of
conditions can hold, fire once, or stop. What Zendesk cannot hold is left out, and counted.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

import zendesk_trips

from trigdsl.testing.generation.cases import make_case
from trigdsl.testing.generation.drawing import Draws

WORLD = zendesk_trips.world()


def tried(seed: int, number: int, counts: Counter[str]) -> list[str]:
    """Return how a case differs after its way to Zendesk and back."""
    chosen = Random(f"{seed} {number}")
    case = make_case(Draws.of(chosen), WORLD)
    if number % 2:
        case = zendesk_trips.tangled(case, [chosen.randrange(105) for _ in range(5)])
    counts["cases"] += 1
    held = zendesk_trips.held(case)
    if held is None:
        counts["of which Zendesk holds nothing"] += 1
        return []
    counts["triggers that Zendesk cannot hold"] += len(held.lost)
    counts["triggers"] += len(held.rules.triggers)
    counts["triggers of Zendesk's"] += len(held.exported.triggers)
    counts["split"] += len(held.exported.triggers) > len(held.rules.triggers)
    counts["events"] += len(case.events)
    back = held.back()
    kept = [f"kept: {kept}" for kept in back.report.kept]
    return [*kept, *zendesk_trips.differences(held, back.rules, case)]


def main() -> int:
    """Try the cases, and tell what was found; 1 if there is a difference."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for number in range(options.first, options.first + options.count):
        found = tried(options.seed, number, counts)
        if found:
            counts["differences"] += 1
            sys.stdout.write(f"case {number}:\n" + "\n".join(found[:3]) + "\n")
    sys.stdout.writelines(f"{count:10,}  {what}\n" for what, count in counts.items())
    return 1 if counts["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
