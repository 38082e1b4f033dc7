"""Triggers that fired on no event of a stream: which of their conditions were never so, or what came first."""

from collections.abc import Iterator, Sequence
from functools import cache

from attrs import frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.cycle import was_closed
from trigdsl.engine.firing import fire
from trigdsl.engine.index.matching import Index
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.why.asked import Asked


@frozen
class Seen:
    """A moment of a cycle at which conditions can be asked: the ticket then, and who fires or has stopped everything."""

    view: View
    first: r.Trigger | None = None
    closed: bool = False
    fired_before: frozenset[str] = frozenset()


@frozen
class Never:
    """A trigger that never fired: the conditions that were so at no moment, or else why it did not fire all the same.

    The reason is `condition`, `apart` where every condition was so, but never all at one moment, and where all
    were, `closed`, `fired before`, `passed`, or `first`, with the trigger that fired first then.
    """

    trigger: r.Trigger
    reason: str
    missing: tuple[r.Condition, ...] = ()
    first: r.Trigger | None = None


def moments(asked: Asked, index: Index) -> Iterator[Seen]:
    """Yield the moments of an event's cycle: before each firing, and at its end."""
    view = asked.start(asked.update)
    before = frozenset() if asked.before is None else asked.before.fired
    if was_closed(view):
        yield Seen(view, closed=True)
        return
    search = index.search(view, asked.mode, before)
    while (trigger := search.next()) is not None:
        if trigger.trial:
            continue
        yield Seen(view.copy(), trigger, fired_before=before)
        done = fire(trigger, view)
        search.fired(done.effects)
        if done.stops:
            yield Seen(view, trigger, fired_before=before)
            return
    yield Seen(view, fired_before=before)


def never(triggers: Sequence[r.Trigger], seen: Sequence[Seen]) -> Iterator[Never]:
    """Yield why each of some triggers fired at none of these moments."""

    @cache  # many triggers ask the same
    def held(condition: r.Condition) -> Seen | None:
        return next((moment for moment in seen if holds(condition, moment.view)), None)

    for trigger in triggers:
        missing = tuple(part for part in _parts(trigger.condition) if held(part) is None)
        moment = held(trigger.condition)
        if moment is None:
            yield Never(trigger, "condition" if missing else "apart", missing)
        else:
            yield _kept(trigger, moment)


def _parts(condition: r.Condition) -> tuple[r.Condition, ...]:
    """Return what a condition asks together; a state with a meaning is one condition."""
    if isinstance(condition, r.AllOf) and any(item.at != condition.at for item in condition.items):
        return condition.items
    return (condition,)


def _kept(trigger: r.Trigger, moment: Seen) -> Never:
    """Return why a trigger whose condition held did not fire."""
    if moment.closed:
        return Never(trigger, "closed")
    if trigger.once and trigger.title in moment.fired_before:
        return Never(trigger, "fired before")
    return Never(trigger, "passed" if moment.first is None else "first", first=moment.first)
