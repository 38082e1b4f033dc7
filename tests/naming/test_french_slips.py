"""French words with one slip of the keyboard in each: whether the help names the right one."""

import random
import re
from collections.abc import Iterator

from slips import misspelt

from trigdsl.diagnostics import Severity
from trigdsl.runtime import loader, names
from trigdsl.semantics import types
from trigdsl.syntax import words

FRENCH = names.of_libraries("fr")
ZENDESK = loader.zendesk_vocabulary()
RIGHT = 0.9


def sentences() -> Iterator[tuple[str, str]]:
    """Yield rules with a gap for a word, and the word: of each field, state, choice, channel, template and start."""
    for entity, labels in FRENCH.fields.items():
        start = "demandeur" if entity == "user" else FRENCH.starts.label(entity)
        for name in labels.spellings:
            yield f"quand {start}.{{}} est vide alors arrêter ici", labels.label(name)
    for entity, states in FRENCH.states.items():
        start = "le demandeur" if entity == "user" else f"le {FRENCH.starts.label(entity)}"
        for name in states.spellings:
            yield f"quand {start} est {{}} alors arrêter ici", states.label(name)
    for path, choices in FRENCH.choices.items():
        entity, name = path.split(".")
        start = "demandeur" if entity == "user" else FRENCH.starts.label(entity)
        field = FRENCH.fields_of(entity).label(name)
        for choice in choices.spellings:
            yield f"quand {start}.{field} est {{}} alors arrêter ici", choices.label(choice)
    for template in FRENCH.templates.spellings:
        label = FRENCH.templates.label(template)
        yield "quand le ticket est créé alors notifier le demandeur avec le modèle {}", label
    for name, declared in ZENDESK.shorthands.items():
        if isinstance(declared.type, types.ReferenceType) and name != "schedule":
            yield "quand {} est vide alors arrêter ici", FRENCH.starts.label(name)


def test_the_help_names_the_right_word() -> None:
    dice = random.Random(9)
    reserved = words.load("fr").reserved
    tried, missed = 0, []
    for text, word in sentences():
        if len(word) < 4:
            continue
        for _ in range(3):
            slip = misspelt(word, dice)
            if words.folded(slip) in {*map(words.folded, reserved)} or not re.fullmatch(
                r"[^\W\d][\w-]*", slip
            ):
                continue
            diagnostics = loader.load_text(f"# language: fr\n{text.format(slip)}").diagnostics
            wrong = [d for d in diagnostics if d.severity is Severity.ERROR]
            if not wrong:
                continue  # another spelling of it, or another word
            tried += 1
            if not any(f"`{word}`" in (d.help or "") for d in wrong):
                missed.append(f"{slip} for {word}: {wrong[0].message}: {wrong[0].help}")
    assert tried > 400
    assert len(missed) <= (1 - RIGHT) * tried, missed
