"""What `trigdsl run` makes of each piece of a stream, as the text it prints: the same in one process and in several."""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from attrs import frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory, UpdateError
from trigdsl.interfaces import report
from trigdsl.interfaces.files import InputError
from trigdsl.interop import pieces, streams
from trigdsl.interop.pieces import Piece, Refused
from trigdsl.interop.zendesk.translation import PLAIN, Translation
from trigdsl.runtime import wire
from trigdsl.runtime.fold import REMEMBERED, Address, Fold
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset


class WorkerError(InputError):
    """A worker process that ended before its work was done; the message says how."""


@frozen
class Setup:
    """What every worker needs: the rules, who there is, how outcomes are told, and to whom."""

    ruleset: Ruleset
    directory: Directory
    mode: Mode = Mode.RESTART
    trace: bool = False
    as_json: bool = False
    strict: bool = False
    remembered: int = REMEMBERED
    translation: Translation = PLAIN
    reader: Reader = IN_ENGLISH

    def fold(self) -> Fold:
        """Return the memory of a stream, or of a part of it."""
        return self.ruleset.fold(
            directory=self.directory, mode=self.mode, trace=self.trace, remembered=self.remembered
        )


class Stream(Protocol):
    """A stream under way, in this process or shared among several."""

    def start_from(self, lines: Iterable[bytes]) -> tuple[int, str] | None:
        """Take saved tickets as known; return the number of the first that cannot be read, and why."""

    def answers(self, lines: Iterable[bytes]) -> "Iterator[Answer]":
        """Yield what came of each piece of a stream, in their order."""

    def saved(self) -> Iterator[str]:
        """Yield the state of every ticket as a line, as it was after the last answer that was yielded."""


class Answer(NamedTuple):
    """What came of one piece: its first line, the text to print and whose it is, or the reason why it was refused."""

    line: int
    text: str = ""
    ticket: Address | None = None
    firings: int = 0
    note: str | None = None
    refused: Refused | None = None


def answer(piece: Piece | Refused, fold: Fold, setup: Setup) -> Answer:
    """Return what comes of a piece of a stream."""
    item = piece if isinstance(piece, Refused) else streams.taken(piece, fold, setup.translation)
    if isinstance(item, Refused):
        return Answer(item.line, refused=item)
    outcome = item.outcome
    assert outcome.update is not None
    address = outcome.update.source, outcome.ticket_id
    return Answer(item.line, _text(outcome, setup), address, len(outcome.fired), item.note)


def _text(outcome: Outcome, setup: Setup) -> str:
    if not setup.as_json:
        return report.outcome_text(outcome, setup.reader) + "\n"
    data = outcome.to_json()
    if outcome.trace is not None:
        data["trace"] = outcome.trace.to_json()
    return _PLAIN.encode(data) + "\n"


_PLAIN = json.JSONEncoder(ensure_ascii=False)


def start_from(raw: bytes, ruleset: Ruleset, fold: Fold) -> str | None:
    """Take a saved ticket's state as known; return why it cannot be read, or None."""
    try:
        state = pieces.decoded(raw)
        fold.start_from(ruleset.ticket(state), wire.seen_from_json(state))
    except UpdateError as error:
        return str(error)
    return None


def start_all(lines: Iterable[bytes], ruleset: Ruleset, fold: Fold) -> tuple[int, str] | None:
    """Take all saved tickets as known; return the number of the first that cannot be read, and why."""
    for number, raw in enumerate(lines, 1):
        reason = start_from(raw, ruleset, fold) if raw.strip() else None
        if reason is not None:
            return number, reason
    return None


def saved(fold: Fold) -> Iterator[tuple[Address, str]]:
    """Yield the state of every ticket as a line, in the order of their addresses."""
    for state in fold.saved():
        yield (state["source"], state["subject"]), json.dumps(state, ensure_ascii=False) + "\n"
