"""The grammar and its table of words: no conflicts, no word without use, and the longest phrase wins."""

import logging
import re
from collections.abc import Iterator, Mapping

import pytest
from lark import Lark, logger

from trigdsl import resources
from trigdsl.source import Source
from trigdsl.syntax import parser, spellings, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.builder import TreeBuilder
from trigdsl.syntax.tree import Verb
from trigdsl.syntax.words import Words, WordsError

SHAPES = {
    "UNREAD",
    "WORD",
    "STRING",
    "LONG_STRING",
    "DATE",
    "TIME",
    "NUMBER",
    "COMMENT",
    "LESS",
    "LPAR",
    "RPAR",
    "SYMBOL",
    "OWN_VERB",
}
"""Terminals that are no words: names, literals, signs, comments, and the verbs that a vocabulary adds."""


def _grammar() -> str:
    return (resources.folder("grammar") / "trigger.lark").read_text(encoding="utf-8")


def _lark(table: Words, *, debug: bool = False) -> Lark:
    return Lark(
        _grammar() + "\n" + spellings.terminals(table),
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=True,
        debug=debug,
        transformer=TreeBuilder(),
    )


def _file(text: str) -> t.File:
    parsed = parser.parse(Source("test", text))
    assert not parsed.diagnostics, parsed.diagnostics
    return parsed.file


