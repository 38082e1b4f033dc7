"""Files that hold answers of Zendesk's API: triggers, and what gives names to the ids in them.

What a file holds is told by its keys, so nobody has to say which is which. An answer may be whole, a page, a bare list,
one object, JSON Lines, several answers one after another, or an app's `requirements.json`. What is broken in a file
takes nothing with it but itself.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from trigdsl.interop.zendesk.importing.pages import Pages

SECTIONS: Mapping[str, str] = {
    "triggers": "api/v2/triggers",
    "trigger_categories": "api/v2/trigger_categories",
    "users": "api/v2/users",
    "groups": "api/v2/groups",
    "group_memberships": "api/v2/group_memberships",
    "organizations": "api/v2/organizations",
    "brands": "api/v2/brands",
    "ticket_fields": "api/v2/ticket_fields",
    "user_fields": "api/v2/user_fields",
    "organization_fields": "api/v2/organization_fields",
    "ticket_forms": "api/v2/ticket_forms",
    "custom_statuses": "api/v2/custom_statuses",
    "schedules": "api/v2/business_hours/schedules",
    "webhooks": "api/v2/webhooks",
    "targets": "api/v2/targets",
    "locales": "api/v2/locales",
    "items": "api/v2/dynamic_content/items",
    "definitions": "api/v2/triggers/definitions",
}
"""The keys that an answer is known by, and the address that gives it."""

_ONE = {"trigger": "triggers", "trigger_category": "trigger_categories", "item": "items"}
_ARRAY = re.compile(r'"(' + "|".join(SECTIONS) + r')"\s*:\s*\[')


_HALF = re.compile("[\ud800-\udfff]")


@frozen
class Found:
    """A trigger as it was found, and where: `triggers.json, trigger 5`."""

    data: Any
    where: str


@frozen
class Refusal:
    """What could not be read: where, and why."""

    where: str
    reason: str
    whole_file: bool = False


@define
class Answers:
    """What the files hold, in their order."""

    triggers: list[Found] = field(factory=list)
    sections: dict[str, list[Mapping[str, Any]]] = field(factory=dict)
    definitions: list[Mapping[str, Any]] = field(factory=list)
    refused: list[Refusal] = field(factory=list)
    left_out: list[str] = field(factory=list)
    pages: Pages = field(factory=Pages)

    def read(self, text: str, name: str, *, among_others: bool = False) -> None:
        """Take in what a file holds; what cannot be read is in `refused`.

        A file that holds nothing of this kind is refused once; one that lay among others is left out.
        """
        counted, start = _Counter(name), len(self.refused)
        if text.removeprefix("\ufeff").lstrip().startswith("<"):
            self.refused.append(Refusal(name, _WEB_PAGE, whole_file=True))
            return
        for value in self._values(text, counted):
            self._take(_whole(value), counted)
        if counted.known:
            return
        reason = next((refusal.reason for refusal in self.refused[start:]), _NOTHING)
        del self.refused[start:]
        if among_others and reason == _NOTHING:
            self.left_out.append(name)
        else:
            self.refused.append(Refusal(name, reason, whole_file=True))

    # Text to values

    def _values(self, text: str, counted: "_Counter") -> Iterator[Any]:
        """Yield the JSON values of a text, and of a broken one what is whole in it."""
        at, text = 0, text.removeprefix("\ufeff")
        while (at := _past_blanks(text, at)) < len(text):
            try:
                value, at = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError) as error:
                line_end = text.find("\n", at)
                array = _array(text, at, line_end)
                if array is not None:
                    yield from self._broken(text, *array, counted)
                    return
                self.refused.append(Refusal(counted.next("triggers"), _why(error, text)))
                if line_end < 0:
                    return
                at = line_end
                continue
            yield value

    def _broken(self, text: str, section: str, at: int, counted: "_Counter") -> Iterator[Any]:
        """Yield the entries that are whole in an array of a broken text."""
        while (at := _past_blanks(text, at, ",")) < len(text) and text[at] != "]":
            try:
                value, at = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError) as error:
                self.refused.append(Refusal(counted.next(section), _why(error, text)))
                end = _end_of_object(text, at)
                if end is None:
                    break
                at = end
                continue
            yield {section: [value]}

    # Values to what they hold

    def _take(self, value: Any, counted: "_Counter") -> None:
        if isinstance(value, list):
            for entry in value:
                self._entry(entry, counted)
        elif isinstance(value, Mapping) and not _is_trigger(value):
            self._sections(value, counted)
        else:
            self._entry(value, counted)

    def _sections(self, value: Mapping[str, Any], counted: "_Counter") -> None:
        if isinstance(value.get("zendesk"), Mapping):
            self.refused.append(Refusal(counted.name, _OF_AN_IMPORT))
            return
        known = [name for name in SECTIONS if name in value]
        known += [name for name in _ONE if isinstance(value.get(name), Mapping)]
        if not known:
            self.refused.append(Refusal(counted.name, _unknown(value)))
        for name in known:
            counted.known = True
            if name == "definitions" and isinstance(value[name], Mapping):
                self.definitions.append(value[name])
                continue
            section = _ONE.get(name, name)
            entries = [value[name]] if name in _ONE else _entries(value[name])
            if entries is None:
                self.refused.append(Refusal(counted.name, f"`{name}` is not a list"))
            for entry in entries or ():
                if section == "triggers":
                    self._trigger(entry, counted)
                    continue
                self.pages.see(section, entry)
                where, reason = counted.next(section), _no_entry(section, entry)
                if reason is None:
                    self.sections.setdefault(section, []).append(entry)
                else:
                    self.refused.append(Refusal(where, reason))
        # What else an answer brings along comes after the entries that its pages are of.
        listed = [name for name in value if name in known and isinstance(value[name], list)]
        if listed:
            self.pages.page(listed[0], value, counted.name)

    def _entry(self, value: Any, counted: "_Counter") -> None:
        if (
            isinstance(value, Mapping)
            and not _is_trigger(value)
            and any(name in value for name in (*SECTIONS, *_ONE))
        ):
            self._sections(value, counted)
        else:
            self._trigger(value, counted)

    def _trigger(self, value: Any, counted: "_Counter") -> None:
        counted.known = True
        self.pages.see("triggers", value)
        where = counted.next("triggers")
        reason = _no_trigger(value)
        if reason is None:
            self.triggers.append(Found(value, where))
        else:
            self.refused.append(Refusal(where, reason))


@define
class _Counter:
    """The entries of a file, numbered for messages."""

    name: str
    known: bool = False
    _counts: dict[str, int] = field(factory=dict)

    def next(self, section: str) -> str:
        self._counts[section] = self._counts.get(section, 0) + 1
        what = {"trigger_categories": "category", "custom_statuses": "status"}.get(
            section, section.removesuffix("s")
        )
        return f"{self.name}, {what.replace('_', ' ')} {self._counts[section]}"


_NOTHING = "it holds nothing that is known: a file has `triggers`, or one of " + ", ".join(
    f"`{name}`" for name in SECTIONS if name != "triggers"
)


_WEB_PAGE = "it is a web page and no answer of the API: look at the address and at how you sign in"
_OF_AN_IMPORT = "it is the `names.json` of an import: give the answers that it was made from"


def _unknown(value: Mapping[str, Any]) -> str:
    """Return what an answer is that holds nothing known: an error that Zendesk answered, or nothing of use."""
    error = value.get("error") or value.get("errors")
    if isinstance(error, list) and error:
        error = error[0]
    if not error:
        return _NOTHING
    of_error = error if isinstance(error, Mapping) else {"title": error}
    said = [of_error.get("title"), of_error.get("message"), of_error.get("detail"), value.get("description")]
    told = dict.fromkeys(" ".join(part.split()) for part in said if isinstance(part, str) and part.strip())
    return "it is an error that Zendesk answered: " + (": ".join(told) or json.dumps(error)[:100])


def _no_constant(name: str) -> Any:
    raise ValueError(f"`{name}` is no number")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _whole(value: Any) -> Any:
    """Return a value that can be written: half a character, which JSON can spell, becomes the sign for what is lost."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.loads(_HALF.sub("\ufffd", json.dumps(value, ensure_ascii=False)))
    return value


