"""A rule set as meant: names resolved, values typed, triggers in their order. Each class shows what it stands for."""

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import attrs
from attrs import field, frozen

from trigdsl.semantics import types
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import NOWHERE, Span


@frozen
class Location:
    """Where in the rules something is written: the file, its line, and the words themselves."""

    path: str
    line: int
    text: str = ""
    span: Span = NOWHERE


def _location() -> Any:
    return attrs.field(default=Location("", 0), eq=False, repr=False, kw_only=True)


# What a condition speaks of


@frozen
class Reading:
    """A value read at run time: `requester.email` is base `ticket`, steps `requester`, `email`."""

    base: str
    steps: tuple[str, ...]
    type: types.Type
    previous: bool = False
    text: str = field(default="", eq=False)


@frozen
class Constant:
    """A value written in the rule."""

    value: Value


@frozen
class Named:
    """A person, group, organization or brand named in the rule; the directory tells which."""

    kind: str
    name: str


Operand = Constant | Named | Reading


# Tests: each is one positive question; a negated form is a Not around it


@frozen
class Equals:
    """`ticket.status is solved`."""

    subject: Reading
    operand: Operand
    at: Location = _location()


@frozen
class IsOneOf:
    """`ticket.status is one of open, pending`."""

    subject: Reading
    operands: tuple[Operand, ...]
    at: Location = _location()


@frozen
class IsEmpty:
    """`assignee is empty`."""

    subject: Reading
    at: Location = _location()


@frozen
class Compares:
    """`ticket.priority is at least high`; the relation is one of `<`, `<=`, `>`, `>=`."""

    subject: Reading
    relation: str
    operand: Operand
    at: Location = _location()


@frozen
class IsWithin:
    """`ticket.due_date is within the next 3 days`; a negative reach lies in the past."""

    subject: Reading
    reach: timedelta
    at: Location = _location()


@frozen
class Changes:
    """`ticket.status changes from open to solved`; None is any value."""

    subject: Reading
    before: Operand | None = None
    now: Operand | None = None
    at: Location = _location()


@frozen
class Includes:
    """`ticket.tags include any of vip, gold`, or all of them."""

    subject: Reading
    operands: tuple[Operand, ...]
    every: bool = False
    at: Location = _location()


@frozen
class Gains:
    """`ticket.tags gain any of vip, gold`."""

    subject: Reading
    operands: tuple[Operand, ...]
    at: Location = _location()


@frozen
class Loses:
    """`ticket.tags lose any of vip, gold`."""

    subject: Reading
    operands: tuple[Operand, ...]
    at: Location = _location()


@frozen
class Contains:
    """`ticket.subject contains "down"`."""

    subject: Reading
    operand: Operand
    at: Location = _location()


@frozen
class ContainsWord:
    """`ticket.subject contains any word of "down", "does not start"`."""

    subject: Reading
    operands: tuple[Operand, ...]
    at: Location = _location()


@frozen
class StartsWith:
    """`ticket.subject starts with "Re:"`."""

    subject: Reading
    operand: Operand
    at: Location = _location()


@frozen
class EndsWith:
    """`requester.email ends with "@example.com"`."""

    subject: Reading
    operand: Operand
    at: Location = _location()


@frozen
class IsLike:
    """`ticket.subject is like "INV-###*"`."""

    subject: Reading
    pattern: str
    at: Location = _location()


@frozen
class Matches:
    """`ticket.subject matches "^INV-[0-9]+$"`, an RE2 pattern."""

    subject: Reading
    pattern: str
    at: Location = _location()


@frozen
class Happens:
    """`ticket is created`, `comment is public`: a fact the engine knows, such as `comment.public`."""

    fact: str
    at: Location = _location()


@frozen
class ScheduleIs:
    """`schedule "Support hours" is open`.

    A title of None is the ticket's own schedule, else the first declared; a reading is the one that a
    field names, if any.
    """

    title: str | Reading | None
    state: str
    at: Location = _location()


Test = (
    Equals
    | IsOneOf
    | IsEmpty
    | Compares
    | IsWithin
    | Changes
    | Includes
    | Gains
    | Loses
    | Contains
    | ContainsWord
    | StartsWith
    | EndsWith
    | IsLike
    | Matches
    | Happens
    | ScheduleIs
)


@frozen
class Not:
    """`not (…)`, and every negated form."""

    item: "Condition"
    at: Location = _location()


@frozen
class AllOf:
    """`a and b`; with no items it always holds."""

    items: tuple["Condition", ...]
    at: Location = _location()


@frozen
class AnyOf:
    """`a or b`."""

    items: tuple["Condition", ...]
    at: Location = _location()


