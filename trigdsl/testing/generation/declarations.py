"""What a rule file declares for itself: fields, states, channels, webhooks, schedules, defined names."""

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import evolve, frozen

from trigdsl.semantics.vocabulary import CURRENT_USER, Field, State, Vocabulary, type_of
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.generation import values
from trigdsl.testing.generation.comparisons import Comparisons
from trigdsl.testing.generation.conditions import Conditions
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scene import Scene, make_scene
from trigdsl.testing.generation.world import World

FIELDS = ("plan", "seats", "labels", "note", "renewal", "backup", "paid", "second_team", "products")
TYPES: tuple[t.FieldType, ...] = (
    t.ChoiceType((t.Choice("free"), t.Choice("pro")), ordered=True),
    t.PlainType("A_NUMBER"),
    t.PlainType("TAGS_TYPE"),
    t.PlainType("TEXT_TYPE"),
    t.PlainType("A_DATE"),
    t.PlainType("YES_OR_NO"),
    t.ChoiceType((t.Choice("red"), t.Choice("on hold", ("on-hold", "waiting")), t.Choice("2nd"))),
    t.ChoiceSetType((t.Choice("printer"), t.Choice("scanner", ("copier",)), t.Choice("then"))),
    t.PlainType("A_USER"),
    t.PlainType("A_GROUP"),
    t.PlainType("USERS_TYPE"),
    t.PlainType("GROUPS_TYPE"),
    t.PlainType("AN_ORGANIZATION"),
    t.PlainType("A_BRAND"),
    t.PlainType("A_SCHEDULE"),
)
STATES = ("busy", "calm")
CHANNELS = ("fax", "pigeon post")
WEBHOOKS = ("pager", "on call", "page")
NAMES = ("matters", "known", "big deal", "freeze")
SCHEDULES = ("Hours", 'Nights "and" days')
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata")
HOURS = (
    (t.Hours("monday", "friday", 9 * 60, 18 * 60),),
    (t.Hours("monday", None, 0, 24 * 60),),
    (t.Hours("friday", "monday", 22 * 60, 24 * 60), t.Hours("tuesday", None, 0, 6 * 60 + 30)),
)
_FIRST_DAY = t.Day(values.START.date())
HOLIDAYS = (
    (_FIRST_DAY,),
    (),
    (t.Day(date(2026, 12, 25)), t.Day(values.START.date() + timedelta(days=1))),
    (_FIRST_DAY,),
)


@frozen
class Declared:
    """What a rule file declares, and the scene that may speak of it."""

    items: tuple[t.Item, ...]
    scene: Scene


def make_declarations(d: Draws, world: World) -> Declared:
    """Return declarations over a world, or none, with a scene that knows what they declare."""
    if not d.chance(55):
        return Declared((), make_scene(d, world))
    fields = _fields(d, world)
    states = _states(d, world)
    channels = [name for name in world.free(CHANNELS) if d.chance(10)]
    vocabulary = _with(world.vocabulary, fields, states, channels)
    own = tuple(vocabulary.fields[f.path.parts[0], f.path.parts[1]] for f in fields)
    larger = evolve(world, vocabulary=vocabulary) if fields or states or channels else world
    scene = make_scene(d, larger, own).saying(
        schedules=SCHEDULES[: d.pick((0, 0, 1, 0, 2))], webhooks=world.free(WEBHOOKS)[: d.pick((0, 0, 1, 2))]
    )
    defines = _defines(d, scene)
    items: tuple[t.Item, ...] = (
        *(t.ChannelDeclaration(name) for name in channels),
        *(t.Webhook(name) for name in scene.webhooks),
        *fields,
        *states,
        *(_schedule(d, title) for title in scene.schedules),
        *defines,
    )
    return Declared(items, scene.saying(definitions={define.name: define.condition for define in defines}))


def _with(
    vocabulary: Vocabulary,
    fields: Sequence[t.FieldDeclaration],
    states: Sequence[t.StateDeclaration],
    channels: Sequence[str],
) -> Vocabulary:
    """Return a vocabulary with what a rule file adds to it."""
    more_fields = {
        (entity, name): Field(entity, name, type_of(f.type), f.read_only, f.at_first, f.counting)
        for f in fields
        for entity, name in [f.path.parts]
    }
    more_states = {(str(s.path), s.name): State(str(s.path), s.name, s.meaning) for s in states}
    return evolve(
        vocabulary,
        fields={**vocabulary.fields, **more_fields},
        states={**vocabulary.states, **more_states},
        channels=(*vocabulary.channels, *channels),
    )


def _fields(d: Draws, world: World) -> list[t.FieldDeclaration]:
    names = world.free(FIELDS)
    found = {f.path: f for f in d.several(lambda: _field(d, world, names), 0, 3, again=45)} if names else {}
    return [f for path, f in found.items() if world.vocabulary.field(path.parts[0], path.parts[1]) is None]


def _field(d: Draws, world: World, names: Sequence[str]) -> t.FieldDeclaration:
    entity = "user" if "user" in world.vocabulary.entities and d.chance(20) else world.root
    kind = d.pick(TYPES)
    path = t.Path((entity, d.pick(names)))
    if entity != world.root or d.chance(60):
        return t.FieldDeclaration(path, kind, read_only=d.chance(15))
    if kind == t.PlainType("A_NUMBER") and d.chance(60):
        condition = Conditions(d, _bare(world)).condition()
        return t.FieldDeclaration(path, kind, read_only=d.chance(50), counting=condition)
    declared = Field(entity, path.parts[1], type_of(kind))
    first = _at_first(d, world, declared)
    return t.FieldDeclaration(path, kind, read_only=d.chance(15), at_first=first)


def _bare(world: World) -> Scene:
    """Return a scene before anything is declared."""
    return Scene(world, focus=world.settable[:6])


def _at_first(d: Draws, world: World, declared: Field) -> t.Value | None:
    """Return what a field holds at first; the person who creates is one, and a schedule is none."""
    scene = _bare(world)
    if declared.type == type_of(t.PlainType("A_USER")) and d.chance(50):
        return t.Word(CURRENT_USER)
    known = scene.known(declared)
    return Comparisons(d, scene).written(declared.type, d.pick(known)) if known else None


def _states(d: Draws, world: World) -> list[t.StateDeclaration]:
    """Return no state, or one of the root or of users with a meaning."""
    names = world.free(STATES)
    if not names or not d.chance(14):
        return []
    name = d.pick(names)
    people = world.vocabulary.fields_of("user")
    if people and d.chance(40):
        told = d.pick(people)
        subject = t.PathSubject(t.Path(("user", told.name)))
        found = t.StateDeclaration(t.Path(("user",)), name, t.Comparison(subject, Verb.IS_NOT_EMPTY))
    else:
        found = t.StateDeclaration(t.Path((world.root,)), name, Conditions(d, _bare(world)).condition())
    return [] if (str(found.path), name) in world.vocabulary.states else [found]


def _schedule(d: Draws, title: str) -> t.Schedule:
    return t.Schedule(title, d.pick(ZONES), d.pick(HOURS), d.pick(HOLIDAYS))


def _defines(d: Draws, scene: Scene) -> list[t.Define]:
    """Return conditions with names, each of which may be told by those before it."""
    found: dict[str, t.Condition] = {}

    def further() -> None:
        found[names[len(found)]] = Conditions(d, scene.saying(definitions=dict(found))).condition()

    names = scene.world.free(NAMES)
    d.several(further, 0, len(names), again=33)
    return [t.Define(name, condition) for name, condition in found.items()]
