"""The import table of docs/architecture.md, held against every import statement of the package."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import trigdsl

PACKAGE = Path(trigdsl.__file__).parent
PAGE = PACKAGE.parent / "docs" / "architecture.md"

BASE = ("source", "diagnostics", "spelling", "sentences", "resources", "version")
SYNTAX_FOR_SEMANTICS = ("syntax", "syntax.tree", "syntax.printer", "syntax.words")
SEMANTICS_FOR_ENGINE = (
    "semantics",
    "semantics.rules",
    "semantics.types",
    "semantics.textual",
    "semantics.vocabulary",
    "semantics.footprint",
)
ROOMS = ("syntax", "semantics", "engine", "why", "runtime", "interop", "interfaces", "testing")

THIRD_PARTIES = {
    "lark": ("syntax.parser", "syntax.builder", "syntax.tables", "syntax.lexer"),
    "jinja2": ("runtime.texts.sandbox",),
    "babel": ("runtime.texts.dates",),
    "liquid": (
        "runtime.texts.liquid.environment",
        "runtime.texts.liquid.filters",
        "runtime.texts.liquid.bodies",
    ),
    "dateutil": ("runtime.texts.liquid.strftime",),
    "markupsafe": ("runtime.texts.markup",),
    "re2": ("engine.patterns", "testing.oracle.values"),
    "hypothesis": ("testing.strategies",),
    "pytest": ("testing.pytest_plugin",),
}
TESTERS = (
    "interfaces.conforming",
    "interfaces.coverage_page",
    "interfaces.coverage_report",
    "interfaces.junit",
    "interfaces.mutating",
    "interfaces.mutation_report",
    "interfaces.testing",
)
"""The modules outside testing that may use it: the commands that test and conform."""
PURE = ("syntax", "semantics", "engine", "why", "testing.oracle")
IMPURE = {
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "time",
}


def modules() -> dict[str, Path]:
    """Return every module by its name inside the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(p for p in parts if p != "__init__")] = path
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of whatever a module imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield inner if module.startswith("trigdsl") and _is_module(inner) else module


def _is_module(name: str) -> bool:
    return name.removeprefix("trigdsl").removeprefix(".") in modules()


def room(module: str) -> str:
    first = module.split(".", maxsplit=1)[0]
    return first if first in ROOMS else "base"


def allowed(importer: str, imported: str) -> bool:
    """Return whether one module of the package may import another."""
    here, there = room(importer), room(imported)
    if importer == "":
        return there != "interfaces"
    if imported == "":
        return False
    if here == "base" or there == "base":
        return there == "base"
    if here == "testing":
        return _for_testing(importer, imported)
    if there == "testing":
        return importer in TESTERS
    if here == there:
        return True
    if here == "semantics" and there == "syntax":
        return imported in (*SYNTAX_FOR_SEMANTICS, "syntax.several")
    if here == "engine":
        return imported in SEMANTICS_FOR_ENGINE
    if here == "why":
        return there in ("semantics", "engine")
    return ROOMS.index(there) < ROOMS.index(here)


def _for_testing(importer: str, imported: str) -> bool:
    """Return whether a module for testing may import another: the oracle shares nothing with what it judges."""
    if importer.startswith("testing.oracle"):
        return imported.startswith("testing.oracle") or imported in SYNTAX_FOR_SEMANTICS
    return room(imported) not in ("interop", "interfaces")


def violations(module: str, text: str) -> list[str]:
    """Return what a module imports against the table."""
    found = []
    for name in imports(ast.parse(text)):
        top = name.split(".")[0]
        if top == "trigdsl":
            inner = name.removeprefix("trigdsl").removeprefix(".")
            if not allowed(module, inner):
                found.append(f"{module} imports {name}")
        elif top in sys.stdlib_module_names:
            if module.startswith(PURE) and top in IMPURE:
                found.append(f"{module} imports {name}")
        elif top != "attrs" and module not in THIRD_PARTIES.get(top, ()):
            found.append(f"{module} imports {name}")
    return found


@pytest.mark.parametrize("module", modules())
def test_every_import_is_in_the_table(module: str) -> None:
    assert violations(module, modules()[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("source", "from trigdsl.syntax import tree"),
        ("syntax.parser", "from trigdsl.semantics import rules"),
        ("syntax.tree", "import lark"),
        ("semantics.checker", "from trigdsl.syntax import parser"),
        ("semantics.checker", "from trigdsl.engine.state import Ticket"),
        ("semantics.program", "from pathlib import Path"),
        ("engine.cycle", "from trigdsl.runtime import wire"),
        ("engine.cycle", "from trigdsl.semantics.checker import ConditionChecker"),
        ("engine.cycle", "import time"),
        ("engine.cycle", "def f():\n    import random"),
        ("engine.view", "import re2"),
        ("engine.cycle", "from trigdsl.why.asked import Asked"),
        ("why.search", "from trigdsl.runtime import wire"),
        ("why.levers", "from trigdsl.syntax import printer"),
        ("why.asked", "import time"),
        ("runtime.wire", "from trigdsl.interop.zendesk import audits"),
        ("runtime.wire", "import jinja2"),
        ("interop.streams", "from trigdsl.interfaces import report"),
        ("interfaces.cli", "import rich"),
        ("runtime.loader", "from trigdsl.testing.oracle import Oracle"),
        ("testing.laws.cycle", "from trigdsl.interfaces import cli"),
        ("interfaces.cli", "from trigdsl.testing.oracle import Oracle"),
        ("interfaces.running", "from trigdsl.testing import conformance"),
        ("testing.conformance", "from trigdsl.interop import streams"),
        ("testing.oracle.conditions", "from trigdsl.engine import conditions"),
        ("testing.oracle.cycle", "from trigdsl.testing import conformance"),
        ("testing.oracle.values", "from trigdsl.semantics.textual import folded"),
        ("testing.oracle.events", "from trigdsl.runtime import wire"),
        ("testing.oracle.program", "from trigdsl.syntax import parser"),
        ("testing.oracle.cycle", "import time"),
        ("runtime.loader", "import trigdsl"),
        ("runtime.loader", "from trigdsl import compile_text"),
    ],
)
def test_a_planted_import_is_found(module: str, text: str) -> None:
    assert len(violations(module, text)) == 1


def test_every_module_imports_on_its_own() -> None:
    names = [info.name for info in pkgutil.walk_packages(trigdsl.__path__, "trigdsl.")]
    assert len(names) > 30
    for name in names:
        importlib.import_module(name)


def test_the_page_lists_every_module_and_no_other() -> None:
    listed = set(re.findall(r"^\| `(trigdsl[\w.]*)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert listed == {f"trigdsl.{name}".rstrip(".") for name in modules()}


def test_every_public_name_is_there() -> None:
    for name in trigdsl.__all__:
        assert getattr(trigdsl, name) is not None
    assert sorted(trigdsl.__all__) == list(trigdsl.__all__)
    assert set(trigdsl.__all__) <= set(dir(trigdsl))


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'compile_txt'"):
        _ = trigdsl.compile_txt  # type: ignore[attr-defined]
