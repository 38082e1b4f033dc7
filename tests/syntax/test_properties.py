"""Laws of reading and printing: what is printed reads as the same tree, and any text at all gets an answer."""

import functools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from trigdsl.diagnostics import Diagnostic, render
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb

TABLE = words.load("en")
VERB_OF_ITS_OWN = "page_out"
VERBS = frozenset([VERB_OF_ITS_OWN])
GOOD = sorted((Path(__file__).parent.parent / "corpus" / "good").glob("*.trig"))

quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
thorough = settings(quick, max_examples=300)

# Words and texts

ALPHABET = "abcxyz_éß日0-"
shaped = st.from_regex(r"[a-zé_日][a-z0-9_é-]{0,7}", fullmatch=True)
bare = st.one_of(
    st.sampled_from(
        ["solved", "vip", "open", "trigger", "template", "test", "field", "text", "before", "tags"]
    ),
    shaped,
).filter(lambda word: word.casefold() not in (*TABLE.reserved, "empty", "notified", "called", "posted"))
"""What may stand bare where any value stands; `is empty`, `is notified` and the like have a meaning of their own."""
plain = bare.filter(lambda word: not TABLE.needs_quotes(word))
characters = st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\ufeff")
line = st.one_of(
    st.sampled_from(sorted(TABLE.every_word)),
    st.sampled_from(
        ["", '"', "\\", "#", '""', '"""', "\\n", 'a"""b', "“x”", "a b", "2fa", "(", "//", "{{ x }}"]
    ),
    st.text(st.sampled_from("ab \\\"#n\tt'é(,"), max_size=12),
    st.text(characters.filter(lambda c: c != "\n"), max_size=12),
)
text = st.one_of(line, st.lists(line, min_size=2, max_size=4).map("\n".join))
name = st.one_of(bare, line)
"""Names are bare or quoted, as they need."""

# Values and subjects

path = st.lists(plain, min_size=1, max_size=3).map(lambda parts: t.Path(tuple(parts)))
long_path = st.lists(plain, min_size=2, max_size=3).map(lambda parts: t.Path(tuple(parts)))
amount = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3)
day = st.dates(min_value=date(1000, 1, 1)).map(t.Day)
moment = st.datetimes(min_value=datetime(1000, 1, 1)).map(  # noqa: DTZ001
    lambda m: t.Moment(m.replace(second=0, microsecond=0, tzinfo=UTC))
)
duration = st.builds(t.Duration, amount, st.sampled_from(sorted(TABLE.units)))
value: st.SearchStrategy[t.Value] = st.one_of(
    st.builds(t.Word, bare),
    st.builds(t.Text, text),
    st.builds(t.Number, amount),
    st.builds(t.Number, st.integers(-(10**40), 10**40).map(Decimal)),
    duration,
    day,
    moment,
    st.builds(t.PathValue, long_path),
    st.builds(t.PathValue, path, previous=st.just(value=True)),
    st.builds(t.PathValue, path, the=st.just(value=True)),
)
values = st.lists(value, min_size=1, max_size=3).map(tuple)
noun = plain.filter(lambda word: word.casefold() != "schedule")
subject: st.SearchStrategy[t.Subject] = st.one_of(
    st.builds(t.PathSubject, path, previous=st.booleans()),
    st.builds(t.NamedSubject, noun, line),
    st.builds(t.ScheduleSubject, st.one_of(st.none(), line)),
    st.builds(t.AddressSubject, line),
    st.builds(t.AllSubject, plain),
)

# Conditions

BARE = (Verb.IS_EMPTY, Verb.IS_NOT_EMPTY, Verb.CHANGES, Verb.DOES_NOT_CHANGE)
LIST = (
    Verb.IS_ONE_OF,
    Verb.IS_NOT_ONE_OF,
    Verb.INCLUDE_ANY_OF,
    Verb.INCLUDE_ALL_OF,
    Verb.INCLUDE_NONE_OF,
    Verb.GAIN_ANY_OF,
    Verb.LOSE_ANY_OF,
    Verb.CONTAINS_ANY_WORD_OF,
    Verb.CONTAINS_NO_WORD_OF,
)
FROM = (Verb.CHANGES_FROM, Verb.DOES_NOT_CHANGE_FROM)
ONE = tuple(verb for verb in Verb if verb not in (*BARE, *LIST, *FROM))

