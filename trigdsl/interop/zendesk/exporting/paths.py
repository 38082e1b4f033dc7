"""Paths with nothing left out, so that the catalogue's and those of rules can be compared."""

from trigdsl.semantics import rules as r

_ALONE = ("ticket", "comment", "update", "current_user", "schedule")
"""What a path of the catalogue begins with where it is not short for the ticket's."""


def full(path: str) -> str:
    """Return a path of the catalogue with nothing left out: `ticket.group` for `group`."""
    return path if path.split(".", maxsplit=1)[0] in _ALONE else f"ticket.{path}"


def path_of(reading: r.Reading) -> str:
    """Return a path with nothing left out: `ticket.group`, `ticket.requester.role`, `current_user`."""
    return ".".join((reading.base, *reading.steps))
