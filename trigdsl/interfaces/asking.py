"""`trigdsl why`: one event of a stream, and why each trigger fired or did not."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from attrs import define, evolve, field, frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Directory, Ticket, Update, UpdateError
from trigdsl.interfaces import because, nearest, people, report, running
from trigdsl.interfaces.files import WrongUseError
from trigdsl.interfaces.people import People
from trigdsl.interop import streams
from trigdsl.interop.pieces import Piece, Refused
from trigdsl.interop.streams import Accepted
from trigdsl.interop.zendesk.translation import Translation
from trigdsl.runtime.fold import Fold
from trigdsl.runtime.patches import patch
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.spelling import did_you_mean
from trigdsl.why.answers import Answer, Link, Part, answer
from trigdsl.why.asked import Asked
from trigdsl.why.changes import Edit, changed
from trigdsl.why.history import Write, writes
from trigdsl.why.strangers import strangers

Json = dict[str, Any]
VERSION = 1
"""The version of the shape of an answer in JSON."""


@frozen
class Request:
    """Which event of which stream is asked about, and what of it."""

    events: str
    event: str
    ticket: str | None = None
    triggers: tuple[str, ...] = ()
    field: str | None = None
    tickets: str | None = None
    as_json: bool = False
    mode: Mode = Mode.RESTART
    reader: Reader = IN_ENGLISH


@frozen
class _Taken:
    """An event that was taken: the piece of the stream that tells it, and the ticket before."""

    piece: Piece
    asked: Asked
    outcome: Outcome


@define(eq=False)
class _Stream:
    """Runs a stream up to an event, and looks through the rest for the same one again."""

    ruleset: Ruleset
    request: Request
    known: Directory
    translation: Translation
    taken: list[_Taken] = field(factory=list)
    refused: list[Refused] = field(factory=list)
    again: list[int] = field(factory=list)
    history: dict[tuple[str, str], list[Write]] = field(factory=dict)
    _last: tuple[Ticket | None, Update] | None = None

    def read(self, lines: Iterable[bytes]) -> None:
        def step(before: Ticket | None, update: Update) -> Outcome:
            self._last = before, update
            return self.ruleset.step(
                before, update, directory=self.known, mode=self.request.mode, render=False
            )

        fold = Fold(self.ruleset.rules, step, self.known)
        if self.request.tickets is not None:
            running.start_tickets(self.request.tickets, self.ruleset, fold)
        for item in streams.feed(self._watched(lines), fold, self.translation):
            if isinstance(item, Refused):
                self._refuse(item)
            else:
                self._take(item)

    def _watched(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the lines; once the event is found, only those that may be about it."""
        needles = {
            json.dumps(self.request.event, ensure_ascii=plain)[1:-1].encode() for plain in (True, False)
        }
        for line in lines:
            wanted = not self.taken or any(needle in line for needle in needles)
            yield line if wanted else b"\n"

    def _refuse(self, item: Refused) -> None:
        try:
            piece = Piece.of((item.line,), (item.raw.split(b"\n")[0],))
        except UpdateError:
            return
        if self.request.event in piece.names and self.request.ticket in (None, piece.address[1]):
            self.refused.append(item)

    def _take(self, item: Accepted) -> None:
        outcome, wanted = item.outcome, self.request
        this = outcome.event == wanted.event and wanted.ticket in (None, outcome.ticket_id)
        if outcome.duplicate:
            self.again += [item.line] if this else []
            return
        assert self._last is not None
        before, update = self._last
        if not this and wanted.field is None:
            return
        asked = Asked(self.ruleset.rules, before, update, self.known, wanted.mode)
        if wanted.field is not None:
            of_ticket = self.history.setdefault((update.source, update.ticket), [])
            of_ticket += writes(asked, outcome, wanted.field)
        if this:
            self.taken.append(_Taken(item.piece, asked, outcome))


