"""`when ticket.priority is urgent then notify assignee …`: they get it again with each update of the ticket."""

from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed

CODE = "mail-on-every-update"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each trigger that tells somebody, and again when nothing more has happened.

    It is asked whether the condition may hold after its own actions in an update that changes
    nothing and has no comment.
    """
    for draft, trigger in rules.triggers:
        told = next((a for a in trigger.actions if isinstance(a, r.Notify)), None)
        if told is None or trigger.once or trigger.trial or not trigger.active:
            continue
        kept = [Assumed(fact.condition, holds=fact.holds) for fact in _after(rules, trigger)]
        if rules.possible(Assumed(trigger.condition), *kept, quiet=True):
            message = f"`{trigger.title}` tells somebody again with every update of the ticket"
            help_line = (
                "ask for what happens, such as `ticket is created` or `… changes to …`, "
                "or write `once per ticket` after the title"
            )
            at = r.Location(trigger.at.path, trigger.at.line, span=draft.written.title_span)
            yield rules.warn(CODE, at, message, help_line, rules.note("it is told here", told.at))


def _after(rules: Linted, trigger: r.Trigger) -> Iterator[Assumed]:
    """Yield what is certainly so once the trigger has fired: what its last word on each field was."""
    last: dict[str, r.Action] = {}
    for action in trigger.actions:
        if isinstance(action, r.SetTo | r.Clear | r.Include | r.Exclude):
            last[action.field] = action
    for name, action in last.items():
        declared = rules.vocabulary.field(rules.vocabulary.root, name)
        assert declared is not None
        reading = r.Reading(rules.vocabulary.root, (name,), declared.type)
        match action:
            case r.Clear():
                yield Assumed(r.IsEmpty(reading))
            case r.SetTo(_, (r.Constant() | r.Named() as operand,)) if not _several(declared.type):
                yield Assumed(r.Equals(reading, operand))
            case r.SetTo(_, operands) | r.Include(_, operands):
                yield Assumed(r.Includes(reading, operands, every=True))
            case r.Exclude(_, operands):
                yield Assumed(r.Includes(reading, operands), holds=False)


def _several(kind: object) -> bool:
    return isinstance(kind, types.SetType)
