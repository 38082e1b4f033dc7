"""Names of the user's own that would be read as other things in a language: translation could not tell them apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import types
from trigdsl.semantics.messages import TemplateFile
from trigdsl.semantics.naming.labels import NONE, Labels
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.ordering import Module
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source, Span, language_of
from trigdsl.syntax import tree as t

CODE = "name-used-twice"


def clashes(
    modules: Sequence[Module],
    templates: Iterable[Mapping[str, TemplateFile]],
    vocabulary: Vocabulary,
    namings: Iterable[Naming],
) -> Iterator[Diagnostic]:
    """Yield each field, state, channel and defined name that is something else's label in any of the languages.

    Of titles and templates it matters where a file of the language is there, for it alone means something else by them.
    """
    spoken = {language_of(module.source.text) for module in modules}
    named = (item for module in modules for item in module.file.items)
    if spoken <= {"en"} and not any(isinstance(item, _NAMING) for item in named):
        return  # no table of a language has to be read
    files = [*templates]
    for naming in namings:
        for module in modules:
            for item in module.file.items:
                yield from _of(item, module.source, vocabulary, naming, titles=naming.language in spoken)
        if naming.language in spoken:
            yield from _of_templates(files, naming)


_NAMING = (t.FieldDeclaration, t.StateDeclaration, t.Define, t.ChannelDeclaration)


def _of(
    item: t.Item, source: Source, vocabulary: Vocabulary, naming: Naming, *, titles: bool
) -> Iterator[Diagnostic]:
    match item:
        case t.FieldDeclaration(t.Path((entity, name)) as path):
            declared = vocabulary.field(entity, name)
            alone = declared is not None and isinstance(
                declared.type, types.ReferenceType | types.ReferencesType
            )
            starts = naming.starts if entity == vocabulary.root and alone else NONE
            fields = naming.fields_of(entity)
            yield from _clash(name, fields, naming, source, path.span, f"{entity}.")
            if not _other(name, fields):
                yield from _clash(name, starts, naming, source, path.span)
        case t.StateDeclaration(t.Path((entity,)), name):
            yield from _clash(name, naming.states_of(entity), naming, source, item.span, f"{entity} is ")
        case t.Define(name):
            yield from _clash(name, naming.starts, naming, source, item.span)
        case t.ChannelDeclaration(name):
            yield from _clash(name, naming.channels, naming, source, item.span)
        case t.Trigger(str(title)) if titles:
            yield from _clash(title, naming.titles, naming, source, item.title_span)
        case _:
            return


def _of_templates(templates: Iterable[Mapping[str, TemplateFile]], naming: Naming) -> Iterator[Diagnostic]:
    for languages in templates:
        own = next((file for file in languages.values() if not file.library), None)
        if own is not None:
            yield from _clash(own.name, naming.templates, naming, own.source, Span(0, 0))


def _other(name: str, labels: Labels) -> str | None:
    """Return what a name is the label of, unless that is the name itself."""
    known = labels.knows(name)
    return None if known is None or known.casefold() == name.casefold() else known


def _clash(
    name: str, labels: Labels, naming: Naming, source: Source, span: Span, before: str = ""
) -> Iterator[Diagnostic]:
    other = _other(name, labels)
    if other is not None:
        message = f"in the language `{naming.language}` `{name}` is what `{before}{other}` is called"
        yield Diagnostic(CODE, message, source, span, "choose another name")
