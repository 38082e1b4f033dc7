"""A rule file as written. Each class shows one line of what it stands for.

Nodes are immutable and compare by what they say: where they stand plays no part.
"""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs
from attrs import frozen

from trigdsl.source import NOWHERE, Span


def _span() -> Any:
    return attrs.field(default=NOWHERE, eq=False, repr=False, kw_only=True)


class Verb(enum.Enum):
    """What a comparison says of its subject; each is one terminal of the grammar."""

    IS = "IS"
    IS_NOT = "IS_NOT"
    IS_ONE_OF = "IS_ONE_OF"
    IS_NOT_ONE_OF = "IS_NOT_ONE_OF"
    IS_EMPTY = "IS_EMPTY"
    IS_NOT_EMPTY = "IS_NOT_EMPTY"
    IS_LESS_THAN = "IS_LESS_THAN"
    IS_AT_MOST = "IS_AT_MOST"
    IS_AT_LEAST = "IS_AT_LEAST"
    IS_MORE_THAN = "IS_MORE_THAN"
    IS_BEFORE = "IS_BEFORE"
    IS_AFTER = "IS_AFTER"
    IS_WITHIN_THE_LAST = "IS_WITHIN_THE_LAST"
    IS_WITHIN_THE_NEXT = "IS_WITHIN_THE_NEXT"
    CHANGES = "CHANGES"
    CHANGES_TO = "CHANGES_TO"
    CHANGES_FROM = "CHANGES_FROM"
    DOES_NOT_CHANGE = "DOES_NOT_CHANGE"
    DOES_NOT_CHANGE_TO = "DOES_NOT_CHANGE_TO"
    DOES_NOT_CHANGE_FROM = "DOES_NOT_CHANGE_FROM"
    INCLUDE = "INCLUDE"
    INCLUDE_ANY_OF = "INCLUDE_ANY_OF"
    INCLUDE_ALL_OF = "INCLUDE_ALL_OF"
    INCLUDE_NONE_OF = "INCLUDE_NONE_OF"
    DO_NOT_INCLUDE = "DO_NOT_INCLUDE"
    GAIN = "GAIN"
    GAIN_ANY_OF = "GAIN_ANY_OF"
    LOSE = "LOSE"
    LOSE_ANY_OF = "LOSE_ANY_OF"
    CONTAINS = "CONTAINS"
    CONTAINS_ANY_WORD_OF = "CONTAINS_ANY_WORD_OF"
    CONTAINS_NO_WORD_OF = "CONTAINS_NO_WORD_OF"
    DOES_NOT_CONTAIN = "DOES_NOT_CONTAIN"
    STARTS_WITH = "STARTS_WITH"
    DOES_NOT_START_WITH = "DOES_NOT_START_WITH"
    ENDS_WITH = "ENDS_WITH"
    DOES_NOT_END_WITH = "DOES_NOT_END_WITH"
    IS_LIKE = "IS_LIKE"
    IS_NOT_LIKE = "IS_NOT_LIKE"
    MATCHES = "MATCHES"
    DOES_NOT_MATCH = "DOES_NOT_MATCH"


class Standing(enum.Enum):
    """What stands before a trigger's title."""

    ACTIVE = "TRIGGER"
    DISABLED = "DISABLED_TRIGGER"
    TRIAL = "TRIAL_TRIGGER"
    REPLACEMENT = "REPLACE_TRIGGER"


# Values and paths


@frozen
class Path:
    """`ticket.status`."""

    parts: tuple[str, ...]
    span: Span = _span()

    def __str__(self) -> str:
        return ".".join(self.parts)


@frozen
class Word:
    """A bare word: `solved`."""

    text: str
    span: Span = _span()


@frozen
class Text:
    """Quoted: `"quoted text"`. Its value is what the quotes hold."""

    value: str
    span: Span = _span()


@frozen
class Number:
    """`4`, `-2.5`."""

    value: Decimal
    span: Span = _span()


