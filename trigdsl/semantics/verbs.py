"""Verbs and types: which can be said of which, and what to say instead."""

from collections.abc import Mapping

from trigdsl.semantics import types
from trigdsl.syntax.tree import Verb
from trigdsl.syntax.words import Words

ORDER = frozenset({Verb.IS_LESS_THAN, Verb.IS_AT_MOST, Verb.IS_AT_LEAST, Verb.IS_MORE_THAN})
CHANGE = frozenset(
    {
        Verb.CHANGES,
        Verb.CHANGES_TO,
        Verb.CHANGES_FROM,
        Verb.GAIN,
        Verb.GAIN_ANY_OF,
        Verb.LOSE,
        Verb.LOSE_ANY_OF,
    }
)
INSTEAD_OF_SET: Mapping[Verb, str] = {
    Verb.IS: "include",
    Verb.IS_ONE_OF: "include any of",
    Verb.CHANGES_TO: "gain",
    Verb.CHANGES_FROM: "lose",
    Verb.CONTAINS: "include",
    Verb.CONTAINS_ANY_WORD_OF: "include any of",
}
ORDERED_TYPES = (types.ChoiceType, types.NumberType, types.DateType)
SUITED: Mapping[Verb, type | tuple[type, ...]] = {
    **dict.fromkeys(ORDER, ORDERED_TYPES),
    **dict.fromkeys(
        (Verb.IS_BEFORE, Verb.IS_AFTER, Verb.IS_WITHIN_THE_LAST, Verb.IS_WITHIN_THE_NEXT), types.DateType
    ),
    **dict.fromkeys(
        (
            Verb.CONTAINS,
            Verb.CONTAINS_ANY_WORD_OF,
            Verb.STARTS_WITH,
            Verb.ENDS_WITH,
            Verb.IS_LIKE,
            Verb.MATCHES,
        ),
        types.TextType,
    ),
    **dict.fromkeys(
        (
            Verb.INCLUDE,
            Verb.INCLUDE_ANY_OF,
            Verb.INCLUDE_ALL_OF,
            Verb.GAIN,
            Verb.GAIN_ANY_OF,
            Verb.LOSE,
            Verb.LOSE_ANY_OF,
        ),
        (types.ChoiceSetType, types.TagsType, types.ReferencesType),
    ),
}


def examples(kind: types.Type, words: Words) -> str:
    """Return a help line with terminals that can be said of a field of a type."""
    match kind:
        case types.ChoiceSetType() | types.TagsType() | types.ReferencesType():
            terminals = ("INCLUDE", "INCLUDE_ANY_OF", "DO_NOT_INCLUDE", "CHANGES")
        case types.TextType():
            terminals = ("IS", "CONTAINS", "CONTAINS_ANY_WORD_OF", "STARTS_WITH")
        case types.NumberType():
            terminals = ("IS", "IS_AT_LEAST", "IS_LESS_THAN", "CHANGES")
        case types.DateType():
            terminals = ("IS_BEFORE", "IS_AFTER", "IS_WITHIN_THE_LAST", "IS_EMPTY")
        case _:
            terminals = ("IS", "IS_NOT", "IS_ONE_OF", "CHANGES")
    return "say for example " + ", ".join(f"`{words.phrase(terminal)}`" for terminal in terminals)
