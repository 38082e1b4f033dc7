"""`trigdsl profile`: which triggers and conditions cost most on a stream, which fire most, and which never do."""

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO, Any

from attrs import define, field, frozen

from trigdsl.engine import cycle
from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import FieldChanged, Outcome
from trigdsl.engine.index.building import index_of
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory, Ticket, Update
from trigdsl.engine.view import View
from trigdsl.interfaces import report, running
from trigdsl.interop import streams
from trigdsl.interop.streams import Refused
from trigdsl.runtime.fold import Fold
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r

SAMPLED = 200
"""On how many events of the stream, chosen evenly, conditions are timed one by one."""


@frozen
class Request:
    """What to run on what, and how much of it to tell."""

    events: str
    directory: str | None = None
    tickets: str | None = None
    as_json: bool = False
    mode: Mode = Mode.RESTART
    most: int = 10


# What is measured


@frozen
class Cost:
    """One condition by itself: its words, the triggers that ask it, its time, and of how many sampled events it holds.

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
    events: int = 0
    refused: int = 0
    reading: float = 0.0
    deciding: float = 0.0
    writing: float = 0.0
    fired: Counter[str] = field(factory=Counter)
    texts: Counter[str] = field(factory=Counter)
    seconds: dict[str, float] = field(factory=dict)
    sample: list[View] = field(factory=list)
    _choose: random.Random = field(factory=lambda: random.Random(1))  # noqa: S311 - a sample, no secret
    _inside: float = 0.0

    def fold(self) -> Fold:
        """Return the memory of a stream whose steps are measured."""
        return Fold(self.ruleset.rules, self._step, self.directory)

    def feed(self, lines: IO[bytes], fold: Fold) -> None:
        """Run the stream to its end."""
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            self._inside = 0.0
            start = time.process_time()
            item = streams.taken(number, raw, fold)
            self.reading += time.process_time() - start - self._inside
            if isinstance(item, Refused):
                self.refused += 1
            else:
                self.events += 1

    def _step(self, before: Ticket | None, update: Update) -> Outcome:
        start = time.process_time()
        outcome = self.ruleset.step(before, update, directory=self.directory, mode=self.mode, render=False)
        decided = time.process_time()
        written = self.ruleset.renderer.rendered(outcome, self.directory)
        done = time.process_time()
        self.deciding += decided - start
        self.writing += done - decided
        self._count(outcome, done - decided)
        self._keep(before, update)
        self._inside = time.process_time() - start
        return written

    def _count(self, outcome: Outcome, seconds: float) -> None:
        """Count what fired, and share the time of the texts among the triggers that asked for them."""
        self.fired.update(outcome.fired)
        self.fired.update(trial.trigger for trial in outcome.trial)
        effects = (*outcome.effects, *(effect for trial in outcome.trial for effect in trial.effects))
        texts = Counter(effect.trigger for effect in effects if not isinstance(effect, FieldChanged))
        self.texts.update(texts)
        for trigger, count in texts.items():
            self.seconds[trigger] = self.seconds.get(trigger, 0.0) + seconds * count / texts.total()

    def _keep(self, before: Ticket | None, update: Update) -> None:
        """Keep every event with the same chance, a fixed number in all."""
        place = len(self.sample) if len(self.sample) < SAMPLED else self._choose.randrange(self.events + 1)
        if place < SAMPLED:
            self.sample[place : place + 1] = [cycle.begin(self.ruleset.rules, before, update, self.directory)]

    # What comes of it

    def costs(self) -> list[Cost]:
        """Return every condition of the triggers, each once, the one that takes longest first."""
        asked = Counter(test for trigger in self.active for test in {*_tests(trigger.condition)})
        left_over = index_of(self.ruleset.rules).left_over.values()
        beside = {test for condition in left_over for test in _tests(condition)}
        found = []
        for test, triggers in asked.items():
            start = time.process_time()
            held = sum(holds(test, view) for view in self.sample)
            seconds = (time.process_time() - start) / max(1, len(self.sample))
            found.append(Cost(test, triggers, seconds, held, test not in beside))
        return sorted(found, key=lambda cost: -cost.seconds)

    @property
    def active(self) -> list[r.Trigger]:
        """The triggers that can fire."""
        return [trigger for trigger in self.ruleset.triggers if trigger.active]

    def never(self) -> Iterator[tuple[r.Trigger, list[r.Condition]]]:
        """Yield each trigger that never fired, with those of its conditions that hold of no event of the sample."""
        for trigger in self.active:
            if not self.fired[trigger.title]:
                whole = trigger.condition
                parts = whole.items if isinstance(whole, r.AllOf) else (whole,)
                yield trigger, [p for p in parts if not any(holds(p, view) for view in self.sample)]

    def spent(self, costs: Sequence[Cost]) -> dict[str, float]:
        """Return the seconds that each trigger took: its texts, and what no index answers of its condition."""
        alone = {cost.condition: cost.seconds for cost in costs if not cost.looked_up}
        asking = {t.title: sum(alone.get(test, 0.0) for test in _tests(t.condition)) for t in self.active}
        found = {title: each * self.events + self.seconds.get(title, 0.0) for title, each in asking.items()}
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def _tests(condition: r.Condition) -> Iterator[r.Test]:
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            for item in items:
                yield from _tests(item)
        case r.Not(item):
            yield from _tests(item)
        case _:
            yield condition


# How it is told


def run(ruleset: Ruleset, request: Request, directory: Any, out: IO[str], err: IO[str]) -> int:
    """Run the stream and tell what it cost; return 1 when a line was refused."""
    known = running.read_directory(ruleset, directory, request.directory, err)
    profile = Profile(ruleset, known, request.mode)
    fold = profile.fold()
    if request.tickets is not None:
        running.start_tickets(request.tickets, ruleset, fold)
    with running.opened(request.events, "the events") as lines:
        profile.feed(lines, fold)
    if request.as_json:
        print(json.dumps(data(profile), ensure_ascii=False), file=out)
    else:
        print("\n".join(told(profile, request.most)), file=out)
    return 1 if profile.refused else 0


def told(profile: Profile, most: int) -> Iterator[str]:
    """Yield the report for a person."""
    costs = profile.costs()
    spent = profile.spent(costs)
    never = [*profile.never()]
    events = max(1, profile.events)
    places = {trigger.title: _place(trigger.at) for trigger in profile.active}
    refused = f", {report.count(profile.refused, 'line')} refused" if profile.refused else ""
    yield (
        f"{report.count(profile.events, 'event')}, {report.count(len(profile.active), 'trigger')}, "
        f"{report.count(profile.fired.total(), 'firing')}{refused}"
    )
    parts = {"reading it": profile.reading, "deciding": profile.deciding, "writing texts": profile.writing}
    shares = ", ".join(f"{_micro(seconds / events)} {what}" for what, seconds in parts.items())
    yield f"an event takes {_micro(sum(parts.values()) / events)} µs: {shares}"
    yield from ("", "triggers that cost most, µs an event:")
    for title, seconds in [*spent.items()][:most]:
        if seconds:
            texts = report.count(profile.texts[title], "text")
            yield f"{_micro(seconds / events):>9}  {title}  ({places[title]}; {texts})"
    yield from ("", "conditions that take longest, µs each time:")
    for cost in costs[:most]:
        how = (
            "looked up for all triggers at once"
            if cost.looked_up
            else "asked where nothing else rules it out"
        )
        several = f"in {report.count(cost.triggers, 'trigger')}"
        yield f"{_micro(cost.seconds):>9}  {cost.condition.at.text}  ({_place(cost.condition.at)}; {several}; {how})"
    yield from ("", "triggers that fired most:")
    for title, count in profile.fired.most_common(most):
        yield f"{count:>9,}  {title}  ({places[title]}; {count / events:.1%} of events)"
    yield from ("", f"triggers that never fired: {len(never):,}")
    for trigger, parts_of_it in never[:most]:
        yield f"           {trigger.title}  ({places[trigger.title]}; {_reason(parts_of_it)})"
    if len(never) > most:
        yield f"           and {len(never) - most:,} more: --top {len(never)} names them"


def _reason(parts: Sequence[r.Condition]) -> str:
    if not parts:
        return "its conditions hold, but not together"
    return "of no event: " + ", ".join(f"`{part.at.text}`" for part in parts)


def _place(at: r.Location) -> str:
    return f"{at.path}:{at.line}"


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:,.1f}"


def data(profile: Profile) -> dict[str, Any]:
    """Return the report as data: every trigger and every condition."""
    costs = profile.costs()
    spent = profile.spent(costs)
    never = {trigger.title: parts for trigger, parts in profile.never()}
    events = max(1, profile.events)
    triggers = [
        {
            "title": trigger.title,
            "path": trigger.at.path,
            "line": trigger.at.line,
            "fired": profile.fired[trigger.title],
            "texts": profile.texts[trigger.title],
            "microseconds_an_event": spent[trigger.title] / events * 1e6,
            "held_of_no_event": [part.at.text for part in never.get(trigger.title, ())],
        }
        for trigger in profile.active
    ]
    conditions = [
        {
            "condition": cost.condition.at.text,
            "path": cost.condition.at.path,
            "line": cost.condition.at.line,
            "triggers": cost.triggers,
            "microseconds": cost.seconds * 1e6,
            "held": cost.held,
            "looked_up": cost.looked_up,
        }
        for cost in costs
    ]
    return {
        "events": profile.events,
        "refused": profile.refused,
        "sampled": len(profile.sample),
        "microseconds_an_event": {
            "reading": profile.reading / events * 1e6,
            "deciding": profile.deciding / events * 1e6,
            "writing": profile.writing / events * 1e6,
        },
        "triggers": triggers,
        "conditions": conditions,
    }
