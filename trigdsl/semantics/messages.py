"""Templates and texts in rules: which there are, and whether their placeholders mean something."""

from collections.abc import Callable, Iterable, Mapping

from attrs import field, frozen

from trigdsl.diagnostics import Diagnostic, did_you_mean
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary
from trigdsl.source import Source, Span


@frozen
class Placeholder:
    """A path that a text reads, `{{ ticket.subject }}`, and where in the text it stands."""

    parts: tuple[str, ...]
    span: Span


@frozen
class Mistake:
    """A text that cannot be rendered: where, and why."""

    span: Span
    message: str


@frozen
class Inspection:
    """What a text reads, and what is wrong with it."""

    placeholders: tuple[Placeholder, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


Inspect = Callable[[str], Inspection]


@frozen
class TemplateFile:
    """One template in one language."""

    name: str
    language: str
    source: Source
    inspection: Inspection
    library: bool = False


@frozen
class Templates:
    """All templates a rule set can name: by name, then by language. The user's hide the library's."""

    by_name: Mapping[str, Mapping[str, TemplateFile]] = field(factory=dict)

    @classmethod
    def of(cls, files: Iterable[TemplateFile]) -> "Templates":
        """Return the table of some templates; of two with one name and language the later counts."""
        by_name: dict[str, dict[str, TemplateFile]] = {}
        for file in files:
            by_name.setdefault(file.name, {})[file.language] = file
        return cls(by_name)

    def reads(self, name: str, vocabulary: Vocabulary) -> frozenset[str]:
        """Return what the placeholders of a template read, in any language."""
        files = self.by_name.get(name, {}).values()
        return frozenset().union(*(footprint(file.inspection, vocabulary) for file in files))


COMMENT_LISTS = ("comments", "public_comments")
LATEST_COMMENTS = ("latest_comment", "latest_public_comment")
"""What a text may read of a ticket's conversation, beyond the fields of the vocabulary."""


def footprint(inspection: Inspection, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the fields a text reads, as `ticket.subject`, `user.email`."""
    found: set[str] = set()
    for placeholder in inspection.placeholders:
        found.update(_walk(placeholder.parts, vocabulary)[0])
    return frozenset(found)


def check(source: Source, offset: int, inspection: Inspection, vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return what is wrong with a text that stands at an offset of a source."""
    found = [
        Diagnostic("wrong-template", m.message, source, _moved(m.span, offset, source)) for m in inspection.mistakes
    ]
    for placeholder in inspection.placeholders:
        _, problem, help_line = _walk(placeholder.parts, vocabulary)
        if problem is not None:
            span = _moved(placeholder.span, offset, source)
            found.append(Diagnostic("unknown-placeholder", problem, source, span, help_line))
    return found


def _moved(span: Span, offset: int, source: Source) -> Span:
    length = len(source.text)
    return Span(min(span.start + offset, length), min(span.end + offset, length))


def _walk(parts: tuple[str, ...], vocabulary: Vocabulary) -> tuple[list[str], str | None, str | None]:
    """Return what a placeholder reads, with a problem and a help line where it means nothing."""
    first, *rest = parts
    reads: list[str] = []
    entity: str | None
    if first == CURRENT_USER:
        entity = "user"
        reads.append(CURRENT_USER)
    elif first in vocabulary.shorthands:
        declared = vocabulary.shorthands[first]
        reads.append(declared.path)
        entity = declared.type.kind if isinstance(declared.type, types.ReferenceType) else None
    elif first in vocabulary.entities_alone:
        entity = first
    else:
        return reads, f"there is nothing named `{first}`", did_you_mean(first, vocabulary.starts())
    so_far = first
    for name in rest:
        if entity == vocabulary.root and name in (*COMMENT_LISTS, *LATEST_COMMENTS):
            reads.append(f"{entity}.comments")
            entity = "comment" if name in LATEST_COMMENTS else None
            so_far += f".{name}"
            continue
        if entity is None:
            return reads, f"`{so_far}` has no `{name}`", None
        declared_field = vocabulary.field(entity, name)
        if declared_field is None:
            known = [f.name for f in vocabulary.fields_of(entity)]
            return reads, f"{so_far} has no field `{name}`", did_you_mean(name, known)
        reads.append(declared_field.path)
        kind = declared_field.type
        entity = kind.kind if isinstance(kind, types.ReferenceType) else None
        so_far += f".{name}"
    return reads, None, None
