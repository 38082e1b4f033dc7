"""Templates from where they lie: the folders beside rules, the libraries, a mapping that a tool hands over."""

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic
from trigdsl.runtime import account
from trigdsl.runtime.texts import engines, sandbox
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
    """Yield the templates of a folder: Jinja2 texts and Liquid bodies, with the HTML of the same name."""
    for ending, page_ending in ENDINGS:
        pages = {_stem(path, page_ending): path for path in sorted(folder.glob(f"*/*{page_ending}"))}
        for path in sorted(folder.glob(f"*/*{ending}")):
            if path.name.endswith(page_ending):
                continue
            source = _read_template(path, shown, diagnostics)
            page = pages.pop(_stem(path, ending), None)
            html = None if page is None else _read_template(page, shown, diagnostics)
            if source is not None:
                name, language = _stem(path, ending).name, path.parent.name
                liquid = ending == LIQUID
                yield _template_file(name, language, source, html, library=library, liquid=liquid)
        for stem, path in pages.items():
            name = f"{shown}/{path.parent.name}/{path.name}"
            diagnostics.append(_html_alone(name, f"{stem.name}{ending}"))


LIQUID = ".liquid"
ENDINGS = ((".txt", ".html"), (LIQUID, f".html{LIQUID}"))
"""How the names of plain texts end, and those of their HTML, for Jinja2 and for Liquid."""


def _stem(path: Path, ending: str) -> Path:
    return path.with_name(path.name.removesuffix(ending))


def once(files: Iterable[TemplateFile], diagnostics: list[Diagnostic]) -> list[TemplateFile]:
    """Return templates, and tell of those that are there as a Jinja2 text and as a Liquid body in one language."""
    known: dict[tuple[str, str], TemplateFile] = {}
    found = [*files]
    for file in found:
        other = known.setdefault((file.name, file.language), file)
        if other.liquid != file.liquid:
            message = f"the template `{file.name}` is there twice: this is `{Path(file.source.name).name}`"
            help_line = f"take it away, or `{Path(other.source.name).name}` beside it"
            diagnostics.append(Diagnostic("name-used-twice", message, file.source, help=help_line))
    return found


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
    name: str,
    language: str,
    source: Source,
    html: Source | None = None,
    *,
    library: bool = False,
    liquid: bool = False,
) -> TemplateFile:
    inspect = engines.inspect_liquid if liquid else sandbox.inspect
    inspected = inspect(source.text)
    if html is None:
        return TemplateFile(name, language, source, inspected, library)
    return TemplateFile(name, language, source, inspected, library, html, inspect(html.text))


def given(texts: Mapping[str, str], diagnostics: list[Diagnostic]) -> Iterator[TemplateFile]:
    """Yield the templates of texts by name: `solved`, `fr/solved`, `fr/solved.html`, `solved.liquid`."""
    for key, text in texts.items():
        if key in account.FILES:
            continue
        liquid = key.endswith(LIQUID)
        ending = LIQUID if liquid else ""
        stem = key.removesuffix(ending)
        if stem.endswith(".html"):
            if f"{stem.removesuffix('.html')}{ending}" not in texts:
                missing = f"{stem.removesuffix('.html')}{ending}"
                diagnostics.append(_html_alone(f"templates/{key}", missing))
            continue
        language, _, name = stem.rpartition("/")
        page = texts.get(f"{stem}.html{ending}")
        html = None if page is None else Source(f"templates/{stem}.html{ending}", parser.normalized(page))
        source = Source(f"templates/{key}", parser.normalized(text))
        yield _template_file(name, language or DEFAULT_LANGUAGE, source, html, liquid=liquid)


def of_account(texts: Mapping[str, str]) -> Iterator[Source]:
    """Yield what texts by name say of the account: `account.json`, `dynamic_content.json`."""
    return (Source(f"templates/{key}", texts[key]) for key in account.FILES if key in texts)


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
