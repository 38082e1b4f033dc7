"""The names of languages from where they lie: beside the libraries, and beside the rules for the user's own."""

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, evolve, field

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic
from trigdsl.languages import ENGLISH
from trigdsl.runtime import templates
from trigdsl.semantics.naming import naming as _naming
from trigdsl.semantics.naming.declared import declaring
from trigdsl.semantics.naming.labels import NamingError
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.naming.translation import canonical
from trigdsl.semantics.ordering import Module
from trigdsl.semantics.program import everything
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import language_of
from trigdsl.syntax import parser, words
from trigdsl.syntax import tree as t


@functools.cache
def of_words(language: str) -> Naming:
    """Return what the words of a language say of names: units of time, days, yes and no; of an unknown language nothing."""
    if language not in words.languages():
        return Naming(language)
    return _naming.of_words(words.load(ENGLISH), words.load(language))


@functools.cache
def of_libraries(language: str) -> Naming:
    """Return what Zendesk's vocabulary and the libraries are called in a language; NamingError if a table is wrong."""
    path = resources.folder("stdlib") / "zendesk" / "names" / f"{language}.toml"
    found = of_words(language)
    if path.is_file():
        found = found.extended(tomllib.loads(path.read_text(encoding="utf-8")), f"zendesk/names/{path.name}")
    shown = templates.labels().get(language)
    if shown is None:
        return found
    titled = {"titles": shown["titles"], "categories": shown["categories"]}
    return found.extended(titled, f"zendesk/labels/{language}.toml")


@define(eq=False)
class Names:
    """What one rule set calls things: the libraries' names, and the labels that lie beside its rules."""

    base: Module
    """The vocabulary that the rules stand on."""
    own: bool = False
    """Whether that is a host's own."""
    folders: Mapping[Path, str] = field(factory=dict)
    """Where rules lie, with how the folders are shown."""
    diagnostics: list[Diagnostic] = field(factory=list)
    _known: dict[str, Naming] = field(factory=dict, init=False)

    def __call__(self, language: str) -> Naming:
        """Return what things are called in a language; labels that cannot be used are reported once."""
        if language not in self._known:
            self._known[language] = self._found(language)
        return self._known[language]

    def _found(self, language: str) -> Naming:
        naming = of_libraries(language)
        if self.own:
            naming = naming.over(self._vocabulary())
        for path, shown in _label_files(language, self.folders):
            naming = _with_labels(path, shown, naming, self._vocabulary(), self.diagnostics)
        return naming

    def _vocabulary(self) -> Vocabulary:
        said = language_of(self.base.source.text)
        return declaring(Vocabulary(), [(self.base.file, of_libraries(said))])

    def languages(self) -> tuple[str, ...]:
        """Return the languages in which things have other names than in English."""
        return tuple(language for language in words.languages() if language != ENGLISH)

    def shown(self) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """Yield how texts show the choices that labels beside the rules name: language, field, and by choice."""
        for language in self.languages():
            if any(_label_files(language, self.folders)):
                for path, labels in self(language).choices.items():
                    yield (
                        language,
                        path,
                        {choice: _shown(known[0]) for choice, known in labels.spellings.items()},
                    )

    def english(self, modules: Sequence[Module], vocabulary: Vocabulary) -> list[Module]:
        """Return modules with English names in every file, over what a vocabulary and the files themselves declare."""
        files = [*everything(modules)]
        if all(language_of(module.source.text) == ENGLISH for module in files):
            return [*modules]
        known = declaring(
            vocabulary, [(module.file, self(language_of(module.source.text))) for module in files]
        )
        items = [item for module in files for item in module.file.items]
        defined = frozenset(item.name for item in items if isinstance(item, t.Define))
        done: dict[int, Module] = {}
        for module in files:  # what a file uses stands before it
            language = language_of(module.source.text)
            file = module.file
            if language != ENGLISH:
                file = canonical(file, self(language), known, defined)
            done[id(module)] = evolve(module, file=file, imports=tuple(_uses(module, file, done)))
        return [done[id(module)] for module in modules]


def _shown(label: str) -> str:
    return label[:1].upper() + label[1:].replace("_", " ")


def _uses(module: Module, file: t.File, done: Mapping[int, Module]) -> Iterator[tuple[t.Use, Module | None]]:
    """Yield each `use` of a file with the module that it names."""
    written = (item for item in file.items if isinstance(item, t.Use))
    for use, (_, used) in zip(written, module.imports, strict=False):
        yield use, None if used is None else done.get(id(used), used)


def labelled(language: str, folders: Iterable[Path], vocabulary: Vocabulary) -> Naming:
    """Return what things are called in a language, with the labels that lie beside rules; those that are wrong left out."""
    naming = of_libraries(language)
    for path, shown in _label_files(language, {folder: str(folder) for folder in folders}):
        naming = _with_labels(path, shown, naming, vocabulary, [])
    return naming


def _label_files(language: str, folders: Mapping[Path, str]) -> Iterator[tuple[Path, str]]:
    """Yield the tables of labels beside rules that are no library's, each with how its folder is shown."""
    libraries = resources.folder("stdlib").resolve()
    for folder, shown in folders.items():
        path = folder / "labels" / f"{language}.toml"
        if path.is_file() and not path.resolve().is_relative_to(libraries):
            yield path, shown


def vocabulary_in_english(module: Module) -> Module:
    """Return the file of a vocabulary with English names, whatever language it is written in."""
    return Names(module).english([module], Vocabulary())[0]


def _with_labels(
    path: Path, shown: str, naming: Naming, vocabulary: Vocabulary, diagnostics: list[Diagnostic]
) -> Naming:
    """Return a naming with the labels that lie beside rules, `labels/fr.toml`; a table that is wrong is reported."""
    name = str(Path(shown) / "labels" / path.name)
    try:
        source, problems = parser.decode(name, path.read_bytes())
    except OSError as error:
        diagnostics.append(templates.unreadable(name, error))
        return naming
    diagnostics += problems
    try:
        return naming.extended(tomllib.loads(source.text), name).checked(vocabulary, name)
    except (NamingError, tomllib.TOMLDecodeError) as error:
        why = str(error).removeprefix(f"{name}: ")
        diagnostics.append(Diagnostic("unreadable-file", f"`{name}` cannot be read: {why}", source))
        return naming
