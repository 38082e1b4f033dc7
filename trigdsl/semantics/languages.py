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
        help_line = f"write `templates/{other.language}/{name}.txt` as well"
        yield _warning("language-missing", message, mine[0], help_line)
    left = [code for code in languages if code not in spoken | {file.language for file in theirs}]
    for code in left:
        message = f"`{name}` has no text in `{code}`, which other templates have"
        yield _warning("language-missing", message, mine[0], f"write `templates/{code}/{name}.txt`")


def _placeholders(mine: list[TemplateFile]) -> Iterator[Diagnostic]:
    read = {
        file.language: {
            ".".join(p.parts) for _, inspection in file.parts for p in inspection.placeholders if p.of is None
        }
        for file in mine
    }
    for file in mine:
        for other, paths in read.items():
            for path in sorted(paths - read[file.language]):
                message = f"`{{{{ {path} }}}}` stands in the text in `{other}`, and not in this one"
                yield _warning("placeholder-missing", message, file, "say the same in every language")


def _warning(code: str, message: str, file: TemplateFile, help_line: str) -> Diagnostic:
    return Diagnostic(code, message, file.source, help=help_line, severity=Severity.WARNING)
