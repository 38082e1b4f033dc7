"""Dates in the letters that Liquid's filter `date` writes them with: `%B %d, %Y`, `%-d`, `%l:%M %P`."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from dateutil import parser

from trigdsl.runtime.texts.values import Moment

_LETTER = re.compile(r"%([-_0^#:]*)(\d{0,2})([A-Za-z%+])")
_LONGEST = 100
"""How many characters a date in a text may have to be read as one."""


def _number(value: int, width: int, pad: str = "0") -> tuple[str, int, str]:
    return str(value), width, pad


_NUMBERS: Mapping[str, Callable[[datetime], tuple[str, int, str]]] = {
    "C": lambda at: _number(at.year // 100, 2),
    "d": lambda at: _number(at.day, 2),
    "e": lambda at: _number(at.day, 2, " "),
    "G": lambda at: _number(at.isocalendar()[0], 4),
    "g": lambda at: _number(at.isocalendar()[0] % 100, 2),
    "H": lambda at: _number(at.hour, 2),
    "I": lambda at: _number((at.hour - 1) % 12 + 1, 2),
    "j": lambda at: _number(at.timetuple().tm_yday, 3),
    "k": lambda at: _number(at.hour, 2, " "),
    "l": lambda at: _number((at.hour - 1) % 12 + 1, 2, " "),
    "L": lambda at: _number(at.microsecond // 1000, 3),
    "M": lambda at: _number(at.minute, 2),
    "m": lambda at: _number(at.month, 2),
    "N": lambda at: _number(at.microsecond * 1000, 9),
    "S": lambda at: _number(at.second, 2),
    "s": lambda at: _number(int(at.timestamp()), 1),
    "U": lambda at: _number(int(at.strftime("%U")), 2),
    "u": lambda at: _number(at.isoweekday(), 1),
    "V": lambda at: _number(at.isocalendar()[1], 2),
    "W": lambda at: _number(int(at.strftime("%W")), 2),
    "w": lambda at: _number(at.isoweekday() % 7, 1),
    "Y": lambda at: _number(at.year, 4),
    "y": lambda at: _number(at.year % 100, 2),
}
_TOGETHER: Mapping[str, str] = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "R": "%H:%M",
    "r": "%I:%M:%S %p",
    "T": "%H:%M:%S",
    "v": "%e-%^b-%Y",
    "X": "%H:%M:%S",
    "x": "%m/%d/%y",
    "+": "%a %b %e %H:%M:%S %Z %Y",
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_WORDS: Mapping[str, Callable[[datetime], str]] = {
    "A": lambda at: _DAYS[at.weekday()],
    "a": lambda at: _DAYS[at.weekday()][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "n": lambda _: "\n",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "t": lambda _: "\t",
    "Z": lambda at: at.tzname() or "",
    "%": lambda _: "%",
}


def written(moment: datetime, letters: str) -> str:
    """Return a moment in the letters of a format; what is no letter of it stays as it is."""
    return _LETTER.sub(lambda found: _part(moment, found), letters)


def _part(moment: datetime, found: re.Match[str]) -> str:
    flags, width, letter = found[1], int(found[2] or 0), found[3]
    pad = " "
    if letter in _NUMBERS:
        text, usual, pad = _NUMBERS[letter](moment)
        width = width or usual
        pad = "0" if "0" in flags else " " if "_" in flags else pad
    elif letter in _TOGETHER:
        text = written(moment, _TOGETHER[letter])
    elif letter in _WORDS:
        text = _WORDS[letter](moment)
    elif letter == "z":
        text = moment.strftime("%z") or "+0000"
        text = f"{text[:3]}:{text[3:]}" if ":" in flags else text
    else:
        return found[0]
    text = text.upper() if "^" in flags else text.swapcase() if "#" in flags else text
    return text if "-" in flags else text.rjust(width, pad)


def moment_of(value: Any, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the moment that a value tells of, or None when it tells of none."""
    if isinstance(value, Moment):
        return _at(value.value, value.zone)
    if isinstance(value, date):
        return _at(value, zone)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    if text in ("now", "today"):
        return now.astimezone(zone)
    if len(text) > _LONGEST:
        return None
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC).astimezone(zone)
        midnight = datetime(now.year, now.month, now.day)  # noqa: DTZ001 - a date in a text may have no zone
        found: datetime = parser.parse(text, default=midnight)
    except (ValueError, OverflowError, OSError, TypeError, AttributeError):
        return None
    return found


def _at(value: date | datetime, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(zone)
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone
