"""The definition of the language's conditions: short enough to read aloud, and it runs."""

from datetime import date, datetime, timedelta, tzinfo

from trigdsl.engine import patterns
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.textual import folded, words_of
from trigdsl.semantics.types import Value


def holds(condition: r.Condition, view: View) -> bool:
    """Return whether a condition is true of an update, as it stands now."""
    match condition:
        case r.AllOf(items):
            return all(holds(item, view) for item in items)
        case r.AnyOf(items):
            return any(holds(item, view) for item in items)
        case r.Not(item):
            return not holds(item, view)
        case r.Happens(fact):
            return _happens(fact, view)
        case r.ScheduleIs(title, state):
            return _schedule_is(title, state, view)
        case r.Changes():
            return _changes(condition, view)
    value = view.value(condition.subject)
    kind = condition.subject.type
    match condition:
        case r.Equals(_, operand):
            return equal(value, view.operand(operand), kind)
        case r.IsOneOf(_, operands):
            return any(equal(value, view.operand(operand), kind) for operand in operands)
        case r.IsEmpty():
            return not isinstance(kind, types.YesNoType) and value == types.empty(kind)
        case r.Compares(_, relation, operand):
            return _compares(value, relation, view.operand(operand), kind)
        case r.IsWithin(_, reach):
            return _is_within(value, reach, view.update.time)
        case r.Includes(_, operands, every):
            wanted = [view.operand(operand) in _set(value) for operand in operands]
            return all(wanted) if every else any(wanted)
        case r.Gains(_, operands):
            before = _set(view.value_before(condition.subject))
            return any(view.operand(operand) in _set(value) - before for operand in operands)
        case r.Loses(_, operands):
            before = _set(view.value_before(condition.subject))
            return any(view.operand(operand) in before - _set(value) for operand in operands)
    operand_text = _text(view.operand(condition.operand)) if isinstance(condition, _ONE_TEXT) else ""
    text = _text(value)
    if text is None or operand_text is None:
        return False
    match condition:
        case r.Contains():
            return folded(operand_text) in folded(text)
        case r.StartsWith():
            return folded(text).startswith(folded(operand_text))
        case r.EndsWith():
            return folded(text).endswith(folded(operand_text))
        case r.ContainsWord(_, operands):
            return any(_has_phrase(text, _text(view.operand(operand))) for operand in operands)
        case r.IsLike(_, pattern):
            return patterns.is_like(folded(text), folded(pattern))
        case r.Matches(_, pattern):
            return patterns.matches(text, pattern)


_ONE_TEXT = (r.Contains, r.StartsWith, r.EndsWith)


def equal(value: Value, wanted: Value, kind: types.Type) -> bool:
    """Return whether two values of a type are the same; nothing equals an empty value."""
    if value is None or wanted is None:
        return False
    match kind:
        case types.TextType():
            return folded(str(value)) == folded(str(wanted))
        case types.DateType():
            return _compares(value, "<=", wanted, kind) and _compares(value, ">=", wanted, kind)
        case _:
            return value == wanted


def _compares(value: Value, relation: str, wanted: Value, kind: types.Type) -> bool:
    if value is None or wanted is None or (isinstance(kind, types.ChoiceType) and value not in kind.rank):
        return False
    a, b = _ranks(value, wanted, kind)
    match relation:
        case "<":
            return a < b  # type: ignore[no-any-return, operator]
        case "<=":
            return a <= b  # type: ignore[no-any-return, operator]
        case ">":
            return a > b  # type: ignore[no-any-return, operator]
        case _:
            return a >= b  # type: ignore[no-any-return, operator]


def _ranks(value: Value, wanted: Value, kind: types.Type) -> tuple[object, object]:
    if isinstance(kind, types.ChoiceType):
        return kind.rank[str(value)], kind.rank[str(wanted)]
    if isinstance(value, datetime) and isinstance(wanted, datetime):
        return value, wanted
    return _day(value), _day(wanted)


def _day(value: Value) -> Value:
    """Return the day of a moment: beside a day, a moment counts as its whole day of universal time."""
    return value.date() if isinstance(value, datetime) else value


def _is_within(value: Value, reach: timedelta, time: datetime) -> bool:
    if not isinstance(value, date):
        return False
    first, last = sorted((time, _reached(time, reach)))
    if isinstance(value, datetime):
        return first <= value <= last
    return first.date() <= value <= last.date()


def _reached(time: datetime, reach: timedelta) -> datetime:
    try:
        return time + reach
    except OverflowError:
        return (
            datetime.max.replace(tzinfo=time.tzinfo)
            if reach > timedelta()
            else datetime.min.replace(tzinfo=time.tzinfo)
        )


def _changes(test: r.Changes, view: View) -> bool:
    kind = test.subject.type
    now = view.value(test.subject)
    before = view.value_before(test.subject)
    if before == now or (test.before is not None and view.before is None):
        return False
    if test.before is not None and not equal(before, view.operand(test.before), kind):
        return False
    return test.now is None or equal(now, view.operand(test.now), kind)


def _happens(fact: str, view: View) -> bool:
    entity, _, state = fact.partition(".")
    comment = view.update.comment
    match state:
        case "created":
            return view.before is None
        case "updated":
            return view.before is not None
        case "present":
            return comment is not None
        case _ if entity == "comment":
            return comment is not None and comment.public == (state == "public")
        case _:
            return any(c.public for c in view.comments) == (state == "public")


def _schedule_is(title: str | r.Reading | None, state: str, view: View) -> bool:
    schedules = view.rules.schedules
    name: Value = title if isinstance(title, str) else None
    if isinstance(title, r.Reading):
        name = view.value(title)
        if name not in schedules:
            return False
    elif title is None:
        own = view.now.get("schedule")
        name = own if own in schedules else next(iter(schedules))
    return opening(schedules[str(name)], view.update.time)[state]


def opening(schedule: r.Schedule, time: datetime) -> dict[str, bool]:
    """Return which states opening hours are in at a moment."""
    local = _local(time, schedule.zone)
    minute = local.hour * 60 + local.minute
    on_holiday = local.date() in schedule.holidays
    is_open = not on_holiday and any(a <= minute < b for a, b in schedule.hours[local.weekday()])
    return {"open": is_open, "closed": not is_open, "on_holiday": on_holiday}


def _local(time: datetime, zone: tzinfo) -> datetime:
    """Return a moment in a zone; at the very ends of the calendar, where the zone would leave it, as it is."""
    try:
        return time.astimezone(zone)
    except OverflowError:
        return time


def _has_phrase(text: str, phrase: str | None) -> bool:
    wanted = words_of(phrase or "")
    words = words_of(text)
    return bool(wanted) and any(words[n : n + len(wanted)] == wanted for n in range(len(words)))


def _set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
