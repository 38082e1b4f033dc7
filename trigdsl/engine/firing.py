"""What a trigger does when it fires: its actions in order, each with the effects it has."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import assert_never

from attrs import define, field

from trigdsl.engine.effects import (
    ActionTaken,
    CommentPosted,
    Effect,
    FieldChanged,
    Notification,
    WebhookCall,
)
from trigdsl.engine.state import Comment, Record
from trigdsl.engine.trace import Silence
from trigdsl.engine.view import View, shown
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value


def fire(trigger: r.Trigger, view: View) -> "Firing":
    """Apply a trigger's actions to the view, and return what they caused."""
    firing = Firing(trigger, view)
    for number, action in enumerate(trigger.actions):
        firing.act(number, action)
    return firing


@define(eq=False)
class Firing:
    """What one firing has caused so far, and whom it left out."""

    trigger: r.Trigger
    view: View
    effects: list[Effect] = field(factory=list)
    silences: list[Silence] = field(factory=list)
    told: set[tuple[str, str]] = field(factory=set)

    @property
    def stops(self) -> bool:
        """Whether it ends the cycle."""
        return self.trigger.stops

    def act(self, number: int, action: r.Action) -> None:
        """Do one action, the one of this number, from 0."""
        view = self.view
        match action:
            case r.SetTo(name, operands):
                self._write(number, action, name, self._assigned(name, operands))
            case r.Clear(name):
                self._write(number, action, name, types.empty(self._type(name)))
            case r.Include(name, operands):
                self._write(number, action, name, _set(view.now.get(name)) | self._members(operands))
            case r.Exclude(name, operands):
                self._write(number, action, name, _set(view.now.get(name)) - self._members(operands))
            case r.Count(name, operand):
                amount = view.operand(operand)
                if amount is None:
                    self.silences.append(Silence(action.at, "it changes nothing"))
                else:
                    self._write(number, action, name, _sum(view.now.get(name), amount))
            case r.Notify():
                self._notify(number, action)
            case r.CallWebhook(webhook, message):
                effect_key = view.stamp.key(self.trigger.title, number)
                self.effects.append(WebhookCall(self.trigger.title, action.at, webhook, message, effect_key))
            case r.Post(public, message):
                effect_key = view.stamp.key(self.trigger.title, number)
                self.effects.append(CommentPosted(self.trigger.title, action.at, public, message, effect_key))
                view.comments = (*view.comments, Comment("", public, None, view.update.time))
            case r.Perform():
                self._perform(number, action)
            case r.Stop() | r.RawAction():
                pass  # what a raw action does is known elsewhere; its trigger is never tried
            case _:
                assert_never(action)

    # Fields

    def _type(self, name: str) -> types.Type:
        return self.view.rules.vocabulary.own[name].type

    def _assigned(self, name: str, operands: tuple[r.Operand, ...]) -> Value:
        if isinstance(self._type(name), types.SetType):
            return self._members(operands)
        return self.view.operand(operands[0])

    def _members(self, operands: tuple[r.Operand, ...]) -> frozenset[str]:
        """Return what the operands name: a set stands for its members, an empty value for nothing."""
        members: set[str] = set()
        for value in map(self.view.operand, operands):
            if isinstance(value, frozenset):
                members |= value
            elif value is not None:
                members.add(str(value))
        return frozenset(members)

    def _write(self, number: int, action: r.Action, name: str, new: Value) -> None:
        view, trigger = self.view, self.trigger.title
        vocabulary = view.rules.vocabulary
        new = None if new == "" else new  # an empty text is empty
        old = view.now.get(name)
        if old is None:
            old = types.empty(vocabulary.own[name].type)
        if old == new:
            self.silences.append(Silence(action.at, "it changes nothing"))
            return
        view.now[name] = new
        before, after = old, new
        kind = vocabulary.references.get(name)
        if kind is not None:
            before, after = shown(old, kind, view.directory), shown(new, kind, view.directory)
        path, key = vocabulary.own[name].path, view.stamp.key(trigger, number)
        self.effects.append(FieldChanged(trigger, action.at, path, before, after, key))

    def _perform(self, number: int, action: r.Perform) -> None:
        view = self.view
        value = None if action.operand is None else view.operand(action.operand)
        if action.operand is not None and value in (None, ""):
            self.silences.append(Silence(action.at, f"there is nothing to {action.action}"))
            return
        person = str(value) if action.type == types.ReferenceType("user") else None
        argument = value if action.type is None else shown(value, action.type, view.directory)
        effect_key = view.stamp.key(self.trigger.title, number)
        self.effects.append(
            ActionTaken(
                self.trigger.title, action.at, action.action, argument, person, action.message, effect_key
            )
        )

    # People

    def _notify(self, number: int, action: r.Notify) -> None:
        view = self.view
        nobody = True
        for recipient in action.recipients:
            for person in people(recipient, view):
                nobody = False
                record = view.directory.record("user", person)
                reason = self._reason_not_to_tell(action, recipient, record)
                if reason is not None:
                    self.silences.append(Silence(action.at, f"{record.shown} is not told: {reason}"))
                    continue
                self.told.add((action.channel, person))
                self.effects.append(self._notification(number, action, record))
        if nobody:
            self.silences.append(Silence(action.at, "there is nobody to tell"))

    def _notification(self, number: int, action: r.Notify, record: Record) -> Notification:
        language = record.values.get("language")
        return Notification(
            self.trigger.title,
            action.at,
            action.channel,
            record.shown,
            record.key,
            self.view.directory.is_agent(record),
            action.message,
            action.language or (language if isinstance(language, str) else None),
            self.view.stamp.key(self.trigger.title, number, record.key),
        )

    def _reason_not_to_tell(self, action: r.Notify, recipient: r.Recipient, person: Record) -> str | None:
        update = self.view.update
        if (action.channel, person.key) in self.told:
            return "this trigger told them already"
        if update.automatic and not self.view.directory.is_agent(person):
            return "the update is an automatic message"
        if (
            action.copies
            and isinstance(recipient, r.People)
            and not recipient.reading.previous
            and recipient.reading.steps in (("requester",), ("ccs",))
        ):
            if update.comment is not None and not update.comment.public:
                return "the comment is private"
            if person.key in self.view.mailed:
                return "they got the e-mail of this update"
        return None


def people(recipient: r.Recipient, view: View) -> Iterator[str]:
    """Yield the keys of those whom a recipient leads to, as the ticket is now."""
    directory = view.directory
    match recipient:
        case r.Everybody():
            yield from directory.agents()
        case r.Address(address):
            yield directory.key("user", address)
        case r.Named(kind, name):
            yield from _reached(kind, directory.key(kind, name), view)
        case r.People(reading):
            value, referring = view.value(reading), reading.type
            assert isinstance(referring, types.ReferenceType | types.ReferencesType)
            if isinstance(value, str):
                yield from _reached(referring.kind, value, view)
                return
            for found in sorted(_set(value), key=lambda key: directory.record(referring.kind, key).shown):
                yield from _reached(referring.kind, found, view)
        case _:
            assert_never(recipient)


def _reached(kind: str, name: str, view: View) -> Sequence[str]:
    return view.directory.members(name) if kind == "group" else (name,)


def _set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _sum(value: Value, amount: Value) -> Value:
    start = value if isinstance(value, int | Decimal) else 0
    assert isinstance(amount, int | Decimal)
    return types.number(start + amount)
