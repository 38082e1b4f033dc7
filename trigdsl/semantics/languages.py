"""Templates among each other: languages left out, placeholders left out, templates that no rule uses."""

from collections.abc import Collection, Iterator

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.semantics.messages import TemplateFile, Templates


def warnings(templates: Templates, used: Collection[str]) -> Iterator[Diagnostic]:
    """Yield what looks forgotten in the user's own templates."""
    own = [file for files in templates.by_name.values() for file in files.values() if not file.library]
    languages = sorted({file.language for file in own})
    for name, files in templates.by_name.items():
        mine = [file for file in files.values() if not file.library]
        if not mine:
            continue
        yield from _languages(name, mine, [f for f in files.values() if f.library], languages)
        yield from _placeholders(mine)
        if name not in used:
            help_line = f"use it: `notify … with template {name}`, or take the file away"
            yield _warning("unused-template", f"no rule uses the template `{name}`", mine[0], help_line)


def _languages(
    name: str, mine: list[TemplateFile], theirs: list[TemplateFile], languages: list[str]
) -> Iterator[Diagnostic]:
    spoken = {file.language for file in mine}
    for other in theirs:
        message = f"readers of `{other.language}` still get the library's `{name}`, not yours"
        help_line = f"write `templates/{other.language}/{name}{_ending(mine[0])}` as well"
        yield _warning("language-missing", message, mine[0], help_line)
    left = [code for code in languages if code not in spoken | {file.language for file in theirs}]
    for code in left:
        message = f"`{name}` has no text in `{code}`, which other templates have"
        help_line = f"write `templates/{code}/{name}{_ending(mine[0])}`"
        yield _warning("language-missing", message, mine[0], help_line)


def _placeholders(mine: list[TemplateFile]) -> Iterator[Diagnostic]:
    """Compare texts of one form: what a Liquid body names may have another name in a Jinja2 text."""
    for file in mine:
        for other in mine:
            if file.liquid == other.liquid:
                for path in sorted(_paths(other) - _paths(file)):
                    message = (
                        f"`{{{{ {path} }}}}` stands in the text in `{other.language}`, and not in this one"
                    )
                    yield _warning("placeholder-missing", message, file, "say the same in every language")


def _paths(file: TemplateFile) -> set[str]:
    placeholders = (p for _, inspection in file.parts for p in inspection.placeholders)
    return {".".join(p.parts) for p in placeholders if p.of is None}


def _ending(file: TemplateFile) -> str:
    return ".liquid" if file.liquid else ".txt"


def _warning(code: str, message: str, file: TemplateFile, help_line: str) -> Diagnostic:
    return Diagnostic(code, message, file.source, help=help_line, severity=Severity.WARNING)
