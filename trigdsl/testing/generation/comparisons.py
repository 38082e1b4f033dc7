"""Comparisons: of a path with values that rules and events share, each able to hold."""

from decimal import Decimal

from attrs import frozen

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, Field
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.generation import pieces, values, verbs
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scene import Aim, Noun, Scene
from trigdsl.testing.generation.values import Value

DURATIONS = (("1", "day"), ("2", "days"), ("3", "hours"), ("1", "week"), ("1.5", "hours"), ("90", "minutes"))
USUAL = ("role", "email", "name", "language", "groups")
"""The fields by which people differ in every directory."""


@frozen
class Comparisons:
    """Makes comparisons about what a scene speaks of."""

    d: Draws
    scene: Scene

    # What is compared

    def noun(self) -> Noun:
        """Return a path that a condition can speak of."""
        scene, world, d = self.scene, self.scene.world, self.d
        kind = d.pick("fffffffffffffaabuutt")
        if kind == "t" and world.referring:
            return self._through()
        if kind == "b" and world.beside:
            return scene.noun(d.pick(world.beside))
        if kind == "u" and world.vocabulary.fields_of("user"):
            return scene.current_user(d.pick(self._details("user")) if d.chance(60) else None)
        fields = world.vocabulary.fields_of(world.root) if kind == "a" or not scene.focus else scene.focus
        return scene.noun(d.pick(fields)) if fields else scene.current_user()

    def _through(self) -> Noun:
        """Return a path through a person, a group and the like."""
        first = self.d.pick(self.scene.world.referring)
        assert isinstance(first.type, types.ReferenceType)
        second = self.d.pick(self._details(first.type.kind))
        further = self.scene.world.parts(second)
        if further and self.d.chance(40):
            return self.scene.noun(first, second, self.d.pick(further))
        return self.scene.noun(first, second)

    def _details(self, entity: str) -> list[Field]:
        """Return the fields of an entity that a directory is likely to fill in."""
        fields = self.scene.world.vocabulary.fields_of(entity)
        return [f for f in fields if f.name in USUAL or f.name in self.scene.details] or fields

    # What is said of it

    def comparison(self) -> t.Comparison:
        """Return a comparison that can hold."""
        noun = self.noun()
        value = values.make_value(self.d, noun.type, noun.known, 6 if noun.rare else 0)
        return self._of(noun, value, holding=False)

    def holding(self, aim: Aim) -> t.Comparison:
        """Return a comparison that holds once a field has come to hold a value."""
        return self._of(self.scene.noun(aim.field), aim.value, holding=True)

    def _of(self, noun: Noun, value: Value, *, holding: bool) -> t.Comparison:
        d = self.d
        previous = noun.changes and not holding and d.chance(5)
        offered = verbs.suited(
            noun.type, changes=noun.changes and not previous, patterns=self.scene.world.patterns
        )
        if value is None:
            offered = tuple(v for v in offered if v in verbs.BARE and v is not Verb.IS_NOT_EMPTY)
        if value is not None and holding:
            holds = verbs.holding(offered)
            verb = d.mostly(*holds, 25)
        else:
            verb = d.pick(offered)
        subject = t.PathSubject(noun.path, previous)
        if verb in verbs.BARE or value is None:
            return t.Comparison(subject, verb)
        if verb in verbs.WITHIN:
            amount, unit = d.pick(DURATIONS)
            return t.Comparison(subject, verb, (t.Duration(Decimal(amount), unit),))
        if not holding and verb not in verbs.LISTS | verbs.FROM | pieces.VERBS and d.chance(12):
            paths = self._paths(noun, previous=not previous and noun.changes)
            if paths:
                return t.Comparison(subject, verb, (d.pick(paths),))
        return self._with(subject, verb, noun, value)

    def _with(self, subject: t.PathSubject, verb: Verb, noun: Noun, value: Value) -> t.Comparison:
        """Return the comparison of a path that holds when the path leads to a value."""
        d, kind = self.d, noun.type
        if verb in verbs.BEYOND:
            beyond = values.above if verb in (Verb.IS_LESS_THAN, Verb.IS_BEFORE) else values.below
            bound = beyond(kind, value)
            verb = verb if bound is not None else verbs.BEYOND[verb]
            return t.Comparison(subject, verb, (self.written(kind, value if bound is None else bound),))
        until = None
        if verb in verbs.FROM and d.chance(40):
            until = self.written(kind, value)
        wanted = [self._other(noun, value) if verb in verbs.OTHERWISE else value]
        if verb in verbs.LISTS:
            wanted += [self._other(noun, value) for _ in range(d.pick((1, 1, 0, 2)))]
            wanted = d.mixed([*dict.fromkeys(wanted)])
        if verb in pieces.VERBS:
            wanted = [pieces.make_piece(d, verb, str(text)) for text in wanted]
            return t.Comparison(subject, verb, tuple(t.Text(str(text)) for text in wanted))
        written = [self.written(kind, each) for each in wanted]
        if verb in verbs.ANY and d.chance(12):
            paths = self._paths(noun, previous=noun.changes and not subject.previous)
            written += [d.pick(paths)] if paths else []
        return t.Comparison(subject, verb, tuple(written), until)

    def _other(self, noun: Noun, value: Value) -> Value:
        """Return a value other than one, where there is another."""
        others = [other for other in noun.known if other != value]
        found = values.make_value(self.d, noun.type, others, 6 if noun.rare else 0)
        return value if found is None else found

    # How it is written

    def written(self, kind: types.Type, value: Value) -> t.Value:
        """Return a value of a type as a rule may write it."""
        if not isinstance(value, str):
            return values.written(value, quotes=False)
        d, quotes = self.d, self.scene.world.needs_quotes
        match kind:
            case types.ReferenceType(entity) | types.ReferencesType(entity):
                labels = self.scene.labels(entity, value)
                return t.Text(d.mostly(labels[:1], labels[1:], 25))
            case types.ChoiceType() | types.ChoiceSetType():
                shown = d.mostly(
                    (value,), [alias for alias, name in kind.aliases.items() if name == value], 15
                )
                return values.written(shown, quotes=quotes(shown))
            case types.TextType():
                return values.written(value, quotes=quotes(value) or not d.chance(10))
            case _:
                return values.written(value, quotes=quotes(value))

    def _paths(self, noun: Noun, *, previous: bool) -> list[t.Value]:
        """Return the paths whose value is of the type that a path is compared with, its own before among them."""
        world = self.scene.world
        several = isinstance(noun.type, types.SetType)
        wanted = noun.type
        if isinstance(wanted, types.ReferencesType):
            wanted = types.ReferenceType(wanted.kind)
        elif several:
            return []
        found: list[t.Value] = [
            self.path_value(f)
            for f in world.vocabulary.fields_of(world.root)
            if f.type == wanted and self.scene.noun(f).path != noun.path
        ]
        if wanted == types.ReferenceType("user"):
            found.append(t.Word(CURRENT_USER))
        if previous and not several:
            found.append(t.PathValue(noun.path, previous=True))
        return found

    def path_value(self, declared: Field) -> t.Value:
        """Return the value that stands in a field of the root."""
        path = self.scene.noun(declared).path
        if len(path.parts) > 1:
            return t.PathValue(path)
        whole = t.PathValue(t.Path((declared.entity, declared.name)))
        options: tuple[t.Value, ...] = (t.Word(str(path)), t.PathValue(path, the=True), whole)
        return self.d.pick(options)
