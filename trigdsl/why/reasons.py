"""Why no change of an update can make a trigger fire, where that is certain."""

from collections.abc import Sequence

from attrs import frozen

from trigdsl.semantics import rules as r
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.why import values
from trigdsl.why.asked import Asked
from trigdsl.why.missing import ways
from trigdsl.why.past import Past, decided_tests
from trigdsl.why.paths import facts, paths


@frozen
class Reason:
    """Why no change of the update could: its kind, the tests that say so, and the triggers that are in the way.

    The kind is `never` (the condition contradicts itself), `past`, `directory`, `schedule`, or
    `another trigger`.
    """

    kind: str
    tests: tuple[r.Test, ...] = ()
    triggers: tuple[r.Trigger, ...] = ()


def of_condition(asked: Asked, trigger: r.Trigger) -> Reason | None:
    """Return why a trigger's condition cannot hold whatever the update is, or None when it may."""
    condition = trigger.condition
    if not worlds.possible(Assumed(condition), root=asked.root):
        return Reason("never", tuple(values.tests_of(condition)))
    if not _possible(asked, condition):
        return _of_the_past(asked, condition)
    return None


def _possible(asked: Asked, *conditions: r.Condition, free: frozenset[r.Test] = frozenset()) -> bool:
    """Return whether conditions may hold together after some update in the place of the one asked about."""
    past = Past(asked, free)
    settled = [Assumed(past.settled(condition)) for condition in conditions]
    return worlds.possible(*settled, *facts(asked, as_it_comes=False), root=asked.root)


def _of_the_past(asked: Asked, condition: r.Condition) -> Reason:
    tests = [*decided_tests(asked, condition)]
    alone = [test for test in tests if _possible(asked, condition, free=frozenset({test}))]
    shortest = next(iter(ways(condition, asked.view)), ())
    missing = [wanted.test for wanted in shortest if wanted.test in tests]
    found = tuple(alone or missing or tests)
    past = Past(asked)
    past.settled(condition)
    kinds = {past.decided[test] for test in found}
    return Reason(kinds.pop() if len(kinds) == 1 else "past", found)


# Triggers in the way


def of_others(asked: Asked, trigger: r.Trigger) -> Reason | None:
    """Return which triggers keep one from firing whatever the update is, or None when that is not certain."""
    others = asked.concerned(trigger)
    if not _impossible(asked, trigger, others):
        return None
    if _impossible(asked, trigger, []):
        return _of_the_past(asked, trigger.condition)
    alone = [other for other in others if _impossible(asked, trigger, [other])]
    if alone:
        return Reason("another trigger", triggers=(alone[0],))
    kept = [*others]
    for other in others:
        fewer = [one for one in kept if one is not other]
        if _impossible(asked, trigger, fewer):
            kept = fewer
    return Reason("another trigger", triggers=tuple(kept))


def _impossible(asked: Asked, trigger: r.Trigger, others: Sequence[r.Trigger]) -> bool:
    found = paths(asked, trigger, others, most_plans=1)
    return found.complete and not found.plans
