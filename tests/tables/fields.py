"""Conditions on fields of one value."""

from collections.abc import Sequence
from typing import Any

from tables.grid import Grid, Situation


def situations(name: str, wanted: Any, other: Any, spelt: Any = None) -> Sequence[Situation]:
    """Return the situations of a field: created, then updated; the last is another spelling of the value."""
    found = [
        Situation("a ticket created without one", [{name: None}]),
        Situation("a ticket created with it", [{name: wanted}]),
        Situation("a ticket created with another", [{name: other}]),
        Situation("an update that keeps it", [{name: wanted}, {}]),
        Situation("an update from another to it", [{name: other}, {name: wanted}]),
        Situation("an update from it to another", [{name: wanted}, {name: other}]),
        Situation("an update from it to nothing", [{name: wanted}, {name: None}]),
        Situation("an update from nothing to it", [{name: None}, {name: wanted}]),
    ]
    return (
        [*found, Situation("a ticket created with it spelt otherwise", [{name: spelt}])] if spelt else found
    )


CHOICE = Grid(
    "choice",
    situations("type", "problem", "task", "PROBLEM"),
    """
    [equality]
    ticket.type is problem                          .x.-x..-x
    ticket.type is Problem             @other-case  .x.-----x
    ticket.type is "problem"           @quoted      .x.------
    ticket.type is not problem                      x.x-.xx-.
    ticket.type is one of problem, incident         .x.-x..-x
    ticket.type is one of incident, question        ...---.--
    ticket.type is not one of problem, incident     x.x-.xx-.
    ticket.type is empty                            x..-..x-.
    ticket.type is not empty                        .xx-xx.-x
    [change]
    ticket.type changes                             .xx.xxxxx
    ticket.type does not change                     x..x.....
    ticket.type changes to problem                  .x..x..xx
    ticket.type does not change to problem          x.xx.xx..
    ticket.type changes from problem                .....xx..
    ticket.type does not change from problem        xxxxx..xx
    ticket.type changes from problem to task        .....x...
    ticket.type changes from task to problem        ....x....
    ticket.type does not change from task to problem xxxx.xxxx
    [previous]
    previous ticket.type is problem                 .-.x.xx.-
    previous ticket.type is not problem             x-x.x..x-
    previous ticket.type is empty                   x-x....x-
    previous ticket.type is not empty               .-.xxxx.-
    previous ticket.type is one of problem, task    .-.xxxx.-
    ticket.type is previous ticket.type             .-.x....-
    ticket.type is not previous ticket.type         x-x.xxxx-
    """,
)

ORDERED = Grid(
    "ordered",
    situations("priority", "high", "low", "HIGH"),
    """
    [order]
    ticket.priority is less than high               ..x-.x.-.
    ticket.priority is at most high                 .xx-xx.-x
    ticket.priority is at most normal               ..x-.x.-.
    ticket.priority is at least high                .x.-x..-x
    ticket.priority is at least low                 .xx-xx.-x
    ticket.priority is more than low                .x.-x..-x
    ticket.priority is more than high               ...-...-.
    ticket.priority < high                          ..x-.x---
    ticket.priority <= low                          ..x-.x---
    ticket.priority > normal                        .x.-x.---
    ticket.priority >= high                         .x.-x.---
    not (ticket.priority is less than high)         xx.-x.x-x
    ticket.priority is less than high or ticket.priority is empty  x.x-.xx-.
    [previous]
    ticket.priority is less than previous ticket.priority  .-...x..-
    ticket.priority is more than previous ticket.priority  .-..x...-
    ticket.priority is at most previous ticket.priority    .-.x.x..-
    ticket.priority is at least previous ticket.priority   .-.xx...-
    previous ticket.priority is at least high              .-.x.xx.-
    [change]
    ticket.priority changes to HIGH     @other-case .x..x..xx
    """,
)

TEXT = Grid(
    "text",
    situations("subject", "Printer on fire", "Hello", "PRINTER ON FIRE"),
    """
    [equality]
    ticket.subject is "Printer on fire"             .x.-x..-x
    ticket.subject is "printer ON fire" @other-case .x.-----x
    ticket.subject is "Printer"                     ...-----.
    ticket.subject is not "Printer on fire"         x.x-.xx-.
    ticket.subject is one of "Printer on fire", "Help"  .x.-x..-x
    ticket.subject is not one of "Printer on fire", "Help"  x.x-.xx-.
    ticket.subject is empty                         x..-..x-.
    ticket.subject is not empty                     .xx-xx.-x
    [change]
    ticket.subject changes                          .xx.xxxx-
    ticket.subject changes to "Printer on fire"     .x..x..xx
    ticket.subject changes from "PRINTER on fire"   .....xx..
    ticket.subject changes from "Hello" to "printer on fire"  ....x....
    ticket.subject does not change from "Hello"     xxxx.xxxx
    [text]
    ticket.subject contains "fire"                  .x.-x..-x
    ticket.subject contains "FIRE"      @other-case .x.-----x
    ticket.subject contains "firearm"               ...-----.
    ticket.subject does not contain "fire"          x.x-.xx-.
    ticket.subject contains any word of fire, smoke .x.-x..-x
    ticket.subject contains any word of "on fire"   .x.-x..-x
    ticket.subject contains any word of fir, print  ...-----.
    ticket.subject contains no word of fire, smoke  x.x-.xx-.
    ticket.subject starts with "printer"            .x.-x..-x
    ticket.subject starts with "fire"               ...-----.
    ticket.subject does not start with "printer"    x.x-.xx-.
    ticket.subject ends with "FIRE"                 .x.-x..-x
    ticket.subject does not end with "fire"         x.x-.xx-.
    ticket.subject is like "printer*"               .x.-x..-x
    ticket.subject is like "printer"                ...-----.
    ticket.subject is like "*fire"                  .x.-----x
    ticket.subject is not like "*fire"              x.x-.xx-.
    ticket.subject matches "^printer"               .x.-x..-x
    ticket.subject does not match "fire$"           x.x-.xx-.
    [previous]
    previous ticket.subject contains "fire"         .-.x.xx.-
    previous ticket.subject does not contain "fire" x-x.x..x-
    """,
)

