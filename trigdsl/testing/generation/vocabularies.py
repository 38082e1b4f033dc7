"""Vocabularies of hosts: what events are about, its fields of every type, people, states, channels, actions."""

from trigdsl.syntax import printer
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.world import WORDS

ROOTS = ("task", "bug", "order")
ROLES = (("worker", "manager"), ("visitor", "agent", "admin"), ("end_user", "agent"))
FIELDS: tuple[tuple[str, t.FieldType], ...] = (
    ("stage", t.ChoiceType((t.Choice("open"), t.Choice("fixed"), t.Choice("done")), ordered=True)),
    ("title", t.PlainType("TEXT_TYPE")),
    ("labels", t.PlainType("TAGS_TYPE")),
    ("owner", t.PlainType("A_USER")),
    ("days", t.PlainType("A_NUMBER")),
    ("kind", t.ChoiceType((t.Choice("crash"), t.Choice("typo", ("spelling", "mis-spelling"))))),
    ("team", t.PlainType("A_GROUP")),
    ("due", t.PlainType("A_DATE")),
    ("blocked", t.PlainType("YES_OR_NO")),
    ("watchers", t.PlainType("USERS_TYPE")),
    ("parts", t.ChoiceSetType((t.Choice("engine"), t.Choice("2nd wheel"), t.Choice("is")))),
    ("customer", t.PlainType("AN_ORGANIZATION")),
    ("shop", t.PlainType("A_BRAND")),
    ("teams", t.PlainType("GROUPS_TYPE")),
    ("hours", t.PlainType("A_SCHEDULE")),
    ("reporter", t.PlainType("A_USER")),
)
CHANNELS = ("chat", "radio")
VERBS = ("page", "move_to", "freeze")
"""The actions that a vocabulary has when it has any: each other set of verbs costs a grammar of its own."""
ARGUMENTS = (
    None,
    t.PlainType("A_USER"),
    t.PlainType("TEXT_TYPE"),
    t.PlainType("A_NUMBER"),
    t.PlainType("A_DATE"),
)


def make_vocabulary_file(d: Draws) -> t.File:
    """Return the declarations of a whole vocabulary."""
    root = d.pick(ROOTS)
    states = [_state(root, "created"), _state(root, "updated")]
    states += [_state(root, name) for name in ("public", "private") if d.chance(40)]
    fields = [(name, kind) for name, kind in FIELDS if d.chance(50)] or [*FIELDS[:1]]
    if fields[0][0] == "stage" and d.chance(60):
        meaning = _is(t.Path((root, "stage")), "done")
        states.append(t.StateDeclaration(t.Path((root,)), "closed", meaning))
    items = [
        *states,
        t.FieldDeclaration(t.Path((root, "id")), t.PlainType("TEXT_TYPE"), read_only=True),
        *(_field(d, root, name, kind) for name, kind in fields),
        *_beside(d),
        *_people(d),
        *(t.ChannelDeclaration(name) for name in CHANNELS if d.chance(50)),
        *(_actions(d) if d.chance(60) else ()),
    ]
    return t.File(tuple(items))


def make_vocabulary(d: Draws) -> str:
    """Return the text of a vocabulary."""
    return printer.print_file(make_vocabulary_file(d), WORDS)


def _state(entity: str, name: str) -> t.StateDeclaration:
    return t.StateDeclaration(t.Path((entity,)), name)


def _is(path: t.Path, word: str) -> t.Comparison:
    return t.Comparison(t.PathSubject(path), Verb.IS, (t.Word(word),))


def _field(d: Draws, root: str, name: str, kind: t.FieldType) -> t.FieldDeclaration:
    path = t.Path((root, name))
    first = None
    if name == "reporter":
        first = t.Word("current_user")
    elif name == "stage" and d.chance(50):
        first = t.Word("open")
    if name == "days" and d.chance(30):
        return t.FieldDeclaration(path, kind, counting=_is(t.Path((root,)), "updated"))
    return t.FieldDeclaration(path, kind, read_only=d.chance(10), at_first=first)


def _beside(d: Draws) -> list[t.Item]:
    """Return what a vocabulary says of comments, of updates and of opening hours."""
    found: list[t.Item] = []
    if d.chance(60):
        found += [_state("comment", name) for name in ("present", "public", "private")]
        found.append(t.FieldDeclaration(t.Path(("comment", "body")), t.PlainType("TEXT_TYPE")))
    if d.chance(40):
        found.append(t.FieldDeclaration(t.Path(("update", "time")), t.PlainType("A_DATE")))
        found.append(t.FieldDeclaration(t.Path(("update", "channel")), t.PlainType("TEXT_TYPE")))
    if d.chance(40):
        found += [_state("schedule", name) for name in ("open", "closed", "on_holiday")]
    return found


def _people(d: Draws) -> list[t.Item]:
    """Return what a vocabulary says of people and of groups; of users at least an address or an id."""
    roles = d.pick(ROLES)
    label = "email" if d.chance(70) else "id"
    plain = [label, *(name for name in ("name", "language") if d.chance(60))]
    found: list[t.Item] = [
        t.FieldDeclaration(t.Path(("user", name)), t.PlainType("TEXT_TYPE")) for name in plain
    ]
    role = t.ChoiceType(tuple(map(t.Choice, roles)))
    found.append(t.FieldDeclaration(t.Path(("user", "role")), role))
    if d.chance(60):
        found.append(t.StateDeclaration(t.Path(("user",)), roles[1], _is(t.Path(("user", "role")), roles[1])))
    if d.chance(60):
        found.append(t.FieldDeclaration(t.Path(("user", "groups")), t.PlainType("GROUPS_TYPE")))
        found.append(t.FieldDeclaration(t.Path(("group", "name")), t.PlainType("TEXT_TYPE")))
    return found


def _actions(d: Draws) -> list[t.Item]:
    return [t.ActionDeclaration(verb, d.pick(ARGUMENTS), d.chance(50)) for verb in VERBS]
