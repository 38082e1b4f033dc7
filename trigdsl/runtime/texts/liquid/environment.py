"""Liquid with its limits: those that the package has, and counts of what these leave open."""

import functools
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from io import StringIO
from typing import Any, ClassVar, TextIO

from liquid import BoundTemplate, Environment, RenderContext, Token
from liquid.ast import BlockNode, Node
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
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.token import TOKEN_EXPRESSION
from liquid.undefined import UNDEFINED, is_undefined

from trigdsl.runtime.texts.liquid import filters
from trigdsl.runtime.texts.parts import MOST_OUTPUT

MOST_STEPS = 200_000
"""How many parts of a body are rendered, each as often as loops come to it."""
MOST_WORK = 50_000_000
"""How many characters and entries filters and paths go through."""
MOST_NAMED = 1_000_000
"""How many characters and entries `assign` and `capture` keep."""
FORBIDDEN_TAGS = ("include", "render")
"""A body is one text: there is nothing it could take in."""
FORBIDDEN_FILTERS = ("safe", "escapejs", "squish")
"""Filters of the package's own, which Zendesk has not; the first would let values into HTML unescaped."""


class Page(StringIO):
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


class Context(RenderContext):
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
        self.work_through(filters.size(value))

    def work_through(self, many: int) -> None:
        """Count so many characters as gone through."""
        self.worked += many
        if self.worked > MOST_WORK:
            raise LoopIterationLimitError("the body works for too long", token=None)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Count the turns of a loop together with those of all others."""
        self.looped += length
        if self.looped > LimitedEnvironment.loop_iteration_limit:
            raise LoopIterationLimitError("the body loops for too long", token=None)

    def assign(self, key: str, val: Any) -> None:
        """Keep a value under a name, if there is room for it."""
        self.work(val)
        self.locals[key] = val
        self._sizes[key] = filters.size(val)
        if sum(self._sizes.values()) > MOST_NAMED:
            raise LocalNamespaceLimitError("the body keeps too much", token=None)

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        """Return what a path leads to, and count it."""
        found = super().get(path, token=token, default=default)
        if isinstance(found, str | list):
            self.work(found)
        return found

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """Return a page within another one, with as much room."""
        return Page(buf.room if isinstance(buf, Page) else MOST_OUTPUT)


class LimitedTemplate(BoundTemplate):
    context_class = Context


class LimitedEnvironment(Environment):
    """Liquid with its limits, without what reaches beyond a body."""

    block_nesting_limit: ClassVar[int] = 30
    context_depth_limit: ClassVar[int] = 30
    loop_iteration_limit: ClassVar[int] = 10_000
    local_namespace_limit: ClassVar[int] = MOST_NAMED
    output_stream_limit: ClassVar[int] = MOST_OUTPUT
    template_class = LimitedTemplate

    def _parse(self, source: str) -> list[Node]:
        """Parse a body; where the package does not know the place of a mistake, it is in what was read last."""
        stream = TokenStream(self.tokenizer()(source))
        try:
            return get_parser(self).parse(stream)
        except LiquidError as error:
            if error.token is None or error.token.start_index < 0:
                before = reversed(stream.tokens[: stream.pos + 1])
                error.token = next((token for token in before if token.kind == TOKEN_EXPRESSION), error.token)
            raise

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Take in what Liquid has, with filters that keep within limits."""
        super().setup_tags_and_filters(extra=extra)
        for name in FORBIDDEN_TAGS:
            del self.tags[name]
        for name in FORBIDDEN_FILTERS:
            del self.filters[name]
        self.filters = filters.guarded(self.filters)


@functools.cache
def environment(*, html: bool = False) -> LimitedEnvironment:
    return LimitedEnvironment(autoescape=html)


class CountedBlock(BlockNode):
    """The inside of a tag, counted each time it is rendered; what fails in it leaves nothing but its own gap."""

    __slots__ = ("parts",)

    def __init__(self, block: BlockNode, parts: int) -> None:
        super().__init__(block.token, block.nodes)
        self.blank = block.blank
        self.parts = parts

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Render what is inside."""
        assert isinstance(context, Context)
        context.step(self.parts)
        page = NullIO() if self.blank and context.env.suppress_blank_control_flow_blocks else buffer
        written = sum(rendered(node, context, page) for node in self.nodes)
        return 0 if page is not buffer else written


def rendered(node: Node, context: Context, buffer: TextIO) -> int:
    try:
        return node.render(context, buffer)
    except (ResourceLimitError, LiquidInterrupt):
        raise
    except (LiquidError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        if context.strict:
            raise
        return 0


class Around(Expression):
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


class OrEmpty(Around):
    """A value that is compared with `blank`: nothing, and false, are an empty text."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        """Return the value, or an empty text."""
        value = super().evaluate(context)
        return "" if value is None or value is False or is_undefined(value) else value


class Few(Around):
    """What a loop goes through: the package counts and turns it over before it looks at its limit."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> object:
        """Return the value, unless it is too long to be gone through."""
        value = super().evaluate(context)
        if isinstance(value, range) and max(value.stop - value.start, 0) > filters.MOST_ENTRIES:
            raise LoopIterationLimitError("a range is too long", token=None)
        return value
