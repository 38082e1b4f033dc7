"""Event streams: CloudEvents, and what Zendesk tells of its tickets, told apart by their shape."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.state import Ticket, Update, UpdateError
from trigdsl.interop.pieces import Piece, Refused, is_cloud_event, is_event, pieces
from trigdsl.interop.zendesk import audits, exports, webhooks
from trigdsl.interop.zendesk.audits import Audit
from trigdsl.interop.zendesk.translation import PLAIN, Translation
from trigdsl.runtime import wire
from trigdsl.runtime.fold import Fold
from trigdsl.semantics.vocabulary import Vocabulary


@frozen
class Reading:
    """A piece as one vocabulary reads it: the update, the state that it brings along, and what was left out.

    Recorded is what the account's own rules did in it, None where nothing tells.
    """

    update: Update
    started_from: Ticket | None = None
    recorded: tuple[Mapping[str, Any], ...] | None = None
    left_out: tuple[str, ...] = ()

    def note(self, *, known: bool) -> str | None:
        """Return what there is to say of how it was read, by whether its ticket is known."""
        notes = []
        if self.started_from is not None and self.recorded is not None and not (self.update.created or known):
            notes.append(
                f"ticket {self.update.ticket} was not seen before: it starts from the audit's previous values"
            )
        if self.left_out:
            notes.append(f"no field for {', '.join(self.left_out)}")
        return "; ".join(notes) or None


@frozen
class Accepted:
    """A piece whose event was taken, with its outcome, and what there is to say about how it was read."""

    piece: Piece
    outcome: Outcome
    note: str | None = None

    @property
    def line(self) -> int:
        """The number of its first line."""
        return self.piece.line


def feed(
    lines: Iterable[bytes], fold: Fold, translation: Translation = PLAIN
) -> Iterator[Accepted | Refused]:
    """Yield what came of each piece of a stream; a refused one leaves everything as it was."""
    return (
        piece if isinstance(piece, Refused) else taken(piece, fold, translation) for piece in pieces(lines)
    )


def taken(piece: Piece, fold: Fold, translation: Translation = PLAIN) -> Accepted | Refused:
    """Return what came of a piece; one that is refused leaves everything as it was."""
    try:
        reading = read(piece, fold.rules.vocabulary, translation)
        update = reading.update
        note = reading.note(known=(update.source, update.ticket) in fold.tickets)
        return Accepted(piece, fold.take(update, reading.started_from), note)
    except UpdateError as error:
        return piece.refused(str(error))


def read(piece: Piece, vocabulary: Vocabulary, translation: Translation = PLAIN) -> Reading:
    """Return what a piece tells, in the words of an account's rules; UpdateError says what in it cannot be read."""
    data = piece.data[0]
    if not is_event(data):
        raise UpdateError("it is neither a CloudEvent nor anything that Zendesk tells of a ticket")
    if is_cloud_event(data):
        return Reading(wire.update_from_json(data, vocabulary), wire.starting_ticket(data, vocabulary))
    if audits.is_audit(data):
        return _of_account(audits.read_audit(data, vocabulary, translation))
    if exports.is_entry(data):
        return _of_account(exports.read_entry(data, vocabulary, translation))
    told = webhooks.read_events(piece.data, vocabulary, translation)
    return Reading(told.update, told.started_from, None, told.left_out)


def _of_account(audit: Audit) -> Reading:
    return Reading(audit.update, audit.started_from, audit.recorded, audit.left_out)


def event_of(piece: Piece, update: Update, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the CloudEvent of a piece: as it stands there, or else the one that it is read as."""
    data = piece.data[0]
    if is_cloud_event(data):
        found: dict[str, Any] = data
        return found
    return wire.update_to_json(update, vocabulary)
