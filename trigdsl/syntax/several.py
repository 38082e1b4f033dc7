"""How verbs belong together: which denies which, and what is said where one value becomes several."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb

_ANY: Mapping[Verb, Verb] = {
    Verb.IS: Verb.IS_ONE_OF,
    Verb.IS_NOT: Verb.IS_NOT_ONE_OF,
    Verb.INCLUDE: Verb.INCLUDE_ANY_OF,
    Verb.DO_NOT_INCLUDE: Verb.INCLUDE_NONE_OF,
    Verb.GAIN: Verb.GAIN_ANY_OF,
    Verb.LOSE: Verb.LOSE_ANY_OF,
    Verb.CONTAINS: Verb.CONTAINS_ANY_WORD_OF,
    Verb.DOES_NOT_CONTAIN: Verb.CONTAINS_NO_WORD_OF,
}
"""The verb that takes a list of values, for each verb of one value that has such a one."""

LISTS = frozenset([*_ANY.values(), Verb.INCLUDE_ALL_OF])
"""The verbs that take a list."""

_ALL: Mapping[Verb, Verb | None] = {
    Verb.INCLUDE: Verb.INCLUDE_ALL_OF,
    Verb.GAIN: None,
    Verb.LOSE: None,
    Verb.CONTAINS: None,
}
"""Where all of several values are meant: the verb that says so, or None where the condition is said again."""

POSITIVE: Mapping[Verb, Verb] = {
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
"""What each verb that denies something denies."""

NEGATIVE: Mapping[Verb, Verb] = {positive: negative for negative, positive in POSITIVE.items()}
"""The verb that denies each verb that can be denied in one word."""


def said_of(
    comparison: t.Comparison, values: Sequence[t.Value], *, either: bool, lists: bool = True
) -> t.Condition:
    """Return what asks of a comparison's value and of further ones; either is false where `and` joined them.

    Without lists, as states are said, the condition is said again for each.
    """
    verb = listed(comparison.verb, either=either) if lists else None
    if verb is not None:
        return evolve(comparison, verb=verb, values=(*comparison.values, *values))
    again = (comparison, *(_with(comparison, value) for value in values))
    return t.Or(again) if either and not denies(comparison.verb) else t.And(again)


def listed(verb: Verb, *, either: bool = True) -> Verb | None:
    """Return the verb that takes a list where one was said of several values; None if there is none."""
    if verb in LISTS:
        return verb
    return _ANY.get(verb) if either else _ALL.get(verb, _ANY.get(verb))


def denies(verb: Verb) -> bool:
    """Return whether a verb denies: of several values it denies each, whatever word stands between them."""
    return verb in POSITIVE


def _with(comparison: t.Comparison, value: t.Value) -> t.Comparison:
    if comparison.until is not None:
        return evolve(comparison, until=value)
    return evolve(comparison, values=(value,))
