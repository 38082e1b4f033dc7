"""Events: what a CloudEvent says happened to a ticket, and whether it fits.

"`set` holds new values, never differences; `null` empties a field. `by` is an id or an address, or the person written
out; `null` is the system. A comment is public unless it says `"public": false`."
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from trigdsl.testing.oracle.conditions import Update
from trigdsl.testing.oracle.people import People
from trigdsl.testing.oracle.program import Program
from trigdsl.testing.oracle.values import Ref, RefusedError, Value, from_json, leads_to, when

FILLED = ("id", "created_at", "updated_at", "channel", "description")
"""The fields that the stream fills."""


@frozen
class Event:
    """An event that fits: the update, what it sets, and who is known from now on."""

    update: Update
    set: Mapping[str, Value]
    body: str | None
    people: People


def event_from_json(event: Mapping[str, Any], program: Program, people: People) -> Event:
    """Return what an event says; RefusedError where it does not fit."""
    data = expect(event.get("data"), dict, "data")
    unknown = sorted(set(data) - {"by", "channel", "set", "comment", "automatic", "mailed", "ticket"})
    if unknown:
        raise RefusedError(f"data has no `{unknown[0]}`")
    time = _time(event)
    said = data.get("comment")
    if said is not None:
        expect(expect(said, dict, "comment").get("public", True), bool, "public")
    # "Somebody written out twice in one event is what both say; where they differ, `by` counts."
    given, people = written_out(expect(data.get("set", {}), dict, "set"), program, people)
    actor, people = _actor(data.get("by"), people)
    automatic = expect(data.get("automatic", False), bool, "automatic")
    mailed = [expect(m, str, "mailed") for m in expect(data.get("mailed", []), list, "mailed")]
    channel = {"channel": data["channel"]} if data.get("channel") is not None else {}
    update = Update(
        creates=event["type"] == f"{program.main}.created",
        time=time,
        by=actor,
        about={**fields_from_json("update", channel, program, people), "automatic": automatic, "time": time},
        comment=None if said is None else _comment(said, actor, event, program, people),
        comment_is_public=said is not None and said.get("public", True),
        automatic=automatic,
        mailed=frozenset(people.find("user", address) for address in mailed),
    )
    for name, declared in program.fields_of(program.main).items():
        if name in given and (name in FILLED or declared.counting is not None):
            raise RefusedError(f"`{name}` follows from the events")
    values = fields_from_json(program.main, given, program, people)
    return Event(update, values, None if said is None else said.get("body") or None, people)


def written_out(given: Mapping[str, Any], program: Program, people: People) -> tuple[dict[str, Any], People]:
    """Return new values in which people written out are named, and who is known from now on."""
    found = dict(given)
    declared = program.fields_of(program.main)
    for name, told in given.items():
        several = [told] if isinstance(told, dict) else told if isinstance(told, list) else []
        written = [person for person in several if isinstance(person, dict)]
        if not written or name not in declared or leads_to(declared[name].type) != "user":
            continue
        for person in written:
            people = people.writing_out(person)
        named = [p.get("email") or p["id"] if isinstance(p, dict) else p for p in several]
        found[name] = named[0] if isinstance(told, dict) else named
    return found, people


def _actor(by: Any, people: People) -> tuple[Ref | None, People]:
    """Return who made the update, and who is known from now on."""
    if by is None:
        return None, people
    if isinstance(by, dict):
        people = people.writing_out(by)
        by = by.get("email") or by["id"]
    name = str(by) if isinstance(by, int) else expect(by, str, "by")
    if not name:
        raise RefusedError("`by` names nobody")
    return people.find("user", name), people


def _time(event: Mapping[str, Any]) -> datetime:
    time = when(expect(event.get("time"), str, "time"))
    return expect(time, datetime, "time")  # type: ignore[no-any-return]


def expect(data: Any, kind: type, name: str) -> Any:
    if not isinstance(data, kind):
        raise RefusedError(f"`{name}` is {data!r}, which does not fit")
    return data


def _comment(
    said: Mapping[str, Any], actor: Ref | None, event: Mapping[str, Any], program: Program, people: People
) -> Mapping[str, Value]:
    """Return the fields of "the comment": its body, who wrote it and when."""
    expect(said.get("body", ""), str, "body")
    declared = program.fields_of("comment")
    written = {name: value for name, value in said.items() if name != "public"}
    if "body" not in declared:
        written.pop("body", None)  # a comment has one, whether rules can read it or not
    found = fields_from_json("comment", written, program, people)
    return {**found, "author": actor, "created_at": when(event["time"])}


def fields_from_json(
    entity: str, data: Mapping[str, Any], program: Program, people: People
) -> dict[str, Value]:
    """Return values by field; a name that is no field is refused."""
    declared = program.fields_of(entity)
    unknown = sorted(set(data) - set(declared))
    if unknown:
        raise RefusedError(f"`{unknown[0]}` is not a field of {entity}")
    return {name: from_json(declared[name].type, value, people.find) for name, value in data.items()}
