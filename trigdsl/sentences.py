"""Sentences in the reader's language: an English one is looked up by what is fixed in it, its parts are put in anew."""

import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Self

from attrs import field, frozen

from trigdsl import resources
from trigdsl.languages import ENGLISH

_QUOTED = "`[^`]*`"
_PART = rf'{_QUOTED}|"[^"\n]*"|\d{{4}}-\d\d-\d\d(?:T\d\d[\d:.]*Z?)?|(?<!\w)\d+(?:,\d{{3}})*(?:\.\d+)?'
_PARTS = re.compile(_PART)
_SERIES = re.compile(rf"{_QUOTED}(?:(?:,| and| or|, and|, or) {_QUOTED})+")
_IN_A_SERIES = re.compile(rf"{_QUOTED}|,? (?:and|or) ")
_PARTS_AND_SERIES = re.compile(f"{_SERIES.pattern}|{_PART}")
_NAME = re.compile(r"[^\W\d][\w.]*")
_MARK = re.compile(r"\{\}|\{\*\}")
_SLOT = re.compile(r"\{(\d+)(?:\|([^|{}]*)\|([^|{}]*))?\}")
_DEEPEST = 5

Part = str | int | float
Piece = Callable[[str], str]
"""Puts what stands in back quotes, a piece of a rule, into the other language."""


class SentencesError(Exception):
    """A table of sentences that cannot be used."""


def as_it_is(text: str) -> str:
    """Return a piece of a rule as it stands."""
    return text


@frozen(eq=False)
class _Table:
    """One language's sentences: by themselves, by what is fixed in them, and those with a mark for other text."""

    by_pattern: Mapping[str, str]
    open_ended: tuple[tuple[re.Pattern[str], str], ...]
    thousands: str
    decimal: str
    plural_from: int

    def number(self, text: str) -> str:
        """Return an English number as this language writes it, and other text as it is."""
        if not _is_number(text):
            return text
        return text.translate({ord(","): self.thousands, ord("."): self.decimal})

    def singular(self, text: str) -> bool:
        """Return whether the singular goes with an English number."""
        return float(text.replace(",", "")) < self.plural_from


@frozen(eq=False)
class Sentences:
    """What is said in one language. English needs no table, and is said as it stands."""

    language: str
    piece: Piece = as_it_is
    _table: Callable[[], _Table | None] = field(default=lambda: None, repr=False)

    @classmethod
    def of(cls, language: str, piece: Piece = as_it_is) -> Self:
        """Return the sentences of a language, of `fr` for `fr-CA`; the table is read when the first is asked for.

        In a language that has no table everything is said in English. SentencesError, then, if a table is wrong.
        """
        code = language.replace("_", "-").split("-")[0].lower()
        return cls(code, piece, functools.partial(_load, code))

    def told(self, sentence: str) -> str | None:
        """Return a finished English sentence in this language, or None when the table lacks it."""
        table = self._table()
        if table is None:
            return re.sub(_QUOTED, lambda piece: f"`{self.piece(piece[0][1:-1])}`", sentence)
        return _told(table, self.piece, sentence, 0)

    def say(self, pattern: str, *parts: Part) -> str:
        """Return a sentence given by its English pattern, with its parts in the places of `{}`.

        Numbers are written as the language does; text stays as it is. A pattern that the table lacks is said in English.
        """
        table = self._table()
        found = None if table is None else table.by_pattern.get(pattern)
        shown = [part if isinstance(part, str) else f"{part:,}" for part in parts]
        if table is None or found is None:
            given = iter(shown)
            return _MARK.sub(lambda _: next(given), pattern)
        written = [part if isinstance(part, str) else table.number(f"{part:,}") for part in parts]
        return _filled(table, found, shown, written)

    def number(self, number: str) -> str:
        """Return an English number as the language writes it."""
        table = self._table()
        return number if table is None else table.number(number)

    def several(self, count: int, one: str, many: str, *parts: Part) -> str:
        """Return what is said of a number of things: its English pattern for one, and for any other number."""
        return self.say(one if count == 1 else many, count, *parts)


def spoken() -> tuple[str, ...]:
    """Return the codes of the languages that there are sentences in, English too."""
    folder = resources.folder("grammar") / "sentences"
    return tuple(sorted({ENGLISH, *(path.name for path in folder.glob("*") if path.is_dir())}))


# Reading a table


@functools.cache
def _load(language: str) -> _Table | None:
    """Return the checked table of a language, or None when everything is said in English."""
    folder = resources.folder("grammar") / "sentences" / language
    return read(folder) if language != ENGLISH and folder.is_dir() else None


