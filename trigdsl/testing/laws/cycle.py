"""Laws of one update: who fires, in which order, and what comes of it."""

import hashlib

from attrs import evolve

from trigdsl.engine.effects import CommentPosted, Effect, FieldChanged, Notification, Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Update
from trigdsl.semantics import footprint
from trigdsl.semantics import rules as r
from trigdsl.semantics.types import Value
from trigdsl.testing.laws.trial import Law, Trial, law


def _said(outcome: Outcome) -> object:
    """Return what an outcome says, without its trial firings."""
    return outcome.fired, [effect.to_json() for effect in outcome.effects], dict(outcome.after)


def _real(trial: Trial) -> list[Outcome]:
    return [outcome for outcome in trial.outcomes if not outcome.duplicate]


@law
def at_most_once(trial: Trial) -> None:
    """Each trigger fires at most once in an update, and so a cycle ends within as many firings as there are triggers."""
    for outcome in trial.outcomes:
        assert len(outcome.fired) == len(set(outcome.fired)) <= len(trial.rules.triggers)


@law
def the_same_again(trial: Trial) -> None:
    """The same rules and the same story give the same outcome, to the byte."""
    again = trial.run(trial.rules)
    assert [o.to_json() for o in again] == [o.to_json() for o in trial.outcomes]


@law
def only_who_fired_does_anything(trial: Trial) -> None:
    """Every effect is of a trigger that fired, in the order in which they fired."""
    for outcome in trial.outcomes:
        order = list(dict.fromkeys(effect.trigger for effect in outcome.effects))
        assert order == [title for title in outcome.fired if title in order]


@law
def the_rest_is_told(trial: Trial) -> None:
    """The trace names every trigger once: it fired, or was noted, or there is a reason why not."""
    for outcome in _real(trial):
        assert outcome.trace is not None
        told = [f.trigger for f in outcome.trace.fired] + [n.trigger for n in outcome.trace.not_fired]
        told += [noted.trigger for noted in outcome.trial]
        assert sorted(told) == sorted(trigger.title for trigger in trial.rules.triggers)


@law
def a_single_pass_goes_down(trial: Trial) -> None:
    """In a single pass triggers fire in their order."""
    order = [trigger.title for trigger in trial.rules.triggers]
    for outcome in trial.run(trial.rules, Mode.SINGLE_PASS):
        places = [order.index(title) for title in outcome.fired]
        assert places == sorted(places)


@law
def restart_needs_a_reason(trial: Trial) -> None:
    """Restart equals single pass when no trigger writes what one before it reads."""
    earlier: set[str] = set()
    for trigger in trial.rules.triggers:
        if trigger.writes & earlier:
            return
        earlier |= trigger.reads
    once = trial.run(trial.rules, Mode.SINGLE_PASS)
    assert list(map(_said, once)) == list(map(_said, trial.outcomes))


@law
def who_does_not_fire_is_not_missed(trial: Trial) -> None:
    """Taking away triggers that never fired changes nothing."""
    fired = {title for outcome in trial.outcomes for title in outcome.fired}
    left = [t for t in trial.rules.triggers if t.title in fired]
    assert list(map(_said, trial.run(trial.with_triggers(left)))) == list(map(_said, trial.outcomes))


@law
def a_trial_changes_nothing(trial: Trial) -> None:
    """Taking away trial triggers changes nothing but what they noted."""
    left = [t for t in trial.rules.triggers if not t.trial]
    assert list(map(_said, trial.run(trial.with_triggers(left)))) == list(map(_said, trial.outcomes))


@law
def who_is_off_is_off(trial: Trial) -> None:
    """A trigger that is switched off neither fires nor is noted."""
    off = {t.title for t in trial.rules.triggers if not t.runs}
    for outcome in trial.outcomes:
        assert not off & {*outcome.fired, *(noted.trigger for noted in outcome.trial)}


