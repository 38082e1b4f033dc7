"""Every mutant of a rule set: the rules with one small change, and whether the change provably means nothing."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import footprint
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.ordering import Draft
from trigdsl.semantics.written import Written
from trigdsl.syntax import tree as t
from trigdsl.testing.mutation.changes import Change, Changes
from trigdsl.testing.scenarios.coverage import certain, counted


@frozen(eq=False)
class Mutant:
    """The rules with one small change: which triggers become which, or which two change places."""

    title: str
    """The trigger that is changed, or the name that is defined otherwise."""
    at: r.Location
    change: Change
    changed: Mapping[str, r.Trigger] = field(factory=dict)
    swapped: tuple[str, str] | None = None
    same: str | None = None
    """Why the change provably means nothing; None when it may mean something."""

    @property
    def key(self) -> tuple[str, ...]:
        """What it has in common with the same change in another rule set that uses the same rules."""
        change = self.change
        return (self.title, self.at.path, str(self.at.line), str(change.span), change.before, change.after)

    @property
    def titles(self) -> tuple[str, ...]:
        """The triggers that the change touches."""
        return self.swapped or tuple(self.changed)

    def applied(self, rules: Ruleset) -> Ruleset:
        """Return the rules with the change."""
        triggers = [self.changed.get(trigger.title, trigger) for trigger in rules.triggers]
        if self.swapped is not None:
            places = [trigger.title for trigger in triggers]
            first, second = (places.index(title) for title in self.swapped)
            triggers[first], triggers[second] = triggers[second], triggers[first]
        return evolve(rules, rules=evolve(rules.rules, triggers=tuple(triggers)))


def mutants(rules: Ruleset, written: Written) -> Iterator[Mutant]:
    """Yield every mutant of the triggers that count, in the order of the rules."""
    made = _Maker(rules, written, written.supposing())
    for draft in made.drafts():
        yield from made.of_trigger(draft)
    yield from made.of_definitions()
    yield from made.of_order()


@frozen
class _Maker:
    rules: Ruleset
    written: Written
    supposed: Written

    def drafts(self) -> list[Draft]:
        """Return the triggers that are changed: those that count, and are tried."""
        titles = {trigger.title for trigger in counted(self.rules) if trigger.runs}
        return [draft for draft in self.written.drafts if draft.title in titles]

    @property
    def changes(self) -> Changes:
        """What makes the changes: templates of the rules' own use are put in each other's place."""
        used = {name for trigger in self.rules.triggers for name in _templates(trigger)}
        conditions = self.written.conditions
        groups = sorted({x.name for trigger in self.rules.triggers for x in _groups(trigger.condition)})
        return Changes(self.rules.vocabulary, conditions.scope.words, sorted(used), groups)

    def of_trigger(self, draft: Draft) -> Iterator[Mutant]:
        """Yield the mutants of one trigger; a change that would be a mistake is none."""
        before = next(trigger for trigger in self.rules.triggers if trigger.title == draft.title)
        seen: list[r.Trigger] = [before]
        for changed, change in self.changes.of(draft.written):
            after = self.supposed.accepted(draft, changed)
            if after is None or any(_alike(after, other) for other in seen):
                continue
            seen.append(after)
            at = self.supposed.conditions.in_source(draft.source).scope.at(change.span)
            same = self._same(before, after)
            yield Mutant(draft.title, at, change, {draft.title: after}, same=same)

    def _same(self, before: r.Trigger, after: r.Trigger) -> str | None:
        if before.actions != after.actions or before.once != after.once:
            return None
        root = self.rules.vocabulary.root
        one, other = before.condition, after.condition
        apart = any(
            worlds.possible(
                Assumed(one, holds=holds),
                Assumed(other, holds=not holds),
                *certain(self.rules.rules),
                root=root,
            )
            for holds in (True, False)
        )
        return None if apart else "no ticket and no update tell the two conditions apart"

    def of_definitions(self) -> Iterator[Mutant]:
        """Yield the mutants of defined names, each with all triggers that use the name."""
        own = {draft.title: draft for draft in self.drafts()}
        for name, defined in self.written.definitions.items():
            using = [draft for draft in own.values() if self._uses(draft, name)]
            source = self.written.conditions.definitions[name].source
            for condition, change in self.changes.of_condition(defined.condition) if using else ():
                supposed = self.written.supposing(name, condition)
                meant = {draft.title: supposed.accepted(draft) for draft in using}
                changed = {title: trigger for title, trigger in meant.items() if trigger is not None}
                if len(changed) == len(using):
                    at = supposed.conditions.in_source(source).scope.at(change.span)
                    yield Mutant(f"define {name}", at, change, changed, same=self._all_same(changed))

    def _all_same(self, changed: Mapping[str, r.Trigger]) -> str | None:
        found = [
            self._same(trigger, changed[trigger.title])
            for trigger in self.rules.triggers
            if trigger.title in changed
        ]
        return found[0] if all(found) else None

    def _uses(self, draft: Draft, name: str) -> bool:
        """Return whether a trigger's condition comes to ask for a defined name."""
        open_names = [*_names(draft.written.condition)]
        seen: set[str] = set()
        while open_names:
            found = open_names.pop()
            if found == name:
                return True
            if found not in seen and found in self.written.definitions:
                seen.add(found)
                open_names += _names(self.written.definitions[found].condition)
        return False

    def of_order(self) -> Iterator[Mutant]:
        """Yield the rules with two neighbours in each other's place."""
        own = {draft.title for draft in self.drafts()}
        active = [trigger for trigger in self.rules.triggers if trigger.runs]
        for number, (a, b) in enumerate(itertools.pairwise(active)):
            if not own.issuperset((a.title, b.title)):
                continue
            change = Change(
                "order", a.at.span, f'"{a.title}" before "{b.title}"', f'"{b.title}" before "{a.title}"'
            )
            matters = self._order_matters(a, b, active[:number])
            same = None if matters else "neither sees or undoes what the other does"
            yield Mutant(b.title, b.at, change, swapped=(a.title, b.title), same=same)

    def _order_matters(self, a: r.Trigger, b: r.Trigger, earlier: Sequence[r.Trigger]) -> bool:
        ends = any(trigger.stops for trigger in (a, b))
        among = bool(a.writes & (self._decides(b) | b.writes) or b.writes & self._decides(a))
        # What either writes may make an earlier trigger fire, which then sees the one and not yet the other.
        return ends or among or any(self._decides(t) & (a.writes | b.writes) for t in earlier)

    def _decides(self, trigger: r.Trigger) -> set[str]:
        """Return what decides when a trigger fires, and what it then does; texts are written when all is done."""
        vocabulary = self.rules.vocabulary
        found = set(footprint.of_condition(trigger.condition, vocabulary))
        for action in trigger.actions:
            match action:
                case r.Notify(recipients):
                    found |= footprint.of_recipients(recipients, vocabulary)
                case r.SetTo(_, operands) | r.Include(_, operands) | r.Exclude(_, operands):
                    found |= footprint.of_operands(operands, vocabulary)
                case r.Count(name, operand):
                    found |= {f"{vocabulary.root}.{name}", *footprint.of_operands((operand,), vocabulary)}
                case r.Perform(operand=r.Reading() as operand):
                    found |= footprint.of_operands((operand,), vocabulary)
        return found


def _alike(a: r.Trigger, b: r.Trigger) -> bool:
    return a.condition == b.condition and a.actions == b.actions and a.once == b.once


def _templates(trigger: r.Trigger) -> Iterator[str]:
    for action in trigger.actions:
        message = getattr(action, "message", None)
        if isinstance(message, r.Template):
            yield message.name


def _groups(condition: r.Condition) -> Iterator[r.Named]:
    for test in worlds.tests_of(condition):
        operand = getattr(test, "operand", None)
        if isinstance(operand, r.Named) and operand.kind == "group":
            yield operand


def _names(condition: t.Condition) -> Sequence[str]:
    match condition:
        case t.NameTest(name):
            return [name]
        case t.And(items) | t.Or(items):
            return [name for item in items for name in _names(item)]
        case t.Not(item):
            return _names(item)
        case _:
            return []
