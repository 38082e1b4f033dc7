"""French rule files, loaded: they mean what the English ones mean, and mistakes are told in French words."""

from pathlib import Path

import pytest
from desk import ANA, PAUL, PEOPLE, event, letters

from trigdsl.diagnostics import Diagnostic
from trigdsl.runtime import cache, loader
from trigdsl.runtime.loader import load_paths, load_text

FRENCH = """\
# language: fr
champ ticket.forfait est parmi gratuit < pro
champ utilisateur.vip est oui ou non

définir client_payant comme
  demandeur.vip est oui ou ticket.forfait est au moins pro

déclencheur "Escalader"
  quand le ticket est créé
    et client_payant
    et l'assigné n'est pas le demandeur
    et ticket.priorité est parmi basse, NORMALE
    et ticket.échéance est dans moins de 3 jours
  alors mettre ticket.priorité à urgente
    ajouter urgente à ticket.marqueurs
    notifier le demandeur par e-mail avec le modèle demande_résolue
"""
ENGLISH = """\
field ticket.forfait is one of gratuit < pro
field user.vip is yes or no

define client_payant as requester.vip is yes or ticket.forfait is at least pro

trigger "Escalader"
  when ticket is created
    and client_payant
    and assignee is not the requester
    and ticket.priority is one of low, NORMAL
    and ticket.due_date is within the next 3 days
  then set ticket.priority to urgent
    add urgente to ticket.tags
    notify requester by email with template solved
"""


def test_a_french_file_means_what_the_english_one_means() -> None:
    french, english = load_text(FRENCH), load_text(ENGLISH)
    assert french.diagnostics == english.diagnostics == ()
    assert french.ruleset is not None
    assert english.ruleset is not None
    assert french.ruleset.rules.triggers == english.ruleset.rules.triggers
    assert french.ruleset.vocabulary == english.ruleset.vocabulary


def test_a_trigger_without_a_title_is_called_the_same() -> None:
    french = load_text("# language: fr\nquand le ticket est créé alors vider ticket.échéance")
    assert french.ruleset is not None
    assert [t.title for t in french.ruleset.triggers] == ["ticket is created"]


def found(text: str) -> Diagnostic:
    diagnostics = load_text(f"# language: fr\n{text}").diagnostics
    assert len(diagnostics) == 1, diagnostics
    return diagnostics[0]


@pytest.mark.parametrize(
    ("text", "code", "written", "meant"),
    [
        ("quand ticket.priorté est haute alors arrêter ici", "unknown-field", "priorté", "priorité"),
        ("quand ticket.priorité est hautte alors arrêter ici", "unknown-value", "hautte", "haute"),
        ("quand ticket.statut passe à résolut alors arrêter ici", "unknown-value", "résolut", "résolu"),
        ("quand le demandeurr est vide alors arrêter ici", "unknown-name", "demandeurr", "demandeur"),
        ("quand l'assigné est le demandeurr alors arrêter ici", "unknown-name", "demandeurr", "demandeur"),
        ("quand le ticket est modifé alors arrêter ici", "unknown-state", "modifé", "modifié"),
        (
            "quand ticket.échéance est dans moins de 3 jouurs alors arrêter ici",
            "unknown-unit",
            "3 jouurs",
            "jours",
        ),
        (
            "quand le ticket est créé alors notifier le demandeur avec le modèle résollu",
            "unknown-template",
            "résollu",
            "résolu",
        ),
        (
            "quand le ticket est créé alors notifier le demandeur par e-mial avec le modèle demande_résolue",
            "unknown-channel",
            "e-mial",
            "e-mail",
        ),
        ("champ tickt.forfait est un texte", "unknown-entity", "champ tickt", "ticket"),
        (
            'utiliser zendesk\ndésactiver le déclencheur "Informer le groupe d\'une afectation"',
            "unknown-trigger",
            "Informer",
            "Informer le groupe d'une affectation",
        ),
    ],
)
def test_a_misspelt_word_is_compared_with_french_ones(text: str, code: str, written: str, meant: str) -> None:
    diagnostic = found(text)
    assert diagnostic.code == code
    marked = diagnostic.source.text[diagnostic.span.start : diagnostic.span.end]
    assert marked.strip('"').startswith(written)
    assert diagnostic.help is not None
    assert f"`{meant}`" in diagnostic.help


def test_a_mend_writes_the_french_word() -> None:
    (edit,) = found("quand ticket.priorté est haute alors arrêter ici").fix
    assert edit.text == "priorité"


def test_a_part_is_marked_where_the_french_text_has_it() -> None:
    diagnostic = found("quand demandeur.organisation.nmo est vide alors arrêter ici")
    assert diagnostic.source.text[diagnostic.span.start : diagnostic.span.end] == "nmo"


# Names of the user's own


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "field ticket.priorité is text",
            "in the language `fr` `priorité` is what `ticket.priority` is called",
        ),
        (
            "field ticket.echeance is text",
            "in the language `fr` `echeance` is what `ticket.due_date` is called",
        ),
        ("field ticket.utilisateur_actuel is a user", "is what `current_user` is called"),
        ("state user is administrateur as user.tags include a", "is what `user is admin` is called"),
        ("define demandeur as ticket is created", "is what `requester` is called"),
        ("channel courriel", "is what `email` is called"),
    ],
)
def test_a_name_that_is_another_in_french(text: str, message: str) -> None:
    diagnostics = load_text(text).diagnostics
    assert [d.code for d in diagnostics if d.code != "unused-name"] == ["name-used-twice"]
    assert message in next(d.message for d in diagnostics if d.code == "name-used-twice")


