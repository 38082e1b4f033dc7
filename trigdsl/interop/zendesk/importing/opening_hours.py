"""An account's schedules as declarations of ours."""

import zoneinfo
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby

from trigdsl.interop.zendesk.importing.account import Hours
from trigdsl.syntax import tree as t

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = 24 * 60
_WEEK = 7 * _DAY

ALWAYS = (t.Hours("monday", "sunday", 0, _DAY),)
"""The hours of a schedule of which nothing is known."""

_ZONES: Mapping[str, str] = {
    "UTC": "UTC",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Atlantic Time (Canada)": "America/Halifax",
    "Alaska": "America/Anchorage",
    "Hawaii": "Pacific/Honolulu",
    "Arizona": "America/Phoenix",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Central America": "America/Guatemala",
    "Brasilia": "America/Sao_Paulo",
    "Newfoundland": "America/St_Johns",
    "Edinburgh": "Europe/London",
    "Bern": "Europe/Zurich",
    "Kyiv": "Europe/Kyiv",
    "St. Petersburg": "Europe/Moscow",
    "West Central Africa": "Africa/Algiers",
    "Pretoria": "Africa/Johannesburg",
    "Abu Dhabi": "Asia/Dubai",
    "Islamabad": "Asia/Karachi",
    "Chennai": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata",
    "Hanoi": "Asia/Bangkok",
    "Beijing": "Asia/Shanghai",
    "Osaka": "Asia/Tokyo",
    "Sapporo": "Asia/Tokyo",
    "Canberra": "Australia/Sydney",
    "Wellington": "Pacific/Auckland",
}
"""Zones that Zendesk calls by a name of their own; any other is called by its city."""


def zone(name: str) -> str | None:
    """Return the zone that Zendesk means by a name, or None."""
    known = zoneinfo.available_timezones()
    if _ZONES.get(name) in known:
        return _ZONES[name]
    city = f"/{name.replace(' ', '_')}"
    return name if name in known else next((zone for zone in sorted(known) if zone.endswith(city)), None)


def hours(schedule: Hours) -> tuple[t.Hours, ...]:
    """Return when a schedule is open: days with the same hours stand together, midnight parts a night in two."""
    found: dict[tuple[int, int], set[int]] = {}
    for day, opens, closes in _by_day(schedule.intervals):
        found.setdefault((opens, closes), set()).add(day)
    listed = [
        (run[0], t.Hours(DAYS[run[0]], DAYS[run[-1]] if len(run) > 1 else None, opens, closes))
        for (opens, closes), days in found.items()
        for run in _runs(days)
    ]
    return tuple(h for _, h in sorted(listed, key=lambda entry: (entry[0], entry[1].opens)))


def holidays(schedule: Hours) -> tuple[t.Day, ...]:
    """Return the days on which it is closed, each once."""
    return tuple(t.Day(date.fromisoformat(day)) for day in sorted(set(schedule.holidays)))


def _by_day(intervals: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int, int]]:
    """Yield day (0 is Monday), first and last minute of each interval, parted at midnight."""
    for start, end in intervals:
        at = start
        while at < min(end, start + _WEEK):
            midnight = (at // _DAY + 1) * _DAY
            closes = min(end, midnight)
            yield (at // _DAY - 1) % 7, at % _DAY, closes - midnight + _DAY
            at = closes


def _runs(days: set[int]) -> Iterator[list[int]]:
    """Yield days that follow one another."""
    for _, run in groupby(enumerate(sorted(days)), lambda pair: pair[1] - pair[0]):
        yield [day for _, day in run]
