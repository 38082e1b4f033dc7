"""Why an expectation was not met, in the words of the rules."""

import itertools
from collections.abc import Collection, Iterator
from typing import assert_never

from attrs import frozen

from trigdsl.engine import firing
from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import Effect, Notification, Outcome
from trigdsl.engine.trace import NotFired, failures
from trigdsl.engine.view import View, shown
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes
from trigdsl.semantics.certain import is_about
from trigdsl.semantics.types import Value
from trigdsl.testing.scenarios.judge import NOTHING, Unmet, described, fields_of, people_of, value
from trigdsl.testing.scenarios.play import Played

MOST_TOLD = 5
"""How many of those who were notified instead are named."""


@frozen
class Reason:
    """One sentence, and the line of the rules that it is about, where there is one."""

    text: str
    at: r.Location | None = None


def reasons(rules: Ruleset, unmet: Unmet, reader: Reader = IN_ENGLISH) -> list[Reason]:
    """Return what happened instead, and why, the plainest first."""
    return [*_Inquiry(rules, unmet.played, _traced(rules, unmet.played), reader).reasons(unmet)]


def _traced(rules: Ruleset, played: Played) -> Outcome:
    """Return the outcome with its trace: only a step that fails is asked for it."""
    if played.update is None:
        return NOTHING
    return rules.step(played.before, played.update, directory=played.view.directory, trace=True)


