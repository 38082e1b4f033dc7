"""What a condition asks of an update as it came, once some triggers have fired: their writes worked in."""

from collections.abc import Mapping

from attrs import evolve, field, frozen

from trigdsl.engine.conditions import holds
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.why import values
from trigdsl.why.past import ALWAYS, FLIPPED, NEVER, NOTHING, Past, compared

Write = r.SetTo | r.Clear | r.Include | r.Exclude | r.Count
"""One action on a field; its operands are about the update as it came, and none where they are not known."""


@frozen
class Written:
    """What triggers have written so far in an update of which only the past is known."""

    past: Past
    fields: Mapping[str, tuple[Write, ...]] = field(factory=dict)
    published: bool = False

    def after(self, trigger: r.Trigger) -> "Written":
        """Return what is written once another trigger has fired."""
        found = self
        for action in trigger.actions:
            match action:
                case r.Post(public=True):
                    found = evolve(found, published=True)
                case r.SetTo() | r.Clear() | r.Include() | r.Exclude() | r.Count():
                    writes = (*found.fields.get(action.field, ()), found.meant(action))
                    found = evolve(found, fields={**found.fields, action.field: writes})
                case _:
                    pass
        return found

    def meant(self, action: Write) -> Write:
        """Return an action with its operands as the update came; one that counts is not followed."""
        match action:
            case r.Clear():
                return action
            case r.Count(name):
                return r.Count(name, NOTHING)
            case _:
                operands = [self._operand(operand) for operand in action.operands]
                known = tuple(operand for operand in operands if operand is not None)
                if len(known) < len(operands):
                    return r.Count(action.field, NOTHING)
                return evolve(action, operands=known)

    # Conditions

    def test(self, test: r.Test) -> r.Condition | None:
        """Return what a test asks of the update as it came; None where that is not known."""
        match test:
            case r.Happens(fact):
                if self.published and fact == f"{self._root}.public":
                    return ALWAYS
                return NEVER if self.published and fact == f"{self._root}.private" else test
            case r.ScheduleIs(None):
                return None if "schedule" in self.fields else test
            case r.ScheduleIs():
                return None if any(map(self.touched, values.readings(test))) else test
        if not any(map(self.touched, values.readings(test))):
            return test
        if isinstance(test.subject.type, types.SetType):
            return self._of_set(test) if len(test.subject.steps) == 1 else None
        return self._of_value(test)

    @property
    def _root(self) -> str:
        return self.past.asked.root

    def touched(self, reading: r.Reading) -> bool:
        """Return whether a path leads through a field that was written."""
        return not reading.previous and reading.base == self._root and reading.steps[0] in self.fields

    def _operand(self, operand: r.Operand) -> r.Operand | None:
        """Return an operand as the update came, or None where it is not known."""
        if not isinstance(operand, r.Reading) or not self.touched(operand):
            return self.past.value_of(operand)
        name, *further = operand.steps
        match self.fields[name][-1]:
            case r.Clear():
                return r.Constant(types.empty(operand.type))
            case r.SetTo(_, (found,)) if not isinstance(operand.type, types.SetType):
                if not further:
                    return NOTHING if found == r.Constant("") else found
                if isinstance(found, r.Reading):
                    steps = (*found.steps, *further)
                    return r.Reading(found.base, steps, operand.type, found.previous, operand.text)
        return None

    def _of_value(self, test: r.Test) -> r.Condition | None:
        assert not isinstance(test, r.Happens | r.ScheduleIs)
        subject = self._operand(test.subject)
        operands = [self._operand(operand) for operand in values.operands(test)]
        known = tuple(operand for operand in operands if operand is not None)
        if subject is None or len(known) < len(operands):
            return None
        if isinstance(subject, r.Reading):
            return compared(evolve(test, subject=evolve(subject, type=test.subject.type)), known)
        if all(not isinstance(operand, r.Reading) for operand in known):
            return self._decided(test)
        match test:
            case r.Equals() if subject != NOTHING and isinstance(known[0], r.Reading):
                return r.Equals(known[0], subject, at=test.at)
            case r.Compares(_, relation) if subject != NOTHING and isinstance(known[0], r.Reading):
                return r.Compares(known[0], FLIPPED[relation], subject, at=test.at)
            case _:
                return None

    def _decided(self, test: r.Test) -> r.Condition | None:
        """Return whether a test holds of a field that a trigger gave a value."""
        assert not isinstance(test, r.Happens | r.ScheduleIs)
        if len(test.subject.steps) > 1:
            return None
        view = self.past.view.copy()
        for reading in values.readings(test):
            if self.touched(reading):
                found = self._operand(reading)
                if found is None or isinstance(found, r.Reading) or len(reading.steps) > 1:
                    return None
                view.now[reading.steps[0]] = view.operand(found)
        if isinstance(test, r.Changes) and not self.past.knows_before(test.subject):
            return None
        return ALWAYS if holds(test, view) else NEVER

    # Sets

    def added(self, subject: r.Reading) -> list[r.Operand]:
        """Return what triggers put into a set, as far as that is known without an update."""
        writes = self.fields.get(subject.steps[0], ()) if subject.base == self._root else ()
        operands = [o for write in writes if isinstance(write, r.SetTo | r.Include) for o in write.operands]
        return [o for o in operands if not isinstance(o, r.Reading) and o != NOTHING]

    def _of_set(self, test: r.Test) -> r.Condition | None:
        match test:
            case r.Includes(subject, operands, every) if self.touched(subject):
                members = [self._member(subject, operand) for operand in operands]
                known = tuple(member for member in members if member is not None)
                if len(known) < len(members):
                    return None
                return r.AllOf(known, at=test.at) if every else r.AnyOf(known, at=test.at)
            case r.IsEmpty(subject):
                return self._is_empty(subject)
            case _:
                return None

    def _member(self, subject: r.Reading, operand: r.Operand) -> r.Condition | None:
        """Return when a set holds a member, write by write."""
        wanted = self._operand(operand)
        if wanted is None or wanted == NOTHING:
            return None if wanted is None else NEVER
        found: r.Condition = r.Includes(subject, (wanted,))
        for write in self.fields[subject.steps[0]]:
            match write:
                case r.Clear():
                    found = NEVER
                case r.SetTo(_, operands):
                    found = r.AnyOf(tuple(self._names(o, wanted) for o in operands))
                case r.Include(_, operands):
                    found = r.AnyOf((found, *(self._names(o, wanted) for o in operands)))
                case r.Exclude(_, operands):
                    found = r.AllOf((found, *(r.Not(self._names(o, wanted)) for o in operands)))
                case r.Count():
                    return None
        return found

    def _names(self, operand: r.Operand, wanted: r.Operand) -> r.Condition:
        """Return when an operand is, or holds, what is wanted."""
        if operand == NOTHING:
            return NEVER
        if isinstance(operand, r.Reading):
            if isinstance(operand.type, types.SetType):
                return r.Includes(operand, (wanted,))
            return r.Equals(operand, wanted)
        if isinstance(wanted, r.Reading):
            return r.Equals(wanted, operand)
        view = self.past.view
        return ALWAYS if view.operand(operand) == view.operand(wanted) else NEVER

    def _is_empty(self, subject: r.Reading) -> r.Condition | None:
        if any(_certain(self._member(subject, operand)) for operand in self.added(subject)):
            return NEVER
        found: r.Condition | None = r.IsEmpty(subject)
        for write in self.fields[subject.steps[0]]:
            match write:
                case r.Clear():
                    found = ALWAYS
                case r.SetTo(_, operands):
                    found = r.AllOf(tuple(map(_nothing, operands)))
                case r.Include(_, operands):
                    found = None if found is None else r.AllOf((found, *map(_nothing, operands)))
                    found = NEVER if any(_nothing(o) == NEVER for o in operands) else found
                case r.Exclude():
                    found = found if found == ALWAYS else None
                case r.Count():
                    found = None
        return found


def _certain(condition: r.Condition | None) -> bool | None:
    """Return whether a condition holds of every update, or of none; None where that depends."""
    match condition:
        case r.Not(item):
            inner = _certain(item)
            return None if inner is None else not inner
        case r.AllOf(items) | r.AnyOf(items):
            deciding = isinstance(condition, r.AnyOf)
            found = [_certain(item) for item in items]
            if deciding in found:
                return deciding
            return None if None in found else not deciding
        case _:
            return None


def _nothing(operand: r.Operand) -> r.Condition:
    """Return when an operand adds nothing to a set."""
    if isinstance(operand, r.Reading):
        return r.IsEmpty(operand)
    return ALWAYS if operand == NOTHING else NEVER
