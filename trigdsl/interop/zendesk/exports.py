"""Zendesk's incremental export of ticket events: each entry is one update, read like an audit.

No answer of this API was at hand when it was written: what an entry holds is taken from Zendesk's description of it and from
memory, and whatever is missing or unknown is passed over.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from trigdsl.engine.state import UpdateError
from trigdsl.interop.zendesk import audits
from trigdsl.interop.zendesk.audits import Audit
from trigdsl.interop.zendesk.translation import PLAIN, Translation
from trigdsl.semantics.vocabulary import Vocabulary


def is_entry(data: Any) -> bool:
    """Return whether a decoded line has the shape of a ticket event."""
    return isinstance(data, Mapping) and "child_events" in data and "ticket_id" in data


def read_entry(data: Mapping[str, Any], vocabulary: Vocabulary, translation: Translation = PLAIN) -> Audit:
    """Return what a ticket event tells; UpdateError says what in it cannot be read."""
    children = data["child_events"]
    if not isinstance(children, list) or not all(isinstance(child, Mapping) for child in children):
        raise UpdateError("the ticket event's `child_events` is not a list of objects")
    audit = {
        "ticket_id": data["ticket_id"],
        "id": data.get("id"),
        "created_at": data.get("created_at", _moment(data.get("timestamp"))),
        "author_id": data.get("updater_id"),
        "via": _via(data.get("via")),
        "events": [event for child in children for event in _events(child)],
    }
    return audits.read_audit(audit, vocabulary, translation)


def _moment(seconds: Any) -> Any:
    """Return a time in seconds since 1970 as text; what is none stays as it is."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return seconds
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return seconds


def _via(via: Any) -> Any:
    """Return where a change came from as audits write it: the export writes titles, such as `Web form` and `Rule`."""
    if isinstance(via, str):
        return {"channel": _CHANNELS.get(via.casefold(), via.casefold().replace(" ", "_"))}
    return via


_CHANNELS = {
    "mail": "email",
    "web form": "web",
    "web service (api)": "api",
    "business rule": "rule",
    "trigger": "rule",
}

_ABOUT = frozenset(
    {
        "id", "via", "via_reference_id", "type", "event_type", "previous_value", "created_at", "audit_id",
        "ticket_id", "metadata", "attachments", "author_id", "added_tags", "removed_tags",
    }
)  # fmt: skip
"""What a child says besides the field that it sets."""


def _events(child: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a child event as audits write it: a change of several fields is several changes."""
    kind = child.get("event_type", child.get("type"))
    via = {"via": _via(child["via"])} if child.get("via") else {}
    if kind == "Comment":
        public = child.get("public", child.get("comment_public", True))
        yield {**child, **via, "type": kind, "public": public}
    elif kind not in ("Create", "Change") or "field_name" in child:
        yield {**child, **via, "type": kind}
    else:
        # With `event_type` the name `type` is free for the ticket's own.
        about = _ABOUT - {"type"} if "event_type" in child else _ABOUT
        for name, value in child.items():
            if name == "custom_ticket_fields" and isinstance(value, Mapping):
                earlier = child.get("previous_value")
                for field, inner in value.items():
                    before = earlier.get(field) if isinstance(earlier, Mapping) else earlier
                    yield _change(kind, field, inner, before, via)
            elif name == "tags":
                yield _change(kind, name, _tags(value), _tags_before(child), via)
            elif name not in about:
                yield _change(kind, name, value, child.get("previous_value"), via)


def _change(kind: Any, field: str, value: Any, before: Any, via: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "field_name": field, "value": value, "previous_value": before, **via}


def _tags(value: Any) -> Any:
    """Return tags as a list, also those written in one text."""
    return value.split() if isinstance(value, str) else value


def _tags_before(child: Mapping[str, Any]) -> Any:
    """Return the tags before a change: as they are told, else without those added and with those removed."""
    before, now = _tags(child.get("previous_value")), _tags(child.get("tags"))
    if before is not None or not isinstance(now, list):
        return before
    added, removed = (_tags(child.get(key)) or [] for key in ("added_tags", "removed_tags"))
    if not isinstance(added, list) or not isinstance(removed, list):
        return before
    return [tag for tag in now if tag not in added] + removed
