"""Who and what is known by name: the directory, and people whom events wrote out."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from trigdsl.syntax import tree
from trigdsl.testing.oracle.program import Program
from trigdsl.testing.oracle.values import Ref, RefusedError, Value, folded, from_json

_LISTS = {"user": "users", "group": "groups", "organization": "organizations", "brand": "brands"}

Entry = Mapping[str, Any]


@frozen
class People:
    """The directory as JSON, with the people "known for the rest of that ticket"."""

    program: Program
    directory: Mapping[str, Any] = field(factory=dict)
    written_out: tuple[Entry, ...] = ()
    _found: dict[tuple[str, str], Ref] = field(factory=dict, init=False, eq=False, repr=False)
    _records: dict[Ref, dict[str, Value]] = field(factory=dict, init=False, eq=False, repr=False)

    def entries(self, entity: str) -> list[Entry]:
        """Return every entry of a kind, with all that is said of it; what was said last counts."""
        return [_whole(said) for said in self._said(entity)]

    def _said(self, entity: str) -> list[list[Entry]]:
        """Return what is said of each of a kind; who was written out and stands in the directory is one person."""
        found = [[entry] for entry in self.directory.get(_LISTS.get(entity, ""), ())]
        for entry in self.written_out if entity == "user" else ():
            known = next((said for said in found if _is_one(entry, _whole(said))), None)
            if known is None:
                found.append([entry])
            else:
                known.append(entry)
        return found

    def find(self, entity: str, name: str) -> Ref:
        """Return who is "named by e-mail address, name or id"; who is not known is named by what was written.

        "A name that two have names neither." "Whoever the directory knows and an event writes out by another name
        answers to both; of the names that events wrote the last counts."
        """
        if (entity, name) not in self._found:
            self._found[entity, name] = self._find(entity, name)
        return self._found[entity, name]

    def _find(self, entity: str, name: str) -> Ref:
        for part in ("id", "email", "name"):
            everybody = self._said(entity)
            named = [_whole(said) for said in everybody if any(_has(entry, part, name) for entry in said)]
            if len(named) > 1 and part == "name":
                break
            if named:
                return _ref(entity, named[0])
        written = name.lower() if "@" in name else name
        return Ref(entity, written, written)

    def record(self, ref: Ref) -> dict[str, Value]:
        """Return the fields of a person, group, organization or brand."""
        if ref not in self._records:
            self._records[ref] = self._read(ref)
        return self._records[ref]

    def _read(self, ref: Ref) -> dict[str, Value]:
        known = next((e for e in self.entries(ref.entity) if _ref(ref.entity, e) == ref), None)
        entry = self._unknown(ref) if known is None else known
        found: dict[str, Value] = {}
        for name, declared in self.program.fields_of(ref.entity).items():
            if entry.get(name) is not None:
                found[name] = from_json(declared.type, _as_text(entry[name], name), self.find)
        return found

    def _unknown(self, ref: Ref) -> Entry:
        """Return what is known of a stranger.

        "An address that the directory does not know is a new end user; a bare id is accepted, and is neither agent
        nor end user."
        """
        if ref.entity != "user":
            return {"name": ref.shown}
        if "@" not in ref.shown:
            return {"id": ref.shown}
        return {"email": ref.shown, **self._end_user()}

    def _end_user(self) -> Entry:
        """Return the role of a person "an end user unless said", where the vocabulary has it."""
        role = self.program.fields.get(("user", "role"))
        known = isinstance(role and role.type, tree.ChoiceType)
        names = [choice.name for choice in role.type.choices] if known else []  # type: ignore[union-attr]
        return {"role": "end_user"} if "end_user" in names else {}

    def writing_out(self, entry: Entry) -> "People":
        """Return these with a person whom an event wrote out."""
        if not (entry.get("email") or entry.get("id")):
            raise RefusedError("a person who is written out needs an address")
        unknown = sorted(set(entry) - set(self.program.fields_of("user")))
        if unknown:
            raise RefusedError(f"a user has no field `{unknown[0]}`")
        known = any(_is_one(entry, other) for other in self.entries("user"))
        whole = dict(entry) if known else {**self._end_user(), **entry}
        before = {_address(other): other for other in self.written_out}
        after = {**before, _address(whole): {**before.get(_address(whole), {}), **whole}}
        return People(self.program, self.directory, tuple(after.values()))

    def known_again(self, fields: Mapping[str, Value]) -> dict[str, Value]:
        """Return values in which those who were strangers are who they are known to be by now."""

        def again(value: Value) -> Value:
            if isinstance(value, frozenset):
                return frozenset(map(again, value))
            return self.find(value.entity, value.shown) if isinstance(value, Ref) else value

        return {name: again(value) for name, value in fields.items()} if self.written_out else dict(fields)

    def users(self) -> Iterator[Ref]:
        for entry in self.entries("user"):
            yield _ref("user", entry)

    def members(self, group: Ref) -> list[Ref]:
        """Return the people of a group."""
        return [user for user in self.users() if group in _set(self.record(user).get("groups"))]


def _set(value: Value) -> frozenset[Any]:
    return value if isinstance(value, frozenset) else frozenset()


def _address(entry: Entry) -> str:
    """Return what a person who is written out is known by from then on."""
    return str(entry["id"]) if entry.get("id") else folded(entry["email"])


def _whole(said: list[Entry]) -> Entry:
    return {name: value for entry in said for name, value in entry.items()}


def _is_one(entry: Entry, other: Entry) -> bool:
    """Return whether two entries are of one person: they have the same address or the same id."""
    return any(part in entry and _has(other, part, str(entry[part])) for part in ("email", "id"))


def _has(entry: Entry, part: str, name: str) -> bool:
    """Return whether an entry is named so; an id is compared as it is, addresses and names are texts."""
    if entry.get(part) is None:
        return False
    return str(entry[part]) == name if part == "id" else folded(entry[part]) == folded(name)


def _ref(entity: str, entry: Entry) -> Ref:
    """Return an entry's reference: people are "written by e-mail, groups and organizations by name"."""
    parts = ("email", "id", "name") if entity == "user" else ("name", "id")
    shown = next(str(entry[part]) for part in parts if entry.get(part))
    return Ref(entity, folded(shown), shown)


def _as_text(data: Any, name: str) -> Any:
    """Return an id as text, however JSON writes it."""
    return str(data) if name == "id" else data