@law
def a_trial_does_not_fire(trial: Trial) -> None:
    """A trial trigger is noted, at most once in an update, and never fires."""
    trials = {t.title for t in trial.rules.triggers if t.trial}
    for outcome in trial.outcomes:
        noted = [n.trigger for n in outcome.trial]
        assert set(noted) <= trials
        assert len(noted) == len(set(noted))
        assert not trials & set(outcome.fired)


@law
def once_is_once(trial: Trial) -> None:
    """A trigger that fires once per ticket fires once in the life of each ticket."""
    once = {t.title for t in trial.rules.triggers if t.once}
    seen: set[tuple[str, str, str]] = set()
    for outcome in _real(trial):
        assert outcome.update is not None
        for title in once & set(outcome.fired):
            firing = outcome.update.source, outcome.ticket_id, title
            assert firing not in seen
            seen.add(firing)


@law
def stop_is_the_end(trial: Trial) -> None:
    """Nothing fires after a trigger whose last action is `stop`."""
    stopping = {t.title for t in trial.rules.triggers if any(isinstance(a, r.Stop) for a in t.actions)}
    for outcome in trial.outcomes:
        assert not stopping & set(outcome.fired[:-1])


@law
def what_is_after_was_written(trial: Trial) -> None:
    """A field that ends otherwise than the update left it was changed by a trigger, last to what it is."""
    counted = {f.name for f in trial.rules.vocabulary.fields_of(trial.rules.vocabulary.root) if f.counting}
    without = trial.with_triggers([])
    for outcome in _real(trial):
        last = {e.field.rpartition(".")[2]: e.after for e in outcome.effects if isinstance(e, FieldChanged)}
        for name, value in last.items():
            assert name in counted or _filled(outcome.after.get(name)) == _filled(value), name
    assert all(not outcome.effects for outcome in trial.run(without))


def _filled(value: Value) -> Value:
    return None if value == frozenset() else value


@law
def a_change_is_a_change(trial: Trial) -> None:
    """A change effect leads from one value to another, and the changes of one field follow each other."""
    for outcome in trial.outcomes:
        now: dict[str, Value] = {}
        for effect in outcome.effects:
            if isinstance(effect, FieldChanged):
                assert effect.before != effect.after
                assert now.get(effect.field, effect.before) == effect.before
                now[effect.field] = effect.after


@law
def a_firing_that_needed_another_came_after_it(trial: Trial) -> None:
    """What made a firing possible fired before it."""
    for outcome in _real(trial):
        assert outcome.trace is not None
        earlier: set[str] = set()
        for fired in outcome.trace.fired:
            assert fired.enabled_by is None or fired.enabled_by in earlier
            earlier.add(fired.trigger)


@law
def a_footprint_is_whole(trial: Trial) -> None:
    """What makes a firing possible has written a field that the firing says it reads."""
    root = trial.rules.vocabulary.root
    for outcome in _real(trial):
        assert outcome.trace is not None
        for fired in outcome.trace.fired:
            if fired.enabled_by is None:
                continue
            trigger = next(t for t in trial.rules.triggers if t.title == fired.trigger)
            by = next(t for t in trial.rules.triggers if t.title == fired.enabled_by)
            written = {name for name in by.writes if name.startswith(f"{root}.")}
            assert written & trigger.reads, (trigger.title, by.title)


# Whom outcomes tell


def _letters(outcome: Outcome) -> list[Notification]:
    return [effect for effect in outcome.effects if isinstance(effect, Notification)]


@law
def nobody_is_told_twice(trial: Trial) -> None:
    """One firing tells one person once over each channel."""
    for outcome in trial.outcomes:
        told = [(letter.trigger, letter.channel, letter.person) for letter in _letters(outcome)]
        assert len(told) == len(set(told))


@law
def no_answer_to_a_machine(trial: Trial) -> None:
    """An automatic update tells nobody who is not known to work here."""
    for outcome in _real(trial):
        assert outcome.update is not None
        assert not outcome.update.automatic or all(letter.to_agent for letter in _letters(outcome))