def run(ruleset: Ruleset, request: Request, given: People, out: IO[str], err: IO[str]) -> int:
    """Answer why; return the exit code; WrongUseError when the event is not there."""
    asked_about = _triggers(ruleset, request.triggers, request.reader)
    request = _with_field(ruleset, request)
    known = people.directory(ruleset, given, err, request.reader)
    stream = _Stream(ruleset, request, known, people.translation(given))
    with running.open_events(request.events) as lines:
        stream.read(lines)
    if not stream.taken:
        return _not_taken(stream, request, out)
    if len(stream.taken) > 1:
        tickets = IN_ENGLISH.listed([f"`{taken.outcome.ticket_id}`" for taken in stream.taken])
        raise WrongUseError(f"tickets {tickets} have an event `{request.event}`: say which with --ticket")
    (taken,) = stream.taken
    answers = [answer(taken.asked, trigger) for trigger in _in_order(asked_about, taken.outcome)]
    history = stream.history.get((taken.asked.update.source, taken.asked.update.ticket), [])
    if request.as_json:
        out.write(json.dumps(_json(taken, answers, history, stream, request), ensure_ascii=False) + "\n")
    else:
        out.write(_text(taken, answers, history, stream, request))
    return 0


# What is asked


def _triggers(ruleset: Ruleset, titles: Sequence[str], reader: Reader) -> list[r.Trigger]:
    if not titles:
        return [*ruleset.triggers]
    shown = {reader.title(trigger.title).casefold(): trigger for trigger in ruleset.triggers}
    known = shown | {trigger.title.casefold(): trigger for trigger in ruleset.triggers}
    found = []
    for title in titles:
        if title.casefold() not in known:
            help_line = did_you_mean(title, [reader.title(trigger.title) for trigger in ruleset.triggers])
            raise WrongUseError(
                f"there is no trigger `{title}`"
                + (f": {help_line}" if help_line else ": `trigdsl list` has all")
            )
        found.append(known[title.casefold()])
    return found


def _with_field(ruleset: Ruleset, request: Request) -> Request:
    """Return the request with the bare name of the field; WrongUseError when there is none of that name."""
    if request.field is None:
        return request
    vocabulary = ruleset.vocabulary
    name = request.reader.english_path(request.field).removeprefix(f"{vocabulary.root}.")
    if vocabulary.field(vocabulary.root, name) is None:
        help_line = did_you_mean(name, [f.name for f in vocabulary.fields_of(vocabulary.root)])
        raise WrongUseError(
            f"a {vocabulary.root} has no field `{name}`" + (f": {help_line}" if help_line else "")
        )
    return evolve(request, field=name)


def _in_order(triggers: Sequence[r.Trigger], outcome: Outcome) -> list[r.Trigger]:
    """Return those that fired first, as they did, then the others as they are tried."""
    fired = {title: number for number, title in enumerate(outcome.fired)}
    return sorted(triggers, key=lambda trigger: fired.get(trigger.title, len(fired)))


def _not_taken(stream: _Stream, request: Request, out: IO[str]) -> int:
    if not stream.refused:
        where = f" of ticket `{request.ticket}`" if request.ticket is not None else ""
        raise WrongUseError(f"there is no event `{request.event}`{where} in `{request.events}`")
    say = request.reader.say
    for item in stream.refused:
        if request.as_json:
            data = {"version": VERSION, "event": request.event, "refused": item.reason, "line": item.line}
            out.write(json.dumps(data, ensure_ascii=False) + "\n")
        else:
            refused = say("the event was refused: {}", request.reader.told(item.reason))
            out.write(f"{request.events}:{item.line}: {refused}\n")
            out.write(f"{say('What is refused changes nothing, and no trigger runs.')}\n")
    return 0


# The answer


def _text(
    taken: _Taken, answers: Sequence[Answer], history: Sequence[Write], stream: _Stream, request: Request
) -> str:
    reader = request.reader
    parts = [report.headline(taken.outcome, reader)]
    parts += [
        reader.say("It came again on line {}, and changed nothing then.", str(number))
        for number in stream.again
    ]
    parts += [
        reader.say("It came again on line {}, and was refused: {}", str(item.line), reader.told(item.reason))
        for item in stream.refused
    ]
    if request.field is not None:
        parts += ["", because.history_text(taken.asked, request.field, history, reader)]
    if request.field is None or request.triggers:
        for each in answers:
            parts += ["", because.answer_text(taken.asked, each, reader)]
    return "\n".join(parts) + "\n"


