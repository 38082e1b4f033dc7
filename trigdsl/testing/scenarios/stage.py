"""How a test begins: its people, its time, and its ticket as `given` says."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from attrs import define, evolve, field, frozen

from trigdsl.engine import cycle
from trigdsl.engine.conditions import holds
from trigdsl.engine.state import Comment, Directory, Ticket, Update
from trigdsl.engine.view import View, settled
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes, types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CLOCK, CURRENT_USER
from trigdsl.testing.scenarios.cast import Cast, address, begins_with_actor

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
"""When a test begins unless it says so: a Monday."""
SOURCE = "test"
TICKET = "1"
FIRST_COMMENT = "Hello"
"""What the requester said first on a ticket that is there when a test begins."""


class CannotHappenError(Exception):
    """A step that cannot happen, or a beginning that cannot be; the message says why."""


@frozen
class Stage:
    """What is there when the first step comes: people, time, the ticket or what its creation sets."""

    rules: r.Rules
    directory: Directory
    time: datetime
    ticket: Ticket | None
    values: Mapping[str, Value]
    channel: str | None
    creates: bool


def staged(rules: r.Rules, scenario: scenes.Scenario, people: Cast) -> Stage:
    """Return the stage of a test; CannotHappenError when what it is given cannot be."""
    return _Setting(rules, scenario, people).stage()


@define(eq=False)
class _Setting:
    rules: r.Rules
    scenario: scenes.Scenario
    cast: Cast
    values: dict[str, Value] = field(factory=dict)
    time: datetime | None = None
    public: bool = True

    def stage(self) -> Stage:
        first = next((s.event for s in self.scenario.steps if isinstance(s.event, scenes.Acts)), None)
        creates = first is not None and first.creates
        actor = self._owner() if first is None or not creates else self._creator(first.who)
        statements = [*_statements(self.scenario.given)]
        for statement in sorted(statements, key=_depth):
            self._state(statement, actor)
        # Who the ticket belongs to is there, whoever creates it.
        self._own(actor)
        channel = self.values.pop("channel", None) if creates else None
        directory = self.cast.known()
        ticket = None if creates else self._ticket(directory, actor)
        stage = Stage(
            self.rules,
            directory,
            self.time or START,
            ticket,
            self.values,
            None if channel is None else str(channel),
            creates,
        )
        return self._timed(stage, actor)

    # People

    def _owner_fields(self) -> Iterator[str]:
        vocabulary = self.rules.vocabulary
        return (f.name for f in vocabulary.fields_of(vocabulary.root) if begins_with_actor(f))

    def _owner(self) -> str:
        """Return who the ticket belongs to unless the test says so: the requester of the cast."""
        name = next(self._owner_fields(), "requester")
        return self.cast.person(address(name), "end_user")

    def _creator(self, who: scenes.Actor) -> str:
        match who:
            case scenes.Cast(role, name):
                return self.cast.person(name or address(role), role)
            case r.Address(name):
                return self.cast.person(name, None)
            case r.Reading(steps=steps):
                if len(steps) == 1 and steps[0] in self._owner_fields():
                    named = self._given_person(steps[0])
                    return named or self.cast.person(address(steps[0]), "end_user")
                named = self._given_person(steps[0]) if len(steps) == 1 else None
                if named is None:
                    raise CannotHappenError(f"nobody is `{who.text}` yet, so nobody does this")
                return named

    def _given_person(self, name: str) -> str | None:
        """Return whom a `given` names in a field of the ticket."""
        for statement in _statements(self.scenario.given):
            match statement:
                case r.Equals(r.Reading(steps=(steps,)), r.Named(_, person)) if steps == name:
                    return self.cast.person(person, None)
        return None

    def _own(self, actor: str) -> None:
        """Give a ticket that somebody who works here creates the requester of the cast."""
        role = self.cast.values("user", actor).get("role")
        if role not in self.rules.agent_roles:
            return
        vocabulary = self.rules.vocabulary
        for name in self._owner_fields():
            declared = vocabulary.field(vocabulary.root, name)
            if declared is not None and not declared.read_only and name not in self.values:
                self.values[name] = self.cast.person(address(name), "end_user")

    # What is given

    def _state(self, statement: r.Condition, actor: str) -> None:
        match statement:
            case (
                r.Equals(subject, operand)
                | r.Compares(subject, _, operand)
                | r.IsOneOf(subject, (operand, *_))
            ):
                self._set(subject, self._operand(operand, actor), actor)
            case r.IsEmpty(subject):
                self._set(subject, types.empty(subject.type), actor)
            case r.Includes(subject, operands, every):
                wanted = operands if every else operands[:1]
                members = {str(self._operand(operand, actor)) for operand in wanted}
                self._set(subject, _set(self._get(subject, actor)) | members, actor)
            case r.Not(r.Includes(subject, operands)):
                members = {str(self._operand(operand, actor)) for operand in operands}
                self._set(subject, _set(self._get(subject, actor)) - members, actor)
            case r.Happens(fact):
                self.public = fact.endswith(".public")

    def _operand(self, operand: r.Operand, actor: str) -> Value:
        match operand:
            case r.Constant(value):
                return value
            case r.Named(kind, name):
                return self.cast.person(name, None) if kind == "user" else self.cast.thing(kind, name)
            case r.Reading():
                return self._get(operand, actor)

    def _get(self, reading: r.Reading, actor: str) -> Value:
        holder, last = self._holder(reading, actor)
        return holder.get(last) if last else actor

    def _set(self, reading: r.Reading, value: Value, actor: str) -> None:
        if (reading.base, *reading.steps) == CLOCK:
            self.time = _moment(value)
            return
        holder, last = self._holder(reading, actor)
        holder[last] = value

    def _holder(self, reading: r.Reading, actor: str) -> tuple[dict[str, Value], str]:
        """Return the values among which a path ends, and the last part of the path; all on its way comes to be."""
        if reading.base == CURRENT_USER:
            return (self.cast.values("user", actor), reading.steps[0]) if reading.steps else ({}, "")
        holder, entity = self.values, self.rules.vocabulary.root
        for step in reading.steps[:-1]:
            declared = self.rules.vocabulary.field(entity, step)
            assert declared is not None
            assert isinstance(declared.type, types.ReferenceType)
            key = holder.get(step)
            if key is None:
                key = holder[step] = self._somebody(
                    step, declared.type.kind, actor, root=holder is self.values
                )
            entity = declared.type.kind
            holder = self.cast.values(entity, str(key))
        return holder, reading.steps[-1]

    def _somebody(self, name: str, kind: str, actor: str, *, root: bool) -> str:
        """Return who stands at a field of which something is said, though not who it is."""
        if kind != "user":
            return self.cast.thing(kind, name.capitalize())
        if not root or name not in self._owner_fields():
            return self.cast.person(address(name), "agent")
        works_here = self.cast.values("user", actor).get("role") in self.rules.agent_roles
        return self.cast.person(address(name), "end_user") if works_here else actor

    # The ticket and the time

    def _ticket(self, directory: Directory, actor: str) -> Ticket:
        """Return the ticket as it was before the first step: as its requester would have created it."""
        description = self.values.get("description")
        comment = Comment(str(description or FIRST_COMMENT), self.public)
        update = Update(SOURCE, TICKET, "before", self.time or START, True, actor, comment=comment)
        outcome = cycle.step(evolve(self.rules, triggers=()), None, update, directory)
        assert outcome.ticket is not None
        given = {name: self._settled(name, value, directory) for name, value in self.values.items()}
        return evolve(outcome.ticket, values={**outcome.ticket.values, **given})

    def _settled(self, name: str, value: Value, directory: Directory) -> Value:
        declared = self.rules.vocabulary.field(self.rules.vocabulary.root, name)
        assert declared is not None
        return settled(value, declared.type, directory)

    def _timed(self, stage: Stage, actor: str) -> Stage:
        """Return the stage at a time at which everything that is given is so."""
        given = self.scenario.given
        if given is None:
            return stage
        moments = [stage.time] if self.time is not None else [*_moments(self.rules, given)]
        for moment in moments:
            view = opening(evolve(stage, time=moment), actor)
            if holds(given, view):
                return evolve(stage, time=moment)
        view = opening(stage, actor)
        wrong = next(s for s in _statements(given) if not holds(s, view))
        raise CannotHappenError(f"the test cannot begin so: `{_words(wrong)}` is not true of what is given")


def opening(stage: Stage, actor: str) -> View:
    """Return the view of what is there before the first step."""
    if stage.ticket is None:
        update = Update(SOURCE, TICKET, "before", stage.time, True, actor, stage.channel, dict(stage.values))
        return cycle.begin(stage.rules, None, update, stage.directory)
    update = Update(SOURCE, TICKET, "before", stage.time, by=actor)
    known = stage.directory.with_agents(stage.rules.agent_roles)
    values = dict(stage.ticket.values)
    alone = {"update": {"time": stage.time}}
    return View(stage.rules, update, known, dict(values), values, stage.ticket.comments, actor, alone=alone)


def _statements(given: r.Condition | None) -> Iterator[r.Condition]:
    match given:
        case None:
            return
        case r.AllOf(items):
            for item in items:
                yield from _statements(item)
        case _:
            yield given


def _depth(statement: r.Condition) -> int:
    """Return how long a way a statement's subject is: who somebody is comes before what is said of them."""
    inner = statement.item if isinstance(statement, r.Not) else statement
    if isinstance(inner, r.AllOf | r.AnyOf | r.Not | r.Happens | r.ScheduleIs):
        return 0
    return len(inner.subject.steps)


def _moments(rules: r.Rules, given: r.Condition) -> Iterator[datetime]:
    """Yield moments among which schedules are open, closed and on holiday, where a test is given such."""
    yield START
    if not any(isinstance(_positive(s), r.ScheduleIs) for s in _statements(given)):
        return
    for half_hours in range(1, 2 * 24 * 14):
        yield START + timedelta(minutes=30 * half_hours)
    for schedule in rules.schedules.values():
        for day in sorted(schedule.holidays):
            yield datetime.combine(day, time(12), schedule.zone).astimezone(UTC)


def _positive(statement: r.Condition) -> r.Condition:
    return statement.item if isinstance(statement, r.Not) else statement


def _words(statement: r.Condition) -> str:
    return statement.at.text


def _moment(value: Value) -> datetime:
    if isinstance(value, datetime):
        return value
    assert isinstance(value, date)
    return datetime.combine(value, START.timetz())


def _set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()
