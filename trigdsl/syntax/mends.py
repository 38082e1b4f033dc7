"""Small changes of a text that might let reading go on, each with what would then be said of the mistake."""

import functools
import re
from collections.abc import Iterator

from trigdsl import spelling
from trigdsl.diagnostics import Edit
from trigdsl.source import Span
from trigdsl.syntax import expectations, pieces, places, sentences, unquoted, words
from trigdsl.syntax.places import CURLY, POSSESSIVE, SIGNS_FOR_WORDS, Mend, Place
from trigdsl.syntax.words import LEFT_OUT, UNREAD, Words, folded


def mends(place: Place) -> Iterator[Mend]:
    """Yield small changes that might let reading go on, the likeliest first; of equally likely ones the furthest wins."""
    if place.stop.said is not None:
        yield Mend(place.stop.span, _instead_of_literal(place))
        return
    yield from sentences.mends(place)
    yield from _doubled(place)
    yield from _of_possessives(place)
    yield from _of_quotes(place)
    yield from _of_signs(place)
    yield from _of_contractions(place)
    yield from _of_literals(place)
    yield from _of_thousands(place)
    yield from _of_numbers(place)
    yield from _of_time_between(place)
    yield from unquoted.letters(place)
    guess = place.guess
    if guess is not None and guess[0].terminal is not None:
        said = guess[0].terminal
        yield Mend(guess[1], " " if said == LEFT_OUT else words.sign(place.words, said))
    yield from _of_small_words(place)
    yield from unquoted.reserved(place)
    yield from _several_words(place)
    yield from _too_much(place)
    yield from _misspelt(place)
    yield from _of_parentheses(place)
    yield from unquoted.mends(place)
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


def _several_words(place: Place) -> Iterator[Mend]:
    """Yield a value of several words, where the first of them does not go with the verb before it: `is at leats high`."""
    together = [*unquoted.several(place)]
    if together and all(mend.span.start > together[0].span.start for mend in _misspelt(place)):
        yield from together


def _doubled(place: Place) -> Iterator[Mend]:
    """Yield a word that only has to go, since it is said twice."""
    here, last = place.words_from(place.stop.span.start, 2), place.last_word
    if not here or place.stop.terminal in ("WORD", "NUMBER"):
        return
    before = "" if last is None else last[0].casefold()
    if here[0][0].casefold() in (before, here[1][0].casefold() if len(here) > 1 else ""):
        span = Span(*here[0].span())
        help_line = f"`{here[0][0]}` is said twice: take one away"
        yield Mend(span, " " * (span.end - span.start), help_line, (Edit(span, ""),))


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
    if sign == ";" and "COMMA" in place.stop.expected:
        yield Mend(span, ",", "a list is parted by commas: write `,`", (Edit(span, ","),))
    closing = {"[": "]", "{": "}", "`": "`", "{{": "}}"}.get(sign)
    end = -1 if closing is None else place.text.find(closing, span.end, place.line_end())
    if closing is not None and end >= 0:
        both = span, Span(end, end + len(closing))
        edits = tuple(Edit(one, "") for one in both) if sign in "[`" else ()
        yield Mend(span, " " * len(sign), certain=edits, pair=both[1])
    if sign[0] in ";.,:!?{}[]`":
        yield Mend(span, " " * len(sign))


def _of_literals(place: Place) -> Iterator[Mend]:
    """Yield something that means nothing wrong for what begins with a digit: a day, a time, a number, a word."""
    found = re.compile(r"\d[\w.:-]*").match(place.text, place.stop.span.start, place.unit.end)
    if found is None or place.stop.terminal is not None:
        return
    size = found.end() - found.start()
    for terminal, literal in (
        ("DATE", "2000-01-01"),
        ("TIME", "00:00"),
        ("NUMBER", "1"),
        ("WORD", "x" * size),
    ):
        if terminal in place.stop.expected and len(literal) <= size:
            yield Mend(Span(*found.span()), literal.ljust(size))


def _of_thousands(place: Place) -> Iterator[Mend]:
    """Yield a number without the comma that parts its thousands."""
    found = re.compile(r",(\d{3})(?![\w.])").match(place.text, place.stop.span.start, place.unit.end)
    last = place.last_word
    if found is not None and last is not None and last[0].isdigit() and last[1].end == found.start():
        comma = place.stop.span
        yield Mend(comma, ".", f"write `{last[0]}{found[1]}`", (Edit(comma, ""),))


