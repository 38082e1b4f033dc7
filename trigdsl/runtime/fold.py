"""A stream as a fold of steps: every ticket's state, and which events it has seen."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from itertools import islice
from typing import Any

from attrs import define, evolve, field, frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.state import Directory, Ticket, Update, UpdateError
from trigdsl.engine.view import Shown
from trigdsl.runtime import wire
from trigdsl.semantics.rules import Rules

REMEMBERED = 100
"""How many events and how many comments of each ticket a stream remembers, the latest ones, unless it is told otherwise."""

_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False)

Address = tuple[str, str]
"""A ticket: its source, and its number there."""


@frozen
class Earlier:
    """What was known of a ticket before an event was taken."""

    address: Address
    ticket: Ticket | None
    seen: Mapping[str, str] | None


@define(eq=False)
class Fold:
    """Feeds events to a step one by one. An event that raises UpdateError leaves everything as it was.

    Of each ticket only the latest events and comments are remembered, so that what is kept does not grow with
    the stream. An event told again after that many others is taken for a new one.
    """

    rules: Rules
    step: Callable[[Ticket | None, Update], Outcome]
    directory: Directory = field(factory=Directory)
    remembered: int = field(default=REMEMBERED, kw_only=True)
    tickets: MutableMapping[Address, Ticket] = field(factory=dict)
    journal: list[Earlier] | None = None
    _seen: MutableMapping[Address, Mapping[str, str]] = field(factory=dict)

    def start_from(self, ticket: Ticket, seen: Mapping[str, str] | None = None) -> None:
        """Take a ticket's state as known, and the events it has seen, as `saved` gives them."""
        address = ticket.source, ticket.id
        self._seen[address] = dict([*(seen or {}).items()][-self.remembered :])
        self.tickets[address] = self.latest(ticket)

    def undo(self, earlier: Earlier) -> None:
        """Go back to what was known of a ticket before an event; the last one taken is undone first."""
        if earlier.ticket is None:
            del self.tickets[earlier.address]
        else:
            self.tickets[earlier.address] = earlier.ticket
        self._seen[earlier.address] = earlier.seen or {}

    def saved(self) -> Iterator[dict[str, Any]]:
        """Yield every ticket's state, with the events it has seen, from which a fold can go on."""
        for address, ticket in sorted(self.tickets.items()):
            state = wire.ticket_to_json(ticket)
            seen = self._seen.get(address)
            yield state | {"seen": seen} if seen else state

    def feed(self, event: Update | Mapping[str, Any]) -> Outcome:
        """Return the outcome of an event: of one seen before, that it is a duplicate and changes nothing."""
        vocabulary = self.rules.vocabulary
        update = event if isinstance(event, Update) else wire.update_from_json(event, vocabulary)
        given = None if isinstance(event, Update) else wire.starting_ticket(event, vocabulary)
        return self.take(update, given)

    def feed_all(self, events: Iterable[Update | Mapping[str, Any]]) -> Iterator[Outcome]:
        """Yield the outcome of each event that fits; those that do not are passed over."""
        for event in events:
            with contextlib.suppress(UpdateError):
                yield self.feed(event)

    def take(self, update: Update, given: Ticket | None = None) -> Outcome:
        """Return the outcome of an update; given is its ticket's state before, for a ticket not seen yet."""
        address = update.source, update.ticket
        digest = self._digest(update)
        seen = self._seen.get(address, {})
        if update.id in seen:
            return self._again(update, same=seen[update.id] == digest)
        before = self.tickets.get(address, None if update.created else given)
        if before is None and not update.created:
            raise UpdateError(
                f"ticket {update.ticket} was never seen: its creation is missing, and so is its state before (`ticket`)"
            )
        if before is not None and update.created:
            raise UpdateError(f"ticket {update.ticket} exists already")
        outcome = self.step(before, update)
        assert outcome.ticket is not None
        if self.journal is not None:
            self.journal.append(Earlier(address, self.tickets.get(address), seen))
        self.tickets[address] = self.latest(outcome.ticket)
        self._seen[address] = self._also(seen, update.id, digest)
        return outcome

    def _also(self, seen: Mapping[str, str], event: str, digest: str) -> dict[str, str]:
        """Return the latest events that were seen, with one more."""
        more = {**seen, event: digest}
        if len(more) > self.remembered:
            del more[next(iter(more))]
        return more

    def latest(self, ticket: Ticket) -> Ticket:
        """Return a ticket with its latest comments, a public one among them if there ever was one."""
        comments = ticket.comments
        if len(comments) <= self.remembered:
            return ticket
        latest = comments[-self.remembered :]
        if not any(comment.public for comment in latest):
            public = (comment for comment in reversed(comments) if comment.public)
            latest = (*islice(public, 1), *latest)
        return evolve(ticket, comments=latest)

    def _again(self, update: Update, *, same: bool) -> Outcome:
        if not same:
            raise UpdateError(f"event {update.id} of ticket {update.ticket} came before with another content")
        ticket = self.tickets[update.source, update.ticket]
        known = self.directory.knowing(ticket.people.values())
        after = Shown(ticket.values, self.rules.vocabulary, known)
        return Outcome(update.id, update.ticket, after=after, duplicate=True, ticket=ticket, update=update)

    def _digest(self, update: Update) -> str:
        """Return what tells two contents apart, in a few bytes."""
        content = wire.update_to_json(update, self.rules.vocabulary)
        text = _CANONICAL.encode(content)
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
