"""How far a long run has come, on a terminal."""

import os
import stat
import time
from typing import IO

from trigdsl.interfaces import report


class Progress:
    """A line on the terminal that is written again and again; where nobody watches nothing is written."""

    def __init__(self, lines: IO[bytes], err: IO[str], *, watched: bool) -> None:
        self.lines = lines
        self.err = err
        self.watched = watched and err.isatty()
        self.size = _size(lines) if self.watched else None
        self.begun = self.last = time.monotonic()
        self.width = 0

    def show(self, events: int) -> None:
        """Say how many events were taken, twice a second at most."""
        if not self.watched or events % 64:
            return
        now = time.monotonic()
        if now - self.last >= 0.5:
            self.last = now
            told = f"{report.count(events, 'event')}, {events / (now - self.begun):,.0f} a second"
            if self.size:
                told += f", {100 * self.lines.tell() // self.size} %"
            print("\r" + told.ljust(self.width), end="", file=self.err, flush=True)
            self.width = len(told)

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self.width:
            print("\r" + " " * self.width + "\r", end="", file=self.err, flush=True)
            self.width = 0


def _size(lines: IO[bytes]) -> int | None:
    """Return the size of a file, or None of what is none, such as a pipe."""
    try:
        found = os.fstat(lines.fileno())
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
