"""From tree to text, in the one canonical layout; comments keep their places."""

import re
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from typing import assert_never

from attrs import frozen

from trigdsl.source import NOWHERE, Span
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import Words

WIDTH = 88
_UNREAD = "…"
"""Printed for what could not be read: a file that holds it is shown, and never written."""


@frozen
class _Line:
    """A printed line, and the offset of the source text it stands for."""

    text: str
    at: int | None = None
    blank_before: bool = False


def condition_text(condition: t.Condition, words: Words) -> str:
    """Return a condition on one line: the name of a trigger that has no title."""
    return _Printer(words).condition(condition)


def value_text(value: t.Value, words: Words) -> str:
    """Return a value as it is written."""
    return _Printer(words).value(value)


def action_text(action: t.Action, words: Words) -> str:
    """Return an action on one line, unless a text in it has several."""
    return _Printer(words).action(action)


def event_text(event: t.Event, words: Words) -> str:
    """Return what happens in a step of a test."""
    return _Printer(words).event(event)


def expectation_text(expectation: t.Expectation, words: Words) -> str:
    """Return what is expected of a step of a test."""
    return _Printer(words).expectation(expectation)


def print_file(file: t.File, words: Words, verbs: frozenset[str] = frozenset()) -> str:
    """Return the canonical text of a file over a vocabulary with verbs of its own; parsing it gives the same tree."""
    lines = list(_Printer(words, verbs).file(file))
    return _with_comments(lines, file.trivia)


def _start(span: Span) -> int | None:
    return None if span == NOWHERE else span.start


