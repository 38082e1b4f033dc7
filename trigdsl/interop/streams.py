"""Event streams, line by line: CloudEvents and Zendesk audits, told apart by their shape."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.state import Update, UpdateError
from trigdsl.interop.zendesk import audits
from trigdsl.runtime import wire
from trigdsl.runtime.fold import Fold
from trigdsl.semantics.vocabulary import Vocabulary


@frozen
class Accepted:
    """A line whose event was taken, with its outcome, and what there is to say about how it was read."""

    line: int
    outcome: Outcome
    note: str | None = None


@frozen
class Refused:
    """A line that does not fit: its number, the reason, and the whole of it."""

    line: int
    reason: str
    raw: str

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept aside."""
        return {"line": self.line, "reason": self.reason, "raw": self.raw}


def feed(lines: Iterable[bytes], fold: Fold) -> Iterator[Accepted | Refused]:
    """Yield what came of each line that is not empty; a refused one leaves everything as it was."""
    return (taken(number, raw, fold) for number, raw in enumerate(lines, 1) if raw.strip())


def taken(number: int, raw: bytes, fold: Fold) -> Accepted | Refused:
    """Return what came of a line that is not empty; one that is refused leaves everything as it was."""
    try:
        return _taken(number, raw, fold)
    except UpdateError as error:
        return Refused(number, str(error), raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape"))


def decoded(raw: bytes) -> Any:
    """Return the JSON value of a line; UpdateError says why it is none."""
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise UpdateError(f"it is not UTF-8 text (byte {error.start + 1} of the line)") from None
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip())
        reason = (
            "it ends in the middle: the line is cut off" if cut else f"{error.msg[:1].lower()}{error.msg[1:]}"
        )
        raise UpdateError(f"it is not JSON: {reason} (column {error.colno})") from None
    except RecursionError:
        raise UpdateError("it is nested too deep") from None
    except ValueError as error:
        raise UpdateError(f"it is not JSON: {error}") from None


def event_of(raw: bytes, update: Update, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the CloudEvent of a line: as it stands there, or of an audit the one that it is read as."""
    data = decoded(raw)
    if audits.is_audit(data):
        return wire.update_to_json(update, vocabulary)
    found: dict[str, Any] = data
    return found


def is_event(data: Any) -> bool:
    """Return whether a decoded line has the shape of an event, a CloudEvent or an audit, right or wrong."""
    return audits.is_audit(data) or (isinstance(data, dict) and bool({"specversion", "data"} & set(data)))


def _no_constant(name: str) -> Any:
    raise ValueError(f"`{name}` is no number")


def _taken(number: int, raw: bytes, fold: Fold) -> Accepted:
    data = decoded(raw)
    if audits.is_audit(data):
        return _audit(number, data, fold)
    if not is_event(data):
        raise UpdateError("it is neither a CloudEvent nor a Zendesk ticket audit")
    vocabulary = fold.rules.vocabulary
    update = wire.update_from_json(data, vocabulary)
    return Accepted(number, fold.take(update, wire.starting_ticket(data, vocabulary)))


def _audit(number: int, data: dict[str, Any], fold: Fold) -> Accepted:
    audit = audits.read_audit(data, fold.rules.vocabulary)
    update = audit.update
    notes = []
    if not update.created and (update.source, update.ticket) not in fold.tickets:
        notes.append(
            f"ticket {update.ticket} was not seen before: it starts from the audit's previous values"
        )
    if audit.left_out:
        notes.append(f"no field for {', '.join(audit.left_out)}")
    outcome = fold.take(update, audit.started_from)
    return Accepted(number, outcome, "; ".join(notes) or None)
