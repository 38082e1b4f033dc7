"""What the parser says of text: trees with spans, and mistakes with their places, whatever was read before."""

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from trigdsl.diagnostics import Diagnostic, render
from trigdsl.source import NOWHERE, Source, Span
from trigdsl.syntax import parser
from trigdsl.syntax import tree as t
from trigdsl.syntax.parser import Limits, Parsed

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted([*(CORPUS / "good").glob("*.trig"), *(CORPUS / "bad").glob("*.trig")])


def _parsed(text: str, limits: Limits | None = None) -> Parsed:
    return parser.parse(Source("test", parser.normalized(text)), limits or Limits())


def _only(text: str) -> Diagnostic:
    found = _parsed(text).diagnostics
    assert len(found) == 1, [render(d) for d in found]
    return found[0]


def _marked(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return diagnostic.source.text[span.start : span.end]


def _read(path: Path) -> Source:
    source, problems = parser.decode(path.name, path.read_bytes())
    assert not problems
    return source


# Places


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "marked"),
    [
        ("when ticket is\nthen stop", "unfinished-rule", 1, 13, "is"),
        ("when ticket is created\n  & then stop", "unexpected-character", 2, 3, "&"),
        ("when ticket.tags include 2fa\nthen stop", "unknown-value", 1, 26, "2fa"),
        ("when ticket.tags include 09:00:00 then stop", "unknown-value", 1, 26, "09:00:00"),
        ("when ticket.tags include “vip” then stop", "typographic-quotes", 1, 26, "“"),
        ("when ticket.tags include „vip“ then stop", "typographic-quotes", 1, 26, "„"),
        ("when ticket.tags include ‘vip’ then stop", "typographic-quotes", 1, 26, "‘"),
        ("when ticket.tags include « vip » then stop", "typographic-quotes", 1, 26, "«"),
        ('when ticket.tags include "vip\nthen stop', "unclosed-text", 1, 26, '"vip'),
        ('category "A"\ntrigger "B', "unclosed-text", 2, 9, '"B'),
        ("when ticket.tags include then stop", "unexpected-word", 1, 26, "then"),
        ("# 🎉 é\nwhen é is 2026-02-30 then stop", "no-such-day", 2, 11, "2026-02-30"),
        ("when a is 2026-02-01 24:01 then stop", "no-such-time", 1, 22, "24:01"),
        ("when a is b and c is d or e is f then stop", "mixed-and-or", 1, 24, "or"),
        ("when a is b or c is d and e is f then stop", "mixed-and-or", 1, 23, "and"),
        ("when a is b and (c is d or e is f and g is h) then stop", "mixed-and-or", 1, 35, "and"),
        ("\r\n\r\nwhen ticket is\r\n\tthen stop", "unfinished-rule", 3, 13, "is"),
        ("\ufeffwhen ticket iz created then stop", "unexpected-word", 1, 13, "iz"),
    ],
)
def test_a_mistake_is_marked_where_it_stands(
    text: str, code: str, line: int, column: int, marked: str
) -> None:
    found = _only(text)
    assert (found.code, found.line, found.column, _marked(found)) == (code, line, column, marked)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("when ticket.tags include by then stop", '"by"'),
        ("when ticket.tags include 2fa then stop", '"2fa"'),
        ("when ticket.tags include “vip” then stop", '`"…"`'),
        ('when ticket.tags include "vip then stop', 'close it with `"`'),
        (
            "when a is b and c is d or e is f then stop",
            "`(a is b and c is d) or e is f`, or `a is b and (c is d or e is f)`",
        ),
        (
            "when a is b or not (c is d) and (e is f) then stop",
            "`(a is b or not (c is d)) and e is f`, or `a is b or (not (c is d) and e is f)`",
        ),
        ("when a is 2026-02-30 then stop", "2026-01-31"),
    ],
)
def test_the_help_line_says_what_to_type(text: str, mend: str) -> None:
    assert mend in (_only(text).help or "")


@pytest.mark.parametrize(
    "text", ["when ticket is created then", "when", "trigger", "define", "when ticket.status is"]
)
def test_a_text_that_ends_too_early_is_unfinished_at_its_last_word(text: str) -> None:
    found = _only(text + "\n\n  # and a comment\n")
    assert found.code == "unfinished-rule"
    assert found.line == 1
    assert _marked(found) == text.rpartition(" ")[2]


