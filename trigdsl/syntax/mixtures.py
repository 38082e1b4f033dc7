"""`and` beside `or` without parentheses: what each of the two readings would be, in the rule's own words."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import assert_never

from attrs import frozen

from trigdsl.diagnostics import Diagnostic
from trigdsl.source import Source, Span
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import Words


def reported(
    items: Sequence[t.Item], source: Source, words: Words, parentheses: Collection[int] = ()
) -> list[Diagnostic]:
    """Return a diagnostic for each mixture in the conditions of a file.

    Where a parenthesis was missing or too many, nothing is said of the mixture that this has made.
    """
    conditions = (condition for item in items for condition in _conditions(item))
    mixtures = (mixture for top in conditions for mixture in _mixtures(top))
    found = (
        _diagnostic(mixture, source, words)
        for mixture in mixtures
        if not any(_made_by(mixture, at, source) for at in parentheses)
    )
    return [diagnostic for diagnostic in found if diagnostic is not None]


def made_by_names(items: Sequence[t.Item], names: Collection[Span]) -> list[Span]:
    """Return where mixtures are that some names alone have made: `ticket.status is new or open and …`."""
    conditions = (condition for item in items for condition in _conditions(item))
    mixtures = (mixture for top in conditions for mixture in _mixtures(top))
    return [gap for mixture in mixtures if (gap := _without(mixture, names)) is not None]


def _without(mixture: t.Mixture, names: Collection[Span]) -> Span | None:
    """Return the gap at which a mixture is reported, if it is none without the names."""
    left = [
        either
        for either, item in zip(mixture.ors, mixture.items[1:], strict=True)
        if not any(name.start <= item.span.start and item.span.end <= name.end for name in names)
    ]
    if len(left) == len(mixture.ors) or len({*left}) > 1:
        return None
    at = next(number for number, (one, two) in enumerate(pairwise(mixture.ors), 1) if one != two)
    return Span(mixture.items[at].span.end, mixture.items[at + 1].span.start)


def _made_by(mixture: t.Mixture, at: int, source: Source) -> bool:
    """Return whether a parenthesis stands in a mixture, between its parts, or is missing right behind it."""
    if any(item.span.start < at < item.span.end for item in mixture.items):
        return False
    end = max(mixture.span.end, at)
    behind = re.sub(r"#[^\n]*", "", source.text[mixture.span.end : end]).strip()
    return mixture.span.start < at and not behind


def _conditions(item: t.Item) -> Iterator[t.Condition]:
    match item:
        case t.Trigger(condition=condition) | t.Define(condition=condition):
            yield condition
        case t.StateDeclaration(meaning=t.And() | t.Or() | t.Not() | t.Mixture() as condition):
            yield condition
        case t.FieldDeclaration(counting=t.And() | t.Or() | t.Not() | t.Mixture() as condition):
            yield condition
        case t.Test(given=t.And() | t.Or() | t.Not() | t.Mixture() as condition):
            yield condition


def _mixtures(condition: t.Condition) -> Iterator[t.Mixture]:
    match condition:
        case t.Mixture(items):
            yield condition
        case t.And(items) | t.Or(items):
            pass
        case t.Not(item):
            items = (item,)
        case _:
            return
    for item in items:
        yield from _mixtures(item)


def _diagnostic(mixture: t.Mixture, source: Source, words: Words) -> Diagnostic | None:
    """Return what is said of a mixture; nothing of one that only came about by reading on after a mistake."""
    at = next(number for number, (one, two) in enumerate(pairwise(mixture.ors), 1) if one != two)
    gap = Span(mixture.items[at].span.end, mixture.items[at + 1].span.start)
    joint = re.compile(r"#[^\n]*|(\w+)")
    word = next((m for m in joint.finditer(source.text, gap.start, gap.end) if m[1]), None)
    if word is None:
        return None
    message = f"`{words.phrase('AND')}` and `{words.phrase('OR')}` are mixed without parentheses"
    said = _Said(source, words)
    first = said.condition(_reading(mixture, tight=mixture.ors[0]))
    second = said.condition(_reading(mixture, tight=not mixture.ors[0]))
    help_line = f"say which belong together: `{first}`, or `{second}`"
    return Diagnostic("mixed-and-or", message, source, Span(*word.span()), help_line)


def _reading(mixture: t.Mixture, *, tight: bool) -> t.Condition:
    """Return the mixture with parentheses around what one of the two connectives joins."""
    groups: list[list[t.Condition]] = [[mixture.items[0]]]
    for either, item in zip(mixture.ors, mixture.items[1:], strict=True):
        if either is tight:
            groups[-1].append(item)
        else:
            groups.append([item])
    inner, outer = (t.Or, t.And) if tight else (t.And, t.Or)
    return outer(tuple(inner(tuple(group)) if len(group) > 1 else group[0] for group in groups))


@frozen
class _Said:
    """Says a condition again, each part of it in the words that it has in the file."""

    source: Source
    words: Words

    def condition(self, condition: t.Condition) -> str:
        match condition:
            case t.And(items):
                return f" {self.words.phrase('AND')} ".join(map(self.part, items))
            case t.Or(items):
                return f" {self.words.phrase('OR')} ".join(map(self.part, items))
            case t.Mixture(items, ors):
                joints = (self.words.phrase("OR" if either else "AND") for either in ors)
                first, *rest = map(self.part, items)
                return first + "".join(f" {joint} {item}" for joint, item in zip(joints, rest, strict=True))
            case t.Not(t.NameTest() as name):
                return f"{self.words.phrase('NOT')} {self.condition(name)}"
            case t.Not(item):
                return f"{self.words.phrase('NOT')} ({self.condition(item)})"
            case t.Comparison(span=span) | t.NameTest(span=span) | t.Raw(span=span):
                text = self.source.text[span.start : span.end]
                said = " ".join(re.sub(r"#[^\n]*", "", text).split())
                return said[1:-1].strip() if said.startswith("(") else said
            case t.Unread():
                return "…"
            case _:
                assert_never(condition)

    def part(self, condition: t.Condition) -> str:
        text = self.condition(condition)
        return f"({text})" if isinstance(condition, t.And | t.Or | t.Mixture) else text