@law
def every_effect_has_a_key(trial: Trial) -> None:
    """Effects of one event have different keys, which event, trigger, action and recipient give in every version."""
    triggers = {trigger.title: trigger for trigger in trial.rules.triggers}
    for outcome in trial.outcomes:
        keys = [effect.key for effect in outcome.effects]
        assert len(keys) == len(set(keys))
        for effect in outcome.effects:
            numbers = [n for n, a in enumerate(triggers[effect.trigger].actions) if a.at is effect.at]
            told = effect.person if isinstance(effect, Notification) else ""
            assert effect.key in [_key(outcome.update, effect.trigger, n, told) for n in numbers], effect


def _key(update: Update | None, trigger: str, action: int, person: str) -> str:
    assert update is not None
    texts = (update.source, update.ticket, update.id, trigger, str(action), person)
    joined = "".join(f"{len(text)}:{text}\0" for text in texts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:24]


@law
def a_swap_of_strangers(trial: Trial) -> None:
    """Two neighbours that have nothing to do with each other, nor with one before them, may change places."""
    triggers = list(trial.rules.triggers)
    for number in range(len(triggers) - 1):
        one, two = triggers[number : number + 2]
        if _strangers(one, two) and not any(_meets(t, one, two) for t in triggers[:number]):
            swapped = [*triggers[:number], two, one, *triggers[number + 2 :]]
            again = trial.run(trial.with_triggers(swapped))
            assert [_unordered(o) for o in again] == [_unordered(o) for o in trial.outcomes]
            return


def _strangers(one: r.Trigger, two: r.Trigger) -> bool:
    stops = any(isinstance(action, r.Stop) for t in (one, two) for action in t.actions)
    return not stops and not (one.writes & (two.reads | two.writes)) and not (two.writes & one.reads)


def _meets(trigger: r.Trigger, one: r.Trigger, two: r.Trigger) -> bool:
    return bool(trigger.reads & (one.writes | two.writes))


def _unordered(outcome: Outcome) -> object:
    def named(effect: Effect) -> str:
        return str(effect.to_json())

    return sorted(outcome.fired), sorted(map(named, outcome.effects)), dict(outcome.after)


@law
def what_nobody_reads_matters_to_nobody(trial: Trial) -> None:
    """A field that no trigger reads or writes may change in an update, and no effect is another."""
    vocabulary = trial.rules.vocabulary
    inner = trial.rules.rules
    asked = [c.condition for c in inner.counters] + ([] if inner.closed is None else [inner.closed])
    touched = {name for t in trial.rules.triggers for name in t.reads | t.writes}
    touched |= {name for condition in asked for name in footprint.of_condition(condition, vocabulary)}
    free = [
        f.name
        for f in vocabulary.fields_of(vocabulary.root)
        if f.path not in touched and f.name not in _ENGINES and f.counting is None and f.at_first is None
    ]
    events = [_without(event, free) for event in trial.events]
    plain = evolve(trial, events=events).run(trial.rules)
    assert [[e.to_json() for e in o.effects] for o in plain] == [
        [e.to_json() for e in o.effects] for o in trial.outcomes
    ]


_ENGINES = {"requester", "submitter", "schedule", "deleted", "channel", "created_at", "updated_at"}
"""The fields that the engine itself may look at: who is told, which hours count."""


def _without(event: object, fields: list[str]) -> dict[str, object]:
    assert isinstance(event, dict)
    data = dict(event.get("data") or {})
    if isinstance(data.get("set"), dict):
        data["set"] = {name: value for name, value in data["set"].items() if name not in fields}
    return {**event, "data": data}


@law
def a_posted_comment_is_not_the_comment(trial: Trial) -> None:
    """What rules post joins the ticket's comments."""
    for outcome in _real(trial):
        assert outcome.ticket is not None
        posted = [e for e in outcome.effects if isinstance(e, CommentPosted)]
        assert len(posted) <= len(outcome.ticket.comments)


LAWS: tuple[Law, ...] = tuple(value for value in globals().values() if isinstance(value, Law))
"""Every law of this page, in the order written."""
