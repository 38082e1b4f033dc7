"""What may stand in a text: placeholders, `if`, `for`, comparisons, and a few filters, in Jinja2's sandbox.

Everything is allowed by list, on the template's tree, before anything of it is compiled. What a text
reads is taken out of it first: each placeholder becomes one plain name, so that while a text is
rendered no dot of it reaches any object but the entries of a loop.
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from types import NoneType
from typing import Any

from attrs import frozen
from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from trigdsl.runtime.texts import dates
from trigdsl.runtime.texts.parts import (
    MOST_DEPTH,
    MOST_OUTPUT,
    MOST_PARTS,
    TOO_DEEP,
    inspection_of,
    parts_of,
    too_long,
    wrong,
)
from trigdsl.runtime.texts.values import Entry, Moment, Word, yes_no
from trigdsl.semantics.messages import Inspection, Mistake, Placeholder
from trigdsl.source import Span


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox in which a dot reads an entry of a loop, and nothing else of any object."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is Entry and attribute in obj.parts:
            return obj.parts[attribute]
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            value = getattr(obj, attribute)
            return yes_no(value) if isinstance(value, bool) else value
        return self.undefined(obj=obj, name=attribute)


def _label(value: Any) -> str:
    """Return a choice as a reader writes it: `urgent` is `Urgent`."""
    return value.label if isinstance(value, Word) else str(value)


def _truncate(value: Any, length: int = 80) -> str:
    text = str(value)
    return text if len(text) <= length else text[: length - 1] + "…" if length > 0 else ""


def _date(value: Any, length: str = "medium") -> str:
    return dates.formatted(value, length) if isinstance(value, Moment) else str(value)


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _date,
    "default": lambda value, other="": value if str(value) else other,
    "label": _label,
    "lower": lambda value: str(value).lower(),
    "trim": lambda value: str(value).strip(),
    "truncate": _truncate,
    "upper": lambda value: str(value).upper(),
}
_ARGUMENTS: Mapping[str, type] = {"date": str, "default": str, "truncate": int}
_LOOP = frozenset({"first", "last", "index"})
_NODES: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
)


@functools.cache
def _environment(*, html: bool = False) -> Environment:
    environment = _Sandbox(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=html,
        cache_size=0,
    )
    environment.filters = dict(_FILTERS)
    environment.tests = {}
    environment.globals = {}
    return environment


# What a text reads


@functools.lru_cache(maxsize=10_000)
def inspect(text: str) -> Inspection:
    """Return what a text reads, and every mistake in it. A subject line and a body are texts of their own."""
    subject, body = parts_of(text)
    if subject is None:
        return _inspected(text)
    return inspection_of(text, _inspected(subject), _inspected(body))


def _inspected(text: str) -> Inspection:
    long = too_long(text)
    if long is not None:
        return long
    try:
        tree = _environment().parse(text)
        mistakes = [Mistake(_line_span(text, line), problem) for line, problem in _problems(tree)]
        if mistakes:
            return Inspection((), tuple(mistakes))
        placeholders = tuple(_placeholders(text, tree))
        if len({p.parts for p in placeholders}) > _MOST_PATHS:
            return wrong(f"the text has more than {_MOST_PATHS:,} placeholders")
        if not all(isinstance(node, _PLAIN) for node in tree.find_all(nodes.Node)):
            compiled(text)
    except TemplateSyntaxError as error:
        return Inspection((), (Mistake(_line_span(text, error.lineno), _plain(error)),))
    except (RecursionError, SyntaxError, ValueError, OverflowError, MemoryError):
        return wrong(TOO_DEEP)
    if _UNCLOSED.search(text):
        return wrong("a remark that begins with `{#` does not end: close it with `#}`")
    return Inspection(placeholders, ())


_PLAIN = (nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr)
"""Of nothing but these every text can be compiled, so that it need not be before it is first rendered."""
_UNCLOSED = re.compile(r"\{#(?:(?!#\}).)*\Z", re.DOTALL)


def _plain(error: TemplateSyntaxError) -> str:
    message = error.message or ""
    if "end of template" in message or "end of print statement" in message or "Unclosed" in message:
        return "a placeholder or a block is not closed: `{{` ends with `}}`, `{% if … %}` with `{% endif %}`"
    unknown = re.search(r"unknown tag '(\w+)'", message)
    if unknown is not None:
        return f"a text has no block `{{% {unknown[1]} %}}` here: blocks are `if`, `elif`, `else` and `for`"
    unknown = re.search(r"No (filter|test) named '(\w+)'", message)
    if unknown is not None:
        return f"there is no {unknown[1]} `{unknown[2]}`"
    return "the text cannot be read here: a placeholder is a path between `{{` and `}}`, `{{ ticket.id }}`"


def _problems(tree: nodes.Node) -> Iterator[tuple[int, str]]:
    """Yield the line of each thing that may not stand in a text, and why."""
    stack = [(tree, 1, 0, False)]
    seen = 0
    while stack:
        node, line, depth, in_loop = stack.pop()
        line = node.lineno or line
        seen += 1
        if depth > MOST_DEPTH or seen > MOST_PARTS:
            yield line, TOO_DEEP
            return
        problem = _problem(node)
        if isinstance(node, nodes.For) and in_loop:
            problem = "a loop cannot stand inside a loop"
        if problem is not None:
            yield line, problem
            continue
        inside = in_loop or isinstance(node, nodes.For)
        stack += [(child, line, depth + 1, inside) for child in node.iter_child_nodes()]


def _problem(node: nodes.Node) -> str | None:
    if not isinstance(node, _NODES):
        return f"a text may hold placeholders, `if` and `for`, but not this ({type(node).__name__.lower()})"
    match node:
        case nodes.Filter(name=name) if name not in _FILTERS:
            return f"there is no filter `{name}`: filters are {', '.join(sorted(_FILTERS))}"
        case nodes.Filter(name=name, args=args, kwargs=kwargs, dyn_args=more, dyn_kwargs=others):
            wanted = _ARGUMENTS.get(name)
            fits = all(
                isinstance(a, nodes.Const) and wanted is not None and type(a.value) is wanted for a in args
            )
            if len(args) > 1 or not fits or kwargs or more or others or node.node is None:
                return f"the filter `{name}` cannot be used like this"
            if name == "date":
                return dates.mistake(args[0].as_const() if args else "medium")
        case nodes.Const(value=value) if not isinstance(value, str | bool | NoneType) and not _is_small(
            value
        ):
            return "only whole numbers of usual size can stand in a text"
        case nodes.Operand(op=op) if op not in ("eq", "ne"):
            return "a text compares with `==` and `!=` alone"
        case nodes.For(recursive=True):
            return "a loop cannot be recursive"
        case nodes.For(target=target, iter=source) if not isinstance(target, nodes.Name) or not _is_path(
            source
        ):
            return "a loop goes through the comments, or through a field of several values, one by one"
        case nodes.Getattr() if not _is_path(node):
            return "only a placeholder has parts"
        case nodes.Name(name="self" | "caller" | "varargs" | "kwargs"):
            return f"there is nothing named `{node.name}`"
    return None


def _is_small(value: Any) -> bool:
    return isinstance(value, int) and abs(value) < 10**15


def _is_path(node: nodes.Node) -> bool:
    while isinstance(node, nodes.Getattr):
        node = node.node
    return isinstance(node, nodes.Name)


def _placeholders(text: str, tree: nodes.Node) -> Iterator[Placeholder]:
    """Yield each path that a text reads; what a loop names is read of the thing it goes through."""
    stack: list[tuple[nodes.Node, int, Mapping[str, tuple[str, ...]]]] = [(tree, 1, {})]
    while stack:
        node, line, own = stack.pop()
        line = node.lineno or line
        match node:
            case nodes.For(target=nodes.Name(name=name), iter=source):
                path = _path(source)
                yield Placeholder(path, _span_of(text, path, line), repeated=True)
                turn = {**own, name: path}
                stack += [(child, line, own) for child in node.else_]
                stack += [] if node.test is None else [(node.test, line, turn)]
                stack += [(child, line, {**turn, "loop": ("loop",)}) for child in node.body]
            case nodes.Getattr() | nodes.Name():
                path = _path(node)
                yield Placeholder(path, _span_of(text, path, line), of=own.get(path[0]))
            case _:
                stack += [(child, line, own) for child in node.iter_child_nodes()]


def _path(node: nodes.Node) -> tuple[str, ...]:
    """Return the path that a chain of dots on a name spells."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    assert isinstance(node, nodes.Name)
    return (node.name, *reversed(parts))


