"""Values of fields: a few that are met again and again, edge values, and how each is written."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Field
from trigdsl.syntax import tree as t
from trigdsl.testing.generation.drawing import Draws

Value = types.Value
"""One value of a field; of a field of several, one member. None is no value."""
Names = Mapping[str, Sequence[str]]
"""The names that a kind of reference may hold: of users, of groups."""

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
"""When streams begin: a Monday morning."""
ENDS = (datetime(9999, 12, 31, 22, 30, tzinfo=UTC), datetime(1, 1, 1, 0, 30, tzinfo=UTC))
"""Moments at the ends of the calendar, where a few streams begin."""

TAGS = ("vip", "done", "gold", "late")
TEXTS = ("down", "Printer is down", "Hello", "Re: INV-042", "printer")
CONFIDENCES = ("Between us: the key is under the mat", "Do not tell them that we know")
"""What comments say now and then, and nothing else does."""
TICKETS = ("1", "2", "3")
LANGUAGES = ("en", "fr", "fr-CA")
NUMBERS = (1, 0, 2, 10)
DATES = (
    START.date(),
    START.date() + timedelta(days=1),
    START - timedelta(hours=1),
    START + timedelta(days=3),
)

EDGE_TAGS = ("2fa", "on-hold", "githost.io", "then", "é")
EDGE_TEXTS = (
    "PRINTER IS DOWN",
    "",
    " ",
    "ﬁne, ﬁne",
    "İstanbul",
    "Straße",
    "e\u0301té",
    'say "down"',
    "down\nand out",
    "{{ ticket.id }} {% if %}",
    "C:\\new\\table",
    "日本 ١٢",
    "down " * 40,
)
EDGE_NUMBERS = (-1, Decimal("2.5"), Decimal("-0.1"), 10**20, 3, Decimal("12345678901234567890.5"))
EDGE_DATES = (
    date(1, 1, 1),
    START,
    START.date() - timedelta(days=1),
    START + timedelta(minutes=1),
    date(9999, 12, 31),
    datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
)
NOBODY = ("stranger@example.com", "99")
"""An address and an id that no directory lists."""


def pool(declared: Field, names: Names) -> tuple[Value, ...]:
    """Return the values of a field that rules and events share, the simplest first."""
    match declared.type:
        case types.ChoiceType(options) | types.ChoiceSetType(options):
            return tuple(dict.fromkeys((*options[:2], options[len(options) // 2], options[-1])))
        case types.TagsType():
            return TAGS
        case types.TextType():
            return {"id": TICKETS, "language": LANGUAGES}.get(declared.name, TEXTS)
        case types.NumberType():
            return NUMBERS
        case types.DateType():
            return DATES
        case types.YesNoType():
            return (True, False)
        case types.ReferenceType(kind) | types.ReferencesType(kind):
            return tuple(names.get(kind, ()))


def edges(kind: types.Type) -> tuple[Value, ...]:
    """Return values of a type that are seldom met, where mistakes lie."""
    match kind:
        case types.ChoiceType(options) | types.ChoiceSetType(options):
            return options
        case types.TagsType():
            return EDGE_TAGS
        case types.TextType():
            return EDGE_TEXTS
        case types.NumberType():
            return EDGE_NUMBERS
        case types.DateType():
            return EDGE_DATES
        case types.YesNoType():
            return (True, False)
        case types.ReferenceType(entity) | types.ReferencesType(entity):
            return NOBODY[:1] if entity == "user" else ()


def make_value(d: Draws, kind: types.Type, known: Sequence[Value], edge: int = 6) -> Value:
    """Return one of the known values, or now and then an edge value of the type; None where there is none."""
    rare = edges(kind)
    if not edge or not (known or rare):
        return d.pick(known) if known else None
    return d.mostly(known, rare, edge)


def make_json(d: Draws, kind: types.Type, known: Sequence[Value], first: Value = None) -> Any:
    """Return a value of a type as JSON holds it: the first when it is given; of several, that one and more."""
    if not isinstance(kind, types.SetType):
        value = make_value(d, kind, known) if first is None else first
        return recased(d, kind, types.to_json(value))
    members: list[Value] = [] if first is None else [first]
    least = 0 if members else d.pick((1, 1, 1, 0))
    while len(members) < least or (len(members) < 3 and d.chance(25)):
        members.append(make_value(d, kind, known))
    return [recased(d, kind, member) for member in dict.fromkeys(members) if member is not None]


def recased(d: Draws, kind: types.Type, value: Any, percent: int = 3) -> Any:
    """Return a value as it is, or in so many of a hundred cases in other letters that are read as the same."""
    caseless = isinstance(kind, types.ChoiceType | types.ChoiceSetType | types.TagsType | types.TextType)
    if not caseless or not isinstance(value, str) or not d.chance(percent):
        return value
    other = value.upper()
    return other if other.casefold() == value.casefold() else value


def later(time: datetime, gap: timedelta) -> datetime:
    """Return a moment some time after another, which stays where it is at the end of the calendar."""
    try:
        return time + gap
    except OverflowError:
        return time


def above(kind: types.Type, value: Value) -> Value:
    """Return the next value above one, or None where there is none."""
    return _beside(kind, value, 1)


def below(kind: types.Type, value: Value) -> Value:
    """Return the next value below one, or None where there is none."""
    return _beside(kind, value, -1)


def _beside(kind: types.Type, value: Value, step: int) -> Value:
    if isinstance(kind, types.ChoiceType):
        at = kind.rank[str(value)] + step
        return kind.options[at] if 0 <= at < len(kind.options) else None
    if isinstance(value, date):
        inside = (
            date(1, 1, 2) <= (value.date() if isinstance(value, datetime) else value) < date(9999, 12, 31)
        )
        return value + timedelta(days=step) if inside else None
    return value + step if isinstance(value, int | Decimal) else None


def written(value: Value, *, quotes: bool) -> t.Value:
    """Return a value as rules write it; a text that needs quotes, or stands in a field of text, has them."""
    match value:
        case bool():
            return t.Word("yes" if value else "no")
        case str():
            return t.Text(value) if quotes else t.Word(value)
        case int() | Decimal():
            return t.Number(Decimal(value))
        case datetime():
            return t.Moment(value)
        case date():
            return t.Day(value)
        case _:
            raise AssertionError(value)