@frozen
class Duration:
    """`4 hours`. The unit is as written, and known in the table of words."""

    amount: Decimal
    unit: str
    span: Span = _span()


@frozen
class Day:
    """`2026-01-31`."""

    value: date
    span: Span = _span()


@frozen
class Moment:
    """`2026-01-31 09:30`, in universal time."""

    value: datetime
    span: Span = _span()


@frozen
class PathValue:
    """A value read from the ticket: `requester.email`, `the group`, `previous ticket.priority`."""

    path: Path
    previous: bool = False
    the: bool = False
    span: Span = _span()


Value = Word | Text | Number | Duration | Day | Moment | PathValue


# Subjects of conditions, recipients, people who act in tests


@frozen
class PathSubject:
    """`ticket.status`, `previous ticket.status`."""

    path: Path
    previous: bool = False
    span: Span = _span()


@frozen
class NamedSubject:
    """`group "Tier 2"`, `agent "bo@example.com"`."""

    kind: str
    name: str
    span: Span = _span()


@frozen
class ScheduleSubject:
    """`schedule "Support hours"`, or `schedule` for the ticket's own."""

    title: str | None
    span: Span = _span()


@frozen
class AddressSubject:
    """`"ops@example.com"`."""

    address: str
    span: Span = _span()


@frozen
class AllSubject:
    """`all agents`."""

    who: str
    span: Span = _span()


Subject = PathSubject | NamedSubject | ScheduleSubject | AddressSubject | AllSubject


# Conditions


@frozen
class Comparison:
    """`ticket.status changes from open to solved`; `until` is what stands after that `to`."""

    subject: Subject
    verb: Verb
    values: tuple[Value, ...] = ()
    until: Value | None = None
    span: Span = _span()
    verb_span: Span = _span()


@frozen
class NameTest:
    """A defined name: `paying_customer`."""

    name: str
    span: Span = _span()


@frozen
class Not:
    """`not (…)`, or `not` and a defined name."""

    item: "Condition"
    span: Span = _span()


@frozen
class And:
    """`a and b`."""

    items: tuple["Condition", ...]
    span: Span = _span()


@frozen
class Or:
    """`a or b`."""

    items: tuple["Condition", ...]
    span: Span = _span()


@frozen
class Mixture:
    """`a and b or c`, which has no meaning; `ors` says of each gap between two items whether `or` stands there."""

    items: tuple["Condition", ...]
    ors: tuple[bool, ...]
    span: Span = _span()


@frozen
class Unread:
    """A part of a rule that could not be read: the mistake is reported, and what stands around it has its place."""

    span: Span = _span()


@frozen
class Raw:
    """`raw zendesk` and a text: a condition, or an action, that another help desk alone can say, word for word."""

    system: str
    text: str
    span: Span = _span()
    system_span: Span = _span()


Condition = Comparison | NameTest | Not | And | Or | Mixture | Raw | Unread


# Actions


@frozen
class UseTemplate:
    """`with template solved`."""

    name: str
    span: Span = _span()


@frozen
class InlineText:
    """`with subject "…" and body "…"`, or `with body "…"` alone."""

    subject: str | None
    body: str
    span: Span = _span()


Message = UseTemplate | InlineText


@frozen
class SetField:
    """`set ticket.priority to urgent`."""

    path: Path
    values: tuple[Value, ...]
    span: Span = _span()


@frozen
class ClearField:
    """`clear ticket.priority`."""

    path: Path
    span: Span = _span()


@frozen
class AddTo:
    """`add vip to ticket.tags`."""

    values: tuple[Value, ...]
    path: Path
    span: Span = _span()


@frozen
class RemoveFrom:
    """`remove vip from ticket.tags`."""

    values: tuple[Value, ...]
    path: Path
    span: Span = _span()


@frozen
class Notify:
    """`notify requester and ccs by tweet with template solved in language fr`."""

    recipients: tuple[Subject, ...]
    message: Message
    channel: str | None = None
    language: str | None = None
    span: Span = _span()
    channel_span: Span = _span()
    language_span: Span = _span()


