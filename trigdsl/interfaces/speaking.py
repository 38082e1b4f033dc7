"""In which language a person is answered: in the one that is asked for, else in that of the rules."""

import argparse
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from trigdsl.diagnostics import Diagnostic, render
from trigdsl.languages import ENGLISH
from trigdsl.runtime.places import is_folder, rule_files
from trigdsl.sentences import Sentences, spoken
from trigdsl.source import NOWHERE, language_of

if TYPE_CHECKING:
    from trigdsl.runtime.reader import Reader
    from trigdsl.runtime.ruleset import Loaded

_FIRST_LINE = 200
_RULES = ".trig"


def known(code: str) -> str:
    """Return the code of a language that is asked for, as an option's type: of `fr` for `fr-CA`."""
    base = code.replace("_", "-").split("-")[0].lower()
    if base not in spoken():
        raise argparse.ArgumentTypeError(f"there is no language `{code}`; known are: {', '.join(spoken())}")
    return base


def language(asked: str | None, files: Iterable[Path | str]) -> str:
    """Return the language to answer in: the one asked for, else that of the first rule file, else English."""
    if asked is not None:
        return asked
    first = next((Path(file) for file in files), None)
    return ENGLISH if first is None else language_of(_beginning(first))


def of_paths(asked: str | None, paths: Iterable[str]) -> str:
    """Return the language to answer in where nothing was read yet: a folder has that of its first rule file."""
    named = next(iter(paths), None)
    if named is None or not is_folder(Path(named)):
        return language(asked, () if named is None else (named,))
    return language(asked, rule_files(Path(named)))


@functools.cache
def sentences(language: str) -> Sentences:
    """Return what is said in a language, with the pieces of English rules in it as rules of that language have them."""
    from trigdsl.semantics.rewording import translated
    from trigdsl.syntax import words

    if language == ENGLISH or language not in words.languages():
        return Sentences.of(language)
    return Sentences.of(language, lambda piece: translated(piece, words.load(ENGLISH), words.load(language)))


def reader(asked: str | None, loaded: "Loaded") -> "Reader":
    """Return who reads what is told of rules; where these are wrong no name of theirs is known."""
    from trigdsl.runtime.reader import IN_ENGLISH, Reader

    said = language(asked, loaded.files)
    if said == ENGLISH or loaded.ruleset is None:
        return IN_ENGLISH if said == ENGLISH else Reader(sentences(said))
    from trigdsl.runtime.translating import Translating  # what English does without

    return Translating.of(said, loaded.ruleset, loaded.folders)


def rendered(found: Iterable[Diagnostic], asked: str | None, files: Iterable[Path | str]) -> Iterator[str]:
    """Yield each mistake for a person, without one asked for in the language of its rule file.

    What is no rule file, a template, has the language of the first of the files.
    """
    of_rules = language(asked, files)
    for diagnostic in found:
        own = _spoken_by(diagnostic) if asked is None else None
        yield render(diagnostic, sentences(own or of_rules))


def _spoken_by(diagnostic: Diagnostic) -> str | None:
    """Return the language of a mistake's rule file, of one that only forgot to say it too; None of another file."""
    text = diagnostic.source.text
    if not text or not diagnostic.source.name.endswith(_RULES):
        return None
    return language_of("".join(edit.text for edit in diagnostic.edits if edit.span == NOWHERE) + text)


def _beginning(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(_FIRST_LINE)
    except (OSError, ValueError):
        return ""  # whoever reads it says why it cannot be read
