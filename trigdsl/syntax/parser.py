"""From text to tree. The parser keeps no state: what it says of a file depends on that file alone."""

import functools
import re
from collections.abc import Sequence
from typing import Any

from attrs import frozen
from lark import Lark, TextSlice, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic, did_you_mean, in_reading_order
from trigdsl.source import Source, Span
from trigdsl.syntax import expectations, words
from trigdsl.syntax.builder import BuildError, TreeBuilder
from trigdsl.syntax.tree import Comment, File, Item, Trivia
from trigdsl.syntax.words import WORD_SHAPE, Words


@frozen
class Limits:
    """How much a rule file may hold before it is refused whole. Sizes are in characters."""

    size: int = 1_000_000
    nesting: int = 100
    errors: int = 100


@frozen
class Parsed:
    """The tree of what could be read, and everything that could not."""

    file: File
    diagnostics: tuple[Diagnostic, ...]


def decode(name: str, raw: bytes) -> tuple[Source, tuple[Diagnostic, ...]]:
    """Return the text of a file's bytes; where they are not UTF-8 the source is empty and a diagnostic says where."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        source = Source(name, "")
        message = f"line {line} is not UTF-8 text (byte {error.start + 1} of the file)"
        return source, (
            Diagnostic("not-utf-8", message, source, help="save the file with the encoding UTF-8"),
        )
    return Source(name, normalized(text)), ()


def normalized(text: str) -> str:
    r"""Return the text with `\\n` line ends and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def parse(source: Source, limits: Limits = Limits(), verbs: frozenset[str] = frozenset()) -> Parsed:
    """Return the tree of a rule file with a diagnostic for each mistake of syntax.

    Verbs are the actions that the vocabulary adds to the language's own.
    """
    refused = _refusal(source, limits)
    if refused is not None:
        return Parsed(File(()), (refused,))
    code = language_of(source.text)
    try:
        table = words.load(code)
    except words.WordsError:
        known = ", ".join(words.languages())
        span = Span(0, len(source.line(1)))
        message = f"there is no language `{code}` for rules"
        return Parsed(
            File(()), (Diagnostic("unknown-language", message, source, span, f"known are: {known}"),)
        )
    return _recovering(source, _Dialect(table, verbs), limits)


@frozen
class _Dialect:
    """A language's words, with the verbs that a vocabulary adds."""

    words: Words
    verbs: frozenset[str]


_DECLARED_VERB = re.compile(r"(?<![\w.])action\s+([^\W\d]\w*)", re.IGNORECASE)


def declared_verbs(text: str) -> frozenset[str]:
    """Return the verbs that a vocabulary declares as actions of its own; words of the language cannot be one."""
    found = (verb.casefold() for verb in _DECLARED_VERB.findall(_blanked(text)))
    return frozenset(found) - words.load(language_of(text)).every_word


_LANGUAGE = re.compile(r"#[ \t]*language:[ \t]*([\w-]+)")


def language_of(text: str) -> str:
    """Return the language a rule file says it is written in; English unless its first line says another."""
    found = _LANGUAGE.match(text)
    return found[1] if found else "en"


@functools.cache
def _grammar(code: str, verbs: frozenset[str]) -> Lark:
    text = (resources.folder("grammar") / "trigger.lark").read_text(encoding="utf-8")
    return Lark(
        text + "\n" + words.terminals(words.load(code), verbs),
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=True,
        transformer=TreeBuilder(),
    )


# The pieces of a text that matter to layout: comments, and what only looks like one inside quotes.
_PIECE = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[()]', re.DOTALL)


def _refusal(source: Source, limits: Limits) -> Diagnostic | None:
    size = len(source.text)
    if size > limits.size:
        message = f"the file is too large: {size:,} characters, and at most {limits.size:,} are read"
        unread = Source(source.name, "")
        return Diagnostic("file-too-large", message, unread, help="split it into several files in one folder")
    depth = 0
    for piece in _PIECE.finditer(source.text):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth > limits.nesting:
            message = f"parentheses are nested more than {limits.nesting} deep"
            help_line = "give a part of the condition a name of its own with `define`"
            return Diagnostic("nested-too-deep", message, source, Span(*piece.span()), help_line)
    return None


def trivia(text: str) -> Trivia:
    """Return the comments of a text and where its empty lines begin."""
    comments = []
    quoted: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(text):
        if piece[0].startswith("#"):
            line_start = text.rfind("\n", 0, piece.start()) + 1
            alone = not text[line_start : piece.start()].strip()
            comments.append(Comment(piece[0].rstrip(), piece.start(), alone))
        elif piece[0].startswith('"""'):
            quoted.append(piece.span())
    empty = [m.start() for m in re.finditer(r"^[ \t]*$", text, re.MULTILINE)]
    outside = (at for at in empty if not any(start < at < end for start, end in quoted))
    return Trivia(tuple(comments), tuple(outside))


