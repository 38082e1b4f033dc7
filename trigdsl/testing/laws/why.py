"""Laws of the trace: what it says of why a trigger fired, and why another did not, is true.

The trace is held to the second evaluator, which is asked about each condition as the update ended.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from attrs import frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.trace import Failure, NotFired
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.syntax import printer, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.laws import agreement
from trigdsl.testing.laws.trial import Law, Trial, law
from trigdsl.testing.oracle import RefusedError, Situation
from trigdsl.testing.oracle import values as read

WORDS = words.load("en")


@frozen
class _Told:
    """An outcome, with the situations that the second evaluator saw in it: as it came, and after each firing."""

    outcome: Outcome
    situations: Sequence[Situation]

    @property
    def end(self) -> Situation:
        return self.situations[-1]

    @property
    def not_fired(self) -> tuple[NotFired, ...]:
        assert self.outcome.trace is not None
        return self.outcome.trace.not_fired


def _told(trial: Trial) -> Iterator[_Told]:
    """Yield the outcome of each event that fits and is no duplicate, where the two agree about who fired."""
    second = agreement.oracle(trial)
    outcomes = iter(trial.outcomes)
    for event in trial.events:
        try:
            theirs = second.feed(event)
        except RefusedError:
            continue
        ours = next(outcomes, None)
        if ours is None or [*ours.fired] != theirs["fired"]:
            return
        if not ours.duplicate:
            yield _Told(ours, second.situations)


def _conditions(trial: Trial) -> dict[str, t.Condition]:
    """Return the condition of each trigger that is on, by title."""
    program = agreement.reading(trial.tree, trial.beside, trial.vocabulary)
    return {rule.title: rule.trigger.condition for rule in program.rules()}


def _parts(condition: t.Condition, situation: Situation) -> Iterator[t.Condition]:
    """Yield what all has to hold for a condition to hold, defined names as the conditions they stand for."""
    match condition:
        case t.And(items):
            for item in items:
                yield from _parts(item, situation)
        case t.NameTest(name):
            yield from _parts(situation.program.defined[name], situation)
        case _:
            yield condition


@law
def why_not_is_true(trial: Trial) -> None:
    """Of a trigger that waits, the trace tells each part of its condition that is false, and no other."""
    conditions = _conditions(trial)
    for told in _told(trial):
        for other in told.not_fired:
            if other.reason != "condition":
                continue
            parts = _parts(conditions[other.trigger], told.end)
            false = [part for part in parts if not told.end.holds(part)]
            assert [failure.at.text for failure in other.failures] == [*map(_text, false)], other
            assert other.near_miss == (len(false) == 1)


def _text(condition: t.Condition) -> str:
    return printer.condition_text(condition, WORDS)


@law
def what_is_seen_is_there(trial: Trial) -> None:
    """The value that a trace says was seen is the value as the update ended, and the one wanted is the one written."""
    conditions = _conditions(trial)
    for told in _told(trial):
        for other in told.not_fired:
            failed = {failure.at.text: failure for failure in other.failures}
            for part in _parts(conditions[other.trigger], told.end) if failed else ():
                failure = failed.get(_text(part))
                if failure is not None and isinstance(part, t.Comparison):
                    _check_values(part, failure, told.end)


_ONE_WANTED = {
    *(Verb.IS, Verb.IS_LESS_THAN, Verb.IS_AT_MOST, Verb.IS_AT_LEAST, Verb.IS_MORE_THAN, Verb.IS_BEFORE),
    *(Verb.IS_AFTER, Verb.CONTAINS, Verb.STARTS_WITH, Verb.ENDS_WITH, Verb.CHANGES_TO),
}
_SEVERAL_WANTED = {
    *(Verb.IS_ONE_OF, Verb.INCLUDE, Verb.INCLUDE_ANY_OF, Verb.GAIN, Verb.GAIN_ANY_OF, Verb.LOSE),
    *(Verb.LOSE_ANY_OF, Verb.CONTAINS_ANY_WORD_OF),
}


def _check_values(part: t.Comparison, failure: Failure, end: Situation) -> None:
    seen = end.subject(part.subject)
    if part.verb in (Verb.IS, Verb.IS_NOT) and isinstance(part.values[0], t.Word):
        state = end.program.states.get((seen.entity or "", part.values[0].text.casefold()))
        if state is not None:
            told = failure.seen, failure.wanted
            assert state.meaning is not None or told == (_fact(state, end), None), failure
            return
    if seen.kind is None or not isinstance(part.subject, t.PathSubject):
        return
    assert types.to_json(failure.seen) == read.to_json(seen.value), failure
    if part.verb in _ONE_WANTED:
        (wanted,) = end.given(part.values, seen.kind) or (None,)
        assert types.to_json(failure.wanted) == read.to_json(wanted), failure
    if part.verb in _SEVERAL_WANTED:
        given = end.given(part.values, seen.kind)
        texts = [str(v if isinstance(v, Decimal) else read.to_json(v)) for v in given if v is not None]
        assert failure.wanted == (frozenset(texts) or None), failure


def _fact(state: t.StateDeclaration, end: Situation) -> str | None:
    """Return how a trace tells a fact of an update; of a schedule it says nothing."""
    update = end.update
    match str(state.path), state.name:
        case "comment", _ if update.comment is None:
            return "no comment"
        case "comment", _:
            return "a public comment" if update.comment_is_public else "a private comment"
        case end.program.main, "created" | "updated":
            return "created" if update.creates else "updated"
        case end.program.main, _:
            return "public" if end.is_public else "private"
        case _:
            return None


@law
def the_reason_fits(trial: Trial) -> None:
    """A trigger that did not fire was off, or had fired before, or waits, or came after a `stop`, or the ticket was closed."""
    off = {trigger.title for trigger in trial.rules.triggers if not trigger.runs}
    once = {trigger.title for trigger in trial.rules.triggers if trigger.once}
    stopping = {t.title for t in trial.rules.triggers if any(isinstance(a, r.Stop) for a in t.actions)}
    closed = f"{trial.rules.vocabulary.root} is closed"
    conditions = _conditions(trial)
    fired: dict[tuple[str, str], set[str]] = {}
    for told in _told(trial):
        assert told.outcome.update is not None
        before = fired.setdefault((told.outcome.update.source, told.outcome.ticket_id), set())
        reasons = {other.trigger: other.reason for other in told.not_fired}
        for title, reason in reasons.items():
            assert (reason in ("disabled", "not executable")) == (title in off), (title, reason)
            if reason == closed:
                assert not told.outcome.fired
            elif title not in off:
                waits = not told.end.holds(conditions[title])
                stopped = bool(stopping & set(told.outcome.fired))
                wanted = "condition" if waits else "stopped" if stopped else "passed"
                assert reason == ("fired before" if title in once & before else wanted), (title, reason)
        before |= set(told.outcome.fired)


@law
def who_made_it_possible(trial: Trial) -> None:
    """A firing names the earlier firing after which its condition began to hold, and none when it held from the start."""
    conditions = _conditions(trial)
    for told in _told(trial):
        assert told.outcome.trace is not None
        for number, fired in enumerate(told.outcome.trace.fired):
            held = [s.holds(conditions[fired.trigger]) for s in told.situations[: number + 1]]
            began = [n for n in range(1, number + 1) if held[n] and not held[n - 1]]
            wanted = told.outcome.fired[began[-1] - 1] if began else None
            assert fired.enabled_by == wanted, (fired.trigger, fired.enabled_by, wanted)


@law
def what_does_nothing_is_said(trial: Trial) -> None:
    """Each action of a trigger that fired has an effect, or the trace says why not; nobody is told only where nobody is."""
    triggers = {trigger.title: trigger for trigger in trial.rules.triggers}
    for told in _told(trial):
        assert told.outcome.trace is not None
        for fired in told.outcome.trace.fired:
            for action in triggers[fired.trigger].actions:
                done = [e for e in told.outcome.effects if e.trigger == fired.trigger and e.at is action.at]
                reasons = [s.reason for s in fired.silences if s.at is action.at]
                if isinstance(action, r.Notify):
                    nobody = "there is nobody to tell" in reasons
                    assert nobody == (not done and len(reasons) == 1 and reasons[0] == _NOBODY), action
                    assert done or reasons, action
                elif not isinstance(action, r.Stop):
                    assert len(done) + len(reasons) == 1, (action, done, reasons)


_NOBODY = "there is nobody to tell"


LAWS: tuple[Law, ...] = tuple(value for value in globals().values() if isinstance(value, Law))
"""Every law of this page, in the order written."""
