"""`ticket.status is not solved or ticket.status is not closed`: every ticket is so."""

from collections.abc import Iterator
from itertools import combinations

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed

CODE = "always-true"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each condition that is no condition, since it always holds."""
    for _, trigger in rules.triggers:
        yield from _in(rules, trigger.condition)


def _in(rules: Linted, condition: r.Condition) -> Iterator[Diagnostic]:
    match condition:
        case r.AnyOf((r.Happens(), r.Happens())):
            return  # `ticket is created or ticket is updated` is said for readers
        case r.AnyOf(items):
            for one, two in combinations(items[:24], 2):
                if rules.related(one, two) and not rules.possible(
                    Assumed(one, holds=False), Assumed(two, holds=False)
                ):
                    message = f"`{one.at.text}` or `{two.at.text}` is always true"
                    help_line = "to exclude both, join them by `and`"
                    other = rules.note("the other is here", one.at)
                    yield rules.warn(CODE, two.at, message, help_line, other)
                    return
            for item in items:
                yield from _in(rules, item)
        case r.AllOf(items):
            for item in items:
                yield from _in(rules, item)
        case _:
            if not rules.possible(Assumed(condition, holds=False)):
                message = f"`{condition.at.text}` is always true"
                yield rules.warn(CODE, condition.at, message, "take it away, or compare with another value")
