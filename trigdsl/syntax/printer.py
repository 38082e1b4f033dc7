"""From tree to text, in the one canonical layout; comments keep their places."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never

from attrs import field, frozen

from trigdsl.source import NOWHERE, Span
from trigdsl.syntax import tree as t
from trigdsl.syntax import words as tables
from trigdsl.syntax.layout import Line, with_comments
from trigdsl.syntax.words import Noun, Words

WIDTH = 88
_UNREAD = "…"
"""Printed for what could not be read: a file that holds it is shown, and never written."""


Nouns = Mapping[str, Noun]
"""How nouns are agreed with, by the word itself, folded. What is not in it is masculine and single."""
_NONE: Nouns = MappingProxyType({})


def condition_text(condition: t.Condition, words: Words, nouns: Nouns = _NONE) -> str:
    """Return a condition on one line: the name of a trigger that has no title."""
    return _Printer(words, nouns).condition(condition)


def value_text(value: t.Value, words: Words, nouns: Nouns = _NONE) -> str:
    """Return a value as it is written."""
    return _Printer(words, nouns).value(value)


def action_text(action: t.Action, words: Words, nouns: Nouns = _NONE) -> str:
    """Return an action on one line, unless a text in it has several."""
    return _Printer(words, nouns).action(action)


def event_text(event: t.Event, words: Words, nouns: Nouns = _NONE) -> str:
    """Return what happens in a step of a test."""
    return _Printer(words, nouns).event(event)


def expectation_text(expectation: t.Expectation, words: Words, nouns: Nouns = _NONE) -> str:
    """Return what is expected of a step of a test."""
    return _Printer(words, nouns).expectation(expectation)


def print_file(file: t.File, words: Words, verbs: frozenset[str] = frozenset(), nouns: Nouns = _NONE) -> str:
    """Return the canonical text of a file over a vocabulary with verbs of its own; parsing it gives the same tree.

    The names in the tree are those of the language; nouns say what articles and phrases agree with.
    """
    printer = _Printer(words, nouns, verbs, quoting=True)
    return with_comments(list(printer.file(file)), file.trivia)


def _start(span: Span) -> int | None:
    return None if span == NOWHERE else span.start


@frozen
class _Printer:
    words: Words
    nouns: Nouns = field(default=_NONE)
    verbs: frozenset[str] = frozenset()
    quoting: bool = False
    """Whether values stand in quotes that are words of any language's grammar: a file is read again, a message is not."""

    # Layout

    def file(self, file: t.File) -> Iterator[Line]:
        before: t.Item | None = None
        for item in file.items:
            lines = self.item(item)
            wide = self._is_block(item) or (before is not None and self._is_block(before))
            apart = wide or (before is not None and self._apart(before, item, file.trivia))
            opening = lines[0]
            yield Line(opening.text, _start(item.span), before is not None and apart)
            yield from lines[1:]
            before = item

    @staticmethod
    def _is_block(item: t.Item) -> bool:
        return isinstance(item, t.Trigger | t.Test | t.Category | t.Define)

    @staticmethod
    def _apart(before: t.Item, item: t.Item, trivia: t.Trivia) -> bool:
        if item.span == NOWHERE:
            return type(before) is not type(item)
        return any(before.span.end <= at < item.span.start for at in trivia.empty_lines)

    def item(self, item: t.Item) -> list[Line]:
        match item:
            case t.Trigger():
                return list(self.trigger(item))
            case t.Test():
                return list(self.test(item))
            case t.Define():
                head = f"{self.w('DEFINE')} {self.name(item.name)} {self.w('AS')}"
                return [Line(head), *self.clause("  ", None, item.condition)]
            case t.Lost():
                return [Line(_UNREAD)]
            case _:
                return [Line(self.declaration(item))]

    def declaration(
        self,
        item: t.Use
        | t.Switch
        | t.FieldDeclaration
        | t.StateDeclaration
        | t.ChannelDeclaration
        | t.ActionDeclaration
        | t.Category
        | t.Webhook
        | t.Schedule,
    ) -> str:
        match item:
            case t.Use(library, path, only):
                what = library if library is not None else on_one_line(path or "")
                taken = f" {self.w('ONLY')} {', '.join(on_one_line(o.value) for o in only)}" if only else ""
                return f"{self.w('USE')} {what}{taken}"
            case t.Switch(title, on):
                return f"{self.w('ENABLE_TRIGGER' if on else 'DISABLE_TRIGGER')} {on_one_line(title)}"
            case t.FieldDeclaration():
                return self.field(item)
            case t.StateDeclaration(path, name, meaning):
                text = f"{self.w('STATE')} {path} {self.w('IS')} {name}"
                return text if meaning is None else f"{text} {self.w('AS')} {self.condition(meaning)}"
            case t.ChannelDeclaration(name):
                return f"{self.w('CHANNEL')} {self.name(name)}"
            case t.ActionDeclaration(verb, argument, with_text):
                text = f"{self.w('ACTION')} {verb}"
                text += "" if argument is None else f" {self.w(argument.terminal)}"
                return f"{text} {self.w('WITH_TEXT')}" if with_text else text
            case t.Category(title, ahead):
                text = f"{self.w('CATEGORY')} {on_one_line(title)}"
                return f"{text} {self.w('BEFORE_ALL_OTHERS')}" if ahead else text
            case t.Webhook(name):
                return f"{self.w('WEBHOOK')} {self.name(name)}"
            case t.Schedule():
                return self.schedule(item)
            case _:
                assert_never(item)

    def field(self, item: t.FieldDeclaration) -> str:
        parts = [f"{self.w('FIELD')} {item.path} {self.type(item.type)}"]
        if item.at_first is not None:
            parts.append(f"{self.w('AT_FIRST')} {self.value(item.at_first)}")
        if item.read_only:
            parts.append(self.w("READ_ONLY"))
        if item.counting is not None:
            parts.append(f"{self.w('COUNTING')} {self.condition(item.counting)}")
        return ", ".join(parts)

    def type(self, kind: t.FieldType) -> str:
        match kind:
            case t.ChoiceType(choices, ordered):
                separator = " < " if ordered else ", "
                return f"{self.w('IS_ONE_OF')} {separator.join(map(self.choice, choices))}"
            case t.ChoiceSetType(choices):
                return f"{self.w('IS')} {self.w('ANY_OF')} {', '.join(map(self.choice, choices))}"
            case t.PlainType(terminal):
                return f"{self.w('IS')} {self.w(terminal)}"
            case _:
                assert_never(kind)

    def choice(self, choice: t.Choice) -> str:
        return f" {self.w('OR')} ".join(map(self.name, (choice.name, *choice.aliases)))

    def schedule(self, item: t.Schedule) -> str:
        hours = ", ".join(map(self.hours, item.hours))
        text = f"{self.w('SCHEDULE')} {on_one_line(item.title)} {self.w('IN')} {on_one_line(item.zone)} {self.w('OPEN')} {hours}"
        if not item.holidays:
            return text
        return f"{text} {self.w('CLOSED_ON')} {self.values(item.holidays)}"

    def hours(self, hours: t.Hours) -> str:
        opens, closes = _time(hours.opens), _time(hours.closes)
        first = self.words.with_article(hours.first, Noun())
        days = first
        if hours.last is not None:
            last = self.w("TO", self.words.with_article(hours.last, Noun()))
            days = f"{self.w('FROM', first) if self.words.articles else first} {last}"
        begins = self.w("FROM", opens) if self.words.articles else opens
        return f"{days} {begins} {self.w('TO', closes)}"

    def trigger(self, item: t.Trigger) -> Iterator[Line]:
        indent = ""
        if item.title is not None:
            indent = "  "
            head = f"{self.w(item.standing.value)} {on_one_line(item.title)}"
            if item.once:
                head += f" {self.w('ONCE_PER_TICKET')}"
            if item.place is not None:
                head += (
                    f" {self.w('BEFORE' if item.place.before else 'AFTER')} {on_one_line(item.place.title)}"
                )
            yield Line(head)
        yield from self.clause(indent, "WHEN", item.condition)
        lead = self.w("THEN") + " "
        for action in item.actions:
            first, *rest = self.action(action).split("\n")
            yield Line(indent + lead + first, _start(action.span))
            yield from (Line(line) for line in rest)
            lead = "  "

    def clause(self, indent: str, lead: str | None, condition: t.Condition) -> Iterator[Line]:
        """Yield a condition on one line when it fits, else one line for each of its parts."""
        joined = ("joined",) if lead == "GIVEN" else ()
        text = self._behind(lead, self.condition(condition, *joined))
        if len(indent + text) <= WIDTH or not isinstance(condition, t.And | t.Or):
            yield Line(indent + text, _start(condition.span))
            return
        joint = "AND" if isinstance(condition, t.And) else "OR"
        for number, part in enumerate(condition.items):
            if number == 0:
                line = self._behind(lead, self.unit(part))
            else:
                line = "  " * (lead is not None) + self._joint(joint, self.unit(part), *joined)
            yield Line(indent + line, _start(part.span))

    def _behind(self, lead: str | None, text: str) -> str:
        return text if lead is None else self.w(lead, text)

    def _joint(self, terminal: str, text: str, *forms: str) -> str:
        return self.words.joined(self.words.phrase(terminal, *forms), text)

    def test(self, item: t.Test) -> Iterator[Line]:
        yield Line(f"{self.w('TEST')} {on_one_line(item.title)}")
        if item.given is not None:
            yield from self.clause("  ", "GIVEN", item.given)
        for step in item.steps:
            text = f"  {self.w('WHEN', self.event(step.event))}"
            if len(text) > WIDTH:
                text = f"  {self.w('WHEN', self.event(step.event, joint=chr(10) + '    '))}"
            first, *rest = text.split("\n")
            yield Line(first, _start(step.span))
            yield from (Line(line) for line in rest)
            if not step.expectations:
                yield Line(f"  {self.w('EXPECT', self.w('NOTHING'))}")
            for number, expectation in enumerate(step.expectations):
                text = self.expectation(expectation)
                if number > 0:
                    text = "    " + self._joint("AND", text, "joined")
                elif step.only:
                    text = f"  {self._joint('EXPECT', self._joint('ONLY', text, 'exclusive'), 'exclusive')}"
                else:
                    text = f"  {self.w('EXPECT', text)}"
                yield Line(text, _start(expectation.span))

    # Conditions

    def condition(self, condition: t.Condition, *forms: str) -> str:
        match condition:
            case t.And(items):
                return self._all(items, ("AND" for _ in items[1:]), *forms)
            case t.Or(items):
                return self._all(items, ("OR" for _ in items[1:]), *forms)
            case t.Not(t.NameTest(name)):
                return f"{self.w('NOT')} {self.name(name)}"
            case t.Not(item):
                return f"{self.w('NOT')} ({self.condition(item)})"
            case t.NameTest(name):
                return self.name(name)
            case t.Comparison():
                return self.comparison(condition)
            case t.Mixture(items, ors):
                return self._all(items, ("OR" if either else "AND" for either in ors), *forms)
            case t.Raw():
                return self.raw(condition)
            case t.Unread():
                return _UNREAD
            case _:
                assert_never(condition)

    def _all(self, items: Sequence[t.Condition], joints: Iterable[str], *forms: str) -> str:
        first, *rest = map(self.unit, items)
        return first + "".join(
            f" {self._joint(joint, item, *forms)}" for joint, item in zip(joints, rest, strict=True)
        )

    def raw(self, item: t.Raw) -> str:
        """Return what is kept word for word: on its own lines where quotes could not close behind it."""
        text = item.text
        if "\n" in text or text.endswith(('"', "\\")):
            text = f"\n{text}\n"
        return f'{self.w("RAW")} {item.system} """{text}"""'

    def unit(self, condition: t.Condition) -> str:
        text = self.condition(condition)
        return f"({text})" if isinstance(condition, t.And | t.Or | t.Mixture) else text

    def comparison(self, item: t.Comparison) -> str:
        alone = () if item.until is not None else ("alone",)
        verb = self.words.agreeing(item.verb.value, self.noun(item.subject), *alone)
        if item.values:
            verb = self.words.joined(verb, self.values(item.values))
        text = f"{self.subject(item.subject)} {verb}"
        return text if item.until is None else f"{text} {self.w('TO', self.value(item.until))}"

    def noun(self, subject: t.Subject) -> Noun:
        """Return what a phrase that is said of a subject agrees with."""
        match subject:
            case t.PathSubject(path):
                return self._noun(path.parts[-1])
            case t.NamedSubject(kind):
                return self._noun(kind)
            case t.AllSubject():
                return Noun(plural=True)
            case t.ScheduleSubject() | t.AddressSubject():
                return Noun()
            case _:
                assert_never(subject)

    def _noun(self, word: str) -> Noun:
        return self.nouns.get(tables.folded(word), Noun())

    def subject(self, subject: t.Subject) -> str:
        match subject:
            case t.PathSubject(path, previous):
                return self.previous(path) if previous else self.path(path)
            case t.NamedSubject(kind, name):
                return f"{self.words.with_article(kind, self._noun(kind))} {on_one_line(name)}"
            case t.ScheduleSubject(title):
                schedule = self.words.with_article(self.w("SCHEDULE"), Noun())
                return schedule if title is None else f"{schedule} {on_one_line(title)}"
            case t.AddressSubject(address):
                return on_one_line(address)
            case t.AllSubject(who):
                return f"{self.w('ALL')} {who}"
            case _:
                assert_never(subject)

    def path(self, path: t.Path) -> str:
        """Return a path; a noun that stands alone has its article where the language writes one."""
        if len(path.parts) > 1:
            return str(path)
        return self.words.with_article(str(path), self._noun(path.parts[0]))

    def previous(self, path: t.Path) -> str:
        noun = self._noun(path.parts[-1])
        text = f"{self.words.agreeing('PREVIOUS', noun)} {path}"
        return self.words.with_article(text, noun) if len(path.parts) == 1 else text

    def values(self, values: tuple[t.Value, ...]) -> str:
        return ", ".join(map(self.value, values))

    def value(self, value: t.Value) -> str:
        match value:
            case t.Word(text):
                return on_one_line(text) if self._is_grammar(text) else text
            case t.Text(text):
                return quoted(text)
            case t.Number(number):
                return _number(number)
            case t.Duration(amount, unit):
                return f"{_number(amount)} {unit}"
            case t.Day(day):
                return self.words.with_article(day.isoformat(), Noun())
            case t.Moment(moment):
                text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
                return self.words.with_article(text, Noun())
            case t.PathValue(path, previous, the):
                if previous:
                    return self.previous(path)
                if not the:
                    return str(path)
                noun = self._noun(path.parts[0])
                return (
                    self.words.with_article(str(path), noun)
                    if self.words.articles
                    else f"{self.w('THE')} {path}"
                )
            case _:
                assert_never(value)

    def _is_grammar(self, text: str) -> bool:
        """Return whether a bare value would be read as a word of the grammar."""
        return self.quoting and tables.is_quoted(text)

    # Actions and tests

    def action(self, action: t.Action) -> str:
        match action:
            case t.SetField(path, values):
                return f"{self.w('SET')} {self.path(path)} {self.w('TO', self.values(values))}"
            case t.ClearField(path):
                return f"{self.w('CLEAR')} {self.path(path)}"
            case t.AddTo(values, path):
                return f"{self.w('ADD')} {self.values(values)} {self.w('TO', self.path(path))}"
            case t.RemoveFrom(values, path):
                return f"{self.w('REMOVE')} {self.values(values)} {self.w('FROM', self.path(path))}"
            case t.Notify():
                return self.notify(action)
            case t.CallWebhook(webhook, template):
                return f"{self.w('CALL_WEBHOOK')} {self.name(webhook)} {self.w('WITH_TEMPLATE')} {self.name(template)}"
            case t.PostComment(public, message):
                verb = "POST_PUBLIC_COMMENT" if public else "POST_PRIVATE_COMMENT"
                return f"{self.w(verb)} {self.message(message)}"
            case t.Stop():
                return self.w("STOP")
            case t.Perform(verb, argument, message):
                text = verb if argument is None else f"{verb} {self.value(argument)}"
                return text if message is None else f"{text} {self.message(message)}"
            case t.Raw():
                return self.raw(action)
            case t.Unread():
                return _UNREAD
            case _:
                assert_never(action)

    def notify(self, action: t.Notify) -> str:
        *others, last = map(self.subject, action.recipients)
        who = f"{', '.join(others)} {self.w('AND')} {last}" if others else last
        by = f" {self.w('BY')} {self.name(action.channel)}" if action.channel is not None else ""
        text = f"{self.w('NOTIFY')} {who}{by} {self.message(action.message)}"
        return text if action.language is None else f"{text} {self._language(action.language)}"

    def _language(self, code: str) -> str:
        return f"{self.w('IN_LANGUAGE')} {self.name(code)}"

    def message(self, message: t.Message) -> str:
        match message:
            case t.UseTemplate(name):
                return f"{self.w('WITH_TEMPLATE')} {self.name(name)}"
            case t.InlineText(None, body):
                return f"{self.w('WITH_BODY')} {quoted(body)}"
            case t.InlineText(subject, body):
                return f"{self.w('WITH_SUBJECT')} {quoted(subject or '')} {self.w('AND_BODY')} {quoted(body)}"
            case _:
                assert_never(message)

    def event(self, event: t.Event, joint: str = " ") -> str:
        """Return what happens in a step; what somebody does at once is joined on one line, or on several."""
        match event:
            case t.Acts(who, acts, after, channel, automatic):
                further = f"{joint}{self.w('AND')} "
                text = f"{self.subject(who)} {further.join(map(self.act, acts))}"
                text += f" {self.w('BY')} {self.name(channel)}" if channel is not None else ""
                text += f" {self.w('AUTOMATICALLY')}" if automatic else ""
                return text if after is None else f"{self.passing(after)} {self.w('AND')} {text}"
            case t.Passes(duration):
                return self.passing(duration)
            case t.Unread():
                return _UNREAD
            case _:
                assert_never(event)

    def passing(self, duration: t.Duration) -> str:
        verb = self.words.phrase("PASS", *(("one",) if duration.amount == 1 else ()))
        return f"{self.value(duration)} {verb}"

    def act(self, act: t.Act) -> str:
        match act:
            case t.Creates(subject):
                text = self.w("CREATES_TICKET")
                return text if subject is None else f"{text} {self.w('WITH_SUBJECT')} {quoted(subject)}"
            case t.SetField(path, values):
                return f"{self.w('SETS')} {self.path(path)} {self.w('TO', self.values(values))}"
            case t.ClearField(path):
                return f"{self.w('CLEARS')} {self.path(path)}"
            case t.AddTo(values, path):
                return f"{self.w('ADDS')} {self.values(values)} {self.w('TO', self.path(path))}"
            case t.RemoveFrom(values, path):
                return f"{self.w('REMOVES')} {self.values(values)} {self.w('FROM', self.path(path))}"
            case t.Said(said, public):
                text = f"{self.w('COMMENTS')} {quoted(said)}"
                return text if public else f"{text} {self.w('PRIVATELY')}"
            case _:
                assert_never(act)

    def expectation(self, expectation: t.Expectation) -> str:
        match expectation:
            case t.ExpectFires(title, fires):
                trigger = self.words.phrase("TRIGGER", "expected")
                return f"{trigger} {on_one_line(title)} {self.w('FIRES' if fires else 'DOES_NOT_FIRE')}"
            case t.ExpectNotified(who, notified, channel, telling):
                verb = "IS_NOTIFIED" if notified else "IS_NOT_NOTIFIED"
                spoken = self.words.agreeing(verb, self.noun(who))
                by = f" {self.w('BY')} {self.name(channel)}" if channel is not None else ""
                return f"{self.subject(who)} {spoken}{by}{self.telling(telling)}"
            case t.ExpectCalled(webhook, called, telling):
                spoken = self.w("IS_CALLED" if called else "IS_NOT_CALLED")
                named = f"{self.words.phrase('WEBHOOK', 'expected')} {self.name(webhook)}"
                return f"{named} {spoken}{self.telling(telling)}"
            case t.ExpectPosted(public, posted, telling):
                what = self.w("PUBLIC_COMMENT" if public else "PRIVATE_COMMENT")
                return f"{what} {self.w('IS_POSTED' if posted else 'IS_NOT_POSTED')}{self.telling(telling)}"
            case t.ExpectPerformed(verb, argument, happens, telling):
                what = verb if argument is None else f"{verb} {self.value(argument)}"
                return f"{what} {self.w('HAPPENS' if happens else 'DOES_NOT_HAPPEN')}{self.telling(telling)}"
            case t.ExpectCondition(condition):
                return self.comparison(condition)
            case t.Unread():
                return _UNREAD
            case _:
                assert_never(expectation)

    def telling(self, telling: t.Telling) -> str:
        text = (
            f" {self.w('WITH_TEMPLATE')} {self.name(telling.template)}"
            if telling.template is not None
            else ""
        )
        text += f" {self._language(telling.language)}" if telling.language is not None else ""
        if telling.saying:
            text += f" {self.w('SAYING')} {', '.join(quoted(said.value) for said in telling.saying)}"
        return text

    # Words

    def w(self, terminal: str, rest: str | None = None) -> str:
        """Return the phrase of a terminal, in front of what follows it."""
        phrase = self.words.phrase(terminal)
        return phrase if rest is None else self.words.joined(phrase, rest)

    def name(self, name: str) -> str:
        reserved = self.words.needs_quotes(name) or name.casefold() in self.verbs
        return on_one_line(name) if reserved else name


def on_one_line(text: str) -> str:
    """Return a title or a name in quotes: they stand on one line."""
    return '"' + _escaped(text).replace("\t", "\\t").replace("\n", "\\n") + '"'


def quoted(text: str) -> str:
    """Return a text in quotes; several lines stand between triple quotes, at the margin."""
    if "\n" not in text:
        return on_one_line(text)
    body = "\n".join(_escaped_line(line) for line in text.split("\n"))
    return f'"""\n{body}\n"""'


def _escaped(text: str) -> str:
    return _backslashes(text).replace('"', '\\"')


def _escaped_line(line: str) -> str:
    return _backslashes(line).replace('"""', '\\"\\"\\"')


# A backslash needs one of its own only where it would be read as an escape.
_READ_AS_ESCAPE = re.compile(r'\\(?=["\\nt\t]|$)')


def _backslashes(text: str) -> str:
    return _READ_AS_ESCAPE.sub(r"\\\\", text)


def _number(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
