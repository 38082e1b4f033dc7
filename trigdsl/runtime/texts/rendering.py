"""Texts of outcomes, rendered once the cycle is over: once for a language, and for agents and end users apart."""

import functools
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from attrs import evolve, field, frozen

from trigdsl.engine.effects import (
    ActionTaken,
    CommentPosted,
    Effect,
    FieldChanged,
    Notification,
    Outcome,
    TrialFiring,
    WebhookCall,
)
from trigdsl.engine.state import Comment, Directory, Record, Ticket, Update
from trigdsl.runtime.texts import sandbox
from trigdsl.runtime.texts.sandbox import Text
from trigdsl.runtime.texts.values import Entry, Moment, Several, Word, yes_no
from trigdsl.semantics import types
from trigdsl.semantics.messages import COMMENT_LISTS, LATEST_COMMENTS, TemplateFile, Templates
from trigdsl.semantics.rules import Message, Rules, Template
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, Field, Vocabulary

DEFAULT_LANGUAGE = "en"

Labels = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By language, then by field (`ticket.priority`), a choice's label."""


@functools.lru_cache(maxsize=1_000)
def languages(language: str | None) -> tuple[str, ...]:
    """Return the languages to look for, in lower case and best first: fr-ca, fr, en."""
    if not language:
        return (DEFAULT_LANGUAGE,)
    code = language.replace("_", "-").lower()
    return tuple(dict.fromkeys((code, code.split("-", maxsplit=1)[0], DEFAULT_LANGUAGE)))


def chosen(files: Mapping[str, TemplateFile], language: str | None) -> TemplateFile:
    """Return the template for a reader of a language; in the first language there is when none fits."""
    for code in languages(language):
        if code in files:
            return files[code]
    return files[min(files)]


@frozen
class Written:
    """A message as one kind of reader gets it; html is None when there is only plain text."""

    subject: str | None
    body: str
    html: str | None
    language: str


@frozen(eq=False)
class Renderer:
    """Renders the texts of outcomes, each from the ticket as it ended."""

    rules: Rules
    templates: Templates
    labels: Labels = field(factory=dict)
    _ways: "dict[tuple[str, ...], _Way]" = field(factory=dict)

    def way(self, path: tuple[str, ...]) -> "_Way":
        """Return what a path of a text leads to."""
        found = self._ways.get(path)
        if found is None:
            found = self._ways[path] = _way(self.rules.vocabulary, path)
        return found

    def label(self, path: str, choice: str, language: str) -> str:
        """Return a choice of a field as a reader of a language writes it."""
        found = None
        for code in languages(language):
            found = self.labels.get(code, {}).get(path, {}).get(choice)
            if found is not None or code == DEFAULT_LANGUAGE:
                break
        return found or choice[:1].upper() + choice[1:].replace("_", " ")

    def rendered(self, outcome: Outcome, directory: Directory) -> Outcome:
        """Return the outcome with every subject and body written out."""
        if outcome.ticket is None or outcome.update is None or not _has_texts(outcome.effects, outcome.trial):
            return outcome
        agents = self.rules.agent_roles
        known = directory.with_agents(agents).knowing(outcome.ticket.people.values())
        stage = _Stage(self, outcome.ticket, outcome.update, known)
        effects = [*outcome.effects]
        ticket = outcome.ticket
        posted = [n for n, effect in enumerate(effects) if isinstance(effect, CommentPosted)]
        if posted:
            ticket = _posted(stage, effects, posted)
            stage = _Stage(self, ticket, outcome.update, known)
        trial = tuple(TrialFiring(t.trigger, tuple(map(stage.effect, t.effects))) for t in outcome.trial)
        return evolve(outcome, effects=tuple(map(stage.effect, effects)), trial=trial, ticket=ticket)


def _has_texts(effects: Iterable[Effect], trial: tuple[TrialFiring, ...]) -> bool:
    return bool(trial) or any(not isinstance(effect, FieldChanged) for effect in effects)


def _posted(stage: "_Stage", effects: list[Effect], posted: list[int]) -> Ticket:
    """Render the comments that triggers posted, and return the ticket that holds their texts."""
    comments = [*stage.ticket.comments]
    for number, at in enumerate(posted, len(comments) - len(posted)):
        effect = stage.effect(effects[at])
        assert isinstance(effect, CommentPosted)
        effects[at] = effect
        comments[number] = evolve(comments[number], body=effect.body or "")
    return evolve(stage.ticket, comments=tuple(comments))


@frozen
class Reader:
    """Whom a text is for: whether they work here, their language, and their zone where the text has dates."""

    is_agent: bool
    language: str
    zone: tzinfo = UTC


