"""Why each trigger fired, and why each other one did not, as data."""

from datetime import date
from typing import Any

from attrs import frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.view import View, shown
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.rules import Location
from trigdsl.semantics.types import Value


@frozen
class Failure:
    """A condition that did not hold: its place and words, the value seen, and the value wanted."""

    at: Location
    seen: Value
    wanted: Value

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "condition": self.at.text,
            "path": self.at.path,
            "line": self.at.line,
            "seen": types.to_json(self.seen),
            "wanted": types.to_json(self.wanted),
        }


@frozen
class Silence:
    """Somebody who was not told, or an action that changed nothing, and why."""

    at: Location
    reason: str


@frozen
class Fired:
    """A trigger that fired; `enabled_by` is the earlier firing without which it would not have."""

    trigger: str
    enabled_by: str | None = None
    silences: tuple[Silence, ...] = ()


@frozen
class NotFired:
    """A trigger that did not fire: why, and the conditions that failed, the first one first.

    The reason is one of `condition`, `disabled`, `not executable`, `fired before`, `stopped`, `ticket is closed`.
    """

    trigger: str
    reason: str
    failures: tuple[Failure, ...] = ()

    @property
    def near_miss(self) -> bool:
        """Whether one condition alone was missing."""
        return len(self.failures) == 1


@frozen
class Trace:
    """Everything an update did and did not set off."""

    fired: tuple[Fired, ...] = ()
    not_fired: tuple[NotFired, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "fired": [
                {
                    "trigger": f.trigger,
                    "enabled_by": f.enabled_by,
                    "silences": [{"line": s.at.line, "reason": s.reason} for s in f.silences],
                }
                for f in self.fired
            ],
            "not_fired": [
                {
                    "trigger": n.trigger,
                    "reason": n.reason,
                    "near_miss": n.near_miss,
                    "failures": [failure.to_json() for failure in n.failures],
                }
                for n in self.not_fired
            ],
        }


def failures(condition: r.Condition, view: View) -> tuple[Failure, ...]:
    """Return the parts of a condition that keep it from holding, in the order written; none when it holds."""
    if holds(condition, view):
        return ()
    match condition:
        case r.AllOf(items) if any(item.at != condition.at for item in items):
            return tuple(f for item in items for f in failures(item, view))
        case r.Not() | r.AnyOf() | r.AllOf():  # a state with a meaning is one condition
            return (Failure(condition.at, seen(condition, view), None),)
        case _:
            return (Failure(condition.at, seen(condition, view), wanted(condition, view)),)


def seen(condition: r.Condition, view: View) -> Value:
    """Return the value that decided: of the test, or of the one test that was negated."""
    match condition:
        case r.Not(item):
            return seen(item, view)
        case r.AllOf() | r.AnyOf() | r.ScheduleIs():
            return None
        case r.Happens(fact):
            return _fact(fact, view)
        case _:
            return shown(view.value(condition.subject), condition.subject.type, view.directory)


def _fact(fact: str, view: View) -> Value:
    comment = view.update.comment
    if fact.startswith("comment."):
        return (
            "no comment" if comment is None else "a public comment" if comment.public else "a private comment"
        )
    if fact.endswith((".created", ".updated")):
        return "created" if view.before is None else "updated"
    return "public" if any(c.public for c in view.comments) else "private"


def wanted(test: r.Test, view: View) -> Value:
    """Return the value or values that would have held; None where a test wants none in particular."""
    operand: r.Operand | None = None
    several: tuple[r.Operand, ...] = ()
    match test:
        case r.Happens() | r.ScheduleIs():
            return None
        case r.IsLike(_, pattern) | r.Matches(_, pattern):
            return pattern
        case (
            r.Equals(_, operand)
            | r.Contains(_, operand)
            | r.StartsWith(_, operand)
            | r.EndsWith(_, operand)
            | r.Compares(_, _, operand)
        ):
            pass
        case r.Changes(_, before, now):
            operand = before if now is None else now
        case (
            r.IsOneOf(_, several)
            | r.Includes(_, several)
            | r.ContainsWord(_, several)
            | r.Gains(_, several)
            | r.Loses(_, several)
        ):
            pass
    kind = test.subject.type
    if operand is not None:
        return _shown(view.operand(operand), kind, view)
    values = [_shown(view.operand(each), kind, view) for each in several]
    # Of several each is written as text: a set holds texts alone.
    texts = (str(types.to_json(v)) if isinstance(v, date) else str(v) for v in values if v is not None)
    return frozenset(texts) or None


def _shown(value: Value, kind: types.Type, view: View) -> Value:
    """Return an operand as outcomes write it; of a set of people it is one of them."""
    member = types.ReferenceType(kind.kind) if isinstance(kind, types.ReferencesType) else kind
    return shown(value, member, view.directory)
