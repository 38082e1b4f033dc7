"""Rules over a vocabulary of one's own: its actions are declared there alone, checked, printed and read again."""

import pytest

from trigdsl import Ruleset, compile_text
from trigdsl.diagnostics import Diagnostic, render
from trigdsl.runtime.loader import load_text
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import ActionKind
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t

VOCABULARY = """\
state ticket is created
state ticket is updated
field ticket.status is one of new, open, solved, at first new
field ticket.subject is text
field ticket.assignee is a user
field ticket.requester is a user
field user.name is text
field user.email is text
channel email
action page a user with text
action archive
action rate a number
action shout with text
"""
RULES = """\
trigger "Actions of its own"
  when ticket.status changes to solved
  then page assignee with body "Solved"
    page "bo@example.com" with subject "{{ ticket.subject }}" and body "Solved"
    archive
    rate 4.5
    shout with template loud
    stop
"""
VERBS = frozenset(["page", "archive", "rate", "shout"])
CREATED = "when ticket is created then stop"


def _compiled(text: str) -> Ruleset:
    return compile_text(text, templates={"loud": "{{ ticket.subject }}!"}, vocabulary=VOCABULARY)


def _only(text: str, more: str = "") -> Diagnostic:
    found = load_text(text, vocabulary=VOCABULARY + more).diagnostics
    assert len(found) == 1, [render(d) for d in found]
    return found[0]


def _acting(action: str) -> Diagnostic:
    return _only(f"when ticket is created then {action}")


def _marked(diagnostic: Diagnostic) -> str:
    return diagnostic.source.text[diagnostic.span.start : diagnostic.span.end]


# What a vocabulary declares


def test_a_vocabulary_has_its_actions() -> None:
    assert _compiled(RULES).vocabulary.actions == {
        "page": ActionKind("page", types.ReferenceType("user"), with_text=True),
        "archive": ActionKind("archive", None, with_text=False),
        "rate": ActionKind("rate", types.NumberType(), with_text=False),
        "shout": ActionKind("shout", None, with_text=True),
    }


def test_the_verbs_are_read_out_of_the_vocabulary() -> None:
    assert parser.declared_verbs(VOCABULARY) == VERBS
    text = '# action no\nfield ticket.action is text\ncategory "action neither"\naction mine a number\n'
    assert parser.declared_verbs(text) == {"mine"}
    assert parser.declared_verbs("action set\naction trigger\naction notify a user\n") == frozenset()


def test_an_action_that_a_rule_takes_is_checked() -> None:
    (trigger,) = _compiled(RULES).rules.triggers
    assert [type(action).__name__ for action in trigger.actions] == ["Perform"] * 5 + ["Stop"]
    taken = [action for action in trigger.actions if isinstance(action, r.Perform)]
    assert [action.action for action in taken] == ["page", "page", "archive", "rate", "shout"]
    assert [action.type for action in taken] == [
        types.ReferenceType("user"),
        types.ReferenceType("user"),
        None,
        types.NumberType(),
        None,
    ]
    assert [action.message for action in taken] == [
        r.Inline(None, "Solved"),
        r.Inline("{{ ticket.subject }}", "Solved"),
        None,
        None,
        r.Template("loud"),
    ]


def test_what_such_an_action_reads_is_told() -> None:
    (trigger,) = _compiled(RULES).rules.triggers
    assert {"ticket.status", "ticket.subject", "ticket.assignee"} <= trigger.reads
    assert trigger.writes == frozenset()


def test_the_text_of_such_an_action_is_checked() -> None:
    assert _acting('shout with body "{{ nope }}"').code == "unknown-placeholder"
    assert _acting("shout with template nope").code == "unknown-template"


# Reading and printing


def test_such_actions_print_as_a_text_that_reads_as_the_same_tree() -> None:
    table = words.load("en")
    for text in (VOCABULARY, RULES):
        parsed = parser.parse(Source("test", text), verbs=VERBS)
        assert not parsed.diagnostics
        printed = printer.print_file(parsed.file, table)
        again = parser.parse(Source("test", printed), verbs=VERBS)
        assert not again.diagnostics
        assert again.file == parsed.file
    assert printed == RULES


