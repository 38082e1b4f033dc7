"""Texts of outcomes, rendered once the cycle is over: once for a language, and for agents and end users apart."""

import functools
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cached_property

from attrs import evolve, field, frozen

from trigdsl.engine.conditions import opening
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
from trigdsl.runtime.texts import derived, engines, markup, paths, sandbox
from trigdsl.runtime.texts.drops import Names, Part, part
from trigdsl.runtime.texts.parts import parts_of
from trigdsl.runtime.texts.sandbox import Text
from trigdsl.runtime.texts.values import Entry, Moment, Reader, yes_no
from trigdsl.semantics.messages import Account, Content, TemplateFile, Templates
from trigdsl.semantics.rules import Message, Rules, Template
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import Vocabulary

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
    _ways: dict[tuple[str, ...], paths.Way] = field(factory=dict)
    _parts: dict[tuple[str, str], Part] = field(factory=dict)
    _dated: "dict[_Form, bool]" = field(factory=dict)

    def way(self, path: tuple[str, ...]) -> paths.Way:
        """Return what a path of a text leads to."""
        found = self._ways.get(path)
        if found is None:
            found = self._ways[path] = paths.way(self.rules.vocabulary, path)
        return found

    def part(self, entity: str, name: str) -> Part | None:
        """Return how what a thing answers to a name in a Liquid body is found."""
        found = self._parts.get((entity, name))
        if found is None:
            found = part(self.rules.vocabulary, entity, name)
            if found is not None:
                self._parts[entity, name] = found
        return found

    def label(self, path: str, choice: str, language: str) -> str:
        """Return a choice of a field as a reader of a language writes it."""
        found = None
        for code in languages(language):
            found = self.labels.get(code, {}).get(path, {}).get(choice)
            if found is not None or code == DEFAULT_LANGUAGE:
                break
        return found or choice[:1].upper() + choice[1:].replace("_", " ")

    def dated(self, form: "_Form") -> bool:
        """Return whether a text has dates, which depend on where the reader is."""
        known = self._dated.get(form)
        if known is None:
            texts = [form.text(text) for text in (form.subject, form.body, form.html) if text is not None]
            known = self._dated[form] = form.liquid or any(
                text.dated or any(map(self._in_a_zone, text.paths))
                for text in texts
                if isinstance(text, Text)
            )
        return known

    def _in_a_zone(self, path: tuple[str, ...]) -> bool:
        made = (table.get(path[-1]) for table in self.rules.vocabulary.placeholders.names.values())
        return any(found is not None and found.how in derived.IN_A_ZONE for found in made)

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
class _Form:
    """The texts of a message as they are written, in one language."""

    subject: str | None
    body: str
    html: str | None
    spoken: str
    liquid: bool

    def text(self, written: str, *, html: bool = False) -> "Text | engines.Body":
        """Return one of them ready to be rendered."""
        if self.liquid:
            return engines.liquid().compiled(written, html=html)
        return sandbox.compiled(written, html=html)


