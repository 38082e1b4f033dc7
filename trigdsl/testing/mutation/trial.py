"""Mutants tried: which tests can be affected by each, and whether one of them fails."""

from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.state import Directory
from trigdsl.engine.view import View
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes
from trigdsl.semantics.written import Written
from trigdsl.testing.mutation.mutants import Mutant, mutants
from trigdsl.testing.scenarios.cast import Cast
from trigdsl.testing.scenarios.coverage import asked
from trigdsl.testing.scenarios.judge import met
from trigdsl.testing.scenarios.play import play
from trigdsl.testing.scenarios.stage import CannotHappenError


@frozen(eq=False)
class Tried:
    """A mutant, and the test that caught it; None when none did. The court is the last that tried it."""

    mutant: Mutant
    killer: str | None
    court: "Court"

    @property
    def survived(self) -> bool:
        """Whether the change went unnoticed, and may mean something."""
        return self.killer is None and self.mutant.same is None


def score(tried: Sequence[Tried]) -> float:
    """Return the share of the changes that a test noticed, those that mean the same left out, from 0 to 1."""
    counted = [x for x in tried if x.mutant.same is None]
    return sum(x.killer is not None for x in counted) / len(counted) if counted else 1.0


@frozen(eq=False)
class _Recorded:
    """A test as it ran on the rules: whenever each trigger was asked, what it saw and whether it held."""

    scenario: scenes.Scenario
    asked: dict[str, list[tuple[View, bool]]]
    once: bool
    """Whether a trigger was not asked because it had fired before."""


@frozen(eq=False)
class Court:
    """Tries mutants of some rules by tests that pass on the rules as they are."""

    rules: Ruleset
    written: Written
    cast: Cast
    recorded: tuple[_Recorded, ...]

    @classmethod
    def of(
        cls,
        rules: Ruleset,
        written: Written,
        scenarios: Sequence[scenes.Scenario],
        directory: Directory | None = None,
    ) -> "Court":
        """Return what tries mutants of rules by some tests, which have to pass."""
        cast = Cast.of(rules.rules, directory)
        return cls(rules, written, cast, tuple(_recorded(rules, scenario, cast) for scenario in scenarios))

    def tried(self, mutant: Mutant) -> Tried:
        """Return what comes of one mutant: the first test that fails on it, of those that it can affect."""
        if mutant.same is not None:
            return Tried(mutant, None, self)
        changed = mutant.applied(self.rules)
        before = {trigger.title: trigger for trigger in self.rules.triggers}
        for test in self.recorded:
            affects = any(self._affects(test, before[title], mutant) for title in mutant.titles)
            if affects and not self._passes(changed, test.scenario):
                return Tried(mutant, test.scenario.title, self)
        return Tried(mutant, None, self)

    def _affects(self, test: _Recorded, before: r.Trigger, mutant: Mutant) -> bool:
        """Return whether a test can come out otherwise: a trigger holds where it did not, or did what is changed."""
        seen = test.asked.get(before.title, [])
        after = mutant.changed.get(before.title, before)
        acts = mutant.swapped is not None or after.actions != before.actions
        if acts and any(held for _, held in seen):
            return True
        if after.once != before.once and test.once:
            return True
        return after.condition != before.condition and any(
            holds(after.condition, view) is not held for view, held in seen
        )

    def _passes(self, rules: Ruleset, scenario: scenes.Scenario) -> bool:
        try:
            return all(met(rules, played) for played in play(rules, scenario, self.cast))
        except CannotHappenError:
            return False


def try_all(
    courts: Sequence[Court], show: Callable[[int, int], None] = lambda _, __: None
) -> Iterator[Tried]:
    """Yield each mutant with the test that catches it, if any; rules that several courts have are tried in each."""
    cases: dict[tuple[str, ...], list[tuple[Court, Mutant]]] = {}
    for court in courts:
        for mutant in mutants(court.rules, court.written):
            cases.setdefault(mutant.key, []).append((court, mutant))
    for number, trials in enumerate(cases.values()):
        show(number, len(cases))
        yield _verdict(trials)


def _verdict(trials: Sequence[tuple[Court, Mutant]]) -> Tried:
    """Return that a mutant was caught, else that it survived, else that it means the same everywhere."""
    results = []
    for court, mutant in trials:
        result = court.tried(mutant)
        if result.killer is not None:
            return result
        results.append(result)
    return next((result for result in results if result.survived), results[0])


def _recorded(rules: Ruleset, scenario: scenes.Scenario, cast: Cast) -> _Recorded:
    found: dict[str, list[tuple[View, bool]]] = {}
    once = False
    for played in play(rules, scenario, cast):
        once = once or bool(played.before is not None and played.before.fired)
        shared: View | None = None
        now: object = None
        for trigger, view in asked(rules.rules, played):
            # The view moves on with each firing; between two firings it is the same.
            state = (dict(view.now), view.comments)
            if shared is None or state != now:
                shared, now = view.copy(), state
            found.setdefault(trigger.title, []).append((shared, holds(trigger.condition, shared)))
    return _Recorded(scenario, found, once)
