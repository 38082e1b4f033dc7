"""From text to tree. The parser keeps no state: what it says of a file depends on that file alone."""

import functools
import re
from collections.abc import Iterator

from attrs import frozen
from lark import Lark, TextSlice, UnexpectedCharacters, UnexpectedToken
from lark.parsers.lalr_analysis import Shift
from lark.parsers.lalr_interactive_parser import InteractiveParser

from trigdsl.diagnostics import Diagnostic, in_reading_order
from trigdsl.source import Source, Span, language_of
from trigdsl.syntax import mixtures, pieces, recovery, tables, tongues, words
from trigdsl.syntax.builder import BuildError
from trigdsl.syntax.places import END, Stop
from trigdsl.syntax.tree import File
from trigdsl.syntax.words import Words


@frozen
class Limits:
    """How much a rule file may hold before it is refused whole. Sizes are in characters."""

    size: int = 1_000_000
    line: int = 50_000
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
    return _read(source, table, verbs, limits)


def _read(source: Source, table: Words, verbs: frozenset[str], limits: Limits) -> Parsed:
    def attempt(text: str, span: Span) -> recovery.Items | Stop:
        return _attempt(_grammar(table.code, verbs), text, span)

    whole = Span(0, len(source.text))
    reading = recovery.Recovery(source, table, attempt, limits.errors)
    read = attempt(recovery.without_signs(source.text), whole)
    if isinstance(read, Stop):
        others = (words.load(code) for code in words.languages() if code != table.code)
        told = tongues.mistaken(source, table, others)
        if told is not None:
            return Parsed(File(()), (told,))
        read = reading.read(read)
    gathered = recovery.gathered(source, read)
    tree = File(gathered.items, pieces.trivia(source.text), span=whole)
    mixed = mixtures.reported(tree.items, source, table, reading.parentheses)
    found = [*reading.diagnostics, *gathered.diagnostics, *mixed]
    return Parsed(tree, in_reading_order(found))


_DECLARED_VERB = re.compile(r"(?<![\w.])action\s+([^\W\d]\w*)", re.IGNORECASE)


def declared_verbs(text: str) -> frozenset[str]:
    """Return the verbs that a vocabulary declares as actions of its own; words of the language cannot be one."""
    found = (verb.casefold() for verb in _DECLARED_VERB.findall(pieces.blanked(text)))
    return frozenset(found) - words.load(language_of(text)).every_word


@functools.cache
def _grammar(code: str, verbs: frozenset[str]) -> Lark:
    return tables.reader(words.load(code), verbs)


def _refusal(source: Source, limits: Limits) -> Diagnostic | None:
    size = len(source.text)
    if size > limits.size:
        message = f"the file is too large: {size:,} characters, and at most {limits.size:,} are read"
        unread = Source(source.name, "")
        return Diagnostic("file-too-large", message, unread, help="split it into several files in one folder")
    deep = pieces.deepest(source.text, limits.nesting)
    if deep is not None:
        message = f"parentheses are nested more than {limits.nesting} deep"
        help_line = "give a part of the condition a name of its own with `define`"
        return Diagnostic("nested-too-deep", message, source, deep, help_line)
    longest = max(source.text.split("\n"), key=len)
    if len(longest) > limits.line:
        start = source.text.index(longest)
        message = f"the line is too long: {len(longest):,} characters, and at most {limits.line:,} are read"
        help_line = "break it into several: line ends mean nothing"
        return Diagnostic("line-too-long", message, source, Span(start, start + 1), help_line)
    return None


def _attempt(grammar: Lark, text: str, span: Span) -> recovery.Items | Stop:
    """Return what a stretch of a text holds, or where reading stopped."""
    try:
        return grammar.parse(TextSlice(text, span.start, span.end))  # type: ignore[return-value]
    except UnexpectedToken as error:
        token, reached = error.token, error.interactive_parser
        span = (
            Span(token.start_pos or 0, token.end_pos or 0) if token.type != END else Span(span.end, span.end)
        )
        return Stop(span, token.type, lambda: accepted(reached))
    except UnexpectedCharacters as error:
        at, reached = error.pos_in_stream or 0, error.interactive_parser
        word = _RESERVED.match(text, at)
        end, terminal = (at + 1, None) if word is None else (word.end(), "RESERVED")
        return Stop(Span(at, end), terminal, lambda: accepted(reached))
    except BuildError as error:
        return Stop(error.span, None, said=(error.code, error.message, error.help_line))


def accepted(reached: InteractiveParser) -> Iterator[str]:
    """Yield the terminals with which reading could have gone on.

    Lark can say so itself, but tries each in a copy of its parser; the tables alone tell as much, much faster.
    """
    states, end = reached.parser_state.parse_conf.states, reached.parser_state.parse_conf.end_state
    for terminal in states[reached.parser_state.position]:
        stack = [*reached.parser_state.state_stack]
        while (step := states[stack[-1]].get(terminal)) is not None and terminal.isupper():
            action, rule = step
            if action is Shift:
                yield terminal
                break
            del stack[len(stack) - len(rule.expansion) :]
            stack.append(states[stack[-1]][rule.origin.name][1])
            if terminal == END and stack[-1] == end:
                yield terminal
                break


_RESERVED = re.compile(r"[^\W\d][\w-]*")
