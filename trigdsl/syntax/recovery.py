"""Reading on after a mistake: each declaration apart, and inside one past what could not be read.

What could not be read is replaced, in a copy of the text with the same offsets, by a character
that stands for it, and the declaration is read again. So one mistake hides neither the rest of
its rule nor the next one, and a place that was reported once is not reported again.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from attrs import define, evolve, field, frozen

from trigdsl.diagnostics import Diagnostic
from trigdsl.source import Source, Span
from trigdsl.syntax import mends, mistakes, pieces
from trigdsl.syntax import tree as t
from trigdsl.syntax.pieces import Unit
from trigdsl.syntax.places import END, Mend, Place, Stop
from trigdsl.syntax.words import SIGNS, UNREAD, Words

Items = tuple[t.Item | t.Step, ...]
Attempt = Callable[[str, Span], Items | Stop]
"""Reads a stretch of a text: what it holds, or where reading stopped."""

MOST_MENDS = 25
"""How many mistakes of one declaration are looked for."""
MOST_REREAD = 120_000
"""How many characters of one declaration are read again in looking for mends."""


@define
class Recovery:
    """Reads a text with mistakes, and collects what is wrong."""

    source: Source
    words: Words
    attempt: Attempt
    most: int
    diagnostics: list[Diagnostic] = field(factory=list)
    parentheses: list[int] = field(factory=list)
    """Where one was put in or left out."""
    _reread: int = 0

    def read(self, stop: Stop) -> Items:
        """Return every declaration of the text, whole or in part; reading it as a whole stops where it is said."""
        found: list[t.Item | t.Step] = []
        text = without_signs(self.source.text)
        waiting = pieces.units(text, self.words)
        alone = len(waiting) == 1
        while waiting and len(self.diagnostics) < self.most:
            unit = waiting.pop(0)
            read = stop if alone else self.attempt(text, unit.span)
            if isinstance(read, Stop) and read.terminal == END and waiting:
                # A line that only looks like a declaration goes on with the one before it.
                both = self.attempt(text, Span(unit.span.start, waiting[0].span.end))
                if not isinstance(both, Stop):
                    waiting.pop(0)
                    read = both
            self._reread = 0
            found += self._past(text, unit, read)
        return tuple(found)

    # One declaration

    def _past(self, text: str, unit: Unit, read: Items | Stop | None = None) -> Items:
        """Return what can be read of a declaration with mistakes, of which it is known how far reading comes."""
        if read is None:
            read = self.attempt(text, unit.span)
        for _ in range(MOST_MENDS):
            if not isinstance(read, Stop):
                return read
            place = Place(self.source, self.words, unit.span, read)
            ended = place.begins_line() and END in read.expected and not pieces.ACTIONS & read.expected
            if ended and not mends.goes_on(place):
                whole = self.attempt(text, Span(unit.span.start, read.span.start))
                if whole and not isinstance(whole, Stop):
                    # The declaration was at its end: what follows on its lines belongs to nothing.
                    rest = Unit(Span(read.span.start, unit.span.end), None)
                    return (*whole, *self._past(text, rest))
            mended = self._mended(text, place, unit.head)
            self._report(place, None if mended is None else mended[0])
            if mended is None:
                return self._in_part(text, unit)
            mend, text, read = mended
            if mend.text.strip(" ") == ")" or place.stop.terminal == "RPAR":
                self.parentheses.append(mend.span.start)
        return self._in_part(text, unit)

    def _report(self, place: Place, mend: Mend | None) -> None:
        found = mistakes.described(place)
        if mend is not None:
            found = evolve(
                found,
                help=mend.help or found.help,
                edits=mend.certain or found.edits,
                span=mend.mark or found.span,
                message=mend.message or found.message,
            )
        self.diagnostics.append(found)

    def _mended(self, text: str, place: Place, head: str | None) -> tuple[Mend, str, Items | Stop] | None:
        """Return the first mend with which reading gets further, the text with it, and how far it gets."""
        best: tuple[Mend, str, Items | Stop] | None = None
        for mend in (*mends.mends(place), *self._left_out(text, place, head)):
            if best is not None and mend.rank != best[0].rank:
                break
            self._reread += place.unit.end - place.unit.start
            if self._reread > MOST_REREAD:
                break
            if text[mend.span.end : mend.span.start + len(mend.text)].strip():
                continue  # there is no room for it
            tried = _with(text, mend)
            read = self.attempt(tried, place.unit)
            if isinstance(read, Stop) and not _further(tried, mend, read, place.stop):
                continue
            if mend.rank == 0 or not isinstance(read, Stop):
                return mend, tried, read
            if best is None or read.span.start > _reached(best[2]):
                best = mend, tried, read
        return best

    def _left_out(self, text: str, place: Place, head: str | None) -> Iterator[Mend]:
        """Yield the parts of the rule that might be passed over: the smallest first."""
        at = place.stop.span.start
        joints = pieces.boundaries(text, self.words, place.unit)
        over = self._end_of_quote(place)
        before = [(span, terminal) for span, terminal in joints if span.start < at]
        after = [
            (span, terminal)
            for span, terminal in joints
            if span.start >= over and not self._is_none(text, at, span, terminal)
        ]
        end = max(over, after[0][0].start if after else place.unit.end)
        doing = any(terminal in pieces.ACTIONS for _, terminal in before)
        if doing and place.begins_line() and pieces.ACTIONS & place.stop.expected:
            # An action may begin here, so what stands before it is whole.
            yield Mend(Span(at, end), UNREAD)
        if place.stop.terminal == END and place.gap is not None:
            yield Mend(place.gap, UNREAD)
        if before:
            start = _part_start(before[-1])
            swallowed = over > at and not after
            yield Mend(Span(start, end), UNREAD + UNREAD if swallowed else UNREAD)
            if not after:
                yield Mend(Span(start, end), UNREAD + UNREAD)
        yield from self._whole(before, after, place.unit, _OPENINGS.get(head or "", "WHEN"))

    def _is_none(self, text: str, at: int, span: Span, terminal: str) -> bool:
        """Return whether a joint after a stop only looks like one: `ticket.status set to open`."""
        if terminal == pieces.GUESSED:
            return span.start == at
        return "\n" not in text[at : span.start] and pieces.names_nothing(text, span, terminal, self.words)

    def _end_of_quote(self, place: Place) -> int:
        """Return where a text that is not closed ends, which is with its line; else where reading stopped."""
        at = place.stop.span.start
        if place.stop.terminal is not None or place.text[at : at + 1] != '"':
            return at
        line_end = place.text.find("\n", at)
        return place.unit.end if line_end < 0 else min(line_end, place.unit.end)

    def _whole(
        self,
        before: Sequence[tuple[Span, str]],
        after: Sequence[tuple[Span, str]],
        unit: Span,
        opener: str,
    ) -> Iterator[Mend]:
        """Yield a whole condition, or all of a rule's actions."""
        opening = next((span for span, terminal in reversed(before) if terminal == opener), None)
        closing = next(
            (span for span, terminal in after if terminal in pieces.ACTIONS | {"THEN", "EXPECT", "WHEN"}),
            None,
        )
        if opening is not None:
            end = unit.end if closing is None else closing.start
            yield Mend(Span(opening.end, end), UNREAD if closing is not None else UNREAD + UNREAD)
        acting = next((span for span, terminal in before if terminal in pieces.ACTIONS), None)
        if acting is not None:
            yield Mend(Span(acting.start, unit.end), UNREAD)

    # What is left when nothing helps

    def _in_part(self, text: str, unit: Unit) -> Items:
        """Return a rule without its head, or the name alone of what could not be read."""
        joints = pieces.boundaries(self.source.text, self.words, unit.span)
        start = next((span.start for span, terminal in joints if terminal == "WHEN"), None)
        lost = self._lost(unit)
        if start is not None and start > unit.span.start and unit.head in pieces.HEADS_OF_TRIGGERS:
            count = len(self.diagnostics)
            rest = self._past(text, Unit(Span(start, unit.span.end), "WHEN"))
            # What stopped reading may lie in this part, and is reported already.
            known = {d.span for d in self.diagnostics[:count]}
            self.diagnostics[count:] = [d for d in self.diagnostics[count:] if d.span not in known]
            if lost is not None:
                return tuple(_titled(item, lost) if isinstance(item, t.Trigger) else item for item in rest)
            return rest
        if unit.head == "WHEN":
            # If a test stands above, it has a step here.
            return (t.Step(t.Unread(span=unit.span), (), span=unit.span),)
        return () if lost is None else (lost,)

    def _lost(self, unit: Unit) -> t.Lost | None:
        if unit.head in (None, "WHEN"):
            return None
        shape = _NAMED if unit.head in _AFTER_NAME else _TITLED
        named = shape.match(self.source.text, unit.span.start, unit.span.end)
        if named is None:
            return None
        words = re.findall(r"[\w.-]+", named[2] or "")
        ending = self.words.phrases.get(_AFTER_NAME.get(unit.head, "WHEN"), ())
        end = next((n for n, word in enumerate(words) if n and word.casefold() in ending), len(words))
        return t.Lost(unit.head, named[1] or " ".join(words[:end]), span=unit.span)


