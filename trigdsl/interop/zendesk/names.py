"""The file `names.json` beside imported rules: which id of the account stands behind each name in them.

It is a directory, with the people and groups that rules name, and one more key, `zendesk`, for what a directory has no
place for. Import writes it; export reads it to give every id, position and description back.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from trigdsl.interop.zendesk.catalogue import Id

FILE = "names.json"

IN_DIRECTORY: Mapping[Id, str] = {
    Id.USER: "users",
    Id.GROUP: "groups",
    Id.ORGANIZATION: "organizations",
    Id.BRAND: "brands",
}
"""What a directory has a place for, and the key that it is under there."""
_TABLES: Mapping[Id, str] = {
    Id.FORM: "forms",
    Id.STATUS: "statuses",
    Id.SCHEDULE: "schedules",
    Id.LANGUAGE: "languages",
    Id.WEBHOOK: "webhooks",
    Id.TARGET: "targets",
}


class NamesError(ValueError):
    """A names file that cannot be read; the message says what is wrong."""


@define
class Names:
    """Names and ids of an account.

    `directory` holds its users, groups, organizations and brands as a directory has them. `tables` leads from a name
    to the id, for each other kind. `fields` leads from our path of an account's own field to Zendesk's name of it, and
    `choices` from such a path and our word of a choice to the value in Zendesk. `triggers` holds by title all that a
    rule does not say of a trigger, and `templates` by name what a text does not say of the action that sends it.
    """

    directory: dict[str, list[dict[str, Any]]] = field(factory=dict)
    tables: dict[str, dict[str, Any]] = field(factory=dict)
    fields: dict[str, str] = field(factory=dict)
    choices: dict[str, dict[str, str]] = field(factory=dict)
    categories: list[dict[str, Any]] = field(factory=list)
    triggers: dict[str, dict[str, Any]] = field(factory=dict)
    templates: dict[str, dict[str, Any]] = field(factory=dict)

    _ids: dict[Id, dict[str, Any]] = field(factory=dict, init=False, eq=False, repr=False)
    _shown: dict[Id, dict[str, str]] = field(factory=dict, init=False, eq=False, repr=False)

    def id_of(self, kind: Id, name: str) -> Any:
        """Return the id behind a name; a name that is not in the file stands for itself."""
        if kind not in self._ids:
            self._look_up(kind)
        return self._ids[kind].get(name, name)

    def name_of(self, kind: Id, value: str) -> str | None:
        """Return the name that stands in rules for an id, or None where the file has none."""
        if kind not in self._shown:
            self._look_up(kind)
        return self._shown[kind].get(value)

    def _look_up(self, kind: Id) -> None:
        """Settle what stands for what; of several entries that could be meant the first counts."""
        ids, shown = dict[str, Any](), dict[str, str]()
        for name, number in self.table(kind).items():
            ids.setdefault(name, number)
            shown.setdefault(str(number), name)
        for entry in self.directory.get(IN_DIRECTORY.get(kind, ""), []):
            number = entry.get("id", entry.get("email", entry.get("name")))
            for label in (entry.get("email"), entry.get("name"), entry.get("id")):
                if label is not None:
                    ids.setdefault(str(label), number)
            named = entry.get("email") or entry.get("name")
            if named is not None:
                shown.setdefault(str(number), str(named))
        self._ids[kind], self._shown[kind] = ids, shown

    def table(self, kind: Id) -> Mapping[str, Any]:
        """Return the names of a kind that a directory has no place for, each with its id."""
        return self.tables.get(_TABLES.get(kind, ""), {})

    def add(self, kind: Id, name: str, number: Any, more: Mapping[str, Any] | None = None) -> None:
        """Add a name with its id; of people and groups, what else a directory says of them."""
        self._ids.pop(kind, None)
        self._shown.pop(kind, None)
        if kind in IN_DIRECTORY:
            entry = {"id": str(number), "name": name, **(more or {})}
            self.directory.setdefault(IN_DIRECTORY[kind], []).append(entry)
        else:
            self.tables.setdefault(_TABLES[kind], {})[name] = number

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept; what is empty is left out."""
        zendesk = {
            **{name: self.tables[name] for name in _TABLES.values() if self.tables.get(name)},
            "fields": self.fields,
            "choices": self.choices,
            "categories": self.categories,
            "templates": self.templates,
            "triggers": self.triggers,
        }
        found: dict[str, Any] = {
            name: self.directory[name] for name in IN_DIRECTORY.values() if self.directory.get(name)
        }
        return {**found, "zendesk": {name: value for name, value in zendesk.items() if value}}


def read(data: Any) -> Names:
    """Return the names that a decoded file holds; NamesError says what in it cannot be read."""
    zendesk = data.get("zendesk", {}) if isinstance(data, dict) else None
    if not isinstance(zendesk, dict):
        raise NamesError("it is no file of names: an object with `users`, `groups` … and `zendesk`")
    wrong = [
        *(
            f"`{name}` is not a list of objects"
            for name in IN_DIRECTORY.values()
            if not _objects(data.get(name, []))
        ),
        *(
            f"`zendesk.{name}` is not an object"
            for name in (*_TABLES.values(), "fields", "choices", "triggers", "templates")
            if not isinstance(zendesk.get(name, {}), dict)
        ),
    ]
    if not _objects(zendesk.get("categories", [])):
        wrong.append("`zendesk.categories` is not a list of objects")
    wrong = wrong or [*_wrong_entries(zendesk)]
    if wrong:
        raise NamesError(wrong[0])
    return Names(
        {name: data[name] for name in IN_DIRECTORY.values() if name in data},
        {name: zendesk[name] for name in _TABLES.values() if name in zendesk},
        zendesk.get("fields", {}),
        zendesk.get("choices", {}),
        zendesk.get("categories", []),
        zendesk.get("triggers", {}),
        zendesk.get("templates", {}),
    )


def _wrong_entries(zendesk: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong inside the tables of a file."""
    for name in ("choices", "triggers", "templates"):
        entries = zendesk.get(name, {}).items()
        yield from (f"`{key}` in `zendesk.{name}` is not an object" for key, v in entries if not _is(v, dict))
    for name in ("fields", *_TABLES.values()):
        entries = zendesk.get(name, {}).items()
        kinds = (str,) if name == "fields" else (str, int)
        yield from (f"`{key}` in `zendesk.{name}` is no id" for key, v in entries if not _is(v, *kinds))


def _is(value: Any, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
