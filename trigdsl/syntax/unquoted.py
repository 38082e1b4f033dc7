"""Words that were meant as one name, one value or one title, and cannot be read as that: mends of them."""

import re
from collections.abc import Collection, Iterator

from trigdsl.source import Span
from trigdsl.syntax import expectations, pieces
from trigdsl.syntax.places import END, GOES_ON, Mend, Place
from trigdsl.syntax.words import WORD_SHAPE, Words, folded


def mends(place: Place) -> Iterator[Mend]:
    """Yield the words around the stop as a name, a value or a title, the likeliest first."""
    yield from _of_inner_quotes(place)
    yield from _of_paths(place)
    yield from _with_a_dot(place)
    yield from _with_commas(place)
    yield from _without_quotes(place)


def _of_inner_quotes(place: Place) -> Iterator[Mend]:
    """Yield a text that goes on after a quote inside it, to one of the next quotes on its line."""
    at, last = place.stop.span.start, place.last_word
    if not place.word()[:1].isalnum() or last is None or last[0][0] != '"' or last[0].startswith('"""'):
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


def _of_paths(place: Place) -> Iterator[Mend]:
    """Yield the path of a file, which stands in quotes."""
    last = place.last_word
    if last is None or last[0].casefold() not in place.words.phrases["USE"]:
        return
    found = re.compile(r"[^\s\"']+").match(place.text, place.stop.span.start, place.unit.end)
    if found is not None and "/" in found[0]:
        span, message = Span(*found.span()), f"`{found[0]}` cannot stand here without quotes"
        yield from _quoted(place, span, f'put it in quotes: `"{found[0]}"`', span, message)


def _with_a_dot(place: Place) -> Iterator[Mend]:
    """Yield `ticket.priority` for `ticket priority`, where a verb or `to` follows it."""
    last, gap, table = place.last_word, place.gap, place.words
    following = _NEXT.match(place.text, place.stop.span.end, place.unit.end)
    if last is None or gap is None or following is None or place.stop.terminal != "WORD":
        return
    goes_on = {phrase.split()[0] for terminal in GOES_ON for phrase in table.phrases[terminal]}
    verb = following[1].casefold() in table.reserved - goes_on
    plain = re.fullmatch(WORD_SHAPE, last[0]) is not None and not place.begins_line()
    fields = {phrase for terminal in _BEFORE_FIELDS for phrase in table.phrases[terminal]}
    guessed = place.guess is not None or folded(last[0]) in table.guesses
    starts = not guessed and place.before(last[1]) in fields
    if verb and plain and starts and "DOT" in place.stop.expected:
        span = last[1].to(place.stop.span)
        message = f"`{place.text[span.start : span.end]}` cannot stand here: a field stands after a dot"
        yield Mend(gap, ".", f"write `{last[0]}.{place.word()}`", mark=span, message=message)


_BEFORE_FIELDS = ("WHEN", "AND", "OR", "NOT", "AS", "GIVEN", "EXPECT", "THE", "PREVIOUS", "SET", "CLEAR")
"""The terminals before a field, where no value can stand."""


def letters(place: Place) -> Iterator[Mend]:
    """Yield a list of single letters without its commas."""
    if _letters(place):
        yield from _with_commas(place)


def _with_commas(place: Place) -> Iterator[Mend]:
    """Yield a list without its commas: words in lower case are one each."""
    last, gap, table = place.last_word, place.gap, place.words
    if last is None or gap is None or "COMMA" not in place.stop.expected or place.stop.terminal != "WORD":
        return
    listed = "|".join({phrase.split()[-1] for terminal in _LISTS for phrase in table.phrases[terminal]})
    line = place.text[max(place.unit.start, place.text.rfind("\n", 0, last[1].start)) : last[1].start]
    opened = re.search(rf"(?:,|(?<![\w-])(?:{listed}))\s+(?:{WORD_SHAPE}\s+)*\Z", line, re.IGNORECASE)
    plain = all(re.fullmatch(WORD_SHAPE, word) and word.islower() for word in (last[0], place.word()))
    spoken = any(_is_tried(table, word) for word in (last[0], place.word()))
    if opened and plain and (not spoken or _letters(place)) and not place.begins_line():
        yield Mend(gap, ",", f"write a comma between them: `{last[0]}, {place.word()}`")


