"""The corpus: every good file reads, prints and checks; every bad one has the mistakes its `#!` comments say.

What the reader makes of a good file stands beside it as a tree (`.tree`), and what is said of a bad one as it
is shown (`.out`); `TRIGDSL_UPDATE=1` writes both anew.
"""

import enum
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from trigdsl import compile_paths, resources
from trigdsl.diagnostics import Diagnostic, render
from trigdsl.interfaces import formatting
from trigdsl.runtime.loader import load_paths
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, tree, words
from trigdsl.syntax.tree import File

CORPUS = Path(__file__).parent
GOOD = sorted((CORPUS / "good").glob("*.trig"))
BAD = sorted((CORPUS / "bad").glob("*.trig"))
PARTS = sorted((CORPUS / "bad" / "used").glob("*.trig"))
"""Files with mistakes that are read only where a bad file uses them."""
FORMATTED = sorted((CORPUS / "formatted").glob("*.trig"))
VOCABULARY = CORPUS / "own" / "vocabulary.trig"
OWN = sorted((CORPUS / "own").glob("*.trig"))
"""A vocabulary of a host's own, and rules over it."""

ELSEWHERE = {
    "empty-placeholder": "it is about a Liquid body, not about a rule: test_liquid_files.py",
    "double-mail": "it is marked in a library: test_template_warnings.py",
    "html-without-text": "it is about a template's files, not about a rule: test_template_warnings.py",
    "language-missing": "it is about a template's files, not about a rule: test_template_warnings.py",
    "placeholder-missing": "it is about a template's files, not about a rule: test_template_warnings.py",
    "unused-template": "it is about a template's files, not about a rule: test_template_warnings.py",
    "line-too-long": "a line of fifty thousand characters is made in test_parser.py",
    "file-too-large": "a file of a million characters is made in test_parser.py",
    "not-utf-8": "a file that is no text is made in test_parser.py",
    "wrong-argument": "only a vocabulary has actions of its own: test_own_vocabulary.py",
    "too-many-triggers": "test_program.py lowers the limit",
    "unknown-language": "only the first line can say a language, and a comment after it would hide it: test_parser.py",
    "unreadable-file": "a file that is not there has no comments: test_program.py",
    **dict.fromkeys(
        (
            "left-out-of-zendesk",
            "no-zendesk-id",
            "no-zendesk-text",
            "not-in-zendesk",
            "split-for-zendesk",
            "wrong-raw",
        ),
        "it is said when rules are exported: test_zendesk_export.py",
    ),
}
"""Codes without a bad file, and why."""

EXTRA = ("patterns.trig", "wrong_pattern.trig")
"""The good file and the bad one that need an optional part."""
WITHOUT_EXTRA = importlib.util.find_spec("re2") is None


def _named(path: Path) -> str:
    return path.stem


def _read(path: Path) -> Source:
    source, problems = parser.decode(path.name, path.read_bytes())
    assert not problems
    return source


def _tree(source: Source, verbs: frozenset[str] = frozenset()) -> File:
    parsed = parser.parse(source, verbs=verbs)
    assert not parsed.diagnostics, "\n".join(map(render, parsed.diagnostics))
    return parsed.file


def _printed(file: File) -> str:
    return printer.print_file(file, words.load("en"))


def _is_as_expected(golden: Path, text: str) -> None:
    """Compare a text with the file that says what it should be."""
    if os.environ.get("TRIGDSL_UPDATE"):
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert golden.is_file(), f"{golden.name} is missing: TRIGDSL_UPDATE=1 writes it"
    assert golden.read_text(encoding="utf-8") == text


# Good files


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_a_good_file_prints_as_a_text_that_reads_as_the_same_tree(path: Path) -> None:
    file = _tree(_read(path))
    assert file.items
    again = _tree(Source(path.name, _printed(file)))
    assert again == file


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_printing_is_a_fixed_point(path: Path) -> None:
    text = _printed(_tree(_read(path)))
    assert _printed(_tree(Source(path.name, text))) == text


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_printing_loses_no_comment(path: Path) -> None:
    file = _tree(_read(path))
    again = _tree(Source(path.name, _printed(file)))
    assert sorted(c.text for c in again.trivia.comments) == sorted(c.text for c in file.trivia.comments)


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_the_formatted_text_is_as_expected(path: Path) -> None:
    golden = CORPUS / "formatted" / path.name
    expected = golden.read_bytes() if golden.exists() else path.read_bytes()
    text = formatting.formatted(_read(path))
    assert text is not None
    assert text.encode() == expected


