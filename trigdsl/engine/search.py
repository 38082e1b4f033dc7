"""The search for the next trigger: each one left is tried in order, and the first that holds is taken."""

import enum
from collections.abc import Iterable
from typing import Protocol

from attrs import define

from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import Effect
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r


class Mode(enum.Enum):
    """Whether the search starts again from the top after each firing, or goes on."""

    RESTART = "restart"
    SINGLE_PASS = "single_pass"  # noqa: S105 - not a password


class Search(Protocol):
    """The triggers of one update that have not been taken yet."""

    def next(self) -> r.Trigger | None:
        """Return the first trigger that holds, taken out of those left; None when there is none."""

    def fired(self, effects: Iterable[Effect]) -> None:
        """Go on after the trigger that was taken has fired with these effects."""

    def holding(self) -> set[str]:
        """Return the titles of those left that hold now, wherever the search stands."""


@define(eq=False)
class Scan:
    """The definition of a search: read from the top, or on from where it stands."""

    left: list[r.Trigger]
    view: View
    mode: Mode
    at: int = 0

    @classmethod
    def of(cls, view: View, mode: Mode, remembered: frozenset[str]) -> "Scan":
        """Return the search for what holds of an update, without the triggers that once fired."""
        triggers = view.rules.triggers
        return cls([t for t in triggers if t.runs and not (t.once and t.title in remembered)], view, mode)

    def next(self) -> r.Trigger | None:
        """Return the first trigger that holds, taken out of those left; None when there is none."""
        while self.at < len(self.left):
            if holds(self.left[self.at].condition, self.view):
                return self.left.pop(self.at)
            self.at += 1
        return None

    def fired(self, effects: Iterable[Effect]) -> None:  # noqa: ARG002 - it looks at everything anew
        """Start again from the top, or in a single pass go on."""
        if self.mode is Mode.RESTART:
            self.at = 0

    def holding(self) -> set[str]:
        """Return the titles of those left that hold now, wherever the search stands."""
        return {t.title for t in self.left if holds(t.condition, self.view)}
