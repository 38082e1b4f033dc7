"""A file in another language than it says has one mistake; pieces of rules are put into that language."""

import tomllib

import pytest

from trigdsl import resources
from trigdsl.interfaces import speaking
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.rewording import Rewording
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source
from trigdsl.syntax import tongues, words
from trigdsl.syntax.words import Words

ENGLISH = words.load("en")
PHRASES = {
    "heads": {
        "TEST": "test",
        "TRIGGER": "déclencheur",
        "TAGS_TYPE": "des marqueurs",
        "NOTHING": "rien ne se passe",
    },
    "verbs": {
        "WHEN": "quand",
        "THEN": "alors",
        "EXPECT": "vérifier que",
        "IS": "est",
        "IS_NOT_ONE_OF": "n'est pas parmi",
        "CHANGES_TO": "passe à",
        "SET": "mettre",
        "TO": "à",
        "NOTIFY": "notifier",
        "WITH_TEMPLATE": "avec le modèle",
    },
}


def _french() -> Words:
    text = (resources.folder("grammar") / "words" / "en.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    sections = {name: {key: [said] for key, said in PHRASES[name].items()} for name in PHRASES}
    rest = {
        name: {key: [f"{key.lower()}-fr"] for key in table[name] if key not in PHRASES[name]}
        for name in PHRASES
    }
    merged = {name: rest[name] | sections[name] for name in PHRASES}
    bare: dict[str, dict[str, object]] = {
        key: {} for key in ("forms", "guesses", "guesses_in_steps", "contractions")
    }
    return words.read({**table, **bare, **merged, "language": {"code": "fr", "english": "French"}})


FRENCH = _french()
IN_FRENCH = "quand ticket.statut passe à résolu\nalors notifier demandeur avec le modèle demande_résolue\n"
IN_ENGLISH = "when ticket.status changes to solved\nthen notify requester with template solved\n"


def _told(text: str, table: Words, other: Words) -> tuple[str, str, int] | None:
    found = tongues.mistaken(Source("a.trig", text), table, [other])
    return None if found is None else (found.code, found.message, found.line)


def test_a_french_file_that_does_not_say_so_is_told_once_with_its_fix() -> None:
    found = tongues.mistaken(Source("a.trig", IN_FRENCH), ENGLISH, [FRENCH])
    assert found is not None
    assert (found.code, found.message) == (
        "language-not-said",
        "these rules are French, and the file does not say so",
    )
    (edit,) = found.fix
    assert edit.text == "# language: fr\n"
    (shown,) = speaking.rendered([found], None, [])
    assert "ces règles sont en français" in shown


def test_a_line_in_another_language_is_named() -> None:
    both = f"# language: fr\n{IN_FRENCH}\n{IN_ENGLISH}"
    assert _told(both, FRENCH, ENGLISH) == ("mixed-languages", "this file says French; line 5 is English", 5)
    assert _told(IN_ENGLISH + IN_FRENCH + IN_ENGLISH, ENGLISH, FRENCH) == (
        "mixed-languages",
        "this file says English; line 3 is French",
        3,
    )


def test_a_file_wholly_in_another_language_than_it_says_may_say_the_other() -> None:
    found = tongues.mistaken(Source("a.trig", f"# language: fr\n{IN_ENGLISH}"), FRENCH, [ENGLISH])
    assert found is not None
    assert found.help == "write the rules in French, or say `# language: en` in the first line"


@pytest.mark.parametrize(
    "text",
    [
        "when ticket.tags include quand, passe then stop\n",
        'when ticket.subject contains "quand ticket passe à résolu alors" then stop\n',
        "# quand ticket.statut passe à résolu\nwhen x\n",
        "when ticket.stauts is solved\n",
        "",
    ],
)
def test_names_texts_and_comments_say_nothing(text: str) -> None:
    assert _told(text, ENGLISH, FRENCH) is None


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        ("ticket.priority is not one of low, normal", "ticket.priority n'est pas parmi low, normal"),
        ("set ticket.status to …", "mettre ticket.status à …"),
        ("expect nothing", "vérifier que rien ne se passe"),
        ('when … changes  to "when"', 'quand … passe à "when"'),
        ("When", "Quand"),
        ("ticket.is", "ticket.is"),
        ("is tags", "est des marqueurs"),
        ("tags", "tags"),
        ("vip_is_set", "vip_is_set"),
        ("passe à …", "passe à …"),
        ("", ""),
    ],
)
def test_the_phrases_of_a_piece_are_translated(piece: str, said: str) -> None:
    assert Rewording(ENGLISH, FRENCH, Naming("fr"), Vocabulary())(piece) == said
