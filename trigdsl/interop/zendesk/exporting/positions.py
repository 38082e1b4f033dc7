"""Positions of triggers in their category: those that still say the order stay, and as few as can be are given anew."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field


def placed(group: Sequence[Mapping[str, Any]], *, has_new: bool = True) -> dict[int, int]:
    """Return the new positions of a category's triggers, by their index; one that is not in it keeps its own.

    A position is given anew where it does not say the order that the triggers have here. What is kept is a longest
    run of positions that do, with room between them for the others. Without new triggers one may go without a position.
    """
    if (not has_new or all("position" in trigger for trigger in group)) and _says_order(group):
        return {}
    kept = _longest_run(group)
    found: dict[int, int] = {}
    before, at = -1, 0
    for after in kept:
        position = _whole(group[after].get("position"))
        assert position is not None
        new = after - before - 1
        for number in range(1, new + 1):
            found[before + number] = at + (position - at) * number // (new + 1)
        before, at = after, position
    for index in range(before + 1, len(group)):
        found[index] = at = at + 1
    return found


@define
class _Runs:
    """Runs of triggers whose positions can stay together.

    Between two of a run there is a position for each trigger that stands between them: the later is no less ahead of
    its index than the earlier. `ahead` has for each length the least that the last of such a run is ahead, and `last` which
    trigger that is.
    """

    ahead: list[int] = field(factory=list)
    last: list[int] = field(factory=list)
    lengths: dict[int, int] = field(factory=dict)
    before: dict[int, int] = field(factory=dict)

    def add(self, index: int, ahead: int, tied: int | None) -> None:
        """Take in a trigger: after the longest run that leaves it room, or after one that it shares a position with."""
        found = bisect_right(self.ahead, ahead)
        earlier = self.last[found - 1] if found else None
        if tied is not None and self.lengths[tied] > self.lengths.get(-1 if earlier is None else earlier, 0):
            earlier = tied
        # The first of all leaves room for those that stand before it, from 1 on.
        if earlier is None and index > 0 and ahead < 1:
            return
        length = 1
        if earlier is not None:
            self.before[index] = earlier
            length += self.lengths[earlier]
        self.lengths[index] = length
        if length > len(self.ahead):
            self.ahead.append(ahead)
            self.last.append(index)
        for shorter in range(length - 1, -1, -1):
            if self.ahead[shorter] < ahead:
                break
            self.ahead[shorter], self.last[shorter] = ahead, index

    def longest(self) -> list[int]:
        """Return the indices of a longest run."""
        found: list[int] = []
        index = self.last[-1] if self.last else None
        while index is not None:
            found.append(index)
            index = self.before.get(index)
        return found[::-1]


def _longest_run(group: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the indices of the triggers whose positions stay."""
    runs = _Runs()
    for index, trigger in enumerate(group):
        position = _whole(trigger.get("position"))
        if position is None:
            continue
        ties = (
            index - 1 in runs.lengths
            and position == _whole(group[index - 1].get("position"))
            and _says_order(group[index - 1 : index + 1])
        )
        runs.add(index, position - index, index - 1 if ties else None)
    return runs.longest()


def _says_order(group: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether positions, and of two with one position the titles and then the ids, say the order."""
    keys = [
        (_number(t.get("position")), str(t.get("title") or ""), _number(t.get("id")), str(t.get("id")))
        for t in group
    ]
    return keys == sorted(keys)


def _whole(value: Any) -> int | None:
    """Return a position as a whole number, or None if it is none."""
    number = _number(value)
    return int(number) if number.is_integer() else None


def _number(value: Any) -> float:
    """Return a place in an order; what has none is last."""
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        value = int(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("inf")
