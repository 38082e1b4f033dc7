"""Sentences that people try first, whose words stand in another order here: what they mean, written out."""

import re
from collections.abc import Iterable, Iterator

from trigdsl.diagnostics import Edit
from trigdsl.source import Span
from trigdsl.syntax import expectations, pieces, several, words
from trigdsl.syntax.places import BEHIND, Mend, Place, article
from trigdsl.syntax.spellings import lettered
from trigdsl.syntax.tree import Verb
from trigdsl.syntax.words import UNREAD, WORD_SHAPE, Words, folded

_TEXT = r'"(?:[^"\\\n]|\\.)*"'
_VALUE = rf"(?:{_TEXT}|{WORD_SHAPE}(?!\.))"
_VALUES = rf"{_VALUE}(?:\s*,\s*{_VALUE})*"
_PATH = rf"{WORD_SHAPE}(?:\.{WORD_SHAPE})*"


def mends(place: Place) -> Iterator[Mend]:
    """Yield what such a sentence at the stop means."""
    yield from _denied(place)
    yield from _belonging(place)
    yield from _listed(place)
    yield from _tagged(place)
    yield from _told(place)
    yield from _texts(place)
    yield from _neither(place)
    yield from _joined(place)


def _denied(place: Place) -> Iterator[Mend]:
    """Yield the verb that denies, for `not ticket.tags include vip`."""
    text, table, last = place.text, place.words, place.last_word
    if last is None or place.before(last[1]) not in table.phrases["NOT"]:
        return
    subject = re.compile(_PATH).match(text, last[1].start, place.unit.end)
    said = None if subject is None else _verb_from(place, subject.end())
    if subject is None or said is None:
        return
    verb, verb_span = said
    joints = pieces.boundaries(text, table, Span(verb_span.end, place.unit.end))
    end = joints[0][0].start if joints else place.unit.end
    rest = " ".join(re.sub(r"#[^\n]*", "", text[verb_span.end : end]).split())
    written = f"not ({subject[0]} {text[verb_span.start : verb_span.end]} {rest}".rstrip() + ")"
    if verb in several.NEGATIVE:
        written = f"{subject[0]} {table.phrase(several.NEGATIVE[verb].value)} {rest}".rstrip()
    denial = re.compile(r"\w+(?=\s*\Z)").search(text, place.unit.start, last[1].start)
    if denial is None:
        return
    denies = Span(*denial.span())
    message = (
        f"`{denial[0]}` stands before a defined name or a parenthesis, and here is a verb that it belongs to"
    )
    mark = Span(denies.start, verb_span.end)
    yield Mend(denies, " " * len(denial[0]), f"write `{written}`", mark=mark, message=message)


def _belonging(place: Place) -> Iterator[Mend]:
    """Yield the path that `the status of the ticket` says in other words."""
    text, table, last = place.text, place.words, place.last_word
    if last is None or re.fullmatch(WORD_SHAPE, last[0]) is None:
        return
    of = rf"({_any(table.nouns.get('of', ()))}){BEHIND}({WORD_SHAPE})(?!\.)"
    owner = re.compile(of, re.IGNORECASE).match(text, place.stop.span.start, place.unit.end)
    if owner is None:
        return
    before = place.article_before(last[1].start)
    # `remove vip from …`: where the word is also a preposition of actions, a field has its article.
    if before is None and (folded(owner[1]) in table.phrases["FROM"] or "IS" not in place.stop.expected):
        return
    span = Span((before or last[1]).start, owner.end())
    path = f"{owner[2]}.{last[0]}"
    help_line = f"what belongs to something stands after a dot: `{path}`"
    yield Mend(span, path.ljust(span.end - span.start), help_line, (Edit(span, path),))


def _listed(place: Place) -> Iterator[Mend]:
    """Yield the verb that takes a list, for `contains "a", "b"`; if there is none, the condition for each value."""
    stop, text, table, last = place.stop, place.text, place.words, place.last_word
    if stop.terminal != "COMMA" or "COMMA" in stop.expected or last is None:
        return
    said = _verb_before(place, last[1].start)
    found = re.compile(rf"\s*,\s*({_VALUES})").match(text, stop.span.start, place.unit.end)
    if said is None or found is None or not _ends_condition(place, found.end()):
        return
    verb, span = said
    listed = several.listed(verb)
    if listed is None:
        joint = table.phrase("AND" if several.denies(verb) else "OR")
        phrase = text[span.start : span.end]
        each = f" {joint} … ".join(f"{phrase} {v}" for v in (last[0], *re.findall(_VALUE, found[1])))
        yield Mend(Span(*found.span()), " ", f"say it of each value: `… {each}`")
    else:
        written = f"{table.phrase(listed.value)} {last[0]}, {found[1]}"
        yield Mend(span, words.sign(table, listed.value), f"to ask for several values, write `{written}`")


