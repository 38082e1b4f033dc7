"""What the engine works on: tickets, updates, and the directory of people. All of it is immutable data."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import evolve, field, frozen

from trigdsl.semantics.textual import folded
from trigdsl.semantics.types import Value


class UpdateError(ValueError):
    """An update that does not fit its ticket or the vocabulary; the message says where and why."""


@frozen
class Record:
    """A user, group, organization or brand. The key is its id, or the address or name it was first known by."""

    kind: str
    key: str
    values: Mapping[str, Value] = field(factory=dict)

    @property
    def shown(self) -> str:
        """How outcomes write it: users by e-mail, everything else by name; the key when there is neither."""
        preferred = self.values.get("email" if self.kind == "user" else "name")
        return str(preferred or self.key)


@frozen
class Directory:
    """Everybody and everything with a name. Keys are found by id, e-mail or name, in any case."""

    records: Mapping[str, Mapping[str, Record]] = field(factory=dict)
    names: Mapping[tuple[str, str], str] = field(factory=dict)
    agent_roles: frozenset[str] = frozenset({"agent", "admin"})

    def with_agents(self, roles: frozenset[str]) -> "Directory":
        """Return the directory in which those with certain roles work here."""
        return self if roles == self.agent_roles else evolve(self, agent_roles=roles)

    def is_agent(self, user: Record) -> bool:
        """Return whether a user is known to work here."""
        return user.values.get("role") in self.agent_roles

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Directory":
        """Return the directory of some records."""
        return cls().including(records)

    def including(self, records: Iterable[Record]) -> "Directory":
        """Return the directory with more records; what it holds already of the same key gives way.

        A name that two of a kind have names neither of them.
        """
        new = tuple(records)
        if not new:
            return self
        by_kind = {kind: dict(known) for kind, known in self.records.items()}
        names = dict(self.names)
        for record in new:
            by_kind.setdefault(record.kind, {})[record.key] = record
            for label in ("email", "name"):
                called = record.values.get(label)
                if isinstance(called, str):
                    label_key = record.kind, folded(called)
                    if names.setdefault(label_key, record.key) != record.key:
                        names[label_key] = _AMBIGUOUS
        return evolve(self, records=by_kind, names=names)

    def knowing(self, people: Iterable[Record]) -> "Directory":
        """Return the directory that also knows people as an update writes them out.

        What is written of somebody it knows is added to that; somebody new is an end user unless said.
        """
        known = self
        for person in people:
            key = known._known_by(person)
            if key is None:
                role = {"role": "end_user", **person.values}
                known = known.including([Record("user", person.key, role)])
            else:
                earlier = known.record("user", key).values
                # Somebody known keeps the id of the directory, whatever id another system writes.
                own_id = {"id": earlier["id"]} if "id" in earlier else {}
                merged = {**earlier, **person.values, **own_id}
                known = known.including([Record("user", key, merged)])
        return known

    def key_of(self, name: str, people: Iterable[Record]) -> str:
        """Return the key of a name, which one of some people that are written out may go by."""
        written = next((person for person in people if person.key == name), None)
        known = None if written is None else self._known_by(written)
        return known or self.key("user", name)

    def _known_by(self, person: Record) -> str | None:
        return next((k for k in map(self._found, _labels(person)) if k is not None), None)

    def _found(self, name: str) -> str | None:
        key = self.key("user", name)
        return key if key in self.records.get("user", {}) else None

    def knows(self, kind: str, name: str) -> bool:
        """Return whether a name or id stands in the directory."""
        return self.key(kind, name) in self.records.get(kind, {})

    def key(self, kind: str, name: str) -> str:
        """Return the key that a name or id stands for; an unknown one stands for itself."""
        if name in self.records.get(kind, {}):
            return name
        return self.names.get((kind, folded(name))) or (name.casefold() if "@" in name else name)

    def record(self, kind: str, key: str) -> Record:
        """Return what is known of a key: of an unknown address a new end user, of an unknown id no role at all."""
        known = self.records.get(kind, {}).get(key)
        if known is not None:
            return known
        if kind == "user":
            return Record(kind, key, {"email": key, "role": "end_user"} if "@" in key else {"id": key})
        return Record(kind, key, {"name": key})

    def users(self) -> list[Record]:
        """Return all users, sorted as outcomes write them."""
        return sorted(self.records.get("user", {}).values(), key=lambda record: record.shown)

    def members(self, group: str) -> list[str]:
        """Return the keys of a group's members, sorted as outcomes write them."""
        return [
            u.key
            for u in self.users()
            if any(self.key("group", g) == group for g in _set(u.values.get("groups")))
        ]

    def agents(self) -> list[str]:
        """Return the keys of every agent who is not restricted, sorted as outcomes write them."""
        return [u.key for u in self.users() if self.is_agent(u) and not u.values.get("restricted")]


_AMBIGUOUS = ""
"""What stands for the key of a name that several have."""


def _labels(person: Record) -> list[str]:
    """Return what a person is known by, the surest first."""
    labels = (person.values.get(label) for label in ("id", "email"))
    return [label for label in labels if isinstance(label, str)]


def _set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


@frozen
class Comment:
    """One comment. The author is a user's key, None the system; an update's author is who made it."""

    body: str
    public: bool = True
    author: str | None = None
    time: datetime | None = None
    values: Mapping[str, Value] = field(factory=dict)


@frozen
class Ticket:
    """A ticket's whole state: its fields, its comments, and which `once per ticket` triggers fired."""

    source: str
    id: str
    values: Mapping[str, Value] = field(factory=dict)
    comments: tuple[Comment, ...] = ()
    fired: frozenset[str] = frozenset()
    people: Mapping[str, Record] = field(factory=dict)


@frozen
class Update:
    """One update of one ticket. Times are aware; `by` is a user's id or address, None the system.

    `values` are new values, never differences. `people` are those the update writes out, and
    `mailed` those who already received the e-mail that this update came by.
    """

    source: str
    ticket: str
    id: str
    time: datetime
    created: bool = False
    by: str | None = None
    channel: str | None = None
    values: Mapping[str, Value] = field(factory=dict)
    comment: Comment | None = None
    automatic: bool = False
    mailed: frozenset[str] = frozenset()
    people: tuple[Record, ...] = ()
