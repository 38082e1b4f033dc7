"""Conditions on sets, and on people, groups and the like."""

from collections.abc import Sequence
from typing import Any

from tables.fields import situations
from tables.grid import Grid, Situation, directory


def set_situations(name: str, one: Any, other: Any) -> Sequence[Situation]:
    """Return the situations of a set of two members."""
    return [
        Situation("a ticket created with none", [{name: []}]),
        Situation("a ticket created with the first", [{name: [one]}]),
        Situation("a ticket created with the second", [{name: [other]}]),
        Situation("a ticket created with both", [{name: [other, one]}]),
        Situation("an update that keeps both", [{name: [one, other]}, {name: [other, one]}]),
        Situation("an update from none to the first", [{name: None}, {name: [one]}]),
        Situation("an update from the second to both", [{name: [other]}, {name: [one, other]}]),
        Situation("an update from both to the second", [{name: [one, other]}, {name: [other]}]),
        Situation("an update from the first to none", [{name: [one]}, {name: None}]),
        Situation("an update from the first to the second", [{name: [one]}, {name: [other]}]),
    ]


TAGS = Grid(
    "tags",
    set_situations("tags", "vip", "gold"),
    """
    [sets]
    ticket.tags include vip                         .x.xxxx..-
    ticket.tags includes VIP           @other-case  .x.x------
    ticket.tags do not include vip                  x.x....xx-
    ticket.tags include any of vip, silver          .x.xxxx..-
    ticket.tags include any of vip, gold            .xxxxxxx.-
    ticket.tags include all of vip, gold            ...xx.x..-
    ticket.tags include none of vip, silver         x.x....xx-
    ticket.tags is empty                            x.......x-
    ticket.tags is not empty                        .xxxxxxx.-
    not (ticket.tags include vip)                   x.x....xx-
    [gain-and-lose]
    ticket.tags gain vip                            .x-x.xx...
    ticket.tags gains vip              @singular    .x-x------
    ticket.tags gain any of vip, gold               .x-x.xx..x
    ticket.tags lose vip                            ..-....xxx
    ticket.tags lose any of vip, gold               ..-....xxx
    ticket.tags gain silver                         ..-.......
    ticket.tags lose gold                           ..-.......
    [change]
    ticket.tags change                              .xxx.xxxxx
    ticket.tags do not change                       x...x.....
    [previous]
    previous ticket.tags include vip                .--.x..xxx
    previous ticket.tags is empty                   x--x.x....
    """,
)

CHOICES = Grid(
    "choices",
    set_situations("products", "printer", "scanner"),
    """
    [sets]
    ticket.products include printer                 .x-x-xx..-
    ticket.products do not include printer          x.-.-..xx-
    ticket.products include any of printer, modem   .x-x-xx..-
    ticket.products include all of printer, scanner ..-x-.x..-
    ticket.products include none of printer, modem  x.-.-..xx-
    ticket.products include copier                  ..-x-.xx.-
    ticket.products is empty                        x.-.-...x-
    [gain-and-lose]
    ticket.products gain printer                    -x--.xx..-
    ticket.products gain any of scanner, modem      -.--------
    ticket.products lose printer                    -.--...xx-
    ticket.products lose any of printer, modem      ----.--xx-
    [change]
    ticket.products change                          ---x.x-xx-
    """,
    declares="field ticket.products is any of printer, scanner or copier, modem\n",
)

FOLLOWERS = Grid(
    "users",
    set_situations("followers", "bo@example.com", "new@example.com"),
    """
    [sets]
    ticket.followers include "Bo"                   .x-x-xx..-
    ticket.followers include "NEW@example.com"      ..-x-.xx.-
    ticket.followers do not include "Bo"            x.-.-..xx-
    ticket.followers include current_user           ..-.-xx..-
    ticket.followers include requester              ..-.-....-
    ticket.followers include any of "Bo", "Eve"     .x-x-xx..-
    ticket.followers include all of "Bo", "Eve"     ..-.-....-
    ticket.followers include none of "Bo", "Eve"    x.-.-..xx-
    followers is empty                              x.-.-...x-
    [gain-and-lose]
    ticket.followers gain "Bo"                      -x--.xx..-
    ticket.followers lose "2"                       -.--...xx-
    ticket.followers lose any of "Bo", "Eve"        ----.--xx-
    ticket.followers gain any of current_user, requester  ----.xx..-
    [change]
    followers change                                ---x.x-xx-
    """,
    directory=directory("users", "groups", "organizations"),
)