@frozen
class CallWebhook:
    """`call webhook pager with template page_on_call`."""

    webhook: str
    template: str
    span: Span = _span()
    webhook_span: Span = _span()
    template_span: Span = _span()


@frozen
class PostComment:
    """`post public comment with template thanks`."""

    public: bool
    message: Message
    span: Span = _span()


@frozen
class Stop:
    """`stop`."""

    span: Span = _span()


@frozen
class Perform:
    """`page on_call with template outage`: an action of the vocabulary's own."""

    verb: str
    argument: Value | None = None
    message: Message | None = None
    span: Span = _span()


Action = (
    SetField
    | ClearField
    | AddTo
    | RemoveFrom
    | Notify
    | CallWebhook
    | PostComment
    | Stop
    | Perform
    | Raw
    | Unread
)


# Declarations


@frozen
class Use:
    """`use zendesk only "…"`, `use "./more.trig"`."""

    library: str | None
    path: str | None = None
    only: tuple[Text, ...] = ()
    span: Span = _span()


@frozen
class Switch:
    """`disable trigger "…"`, `enable trigger "…"`."""

    title: str
    on: bool
    span: Span = _span()
    title_span: Span = _span()


@frozen
class Choice:
    """One of a field's choices with other spellings that are read as it: `hold or on-hold`."""

    name: str
    aliases: tuple[str, ...] = ()
    span: Span = _span()


@frozen
class ChoiceType:
    """`is one of a, b`, or ordered: `is one of a < b`."""

    choices: tuple[Choice, ...]
    ordered: bool = False
    span: Span = _span()


@frozen
class ChoiceSetType:
    """`is any of a, b`."""

    choices: tuple[Choice, ...]
    span: Span = _span()


@frozen
class PlainType:
    """`is text`; the word is the grammar's terminal, `TEXT_TYPE`."""

    terminal: str
    span: Span = _span()


FieldType = ChoiceType | ChoiceSetType | PlainType


@frozen
class FieldDeclaration:
    """`field ticket.plan is one of free < pro, read only`."""

    path: Path
    type: FieldType
    read_only: bool = False
    at_first: Value | None = None
    counting: Condition | None = None
    span: Span = _span()


@frozen
class StateDeclaration:
    """`state user is agent as user.role is one of agent, admin`."""

    path: Path
    name: str
    meaning: Condition | None = None
    span: Span = _span()


@frozen
class ChannelDeclaration:
    """`channel sms`."""

    name: str
    span: Span = _span()


@frozen
class ActionDeclaration:
    """`action page a user with text`: a verb of the vocabulary's own; what it takes, and whether a text."""

    verb: str
    argument: PlainType | None = None
    with_text: bool = False
    span: Span = _span()


@frozen
class Define:
    """`define paying_customer as …`."""

    name: str
    condition: Condition
    span: Span = _span()


@frozen
class Category:
    """`category "Escalation"`; one that comes `before all others` is ahead of every file's."""

    title: str
    ahead: bool = False
    span: Span = _span()


@frozen
class Webhook:
    """`webhook pager`."""

    name: str
    span: Span = _span()


@frozen
class Hours:
    """`monday to friday 09:00 to 18:00`; minutes are counted from midnight."""

    first: str
    last: str | None
    opens: int
    closes: int
    span: Span = _span()


@frozen
class Schedule:
    """`schedule "Support hours" in "Europe/Paris" open … closed on 2026-12-25`."""

    title: str
    zone: str
    hours: tuple[Hours, ...]
    holidays: tuple[Day, ...] = ()
    span: Span = _span()
    zone_span: Span = _span()


@frozen
class Place:
    """`before "Theirs"`, `after "Theirs"`."""

    before: bool
    title: str
    span: Span = _span()


@frozen
class Trigger:
    """`trigger "…" once per ticket when … then …`; a title of None is a trigger named by its condition."""

    title: str | None
    condition: Condition
    actions: tuple[Action, ...]
    standing: Standing = Standing.ACTIVE
    once: bool = False
    place: Place | None = None
    span: Span = _span()
    title_span: Span = _span()


