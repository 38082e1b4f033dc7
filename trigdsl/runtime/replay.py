"""Two versions of a rule set on one stream: each keeps its own fold of the tickets, and each event is compared.

The new version's tickets are kept only while they differ from the old one's, and what is not of late is kept on disk, so
memory grows neither with the stream nor with what differs.
"""

import json
from collections.abc import Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from trigdsl.engine.effects import Effect, FieldChanged, Notification, Outcome, WebhookCall
from trigdsl.engine.search import Mode
from trigdsl.engine.state import NOBODY, Directory, Ticket, Update
from trigdsl.runtime import wire
from trigdsl.runtime.fold import REMEMBERED, Address, Fold
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.runtime.shelf import Shelf
from trigdsl.runtime.texts.rendering import Renderer
from trigdsl.semantics.rules import Message, Template
from trigdsl.why.counterparts import Counterparts
from trigdsl.why.differences import Difference, Twice, differences, told_twice

KEPT = 2_000
"""How many tickets are kept in memory, the latest ones."""


@frozen
class Version:
    """One version of the rules, with the people as its vocabulary reads them."""

    ruleset: Ruleset
    directory: Directory = NOBODY
    mode: Mode = Mode.RESTART

    def step(
        self, before: Ticket | None, update: Update, *, trace: bool = False, render: bool = False
    ) -> Outcome:
        """Return what this version makes of an update."""
        return self.ruleset.step(
            before, update, directory=self.directory, mode=self.mode, trace=trace, render=render
        )

    def rendered(self, outcome: Outcome) -> Outcome:
        """Return an outcome with its texts."""
        return self.ruleset.renderer.rendered(outcome, self.directory)


@frozen
class Told:
    """An update as one version's vocabulary reads it, and the state that it brings along."""

    update: Update
    given: Ticket | None = None


@frozen
class Compared:
    """One event by both versions: what came of it, how that differs, and the tickets as they were before.

    Texts are written only where something can differ.
    """

    old: Outcome
    new: Outcome
    differences: tuple[Difference, ...] = ()
    twice: tuple[Twice, ...] = ()
    before: tuple[Ticket | None, Ticket | None] = (None, None)
    told: tuple[Told, Told] | None = None
    apart_since: str | None = None
    """The event with which the two versions' tickets came apart, where they were apart before this one."""


@frozen
class _Apart:
    """A ticket of the new version that is kept by itself, and the event since which it differs, if it does."""

    ticket: Ticket
    since: str | None


