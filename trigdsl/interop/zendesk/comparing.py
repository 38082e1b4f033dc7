"""What our rules make of an audit beside what the account's own did: change by change, mail by mail.

Each audit is compared by itself: the ticket goes on as the account has it, so a difference is told once and not again in every later
audit. Zendesk records no action without a net change, and ours has no such effect either. Texts are not compared: an
audit holds the text of a mail as it is written in the trigger, before it is filled in.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from attrs import evolve, field, frozen

from trigdsl.engine.cycle import begin
from trigdsl.engine.effects import CommentPosted, Notification, Outcome, WebhookCall
from trigdsl.engine.state import Comment, Directory, Ticket, Update
from trigdsl.engine.view import settled, shown
from trigdsl.interop.zendesk.audits import values_of
from trigdsl.interop.zendesk.translation import PLAIN, Translation
from trigdsl.semantics.rules import Rules
from trigdsl.semantics.types import Value
from trigdsl.why.differences import net_changes

Where = Literal["here", "account", "both"]

_MAILS = {"Notification": "email", "NotificationWithCcs": "email", "SmsNotification": "sms", "Tweet": "tweet"}
_CALLS = ("External", "WebhookEvent")


@frozen
class Deviation:
    """Something that one side did and the other did not, or did otherwise: kinds are those of effects.

    Triggers are called as each side calls them, None where it did nothing. What is the field, the channel or how a comment
    is seen; the values are those of fields.
    """

    kind: str
    where: Where
    what: str
    ours: str | None = None
    theirs: str | None = None
    recipient: str | None = None
    our_value: Value = None
    their_value: Value = None


@frozen
class _Done:
    """What one trigger of the account did: a field's new value, or somebody told."""

    trigger: str
    about: str
    value: Value = None


@frozen
class Recorded:
    """What an account's triggers did in one audit: fields, mails, calls and comments, and what is of no kind we know."""

    changes: Mapping[str, _Done] = field(factory=dict)
    values: Mapping[str, Value] = field(factory=dict)
    mails: tuple[_Done, ...] = ()
    calls: tuple[_Done, ...] = ()
    comments: tuple[_Done, ...] = ()
    unknown: tuple[str, ...] = ()


def recorded(
    events: Sequence[Mapping[str, Any]], rules: Rules, directory: Directory, translation: Translation = PLAIN
) -> Recorded:
    """Return what an account's triggers did, by what an audit sets apart; UpdateError says what cannot be read."""
    vocabulary = rules.vocabulary
    changes: dict[str, _Done] = {}
    values: dict[str, Value] = {}
    mails: list[_Done] = []
    calls: list[_Done] = []
    comments: list[_Done] = []
    unknown: list[str] = []
    starts: dict[str, Value] = {}
    for event in events:
        kind, title = str(event.get("type")), _title(event, translation)
        if kind in ("Change", "Create"):
            after = values_of([event], "value", vocabulary, translation, [])
            before = values_of([event], "previous_value", vocabulary, translation, [])
            for name, value in after.items():
                known = settled(value, vocabulary.own[name].type, directory)
                starts.setdefault(name, settled(before.get(name), vocabulary.own[name].type, directory))
                values[name] = known
                changes[name] = _Done(title, name, shown(known, vocabulary.own[name].type, directory))
        elif kind in _MAILS:
            mails += [_Done(title, _MAILS[kind], person) for person in _people(event, directory)]
        elif kind in _CALLS:
            calls.append(_Done(title, ""))
        elif kind == "Comment":
            comments.append(_Done(title, "public" if event.get("public", True) else "private"))
        else:
            unknown.append(kind)
    net = {name: done for name, done in changes.items() if starts[name] != values[name]}
    return Recorded(net, values, tuple(mails), tuple(calls), tuple(comments), tuple(unknown))


