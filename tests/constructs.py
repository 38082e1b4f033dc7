"""The constructs of the language that a tree holds, by name."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from trigdsl.syntax import tree as t

MARKS: dict[str, Callable[[Any], bool]] = {
    "once per ticket": lambda node: isinstance(node, t.Trigger) and node.once,
    "previous": lambda node: isinstance(node, t.PathSubject | t.PathValue) and node.previous,
    "read only": lambda node: isinstance(node, t.FieldDeclaration) and node.read_only,
    "at first": lambda node: isinstance(node, t.FieldDeclaration) and node.at_first is not None,
    "counting": lambda node: isinstance(node, t.FieldDeclaration) and node.counting is not None,
    "category before all others": lambda node: isinstance(node, t.Category) and node.ahead,
    "use of a file": lambda node: isinstance(node, t.Use) and node.path is not None,
    "use only": lambda node: isinstance(node, t.Use) and bool(node.only),
}
"""What is a construct without a class of its own."""


def constructs(node: Any) -> set[str]:
    """Return the classes of a tree's nodes, the verbs of its comparisons, the standings of its triggers, its marks."""
    found = {type(node).__name__, *(mark for mark, bears in MARKS.items() if bears(node))}
    if isinstance(node, t.Comparison):
        found.add(node.verb.value)
    if isinstance(node, t.Trigger):
        found.add(node.standing.value)
    for part in _parts(node):
        found |= constructs(part)
    return found


def _parts(node: Any) -> Iterator[Any]:
    for attribute in attrs.fields(type(node)):
        inner = getattr(node, attribute.name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if attrs.has(type(part)) and type(part).__module__ == t.__name__:
                yield part


def verbs() -> list[str]:
    """Return every verb that a comparison can have."""
    return sorted(verb.value for verb in t.Verb)


def every_construct() -> set[str]:
    """Return every construct that a file can hold."""
    classes = {c.__name__ for c in vars(t).values() if isinstance(c, type) and attrs.has(c)}
    beside = {"Span", "Comment", "Trivia", "Mixture", "Unread", "Lost"}  # the last three stand for mistakes
    return (classes - beside) | {*verbs(), *MARKS} | {standing.value for standing in t.Standing}
