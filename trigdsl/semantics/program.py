"""A whole rule set: declarations of all modules, then every trigger checked against them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import tzinfo

from attrs import evolve, field, frozen

from trigdsl.diagnostics import Diagnostic, Note, Severity, in_reading_order
from trigdsl.semantics import allowances, certain, languages, lints, messages, types
from trigdsl.semantics import rules as r
from trigdsl.semantics.absent import Absent, absent
from trigdsl.semantics.checker import ConditionChecker, Definition, raw_parts
from trigdsl.semantics.declarations import Declarations
from trigdsl.semantics.doubles import double_mails
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.messages import Inspect, Inspection, Templates
from trigdsl.semantics.naming import own
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.ordering import Draft, Module, Ordering
from trigdsl.semantics.placeholders import Placeholders
from trigdsl.semantics.resolver import Scope, UnresolvedError
from trigdsl.semantics.scenarios import ScenarioChecker
from trigdsl.semantics.scenes import Scenario
from trigdsl.semantics.vocabulary import Field, Vocabulary
from trigdsl.semantics.written import Written
from trigdsl.source import Source, Span
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import Words

MOST_TRIGGERS = 20_000
OTHER_WARNINGS = (
    "double-mail",
    "empty-placeholder",
    "language-missing",
    "placeholder-missing",
    "unknown-user",
    "unused-template",
)
"""The warnings that are no lint's, since they are about templates, libraries and the directory."""


@frozen
class Surroundings:
    """What the check needs from outside: time zones, templates, and how to look into a text or a pattern."""

    words: Words
    templates: Templates = field(factory=Templates)
    zone: Callable[[str], tzinfo | None] = lambda _: None
    inspect: Inspect = lambda _: Inspection()
    pattern_mistake: Callable[[str], str | None] = lambda _: None
    known_names: Mapping[str, Collection[str]] | None = None
    guesses: Mapping[str, str] = field(factory=dict)
    allow: Collection[str] = ()
    placeholders: Placeholders = Placeholders()
    ground: r.Rules | None = None
    """The rules of the base alone, where they have been checked before: nothing of them is worked out again."""
    help_desks: Collection[str] = ()
    """The names for which a rule may keep a part word for word, with `raw`."""
    names: Callable[[str], Naming] = Naming
    """What things are called in a language."""
    languages: Collection[str] = ()
    """The languages in which nothing of the user's own may be called as something else is."""


@frozen
class Checked:
    """The rules, when nothing was wrong with them, and every diagnostic."""

    rules: r.Rules | None
    diagnostics: tuple[Diagnostic, ...]
    scenarios: tuple[Scenario, ...] = ()
    written: Written | None = field(default=None, eq=False)


def check(modules: Sequence[Module], base: Sequence[Module], around: Surroundings) -> Checked:
    """Return the meaning of some modules over the vocabulary that the base modules declare."""
    files = [*everything([*base, *modules])]
    missing = [use for module in files for use, used in module.imports if used is None]
    gone = absent((module.file for module in files), missing)
    return _Program(modules, base, around, gone).checked()


def everything(modules: Sequence[Module]) -> Iterator[Module]:
    """Yield each module and what it uses, each once, used ones first."""
    seen: set[int] = set()

    def visit(module: Module) -> Iterator[Module]:
        if id(module) in seen:
            return
        seen.add(id(module))
        for _, used in module.imports:
            if used is not None:
                yield from visit(used)
        yield module

    for module in modules:
        yield from visit(module)


def in_place(modules: Sequence[Module]) -> Iterator[tuple[Module, t.Item]]:
    """Yield each item with its module in the order in which it is read, what a file uses where it says so."""
    seen: set[int] = set()

    def visit(module: Module) -> Iterator[tuple[Module, t.Item]]:
        if id(module) in seen:
            return
        seen.add(id(module))
        imports = iter(module.imports)
        for item in module.file.items:
            if isinstance(item, t.Use):
                _, used = next(imports)
                yield from () if used is None else visit(used)
            else:
                yield module, item

    for module in modules:
        yield from visit(module)


def _templates_of(trigger: t.Trigger) -> Iterator[str]:
    """Yield the names of the templates that a trigger's actions name."""
    for action in trigger.actions:
        match action:
            case (
                t.Notify(message=t.UseTemplate(name))
                | t.PostComment(message=t.UseTemplate(name))
                | t.Perform(message=t.UseTemplate(name))
            ):
                yield name
            case t.CallWebhook(template=name):
                yield name