comparison = st.one_of(
    st.builds(t.Comparison, subject, st.sampled_from(BARE)),
    st.builds(t.Comparison, subject, st.sampled_from(ONE), value.map(lambda v: (v,))),
    st.builds(t.Comparison, subject, st.sampled_from(LIST), values),
    st.builds(
        t.Comparison, subject, st.sampled_from(FROM), value.map(lambda v: (v,)), st.one_of(st.none(), value)
    ),
)


def _joined(inner: st.SearchStrategy[t.Condition]) -> st.SearchStrategy[t.Condition]:
    items = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(t.Not, inner), st.builds(t.And, items), st.builds(t.Or, items))


NO_CLOSING_QUOTES = re.compile(r'(?:[^\\"]|\\.|"(?!""))*', re.DOTALL)
"""What may be kept word for word: three quotes in a row would end it, unless a backslash stands before them."""
raw = st.builds(
    t.Raw,
    plain.filter(lambda word: word.casefold() not in TABLE.spoken),
    text.filter(lambda kept: NO_CLOSING_QUOTES.fullmatch(kept + "\n") is not None),
)

condition: st.SearchStrategy[t.Condition] = st.recursive(
    st.one_of(comparison, st.builds(t.NameTest, name), raw), _joined, max_leaves=6
)

# Actions

message: st.SearchStrategy[t.Message] = st.one_of(
    st.builds(t.UseTemplate, name), st.builds(t.InlineText, st.one_of(st.none(), text), text)
)
argument: st.SearchStrategy[t.Value | None] = st.one_of(
    st.none(),
    st.builds(t.Text, text),
    st.builds(t.Number, amount),
    st.builds(t.PathValue, path, the=st.just(value=True)),
)
action: st.SearchStrategy[t.Action] = st.one_of(
    st.builds(t.SetField, path, values),
    st.builds(t.ClearField, path),
    st.builds(t.AddTo, values, path),
    st.builds(t.RemoveFrom, values, path),
    st.builds(
        t.Notify,
        st.lists(subject, min_size=1, max_size=3).map(tuple),
        message,
        st.one_of(st.none(), plain),
        st.one_of(st.none(), name),
    ),
    st.builds(t.CallWebhook, name, name),
    st.builds(t.PostComment, st.booleans(), message),
    st.builds(t.Stop),
    st.builds(
        t.Perform,
        st.just(VERB_OF_ITS_OWN),
        argument,
        st.one_of(st.none(), message),
    ),
    raw,
)

# Declarations

choice = st.builds(t.Choice, name, st.lists(name, max_size=2).map(tuple))
choices = st.lists(choice, min_size=1, max_size=3).map(tuple)
field_type: st.SearchStrategy[t.FieldType] = st.one_of(
    st.builds(t.ChoiceType, choices),
    st.builds(t.ChoiceType, st.lists(choice, min_size=2, max_size=3).map(tuple), ordered=st.just(value=True)),
    st.builds(t.ChoiceSetType, choices),
    st.builds(
        t.PlainType,
        st.sampled_from(
            [
                "TAGS_TYPE",
                "TEXT_TYPE",
                "A_NUMBER",
                "A_DATE",
                "YES_OR_NO",
                "A_USER",
                "A_GROUP",
                "AN_ORGANIZATION",
                "A_BRAND",
                "A_SCHEDULE",
                "USERS_TYPE",
                "GROUPS_TYPE",
            ]
        ),
    ),
)
minutes = st.integers(0, 24 * 60)
hours = st.builds(t.Hours, plain, st.one_of(st.none(), plain), minutes, minutes)
title = text
place = st.builds(t.Place, st.booleans(), line)
titled = st.builds(
    t.Trigger,
    line,
    condition,
    st.lists(action, min_size=1, max_size=3).map(tuple),
    st.sampled_from(t.Standing),
    st.booleans(),
    st.one_of(st.none(), place),
)
untitled = st.builds(t.Trigger, st.none(), condition, st.lists(action, min_size=1, max_size=3).map(tuple))

# Tests

