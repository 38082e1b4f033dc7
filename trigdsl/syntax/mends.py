"""Small changes of a text that might let reading go on, each with what would then be said of the mistake."""

import functools
import re
from collections.abc import Collection, Iterator

from attrs import frozen

from trigdsl import spelling
from trigdsl.diagnostics import Edit
from trigdsl.source import Span
from trigdsl.syntax import expectations, pieces, words
from trigdsl.syntax.places import CURLY, END, GOES_ON, POSSESSIVE, SIGNS_FOR_WORDS, Place
from trigdsl.syntax.words import LEFT_OUT, WORD_SHAPE, Words


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


def mends(place: Place) -> Iterator[Mend]:
    """Yield small changes that might let reading go on, the likeliest first; of equally likely ones the furthest wins."""
    if place.stop.said is not None:
        yield Mend(place.stop.span, _instead_of_literal(place))
        return
    yield from _of_possessives(place)
    yield from _of_quotes(place)
    yield from _of_signs(place)
    yield from _of_contractions(place)
    guess = place.guess
    if guess is not None and guess[0].terminal is not None:
        said = guess[0].terminal
        yield Mend(guess[1], " " if said == LEFT_OUT else words.sign(place.words, said))
    yield from _of_small_words(place)
    yield from _of_reserved(place)
    yield from _too_much(place)
    yield from _misspelt(place)
    yield from _of_parentheses(place)
    yield from _of_inner_quotes(place)
    yield from _without_quotes(place)
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
    closing = {"[": "]", "{": "}", "`": "`", "{{": "}}"}.get(sign)
    end = -1 if closing is None else place.text.find(closing, span.end, place.line_end())
    if closing is not None and end >= 0:
        both = span, Span(end, end + len(closing))
        edits = tuple(Edit(one, "") for one in both) if sign in "[`" else ()
        yield Mend(span, " " * len(sign), certain=edits, pair=both[1])
    if sign[0] in ";.,:!?{}[]`":
        yield Mend(span, " " * len(sign))


def _of_inner_quotes(place: Place) -> Iterator[Mend]:
    """Yield a text that goes on after a quote inside it, to one of the next quotes on its line."""
    at, last = place.stop.span.start, place.last_word
    if place.stop.terminal in (None, END) or last is None or last[0][0] != '"' or last[0].startswith('"""'):
        return
    if place.text[last[1].end : at].strip(" \t"):
        return
    for end in re.compile(r'"(?=[\s,)]|\Z)').finditer(place.text, at, place.line_end()):
        inside = place.text[last[1].start + 1 : end.start()]
        span = Span(last[1].start, end.end())
        bare, escaped = inside.replace('"', "'"), re.sub(r'(?<!\\)"', r'\\"', inside)
        message = "a quote ends the text here, and the line goes on as if it did not"
        help_line = f'inside a text write `\\"`: `"{expectations.shortened(escaped)}"`'
        yield Mend(span, f'"{bare}"', help_line, mark=Span(last[1].end - 1, last[1].end), message=message)


def _of_possessives(place: Place) -> Iterator[Mend]:
    """Yield the dot that `ticket's status` says in other words."""
    found = POSSESSIVE.match(place.text, place.stop.span.start, place.unit.end)
    last = place.last_word
    if found is None or last is None or "DOT" not in place.stop.expected:
        return
    span = Span(*found.span())
    help_line = f"what belongs to something stands after a dot: `{last[0]}.{found[1]}`"
    yield Mend(
        Span(span.start, found.start(1)), ".", help_line, (Edit(Span(span.start, found.start(1)), "."),)
    )


