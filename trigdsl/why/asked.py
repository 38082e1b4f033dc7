"""The update that is asked about, and what becomes of it and of others in its place."""

from collections.abc import Iterable
from functools import cached_property

from attrs import evolve, field, frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.cycle import begin, step
from trigdsl.engine.firing import fire
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory, Ticket, Update
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import DERIVED, Field
from trigdsl.why import footprints


@frozen
class Moment:
    """The ticket as the search for a trigger found it, and the trigger that fired then, if one did."""

    view: View
    fires: r.Trigger | None = None


@frozen
class Course:
    """How an update goes up to a trigger: the moments at which another one fired, and the last."""

    moments: tuple[Moment, ...]
    fires: bool


@frozen
class Asked:
    """An update of a ticket under some rules."""

    rules: r.Rules = field(repr=False)
    before: Ticket | None
    update: Update
    given: Directory = field(repr=False)
    mode: Mode = Mode.RESTART

    @cached_property
    def view(self) -> View:
        """The update as it came, before any trigger was tried."""
        return self.start(self.update)

    @property
    def directory(self) -> Directory:
        """Everybody who is known, with those whom the update writes out."""
        return self.view.directory

    @property
    def root(self) -> str:
        """What the update is about: `ticket`."""
        return self.rules.vocabulary.root

    def kind(self, name: str) -> types.Type:
        """Return the type of one of the ticket's fields."""
        declared = self.rules.vocabulary.field(self.root, name)
        assert declared is not None
        return declared.type

    def settable(self, declared: Field) -> bool:
        """Return whether an event can set a field."""
        return declared.counting is None and declared.name not in DERIVED

    def label(self, kind: types.Type, key: str) -> str:
        """Return how an event names somebody: as outcomes write them, where that names nobody else."""
        if not isinstance(kind, types.ReferenceType | types.ReferencesType):
            return key
        label = self.directory.record(kind.kind, key).shown
        return label if self.directory.key(kind.kind, label) == key else key

    def untouched(self, name: str) -> Value:
        """Return what a field holds when the update does not set it."""
        if name not in self.update.values:
            return self.view.now.get(name)
        values = {other: value for other, value in self.update.values.items() if other != name}
        return self.start(evolve(self.update, values=values)).now.get(name)

    def start(self, update: Update) -> View:
        """Return another update in its place, as it comes."""
        return begin(self.rules, self.before, update, self.given)

    # What becomes of it

    def fires(self, trigger: r.Trigger, update: Update) -> bool:
        """Return whether a trigger fires, or on trial would, when the update is another."""
        outcome = step(self.rules, self.before, update, self.given, mode=self.mode)
        return trigger.title in (*outcome.fired, *(trial.trigger for trial in outcome.trial))

    def course(self, trigger: r.Trigger, others: Iterable[r.Trigger], update: Update) -> Course:
        """Return how an update goes up to a trigger: whether it fires, and what was there at each moment before.

        The others are all that could make a difference.
        """
        view = self.start(update)
        titles = {trigger.title, *(other.title for other in others)}
        pending = [t for t in self.rules.triggers if t.title in titles]
        passed: list[Moment] = []
        at = 0
        while at < len(pending):
            candidate = pending[at]
            if not holds(candidate.condition, view):
                # Without a new start from the top a trigger that was passed is not asked again.
                if candidate is trigger and self.mode is Mode.SINGLE_PASS:
                    break
                at += 1
                continue
            if candidate is trigger:
                return Course((*passed, Moment(view, trigger)), fires=True)
            passed.append(Moment(view.copy(), candidate))
            if fire(candidate, view).stops:
                return Course(tuple(passed), fires=False)
            del pending[at]
            at = 0 if self.mode is Mode.RESTART else at
        return Course((*passed, Moment(view)), fires=False)

    # Which other triggers there are

    @cached_property
    def running(self) -> tuple[r.Trigger, ...]:
        """The triggers that can fire in an update of this ticket, and change something."""
        return tuple(t for t in self.rules.triggers if t.runs and not t.trial and not self.fired_before(t))

    def fired_before(self, trigger: r.Trigger) -> bool:
        """Return whether a trigger fired in an earlier update, and fires once in the life of a ticket."""
        return trigger.once and self.before is not None and trigger.title in self.before.fired

    def concerned(self, trigger: r.Trigger) -> tuple[r.Trigger, ...]:
        """Return the others that may decide whether a trigger fires."""
        others = [t for t in self.running if t.title != trigger.title]
        return footprints.concerned(trigger, others, self.view)
