"""A rule file with the nouns of another language: every name is put by what it belongs to, and spans stay.

What nobody knows the type of stays as it is, both ways, and so do the names of the user's own.
"""

from collections.abc import Collection, Iterable
from typing import assert_never

from attrs import evolve, frozen

from trigdsl.semantics import types
from trigdsl.semantics.naming.labels import Labels
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.vocabulary import CURRENT_USER, ROLES, Vocabulary, type_of
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb


def canonical(file: t.File, naming: Naming, vocabulary: Vocabulary, defined: Collection[str] = ()) -> t.File:
    """Return a file with the English names in place of a language's, as everything behind the parser expects it.

    The vocabulary knows the fields that the file and those around it declare (`declaring`), and defined are the names that
    they define. A reference that stands for itself, `the requester`, is a word, `requester`.
    """
    return Translation(naming, vocabulary, local=False, defined=_defined(file, defined)).file(file)


def localized(file: t.File, naming: Naming, vocabulary: Vocabulary, defined: Collection[str] = ()) -> t.File:
    """Return a file with a language's names in place of the English ones, as its printer expects it.

    `canonical` leads back to the same file. In a language with articles a reference that stands for itself has one.
    """
    return Translation(naming, vocabulary, local=True, defined=_defined(file, defined)).file(file)


def path_in(naming: Naming, vocabulary: Vocabulary, path: t.Path) -> str:
    """Return a path of English names as a language writes it."""
    return str(Translation(naming, vocabulary, local=True).path(path)[0])


def _defined(file: t.File, elsewhere: Collection[str]) -> frozenset[str]:
    return frozenset(elsewhere) | {item.name for item in file.items if isinstance(item, t.Define)}


@frozen
class Leads:
    """What a path leads to, as far as it is known: its type, and the field that it ends with, by its path."""

    type: types.Type | None = None
    field: str | None = None

    @property
    def entity(self) -> str | None:
        """What a path through it goes on in."""
        return self.type.kind if isinstance(self.type, types.ReferenceType) else None


UNKNOWN = Leads()
"""What leads nowhere that anybody knows."""


def _one(entity: str) -> Leads:
    return Leads(types.ReferenceType(entity))


