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

    def action(self, data: Any, title: str) -> t.Action:
        """Return an action as it is in the normal form, of a trigger; UnsayableError if no rule can say it."""
        if not isinstance(data, Mapping) or not isinstance(data.get("field"), str):
            raise UnsayableError("it is no action: it has no `field`")
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
        if (
            isinstance(field, c.Write)
            and field.path in ("ticket.status", "ticket.priority")
            and words == ["__NULL__"]
        ):
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
        parts = [value] if mail.parts == ("body",) and isinstance(value, str) else value
        if (
            not isinstance(parts, list)
            or len(parts) != len(mail.parts)
            or not all(isinstance(p, str) for p in parts)
        ):
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
        if (
            not isinstance(value, list)
            or len(value) != 2
            or not all(isinstance(p, str) for p in value)
            or not value[0]
        ):
            raise UnsayableError("its value is not an id and a body")
        webhook = self.sayer.naming.name(c.CALLS[name], value[0])
        return t.CallWebhook(webhook, self._template(title, None, value[1]))

    def _post(self, name: str, value: Any, title: str) -> t.Action:
        parts = value if isinstance(value, list) else [value]
        if not parts or len(parts) > 2 or not all(isinstance(p, str) for p in parts):
            raise UnsayableError("its value is not a text")
        channel = parts[0] if isinstance(value, list) and len(parts) == 2 else None
        listed = isinstance(value, list) and channel is None
        first = next(key for key, public in c.POSTS.items() if public is c.POSTS[name])
        more = {} if name == first else {"field": name}
        more |= {} if channel is None else {"channel": channel}
        if listed:
            raise UnsayableError("its value is a list")
        template = self._template(title, None, parts[-1], tuple(sorted(more.items())))
        if more:
            self.names.templates[template] = more
        return t.PostComment(c.POSTS[name], t.UseTemplate(template))

    def _template(self, title: str, subject: str | None, body: str, more: Any = None) -> str:
        mistake = self.bodies.mistake(written(subject, body))
        if mistake is not None:
            raise UnsayableError(f"its text cannot be read: {mistake}")
        return self.bodies.name(title, subject, body, more)


def _begins(name: str, key: str) -> bool:
    return key.endswith(".") and name.startswith(key)