def _json(
    taken: _Taken, answers: Sequence[Answer], history: Sequence[Write], stream: _Stream, request: Request
) -> Json:
    found: Json = {
        "version": VERSION,
        "event": taken.outcome.event,
        "ticket": taken.outcome.ticket_id,
        "line": taken.piece.line,
        "again": stream.again,
        "refused": None,
    }
    if request.field is not None:
        found["field"] = request.field
        found["writes"] = [_write_json(write) for write in history]
    if request.field is None or request.triggers:
        found["triggers"] = [_answer_json(taken, each) for each in answers]
    return found


def _answer_json(taken: _Taken, answer: Answer) -> Json:
    undoing = answer.undone_by
    return {
        "trigger": answer.trigger.title,
        "path": answer.trigger.at.path,
        "line": answer.trigger.at.line,
        "fired": answer.verdict == "fired",
        "verdict": answer.verdict,
        "condition": None if answer.condition is None else _part_json(answer.condition),
        "enabled_by": [_link_json(link) for link in answer.enabled_by],
        "undone_by": None
        if undoing is None
        else {"trigger": undoing.trigger.title, "stops": undoing.stops, "line": undoing.trigger.at.line},
        "nearest": None if answer.nearest is None else _nearest_json(taken, answer),
        "unknown": [
            {"person": key, "says": because.stranger(taken.asked, key)}
            for key in strangers(taken.asked, answer)
        ],
    }


def _part_json(part: Part) -> Json:
    at = part.condition.at
    found: Json = {"text": at.text, "path": at.path, "line": at.line, "holds": part.holds}
    if part.parts:
        kinds = {r.AllOf: "all", r.AnyOf: "any", r.Not: "not"}
        found[kinds[type(part.condition)]] = [_part_json(inner) for inner in part.parts]
    else:
        found |= {"seen": types.to_json(part.seen), "wanted": types.to_json(part.wanted)}
        found["before"] = types.to_json(part.before)
    return found


def _link_json(link: Link) -> Json:
    return {
        "trigger": link.trigger.title,
        "changes": [change.to_json() for change in link.changes],
        "enabled_by": [_link_json(inner) for inner in link.enabled_by],
    }


def _nearest_json(taken: _Taken, answer: Answer) -> Json:
    found = answer.nearest
    assert found is not None
    asked = taken.asked
    told: Json = {"says": nearest.text(asked, found), "tries": found.tries}
    if found.edits:
        told["change"] = [_edit_json(taken, edit) for edit in found.edits]
        told["patch"] = _patch(taken, found.edits)
    elif found.reason is not None:
        told["impossible"] = {
            "kind": found.reason.kind,
            "conditions": [
                {"text": t.at.text, "path": t.at.path, "line": t.at.line} for t in found.reason.tests
            ],
            "triggers": [other.title for other in found.reason.triggers],
        }
    return told


def _edit_json(taken: _Taken, edit: Edit) -> Json:
    words = nearest.change_words(taken.asked, [edit])
    return {"part": list(edit.part), "says": IN_ENGLISH.listed(words), "patch": _patch(taken, [edit])}


def _patch(taken: _Taken, edits: Sequence[Edit]) -> list[Json]:
    """Return a change as a JSON Patch of the event: of an audit, of the event that it is read as."""
    asked = taken.asked
    vocabulary = asked.rules.vocabulary
    event = streams.event_of(taken.piece, asked.update, vocabulary)
    return patch(event, asked.update, changed(asked, edits), vocabulary)


def _write_json(write: Write) -> Json:
    return {
        "event": write.event,
        "by": write.by,
        "trigger": None if write.trigger is None else write.trigger.title,
        "line": None if write.at is None else write.at.line,
        "from": types.to_json(write.was),
        "to": types.to_json(write.becomes),
    }
