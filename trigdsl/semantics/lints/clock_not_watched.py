"""`when ticket.due_date is within the next 2 days`: a trigger does not watch the clock, so nothing happens then."""

from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.linting import Linted

CODE = "clock-not-watched"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each trigger that asks for a time, and for nothing that happens to a ticket."""
    for _, trigger in rules.triggers:
        tests = [*worlds.tests_of(trigger.condition)]
        timed = next((test for test in tests if _timed(test)), None)
        if timed is None or any(_happens(test, rules.vocabulary.root) for test in tests):
            continue
        message = f"nothing makes this trigger run when `{timed.at.text}` becomes true"
        help_line = (
            "a trigger runs when something happens to a ticket: say what, `ticket is updated and …`; "
            "what must happen at a time is work for an automation"
        )
        yield rules.warn(CODE, timed.at, message, help_line)


_NOW = ("update", ("time",))


def _timed(test: r.Test) -> bool:
    match test:
        case r.IsWithin() | r.ScheduleIs():
            return True
        case r.Compares(subject, _, operand):
            return any(
                x == _NOW for x in ((y.base, y.steps) for y in (subject, operand) if isinstance(y, r.Reading))
            )
        case _:
            return False


def _happens(test: r.Test, root: str) -> bool:
    """Return whether a test is about what happens in an update."""
    if isinstance(test, r.Happens):
        return test.fact not in (f"{root}.public", f"{root}.private")
    if isinstance(test, r.Changes | r.Gains | r.Loses):
        return True
    if isinstance(test, r.ScheduleIs) or _timed(test):
        return False
    return test.subject.base != root or test.subject.previous