def test_a_trigger_without_actions_is_unfinished_at_its_last_word() -> None:
    found = _only(
        'when ticket.subject is "a b"\n\n# next\ntrigger "B"\n  when ticket is created\n  then stop\n'
    )
    assert (found.code, found.line, _marked(found)) == ("unfinished-rule", 1, '"a b"')


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("if ticket is created then stop", "a rule begins with `when`"),
        ("when ticket is created then if ticket is public stop", "a rule begins with `when`"),
        ('trigger "T" If ticket is created then stop', "a rule begins with `when`"),
        ("when ticket is created then stop else stop", "write a second trigger"),
        ("when comment mentions refund then stop", "write `contains any word of …`"),
        ("when comment.body mention refund then stop", "write `contains any word of …`"),
        ("when ticket.tags has vip then stop", "write `include …` for tags"),
        ("when ticket.status equals open then stop", "write `is`"),
        ("when ticket is created then internal note", "`post private comment …`"),
        ("when comment is internal note then stop", "`comment is private`"),
        ("when ticket is created then send email", "write `notify … with template …`"),
        ("when ticket is created then email requester", "write `notify requester with template …`"),
        ("when ticket is created then tag vip", "write `add … to ticket.tags`"),
        ("when ticket is created then mark solved", "write `set ticket.status to …`"),
        ("when ticket is created then assign bo", "write `set assignee to …`"),
    ],
)
def test_a_word_that_people_guess_first_has_a_mend(text: str, mend: str) -> None:
    found = _only(text)
    assert found.code == "unexpected-word"
    assert mend in (found.help or "")


# Going on after a mistake

SEVERAL = """\
use zendesk only
category "One"
when ticket.tags include then
  stop
trigger "Fine"
  when ticket is created
  then stop
define broken as
  ticket is created and
field ticket.plan is one of free < pro
trigger "Unclosed
  when ticket is created
  then stop
when a is b and c is d or e is f
then stop
trigger "Fine too"
  when ticket is created
  then stop
"""


def test_each_mistake_of_a_file_is_reported_once() -> None:
    found = [(d.line, d.code) for d in _parsed(SEVERAL).diagnostics]
    assert found == [
        (1, "unfinished-rule"),
        (3, "unexpected-word"),
        (9, "unfinished-rule"),
        (11, "unclosed-text"),
        (14, "mixed-and-or"),
    ]


def test_a_broken_rule_hides_no_rule_that_follows_it() -> None:
    titles = [item.title for item in _parsed(SEVERAL).file.items if isinstance(item, t.Trigger)]
    assert [title for title in titles if title is not None] == ["Fine", "Unclosed", "Fine too"]


def test_rules_before_a_mistake_are_kept() -> None:
    found = _parsed('webhook a\nwebhook b\ncategory "C"\nwhen then stop\nwebhook d\n').file.items
    unread = t.Trigger(None, t.Unread(), (t.Stop(),))
    assert found == (t.Webhook("a"), t.Webhook("b"), t.Category("C"), unread, t.Webhook("d"))


def test_the_item_before_a_mistake_is_kept() -> None:
    found = _parsed(
        'webhook a\nwebhook b\nwhen requester creates ticket\nexpect trigger "x" fires\n'
    ).file.items
    assert found == (t.Webhook("a"), t.Webhook("b"))
    assert _parsed('webhook a\ntriger "x"\n').file.items == (t.Webhook("a"), t.Lost("TRIGGER", "x"))


def test_an_unfinished_rule_keeps_the_declaration_that_follows_it() -> None:
    assert _parsed("define x as\nwebhook pager\nwebhook b\n").file.items == (
        t.Define("x", t.Unread()),
        t.Webhook("pager"),
        t.Webhook("b"),
    )


def test_what_looks_like_a_declaration_inside_a_text_or_a_comment_is_none() -> None:
    text = 'when a is & "\\\n# trigger\n'
    text += 'then notify b with body """\ntrigger "No"\n"""\n# use nothing\nwebhook c\n'
    rule, webhook = _parsed(text).file.items
    assert isinstance(rule, t.Trigger)
    assert rule.condition == t.Unread()
    assert webhook == t.Webhook("c")


