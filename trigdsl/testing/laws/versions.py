"""Laws of two versions of a rule set: what a replay calls a difference, and what it does not."""

from collections import Counter
from collections.abc import Iterable, Sequence

from attrs import evolve

from trigdsl.engine.effects import FieldChanged, Notification, Outcome
from trigdsl.engine.state import UpdateError
from trigdsl.runtime.replay import Compared, Replay, Version
from trigdsl.semantics.rules import Trigger
from trigdsl.testing.laws.trial import Law, Trial, law


def _replayed(trial: Trial, triggers: Sequence[Trigger]) -> list[Compared]:
    """Return what comes of each event that fits, by the rules and by the same with other triggers."""
    new = trial.with_triggers(triggers)
    replay = Replay(Version(trial.rules, trial.people), Version(new, trial.people))
    found = []
    for event in trial.events:
        try:
            found.append(replay.feed(event))
        except UpdateError:
            continue
    return found


@law
def a_version_does_not_differ_from_itself(trial: Trial) -> None:
    """A version that is replayed against itself tells and changes the same, and no ticket comes apart."""
    for compared in _replayed(trial, trial.rules.triggers):
        assert compared.differences == ()
        assert compared.twice == ()
        assert compared.apart_since is None


@law
def other_titles_are_no_difference(trial: Trial) -> None:
    """Triggers that get another title, and are known by what they ask and do, tell and change the same as before."""
    meanings = Counter((trigger.condition, trigger.actions) for trigger in trial.rules.triggers)
    renamed = [
        evolve(trigger, title=f"{trigger.title} by another name")
        if meanings[trigger.condition, trigger.actions] == 1
        else trigger
        for trigger in trial.rules.triggers
    ]
    for compared in _replayed(trial, renamed):
        assert compared.differences == ()
        assert compared.apart_since is None


@law
def a_replay_adds_up(trial: Trial) -> None:
    """What is more less what is fewer is what two runs differ by, in messages and in fields that change."""
    fewer = trial.rules.triggers[::2]
    ways = Counter((d.kind, d.way) for each in _replayed(trial, fewer) for d in each.differences)
    before, after = (_counted(trial.run(rules)) for rules in (trial.rules, trial.with_triggers(fewer)))
    for kind in ("notification", "change"):
        assert ways[kind, "more"] - ways[kind, "fewer"] == after[kind] - before[kind]


def _counted(outcomes: Iterable[Outcome]) -> Counter[str]:
    """Return how many messages there are, and how many fields that end otherwise than they began."""
    found: Counter[str] = Counter()
    for outcome in outcomes:
        writes: dict[str, list[FieldChanged]] = {}
        for effect in outcome.effects:
            found["notification"] += isinstance(effect, Notification)
            if isinstance(effect, FieldChanged):
                writes.setdefault(effect.field, []).append(effect)
        found["change"] += sum(own[0].before != own[-1].after for own in writes.values())
    return found


LAWS: tuple[Law, ...] = tuple(value for value in globals().values() if isinstance(value, Law))
"""Every law of this page, in the order written."""