# Tests


@frozen
class Said:
    """`comments "…" privately`; publicly unless said."""

    text: str
    public: bool = True
    span: Span = _span()


@frozen
class Creates:
    """`creates ticket with subject "…"`."""

    subject: str | None = None
    span: Span = _span()


Act = Creates | SetField | ClearField | AddTo | RemoveFrom | Said


@frozen
class Acts:
    """`2 days pass and agent "bo@example.com" sets ticket.status to solved and comments "…" by email`."""

    who: Subject
    acts: tuple[Act, ...]
    after: Duration | None = None
    channel: str | None = None
    automatic: bool = False
    span: Span = _span()
    channel_span: Span = _span()


@frozen
class Passes:
    """`2 days pass`."""

    duration: Duration
    span: Span = _span()


Event = Acts | Passes | Unread


@frozen
class Telling:
    """`with template solved in language fr saying "…", "…"`: what is known of a text."""

    template: str | None = None
    language: str | None = None
    saying: tuple[Text, ...] = ()
    span: Span = _span()
    template_span: Span = _span()
    language_span: Span = _span()


@frozen
class ExpectFires:
    """`trigger "…" fires`, `trigger "…" does not fire`."""

    title: str
    fires: bool
    span: Span = _span()
    title_span: Span = _span()


@frozen
class ExpectNotified:
    """`group is notified by email with template escalation in language fr saying "…"`."""

    who: Subject
    notified: bool
    channel: str | None = None
    text: Telling = Telling()
    span: Span = _span()
    channel_span: Span = _span()


@frozen
class ExpectCalled:
    """`webhook pager is called with template page_on_call`, `webhook pager is not called`."""

    webhook: str
    called: bool
    text: Telling = Telling()
    span: Span = _span()
    webhook_span: Span = _span()


@frozen
class ExpectPosted:
    """`private comment is posted saying "…"`, `public comment is not posted`."""

    public: bool
    posted: bool
    text: Telling = Telling()
    span: Span = _span()


@frozen
class ExpectPerformed:
    """`page "eve@example.com" happens`: of an action of the vocabulary's own."""

    verb: str
    argument: Value | None
    happens: bool
    text: Telling = Telling()
    span: Span = _span()
    verb_span: Span = _span()


@frozen
class ExpectCondition:
    """`ticket.priority is urgent`."""

    condition: Comparison
    span: Span = _span()


Expectation = (
    ExpectFires | ExpectNotified | ExpectCalled | ExpectPosted | ExpectPerformed | ExpectCondition | Unread
)


@frozen
class Step:
    """`when … expect …`, a step of the test above it; nothing expected is `expect nothing`."""

    event: Event
    expectations: tuple[Expectation, ...]
    only: bool = False
    span: Span = _span()
    expect_span: Span = _span()


@frozen
class Test:
    """`test "…" given …`, with its steps."""

    __test__ = False  # not a test of pytest's

    title: str
    given: Condition | None
    steps: tuple[Step, ...] = ()
    span: Span = _span()


@frozen
class Lost:
    """A declaration that could not be read at all, known by its first words: `define paying_customer …`."""

    head: str
    name: str
    span: Span = _span()


Item = (
    Use
    | Switch
    | FieldDeclaration
    | StateDeclaration
    | ChannelDeclaration
    | ActionDeclaration
    | Define
    | Category
    | Webhook
    | Schedule
    | Trigger
    | Test
    | Lost
)


@frozen
class Comment:
    """`# text`, with what the formatter needs to know of its place."""

    text: str
    start: int
    alone: bool


@frozen
class Trivia:
    """What a file holds besides its meaning: comments, and the offsets at which its empty lines begin."""

    comments: tuple[Comment, ...] = ()
    empty_lines: tuple[int, ...] = ()


@frozen
class File:
    """A whole rule file."""

    items: tuple[Item, ...]
    trivia: Trivia = attrs.field(factory=Trivia, eq=False, repr=False)
    span: Span = _span()
