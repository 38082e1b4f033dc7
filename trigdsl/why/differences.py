"""What two versions of a rule set make of one event, and how that differs for those who see it.

Two effects are the same when nobody could tell them apart: the same text to the same person by the same channel, the same
value in the same field. Which trigger caused them plays no part, so a trigger may be renamed, split or moved. Of the
changes of one field only the last counts, and only if it is one: what was changed and changed back was never seen.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from attrs import evolve, frozen

from trigdsl.engine.effects import (
    ActionTaken,
    CommentPosted,
    Effect,
    FieldChanged,
    Notification,
    Outcome,
    WebhookCall,
)
from trigdsl.why.counterparts import Counterparts

Kind = Literal["notification", "change", "webhook", "comment", "action"]
Way = Literal["fewer", "more", "other"]

KINDS: tuple[Kind, ...] = ("notification", "change", "webhook", "comment", "action")
WAYS: tuple[Way, ...] = ("fewer", "more", "other")


@frozen
class Difference:
    """One effect that only one version has, or that the other has otherwise.

    The trigger is called by its new title, and by its old one where the new version has none such. What is the
    channel, the field, the webhook, the action, or whether a comment is public. One that follows is the
    consequence of an earlier difference of the same ticket.
    """

    kind: Kind
    way: Way
    what: str
    trigger: str
    old: Effect | None = None
    new: Effect | None = None
    follows: bool = False

    @property
    def identity(self) -> tuple[Any, ...]:
        """What tells it from other differences of the same event."""
        old, new = (None if effect is None else seen(effect) for effect in (self.old, self.new))
        return self.kind, self.way, self.what, self.trigger, old, new


@frozen
class Twice:
    """Somebody who is told several times about one update, by one version alone, and by which triggers."""

    version: Literal["old", "new"]
    channel: str
    person: str
    recipient: str
    to_agent: bool
    triggers: tuple[str, ...]


def differences(old: Outcome, new: Outcome, counterparts: Counterparts) -> tuple[Difference, ...]:
    """Return how what an event causes differs between two versions; texts have to be rendered."""
    found: list[Difference] = []
    for kind in KINDS:
        befores, afters = _of_kind(kind, old), _of_kind(kind, new)
        if befores or afters:
            found += _compared(kind, befores, afters, counterparts)
    return tuple(found)


def _of_kind(kind: Kind, outcome: Outcome) -> list[Effect]:
    if kind == "change":
        return [*net_changes(outcome)]
    return [effect for effect in outcome.effects if kind_of(effect) == kind]


def net_changes(outcome: Outcome) -> list[FieldChanged]:
    """Return what became of each field that triggers wrote: from what it was to what it is, by the last of them."""
    found: dict[str, FieldChanged] = {}
    for effect in outcome.effects:
        if isinstance(effect, FieldChanged):
            first = found.get(effect.field)
            found[effect.field] = effect if first is None else evolve(effect, before=first.before)
    return [change for change in found.values() if change.before != change.after]


def _compared(
    kind: Kind, befores: Sequence[Effect], afters: Sequence[Effect], counterparts: Counterparts
) -> Iterable[Difference]:
    def same_trigger(before: Effect, after: Effect) -> bool:
        return counterparts.to_new.get(before.trigger) == after.trigger

    # The same trigger's are set off first, so that of two who send one text the one that is new is named.
    _, befores, afters = _paired(befores, afters, lambda b, a: same_trigger(b, a) and _same(b, a))
    _, befores, afters = _paired(befores, afters, _same)
    if kind == "change":
        pairs, befores, afters = _paired(befores, afters, lambda b, a: what_of(b) == what_of(a))
    else:
        pairs, befores, afters = _paired(befores, afters, lambda b, a: same_trigger(b, a) and _alike(b, a))
    for before, after in pairs:
        yield Difference(kind, "other", what_of(after), after.trigger, before, after)
    for before in befores:
        title = counterparts.to_new.get(before.trigger, before.trigger)
        yield Difference(kind, "fewer", what_of(before), title, before, None)
    for after in afters:
        yield Difference(kind, "more", what_of(after), after.trigger, None, after)


def _paired(
    befores: Sequence[Effect], afters: Sequence[Effect], match: Callable[[Effect, Effect], bool]
) -> tuple[list[tuple[Effect, Effect]], list[Effect], list[Effect]]:
    """Return pairs that match, each effect in one at most, and what is left on both sides."""
    left, rest, pairs = [], [*afters], []
    for before in befores:
        at = next((n for n, after in enumerate(rest) if match(before, after)), None)
        if at is None:
            left.append(before)
        else:
            pairs.append((before, rest.pop(at)))
    return pairs, left, rest


def _same(before: Effect, after: Effect) -> bool:
    """Return whether nobody could tell two effects apart; of sets what came and went is what triggers did."""
    if isinstance(before, FieldChanged) and isinstance(after, FieldChanged):
        return before.field == after.field and (
            before.after == after.after
            or (_is_set(before) and _is_set(after) and _moved(before) == _moved(after))
        )
    return seen(before) == seen(after)


def _is_set(change: FieldChanged) -> bool:
    return isinstance(change.before, frozenset) and isinstance(change.after, frozenset)


def _moved(change: FieldChanged) -> tuple[frozenset[str], frozenset[str]]:
    assert isinstance(change.before, frozenset)
    assert isinstance(change.after, frozenset)
    return change.after - change.before, change.before - change.after


def _alike(before: Effect, after: Effect) -> bool:
    """Return whether two effects differ in their texts alone."""
    return seen(before)[:3] == seen(after)[:3]


def kind_of(effect: Effect) -> Kind:
    """Return the kind of an effect, as outcomes write it."""
    match effect:
        case FieldChanged():
            return "change"
        case Notification():
            return "notification"
        case WebhookCall():
            return "webhook"
        case CommentPosted():
            return "comment"
        case ActionTaken():
            return "action"


def what_of(effect: Effect) -> str:
    """Return what an effect is about: a channel, a field, a webhook, an action, or whether a comment is public."""
    match effect:
        case FieldChanged():
            return effect.field
        case Notification():
            return effect.channel
        case WebhookCall():
            return effect.webhook
        case CommentPosted():
            return "public" if effect.public else "private"
        case ActionTaken():
            return effect.action


def seen(effect: Effect) -> tuple[Any, ...]:
    """Return what can be seen of an effect: what it is about, whom it reaches, then its texts."""
    match effect:
        case FieldChanged():
            return effect.field, effect.before, effect.after
        case Notification():
            return effect.channel, effect.person, None, effect.subject, effect.body, effect.html
        case WebhookCall():
            return effect.webhook, None, None, effect.body
        case CommentPosted():
            return effect.public, None, None, effect.body
        case ActionTaken():
            return effect.action, effect.argument, effect.person, effect.subject, effect.body


def told_twice(old: Outcome, new: Outcome) -> tuple[Twice, ...]:
    """Return who is told about an update several times by one channel, by one version and not by the other."""
    before, after = _told(old), _told(new)
    if not (before or after):
        return ()
    counts = Counter({key: len(mails) for key, mails in before.items()})
    found = [_twice("new", mails) for key, mails in after.items() if len(mails) > 1 and counts[key] < 2]
    counts = Counter({key: len(mails) for key, mails in after.items()})
    found += [_twice("old", mails) for key, mails in before.items() if len(mails) > 1 and counts[key] < 2]
    return tuple(found)


def _told(outcome: Outcome) -> dict[tuple[str, str], list[Notification]]:
    found: dict[tuple[str, str], list[Notification]] = {}
    for effect in outcome.effects:
        if isinstance(effect, Notification):
            found.setdefault((effect.channel, effect.person), []).append(effect)
    return found


def _twice(version: Literal["old", "new"], mails: Sequence[Notification]) -> Twice:
    first = mails[0]
    titles = tuple(mail.trigger for mail in mails)
    return Twice(version, first.channel, first.person, first.recipient, first.to_agent, titles)
