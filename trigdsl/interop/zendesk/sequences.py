"""Webhook events put together: those of one sequence are one update, in whatever order they arrive.

Nothing says how many there are, unless Amazon EventBridge brought them. So a sequence is taken for whole when all that
it counts are there, else when so many lines have passed since its last event, or an event is that much later, or the
stream ends. Nothing but the stream decides, so that reading it again gives the same updates.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import define, field

from trigdsl.engine.state import UpdateError
from trigdsl.interop.zendesk import webhooks

LINES = 500
"""After how many lines without another event of it a sequence is taken for whole."""
PAUSE = timedelta(minutes=1)
"""How much later another event has to be for a sequence to be taken for whole."""
REMEMBERED = 10_000
"""Of how many sequences that were taken the events are remembered, to tell a late event from one told again."""

Part = tuple[int, bytes, Any]
Key = tuple[str, str]


class LateError(UpdateError):
    """An event of a sequence that was taken already; the message says when."""


@define(eq=False)
class _Sequence:
    ticket: str
    time: datetime | None
    total: int | None
    parts: list[Part] = field(factory=list)
    ids: set[str] = field(factory=set)
    last: int = 0
    whole: bool = False


@define(eq=False)
class Sequences:
    """The events that wait for the rest of their sequence."""

    _open: "OrderedDict[Key, _Sequence]" = field(factory=OrderedDict)
    _of_ticket: dict[str, list[tuple[Key, _Sequence]]] = field(factory=dict)
    _taken: "OrderedDict[Key, tuple[int, set[str]]]" = field(factory=OrderedDict)
    _latest: datetime | None = None
    _ready: list[list[Part]] = field(factory=list)

    def add(self, number: int, raw: bytes, data: Any) -> None:
        """Let an event wait with those of its sequence; one told again adds nothing, one that is too late raises."""
        event = webhooks.event_of(data)
        key = event.ticket_id, event.update_id
        taken = self._taken.get(key)
        if taken is not None:
            if event.id in taken[1]:
                return
            raise LateError(
                f"its update (sequence {key[1]}) was taken already, with line {taken[0]}: events of one sequence "
                f"come within {LINES} lines of each other, and none a minute later comes between them"
            )
        time = event.moment
        sequence = self._open.get(key)
        if sequence is None:
            sequence = self._open[key] = _Sequence(key[0], time, event.total)
            self._of_ticket.setdefault(key[0], []).append((key, sequence))
        if event.id in sequence.ids:
            return
        sequence.ids.add(event.id)
        sequence.parts.append((number, raw, data))
        sequence.last = number
        self._open.move_to_end(key)
        if time is not None:
            sequence.time = time if sequence.time is None else min(sequence.time, time)
            self._latest = time
        if len(sequence.parts) == sequence.total:
            self._close(key, sequence)

    def due(self, number: int) -> Iterator[Sequence[Part]]:
        """Yield the sequences that are whole once a line was read."""
        while self._open:
            key, sequence = next(iter(self._open.items()))
            if number - sequence.last < LINES and not self._passed(sequence):
                break
            self._close(key, sequence)
        yield from self._ready
        self._ready.clear()

    def rest(self) -> Iterator[Sequence[Part]]:
        """Yield what waits still, at the end of a stream."""
        for key, sequence in [*self._open.items()]:
            self._close(key, sequence)
        yield from self._ready
        self._ready.clear()

    def _passed(self, sequence: _Sequence) -> bool:
        return sequence.time is not None and self._latest is not None and self._latest - sequence.time > PAUSE

    def _close(self, key: Key, sequence: _Sequence) -> None:
        """Take a sequence for whole; it leaves once those of its ticket that began earlier have left."""
        del self._open[key]
        sequence.whole = True
        waiting = sorted(self._of_ticket.pop(sequence.ticket), key=lambda item: _begun(item[1]))
        while waiting and waiting[0][1].whole:
            left, first = waiting.pop(0)
            self._taken[left] = first.parts[0][0], first.ids
            self._ready.append(first.parts)
        if waiting:
            self._of_ticket[sequence.ticket] = waiting
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)


def _begun(sequence: _Sequence) -> tuple[bool, datetime | int, int]:
    """Return the order of sequences of one ticket: by their time, then as they arrived."""
    first = sequence.parts[0][0]
    return (True, first, first) if sequence.time is None else (False, sequence.time, first)