_AFTER_NAME = {"DEFINE": "AS", "FIELD": "IS", "STATE": "IS", "SCHEDULE": "IN", "WEBHOOK": "", "CHANNEL": ""}
"""The terminal that follows the name of a declaration."""
_WORDS = r"[^\W\d][\w'\u2019]*\s+"
_QUOTED = r'"((?:[^"\\\n]|\\.)*)(?:"|\n)'
_BARE = r"([^\W\d][\w.-]*(?:[ \t]+[\w.-]+)*)"
_NAMED = re.compile(f"(?:{_WORDS}){{1,2}}?(?:{_QUOTED}|{_BARE})")
_TITLED = re.compile(f"(?:(?:{_WORDS}){{1,4}}{_QUOTED}|{_WORDS}{_BARE})")
"""The words of a head, of which a trigger may have several, and the title, if need be without its quotes."""


def _titled(trigger: t.Trigger, lost: t.Lost) -> t.Trigger:
    return evolve(trigger, title=lost.name or None, span=lost.span)


def _reached(read: Items | Stop) -> int:
    return read.span.start if isinstance(read, Stop) else 0


def _part_start(joint: tuple[Span, str]) -> int:
    """Return where the part that follows a joint begins: an action has its verb in it."""
    span, terminal = joint
    return span.start if terminal in (*pieces.ACTIONS, pieces.GUESSED) else span.end


