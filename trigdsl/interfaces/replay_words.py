"""A replay's totals and examples in an admin's words, for every form that it is told in."""

from collections.abc import Iterator

from trigdsl.engine.effects import Effect, FieldChanged, Notification
from trigdsl.interfaces import report
from trigdsl.interfaces.replay_tally import Example, Group, Tally, TwiceExample
from trigdsl.why.differences import KINDS, WAYS, Kind, Way

_NOUNS: dict[Kind, str] = {
    "change": "field change",
    "webhook": "webhook call",
    "comment": "comment",
    "action": "action",
}
_CHANNELS = {"email": "mail", "sms": "sms", "tweet": "tweet"}
_OTHER: dict[Kind, str] = {"change": "to another value"}
_WAYS: dict[Way, str] = {"fewer": "fewer", "more": "more"}


def totals(tally: Tally) -> str:
    """Return what differs, in one line."""
    if not tally.events:
        return "no event was taken, so nothing can differ"
    parts = [*_totals(tally)]
    return "; ".join(parts) if parts else "no difference: both versions tell and change the same"


def _totals(tally: Tally) -> Iterator[str]:
    for kind in KINDS:
        for about in sorted({about for known, about, _ in tally.totals if known == kind}):
            told = [(way, tally.totals[kind, about, way]) for way in WAYS if tally.totals[kind, about, way]]
            first, *rest = told
            parts = [f"{report.count(first[1], noun(kind, about))} {_way(kind, first[0])}"]
            parts += [f"{count:,} {_way(kind, way)}" for way, count in rest]
            yield ", ".join(parts)
        if kind == "notification":
            yield from twice(tally)


def twice(tally: Tally) -> Iterator[str]:
    """Yield how many people are told twice by one version alone."""
    for (version, to_agent), count in sorted(tally.twice.items()):
        who = report.count(count, "agent" if to_agent else "customer")
        yield f"{who} told twice" if version == "new" else f"{who} no longer told twice"


def noun(kind: Kind, what: str) -> str:
    """Return what there is more or less of."""
    if kind == "notification":
        return _CHANNELS.get(what, f"{what} message")
    return _NOUNS[kind]


def _way(kind: Kind, way: Way) -> str:
    return _WAYS.get(way) or _OTHER.get(kind, "with another text")


def extent(tally: Tally) -> str:
    """Return on how much of the stream versions differ."""
    events, tickets = report.count(tally.events, "event"), report.count(tally.replay.tickets, "ticket")
    if not tally.differences:
        return f"in {events} of {tickets}"
    return (
        f"on {tally.differing_tickets:,} of {tickets}, in {tally.differing_events:,} of {events}; "
        f"the old rules send {report.count(tally.mails['old'], 'message')}, the new ones {tally.mails['new']:,}"
    )


def consequence(tally: Tally) -> str:
    """Return how many differences follow from earlier ones."""
    first = report.count(tally.differences - tally.following, "difference")
    own = "comes" if tally.differences - tally.following == 1 else "come"
    follow = "follows" if tally.following == 1 else "follow"
    return f"{first} {own} of the rules themselves, {tally.following:,} {follow} from an earlier one of the same ticket"


def group(found: Group) -> str:
    """Return how many differences of one kind there are, and on how many tickets."""
    follow = f", of which {found.following:,} from an earlier difference" if found.following else ""
    tickets = report.count(found.tickets, "ticket")
    return f"{_counted(found)} {_way(found.kind, found.way)}, on {tickets}{follow}"


def _counted(found: Group) -> str:
    match found.kind:
        case "change" | "webhook":
            return f"{report.count(found.count, noun(found.kind, found.what))} of {found.what}"
        case "comment":
            return report.count(found.count, f"{found.what} comment")
        case "action":
            return report.count(found.count, f"`{found.what}` action")
        case "notification":
            return report.count(found.count, noun(found.kind, found.what))


def example(found: Example) -> Iterator[str]:
    """Yield what each version did, and why."""
    if found.old is not None and found.new is not None:
        yield from both(found.old, found.new)
    else:
        effect = found.old or found.new
        assert effect is not None
        yield f"{'old' if found.new is None else 'new'}: {report.effect_text(effect)}"
    if found.why is not None and found.why.trigger is not None:  # else the heading says it
        for said in found.why.says:
            yield f"{found.why.version}: “{found.why.trigger}”: {said}"
    if found.follows is not None:
        parted = f": {'; '.join(found.parted)}" if found.parted else ""
        yield f"follows from event {found.follows}{parted}"


def both(old: Effect, new: Effect) -> Iterator[str]:
    """Yield how two effects differ: the values, or the first lines of their texts that are not the same."""
    if isinstance(old, FieldChanged) and isinstance(new, FieldChanged):
        for version, change in (("old", old), ("new", new)):
            yield f"{version}: {report.effect_text(change)}, by “{change.trigger}”"
        return
    if isinstance(new, Notification):
        yield f"{new.channel} to {new.recipient}"
    for part in ("subject", "body", "html"):
        one, other = getattr(old, part, None) or "", getattr(new, part, None) or ""
        if one != other:
            was, now = _first_difference(one, other)
            yield f"old: {was}"
            yield f"new: {now}"
            return


def _first_difference(one: str, other: str) -> tuple[str, str]:
    """Return the first lines that differ."""
    ours, theirs = one.splitlines(), other.splitlines()
    for number in range(max(len(ours), len(theirs))):
        was = ours[number] if number < len(ours) else None
        now = theirs[number] if number < len(theirs) else None
        if was != now:
            return _line(was), _line(now)
    return _line(one), _line(other)


def _line(text: str | None) -> str:
    if text is None:
        return "(ends before)"
    return (text if len(text) <= 100 else text[:99] + "…") or "(an empty line)"


def told_twice(found: TwiceExample) -> str:
    """Return who was told several times about an event, and by which triggers."""
    titles = ", ".join(f"“{title}”" for title in found.twice.triggers)
    return f"{found.twice.channel} to {found.twice.recipient} by {titles}"
