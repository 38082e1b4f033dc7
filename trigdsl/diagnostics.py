"""What is wrong with a rule file, as data: a code, a place, one sentence, and what to type instead."""

import enum
from collections.abc import Iterable

from attrs import evolve, field, frozen

from trigdsl.languages import ENGLISH
from trigdsl.sentences import Sentences, as_it_is
from trigdsl.source import NOWHERE, Source, Span
from trigdsl.spelling import Suggestion


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

    def to_json(self) -> dict[str, object]:
        """Return the documented shape."""
        line, column = self.source.position(self.span.start)
        return {"message": self.message, "path": self.source.name, "line": line, "column": column}


@frozen
class Edit:
    """What takes the place of a span of the same source."""

    span: Span
    text: str

    def to_json(self, source: Source) -> dict[str, object]:
        """Return the documented shape: the place in the source, and what to write there."""
        line, column = source.position(self.span.start)
        end_line, end_column = source.position(self.span.end)
        place = {"line": line, "column": column, "end_line": end_line, "end_column": end_column}
        return {**place, "text": self.text}


@frozen
class Diagnostic:
    """One mistake. The code is a kebab-case phrase, the message one lower-case sentence without a full stop.

    The fix, where there is one, is a mend that cannot be wrong; the help is for a person to think about.
    """

    code: str
    message: str
    source: Source
    span: Span = NOWHERE
    help: str | None = None
    notes: tuple[Note, ...] = ()
    severity: Severity = field(default=Severity.ERROR)
    edits: tuple[Edit, ...] = ()

    @property
    def fix(self) -> tuple[Edit, ...]:
        """What a program may change without asking; empty when only a person can tell."""
        if self.edits or not isinstance(self.help, Suggestion) or not self.help.certain:
            return self.edits
        marked = self.source.text[self.span.start : self.span.end]
        if marked.count(self.help.written) != 1:
            return ()
        start = self.span.start + marked.index(self.help.written)
        return (Edit(Span(start, start + len(self.help.written)), self.help.meant),)

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
        end = self.source.position(self.span.end)
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "path": self.source.name,
            "line": self.line,
            "column": self.column,
            "end_line": end[0],
            "end_column": end[1],
            "help": self.help,
            "notes": [note.to_json() for note in self.notes],
            "fix": [edit.to_json(self.source) for edit in self.fix],
        }


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return them without repetitions, sorted by file, place and code."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.source.name, d.span.start, d.code, d.message)))


_ENGLISH = Sentences.of(ENGLISH)


def render(diagnostic: Diagnostic, sentences: Sentences = _ENGLISH) -> str:
    """Return it for a person: the place, the sentence, the line with the span marked, and the help.

    What there is no sentence for in the reader's language is shown in English.
    """
    d = in_language(diagnostic, sentences)
    say = sentences.say
    lines = [f"{d.source.name}:{d.line}:{d.column}: {say(d.severity.value)}: {d.code}: {d.message}"]
    if d.source.text.strip():
        lines += _excerpt(d.source, d.span)
    for note in d.notes:
        line, column = note.source.position(note.span.start)
        lines.append(f"  {say('note')}: {note.source.name}:{line}:{column}: {note.message}")
        lines += _excerpt(note.source, note.span)
    if d.help is not None:
        lines.append(f"  {say('help')}: {d.help}")
    return "\n".join(lines)


def in_language(diagnostic: Diagnostic, sentences: Sentences) -> Diagnostic:
    """Return the same mistake in the words of a language; its place, code and fix stay as they are."""
    if sentences.language == ENGLISH and sentences.piece is as_it_is:
        return diagnostic
    d = diagnostic
    return evolve(
        d,
        message=sentences.told(d.message) or d.message,
        help=None if d.help is None else sentences.told(d.help) or d.help,
        notes=tuple(evolve(note, message=sentences.told(note.message) or note.message) for note in d.notes),
        edits=d.fix,
    )


_WIDTH = 120


def _excerpt(source: Source, span: Span) -> list[str]:
    number, column = source.position(span.start)
    text = source.line(number).replace("\t", " ")
    shift = max(0, column - _WIDTH // 2) if len(text) > _WIDTH else 0
    shown = text[shift : shift + _WIDTH]
    width = max(1, min(span.end - span.start, len(shown) - (column - 1 - shift)))
    margin = f"  {number} | "
    return [margin + shown, " " * (len(margin) + column - 1 - shift) + "^" * width]
