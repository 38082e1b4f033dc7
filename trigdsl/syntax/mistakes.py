"""What is said of the place where reading stopped."""

import re

from trigdsl.diagnostics import Diagnostic
from trigdsl.source import Span
from trigdsl.syntax import expectations, pieces
from trigdsl.syntax.places import CURLY, END, Place
from trigdsl.syntax.words import WORD_SHAPE


def described(place: Place) -> Diagnostic:
    """Return the diagnostic of a stop."""
    if place.stop.said is not None:
        code, message, help_line = place.stop.said
        return Diagnostic(code, message, place.source, place.stop.span, help_line)
    if place.stop.terminal is None:
        return _of_character(place)
    return _of_word(place)


def _of_character(place: Place) -> Diagnostic:
    at = place.stop.span.start
    source, character = place.source, place.text[at]
    span = Span(at, at + 1)
    if character in CURLY:
        message = f"`{character}` is a typographic quote"
        return Diagnostic("typographic-quotes", message, source, span, 'use straight quotes: `"…"`')
    if character == '"':
        help_line = 'close it with `"`; a text over several lines stands between `"""` and `"""`'
        span = Span(at, place.line_end())
        return Diagnostic("unclosed-text", "a quoted text is not closed", source, span, help_line)
    if character.isdigit():
        word = re.compile(r"[\w.:-]+").match(place.text, at)
        assert word is not None
        message = f"`{word[0]}` is neither a number nor a day nor a word"
        help_line = f'quote a value that begins with a digit: `"{word[0]}"`; a duration is `48 hours`'
        if re.fullmatch(r"\d+[.-]\d+[.-]\d+", word[0]):
            help_line = "a day is written year, month, day: `2026-01-31`"
        return Diagnostic("unknown-value", message, source, Span(*word.span()), help_line)
    sign = place.sign()
    if place.text[at : at + 2] == "//":
        sign, character = "//", "#"
    shown = sign if sign.isprintable() else f"character U+{ord(character):04X}"
    message = f"`{shown}` does not belong to the language"
    help_line = _OF_SIGNS.get(character) or "remove it, or quote the value it is part of"
    return Diagnostic("unexpected-character", message, source, Span(at, at + len(sign)), help_line)


_OF_SIGNS = {
    "=": "a condition says `is`, an action `set … to …`",
    "!": "write `is not`",
    "@": 'put an address in quotes: `"ops@example.com"`',
    "'": 'use straight double quotes: `"…"`',
    "&": "write `and`",
    "|": "write `or`",
    "[": "a list needs no brackets: `vip, gold`",
    "{": 'placeholders stand in texts: `with body "{{ ticket.id }}"`',
    "#": "a comment begins with `#`",
    "/": "a day is written `2026-01-31`",
    ";": "actions follow each other without a sign between them",
    "*": 'a pattern stands in quotes: `is like "INV-*"`',
    "%": 'quote the value it is part of: `"50%"`',
}


def _of_word(place: Place) -> Diagnostic:
    stop, source, table = place.stop, place.source, place.words
    last = place.last_word
    wanted = expectations.described(stop.expected, None if last is None else last[0], table)
    if stop.terminal == END:
        span = Span(place.unit.start, place.unit.start + 1) if last is None else last[1]
        return Diagnostic("unfinished-rule", f"the rule ends too early: expected {wanted}", source, span)
    shown = expectations.shortened(place.word())
    message = f"`{shown}` cannot stand here: expected {wanted}"
    return Diagnostic("unexpected-word", message, source, stop.span, _advice(place, last))


_GOES_ON = frozenset(["THEN", "AND", "OR", "WHEN", "EXPECT", *pieces.ACTIONS])
"""After these the rule goes on, so that something is missing before them."""


def _advice(place: Place, last: tuple[str, Span] | None) -> str | None:
    guess = place.guess
    if guess is not None:
        return guess[0].help
    shown = expectations.shortened(place.word())
    expected, table, terminal = place.stop.expected, place.words, place.stop.terminal
    if terminal in pieces.ACTIONS and last is not None and last[0] == ",":
        return "actions follow each other without a comma: take it away"
    if terminal == "AND" and {"SET", "NOTIFY"} & expected:
        return f"actions follow each other without `{shown}`: take it away"
    if terminal == "DOT" and last is not None and place.before(last[1]) in table.phrases["NOT"]:
        return "put what is denied in parentheses: `not (…)`"
    if terminal in _GOES_ON:
        return None
    if terminal in ("WORD", "NUMBER") and "WORD" not in expected and last is not None:
        return _to_be_quoted(place, last)
    if "WORD" in expected and shown.casefold().split()[0] in table.reserved:
        return _reserved_value(place)
    return None


def _to_be_quoted(place: Place, last: tuple[str, Span]) -> str | None:
    """Return what to put in quotes, where several words seem to be one value or one title."""
    word, table = place.word(), place.words
    together = place.text[last[1].end : place.stop.span.start]
    known = {*table.spoken, *table.guesses}
    if "\n" in together or "#" in together or place.text[last[1].start - 1 : last[1].start] == ".":
        return None
    if "STRING" in place.stop.expected and last[0].casefold() in table.spoken:
        return f'put it in quotes: `"{word}"`'
    a_word = re.fullmatch(WORD_SHAPE, last[0]) is not None and last[0].casefold() not in known
    if not a_word or word.casefold() in known or place.before(last[1]) not in table.spoken:
        return None
    return f'put several words in quotes: `"{last[0]} {word}"`'


def _reserved_value(place: Place) -> str:
    shown = expectations.shortened(place.word())
    ahead = [m[0] for m in place.words_from(place.stop.span.start, 2)]
    if len(ahead) == 2 and ahead[1].casefold() not in place.words.spoken:
        both = " ".join(ahead)
        return f'`{ahead[0]}` is a word of the language; a value of several words is quoted: `"{both}"`'
    return f'`{shown}` is a word of the language; as a value it is quoted: `"{shown}"`'
