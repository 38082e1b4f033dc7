"""Texts of rules as bodies that Zendesk can send."""

import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from trigdsl.interop.zendesk.exporting.formulas import Place
from trigdsl.interop.zendesk.exporting.problems import Problems
from trigdsl.interop.zendesk.names import Names
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.messages import TemplateFile, Templates
from trigdsl.semantics.vocabulary import CURRENT_USER, Vocabulary


@frozen
class Text:
    """A subject line, if there is one, and a body, as Zendesk sends them; and the name of the template."""

    subject: str | None
    body: str
    template: str | None = None


@frozen
class Texts:
    """Finds the texts of actions. What Zendesk cannot send is reported."""

    templates: Templates
    vocabulary: Vocabulary
    names: Names
    problems: Problems

    def of(self, message: r.Message, place: Place) -> Text:
        """Return a text as Zendesk sends it; UnsayableError if it cannot."""
        match message:
            case r.Inline(subject, body):
                found = Text(subject, body)
                return self._translated(found, "the text", place)
            case r.Template(name):
                return self._template(name, self.templates.by_name[name], place)

    def beside(self, text: Text) -> Mapping[str, Any]:
        """Return what the account's names say of a text: all that the text itself does not tell."""
        return {} if text.template is None else self.names.templates.get(text.template, {})

    def _template(self, name: str, files: Mapping[str, TemplateFile], place: Place) -> Text:
        if len(files) > 1 and not all(file.library for file in files.values()):
            languages = ", ".join(sorted(files))
            message = (
                f"the template `{name}` is there in {languages}, and Zendesk has one text for all languages"
            )
            raise self.problems.no_text(place, message, "keep one, which may name dynamic content")
        file = files.get("en") or next(iter(files.values()))
        subject, body = parts(file.source.text)
        found = Text(subject, body, name)
        return found if file.liquid else self._translated(found, f"the template `{name}`", place)

    def _translated(self, text: Text, what: str, place: Place) -> Text:
        """Return a Jinja2 text as a Liquid body."""
        try:
            subject = None if text.subject is None else liquid(text.subject, self.vocabulary)
            return Text(subject, liquid(text.body, self.vocabulary), text.template)
        except UntranslatableError as error:
            message = f"{what} cannot be sent by Zendesk: `{error}` has no like in Liquid"
            help_line = "write it as a Liquid body: `NAME.liquid` in place of `NAME.txt`"
            raise self.problems.no_text(place, message, help_line) from None


_SUBJECT = re.compile(r"Subject:[ \t]*([^\n]*)(?:\n|$)\n?")


def parts(text: str) -> tuple[str | None, str]:
    """Return a template's subject line and its body; None when it has no subject."""
    found = _SUBJECT.match(text)
    return (None, text) if found is None else (found[1], text[found.end() :])


class UntranslatableError(ValueError):
    """A piece of a Jinja2 text that Liquid has no like of."""


_PLACEHOLDERS: Mapping[str, str] = {
    "ticket.id": "ticket.id",
    "ticket.subject": "ticket.title",
    "ticket.description": "ticket.description",
    "ticket.external_id": "ticket.external_id",
    "ticket.latest_comment.body": "ticket.latest_comment",
    "ticket.latest_public_comment.body": "ticket.latest_public_comment",
    "current_user.name": "current_user.name",
    "current_user.email": "current_user.email",
    **{
        f"{person}.{field}": f"ticket.{person}.{field}"
        for person in ("requester", "assignee")
        for field in ("name", "email", "phone", "external_id")
    },
    **{f"{what}.name": f"ticket.{what}.name" for what in ("group", "organization", "brand")},
}
"""What a Jinja2 text calls it, and what Zendesk does."""
_LABELLED: Mapping[str, str] = {
    "ticket.status": "ticket.status",
    "ticket.priority": "ticket.priority",
    "ticket.type": "ticket.ticket_type",
}
"""The same of what Zendesk prints in the reader's words, as `| label` does."""

_PIECE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}|\{%-?\s*(.*?)\s*-?%\}|\{#.*?#\}", re.DOTALL)
_PATH = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_VALUE = re.compile(rf"({_PATH})(\s*\|\s*label)?(?:\s*\|\s*default\(\s*(\"[^\"\\]*\"|'[^'\\]*')\s*\))?")
_IF = re.compile(rf"if\s+(not\s+)?({_PATH})")


def liquid(text: str, vocabulary: Vocabulary) -> str:
    """Return a Jinja2 text in Liquid; UntranslatableError names the piece that cannot be said there."""
    return _PIECE.sub(lambda found: _piece(found, vocabulary), text)


def _path(path: str, vocabulary: Vocabulary) -> str | None:
    """Return Zendesk's path for one of a text, or None: of fields a few, and all that is Zendesk's own."""
    if path in _PLACEHOLDERS:
        return _PLACEHOLDERS[path]
    first, *rest = path.split(".")
    root, entity = vocabulary.root, first
    if first in vocabulary.shorthands:
        first, rest, entity = root, [first, *rest], root
    elif first == CURRENT_USER:
        entity = "user"
    for name in rest[:-1]:
        declared = vocabulary.field(entity, name)
        if declared is None or not isinstance(declared.type, types.ReferenceType):
            return None
        entity = declared.type.kind
    # A field comes first in a Jinja2 text, and Zendesk's own name in a Liquid body.
    if not rest or vocabulary.field(entity, rest[-1]) is not None:
        return None
    return None if vocabulary.placeholders.find(entity, rest[-1]) is None else ".".join((first, *rest))


def _piece(found: re.Match[str], vocabulary: Vocabulary) -> str:
    inside, tag = found[1], found[2]
    value = None if inside is None else _VALUE.fullmatch(inside)
    if value is not None:
        known = _LABELLED.get(value[1]) if value[2] else _path(value[1], vocabulary)
        if known is not None:
            default = "" if value[3] is None else f" | default: {value[3]}"
            return f"{{{{{known}{default}}}}}"
    if tag in ("endif", "else"):
        return f"{{% {tag} %}}"
    asked = None if tag is None else _IF.fullmatch(tag)
    known = None if asked is None else _path(asked[2], vocabulary)
    if asked is not None and known is not None:
        return f"{{% if {known} {'==' if asked[1] else '!='} blank %}}"
    raise UntranslatableError(found[0])
