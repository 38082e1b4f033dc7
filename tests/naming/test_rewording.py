"""Pieces of English rules in French, as messages quote them: they need be no whole rules."""

import pytest

from trigdsl.runtime.loader import zendesk_vocabulary
from trigdsl.runtime.names import of_libraries
from trigdsl.semantics.rewording import Rewording
from trigdsl.syntax import words

FRENCH = Rewording(words.load("en"), words.load("fr"), of_libraries("fr"), zendesk_vocabulary())


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        ("ticket is created", "le ticket est créé"),
        ("comment is private", "le commentaire est privé"),
        ("requester.role is agent", "demandeur.rôle est agent"),
        ("set ticket.status to solved", "mettre ticket.statut à résolu"),
        ("set assignee to current_user", "mettre l'assigné à l'auteur_de_la_mise_à_jour"),
        ("the requester", "le demandeur"),
        ("requester", "demandeur"),
        ("Requester", "Demandeur"),
        ("tags", "marqueurs"),
        ("yes", "oui"),
        ("Tiers", "Tiers"),
        ("assignee is the requester", "l'assigné est le demandeur"),
        ("group is empty", "le groupe n'est pas défini"),
        ("organization is not empty", "l'organisation est définie"),
        ("previous group is empty", "l'ancien groupe n'est pas défini"),
        ("previous ticket.priority is high", "ancienne ticket.priorité est élevée"),
        ("ticket.status changes from solved", "ticket.statut quitte résolu"),
        ("ticket.status changes from solved to open", "ticket.statut passe de résolu à ouvert"),
        ("ticket.tags include any of vip, urgent", "ticket.marqueurs incluent au moins un parmi vip, urgent"),
        ("ticket.priority is one of low, normal", "ticket.priorité est parmi basse, normale"),
        ("add vip to ticket.tags", "ajouter vip à ticket.marqueurs"),
        ("remove vip from ticket.tags", "retirer vip de ticket.marqueurs"),
        ("add vip to group", "ajouter vip au groupe"),
        (
            "notify all agents by email with template solved",
            "notifier tous les agents par e-mail avec le modèle demande_résolue",
        ),
        ('group "Tier 2" is notified', 'le groupe "Tier 2" est notifié'),
        (
            'expect trigger "Notify group of assignment" fires',
            'vérifier que le déclencheur "Informer le groupe d\'une affectation" se déclenche',
        ),
        ("Notify group of assignment", "Informer le groupe d'une affectation"),
        ("ticket.created_at is within the last 3 hours", "ticket.créé_le date de moins de 3 heures"),
        ("open monday to friday 09:00 to 18:00", "ouvert lundi à vendredi 09:00 à 18:00"),
        ("not (ticket.tags include vip)", "non (ticket.marqueurs incluent vip)"),
        ("ticket.plan is yes", "ticket.plan est oui"),
        ('ticket.subject is "requester"', 'ticket.objet est "requester"'),
        ("{{ ticket.status }}", "{{ ticket.status }}"),
        ("when … # the requester", "quand … # the requester"),
        ("le ticket est créé", "le ticket est créé"),
        ("mettre ticket.statut à résolu", "mettre ticket.statut à résolu"),
        ("du ticket", "du ticket"),
    ],
)
def test_a_piece_is_in_french(piece: str, said: str) -> None:
    assert FRENCH(piece) == said


def test_a_word_of_the_users_own_is_no_phrase() -> None:
    piece = "include any of vip, or"
    assert FRENCH(piece) == "inclut au moins un parmi vip, ou"
    assert FRENCH(piece, {"vip", "or"}) == "inclut au moins un parmi vip, or"