# Where reading goes on after a mistake: a line that begins like a declaration.
@functools.lru_cache(maxsize=8)
def _resumptions(text: str, table: Words) -> tuple[tuple[int, str], ...]:
    openings = [p for head in sorted(table.heads) for p in table.phrases[head] if head in _OPENERS]
    openings += table.phrases["WHEN"]
    alternatives = "|".join(
        re.escape(p).replace(r"\ ", r"\s+") for p in sorted(openings, key=len, reverse=True)
    )
    opening = re.compile(rf"^[ \t]*({alternatives})(?![\w-])", re.MULTILINE | re.IGNORECASE)
    return tuple((m.start(1), m[1].casefold()) for m in opening.finditer(_blanked(text)))


_OPENERS = frozenset(
    [
        "USE",
        "FIELD",
        "STATE",
        "CHANNEL",
        "DEFINE",
        "CATEGORY",
        "WEBHOOK",
        "SCHEDULE",
        "TRIGGER",
        "DISABLED_TRIGGER",
        "TRIAL_TRIGGER",
        "DISABLE_TRIGGER",
        "ENABLE_TRIGGER",
        "REPLACE_TRIGGER",
        "TEST",
    ]
)


def _blanked(text: str) -> str:
    """Return the text with quoted texts and comments blanked, offsets kept."""

    def blank(piece: re.Match[str]) -> str:
        return piece[0] if piece[0] in "()" else re.sub(r"[^\n]", "_", piece[0])

    return _PIECE.sub(blank, text)


def _recovering(source: Source, dialect: _Dialect, limits: Limits) -> Parsed:
    """Return what every readable stretch of the text holds, with what is wrong between them."""
    text = source.text
    items: list[Item] = []
    diagnostics: list[Diagnostic] = []
    start: int | None = 0
    while start is not None and len(diagnostics) < limits.errors:
        found = _attempt(source, dialect, start, len(text))
        if isinstance(found, File):
            items += found.items
            break
        diagnostics.append(found.diagnostic)
        resumption = _resumption(text, dialect.words, start, found.at)
        items += _items_before(source, dialect, start, min(found.at, resumption or found.at))
        start = resumption
    tree = File(tuple(items), trivia(text), span=Span(0, len(text)))
    return Parsed(tree, in_reading_order(diagnostics))


def _resumption(text: str, table: Words, start: int, mistake: int) -> int | None:
    """Return where reading goes on: at the declaration that the line of the mistake begins with, else at the next."""
    known = _resumptions(text, table)
    line = text.rfind("\n", 0, mistake) + 1
    swallowed = [
        at for at, word in known if max(start + 1, line) <= at < mistake and word not in table.phrases["WHEN"]
    ]
    following = [at for at, _ in known if at > start and at >= mistake]
    return next(iter(swallowed + following), None)


def _items_before(source: Source, dialect: _Dialect, start: int, mistake: int) -> tuple[Item, ...]:
    """Return the whole items between an offset and a mistake."""
    known = [at for at, _ in _resumptions(source.text, dialect.words) if start < at < mistake]
    for end in (mistake, *reversed(known)):
        found = _attempt(source, dialect, start, end)
        if isinstance(found, File):
            return found.items
    return ()


@frozen
class _Mistake:
    """The first mistake of a stretch: what to say of it, and where reading stopped."""

    diagnostic: Diagnostic
    at: int


def _attempt(source: Source, dialect: _Dialect, start: int, end: int) -> File | _Mistake:
    """Return the tree of a stretch of the text, or its first mistake."""
    try:
        return _grammar(dialect.words.code, dialect.verbs).parse(  # type: ignore[return-value]
            TextSlice(source.text, start, end)
        )
    except UnexpectedInput as error:
        return _unexpected(source, dialect.words, error, (start, end))
    except BuildError as error:
        diagnostic = Diagnostic(error.code, error.message, source, error.span, error.help_line)
        return _Mistake(diagnostic, error.span.start)


def _unexpected(source: Source, table: Words, error: UnexpectedInput, stretch: tuple[int, int]) -> _Mistake:
    if isinstance(error, UnexpectedToken):
        at = stretch[1] if error.token.type == "$END" else error.token.start_pos or 0
        return _Mistake(_unexpected_token(source, table, error, (stretch[0], at)), at)
    assert isinstance(error, UnexpectedCharacters)
    at = error.pos_in_stream or 0
    return _Mistake(_unexpected_character(source, at), at)


_CURLY = "“”„«»‘’‚"


_SIGNS = {
    "=": "a condition says `is`, an action `set … to …`",
    "!": "write `is not`",
    "@": 'put an address in quotes: `"ops@example.com"`',
    "'": 'use straight double quotes: `"…"`',
    "&": "write `and`",
    "|": "write `or`",
}


