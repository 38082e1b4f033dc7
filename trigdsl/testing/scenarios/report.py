"""A test that failed, told for a person."""

from collections.abc import Iterator

from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.testing.scenarios.runner import Failure, Result


def told(result: Result, reader: Reader = IN_ENGLISH) -> str:
    """Return a test that failed: the step, what was expected, what happened and why."""
    at = result.scenario.at
    say = reader.say
    lines = [f'{say("FAILED")}  "{result.scenario.title}"  ({at.path}:{at.line})']
    step = None
    for failure in result.failures:
        if failure.at != step:
            lines.append("  " + say("when {}  (line {})", failure.step, str(failure.at.line)))
        step = failure.at
        lines += _failure(failure, reader)
    if result.not_run:
        lines.append("  " + say("the steps after it were not run"))
    return "\n".join(lines) + "\n"


def _failure(failure: Failure, reader: Reader) -> Iterator[str]:
    expected, happened = reader.say("expected: "), reader.say("happened: ")
    width = max(len(expected), len(happened))
    line = reader.say("(line {})", str(failure.expected_at.line))
    yield f"    {expected:<{width}}{failure.expected}  {line}"
    lead = f"    {happened:<{width}}"
    for reason in failure.reasons:
        place = "" if reason.at is None else f"  ({reason.at.path}:{reason.at.line})"
        yield f"{lead}{reason.text}{place}"
        lead = " " * (width + 4)
