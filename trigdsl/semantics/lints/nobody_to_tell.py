"""`when assignee is empty then notify assignee …`: there is nobody to tell."""

from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed

CODE = "nobody-to-tell"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each notification that can never reach anybody."""
    for _, trigger in rules.triggers:
        written: dict[str, r.Action] = {}
        for action in trigger.actions:
            if isinstance(action, r.SetTo | r.Clear | r.Include | r.Exclude | r.Count):
                written[action.field] = action
            if isinstance(action, r.Notify) and not any(
                _reachable(rules, trigger, recipient, action, written) for recipient in action.recipients
            ):
                message = "this notification can never reach anybody"
                yield rules.warn(
                    CODE, action.at, message, "tell somebody who is there, or change the condition"
                )


def _reachable(
    rules: Linted,
    trigger: r.Trigger,
    recipient: r.Recipient,
    action: r.Notify,
    written: dict[str, r.Action],
) -> bool:
    if not isinstance(recipient, r.People):
        return True
    reading = recipient.reading
    if action.copies and reading.steps in (("requester",), ("ccs",)):
        # The readers of one mail are left out when the comment is private.
        public = Assumed(r.Happens("comment.private"), holds=False)
        if not rules.possible(Assumed(trigger.condition), public):
            return False
    if reading.base != rules.vocabulary.root or len(reading.steps) != 1:
        return True
    last = written.get(reading.steps[0])
    if last is not None:
        return not isinstance(last, r.Clear)
    if not isinstance(reading.type, types.ReferenceType | types.ReferencesType):
        return True
    return rules.possible(Assumed(trigger.condition), Assumed(r.IsEmpty(reading), holds=False))
