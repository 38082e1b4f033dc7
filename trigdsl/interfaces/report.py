"""What people read: outcomes and lists as quiet text, without colours."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from trigdsl.engine.effects import (
    ActionTaken,
    CommentPosted,
    Effect,
    FieldChanged,
    Notification,
    Outcome,
    WebhookCall,
)
from trigdsl.engine.trace import NotFired, Trace
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.semantics import types
from trigdsl.semantics.rules import Trigger
from trigdsl.semantics.types import Value


def outcome_text(outcome: Outcome, reader: Reader = IN_ENGLISH) -> str:
    """Return an outcome for a person: who did what, what fired, and what it caused."""
    say = reader.say
    lines = [headline(outcome, reader)]
    if outcome.duplicate:
        lines.append("  " + say("seen before: nothing changes"))
    for title in outcome.fired:
        lines.append(f"  {reader.title(title)}")
        caused = [f"    {effect_text(e, reader)}" for e in outcome.effects if e.trigger == title]
        lines += caused or ["    " + say("(nobody to tell, and nothing to change)")]
    for trial in outcome.trial:
        lines.append("  " + say("on trial: {}, would have", reader.title(trial.trigger)))
        lines += [f"    {effect_text(e, reader)}" for e in trial.effects]
    if outcome.trace is not None:
        lines += [f"  {line}" for line in _traced(outcome.trace, reader)]
    return "\n".join(lines)


def _traced(trace: Trace, reader: Reader) -> Iterator[str]:
    """Yield why each trigger fired that another made possible or that told nobody, and why the others did not."""
    for fired in trace.fired:
        title = reader.title(fired.trigger)
        if fired.enabled_by:
            yield reader.say("why: {}: made possible by {}", title, reader.title(fired.enabled_by))
        for silence in fired.silences:
            yield reader.say("why: {}: {}", title, reader.told(silence.reason))
    for missed in trace.not_fired:
        yield reader.say("not: {}", _not_fired(missed, reader))


def headline(outcome: Outcome, reader: Reader = IN_ENGLISH) -> str:
    """Return who did what to which ticket, and when."""
    update = outcome.update
    assert update is not None
    when = update.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    by = outcome.actor or update.by or reader.say("the system")
    match update.created, None if update.comment is None else update.comment.public:
        case True, None:
            deed = "{} creates ticket {}"
        case True, True:
            deed = "{} creates ticket {} with a comment"
        case True, False:
            deed = "{} creates ticket {} with a private comment"
        case False, None:
            deed = "{} updates ticket {}"
        case False, True:
            deed = "{} updates ticket {} with a comment"
        case _:
            deed = "{} updates ticket {} with a private comment"
    return f"{when}  {reader.say(deed, by, update.ticket)}  [{update.id}]"


def _not_fired(missed: NotFired, reader: Reader) -> str:
    title = reader.title(missed.trigger)
    if not missed.failures:
        if missed.reason == "stopped":
            return reader.say("{}: stopped", title)
        return reader.say("{}: {}", title, reader.told(missed.reason))
    first = missed.failures[0]
    said, place = reader.condition(first.at.text), f"{first.at.path}:{first.at.line}"
    if first.seen is None:
        return reader.say("{}: not so: {} ({})", title, said, place)
    return reader.say(
        "{}: not so: {} (it is {}) ({})", title, said, value_text(reader.failed(first), reader), place
    )


def effect_text(effect: Effect, reader: Reader = IN_ENGLISH) -> str:
    """Return an effect in a line."""
    say = reader.say
    match effect:
        case FieldChanged(field=path):
            before, after = (value_text(reader.value(v, path), reader) for v in (effect.before, effect.after))
            return say("{}: {} → {}", reader.path(path), before, after)
        case Notification():
            text = effect.subject if effect.subject is not None else _first_line(effect.body)
            return say("{} to {}: {}", reader.channel(effect.channel), effect.recipient, text)
        case WebhookCall():
            return say("webhook {}: {}", effect.webhook, _first_line(effect.body))
        case ActionTaken():
            verb = reader.action(effect.action)
            did = verb if effect.argument is None else f"{verb} {value_text(effect.argument, reader)}"
            text = effect.subject or _first_line(effect.body)
            return say("{}: {}", did, text) if text else did
        case CommentPosted():
            return say(
                "public comment: {}" if effect.public else "private comment: {}", _first_line(effect.body)
            )


def _first_line(text: str | None) -> str:
    line = next((line for line in (text or "").split("\n") if line.strip()), "")
    return line if len(line) <= 100 else line[:99] + "…"


def value_text(value: Value, reader: Reader = IN_ENGLISH) -> str:
    """Return a value as people read it."""
    if value is None or value == frozenset():
        return reader.say("(empty)")
    plain = types.to_json(value)
    return ", ".join(plain) if isinstance(plain, list) else str(plain)


def summary(events: int, tickets: int, firings: int, refused: int, reader: Reader = IN_ENGLISH) -> str:
    """Return the last line of a run."""
    told = reader.say(
        "{} of {}, {}",
        reader.several(events, "{} event", "{} events"),
        reader.several(tickets, "{} ticket", "{} tickets"),
        reader.several(firings, "{} firing", "{} firings"),
    )
    if not refused:
        return told
    return f"{told}, {reader.several(refused, '{} line refused', '{} lines refused')}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 event`, `2 events`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def trigger_list(triggers: Sequence[Trigger], reader: Reader = IN_ENGLISH) -> str:
    """Return the triggers in their order, under their categories, with what each reads and writes."""
    say = reader.say
    lines: list[str] = []
    category: object = ()
    for number, trigger in enumerate(triggers, 1):
        if trigger.category != category:
            category = trigger.category
            lines += [""] * bool(lines) + ([reader.category(trigger.category)] if trigger.category else [])
        lines.append(f"{number:4}. {'  '.join([reader.title(trigger.title), *_standing(trigger, reader)])}")
        lines.append("        " + say("reads   {}", _names(trigger.reads, reader)))
        lines.append("        " + say("writes  {}", _names(trigger.writes, reader)))
    return "\n".join(lines)


def _standing(trigger: Trigger, reader: Reader) -> Iterator[str]:
    """Yield what is said of a trigger beside its title."""
    if trigger.off is not None:
        yield f"({reader.told(trigger.off)})"
    if trigger.trial:
        yield reader.say("(on trial)")
    if trigger.once:
        yield reader.say("(once per ticket)")


def _names(names: Iterable[str], reader: Reader) -> str:
    return ", ".join(sorted(map(reader.path, names))) or reader.say("nothing")
