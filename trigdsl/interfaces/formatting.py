"""`trigdsl format`: rule files in the canonical layout, and never with another meaning."""

import difflib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from trigdsl.interfaces import speaking
from trigdsl.interfaces.files import InputError, Replacement
from trigdsl.languages import ENGLISH
from trigdsl.runtime import loader, places
from trigdsl.runtime.names import of_libraries
from trigdsl.semantics.naming.declared import declaring
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.naming.translation import canonical, localized
from trigdsl.source import Source, language_of
from trigdsl.syntax import parser, printer, rewriting, words
from trigdsl.syntax import tree as t


def run(paths: Sequence[str], *, check: bool, diff: bool, language: str | None = None) -> int:
    """Format files in place, in their own language or in another; return 1 when one cannot be read, or with `check` when one would change."""
    code = 0
    found = [path for name in paths for path in _files(name)]
    for name in paths:
        if not any(True for _ in _files(name)):
            print(f"trigdsl: the folder `{name}` holds no rules", file=sys.stderr)
            code = 1
    for path in found:
        try:
            raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        except OSError as error:
            print(
                f"trigdsl: `{path}` cannot be read: {(error.strerror or str(error)).lower()}", file=sys.stderr
            )
            code = 1
            continue
        source, problems = parser.decode(path, raw)
        text = None if problems else formatted(source, language)
        if text is None:
            wrong = [*problems, *parser.parse(source).diagnostics]
            for shown in speaking.rendered(wrong, None, ()):
                print(shown, file=sys.stderr)
            code = 1
        elif _deliver(path, source, text, raw, check=check, diff=diff):
            code = max(code, 1 if check else 0)
    return code


def _files(name: str) -> list[str]:
    """Return the rule files that a name stands for: of a folder all that loading would read."""
    path = Path(name)
    if name == "-" or not places.is_folder(path):
        return [name]
    return list(map(str, places.rule_files(path)))


def formatted(source: Source, language: str | None = None) -> str | None:
    """Return the canonical text of a file, in its own language or in another, or None when it has mistakes."""
    parsed = parser.parse(source)
    if parsed.diagnostics:
        return None
    said = language_of(source.text)
    wanted = language or said
    names = loader.names_beside(source.name)
    file = _in_english(parsed.file, names(said))
    text = _written(file, names(wanted), wanted)
    again = parser.parse(Source(source.name, text))
    if again.diagnostics or _in_english(again.file, names(wanted)) != file:
        message = "its canonical layout would mean something else, so it is left as it is: please report this"
        raise InputError(f"`{source.name}`: {message}")
    return text


def _in_english(file: t.File, naming: Naming) -> t.File:
    """Return a file with English names, each path as short as it may be."""
    known = declaring(loader.zendesk_vocabulary(), [(file, naming)])
    return rewriting.with_paths(canonical(file, naming, known), _shortened)


def _written(file: t.File, naming: Naming, language: str) -> str:
    """Return a file of English names as a language writes it, with the line that says which it is; English needs none."""
    comments = [c for c in file.trivia.comments if c.start > 0 or not _HEADER.fullmatch(c.text)]
    file = evolve(file, trivia=evolve(file.trivia, comments=tuple(comments)))
    known = declaring(loader.zendesk_vocabulary(), [(file, of_libraries(ENGLISH))])
    local = localized(file, naming, known)
    text = printer.print_file(local, words.load(language), nouns=naming.nouns)
    return text if language == ENGLISH else f"# language: {language}\n{text}"


_HEADER = re.compile(r"#[ \t]*language:[ \t]*[\w-]+[ \t]*")


def _shortened(path: t.Path) -> t.Path:
    """Return `group` for `ticket.group`, and the same for whatever else is short for the ticket's."""
    return t.Path(loader.zendesk_vocabulary().shortest(path.parts), span=path.span)


def _deliver(path: str, source: Source, text: str, raw: bytes, *, check: bool, diff: bool) -> bool:
    """Write, show or name what changes; return whether anything does."""
    changed = text.encode() != raw
    if diff:
        before, after = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
        sys.stdout.writelines(difflib.unified_diff(before, after, path, path + " (formatted)"))
    elif check:
        if changed:
            print(f"{path} would change")
    elif path == "-":
        sys.stdout.write(text)
    elif changed:
        with Replacement(path) as new:
            new.write(text)
            new.commit()
        print(f"{path} formatted")
    return changed
