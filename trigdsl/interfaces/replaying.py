"""`trigdsl replay`: two versions of the rules on one stream, and what people and tickets would see otherwise."""

import contextlib
import json
from collections.abc import Iterable
from typing import IO

from attrs import define, frozen

from trigdsl.engine.search import Mode
from trigdsl.engine.state import UpdateError
from trigdsl.interfaces import people, report, running
from trigdsl.interfaces import replay_report as told
from trigdsl.interfaces.files import InputError
from trigdsl.interfaces.people import People
from trigdsl.interfaces.progress import Progress
from trigdsl.interfaces.refusals import Refusals, written
from trigdsl.interfaces.replay_tally import Tally
from trigdsl.interop import streams
from trigdsl.interop.pieces import Piece, Refused, decoded, pieces
from trigdsl.interop.streams import Reading
from trigdsl.interop.zendesk.translation import Translation
from trigdsl.runtime import wire
from trigdsl.runtime.fold import REMEMBERED
from trigdsl.runtime.replay import Replay, Told, Version
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.runtime.shelf import ShelfError

DIFFERS = 3
"""The exit code that says that versions differ, where it is asked for."""


@frozen
class Request:
    """What to replay on what, and how to tell it."""

    old: str
    new: str
    events: str
    tickets: str | None = None
    rejects: str | None = None
    form: str = "text"
    exit_code: bool = False
    strict: bool = False
    mode: Mode = Mode.RESTART
    remembered: int = REMEMBERED
    examples: int = 3
    top: int = 20


def run(old: Ruleset, new: Ruleset, request: Request, given: People, out: IO[str], err: IO[str]) -> int:
    """Replay the stream and tell what differs; return the exit code: 1 when a line was refused."""
    # What the directory says and no rule can ask is told of the new version alone.
    versions = [
        Version(rules, people.directory(rules, given, heard), request.mode)
        for rules, heard in ((old, None), (new, err))
    ]
    tally = Tally(Replay(*versions, remembered=request.remembered), request.examples)
    try:
        shown = _read(tally, request, people.translation(given), err)
    except ShelfError as error:
        raise InputError(str(error)) from None
    people.tell_who_is_unknown(given, (old, new), err)
    _write(tally, shown, request.form, out)
    if shown.interrupted:
        return 130
    if shown.refused:
        return 1
    return DIFFERS if request.exit_code and (tally.differences or tally.twice) else 0


def _read(tally: Tally, request: Request, translation: Translation, err: IO[str]) -> told.Told:
    """Replay the stream to its end, or until it is stopped; return what to tell beside the tally."""
    interrupted = False
    with contextlib.ExitStack() as files:
        if request.tickets is not None:
            _start(tally.replay, request.tickets)
        lines = files.enter_context(running.open_events(request.events))
        rejects = None if request.rejects is None else files.enter_context(written(request.rejects))
        refusals = Refusals(request.events, err, Progress(lines, err, watched=True), rejects)
        stream = _Stream(tally.replay, tally, refusals, request.strict, translation)
        try:
            whole = stream.read(lines)
        except KeyboardInterrupt:
            whole = interrupted = True
        refusals.progress.clear()
    if not whole:
        print(f"stopped after {report.count(tally.events, 'event')}, as --strict asks", file=err)
    return told.Told(request.old, request.new, request.events, refusals.count, request.top, interrupted)


def _write(tally: Tally, shown: told.Told, form: str, out: IO[str]) -> None:
    if form == "json":
        print(json.dumps(told.data(tally, shown), ensure_ascii=False), file=out)
        return
    for line in told.markdown(tally, shown) if form == "markdown" else told.text(tally, shown):
        print(line, file=out)


@define(eq=False)
class _Stream:
    replay: Replay
    tally: Tally
    refusals: Refusals
    strict: bool
    translation: Translation

    def read(self, lines: Iterable[bytes]) -> bool:
        """Replay a stream; return whether it was read to its end."""
        for piece in pieces(lines):
            refused = piece if isinstance(piece, Refused) else self._take(piece)
            if refused is not None:
                self.refusals.add(refused)
                if self.strict:
                    return False
            self.refusals.progress.show(self.tally.events)
        return True

    def _take(self, piece: Piece) -> Refused | None:
        """Replay one event; return it as refused where one version cannot take it."""
        replay = self.replay
        try:
            old = streams.read(piece, replay.old.ruleset.vocabulary, self.translation)
            new = old if replay.one_vocabulary else self._second(piece)
            update = old.update
            note = old.note(known=replay.knows((update.source, update.ticket)))
            compared = replay.take(_told(old), _told(new))
        except UpdateError as error:
            return piece.refused(str(error))
        self.refusals.note(piece.line, note)
        self.tally.add(piece.line, compared)
        return None

    def _second(self, piece: Piece) -> Reading:
        try:
            return streams.read(piece, self.replay.new.ruleset.vocabulary, self.translation)
        except UpdateError as error:
            raise UpdateError(f"{error} (only the old rules can read it)") from None


def _told(reading: Reading) -> Told:
    return Told(reading.update, reading.started_from)


def _start(replay: Replay, path: str) -> None:
    """Take saved tickets as known to both versions."""
    with running.opened(path, "the tickets") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                state = decoded(raw)
                old, new = (v.ruleset.ticket(state) for v in (replay.old, replay.new))
                replay.start_from(old, new, wire.seen_from_json(state))
            except UpdateError as error:
                raise InputError(f"{path}:{number}: this ticket cannot be read: {error}") from None
