"""From actions as they are meant to actions of Zendesk's."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

from attrs import frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.catalogue import Deed, Id
from trigdsl.interop.zendesk.exporting.asking import raw_data
from trigdsl.interop.zendesk.exporting.fields import Fields
from trigdsl.interop.zendesk.exporting.formulas import Place
from trigdsl.interop.zendesk.exporting.paths import full, path_of
from trigdsl.interop.zendesk.exporting.problems import Problems, UnsayableError
from trigdsl.interop.zendesk.exporting.texts import Text, Texts
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.source import Source

Action = dict[str, Any]

_WRITES: Mapping[tuple[str, Deed], c.Write] = {(full(w.path), w.deed): w for w in c.WRITES.values()}
_CLEARED = frozenset({"group_id", "assignee_id"})
"""The fields to which an action can give no value."""
_RECIPIENTS = {full(path[0]): value for value, path in c.RECIPIENTS.items() if len(path) == 1}
_BY_MAIL = frozenset({"current_user", "requester_id", "assignee_id", "all_agents"})
_BY_SMS = frozenset({"current_user", "requester_id", "assignee_id"})
"""Whom an action can tell that is about users, by its channel."""
_MAILS: Mapping[tuple[str, Id | None], c.Mail] = {
    (mail.channel or "email", mail.ids): mail for mail in c.MAILS.values()
}


@frozen
class Actor:
    """Says actions as Zendesk has them. What it cannot do is reported, and left out of what is returned."""

    fields: Fields
    problems: Problems
    texts: Texts
    source: Source

    def actions(self, actions: Sequence[r.Action]) -> list[Action]:
        """Return actions in their order; UnsayableError if one of them was reported."""
        found: list[Action] = []
        failed = False
        for action in actions:
            try:
                found += self._action(action)
            except UnsayableError:
                failed = True
        if failed:
            raise UnsayableError("an action")
        return found

    def _place(self, action: r.Action) -> Place:
        return Place(self.source, action.at.span)

    def _action(self, action: r.Action) -> Iterator[Action]:
        place = self._place(action)
        match action:
            case r.SetTo(name, operands):
                yield self._set(name, operands, place)
            case r.Clear(name):
                yield self._clear(name, place)
            case r.Include(name, operands):
                yield from self._change(name, Deed.ADD, operands, place)
            case r.Exclude(name, operands):
                yield from self._change(name, Deed.REMOVE, operands, place)
            case r.Count(name):
                raise self.problems.cannot(
                    place, f"no trigger of Zendesk's can count in `{self._path(name)}`"
                )
            case r.Notify():
                yield from self._notify(action, place)
            case r.CallWebhook(webhook, message):
                yield self._call(webhook, message, place)
            case r.Post(public, message):
                yield self._post(public=public, message=message, place=place)
            case r.Stop():
                return
            case r.Perform(verb):
                raise self.problems.cannot(place, f"there is no action `{verb}` in Zendesk")
            case r.RawAction():
                yield from self._raw(action, place)
            case _:
                assert_never(action)

    def _raw(self, action: r.RawAction, place: Place) -> Iterator[Action]:
        data = raw_data(action.text)
        if data == []:
            return
        if not isinstance(data, dict) or not isinstance(data.get("field"), str):
            raise self.problems.wrong_raw(place, "this raw part is no action of Zendesk's")
        yield data

    # Fields

    def _path(self, name: str) -> str:
        return f"{self.fields.vocabulary.root}.{name}"

    def _own(self, name: str) -> str | None:
        """Return Zendesk's name of a field of the account's own."""
        return self.fields.ids.names.fields.get(self._path(name))

    def _set(self, name: str, operands: Sequence[r.Operand], place: Place) -> Action:
        if all(isinstance(each, r.Constant) and each.value in ("", None) for each in operands):
            return self._clear(name, place)  # an empty text is none
        write = _WRITES.get((self._path(name), Deed.SET))
        if write is not None:
            texts_of = [self.fields.text(write, operand, place) for operand in operands]
            return _action(write.name, " ".join(texts_of))
        own = self.fields.own(f"ticket.{name}", self.fields.vocabulary.own[name].type)
        if own is None:
            raise self._cannot_write(name, place)
        return _action(own.name, " ".join(self.fields.text(own, operand, place) for operand in operands))

    def _clear(self, name: str, place: Place) -> Action:
        write = _WRITES.get((self._path(name), Deed.SET))
        if write is not None and (write.name in _CLEARED or write.name == "set_tags"):
            return _action(write.name, "")
        own = self.fields.own(f"ticket.{name}", self.fields.vocabulary.own[name].type)
        if own is None:
            message = f"no trigger of Zendesk's can make `{self._path(name)}` empty"
            raise self.problems.cannot(place, message)
        return _action(own.name, "false" if isinstance(own.type, types.YesNoType) else "")

    def _change(self, name: str, deed: Deed, operands: Sequence[r.Operand], place: Place) -> Iterator[Action]:
        write = _WRITES.get((self._path(name), deed))
        if write is None:
            raise self._cannot_write(name, place)
        values = [self.fields.text(write, operand, place) for operand in operands]
        if write.path == "ticket.tags":
            yield _action(write.name, " ".join(values))
        else:
            yield from (_action(write.name, value) for value in values)

    def _cannot_write(self, name: str, place: Place) -> UnsayableError:
        message = f"no trigger of Zendesk's can do this to `{self._path(name)}`"
        help_line = None
        if self._own(name) is None:
            help_line = "if it is a field of the account's own, name it in the file of `--names`"
        return self.problems.cannot(place, message, help_line)

    # Telling

    def _notify(self, action: r.Notify, place: Place) -> Iterator[Action]:
        if action.language is not None:
            message = (
                f"no trigger of Zendesk's can choose the language of a text: `in language {action.language}`"
            )
            raise self.problems.cannot(place, message, "take it away; Zendesk has dynamic content for this")
        if action.channel not in ("email", "sms", "tweet"):
            raise self.problems.cannot(
                place, f"no trigger of Zendesk's can tell anybody by `{action.channel}`"
            )
        text = self.texts.of(action.message, place)
        for kind, who in self._recipients(action, place):
            yield self._mail(action, kind, who, text, place)

    def _recipients(self, action: r.Notify, place: Place) -> Iterator[tuple[Id, str]]:
        """Yield whom Zendesk tells: the requester and the ccs are one there."""
        both = action.copies
        for recipient in action.recipients:
            match recipient:
                case r.People(reading):
                    path = path_of(reading)
                    if both and path == "ticket.requester":
                        yield Id.USER, "requester_and_ccs"
                    elif not (both and path == "ticket.ccs"):
                        yield self._person(path, reading, place)
                case r.Named(kind, name):
                    which = Id.GROUP if kind == "group" else Id.USER
                    yield which, self.fields.ids.id_of(which, name, place)
                case r.Address(address):
                    yield Id.USER, self.fields.ids.id_of(Id.USER, address, place)
                case r.Everybody():
                    yield Id.USER, "all_agents"
                case _:
                    assert_never(recipient)

    def _person(self, path: str, reading: r.Reading, place: Place) -> tuple[Id, str]:
        word = None if reading.previous else _RECIPIENTS.get(path)
        if word is None:
            message = f"no trigger of Zendesk's can tell `{reading.text}`"
            help_line = "it can tell the ccs with the requester: `notify requester and ccs with …`"
            raise self.problems.cannot(place, message, help_line if path == "ticket.ccs" else None)
        return (Id.GROUP if word == "group_id" else Id.USER), word

    def _mail(self, action: r.Notify, kind: Id, who: str, text: Text, place: Place) -> Action:
        if action.channel == "tweet":
            if who != "requester_id":
                raise self.problems.cannot(
                    place, "no trigger of Zendesk's can tell anybody but the requester by tweet"
                )
            return _action(_MAILS["tweet", None].name, text.body)
        mail = _MAILS[action.channel, kind]
        if action.channel == "sms":
            if not who.isdecimal() and who not in (*_BY_SMS, "group_id"):
                raise self.problems.cannot(
                    place, f"no trigger of Zendesk's can send a text message to `{who}`"
                )
            return _action(mail.name, [who, self._phone_number(text, place), text.body])
        return _action(mail.name, [who, _one_line(text.subject or ""), text.body])

    def _phone_number(self, text: Text, place: Place) -> str:
        number = self.texts.beside(text).get("phone_number")
        if number is None:
            message = "a text message goes out from a number that Zendesk knows by its id, and none is told"
            help_line = (
                'in the file of `--names`: `{"zendesk": {"templates": {"NAME": {"phone_number": 1}}}}`'
            )
            raise self.problems.cannot(place, message, help_line)
        return str(number)

    def _call(self, webhook: str, message: r.Message, place: Place) -> Action:
        kind, number = self.fields.ids.either_of((Id.WEBHOOK, Id.TARGET), webhook, place)
        name = next(name for name, of in c.CALLS.items() if of is kind)
        return _action(name, [number, self.texts.of(message, place).body])

    def _post(self, *, public: bool, message: r.Message, place: Place) -> Action:
        text = self.texts.of(message, place)
        beside = self.texts.beside(text)
        usual = next(name for name, known in c.POSTS.items() if known is public)
        name = str(beside.get("field", usual))
        channel = beside.get("channel")
        return _action(name, text.body if channel is None else [channel, text.body])


def _one_line(subject: str) -> str:
    """Return the subject of a mail as it is sent: on one line, with no blanks before it."""
    return " ".join(subject.split()) if "\n" in subject else subject.lstrip()


def _action(field: str, value: Any) -> Action:
    return {"field": field, "value": value}