@frozen(eq=False)
class _Stage:
    """The texts of one outcome; each is rendered once for each kind of reader."""

    renderer: Renderer
    ticket: Ticket
    update: Update
    directory: Directory
    done: dict[tuple[Message, Reader], Written] = field(factory=dict)
    records: dict[tuple[str, str], Mapping[str, Value]] = field(factory=dict)

    def effect(self, effect: Effect) -> Effect:
        match effect:
            case Notification():
                record = self.directory.record("user", effect.person)
                text = self.message(effect.message, effect.language, record, is_agent=effect.to_agent)
                return effect.saying(text.subject, text.body, text.html, text.language)
            case WebhookCall():
                return evolve(effect, body=self.message(effect.message, None, None, is_agent=True).body)
            case CommentPosted():
                if effect.body is not None:
                    return effect
                requester = self._requester() if effect.public else None
                language = None if requester is None else requester.values.get("language")
                spoken = language if isinstance(language, str) else None
                return evolve(
                    effect,
                    body=self.message(effect.message, spoken, requester, is_agent=not effect.public).body,
                )
            case ActionTaken():
                return self._taken(effect)
            case FieldChanged():
                return effect

    def _taken(self, effect: ActionTaken) -> ActionTaken:
        if effect.message is None:
            return effect
        person = None if effect.person is None else self.directory.record("user", effect.person)
        language = None if person is None else person.values.get("language")
        spoken = language if isinstance(language, str) else None
        text = self.message(
            effect.message, spoken, person, is_agent=person is None or self.directory.is_agent(person)
        )
        return evolve(effect, subject=text.subject, body=text.body, language=text.language)

    def _requester(self) -> Record | None:
        key = self.ticket.values.get("requester")
        return self.directory.record("user", key) if isinstance(key, str) else None

    def message(
        self, message: Message, language: str | None, person: Record | None, *, is_agent: bool
    ) -> Written:
        """Return a message as a reader gets it, in the language closest to theirs."""
        html: str | None = None
        if isinstance(message, Template):
            file = chosen(self.renderer.templates.by_name[message.name], language)
            subject, body = sandbox.parts_of(file.source.text)
            spoken = file.language
            html = None if file.html is None else file.html.text
        else:
            subject, body = message.subject, message.body
            spoken = language or DEFAULT_LANGUAGE
        texts = [sandbox.compiled(body)]
        line = None if subject is None else sandbox.compiled(subject)
        page = None if html is None else sandbox.compiled(html, html=True)
        dated = any(text.dated for text in (*texts, line, page) if text is not None)
        # A French template is written for Québec's dates too, when the reader is there.
        wanted = language if dated and language and language[:2].lower() == spoken[:2].lower() else spoken
        reader = Reader(is_agent, wanted, _zone(person) if dated else UTC)
        slot = (message, reader)
        found = self.done.get(slot)
        if found is None:
            found = Written(
                None if line is None else " ".join(self.written(line, reader).split()),
                self.written(texts[0], reader),
                None if page is None else self.written(page, reader),
                spoken,
            )
            self.done[slot] = found
        return found

    def written(self, text: Text, reader: Reader) -> str:
        """Return a text with the values its placeholders have for a reader."""
        way = self.renderer.way
        return text.render([way(path)(self, reader) for path in text.paths])

    # What placeholders begin with

    def record(self, kind: str, name: str) -> Mapping[str, Value]:
        """Return the fields of a person, a group and the like."""
        found = self.records.get((kind, name))
        if found is None:
            known = self.directory.record(kind, self.directory.key(kind, name))
            found = self.records[kind, name] = known.values
        return found

    def shown(self, kind: str, name: str) -> str:
        """Return how outcomes write a person, a group and the like."""
        return self.directory.record(kind, self.directory.key(kind, name)).shown

    def actor(self) -> Mapping[str, Value]:
        """Return the fields of who made the update."""
        return _NOTHING if self.update.by is None else self.record("user", self.update.by)

    def beside(self, name: str, reader: Reader) -> Mapping[str, Value]:
        """Return the fields of the update, or of its comment if the reader may see it."""
        update = self.update
        if name == "update":
            return {
                "id": update.id,
                "channel": update.channel,
                "automatic": update.automatic,
                "time": update.time,
            }
        comment = update.comment
        if comment is None or not (comment.public or reader.is_agent):
            return _NOTHING
        return _fields(comment, update.by, update.time)

    def latest(self, name: str, reader: Reader) -> Mapping[str, Value]:
        """Return the fields of the last comment that the reader may see."""
        visible = self.comments(name, reader)
        return _fields(visible[-1], visible[-1].author, visible[-1].time) if visible else _NOTHING

    def described(self, reader: Reader) -> Mapping[str, Value]:
        """Return the ticket's fields, without a description that was private for a reader who is no agent."""
        comments = self.ticket.comments
        hidden = bool(comments) and not comments[0].public and not reader.is_agent
        return _NOTHING if hidden else self.ticket.values

    def comments(self, name: str, reader: Reader) -> list[Comment]:
        """Return the comments that a reader may see."""
        public_only = not reader.is_agent or "public" in name
        return [c for c in self.ticket.comments if c.public or not public_only]

    def entry(self, comment: Comment, reader: Reader) -> Entry:
        """Return a comment as a loop gives it."""
        author = _NOTHING if comment.author is None else self.record("user", comment.author)
        name = str(author.get("name") or author.get("email") or "")
        parts = {
            "body": comment.body,
            "author": Entry(name, {"name": name}),
            "created_at": "" if comment.time is None else Moment(comment.time, reader.language, reader.zone),
            "public": yes_no(comment.public, reader.language),
        }
        return Entry(comment.body, parts)


