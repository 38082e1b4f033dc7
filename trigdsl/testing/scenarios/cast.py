"""Who there is in a test: a small cast, everybody whom the rules or the test name, and a directory if one is given."""

import re
from collections.abc import Iterator
from typing import Any

import attrs
from attrs import define, field

from trigdsl.engine.state import Directory, Record
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes, types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import CURRENT_USER, Field
from trigdsl.syntax import tree as t

DOMAIN = "example.com"
ROLES = ("agent", "admin", "end_user", "user")
"""Those of the cast who are there whatever a test says."""


def address(name: str) -> str:
    """Return the address of somebody of the cast: `tier_1@example.com` of "Tier 1"."""
    return f"{re.sub(r'[^a-z0-9]+', '_', name.casefold()).strip('_') or 'somebody'}@{DOMAIN}"


def called(name: str) -> str:
    """Return what somebody of an address is called: `Bo` of bo@example.com."""
    words = re.split(r"[._\-]+", name.split("@", maxsplit=1)[0])
    return " ".join(word[:1].upper() + word[1:] for word in words if word) or name


def begins_with_actor(declared: Field) -> bool:
    """Return whether a field holds whoever creates the ticket, unless they say otherwise: the requester's."""
    first = declared.at_first
    path = first.path.parts if isinstance(first, t.PathValue) else None
    return path == (CURRENT_USER,) or (isinstance(first, t.Word) and first.text == CURRENT_USER)


@define(eq=False)
class Cast:
    """The people, groups and the like of one test, on their way to a directory."""

    rules: r.Rules
    directory: Directory
    records: dict[tuple[str, str], dict[str, Value]] = field(factory=dict)

    @classmethod
    def of(cls, rules: r.Rules, directory: Directory | None = None) -> "Cast":
        """Return the cast that all tests of some rules have in common."""
        found = cls(rules, directory or Directory())
        found.invite(rules.triggers, rules.counters)
        return found

    def joined_by(self, *things: Any) -> "Cast":
        """Return a cast in which those are as well whom a test names; this one stays as it is."""
        found = Cast(self.rules, self.directory, {key: dict(values) for key, values in self.records.items()})
        found.invite(*things)
        return found

    def invite(self, *things: Any) -> None:
        """Add everybody whom some rules or tests name."""
        for role in ROLES:
            self.person(address(role), role)
        for node in _nodes(things):
            match node:
                case scenes.Cast(role, str(name)):
                    self.person(name, role)
                case r.Address(name) | r.Named("user", name):
                    self.person(name, None)
                case r.Named(kind, name):
                    self.thing(kind, name)
                case scenes.Members(name):
                    self.thing("group", name)
                case r.SetTo(name, operands):
                    self._employed((name,), operands)
                case r.Equals(r.Reading(steps=steps), operand):
                    self._employed(steps, (operand,))
                case r.IsOneOf(r.Reading(steps=steps), operands):
                    self._employed(steps, operands)

    def _employed(self, steps: tuple[str, ...], operands: tuple[r.Operand, ...]) -> None:
        """Take people whom a field such as the assignee names to be agents, unless a test says otherwise."""
        declared = (
            self.rules.vocabulary.field(self.rules.vocabulary.root, steps[0]) if len(steps) == 1 else None
        )
        if declared is not None and self.employs(declared):
            for operand in operands:
                if isinstance(operand, r.Named):
                    self.person(operand.name, "agent")

    def employs(self, declared: Field) -> bool:
        """Return whether a field is for people who work here: any that the creator does not begin in."""
        return declared.type == types.ReferenceType("user") and not begins_with_actor(declared)

    def person(self, name: str, role: str | None) -> str:
        """Return the key of somebody who is there from now on, and has a role if one is said."""
        if self.directory.knows("user", name):
            return self.directory.key("user", name)
        key = name.casefold() if "@" in name else name
        values = self.records.setdefault(("user", key), {"name": called(name)})
        if "@" in name:
            values["email"] = key
        else:
            values.setdefault("id", key)
        if role not in (None, "user"):
            values["role"] = self._role(str(role))
        elif role is None and "@" in name:
            values.setdefault("role", "end_user")  # as the engine takes an address that it does not know
        return key

    def _role(self, role: str) -> str:
        declared = self.rules.vocabulary.field("user", "role")
        if declared is not None and isinstance(declared.type, types.ChoiceType):
            fitting = [option for option in declared.type.options if option in self.rules.agent_roles]
            if role not in declared.type.options and role in ("agent", "admin") and fitting:
                return fitting[0]
        return role

    def thing(self, kind: str, name: str) -> str:
        """Return the key of a group, an organization and the like that is there from now on; a group has a member."""
        if not self.directory.knows(kind, name):
            self.records.setdefault((kind, name), {"name": name})
        key = self.directory.key(kind, name)
        if kind == "group" and not self.directory.members(key):
            member = self.person(address(name), "agent")
            self.records["user", member].update(name=f"{name} agent", groups=frozenset({key}))
        return key

    def values(self, kind: str, key: str) -> dict[str, Value]:
        """Return what is said of somebody or something, to be added to."""
        found = self.records.get((kind, key))
        if found is None:
            known = self.directory.record(kind, self.directory.key(kind, key))
            found = self.records[kind, known.key] = dict(known.values)
        return found

    def known(self) -> Directory:
        """Return the directory of everybody and everything."""
        found = (Record(kind, key, values) for (kind, key), values in self.records.items())
        return self.directory.including(found).with_agents(self.rules.agent_roles)


def _nodes(node: Any) -> Iterator[Any]:
    """Yield all parts of rules and tests that are classes of their own."""
    if isinstance(node, tuple):
        for part in node:
            yield from _nodes(part)
    elif attrs.has(type(node)) and not isinstance(node, r.Location | r.Reading):
        yield node
        for each in attrs.fields(type(node)):
            yield from _nodes(getattr(node, each.name))
