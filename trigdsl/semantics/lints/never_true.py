"""`ticket.status is solved and ticket.status is open`: no ticket is ever so."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed

CODE = "never-true"
MOST_NEIGHBOURS = 24
"""Longer lists are looked at as a whole, and not each with each."""


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each condition, or part of one, that can never hold."""
    for _, trigger in rules.triggers:
        yield from _in(rules, trigger.condition, ())


def _in(rules: Linted, condition: r.Condition, beside: Sequence[r.Condition]) -> Iterator[Diagnostic]:
    """Yield what can never hold in a condition, given what stands beside it."""
    match condition:
        case r.AllOf(items):
            found = _clash(rules, items)
            if found is not None:
                yield found
                return
            if not _possible(rules, (*beside, *items)):
                yield _whole(rules, condition)
                return
            if len(items) > MOST_NEIGHBOURS:
                return
            for number, item in enumerate(items):
                if not isinstance(item, r.AllOf):
                    yield from _in(rules, item, (*beside, *items[:number], *items[number + 1 :]))
        case r.AnyOf(items):
            dead = [item for item in items if not _possible(rules, (*beside, item))]
            yield from (_whole(rules, item) for item in dead)
            for item in items:
                if item not in dead and isinstance(item, r.AllOf):
                    yield from _in(rules, item, beside)
        case _:
            if not beside and not _possible(rules, (condition,)):
                yield _whole(rules, condition)


def _possible(rules: Linted, conditions: Sequence[r.Condition]) -> bool:
    return rules.possible(*map(Assumed, conditions))


def _clash(rules: Linted, items: Sequence[r.Condition]) -> Diagnostic | None:
    """Return a warning about the first two neighbours that exclude each other, or None."""
    if len(items) > MOST_NEIGHBOURS:
        return None
    for one, two in combinations(items, 2):
        if rules.related(one, two) and not _possible(rules, (one, two)):
            message = f"`{one.at.text}` and `{two.at.text}` can never both be true"
            help_line = "take one of them away, or join them by `or`"
            return rules.warn(CODE, two.at, message, help_line, rules.note("the other is here", one.at))
    return None


def _whole(rules: Linted, condition: r.Condition) -> Diagnostic:
    message = f"`{condition.at.text}` can never be true here, so nothing comes of it"
    return rules.warn(CODE, condition.at, message, "look for two parts of the rule that exclude each other")
