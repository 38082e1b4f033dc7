"""What in an update moves a test: updates like one, with a part changed so that the test may come out otherwise."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo

from attrs import evolve, frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.state import Comment, Record, Update
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, Field
from trigdsl.why import values
from trigdsl.why.asked import Asked
from trigdsl.why.changes import tidy

MOST_RECORDS = 12
"""How many people, groups and the like are tried where any will do."""
BODY = "Hello"
"""What a comment says that only has to be there."""
STRANGER = "somebody@example.com"
"""A person whom no directory knows."""
OTHERS = "Another one"
"""A group, an organization or the like that no directory knows."""


@frozen
class Levers:
    """Changes an update, given as it comes: its view."""

    asked: Asked
    view: View
    around: Sequence[r.Test] = ()
    """The tests whose values are worth trying."""

    def turned(self, test: r.Test) -> Iterator[Update]:
        """Yield updates with one thing changed, in which a test may come out otherwise."""
        match test:
            case r.Happens(fact):
                yield from self._happening(fact)
            case r.ScheduleIs(title):
                yield from self._at_another_time(test)
                yield from self._on_another_schedule(title)
            case _:
                for reading in values.readings(test):
                    if not reading.previous:
                        yield from self._moved(reading)
                    if reading.previous or isinstance(test, r.Changes | r.Gains | r.Loses):
                        yield from self._who_it_was(reading)
                if isinstance(test, r.IsWithin):
                    yield from self._around_the_date(test)

    # Facts

    def _happening(self, fact: str) -> Iterator[Update]:
        update = self.view.update
        comment = update.comment
        if fact.endswith((".created", ".updated")):
            return
        plain = Comment(BODY) if comment is None else comment
        yield evolve(update, comment=evolve(plain, public=True))
        yield evolve(update, comment=evolve(plain, public=False))
        if comment is not None:
            yield evolve(update, comment=None)

    def _at_another_time(self, test: r.ScheduleIs) -> Iterator[Update]:
        """Yield the update at the next moments at which a schedule is otherwise."""
        view, update = self.view, self.view.update
        now = holds(test, view)
        found = 0
        for time in _moments_around(view, update.time):
            other = evolve(update, time=time)
            if holds(test, evolve(view, update=other)) is not now:
                yield other
                found += 1
            if found == 3:
                return

    def _on_another_schedule(self, title: str | r.Reading | None) -> Iterator[Update]:
        vocabulary, update = self.view.rules.vocabulary, self.view.update
        if isinstance(title, r.Reading):
            yield from self._moved(title)
        elif title is None and vocabulary.field(self.asked.root, "schedule") is not None:
            for other in (*self.view.rules.schedules, None):
                yield evolve(update, values={**update.values, "schedule": other})

    def _around_the_date(self, test: r.IsWithin) -> Iterator[Update]:
        value, update = self.view.value(test.subject), self.view.update
        if isinstance(value, datetime):
            for part in (-1, 0, 1, -2, 2):
                yield from _later(update, value - update.time + test.reach * part / 2)

    # Values

    def _moved(self, reading: r.Reading) -> Iterator[Update]:
        """Yield updates in which a path leads to another value."""
        update = self.view.update
        if reading.base == "comment" and update.comment is None:
            for public in (True, False):
                yield evolve(update, comment=Comment(BODY, public))
        elif reading.base == "comment":
            yield evolve(update, comment=None)
        match (reading.base, reading.steps):
            case (base, ()) if base == CURRENT_USER:
                yield from self._by(reading, None)
            case (base, _) if base == CURRENT_USER:
                yield from self._by(reading, reading.steps)
            case (base, (name,)) if base == self.asked.root:
                yield from self._field(reading, name)
            case (base, (name, *steps)) if base == self.asked.root:
                yield from self._through(reading, name, tuple(steps))
            case ("comment", ("author", *steps)):
                yield from self._by(reading, tuple(steps) or None)
            case ("comment", (name, *_)) if name not in ("body", "created_at"):
                yield from self._of_comment(reading, name)
            case (_, (name, *_)):
                yield from self._beside(reading, name)

    def _beside(self, reading: r.Reading, name: str) -> Iterator[Update]:
        """Yield updates with another body, channel, time or mark: what the fold keeps of an update."""
        update = self.view.update
        for value in self._candidates(reading):
            match name:
                case "body" | "description":
                    comment = update.comment or Comment("")
                    yield evolve(update, comment=evolve(comment, body=str(value or "")))
                case "channel":
                    yield evolve(update, channel=None if value is None else str(value))
                case "automatic":
                    yield evolve(update, automatic=bool(value))
                case "time" | "created_at" | "updated_at":
                    yield from _at(update, value)
        if name == "description" and update.comment is not None:
            yield evolve(update, comment=None)

    def _of_comment(self, reading: r.Reading, name: str) -> Iterator[Update]:
        update = self.view.update
        comment = update.comment or Comment(BODY)
        for value in self._candidates(reading):
            held = {k: v for k, v in comment.values.items() if k != name}
            if value not in (None, frozenset()):
                held[name] = value
            yield evolve(update, comment=evolve(comment, values=held))

    def _field(self, reading: r.Reading, name: str) -> Iterator[Update]:
        update = self.view.update
        declared = self._declared(self.asked.root, name)
        if declared.counting is not None:
            yield from self._counted(name)
        elif self.asked.settable(declared):
            if self._is_author(name):
                yield from self._by(reading, None)
            if name in update.values:
                kept = {other: value for other, value in update.values.items() if other != name}
                yield tidy(evolve(update, values=kept))
            for value in self._values(reading):
                yield tidy(evolve(update, values={**update.values, name: value}))
        elif name == "updated_at" or self.view.before is None:
            yield from self._beside(reading, name)

    def _values(self, reading: r.Reading) -> Iterator[Value]:
        """Yield values for a field, people and groups as an event names them."""
        kind = reading.type
        found = self._candidates(reading)
        if isinstance(kind, types.ReferenceType):
            held = self.view.value(reading)
            keys = [*found, *(record.key for record in self._records(kind.kind, (), held))]
            keys += self.view.rules.schedules if kind.kind == "schedule" else ()
            keys.append(_unknown(kind.kind))
            yield from (self._label(kind.kind, key) for key in dict.fromkeys(keys))
        elif isinstance(kind, types.ReferencesType):
            yield from (self._labels(kind.kind, value) for value in found)
            members = self.view.value(reading)
            assert isinstance(members, frozenset)
            others = [record.key for record in self._records(kind.kind, ())]
            for key in (*others, _unknown(kind.kind)):
                yield self._labels(kind.kind, members ^ {key})
        else:
            yield from found

    def _counted(self, name: str) -> Iterator[Update]:
        """Yield updates that a counting field may count otherwise."""
        for counter in self.view.rules.counters:
            if counter.field == name:
                tests = tuple(values.tests_of(counter.condition))
                inner = Levers(self.asked, self.view, (*self.around, *tests))
                for test in tests:
                    if not any(_is_field(reading, name) for reading in values.readings(test)):
                        yield from inner.turned(test)

    # People, groups and the like

    def _by(self, reading: r.Reading, steps: Sequence[str] | None) -> Iterator[Update]:
        """Yield updates made by somebody else, or by the same person who is otherwise."""
        update = self.view.update
        keys: list[Value] = []
        if steps is None:
            keys += self._candidates(reading)
        keys += [record.key for record in self._records("user", tuple(steps or ()), self.view.by)]
        for key in dict.fromkeys((*keys, STRANGER, None)):
            yield tidy(evolve(update, by=self._label("user", key)))
        if steps:
            for person in self._otherwise(self.view.by, reading, tuple(steps)):
                yield _written(evolve(update, by=person.key), person)

    def _through(self, reading: r.Reading, name: str, steps: tuple[str, ...]) -> Iterator[Update]:
        """Yield updates that set a field to somebody or something else, or write its person otherwise."""
        declared = self._declared(self.asked.root, name)
        kind = declared.type
        if not isinstance(kind, types.ReferenceType) or not self.asked.settable(declared):
            return
        update = self.view.update
        if self._is_author(name):
            yield from self._by(reading, steps)
        if name in update.values:
            kept = {other: value for other, value in update.values.items() if other != name}
            yield tidy(evolve(update, values=kept))
        held = self.view.now.get(name)
        keys: list[Value] = [record.key for record in self._records(kind.kind, steps, held)]
        # Nobody knows more of a stranger than the name.
        keys += [v for v in self._candidates(reading) if isinstance(v, str) and v.strip()]
        for key in dict.fromkeys((*keys, _unknown(kind.kind), None)):
            yield tidy(evolve(update, values={**update.values, name: self._label(kind.kind, key)}))
        if kind.kind == "user":
            for person in self._otherwise(held, reading, steps):
                yield _written(evolve(update, values={**update.values, name: person.key}), person)

    def _is_author(self, name: str) -> bool:
        """Return whether a field is of who made the update, as the update creates the ticket and does not set it."""
        author = r.Reading(CURRENT_USER, (), types.ReferenceType("user"))
        defaults = {default.field: default.operand for default in self.view.rules.defaults}
        unset = self.view.before is None and name not in self.view.update.values
        return unset and defaults.get(name) == author

    def _who_it_was(self, reading: r.Reading) -> Iterator[Update]:
        """Yield updates that write out the person whom a field named before, who is otherwise."""
        if reading.base != self.asked.root:
            return
        name, *steps = reading.steps
        declared = self._declared(self.asked.root, name)
        if steps and declared.type == types.ReferenceType("user") and self.asked.settable(declared):
            held = (self.view.before or {}).get(name)
            update = self.view.update
            if held is not None:
                for person in self._otherwise(held, evolve(reading, previous=False), tuple(steps)):
                    yield _written(evolve(update, values={**update.values, name: person.key}), person)
                    yield _written(evolve(update, by=person.key), person)

    def _otherwise(self, key: Value, reading: r.Reading, steps: tuple[str, ...]) -> Iterator[Record]:
        """Yield a person as an event can write them out, one field being another."""
        vocabulary = self.view.rules.vocabulary
        declared = self._declared("user", steps[0])
        if declared.name in ("id", "email"):
            for value in self._candidates(reading):
                if isinstance(value, str) and len(steps) == 1:
                    yield Record(
                        "user",
                        value.casefold() if declared.name == "email" else value,
                        {declared.name: value},
                    )
            return
        key = key if isinstance(key, str) else STRANGER
        known = self.view.directory.record("user", key).values
        names = {n: known[n] for n in ("id", "email") if known.get(n) and vocabulary.field("user", n)}
        if not names:
            return
        written = next((person for person in self.view.update.people if person.key == key), None)
        told = {**({} if written is None else written.values), **names}
        written_key = str(names.get("id") or str(names["email"]).casefold())
        for value in self._details(reading, declared, steps):
            yield Record("user", written_key, {**told, declared.name: value})

    def _details(self, reading: r.Reading, declared: Field, steps: tuple[str, ...]) -> Iterator[Value]:
        """Yield values for a field of a person."""
        if len(steps) == 1:
            yield from self._values(reading)
        elif isinstance(declared.type, types.ReferenceType):
            for record in self._records(declared.type.kind, steps[1:]):
                yield self._label(record.kind, record.key)
            for value in self._candidates(reading):
                if isinstance(value, str) and value.strip():
                    yield value
            yield None

    def _records(self, kind: str, steps: tuple[str, ...], like: Value = None) -> Iterator[Record]:
        """Yield some of those who are known, those like somebody first, so that many values of a field are there.

        Where there is nobody yet, those who work here come first.
        """
        if kind == "schedule":
            return
        found: dict[Value, int] = {}
        total = 0
        directory = self.view.directory
        agent = not isinstance(like, str) or directory.is_agent(directory.record(kind, like))

        def order(record: Record) -> tuple[bool, str]:
            return kind == "user" and directory.is_agent(record) is not agent, record.key

        for record in sorted(directory.records.get(kind, {}).values(), key=order):
            value = record.values.get(steps[0]) if steps else record.values.get("role")
            found[value] = found.get(value, 0) + 1
            if found[value] <= 2 or (not steps and found[value] <= 4):
                yield record
                total += 1
            if total >= MOST_RECORDS * (4 if steps else 1):
                return

    def _label(self, kind: str, key: Value) -> str | None:
        return self.asked.label(types.ReferenceType(kind), key) if isinstance(key, str) else None

    def _labels(self, kind: str, value: Value) -> frozenset[str]:
        keys = value if isinstance(value, frozenset) else frozenset()
        return frozenset(str(self._label(kind, key)) for key in keys)

    def _candidates(self, reading: r.Reading) -> Iterator[Value]:
        """Yield values for a path; texts near to what it led to in the update that is asked about."""
        return values.candidates(reading, self.around, self.view, self.asked.view.value(reading))

    def _declared(self, entity: str, name: str) -> Field:
        declared = self.view.rules.vocabulary.field(entity, name)
        assert declared is not None
        return declared


def _unknown(kind: str) -> str:
    return STRANGER if kind == "user" else OTHERS


def _is_field(reading: r.Reading, name: str) -> bool:
    return reading.steps == (name,)


def _written(update: Update, person: Record) -> Update:
    others = (p for p in update.people if p.key != person.key)
    return tidy(evolve(update, people=(*others, person)))


# Times


def _at(update: Update, value: Value) -> Iterator[Update]:
    if isinstance(value, datetime):
        yield evolve(update, time=value)
    elif isinstance(value, date):
        day = datetime(value.year, value.month, value.day, 12, tzinfo=update.time.tzinfo)
        yield evolve(update, time=day)


def _later(update: Update, by: timedelta) -> Iterator[Update]:
    try:
        yield evolve(update, time=update.time + by)
    except OverflowError:
        return


def _moments_around(view: View, time: datetime) -> list[datetime]:
    """Return moments at which schedules may open, close, or be on holiday, the nearest first."""
    found: set[datetime] = set()
    for schedule in view.rules.schedules.values():
        local = _safely(time, schedule.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        holidays = sorted(schedule.holidays, key=lambda day: abs((day - local.date()).days))[:3]
        offsets = [*range(-1, 9), *((day - local.date()).days for day in holidays)]
        for days in offsets:
            for minute in _minutes(schedule):
                with contextlib.suppress(OverflowError, ValueError):
                    moment = midnight + timedelta(days=days, minutes=minute)
                    found.add(moment.astimezone(time.tzinfo))
    return sorted(found, key=lambda moment: (abs(moment - time), moment))


def _safely(time: datetime, zone: tzinfo) -> datetime:
    try:
        return time.astimezone(zone)
    except OverflowError:
        return time


def _minutes(schedule: r.Schedule) -> list[int]:
    """Return the minutes of a day at which a schedule may be open, or closed."""
    edges = {edge for day in schedule.hours for hours in day for edge in hours if edge < 24 * 60}
    return [*sorted(edges), 0, 12 * 60]
