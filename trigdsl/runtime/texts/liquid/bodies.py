"""Liquid bodies: what one reads, what is wrong with it, and what it says.

A body reads what `drops` shows it, no clock and no file.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen
from liquid import BoundTemplate
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import FilteredExpression, LoopExpression, Path
from liquid.builtin.expressions.logical import EqExpression, NeExpression
from liquid.builtin.expressions.primitive import Blank
from liquid.exceptions import LiquidError, LiquidInterrupt, ResourceLimitError
from liquid.expression import Expression

from trigdsl.runtime.texts.liquid.environment import (
    FORBIDDEN_TAGS,
    Context,
    CountedBlock,
    Few,
    OrEmpty,
    Page,
    environment,
    rendered,
)
from trigdsl.runtime.texts.liquid.source import prepared
from trigdsl.runtime.texts.parts import (
    MOST_OUTPUT,
    MOST_PARTS,
    TOO_DEEP,
    inspection_of,
    parts_of,
    too_long,
    wrong,
)
from trigdsl.semantics.messages import Inspection, Mistake, Placeholder
from trigdsl.source import Span
from trigdsl.spelling import nearest


@frozen(eq=False)
class Body:
    """A Liquid body ready to be rendered. It may tell dates, whichever its paths are."""

    template: BoundTemplate

    def render(self, names: Mapping[str, Any], *, strict: bool = False) -> str:
        """Return the body with the values its paths have, cut off where it grows beyond all use.

        What cannot be worked out is left out, unless strict.
        """
        context = Context(self.template, names, strict=strict)
        page = Page(MOST_OUTPUT)
        with context.extend({}):
            try:
                for node in self.template.nodes:
                    rendered(node, context, page)
            except ResourceLimitError:
                return page.getvalue() + "…"
            except LiquidInterrupt as stop:
                if strict:
                    raise LiquidError(f"unexpected {stop}", token=None) from stop
            except RecursionError:
                return page.getvalue() + "…"
        return page.getvalue()


@functools.lru_cache(maxsize=20_000)
def compiled(text: str, *, html: bool = False) -> Body:
    """Return a body ready to be rendered; ValueError when anything stands in it that may not."""
    ready, mistakes = prepared(text)
    if mistakes or too_long(text) is not None:
        raise ValueError("a text that is not allowed")
    try:
        template = _parsed(ready, html=html)
    except LiquidError as error:
        raise ValueError("a text that is not allowed") from error
    if next(_problems(template), None) is not None:
        raise ValueError("a text that is not allowed")
    for node in template.nodes:
        _prepare(node)
    return Body(template)


def _parsed(ready: str, *, html: bool) -> BoundTemplate:
    return environment(html=html).from_string(ready)


def _prepare(node: Node) -> None:
    """Put counted blocks in the place of all blocks of a part, and let what is nothing be blank, as Rails has it."""
    for expression in _expressions(node):
        if isinstance(expression, EqExpression | NeExpression):
            if isinstance(expression.right, Blank):
                expression.left = OrEmpty(expression.left)
            elif isinstance(expression.left, Blank):
                expression.right = OrEmpty(expression.right)
        elif isinstance(expression, LoopExpression):
            expression.iterable = Few(expression.iterable)
    for child in _children(node):
        _prepare(child)
    for kind in type(node).__mro__:
        for name in getattr(kind, "__slots__", ()):
            inside = getattr(node, name, None)
            if type(inside) is BlockNode:
                setattr(node, name, _counted(inside))
            elif isinstance(inside, list):
                inside[:] = [_counted(each) if type(each) is BlockNode else each for each in inside]


def _counted(block: BlockNode) -> CountedBlock:
    return CountedBlock(block, sum(_parts(node) for node in block.nodes) + 1)


def _parts(node: Node) -> int:
    return 1 + sum(1 for _ in _expressions(node)) + sum(map(_parts, _children(node)))


# What stands in a body


@functools.lru_cache(maxsize=10_000)
def inspect(text: str) -> Inspection:
    """Return what a body reads, and every mistake in it. A subject line and a body are texts of their own."""
    subject, body = parts_of(text)
    rest = _inspected(body)
    return rest if subject is None else inspection_of(text, _inspected(subject), rest)


def _inspected(text: str) -> Inspection:
    long = too_long(text)
    if long is not None:
        return long
    ready, mistakes = prepared(text)
    if mistakes:
        return Inspection((), mistakes, liquid=True)
    try:
        template = _parsed(ready, html=False)
        mistakes = tuple(_problems(template))
        if mistakes:
            return Inspection((), mistakes, liquid=True)
        return Inspection(tuple(_placeholders(template, text)), (), liquid=True)
    except LiquidError as error:
        return Inspection((), (_mistake(error, text),), liquid=True)
    except RecursionError:
        return wrong(TOO_DEEP)


def _mistake(error: LiquidError, text: str) -> Mistake:
    if isinstance(error, ResourceLimitError) or isinstance(error.__cause__, RecursionError):
        return Mistake(Span(0, 1), TOO_DEEP)
    start = 0 if error.token is None else min(max(error.token.start_index, 0), max(len(text) - 1, 0))
    written = "" if error.token is None else error.token.value
    length = len(written) if written and text.startswith(written, start) else 1
    said = str(error.message or "").strip()
    unknown = _UNEXPECTED.match(said)
    if unknown is None:
        shown = f"this cannot be read as Liquid: {_plain(said)}"
    elif unknown[1] in FORBIDDEN_TAGS:
        shown = f"a body cannot take in another text: `{unknown[1]}`"
    else:
        shown = f"a body has no tag `{{% {unknown[1]} %}}` here"
    return Mistake(Span(start, start + length), shown)


_UNEXPECTED = re.compile(r"unexpected (?:tag )?'(\w+)'")
_EXPECTED = re.compile(r"expected (?:an? )?(.+?), found (.+)")
_CALLED = {
    "primitive expression": "a value",
    "word": "a name",
    "identifier": "a name",
    "end of expression": "its end",
    "string": "a text",
    "illegal": "a sign that Liquid has not",
    "lparen": "`(`",
    "rparen": "`)`",
}
_SAID = {
    "missing expression": "something is missing behind it",
    "disallowed parentheses in logical expression": "a condition has no brackets",
    "missing or unexpected path segment": "a part of the path is missing",
}
"""What the package's names mean to whoever writes a body."""


