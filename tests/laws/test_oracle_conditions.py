"""Conditions in the engine and in the second evaluator: truth tables of every verb."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from desk import ANA, BO, EVE, event, private, public
from evaluators import Case, by_engine, by_oracle, fired, story

# A truth table over a story of four events

FIELDS = """
field ticket.n is a number
field ticket.d is a date
field ticket.plan is one of free < pro < enterprise, at first free
field ticket.products is any of printer, scanner or copier, modem
field ticket.ok is yes or no
"""
STORY = story(
    event(
        ANA,
        {
            "status": "open",
            "priority": "normal",
            "tags": ["vip", "b"],
            "subject": "Printer ON Fire",
            "n": 3,
            "d": "2026-01-05",
            "products": ["printer", "copier"],
            "assignee": BO,
            "group": "Tier 1",
            "followers": [BO],
        },
        comment=public("hi there"),
    ),
    event(
        BO,
        {
            "status": "solved",
            "priority": None,
            "tags": ["b", "gold"],
            "subject": "printer on fire",
            "n": None,
            "d": "2026-01-05T13:00:00Z",
            "ok": True,
            "products": [],
            "assignee": None,
            "group": "Tier 2",
            "followers": [ANA, BO],
        },
        comment=private("between us"),
    ),
    event(
        None,
        {
            "status": "open",
            "priority": "high",
            "tags": [],
            "subject": None,
            "n": 2.5,
            "d": "2026-01-07",
            "ok": False,
            "assignee": ANA,
            "group": None,
            "followers": [],
        },
    ),
    event(EVE, {"plan": "pro"}),
)
TRUTH = """
ticket.status is open                                                        x.xx
ticket.status is not open                                                    .x..
ticket.status is one of open, pending                                        x.xx
ticket.status is not one of open, pending                                    .x..
ticket.priority is normal                                                    x...
ticket.priority is not normal                                                .xxx
ticket.priority is empty                                                     .x..
ticket.priority is not empty                                                 x.xx
ticket.tags is empty                                                         ..xx
ticket.tags is not empty                                                     xx..
ticket.subject is empty                                                      ..xx
ticket.subject is "PRINTER on fire"                                          xx..
ticket.subject is not "PRINTER on fire"                                      ..xx
ticket.subject is one of "a", "printer on fire"                              xx..
ticket.subject changes                                                       xxx.
ticket.subject changes to "Printer on fire"                                  xx..
ticket.subject changes from "printer on fire"                                .xx.
ticket.subject changes from "printer on fire" to "printer on fire"           .x..
ticket.subject does not change                                               ...x
ticket.subject does not change to "Printer on fire"                          ..xx
ticket.subject does not change from "Printer on fire"                        x..x
ticket.priority is less than high                                            x...
ticket.priority is at most normal                                            x...
ticket.priority is at least high                                             ..xx
ticket.priority is more than low                                             x.xx
ticket.priority is less than previous ticket.priority                        ....
ticket.plan is free                                                          xxx.
ticket.plan changes                                                          x..x
ticket.plan changes from free to pro                                         ...x
ticket.plan is at least pro                                                  ...x
ticket.n is more than 2.5                                                    x...
ticket.n is at least 2.5                                                     x.xx
ticket.n is at most 2.5                                                      ..xx
ticket.n is less than 3                                                      ..xx
ticket.n < 3                                                                 ..xx
ticket.n >= 3                                                                x...
ticket.n is 3.0                                                              x...
ticket.n is not 3                                                            .xxx
ticket.n is empty                                                            .x..
ticket.n changes                                                             xxx.
ticket.n changes from 3                                                      .x..
ticket.n changes to 2.5                                                      ..x.
ticket.n is at most previous ticket.n                                        ...x
ticket.d is 2026-01-05                                                       xx..
ticket.d is not 2026-01-05                                                   ..xx
ticket.d is 2026-01-05 13:00                                                 xx..
ticket.d is before 2026-01-06                                                xx..
ticket.d is after 2026-01-05                                                 ..xx
ticket.d is after 2026-01-05 12:59                                           .xxx
ticket.d is at most 2026-01-05                                               xx..
ticket.d is at least 2026-01-05                                              xxxx
ticket.d is before update.time                                               ....
ticket.d is at least ticket.created_at                                       xxxx
ticket.d is at most previous ticket.d                                        .x.x
ticket.d changes                                                             xxx.
ticket.d changes to 2026-01-05                                               xx..
ticket.d changes from 2026-01-05                                             .xx.
ticket.ok is yes                                                             .x..
ticket.ok is no                                                              x.xx
ticket.ok is not yes                                                         x.xx
ticket.ok is not no                                                          .x..
ticket.ok changes                                                            .xx.
ticket.ok changes to no                                                      ..x.
ticket.ok changes from no                                                    .x..
previous ticket.ok is no                                                     xx.x
ticket.status changes                                                        xxx.
ticket.status changes to open                                                x.x.
ticket.status changes from open                                              .x..
ticket.status changes from open to solved                                    .x..
ticket.status does not change                                                ...x
ticket.status does not change to solved                                      x.xx
ticket.status does not change from solved                                    xx.x
ticket.status does not change from open to solved                            x.xx
previous ticket.priority is normal                                           .x..
previous ticket.priority is not normal                                       x.xx
previous ticket.priority is empty                                            x.x.
ticket.status is previous ticket.status                                      ...x
ticket.status is not previous ticket.status                                  xxx.
ticket.tags include vip                                                      x...
ticket.tags include VIP                                                      x...
ticket.tags include any of vip, gold                                         xx..
ticket.tags include all of b, gold                                           .x..
ticket.tags include none of vip, gold                                        ..xx
ticket.tags do not include vip                                               .xxx
ticket.tags gain vip                                                         x...
ticket.tags gain any of vip, gold                                            xx..
ticket.tags lose vip                                                         .x..
ticket.tags lose any of vip, gold                                            .xx.
ticket.tags change                                                           xxx.
ticket.tags do not change                                                    ...x
previous ticket.tags include vip                                             .x..
ticket.products include scanner                                              x...
ticket.products include copier                                               x...
ticket.products include all of printer, scanner                              x...
ticket.products gain printer                                                 x...
ticket.products lose copier                                                  .x..
ticket.products is empty                                                     .xxx
followers include current_user                                               .x..
followers do not include current_user                                        x.xx
ticket.followers include any of assignee, requester                          xx..
ticket.followers include all of assignee, requester                          ....
ticket.followers include none of assignee, current_user                      ..xx
ticket.followers do not include assignee                                     .xxx
ticket.followers gain requester                                              .x..
ticket.followers lose "bo@example.com"                                       ..x.
followers change                                                             xxx.
ticket.followers include "Bo"                                                xx..
requester is current_user                                                    x...
requester is not current_user                                                .xxx
assignee is requester                                                        ..xx
assignee is not requester                                                    xx..
assignee is current_user                                                     ....
assignee is empty                                                            .x..
assignee changes                                                             xxx.
assignee changes to requester                                                ..x.
assignee changes from "bo@example.com"                                       .x..
assignee changes from "bo@example.com" to requester                          ....
assignee does not change                                                     ...x
assignee is previous assignee                                                ...x
previous assignee is "Bo"                                                    .x..
requester is one of current_user, assignee                                   x.xx
requester is not one of current_user, assignee                               .x..
current_user is empty                                                        ..x.
current_user.role is one of admin, agent                                     .x.x
group is "Tier 2"                                                            .x..
group is not "Tier 2"                                                        x.xx
group is "tier 1"                                                            x...
group is "10"                                                                x...
group is one of "Tier 1", "Tier 2"                                           xx..
group changes                                                                xxx.
group changes from "Tier 2"                                                  ..x.
group.name contains tier                                                     xx..
group.name changes                                                           xxx.
group.name changes from "tier 1"                                             .x..
previous group.name is "tier 1"                                              .x..
assignee.groups include group                                                x...
assignee.groups include "Tier 1"                                             x...
assignee.groups gain "Tier 1"                                                x...
assignee.groups lose "Tier 1"                                                .x..
current_user.groups include any of "Tier 1", "Tier 2"                        .x.x
requester.organization is "Acme"                                             xxxx
requester.organization is the organization                                   ....
requester.organization.tags include vip                                      xxxx
assignee.organization changes                                                ..x.
assignee.email changes                                                       xxx.
assignee.email changes from "bo@example.com"                                 .x..
assignee.email does not change                                               ...x
assignee.name is requester.name                                              ..xx
assignee.name is previous assignee.name                                      ...x
assignee is agent                                                            x...
assignee is not agent                                                        .xxx
assignee is end_user                                                         ..xx
current_user is agent                                                        .x.x
current_user is admin                                                        ...x
current_user is end_user                                                     x...
current_user is not end_user                                                 .xxx
current_user is not agent                                                    x.x.
comment is present                                                           xx..
comment is public                                                            x...
comment is private                                                           .x..
comment is not private                                                       x.xx
comment is not public                                                        .xxx
comment is not present                                                       ..xx
comment.body contains "HI"                                                   x...
comment.body is empty                                                        ..xx
comment.author is current_user                                               xx..
ticket is created                                                            x...
ticket is Created                                                            x...
ticket is updated                                                            .xxx
ticket is not created                                                        .xxx
ticket is public                                                             xxxx
ticket is private                                                            ....
ticket is closed                                                             ....
ticket is not closed                                                         xxxx
ticket is deleted                                                            ....
update.automatic is no                                                       xxxx
update.channel is empty                                                      xxxx
update.channel is not email                                                  xxxx
update.time is at least 2026-01-05                                           xxxx
ticket.created_at is within the last 1 minute                                xxxx
ticket.id is "42"                                                            xxxx
submitter is requester                                                       xxxx
not (ticket is created)                                                      .xxx
not (ticket is created or comment is private)                                ..xx
(ticket is created or comment is present) and current_user is not end_user   .x..
"""


def rows(table: str) -> list[Any]:
    """Return the lines of a table as parameters, named by their conditions."""
    split = [line.rsplit(maxsplit=1) for line in table.strip().splitlines()]
    return [pytest.param(condition, truth, id=condition) for condition, truth in split]


def truth(outcomes: Sequence[Mapping[str, Any]]) -> str:
    return "".join("x" if outcome["fired"] else "." for outcome in outcomes)


@pytest.mark.parametrize(("condition", "expected"), rows(TRUTH))
def test_conditions(condition: str, expected: str) -> None:
    case = Case(f"{FIELDS} when {condition} then stop", STORY, ())

    ours, theirs = list(by_engine(case)), list(by_oracle(case))

    assert truth(theirs) == expected
    assert ours == theirs


# Texts

TEXTS = {
    "german": "Der Ofen ist KAPUTT: Straße, ﬁnally foo_bar 2nd-line\nnext e\u0301clair",
    "number": "INV-123",
    "signs": "a.b+c [x]",
    "wide": "２５ ＡＢＣ",
    "greek": "ΣΊΣΥΦΟΣ",
    "none": None,
}
TEXT_TRUTH = """
german contains "ofen"                                       x
german contains "strasse"                                    x
german contains "fin"                                        x
german contains "éclair"                                     x
german contains requester.name                               .
german contains assignee.name                                .
german does not contain assignee.name                        x
german does not contain "ofen"                               .
german contains any word of fin, kaputt                      x
german contains any word of "ofen ist"                       x
german contains any word of "ofen kaputt"                    .
german contains any word of foo                              .
german contains any word of foo_bar                          x
german contains any word of nd                               .
german contains any word of nd, "2nd"                        x
german contains any word of "line next"                      x
german contains any word of "éclair"                         x
german contains no word of ofen                              .
german contains no word of oven                              x
german does not contain any word of oven, ist                .
german starts with "der "                                    x
german starts with "ofen"                                    .
german does not start with "DER"                             .
german ends with "ÉCLAIR"                                    x
german does not end with "x"                                 x
german is like "der*éclair"                                  x
german is like "der"                                         .
german is like "*#nd?line*"                                  x
german is not like "*kaputt*"                                .
german matches "ofen .st"                                    x
german matches "^der"                                        x
german matches "^next"                                       .
german matches "[A-Z]{3}"                                    x
german does not match "x$"                                   x
number is like "INV-###*"                                    x
number is like "inv-????"                                    .
number is like "inv-###"                                     x
number is like "inv-##"                                      .
number is "inv-123"                                          x
number matches "^inv-\\d+$"                                   x
signs contains ".b+"                                         x
signs is like "a.b+c [x]"                                    x
signs is like "a?b*[x]"                                      x
signs contains any word of b                                 x
signs contains any word of "b c x"                           x
wide is like "## abc"                                        x
wide contains "25"                                           x
wide is "25 abc"                                             x
greek contains "σίσυφος"                                     x
greek is "σίσυφοσ"                                           x
none contains "a"                                            .
none does not contain "a"                                    x
none contains no word of a                                   x
none starts with "a"                                         .
none does not start with "a"                                 x
none is like "*"                                             .
none is not like "*"                                         x
none matches ".*"                                            .
none does not match "x"                                      x
none is assignee.name                                        .
none is not assignee.name                                    x
"""


def text_rows() -> Iterator[Any]:
    for line in TEXT_TRUTH.strip().splitlines():
        name, rest = line.split(maxsplit=1)
        said, expected = rest.rsplit(maxsplit=1)
        yield pytest.param(name, f"ticket.subject {said}", expected, id=f"{name}: {said}")


@pytest.mark.parametrize(("name", "condition", "expected"), list(text_rows()))
def test_texts(name: str, condition: str, expected: str) -> None:
    if " match" in condition:
        pytest.importorskip("re2")
    case = Case(f"when {condition} then stop", story(event(ANA, {"subject": TEXTS[name]})), ())

    ours, theirs = list(by_engine(case)), list(by_oracle(case))

    assert truth(theirs) == expected
    assert ours == theirs


# Time: schedules and stretches

SCHEDULES = """
schedule "Support" in "Europe/Paris" open monday to friday 09:00 to 18:00, saturday 10:00 to 12:00 closed on 2026-01-06, 2026-12-25
schedule "Nights" in "America/New_York" open sunday to tuesday 20:00 to 24:00, saturday to sunday 00:00 to 02:30
trigger "S" when schedule "Support" is open then add s to ticket.tags
trigger "N" when schedule "Nights" is open then add n to ticket.tags
trigger "H" when schedule "Support" is on_holiday then add h to ticket.tags
trigger "own" when schedule is open then add own to ticket.tags
trigger "closed" when schedule is not closed then add closed to ticket.tags
"""


@pytest.mark.parametrize(
    ("time", "own", "expected"),
    [
        pytest.param("2026-01-05T07:59:59Z", None, "", id="a second before opening"),
        pytest.param("2026-01-05T08:00:00Z", None, "S own closed", id="the opening minute"),
        pytest.param("2026-01-05T16:59:59.999Z", None, "S own closed", id="just before closing"),
        pytest.param("2026-01-05T17:00:00Z", None, "", id="the closing minute"),
        pytest.param("2026-01-05T09:00:00+01:00", None, "S own closed", id="opening, told in the zone"),
        pytest.param("2026-01-06T10:00:00Z", None, "H", id="a holiday"),
        pytest.param("2026-01-05T23:30:00Z", None, "H", id="a holiday begins in its own zone"),
        pytest.param("2026-01-06T23:00:00Z", None, "", id="a holiday ends in its own zone"),
        pytest.param("2026-12-25T23:30:00Z", None, "", id="the night after a holiday"),
        pytest.param("2026-01-10T10:59:00Z", None, "S own closed", id="the last minute of saturday"),
        pytest.param("2026-01-10T11:00:00Z", None, "", id="saturday noon"),
        pytest.param("2026-03-27T08:00:00Z", None, "S own closed", id="opening before summer time"),
        pytest.param("2026-03-30T06:59:00Z", None, "", id="a minute early in summer time"),
        pytest.param("2026-03-30T07:00:00Z", None, "S own closed", id="opening in summer time"),
        pytest.param("2026-10-26T07:30:00Z", None, "", id="winter time is back"),
        pytest.param("2026-01-06T01:00:00Z", None, "N H", id="another zone, the evening before"),
        pytest.param("2026-01-06T04:59:59Z", None, "N H", id="the last second before midnight"),
        pytest.param("2026-01-07T05:00:00Z", None, "", id="midnight in another zone"),
        pytest.param("2026-03-08T06:59:00Z", None, "N", id="before the hour that is left out"),
        pytest.param("2026-03-08T07:00:00Z", None, "", id="after the hour that is left out"),
        pytest.param("2026-11-01T06:10:00Z", None, "N", id="the hour that comes twice"),
        pytest.param("2026-11-01T07:29:00Z", None, "N", id="after the hour that comes twice"),
        pytest.param("2026-11-01T07:30:00Z", None, "", id="half an hour after"),
        pytest.param("2026-01-06T01:30:00Z", "Nights", "N H own closed", id="the ticket's own schedule"),
        pytest.param("2026-01-05T10:00:00Z", "Nights", "S", id="the ticket's own schedule is closed"),
    ],
)
def test_schedules(time: str, own: str | None, expected: str) -> None:
    case = Case(SCHEDULES, story(event(ANA, {"schedule": own}, time=time)), ())

    ours, theirs = list(by_engine(case)), list(by_oracle(case))

    assert fired(theirs) == [expected]
    assert ours == theirs


STRETCHES = """
field ticket.d is a date
trigger "l3" when ticket.d is within the last 3 days then add a to ticket.tags
trigger "n2" when ticket.d is within the next 2 weeks then add b to ticket.tags
trigger "l90" when ticket.d is within the last 90 minutes then add c to ticket.tags
trigger "n1h" when ticket.d is within the next 1.5 hours then add d to ticket.tags
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("2026-01-01", ""),
        ("2026-01-02", "l3"),
        ("2026-01-02T11:59:59Z", ""),
        ("2026-01-02T12:00:00Z", "l3"),
        ("2026-01-05T10:29:59Z", "l3"),
        ("2026-01-05T10:30:00Z", "l3 l90"),
        ("2026-01-05T11:30:00+01:00", "l3 l90"),
        ("2026-01-05T12:00:00Z", "l3 n2 l90 n1h"),
        ("2026-01-05", "l3 n2 l90 n1h"),
        ("2026-01-05T13:30:00Z", "n2 n1h"),
        ("2026-01-05T13:30:01Z", "n2"),
        ("2026-01-06", "n2"),
        ("2026-01-19", "n2"),
        ("2026-01-19T12:00:00Z", "n2"),
        ("2026-01-19T12:00:01Z", ""),
        ("2026-01-20", ""),
    ],
)
def test_stretches_of_time(value: str | None, expected: str) -> None:
    case = Case(STRETCHES, story(event(ANA, {"d": value})), ())

    ours, theirs = list(by_engine(case)), list(by_oracle(case))

    assert fired(theirs) == [expected]
    assert ours == theirs
