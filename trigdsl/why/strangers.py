"""People whose role decided that a trigger did not fire, and of whom nothing is known that says which they have."""

from collections.abc import Iterator

from attrs import evolve

from trigdsl.engine.view import View
from trigdsl.semantics import footprint, types
from trigdsl.semantics import rules as r
from trigdsl.semantics.vocabulary import CURRENT_USER
from trigdsl.why.answers import Answer, Part
from trigdsl.why.asked import Asked

ROLE = "user.role"


def strangers(asked: Asked, answer: Answer) -> list[str]:
    """Return the keys of those whom neither a directory nor an event tells of, and whose role was missed."""
    if answer.fired or answer.condition is None:
        return []
    whole = answer.condition
    parts = whole.parts if isinstance(whole.condition, r.AllOf) else (whole,)
    readings = [reading for part in parts if not part.holds for reading in _readings(part)]
    keys = [key for reading in readings for key in _holder(reading, asked.view)]
    return [key for key in dict.fromkeys(keys) if asked.directory.known("user", key) is None]


def _readings(part: Part) -> Iterator[r.Reading]:
    """Yield what the tests of a part are about."""
    for inner in part.parts:
        yield from _readings(inner)
    if not part.parts:
        test = part.condition.item if isinstance(part.condition, r.Not) else part.condition
        if not isinstance(test, r.AllOf | r.AnyOf | r.Not | r.Happens | r.ScheduleIs):
            yield test.subject


def _holder(reading: r.Reading, view: View) -> Iterator[str]:
    """Yield whose role is read, if it is a role."""
    if footprint.of_reading(reading, view.rules.vocabulary)[-1:] != [ROLE]:
        return
    if reading.base == CURRENT_USER or len(reading.steps) > 1:
        key = view.value(evolve(reading, steps=reading.steps[:-1], type=types.ReferenceType("user")))
        if isinstance(key, str):
            yield key
