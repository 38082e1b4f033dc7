"""The library in French: every template, every title, every choice."""

import functools
import json
import tomllib
from typing import Any

import pytest

from trigdsl import resources
from trigdsl.engine.effects import Notification
from trigdsl.interfaces import cli
from trigdsl.runtime.loader import compile_paths, libraries, zendesk_vocabulary
from trigdsl.runtime.texts import parts, sandbox
from trigdsl.semantics import types

STDLIB = resources.folder("stdlib")
TEMPLATES = STDLIB / "zendesk" / "templates"
NAMES = sorted({path.stem for path in TEMPLATES.glob("*/*.txt")})
GREETED = "requester.name"
"""French greets somebody without a name in other words, so it asks whether there is one."""

NINE = {
    "Notify requester of received request": "Informer le demandeur de la réception de la demande",
    "Notify requester of comment update": "Informer le demandeur d'une mise à jour de commentaire",
    "Notify requester of solved request": "Informer le demandeur de la demande résolue",
    "Notify assignee of comment update": "Informer le destinataire de la mise à jour du commentaire",
    "Notify assignee of assignment": "Informer l'assigné de l'affectation",
    "Notify assignee of reopened ticket": "Informer l'assigné de la réouverture d'un ticket",
    "Notify group of assignment": "Informer le groupe d'une affectation",
    "Notify all agents of received request": "Informer tous les agents de la réception d'une demande",
    "Notify Twitter requester of received request": "Informer un demandeur Twitter de la réception d'une demande",
}


# Templates


def test_each_template_is_there_in_both_languages() -> None:
    by_language = {folder.name: sorted(p.stem for p in folder.iterdir()) for folder in TEMPLATES.iterdir()}
    assert len(NAMES) == 10
    assert by_language == {"en": NAMES, "fr": NAMES}


def read(language: str, name: str) -> set[str]:
    """Return the placeholders of a template."""
    inspection = sandbox.inspect((TEMPLATES / language / f"{name}.txt").read_text(encoding="utf-8"))
    assert inspection.mistakes == ()
    return {".".join(placeholder.parts) for placeholder in inspection.placeholders}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_read_the_same(name: str) -> None:
    assert read("fr", name) - {GREETED} == read("en", name) - {GREETED}
    assert (GREETED in read("fr", name)) == (GREETED in read("en", name))


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_a_subject_or_neither(name: str) -> None:
    texts = [
        parts.parts_of((TEMPLATES / language / f"{name}.txt").read_text(encoding="utf-8"))
        for language in ("en", "fr")
    ]
    assert (texts[0][0] is None) == (texts[1][0] is None)
    assert texts[0] != texts[1]
    assert all(body.strip() for _, body in texts)


# The demo


@functools.cache
def letters() -> tuple[Notification, ...]:
    """Return what the demo sends."""
    directory = json.loads((STDLIB / "demo" / "directory.json").read_text(encoding="utf-8"))
    lines = (STDLIB / "demo" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    rules = compile_paths(STDLIB / "demo" / "rules.trig", directory=directory)
    outcomes = rules.run(map(json.loads, lines), directory=rules.directory(directory))
    return tuple(e for o in outcomes for e in o.effects if isinstance(e, Notification))


RECEIVED = "Notify requester of received request"


@pytest.mark.parametrize(
    ("reader", "language", "received", "greeting"),
    [
        ("ana@example.com", "en", "Request received: ", "Hello Ana,"),
        ("paul@example.com", "fr", "Demande reçue : ", "Bonjour Paul,"),
        ("zoe@example.com", "fr", "Demande reçue : ", "Bonjour Zoé,"),
    ],
)
def test_the_demo_speaks_the_requesters_language(
    reader: str, language: str, received: str, greeting: str
) -> None:
    theirs = [letter for letter in letters() if letter.recipient == reader]
    assert len(theirs) > 3
    assert {letter.language for letter in theirs} == {language}
    first = next(letter for letter in theirs if letter.trigger == RECEIVED)
    assert (first.subject or "").startswith(received)
    assert (first.body or "").startswith(greeting)


@pytest.mark.parametrize(
    ("reader", "subject"),
    [("bo@example.com", "New request: "), ("cleo@example.com", "Nouvelle demande : ")],
)
def test_the_demo_speaks_each_agents_language(reader: str, subject: str) -> None:
    theirs = [e for e in letters() if e.recipient == reader and e.trigger.startswith("Notify all agents")]
    assert theirs
    assert all((letter.subject or "").startswith(subject) for letter in theirs)


# Titles and choices


def labels() -> dict[str, Any]:
    return tomllib.loads((STDLIB / "zendesk" / "labels" / "fr.toml").read_text(encoding="utf-8"))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.main(["list", *arguments]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


def titles(text: str) -> list[str]:
    """Return the numbered titles of a list."""
    lines = (line.strip().partition(". ") for line in text.splitlines())
    return [title.partition("  (")[0] for number, _, title in lines if number.isdigit()]


def test_the_list_shows_the_nine_titles_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    assert titles(printed(capsys, "zendesk", "--language", "fr")) == list(NINE.values())


def test_the_list_shows_the_nine_titles_in_english_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    assert titles(printed(capsys, "zendesk")) == list(NINE)
    assert titles(printed(capsys, "zendesk", "--language", "en")) == list(NINE)


def test_the_list_of_the_current_set_is_french_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    shown = titles(printed(capsys, "zendesk.current", "--language", "fr"))
    assert len(shown) == 10
    assert set(shown) <= set(labels()["titles"].values())


def test_the_nine_titles_are_those_of_the_labels() -> None:
    known = labels()["titles"]
    assert {title: known[title] for title in NINE} == NINE


def test_each_title_of_the_labels_is_a_triggers() -> None:
    triggers = [t for library in libraries() for t in compile_paths(library).triggers]
    assert set(labels()["titles"]) == {t.title for t in triggers}
    assert set(labels()["categories"]) == {t.category for t in triggers}


def test_no_two_titles_read_the_same_in_french() -> None:
    french = list(labels()["titles"].values())
    assert len(french) == len(set(french))


@pytest.mark.parametrize("path", labels()["choices"])
def test_each_choice_of_the_labels_is_one_of_its_field(path: str) -> None:
    entity, name = path.split(".")
    field = zendesk_vocabulary().field(entity, name)
    assert field is not None
    assert isinstance(field.type, types.ChoiceType)
    theirs = labels()["choices"][path]
    assert tuple(theirs) == field.type.options
    assert all(theirs.values())
