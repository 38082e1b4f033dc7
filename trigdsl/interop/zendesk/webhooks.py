"""Zendesk's webhook events, and the same as Amazon EventBridge brings them: those of one sequence are one update.

An event tells one change, and the whole ticket beside it, as it is by then. So a ticket that was not seen before starts from
that, less what the update changed. Nothing in it tells what the account's rules did from what a person did: the
update is both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve, frozen

from trigdsl.engine.state import Comment, Ticket, UpdateError
from trigdsl.interop.zendesk import audits
from trigdsl.interop.zendesk.audits import Audit
from trigdsl.interop.zendesk.translation import PLAIN, Translation
from trigdsl.runtime import wire
from trigdsl.semantics.vocabulary import Vocabulary

Json = Mapping[str, Any]

_PREFIX = "zen:event-type:"

CHANGES: Mapping[str, str] = {
    "agent_assignment_changed": "assignee_id",
    "brand_changed": "brand_id",
    "custom_status_changed": "custom_status_id",
    "external_id_changed": "external_id",
    "form_changed": "ticket_form_id",
    "group_assignment_changed": "group_id",
    "organization_changed": "organization_id",
    "priority_changed": "priority",
    "problem_link_changed": "problem_id",
    "requester_changed": "requester_id",
    "status_changed": "status",
    "subject_changed": "subject",
    "submitter_changed": "submitter_id",
    "task_due_at_changed": "due_at",
    "type_changed": "type",
}
"""The events that change one property, and its name in audits."""

_STATE: Mapping[str, str] = {
    "assignee_id": "assignee_id",
    "brand_id": "brand_id",
    "custom_status": "custom_status_id",
    "external_id": "external_id",
    "form_id": "ticket_form_id",
    "group_id": "group_id",
    "organization_id": "organization_id",
    "priority": "priority",
    "requester_id": "requester_id",
    "status": "status",
    "subject": "subject",
    "submitter_id": "submitter_id",
    "tags": "tags",
    "type": "type",
}
"""What an event says of the whole ticket, and the name of each property in audits."""

_DELETIONS = {"soft_deleted": True, "permanently_deleted": True, "marked_as_spam": True, "undeleted": False}
_COMMENTS = ("comment_added", "comment_created")
_PEOPLE = {"email_ccs_changed": "ccs", "ccs_changed": "ccs", "followers_changed": "followers"}
_OF_NO_FIELD = frozenset(
    {
        "created", "tags_changed", "custom_field_changed", "attachment_linked_to_comment",
        "attachment_redacted_from_comment", "comment_made_private", "comment_redacted", "description_changed", "merged",
        "next_sla_breach_changed", "ola_policy_changed", "schedule_changed", "sla_policy_changed",
    }
)  # fmt: skip
"""What sets no field by itself: it is read another way, or rules cannot ask of it."""


@frozen
class Event:
    """One event: what happened, the change, the ticket beside it, and its place in the sequence."""

    kind: str
    change: Json
    ticket: Json
    meta: Json
    time: Any
    id: str
    actor: Any
    subject: str = ""

    @property
    def ticket_id(self) -> str:
        """The id of the ticket that it is about; an empty text where it names none."""
        found = self.ticket.get("id")
        return self.subject.removeprefix("zen:ticket:") if found is None else str(found)

    @property
    def sequence(self) -> Json:
        """What tells of the sequence that it belongs to; an empty object of one that belongs to none."""
        found = _object(self.meta.get("sequence"))
        return found if found.get("id") is not None else {}

    @property
    def update_id(self) -> str:
        """The id of the update: of the sequence, or its own where it belongs to none."""
        return str(self.sequence.get("id", self.id))

    @property
    def position(self) -> tuple[int, str]:
        """The order of events in their sequence."""
        position = self.sequence.get("position")
        return (position if isinstance(position, int) else 0, self.id)

    @property
    def total(self) -> int | None:
        """How many events the sequence has, where that is told; one that belongs to none is all there is."""
        total = self.sequence.get("total") if self.sequence else 1
        return total if isinstance(total, int) and not isinstance(total, bool) else None

    @property
    def moment(self) -> datetime | None:
        """When it was, or None where that cannot be read."""
        try:
            return wire.read_time(self.time)
        except UpdateError:
            return None


def is_event(data: Any) -> bool:
    """Return whether a decoded line has the shape of a webhook event, or of one that EventBridge brought."""
    if not isinstance(data, Mapping) or "specversion" in data:
        return False
    return str(data.get("type", "")).startswith(_PREFIX) or bool(_bridged(data))


def _bridged(data: Json) -> Json:
    """Return what EventBridge, or Zendesk's own integration services, wrap; an empty object of anything else."""
    inside = (data, _object(data.get("detail")), _object(data.get("input")))
    return next((_object(part["ticket_event"]) for part in inside if "ticket_event" in part), {})


