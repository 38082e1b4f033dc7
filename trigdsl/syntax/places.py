"""The place where reading stopped, and what stands around it."""

import functools
import re
from collections.abc import Callable, Iterable
from functools import cached_property

from attrs import frozen

from trigdsl.diagnostics import Edit
from trigdsl.source import Source, Span
from trigdsl.syntax import pieces
from trigdsl.syntax.spellings import lettered
from trigdsl.syntax.words import LEFT_OUT, Guess, Words, folded

END = "$END"
GOES_ON = frozenset(["THEN", "AND", "OR", "WHEN", "EXPECT", *pieces.ACTIONS])
"""After these the rule goes on, so that something is missing before them."""


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

    def sign(self) -> str:
        """Return the sign at the stop; of two characters that people write together, both."""
        at = self.stop.span.start
        both = self.text[at : at + 2]
        return both if both in SIGNS_FOR_WORDS or both in ("{{", "}}") else both[:1]

    def begins_line(self) -> bool:
        """Return whether nothing stands before the stop on its line."""
        at = self.stop.span.start
        return not self.text[self.text.rfind("\n", 0, at) + 1 : at].strip()

    def line_end(self) -> int:
        """Return where the line of the stop ends."""
        end = self.text.find("\n", self.stop.span.start)
        return len(self.text) if end < 0 else end

    def before(self, word: Span) -> str | None:
        """Return the word before a word, in lower case, or None."""
        found = re.compile(r"([\w-]+)\s*$").search(
            self.text[max(self.unit.start, word.start - 60) : word.start]
        )
        return None if found is None else found[1].casefold()

    def article_before(self, at: int) -> Span | None:
        """Return the article that stands right before an offset, with the space behind it, or None."""
        start = max(self.unit.start, at - _FARTHEST)
        found = re.compile(rf"(?<![\w-]){article(self.words)}\Z", re.IGNORECASE).search(self.text, start, at)
        return None if found is None else Span(*found.span())

    @cached_property
    def last_word(self) -> tuple[str, Span] | None:
        """The last word or quoted text before the stop, comments left out, and where it stands."""
        read = [m for m in _WORD.finditer(self.text, self.unit.start, self.stop.span.start) if m[0][0] != "#"]
        return (read[-1][0], Span(*read[-1].span())) if read else None

    @property
    def gap(self) -> Span | None:
        """White space before the stop, outside of comments, that can give way to a sign; None where there is none."""
        at = self.stop.span.start
        if self.last_word is None:
            return None
        behind = self.last_word[1].end
        for start in (behind, at - 1):
            if behind <= start < at and self.text[start].isspace() and "#" not in self.text[behind:start]:
                return Span(start, start + 1)
        return None

    def words_from(self, start: int, count: int) -> list[re.Match[str]]:
        """Return the words that follow each other from an offset, at most so many."""
        found = []
        for match in _PIECE_OF_PHRASE.finditer(self.text, start, self.unit.end):
            if match["word"] is None:
                break
            found.append(match)
            if len(found) == count:
                break
        return found

    def starts(self, count: int) -> list[int]:
        """Return where the stop is, and where so many words before it begin, the nearest first."""
        line = re.finditer(_SPOKEN, pieces.blanked(self.text[self.unit.start : self.stop.span.start]))
        before = [self.unit.start + m.start() for m in line][-count:]
        return [self.stop.span.start, *reversed(before)]

    @cached_property
    def guess(self) -> tuple[Guess, Span] | None:
        """What is known of words that people try first, where some stand at the stop or lead up to it."""
        if self.stop.expected == {"STRING"}:
            return None  # any word may stand in a title
        in_step = self._guess_in_step()
        if in_step is not None:
            return in_step
        for start in reversed(self.starts(3)):
            following = self.words_from(start, 4)
            for count in range(len(following), 0, -1):
                written = following[:count]
                span = Span(start, written[-1].end())
                said = spoken("#" if m[0].isdigit() else m[0] for m in written)
                guess = self.words.guesses.get(folded(said))
                if guess is not None and self._leads_to_the_stop(span, guess):
                    return guess, span
        return None

    def _guess_in_step(self) -> tuple[Guess, Span] | None:
        """Return what is known of the word at the stop, where that which it was meant for could stand in a step."""
        found = self.words.guesses_in_steps.get(folded(self.word()))
        if found is None or found.terminal not in self.stop.expected:
            return None
        says = self.words.phrases["COMMENTS"]
        spoken = re.compile(r'\s*"').match(self.text, self.stop.span.end, self.unit.end)
        if self.words.phrase(found.terminal) in says and spoken is None:
            return None  # a field of the comment may be meant
        return found, self.stop.span

    def _leads_to_the_stop(self, span: Span, guess: Guess) -> bool:
        """Return whether words that people try stand at the stop; some were read as a value just before it."""
        if span.end > self.stop.span.start:
            return True
        before = not self.text[span.end : self.stop.span.start].strip()
        return before and (guess.terminal == LEFT_OUT or " " in self.text[span.start : span.end])


_WORD = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[\w-]+|[^\s\w]', re.DOTALL)
_SPOKEN = r"[\w-]+(?:['\u2019](?!s\b|t\b)[\w-]+)*"
"""A word of a phrase, with what an apostrophe joins to it: `n'est`; not the `s` of `ticket's` and the `t` of `isn't`."""
_PIECE_OF_PHRASE = re.compile(rf"(?P<word>{_SPOKEN})|[^\s\w]")


_FARTHEST = 40
"""So far from its noun an article is looked for."""


@functools.cache
def article(words: Words) -> str:
    """Return the expression for an article with what parts it from its noun: nothing behind an apostrophe."""
    phrases = sorted(words.phrases["THE"], key=len, reverse=True)
    return rf"(?:{'|'.join(map(lettered, phrases))}){BEHIND}"


BEHIND = r"(?:(?<=['\u2019])|\s+)"
"""What stands behind a small word: nothing, where it ends with an apostrophe."""


def spoken(written: Iterable[str]) -> str:
    """Return words as the tables have them."""
    return " ".join(written).casefold().replace("\u2019", "'")


POSSESSIVE = re.compile(r"['’]s[ \t]+([^\W\d][\w-]*)")
"""What stands after `ticket` in `ticket's status`."""
CURLY = "“”„«»‘’‚"
"""Quotes that word processors put in."""
SIGNS_FOR_WORDS: dict[str, tuple[str, ...]] = {
    "=": ("IS", "TO", "AS"),
    "==": ("IS",),
    "!=": ("IS_NOT",),
    "<>": ("IS_NOT",),
    "≠": ("IS_NOT",),
    "&": ("AND",),
    "&&": ("AND",),
    "+": ("AND",),
    "|": ("OR",),
    "||": ("OR",),
    "-": ("TO",),
    "–": ("TO",),
    "=>": ("IS_AT_LEAST",),
    "=<": ("IS_AT_MOST",),
}
"""Signs that people write for a word, with the terminals that may be meant."""


@frozen
class Mend:
    """What might have been meant: a span of the text and what stands there instead, with what is then said.

    Certain is a mend that may be made without asking. Mends of one rank above zero are equally likely.
    Where the mistake is not the word at the stop, `mark` is where it is and `message` what is said of it.
    With it goes what stands in `pair`, such as the bracket that closes.
    """

    span: Span
    text: str
    help: str | None = None
    certain: tuple[Edit, ...] = ()
    rank: int = 0
    mark: Span | None = None
    message: str | None = None
    pair: Span | None = None
