"""Who wrote a field of a ticket, in which order, and what was overwritten."""

from collections.abc import Mapping

from attrs import frozen

from trigdsl.engine.effects import FieldChanged, Outcome
from trigdsl.engine.view import View, shown
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.rules import Location
from trigdsl.semantics.types import Value
from trigdsl.why.asked import Asked


@frozen
class Write:
    """One time that a field was written: by whom, what stood there, and what stands there then.

    It was written by a trigger, or by `the event`, `at first` (the value that the field has on
    creation), `counting`, or `the help desk` (what follows from the event itself).
    """

    event: str
    by: str
    was: Value
    becomes: Value
    trigger: r.Trigger | None = None
    at: Location | None = None


def writes(asked: Asked, outcome: Outcome, name: str) -> tuple[Write, ...]:
    """Return every write of a field in one update, in order; one that changed nothing is among them."""
    view = asked.view
    before = _shown(asked, view.before or {}, name)
    start = _shown(asked, view.now, name)
    found = []
    if before != start or name in asked.update.values:
        found.append(Write(asked.update.id, _author(asked, view, name), before, start))
    now = start
    for trigger in (t for title in outcome.fired for t in asked.rules.triggers if t.title == title):
        for action in trigger.actions:
            if isinstance(action, _WRITING) and action.field == name:
                effect = _effect(outcome, trigger, action)
                after = now if effect is None else effect.after
                found.append(Write(asked.update.id, "trigger", now, after, trigger, action.at))
                now = after
    end = outcome.after.get(name, types.empty(asked.kind(name)))
    if end != now:
        found.append(Write(asked.update.id, "counting", now, end))
    return tuple(found)


_WRITING = r.SetTo | r.Clear | r.Include | r.Exclude | r.Count


def _shown(asked: Asked, values: Mapping[str, Value], name: str) -> Value:
    found = shown(values.get(name), asked.kind(name), asked.directory)
    return types.empty(asked.kind(name)) if found is None else found


def _author(asked: Asked, view: View, name: str) -> str:
    """Return who wrote a field before any trigger was tried."""
    if name in asked.update.values and view.now.get(name) is not None:
        given = _shown(asked, asked.update.values, name)
        if given == _shown(asked, view.now, name):
            return "the event"
    if any(counter.field == name for counter in asked.rules.counters):
        return "counting"
    if any(default.field == name for default in asked.rules.defaults) and view.before is None:
        return "at first"
    return "the event" if name in asked.update.values else "the help desk"


def _effect(outcome: Outcome, trigger: r.Trigger, action: r.Action) -> FieldChanged | None:
    changes = (e for e in outcome.effects if isinstance(e, FieldChanged) and e.trigger == trigger.title)
    return next((change for change in changes if change.at == action.at), None)
