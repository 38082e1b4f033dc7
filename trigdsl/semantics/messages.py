"""Templates and texts in rules: which there are, and whether their placeholders mean something."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import evolve, field, frozen

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.semantics import ways
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.semantics.ways import COMMENT_LISTS, COMMENT_PARTS, LOOP_PARTS, Way
from trigdsl.source import Source, Span


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
    """What a text reads, and what is wrong with it; whether it is a Liquid body."""

    placeholders: tuple[Placeholder, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    liquid: bool = False


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
    def liquid(self) -> bool:
        """Whether it is a Liquid body, and no Jinja2 text."""
        return self.inspection.liquid

    @property
    def parts(self) -> "tuple[tuple[Source, Inspection], ...]":
        """The plain text and the HTML, each with what it reads."""
        plain = ((self.source, self.inspection),)
        return plain if self.html is None else (*plain, (self.html, self.html_inspection))


@frozen
class Content:
    """A text that bodies name, `{{dc.greeting}}`: as it reads in each language, and which is for all others."""

    default: str
    texts: Mapping[str, str]
    inspections: Mapping[str, Inspection]
    source: Source


@frozen
class Account:
    """What only a help desk's account knows of itself: its name and address, titles of choices, common texts.

    Titles are by field, then by choice. Suppressed says that its bodies tell strangers nothing of comments, as
    `docs/templates.md` has it.
    """

    name: str = ""
    url: str = ""
    titles: Mapping[str, Mapping[str, str]] = field(factory=dict)
    contents: Mapping[str, Content] = field(factory=dict)
    suppressed: bool = False


@frozen
class Templates:
    """All templates a rule set can name: by name, then by language in lower case. The user's hide the library's."""

    by_name: Mapping[str, Mapping[str, TemplateFile]] = field(factory=dict)
    account: Account = Account()

    @classmethod
    def of(cls, files: Iterable[TemplateFile], account: Account = Account()) -> "Templates":
        """Return the table of some templates; of two with one name and language the later counts."""
        by_name: dict[str, dict[str, TemplateFile]] = {}
        for file in files:
            by_name.setdefault(file.name, {})[file.language.replace("_", "-").lower()] = file
        return cls(by_name, account)

    def reads(self, name: str, vocabulary: Vocabulary) -> frozenset[str]:
        """Return what the placeholders of a template read, in any language."""
        files = self.by_name.get(name, {}).values()
        inspections = (inspection for file in files for _, inspection in file.parts)
        return frozenset().union(*(footprint(inspection, vocabulary) for inspection in inspections))


def footprint(inspection: Inspection, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the fields a text reads, as `ticket.subject`, `user.email`."""
    if inspection.liquid:
        found = (ways.of_body(p.parts, vocabulary, p.of) for p in inspection.placeholders)
    else:
        found = (ways.of_text(p.parts, vocabulary) for p in inspection.placeholders if p.of is None)
    return frozenset(name for way in found for name in way.reads)


def check(source: Source, offset: int, inspection: Inspection, vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return what is wrong with a text that stands at an offset of a source."""
    found = [
        Diagnostic("wrong-template", m.message, source, _moved(m.span, offset, source))
        for m in inspection.mistakes
    ]
    if found:
        return found
    if inspection.liquid:
        return [*_left_empty(source, offset, inspection, vocabulary)]
    for placeholder in inspection.placeholders:
        way = (
            _local(placeholder) if placeholder.of is not None else ways.of_text(placeholder.parts, vocabulary)
        )
        problem = way.problem
        if problem is None and placeholder.repeated and not way.several:
            problem = f"`{'.'.join(placeholder.parts)}` is one value: a loop goes through several"
        if problem is not None:
            span = _moved(placeholder.span, offset, source)
            found.append(Diagnostic("unknown-placeholder", problem, source, span, way.help))
    return found


def check_content(name: str, content: Content, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Yield what is wrong with a common text, at the first place of its file where the same is written.

    It is no error: where it is no Liquid it is sent as it is written.
    """
    for language, text in content.texts.items():
        for found in check(Source("text", text), 0, content.inspections[language], vocabulary):
            piece = text[found.span.start : found.span.end]
            at = max(content.source.text.find(piece), 0) if piece.strip() else 0
            span = Span(at, at + max(len(piece), 1))
            as_written = ": it is sent as it is written" if found.severity is Severity.ERROR else ""
            yield evolve(
                found,
                source=content.source,
                span=_moved(span, 0, content.source),
                message=f"in `{{{{dc.{name}}}}}` ({language}): {found.message}{as_written}",
                severity=Severity.WARNING,
            )


def _left_empty(
    source: Source, offset: int, inspection: Inspection, vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    """Yield what a Liquid body asks for and nothing has: no mistake, since it is sent all the same."""
    for placeholder in inspection.placeholders:
        way = ways.of_body(placeholder.parts, vocabulary, placeholder.of)
        if way.problem is not None:
            span = _moved(placeholder.span, offset, source)
            yield Diagnostic(
                "empty-placeholder", way.problem, source, span, way.help, severity=Severity.WARNING
            )


def _moved(span: Span, offset: int, source: Source) -> Span:
    length = len(source.text)
    return Span(min(span.start + offset, length), min(span.end + offset, length))


def _local(placeholder: Placeholder) -> Way:
    name, *rest = placeholder.parts
    assert placeholder.of is not None
    known: tuple[tuple[str, ...], ...] = ((),)
    if placeholder.of == ("loop",):
        known = LOOP_PARTS
    elif placeholder.of[-1] in COMMENT_LISTS:
        known = ((), *COMMENT_PARTS)
    if tuple(rest) in known:
        return Way(())
    shown = ", ".join(f"`{'.'.join((name, *parts))}`" for parts in known)
    return Way(
        (), problem=f"there is nothing named `{'.'.join(placeholder.parts)}`", help=f"known are {shown}"
    )
