"""What a tool embeds: checked rules, ready to decide."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from trigdsl.diagnostics import Diagnostic
from trigdsl.engine import cycle
from trigdsl.engine.effects import Outcome
from trigdsl.engine.index.building import index_of
from trigdsl.engine.index.matching import Index
from trigdsl.engine.search import Mode
from trigdsl.engine.state import NOBODY, Directory, Ticket, Update
from trigdsl.runtime import wire
from trigdsl.runtime.directory import directory_from_json
from trigdsl.runtime.fold import REMEMBERED, Fold
from trigdsl.runtime.texts.rendering import Renderer
from trigdsl.semantics.rules import Rules, Trigger
from trigdsl.semantics.scenes import Scenario
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source

if TYPE_CHECKING:  # a start from what is kept needs no checker
    from trigdsl.semantics.written import Written


@frozen
class Ruleset:
    """Rules without errors. It is immutable, and may be used from several threads at once."""

    rules: Rules = field(repr=False)
    renderer: Renderer = field(repr=False, eq=False)
    warnings: tuple[Diagnostic, ...] = field(default=(), repr=False)
    scenarios: tuple[Scenario, ...] = field(default=(), repr=False, eq=False)
    by_definition: bool = field(default=False, repr=False, eq=False)
    """Whether every trigger is tried in turn, as the language is defined; else those that hold are looked up."""

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Every trigger, in the order in which they are tried."""
        return self.rules.triggers

    @property
    def vocabulary(self) -> Vocabulary:
        """The fields and states that the rules know."""
        return self.rules.vocabulary

    @cached_property
    def _index(self) -> Index | None:
        return None if self.by_definition else index_of(self.rules)

    def step(
        self,
        before: Ticket | None,
        update: Update | Mapping[str, Any],
        *,
        directory: Directory | None = None,
        mode: Mode = Mode.RESTART,
        trace: bool = False,
        render: bool = True,
    ) -> Outcome:
        """Return what comes of one update of a ticket; before is None when the update creates it.

        The ticket as it ends is `outcome.ticket`. UpdateError when the update does not fit. Without
        `render` the texts stay unwritten (`subject` and `body` are None), which is much quicker.
        """
        known = directory or NOBODY
        given = update if isinstance(update, Update) else self.update(update)
        outcome = cycle.step(self.rules, before, given, known, mode=mode, trace=trace, index=self._index)
        return self.renderer.rendered(outcome, known) if render else outcome

    def run(
        self,
        events: Iterable[Update | Mapping[str, Any]],
        *,
        directory: Directory | None = None,
        mode: Mode = Mode.RESTART,
        trace: bool = False,
        render: bool = True,
    ) -> Iterator[Outcome]:
        """Yield the outcome of each event of a stream, in order, every ticket's state kept along the way.

        UpdateError at the first event that does not fit.
        """
        fold = self.fold(directory=directory, mode=mode, trace=trace, render=render)
        for event in events:
            yield fold.feed(event)

    def fold(
        self,
        *,
        directory: Directory | None = None,
        mode: Mode = Mode.RESTART,
        trace: bool = False,
        render: bool = True,
        remembered: int = REMEMBERED,
    ) -> Fold:
        """Return a stream's memory, to be fed events one by one: every ticket's state, and what it has seen.

        Remembered is how many events and comments of each ticket are kept, the latest ones.
        """

        def step(before: Ticket | None, update: Update) -> Outcome:
            return self.step(before, update, directory=directory, mode=mode, trace=trace, render=render)

        return Fold(self.rules, step, directory or NOBODY, remembered=remembered)

    # To and from JSON

    def update(self, event: Mapping[str, Any]) -> Update:
        """Return the update that a CloudEvent tells of, as decoded JSON; UpdateError says what does not fit."""
        return wire.update_from_json(event, self.vocabulary)

    def update_to_json(self, update: Update) -> dict[str, Any]:
        """Return the CloudEvent from which the update is read back."""
        return wire.update_to_json(update, self.vocabulary)

    def ticket(self, state: Mapping[str, Any]) -> Ticket:
        """Return the ticket that a saved state tells of; UpdateError says what does not fit."""
        return wire.ticket_from_json(state, self.vocabulary)

    def ticket_to_json(self, ticket: Ticket) -> dict[str, Any]:
        """Return the state from which the ticket is read back."""
        return wire.ticket_to_json(ticket)

    def directory(self, data: Mapping[str, Any]) -> Directory:
        """Return the directory that a JSON object lists; DirectoryError says which entry is wrong."""
        return directory_from_json(data, self.vocabulary)


@frozen
class Loaded:
    """The rules, when they are free of errors, everything there is to say about them, and where they were read.

    Folders are those of the rule files, beside which templates were looked for. Sources and what is
    written are there only where the rules were not kept from an earlier start.
    """

    ruleset: Ruleset | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    sources: tuple[Source, ...] = field(default=(), repr=False)
    written: "Written | None" = field(default=None, repr=False)
