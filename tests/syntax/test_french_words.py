"""French: the same grammar and tree, with accents, apostrophes, articles and what melts together."""

import pytest
from lark import TextSlice

from trigdsl.source import Source
from trigdsl.syntax import parser, printer, tables, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.syntax.words import Noun

FRENCH = words.load("fr")
NOUNS = {
    "priorite": Noun(feminine=True),
    "organisation": Noun(feminine=True),
    "marque": Noun(feminine=True),
    "abonnes": Noun(plural=True),
    "marqueurs": Noun(plural=True),
    "copies": Noun(feminine=True, plural=True),
}
PAGE = """# language: fr
quand ticket.statut passe à résolu alors notifier le demandeur avec le modèle demande_résolue

désactiver le déclencheur "Informer tous les agents de la réception d'une demande"
champ ticket.forfait est parmi gratuit < pro < entreprise

définir client_payant comme
  demandeur.vip est oui ou ticket.forfait est au moins pro

déclencheur "Escalader les clients payants"
  quand le ticket est créé
    et client_payant
    et (ticket.objet contient l'un des mots "panne", "hors service" ou ticket.priorité est urgente)
    et ticket.marqueurs n'incluent pas escaladé
  alors mettre ticket.priorité à urgente
    ajouter escaladé, vip à ticket.marqueurs
    mettre le groupe à "Niveau 2"
    notifier le groupe avec le modèle escalade
    appeler le webhook astreinte avec le modèle appel_astreinte

test "La panne d'un client payant est escaladée une seule fois"
  étant donné que ticket.forfait est entreprise et que le groupe est "Niveau 1"
  quand le demandeur crée un ticket avec l'objet "Tout est en panne"
  vérifier que le déclencheur "Escalader les clients payants" se déclenche
    et que ticket.priorité est urgente
  quand le demandeur commente "Des nouvelles ?"
  vérifier que le déclencheur "Escalader les clients payants" ne se déclenche pas
"""


def _read(text: str) -> t.File:
    parsed = parser.parse(Source("fr", f"# language: fr\n{text}"))
    assert parsed.diagnostics == ()
    return parsed.file


def _written(text: str) -> str:
    return printer.print_file(_read(text), FRENCH, nouns=NOUNS).removeprefix("# language: fr\n")


def test_the_page_of_the_design_is_written_as_it_was_read() -> None:
    parsed = parser.parse(Source("page", PAGE))

    assert parsed.diagnostics == ()
    text = printer.print_file(parsed.file, FRENCH, nouns=NOUNS)
    assert text.replace("\nalors notifier", " alors notifier") == PAGE


RULE = "quand {}\nalors arrêter ici\n"


@pytest.mark.parametrize(
    "condition",
    [
        "le ticket est créé",
        "l'organisation est vide",
        "l'ancien groupe est vide",
        "l'ancienne organisation est vide",
        "ticket.priorité est inférieure à élevée",
        "ticket.poids est inférieur à 3",
        "ticket.marqueurs incluent au moins un parmi a, b",
        "ticket.statut passe d'ouvert à résolu",
        "ticket.statut ne passe pas de nouveau à ouvert",
        "le groupe passe de demandeur à l'assigné",
        "ticket.échéance est avant le 2026-01-31",
        "ticket.échéance passe au 2026-01-31",
        "l'horaire est ouvert",
        'l\'horaire "Nuit" est ouvert',
        'la marque "Nord" est vide',
        'ticket.objet est "vide"',
        "ticket.vip est non",
        "non (le ticket est créé)",
    ],
)
def test_a_condition_is_written_as_it_is_said(condition: str) -> None:
    assert _written(RULE.format(condition)) == RULE.format(condition)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("QUAND le ticket est cree ALORS arreter ici", "quand le ticket est cree\nalors arrêter ici\n"),
        (
            "quand l\u2019organisation n\u2019est pas vide alors arrêter ici",
            RULE.format("l'organisation n'est pas vide"),
        ),
        (
            "quand ticket.x est au\u00a0moins 3\nalors arrêter\u202fici",
            RULE.format("ticket.x est au moins 3"),
        ),
        ("lorsque le ticket est créé alors arre\u0302ter ici", RULE.format("le ticket est créé")),
        (
            "si le ticket est cre\u0301e\u0301 alors arrêter ici",
            RULE.format("le ticket est cre\u0301e\u0301"),
        ),
        ("quand ticket.statut passe en pause alors arrêter ici", RULE.format("ticket.statut passe à pause")),
    ],
)
def test_other_ways_to_write_are_read(said: str, meant: str) -> None:
    assert _written(said) == meant


def test_the_recipients_and_what_is_done_agree() -> None:
    text = (
        "quand le ticket est créé\n"
        "alors notifier le demandeur, l'assigné et les abonnés avec le modèle x\n"
        '  ajouter "ana@example.com" aux abonnés\n'
        "  retirer l'utilisateur des abonnés\n"
    )
    assert _written(text) == text


def test_the_steps_of_a_test_agree() -> None:
    text = (
        'test "Un jour"\n'
        '  étant donné qu\'organisation.nom est "Acme" et que ticket.vip est oui\n'
        '  quand 1 jour s\'écoule et le demandeur commente "x" en privé\n'
        "  vérifier que rien ne se passe\n"
        "  quand 2 jours s'écoulent\n"
        "  vérifier seulement que les copies sont notifiées\n"
        "    et que le webhook astreinte est appelé\n"
        '    et qu\'organisation.nom est "Acme"\n'
    )
    assert _written(text) == text


def test_hours_are_written_with_their_small_words() -> None:
    text = (
        'horaire "Été" dans le fuseau "Europe/Paris" ouvert du lundi au vendredi de 09:00 à 18:00, '
        "le samedi de 10:00 à 12:00 fermé le 2026-12-25, le 2027-01-01\n"
    )
    assert _written(text) == text


@pytest.mark.parametrize("language", words.languages())
def test_each_phrase_is_read_as_its_terminal_wherever_it_may_stand(language: str) -> None:
    """Of the terminals that may stand at a place one alone matches each phrase, whole."""
    table = words.load(language)
    reader = tables.reader(table)
    contextual = reader.parser.lexer
    for place in contextual.lexers.values():
        for terminal in place.scanner.terminals:
            for phrase in table.phrases.get(terminal.name, ()):
                behind = f" {phrase}" + ("x" if phrase.endswith("'") else " x")
                found = place.scanner.match(_slice(behind[1:]), 0)
                assert found == (phrase, terminal.name)


def _slice(text: str) -> TextSlice[str]:
    return TextSlice(text, 0, len(text))


def test_what_one_language_reserves_is_quoted_in_every_language() -> None:
    for language in words.languages():
        for word in words.quoted_everywhere():
            if word.endswith("'") or not word.isalpha():
                continue
            action = t.AddTo((t.Word(word),), t.Path(("ticket", "tags")))
            condition = t.Comparison(t.PathSubject(t.Path(("a", "b"))), Verb.IS, (t.Word(word),))
            file = t.File((t.Trigger(None, condition, (action,)),))
            text = printer.print_file(file, words.load(language))
            again = parser.parse(Source("x", f"# language: {language}\n{text}"))
            assert again.diagnostics == ()
            assert f'"{word}"' in text
