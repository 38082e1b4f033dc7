"""For a change that no test noticed: a ticket and an update that tell the two apart, as a test to be taken over."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import attrs
from attrs import define, evolve, field, frozen

from trigdsl.engine.effects import Effect, FieldChanged, Notification, Outcome
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import CURRENT_USER, DERIVED
from trigdsl.semantics.written import Written
from trigdsl.source import Source
from trigdsl.syntax import printer
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb
from trigdsl.testing.mutation.changes import Changes
from trigdsl.testing.mutation.mutants import Mutant
from trigdsl.testing.mutation.trial import Court
from trigdsl.testing.scenarios.cast import Cast, address
from trigdsl.testing.scenarios.play import Played, play
from trigdsl.testing.scenarios.stage import CannotHappenError

MOST_TRIES = 1_500
"""How many tickets and updates are tried before the search is given up."""
SOMEBODY = {"assignee": "bo@example.com", "ccs": "cara@example.com", "followers": "finn@example.com"}
USUAL: tuple[t.Subject, ...] = tuple(t.PathSubject(t.Path((name,))) for name in ("requester", "agent"))
OTHERS = ("bo@example.com", "cleo@example.com")
GROUPS = ("Tier 1", "Tier 2")


@frozen
class Witness:
    """A test that passes on the rules, and fails once they are changed."""

    test: t.Test

    def text(self, written: Written) -> str:
        """Return the test as it is written."""
        return printer.print_file(t.File((self.test,)), written.conditions.scope.words)


def witness(court: Court, mutant: Mutant) -> Witness | None:
    """Return a test that tells a mutant from the rules; None when none was found."""
    random = Random(mutant.change.after)  # noqa: S311 - not for secrets
    return _Search(court.rules, court.written.supposing(), mutant, court.cast, random).witness()


@define(eq=False)
class _Scene:
    """A test in the making: what is given, who does what."""

    given: list[t.Comparison]
    acts: list[t.Act]
    who: t.Subject
    channel: str | None = None

    def test(self, expectations: tuple[t.Expectation, ...] = ()) -> t.Test:
        given: t.Condition | None = None
        if self.given:
            given = self.given[0] if len(self.given) == 1 else t.And(tuple(self.given))
        event = t.Acts(self.who, tuple(self.acts), channel=self.channel)
        return t.Test("It is told apart", given, (t.Step(event, expectations),))

    def smaller(self) -> Iterator["_Scene"]:
        """Yield the draft with one thing left out."""
        for number in range(len(self.given)):
            yield _Scene(self.given[:number] + self.given[number + 1 :], self.acts, self.who, self.channel)
        for number in range(len(self.acts)):
            if len(self.acts) > 1:
                left = self.acts[:number] + self.acts[number + 1 :]
                yield _Scene(self.given, left, self.who, self.channel)
        if self.channel is not None:
            yield _Scene(self.given, self.acts, self.who)
        for name in USUAL[: USUAL.index(self.who) if self.who in USUAL else None]:
            yield _Scene(self.given, self.acts, name, self.channel)


@define(eq=False)
class _Search:
    rules: Ruleset
    written: Written
    mutant: Mutant
    cast: Cast
    random: Random
    comparisons: list[t.Comparison] = field(factory=list)
    changes: Changes = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.changes = Changes(self.rules.vocabulary, self.written.conditions.scope.words, ())

    def witness(self) -> Witness | None:
        drafts = [draft for draft in self.written.drafts if draft.title in self.mutant.titles]
        for draft in drafts:
            self.comparisons += _comparisons(draft.written.condition, self.written)
        before = self._only(self.rules)
        after = self._only(self.mutant.applied(self.rules))
        whole = self.mutant.applied(self.rules)
        for _ in range(MOST_TRIES):
            scene = self._made()
            if self._differ(scene, before, after) and self._differ(scene, self.rules, whole):
                scene = self._least(scene, whole)
                return Witness(scene.test(self._expected(scene, whole)))
        return None

    def _only(self, rules: Ruleset) -> Ruleset:
        """Return the rules that are changed, alone: to try them is quick."""
        touched = tuple(trigger for trigger in rules.triggers if trigger.title in self.mutant.titles)
        return evolve(rules, rules=evolve(rules.rules, triggers=touched))

    # Told apart

    def _differ(self, draft: _Scene, one: Ruleset, other: Ruleset) -> bool:
        outcomes = self._outcomes(draft, one, other)
        return outcomes is not None and _told(outcomes[0]) != _told(outcomes[1])

    def _outcomes(self, draft: _Scene, one: Ruleset, other: Ruleset) -> tuple[Played, Played] | None:
        scenario = self.written.scenario(draft.test(), Source("witness", ""))
        if scenario is None:
            return None
        try:
            (first,), (second,) = play(one, scenario, self.cast), play(other, scenario, self.cast)
        except CannotHappenError:
            return None
        return first, second

    def _least(self, draft: _Scene, whole: Ruleset) -> _Scene:
        smaller = next((d for d in draft.smaller() if self._differ(d, self.rules, whole)), None)
        return draft if smaller is None else self._least(smaller, whole)

    def _expected(self, draft: _Scene, whole: Ruleset) -> tuple[t.Expectation, ...]:
        """Return an expectation that holds of the rules, and not once they are changed."""
        outcomes = self._outcomes(draft, self.rules, whole)
        assert outcomes is not None
        now, then = _outcome(outcomes[0]), _outcome(outcomes[1])
        for title in self.mutant.titles:
            if (title in now.fired) is not (title in then.fired):
                return (t.ExpectFires(title, title in now.fired),)
        theirs = [_shown(effect) for effect in then.effects]
        ours = [_shown(effect) for effect in now.effects]
        for effect in now.effects:
            if _shown(effect) not in theirs:
                return (self._expectation(effect, holds=True),)
        for effect in then.effects:
            if _shown(effect) not in ours:
                return (self._expectation(effect, holds=False),)
        other = next(iter({*now.fired} ^ {*then.fired}), None)
        return (t.ExpectFires(other, other in now.fired),) if other is not None else ()

    def _expectation(self, effect: Effect, *, holds: bool) -> t.Expectation:
        template = getattr(getattr(effect, "message", None), "name", None)
        text = t.Telling(template)
        match effect:
            case Notification():
                who = self._who(effect.recipient)
                channel = effect.channel if self.mutant.change.kind == "channel" else None
                return t.ExpectNotified(who, holds, channel, text)
            case FieldChanged():
                value = effect.after
                parts = tuple(effect.field.split("."))
                short = parts[1:] if parts[1] in self.rules.vocabulary.shorthands else parts
                subject = t.PathSubject(t.Path(short))
                if value is None or value == frozenset():
                    return t.ExpectCondition(
                        t.Comparison(subject, Verb.IS_EMPTY if holds else Verb.IS_NOT_EMPTY)
                    )
                if isinstance(value, frozenset):
                    verb = Verb.INCLUDE_ALL_OF if holds else Verb.INCLUDE_NONE_OF
                    return t.ExpectCondition(
                        t.Comparison(subject, verb, tuple(map(self._value, sorted(value))))
                    )
                verb = Verb.IS if holds else Verb.IS_NOT
                return t.ExpectCondition(t.Comparison(subject, verb, (self._value(value),)))
            case _:
                return t.ExpectFires(effect.trigger, holds)

    def _who(self, recipient: str) -> t.Subject:
        for name in ("requester", "agent", "admin"):
            if recipient == address(name):
                return t.PathSubject(t.Path((name,)))
        return t.AddressSubject(recipient)

    def _value(self, value: Any) -> t.Value:
        if isinstance(value, bool):
            return t.Word("yes" if value else "no")
        plain = types.to_json(value)
        if isinstance(plain, int | float):
            return t.Number(types.number(plain) if isinstance(plain, float) else plain)  # type: ignore[arg-type]
        needs = self.written.conditions.scope.words.needs_quotes(str(plain))
        return t.Text(str(plain)) if needs or "@" in str(plain) else t.Word(str(plain))

    # Made up

    def _made(self) -> _Scene:
        creates = self.random.random() < (0.7 if self._speaks_of("created") else 0.3)
        draft = _Scene([], [t.Creates()] if creates else [], self._actor())
        for path, options in self._fields().items():
            self._tell(draft, path, options, creates=creates)
        self._people(draft)
        self._comment(draft)
        if not draft.acts:
            draft.acts.append(t.Said("Hello", self.random.random() < 0.5))
        return draft

    def _speaks_of(self, state: str) -> bool:
        return any(v == t.Word(state) for c in self.comparisons for v in c.values)

    def _actor(self) -> t.Subject:
        name = self.random.choice(("requester", "agent", "assignee", "end_user"))
        return t.PathSubject(t.Path((name,)))

    def _fields(self) -> dict[t.Path, list[t.Comparison]]:
        found: dict[t.Path, list[t.Comparison]] = {}
        for comparison in self.comparisons:
            match comparison.subject:
                case t.PathSubject(path) if path.parts[0] not in (CURRENT_USER, "comment"):
                    found.setdefault(path, []).append(comparison)
        return found

    def _tell(
        self, draft: _Scene, path: t.Path, comparisons: Sequence[t.Comparison], *, creates: bool
    ) -> None:
        """Give a field a value before, now, or both, such as conditions ask for."""
        kind = self.changes.type_of(t.PathSubject(path))
        name = path.parts[-1]
        if kind is None:
            return
        subject = t.PathSubject(path)
        if name == "channel":
            values = self._options(kind, comparisons)
            if values and self.random.random() < 0.7:
                draft.channel = printer.value_text(self.random.choice(values), self.changes.words)
            return
        root = (
            path.parts[0] in self.rules.vocabulary.shorthands or path.parts[0] == self.rules.vocabulary.root
        )
        deep = len(path.parts) > (1 if path.parts[0] in self.rules.vocabulary.shorthands else 2)
        if not root:
            return
        options = self._options(kind, comparisons)
        several = isinstance(kind, types.SetType)
        verb = Verb.INCLUDE if several else Verb.IS
        if options and self.random.random() < 0.65:
            draft.given.append(t.Comparison(subject, verb, (self.random.choice(options),)))
        if options and not deep and not creates and name not in DERIVED and self.random.random() < 0.4:
            value = self.random.choice(options)
            draft.acts.append(
                t.AddTo((value,), path)
                if several and self.random.random() < 0.7
                else t.RemoveFrom((value,), path)
                if several
                else t.ClearField(path)
                if self.random.random() < 0.15
                else t.SetField(path, (value,))
            )

    def _options(self, kind: types.Type, comparisons: Sequence[t.Comparison]) -> list[t.Value]:
        """Return values of a type: those that conditions name, and others."""
        named = [v for c in comparisons for v in (*c.values, *((c.until,) if c.until else ()))]
        named = [v for v in named if not isinstance(v, t.Duration)]
        match kind:
            case types.ChoiceType(options) | types.ChoiceSetType(options):
                return [*named, *(self._word(option) for option in options[:9])]
            case types.YesNoType():
                return [t.Word("yes"), t.Word("no")]
            case types.NumberType():
                numbers = [v.value for v in named if isinstance(v, t.Number)]
                return [t.Number(n + step) for n in numbers for step in (-1, 0, 1)]
            case types.TagsType():
                return [*named, t.Word("another")]
            case types.TextType():
                texts = [v for v in named if isinstance(v, t.Text | t.Word)]
                return [
                    *(t.Text(self.written.conditions.scope.shown(v)) for v in texts),
                    t.Text("Something else"),
                ]
            case types.ReferenceType("user") | types.ReferencesType("user"):
                people = [v for v in named if isinstance(v, t.Text)]
                return [*people, *map(t.Text, OTHERS)]
            case types.ReferenceType("group") | types.ReferencesType("group"):
                return [*(v for v in named if isinstance(v, t.Text)), *map(t.Text, GROUPS)]
            case types.ReferenceType(other) if other != "schedule":
                return [*(v for v in named if isinstance(v, t.Text)), t.Text("Acme")]
            case _:
                return [v for v in named if isinstance(v, t.Day | t.Moment)]

    def _word(self, text: str) -> t.Value:
        return t.Text(text) if self.changes.words.needs_quotes(text) else t.Word(text)

    def _people(self, draft: _Scene) -> None:
        """Say who is assigned, copied, and in which group, so that whoever is told is there."""
        shorthands = self.rules.vocabulary.shorthands
        said = {c.subject.path.parts[0] for c in draft.given if isinstance(c.subject, t.PathSubject)}
        for name, who in SOMEBODY.items():
            if name in shorthands and name not in said and self.random.random() < 0.6:
                several = isinstance(shorthands[name].type, types.SetType)
                verb = Verb.INCLUDE if several else Verb.IS
                draft.given.append(t.Comparison(t.PathSubject(t.Path((name,))), verb, (t.Text(who),)))
        if "group" in shorthands and "group" not in said and self.random.random() < 0.4:
            subject = t.PathSubject(t.Path(("group",)))
            draft.given.append(t.Comparison(subject, Verb.IS, (t.Text(GROUPS[0]),)))
        for comparison in self.comparisons:
            if isinstance(comparison.subject, t.ScheduleSubject) and self.random.random() < 0.8:
                states = [s.name for s in self.rules.vocabulary.states_of("schedule")]
                value = t.Word(self.random.choice(states))
                draft.given.append(t.Comparison(comparison.subject, Verb.IS, (value,)))

    def _comment(self, draft: _Scene) -> None:
        if self.random.random() < 0.65:
            bodies = ["Hello"]
            for c in self.comparisons:
                if isinstance(c.subject, t.PathSubject) and c.subject.path.parts == ("comment", "body"):
                    bodies += [self.written.conditions.scope.shown(v) for v in c.values] * 3
            draft.acts.append(t.Said(self.random.choice(bodies), self.random.random() < 0.6))


def _comparisons(condition: t.Condition, written: Written, depth: int = 20) -> Iterator[t.Comparison]:
    """Yield every comparison that a condition comes to, names written out."""
    match condition:
        case t.And(items) | t.Or(items):
            for item in items:
                yield from _comparisons(item, written, depth)
        case t.Not(item):
            yield from _comparisons(item, written, depth)
        case t.NameTest(name) if depth and name in written.definitions:
            yield from _comparisons(written.definitions[name].condition, written, depth - 1)
        case t.Comparison():
            yield condition


def _outcome(played: Played) -> Outcome:
    assert played.outcome is not None
    return played.outcome


def _told(played: Played) -> tuple[Any, ...]:
    """Return all that an update brought about, in whatever order."""
    outcome = _outcome(played)
    return (
        sorted(outcome.fired),
        sorted(map(repr, map(_shown, outcome.effects))),
        sorted(repr((trial.trigger, [*map(_shown, trial.effects)])) for trial in outcome.trial),
        {name: types.to_json(value) for name, value in outcome.after.items()},
    )


def _shown(effect: Effect) -> dict[str, Any]:
    """Return an effect without what tells where it is written."""
    parts = {each.name: getattr(effect, each.name) for each in attrs.fields(type(effect))}
    return {name: value for name, value in parts.items() if name not in ("at", "key")}