TEAMS = Grid(
    "groups",
    set_situations("teams", "Tier 1", "Tier 2"),
    """
    [sets]
    ticket.teams include "Tier 1"                   .x-x-xx..-
    ticket.teams include "tier 2"                   ..-x-.xx.-
    ticket.teams do not include "10"                x.-.-..xx-
    ticket.teams include any of "Tier 1", "Billing" .x-x------
    [gain-and-lose]
    ticket.teams gain "Tier 1"                      -x--.xx..-
    ticket.teams lose "Tier 1"                      -.--...xx-
    [change]
    ticket.teams change                             ---x.x-xx-
    """,
    declares="field ticket.teams is groups\n",
    directory=directory("groups"),
)
PEOPLE = Grid(
    "people",
    [
        Situation("a ticket created for Bo, who is of Tier 1", [{"assignee": "bo@example.com"}]),
        Situation("a ticket created for Eve, who is of Tier 2", [{"assignee": "eve@example.com"}]),
        Situation("a ticket created for nobody", [{"assignee": None}]),
        Situation("an update from Bo to Eve", [{"assignee": "bo@example.com"}, {"assignee": "3"}]),
        Situation(
            "an update from nobody to a stranger", [{"assignee": None}, {"assignee": "new@example.com"}]
        ),
        Situation("an update from Bo to a bare id", [{"assignee": "Bo"}, {"assignee": "4711"}]),
    ],
    """
    [people]
    assignee is agent                               xx.-..
    assignee is not agent                           ..x-xx
    assignee is admin                               .x.-..
    assignee is end_user                            ...-x.
    assignee is not end_user                        xxx-.x
    assignee.email is "BO@example.com"              x..-..
    assignee.email ends with "@example.com"         xx.-x.
    assignee.email is empty                         ..x-.x
    assignee.name is "Eve"                          .x.-..
    assignee.name is empty                          ..x-xx
    assignee.role is one of agent, admin            xx.-..
    assignee.role is not agent                      .xx-xx
    assignee.groups include "Tier 1"                x..-..
    assignee.groups do not include "Tier 1"         .xx-xx
    assignee.groups include any of "Tier 1", "Tier 2"  xx.-..
    assignee is one of "Bo", "Eve"                  xx.-..
    assignee is not one of "Bo", "Eve"              ..x-xx
    assignee is "eve@example.com"                   .x.-..
    assignee is "3"                                 .x.-..
    [change]
    assignee.email changes                          -x.xxx
    assignee.email changes from "bo@example.com"    -..x.x
    assignee.name does not change                   -.x.x.
    assignee.groups gain "Tier 2"                   -x.x..
    assignee.groups lose "Tier 1"                   -..x.x
    assignee.role changes                           -x.xxx
    [previous]
    previous assignee is "Bo"                       --.x.x
    previous assignee is agent                      --.x.x
    previous assignee.name is "Bo"                  --.x.x
    previous assignee.name is empty                 --x.x.
    assignee.role is previous assignee.role         --....
    """,
    directory=directory("users", "groups", "organizations"),
)

USER = Grid(
    "user",
    situations("assignee", "bo@example.com", "ana@example.com", "BO@example.com"),
    """
    [equality]
    assignee is "Bo"                                .x.-x..-x
    assignee is not "Bo"                            x.x-.xx-.
    assignee is one of "Bo", "Eve"                  .x.-x..-x
    assignee is not one of "Bo", "Eve"              x.x-.xx-.
    assignee is empty                               x..-..x-.
    assignee is not empty                           .xx-xx.-x
    assignee is requester                           ..x-.x.-.
    assignee is not requester                       xx.-x.x-x
    assignee is current_user                        ..x-x..-.
    [change]
    assignee changes                                .xx.xxxxx
    assignee changes to "Bo"                        .x..x..xx
    assignee changes to requester                   ..x..x...
    assignee changes from "Bo"                      .....xx..
    assignee changes from requester to "Bo"         ....x....
    assignee does not change from "Bo"              xxxxx..xx
    [previous]
    assignee is previous assignee                   .-.x....-
    previous assignee is requester                  .-..x...-
    """,
    directory=directory("users", "groups", "organizations"),
)

GROUP = Grid(
    "group",
    situations("group", "Tier 1", "Tier 2", "tier 1"),
    """
    [equality]
    group is "Tier 1"                               .x.--..-x
    group is "10"                                   .x.------
    group is not "Tier 1"                           x.x--xx-.
    group is one of "Tier 1", "Billing"             .x.--..-x
    group is empty                                  x..--.x-.
    [change]
    group changes                                   .-x-xxxx-
    group changes to "Tier 1"                       .-.-x..x-
    group changes from "Tier 1" to "Tier 2"         .-.-.x..-
    group.name changes                              .-x-xxxx-
    [text]
    group.name contains "tier"                      .xx--x.-x
    group.name is "tier 1"                          .x.--..-x
    [previous]
    previous group is "Tier 1"                      ...--xx-.
    previous group.name is "Tier 2"                 ...--..-.
    """,
    directory=directory("groups"),
)

ORGANIZATION = Grid(
    "organization",
    situations("organization", "Acme", "Globex"),
    """
    [equality]
    organization is "Acme"                          .x.--..-
    organization is not "Acme"                      x.x--xx-
    organization is requester.organization          .x.--..-
    requester.organization is the organization      .x.--..-
    [sets]
    organization.tags include vip                   .x--x..x
    organization.tags is empty                      x.--.xx.
    organization.tags gain vip                      .x--x..x
    organization.tags lose vip                      ..--.xx.
    [change]
    organization changes                            .-x-xxxx
    """,
    directory=directory("users", "groups", "organizations"),
)

BRAND = Grid(
    "brand",
    situations("brand", "Shop", "Club"),
    """
    [equality]
    brand is "Shop"                                 .x.--..-
    brand is "30"                                   .x.-----
    brand is not "Shop"                             x.x--xx-
    brand.name starts with "sh"                     .x.--..-
    [change]
    brand changes from "Shop"                       .-.-.xx.
    """,
    directory=directory("brands"),
)

GRIDS = (TAGS, CHOICES, FOLLOWERS, TEAMS, PEOPLE, USER, GROUP, ORGANIZATION, BRAND)
