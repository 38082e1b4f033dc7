"""Dates in the reader's language, by Babel, which `trigdsl[dates]` installs."""

from datetime import date, datetime, tzinfo
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


def formatted_or_plain(moment: Moment) -> str:
    """Return a moment as people of the language write it in few words, where Babel is there to know."""
    if not _installed or not isinstance(moment.value, datetime):
        return str(moment)
    locale = _locale(moment.language)
    day = babel.dates.format_date(moment.value.astimezone(moment.zone), "medium", locale)
    return f"{day}, {babel.dates.format_time(moment.value, 'short', moment.zone, locale)}"


def day(value: date, language: str, zone: tzinfo) -> str:
    """Return the day of a moment in a zone as people of the language write it, where Babel is there to know."""
    local = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return babel.dates.format_date(local, "long", _locale(language)) if _installed else local.isoformat()


def _locale(language: str) -> Any:
    try:
        return babel.Locale.parse(language, sep="-" if "-" in language else "_")
    except (ValueError, babel.UnknownLocaleError):
        return babel.Locale("en")
