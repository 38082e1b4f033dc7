"""Patterns over texts, in time that grows with the text alone: wildcards of our own, and RE2 where it is installed."""

import functools
from typing import Any

try:
    import re2
except ImportError:
    re2 = None


def is_like(text: str, pattern: str) -> bool:
    """Return whether the whole text fits: `*` is any run, `?` any one character, `#` any one digit."""
    at = start = 0
    star = resume = -1
    while at < len(text):
        if start < len(pattern) and pattern[start] == "*":
            star, resume = start, at
            start += 1
        elif start < len(pattern) and _fits(text[at], pattern[start]):
            at += 1
            start += 1
        elif star >= 0:
            resume += 1
            at, start = resume, star + 1
        else:
            return False
    return all(sign == "*" for sign in pattern[start:])


def _fits(character: str, sign: str) -> bool:
    return sign == "?" or (character.isdecimal() if sign == "#" else character == sign)


def mistake(pattern: str) -> str | None:
    """Return what is wrong with an RE2 pattern, or None."""
    if re2 is None:
        return "patterns need a part that is not installed: install `trigdsl[patterns]`, or use `is like`"
    try:
        _compiled(pattern)
    except re2.error as error:
        reason = error.args[0]
        return f"this is not a pattern: {reason.decode() if isinstance(reason, bytes) else reason}"
    return None


def matches(text: str, pattern: str) -> bool:
    """Return whether an RE2 pattern is found in the text, in any case. Half a character is no character to it."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _compiled(pattern).search(whole) is not None


@functools.lru_cache(maxsize=10_000)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)
