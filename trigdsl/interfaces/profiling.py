"""What a stream costs: the time of each trigger and condition, how often each trigger fires, and why some never do."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import IO

from attrs import define, field, frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import Effect, FieldChanged, Notification, Outcome
from trigdsl.engine.index.building import index_of
from trigdsl.engine.index.matching import Index
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory, Ticket, Update
from trigdsl.interop import streams
from trigdsl.interop.pieces import Refused, pieces
from trigdsl.interop.zendesk.translation import PLAIN, Translation
from trigdsl.runtime.fold import Fold
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.why.asked import Asked
from trigdsl.why.never import Never, Seen, moments, never

SAMPLED = 200
"""On how many events of the stream, chosen evenly, conditions are asked and timed one by one."""


@frozen
class Cost:
    """One condition by itself: its words, the triggers that ask it, its time, and of how many sampled events it held.

    Looked up means that the index answers it for all triggers at once, so that its time is not spent.
    """

    condition: r.Condition
    triggers: int
    seconds: float
    held: int
    looked_up: bool


@define(eq=False)
class Profile:
    """A stream as it was run: how often each trigger fired, and where the time went."""

    ruleset: Ruleset
    directory: Directory
    mode: Mode
    translation: Translation = PLAIN
    events: int = 0
    refused: list[Refused] = field(factory=list)
    reading: float = 0.0
    deciding: float = 0.0
    writing: float = 0.0
    fired: Counter[str] = field(factory=Counter)
    texts: Counter[str] = field(factory=Counter)
    seconds: dict[str, float] = field(factory=dict)
    sample: list[Asked] = field(factory=list)
    _warm: set[tuple[str, str | None]] = field(factory=set)
    _choose: random.Random = field(factory=lambda: random.Random(1))  # noqa: S311 - a sample, no secret
    _inside: float = 0.0

    def fold(self) -> Fold:
        """Return the memory of a stream whose steps are measured."""
        return Fold(self.ruleset.rules, self._step, self.directory)

    def feed(self, lines: IO[bytes], fold: Fold) -> None:
        """Run the stream to its end."""
        read = pieces(lines)
        while True:
            self._inside = 0.0
            start = time.process_time()
            piece = next(read, None)
            if piece is None:
                break
            item = piece if isinstance(piece, Refused) else streams.taken(piece, fold, self.translation)
            self.reading += time.process_time() - start - self._inside
            if isinstance(item, Refused):
                self.refused.append(item)
            else:
                self.events += 1

    def _step(self, before: Ticket | None, update: Update) -> Outcome:
        begun = time.process_time()
        try:
            return self._timed(before, update)
        finally:
            self._inside = time.process_time() - begun

    def _timed(self, before: Ticket | None, update: Update) -> Outcome:
        if not self.events:
            self._decided(before, update)  # the first time makes the index
        start = time.process_time()
        outcome = self._decided(before, update)
        decided = time.process_time()
        self._warm_up(outcome)
        ready = time.process_time()
        written = self.ruleset.renderer.rendered(outcome, self.directory)
        writing = time.process_time() - ready
        self.deciding += decided - start
        self.writing += writing
        self._count(outcome, writing)
        self._keep(before, update)
        return written

    def _decided(self, before: Ticket | None, update: Update) -> Outcome:
        return self.ruleset.step(before, update, directory=self.directory, mode=self.mode, render=False)

    def _warm_up(self, outcome: Outcome) -> None:
        """Write texts once before they are timed: the first time a text is compiled, which happens once alone."""
        asked = {
            (effect.trigger, effect.language if isinstance(effect, Notification) else None)
            for effect in _texts(outcome)
        }
        if not asked <= self._warm:
            self._warm |= asked
            self.ruleset.renderer.rendered(outcome, self.directory)

    def _count(self, outcome: Outcome, seconds: float) -> None:
        """Count what fired, and share the time of the texts among the triggers that asked for them."""
        self.fired.update(outcome.fired)
        self.fired.update(trial.trigger for trial in outcome.trial)
        texts = Counter(effect.trigger for effect in _texts(outcome))
        self.texts.update(texts)
        for trigger, count in texts.items():
            self.seconds[trigger] = self.seconds.get(trigger, 0.0) + seconds * count / texts.total()

    def _keep(self, before: Ticket | None, update: Update) -> None:
        """Keep every event with the same chance, a fixed number in all."""
        place = len(self.sample) if len(self.sample) < SAMPLED else self._choose.randrange(self.events + 1)
        if place < SAMPLED:
            self.sample[place : place + 1] = [
                Asked(self.ruleset.rules, before, update, self.directory, self.mode)
            ]

    # What comes of it

    @cached_property
    def index(self) -> Index:
        """The index that decides."""
        return index_of(self.ruleset.rules)

    @cached_property
    def seen(self) -> list[list[Seen]]:
        """The moments of each sampled event's cycle at which conditions are asked."""
        return [[*moments(asked, self.index)] for asked in self.sample]

    def costs(self) -> list[Cost]:
        """Return every condition of the triggers, each once, the one that takes longest first."""
        asked = Counter(test for trigger in self.active for test in {*_tests(trigger.condition)})
        beside = {test for condition in self.index.left_over.values() for test in _tests(condition)}
        times = sum(map(len, self.seen))
        found = []
        for test, triggers in asked.items():
            if times:
                holds(test, self.seen[0][0].view)  # the first time compiles what it looks for
            start = time.process_time()
            answers = [[holds(test, moment.view) for moment in moments] for moments in self.seen]
            seconds = (time.process_time() - start) / max(1, times)
            found.append(Cost(test, triggers, seconds, sum(map(any, answers)), test not in beside))
        return sorted(found, key=lambda cost: -cost.seconds)

    @property
    def active(self) -> list[r.Trigger]:
        """The triggers that can fire."""
        return [trigger for trigger in self.ruleset.triggers if trigger.runs]

    def never(self) -> list[Never]:
        """Return why each trigger that never fired did not, as far as the sample tells."""
        silent = [trigger for trigger in self.active if not self.fired[trigger.title]]
        return [*never(silent, [moment for moments in self.seen for moment in moments])]

    def spent(self, costs: Sequence[Cost]) -> dict[str, float]:
        """Return the seconds that each trigger took: its texts, and what no index answers of its condition."""
        alone = {cost.condition: cost.seconds for cost in costs if not cost.looked_up}
        asking = {t.title: sum(alone.get(test, 0.0) for test in _tests(t.condition)) for t in self.active}
        found = {title: each * self.events + self.seconds.get(title, 0.0) for title, each in asking.items()}
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def _texts(outcome: Outcome) -> list[Effect]:
    """Return the effects for which texts may be written, those on trial among them."""
    effects = (*outcome.effects, *(effect for trial in outcome.trial for effect in trial.effects))
    return [effect for effect in effects if not isinstance(effect, FieldChanged)]


def _tests(condition: r.Condition) -> Iterator[r.Test]:
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            for item in items:
                yield from _tests(item)
        case r.Not(item):
            yield from _tests(item)
        case _:
            yield condition
