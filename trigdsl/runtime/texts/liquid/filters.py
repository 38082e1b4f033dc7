"""Liquid's filters kept within limits: what each goes through is counted before and after, and large results end a body."""

from collections.abc import Callable, Mapping, Sized
from datetime import datetime, tzinfo
from typing import Any, Protocol

from liquid.exceptions import FilterError, LiquidError, OutputStreamLimitError

from trigdsl.runtime.texts.liquid import strftime
from trigdsl.runtime.texts.markup import stripped
from trigdsl.runtime.texts.parts import MOST_OUTPUT

LARGEST = 10**100
"""The number from which on a filter gives none."""
MOST_ENTRIES = 50_000
"""How many entries a list may have that a filter goes through."""

_ENTRY = 10
"""How many characters an entry of a list counts for."""

Filter = Callable[..., Any]


class Counting(Protocol):
    """A body that is being rendered."""

    now: datetime
    zone: tzinfo
    env: Any

    def work(self, value: object) -> None:
        """Count what is gone through with a value."""

    def work_through(self, many: int) -> None:
        """Count so many characters as gone through."""


def size(value: object) -> int:
    """Return about how much there is to go through in a value."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple):
        return _ENTRY * len(value) + sum(len(each) for each in value if isinstance(each, str))
    return 1


def guarded(filters: Mapping[str, Filter]) -> dict[str, Filter]:
    """Return filters that keep within limits."""
    own: dict[str, Filter] = {"date": _date, "strip_html": _strip_html}
    return {name: _guarded(name, own.get(name, run)) for name, run in filters.items()}


def _guarded(name: str, run: Filter) -> Filter:
    grows = _GROWTH.get(name)
    asks = getattr(run, "with_environment", False)

    def kept(value: Any, *args: Any, context: Counting, **named: Any) -> Any:
        for each in (value, *args):
            if isinstance(each, range | list | tuple) and _length(each) > MOST_ENTRIES:
                raise OutputStreamLimitError("a list is too long", token=None)
            context.work(each)
        if name == "uniq" and isinstance(value, list | tuple):
            # The package compares each with each.
            context.work_through(len(value) ** 2 // 2)
        try:
            if grows is not None and grows(value, *args) > MOST_OUTPUT:
                raise OutputStreamLimitError("a text is too long", token=None)
            more = {"environment": context.env} if asks else {}
            more |= {"context": context} if run is _date else {}
            found = run(value, *args, **named, **more)
        except LiquidError:
            raise
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise FilterError(f"{name}: {error}", token=None) from error
        return _small_enough(found, context)

    kept.with_context = True  # type: ignore[attr-defined] # how the package is told what a filter takes
    return kept


def _length(value: Sized) -> int:
    try:
        return len(value)
    except OverflowError:
        return MOST_ENTRIES + 1


def _small_enough(found: Any, context: Counting) -> Any:
    context.work(found)
    if isinstance(found, str | list | tuple) and size(found) > MOST_OUTPUT:
        raise OutputStreamLimitError("a filter gives too much", token=None)
    if isinstance(found, int) and abs(found) > LARGEST:
        raise FilterError("a number is too large", token=None)
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _replaced(value: Any, old: Any = "", new: Any = "", *_: Any) -> int:
    text, part, other = _text(value), _text(old), _text(new)
    if len(other) <= len(part):
        return len(text)
    return len(text) + text.count(part) * (len(other) - len(part))


def _joined(value: Any, separator: Any = " ", *_: Any) -> int:
    if not isinstance(value, range | list | tuple):
        return 0
    return size([*value]) + len(value) * len(_text(separator))


_GROWTH: Mapping[str, Callable[..., int]] = {"replace": _replaced, "join": _joined}
"""Filters whose result may be larger than all that they are given: how large it will be."""


def _strip_html(value: Any, **_: Any) -> str:
    """Return a text without its tags; what was HTML stays so, its escapes included."""
    text = _text(value)
    return type(text)(stripped(text)) if hasattr(text, "__html__") else stripped(text)


def _date(value: Any, letters: Any = None, *, context: Counting, **_: Any) -> Any:
    """Return a date in some letters; what is no date stays as it is."""
    moment = strftime.moment_of(value, context.now, context.zone)
    shown = _text(letters)
    return value if moment is None or not shown else strftime.written(moment, shown)
