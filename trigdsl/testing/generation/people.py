"""People and what they belong to: a small cast, so that rules and events speak of the same ones."""

from typing import Any

from trigdsl.runtime.directory import SECTIONS
from trigdsl.semantics import types
from trigdsl.testing.generation import values
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.world import World

Json = dict[str, Any]

USERS = ("Ana", "Bo", "Cleo", "Dan", "Zoe")
NAMES = {
    "user": USERS,
    "group": ("Tier 1", "Billing"),
    "organization": ("Acme", "Globex"),
    "brand": ("North", "South"),
}
LABELS = ("email", "name", "id")
"""What somebody is called by, the usual way first."""


def called(kind: str, name: str) -> Json:
    """Return what one of the cast is called by: an id, a name, a user an address as well."""
    kinds = [*NAMES]
    number = 10 * kinds.index(kind) + NAMES[kind].index(name) + 1
    found = {"id": str(number), "name": name}
    return found | ({"email": f"{name.lower()}@example.com"} if kind == "user" else {})


def entry(world: World, kind: str, name: str) -> Json | None:
    """Return one of the cast as a directory lists it; None where the vocabulary has no way to name it."""
    known = {key: value for key, value in called(kind, name).items() if world.vocabulary.field(kind, key)}
    keys = ("id", "email") if kind == "user" else ("id", "name")
    return known if any(key in known for key in keys) else None


def usual(world: World, kind: str, name: str) -> Json:
    """Return what rules call one of the cast whether or not a directory can list it."""
    return entry(world, kind, name) or called(kind, name)


def make_person(d: Draws, world: World, name: str = USERS[0], details: tuple[str, ...] = ()) -> Json:
    """Return somebody with a role, a language and groups; of the details named, most are filled in."""
    written = entry(world, "user", name) or {}
    usual = ("role", "language", "groups")
    for declared in world.vocabulary.fields_of("user"):
        if declared.name in LABELS or (declared.name not in usual and declared.name not in details):
            continue
        if declared.name == "role" and isinstance(declared.type, types.ChoiceType):
            options = declared.type.options
            expected = options[USERS.index(name) % len(options)]
            written["role"] = d.pick(options) if d.chance(15) else expected
        elif declared.name == "language" and isinstance(declared.type, types.TextType):
            written |= {"language": d.pick(values.LANGUAGES)} if d.chance(30) else {}
        elif d.chance(70):
            written[declared.name] = values.make_json(d, declared.type, values.pool(declared, NAMES))
    return written


def make_directory(d: Draws, world: World, details: tuple[str, ...] = ()) -> Json:
    """Return a directory: two or more users, and every group, organization and brand of the cast."""
    found: Json = {}
    for section, kind in SECTIONS.items():
        if entry(world, kind, NAMES[kind][0]) is None:
            continue
        if kind == "user":
            found[section] = _users(d, world, details)
        else:
            found[section] = [_thing(d, world, kind, name) for name in NAMES[kind]]
    return found


def _users(d: Draws, world: World, details: tuple[str, ...]) -> list[Json]:
    names = iter(USERS)
    return d.several(lambda: make_person(d, world, next(names), details), 2, len(USERS), again=50)


def _thing(d: Draws, world: World, kind: str, name: str) -> Json:
    written = entry(world, kind, name) or {}
    others = [f for f in world.vocabulary.fields_of(kind) if f.name not in LABELS]
    if others and d.chance(30):
        declared = d.pick(others)
        written[declared.name] = values.make_json(d, declared.type, values.pool(declared, NAMES))
    return written
