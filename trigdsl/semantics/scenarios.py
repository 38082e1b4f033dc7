"""Tests in the language: whether each step can happen, and each expectation speaks of something there is."""

import contextlib
from collections.abc import Collection

from attrs import frozen

from trigdsl.semantics import types
from trigdsl.semantics.checker import ConditionChecker
from trigdsl.semantics.messages import Templates
from trigdsl.semantics.resolver import Scope, UnresolvedError
from trigdsl.source import Span
from trigdsl.spelling import did_you_mean
from trigdsl.syntax import tree as t

ROLES = ("agent", "admin", "end_user", "user")
"""Who may act in a test besides the people of the ticket: `agent "bo@example.com"`, or any agent."""


@frozen
class ScenarioChecker:
    """Reports what is wrong with a test."""

    conditions: ConditionChecker
    titles: Collection[str]
    templates: Templates

    @property
    def scope(self) -> Scope:
        """The scope of the file that the test stands in."""
        return self.conditions.scope

    def check(self, test: t.Test) -> None:
        """Report every mistake of a test."""
        if test.given is not None:
            self.conditions.check(test.given)
        if not test.steps and not isinstance(test.given, t.Unread):
            self.scope.report(
                "test-without-step", test.span, "the test does nothing", "add `when … expect …`"
            )
        for step in test.steps:
            with contextlib.suppress(UnresolvedError):
                self._event(step.event)
            for expectation in step.expectations:
                with contextlib.suppress(UnresolvedError):
                    self._expectation(expectation)

    def _event(self, event: t.Event) -> None:
        match event:
            case t.Creates(who) | t.Comments(who):
                self._actor(who)
            case t.Sets(who, path, values):
                self._actor(who)
                reading = self.scope.path(path)
                root = self.scope.vocabulary.root
                if reading.base != root or len(reading.steps) != 1:
                    message = f"a step sets a field of the {root}, and `{path}` is none"
                    raise self.scope.fail("not-writable", path.span, message)
                self.scope.operands(values, reading.type)
            case t.Passes(duration):
                self.scope.duration(duration)

    def _actor(self, who: t.Subject) -> None:
        if isinstance(who, t.NamedSubject):
            self._role(who.kind, who.span)
        elif isinstance(who, t.PathSubject):
            if who.previous:
                raise self.scope.fail(
                    "no-such-person", who.span, "somebody who acts does so now", "take `previous` away"
                )
            self._person(who.path)
        elif not isinstance(who, t.AddressSubject):
            raise self.scope.fail(
                "no-such-person", who.span, "one person acts", "write `requester`, or `agent`"
            )

    def _role(self, kind: str, span: Span) -> None:
        if kind == "group":
            help_line = 'name one person: `agent "bo@example.com"`'
            raise self.scope.fail("no-such-person", span, "a group does nothing itself", help_line)
        if kind not in ROLES:
            help_line = did_you_mean(kind, ROLES) or f"write one of {', '.join(ROLES)}"
            raise self.scope.fail("no-such-person", span, f"nobody is a `{kind}`", help_line)

    def _person(self, path: t.Path) -> None:
        if len(path.parts) == 1 and path.parts[0] in ROLES:
            return
        reading = self.scope.path(path)
        if reading.type != types.ReferenceType("user"):
            help_line = "write `requester`, `assignee`, `agent`, or somebody's address"
            raise self.scope.fail("no-such-person", path.span, f"`{path}` is no person", help_line)

    def _expectation(self, expectation: t.Expectation) -> None:
        match expectation:
            case t.ExpectFires(title):
                if title not in self.titles:
                    help_line = did_you_mean(title, self.titles)
                    message = f"there is no trigger `{title}`"
                    raise self.scope.unknown(
                        "TRIGGER", title, "unknown-trigger", expectation.title_span, message, help_line
                    )
            case t.ExpectNotified(who, _, template):
                with contextlib.suppress(UnresolvedError):
                    self._told(who)
                if template is not None and template not in self.templates.by_name:
                    help_line = did_you_mean(template, self.templates.by_name)
                    message = f"there is no template `{template}`"
                    raise self.scope.fail("unknown-template", expectation.template_span, message, help_line)
            case t.ExpectCondition(condition):
                self.conditions.check(condition)

    def _told(self, who: t.Subject) -> None:
        match who:
            case t.PathSubject(path):
                kind = self.scope.path(path).type
                people = isinstance(kind, types.ReferenceType | types.ReferencesType) and kind.kind in (
                    "user",
                    "group",
                )
                if not people:
                    message = f"`{path}` is {types.described(kind)}, and only people and groups can be told"
                    help_line = "name `requester`, `assignee`, `group`, or an address in quotes"
                    raise self.scope.fail("unknown-recipient", path.span, message, help_line)
            case t.NamedSubject(kind_name, _) if kind_name not in (*ROLES, "group"):
                self._role(kind_name, who.span)
            case t.AddressSubject(address) if "@" not in address:
                message = f"`{address}` is no address"
                raise self.scope.fail("unknown-recipient", who.span, message, f'write `group "{address}"`')
            case t.AllSubject(others) if others != "agents":
                message = f"nobody is called `all {others}`"
                raise self.scope.fail("unknown-recipient", who.span, message, "write `all agents`")
            case t.ScheduleSubject():
                raise self.scope.fail(
                    "unknown-recipient", who.span, "a schedule cannot be told", "name a person or a group"
                )