@frozen(eq=False)
class _Stage:
    """The texts of one outcome; each is rendered once for each kind of reader."""

    renderer: Renderer
    ticket: Ticket
    update: Update
    directory: Directory
    done: dict[tuple[Message, Reader, bool], Written] = field(factory=dict)
    contents: dict[tuple[str, Reader], str] = field(factory=dict)
    names: dict[Reader, Names] = field(factory=dict)
    records: dict[tuple[str, str], Mapping[str, Value]] = field(factory=dict)

    def effect(self, effect: Effect) -> Effect:
        match effect:
            case Notification():
                record = self.directory.record("user", effect.person)
                text = self.message(
                    effect.message, effect.language, record, is_agent=effect.to_agent, mail=True
                )
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
        self,
        message: Message,
        language: str | None,
        person: Record | None,
        *,
        is_agent: bool,
        mail: bool = False,
    ) -> Written:
        """Return a message as a reader gets it, in the language closest to theirs; mail may be a page as well."""
        form = self._form(message, language)
        dated = self.renderer.dated(form)
        # A French template is written for Québec's dates too, when the reader is there.
        near = dated and language and language[:2].lower() == form.spoken[:2].lower()
        wanted = language if near and language else form.spoken
        suppressed = form.liquid and mail and not is_agent and self._from_a_stranger
        speaks = language or "" if self.account.contents else ""
        zone = _zone(person) if dated else UTC
        reader = Reader(is_agent, wanted, zone, suppressed=suppressed, speaks=speaks)
        slot = (message, reader, mail)
        found = self.done.get(slot)
        if found is None:
            found = self.done[slot] = self._written(form, reader, page_too=mail)
        return found

    def _form(self, message: Message, language: str | None) -> "_Form":
        """Return the texts of a message in the language closest to a reader's."""
        if not isinstance(message, Template):
            return _Form(message.subject, message.body, None, language or DEFAULT_LANGUAGE, liquid=False)
        file = chosen(self.renderer.templates.by_name[message.name], language)
        subject, body = parts_of(file.source.text)
        html = None if file.html is None else file.html.text
        return _Form(subject, body, html, file.language, liquid=file.liquid)

    def _written(self, form: "_Form", reader: Reader, *, page_too: bool) -> Written:
        subject = None if form.subject is None else self.written(form.text(form.subject), reader)
        page = form.html
        html: str | None = None
        if page is None and form.liquid and page_too and markup.stands_in(form.body):
            # One text for both, as Zendesk has it: whoever reads no HTML gets it without its markup.
            laid_out = self.written(form.text(form.body, html=True), evolve(reader, html=True))
            html = markup.page(laid_out, form.body)
            body = markup.plain(html)
        else:
            body = self.written(form.text(form.body), reader)
            if page is not None:
                html = self.written(form.text(page, html=True), evolve(reader, html=True))
        return Written(None if subject is None else " ".join(subject.split()), body, html, form.spoken)

    @cached_property
    def _from_a_stranger(self) -> bool:
        """Whether the account keeps comments out of what this update tells end users: one of them made the ticket."""
        update = self.update
        if not self.account.suppressed or not update.created or update.channel == "api" or update.by is None:
            return False
        return not self.directory.is_agent(self.directory.record("user", update.by))

    def written(self, text: "Text | engines.Body", reader: Reader) -> str:
        """Return a text with the values its placeholders have for a reader."""
        if not isinstance(text, Text):
            names = self.names.get(reader)
            if names is None:
                names = self.names[reader] = Names(self, reader)
            return text.render(names)
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
        if comment is None or reader.suppressed or not (comment.public or reader.is_agent):
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
        return _NOTHING if hidden or reader.suppressed else self.ticket.values

    def comments(self, name: str, reader: Reader) -> list[Comment]:
        """Return the comments that a reader may see."""
        if reader.suppressed:
            return []
        public_only = not reader.is_agent or "public" in name
        return [c for c in self.ticket.comments if c.public or not public_only]

    # What is made from them

    @property
    def vocabulary(self) -> Vocabulary:
        """The nouns of the rules."""
        return self.renderer.rules.vocabulary

    @property
    def account(self) -> Account:
        """What the account knows of itself."""
        return self.renderer.templates.account

    def label(self, path: str, choice: str, language: str) -> str:
        """Return a choice as a reader of a language writes it."""
        return self.renderer.label(path, choice, language)

    def part(self, entity: str, name: str) -> Part | None:
        """Return how what a thing of an entity answers to a name is found."""
        return self.renderer.part(entity, name)

    def of_comment(self, comment: Comment) -> Mapping[str, Value]:
        """Return the fields of a comment."""
        return _fields(comment, comment.author, comment.time)

    def is_open(self) -> bool:
        """Return whether the ticket's opening hours held when the update was made; the first ones, where it has none."""
        schedules = self.renderer.rules.schedules
        own = self.ticket.values.get("schedule")
        schedule = schedules.get(str(own)) or next(iter(schedules.values()), None)
        return schedule is not None and opening(schedule, self.update.time)["open"]

    def content(self, name: str, reader: Reader) -> str:
        """Return a common text of the account, in the reader's language, else in the one it has for all others.

        What names a common text inside one is left empty. Nothing is suppressed in it.
        """
        slot = (name, reader)
        found = self.contents.get(slot)
        if found is None:
            self.contents[slot] = ""
            content = self.account.contents[name]
            nearest = _nearest(reader.speaks or reader.language, content)
            found = content.texts[nearest]
            if content.inspections[nearest].placeholders or "{%" in found:
                found = self._common(found, reader)
            self.contents[slot] = found
        return found

    def _common(self, text: str, reader: Reader) -> str:
        plain = evolve(reader, suppressed=False, html=False)
        try:
            return engines.liquid().compiled(text).render(Names(self, plain))
        except ValueError:
            return text

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


def _nearest(language: str, content: Content) -> str:
    """Return the language of a common text that is nearest to a reader's, else the one that is for all others."""
    code = language.replace("_", "-").lower()
    base = code.partition("-")[0]
    near = (
        c for c in (code, base, *sorted(content.texts)) if c in content.texts and c.partition("-")[0] == base
    )
    return next(near, content.default)


def _fields(comment: Comment, author: str | None, time: datetime | None) -> Mapping[str, Value]:
    own = {"body": comment.body, "author": author, "created_at": time, "public": comment.public}
    return {**own, **comment.values}


def _zone(person: Record | None) -> tzinfo:
    name = None if person is None else person.values.get("time_zone")
    try:
        return zoneinfo.ZoneInfo(name) if isinstance(name, str) else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


_NOTHING: Mapping[str, Value] = {}
