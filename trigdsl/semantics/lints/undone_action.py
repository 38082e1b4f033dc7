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
        if not isinstance(other, _WRITES) or any(map(_of_ticket, _operands(other))):
            return None  # what stands between may need what was done
        match action, other:
            case (
                (r.SetTo(one) | r.Clear(one) | r.Include(one) | r.Exclude(one) | r.Count(one)),
                (r.SetTo(two) | r.Clear(two)),
            ) if one == two:
                return other
            case (r.Include(one, some), r.Exclude(two, others)) | (
                r.Exclude(one, some),
                r.Include(two, others),
            ):
                if one == two and set(some) & set(others):
                    return other
    return None


_WRITES = (r.SetTo, r.Clear, r.Include, r.Exclude, r.Count)


def _of_ticket(operand: r.Operand) -> bool:
    """Return whether a value is read from what actions may have written."""
    return isinstance(operand, r.Reading) and bool(operand.steps)


def _operands(action: r.Action) -> tuple[r.Operand, ...]:
    match action:
        case r.SetTo(_, operands) | r.Include(_, operands) | r.Exclude(_, operands):
            return operands
        case r.Count(_, operand):
            return (operand,)
        case _:
            return ()
