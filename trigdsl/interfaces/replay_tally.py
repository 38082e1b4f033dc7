"""What a replay has found so far: totals, and groups by trigger and kind, each with a few examples."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from attrs import define, field, frozen

from trigdsl.engine.effects import Effect, Notification
from trigdsl.interfaces import report
from trigdsl.interfaces.replay_reasons import Reason, parted, reason
from trigdsl.runtime.replay import KEPT, Compared, Replay
from trigdsl.runtime.shelf import Shelf
from trigdsl.why.differences import Difference, Kind, Twice, Way

GroupKey = tuple[str, Kind, str, Way]


@frozen
class Example:
    """One difference: the event, what each version did, why, and which earlier difference it follows from."""

    line: int
    event: str
    ticket: tuple[str, str]
    headline: str
    old: Effect | None = None
    new: Effect | None = None
    why: Reason | None = None
    follows: str | None = None
    parted: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "event": self.event,
            "ticket": self.ticket[1],
            "source": self.ticket[0],
            "line": self.line,
            "old": None if self.old is None else self.old.to_json(),
            "new": None if self.new is None else self.new.to_json(),
            "why": None if self.why is None else self.why.to_json(),
            "follows": self.follows,
        }


@define(eq=False)
class Group:
    """The differences of one kind that one trigger has."""

    trigger: str
    kind: Kind
    what: str
    way: Way
    count: int = 0
    following: int = 0
    tickets: int = 0
    examples: list[Example] = field(factory=list)

    def wants(self, ticket: tuple[str, str], *, follows: bool, most: int) -> bool:
        """Return whether another example would say more: of another ticket, a first difference before one that follows."""
        if any(example.ticket == ticket for example in self.examples):
            return False
        if len(self.examples) < most:
            return True
        return not follows and any(example.follows is not None for example in self.examples)

    def add(self, example: Example, most: int) -> None:
        """Take an example, in place of one that follows where there are enough."""
        if len(self.examples) >= most:
            late = max(n for n, known in enumerate(self.examples) if known.follows is not None)
            del self.examples[late]
        self.examples.append(example)


@frozen
class TwiceExample:
    """Somebody who was told several times, of which event, by which triggers."""

    line: int
    event: str
    ticket: tuple[str, str]
    headline: str
    twice: Twice

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "event": self.event,
            "ticket": self.ticket[1],
            "source": self.ticket[0],
            "line": self.line,
            "recipient": self.twice.recipient,
            "channel": self.twice.channel,
            "triggers": list(self.twice.triggers),
        }


TwiceKey = tuple[str, bool]
"""By which version, and whether they work here."""


@define(eq=False)
class Tally:
    """Totals and groups. What is counted by ticket or person is kept on disk, so that memory does not grow."""

    replay: Replay
    most: int = 3
    events: int = 0
    differing_events: int = 0
    differing_tickets: int = 0
    following: int = 0
    mails: Counter[str] = field(factory=Counter)
    totals: Counter[tuple[Kind, str, Way]] = field(factory=Counter)
    twice: Counter[TwiceKey] = field(factory=Counter)
    twice_times: Counter[TwiceKey] = field(factory=Counter)
    twice_examples: dict[TwiceKey, list[TwiceExample]] = field(factory=dict)
    groups: dict[GroupKey, Group] = field(factory=dict)
    _seen: Shelf[str] = field(factory=lambda: Shelf(str, str, KEPT))

    def add(self, line: int, compared: Compared) -> None:
        """Count what came of one event."""
        self.events += 1
        for version, outcome in (("old", compared.old), ("new", compared.new)):
            if not outcome.duplicate:
                self.mails[version] += sum(isinstance(e, Notification) for e in outcome.effects)
        if not compared.differences and not compared.twice:
            return
        update = compared.old.update
        assert update is not None
        ticket = update.source, update.ticket
        if compared.differences:
            self.differing_events += 1
            self.differing_tickets += self._is_new("ticket", *ticket)
        for difference in compared.differences:
            self._difference(line, ticket, compared, difference)
        for twice in compared.twice:
            self._twice(line, ticket, compared, twice)

    def _difference(
        self, line: int, ticket: tuple[str, str], compared: Compared, difference: Difference
    ) -> None:
        key = difference.trigger, difference.kind, difference.what, difference.way
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(
                difference.trigger, difference.kind, difference.what, difference.way
            )
        group.count += 1
        group.following += difference.follows
        self.following += difference.follows
        group.tickets += self._is_new(repr(key), *ticket)
        self.totals[difference.kind, _class(difference), difference.way] += 1
        if group.wants(ticket, follows=difference.follows, most=self.most):
            follows = difference.follows
            example = Example(
                line,
                compared.old.event,
                ticket,
                report.headline(compared.old),
                difference.old,
                difference.new,
                reason(self.replay, compared, difference),
                compared.apart_since if follows else None,
                parted(self.replay, compared) if follows else (),
            )
            group.add(example, self.most)

    def _twice(self, line: int, ticket: tuple[str, str], compared: Compared, twice: Twice) -> None:
        key = twice.version, twice.to_agent
        self.twice_times[key] += 1
        self.twice[key] += self._is_new(f"twice {key}", twice.channel, twice.person)
        examples = self.twice_examples.setdefault(key, [])
        if len(examples) < self.most and all(known.twice.person != twice.person for known in examples):
            headline = report.headline(compared.old)
            examples.append(TwiceExample(line, compared.old.event, ticket, headline, twice))

    def _is_new(self, about: str, *name: str) -> bool:
        """Return whether something is counted for the first time."""
        key = about, repr(name)
        if key in self._seen:
            return False
        self._seen[key] = ""
        return True

    @property
    def differences(self) -> int:
        """The number of differences, those that follow among them."""
        return self.totals.total()

    def triggers(self) -> Iterator[tuple[str, list[Group]]]:
        """Yield the triggers that differ, with their groups: what differs most comes first."""
        by_trigger: dict[str, list[Group]] = {}
        for group in self.groups.values():
            by_trigger.setdefault(group.trigger, []).append(group)
        places = {trigger.title: n for n, trigger in enumerate(self.replay.new.ruleset.triggers)}
        titles = sorted(
            by_trigger, key=lambda title: (-_count(by_trigger[title]), places.get(title, len(places)), title)
        )
        for title in titles:
            yield (
                title,
                sorted(
                    by_trigger[title], key=lambda group: (-group.count, group.kind, group.what, group.way)
                ),
            )


def _count(groups: list[Group]) -> int:
    return sum(group.count for group in groups)


def _class(difference: Difference) -> str:
    """Return what is counted together: mails by channel, everything else by its kind."""
    return difference.what if difference.kind == "notification" else ""
