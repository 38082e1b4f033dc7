"""Small changes of a trigger as it is written: a value, an operator, a negation, a recipient, what is left out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve, frozen

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary
from trigdsl.source import Span
from trigdsl.syntax import printer, several
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.syntax.words import Words

OPPOSITE: Mapping[Verb, Verb] = {
    **several.POSITIVE,
    **several.NEGATIVE,
    Verb.IS_LESS_THAN: Verb.IS_AT_LEAST,
    Verb.IS_AT_LEAST: Verb.IS_LESS_THAN,
    Verb.IS_MORE_THAN: Verb.IS_AT_MOST,
    Verb.IS_AT_MOST: Verb.IS_MORE_THAN,
    Verb.IS_BEFORE: Verb.IS_AFTER,
    Verb.IS_AFTER: Verb.IS_BEFORE,
    Verb.IS_WITHIN_THE_LAST: Verb.IS_WITHIN_THE_NEXT,
    Verb.IS_WITHIN_THE_NEXT: Verb.IS_WITHIN_THE_LAST,
    Verb.GAIN: Verb.LOSE,
    Verb.LOSE: Verb.GAIN,
    Verb.GAIN_ANY_OF: Verb.LOSE_ANY_OF,
    Verb.LOSE_ANY_OF: Verb.GAIN_ANY_OF,
}
NEARBY: Mapping[Verb, Verb] = {
    Verb.IS_LESS_THAN: Verb.IS_AT_MOST,
    Verb.IS_AT_MOST: Verb.IS_LESS_THAN,
    Verb.IS_MORE_THAN: Verb.IS_AT_LEAST,
    Verb.IS_AT_LEAST: Verb.IS_MORE_THAN,
    Verb.CHANGES_TO: Verb.IS,
    Verb.DOES_NOT_CHANGE_TO: Verb.IS_NOT,
    Verb.CHANGES: Verb.IS_NOT_EMPTY,
    Verb.INCLUDE_ALL_OF: Verb.INCLUDE_ANY_OF,
    Verb.GAIN: Verb.INCLUDE,
    Verb.GAIN_ANY_OF: Verb.INCLUDE_ANY_OF,
    Verb.STARTS_WITH: Verb.CONTAINS,
    Verb.ENDS_WITH: Verb.CONTAINS,
    Verb.CONTAINS_ANY_WORD_OF: Verb.CONTAINS,
}
"""An operator that is easily taken for another."""


@frozen
class Change:
    """One small change: what kind it is, where, and how the sentence reads before and after."""

    kind: str
    span: Span
    before: str
    after: str


Changed = tuple[t.Trigger, Change]
ChangedCondition = tuple[t.Condition, Change]


@frozen
class Changes:
    """Makes small changes of triggers over a vocabulary and the templates that there are."""

    vocabulary: Vocabulary
    words: Words
    templates: Sequence[str]
    groups: Sequence[str] = ()

    def of(self, trigger: t.Trigger) -> Iterator[Changed]:
        """Yield the trigger with each small change."""
        for condition, change in self.of_condition(trigger.condition):
            yield evolve(trigger, condition=condition), change
        for number, action in enumerate(trigger.actions):
            for changed, change in self._action(action):
                yield evolve(trigger, actions=_with(trigger.actions, number, changed)), change
            if len(trigger.actions) > 1:
                text = self._text(action)
                left = _without(trigger.actions, number)
                yield evolve(trigger, actions=left), Change("action left out", action.span, text, "")
        if trigger.once:
            text = self.words.phrase("ONCE_PER_TICKET")
            yield evolve(trigger, once=False), Change("left out", trigger.title_span, text, "")

    # Conditions

    def of_condition(self, condition: t.Condition) -> Iterator[ChangedCondition]:
        """Yield the condition with each small change."""
        match condition:
            case t.And(items) | t.Or(items):
                yield from self._joined(condition, items)
            case t.Not(item):
                text = self._condition(condition)
                yield item, Change("negation", condition.span, text, self._condition(item))
                for inner, change in self.of_condition(item):
                    yield evolve(condition, item=inner), change
            case t.NameTest():
                negated = t.Not(condition, span=condition.span)
                yield negated, self._change("negation", condition, negated)
            case t.Comparison():
                for changed, kind in self._comparison(condition):
                    yield changed, self._change(kind, condition, changed)

    def _joined(self, condition: t.And | t.Or, items: tuple[t.Condition, ...]) -> Iterator[ChangedCondition]:
        other = t.Or if isinstance(condition, t.And) else t.And
        yield (
            other(items, span=condition.span),
            self._change("operator", condition, other(items, span=condition.span)),
        )
        for number, item in enumerate(items):
            left = _without(items, number)
            text = self._condition(item)
            alone = left[0] if len(left) == 1 else evolve(condition, items=left)
            yield alone, Change("condition left out", item.span, text, "")
            for inner, change in self.of_condition(item):
                yield evolve(condition, items=_with(items, number, inner)), change

    def _change(self, kind: str, before: t.Condition, after: t.Condition) -> Change:
        return Change(kind, before.span, self._condition(before), self._condition(after))

    def _condition(self, condition: t.Condition) -> str:
        return printer.condition_text(condition, self.words)

    def _comparison(self, c: t.Comparison) -> Iterator[tuple[t.Comparison, str]]:
        if c.verb in OPPOSITE:
            yield evolve(c, verb=OPPOSITE[c.verb]), "negation"
        if c.verb in NEARBY:
            near = evolve(c, verb=NEARBY[c.verb])
            if NEARBY[c.verb] in (Verb.CONTAINS, Verb.INCLUDE):
                near = evolve(near, values=c.values[:1])
            yield near, "operator"
        for number, value in enumerate(c.values):
            if len(c.values) > 1:
                yield evolve(c, values=_without(c.values, number)), "value"
            for other in self._values(value, self.type_of(c.subject), self._entity(c)):
                if other not in c.values:
                    yield evolve(c, values=_with(c.values, number, other)), "value"
        if c.until is not None:
            yield evolve(c, until=None), "value"

    def type_of(self, subject: t.Subject) -> types.Type | None:
        """Return the type of what a comparison is about, where a path says it."""
        if not isinstance(subject, t.PathSubject):
            return None
        parts = subject.path.parts
        if parts[0] in self.vocabulary.shorthands:
            parts = (self.vocabulary.root, *parts)
        entity, kind = ("user" if parts[0] == "current_user" else parts[0]), None
        for part in parts[1:]:
            declared = self.vocabulary.field(entity, part)
            if declared is None:
                return None
            kind = declared.type
            entity = kind.kind if isinstance(kind, types.ReferenceType) else ""
        return kind

    def _entity(self, c: t.Comparison) -> str | None:
        """Return what a state may be said of, where a comparison is about something that has states."""
        match c.subject:
            case t.ScheduleSubject():
                return "schedule"
            case t.PathSubject(path):
                kind = self.type_of(c.subject)
                if isinstance(kind, types.ReferenceType):
                    return kind.kind
                if len(path.parts) == 1:
                    return "user" if path.parts[0] == "current_user" else path.parts[0]
        return None

    # Values

    def _values(self, value: t.Value, kind: types.Type | None, entity: str | None) -> Iterator[t.Value]:
        """Yield one or two other values that could stand in the place of one."""
        match value:
            case t.Word(text) if text.casefold() in ("yes", "no") and isinstance(kind, types.YesNoType):
                yield t.Word("no" if text.casefold() == "yes" else "yes", span=value.span)
            case t.Word(text) if entity is not None and (entity, text) in self.vocabulary.states:
                states = [state.name for state in self.vocabulary.states_of(entity)]
                yield from (t.Word(name, span=value.span) for name in _beside(text, states))
            case t.Word(text) | t.Text(text) if isinstance(kind, types.ChoiceType | types.ChoiceSetType):
                meant = kind.aliases.get(text.casefold(), text.casefold())
                yield from (self._word(name, value.span) for name in _beside(meant, kind.options))
            case t.Word(text) | t.Text(text) if isinstance(kind, types.TagsType):
                yield self._word(f"{text}_2", value.span)
            case t.Word(text) if kind == types.ReferenceType("user"):
                people = [CURRENT_USER, *self._people()]
                yield from (t.Word(name, span=value.span) for name in _beside(text, people)[-1:])
            case t.Word(text) | t.Text(text) if isinstance(kind, types.TextType):
                yield t.Text(f"{text}x" if text else "x", span=value.span)
            case t.Text(text) if isinstance(kind, types.ReferenceType | types.ReferencesType):
                others = [name for name in self.groups if name != text] if kind.kind == "group" else []
                yield t.Text(others[0] if others else f"another.{text}", span=value.span)
            case t.Number(number):
                yield from (evolve(value, value=number + step) for step in (1, -1))
            case t.Duration(amount):
                yield evolve(value, amount=amount + Decimal(1))
            case t.Day(day):
                yield from (evolve(value, value=day + timedelta(days=step)) for step in (1, -1))
            case t.PathValue(previous=True):
                yield (
                    evolve(value, previous=False)
                    if len(value.path.parts) > 1
                    else t.Word(value.path.parts[0], span=value.span)
                )

    def _word(self, text: str, span: Span) -> t.Value:
        return t.Text(text, span=span) if self.words.needs_quotes(text) else t.Word(text, span=span)

    # Actions

    def _action(self, action: t.Action) -> Iterator[tuple[t.Action, Change]]:
        for changed, kind in self._actions(action):
            yield changed, Change(kind, action.span, self._text(action), self._text(changed))

    def _text(self, action: t.Action) -> str:
        return printer.action_text(action, self.words)

    def _actions(self, action: t.Action) -> Iterator[tuple[t.Action, str]]:
        match action:
            case t.SetField(path, values):
                for number, value in enumerate(values):
                    for other in self._values(value, self.type_of(t.PathSubject(path)), None):
                        yield evolve(action, values=_with(values, number, other)), "value"
                    if len(values) > 1:
                        yield evolve(action, values=_without(values, number)), "value"
            case t.AddTo(values, path) | t.RemoveFrom(values, path):
                for number, value in enumerate(values):
                    for other in self._values(value, self.type_of(t.PathSubject(path)), None):
                        yield evolve(action, values=_with(values, number, other)), "value"
                    if len(values) > 1:
                        yield evolve(action, values=_without(values, number)), "value"
                turned = t.RemoveFrom if isinstance(action, t.AddTo) else t.AddTo
                yield turned(values, path, span=action.span), "operator"
            case t.Notify():
                yield from self._notify(action)
            case t.CallWebhook(_, template):
                yield from (
                    (evolve(action, template=name), "template")
                    for name in _beside(template, self.templates)[:1]
                )
            case t.PostComment(public, message):
                yield evolve(action, public=not public), "operator"
                yield from ((evolve(action, message=m), "template") for m in self._messages(message))
            case t.Perform(_, argument, message):
                if message is not None:
                    yield from ((evolve(action, message=m), "template") for m in self._messages(message))
                if isinstance(argument, t.Number):
                    yield evolve(action, argument=evolve(argument, value=argument.value + 1)), "value"

    def _notify(self, action: t.Notify) -> Iterator[tuple[t.Action, str]]:
        for number, recipient in enumerate(action.recipients):
            if len(action.recipients) > 1:
                yield evolve(action, recipients=_without(action.recipients, number)), "recipient"
            for other in self._recipients(recipient):
                if other not in action.recipients:
                    yield evolve(action, recipients=_with(action.recipients, number, other)), "recipient"
        yield from ((evolve(action, message=m), "template") for m in self._messages(action.message))
        channels = [c for c in self.vocabulary.channels if not self.words.needs_quotes(c)]
        if channels:
            now = action.channel or self.vocabulary.channels[0]
            yield from ((evolve(action, channel=c), "channel") for c in _beside(now, channels)[:1])
        if action.language is not None:
            yield evolve(action, language=None), "language"

    def _recipients(self, recipient: t.Subject) -> Iterator[t.Subject]:
        """Yield somebody else who could be told."""
        people = self._people()
        match recipient:
            case t.PathSubject(path) if len(path.parts) == 1:
                yield from (
                    t.PathSubject(t.Path((name,), span=recipient.span), span=recipient.span)
                    for name in _beside(path.parts[0], people)[:1]
                )
            case _ if people:
                yield t.PathSubject(t.Path((people[0],), span=recipient.span), span=recipient.span)

    def _people(self) -> list[str]:
        """Return the people whom a ticket names."""
        return [
            name
            for name, field in self.vocabulary.shorthands.items()
            if field.type == types.ReferenceType("user") and not field.read_only
        ]

    def _messages(self, message: t.Message) -> Iterator[t.Message]:
        if isinstance(message, t.UseTemplate):
            yield from (evolve(message, name=name) for name in _beside(message.name, self.templates)[:1])


def _beside(text: str, options: Sequence[str]) -> list[str]:
    """Return what stands next to one of some options: one before, one after."""
    if text not in options:
        return [*options[:1]]
    at = options.index(text)
    return [*options[max(0, at - 1) : at], *options[at + 1 : at + 2]]


def _with(items: tuple[Any, ...], number: int, item: Any) -> tuple[Any, ...]:
    return (*items[:number], item, *items[number + 1 :])


def _without(items: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    return (*items[:number], *items[number + 1 :])
