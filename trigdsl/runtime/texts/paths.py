"""What a path of a Jinja2 text leads to: worked out once for a rule set, then asked for each text."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from trigdsl.runtime.texts import derived
from trigdsl.runtime.texts.drops import Stage
from trigdsl.runtime.texts.values import Moment, Reader, Several, Word, yes_no
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, Field, Vocabulary
from trigdsl.semantics.ways import COMMENT_LISTS, LATEST_COMMENTS

Way = Callable[[Stage, Reader], Any]
_Holder = Callable[[Stage, Reader], Mapping[str, Value]]
_NOTHING: Mapping[str, Value] = {}


def way(vocabulary: Vocabulary, path: tuple[str, ...]) -> Way:
    """Return how the value of a path is found and printed."""
    first, *rest = path
    if first in vocabulary.shorthands:
        first, rest = vocabulary.root, [first, *rest]
    if first == vocabulary.root and rest and rest[0] in COMMENT_LISTS:
        return lambda stage, reader: Several(stage.entry(c, reader) for c in stage.comments(rest[0], reader))
    holder, entity = _beginning(first, rest, vocabulary)
    if not rest:
        return _alone(holder, entity)
    *inner, last = rest
    for name in inner:
        holder, entity = _through(holder, vocabulary, entity, name)
    declared = vocabulary.field(entity, last)
    if declared is None:
        return _made(holder, entity, last, vocabulary)
    if isinstance(declared.type, types.ReferenceType):
        holder, entity = _through(holder, vocabulary, entity, last)
        return _alone(holder, entity)
    printed = _printing(declared)
    return lambda stage, reader: printed(holder(stage, reader).get(last), stage, reader)


def _made(holder: _Holder, entity: str, name: str, vocabulary: Vocabulary) -> Way:
    """Return how what is no field of an entity is made, or found under the field's own name."""
    found = vocabulary.placeholders.find(entity, name)
    assert found is not None, (entity, name)
    if found.how is None:
        for step in found.of[:-1]:
            holder, entity = _through(holder, vocabulary, entity, step)
        if not found.of:
            return _alone(holder, entity)
        declared = vocabulary.field(entity, found.of[-1])
        assert declared is not None
        printed = _printing(declared)
        return lambda stage, reader: printed(holder(stage, reader).get(declared.name), stage, reader)
    derive, of = derived.DERIVATIONS[found.how], found.of

    def made(stage: Stage, reader: Reader) -> Any:
        value = derive(stage, reader, holder(stage, reader), of)
        return yes_no(value, reader.language) if isinstance(value, bool) else value

    return made


def _beginning(first: str, rest: list[str], vocabulary: Vocabulary) -> tuple[_Holder, str]:
    """Return what a path begins with; the latest comment, and a hidden description, are taken off its steps."""
    if first == CURRENT_USER:
        return lambda stage, _: stage.actor(), "user"
    if first in vocabulary.placeholders.names and first not in vocabulary.entities:
        return lambda stage, _: stage.ticket.values, first
    if first != vocabulary.root:
        return lambda stage, reader: stage.beside(first, reader), first
    if rest and rest[0] in LATEST_COMMENTS:
        name = rest.pop(0)
        return lambda stage, reader: stage.latest(name, reader), "comment"
    if rest == ["description"]:
        return lambda stage, reader: stage.described(reader), first
    return lambda stage, _: stage.ticket.values, first


def _through(holder: _Holder, vocabulary: Vocabulary, entity: str, name: str) -> tuple[_Holder, str]:
    """Return the fields of what a reference leads to."""
    declared = vocabulary.field(entity, name)
    if declared is None:
        found = vocabulary.placeholders.find(entity, name)
        assert found is not None
        for step in found.of:
            holder, entity = _through(holder, vocabulary, entity, step)
        return holder, entity
    assert isinstance(declared.type, types.ReferenceType)
    kind = declared.type.kind

    def follow(stage: Stage, reader: Reader) -> Mapping[str, Value]:
        key = holder(stage, reader).get(name)
        return _NOTHING if key is None else stage.record(kind, str(key))

    return follow, kind


def _alone(holder: _Holder, entity: str) -> Way:
    """Return how an entity is written that no field is asked of."""
    labels = {"comment": ("body",), "user": ("name", "email", "id")}.get(entity, ("name", "id"))

    def shown(stage: Stage, reader: Reader) -> str:
        values = holder(stage, reader)
        return next((str(values[label]) for label in labels if values.get(label)), "")

    return shown


_Printing = Callable[[Value, Stage, Reader], Any]


def _printing(declared: Field) -> _Printing:
    """Return how values of a field stand in a text: nothing is an empty text, a set a sorted list."""
    kind, path = declared.type, declared.path
    match kind:
        case types.ChoiceType():
            return lambda value, stage, reader: (
                "" if value is None else Word(str(value), stage.label(path, str(value), reader.language))
            )
        case types.YesNoType():
            return lambda value, _, reader: yes_no(value is True, reader.language)
        case types.DateType():
            return lambda value, _, reader: (
                Moment(value, reader.language, reader.zone) if isinstance(value, date) else ""
            )
        case types.ReferencesType(entity):
            return lambda value, stage, _: Several(
                sorted(stage.shown(entity, key) for key in value) if isinstance(value, frozenset) else ()
            )
        case types.NumberType():
            return lambda value, *_: (
                "" if value is None else format(value, "f") if isinstance(value, Decimal) else value
            )
        case types.TagsType() | types.ChoiceSetType():
            return lambda value, *_: Several(sorted(value) if isinstance(value, frozenset) else ())
        case _:
            return lambda value, *_: "" if value is None else value
