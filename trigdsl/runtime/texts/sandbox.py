"""Texts for people: what a template reads, and how it is rendered, by Jinja2 in its sandbox.

Only what is listed here may stand in a text: placeholders, `if`, `for`, comparisons, and the filters
below. Everything else is a mistake that is reported before the first event.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import evolve, frozen
from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from trigdsl.engine.effects import CommentPosted, Effect, FieldChanged, Notification, Outcome, WebhookCall
from trigdsl.engine.state import Comment, Directory, Ticket, Update
from trigdsl.engine.view import settled
from trigdsl.semantics import types
from trigdsl.semantics.messages import (
    COMMENT_LISTS,
    LATEST_COMMENTS,
    Inspection,
    Mistake,
    Placeholder,
    TemplateFile,
    Templates,
)
from trigdsl.semantics.rules import Message, Rules, Template
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER
from trigdsl.source import Span

DEFAULT_LANGUAGE = "en"


class _Entity(dict[str, Any]):
    """A person, a group, a ticket in a text: its fields, and how it is written when it stands alone."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.shown = shown

    def __str__(self) -> str:
        return self.shown

    def __bool__(self) -> bool:
        return bool(self.shown)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox in which a dot reads a field, and nothing else of any object."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)


def _written(value: Any) -> Any:
    """Return how a value is written in a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value


def _text(value: Any) -> str:
    return str(_written(value))


def _label(value: Any) -> str:
    """Return a choice as a reader writes it: `urgent` is `Urgent`."""
    text = _text(value).replace("_", " ")
    return text[:1].upper() + text[1:]


def _truncate(value: Any, length: int = 80) -> str:
    text = _text(value)
    return text if len(text) <= length else text[: max(0, length - 1)] + "…"


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "default": lambda value, other="": other if value in ("", None) else value,
    "label": _label,
    "lower": lambda value: _text(value).lower(),
    "trim": lambda value: _text(value).strip(),
    "truncate": _truncate,
    "upper": lambda value: _text(value).upper(),
}
_ARGUMENTS: Mapping[str, type] = {"default": str, "truncate": int}
_LOOP = frozenset({"first", "last", "index"})
_COMMENT = frozenset({"body", "author", "created_at", "public"})
MOST_CHARACTERS = 100_000
MOST_DEPTH = 40
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
def _environment() -> Environment:
    environment = _Sandbox(undefined=StrictUndefined, finalize=_written, keep_trailing_newline=True)
    environment.filters = dict(_FILTERS)
    environment.tests = {}
    environment.globals = {}
    return environment


# What a text reads


@functools.lru_cache(maxsize=10_000)
def inspect(text: str) -> Inspection:
    """Return what a text reads, and every mistake in it."""
    if len(text) > MOST_CHARACTERS:
        message = f"the text is too long: {len(text):,} characters, and at most {MOST_CHARACTERS:,} are sent"
        return Inspection((), (Mistake(Span(0, 1), message),))
    try:
        tree = _environment().parse(text)
        mistakes = [Mistake(_line_span(text, line), problem) for line, problem in _problems(tree)]
    except TemplateSyntaxError as error:
        return Inspection((), (Mistake(_line_span(text, error.lineno), _plain(error)),))
    except RecursionError:
        return Inspection((), (Mistake(Span(0, 1), _TOO_DEEP),))
    return Inspection(tuple(_placeholders(text, tree)), tuple(mistakes))


_TOO_DEEP = "the text nests its parts too deep"


def _plain(error: TemplateSyntaxError) -> str:
    message = (error.message or "it cannot be read").rstrip(".")
    return "the text cannot be read: " + message[:1].lower() + message[1:]


def _problems(tree: nodes.Node) -> Iterator[tuple[int, str]]:
    """Yield the line of each thing that may not stand in a text, and why."""
    stack = [(tree, 0, False)]
    while stack:
        node, depth, in_loop = stack.pop()
        if depth > MOST_DEPTH:
            yield node.lineno, _TOO_DEEP
            return
        problem = _problem(node)
        if isinstance(node, nodes.For) and in_loop:
            problem = "a loop cannot stand inside a loop"
        if problem is not None:
            yield node.lineno, problem
            continue
        inside = in_loop or isinstance(node, nodes.For)
        stack += [(child, depth + 1, inside) for child in node.iter_child_nodes()]


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


def _is_path(node: nodes.Node) -> bool:
    while isinstance(node, nodes.Getattr):
        node = node.node
    return isinstance(node, nodes.Name)


def _placeholders(text: str, tree: nodes.Node) -> Iterator[Placeholder]:
    """Yield each path that a text reads; what a loop names is read of the thing it goes through."""
    loops = [*tree.find_all(nodes.For)]
    own = {loop.target.name for loop in loops if isinstance(loop.target, nodes.Name)}
    repeated = {id(loop.iter) for loop in loops}
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all((nodes.Getattr, nodes.Name)):
        if id(node) in inner:
            continue
        parts: list[str] = []
        start: nodes.Node = node
        while isinstance(start, nodes.Getattr):
            parts.append(start.attr)
            start = start.node
        if not isinstance(start, nodes.Name) or start.ctx != "load":
            continue
        path = (start.name, *reversed(parts))
        local = start.name if start.name in own or start.name == "loop" else None
        yield Placeholder(path, _span_of(text, path, node.lineno), id(node) in repeated, local)


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


# Rendering


def languages(language: str | None) -> tuple[str, ...]:
    """Return the languages to look for, best first: fr-CA, fr, en."""
    if not language:
        return (DEFAULT_LANGUAGE,)
    base = language.replace("_", "-").split("-")[0]
    return tuple(dict.fromkeys((language, base, DEFAULT_LANGUAGE)))


def chosen(files: Mapping[str, TemplateFile], language: str | None) -> TemplateFile:
    """Return the template for a reader of a language; in the first language there is when none fits."""
    for code in languages(language):
        if code in files:
            return files[code]
    return files[min(files)]


_SUBJECT = re.compile(r"Subject:[ \t]*([^\n]*)(?:\n|$)\n?")


def parts_of(text: str) -> tuple[str | None, str]:
    """Return a template's subject line and its body; None when it has no subject."""
    found = _SUBJECT.match(text)
    return (None, text) if found is None else (found[1], text[found.end() :])