def _comparison(text: str) -> t.Comparison:
    (item,) = _file(f"when {text} then stop").items
    assert isinstance(item, t.Trigger)
    assert isinstance(item.condition, t.Comparison)
    return item.condition


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What Lark logs while the test runs, at its most talkative."""
    level = logger.level
    logger.addHandler(caplog.handler)
    logger.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger=logger.name)
    yield caplog
    logger.setLevel(level)
    logger.removeHandler(caplog.handler)


def _conflicts(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if "conflict" in r.getMessage().casefold()]


# The grammar as a whole


def test_the_log_would_tell_of_a_conflict(logged: pytest.LogCaptureFixture) -> None:
    ambiguous = 'start: item+\nitem: "x" item? | "x"'
    Lark(ambiguous, parser="lalr", debug=True)
    assert _conflicts(logged)


@pytest.mark.parametrize("language", words.languages())
def test_the_grammar_has_no_conflict(language: str, logged: pytest.LogCaptureFixture) -> None:
    _lark(words.load(language), debug=True)
    assert _conflicts(logged) == []


def _named_terminals() -> set[str]:
    without_comments = re.sub(r"//[^\n]*", "", _grammar())
    without_strings = re.sub(r'"(?:[^"\\]|\\.)*"|/(?:[^/\\\n]|\\.)+/\w*', "", without_comments)
    return set(re.findall(r"(?<![\w])[A-Z][A-Z_]+\b", without_strings))


@pytest.mark.parametrize("language", words.languages())
def test_every_word_is_used_and_every_terminal_has_words(language: str) -> None:
    assert _named_terminals() - SHAPES == set(words.load(language).phrases)


@pytest.mark.parametrize("language", words.languages())
def test_every_verb_of_the_tree_is_a_phrase(language: str) -> None:
    assert {verb.value for verb in Verb} <= set(words.load(language).phrases)


# Reserved words


def _reserved() -> list[str]:
    return sorted(words.load("en").reserved)


@pytest.mark.parametrize("word", _reserved())
def test_a_reserved_word_is_a_tag_when_it_is_quoted(word: str) -> None:
    assert _comparison(f'ticket.tags include "{word}"').values == (t.Text(word),)


@pytest.mark.parametrize("word", _reserved())
def test_a_reserved_word_is_no_tag_when_it_is_bare(word: str) -> None:
    parsed = parser.parse(Source("test", f"when ticket.tags include {word} then stop"))
    assert parsed.diagnostics


@pytest.mark.parametrize("word", _reserved())
def test_a_word_that_begins_with_a_reserved_one_is_a_tag(word: str) -> None:
    assert _comparison(f"ticket.tags include {word}x").values == (t.Word(f"{word}x"),)
    assert _comparison(f"ticket.tags include {word}-x").values == (t.Word(f"{word}-x"),)
    assert _comparison(f"ticket.tags include {word}_x").values == (t.Word(f"{word}_x"),)


@pytest.mark.parametrize("word", sorted(words.load("en").every_word))
def test_the_printer_quotes_every_word_of_the_table(word: str) -> None:
    assert words.load("en").needs_quotes(word)
    assert words.load("en").needs_quotes(word.upper())


@pytest.mark.parametrize("text", ["2fa", "githost.io", "", "two words", "-x", "a\nb", "4", "a,b"])
def test_what_has_not_the_shape_of_a_word_needs_quotes(text: str) -> None:
    assert words.load("en").needs_quotes(text)


@pytest.mark.parametrize("text", ["vip", "on-hold", "éteint", "x2", "_x", "日本"])
def test_other_words_need_no_quotes(text: str) -> None:
    assert not words.load("en").needs_quotes(text)


@pytest.mark.parametrize(
    "word", ["trigger", "template", "test", "field", "category", "webhook", "use", "define"]
)
def test_the_heads_of_declarations_are_values_elsewhere(word: str) -> None:
    assert _comparison(f"ticket.tags include {word}").values == (t.Word(word),)


# The longest phrase wins

VERBS = [
    (Verb(terminal), spelling)
    for terminal, spellings in words.load("en").phrases.items()
    if terminal in Verb.__members__
    for spelling in spellings
]


@pytest.mark.parametrize(("verb", "spelling"), VERBS, ids=[spelling for _, spelling in VERBS])
def test_each_spelling_of_a_verb_is_that_verb(verb: Verb, spelling: str) -> None:
    bare = verb in (Verb.IS_EMPTY, Verb.IS_NOT_EMPTY, Verb.CHANGES, Verb.DOES_NOT_CHANGE)
    value = "" if bare else " open"
    expected = () if bare else (t.Word("open"),)
    for text in (spelling, spelling.upper(), spelling.replace(" ", "\n# between\n  ")):
        found = _comparison(f"ticket.status {text}{value}")
        assert (found.verb, found.values) == (verb, expected)


@pytest.mark.parametrize(
    ("shorter", "text"),
    [
        (Verb.IS, "is emptyish"),
        (Verb.IS, "is empty-handed"),
        (Verb.IS, "is one"),
        (Verb.IS, "is less"),
        (Verb.IS, "is at"),
        (Verb.IS, "is within"),
        (Verb.IS_NOT, "is not one"),
        (Verb.INCLUDE, "include any"),
        (Verb.INCLUDE, "include all_of"),
        (Verb.GAIN, "gain any"),
        (Verb.CONTAINS, "contains any"),
        (Verb.CONTAINS, "contains no"),
        (Verb.CHANGES_TO, "changes to empty"),
    ],
)
def test_the_beginning_of_a_longer_phrase_is_the_shorter_one(shorter: Verb, text: str) -> None:
    found = _comparison(f"ticket.status {text}")
    assert found.verb is shorter
    assert found.values == (t.Word(text.rpartition(" ")[2]),)


@pytest.mark.parametrize(
    "text", ["is not empty", "is\u00a0not\u00a0empty", "IS\tNOT\nEMPTY", "is # a\n # b\nnot empty"]
)
def test_white_space_and_comments_inside_a_phrase_mean_nothing(text: str) -> None:
    assert _comparison(f"ticket.status {text}").verb is Verb.IS_NOT_EMPTY


# Tables

TABLE: Mapping[str, Mapping[str, object]] = {
    "language": {"code": "xx", "english": "Made up"},
    "heads": {"USE": ["take"]},
    "verbs": {"IS": ["be", "am"], "IS_NOT": ["be nay"]},
    "units": {"days": ["sun", "suns"]},
    "weekdays": {"monday": ["moonday"]},
    "words": {"yes": ["aye"]},
}


def _table(**changed: object) -> dict[str, Mapping[str, object]]:
    verbs = {**TABLE["verbs"], **changed}
    heads = {**TABLE["heads"], "SCHEDULE": ["hours"], "TRIGGER": ["rule"], "WEBHOOK": ["hook"]}
    return {**TABLE, "verbs": verbs, "heads": heads}


def test_a_table_says_what_its_words_are() -> None:
    table = words.read(_table())
    assert table.code == "xx"
    assert table.phrase("IS") == "be"
    assert table.phrases["IS"] == ("be", "am")
    assert table.reserved == {"be", "am"}
    assert table.units == {"sun": "days", "suns": "days"}
    assert table.needs_quotes("NAY")
    assert not table.needs_quotes("take")


def test_a_table_whose_phrase_means_two_terminals_is_refused() -> None:
    with pytest.raises(WordsError, match="the phrase `be nay` is both"):
        words.read(_table(IS_EMPTY=["be  Nay"]))


def test_a_table_whose_head_is_also_a_verb_is_refused() -> None:
    with pytest.raises(WordsError, match="the phrase `take` is both"):
        words.read(_table(SET=["take"]))


@pytest.mark.parametrize("phrases", [[], "be", [4], None])
def test_a_table_without_phrases_for_a_terminal_is_refused(phrases: object) -> None:
    with pytest.raises(WordsError, match="IS needs a list of phrases"):
        words.read(_table(IS=phrases))


def test_there_is_no_table_for_an_unknown_language() -> None:
    with pytest.raises(WordsError, match="`tlh`"):
        words.load("tlh")


# A second language, made up: every English word backwards


def _backwards(phrase: str) -> str:
    return " ".join(word[::-1] + "o" for word in phrase.split())


def _second() -> Words:
    english = words.load("en")
    heads = {k: [_backwards(p) for p in v] for k, v in english.phrases.items() if k in english.heads}
    verbs = {k: [_backwards(p) for p in v] for k, v in english.phrases.items() if k not in english.heads}
    return words.read({**TABLE, "heads": heads, "verbs": verbs})


def test_a_second_language_has_no_conflict(logged: pytest.LogCaptureFixture) -> None:
    _lark(_second(), debug=True)
    assert _conflicts(logged) == []


SECOND = """
trigger "One" once per ticket before "Two"
  when ticket is created
    and not (ticket.tags include none of a, b or ticket.status does not change from pending to solved)
  then set ticket.priority to urgent
    notify requester and all agents with template solved
    stop
field ticket.plan is one of free < pro, read only
"""


def test_a_second_language_reads_as_the_same_tree() -> None:
    english = words.load("en")
    phrases = sorted((p for s in english.phrases.values() for p in s), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, phrases))})(?![\w.-])")
    text = pattern.sub(lambda found: _backwards(found[0]), SECOND)
    assert "trigger" not in text
    assert _lark(_second()).parse(text) == _file(SECOND).items