def _of_numbers(place: Place) -> Iterator[Mend]:
    """Yield a number in digits for one in words, where a unit of time follows it: `two days`."""
    last = place.last_word
    unit = place.word()
    if last is None or unit.casefold() not in place.words.units:
        return
    number = place.words.numbers.get(last[0].casefold())
    if number is not None:
        help_line = f"write the number in digits: `{number} {unit}`"
        message = f"`{last[0]}` cannot stand here: a number is written in digits"
        edit = (Edit(last[1], str(number)),)
        yield Mend(last[1], str(number).ljust(len(last[0])), help_line, edit, mark=last[1], message=message)


def _of_time_between(place: Place) -> Iterator[Mend]:
    """Yield what `2 days later` says in other words: the step begins with `when`, and the time passes."""
    if not place.words_from(place.stop.span.start, 1):
        return
    table, at = place.words, place.stop.span.start
    passing = words.sign(table, "PASS") + words.sign(table, "AND")
    if place.guess is not None and place.guess[0].terminal == "PASS" and "PASS" in place.stop.expected:
        yield Mend(place.stop.span, passing, f"write `{table.phrase('PASS')} {table.phrase('AND')}`")
    written = place.words_from(at, 3)
    if len(written) < 3 or not place.begins_line() or "WHEN" not in place.stop.expected:
        return
    number, unit, later = (m[0] for m in written)
    guess = table.guesses.get(folded(later))
    if number.isdigit() and unit.casefold() in table.units and guess is not None and guess.terminal == "PASS":
        span = Span(at, written[2].end())
        step = f"{table.phrase('WHEN')} {number} {unit} {table.phrase('PASS')} {table.phrase('AND')}"
        sign = f"{words.sign(table, 'WHEN')}{number} {unit} {passing}"
        message = (
            f"`{place.text[at : span.end]}` cannot stand here: a step begins with `{table.phrase('WHEN')}`"
        )
        yield Mend(span, sign, f"write `{step} …`", mark=span, message=message)


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


def _of_small_words(place: Place) -> Iterator[Mend]:
    """Yield the small word that was meant by another: `define vip is …`, `remove vip to …`."""
    for written, meant in _SMALL_WORDS:
        if place.stop.terminal == written and meant in place.stop.expected:
            phrase = place.words.phrase(meant)
            yield Mend(place.stop.span, words.sign(place.words, meant), f"write `{phrase}`")


_SMALL_WORDS = (
    ("IS", "AS"),
    ("AS", "IS"),
    ("TO", "FROM"),
    ("FROM", "TO"),
    ("IN", "TO"),
    ("IN", "FROM"),
    ("SET", "SETS"),
    ("SETS", "SET"),
    ("ADD", "ADDS"),
    ("ADDS", "ADD"),
    ("REMOVE", "REMOVES"),
    ("REMOVES", "REMOVE"),
    ("CLEAR", "CLEARS"),
    ("CLEARS", "CLEAR"),
)


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
    extra = place.stop.terminal in ("AT_FIRST", "READ_ONLY", "COUNTING")
    titles = place.stop.terminal == "STRING" and place.last_word is not None and place.last_word[0][0] == '"'
    if "COMMA" in place.stop.expected and (extra or titles):
        yield Mend(gap, ",", f"write a comma before `{shown}`")
    for terminal in ("TO", "FROM"):
        if terminal in place.stop.expected:
            phrase = place.words.phrase(terminal)
            yield Mend(gap, words.sign(place.words, terminal), f"write `{phrase}` before `{shown}`")
    joints = pieces.boundaries(place.text, place.words, Span(place.stop.span.start, place.unit.end))
    opened = any(terminal == "WHEN" for _, terminal in joints)
    if {"WHEN", "BEFORE"} <= place.stop.expected and place.guess is None and not opened:
        when = place.words.phrase("WHEN")
        yield Mend(place.stop.span, words.sign(place.words, "WHEN"), f"write `{when}`")
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
            said = places.spoken(m[0] for m in written[:count])
            for slips, terminal, phrase in _near(place.words, said):
                if number or terminal in place.stop.expected:
                    found.append((slips, -len(phrase), terminal, phrase, span))
                if span.end > place.stop.span.start:
                    longer = _begun(place.words, said)
                    found += [(_UNFINISHED, -len(phrase), name, phrase, span) for name, phrase in longer]
    for slips, _, terminal, phrase, span in sorted(found, key=lambda near: near[:4]):
        if terminal not in place.stop.expected and slips == _UNFINISHED:
            continue
        edits = (Edit(span, phrase),) if slips == 1 and len(phrase) > 3 else ()
        sign, help_line = words.sign(place.words, terminal), f"did you mean `{phrase}`?"
        yield Mend(span, sign, help_line, edits, slips, *_slip(place, span, phrase))


