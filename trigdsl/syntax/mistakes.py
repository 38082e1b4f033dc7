"""What is said of the place where reading stopped, and which small changes of the text might let it go on."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from attrs import frozen

from trigdsl import spelling
from trigdsl.diagnostics import Diagnostic, Edit
from trigdsl.source import Source, Span
from trigdsl.syntax import expectations, pieces, words
from trigdsl.syntax.words import LEFT_OUT, WORD_SHAPE, Guess, Words


@frozen
class Stop:
    """Where reading stopped, at which terminal (None: at a character of no word), and what could have stood there.

    A literal that means nothing is told by `said`: a code, a message and a help line.
    """

    span: Span
    terminal: str | None
    expecting: Callable[[], Iterable[str]] = tuple
    said: tuple[str, str, str] | None = None

    @cached_property
    def expected(self) -> frozenset[str]:
        """The terminals that a person could have typed here; asked for only when something is said of the stop."""
        return frozenset(t for t in self.expecting() if not t.startswith("_")) - {"UNREAD", "COMMENT"}


END = "$END"


@frozen
class Mend:
    """What might have been meant: a span of the text and what stands there instead, with what is then said.

    Certain is a mend that may be made without asking. Mends of one rank above zero are equally likely.
    """

    span: Span
    text: str
    help: str | None = None
    certain: tuple[Edit, ...] = ()
    rank: int = 0


@frozen
class Place:
    """A stop in the text that is being read, with the words of its language."""

    source: Source
    words: Words
    unit: Span
    stop: Stop

    @property
    def text(self) -> str:
        """The whole text."""
        return self.source.text

    def word(self) -> str:
        """Return what stands at the stop."""
        return self.text[self.stop.span.start : self.stop.span.end]

    def begins_line(self) -> bool:
        """Return whether nothing stands before the stop on its line."""
        at = self.stop.span.start
        return not self.text[self.text.rfind("\n", 0, at) + 1 : at].strip()

    def before(self, word: Span) -> str | None:
        """Return the word before a word, in lower case, or None."""
        found = re.compile(r"([\w-]+)\s*$").search(
            self.text[max(self.unit.start, word.start - 60) : word.start]
        )
        return None if found is None else found[1].casefold()

    def last_word(self) -> tuple[str, Span] | None:
        """Return the last word or quoted text before the stop, comments left out, and where it stands."""
        read = [m for m in _WORD.finditer(self.text, self.unit.start, self.stop.span.start) if m[0][0] != "#"]
        return (read[-1][0], Span(*read[-1].span())) if read else None


_WORD = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[\w-]+|[^\s\w]', re.DOTALL)
_CURLY = "“”„«»‘’‚"
_SIGNS: dict[str, tuple[str, ...]] = {
    "=": ("IS", "TO"),
    "==": ("IS",),
    "!=": ("IS_NOT",),
    "<>": ("IS_NOT",),
    "≠": ("IS_NOT",),
    "&": ("AND",),
    "&&": ("AND",),
    "+": ("AND",),
    "|": ("OR",),
    "||": ("OR",),
}


# What is said


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
    if character in _CURLY:
        message = f"`{character}` is a typographic quote"
        return Diagnostic("typographic-quotes", message, source, span, 'use straight quotes: `"…"`')
    if character == '"':
        help_line = 'close it with `"`; a text over several lines stands between `"""` and `"""`'
        span = Span(at, _line_end(place.text, at))
        return Diagnostic("unclosed-text", "a quoted text is not closed", source, span, help_line)
    if character.isdigit():
        word = re.compile(r"[\w.:-]+").match(place.text, at)
        assert word is not None
        message = f"`{word[0]}` is neither a number nor a day nor a word"
        help_line = f'quote a value that begins with a digit: `"{word[0]}"`; a duration is `48 hours`'
        if re.fullmatch(r"\d+[.-]\d+[.-]\d+", word[0]):
            help_line = "a day is written year, month, day: `2026-01-31`"
        return Diagnostic("unknown-value", message, source, Span(*word.span()), help_line)
    sign = _sign(place)
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


def _sign(place: Place) -> str:
    """Return the sign at the stop; of two characters that people write together, both."""
    at = place.stop.span.start
    both = place.text[at : at + 2]
    return both if both in _SIGNS else both[:1]


def _of_word(place: Place) -> Diagnostic:
    stop, source, table = place.stop, place.source, place.words
    last = place.last_word()
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
    guess = _guess(place)
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
    ahead = [m[0] for m in _words_from(place, place.stop.span.start, 2)]
    if len(ahead) == 2 and ahead[1].casefold() not in place.words.spoken:
        both = " ".join(ahead)
        return f'`{ahead[0]}` is a word of the language; a value of several words is quoted: `"{both}"`'
    return f'`{shown}` is a word of the language; as a value it is quoted: `"{shown}"`'


def _guess(place: Place) -> tuple[Guess, Span] | None:
    """Return what is known of words that people try first, where some stand at the stop or lead up to it."""
    for start in reversed(_word_starts_before(place, 3)):
        for count in (4, 3, 2, 1):
            written = _words_from(place, start, count)
            if len(written) < count:
                continue
            span = Span(start, written[-1].end())
            guess = place.words.guesses.get(" ".join(m[0] for m in written).casefold())
            if guess is not None and _at_the_stop(place, span, guess):
                return guess, span
    return None


def _at_the_stop(place: Place, span: Span, guess: Guess) -> bool:
    """Return whether words that people try stand at the stop; some were read as a value just before it."""
    if span.end > place.stop.span.start:
        return True
    before = not place.text[span.end : place.stop.span.start].strip()
    return before and (guess.terminal == LEFT_OUT or " " in place.text[span.start : span.end])


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


# What might have been meant


def mends(place: Place) -> Iterator[Mend]:
    """Yield small changes that might let reading go on, the likeliest first; of equally likely ones the furthest wins."""
    if place.stop.said is not None:
        yield Mend(place.stop.span, _instead_of_literal(place))
        return
    yield from _of_quotes(place)
    yield from _of_signs(place)
    guess = _guess(place)
    if guess is not None and guess[0].terminal is not None:
        said = guess[0].terminal
        yield Mend(guess[1], " " if said == LEFT_OUT else words.sign(place.words, said))
    yield from _too_much(place)
    yield from _misspelt(place)
    yield from _of_parentheses(place)
    yield from _too_little(place)


def _instead_of_literal(place: Place) -> str:
    """Return a literal of the same kind that means something, and that no schedule closes before it opens with."""
    written = place.word()
    if place.stop.said is not None and place.stop.said[0] not in ("no-such-day", "no-such-time"):
        return " " * len(written)
    if len(written) >= len("2000-01-01"):
        return "2000-01-01".ljust(len(written))
    last = place.last_word()
    closes = last is not None and last[0].casefold() in place.words.phrases["TO"]
    return "24:00" if closes else "00:00"[-len(written) :]


def _of_quotes(place: Place) -> Iterator[Mend]:
    at = place.stop.span.start
    if place.stop.terminal is not None or place.text[at : at + 1] not in {*_CURLY, "'"}:
        return
    line = Span(at, _line_end(place.text, at))
    written = place.text[line.start : line.end]
    quotes = [m.start() + at for m in re.finditer(rf"[{_CURLY}]", written)]
    if place.text[at] == "'":
        quotes = [m.start() + at for m in re.finditer(r"'(?!\w)|(?<!\w)'", written)]
    if not quotes or len(quotes) % 2 or '"' in written:
        return
    changed = list(written)
    for quote in quotes:
        changed[quote - at] = '"'
    edits = tuple(Edit(Span(quote, quote + 1), '"') for quote in quotes)
    yield Mend(line, "".join(changed), certain=edits)


def _of_signs(place: Place) -> Iterator[Mend]:
    at = place.stop.span.start
    if place.stop.terminal is not None or not place.text[at : at + 1]:
        return
    sign = _sign(place)
    span = Span(at, at + len(sign))
    for terminal in _SIGNS.get(sign, ()):
        if terminal in place.stop.expected:
            phrase = place.words.phrase(terminal)
            space = " " if place.text[at - 1 : at].strip() else ""
            after = " " if place.text[span.end : span.end + 1].strip() else ""
            edit = Edit(span, f"{space}{phrase}{after}")
            yield Mend(span, words.sign(place.words, terminal), f"write `{phrase}`", (edit,))
    if sign in ";.,:!?{}[]`":
        yield Mend(span, " ")


def _too_much(place: Place) -> Iterator[Mend]:
    """Yield what only has to go: a comma or `and` before an action, `is` before a sign that says it."""
    last = place.last_word()
    if last is None:
        return
    comma = place.stop.terminal in pieces.ACTIONS and last[0] == ","
    doubled = place.stop.terminal in ("SYMBOL", "LESS") and last[0].casefold() in place.words.phrases["IS"]
    if comma or doubled:
        yield Mend(last[1], " ", "take `is` away" if doubled else None, (Edit(last[1], ""),))
    elif place.stop.terminal == "AND" and {"SET", "NOTIFY"} & place.stop.expected:
        yield Mend(place.stop.span, " ")


def _too_little(place: Place) -> Iterator[Mend]:
    """Yield the short words that may have been left out before the stop."""
    at = place.stop.span.start
    last = place.last_word()
    if last is None or at == 0 or not place.text[at - 1].isspace():
        return
    shown = expectations.shortened(place.word())
    for terminal in ("TO", "FROM"):
        if terminal in place.stop.expected:
            phrase = place.words.phrase(terminal)
            yield Mend(
                Span(at - 1, at), words.sign(place.words, terminal), f"write `{phrase}` before `{shown}`"
            )
    if place.begins_line() and "AND" in place.stop.expected and place.stop.terminal == "WORD":
        joint = place.words.phrase("AND")
        help_line = f"write `{joint}` or `{place.words.phrase('OR')}` between two conditions"
        yield Mend(Span(at - 1, at), words.sign(place.words, "AND"), help_line)


def _misspelt(place: Place) -> Iterator[Mend]:
    """Yield the phrases that stand near the stop with a slip in them, the nearest first."""
    found = []
    for start in _word_starts_before(place, 2):
        inside = start < place.stop.span.start
        written = _words_from(place, start, _LONGEST)
        for terminal, spellings in place.words.phrases.items():
            if not inside and terminal not in place.stop.expected:
                continue
            for phrase in spellings:
                near = _near(place, written, phrase)
                if near is not None:
                    slips, span = near
                    found.append((slips, -len(phrase), terminal, phrase, span))
    for slips, _, terminal, phrase, span in sorted(found, key=lambda near: near[:4]):
        edits = (Edit(span, phrase),) if slips == 1 and len(phrase) > 3 else ()
        yield Mend(span, words.sign(place.words, terminal), f"did you mean `{phrase}`?", edits, slips)


_LONGEST = 6
"""No phrase has more words."""


def _near(place: Place, ahead: list[re.Match[str]], phrase: str) -> tuple[int, Span] | None:
    """Return by how many slips words differ from a phrase, and where they stand; None if far."""
    count = phrase.count(" ") + 1
    written = ahead[:count]
    if len(written) < count:
        return None
    said = " ".join(m[0] for m in written).casefold()
    if abs(len(said) - len(phrase)) > 2:
        return None
    if count == 1 and said in place.words.spoken:
        return None  # another word is meant
    most = 1 if len(phrase) <= 6 else 2
    slips = spelling.distance(said, phrase, most)
    if not 0 < slips <= most:
        return None
    return slips, Span(written[0].start(), written[-1].end())


_PIECE_OF_PHRASE = re.compile(r"[\w-]+|[^\s\w]")


def _words_from(place: Place, start: int, count: int) -> list[re.Match[str]]:
    found = []
    for match in _PIECE_OF_PHRASE.finditer(place.text, start, place.unit.end):
        if re.match(r"[\w-]", match[0]) is None:
            break
        found.append(match)
        if len(found) == count:
            break
    return found


def _word_starts_before(place: Place, count: int) -> list[int]:
    """Return where the word at the stop begins, and those before it."""
    line = re.finditer(r"[\w-]+", pieces.blanked(place.text[place.unit.start : place.stop.span.start]))
    before = [place.unit.start + m.start() for m in line][-count:]
    return [place.stop.span.start, *reversed(before)]


def _of_parentheses(place: Place) -> Iterator[Mend]:
    at = place.stop.span.start
    if "RPAR" in place.stop.expected and at > 0 and place.text[at - 1].isspace():
        yield Mend(Span(at - 1, at), ")", "close the parenthesis: `)`")
    if place.stop.terminal in ("RPAR", "COMMA", "DOT"):
        yield Mend(place.stop.span, " ", "take it away")
