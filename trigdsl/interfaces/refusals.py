"""Lines of a stream that do not fit: each is named with its reason, counted, and kept aside whole."""

import json
from pathlib import Path
from typing import IO

from attrs import define

from trigdsl.interfaces.files import InputError, reason
from trigdsl.interfaces.progress import Progress
from trigdsl.interop.pieces import Refused
from trigdsl.runtime.reader import IN_ENGLISH, Reader


@define(eq=False)
class Refusals:
    """What was refused of a stream, and the file where it is kept, if any."""

    events: str
    err: IO[str]
    progress: Progress
    kept: IO[str] | None = None
    reader: Reader = IN_ENGLISH
    count: int = 0

    def add(self, item: Refused) -> None:
        """Name what was refused, and keep it."""
        self.count += 1
        self.progress.clear()
        said = self.reader.say("refused: {}", self.reader.told(item.reason))
        print(f"{self.events}:{item.line}: {said}", file=self.err)
        if self.kept is None:
            return
        try:
            self.kept.write(json.dumps(item.to_json()) + "\n")
            self.kept.flush()
        except OSError as error:
            raise InputError(f"`{self.kept.name}` cannot be written: {reason(error)}") from None

    def note(self, line: int, text: str | None) -> None:
        """Say what there is to say of how a line was read."""
        if text is not None:
            self.progress.clear()
            said = self.reader.say("note: {}", self.reader.told(text))
            print(f"{self.events}:{line}: {said}", file=self.err)


def written(path: str) -> IO[str]:
    """Return a file to keep lines in; InputError says why it cannot be written."""
    try:
        return Path(path).open("w", encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"`{path}` cannot be written: {reason(error)}") from None
