"""`trigdsl test`: tests in the language, run, with what failed and why."""

import json
import sys
from collections.abc import Sequence

from attrs import frozen

from trigdsl.diagnostics import Severity, render
from trigdsl.engine.state import Directory
from trigdsl.interfaces import loading, running
from trigdsl.interfaces.files import InputError
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.testing.scenarios import runner
from trigdsl.testing.scenarios.runner import Failure, Result


@frozen
class Request:
    """Which tests to run, of which rules, and how to tell."""

    paths: Sequence[str]
    pattern: str | None = None
    directory: str | None = None
    as_json: bool = False
    cached: bool = True


def run(request: Request) -> int:
    """Run the tests and print how they came out; return 1 when one failed or could not be read, else 0."""
    loaded = _loaded(request)
    if loaded is None:
        return 1
    rules, directory = loaded
    if not rules.scenarios:
        raise InputError('there is no test in these rules: write `test "…" when … expect …` beside them')
    scenarios = runner.chosen(rules.scenarios, request.pattern)
    if not scenarios:
        raise InputError(f"no test is called like `{request.pattern}`, among {len(rules.scenarios)}")
    results = []
    for result in runner.run(rules, scenarios, directory):
        results.append(result)
        _tell(result, as_json=request.as_json)
    failed = sum(not result.passed for result in results)
    if not request.as_json:
        print(_summary(len(results), failed, sum(result.seconds for result in results)))
    return 1 if failed else 0


def _loaded(request: Request) -> tuple[Ruleset, Directory | None] | None:
    people = None if request.directory is None else running.read_json(request.directory, "the directory")
    known = people if isinstance(people, dict) else None
    loaded = loading.load(loading.Request(request.paths, known, cached=request.cached))
    for diagnostic in loaded.diagnostics:
        if diagnostic.severity is Severity.ERROR:
            print(render(diagnostic), file=sys.stderr)
    if loaded.ruleset is None:
        return None
    if people is None:
        return loaded.ruleset, None
    return loaded.ruleset, running.read_directory(loaded.ruleset, people, request.directory, sys.stderr)


def _tell(result: Result, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result.to_json(), ensure_ascii=False))
    elif not result.passed:
        print(told(result))


def told(result: Result) -> str:
    """Return a test that failed, for a person: the step, what was expected, what happened and why."""
    at = result.scenario.at
    lines = [f'FAILED  "{result.scenario.title}"  ({at.path}:{at.line})']
    for failure in result.failures:
        lines += _failure(failure)
    return "\n".join(lines) + "\n"


def _failure(failure: Failure) -> list[str]:
    lines = [
        f"  when {failure.step}  (line {failure.at.line})",
        f"    expected: {failure.expected}  (line {failure.expected_at.line})",
    ]
    lead = "    happened: "
    for reason in failure.reasons:
        place = "" if reason.at is None else f"  ({reason.at.path}:{reason.at.line})"
        lines.append(f"{lead}{reason.text}{place}")
        lead = "              "
    return lines


def _summary(tests: int, failed: int, seconds: float) -> str:
    passed = tests - failed
    noun = "test" if tests == 1 else "tests"
    return f"{passed} of {tests} {noun} passed, {failed} failed, in {seconds:.2f} s"
