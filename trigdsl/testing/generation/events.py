"""Updates as decoded CloudEvents: streams about a few tickets, with values that rules wait for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import define, field

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Field
from trigdsl.testing.generation import people, values
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.people import Json
from trigdsl.testing.generation.scene import Aim, Scene

SOURCE = "desk"
GAPS = (
    timedelta(hours=1),
    timedelta(minutes=1),
    timedelta(hours=9),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(0),
)
_WRITTEN_OUT = object()
MOST = 12
"""How many events a stream has at most."""


@define(eq=False)
class Stream:
    """Makes the events of one stream, in order."""

    d: Draws
    scene: Scene
    aims: Sequence[Aim] = ()
    time: datetime = values.START
    told: list[Json] = field(factory=list)
    tickets: list[str] = field(factory=list)

    def event(self) -> Json:
        """Return the next event of the stream: a ticket's creation or update, or one that came before."""
        d = self.d
        if self.told and d.chance(5):
            found = d.pick(self.told)
            self.told.append(found)
            return found
        ticket = values.TICKETS[min(d.pick((0, 0, 0, 1, 1, 2)), len(self.tickets))]
        known = ticket in self.tickets
        if not known:
            self.tickets.append(ticket)
        state = not known and d.chance(6)
        data = self._data(created=not known and not state)
        if state:
            data["ticket"] = {"values": self.values(3)}
        if self.told or d.chance(30):
            self.time = values.later(self.time, d.pick(GAPS))
        found = self._envelope(ticket, data, created=not known and not state)
        self.told.append(found)
        return found

    def _envelope(self, ticket: str, data: Json, *, created: bool) -> Json:
        root = self.scene.world.root
        return {
            "specversion": "1.0",
            "id": f"e-{len(self.told) + 1}",
            "source": SOURCE,
            "type": f"{root}.{'created' if created else 'updated'}",
            "subject": ticket,
            "time": types.to_json(self.time),
            "data": data,
        }

    def _data(self, *, created: bool) -> Json:
        d = self.d
        data: Json = {"by": self._by(), "set": self.values(3 if created else 2)}
        channels = self.scene.world.vocabulary.field("update", "channel")
        if d.chance(45):
            data["comment"] = self.comment()
        if d.chance(40):
            kind = d.pick("cccccmma")
            if kind == "c" and channels is not None:
                data["channel"] = values.make_json(d, channels.type, self.scene.known(channels))
            elif kind == "m":
                data["mailed"] = [*d.some((*self.scene.names["user"], *values.NOBODY), 1, 2)]
            elif kind == "a":
                data["automatic"] = True
        return data

    def _by(self) -> Any:
        """Return who made the update: somebody listed, nobody, somebody unknown or written out."""
        rare = (None, *values.NOBODY, _WRITTEN_OUT, None)
        found: Any = self.d.mostly(self.scene.names["user"], rare, 22)
        if found is _WRITTEN_OUT:
            return self._written_out()
        return self._named("user", found) if found in self.scene.names["user"] else found

    def _named(self, kind: str, name: str) -> str:
        labels = self.scene.labels(kind, name)
        return self.d.mostly(labels[:1], labels[1:], 15)

    def _written_out(self) -> Any:
        """Return a person as an event writes them out, sometimes a namesake of another; else an address."""
        name = self.d.pick(people.USERS)
        if people.entry(self.scene.world, "user", name) is None:
            return values.NOBODY[0]
        written = people.make_person(self.d, self.scene.world, name, self.scene.details)
        if "name" in written and self.d.chance(25):
            written["name"] = self.d.pick(people.USERS)
        return written

    def comment(self) -> Json:
        """Return a comment, public or private."""
        d = self.d
        written: Json = {
            "public": not d.chance(40),
            "body": d.pick(values.CONFIDENCES)
            if d.chance(20)
            else values.make_value(d, types.TextType(), values.TEXTS),
        }
        others = [
            f
            for f in self.scene.world.vocabulary.fields_of("comment")
            if f.name not in ("body", "author", "created_at", "public", "time")
        ]
        if others and d.chance(20):
            declared = d.pick(others)
            written[declared.name] = values.make_json(d, declared.type, self.scene.known(declared))
        return written

    # Values

    def values(self, most: int) -> Json:
        """Return what an event sets: what rules wait for, and other fields of the scene."""
        d = self.d
        found: dict[str, Any] = {}
        for number in range(d.pick((1, 1, 2, 0, most))):
            if self.aims and d.chance(70 if number == 0 else 40):
                aim = d.mostly(self.aims[:1], self.aims[1:], 55)
                found[aim.field.name] = self._json(aim.field, aim.value, empty=aim.value is None)
                continue
            fields = self.scene.world.settable
            near = [f for f in self.scene.focus if f in fields]
            if not fields:
                continue
            declared = d.mostly(near, fields, 20)
            found[declared.name] = self._json(declared, None, empty=d.chance(6))
        return found

    def _json(self, declared: Field, first: Any, *, empty: bool) -> Any:
        if empty:
            return None
        kind, d = declared.type, self.d
        if isinstance(kind, types.ReferenceType) and kind.kind == "user" and d.chance(4):
            return self._written_out()
        found = values.make_json(d, kind, self.scene.known(declared), first)
        if isinstance(kind, types.ReferenceType) and isinstance(found, str):
            return self._named(kind.kind, found)
        return found


def make_stream(d: Draws, scene: Scene, aims: Sequence[Aim] = ()) -> list[Json]:
    """Return the events of a stream about a few tickets, in the order in which they come."""
    time = d.mostly((values.START,), values.ENDS, 3)
    return d.several(Stream(d, scene, aims, time).event, 1, MOST, again=78)