@frozen
class _Inquiry:
    """What is asked of one step of a test, and who reads the answers."""

    rules: Ruleset
    played: Played
    outcome: Outcome
    reader: Reader

    def reasons(self, unmet: Unmet) -> Iterator[Reason]:
        expectation, outcome = unmet.expectation, self.outcome
        match expectation:
            case None:
                yield from map(self.besides, unmet.excess)
            case scenes.Fires(title, fires):
                yield from self.why_not(title) if fires else self.why(title)
            case scenes.Told(told=True):
                yield from self.not_told(expectation)
            case scenes.Told(who):
                people = people_of(who, self.played.view)
                letters = [e for e in outcome.effects if isinstance(e, Notification) and e.person in people]
                yield from map(self.done, letters)
            case scenes.Holds(condition):
                yield from self.not_so(condition)
            case scenes.Called() | scenes.Posted() | scenes.Performed():
                yield from self.not_done(expectation)
            case _:
                assert_never(expectation)

    def done(self, effect: Effect) -> Reason:
        return Reason(described(effect, self.reader), effect.at)

    def besides(self, found: r.Trigger | Effect) -> Reason:
        if not isinstance(found, r.Trigger):
            return self.done(found)
        return Reason(self.reader.say('trigger "{}" fired', self.reader.title(found.title)), found.at)

    def not_done(self, expectation: scenes.Called | scenes.Posted | scenes.Performed) -> Iterator[Reason]:
        outcome = self.outcome
        yield from map(self.done, outcome.effects)
        if not outcome.effects:
            yield Reason(self.reader.say("nothing was done"))
        if not any(
            is_about(expectation, a)
            for t in self.rules.triggers
            if t.title in outcome.fired
            for a in t.actions
        ):
            yield from self.who_could(expectation)

    # Triggers

    def trigger(self, title: str) -> r.Trigger:
        return next(t for t in self.rules.triggers if t.title == title)

    def missed(self, title: str) -> NotFired | None:
        trace = self.outcome.trace
        return next((n for n in trace.not_fired if n.trigger == title), None) if trace is not None else None

    def why_not(self, title: str) -> Iterator[Reason]:
        say, trigger, missed = self.reader.say, self.trigger(title), self.missed(title)
        if missed is None:
            yield Reason(say("it did not fire: {}", say("nothing happened to the ticket")))
        elif missed.reason == "condition":
            for number, part in enumerate(self.failing(trigger.condition)):
                yield Reason(say("it did not fire: {}" if number == 0 else "and {}", part.text), part.at)
        else:
            yield Reason(say("it did not fire: {}", self.bar(missed.reason)), trigger.at)

    def bar(self, reason: str) -> str:
        """Return what kept a trigger from being tried."""
        fired = self.outcome.fired
        match reason:
            case "disabled":
                return self.reader.say("it is disabled")
            case "not executable":
                return self.reader.say("it is not executable, since a part of it is kept in `raw`")
            case "fired before":
                return self.reader.say("it fires once per ticket, and fired in an earlier step")
            case "stopped":
                last = self.reader.title(fired[-1]) if fired else ""
                return self.reader.say('trigger "{}" ended the update with `stop`', last)
            case _:
                return self.reader.told(f"the {reason}")

    def why(self, title: str) -> Iterator[Reason]:
        trigger, reader = self.trigger(title), self.reader
        yield Reason(
            reader.say("it fired: `{}` was true", reader.condition(trigger.condition.at.text)), trigger.at
        )
        trace = self.outcome.trace
        fired = [] if trace is None else [f for f in trace.fired if f.trigger == title]
        if fired and fired[0].enabled_by:
            yield Reason(reader.say('trigger "{}" made it possible', reader.title(fired[0].enabled_by)))

    def failing(self, condition: r.Condition) -> Iterator[Reason]:
        """Yield the parts of a condition that keep it from holding, each with what was so instead."""
        view = self.played.view
        match condition:
            case r.AllOf(items) if any(item.at != condition.at for item in items):
                for item in items:
                    if not holds(item, view):
                        yield from self.failing(item)
            case r.AnyOf(items) if any(item.at != condition.at for item in items):
                parts = [part for item in items for part in self.failing(item)]
                yield Reason(self.reader.say("; ").join(part.text for part in parts), condition.at)
            case _:
                said = self.reader.condition(condition.at.text)
                seen = self.seen(condition)
                yield Reason(self.reader.say("`{}` is false, {}", said, seen), condition.at)

    def seen(self, condition: r.Condition) -> str:
        """Return what was so instead, in a few words."""
        view, say, reader = self.played.view, self.reader.say, self.reader
        match condition:
            case r.Not(item):
                return self.seen(item)
            case r.AllOf() | r.AnyOf():
                parts = failures(condition, view)
                return self.was(reader.failed(parts[0])) if parts else say("it was not so")
            case r.ScheduleIs():
                time = view.update.time
                return say("the time was {} {} UTC", reader.told(f"{time:%A}"), f"{time:%Y-%m-%d %H:%M}")
            case r.Happens(fact):
                return reader.told(_fact(fact, view))
            case r.Changes(subject):
                before, now = self.shown(subject)
                if before == now:
                    return say("it stayed {}", now)
                return say("it changed from {} to {}", before, now)
            case r.Gains(subject) | r.Loses(subject):
                return say("it was {}, and is {}", *self.shown(subject))
            case _:
                found = shown(view.value(condition.subject), condition.subject.type, view.directory)
                return self.was(reader.read(found, condition.subject))

    def was(self, found: Value) -> str:
        if found is None or found == frozenset():
            return self.reader.say("it was empty")
        return self.reader.say("it was {}", value(found, self.reader))

    def shown(self, subject: r.Reading) -> tuple[str, str]:
        """Return what a path led to before the update, and what it leads to now."""
        view, reader = self.played.view, self.reader
        values = (
            shown(v, subject.type, view.directory) for v in (view.value_before(subject), view.value(subject))
        )
        before, now = (value(reader.read(v, subject), reader) for v in values)
        return before, now

    # People

    def not_told(self, expectation: scenes.Told) -> Iterator[Reason]:
        outcome, say = self.outcome, self.reader.say
        people = people_of(expectation.who, self.played.view)
        if not people:
            who = expectation.who
            if isinstance(who, r.Reading):
                path = self.reader.path(who.text)
                yield Reason(say("there is nobody who could be notified: `{}` is empty", path))
            else:
                yield Reason(say("there is nobody who could be notified: it is empty"))
        letters = [e for e in outcome.effects if isinstance(e, Notification)]
        own = [e for e in letters if e.person in people]
        told = (Reason(self.letter(e, expectation.text), e.at) for e in own or letters)
        yield from itertools.islice(told, MOST_TOLD)
        if len(own or letters) > MOST_TOLD:
            yield Reason(say("and {} more were notified", len(own or letters) - MOST_TOLD))
        if not letters:
            yield Reason(say("nobody was notified"))
        for fired in () if outcome.trace is None else outcome.trace.fired:
            for silence in fired.silences:
                why = self.reader.title(fired.trigger), self.reader.told(silence.reason)
                yield Reason(say('trigger "{}" fired: {}', *why), silence.at)
        lacking = people - {e.person for e in own if _as_named(e, expectation.text)}
        if lacking:
            yield from self.who_could(expectation, lacking)

    def letter(self, letter: Notification, wanted: scenes.Telling) -> str:
        text = described(letter, self.reader)
        if not wanted.saying:
            return text
        said = " ".join(filter(None, (_short(letter.subject), _short(letter.body))))
        return self.reader.say("{}: it says {}", text, said or self.reader.say("nothing"))

    # Who would have done it

    def who_could(self, expectation: scenes.Expectation, people: Collection[str] = ()) -> Iterator[Reason]:
        """Yield why those triggers did not fire that would have done what is expected, the nearest to firing first."""
        say, view, trace = self.reader.say, self.played.view, self.outcome.trace
        if trace is None:
            yield Reason(say("nothing happened to the ticket, so no trigger ran"))
            return
        closed = next((n.reason for n in trace.not_fired if n.reason.endswith(" is closed")), None)
        if closed is not None:
            yield Reason(self.reader.told(f"the {closed}, so no trigger runs"))
            return
        able = {t.title: t for t in self.rules.triggers if _is_able(t, expectation, people, view)}
        for trial in self.outcome.trial:
            if trial.trigger in able:
                said = say('trigger "{}" is on trial, so it does nothing', self.reader.title(trial.trigger))
                yield Reason(said, able[trial.trigger].at)
        missed = sorted(
            (n for n in trace.not_fired if n.trigger in able and _might(able[n.trigger], view)),
            key=lambda n: len(n.failures),
        )
        yield from map(self.could, missed[:MOST_TOLD])
        if len(missed) > MOST_TOLD:
            more = len(missed) - MOST_TOLD
            yield Reason(say("and {} more triggers that could have done it did not fire", more))
        if people and not able:
            names = sorted(view.directory.record("user", person).shown for person in people)
            yield Reason(say("no trigger notifies {}, as the ticket is", ", ".join(names[:MOST_TOLD])))

    def could(self, missed: NotFired) -> Reason:
        """Return the first reason why a trigger did not fire that would have done it."""
        trigger, title = self.trigger(missed.trigger), self.reader.title(missed.trigger)
        first = Reason(self.bar(missed.reason), trigger.at)
        if missed.reason == "condition":
            first = next(self.failing(trigger.condition))
        return Reason(self.reader.say('trigger "{}" did not fire: {}', title, first.text), first.at)

    # Fields

    def not_so(self, condition: r.Condition) -> Iterator[Reason]:
        yield from self.failing(condition)
        names = fields_of(condition, self.played.view.rules.vocabulary.root)
        yield from (self.done(e) for e in self.outcome.effects if getattr(e, "field", None) in names)