def test_each_formatted_text_belongs_to_a_good_file_which_it_changes() -> None:
    originals = {path.name: path.read_bytes() for path in GOOD}
    for golden in FORMATTED:
        assert golden.name in originals, f"{golden.name} is an orphan"
        assert golden.read_bytes() != originals[golden.name], f"{golden.name} is already canonical"


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_a_good_file_has_no_mistakes(path: Path) -> None:
    if path.name in EXTRA and WITHOUT_EXTRA:
        assert {d.code for d in load_paths([path]).diagnostics} == {"wrong-pattern"}
        return
    ruleset = compile_paths(path)
    # The templates lie beside all the files, and each file uses few of them.
    assert {warning.code for warning in ruleset.warnings} <= {"unused-template"}


def test_the_good_files_name_every_template_beside_them() -> None:
    beside = {path.stem for path in (CORPUS / "good" / "templates").glob("*/*.txt")}
    text = "".join(_read(path).text for path in GOOD)
    assert {name for name in beside if f"with template {name}" not in text} == set()


def test_the_good_files_use_every_phrase_of_the_language() -> None:
    """A phrase that no file holds is one that no file tests."""
    text = "\n".join(
        " ".join(re.sub(r"#[^\n]*", "", _read(path).text).split()) for path in (*GOOD, *OWN)
    ).casefold()
    table = words.load("en")
    phrases = {phrase for spellings in table.phrases.values() for phrase in spellings}
    missing = {p for p in phrases if re.search(rf"(?<![\w-]){re.escape(p)}(?![\w-])", text) is None}
    assert missing == set()


def test_the_rules_over_an_own_vocabulary_have_no_mistakes() -> None:
    text = _read(VOCABULARY).text
    verbs = parser.declared_verbs(text)
    for path in OWN:
        file = _tree(_read(path), verbs)
        assert _tree(Source(path.name, _printed(file)), verbs) == file
        if path != VOCABULARY:
            assert compile_paths(path, vocabulary=text).warnings == ()


# Trees