@define(eq=False)
class Replay:
    """Feeds events to both versions, one by one. An event that raises UpdateError leaves everything as it was."""

    old: Version
    new: Version
    remembered: int = field(default=REMEMBERED, kw_only=True)
    kept: int = field(default=KEPT, kw_only=True)
    counterparts: Counterparts = field(init=False)
    _fold: Fold = field(init=False)
    _latest: Fold = field(init=False)
    _apart: Shelf[_Apart] = field(init=False)
    one_vocabulary: bool = field(init=False)
    _one_text: dict[str, bool] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        old, new = self.old.ruleset, self.new.ruleset
        self.counterparts = Counterparts.of(old.rules, new.rules)
        self.one_vocabulary = _same_ground(old, new)
        self._fold = Fold(
            old.rules,
            self._old_step,
            self.old.directory,
            remembered=self.remembered,
            tickets=tickets_shelf(old, self.kept),
            seen=Shelf(json.dumps, json.loads, self.kept),
        )
        # The second fold only cuts what a ticket remembers to what the first remembers.
        self._latest = Fold(new.rules, self.new.step, self.new.directory, remembered=self.remembered)
        self._apart = Shelf(self._written, self._read, self.kept)

    @property
    def tickets(self) -> int:
        """The number of tickets seen so far."""
        return len(self._fold.tickets)

    def knows(self, address: Address) -> bool:
        """Return whether a ticket was seen, or its state given."""
        return address in self._fold.tickets

    def start_from(self, old: Ticket, new: Ticket, seen: Mapping[str, str]) -> None:
        """Take a ticket's state as known, as each version's vocabulary reads it."""
        self._fold.start_from(old, seen)
        if not self.one_vocabulary:
            self._apart[old.source, old.id] = _Apart(self._latest.latest(new), None)

    def feed(self, event: Update | Mapping[str, Any]) -> Compared:
        """Return what both versions make of an event."""
        return self.take(_told(event, self.old.ruleset), _told(event, self.new.ruleset))

    def take(self, old: Told, new: Told) -> Compared:
        """Return what both versions make of an update, read by each."""
        update = old.update
        address = update.source, update.ticket
        apart = self._apart.get(address)
        befores = self._befores(old, new, apart)
        first = self._fold.take(update, old.given)
        if first.duplicate:
            return Compared(first, first)
        second = self.new.step(befores[1], new.update)
        if self._quiet(first, second):
            found: tuple[Difference, ...] = ()
            twice: tuple[Twice, ...] = ()
        else:
            first, second = self._rendered(address, first), self.new.rendered(second)
            found, twice = differences(first, second, self.counterparts), told_twice(first, second)
        since = None if apart is None else apart.since
        if found and since is not None:
            found = self._marked(found, first, befores, new.update)
        self._keep(address, first, second, apart)
        return Compared(first, second, found, twice, befores, (old, new), since)

    def _old_step(self, before: Ticket | None, update: Update) -> Outcome:
        return self.old.step(before, update)

    def _rendered(self, address: Address, outcome: Outcome) -> Outcome:
        """Return the old version's outcome with its texts; those of comments belong to the ticket as well."""
        found = self.old.rendered(outcome)
        if found.ticket is not None and found.ticket is not outcome.ticket:
            self._fold.tickets[address] = self._fold.latest(found.ticket)
        return found

    # What was before

    def _befores(self, old: Told, new: Told, apart: _Apart | None) -> tuple[Ticket | None, Ticket | None]:
        """Return the ticket as each version left it."""
        if old.update.created:
            return None, None
        before = self._fold.tickets.get((old.update.source, old.update.ticket))
        if before is None:
            return old.given, new.given
        return before, self._translated(before) if apart is None else apart.ticket

    def _translated(self, ticket: Ticket) -> Ticket:
        """Return an old ticket for the new version: triggers that fired once are known by their new titles."""
        if not ticket.fired:
            return ticket
        return evolve(ticket, fired=frozenset(self.counterparts.to_new.get(t, t) for t in ticket.fired))

    def _supposed(self, befores: tuple[Ticket | None, Ticket | None]) -> Ticket | None:
        """Return the ticket as the new version would have it if it had done what the old one did so far."""
        old, new = befores
        if old is None or new is None:
            return new
        if self.one_vocabulary:
            return self._translated(old)
        return evolve(
            self._translated(old),
            values={**new.values, **self._shared(old)},
            people=new.people,
            settled_by=(),
        )

    def _shared(self, ticket: Ticket) -> dict[str, Any]:
        """Return the values of fields that both vocabularies have."""
        here, there = self.old.ruleset.vocabulary.own, self.new.ruleset.vocabulary.own
        shared = (name for name in here if name in there and here[name].type == there[name].type)
        return {name: ticket.values[name] for name in shared if name in ticket.values}

    # What differs

    def _quiet(self, old: Outcome, new: Outcome) -> bool:
        """Return whether nothing can differ, before any text is written: the same texts of the same ticket."""
        if not (old.effects or new.effects):
            return True
        if not self.one_vocabulary or len(old.effects) != len(new.effects):
            return False
        return all(map(self._same_effect, old.effects, new.effects)) and self._same_state(
            old.ticket, new.ticket
        )

    def _same_effect(self, old: Effect, new: Effect) -> bool:
        if isinstance(old, FieldChanged) and isinstance(new, FieldChanged):
            return (old.field, old.before, old.after) == (new.field, new.before, new.after)
        if isinstance(old, Notification) and isinstance(new, Notification):
            about = (old.channel, old.person, old.language, old.message)
            return about == (new.channel, new.person, new.language, new.message) and self._same_text(
                old.message
            )
        if isinstance(old, WebhookCall) and isinstance(new, WebhookCall):
            return (old.webhook, old.message) == (new.webhook, new.message) and self._same_text(old.message)
        return False

    def _same_text(self, message: Message) -> bool:
        """Return whether a message reads the same in both versions, of one ticket."""
        name = message.name if isinstance(message, Template) else ""
        if name not in self._one_text:
            old, new = (_source(version.ruleset.renderer, name) for version in (self.old, self.new))
            self._one_text[name] = old == new
        return self._one_text[name]

    def _marked(
        self,
        found: tuple[Difference, ...],
        first: Outcome,
        befores: tuple[Ticket | None, Ticket | None],
        update: Update,
    ) -> tuple[Difference, ...]:
        """Return differences, those marked that the new version would not make of the ticket as the old one left it."""
        supposed = self.new.step(self._supposed(befores), update, render=True)
        own = {difference.identity for difference in differences(first, supposed, self.counterparts)}
        return tuple(evolve(each, follows=each.identity not in own) for each in found)

    # What is kept

    def _keep(self, address: Address, old: Outcome, new: Outcome, apart: _Apart | None) -> None:
        same = self._same_state(old.ticket, new.ticket)
        if same and self.one_vocabulary:
            if apart is not None:
                del self._apart[address]
            return
        assert new.ticket is not None
        since = None if apart is None else apart.since
        began = None if same else since or new.event
        self._apart[address] = _Apart(self._latest.latest(new.ticket), began)

    def _same_state(self, old: Ticket | None, new: Ticket | None) -> bool:
        assert old is not None
        assert new is not None
        if self.one_vocabulary:
            same = old.values == new.values
        else:
            shared = self._shared(old)
            same = shared == {name: new.values.get(name) for name in shared}
        return same and old.comments == new.comments and self._translated(old).fired == new.fired

    def _written(self, apart: _Apart) -> str:
        return json.dumps([wire.ticket_to_json(apart.ticket), apart.since])

    def _read(self, text: str) -> _Apart:
        state, since = json.loads(text)
        return _Apart(self.new.ruleset.ticket(state), since)


