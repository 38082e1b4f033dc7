"""What one case speaks of: a directory, a few fields, and the names that its rule file declares."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from trigdsl.runtime.directory import SECTIONS
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, DERIVED, Field
from trigdsl.syntax import tree as t
from trigdsl.testing.generation import people, values
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.values import Value
from trigdsl.testing.generation.world import WORDS, World

SCHEDULE = WORDS.phrase("SCHEDULE")
"""A word of the grammar, so that a field of this name cannot stand without the root."""
SETTLED = DERIVED - {"updated_at"}
"""The fields of the root that keep what they hold from its creation on."""


@frozen
class Aim:
    """A value that a field of the root may come to hold: what events set, rules write and conditions ask for."""

    field: Field
    value: Value
    """None is no value."""


@frozen
class Noun:
    """A path that a condition speaks of, with the values that it may be compared with."""

    path: t.Path
    type: types.Type
    known: tuple[Value, ...]
    changes: bool = False
    """Whether updates change it: it is read from the root, and not settled by the creation."""
    rare: bool = True
    """Whether it may hold any value of its type; what the engine fills in holds the known ones alone."""
    entity: str | None = None
    """What a path through it goes on in, and whose states may be said of it."""


@frozen
class Scene:
    """The directory, fields and names that rules and events of one case have in common."""

    world: World
    directory: Mapping[str, Any] = field(factory=dict)
    focus: tuple[Field, ...] = ()
    details: tuple[str, ...] = ()
    """The fields of users that the directory fills in most."""
    schedules: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()
    definitions: Mapping[str, t.Condition] = field(factory=dict)

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """What may be named of each kind, by its usual label."""
        found = {
            kind: tuple(next(entry[label] for label in people.LABELS if label in entry) for entry in entries)
            for kind, entries in self._listed.items()
        }
        return {**found, "schedule": self.schedules}

    @cached_property
    def _listed(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The entries of the directory by kind; of a kind that it does not list, some of the cast."""
        return {
            kind: self.directory.get(section)
            or [people.usual(self.world, kind, name) for name in people.NAMES[kind][:2]]
            for section, kind in SECTIONS.items()
        }

    def labels(self, kind: str, name: str) -> tuple[str, ...]:
        """Return everything that something is called by, its usual name first."""
        for listed in self._listed.get(kind, ()):
            if name in listed.values():
                known = (listed.get(label) for label in people.LABELS)
                return tuple(dict.fromkeys((name, *(label for label in known if label))))
        return (name,)

    def known(self, declared: Field) -> tuple[Value, ...]:
        """Return the values of a field that rules and events share."""
        if declared.name in people.LABELS and declared.entity in self._listed:
            return tuple(e[declared.name] for e in self._listed[declared.entity] if declared.name in e)
        return values.pool(declared, self.names)

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """The fields that rules may write, and that there are values for."""
        return tuple(f for f in self.world.writable if self.known(f))

    def noun(self, *fields: Field) -> Noun:
        """Return the path through some fields, each of what the one before it leads to."""
        first, last = fields[0], fields[-1]
        shorthands = self.world.vocabulary.shorthands
        short = first.entity == self.world.root and first.name in shorthands and first.name != SCHEDULE
        start = (first.name,) if short else (first.entity, first.name)
        parts = (*start, *(f.name for f in fields[1:]))
        entity = last.type.kind if isinstance(last.type, types.ReferenceType) else None
        changes = first.entity == self.world.root and first.name not in SETTLED
        rare = last.name not in DERIVED and last.entity != "update"
        return Noun(t.Path(parts), last.type, self.known(last), changes, rare, entity)

    def current_user(self, declared: Field | None = None) -> Noun:
        """Return who made the update, or a field of theirs."""
        if declared is None:
            kind = types.ReferenceType("user")
            return Noun(t.Path((CURRENT_USER,)), kind, self.names["user"], entity="user")
        return Noun(t.Path((CURRENT_USER, declared.name)), declared.type, self.known(declared))

    def saying(self, **names: Any) -> "Scene":
        """Return the scene with other names declared."""
        return evolve(self, **names)


def make_scene(d: Draws, world: World, declared: tuple[Field, ...] = ()) -> Scene:
    """Return a scene over a world; fields that the case declares itself are spoken of the most."""
    users = [f.name for f in world.vocabulary.fields_of("user") if f.name not in people.LABELS]
    own = tuple(f.name for f in declared if f.entity == "user")
    details = tuple(dict.fromkeys((*own, *d.some(users, 0, 2))))
    directory = people.make_directory(d, world, details)
    focus = [f for f in declared if f.entity == world.root and f in world.settable]
    settable, writable = _by_type(world.settable), _by_type(world.writable)
    for number in range(d.integer(2, 5)):
        offered = writable if number == 0 and writable else settable
        if offered:
            focus.append(d.pick(d.pick(offered)))
    return Scene(world, directory, tuple(dict.fromkeys(focus)), details)


def _by_type(fields: Sequence[Field]) -> tuple[tuple[Field, ...], ...]:
    """Return fields by the kind of their type, so that each kind is met as often; choices are the simplest."""
    found: dict[type, list[Field]] = {types.ChoiceType: []}
    for declared in fields:
        found.setdefault(type(declared.type), []).append(declared)
    return tuple(tuple(group) for group in found.values() if group)


def make_aim(d: Draws, scene: Scene) -> Aim | None:
    """Return something that events may set and rules may write; None where rules can write nothing."""
    if not scene.writable:
        return None
    near = [f for f in scene.focus if f in scene.writable]
    declared = d.mostly(near, scene.writable, 10)
    rare = (None, *values.edges(declared.type))
    return Aim(declared, d.mostly(scene.known(declared), rare, 10))
