"""A tree with some of its paths written another way."""

from collections.abc import Callable
from typing import Any

import attrs

from trigdsl.syntax import tree as t


def with_paths(file: t.File, change: Callable[[t.Path], t.Path]) -> t.File:
    """Return a file whose paths, those of declarations left out, are what `change` makes of them."""
    items = tuple(item if isinstance(item, _DECLARED) else _changed(item, change) for item in file.items)
    return attrs.evolve(file, items=items)


_DECLARED = (t.FieldDeclaration, t.StateDeclaration)


def _changed(node: Any, change: Callable[[t.Path], t.Path]) -> Any:
    if isinstance(node, t.Path):
        return change(node)
    if isinstance(node, tuple):
        return tuple(_changed(part, change) for part in node)
    if not attrs.has(type(node)) or not type(node).__module__.endswith("syntax.tree"):
        return node
    if isinstance(node, t.PathValue) and not (node.previous or node.the):
        path = change(node.path)
        # A path of one part is written, and so read, as a word.
        return attrs.evolve(node, path=path) if len(path.parts) > 1 else t.Word(path.parts[0], span=node.span)
    parts = {a.name: getattr(node, a.name) for a in attrs.fields(type(node))}
    new = {name: _changed(part, change) for name, part in parts.items()}
    return node if all(new[name] is parts[name] for name in parts) else attrs.evolve(node, **new)
