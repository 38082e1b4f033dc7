"""`trigdsl run --compare`: where rules and an account's own triggers come to something else, audit by audit."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from attrs import define, field, frozen

from trigdsl.engine.effects import Outcome
from trigdsl.engine.state import Directory, Ticket, Update, UpdateError
from trigdsl.interfaces import misses, report, running
from trigdsl.interfaces.progress import Progress
from trigdsl.interfaces.refusals import Refusals, written
from trigdsl.interfaces.running import Request
from trigdsl.interop import streams
from trigdsl.interop.pieces import Piece, Refused, pieces
from trigdsl.interop.zendesk import comparing
from trigdsl.interop.zendesk.comparing import Deviation, Recorded
from trigdsl.interop.zendesk.translation import Translation
from trigdsl.runtime.fold import Fold
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import types

VERSION = 1
"""The version of the shape of a comparison in JSON."""

DIFFERS = 3
"""The exit code that says that somewhere the two come to something else."""


@frozen
class Compared:
    """One audit: our outcome, where it differs from what was recorded, and why ours did not do what was."""

    line: int
    outcome: Outcome
    deviations: tuple[Deviation, ...]
    why: tuple[tuple[str, ...], ...]
    note: str | None = None
    unknown: tuple[str, ...] = ()


@define(eq=False)
class _Comparison:
    """A stream of audits, each compared by itself: tickets go on as the account has them."""

    ruleset: Ruleset
    directory: Directory
    request: Request
    translation: Translation
    fold: Fold = field(init=False)
    audits: int = 0
    differing: int = 0
    untold: int = 0
    tickets: set[tuple[str, str]] = field(factory=set)
    totals: Counter[tuple[str, str, str]] = field(factory=Counter)
    unknown: Counter[str] = field(factory=Counter)
    _last: tuple[Ticket | None, Update] | None = None

    def __attrs_post_init__(self) -> None:
        self.fold = Fold(self.ruleset.rules, self._step, self.directory, remembered=self.request.remembered)

    def _step(self, before: Ticket | None, update: Update) -> Outcome:
        self._last = before, update
        return self.ruleset.step(before, update, directory=self.directory, mode=self.request.mode)

    def take(self, piece: Piece) -> Compared | Refused | None:
        """Return how an audit compares; None of what tells nothing of an account's triggers, or was told before."""
        rules = self.ruleset.rules
        try:
            reading = streams.read(piece, rules.vocabulary, self.translation)
            update = reading.update
            note = reading.note(known=(update.source, update.ticket) in self.fold.tickets)
            done = Recorded()
            if reading.recorded is not None:
                done = comparing.recorded(reading.recorded, rules, self.directory, self.translation)
            outcome = self.fold.take(update, reading.started_from)
        except UpdateError as error:
            return piece.refused(str(error))
        if outcome.duplicate:
            return None
        self.tickets.add((update.source, update.ticket))
        if reading.recorded is None:
            self.untold += 1
            return None
        return self._compared(piece, outcome, done, note)

    def _compared(self, piece: Piece, outcome: Outcome, done: Recorded, note: str | None) -> Compared:
        assert outcome.ticket is not None
        assert self._last is not None
        before, update = self._last
        known = self.directory.with_agents(self.ruleset.rules.agent_roles)
        found = comparing.deviations(outcome, done, known)
        after = comparing.gone_on(self.ruleset.rules, before, update, outcome, done, self.directory)
        self.fold.tickets[update.source, update.ticket] = self.fold.latest(after)
        self.audits += 1
        self.differing += bool(found)
        self.unknown.update(done.unknown)
        for each in found:
            self.totals[each.ours or each.theirs or "", each.kind, each.where] += 1
        return Compared(piece.line, outcome, found, self._why(found, before, update), note, done.unknown)

    def _why(
        self, found: tuple[Deviation, ...], before: Ticket | None, update: Update
    ) -> tuple[tuple[str, ...], ...]:
        """Return for each deviation why our trigger of that title did not do it, where the account's did."""
        if all(each.where != "account" for each in found):
            return tuple(() for _ in found)
        trace = self.ruleset.step(
            before, update, directory=self.directory, mode=self.request.mode, trace=True, render=False
        ).trace
        assert trace is not None
        missed = {each.trigger.casefold(): misses.words(each) for each in trace.not_fired}
        fired = {
            each.trigger.casefold(): tuple(f"it fires, but {s.reason}" for s in each.silences)
            or ("it fires, and does something else",)
            for each in trace.fired
        }
        known = {**missed, **fired}
        nothing = ("these rules have no such trigger",)
        return tuple(
            known.get((each.theirs or "").casefold(), nothing) if each.where == "account" else ()
            for each in found
        )


def run(ruleset: Ruleset, request: Request, directory: Any, out: IO[str], err: IO[str]) -> int:
    """Compare a stream of audits; return the exit code: 1 when a line was refused, 3 when something differs."""
    running.check_targets(request)
    known = running.read_directory(ruleset, directory, request.directory, err)
    comparison = _Comparison(ruleset, known, request, running.read_translation(directory, request.directory))
    code = 0
    with contextlib.ExitStack() as files:
        if request.tickets is not None:
            running.start_tickets(request.tickets, ruleset, comparison.fold)
        lines = files.enter_context(running.open_events(request.events))
        rejects = None if request.rejects is None else files.enter_context(written(request.rejects))
        progress = Progress(lines, err, watched=not out.isatty())
        refusals = Refusals(request.events, err, progress, rejects)
        try:
            code = _stream(lines, comparison, refusals, out)
        except KeyboardInterrupt:
            print(f"interrupted after {report.count(comparison.audits, 'audit')}", file=err)
            code = 130
        progress.clear()
    if request.as_json:
        print(json.dumps(_summary_json(comparison, refusals.count), ensure_ascii=False), file=out)
    else:
        for line in _summary(comparison, refusals.count):
            print(line, file=out)
    return code


