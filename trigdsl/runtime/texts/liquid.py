"""Liquid bodies, as Zendesk has them, rendered by python-liquid, which `trigdsl[liquid]` installs.

The package has limits of its own, and they are set here. What they leave open is counted: how many parts of a body are
rendered, and how many characters its filters and paths go through. A body reads what `drops` shows it, no clock and no file.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from io import StringIO
from typing import Any, ClassVar, TextIO

from attrs import frozen
from liquid import BoundTemplate, Environment, RenderContext, Token
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import FilteredExpression, LoopExpression, Path
from liquid.builtin.expressions.logical import EqExpression, NeExpression
from liquid.builtin.expressions.primitive import Blank
from liquid.exceptions import (
    LiquidError,
    LiquidInterrupt,
    LocalNamespaceLimitError,
    LoopIterationLimitError,
    OutputStreamLimitError,
    ResourceLimitError,
)
from liquid.expression import Expression
from liquid.output import NullIO
from liquid.undefined import is_undefined

from trigdsl.runtime.texts import liquid_filters
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

MOST_STEPS = 200_000
"""How many parts of a body are rendered, each as often as loops come to it."""
MOST_WORK = 50_000_000
"""How many characters and entries filters and paths go through."""
MOST_NAMED = 1_000_000
"""How many characters and entries `assign` and `capture` keep."""
MOST_BLANKS = 300
MOST_BRACKETS = 300
"""How many of them may stand in one placeholder or tag: the package looks through the rest of it at each."""
FORBIDDEN_TAGS = ("include", "render")
"""A body is one text: there is nothing it could take in."""
FORBIDDEN_FILTERS = ("safe", "escapejs", "squish")
"""Filters of the package's own, which Zendesk has not; the first would let values into HTML unescaped."""


# What is rendered


class _Page(StringIO):
    """Where a text is written, as far as there is room."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, text: str, /) -> int:
        """Write a text; what is beyond the room is left out, and ends it."""
        if len(text) > self.room:
            super().write(text[: self.room])
            self.room = 0
            raise OutputStreamLimitError("the text is too long", token=None)
        self.room -= len(text)
        return super().write(text)


class _Context(RenderContext):
    """What a body knows while it is rendered, and what it has cost so far."""

    def __init__(self, template: BoundTemplate, names: Mapping[str, object], *, strict: bool) -> None:
        super().__init__(template, globals=names)
        self.strict = strict
        self.steps = 0
        self.worked = 0
        self.looped = 0
        self.now = getattr(names.get("now"), "value", None) or datetime(1970, 1, 1, tzinfo=UTC)
        self.zone: tzinfo = getattr(names.get("now"), "zone", None) or UTC
        self._sizes: dict[str, int] = {}

    def step(self, parts: int) -> None:
        """Count parts that are rendered."""
        self.steps += parts
        if self.steps > MOST_STEPS:
            raise LoopIterationLimitError("the body goes on for too long", token=None)

    def work(self, value: object) -> None:
        """Count what is gone through with a value."""
        self.work_through(liquid_filters.size(value))

    def work_through(self, many: int) -> None:
        """Count so many characters as gone through."""
        self.worked += many
        if self.worked > MOST_WORK:
            raise LoopIterationLimitError("the body works for too long", token=None)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Count the turns of a loop together with those of all others."""
        self.looped += length
        if self.looped > _Environment.loop_iteration_limit:
            raise LoopIterationLimitError("the body loops for too long", token=None)

    def assign(self, key: str, val: Any) -> None:
        """Keep a value under a name, if there is room for it."""
        self.work(val)
        self.locals[key] = val
        self._sizes[key] = liquid_filters.size(val)
        if sum(self._sizes.values()) > MOST_NAMED:
            raise LocalNamespaceLimitError("the body keeps too much", token=None)

    def get(self, path: list[object], *, token: Token | None, default: object = None) -> object:
        """Return what a path leads to, and count it."""
        found = (
            super().get(path, token=token)
            if default is None
            else super().get(path, token=token, default=default)
        )
        self.work(found)
        return found

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """Return a page within another one, with as much room."""
        return _Page(buf.room if isinstance(buf, _Page) else MOST_OUTPUT)


class _Template(BoundTemplate):
    context_class = _Context


