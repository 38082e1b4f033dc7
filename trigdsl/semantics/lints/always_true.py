"""`ticket.status is not solved or ticket.status is not closed`: every ticket is so."""

from collections.abc import Iterator
from itertools import combinations

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.ordering import Draft

CODE = "always-true"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each condition that is no condition, since it always holds."""
    for draft, trigger in rules.triggers:
        yield from _in(rules, draft, trigger.condition)


def _in(rules: Linted, draft: Draft, condition: r.Condition) -> Iterator[Diagnostic]:
    match condition:
        case r.AnyOf((r.Happens(), r.Happens())):
            return  # `ticket is created or ticket is updated` is said for readers
        case r.AnyOf(items):
            for one, two in combinations(items[:24], 2):
                if rules.related(one, two) and not rules.possible(
                    Assumed(one, holds=False), Assumed(two, holds=False)
                ):
                    message = f"`{one.at.text}` or `{two.at.text}` is always true"
                    excluded = isinstance(one, r.Not) and isinstance(two, r.Not)
                    help_line = (
                        "to exclude both, join them by `and`" if excluded else "take the whole of it away"
                    )
                    other = rules.note("the other is here", one.at)
                    yield rules.warn(CODE, rules.here(two.at, draft), message, help_line, other)
                    return
            for item in items:
                yield from _in(rules, draft, item)
        case r.AllOf(items):
            for item in items:
                yield from _in(rules, draft, item)
        case _:
            if not rules.possible(Assumed(condition, holds=False)):
                message = f"`{condition.at.text}` is always true"
                yield rules.warn(
                    CODE,
                    rules.here(condition.at, draft),
                    message,
                    "take it away, or compare with another value",
                )
