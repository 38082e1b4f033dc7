"""The types of fields, and how a value from outside becomes one of a type.

Values are plain: text, choices, tags and references are `str`, sets are `frozenset[str]`, numbers
`int` or `Decimal`, dates `date` (a day of universal time) or aware `datetime`, yes and no `bool`;
nothing is `None`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from attrs import field, frozen

MOST_DIGITS = 400
"""How far a number may reach: more than any other system writes, and little enough to write it out."""

Value = str | int | Decimal | bool | date | datetime | frozenset[str] | None


class MisfitError(ValueError):
    """A value that is not of the type it should be; the message is for the person who sent it."""


@frozen
class ChoiceType:
    """One of a list of choices; when ordered, each is less than the next."""

    options: tuple[str, ...]
    ordered: bool = False
    aliases: Mapping[str, str] = field(factory=dict, eq=False)
    rank: Mapping[str, int] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "rank", {option: n for n, option in enumerate(self.options)})


@frozen
class ChoiceSetType:
    """Any of a list of choices."""

    options: tuple[str, ...]
    aliases: Mapping[str, str] = field(factory=dict, eq=False)


@frozen
class TagsType:
    """A set of lower-case tags."""


@frozen
class TextType:
    """Free text."""


@frozen
class NumberType:
    """A number."""


@frozen
class DateType:
    """A day, or a moment."""


@frozen
class YesNoType:
    """Yes or no; no until set."""


@frozen
class ReferenceType:
    """One user, group, organization, brand or schedule."""

    kind: str


@frozen
class ReferencesType:
    """A set of users or of groups."""

    kind: str


Type = (
    ChoiceType
    | ChoiceSetType
    | TagsType
    | TextType
    | NumberType
    | DateType
    | YesNoType
    | ReferenceType
    | ReferencesType
)
SetType = ChoiceSetType | TagsType | ReferencesType


def empty(kind: Type) -> Value:
    """Return the value of a field of this type that was never set."""
    if isinstance(kind, YesNoType):
        return False
    return frozenset() if isinstance(kind, SetType) else None


def described(kind: Type) -> str:
    """Return the type in an admin's words."""
    match kind:
        case ChoiceType(options):
            return "one of " + _first_of(options)
        case ChoiceSetType(options):
            return "any of " + _first_of(options)
        case TagsType():
            return "tags"
        case TextType():
            return "text"
        case NumberType():
            return "a number"
        case DateType():
            return "a date"
        case YesNoType():
            return "yes or no"
        case ReferenceType(kind_name):
            return f"an {kind_name}" if kind_name[0] in "aeio" else f"a {kind_name}"
        case ReferencesType(kind_name):
            return f"{kind_name}s"


def _first_of(options: tuple[str, ...]) -> str:
    return ", ".join(options if len(options) <= 8 else (*options[:6], "…"))


def read(kind: Type, raw: Any) -> Value:
    """Return a decoded JSON value as a value of the type; MisfitError says what is wrong with it."""
    return empty(kind) if raw is None else _READERS[type(kind)](kind, raw)


def _one(kind: ChoiceType, raw: Any) -> str:
    if isinstance(raw, str) and raw in kind.rank:
        return raw  # what is written as it stands in the list is by far the most frequent
    if isinstance(raw, list):
        raise MisfitError(f"{_shown(raw)} is a list, expected {described(kind)}")
    return choice(kind, _text(raw))


def _members(raw: Any, member: Callable[[str], str]) -> frozenset[str]:
    if not isinstance(raw, list):
        raise MisfitError(f"{_shown(raw)} is not a list")
    return frozenset([member(_text(item)) for item in raw])


def _reference(text: str) -> str:
    name = text.strip()
    if not name:
        raise MisfitError("an empty name names nobody")
    return name


_READERS: Mapping[type, Callable[[Any, Any], Value]] = {
    ChoiceType: _one,
    ChoiceSetType: lambda kind, raw: _members(raw, lambda text: choice(kind, text)),
    TagsType: lambda _, raw: _members(raw, tag),
    TextType: lambda _, raw: _text(raw) or None,
    NumberType: lambda _, raw: number(raw),
    DateType: lambda _, raw: moment(raw),
    YesNoType: lambda _, raw: _yes_no(raw),
    ReferenceType: lambda _, raw: _reference(_text(raw)),
    ReferencesType: lambda _, raw: _members(raw, _reference),
}
"""How a value of each type is read: a look-up, since every value of every event is."""


def choice(kind: ChoiceType | ChoiceSetType, text: str) -> str:
    """Return the choice a text names, in any case or by another spelling."""
    if text in kind.options:
        return text
    folded = text.casefold()
    if folded in kind.aliases:
        return kind.aliases[folded]
    for option in kind.options:
        if option.casefold() == folded:
            return option
    raise MisfitError(f"`{text}` is not one of its choices: {', '.join(kind.options)}")


def tag(text: str) -> str:
    """Return a tag as it is compared: lower case, and one word."""
    if len(text.split(maxsplit=1)) != 1 or text[0].isspace() or text[-1].isspace():
        raise MisfitError(f"`{text}` is not a tag: a tag has no spaces")
    return text.lower()


def number(raw: Any) -> int | Decimal:
    """Return a number as it is compared: an int when it is whole."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise MisfitError(f"{_shown(raw)} is not a number")
    exact = raw if isinstance(raw, int | Decimal) else Decimal(repr(raw))
    if isinstance(exact, Decimal):
        if not exact.is_finite():
            raise MisfitError(f"{_shown(raw)} is not a number")
        if abs(exact.adjusted()) > MOST_DIGITS:
            raise MisfitError(f"{_shown(str(raw))} is not a number of at most {MOST_DIGITS} digits")
        return int(exact) if exact == exact.to_integral_value() else exact
    return exact


def moment(raw: Any) -> date | datetime:
    """Return a day, or a moment in universal time; a moment without a zone is taken as universal."""
    if not isinstance(raw, str):
        raise MisfitError(f"{_shown(raw)} is not a date")
    try:
        if len(raw) <= len("2026-01-31"):
            return date.fromisoformat(raw)
        value = datetime.fromisoformat(raw)
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        message = f"`{raw}` is not a date: write 2026-01-31, or 2026-01-31T09:30:00Z"
        raise MisfitError(message) from None


def _yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    known = {"yes": True, "no": False, "true": True, "false": False}
    if isinstance(raw, str) and raw.casefold() in known:
        return known[raw.casefold()]
    raise MisfitError(f"{_shown(raw)} is not yes or no")


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise MisfitError(f"{_shown(raw)} is not text")


def _shown(raw: Any) -> str:
    text = json.dumps(raw, ensure_ascii=False, default=str)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"


def to_json(value: Value) -> Any:
    """Return a value as JSON holds it: sets as sorted lists, dates in ISO form."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
