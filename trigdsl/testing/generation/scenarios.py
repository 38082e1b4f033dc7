"""Tests in the language: what happens to a ticket, and what is expected of the rules."""

from decimal import Decimal

from attrs import frozen

from trigdsl.syntax import tree as t
from trigdsl.testing.generation import values
from trigdsl.testing.generation.actions import Actions
from trigdsl.testing.generation.comparisons import Comparisons
from trigdsl.testing.generation.conditions import Conditions
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scene import Scene

PASSING = (("1", "day"), ("2", "days"), ("1.5", "hours"), ("30", "minutes"))


@frozen
class Scenarios:
    """Makes tests of triggers whose titles are known."""

    d: Draws
    scene: Scene
    titles: tuple[str, ...]

    def test(self) -> t.Test:
        """Return a test of a step or more."""
        given = Conditions(self.d, self.scene).condition() if self.d.chance(40) else None
        return t.Test("It works", given, tuple(self.d.several(self._step, 1, 3, again=40)))

    def _step(self) -> t.Step:
        return t.Step(self._event(), tuple(self.d.several(self._expectation, 1, 3, again=30)))

    def _event(self) -> t.Event:
        d = self.d
        match d.pick("cspd"):
            case "c":
                return t.Creates(
                    self._actor(), d.pick((None, *values.TEXTS)), self._said() if d.chance(50) else None
                )
            case "s" if self.scene.focus:
                declared = d.pick(self.scene.focus)
                path = self.scene.noun(declared).path
                known = self.scene.known(declared)
                if known:
                    value = Comparisons(d, self.scene).written(declared.type, d.pick(known))
                    return t.Sets(self._actor(), path, (value,), self._said() if d.chance(30) else None)
            case "d":
                amount, unit = d.pick(PASSING)
                return t.Passes(t.Duration(Decimal(amount), unit))
        return t.Comments(self._actor(), self._said())

    def _said(self) -> t.Said:
        return t.Said(self.d.pick(values.TEXTS), not self.d.chance(40))

    def _actor(self) -> t.Subject:
        people = [
            self.scene.noun(f).path for f in self.scene.world.referring if self.scene.noun(f).entity == "user"
        ]
        kind = self.d.pick((0, 0, 1, 2, 3))
        if people and kind == 0:
            return t.PathSubject(self.d.pick(people))
        if kind == 1:
            return t.NamedSubject("agent", self.d.pick(self.scene.names["user"]))
        return t.AddressSubject(values.NOBODY[0]) if kind == 2 else t.PathSubject(t.Path(("agent",)))

    def _expectation(self) -> t.Expectation:
        d = self.d
        match d.pick("fnc"):
            case "f":
                return t.ExpectFires(d.pick(self.titles), not d.chance(30))
            case "n":
                template = d.pick(self.scene.world.templates) if self.scene.world.templates else None
                language = d.pick(("fr", "en")) if d.chance(20) else None
                told = template if d.chance(60) else None
                return t.ExpectNotified(Actions(d, self.scene).recipient(), not d.chance(40), told, language)
            case _:
                return t.ExpectCondition(Comparisons(d, self.scene).comparison())