def _stream(lines: IO[bytes], comparison: _Comparison, refusals: Refusals, out: IO[str]) -> int:
    request = comparison.request
    for piece in pieces(lines):
        item = piece if isinstance(piece, Refused) else comparison.take(piece)
        refusals.progress.show(comparison.audits)
        if isinstance(item, Refused):
            refusals.add(item)
            if request.strict:
                audits = report.count(comparison.audits, "audit")
                print(f"stopped after {audits}, as --strict asks", file=refusals.err)
                return 1
        elif item is not None:
            refusals.note(item.line, item.note)
            if item.deviations:
                refusals.progress.clear()
                _tell(item, out, as_json=request.as_json)
    if refusals.count:
        return 1
    return DIFFERS if comparison.differing else 0


# One audit


def _tell(item: Compared, out: IO[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_json(item), ensure_ascii=False), file=out)
        return
    print(report.headline(item.outcome), file=out)
    for title, lines in _by_trigger(item):
        print(f"  {title}", file=out)
        for line in lines:
            print(f"    {line}", file=out)


def _by_trigger(item: Compared) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for each, why in zip(item.deviations, item.why, strict=True):
        lines = found.setdefault(each.ours or each.theirs or "(a trigger without a title)", [])
        lines.append(_words(each))
        lines += [f"  {said}" for said in why if f"  {said}" not in lines]
    yield from found.items()


def _words(each: Deviation) -> str:
    match each.where:
        case "here":
            return f"only by these rules: {_deed(each, each.our_value)}"
        case "account":
            return f"only in the account: {_deed(each, each.their_value)}"
        case "both" if each.kind == "change" and each.our_value != each.their_value:
            ours, theirs = report.value_text(each.our_value), report.value_text(each.their_value)
            return f"{each.what}: {ours} by these rules, {theirs} in the account, by “{each.theirs}”"
        case "both":
            return f"{_deed(each, each.our_value)}: in the account by “{each.theirs}”"


def _deed(each: Deviation, value: Any) -> str:
    match each.kind:
        case "change":
            return f"{each.what} becomes {report.value_text(value)}"
        case "notification":
            return f"{each.what} to {each.recipient}"
        case "webhook":
            return "a webhook call"
        case _:
            return f"a {each.what} comment"


def _json(item: Compared) -> dict[str, Any]:
    return {
        "version": VERSION,
        "event": item.outcome.event,
        "ticket": item.outcome.ticket_id,
        "line": item.line,
        "differences": [
            {
                "kind": each.kind,
                "where": each.where,
                "what": each.what or None,
                "trigger": each.ours,
                "account_trigger": each.theirs,
                "recipient": each.recipient,
                "value": types.to_json(each.our_value),
                "account_value": types.to_json(each.their_value),
                "why": list(why),
            }
            for each, why in zip(item.deviations, item.why, strict=True)
        ],
    }


# All of them


def _summary(comparison: _Comparison, refused: int) -> Iterator[str]:
    audits = (
        f"{report.count(comparison.audits, 'audit')} of {report.count(len(comparison.tickets), 'ticket')}"
    )
    refusals = f", {report.count(refused, 'line')} refused" if refused else ""
    if not comparison.audits:
        yield f"no audit was compared{refusals}"
    elif comparison.differing:
        verb = "differs" if comparison.differing == 1 else "differ"
        yield f"{audits}: {comparison.differing:,} {verb} from what the account recorded{refusals}"
    else:
        yield f"{audits}: the same as the account recorded{refusals}"
    by_title: dict[str, list[str]] = {}
    for (title, kind, where), count in sorted(
        comparison.totals.items(), key=lambda item: (-item[1], item[0])
    ):
        by_title.setdefault(title, []).append(f"{report.count(count, _NOUNS[kind])} {_WHERE[where]}")
    for title, parts in by_title.items():
        yield f"  {title}: {', '.join(parts)}"
    kept = sum(trigger.active and not trigger.runs for trigger in comparison.ruleset.triggers)
    if kept:
        yield f"  not executable here: {report.count(kept, 'trigger')} with parts kept word for word"
    for kind, count in sorted(comparison.unknown.items()):
        yield f"  not compared: {report.count(count, 'event')} of the kind {kind}"
    if comparison.untold:
        tell = "tells" if comparison.untold == 1 else "tell"
        events = report.count(comparison.untold, "event")
        yield f"  not compared: {events} that {tell} nothing of the account's triggers"


_NOUNS = {
    "change": "field change",
    "notification": "message",
    "webhook": "webhook call",
    "comment": "comment",
}
_WHERE = {"here": "only by these rules", "account": "only in the account", "both": "done otherwise"}


def _summary_json(comparison: _Comparison, refused: int) -> dict[str, Any]:
    return {
        "version": VERSION,
        "summary": {
            "audits": comparison.audits,
            "tickets": len(comparison.tickets),
            "differing": comparison.differing,
            "refused": refused,
            "untold": comparison.untold,
            "not_executable": [
                trigger.title
                for trigger in comparison.ruleset.triggers
                if trigger.active and not trigger.runs
            ],
            "unknown": dict(sorted(comparison.unknown.items())),
            "totals": [
                {"trigger": title, "kind": kind, "where": where, "count": count}
                for (title, kind, where), count in sorted(comparison.totals.items())
            ],
        },
    }