def read(folder: Path) -> _Table:
    """Return the table that the files of a folder make together; SentencesError says what is wrong in which file."""
    sentences: dict[str, str] = {}
    manner: dict[str, object] = {}
    for path in sorted(folder.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if path.stem == "language":
            manner = table
            continue
        for pattern, said in table.items():
            _check(path, pattern, said)
            if sentences.setdefault(pattern, said) != said:
                raise SentencesError(f"{path.name}: `{pattern}` is said in another way in another file")
    open_ended = [p for p in sentences if "{*}" in p or ("{}" in p and _PARTS.search(p))]
    open_ended.sort(key=lambda pattern: -len(_MARK.sub("", pattern)))
    match manner:
        case {"thousands": str(thousands), "decimal": str(decimal), "plural_from": int(plural_from)}:
            by_shape = tuple((_expression(pattern), sentences[pattern]) for pattern in open_ended)
            return _Table(sentences, by_shape, thousands, decimal, plural_from)
        case _:
            raise SentencesError(f"{folder.name}/language.toml says `thousands`, `decimal` and `plural_from`")


def _check(path: Path, pattern: str, said: object) -> None:
    if not isinstance(said, str) or not said:
        raise SentencesError(f"{path.name}: `{pattern}` needs one sentence")
    marks = len(_MARK.findall(pattern))
    used = {int(number) for number, _, _ in _SLOT.findall(said)}
    if missing := sorted({*range(1, marks + 1)} - used):
        raise SentencesError(f"{path.name}: what is said for `{pattern}` lacks {{{missing[0]}}}")
    if unknown := sorted(used - {*range(1, marks + 1)}):
        raise SentencesError(f"{path.name}: `{pattern}` has no part {{{unknown[0]}}}")
    if _MARK.search(said):
        raise SentencesError(f"{path.name}: the parts of what is said for `{pattern}` are numbered: {{1}}")


def _expression(pattern: str) -> re.Pattern[str]:
    fixed = [re.escape(text) for text in _MARK.split(pattern)]
    marks = ["(.+?)" if mark == "{*}" else f"({_PART})" for mark in _MARK.findall(pattern)]
    return re.compile("".join(_woven(fixed, marks)), re.DOTALL)


def _woven(fixed: list[str], marks: list[str]) -> Iterator[str]:
    for text, mark in zip(fixed, [*marks, ""], strict=True):
        yield text
        yield mark


# Saying a sentence


def _told(table: _Table, piece: Piece, sentence: str, depth: int) -> str | None:
    """Return a sentence by its own entry, else by what is fixed in it, else by what it begins and ends with."""
    if sentence in table.by_pattern and not _MARK.search(sentence):
        return table.by_pattern[sentence]
    for cut in (_PARTS, _PARTS_AND_SERIES):
        parts = cut.findall(sentence)
        said = table.by_pattern.get(cut.sub("{}", sentence))
        if parts and said is not None:
            return _filled(table, said, parts, [_part(table, piece, part) for part in parts])
    if depth == _DEEPEST:
        return None
    for expression, said in table.open_ended:
        if (found := expression.fullmatch(sentence)) is not None:
            shown = [_inner(table, piece, part, depth) for part in found.groups()]
            return _filled(table, said, [*found.groups()], shown)
    return None


def _inner(table: _Table, piece: Piece, text: str, depth: int) -> str:
    if _PARTS_AND_SERIES.fullmatch(text) is not None:
        return _part(table, piece, text)
    found = _told(table, piece, text, depth + 1)
    if found is None and _NAME.fullmatch(text) is not None:
        return piece(text)
    return text if found is None else found


def _part(table: _Table, piece: Piece, text: str) -> str:
    if _SERIES.fullmatch(text) is not None:
        return _IN_A_SERIES.sub(lambda found: _link(table, piece, found[0]), text)
    return f"`{piece(text[1:-1])}`" if text.startswith("`") else table.number(text)


def _link(table: _Table, piece: Piece, text: str) -> str:
    """Return one thing of a series, or what joins it to the next."""
    if text.startswith("`"):
        return _part(table, piece, text)
    word = text.strip(", ")
    return f" {table.by_pattern.get(word, word)} "


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+(?:,\d{3})*(?:\.\d+)?", text) is not None


def _filled(table: _Table, said: str, given: list[str], shown: list[str]) -> str:
    """Return what is said with its parts, and of two forms the one that goes with a number."""

    def slot(found: re.Match[str]) -> str:
        number = int(found[1]) - 1
        if found[2] is None:
            return shown[number]
        return found[2] if _is_number(given[number]) and table.singular(given[number]) else found[3]

    return _SLOT.sub(slot, said)
