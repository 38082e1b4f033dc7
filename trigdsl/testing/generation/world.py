"""What rules and events may speak of: a vocabulary, with the templates and libraries that stand beside it."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from attrs import field, frozen

from trigdsl.engine import patterns
from trigdsl.runtime import loader, templates
from trigdsl.runtime.loader import RulesError, VocabularySource
from trigdsl.semantics import types
from trigdsl.semantics.messages import TemplateFile
from trigdsl.semantics.vocabulary import DERIVED, FACTS, Field, State, Vocabulary
from trigdsl.semantics.ways import MAY_BE_PRIVATE
from trigdsl.syntax import words

WORDS = words.load("en")

ALONE = {"update": ("channel", "automatic", "time"), "comment": None}
"""What stands beside the ticket, with those of its fields that events fill; None is every one."""


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)


@frozen
class World:
    """A vocabulary, the names of the templates that its host has, and the titles in each of its libraries."""

    vocabulary: Vocabulary = field(repr=False)
    templates: tuple[str, ...] = field(default=(), converter=_names)
    internal: tuple[str, ...] = field(default=(), converter=_names)
    """The templates that may hold private comments, and so are for those alone who work here."""
    libraries: Mapping[str, Collection[str]] = field(factory=dict, repr=False)
    help_desks: tuple[str, ...] = ()
    """The names for which rules may keep a part word for word."""

    @classmethod
    def over(cls, source: VocabularySource, templates: Iterable[str] = ()) -> "World":
        """Return the world of a vocabulary as a host declares it; RulesError lists its mistakes."""
        loaded = loader.load_text('category "Rules"', vocabulary=source)
        if loaded.ruleset is None:
            raise RulesError(loaded.diagnostics)
        return cls(loaded.ruleset.vocabulary, templates)

    @classmethod
    def zendesk(cls) -> "World":
        """Return the world of Zendesk: its vocabulary, and the templates and triggers of its libraries."""
        titles = {
            name: tuple(trigger.title for trigger in loaded.ruleset.triggers)
            for name in loader.libraries()
            if (loaded := loader.load_paths([name])).ruleset is not None
        }
        files = templates.of_libraries()
        internal = dict.fromkeys(file.name for file in files if _may_be_private(file))
        anybody = dict.fromkeys(file.name for file in files if file.name not in internal)
        return cls(loader.zendesk_vocabulary(), anybody, internal, titles, ("zendesk",))

    @property
    def root(self) -> str:
        """What events are about: the ticket."""
        return self.vocabulary.root

    @cached_property
    def settable(self) -> tuple[Field, ...]:
        """The root's fields that events may set."""
        fields = self.vocabulary.fields_of(self.root)
        return tuple(f for f in fields if f.counting is None and f.name not in DERIVED)

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """The root's fields that both events and rules may set."""
        return tuple(f for f in self.settable if not f.read_only)

    @cached_property
    def beside(self) -> tuple[Field, ...]:
        """The fields of the update and of its comment that events fill."""
        return tuple(
            f
            for entity, filled in ALONE.items()
            if entity in self.vocabulary.entities_alone
            for f in self.vocabulary.fields_of(entity)
            if filled is None or f.name in filled
        )

    @cached_property
    def referring(self) -> tuple[Field, ...]:
        """The root's fields that lead on to something that has fields of its own."""
        return tuple(f for f in self.vocabulary.shorthands.values() if self.parts(f))

    def parts(self, declared: Field) -> list[Field]:
        """Return the fields of what a field leads to; none where it leads to nothing, or to several."""
        kind = declared.type
        return self.vocabulary.fields_of(kind.kind) if isinstance(kind, types.ReferenceType) else []

    @cached_property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the engine knows of an update and its comment, each with the noun that it is said of."""
        return tuple((s.entity, s.name) for s in self._states if s.meaning is None)

    @cached_property
    def meanings(self) -> tuple[tuple[str, str], ...]:
        """The states of the root and of the comment that have a meaning, each with the noun that it is said of."""
        return tuple((s.entity, s.name) for s in self._states if s.meaning is not None)

    @property
    def _states(self) -> list[State]:
        known = (self.root, *(entity for entity in FACTS if entity in self.vocabulary.entities_alone))
        return [state for entity in known for state in self.vocabulary.states_of(entity)]

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that a rule can name."""
        return self.vocabulary.channels

    @property
    def verbs(self) -> frozenset[str]:
        """The words that are reserved in rules over this vocabulary, beside the grammar's."""
        return frozenset(self.vocabulary.actions)

    @cached_property
    def patterns(self) -> bool:
        """Whether rules may hold RE2 patterns here."""
        return patterns.mistake("a") is None

    def free(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some names that the vocabulary has no meaning for yet."""
        taken = {*self.vocabulary.starts(), *self.vocabulary.channels}
        return tuple(name for name in names if name.casefold() not in taken)

    def needs_quotes(self, text: str) -> bool:
        """Return whether a text can only stand quoted where a bare word may stand."""
        return WORDS.needs_quotes(text) or text.casefold() in self.vocabulary.actions


def _may_be_private(file: TemplateFile) -> bool:
    """Return whether a template reads comments that may be private."""
    placeholders = (p for _, inspection in file.parts for p in inspection.placeholders)
    return any(len(p.parts) > 1 and p.parts[1] in MAY_BE_PRIVATE for p in placeholders)
