"""Every diagnostic that the bad corpus or a page of the catalogue shows, in French."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trigdsl.diagnostics import Diagnostic, Severity, in_language, render
from trigdsl.runtime.loader import load_paths
from trigdsl.sentences import Sentences
from trigdsl.source import Source, Span

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "docs"), str(TESTS / "corpus")]

import test_corpus as corpus  # noqa: E402
import test_diagnostics_pages as pages  # noqa: E402

FRENCH = Sentences.of("fr")
QUOTED = re.compile(r'`[^`]*`|"[^"]*"')
ENGLISH_WORD = re.compile(
    r"\b(an|and|are|be|by|cannot|for|has|here|holds|in|is|it|no|not|of|one|or|that|the|there|this|to|with|write)\b"
)


def _sentences(found: tuple[Diagnostic, ...]) -> Iterator[str]:
    for diagnostic in found:
        yield diagnostic.message
        yield from () if diagnostic.help is None else (diagnostic.help,)
        yield from (note.message for note in diagnostic.notes)


def _left_in_english(found: tuple[Diagnostic, ...]) -> list[str]:
    """Return the sentences that French lacks, and those in which English words stay."""
    left = []
    for sentence in _sentences(found):
        said = FRENCH.told(sentence)
        if said is None or ENGLISH_WORD.search(QUOTED.sub("", said)):
            left.append(f"{sentence} → {said}")
    return left


@pytest.mark.parametrize("path", corpus.BAD, ids=lambda path: path.stem)
def test_what_is_said_of_a_bad_file_is_said_in_french(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus.CORPUS)
    found = load_paths([path.relative_to(corpus.CORPUS).as_posix()]).diagnostics
    assert found
    assert _left_in_english(found) == []


@pytest.mark.parametrize("page", pages.SHOWN, ids=lambda page: page.stem)
def test_what_a_page_shows_is_said_in_french(page: Path, tmp_path: Path) -> None:
    files = pages._files(pages._parts(page)["wrong"])
    found = pages._diagnostics(tmp_path, files, page.stem)
    assert found
    assert _left_in_english(found) == []


def test_a_diagnostic_is_shown_in_french() -> None:
    source = Source("a.trig", "when ticket.statu is open stop\n")
    wrong = Diagnostic(
        "unknown-field", "ticket has no field `statu`", source, Span(12, 17), "did you mean `status`?"
    )
    assert render(wrong, FRENCH).split("\n") == [
        "a.trig:1:13: erreur: unknown-field: `ticket` n'a pas de champ `statu`",
        "  1 | when ticket.statu is open stop",
        "                  ^^^^^",
        "  aide : vouliez-vous dire `status` ?",
    ]


def test_what_french_lacks_is_shown_in_english() -> None:
    odd = Diagnostic("odd-thing", "something quite odd", Source("a", ""), severity=Severity.WARNING)
    assert render(odd, FRENCH) == "a:1:1: avertissement: odd-thing: something quite odd"


def test_a_fix_stays_in_another_language(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_text("when ticket.statsu is open notify requester with template solved\n", encoding="utf-8")
    (wrong,) = load_paths([path]).diagnostics
    assert wrong.fix
    assert in_language(wrong, FRENCH).fix == wrong.fix
