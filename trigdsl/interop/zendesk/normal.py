"""The normal form of a trigger: what two triggers of Zendesk's share when they say the same.

Zendesk writes one thing in several ways, and other tools in more: ids as numbers or as texts, `null` or `""` for no
value, operators left out, older names. Import reads them all, export writes this one.
"""

import re
from collections.abc import Mapping
from typing import Any

from trigdsl.interop.zendesk import catalogue as c

_OF_WORDS = ("includes", "not_includes", "includes_words", "not_includes_words")
_WORD = re.compile(r'"([^"]+)"(?=\s|$)|(\S+)')
_ABSENCE = {
    "is": "not_present",
    "includes": "not_present",
    "is_not": "present",
    "not_includes": "present",
}
"""What is asked of a field of the account's own by an operator with no value."""


def trigger(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trigger in the normal form; what it holds beside its conditions and actions stays as it is."""
    conditions = data.get("conditions")
    if not isinstance(conditions, Mapping):
        conditions = {name: data.get(name) for name in ("all", "any")}
    actions = data.get("actions")
    return {
        **{name: value for name, value in data.items() if name not in ("all", "any")},
        "active": data.get("active", True) not in (False, "false"),
        "conditions": {
            name: [condition(each) for each in conditions.get(name) or []] for name in ("all", "any")
        },
        "actions": [action(each) for each in actions or []],
    }


def condition(data: Any) -> Any:
    """Return a condition in the normal form: a field, an operator, and a value as text (none is `""`)."""
    if not isinstance(data, Mapping) or not isinstance(data.get("field"), str):
        return data
    field = field_name(data["field"])
    operator = operator_name(field, data.get("operator"))
    value = data.get("value")
    if not isinstance(operator, str):
        return {"field": field, "operator": operator, "value": value}
    if operator in c.TERMINAL:
        return {"field": field, "operator": operator, "value": ""}
    text = spoken(field, condition_text(field, operator, value))
    if is_custom(field) and text == "" and operator in _ABSENCE:
        return {"field": field, "operator": _ABSENCE[operator], "value": ""}
    return {"field": field, "operator": operator, "value": text}


def action(data: Any) -> Any:
    """Return an action in the normal form: a field, and a value that is a text or a list of texts."""
    if not isinstance(data, Mapping) or not isinstance(data.get("field"), str):
        return data
    field = data["field"] if data["field"] in c.WRITES else field_name(data["field"])
    value = data.get("value")
    write = c.WRITES.get(field)
    if write is not None and write.path == "ticket.tags":
        return {"field": field, "value": tags(value)}
    if isinstance(value, list):
        parts = [plain(part) for part in value]
        mail = c.MAILS.get(field)
        if mail is not None and mail.parts[1:2] == ("subject",) and len(parts) == len(mail.parts):
            parts[1] = subject(parts[1]) if isinstance(parts[1], str) else parts[1]
        return {"field": field, "value": parts}
    return {"field": field, "value": plain(value)}


def subject(text: str) -> str:
    """Return a subject on one line, without blanks at its ends."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def field_name(name: str) -> str:
    """Return the name that a field has today."""
    first = c.CUSTOM[0]
    for prefix in c.CUSTOM:
        rest = name.removeprefix(prefix)
        if rest != name and rest.isdecimal():
            return first + rest
    if name.startswith("user.custom_fields."):
        return "requester.custom_fields." + name.removeprefix("user.custom_fields.")
    return c.FIELD_ALIASES.get(name, name)


def operator_name(field: str, operator: Any) -> Any:
    """Return the name that an operator has today; one that is left out is `is`."""
    if operator in (None, ""):
        return "is"
    if not isinstance(operator, str):
        return operator
    found = c.OPERATOR_ALIASES.get(operator, operator)
    if field.startswith(tuple(c.CUSTOM_OF)):
        return c.TEXT_ALIASES.get(found, found)
    return found


def condition_text(field: str, operator: Any, value: Any) -> Any:
    """Return a condition's value as one text: lists, and words in a text, with one blank between them."""
    known = c.FIELDS.get(field)
    if field == "current_tags":
        return tags(value)
    if operator in _OF_WORDS and (
        isinstance(value, list) or known is None or known.kind is not c.Kind.CHOICE
    ):
        return " ".join(written_word(word) for word in words(value))
    return plain(value[0]) if isinstance(value, list) and len(value) == 1 else plain(value)


def spoken(field: str, value: Any) -> Any:
    """Return a value as Zendesk writes it today, where it is written in another way."""
    if not isinstance(value, str):
        return value
    small = value.strip().casefold()
    return c.SENTENCE_ALIASES.get((field, small), c.VALUE_ALIASES.get((field, small), value))


def is_custom(field: str) -> bool:
    """Return whether a field is one of the account's own."""
    return field.startswith((*c.CUSTOM, *c.CUSTOM_OF))


def plain(value: Any) -> Any:
    """Return a number or a truth as text, no value as `""`, a text with its line ends as ours; the rest as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, list | dict) and value in c.NONE:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    return value


def tags(value: Any) -> Any:
    """Return tags as one text in small letters, with one blank between them."""
    return " ".join(plain(value).casefold().split()) if isinstance(plain(value), str) else _joined(value)


def _joined(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return " ".join(" ".join(value).casefold().split())
    return value


def words(value: Any) -> list[str]:
    """Return the words of a list in a text: between blanks, or a phrase in quotes; of a list, its parts."""
    if isinstance(value, list):
        return [str(plain(part)) for part in value]
    return [phrase or word for phrase, word in _WORD.findall(str(plain(value)))]


def written_word(word: str) -> str:
    """Return one word of such a list as it stands there: a phrase in quotes."""
    return f'"{word}"' if any(letter.isspace() for letter in word) else word
