"""Templates and texts in rules: which there are, and whether their placeholders mean something."""

from collections.abc import Callable, Iterable, Mapping

from attrs import field, frozen

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary
from trigdsl.source import Source, Span
from trigdsl.spelling import did_you_mean


@frozen
class Placeholder:
    """A path that a text reads, `{{ ticket.subject }}`, and where in the text it stands.

    Repeated is what a loop goes through. Where the path begins with a loop's own name, `of` is what that
    loop goes through.
    """

    parts: tuple[str, ...]
    span: Span
    repeated: bool = False
    of: tuple[str, ...] | None = None


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
    """One template in one language: plain text, and HTML where there is some."""

    name: str
    language: str
    source: Source
    inspection: Inspection
    library: bool = False
    html: Source | None = None
    html_inspection: Inspection = Inspection()

    @property
    def parts(self) -> "tuple[tuple[Source, Inspection], ...]":
        """The plain text and the HTML, each with what it reads."""
        plain = ((self.source, self.inspection),)
        return plain if self.html is None else (*plain, (self.html, self.html_inspection))


@frozen
class Templates:
    """All templates a rule set can name: by name, then by language in lower case. The user's hide the library's."""

    by_name: Mapping[str, Mapping[str, TemplateFile]] = field(factory=dict)

    @classmethod
    def of(cls, files: Iterable[TemplateFile]) -> "Templates":
        """Return the table of some templates; of two with one name and language the later counts."""
        by_name: dict[str, dict[str, TemplateFile]] = {}
        for file in files:
            by_name.setdefault(file.name, {})[file.language.replace("_", "-").lower()] = file
        return cls(by_name)

    def reads(self, name: str, vocabulary: Vocabulary) -> frozenset[str]:
        """Return what the placeholders of a template read, in any language."""
        files = self.by_name.get(name, {}).values()
        inspections = (inspection for file in files for _, inspection in file.parts)
        return frozenset().union(*(footprint(inspection, vocabulary) for inspection in inspections))


COMMENT_LISTS = ("comments", "public_comments")
LATEST_COMMENTS = ("latest_comment", "latest_public_comment")
"""What a text may read of a ticket's conversation, beyond the fields of the vocabulary."""

MAY_BE_PRIVATE = {"comments": "public_comments", "latest_comment": "latest_public_comment"}
"""What may be a private comment, and what to write instead in a text for end users."""

COMMENT_PARTS = (("body",), ("author",), ("author", "name"), ("created_at",), ("public",))
LOOP_PARTS = (("first",), ("last",), ("index",))
"""What a loop through the comments may read of each, and of itself."""


@frozen
class _Way:
    """Where a placeholder leads: the fields on the way, whether to several values, and what is wrong with it."""

    reads: tuple[str, ...]
    several: bool = False
    problem: str | None = None
    help: str | None = None


def footprint(inspection: Inspection, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the fields a text reads, as `ticket.subject`, `user.email`."""
    outside = (p for p in inspection.placeholders if p.of is None)
    return frozenset(name for p in outside for name in _way(p.parts, vocabulary).reads)


def check(source: Source, offset: int, inspection: Inspection, vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return what is wrong with a text that stands at an offset of a source."""
    found = [
        Diagnostic("wrong-template", m.message, source, _moved(m.span, offset, source))
        for m in inspection.mistakes
    ]
    if found:
        return found
    for placeholder in inspection.placeholders:
        way = _local(placeholder) if placeholder.of is not None else _way(placeholder.parts, vocabulary)
        problem = way.problem
        if problem is None and placeholder.repeated and not way.several:
            problem = f"`{'.'.join(placeholder.parts)}` is one value: a loop goes through several"
        if problem is not None:
            span = _moved(placeholder.span, offset, source)
            found.append(Diagnostic("unknown-placeholder", problem, source, span, way.help))
    return found


def _moved(span: Span, offset: int, source: Source) -> Span:
    length = len(source.text)
    return Span(min(span.start + offset, length), min(span.end + offset, length))


def _local(placeholder: Placeholder) -> _Way:
    name, *rest = placeholder.parts
    assert placeholder.of is not None
    known: tuple[tuple[str, ...], ...] = ((),)
    if placeholder.of == ("loop",):
        known = LOOP_PARTS
    elif placeholder.of[-1] in COMMENT_LISTS:
        known = ((), *COMMENT_PARTS)
    if tuple(rest) in known:
        return _Way(())
    shown = ", ".join(f"`{'.'.join((name, *parts))}`" for parts in known)
    return _Way(
        (), problem=f"there is nothing named `{'.'.join(placeholder.parts)}`", help=f"known are {shown}"
    )


def _way(parts: tuple[str, ...], vocabulary: Vocabulary) -> _Way:
    first, *rest = parts
    reads: list[str] = []
    entity: str | None = None
    several = False
    if first == CURRENT_USER:
        entity = "user"
        reads.append(CURRENT_USER)
    elif first in vocabulary.shorthands:
        declared = vocabulary.shorthands[first]
        reads.append(declared.path)
        several = isinstance(declared.type, types.SetType)
        entity = declared.type.kind if isinstance(declared.type, types.ReferenceType) else None
    elif first in vocabulary.entities_alone:
        entity = first
    else:
        help_line = did_you_mean(first, vocabulary.starts())
        return _Way((), problem=f"there is nothing named `{first}`", help=help_line)
    so_far = first
    for name in rest:
        if entity is None:
            return _Way(tuple(reads), problem=f"`{so_far}` has no `{name}`")
        if entity == vocabulary.root and name in (*COMMENT_LISTS, *LATEST_COMMENTS):
            reads.append(f"{entity}.comments")
            several = name in COMMENT_LISTS
            entity = None if several else "comment"
        else:
            declared_field = vocabulary.field(entity, name)
            if declared_field is None:
                known = [f.name for f in vocabulary.fields_of(entity)]
                help_line = did_you_mean(name, known)
                return _Way(tuple(reads), problem=f"{so_far} has no field `{name}`", help=help_line)
            reads.append(declared_field.path)
            kind = declared_field.type
            several = isinstance(kind, types.SetType)
            entity = kind.kind if isinstance(kind, types.ReferenceType) else None
        so_far += f".{name}"
    return _Way(tuple(reads), several)