def _fields(comment: Comment, author: str | None, time: datetime | None) -> Mapping[str, Value]:
    return {"body": comment.body, "author": author, "created_at": time, **comment.values}


def _zone(person: Record | None) -> tzinfo:
    name = None if person is None else person.values.get("time_zone")
    try:
        return zoneinfo.ZoneInfo(name) if isinstance(name, str) else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


# Ways: what a path leads to, worked out once for a rule set, then asked for each text

_Way = Callable[[_Stage, Reader], Any]
_Holder = Callable[[_Stage, Reader], Mapping[str, Value]]
_NOTHING: Mapping[str, Value] = {}


def _way(vocabulary: Vocabulary, path: tuple[str, ...]) -> _Way:
    """Return how the value of a path is found and printed."""
    first, *rest = path
    if first in vocabulary.shorthands:
        first, rest = vocabulary.root, [first, *rest]
    if first == vocabulary.root and rest and rest[0] in COMMENT_LISTS:
        return lambda stage, reader: Several(stage.entry(c, reader) for c in stage.comments(rest[0], reader))
    holder, entity = _beginning(first, rest, vocabulary)
    if not rest:
        return _alone(holder, entity)
    *inner, last = rest
    for name in inner:
        holder, entity = _through(holder, vocabulary, entity, name)
    declared = vocabulary.field(entity, last)
    assert declared is not None, path
    if isinstance(declared.type, types.ReferenceType):
        holder, entity = _through(holder, vocabulary, entity, last)
        return _alone(holder, entity)
    printed = _printing(declared)
    return lambda stage, reader: printed(holder(stage, reader).get(last), stage, reader)


def _beginning(first: str, rest: list[str], vocabulary: Vocabulary) -> tuple[_Holder, str]:
    """Return what a path begins with; the latest comment, and a hidden description, are taken off its steps."""
    if first == CURRENT_USER:
        return lambda stage, _: stage.actor(), "user"
    if first != vocabulary.root:
        return lambda stage, reader: stage.beside(first, reader), first
    if rest and rest[0] in LATEST_COMMENTS:
        name = rest.pop(0)
        return lambda stage, reader: stage.latest(name, reader), "comment"
    if rest == ["description"]:
        return lambda stage, reader: stage.described(reader), first
    return lambda stage, _: stage.ticket.values, first


def _through(holder: _Holder, vocabulary: Vocabulary, entity: str, name: str) -> tuple[_Holder, str]:
    """Return the fields of what a reference leads to."""
    declared = vocabulary.field(entity, name)
    assert declared is not None
    assert isinstance(declared.type, types.ReferenceType)
    kind = declared.type.kind

    def follow(stage: _Stage, reader: Reader) -> Mapping[str, Value]:
        key = holder(stage, reader).get(name)
        return _NOTHING if key is None else stage.record(kind, str(key))

    return follow, kind


def _alone(holder: _Holder, entity: str) -> _Way:
    """Return how an entity is written that no field is asked of."""
    labels = {"comment": ("body",), "user": ("name", "email", "id")}.get(entity, ("name", "id"))

    def shown(stage: _Stage, reader: Reader) -> str:
        values = holder(stage, reader)
        return next((str(values[label]) for label in labels if values.get(label)), "")

    return shown


_Printing = Callable[[Value, _Stage, Reader], Any]


def _printing(declared: Field) -> _Printing:
    """Return how values of a field stand in a text: nothing is an empty text, a set a sorted list."""
    kind, path = declared.type, declared.path
    match kind:
        case types.ChoiceType():
            return lambda value, stage, reader: (
                ""
                if value is None
                else Word(str(value), stage.renderer.label(path, str(value), reader.language))
            )
        case types.YesNoType():
            return lambda value, _, reader: yes_no(value is True, reader.language)
        case types.DateType():
            return lambda value, _, reader: (
                Moment(value, reader.language, reader.zone) if isinstance(value, date) else ""
            )
        case types.ReferencesType(entity):
            return lambda value, stage, _: Several(
                sorted(stage.shown(entity, key) for key in value) if isinstance(value, frozenset) else ()
            )
        case types.NumberType():
            return lambda value, *_: (
                "" if value is None else format(value, "f") if isinstance(value, Decimal) else value
            )
        case types.TagsType() | types.ChoiceSetType():
            return lambda value, *_: Several(sorted(value) if isinstance(value, frozenset) else ())
        case _:
            return lambda value, *_: "" if value is None else value