def _title(event: Mapping[str, Any], translation: Translation) -> str:
    via = event.get("via")
    source = via.get("source") if isinstance(via, Mapping) else None
    begun = source.get("from") if isinstance(source, Mapping) else None
    if not isinstance(begun, Mapping):
        return ""
    return translation.title(begun.get("id"), str(begun.get("title") or ""))


def _people(event: Mapping[str, Any], directory: Directory) -> Iterator[str]:
    told = event.get("recipients")
    for person in told if isinstance(told, list) else ():
        if isinstance(person, str | int):
            yield directory.key("user", str(person))


# The comparison


def deviations(ours: Outcome, theirs: Recorded, directory: Directory) -> tuple[Deviation, ...]:
    """Return where an outcome differs from what the account's triggers did."""
    found = [*_changes(ours, theirs)]
    mails = [_Done(e.trigger, e.channel, e.person) for e in ours.effects if isinstance(e, Notification)]
    found += _listed("notification", mails, theirs.mails, directory)
    calls = [_Done(e.trigger, "") for e in ours.effects if isinstance(e, WebhookCall)]
    found += _listed("webhook", calls, theirs.calls, directory)
    posts = [
        _Done(e.trigger, "public" if e.public else "private")
        for e in ours.effects
        if isinstance(e, CommentPosted)
    ]
    found += _listed("comment", posts, theirs.comments, directory)
    return tuple(found)


def _changes(ours: Outcome, theirs: Recorded) -> Iterator[Deviation]:
    here = {change.field.split(".", 1)[-1]: change for change in net_changes(ours)}
    for name, change in here.items():
        done = theirs.changes.get(name)
        if done is None:
            yield Deviation("change", "here", name, change.trigger, None, None, change.after)
        elif change.after != done.value or not _same(change.trigger, done.trigger):
            yield Deviation(
                "change", "both", name, change.trigger, done.trigger, None, change.after, done.value
            )
    for name, done in theirs.changes.items():
        # A custom status goes with the status: the account's trigger set that one alone.
        if name not in here and not (name == "custom_status" and "status" in theirs.changes):
            yield Deviation("change", "account", name, None, done.trigger, None, None, done.value)


def _listed(
    kind: str, ours: Iterable[_Done], theirs: Iterable[_Done], directory: Directory
) -> Iterator[Deviation]:
    """Yield what one side did more often: the same trigger's first, then what another one did on the other side."""
    here, there = Counter(ours), Counter(theirs)
    for one in [*here]:
        for other in [*there]:
            if (one.about, one.value) == (other.about, other.value) and _same(one.trigger, other.trigger):
                both = min(here[one], there[other])
                here[one] -= both
                there[other] -= both
    left, rest = [*here.elements()], [*there.elements()]
    for one in left:
        told = None if one.value is None else directory.record("user", str(one.value)).shown
        match = next((o for o in rest if (o.about, o.value) == (one.about, one.value)), None)
        if match is not None:
            rest.remove(match)
        theirs_title = None if match is None else match.trigger
        yield Deviation(kind, "here" if match is None else "both", one.about, one.trigger, theirs_title, told)
    for other in rest:
        told = None if other.value is None else directory.record("user", str(other.value)).shown
        yield Deviation(kind, "account", other.about, None, other.trigger, told)


def _same(ours: str, theirs: str) -> bool:
    """Return whether two titles are one, whatever their case and spaces."""
    return " ".join(ours.casefold().split()) == " ".join(theirs.casefold().split())


def gone_on(
    rules: Rules, before: Ticket | None, update: Update, ours: Outcome, theirs: Recorded, directory: Directory
) -> Ticket:
    """Return the ticket as the account has it after an audit: the update, and what its own triggers did."""
    assert ours.ticket is not None
    view = begin(rules, before, update, directory)
    posts = tuple(Comment("", done.about == "public", None, update.time) for done in theirs.comments)
    return evolve(
        ours.ticket, values={**view.now, **theirs.values}, comments=(*view.comments, *posts), settled_by=()
    )
