"""What tests have seen of conditions: each part true and false, and alone deciding whether its trigger fires."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from attrs import define, frozen

from trigdsl.engine import cycle
from trigdsl.engine.conditions import holds
from trigdsl.engine.firing import fire
from trigdsl.engine.view import View
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.testing.scenarios.play import Played


def counted(rules: Ruleset) -> list[r.Trigger]:
    """Return the triggers that tests are held to: one's own, or a library's where there are no others."""
    own = [trigger for trigger in rules.triggers if trigger.library is None]
    return own or [*rules.triggers]


def certain(rules: r.Rules) -> tuple[Assumed, ...]:
    """Return what is so of every update: unless a rule posts, a new ticket is public by its own comment alone."""
    if any(isinstance(action, r.Post) and action.public for t in rules.triggers for action in t.actions):
        return ()
    root = rules.vocabulary.root
    created, public = r.Happens(f"{root}.created"), r.Happens(f"{root}.public")
    otherwise = r.AllOf((created, public, r.Not(r.Happens("comment.public"))))
    return (Assumed(otherwise, holds=False),)


# What is asked in an update


def asked(rules: r.Rules, played: Played) -> Iterator[tuple[r.Trigger, View]]:
    """Yield each trigger with the view of the update whenever it was asked, in that order."""
    if played.update is None or played.outcome is None:
        return
    view = cycle.begin(rules, played.before, played.update, played.view.directory)
    if cycle.was_closed(view):
        return
    before = frozenset() if played.before is None else played.before.fired
    pending = [t for t in rules.triggers if t.runs and not (t.once and t.title in before)]
    firing = [*played.outcome.fired]
    while True:
        fires = firing.pop(0) if firing else None
        for trigger in [*pending]:
            yield trigger, view
            if trigger.title == fires or (trigger.trial and holds(trigger.condition, view)):
                pending.remove(trigger)
            if trigger.title == fires:
                if fire(trigger, view).stops:
                    return
                break
        else:
            return


# The parts of a condition


@frozen
class Part:
    """One thing that a condition asks, and what else must be so for it alone to decide."""

    condition: r.Condition
    others: tuple[Assumed, ...]

    @property
    def at(self) -> r.Location:
        """Where it is written."""
        return self.condition.at


Decide = Callable[[Sequence[bool]], bool]


@frozen
class Shape:
    """A condition as parts, and how their truth decides its own."""

    parts: tuple[Part, ...]
    decide: Decide


def shape(condition: r.Condition, others: tuple[Assumed, ...] = (), start: int = 0) -> Shape:
    """Return a condition as the parts that a reader sees; a state of the vocabulary is one."""
    match condition:
        case r.AllOf(items) | r.AnyOf(items) if items and any(item.at != condition.at for item in items):
            together = isinstance(condition, r.AllOf)
            shapes: list[Shape] = []
            for number, item in enumerate(items):
                siblings = tuple(Assumed(o, holds=together) for n, o in enumerate(items) if n != number)
                at = start + sum(len(s.parts) for s in shapes)
                shapes.append(shape(item, (*others, *siblings), at))
            decides = tuple(s.decide for s in shapes)
            parts = tuple(part for s in shapes for part in s.parts)
            join = all if together else any
            return Shape(parts, lambda truths: join(decide(truths) for decide in decides))
        case r.Not(item) if item.at != condition.at:
            inner = shape(item, others, start)
            return Shape(inner.parts, lambda truths: not inner.decide(truths))
        case _:
            return Shape((Part(condition, others),), lambda truths: truths[start])


# What was seen


@define(eq=False)
class PartSeen:
    """What tests have seen of one part of a trigger's condition."""

    part: Part
    true: bool = False
    false: bool = False
    decided_true: bool = False
    decided_false: bool = False
    possible_true: bool = True
    possible_false: bool = True

    @property
    def wanted(self) -> int:
        """How often a test is asked for: it alone deciding as true, and as false, where that can be."""
        return self.possible_true + self.possible_false

    @property
    def met(self) -> int:
        """How many of these the tests have shown."""
        return (self.possible_true and self.decided_true) + (self.possible_false and self.decided_false)

    def missing(self, reader: Reader = IN_ENGLISH) -> list[str]:
        """Return what no test has shown, in words."""
        found = []
        if self.possible_true and not self.true:
            found.append("never seen true")
        elif self.possible_true and not self.decided_true:
            found.append("never alone decides by being true")
        if self.possible_false and not self.false:
            found.append("never seen false")
        elif self.possible_false and not self.decided_false:
            found.append("never alone decides by being false")
        return [reader.say(each) for each in found]

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {
            "condition": self.part.at.text,
            "path": self.part.at.path,
            "line": self.part.at.line,
            "seen_true": self.true,
            "seen_false": self.false,
            "decided_true": self.decided_true,
            "decided_false": self.decided_false,
            "can_decide_true": self.possible_true,
            "can_decide_false": self.possible_false,
        }


