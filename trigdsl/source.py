"""Where text came from, and which part of it a thing was read from."""

import bisect
import functools
import re

from attrs import field, frozen

from trigdsl.languages import ENGLISH


@frozen
class Span:
    """A half-open range of offsets, in characters, into one source's text."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """Return the span from the start of this one to the end of the other."""
        return Span(self.start, other.end)


NOWHERE = Span(0, 0)
"""The span of what no text was read for: a generated tree, a whole file."""


@frozen
class Source:
    r"""A text with the name a user knows it by. Line ends are `\\n`, and there is no byte order mark."""

    name: str
    text: str = field(repr=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both counted from one, columns in characters."""
        starts = _line_starts(self.text)
        line = bisect.bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line, counted from one, without its end."""
        starts = _line_starts(self.text)
        start = starts[number - 1]
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[start:end]


@functools.lru_cache(maxsize=64)
def _line_starts(text: str) -> tuple[int, ...]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return tuple(starts)


_LANGUAGE = re.compile(r"#[ \t]*language:[ \t]*([\w-]{1,35})")


def language_of(text: str) -> str:
    """Return the language a rule file says it is written in; English unless its first line says another."""
    found = _LANGUAGE.match(text)
    return found[1] if found else ENGLISH
