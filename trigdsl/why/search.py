"""The smallest change of an update that makes a trigger fire: the best first, tried with the step itself."""

import heapq
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import define, field, frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.state import Update
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints.worlds import Clause
from trigdsl.why import reasons, values
from trigdsl.why.asked import Asked, Moment
from trigdsl.why.changes import LEAST, Edit, changed, difference, weight
from trigdsl.why.levers import Levers
from trigdsl.why.missing import Wanted, Way, ways
from trigdsl.why.paths import paths
from trigdsl.why.reasons import Reason

FIRST_TRIES = 400
"""So many updates are tried before it is worked out in which orders triggers may fire."""
MOST_TRIES = 2_000
"""After so many updates that were tried, the search gives up."""
MOST_PLANS = 8
"""So many of the ways in which triggers may fire are followed, those first that lack the least."""
MOST_TRIES_AFTER = 150
"""So many more are tried in search of a smaller change."""
GREED = 1.4
"""How much a test that is lacking counts, against a part that was changed."""
DETOUR = 1.0
"""How much more it counts to make another trigger fire first."""
MOST_ALIKE = 4
"""Of updates that differ in the same parts and lack the same, so many are gone on from."""
MOST_PARTS = 10
"""Of a change of more parts, parts are taken away one by one, and not in every combination."""


@frozen
class Found:
    """What came of a search: the change, or why there is none; neither where it gave up after so many tries."""

    edits: tuple[Edit, ...] = ()
    tries: int = 0
    reason: Reason | None = None


@frozen(order=True)
class _Step:
    """An update to go on from, and the test to turn in it, with what that is expected to come to in the end."""

    cost: float
    number: int
    """Keeps the order of finding."""
    size: float = field(order=False)
    update: Update = field(order=False)
    moments: tuple[Moment, ...] = field(order=False)
    wanted: Wanted = field(order=False)


