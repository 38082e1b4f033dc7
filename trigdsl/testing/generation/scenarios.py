"""Tests in the language: how a ticket begins, what happens to it, and what is expected of the rules."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Field
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.generation import values
from trigdsl.testing.generation.actions import Actions
from trigdsl.testing.generation.comparisons import Comparisons
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scene import Scene

_DONE = (t.Notify, t.PostComment, t.CallWebhook, t.Perform)
"""The actions of which a test can expect that they are done."""
PASSING = (("1", "day"), ("2", "days"), ("1.5", "hours"), ("30", "minutes"))


@frozen
class Scenarios:
    """Makes tests of triggers that may fire, of which titles and actions are known."""

    d: Draws
    scene: Scene
    titles: tuple[str, ...]
    deeds: tuple[t.Action, ...]

    def test(self) -> t.Test:
        """Return a test of a step or more."""
        given = self._given() if self.d.chance(40) else None
        first = self._step(creates=self.d.chance(50))
        further = self.d.several(self._further, 0, 2, again=40)
        return t.Test("It works", given, (first, *further))

    # How it begins

    def _given(self) -> t.Condition | None:
        """Return what some fields hold; nothing where no field can be said."""
        said = tuple(map(self._statement, self.d.some(self._stated, 1, 3)))
        return (said[0] if len(said) == 1 else t.And(said)) if said else None

    def _statement(self, declared: Field) -> t.Comparison:
        noun = self.scene.noun(declared)
        subject = t.PathSubject(noun.path)
        if self.d.chance(15) and not isinstance(declared.type, types.YesNoType):
            return t.Comparison(subject, Verb.IS_EMPTY)
        verb = Verb.INCLUDE if isinstance(declared.type, types.SetType) else Verb.IS
        return t.Comparison(subject, verb, (self._value(declared),))

    def _value(self, declared: Field) -> t.Value:
        value = self.d.pick(self.scene.known(declared))
        return Comparisons(self.d, self.scene).written(declared.type, value)

    # What happens

    def _further(self) -> t.Step:
        return self._step(creates=False)

    def _step(self, *, creates: bool) -> t.Step:
        event = self._event(creates=creates)
        if isinstance(event, t.Passes):
            # Time alone makes no trigger run, so only what is so can be expected.
            return t.Step(event, (self._held(),))
        if self.d.chance(10):
            return t.Step(event, ())
        expected = tuple(self.d.several(self._expectation, 1, 3, again=30))
        # Few rules call a webhook, so where one does it is always expected.
        called = tuple(
            t.ExpectCalled(x.webhook, called=True) for x in self.deeds if isinstance(x, t.CallWebhook)
        )
        return t.Step(event, (*expected, *called[:1]), only=self.d.chance(20))

    def _event(self, *, creates: bool) -> t.Event:
        d = self.d
        if not creates and self._stated and d.chance(15):
            return t.Passes(self._passing())
        titled = self.scene.world.vocabulary.field(self.scene.world.root, "subject")
        created: tuple[t.Act, ...] = ()
        if creates:
            created = (t.Creates(d.pick((None, *values.TEXTS)) if titled is not None else None),)
        # What the creation says already is not set again.
        taken = {"subject"} if creates else set()
        acts = (*created, *self._changes(taken), *((self._said(),) if d.chance(50) else ()))
        after = self._passing() if d.chance(15) else None
        return t.Acts(self._actor(), acts or (self._said(),), after, self._channel(), automatic=d.chance(5))

    def _passing(self) -> t.Duration:
        amount, unit = self.d.pick(PASSING)
        return t.Duration(Decimal(amount), unit)

    def _changes(self, taken: set[str]) -> Sequence[t.Act]:
        fields = [f for f in self.scene.focus if self.scene.known(f) and f.name not in taken]
        return [*map(self._change, self.d.some(fields, 0, 2))] if fields else []

    def _change(self, declared: Field) -> t.Act:
        path = self.scene.noun(declared).path
        kind = self.d.pick("sssccar")
        if kind == "c":
            return t.ClearField(path)
        if kind in "ar" and isinstance(declared.type, types.SetType):
            made = t.AddTo if kind == "a" else t.RemoveFrom
            return made((self._value(declared),), path)
        return t.SetField(path, (self._value(declared),))

    def _said(self) -> t.Said:
        return t.Said(self.d.pick(values.TEXTS), not self.d.chance(40))

    def _channel(self) -> str | None:
        declared = self.scene.world.vocabulary.field("update", "channel")
        if declared is None or not isinstance(declared.type, types.ChoiceType) or not self.d.chance(15):
            return None
        named = [c for c in declared.type.options if not self.scene.world.needs_quotes(c)]
        return self.d.pick(named) if named else None

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

    # What is expected

    @property
    def _stated(self) -> list[Field]:
        """The fields of which a test can say what they hold."""
        return [f for f in self.scene.focus if self.scene.known(f) and not _of_days(f)]

    def _held(self) -> t.Expectation:
        return t.ExpectCondition(self._statement(self.d.pick(self._stated)))

    def _expectation(self) -> t.Expectation:
        """Return something that a trigger may do, or that a field may hold."""
        d = self.d
        kind = d.pick("ffddddcc")
        kinds = [kind for kind in _DONE if any(isinstance(deed, kind) for deed in self.deeds)]
        if kind == "d" and kinds:
            # The rarer kinds of actions are expected as often as the others.
            done = d.pick(kinds)
            return self._of_deed(d.pick([deed for deed in self.deeds if isinstance(deed, done)]))
        if kind == "c" and self._stated:
            return self._held()
        return t.ExpectFires(d.pick(self.titles), not d.chance(30))

    def _of_deed(self, deed: t.Action) -> t.Expectation:
        """Return that something was done as an action does it, or was not."""
        d, holds = self.d, not self.d.chance(40)
        match deed:
            case t.Notify(recipients, message, channel):
                who = d.pick(recipients) if d.chance(60) else Actions(d, self.scene).recipient()
                return t.ExpectNotified(who, holds, channel if d.chance(40) else None, self._telling(message))
            case t.CallWebhook(webhook, template):
                return t.ExpectCalled(webhook, holds, self._telling(t.UseTemplate(template)))
            case t.PostComment(public, message):
                return t.ExpectPosted(public, holds, self._telling(message))
            case t.Perform(verb, argument, message):
                telling = t.Telling() if message is None else self._telling(message)
                return t.ExpectPerformed(verb, argument if d.chance(70) else None, holds, telling)
            case _:
                raise AssertionError(deed)

    def _telling(self, message: t.Message) -> t.Telling:
        d = self.d
        return t.Telling(
            message.name if isinstance(message, t.UseTemplate) and d.chance(60) else None,
            "en" if d.chance(20) else None,
            tuple(map(t.Text, d.some(values.TEXTS, 1, 2))) if d.chance(20) else (),
        )


def _of_days(declared: Field) -> bool:
    return isinstance(declared.type, types.DateType)