def _tagged(place: Place) -> Iterator[Mend]:
    """Yield the action that `add tag vip` means, with the set of tags that it leaves out."""
    table = place.words
    tag = _any(table.nouns.get("tag", ()))
    for start in place.starts(3):
        for action, joint in (("ADD", "TO"), ("REMOVE", "FROM")):
            verb, preposition = table.phrase(action), table.phrase(joint)
            joints = _any(table.phrases[joint])
            shape = rf"{verb}\s+(?:{tag}):?\s+({_VALUES})(?:\s+(?:{joints})\s+{_small(table)}{_PATH})?"
            found = re.compile(shape, re.IGNORECASE).match(place.text, start, place.unit.end)
            if found is None or not start <= place.stop.span.start < found.end():
                continue
            first = re.findall(_VALUE, found[1])[0].casefold()
            if first in table.phrases[joint] or first in table.reserved:
                continue
            if re.compile(rf"\s*{_PATH}\.").match(place.text, found.end(), place.unit.end):
                continue  # another word than `to` stands before the path
            values = " ".join(found[1].split())
            help_line = f"write `{verb} {values} {preposition} ticket.tags`"
            yield Mend(Span(*found.span()), UNREAD, help_line)
            return


def _small(table: Words) -> str:
    """Return the expression for an article that may stand before a noun."""
    return f"(?:{article(table)})?"


def _any(phrases: Iterable[str]) -> str:
    return "|".join(map(_spaced, sorted(phrases, key=len, reverse=True))) or "(?!)"


def _told(place: Place) -> Iterator[Mend]:
    """Yield the action that `send email to …` and `tell … "text"` mean, with whom they name."""
    guess, text, table = place.guess, place.text, place.words
    if guess is None or guess[0].terminal != "NOTIFY":
        return
    start, notify = guess[1].start, table.phrase("NOTIFY")
    every = _any(table.phrases["ALL"])
    shape = rf"\s*((?:(?:{every})\s+|{_small(table)}){_PATH}|{_TEXT})(?![\w.])"
    whom = re.compile(shape, re.IGNORECASE).match(text, guess[1].end, place.unit.end)
    if whom is None:
        return
    shape = rf"\s*({_small(table)}{_PATH}\s+{_TEXT})"
    named = re.compile(shape, re.IGNORECASE).match(text, guess[1].end, place.unit.end)
    if named is not None and _message_from(place, named.end()) is not None:
        whom = named
    body = re.compile(rf"(?:\s+{WORD_SHAPE})?\s+({_TEXT})").match(text, whom.end(), place.unit.end)
    between = "" if body is None else text[whom.end() : body.start(1)].strip()
    mend = words.sign(table, "NOTIFY")
    if body is not None and between not in table.spoken and _message_from(place, body.end()) is None:
        written = f"{table.phrase('WITH_BODY')} {expectations.shortened(body[1])}"
        kept = text[guess[1].end : whom.end()]
        blank = " " * (body.start(1) - 1 - whom.end())
        mend = mend.ljust(guess[1].end - start) + kept + blank + words.sign(table, "WITH_BODY")
        span = Span(start, body.start(1))
    else:
        message = _message_from(place, whom.end())
        written = message or f"{table.phrase('WITH_TEMPLATE')} …"
        # Without a message nothing is left to read: that it is missing is said in the help.
        mend, span = (mend, guess[1]) if message is not None else (UNREAD, Span(start, whom.end()))
    yield Mend(span, mend, f"write `{notify} {whom[1]} {written}`")


def _texts(place: Place) -> Iterator[Mend]:
    """Yield the body that a text behind whom to notify is: `notify requester "Hello"`, `notify user "Ana" "Hello"`."""
    stop, last, table = place.stop, place.last_word, place.words
    if last is None or last[0][:1] != '"' or "WITH_BODY" not in stop.expected:
        return
    body = stop.span if stop.terminal == "STRING" else last[1]
    gap = place.gap if stop.terminal == "STRING" else Span(body.start - 1, body.start)
    notify = _spaced(table.phrase("NOTIFY"))
    shape = rf"(?<![\w-]){notify}\s+{_small(table)}(?:({WORD_SHAPE})|{WORD_SHAPE}\s+{_TEXT})\s\Z"
    found = re.compile(shape, re.IGNORECASE).search(place.text, place.unit.start, body.start)
    if found is None or gap is None or (found[1] or "").casefold() in table.nouns.get("named", ()):
        return
    written = expectations.shortened(place.text[body.start : body.end])
    help_line = f"write `{' '.join(found[0].split())} {table.phrase('WITH_BODY')} {written}`"
    message = f"a text stands behind `{table.phrase('WITH_BODY')}`"
    yield Mend(gap, words.sign(table, "WITH_BODY"), help_line, mark=body, message=message)


