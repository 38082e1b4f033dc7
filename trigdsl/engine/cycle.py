"""One step: what a rule set does with one update of one ticket."""

import enum
from collections.abc import Mapping

from attrs import define, evolve, field

from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import Effect, Outcome, TrialFiring
from trigdsl.engine.firing import fire
from trigdsl.engine.state import Comment, Directory, Record, Ticket, Update, UpdateError
from trigdsl.engine.trace import Fired, NotFired, Trace, failures
from trigdsl.engine.view import View, settled, shown
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value


class Mode(enum.Enum):
    """Whether the search starts again from the top after each firing, or goes on."""

    RESTART = "restart"
    SINGLE_PASS = "single_pass"  # noqa: S105 - not a password


def step(
    rules: r.Rules,
    before: Ticket | None,
    update: Update,
    directory: Directory | None = None,
    *,
    mode: Mode = Mode.RESTART,
    trace: bool = False,
) -> Outcome:
    """Return what comes of an update of a ticket; before is None when the update creates it.

    Texts are not rendered yet. UpdateError when the update does not fit the ticket.
    """
    view = begin(rules, before, update, directory or Directory())
    remembered = frozenset() if before is None else before.fired
    cycle = _Cycle(view, mode, remembered, tracing=trace)
    if not was_closed(view):
        cycle.run()
    else:
        cycle.closed = True
    return _outcome(before, view, cycle)


# The beginning: the update is applied


def begin(rules: r.Rules, before: Ticket | None, update: Update, directory: Directory) -> View:
    """Return the view of an update before any trigger was tried; UpdateError when it does not fit the ticket."""
    if update.created != (before is None):
        raise UpdateError("the ticket exists already" if update.created else "the ticket was never seen")
    people = () if before is None else before.people.values()
    known = directory.with_agents(rules.agent_roles).knowing((*people, *update.people))
    by = None if update.by is None else known.key_of(update.by, update.people)
    now: dict[str, Value] = {} if before is None else _settled(rules, before.values, known)
    earlier = None if before is None else dict(now)
    now.update(_settled(rules, update.values, known))
    comments = () if before is None else before.comments
    comment = update.comment
    if comment is not None:
        comment = evolve(comment, author=by, time=update.time)
        comments = (*comments, comment)
    mailed = frozenset(known.key("user", name) for name in update.mailed)
    view = View(rules, update, known, earlier, now, comments, by, mailed, _alone(update, comment, by))
    if before is None:
        _create(view)
    if rules.vocabulary.field(rules.vocabulary.root, "updated_at") is not None:
        now["updated_at"] = update.time
    _count(view, earlier or {})
    return view


def _settled(rules: r.Rules, values: Mapping[str, Value], directory: Directory) -> dict[str, Value]:
    found = {}
    for name, value in values.items():
        declared = rules.vocabulary.field(rules.vocabulary.root, name)
        if declared is None:
            raise UpdateError(f"a {rules.vocabulary.root} has no field `{name}`")
        found[name] = settled(value, declared.type, directory)
    return found


def _alone(update: Update, comment: Comment | None, by: str | None) -> dict[str, Mapping[str, Value]]:
    """Return what stands beside the ticket: this update, and its comment."""
    found: dict[str, Mapping[str, Value]] = {
        "update": {"channel": update.channel, "automatic": update.automatic, "time": update.time}
    }
    if comment is not None:
        found["comment"] = {
            "body": comment.body or None,
            "author": by,
            "created_at": update.time,
            **comment.values,
        }
    return found


def _create(view: View) -> None:
    rules, update = view.rules, view.update
    known: dict[str, Value] = {
        "id": update.ticket,
        "created_at": update.time,
        "channel": update.channel,
        "description": None if update.comment is None else update.comment.body or None,
    }
    for name, value in known.items():
        declared = rules.vocabulary.field(rules.vocabulary.root, name)
        if declared is not None and value is not None and view.now.get(name) is None:
            view.now[name] = value
    for default in rules.defaults:
        declared = rules.vocabulary.field(rules.vocabulary.root, default.field)
        assert declared is not None
        if view.now.get(default.field) in (None, frozenset()):
            value = view.operand(default.operand)
            if isinstance(declared.type, types.SetType) and isinstance(value, str):
                value = frozenset({value})
            view.now[default.field] = None if value == "" else value


def _count(view: View, start: Mapping[str, Value], counted: frozenset[str] = frozenset()) -> None:
    """Set each counting field to its start, or one more when its condition holds, or held as the update came."""
    for counter in view.rules.counters:
        before = start.get(counter.field)
        number = before if isinstance(before, int) else 0
        if counter.field in counted or holds(counter.condition, view):
            number += 1
        if number:
            view.now[counter.field] = number


def was_closed(view: View) -> bool:
    """Return whether the ticket was closed before the update, so that no trigger runs."""
    if view.before is None or view.rules.closed is None:
        return False
    earlier = view.copy()
    earlier.now = dict(view.before)
    return holds(view.rules.closed, earlier)


