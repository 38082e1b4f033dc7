"""A shelf is a mapping like any other, however little of it fits into memory."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigdsl.runtime.shelf import Shelf, ShelfError

KEYS = st.tuples(st.sampled_from(["desk", "\0", "\ud800"]), st.integers(0, 30).map(str))
STEPS = st.lists(st.tuples(st.sampled_from(["set", "get", "delete"]), KEYS, st.integers()), max_size=60)


def shelf(kept: int) -> Shelf[int]:
    return Shelf(json.dumps, json.loads, kept)


@given(STEPS, st.integers(1, 8))
def test_it_holds_what_a_dictionary_holds(steps: list[tuple[str, tuple[str, str], int]], kept: int) -> None:
    found, expected = shelf(kept), dict[tuple[str, str], int]()
    for step, key, value in steps:
        match step:
            case "set":
                found[key] = expected[key] = value
            case "delete" if key in expected:
                del found[key], expected[key]
            case _:
                assert found.get(key) == expected.get(key)
        assert len(found) == len(expected)
        assert (key in found) == (key in expected)
    assert dict(found) == expected


def test_only_the_latest_stay_in_memory() -> None:
    written: list[int] = []

    def write(value: int) -> str:
        written.append(value)
        return str(value)

    found = Shelf(write, int, 4)
    for number in range(5):
        found["desk", str(number)] = number
    assert written == [0]
    assert found["desk", "0"] == 0
    assert found["desk", "4"] == 4


def test_what_has_not_changed_is_not_written_again() -> None:
    written: list[int] = []

    def write(value: int) -> str:
        written.append(value)
        return str(value)

    found = Shelf(write, int, 1)
    for _ in range(3):
        for number in range(3):
            assert found.setdefault(("desk", str(number)), number) == number
    assert written == [0, 1, 2][: len(written)]


@pytest.mark.parametrize("key", [("desk", "7"), "desk", ("desk",), 7])
def test_what_is_not_there_is_a_key_error(key: object) -> None:
    found = shelf(1)
    assert key not in found
    with pytest.raises(KeyError):
        found[key]  # type: ignore[index]
    with pytest.raises(KeyError):
        del found[key]  # type: ignore[arg-type]


def test_a_disk_that_fails_is_told() -> None:
    found = shelf(1)
    for number in range(3):
        found["desk", str(number)] = number
    assert found._disk is not None
    found._disk.close()
    with pytest.raises(ShelfError, match="no room on disk"):
        found["desk", "9"] = 9
