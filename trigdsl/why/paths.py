"""Every order in which triggers may fire before one, and what an update must be like for each: followed without an update."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field, frozen

from trigdsl.engine.search import Mode
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.worlds import Assumed, Clause, Literal
from trigdsl.why import values
from trigdsl.why.asked import Asked
from trigdsl.why.domains import possible
from trigdsl.why.past import Past
from trigdsl.why.writes import Written

MOST_CLAUSES = 48
"""Of a path with more alternatives, what adds to them is passed over: it counts as possible."""
MOST_STEPS = 4_000
"""After so many conditions that were looked into, paths are not followed further."""


@frozen
class Paths:
    """The ways to a trigger: for each, what the update must be like as it comes. Complete unless there were too many."""

    plans: tuple[Clause, ...]
    complete: bool


@frozen
class _Path:
    """Triggers that have fired, what they wrote, and the alternatives under which they did."""

    fired: tuple[r.Trigger, ...]
    written: Written
    clauses: tuple[Clause, ...]
    at: int = 0


@define(eq=False)
class _Explorer:
    asked: Asked
    trigger: r.Trigger
    others: Sequence[r.Trigger]
    past: Past
    facts: Sequence[Assumed]
    steps: int = 0
    plans: list[Clause] = field(factory=list)
    _known: dict[frozenset[Literal], bool] = field(factory=dict)

    def run(self, most_plans: int) -> Paths:
        queue = deque([_Path((), Written(self.past), ((),))])
        while queue and len(self.plans) < most_plans:
            if self.steps > MOST_STEPS:
                return Paths(tuple(self.plans), complete=False)
            queue.extend(self._further(queue.popleft()))
        return Paths(tuple(self.plans), complete=not queue)

    def _further(self, path: _Path) -> Iterator[_Path]:
        """Yield the paths on which one more trigger has fired; note what leads to the one that is asked about."""
        titles = {other.title for other in (self.trigger, *self.others)}
        fired = {other.title for other in path.fired}
        running = [t for t in self.asked.rules.triggers if t.title in titles]
        left = path.clauses
        for place, other in enumerate(running):
            if other.title in fired or place < path.at:
                continue
            holding = self._joined(left, self._clauses(other.condition, path.written, holds=True))
            if holding and other is self.trigger:
                self.plans += sorted(holding, key=len)
                return
            if holding and not other.stops:
                at = place if self.asked.mode is Mode.SINGLE_PASS else 0
                yield _Path((*path.fired, other), path.written.after(other), holding, at)
            if other is self.trigger and self.asked.mode is Mode.SINGLE_PASS:
                return
            left = self._joined(left, self._clauses(other.condition, path.written, holds=False))
            if not left:
                return

    # Alternatives

    def _joined(self, some: tuple[Clause, ...], more: Sequence[Clause] | None) -> tuple[Clause, ...]:
        if more is None or len(some) * len(more) > MOST_CLAUSES**2:
            return some
        self.steps += len(some) * len(more) // 8 + 1
        found: dict[frozenset[Literal], Clause] = {}
        for one in some:
            for other in more:
                literals = tuple(dict.fromkeys((*one, *other)))
                key = frozenset(literals)
                if key not in found and self._may_be(key, literals):
                    found[key] = literals
        least = [key for key in found if not any(other < key for other in found)]
        return tuple(found[key] for key in least) if len(least) <= MOST_CLAUSES else some

    def _may_be(self, key: frozenset[Literal], literals: Clause) -> bool:
        if key not in self._known:
            assumed = [Assumed(x.test, x.holds) for x in (*literals, *_implied(literals))]
            self._known[key] = worlds.possible(*assumed, *self.facts, root=self.asked.root) and possible(
                literals, self.past.view
            )
        return self._known[key]

    def _clauses(self, condition: r.Condition, written: Written, *, holds: bool) -> list[Clause] | None:
        """Return the alternatives under which a condition comes out one way, or None when they are too many."""
        match condition:
            case r.Not(item):
                return self._clauses(item, written, holds=not holds)
            case r.AllOf(items) | r.AnyOf(items):
                parts = [self._clauses(item, written, holds=holds) for item in items]
                return _all(parts) if isinstance(condition, r.AllOf) is holds else _any(parts)
            case _:
                return self._of_test(condition, written, holds=holds)

    def _of_test(self, test: r.Test, written: Written, *, holds: bool) -> list[Clause] | None:
        settled = self.past.settled(test)
        # What is counted was counted as the update came.
        counted = any(self.past.is_counter(reading) for reading in values.readings(test))
        return self._literals(settled, None if counted else written, holds=holds)

    def _literals(
        self, condition: r.Condition, written: Written | None, *, holds: bool
    ) -> list[Clause] | None:
        match condition:
            case r.Not(item):
                return self._literals(item, written, holds=not holds)
            case r.AllOf(items) | r.AnyOf(items):
                parts = [self._literals(item, written, holds=holds) for item in items]
                return _all(parts) if isinstance(condition, r.AllOf) is holds else _any(parts)
            case r.Changes(subject, None, None) if (
                not holds and isinstance(subject.type, _FINE) and self.past.knows_before(subject)
            ):
                return self._unchanged(condition, written)
            case _ if written is None:
                return [(Literal(condition, holds),)]
            case _:
                found = written.test(condition)
                if found is None:
                    return [()]  # it may come out either way
                return self._literals(found, None, holds=holds)

    def _unchanged(self, test: r.Changes, written: Written | None) -> list[Clause] | None:
        """Return what follows where a field is what it was: its value, and of a set that nothing was added."""
        subject = test.subject
        before = self.past.view.value_before(subject)
        items: list[r.Condition] = []
        if isinstance(before, frozenset):
            items += [r.Includes(subject, (r.Constant(member),)) for member in sorted(before)[:8]]
            added = () if written is None else written.added(subject)
            items += [
                r.Not(r.Includes(subject, (o,))) for o in added if self.past.view.operand(o) not in before
            ]
        elif before is not None:
            items.append(r.Equals(subject, r.Constant(before)))
        empty = r.IsEmpty(subject)
        items.append(r.Not(empty) if before else empty)
        parts = [self._literals(item, written, holds=True) for item in items]
        if written is None or not written.touched(subject):
            parts.append([(Literal(test, holds=False),)])
        return _all(parts)


_FINE = types.SetType | types.TextType | types.DateType
"""Types of which a value is not known by what it is equal to."""


def _implied(literals: Clause) -> Iterator[Literal]:
    """Yield that somebody is there of whom something is said."""
    for literal in literals:
        test = literal.test
        if isinstance(test, r.Happens | r.ScheduleIs | r.Changes | r.Gains | r.Loses):
            continue
        said = literal.holds is not isinstance(test, r.IsEmpty)
        if said and not isinstance(test.subject.type, types.YesNoType):
            for number in range(1, len(test.subject.steps)):
                first = evolve(test.subject, steps=test.subject.steps[:number], type=_SOMEBODY)
                yield Literal(r.IsEmpty(first), holds=False)


_SOMEBODY = types.ReferenceType("user")


def _all(parts: Iterable[list[Clause] | None]) -> list[Clause] | None:
    found: list[Clause] = [()]
    for part in parts:
        # What is too much to follow counts as possible.
        if part is not None and len(found) * len(part) <= MOST_CLAUSES * 4:
            found = [tuple(dict.fromkeys((*a, *b))) for a in found for b in part]
    return found


def _any(parts: Iterable[list[Clause] | None]) -> list[Clause] | None:
    found: list[Clause] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found if len(found) <= MOST_CLAUSES * 4 else None


def facts(asked: Asked, *, as_it_comes: bool = True) -> list[Assumed]:
    """Return what is so of every update of this ticket, as it comes or after triggers fired too."""
    found = [Assumed(r.Happens(f"{asked.root}.created"), asked.before is None)]
    written = {name for trigger in asked.rules.triggers for name in trigger.writes}
    for default in asked.rules.defaults:
        known = as_it_comes or f"{asked.root}.{default.field}" not in written
        if (
            asked.before is None
            and known
            and isinstance(default.operand, r.Constant)
            and default.operand.value
        ):
            kind = asked.kind(default.field)
            if not isinstance(kind, types.YesNoType):
                found.append(Assumed(r.IsEmpty(r.Reading(asked.root, (default.field,), kind)), holds=False))
    return found


def paths(
    asked: Asked,
    trigger: r.Trigger,
    others: Sequence[r.Trigger],
    free: frozenset[r.Test] = frozenset(),
    most_plans: int = 24,
) -> Paths:
    """Return the ways to a trigger among some others, shortest first.

    What it says is impossible is: what cannot be followed counts as possible. Tests in free are not
    decided by the past.
    """
    return _Explorer(asked, trigger, others, Past(asked, free), facts(asked)).run(most_plans)
