"""One step: what a rule set does with one update of one ticket."""

from collections.abc import Callable, Mapping

from attrs import define, evolve, field

from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import CommentPosted, Effect, FieldChanged, Outcome, TrialFiring
from trigdsl.engine.firing import fire
from trigdsl.engine.index.matching import Index
from trigdsl.engine.search import Mode, Scan, Search
from trigdsl.engine.state import NOBODY, Comment, Directory, Record, Ticket, Update, UpdateError
from trigdsl.engine.trace import Fired, NotFired, Trace, failures
from trigdsl.engine.view import Shown, View, settled
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value


def step(
    rules: r.Rules,
    before: Ticket | None,
    update: Update,
    directory: Directory | None = None,
    *,
    mode: Mode = Mode.RESTART,
    trace: bool = False,
    index: Index | None = None,
) -> Outcome:
    """Return what comes of an update of a ticket; before is None when the update creates it.

    Texts are not rendered yet. UpdateError when the update does not fit the ticket. With the rules'
    index the triggers that hold are looked up; without it each is tried, which comes to the same.
    """
    view = begin(rules, before, update, directory or NOBODY, index)
    remembered = frozenset() if before is None else before.fired
    if index is None:
        search: Search = Scan.of(view, mode, remembered)
    else:
        search = index.search(view, mode, remembered)
    cycle = _Cycle(view, search, remembered, tracing=trace)
    if not was_closed(view):
        cycle.run()
    else:
        cycle.closed = True
    return _outcome(before, view, cycle, index)


# The beginning: the update is applied


def begin(
    rules: r.Rules, before: Ticket | None, update: Update, directory: Directory, index: Index | None = None
) -> View:
    """Return the view of an update before any trigger was tried; UpdateError when it does not fit the ticket."""
    if update.created != (before is None):
        raise UpdateError("the ticket exists already" if update.created else "the ticket was never seen")
    people = _people(before, update).values()
    known = directory.with_agents(rules.agent_roles).knowing(people)
    by = None if update.by is None else known.key_of(update.by, update.people)
    earlier = None if before is None else _known_values(rules, before, known)
    now = {**(earlier or {}), **_settled(rules, update.values, known)}
    comments = () if before is None else before.comments
    comment = update.comment
    if comment is not None:
        comment = Comment(comment.body, comment.public, by, update.time, comment.values)
        comments = (*comments, comment)
    mailed = frozenset([known.key("user", name) for name in update.mailed])
    view = View(rules, update, known, earlier, now, comments, by, mailed)
    if before is None:
        _create(view)
    if "updated_at" in rules.vocabulary.own:
        now["updated_at"] = update.time
    _count(view, earlier or {}, index)
    return view


def _known_values(rules: r.Rules, ticket: Ticket, directory: Directory) -> Mapping[str, Value]:
    """Return a ticket's values with keys for names, as they are where an earlier step left them so."""
    if len(by := ticket.settled_by) == 2 and by[0] is rules.vocabulary and by[1] is directory:
        return ticket.values
    return _settled(rules, ticket.values, directory)


def _settled(rules: r.Rules, values: Mapping[str, Value], directory: Directory) -> dict[str, Value]:
    vocabulary = rules.vocabulary
    if not values.keys() <= vocabulary.own.keys():
        unknown = next(name for name in values if name not in vocabulary.own)
        raise UpdateError(f"a {vocabulary.root} has no field `{unknown}`")
    found = dict(values)
    for name, kind in vocabulary.references.items():
        value = found.get(name)
        if isinstance(value, str):
            found[name] = directory.key(kind.kind, value)
        elif value:
            found[name] = settled(value, kind, directory)
    return found


def _create(view: View) -> None:
    rules, update = view.rules, view.update
    known: dict[str, Value] = {
        "id": update.ticket,
        "created_at": update.time,
        "channel": update.channel,
        "description": None if update.comment is None else update.comment.body or None,
    }
    own = rules.vocabulary.own
    for name, value in known.items():
        if name in own and value is not None and view.now.get(name) is None:
            view.now[name] = value
    for default in rules.defaults:
        if view.now.get(default.field) in (None, frozenset()):
            value = view.operand(default.operand)
            if isinstance(own[default.field].type, types.SetType) and isinstance(value, str):
                value = frozenset({value})
            view.now[default.field] = None if value == "" else value


