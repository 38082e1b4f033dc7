"""The table of what Zendesk has: everything in it is in our vocabulary, and it can be read in both directions."""

import pytest

from trigdsl import compile_text
from trigdsl.interop.zendesk import catalogue as c
from trigdsl.semantics import types
from trigdsl.syntax.tree import Verb

VOCABULARY = compile_text('trigger "Any" when ticket is created stop').vocabulary


def of_type(path: str) -> types.Type | None:
    """Return the type that a path leads to; the current user is a user."""
    entity, *steps = path.split(".") if "." in path else ("ticket", path)
    if path == "current_user":
        return types.ReferenceType("user")
    if entity in ("requester", "organization"):
        entity = {"requester": "user"}.get(entity, entity)
    declared = VOCABULARY.field(entity, steps[-1])
    return None if declared is None else declared.type


@pytest.mark.parametrize("field", c.FIELDS.values(), ids=lambda f: f.name)
def test_a_field_is_in_the_vocabulary_and_its_words_are_choices(field: c.Field) -> None:
    found = of_type(field.path)
    assert found is not None
    if isinstance(found, types.ChoiceType):
        assert set(field.values.values()) <= set(found.rank)


@pytest.mark.parametrize("write", c.WRITES.values(), ids=lambda w: w.name)
def test_what_is_written_may_be_written(write: c.Write) -> None:
    name = write.path.removeprefix("ticket.")
    declared = VOCABULARY.field("ticket", name)
    assert declared is not None
    assert not declared.read_only


@pytest.mark.parametrize("name", c.SENTENCES)
def test_a_sentence_is_said_once(name: str) -> None:
    said = list(c.SENTENCES[name].values())
    assert len(set(said)) == len(said)
    for sentence in said:
        assert sentence.verb in c.OPPOSITE
        if sentence.word is not None:
            assert sentence.subject in ("ticket", "comment", "current_user", "schedule")


@pytest.mark.parametrize("kind", c.Kind)
def test_an_operator_is_one_verb_and_a_verb_one_operator(kind: c.Kind) -> None:
    said = list(c.OPERATORS[kind].values())
    assert len(set(said)) == len(said)
    if kind is c.Kind.CHOICE:
        assert {v for v in said if v in c.LISTS} == {Verb.IS_ONE_OF, Verb.IS_NOT_ONE_OF}


@pytest.mark.parametrize("values", [c.CHANNELS, c.SCORES, c.ROLES, c.LOCALES, c.PEOPLE, c.RECIPIENTS])
def test_a_value_is_one_word_and_a_word_one_value(values: dict[str, object]) -> None:
    assert len(set(values.values())) == len(values)


def test_other_spellings_lead_to_what_there_is() -> None:
    assert set(c.FIELD_ALIASES.values()) <= set(c.FIELDS)
    assert set(c.TEXT_ALIASES.values()) <= set(c.OPERATORS[c.Kind.TEXT])
    every = {name for table in c.OPERATORS.values() for name in table}
    assert set(c.OPERATOR_ALIASES.values()) <= every
    assert every >= c.TERMINAL
    for (name, _), value in c.SENTENCE_ALIASES.items():
        assert value in c.SENTENCES[name]


def test_verbs_that_take_several_values_are_those_of_the_language() -> None:
    assert all(verb.value.endswith("OF") for verb in c.LISTS)
    assert set(c.SINGULAR) <= c.LISTS


def test_a_channel_can_be_the_updates_and_the_tickets() -> None:
    one, other = of_type("ticket.channel"), of_type("update.channel")
    assert isinstance(one, types.ChoiceType)
    assert isinstance(other, types.ChoiceType)
    assert one.rank == other.rank
