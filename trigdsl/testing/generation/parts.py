"""Parts of a case on their own, which need no declaration."""

from typing import Any

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Field
from trigdsl.syntax import tree as t
from trigdsl.testing.generation import values
from trigdsl.testing.generation.actions import Actions
from trigdsl.testing.generation.conditions import Conditions
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.events import SOURCE, Stream, make_stream
from trigdsl.testing.generation.people import Json
from trigdsl.testing.generation.rules import Storyteller
from trigdsl.testing.generation.scene import make_scene
from trigdsl.testing.generation.world import World


def field_of(world: World, path: str) -> Field:
    """Return the field of a path such as `ticket.priority`; KeyError where the vocabulary has none."""
    entity, _, name = path.partition(".")
    return world.vocabulary.fields[entity, name]


def make_value_of(d: Draws, world: World, path: str) -> Any:
    """Return a value of a field as JSON holds it, or none."""
    declared = field_of(world, path)
    known = make_scene(d, world).known(declared)
    return None if d.chance(8) else values.make_json(d, declared.type, known)


def make_edge_of(d: Draws, world: World, path: str) -> Any:
    """Return an edge value of a field as JSON holds it, in any letters."""
    kind = field_of(world, path).type
    rare = (*values.edges(kind), None)
    value = d.pick(rare)
    if value is None:
        return None
    written = values.recased(d, kind, types.to_json(value), percent=30)
    return [written] if isinstance(kind, types.SetType) else written


def make_condition(d: Draws, world: World) -> t.Condition:
    """Return any condition."""
    return Conditions(d, make_scene(d, world)).condition()


def make_action(d: Draws, world: World) -> t.Action:
    """Return any action but `stop`."""
    return Actions(d, make_scene(d, world)).action()


def make_trigger(d: Draws, world: World) -> t.Trigger:
    """Return any trigger."""
    return Storyteller(d, make_scene(d, world)).trigger()


def make_any_stream(d: Draws, world: World) -> list[Json]:
    """Return the events of a stream."""
    return make_stream(d, make_scene(d, world))


def make_event(d: Draws, world: World) -> Json:
    """Return the first event of a stream."""
    return Stream(d, make_scene(d, world)).event()


def make_ticket(d: Draws, world: World) -> Json:
    """Return a ticket's state, as it is saved between events."""
    stream = Stream(d, make_scene(d, world))
    state: Json = {"source": SOURCE, "subject": d.pick(values.TICKETS), "values": stream.values(4)}
    comments = d.several(stream.comment, 0, 3, again=40)
    return state | ({"comments": comments} if comments else {})