@define(eq=False)
class _Search:
    asked: Asked
    trigger: r.Trigger
    others: tuple[r.Trigger, ...]
    most: int
    plans: tuple[Clause, ...] = ()
    """What the update may be like for the trigger to fire, where that was worked out."""
    tries: int = 0
    left: int = 0
    queue: list[_Step] = field(factory=list)
    seen: set[str] = field(factory=set)
    alike: Counter[object] = field(factory=Counter)
    best: tuple[Edit, ...] = ()
    best_weight: float = float("inf")
    _numbers: Iterator[int] = field(factory=itertools.count)

    def run(self) -> Found:
        self.left = self.most
        self._take(self.asked.update)
        while self.queue and self.left > 0:
            step = heapq.heappop(self.queue)
            if step.size + LEAST >= self.best_weight:
                continue
            for update in self._turned(step):
                if self.left <= 0:
                    break
                self._take(update, step.wanted)
        edits = self._minimal(self.best) if self.best else ()
        return Found(edits, self.tries)

    def _take(self, update: Update, wanted: Wanted | None = None) -> None:
        """Try an update: keep it when the trigger fires, else go on from it.

        What was wanted of it is a test that should come out otherwise.
        """
        edits = difference(self.asked, update)
        size = weight(self.asked, edits)
        content = repr([(edit.part, edit.becomes) for edit in edits])
        if content in self.seen or size >= self.best_weight:
            return
        self.seen.add(content)
        self.tries += 1
        self.left -= 1
        course = self.asked.course(self.trigger, self.others, update)
        if not course.fires:
            missed = wanted is not None and holds(wanted.test, course.moments[0].view) is not wanted.holds
            self._go_on(update, course.moments, edits, size, missed=missed)
        elif self.asked.fires(self.trigger, changed(self.asked, edits)):
            self.best, self.best_weight = edits, size
            self.left = min(self.left, MOST_TRIES_AFTER)

    # Where to go on

    def _go_on(
        self,
        update: Update,
        moments: tuple[Moment, ...],
        edits: Sequence[Edit],
        size: float,
        *,
        missed: bool,
    ) -> None:
        """Note what may be turned next, unless enough updates that are alike were gone on from."""
        lacking = [*self._lacking(moments)]
        alike = tuple(edit.part for edit in edits), tuple(id(w.test) for way in lacking for w in way)
        self.alike[alike] += 1
        if self.alike[alike] > MOST_ALIKE:
            return
        turned: set[r.Test] = set()
        for further, some in ((0.0, lacking), (DETOUR, self._enabling(moments))):
            for way in sorted(some, key=len):
                if way[0].test not in turned:
                    turned.add(way[0].test)
                    cost = size + GREED * len(way) + further + missed
                    step = _Step(cost, next(self._numbers), size, update, moments, way[0])
                    heapq.heappush(self.queue, step)

    def _lacking(self, moments: Sequence[Moment]) -> Iterator[Way]:
        """Yield what kept the trigger from firing at each moment: tests of its own, or of the one that came first."""
        planned = [_lacking(plan, moments[0].view) for plan in self.plans]
        if planned and all(planned):
            yield from planned
            return
        for moment in moments:
            for way in ways(self.trigger.condition, moment.view):
                if way:
                    yield way
                elif moment.fires is not None:
                    # It would have held, and another was there first.
                    yield from ways(moment.fires.condition, moment.view, to_hold=False)

    def _enabling(self, moments: Sequence[Moment]) -> list[Way]:
        """Return what other triggers lack that write what this one reads; plans have it in them already."""
        if self.plans:
            return []
        last = moments[-1].view
        fired = {moment.fires.title for moment in moments if moment.fires is not None}
        others = [o for o in self.others if o.title not in fired and o.writes & self.trigger.reads]
        return [way for other in others for way in ways(other.condition, last)[:2] if way]

    def _turned(self, step: _Step) -> Iterator[Update]:
        """Yield updates in which the test may come out as it should."""
        firing = [m.fires.condition for m in step.moments if m.fires is not None]
        around = [t for c in (self.trigger.condition, *firing) for t in values.tests_of(c)]
        around += [literal.test for plan in self.plans for literal in plan]
        view = self.asked.start(step.update)
        yield from Levers(self.asked, view, [*around, step.wanted.test]).turned(step.wanted.test)

    # The smallest part of it

    def _minimal(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Return the smallest part of a change that still makes the trigger fire; no part of that does."""
        edits = self._without_needless(edits)
        if len(edits) > MOST_PARTS:
            return edits
        for size in range(1, len(edits)):
            for part in itertools.combinations(edits, size):
                if self.asked.fires(self.trigger, changed(self.asked, part)):
                    return part
        return edits

    def _without_needless(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        for edit in edits:
            rest = tuple(other for other in edits if other != edit)
            if rest and self.asked.fires(self.trigger, changed(self.asked, rest)):
                return self._without_needless(rest)
        return edits


def _lacking(plan: Clause, view: View) -> Way:
    """Return what an update lacks of what it may be like."""
    return tuple(Wanted(x.test, x.holds) for x in plan if holds(x.test, view) is not x.holds)


def nearest(asked: Asked, trigger: r.Trigger) -> Found:
    """Return the smallest change of an update that makes a trigger fire, as far as it was found, or why there is none."""
    reason = reasons.of_condition(asked, trigger)
    if reason is not None:
        return Found(reason=reason)
    others = asked.concerned(trigger)
    first = _Search(asked, trigger, others, FIRST_TRIES).run()
    if first.edits:
        return first
    reason = reasons.of_others(asked, trigger)
    if reason is not None:
        return Found(reason=reason, tries=first.tries)
    plans = sorted(paths(asked, trigger, others).plans, key=lambda plan: len(_lacking(plan, asked.view)))
    return _Search(asked, trigger, others, MOST_TRIES, tuple(plans[:MOST_PLANS])).run()
