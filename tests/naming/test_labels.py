"""The table of French names: that it is whole, and that no name in it can be taken for another."""

from collections.abc import Mapping
from typing import Any

import pytest

from trigdsl.runtime import loader, names, templates
from trigdsl.semantics import types
from trigdsl.semantics.naming.labels import Labels, NamingError
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.vocabulary import CURRENT_USER, ROLES
from trigdsl.syntax.words import folded

FRENCH = names.of_libraries("fr")
ZENDESK = loader.zendesk_vocabulary()


def test_every_noun_has_a_label() -> None:
    vocabulary = ZENDESK
    missing = [
        f.path for f in vocabulary.fields.values() if f.name not in FRENCH.fields_of(f.entity).spellings
    ]
    missing += [
        f"{s.entity} is {s.name}"
        for s in vocabulary.states.values()
        if s.name not in FRENCH.states_of(s.entity).spellings
    ]
    for declared in vocabulary.fields.values():
        if isinstance(declared.type, types.ChoiceType | types.ChoiceSetType):
            known = FRENCH.choices_of(declared.path).spellings
            missing += [f"{declared.path} is {name}" for name in declared.type.options if name not in known]
    starts = {*vocabulary.entities, CURRENT_USER, *ROLES}
    missing += sorted(starts - {*FRENCH.entities.spellings})
    missing += sorted({*vocabulary.channels} - {*FRENCH.channels.spellings})
    assert missing == []


def test_every_template_and_title_has_a_label() -> None:
    assert {file.name for file in templates.of_libraries()} == {*FRENCH.templates.spellings}
    triggers = [t for library in loader.libraries() for t in loader.compile_paths(library).triggers]
    assert {t.title for t in triggers} == {*FRENCH.titles.spellings}
    assert {t.category for t in triggers} == {*FRENCH.categories.spellings}


def test_nothing_has_a_label_that_is_not_there() -> None:
    for entity, labels in FRENCH.fields.items():
        assert {*labels.spellings} == {f.name for f in ZENDESK.fields_of(entity)}
    for entity, labels in FRENCH.states.items():
        assert {*labels.spellings} == {s.name for s in ZENDESK.states_of(entity)}
    for path, labels in FRENCH.choices.items():
        declared = ZENDESK.field(*path.split("."))
        assert declared is not None
        assert {*labels.spellings} == {*declared.type.options}  # type: ignore[union-attr]


def test_every_field_says_its_gender() -> None:
    labels = [
        known[0] for scope in (FRENCH.entities, *FRENCH.fields.values()) for known in scope.spellings.values()
    ]
    assert [label for label in labels if folded(label) not in FRENCH.nouns] == []


def test_every_field_that_refers_says_so() -> None:
    for entity, labels in FRENCH.fields.items():
        for name, known in labels.spellings.items():
            declared = ZENDESK.field(entity, name)
            assert declared is not None
            kind = declared.type
            several = isinstance(kind, types.ReferencesType) and entity == "ticket"
            assert FRENCH.nouns[folded(known[0])].reference is (
                isinstance(kind, types.ReferenceType) or several
            ), (entity, name)


def test_no_label_is_anything_else() -> None:
    FRENCH.checked(ZENDESK, "fr.toml")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"fields": {"ticket": {"plan": "statut"}}},
            "the first words of paths: `statut` is both `plan` and `status`",
        ),
        ({"fields": {"user": {"plan": "role"}}}, "the fields of user: `role` is both `plan` and `role`"),
        ({"choices": {"ticket.status": {"new": "open"}}}, "`open` is both `new` and `open`"),
        ({"choices": {"ticket.plan": {"free": "libre", "pro": "LIBRE"}}}, "`LIBRE` is both `pro` and `free`"),
        ({"states": {"user": {"vip": "demandeur"}}}, "`demandeur` is both"),
        ({"titles": {"A": "Titre", "B": "Titre"}}, "the titles: `Titre` is both `B` and `A`"),
        ({"field": {}}, "there is no section `field`"),
        ({"fields": {"ticket": {"plan": 3}}}, "`plan` needs a label in quotes"),
        ({"fields": {"ticket": "plan"}}, "a section has a line for each name"),
        ({"fields": {"ticket": {"plan": "le forfait"}}}, "`le forfait` is not one word"),
        ({"channels": {"sms": "statut (f)"}}, "`statut` has two genders"),
        ({"same_choices": {"a.b": "c.d"}}, "`a.b` has the choices of `c.d`, which has none"),
        ({"channels": 3}, "`channels` is a section"),
        ({"titles": {"A": ""}}, "`A` needs a title"),
    ],
)
def test_a_table_that_cannot_be_used(table: Mapping[str, Any], message: str) -> None:
    with pytest.raises(NamingError) as raised:
        FRENCH.extended({"fields": {"ticket": {}}, **table}, "labels/fr.toml").checked(
            ZENDESK, "labels/fr.toml"
        )
    assert message in str(raised.value)


def test_labels_keep_the_case_and_lead_back() -> None:
    labels = Labels({"SLA": ("contrat",), "a": ("été",), "open": ("Ouvert",)})
    for text in ("SLA", "sla", "Sla", "a", "A", "open", "Open", "OPEN", "oPEN", "other"):
        assert labels.name(labels.label(text)) == text


def test_a_language_without_names_changes_nothing() -> None:
    assert names.of_libraries("en") == Naming("en")
    assert names.of_libraries("xx").fields == {}
