"""Zendesk's ticket audits as updates: one audit is one update; what rules did in it is set apart.

The shapes are those of Zendesk's ticket audits reference and of recorded answers of its API.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from trigdsl.engine.state import Comment, Ticket, Update, UpdateError
from trigdsl.interop.zendesk.translation import PLAIN, Translation
from trigdsl.runtime import wire
from trigdsl.semantics import types
from trigdsl.semantics.types import MisfitError
from trigdsl.semantics.vocabulary import Vocabulary

SOURCE = "zendesk"

_DELETED = "deleted"


@frozen
class Audit:
    """One audit: the update somebody made, the state it started from, and what the account's rules did."""

    update: Update
    started_from: Ticket
    recorded: tuple[Mapping[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()


def is_audit(data: Any) -> bool:
    """Return whether a decoded line has the shape of an audit."""
    return isinstance(data, Mapping) and "events" in data and "ticket_id" in data


def read_audit(data: Mapping[str, Any], vocabulary: Vocabulary, translation: Translation = PLAIN) -> Audit:
    """Return what an audit tells; UpdateError says what in it cannot be read."""
    events = data["events"]
    if not isinstance(events, list) or not all(isinstance(e, Mapping) for e in events):
        raise UpdateError("the audit's `events` is not a list of objects")
    recorded = tuple(e for e in events if _by_rule(e, data.get("via")))
    own = [e for e in events if e not in recorded]
    number = data.get("audit_id", data.get("id"))
    if isinstance(number, bool) or not isinstance(number, int | str):
        raise UpdateError("the audit has no `id`")
    ticket = data["ticket_id"]
    if isinstance(ticket, bool) or not isinstance(ticket, int | str):
        raise UpdateError("the audit's `ticket_id` is neither a number nor text")
    left_out: list[str] = []
    values = values_of(own, "value", vocabulary, translation, left_out)
    update = Update(
        SOURCE,
        str(data["ticket_id"]),
        str(number),
        wire.read_time(data.get("created_at"), "created_at"),
        any(e.get("type") == "Create" for e in own),
        _author(data.get("author_id")),
        channel_of(data.get("via"), vocabulary),
        values,
        _comment(own),
    )
    # Of several changes of one field the first one's previous value was there before the update.
    changes = [e for e in reversed(events) if e.get("type") == "Change"]
    before = values_of(changes, "previous_value", vocabulary, translation, [])
    started = Ticket(SOURCE, str(data["ticket_id"]), before)
    if update.comment is not None and update.comment.author is None:
        update = evolve(update, comment=evolve(update.comment, author=update.by))
    return Audit(update, started, recorded, tuple(dict.fromkeys(left_out)))


def _by_rule(event: Mapping[str, Any], own: Any) -> bool:
    """Return whether a trigger did it. What an automation does is an update of its own, whose events may say so again."""
    via = event.get("via")
    if not isinstance(via, Mapping) or via.get("channel") != "rule" or via == own:
        return False
    source = via.get("source")
    return not isinstance(source, Mapping) or source.get("rel") != "automation"


def values_of(
    events: Sequence[Mapping[str, Any]],
    key: str,
    vocabulary: Vocabulary,
    translation: Translation,
    left_out: list[str],
) -> dict[str, types.Value]:
    """Return the fields that Create and Change events set; those we have no name for are listed."""
    found: dict[str, Any] = {}
    for event in events:
        if event.get("type") not in ("Create", "Change"):
            continue
        theirs = str(event.get("field_name"))
        name = translation.field(theirs)
        if vocabulary.field(vocabulary.root, name) is None:
            left_out.append(theirs)
            continue
        value = event.get(key)
        if name == "status" and _DELETED in (value, event.get("previous_value")):
            found["deleted"] = value == _DELETED
            if value == _DELETED:
                continue
        found[name] = translation.value(name, value, vocabulary)
    return wire.values_from_json(found, vocabulary, [])


def _comment(events: Sequence[Mapping[str, Any]]) -> Comment | None:
    comments = [e for e in events if e.get("type") == "Comment"]
    if not comments:
        return None
    event = comments[0]
    body = next(
        (event[key] for key in ("plain_body", "body", "html_body") if isinstance(event.get(key), str)), ""
    )
    if not isinstance(event.get("public", True), bool):
        raise UpdateError("the comment's `public` is neither true nor false")
    return Comment(body, event.get("public", True), _author(event.get("author_id")))


def _author(raw: Any) -> str | None:
    """Return a user's id; the system, -1, is nobody."""
    return None if raw is None or str(raw) == "-1" else str(raw)


def channel_of(via: Any, vocabulary: Vocabulary) -> str | None:
    """Return our name of a channel; one we have no name for is `other`."""
    name = via.get("channel") if isinstance(via, Mapping) else None
    declared = vocabulary.field("update", "channel")
    if not isinstance(name, str) or declared is None or not isinstance(declared.type, types.ChoiceType):
        return None
    try:
        return types.choice(declared.type, name)
    except MisfitError:
        return "other"
