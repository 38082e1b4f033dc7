"""`trigdsl test`: tests in the language, run, with what failed and why, and what they cover."""

import json
import sys
from collections.abc import Sequence

from attrs import frozen

from trigdsl.diagnostics import Severity, render
from trigdsl.engine.state import Directory
from trigdsl.interfaces import loading, running
from trigdsl.interfaces.files import InputError, Replacement
from trigdsl.runtime.ruleset import Loaded, Ruleset
from trigdsl.testing.scenarios import runner
from trigdsl.testing.scenarios.report import told
from trigdsl.testing.scenarios.runner import Result


@frozen
class Request:
    """Which tests to run, of which rules, and how to tell."""

    paths: Sequence[str]
    pattern: str | None = None
    directory: str | None = None
    as_json: bool = False
    cached: bool = True
    junit: str | None = None
    coverage: bool = False
    html: str | None = None
    mutate: bool = False


def run(request: Request) -> int:
    """Run the tests and print how they came out; return 1 when one failed or could not be read, else 0."""
    people = None if request.directory is None else running.read_json(request.directory, "the directory")
    loaded = _loaded(request, people)
    rules = loaded.ruleset
    if rules is None:
        return 1
    directory = None
    if people is not None:
        directory = running.read_directory(rules, people, request.directory, sys.stderr)
    results = _results(rules, request, directory)
    failed = sum(not result.passed for result in results)
    if not request.as_json:
        print(_summary(len(results), failed, sum(result.seconds for result in results)))
    if request.junit is not None:
        _write_junit(request.junit, results)
    if request.coverage or request.html is not None:
        _tell_coverage(loaded, rules, results, request)
    if request.mutate:
        if failed:
            raise InputError(
                "the rules are not changed while a test fails: mend the tests, or the rules, first"
            )
        _mutate(loaded, rules, results, directory, request)
    return 1 if failed else 0


def _loaded(request: Request, people: object) -> Loaded:
    known = people if isinstance(people, dict) else None
    # What is kept of rules does not hold how they are written.
    cached = request.cached and request.html is None and not request.mutate
    loaded = loading.load(loading.Request(request.paths, known, cached=cached))
    for diagnostic in loaded.diagnostics:
        if diagnostic.severity is Severity.ERROR:
            print(render(diagnostic), file=sys.stderr)
    return loaded


def _results(rules: Ruleset, request: Request, directory: Directory | None) -> list[Result]:
    if not rules.scenarios:
        raise InputError('there is no test in these rules: write `test "…" when … expect …` beside them')
    scenarios = runner.chosen(rules.scenarios, request.pattern)
    if not scenarios:
        raise InputError(f"no test is called like `{request.pattern}`, among {len(rules.scenarios)}")
    results = []
    for result in runner.run(rules, scenarios, directory):
        results.append(result)
        if request.as_json:
            print(json.dumps(result.to_json(), ensure_ascii=False))
        elif not result.passed:
            print(told(result))
    return results


def _summary(tests: int, failed: int, seconds: float) -> str:
    noun = "test" if tests == 1 else "tests"
    return f"{tests - failed} of {tests} {noun} passed, {failed} failed, in {seconds:.2f} s"


def _write_junit(path: str, results: Sequence[Result]) -> None:
    from trigdsl.interfaces.junit import junit

    _write(path, junit(results, ["" if result.passed else told(result) for result in results]))


def _tell_coverage(loaded: Loaded, rules: Ruleset, results: Sequence[Result], request: Request) -> None:
    from trigdsl.interfaces import coverage_page, coverage_report
    from trigdsl.testing.scenarios.coverage import covered

    coverage = covered(rules, (played for result in results for played in result.played))
    if request.html is not None:
        _write(request.html, coverage_page.page(coverage, loaded.sources))
    if request.as_json:
        print(json.dumps({"coverage": coverage.to_json()}, ensure_ascii=False))
    elif request.coverage:
        print(coverage_report.text(coverage))


def _mutate(
    loaded: Loaded, rules: Ruleset, results: Sequence[Result], directory: Directory | None, request: Request
) -> None:
    from trigdsl.interfaces import mutating

    assert loaded.written is not None
    scenarios = [result.scenario for result in results]
    mutating.run(rules, loaded.written, scenarios, directory, as_json=request.as_json)


def _write(path: str, text: str) -> None:
    with Replacement(path) as file:
        file.write(text)
        file.commit()
