"""The nouns that rules may speak of: fields with their types, states, channels."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import field, frozen

from trigdsl.semantics import types
from trigdsl.semantics.placeholders import Placeholders
from trigdsl.source import Source, Span
from trigdsl.syntax import tree as t

CURRENT_USER = "current_user"
"""The one noun that no declaration makes: the user who made this update."""

ROLES = ("agent", "admin", "end_user", "user")
"""Who may act in a test besides the people of the ticket: `agent "bo@example.com"`, or the agent of the cast."""

DERIVED = frozenset({"id", "channel", "created_at", "updated_at", "description"})
"""The fields of the root that follow from its updates where they are declared: nobody sets them."""
CLOCK = ("update", "time")
"""The path that reads when the update was made."""


@frozen
class Field:
    """One declared field; counting and at_first are as written."""

    entity: str
    name: str
    type: types.Type
    read_only: bool = False
    at_first: t.Value | None = field(default=None, eq=False)
    counting: t.Condition | None = field(default=None, eq=False)
    source: Source | None = field(default=None, eq=False, repr=False)
    span: Span = field(default=Span(0, 0), eq=False, repr=False)

    @property
    def path(self) -> str:
        """The field's full name, `ticket.status`."""
        return f"{self.entity}.{self.name}"


@frozen
class State:
    """One declared state. Without a meaning of its own it is a fact the engine knows."""

    entity: str
    name: str
    meaning: t.Condition | None = field(default=None, eq=False)
    source: Source | None = field(default=None, eq=False, repr=False)
    span: Span = field(default=Span(0, 0), eq=False, repr=False)


@frozen
class ActionKind:
    """An action of the vocabulary's own: what it takes, and whether a text goes with it."""

    verb: str
    argument: types.Type | None = None
    with_text: bool = False


FACTS: Mapping[str, frozenset[str]] = {
    "comment": frozenset({"present", "public", "private"}),
    "schedule": frozenset({"open", "closed", "on_holiday"}),
}
ROOT_FACTS = frozenset({"created", "updated", "public", "private"})
"""The states that need no meaning: what the engine knows of an update, its comment and the schedules."""


@frozen
class Vocabulary:
    """Every noun, by entity and name. The root is what events are about: the ticket."""

    fields: Mapping[tuple[str, str], Field] = field(factory=dict)
    states: Mapping[tuple[str, str], State] = field(factory=dict)
    channels: tuple[str, ...] = ()
    actions: Mapping[str, ActionKind] = field(factory=dict)
    root: str = "ticket"
    placeholders: Placeholders = Placeholders()
    """What texts may read beside the fields."""

    def field(self, entity: str, name: str) -> Field | None:
        """Return a field, or None when the entity has none of that name."""
        return self.fields.get((entity, name))

    def fields_of(self, entity: str) -> list[Field]:
        """Return an entity's fields in the order of their declaration."""
        return [f for f in self.fields.values() if f.entity == entity]

    def states_of(self, entity: str) -> list[State]:
        """Return an entity's states in the order of their declaration."""
        return [s for s in self.states.values() if s.entity == entity]

    @cached_property
    def own(self) -> Mapping[str, Field]:
        """The root's fields, by name."""
        return {f.name: f for f in self.fields_of(self.root)}

    @cached_property
    def references(self) -> Mapping[str, types.ReferenceType | types.ReferencesType]:
        """The types of the root's fields that refer to somebody or something of the directory, by name.

        Schedules are not in it: their titles are their keys.
        """
        referring = types.ReferenceType | types.ReferencesType
        return {
            f.name: f.type
            for f in self.own.values()
            if isinstance(f.type, referring) and f.type.kind != "schedule"
        }

    @cached_property
    def people(self) -> frozenset[str]:
        """The names of the root's fields that hold users."""
        return frozenset(name for name, kind in self.references.items() if kind.kind == "user")

    @cached_property
    def entities(self) -> frozenset[str]:
        """The entities that have a field or a state."""
        return frozenset(entity for entity, _ in (*self.fields, *self.states))

    @cached_property
    def shorthands(self) -> Mapping[str, Field]:
        """The root's fields that may stand without it: those that refer to people and groups."""
        return {
            f.name: f
            for f in self.fields_of(self.root)
            if isinstance(f.type, types.ReferenceType | types.ReferencesType)
            and f.name not in self.entities_alone
        }

    def shortest(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the parts of a path as they are written: `group` for `ticket.group`.

        The ticket's schedule keeps its whole name: `schedule` alone is asked whether it is open.
        """
        short = len(parts) > 1 and parts[0] == self.root and parts[1] in self.shorthands
        return parts[1:] if short and parts[1] not in FACTS else parts

    @cached_property
    def entities_alone(self) -> frozenset[str]:
        """The entities that a path may begin with: the root, and those nothing refers to."""
        kinds = {f.type.kind for f in self.fields.values() if isinstance(f.type, types.ReferenceType)}
        kinds |= {f.type.kind for f in self.fields.values() if isinstance(f.type, types.ReferencesType)}
        return (self.entities - kinds - {"user", "schedule"}) | {self.root}

    def starts(self) -> list[str]:
        """Return every word a path can begin with."""
        return sorted({*self.entities_alone, *self.shorthands, CURRENT_USER})


_PLAIN: Mapping[str, types.Type] = {
    "TAGS_TYPE": types.TagsType(),
    "TEXT_TYPE": types.TextType(),
    "A_NUMBER": types.NumberType(),
    "A_DATE": types.DateType(),
    "YES_OR_NO": types.YesNoType(),
    "A_USER": types.ReferenceType("user"),
    "A_GROUP": types.ReferenceType("group"),
    "AN_ORGANIZATION": types.ReferenceType("organization"),
    "A_BRAND": types.ReferenceType("brand"),
    "A_SCHEDULE": types.ReferenceType("schedule"),
    "USERS_TYPE": types.ReferencesType("user"),
    "GROUPS_TYPE": types.ReferencesType("group"),
}


def type_of(written: t.FieldType) -> types.Type:
    """Return the type that a declaration writes."""
    match written:
        case t.ChoiceType(choices, ordered):
            return types.ChoiceType(tuple(c.name for c in choices), ordered, _aliases(choices))
        case t.ChoiceSetType(choices):
            return types.ChoiceSetType(tuple(c.name for c in choices), _aliases(choices))
        case t.PlainType(terminal):
            return _PLAIN[terminal]


def _aliases(choices: Iterable[t.Choice]) -> dict[str, str]:
    return {alias.casefold(): choice.name for choice in choices for alias in choice.aliases}