@frozen
class _Printer:
    words: Words
    verbs: frozenset[str] = frozenset()

    # Layout

    def file(self, file: t.File) -> Iterator[_Line]:
        before: t.Item | None = None
        for item in file.items:
            lines = self.item(item)
            wide = self._is_block(item) or (before is not None and self._is_block(before))
            apart = wide or (before is not None and self._apart(before, item, file.trivia))
            opening = lines[0]
            yield _Line(opening.text, _start(item.span), before is not None and apart)
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

    def item(self, item: t.Item) -> list[_Line]:
        match item:
            case t.Trigger():
                return list(self.trigger(item))
            case t.Test():
                return list(self.test(item))
            case t.Define():
                head = f"{self.w('DEFINE')} {self.name(item.name)} {self.w('AS')}"
                return [_Line(head), *self.clause("  ", "", item.condition)]
            case t.Lost():
                return [_Line(_UNREAD)]
            case _:
                return [_Line(self.declaration(item))]

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
        return f"{text} {self.w('CLOSED_ON')} {', '.join(map(self.value, item.holidays))}"

    def hours(self, hours: t.Hours) -> str:
        days = hours.first if hours.last is None else f"{hours.first} {self.w('TO')} {hours.last}"
        return f"{days} {_time(hours.opens)} {self.w('TO')} {_time(hours.closes)}"

    def trigger(self, item: t.Trigger) -> Iterator[_Line]:
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
            yield _Line(head)
        yield from self.clause(indent, self.w("WHEN") + " ", item.condition)
        lead = self.w("THEN") + " "
        for action in item.actions:
            first, *rest = self.action(action).split("\n")
            yield _Line(indent + lead + first, _start(action.span))
            yield from (_Line(line) for line in rest)
            lead = "  "

    def clause(self, indent: str, lead: str, condition: t.Condition) -> Iterator[_Line]:
        """Yield a condition on one line when it fits, else one line for each of its parts."""
        text = self.condition(condition)
        if len(indent + lead + text) <= WIDTH or not isinstance(condition, t.And | t.Or):
            yield _Line(indent + lead + text, _start(condition.span))
            return
        joint = self.w("AND") if isinstance(condition, t.And) else self.w("OR")
        for number, part in enumerate(condition.items):
            before = lead if number == 0 else f"  {joint} " if lead else f"{joint} "
            yield _Line(indent + before + self.unit(part), _start(part.span))

    def test(self, item: t.Test) -> Iterator[_Line]:
        yield _Line(f"{self.w('TEST')} {on_one_line(item.title)}")
        if item.given is not None:
            yield from self.clause("  ", self.w("GIVEN") + " ", item.given)
        for step in item.steps:
            text = f"  {self.w('WHEN')} {self.event(step.event)}"
            if len(text) > WIDTH:
                text = f"  {self.w('WHEN')} {self.event(step.event, joint=chr(10) + '    ')}"
            first, *rest = text.split("\n")
            yield _Line(first, _start(step.span))
            yield from (_Line(line) for line in rest)
            lead = f"  {self.w('EXPECT')} "
            if not step.expectations:
                yield _Line(lead + self.w("NOTHING"))
            elif step.only:
                lead += self.w("ONLY") + " "
            for expectation in step.expectations:
                yield _Line(lead + self.expectation(expectation), _start(expectation.span))
                lead = f"    {self.w('AND')} "

    # Conditions

    def condition(self, condition: t.Condition) -> str:
        match condition:
            case t.And(items):
                return f" {self.w('AND')} ".join(map(self.unit, items))
            case t.Or(items):
                return f" {self.w('OR')} ".join(map(self.unit, items))
            case t.Not(t.NameTest(name)):
                return f"{self.w('NOT')} {self.name(name)}"
            case t.Not(item):
                return f"{self.w('NOT')} ({self.condition(item)})"
            case t.NameTest(name):
                return self.name(name)
            case t.Comparison():
                return self.comparison(condition)
            case t.Mixture(items, ors):
                first, *rest = map(self.unit, items)
                joints = (self.w("OR" if either else "AND") for either in ors)
                return first + "".join(f" {joint} {item}" for joint, item in zip(joints, rest, strict=True))
            case t.Raw():
                return self.raw(condition)
            case t.Unread():
                return _UNREAD
            case _:
                assert_never(condition)

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
        text = f"{self.subject(item.subject)} {self.w(item.verb.value)}"
        if item.values:
            text += " " + self.values(item.values)
        return text if item.until is None else f"{text} {self.w('TO')} {self.value(item.until)}"

    def subject(self, subject: t.Subject) -> str:
        match subject:
            case t.PathSubject(path, previous):
                return f"{self.w('PREVIOUS')} {path}" if previous else str(path)
            case t.NamedSubject(kind, name):
                return f"{kind} {on_one_line(name)}"
            case t.ScheduleSubject(title):
                return self.w("SCHEDULE") if title is None else f"{self.w('SCHEDULE')} {on_one_line(title)}"
            case t.AddressSubject(address):
                return on_one_line(address)
            case t.AllSubject(who):
                return f"{self.w('ALL')} {who}"
            case _:
                assert_never(subject)

    def values(self, values: tuple[t.Value, ...]) -> str:
        return ", ".join(map(self.value, values))

    def value(self, value: t.Value) -> str:
        match value:
            case t.Word(text):
                return text
            case t.Text(text):
                return quoted(text)
            case t.Number(number):
                return _number(number)
            case t.Duration(amount, unit):
                return f"{_number(amount)} {unit}"
            case t.Day(day):
                return day.isoformat()
            case t.Moment(moment):
                return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
            case t.PathValue(path, previous, the):
                if previous:
                    return f"{self.w('PREVIOUS')} {path}"
                return f"{self.w('THE')} {path}" if the else str(path)
            case _:
                assert_never(value)

    # Actions and tests

    def action(self, action: t.Action) -> str:
        match action:
            case t.SetField(path, values):
                return f"{self.w('SET')} {path} {self.w('TO')} {self.values(values)}"
            case t.ClearField(path):
                return f"{self.w('CLEAR')} {path}"
            case t.AddTo(values, path):
                return f"{self.w('ADD')} {self.values(values)} {self.w('TO')} {path}"
            case t.RemoveFrom(values, path):
                return f"{self.w('REMOVE')} {self.values(values)} {self.w('FROM')} {path}"
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
        verb = self.w("PASS") if duration.amount != 1 else self.words.other_number("PASS")
        return f"{self.value(duration)} {verb}"

    def act(self, act: t.Act) -> str:
        match act:
            case t.Creates(subject):
                text = self.w("CREATES_TICKET")
                return text if subject is None else f"{text} {self.w('WITH_SUBJECT')} {quoted(subject)}"
            case t.SetField(path, values):
                return f"{self.w('SETS')} {path} {self.w('TO')} {self.values(values)}"
            case t.ClearField(path):
                return f"{self.w('CLEARS')} {path}"
            case t.AddTo(values, path):
                return f"{self.w('ADDS')} {self.values(values)} {self.w('TO')} {path}"
            case t.RemoveFrom(values, path):
                return f"{self.w('REMOVES')} {self.values(values)} {self.w('FROM')} {path}"
            case t.Said(said, public):
                text = f"{self.w('COMMENTS')} {quoted(said)}"
                return text if public else f"{text} {self.w('PRIVATELY')}"
            case _:
                assert_never(act)

    def expectation(self, expectation: t.Expectation) -> str:
        match expectation:
            case t.ExpectFires(title, fires):
                return f"{self.w('TRIGGER')} {on_one_line(title)} {self.w('FIRES' if fires else 'DOES_NOT_FIRE')}"
            case t.ExpectNotified(who, notified, channel, telling):
                verb = "IS_NOTIFIED" if notified else "IS_NOT_NOTIFIED"
                spoken = self.words.other_number(verb) if isinstance(who, t.AllSubject) else self.w(verb)
                by = f" {self.w('BY')} {self.name(channel)}" if channel is not None else ""
                return f"{self.subject(who)} {spoken}{by}{self.telling(telling)}"
            case t.ExpectCalled(webhook, called, telling):
                spoken = self.w("IS_CALLED" if called else "IS_NOT_CALLED")
                return f"{self.w('WEBHOOK')} {self.name(webhook)} {spoken}{self.telling(telling)}"
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

    def w(self, terminal: str) -> str:
        return self.words.phrase(terminal)

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