@frozen
class Raw(AnyOf):
    """`raw zendesk` and a text: a condition that is said nowhere else. It is an `or` of nothing, and never holds."""

    items: tuple["Condition", ...] = field(default=(), init=False)
    system: str = field(kw_only=True)
    text: str = field(kw_only=True)


Condition = Test | Not | AllOf | AnyOf


# Actions


@frozen
class Template:
    """`with template solved`."""

    name: str


@frozen
class Inline:
    """A text written in the rule."""

    subject: str | None
    body: str


Message = Template | Inline


@frozen
class SetTo:
    """`set ticket.priority to urgent`; a set field may take several operands."""

    field: str
    operands: tuple[Operand, ...]
    at: Location = _location()


@frozen
class Clear:
    """`clear ticket.priority`."""

    field: str
    at: Location = _location()


@frozen
class Include:
    """`add vip to ticket.tags`."""

    field: str
    operands: tuple[Operand, ...]
    at: Location = _location()


@frozen
class Exclude:
    """`remove vip from ticket.tags`."""

    field: str
    operands: tuple[Operand, ...]
    at: Location = _location()


@frozen
class Count:
    """`add 1 to ticket.reminders`."""

    field: str
    operand: Operand
    at: Location = _location()


@frozen
class People:
    """Those a path of the ticket leads to: `requester`, `ccs`, the members of `group`."""

    reading: Reading


@frozen
class Address:
    """`"ops@example.com"`."""

    address: str


@frozen
class Everybody:
    """`all agents`: every agent who is not restricted."""


Recipient = People | Named | Address | Everybody


@frozen
class Notify:
    """`notify requester and ccs by tweet with template solved in language fr`.

    With `copies` the requester and the ccs are told together, as the readers of one mail.
    """

    recipients: tuple[Recipient, ...]
    channel: str
    message: Message
    language: str | None = None
    copies: bool = False
    at: Location = _location()


@frozen
class CallWebhook:
    """`call webhook pager with template page_on_call`."""

    webhook: str
    message: Message
    at: Location = _location()


@frozen
class Post:
    """`post public comment with template thanks`."""

    public: bool
    message: Message
    at: Location = _location()


@frozen
class Stop:
    """`stop`."""

    at: Location = _location()


@frozen
class Perform:
    """`page on_call with template outage`: an action of the vocabulary's own; the host carries it out."""

    action: str
    operand: Operand | None
    type: types.Type | None
    message: Message | None
    at: Location = _location()


@frozen
class RawAction:
    """`raw zendesk` and a text: an action that can be carried out nowhere else."""

    system: str
    text: str
    at: Location = _location()


Action = SetTo | Clear | Include | Exclude | Count | Notify | CallWebhook | Post | Stop | Perform | RawAction


# Rule sets


@frozen
class Trigger:
    """One trigger. Reads and writes are names such as `ticket.status`, `user.email`, `comment.public`.

    Its doc is what the comment directly above it says, and `at.text` the trigger itself as it is written. With
    `raw` parts, which no rule here can say, it is never tried.
    """

    title: str
    category: str | None
    condition: Condition
    actions: tuple[Action, ...]
    active: bool = True
    trial: bool = False
    once: bool = False
    library: str | None = None
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    raw: tuple[Raw | RawAction, ...] = field(default=(), kw_only=True)
    doc: str = field(default="", eq=False, repr=False, kw_only=True)
    at: Location = _location()

    @property
    def runs(self) -> bool:
        """Whether it is tried at all: it is not disabled, and all of it can be said in the language."""
        return self.active and not self.raw

    @property
    def off(self) -> str | None:
        """Why it is never tried, `disabled` or `not executable`; None when it is."""
        return None if self.runs else "not executable" if self.active else "disabled"

    @property
    def stops(self) -> bool:
        """Whether no other trigger is tried after it has fired."""
        return isinstance(self.actions[-1], Stop)


@frozen
class Schedule:
    """Opening hours: for each weekday, Monday first, the open minutes as half-open ranges from midnight."""

    title: str
    zone: tzinfo
    hours: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()


@frozen
class Counter:
    """A field that counts the updates for which a condition held."""

    field: str
    condition: Condition


@frozen
class Default:
    """What a field holds on creation when the update does not set it."""

    field: str
    operand: Operand


@frozen
class Rules:
    """A checked rule set: what the engine runs. Triggers stand in the order in which they are tried."""

    vocabulary: Vocabulary
    triggers: tuple[Trigger, ...] = ()
    schedules: Mapping[str, Schedule] = field(factory=dict)
    counters: tuple[Counter, ...] = ()
    defaults: tuple[Default, ...] = ()
    closed: Condition | None = None
    webhooks: tuple[str, ...] = ()
    agent_roles: frozenset[str] = frozenset({"agent", "admin"})


UNITS: Mapping[str, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
MOST_OF_A_DURATION = Decimal(36525)
"""The most days a duration may span: a hundred years."""
