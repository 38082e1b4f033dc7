"""A test played: each step an update, with what came of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import define, field, frozen

from trigdsl.engine import cycle
from trigdsl.engine.effects import Outcome
from trigdsl.engine.state import Comment, Ticket, Update
from trigdsl.engine.view import View
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes
from trigdsl.semantics.types import ChoiceSetType, ReferencesType, TagsType, Value
from trigdsl.testing.scenarios.cast import Cast, address
from trigdsl.testing.scenarios.stage import SOURCE, TICKET, CannotHappenError, Stage, staged

BETWEEN = timedelta(minutes=1)
"""How long after a step the next one happens, unless the test says so."""


@frozen
class Played:
    """One step as it happened: the ticket before, the update with its outcome, and the view as it ended.

    When only time passed there is no update.
    """

    step: scenes.Step
    before: Ticket | None
    update: Update | None
    outcome: Outcome | None
    view: View


def play(rules: Ruleset, scenario: scenes.Scenario, cast: Cast) -> Iterator[Played]:
    """Yield each step of a test as it happens; CannotHappenError at the first that cannot."""
    stage = staged(rules.rules, scenario, cast.joined_by(scenario))
    yield from _Play(rules, stage, stage.time, stage.ticket).steps(scenario)


@define(eq=False)
class _Play:
    rules: Ruleset
    stage: Stage
    clock: datetime
    ticket: Ticket | None
    number: int = field(default=0)

    def steps(self, scenario: scenes.Scenario) -> Iterator[Played]:
        for step in scenario.steps:
            match step.event:
                case scenes.Passes(duration):
                    self.clock += duration
                    yield Played(step, self.ticket, None, None, self._still())
                case scenes.Acts():
                    yield self._acted(step, step.event)

    def _still(self) -> View:
        """Return the view of a moment in which nothing happens."""
        values = {} if self.ticket is None else dict(self.ticket.values)
        comments = () if self.ticket is None else self.ticket.comments
        update = Update(SOURCE, TICKET, "still", self.clock)
        alone = {"update": {"time": self.clock}}
        return View(
            self.rules.rules, update, self.stage.directory, dict(values), values, comments, None, alone=alone
        )

    def _acted(self, step: scenes.Step, event: scenes.Acts) -> Played:
        self.clock += event.after
        self.number += 1
        update = self._update(event)
        before = self.ticket
        outcome = self.rules.step(before, update, directory=self.stage.directory, render=_reads_texts(step))
        self.ticket = outcome.ticket
        self.clock += BETWEEN
        view = cycle.ended(self.rules.rules, before, outcome, self.stage.directory)
        return Played(step, before, update, outcome, view)

    def _update(self, event: scenes.Acts) -> Update:
        still = self._still()
        still.by = self._actor(event.who, still)
        values = dict(self.stage.values) if event.creates else {}
        for change in event.changes:
            values[change.field] = _changed(change, still, values)
        comment = None if event.said is None else Comment(event.said.text, event.said.public)
        return Update(
            SOURCE,
            TICKET,
            f"step-{self.number}",
            self.clock,
            event.creates,
            still.by,
            event.channel or (self.stage.channel if event.creates else None),
            values,
            comment,
            event.automatic,
        )

    def _actor(self, who: scenes.Actor, still: View) -> str:
        match who:
            case scenes.Cast(role, name):
                return still.directory.key("user", name or address(role))
            case r.Address(name):
                return still.directory.key("user", name)
            case r.Reading():
                found = still.value(who)
                if isinstance(found, str):
                    return found
                given = self.stage.values.get(who.steps[0]) if self.ticket is None else None
                if given is None and self.ticket is None:
                    given = address(who.steps[0])
                if isinstance(given, str):
                    return still.directory.key("user", given)
                raise CannotHappenError(f"there is no {who.text} here, so nobody does this")


def _changed(change: scenes.Change, view: View, values: dict[str, Value]) -> Value:
    """Return the new value that a change gives its field."""
    now = values.get(change.field, view.now.get(change.field))
    before = now if isinstance(now, frozenset) else frozenset()
    match change:
        case r.Clear():
            return None
        case r.SetTo(name, operands):
            declared = view.rules.vocabulary.field(view.rules.vocabulary.root, name)
            assert declared is not None
            members = _members(operands, view)
            return (
                members
                if isinstance(declared.type, ChoiceSetType | TagsType | ReferencesType)
                else view.operand(operands[0])
            )
        case r.Include(_, operands):
            return before | _members(operands, view)
        case r.Exclude(_, operands):
            return before - _members(operands, view)


def _members(operands: tuple[r.Operand, ...], view: View) -> frozenset[str]:
    return frozenset(str(value) for value in map(view.operand, operands) if value is not None)


def _reads_texts(step: scenes.Step) -> bool:
    """Return whether an expectation is about what texts say, so that they have to be written."""
    return any(
        not isinstance(e, scenes.Fires | scenes.Holds) and (e.text.saying or e.text.language)
        for e in step.expectations
    )
