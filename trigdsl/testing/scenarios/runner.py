"""Tests in the language, run one after another: each passes, fails, or cannot happen."""

import fnmatch
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import frozen

from trigdsl.engine.state import Directory
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import scenes
from trigdsl.semantics.rules import Location
from trigdsl.testing.scenarios.cast import Cast
from trigdsl.testing.scenarios.judge import Unmet, unmet
from trigdsl.testing.scenarios.play import Played, play
from trigdsl.testing.scenarios.reasons import Reason, reasons
from trigdsl.testing.scenarios.stage import CannotHappenError


@frozen
class Failure:
    """What went wrong in one step: what was expected, and what happened instead, with the reasons."""

    step: str
    at: Location
    expected: str
    expected_at: Location
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {
            "step": self.step,
            "line": self.at.line,
            "expected": self.expected,
            "expected_line": self.expected_at.line,
            "reasons": [
                {"text": x.text} | ({} if x.at is None else {"path": x.at.path, "line": x.at.line})
                for x in self.reasons
            ],
        }


@frozen
class Result:
    """How one test came out: it passed when there are no failures."""

    scenario: scenes.Scenario
    failures: tuple[Failure, ...]
    seconds: float
    played: tuple[Played, ...] = ()

    @property
    def not_run(self) -> tuple[scenes.Step, ...]:
        """The steps that come after the one that failed."""
        places = [step.at for step in self.scenario.steps]
        return self.scenario.steps[places.index(self.failures[0].at) + 1 :] if self.failures else ()

    @property
    def passed(self) -> bool:
        """Whether every expectation of every step was met."""
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape that `trigdsl test --json` prints."""
        return {
            "test": self.scenario.title,
            "path": self.scenario.at.path,
            "line": self.scenario.at.line,
            "passed": self.passed,
            "seconds": round(self.seconds, 6),
            "failures": [failure.to_json() for failure in self.failures],
            "not_run": [{"step": step.at.text, "line": step.at.line} for step in self.not_run],
        }


def run(
    rules: Ruleset,
    scenarios: Iterable[scenes.Scenario] | None = None,
    directory: Directory | None = None,
    reader: Reader = IN_ENGLISH,
) -> Iterator[Result]:
    """Yield the result of each test, in order; without any named, of all that stand in the rules."""
    cast = Cast.of(rules.rules, directory)
    for scenario in rules.scenarios if scenarios is None else scenarios:
        yield run_one(rules, scenario, cast, reader)


def run_one(rules: Ruleset, scenario: scenes.Scenario, cast: Cast, reader: Reader = IN_ENGLISH) -> Result:
    """Return the result of one test; a step after one that failed is not run."""
    start = time.perf_counter()
    failures: tuple[Failure, ...] = ()
    done: list[Played] = []
    try:
        for played in play(rules, scenario, cast):
            done.append(played)
            wrong = unmet(rules, played)
            if wrong:
                failures = tuple(_failure(rules, x, reader) for x in wrong)
                break
    except CannotHappenError as error:
        failures = (_impossible(scenario, len(done), str(error), reader),)
    return Result(scenario, failures, time.perf_counter() - start, tuple(done))


def _failure(rules: Ruleset, unmet: Unmet, reader: Reader) -> Failure:
    step, expectation = unmet.played.step, unmet.expectation
    said, why = reader.event(step.at.text), tuple(reasons(rules, unmet, reader))
    if expectation is None:
        nothing = reader.say("nothing else") if step.expectations else reader.say("nothing")
        return Failure(said, step.at, nothing, step.expected_at, why)
    return Failure(said, step.at, reader.expectation(expectation.at.text), expectation.at, why)


def _impossible(scenario: scenes.Scenario, number: int, why: str, reader: Reader) -> Failure:
    at = scenario.steps[number].at
    said = reader.event(at.text), at, reader.say("that it can happen"), at
    return Failure(*said, (Reason(reader.told_of_rules(why)),))


def chosen(scenarios: Sequence[scenes.Scenario], pattern: str | None) -> list[scenes.Scenario]:
    """Return the tests whose titles are like a pattern; a word alone may stand anywhere in them."""
    if pattern is None:
        return [*scenarios]
    whole = pattern if any(sign in pattern for sign in "*?[") else f"*{pattern}*"
    return [s for s in scenarios if fnmatch.fnmatchcase(s.title.casefold(), whole.casefold())]