def _with(text: str, mend: Mend) -> str:
    """Return the text with a mend in it, every other offset kept."""
    start, end = mend.span.start, mend.span.end
    room = max(end - start, len(mend.text))
    text = text[:start] + mend.text.ljust(room) + text[start + room :]
    if mend.pair is None:
        return text
    return text[: mend.pair.start] + " " * (mend.pair.end - mend.pair.start) + text[mend.pair.end :]


def _further(text: str, mend: Mend, now: Stop, before: Stop) -> bool:
    """Return whether reading came past the mend and past where it had stopped.

    A word that was put in must also let the next one be read, else it was hardly meant.
    """
    at = now.span.start
    if at < mend.span.end or at <= before.span.start:
        return False
    return UNREAD in mend.text or re.sub(r"#[^\n]*", "", text[mend.span.end : at]).strip() != ""


_SIGN = re.compile(f"[{chr(SIGNS.start)}-{chr(SIGNS.stop - 1)}]")


def without_signs(text: str) -> str:
    """Return the text in which no character outside quotes stands for a word while reading goes on."""
    if not _SIGN.search(text):
        return text
    found = {m.start() for m in _SIGN.finditer(pieces.blanked(text))}
    return "".join("\ufffd" if at in found else character for at, character in enumerate(text))


_OPENINGS = {"DEFINE": "AS", "STATE": "AS", "TEST": "GIVEN", "FIELD": "COUNTING"}
"""The terminal that the condition of a declaration follows, where it is not `when`."""


# What belongs together across declarations


@frozen
class Gathered:
    """Items with the steps of tests in their tests, and what is wrong with that."""

    items: tuple[t.Item, ...]
    diagnostics: tuple[Diagnostic, ...]


def gathered(source: Source, read: Items) -> Gathered:
    """Return the items of a file, each step with the test above it."""
    items: list[t.Item] = []
    wrong: list[Diagnostic] = []
    for item in read:
        above = items[-1] if items else None
        if not isinstance(item, t.Step):
            items.append(item)
        elif isinstance(above, t.Test):
            items[-1] = t.Test(above.title, above.given, (*above.steps, item), span=above.span.to(item.span))
        elif not (isinstance(above, t.Lost) and above.head == "TEST") and not isinstance(
            item.event, t.Unread
        ):
            message = "`when … expect …` is a step of a test, and no test stands above it"
            help_line = 'write `test "what it shows"` on the line above'
            wrong.append(Diagnostic("step-without-test", message, source, item.span, help_line))
    return Gathered(tuple(items), tuple(wrong))
