"""What files declare before any rule is looked at: fields, states, channels, actions, schedules."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, tzinfo

from attrs import frozen

from trigdsl.diagnostics import Diagnostic, Note
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.ordering import Module
from trigdsl.semantics.resolver import Scope, UnresolvedError
from trigdsl.semantics.vocabulary import FACTS, ROOT_FACTS, ActionKind, Field, State, Vocabulary, type_of
from trigdsl.source import Source, language_of
from trigdsl.spelling import did_you_mean
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import Words

_NOUNS = (t.FieldDeclaration, t.StateDeclaration, t.ActionDeclaration, t.ChannelDeclaration)


@frozen
class Declarations:
    """Reads declarations, and collects what is wrong with them."""

    words: Words
    zone: Callable[[str], tzinfo | None]
    diagnostics: list[Diagnostic]
    names: Callable[[str], Naming] = Naming

    def _report(
        self, code: str, message: str, source: Source, item: t.Item, help_line: str | None = None
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, source, item.span, help_line))

    def vocabulary(
        self, files: Sequence[Module], base: Collection[int], ground: Vocabulary | None = None
    ) -> Vocabulary:
        """Return the vocabulary that the files declare; the base ones, by identity, may name new entities.

        A ground is what the base ones are known to declare.
        """
        if ground is not None:
            files = [module for module in files if id(module) not in base]
            if not any(isinstance(item, _NOUNS) for module in files for item in module.file.items):
                return ground
        known = ground or Vocabulary()
        fields: dict[tuple[str, str], Field] = dict(known.fields)
        states: dict[tuple[str, str], State] = dict(known.states)
        channels: list[str] = [*known.channels]
        actions: dict[str, ActionKind] = dict(known.actions)
        entities: set[str] = {*known.entities}
        for module in files:
            for item in module.file.items:
                match item:
                    case t.FieldDeclaration():
                        self._field(item, module, fields, None if id(module) in base else entities)
                    case t.StateDeclaration():
                        self._state(item, module, states, None if id(module) in base else entities)
                    case t.ActionDeclaration(verb, argument, with_text):
                        kind = None if argument is None else type_of(argument)
                        if verb in actions:
                            message = f"the action `{verb}` is declared twice"
                            self._report("name-used-twice", message, module.source, item, "keep one")
                        actions[verb] = ActionKind(verb, kind, with_text)
                    case t.ChannelDeclaration(name) if name not in channels:
                        channels.append(name)
            entities = {entity for entity, _ in (*fields, *states)}
        root = next((entity for entity, name in states if name == "created"), "ticket")
        vocabulary = Vocabulary(fields, states, tuple(channels), actions, root)
        for state in states.values():
            if state is not known.states.get((state.entity, state.name)):
                self._check_state(state, root)
        for declared in fields.values():
            if declared is not known.fields.get((declared.entity, declared.name)):
                self._check_field(declared, root)
                self._check_counting(declared)
        for module in files:
            for item in module.file.items:
                if isinstance(item, t.ActionDeclaration) and item.verb in vocabulary.starts():
                    message = f"`{item.verb}` is a noun already, and cannot be an action"
                    self._report("name-used-twice", message, module.source, item, "use another verb")
        return vocabulary

    def _check_field(self, declared: Field, root: str) -> None:
        if declared.entity != root and (declared.at_first is not None or declared.counting is not None):
            assert declared.source is not None
            message = f"`{declared.path}` cannot have `at first` or `counting`: only fields of the {root} can"
            self.diagnostics.append(
                Diagnostic("wrong-field", message, declared.source, declared.span, "take it away")
            )

    def _check_counting(self, declared: Field) -> None:
        if declared.counting is not None and not isinstance(declared.type, types.NumberType):
            assert declared.source is not None
            message = f"`{declared.path}` cannot count: it is {types.described(declared.type)}"
            help_line = "what counts is a number: `is a number, counting …`"
            self.diagnostics.append(
                Diagnostic("wrong-field", message, declared.source, declared.span, help_line)
            )

    def _state(
        self,
        item: t.StateDeclaration,
        module: Module,
        states: dict[tuple[str, str], State],
        known: set[str] | None,
    ) -> None:
        entity = str(item.path)
        if known is not None and entity not in known:
            spoken = self._spoken(module.source, known)
            help_line = did_you_mean(entity, spoken) or "states belong to " + ", ".join(spoken)
            self._report(
                "unknown-entity", f"there is nothing named `{entity}`", module.source, item, help_line
            )
            return
        first = states.get((entity, item.name))
        if first is not None and first.meaning != item.meaning:
            message = f"the state `{entity} is {item.name}` is declared twice"
            self._report("name-used-twice", message, module.source, item, "use another name")
            return
        if first is None:
            states[entity, item.name] = State(entity, item.name, item.meaning, module.source, item.span)

    def _field(
        self,
        item: t.FieldDeclaration,
        module: Module,
        fields: dict[tuple[str, str], Field],
        known: set[str] | None,
    ) -> None:
        if len(item.path.parts) != 2:
            help_line = "name the thing and its field, such as `ticket.plan`"
            self._report(
                "wrong-field", f"`{item.path}` does not name one field", module.source, item, help_line
            )
            return
        entity, name = item.path.parts
        if known is not None and entity not in known:
            spoken = self._spoken(module.source, known)
            help_line = did_you_mean(entity, spoken) or "fields belong to " + ", ".join(spoken)
            self._report(
                "unknown-entity", f"there is nothing named `{entity}`", module.source, item, help_line
            )
            return
        declared = Field(
            entity,
            name,
            type_of(item.type),
            item.read_only,
            item.at_first,
            item.counting,
            module.source,
            item.span,
        )
        first = fields.get((entity, name))
        if first is not None and (first.type != declared.type or first.read_only != declared.read_only):
            message = f"`{item.path}` is declared already, as {types.described(first.type)}"
            assert first.source is not None
            note = Note("the first declaration is here", first.source, first.span)
            self.diagnostics.append(
                Diagnostic(
                    "field-declared-twice", message, module.source, item.span, "use another name", (note,)
                )
            )
            return
        self._check_choices(item, module.source)
        fields.setdefault((entity, name), declared)

    def _spoken(self, source: Source, entities: Iterable[str]) -> list[str]:
        """Return entities as a file calls them."""
        return self.names(language_of(source.text)).starts.written(sorted(entities))

    def _check_choices(self, item: t.FieldDeclaration, source: Source) -> None:
        if isinstance(item.type, t.PlainType):
            return
        seen: set[str] = set()
        for choice in item.type.choices:
            for name in (choice.name, *choice.aliases):
                if name.casefold() in seen:
                    self._report("choice-used-twice", f"`{name}` is a choice twice", source, item, "keep one")
                seen.add(name.casefold())

    def _check_state(self, state: State, root: str) -> None:
        facts = FACTS.get(state.entity, ROOT_FACTS if state.entity == root else frozenset())
        if state.meaning is None and state.name not in facts:
            assert state.source is not None
            message = f"nothing says when `{state.entity} is {state.name}`"
            help_line = f"write its meaning: `state {state.entity} is {state.name} as …`"
            self.diagnostics.append(
                Diagnostic("state-without-meaning", message, state.source, state.span, help_line)
            )

    def schedules(
        self, items: Iterable[tuple[Module, t.Item]], scope: Callable[[Source], Scope]
    ) -> dict[str, r.Schedule]:
        """Return the schedules that items declare, by title, in the order in which they are read."""
        found: dict[str, r.Schedule] = {}
        for module, item in items:
            if not isinstance(item, t.Schedule):
                continue
            if item.title in found:
                message = f"two schedules have the title `{item.title}`"
                self._report("name-used-twice", message, module.source, item, "keep one")
                continue
            try:
                found[item.title] = self._schedule(item, scope(module.source))
            except UnresolvedError:
                # Its name is known all the same, whatever its hours were to be.
                found[item.title] = r.Schedule(item.title, UTC, ((),) * 7, frozenset())
        return found

    def _schedule(self, item: t.Schedule, scope: Scope) -> r.Schedule:
        weekdays = list(dict.fromkeys(self.words.weekdays.values()))
        # Each part is looked at, whatever is wrong with the others.
        zone = scope.tried(lambda: self._zone(item, scope))
        hours = scope.tried(lambda: scope.each(item.hours, lambda part: self._open(part, weekdays, scope)))
        if zone is None or hours is None:
            raise UnresolvedError("schedule")
        opens: list[list[tuple[int, int]]] = [[] for _ in weekdays]
        for part, days in zip(item.hours, hours, strict=True):
            for day in days:
                opens[day].append((part.opens, part.closes))
        holidays: frozenset[date] = frozenset(day.value for day in item.holidays)
        return r.Schedule(item.title, zone, tuple(tuple(sorted(day)) for day in opens), holidays)

    def _zone(self, item: t.Schedule, scope: Scope) -> tzinfo:
        zone = self.zone(item.zone)
        if zone is None:
            help_line = "name a zone by continent and city, such as `Europe/Paris`"
            message = f"there is no time zone `{item.zone}`"
            raise scope.fail("unknown-time-zone", item.zone_span, message, help_line)
        return zone

    def _open(self, hours: t.Hours, weekdays: list[str], scope: Scope) -> list[int]:
        days = self._days(hours, weekdays, scope)
        if hours.opens >= hours.closes:
            help_line = "an opening that runs past midnight is two: one up to 24:00, one from 00:00"
            raise scope.fail("wrong-hours", hours.span, "it closes before it opens", help_line)
        return days

    def _days(self, hours: t.Hours, weekdays: list[str], scope: Scope) -> list[int]:
        def number(name: str) -> int:
            known = self.words.weekdays.get(name.casefold())
            if known is None:
                spoken = scope.naming.weekdays.written(self.words.weekdays)
                whole = [day for day in spoken if day.startswith(name.casefold())]
                help_line = did_you_mean(name, whole or spoken) or f"write `{spoken[0]}`, `{spoken[1]}` …"
                if whole:
                    help_line = f"write `{whole[0]}`"
                raise scope.fail("unknown-weekday", hours.span, f"`{name}` is no day of the week", help_line)
            return weekdays.index(known)

        first, last = scope.each((hours.first, hours.last or hours.first), number)
        return [day % 7 for day in range(first, (last if last >= first else last + 7) + 1)]
