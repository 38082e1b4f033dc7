"""Conditions: tests alone, or joined so that they do not contradict each other."""

from collections.abc import Mapping

from attrs import frozen

from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.generation import verbs
from trigdsl.testing.generation.comparisons import Comparisons
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scene import Aim, Scene

CREATION = "creation"
"""What conditions speak of that hold on a creation alone, or never on one."""
_CREATIONS = ((t.Word("created"),), (t.Word("updated"),))


def topics(condition: t.Condition, definitions: Mapping[str, t.Condition]) -> frozenset[str]:
    """Return what a condition speaks of; conditions that share nothing do not contradict each other."""
    match condition:
        case t.And(items) | t.Or(items):
            return frozenset().union(*(topics(item, definitions) for item in items))
        case t.Not(item):
            return topics(item, definitions)
        case t.NameTest(name):
            return topics(definitions[name], definitions)
        case t.Comparison(t.PathSubject(path, previous), verb, found):
            back = previous or verb in verbs.LOOKING_BACK
            back |= any(isinstance(value, t.PathValue) and value.previous for value in found)
            state = len(path.parts) == 1 and found in _CREATIONS
            about = ".".join(path.parts[:2])
            return frozenset({about, CREATION} if back or state else {about})
        case _:
            return frozenset({"schedule"})


@frozen
class Conditions:
    """Makes conditions about what a scene speaks of."""

    d: Draws
    scene: Scene

    @property
    def comparisons(self) -> Comparisons:
        """What makes the comparisons in them."""
        return Comparisons(self.d, self.scene)

    def condition(self) -> t.Condition:
        """Return any condition."""
        return self.d.part(lambda: self.around(self.test()))

    def holding(self, aim: Aim) -> t.Condition:
        """Return a condition that is likely to hold once a field has come to hold a value."""
        return self.d.part(lambda: self.around(self.comparisons.holding(aim), "aaaaaaa+++||"))

    def around(self, first: t.Condition, shapes: str = "aaaaa+++++||n") -> t.Condition:
        """Return a condition alone, or joined with others, or negated."""
        shape = self.d.pick(shapes)
        if shape == "a":
            return first
        if shape == "n":
            return t.Not(first)
        items = [first]
        taken = topics(first, self.scene.definitions)
        for unit in self.d.several(self.unit, 1, 3, again=25):
            about = topics(unit, self.scene.definitions)
            if shape == "|" or not about & taken:
                items.append(unit)
                taken |= about
        if len(items) == 1:
            return first
        return t.Or(tuple(items)) if shape == "|" else t.And(tuple(items))

    def unit(self) -> t.Condition:
        """Return what may stand between two `and`: a test, its negation, or a group in parentheses."""
        shape = self.d.pick("aaaaaaan|||+!")
        if shape == "a":
            return self.test()
        if shape == "n":
            return t.Not(self.test())
        first, *others = self.d.several(self.test, 2, 3, again=20)
        if shape == "+":
            taken = topics(first, self.scene.definitions)
            others = [o for o in others[:1] if not topics(o, self.scene.definitions) & taken]
            return t.And((first, *others)) if others else first
        joined = t.Or((first, *others))
        return t.Not(joined) if shape == "!" else joined

    def test(self) -> t.Condition:
        """Return a comparison, a state, or a defined name."""
        kind = self.d.pick("ccccccccccccccfffssn")
        if kind == "n" and self.scene.definitions:
            return t.NameTest(self.d.pick([*self.scene.definitions]))
        if kind == "s" and self.scene.schedules:
            return self._schedule()
        if kind == "f" and self.scene.world.facts:
            return self._fact()
        return self.comparisons.comparison()

    def _fact(self) -> t.Comparison:
        """Return a state of the root, of the comment, or of a person."""
        world = self.scene.world
        if self.d.chance(25):
            nouns = [self.scene.noun(f) for f in world.referring] + [self.scene.current_user()]
            noun = self.d.pick(nouns)
            states = world.vocabulary.states_of(noun.entity or "")
            if states:
                return self._is(t.PathSubject(noun.path), self.d.pick(states).name)
        entity, state = self.d.mostly(world.facts, world.meanings, 15)
        return self._is(t.PathSubject(t.Path((entity,))), state)

    def _schedule(self) -> t.Comparison:
        """Return a state of a schedule, or of the one that the root has."""
        states = self.scene.world.vocabulary.states_of("schedule")
        if not states:
            return self.comparisons.comparison()
        title = None if self.d.chance(20) else self.d.pick(self.scene.schedules)
        return self._is(t.ScheduleSubject(title), self.d.pick(states).name)

    def _is(self, subject: t.Subject, state: str) -> t.Comparison:
        verb = Verb.IS_NOT if self.d.chance(15) else Verb.IS
        return t.Comparison(subject, verb, (t.Word(state),))
