"""Every code has a page, every page a code; what the product says is what the catalogue explains."""

import ast
from collections.abc import Iterator
from pathlib import Path

import trigdsl
from trigdsl.interfaces import checking

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
}
"""What makes a diagnostic; its code is the first of its arguments that is spelled like one."""

BY_KIND = {"unknown-user", "unknown-group", "unknown-organization", "unknown-brand"}
"""These are put together from the kind of what is unknown."""


def _looks_like_a_code(node: ast.expr) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return "-" in node.value and node.value.replace("-", "").isalnum() and node.value.islower()


def _codes() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                spelled = [a for a in node.args if _looks_like_a_code(a)] if name in MAKERS else []
                yield from (a.value for a in spelled[:1] if isinstance(a, ast.Constant))
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "CODE":
                assert isinstance(node.value, ast.Constant)
                yield node.value.value


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    codes = {*_codes(), *BY_KIND}
    pages = set(checking.pages())
    assert len(codes) > 70
    assert codes - pages == set(), "these have no page"
    assert pages - codes == set(), "these are no codes"
