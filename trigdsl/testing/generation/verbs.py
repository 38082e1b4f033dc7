"""Which verbs can be said of which type, and which of them hold once a field has a value."""

import functools

from trigdsl.semantics import types
from trigdsl.syntax.tree import Verb

BARE = frozenset({Verb.IS_EMPTY, Verb.IS_NOT_EMPTY, Verb.CHANGES, Verb.DOES_NOT_CHANGE})
WITHIN = frozenset({Verb.IS_WITHIN_THE_LAST, Verb.IS_WITHIN_THE_NEXT})
FROM = frozenset({Verb.CHANGES_FROM, Verb.DOES_NOT_CHANGE_FROM})
LISTS = frozenset(
    {
        Verb.IS_ONE_OF,
        Verb.IS_NOT_ONE_OF,
        Verb.INCLUDE_ANY_OF,
        Verb.INCLUDE_ALL_OF,
        Verb.INCLUDE_NONE_OF,
        Verb.GAIN_ANY_OF,
        Verb.LOSE_ANY_OF,
        Verb.CONTAINS_ANY_WORD_OF,
        Verb.CONTAINS_NO_WORD_OF,
    }
)
ANY = frozenset({Verb.IS_ONE_OF, Verb.INCLUDE_ANY_OF, Verb.GAIN_ANY_OF, Verb.LOSE_ANY_OF})
"""The lists that hold as well with one value more."""
OTHERWISE = frozenset(
    {
        Verb.IS_NOT,
        Verb.IS_NOT_ONE_OF,
        Verb.DOES_NOT_CHANGE_TO,
        Verb.CHANGES_FROM,
        Verb.DOES_NOT_CHANGE_FROM,
        Verb.DO_NOT_INCLUDE,
        Verb.INCLUDE_NONE_OF,
        Verb.DOES_NOT_CONTAIN,
        Verb.CONTAINS_NO_WORD_OF,
        Verb.DOES_NOT_START_WITH,
        Verb.DOES_NOT_END_WITH,
        Verb.IS_NOT_LIKE,
        Verb.DOES_NOT_MATCH,
    }
)
"""What holds of a value when it is said with another one."""
BEYOND = {
    Verb.IS_LESS_THAN: Verb.IS_AT_MOST,
    Verb.IS_BEFORE: Verb.IS_AT_MOST,
    Verb.IS_MORE_THAN: Verb.IS_AT_LEAST,
    Verb.IS_AFTER: Verb.IS_AT_LEAST,
}
"""What holds of a value when it is said with one above or below; beside it what to say where there is none."""
LOOKING_BACK = frozenset({*FROM, Verb.LOSE, Verb.LOSE_ANY_OF})
"""What asks for a value before the update, which a creation has not."""

_PLAIN = (Verb.IS, Verb.IS, Verb.IS_NOT, Verb.IS_ONE_OF, Verb.IS_NOT_EMPTY, Verb.IS_NOT_ONE_OF, Verb.IS_EMPTY)
_PLAIN_CHANGE = (Verb.CHANGES_TO, Verb.CHANGES_FROM, Verb.DOES_NOT_CHANGE_TO, Verb.DOES_NOT_CHANGE_FROM)
_CHANGE = (Verb.CHANGES, Verb.DOES_NOT_CHANGE)
_ORDER = (Verb.IS_AT_LEAST, Verb.IS_LESS_THAN, Verb.IS_MORE_THAN, Verb.IS_AT_MOST)
_DATE = (Verb.IS_BEFORE, Verb.IS_AFTER, *sorted(WITHIN, key=str))
_TEXT = (
    Verb.CONTAINS,
    Verb.STARTS_WITH,
    Verb.ENDS_WITH,
    Verb.CONTAINS_ANY_WORD_OF,
    Verb.IS_LIKE,
    Verb.DOES_NOT_CONTAIN,
    Verb.CONTAINS_NO_WORD_OF,
    Verb.DOES_NOT_START_WITH,
    Verb.DOES_NOT_END_WITH,
    Verb.IS_NOT_LIKE,
)
_PATTERN = (Verb.MATCHES, Verb.DOES_NOT_MATCH)
_SET = (
    Verb.INCLUDE,
    Verb.INCLUDE,
    Verb.DO_NOT_INCLUDE,
    Verb.INCLUDE_ANY_OF,
    Verb.INCLUDE_NONE_OF,
    Verb.INCLUDE_ALL_OF,
    Verb.IS_NOT_EMPTY,
    Verb.IS_EMPTY,
)
_SET_CHANGE = (Verb.GAIN, Verb.GAIN_ANY_OF, Verb.LOSE, Verb.LOSE_ANY_OF)

_HOLDS_NOW = (
    frozenset(_PLAIN + _PLAIN_CHANGE + _CHANGE + _ORDER + _TEXT + _PATTERN + _SET + _SET_CHANGE)
    | {Verb.IS_BEFORE, Verb.IS_AFTER}
) - {
    Verb.IS_EMPTY,
    Verb.DOES_NOT_CHANGE,
    Verb.DOES_NOT_CHANGE_FROM,
    Verb.CHANGES_FROM,
    Verb.LOSE,
    Verb.LOSE_ANY_OF,
    Verb.INCLUDE_ALL_OF,
}


@functools.cache
def suited(kind: types.Type, *, changes: bool, patterns: bool) -> tuple[Verb, ...]:
    """Return the verbs that can be said of a type, the simplest first."""
    if isinstance(kind, types.SetType):
        return _SET + (_SET_CHANGE + _CHANGE if changes else ())
    found = _PLAIN + (_PLAIN_CHANGE + _CHANGE if changes else ())
    match kind:
        case types.ChoiceType(ordered=True) | types.NumberType():
            return found + _ORDER
        case types.DateType():
            return found + _ORDER + _DATE
        case types.TextType():
            return found + _TEXT + (_PATTERN if patterns else ())
        case _:
            return found


@functools.cache
def holding(verbs: tuple[Verb, ...]) -> tuple[tuple[Verb, ...], tuple[Verb, ...]]:
    """Return those of some verbs that hold of a value alone that was set, and those that hold of others as well."""
    found = [verb for verb in verbs if verb in _HOLDS_NOW]
    loose = OTHERWISE | {Verb.IS_NOT_EMPTY}
    return tuple(v for v in found if v not in loose), tuple(v for v in found if v in loose)