@frozen
class Translation:
    """Puts names, each by the place that it stands in."""

    naming: Naming
    vocabulary: Vocabulary
    local: bool
    """Whether names become those of the language, or English."""
    defined: Collection[str] = ()

    def said(self, labels: Labels, text: str) -> str:
        return labels.label(text) if self.local else labels.name(text)

    def english(self, labels: Labels, text: str) -> str:
        """Return the English name of what stands in the file that is translated."""
        return text if self.local else labels.name(text)

    def maybe(self, labels: Labels, text: str | None) -> str | None:
        return None if text is None else self.said(labels, text)

    # Declarations

    def file(self, file: t.File) -> t.File:
        return evolve(file, items=tuple(map(self.item, file.items)))

    def item(self, item: t.Item) -> t.Item:
        match item:
            case t.Trigger():
                return self.trigger(item)
            case t.Test():
                given = None if item.given is None else self.condition(item.given)
                return evolve(item, given=given, steps=tuple(map(self.step, item.steps)))
            case t.Define(_, condition):
                return evolve(item, condition=self.condition(condition))
            case t.FieldDeclaration():
                return self.field(item)
            case t.StateDeclaration():
                return self.state(item)
            case t.ChannelDeclaration(name):
                return evolve(item, name=self.said(self.naming.channels, name))
            case t.Category(title):
                return evolve(item, title=self.said(self.naming.categories, title))
            case t.Use(only=only):
                return evolve(item, only=tuple(evolve(o, value=self.title(o.value)) for o in only))
            case t.Switch(title):
                return evolve(item, title=self.title(title))
            case t.Schedule():
                return evolve(item, hours=tuple(map(self.hours, item.hours)))
            case t.Lost("FIELD", name):
                path, _ = self.path(t.Path(tuple(name.split("."))))
                return evolve(item, name=str(path))
            case t.Lost() | t.Webhook() | t.ActionDeclaration():
                return item
            case _:
                assert_never(item)

    def title(self, title: str) -> str:
        return self.said(self.naming.titles, title)

    def trigger(self, item: t.Trigger) -> t.Trigger:
        place = item.place
        return evolve(
            item,
            title=None if item.title is None else self.title(item.title),
            condition=self.condition(item.condition),
            actions=tuple(map(self.action, item.actions)),
            place=None if place is None else evolve(place, title=self.title(place.title)),
        )

    def field(self, item: t.FieldDeclaration) -> t.FieldDeclaration:
        path, leads = self.path(item.path)
        leads = Leads(type_of(item.type), leads.field)
        kind = item.type
        if not isinstance(kind, t.PlainType):
            choices = self.naming.choices_of(leads.field)
            named = (evolve(c, name=self.said(choices, c.name)) for c in kind.choices)
            kind = evolve(kind, choices=tuple(named))
        return evolve(
            item,
            path=path,
            type=kind,
            at_first=None if item.at_first is None else self.value(item.at_first, leads),
            counting=None if item.counting is None else self.condition(item.counting),
        )

    def state(self, item: t.StateDeclaration) -> t.StateDeclaration:
        path, leads = self.path(item.path)
        name = self.said(self.naming.states_of(leads.entity), item.name)
        meaning = None if item.meaning is None else self.condition(item.meaning)
        return evolve(item, path=path, name=name, meaning=meaning)

    def hours(self, hours: t.Hours) -> t.Hours:
        days = self.naming.weekdays
        return evolve(hours, first=self.said(days, hours.first), last=self.maybe(days, hours.last))

    # Paths and values

    def path(self, path: t.Path) -> tuple[t.Path, Leads]:
        """Return a path in the other names, and what it leads to."""
        first, *others = path.parts
        said = [self.said(self.naming.starts, first)]
        english = self.english(self.naming.starts, first)
        leads = self._start(english)
        for part in others:
            fields = self.naming.fields_of(leads.entity)
            said.append(self.said(fields, part))
            leads = self._step(leads.entity, self.english(fields, part))
        return evolve(path, parts=tuple(said)), leads

    def _start(self, name: str) -> Leads:
        vocabulary = self.vocabulary
        if name == CURRENT_USER or name in ROLES:
            return _one("user")
        if name in vocabulary.shorthands:
            return Leads(vocabulary.shorthands[name].type, f"{vocabulary.root}.{name}")
        known = name == vocabulary.root or name in vocabulary.entities or name in self.naming.fields
        return _one(name) if known else UNKNOWN

    def _step(self, entity: str | None, name: str) -> Leads:
        if entity is None:
            return UNKNOWN
        declared = self.vocabulary.field(entity, name)
        return Leads(None if declared is None else declared.type, f"{entity}.{name}")

    def refers(self, text: str) -> bool:
        """Return whether a word that stands for itself is a person or a thing of the ticket."""
        name = self.english(self.naming.starts, text)
        return name == CURRENT_USER or name in self.vocabulary.shorthands

    def value(self, value: t.Value, leads: Leads, *, state: bool = False) -> t.Value:
        """Return a value of what a path leads to; `state` where it may be a state as well."""
        match value:
            case t.PathValue():
                return self.path_value(value, leads)
            case t.Word(text):
                return self.word(value, text, leads, state=state)
            case t.Text(text) if leads.field in self.naming.choices:
                choices = self.naming.choices_of(leads.field)
                said = self.said(choices, text)
                # What had to be quoted for the space in it need not be any more.
                bare = not self.local and said != text and len(text.split()) > 1
                return t.Word(said, span=value.span) if bare else evolve(value, value=said)
            case t.Duration(_, unit):
                return evolve(value, unit=self.said(self.naming.units, unit))
            case t.Text() | t.Number() | t.Day() | t.Moment():
                return value
            case _:
                assert_never(value)

    def path_value(self, value: t.PathValue, leads: Leads) -> t.Value:
        path, _ = self.path(value.path)
        if value.the and not value.previous and len(path.parts) == 1 and _is_reference(leads.type):
            return self.reference(value.path.parts[0], value) or evolve(value, path=path)
        return evolve(value, path=path)

    def reference(self, text: str, value: t.Word | t.PathValue) -> t.Value | None:
        """Return a word that stands for a person or a thing, with an article where the language has them."""
        if not self.refers(text):
            return None
        said = self.said(self.naming.starts, text)
        if self.local and self.naming.articles:
            return t.PathValue(t.Path((said,), span=value.span), the=True, span=value.span)
        return t.Word(said, span=value.span)

    def word(self, value: t.Word, text: str, leads: Leads, *, state: bool) -> t.Value:
        if state and leads.entity is not None:
            states = self.naming.states_of(leads.entity)
            if self.english(states, text) in states.spellings:
                return evolve(value, text=self.said(states, text))
        match leads.type:
            case types.ReferenceType() | types.ReferencesType():
                return self.reference(text, value) or evolve(value, text=self.misplaced(text))
            case types.YesNoType():
                return evolve(value, text=self.said(self.naming.values, text))
            case _:
                return evolve(value, text=self.said(self.naming.choices_of(leads.field), text))

    def misplaced(self, text: str) -> str:
        """Return the first word of a path that cannot stand for a person or a thing: what is said of it needs its name."""
        return self.said(self.naming.starts, text)

    # Conditions

    def condition(self, condition: t.Condition) -> t.Condition:
        match condition:
            case t.Comparison():
                return self.comparison(condition)
            case t.And(items) | t.Or(items) | t.Mixture(items):
                return evolve(condition, items=tuple(self.items(items)))
            case t.Not(item):
                return evolve(condition, item=self.condition(item))
            case t.NameTest():
                return self.name(condition, None)
            case t.Raw() | t.Unread():
                return condition
            case _:
                assert_never(condition)

    def items(self, items: Iterable[t.Condition]) -> Iterable[t.Condition]:
        """Yield conditions; names behind a comparison that nothing defines are values of it that were meant."""
        before: t.Comparison | None = None
        for item in items:
            if isinstance(item, t.NameTest):
                yield self.name(item, before)
                continue
            before = item if isinstance(item, t.Comparison) else None
            yield self.condition(item)

    def name(self, name: t.NameTest, before: t.Comparison | None) -> t.NameTest:
        if name.name in self.defined:
            return name
        if before is not None:
            _, leads = self.subject(before.subject)
            said = self.word(t.Word(name.name), name.name, leads, state=True)
            if isinstance(said, t.Word) and said.text != name.name:
                return evolve(name, name=said.text)
        return evolve(name, name=self.said(self.naming.starts, name.name))

    def comparison(self, c: t.Comparison) -> t.Comparison:
        subject, leads = self.subject(c.subject)
        state = c.verb in (Verb.IS, Verb.IS_NOT)
        until = None if c.until is None else self.value(c.until, leads)
        values = tuple(self.value(value, leads, state=state) for value in c.values)
        return evolve(c, subject=subject, values=values, until=until)

    def subject(self, subject: t.Subject) -> tuple[t.Subject, Leads]:
        match subject:
            case t.PathSubject(path):
                said, leads = self.path(path)
                return evolve(subject, path=said), leads
            case t.NamedSubject(kind):
                return evolve(subject, kind=self.said(self.naming.starts, kind)), UNKNOWN
            case t.ScheduleSubject():
                return subject, _one("schedule")
            case t.AllSubject(who):
                return evolve(subject, who=self.said(self.naming.values, who)), UNKNOWN
            case t.AddressSubject():
                return subject, UNKNOWN
            case _:
                assert_never(subject)

    def subjects(self, subjects: Iterable[t.Subject]) -> tuple[t.Subject, ...]:
        return tuple(self.subject(subject)[0] for subject in subjects)

    # Actions

    def action(self, action: t.Action) -> t.Action:
        match action:
            case t.SetField() | t.ClearField() | t.AddTo() | t.RemoveFrom():
                return self.change(action)
            case t.Notify():
                return evolve(
                    action,
                    recipients=self.subjects(action.recipients),
                    message=self.message(action.message),
                    channel=self.maybe(self.naming.channels, action.channel),
                )
            case t.CallWebhook(_, template):
                return evolve(action, template=self.said(self.naming.templates, template))
            case t.PostComment(_, message):
                return evolve(action, message=self.message(message))
            case t.Perform(verb, argument, message):
                said = None if message is None else self.message(message)
                return evolve(action, argument=self.argument(verb, argument), message=said)
            case t.Stop() | t.Raw() | t.Unread():
                return action
            case _:
                assert_never(action)

    def change(
        self, change: t.SetField | t.ClearField | t.AddTo | t.RemoveFrom
    ) -> t.SetField | t.ClearField | t.AddTo | t.RemoveFrom:
        path, leads = self.path(change.path)
        if isinstance(change, t.ClearField):
            return evolve(change, path=path)
        return evolve(change, path=path, values=tuple(self.value(v, leads) for v in change.values))

    def argument(self, verb: str, argument: t.Value | None) -> t.Value | None:
        kind = self.vocabulary.actions.get(verb)
        leads = UNKNOWN if kind is None else Leads(kind.argument)
        return None if argument is None else self.value(argument, leads)

    def message(self, message: t.Message) -> t.Message:
        match message:
            case t.UseTemplate(name):
                return evolve(message, name=self.said(self.naming.templates, name))
            case t.InlineText():
                return message
            case _:
                assert_never(message)

    # Tests

    def step(self, step: t.Step) -> t.Step:
        expected = tuple(map(self.expectation, step.expectations))
        return evolve(step, event=self.event(step.event), expectations=expected)

    def event(self, event: t.Event) -> t.Event:
        match event:
            case t.Acts():
                after = None if event.after is None else self.duration(event.after)
                by = self.maybe(self.naming.choices_of("update.channel"), event.channel)
                acts = tuple(map(self.act, event.acts))
                who, _ = self.subject(event.who)
                return evolve(event, who=who, acts=acts, after=after, channel=by)
            case t.Passes(duration):
                return evolve(event, duration=self.duration(duration))
            case t.Unread():
                return event
            case _:
                assert_never(event)

    def duration(self, duration: t.Duration) -> t.Duration:
        return evolve(duration, unit=self.said(self.naming.units, duration.unit))

    def act(self, act: t.Act) -> t.Act:
        match act:
            case t.Creates() | t.Said():
                return act
            case t.SetField() | t.ClearField() | t.AddTo() | t.RemoveFrom():
                return self.change(act)
            case _:
                assert_never(act)

    def expectation(self, expectation: t.Expectation) -> t.Expectation:
        match expectation:
            case t.ExpectFires(title):
                return evolve(expectation, title=self.title(title))
            case t.ExpectNotified():
                who, _ = self.subject(expectation.who)
                by = self.maybe(self.naming.channels, expectation.channel)
                return evolve(expectation, who=who, channel=by, text=self.telling(expectation.text))
            case t.ExpectCalled() | t.ExpectPosted():
                return evolve(expectation, text=self.telling(expectation.text))
            case t.ExpectPerformed(verb, argument):
                said = self.argument(verb, argument)
                return evolve(expectation, argument=said, text=self.telling(expectation.text))
            case t.ExpectCondition(condition):
                return evolve(expectation, condition=self.comparison(condition))
            case t.Unread():
                return expectation
            case _:
                assert_never(expectation)

    def telling(self, telling: t.Telling) -> t.Telling:
        return evolve(telling, template=self.maybe(self.naming.templates, telling.template))


def _is_reference(kind: types.Type | None) -> bool:
    return isinstance(kind, types.ReferenceType | types.ReferencesType)
