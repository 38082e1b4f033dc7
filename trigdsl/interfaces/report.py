"""What people read: outcomes and lists as quiet text, without colours."""

from collections.abc import Iterable, Mapping, Sequence
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
from trigdsl.engine.trace import NotFired
from trigdsl.semantics import types
from trigdsl.semantics.rules import Trigger
from trigdsl.semantics.types import Value


def outcome_text(outcome: Outcome) -> str:
    """Return an outcome for a person: who did what, what fired, and what it caused."""
    lines = [headline(outcome)]
    if outcome.duplicate:
        lines.append("  seen before: nothing changes")
    for title in outcome.fired:
        lines.append(f"  {title}")
        caused = [f"    {effect_text(e)}" for e in outcome.effects if e.trigger == title]
        lines += caused or ["    (nobody to tell, and nothing to change)"]
    for trial in outcome.trial:
        lines.append(f"  on trial: {trial.trigger}, would have")
        lines += [f"    {effect_text(e)}" for e in trial.effects]
    if outcome.trace is not None:
        for fired in outcome.trace.fired:
            if fired.enabled_by:
                lines.append(f"  why: {fired.trigger}: made possible by {fired.enabled_by}")
            lines += [f"  why: {fired.trigger}: {s.reason}" for s in fired.silences]
        lines += [f"  not: {_not_fired(n)}" for n in outcome.trace.not_fired]
    return "\n".join(lines)


def headline(outcome: Outcome) -> str:
    """Return who did what to which ticket, and when."""
    update = outcome.update
    assert update is not None
    when = update.time.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    deed = "creates" if update.created else "updates"
    by = outcome.actor or update.by or "the system"
    comment = ""
    if update.comment is not None:
        comment = " with a comment" if update.comment.public else " with a private comment"
    return f"{when}  {by} {deed} ticket {update.ticket}{comment}  [{update.id}]"


def _not_fired(missed: NotFired) -> str:
    if not missed.failures:
        return f"{missed.trigger}: {missed.reason}"
    first = missed.failures[0]
    seen = "" if first.seen is None else f" (it is {value_text(first.seen)})"
    return f"{missed.trigger}: not so: {first.at.text}{seen} ({first.at.path}:{first.at.line})"


def effect_text(effect: Effect) -> str:
    """Return an effect in a line."""
    match effect:
        case FieldChanged():
            return f"{effect.field}: {value_text(effect.before)} → {value_text(effect.after)}"
        case Notification():
            text = effect.subject if effect.subject is not None else _first_line(effect.body)
            return f"{effect.channel} to {effect.recipient}: {text}"
        case WebhookCall():
            return f"webhook {effect.webhook}: {_first_line(effect.body)}"
        case ActionTaken():
            argument = "" if effect.argument is None else f" {value_text(effect.argument)}"
            return f"{effect.action}{argument}: {effect.subject or _first_line(effect.body)}".removesuffix(
                ": "
            )
        case CommentPosted():
            return f"{'public' if effect.public else 'private'} comment: {_first_line(effect.body)}"


def _first_line(text: str | None) -> str:
    line = next((line for line in (text or "").split("\n") if line.strip()), "")
    return line if len(line) <= 100 else line[:99] + "…"


def value_text(value: Value) -> str:
    """Return a value as people read it."""
    if value is None or value == frozenset():
        return "(empty)"
    plain = types.to_json(value)
    return ", ".join(plain) if isinstance(plain, list) else str(plain)


def summary(events: int, tickets: int, firings: int, refused: int) -> str:
    """Return the last line of a run."""
    parts = [count(events, "event"), f"of {count(tickets, 'ticket')},", count(firings, "firing")]
    return " ".join(parts) + (f", {count(refused, 'line')} refused" if refused else "")


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 event`, `2 events`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def trigger_list(triggers: Sequence[Trigger], titles: Mapping[str, str]) -> str:
    """Return the triggers in their order, under their categories, with what each reads and writes.

    Titles are those of another language, for display.
    """
    lines: list[str] = []
    category: object = ()
    for number, trigger in enumerate(triggers, 1):
        if trigger.category != category:
            category = trigger.category
            lines += [""] * bool(lines) + ([f"{category}"] if category else [])
        standing = "" if trigger.off is None else f"  ({trigger.off})"
        standing += "  (on trial)" if trigger.trial else ""
        standing += "  (once per ticket)" if trigger.once else ""
        lines.append(f"{number:4}. {titles.get(trigger.title, trigger.title)}{standing}")
        lines.append(f"        reads   {_names(trigger.reads)}")
        lines.append(f"        writes  {_names(trigger.writes)}")
    return "\n".join(lines)


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
