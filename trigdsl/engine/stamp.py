"""The stable keys of effects, so that delivering one twice can be told from two."""

import hashlib

from trigdsl.engine.state import Update


class Stamp:
    """What the keys of one update's effects begin with, hashed once for all of them."""

    __slots__ = ("_begun",)

    def __init__(self, update: Update) -> None:
        """Begin the keys of an update's effects."""
        self._begun = hashlib.sha256(_joined(update.source, update.ticket, update.id))

    def key(self, trigger: str, action: int, recipient: str = "") -> str:
        """Return the stable key of an effect: the same for the same event, trigger, action and recipient."""
        full = self._begun.copy()
        full.update(_joined(trigger, str(action), recipient))
        return full.hexdigest()[:24]


def _joined(a: str, b: str, c: str) -> bytes:
    """Return three texts as bytes that no other three give."""
    return f"{len(a)}:{a}\x00{len(b)}:{b}\x00{len(c)}:{c}\x00".encode("utf-8", "surrogatepass")
