"""`ticket.status is solved and ticket.status is open`: no ticket is ever so."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.ordering import Draft

CODE = "never-true"
MOST_NEIGHBOURS = 24
"""Longer lists are looked at as a whole, and not each with each."""


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each condition, or part of one, that can never hold."""
    for draft, trigger in rules.triggers:
        yield from _in(rules, draft, trigger.condition, ())


def _in(
    rules: Linted, draft: Draft, condition: r.Condition, beside: Sequence[r.Condition]
) -> Iterator[Diagnostic]:
    """Yield what can never hold in a condition, given what stands beside it."""
    match condition:
        case r.AllOf(items):
            found = _clash(rules, draft, items)
            if found is not None:
                yield found
                return
            if not _possible(rules, (*beside, *items)):
                yield _whole(rules, draft, condition)
                return
            if len(items) > MOST_NEIGHBOURS:
                return
            for number, item in enumerate(items):
                if not isinstance(item, r.AllOf):
                    yield from _in(rules, draft, item, (*beside, *items[:number], *items[number + 1 :]))
        case r.AnyOf(items):
            # A name may have alternatives that only other rules need.
            own = [item for item in items if rules.inside(item.at, draft)]
            dead = [item for item in own if not _possible(rules, (*beside, item))]
            yield from (_whole(rules, draft, item) for item in dead)
            for item in own:
                if item not in dead and isinstance(item, r.AllOf):
                    yield from _in(rules, draft, item, beside)
        case _:
            if not beside and not _possible(rules, (condition,)):
                yield _whole(rules, draft, condition)


def _possible(rules: Linted, conditions: Sequence[r.Condition]) -> bool:
    return rules.possible(*map(Assumed, conditions))


def _clash(rules: Linted, draft: Draft, items: Sequence[r.Condition]) -> Diagnostic | None:
    """Return a warning about the first two neighbours that exclude each other, or None."""
    if len(items) > MOST_NEIGHBOURS:
        return None
    for one, two in combinations(items, 2):
        if rules.related(one, two) and not _possible(rules, (one, two)):
            message = f"`{one.at.text}` and `{two.at.text}` can never both be true"
            help_line = "take one of them away, or join them by `or`"
            note = rules.note("the other is here", one.at)
            return rules.warn(CODE, rules.here(two.at, draft), message, help_line, note)
    return None


def _whole(rules: Linted, draft: Draft, condition: r.Condition) -> Diagnostic:
    message = f"`{condition.at.text}` can never be true here, so nothing comes of it"
    help_line = "look for two parts of the rule that exclude each other"
    return rules.warn(CODE, rules.here(condition.at, draft), message, help_line)