def _fact(fact: str, view: View) -> str:
    entity, _, name = fact.partition(".")
    comment = view.update.comment
    if entity == "comment":
        if comment is None:
            return "there was no comment"
        return f"the comment was {'public' if comment.public else 'private'}"
    if name in ("created", "updated"):
        return f"the {entity} was {'created' if view.before is None else 'updated'}"
    return f"the {entity} was {'public' if any(c.public for c in view.comments) else 'private'}"


def _as_named(letter: Notification, wanted: scenes.Telling) -> bool:
    """Return whether somebody got the very template that is expected, whatever it says."""
    return isinstance(letter.message, r.Template) and letter.message.name == wanted.template


def _short(text: str | None) -> str:
    joined = " ".join((text or "").split())
    return f'"{joined if len(joined) <= 200 else joined[:199] + "…"}"' if joined else ""


def _is_able(
    trigger: r.Trigger, expectation: scenes.Expectation, people: Collection[str], view: View
) -> bool:
    """Return whether a trigger does something of the kind that is expected, and to one of these people."""
    return any(
        is_about(expectation, action)
        and (not isinstance(action, r.Notify) or any(p in people for p in _reached(action, view)))
        for action in trigger.actions
    )


def _might(trigger: r.Trigger, view: View) -> bool:
    """Return whether it says something that a trigger did not fire; of a disabled one, only where it would have."""
    return trigger.active or holds(trigger.condition, view)


def _reached(action: r.Notify, view: View) -> set[str]:
    """Return the keys of those whom an action notifies, as the ticket is now."""
    return {person for recipient in action.recipients for person in firing.people(recipient, view)}
