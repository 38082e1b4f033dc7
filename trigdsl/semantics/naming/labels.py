"""The names of one scope in a language: each English name with how it is written, and what is read as it."""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import field, frozen

from trigdsl.syntax.words import folded


class NamingError(ValueError):
    """A table of names that cannot be used; the message says what stands in the way."""


@frozen
class Labels:
    """English names, each with its spellings in a language: the first is written, all are read.

    They are read in any case, with their accents or without, and a name keeps the case in which it stands: `Ouvert` is
    `Open`. With `cased` off they are read as they are written; that is for titles.
    """

    spellings: Mapping[str, tuple[str, ...]] = field(factory=dict)
    cased: bool = True

    def label(self, name: str) -> str:
        """Return how an English name is written; as it is where it has no label, or one that would not lead back."""
        known = self.spellings.get(name)
        if known is not None:
            return known[0]
        english = self._english.get(name.casefold()) if self.cased else None
        if english is None:
            return name
        label = _in_the_case_of(name, self.spellings[english][0])
        return label if self.name(label) == name else name

    def name(self, text: str) -> str:
        """Return the English name of what is written; as it is where it is no label, which English names are not."""
        plain = as_written(text)
        exact = self._exact.get(plain)
        if exact is not None:
            return exact
        if not self.cased or text.casefold() in self._english:
            return text
        english = self._folded.get(loosened(text))
        return text if english is None else _in_the_case_of(text, english)

    def knows(self, text: str) -> str | None:
        """Return the English name that a text is a spelling of, in any case and with or without accents, or None."""
        if not self.cased:
            return self._exact.get(as_written(text))
        return self._english.get(text.casefold()) or self._folded.get(loosened(text))

    def written(self, names: Iterable[str]) -> list[str]:
        """Return how some names are written."""
        return [self.label(name) for name in names]

    def read(self, names: Iterable[str]) -> list[str]:
        """Return all that is read as some names."""
        return [spelling for name in names for spelling in self.spellings.get(name, (name,))]

    def joined(self, other: "Labels") -> "Labels":
        """Return both in one; for a name that both have, the other's spellings come first."""
        more = {
            name: tuple(dict.fromkeys((*known, *self.spellings.get(name, ()))))
            for name, known in other.spellings.items()
        }
        return Labels({**self.spellings, **more}, self.cased)

    def check(self, where: str, others: Iterable[str] = ()) -> "Labels":
        """Return the labels; NamingError where one is another's too, or the name of something else there.

        Others are names of the scope that have no label.
        """
        owner = {self._read(name): name for name in (*others, *self.spellings)}
        for name, known in self.spellings.items():
            for label in known:
                other = owner.setdefault(self._read(label), name)
                if other != name:
                    raise NamingError(f"{where}: `{label}` is both `{name}` and `{other}`")
        return self

    def _read(self, text: str) -> str:
        return loosened(text) if self.cased else as_written(text)

    @cached_property
    def _exact(self) -> Mapping[str, str]:
        labels = {as_written(label): name for name, known in self.spellings.items() for label in known}
        return {**labels, **{name: name for name in self.spellings}}

    @cached_property
    def _english(self) -> Mapping[str, str]:
        return {name.casefold(): name for name in self.spellings}

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {loosened(label): name for name, known in self.spellings.items() for label in known}


NONE = Labels()
"""No labels: every name stays as it is."""


def as_written(text: str) -> str:
    """Return a text with its accents in one piece and straight apostrophes."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).replace("\u2019", "'")


def loosened(text: str) -> str:
    """Return a text as labels are compared: in any case, without accents, with `_` between its words."""
    return "_".join(folded(as_written(text)).split())


def _in_the_case_of(written: str, word: str) -> str:
    """Return a word in capitals, or with a first one, as what is written has them; else as it is."""
    if written == written.lower():
        return word
    if written == written.upper() and len(written) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if written[1:] == written[1:].lower() else word
