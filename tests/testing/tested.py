"""Rules with tests, loaded for a test of the runner."""

from trigdsl.runtime.loader import load_text
from trigdsl.runtime.ruleset import Loaded, Ruleset
from trigdsl.testing.scenarios import runner
from trigdsl.testing.scenarios.report import told
from trigdsl.testing.scenarios.runner import Result


def loaded(rules: str) -> Loaded:
    """Return rules without a mistake."""
    found = load_text(rules)
    assert found.ruleset is not None, [d.message for d in found.diagnostics]
    return found


def ruleset(rules: str) -> Ruleset:
    found = loaded(rules).ruleset
    assert found is not None
    return found


def results(rules: str) -> list[Result]:
    return list(runner.run(ruleset(rules)))


def failing(rules: str) -> str:
    """Return what is said of the one test of some rules, which fails."""
    (result,) = results(rules)
    assert not result.passed
    return told(result)


def passes(rules: str) -> bool:
    """Return whether every test of some rules passes; what fails is printed."""
    found = results(rules)
    assert found
    for result in found:
        if not result.passed:
            print(told(result))  # noqa: T201 - pytest shows it when the test fails
    return all(result.passed for result in found)
