"""A mapping that keeps what was used of late in memory, and everything else on disk, so that it does not grow with a stream."""

import json
import sqlite3
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping
from typing import Generic, TypeGuard, TypeVar

from attrs import define, field

Key = tuple[str, str]
_Value = TypeVar("_Value")


class ShelfError(Exception):
    """What does not fit into memory could not be kept on disk; the message says why."""


@define(eq=False)
class Shelf(MutableMapping[Key, _Value], Generic[_Value]):
    """Values by keys, written as texts once more than so many are kept. The file has no name and goes with the process."""

    write: Callable[[_Value], str]
    read: Callable[[str], _Value]
    kept: int
    _recent: "OrderedDict[Key, _Value]" = field(factory=OrderedDict, init=False)
    _changed: set[Key] = field(factory=set, init=False)
    _disk: sqlite3.Connection | None = field(default=None, init=False)
    _count: int = field(default=0, init=False)

    def __getitem__(self, key: Key) -> _Value:
        """Return what was kept last under a key; KeyError when nothing was."""
        if key in self._recent:
            self._recent.move_to_end(key)
            return self._recent[key]
        text = self._on_disk(key)
        if text is None:
            raise KeyError(key)
        self._recent[key] = value = self.read(text)
        self._make_room()
        return value

    def __setitem__(self, key: Key, value: _Value) -> None:
        """Keep a value under a key, in place of an earlier one."""
        if key not in self:
            self._count += 1
        self._recent[key] = value
        self._recent.move_to_end(key)
        self._changed.add(key)
        self._make_room()

    def __delitem__(self, key: Key) -> None:
        """Forget what was kept under a key; KeyError when nothing was."""
        if key not in self:
            raise KeyError(key)
        self._count -= 1
        self._recent.pop(key, None)
        self._changed.discard(key)
        if self._disk is not None:
            self._ask("delete from shelf where key = ?", _text(key))

    def __contains__(self, key: object) -> bool:
        """Return whether anything is kept under a key, without fetching it."""
        return key in self._recent or (_is_key(key) and self._on_disk(key) is not None)

    def __len__(self) -> int:
        """Return the number of keys."""
        return self._count

    def __iter__(self) -> Iterator[Key]:
        """Yield every key, those on disk first."""
        if self._disk is not None:
            for (text,) in self._ask("select key from shelf"):
                key = _key(text)
                if key not in self._recent:
                    yield key
        yield from self._recent

    def _on_disk(self, key: Key) -> str | None:
        if self._disk is None:
            return None
        row = self._ask("select value from shelf where key = ?", _text(key)).fetchone()
        return None if row is None else str(row[0])

    def _make_room(self) -> None:
        """Write the oldest quarter to disk once there are too many; what has not changed is there already."""
        if len(self._recent) <= self.kept:
            return
        if self._disk is None:
            # A database without a name is a file of its own, which only this process can open.
            self._disk = sqlite3.connect("", isolation_level=None)
            weakref.finalize(self, self._disk.close)
            for setting in ("journal_mode = off", "synchronous = off", "cache_size = -1000"):
                self._ask(f"pragma {setting}")
            self._ask("create table shelf (key text primary key, value text) without rowid")
        old = [self._recent.popitem(last=False) for _ in range(max(1, self.kept // 4))]
        rows = [(_text(key), self.write(value)) for key, value in old if key in self._changed]
        self._changed.difference_update(key for key, _ in old)
        self._ask("begin")
        for row in rows:
            self._ask("insert or replace into shelf values (?, ?)", *row)
        self._ask("commit")

    def _ask(self, statement: str, *values: str) -> sqlite3.Cursor:
        assert self._disk is not None
        try:
            return self._disk.execute(statement, values)
        except sqlite3.Error as error:
            raise ShelfError(f"there is no room on disk for what does not fit into memory: {error}") from None


def _is_key(key: object) -> TypeGuard[Key]:
    return isinstance(key, tuple) and len(key) == 2


def _text(key: Key) -> str:
    return json.dumps(key)


def _key(text: str) -> Key:
    first, second = json.loads(text)
    return first, second
