"""What is said of the place where reading stopped."""

import re

from trigdsl.diagnostics import Diagnostic
from trigdsl.source import Span
from trigdsl.syntax import expectations, pieces
from trigdsl.syntax.places import CURLY, END, GOES_ON, POSSESSIVE, Place


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
    if POSSESSIVE.match(place.text, at):
        message = f"`{character}s` does not belong to the language"
        return Diagnostic("unexpected-character", message, source, Span(at, at + 2))
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
    advice = _OF_SIGNS.get(character)
    if advice is None or (character == "!" and not place.text[at + 1 : at + 2].strip()):
        advice = "remove it, or quote the value it is part of"
    return Diagnostic("unexpected-character", message, source, Span(at, at + len(sign)), advice)


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
    noun = None if last is None else _said_of_nothing(place, last[1])
    if noun is not None:
        message = f"nothing is said of `{place.text[noun.start : noun.end]}`"
        help_line = f"for example `{place.text[noun.start : noun.end]} {table.phrase('IS')} …`"
        return Diagnostic("unfinished-condition", message, source, noun, help_line)
    if last is not None and place.begins_line() and _goes_on(place):
        message = f"something is missing here: expected {wanted}"
        return Diagnostic("unfinished-rule", message, source, last[1])
    shown = expectations.shortened(place.word())
    message = f"`{shown}` cannot stand here: expected {wanted}"
    return Diagnostic("unexpected-word", message, source, stop.span, _advice(place, last))


def _goes_on(place: Place) -> bool:
    """Return whether the rule goes on at the stop, so that something is missing before it."""
    between_actions = place.stop.terminal == "AND" and {"SET", "NOTIFY"} & place.stop.expected
    after_comma = place.stop.terminal in pieces.ACTIONS and "WORD" not in place.stop.expected
    return place.stop.terminal in GOES_ON and not between_actions and not after_comma


def _said_of_nothing(place: Place, word: Span) -> Span | None:
    """Return a noun with its article that the rule goes on behind, and says nothing of: `the comment then …`."""
    if place.stop.terminal not in GOES_ON or not {"IS", "CHANGES"} <= place.stop.expected:
        return None
    article = place.article_before(word.start)
    return None if article is None else Span(article.start, word.end)


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
    if terminal in GOES_ON:
        return None
    return None