_QUOTE = "'"


def _plain(said: str) -> str:
    """Return what the package says of a mistake, in words for people."""
    found = _EXPECTED.fullmatch(said)
    if found is None:
        sign = said.removeprefix("unexpected ")
        return f"{sign} is out of place" if sign != said else _SAID.get(said, said[:1].lower() + said[1:])
    wanted, there = (
        _CALLED.get(name, f"`{name.removeprefix('tag ').strip(_QUOTE)}`") for name in found.groups()
    )
    if there == "its end":
        return f"{wanted} is missing"
    return (
        f"{there} is out of place" if wanted == "its end" else f"{wanted} should stand where {there} stands"
    )


def _problems(template: BoundTemplate) -> Iterator[Mistake]:
    """Yield what may not stand in a body."""
    seen = 0
    stack = [*template.nodes]
    while stack:
        node = stack.pop()
        seen += 1
        for expression in _expressions(node):
            seen += len(expression.path) if isinstance(expression, Path) else 1
            for used in (expression.filters or ()) if isinstance(expression, FilteredExpression) else ():
                seen += 1
                if used.name not in template.env.filters:
                    start = used.token.start_index
                    yield Mistake(
                        Span(start, start + len(used.name)), _no_filter(used.name, template.env.filters)
                    )
        if seen > MOST_PARTS:
            yield Mistake(Span(0, 1), f"the text has more than {MOST_PARTS:,} parts")
            return
        stack += _children(node)


def _no_filter(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"there is no filter `{name}`" + ("" if near is None else f": did you mean `{near}`?")


def _children(node: Node) -> list[Node]:
    return [*node.children(_NO_CONTEXT, include_partials=False)]


_NO_CONTEXT: Any = None


def _expressions(node: Node) -> Iterator[Expression]:
    """Yield the expressions of a part, and all inside them."""
    stack = [*node.expressions()]
    while stack:
        expression = stack.pop()
        yield expression
        stack += expression.children()


# What a body reads


def _placeholders(template: BoundTemplate, text: str) -> Iterator[Placeholder]:
    """Yield each path that a body reads, but for those that begin with a name of its own."""
    given: set[str] = set()
    stack: list[tuple[Node, Mapping[str, tuple[str, ...] | None]]] = [
        (node, {}) for node in reversed(template.nodes)
    ]
    while stack:
        node, loops = stack.pop()
        for expression in node.expressions():
            for path in _paths(expression):
                parts = _named(path)
                if parts[0] in loops:
                    through = loops[parts[0]]
                    if through is not None:
                        yield Placeholder(parts, _span_of(path, parts, text), of=through)
                elif parts[0] not in given:
                    yield Placeholder(parts, _span_of(path, parts, text))
        given.update(map(str, node.template_scope()))
        inside = {**loops, **_loop(node, loops, given)}
        stack += [(child, inside) for child in reversed(_children(node))]


def _paths(expression: Expression) -> Iterator[Path]:
    stack = [expression]
    while stack:
        one = stack.pop()
        if isinstance(one, Path):
            yield one
        stack += reversed([*one.children()])


def _named(path: Path) -> tuple[str, ...]:
    """Return a path as far as the body says which it is."""
    parts: list[str] = []
    for segment in path.path:
        if isinstance(segment, Path):
            break
        parts.append(str(segment))
    return tuple(parts) or ("",)


def _loop(
    node: Node, loops: Mapping[str, tuple[str, ...] | None], given: set[str]
) -> dict[str, tuple[str, ...] | None]:
    """Return the names that a loop brings, with what it goes through where that is a path."""
    names: dict[str, tuple[str, ...] | None] = {str(name): None for name in node.block_scope()}
    for expression in node.expressions():
        if isinstance(expression, LoopExpression) and isinstance(expression.iterable, Path):
            parts = _named(expression.iterable)
            if parts[0] not in loops and parts[0] not in given:
                names[expression.identifier] = parts
    return names


def _span_of(path: Path, parts: tuple[str, ...], text: str) -> Span:
    start = min(max(path.token.start_index, 0), max(len(text) - 1, 0))
    written = re.compile(r"\s*[.\[\"']*\s*".join(map(re.escape, parts))).match(text, start)
    return Span(start, start + 1) if written is None else Span(*written.span())