def tickets_shelf(ruleset: Ruleset, kept: int) -> Shelf[Ticket]:
    """Return where tickets are kept that do not all fit into memory."""
    return Shelf(
        lambda ticket: json.dumps(ruleset.ticket_to_json(ticket)),
        lambda text: ruleset.ticket(json.loads(text)),
        kept,
    )


def _told(event: Update | Mapping[str, Any], ruleset: Ruleset) -> Told:
    if isinstance(event, Update):
        return Told(event)
    return Told(ruleset.update(event), wire.starting_ticket(event, ruleset.vocabulary))


def _same_ground(old: Ruleset, new: Ruleset) -> bool:
    """Return whether both versions read events and people alike, so that one ticket can serve both."""
    one, other = old.rules, new.rules
    return one.vocabulary == other.vocabulary and one.agent_roles == other.agent_roles


def _source(renderer: Renderer, name: str) -> tuple[object, ...]:
    """Return what a text is made of, wherever that lies: the template, labels, and what an account has in common."""
    files = renderer.templates.by_name.get(name, {})
    written = {
        language: (file.liquid, file.source.text, None if file.html is None else file.html.text)
        for language, file in files.items()
    }
    account = renderer.templates.account
    common = {word: (content.default, content.texts) for word, content in account.contents.items()}
    return (
        written,
        renderer.labels,
        (account.name, account.url, account.titles, account.suppressed, common),
    )
