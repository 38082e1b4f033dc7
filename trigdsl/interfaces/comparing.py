"""`trigdsl run --compare`: where rules and an account's own triggers come to something else, audit by audit."""

import contextlib
import json
from typing import IO

from trigdsl.interfaces import compare_report, people, report, running
from trigdsl.interfaces.comparison import Comparison
from trigdsl.interfaces.people import People
from trigdsl.interfaces.progress import Progress
from trigdsl.interfaces.refusals import Refusals, written
from trigdsl.interfaces.running import Request
from trigdsl.interop.pieces import Refused, pieces
from trigdsl.runtime.ruleset import Ruleset

DIFFERS = 3
"""The exit code that says that somewhere the two come to something else."""


def run(ruleset: Ruleset, request: Request, given: People, out: IO[str], err: IO[str]) -> int:
    """Compare a stream of audits; return the exit code: 1 when a line was refused, 3 when something differs."""
    known = people.directory(ruleset, given, err)
    comparison = Comparison(ruleset, known, request, people.translation(given))
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
    people.tell_who_is_unknown(given, [ruleset], err)
    if request.as_json:
        print(
            json.dumps(compare_report.summary_json(comparison, refusals.count), ensure_ascii=False), file=out
        )
    else:
        for line in compare_report.summary(comparison, refusals.count):
            print(line, file=out)
    return code


def _stream(lines: IO[bytes], comparison: Comparison, refusals: Refusals, out: IO[str]) -> int:
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
                compare_report.tell(item, out, as_json=request.as_json)
    if refusals.count:
        return 1
    return DIFFERS if comparison.differing else 0
