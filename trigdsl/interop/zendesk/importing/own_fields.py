"""The fields that an account has of its own: what we call each, what values it has, and how it is declared.

Where the account does not tell, the triggers do: by the operators and values that they use.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import define, field

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.catalogue import Kind
from trigdsl.interop.zendesk.importing.account import Account, Option, OwnField
from trigdsl.interop.zendesk.names import Names
from trigdsl.runtime import names as names_of
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import Words, languages


@define
class Use:
    """How triggers use a field: the operators, and the values beside them."""

    operators: set[str] = field(factory=set)
    values: list[str] = field(factory=list)


@define
class OwnFields:
    """The fields of an account's own by Zendesk's name: each as the catalogue has the others, and its declaration."""

    fields: dict[str, c.Field] = field(factory=dict)
    declarations: list[t.FieldDeclaration] = field(factory=list)

    def __getitem__(self, name: str) -> c.Field:
        """Return a field by Zendesk's name."""
        return self.fields[name]


def of(
    triggers: Iterable[Mapping[str, Any]],
    account: Account,
    vocabulary: Vocabulary,
    words: Words,
    names: Names,
) -> OwnFields:
    """Return the fields that triggers in their normal form use, or that the account lists; `names` learns of them."""
    uses = {name: Use() for name in account.fields}
    for trigger in triggers:
        for name, operator, value in _uses(trigger):
            use = uses.setdefault(name, Use())
            use.operators |= {operator} if operator else set()
            use.values += [value] if value else []
    found = OwnFields()
    taken: set[tuple[str, str]] = {*vocabulary.fields, *_called_elsewhere()}
    for name in sorted(uses, key=_order):
        told = account.fields.get(name, OwnField("", None))
        entity, rest = _parts(name)
        # Texts say `organization.custom_fields.plan`, so these keep their key; a ticket's field has a number alone.
        wanted = slug(told.title) if entity == "ticket" else ""
        ours = _free(entity, wanted or _of_rest(rest), taken, words)
        taken.add((entity, ours))
        kind = told.kind or _kind(uses[name])
        options = _with_used(told, kind, uses[name])
        _add(found, names, name, f"{entity}.{ours}", kind, options)
    return found


def _called_elsewhere() -> Iterator[tuple[str, str]]:
    """Yield what fields of the vocabulary are called in other languages: a field of that name could not be told from them."""
    for language in languages():
        for entity, labels in names_of.of_libraries(language).fields.items():
            for spellings in labels.spellings.values():
                yield from ((entity, slug(spelling)) for spelling in spellings)


def _add(
    found: OwnFields, names: Names, name: str, path: str, kind: Kind, options: tuple[Option, ...]
) -> None:
    entity, ours = path.split(".")
    values = {option.id or option.value: option.value for option in options}
    subject = c.SUBJECT_OF[entity]
    found.fields[name] = c.Field(name, f"{subject}.{ours}", kind, c.OWN_OPERATORS[kind], values=values)
    found.declarations.append(t.FieldDeclaration(t.Path((entity, ours)), _type(kind, options)))
    names.fields[path] = name
    by_id = {option.value: option.id for option in options if option.id is not None}
    if by_id:
        names.choices[path] = by_id


def slug(text: str) -> str:
    """Return a text as a name: small letters, digits and underscores; empty if nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")


def _uses(trigger: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield field, operator and value of each use of a field of the account's own; an action has no operator."""
    conditions = [*trigger["conditions"]["all"], *trigger["conditions"]["any"]]
    for part in (*conditions, *trigger["actions"]):
        if (
            isinstance(part, Mapping)
            and isinstance(part.get("field"), str)
            and normal.is_custom(part["field"])
        ):
            value = part.get("value")
            operator = part.get("operator")
            is_use = operator is not None or part["field"].startswith(c.CUSTOM)
            if is_use:
                yield part["field"], str(operator or ""), value if isinstance(value, str) else ""
        if isinstance(part, Mapping) and "operator" not in part:
            yield from ((name, "", "") for name in _read(part.get("value")))


