"""Warnings turned off by name: by a comment `# allow never-true` for a line, a declaration or a file, or for all."""

import bisect
import re
from collections.abc import Collection, Iterable, Iterator

from attrs import frozen

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.semantics.ordering import Module
from trigdsl.source import Source, Span
from trigdsl.spelling import did_you_mean

_CODE = r"[a-z0-9]+(?:-[a-z0-9]+)+"
# A reason may follow: `# allow never-true: until the new form is there`.
_ALLOW = re.compile(
    rf"#\s*allow\s+(in\s+this\s+file\s+)?({_CODE}(?:[\s,]+{_CODE})*|[a-z0-9]+)\s*,?\s*(?:[:#].*)?$",
    re.IGNORECASE,
)


CODE = "unused-allow"
DEPENDS = ("double-mail", "unknown-user")
"""Whether these are there depends on the libraries and the directory of the day."""


@frozen
class Allowance:
    """One warning that one comment turns off on some lines, and where it says so.

    In a library nobody can write a comment, so one beside the `use` of it is about the library as well.
    """

    code: str
    source: Source
    span: Span
    first: int
    last: int
    libraries: frozenset[str] = frozenset()

    def covers(self, found: Diagnostic) -> bool:
        """Return whether a diagnostic is one that the comment turns off."""
        if found.code != self.code or found.severity is not Severity.WARNING:
            return False
        here = found.source == self.source and self.first <= found.line <= self.last
        return here or found.source.name in self.libraries

    def meets(self, source: Source, lines: range) -> bool:
        """Return whether it is about some of the lines of a source."""
        return source == self.source and self.first < lines.stop and lines.start <= self.last


def of(modules: Iterable[Module]) -> list[Allowance]:
    """Return what the comments of some files allow."""
    return [found for module in modules for found in _of_file(module)]


def _of_file(module: Module) -> Iterator[Allowance]:
    source = module.source
    for comment in module.file.trivia.comments:
        said = _ALLOW.match(comment.text)
        if said is None:
            continue
        line = source.position(comment.start)[0]
        first, last = line, line
        if said[1] is not None:
            first, last = 1, source.position(len(source.text))[0]
        elif comment.alone:
            first, last = _following(module, comment.start)
        used = frozenset(_libraries(module, range(first, last + 1)))
        for code in re.split(r"[,\s]+", said[2].casefold()):
            start = comment.start + comment.text.casefold().index(code)
            yield Allowance(code, source, Span(start, start + len(code)), first, last, used)


def _libraries(module: Module, lines: range) -> Iterator[str]:
    """Yield the names of the library files that a file uses on some of its lines."""
    for use, used in module.imports:
        here = module.source.position(use.span.start)[0] in lines
        if here and used is not None and used.library is not None:
            yield used.source.name


def _following(module: Module, at: int) -> tuple[int, int]:
    """Return the lines of the declaration that a comment on a line of its own stands above, else the next line.

    Between may stand empty lines and other comments.
    """
    starts = [item.span.start for item in module.file.items]
    number = bisect.bisect_right(starts, at)
    if number < len(starts):
        item = module.file.items[number]
        between = module.source.text[at : item.span.start].split("\n")[1:]
        if all(not text.strip() or text.lstrip().startswith("#") for text in between):
            return module.source.position(item.span.start)[0], module.source.position(item.span.end)[0]
    below = re.compile(r"[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*").match(module.source.text, at)
    line = module.source.position(at if below is None else below.end())[0]
    return (line + 1, line + 1) if below is None else (line, line)


def sifted(
    found: Iterable[Diagnostic],
    modules: Collection[Module],
    everywhere: Collection[str],
    known: Collection[str],
    passed_over: Collection[tuple[Source, range]] = (),
) -> list[Diagnostic]:
    """Return the diagnostics that nothing allows, with what is wrong with the allowances themselves.

    What stands on lines that are passed over was not looked into, so a comment there may be right.
    """
    allowances = of(modules)
    by_code: dict[tuple[str, str], list[int]] = {}
    for number, allowance in enumerate(allowances):
        for name in (allowance.source.name, *allowance.libraries):
            by_code.setdefault((allowance.code, name), []).append(number)
    left: list[Diagnostic] = []
    idle = set(range(len(allowances)))
    for diagnostic in found:
        likely = by_code.get((diagnostic.code, diagnostic.source.name), ())
        covering = {n for n in likely if allowances[n].covers(diagnostic)}
        idle -= covering
        everywhere_too = diagnostic.severity is Severity.WARNING and diagnostic.code in everywhere
        if not covering and not everywhere_too:
            left.append(diagnostic)
    # Rules with mistakes are not looked into, so what a comment allows may yet be there.
    wrong = any(diagnostic.severity is Severity.ERROR for diagnostic in left)
    if not wrong and CODE not in everywhere and not any(module.broken for module in modules):
        for number in sorted(idle):
            allowance = allowances[number]
            passed = any(allowance.meets(source, lines) for source, lines in passed_over)
            if allowance.code not in known or (allowance.code not in DEPENDS and not passed):
                left += _idle(allowances[number], known)
    return left


def _idle(allowance: Allowance, known: Collection[str]) -> Iterator[Diagnostic]:
    message = f"there is no `{allowance.code}` here to be allowed"
    help_line: str | None = "take the comment away"
    if allowance.code not in known:
        message = f"there is no warning `{allowance.code}`"
        help_line = did_you_mean(allowance.code, known) or "take the comment away"
    yield Diagnostic(CODE, message, allowance.source, allowance.span, help_line, severity=Severity.WARNING)
