"""A text before it is parsed: its comments and quoted texts, and where its declarations seem to begin."""

import bisect
import functools
import re
from collections.abc import Iterator, Mapping

from attrs import frozen

from trigdsl import spelling
from trigdsl.source import Span
from trigdsl.syntax import spellings
from trigdsl.syntax.tree import Comment, Trivia
from trigdsl.syntax.words import SIGNS, Words, folded, sign

# What matters to layout: comments, and what only looks like one inside quotes.
# A text that is not closed ends with its line.
_PIECE = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\[^\n])*"?|#[^\n]*|[()]', re.DOTALL)

OPENERS = frozenset(
    [
        "USE",
        "FIELD",
        "STATE",
        "CHANNEL",
        "ACTION",
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
"""The terminals that declarations open with; `when` opens a rule as well."""

HEADS_OF_TRIGGERS = frozenset(["TRIGGER", "DISABLED_TRIGGER", "TRIAL_TRIGGER", "REPLACE_TRIGGER"])


def deepest(text: str, most: int) -> Span | None:
    """Return the parenthesis that nests deeper than is allowed, or None."""
    depth = 0
    for piece in _PIECE.finditer(text):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth > most:
            return Span(*piece.span())
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
    starts = [start for start, _ in quoted]
    return Trivia(tuple(comments), tuple(at for at in empty if not _within(at, quoted, starts)))


def _within(at: int, stretches: list[tuple[int, int]], starts: list[int]) -> bool:
    """Return whether an offset lies inside one of some stretches that stand in order."""
    before = bisect.bisect_left(starts, at) - 1
    return before >= 0 and at < stretches[before][1]


@functools.lru_cache(maxsize=8)
def blanked(text: str) -> str:
    """Return the text with what is quoted made of `_` and comments of spaces, offsets kept."""

    def blank(piece: re.Match[str]) -> str:
        if piece[0] in "()":
            return piece[0]
        return re.sub(r"[^\n]", " " if piece[0].startswith("#") else "_", piece[0])

    return _PIECE.sub(blank, text)


@frozen
class Unit:
    """A stretch that seems to be one declaration, and the terminal it opens with; None where it opens with none."""

    span: Span
    head: str | None


def units(text: str, words: Words) -> list[Unit]:
    """Return the stretches of a text that can be read apart: from a line that opens a declaration to the next."""
    starts: list[tuple[int, str | None]] = [(0, None)]
    titled = False  # whether a trigger's head waits for its `when`
    for at, terminal in _openings(text, words):
        if terminal == "WHEN" and titled:
            titled = False
            continue
        titled = terminal in HEADS_OF_TRIGGERS
        starts.append((at, terminal))
    ends = [at for at, _ in starts[1:]] + [len(text)]
    found = [Unit(Span(at, end), head) for (at, head), end in zip(starts, ends, strict=True)]
    seen = blanked(text)
    return [unit for unit in found if seen[unit.span.start : unit.span.end].strip()]


def _openings(text: str, words: Words) -> Iterator[tuple[int, str]]:
    """Yield where lines open a declaration, misspelt words included, with the terminal of the opening words."""
    known, going_on, line_start = _heads(words)
    for line in line_start.finditer(blanked(text)):
        said = folded(line[1].replace("\u2019", "'")).split()
        beginnings = [" ".join(said[:count]) for count in range(len(said), 0, -1)]
        meant = next((beginning for beginning in beginnings if beginning in known), None)
        if meant is None and line[1].split()[0].casefold() not in words.reserved:
            # With more of its words a line may be one that goes on, with a slip in it: `étnt donné que`.
            near = (spelling.certain(beginning, [*known, *going_on]) for beginning in beginnings)
            meant = next((phrase for phrase in near if phrase is not None), None)
        terminal = None if meant is None else known.get(meant)
        if terminal is not None:
            yield line.start(1), terminal


@functools.lru_cache(maxsize=8)
def _heads(words: Words) -> tuple[Mapping[str, str], frozenset[str], re.Pattern[str]]:
    """Return the phrases that open declarations, each with its terminal, and what finds a line's first words.

    Between the two stand those phrases of several words with which a line goes on.
    """
    known = {folded(phrase): name for name in (*OPENERS, "WHEN") for phrase in words.phrases[name]}
    more = max(phrase.count(" ") for phrase in known)
    line_start = rf"^[ \t]*([^\W\d][\w'\u2019]*(?:[ \t]+[^\W\d][\w'\u2019]*){{0,{more}}})"
    going_on = (folded(phrase) for name in ("GIVEN", "EXPECT", *ACTIONS) for phrase in words.phrases[name])
    return known, frozenset(p for p in going_on if " " in p), re.compile(line_start, re.MULTILINE)


def boundaries(text: str, words: Words, span: Span) -> list[tuple[Span, str]]:
    """Return where the parts of a rule meet, `and`, `then`, a verb of an action, a parenthesis, each with its terminal.

    Among the actions a line may also begin with a word that people try for one: GUESSED.
    """
    joints, seen = _joints(words), blanked(text[span.start : span.end])
    found: list[tuple[Span, str]] = []
    doing = False  # after the first action `and` joins people and texts, not parts of the rule
    last = ""
    for word in _WORD_OR_SIGN.finditer(seen):
        met = next(_matches(joints, word, seen), None)
        before, last = last, word[0].casefold()
        begins = not seen[seen.rfind("\n", 0, word.start()) + 1 : word.start()].strip()
        acting = doing or (found and found[-1][1] == "THEN")
        if met is None and begins and acting and _seems_an_action(words, last):
            met = word.end(), GUESSED
        if met is None:
            continue
        end, terminal = met
        following = _FOLLOWING.match(seen, end)
        if terminal in ("AND", "OR") and following is not None and following[1][0].isdigit():
            continue  # `between 5 and 10`
        if terminal in ACTIONS and folded(f"{before} {last}") in words.guesses:
            continue
        if terminal in ("AND", "OR", "LPAR", "RPAR") and doing:
            continue
        doing = terminal in ACTIONS or (doing and terminal in ("THEN", GUESSED))
        found.append((Span(span.start + word.start(), span.start + end), terminal))
    return found


@functools.lru_cache(maxsize=1024)
def _seems_an_action(words: Words, word: str) -> bool:
    """Return whether people try a word for an action, or it is the verb of one with a slip in it."""
    verbs = [phrase.split()[0] for terminal in ACTIONS for phrase in words.phrases[terminal]]
    return folded(word) in words.guesses or (
        word not in words.spoken and spelling.certain(word, verbs) is not None
    )


def names_nothing(text: str, joint: Span, terminal: str, words: Words) -> bool:
    """Return whether the verb of an action is followed by what comes after a field or a person: `set to open`."""
    rest = _FOLLOWING.match(text, joint.end)
    ends = {phrase.split()[0] for name in ("TO", "FROM", "WITH_TEMPLATE") for phrase in words.phrases[name]}
    acts = terminal in ("SET", "ADD", "REMOVE", "NOTIFY")
    return acts and rest is not None and rest[1].casefold() in ends


_FOLLOWING = re.compile(r"\s*([\w-]+)")
GUESSED = "GUESSED"
_WORD_OR_SIGN = re.compile(rf"[(){chr(SIGNS.start)}-{chr(SIGNS.stop - 1)}]|(?<![\w.-])[^\W\d][\w-]*")
Joints = Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]
"""The phrases at which parts meet, by their first word, each with what follows that word and its terminal."""


def _matches(joints: Joints, word: re.Match[str], text: str) -> Iterator[tuple[int, str]]:
    """Yield the phrases that a word begins, each by where it ends and its terminal."""
    for rest, terminal in joints.get(folded(word[0]), ()):
        match = rest.match(text, word.end())
        if match is not None:
            yield match.end(), terminal


ACTIONS = frozenset(
    [
        "SET",
        "CLEAR",
        "ADD",
        "REMOVE",
        "NOTIFY",
        "CALL_WEBHOOK",
        "POST_PUBLIC_COMMENT",
        "POST_PRIVATE_COMMENT",
        "STOP",
    ]
)
CONDITIONS = frozenset(["WHEN", "AS", "GIVEN", "COUNTING"])
"""The terminals that a condition follows."""


@functools.lru_cache(maxsize=8)
def _joints(words: Words) -> Joints:
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {
        "(": [(_NOTHING, "LPAR")],
        ")": [(_NOTHING, "RPAR")],
    }
    for terminal in (*ACTIONS, *CONDITIONS, "AND", "OR", "THEN", "EXPECT"):
        found.setdefault(sign(words, terminal), []).append((_NOTHING, terminal))
        for phrase in words.phrases[terminal]:
            first, *rest = phrase.split()
            pattern = "".join(rf"\s+{spellings.lettered(word)}" for word in rest)
            pattern += "" if phrase.endswith("'") else r"(?![\w-])"
            known = found.setdefault(folded(first), [])
            known.append((re.compile(pattern, re.IGNORECASE), terminal))
    return {first: tuple(sorted(phrases, key=_longest)) for first, phrases in found.items()}


def _longest(phrase: tuple[re.Pattern[str], str]) -> int:
    return -len(phrase[0].pattern)


_NOTHING = re.compile("")