def _of_contractions(place: Place) -> Iterator[Mend]:
    """Yield the phrase that words such as `isn't` and `doesn't contain` are short for, the longest first."""
    at, table = place.stop.span.start, place.words
    short = _CONTRACTED.match(place.text, at, place.unit.end)
    if short is None or short[1].casefold() not in table.contractions:
        return
    full = table.contractions[short[1].casefold()]
    following = place.words_from(short.end(), _LONGEST - 2)
    for count in range(len(following), -1, -1):
        said = " ".join([full, *(m[0].casefold() for m in following[:count])])
        terminal = next((name for name, phrases in table.phrases.items() if said in phrases), None)
        if terminal in place.stop.expected:
            span = Span(at, following[count - 1].end() if count else short.end())
            message = f"`{short[0]}` cannot stand here: it is written in two words"
            mark = Span(*short.span())
            edit = (Edit(mark, full),)
            help_line = f"write `{said}`"
            yield Mend(span, words.sign(table, terminal), help_line, edit, mark=mark, message=message)


_CONTRACTED = re.compile(r"([^\W\d]+)(?:['’]t)?(?![\w-])")


def _of_reserved(place: Place) -> Iterator[Mend]:
    """Yield a word of the language as the value or the name that it seems to be here, with words that go with it."""
    stop, table = place.stop, place.words
    first = stop.terminal not in (None, END) and place.words_from(stop.span.start, 1)
    if not first or not {"WORD", "STRING"} <= stop.expected or first[0][0].casefold() not in table.reserved:
        return
    for span in _runs(place, stop.span.start, table.reserved):
        word, alone = place.text[span.start : span.end], span.end == first[0].end()
        if alone and stop.terminal in GOES_ON and not _followed_as_value(place, span.end):
            continue
        advice = "as a value it is quoted" if alone else "a value of several words is quoted"
        help_line = f'`{first[0][0]}` is a word of the language; {advice}: `"{word}"`'
        mark = None if alone else span
        yield from _quoted(place, span, help_line, mark, f"`{word}` cannot stand here without quotes")


def _followed_as_value(place: Place, at: int) -> bool:
    """Return whether a word is followed by what can follow a value, not by what it would begin itself."""
    following = _NEXT.match(place.text, at, place.unit.end)
    if following is None or following[1] in (",", ")", ""):
        return True
    table, word = place.words, following[1].casefold()
    begins = {"THE", "NOT", "ALL", "PREVIOUS", *(pieces.ACTIONS if place.stop.terminal == "THEN" else ())}
    started = {phrase.split()[0] for terminal in begins for phrase in table.phrases[terminal]}
    return word in table.reserved and word not in started


_NEXT = re.compile(r"(?:\s|#[^\n]*)*([\w-]+|[^\w\s]|\Z)")


def _without_quotes(place: Place) -> Iterator[Mend]:
    """Yield several words that seem to be one name, one value or one title: joined, or in quotes."""
    stop, last, table = place.stop, place.last_word, place.words
    if stop.terminal in (None, END, "WHEN") or "WORD" in stop.expected or last is None:
        return
    between = place.text[last[1].end : stop.span.start]
    if "\n" in between or "#" in between:
        return
    if stop.expected == {"STRING"}:
        ends = {phrase.split()[0] for terminal in _AFTER_TITLES for phrase in table.phrases[terminal]}
        runs, joined = _runs(place, stop.span.start, ends), False
    elif place.before(last[1]) in {phrase for head in _NAMING for phrase in table.phrases[head]}:
        runs, joined = _runs(place, last[1].start, table.phrases["AS"]), True
    elif place.guess is None and stop.terminal in ("WORD", "NUMBER"):
        part = place.text[last[1].start - 1 : last[1].start] == "."
        start = _start_of_words(place, last, part=part)
        if start is None:
            return
        begins = {phrase.split()[-1] for terminal in _BEFORE_NAMES for phrase in table.phrases[terminal]}
        opened = place.text[:start].rstrip().endswith("(") or place.before(last[1]) in begins
        runs, joined = _runs(place, start, table.reserved), part or (opened and start < stop.span.start)
    else:
        return
    for span in runs:
        if span.end >= stop.span.end and joined:
            yield _joined(place, span)
        elif span.end >= stop.span.end:
            message = f"`{place.text[span.start : span.end]}` cannot stand here without quotes"
            yield from _quoted(place, span, _quotes_for(place, span), span, message)


