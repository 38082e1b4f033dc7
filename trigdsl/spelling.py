"""Which known word was meant by one that is not known: a near one, or none."""

import difflib
from collections import Counter
from collections.abc import Iterable
from typing import Self

LONG = 8
"""From this length on, words in another order are compared as well, by how much they have in common."""
LONGEST = 80
"""Longer words are not compared."""
_IN_COMMON = 0.75
_COMPARED = 20
_LOOKED_AT = 40


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was most likely meant, or None when none is near enough to be right."""
    found = _nearest(word, known)
    return None if found is None else found[0]


class Suggestion(str):
    """A help line that names the word that was meant; certain, when only one slip parts it from what was written."""

    __slots__ = ("certain", "meant", "written")

    written: str
    meant: str
    certain: bool

    def __new__(cls, written: str, meant: str, *, certain: bool) -> Self:
        """Return the line."""
        line = super().__new__(cls, f"did you mean `{meant}`?")
        line.written, line.meant, line.certain = written, meant, certain
        return line


def did_you_mean(word: str, known: Iterable[str]) -> Suggestion | None:
    """Return a help line that names the nearest known word, or None."""
    found = _nearest(word, known)
    return None if found is None else Suggestion(word, found[0], certain=found[1])


def certain(word: str, known: Iterable[str]) -> str | None:
    """Return the one known word that at most one slip parts from a word of four letters or more, or None."""
    found = _nearest(word, known)
    return found[0] if found is not None and found[1] else None


def _nearest(word: str, known: Iterable[str]) -> tuple[str, bool] | None:
    """Return the likeliest known word, and whether it is certain: the same, or the only one a single slip away."""
    folded = {name.casefold(): name for name in reversed([*known])}
    wanted = word.casefold()
    if wanted in folded:
        return folded[wanted], True
    if len(wanted) > LONGEST:
        return None
    ranked, apart = _compared(wanted, folded)
    if ranked:
        ranked.sort()
        alone = len(ranked) == 1 or ranked[1][0] > 1
        return folded[ranked[0][-1]], ranked[0][0] == 1 and alone and len(wanted) >= 4
    likely = [name for _, name in sorted(apart)[:_COMPARED]]
    close = difflib.get_close_matches(wanted, likely, n=1, cutoff=_IN_COMMON)
    return (folded[close[0]], False) if close else None


_Ranked = list[tuple[int, bool, float, str]]


def _compared(wanted: str, known: Iterable[str]) -> tuple[_Ranked, list[tuple[int, str]]]:
    """Return the words that few slips part from the wanted one, and others that have most of its letters."""
    most = _slips(wanted)
    letters = Counter(wanted)
    ranked: _Ranked = []
    apart: list[tuple[int, str]] = []
    for name in _likeliest(wanted, known, max(most, len(wanted) // 3)):
        missing = (letters - Counter(name)).total()
        if missing > max(most, len(wanted) // 4):
            continue
        slips = distance(wanted, name, most) if missing <= most else most + 1
        if slips <= most:
            same = difflib.SequenceMatcher(None, wanted, name).ratio()
            ranked.append((slips, wanted[:1] != name[:1], -same, name))
        elif len(wanted) >= LONG:
            apart.append((missing, name))
    return ranked, apart


def _likeliest(wanted: str, known: Iterable[str], longer: int) -> list[str]:
    """Return the words of about the same length; of many those that begin and end as the wanted one does."""
    found = [name for name in known if abs(len(name) - len(wanted)) <= longer]
    if len(found) <= _LOOKED_AT:
        return found
    backwards = wanted[::-1]

    def alike(name: str) -> int:
        return -_begins_alike(wanted, name) - _begins_alike(backwards, name[::-1])

    return sorted(found, key=alike)[:_LOOKED_AT]


def _begins_alike(one: str, two: str) -> int:
    """Return how many letters two words have in common before the first that differs."""
    for number, (a, b) in enumerate(zip(one, two, strict=False)):
        if a != b:
            return number
    return min(len(one), len(two))


def _slips(word: str) -> int:
    """Return how many slips a word of this length may hold and still be recognized."""
    if len(word) < 3:
        return 1 if len(word) == 2 else 0
    return 1 if len(word) <= 5 else 2 if len(word) <= 10 else 3


def distance(one: str, two: str, most: int) -> int:
    """Return how many slips of the keyboard part two words, counted up to `most` + 1.

    A slip is a letter left out, put in, put for another, or two neighbours swapped.
    """
    if abs(len(one) - len(two)) > most or _letters_apart(one, two) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _letters_apart(one: str, two: str) -> int:
    """Return how many letters one of two words has and the other lacks; each slip adds at most one to either."""
    first, second = set(one), set(two)
    return max(len(first - second), len(second - first))