def _count(
    view: View, start: Mapping[str, Value], index: Index | None, counted: frozenset[str] = frozenset()
) -> None:
    """Set each counting field to its start, or one more when its condition holds, or held as the update came."""
    counts = _counting(view) if index is None else index.counting(view)
    for counter in view.rules.counters:
        before = start.get(counter.field)
        number = before if isinstance(before, int) else 0
        if counter.field in counted or counts(counter):
            number += 1
        if number:
            view.now[counter.field] = number


def _counting(view: View) -> Callable[[r.Counter], bool]:
    return lambda counter: holds(counter.condition, view)


def was_closed(view: View) -> bool:
    """Return whether the ticket was closed before the update, so that no trigger runs."""
    if view.before is None or view.rules.closed is None:
        return False
    return holds(view.rules.closed, view.copy(view.before))


# The cycle


@define(eq=False)
class _Cycle:
    view: View
    search: Search
    remembered: frozenset[str]
    tracing: bool
    closed: bool = False
    fired: list[r.Trigger] = field(factory=list)
    effects: list[Effect] = field(factory=list)
    trial: list[TrialFiring] = field(factory=list)
    told: list[Fired] = field(factory=list)
    stopped: bool = False
    enabled_by: dict[str, str] = field(factory=dict)

    def run(self) -> None:
        """Fire what holds, in order, each trigger at most once, until none is left that holds."""
        while not self.stopped:
            trigger = self.search.next()
            if trigger is None:
                break
            if trigger.trial:
                self._try(trigger)
            else:
                self._fire(trigger)

    def _try(self, trigger: r.Trigger) -> None:
        self.trial.append(TrialFiring(trigger.title, tuple(fire(trigger, self.view.copy()).effects)))

    def _fire(self, trigger: r.Trigger) -> None:
        held = self.search.holding() if self.tracing else set()
        done = fire(trigger, self.view)
        self.fired.append(trigger)
        self.effects += done.effects
        self.stopped = done.stops
        self.search.fired(done.effects)
        if self.tracing:
            for title in self.search.holding() - held:
                self.enabled_by[title] = trigger.title
            self.told.append(Fired(trigger.title, self.enabled_by.get(trigger.title), tuple(done.silences)))

    def trace(self) -> Trace:
        """Return why each trigger fired or did not, seen from the end of the cycle."""
        fired = {t.title for t in self.fired} | {trial.trigger for trial in self.trial}
        others = [t for t in self.view.rules.triggers if t.title not in fired]
        return Trace(tuple(self.told), tuple(self._not_fired(t) for t in others))

    def _not_fired(self, trigger: r.Trigger) -> NotFired:
        if trigger.off is not None:
            return NotFired(trigger.title, trigger.off)
        if self.closed:
            return NotFired(trigger.title, f"{self.view.rules.vocabulary.root} is closed")
        if trigger.once and trigger.title in self.remembered:
            return NotFired(trigger.title, "fired before")
        missing = failures(trigger.condition, self.view)
        if missing:
            return NotFired(trigger.title, "condition", missing)
        return NotFired(trigger.title, "stopped" if self.stopped else "passed")


# The end: what is kept


def _outcome(before: Ticket | None, view: View, cycle: _Cycle, index: Index | None) -> Outcome:
    rules, update = view.rules, view.update
    if any(isinstance(effect, FieldChanged | CommentPosted) for effect in cycle.effects):
        _count(view, view.before or {}, index, _counted(view))
    known = view.directory
    ticket = Ticket(
        update.source,
        update.ticket,
        view.now,
        view.comments,
        cycle.remembered.union([t.title for t in cycle.fired if t.once]),
        _people(before, update),
        # With people written out the directory is the ticket's own, and not kept for the next step.
        (rules.vocabulary, known) if known.beneath is None else (),
    )
    return Outcome(
        update.id,
        update.ticket,
        tuple([t.title for t in cycle.fired]),
        tuple(cycle.effects),
        tuple(cycle.trial),
        Shown(view.now, rules.vocabulary, view.directory),
        actor=None if view.by is None else view.directory.record("user", view.by).shown,
        trace=cycle.trace() if cycle.tracing else None,
        ticket=ticket,
        update=update,
    )


def _people(before: Ticket | None, update: Update) -> Mapping[str, Record]:
    """Return everybody who was written out, with all that was ever written of them."""
    if not update.people:
        return {} if before is None else before.people
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
