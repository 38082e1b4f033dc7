"""What stands in a text for a placeholder: plain strings that know how a reader would write them."""

from datetime import UTC, date, datetime, tzinfo
from typing import Any, Self

from attrs import frozen


@frozen
class Reader:
    """Whom a text is for: whether they work here, their language, their zone where the text has dates, and its form.

    Suppressed says that this text tells them nothing of comments. What they speak is their own language, where the
    text is in another and may hold common texts.
    """

    is_agent: bool
    language: str
    zone: tzinfo = UTC
    html: bool = False
    suppressed: bool = False
    speaks: str = ""


class Word(str):
    """A choice, or yes or no: its plain word, its label for the reader, and whether `if` takes it as true."""

    __slots__ = ("label", "truth")

    label: str
    truth: bool

    def __new__(cls, word: str, label: str, *, truth: bool = True) -> Self:
        """Return the word with its label."""
        made = super().__new__(cls, word)
        made.label = label
        made.truth = truth
        return made

    def __bool__(self) -> bool:
        return self.truth


class Moment(str):
    """A day or a moment as ISO text, with the reader's language and zone for the filter `date`."""

    __slots__ = ("language", "value", "zone")

    value: date | datetime
    language: str
    zone: tzinfo

    def __new__(cls, value: date | datetime, language: str, zone: tzinfo, shown: str | None = None) -> Self:
        """Return the text of a day, or of a moment in the reader's zone, unless it is shown otherwise."""
        if shown is None:
            shown = (
                value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
                if isinstance(value, datetime)
                else value.isoformat()
            )
        made = super().__new__(cls, shown)
        made.value, made.language, made.zone = value, language, zone
        return made


@frozen
class Entry:
    """One turn of a loop through the comments: its parts by name, and what it is written as."""

    shown: str
    parts: dict[str, Any]

    def __str__(self) -> str:
        return self.shown

    def __bool__(self) -> bool:
        return bool(self.shown)


_YES_NO = {"en": ("Yes", "No"), "fr": ("Oui", "Non")}


def yes_no(value: bool, language: str = "en") -> Word:
    """Return yes or no, with its label in the reader's language."""
    labels = _YES_NO.get(language[:2].lower(), _YES_NO["en"])
    return Word("yes" if value else "no", labels[not value], truth=value)


class Several(list[Any]):
    """The values of a set field, or the turns of a loop; together they are written with commas."""

    def __str__(self) -> str:
        return ", ".join(map(str, self))
