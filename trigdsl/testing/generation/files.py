"""Rules that stand in several files, which use each other whole or in part."""

import posixpath
from collections.abc import Mapping
from typing import Any

import attrs
from attrs import define, field

from trigdsl.syntax import printer
from trigdsl.syntax import tree as t
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.world import WORDS, World

NAMES = ("other.trig", "more/late.trig", "more/early.trig")


def make_files(d: Draws, world: World, whole: t.File) -> tuple[t.File, Mapping[str, t.File]]:
    """Return the items of a file in several: the first, and those that it leads to, by their path from it."""
    tested = any(isinstance(item, t.Test) for item in whole.items)
    return _Splitting(d, world, spoken_of(whole), tested).split(whole)


def spoken_of(node: Any) -> frozenset[str]:
    """Return the titles of other triggers that a tree speaks of: of places, of switches, in tests."""
    own: set[str] = set()
    match node:
        case t.Place() | t.Switch() | t.ExpectFires():
            own = {node.title}
        case t.Trigger(title, standing=t.Standing.REPLACEMENT) if title is not None:
            own = {title}
    for attribute in attrs.fields(type(node)):
        inner = getattr(node, attribute.name)
        for part in inner if isinstance(inner, tuple) else (inner,):
            if attrs.has(type(part)) and type(part).__module__ == t.__name__:
                own |= spoken_of(part)
    return frozenset(own)


@define(eq=False)
class _Splitting:
    d: Draws
    world: World
    needed: frozenset[str]
    """The titles that have to be there, for others speak of them."""
    tested: bool
    """Whether there are tests: what they expect may need any trigger, so that none is left out."""
    files: dict[str, list[t.Item]] = field(factory=dict)

    def split(self, whole: t.File) -> tuple[t.File, Mapping[str, t.File]]:
        d = self.d
        paths = ("", *NAMES[: d.pick((1, 1, 2, 3))])
        self.files = {path: [] for path in paths}
        for item in whole.items:
            self.files[d.pick(paths)].append(item)
        # From the last to the first, so that whoever uses a file knows what it leads to.
        for number, path in reversed([*enumerate(paths)][1:]):
            for user in dict.fromkeys(d.pick(paths[:number]) for _ in range(d.pick((1, 1, 1, 2)))):
                self._use(user, path)
        found = {path: t.File(tuple(items)) for path, items in self.files.items()}
        return found.pop(""), found

    def _use(self, user: str, path: str) -> None:
        """Let one file use another, once, or in two parts."""
        d, items = self.d, self.files[user]
        for _ in range(d.pick((1, 1, 1, 1, 2))):
            items.insert(d.integer(0, len(items)), t.Use(None, _from(user, path), only=self._only(path)))

    def _only(self, path: str) -> tuple[t.Text, ...]:
        """Return the titles that are wanted of a file; none are all."""
        titles = [*dict.fromkeys(self._titles(path))]
        everywhere = {title for known in self.files for title in self._titles(known)}
        # A twin without a title is called by what `only` cannot name.
        if self.tested or not titles or not self.needed <= everywhere or not self.d.chance(40):
            return ()
        wanted = {*self.d.some(titles, 1, len(titles)), *self.needed}
        return tuple(t.Text(title) for title in titles if title in wanted)

    def _titles(self, path: str) -> list[str]:
        """Return the titles in a file and in what it uses; an untitled trigger is called by its condition."""
        found: list[str] = []
        for item in self.files[path]:
            match item:
                case t.Trigger(title, condition):
                    found.append(printer.condition_text(condition, WORDS) if title is None else title)
                case t.Use(only=only) if only:
                    found += [text.value for text in only]
                case t.Use(library) if library is not None:
                    found += self.world.libraries[library]
                case t.Use(path=beside) if beside is not None:
                    found += self._titles(posixpath.normpath(posixpath.join(posixpath.dirname(path), beside)))
        return found


def _from(user: str, path: str) -> str:
    """Return how one file names another."""
    found = posixpath.relpath(path, posixpath.dirname(user) or ".")
    return found if found.startswith("../") else f"./{found}"
