"""What happens with an update: the four steps of that chapter, and a stream as a fold of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
from attrs import define, frozen

from trigdsl.testing.oracle import values
from trigdsl.testing.oracle.conditions import Situation
from trigdsl.testing.oracle.events import Event, event_from_json, expect, fields_from_json, written_out
from trigdsl.testing.oracle.firing import Firing
from trigdsl.testing.oracle.people import People
from trigdsl.testing.oracle.program import Program, Rule
from trigdsl.testing.oracle.values import RefusedError, Value, is_empty


@frozen
class Ticket:
    """A ticket between updates."""

    values: Mapping[str, Value]
    is_public: bool
    people: People
    fired_once: frozenset[str] = frozenset()


_NEEDED = ("source", "subject", "id", "type", "time")


@define
class _Cycle:
    """What an update has come to so far."""

    situations: list[Situation]
    fired: list[str]
    effects: list[dict[str, Any]]
    trial: list[dict[str, Any]]

    @property
    def situation(self) -> Situation:
        return self.situations[-1]


class Oracle:
    """Decides events by the most direct reading of the language's definition; it keeps every ticket's state."""

    def __init__(
        self, program: Program, directory: Mapping[str, Any] | None = None, *, single_pass: bool = False
    ) -> None:
        """Take rules that are free of errors, and who is known."""
        self._program = program
        self._rules = program.rules()
        self._people = People(program, directory or {})
        self._single_pass = single_pass
        self._tickets: dict[tuple[str, str], Ticket] = {}
        self._seen: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        self.situations: list[Situation] = []
        """How the last event stood as it came, and after each firing; the last of them as it ended."""

    def feed(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the outcome of one event; RefusedError where it does not fit, and nothing has changed."""
        if event.get("specversion") != "1.0" or not all(event.get(part) for part in _NEEDED):
            raise RefusedError("it is no CloudEvent of version 1.0")
        event = {**event, "subject": str(event["subject"])}
        ticket = (event["source"], event["subject"])
        identity = (*ticket, event["id"])
        if identity in self._seen:
            if self._seen[identity] != _content(event):
                raise RefusedError(f"event {event['id']} was seen with another content")
            return _outcome(event, self._tickets[ticket].values, duplicate=True)
        before = self._before(event)
        outcome, after = self._step(event, before)
        self._tickets[ticket] = after
        self._seen[identity] = _content(event)
        return outcome

    def _before(self, event: Mapping[str, Any]) -> Ticket | None:
        """Return the ticket as it was: kept, or given with the event; None when the event creates it."""
        main, kept = self._program.main, self._tickets.get((event["source"], event["subject"]))
        if event["type"] == f"{main}.created":
            if kept is not None:
                raise RefusedError(f"{main} {event['subject']} exists")
            return None
        if event["type"] != f"{main}.updated":
            raise RefusedError(f"`{event['type']}` is not a type of events")
        if kept is not None:
            return kept
        state = expect(event.get("data"), dict, "data").get("ticket")
        if state is None:
            raise RefusedError(f"{main} {event['subject']} was never seen")
        written = expect(expect(state, dict, "ticket").get("values", {}), dict, "values")
        named, people = written_out(written, self._program, self._people)
        given = fields_from_json(main, named, self._program, people)
        return Ticket(given, is_public=False, people=people)

    # One step

    def _step(self, json: Mapping[str, Any], before: Ticket | None) -> tuple[dict[str, Any], Ticket]:
        event = event_from_json(json, self._program, before.people if before else self._people)
        was_public = before is not None and before.is_public
        # "Somebody named before they were known is that person from then on."
        values_before = event.people.known_again(before.values) if before else None
        start = Situation(
            self._program,
            event.people,
            values_before,
            {**(values_before or {}), **event.set},
            was_public or event.update.comment_is_public,
            event.update,
        )
        start = self._applied(start, event, json)
        start, counted = self._counted(start, frozenset())
        once = before.fired_once if before else frozenset()
        cycle = _Cycle([start], [], [], [])
        # "If the ticket was closed before the update, no trigger runs. The update that closes it still runs."
        if before is None or not self._was_closed(start):
            self._run(cycle, [r for r in self._rules if r.title not in once])
            once |= {r.title for r in self._rules if r.trigger.once and r.title in cycle.fired}
        end, _ = self._counted(cycle.situation, counted)
        self.situations = [*cycle.situations[:-1], end]
        return _outcome(json, end.now, cycle), Ticket(end.now, end.is_public, event.people, once)

    def _applied(self, start: Situation, event: Event, json: Mapping[str, Any]) -> Situation:
        """Return the situation with the fields that the stream fills, and those that have a value `at first`."""
        creates, time = event.update.creates, event.update.time
        declared = self._program.fields_of(self._program.main)
        filled: dict[str, Value] = {"updated_at": time}
        if creates:
            filled |= {"id": json["subject"], "created_at": time, "description": event.body}
            filled["channel"] = start.update.about.get("channel")
        kept = {name: value for name, value in filled.items() if name in declared and value is not None}
        start = attrs.evolve(start, now={**start.now, **kept})
        for name, said in declared.items():
            # "On creation a field that it leaves empty takes its `at first` value."
            if creates and said.at_first is not None and is_empty(start.now.get(name)):
                value = start.field_value((said.at_first,), said.type)
                start = attrs.evolve(start, now={**start.now, name: value})
        return start

    def _counted(self, at: Situation, already: frozenset[str]) -> tuple[Situation, frozenset[str]]:
        """Return the situation with one more in each counting field whose condition holds, once in an update."""
        for name, declared in self._program.fields_of(self._program.main).items():
            if declared.counting is not None and name not in already and at.holds(declared.counting):
                number = at.now.get(name) or Decimal(0)
                assert isinstance(number, Decimal)
                at = attrs.evolve(at, now={**at.now, name: number + 1})
                already |= {name}
        return at, already

    def _was_closed(self, start: Situation) -> bool:
        closed = self._program.states.get((self._program.main, "closed"))
        if closed is None or closed.meaning is None:
            return False
        return attrs.evolve(start, now=start.before or {}).holds(closed.meaning)

    def _run(self, cycle: _Cycle, untried: list[Rule]) -> None:
        """Try triggers in order.

        "The first that holds fires, and the search starts again from the top without it. It ends when no trigger
        that is left holds, or at `stop`. With `--single-pass` the search goes on instead of starting again."
        """
        at = 0
        while at < len(untried):
            rule = untried[at]
            if not cycle.situation.holds(rule.trigger.condition):
                at += 1
                continue
            del untried[at]
            firing = Firing(rule.title, cycle.situation)
            for action in rule.trigger.actions:
                firing.act(action)
            if rule.trial:
                # "The outcome says what it would have done. It changes and tells nothing."
                cycle.trial.append({"trigger": rule.title, "effects": firing.effects})
                continue
            cycle.fired.append(rule.title)
            cycle.effects += firing.effects
            cycle.situations.append(firing.situation)
            if firing.stopped:
                return
            at = at if self._single_pass else 0


def _content(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an event says happened, by which "the same event again" is told from "another content"."""
    return {"type": event["type"], "time": values.when(event["time"]), "data": event["data"]}


def _outcome(
    event: Mapping[str, Any],
    after: Mapping[str, Value],
    cycle: _Cycle | None = None,
    *,
    duplicate: bool = False,
) -> dict[str, Any]:
    return {
        "event": event["id"],
        "ticket": event["subject"],
        "duplicate": duplicate,
        "fired": cycle.fired if cycle else [],
        "effects": cycle.effects if cycle else [],
        "trial": cycle.trial if cycle else [],
        "after": values.fields_to_json(after),
    }
