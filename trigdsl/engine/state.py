"""What the engine works on: tickets, updates, and the directory of people. All of it is immutable data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

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
    """Everybody and everything with a name. Keys are found by id, e-mail or name, in any case.

    One that was made by adding a few people to another keeps those alone, and asks the other beneath it
    for the rest: an update that writes out a person costs nothing for the thousands it does not.
    """

    records: Mapping[str, Mapping[str, Record]] = field(factory=dict)
    names: Mapping[tuple[str, str], str] = field(factory=dict)
    agent_roles: frozenset[str] = frozenset({"agent", "admin"})
    beneath: "Directory | None" = None

    def with_agents(self, roles: frozenset[str]) -> "Directory":
        """Return the directory in which those with certain roles work here."""
        if roles == self.agent_roles:
            return self
        known = self._by_roles.get(roles)
        if known is None:
            beneath = None if self.beneath is None else self.beneath.with_agents(roles)
            known = self._by_roles[roles] = evolve(self, agent_roles=roles, beneath=beneath)
        return known

    @cached_property
    def _by_roles(self) -> dict[frozenset[str], "Directory"]:
        """The same directory for other roles: a stream asks for one again at every update."""
        return {}

    def is_agent(self, user: Record) -> bool:
        """Return whether a user is known to work here."""
        return user.values.get("role") in self.agent_roles

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Directory":
        """Return the directory of some records."""
        found = cls({}, {})
        found._take(records)
        return found

    def including(self, people: Iterable[Record]) -> "Directory":
        """Return the directory with more people; what it holds already of the same key gives way.

        A name that two have names neither of them.
        """
        new = tuple(people)
        if not new:
            return self
        own = {kind: dict(known) for kind, known in self.records.items()} if self.beneath else {}
        names = dict(self.names) if self.beneath else {}
        found = Directory(own, names, self.agent_roles, self.beneath or self)
        found._take(new)
        return found

    def _take(self, records: Iterable[Record]) -> None:
        """Take in records while the directory is being made."""
        by_kind: dict[str, dict[str, Record]] = self.records  # type: ignore[assignment]
        names: dict[tuple[str, str], str] = self.names  # type: ignore[assignment]
        for record in records:
            by_kind.setdefault(record.kind, {})[record.key] = record
            for label in ("email", "name"):
                called = record.values.get(label)
                if isinstance(called, str):
                    label_of_it = folded(called)
                    known = self.named(record.kind, label_of_it)
                    several = known not in (None, record.key)
                    names[record.kind, label_of_it] = _AMBIGUOUS if several else record.key

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
        for person in people:
            if person.key == name:
                return self._known_by(person) or self.key("user", name)
        return self.key("user", name)

    def _known_by(self, person: Record) -> str | None:
        return next((k for k in map(self._found, _labels(person)) if k is not None), None)

    def _found(self, name: str) -> str | None:
        key = self.key("user", name)
        return None if self.known("user", key) is None else key

    def known(self, kind: str, key: str) -> Record | None:
        """Return the record of a key, None where it is not in the directory."""
        own = self.records.get(kind)
        found = None if own is None else own.get(key)
        return found if found is not None or self.beneath is None else self.beneath.known(kind, key)

    def named(self, kind: str, label: str) -> str | None:
        """Return the key of a folded e-mail or name; None for one that nobody has, none for one that two have."""
        found = self.names.get((kind, label))
        return found if found is not None or self.beneath is None else self.beneath.named(kind, label)

    def knows(self, kind: str, name: str) -> bool:
        """Return whether a name or id stands in the directory."""
        return self.known(kind, self.key(kind, name)) is not None

    def key(self, kind: str, name: str) -> str:
        """Return the key that a name or id stands for; an unknown one stands for itself."""
        found = self._keys.get((kind, name))
        if found is None:
            found = self._key(kind, name)
            if len(self._keys) < _MOST_KEYS:
                self._keys[kind, name] = found
        return found

    def _key(self, kind: str, name: str) -> str:
        if self.known(kind, name) is not None:
            return name
        return self.named(kind, folded(name)) or (name.casefold() if "@" in name else name)

    @cached_property
    def _keys(self) -> dict[tuple[str, str], str]:
        """Names that were asked for, with their keys: a stream speaks of the same people again and again."""
        return {}

    def record(self, kind: str, key: str) -> Record:
        """Return what is known of a key: of an unknown address a new end user, of an unknown id no role at all."""
        known = self.known(kind, key)
        if known is not None:
            return known
        if kind == "user":
            return Record(kind, key, {"email": key, "role": "end_user"} if "@" in key else {"id": key})
        return Record(kind, key, {"name": key})

    def users(self) -> Sequence[Record]:
        """Return all users, sorted as outcomes write them."""
        return self._users

    def members(self, group: str) -> Sequence[str]:
        """Return the keys of a group's members, sorted as outcomes write them."""
        if self.beneath is None:
            return self._members.get(group, ())
        return self._with_own(
            self.beneath.members(group),
            (
                u
                for u in self._own_users()
                if group in {self.key("group", g) for g in _set(u.values.get("groups"))}
            ),
        )

    def agents(self) -> Sequence[str]:
        """Return the keys of every agent who is not restricted, sorted as outcomes write them."""
        if self.beneath is None:
            return self._agents
        return self._with_own(self.beneath.agents(), filter(self._is_told, self._own_users()))

    def _is_told(self, user: Record) -> bool:
        return self.is_agent(user) and not user.values.get("restricted")

    def _own_users(self) -> Iterable[Record]:
        return self.records.get("user", {}).values()

    def _with_own(self, below: Iterable[str], own: Iterable[Record]) -> Sequence[str]:
        """Return users of the directory beneath, but for those known better here, together with some of these."""
        known_here = self.records.get("user", {})
        keys = [key for key in below if key not in known_here] + [user.key for user in own]
        return sorted(keys, key=lambda key: self.record("user", key).shown)

    @cached_property
    def _users(self) -> Sequence[Record]:
        below = () if self.beneath is None else self.beneath.users()
        own = self.records.get("user", {})
        every = [*(user for user in below if user.key not in own), *own.values()]
        return sorted(every, key=lambda record: record.shown)

    @cached_property
    def _agents(self) -> Sequence[str]:
        return [user.key for user in self._users if self._is_told(user)]

    @cached_property
    def _members(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for user in self._users:
            for group in {self.key("group", name) for name in _set(user.values.get("groups"))}:
                found.setdefault(group, []).append(user.key)
        return found


_MOST_KEYS = 100_000
_AMBIGUOUS = ""
"""What stands for the key of a name that several have."""

NOBODY = Directory()
"""The directory that knows nobody."""


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
    settled_by: tuple[object, ...] = field(default=(), eq=False, repr=False)
    """The vocabulary and the directory by which the names in its values are keys already."""


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
