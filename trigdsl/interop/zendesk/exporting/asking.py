"""From a condition as it is written to what it asks of Zendesk."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
from attrs import evolve, frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.exporting import comparing, offered
from trigdsl.interop.zendesk.exporting.fields import Fields, Known
from trigdsl.interop.zendesk.exporting.formulas import Every, Formula, Place, Said, either, every
from trigdsl.interop.zendesk.exporting.paths import path_of
from trigdsl.interop.zendesk.exporting.problems import Problems, UnsayableError
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.checker import ConditionChecker
from trigdsl.source import Source
from trigdsl.syntax import printer, several
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb

_Sentence = tuple[str, Verb, str | None]
_SENTENCES: Mapping[_Sentence, tuple[str, str]] = {
    (said.subject, said.verb, said.word): (name, value)
    for name, table in c.SENTENCES.items()
    for value, said in table.items()
}
_OPPOSITES: Mapping[tuple[str, str], str] = {
    (name, value): other
    for name, table in c.SENTENCES.items()
    if len(table) == 2 and name != "role"
    for value, other in (tuple(table), tuple(table)[::-1])
}
"""Of two conditions of which always one holds, the other."""


@frozen
class Asker:
    """Says conditions as Zendesk has them. What it cannot ask is reported, and left out of what is returned."""

    fields: Fields
    problems: Problems
    conditions: ConditionChecker
    source: Source

    def whole(self, condition: t.Condition, *, one: bool) -> Formula:
        """Return what a trigger's condition asks; `one` says that it is a single condition in Zendesk, however it reads."""
        if isinstance(condition, t.And) and not one:
            return self._joined(condition.items, condition, holds=True, together=True)
        return self.formula(condition)

    def formula(self, condition: t.Condition, *, holds: bool = True) -> Formula:
        """Return what Zendesk has to ask for a condition to hold, or not to hold; UnsayableError if it cannot."""
        match condition:
            case t.And(items):
                change = self._to_or_from_nothing(condition, holds=holds)
                return change or self._joined(items, condition, holds=holds, together=holds)
            case t.Or(items):
                return self._joined(items, condition, holds=holds, together=not holds)
            case t.Not(item):
                return self.formula(item, holds=not holds)
            case t.NameTest(name):
                definition = self.conditions.definitions[name]
                inner = evolve(self, source=definition.source)
                return inner.formula(definition.written.condition, holds=holds)
            case t.Raw():
                return self._raw(condition, holds=holds)
            case t.Comparison():
                return self._comparison(condition, holds=holds)
            case t.Mixture() | t.Unread():
                raise AssertionError("rules with mistakes are not exported")

    def _place(self, node: t.Condition | t.Subject | t.Value) -> Place:
        return Place(self.source, node.span)

    def _joined(
        self, items: Iterable[t.Condition], node: t.Condition, *, holds: bool, together: bool
    ) -> Formula:
        found, failed = [], False
        for item in items:
            try:
                found.append(self.formula(item, holds=holds))
            except UnsayableError:
                failed = True
        if failed:
            raise UnsayableError("a part of it")
        return every(found, self._place(node)) if together else either(found, self._place(node))

    def _raw(self, condition: t.Raw, *, holds: bool) -> Formula:
        place = self._place(condition)
        data = raw_data(condition.text)
        if data == [] and holds:
            return Every(())
        if not isinstance(data, dict) or not isinstance(data.get("field"), str):
            raise self.problems.wrong_raw(place, "this raw part is no condition of Zendesk's")
        if not holds:
            message = "no trigger of Zendesk's can deny a condition that is kept in `raw`"
            raise self.problems.cannot(place, message, "deny it inside: `is_not` for `is`")
        return Said(data)

    # Sentences, and what states mean

    def _comparison(self, written: t.Comparison, *, holds: bool) -> Formula:
        verb = several.POSITIVE.get(written.verb, written.verb)
        wanted = holds is (verb is written.verb)
        if isinstance(written.subject, t.ScheduleSubject):
            return self._schedule(written, written.subject, holds=wanted)
        assert isinstance(written.subject, t.PathSubject)
        scope = self.conditions.in_source(self.source).scope
        subject = scope.path(written.subject.path, previous=written.subject.previous)
        path = path_of(subject)
        word = written.values[0] if written.values else None
        if verb is Verb.IS and isinstance(word, t.Word) and isinstance(subject.type, types.ReferenceType):
            state = scope.vocabulary.states.get((subject.type.kind, word.text.casefold()))
            if state is not None:
                said = self._sentence((path, verb, state.name), written, holds=wanted)
                return said or self._meaning(written, state.meaning, subject, holds=wanted)
        said = self._sentence((path, verb, None), written, holds=wanted)
        if said is not None and not subject.previous:
            return said
        return self._about_field(written, subject, verb, holds=wanted)

    def _sentence(self, sentence: _Sentence, written: t.Condition, *, holds: bool) -> Formula | None:
        """Return a condition that is a whole sentence of ours, or None where this is none."""
        found = _SENTENCES.get(sentence)
        if found is None:
            return None
        name, value = found
        if holds:
            return said(name, "is", value)
        other = _OPPOSITES.get(found)
        if other is not None:
            return said(name, "is", other)
        if "is_not" in offered.of_sentence(name):
            return said(name, "is_not", value)
        shown = printer.condition_text(written, self.conditions.scope.words)
        raise self.problems.cannot(
            self._place(written), f"no trigger of Zendesk's can ask for the opposite: `{shown}`"
        )

    def _schedule(self, written: t.Comparison, subject: t.ScheduleSubject, *, holds: bool) -> Formula:
        word = written.values[0]
        assert isinstance(word, t.Word)
        state = word.text.casefold()
        if subject.title is None:
            found = self._sentence(("schedule", Verb.IS, state), written, holds=holds)
            assert found is not None
            return found
        if state == "on_holiday" or holds is (state == "closed"):
            shown = printer.condition_text(written, self.conditions.scope.words)
            message = f"no trigger of Zendesk's can ask of a schedule by name whether it is closed or on holiday: `{shown}`"
            help_line = "ask for the ticket's own: `schedule is closed`"
            raise self.problems.cannot(self._place(written), message, help_line)
        number = self.fields.ids.id_of(c.Id.SCHEDULE, subject.title, self._place(subject))
        return said(c.WITHIN_SCHEDULE, "is", number)

    def _meaning(
        self, written: t.Comparison, meaning: t.Condition | None, subject: r.Reading, *, holds: bool
    ) -> Formula:
        """Return what a state means, said of whom it is said of."""
        shown = printer.condition_text(written, self.conditions.scope.words)
        assert isinstance(written.subject, t.PathSubject)
        if meaning is None or subject.previous:
            raise self.problems.cannot(
                self._place(written), f"no trigger of Zendesk's can ask whether `{shown}`"
            )
        said_of = _moved(meaning, subject.type, written.subject.path.parts, written.span)
        found, count = Problems(), len(self.problems.found)
        try:
            return evolve(self, problems=found).formula(said_of, holds=holds)
        except UnsayableError:
            del self.problems.found[count:]
            place = self._place(written)
            raise self.problems.cannot(place, f"no trigger of Zendesk's can ask whether `{shown}`") from None

    # Fields

    def _about_field(self, written: t.Comparison, subject: r.Reading, verb: Verb, *, holds: bool) -> Formula:
        known = self.fields.find(evolve(subject, previous=False))
        place = self._place(written)
        shown = printer.condition_text(written, self.conditions.scope.words)
        if known is None:
            message = f"no trigger of Zendesk's can ask about `{subject.text}`"
            raise self.problems.cannot(place, message, _help_line(subject))
        operands = self._operands(written, subject.type)
        flipped = self._turned(known, verb, operands, holds=holds, written=written)
        if flipped is not None:
            return flipped
        ask = comparing.Comparing(self.fields, self.problems, known, place, shown)
        if subject.previous:
            return ask.before(verb, operands, holds=holds)
        return ask.formula(verb, operands, holds=holds, reach=self._reach(written))

    def _operands(self, written: t.Comparison, kind: types.Type) -> tuple[r.Operand, ...]:
        scope = self.conditions.in_source(self.source).scope
        if written.verb in (Verb.IS_WITHIN_THE_LAST, Verb.IS_WITHIN_THE_NEXT, Verb.IS_LIKE, Verb.IS_NOT_LIKE):
            return ()
        if written.verb in (Verb.MATCHES, Verb.DOES_NOT_MATCH):
            return ()
        values = written.values if written.until is None else (*written.values, written.until)
        return tuple(scope.operand(value, kind) for value in values)

    def _reach(self, written: t.Comparison) -> Any:
        if written.verb not in (Verb.IS_WITHIN_THE_LAST, Verb.IS_WITHIN_THE_NEXT):
            return None
        return self.conditions.in_source(self.source).scope.duration(written.values[0])

    def _turned(
        self,
        known: Known,
        verb: Verb,
        operands: tuple[r.Operand, ...],
        *,
        holds: bool,
        written: t.Comparison,
    ) -> Formula | None:
        """Return `requester is current_user` for `current_user is requester`: Zendesk asks it that way round."""
        if known.name != "role" or verb not in (Verb.IS, Verb.IS_ONE_OF):
            return None
        others = [self._other_person(operand) for operand in operands]
        if not any(others):
            return None
        place = self._place(written)
        me = r.Reading("current_user", (), types.ReferenceType("user"), text="current_user")
        found = [
            comparing.Comparing(
                self.fields, self.problems, other or known, place, (other or known).name
            ).formula(Verb.IS, (me if other else operand,), holds=holds)
            for operand, other in zip(operands, others, strict=True)
        ]
        return either(found, place) if holds else every(found, place)

    def _other_person(self, operand: r.Operand) -> Known | None:
        """Return the field of a ticket's person; None of a value, and of what Zendesk has no person for."""
        if not isinstance(operand, r.Reading) or operand.previous:
            return None
        other = self.fields.find(operand)
        return other if other is not None and other.field.people else None

    def _to_or_from_nothing(self, condition: t.And, *, holds: bool) -> Formula | None:
        """Return `assignee changes and assignee is empty` as the one condition that it is in Zendesk."""
        match condition.items:
            case (
                t.Comparison(t.PathSubject(path, False), Verb.CHANGES),
                t.Comparison(t.PathSubject(same, previous), Verb.IS_EMPTY),
            ) if path == same:
                pass
            case _:
                return None
        known = self.fields.find(self.conditions.in_source(self.source).scope.path(path))
        if known is None or not offered.may_be_empty(known.field, own=known.own):
            return None
        operator = "value_previous" if previous else "value"
        if operator not in known.field.operators:
            return None
        return said(known.name, operator if holds else f"not_{operator}", "")


