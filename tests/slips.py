"""Slips of the keyboard in rule files: tokens left out, swapped and misspelt, and whether the help names the right word."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from trigdsl.runtime.loader import load_paths
from trigdsl.runtime.ruleset import Loaded
from trigdsl.source import Source, Span
from trigdsl.syntax import parser
from trigdsl.syntax import tree as t

TOKEN = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[\w-]+|[^\s\w]', re.DOTALL)


@frozen
class Slip:
    """A text with one slip in it, and what was done."""

    what: str
    text: str


def tokens(text: str) -> list[Span]:
    return [Span(*m.span()) for m in TOKEN.finditer(text) if not m[0].startswith("#")]


def slips(text: str, dice: random.Random) -> Iterator[Slip]:
    """Yield the text with each token left out, each two neighbours swapped, each word misspelt once."""
    found = tokens(text)
    for number, span in enumerate(found):
        word = text[span.start : span.end]
        yield Slip(f"without {word}", text[: span.start] + text[span.end :])
        if number + 1 < len(found):
            after = found[number + 1]
            other = text[after.start : after.end]
            swapped = text[: span.start] + other + text[span.end : after.start] + word + text[after.end :]
            yield Slip(f"{other} before {word}", swapped)
        if re.fullmatch(r"[^\W\d]\w+", word):
            slip = misspelt(word, dice)
            yield Slip(f"{slip} for {word}", text[: span.start] + slip + text[span.end :])


def misspelt(word: str, dice: random.Random) -> str:
    """Return the word with one slip in it, never the word itself."""
    while True:
        at = dice.randrange(len(word))
        letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
        changed = dice.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            ]
        )
        if changed not in ("", word) and not changed[0].isdigit():
            return changed


# Names that the rules or the vocabulary know


def names(text: str) -> list[Span]:
    """Return where the known names of a file stand: parts of paths, values, templates, triggers, definitions."""
    found: set[Span] = set()
    for node in _nodes(parser.parse(Source("slips", text)).file):
        match node:
            case t.FieldDeclaration() | t.StateDeclaration():
                continue
            case t.Path():
                found.update(_words(text, node.span))
            case t.UseTemplate() | t.NameTest() | t.Word():
                found.update(_words(text, node.span)[:1])
            case t.CallWebhook():
                found.update({node.webhook_span, node.template_span})
            case t.Switch() | t.ExpectFires():
                found.update(_longest(text, node.title_span))
            case t.Place():
                found.update(_longest(text, node.span, quoted=True))
            case t.Trigger(standing=t.Standing.REPLACEMENT):
                found.update(_longest(text, node.title_span))
    return sorted(found, key=lambda span: span.start)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    if isinstance(node, t.FieldDeclaration | t.StateDeclaration | t.ChannelDeclaration | t.Trivia):
        return
    for attribute in attrs.fields(type(node)):
        inner = getattr(node, attribute.name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if attrs.has(type(part)) and not isinstance(part, Span):
                yield from _nodes(part)


def _words(text: str, span: Span) -> list[Span]:
    return [Span(*m.span()) for m in re.compile(r"[^\W\d]\w*").finditer(text, span.start, span.end)]


def _longest(text: str, span: Span, *, quoted: bool = False) -> list[Span]:
    start = text.index('"', span.start) if quoted else span.start
    return sorted(_words(text, Span(start, span.end)), key=lambda s: s.start - s.end)[:1]


def helps(text: str, span: Span, slip: str, path: Path, folder: Path) -> bool | None:
    """Return whether the help names the word at a span when a slip stands in its place; None when nothing is wrong."""
    line = text.count("\n", 0, span.start) + 1
    found = loaded(text[: span.start] + slip + text[span.end :], path.name, folder)
    return helped(found, line, text[span.start : span.end])


def loaded(text: str, name: str, folder: Path) -> Loaded:
    """Return what loading makes of a text that takes the place of a file of a folder with all it needs beside it."""
    path = folder / f"slip-{name}"
    path.write_text(text, encoding="utf-8")
    return load_paths([path])


def helped(found: Loaded, line: int, word: str) -> bool | None:
    """Return whether the help of a mistake on a line names the right word; None when nothing is wrong."""
    if not any(d.severity == "error" for d in found.diagnostics):
        return None
    helps = [d.help or "" for d in found.diagnostics if d.line == line]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for text in helps)
