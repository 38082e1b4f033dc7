"""`add vip to ticket.tags … remove vip from ticket.tags`: what one action does, a later one takes back."""

from collections.abc import Iterator, Sequence

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints.linting import Linted

CODE = "undone-action"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each action that a later one of the same trigger undoes."""
    for _, trigger in rules.triggers:
        for number, action in enumerate(trigger.actions):
            later = _undoing(action, trigger.actions[number + 1 :])
            if later is not None:
                message = "this undoes what an action above it has done"
                note = rules.note("which is here", action.at)
                yield rules.warn(CODE, later.at, message, "take one of the two away", note)


def _undoing(action: r.Action, later: Sequence[r.Action]) -> r.Action | None:
    for other in later:
        match action, other:
            case (
                (r.SetTo(one) | r.Clear(one) | r.Include(one) | r.Exclude(one) | r.Count(one)),
                (r.SetTo(two) | r.Clear(two)),
            ) if one == two and not _reads(other, one):
                return other
            case (r.Include(one, some), r.Exclude(two, others)) | (
                r.Exclude(one, some),
                r.Include(two, others),
            ):
                if one == two and set(some) & set(others):
                    return other
    return None


def _reads(action: r.Action, field: str) -> bool:
    """Return whether an action takes its value from the field that it writes."""
    operands = action.operands if isinstance(action, r.SetTo) else ()
    return any(isinstance(o, r.Reading) and o.steps[:1] == (field,) for o in operands)