# The cycle


@define(eq=False)
class _Cycle:
    view: View
    mode: Mode
    remembered: frozenset[str]
    tracing: bool
    closed: bool = False
    fired: list[r.Trigger] = field(factory=list)
    effects: list[Effect] = field(factory=list)
    trial: list[TrialFiring] = field(factory=list)
    told: list[Fired] = field(factory=list)
    pending: list[r.Trigger] = field(factory=list)
    stopped: bool = False
    enabled_by: dict[str, str] = field(factory=dict)

    def run(self) -> None:
        """Fire what holds, in order, each trigger at most once, until none is left that holds."""
        self.pending = [t for t in self.view.rules.triggers if t.active and not self._fired_before(t)]
        at = 0
        while at < len(self.pending) and not self.stopped:
            trigger = self.pending[at]
            if not holds(trigger.condition, self.view):
                at += 1
                continue
            del self.pending[at]
            if trigger.trial:
                self._try(trigger)
                continue
            self._fire(trigger)
            if self.mode is Mode.RESTART:
                at = 0

    def _fired_before(self, trigger: r.Trigger) -> bool:
        return trigger.once and trigger.title in self.remembered

    def _try(self, trigger: r.Trigger) -> None:
        self.trial.append(TrialFiring(trigger.title, fire(trigger, self.view.copy()).effects))

    def _fire(self, trigger: r.Trigger) -> None:
        held = self._holding() if self.tracing else set()
        done = fire(trigger, self.view)
        self.fired.append(trigger)
        self.effects += done.effects
        self.stopped = done.stops
        if self.tracing:
            for title in self._holding() - held:
                self.enabled_by[title] = trigger.title
            self.told.append(Fired(trigger.title, self.enabled_by.get(trigger.title), done.silences))

    def _holding(self) -> set[str]:
        return {t.title for t in self.pending if holds(t.condition, self.view)}

    def trace(self) -> Trace:
        """Return why each trigger fired or did not, seen from the end of the cycle."""
        fired = {t.title for t in self.fired} | {trial.trigger for trial in self.trial}
        others = [t for t in self.view.rules.triggers if t.title not in fired]
        return Trace(tuple(self.told), tuple(self._not_fired(t) for t in others))

    def _not_fired(self, trigger: r.Trigger) -> NotFired:
        if not trigger.active:
            return NotFired(trigger.title, "disabled")
        if self.closed:
            return NotFired(trigger.title, f"{self.view.rules.vocabulary.root} is closed")
        if self._fired_before(trigger):
            return NotFired(trigger.title, "fired before")
        missing = failures(trigger.condition, self.view)
        if missing:
            return NotFired(trigger.title, "condition", missing)
        return NotFired(trigger.title, "stopped" if self.stopped else "passed")


# The end: what is kept


def _outcome(before: Ticket | None, view: View, cycle: _Cycle) -> Outcome:
    rules, update = view.rules, view.update
    _count(view, view.before or {}, _counted(view))
    once = frozenset(t.title for t in cycle.fired if t.once)
    ticket = Ticket(
        update.source,
        update.ticket,
        view.now,
        view.comments,
        cycle.remembered | once,
        _people(before, update),
    )
    return Outcome(
        update.id,
        update.ticket,
        tuple(t.title for t in cycle.fired),
        tuple(cycle.effects),
        tuple(cycle.trial),
        visible(rules, view.now, view.directory),
        actor=None if view.by is None else view.directory.record("user", view.by).shown,
        trace=cycle.trace() if cycle.tracing else None,
        ticket=ticket,
        update=update,
    )


def _people(before: Ticket | None, update: Update) -> dict[str, Record]:
    """Return everybody who was written out, with all that was ever written of them."""
    found = {} if before is None else dict(before.people)
    for person in update.people:
        earlier = found.get(person.key)
        values = {**({} if earlier is None else earlier.values), **person.values}
        found[person.key] = evolve(person, values=values)
    return found


def _counted(view: View) -> frozenset[str]:
    """Return the fields that counted this update as it came."""
    start = view.before or {}
    fields = (counter.field for counter in view.rules.counters)
    return frozenset(name for name in fields if view.now.get(name) != start.get(name))


def ended(rules: r.Rules, before: Ticket | None, outcome: Outcome, directory: Directory) -> View:
    """Return the view of an update as it ended, for whoever asks conditions of it then."""
    assert outcome.update is not None
    assert outcome.ticket is not None
    view = begin(rules, before, outcome.update, directory)
    view.now, view.comments = dict(outcome.ticket.values), outcome.ticket.comments
    return view


def visible(rules: r.Rules, values: Mapping[str, Value], directory: Directory) -> dict[str, Value]:
    """Return a ticket's fields as outcomes write them."""
    found = {}
    for name, value in values.items():
        declared = rules.vocabulary.field(rules.vocabulary.root, name)
        kind: types.Type = types.TextType() if declared is None else declared.type
        found[name] = shown(value, kind, directory)
    return found
