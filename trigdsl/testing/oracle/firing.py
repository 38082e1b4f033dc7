"""What one trigger does when it fires: "actions are done in the order written; later ones see what earlier ones did"."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs
from attrs import define, field

from trigdsl.syntax import tree
from trigdsl.testing.oracle import values
from trigdsl.testing.oracle.conditions import Seen, Situation
from trigdsl.testing.oracle.values import Ref, Value, is_empty


@define
class Firing:
    """One trigger at work: the ticket changes under it, and what it causes is written down."""

    title: str
    situation: Situation
    effects: list[dict[str, Any]] = field(factory=list)
    stopped: bool = False
    _told: set[tuple[str, Ref]] = field(factory=set)

    def act(self, action: tree.Action) -> None:
        match action:
            case tree.SetField():
                declared, _ = self._field(action.path)
                self._write(action.path, self.situation.field_value(action.values, declared.type))
            case tree.ClearField():
                # "`clear` makes a field empty; a yes-or-no field becomes `no`."
                declared, _ = self._field(action.path)
                self._write(action.path, values.nothing(declared.type))
            case tree.AddTo():
                self._add(action)
            case tree.RemoveFrom():
                declared, old = self._field(action.path)
                self._write(action.path, old - frozenset(self.situation.given(action.values, declared.type)))
            case tree.Notify():
                self._notify(action)
            case tree.CallWebhook():
                self._effect("webhook", webhook=action.webhook, template=action.template)
            case tree.PostComment():
                # "A comment that a rule posts makes the ticket public (or not), but it is not "the comment"."
                self._effect("comment", public=action.public, template=_template(action.message))
                is_public = self.situation.is_public or action.public
                self.situation = attrs.evolve(self.situation, is_public=is_public)
            case tree.Stop():
                self.stopped = True
            case tree.Perform():
                self._perform(action)

    def _effect(self, kind: str, **what: Any) -> None:
        self.effects.append({"kind": kind, "trigger": self.title, **what})

    # Fields

    def _field(self, path: tree.Path) -> tuple[tree.FieldDeclaration, Any]:
        """Return the field of the ticket that a path names, with what it holds."""
        declared = self.situation.program.fields[self.situation.program.main, path.parts[-1]]
        return declared, self.situation.read(path.parts).value

    def _add(self, action: tree.AddTo) -> None:
        """Add to a set, or "count in a number field; an empty one starts at 0"."""
        declared, old = self._field(action.path)
        given = [v for v in self.situation.given(action.values, declared.type) if not is_empty(v)]
        if values.is_set(declared.type):
            self._write(action.path, old | frozenset(given))
        elif given:
            self._write(action.path, sum((Decimal(str(v)) for v in given), start=old or Decimal(0)))

    def _write(self, path: tree.Path, new: Value) -> None:
        """Change a field; "an action that changes nothing" has no effect."""
        _, old = self._field(path)
        if new == old:
            return
        name = path.parts[-1]
        main = self.situation.program.main
        self._effect(
            "change", field=f"{main}.{name}", **{"from": values.to_json(old)}, to=values.to_json(new)
        )
        self.situation = attrs.evolve(self.situation, now={**self.situation.now, name: new})

    # People

    def _notify(self, action: tree.Notify) -> None:
        # "The channel is the vocabulary's first, e-mail where it has none, unless said."
        channel = action.channel or next(iter(self.situation.program.channels), "email")
        roles = {self._role(recipient) for recipient in action.recipients}
        is_both = {"requester", "ccs"} <= roles
        for recipient in action.recipients:
            for person in self._people(self.situation.subject(recipient)):
                together = is_both and self._role(recipient) in ("requester", "ccs")
                left_out = together and self._left_out(person)
                if left_out or not self._may_be_told(person) or (channel, person) in self._told:
                    continue
                # "One firing tells one person once over each channel, however many roles they hold."
                self._told.add((channel, person))
                template = _template(action.message)
                self._effect("notification", channel=channel, recipient=person.shown, template=template)

    def _role(self, recipient: tree.Subject) -> str | None:
        """Return the ticket's field that a recipient is, if it is one."""
        if not isinstance(recipient, tree.PathSubject) or recipient.previous:
            return None
        parts = recipient.path.parts
        short = parts[1:] if parts[0] == self.situation.program.main else parts
        return short[0] if len(short) == 1 else None

    def _left_out(self, person: Ref) -> bool:
        """Return whether somebody of `requester and ccs` in one `notify` is left out.

        "When the update's comment is private these two are left out, and so are people who already got the update's
        e-mail (`mailed`). Everybody else is told."
        """
        update = self.situation.update
        is_private = update.comment is not None and not update.comment_is_public
        return is_private or person in update.mailed

    def _may_be_told(self, person: Ref) -> bool:
        """Return whether somebody may be told: an `automatic` update "notifies nobody who is not known to be an agent"."""
        return not self.situation.update.automatic or self.situation.is_agent(person)

    def _people(self, seen: Seen) -> list[Ref]:
        """Return the people behind a recipient; a group is its members, and sets are in the order as written."""
        several = seen.value if isinstance(seen.value, frozenset) else [seen.value]
        found: list[Ref] = []
        for one in _sorted(several):
            found += _sorted(self.situation.people.members(one)) if one.entity == "group" else [one]
        return found

    # Verbs of the vocabulary's own

    def _perform(self, action: tree.Perform) -> None:
        argument = None
        if action.argument is not None:
            kind = self.situation.program.verbs[action.verb].argument
            argument = self.situation.given((action.argument,), kind)[0]
            if is_empty(argument):
                return  # as "a notification with nobody to tell"
        message = None if action.message is None else _template(action.message)
        self._effect("action", action=action.verb, argument=values.to_json(argument), template=message)


def _sorted(things: Iterable[Value]) -> list[Ref]:
    return sorted((one for one in things if isinstance(one, Ref)), key=lambda one: one.shown)


def _template(message: tree.Message) -> str | None:
    """Return a template's name: "null for a text in the rule"."""
    return message.name if isinstance(message, tree.UseTemplate) else None
