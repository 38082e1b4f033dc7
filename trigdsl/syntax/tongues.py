"""Rules in another human language than their file says: told once, in place of a mistake for each of their words."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from trigdsl.diagnostics import Diagnostic, Edit
from trigdsl.source import Source, Span
from trigdsl.syntax import pieces
from trigdsl.syntax.words import WORD_SHAPE, Words

_FEWEST = 2
"""So many words of one other language alone make a line one in that language, if it begins with such a word.

Else it takes one more: a webhook that is called `on call` makes no line English.
"""
_WORD = re.compile(rf"(?<![\w.]){WORD_SHAPE}(?![\w.])")


def mistaken(source: Source, table: Words, others: Iterable[Words]) -> Diagnostic | None:
    """Return that lines of a text are in one of some other languages than its first line says, or None when none are.

    The text is one that cannot be read: words that two languages have in common say nothing.
    """
    known = {other.code: other for other in others}
    read = pieces.blanked(source.text).split("\n")
    found = {number: _language(line, table, known) for number, line in enumerate(read, 1)}
    foreign = Counter(code for code in found.values() if code in known)
    if not foreign:
        return None
    (code, count), *_ = foreign.most_common(1)
    own = sum(spoken == table.code for spoken in found.values())
    if count > own and not _says_its_language(source.text):
        return _not_said(source, known[code])
    first = next(number for number, spoken in found.items() if spoken == code)
    return _mixed(source, table, known[code], first, whole=not own)


def _language(line: str, table: Words, others: Mapping[str, Words]) -> str:
    """Return the language of a line: the file's own when in doubt, and nothing where its words do not say."""
    said = {*map(str.casefold, _WORD.findall(line))}
    for code, other in others.items():
        theirs, ours = other.spoken - table.spoken, table.spoken - other.spoken
        count = len(said & theirs)
        enough = _FEWEST if _begins_with(line, theirs) else _FEWEST + 1
        if count >= enough and count > len(said & ours):
            return code
    return table.code if said & table.spoken else ""


def _begins_with(line: str, spoken: Collection[str]) -> bool:
    first = _WORD.search(line)
    return first is not None and first[0].casefold() in spoken


def _says_its_language(text: str) -> bool:
    return re.match(r"#[ \t]*language:", text) is not None


def _not_said(source: Source, other: Words) -> Diagnostic:
    line = f"# language: {other.code}"
    at = Span(0, len(source.line(1)))
    message = f"these rules are {other.english}, and the file does not say so"
    edits = (Edit(Span(0, 0), f"{line}\n"),)
    return Diagnostic(
        "language-not-said", message, source, at, f"write `{line}` as its first line", edits=edits
    )


def _mixed(source: Source, table: Words, other: Words, number: int, *, whole: bool) -> Diagnostic:
    start = sum(len(line) + 1 for line in source.text.split("\n")[: number - 1])
    text = source.line(number)
    indent = len(text) - len(text.lstrip())
    message = f"this file says {table.english}; line {number} is {other.english}"
    help_line = f"write it in {table.english}, or put it into a file of its own"
    if whole:
        help_line = f"write the rules in {table.english}, or say `# language: {other.code}` in the first line"
    return Diagnostic(
        "mixed-languages", message, source, Span(start + indent, start + len(text.rstrip())), help_line
    )
