"""How much of Liquid there is: the golden cases, run with our limits. `python tests/runtime/test_golden_liquid.py` prints it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from liquid.exceptions import LiquidError

from trigdsl.runtime.texts.liquid import bodies as liquid

CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "golden-liquid" / "golden_liquid.json"
TAKING_IN = ("include tag", "render tag")
"""Cases of these need other texts, which a body cannot take in."""


def passes(case: Mapping[str, Any]) -> bool:
    """Return whether a case comes out as it should, which may be a mistake."""
    wanted = case.get("results", [case.get("result")])
    try:
        written = liquid.compiled(case["template"]).render(case.get("data", {}), strict=True)
    except (ValueError, ArithmeticError, LookupError, TypeError, LiquidError):
        return bool(case.get("invalid"))
    return not case.get("invalid") and written in wanted


@frozen
class Share:
    """How many cases there are, how many of them pass, and the names of those that fail for another reason than taking in."""

    cases: int
    passed: int
    taking_in: int
    failed: tuple[str, ...]

    def __str__(self) -> str:
        share = f"{self.passed:,} of {self.cases:,} golden Liquid cases pass with our limits ({self.passed / self.cases:.1%})"
        rest = f"{self.taking_in} that fail take in another text, which no body can"
        return "\n".join([share, rest, *(f"fails: {name}" for name in self.failed)])


def share() -> Share:
    cases = json.loads(CASES.read_text(encoding="utf-8"))["tests"]
    failed = [case for case in cases if not passes(case)]
    others = [case for case in failed if not any(tag in TAKING_IN for tag in case.get("tags", []))]
    names = tuple(case["name"] for case in others)
    return Share(len(cases), len(cases) - len(failed), len(failed) - len(others), names)


@pytest.mark.skipif(not CASES.exists(), reason="the golden cases are not part of this project")
def test_nearly_all_of_liquid_is_there() -> None:
    found = share()
    assert found.cases > 1_000
    assert found.passed + found.taking_in >= found.cases - 5, str(found)


def test_a_case_that_comes_out_otherwise_fails() -> None:
    assert passes({"template": "{{ 'a' | upcase }}", "result": "A"})
    assert not passes({"template": "{{ 'a' | upcase }}", "result": "a"})
    assert passes({"template": "{% if %}", "invalid": True})
    assert not passes({"template": "{{ 'a' }}", "invalid": True})


if __name__ == "__main__":
    print(share() if CASES.exists() else f"the golden cases are not there: {CASES.name}")
