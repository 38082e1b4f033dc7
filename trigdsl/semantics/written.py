"""Rules as written, and what they mean: as they stand, or as they would if something in them were said otherwise."""

from collections.abc import Collection, Mapping

from attrs import evolve, frozen

from trigdsl.diagnostics import Severity
from trigdsl.semantics import footprint
from trigdsl.semantics import rules as r
from trigdsl.semantics.actions import ActionChecker
from trigdsl.semantics.checker import ConditionChecker, raw_parts
from trigdsl.semantics.messages import Inspect, Templates
from trigdsl.semantics.ordering import Draft
from trigdsl.semantics.scenarios import ScenarioChecker
from trigdsl.semantics.scenes import Scenario
from trigdsl.source import Source
from trigdsl.syntax import tree as t


@frozen(eq=False)
class Written:
    """The triggers of a rule set as they are written, in their order, with all that gives them a meaning."""

    conditions: ConditionChecker
    templates: Templates
    webhooks: Collection[str]
    inspect: Inspect
    drafts: tuple[Draft, ...] = ()

    def actions(self, checker: ConditionChecker) -> ActionChecker:
        """Return what checks actions that stand in a file."""
        return ActionChecker(checker.scope, self.templates, self.webhooks, self.inspect)

    def meaning(self, draft: Draft, written: t.Trigger | None = None) -> r.Trigger | None:
        """Return what a trigger means, or would mean if it were written so; None when something was reported."""
        trigger = written or draft.written
        checker = self.conditions.in_source(draft.source)
        condition = checker.check(trigger.condition)
        deeds = self.actions(checker)
        actions = deeds.check(trigger.actions)
        if condition is None or actions is None:
            return None
        reads = set(footprint.of_condition(condition, checker.scope.vocabulary))
        writes: set[str] = set()
        span = draft.written.span
        for action in actions:
            reads |= deeds.reads(action)
            writes |= deeds.writes(action)
        return r.Trigger(
            draft.title,
            draft.category,
            condition,
            actions,
            draft.active,
            trigger.standing is t.Standing.TRIAL,
            trigger.once,
            draft.library,
            frozenset(reads),
            frozenset(writes),
            raw=(*raw_parts(condition), *(a for a in actions if isinstance(a, r.RawAction))),
            doc=draft.doc,
            at=evolve(checker.scope.at(span), text=draft.source.text[span.start : span.end]),
        )

    # Otherwise

    @property
    def definitions(self) -> Mapping[str, t.Define]:
        """The names that the rules define."""
        return {name: definition.written for name, definition in self.conditions.definitions.items()}

    def supposing(self, name: str = "", condition: t.Condition | None = None) -> "Written":
        """Return the same rules, where mistakes are reported to nobody, and a name may mean something else."""
        checker = self.conditions
        scope = evolve(checker.scope, diagnostics=[])
        definitions = dict(checker.definitions)
        if condition is not None:
            known = definitions[name]
            definitions[name] = evolve(known, written=evolve(known.written, condition=condition))
        meanings = dict(checker.meanings) if condition is None else {}
        fresh = ConditionChecker(scope, definitions, checker.pattern_mistake, set(), meanings)
        return evolve(self, conditions=fresh)

    def accepted(self, draft: Draft, written: t.Trigger | None = None) -> r.Trigger | None:
        """Return what a trigger would mean if it were written so; None when that would be a mistake."""
        found = self.conditions.scope.diagnostics
        found.clear()
        meant = self.meaning(draft, written)
        return None if any(d.severity is Severity.ERROR for d in found) else meant

    def scenario(self, test: t.Test, source: Source) -> Scenario | None:
        """Return what a test means; None when it would be a mistake."""
        self.conditions.scope.diagnostics.clear()
        titles = {draft.title: draft.active for draft in self.drafts}
        checker = self.conditions.in_source(source)
        return ScenarioChecker(checker, titles, self.templates, self.webhooks).check(test)
