"""What is wrong with a rule file, as data: a code, a place, one sentence, and what to type instead."""

import difflib
import enum
from collections.abc import Iterable

from attrs import field, frozen

from trigdsl.source import NOWHERE, Source, Span


class Severity(enum.StrEnum):
    """An error stops the rules from running; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Note:
    """A second place that helps to understand a diagnostic."""

    message: str
    source: Source
    span: Span


@frozen
class Diagnostic:
    """One mistake. The code is a kebab-case phrase, the message one lower-case sentence without a full stop."""

    code: str
    message: str
    source: Source
    span: Span = NOWHERE
    help: str | None = None
    notes: tuple[Note, ...] = ()
    severity: Severity = field(default=Severity.ERROR)

    @property
    def line(self) -> int:
        """The line it is on, counted from one."""
        return self.source.position(self.span.start)[0]

    @property
    def column(self) -> int:
        """The column it starts in, counted from one, in characters."""
        return self.source.position(self.span.start)[1]

    def to_json(self) -> dict[str, object]:
        """Return the documented shape that `trigdsl check --json` prints."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "path": self.source.name,
            "line": self.line,
            "column": self.column,
            "help": self.help,
        }


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return them without repetitions, sorted by file, place and code."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.source.name, d.span.start, d.code, d.message)))


def render(diagnostic: Diagnostic) -> str:
    """Return it for a person: the place, the sentence, the line with the span marked, and the help."""
    d = diagnostic
    lines = [f"{d.source.name}:{d.line}:{d.column}: {d.severity.value}: {d.code}: {d.message}"]
    if d.source.text.strip():
        lines += _excerpt(d.source, d.span)
    for note in d.notes:
        line, column = note.source.position(note.span.start)
        lines.append(f"  note: {note.message} ({note.source.name}:{line}:{column})")
    if d.help is not None:
        lines.append(f"  help: {d.help}")
    return "\n".join(lines)


_WIDTH = 120


def _excerpt(source: Source, span: Span) -> list[str]:
    number, column = source.position(span.start)
    text = source.line(number).replace("\t", " ")
    shift = max(0, column - _WIDTH // 2) if len(text) > _WIDTH else 0
    shown = text[shift : shift + _WIDTH]
    width = max(1, min(span.end - span.start, len(shown) - (column - 1 - shift)))
    margin = f"  {number} | "
    return [margin + shown, " " * (len(margin) + column - 1 - shift) + "^" * width]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was most likely meant, or None when none is near enough to be right."""
    candidates = list(known)
    folded = {name.casefold(): name for name in reversed(candidates)}
    if word.casefold() in folded:
        return folded[word.casefold()]
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.7)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return a help line that names the nearest known word, or None."""
    found = nearest(word, known)
    return None if found is None else f"did you mean `{found}`?"
