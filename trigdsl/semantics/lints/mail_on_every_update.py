"""`when ticket.priority is urgent then notify assignee …`: they get it again with each update of the ticket."""

from collections.abc import Iterator, Sequence

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
        if told is None or trigger.once or trigger.trial or not trigger.runs:
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
    """Yield what is certainly so once the trigger has fired, of the fields that it writes."""
    for name in dict.fromkeys(a.field for a in trigger.actions if isinstance(a, _WRITES)):
        declared = rules.vocabulary.field(rules.vocabulary.root, name)
        assert declared is not None
        reading = r.Reading(rules.vocabulary.root, (name,), declared.type)
        actions = [a for a in trigger.actions if isinstance(a, _WRITES) and a.field == name]
        if isinstance(declared.type, types.SetType):
            yield from _members(reading, actions)
        else:
            yield from _value(reading, actions[-1])


_WRITES = (r.SetTo, r.Clear, r.Include, r.Exclude, r.Count)


def _value(reading: r.Reading, last: r.Action) -> Iterator[Assumed]:
    match last:
        case r.Clear() if isinstance(reading.type, types.YesNoType):
            yield Assumed(r.Equals(reading, r.Constant(value=False)))
        case r.Clear():
            yield Assumed(r.IsEmpty(reading))
        case r.Count():
            yield Assumed(r.IsEmpty(reading), holds=False)
        case r.SetTo(_, (r.Constant() | r.Named() as operand,)):
            yield Assumed(r.Equals(reading, operand))
        case r.SetTo(_, (r.Reading(),)):
            yield Assumed(r.IsEmpty(reading), holds=False)


def _members(reading: r.Reading, actions: Sequence[r.Action]) -> Iterator[Assumed]:
    """Yield which members a set has and lacks after some actions, one after another."""
    there: dict[r.Operand, bool] = {}
    for action in actions:
        match action:
            case r.Clear():
                there = dict.fromkeys(there, False)
            case r.SetTo(_, operands):
                there = dict.fromkeys(operands, True)
            case r.Include(_, operands):
                there |= dict.fromkeys(operands, True)
            case r.Exclude(_, operands):
                there |= dict.fromkeys(operands, False)
    for operand, included in there.items():
        yield Assumed(r.Includes(reading, (operand,)), holds=included)
