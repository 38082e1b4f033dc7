"""Conditions on the update itself: states, comments, the actor, and edges of time."""

from collections.abc import Mapping, Sequence
from typing import Any

from tables.grid import ANA, BO, EVE, Grid, Situation, directory

PUBLIC = {"comment": {"public": True, "body": "Hello there"}}
PRIVATE = {"comment": {"public": False, "body": "Between us"}}
TWICE: Sequence[Mapping[str, Any]] = ({}, {})

HAPPENINGS = (
    Situation("an end user creates it with a public comment", data=PUBLIC),
    Situation("an agent creates it with a private comment", by=[BO], data=PRIVATE),
    Situation("the system creates it", by=[None]),
    Situation("an admin updates it with a public comment", TWICE, by=[ANA, EVE], data=PUBLIC),
    Situation("an agent updates it with a private comment", TWICE, data=PRIVATE),
    Situation("the system updates it", TWICE, by=[ANA, None]),
    Situation("a stranger updates it", TWICE, by=[ANA, "new@example.com"]),
    Situation("a bare id updates it", TWICE, by=[ANA, "4711"]),
    Situation("an automatic message updates it", TWICE, by=[ANA, ANA], data={"automatic": True, **PUBLIC}),
    Situation("an agent closes it", ({}, {"status": "closed"})),
)

STATES = Grid(
    "happening",
    HAPPENINGS,
    """
    [states]
    ticket is created                               xxx.......
    ticket is not created                           ...xxxxxxx
    ticket is updated                               ...xxxxxxx
    ticket is not updated                           xxx.......
    ticket is public                                x..x....x.
    ticket is not public                            .xx.xxxx.x
    ticket is private                               .xx.xxxx.x
    ticket is closed                                .........x
    ticket is not closed                            xxxxxxxxx.
    [comments]
    comment is present                              xx.xx...x.
    comment is not present                          ..x..xxx.x
    comment is public                               x..x....x.
    comment is not public                           .xx.xxxx.x
    comment is private                              .x..x.....
    comment is not private                          x.xx.xxxxx
    comment.body contains "hello"                   x..x....x.
    comment.body does not contain "hello"           .xx.xxxx.x
    comment.body is empty                           ..x..xxx.x
    comment.author is current_user                  xx.xx...x.
    [people]
    current_user is agent                           .x.xx....x
    current_user is not agent                       x.x..xxxx.
    current_user is admin                           ...x......
    current_user is end_user                        x.....x.x.
    current_user is not end_user                    .xxxxx.x.x
    current_user is empty                           ..x..x....
    current_user is requester                       xx......x.
    requester is not current_user                   ..xxxxxx.x
    current_user.groups include "Tier 1"            .x..x....x
    current_user.email is "new@example.com"         ......x...
    [automatic]
    update.automatic is yes                         ........x.
    update.automatic is no                          xxxxxxxx.x
    update.automatic is not yes                     xxxxxxxx.x
    [counting]
    ticket.replies is 1                             ...x......
    ticket.replies is 0                             xxx.xxxxxx
    ticket.replies is less than 1                   xxx.xxxxxx
    ticket.replies is empty                         ..........
    [logic]
    ticket is created and comment is public         x.........
    ticket is created or comment is public          xxxx....x.
    not (ticket is created or comment is public)    ....xxxx.x
    not (ticket is created and comment is public)   .xxxxxxxxx
    comment is private and (ticket is created or current_user is agent)  .x..x.....
    (comment is public and ticket is updated) or current_user is empty   ..xx.x..x.
    not (comment is not present)                    xx.xx...x.
    """,
    directory=directory("users", "groups"),
)


def moments(*edges: tuple[str, str | None]) -> Sequence[Situation]:
    """Return a situation for each value of `ticket.due`, on a ticket created at 10:00 on 5 January 2026."""
    return [Situation(said, [{"due": value}]) for said, value in edges]


