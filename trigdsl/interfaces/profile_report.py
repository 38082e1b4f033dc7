"""`trigdsl profile`: which triggers and conditions cost most on a stream, which fire most, and which never do."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from attrs import frozen

from trigdsl.engine.search import Mode
from trigdsl.interfaces import people, report, running
from trigdsl.interfaces.people import People
from trigdsl.interfaces.profiling import SAMPLED, Cost, Profile
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.why.never import Never

FEW = 100
"""With fewer events times say little."""


@frozen
class Request:
    """What to run on what, and how much of it to tell."""

    events: str
    tickets: str | None = None
    as_json: bool = False
    mode: Mode = Mode.RESTART
    most: int = 10


def run(ruleset: Ruleset, request: Request, given: People, out: IO[str], err: IO[str]) -> int:
    """Run the stream and tell what it cost; return 1 when a line was refused."""
    known = people.directory(ruleset, given, err)
    profile = Profile(ruleset, known, request.mode, people.translation(given))
    fold = profile.fold()
    if request.tickets is not None:
        running.start_tickets(request.tickets, ruleset, fold)
    with running.open_events(request.events) as lines:
        profile.feed(lines, fold)
    for item in profile.refused:
        print(f"{request.events}:{item.line}: refused: {item.reason}", file=err)
    if request.as_json:
        print(json.dumps(data(profile), ensure_ascii=False), file=out)
    else:
        print("\n".join(told(profile, request.most)), file=out)
    return 1 if profile.refused else 0


def told(profile: Profile, most: int) -> Iterator[str]:
    """Yield the report for a person; of no event there are no figures."""
    if not profile.events:
        why = (
            f"{report.count(len(profile.refused), 'line')} refused"
            if profile.refused
            else "the stream is empty"
        )
        yield f"no event was taken: {why}"
        return
    yield from _totals(profile)
    costs = profile.costs()
    places = {trigger.title: _place(trigger.at) for trigger in profile.active}
    spent = {title: seconds for title, seconds in profile.spent(costs).items() if seconds}
    yield from _titled("triggers that cost most, µs an event:", _dearest(profile, spent, places, most))
    yield from _titled("conditions that take longest, µs each time:", _slowest(costs, most))
    yield from _titled("triggers that fired most:", _busiest(profile, places, most))
    never = profile.never()
    if not never:
        yield from ("", "every trigger fired")
        return
    yield from ("", f"triggers that never fired: {len(never):,}")
    for each in never[:most]:
        yield f"           {each.trigger.title}  ({places[each.trigger.title]}; {_reason(each, profile)})"
    if len(never) > most:
        yield f"           and {len(never) - most:,} more: --top {len(never)} names them"


def _totals(profile: Profile) -> Iterator[str]:
    refused = f", {report.count(len(profile.refused), 'line')} refused" if profile.refused else ""
    yield (
        f"{report.count(profile.events, 'event')}, {report.count(len(profile.active), 'trigger')}, "
        f"{report.count(profile.fired.total(), 'firing')}{refused}"
    )
    parts = {"reading it": profile.reading, "deciding": profile.deciding, "writing texts": profile.writing}
    shares = ", ".join(f"{_micro(seconds / profile.events)} {what}" for what, seconds in parts.items())
    yield f"an event takes {_micro(sum(parts.values()) / profile.events)} µs: {shares}"
    if profile.events < FEW:
        yield f"(times of fewer than {FEW} events say little)"


def _titled(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", title, *lines)


def _dearest(profile: Profile, spent: Mapping[str, float], places: Mapping[str, str], most: int) -> list[str]:
    return [
        f"{_micro(seconds / profile.events):>9}  {title}  "
        f"({places[title]}; {report.count(profile.texts[title], 'text')})"
        for title, seconds in [*spent.items()][:most]
    ]


def _slowest(costs: Sequence[Cost], most: int) -> list[str]:
    """Return a line for each condition; how it is answered is said where that is not the same of all."""
    alike = all(cost.looked_up for cost in costs)
    lines = []
    for cost in costs[:most]:
        said = [_place(cost.condition.at), f"in {report.count(cost.triggers, 'trigger')}"]
        if not alike:
            said.append(
                "looked up for all triggers at once"
                if cost.looked_up
                else "asked where nothing else rules it out"
            )
        lines.append(f"{_micro(cost.seconds):>9}  {cost.condition.at.text}  ({'; '.join(said)})")
    return lines


def _busiest(profile: Profile, places: Mapping[str, str], most: int) -> list[str]:
    return [
        f"{count:>9,}  {title}  ({places[title]}; {count / profile.events:.1%} of events)"
        for title, count in profile.fired.most_common(most)
    ]


def _reason(never: Never, profile: Profile) -> str:
    """Return why a trigger never fired, in the words of the rules."""
    root = profile.ruleset.vocabulary.root
    match never.reason:
        case "condition":
            none = "of no event" if profile.events <= SAMPLED else f"of none of {SAMPLED} events looked at"
            return f"{none}: " + ", ".join(f"`{part.at.text}`" for part in never.missing)
        case "apart":
            return "its conditions hold, but not together"
        case "closed":
            return f"it holds of closed {root}s alone"
        case "fired before":
            return f"it fired before, and does so once per {root}"
        case "passed":
            return "it comes to hold when it has been tried already"
        case _:
            assert never.first is not None
            return f"it holds, but “{never.first.title}” comes first"


def _place(at: r.Location) -> str:
    return f"{at.path}:{at.line}"


def _micro(seconds: float) -> str:
    return f"{seconds * 1e6:,.1f}"


def data(profile: Profile) -> dict[str, Any]:
    """Return the report as data: every trigger and every condition."""
    costs = profile.costs()
    spent = profile.spent(costs)
    never = {each.trigger.title: each for each in profile.never()} if profile.events else {}
    triggers = [
        {
            "title": trigger.title,
            "path": trigger.at.path,
            "line": trigger.at.line,
            "fired": profile.fired[trigger.title],
            "texts": profile.texts[trigger.title],
            "microseconds_an_event": _each(profile, spent[trigger.title]),
            "never_fired": never[trigger.title].reason if trigger.title in never else None,
            "held_of_no_event": [part.at.text for part in never[trigger.title].missing]
            if trigger.title in never
            else [],
        }
        for trigger in profile.active
    ]
    conditions = [
        {
            "condition": cost.condition.at.text,
            "path": cost.condition.at.path,
            "line": cost.condition.at.line,
            "triggers": cost.triggers,
            "microseconds": cost.seconds * 1e6 if profile.events else None,
            "held": cost.held,
            "looked_up": cost.looked_up,
        }
        for cost in costs
    ]
    return {
        "events": profile.events,
        "refused": len(profile.refused),
        "sampled": len(profile.sample),
        "microseconds_an_event": {
            "reading": _each(profile, profile.reading),
            "deciding": _each(profile, profile.deciding),
            "writing": _each(profile, profile.writing),
        },
        "triggers": triggers,
        "conditions": conditions,
    }


def _each(profile: Profile, seconds: float) -> float | None:
    """Return microseconds an event; of no event there are none."""
    return seconds / profile.events * 1e6 if profile.events else None
