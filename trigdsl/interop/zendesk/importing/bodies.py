"""The texts of actions as templates: each text once, under a name made from its trigger's title."""

from collections.abc import Callable, Collection
from typing import Any

from attrs import define, field

from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.importing.own_fields import slug
from trigdsl.syntax.words import Words

_LONGEST = 48
"""How long a template's name may be, but for a number behind it."""


@define
class Bodies:
    """Templates by name, as files hold them. `mistakes` says what is wrong with a text, `avoid` holds names not to use."""

    words: Words
    avoid: Collection[str]
    mistakes: Callable[[str], str | None]
    texts: dict[str, str] = field(factory=dict)
    _names: dict[tuple[str, Any], str] = field(factory=dict)
    _looked_at: dict[str, str | None] = field(factory=dict)

    def mistake(self, text: str) -> str | None:
        """Return what is wrong with a text, or None; each is looked at once."""
        if text not in self._looked_at:
            self._looked_at[text] = self.mistakes(text)
        return self._looked_at[text]

    def name(self, title: str, subject: str | None, body: str, more: Any = None) -> str:
        """Return the name of the template with a subject and a body; texts that are sent otherwise have their own."""
        text = written(subject, body)
        if (text, more) not in self._names:
            name = self._free(title)
            self._names[text, more] = name
            self.texts[name] = text
        return self._names[text, more]

    def _free(self, title: str) -> str:
        base = slug(title)[:_LONGEST]
        base = (base if len(base) < _LONGEST else base.rpartition("_")[0]).strip("_") or "text"
        if base[0].isdigit() or self.words.needs_quotes(base):
            base = f"text_{base}"
        name, number = base, 1
        while name in self.texts or name in self.avoid:
            number += 1
            name = f"{base}_{number}"
        return name


def written(subject: str | None, body: str) -> str:
    """Return a text as its file holds it: a first line with the subject, an empty one, the body."""
    if subject is None and not body.startswith("Subject:"):
        return body
    line = f"Subject: {normal.subject(subject or '')}".rstrip()
    return f"{line}\n\n{body}"
