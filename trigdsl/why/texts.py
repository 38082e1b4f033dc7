"""Texts near a given one in which something is found, or is not."""

import functools
import re
from collections.abc import Iterable, Iterator

from trigdsl.semantics import rules as r
from trigdsl.semantics.textual import folded

OTHER = "something else"
"""A text that no rule is likely to ask for."""


def near(text: str | None, tests: Iterable[tuple[r.Test, tuple[str, ...]]]) -> Iterator[str | None]:
    """Yield texts that make some tests come out otherwise; each test is given with the texts it looks for.

    What is near to the text comes first; the last is one in which all is found.
    """
    known = [(test, found) for test, found in tests if found]
    start = text or ""
    for test, pieces in known:
        for piece in pieces:
            yield from _with(test, piece, start)
            without = _without(piece, start)
            if without != start:
                yield without or None
    for test, pieces in known:
        bare = start
        for _, others in known:
            for other in others:
                bare = _without(other, bare) if other not in pieces else bare
        if bare != start:
            yield from _with(test, pieces[0], bare)
    yield None
    yield OTHER
    yield f"{start} {OTHER}" if start else "x"
    yield from _together(start, known)


def _with(test: r.Test, piece: str, text: str) -> Iterator[str]:
    """Yield texts in which a test finds what it looks for, those that keep the text first."""
    match test:
        case r.StartsWith():
            yield f"{piece} {text}".strip() if text else piece
            yield piece + text
        case r.EndsWith():
            yield f"{text} {piece}" if text else piece
            yield text + piece
        case r.Contains() | r.ContainsWord():
            yield f"{text} {piece}".lstrip() if text else piece
        case r.IsLike():
            yield from _like(piece, text)
        case r.Matches():
            for sample in examples(piece):
                yield f"{text} {sample}" if text else sample
                yield sample
    yield piece


def _like(pattern: str, text: str) -> Iterator[str]:
    whole = pattern.replace("?", "x").replace("#", "1")
    # Where the pattern begins and ends with any run, the text can stay.
    if pattern.startswith("*") and text:
        yield f"{text} {whole.replace('*', '')}"
    yield whole.replace("*", "")
    yield whole.replace("*", " ").strip()


def _without(piece: str, text: str) -> str:
    """Return the text without a piece, in any case of letters."""
    core = piece.strip("*") or piece
    taken = re.sub(re.escape(core), "", text, flags=re.IGNORECASE)
    if taken == text and folded(core) in folded(text):
        taken = folded(text).replace(folded(core), "")
    return re.sub(r"  +", " ", taken).strip()


def _together(text: str, known: list[tuple[r.Test, tuple[str, ...]]]) -> Iterator[str]:
    """Yield texts that begin, go on and end as the tests ask, each with its first piece."""
    first: list[str] = []
    middle: list[str] = []
    last: list[str] = []
    for test, pieces in known:
        match test:
            case r.StartsWith():
                first.append(pieces[0])
            case r.EndsWith():
                last.append(pieces[0])
            case r.Matches():
                middle += examples(pieces[0])[:1]
            case r.IsLike():
                middle.append(next(_like(pieces[0], "")))
            case _:
                middle.append(pieces[0])
    if len(first) + len(middle) + len(last) > 1:
        yield " ".join(part for part in (*first, *middle, *last) if part)
        yield " ".join(part for part in (*first, text, *middle, *last) if part)


# A text that a pattern is found in

_CLASSES = {"d": "1", "w": "a", "s": " ", "b": "", "A": "", "z": "", "D": "a", "W": "-", "S": "a", "B": ""}


@functools.lru_cache(maxsize=1000)
def examples(pattern: str) -> tuple[str, ...]:
    """Return texts that a simple RE2 pattern is likely to be found in, one for each alternative; none when it is not simple."""
    try:
        found, rest = _choice(pattern)
    except (IndexError, ValueError):
        return ()
    return () if rest else tuple(dict.fromkeys(found))


_MOST_EXAMPLES = 8


def _choice(rest: str) -> tuple[list[str], str]:
    """Return texts for some alternatives, and what is left of the pattern."""
    found, rest = _row(rest)
    while rest.startswith("|"):
        more, rest = _row(rest[1:])
        found = [*found, *more]
    return found, rest


def _row(rest: str) -> tuple[list[str], str]:
    found = [""]
    while rest and rest[0] not in "|)":
        pieces, rest = _piece(rest)
        pieces, rest = _repeated(pieces, rest)
        found = [text + piece for piece in pieces for text in found][:_MOST_EXAMPLES]
    return found, rest


def _piece(rest: str) -> tuple[list[str], str]:
    match rest[0]:
        case "(":
            inner = rest[1:]
            named = re.match(r"\?(:|P?<\w+>|[a-z]+:)", inner)
            found, after = _choice(inner[named.end() :] if named else inner)
            return found, after[1:] if after[0] == ")" else _fail()
        case "[":
            end = rest.index("]", 3 if rest[1:2] == "^" else 2)
            inside = rest[1:end]
            if inside.startswith("^"):
                return [next(c for c in "x-1 _~" if c not in inside)], rest[end + 1 :]
            return [_CLASSES.get(inside[1], inside[1]) if inside[0] == "\\" else inside[0]], rest[end + 1 :]
        case ".":
            return ["x"], rest[1:]
        case "^" | "$":
            return [""], rest[1:]
        case "\\":
            return [_CLASSES.get(rest[1], rest[1])], rest[2:]
        case sign:
            return [sign], rest[1:]


def _repeated(pieces: list[str], rest: str) -> tuple[list[str], str]:
    counted = re.match(r"\{(\d+)(?:,\d*)?\}\??", rest)
    if counted:
        return [piece * int(counted[1]) for piece in pieces], rest[counted.end() :]
    if rest[:1] in ("*", "+", "?") and rest:
        once = [""] if rest[0] in "*?" else pieces
        return once, rest[1:].removeprefix("?")
    return pieces, rest


def _fail() -> str:
    raise ValueError("a parenthesis is not closed")
