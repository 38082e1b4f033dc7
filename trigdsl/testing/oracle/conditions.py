"""What a condition says of an update: the tables and sentences of "Conditions", "Values" and "People"."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from attrs import frozen

from trigdsl.syntax import tree
from trigdsl.syntax.tree import Verb
from trigdsl.testing.oracle import values
from trigdsl.testing.oracle.people import People
from trigdsl.testing.oracle.program import Program
from trigdsl.testing.oracle.values import Ref, Value, is_empty, same

Fields = Mapping[str, Value]


@frozen
class Update:
    """One event: who did what, when, by which channel, with at most one comment."""

    creates: bool
    time: datetime
    by: Ref | None
    about: Fields
    comment: Fields | None
    comment_is_public: bool
    automatic: bool
    mailed: frozenset[Ref]


# "Each negated form is the plain negation."
_NEGATED = {
    Verb.IS_NOT: Verb.IS,
    Verb.IS_NOT_ONE_OF: Verb.IS_ONE_OF,
    Verb.IS_NOT_EMPTY: Verb.IS_EMPTY,
    Verb.DOES_NOT_CHANGE: Verb.CHANGES,
    Verb.DOES_NOT_CHANGE_TO: Verb.CHANGES_TO,
    Verb.DOES_NOT_CHANGE_FROM: Verb.CHANGES_FROM,
    Verb.INCLUDE_NONE_OF: Verb.INCLUDE_ANY_OF,
    Verb.DO_NOT_INCLUDE: Verb.INCLUDE,
    Verb.DOES_NOT_CONTAIN: Verb.CONTAINS,
    Verb.CONTAINS_NO_WORD_OF: Verb.CONTAINS_ANY_WORD_OF,
    Verb.DOES_NOT_START_WITH: Verb.STARTS_WITH,
    Verb.DOES_NOT_END_WITH: Verb.ENDS_WITH,
    Verb.IS_NOT_LIKE: Verb.IS_LIKE,
    Verb.DOES_NOT_MATCH: Verb.MATCHES,
}

# "Order, of ordered choices, numbers and dates."
_ORDER: Mapping[Verb, Callable[[int], bool]] = {
    Verb.IS_LESS_THAN: lambda difference: difference < 0,
    Verb.IS_BEFORE: lambda difference: difference < 0,
    Verb.IS_AT_MOST: lambda difference: difference <= 0,
    Verb.IS_AT_LEAST: lambda difference: difference >= 0,
    Verb.IS_MORE_THAN: lambda difference: difference > 0,
    Verb.IS_AFTER: lambda difference: difference > 0,
}

# "Text, in any case of letters."
_TEXT: Mapping[Verb, Callable[[str, str], bool]] = {
    Verb.CONTAINS: lambda text, piece: values.folded(piece) in values.folded(text),
    Verb.CONTAINS_ANY_WORD_OF: values.has_phrase,
    Verb.STARTS_WITH: lambda text, piece: values.folded(text).startswith(values.folded(piece)),
    Verb.ENDS_WITH: lambda text, piece: values.folded(text).endswith(values.folded(piece)),
    Verb.IS_LIKE: values.is_like,
    Verb.MATCHES: values.matches,
}

_USER = tree.PlainType("A_USER")


@frozen
class Seen:
    """What a path leads to: its type, or the entity itself where no field was named, and the value."""

    kind: tree.FieldType | None
    entity: str | None
    value: Value


@frozen
class Situation:
    """What a condition may look at: the ticket before and now, the update, who is known."""

    program: Program
    people: People
    before: Fields | None
    now: Fields
    is_public: bool
    update: Update
    bound: Mapping[str, Ref] = attrs.field(factory=dict)

    def holds(self, condition: tree.Condition) -> bool:
        match condition:
            case tree.And():
                return all(self.holds(item) for item in condition.items)
            case tree.Or():
                return any(self.holds(item) for item in condition.items)
            case tree.Not():
                return not self.holds(condition.item)
            case tree.NameTest():
                return self.holds(self.program.defined[condition.name])
            case tree.Comparison():
                positive = _NEGATED.get(condition.verb)
                if positive is not None:
                    return not self._compares(condition, positive)
                return self._compares(condition, condition.verb)
            case tree.Raw():
                # Expectations may ask a name of this: "it never holds".
                return False
            case tree.Mixture() | tree.Unread():
                raise AssertionError("rules with mistakes are not run")

    def _compares(self, c: tree.Comparison, verb: Verb) -> bool:
        """Return whether a comparison holds with a verb that is none of the negated ones."""
        seen = self.subject(c.subject)
        if verb is Verb.IS and isinstance(c.values[0], tree.Word):
            state = self.program.states.get((seen.entity or "", c.values[0].text.casefold()))
            if state is not None:
                return self._is(state, seen.value)
        if verb in (Verb.CHANGES, Verb.CHANGES_TO, Verb.CHANGES_FROM):
            return self._changes(c, verb, seen)
        if verb in (Verb.GAIN, Verb.GAIN_ANY_OF, Verb.LOSE, Verb.LOSE_ANY_OF):
            return self._gains_or_loses(c, verb, seen)
        if verb in (Verb.IS_WITHIN_THE_LAST, Verb.IS_WITHIN_THE_NEXT):
            (duration,) = c.values
            assert isinstance(duration, tree.Duration)
            last = verb is Verb.IS_WITHIN_THE_LAST
            return values.is_within(seen.value, self.update.time, duration, last=last)
        return self._says(verb, seen, self.given(c.values, seen.kind))

    def _says(self, verb: Verb, seen: Seen, wanted: list[Value]) -> bool:
        """Return whether a verb holds between what is seen and what is wanted, in this moment alone."""
        assert seen.kind is not None
        if verb is Verb.IS_EMPTY:
            return is_empty(seen.value)
        if verb in (Verb.IS, Verb.IS_ONE_OF):
            return any(same(seen.value, value) for value in wanted)
        if verb in (Verb.INCLUDE, Verb.INCLUDE_ANY_OF):
            return any(value in _members(seen.value) for value in wanted)
        if verb is Verb.INCLUDE_ALL_OF:
            return bool(wanted) and all(value in _members(seen.value) for value in wanted)
        if verb in _ORDER:
            difference = values.order(seen.value, wanted[0], seen.kind)
            return difference is not None and _ORDER[verb](difference)
        if is_empty(seen.value):
            return False
        return any(not is_empty(value) and _TEXT[verb](str(seen.value), str(value)) for value in wanted)

    # Change: "compares the ticket before the update with the ticket now, trigger-made changes included"

    def _changes(self, c: tree.Comparison, verb: Verb, now: Seen) -> bool:
        """Return whether it changes: "before and now differ; on a creating update, now is not empty"."""
        before = self.subject(c.subject, previously=True)
        if before.value == now.value or (self.update.creates and is_empty(now.value)):
            return False
        if verb is Verb.CHANGES:
            return True
        wanted = self.given(c.values, now.kind)
        if verb is Verb.CHANGES_TO:
            return self._says(Verb.IS, now, wanted)
        # "It changes, and before was V; never on a creating update."
        was = not self.update.creates and self._says(Verb.IS, before, wanted)
        return was and (c.until is None or self._says(Verb.IS, now, self.given((c.until,), now.kind)))

    def _gains_or_loses(self, c: tree.Comparison, verb: Verb, now: Seen) -> bool:
        """`gain V`: "V is in now and not in before"; `lose V`: "in before and not in now"."""
        before = _members(self.subject(c.subject, previously=True).value)
        after = _members(now.value)
        gone = verb in (Verb.LOSE, Verb.LOSE_ANY_OF)
        moved = before - after if gone else after - before
        return any(value in moved for value in self.given(c.values, now.kind))

    # States

    def _is(self, state: tree.StateDeclaration, thing: Value) -> bool:
        entity = str(state.path)
        if entity in (self.program.main, "comment"):
            return self.holds(state.meaning) if state.meaning else self._facts()[entity, state.name]
        if not isinstance(thing, Ref):
            return False  # a state of nobody is "a positive comparison with an empty value"
        if state.meaning is not None:
            return attrs.evolve(self, bound={**self.bound, entity: thing}).holds(state.meaning)
        if thing.key not in self.program.schedules:
            return False
        is_open, on_holiday = self._hours(thing)
        return {"open": is_open, "closed": not is_open, "on_holiday": on_holiday}[state.name]

    def _facts(self) -> Mapping[tuple[str, str], bool]:
        """Return the states without a meaning of their own: facts of this update."""
        main, update = self.program.main, self.update
        said = update.comment is not None
        return {
            (main, "created"): update.creates,
            (main, "updated"): not update.creates,
            (main, "public"): self.is_public,
            (main, "private"): not self.is_public,
            # "All are false when it has none."
            ("comment", "present"): said,
            ("comment", "public"): said and update.comment_is_public,
            ("comment", "private"): said and not update.comment_is_public,
        }

    def _hours(self, named: Ref) -> tuple[bool, bool]:
        """Return whether a schedule is open and on holiday, "at the time of the update, in its own zone"."""
        schedule = self.program.schedules[named.key]
        here = values.in_zone(self.update.time, ZoneInfo(schedule.zone))
        # "On a day they are `closed on` they are closed all day, and `on_holiday`."
        if here.date() in [day.value for day in schedule.holidays]:
            return False, True
        minute = here.hour * 60 + here.minute
        at_work = [h for h in schedule.hours if _covers(h, here.weekday())]
        return any(hours.opens <= minute < hours.closes for hours in at_work), False

    # Subjects and paths

    def subject(self, subject: tree.Subject, *, previously: bool = False) -> Seen:
        """Return what a subject stands for now, or stood for before the update."""
        match subject:
            case tree.PathSubject():
                return self.read(subject.path.parts, previously=previously or subject.previous)
            case tree.ScheduleSubject():
                return Seen(None, "schedule", self._schedule(subject.title))
            case tree.NamedSubject():
                entity = "user" if subject.kind.casefold() == "agent" else subject.kind.casefold()
                return Seen(None, entity, self.people.find(entity, subject.name))
            case tree.AddressSubject():
                return Seen(_USER, "user", self.people.find("user", subject.address))
            case tree.AllSubject():
                everybody = filter(self.is_agent, self.people.users())
                told = [u for u in everybody if self.people.record(u).get("restricted") is not True]
                return Seen(tree.PlainType("USERS_TYPE"), "user", frozenset(told))

    def _schedule(self, title: str | None) -> Ref:
        """Return a schedule; "without a title it is the ticket's own, else the first declared"."""
        own = self.now.get("schedule")
        if title is None and isinstance(own, Ref) and own.key in self.program.schedules:
            return own
        return self.people.find("schedule", title or next(iter(self.program.schedules)))

    def is_agent(self, user: Ref) -> bool:
        """Return whether somebody is known to be an agent: "`agent` includes admins"."""
        state = self.program.states.get(("user", "agent"))
        return state is not None and self._is(state, user)

    def read(self, parts: tuple[str, ...], *, previously: bool = False) -> Seen:
        """Return what a path leads to; through a person it goes on with the person's fields."""
        main = self.program.main
        first, rest = parts[0], list(parts[1:])
        about: Fields = (self.before or {}) if previously else self.now
        if first in self.bound:
            seen = Seen(None, first, self.bound[first])
        elif first == "current_user":
            seen = Seen(_USER, "user", self.update.by)
        elif first in (main, "comment", "update"):
            seen = Seen(None, first, None)
            about = {"comment": self.update.comment or {}, "update": self.update.about}.get(first, about)
        else:  # "`requester`, `assignee` … are short for the ticket's"
            seen, rest = Seen(None, main, None), list(parts)
        for name in rest:
            if isinstance(seen.value, Ref):
                about = self.people.record(seen.value)
            elif seen.kind is not None or seen.entity in self.bound:
                about = {}
            seen = self._field(str(seen.entity), name, about)
        return seen

    def _field(self, entity: str, name: str, about: Fields) -> Seen:
        """Return a field's value; a counting field is "the number of updates for which the condition held"."""
        declared = self.program.fields[entity, name]
        value = about.get(name)
        if value is None:
            value = values.nothing(declared.type) if declared.counting is None else Decimal(0)
        return Seen(declared.type, values.leads_to(declared.type), value)

    # Values

    def given(self, written: tuple[tree.Value, ...], kind: tree.FieldType | None) -> list[Value]:
        """Return what values mean beside a field; "a path to a set stands for its members"."""
        found: list[Value] = []
        for value in written:
            one = self._meaning(value, kind or _USER)
            found += one if isinstance(one, frozenset) else [one]
        return found

    def field_value(self, written: tuple[tree.Value, ...], kind: tree.FieldType) -> Value:
        """Return what a field holds that is given these values."""
        given = [value for value in self.given(written, kind) if not is_empty(value)]
        if values.is_set(kind):
            return frozenset(given)
        return given[0] if given else None

    def _meaning(self, value: tree.Value, kind: tree.FieldType) -> Value:
        match value:
            case tree.PathValue():
                return self.read(value.path.parts, previously=value.previous).value
            case tree.Word() if values.leads_to(kind) is not None:
                # "a path where the field holds people, groups and the like"
                return self.read((value.text,)).value
            case tree.Word():
                return values.named(kind, value.text, self.people.find)
            case tree.Text():
                return values.named(kind, value.value, self.people.find)
            case tree.Number() | tree.Day() | tree.Moment():
                return value.value
        raise AssertionError(value)


def _members(value: Value) -> frozenset[Any]:
    return value if isinstance(value, frozenset) else frozenset()


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _covers(hours: tree.Hours, weekday: int) -> bool:
    """Return whether a weekday lies in `monday to friday`, which may go over the end of the week."""
    first = _WEEKDAYS.index(hours.first.casefold())
    last = _WEEKDAYS.index((hours.last or hours.first).casefold())
    return (weekday - first) % 7 <= (last - first) % 7