def _echoes(found: Span, marked: Span) -> bool:
    """Return whether something was found in a piece that was marked, its quotes counted in, or around a part of it."""
    together = found.start < marked.end and marked.start < found.end
    return together and found.end - found.start <= marked.end - marked.start + 2


def _lines(source: Source, span: Span) -> range:
    return range(source.position(span.start)[0], source.position(span.end)[0] + 1)


def _inside(at: int, span: Span) -> bool:
    return span.start <= at <= span.end


@frozen
class _Program:
    modules: Sequence[Module]
    base: Sequence[Module]
    around: Surroundings
    absent: Absent
    diagnostics: list[Diagnostic] = field(factory=list)

    @property
    def _ground(self) -> r.Rules:
        """What is known of the base already."""
        return self.around.ground or r.Rules(Vocabulary(), ())

    def checked(self) -> Checked:
        files = [*everything([*self.base, *self.modules])]
        declarations = Declarations(self.around.words, self.around.zone, self.diagnostics, self.around.names)
        base = {id(module) for module in everything(self.base)}
        ground = None if self.around.ground is None else self.around.ground.vocabulary
        vocabulary = declarations.vocabulary(files, base, ground)
        if vocabulary.placeholders is not self.around.placeholders:
            vocabulary = evolve(vocabulary, placeholders=self.around.placeholders)
        schedules = declarations.schedules(
            in_place([*self.base, *self.modules]), lambda source: self._scope(source, vocabulary, {})
        )
        conditions = self._conditions(files, vocabulary, schedules)
        webhooks = self._webhooks(files)
        namings = map(self.around.names, self.around.languages)
        of_users = [module for module in everything(self.modules) if module.library is None]
        templates = self.around.templates.by_name.values()
        self.diagnostics.extend(own.clashes(of_users, templates, vocabulary, namings))
        self._check_names(conditions, vocabulary)
        self._check_templates(vocabulary)
        drafts = Ordering(self.around.words, self.diagnostics, self.absent, self.around.names).order(
            self.modules
        )
        written = Written(
            conditions, self.around.templates, tuple(webhooks), self.around.inspect, tuple(drafts)
        )
        triggers = [*map(written.meaning, drafts)]
        self._check_others(written)
        meant = [
            (draft, trigger) for draft, trigger in zip(drafts, triggers, strict=True) if trigger is not None
        ]
        self.diagnostics.extend(double_mails(meant))
        used = {name for draft in drafts for name in _templates_of(draft.written)}
        self.diagnostics.extend(languages.warnings(self.around.templates, used))
        if len(drafts) > MOST_TRIGGERS:
            message = f"there are more than {MOST_TRIGGERS:,} triggers"
            self.diagnostics.append(Diagnostic("too-many-triggers", message, drafts[MOST_TRIGGERS].source))
        rules = r.Rules(
            vocabulary,
            tuple(trigger for _, trigger in meant),
            schedules,
            self._counters(conditions, vocabulary),
            self._defaults(conditions, vocabulary),
            self._closed(conditions, vocabulary),
            tuple(webhooks),
            self._agent_roles(conditions, vocabulary),
        )
        tests = self._tests(conditions, {draft.title for draft in drafts}, webhooks)
        self.diagnostics.extend(self._decided(rules, tests))
        self.diagnostics.extend(self._lints(vocabulary, meant))
        found = in_reading_order(self._without_echoes(self._allowed(drafts)))
        wrong = any(d.severity is Severity.ERROR for d in found)
        return Checked(None if wrong else rules, found, tests, written)

    def _decided(self, rules: r.Rules, tests: Sequence[Scenario]) -> Iterator[Diagnostic]:
        modules = [*everything(self.modules)]
        # What rules with a mistake would do is a guess, and so is whether a test can fail.
        if any(d.severity is Severity.ERROR for d in self.diagnostics) or any(m.broken for m in modules):
            return iter(())
        sources = {module.source.name: module.source for module in modules}
        return certain.decided(rules, tests, self.around.templates, sources)

    def _lints(
        self, vocabulary: Vocabulary, meant: Sequence[tuple[Draft, r.Trigger]]
    ) -> Iterator[Diagnostic]:
        modules = [*everything(self.modules)]
        wrong = [(d.source, d.span) for d in self.diagnostics if d.severity is Severity.ERROR]
        wrong += [(module.source, span) for module in modules for span in module.broken]
        places: dict[str, list[int]] = {}
        for source, span in wrong:
            places.setdefault(source.name, []).append(span.start)
        # What a rule with a mistake would mean is a guess, and nothing is said of guesses.
        own = [
            (draft, trigger)
            for draft, trigger in meant
            if draft.library is None
            and not any(_inside(at, draft.written.span) for at in places.get(draft.source.name, ()))
        ]
        sources = {module.source.name: module.source for module in everything([*self.base, *modules])}
        found = lints.warnings(Linted(vocabulary, own, modules, sources))
        # A name or a tag may be used in what could not be understood.
        return (d for d in found if not wrong or d.code not in lints.ACROSS_RULES)

    def _without_echoes(self, found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield what is wrong, but for what only says once more that a piece of the text could not be read."""
        marked = {module.source.name: module.broken for module in everything(self.modules)}
        for diagnostic in found:
            if not any(_echoes(diagnostic.span, span) for span in marked.get(diagnostic.source.name, ())):
                yield diagnostic

    def _allowed(self, drafts: Sequence[Draft]) -> list[Diagnostic]:
        modules = [module for module in everything(self.modules) if module.library is None]
        known = [*lints.codes(), *OTHER_WARNINGS, allowances.CODE]
        tried = {id(draft.written) for draft in drafts if draft.active}
        passed_over = [
            (module.source, _lines(module.source, item.span))
            for module in modules
            for item in module.file.items
            if isinstance(item, t.Trigger) and id(item) not in tried
        ]
        return allowances.sifted(self.diagnostics, modules, self.around.allow, known, passed_over)

    def _scope(self, source: Source, vocabulary: Vocabulary, schedules: Mapping[str, r.Schedule]) -> Scope:
        return Scope(
            vocabulary,
            source,
            self.around.words,
            self.diagnostics,
            schedules,
            known_names=self.around.known_names,
            absent=self.absent,
            guesses=self.around.guesses,
            help_desks=self.around.help_desks,
            names=self.around.names,
        )

    def _report(
        self, code: str, message: str, source: Source, item: t.Item, help_line: str | None = None
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, source, item.span, help_line))

    # Declarations

    def _conditions(
        self, files: Sequence[Module], vocabulary: Vocabulary, schedules: Mapping[str, r.Schedule]
    ) -> ConditionChecker:
        definitions: dict[str, Definition] = {}
        nouns = set(vocabulary.starts())
        for module in files:
            for item in module.file.items:
                if not isinstance(item, t.Define):
                    continue
                first = definitions.get(item.name)
                if first is not None:
                    note = Note("the first definition is here", first.source, first.written.span)
                    message = f"the name `{item.name}` is defined twice"
                    self.diagnostics.append(
                        Diagnostic("name-used-twice", message, module.source, item.span, "keep one", (note,))
                    )
                elif item.name in nouns:
                    message = f"`{item.name}` has a meaning already"
                    self._report("name-used-twice", message, module.source, item, "choose another name")
                else:
                    definitions[item.name] = Definition(item, module.source)
        scope = self._scope(files[0].source, vocabulary, schedules)
        return ConditionChecker(scope, definitions, self.around.pattern_mistake)

    def _webhooks(self, files: Sequence[Module]) -> dict[str, None]:
        items = [item for module in files for item in module.file.items]
        return {item.name: None for item in items if isinstance(item, t.Webhook)}

    def _check_names(self, conditions: ConditionChecker, vocabulary: Vocabulary) -> None:
        """Check every definition and state, used or not."""
        for name, definition in conditions.definitions.items():
            if name not in conditions.meanings:
                span = definition.written.span
                conditions.in_source(definition.source).named(t.NameTest(name, span=span))
        known = self._ground.vocabulary.states
        for state in vocabulary.states.values():
            if state is known.get((state.entity, state.name)):
                continue
            if state.meaning is not None and state.source is not None:
                kind = types.ReferenceType(state.entity)
                reading = r.Reading(state.entity, (), kind, text=state.entity)
                scope = conditions.scope.bound(state.entity, reading, state.source)
                checker = evolve(conditions, scope=scope)
                self._check_sayable(checker, state.meaning, checker.check(state.meaning))

    def _check_sayable(
        self, checker: ConditionChecker, written: t.Condition, meant: r.Condition | None
    ) -> None:
        """Report a condition of the vocabulary with a part that nothing here can decide."""
        if meant is not None and raw_parts(meant):
            message = "what `raw` keeps can be decided nowhere here, and the vocabulary has to be"
            help_line = "say it in the language, or say it in the triggers that it is for"
            checker.scope.report("raw-in-vocabulary", written.span, message, help_line)

    def _check_templates(self, vocabulary: Vocabulary) -> None:
        for files in self.around.templates.by_name.values():
            for file in files.values():
                if file.library and self.around.ground is not None:
                    continue
                for source, inspection in file.parts:
                    self.diagnostics.extend(messages.check(source, 0, inspection, vocabulary))
        for name, content in self.around.templates.account.contents.items():
            self.diagnostics.extend(messages.check_content(name, content, vocabulary))

    # Triggers

    def _check_others(self, written: Written) -> None:
        """Check the triggers that have no place: of a title that is taken, in place of none, replaced, not asked for."""
        placed = {id(draft.written) for draft in written.drafts}
        for module in everything(self.modules):
            if module.library is not None:
                continue
            for item in module.file.items:
                if isinstance(item, t.Trigger) and id(item) not in placed:
                    checker = written.conditions.in_source(module.source)
                    checker.check(item.condition)
                    written.actions(checker).check(item.actions)

    def _new_fields(self, vocabulary: Vocabulary) -> Iterator[Field]:
        known = self._ground.vocabulary
        for declared in vocabulary.fields_of(vocabulary.root):
            if declared is not known.field(declared.entity, declared.name):
                yield declared

    def _counters(self, conditions: ConditionChecker, vocabulary: Vocabulary) -> tuple[r.Counter, ...]:
        found = [*self._ground.counters]
        for declared in self._new_fields(vocabulary):
            if declared.counting is not None and declared.source is not None:
                checker = conditions.in_source(declared.source)
                condition = checker.check(declared.counting)
                self._check_sayable(checker, declared.counting, condition)
                if condition is not None:
                    found.append(r.Counter(declared.name, condition))
        return tuple(found)

    def _defaults(self, conditions: ConditionChecker, vocabulary: Vocabulary) -> tuple[r.Default, ...]:
        found = [*self._ground.defaults]
        for declared in self._new_fields(vocabulary):
            if declared.at_first is None or declared.source is None:
                continue
            try:
                operand = conditions.in_source(declared.source).scope.operand(
                    declared.at_first, declared.type
                )
            except UnresolvedError:
                continue
            found.append(r.Default(declared.name, operand))
        return tuple(found)

    def _closed(self, conditions: ConditionChecker, vocabulary: Vocabulary) -> r.Condition | None:
        if self.around.ground is not None:
            return self.around.ground.closed
        state = vocabulary.states.get((vocabulary.root, "closed"))
        if state is None or state.meaning is None or state.source is None:
            return None
        return conditions.in_source(state.source).check(state.meaning)

    def _agent_roles(self, conditions: ConditionChecker, vocabulary: Vocabulary) -> frozenset[str]:
        """Return the roles with which the state `user is agent` holds: whoever has one works here."""
        if self.around.ground is not None:
            return self.around.ground.agent_roles
        state = vocabulary.states.get(("user", "agent"))
        role = vocabulary.field("user", "role")
        if (
            state is None
            or state.meaning is None
            or role is None
            or not isinstance(role.type, types.ChoiceType)
        ):
            return frozenset()
        user = r.Reading("user", (), types.ReferenceType("user"), text="user")
        scope = conditions.scope.bound("user", user, state.source)
        meaning = evolve(conditions, scope=scope).check(state.meaning)
        if meaning is None:
            return frozenset()
        reading = r.Reading("user", ("role",), role.type)
        roles = {option: r.Equals(reading, r.Constant(option)) for option in role.type.options}
        held = {
            option
            for option, has in roles.items()
            if worlds.possible(worlds.Assumed(meaning), worlds.Assumed(has), root=vocabulary.root)
        }
        return frozenset(held)

    # Tests

    def _tests(
        self, conditions: ConditionChecker, titles: set[str], webhooks: Mapping[str, None]
    ) -> tuple[Scenario, ...]:
        found: dict[str, Scenario | None] = {}
        for module in everything(self.modules):
            checker = conditions.in_source(module.source)
            scenarios = ScenarioChecker(checker, titles, self.around.templates, webhooks)
            for item in module.file.items:
                if not isinstance(item, t.Test):
                    continue
                scenario = scenarios.check(item, module.library)
                if item.title in found:
                    message = f"two tests have the title `{item.title}`"
                    self._report(
                        "title-used-twice", message, module.source, item, "give it a title of its own"
                    )
                found.setdefault(item.title, scenario)
        return tuple(scenario for scenario in found.values() if scenario is not None)
