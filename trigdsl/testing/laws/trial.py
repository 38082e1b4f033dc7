"""Rules with a story, as the laws look at them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory
from trigdsl.runtime import loader
from trigdsl.runtime.loader import VocabularySource
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t


class BrokenError(AssertionError):
    """A law that does not hold: its name, the rules, the story and what was found."""


@frozen
class Law:
    """One law: its name, its sentence, and how it is asked."""

    name: str
    sentence: str
    asked: Callable[["Trial"], None]

    def check(self, trial: "Trial") -> None:
        """Raise BrokenError when the law does not hold of a trial."""
        try:
            self.asked(trial)
        except AssertionError as error:
            message = f"the law {self.name} is broken: {self.sentence}\n{error}\n{trial.told()}"
            raise BrokenError(message) from error


def law(asked: Callable[["Trial"], None]) -> Law:
    """Return the law that a function asks, named after it; its docstring is the law's sentence."""
    assert asked.__doc__ is not None
    return Law(asked.__name__, asked.__doc__.split("\n", 1)[0].removesuffix("."), asked)


@frozen
class Trial:
    """Rules with people and a story: what the laws are asked of."""

    text: str
    rules: Ruleset
    people: Directory
    directory: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    vocabulary: VocabularySource | None = None
    templates: Mapping[str, str] = field(factory=dict)
    files: Mapping[str, str] = field(factory=dict)
    """The rule files that the text uses, by their path from it."""

    @classmethod
    def of(
        cls,
        text: str,
        directory: Mapping[str, Any] | None = None,
        events: Sequence[Mapping[str, Any]] = (),
        *,
        vocabulary: VocabularySource | None = None,
        templates: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> "Trial":
        """Return the trial of some rules; RulesError when they have mistakes, UpdateError when people do not fit."""
        beside = files or {}
        rules = loader.compile_text(text, vocabulary=vocabulary, templates=templates, files=beside)
        listed = directory or {}
        people = rules.directory(listed)
        return cls(text, rules, people, listed, tuple(events), vocabulary, templates or {}, beside)

    def told(self) -> str:
        """Return the rules and the story, as somebody who looks for the cause wants to see them."""
        story = "\n".join(str(dict(event)) for event in self.events)
        beside = "".join(f"{path}:\n{text}\n" for path, text in self.files.items())
        return f"{beside}rules:\n{self.text}\nstory:\n{story}"

    # The story, told once

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """What comes of each event that fits, with the trace."""
        return self.run(self.rules)

    def run(
        self,
        rules: Ruleset,
        mode: Mode = Mode.RESTART,
        *,
        render: bool = False,
        by_definition: bool = True,
        people: Directory | None = None,
    ) -> list[Outcome]:
        """Return what comes of each event that fits when other rules decide, or when others are known.

        It is the definition that is asked; one law says that whoever looks up finds the same.
        """
        asked = rules if rules.by_definition == by_definition else evolve(rules, by_definition=by_definition)
        known = self.people if people is None else people
        fold = asked.fold(directory=known, mode=mode, trace=True, render=render)
        return [*fold.feed_all(self.events)]

    # Other rules

    def compiled(self, text: str) -> Ruleset:
        """Return rules over the same vocabulary and templates."""
        return loader.compile_text(
            text, vocabulary=self.vocabulary, templates=self.templates, files=self.files
        )

    def with_triggers(self, triggers: Sequence[r.Trigger]) -> Ruleset:
        """Return the rules with other triggers, all else being the same."""
        inner = evolve(self.rules.rules, triggers=tuple(triggers))
        return Ruleset(inner, evolve(self.rules.renderer, rules=inner))

    @cached_property
    def tree(self) -> t.File:
        """The rules as written."""
        return self._parsed(self.text)

    @cached_property
    def beside(self) -> Mapping[str, t.File]:
        """The files that the rules use, as written, by their path."""
        return {path: self._parsed(text) for path, text in self.files.items()}

    @property
    def items(self) -> list[t.Item]:
        """What stands in the rules and in the files that they use."""
        return [item for file in (self.tree, *self.beside.values()) for item in file.items]

    def _parsed(self, text: str) -> t.File:
        verbs = frozenset(self.rules.vocabulary.actions)
        return parser.parse(Source("rules", parser.normalized(text)), verbs=verbs).file

    # Conditions, asked in the middle of the story

    def asked(self, conditions: Sequence[t.Condition]) -> list[list[bool]]:
        """Return, for each event that fits and makes triggers run, which of some conditions held when the cycle began.

        They are asked by trial triggers, which change nothing, in front of all others; the fields,
        names and schedules that the rules declare are known to them.
        """
        if not conditions:
            return []
        probes = tuple(
            t.Trigger(f"probe {number}", condition, (t.Stop(),), t.Standing.TRIAL)
            for number, condition in enumerate(conditions)
        )
        declared = tuple(item for item in self.items if isinstance(item, _DECLARATIONS))
        verbs = frozenset(self.rules.vocabulary.actions)
        text = printer.print_file(t.File((*declared, *probes)), words.load("en"), verbs)
        titles = [probe.title for probe in probes]
        answers = []
        for outcome in self.run(self.compiled(text)):
            if outcome.duplicate or was_closed(outcome):
                continue
            held = {trial.trigger for trial in outcome.trial}
            answers.append([title in held for title in titles])
        return answers

    @cached_property
    def comparisons(self) -> list[t.Comparison]:
        """Every comparison that the rules make, each once."""
        found: dict[t.Comparison, None] = {}
        for item in self.items:
            if isinstance(item, t.Trigger | t.Define):
                found.update(dict.fromkeys(_comparisons(item.condition)))
        return [*found]


_DECLARATIONS = (t.FieldDeclaration, t.StateDeclaration, t.ChannelDeclaration, t.Define, t.Schedule)


def was_closed(outcome: Outcome) -> bool:
    """Return whether no trigger ran since the ticket was closed."""
    trace = outcome.trace
    return trace is not None and any(n.reason.endswith(" is closed") for n in trace.not_fired)


def _comparisons(condition: t.Condition) -> list[t.Comparison]:
    match condition:
        case t.Comparison():
            return [condition]
        case t.And(items) | t.Or(items):
            return [found for item in items for found in _comparisons(item)]
        case t.Not(item):
            return _comparisons(item)
        case _:
            return []
