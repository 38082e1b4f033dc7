"""Small changes of a text that might let reading go on, each with what would then be said of the mistake."""

import re
from collections.abc import Iterator

from attrs import frozen

from trigdsl import spelling
from trigdsl.diagnostics import Edit
from trigdsl.source import Span
from trigdsl.syntax import expectations, pieces, words
from trigdsl.syntax.places import CURLY, SIGNS_FOR_WORDS, Place
from trigdsl.syntax.words import LEFT_OUT


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


def mends(place: Place) -> Iterator[Mend]:
    """Yield small changes that might let reading go on, the likeliest first; of equally likely ones the furthest wins."""
    if place.stop.said is not None:
        yield Mend(place.stop.span, _instead_of_literal(place))
        return
    yield from _of_quotes(place)
    yield from _of_signs(place)
    guess = place.guess
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
    last = place.last_word
    closes = last is not None and last[0].casefold() in place.words.phrases["TO"]
    return "24:00" if closes else "00:00"[-len(written) :]


def _of_quotes(place: Place) -> Iterator[Mend]:
    at = place.stop.span.start
    if place.stop.terminal is not None or place.text[at : at + 1] not in {*CURLY, "'"}:
        return
    line = Span(at, place.line_end())
    written = place.text[line.start : line.end]
    quotes = [m.start() + at for m in re.finditer(rf"[{CURLY}]", written)]
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
    sign = place.sign()
    span = Span(at, at + len(sign))
    for terminal in SIGNS_FOR_WORDS.get(sign, ()):
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
    last = place.last_word
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
    last = place.last_word
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
    for start in place.starts(2):
        inside = start < place.stop.span.start
        written = place.words_from(start, _LONGEST)
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


def _of_parentheses(place: Place) -> Iterator[Mend]:
    at = place.stop.span.start
    if "RPAR" in place.stop.expected and at > 0 and place.text[at - 1].isspace():
        yield Mend(Span(at - 1, at), ")", "close the parenthesis: `)`")
    if place.stop.terminal in ("RPAR", "COMMA", "DOT"):
        yield Mend(place.stop.span, " ", "take it away")
