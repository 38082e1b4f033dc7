"""What the strategies are worth, in figures: `python tests/laws/figures.py [examples]` prints them."""

import sys
import time
from collections import Counter
from random import Random
from typing import Any

import attrs
from attrs import define, field
from hypothesis import HealthCheck, Phase, given, settings

from trigdsl.diagnostics import Severity
from trigdsl.runtime import loader
from trigdsl.runtime.loader import VocabularySource
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.testing import strategies
from trigdsl.testing.generation import people
from trigdsl.testing.generation.cases import Case, make_told
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.events import make_stream
from trigdsl.testing.generation.rules import Plot
from trigdsl.testing.strategies import World

ONLY_GENERATED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MOST_STREAMS = 60
"""After how many streams a trigger that never held is taken for dead."""

TRACKER = """
    state bug is created
    state bug is updated
    state bug is closed as bug.state is done
    state bug is blocking as bug.severity is critical or bug.labels include blocker

    field bug.id is text, read only
    field bug.title is text
    field bug.severity is one of minor < major < critical, at first minor
    field bug.state is one of open < fixed < done, at first open
    field bug.labels is tags
    field bug.reporter is a user, at first current_user
    field bug.owner is a user
    field bug.on_call is a user
    field bug.team is a group
    field bug.regressions is a number, counting bug is updated and bug.state changes from fixed to open

    state comment is present
    state comment is public
    state comment is private
    field comment.body is text

    state user is developer as user.role is developer
    field user.id is text
    field user.name is text
    field user.email is text
    field user.role is one of visitor, developer
    field user.language is text
    field user.groups is groups
    field group.id is text
    field group.name is text

    channel chat
    action page a user with text
    action move_to text
    action freeze_releases
"""
TEMPLATES = {"blocking": "{{ bug.title }} ({{ bug.severity | label }}), reported by {{ reporter.name }}"}


@define(eq=False)
class Figures:
    """Counts of what was generated, and what came of it."""

    cases: int = 0
    loaded: int = 0
    triggers: int = 0
    dead: int = 0
    fired: int = 0
    enabled: int = 0
    firings: int = 0
    chains: Counter[int] = field(factory=Counter)
    codes: Counter[str] = field(factory=Counter)
    seconds: float = 0.0
    """What generating alone took."""

    def rate(self, count: int) -> float:
        """Return a count as a part of the cases that loaded."""
        return count / max(1, self.loaded)

    def lines(self) -> list[str]:
        return [
            f"cases                        {self.cases}",
            f"generated in                 {1000 * self.seconds / self.cases:.1f} ms each",
            f"rule files without errors    {self.loaded / self.cases:.1%}",
            f"triggers a file              {self.triggers / max(1, self.loaded):.1f}",
            f"triggers that never held     {self.dead / max(1, self.triggers):.1%}",
            f"cases that fire something    {self.rate(self.fired):.1%}",
            f"cases with an enabled firing {self.rate(self.enabled):.1%}",
            f"firings a case               {self.firings / max(1, self.loaded):.1f}",
            f"longest chains               {dict(sorted(self.chains.items()))}",
            f"errors                       {dict(self.codes)}",
        ]


def measured(
    world: World, examples: int, *, vocabulary: VocabularySource | None = None, alive: bool = True
) -> Figures:
    """Return the figures of so many cases; templates of the tracker are given when there is a vocabulary."""
    figures = Figures()
    found: list[tuple[Plot, Case]] = []

    @settings(ONLY_GENERATED, max_examples=examples)
    @given(strategies.drawn(make_told, world))
    def generate(told: tuple[Plot, Case]) -> None:
        found.append(told)

    start = time.perf_counter()
    generate()
    figures.seconds = time.perf_counter() - start
    templates = None if vocabulary is None else TEMPLATES
    for plot, case in found:
        figures.cases += 1
        result = loader.load_text(
            case.rules, vocabulary=vocabulary, templates=templates, directory=case.directory
        )
        figures.codes.update(d.code for d in result.diagnostics if d.severity is Severity.ERROR)
        if result.ruleset is not None:
            figures.loaded += 1
            _run(figures, result.ruleset, case)
            if alive:
                _count_dead(figures, result.ruleset, plot)
    return figures


def _run(figures: Figures, rules: Ruleset, case: Case) -> None:
    people_of = rules.directory(case.directory)
    outcomes = [*rules.run(case.events, directory=people_of, trace=True)]
    figures.firings += sum(len(outcome.fired) for outcome in outcomes)
    figures.fired += any(outcome.fired for outcome in outcomes)
    longest = max((chain(outcome.trace) for outcome in outcomes if outcome.trace is not None), default=0)
    figures.enabled += longest > 1
    figures.chains[longest] += 1


def chain(trace: Any) -> int:
    """Return how many firings of an update stand in a row, each enabled by the one before it."""
    lengths: dict[str, int] = {}
    for fired in trace.fired:
        lengths[fired.trigger] = 1 + lengths.get(fired.enabled_by or "", 0)
    return max(lengths.values(), default=0)


def _count_dead(figures: Figures, rules: Ruleset, plot: Plot) -> None:
    """Count the triggers whose condition never held, whatever the others did, in many other streams and directories.

    Those that keep a part word for word are not counted: nothing here can say whether it holds.
    """
    written = {trigger.title for trigger in rules.triggers if trigger.library is None and not trigger.raw}
    trials = (attrs.evolve(x, active=True, trial=True, once=False) for x in rules.triggers)
    watching = attrs.evolve(rules, rules=attrs.evolve(rules.rules, triggers=tuple(trials)))
    d = Draws.of(Random(1))
    held: set[str] = set()
    for _ in range(MOST_STREAMS):
        directory = people.make_directory(d, plot.scene.world, plot.scene.details)
        events = make_stream(d, plot.scene.saying(directory=directory), plot.aims)
        outcomes = watching.run(events, directory=watching.directory(directory), render=False)
        held |= {firing.trigger for outcome in outcomes for firing in outcome.trial}
        if written <= held:
            break
    figures.triggers += len(written)
    figures.dead += len(written - held)


def main() -> None:
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("Zendesk")
    print(*measured(World.zendesk(), examples).lines(), sep="\n")
    print("\nA bug tracker")
    tracker = World.over(TRACKER, templates=TEMPLATES)
    print(*measured(tracker, examples, vocabulary=TRACKER).lines(), sep="\n")


if __name__ == "__main__":
    main()
