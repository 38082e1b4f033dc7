"""What an update causes, as data, and the outcome that holds it."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from trigdsl.engine.state import Ticket, Update
from trigdsl.engine.trace import Trace
from trigdsl.semantics import types
from trigdsl.semantics.rules import Inline, Location, Message, Template
from trigdsl.semantics.types import Value

VERSION = 1
"""The version of the shape that outcomes have in JSON."""


@frozen
class FieldChanged:
    """A field that a trigger gave another value; people and groups are written as outcomes write them."""

    trigger: str
    at: Location
    field: str
    before: Value
    after: Value
    key: str

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {
            "kind": "change",
            "trigger": self.trigger,
            "line": self.at.line,
            "field": self.field,
            "from": types.to_json(self.before),
            "to": types.to_json(self.after),
            "key": self.key,
        }


@frozen
class Notification:
    """One message to one person. Subject and body are None until it is rendered."""

    trigger: str
    at: Location
    channel: str
    recipient: str
    person: str
    to_agent: bool
    message: Message
    language: str | None
    key: str
    subject: str | None = None
    body: str | None = None
    html: str | None = None

    def saying(self, subject: str | None, body: str, html: str | None, language: str) -> "Notification":
        """Return the message with its texts."""
        return Notification(
            self.trigger,
            self.at,
            self.channel,
            self.recipient,
            self.person,
            self.to_agent,
            self.message,
            language,
            self.key,
            subject,
            body,
            html,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape; `html` is in it where the template has HTML."""
        return {
            "kind": "notification",
            "trigger": self.trigger,
            "line": self.at.line,
            "channel": self.channel,
            "recipient": self.recipient,
            "template": _template(self.message),
            "language": self.language,
            "subject": self.subject,
            "body": self.body,
            "key": self.key,
        } | ({} if self.html is None else {"html": self.html})


@frozen
class WebhookCall:
    """One call of a webhook; its body is None until it is rendered."""

    trigger: str
    at: Location
    webhook: str
    message: Message
    key: str
    body: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {
            "kind": "webhook",
            "trigger": self.trigger,
            "line": self.at.line,
            "webhook": self.webhook,
            "template": _template(self.message),
            "body": self.body,
            "key": self.key,
        }


@frozen
class CommentPosted:
    """One comment that a trigger wrote; its body is None until it is rendered."""

    trigger: str
    at: Location
    public: bool
    message: Message
    key: str
    body: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {
            "kind": "comment",
            "trigger": self.trigger,
            "line": self.at.line,
            "public": self.public,
            "template": _template(self.message),
            "body": self.body,
            "key": self.key,
        }


@frozen
class ActionTaken:
    """One action of the vocabulary's own. The argument is written as outcomes write it, the person is its key."""

    trigger: str
    at: Location
    action: str
    argument: Value
    person: str | None
    message: Message | None
    key: str
    language: str | None = None
    subject: str | None = None
    body: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {
            "kind": "action",
            "trigger": self.trigger,
            "line": self.at.line,
            "action": self.action,
            "argument": types.to_json(self.argument),
            "template": None if self.message is None else _template(self.message),
            "language": self.language,
            "subject": self.subject,
            "body": self.body,
            "key": self.key,
        }


Effect = FieldChanged | Notification | WebhookCall | CommentPosted | ActionTaken


def _template(message: Message) -> str | None:
    return message.name if isinstance(message, Template) else None


@frozen
class TrialFiring:
    """What a trial trigger would have done."""

    trigger: str
    effects: tuple[Effect, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape."""
        return {"trigger": self.trigger, "effects": [effect.to_json() for effect in self.effects]}


@frozen
class Outcome:
    """What came of one event: who fired, with which effects, and the ticket as it ended."""

    event: str
    ticket_id: str
    fired: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    trial: tuple[TrialFiring, ...] = ()
    after: Mapping[str, Value] = field(factory=dict)
    duplicate: bool = False
    actor: str | None = field(default=None, eq=False)
    trace: Trace | None = field(default=None, eq=False)
    ticket: Ticket | None = field(default=None, eq=False, repr=False)
    update: Update | None = field(default=None, eq=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the documented shape that `trigdsl run --json` prints, as plain JSON values."""
        return {
            "version": VERSION,
            "event": self.event,
            "ticket": self.ticket_id,
            "duplicate": self.duplicate,
            "fired": list(self.fired),
            "effects": [effect.to_json() for effect in self.effects],
            "trial": [trial.to_json() for trial in self.trial],
            "after": {name: types.to_json(value) for name, value in sorted(self.after.items())},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Outcome":
        """Return the outcome that an object of the documented shape tells of, its values as JSON holds them."""
        if data.get("version") != VERSION:
            raise ValueError(f"an outcome of version {data.get('version')!r} cannot be read, only {VERSION}")
        return cls(
            data["event"],
            data["ticket"],
            tuple(data["fired"]),
            _effects(data["effects"]),
            tuple(TrialFiring(trial["trigger"], _effects(trial["effects"])) for trial in data["trial"]),
            {name: _value(value) for name, value in data["after"].items()},
            data["duplicate"],
        )


def _value(raw: Any) -> Value:
    return frozenset(raw) if isinstance(raw, list) else raw


def _effects(data: Sequence[Mapping[str, Any]]) -> tuple[Effect, ...]:
    return tuple(map(_effect, data))


def _effect(e: Mapping[str, Any]) -> Effect:
    at = Location("", e["line"])
    trigger, key = e["trigger"], e["key"]
    template = e.get("template")
    message = Inline(e.get("subject"), e.get("body") or "") if template is None else Template(template)
    match e["kind"]:
        case "change":
            return FieldChanged(trigger, at, e["field"], _value(e["from"]), _value(e["to"]), key)
        case "notification":
            told, language = e["recipient"], e["language"]
            return Notification(
                trigger,
                at,
                e["channel"],
                told,
                told,
                False,
                message,
                language,
                key,
                e["subject"],
                e["body"],
                e.get("html"),
            )
        case "webhook":
            return WebhookCall(trigger, at, e["webhook"], message, key, e["body"])
        case "comment":
            return CommentPosted(trigger, at, e["public"], message, key, e["body"])
        case "action":
            words = None if e["body"] is None and template is None else message
            argument = _value(e["argument"])
            return ActionTaken(
                trigger, at, e["action"], argument, None, words, key, e["language"], e["subject"], e["body"]
            )
        case kind:
            raise ValueError(f"there is no effect of the kind {kind!r}")
