"""Lark's contextual lexer, with expressions that are compiled for what a text begins with, when it does.

Lark compiles one expression for all terminals that may stand at a place. Most of them are phrases, and there are many
such places: for a small file that took longer than reading it. Here each place has an expression for each character
that a token can begin with, of the terminals that can begin so, and only those that are met are compiled.
"""

import functools
import itertools
import re
from collections.abc import Collection

from lark import TextSlice
from lark.common import LexerConf
from lark.lexer import BasicLexer, ContextualLexer, PatternRE, PatternStr, TerminalDef

from trigdsl.syntax.spellings import Spelling
from trigdsl.syntax.words import SIGNS


class Phrases(PatternRE):
    """The spellings of a terminal, with the ASCII characters that they begin with."""

    def __init__(self, spelling: Spelling) -> None:
        """Take over how a terminal is spelled."""
        super().__init__(spelling.expression, ("i",))
        self.begins = spelling.begins


class Scanner:
    """The terminals that may stand at a place, the one that wins first."""

    def __init__(self, terminals: Collection[TerminalDef]) -> None:
        """Take over terminals in their order."""
        self.terminals = terminals
        self.allowed_types = {terminal.name for terminal in terminals}
        self._expressions: dict[str, list[re.Pattern[str]]] = {}

    def match(self, text: TextSlice[str], at: int) -> tuple[str, str | None] | None:
        """Return the token at a place of a text and its terminal, or None where there is none."""
        first = text.text[at]
        for expression in self._expressions.get(first) or self._of(first):
            found = expression.match(text.text, at, text.end)
            if found is not None:
                return found.group(), found.lastgroup
        return None

    def _of(self, first: str) -> list[re.Pattern[str]]:
        """Return expressions for what can begin with a character, one for each priority: many places share the last."""
        # Of other characters some are the same as an English letter where case does not matter.
        first = first if first.isascii() or ord(first) in SIGNS else ""
        if first not in self._expressions:
            several = [terminal for terminal in self.terminals if _may_begin(terminal, first)]
            self._expressions[first] = [
                re.compile("|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in alike))
                for _, alike in itertools.groupby(several, lambda terminal: terminal.priority)
            ]
        return self._expressions[first]


def _may_begin(terminal: TerminalDef, first: str) -> bool:
    pattern = terminal.pattern
    if isinstance(pattern, PatternStr):
        return first in ("", pattern.value[0])
    return not first or not isinstance(pattern, Phrases) or first in pattern.begins


class LexerOfPlace(BasicLexer):
    """The lexer of one place."""

    def __init__(self, conf: LexerConf, comparator: object = None) -> None:
        """Take over what Lark says of a place."""
        super().__init__(conf, comparator)
        self.callback = {}

    @functools.cached_property
    def scanner(self) -> Scanner:  # type: ignore[override]
        """What finds a token here."""
        return Scanner(self.terminals)


class Lexer(ContextualLexer):
    """The lexer of every place."""

    BasicLexer = LexerOfPlace
