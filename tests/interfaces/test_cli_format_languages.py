"""`trigdsl format --language`: a file in another language means the same, and comes back the same bytes."""

import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lark import Lark

from trigdsl import compile_text, resources
from trigdsl.interfaces import cli, formatting
from trigdsl.runtime import names
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, tables, words
from trigdsl.syntax import tree as t
from trigdsl.testing import strategies
from trigdsl.testing.strategies import World

CORPUS = Path(__file__).parent.parent / "corpus" / "good"
FILES = [*sorted(CORPUS.glob("*.trig")), *sorted(resources.folder("stdlib").rglob("*.trig"))]


def _there_and_back(name: str, text: str) -> tuple[str, str, str]:
    english = formatting.formatted(Source(name, text), "en")
    assert english is not None
    french = formatting.formatted(Source(name, english), "fr")
    assert french is not None
    back = formatting.formatted(Source(name, french), "en")
    assert back is not None
    assert formatting.formatted(Source(name, french)) == french
    return english, french, back


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_file_comes_back_from_french_the_same_bytes(path: Path) -> None:
    source, _ = parser.decode(str(path), path.read_bytes())
    english, french, back = _there_and_back(str(path), source.text)
    assert back == english
    assert french.startswith("# language: fr\n")


@settings(max_examples=60, deadline=None)
@given(strategies.rule_texts(World.zendesk()))
def test_generated_files_come_back_from_french_the_same_bytes(text: str) -> None:
    english, _, back = _there_and_back("rules", text)
    assert back == english


UNTIDY = """# language: fr

# Le premier
quand le ticket est cree et demandeur n'est pas utilisateur_actuel ALORS notifier demandeur avec le modele resolu

"""
TIDY = """# language: fr
# Le premier
quand le ticket est créé et le demandeur n'est pas l'auteur_de_la_mise_à_jour
alors notifier le demandeur avec le modèle demande_résolue
"""


def test_a_french_file_is_laid_out_in_good_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "regles.trig"
    path.write_text(UNTIDY, encoding="utf-8")
    assert cli.main(["format", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == TIDY
    assert cli.main(["format", "--language", "en", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == (
        "# Le premier\n"
        "when ticket is created and requester is not current_user\n"
        "then notify requester with template solved\n"
    )
    assert cli.main(["format", "--language", "fr", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == TIDY
    assert capsys.readouterr().err == ""


def test_standard_input_comes_back_in_another_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = b"when ticket.status changes to solved notify requester with template solved"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(rule)))
    assert cli.main(["format", "--language", "fr", "-"]) == 0
    assert capsys.readouterr().out == (
        "# language: fr\nquand ticket.statut passe à résolu\nalors notifier le demandeur avec le modèle demande_résolue\n"
    )


def test_an_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["format", "--language", "xx", "-"])
    assert "there is no language `xx`; known are: en, fr" in capsys.readouterr().err


def test_what_cannot_be_read_is_told_in_the_language_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "regles.trig"
    path.write_text("# language: fr\nquand ticket.statut passe à résolu\n", encoding="utf-8")
    assert cli.main(["format", str(path)]) == 1
    assert "erreur: unfinished-rule" in capsys.readouterr().err


def test_a_rule_in_french_fires() -> None:
    text = formatting.formatted(
        Source("rules", "when ticket.priority changes to urgent then set ticket.status to open"), "fr"
    )
    assert text is not None
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "desk",
        "type": "ticket.created",
        "subject": "1",
        "time": "2026-01-05T10:00:00Z",
        "data": {"by": "ana@example.com", "set": {"priority": "urgent", "status": "new"}},
    }
    outcome = compile_text(text).step(None, event)
    assert outcome.after["status"] == "open"


# A third language is a file

GERMAN = {
    "heads": {"TRIGGER": ["Regel"], "TEST": ["Probe"]},
    "verbs": {
        "THE": ["der", "die", "das", "den", "dem"],
        "WHEN": ["wenn"],
        "THEN": ["dann"],
        "AND": ["und"],
        "OR": ["oder"],
        "NOT": ["nicht"],
        "IS": ["ist"],
        "IS_NOT": ["ist nicht"],
        "IS_ONE_OF": ["ist eines von"],
        "IS_LESS_THAN": ["ist weniger als"],
        "CHANGES": ["wechselt"],
        "CHANGES_TO": ["wechselt zu"],
        "CHANGES_FROM": ["wechselt von"],
        "TO": ["auf", "zu"],
        "SET": ["setze"],
        "NOTIFY": ["benachrichtige"],
        "WITH_TEMPLATE": ["mit der Vorlage"],
        "ADD": ["füge hinzu"],
    },
}


def _german() -> Any:
    path = resources.folder("grammar") / "words" / "en.toml"
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    for section in ("guesses", "guesses_in_steps", "contractions", "forms"):
        table.pop(section, None)
    table["language"] = {"code": "de", "english": "German"}
    for section, phrases in GERMAN.items():
        table[section] = {**table[section], **phrases}
    return table


def test_a_third_language_is_a_table() -> None:
    german = words.read(_german())
    reader: Lark = tables.reader(german)
    text = (
        "WENN das ticket ist created und ticket.status wechselt von open zu solved\n"
        "dann setze ticket.priority auf high\n"
        "  fu\u0308ge hinzu vip zu ticket.tags\n"
        "  benachrichtige den requester mit der Vorlage solved"
    )
    english = (
        "when ticket is created and ticket.status changes from open to solved\n"
        "then set ticket.priority to high\n"
        "  add vip to ticket.tags\n"
        "  notify requester with template solved\n"
    )
    items: Any = reader.parse(text)
    file = t.File(tuple(items))
    assert file == parser.parse(Source("english", english)).file
    assert printer.print_file(file, words.load("en")) == english
    assert names.of_words("de").articles is False