_IN_TEXT = re.compile(
    r"\b(?:(requester|organization)\.custom_fields\.([A-Za-z0-9_]+)|ticket\.ticket_field_(?:option_title_)?(\d+))"
)


def _read(value: Any) -> Iterator[str]:
    """Yield the fields of the account's own that the texts of an action read."""
    for text in value if isinstance(value, list) else [value]:
        for entity, key, number in _IN_TEXT.findall(text) if isinstance(text, str) else ():
            yield c.CUSTOM[0] + number if number else f"{entity}.custom_fields.{key}"


def _parts(name: str) -> tuple[str, str]:
    for prefix, entity in c.CUSTOM_OF.items():
        if name.startswith(prefix):
            return entity, name.removeprefix(prefix)
    prefix = next(prefix for prefix in c.CUSTOM if name.startswith(prefix))
    return "ticket", name.removeprefix(prefix)


def _order(name: str) -> tuple[str, int, str]:
    entity, rest = _parts(name)
    return entity, int(rest) if rest.isdecimal() else 0, rest


def _of_rest(rest: str) -> str:
    return f"field_{rest}" if rest.isdecimal() else slug(rest)


def _free(entity: str, name: str, taken: set[tuple[str, str]], words: Words) -> str:
    """Return a name that no other field of the entity has and that is no word of the language."""
    name = name[:60].strip("_") or "field"
    if (entity, name) in taken or words.needs_quotes(name):
        name = f"custom_{name}"
    found, number = name, 1
    while (entity, found) in taken:
        number += 1
        found = f"{name}_{number}"
    return found


# Kinds


def _kind(use: Use) -> Kind:
    """Return the kind of values that a field has as far as its uses tell."""
    operators, values = use.operators, use.values
    if operators & {"includes_words", "not_includes_words", "includes_string", "not_includes_string"}:
        return Kind.TEXT
    if operators & {"within_previous_n_days", "within_next_n_days"}:
        return Kind.DATE
    if operators & {"less_than", "greater_than", "less_than_equal", "greater_than_equal"}:
        return Kind.DATE if values and all(map(_is_day, values)) else Kind.NUMBER
    if operators & {"includes", "not_includes"} and not operators & {"is", "is_not"}:
        return Kind.SET
    if values and set(values) <= {"true", "false"} and operators <= {"is", "is_not"}:
        return Kind.YES_NO
    return Kind.CHOICE


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_number(value: str) -> bool:
    """Return whether a text is a number that a rule can hold."""
    try:
        return Decimal(value).is_finite() and "e" not in value.casefold()
    except InvalidOperation:
        return False


def _with_used(told: OwnField, kind: Kind, use: Use) -> tuple[Option, ...]:
    """Return the choices of a field, and those that triggers name though it has them no more."""
    if not told.options or kind not in (Kind.CHOICE, Kind.SET):
        return ()
    known = {spelling for o in told.options for spelling in (o.value, o.id)}
    split = use.operators & {"includes", "not_includes"} and kind is Kind.SET
    used = [word for value in use.values for word in (normal.words(value) if split else [value])]
    added = tuple(Option(word, word) for word in dict.fromkeys(used) if word not in known)
    return _distinct((*told.options, *added))


def _distinct(options: Iterable[Option]) -> tuple[Option, ...]:
    """Return choices that are told apart in small letters too; an empty one is left out."""
    found: dict[str, Option] = {}
    for option in options:
        if option.value.strip():
            found.setdefault(option.value.casefold(), option)
    return tuple(found.values())


_TYPES = {Kind.TEXT: "TEXT_TYPE", Kind.NUMBER: "A_NUMBER", Kind.DATE: "A_DATE", Kind.YES_NO: "YES_OR_NO"}


def _type(kind: Kind, options: tuple[Option, ...]) -> t.FieldType:
    if options:
        choices = tuple(t.Choice(o.value, () if o.id is None else (o.id,)) for o in options)
        return t.ChoiceSetType(choices) if kind is Kind.SET else t.ChoiceType(choices)
    return t.PlainType("TAGS_TYPE" if kind is Kind.SET else _TYPES.get(kind, "TEXT_TYPE"))