def _lines(node: Any, label: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the lines of a tree: a line a node with what it holds, and below it the nodes that it is made of."""
    fields = [field for field in attrs.fields(type(node)) if field.eq]
    held = {f.name: getattr(node, f.name) for f in fields if getattr(node, f.name) != f.default}
    below = [(name, part) for name, value in held.items() for part in _parts(value)]
    plain = [f" {name}={_plain(value)}" for name, value in held.items() if not _parts(value)]
    said = f" {node}" if isinstance(node, tree.Path) else "".join(plain)
    yield "  " * depth + label + type(node).__name__ + said
    for name, part in below:
        yield from _lines(part, f"{name}: ", depth + 1)


def _parts(value: object) -> tuple[object, ...]:
    parts = value if isinstance(value, tuple) else (value,)
    return tuple(part for part in parts if attrs.has(type(part)))


def _plain(value: object) -> str:
    if isinstance(value, enum.Enum):
        return value.name
    return repr(value) if isinstance(value, str | tuple | bool) else str(value)


def _shown_tree(path: Path) -> str:
    verbs = parser.declared_verbs(_read(VOCABULARY).text) if path in OWN else frozenset()
    return "\n".join(_lines(_tree(_read(path), verbs))) + "\n"


@pytest.mark.parametrize("path", [*GOOD, *OWN], ids=_named)
def test_a_good_file_reads_as_the_tree_beside_it(path: Path) -> None:
    _is_as_expected(path.with_suffix(".tree"), _shown_tree(path))


def test_every_node_every_verb_and_every_standing_is_in_a_tree() -> None:
    text = "".join(map(_shown_tree, [*GOOD, *OWN]))
    nodes = {
        name for name, kind in vars(tree).items() if attrs.has(kind) and kind.__module__ == tree.__name__
    }
    unseen = {"Comment", "Trivia", "Lost", "Mixture", "Unread"}
    assert nodes - unseen == set(re.findall(r"^ *(?:\w+: )?([A-Z]\w*)", text, re.MULTILINE))
    assert {verb.name for verb in tree.Verb} == set(re.findall(r"Comparison verb=(\w+)", text))
    standings = set(re.findall(r"\bTrigger title=.* standing=(\w+)", text))
    assert {standing.name for standing in tree.Standing} == {*standings, "ACTIVE"}


# Bad files

_EXPECTED = re.compile(r"#!((?: (?:\d+:)?[a-z0-9-]+)+)[ \t]*$")
_USED = re.compile(r'^\s*use "\./(used/)?(\w+\.trig)"', re.MULTILINE)


def _marks(path: Path) -> Iterator[tuple[str, int, str]]:
    """Yield the marked mistakes of a file: the file, the line and the code of each.

    A text in quotes holds no comment, so a mistake inside a long one is marked below it: `#! 4:unknown-placeholder`.
    """
    for number, line in enumerate(_read(path).text.split("\n"), 1):
        said = _EXPECTED.search(line)
        for mark in said[1].split() if said else ():
            elsewhere, _, code = mark.rpartition(":")
            yield path.relative_to(CORPUS).as_posix(), int(elsewhere or number), code


def _reached(path: Path) -> set[Path]:
    """Return a bad file with the parts that it uses, and those that they use."""
    found, waiting = set(), [path]
    while waiting:
        file = waiting.pop()
        found.add(file)
        named = {file.parent / folder / name for folder, name in _USED.findall(_read(file).text)}
        waiting += named & {*PARTS} - found
    return found


def _found(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Diagnostic, ...]:
    monkeypatch.chdir(CORPUS)
    return load_paths([path.relative_to(CORPUS).as_posix()]).diagnostics


def _shown(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "\n".join(map(render, diagnostics)) + "\n"


@pytest.mark.parametrize("path", BAD, ids=_named)
def test_a_bad_file_has_the_mistakes_it_says(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sorted(mark for file in _reached(path) for mark in _marks(file))
    assert expected, "a bad file says what is wrong with it"
    diagnostics = _found(path, monkeypatch)
    found = [(Path(d.source.name).as_posix(), d.line, d.code) for d in diagnostics]
    assert sorted(found) == expected, _shown(diagnostics)


@pytest.mark.parametrize("path", BAD, ids=_named)
def test_the_mistakes_are_shown_as_expected(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if path.name in EXTRA and WITHOUT_EXTRA:
        pytest.skip("what is said of a pattern needs an optional part")
    _is_as_expected(path.with_suffix(".out"), _shown(_found(path, monkeypatch)))


@pytest.mark.parametrize("path", BAD, ids=_named)
def test_a_diagnostic_is_one_lower_case_sentence_inside_its_source(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for diagnostic in _found(path, monkeypatch):
        message = diagnostic.message
        assert message
        assert "\n" not in message
        assert not message.endswith((".", "!", " "))
        assert message[0] == message[0].lower()
        assert re.search(r"\b(None|Token|lark|LALR|Error|[A-Z]+_[A-Z_]+)\b", message) is None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.source.text)


def test_no_two_diagnostics_of_a_file_mark_the_same_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    for path in BAD:
        marked = [(d.source.name, d.span) for d in _found(path, monkeypatch)]
        assert len(marked) == len(set(marked)), path.name


def _codes_in_the_package() -> set[str]:
    """Return the codes that the package's modules spell out where a diagnostic is made."""
    made = re.compile(
        r"(?:Diagnostic|BuildError|fail|report|_report|_warning|_error)\(\s*(?:\n\s*)?\"([a-z0-9]+(?:-[a-z0-9]+)+)\"",
        re.ASCII,
    )
    folder = resources.folder("grammar").parent / "trigdsl"
    return {
        found for path in folder.rglob("*.py") for found in made.findall(path.read_text(encoding="utf-8"))
    }


def test_every_code_has_a_bad_file_or_a_reason() -> None:
    tested = {code for path in (*BAD, *PARTS) for _, _, code in _marks(path)}
    codes = _codes_in_the_package()
    assert len(codes) > 50, "the codes are no longer found"
    assert codes - tested - set(ELSEWHERE) == set(), "these have no bad file"
    assert tested & set(ELSEWHERE) == set(), "these have one, so they need no reason"
    assert set(ELSEWHERE) - codes == set(), "these are no codes any more"


# The corpus itself


def test_nothing_in_the_corpus_is_left_unread() -> None:
    read = {*GOOD, *BAD, *PARTS, *FORMATTED, *OWN, *CORPUS.glob("test_*.py"), CORPUS / ".gitattributes"}
    read |= set((CORPUS / "good" / "templates" / "en").glob("*.txt"))
    beside = {path.with_suffix(".tree") for path in (*GOOD, *OWN)} | {
        path.with_suffix(".out") for path in BAD
    }
    present = {p for p in CORPUS.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert present - read - beside == set(), "nothing reads these"
    assert beside - present == set(), "TRIGDSL_UPDATE=1 writes these"
    used = {file for path in BAD for file in _reached(path)}
    assert set(PARTS) - used == set(), "nothing uses these"
    assert len(GOOD) >= 60
    assert len(BAD) >= 150


def test_the_rules_of_the_design_page_are_among_the_good_files() -> None:
    line = "when ticket.status changes to solved notify requester with template solved\n"
    laid_out = "when ticket.status changes to solved\nthen notify requester with template solved\n"
    assert (CORPUS / "good" / "one_line.trig").read_text(encoding="utf-8") == line
    assert (CORPUS / "formatted" / "one_line.trig").read_text(encoding="utf-8") == laid_out
    assert (CORPUS / "good" / "one_line_formatted.trig").read_text(encoding="utf-8") == laid_out
