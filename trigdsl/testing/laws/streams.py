"""Laws of streams: what a fold of updates keeps, and what may be told apart and put together again."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from trigdsl.engine.effects import Outcome
from trigdsl.engine.state import Comment, Ticket, Update, UpdateError
from trigdsl.semantics.rules import Inline, Template
from trigdsl.testing.laws.trial import Law, Trial, law, was_closed


def _ticket(event: Mapping[str, Any]) -> tuple[Any, Any]:
    return event.get("source"), event.get("subject")


def _json(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    return [outcome.to_json() for outcome in outcomes]


@law
def tickets_are_independent(trial: Trial) -> None:
    """A stream split by ticket, and its outcomes put together again, equals the stream run whole."""
    tickets = dict.fromkeys(map(_ticket, trial.events))
    apart = [
        outcome
        for address in tickets
        for outcome in evolve(trial, events=[e for e in trial.events if _ticket(e) == address]).outcomes
    ]
    whole = trial.outcomes
    assert sorted(map(_line, apart)) == sorted(map(_line, whole))


def _line(outcome: Outcome) -> str:
    return json.dumps(outcome.to_json(), sort_keys=True, ensure_ascii=False)


@law
def an_event_counts_once(trial: Trial) -> None:
    """Each event told twice changes nothing: the second time it is a duplicate."""
    twice = evolve(trial, events=[event for event in trial.events for _ in range(2)]).outcomes
    assert _json([o for o in twice if not o.duplicate]) == _json(
        [o for o in trial.outcomes if not o.duplicate]
    )


@law
def a_duplicate_does_nothing(trial: Trial) -> None:
    """A duplicate has no effect and leaves the ticket as it was."""
    after: dict[tuple[str, str], Mapping[str, Any]] = {}
    for outcome in trial.outcomes:
        assert outcome.update is not None
        address = outcome.update.source, outcome.ticket_id
        if outcome.duplicate:
            assert not outcome.fired
            assert not outcome.effects
            assert not outcome.trial
            assert dict(outcome.after) == after[address]
        after[address] = dict(outcome.after)


@law
def a_saved_ticket_goes_on(trial: Trial) -> None:
    """Tickets that are saved in the middle of a stream and read again go on as if nothing had been."""
    half = len(trial.events) // 2
    first = trial.rules.fold(directory=trial.people, trace=True, render=False)
    found = [*first.feed_all(trial.events[:half])]
    second = trial.rules.fold(directory=trial.people, trace=True, render=False)
    for state in json.loads(json.dumps([*first.saved()])):
        second.start_from(trial.rules.ticket(state), state.get("seen"))
    assert _json([*found, *second.feed_all(trial.events[half:])]) == _json(trial.outcomes)


@law
def an_update_is_its_json(trial: Trial) -> None:
    """An update that is written as JSON and read again is the same update."""
    for outcome in trial.outcomes:
        assert outcome.update is not None
        written = json.loads(json.dumps(trial.rules.update_to_json(outcome.update)))
        assert trial.rules.update(written) == outcome.update


@law
def what_is_left_out_is_usual(trial: Trial) -> None:
    """An update, a comment or a ticket of which a tool leaves a part out is what JSON without that part says."""
    told = {
        "specversion": "1.0",
        "source": "tool",
        "subject": "7",
        "id": "e-1",
        "time": "2026-01-05T10:00:00Z",
        "type": f"{trial.rules.vocabulary.root}.updated",
        "data": {"comment": {"body": "Hello"}},
    }
    time = datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert trial.rules.update(told) == Update("tool", "7", "e-1", time, comment=Comment("Hello"))
    assert trial.rules.update({**told, "data": {}}) == Update("tool", "7", "e-1", time)
    assert trial.rules.ticket({"source": "tool", "subject": "7"}) == Ticket("tool", "7")


@law
def an_outcome_is_its_json(trial: Trial) -> None:
    """An outcome as JSON says its version; when it is read again it is written the same way, and its texts are in it."""
    for outcome in trial.run(trial.rules, render=True):
        written = json.loads(json.dumps(outcome.to_json()))
        assert written["version"] == 1
        again = Outcome.from_json(written)
        assert again.to_json() == written
        assert [*written["after"]] == sorted(written["after"])
        for effect, told in zip(again.effects, written["effects"], strict=True):
            assert getattr(effect, "message", None) == _message(told)


def _message(effect: Mapping[str, Any]) -> Template | Inline | None:
    """Return the message that an effect as JSON tells of, rendered as it is."""
    if effect.get("template") is not None:
        return Template(effect["template"])
    return None if effect.get("body") is None else Inline(effect.get("subject"), effect["body"])


@law
def what_does_not_fit_changes_nothing(trial: Trial) -> None:
    """An event that is refused leaves everything as it was."""
    fold = trial.rules.fold(directory=trial.people, render=False)
    created = f"{trial.rules.vocabulary.root}.created"
    for event in trial.events:
        for tried in (event, {**event, "id": f"{event.get('id')} once more", "type": created}):
            before = json.dumps([*fold.saved()])
            try:
                fold.feed(tried)
            except UpdateError:
                assert json.dumps([*fold.saved()]) == before


@law
def a_closed_ticket_is_left_alone(trial: Trial) -> None:
    """Nothing fires for a ticket that was closed before the update."""
    closed = trial.rules.rules.closed
    for outcome in trial.outcomes:
        assert closed is None or not was_closed(outcome) or not outcome.fired


LAWS: tuple[Law, ...] = tuple(value for value in globals().values() if isinstance(value, Law))
"""Every law of this page, in the order written."""