def _help_line(subject: r.Reading) -> str | None:
    """Return what to do about a field that may be one of the account's own."""
    of_one = len(subject.steps) == 1 or (
        len(subject.steps) == 2 and subject.steps[0] in ("requester", "organization")
    )
    return "if it is a field of the account's own, name it in the file of `--names`" if of_one else None


def said(field: str, operator: str, value: str) -> Said:
    """Return one condition of Zendesk's."""
    return Said({"field": field, "operator": operator, "value": value})


def raw_data(text: str) -> Any:
    """Return what a raw part holds, or None where it is no JSON."""
    try:
        # A line end inside a text is what people paste, and means what it is.
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _moved(condition: t.Condition, kind: types.Type, to: tuple[str, ...], span: Any) -> t.Condition:
    """Return the meaning of a state with the path that the state is said of in place of the entity's name."""
    assert isinstance(kind, types.ReferenceType)

    def change(path: t.Path) -> t.Path:
        return evolve(path, parts=(*to, *path.parts[1:])) if path.parts[0] == kind.kind else path

    moved: t.Condition = _each(condition, change, span)
    return moved


def _each(node: Any, change: Callable[[t.Path], t.Path], span: Any) -> Any:
    if isinstance(node, t.Path):
        return change(node)
    if isinstance(node, tuple):
        return tuple(_each(part, change, span) for part in node)
    if not attrs.has(type(node)) or not type(node).__module__.endswith("syntax.tree"):
        return node
    parts = {a.name: _each(getattr(node, a.name), change, span) for a in attrs.fields(type(node))}
    return evolve(node, **(parts | ({"span": span} if "span" in parts else {})))
