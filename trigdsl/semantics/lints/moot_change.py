"""`ticket is created and ticket.priority changes to high`: on a new ticket whatever is set has changed."""

from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints.linting import Linted

CODE = "moot-change"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each change that is asked for beside `ticket is created`."""
    created = f"{rules.vocabulary.root}.created"
    for _, trigger in rules.triggers:
        condition = trigger.condition
        if not isinstance(condition, r.AllOf) or not any(_is(item, created) for item in condition.items):
            continue
        for item in condition.items:
            if isinstance(item, r.Changes) and item.before is None:
                plain = _plain(item)
                message = f"on a new ticket `{item.at.text}` says no more than `{plain}`"
                yield rules.warn(CODE, item.at, message, f"write `{plain}`")


def _is(condition: r.Condition, fact: str) -> bool:
    return isinstance(condition, r.Happens) and condition.fact == fact


def _plain(change: r.Changes) -> str:
    if change.now is None and isinstance(change.subject.type, types.YesNoType):
        return f"{change.subject.text} is yes"
    if change.now is None:
        return f"{change.subject.text} is not empty"
    return f"{change.subject.text} is {change.at.text.partition(' to ')[2]}"
