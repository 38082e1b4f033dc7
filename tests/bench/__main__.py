"""Benchmarks, as ratios of things timed side by side in one run: `make bench`, `make bench-quick`.

python -m bench [--quick] [--seed N] [--json FILE] [--svg FILE]        with `tests` on the path
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import language, plot, race, steps, texts, workload, worst
from bench.contenders import CHAIN, CHAIN_OF_VIEWS, DEFINITION, OURS, PEERS, YARDSTICKS, course
from bench.race import Lane
from bench.timing import Figure, machine

QUICK = (9, 100, 1_000)


def main() -> None:
    """Print every line, and write them down where that is asked for."""
    parser = argparse.ArgumentParser(description="Measure, as ratios of things timed side by side.")
    parser.add_argument("--quick", action="store_true", help="ours against the yardsticks alone, in a minute")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw cost against number of rules here")
    options = parser.parse_args()
    state = machine()
    print(", ".join(f"{name} {value}" for name, value in state.items()))
    lanes: list[Lane] = []
    figures: list[Figure] = []
    for figure in _figures(lanes, quick=options.quick, seed=options.seed):
        figures.append(figure)
        print(figure.text(), flush=True)
    print("\n".join(["", *race.table(lanes)]))
    for name, reason in _missing().items():
        print(f"  – {name} did not install: {reason}")
    if options.json is not None:
        data = {
            "machine": state,
            "seed": options.seed,
            "not_installed": _missing(),
            "matching": [lane.to_json() for lane in lanes],
            "figures": [figure.to_json() for figure in figures],
        }
        options.json.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.svg is not None:
        options.svg.write_text(_picture(lanes), encoding="utf-8")


def _missing() -> dict[str, str]:
    """Return what did not install into this environment, with the reason."""
    file = Path(sys.prefix, "missing.json")
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _figures(lanes: list[Lane], *, quick: bool, seed: int) -> Iterator[Figure]:
    """Yield every figure as it is measured; the times of the race are kept in the lanes."""
    contenders = YARDSTICKS if quick else (*YARDSTICKS, *PEERS)
    for size in QUICK if quick else workload.SIZES:
        track = course(size, seed, events=100 if quick else 300)
        here = race.race(
            track, contenders, rounds=3 if quick else 5, share=0.1 if quick else 0.2, patience=60.0
        )
        lanes += here
        yield from race.figures(here)
        story = steps.story(track, 100 if quick else 500, seed)
        yield from steps.against_json(track, story, seed)
        if not quick:
            yield from steps.slowest(track, story, seed)
    if not quick:
        yield from worst.cases()
        yield from steps.memory(7_000, seed)
        yield from language.parsing()
        yield language.second_start(seed)
        yield from language.testing()
        yield from texts.notification()
    yield from language.starting()


def _picture(lanes: list[Lane]) -> str:
    series = {
        name: [(lane.size, lane.median) for lane in lanes if lane.name == name and lane.median is not None]
        for name in dict.fromkeys(lane.name for lane in lanes)
    }
    title = "Finding the triggers that hold of an event: CPU time against number of rules"
    return plot.svg(title, series, ours=OURS, yardsticks=(CHAIN, CHAIN_OF_VIEWS, DEFINITION))


if __name__ == "__main__":
    main()