# Comments


def _with_comments(lines: list[_Line], trivia: t.Trivia) -> str:
    """Return the printed lines with each comment beside, or above, the line it was written at."""
    above: dict[int, list[t.Comment]] = {}
    beside: dict[int, t.Comment] = {}
    anchors = [(line.at, number) for number, line in enumerate(lines) if line.at is not None]
    for comment in trivia.comments:
        passed = [number for at, number in anchors if at <= comment.start]
        following = next((number for at, number in anchors if at > comment.start), len(lines))
        if comment.alone or not passed:
            above.setdefault(following, []).append(comment)
        elif passed[-1] in beside:
            above.setdefault(passed[-1], []).append(comment)
        else:
            beside[passed[-1]] = comment
    out: list[str] = []
    for number, line in enumerate(lines):
        out += _opening(line, above.get(number, []), trivia, first=not out)
        out.append(line.text + (f"  {beside[number].text}" if number in beside else ""))
    out += _opening(_Line(""), above.get(len(lines), []), trivia, first=not out)
    return "\n".join(out) + "\n" if out else ""


def _opening(line: _Line, comments: list[t.Comment], trivia: t.Trivia, *, first: bool) -> list[str]:
    """Return what stands above a line: an empty line where one belongs, and its comments."""
    indent = line.text[: len(line.text) - len(line.text.lstrip())]
    out: list[str] = []
    previous: int | None = None
    for comment in comments:
        gap = any(previous is not None and previous < at < comment.start for at in trivia.empty_lines)
        if previous is None:
            gap = not first and (line.blank_before or _gap_above(comment, trivia))
        out += [""] * gap + [indent + comment.text]
        previous = comment.start
    if comments and line.at is not None:
        gap = any(comments[-1].start < at < line.at for at in trivia.empty_lines)
        return out + [""] * gap
    return out or [""] * (line.blank_before and not first)


def _gap_above(comment: t.Comment, trivia: t.Trivia) -> bool:
    return comment.start - 1 in trivia.empty_lines