def test_a_name_that_equals_such_a_verb_is_printed_in_quotes() -> None:
    text = 'define "shout" as bug is created\nwhen "shout" then call webhook "shout" with template "shout"'
    file = parser.parse(Source("test", text), verbs=VERBS).file
    printed = printer.print_file(file, words.load("en"), VERBS)
    assert printed.count('"shout"') == 4
    again = parser.parse(Source("test", printed), verbs=VERBS)
    assert again.diagnostics == ()
    assert again.file == file


def test_a_declared_action_is_an_item_of_its_vocabulary() -> None:
    items = parser.parse(Source("test", VOCABULARY), verbs=VERBS).file.items
    assert [item for item in items if isinstance(item, t.ActionDeclaration)] == [
        t.ActionDeclaration("page", t.PlainType("A_USER"), with_text=True),
        t.ActionDeclaration("archive", None, with_text=False),
        t.ActionDeclaration("rate", t.PlainType("A_NUMBER"), with_text=False),
        t.ActionDeclaration("shout", None, with_text=True),
    ]


@pytest.mark.parametrize("vocabulary", [None, VOCABULARY])
def test_a_rule_file_declares_no_action(vocabulary: str | None) -> None:
    found = load_text(f"action mine\n{CREATED}\n", vocabulary=vocabulary).diagnostics
    assert [(d.code, d.line, _marked(d)) for d in found] == [("unexpected-word", 1, "mine")]


def test_without_its_vocabulary_such_an_action_is_no_word() -> None:
    found = load_text("when ticket is created then archive").diagnostics
    assert [(d.code, _marked(d)) for d in found] == [("unexpected-word", "archive")]


# Wrong arguments


@pytest.mark.parametrize(
    ("action", "marked", "message"),
    [
        ('page with body "x"', 'page with body "x"', "`page` takes a user"),
        ("page assignee", "page assignee", "`page` needs a text"),
        ("archive assignee", "assignee", "`archive` takes nothing"),
        ('archive with body "x"', 'archive with body "x"', "`archive` takes no text"),
        ("rate", "rate", "`rate` takes a number"),
        ('rate 4 with body "x"', 'rate 4 with body "x"', "`rate` takes no text"),
        ("shout", "shout", "`shout` needs a text"),
        ('shout 4 with body "x"', "4", "`shout` takes nothing"),
    ],
)
def test_an_argument_too_many_or_too_few_is_a_mistake(action: str, marked: str, message: str) -> None:
    found = _acting(action)
    assert (found.code, _marked(found), found.message) == ("wrong-argument", marked, message)


@pytest.mark.parametrize(
    ("action", "marked"),
    [
        ('page 4 with body "x"', "4"),
        ('page ticket.subject with body "x"', "ticket.subject"),
        ('rate "four"', '"four"'),
        ("rate assignee", "assignee"),
    ],
)
def test_an_argument_of_another_type_is_a_mistake(action: str, marked: str) -> None:
    found = _acting(action)
    assert (found.code, _marked(found)) == ("wrong-type", marked)


# Wrong declarations


@pytest.mark.parametrize("again", ["action archive\n", "action archive a number\n"])
def test_an_action_declared_twice_is_a_mistake(again: str) -> None:
    found = _only(CREATED, again)
    assert (found.code, found.source.name, found.line) == ("name-used-twice", "vocabulary", 14)
    assert _marked(found) == again.rstrip()


def test_a_verb_that_is_a_noun_is_a_mistake() -> None:
    found = _only(CREATED, "action current_user\n")
    assert (found.code, found.source.name) == ("name-used-twice", "vocabulary")
    assert "`current_user` is a noun already" in found.message


@pytest.mark.parametrize("noun", ["assignee", "ticket", "user"])
def test_a_verb_that_fields_are_named_after_is_refused(noun: str) -> None:
    found = load_text(CREATED, vocabulary=f"{VOCABULARY}action {noun}\n").diagnostics
    assert {d.code for d in found} <= {"unexpected-word", "name-used-twice"}
    assert found


@pytest.mark.parametrize("word", ["set", "then", "notify", "schedule"])
def test_a_word_of_the_language_is_no_verb(word: str) -> None:
    found = load_text(CREATED, vocabulary=f"{VOCABULARY}action {word}\n").diagnostics
    assert {d.source.name for d in found} == {"vocabulary"}
    assert {d.code for d in found} <= {"unexpected-word", "unfinished-rule"}
