"""docs/fr/langue.md is made from the tables of words and names (`make docs`, or `TRIGDSL_UPDATE=1`)."""

import os
from pathlib import Path

import trigdsl
from trigdsl.interfaces import words_page
from trigdsl.syntax import words

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "fr" / "langue.md"


def test_the_page_is_as_the_tables_make_it() -> None:
    text = words_page.page()
    if os.environ.get("TRIGDSL_UPDATE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "`make docs` writes it anew"


def test_every_phrase_of_the_language_is_on_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for phrases in words.load("fr").phrases.values():
        assert all(f"`{phrase}`" in text for phrase in phrases)