def _array(text: str, at: int, line_end: int) -> tuple[str, int] | None:
    """Return the section of a broken text and where its array begins; a broken line among others has none."""
    if text[at] == "[":
        return "triggers", at + 1
    found = _ARRAY.search(text, at)
    a_line = line_end >= 0 and text[at:line_end].rstrip().endswith("}")
    return None if found is None or (a_line and found.start() > line_end) else (found.group(1), found.end())


def _entries(value: Any) -> list[Any] | None:
    """Return the entries of a section: a list, or an app's object of them by name, where the name serves as the id."""
    if isinstance(value, Mapping):
        return [{"id": key, **entry} if isinstance(entry, Mapping) else entry for key, entry in value.items()]
    return value if isinstance(value, list) else None


def _is_trigger(value: Mapping[str, Any]) -> bool:
    return "actions" in value or "conditions" in value


def _no_entry(section: str, value: Any) -> str | None:
    """Return why a value is no entry of its section, or None if it is one."""
    if not isinstance(value, Mapping):
        return "it is not an object"
    named = value.get("placeholder") or value.get("name")
    if section == "items" and not (isinstance(named, str) and isinstance(value.get("variants"), list)):
        return "it is no dynamic content: it has no name, or no list of `variants`"
    return None


def _no_trigger(value: Any) -> str | None:
    """Return why a value is no trigger, or None if it is one."""
    if not isinstance(value, Mapping):
        return "it is not an object"
    name = f"`{value['title']}`: " if isinstance(value.get("title"), str) else ""
    conditions = value.get("conditions", value)
    if not isinstance(conditions, Mapping) or not {"all", "any"} & set(conditions):
        return f"{name}it has no conditions: `conditions` is an object with `all` and `any`"
    for block in ("all", "any"):
        if not isinstance(conditions.get(block), list | None):
            return f"{name}its conditions `{block}` are not a list"
    if not isinstance(value.get("actions"), list):
        return f"{name}it has no list of actions"
    blocks = {block: conditions.get(block) or [] for block in ("all", "any")} | {"actions": value["actions"]}
    for block, parts in blocks.items():
        for number, part in enumerate(parts, 1):
            if not isinstance(part, Mapping) or not isinstance(part.get("field"), str):
                what = f"action {number}" if block == "actions" else f"condition {number} of `{block}`"
                return f"{name}its {what} is none: it has no `field`"
    return None


def _past_blanks(text: str, at: int, more: str = "") -> int:
    while at < len(text) and (text[at].isspace() or text[at] in more):
        at += 1
    return at


def _end_of_object(text: str, at: int) -> int | None:
    """Return where an object that cannot be read ends, by its brackets; None if it does not."""
    depth, quoted, escaped = 0, False, False
    for place in range(at, len(text)):
        letter = text[place]
        if quoted:
            quoted, escaped = escaped or letter != '"', not escaped and letter == "\\"
        elif letter == '"':
            quoted = True
        elif letter in "{[":
            depth += 1
        elif letter in "}]":
            depth -= 1
            if depth <= 0:
                return place + 1
    return None


def _why(error: Exception, text: str) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if not isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: {error}"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"it ends in the middle: the file is cut off (line {error.lineno})"
    return (
        f"it is not JSON: {error.msg[:1].lower()}{error.msg[1:]} (line {error.lineno}, column {error.colno})"
    )