def _line_span(text: str, lineno: int) -> Span:
    lines = text.split("\n")
    number = min(max(lineno, 1), len(lines))
    start = sum(len(line) + 1 for line in lines[: number - 1])
    return Span(start, start + max(1, len(lines[number - 1])))


def _span_of(text: str, path: tuple[str, ...], lineno: int) -> Span:
    line = _line_span(text, lineno)
    written = r"\s*\.\s*".join(map(re.escape, path))
    found = re.compile(rf"(?<![\w.]){written}(?!\w)").search(text, line.start)
    return line if found is None else Span(*found.span())


# What is rendered


@frozen(eq=False)
class Text:
    """A text ready to be rendered: the paths it reads, in the order in which their values are given."""

    paths: tuple[tuple[str, ...], ...]
    dated: bool
    template: Template

    def render(self, values: list[Any]) -> str:
        """Return the text with the values of its paths, cut off where it grows beyond all use."""
        context = self.template.new_context(dict(zip(_NAMES, values, strict=False)), shared=True)
        pieces: list[str] = []
        room = MOST_OUTPUT
        for piece in self.template.root_render_func(context):
            room -= len(piece)
            if room < 0:
                pieces.append(piece[:room] + "…")
                break
            pieces.append(piece)
        return "".join(pieces)