def _neither(place: Place) -> Iterator[Mend]:
    """Yield the list that `is neither high nor urgent` means."""
    text, table, last = place.text, place.words, place.last_word
    if last is None or last[0].casefold() != "neither":
        return
    said = _verb_before(place, last[1].start)
    found = re.compile(rf"\s+({_VALUE}(?:,?\s+nor\s+{_VALUE})+)").match(text, last[1].end, place.unit.end)
    if said is None or said[0] is not Verb.IS or found is None:
        return
    whole = Span(said[1].start, found.end())
    listed = ", ".join(re.findall(_VALUE, re.sub(r",?\s+nor\s+", " ", found[1])))
    sign = words.sign(table, Verb.IS_NOT_ONE_OF.value)
    phrase = table.phrase(Verb.IS_NOT_ONE_OF.value)
    message = f"`{' '.join(text[whole.start : whole.end].split())}` is said with `{phrase}`"
    mend = f"{sign} {listed}".ljust(whole.end - whole.start)
    yield Mend(whole, mend, f"write `{phrase} {listed}`", mark=whole, message=message)


def _joined(place: Place) -> Iterator[Mend]:
    """Yield the word that joins two conditions, where a comma stands between them: the one that was last said."""
    stop, table = place.stop, place.words
    if stop.terminal != "COMMA" or "COMMA" in stop.expected or "AND" not in stop.expected:
        return
    subject = re.compile(rf"\s*({_PATH})").match(place.text, stop.span.end, place.unit.end)
    if subject is None or _verb_from(place, subject.end()) is None:
        return
    before = pieces.boundaries(place.text, table, Span(place.unit.start, stop.span.start))
    joint = next((name for _, name in reversed(before) if name in ("AND", "OR")), "AND")
    help_line = f"write `{table.phrase(joint)}` between two conditions"
    yield Mend(stop.span, words.sign(table, joint), help_line)


def _message_from(place: Place, at: int) -> str | None:
    """Return which kind of message follows, its texts left out."""
    table = place.words
    for terminal in ("WITH_SUBJECT", "WITH_BODY", "WITH_TEMPLATE"):
        phrase = table.phrase(terminal)
        if re.compile(rf"\s+{_spaced(phrase)}(?![\w-])", re.IGNORECASE).match(place.text, at, place.unit.end):
            body = f" {table.phrase('AND_BODY')} …" if terminal == "WITH_SUBJECT" else ""
            return f"{phrase} …{body}"
    return None


def _verb_from(place: Place, at: int) -> tuple[Verb, Span] | None:
    """Return the verb that follows, the longest phrase that stands there, and where it is."""
    found = (
        (Span(m.start(1), m.end()), verb)
        for verb, phrase in _spoken(place.words)
        if (m := re.compile(rf"\s+({phrase})", re.IGNORECASE).match(place.text, at, place.unit.end))
    )
    best = max(found, key=lambda one: one[0].end, default=None)
    return None if best is None else (best[1], best[0])


def _verb_before(place: Place, at: int) -> tuple[Verb, Span] | None:
    """Return the verb that ends right before an offset, the longest phrase that does."""
    line = max(place.unit.start, at - 200)
    found = (
        (Span(*m.span(1)), verb)
        for verb, phrase in _spoken(place.words)
        if (m := re.compile(rf"(?<![\w.-])({phrase})\s+\Z", re.IGNORECASE).search(place.text, line, at))
    )
    best = min(found, key=lambda one: one[0].start, default=None)
    return None if best is None else (best[1], best[0])


def _spoken(table: Words) -> Iterator[tuple[Verb, str]]:
    for verb in Verb:
        for phrase in table.phrases.get(verb.value, ()):
            yield verb, _spaced(phrase) + r"(?![\w-])"


def _spaced(phrase: str) -> str:
    return r"\s+".join(map(lettered, phrase.split()))


def _ends_condition(place: Place, at: int) -> bool:
    """Return whether what follows is no part of a condition: the next one, an action, or nothing."""
    following = re.compile(r"(?:\s|#[^\n]*)*([\w-]+|[^\w\s]|\Z)").match(place.text, at, place.unit.end)
    if following is None or following[1] in (")", ""):
        return True
    after = {"AND", "OR", "THEN", *pieces.ACTIONS}
    return following[1].casefold() in {p.split()[0] for t in after for p in place.words.phrases.get(t, ())}