def _letters(place: Place) -> bool:
    """Return whether single letters are listed: `a` is one of them then."""
    last = place.last_word
    return last is not None and len(last[0]) == len(place.word()) == 1


_LISTS = ("IS_ONE_OF", "IS_NOT_ONE_OF", "ANY_OF", "INCLUDE_ANY_OF", "INCLUDE_ALL_OF", "INCLUDE_NONE_OF")
"""The terminals that a list follows."""


def reserved(place: Place) -> Iterator[Mend]:
    """Yield a word of the language as the value or the name that it seems to be here, with words that go with it."""
    stop, table = place.stop, place.words
    first = stop.terminal not in (None, END) and place.words_from(stop.span.start, 1)
    if not first or not {"WORD", "STRING"} <= stop.expected or first[0][0].casefold() not in table.reserved:
        return
    for span in _runs(place, stop.span.start, table.reserved):
        word, alone = place.text[span.start : span.end], span.end == first[0].end()
        if not alone and "LPAR" in stop.expected:
            continue  # a condition begins here, and none begins with a text
        if alone and stop.terminal in GOES_ON and not _followed_as_value(place, span.end):
            continue
        advice = "as a value it is quoted" if alone else "a value of several words is quoted"
        help_line = f'`{first[0][0]}` is a word of the language; {advice}: `"{word}"`'
        if place.guess is not None and alone:
            help_line = place.guess[0].help
        mark = None if alone else span
        yield from _quoted(place, span, help_line, mark, f"`{word}` cannot stand here without quotes")


def several(place: Place) -> Iterator[Mend]:
    """Yield a value of several words on one line, such as `waiting for reply`, which ends a condition."""
    stop, last, table = place.stop, place.last_word, place.words
    if stop.terminal != "WORD" or last is None or place.guess is not None or place.begins_line():
        return
    if re.fullmatch(WORD_SHAPE, last[0]) is None or place.before(last[1]) not in _verb_ends(place):
        return
    run = next(_runs(place, last[1].start, table.reserved), None)
    words = [] if run is None else place.text[run.start : run.end].split()
    if (
        run is None
        or len(words) < _PHRASE
        or words[0].casefold() in table.spoken
        or place.text[run.end : run.end + 1].strip() not in ("", ")")
    ):
        return
    following = _NEXT.match(place.text, run.end, place.unit.end)
    ends = {*table.phrases["AND"], *table.phrases["OR"], *table.phrases["THEN"]}
    ends |= {phrase.split()[0] for action in pieces.ACTIONS for phrase in table.phrases[action]}
    if following is None or following[1].casefold() in {"", ")", *ends}:
        message = f"`{' '.join(words)}` cannot stand here without quotes"
        yield from _quoted(place, run, _quotes_for(place, run), run, message)


def _verb_ends(place: Place) -> set[str]:
    """Return the words with which verbs end that one value follows."""
    return {phrase.split()[-1] for verb in _ONE_VALUE for phrase in place.words.phrases[verb]}


_PHRASE = 3
"""So many words and more are one value; two may be two."""
_ONE_VALUE = ("IS", "IS_NOT", "INCLUDE", "DO_NOT_INCLUDE", "GAIN", "LOSE", "CHANGES_TO", "CONTAINS")


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
    if not part and "STRING" in place.stop.expected and word.casefold() in table.spoken:
        return place.stop.span.start
    a_word = re.fullmatch(WORD_SHAPE, word) is not None and (part or not _is_tried(table, word))
    opened = part or place.before(span) in table.spoken
    opened = opened or place.text[: span.start].rstrip().endswith((",", "("))
    here = place.word()
    spoken = here.casefold() in table.reserved if part else _is_tried(table, here)
    return span.start if a_word and opened and not spoken else None


def _is_tried(table: Words, word: str) -> bool:
    """Return whether a word is one of the language, or one that people try first."""
    return word.casefold() in table.spoken or folded(word) in table.guesses


_MOST_TOGETHER = 6
"""So many words are taken for one name, value or title."""
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
    for match in place.words_from(start, _MOST_TOGETHER):
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
