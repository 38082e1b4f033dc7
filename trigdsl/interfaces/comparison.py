"""A stream of audits, each held against what the account's own triggers did in it."""

from collections import Counter

from attrs import define, field, frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.state import Directory, Ticket, Update, UpdateError
from trigdsl.interfaces import misses
from trigdsl.interfaces.running import Request
from trigdsl.interop import streams
from trigdsl.interop.pieces import Piece, Refused
from trigdsl.interop.zendesk import comparing
from trigdsl.interop.zendesk.comparing import Deviation, Recorded
from trigdsl.interop.zendesk.translation import Translation
from trigdsl.runtime.fold import Fold
from trigdsl.runtime.ruleset import Ruleset


@frozen
class Compared:
    """One audit: our outcome, where it differs from what was recorded, and why ours did not do what was."""

    line: int
    outcome: Outcome
    deviations: tuple[Deviation, ...]
    why: tuple[tuple[str, ...], ...]
    note: str | None = None
    unknown: tuple[str, ...] = ()


@define(eq=False)
class Comparison:
    """A stream of audits, each compared by itself: tickets go on as the account has them."""

    ruleset: Ruleset
    directory: Directory
    request: Request
    translation: Translation
    fold: Fold = field(init=False)
    audits: int = 0
    differing: int = 0
    untold: int = 0
    tickets: set[tuple[str, str]] = field(factory=set)
    totals: Counter[tuple[str, str, str]] = field(factory=Counter)
    unknown: Counter[str] = field(factory=Counter)
    _last: tuple[Ticket | None, Update] | None = None

    def __attrs_post_init__(self) -> None:
        self.fold = Fold(self.ruleset.rules, self._step, self.directory, remembered=self.request.remembered)

    def _step(self, before: Ticket | None, update: Update) -> Outcome:
        self._last = before, update
        return self.ruleset.step(before, update, directory=self.directory, mode=self.request.mode)

    def take(self, piece: Piece) -> Compared | Refused | None:
        """Return how an audit compares; None of what tells nothing of an account's triggers, or was told before."""
        rules = self.ruleset.rules
        try:
            reading = streams.read(piece, rules.vocabulary, self.translation)
            update = reading.update
            note = reading.note(known=(update.source, update.ticket) in self.fold.tickets)
            done = Recorded()
            if reading.recorded is not None:
                done = comparing.recorded(reading.recorded, rules, self.directory, self.translation)
            outcome = self.fold.take(update, reading.started_from)
        except UpdateError as error:
            return piece.refused(str(error))
        if outcome.duplicate:
            return None
        self.tickets.add((update.source, update.ticket))
        if reading.recorded is None:
            self.untold += 1
            return None
        return self._compared(piece, outcome, done, note)

    def _compared(self, piece: Piece, outcome: Outcome, done: Recorded, note: str | None) -> Compared:
        assert outcome.ticket is not None
        assert self._last is not None
        before, update = self._last
        known = self.directory.with_agents(self.ruleset.rules.agent_roles)
        found = comparing.deviations(outcome, done, known)
        after = comparing.gone_on(self.ruleset.rules, before, update, outcome, done, self.directory)
        self.fold.tickets[update.source, update.ticket] = self.fold.latest(after)
        self.audits += 1
        self.differing += bool(found)
        self.unknown.update(done.unknown)
        for each in found:
            self.totals[each.ours or each.theirs or "", each.kind, each.where] += 1
        return Compared(piece.line, outcome, found, self._why(found, before, update), note, done.unknown)

    def _why(
        self, found: tuple[Deviation, ...], before: Ticket | None, update: Update
    ) -> tuple[tuple[str, ...], ...]:
        """Return for each deviation why our trigger of that title did not do it, where the account's did."""
        if all(each.where != "account" for each in found):
            return tuple(() for _ in found)
        trace = self.ruleset.step(
            before, update, directory=self.directory, mode=self.request.mode, trace=True, render=False
        ).trace
        assert trace is not None
        missed = {each.trigger.casefold(): misses.words(each) for each in trace.not_fired}
        fired = {
            each.trigger.casefold(): tuple(f"it fires, but {s.reason}" for s in each.silences)
            or ("it fires, and does something else",)
            for each in trace.fired
        }
        known = {**missed, **fired}
        nothing = ("these rules have no such trigger",)
        return tuple(
            known.get((each.theirs or "").casefold(), nothing) if each.where == "account" else ()
            for each in found
        )
