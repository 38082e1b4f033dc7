"""An account's schedules: minutes since Sunday become days with hours, zones that Zendesk names become zones."""

import pytest

from trigdsl.interop.zendesk.importing import opening_hours
from trigdsl.interop.zendesk.importing.account import Hours
from trigdsl.runtime import loader
from trigdsl.syntax import printer, words
from trigdsl.syntax import tree as t

DAY = 24 * 60


def shown(*intervals: tuple[int, int]) -> str:
    schedule = t.Schedule("S", "UTC", opening_hours.hours(Hours("S", "UTC", intervals)))
    text = printer.print_file(t.File((schedule,)), words.load("en"))
    assert (
        loader.load_text(f"{text}\nwhen schedule is open then stop", allow=["unused-name"]).ruleset
        is not None
    )
    return text.partition(" open ")[2].strip()


@pytest.mark.parametrize(
    ("intervals", "text"),
    [
        ([(1980, 2460)], "monday 09:00 to 17:00"),
        ([(DAY * day + 540, DAY * day + 1020) for day in range(1, 6)], "monday to friday 09:00 to 17:00"),
        ([(DAY * day + 540, DAY * day + 1020) for day in (1, 2, 4)], "monday to tuesday 09:00 to 17:00, thursday 09:00 to 17:00"),
        ([(540, 600)], "sunday 09:00 to 10:00"),
        ([(0, 7 * DAY)], "monday to sunday 00:00 to 24:00"),
        ([(6 * DAY + 1380, 7 * DAY + 60)], "saturday 23:00 to 24:00, sunday 00:00 to 01:00"),
        ([(DAY + 1320, 2 * DAY + 120)], "monday 22:00 to 24:00, tuesday 00:00 to 02:00"),
        ([(1980, 2220), (2280, 2460)], "monday 09:00 to 13:00, monday 14:00 to 17:00"),
        ([(0, 99 * DAY)], "monday to sunday 00:00 to 24:00"),
    ],
)  # fmt: skip
def test_minutes_of_the_week_are_days_with_hours(intervals: list[tuple[int, int]], text: str) -> None:
    assert shown(*intervals) == text


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("UTC", "UTC"),
        ("The Moon", None),
        ("", None),
    ],
)
def test_a_zone_is_known_by_zendesks_name(name: str, zone: str | None) -> None:
    assert opening_hours.zone(name) == zone
    assert zone is None or loader.zone(zone) is not None
