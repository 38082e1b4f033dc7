"""The page of each diagnostic, run: the wrong rules have that mistake and no other, the mended ones have none."""

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from trigdsl.diagnostics import Diagnostic, Severity, render
from trigdsl.interfaces import explaining, formatting
from trigdsl.interop.zendesk.exporting.triggers import export
from trigdsl.interop.zendesk.names import FILE, Names, read
from trigdsl.runtime.loader import load_paths
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax.parser import Limits

HEADINGS = {"en": ("Wrong", "Mended"), "fr": ("À corriger", "Corrigé")}
"""The languages of the catalogue, and what its sections are called in them."""

PAGES = {language: sorted(explaining.folder(language).glob("*.md")) for language in HEADINGS}
ALL = [page for pages in PAGES.values() for page in pages]
RUN = ("en",)
"""The languages whose rules are run."""

BLOCK = re.compile(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RULES = "rules.trig"
VOCABULARY = "vocabulary.trig"
DIRECTORY = "directory.json"

ELSEWHERE = {
    "line-too-long": "a line of fifty thousand characters is made in test_parser.py",
    "file-too-large": "a file of a million characters is no example to read: test_parser.py makes one",
    "not-utf-8": "a page is UTF-8 itself, so it cannot hold such a file: test_parser.py makes one",
    "too-many-triggers": "so many triggers are no example to read: test_program.py lowers the limit",
    "unreadable-file": "a folder that is there can be read: test_program.py names a file that is not",
}
"""Pages that describe the mistake in a sentence, and why no example shows it."""

EXPORTED = {
    "left-out-of-zendesk",
    "no-zendesk-id",
    "no-zendesk-text",
    "not-in-zendesk",
    "split-for-zendesk",
    "wrong-raw",
}
"""Pages about what another help desk cannot hold: it is told when rules are exported."""

EXTRA = "wrong-pattern"
"""The one page whose rules need an optional part."""


def _language(page: Path) -> str:
    return next(language for language in HEADINGS if page.parent == explaining.folder(language))


def _named(path: Path) -> str:
    return path.stem if _language(path) == "en" else f"{_language(path)}/{path.stem}"


def _parts(page: Path) -> Mapping[str, str]:
    wrong, mended = HEADINGS[_language(page)]
    form = (
        r"# (?P<title>[a-z0-9-]+)\n\n(?P<meaning>.+?)\n\n"
        rf"## {wrong}\n\n(?P<wrong>.+?)\n\n## {mended}\n\n(?P<mended>.+)\n"
    )
    found = re.fullmatch(form, page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, (
        f"a page is a title, what it means, `## {wrong}`, `## {mended}`, and how to mend it"
    )
    return found.groupdict()


def _files(section: str) -> dict[str, str]:
    """Return the files that the blocks of a section show, by name; a block of rules may go without one."""
    files: dict[str, str] = {}
    for language, name, text in BLOCK.findall(section):
        assert name or language == "trig", f"a block of {language} says the name of its file"
        assert (name or RULES) not in files, f"two blocks are called {name or RULES}"
        files[name or RULES] = text
    return files


def _diagnostics(folder: Path, files: Mapping[str, str], code: str) -> tuple[Diagnostic, ...]:
    for name, text in files.items():
        if name != VOCABULARY:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    directory = json.loads(files[DIRECTORY]) if DIRECTORY in files else None
    loaded = load_paths([folder], directory=directory, vocabulary=files.get(VOCABULARY))
    if code not in EXPORTED:
        return loaded.diagnostics
    assert loaded.ruleset is not None
    assert loaded.written is not None
    names = read(json.loads((folder / FILE).read_bytes())) if FILE in files else Names()
    return (*loaded.diagnostics, *export(loaded.ruleset.rules, loaded.written, names).diagnostics)


def _formatted(text: str, vocabulary: str | None) -> str | None:
    source = Source(RULES, text)
    if vocabulary is None:
        return formatting.formatted(source)
    # The formatter does not know the verbs of a vocabulary of one's own.
    parsed = parser.parse(source, Limits(), parser.declared_verbs(vocabulary))
    return None if parsed.diagnostics else printer.print_file(parsed.file, words.load("en"))


def _shown(diagnostics: tuple[Diagnostic, ...]) -> str:
    return "\n".join(map(render, diagnostics))


SHOWN = [page for page in ALL if page.stem not in ELSEWHERE]
RUNNING = [page for page in SHOWN if _language(page) in RUN]


@pytest.mark.parametrize("language", HEADINGS)
def test_there_are_pages(language: str) -> None:
    assert len(PAGES[language]) > 70
    assert set(ELSEWHERE) <= {page.stem for page in PAGES[language]}


@pytest.mark.parametrize("page", ALL, ids=_named)
def test_a_page_has_its_form(page: Path) -> None:
    parts = _parts(page)
    assert parts["title"] == page.stem
    for name in ("meaning", "wrong", "mended"):
        assert "\n#" not in BLOCK.sub("", parts[name]), "there are two sections"
    assert not _files(parts["meaning"]), "examples stand in the sections"
    assert not parts["mended"].endswith("```"), "the last words say how to mend it"
    assert parts["wrong"] != parts["mended"]


@pytest.mark.parametrize("page", SHOWN, ids=_named)
def test_a_page_shows_files_before_and_after(page: Path) -> None:
    parts = _parts(page)
    wrong, mended = _files(parts["wrong"]), _files(parts["mended"])
    assert wrong
    assert mended
    assert wrong != mended


@pytest.mark.parametrize("language", HEADINGS)
@pytest.mark.parametrize("code", sorted(ELSEWHERE))
def test_what_is_shown_elsewhere_is_described(code: str, language: str) -> None:
    parts = _parts(explaining.folder(language) / f"{code}.md")
    assert not _files(parts["wrong"])
    assert not _files(parts["mended"])


@pytest.mark.parametrize("page", RUNNING, ids=_named)
def test_what_is_wrong_has_that_mistake_alone(page: Path, tmp_path: Path) -> None:
    found = _diagnostics(tmp_path, _files(_parts(page)["wrong"]), page.stem)
    assert {d.code for d in found} == {page.stem}, _shown(found)
    warned = {d.severity for d in found} == {Severity.WARNING}
    assert explaining.is_warning(page.stem) == warned, "a page about a warning begins with saying so"


@pytest.mark.parametrize("page", PAGES["fr"], ids=_named)
def test_a_french_page_says_of_a_warning_that_it_is_one(page: Path) -> None:
    said = _parts(page)["meaning"].startswith("Ceci est un avertissement.")
    assert said == explaining.is_warning(page.stem)


@pytest.mark.parametrize("page", RUNNING, ids=_named)
def test_what_is_mended_has_no_mistake(page: Path, tmp_path: Path) -> None:
    found = _diagnostics(tmp_path, _files(_parts(page)["mended"]), page.stem)
    if page.stem == EXTRA and importlib.util.find_spec("re2") is None:
        assert {d.code for d in found} == {EXTRA}
    else:
        assert not found, _shown(found)


@pytest.mark.parametrize("page", RUNNING, ids=_named)
def test_what_is_mended_is_laid_out_as_the_formatter_does(page: Path) -> None:
    files = _files(_parts(page)["mended"])
    for name, text in files.items():
        if name.endswith(".trig"):
            assert _formatted(text, files.get(VOCABULARY)) == text, name


@pytest.mark.parametrize("page", ALL, ids=_named)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", page.read_text(encoding="utf-8")):
        linked = page.parent / target
        assert linked.is_file(), target
        headings = re.findall(r"^#+ (.+)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
        assert not anchor or anchor in {h.lower().replace(" ", "-") for h in headings}, f"{target}#{anchor}"
