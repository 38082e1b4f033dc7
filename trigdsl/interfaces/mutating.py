"""`trigdsl test --mutate`: rules changed one small thing at a time, with progress."""

import json
import sys
from collections.abc import Sequence

from trigdsl.interfaces import mutation_report
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.testing.mutation.trial import Court, Tried, try_all
from trigdsl.testing.mutation.witness import Witness, witness


def run(courts: Sequence[Court], *, as_json: bool, reader: Reader = IN_ENGLISH) -> None:
    """Print each change that no test notices, and the share of those that one does. The tests have to pass."""
    if not as_json:
        print()
    tried: list[Tried] = []
    witnesses: list[Witness | None] = []
    for result in try_all(courts, _progress):
        tried.append(result)
        if result.survived:
            told = witness(result.court, result.mutant)
            witnesses.append(told)
            if not as_json:
                _progress_away()
                print(mutation_report.survivor(result, told, reader), flush=True)
    _progress_away()
    if as_json:
        print(json.dumps({"mutation": mutation_report.to_json(tried, witnesses)}, ensure_ascii=False))
    else:
        print(mutation_report.summary(tried, reader))


def _progress(number: int, whole: int) -> None:
    if sys.stderr.isatty() and number % 16 == 0:
        print(f"\r{number:,} of {whole:,} changes", end="", file=sys.stderr, flush=True)


def _progress_away() -> None:
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)
