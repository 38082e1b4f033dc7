"""Tests in the language: whether each step can happen, and what each expectation means."""

from collections.abc import Collection
from datetime import timedelta
from typing import assert_never

from attrs import evolve, frozen

from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes, types
from trigdsl.semantics.checker import ConditionChecker
from trigdsl.semantics.messages import Templates
from trigdsl.semantics.resolver import Scope, UnresolvedError
from trigdsl.semantics.starts import StartChecker
from trigdsl.semantics.vocabulary import CURRENT_USER, DERIVED, ROLES, Field
from trigdsl.source import Span
from trigdsl.spelling import did_you_mean
from trigdsl.syntax import printer
from trigdsl.syntax import tree as t

_SOMEBODY = 'say `requester`, `assignee` or `agent`, or put an address in quotes: `"ana@example.com"`'


@frozen
class ScenarioChecker:
    """Turns tests as written into tests as meant; a test with a mistake has no meaning."""

    conditions: ConditionChecker
    titles: Collection[str]
    templates: Templates
    webhooks: Collection[str] = ()

    @property
    def scope(self) -> Scope:
        """The scope of the file that the test stands in."""
        return self.conditions.scope

    def check(self, test: t.Test, library: str | None = None) -> scenes.Scenario | None:
        """Return what a test means, or None when something in it was reported."""
        before = len(self.scope.diagnostics)
        acting = [step.event for step in test.steps if isinstance(step.event, t.Acts)]
        creates = bool(acting) and any(isinstance(act, t.Creates) for act in acting[0].acts)
        given = None
        if test.given is not None:
            given = StartChecker(self.conditions).check(test.given, creates=creates)
        if not test.steps and not isinstance(test.given, t.Unread):
            self.scope.report(
                "test-without-step", test.span, "the test does nothing", "add `when … expect …`"
            )
        steps = [self._step(step, first=step.event is acting[0] if acting else False) for step in test.steps]
        known = tuple(step for step in steps if step is not None)
        if len(self.scope.diagnostics) > before or len(known) < len(steps):
            return None
        return scenes.Scenario(test.title, given, known, self.scope.at(test.span), library)

    def _step(self, step: t.Step, *, first: bool) -> scenes.Step | None:
        event = self.scope.tried(lambda: self._event(step.event, first=first))
        expected = [self.scope.tried(lambda e=e: self._expectation(e)) for e in step.expectations]  # type: ignore[misc]
        known = tuple(e for e in expected if e is not None)
        if event is None or len(known) < len(expected):
            return None
        at = evolve(self.scope.at(step.event.span), text=printer.event_text(step.event, self.scope.words))
        expected_at = self.scope.at(step.expect_span)
        return scenes.Step(event, known, step.only or not step.expectations, at, expected_at)

    # What happens

    def _event(self, event: t.Event, *, first: bool) -> scenes.Event:
        match event:
            case t.Acts():
                return self._acts(event, first=first)
            case t.Passes(duration):
                return scenes.Passes(self.scope.duration(duration))
            case t.Unread():
                raise UnresolvedError("unread")
            case _:
                assert_never(event)

    def _acts(self, event: t.Acts, *, first: bool) -> scenes.Acts:
        # Each part is looked at, whatever is wrong with the others.
        after = self.scope.tried(lambda: self._after(event))
        who = self.scope.tried(lambda: self._actor(event.who))
        changes = self.scope.tried(lambda: self._changes(event))
        channel = self.scope.tried(lambda: self._channel(event))
        created = [act for act in event.acts if isinstance(act, t.Creates)]
        self._once(created, "a ticket is created once")
        if created and not first:
            message = f"the {self.scope.vocabulary.root} is there already, so nobody can create it here"
            raise self.scope.fail("impossible-step", created[0].span, message, "write a test of its own")
        said = [act for act in event.acts if isinstance(act, t.Said)]
        self._once(said, "an update has one comment")
        if after is None or who is None or changes is None or channel is None:
            raise UnresolvedError("event")
        if created and created[0].subject is not None:
            changes = (self._subject(created[0]), *changes)
        spoken = scenes.Said(said[0].text, said[0].public) if said else None
        return scenes.Acts(who, bool(created), changes, spoken, after, channel or None, event.automatic)

    def _after(self, event: t.Acts) -> timedelta:
        return timedelta() if event.after is None else self.scope.duration(event.after)

    def _once(self, acts: list[t.Creates] | list[t.Said], rule: str) -> None:
        if len(acts) > 1:
            raise self.scope.fail("impossible-step", acts[1].span, rule, "make it a step of its own")

    def _subject(self, created: t.Creates) -> scenes.Change:
        declared = self.scope.vocabulary.field(self.scope.vocabulary.root, "subject")
        if declared is None or not isinstance(declared.type, types.TextType):
            message = f"a {self.scope.vocabulary.root} has no subject"
            raise self.scope.fail("unknown-field", created.span, message, "write `sets … to …`")
        return r.SetTo("subject", (r.Constant(created.subject or None),), at=self.scope.at(created.span))

    def _channel(self, event: t.Acts) -> str:
        """Return the channel by which an update comes; empty when the step does not say."""
        if event.channel is None:
            return ""
        declared = self.scope.vocabulary.field("update", "channel")
        options = declared.type if declared is not None else None
        if not isinstance(options, types.ChoiceType):
            return event.channel
        try:
            return types.choice(options, event.channel)
        except types.MisfitError:
            labels = self.scope.choices_of(options)
            help_line = self.scope.near(event.channel, labels, (*options.options, *options.aliases))
            message = f"no update comes by `{event.channel}`"
            raise self.scope.fail(
                "unknown-channel",
                event.channel_span,
                message,
                help_line or f"write one of {', '.join(labels.written(options.options[:6]))}, …",
            ) from None

    def _changes(self, event: t.Acts) -> tuple[scenes.Change, ...]:
        written = [act for act in event.acts if not isinstance(act, t.Creates | t.Said)]
        changes = self.scope.each(written, self._change)
        seen: set[str] = set()
        for act, change in zip(written, changes, strict=True):
            alone = isinstance(change, r.SetTo | r.Clear)
            if alone and change.field in seen:
                message = f"one update gives `{act.path}` one value"
                raise self.scope.fail("impossible-step", act.span, message, "make it a step of its own")
            seen.add(change.field)
        return changes

    def _change(self, act: t.SetField | t.ClearField | t.AddTo | t.RemoveFrom) -> scenes.Change:
        declared = self._settable(act.path)
        at = self.scope.at(act.span)
        several = isinstance(declared.type, types.SetType)
        match act:
            case t.ClearField():
                return r.Clear(declared.name, at=at)
            case t.SetField(_, values):
                if len(values) > 1 and not several:
                    message = f"`{act.path}` holds one value, and {len(values)} are given"
                    raise self.scope.fail("too-many-values", values[1].span, message, "keep one of them")
                return r.SetTo(declared.name, self.scope.operands(values, declared.type), at=at)
            case t.AddTo(values) | t.RemoveFrom(values):
                if not several:
                    message = f"`{act.path}` holds one value, so nothing is added to it or removed"
                    help_line = f"write `sets {act.path} to …`"
                    raise self.scope.fail("wrong-action", act.span, message, help_line)
                made = r.Include if isinstance(act, t.AddTo) else r.Exclude
                return made(declared.name, self.scope.operands(values, declared.type), at=at)
            case _:
                assert_never(act)

    def _settable(self, path: t.Path) -> Field:
        reading = self.scope.path(path)
        root = self.scope.vocabulary.root
        if reading.base != root or len(reading.steps) != 1:
            message = f"a step sets a field of the {root}, and `{path}` is none"
            raise self.scope.fail("not-writable", path.span, message)
        declared = self.scope.vocabulary.field(root, reading.steps[0])
        assert declared is not None
        if declared.counting is not None or declared.name in DERIVED:
            message = f"`{path}` follows from what happens, so nobody sets it"
            raise self.scope.fail("impossible-step", path.span, message, "take it away")
        return declared

    # Who acts

    def _actor(self, who: t.Subject) -> scenes.Actor:
        match who:
            case t.NamedSubject(kind, name):
                self._role(kind, who.span)
                return scenes.Cast(kind, name)
            case t.PathSubject(path, previous):
                if previous:
                    raise self.scope.fail(
                        "no-such-person", who.span, "somebody who acts does so now", "take `previous` away"
                    )
                return self._person(path)
            case t.AddressSubject(address):
                return r.Address(address)
            case _:
                raise self.scope.fail(
                    "no-such-person", who.span, "one person acts", "write `requester`, or `agent`"
                )

    def _role(self, kind: str, span: Span) -> None:
        if kind == "group":
            help_line = 'name one person: `agent "bo@example.com"`'
            raise self.scope.fail("no-such-person", span, "a group does nothing itself", help_line)
        if kind not in ROLES:
            labels = self.scope.naming.starts
            help_line = (
                self.scope.near(kind, labels, ROLES) or f"write one of {', '.join(labels.written(ROLES))}"
            )
            raise self.scope.fail("no-such-person", span, f"nobody is a `{kind}`", help_line)

    def _person(self, path: t.Path) -> scenes.Actor:
        if _is_role(path):
            return scenes.Cast(path.parts[0])
        reading = self.scope.path(path, unknown=_SOMEBODY)
        if reading.base == CURRENT_USER:
            message = "`current_user` is whoever makes an update, and this says who does"
            raise self.scope.fail("no-such-person", path.span, message, "write `requester`, or `agent`")
        if reading.type != types.ReferenceType("user"):
            help_line = "write `requester`, `assignee`, `agent`, or somebody's address"
            raise self.scope.fail("no-such-person", path.span, f"`{path}` is no person", help_line)
        return reading

    # What is expected

    def _expectation(self, expectation: t.Expectation) -> scenes.Expectation:
        at = evolve(
            self.scope.at(expectation.span), text=printer.expectation_text(expectation, self.scope.words)
        )
        match expectation:
            case t.ExpectFires(title, fires):
                self._titled(title, expectation.title_span)
                return scenes.Fires(title, fires, at)
            case t.ExpectNotified(who, told, _, text):
                audience = self.scope.tried(lambda: self._audience(who))
                channel = self.scope.tried(lambda: self._told_by(expectation))
                telling = self._telling(text)
                if audience is None or channel is None:
                    raise UnresolvedError("notified")
                return scenes.Told(audience, told, channel or None, telling, at)
            case t.ExpectCalled(webhook, called, text):
                if webhook not in self.webhooks:
                    help_line = did_you_mean(webhook, self.webhooks) or f"declare it: `webhook {webhook}`"
                    message = f"there is no webhook `{webhook}`"
                    raise self.scope.unknown(
                        "WEBHOOK", webhook, "unknown-webhook", expectation.webhook_span, message, help_line
                    )
                return scenes.Called(webhook, called, self._telling(text), at)
            case t.ExpectPosted(public, posted, text):
                return scenes.Posted(public, posted, self._telling(text), at)
            case t.ExpectPerformed(verb, argument, happens, text):
                kind = self.scope.vocabulary.actions[verb].argument
                operand = None
                if argument is not None and kind is not None:
                    operand = self.scope.operand(argument, kind)
                return scenes.Performed(verb, operand, happens, self._telling(text), at)
            case t.ExpectCondition(condition):
                meant = self.conditions.check(condition)
                if meant is None:
                    raise UnresolvedError("condition")
                return scenes.Holds(meant, at)
            case t.Unread():
                raise UnresolvedError("unread")
            case _:
                assert_never(expectation)

    def _titled(self, title: str, span: Span) -> None:
        if title not in self.titles:
            help_line = self.scope.near(title, self.scope.naming.titles, self.titles)
            message = f"there is no trigger `{title}`"
            raise self.scope.unknown("TRIGGER", title, "unknown-trigger", span, message, help_line)

    def _told_by(self, expectation: t.ExpectNotified) -> str:
        """Return the channel over which somebody is told; empty when the test does not say."""
        channels, channel = self.scope.vocabulary.channels, expectation.channel
        if channel is not None and channel not in channels:
            labels = self.scope.naming.channels
            near = self.scope.near(channel, labels, channels)
            help_line = near or f"channels are: {', '.join(labels.written(channels))}"
            message = f"there is no channel `{channel}`"
            raise self.scope.fail("unknown-channel", expectation.channel_span, message, help_line)
        return channel or ""

    def _telling(self, text: t.Telling) -> scenes.Telling:
        name = text.template
        if name is not None and name not in self.templates.by_name:
            help_line = self.scope.near(name, self.scope.naming.templates, self.templates.by_name)
            message = f"there is no template `{name}`"
            raise self.scope.fail("unknown-template", text.template_span, message, help_line)
        return scenes.Telling(name, text.language, tuple(said.value for said in text.saying))

    def _audience(self, who: t.Subject) -> scenes.Audience:
        match who:
            case t.PathSubject(path) if _is_role(path):
                return scenes.Cast(path.parts[0])
            case t.PathSubject(path, previous):
                instead = self.scope.guesses.get(f"expect {path}".casefold())
                if instead is not None:
                    message = f"there is nothing named `{path}`"
                    raise self.scope.fail("unknown-name", path.span, message, f"write {instead}")
                reading = self.scope.path(path, previous=previous, unknown=_SOMEBODY)
                kind = reading.type
                people = isinstance(kind, types.ReferenceType | types.ReferencesType)
                if not people or kind.kind not in ("user", "group"):  # type: ignore[union-attr]
                    message = f"`{path}` is {types.described(kind)}, and only people and groups can be told"
                    help_line = "name `requester`, `assignee`, `group`, or an address in quotes"
                    raise self.scope.fail("unknown-recipient", path.span, message, help_line)
                return reading
            case t.NamedSubject("group", name):
                return scenes.Members(name)
            case t.NamedSubject(kind_name, name):
                self._role(kind_name, who.span)
                return scenes.Cast(kind_name, name)
            case t.AddressSubject(address):
                if "@" not in address:
                    message = f"`{address}` is no address"
                    raise self.scope.fail(
                        "unknown-recipient", who.span, message, f'write `group "{address}"`'
                    )
                return r.Address(address)
            case t.AllSubject(others):
                if others != "agents":
                    message = f"nobody is called `all {others}`"
                    raise self.scope.fail("unknown-recipient", who.span, message, "write `all agents`")
                return r.Everybody()
            case t.ScheduleSubject():
                raise self.scope.fail(
                    "unknown-recipient", who.span, "a schedule cannot be told", "name a person or a group"
                )
            case _:
                assert_never(who)


def _is_role(path: t.Path) -> bool:
    return len(path.parts) == 1 and path.parts[0] in ROLES
