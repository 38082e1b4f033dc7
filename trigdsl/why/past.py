"""Conditions with what no change of the update can move worked out: what was before, and what the directory says."""

from collections.abc import Iterable, Iterator

from attrs import define, evolve, field

from trigdsl.engine.conditions import equal, holds
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import textual, types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER
from trigdsl.why import values
from trigdsl.why.asked import Asked

ALWAYS = r.AllOf(())
NEVER = r.AnyOf(())
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""What one value is to another when the other is so to it."""
NOTHING = r.Constant(None)
"""What stands for the value of a field that is empty."""


@define(eq=False)
class Past:
    """Works conditions out as far as the past of the ticket and the directory decide them."""

    asked: Asked
    free: frozenset[r.Test] = frozenset()
    """Tests that are left as they are."""
    decided: dict[r.Test, str] = field(factory=dict)
    """The tests that were worked out, and by what: `past`, `directory` or `schedule`."""
    _counting: list[str] = field(factory=list)

    @property
    def view(self) -> View:
        """The update as it came."""
        return self.asked.view

    def settled(self, condition: r.Condition) -> r.Condition:
        """Return a condition about this update and others in its place, as far as the past decides it."""
        match condition:
            case r.AllOf(items):
                return r.AllOf(tuple(map(self.settled, items)), at=condition.at)
            case r.AnyOf(items):
                return r.AnyOf(tuple(map(self.settled, items)), at=condition.at)
            case r.Not(item):
                return r.Not(self.settled(item), at=condition.at)
            case _ if condition in self.free:
                return condition
            case _:
                found = self._test(condition)
                if found is not condition:
                    self.decided.setdefault(condition, "past")
                return self._by_key(found)

    def _by_key(self, condition: r.Condition) -> r.Condition:
        """Return a condition in which what is compared as the same is the same: people by key, pieces of texts folded."""
        match condition:
            case r.AllOf(items) | r.AnyOf(items):
                return evolve(condition, items=tuple(map(self._by_key, items)))
            case r.Not(item):
                return evolve(condition, item=self._by_key(item))
            case r.IsLike(_, pattern):
                return evolve(condition, pattern=textual.folded(pattern))
            case _ if values.operands(condition):
                fold = isinstance(condition, r.Contains | r.ContainsWord | r.StartsWith | r.EndsWith)
                operands = (self._alike(operand, fold=fold) for operand in values.operands(condition))
                return compared(condition, tuple(operands))
            case _:
                return condition

    def _alike(self, operand: r.Operand, *, fold: bool) -> r.Operand:
        match operand:
            case r.Named():
                return r.Constant(self.view.operand(operand))
            case r.Constant(str() as text) if fold:
                return r.Constant(textual.folded(text))
            case _:
                return operand

    def _test(self, test: r.Test) -> r.Condition:
        known = self._with_known_operands(test)
        return self._decided(known) if isinstance(known, r.Test) else known

    def _with_known_operands(self, test: r.Test) -> r.Condition:
        """Return a test that is compared with values where it was compared with paths to what is known."""
        operands = values.operands(test)
        if not any(isinstance(operand, r.Reading) and self._known(operand) for operand in operands):
            return test
        return compared(test, tuple(map(self.value_of, operands)))

    def value_of(self, operand: r.Operand) -> r.Operand:
        """Return an operand as a value, where no change of the update moves it."""
        known = isinstance(operand, r.Reading) and self._known(operand)
        return r.Constant(self.view.operand(operand)) if known else operand

    def _decided(self, test: r.Test) -> r.Condition:
        match test:
            case r.Happens():
                return self._fact(test)
            case r.ScheduleIs(str() as title, "on_holiday") if not self.view.rules.schedules[title].holidays:
                return self._by("schedule", test, NEVER)
            case r.ScheduleIs():
                return test
            case r.Equals(_, r.Constant("")):
                return NEVER  # an empty text is none
            case r.Changes():
                return self._changes(test)
            case r.Gains(subject, operands) if self._known(subject, before=True) and _constant(operands):
                new = tuple(o for o in operands if self.view.operand(o) not in self._set_before(subject))
                return r.Includes(subject, new, at=test.at) if new else NEVER
            case r.Loses(subject, operands) if self._known(subject, before=True) and _constant(operands):
                old = [o for o in operands if self.view.operand(o) in self._set_before(subject)]
                return r.AnyOf(tuple(r.Not(r.Includes(subject, (o,), at=test.at)) for o in old))
        if self.is_counter(test.subject) and _constant(values.operands(test)):
            return self._counted(test)
        operands = values.operands(test)
        if self._known(test.subject) and all(
            not isinstance(o, r.Reading) or self._known(o) for o in operands
        ):
            return self._as_it_is(test)
        if self._known(test.subject):
            return self._turned_round(test)
        return self._by_directory(test)

    def _turned_round(self, test: r.Test) -> r.Condition:
        """Return a test of what is known against a path, as one of the path."""
        assert not isinstance(test, r.Happens | r.ScheduleIs)
        value = self.view.value(test.subject)
        match test:
            case _ if value is None:
                return NEVER
            case r.Equals(_, r.Reading() as other):
                return r.Equals(other, r.Constant(value), at=test.at)
            case r.Compares(_, relation, r.Reading() as other):
                return r.Compares(other, FLIPPED[relation], r.Constant(value), at=test.at)
            case _:
                return test

    def _by(self, what: str, test: r.Test, found: r.Condition) -> r.Condition:
        self.decided[test] = what
        return found

    def _as_it_is(self, test: r.Test) -> r.Condition:
        return ALWAYS if holds(test, self.view) else NEVER

    def _fact(self, test: r.Happens) -> r.Condition:
        if test.fact.endswith((".created", ".updated")):
            return self._as_it_is(test)
        if test.fact.startswith("comment."):
            return test
        before = self.asked.before
        if before is not None and any(comment.public for comment in before.comments):
            return self._as_it_is(test)
        return test

    # What was before

    def _changes(self, test: r.Changes) -> r.Condition:
        """Return a change as what has to be now, the value before being known."""
        subject, kind = test.subject, test.subject.type
        operands = values.operands(test)
        if subject.previous or (test.before is not None and self.view.before is None):
            return NEVER
        if not self._known(subject, before=True) or not _constant(operands):
            return test
        before = self.view.value_before(subject)
        if test.before is not None and not equal(before, self.view.operand(test.before), kind):
            return NEVER
        # A text may change and compare as the same, and a moment may change within its day.
        fine = isinstance(kind, types.TextType | types.DateType)
        if test.now is not None:
            wanted = r.Equals(subject, test.now, at=test.at)
            if fine and before is not None:
                return r.AllOf((r.Changes(subject, at=test.at), wanted))
            return NEVER if self.view.operand(test.now) == before else wanted
        if before == types.empty(kind):
            filled: r.Test = r.IsEmpty(subject, at=test.at)
            if isinstance(kind, types.YesNoType):
                return r.Equals(subject, r.Constant(value=True), at=test.at)
            return r.Not(filled)
        if fine or isinstance(kind, types.SetType):
            return r.Changes(subject, at=test.at) if test.before is not None else test
        return r.Not(r.Equals(subject, r.Constant(before), at=test.at))

    def knows_before(self, reading: r.Reading) -> bool:
        """Return whether it is known what a path led to before the update."""
        return self._known(reading, before=True)

    def _set_before(self, subject: r.Reading) -> frozenset[str]:
        before = self.view.value_before(subject)
        return before if isinstance(before, frozenset) else frozenset()

    def _known(self, reading: r.Reading, *, before: bool = False) -> bool:
        """Return whether no change of the update moves what a path leads to, or before led to."""
        if reading.base != self.asked.root:
            return False
        if self.view.before is None and (before or reading.previous):
            return True
        name, *further = reading.steps
        if (before or reading.previous) and (self.view.before or {}).get(name) is None:
            return True
        # An update can write out people, and what it says of them holds before it too.
        if further and "user" in self._passed(reading):
            return False
        return before or reading.previous or self._fixed(name)

    def _fixed(self, name: str) -> bool:
        """Return whether a field of the ticket is what it was, whatever the update says."""
        if any(f"{self.asked.root}.{name}" in trigger.writes for trigger in self.asked.rules.triggers):
            return False
        return name == "id" or (
            self.view.before is not None and name in ("channel", "created_at", "description")
        )

    def _passed(self, reading: r.Reading) -> list[str]:
        """Return the kinds of those whom a path goes through: `user`, `organization`."""
        vocabulary = self.view.rules.vocabulary
        entity = "user" if reading.base == CURRENT_USER else reading.base
        found = ["user"] if reading.base == CURRENT_USER else []
        for step in reading.steps[:-1]:
            declared = vocabulary.field(entity, step)
            assert declared is not None
            assert isinstance(declared.type, types.ReferenceType)
            entity = declared.type.kind
            found.append(entity)
        return found

    # Counting fields

    def is_counter(self, reading: r.Reading) -> bool:
        """Return whether a path leads to a field that counts."""
        return reading.base == self.asked.root and any(
            reading.steps == (counter.field,) for counter in self.view.rules.counters
        )

    def _counted(self, test: r.Test) -> r.Condition:
        """Return a test of a counting field, as whether this update has to count."""
        assert not isinstance(test, r.Happens | r.ScheduleIs)
        if test.subject.previous:
            return self._as_it_is(test)
        (name,) = test.subject.steps
        counter = next(c for c in self.view.rules.counters if c.field == name)
        start = (self.view.before or {}).get(name)
        number = start if isinstance(start, int) else 0
        more, same = (values.would_hold(test, counted, self.view) for counted in (number + 1, number))
        if more is same:
            return ALWAYS if more else NEVER
        if name in self._counting:
            return test
        self._counting.append(name)
        inner = self.settled(counter.condition)
        self._counting.pop()
        return inner if more else r.Not(inner)

    # The directory

    def _by_directory(self, test: r.Test) -> r.Condition:
        """Return what follows where a path ends at a group, an organization or the like, whichever it is."""
        assert not isinstance(test, r.Happens | r.ScheduleIs)
        passed = self._passed(test.subject)
        if not passed or passed[-1] == "user" or not _constant(values.operands(test)):
            return test
        name = test.subject.steps[-1]
        if name == "name":
            return test  # anything can be called anything
        records = self.asked.directory.records.get(passed[-1], {}).values()
        known = {
            types.empty(test.subject.type),
            *(self._of(record.values.get(name), test) for record in records),
        }
        found = {values.would_hold(test, value, self.view) for value in known}
        if len(found) > 1:
            return test
        return self._by("directory", test, ALWAYS if found == {True} else NEVER)

    def _of(self, value: Value, test: r.Test) -> Value:
        assert not isinstance(test, r.Happens | r.ScheduleIs)
        return types.empty(test.subject.type) if value is None else value


def _constant(operands: Iterable[r.Operand]) -> bool:
    return not any(isinstance(operand, r.Reading) for operand in operands)


def decided_tests(asked: Asked, condition: r.Condition) -> Iterator[r.Test]:
    """Yield each test of a condition that the past or the directory decides, once."""
    past = Past(asked)
    past.settled(condition)
    own = {*values.tests_of(condition)}
    yield from (test for test in past.decided if test in own)


def compared(test: r.Test, operands: tuple[r.Operand, ...]) -> r.Condition:
    """Return a test with other operands; nothing is equal to none, nor less or more."""
    match test:
        case r.Includes(every=True):
            return NEVER if NOTHING in operands else evolve(test, operands=operands)
        case r.IsOneOf() | r.ContainsWord() | r.Includes() | r.Gains() | r.Loses():
            kept = tuple(operand for operand in operands if operand != NOTHING)
            return evolve(test, operands=kept) if kept else NEVER
        case r.Changes(_, before, now):
            left = list(operands)
            now = left.pop(0) if now is not None else None
            before = left.pop(0) if before is not None else None
            return NEVER if NOTHING in (before, now) else evolve(test, before=before, now=now)
        case r.Equals() | r.Compares() | r.Contains() | r.StartsWith() | r.EndsWith():
            return NEVER if operands[0] == NOTHING else evolve(test, operand=operands[0])
        case _:
            return test
