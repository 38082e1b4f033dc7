"""`trigdsl test`: tests in the language, run, with what failed and why, and what they cover."""

import json
import sys
from collections.abc import Sequence

from attrs import define, field, frozen

from trigdsl.diagnostics import Severity
from trigdsl.engine.state import Directory
from trigdsl.interfaces import loading, people, speaking, targets
from trigdsl.interfaces.files import InputError, Replacement, WrongUseError
from trigdsl.interfaces.people import People
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Loaded, Ruleset
from trigdsl.testing.scenarios import runner
from trigdsl.testing.scenarios.report import told
from trigdsl.testing.scenarios.runner import Result
from trigdsl.testing.scenarios.suites import Suite, suites


@frozen
class Request:
    """Which tests to run, of which rules, and how to tell."""

    paths: Sequence[str]
    pattern: str | None = None
    directories: Sequence[str] = ()
    as_json: bool = False
    cached: bool = True
    junit: str | None = None
    coverage: bool = False
    html: str | None = None
    mutate: bool = False
    language: str | None = None


@define(eq=False)
class _Ran:
    """One rule set with its tests, and how they came out."""

    loaded: Loaded
    rules: Ruleset
    directory: Directory | None
    reader: Reader
    results: list[Result] = field(factory=list)


def run(request: Request) -> int:
    """Run the tests and print how they came out; return 1 when one failed or could not be read, else 0."""
    found = list(dict.fromkeys(suite for path in request.paths for suite in suites(path)))
    given = people.read(request.directories)
    ran = [_ran(suite, request, given) for suite in found]
    known = [each for each in ran if each is not None]
    results = [result for each in known for result in each.results]
    if known and not results:
        raise _nothing(known, request.pattern)
    failed = sum(not result.passed for result in results)
    if not request.as_json and results:
        print(_summary(results, known[0].reader))
    if request.junit is not None:
        _write_junit(request.junit, known)
    if request.coverage or request.html is not None:
        _tell_coverage(known, request)
    if request.mutate and len(known) == len(ran):
        if failed:
            raise InputError(
                "the rules are not changed while a test fails: mend the tests, or the rules, first"
            )
        _mutate(known, request)
    return 1 if failed or len(known) < len(ran) else 0


def _ran(suite: Suite, request: Request, given: People) -> _Ran | None:
    """Return a rule set whose tests have run; None when it has mistakes, which are printed."""
    # What is kept of rules does not hold how they are written.
    cached = request.cached and request.html is None and not request.mutate
    loaded = loading.load(loading.Request(suite.paths, given.together, cached=cached))
    targets.check([request.junit, request.html], request.directories, [loaded])
    wrong = [d for d in loaded.diagnostics if d.severity is Severity.ERROR]
    for text in speaking.rendered(wrong, request.language, loaded.files):
        print(text, file=sys.stderr)
    rules = loaded.ruleset
    if rules is None:
        return None
    reader = speaking.reader(request.language, loaded)
    directory = None
    if given.files:
        directory = people.directory(rules, given, sys.stderr, reader)
    ran = _Ran(loaded, rules, directory, reader)
    scenarios = [s for s in runner.chosen(rules.scenarios, request.pattern) if suite.holds(s.at.path)]
    # What programs read is in English.
    for result in runner.run(rules, scenarios, directory, IN_ENGLISH if request.as_json else reader):
        ran.results.append(result)
        if request.as_json:
            print(json.dumps(result.to_json(), ensure_ascii=False))
        elif not result.passed:
            print(told(result, reader))
    return ran


def _nothing(known: Sequence[_Ran], pattern: str | None) -> InputError:
    count = sum(len(each.rules.scenarios) for each in known)
    if not count:
        return InputError('there is no test in these rules: write `test "…" when … expect …` beside them')
    return WrongUseError(f"no test is called like `{pattern}`, among {count}")


def _summary(results: Sequence[Result], reader: Reader) -> str:
    tests, failed = len(results), sum(not result.passed for result in results)
    seconds = reader.number(f"{sum(result.seconds for result in results):.2f}")
    said = (
        "{} of {} test passed, {} failed, in {} s"
        if tests == 1
        else "{} of {} tests passed, {} failed, in {} s"
    )
    return reader.say(said, str(tests - failed), str(tests), str(failed), seconds)


def _write_junit(path: str, known: Sequence[_Ran]) -> None:
    from trigdsl.interfaces.junit import junit

    results = [(result, each.reader) for each in known for result in each.results]
    said = ["" if result.passed else told(result, reader) for result, reader in results]
    _write(path, junit([result for result, _ in results], said))


def _tell_coverage(known: Sequence[_Ran], request: Request) -> None:
    from trigdsl.interfaces import coverage_page, coverage_report
    from trigdsl.testing.scenarios.coverage import covered, together

    coverage = together(
        [covered(each.rules, (step for result in each.results for step in result.played)) for each in known]
    )
    if request.html is not None:
        sources = [source for each in known for source in each.loaded.sources]
        _write(request.html, coverage_page.page(coverage, sources))
    if request.as_json:
        print(json.dumps({"coverage": coverage.to_json()}, ensure_ascii=False))
    elif request.coverage:
        print(coverage_report.text(coverage, known[0].reader))


def _mutate(known: Sequence[_Ran], request: Request) -> None:
    from trigdsl.interfaces import mutating
    from trigdsl.testing.mutation.trial import Court

    courts = []
    for each in known:
        assert each.loaded.written is not None
        scenarios = [result.scenario for result in each.results]
        courts.append(Court.of(each.rules, each.loaded.written, scenarios, each.directory))
    mutating.run(courts, as_json=request.as_json, reader=known[0].reader)


def _write(path: str, text: str) -> None:
    with Replacement(path) as file:
        file.write(text)
        file.commit()
