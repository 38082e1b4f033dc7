"""`trigdsl doc --words fr`: every word, noun and value of a language beside the English one, as a page in Markdown."""

from collections.abc import Iterable, Iterator

from trigdsl.runtime import names
from trigdsl.semantics.naming.labels import Labels
from trigdsl.syntax import words
from trigdsl.syntax.words import Words

_OPENING = """# La langue : tous les mots

Un fichier de règles en français commence par la ligne `# language: fr`. Cette page donne tous les mots que vous pouvez y
écrire, à côté des mots anglais ; elle est tirée des tables de la langue (`make docs`). Le premier mot est celui que
`trigdsl format` écrit ; les autres se lisent de la même façon. Les accents peuvent manquer, et les majuscules ne
changent rien ; seul `ajouté` a besoin du sien, sans lequel il serait le verbe `ajoute`. Une négation dit que ce
qu'elle nie n'est pas vrai : `ticket.statut ne quitte pas résolu` est vrai aussi d'un ticket qui n'était pas résolu.

`trigdsl format --language fr FICHIER` traduit des règles anglaises, `--language en` des règles françaises : le sens, les
commentaires et vos propres noms restent. Les noms à plusieurs mots se lient par `_`. Une valeur qui est aussi un mot du
langage se met entre guillemets : `ticket.marqueurs incluent "alors"`. Les textes à envoyer gardent leurs champs anglais :
`{{ ticket.subject }}`.
"""
_HEADING = "| français | se lit aussi | anglais |\n|---|---|---|"


def page() -> str:
    """Return the page about the French words."""
    french, english = words.load("fr"), words.load("en")
    naming = names.of_libraries("fr")
    lines = [_OPENING]
    lines += _section("Les déclarations", _phrases(french, english, heads=True))
    lines += _section("Les verbes", _phrases(french, english, heads=False))
    lines += _section("Les premiers mots", _labels(naming.entities))
    lines += ["## Les champs", ""]
    for entity, labels in naming.fields.items():
        lines += _section(f"`{naming.entities.label(entity)}`", _labels(labels), level=3)
    lines += ["## Les états", ""]
    for entity, labels in naming.states.items():
        lines += _section(f"`{naming.entities.label(entity)}`", _labels(labels), level=3)
    lines += ["## Les valeurs", ""]
    for path, labels in naming.choices.items():
        entity, _, name = path.partition(".")
        shown = f"{naming.starts.label(entity)}.{naming.fields_of(entity).label(name)}"
        lines += _section(f"`{shown}`", _labels(labels), level=3)
    lines += _section("Oui, non, tous", _labels(naming.values))
    lines += _section("Le temps", [*_labels(naming.units), *_labels(naming.weekdays)])
    lines += _section("Les canaux", _labels(naming.channels))
    lines += _section("Les modèles fournis", _labels(naming.templates))
    lines += ["## Les titres des déclencheurs fournis", "", "| français | anglais |", "|---|---|"]
    lines += [f"| {label} | {title} |" for title, (label, *_) in naming.titles.spellings.items()]
    return "\n".join(lines) + "\n"


def _section(title: str, rows: Iterable[str], level: int = 2) -> list[str]:
    return [f"{'#' * level} {title}", "", _HEADING, *rows, ""]


def _phrases(french: Words, english: Words, *, heads: bool) -> Iterator[str]:
    for terminal, phrases in french.phrases.items():
        if (terminal in french.heads) is heads:
            first, *others = phrases
            yield _row(first, others, english.phrase(terminal))


def _labels(labels: Labels) -> Iterator[str]:
    for name, (first, *others) in labels.spellings.items():
        yield _row(first, others, name)


def _row(first: str, others: Iterable[str], english: str) -> str:
    return f"| `{first}` | {', '.join(f'`{other}`' for other in others)} | `{english}` |"
