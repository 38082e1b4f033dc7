"""Where every choice comes from."""

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

from attrs import define

T = TypeVar("T")

_NO_MORE = object()


@functools.cache
def _fraction(percent: int) -> tuple[int, int]:
    """Return a percentage as a fraction of a small number, which is soon made smaller."""
    return Fraction(percent, 100).limit_denominator(25).as_integer_ratio()


@define(eq=False)
class Draws:
    """A source of choices. The lower a number, the simpler what is made of it: shrinking ends there."""

    integer: Callable[[int, int], int]
    """Draws a number between two, both included."""
    _span: Callable[[str, Callable[[], Any]], Any]

    @classmethod
    def of(cls, random: Random) -> "Draws":
        """Return choices that a generator of random numbers makes, without Hypothesis."""
        return cls(random.randint, lambda _, make: make())

    def part(self, make: Callable[[], T]) -> T:
        """Return what is made, as one part that shrinking can take away whole."""
        made: T = self._span(make.__qualname__, make)
        return made

    def pick(self, options: Sequence[T]) -> T:
        """Return one of some options; the first is the simplest."""
        return options[0] if len(options) == 1 else options[self.integer(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """Return whether something happens that happens in about so many of a hundred cases."""
        parts, whole = _fraction(percent)
        return self.integer(0, whole - 1) >= whole - parts

    def mostly(self, common: Sequence[T], rare: Sequence[T], percent: int) -> T:
        """Return one of the common options, or in so many of a hundred cases one of the rare ones."""
        if not common or not rare:
            return self.pick(common or rare)
        times = max(1, round((100 - percent) * len(rare) / (percent * len(common))))
        number = self.integer(0, times * len(common) + len(rare) - 1) - times * len(common)
        return rare[number] if number >= 0 else common[number % len(common)]

    def several(self, make: Callable[[], T], least: int, most: int, again: int = 60) -> list[T]:
        """Return some of what is made; after each, another one follows in so many of a hundred cases."""
        found: list[T] = []

        def further() -> Any:
            ends = len(found) >= least and not self.chance(again)
            return _NO_MORE if ends else make()

        while len(found) < most:
            made = self._span(make.__qualname__, further)
            if made is _NO_MORE:
                break
            found.append(made)
        return found

    def some(self, options: Sequence[T], least: int, most: int) -> tuple[T, ...]:
        """Return so many of some options, each once, in any order."""
        left = [*options]
        count = min(self.integer(least, most) if least < most else least, len(left))
        return tuple(left.pop(self.integer(0, len(left) - 1) if len(left) > 1 else 0) for _ in range(count))

    def mixed(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order; the simplest is their own."""
        found: list[T] = []
        for item in items:
            back = self.integer(0, len(found)) if found else 0
            found.insert(len(found) - back, item)
        return found
