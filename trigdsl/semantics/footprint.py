"""What a condition and an action read and write, as names such as `ticket.status`, `user.email`, `comment.public`."""

from collections.abc import Iterable

from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary


def of_condition(condition: r.Condition, vocabulary: Vocabulary) -> frozenset[str]:
    """Return everything a condition may look at."""
    seen: set[int] = set()
    found: set[str] = set()

    def visit(part: r.Condition) -> None:
        if id(part) in seen:
            return
        seen.add(id(part))
        match part:
            case r.AllOf(items) | r.AnyOf(items):
                for item in items:
                    visit(item)
            case r.Not(item):
                visit(item)
            case r.Happens(fact):
                found.add(fact)
            case r.ScheduleIs(title):
                found.add("schedule")
                if title is None:
                    found.add(f"{vocabulary.root}.schedule")
                elif isinstance(title, r.Reading):
                    found.update(of_reading(title, vocabulary))
            case _:
                found.update(_of_readings(_readings(part), vocabulary))

    visit(condition)
    return frozenset(found)


def _readings(test: r.Test) -> list[r.Reading]:
    operands: list[r.Operand | None] = (
        [test.subject] if not isinstance(test, r.Happens | r.ScheduleIs) else []
    )
    match test:
        case (
            r.Equals(_, operand)
            | r.Compares(_, _, operand)
            | r.Contains(_, operand)
            | r.StartsWith(_, operand)
            | r.EndsWith(_, operand)
        ):
            operands.append(operand)
        case (
            r.IsOneOf(_, several)
            | r.Includes(_, several)
            | r.Gains(_, several)
            | r.Loses(_, several)
            | r.ContainsWord(_, several)
        ):
            operands.extend(several)
        case r.Changes(_, before, now):
            operands += [before, now]
    return [o for o in operands if isinstance(o, r.Reading)]


def _of_readings(readings: Iterable[r.Reading], vocabulary: Vocabulary) -> set[str]:
    return {name for reading in readings for name in of_reading(reading, vocabulary)}


def of_reading(reading: r.Reading, vocabulary: Vocabulary) -> list[str]:
    """Return the fields on the way of a reading: `requester.email` reads `ticket.requester` and `user.email`."""
    names = [CURRENT_USER] if reading.base == CURRENT_USER else []
    entity: str | None = "user" if reading.base == CURRENT_USER else reading.base
    for step in reading.steps:
        assert entity is not None
        names.append(f"{entity}.{step}")
        declared = vocabulary.field(entity, step)
        kind = None if declared is None else declared.type
        entity = kind.kind if isinstance(kind, types.ReferenceType) else None
    return names


def of_operands(operands: Iterable[r.Operand], vocabulary: Vocabulary) -> set[str]:
    """Return what operands read."""
    return _of_readings((o for o in operands if isinstance(o, r.Reading)), vocabulary)


def of_recipients(recipients: Iterable[r.Recipient], vocabulary: Vocabulary) -> set[str]:
    """Return what must be read to know who is told."""
    return _of_readings((x.reading for x in recipients if isinstance(x, r.People)), vocabulary)
