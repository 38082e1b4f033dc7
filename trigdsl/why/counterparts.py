"""Two versions of a rule set: which trigger of one is which of the other, renamed ones among them."""

from collections.abc import Callable, Hashable, Iterable, Mapping

from attrs import field, frozen

from trigdsl.semantics import rules as r


@frozen
class Counterparts:
    """The titles of triggers that both versions have, from the old to the new one and back."""

    to_new: Mapping[str, str] = field(factory=dict)
    to_old: Mapping[str, str] = field(factory=dict)

    @classmethod
    def of(cls, old: r.Rules, new: r.Rules) -> "Counterparts":
        """Return which triggers are the same: those of one title, then of one meaning, one way to act, one condition.

        A title that stands in one version alone was given to a trigger anew when exactly one of the other's is so.
        """
        titles = {trigger.title for trigger in new.triggers}
        found = {t.title: t.title for t in old.triggers if t.title in titles}
        for meaning in (_whole, _actions, _condition):
            gone = _by(meaning, (t for t in old.triggers if t.title not in found))
            come = _by(meaning, (t for t in new.triggers if t.title not in found.values()))
            for key, before in gone.items():
                after = come.get(key, [])
                if len(before) == len(after) == 1:
                    found[before[0]] = after[0]
        return cls(found, {now: before for before, now in found.items()})

    def renamed(self) -> Mapping[str, str]:
        """Return the old titles of those that have a new one, by the new one."""
        return {now: before for now, before in self.to_old.items() if now != before}


def _by(
    meaning: Callable[[r.Trigger], Hashable], triggers: Iterable[r.Trigger]
) -> Mapping[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    for trigger in triggers:
        found.setdefault(meaning(trigger), []).append(trigger.title)
    return found


def _whole(trigger: r.Trigger) -> Hashable:
    return trigger.condition, trigger.actions


def _actions(trigger: r.Trigger) -> Hashable:
    return trigger.actions


def _condition(trigger: r.Trigger) -> Hashable:
    return trigger.condition
