"""Rule sets and streams by number: the same number of the same seed is always the same."""

import functools
import json
from collections.abc import Mapping
from random import Random
from typing import Any

from attrs import evolve, frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.search import Mode
from trigdsl.runtime import loader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.syntax import printer
from trigdsl.syntax import tree as t
from trigdsl.testing.generation import people
from trigdsl.testing.generation.cases import Case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.events import make_stream
from trigdsl.testing.generation.files import make_files
from trigdsl.testing.generation.rules import Plot, make_plot
from trigdsl.testing.generation.vocabularies import make_vocabulary_file
from trigdsl.testing.generation.world import WORDS, World
from trigdsl.testing.laws import agreement
from trigdsl.testing.oracle import Oracle, Program

STREAMS = 10
"""How many streams each rule set is run on."""
OF_A_HOST = 12
"""In so many of a hundred rule sets the vocabulary is a host's own."""
IN_FILES = 20
"""In so many of a hundred the rules stand in several files."""


def _vocabulary(seed: int, number: int) -> t.File:
    return make_vocabulary_file(Draws.of(Random(f"{seed} vocabulary {number}")))


@functools.cache
def _zendesk() -> World:
    return World.zendesk()


@functools.lru_cache(maxsize=4)
def _world(vocabulary: str | None) -> World:
    return _zendesk() if vocabulary is None else World.over(vocabulary)


@frozen
class Drawn:
    """A rule set as it was drawn: its trees, and what it speaks of."""

    number: int
    plot: Plot
    case: Case
    own: t.File | None
    """The vocabulary where it is a host's; None is Zendesk's."""

    @property
    def vocabulary(self) -> str | None:
        return None if self.own is None else printer.print_file(self.own, WORDS)

    @property
    def trees(self) -> list[t.File]:
        """Everything that was drawn of rules and vocabulary."""
        return [*filter(None, (self.own, self.case.file)), *self.case.beside.values()]

    @classmethod
    def of(cls, seed: int, number: int) -> "Drawn":
        """Return the rule set of a number, with its first directory and no events yet."""
        d = Draws.of(Random(f"{seed} {number}"))
        own = _vocabulary(seed, number // 20) if d.chance(OF_A_HOST) else None
        world = _world(None if own is None else printer.print_file(own, WORDS))
        plot = make_plot(d, world)
        file, beside = make_files(d, world, plot.file) if d.chance(IN_FILES) else (plot.file, {})
        return cls(number, plot, Case(file, plot.scene.directory, (), beside, world.verbs), own)

    def told(self, seed: int, stream: int) -> Case:
        """Return the case of a stream; every other one has people of its own."""
        d = Draws.of(Random(f"{seed} {self.number} {stream}"))
        scene = self.plot.scene
        if stream % 2:
            scene = scene.saying(directory=people.make_directory(d, scene.world, scene.details))
        events = make_stream(d, scene, self.plot.aims)
        return evolve(self.case, directory=scene.directory, events=tuple(events))


@frozen
class Rivals:
    """The engine and the oracle, with the same rules."""

    rules: Ruleset
    program: Program

    @classmethod
    def of(cls, case: Case, vocabulary: str | None) -> "Rivals":
        """Return both; RulesError when the rules have mistakes.

        The engine's rules are printed, parsed and checked. The oracle has the trees as they were drawn.
        """
        rules = loader.compile_text(case.rules, vocabulary=vocabulary, files=case.files)
        return cls(rules, agreement.reading(case.file, case.beside, vocabulary))

    def problem(self, case: Case, *, single_pass: bool = False) -> tuple[str | None, list[Outcome]]:
        """Return what is said where the two differ, or where one of them raises, and the engine's outcomes."""
        try:
            second = Oracle(self.program, case.directory, single_pass=single_pass)
            expected = agreement.told(second, case.events)
            # What one firing made of another is told by the trace alone; the rest runs as hosts run it.
            trace = any(len(outcome["fired"]) > 1 for outcome in expected)
            mode = Mode.SINGLE_PASS if single_pass else Mode.RESTART
            known = self.rules.directory(case.directory)
            fold = self.rules.fold(directory=known, mode=mode, trace=trace, render=False)
            found = [*fold.feed_all(case.events)]
            return agreement.differ([outcome.to_json() for outcome in found], expected), found
        except Exception as error:
            return f"{type(error).__name__}: {error}", []


def content(case: Case) -> str:
    """Return what tells the streams of one rule set apart."""
    return json.dumps([case.directory, case.events], sort_keys=True)


def candidate(case: Case, vocabulary: str | None, name: str, *, single_pass: bool) -> Mapping[str, Any]:
    """Return a difference as a conformance case, what is expected being what the oracle says."""
    program = agreement.reading(case.file, case.beside, vocabulary)
    second = Oracle(program, case.directory, single_pass=single_pass)
    expected = agreement.expected(second, case.events)
    kept = ("refused", "duplicate", "fired", "effects", "trial", "after")
    outcomes = [{key: outcome[key] for key in kept if outcome.get(key)} for outcome in expected]
    found: dict[str, Any] = {
        "id": f"found/{name}",
        "idea": "engine and oracle disagreed here",
        "rules": case.rules,
        "files": case.files,
        "vocabulary": vocabulary,
        "directory": dict(case.directory),
        "single_pass": single_pass,
        "events": list(case.events),
        "expect": [{"duplicate": True} if "duplicate" in outcome else outcome for outcome in outcomes],
    }
    return {key: value for key, value in found.items() if value not in (None, {}, False)}