@functools.lru_cache(maxsize=20_000)
def _compiled(text: str) -> Compiled:
    return _environment().from_string(text)


@frozen
class Renderer:
    """Renders the texts of outcomes, each from the ticket as it ended, for agents and end users apart."""

    rules: Rules
    templates: Templates

    def rendered(self, outcome: Outcome, directory: Directory) -> Outcome:
        """Return the outcome with every subject and body written out."""
        if outcome.ticket is None or outcome.update is None or not _texts(outcome.effects, outcome.trial):
            return outcome
        known = directory.including(outcome.ticket.people.values())
        stage = _Stage(self, outcome.ticket, outcome.update, known, {})
        effects = [*outcome.effects]
        ticket = outcome.ticket
        posted = [n for n, effect in enumerate(effects) if isinstance(effect, CommentPosted)]
        if posted:
            ticket = self._posted(stage, effects, posted)
            stage = evolve(stage, ticket=ticket)
        return evolve(
            outcome,
            effects=tuple(stage.effect(effect) for effect in effects),
            trial=tuple(evolve(t, effects=tuple(map(stage.effect, t.effects))) for t in outcome.trial),
            ticket=ticket,
        )

    def _posted(self, stage: "_Stage", effects: list[Effect], posted: list[int]) -> Ticket:
        """Render the comments that triggers posted, and return the ticket that holds their texts."""
        comments = [*stage.ticket.comments]
        for number, at in enumerate(posted, len(comments) - len(posted)):
            effect = stage.effect(effects[at])
            assert isinstance(effect, CommentPosted)
            effects[at] = effect
            comments[number] = evolve(comments[number], body=effect.body or "")
        return evolve(stage.ticket, comments=tuple(comments))


def _texts(effects: Iterable[Effect], trial: Iterable[Any]) -> bool:
    return any(not isinstance(e, FieldChanged) for e in effects) or bool(tuple(trial))


