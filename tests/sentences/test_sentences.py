"""Sentences in another language: found by what is fixed in them, with their parts in the places of that language."""

from pathlib import Path

import pytest

from trigdsl import sentences
from trigdsl.sentences import Sentences, SentencesError

MANNER = 'thousands = " "\ndecimal = ","\nplural_from = 2\n'
TABLE = """
and = "et"
or = "ou"
"nothing fired" = "rien ne s'est déclenché"
"leave `a` away" = "supprimez `un`"
"leave {} away" = "supprimez {1}"
"{} triggers fired" = "{1} {1|déclencheur s'est déclenché|déclencheurs se sont déclenchés}"
"{} is no {*}" = "ce n'est pas {2} : {1}"
"a number" = "un nombre"
"{} of {} at 12:30" = "à 12 h 30, {2} a {1}"
"known are {}" = "on connaît {1}"
"{} and {} differ" = "{2} n'est pas {1}"
"{*}, and more" = "{1}, et plus"
"""


@pytest.fixture
def french(tmp_path: Path) -> Sentences:
    (tmp_path / "language.toml").write_text(MANNER, encoding="utf-8")
    (tmp_path / "room.toml").write_text(TABLE, encoding="utf-8")
    table = sentences.read(tmp_path)
    return Sentences("fr", lambda text: {"ticket.status": "ticket.statut"}.get(text, text), lambda: table)


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("nothing fired", "rien ne s'est déclenché"),
        ("leave `a` away", "supprimez `un`"),
        ("leave `the` away", "supprimez `the`"),
        ("1,234 triggers fired", "1 234 déclencheurs se sont déclenchés"),
        ("1 triggers fired", "1 déclencheur s'est déclenché"),
        ("0 triggers fired", "0 déclencheur s'est déclenché"),
        ("1.5 triggers fired", "1,5 déclencheur s'est déclenché"),
        ("`ticket.status` is no a number", "ce n'est pas un nombre : `ticket.statut`"),
        ("`x` is no such thing", "ce n'est pas such thing : `x`"),
        ("`x` of 2026-01-05 at 12:30", "à 12 h 30, 2026-01-05 a `x`"),
        ('"A title" of 3 at 12:30', 'à 12 h 30, 3 a "A title"'),
        ("known are `a`, `ticket.status` and `c`", "on connaît `a`, `ticket.statut` et `c`"),
        ("known are `a`, `b`, or `c`", "on connaît `a`, `b` ou `c`"),
        ("known are `a`", "on connaît `a`"),
        ("`a` and `b` differ", "`b` n'est pas `a`"),
        ("nothing fired, and more", "rien ne s'est déclenché, et plus"),
        ("nothing at all", None),
        ("", None),
    ],
)
def test_a_finished_sentence_is_told(french: Sentences, english: str, said: str | None) -> None:
    assert french.told(english) == said


def test_a_pattern_is_said_with_its_parts(french: Sentences) -> None:
    assert french.say("{} triggers fired", 2500) == "2 500 déclencheurs se sont déclenchés"
    assert french.say("{} of {} at 12:30", "2,5", 1.5) == "à 12 h 30, 1,5 a 2,5"
    assert french.say("{} is not in the table", 2500) == "2,500 is not in the table"
    assert french.several(0, "{} trigger fired", "{} triggers fired").startswith("0 déclencheur ")


def test_english_is_said_as_it_stands() -> None:
    english = Sentences.of("en")
    assert english.told("whatever `it` is") == "whatever `it` is"
    assert english.say("{} of {}", 1234, "x") == "1,234 of x"
    assert english.several(1, "{} trigger", "{} triggers") == "1 trigger"
    assert english.several(0, "{} trigger", "{} triggers") == "0 triggers"


def test_a_language_without_a_table_is_said_in_english() -> None:
    assert Sentences.of("tlh").told("nothing fired") == "nothing fired"


def test_a_region_has_the_sentences_of_its_language() -> None:
    assert Sentences.of("fr-CA").told("error") == Sentences.of("fr").told("error") == "erreur"
    assert sentences.spoken() == ("en", "fr")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('"{} of {}" = "{1}"', "lacks {2}"),
        ('"{} of it" = "{1} {2}"', "has no part {2}"),
        ('"{} of it" = "{1|a|b} {2|a|b}"', "has no part {2}"),
        ('"{} of it" = "{}{1}"', "are numbered"),
        ('"{} of it" = ""', "needs one sentence"),
        ('"{} of it" = ["{1}"]', "needs one sentence"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: str, complaint: str) -> None:
    (tmp_path / "language.toml").write_text(MANNER, encoding="utf-8")
    (tmp_path / "room.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(SentencesError, match=r"room\.toml") as raised:
        sentences.read(tmp_path)
    assert complaint in str(raised.value)


def test_two_files_do_not_say_one_sentence_in_two_ways(tmp_path: Path) -> None:
    (tmp_path / "language.toml").write_text(MANNER, encoding="utf-8")
    for name, said in (("one", "a"), ("two", "a"), ("zwei", "b")):
        (tmp_path / f"{name}.toml").write_text(f'"it is" = "{said}"', encoding="utf-8")
    with pytest.raises(SentencesError, match=r"zwei\.toml: `it is`"):
        sentences.read(tmp_path)


def test_a_table_says_how_numbers_are_written(tmp_path: Path) -> None:
    with pytest.raises(SentencesError, match=r"language\.toml"):
        sentences.read(tmp_path)
