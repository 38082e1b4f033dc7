"""From phrases to the terminals of the lexer: any case, any white space, accents that may be left out, either apostrophe.

A phrase carries a look-ahead against every longer phrase that begins with it, since the lexer's priorities do not make
the longest phrase win across terminals.
"""

import re
import string
import unicodedata
from collections.abc import Collection, Iterable

from attrs import frozen

from trigdsl.syntax.words import MARKS, SIGNS, WORD_SHAPE, Words, folded, sign

_GAP = "(?:\\s|\\#[^\n]*\n){1,1000}+"
# Case means nothing to these, and compiling them as if it did takes a start a tenth longer.
_END = rf"(?-i:(?![\w{MARKS}-]))"
_WORD = f"(?-i:{WORD_SHAPE})"
_APOSTROPHE = "['\u2019]"


@frozen
class Spelling:
    """How a terminal is spelled: an expression in any case, and the ASCII characters with which it begins."""

    expression: str
    priority: int
    begins: frozenset[str]


def spellings(words: Words, verbs: Collection[str] = ()) -> dict[str, Spelling]:
    """Return how each word terminal is spelled, OWN_VERB and WORD too.

    Verbs are those that the vocabulary adds to the language's own; they are reserved like these.
    """
    everything = [phrase for phrases in words.phrases.values() for phrase in phrases]
    found = {}
    for terminal, phrases in words.phrases.items():
        own = sorted(phrases, key=len, reverse=True)
        pattern = "|".join(_pattern(phrase, _continuations(phrase, everything)) for phrase in own)
        pattern += _before_a_name(words) if terminal == "RAW" else ""
        read_as = sign(words, terminal)
        found[terminal] = Spelling(f"(?:{pattern}|{read_as})", 2, _beginnings([*phrases, read_as]))
    added = "|".join(sorted(map(re.escape, verbs), key=len, reverse=True)) or "(?!x)x"
    found["OWN_VERB"] = Spelling(f"(?:{added}){_END}", 2, _beginnings(verbs))
    whole, joined = _reserved(words.reserved, verbs)
    letters = frozenset(string.ascii_letters + "_")
    # The parts of a path behind its first are never taken for words of the grammar.
    found["WORD"] = Spelling(f"(?:(?<=\\.)|(?!(?:{whole}){_END}{joined})){_WORD}", 0, letters)
    return found


def terminals(words: Words, verbs: Collection[str] = ()) -> str:
    """Return the definitions of all word terminals in Lark's notation."""
    return "\n".join(
        f"{name}.{spelling.priority}: /{spelling.expression}/i".replace("\n", "\\n")
        for name, spelling in spellings(words, verbs).items()
    )


def _beginnings(phrases: Iterable[str]) -> frozenset[str]:
    """Return the ASCII characters with which phrases may begin, and the signs; what else they begin with is tried anyway."""
    first = {phrase[0] if ord(phrase[0]) in SIGNS else folded(phrase[0]) for phrase in phrases}
    return frozenset(case for each in first for case in (each.lower(), each.upper()))


def _continuations(phrase: str, everything: Iterable[str]) -> list[str]:
    return [longer[len(phrase) + 1 :] for longer in everything if longer.startswith(phrase + " ")]


def _before_a_name(words: Words) -> str:
    """Return the look-ahead that leaves `raw` a name of the user's own wherever no help desk's name follows."""
    spoken = "|".join(sorted(map(lettered, words.spoken), key=len, reverse=True))
    return f"(?={_GAP}(?!(?:{spoken}){_END}){_WORD})"


def _pattern(phrase: str, longer: list[str]) -> str:
    body = _said(phrase)
    if not longer:
        return body
    rest = "|".join(sorted(map(_said, longer), key=len, reverse=True))
    return f"{body}(?!{_GAP}(?:{rest}))"


def _said(phrase: str) -> str:
    """Return the expression for a phrase, whole: what it ends with is no part of a longer word."""
    return _GAP.join(map(lettered, phrase.split())) + ("" if phrase.endswith("'") else _END)


def _reserved(words: Iterable[str], verbs: Iterable[str]) -> tuple[str, str]:
    """Return the expressions for what no bare word may be: whole words, and those that go on behind an apostrophe.

    They have their accents: `a` stays a tag beside the preposition `à`, and `cree` is a ticket's state beside `crée`.
    """
    joined = sorted(word[:-1] for word in words if word.endswith("'"))
    whole = sorted({*map(re.escape, verbs), *(re.escape(word) for word in words if not word.endswith("'"))})
    return "|".join(whole), f"|(?:{'|'.join(map(re.escape, joined))}){_APOSTROPHE}" if joined else ""


def lettered(word: str) -> str:
    """Return the expression for a word, with its accents or without, and with either apostrophe."""
    return "".join(map(_letter, word))


def _letter(letter: str) -> str:
    if letter == "'":
        return _APOSTROPHE
    parts = unicodedata.normalize("NFD", letter)
    return f"(?:{letter}|{parts[0]}{parts[1:]}?)" if len(parts) > 1 else re.escape(letter)
