"""Names for the ids in triggers: the account's own where it tells them, else one made from the id; no two alike."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import define, field

from trigdsl.interop.zendesk.account import Account
from trigdsl.interop.zendesk.catalogue import Id
from trigdsl.interop.zendesk.names import Names
from trigdsl.semantics.textual import folded

_LOOKS_LIKE_ID = re.compile(r"\d+|[0-9A-HJKMNP-TV-Z]{26}")
"""A number, or the kind of id that webhooks have; anything else is a name already, as in a copied list."""


@define
class Naming:
    """Gives names to ids, and writes down in `names` which id each stands for. `unknown` counts ids without a name."""

    account: Account
    names: Names
    unknown: Counter[Id] = field(factory=Counter)
    _given: dict[tuple[Id, str], str] = field(factory=dict)
    _taken: set[tuple[Id, str]] = field(factory=set)

    def everything(self, details: Mapping[Id, Mapping[str, Mapping[str, Any]]]) -> None:
        """Give a name to all that the account lists; `details` is what a directory says of people and groups."""
        for kind in Id:
            if kind is Id.LANGUAGE:
                continue
            for number in self.account.names.get(kind, {}):
                self.name(kind, number, details.get(kind, {}).get(number))

    def name(self, kind: Id, number: Any, details: Mapping[str, Any] | None = None) -> str:
        """Return the name of an id, the same each time."""
        key = (kind, str(number))
        if key not in self._given:
            self._given[key] = self._new(kind, number, details or {})
        return self._given[key]

    def _new(self, kind: Id, number: Any, details: Mapping[str, Any]) -> str:
        known = self.account.names.get(kind, {}).get(str(number))
        is_id = _LOOKS_LIKE_ID.fullmatch(str(number)) is not None
        if known is None and is_id:
            self.unknown[kind] += 1
        wanted = known or (f"{kind.value} {number}" if is_id else str(number))
        wanted = " ".join(wanted.split()) or f"{kind.value} {number}"
        # Webhooks and targets are both called as webhooks.
        space = Id.WEBHOOK if kind is Id.TARGET else kind
        name = wanted
        if (space, folded(name)) in self._taken:
            name = f"{wanted} ({number if is_id else 2})"
        self._taken.add((space, folded(name)))
        more = {k: v for k, v in details.items() if k != "name"}
        shown = str(details.get("name", name)) if kind is Id.USER and "email" in details else name
        self.names.add(kind, shown, number, more)
        return name
