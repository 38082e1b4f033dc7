"""Templates from where they lie: the folders beside rules, the libraries, a mapping that a tool hands over."""

import functools
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic
from trigdsl.runtime.texts import sandbox
from trigdsl.runtime.texts.rendering import DEFAULT_LANGUAGE
from trigdsl.semantics.messages import TemplateFile
from trigdsl.source import Source
from trigdsl.syntax import parser


@functools.cache
def of_libraries() -> tuple[TemplateFile, ...]:
    """Return the templates of every library, which rules can always name."""
    folders = sorted(resources.folder("stdlib").glob("*/templates"))
    own = (folder for folder in folders if folder.parent.name != "demo")
    return tuple(
        file
        for folder in own
        for file in of_folder(folder, f"{folder.parent.name}/templates", [], library=True)
    )


def of_folder(
    folder: Path, shown: str, diagnostics: list[Diagnostic], *, library: bool = False
) -> Iterator[TemplateFile]:
    """Yield the templates of a folder; HTML joins the plain text of the same name."""
    pages = {path.with_suffix(""): path for path in sorted(folder.glob("*/*.html"))}
    for path in sorted(folder.glob("*/*.txt")):
        source = _read_template(path, shown, diagnostics)
        page = pages.pop(path.with_suffix(""), None)
        html = None if page is None else _read_template(page, shown, diagnostics)
        if source is not None:
            yield _template_file(path.stem, path.parent.name, source, html, library=library)
    for path in pages.values():
        name = f"{shown}/{path.parent.name}/{path.name}"
        diagnostics.append(_html_alone(name, f"{path.stem}.txt"))


def _html_alone(name: str, missing: str) -> Diagnostic:
    help_line = f"write `{missing}` beside it, for readers without HTML"
    message = "a template in HTML needs its plain text as well"
    return Diagnostic("html-without-text", message, Source(name, ""), help=help_line)


def _read_template(path: Path, shown: str, diagnostics: list[Diagnostic]) -> Source | None:
    name = f"{shown}/{path.parent.name}/{path.name}"
    try:
        source, problems = parser.decode(name, path.read_bytes())
    except OSError as error:
        diagnostics.append(unreadable(name, error))
        return None
    diagnostics += problems
    return None if problems else source


def _template_file(
    name: str, language: str, source: Source, html: Source | None = None, *, library: bool = False
) -> TemplateFile:
    inspected = sandbox.inspect(source.text)
    if html is None:
        return TemplateFile(name, language, source, inspected, library)
    return TemplateFile(name, language, source, inspected, library, html, sandbox.inspect(html.text))


def given(texts: Mapping[str, str], diagnostics: list[Diagnostic]) -> Iterator[TemplateFile]:
    """Yield the templates of texts by name: `solved`, `fr/solved`, `fr/solved.html`."""
    for key, text in texts.items():
        if key.endswith(".html"):
            if key.removesuffix(".html") not in texts:
                diagnostics.append(_html_alone(f"templates/{key}", key.removesuffix(".html")))
            continue
        language, _, name = key.rpartition("/")
        page = texts.get(f"{key}.html")
        html = None if page is None else Source(f"templates/{key}.html", parser.normalized(page))
        source = Source(f"templates/{key}", parser.normalized(text))
        yield _template_file(name, language or DEFAULT_LANGUAGE, source, html)


@functools.cache
def labels() -> dict[str, dict[str, Any]]:
    """Return how the libraries' titles and choices read in other languages, by language."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(resources.folder("stdlib").glob("*/labels/*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        known = found.setdefault(path.stem, {"titles": {}, "categories": {}, "choices": {}})
        for section in known:
            known[section] |= table.get(section, {})
    return found


def unreadable(name: str, error: OSError) -> Diagnostic:
    """Return what is said of a file that cannot be read."""
    reason = (error.strerror or str(error)).lower()
    return Diagnostic("unreadable-file", f"`{name}` cannot be read: {reason}", Source(name, ""))