def test_the_number_of_mistakes_is_limited() -> None:
    text = "when & then stop\n" * 50
    assert len(_parsed(text).diagnostics) == 50
    assert len(_parsed(text, Limits(errors=7)).diagnostics) == 7


# Limits


@pytest.mark.parametrize("count", [101, 10_000])
def test_deep_nesting_is_refused_at_its_place(count: int) -> None:
    found = _only("when " + "(" * count + "ticket is created" + ")" * count + " then stop")
    assert (found.code, found.line, found.column) == ("nested-too-deep", 1, 6 + 100)


def test_nesting_up_to_the_limit_is_read() -> None:
    for deep in ("(", "not ("):
        text = "when " + deep * 100 + "ticket is created" + ")" * 100 + " then stop"
        assert not _parsed(text).diagnostics


def test_parentheses_in_texts_and_comments_nest_nothing() -> None:
    text = f'# {"(" * 200}\nwhen a is "{"(" * 200}" then notify b with body """{"(" * 200}"""'
    assert not _parsed(text).diagnostics


def test_a_file_that_is_too_long_is_refused_whole() -> None:
    text = "webhook a\n" * 100_000
    assert not _parsed(text[:1000], Limits(size=1000)).diagnostics
    refused = _parsed(text[:1001], Limits(size=1000))
    assert [d.code for d in refused.diagnostics] == ["file-too-large"]
    assert refused.file.items == ()
    assert _only(text + "#").code == "file-too-large"


def test_a_line_that_is_too_long_is_refused_at_its_place() -> None:
    text = 'category "One"\nwhen ticket.subject is "' + "a" * 60_000 + '" then stop'
    found = _only(text)
    assert (found.code, found.line, found.column) == ("line-too-long", 2, 1)
    assert not _parsed(text, Limits(line=70_000)).diagnostics


def test_an_unknown_language_is_refused_whole() -> None:
    refused = _parsed("# language: tlh\nwhen ticket is created\nthen stop\n")
    assert [(d.code, d.line) for d in refused.diagnostics] == [("unknown-language", 1)]
    assert refused.file.items == ()
    assert not _parsed("#language:\ten\nwebhook a").diagnostics
    assert not _parsed("webhook a\n# language: tlh").diagnostics


# Bytes


