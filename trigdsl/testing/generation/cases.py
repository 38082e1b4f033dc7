"""Cases: a rule file with the people and the events that it is run on."""

import json
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from trigdsl.syntax import printer
from trigdsl.syntax import tree as t
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.events import make_stream
from trigdsl.testing.generation.files import make_files
from trigdsl.testing.generation.rules import Plot, make_plot, make_rule_file
from trigdsl.testing.generation.world import WORDS, World


@frozen(repr=False)
class Case:
    """Rules, as a tree and as a text, with a directory and a stream, both as decoded JSON."""

    file: t.File
    directory: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    beside: Mapping[str, t.File] = field(factory=dict)
    """The files that this one uses, and that those use, by their path from it."""
    verbs: frozenset[str] = frozenset()
    """The words that the vocabulary reserves: names that equal them are quoted."""

    @property
    def rules(self) -> str:
        """The text of the rules."""
        return printer.print_file(self.file, WORDS, self.verbs)

    @property
    def files(self) -> dict[str, str]:
        """The texts of the files that the rules use, by their path."""
        return {path: printer.print_file(file, WORDS, self.verbs) for path, file in self.beside.items()}

    def __repr__(self) -> str:
        beside = [f"# {path}\n{text}" for path, text in self.files.items()]
        lines = [*beside, self.rules.rstrip(), "", json.dumps(self.directory, ensure_ascii=False)]
        return "\n".join([*lines, *(json.dumps(event, ensure_ascii=False) for event in self.events)])


def make_told(d: Draws, world: World) -> tuple[Plot, Case]:
    """Return a case, and what it speaks of."""
    plot = make_plot(d, world)
    events = tuple(make_stream(d, plot.scene, plot.aims))
    return plot, Case(plot.file, plot.scene.directory, events, verbs=world.verbs)


def make_case(d: Draws, world: World) -> Case:
    """Return rules with a stream that sets what they wait for."""
    return make_told(d, world)[1]


def make_case_in_files(d: Draws, world: World) -> Case:
    """Return a case whose rules stand in several files."""
    plot, case = make_told(d, world)
    file, beside = make_files(d, world, plot.file)
    return Case(file, case.directory, case.events, beside, world.verbs)


def make_rule_text(d: Draws, world: World) -> str:
    """Return the text of a whole rule file."""
    return printer.print_file(make_rule_file(d, world), WORDS, world.verbs)
