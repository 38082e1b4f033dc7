"""Runs tests in the language under pytest: each `test "…"` of a rule file is one of its tests.

Rule files are collected whose names are like `test_*.trig` or `*_test.trig`; the option `trigdsl_files` of pytest's
configuration says otherwise. A file that is named on the command line is always collected.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

USUAL = ("test_*.trig", "*_test.trig")
# What runs tests is imported when the first file is collected: pytest loads this module at every start.


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option `trigdsl_files`."""
    about = "patterns of the names of rule files whose tests are run"
    parser.addini("trigdsl_files", about, type="args", default=list(USUAL))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RuleFile | None":
    """Return the collector of a rule file that holds tests to be run."""
    if file_path.suffix != ".trig":
        return None
    named = any(_names(argument, file_path) for argument in parent.config.args)
    if named or any(file_path.match(pattern) for pattern in parent.config.getini("trigdsl_files")):
        found: RuleFile = RuleFile.from_parent(parent, path=file_path)
        return found
    return None


def _names(argument: str, path: Path) -> bool:
    return Path(argument.split("::", maxsplit=1)[0]).resolve() == path.resolve()


class MistakesError(Exception):
    """Rules that have mistakes, so that none of their tests can run."""


class RuleFile(pytest.File):
    """A rule file with its tests."""

    def collect(self) -> Iterator["RuleTest"]:
        """Yield each test of the file; rules with mistakes are an error of the file."""
        from trigdsl.diagnostics import Severity, render  # noqa: PLC0415 - see above
        from trigdsl.runtime import loader  # noqa: PLC0415
        from trigdsl.testing.scenarios.cast import Cast  # noqa: PLC0415
        from trigdsl.testing.scenarios.suites import suites  # noqa: PLC0415

        for suite in suites(str(self.path)):
            loaded = loader.load_paths(suite.paths)
            if loaded.ruleset is None:
                wrong = (d for d in loaded.diagnostics if d.severity is Severity.ERROR)
                raise MistakesError("\n".join(map(render, wrong)))
            cast = Cast.of(loaded.ruleset.rules)
            for scenario in loaded.ruleset.scenarios:
                if suite.holds(scenario.at.path):
                    yield RuleTest.from_parent(
                        self, name=scenario.title, rules=loaded.ruleset, scenario=scenario, cast=cast
                    )

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ARG002 - pytest's signature
    ) -> Any:
        """Return the mistakes alone: where Python found them is of no use."""
        if isinstance(excinfo.value, MistakesError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class NotMetError(Exception):
    """A test that failed; its words are the report."""


class RuleTest(pytest.Item):
    """One test in the language."""

    def __init__(self, *, rules: Any, scenario: Any, cast: Any, **rest: Any) -> None:
        super().__init__(**rest)
        self.rules, self.scenario, self.cast = rules, scenario, cast

    def runtest(self) -> None:
        """Run the test; NotMetError says what failed and why."""
        from trigdsl.testing.scenarios.report import told  # noqa: PLC0415
        from trigdsl.testing.scenarios.runner import run_one  # noqa: PLC0415

        result = run_one(self.rules, self.scenario, self.cast)
        if not result.passed:
            raise NotMetError(told(result))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what failed and why, as `trigdsl test` says it."""
        if isinstance(excinfo.value, NotMetError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the test stands."""
        return self.path, self.scenario.at.line - 1, self.name
