"""Names to meanings: paths to readings, written values to operands."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from attrs import evolve, field, frozen

from trigdsl.diagnostics import Diagnostic, Note, Severity
from trigdsl.semantics import textual, types
from trigdsl.semantics.absent import Absent
from trigdsl.semantics.naming.labels import NONE, Labels, loosened
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.naming.translation import path_in
from trigdsl.semantics.rules import MOST_OF_A_DURATION, UNITS, Constant, Location, Named, Operand, Reading
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary
from trigdsl.source import Source, Span, language_of
from trigdsl.spelling import Suggestion, certain, did_you_mean
from trigdsl.syntax import printer, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import Words

_Given = TypeVar("_Given")
_Meant = TypeVar("_Meant")


class UnresolvedError(Exception):
    """Something was reported, and what it stands in has no meaning."""


@frozen
class Scope:
    """What the words of one file mean: the vocabulary, the file, and where mistakes are collected."""

    vocabulary: Vocabulary
    source: Source
    words: Words
    diagnostics: list[Diagnostic] = field(eq=False)
    schedules: Mapping[str, object] = field(factory=dict)
    bindings: Mapping[str, Reading] = field(factory=dict)
    known_names: Mapping[str, Collection[str]] | None = None
    absent: Absent = Absent()
    guesses: Mapping[str, str] = field(factory=dict)
    help_desks: Collection[str] = ()
    names: Callable[[str], Naming] = Naming
    """What things are called in a language."""

    @property
    def naming(self) -> Naming:
        """What things are called in the language of the file."""
        return self.names(language_of(self.source.text))

    def near(self, written: str, labels: Labels, known: Iterable[str]) -> Suggestion | None:
        """Return a help line that names the nearest of some things as the file calls them, or None."""
        names = [*known]
        return did_you_mean(written, labels.written(names)) or did_you_mean(written, labels.read(names))

    def ending(self, value: t.Value) -> Suggestion | None:
        """Return a help line for a word that was meant to end the verb before it, with a slip in it: `is emtpy`."""
        if not isinstance(value, t.Word):
            return None
        meant = certain(value.text, words.load(self.naming.language).endings)
        return None if meant is None else Suggestion(value.text, meant, certain=True)

    def choices_of(self, kind: types.Type) -> Labels:
        """Return what the choices of a type are called in the file."""
        for path, labels in self.naming.choices.items():
            entity, _, name = path.partition(".")
            declared = self.vocabulary.field(entity, name)
            if declared is not None and declared.type == kind:
                return labels
        return NONE

    def bound(self, entity: str, reading: Reading, source: Source | None) -> "Scope":
        """Return the scope in which an entity's name means what a path has led to."""
        return evolve(self, bindings={entity: reading}, source=source or self.source)

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        help_line: str | None = None,
        *notes: Note,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Collect a diagnostic of this file."""
        self.diagnostics.append(Diagnostic(code, message, self.source, span, help_line, notes, severity))

    def fail(self, code: str, span: Span, message: str, help_line: str | None = None) -> UnresolvedError:
        """Collect an error of this file, and return what to raise."""
        self.report(code, span, message, help_line)
        return UnresolvedError(code)

    def unknown(
        self, head: str, name: str, code: str, span: Span, message: str, help_line: str | None
    ) -> UnresolvedError:
        """Collect an unknown name, unless it may be declared in what could not be read; return what to raise."""
        if not self.absent.explains(head, name, help_line):
            near = None if isinstance(help_line, Suggestion) else self.absent.nearest(head, name)
            self.report(code, span, message, near or help_line)
        return UnresolvedError(code)

    def at(self, span: Span, condition: t.Condition | None = None) -> Location:
        """Return where a span is, with the condition's own words."""
        text = "" if condition is None else printer.condition_text(condition, self.words)
        return Location(self.source.name, self.source.position(span.start)[0], text, span)

    def check_raw(self, raw: t.Raw) -> None:
        """Report what is kept for a help desk that nobody knows."""
        if raw.system not in self.help_desks:
            help_line = did_you_mean(raw.system, self.help_desks)
            known = f"known are: {', '.join(sorted(self.help_desks))}" if self.help_desks else None
            message = f"there is no help desk `{raw.system}` that this could be kept for"
            self.report("unknown-help-desk", raw.system_span, message, help_line or known)

    # Paths

    def path(self, path: t.Path, *, previous: bool = False, unknown: str | None = None) -> Reading:
        """Return what a path reads. A path to a whole entity, `ticket`, has no steps.

        What is written that is like no name gets the help line `unknown`.
        """
        reading, entity = self._start(path, unknown)
        for number in range(1, len(path.parts)):
            reading, entity = self._step(path, number, reading, entity)
        if previous and (reading.base != self.vocabulary.root or not reading.steps):
            raise self.fail(
                "no-previous-value",
                path.span,
                f"`{path}` has no previous value: only a field of the {self.vocabulary.root} has one",
            )
        if not previous:
            return reading
        return evolve(reading, previous=True, text=f"{self.words.phrase('PREVIOUS')} {reading.text}")

    def _start(self, path: t.Path, unknown: str | None) -> tuple[Reading, str | None]:
        first = path.parts[0]
        vocabulary = self.vocabulary
        if first in self.bindings:
            reading = self.bindings[first]
            return reading, first
        if first == CURRENT_USER:
            return Reading(CURRENT_USER, (), types.ReferenceType("user"), text=CURRENT_USER), "user"
        if first in vocabulary.shorthands:
            declared = vocabulary.shorthands[first]
            return Reading(vocabulary.root, (first,), declared.type, text=first), _entity(declared.type)
        if first in vocabulary.entities_alone:
            return Reading(first, (), types.ReferenceType(first), text=first), first
        root = vocabulary.root
        help_line = None
        if vocabulary.field(root, first) is not None:
            help_line = f"did you mean `{self._spoken(root, first)}`?"
        entity, _, name = first.replace("-", "_").partition("_")
        if vocabulary.field(entity, name) is not None and entity in vocabulary.entities_alone:
            help_line = f"did you mean `{self._spoken(entity, name)}`?"
        raise self.unknown(
            "FIELD",
            str(path),
            "unknown-name",
            self._part_span(path, 0),
            f"there is nothing named `{first}`",
            self._guessed(path, 0)
            or help_line
            or self.near(first, self.naming.starts, vocabulary.starts())
            or unknown,
        )

    def _step(
        self, path: t.Path, number: int, reading: Reading, entity: str | None
    ) -> tuple[Reading, str | None]:
        name = path.parts[number]
        so_far = ".".join(path.parts[:number])
        if entity is None:
            raise self.fail(
                "no-such-part",
                self._part_span(path, number),
                f"`{so_far}` is {types.described(reading.type)}, so it has no `{name}`",
            )
        declared = self.vocabulary.field(entity, name)
        if declared is None:
            known = [f.name for f in self.vocabulary.fields_of(entity)]
            raise self.unknown(
                "FIELD",
                f"{entity}.{name}",
                "unknown-field",
                self._part_span(path, number),
                f"{so_far} has no field `{name}`",
                self._guessed(path, number)
                or self.near(name, self.naming.fields_of(entity), known)
                or self._elsewhere(name),
            )
        text = reading.text + "." + name
        if reading.base == self.vocabulary.root and not reading.steps and name in self.vocabulary.shorthands:
            text = name
        steps = (*reading.steps, name)
        return Reading(reading.base, steps, declared.type, reading.previous, text), _entity(declared.type)

    def _guessed(self, path: t.Path, number: int) -> str | None:
        """Return a help line for a path that people who know the help desk by other names try first."""
        written = ".".join(path.parts[: number + 1]).casefold()
        spoken = loosened(self._spoken(*path.parts[: number + 1]))
        meant = self.guesses.get(written) or self.naming.guesses.get(spoken)
        if meant is None:
            return None
        if " " in meant:
            return f"write {meant}"
        return Suggestion(written, self._spoken(*meant.split(".")), certain=False)

    def _spoken(self, *parts: str) -> str:
        """Return a path as the file would write it."""
        return path_in(self.naming, self.vocabulary, t.Path(parts))

    def _elsewhere(self, name: str) -> str | None:
        """Return a help line when another entity has a field of exactly that name."""
        owners = (f for f in self.vocabulary.fields.values() if f.name == name)
        found = next((f for f in owners if f.entity in self.vocabulary.entities_alone), None)
        return None if found is None else f"did you mean `{self._spoken(found.entity, name)}`?"

    def _part_span(self, path: t.Path, number: int) -> Span:
        # The file may call it otherwise, so its own text is looked at.
        text = self.source.text[path.span.start : path.span.end]
        written = _COMMENT.sub(lambda comment: " " * len(comment[0]), text).split(".")
        if len(written) != len(path.parts) or any(len(part.split()) != 1 for part in written):
            return path.span
        start = path.span.start + sum(len(part) + 1 for part in written[:number])
        at = start + len(written[number]) - len(written[number].lstrip())
        return Span(at, at + len(written[number].strip()))

    # Values

    def operand(self, value: t.Value, kind: types.Type) -> Operand:
        """Return a written value as one of a type; for a set type, as one member of it, or a path to a whole set."""
        if isinstance(value, t.PathValue):
            return self._compatible(self.path(value.path, previous=value.previous), kind, value.span)
        match kind:
            case types.ReferenceType(entity) | types.ReferencesType(entity):
                return self._reference(value, entity, kind)
            case types.ChoiceType() | types.ChoiceSetType():
                return Constant(self._choice(value, kind))
            case types.TagsType():
                return Constant(self._tag(value))
            case types.TextType() if isinstance(value, t.Word | t.Text):
                return Constant(value.text if isinstance(value, t.Word) else value.value)
            case types.NumberType() if isinstance(value, t.Number):
                return Constant(types.number(value.value))
            case types.DateType() if isinstance(value, t.Day | t.Moment):
                return Constant(value.value)
            case types.YesNoType() if isinstance(value, t.Word) and value.text.casefold() in ("yes", "no"):
                return Constant(value.text.casefold() == "yes")
        if isinstance(value, t.Word):
            found = self._word_as_path(value)
            if found is not None:
                return self._compatible(found, kind, value.span)
        raise self.fail(
            "wrong-type",
            value.span,
            f"`{self.shown(value)}` is not {types.described(kind)}",
            self.ending(value) or _HELP_FOR_TYPE.get(type(kind)),
        )

    def operands(self, values: Iterable[t.Value], kind: types.Type) -> tuple[Operand, ...]:
        """Return several written values as members of a type, each mistake reported."""
        return self.each(values, lambda value: self.operand(value, kind))

    def each(self, values: Iterable[_Given], meaning: Callable[[_Given], _Meant]) -> tuple[_Meant, ...]:
        """Return what each of several things means; UnresolvedError only after all were looked at."""
        found: list[_Meant] = []
        wrong: UnresolvedError | None = None
        for value in values:
            try:
                found.append(meaning(value))
            except UnresolvedError as error:
                wrong = error
        if wrong is not None:
            raise wrong
        return tuple(found)

    def tried(self, meaning: Callable[[], _Meant]) -> _Meant | None:
        """Return what something means, or None when it was reported."""
        try:
            return meaning()
        except UnresolvedError:
            return None

    def _word_as_path(self, word: t.Word) -> Reading | None:
        """Return what a bare word reads where it begins a path, else None."""
        if word.text not in self.vocabulary.shorthands and word.text != CURRENT_USER:
            return None
        return self.path(t.Path((word.text,), span=word.span))

    def _compatible(self, reading: Reading, kind: types.Type, span: Span) -> Reading:
        same = reading.type == kind
        if isinstance(kind, types.SetType) and isinstance(reading.type, types.ReferenceType):
            same = isinstance(kind, types.ReferencesType) and kind.kind == reading.type.kind
        if not reading.steps and reading.base != CURRENT_USER:
            same = False
        if not same:
            message = f"`{reading.text}` is {types.described(reading.type)}, expected {types.described(kind)}"
            raise self.fail("wrong-type", span, message)
        return reading

    def _choice(self, value: t.Value, kind: types.ChoiceType | types.ChoiceSetType) -> str:
        shown = self.shown(value)
        try:
            return types.choice(kind, shown)
        except types.MisfitError:
            labels = self.choices_of(kind)
            near = self.near(shown, labels, (*kind.options, *kind.aliases))
            help_line = (
                near or self.ending(value) or "its choices: " + ", ".join(labels.written(kind.options))
            )
            if shown.casefold() in _NOBODY:
                help_line = "to ask for no value, write `is empty`; to take one away, `clear …`"
            shown = shown or '""'
            raise self.fail(
                "unknown-value", value.span, f"`{shown}` is not one of the choices here", help_line
            ) from None

    def _tag(self, value: t.Value) -> str:
        if not isinstance(value, t.Word | t.Text):
            help_line = f'quote a tag that looks like something else: `"{self.shown(value)}"`'
            raise self.fail("wrong-type", value.span, f"`{self.shown(value)}` is not a tag", help_line)
        text = value.text if isinstance(value, t.Word) else value.value
        try:
            return types.tag(text)
        except types.MisfitError as error:
            joined, apart = "_".join(text.split()), ", ".join(text.split())
            advice = f"write `{joined}` for one tag, `{apart}` for several" if text.split() else None
            raise self.fail("wrong-type", value.span, str(error), advice) from None

    def _reference(self, value: t.Value, entity: str, kind: types.Type) -> Operand:
        if isinstance(value, t.Text):
            if entity == "schedule":
                return Constant(self.schedule(value.value, value.span))
            return self.named(entity, value.value, value.span)
        if isinstance(value, t.Word):
            found = self._word_as_path(value)
            if found is not None:
                one = types.ReferenceType(entity)
                return self._compatible(found, kind if found.type == kind else one, value.span)
            if value.text.casefold() in _NOBODY:
                help_line = "to ask for nobody, write `is empty`; to take somebody off, `clear …`"
                raise self.fail(
                    "unknown-name", value.span, f"there is nothing named `{value.text}`", help_line
                )
            starts = self.naming.starts.written([*self.vocabulary.shorthands, CURRENT_USER])
            states = [state.name for state in self.vocabulary.states_of(entity)]
            near = did_you_mean(value.text, [*starts, *self.naming.states_of(entity).written(states)])
            help_line = (
                near or self.ending(value) or (f'put the name of {_a(entity)} in quotes: `"{value.text}"`')
            )
            raise self.fail("unknown-name", value.span, f"there is nothing named `{value.text}`", help_line)
        message = f"`{self.shown(value)}` is not {_a(entity)}"
        raise self.fail("wrong-type", value.span, message, f"put the name of {_a(entity)} in quotes")

    def named(self, kind: str, name: str, span: Span) -> Named:
        """Return a name for the directory; with a directory at hand, one that it lacks is reported."""
        known = None if self.known_names is None else self.known_names.get(kind)
        if known is not None and textual.folded(name) not in {textual.folded(label) for label in known}:
            message = f"the directory has no {kind} `{name}`"
            # An address may still come: whoever writes from it becomes an end user.
            severity = Severity.WARNING if "@" in name and kind == "user" else Severity.ERROR
            self.report(f"unknown-{kind}", span, message, did_you_mean(name, known), severity=severity)
        return Named(kind, name)

    def schedule(self, title: str, span: Span) -> str:
        """Return the title of a declared schedule."""
        if title not in self.schedules:
            help_line = did_you_mean(title, self.schedules) or f'declare it: `schedule "{title}" in … open …`'
            message = f"there is no schedule `{title}`"
            raise self.unknown("SCHEDULE", title, "unknown-schedule", span, message, help_line)
        return title

    def duration(self, value: t.Value) -> timedelta:
        """Return a written duration."""
        if not isinstance(value, t.Duration):
            message = f"`{self.shown(value)}` is not a duration"
            raise self.fail(
                "wrong-type", value.span, message, "write a number and a unit: `3 days`, `4 hours`"
            )
        unit = self.words.units.get(value.unit.casefold())
        if unit is None:
            labels = self.naming.units
            units = ", ".join(labels.written(dict.fromkeys(self.words.units.values())))
            help_line = self.near(value.unit, labels, self.words.units) or f"units are {units}"
            raise self.fail("unknown-unit", value.span, f"`{value.unit}` is not a unit of time", help_line)
        if not 0 < value.amount * _in_days(unit) <= MOST_OF_A_DURATION:
            raise self.fail(
                "wrong-duration",
                value.span,
                "a duration is more than nothing and at most a hundred years",
                "write for example `3 days`",
            )
        span = UNITS[unit] * float(value.amount)
        if not span:
            raise self.fail(
                "wrong-duration", value.span, "a duration is more than nothing", "write for example `3 days`"
            )
        return span

    def shown(self, value: t.Value) -> str:
        """Return a written value without its quotes."""
        if isinstance(value, t.Text):
            return value.value
        return printer.value_text(value, self.words)


def _in_days(unit: str) -> int:
    return max(1, UNITS[unit].days)


def _entity(kind: types.Type) -> str | None:
    return kind.kind if isinstance(kind, types.ReferenceType) else None


def _a(entity: str) -> str:
    return types.described(types.ReferenceType(entity))


_COMMENT = re.compile(r"#[^\n]*")
_NOBODY = frozenset({"", "nobody", "none", "noone", "null", "nil", "unassigned", "nothing", "empty"})

_HELP_FOR_TYPE: Mapping[type, str] = {
    types.TextType: "put the text in quotes",
    types.NumberType: "write a number: `4`, `2.5`",
    types.DateType: "write a day: `2026-01-31`",
    types.YesNoType: "write `yes` or `no`",
}
