"""A piece of a rule in another human language, word by word: what no table knows stays as it is."""

import functools
import re

from trigdsl.syntax.words import Words

_QUOTED = r'"(?:[^"\\]|\\.)*"?'
_NAME = r"[^\W\d][\w-]*"
_TOKEN = re.compile(rf"{_QUOTED}|\{{\{{.*?\}}\}}|#[^\n]*|{_NAME}(?:\.{_NAME})*|[\d][\w:.-]*|\s+|.", re.DOTALL)


def translated(text: str, source: Words, target: Words) -> str:
    """Return a piece of a rule, or a whole rule, with the phrases of one language in place of another's.

    The longest phrase counts. Quoted texts, comments, and words of no phrase stay as they are.
    """
    found, at = [], 0
    follows = False  # whether a phrase stands directly before
    phrases = _phrases(source)
    while at < len(text):
        phrase = phrases.match(text, at) if at == 0 or text[at - 1] not in _INSIDE else None
        terminal = "" if phrase is None else _terminals(source)[" ".join(phrase[0].casefold().split())]
        if phrase is not None and (terminal not in _TYPES or follows):
            follows = True
            found.append(_as_written(phrase[0], target.phrase(terminal)))
            at = phrase.end()
            continue
        token = _TOKEN.match(text, at)
        assert token is not None
        follows = follows and token[0].isspace()
        found.append(token[0])
        at = token.end()
    return "".join(found)


_TYPES = frozenset({"TAGS_TYPE", "TEXT_TYPE", "USERS_TYPE", "GROUPS_TYPE"})
"""Phrases that are also what fields are called: they are types behind `is` alone."""
_INSIDE = frozenset("._-")


def _as_written(phrase: str, said: str) -> str:
    """Return a phrase with the capital that another one has at its beginning."""
    return said[:1].upper() + said[1:] if phrase[:1].isupper() else said


@functools.lru_cache(maxsize=8)
def _phrases(words: Words) -> re.Pattern[str]:
    ordered = sorted(_terminals(words), key=len, reverse=True)
    each = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in ordered)
    return re.compile(rf"(?:{each})(?![\w-]|\.\w)", re.IGNORECASE)


@functools.lru_cache(maxsize=8)
def _terminals(words: Words) -> dict[str, str]:
    return {phrase: terminal for terminal, phrases in words.phrases.items() for phrase in phrases}