def _start_of_words(place: Place, last: tuple[str, Span], *, part: bool) -> int | None:
    """Return where words begin that seem to belong together: at the stop, or at the word before it."""
    table, (word, span) = place.words, last
    known = {*table.spoken, *table.guesses}
    if not part and "STRING" in place.stop.expected and word.casefold() in table.spoken:
        return place.stop.span.start
    a_word = re.fullmatch(WORD_SHAPE, word) is not None and (part or word.casefold() not in known)
    opened = part or place.before(span) in table.spoken
    opened = opened or place.text[: span.start].rstrip().endswith((",", "("))
    spoken = place.word().casefold() in (table.reserved if part else known)
    return span.start if a_word and opened and not spoken else None


_NAMING = ("DEFINE", "WEBHOOK", "CHANNEL")
"""The terminals of declarations that a name follows."""
_AFTER_TITLES = ("WHEN", "BEFORE", "AFTER", "ONCE_PER_TICKET")
_BEFORE_NAMES = ("CALL_WEBHOOK", "WHEN", "AND", "OR", "NOT", "AS", "GIVEN", "COUNTING", "EXPECT")
"""The terminals before the use of a name."""
_SET_VERBS = (
    "ADD",
    "REMOVE",
    "INCLUDE",
    "DO_NOT_INCLUDE",
    "INCLUDE_ANY_OF",
    "INCLUDE_ALL_OF",
    "INCLUDE_NONE_OF",
)


def _joined(place: Place, span: Span) -> Mend:
    written = place.text[span.start : span.end]
    name = re.sub(r"\s", "_", written)
    message = f"`{written}` cannot stand here: a name is one word"
    return Mend(span, name, f"write `{'_'.join(written.split())}`", mark=span, message=message)


def _quotes_for(place: Place, span: Span) -> str:
    written, table = place.text[span.start : span.end], place.words
    if " " not in written:
        return f'put it in quotes: `"{written}"`'
    of_sets = {phrase.split()[-1] for terminal in _SET_VERBS for phrase in table.phrases[terminal]}
    if place.before(span) in of_sets:
        return f'a tag is one word: `{"_".join(written.split())}`; any other value is put in quotes: `"{written}"`'
    return f'put several words in quotes: `"{written}"`'


def _runs(place: Place, start: int, ends: Collection[str]) -> Iterator[Span]:
    """Yield the words from an offset on that may belong together: as many as stand on the line, then fewer."""
    run: list[re.Match[str]] = []
    for match in place.words_from(start, _LONGEST):
        within = "\n" not in place.text[start : match.start()]
        if run and (not within or match[0].casefold() in ends):
            break
        run.append(match)
    for count in range(len(run), 0, -1):
        yield Span(start, run[count - 1].end())


def _quoted(place: Place, span: Span, help_line: str, mark: Span | None, message: str) -> Iterator[Mend]:
    """Yield some words as a text in quotes, which take the place of the white space around them."""
    before, after = place.text[span.start - 1 : span.start], place.text[span.end : span.end + 1]
    if before not in (" ", "\t") or place.begins_line():
        return
    end = span.end + 1 if not after.strip() else span.end
    inside = place.text[span.start : end - 1]
    wide = Span(span.start - 1, end)
    if inside.strip():
        said = None if mark is None else message
        yield Mend(wide, f'"{inside}"', help_line, mark=mark, message=said)


def _of_small_words(place: Place) -> Iterator[Mend]:
    """Yield the small word that was meant by another: `define vip is …`, `remove vip to …`."""
    for written, meant in _SMALL_WORDS:
        if place.stop.terminal == written and meant in place.stop.expected:
            phrase = place.words.phrase(meant)
            yield Mend(place.stop.span, words.sign(place.words, meant), f"write `{phrase}`")


