"""What can make a difference to a trigger: which others write what its condition reads, or what theirs read in turn."""

from collections.abc import Iterator, Sequence

from trigdsl.engine.view import View
from trigdsl.semantics import footprint
from trigdsl.semantics import rules as r
from trigdsl.why import values

Place = tuple[str, str | None]
"""A field, or one member of a set field."""


def concerned(trigger: r.Trigger, others: Sequence[r.Trigger], view: View) -> tuple[r.Trigger, ...]:
    """Return those of some triggers that may decide whether one fires, all that stop among them."""
    found = {t.title: t for t in others if t.stops}
    places = set(_reads(trigger, view)).union(*(_reads(t, view) for t in found.values()))
    left = {t.title: [*_writes(t, view)] for t in others if t.title not in found}
    while True:
        fields = {name for name, _ in places}
        further = [title for title, writes in left.items() if any(_meets(w, places, fields) for w in writes)]
        if not further:
            return tuple(t for t in others if t.title in found)
        for other in others:
            if other.title in further:
                found[other.title] = other
                places |= set(_reads(other, view))
                del left[other.title]


def _meets(written: Place, places: set[Place], fields: set[str]) -> bool:
    """Return whether a write is of what is read: a member by that name, or any where the whole set is read."""
    name, member = written
    return name in fields if member is None else written in places or (name, None) in places


def _reads(trigger: r.Trigger, view: View) -> Iterator[Place]:
    """Yield what decides whether a trigger holds, and what it then writes."""
    vocabulary = view.rules.vocabulary
    for test in values.tests_of(trigger.condition):
        members = [*_members(test, view)]
        if members and isinstance(test, r.Includes | r.Gains | r.Loses):
            yield from ((f"{vocabulary.root}.{test.subject.steps[0]}", member) for member in members)
        else:
            yield from ((name, None) for name in footprint.of_condition(test, vocabulary))
    for action in trigger.actions:
        if isinstance(action, r.SetTo | r.Include | r.Exclude):
            yield from ((name, None) for name in footprint.of_operands(action.operands, vocabulary))
        elif isinstance(action, r.Count):
            yield from ((name, None) for name in footprint.of_operands([action.operand], vocabulary))


def _members(test: r.Test, view: View) -> Iterator[str]:
    """Yield the members of one of the ticket's sets that a test looks for, where it looks for nothing else."""
    if isinstance(test, r.Includes | r.Gains | r.Loses):
        subject, operands = test.subject, test.operands
        own = subject.base == view.rules.vocabulary.root and len(subject.steps) == 1
        if own and not any(isinstance(operand, r.Reading) for operand in operands):
            yield from (str(view.operand(operand)) for operand in operands)


def _writes(trigger: r.Trigger, view: View) -> Iterator[Place]:
    """Yield what a trigger writes; of a set that it adds to or takes from, the members."""
    root = view.rules.vocabulary.root
    for action in trigger.actions:
        match action:
            case r.Include(name, operands) | r.Exclude(name, operands):
                for operand in operands:
                    member = None if isinstance(operand, r.Reading) else str(view.operand(operand))
                    yield f"{root}.{name}", member
            case r.SetTo(name) | r.Clear(name) | r.Count(name):
                yield f"{root}.{name}", None
            case r.Post():
                yield from ((f"{root}.{state}", None) for state in ("public", "private"))
            case _:
                pass
