"""What texts may read beside the fields: other names for them, and what is made from them."""

import re
from collections.abc import Mapping

from attrs import field, frozen

LEADS: Mapping[str, tuple[str, bool]] = {"people": ("user", True)}
"""What is made from fields and is no text itself: which entity it leads to, and whether to several."""


@frozen
class Derived:
    """A name for a text to read: how it is made, and from which fields of its entity.

    Where nothing says how, it is another name for the path that the fields spell, and none of them is the entity itself.
    """

    how: str | None
    of: tuple[str, ...]


_NUMBERED = re.compile(r"(.*\D)(\d+)", re.DOTALL)


@frozen
class Placeholders:
    """Every such name, by its entity. A name that ends with `#` stands for one with any number, that of a field.

    Ids lead from the numbers of fields to the root's fields. Advice says what to do about a name that is not known, by
    the name or what it begins with.
    """

    names: Mapping[str, Mapping[str, Derived]] = field(factory=dict)
    ids: Mapping[str, str] = field(factory=dict)
    advice: Mapping[str, str] = field(factory=dict)

    def find(self, entity: str, name: str) -> Derived | None:
        """Return what a name of an entity is made from, or None when it is none of these."""
        known = self.names.get(entity, {})
        found = known.get(name)
        if found is not None or not name[-1:].isdecimal():
            return found
        numbered = _NUMBERED.fullmatch(name)
        if numbered is None:
            return None
        pattern = known.get(f"{numbered[1]}#")
        own = self.ids.get(numbered[2])
        if pattern is None or own is None:
            return None
        return Derived(pattern.how, tuple(own if step == "#" else step for step in pattern.of))

    def advised(self, path: str) -> str | None:
        """Return what to do about a path that leads nowhere, if anything is known to help."""
        return next((said for beginning, said in self.advice.items() if path.startswith(beginning)), None)

    def known(self, entity: str) -> list[str]:
        """Return the names of an entity, for suggestions."""
        return [name for name in self.names.get(entity, ()) if not name.endswith("#")]
