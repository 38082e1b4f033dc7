"""Expectations that are decided before a test runs: they can never fail, or never hold."""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from attrs import field, frozen

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.messages import Templates
from trigdsl.source import Source


def decided(
    rules: r.Rules,
    scenarios: Iterable[scenes.Scenario],
    templates: Templates,
    sources: Mapping[str, Source],
) -> Iterator[Diagnostic]:
    """Yield a mistake for each expectation whose outcome follows from the rules and the step alone."""
    known = _Certainty(rules, templates, sources)
    for scenario in scenarios:
        for step in scenario.steps:
            yield from known.step(step)


@frozen
class _Certainty:
    rules: r.Rules
    templates: Templates
    sources: Mapping[str, Source]
    actions: tuple[r.Action, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        acting = (trigger for trigger in self.rules.triggers if trigger.runs and not trigger.trial)
        object.__setattr__(self, "actions", tuple(a for trigger in acting for a in trigger.actions))

    def step(self, step: scenes.Step) -> Iterator[Diagnostic]:
        passes = isinstance(step.event, scenes.Passes)
        if passes and step.only:
            yield self._mistake(step.at, "time alone makes no trigger run", holds=True)
            return
        for expectation in step.expectations:
            if isinstance(expectation, scenes.Holds):
                yield from self._condition(expectation, step.event)
                continue
            wanted = _wanted(expectation)
            why = "time alone makes no trigger run" if passes else self._never(expectation)
            if why is not None:
                yield self._mistake(expectation.at, why, holds=not wanted)

    def _mistake(self, at: r.Location, why: str, *, holds: bool) -> Diagnostic:
        message = f"{why}, so this can never {'fail' if holds else 'hold'}"
        help_line = "take it away, or expect something that shows whether the rules are right"
        return Diagnostic("expectation-decided", message, self.sources[at.path], at.span, help_line)

    def _never(self, expectation: scenes.Expectation) -> str | None:
        """Return why what an expectation is about never happens; None when it may."""
        match expectation:
            case scenes.Fires(title):
                trigger = next((t for t in self.rules.triggers if t.title == title), None)
                off = None if trigger is None else trigger.off
                return None if off is None else f"trigger `{title}` is {off}"
            case scenes.Told(channel=channel, text=text):
                nobody = f"no trigger notifies anybody{_told(text, channel)}"
                return self._language(text) if self._done(expectation) else nobody
            case scenes.Called(webhook, text=text):
                return None if self._done(expectation) else f"no trigger calls `{webhook}`{_told(text)}"
            case scenes.Posted(public, text=text):
                kind = "public" if public else "private"
                return None if self._done(expectation) else f"no trigger posts a {kind} comment{_told(text)}"
            case scenes.Performed(action):
                return None if self._done(expectation) else f"no trigger does `{action}`"
            case scenes.Holds():
                return None
            case _:
                assert_never(expectation)

    def _done(self, expectation: scenes.Expectation) -> bool:
        return any(is_about(expectation, action) for action in self.actions)

    def _language(self, text: scenes.Telling) -> str | None:
        """Return that a template does not exist in a language, which is then nobody's."""
        if text.template is None or text.language is None:
            return None
        known = {language.casefold() for language in self.templates.by_name[text.template]}
        if text.language.casefold() in known:
            return None
        return f"there is no text `with template {text.template} in language {text.language}`"

    def _condition(self, expectation: scenes.Holds, event: scenes.Event) -> Iterator[Diagnostic]:
        assumed = [*_facts(event, self.rules.vocabulary.root)]
        root = self.rules.vocabulary.root
        quiet = isinstance(event, scenes.Passes)
        if not worlds.possible(*assumed, Assumed(expectation.condition), root=root, quiet=quiet):
            yield self._mistake(expectation.at, "nothing that can happen here makes it so", holds=False)
        elif not worlds.possible(
            *assumed, Assumed(expectation.condition, holds=False), root=root, quiet=quiet
        ):
            yield self._mistake(expectation.at, "whatever the rules do, it is so", holds=True)


def _wanted(expectation: scenes.Expectation) -> bool:
    """Return whether an expectation is that something happens, not that it does not."""
    match expectation:
        case scenes.Fires(fires=wanted) | scenes.Told(told=wanted) | scenes.Called(called=wanted):
            return wanted
        case scenes.Posted(posted=wanted) | scenes.Performed(happens=wanted):
            return wanted
        case scenes.Holds():
            return True
        case _:
            assert_never(expectation)


def is_about(expectation: scenes.Expectation, action: r.Action) -> bool:
    """Return whether an action is of the kind that is expected, whoever it reaches and whatever it says."""
    match expectation, action:
        case scenes.Told(channel=channel, text=text), r.Notify():
            return channel in (None, action.channel) and _uses(action.message, text)
        case scenes.Called(webhook, text=text), r.CallWebhook():
            return action.webhook == webhook and _uses(action.message, text)
        case scenes.Posted(public, text=text), r.Post():
            return action.public is public and _uses(action.message, text)
        case scenes.Performed(name), r.Perform():
            return action.action == name
        case _:
            return False


def _uses(message: r.Message, text: scenes.Telling) -> bool:
    return text.template is None or (isinstance(message, r.Template) and message.name == text.template)


def _told(text: scenes.Telling, channel: str | None = None) -> str:
    """Return how and with which text, as a rule says it."""
    by = () if channel is None else ("by", channel)
    template = () if text.template is None else ("with template", text.template)
    said = " ".join((*by, *template))
    return f" `{said}`" if said else ""


def _facts(event: scenes.Event, root: str) -> Iterator[Assumed]:
    """Yield what a step says of its update by itself."""
    if isinstance(event, scenes.Passes):
        return
    yield Assumed(r.Happens(f"{root}.created"), holds=event.creates)
    for fact, holds in (
        ("present", event.said is not None),
        ("public", event.said is not None and event.said.public),
    ):
        yield Assumed(r.Happens(f"comment.{fact}"), holds=holds)