_SMALL_WORDS = (("IS", "AS"), ("AS", "IS"), ("TO", "FROM"), ("FROM", "TO"), ("IN", "TO"), ("IN", "FROM"))


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
    gap = place.gap
    if gap is None:
        return
    shown = expectations.shortened(place.word())
    for terminal in ("TO", "FROM"):
        if terminal in place.stop.expected:
            phrase = place.words.phrase(terminal)
            yield Mend(gap, words.sign(place.words, terminal), f"write `{phrase}` before `{shown}`")
    if {"WHEN", "BEFORE"} <= place.stop.expected and place.guess is None:
        when = place.words.phrase("WHEN")
        yield Mend(gap, words.sign(place.words, "WHEN"), f"write `{when}` before the condition")
    if place.begins_line() and "AND" in place.stop.expected and place.stop.terminal == "WORD":
        joint = place.words.phrase("AND")
        help_line = f"write `{joint}` or `{place.words.phrase('OR')}` between two conditions"
        yield Mend(gap, words.sign(place.words, "AND"), help_line)


def _misspelt(place: Place) -> Iterator[Mend]:
    """Yield the phrases that stand near the stop with a slip in them, the nearest first."""
    found = []
    for number, start in enumerate(place.starts(4)):
        written = place.words_from(start, _LONGEST)
        for count in range(1, len(written) + 1):
            span = Span(start, written[count - 1].end())
            if number > 2 and span.end <= place.stop.span.start:
                continue
            said = " ".join(m[0] for m in written[:count]).casefold()
            for slips, terminal, phrase in _near(place.words, said):
                if number or terminal in place.stop.expected:
                    found.append((slips, -len(phrase), terminal, phrase, span))
    for slips, _, terminal, phrase, span in sorted(found, key=lambda near: near[:4]):
        edits = (Edit(span, phrase),) if slips == 1 and len(phrase) > 3 else ()
        sign, help_line = words.sign(place.words, terminal), f"did you mean `{phrase}`?"
        yield Mend(span, sign, help_line, edits, slips, *_slip(place, span, phrase))


def _slip(place: Place, span: Span, phrase: str) -> tuple[Span | None, str | None]:
    """Return which word of a phrase has the slip, and what is said of it; nothing where that is the word at the stop."""
    written = place.words_from(span.start, phrase.count(" ") + 1)
    both = zip(written, phrase.split(), strict=False)
    at = next((n for n, (said, meant) in enumerate(both) if said[0].casefold() != meant), 0)
    word = Span(*written[at].span())
    if word.start == place.stop.span.start:
        return None, None
    wanted = f"expected `{phrase.split()[at]}`" + (f" after `{written[at - 1][0]}`" if at else "")
    return word, f"`{written[at][0]}` cannot stand here: {wanted}"


_LONGEST = 6
"""No phrase has more words."""


@functools.lru_cache(maxsize=4096)
def _near(table: Words, said: str) -> tuple[tuple[int, str, str], ...]:
    """Return the phrases of as many words that few slips part from what is said: slips, terminal and phrase."""
    if said in table.spoken:
        return ()  # another word is meant
    found = []
    for terminal, phrase in _phrases(table).get(said.count(" "), ()):
        most = 1 if len(phrase) <= 6 else 2
        slips = spelling.distance(said, phrase, most)
        if 0 < slips <= most:
            found.append((slips, terminal, phrase))
    return tuple(found)


@functools.cache
def _phrases(table: Words) -> dict[int, list[tuple[str, str]]]:
    """Return every phrase with its terminal, by the number of spaces in it."""
    found: dict[int, list[tuple[str, str]]] = {}
    for terminal, spellings in table.phrases.items():
        for phrase in spellings:
            found.setdefault(phrase.count(" "), []).append((terminal, phrase))
    return found


def _of_parentheses(place: Place) -> Iterator[Mend]:
    if "RPAR" in place.stop.expected and place.gap is not None:
        yield Mend(place.gap, ")", "close the parenthesis: `)`")
    if place.stop.terminal in ("RPAR", "COMMA", "DOT"):
        yield Mend(place.stop.span, " ", "take it away")
