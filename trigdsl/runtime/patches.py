"""One event changed into another, as a JSON Patch (RFC 6902) that any tool can apply."""

from collections.abc import Iterator, Mapping
from typing import Any

from trigdsl.engine.state import Update
from trigdsl.runtime import wire
from trigdsl.semantics.vocabulary import Vocabulary

Operation = dict[str, Any]


def patch(event: Mapping[str, Any], one: Update, other: Update, vocabulary: Vocabulary) -> list[Operation]:
    """Return the operations that make of an event, which tells of one update, an event that tells of another."""
    was, becomes = (wire.update_to_json(update, vocabulary) for update in (one, other))
    found: list[Operation] = []
    if was["time"] != becomes["time"]:
        found.append({"op": "replace", "path": "/time", "value": becomes["time"]})
    data = event["data"]
    for name in ("by", "channel", "automatic", "mailed"):
        found += _member(data, was["data"], becomes["data"], name, "/data")
    found += _inside(data, was["data"], becomes["data"], "set")
    if "comment" in was["data"] and "comment" in becomes["data"]:
        found += _inside(data, was["data"], becomes["data"], "comment")
    else:
        found += _member(data, was["data"], becomes["data"], "comment", "/data")
    return found


def _inside(event: Any, was: Any, becomes: Any, name: str) -> Iterator[Operation]:
    """Yield the operations on the members of an object of the event's data, made where it is not there."""
    given = event.get(name)
    operations = [
        operation
        for key in sorted({*was[name], *becomes[name]})
        for operation in _member(given or {}, was[name], becomes[name], key, f"/data/{name}")
    ]
    if operations and given is None:
        yield {"op": "add", "path": f"/data/{name}", "value": {}}
    yield from operations


def _member(event: Any, was: Any, becomes: Any, key: str, path: str) -> Iterator[Operation]:
    place = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
    if key in becomes and (key not in was or was[key] != becomes[key]):
        yield {"op": "replace" if key in event else "add", "path": place, "value": becomes[key]}
    elif key in was and key not in becomes and key in event:
        yield {"op": "remove", "path": place}
