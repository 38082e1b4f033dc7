"""Two libraries that tell the same people the same thing: one update would mail them twice."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.semantics import rules as r
from trigdsl.semantics.ordering import Draft


def double_mails(triggers: Sequence[tuple[Draft, r.Trigger]]) -> Iterator[Diagnostic]:
    """Yield a warning for each two active triggers of different libraries with a reader and a template in common."""
    told = [
        (draft, trigger, _told(trigger)) for draft, trigger in triggers if trigger.runs and trigger.library
    ]
    for (_, one, first), (draft, two, second) in combinations(told, 2):
        if one.library != two.library and first & second:
            yield Diagnostic(
                "double-mail",
                f"`{one.title}` and `{two.title}` send the same text to the same people, who may get it twice",
                draft.source,
                draft.written.title_span,
                f'use one of the libraries {one.library} and {two.library}, or write `disable trigger "{one.title}"`',
                severity=Severity.WARNING,
            )


def _told(trigger: r.Trigger) -> set[tuple[r.Recipient, r.Message]]:
    return {
        (recipient, action.message)
        for action in trigger.actions
        if isinstance(action, r.Notify)
        for recipient in action.recipients
    }
