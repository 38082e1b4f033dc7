"""From what the grammar matched to our own tree; each method is named after the rule it answers."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
from lark import Token, Transformer

from trigdsl.source import NOWHERE, Span
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb

_SYMBOLS = {
    "<": Verb.IS_LESS_THAN,
    "<=": Verb.IS_AT_MOST,
    ">": Verb.IS_MORE_THAN,
    ">=": Verb.IS_AT_LEAST,
}


class BuildError(Exception):
    """A literal of the right shape that means nothing, such as `2026-02-30`."""

    def __init__(self, code: str, message: str, span: Span, help_line: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.help_line = help_line


def _span(children: Sequence[Any]) -> Span:
    present = [child for child in children if child is not None]
    if not present:
        return NOWHERE
    first, last = present[0], present[-1]
    start = first.start_pos if isinstance(first, Token) else first.span.start
    end = last.end_pos if isinstance(last, Token) else last.span.end
    assert start is not None
    assert end is not None
    return Span(start, end)


_ESCAPE = re.compile(r'\\(["\\nt])')
_ESCAPED = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


def _unescaped(raw: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPED[match[1]], raw)


def _unquoted(token: Token) -> str:
    raw = str(token)
    return _unescaped(_dedented(raw[3:-3]) if token.type == "LONG_STRING" else raw[1:-1])


def _dedented(raw: str) -> str:
    """Return a long text without its opening line end and the indentation of its closing quotes."""
    if not raw.startswith("\n"):
        return raw
    lines = raw[1:].split("\n")
    indent = "" if lines[-1].strip() else lines.pop()
    return "\n".join(line.removeprefix(indent) for line in lines)


def _minutes(token: Token) -> int:
    hours, minutes = map(int, token.split(":"))
    if hours * 60 + minutes > 24 * 60 or minutes > 59:
        raise BuildError(
            "no-such-time",
            f"there is no time `{token}`",
            _span([token]),
            "hours go up to 24, minutes up to 59",
        )
    return hours * 60 + minutes


def _date(token: Token) -> date:
    try:
        return date.fromisoformat(token)
    except ValueError:
        message = f"there is no day `{token}`"
        help_line = "a day is written year, month, day: `2026-01-31`; look for the last day of the month"
        raise BuildError("no-such-day", message, _span([token]), help_line) from None


def _text_of(token: Token) -> str:
    return str(token) if token.type == "WORD" else _unquoted(token)


Children = list[Any]


def _told(children: Children) -> tuple[t.Telling, Span]:
    """Return what is known of a text, which ends the children, and the span of all; it may be nothing."""
    *others, text = children
    if text.span == NOWHERE:
        whole = _span(others)
        text = attrs.evolve(text, span=Span(whole.end, whole.end))
    return text, _span([*others, text])


def _kept(children: Children) -> Children:
    """Return what has a meaning: nodes, and tokens that are not fixed words."""
    return [c for c in children if c is not None and not (isinstance(c, Token) and c.type in _FIXED)]


_FIXED = frozenset(
    [
        "THE",
        "WHEN",
        "THEN",
        "AS",
        "TO",
        "FROM",
        "IN",
        "BY",
        "AND",
        "OR",
        "ONLY",
        "LESS",
        "COUNTING",
        "AT_FIRST",
        "GIVEN",
        "EXPECT",
        "NOTHING",
        "CALL_WEBHOOK",
        "WITH_TEMPLATE",
        "WITH_SUBJECT",
        "AND_BODY",
        "WITH_BODY",
        "IN_LANGUAGE",
        "COMMENTS",
        "CREATES_TICKET",
        "SETS",
        "SET",
        "ADD",
        "REMOVE",
        "CLEAR",
        "NOTIFY",
    ]
)


class TreeBuilder(Transformer[Token, tuple[t.Item | t.Step, ...]]):
    """Turns the matches of one file into nodes; it remembers nothing."""

    def start(self, c: Children) -> tuple[t.Item | t.Step, ...]:
        return tuple(c)

    # Declarations

    def use(self, c: Children) -> t.Use:
        _, what, _, only = c
        if isinstance(what, t.Path):
            return t.Use(str(what), None, only or (), span=_span([*c[:2], *(only or ())]))
        return t.Use(None, _unquoted(what), only or (), span=_span([*c[:2], *(only or ())]))

    def string_list(self, c: Children) -> tuple[t.Text, ...]:
        return tuple(t.Text(_unquoted(s), span=_span([s])) for s in c)

    def only_switch(self, c: Children) -> t.Switch:
        on = c[0].type == "ENABLE_TRIGGER"
        return t.Switch(_unquoted(c[1]), on, span=_span(c), title_span=_span([c[1]]))

    def define(self, c: Children) -> t.Define:
        return t.Define(c[1].text, c[3], span=_span(c))

    def category(self, c: Children) -> t.Category:
        return t.Category(_unquoted(c[1]), c[2] is not None, span=_span(c))

    def webhook(self, c: Children) -> t.Webhook:
        return t.Webhook(c[1].text, span=_span(c))

    def channel(self, c: Children) -> t.ChannelDeclaration:
        return t.ChannelDeclaration(c[1].text, span=_span(c))

    def action_kind(self, c: Children) -> t.ActionDeclaration:
        _, verb, kind, with_text = c
        argument = None if kind is None else t.PlainType(kind.type, span=_span([kind]))
        return t.ActionDeclaration(verb.casefold(), argument, with_text is not None, span=_span(c))

    def field(self, c: Children) -> t.FieldDeclaration:
        _, path, (kind, extras) = c
        said = {name: value for name, value, _ in extras}
        span = _span([c[0], kind, *(extra[2] for extra in extras)])
        return t.FieldDeclaration(
            path, kind, "read_only" in said, said.get("at_first"), said.get("counting"), span=span
        )

    def state(self, c: Children) -> t.StateDeclaration:
        _, path, _, name, _, meaning = c
        return t.StateDeclaration(path, str(name), meaning, span=_span(c))

    @staticmethod
    def _choices(c: Children) -> tuple[tuple[t.Choice, ...], list[Any], Span]:
        choices = tuple(x for x in c if isinstance(x, t.Choice))
        extras = [x for x in c if isinstance(x, tuple)]
        return choices, extras, _span([c[0], *choices])

    def choice_type(self, c: Children) -> tuple[t.FieldType, list[Any]]:
        choices, extras, span = self._choices(c)
        return t.ChoiceType(choices, span=span), extras

    def ordered_type(self, c: Children) -> tuple[t.FieldType, list[Any]]:
        choices, extras, span = self._choices(c)
        return t.ChoiceType(choices, ordered=True, span=span), extras

    def choice_set_type(self, c: Children) -> tuple[t.FieldType, list[Any]]:
        choices, extras, span = self._choices(c)
        return t.ChoiceSetType(choices, span=span), extras

    def simple_type(self, c: Children) -> tuple[t.FieldType, list[Any]]:
        return t.PlainType(c[1].type, span=_span(c[:2])), [x for x in c[2:] if x is not None]

    def plain_type(self, c: Children) -> Token:
        return c[0]  # type: ignore[no-any-return]

    def choice(self, c: Children) -> t.Choice:
        names = [_text_of(token) for token in _kept(c)]
        return t.Choice(names[0], tuple(names[1:]), span=_span(c))

    def read_only(self, c: Children) -> tuple[str, object, Token]:
        return "read_only", True, c[0]

    def at_first(self, c: Children) -> tuple[str, object, t.Value]:
        return "at_first", c[1], c[1]

    def counting(self, c: Children) -> tuple[str, object, t.Condition]:
        return "counting", c[1], c[1]

    def schedule(self, c: Children) -> t.Schedule:
        hours = tuple(x for x in c if isinstance(x, t.Hours))
        holidays = tuple(x for x in c if isinstance(x, t.Day))
        zone = _span([c[3]])
        return t.Schedule(_unquoted(c[1]), _unquoted(c[3]), hours, holidays, span=_span(c), zone_span=zone)

    def hours(self, c: Children) -> t.Hours:
        kept = _kept(c)
        days = [str(token) for token in kept if token.type == "WORD"]
        opens, closes = (_minutes(token) for token in kept if token.type == "TIME")
        return t.Hours(days[0], days[1] if len(days) > 1 else None, opens, closes, span=_span(c))

    def date(self, c: Children) -> t.Day:
        return t.Day(_date(c[-1]), span=_span(c[-1:]))

    def trigger(self, c: Children) -> t.Trigger:
        kept = _kept(c)
        head, title = kept[0] if isinstance(kept[0], tuple) else (None, None)
        modifiers = [x for x in kept if isinstance(x, t.Place | _Once)]
        condition = next(x for x in kept if isinstance(x, _CONDITIONS))
        actions = tuple(x for x in kept if isinstance(x, _ACTIONS) and x is not condition)
        places = [x for x in modifiers if isinstance(x, t.Place)]
        if len(places) > 1:
            message = "the trigger's place is said twice, and it has one"
            raise BuildError("said-twice", message, places[-1].span, "keep one `before` or `after`")
        if len(modifiers) - len(places) > 1:
            message = "`once per ticket` is said twice"
            raise BuildError("said-twice", message, modifiers[-1].span, "keep one")
        opening = head or next(x for x in c if isinstance(x, Token))
        return t.Trigger(
            None if title is None else _unquoted(title),
            condition,
            actions,
            t.Standing.ACTIVE if head is None else t.Standing(head.type),
            len(modifiers) > len(places),
            places[0] if places else None,
            span=_span([opening, actions[-1]]),
            title_span=_span([title]) if title is not None else _span([condition]),
        )

    def head(self, c: Children) -> tuple[Token, Token]:
        return c[0], c[1]

    def once(self, c: Children) -> "_Once":
        return _Once(_span(c))

    def placed(self, c: Children) -> t.Place:
        return t.Place(c[0].type == "BEFORE", _unquoted(c[1]), span=_span(c))

    # Conditions

    def conjunction(self, c: Children) -> t.And:
        return t.And(tuple(_kept(c)), span=_span(c))

    def disjunction(self, c: Children) -> t.Or:
        return t.Or(tuple(_kept(c)), span=_span(c))

    def mixture(self, c: Children) -> t.Mixture:
        ors = tuple(x.type == "OR" for x in c if isinstance(x, Token))
        return t.Mixture(tuple(_kept(c)), ors, span=_span(c))

    def unread(self, c: Children) -> t.Unread:
        return t.Unread(span=_span(c))

    def raw(self, c: Children) -> t.Raw:
        # Word for word: in what another system wrote a backslash is a backslash.
        _, system, text = c
        return t.Raw(str(system), _dedented(text[3:-3]), span=_span(c), system_span=_span([system]))

    def group(self, c: Children) -> t.Condition:
        return attrs.evolve(c[1], span=_span(c))  # type: ignore[no-any-return]

    def negation(self, c: Children) -> t.Not:
        return t.Not(c[2], span=_span(c))

    def negated_name(self, c: Children) -> t.Not:
        return t.Not(t.NameTest(c[1].text, span=c[1].span), span=_span(c))

    def name_test(self, c: Children) -> t.NameTest:
        return t.NameTest(c[0].text, span=c[0].span)

    def comparison(self, c: Children) -> t.Comparison:
        subject, (verb, values, until, verb_span, end) = c
        return t.Comparison(
            subject, verb, values, until, span=Span(subject.span.start, end), verb_span=verb_span
        )

    def bare_verb(self, c: Children) -> Any:
        return Verb(c[0].type), (), None, _span(c), c[0].end_pos

    def value_verb(self, c: Children) -> Any:
        verb = _SYMBOLS[str(c[0])] if c[0].type in ("SYMBOL", "LESS") else Verb(c[0].type)
        return verb, (c[1],), None, _span(c[:1]), c[1].span.end

    def list_verb(self, c: Children) -> Any:
        return Verb(c[0].type), c[1], None, _span(c[:1]), c[1][-1].span.end

    def from_verb(self, c: Children) -> Any:
        token, value, _, until = c
        return Verb(token.type), (value,), until, _span(c[:1]), (until or value).span.end

    def path_subject(self, c: Children) -> t.PathSubject:
        return t.PathSubject(c[-1], span=c[-1].span)

    def previous_subject(self, c: Children) -> t.PathSubject:
        return t.PathSubject(c[-1], previous=True, span=_span(c[-2:]))

    def named_subject(self, c: Children) -> t.NamedSubject:
        return t.NamedSubject(str(c[-2]), _unquoted(c[-1]), span=_span(c[-2:]))

    def schedule_subject(self, c: Children) -> t.ScheduleSubject:
        title = next((_unquoted(x) for x in c if isinstance(x, Token) and x.type == "STRING"), None)
        return t.ScheduleSubject(title, span=_span(_kept(c)))

    def address_subject(self, c: Children) -> t.AddressSubject:
        return t.AddressSubject(_unquoted(c[0]), span=_span(c))

    def all_subject(self, c: Children) -> t.AllSubject:
        return t.AllSubject(str(c[1]), span=_span(c))

    # Values

    def values(self, c: Children) -> tuple[t.Value, ...]:
        return tuple(c)

    def word(self, c: Children) -> t.Word:
        return t.Word(str(c[0]), span=_span(c))

    def path_value(self, c: Children) -> t.PathValue:
        return t.PathValue(t.Path(tuple(map(str, c)), span=_span(c)), span=_span(c))

    def the_path_value(self, c: Children) -> t.PathValue:
        return t.PathValue(c[1], the=True, span=_span(c[1:]))

    def previous_value(self, c: Children) -> t.PathValue:
        return t.PathValue(c[-1], previous=True, span=_span(c[-2:]))

    def words(self, c: Children) -> t.Text:
        return t.Text(_unquoted(c[0]), span=_span(c))

    def number(self, c: Children) -> t.Number:
        return t.Number(Decimal(c[0]), span=_span(c))

    def duration(self, c: Children) -> t.Duration:
        return t.Duration(Decimal(c[0]), str(c[1]), span=_span(c))

    def day(self, c: Children) -> t.Day:
        return t.Day(_date(c[-1]), span=_span(c[-1:]))

    def moment(self, c: Children) -> t.Moment:
        *_, day, time = c
        minutes = _minutes(time)
        if minutes == 24 * 60:
            raise BuildError(
                "no-such-time",
                "a day ends before `24:00`",
                _span([day, time]),
                "write `00:00` of the next day",
            )
        day = _date(day)
        value = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=UTC)
        return t.Moment(value, span=_span(c[-2:]))

    def path(self, c: Children) -> t.Path:
        return t.Path(tuple(map(str, c)), span=_span(c))

    def name(self, c: Children) -> t.Word:
        return t.Word(_text_of(c[0]), span=_span(c))

    # Actions

    def action(self, c: Children) -> t.Action:
        return c[-1]  # type: ignore[no-any-return]

    def set_to(self, c: Children) -> t.SetField:
        path, values = _kept(c)
        return t.SetField(path, values, span=_span([c[0], values[-1]]))

    def clear(self, c: Children) -> t.ClearField:
        return t.ClearField(c[-1], span=_span(c))

    def add(self, c: Children) -> t.AddTo:
        return t.AddTo(c[1], c[-1], span=_span([c[0], c[-1]]))

    def remove(self, c: Children) -> t.RemoveFrom:
        return t.RemoveFrom(c[1], c[-1], span=_span([c[0], c[-1]]))

    def recipients(self, c: Children) -> tuple[t.Subject, ...]:
        return tuple(_kept(c))

    def notify(self, c: Children) -> t.Notify:
        verb, recipients, _, channel, message, _, language = c
        return t.Notify(
            recipients,
            message,
            None if channel is None else _text_of(channel),
            None if language is None else _text_of(language),
            span=_span([verb, message, language]),
            channel_span=_span([channel]),
            language_span=_span([language]),
        )

    def call_webhook(self, c: Children) -> t.CallWebhook:
        webhook, template = c[1], c[3]
        return t.CallWebhook(
            webhook.text,
            template.text,
            span=_span(c),
            webhook_span=webhook.span,
            template_span=template.span,
        )

    def post(self, c: Children) -> t.PostComment:
        return t.PostComment(c[0].type == "POST_PUBLIC_COMMENT", c[1], span=_span(c))

    def stop(self, c: Children) -> t.Stop:
        return t.Stop(span=_span(c))

    def perform(self, c: Children) -> t.Perform:
        return t.Perform(c[0].casefold(), c[1], c[2], span=_span(c))

    def template(self, c: Children) -> t.UseTemplate:
        return t.UseTemplate(c[1].text, span=c[1].span)

    def subject_and_body(self, c: Children) -> t.InlineText:
        return t.InlineText(c[1].value, c[3].value, span=_span(c))

    def body_only(self, c: Children) -> t.InlineText:
        return t.InlineText(None, c[1].value, span=_span(c))

    # Tests

    def test(self, c: Children) -> t.Test:
        return t.Test(_unquoted(c[1]), c[3], span=_span(c))

    def step(self, c: Children) -> t.Step:
        event, *expectations = _kept(c)
        only = any(isinstance(x, Token) and x.type == "ONLY" for x in c)
        expect = next(n for n, x in enumerate(c) if isinstance(x, Token) and x.type == "EXPECT")
        return t.Step(event, tuple(expectations), only, span=_span(c), expect_span=_span(c[expect:]))

    def acts(self, c: Children) -> t.Acts:
        after, _, who, *further, _, channel, automatic = c
        return t.Acts(
            who,
            tuple(_kept(further)),
            after,
            None if channel is None else _text_of(channel),
            automatic is not None,
            span=_span(c),
            channel_span=_span([channel]),
        )

    def passing(self, c: Children) -> t.Duration:
        return t.Duration(Decimal(c[0]), str(c[1]), span=_span(c[:2]))

    def passes(self, c: Children) -> t.Passes:
        return t.Passes(c[0], span=c[0].span)

    def creates(self, c: Children) -> t.Creates:
        subject = c[2]
        return t.Creates(None if subject is None else subject.value, span=_span(c))

    def said(self, c: Children) -> t.Said:
        return t.Said(c[1].value, c[2] is None or c[2].type == "PUBLICLY", span=_span(c))

    def text(self, c: Children) -> t.Telling:
        _, template, _, language, _, *saying = c
        return t.Telling(
            None if template is None else template.text,
            None if language is None else _text_of(language),
            tuple(_kept(saying)),
            span=_span(c),
            template_span=_span([template]),
            language_span=_span([language]),
        )

    def expect_fires(self, c: Children) -> t.ExpectFires:
        title = _span([c[1]])
        return t.ExpectFires(_unquoted(c[1]), c[2].type == "FIRES", span=_span(c), title_span=title)

    def expect_notified(self, c: Children) -> t.ExpectNotified:
        who, verb, _, channel, _ = c
        text, span = _told(c)
        return t.ExpectNotified(
            who,
            verb.type == "IS_NOTIFIED",
            None if channel is None else _text_of(channel),
            text,
            span=span,
            channel_span=_span([channel]),
        )

    def expect_called(self, c: Children) -> t.ExpectCalled:
        _, webhook, verb, _ = c
        text, span = _told(c)
        called = verb.type == "IS_CALLED"
        return t.ExpectCalled(webhook.text, called, text, span=span, webhook_span=webhook.span)

    def expect_posted(self, c: Children) -> t.ExpectPosted:
        kind, verb, _ = c
        text, span = _told(c)
        return t.ExpectPosted(kind.type == "PUBLIC_COMMENT", verb.type == "IS_POSTED", text, span=span)

    def expect_performed(self, c: Children) -> t.ExpectPerformed:
        verb, argument, happens, _ = c
        text, span = _told(c)
        return t.ExpectPerformed(
            verb.casefold(),
            argument,
            happens.type == "HAPPENS",
            text,
            span=span,
            verb_span=_span([verb]),
        )

    def expect_condition(self, c: Children) -> t.ExpectCondition:
        return t.ExpectCondition(c[0], span=c[0].span)


class _Once:
    """`once per ticket`, until the trigger that carries it is built."""

    def __init__(self, span: Span) -> None:
        self.span = span


_CONDITIONS = (t.Comparison, t.NameTest, t.Not, t.And, t.Or, t.Mixture, t.Raw, t.Unread)
_ACTIONS = (
    t.SetField,
    t.ClearField,
    t.AddTo,
    t.RemoveFrom,
    t.Notify,
    t.CallWebhook,
    t.PostComment,
    t.Stop,
    t.Perform,
    t.Raw,
    t.Unread,
)
