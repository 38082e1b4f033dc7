"""Trees in another language: what is put where, and that the way back leads to the same tree."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from trigdsl import resources
from trigdsl.runtime import loader, names
from trigdsl.semantics.naming.declared import declaring
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.naming.translation import canonical, localized
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t
from trigdsl.testing import strategies

ZENDESK = loader.zendesk_vocabulary()
FRENCH = names.of_libraries("fr")
ENGLISH = names.of_libraries("en")
TABLE = words.load("en")
LIBRARY = sorted(path for path in resources.folder("stdlib").rglob("*.trig") if path.parent.name != "fr")


def read(text: str, verbs: frozenset[str] = frozenset()) -> t.File:
    parsed = parser.parse(Source("rules", text), verbs=verbs)
    assert parsed.diagnostics == ()
    return parsed.file


def in_english_words(text: str) -> str:
    """Return a text with its nouns in French, and its grammar in English."""
    file = read(text)
    known = declaring(ZENDESK, [(file, ENGLISH)])
    return printer.print_file(localized(canonical(file, ENGLISH, known), FRENCH, known), TABLE)


def condition(text: str) -> str:
    printed = in_english_words(f"when {text} then stop")
    return printed.removeprefix("when ").partition("\nthen")[0]


def there_and_back(file: t.File, naming: Naming, vocabulary: Vocabulary) -> None:
    known = declaring(vocabulary, [(file, ENGLISH)])
    plain = canonical(file, ENGLISH, known)
    other = localized(plain, naming, known)
    # What is declared is known from the translated file as well.
    known = declaring(vocabulary, [(other, naming)])
    assert canonical(other, naming, known) == plain
    # English names are understood in any file.
    assert canonical(plain, naming, known) == plain


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("ticket.status changes to solved", "ticket.statut changes to résolu"),
        ("ticket.status changes from open to Solved", "ticket.statut changes from ouvert to Résolu"),
        ("ticket.status is SOLVED", "ticket.statut is RÉSOLU"),
        ("ticket.status is sOlved", "ticket.statut is sOlved"),
        ("ticket.status is on-hold", "ticket.statut is on-hold"),
        ('ticket.status is "hold"', 'ticket.statut is "en_pause"'),
        ("ticket.priority is one of low, high", "ticket.priorité is one of basse, élevée"),
        ("ticket.tags include solved", "ticket.marqueurs include solved"),
        ("ticket.subject is urgent", "ticket.objet is urgent"),
        ("ticket is closed", "ticket is clos"),
        ('schedule "Hours" is closed', 'schedule "Hours" is fermé'),
        ("ticket.deleted is yes", "ticket.supprimé is oui"),
        ("assignee is not requester", "assigné is not the demandeur"),
        ("assignee is not the requester", "assigné is not the demandeur"),
        ("current_user is agent", "auteur_de_la_mise_à_jour is agent"),
        ("current_user is admin", "auteur_de_la_mise_à_jour is administrateur"),
        ("ticket.followers include current_user", "ticket.abonnés include the auteur_de_la_mise_à_jour"),
        ("requester.organization.name is open", "demandeur.organisation.nom is open"),
        ("assignee.groups include group", "assigné.groupes include the groupe"),
        ("previous ticket.priority is low", "previous ticket.priorité is basse"),
        ("ticket.priority is previous ticket.priority", "ticket.priorité is previous ticket.priorité"),
        ("ticket.due_date is within the next 1 hour", "ticket.échéance is within the next 1 heure"),
        ("ticket.due_date is within the next 2 hours", "ticket.échéance is within the next 2 heures"),
        ("update.channel is email", "mise_à_jour.canal is e-mail"),
        ("ticket.nothing is solved", "ticket.nothing is solved"),
        ("ticket.status is open or pending", "ticket.statut is ouvert or en_attente"),
    ],
)
def test_a_condition_in_french_nouns(english: str, french: str) -> None:
    assert condition(english) == french


def test_actions_in_french_nouns() -> None:
    text = (
        "when ticket is created\n"
        "then set ticket.priority to urgent\n"
        "  set assignee to current_user\n"
        "  clear ticket.due_date\n"
        "  add vip to ticket.tags\n"
        '  notify all agents, group "Tier 2", requester by email with template solved\n'
        "  call webhook pager with template comment_added\n"
    )
    assert in_english_words(text) == (
        "when ticket is créé\n"
        "then set ticket.priorité to urgente\n"
        "  set assigné to the auteur_de_la_mise_à_jour\n"
        "  clear ticket.échéance\n"
        "  add vip to ticket.marqueurs\n"
        '  notify all agents, groupe "Tier 2" and demandeur by e-mail with template demande_résolue\n'
        "  call webhook pager with template commentaire_ajouté\n"
    )


def test_declarations_in_french_nouns() -> None:
    text = (
        'use zendesk only "Notify requester of solved request"\n'
        "field ticket.plan is one of free < pro, at first free\n"
        "field user.backup is a user\n"
        "state user is vip as user.backup.role is end_user\n"
        'schedule "Hours" in "Europe/Paris" open monday to friday 09:00 to 18:00\n'
        'disable trigger "Notify requester of solved request"\n'
    )
    assert in_english_words(text) == (
        'use zendesk only "Informer le demandeur de la demande résolue"\n\n'
        "field ticket.plan is one of free < pro, at first free\n"
        "field utilisateur.backup is a user\n\n"
        "state utilisateur is vip as utilisateur.backup.rôle is utilisateur_final\n\n"
        'schedule "Hours" in "Europe/Paris" open lundi to vendredi 09:00 to 18:00\n\n'
        'disable trigger "Informer le demandeur de la demande résolue"\n'
    ).replace("\n\n", "\n")


def english(text: str) -> str:
    """Return a condition with its French nouns in English."""
    file = canonical(read(f"when {text} then stop"), FRENCH, ZENDESK)
    return printer.print_file(file, TABLE).removeprefix("when ").partition("\nthen")[0]


@pytest.mark.parametrize(
    ("french", "meant"),
    [
        ("ticket.priorite is elevee", "ticket.priority is high"),
        ("ticket.priorite\u0301 is ÉLEVÉE", "ticket.priority is HIGH"),
        ("ticket.priorité is éLevéE", "ticket.priority is high"),
        ("ticket.priority is normal", "ticket.priority is normal"),
        ('ticket.statut is "en attente"', "ticket.status is pending"),
        ('ticket.statut is "résolu"', 'ticket.status is "solved"'),
        ("demandeuse is the utilisatrice_actuelle", "requester is current_user"),
        ("ticket.priorté is haute", "ticket.priorté is haute"),
        ("statut is résolu", "status is résolu"),
    ],
)
def test_french_nouns_are_read_in_any_form(french: str, meant: str) -> None:
    assert english(french) == meant


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_library_goes_there_and_back(path: Path) -> None:
    there_and_back(read(path.read_text(encoding="utf-8")), FRENCH, ZENDESK)


def test_the_vocabulary_itself_needs_no_other() -> None:
    file = read((resources.folder("stdlib") / "zendesk" / "fields.trig").read_text(encoding="utf-8"))
    there_and_back(file, FRENCH, Vocabulary())


@settings(max_examples=150)
@given(strategies.rule_files(strategies.World.zendesk()))
def test_any_file_goes_there_and_back(file: t.File) -> None:
    there_and_back(file, FRENCH, ZENDESK)


@settings(max_examples=100)
@given(strategies.vocabulary_files())
def test_any_vocabulary_of_a_host_goes_there_and_back(file: t.File) -> None:
    known = declaring(Vocabulary(), [(file, ENGLISH)])
    there_and_back(file, FRENCH.over(known), Vocabulary())