STRETCHES = Grid(
    "moment",
    moments(
        ("without a date", None),
        ("the day before the stretch", "2026-01-01"),
        ("its first day", "2026-01-02"),
        ("a second before its first moment", "2026-01-02T09:59:59Z"),
        ("its first moment", "2026-01-02T10:00:00Z"),
        ("an hour ago in another zone", "2026-01-05T10:00:00+01:00"),
        ("the moment of the update", "2026-01-05T10:00:00Z"),
        ("the day of the update", "2026-01-05"),
        ("a second after the update", "2026-01-05T10:00:01Z"),
        ("its last moment", "2026-01-19T10:00:00Z"),
        ("a second after its last moment", "2026-01-19T10:00:01Z"),
        ("its last day", "2026-01-19"),
        ("the day after it", "2026-01-20"),
    ),
    """
    [dates]
    ticket.due is within the last 3 days            ..x.xxxx.....
    not (ticket.due is within the last 3 days)      xx.x....xxxxx
    ticket.due is within the last 72 hours          ..x.xxxx.....
    ticket.due is within the last 60 minutes        .....xxx.....
    ticket.due is within the last 59 minutes        ......xx.....
    ticket.due is within the last 0.5 weeks         .xxxxxxx.....
    ticket.due is within the next 2 weeks           ......xxxx.x.
    ticket.due is within the next 14 days           ......xxxx.x.
    ticket.due is within the next 1 minute          ......xxx....
    ticket.due is before update.time                .xxxxx.......
    ticket.due is at least update.time              ......xxxxxxx
    ticket.due is 2026-01-05                        .....xxxx....
    ticket.due is 2026-01-05 10:00                  ......xx-----
    ticket.due is after 2026-01-05 09:59            ......x.xxxxx
    ticket.due is before 2026-01-05 10:00:00        .xxxxx.......
    ticket.due is after 2026-01-05                  .........xxxx
    ticket.due is at most 2026-01-19                .xxxxxxxxxxx.
    """.replace("10:00:00  ", "10:00     "),
    declares="field ticket.due is a date\n",
)

SCHEDULES = (
    'schedule "Support" in "Europe/Paris" open monday to friday 09:00 to 18:00, saturday 10:00 to 12:00 '
    "closed on 2026-01-06, 2026-12-25\n"
    'schedule "Nights" in "America/New_York" open sunday to tuesday 20:00 to 24:00, saturday to sunday 00:00 to 02:30\n'
)


def at(*edges: tuple[str, str, str | None]) -> Sequence[Situation]:
    """Return a situation for each time of creation, with the ticket's own schedule."""
    return [Situation(said, [{"schedule": own} if own else {}], time=time) for said, time, own in edges]


HOURS = Grid(
    "time",
    at(
        ("a second before opening", "2026-01-05T07:59:59Z", None),
        ("the minute of opening", "2026-01-05T08:00:00Z", None),
        ("just before closing", "2026-01-05T16:59:59.999Z", None),
        ("the minute of closing", "2026-01-05T17:00:00Z", None),
        ("opening told in its zone", "2026-01-05T09:00:00+01:00", None),
        ("on a holiday", "2026-01-06T10:00:00Z", None),
        ("a holiday begins in its zone", "2026-01-05T23:30:00Z", None),
        ("a holiday ends in its zone", "2026-01-06T23:00:00Z", None),
        ("on saturday", "2026-01-10T10:59:00Z", None),
        ("on sunday", "2026-01-11T10:00:00Z", None),
        ("a minute early in summer time", "2026-03-30T06:59:00Z", None),
        ("opening in summer time", "2026-03-30T07:00:00Z", None),
        ("winter time is back", "2026-10-26T07:30:00Z", None),
        ("the evening before in another zone", "2026-01-06T01:00:00Z", None),
        ("midnight in another zone", "2026-01-07T05:00:00Z", None),
        ("the hour that comes twice", "2026-11-01T06:10:00Z", None),
        ("with a schedule of its own", "2026-01-06T01:30:00Z", "Nights"),
        ("with a schedule of its own that is closed", "2026-01-05T10:00:00Z", "Nights"),
    ),
    """
    [schedules]
    schedule "Support" is open                      .xx.x...x..x.....x
    schedule "Support" is not open                  x..x.xxx.xx.xxxxx.
    schedule "Support" is closed                    x..x.xxx.xx.xxxxx.
    schedule "Support" is on_holiday                .....xx......x..x.
    schedule "Support" is not on_holiday            xxxxx..xxxxxx.xx.x
    schedule "Nights" is open                       .............x.xx.
    schedule is open                                .xx.x...x..x....x.
    schedule is closed                              x..x.xxx.xx.xxxx.x
    """,
    declares=SCHEDULES,
)

GRIDS = (STATES, STRETCHES, HOURS)