def _unexpected_character(source: Source, at: int) -> Diagnostic:
    character = source.text[at]
    span = Span(at, at + 1)
    if character in _CURLY:
        message = f"`{character}` is a typographic quote"
        return Diagnostic("typographic-quotes", message, source, span, 'use straight quotes: `"…"`')
    if character == '"':
        help_line = 'close it with `"`; a text over several lines stands between `"""` and `"""`'
        line_end = source.text.find("\n", at)
        span = Span(at, len(source.text) if line_end < 0 else line_end)
        return Diagnostic("unclosed-text", "a quoted text is not closed", source, span, help_line)
    if character.isdigit():
        help_line = 'quote a value that begins with a digit: `"2fa"`; a duration is `48 hours`'
        word = re.compile(r"[\w.:-]+").match(source.text, at)
        assert word is not None
        message = f"`{word[0]}` is neither a number nor a day nor a word"
        return Diagnostic("unknown-value", message, source, Span(*word.span()), help_line)
    shown = character if character.isprintable() else f"character U+{ord(character):04X}"
    message = f"`{shown}` does not belong to the language"
    known = _SIGNS.get(character)
    if known is not None:
        return Diagnostic("unexpected-character", message, source, span, known)
    return Diagnostic(
        "unexpected-character", message, source, span, "remove it, or quote the value it is part of"
    )


def _unexpected_token(
    source: Source, table: Words, error: UnexpectedToken, read: tuple[int, int]
) -> Diagnostic:
    token = error.token
    expected = error.accepts or error.expected
    last = _last_word(source.text, *read)
    wanted = expectations.described(expected, None if last is None else last[0], table)
    ends_early = token.type in _OPENERS | {"WHEN"} and not {"WORD", "STRING", "WHEN"} & set(expected)
    if token.type == "$END" or ends_early:
        span = Span(read[0], read[0] + 1) if last is None else last[1]
        return Diagnostic("unfinished-rule", f"the rule ends too early: expected {wanted}", source, span)
    span = Span(token.start_pos or 0, token.end_pos or 0)
    if token.type in ("AND", "OR") and {"AND", "OR"} & set(expected):
        return _mixed(source, table, span, error.interactive_parser)
    shown = expectations.shortened(str(token))
    message = f"`{shown}` cannot stand here: expected {wanted}"
    help_line = expectations.mend(str(token))
    if help_line is None and token.type == "WORD" and "WORD" not in expected and last is not None:
        openings = [table.phrase(head) for head in _OPENERS]
        values = re.fullmatch(WORD_SHAPE, last[0]) is not None and last[0].casefold() not in table.reserved
        quoted = f'put several words in quotes: `"{last[0]} {shown}"`' if values else None
        help_line = did_you_mean(shown, openings) or quoted
    if help_line is None and "WORD" in expected and str(token).casefold().split()[0] in table.reserved:
        help_line = f'`{shown}` is a word of the language; as a value it is quoted: `"{shown}"`'
    return Diagnostic("unexpected-word", message, source, span, help_line)


_WORD = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[\w-]+|[^\s\w]', re.DOTALL)


def _last_word(text: str, start: int, end: int) -> tuple[str, Span] | None:
    """Return the last word or quoted text of a stretch, comments left out, and where it stands."""
    pieces = [m for m in _WORD.finditer(text, start, end) if not m[0].startswith("#")]
    return (pieces[-1][0], Span(*pieces[-1].span())) if pieces else None


def _mixed(source: Source, table: Words, span: Span, stopped: InteractiveParser) -> Diagnostic:
    """Report `a and b or c`, with the two things it could mean in the rule's own words."""
    message = "`and` and `or` are mixed without parentheses"
    help_line = "say which belong together: `(a and b) or c`, or `a and (b or c)`"
    read = _units(stopped.parser_state.value_stack)
    if read is not None:
        text, (first, last) = source.text, read
        before, outer = text[first : last.start], text[first : last.end]
        inner = text[last.start : last.end]
        following = _up_to_the_next(text, table, span.end)
        joint = text[span.start : span.end]
        both = (f"({outer}) {joint} {following}", f"{before}({inner} {joint} {following})")
        one, two = (" ".join(reading.split()) for reading in both)
        help_line = f"say which belong together: `{one}`, or `{two}`"
    return Diagnostic("mixed-and-or", message, source, span, help_line)


def _units(stack: Sequence[Any]) -> tuple[int, Span] | None:
    """Return where the parts of the condition begin that were read last, and where the last of them stands."""
    parts: list[Any] = []
    for value in reversed(stack):
        if isinstance(value, Token) and value.type not in ("AND", "OR"):
            break
        parts += (
            []
            if isinstance(value, Token)
            else reversed(value.children if isinstance(value, Tree) else [value])
        )
    nodes = [part for part in parts if not isinstance(part, Token)]
    return (nodes[-1].span.start, nodes[0].span) if nodes else None


def _up_to_the_next(text: str, table: Words, start: int) -> str:
    """Return the part of a condition that begins at an offset, up to the next connective or line."""
    stops = (p for terminal in ("AND", "OR", "THEN", "EXPECT") for p in table.phrases[terminal])
    piece = re.compile(rf"\s(?:{'|'.join(map(re.escape, stops))})(?![\w-])|[()\n]", re.IGNORECASE)
    depth = 0
    for found in piece.finditer(_blanked(text), start + 1):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth < 0 or (depth == 0 and found[0] not in ("(", ")")):
            return text[start : found.start()].strip()
    return text[start:].strip()