def test_titles_and_templates_matter_beside_a_french_file_alone(tmp_path: Path) -> None:
    title = "Informer le demandeur de la demande résolue"
    (tmp_path / "a.trig").write_text(
        f'trigger "{title}" when ticket is created then notify requester with template résolu',
        encoding="utf-8",
    )
    (tmp_path / "templates" / "en").mkdir(parents=True)
    (tmp_path / "templates" / "en" / "résolu.txt").write_text("Bonjour", encoding="utf-8")
    assert load_paths([tmp_path]).diagnostics == ()
    (tmp_path / "b.trig").write_text(
        "# language: fr\nquand le ticket est créé alors arrêter ici", encoding="utf-8"
    )
    assert [d.code for d in load_paths([tmp_path]).diagnostics] == ["name-used-twice"] * 2


def test_own_names_have_the_labels_that_lie_beside_the_rules(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    table = '[fields.ticket]\nplan = "forfait (m)"\n[choices."ticket.plan"]\nfree = "gratuit"\n'
    (tmp_path / "labels" / "fr.toml").write_text(table, encoding="utf-8")
    (tmp_path / "a.trig").write_text("field ticket.plan is one of free < pro", encoding="utf-8")
    (tmp_path / "b.trig").write_text(
        "# language: fr\nquand ticket.forfait est gratuit alors arrêter ici", encoding="utf-8"
    )
    loaded = load_paths([tmp_path])
    assert loaded.diagnostics == ()
    (tmp_path / "labels" / "fr.toml").write_text('[fields.ticket]\nplan = "statut"\n', encoding="utf-8")
    codes = {d.code for d in load_paths([tmp_path]).diagnostics}
    assert "unreadable-file" in codes


def test_texts_show_choices_by_the_labels_that_lie_beside_the_rules(tmp_path: Path) -> None:
    labels = tmp_path / "labels" / "fr.toml"
    labels.parent.mkdir()
    labels.write_text('[choices."ticket.plan"]\nfree = "offre_gratuite"\n', encoding="utf-8")
    for language in ("en", "fr"):
        text = tmp_path / "templates" / language / "plan.txt"
        text.parent.mkdir(parents=True)
        text.write_text("{{ ticket.plan | label }}", encoding="utf-8")
    rules = "field ticket.plan is one of free < pro\nwhen ticket is created then notify requester with template plan"
    (tmp_path / "a.trig").write_text(rules, encoding="utf-8")
    entry = cache.Entry(tmp_path / "cache", (str(tmp_path / "a.trig"),), begun=2e10)
    loaded = load_paths([tmp_path / "a.trig"])
    assert loaded.ruleset is not None
    ruleset = loaded.ruleset
    outcomes = [
        ruleset.fold(directory=ruleset.directory(PEOPLE)).feed(event(by, {"plan": "free"}, created=True))
        for by in (PAUL, ANA)
    ]
    shown = [letter.body for outcome in outcomes for letter in letters(outcome)]
    assert shown == ["Offre gratuite", "Free"]
    entry.write(loaded)
    assert entry.read() is not None
    labels.write_text('[choices."ticket.plan"]\nfree = "gratuit"\n', encoding="utf-8")
    assert entry.read() is None


def test_checked_french_rules_are_kept_and_labels_are_part_of_their_key(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    (rules / "labels").mkdir(parents=True)
    (rules / "a.trig").write_text(FRENCH, encoding="utf-8")
    labels = rules / "labels" / "fr.toml"
    labels.write_text("", encoding="utf-8")
    entry = cache.Entry(tmp_path / "cache", (str(rules),), begun=2e10)
    loaded = load_paths([rules])
    assert loaded.ruleset is not None
    entry.write(loaded)
    kept = entry.read()
    assert kept is not None
    assert kept.ruleset is not None
    assert kept.ruleset.rules.triggers == loaded.ruleset.rules.triggers
    labels.write_text('[fields.ticket]\nforfait = "offre"\n', encoding="utf-8")
    assert entry.read() is None


def test_files_of_both_languages_use_each_other() -> None:
    text = '# language: fr\nutiliser "./more.trig"\nquand payant et ticket.objet est vide alors arrêter ici'
    more = "field ticket.plan is one of free < pro\ndefine payant as ticket.plan is pro"
    assert load_text(text, files={"more.trig": more}).diagnostics == ()


def test_a_vocabulary_of_a_hosts_own_in_french_rules() -> None:
    vocabulary = (
        "state bug is created\nfield bug.owner is a user\nfield bug.title is text\nfield user.email is text"
    )
    text = "# language: fr\nquand bug est créé et le owner est l'utilisateur_actuel alors vider bug.title"
    assert load_text(text, vocabulary=vocabulary).diagnostics == ()


def test_the_vocabulary_is_the_same_as_ever() -> None:
    assert loader.zendesk_vocabulary().field("ticket", "status") is not None
