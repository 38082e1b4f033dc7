"""Who reads in another language than English: its sentences, what things are called in it, and rules as it writes them."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Self

from attrs import evolve, field, frozen

from trigdsl.engine.trace import Failure
from trigdsl.languages import ENGLISH
from trigdsl.runtime import names
from trigdsl.runtime.reader import Reader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.naming.translation import localized, path_in
from trigdsl.semantics.rewording import Rewording
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, ROLES, Vocabulary
from trigdsl.sentences import Sentences
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.parser import Limits

_FACTS = ("no comment", "a public comment", "a private comment", "created", "updated", "public", "private")
"""What the trace says of a state that did not hold, in words that are no value of a field."""


class _Anything(frozenset[str]):
    """Every name: what is shown was checked, so each that stands in it is defined somewhere."""

    def __contains__(self, name: object) -> bool:
        return True


@frozen(eq=False)
class Translating(Reader):
    """Somebody who reads a language that there are names and sentences in."""

    naming: Naming = field(kw_only=True, repr=False)
    ruleset: Ruleset = field(kw_only=True, repr=False)
    _written: dict[tuple[str, str], str] = field(factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, language: str, ruleset: Ruleset, folders: Iterable[Path] = ()) -> Self:
        """Return who reads in a language what is told of rules; labels may lie beside them, in their folders."""
        naming = names.labelled(language, folders, ruleset.vocabulary)
        return cls(Sentences.of(language), naming=naming, ruleset=ruleset)

    @property
    def vocabulary(self) -> Vocabulary:
        return self.ruleset.vocabulary

    def told_of_rules(self, sentence: str) -> str:
        table = words.load(self.language)
        piece = Rewording(words.load(ENGLISH), table, self.naming, self.vocabulary)
        return evolve(self.sentences, piece=piece).told(sentence) or sentence

    # Names

    def title(self, title: str) -> str:
        condition = self._untitled.get(title)
        if condition is None:
            return self.naming.titles.label(title)
        return self.condition(condition) + title[len(condition) :]

    def category(self, title: str) -> str:
        return self.naming.categories.label(title)

    def path(self, path: str) -> str:
        said = self.sentences.told(path)
        if said is not None:
            return said
        *before, plain = path.split(" ")
        parts = plain.split(".")
        shown = path_in(self.naming, self.vocabulary, t.Path(tuple(parts)))
        if len(parts) == 2 and shown.endswith(f".{parts[1]}"):
            state = self.naming.states_of(parts[0]).label(parts[1])
            shown = f"{shown.removesuffix(parts[1])}{state}"
        if not before:
            return shown
        value = t.PathValue(t.Path(tuple(shown.split("."))), previous=True)
        return printer.value_text(value, words.load(self.language), self.naming.nouns)

    def english_path(self, path: str) -> str:
        first, *rest = path.split(".")
        root = self.vocabulary.root
        start = self.naming.starts.name(first)
        return ".".join([start, *map(self.naming.fields_of(root).name, rest)])

    def channel(self, name: str) -> str:
        return self.naming.channels.label(name)

    def template(self, name: str) -> str:
        return self.naming.templates.label(name)

    def value(self, value: Value, path: str) -> Value:
        match value:
            case bool():
                return self.naming.values.label("yes" if value else "no")
            case str():
                return self.naming.choices_of(path).label(value)
            case frozenset():
                return frozenset(map(self.naming.choices_of(path).label, value))
        return value

    def read(self, value: Value, reading: r.Reading) -> Value:
        return self.value(value, self._field(reading))

    def _field(self, reading: r.Reading) -> str:
        """Return the field that a reading ends with, by its path: `user.role` for `requester.role`."""
        entity = "user" if reading.base == CURRENT_USER or reading.base in ROLES else reading.base
        for step in reading.steps[:-1]:
            declared = self.vocabulary.field(entity, step)
            if declared is None or not isinstance(declared.type, types.ReferenceType):
                return ""
            entity = declared.type.kind
        return f"{entity}.{reading.steps[-1]}" if reading.steps else ""

    def failed(self, failure: Failure) -> Value:
        if isinstance(failure.seen, str) and failure.seen in _FACTS:
            return self.told(failure.seen)
        subject = self._subjects.get(failure.at)
        return failure.seen if subject is None else self.read(failure.seen, subject)

    @cached_property
    def _subjects(self) -> dict[r.Location, r.Reading]:
        """What each single test reads, by where it stands."""
        found: dict[r.Location, r.Reading] = {}
        for trigger in self.ruleset.triggers:
            for condition in _tests(trigger.condition):
                test = condition
                while isinstance(test, r.Not):
                    test = test.item
                subject = getattr(test, "subject", None)
                if isinstance(subject, r.Reading):
                    found[condition.at] = subject
        return found

    @cached_property
    def _untitled(self) -> dict[str, str]:
        """The conditions of the triggers that are named by them, by the name."""
        conditions = ((trigger.title, trigger.condition.at.text) for trigger in self.ruleset.triggers)
        return {title: said for title, said in conditions if said and title.startswith(said)}

    # Pieces of rules

    def condition(self, text: str) -> str:
        return self._in_language("condition", text, f"when {text} then stop", _condition)

    def event(self, text: str) -> str:
        return self._in_language("event", text, f'test "T" when {text} expect nothing', _event)

    def expectation(self, text: str) -> str:
        whole = f'test "T" when 1 day passes expect {text}'
        return self._in_language("expectation", text, whole, _expectation)

    def piece(self, text: str) -> str:
        shown = self.condition(text)
        if shown != text:
            return shown
        return self._in_language("action", text, f"when ticket is created then {text}", _action)

    def rules(self, text: str) -> str:
        return self._in_language("rules", text, text, printer.print_file)

    def _in_language(self, kind: str, text: str, whole: str, shown: Callable[..., str]) -> str:
        """Return a piece of English rules as the language writes it, by way of its tree; what is none stays as it is."""
        known = self._written.get((kind, text))
        if known is None:
            verbs = frozenset(self.vocabulary.actions)
            parsed = parser.parse(Source("", whole), Limits(), verbs)
            known = text
            if not parsed.diagnostics and parsed.file.items:
                file = localized(parsed.file, self.naming, self.vocabulary, _Anything())
                known = shown(file, words.load(self.language), nouns=self.naming.nouns)
            self._written[kind, text] = known
        return known


def _tests(condition: r.Condition) -> Iterator[r.Condition]:
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            for item in items:
                yield from _tests(item)
        case r.Not(item):
            yield condition
            yield from _tests(item)
        case _:
            yield condition


def _trigger(file: t.File) -> t.Trigger:
    (trigger,) = file.items
    assert isinstance(trigger, t.Trigger)
    return trigger


def _step(file: t.File) -> t.Step:
    (test,) = file.items
    assert isinstance(test, t.Test)
    return test.steps[-1]


def _condition(file: t.File, table: words.Words, nouns: printer.Nouns) -> str:
    return printer.condition_text(_trigger(file).condition, table, nouns)


def _action(file: t.File, table: words.Words, nouns: printer.Nouns) -> str:
    return printer.action_text(_trigger(file).actions[0], table, nouns)


def _event(file: t.File, table: words.Words, nouns: printer.Nouns) -> str:
    return printer.event_text(_step(file).event, table, nouns)


def _expectation(file: t.File, table: words.Words, nouns: printer.Nouns) -> str:
    return printer.expectation_text(_step(file).expectations[0], table, nouns)
