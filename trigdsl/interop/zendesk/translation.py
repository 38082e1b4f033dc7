"""An account's ids and values in the words of its rules: what `names.json` holds, read the other way round.

Streams hold the numbers of forms and of the account's own fields, and its values of choices; imported rules hold names. And
audits hold every value as text, whatever its field is.
"""

import contextlib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import field, frozen

from trigdsl.interop.zendesk import names as files
from trigdsl.interop.zendesk.catalogue import CUSTOM, Id
from trigdsl.interop.zendesk.names import Names
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Vocabulary

FIELDS: Mapping[str, str] = {
    "assignee_id": "assignee",
    "brand_id": "brand",
    "custom_status_id": "custom_status",
    "due_at": "due_date",
    "external_id": "external_id",
    "group_id": "group",
    "organization_id": "organization",
    "priority": "priority",
    "problem_id": "problem",
    "recipient": "received_at",
    "requester_id": "requester",
    "satisfaction_score": "satisfaction",
    "schedule_id": "schedule",
    "status": "status",
    "subject": "subject",
    "submitter_id": "submitter",
    "tags": "tags",
    "ticket_form_id": "form",
    "type": "type",
}
"""Zendesk's name of a property, and ours of the field."""

_IDS: Mapping[str, Id] = {"custom_status": Id.STATUS, "form": Id.FORM, "schedule": Id.SCHEDULE}
"""The fields of ours that hold a name where Zendesk holds an id, beside those that a directory tells."""


@frozen
class Translation:
    """From what Zendesk writes to what rules say; without an account's names everything but the usual stands for itself."""

    fields: Mapping[str, str] = field(factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(factory=dict)
    titles: Mapping[str, str] = field(factory=dict)

    @classmethod
    def of(cls, names: Names) -> "Translation":
        """Return the translation that an account's names tell."""
        fields = {_number(theirs): _bare(path) for path, theirs in names.fields.items()}
        values = {
            _bare(path): {str(value): word for word, value in choices.items()}
            for path, choices in names.choices.items()
        }
        for name, kind in _IDS.items():
            values[name] = {str(number): word for word, number in names.table(kind).items()}
        titles = {str(kept["id"]): title for title, kept in names.triggers.items() if "id" in kept}
        return cls(fields, values, titles)

    @classmethod
    def of_directory(cls, data: Any) -> "Translation":
        """Return the translation that a directory's file holds beside its people; NamesError says what is wrong."""
        if not isinstance(data, Mapping) or "zendesk" not in data:
            return PLAIN
        return cls.of(files.read(data))

    def field(self, theirs: str) -> str:
        """Return our name of a property."""
        return FIELDS.get(theirs) or self.fields.get(_number(theirs), theirs)

    def value(self, name: str, raw: Any, vocabulary: Vocabulary) -> Any:
        """Return a value as a field of ours holds it in JSON."""
        if raw == "":
            return None
        declared = vocabulary.own[name]
        known = self.values.get(name, {})
        if isinstance(raw, list):
            return [known.get(str(item), item) for item in raw]
        if isinstance(raw, str | int) and str(raw) in known:
            return known[str(raw)]
        if not isinstance(raw, str):
            return raw
        match declared.type:
            case types.NumberType():
                with contextlib.suppress(InvalidOperation):
                    return Decimal(raw)
            case types.YesNoType():
                return {"1": True, "0": False}.get(raw, raw)
            case types.ChoiceSetType():
                return [known.get(item, item) for item in raw.split()]
        return raw

    def title(self, number: Any, title: str) -> str:
        """Return our title of a trigger of the account's."""
        return self.titles.get(str(number), title)


PLAIN = Translation()


def _bare(path: str) -> str:
    """Return a field's name without what it belongs to."""
    return path.split(".", 1)[-1]


def _number(theirs: str) -> str:
    """Return the number of an account's own field, which triggers write with a word before it and streams without."""
    for word in CUSTOM:
        if theirs.startswith(word):
            return theirs.removeprefix(word)
    return theirs