class _Environment(Environment):
    """Liquid with its limits, without what reaches beyond a body."""

    block_nesting_limit: ClassVar[int] = 30
    context_depth_limit: ClassVar[int] = 30
    loop_iteration_limit: ClassVar[int] = 10_000
    local_namespace_limit: ClassVar[int] = MOST_NAMED
    output_stream_limit: ClassVar[int] = MOST_OUTPUT
    template_class = _Template

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Take in what Liquid has, with filters that keep within limits."""
        super().setup_tags_and_filters(extra=extra)
        for name in FORBIDDEN_TAGS:
            del self.tags[name]
        for name in FORBIDDEN_FILTERS:
            del self.filters[name]
        self.filters = liquid_filters.guarded(self.filters)


@functools.cache
def _environment(*, html: bool = False) -> _Environment:
    return _Environment(autoescape=html)


class _Block(BlockNode):
    """The inside of a tag, counted each time it is rendered; what fails in it leaves nothing but its own gap."""

    __slots__ = ("parts",)

    def __init__(self, block: BlockNode, parts: int) -> None:
        super().__init__(block.token, block.nodes)
        self.blank = block.blank
        self.parts = parts

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Render what is inside."""
        assert isinstance(context, _Context)
        context.step(self.parts)
        page = NullIO() if self.blank and context.env.suppress_blank_control_flow_blocks else buffer
        written = sum(_rendered(node, context, page) for node in self.nodes)
        return 0 if page is not buffer else written