def event_of(data: Json) -> Event:
    """Return an event of either shape."""
    bridged = _bridged(data)
    if bridged:
        meta = _object(bridged.get("meta"))
        kind = str(bridged.get("type")).lower().replace(" ", "_").removeprefix("ticket_")
        time = meta.get("occurred_at", data.get("time"))
        name = str(data.get("id") or f"{kind} {_object(meta.get('sequence')).get('position')}")
        return Event(kind, bridged, _object(bridged.get("ticket")), meta, time, name, meta.get("actor_id"))
    change, ticket = _object(data.get("event")), _object(data.get("detail"))
    kind = str(data.get("type")).removeprefix(_PREFIX).removeprefix("ticket.")
    meta = _object(change.get("meta"))
    subject = str(data.get("subject", ""))
    return Event(
        kind,
        change,
        ticket,
        meta,
        data.get("time"),
        str(data.get("id")),
        ticket.get("actor_id"),
        subject if subject.startswith("zen:ticket:") else "",
    )


def _object(raw: Any) -> Json:
    return raw if isinstance(raw, Mapping) else {}


# The update


def read_events(parts: Sequence[Json], vocabulary: Vocabulary, translation: Translation = PLAIN) -> Audit:
    """Return the update that the events of one sequence tell, in whatever order; UpdateError says what cannot be read."""
    events = sorted(map(event_of, parts), key=lambda event: event.position)
    first = events[0]
    if not first.ticket_id:
        raise UpdateError(f"an event `{parts[0].get('type')}` is about no ticket")
    ticket = events[-1].ticket
    left_out: list[str] = []
    audit = {
        "ticket_id": first.ticket_id,
        "id": first.update_id,
        "created_at": min(map(_time, events)).isoformat(),
        "author_id": _actor(events),
        "events": [*_changes(events, ticket, left_out), *_comment(events, ticket)],
    }
    if _created(events):
        audit["via"] = ticket.get("via")  # of a ticket it is where it came from, not where the update did
    told = audits.read_audit(audit, vocabulary, translation)
    state = _state(ticket, told, vocabulary, translation)
    return evolve(told, started_from=state, left_out=tuple(dict.fromkeys((*told.left_out, *left_out))))


def _created(events: Sequence[Event]) -> bool:
    return any(event.kind == "created" for event in events)


def _time(event: Event) -> datetime:
    return wire.read_time(event.time)


def _actor(events: Sequence[Event]) -> Any:
    """Return who made the update: as it is told, else whose comment it is, or whose ticket."""
    told = [event.actor for event in events]
    told += [_author(event) for event in events if event.kind in _COMMENTS]
    if _created(events):
        told += [events[-1].ticket.get("submitter_id"), events[-1].ticket.get("requester_id")]
    return next((_id(actor) for actor in told if _id(actor) is not None), None)


def _author(event: Event) -> Any:
    comment = _object(event.change.get("comment"))
    return _object(comment.get("author")).get("id", comment.get("author_id"))


def _id(raw: Any) -> Any:
    """Return a value as audits write it: of an object its id; nobody is written as 0, too."""
    raw = raw.get("id") if isinstance(raw, Mapping) else raw
    return None if raw in ("", "0", 0) else raw


