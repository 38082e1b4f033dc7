"""From the names in rules to the ids and words that Zendesk knows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.catalogue import Id
from trigdsl.interop.zendesk.exporting.formulas import Place
from trigdsl.interop.zendesk.exporting.paths import full
from trigdsl.interop.zendesk.exporting.problems import Problems
from trigdsl.interop.zendesk.names import Names
from trigdsl.semantics.textual import folded

_IS_ID = re.compile(r"\d+|[0-9A-HJKMNP-TV-Z]{26}")
"""What Zendesk itself gives as an id; a rule may name something by it."""
_SECTIONS: Mapping[Id, str] = {
    Id.USER: "users",
    Id.GROUP: "groups",
    Id.ORGANIZATION: "organizations",
    Id.BRAND: "brands",
}
_PEOPLE = {full(path): value for value, path in c.PEOPLE.items()}
_LOCALES = {language.casefold(): number for number, language in c.LOCALES.items()}


@frozen
class Ids:
    """What the account calls by number, from its file of names, else from a directory."""

    names: Names
    problems: Problems
    directory: Mapping[str, Sequence[Mapping[str, Any]]]

    def id_of(self, kind: Id, name: str, place: Place) -> str:
        """Return the id behind a name, as text; a name without one is reported."""
        found = self._known(kind, name)
        if found is None:
            raise self.problems.no_id(place, kind.value, name)
        return found

    def either_of(self, kinds: Sequence[Id], name: str, place: Place) -> tuple[Id, str]:
        """Return which of some kinds of things a name stands for, and its id."""
        for kind in kinds:
            found = self._known(kind, name)
            if found is not None:
                return kind, found
        raise self.problems.no_id(place, kinds[0].value, name)

    def _known(self, kind: Id, name: str) -> str | None:
        found = self._listed(kind, name)
        if found is None and kind is Id.LANGUAGE:
            found = _LOCALES.get(name.casefold())
        if found is None and _IS_ID.fullmatch(name):
            return name
        return found

    def _listed(self, kind: Id, name: str) -> str | None:
        section = _SECTIONS.get(kind)
        if section is None:
            number = self.names.id_of(kind, name)
            known = number != name or self.names.name_of(kind, name) is not None
            return str(number) if known else None
        wanted = folded(name)
        for entry in (*self.names.directory.get(section, ()), *self.directory.get(section, ())):
            labels = (entry.get(label) for label in ("id", "email", "name"))
            if "id" in entry and any(folded(str(label)) == wanted for label in labels if label is not None):
                return str(entry["id"])
        return None


def person(path: str) -> str | None:
    """Return Zendesk's word for a person of the ticket, by our path to them."""
    return _PEOPLE.get(path)
