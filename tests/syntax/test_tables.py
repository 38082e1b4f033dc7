"""grammar/tables.json is what Lark makes of the grammar (`make grammar`), and rules are read as Lark alone reads them."""

import json
import os
from collections.abc import Collection
from pathlib import Path

import pytest
from lark import Lark, UnexpectedInput

from trigdsl import resources
from trigdsl.syntax import parser, spellings, tables, words
from trigdsl.syntax.builder import BuildError, TreeBuilder

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(path for kind in ("good", "bad") for path in (CORPUS / kind).rglob("*.trig"))
ENGLISH = words.load("en")
VERBS = frozenset({"page", "test", "escalate"})
"""Verbs that a vocabulary may add; one opens a declaration as well."""


def alone(verbs: Collection[str] = ()) -> Lark:
    """Return what Lark makes of the grammar by itself."""
    return Lark(
        tables.grammar() + "\n" + spellings.terminals(ENGLISH, verbs),
        parser="lalr",
        maybe_placeholders=True,
        transformer=TreeBuilder(),
    )


ALONE = alone()
OURS = tables.reader(ENGLISH)


def read(reader: Lark, text: str) -> object:
    """Return what a text is read as, or where reading stops and what could have stood there."""
    try:
        return reader.parse(text)
    except UnexpectedInput as error:
        return type(error), error.pos_in_stream, sorted(parser.accepted(error.interactive_parser))
    except BuildError as error:
        return str(error), error.span


# What is kept


def test_what_is_kept_is_of_the_grammar() -> None:
    made = tables.made(tables.grammar())
    if os.environ.get("TRIGDSL_UPDATE"):
        (resources.folder("grammar") / "tables.json").write_text(tables.written(made), encoding="utf-8")
    kept = json.loads(tables.kept())
    told = json.loads(tables.written(made))
    assert kept["of"][0] == told["of"][0], "the grammar has changed: `make grammar` makes its tables anew"
    del kept["of"], told["of"]  # another Lark may come to the same
    assert kept == told, "`make grammar` makes them anew"


def test_what_is_kept_is_read() -> None:
    own = tables.made(tables.grammar())
    changed = json.dumps({**own, "ignored": ["of this file"]})
    assert tables.of(tables.grammar(), changed)["ignored"] == ["of this file"]


def foreign() -> dict[str, str]:
    own = tables.made(tables.grammar())
    grammar, release = own["of"]
    return {
        "half of it": json.dumps(own)[:20_000],
        "nothing": "",
        "no tables": "[]",
        "of another grammar": json.dumps({**own, "of": [grammar[::-1], release], "states": []}),
        "of another Lark": json.dumps({**own, "of": [grammar, "lark 0.1"], "states": []}),
    }


@pytest.mark.parametrize("name", foreign())
def test_what_is_damaged_or_foreign_is_not(name: str) -> None:
    assert tables.of(tables.grammar(), foreign()[name]) == tables.made(tables.grammar())


# What is read


def test_data_and_back_is_the_same() -> None:
    ours, theirs = (tables.written(tables.as_data(reader)) for reader in (OURS, ALONE))
    assert ours == theirs


@pytest.mark.parametrize("verbs", [frozenset[str](), VERBS], ids=["no verbs", "verbs"])
def test_terminals_are_those_of_the_grammar_in_their_order(verbs: frozenset[str]) -> None:
    told = []
    for reader in (tables.reader(ENGLISH, verbs), alone(verbs)):
        lexer = reader.parser.lexer.root_lexer
        told.append([(t.name, t.priority, t.pattern.to_regexp()) for t in lexer.terminals])
    assert told[0] == told[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_read_as_lark_reads_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    assert read(OURS, text) == read(ALONE, text)
    assert read(OURS, text.upper()) == read(ALONE, text.upper())


ODD = [
    "when ticket.status is open \u017ftop",  # a long s is an s where case does not matter
    "when ticket.status \u0130s open stop",
    "when ticket.status \u0131s open then stop",
    "when tic\u212aet.status is open stop",
    "\u212aill",
    "when ticket.status is élan or ticket.status is 日本 stop",
    "when ticket.status is open\u00a0stop",
    f"when {words.UNREAD} then {words.sign(ENGLISH, 'STOP')}",
    f"{words.sign(ENGLISH, 'WHEN')}ticket.status is open{words.sign(ENGLISH, 'THEN')}stop",
    "\ue1ff",
    "\x00",
    "",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_characters_are_read_as_lark_reads_them(text: str) -> None:
    assert read(OURS, text) == read(ALONE, text)


@pytest.mark.parametrize(
    "text", ["page", 'test "A"', "when ticket is created then page test stop", "escalated"]
)
def test_verbs_of_a_vocabulary_are_read_as_lark_reads_them(text: str) -> None:
    assert read(tables.reader(ENGLISH, VERBS), text) == read(alone(VERBS), text)
