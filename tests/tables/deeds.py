"""Tables of actions: what each makes of a field, and whom each tells."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tables.grid import ANA, BO, EVE, Situation, expecting, slug
from trigdsl.testing.conformance import Case

_DECLARED = {
    "seats": "a number",
    "spare": "a number",
    "vip": "yes or no",
    "products": "any of printer, scanner or copier, modem",
    "second_group": "a group",
    "backup": "a user",
    "watchers": "users",
    "teams": "groups",
    "home": "an organization",
    "shop": "a brand",
    "renewal": "a date",
    "notes": "text",
}

WRITES = """
[set]
set ticket.type to problem                          | type     | null        | "problem"
set ticket.type to PROBLEM                          | type     | null        | "problem"       | in other case
set ticket.type to problem                          | type     | "task"      | "problem"       | in place of another
set ticket.type to problem                          | type     | "problem"   | "problem"       | again
set ticket.priority to urgent                       | priority | "low"       | "urgent"
set ticket.status to on-hold                        | status   | "open"      | "hold"
set ticket.status to closed                         | status   | "open"      | "closed"
set ticket.subject to "Printer"                     | subject  | null        | "Printer"
set ticket.subject to "Printer"                     | subject  | "printer"   | "Printer"       | in other case
set ticket.subject to "Printer"                     | subject  | "Printer"   | "Printer"       | again
set ticket.subject to requester.email               | subject  | "x"         | "ana@example.com"
set ticket.subject to organization.name             | subject  | "x"         | null
set ticket.notes to ticket.subject                  | notes    | "x"         | null
set ticket.seats to 4                               | seats    | null        | 4
set ticket.seats to -2.5                            | seats    | 4           | -2.5
set ticket.seats to 4.0                             | seats    | 4           | 4
set ticket.seats to ticket.spare                    | seats    | 4           | null
set ticket.vip to yes                               | vip      | null        | true
set ticket.vip to yes                               | vip      | true        | true            | again
set ticket.vip to no                                | vip      | true        | false
set ticket.vip to no                                | vip      | null        | false           | never set
set ticket.renewal to 2026-02-01                    | renewal  | null        | "2026-02-01"
set ticket.renewal to 2026-02-01 09:30              | renewal  | "2026-02-01" | "2026-02-01T09:30:00Z"
set ticket.renewal to ticket.created_at             | renewal  | null        | "2026-01-05T10:00:00Z"
set ticket.tags to vip, gold                        | tags     | ["old"]     | ["gold", "vip"]
set ticket.tags to VIP                              | tags     | []          | ["vip"]
set ticket.tags to gold, vip                        | tags     | ["vip", "gold"] | ["gold", "vip"]
set ticket.products to printer, copier              | products | ["modem"]   | ["printer", "scanner"]
set assignee to current_user                        | assignee | null        | "ana@example.com"
set assignee to "BO@example.com"                    | assignee | null        | "bo@example.com"
set assignee to requester                           | assignee | "bo@example.com" | "ana@example.com"
set assignee to ticket.backup                       | assignee | "bo@example.com" | null
set ticket.backup to assignee                       | backup   | "bo@example.com" | null
set group to "Tier 2"                               | group    | "Tier 1"    | "Tier 2"
set ticket.second_group to group                    | second_group | "Tier 1" | null
set ticket.home to "Acme"                           | home     | null        | "Acme"
set ticket.home to organization                     | home     | "Acme"      | null
set ticket.shop to "Shop"                           | shop     | "Club"      | "Shop"
set ticket.watchers to requester                    | watchers | ["bo@example.com"] | ["ana@example.com"]
set ticket.watchers to requester, "bo@example.com"  | watchers | []          | ["ana@example.com", "bo@example.com"]
set ticket.watchers to followers, requester         | watchers | []          | ["ana@example.com"]
set ticket.watchers to assignee                     | watchers | ["bo@example.com"] | []
set ticket.teams to "Tier 1", "Tier 2"              | teams    | []          | ["Tier 1", "Tier 2"]
set ticket.priority to previous ticket.priority     | priority | "low"       | null
set the ticket.type to problem                      | type     | null        | "problem"       | with the
[clear]
clear ticket.type                                   | type     | "task"      | null
clear ticket.priority                               | priority | "high"      | null
clear ticket.subject                                | subject  | "Printer"   | null
clear ticket.seats                                  | seats    | 3           | null
clear ticket.vip                                    | vip      | true        | false
clear ticket.renewal                                | renewal  | "2026-01-31" | null
clear ticket.tags                                   | tags     | ["vip"]     | []
clear ticket.products                               | products | ["modem"]   | []
clear assignee                                      | assignee | "bo@example.com" | null
clear group                                         | group    | "Tier 1"    | null
clear ticket.home                                   | home     | "Acme"      | null
clear ticket.shop                                   | shop     | "Shop"      | null
clear ticket.watchers                               | watchers | ["bo@example.com"] | []
clear ticket.teams                                  | teams    | ["Tier 1"]  | []
clear ticket.type                                   | type     | null        | null            | that is empty
clear ticket.tags                                   | tags     | []          | []              | that is empty
clear ticket.vip                                    | vip      | null        | false           | that is no
clear ticket.status                                 | status   | "open"      | null
[add]
add vip to ticket.tags                              | tags     | []          | ["vip"]
add vip to ticket.tags                              | tags     | ["vip"]     | ["vip"]         | again
add VIP, gold to ticket.tags                        | tags     | ["vip"]     | ["gold", "vip"]
add printer to ticket.products                      | products | ["modem"]   | ["modem", "printer"]
add copier to ticket.products                       | products | ["scanner"] | ["scanner"]
add current_user to ticket.watchers                 | watchers | ["bo@example.com"] | ["ana@example.com", "bo@example.com"]
add current_user, requester to ticket.watchers      | watchers | []          | ["ana@example.com"]
add assignee to ticket.watchers                     | watchers | []          | []
add "Tier 2" to ticket.teams                        | teams    | ["Tier 1"]  | ["Tier 1", "Tier 2"]
add group to ticket.teams                           | teams    | ["Tier 1"]  | ["Tier 1"]
add requester to followers                          | followers | null       | ["ana@example.com"]
add 1 to ticket.seats                               | seats    | null        | 1
add 1 to ticket.seats                               | seats    | 4           | 5               | that is not empty
add -2.5 to ticket.seats                            | seats    | 2           | -0.5
add 0 to ticket.seats                               | seats    | 2           | 2
add ticket.spare to ticket.seats                    | seats    | 2           | 2
add ticket.seats to ticket.seats                    | seats    | 2           | 4
[remove]
remove vip from ticket.tags                         | tags     | ["gold", "vip"] | ["gold"]
remove VIP from ticket.tags                         | tags     | ["vip"]     | []              | in other case
remove vip from ticket.tags                         | tags     | ["gold"]    | ["gold"]        | that lacks it
remove vip, gold from ticket.tags                   | tags     | ["gold", "old", "vip"] | ["old"]
remove copier from ticket.products                  | products | ["printer", "scanner"] | ["printer"]
remove requester from ticket.watchers               | watchers | ["ana@example.com"] | []
remove assignee from ticket.watchers                | watchers | ["bo@example.com"] | ["bo@example.com"]
remove "Tier 1" from ticket.teams                   | teams    | ["Tier 1", "Tier 2"] | ["Tier 2"]
"""
"""An action, the field that it writes, what that holds on creation, what it holds then, and what tells the row from another."""


def writes() -> Iterator[tuple[str, Case]]:
    """Yield a case for each row of the table of what is written."""
    subject = ""
    for line in WRITES.strip().splitlines():
        if line.startswith("["):
            subject = line.strip("[]")
            continue
        action, name, start, end, *told = (part.strip() for part in line.split("|"))
        yield subject, _write(subject, action, name, (json.loads(start), json.loads(end)), " ".join(told))


def _write(subject: str, action: str, name: str, holds: tuple[Any, Any], told: str) -> Case:
    start, end = holds
    used = [field for field in _DECLARED if f"ticket.{field}" in f"{action} ticket.{name}"]
    declared = "".join(f"field ticket.{field} is {_DECLARED[field]}\n" for field in used)
    case = expecting(
        Case(
            id=f"{subject}/{slug(f'{action} {told}')}",
            idea=f"`{action}` {told or 'on creation'}: {name} is {_said(start)}, then {_said(end)}",
            rules=f"{declared}when ticket is created\nthen {action}\n",
            events=Situation("", [{name: start}]).events(),
        )
    )
    assert case.expect[0]["after"][name] == end, (case.id, case.expect)
    return case


def _said(value: Any) -> str:
    return "empty" if value in (None, []) else json.dumps(value)


# Who is told

PAUL, FINN, NEW, OPS = "paul@example.com", "finn@example.com", "new@example.com", "ops@example.com"
_LETTERS = {"a": ANA, "b": BO, "e": EVE, "f": FINN, "n": NEW, "o": OPS, "p": PAUL}
OFFICE: Mapping[str, Any] = {
    "users": [
        {"email": ANA, "role": "end_user"},
        {"email": PAUL, "role": "end_user"},
        {"email": BO, "role": "agent", "groups": ["Tier 1"]},
        {"email": EVE, "name": "Eve", "role": "admin", "groups": ["Tier 2"]},
        {"email": FINN, "role": "agent", "restricted": True, "groups": ["Tier 2"]},
    ],
    "groups": [{"id": "10", "name": "Tier 1"}, {"id": "11", "name": "Tier 2"}, {"id": "12", "name": "Empty"}],
}
_START = {"assignee": BO, "group": "Tier 1", "ccs": [PAUL, EVE], "followers": [EVE, NEW]}
_SAYS = {"public": True, "body": "Hello"}
SITUATIONS = (
    Situation("an agent updates", [_START, {}]),
    Situation("an agent comments publicly", [_START, {}], data={"comment": _SAYS}),
    Situation("an agent comments privately", [_START, {}], data={"comment": {**_SAYS, "public": False}}),
    Situation("an automatic message", [_START, {}], data={"automatic": True}),
    Situation("ana and paul had the mail", [_START, {}], data={"comment": _SAYS, "mailed": [ANA, PAUL]}),
    Situation("there is nobody", [{}, {}], by=[None, None]),
    Situation("it is handed over", [_START, {"assignee": EVE, "group": "Tier 2"}]),
)
TOLD = """
requester with template t                     a    a    a    -    a    -    a
assignee with template t                      b    b    b    b    b    -    e
current_user with template t                  b    b    b    b    b    -    b
submitter with template t                     a    a    a    -    a    -    a
followers with template t                     en   en   en   e    en   -    en
ccs with template t                           ep   ep   ep   e    ep   -    ep
requester and ccs with template t             aep  aep  -    e    e    -    aep
ccs and requester with template t             epa  epa  -    e    e    -    epa
requester, assignee with template t           ab   ab   ab   b    ab   -    ae
requester and ccs, assignee with template t   aepb aepb b    eb   eb   -    aep
ticket.requester and ticket.ccs with template t  aep  aep  -    e    e    -    aep
requester and ccs by sms with template t      aep  aep  -    e    e    -    aep
group with template t                         b    b    b    b    b    -    ef
group "Tier 2" with template t                ef   ef   ef   ef   ef   ef   ef
group "Empty" with template t                 -    -    -    -    -    -    -
user "Eve" with template t                    e    e    e    e    e    e    e
"ops@example.com" with template t             o    o    o    -    o    o    o
"ANA@example.com", requester with template t  a    a    a    -    a    a    a
all agents with template t                    be   be   be   be   be   be   be
assignee.groups with template t               b    b    b    b    b    -    ef
previous assignee with template t             b    b    b    b    b    -    b
previous group with template t                b    b    b    b    b    -    b
requester by tweet with body "Hello"          a    a    a    -    a    -    a
requester with subject "Hi" and body "Hello"  a    a    a    -    a    -    a
requester with template t in language fr      a    a    a    -    a    -    a
"""
"""Recipients, and whom they are in each situation, by their letters."""


def told() -> Iterator[tuple[str, Case]]:
    """Yield a case for each cell of the table of who is told."""
    for line in TOLD.strip().splitlines():
        said, *cells = line.rsplit(maxsplit=len(SITUATIONS))
        for letters, situation in zip(cells, SITUATIONS, strict=True):
            yield "notify", _tell(said.strip(), letters.strip("-"), situation)


def _tell(said: str, letters: str, situation: Situation) -> Case:
    case = expecting(
        Case(
            id=f"notify/{slug(said.replace('ticket.', 'ticket ') + ' ' + situation.said)}",
            idea=f"`notify {said}` tells {len(letters) or 'nobody'}: {situation.said}",
            rules=f"when ticket is updated\nthen notify {said}\n",
            templates={"t": "A text."} if "template t" in said else {},
            directory=OFFICE,
            events=situation.events(),
        )
    )
    assert [e["recipient"] for e in case.expect[1].get("effects", ())] == [_LETTERS[x] for x in letters], (
        case.id,
        case.expect,
    )
    return case