def _rendered(node: Node, context: _Context, buffer: TextIO) -> int:
    try:
        return node.render(context, buffer)
    except (ResourceLimitError, LiquidInterrupt):
        raise
    except (LiquidError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        if context.strict:
            raise
        return 0


@frozen(eq=False)
class Body:
    """A Liquid body ready to be rendered. It may tell dates, whichever its paths are."""

    template: BoundTemplate

    def render(self, names: Mapping[str, Any], *, strict: bool = False) -> str:
        """Return the body with the values its paths have, cut off where it grows beyond all use.

        What cannot be worked out is left out, unless strict.
        """
        context = _Context(self.template, names, strict=strict)
        page = _Page(MOST_OUTPUT)
        with context.extend({}):
            try:
                for node in self.template.nodes:
                    _rendered(node, context, page)
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
    prepared, mistakes = _prepared(text)
    if mistakes or too_long(text) is not None:
        raise ValueError("a text that is not allowed")
    try:
        template = _parsed(prepared, html=html)
    except LiquidError as error:
        raise ValueError("a text that is not allowed") from error
    if next(_problems(template), None) is not None:
        raise ValueError("a text that is not allowed")
    for node in template.nodes:
        _prepare(node)
    return Body(template)


def _parsed(prepared: str, *, html: bool) -> BoundTemplate:
    return _environment(html=html).from_string(prepared)


def _prepare(node: Node) -> None:
    """Put counted blocks in the place of all blocks of a part, and let what is nothing be blank, as Rails has it."""
    for expression in _expressions(node):
        if isinstance(expression, EqExpression | NeExpression):
            if isinstance(expression.right, Blank):
                expression.left = _OrEmpty(expression.left)
            elif isinstance(expression.left, Blank):
                expression.right = _OrEmpty(expression.right)
        elif isinstance(expression, LoopExpression):
            expression.iterable = _Few(expression.iterable)
    for child in _children(node):
        _prepare(child)
    for kind in type(node).__mro__:
        for name in getattr(kind, "__slots__", ()):
            inside = getattr(node, name, None)
            if type(inside) is BlockNode:
                setattr(node, name, _counted(inside))
            elif isinstance(inside, list):
                inside[:] = [_counted(each) if type(each) is BlockNode else each for each in inside]


def _counted(block: BlockNode) -> _Block:
    return _Block(block, sum(_parts(node) for node in block.nodes) + 1)


def _parts(node: Node) -> int:
    return 1 + sum(1 for _ in _expressions(node)) + sum(map(_parts, _children(node)))


class _Around(Expression):
    """An expression in the place of another, which it asks."""

    __slots__ = ("inner",)

    def __init__(self, inner: Expression) -> None:
        super().__init__(inner.token)
        self.inner = inner

    def __str__(self) -> str:
        return str(self.inner)

    def evaluate(self, context: RenderContext) -> object:
        """Return the value."""
        return self.inner.evaluate(context)

    def children(self) -> list[Expression]:
        """Return the expression whose value it is."""
        return [self.inner]


class _OrEmpty(_Around):
    """A value that is compared with `blank`: nothing, and false, are an empty text."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        """Return the value, or an empty text."""
        value = super().evaluate(context)
        return "" if value is None or value is False or is_undefined(value) else value


class _Few(_Around):
    """What a loop goes through: the package counts and turns it over before it looks at its limit."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        """Return the value, unless it is too long to be gone through."""
        value = super().evaluate(context)
        if isinstance(value, range) and max(value.stop - value.start, 0) > liquid_filters.MOST_ENTRIES:
            raise LoopIterationLimitError("a range is too long", token=None)
        return value


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
    prepared, mistakes = _prepared(text)
    if mistakes:
        return Inspection((), mistakes, liquid=True)
    try:
        template = _parsed(prepared, html=False)
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
    start = error.token.start_index if error.token is not None else 0
    start = min(max(start, 0), max(len(text) - 1, 0))
    said = str(error.message or "").strip()
    unknown = re.match(r"unexpected tag '(\w+)'|unexpected '(\w+)'", said)
    name = (unknown[1] or unknown[2]) if unknown is not None else None
    if name in FORBIDDEN_TAGS:
        return Mistake(Span(start, start + len(name)), f"a body cannot take in another text: `{name}`")
    shown = f"a tag is missing or stands where it cannot: `{name}`" if name else said[:1].lower() + said[1:]
    return Mistake(Span(start, start + 1), f"this cannot be read as Liquid: {shown}")


_OPENING = re.compile(r"\{[{%]")
_TAG_NAME = re.compile(r"-?\s*(#|\w*)")
_IN_A_TAG = re.compile(r"\{\{(\s*[\w.\[\]'\"-]+\s*)\}\}")
_END = {
    "raw": re.compile(r"\{%-?\s*endraw\s*-?%\}"),
    "doc": re.compile(r"\{%-?\s*enddoc\s*-?%\}"),
}
_IN_A_COMMENT = re.compile(r"\{%-?\s*(comment|endcomment|raw)\b[^%]*%\}")


def _prepared(text: str) -> tuple[str, tuple[Mistake, ...]]:
    """Return a body as the package can read it, with all in its place, or what it could not read in little time.

    Zendesk takes `{% assign plan = {{ticket.ticket_field_1}} %}`, where Liquid has no braces, and never looks into
    a comment.
    """
    pieces: list[str] = []
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        start = opening.start()
        closing = "}}" if opening[0] == "{{" else "%}"
        end = text.find(closing, start + 2)
        if end < 0:
            what = "a placeholder is not closed" if closing == "}}" else "a tag is not closed"
            return text, (Mistake(Span(start, start + 2), f"{what}: `{opening[0]}` ends with `{closing}`"),)
        inside = text[start + 2 : end]
        problem = _crowded(inside)
        if problem is not None:
            return text, (Mistake(Span(start, end + 2), problem),)
        pieces += [text[at:start], opening[0]]
        if closing == "%}":
            inside = _IN_A_TAG.sub(lambda found: f"  {found[1]}  ", inside)
        pieces += [inside, closing]
        at = end + 2
        name = _TAG_NAME.match(inside)
        if closing == "%}" and name is not None and name[1] in ("raw", "doc", "comment"):
            after = _after(name[1], text, at)
            if after < 0:
                problem = f"`{{% {name[1]} %}}` is not closed with `{{% end{name[1]} %}}`"
                return text, (Mistake(Span(start, at), problem),)
            kept = text[at:after]
            pieces.append(re.sub(r"[^\n]", " ", kept) if name[1] == "comment" else kept)
            at = after
    pieces.append(text[at:])
    return "".join(pieces), ()


def _crowded(inside: str) -> str | None:
    if re.search(rf"\s{{{MOST_BLANKS}}}", inside):
        return f"more than {MOST_BLANKS} blanks in a row stand in a placeholder or a tag"
    if inside.count("(") + inside.count("[") > MOST_BRACKETS:
        return f"more than {MOST_BRACKETS} brackets stand in a placeholder or a tag"
    return None


def _after(name: str, text: str, at: int) -> int:
    """Return where the text of a tag ends that is not Liquid itself; -1 where it does not end."""
    if name != "comment":
        found = _END[name].search(text, at)
        return -1 if found is None else found.start()
    depth = 1
    while (found := _IN_A_COMMENT.search(text, at)) is not None:
        at = found.end()
        if found[1] == "raw":
            end = _END["raw"].search(text, at)
            at = len(text) if end is None else end.end()
            continue
        depth += 1 if found[1] == "comment" else -1
        if depth == 0:
            return found.start()
    return -1


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
                    yield Mistake(Span(start, start + len(used.name)), f"there is no filter `{used.name}`")
        if seen > MOST_PARTS:
            yield Mistake(Span(0, 1), f"the text has more than {MOST_PARTS:,} parts")
            return
        stack += _children(node)


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