@frozen
class _Stage:
    """The texts of one outcome; each is rendered once for a language and a kind of reader."""

    renderer: Renderer
    ticket: Ticket
    update: Update
    directory: Directory
    done: dict[tuple[Message, str | None, bool], tuple[str | None, str, str]]

    def effect(self, effect: Effect) -> Effect:
        match effect:
            case Notification():
                subject, body, spoken = self.text(effect.message, effect.language, to_agent=effect.to_agent)
                return evolve(effect, subject=subject, body=body, language=spoken)
            case WebhookCall():
                return evolve(effect, body=self.text(effect.message, None, to_agent=True)[1])
            case CommentPosted():
                if effect.body is not None:
                    return effect
                reader = self._requesters_language() if effect.public else None
                return evolve(effect, body=self.text(effect.message, reader, to_agent=not effect.public)[1])
            case FieldChanged():
                return effect

    def text(self, message: Message, language: str | None, *, to_agent: bool) -> tuple[str | None, str, str]:
        """Return the subject, the body and the language of a message for one kind of reader."""
        if isinstance(message, Template):
            file = chosen(self.renderer.templates.by_name[message.name], language)
            subject, body = parts_of(file.source.text)
            spoken = file.language
        else:
            subject, body = message.subject, message.body
            spoken = language or DEFAULT_LANGUAGE
        slot = (message, spoken, to_agent)
        if slot not in self.done:
            line = None if subject is None else " ".join(self.written(subject, to_agent=to_agent).split())
            self.done[slot] = line, self.written(body, to_agent=to_agent), spoken
        return self.done[slot]

    def written(self, text: str, *, to_agent: bool) -> str:
        if "{" not in text:
            return text
        context = self.context(inspect(text).placeholders, to_agent=to_agent)
        try:
            return _compiled(text).render(context)
        except TemplateError as error:  # pragma: no cover - checked texts do not come here
            raise AssertionError(f"a checked text did not render: {error}") from error

    def _requesters_language(self) -> str | None:
        key = self.ticket.values.get("requester")
        found = self.directory.record("user", key).values.get("language") if isinstance(key, str) else None
        return found if isinstance(found, str) else None

    # What placeholders stand for

    def context(self, placeholders: Iterable[Placeholder], *, to_agent: bool) -> dict[str, Any]:
        """Return the values of just the placeholders of a text, as plain dictionaries."""
        context: dict[str, Any] = {}
        for placeholder in placeholders:
            if placeholder.local is not None:
                continue
            entity, found = self._start(placeholder.parts[0], to_agent=to_agent)
            where = context
            for number, name in enumerate(placeholder.parts):
                if number:
                    entity, found = self._step(entity, found, name, to_agent=to_agent)
                last = number == len(placeholder.parts) - 1
                if last and entity is None:
                    where[name] = found
                    break
                where = where.setdefault(name, _Entity(_shown_entity(found)))
        return context

    def _start(self, name: str, *, to_agent: bool) -> tuple[str | None, Any]:
        vocabulary = self.renderer.rules.vocabulary
        if name == CURRENT_USER:
            by = self.update.by
            key = None if by is None else self.directory.key("user", by)
            return "user", None if key is None else self.directory.record("user", key)
        if name in vocabulary.shorthands:
            return self._step(vocabulary.root, self.ticket, name, to_agent=to_agent)
        if name == "comment":
            return "comment", self._visible(self.update.comment, to_agent=to_agent)
        return name, self.ticket if name == vocabulary.root else self.update

    def _step(self, entity: str | None, found: Any, name: str, *, to_agent: bool) -> tuple[str | None, Any]:
        vocabulary = self.renderer.rules.vocabulary
        if entity == vocabulary.root and name in (*COMMENT_LISTS, *LATEST_COMMENTS):
            return self._comments(name, to_agent=to_agent)
        declared = vocabulary.field(entity or "", name)
        assert declared is not None, (entity, name)
        kind = declared.type
        value = self._value(found, name, to_agent=to_agent)
        if value is not None:
            value = settled(value, kind, self.directory)
        if isinstance(kind, types.ReferenceType):
            return kind.kind, None if value is None else self.directory.record(kind.kind, str(value))
        if isinstance(kind, types.ReferencesType) and isinstance(value, frozenset):
            return None, sorted(self.directory.record(kind.kind, key).shown for key in value)
        return None, _printable(types.empty(kind) if value is None else value)

    def _value(self, found: Any, name: str, *, to_agent: bool) -> Value:
        match found:
            case None:
                return None
            case Comment():
                own: dict[str, Value] = {
                    "body": found.body,
                    "author": found.author,
                    "created_at": found.time or self.update.time,
                }
                return {**own, **found.values}.get(name)
            case Update():
                facts: dict[str, Value] = {
                    "channel": found.channel,
                    "automatic": found.automatic,
                    "time": found.time,
                }
                return facts.get(name)
            case Ticket():
                first = found.comments[0] if found.comments else None
                hidden = first is not None and not first.public and not to_agent
                return None if name == "description" and hidden else found.values.get(name)
            case _:
                value: Value = found.values.get(name)
                return value

    def _visible(self, comment: Comment | None, *, to_agent: bool) -> Comment | None:
        """Return the comment, unless it is private and the reader is no agent."""
        if comment is None or not (comment.public or to_agent):
            return None
        by = self.update.by
        return evolve(comment, author=None if by is None else self.directory.key("user", by))

    def _comments(self, name: str, *, to_agent: bool) -> tuple[str | None, Any]:
        public_only = not to_agent or "public" in name
        comments = [c for c in self.ticket.comments if c.public or not public_only]
        if name in LATEST_COMMENTS:
            return "comment", comments[-1] if comments else None
        return None, [self._comment_entry(comment) for comment in comments]

    def _comment_entry(self, comment: Comment) -> dict[str, Any]:
        author = None if comment.author is None else self.directory.record("user", comment.author)
        entry = _Entity(comment.body)
        entry["body"] = comment.body
        entry["author"] = _Entity("" if author is None else author.shown)
        entry["author"]["name"] = "" if author is None else author.values.get("name") or author.shown
        entry["created_at"] = "" if comment.time is None else comment.time
        entry["public"] = comment.public
        return entry


def _shown_entity(found: Any) -> str:
    match found:
        case None:
            return ""
        case Comment(body=body):
            return body
        case Ticket(id=number):
            return number
        case Update(id=event):
            return event
        case _:
            return str(found.values.get("name") or found.shown)


def _printable(value: Value) -> Any:
    """Return a value as a text may use it: nothing is an empty text, a set a sorted list."""
    match value:
        case None:
            return ""
        case Decimal():
            return format(value, "f")
        case frozenset():
            return sorted(value)
        case datetime():
            return value
        case date():
            return value.isoformat()
        case _:
            return value
