"""One condition of Zendesk's as a condition of ours, or the reason why no rule can say it."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.catalogue import Id, Kind
from trigdsl.interop.zendesk.importing.naming import Naming
from trigdsl.interop.zendesk.importing.own_fields import OwnFields, is_number
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.syntax.words import Words

SYSTEM = "zendesk"


class UnsayableError(Exception):
    """No rule can say it; the message is the reason, one lower-case sentence."""


def raw(data: Any) -> t.Raw:
    """Return a part of a trigger word for word."""
    return t.Raw(SYSTEM, json.dumps(data, ensure_ascii=False))


@frozen
class Sayer:
    """Says parts of triggers in our language."""

    own: OwnFields
    naming: Naming
    vocabulary: Vocabulary
    words: Words

    def condition(self, data: Mapping[str, Any]) -> t.Condition:
        """Return a condition as it is in the normal form; UnsayableError if no rule can say it."""
        name, operator, value = data["field"], data.get("operator"), data.get("value")
        if not isinstance(operator, str):
            raise UnsayableError("its operator is not a word")
        if not isinstance(value, str):
            raise UnsayableError(f"its value is neither text nor a number: {json.dumps(value)[:60]}")
        sentence = c.SENTENCES.get(name, {}).get(value)
        if sentence is not None:
            return self._sentence(sentence, name, operator)
        if name == c.WITHIN_SCHEDULE:
            subject = t.ScheduleSubject(self._schedule(value))
            return t.Comparison(subject, _equality(name, operator), (t.Word("open"),))
        if name in c.SENTENCES and name != "role":
            raise UnsayableError(f"`{name}` has no value `{value}`")
        field = self.own.fields.get(name) or c.FIELDS.get(name)
        if field is None:
            raise UnsayableError(f"there is no field `{name}`")
        return self._comparison(field, operator, value)

    @staticmethod
    def _sentence(sentence: c.Sentence, name: str, operator: str) -> t.Comparison:
        verb = sentence.verb if _equality(name, operator) is Verb.IS else c.OPPOSITE[sentence.verb]
        values = () if sentence.word is None else (t.Word(sentence.word),)
        return t.Comparison(subject_of(sentence.subject), verb, values)

    def _schedule(self, value: str) -> str:
        if not value:
            raise UnsayableError("it names no schedule")
        return self.naming.name(Id.SCHEDULE, value)

    def _comparison(self, field: c.Field, operator: str, value: str) -> t.Condition:
        verb = c.OPERATORS[field.kind].get(operator)
        if verb is None:
            raise UnsayableError(f"`{operator}` cannot be asked of `{field.name}`")
        subject = subject_of(field.path)
        if operator in c.TERMINAL:
            return t.Comparison(subject, verb)
        if value == "":
            return self._nothing(field, verb)
        values = self._values(field, verb, value)
        if len(values) == 1:
            verb = c.SINGULAR.get(verb, verb)
        return t.Comparison(subject, verb, values)

    @staticmethod
    def _nothing(field: c.Field, verb: Verb) -> t.Condition:
        """Return what is asked with no value: `is` is a word of its own, a change to nothing takes two conditions."""
        subject = subject_of(field.path)
        if verb in c.EMPTY and field.kind is not Kind.SEARCHED:
            return t.Comparison(subject, c.EMPTY[verb])
        changes = t.Comparison(subject, Verb.CHANGES)
        empty = t.Comparison(subject, Verb.IS_EMPTY)
        assert isinstance(subject, t.PathSubject)
        was_empty = t.Comparison(t.PathSubject(subject.path, previous=True), Verb.IS_EMPTY)
        match verb:
            case Verb.CHANGES_TO:
                return t.And((changes, empty))
            case Verb.DOES_NOT_CHANGE_TO:
                return t.Not(t.And((changes, empty)))
            case Verb.CHANGES_FROM:
                return t.And((changes, was_empty))
            case Verb.DOES_NOT_CHANGE_FROM:
                return t.Not(t.And((changes, was_empty)))
            case _:
                raise UnsayableError(f"`{field.name}` is compared with nothing")

    # Values

    def _values(self, field: c.Field, verb: Verb, value: str) -> tuple[t.Value, ...]:
        if field.kind is Kind.TEXT or field.kind is Kind.SEARCHED:
            if verb not in c.LISTS:
                return (t.Text(value),)
            return tuple(t.Text(word) for word in normal.words(value))
        if verb in (Verb.IS_WITHIN_THE_LAST, Verb.IS_WITHIN_THE_NEXT):
            return (_days(value),)
        if verb in c.LISTS and field.kind in (Kind.SET, Kind.CHOICE):
            return tuple(self.value(field, word) for word in normal.words(value))
        return (self.value(field, value),)

    def value(self, field: c.Field | c.Write, value: str) -> t.Value:
        """Return one value of a field as a rule has it."""
        if field.people and value in c.PEOPLE:
            return t.Word(c.PEOPLE[value])
        if field.ids is not None:
            return t.Text(self.naming.name(field.ids, value))
        match field.kind if isinstance(field, c.Field) else None:
            case Kind.NUMBER:
                return _number(value)
            case Kind.DATE:
                return _day(value)
            case Kind.YES_NO:
                return _yes_or_no(value)
            case _:
                return self._choice(field, value)

    def _choice(self, field: c.Field | c.Write, value: str) -> t.Value:
        """Return a choice or a tag, bare where it can be; a value of a field that has no list of choices is a text."""
        ours = field.values.get(value, value)
        if field.name in self.own.fields:
            listed = bool(field.values) or (isinstance(field, c.Field) and field.kind is Kind.SET)
        else:
            declared = self._declared(field.path)
            listed = isinstance(declared, types.ChoiceType | types.TagsType)
            if isinstance(declared, types.ChoiceType) and (
                ours not in declared.rank or (field.values and value not in field.values)
            ):
                raise UnsayableError(f"`{field.name}` has no value `{value}`")
        return t.Word(ours) if listed and not self.words.needs_quotes(ours) else t.Text(ours)

    def _declared(self, path: str) -> types.Type | None:
        entity, name = path.split(".") if "." in path else (self.vocabulary.root, path)
        found = self.vocabulary.field({"requester": "user"}.get(entity, entity), name)
        return None if found is None else found.type


def subject_of(path: str) -> t.Subject:
    """Return what a condition speaks of."""
    return t.ScheduleSubject(None) if path == "schedule" else t.PathSubject(t.Path(tuple(path.split("."))))


def _equality(name: str, operator: str) -> Verb:
    verb = {"is": Verb.IS, "is_not": Verb.IS_NOT}.get(operator)
    if verb is None:
        raise UnsayableError(f"`{operator}` cannot be asked of `{name}`")
    return verb


def _number(value: str) -> t.Number:
    if not is_number(value.strip()):
        raise UnsayableError(f"`{value}` is not a number")
    return t.Number(Decimal(value.strip()))


def _days(value: str) -> t.Duration:
    if not value.strip().isdecimal():
        raise UnsayableError(f"`{value}` is not a number of days")
    return t.Duration(Decimal(value.strip()), "day" if int(value) == 1 else "days")


def _day(value: str) -> t.Day:
    try:
        return t.Day(date.fromisoformat(value.strip()))
    except ValueError:
        raise UnsayableError(f"`{value}` is not a day such as 2026-01-31") from None


def _yes_or_no(value: str) -> t.Word:
    if value not in ("true", "false"):
        raise UnsayableError(f"`{value}` is neither true nor false")
    return t.Word("yes" if value == "true" else "no")
