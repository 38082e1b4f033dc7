"""What would have made a trigger fire: changes of an event, and why there is none, in the words of the rules."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from attrs import frozen

from trigdsl.engine.state import Comment, Record
from trigdsl.engine.view import shown
from trigdsl.interfaces.report import value_text
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.why.asked import Asked
from trigdsl.why.changes import ABSENT, Content, Edit
from trigdsl.why.levers import BODY, OTHERS, STRANGER
from trigdsl.why.reasons import Reason
from trigdsl.why.search import Found

MOST_NAMED = 4
"""Of more conditions or triggers that are the reason only the first are named."""


def text(asked: Asked, found: Found, reader: Reader = IN_ENGLISH) -> str:
    """Return the smallest change that would have made a trigger fire, or why there is none."""
    if found.edits:
        return reader.say(
            "It would have fired if {}.", reader.listed(change_words(asked, found.edits, reader))
        )
    if found.reason is not None:
        return _Reasons(asked, reader).text(found.reason)
    return reader.say(
        "No change of the event was found that makes it fire, in {} tries; there may be one.", found.tries
    )


def change_words(asked: Asked, edits: Sequence[Edit], reader: Reader = IN_ENGLISH) -> list[str]:
    """Return each part of a change in words: `ticket.priority` had been urgent."""
    changes = _Changes(asked, reader)
    return [words for edit in edits for words in changes.edit(edit)]


@frozen
class _Changes:
    """Changes of one update, told to a reader."""

    asked: Asked
    reader: Reader

    def edit(self, edit: Edit) -> list[str]:
        say = self.reader.say
        match edit.part:
            case ("set", name):
                return self.field(name, edit)
            case ("set", name, member):
                said = self.unknown(self.member(name, member), "one")
                pattern = "`{}` had included {}" if edit.becomes else "`{}` had not included {}"
                return [say(pattern, self.path(name), said)]
            case ("by",):
                return self.by(edit)
            case ("channel",):
                if not edit.becomes:
                    return [say("it had come by no channel")]
                return [say("it had come by {}", self.reader.channel(str(edit.becomes)))]
            case ("automatic",):
                had = (
                    "it had been an automatic message"
                    if edit.becomes
                    else "it had not been an automatic message"
                )
                return [say(had)]
            case ("time",):
                return [
                    say("it had come at {}", self.said(_value(edit.becomes), types.DateType(), "update.time"))
                ]
            case ("comment",):
                return [self.comment(edit.becomes)]
            case ("comment", "public"):
                return [
                    say("the comment had been public" if edit.becomes else "the comment had been private")
                ]
            case ("comment", "body"):
                said = self.said(_value(edit.becomes), types.TextType(), "comment.body")
                return [
                    say("the comment had said {}", said)
                    if edit.becomes
                    else say("the comment had said nothing")
                ]
            case (_, name):
                path = f"comment.{name}"
                return [
                    self.had_been(
                        path, value_text(self.reader.value(_value(edit.becomes), path), self.reader)
                    )
                ]
        raise AssertionError(edit)

    def had_been(self, path: str, said: str) -> str:
        return self.reader.say("`{}` had been {}", self.reader.path(path), said)

    def field(self, name: str, edit: Edit) -> list[str]:
        asked, path = self.asked, _path(self.asked, name)
        if isinstance(edit.becomes, Record):
            return [*self.who(name, edit), *self.person(path, edit)]
        kind = asked.kind(name)
        if edit.becomes is ABSENT:
            kept = asked.untouched(name)
            if asked.before is None or kept is None:
                return [self.reader.say("the event had not set `{}`", self.path(name))]
            stayed = self.said(shown(kept, kind, asked.directory), kind, self.full(name))
            return [self.reader.say("`{}` had stayed {}", self.path(name), stayed)]
        if isinstance(kind, types.ReferenceType) and edit.becomes is not None:
            return [self.had_been(path, self.unknown(edit.becomes, kind.kind))]
        return [self.had_been(path, self.said(_value(edit.becomes), kind, self.full(name)))]

    def who(self, name: str, edit: Edit) -> list[str]:
        """Return who a field names, where that is somebody else than in the event."""
        assert isinstance(edit.becomes, Record)
        set_to = self.asked.untouched(name) if edit.was is ABSENT else edit.was
        was = set_to.key if isinstance(set_to, Record) else set_to
        known = self.asked.directory
        if isinstance(was, str) and known.key("user", was) == known.key("user", edit.becomes.key):
            return []
        return [self.had_been(_path(self.asked, name), known.record("user", edit.becomes.key).shown)]

    def by(self, edit: Edit) -> list[str]:
        reader = self.reader
        if isinstance(edit.becomes, Record):
            return self.person("current_user", edit)
        if edit.becomes is None:
            return [reader.say("the system had made the update")]
        directory = self.asked.directory
        role = directory.record("user", directory.key("user", str(edit.becomes))).values.get("role")
        was = (
            None
            if self.asked.view.by is None
            else directory.record("user", self.asked.view.by).values.get("role")
        )
        said = (
            "" if role is None or role == was else f" ({value_text(reader.value(role, 'user.role'), reader)})"
        )
        return [reader.say("{} had made the update", f"{self.unknown(edit.becomes, 'user')}{said}")]

    def unknown(self, content: Content, kind: str) -> str:
        """Return a name, or that it may be any other."""
        if content == STRANGER:
            return self.reader.say("somebody else")
        return self.reader.told(f"another {kind}") if content == OTHERS else str(content)

    def person(self, path: str, edit: Edit) -> list[str]:
        """Return what is written of a person that was not; who they are alone says nothing new."""
        assert isinstance(edit.becomes, Record)
        earlier = edit.was.values if isinstance(edit.was, Record) else {}
        told = {
            n: v for n, v in edit.becomes.values.items() if n not in ("id", "email") and earlier.get(n) != v
        }
        reader = self.reader
        return [
            self.had_been(f"{path}.{name}", value_text(reader.value(value, f"user.{name}"), reader))
            for name, value in sorted(told.items())
        ]

    def comment(self, content: Content) -> str:
        reader = self.reader
        if not isinstance(content, Comment):
            return reader.say("it had come without a comment")
        said = reader.say(
            "it had come with a public comment" if content.public else "it had come with a private comment"
        )
        if content.body != BODY:
            said = reader.say('{} that says "{}"', said, content.body)
        others = [
            f"`{reader.path(f'comment.{name}')}` {value_text(reader.value(value, f'comment.{name}'), reader)}"
            for name, value in sorted(content.values.items())
        ]
        return reader.say("{} and {}", said, reader.listed(others)) if others else said

    def path(self, name: str) -> str:
        return self.reader.path(_path(self.asked, name))

    def full(self, name: str) -> str:
        return f"{self.asked.root}.{name}"

    def member(self, name: str, member: str) -> str:
        kind = self.asked.kind(name)
        if isinstance(kind, types.ReferencesType):
            return self.asked.directory.record(kind.kind, member).shown
        return str(self.reader.value(member, self.full(name)))

    def said(self, value: Value, kind: types.Type, path: str) -> str:
        """Return a value as a rule would write it."""
        if value is None or value == frozenset():
            return self.reader.say("empty")
        if isinstance(kind, types.TextType) and isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, bool):
            return self.reader.say("yes" if value else "no")
        return (
            value.isoformat()
            if isinstance(value, date)
            else value_text(self.reader.value(value, path), self.reader)
        )


def _path(asked: Asked, name: str) -> str:
    return name if name in asked.rules.vocabulary.shorthands else f"{asked.root}.{name}"


def _value(content: Content) -> Value:
    assert not isinstance(content, Record | Comment)
    return None if content is ABSENT else content


@frozen
class _Reasons:
    """Why no change of one update makes a trigger fire, told to a reader."""

    asked: Asked
    reader: Reader

    def text(self, reason: Reason) -> str:
        say = self.reader.say
        named = self.named([f"`{self.reader.condition(test.at.text)}`" for test in reason.tests])
        match reason.kind:
            case "never":
                return say("No event can make it fire: {} can never be so together.", named)
            case "past":
                whys = self.named([*dict.fromkeys(self.past(test) for test in reason.tests)])
                only = "No change of this event could make it fire, only another past of the"
                return self.reader.told(f"{only} {self.asked.root}: {whys}.")
            case "directory":
                return say(
                    "No change of this event could make it fire: by the directory {} is so of nothing and nobody.",
                    named,
                )
            case "schedule":
                return say(
                    "No event can make it fire: {} is never so, as that schedule has no holiday.", named
                )
            case _:
                return say(
                    "No change of this event could make it fire: {}.", self.in_the_way(reason.triggers)
                )

    def past(self, test: r.Test) -> str:
        return f"`{self.reader.condition(test.at.text)}` ({self.before(test)})"

    def before(self, test: r.Test) -> str:
        """Return what of the past decides a test."""
        reader, view = self.reader, self.asked.view
        match test:
            case r.Happens(fact) if fact.endswith((".created", ".updated")):
                return reader.say(
                    "this event creates it" if self.asked.before is None else "it existed already"
                )
            case r.Happens():
                return reader.say("it had a public comment before")
            case r.ScheduleIs():
                return reader.say("it is not so")
        if view.before is None:
            return reader.say("there was nothing before")
        seen = shown(view.value_before(test.subject), test.subject.type, self.asked.directory)
        if seen is None or seen == frozenset():
            return reader.say("before, it was empty")
        return reader.say("before, it was {}", value_text(reader.read(seen, test.subject), reader))

    def in_the_way(self, triggers: Sequence[r.Trigger]) -> str:
        say = self.reader.say
        if len(triggers) == 1:
            (other,) = triggers
            does = "whenever it could, {} comes first and changes what it asks for"
            return say(
                "whenever it could, {} comes first and stops" if other.stops else does, self.titled(other)
            )
        names = self.named([self.titled(other) for other in triggers])
        return say(
            "whenever it could, one of these comes first and stops, or changes what it asks for: {}", names
        )

    def titled(self, trigger: r.Trigger) -> str:
        at = f"{trigger.at.path}:{trigger.at.line}"
        return self.reader.say("“{}” ({})", self.reader.title(trigger.title), at)

    def named(self, items: Sequence[str]) -> str:
        more = len(items) - MOST_NAMED
        if more < 2:
            return self.reader.listed(items)
        return self.reader.listed([*items[:MOST_NAMED], self.reader.say("{} more", more)])
