"""Every code has a page, every page a code; what the product says is what the catalogue explains."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import trigdsl
from trigdsl.interfaces import explaining

PACKAGE = Path(trigdsl.__file__).parent
MAKERS = {
    "Diagnostic",
    "BuildError",
    "fail",
    "report",
    "_report",
    "unknown",
    "warn",
    "warning",
    "_warning",
    "_only",
    "_error",
}
"""What makes a diagnostic; its code is the first of its arguments that is spelled like one."""

BY_KIND = {"unknown-user", "unknown-group", "unknown-organization", "unknown-brand"}
"""These are put together from the kind of what is unknown."""


def _code(node: ast.expr) -> str | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    spelled = "-" in node.value and node.value.replace("-", "").isalnum() and node.value.islower()
    return node.value if spelled else None


def _codes() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                codes = [code for code in map(_code, node.args) if code] if name in MAKERS else []
                yield from codes[:1]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CODE":
                code = _code(node.value)
                assert code is not None
                yield code


LANGUAGES = ("en", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_page_and_every_page_a_code(language: str) -> None:
    codes = {*_codes(), *BY_KIND}
    pages = set(explaining.pages(language))
    assert len(codes) > 70
    assert codes - pages == set(), "these have no page"
    assert pages - codes == set(), "these are no codes"
