"""The way to Liquid, which is an optional part and is imported when the first body of that form is read."""

import functools
import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any, Protocol, cast

from trigdsl.runtime.texts.parts import wrong
from trigdsl.semantics.messages import Inspection


class Body(Protocol):
    """A Liquid body ready to be rendered."""

    def render(self, names: Mapping[str, Any]) -> str:
        """Return the body with the values its paths have."""


class Liquid(Protocol):
    """What reads and renders Liquid bodies."""

    def inspect(self, text: str) -> Inspection:
        """Return what a body reads, and every mistake in it."""

    def compiled(self, text: str, *, html: bool = False) -> Body:
        """Return a body ready to be rendered; ValueError when anything stands in it that may not."""


NEEDED = "a Liquid body needs a part that is not installed: install `trigdsl[liquid]`"

MISSING = wrong(NEEDED)


@functools.cache
def liquid() -> Liquid:
    """Return what reads and renders Liquid bodies; ModuleNotFoundError where it is not installed."""
    return cast(Liquid, importlib.import_module("trigdsl.runtime.texts.liquid.bodies"))


def has_liquid() -> bool:
    """Return whether Liquid bodies can be read and rendered."""
    return importlib.util.find_spec("liquid") is not None


def inspect_liquid(text: str) -> Inspection:
    """Return what a Liquid body reads and every mistake in it, or what to install."""
    try:
        return liquid().inspect(text)
    except ModuleNotFoundError:
        return MISSING