def _changes(events: Sequence[Event], ticket: Json, left_out: list[str]) -> list[Json]:
    """Return the changes as audits write them."""
    if _created(events):
        return [_change("Create", name, _id(ticket[key])) for key, name in _STATE.items() if key in ticket]
    found: list[Json] = []
    for event in events:
        change = event.change
        before, now = _id(change.get("previous")), _id(change.get("current"))
        if event.kind in CHANGES:
            found.append(_change("Change", CHANGES[event.kind], now, before))
        elif event.kind == "tags_changed":
            found.append(_change("Change", "tags", *_tags(change, ticket)))
        elif event.kind == "custom_field_changed":
            field = _object(change.get("custom_field", change.get("field")))
            found.append(_change("Change", str(field.get("id")), now, before))
        elif event.kind in _DELETIONS:
            found.append(_change("Change", "deleted", _DELETIONS[event.kind], not _DELETIONS[event.kind]))
        elif event.kind in _PEOPLE and isinstance(change.get("current"), list):
            found.append(_change("Change", _PEOPLE[event.kind], *_people(change)))
        elif event.kind not in _OF_NO_FIELD and event.kind not in _COMMENTS:
            left_out.append(_PEOPLE.get(event.kind, event.kind))
    return found


def _change(kind: str, field: str, value: Any, before: Any = None) -> Json:
    return {"type": kind, "field_name": field, "value": value, "previous_value": before}


def _people(change: Json) -> tuple[list[Any], list[Any]]:
    """Return the people after a change and before it."""
    lists = (change.get("current"), change.get("previous"))
    now, before = ([_id(person) for person in told] if isinstance(told, list) else [] for told in lists)
    return now, before


def _tags(change: Json, ticket: Json) -> tuple[Any, Any]:
    """Return the tags after a change and before it: the ticket has those after, the change those that came and went."""
    now = ticket.get("tags", change.get("current"))
    if not isinstance(now, list):
        return now, change.get("previous")
    added, removed = (_listed(change, name) for name in ("added", "removed"))
    return now, [tag for tag in now if tag not in added] + [tag for tag in removed if tag not in now]


def _listed(change: Json, name: str) -> list[Any]:
    """Return the tags that were added or removed, under whichever name they stand."""
    for key in (f"tags_{name}", f"{name}_tags", name):
        found = change.get(key)
        found = found.get("tags") if isinstance(found, Mapping) else found
        if isinstance(found, list):
            return found
    return []


def _comment(events: Sequence[Event], ticket: Json) -> list[Json]:
    """Return the comment as audits write it; of a new ticket whose comment has no event it is the description."""
    for event in events:
        if event.kind in _COMMENTS:
            told = _object(event.change.get("comment"))
            body, public = told.get("body"), told.get("is_public", told.get("public", True))
            return [{"type": "Comment", "body": body, "public": public, "author_id": _author(event)}]
    if _created(events) and ticket.get("description"):
        return [{"type": "Comment", "body": ticket["description"], "public": ticket.get("is_public", True)}]
    return []


def _state(ticket: Json, told: Audit, vocabulary: Vocabulary, translation: Translation) -> Ticket:
    """Return the ticket before the update: as it is by now, less what the update changed."""
    update = told.update
    if update.created:
        return told.started_from
    known = [_change("Create", name, _id(ticket[key])) for key, name in _STATE.items() if key in ticket]
    values = audits.values_of(known, "value", vocabulary, translation, []) | dict(told.started_from.values)
    if "channel" in vocabulary.own:
        channel = audits.channel_of(ticket.get("via"), vocabulary)
        values |= {} if channel is None else {"channel": channel}
    description = ticket.get("description")
    public = ticket.get("is_public")
    comments: tuple[Comment, ...] = ()
    if isinstance(description, str) and description:
        comments = (Comment(description, public is not False, _text(_id(ticket.get("submitter_id")))),)
        if "description" in vocabulary.own:
            values["description"] = description
    return Ticket(update.source, update.ticket, values, comments)


def _text(raw: Any) -> str | None:
    return None if raw is None else str(raw)
