"""Every sentence that the code says by its English pattern is in the table of each language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import trigdsl
from trigdsl import resources, sentences
from trigdsl.languages import ENGLISH

PACKAGE = Path(trigdsl.__file__).parent
LANGUAGES = [language for language in sentences.spoken() if language != ENGLISH]


def patterns() -> Iterator[tuple[str, str]]:
    """Yield each pattern that stands in a call of `say` or `several`, with its module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name == "sentences.py":
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            taken = {"say": call.args[:1], "several": call.args[1:3]}.get(name, [])
            for argument in taken:
                for node in ast.walk(argument):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_said(argument):
                        yield node.value, str(path.relative_to(PACKAGE))


def _is_said(argument: ast.expr) -> bool:
    """Return whether an argument is a pattern by itself, or one of two."""
    return isinstance(argument, ast.Constant | ast.IfExp)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_that_is_said_has_a_sentence(language: str) -> None:
    table = sentences.read(resources.folder("grammar") / "sentences" / language)
    said = sorted(set(patterns()))
    assert len(said) > 100
    assert [each for each in said if each[0] not in table.by_pattern] == []
