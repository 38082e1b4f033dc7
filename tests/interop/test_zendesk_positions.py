"""Positions that an export gives: the order of the rules, with the fewest changes."""

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from trigdsl.interop.zendesk.exporting.positions import placed

OPTIONAL = st.none() | st.integers(-1, 12)


def positions(*given: Any) -> list[Any]:
    """Return the positions that triggers with these, or with None, get."""
    group = [
        {"title": chr(97 + n)} | ({} if position is None else {"position": position})
        for n, position in enumerate(given)
    ]
    new = placed(group)
    return [new.get(n, position) for n, position in enumerate(given)]


def test_what_says_the_order_stays() -> None:
    assert positions(10, 20, 30, 40) == [10, 20, 30, 40]
    assert positions(3, 3, 3) == [3, 3, 3]


def test_a_new_one_stands_between_or_after_its_neighbours() -> None:
    assert positions(10, 20, 30, None) == [10, 20, 30, 31]
    assert positions(10, None, 20, 30) == [10, 15, 20, 30]
    assert positions(None, 10, None, None, 20) == [5, 10, 13, 16, 20]
    assert positions("10", None, "20") == ["10", 15, "20"]


def test_without_room_only_those_after_it_move() -> None:
    assert positions(1, 2, None, 3, 10) == [1, 2, 4, 7, 10]
    assert positions(None, 1, 2) == [1, 2, 3]
    assert positions(2, 2, 2, None) == [2, 2, 2, 3]


def test_one_that_moved_is_the_one_that_changes() -> None:
    assert positions(20, 30, 10, 40) == [20, 30, 35, 40]


def test_without_positions_they_are_counted() -> None:
    assert positions(None, None, None) == [1, 2, 3]


@given(st.lists(OPTIONAL, max_size=7))
def test_they_say_the_order_with_the_fewest_changes(given: list[int | None]) -> None:
    got = positions(*given)
    assert None not in got
    assert got == sorted(got)
    changed = sum(before != after for before, after in zip(given, got, strict=True))
    assert changed == len(given) - max(
        size
        for size in range(len(given) + 1)
        for kept in combinations(range(len(given)), size)
        if _possible(given, kept)
    )


def _possible(given: list[int | None], kept: tuple[int, ...]) -> bool:
    """Return whether whole positions from 1 on can be found for all but these, so that the order is said."""
    last, at = -1, 0
    for index in kept:
        position = given[index]
        if position is None:
            return False
        between = index - last - 1
        # Titles rise here, so neighbours may share a position; one that is new shares none.
        room = position - at - 1 if between else 0
        if between > max(room, 0) or (last >= 0 and position < at):
            return False
        last, at = index, position
    return True
