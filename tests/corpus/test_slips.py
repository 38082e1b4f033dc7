"""Slips of the keyboard in every good file end in diagnostics or a valid program, and the help names the right word."""

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import slips

from trigdsl.diagnostics import render
from trigdsl.interfaces import formatting
from trigdsl.runtime.loader import load_text
from trigdsl.source import Source, Span
from trigdsl.syntax import parser, pieces, words

GOOD = Path(__file__).parent / "good"
FILES = sorted(GOOD.glob("*.trig"))
A_SHARE = 12
"""One slip in so many is tried here; `make fuzz` tries them all."""


def _text(path: Path) -> str:
    source, problems = parser.decode(path.name, path.read_bytes())
    assert not problems
    return source.text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_slip_is_diagnosed_or_makes_another_program(path: Path) -> None:
    dice = random.Random(path.stem)
    for number, slip in enumerate(slips.slips(_text(path), dice)):
        if number % A_SHARE == 0:
            found = load_text(slip.text, name=path.name)
            assert found.ruleset is not None or found.diagnostics, slip.what
            for diagnostic in found.diagnostics:
                assert render(diagnostic)


def test_the_help_holds_the_right_word_for_nine_misspelt_names_of_ten(tmp_path: Path) -> None:
    shutil.copytree(GOOD, tmp_path / "good")
    dice = random.Random(20)
    helped: Counter[bool | None] = Counter()
    for path in FILES:
        text = _text(path)
        for span in slips.names(text)[::3]:
            slip = slips.misspelt(text[span.start : span.end], dice)
            helped[slips.helps(text, span, slip, path, tmp_path / "good")] += 1
    assert helped[True] + helped[False] > 250
    assert helped[True] >= 0.9 * (helped[True] + helped[False]), helped


def _spoken(text: str, table: words.Words) -> Iterator[Span]:
    """Yield where words of the grammar stand in a text that are long enough to be recognized with a slip in them."""
    for match in re.finditer(r"(?<![\w.'-])[^\W\d_]\w*(?![\w-]|\.\w)", pieces.blanked(text)):
        if match[0] in table.spoken and len(match[0]) > 2:
            yield Span(*match.span())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_help_holds_the_right_word_for_nine_misspelt_words_of_the_grammar_of_ten(
    language: str, tmp_path: Path
) -> None:
    shutil.copytree(GOOD, tmp_path / "good")
    dice, table = random.Random(20), words.load(language)
    tried: Counter[str] = Counter()
    helped: Counter[bool | None] = Counter()
    for path in FILES:
        text = formatting.formatted(Source(path.name, _text(path)), language)
        assert text is not None
        for span in _spoken(text, table):
            word = text[span.start : span.end]
            slip = slips.misspelt(word, dice)
            tried[word] += 1
            if tried[word] <= 2 and slip not in table.spoken:
                helped[slips.helps(text, span, slip, path, tmp_path / "good")] += 1
    assert helped[True] + helped[False] > 180
    assert helped[True] >= 0.9 * (helped[True] + helped[False]), helped
