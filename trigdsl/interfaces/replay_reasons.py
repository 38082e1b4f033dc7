"""Why two versions differ about one event: what kept the other one's trigger from doing the same."""

from typing import Any

from attrs import field, frozen

from trigdsl.engine.state import Ticket
from trigdsl.engine.trace import Fired, NotFired
from trigdsl.engine.view import shown
from trigdsl.interfaces import misses
from trigdsl.interfaces.misses import MOST_NAMED
from trigdsl.interfaces.report import value_text
from trigdsl.runtime.replay import Compared, Replay, Version
from trigdsl.semantics.rules import Trigger
from trigdsl.why.differences import Difference


@frozen
class Reason:
    """What kept a version from doing what the other did: its trigger, why that did not, and that in words."""

    version: str
    trigger: str | None
    kind: str
    says: tuple[str, ...] = ()
    failures: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "version": self.version,
            "trigger": self.trigger,
            "kind": self.kind,
            "says": list(self.says),
            "conditions": list(self.failures),
        }


def reason(replay: Replay, compared: Compared, difference: Difference) -> Reason | None:
    """Return why one version did what the other did not; None where both did it otherwise."""
    assert compared.told is not None
    if difference.way == "other":
        return None
    if difference.way == "fewer":
        assert difference.old is not None
        name, version, here = "new", replay.new, 1
        title = replay.counterparts.to_new.get(difference.old.trigger)
    else:
        assert difference.new is not None
        name, version, here = "old", replay.old, 0
        title = replay.counterparts.to_old.get(difference.new.trigger)
    if title is None:
        return Reason(name, None, "no such trigger", (f"the {name} rules have no such trigger",))
    trace = version.step(compared.before[here], compared.told[here].update, trace=True).trace
    assert trace is not None
    for fired in trace.fired:
        if fired.trigger == title:
            return _fired(name, fired, difference, _trigger(version, title))
    for missed in trace.not_fired:
        if missed.trigger == title:
            return _not_fired(name, missed)
    return Reason(name, title, "on trial", ("it is on trial, and changes and tells nothing",))


def _trigger(version: Version, title: str) -> Trigger:
    return next(trigger for trigger in version.ruleset.triggers if trigger.title == title)


def _fired(version: str, fired: Fired, difference: Difference, trigger: Trigger) -> Reason:
    """Return why a trigger that fired as well did not do the same."""
    told = [f"it fires, but {silence.reason}" for silence in fired.silences[:MOST_NAMED]]
    if difference.kind == "change" and not told:
        told = ["it fires, and the field ends as it was"]
    says = tuple(told) or (f"it fires, and does something else ({trigger.at.path}:{trigger.at.line})",)
    return Reason(version, fired.trigger, "fired", says)


def _not_fired(version: str, missed: NotFired) -> Reason:
    failures = tuple(failed.to_json() for failed in missed.failures)
    return Reason(version, missed.trigger, missed.reason, misses.words(missed), failures)


def parted(replay: Replay, compared: Compared) -> tuple[str, ...]:
    """Return how the two versions' tickets differed before an event, field by field."""
    old, new = compared.before
    if old is None or new is None:
        return ()
    here, there = replay.old.ruleset.vocabulary, replay.new.ruleset.vocabulary
    found = []
    for name in sorted(here.own.keys() & there.own.keys()):
        one, other = (_shown(v, t, name) for v, t in ((replay.old, old), (replay.new, new)))
        if one != other and here.own[name].type == there.own[name].type:
            found.append(f"{here.own[name].path} was {one} by the old rules, {other} by the new")
    if not found and old.comments != new.comments:
        found.append("its comments were others")
    if not found and old.fired != new.fired:
        found.append("other triggers that fire once had fired")
    return tuple(found[:MOST_NAMED])


def _shown(version: Version, ticket: Ticket, name: str) -> str:
    kind = version.ruleset.vocabulary.own[name].type
    return value_text(shown(ticket.values.get(name), kind, version.directory))
