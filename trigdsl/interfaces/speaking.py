"""In which language a person is answered: in the one that is asked for, else in that of the rules."""

import argparse
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from trigdsl.diagnostics import Diagnostic, in_language, render
from trigdsl.languages import ENGLISH
from trigdsl.runtime.places import is_folder, rule_files
from trigdsl.sentences import Piece, Sentences, as_it_is, spoken
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
def sentences(language: str, written: str | None = None) -> Sentences:
    """Return what is said in a language, with the pieces of English rules in it as rules of another have them.

    That is the language that the rules are written in, and without one the same.
    """
    return Sentences.of(language, _pieces(language if written is None else written))


def _pieces(written: str) -> Piece:
    from trigdsl.syntax import words

    if written == ENGLISH or written not in words.languages():
        return as_it_is
    from trigdsl.runtime.loader import zendesk_vocabulary
    from trigdsl.runtime.names import of_libraries
    from trigdsl.semantics.rewording import Rewording

    return Rewording(words.load(ENGLISH), words.load(written), of_libraries(written), zendesk_vocabulary())


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

    Pieces of rules in it are in the language of that file. What is no rule file, a template, is told in the language of
    the first of the files.
    """
    first = tuple(files)[:1]
    for diagnostic in found:
        said = asked or _spoken_by(diagnostic) or language(None, first)
        yield render(diagnostic, _about(diagnostic, said))


def in_words(diagnostic: Diagnostic, asked: str) -> Diagnostic:
    """Return a mistake as it is told in a language, with pieces of rules as its file writes them."""
    return in_language(diagnostic, _about(diagnostic, asked))


def _about(diagnostic: Diagnostic, said: str) -> Sentences:
    """Return the sentences of a language, with pieces of rules as the file of a mistake writes them.

    What stands in its line is a piece of the file itself, and stays.
    """
    from trigdsl.semantics.rewording import Rewording  # what English does without
    from trigdsl.syntax.pieces import blanked

    written = _spoken_by(diagnostic)
    known = sentences(said, ENGLISH if written is None or diagnostic.code in _OF_TEXTS else written)
    reword = known.piece
    if not isinstance(reword, Rewording):
        return known
    line = diagnostic.source.line(diagnostic.line)
    words = frozenset(re.findall(r"[\w-]+", blanked(line)))

    def own(piece: str) -> str:
        stands = re.search(rf"(?<![\w-]){re.escape(piece)}(?![\w-])", line)
        return reword(piece, words) if stands is None else piece

    return evolve(known, piece=own)


_OF_TEXTS = frozenset({"unknown-placeholder", "empty-placeholder", "wrong-template"})
"""What is said of texts quotes placeholders, which have English names in every language."""


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
