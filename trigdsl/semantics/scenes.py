"""Tests in the language as meant: how each begins, what happens in it, and what is expected."""

from datetime import timedelta

from attrs import frozen

from trigdsl.semantics.rules import (
    Address,
    Clear,
    Condition,
    Everybody,
    Exclude,
    Include,
    Location,
    Operand,
    Reading,
    SetTo,
)

# People


@frozen
class Cast:
    """`agent`, `end_user "ana@example.com"`: somebody by role; without a name it is the one of the cast."""

    role: str
    name: str | None = None


@frozen
class Members:
    """`group "Tier 1"`: everybody in a group."""

    group: str


Actor = Reading | Cast | Address
Audience = Reading | Cast | Members | Address | Everybody

# What happens


@frozen
class Said:
    """`comments "…" privately`."""

    text: str
    public: bool = True


Change = SetTo | Clear | Include | Exclude


@frozen
class Acts:
    """Somebody creates or updates the ticket: all that they do at once is one update."""

    who: Actor
    creates: bool = False
    changes: tuple[Change, ...] = ()
    said: Said | None = None
    after: timedelta = timedelta()
    channel: str | None = None
    automatic: bool = False


@frozen
class Passes:
    """`2 days pass`."""

    duration: timedelta


Event = Acts | Passes

# What is expected


@frozen
class Telling:
    """`with template solved in language fr saying "…"`: what is known of a text; None and nothing are any."""

    template: str | None = None
    language: str | None = None
    saying: tuple[str, ...] = ()


@frozen
class Fires:
    """`trigger "…" fires`."""

    title: str
    fires: bool
    at: Location


@frozen
class Told:
    """`requester is notified by email with template solved`."""

    who: Audience
    told: bool
    channel: str | None
    text: Telling
    at: Location


@frozen
class Called:
    """`webhook pager is called`."""

    webhook: str
    called: bool
    text: Telling
    at: Location


@frozen
class Posted:
    """`public comment is posted`."""

    public: bool
    posted: bool
    text: Telling
    at: Location


@frozen
class Performed:
    """`page "eve@example.com" happens`."""

    action: str
    argument: Operand | None
    happens: bool
    text: Telling
    at: Location


@frozen
class Holds:
    """`ticket.priority is urgent`, once every trigger has done its part."""

    condition: Condition
    at: Location


Expectation = Fires | Told | Called | Posted | Performed | Holds


@frozen
class Step:
    """`when … expect …`: one event, and what is expected of it; with `only`, nothing else is to happen.

    `expect nothing` is `only` without an expectation.
    """

    event: Event
    expectations: tuple[Expectation, ...]
    only: bool
    at: Location
    expected_at: Location
    """Where `expect` stands, with all that follows it."""


@frozen
class Scenario:
    """`test "…" given … when … expect …`."""

    title: str
    given: Condition | None
    steps: tuple[Step, ...]
    at: Location
    library: str | None = None
