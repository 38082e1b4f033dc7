"""Conditions: what a comparison means, and whether its subject can be asked that."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import evolve, field, frozen

from trigdsl.semantics import continued, textual, types, verbs
from trigdsl.semantics import rules as r
from trigdsl.semantics.resolver import Scope, UnresolvedError
from trigdsl.semantics.vocabulary import Field, State
from trigdsl.source import Source
from trigdsl.spelling import did_you_mean
from trigdsl.syntax import printer, several
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb

MOST_TESTS = 2_000
"""How many tests one condition may come to, its defined names written out."""
MOST_DEPTH = 120
"""How deep a condition may nest, its defined names written out."""


@frozen
class Definition:
    """A defined name, as written, with the file that defines it."""

    written: t.Define
    source: Source


@frozen
class ConditionChecker:
    """Turns conditions as written into conditions as meant. A condition with a mistake has no meaning: None."""

    scope: Scope
    definitions: Mapping[str, Definition]
    pattern_mistake: Callable[[str], str | None]
    used: set[str] = field(factory=set)
    meanings: dict[str, "r.Condition | None"] = field(factory=dict)
    _open: list[str] = field(factory=list)
    _depth: list[int] = field(factory=lambda: [0])

    def in_source(self, source: Source) -> "ConditionChecker":
        """Return the same checker for what another file writes."""
        scope = evolve(self.scope, source=source, bindings={})
        return ConditionChecker(
            scope,
            self.definitions,
            self.pattern_mistake,
            self.used,
            self.meanings,
            self._open,
            self._depth,
        )

    def check(self, condition: t.Condition) -> r.Condition | None:
        """Return what a condition means, or None when something in it was reported."""
        meant = self._condition(condition)
        if meant is None:
            return None
        tests, depth = extent(meant)
        if tests > MOST_TESTS or depth > MOST_DEPTH:
            what = (
                f"more than {MOST_TESTS:,} tests"
                if tests > MOST_TESTS
                else f"more than {MOST_DEPTH} levels of names and parentheses"
            )
            message = f"the condition is too large: it comes to {what}"
            self.scope.report(
                "condition-too-large", condition.span, message, "split it into several triggers"
            )
            return None
        return meant

    def _condition(self, condition: t.Condition) -> r.Condition | None:
        if self._depth[0] >= MOST_DEPTH:
            what = f"more than {MOST_DEPTH} levels of names and parentheses"
            message = f"the condition is too large: it comes to {what}"
            help_line = "split it into several triggers"
            self.scope.report("condition-too-large", condition.span, message, help_line)
            return None
        self._depth[0] += 1
        meant = self._meant(condition)
        self._depth[0] -= 1
        return meant

    def _meant(self, condition: t.Condition) -> r.Condition | None:
        match condition:
            case t.And() | t.Or():
                meant = self._items(condition)
                known = tuple(m for m in meant if m is not None)
                if len(known) < len(meant):
                    return None
                at = self.scope.at(condition.span, condition)
                return r.AllOf(known, at=at) if isinstance(condition, t.And) else r.AnyOf(known, at=at)
            case t.Not(item):
                inner = self._condition(item)
                return None if inner is None else r.Not(inner, at=self.scope.at(condition.span, condition))
            case t.NameTest():
                return self.named(condition)
            case t.Comparison():
                try:
                    return self._comparison(condition)
                except UnresolvedError:
                    return None
            case t.Raw(system, text):
                self.scope.check_raw(condition)
                return r.Raw(system=system, text=text, at=self.scope.at(condition.span, condition))
            case t.Mixture():
                self._items(condition)
                return None
            case t.Unread():
                return None

    def _items(self, condition: t.And | t.Or | t.Mixture) -> list[r.Condition | None]:
        """Return what each item means; values that stand behind a comparison as names do are reported with it."""
        found: list[r.Condition | None] = []
        runs = continued.runs(condition, self.definitions)
        behind = {run.names[0].span.start: run for run in runs}
        values: set[t.NameTest] = set()
        for item in condition.items:
            run = behind.get(item.span.start) if isinstance(item, t.NameTest) else None
            if run is not None and self._continued(run, found[-1], condition):
                values.update(run.names)
            found.append(None if item in values else self._condition(item))
        return found

    def _continued(
        self, run: continued.Run, test: r.Condition | None, within: t.And | t.Or | t.Mixture
    ) -> bool:
        """Report names that are values of the comparison before them; return whether they are."""
        scope = self.scope
        meant = continued.meant(run, test, scope.vocabulary, scope.source, self.definitions)
        if meant is None:
            return False
        written = printer.condition_text(meant, scope.words)
        if isinstance(meant, t.Or) and isinstance(within, t.And | t.Mixture):
            written = f"({written})"
        shown = ", ".join(f"`{name.name}`" for name in run.names)
        what = f"there is no name {shown}" if len(run.names) == 1 else f"there are no names {shown}"
        help_line = f"to ask for several values, write `{written}`"
        scope.unknown("DEFINE", run.names[0].name, "unknown-name", run.span, f"{what} defined", help_line)
        return True

    # Defined names

    def named(self, test: t.NameTest) -> r.Condition | None:
        """Return what a defined name means, worked out once."""
        name = test.name
        if name not in self.definitions:
            self._unknown_name(test)
            return None
        self.used.add(name)
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            self.scope.report(
                "circular-name",
                test.span,
                f"`{name}` is defined by itself: {circle}",
                "take one of the names out",
            )
            return None
        if name not in self.meanings:
            definition = self.definitions[name]
            self._open.append(name)
            self.meanings[name] = self.in_source(definition.source).check(definition.written.condition)
            self._open.pop()
        return self.meanings[name]

    def _unknown_name(self, test: t.NameTest) -> None:
        message = f"there is no name `{test.name}` defined"
        if test.name in self.scope.vocabulary.starts():
            message = f"nothing is said of `{test.name}`"
            self.scope.report("unfinished-condition", test.span, message, f"for example `{test.name} is …`")
            return
        having = (
            f for f in self._fields() if isinstance(f.type, types.ChoiceType) and test.name in f.type.options
        )
        field = next(having, None)
        if field is not None:
            help_line = f"say which field has the value: `{field.path} is {test.name}`"
            self.scope.report("unknown-name", test.span, message, help_line)
            return
        known = [*self.definitions]
        help_line = did_you_mean(test.name, known) or f"define it: `define {test.name} as …`"
        self.scope.unknown("DEFINE", test.name, "unknown-name", test.span, message, help_line)

    def _fields(self) -> Iterable[Field]:
        return self.scope.vocabulary.fields.values()

    # Comparisons

    def _comparison(self, c: t.Comparison) -> r.Condition:
        if isinstance(c.subject, t.ScheduleSubject):
            return self._schedule(c, c.subject)
        if not isinstance(c.subject, t.PathSubject):
            raise self.scope.fail(
                "no-such-subject",
                c.subject.span,
                "a condition is about a field or a state",
                'begin with the field: `group is "Tier 2"`, `requester.email is "ana@example.com"`',
            )
        subject = self.scope.path(c.subject.path, previous=c.subject.previous)
        if c.verb in (Verb.IS, Verb.IS_NOT):
            state = self._state(c, subject)
            if state is not None:
                return state
        if not subject.steps and subject.base != "current_user" and subject.text not in self.scope.bindings:
            raise self._not_a_field(c, subject)
        return self._about_field(c, subject)

    def _not_a_field(self, c: t.Comparison, subject: r.Reading) -> UnresolvedError:
        known = [s.name for s in self.scope.vocabulary.states_of(subject.base)]
        if c.verb not in (Verb.IS, Verb.IS_NOT):
            example = self._example(subject.base)
            message = f"`{subject.base}` is no field, it only has states: {', '.join(known)}"
            return self.scope.fail(
                "not-a-field", c.subject.span, message, f"name a field, such as `{example}`"
            )
        word = c.values[0]
        shown = self.scope.shown(word)
        states = self.scope.naming.states_of(subject.base)
        help_line = self._as_value(subject.base, shown, c) or self.scope.near(shown, states, known)
        help_line = help_line or f"its states: {', '.join(states.written(known))}"
        return self.scope.fail(
            "unknown-state", word.span, f"{subject.base} has no state `{shown}`", help_line
        )

    def _as_value(self, entity: str, word: str, c: t.Comparison) -> str | None:
        """Return what to write for `ticket is solved`: a state's name that is a field's value."""
        for declared in self.scope.vocabulary.fields_of(entity):
            if isinstance(declared.type, types.ChoiceType) and word.casefold() in declared.type.options:
                verb = self.scope.words.phrase(c.verb.value)
                return f"write `{declared.path} {verb} {word.casefold()}`"
        return None

    def _example(self, entity: str) -> str:
        """Return a field that rules often ask for."""
        fields = self.scope.vocabulary.fields_of(entity)
        usual = [f for f in fields if isinstance(f.type, types.ChoiceType)] or fields
        return usual[0].path if usual else entity

    def _state(self, c: t.Comparison, subject: r.Reading) -> r.Condition | None:
        """Return the test of a state, or None when the comparison is about a value."""
        value = c.values[0]
        if not isinstance(value, t.Word) or not isinstance(subject.type, types.ReferenceType):
            return None
        found = self.scope.vocabulary.states.get((subject.type.kind, value.text.casefold()))
        if found is None:
            return None
        meant = self._meaning(found, subject, c)
        return r.Not(meant, at=self.scope.at(c.span, c)) if c.verb is Verb.IS_NOT else meant

    def _meaning(self, state: State, subject: r.Reading, c: t.Comparison) -> r.Condition:
        if state.meaning is None and state.entity == "schedule":
            return r.ScheduleIs(subject, state.name, at=self.scope.at(c.span, c))
        if state.meaning is None:
            return r.Happens(f"{subject.base}.{state.name}", at=self.scope.at(c.span, c))
        name = f"{state.entity} is {state.name} of {subject.text}"
        if name in self._open:
            raise self.scope.fail(
                "circular-name",
                c.span,
                f"`{state.entity} is {state.name}` is defined by itself",
                "say what it means by other fields",
            )
        scope = self.scope.bound(state.entity, subject, state.source)
        checker = ConditionChecker(
            scope,
            self.definitions,
            self.pattern_mistake,
            self.used,
            self.meanings,
            [*self._open, name],
            self._depth,
        )
        meant = checker.check(state.meaning)
        if meant is None:
            raise UnresolvedError(state.name)
        at = self.scope.at(c.span, c)
        told = _told_at(meant, at)
        if subject.base == self.scope.vocabulary.root and not subject.steps:
            return told
        # A state is said of somebody, and nobody has it, however its meaning is put.
        return r.AllOf((r.Not(r.IsEmpty(subject, at=at), at=at), told), at=at) if _negates(meant) else told

    def _schedule(self, c: t.Comparison, subject: t.ScheduleSubject) -> r.Condition:
        title = None if subject.title is None else self.scope.schedule(subject.title, subject.span)
        if title is None and not self.scope.schedules:
            help_line = 'declare one: `schedule "Support hours" in "Europe/Paris" open monday to friday 09:00 to 18:00`'
            raise self.scope.fail("unknown-schedule", subject.span, "no schedule is declared", help_line)
        known = [s.name for s in self.scope.vocabulary.states_of("schedule")]
        word = c.values[0] if c.values else None
        if (
            c.verb not in (Verb.IS, Verb.IS_NOT)
            or not isinstance(word, t.Word)
            or word.text.casefold() not in known
        ):
            span = c.span if word is None else word.span
            shown = "" if word is None else self.scope.shown(word)
            states = self.scope.naming.states_of("schedule")
            near = self.scope.near(shown, states, known)
            help_line = near or f"its states: {', '.join(states.written(known))}"
            raise self.scope.fail("unknown-state", span, f"a schedule has no state `{shown}`", help_line)
        at = self.scope.at(c.span, c)
        test = r.ScheduleIs(title, word.text.casefold(), at=at)
        return r.Not(test, at=at) if c.verb is Verb.IS_NOT else test

    # What a verb means for a field

    def _about_field(self, c: t.Comparison, subject: r.Reading) -> r.Condition:
        positive = several.POSITIVE.get(c.verb, c.verb)
        test = self._test(c, subject, positive)
        return test if positive is c.verb else r.Not(test, at=self.scope.at(c.span, c))

    def _test(self, c: t.Comparison, subject: r.Reading, verb: Verb) -> r.Test:
        at = self.scope.at(c.span, c)
        kind = subject.type
        self._suits(c, subject, verb)
        match verb:
            case Verb.IS:
                return r.Equals(subject, self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_ONE_OF:
                return r.IsOneOf(subject, self._operands(c, kind), at=at)
            case Verb.IS_EMPTY:
                return r.IsEmpty(subject, at=at)
            case Verb.IS_LESS_THAN | Verb.IS_BEFORE:
                return r.Compares(subject, "<", self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_AT_MOST:
                return r.Compares(subject, "<=", self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_MORE_THAN | Verb.IS_AFTER:
                return r.Compares(subject, ">", self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_AT_LEAST:
                return r.Compares(subject, ">=", self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_WITHIN_THE_LAST:
                return r.IsWithin(subject, -self.scope.duration(c.values[0]), at=at)
            case Verb.IS_WITHIN_THE_NEXT:
                return r.IsWithin(subject, self.scope.duration(c.values[0]), at=at)
            case Verb.CHANGES:
                return r.Changes(subject, at=at)
            case Verb.CHANGES_TO:
                return r.Changes(subject, now=self.scope.operand(c.values[0], kind), at=at)
            case Verb.CHANGES_FROM:
                both = c.values if c.until is None else (*c.values, c.until)
                before, *now = self.scope.operands(both, kind)
                return r.Changes(subject, before, now[0] if now else None, at=at)
            case Verb.INCLUDE | Verb.INCLUDE_ANY_OF:
                return r.Includes(subject, self._operands(c, kind), at=at)
            case Verb.INCLUDE_ALL_OF:
                return r.Includes(subject, self._operands(c, kind), every=True, at=at)
            case Verb.GAIN | Verb.GAIN_ANY_OF:
                return r.Gains(subject, self._operands(c, kind), at=at)
            case Verb.LOSE | Verb.LOSE_ANY_OF:
                return r.Loses(subject, self._operands(c, kind), at=at)
            case Verb.CONTAINS:
                return r.Contains(subject, self.scope.operand(c.values[0], kind), at=at)
            case Verb.CONTAINS_ANY_WORD_OF:
                return r.ContainsWord(subject, self._phrases(c, kind), at=at)
            case Verb.STARTS_WITH:
                return r.StartsWith(subject, self.scope.operand(c.values[0], kind), at=at)
            case Verb.ENDS_WITH:
                return r.EndsWith(subject, self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_LIKE:
                return r.IsLike(subject, self._literal(c), at=at)
            case Verb.MATCHES:
                return r.Matches(subject, self._pattern(c), at=at)
        raise AssertionError(verb)

    def _operands(self, c: t.Comparison, kind: types.Type) -> tuple[r.Operand, ...]:
        operands = self.scope.operands(c.values, kind)
        for value, operand in zip(c.values, operands, strict=True):
            if isinstance(operand, r.Reading) and isinstance(operand.type, types.SetType):
                message = f"`{operand.text}` holds several values, and one is asked for here"
                help_line = "name each value that you mean"
                raise self.scope.fail("wrong-type", value.span, message, help_line)
        return operands

    def _phrases(self, c: t.Comparison, kind: types.Type) -> tuple[r.Operand, ...]:
        operands = self._operands(c, kind)
        for value, operand in zip(c.values, operands, strict=True):
            if isinstance(operand, r.Constant) and not textual.words_of(str(operand.value)):
                shown = operand.value
                raise self.scope.fail(
                    "no-word", value.span, f"`{shown}` has no word in it", "use `contains` for signs"
                )
        return operands

    def _literal(self, c: t.Comparison) -> str:
        value = c.values[0]
        if isinstance(value, t.Word):
            return value.text
        if isinstance(value, t.Text):
            return value.value
        raise self.scope.fail("wrong-type", value.span, "a pattern is written out, in quotes")

    def _pattern(self, c: t.Comparison) -> str:
        pattern = self._literal(c)
        mistake = self.pattern_mistake(pattern)
        if mistake is not None:
            raise self.scope.fail("wrong-pattern", c.values[0].span, mistake)
        return pattern

    def _suits(self, c: t.Comparison, subject: r.Reading, verb: Verb) -> None:
        """Report a verb that cannot be said of a field of this type."""
        kind = subject.type
        name = f"`{subject.text}`"
        spoken = self.scope.words.phrase(c.verb.value)
        if verb in verbs.CHANGE and (subject.previous or subject.base != self.scope.vocabulary.root):
            root = self.scope.vocabulary.root
            message = f"{name} does not change in an update: only fields of the {root} do"
            help_line = f"ask for a value: `{subject.text} is …`"
            if subject.previous:
                message = f"{name} is the value before this update, which does not change"
                plain = subject.text.split()[-1]
                help_line = f"write `{plain} {spoken} …`" if c.values else f"write `{plain} {spoken}`"
            raise self.scope.fail("never-changes", c.verb_span, message, help_line)
        if isinstance(kind, types.SetType) and verb in verbs.INSTEAD_OF_SET:
            instead = verbs.INSTEAD_OF_SET[verb]
            message = f"{name} holds several values, so `{spoken}` cannot be said of it"
            help_line = next(filter(None, map(self.scope.ending, c.values)), f"use `{instead}`")
            raise self.scope.fail("wrong-operator", c.verb_span, message, help_line)
        if not isinstance(kind, verbs.SUITED.get(verb, object)) or (
            verb in verbs.ORDER and isinstance(kind, types.ChoiceType) and not kind.ordered
        ):
            message = f"`{spoken}` cannot be said of {name}, which is {types.described(kind)}"
            raise self.scope.fail(
                "wrong-operator", c.verb_span, message, verbs.examples(kind, self.scope.words)
            )


def extent(condition: r.Condition) -> tuple[int, int]:
    """Return how many tests a condition comes to, and how deep it is; shared parts count each time."""
    known: dict[int, tuple[int, int]] = {}

    def measure(part: r.Condition) -> tuple[int, int]:
        if id(part) not in known:
            match part:
                case r.AllOf(items) | r.AnyOf(items):
                    inner = [measure(item) for item in items]
                    known[id(part)] = sum(n for n, _ in inner), 1 + max((d for _, d in inner), default=0)
                case r.Not(item):
                    tests, depth = measure(item)
                    known[id(part)] = tests, depth + 1
                case _:
                    known[id(part)] = 1, 1
        return known[id(part)]

    return measure(condition)


def raw_parts(condition: r.Condition) -> tuple[r.Raw, ...]:
    """Return the parts of a condition that are kept word for word, names written out, each once."""
    seen: dict[int, r.Condition] = {}

    def visit(part: r.Condition) -> Iterator[r.Raw]:
        if id(part) in seen:
            return
        seen[id(part)] = part
        match part:
            case r.Raw():
                yield part
            case r.AllOf(items) | r.AnyOf(items):
                for item in items:
                    yield from visit(item)
            case r.Not(item):
                yield from visit(item)

    return tuple(visit(condition))


def _negates(condition: r.Condition) -> bool:
    match condition:
        case r.Not():
            return True
        case r.AllOf(items) | r.AnyOf(items):
            return any(map(_negates, items))
        case _:
            return False


def _told_at(condition: r.Condition, at: r.Location) -> r.Condition:
    """Return the meaning of a state as said where a rule names the state, not where the vocabulary defines it."""
    match condition:
        case r.AllOf(items):
            return r.AllOf(tuple(_told_at(item, at) for item in items), at=at)
        case r.AnyOf(items):
            return r.AnyOf(tuple(_told_at(item, at) for item in items), at=at)
        case r.Not(item):
            return r.Not(_told_at(item, at), at=at)
        case _:
            return evolve(condition, at=at)
