"""Names for the ids in triggers: the account's own where it tells them, else one made from the id; no two alike."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import define, field

from trigdsl.interop.zendesk.catalogue import Id
from trigdsl.interop.zendesk.importing.account import Account
from trigdsl.interop.zendesk.names import IN_DIRECTORY, Names
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
    _labels: set[tuple[Id, str]] = field(factory=set)

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
        more = {key: value for key, value in details.items() if key != "name"}
        if name != wanted or not is_address(known):
            more.pop("email", None)
        self._taken.add((space, folded(name)))
        # In a directory an id and an address name one alone, in whatever letters.
        if kind not in IN_DIRECTORY or (kind, str(number).casefold()) not in self._labels:
            self._labels |= {
                (kind, str(number).casefold()),
                (kind, str(more.get("email", number)).casefold()),
            }
            self.names.add(kind, str(details.get("name", name)) if "email" in more else name, number, more)
        return name


def is_address(name: str | None) -> bool:
    """Return whether a user is called by an address."""
    return name is not None and "@" in name
