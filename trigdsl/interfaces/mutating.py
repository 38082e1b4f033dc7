"""`trigdsl test --mutate`: rules changed one small thing at a time, with progress."""

import json
import sys
from collections.abc import Sequence

from trigdsl.engine.state import Directory
from trigdsl.interfaces import mutation_report
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics.scenes import Scenario
from trigdsl.semantics.written import Written
from trigdsl.testing.mutation import witness
from trigdsl.testing.mutation.mutants import mutants
from trigdsl.testing.mutation.trial import Court, Tried
from trigdsl.testing.mutation.witness import Witness


def run(
    rules: Ruleset,
    written: Written,
    scenarios: Sequence[Scenario],
    directory: Directory | None,
    *,
    as_json: bool,
) -> None:
    """Print each change that no test notices, and the share of those that one does. The tests have to pass."""
    court = Court.of(rules, scenarios, directory)
    found = [*mutants(rules, written)]
    tried: list[Tried] = []
    witnesses: list[Witness | None] = []
    for result in court.try_all(found, lambda number: _progress(number, len(found))):
        tried.append(result)
        if result.survived:
            told = witness.found(rules, written, result.mutant, court.cast)
            witnesses.append(told)
            if not as_json:
                _progress_away()
                print(mutation_report.survivor(result.mutant, told, written), flush=True)
    _progress_away()
    if as_json:
        report = mutation_report.to_json(tried, witnesses, written)
        print(json.dumps({"mutation": report}, ensure_ascii=False))
    else:
        print(mutation_report.summary(tried))


def _progress(number: int, whole: int) -> None:
    if sys.stderr.isatty() and number % 16 == 0:
        print(f"\r{number:,} of {whole:,} changes", end="", file=sys.stderr, flush=True)


def _progress_away() -> None:
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)