NUMBER = Grid(
    "number",
    situations("seats", 3, 2.5),
    """
    [equality]
    ticket.seats is 3                               .x.-x..-
    ticket.seats is 3.0                             .x.-----
    ticket.seats is not 3                           x.x-.xx-
    ticket.seats is empty                           x..-..x-
    ticket.seats is not empty                       .xx-xx.-
    [order]
    ticket.seats is less than 3                     ..x-.x.-
    ticket.seats is at most 2.5                     ..x-.x.-
    ticket.seats is at least 3                      .x.-x..-
    ticket.seats is more than 2.5                   .x.-x..-
    ticket.seats is more than -1                    .xx---.-
    ticket.seats < 2.6                              ..x-----
    ticket.seats >= 4                               ...-----
    ticket.seats <= 3                               .xx-----
    ticket.seats > 3                                ...-----
    [change]
    ticket.seats changes                            .xx.xxxx
    ticket.seats changes to 3                       .x..x..x
    ticket.seats changes from 3                     .....xx.
    ticket.seats changes from 2.5 to 3              ....x...
    [previous]
    ticket.seats is more than previous ticket.seats .-..x...
    ticket.seats is at most previous ticket.seats   .-.x.x..
    previous ticket.seats is empty                  x-x....x
    """,
    declares="field ticket.seats is a number\n",
)

DAY = Grid(
    "day",
    situations("due_date", "2026-01-31", "2026-02-02", "2026-01-31T23:59:00Z"),
    """
    [equality]
    ticket.due_date is 2026-01-31                   .x.-x..-x
    ticket.due_date is not 2026-01-31               x.x-.xx-.
    ticket.due_date is empty                        x..-..x-.
    ticket.due_date is not empty                    .xx-xx.-x
    ticket.due_date is 2026-01-31 08:00             .x.-----.
    [dates]
    ticket.due_date is before 2026-01-31            ...---.-.
    ticket.due_date is before 2026-02-01            .x.-x..-x
    ticket.due_date is after 2026-01-31             ..x-.x.-.
    ticket.due_date is after 2026-01-30             .xx-xx.-x
    ticket.due_date is at most 2026-01-31           .x.-x..-x
    ticket.due_date is at least 2026-02-01          ..x-.x.-.
    ticket.due_date is within the next 4 weeks      .xx--x.-x
    ticket.due_date is within the next 26 days      .x.--..-.
    ticket.due_date is within the last 3 days       ...---.-.
    ticket.due_date < 2026-02-01                    .x.------
    ticket.due_date >= 2026-02-02                   ..x------
    [change]
    ticket.due_date changes                         .xx.xxxx-
    ticket.due_date changes to 2026-01-31           .x..x..xx
    ticket.due_date changes from 2026-01-31         .....xx..
    [previous]
    ticket.due_date is after previous ticket.due_date  .-...x..-
    previous ticket.due_date is before 2026-02-01      .-.x.xx.-
    """,
)

YES = Grid(
    "yes-or-no",
    situations("vip", True, False),
    """
    [equality]
    ticket.vip is yes                               .x.-x..-
    ticket.vip is no                                x.x-.xx-
    ticket.vip is not yes                           x.x-.xx-
    ticket.vip is not no                            .x.-x..-
    ticket.vip is empty                             ...-...-
    ticket.vip is not empty                         xxx-xxx-
    [change]
    ticket.vip changes                              .x..xxxx
    ticket.vip changes to yes                       .x..x..x
    ticket.vip changes to no                        .....xx.
    ticket.vip changes from yes                     .....xx.
    ticket.vip does not change                      x.xx....
    [previous]
    previous ticket.vip is yes                      .-.x.xx.
    previous ticket.vip is no                       x-x.x..x
    """,
    declares="field ticket.vip is yes or no\n",
)

GRIDS = (CHOICE, ORDERED, TEXT, NUMBER, DAY, YES)
