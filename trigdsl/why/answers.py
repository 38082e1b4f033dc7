"""Why a trigger fired or did not, as data: its condition part by part, who made it possible, and what would have."""

from collections.abc import Iterator

from attrs import evolve, frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.cycle import step, was_closed
from trigdsl.engine.effects import FieldChanged, Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.trace import seen, wanted
from trigdsl.engine.view import View, shown
from trigdsl.semantics import footprint
from trigdsl.semantics import rules as r
from trigdsl.semantics.types import Value
from trigdsl.why.asked import Asked, Course
from trigdsl.why.search import Found, nearest


@frozen
class Part:
    """A part of a condition, whether it holds, and for a single test the value seen and the value wanted."""

    condition: r.Condition
    holds: bool
    seen: Value = None
    wanted: Value = None
    before: Value = None
    """What was before this update, where the test is about a change."""
    parts: tuple["Part", ...] = ()


@frozen
class Link:
    """An earlier firing without which a trigger would not have fired, what it changed, and what made it fire."""

    trigger: r.Trigger
    changes: tuple[FieldChanged, ...] = ()
    enabled_by: tuple["Link", ...] = ()


@frozen
class Undoing:
    """A trigger that fired first while another one's condition held: it stopped, or made it fail."""

    trigger: r.Trigger
    stops: bool
    changes: tuple[FieldChanged, ...] = ()


@frozen
class Answer:
    """Why one trigger fired or did not.

    The verdict is `fired`, `on trial` (it would have), or why it did not: `condition`, `disabled`, `not executable`,
    `closed`, `fired before`, `stopped`, `undone`, `passed`.
    """

    trigger: r.Trigger
    verdict: str
    condition: Part | None = None
    enabled_by: tuple[Link, ...] = ()
    undone_by: Undoing | None = None
    nearest: Found | None = None

    @property
    def fired(self) -> bool:
        """Whether it fired, or on trial would have."""
        return self.verdict in ("fired", "on trial")


def answer(asked: Asked, trigger: r.Trigger) -> Answer:
    """Return why a trigger fired or did not in an update."""
    if trigger.off is not None:
        return Answer(trigger, trigger.off)
    if was_closed(asked.view):
        return Answer(trigger, "closed")
    if asked.fired_before(trigger):
        return Answer(trigger, "fired before")
    others = asked.concerned(trigger)
    course = asked.course(trigger, others, asked.update)
    part = _part(trigger.condition, course.moments[-1].view)
    if course.fires:
        links = tuple(_links(asked, trigger, _outcome(asked)))
        return Answer(trigger, "on trial" if trigger.trial else "fired", part, links)
    undoing = _undoing(asked, trigger, course)
    verdict = _why_not(asked, trigger, part, undoing)
    return Answer(trigger, verdict, part, undone_by=undoing, nearest=nearest(asked, trigger))


def _why_not(asked: Asked, trigger: r.Trigger, part: Part, undoing: Undoing | None) -> str:
    if undoing is not None:
        return "stopped" if undoing.stops else "undone"
    if asked.mode is Mode.SINGLE_PASS and not part.holds:
        trace = _outcome(asked, trace=True).trace
        assert trace is not None
        reasons = {missed.trigger: missed.reason for missed in trace.not_fired}
        if reasons.get(trigger.title) == "passed":
            return "passed"
    return "condition"


# The condition


def _part(condition: r.Condition, view: View) -> Part:
    """Return a condition with whether each part holds; a negated test is one part."""
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            return Part(condition, holds(condition, view), parts=tuple(_part(item, view) for item in items))
        case r.Not(item):
            if isinstance(item, r.AllOf | r.AnyOf | r.Not):
                return Part(condition, holds(condition, view), parts=(_part(item, view),))
            return _test(condition, item, view)
        case _:
            return _test(condition, condition, view)


def _test(condition: r.Condition, test: r.Test, view: View) -> Part:
    before: Value = None
    if isinstance(test, r.Changes | r.Gains | r.Loses):
        before = shown(view.value_before(test.subject), test.subject.type, view.directory)
    return Part(condition, holds(condition, view), seen(test, view), wanted(test, view), before)


# Those that made it possible


def _outcome(asked: Asked, *, trace: bool = False) -> Outcome:
    return step(asked.rules, asked.before, asked.update, asked.given, mode=asked.mode, trace=trace)


def _links(asked: Asked, trigger: r.Trigger, outcome: Outcome) -> Iterator[Link]:
    """Yield the firings without which a trigger would not have fired, each with those that made it fire."""
    earlier = [title for title in outcome.fired if title != trigger.title]
    if trigger.title in outcome.fired:
        earlier = [*outcome.fired[: outcome.fired.index(trigger.title)]]
    by_title = {t.title: t for t in asked.rules.triggers}
    needed = [by_title[title] for title in earlier if not _fires_without(asked, trigger, title)]
    for other in needed:
        # What only made another one of them fire stands below that one.
        between = [o for o in needed if o is not other and not _fires_without(asked, o, other.title)]
        if between and not other.writes & _reads(asked, trigger):
            continue
        changes = _changes(asked, outcome, other, trigger)
        yield Link(other, changes, tuple(_links(asked, other, outcome)))


def _fires_without(asked: Asked, trigger: r.Trigger, title: str) -> bool:
    triggers = tuple(t for t in asked.rules.triggers if t.title != title)
    return evolve(asked, rules=evolve(asked.rules, triggers=triggers)).fires(trigger, asked.update)


def _reads(asked: Asked, trigger: r.Trigger) -> frozenset[str]:
    """Return what a trigger's condition reads."""
    return footprint.of_condition(trigger.condition, asked.rules.vocabulary)


def _changes(
    asked: Asked, outcome: Outcome, other: r.Trigger, trigger: r.Trigger
) -> tuple[FieldChanged, ...]:
    """Return what a trigger changed of the fields that another one's condition reads."""
    changes = (e for e in outcome.effects if isinstance(e, FieldChanged) and e.trigger == other.title)
    reads = _reads(asked, trigger)
    return tuple(change for change in changes if change.field in reads)


# Those that were first


def _undoing(asked: Asked, trigger: r.Trigger, course: Course) -> Undoing | None:
    """Return the trigger that fired first the last time that the condition held, and ended that or everything."""
    for moment in reversed(course.moments):
        if moment.fires is not None and holds(trigger.condition, moment.view):
            stops = moment.fires.stops
            return Undoing(moment.fires, stops, _changes(asked, _outcome(asked), moment.fires, trigger))
    return None
