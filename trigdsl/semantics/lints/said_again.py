"""`ticket.priority is urgent and ticket.priority is at least high`: the second says nothing more."""

from collections.abc import Iterator, Sequence
from itertools import permutations

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.never_true import MOST_NEIGHBOURS
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.ordering import Draft

CODE = "said-again"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each part of a condition that its neighbour implies."""
    for draft, trigger in rules.triggers:
        yield from _in(rules, draft, trigger.condition)


def _in(rules: Linted, draft: Draft, condition: r.Condition) -> Iterator[Diagnostic]:
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            yield from _among(rules, draft, items, together=isinstance(condition, r.AllOf))
            for item in items:
                yield from _in(rules, draft, item)
        case r.Not(item):
            yield from _in(rules, draft, item)


def _among(
    rules: Linted, draft: Draft, items: Sequence[r.Condition], *, together: bool
) -> Iterator[Diagnostic]:
    """Yield what is implied among neighbours: by a narrower one in `and`, by a wider one in `or`."""
    if len(items) > MOST_NEIGHBOURS:
        return
    idle: set[int] = set()
    for (first, one), (number, two) in permutations(enumerate(items), 2):
        if number in idle or _says_when(two) or not rules.related(one, two):
            continue
        if not (_implied(rules, one, two) if together else _implied(rules, two, one)):
            continue
        same = _implied(rules, one, two) and _implied(rules, two, one)
        if (same and first > number) or first in idle or not rules.possible(Assumed(two, holds=False)):
            continue  # of two that say the same the later is named; what is always true is told as that
        idle.add(number)
        message = f"`{two.at.text}` says nothing more than `{one.at.text}`"
        note = rules.note("which is here", one.at)
        yield rules.warn(CODE, rules.here(two.at, draft), message, "take it away", note)


def _implied(rules: Linted, one: r.Condition, two: r.Condition) -> bool:
    """Return whether the second holds whenever the first does, which itself can hold."""
    return not rules.possible(Assumed(one), Assumed(two, holds=False)) and rules.possible(Assumed(one))


def _says_when(condition: r.Condition) -> bool:
    """Return whether a condition is `ticket is updated` or the like, which rules say for their readers."""
    inner = condition.item if isinstance(condition, r.Not) else condition
    return isinstance(inner, r.Happens) and not inner.fact.startswith("comment.")
