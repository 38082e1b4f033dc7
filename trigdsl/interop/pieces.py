"""From the lines of a stream to pieces, one for each update: a line, several that belong together, or an entry of a page."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from trigdsl.engine.state import UpdateError
from trigdsl.interop.zendesk import audits, exports, webhooks
from trigdsl.interop.zendesk.sequences import LateError, Sequences

Address = tuple[str, str]


@frozen
class Piece:
    """What tells of one update: the numbers of its lines, the lines, and what they say, decoded.

    Of an entry of a page the line is the entry alone, and its place in the page is told.
    """

    lines: tuple[int, ...]
    raws: tuple[bytes, ...]
    data: tuple[Any, ...] = field(eq=False, repr=False)
    entry: int | None = None

    @classmethod
    def of(cls, lines: tuple[int, ...], raws: tuple[bytes, ...], entry: int | None = None) -> "Piece":
        """Return the piece of lines that could be decoded before."""
        return cls(lines, raws, tuple(map(decoded, raws)), entry)

    @property
    def line(self) -> int:
        """The number of its first line."""
        return self.lines[0]

    @property
    def address(self) -> Address:
        """The ticket it is about, as far as can be told before it is read."""
        data = self.data[0]
        if audits.is_audit(data) or exports.is_entry(data):
            return audits.SOURCE, str(data["ticket_id"])
        if webhooks.is_event(data):
            return audits.SOURCE, webhooks.event_of(data).ticket_id
        return (str(data.get("source")), str(data.get("subject"))) if isinstance(data, Mapping) else ("", "")

    @property
    def names(self) -> tuple[str, ...]:
        """The ids by which its event may be called, as far as can be told before it is read."""
        data = self.data[0]
        if webhooks.is_event(data):
            return (webhooks.event_of(data).update_id,)
        found = [data.get(key) for key in ("id", "audit_id")] if isinstance(data, Mapping) else []
        return tuple(str(name) for name in found if name is not None)

    def refused(self, reason: str) -> "Refused":
        """Return the whole of it as refused."""
        if self.entry is not None:
            reason = f"entry {self.entry} of the page: {reason}"
        return Refused(self.line, reason, b"\n".join(self.raws), self.lines)


@frozen
class Refused:
    """Lines that do not fit: the number of the first, the reason, and the whole of them."""

    line: int
    reason: str
    raw: bytes = field(repr=False)
    lines: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept aside."""
        several = {"lines": list(self.lines)} if len(self.lines) > 1 else {}
        return {
            "line": self.line,
            **several,
            "reason": self.reason,
            "raw": self.raw.decode("utf-8", "surrogateescape"),
        }


def pieces(lines: Iterable[bytes]) -> Iterator[Piece | Refused]:
    """Yield the pieces of a stream in its order; webhook events wait for the rest of their update."""
    waiting = Sequences()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        raw = line.rstrip(b"\r\n")
        try:
            data = decoded(raw)
        except UpdateError as error:
            yield Refused(number, str(error), raw)
            continue
        if is_cloud_event(data):
            yield Piece((number,), (raw,), (data,))
        elif (entries := entries_of(data)) is not None:
            for place, entry in enumerate(entries, 1):
                yield Piece((number,), (json.dumps(entry).encode(),), (entry,), place)
        elif webhooks.is_event(data):
            try:
                waiting.add(number, raw, data)
            except LateError as late:
                yield Refused(number, str(late), raw)
        else:
            yield Piece((number,), (raw,), (data,))
        yield from map(_piece, waiting.due(number))
    yield from map(_piece, waiting.rest())


def _piece(parts: Sequence[tuple[int, bytes, Any]]) -> Piece:
    numbers, raws, data = zip(*parts, strict=True)
    return Piece(numbers, raws, data)


def entries_of(data: Any) -> list[Any] | None:
    """Return the audits or ticket events of a page as Zendesk's API answers it; None of what is no page."""
    if isinstance(data, Mapping):
        for key in ("audits", "ticket_events"):
            entries = data.get(key)
            if isinstance(entries, list):
                return entries
    return None


def is_event(data: Any) -> bool:
    """Return whether a decoded line has the shape of what streams are made of, right or wrong."""
    return (
        is_cloud_event(data)
        or audits.is_audit(data)
        or exports.is_entry(data)
        or webhooks.is_event(data)
        or entries_of(data) is not None
    )


def is_cloud_event(data: Any) -> bool:
    """Return whether a decoded line has the shape of a CloudEvent, right or wrong."""
    if not isinstance(data, Mapping):
        return False
    return "specversion" in data or ("data" in data and not audits.is_audit(data))


def decoded(raw: bytes, *, whole: bool = False) -> Any:
    """Return the JSON value of a line, or of a whole file; UpdateError says why it is none."""
    what = "file" if whole else "line"
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise UpdateError(f"it is not UTF-8 text (byte {error.start + 1} of the {what})") from None
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        reason = (
            f"it ends in the middle: the {what} is cut off"
            if cut
            else f"{error.msg[:1].lower()}{error.msg[1:]}"
        )
        place = f"line {error.lineno}, column {error.colno}" if whole else f"column {error.colno}"
        raise UpdateError(f"it is not JSON: {reason} ({place})") from None
    except RecursionError:
        raise UpdateError("it is nested too deep") from None
    except ValueError as error:
        raise UpdateError(f"it is not JSON: {error}") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"`{name}` is no number")
