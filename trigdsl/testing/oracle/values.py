"""Values of fields: from JSON, to JSON, compared.

A choice, a tag and a text are a `str`, a number is a `Decimal`, a day a `date`, a moment a `datetime` in universal
time, yes or no a `bool`; people, groups and the like are a `Ref`; a set is a `frozenset`. Empty is None.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from attrs import field, frozen

from trigdsl.syntax import tree

try:
    import re2
except ImportError:
    re2 = None


class RefusedError(ValueError):
    """An event that does not fit; nothing has changed."""


@frozen
class Ref:
    """A person, group, organization, brand or schedule; `shown` is how outcomes write it."""

    entity: str
    key: str
    shown: str = field(eq=False)


Value = str | Decimal | date | bool | Ref | frozenset[Any] | None
Find = Callable[[str, str], Ref]

_LEADS_TO = {
    "A_USER": "user",
    "USERS_TYPE": "user",
    "A_GROUP": "group",
    "GROUPS_TYPE": "group",
    "AN_ORGANIZATION": "organization",
    "A_BRAND": "brand",
    "A_SCHEDULE": "schedule",
}


def leads_to(kind: tree.FieldType) -> str | None:
    """Return what a field refers to, `user` for a user and for users; None for plain values."""
    return _LEADS_TO.get(kind.terminal) if isinstance(kind, tree.PlainType) else None


def is_plain(kind: tree.FieldType, *terminals: str) -> bool:
    return isinstance(kind, tree.PlainType) and kind.terminal in terminals


def is_set(kind: tree.FieldType) -> bool:
    return isinstance(kind, tree.ChoiceSetType) or is_plain(kind, "TAGS_TYPE", "USERS_TYPE", "GROUPS_TYPE")


def nothing(kind: tree.FieldType) -> Value:
    """Return what a field never set holds: "a yes-or-no field never set is `no`, a set never set is empty"."""
    if is_plain(kind, "YES_OR_NO"):
        return False
    return frozenset() if is_set(kind) else None


def is_empty(value: Value) -> bool:
    return value is None or value in ("", frozenset())


# Text: "compared after NFKC and case folding. A word is a longest run of letters, digits and underscores."


@functools.lru_cache(maxsize=5000)
def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", folded(text))


def has_phrase(text: str, phrase: str) -> bool:
    """Return whether the words of the phrase stand in the text one after another."""
    words, wanted = words_of(text), words_of(phrase)
    starts = range(len(words) - len(wanted) + 1)
    return bool(wanted) and any(words[at : at + len(wanted)] == wanted for at in starts)


def is_like(text: str, pattern: str) -> bool:
    """Return whether the whole text is so: "`*` is any run of characters, `?` any one, `#` any one digit"."""
    signs = {"*": ".*", "?": ".", "#": r"\d"}
    expression = "".join(signs.get(c) or re.escape(c) for c in folded(pattern))
    return re.fullmatch(expression, folded(text), re.DOTALL) is not None


def matches(text: str, pattern: str) -> bool:
    """Return whether an RE2 pattern is found anywhere in the text, in any case of letters."""
    if re2 is None:
        raise RuntimeError("`matches` needs trigdsl[patterns]")
    return re2.search(f"(?i){pattern}", text) is not None


# Comparison


def same(a: Value, b: Value) -> bool:
    """Return whether two values are equal: "every positive comparison with an empty value is false"."""
    if is_empty(a) or is_empty(b):
        return False
    if isinstance(a, str) and isinstance(b, str):
        return folded(a) == folded(b)
    a, b = _beside(a, b)
    return a == b


def order(a: Value, b: Value, kind: tree.FieldType) -> int | None:
    """Return below, at or above zero as a is less, equal or more; None where either is empty.

    "An empty value is neither less nor more than another."
    """
    if is_empty(a) or is_empty(b):
        return None
    if isinstance(kind, tree.ChoiceType):
        names = [choice.name for choice in kind.choices]
        return names.index(str(a)) - names.index(str(b))
    first, second = _beside(a, b)
    return int(first > second) - int(first < second)


def _beside(a: Any, b: Any) -> tuple[Any, Any]:
    """Return both as days where one is a day: "beside a day, a moment counts as its day in universal time"."""
    if isinstance(a, date) and isinstance(b, date) and not (_is_moment(a) and _is_moment(b)):
        return _day(a), _day(b)
    return a, b


def _is_moment(value: date) -> bool:
    return isinstance(value, datetime)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


_UNITS = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}


def is_within(value: Value, start: datetime, duration: tree.Duration, *, last: bool) -> bool:
    """Return whether a date lies in the stretch that ends, or begins, at the start: "both ends included"."""
    if not isinstance(value, date):
        return False
    minutes = _UNITS[duration.unit.casefold().removesuffix("s")] * float(duration.amount)
    stretch = timedelta(minutes=-minutes if last else minutes)
    low, high = sorted((start, _later(start, stretch)))
    (above, bottom), (below, top) = _beside(value, low), _beside(value, high)
    return bool(bottom <= above and below <= top)


_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def _later(start: datetime, stretch: timedelta) -> datetime:
    """Return a moment some time from another: "the calendar begins with the year 1 and ends with 9999"."""
    try:
        return start + stretch
    except OverflowError:
        return _LAST_MOMENT if stretch > timedelta(0) else _FIRST_MOMENT


def in_zone(time: datetime, zone: tzinfo) -> datetime:
    """Return a moment in a zone, or as it is where the zone would leave the calendar."""
    try:
        return time.astimezone(zone)
    except OverflowError:
        return time


# From values as written, and from JSON


def chosen(kind: tree.ChoiceType | tree.ChoiceSetType, text: str) -> str:
    """Return the choice with this name or other spelling: "`hold or on-hold` is one choice"."""
    for choice in kind.choices:
        if folded(text) in {folded(name) for name in (choice.name, *choice.aliases)}:
            return choice.name
    raise RefusedError(f"`{text}` is not one of the choices")


def named(kind: tree.FieldType, text: str, find: Find) -> Value:
    """Return what a word or a quoted text means as one value of a type."""
    if isinstance(kind, tree.ChoiceType | tree.ChoiceSetType):
        return chosen(kind, text)
    entity = leads_to(kind)
    if entity is not None:
        return find(entity, text)
    if is_plain(kind, "TAGS_TYPE"):
        if not text or re.search(r"\s", text):
            raise RefusedError(f"`{text}` is not a tag: tags have no spaces")
        return text.lower()
    if is_plain(kind, "YES_OR_NO"):
        return text.casefold() == "yes"
    return text


def from_json(kind: tree.FieldType, data: Any, find: Find) -> Value:
    """Return a field's value from decoded JSON; RefusedError where it is not one of its type."""
    if data is None or data == "":
        return nothing(kind)
    if is_set(kind):
        if not isinstance(data, list):
            raise RefusedError(f"a list is needed, not {data!r}")
        return frozenset(_one_from_json(kind, item, find) for item in data)
    return _one_from_json(kind, data, find)


