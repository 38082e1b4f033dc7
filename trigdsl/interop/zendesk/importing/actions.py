"""One action of Zendesk's as an action of ours, or the reason why no rule can say it."""

import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.catalogue import Deed
from trigdsl.interop.zendesk.importing.bodies import Bodies, written
from trigdsl.interop.zendesk.importing.conditions import Sayer, UnsayableError
from trigdsl.interop.zendesk.names import Names
from trigdsl.syntax import tree as t


@frozen
class Doer:
    """Says actions in our language; their texts go to `bodies`, what a text does not say of its action to `names`."""

    sayer: Sayer
    bodies: Bodies
    names: Names

    def action(self, data: Mapping[str, Any], title: str) -> t.Action:
        """Return an action as it is in the normal form, of a trigger; UnsayableError if no rule can say it."""
        name, value = data["field"], data.get("value")
        kept = next((reason for key, reason in c.KEPT.items() if name == key or _begins(name, key)), None)
        if kept is not None:
            raise UnsayableError(kept)
        if name in c.MAILS:
            return self._mail(c.MAILS[name], value, title)
        if name in c.CALLS:
            return self._call(name, value, title)
        if name in c.POSTS:
            return self._post(name, value, title)
        field = c.WRITES.get(name) or self.sayer.own.fields.get(name)
        if field is None:
            raise UnsayableError(f"there is no action `{name}`")
        return self._write(field, value)

    # Fields

    def _write(self, field: c.Write | c.Field, value: Any) -> t.Action:
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts):
            raise UnsayableError(f"its value is neither text nor a number: {json.dumps(value)[:60]}")
        path = t.Path(tuple(field.path.split(".")))
        is_set = field.path == "ticket.tags" or (isinstance(field, c.Field) and field.kind is c.Kind.SET)
        words = [word for text in texts for word in normal.words(text)] if is_set else texts
        if isinstance(value, list) and (not is_set or len(words) != len(texts)):
            raise UnsayableError("its value is a list")
        if not words or words == [""]:
            if isinstance(field, c.Write) and field.deed is not Deed.SET:
                raise UnsayableError("it adds or removes nothing")
            return t.ClearField(path)
        values = tuple(self.sayer.value(field, word) for word in words)
        match field.deed if isinstance(field, c.Write) else Deed.SET:
            case Deed.SET:
                return t.SetField(path, values)
            case Deed.ADD:
                return t.AddTo(values, path)
            case Deed.REMOVE:
                return t.RemoveFrom(values, path)

    # Texts

    def _mail(self, mail: c.Mail, value: Any, title: str) -> t.Action:
        parts = (
            [value] if mail.parts == ("body",) and isinstance(value, str) else _texts(value, len(mail.parts))
        )
        if parts is None:
            raise UnsayableError(f"its value is not a list of {', '.join(mail.parts)}".replace("_", " "))
        told = dict(zip(mail.parts, parts, strict=True))
        number = told.get("phone_number")
        template = self._template(title, told.get("subject"), told["body"], number)
        if number is not None:
            self.names.templates[template] = {"phone_number": number}
        return t.Notify(self._recipients(mail, told.get("recipient")), t.UseTemplate(template), mail.channel)

    def _recipients(self, mail: c.Mail, who: str | None) -> tuple[t.Subject, ...]:
        if who is None:
            return (t.PathSubject(t.Path(("requester",))),)
        if who in c.RECIPIENTS:
            return tuple(
                t.AllSubject(path.removeprefix("all "))
                if path.startswith("all ")
                else t.PathSubject(t.Path((path,)))
                for path in c.RECIPIENTS[who]
            )
        if not who or mail.ids is None:
            raise UnsayableError("it names nobody to tell")
        return (t.NamedSubject(mail.ids.value, self.sayer.naming.name(mail.ids, who)),)

    def _call(self, name: str, value: Any, title: str) -> t.Action:
        parts = _texts(value, 2)
        if parts is None or not parts[0]:
            raise UnsayableError("its value is not an id and a body")
        webhook = self.sayer.naming.name(c.CALLS[name], parts[0])
        return t.CallWebhook(webhook, self._template(title, None, parts[1]))

    def _post(self, name: str, value: Any, title: str) -> t.Action:
        parts = [value] if isinstance(value, str) else _texts(value, 2)
        if parts is None:
            raise UnsayableError("its value is neither a text nor a channel and a text")
        first = next(key for key, public in c.POSTS.items() if public is c.POSTS[name])
        more = {} if name == first else {"field": name}
        more |= {"channel": parts[0]} if len(parts) == 2 else {}
        template = self._template(title, None, parts[-1], tuple(sorted(more.items())))
        if more:
            self.names.templates[template] = more
        return t.PostComment(c.POSTS[name], t.UseTemplate(template))

    def _template(self, title: str, subject: str | None, body: str, more: Any = None) -> str:
        mistake = self.bodies.mistake(written(subject, body))
        if mistake is not None:
            raise UnsayableError(f"its text cannot be read: {mistake}")
        return self.bodies.name(title, subject, body, more)


def _texts(value: Any, count: int) -> list[str] | None:
    """Return a value that is a list of so many texts, or None."""
    fits = isinstance(value, list) and len(value) == count and all(isinstance(part, str) for part in value)
    return list(value) if fits else None


def _begins(name: str, key: str) -> bool:
    return key.endswith(".") and name.startswith(key)