def goes_on(place: Place) -> bool:
    """Return whether words that a declaration goes on with stand at the stop, with a slip in them."""
    found = next(_misspelt(place), None)
    return (
        found is not None
        and found.rank == 1
        and found.text in {words.sign(place.words, t) for t in _GOING_ON}
    )


_GOING_ON = ("GIVEN", "WHEN", "THEN", "EXPECT", "AND", "OR")


def _slip(place: Place, span: Span, phrase: str) -> tuple[Span | None, str | None]:
    """Return which word of a phrase has the slip, and what is said of it; nothing where that is the word at the stop."""
    written = place.words_from(span.start, phrase.count(" ") + 1)
    both = zip(written, phrase.split(), strict=False)
    at = next((n for n, (said, meant) in enumerate(both) if places.spoken([said[0]]) != meant), 0)
    word = Span(*written[at].span())
    if word.start == place.stop.span.start or not _differs(written, phrase):
        return None, None
    wanted = f"expected `{phrase.split()[at]}`" + (f" after `{written[at - 1][0]}`" if at else "")
    return word, f"`{written[at][0]}` cannot stand here: {wanted}"


def _differs(written: list[re.Match[str]], phrase: str) -> bool:
    both = zip(written, phrase.split(), strict=False)
    return any(places.spoken([said[0]]) != meant for said, meant in both)


_LONGEST = 6
"""No phrase has more words."""


@functools.lru_cache(maxsize=4096)
def _near(table: Words, said: str) -> tuple[tuple[int, str, str], ...]:
    """Return the phrases of as many words that few slips part from what is said: slips, terminal and phrase."""
    if said in table.spoken or len(said) == 1:
        return ()  # another word is meant
    found = []
    for terminal, phrase in _phrases(table).get(said.count(" "), ()):
        most = 1 if len(phrase) <= 6 else 2
        slips = spelling.distance(folded(said), folded(phrase), most)
        if 0 < slips <= most and not _says_a_joint(table, said, phrase):
            found.append((slips, terminal, phrase))
    return tuple(found)


def _says_a_joint(table: Words, said: str, phrase: str) -> bool:
    """Return whether what differs from a phrase joins two parts of a rule: `est et` is no slip in `est en`."""
    joints = {joint for terminal in ("AND", "OR", "THEN") for joint in table.phrases[terminal]}
    both = zip(said.split(), phrase.split(), strict=True)
    return all(word in joints for word, meant in both if word != meant)


_UNFINISHED = 4
"""A phrase of which only the beginning stands there comes after all that are misspelt."""


@functools.lru_cache(maxsize=4096)
def _begun(table: Words, said: str) -> tuple[tuple[str, str], ...]:
    """Return the phrases that lack one word after what is said, each with its terminal."""
    longer = _phrases(table).get(said.count(" ") + 1, ())
    return tuple((terminal, phrase) for terminal, phrase in longer if phrase.startswith(said + " "))


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
    if place.stop.terminal == "RPAR" and "LPAR" in place.stop.expected and place.last_word is not None:
        # A condition is missing before it.
        (last, span), gap = place.last_word, place.gap
        if last == "(":
            yield Mend(Span(span.start, place.stop.span.end), UNREAD)
        elif gap is not None:
            yield Mend(gap, UNREAD)
    if place.stop.terminal in ("RPAR", "COMMA", "DOT"):
        yield Mend(place.stop.span, " ", "take it away")
