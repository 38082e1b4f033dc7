"""Which field of Zendesk's a path of ours is, and how its values are written there."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from attrs import frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.catalogue import Kind
from trigdsl.interop.zendesk.exporting import ids
from trigdsl.interop.zendesk.exporting.formulas import Place
from trigdsl.interop.zendesk.exporting.ids import Ids
from trigdsl.interop.zendesk.exporting.paths import full, path_of
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Vocabulary

_BY_PATH: Mapping[str, c.Field] = {full(field.path): field for field in c.FIELDS.values()}
_ENTITY_OF = {
    "ticket" if subject == "ticket" else full(subject): entity for entity, subject in c.SUBJECT_OF.items()
}


@frozen
class Known:
    """A field of Zendesk's; `own` says that it is one of the account's own."""

    field: c.Field
    type: types.Type
    own: bool = False

    @property
    def name(self) -> str:
        """Zendesk's name of it."""
        return self.field.name


@frozen
class Fields:
    """Finds fields, and writes their values as Zendesk has them."""

    vocabulary: Vocabulary
    ids: Ids

    def find(self, reading: r.Reading) -> Known | None:
        """Return the field that a path reads; None when Zendesk has no condition about it."""
        path = path_of(reading)
        found = _BY_PATH.get(path)
        if found is not None:
            return Known(found, reading.type)
        subject, _, name = path.rpartition(".")
        entity = _ENTITY_OF.get(subject)
        return None if entity is None else self.own(f"{entity}.{name}", reading.type)

    def own(self, path: str, kind: types.Type) -> Known | None:
        """Return a field of the account's own by its entity and name, if the account has it."""
        name = self.ids.names.fields.get(path)
        if name is None:
            return None
        values = {value: ours for ours, value in self.ids.names.choices.get(path, {}).items()}
        field = c.Field(name, path, kind_of(kind), c.OWN_OPERATORS[kind_of(kind)], values=values)
        return Known(field, kind, own=True)

    def text(self, known: Known | c.Write, operand: r.Operand, place: Place) -> str:
        """Return a value as Zendesk writes it; what it cannot compare with, or set, is reported."""
        field = known.field if isinstance(known, Known) else known
        match operand:
            case r.Reading():
                path = path_of(operand)
                found = ids.person(path) if field.people and not operand.previous else None
                if found is None:
                    message = f"no trigger of Zendesk's can take a value from `{operand.text}` here"
                    raise self.ids.problems.cannot(place, message)
                return found
            case r.Named(_, name):
                assert field.ids is not None
                return self.ids.id_of(field.ids, name, place)
            case r.Constant(value):
                if field.ids is not None:
                    return self.ids.id_of(field.ids, str(value), place)
                return self._constant(field, value, place)

    def _constant(self, field: c.Field | c.Write, value: types.Value, place: Place) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime):
            message = "no trigger of Zendesk's can compare with a moment, only with a day"
            raise self.ids.problems.cannot(place, message, "write the day alone")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal | int):
            return number_text(value)
        written = {ours: theirs for theirs, ours in field.values.items()}
        text = str(value)
        if text not in written and field.values and not _is_own(field):
            message = f"there is no `{text}` in Zendesk"
            more = ", …" if len(written) > 8 else ""
            raise self.ids.problems.cannot(place, message, f"it has {', '.join([*written][:8])}{more}")
        return written.get(text, text)


def number_text(value: Decimal | int) -> str:
    """Return a number in digits."""
    return str(value) if isinstance(value, int) else format(value, "f")


def kind_of(kind: types.Type) -> Kind:
    """Return what values a field of the account's own has, by its type with us."""
    match kind:
        case types.TextType():
            return Kind.TEXT
        case types.NumberType():
            return Kind.NUMBER
        case types.DateType():
            return Kind.DATE
        case types.YesNoType():
            return Kind.YES_NO
        case types.TagsType() | types.ChoiceSetType() | types.ReferencesType():
            return Kind.SET
        case _:
            return Kind.CHOICE


def _is_own(field: c.Field | c.Write) -> bool:
    return field.name.startswith((*c.CUSTOM, *c.CUSTOM_OF))