_MOST_PATHS = 1_000
_NAMES = [f"placeholder_{number}" for number in range(_MOST_PATHS)]


@functools.lru_cache(maxsize=20_000)
def compiled(text: str, *, html: bool = False) -> Text:
    """Return a text ready to be rendered; ValueError when anything stands in it that may not."""
    environment = _environment(html=html)
    tree = environment.parse(text)
    # Whatever says that it was inspected, a list of what may stand in a text holds where it is compiled.
    if next(_problems(tree), None) is not None:
        raise ValueError("a text that is not allowed")
    naming = _Naming()
    tree = naming.visit(tree)
    dated = any(node.name == "date" for node in tree.find_all(nodes.Filter))
    template = Template.from_code(environment, environment.compile(tree), {})
    return Text(tuple(naming.paths), dated, template)


class _Naming(NodeTransformer):
    """Gives each placeholder one name of its own; the names of loops stay."""

    def __init__(self) -> None:
        self.own: frozenset[str] = frozenset()
        self.paths: dict[tuple[str, ...], str] = {}

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja2's name
        assert isinstance(node.target, nodes.Name)
        node.iter = self.visit(node.iter)
        node.else_ = [self.visit(child) for child in node.else_]
        outside = self.own
        self.own = outside | {node.target.name}
        if node.test is not None:
            node.test = self.visit(node.test)
        self.own |= {"loop"}
        node.body = [self.visit(child) for child in node.body]
        self.own = outside
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - Jinja2's name
        return self._named(node)

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja2's name
        return self._named(node)

    def _named(self, node: nodes.Getattr | nodes.Name) -> nodes.Node:
        path = _path(node)
        if path[0] in self.own:
            return node
        name = self.paths.setdefault(path, _NAMES[len(self.paths)])
        return nodes.Name(name, "load", lineno=node.lineno)
