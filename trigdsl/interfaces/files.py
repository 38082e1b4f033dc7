"""Files that a command reads and writes: named in every error, and replaced whole or not at all."""

import codecs
import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class InputError(Exception):
    """A file that was named and cannot be used; the message says which and why."""


class WrongUseError(InputError):
    """Arguments that name what is not there, or cannot be meant together."""


def check_are_rules(paths: Iterable[str]) -> None:
    """Refuse what is JSON where rules are asked for, in one sentence, not as a mistake in rules."""
    for name in paths:
        path = Path(name)
        try:
            is_json = path.is_file() and (path.suffix in _JSON or _begins_as_json(path))
        except (OSError, ValueError):
            continue  # whoever reads it says why it cannot be read
        if is_json:
            raise WrongUseError(
                f"`{name}` is JSON, a stream of events or a directory, and no rule file: rules end with `.trig`"
            )


_JSON = (".json", ".jsonl", ".ndjson")


def _begins_as_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(200).removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"["))


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
