"""Answers to why, as text: conditions as trees, changes and reasons in the words of the rules."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from trigdsl.engine.effects import FieldChanged
from trigdsl.engine.state import Comment, Record
from trigdsl.engine.view import shown
from trigdsl.interfaces.report import value_text
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.rules import Location
from trigdsl.semantics.types import Value
from trigdsl.why.answers import Answer, Link, Part, Undoing
from trigdsl.why.asked import Asked
from trigdsl.why.changes import ABSENT, Content, Edit
from trigdsl.why.history import Write
from trigdsl.why.levers import BODY, OTHERS, STRANGER
from trigdsl.why.reasons import Reason
from trigdsl.why.search import Found
from trigdsl.why.strangers import strangers

INDENT = "  "
MOST_NAMED = 4
"""Of more conditions or triggers that are the reason only the first are named."""


def answer_text(asked: Asked, answer: Answer) -> str:
    """Return why a trigger fired or did not, as a small tree."""
    trigger = answer.trigger
    lines = [f"{trigger.title}: {_verdict(asked, answer)}  ({_place(trigger.at)})"]
    if answer.condition is not None:
        lines += _tree(answer.condition, INDENT)
    lines += [f"  {stranger(asked, key)}" for key in strangers(asked, answer)]
    if answer.undone_by is not None:
        lines.append(f"  It held until {_undone(answer.undone_by)}.")
    for link in answer.enabled_by:
        lines += _link(link, INDENT)
    if answer.nearest is not None:
        lines.append(f"  {nearest_text(asked, answer.nearest)}")
    return "\n".join(lines)


def stranger(asked: Asked, key: str) -> str:
    """Return what somebody is taken for of whom nothing is known."""
    taken = "is taken for an end user" if "@" in key else "has no role"
    if asked.given.records:
        return f"{key} is not in the directory, and {taken}."
    return f"{key} is in no directory, and {taken}: give one with `--directory`."


def _verdict(asked: Asked, answer: Answer) -> str:
    match answer.verdict:
        case "fired":
            return "fired"
        case "on trial":
            return "on trial, would have fired"
        case "disabled":
            return "did not fire: it is disabled"
        case "not executable":
            return f"did not fire: it is not executable, since {_kept(answer.trigger)}"
        case "closed":
            return f"did not fire: the {asked.root} was closed before, and no trigger runs on one"
        case "fired before":
            return f"did not fire: it fired before, and does so once per {asked.root}"
        case "stopped":
            return "did not fire: another trigger stopped first"
        case "undone":
            return "did not fire: another trigger undid it first"
        case "passed":
            return "did not fire: it came to hold when it had been tried already"
        case _:
            return "did not fire"


def _kept(trigger: r.Trigger) -> str:
    """Return which parts of a trigger are kept word for word, and where."""
    systems = " and ".join(sorted({part.system for part in trigger.raw}))
    places = ", ".join(dict.fromkeys(_place(part.at) for part in trigger.raw))
    return f"a part of it can be said to {systems} alone ({places})"


# Conditions


def _tree(part: Part, indent: str) -> Iterator[str]:
    """Yield a line for each part of a condition: whether it is so, the words of the rule, what was seen, where."""
    condition = part.condition
    if isinstance(condition, r.AllOf) and indent == INDENT:
        for inner in part.parts:
            yield from _tree(inner, indent)
        return
    mark = "yes" if part.holds else "no "
    yield f"{indent}{mark}  {_words(part)}"
    for inner in part.parts:
        yield from _tree(inner, f"{indent}       ")


def _words(part: Part) -> str:
    condition = part.condition
    place = "" if part.holds else f"  ({_place(condition.at)})"
    match condition:
        case r.AnyOf():
            return f"any of these{place}"
        case r.AllOf():
            return f"all of these{place}"
        case r.Not() if part.parts:
            return f"not so{place}"
        case _:
            return f"{condition.at.text}{_seen(part)}{place}"


def _seen(part: Part) -> str:
    """Return what a single test saw, where that says more than its own words."""
    condition = part.condition
    test = condition.item if isinstance(condition, r.Not) else condition
    seen = _plain(part.seen)
    match test:
        case r.ScheduleIs():
            return ""
        case r.Happens():
            return "" if part.holds else f": it was {seen}"
        case r.Changes() | r.Gains() | r.Loses():
            stayed = part.before == part.seen
            return f": it stayed {seen}" if stayed else f": it went from {_plain(part.before)} to {seen}"
        case r.Equals(_, r.Reading() as other) | r.Compares(_, _, r.Reading() as other):
            return f": it was {seen}, and {_reading(other)} {_plain(part.wanted)}"
        case _ if part.holds and part.seen == part.wanted:
            return ""
        case _:
            return f": it was {seen}"


def _reading(reading: r.Reading) -> str:
    return f"{'previous ' if reading.previous else ''}{reading.text or '.'.join(reading.steps)}"


def _plain(value: Value) -> str:
    return "empty" if value is None or value == frozenset() else value_text(value)


def _place(at: Location) -> str:
    return f"{at.path}:{at.line}"


# Other triggers


def _link(link: Link, indent: str) -> Iterator[str]:
    changed = f", which changed {_changes(link.changes)}" if link.changes else ""
    yield f"{indent}made possible by “{link.trigger.title}”{changed}  ({_place(link.trigger.at)})"
    for inner in link.enabled_by:
        yield from _link(inner, f"{indent}  ")


def _changes(changes: Iterable[FieldChanged]) -> str:
    each = [f"`{c.field}` from {_plain(c.before)} to {_plain(c.after)}" for c in changes]
    return listed(each)


def _undone(undoing: Undoing) -> str:
    did = [f"“{undoing.trigger.title}” fired ({_place(undoing.trigger.at)})"]
    if undoing.changes:
        did.append(f"changed {_changes(undoing.changes)}")
    return listed([*did, "stopped"] if undoing.stops else did)


# What would have made it fire


def nearest_text(asked: Asked, found: Found) -> str:
    """Return the smallest change that would have made a trigger fire, or why there is none."""
    if found.edits:
        return f"It would have fired if {listed(change_words(asked, found.edits))}."
    if found.reason is not None:
        return reason_text(asked, found.reason)
    return f"No change of the event was found that makes it fire, in {found.tries:,} tries; there may be one."


def change_words(asked: Asked, edits: Sequence[Edit]) -> list[str]:
    """Return each part of a change in words: `ticket.priority` had been urgent."""
    return [words for edit in edits for words in _edit(asked, edit)]


def _edit(asked: Asked, edit: Edit) -> list[str]:
    match edit.part:
        case ("set", name):
            return _field(asked, name, edit)
        case ("set", name, member):
            said = _unknown(_member(asked, name, member), "one")
            return [f"`{_path(asked, name)}` had {'' if edit.becomes else 'not '}included {said}"]
        case ("by",):
            return _by(asked, edit)
        case ("channel",):
            return [f"it had come by {edit.becomes}" if edit.becomes else "it had come by no channel"]
        case ("automatic",):
            return [f"it had {'' if edit.becomes else 'not '}been an automatic message"]
        case ("time",):
            return [f"it had come at {_said(_value(edit.becomes), types.DateType())}"]
        case ("comment",):
            return [_comment(edit.becomes)]
        case ("comment", "public"):
            return [f"the comment had been {'public' if edit.becomes else 'private'}"]
        case ("comment", "body"):
            said = _said(_value(edit.becomes), types.TextType())
            return [f"the comment had said {said}" if edit.becomes else "the comment had said nothing"]
        case (_, name):
            return [f"`comment.{name}` had been {value_text(_value(edit.becomes))}"]
    raise AssertionError(edit)


def _field(asked: Asked, name: str, edit: Edit) -> list[str]:
    path = _path(asked, name)
    if isinstance(edit.becomes, Record):
        return [*_who(asked, name, edit), *_person(path, edit)]
    if edit.becomes is ABSENT:
        kept = asked.untouched(name)
        if asked.before is None or kept is None:
            return [f"the event had not set `{path}`"]
        return [
            f"`{path}` had stayed {_said(shown(kept, asked.kind(name), asked.directory), asked.kind(name))}"
        ]
    kind = asked.kind(name)
    if isinstance(kind, types.ReferenceType) and edit.becomes is not None:
        return [f"`{path}` had been {_unknown(edit.becomes, kind.kind)}"]
    return [f"`{path}` had been {_said(_value(edit.becomes), kind)}"]


def _who(asked: Asked, name: str, edit: Edit) -> list[str]:
    """Return who a field names, where that is somebody else than in the event."""
    assert isinstance(edit.becomes, Record)
    set_to = asked.untouched(name) if edit.was is ABSENT else edit.was
    was = set_to.key if isinstance(set_to, Record) else set_to
    known = asked.directory
    if isinstance(was, str) and known.key("user", was) == known.key("user", edit.becomes.key):
        return []
    return [f"`{_path(asked, name)}` had been {known.record('user', edit.becomes.key).shown}"]


def _by(asked: Asked, edit: Edit) -> list[str]:
    if isinstance(edit.becomes, Record):
        return _person("current_user", edit)
    if edit.becomes is None:
        return ["the system had made the update"]
    directory = asked.directory
    role = directory.record("user", directory.key("user", str(edit.becomes))).values.get("role")
    was = None if asked.view.by is None else directory.record("user", asked.view.by).values.get("role")
    said = "" if role is None or role == was else f" ({role})"
    return [f"{_unknown(edit.becomes, 'user')}{said} had made the update"]


def _unknown(content: Content, kind: str) -> str:
    """Return a name, or that it may be any other."""
    if content == STRANGER:
        return "somebody else"
    return f"another {kind}" if content == OTHERS else str(content)


def _person(path: str, edit: Edit) -> list[str]:
    """Return what is written of a person that was not; who they are alone says nothing new."""
    assert isinstance(edit.becomes, Record)
    earlier = edit.was.values if isinstance(edit.was, Record) else {}
    told = {n: v for n, v in edit.becomes.values.items() if n not in ("id", "email") and earlier.get(n) != v}
    return [f"`{path}.{name}` had been {value_text(value)}" for name, value in sorted(told.items())]


def _comment(content: Content) -> str:
    if not isinstance(content, Comment):
        return "it had come without a comment"
    kind = "a public comment" if content.public else "a private comment"
    said = "" if content.body == BODY else f' that says "{content.body}"'
    others = [f"`comment.{name}` {value_text(value)}" for name, value in sorted(content.values.items())]
    return f"it had come with {kind}{said}" + (f" and {listed(others)}" if others else "")


def _path(asked: Asked, name: str) -> str:
    return name if name in asked.rules.vocabulary.shorthands else f"{asked.root}.{name}"


def _member(asked: Asked, name: str, member: str) -> str:
    kind = asked.kind(name)
    return (
        asked.directory.record(kind.kind, member).shown if isinstance(kind, types.ReferencesType) else member
    )


def _value(content: Content) -> Value:
    assert not isinstance(content, Record | Comment)
    return None if content is ABSENT else content


def _said(value: Value, kind: types.Type) -> str:
    """Return a value as a rule would write it."""
    if value is None or value == frozenset():
        return "empty"
    if isinstance(kind, types.TextType) and isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else value_text(value)


# Why nothing would have


def reason_text(asked: Asked, reason: Reason) -> str:
    """Return why no change of an event makes a trigger fire."""
    named = _named([f"`{test.at.text}`" for test in reason.tests])
    match reason.kind:
        case "never":
            return f"No event can make it fire: {named} can never be so together."
        case "past":
            whys = _named([*dict.fromkeys(_past(asked, test) for test in reason.tests)])
            return (
                f"No change of this event could make it fire, only another past of the {asked.root}: {whys}."
            )
        case "directory":
            return f"No change of this event could make it fire: by the directory {named} is so of nothing and nobody."
        case "schedule":
            return f"No event can make it fire: {named} is never so, as that schedule has no holiday."
        case _:
            return f"No change of this event could make it fire: {_in_the_way(reason.triggers)}."


def _past(asked: Asked, test: r.Test) -> str:
    return f"`{test.at.text}` ({_before(asked, test)})"


def _before(asked: Asked, test: r.Test) -> str:
    """Return what of the past decides a test."""
    match test:
        case r.Happens(fact) if fact.endswith((".created", ".updated")):
            return "this event creates it" if asked.before is None else "it existed already"
        case r.Happens():
            return "it had a public comment before"
        case r.ScheduleIs():
            return "it is not so"
    if asked.view.before is None:
        return "there was nothing before"
    kind, seen = test.subject.type, asked.view.value_before(test.subject)
    return f"before, it was {_plain(shown(seen, kind, asked.directory))}"


def _in_the_way(triggers: Sequence[r.Trigger]) -> str:
    if len(triggers) == 1:
        (other,) = triggers
        does = "stops" if other.stops else "changes what it asks for"
        return f"whenever it could, “{other.title}” ({_place(other.at)}) comes first and {does}"
    names = _named([f"“{other.title}” ({_place(other.at)})" for other in triggers])
    return f"whenever it could, one of these comes first and stops, or changes what it asks for: {names}"


def _named(items: Sequence[str]) -> str:
    more = len(items) - MOST_NAMED
    return listed([*items[:MOST_NAMED], f"{more} more"]) if more > 1 else listed(items)


def listed(items: Sequence[str]) -> str:
    """Return items as a sentence lists them: a, b and c."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


# Fields


def history_text(asked: Asked, name: str, writes: Sequence[Write]) -> str:
    """Return who wrote a field, in order, and what each overwrote."""
    lines = [f"{asked.root}.{name}"]
    for write in writes:
        change = f"{_plain(write.was)} → {_plain(write.becomes)}"
        if write.was == write.becomes:
            change = f"{_plain(write.was)}, as it was"
        lines.append(f"  {write.event}  {_writer(write)}: {change}")
    if not writes:
        lines.append("  nobody wrote it")
    return "\n".join(lines)


def _writer(write: Write) -> str:
    if write.trigger is None or write.at is None:
        return write.by
    return f"“{write.trigger.title}” ({_place(write.at)})"
