"""Why an expectation was not met, in the words of the rules."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import assert_never

from attrs import frozen

from trigdsl.engine import firing
from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import Effect, Notification, Outcome
from trigdsl.engine.trace import failures
from trigdsl.engine.view import View, shown
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


def reasons(rules: Ruleset, unmet: Unmet) -> list[Reason]:
    """Return what happened instead, and why, the plainest first."""
    played, expectation = unmet.played, unmet.expectation
    outcome = _traced(rules, played)
    match expectation:
        case None:
            return [_besides(each) for each in unmet.excess]
        case scenes.Fires(title, fires):
            return [*(_why_not(rules, outcome, played, title) if fires else _why(rules, outcome, title))]
        case scenes.Told(told=True):
            return [*_not_told(rules, outcome, played, expectation)]
        case scenes.Told(who):
            people = people_of(who, played.view)
            letters = [e for e in outcome.effects if isinstance(e, Notification) and e.person in people]
            return [Reason(described(e), e.at) for e in letters]
        case scenes.Holds(condition):
            return [*_not_so(outcome, played, condition)]
        case scenes.Called() | scenes.Posted() | scenes.Performed():
            return [*_not_done(rules, outcome, played, expectation)]
        case _:
            assert_never(expectation)


def _besides(found: r.Trigger | Effect) -> Reason:
    return Reason(
        f'trigger "{found.title}" fired' if isinstance(found, r.Trigger) else described(found), found.at
    )


def _traced(rules: Ruleset, played: Played) -> Outcome:
    """Return the outcome with its trace: only a step that fails is asked for it."""
    if played.update is None:
        return NOTHING
    return rules.step(played.before, played.update, directory=played.view.directory, trace=True)


def _not_done(
    rules: Ruleset,
    outcome: Outcome,
    played: Played,
    expectation: scenes.Called | scenes.Posted | scenes.Performed,
) -> Iterator[Reason]:
    yield from (Reason(described(e), e.at) for e in outcome.effects)
    if not outcome.effects:
        yield Reason("nothing was done")
    if not any(
        is_about(expectation, a) for t in rules.triggers if t.title in outcome.fired for a in t.actions
    ):
        yield from _who_could(rules, outcome, played, expectation)


# Triggers


def _why_not(rules: Ruleset, outcome: Outcome, played: Played, title: str) -> Iterator[Reason]:
    trigger = next(t for t in rules.triggers if t.title == title)
    missed = [] if outcome.trace is None else [n for n in outcome.trace.not_fired if n.trigger == title]
    if not missed:
        yield Reason("it did not fire: nothing happened to the ticket")
        return
    reason = missed[0].reason
    if reason == "condition":
        for number, part in enumerate(failing(trigger.condition, played.view)):
            lead = "it did not fire: " if number == 0 else "and "
            yield Reason(lead + part.text, part.at)
        return
    told = {
        "disabled": "it is disabled",
        "not executable": "it is not executable, since a part of it is kept in `raw`",
        "fired before": "it fires once per ticket, and fired in an earlier step",
        "stopped": f'trigger "{outcome.fired[-1] if outcome.fired else ""}" ended the update with `stop`',
    }
    yield Reason(f"it did not fire: {told.get(reason, 'the ' + reason)}", trigger.at)


def _why(rules: Ruleset, outcome: Outcome, title: str) -> Iterator[Reason]:
    trigger = next(t for t in rules.triggers if t.title == title)
    yield Reason(f"it fired: `{trigger.condition.at.text}` was true", trigger.at)
    fired = [] if outcome.trace is None else [f for f in outcome.trace.fired if f.trigger == title]
    if fired and fired[0].enabled_by:
        yield Reason(f'trigger "{fired[0].enabled_by}" made it possible')


def failing(condition: r.Condition, view: View) -> Iterator[Reason]:
    """Yield the parts of a condition that keep it from holding, each with what was so instead."""
    match condition:
        case r.AllOf(items) if any(item.at != condition.at for item in items):
            for item in items:
                if not holds(item, view):
                    yield from failing(item, view)
        case r.AnyOf(items) if any(item.at != condition.at for item in items):
            parts = [part for item in items for part in failing(item, view)]
            yield Reason("; ".join(part.text for part in parts), condition.at)
        case _:
            yield Reason(f"`{condition.at.text}` is false, {_seen(condition, view)}", condition.at)


def _seen(condition: r.Condition, view: View) -> str:
    """Return what was so instead, in a few words."""
    match condition:
        case r.Not(item):
            return _seen(item, view)
        case r.AllOf() | r.AnyOf():
            parts = failures(condition, view)
            return f"it was {value(parts[0].seen)}" if parts else "it was not so"
        case r.ScheduleIs():
            return f"the time was {view.update.time:%A %Y-%m-%d %H:%M} UTC"
        case r.Happens(fact):
            return _fact(fact, view)
        case r.Changes(subject):
            now = _shown(view.value(subject), subject, view)
            before = _shown(view.value_before(subject), subject, view)
            if before == now:
                return f"it stayed {value(now)}"
            return f"it changed from {value(before)} to {value(now)}"
        case r.Gains(subject) | r.Loses(subject):
            now = _shown(view.value(subject), subject, view)
            return f"it was {value(_shown(view.value_before(subject), subject, view))}, and is {value(now)}"
        case _:
            found = _shown(view.value(condition.subject), condition.subject, view)
            return f"it was {value(found)}"


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


def _shown(found: Value, reading: r.Reading, view: View) -> Value:
    return shown(found, reading.type, view.directory)


# People


def _not_told(rules: Ruleset, outcome: Outcome, played: Played, expectation: scenes.Told) -> Iterator[Reason]:
    people = people_of(expectation.who, played.view)
    if not people:
        who = expectation.who
        name = f"`{who.text}`" if isinstance(who, r.Reading) else "it"
        yield Reason(f"there is nobody who could be notified: {name} is empty")
    letters = [e for e in outcome.effects if isinstance(e, Notification)]
    own = [e for e in letters if e.person in people]
    told = (Reason(_letter(e, expectation.text), e.at) for e in own or letters)
    yield from itertools.islice(told, MOST_TOLD)
    if len(own or letters) > MOST_TOLD:
        yield Reason(f"and {len(own or letters) - MOST_TOLD} more were notified")
    if not letters:
        yield Reason("nobody was notified")
    silences = [] if outcome.trace is None else [(f, s) for f in outcome.trace.fired for s in f.silences]
    for fired, silence in silences:
        yield Reason(f'trigger "{fired.trigger}" fired: {silence.reason}', silence.at)
    lacking = people - {e.person for e in own if _as_named(e, expectation.text)}
    if lacking:
        yield from _who_could(rules, outcome, played, expectation, lacking)


def _as_named(letter: Notification, wanted: scenes.Telling) -> bool:
    """Return whether somebody got the very template that is expected, whatever it says."""
    return isinstance(letter.message, r.Template) and letter.message.name == wanted.template


def _letter(letter: Notification, wanted: scenes.Telling) -> str:
    text = described(letter)
    if not wanted.saying:
        return text
    said = " ".join(filter(None, (_short(letter.subject), _short(letter.body))))
    return f"{text}: it says {said or 'nothing'}"


def _short(text: str | None) -> str:
    joined = " ".join((text or "").split())
    return f'"{joined if len(joined) <= 200 else joined[:199] + "…"}"' if joined else ""


# Who would have done it


def _who_could(
    rules: Ruleset,
    outcome: Outcome,
    played: Played,
    expectation: scenes.Expectation,
    people: Collection[str] = (),
) -> Iterator[Reason]:
    """Yield why those triggers did not fire that would have done what is expected, the nearest to firing first."""
    if outcome.trace is None:
        yield Reason("nothing happened to the ticket, so no trigger ran")
        return
    closed = next((n.reason for n in outcome.trace.not_fired if n.reason.endswith(" is closed")), None)
    if closed is not None:
        yield Reason(f"the {closed}, so no trigger runs")
        return
    able = {t.title: t for t in rules.triggers if _is_able(t, expectation, people, played.view)}
    for trial in outcome.trial:
        if trial.trigger in able:
            yield Reason(f'trigger "{trial.trigger}" is on trial, so it does nothing', able[trial.trigger].at)
    missed = sorted(
        (n for n in outcome.trace.not_fired if n.trigger in able and _might(able[n.trigger], played.view)),
        key=lambda n: len(n.failures),
    )
    for each in missed[:MOST_TOLD]:
        first = next(_why_not(rules, outcome, played, each.trigger))
        text = first.text.removeprefix("it did not fire: ")
        yield Reason(f'trigger "{each.trigger}" did not fire: {text}', first.at)
    if len(missed) > MOST_TOLD:
        yield Reason(f"and {len(missed) - MOST_TOLD} more triggers that could have done it did not fire")
    if people and not able:
        names = sorted(played.view.directory.record("user", person).shown for person in people)
        yield Reason(f"no trigger notifies {', '.join(names[:MOST_TOLD])}, as the ticket is")


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


# Fields


def _not_so(outcome: Outcome, played: Played, condition: r.Condition) -> Iterator[Reason]:
    yield from failing(condition, played.view)
    names = fields_of(condition, played.view.rules.vocabulary.root)
    writes: Sequence[Reason] = [
        Reason(described(e), e.at) for e in outcome.effects if getattr(e, "field", None) in names
    ]
    yield from writes