@pytest.mark.parametrize(
    ("raw", "line", "byte"),
    [
        (b"webhook a\nwhen a is \xff", 2, 21),
        ("webhook é".encode("latin-1"), 1, 9),
        ("webhook a".encode("utf-16"), 1, 1),
        (b"\xed\xa0\x80", 1, 1),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused(raw: bytes, line: int, byte: int) -> None:
    source, problems = parser.decode("test", raw)
    assert source.text == ""
    assert [d.code for d in problems] == ["not-utf-8"]
    assert problems[0].message == f"line {line} is not UTF-8 text (byte {byte} of the file)"


@pytest.mark.parametrize(
    "raw", [b"a\nb\n", b"a\r\nb\r\n", b"a\rb\r", b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\r\nb\r"]
)
def test_line_ends_and_byte_order_marks_are_all_read(raw: bytes) -> None:
    source, problems = parser.decode("test", raw)
    assert not problems
    assert source.text == "a\nb\n"


def test_an_empty_text_is_an_empty_tree() -> None:
    for text in ("", "\n", "  \t\n", "# only a comment", "\ufeff"):
        assert _parsed(text) == Parsed(t.File(()), ())


# Texts and literals


def _value(written: str) -> t.Value:
    parsed = _parsed(f"when a is {written}\nthen stop")
    assert not parsed.diagnostics, parsed.diagnostics
    (item,) = parsed.file.items
    assert isinstance(item, t.Trigger)
    assert isinstance(item.condition, t.Comparison)
    return item.condition.values[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('""', ""),
        (r'"a\"b"', 'a"b'),
        (r'"a\\b"', "a\\b"),
        (r'"a\nb\tc"', "a\nb\tc"),
        (r'"C:\dir"', "C:\\dir"),
        (r'"\\n"', "\\n"),
        ('"# no comment"', "# no comment"),
        ('""""""', ""),
        ('"""a"""', "a"),
        ('"""a "quoted" b"""', 'a "quoted" b'),
        ('"""\na\nb\n"""', "a\nb"),
        ('"""\n    a\n      b\n    """', "a\n  b"),
        ('"""\n    a\n  b\n    """', "a\n  b"),
        ('"""a\nb"""', "a\nb"),
        ('"""\n\n"""', ""),
        (r'"""a\"""b"""', 'a"""b'),
    ],
)
def test_a_text_is_what_its_quotes_hold(written: str, value: str) -> None:
    assert _value(written) == t.Text(value)


# Nothing is remembered


def test_what_is_said_of_a_file_does_not_depend_on_files_before_it() -> None:
    sources = [_read(path) for path in FILES]
    alone = [parser.parse(source) for source in sources]
    for index, source in enumerate(sources):
        parser.parse(sources[(index * 7 + 3) % len(sources)])
        again = parser.parse(source)
        assert again == alone[index]
        assert _spans(again.file) == _spans(alone[index].file)
        assert again.file.trivia == alone[index].file.trivia


def test_a_text_in_front_moves_places_and_changes_nothing_else() -> None:
    front = "# a comment\n\nwebhook in_front\n"
    for path in FILES:
        source = _read(path)
        if source.text.startswith("# language"):
            continue
        alone = parser.parse(source)
        if any(
            d.code in ("nested-too-deep", "file-too-large", "language-not-said") for d in alone.diagnostics
        ):
            continue
        behind = parser.parse(Source(source.name, front + source.text))
        in_front = len(behind.file.items) - len(alone.file.items)
        assert behind.file.items[in_front:] == alone.file.items
        assert [(d.code, d.line - 3, d.column) for d in behind.diagnostics] == [
            (d.code, d.line, d.column) for d in alone.diagnostics
        ]


def test_eight_threads_at_once_read_the_same() -> None:
    sources = [_read(path) for path in FILES]
    expected = [parser.parse(source) for source in sources]
    results: list[list[Parsed]] = [[] for _ in range(8)]
    together = threading.Barrier(8)

    def read(number: int) -> None:
        together.wait()
        order = sources[number:] + sources[:number]
        found = [parser.parse(source) for source in order]
        results[number] = found[len(found) - number :] + found[: len(found) - number]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for found in results:
        assert found == expected


# Spans


def _children(node: Any) -> Iterator[Any]:
    for attribute in attrs.fields(type(node)):
        value = getattr(node, attribute.name)
        for item in value if isinstance(value, tuple) else (value,):
            if attrs.has(type(item)) and not isinstance(item, Span | t.Trivia):
                yield item


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in _children(node):
        yield from _nodes(child)


def _spans(file: t.File) -> list[Span]:
    return [node.span for node in _nodes(file)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_spans_lie_inside_their_source_and_their_parent(path: Path) -> None:
    source = _read(path)
    parsed = parser.parse(source)
    for node in _nodes(parsed.file):
        assert 0 <= node.span.start <= node.span.end <= len(source.text), node
        assert node is parsed.file or node.span != NOWHERE, node
        for child in _children(node):
            assert node.span.start <= child.span.start, (node, child)
            assert child.span.end <= node.span.end, (node, child)
    for diagnostic in parsed.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(source.text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_neighbours_do_not_overlap(path: Path) -> None:
    for node in _nodes(parser.parse(_read(path)).file):
        for attribute in attrs.fields(type(node)):
            value = getattr(node, attribute.name)
            if isinstance(value, tuple) and value and attrs.has(type(value[0])):
                for before, after in itertools.pairwise(value):
                    assert before.span.end <= after.span.start, (before, after)


def test_a_span_is_the_very_words_of_its_node() -> None:
    text = 'trigger "T"\n  when the ticket.status is  open\n  then set group to "x", y\n'
    (trigger,) = _parsed(text).file.items
    assert isinstance(trigger, t.Trigger)
    comparison, action = trigger.condition, trigger.actions[0]
    assert isinstance(comparison, t.Comparison)

    def words(span: Span) -> str:
        return text[span.start : span.end]

    assert words(trigger.span) == text.rstrip()
    assert words(trigger.title_span) == '"T"'
    assert words(comparison.span) == "ticket.status is  open"
    assert words(comparison.verb_span) == "is"
    assert words(comparison.values[0].span) == "open"
    assert words(action.span) == 'set group to "x", y'