def _one_from_json(kind: tree.FieldType, data: Any, find: Find) -> Value:
    if is_plain(kind, "A_NUMBER") and isinstance(data, int | float) and not isinstance(data, bool):
        return Decimal(str(data))
    if is_plain(kind, "YES_OR_NO") and isinstance(data, bool):
        return data
    if isinstance(data, int) and not isinstance(data, bool):
        data = str(data)  # an id, or a text of digits
    if not isinstance(data, str) or is_plain(kind, "A_NUMBER", "YES_OR_NO"):
        raise RefusedError(f"{data!r} is not a value of the field")
    return when(data) if is_plain(kind, "A_DATE") else named(kind, data, find)


def when(text: str) -> date:
    """Return a day, or a moment, "in universal time" unless it says its zone."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RefusedError(f"`{text}` is not a date") from None


def to_json(value: Value) -> Any:
    """Return a value as outcomes write it: people by e-mail, groups by name, sets sorted."""
    match value:
        case frozenset():
            return sorted(to_json(item) for item in value)
        case Ref():
            return value.shown
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
    return value


def fields_to_json(fields: Mapping[str, Value]) -> dict[str, Any]:
    """Return the fields that were ever set, by bare name."""
    return {name: to_json(value) for name, value in sorted(fields.items())}