act: st.SearchStrategy[t.Act] = st.one_of(
    st.builds(t.Said, text, st.booleans()),
    st.builds(t.Creates, st.one_of(st.none(), text)),
    st.builds(t.SetField, path, values),
    st.builds(t.ClearField, path),
    st.builds(t.AddTo, values, path),
    st.builds(t.RemoveFrom, values, path),
)
event: st.SearchStrategy[t.Event] = st.one_of(
    st.builds(
        t.Acts,
        subject,
        st.lists(act, min_size=1, max_size=3).map(tuple),
        st.one_of(st.none(), duration),
        st.one_of(st.none(), plain),
        st.booleans(),
    ),
    st.builds(t.Passes, duration),
)
telling = st.builds(
    t.Telling,
    st.one_of(st.none(), name),
    st.one_of(st.none(), name),
    st.lists(st.builds(t.Text, text), max_size=2).map(tuple),
)
expectation: st.SearchStrategy[t.Expectation] = st.one_of(
    st.builds(t.ExpectFires, line, st.booleans()),
    st.builds(t.ExpectNotified, subject, st.booleans(), st.one_of(st.none(), plain), telling),
    st.builds(t.ExpectCalled, name, st.booleans(), telling),
    st.builds(t.ExpectPosted, st.booleans(), st.booleans(), telling),
    st.builds(t.ExpectPerformed, st.just(VERB_OF_ITS_OWN), argument, st.booleans(), telling),
    st.builds(t.ExpectCondition, comparison),
)
step = st.one_of(
    st.builds(t.Step, event, st.lists(expectation, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(t.Step, event, st.just(())),
)

ITEMS: tuple[st.SearchStrategy[t.Item], ...] = (
    st.builds(t.Use, path.map(str), st.none(), st.lists(st.builds(t.Text, line), max_size=2).map(tuple)),
    st.builds(t.Use, st.none(), line, st.lists(st.builds(t.Text, line), max_size=2).map(tuple)),
    st.builds(t.Switch, line, st.booleans()),
    st.builds(
        t.FieldDeclaration,
        path,
        field_type,
        st.booleans(),
        st.one_of(st.none(), value),
        st.one_of(st.none(), condition),
    ),
    st.builds(t.StateDeclaration, path, plain, st.one_of(st.none(), condition)),
    st.builds(t.ChannelDeclaration, name),
    st.builds(t.Define, name, condition),
    st.builds(t.Category, line, st.booleans()),
    st.builds(t.Webhook, name),
    st.builds(
        t.Schedule,
        line,
        line,
        st.lists(hours, min_size=1, max_size=3).map(tuple),
        st.lists(day, max_size=2).map(tuple),
    ),
    titled,
    untitled,
    st.builds(t.Test, line, st.one_of(st.none(), condition), st.lists(step, max_size=3).map(tuple)),
)
item = st.one_of(*ITEMS)
plain_type = st.builds(t.PlainType, st.sampled_from(["A_USER", "A_NUMBER", "TEXT_TYPE"]))
declared = st.builds(
    t.ActionDeclaration, st.just(VERB_OF_ITS_OWN), st.one_of(st.none(), plain_type), st.booleans()
)
"""The one action of its own that the vocabulary has."""
file = st.builds(
    lambda first, items: t.File((first, *items)), declared, st.lists(item, max_size=5).map(tuple)
)


def _read(source: str) -> t.File:
    parsed = parser.parse(Source("test", source), verbs=VERBS)
    assert not parsed.diagnostics, source + "\n" + "\n".join(map(render, parsed.diagnostics))
    return parsed.file


# The laws


@thorough
@given(file)
def test_what_is_printed_reads_as_the_same_tree(tree: t.File) -> None:
    assert _read(printer.print_file(tree, TABLE)) == tree


@quick
@given(file)
def test_printing_is_a_fixed_point(tree: t.File) -> None:
    printed = printer.print_file(tree, TABLE)
    assert printer.print_file(_read(printed), TABLE) == printed


@quick
@given(text)
def test_every_text_can_be_quoted(content: str) -> None:
    tree = t.File(
        (t.Trigger("a", t.Comparison(t.AddressSubject("b"), Verb.IS, (t.Text(content),)), (t.Stop(),)),)
    )
    assert _read(printer.print_file(tree, TABLE)) == tree


@quick
@given(condition)
def test_a_condition_on_one_line_is_that_condition(tree: t.Condition) -> None:
    printed = printer.condition_text(tree, TABLE)
    (read,) = _read(f"define x as {printed}").items
    assert isinstance(read, t.Define)
    assert read.condition == tree


def _classes() -> set[type[Any]]:
    """Return every node class of the tree."""
    found = {
        c for c in vars(t).values() if isinstance(c, type) and attrs.has(c) and c.__module__ == t.__name__
    }
    # The last three stand for what could not be read, and no text that is read holds them.
    return found - {t.Comment, t.Trivia, t.Lost, t.Mixture, t.Unread}


def test_the_strategies_make_every_node() -> None:
    """A new construct needs a strategy of its own."""
    classes: set[type[Any]] = set()

    def visit(node: Any) -> None:
        classes.add(type(node))
        for attribute in attrs.fields(type(node)):
            inner = getattr(node, attribute.name)
            for part in inner if isinstance(inner, tuple) else (inner,):
                if attrs.has(type(part)):
                    visit(part)

    for strategy in (*ITEMS, declared, action, event, expectation, field_type):

        @settings(
            max_examples=60,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def collect(node: object) -> None:
            visit(node)

        collect()
    assert {c.__name__ for c in _classes() - classes - {t.File}} == NOT_MADE


NOT_MADE: set[str] = set()
"""Nodes that no text reads as yet."""


# Any text at all


def _answered(source: str) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a text; each lies inside it and can be shown."""
    parsed = parser.parse(Source("test", parser.normalized(source)), verbs=VERBS)
    for diagnostic in parsed.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.source.text)
        assert render(diagnostic)
    if not parsed.diagnostics:
        printed = printer.print_file(parsed.file, TABLE)
        assert _read(printed) == parsed.file
        assert printer.print_file(_read(printed), TABLE) == printed
    return parsed.diagnostics


TOKENS = sorted(
    {p for s in TABLE.phrases.values() for p in s} | {"(", ")", ",", "<", ">=", ".", "#", '"', '"""', "\n"}
)
TOKENS += [
    "ticket.status",
    "solved",
    "2026-01-31",
    "09:30",
    "4",
    "-2.5",
    '"text"',
    "days",
    "2fa",
    "“",
    "\x00",
    "\\",
]


@thorough
@given(st.text(max_size=200))
def test_any_text_gets_an_answer(source: str) -> None:
    _answered(source)


@thorough
@given(st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join))
def test_any_row_of_words_gets_an_answer(source: str) -> None:
    _answered(source)


@quick
@given(st.binary(max_size=100))
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    source, problems = parser.decode("test", raw)
    assert problems or source.text == parser.normalized(raw.decode("utf-8"))
    _answered(source.text)


@functools.cache
def _good() -> tuple[str, ...]:
    found = (parser.decode(path.name, path.read_bytes())[0].text for path in GOOD)
    return tuple(text for text in found if len(text) < 1500)


def _cut(source: str, start: int, length: int, put: str) -> str:
    return source[:start] + put + source[start + length :]


def _spoilt(source: str) -> st.SearchStrategy[str]:
    at = st.integers(0, len(source))
    return st.builds(_cut, st.just(source), at, st.integers(0, 12), st.sampled_from(["", *TOKENS]))


spoilt = st.deferred(lambda: st.sampled_from(_good())).flatmap(_spoilt)


@quick
@given(spoilt.flatmap(_spoilt))
def test_a_spoilt_file_gets_an_answer(source: str) -> None:
    _answered(source)


@pytest.mark.parametrize(
    "made",
    [
        lambda n: "(" * n,
        lambda n: "not " * n,
        lambda n: "when a is b" + " and a is b" * n + " then stop",
        lambda n: 'when a is "' + "x" * n,
        lambda n: '"""' * n,
        lambda n: "when a is one of b" + ", b" * n + " then stop",
        lambda n: "a." * n,
        lambda n: "\\" * n,
        lambda n: "trigger " * n,
        lambda n: "is not " * n,
        lambda n: "# x\n" * n,
    ],
)
def test_a_long_monotonous_text_gets_an_answer(made: Callable[[int], str]) -> None:
    _answered(made(2_000))
