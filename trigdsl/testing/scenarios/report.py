"""A test that failed, told for a person."""

from collections.abc import Iterator

from trigdsl.testing.scenarios.runner import Failure, Result


def told(result: Result) -> str:
    """Return a test that failed: the step, what was expected, what happened and why."""
    at = result.scenario.at
    lines = [f'FAILED  "{result.scenario.title}"  ({at.path}:{at.line})']
    step = None
    for failure in result.failures:
        if failure.at != step:
            lines.append(f"  when {failure.step}  (line {failure.at.line})")
        step = failure.at
        lines += _failure(failure)
    if result.not_run:
        lines.append("  the steps after it were not run")
    return "\n".join(lines) + "\n"


def _failure(failure: Failure) -> Iterator[str]:
    yield f"    expected: {failure.expected}  (line {failure.expected_at.line})"
    lead = "    happened: "
    for reason in failure.reasons:
        place = "" if reason.at is None else f"  ({reason.at.path}:{reason.at.line})"
        yield f"{lead}{reason.text}{place}"
        lead = "              "
