"""Hypothesis strategies made from a vocabulary: rules, people and events that speak of the same things.

For example::

    world = strategies.World.over(VOCABULARY, templates=["blocking"])

    @given(strategies.cases(world))
    def test_my_host_carries_out_every_effect(case):
        rules = trigdsl.compile_text(case.rules, vocabulary=VOCABULARY, templates=TEMPLATES)
        people = rules.directory(case.directory)
        for outcome in rules.run(case.events, directory=people):
            ...

Whatever is drawn becomes simpler when a test fails: fewer triggers, shorter conditions, plain words.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from attrs import define, field
from hypothesis import strategies as st

from trigdsl.syntax import tree as t
from trigdsl.testing.generation import parts
from trigdsl.testing.generation.cases import Case, make_case, make_case_in_files, make_rule_text
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.people import make_directory, make_person
from trigdsl.testing.generation.rules import make_rule_file, make_rule_set
from trigdsl.testing.generation.vocabularies import make_vocabulary, make_vocabulary_file
from trigdsl.testing.generation.world import World

__all__ = [
    "Case",
    "World",
    "actions",
    "cases",
    "conditions",
    "directories",
    "edge_values",
    "events",
    "people",
    "rule_files",
    "rule_sets",
    "rule_texts",
    "streams",
    "tickets",
    "triggers",
    "values",
    "vocabularies",
    "vocabulary_files",
]

Json = dict[str, Any]
T = TypeVar("T")


def values(world: World, path: str) -> st.SearchStrategy[Any]:
    """Return values of a field, `ticket.priority`, as JSON holds them: few, and now and then an edge value."""
    return drawn(parts.make_value_of, world, path)


def edge_values(world: World, path: str) -> st.SearchStrategy[Any]:
    """Return values of a field where mistakes lie: empty, first and last, in other letters, very large."""
    return drawn(parts.make_edge_of, world, path)


def people(world: World) -> st.SearchStrategy[Json]:
    """Return people as a directory lists them, and as events write them out."""
    return drawn(make_person, world)


def directories(world: World) -> st.SearchStrategy[Json]:
    """Return directories: a few users with groups, roles and languages, as far as the vocabulary goes."""
    return drawn(make_directory, world)


def tickets(world: World) -> st.SearchStrategy[Json]:
    """Return states of tickets, as they are saved."""
    return drawn(parts.make_ticket, world)


def events(world: World) -> st.SearchStrategy[Json]:
    """Return events that stand on their own: creations, and updates that carry the state before."""
    return drawn(parts.make_event, world)


def streams(world: World) -> st.SearchStrategy[list[Json]]:
    """Return events about one to three tickets, in order; now and then one comes twice."""
    return drawn(parts.make_any_stream, world)


def conditions(world: World) -> st.SearchStrategy[t.Condition]:
    """Return conditions that need no declaration."""
    return drawn(parts.make_condition, world)


def actions(world: World) -> st.SearchStrategy[t.Action]:
    """Return actions that need no declaration; `stop` is not among them."""
    return drawn(parts.make_action, world)


def triggers(world: World) -> st.SearchStrategy[t.Trigger]:
    """Return triggers that need no declaration and name no other trigger."""
    return drawn(parts.make_trigger, world)


def rule_sets(world: World) -> st.SearchStrategy[t.File]:
    """Return rule files of nothing but triggers, which enable, block and undo each other."""
    return drawn(make_rule_set, world)


def rule_files(world: World) -> st.SearchStrategy[t.File]:
    """Return whole rule files: triggers, with what they declare, replace, switch off and test."""
    return drawn(make_rule_file, world)


def rule_texts(world: World) -> st.SearchStrategy[str]:
    """Return the texts of whole rule files, in the canonical layout."""
    return drawn(make_rule_text, world)


def cases(world: World, *, several_files: bool = False) -> st.SearchStrategy[Case]:
    """Return rule files with a directory and a stream that sets what the rules wait for.

    With `several_files` the rules use others, whole or in part, which stand in `case.files`.
    """
    return drawn(make_case_in_files if several_files else make_case, world)


def vocabularies() -> st.SearchStrategy[str]:
    """Return the texts of vocabularies such as hosts bring."""
    return drawn(make_vocabulary)


def vocabulary_files() -> st.SearchStrategy[t.File]:
    """Return vocabularies such as hosts bring, as trees."""
    return drawn(make_vocabulary_file)


# From choices to Hypothesis


@st.composite
def drawn(draw: st.DrawFn, make: Callable[..., T], *arguments: Any) -> T:
    """Return the strategy of what a function makes of choices."""
    source = _Source(draw)
    return make(Draws(source.integer, source.span), *arguments)


@define(eq=False)
class _Source:
    """Draws from Hypothesis; inside a part, with what draws for that part."""

    draw: st.DrawFn
    _parts: dict[str, st.SearchStrategy[Any]] = field(factory=dict)
    _making: Callable[[], Any] | None = None

    def integer(self, low: int, high: int) -> int:
        return self.draw(_integers(low, high))

    def span(self, kind: str, make: Callable[[], Any]) -> Any:
        if kind not in self._parts:
            self._parts[kind] = _part(kind)(self)
        self._making = make
        return self.draw(self._parts[kind])

    def within(self, draw: st.DrawFn) -> Any:
        """Return what is being made, drawn as one part."""
        assert self._making is not None
        outer, self.draw = self.draw, draw
        try:
            return self._making()
        finally:
            self.draw = outer


@functools.cache
def _part(kind: str) -> Callable[[_Source], st.SearchStrategy[Any]]:
    """Return the strategy of parts of a kind, which Hypothesis takes to be alike and puts in each other's place."""

    @st.composite
    def part(draw: st.DrawFn, source: _Source, _kind: str = kind) -> Any:
        return source.within(draw)

    return part


@functools.lru_cache(maxsize=1000)
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)
