"""The names of languages from where they lie: beside the libraries, and beside the rules for the user's own."""

import functools
import tomllib
from collections.abc import Iterable
from pathlib import Path

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic
from trigdsl.runtime import templates
from trigdsl.semantics.naming import naming as _naming
from trigdsl.semantics.naming.labels import NamingError
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source
from trigdsl.syntax import parser, words

ENGLISH = "en"


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


@functools.cache
def of_language(language: str) -> Naming:
    """Return what a language calls the things that every vocabulary has, before those of one are known."""
    return of_libraries(language)


def over(vocabulary: Vocabulary, language: str) -> Naming:
    """Return what a vocabulary of a host's own is called in a language: what the language itself knows of."""
    return of_libraries(language).over(vocabulary)


def beside(
    folder: Path, shown: str, naming: Naming, vocabulary: Vocabulary, diagnostics: list[Diagnostic]
) -> Naming:
    """Return a naming with the labels that lie beside rules, `labels/fr.toml`; a table that is wrong is reported."""
    path = folder / "labels" / f"{naming.language}.toml"
    if not path.is_file():
        return naming
    name = f"{shown}/{path.name}"
    try:
        source, problems = parser.decode(name, path.read_bytes())
    except OSError as error:
        diagnostics.append(templates.unreadable(name, error))
        return naming
    diagnostics += problems
    try:
        return naming.extended(tomllib.loads(source.text), name).checked(vocabulary, name)
    except (NamingError, tomllib.TOMLDecodeError) as error:
        message = str(error).removeprefix(f"{name}: ")
        diagnostics.append(Diagnostic("wrong-label", f"the labels cannot be used: {message}", source))
        return naming


def languages_of(sources: Iterable[Source]) -> frozenset[str]:
    """Return the languages that some sources are written in."""
    return frozenset(language_of(source.text) for source in sources)
