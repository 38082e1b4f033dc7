"""Files that a command reads and writes: named in every error, and replaced whole or not at all."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class InputError(Exception):
    """A file that was named and cannot be used; the message says which and why."""


class WrongUseError(InputError):
    """Arguments that name what is not there, or cannot be meant together."""


def reason(error: Exception) -> str:
    """Return why a file cannot be used, in a few lower-case words."""
    return str(getattr(error, "strerror", None) or error).lower()


class Replacement:
    """A file that takes another's place once it is written: until then, and after a failure, the old one stays.

    What is no regular file, such as a pipe, is written directly.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._target = Path(path).resolve()
        self._new: IO[str] | None = None

    def __enter__(self) -> Self:
        try:
            if self._target.exists() and not self._target.is_file():
                self._new = self._target.open("w", encoding="utf-8", errors="backslashreplace")
            else:
                self._new = tempfile.NamedTemporaryFile(
                    "w",
                    encoding="utf-8",
                    errors="backslashreplace",
                    newline="",
                    dir=self._target.parent,
                    prefix=f".{self._target.name}.",
                    delete=False,
                )
        except (OSError, ValueError) as error:
            raise self._failed(error) from None
        return self

    def write(self, text: str) -> None:
        """Write a text into the new file."""
        assert self._new is not None
        try:
            self._new.write(text)
        except OSError as error:
            raise self._failed(error) from None

    def commit(self) -> None:
        """Put the new file into the old one's place, with its permissions."""
        assert self._new is not None
        try:
            self._new.close()
            if self._new.name != str(self._target):
                mode = (
                    stat.S_IMODE(self._target.stat().st_mode) if self._target.exists() else 0o666 & ~_umask()
                )
                Path(self._new.name).chmod(mode)
                Path(self._new.name).replace(self._target)
        except OSError as error:
            raise self._failed(error) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._new is None:
            return
        with contextlib.suppress(OSError):
            self._new.close()
        if self._new.name != str(self._target):
            Path(self._new.name).unlink(missing_ok=True)

    def _failed(self, error: Exception) -> InputError:
        return InputError(f"`{self.path}` cannot be written: {reason(error)}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
