"""The corpus: every good file reads, prints and checks; every bad one has the mistakes its `#!` comments say."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from trigdsl import compile_paths, resources
from trigdsl.diagnostics import Diagnostic, render
from trigdsl.interfaces import formatting
from trigdsl.runtime.loader import load_paths
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax.tree import File

CORPUS = Path(__file__).parent
GOOD = sorted((CORPUS / "good").glob("*.trig"))
BAD = sorted((CORPUS / "bad").glob("*.trig"))
FORMATTED = sorted((CORPUS / "formatted").glob("*.trig"))

ELSEWHERE = {
    "double-mail": "it is marked in a library: test_template_warnings.py",
    "html-without-text": "it is about a template's files, not about a rule: test_template_warnings.py",
    "language-missing": "it is about a template's files, not about a rule: test_template_warnings.py",
    "placeholder-missing": "it is about a template's files, not about a rule: test_template_warnings.py",
    "unused-template": "it is about a template's files, not about a rule: test_template_warnings.py",
    "file-too-large": "a file of a million characters is made in test_parser.py",
    "not-utf-8": "a file that is no text is made in test_parser.py",
    "wrong-argument": "only a vocabulary has actions of its own: test_own_vocabulary.py",
    "too-many-triggers": "test_program.py lowers the limit",
    "unknown-language": "only the first line can say a language, and a comment after it would hide it: test_parser.py",
    "unreadable-file": "a file that is not there has no comments: test_program.py",
}
"""Codes without a bad file, and why."""

EXTRA = "patterns.trig"
"""The one good file that needs an optional part."""


def _named(path: Path) -> str:
    return path.stem


def _read(path: Path) -> Source:
    source, problems = parser.decode(path.name, path.read_bytes())
    assert not problems
    return source


def _tree(source: Source) -> File:
    parsed = parser.parse(source)
    assert not parsed.diagnostics, "\n".join(map(render, parsed.diagnostics))
    return parsed.file


def _printed(tree: File) -> str:
    return printer.print_file(tree, words.load("en"))


# Good files


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_a_good_file_prints_as_a_text_that_reads_as_the_same_tree(path: Path) -> None:
    tree = _tree(_read(path))
    assert tree.items
    again = _tree(Source(path.name, _printed(tree)))
    assert again == tree


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_printing_is_a_fixed_point(path: Path) -> None:
    text = _printed(_tree(_read(path)))
    assert _printed(_tree(Source(path.name, text))) == text


@pytest.mark.parametrize("path", GOOD, ids=_named)
def test_printing_loses_no_comment(path: Path) -> None:
    tree = _tree(_read(path))
    again = _tree(Source(path.name, _printed(tree)))
    assert sorted(c.text for c in again.trivia.comments) == sorted(c.text for c in tree.trivia.comments)


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
    if path.name == EXTRA and importlib.util.find_spec("re2") is None:
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
    text = "\n".join(" ".join(re.sub(r"#[^\n]*", "", _read(path).text).split()) for path in GOOD).casefold()
    table = words.load("en")
    phrases = {phrase for spellings in table.phrases.values() for phrase in spellings}
    missing = {p for p in phrases if re.search(rf"(?<![\w-]){re.escape(p)}(?![\w-])", text) is None}
    assert missing == UNUSED_PHRASES


UNUSED_PHRASES = {"with text"}
"""A vocabulary alone says this: test_own_vocabulary.py."""


# Bad files

_EXPECTED = re.compile(r"#!((?: [a-z0-9-]+)+)[ \t]*$")


def _expected(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        said = _EXPECTED.search(line)
        if said is not None:
            yield from ((number, code) for code in said[1].split())


def _shown(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "\n".join(map(render, diagnostics))


@pytest.mark.parametrize("path", BAD, ids=_named)
def test_a_bad_file_has_the_mistakes_it_says(path: Path) -> None:
    expected = set(_expected(_read(path).text))
    assert expected, "a bad file says what is wrong with it"
    diagnostics = load_paths([path]).diagnostics
    assert {(d.line, d.code) for d in diagnostics} == expected, _shown(diagnostics)


@pytest.mark.parametrize("path", BAD, ids=_named)
def test_a_diagnostic_is_one_lower_case_sentence_inside_its_source(path: Path) -> None:
    for diagnostic in load_paths([path]).diagnostics:
        message = diagnostic.message
        assert message
        assert "\n" not in message
        assert not message.endswith((".", "!", " "))
        assert message[0] == message[0].lower()
        assert re.search(r"\b(None|Token|lark|LALR|Error|[A-Z]+_[A-Z_]+)\b", message) is None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.source.text)


def _codes_in_the_package() -> set[str]:
    """Return the codes that the package's modules spell out where a diagnostic is made."""
    made = re.compile(
        r"(?:Diagnostic|BuildError|fail|report|_report|_warning)\(\s*(?:\n\s*)?\"([a-z0-9]+(?:-[a-z0-9]+)+)\"",
        re.ASCII,
    )
    folder = resources.folder("grammar").parent / "trigdsl"
    return {
        found for path in folder.rglob("*.py") for found in made.findall(path.read_text(encoding="utf-8"))
    }


def test_every_code_has_a_bad_file_or_a_reason() -> None:
    tested = {code for path in BAD for _, code in _expected(_read(path).text)}
    codes = _codes_in_the_package()
    assert len(codes) > 50, "the codes are no longer found"
    assert codes - tested - set(ELSEWHERE) == set(), "these have no bad file"
    assert tested & set(ELSEWHERE) == set(), "these have one, so they need no reason"
    assert set(ELSEWHERE) - codes == set(), "these are no codes any more"


# The corpus itself


def test_nothing_in_the_corpus_is_left_unread() -> None:
    read = {*GOOD, *BAD, *FORMATTED, Path(__file__), CORPUS / ".gitattributes"}
    read |= set((CORPUS / "good" / "templates" / "en").glob("*.txt"))
    present = {p for p in CORPUS.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert present - read == set()
    assert len(GOOD) >= 40
    assert len(BAD) >= 50


def test_the_rules_of_the_design_page_are_among_the_good_files() -> None:
    line = "when ticket.status changes to solved notify requester with template solved\n"
    laid_out = "when ticket.status changes to solved\nthen notify requester with template solved\n"
    assert (CORPUS / "good" / "one_line.trig").read_text(encoding="utf-8") == line
    assert (CORPUS / "formatted" / "one_line.trig").read_text(encoding="utf-8") == laid_out
    assert (CORPUS / "good" / "one_line_formatted.trig").read_text(encoding="utf-8") == laid_out
