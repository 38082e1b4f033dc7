"""Answers to why, as text: conditions as trees, and other triggers in the words of the rules."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from trigdsl.engine.effects import FieldChanged
from trigdsl.interfaces import nearest
from trigdsl.interfaces.report import value_text
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.semantics import rules as r
from trigdsl.semantics.rules import Location
from trigdsl.semantics.types import Value
from trigdsl.why.answers import Answer, Link, Part, Undoing
from trigdsl.why.asked import Asked
from trigdsl.why.history import Write
from trigdsl.why.strangers import strangers

INDENT = "  "


def answer_text(asked: Asked, answer: Answer, reader: Reader = IN_ENGLISH) -> str:
    """Return why a trigger fired or did not, as a small tree."""
    return "\n".join(_Telling(asked, reader).answer(answer))


def stranger(asked: Asked, key: str, reader: Reader = IN_ENGLISH) -> str:
    """Return what somebody is taken for of whom nothing is known."""
    match bool(asked.given.records), "@" in key:
        case True, True:
            said = "{} is not in the directory, and is taken for an end user."
        case True, False:
            said = "{} is not in the directory, and has no role."
        case False, True:
            said = "{} is in no directory, and is taken for an end user: give one with `--directory`."
        case _:
            said = "{} is in no directory, and has no role: give one with `--directory`."
    return reader.say(said, key)


def place(at: Location) -> str:
    """Return the file and the line where something is written."""
    return f"{at.path}:{at.line}"


@frozen
class _Telling:
    """Answers about one update, told to a reader."""

    asked: Asked
    reader: Reader

    def answer(self, answer: Answer) -> Iterator[str]:
        trigger, reader = answer.trigger, self.reader
        said = reader.say("{}: {}", reader.title(trigger.title), self.verdict(answer))
        yield f"{said}  ({place(trigger.at)})"
        if answer.condition is not None:
            yield from self.tree(answer.condition, INDENT)
        yield from (f"  {stranger(self.asked, key, reader)}" for key in strangers(self.asked, answer))
        if answer.undone_by is not None:
            yield f"  {reader.say('It held until {}.', self.undone(answer.undone_by))}"
        for link in answer.enabled_by:
            yield from self.link(link, INDENT)
        if answer.nearest is not None:
            yield f"  {nearest.text(self.asked, answer.nearest, reader)}"

    def verdict(self, answer: Answer) -> str:
        root = self.asked.root
        match answer.verdict:
            case "fired":
                said = "fired"
            case "on trial":
                said = "on trial, would have fired"
            case "disabled":
                said = "did not fire: it is disabled"
            case "not executable":
                return self.kept(answer.trigger)
            case "closed":
                said = f"did not fire: the {root} was closed before, and no trigger runs on one"
            case "fired before":
                said = f"did not fire: it fired before, and does so once per {root}"
            case "stopped":
                said = "did not fire: another trigger stopped first"
            case "undone":
                said = "did not fire: another trigger undid it first"
            case "passed":
                said = "did not fire: it came to hold when it had been tried already"
            case _:
                said = "did not fire"
        return self.reader.told(said)

    def kept(self, trigger: r.Trigger) -> str:
        """Return which parts of a trigger are kept word for word, and where."""
        systems = self.reader.listed(sorted({part.system for part in trigger.raw}))
        places = ", ".join(dict.fromkeys(place(part.at) for part in trigger.raw))
        said = "did not fire: it is not executable, since a part of it can be said to {} alone ({})"
        return self.reader.say(said, systems, places)

    # Conditions

    def tree(self, part: Part, indent: str) -> Iterator[str]:
        """Yield a line for each part of a condition: whether it is so, the words of the rule, what was seen, where."""
        if isinstance(part.condition, r.AllOf) and indent == INDENT:
            for inner in part.parts:
                yield from self.tree(inner, indent)
            return
        mark = self.reader.say("yes" if part.holds else "no")
        at = "" if part.holds else f"  ({place(part.condition.at)})"
        yield f"{indent}{mark:<3}  {self.words(part)}{at}"
        for inner in part.parts:
            yield from self.tree(inner, f"{indent}       ")

    def words(self, part: Part) -> str:
        match part.condition:
            case r.AnyOf():
                return self.reader.say("any of these")
            case r.AllOf():
                return self.reader.say("all of these")
            case r.Not() if part.parts:
                return self.reader.say("not so")
            case _:
                return self.seen(part)

    def seen(self, part: Part) -> str:
        """Return a single test, with what it saw where that says more than its own words."""
        condition, reader = part.condition, self.reader
        test = condition.item if isinstance(condition, r.Not) else condition
        said = reader.condition(condition.at.text)
        match test:
            case r.ScheduleIs():
                return said
            case r.Happens():
                return said if part.holds else reader.say(f"{{}}: it was {part.seen}", said)
            case r.AllOf() | r.AnyOf() | r.Not():
                return self.was(said, part.seen, part.seen)
        seen, before = (reader.read(value, test.subject) for value in (part.seen, part.before))
        match test:
            case r.Changes() | r.Gains() | r.Loses():
                if part.before == part.seen:
                    return reader.say("{}: it stayed {}", said, plain(seen, reader))
                return reader.say(
                    "{}: it went from {} to {}", said, plain(before, reader), plain(seen, reader)
                )
            case r.Equals(_, r.Reading() as other) | r.Compares(_, _, r.Reading() as other):
                wanted = plain(reader.read(part.wanted, other), reader)
                also = reader.path(other.text or ".".join(other.steps))
                return reader.say("{}: it was {}, and {} {}", said, plain(seen, reader), also, wanted)
            case _ if part.holds and part.seen == part.wanted:
                return said
            case _:
                return self.was(said, part.seen, seen)

    def was(self, said: str, value: Value, shown: Value) -> str:
        if value is None or value == frozenset():
            return self.reader.say("{}: it was empty", said)
        return self.reader.say("{}: it was {}", said, plain(shown, self.reader))

    # Other triggers

    def link(self, link: Link, indent: str) -> Iterator[str]:
        title, reader = self.reader.title(link.trigger.title), self.reader
        said = reader.say("made possible by “{}”", title)
        if link.changes:
            said = reader.say("made possible by “{}”, which changed {}", title, self.changes(link.changes))
        yield f"{indent}{said}  ({place(link.trigger.at)})"
        for inner in link.enabled_by:
            yield from self.link(inner, f"{indent}  ")

    def changes(self, changes: Iterable[FieldChanged]) -> str:
        return self.reader.listed([self.change(c) for c in changes])

    def change(self, c: FieldChanged) -> str:
        reader = self.reader
        before, after = (plain(reader.value(v, c.field), reader) for v in (c.before, c.after))
        return reader.say("`{}` from {} to {}", reader.path(c.field), before, after)

    def undone(self, undoing: Undoing) -> str:
        reader = self.reader
        did = [reader.say("“{}” fired ({})", reader.title(undoing.trigger.title), place(undoing.trigger.at))]
        if undoing.changes:
            did.append(reader.say("changed {}", self.changes(undoing.changes)))
        return reader.listed([*did, reader.say("stopped")] if undoing.stops else did)


def plain(value: Value, reader: Reader = IN_ENGLISH) -> str:
    """Return a value in a sentence."""
    return reader.say("empty") if value is None or value == frozenset() else value_text(value, reader)


# Fields


def history_text(asked: Asked, name: str, writes: Sequence[Write], reader: Reader = IN_ENGLISH) -> str:
    """Return who wrote a field, in order, and what each overwrote."""
    path = f"{asked.root}.{name}"
    lines = [reader.path(path)]
    for write in writes:
        was, becomes = (plain(reader.value(v, path), reader) for v in (write.was, write.becomes))
        change = f"{was} → {becomes}"
        if write.was == write.becomes:
            change = reader.say("{}, as it was", was)
        lines.append(f"  {write.event}  {reader.say('{}: {}', _writer(write, reader), change)}")
    if not writes:
        lines.append(f"  {reader.say('nobody wrote it')}")
    return "\n".join(lines)


def _writer(write: Write, reader: Reader) -> str:
    if write.trigger is None or write.at is None:
        return reader.told(write.by)
    return reader.say("“{}” ({})", reader.title(write.trigger.title), place(write.at))
