"""The stable keys of effects, so that delivering one twice can be told from two."""

import functools
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
        full.update(_of_action(trigger, action))
        full.update(_joined(recipient))
        return full.hexdigest()[:24]


@functools.lru_cache(maxsize=20_000)
def _of_action(trigger: str, action: int) -> bytes:
    return _joined(trigger, str(action))


def _joined(*texts: str) -> bytes:
    """Return texts as bytes that no others give."""
    return "".join([f"{len(text)}:{text}\x00" for text in texts]).encode("utf-8", "surrogatepass")
