"""A replay told: as text for a terminal, as Markdown for a review, as JSON for tools."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from trigdsl.interfaces import replay_words as words
from trigdsl.interfaces import report
from trigdsl.interfaces.replay_tally import Group, Tally
from trigdsl.runtime.replay import Version
from trigdsl.semantics.rules import Trigger

_REFERENCE = re.compile(r"(?<!\w)@(?=\w)|#(?=\d)")

VERSION = 1
"""The version of the shape of a replay in JSON."""


@frozen
class Told:
    """What was replayed on what, how many lines were refused, and how many triggers are named."""

    old: str
    new: str
    events: str
    refused: int = 0
    top: int = 20
    interrupted: bool = False


def _places(triggers: Sequence[Trigger]) -> Mapping[str, str]:
    return {trigger.title: f"{trigger.at.path}:{trigger.at.line}" for trigger in triggers}


def _titled(tally: Tally) -> Iterator[tuple[str, str, list[Group]]]:
    """Yield the triggers that differ: the title, where it stands or stood and how it was called, and the groups."""
    renamed = tally.replay.counterparts.renamed()
    old, new = (_places(v.ruleset.triggers) for v in (tally.replay.old, tally.replay.new))
    for title, groups in tally.triggers():
        if title not in new:
            about = f"only in the old rules, {old[title]}"
        elif title in renamed:
            about = f"{new[title]}; before: “{renamed[title]}”"
        elif title not in old:
            about = f"only in the new rules, {new[title]}"
        else:
            about = new[title]
        yield title, about, groups


def _left_out(version: Version) -> list[Trigger]:
    """Return the triggers that would run, but for parts that can be said to a help desk alone."""
    return [trigger for trigger in version.ruleset.triggers if trigger.active and not trigger.runs]


def _beside(tally: Tally, told: Told) -> Iterator[str]:
    """Yield what else has to be known of a replay."""
    for name, version in (("old", tally.replay.old), ("new", tally.replay.new)):
        if kept := _left_out(version):
            yield f"{report.count(len(kept), 'trigger')} of the {name} rules not executable here, and left out"
    if told.refused:
        yield f"{report.count(told.refused, 'line')} refused, and in neither version"
    if told.interrupted:
        yield "interrupted: this is what was found until then"


# Text


def text(tally: Tally, told: Told) -> Iterator[str]:
    """Yield the lines of a report for a terminal."""
    yield words.totals(tally)
    yield words.extent(tally)
    if tally.following:
        yield words.consequence(tally)
    yield from _beside(tally, told)
    for key, examples in sorted(tally.twice_examples.items()):
        version = "new" if key[0] == "new" else "old"
        yield from (
            "",
            f"told twice by the {version} rules alone: {report.count(tally.twice_times[key], 'time')}",
        )
        for example in examples:
            yield f"    {example.headline}"
            yield f"      {words.told_twice(example)}"
    named = [*_titled(tally)]
    for title, about, groups in named[: told.top]:
        yield from ("", f"{title}  ({about})")
        for group in groups:
            yield f"  {words.group(group)}"
            for found in group.examples:
                yield f"    {found.headline}"
                yield from (f"      {line}" for line in words.example(found))
    if len(named) > told.top:
        more = report.count(len(named) - told.top, "more trigger")
        yield from ("", f"and {more}: --top {len(named)} names all")


# Markdown


def markdown(tally: Tally, told: Told) -> Iterator[str]:
    """Yield the lines of a report for a review."""
    yield f"### {_escaped(words.totals(tally))}"
    yield ""
    yield f"`{told.old}` against `{told.new}`, {_escaped(words.extent(tally))}."
    notes = [words.consequence(tally)] if tally.following else []
    for note in (*notes, *_beside(tally, told)):
        yield from ("", f"{note[:1].upper()}{note[1:]}.")
    named = [*_titled(tally)]
    if named:
        yield from ("", "| trigger | what differs |", "|---|---|")
    for title, _, groups in named[: told.top]:
        yield f"| {_escaped(title)} | {'<br>'.join(_escaped(words.group(group)) for group in groups)} |"
    if len(named) > told.top:
        yield f"| and {report.count(len(named) - told.top, 'more trigger')} | |"
    for key, examples in sorted(tally.twice_examples.items()):
        summary = f"Told twice by the {'new' if key[0] == 'new' else 'old'} rules alone"
        told_of = [(example.headline, [words.told_twice(example)]) for example in examples]
        yield from _details(f"{summary}: {report.count(tally.twice_times[key], 'time')}", told_of)
    for title, about, groups in named[: told.top]:
        for group in groups:
            shown = [(found.headline, [*words.example(found)]) for found in group.examples]
            yield from _details(f"{title}: {words.group(group)} ({about})", shown)


def _details(summary: str, examples: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """Yield a part that is folded until somebody opens it."""
    yield from ("", f"<details><summary>{_escaped(summary)}</summary>", "")
    for headline, lines in examples:
        yield f"- {_escaped(headline)}"
        yield from (f"  - {_escaped(line)}" for line in lines)
    yield from ("", "</details>")


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it stands, whatever a ticket's subject holds."""
    found = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_[]|~":
        found = found.replace(sign, f"\\{sign}")
    # What a code host would take for a mention or a reference is parted by a space without width.
    return _REFERENCE.sub("\\g<0>\u200b", found)


# JSON


def data(tally: Tally, told: Told) -> dict[str, Any]:
    """Return the report as data: every trigger, with its groups."""
    return {
        "version": VERSION,
        "old": told.old,
        "new": told.new,
        "differs": bool(tally.differences or tally.twice),
        "summary": words.totals(tally),
        "events": tally.events,
        "tickets": tally.replay.tickets,
        "refused": told.refused,
        "not_executable": {
            "old": [trigger.title for trigger in _left_out(tally.replay.old)],
            "new": [trigger.title for trigger in _left_out(tally.replay.new)],
        },
        "interrupted": told.interrupted,
        "differing_events": tally.differing_events,
        "differing_tickets": tally.differing_tickets,
        "differences": tally.differences,
        "following": tally.following,
        "messages": {"old": tally.mails["old"], "new": tally.mails["new"]},
        "totals": [
            {"kind": kind, "channel": about or None, "way": way, "count": count}
            for (kind, about, way), count in sorted(tally.totals.items())
        ],
        "told_twice": [
            {
                "version": key[0],
                "agents": key[1],
                "people": count,
                "times": tally.twice_times[key],
                "examples": [example.to_json() for example in tally.twice_examples.get(key, ())],
            }
            for key, count in sorted(tally.twice.items())
        ],
        "triggers": [
            {
                "trigger": title,
                "before": tally.replay.counterparts.to_old.get(
                    title, title if "old rules" in about else None
                ),
                "groups": [_group(group) for group in groups],
            }
            for title, about, groups in _titled(tally)
        ],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "what": group.what,
        "way": group.way,
        "count": group.count,
        "following": group.following,
        "tickets": group.tickets,
        "examples": [example.to_json() for example in group.examples],
    }
