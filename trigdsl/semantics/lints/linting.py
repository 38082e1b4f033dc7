"""What every lint is given, and how it warns."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from trigdsl.diagnostics import Diagnostic, Edit, Note, Severity
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.ordering import Draft, Module
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source, Span


@frozen
class Linted:
    """Checked triggers, each with what was written; modules are the user's own files, and what they use."""

    vocabulary: Vocabulary
    triggers: Sequence[tuple[Draft, r.Trigger]]
    modules: Sequence[Module]
    sources: Mapping[str, Source]

    def possible(self, *assumed: Assumed, quiet: bool = False) -> bool:
        """Return whether conditions may be as assumed all at once."""
        return worlds.possible(*assumed, root=self.vocabulary.root, quiet=quiet)

    def warn(
        self,
        code: str,
        at: r.Location,
        message: str,
        help_line: str,
        *notes: Note,
        edits: tuple[Edit, ...] = (),
    ) -> Diagnostic:
        """Return a warning at a place in the rules."""
        source = self.sources.get(at.path, Source(at.path, ""))
        return warning(code, source, at.span, message, help_line, *notes, edits=edits)

    def note(self, message: str, at: r.Location) -> Note:
        """Return a note at a place in the rules."""
        return Note(message, self.sources.get(at.path, Source(at.path, "")), at.span)


def warning(
    code: str,
    source: Source,
    span: Span,
    message: str,
    help_line: str,
    *notes: Note,
    edits: tuple[Edit, ...] = (),
) -> Diagnostic:
    """Return a warning at a place in a file."""
    return Diagnostic(code, message, source, span, help_line, notes, Severity.WARNING, edits)
