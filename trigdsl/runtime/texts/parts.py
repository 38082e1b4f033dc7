"""What texts of every form have in common: a subject line and a body, and how large they may be."""

import functools
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from attrs import evolve

from trigdsl.semantics.messages import Inspection, Mistake, Placeholder
from trigdsl.source import Span

MOST_CHARACTERS = 100_000
MOST_DEPTH = 40
MOST_PARTS = 5_000
MOST_OUTPUT = 1_000_000

TOO_DEEP = "the text nests its parts too deep"

_SUBJECT = re.compile(r"Subject:[ \t]*([^\n]*)(?:\n|$)\n?")


@functools.lru_cache(maxsize=20_000)
def parts_of(text: str) -> tuple[str | None, str]:
    """Return a template's subject line and its body; None when it has no subject."""
    found = _SUBJECT.match(text)
    return (None, text) if found is None else (found[1], text[found.end() :])


def inspection_of(text: str, first: Inspection, rest: Inspection) -> Inspection:
    """Return what a text reads, given what its subject line and its body do; None of them stands at its own place."""
    subject, body = parts_of(text)
    start, after = text.index(subject) if subject else 0, len(text) - len(body)
    return Inspection(
        tuple(_shifted(first.placeholders, start)) + tuple(_shifted(rest.placeholders, after)),
        tuple(_shifted(first.mistakes, start)) + tuple(_shifted(rest.mistakes, after)),
        rest.liquid,
    )


_Found = TypeVar("_Found", Placeholder, Mistake)


def _shifted(found: Iterable[_Found], by: int) -> Iterator[_Found]:
    return (evolve(one, span=Span(one.span.start + by, one.span.end + by)) for one in found)


def too_long(text: str) -> Inspection | None:
    """Return the mistake of a text that is longer than any that is sent."""
    if len(text) <= MOST_CHARACTERS:
        return None
    return wrong(f"the text is too long: {len(text):,} characters, and at most {MOST_CHARACTERS:,} are sent")


def wrong(message: str) -> Inspection:
    """Return a mistake of a whole text."""
    return Inspection((), (Mistake(Span(0, 1), message),))
