"""What is judged of a step: each expectation that was not met, and what happened instead."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from attrs import define, field, frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import (
    ActionTaken,
    CommentPosted,
    Effect,
    FieldChanged,
    Notification,
    Outcome,
    WebhookCall,
)
from trigdsl.engine.view import View, shown
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.runtime.texts.rendering import chosen
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes, types
from trigdsl.testing.scenarios.cast import address
from trigdsl.testing.scenarios.play import Played

NOTHING = Outcome("", "")
"""What comes of an event that is none: time that passes."""


@frozen
class Unmet:
    """An expectation that was not met; None is that nothing else was to happen."""

    expectation: scenes.Expectation | None
    played: Played
    excess: tuple[r.Trigger | Effect, ...] = ()
    """What fired or was done besides what is expected."""


def unmet(rules: Ruleset, played: Played) -> list[Unmet]:
    """Return every expectation of a step that was not met, in the order written; none when all were."""
    judge = _Judge(rules, played)
    wrong = [Unmet(e, played) for e in played.step.expectations if not judge.met(e)]
    excess = tuple(judge.excess()) if played.step.only else ()
    return [*wrong, *([Unmet(None, played, excess)] if excess else ())]


def met(rules: Ruleset, played: Played) -> bool:
    """Return whether every expectation of a step was met."""
    judge = _Judge(rules, played)
    return all(map(judge.met, played.step.expectations)) and not (
        played.step.only and any(True for _ in judge.excess())
    )


@define(eq=False)
class _Judge:
    rules: Ruleset
    played: Played
    outcome: Outcome = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.outcome = self.played.outcome or NOTHING

    def met(self, expectation: scenes.Expectation) -> bool:
        match expectation:
            case scenes.Fires(title, fires):
                return (title in self.fired()) is fires
            case scenes.Told(who, told):
                return self._told(expectation, sorted(people_of(who, self.played.view)), told=told)
            case (
                scenes.Called(called=happens)
                | scenes.Posted(posted=happens)
                | scenes.Performed(happens=happens)
            ):
                return any(self.covers(expectation, effect) for effect in self.outcome.effects) is happens
            case scenes.Holds(condition):
                return holds(condition, self.played.view)
            case _:
                assert_never(expectation)

    def fired(self) -> set[str]:
        """Return what fired, and what would have if it were not on trial."""
        return {*self.outcome.fired, *(trial.trigger for trial in self.outcome.trial)}

    def _told(self, expectation: scenes.Told, people: Sequence[str], *, told: bool) -> bool:
        reached = {
            e.person
            for e in self.outcome.effects
            if isinstance(e, Notification) and self.covers(expectation, e)
        }
        if told:
            return bool(people) and reached.issuperset(people)
        return reached.isdisjoint(people)

    def covers(self, expectation: scenes.Expectation, effect: Effect) -> bool:
        """Return whether an effect is one of those that an expectation is about."""
        match expectation, effect:
            case scenes.Told(who, _, channel, text), Notification():
                return (
                    channel in (None, effect.channel)
                    and effect.person in people_of(who, self.played.view)
                    and self._says(text, effect.message, effect.language, effect.subject, effect.body)
                )
            case scenes.Called(webhook, _, text), WebhookCall():
                return webhook == effect.webhook and self._says(text, effect.message, None, None, effect.body)
            case scenes.Posted(public, _, text), CommentPosted():
                return public is effect.public and self._says(text, effect.message, None, None, effect.body)
            case scenes.Performed(action, argument, _, text), ActionTaken():
                return (
                    action == effect.action
                    and self._is(argument, effect)
                    and self._says(text, effect.message, effect.language, effect.subject, effect.body)
                )
            case scenes.Holds(condition), FieldChanged(field=name):
                return name in fields_of(condition, self.rules.vocabulary.root)
            case _:
                return False

    def _is(self, argument: r.Operand | None, effect: ActionTaken) -> bool:
        if argument is None:
            return True
        kind = self.rules.vocabulary.actions[effect.action].argument
        view = self.played.view
        value = view.operand(argument)
        return (value if kind is None else shown(value, kind, view.directory)) == effect.argument

    def _says(
        self,
        text: scenes.Telling,
        message: r.Message | None,
        language: str | None,
        subject: str | None,
        body: str | None,
    ) -> bool:
        if text.template is not None and (
            not isinstance(message, r.Template) or message.name != text.template
        ):
            return False
        if text.language is not None and not self._speaks(text.language, message, language):
            return False
        written = f"{subject or ''}\n{body or ''}"
        return all(said in written for said in text.saying)

    def _speaks(self, wanted: str, message: r.Message | None, language: str | None) -> bool:
        """Return whether a text is in a language; a template is in the language of its file."""
        if isinstance(message, r.Template):
            files = self.rules.renderer.templates.by_name[message.name]
            language = chosen(files, language).language
        return (language or "en").casefold() == wanted.casefold()

    # `expect only`

    def excess(self) -> Iterator[r.Trigger | Effect]:
        """Yield what fired or was done besides what is expected.

        Where an expectation names a trigger, no other is to fire. Where one names something that is done, or
        nothing is expected at all, nothing else is to be done.
        """
        expected = self.played.step.expectations
        named = {e.title for e in expected if isinstance(e, scenes.Fires)}
        deeds = [e for e in expected if not isinstance(e, scenes.Fires)]
        if named or not expected:
            triggers = {trigger.title: trigger for trigger in self.rules.triggers}
            yield from (triggers[title] for title in self.outcome.fired if title not in named)
        if deeds or not expected:
            for effect in self.outcome.effects:
                if not any(self.covers(e, effect) for e in deeds):
                    yield effect


def people_of(who: scenes.Audience, view: View) -> set[str]:
    """Return the keys of those whom a test speaks of, as the update ended."""
    directory = view.directory
    match who:
        case scenes.Cast(role, name):
            return {directory.key("user", name or address(role))}
        case r.Address(name):
            return {directory.key("user", name)}
        case scenes.Members(group):
            return {*directory.members(directory.key("group", group))}
        case r.Everybody():
            return {*directory.agents()}
        case r.Reading():
            return set(_reached(who, view))


def _reached(reading: r.Reading, view: View) -> Iterator[str]:
    value = view.value(reading)
    kind = reading.type
    assert isinstance(kind, types.ReferenceType | types.ReferencesType)
    found: Iterable[str] = (
        (value,) if isinstance(value, str) else value if isinstance(value, frozenset) else ()
    )
    for key in found:
        if kind.kind == "group":
            yield from view.directory.members(key)
        else:
            yield key


def fields_of(condition: r.Condition, root: str) -> set[str]:
    """Return the fields of the ticket that a condition speaks of, `ticket.status`."""
    match condition:
        case r.AllOf(items) | r.AnyOf(items):
            return {name for item in items for name in fields_of(item, root)}
        case r.Not(item):
            return fields_of(item, root)
        case r.Happens() | r.ScheduleIs():
            return set()
        case _:
            subject = condition.subject
            return {f"{root}.{subject.steps[0]}"} if subject.base == root and subject.steps else set()


def described(effect: Effect, reader: Reader = IN_ENGLISH) -> str:
    """Return what was done, in a sentence of the language's words."""
    say, title = reader.say, reader.title(effect.trigger)
    match effect:
        case FieldChanged(field=path):
            before, after = (value(reader.value(v, path), reader) for v in (effect.before, effect.after))
            said = '`{}` was changed from {} to {} by trigger "{}"'
            return say(said, reader.path(path), before, after, title)
        case Notification():
            how = reader.channel(effect.channel) + _with(effect.message, reader)
            if effect.language:
                how += say(" in language {}", effect.language)
            return say('{} was notified by {}, by trigger "{}"', effect.recipient, how, title)
        case WebhookCall():
            called = effect.webhook, _with(effect.message, reader)
            return say('webhook {} was called{} by trigger "{}"', *called, title)
        case CommentPosted():
            said = (
                'a public comment was posted{} by trigger "{}"'
                if effect.public
                else 'a private comment was posted{} by trigger "{}"'
            )
            return say(said, _with(effect.message, reader), title)
        case ActionTaken():
            argument = "" if effect.argument is None else f" {value(effect.argument, reader)}"
            return say('{} happened by trigger "{}"', f"{reader.action(effect.action)}{argument}", title)
        case _:
            assert_never(effect)


def _with(message: r.Message | None, reader: Reader) -> str:
    return (
        reader.say(" with template {}", reader.template(message.name))
        if isinstance(message, r.Template)
        else ""
    )


def value(found: types.Value, reader: Reader = IN_ENGLISH) -> str:
    """Return a value as people read it."""
    if found is None or found == frozenset():
        return reader.say("empty")
    if isinstance(found, bool):
        return reader.say("yes" if found else "no")
    plain = types.to_json(found)
    return ", ".join(plain) if isinstance(plain, list) else str(plain)
