"""Rule files with mistakes in them, put into French word by word: what is misspelt is misspelt in French as well."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from trigdsl import spelling
from trigdsl.runtime.loader import zendesk_vocabulary
from trigdsl.runtime.names import of_libraries
from trigdsl.semantics.naming.labels import Labels
from trigdsl.semantics.rewording import Rewording
from trigdsl.syntax import pieces, words
from trigdsl.syntax.words import folded

ENGLISH, FRENCH = words.load("en"), words.load("fr")
NAMING = of_libraries("fr")
_REWORDING = Rewording(ENGLISH, FRENCH, NAMING, zendesk_vocabulary())
_WORD = re.compile(r"(?<!\w)[^\W\d]\w*(?:-\w+)*")
_CAPITAL = re.compile(r"(?<!\w)[A-ZÀ-Þ]\w*")
_MARK = "\u02bc"
"""Stands behind what is put into French at the end, and belongs to words."""
IDIOMS = {
    "isn't": "nest",
    "isn’t": "nest",
    "isnt empty": "est pas vide",
    "doesnt change": "change pas",
    "is between": "est entre",
    "there is a comment": "il y a un commentaire",
    "is in": "est dans",
    "but": "mais",
    "has": "possède",
    "in progress": "en cours",
    "higher than": "plus grand que",
    "more than": "supérieur à",
    "at least": "au moins",
    "close the": "fermer le",
    "close": "fermer",
    "else": "sinon",
    "send an email to": "envoyer un e-mail à",
    "send email to": "envoyer un e-mail à",
    "tell": "prévenir",
    "two days": "deux jours",
    "email assignee": "envoyer un e-mail à l'assigné",
    "add tag": "ajouter le marqueur",
    "of the ticket": "du ticket",
    "role of requester": "le rôle du demandeur",
    "of the requestr": "du demandur",
    "ot": "aà",
    "too": "àà",
    "adn": "te",
    "form ticket.tags": "dee ticket.marqueurs",
}
"""What people try in English, with what they would in French."""


def _scopes() -> Iterator[Labels]:
    yield NAMING.entities
    for table in (NAMING.fields, NAMING.states, NAMING.choices):
        yield from table.values()
    yield from (NAMING.channels, NAMING.templates, NAMING.values, NAMING.units, NAMING.weekdays)


NAMES = {name for scope in _scopes() for name in scope.spellings}
FRENCH_NAMES = {label for scope in _scopes() for known in scope.spellings.values() for label in known}
PHRASES = [phrase for phrases in ENGLISH.phrases.values() for phrase in phrases]


def in_french(text: str, own: Collection[str] = ()) -> str:
    """Return a file as a French one that has the same mistakes, as far as words alone can be put into French.

    Own are names that the file takes from others.
    """
    names = [name for name in _capitals(text) if name.lower() not in {*ENGLISH.spoken, *NAMES}]
    asides = {**dict(zip(names, names, strict=True)), **IDIOMS}
    text = _aside(text, asides)
    text = _changed(text, str.lower)
    text = _marked(text, {*own, *defined(text)})
    text = _misspelt(_REWORDING(_quoted(text)))
    for number, said in enumerate(asides.values()):
        text = text.replace(f"z{number}{_MARK}", said)
    return f"# language: fr\n{text}"


def _capitals(text: str) -> list[str]:
    seen = pieces.blanked(text)
    return sorted({word for word in _CAPITAL.findall(seen) if "__" not in word}, key=len, reverse=True)


def defined(text: str) -> set[str]:
    """Return the names that a file gives something of its own."""
    return {*_DEFINED.findall(text)}


_DEFINED = re.compile(r"(?<=\bdefine )[\w-]+|(?<=\bwebhook )[\w-]+|(?<=ticket\.)[\w-]+(?= is )")


def _aside(text: str, asides: Iterable[str]) -> str:
    """Return a text with marks for what is put into French by itself."""
    for number, said in enumerate(asides):
        found = re.compile(rf"(?<![\w.-])(?<!is )(?<!not ){re.escape(said)}(?![\w.-])")
        seen = pieces.blanked(text)
        for match in reversed([*found.finditer(seen)]):
            text = f"{text[: match.start()]}z{number}{_MARK}{text[match.end() :]}"
    return text


def _quoted(text: str) -> str:
    """Return a text with quotes about the names that are words of the French grammar alone."""

    def quoted(word: str) -> str:
        own = folded(word) in FRENCH.reserved | FRENCH.continuing
        return f'"{word}"' if own and word not in ENGLISH.spoken and word not in NAMES else word

    return _changed(text, quoted)


def _marked(text: str, own: Collection[str]) -> str:
    """Return a text in which each misspelt word or phrase is the one that was meant, with a capital."""
    known = {*ENGLISH.spoken, *NAMES, *ENGLISH.guesses, *ENGLISH.contractions, *own}

    def marked(word: str) -> str:
        if word in known or len(word) < 4:
            return word
        meant = spelling.certain(word, {*ENGLISH.spoken, *NAMES})
        return word if meant is None else meant.capitalize()

    text = _phrases_marked(_changed(text, marked))
    # A phrase is marked by its first word.
    for phrase in sorted((p for p in PHRASES if " " in p), key=len, reverse=True):
        spaced = r"\s+".join(map(re.escape, phrase.split()))
        for found in re.finditer(rf"(?<![\w.]){spaced}(?![\w.])", text, re.IGNORECASE):
            if found[0] != found[0].lower():
                text = text[: found.start()] + found[0].lower().capitalize() + text[found.end() :]
    return text


def _phrases_marked(text: str) -> str:
    """Return a text with the phrases of several words in which one is a slip away from what was meant."""
    written = [m for m in _WORD.finditer(pieces.blanked(text)) if "__" not in m[0]]
    for count in (4, 3, 2):
        for first in range(len(written) - count, -1, -1):
            start, end = written[first].start(), written[first + count - 1].end()
            said = text[start:end]
            meant = [phrase for phrase in PHRASES if _is_a_slip(said, phrase)]
            if len(meant) == 1:
                return _phrases_marked(text[:start] + meant[0].capitalize() + text[end:])
    return text


def _is_a_slip(said: str, phrase: str) -> bool:
    """Return whether a phrase of several words was meant, and one of its words is misspelt."""
    both = [*zip(said.split(" "), phrase.split(), strict=False)]
    if said in PHRASES or said.count(" ") != phrase.count(" ") or said != said.lower():
        return False
    (wrong, *more) = [word for word, meant in both if word != meant]
    known = {*NAMES, *(ENGLISH.spoken if len(both) < 4 else ())}
    return not more and wrong not in known and spelling.distance(said, phrase, 1) == 1


def _misspelt(text: str) -> str:
    """Return a text in which the words with a capital are misspelt instead, or of a short one the next long one."""
    waiting = False

    def misspelt(word: str) -> str:
        nonlocal waiting
        shortest = 4 if waiting else 3
        waiting = waiting or word != word.lower()
        if not waiting or len(word) < shortest:
            return word.lower()
        waiting = False
        return slipped(word.lower())

    return _changed(text, misspelt)


def slipped(word: str) -> str:
    """Return a word with one letter left out of its middle."""
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :] if len(word) > 3 else word + word[-1]


def _changed(text: str, change: Callable[[str], str]) -> str:
    """Return a text with what is made of each word outside of quotes and comments."""
    found, at = [], 0
    for match in _WORD.finditer(pieces.blanked(text)):
        word = text[match.start() : match.end()]
        if word == match[0]:
            found += [text[at : match.start()], change(word)]
            at = match.end()
    return "".join([*found, text[at:]])