@define(eq=False)
class TriggerSeen:
    """What tests have seen of one trigger."""

    trigger: r.Trigger
    shape: Shape
    parts: tuple[PartSeen, ...]
    fired: bool = False

    @property
    def wanted(self) -> int:
        """How many tests are asked for; of a disabled trigger none."""
        return sum(part.wanted for part in self.parts) if self.trigger.runs else 0

    @property
    def met(self) -> int:
        """How many of these there are."""
        return sum(part.met for part in self.parts) if self.trigger.runs else 0

    def join(self, other: "TriggerSeen") -> None:
        """Take in what other tests have seen of the same trigger."""
        self.fired = self.fired or other.fired
        for part, theirs in zip(self.parts, other.parts, strict=True):
            part.true, part.false = part.true or theirs.true, part.false or theirs.false
            part.decided_true = part.decided_true or theirs.decided_true
            part.decided_false = part.decided_false or theirs.decided_false

    def look(self, view: View) -> None:
        """Take in what the trigger's condition was when it was asked."""
        truths = [holds(part.part.condition, view) for part in self.parts]
        whole = self.shape.decide(truths)
        self.fired = self.fired or whole
        for number, part in enumerate(self.parts):
            truth = truths[number]
            flipped = [*truths[:number], not truth, *truths[number + 1 :]]
            decides = self.shape.decide(flipped) is not whole
            if truth:
                part.true, part.decided_true = True, part.decided_true or decides
            else:
                part.false, part.decided_false = True, part.decided_false or decides

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {
            "trigger": self.trigger.title,
            "path": self.trigger.at.path,
            "line": self.trigger.at.line,
            "active": self.trigger.active,
            "executable": not self.trigger.raw,
            "fired": self.fired,
            "met": self.met,
            "wanted": self.wanted,
            "conditions": [part.to_json() for part in self.parts],
        }


@frozen
class Coverage:
    """What tests have seen of a rule set."""

    triggers: tuple[TriggerSeen, ...]

    @property
    def share(self) -> float:
        """The share of what is asked for that the tests show, from 0 to 1."""
        wanted = sum(t.wanted for t in self.triggers)
        return sum(t.met for t in self.triggers) / wanted if wanted else 1.0

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {"share": round(self.share, 4), "triggers": [t.to_json() for t in self.triggers]}


def covered(rules: Ruleset, played: Iterable[Played]) -> Coverage:
    """Return what the steps of some tests have seen of the triggers that count."""
    found = {trigger.title: _unseen(trigger, rules) for trigger in counted(rules)}
    for step in played:
        for trigger, view in asked(rules.rules, step):
            if trigger.title in found:
                found[trigger.title].look(view)
    return Coverage(tuple(found.values()))


def together(found: Sequence[Coverage]) -> Coverage:
    """Return what several rule sets' tests have seen of the triggers that they have in common, and of the others."""
    known: dict[tuple[str, r.Location], TriggerSeen] = {}
    for coverage in found:
        for seen in coverage.triggers:
            place = (seen.trigger.title, seen.trigger.at)
            first = known.setdefault(place, seen)
            if first is not seen and first.trigger.runs and seen.trigger.runs:
                first.join(seen)
            elif seen.trigger.runs:
                known[place] = seen
    return Coverage(tuple(known.values()))


def _unseen(trigger: r.Trigger, rules: Ruleset) -> TriggerSeen:
    formed = shape(trigger.condition)
    return TriggerSeen(trigger, formed, tuple(_part(part, rules) for part in formed.parts))


def _part(part: Part, rules: Ruleset) -> PartSeen:
    root = rules.vocabulary.root
    beside = (*part.others, *certain(rules.rules))
    return PartSeen(
        part,
        possible_true=worlds.possible(Assumed(part.condition), *beside, root=root),
        possible_false=worlds.possible(Assumed(part.condition, holds=False), *beside, root=root),
    )
