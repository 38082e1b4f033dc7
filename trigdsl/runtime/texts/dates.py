"""Dates in the reader's language, by Babel, which `trigdsl[dates]` installs."""

from datetime import datetime
from typing import Any

from trigdsl.runtime.texts.values import Moment

try:
    import babel
    import babel.dates
except ImportError:
    _installed = False
else:
    _installed = True

LENGTHS = ("short", "medium", "long", "full")


def mistake(length: Any) -> str | None:
    """Return why a text cannot write dates of a length, or None."""
    if length not in LENGTHS:
        return f"a date is written {', '.join(LENGTHS[:-1])} or {LENGTHS[-1]}, not `{length}`"
    if not _installed:
        return "the filter `date` needs a part that is not installed: install `trigdsl[dates]`"
    return None


def formatted(moment: Moment, length: str) -> str:
    """Return a day, or a moment in the reader's zone, as people of the language write it."""
    locale = _locale(moment.language)
    if isinstance(moment.value, datetime):
        return babel.dates.format_datetime(moment.value, length, moment.zone, locale)
    return babel.dates.format_date(moment.value, length, locale)


def _locale(language: str) -> Any:
    try:
        return babel.Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, babel.UnknownLocaleError):
        return babel.Locale("en")
