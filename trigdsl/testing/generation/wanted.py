"""What events have to set for a condition to hold, read from the condition as it is written."""

from collections.abc import Iterator

from attrs import frozen

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Field
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.generation import values, verbs
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scene import Aim, Scene
from trigdsl.testing.generation.values import Value

_LIMITS = {
    **dict.fromkeys((Verb.IS_LESS_THAN, Verb.IS_BEFORE, Verb.IS_AT_LEAST), values.below),
    **dict.fromkeys((Verb.IS_MORE_THAN, Verb.IS_AFTER, Verb.IS_AT_MOST), values.above),
}
"""What lies on the other side of the limit that a comparison draws."""


@frozen
class Wanted:
    """Reads conditions of a scene."""

    d: Draws
    scene: Scene

    def aims(self, condition: t.Condition) -> Iterator[Aim]:
        """Yield values of the root's fields with which parts of a condition are likely to hold."""
        match condition:
            case t.And(items) | t.Or(items):
                for item in items:
                    yield from self.aims(item)
            case t.Not(item):
                yield from self.aims(item)
            case t.NameTest(name):
                yield from self.aims(self.scene.definitions[name])
            case t.Comparison(t.PathSubject(path), verb, found):
                state = self._meaning(path, found)
                yield from self._compared(path, verb, found) if state is None else self.aims(state)

    def _meaning(self, path: t.Path, found: tuple[t.Value, ...]) -> t.Condition | None:
        """Return the meaning of a state of the root; None where a comparison is not about one."""
        if path.parts != (self.scene.world.root,) or not isinstance(found[0], t.Word):
            return None
        state = self.scene.world.vocabulary.states.get((path.parts[0], found[0].text))
        return None if state is None else state.meaning

    def _compared(self, path: t.Path, verb: Verb, found: tuple[t.Value, ...]) -> Iterator[Aim]:
        root = self.scene.world.root
        parts = path.parts[1:] if path.parts[0] == root else path.parts
        declared = self.scene.world.vocabulary.field(root, parts[0]) if parts else None
        if declared not in self.scene.world.settable:
            return
        known = self.scene.known(declared)
        if len(parts) > 1 or not found or isinstance(found[0], t.PathValue):
            if known:
                yield Aim(declared, self.d.pick(known))
        elif verb not in verbs.OTHERWISE | verbs.WITHIN:
            value = _read(declared, found[0])
            yield Aim(declared, value)
            if verb in _LIMITS and value is not None:
                yield Aim(declared, _LIMITS[verb](declared.type, value))


def _read(declared: Field, written: t.Value) -> Value:
    """Return the value that a rule writes; None where it is of no use."""
    match written:
        case t.Word(text) | t.Text(text):
            if isinstance(declared.type, types.YesNoType):
                return text == "yes"
            if isinstance(declared.type, types.ChoiceType | types.ChoiceSetType):
                return types.choice(declared.type, text)
            return text
        case t.Number(value):
            return types.number(value)
        case t.Day(day):
            return day
        case t.Moment(moment):
            return moment
        case _:
            return None
