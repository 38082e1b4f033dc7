"""Where rules and an account's own triggers come to something else, told: audit by audit, then all of them."""

import json
from collections.abc import Iterator
from typing import IO, Any

from trigdsl.interfaces import report
from trigdsl.interfaces.comparison import Compared, Comparison
from trigdsl.interop.zendesk.comparing import Deviation
from trigdsl.semantics import types

VERSION = 1
"""The version of the shape of a comparison in JSON."""

# One audit


def tell(item: Compared, out: IO[str], *, as_json: bool) -> None:
    """Print where one audit differs."""
    if as_json:
        print(json.dumps(_json(item), ensure_ascii=False), file=out)
        return
    print(report.headline(item.outcome), file=out)
    for title, lines in _by_trigger(item):
        print(f"  {title}", file=out)
        for line in lines:
            print(f"    {line}", file=out)


def _by_trigger(item: Compared) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for each, why in zip(item.deviations, item.why, strict=True):
        lines = found.setdefault(each.ours or each.theirs or "(a trigger without a title)", [])
        lines.append(_words(each))
        lines += [f"  {said}" for said in why if f"  {said}" not in lines]
    yield from found.items()


def _words(each: Deviation) -> str:
    match each.where:
        case "here":
            return f"only by these rules: {_deed(each, each.our_value)}"
        case "account":
            return f"only in the account: {_deed(each, each.their_value)}"
        case "both" if each.kind == "change" and each.our_value != each.their_value:
            ours, theirs = report.value_text(each.our_value), report.value_text(each.their_value)
            return f"{each.what}: {ours} by these rules, {theirs} in the account, by “{each.theirs}”"
        case "both":
            return f"{_deed(each, each.our_value)}: in the account by “{each.theirs}”"


def _deed(each: Deviation, value: Any) -> str:
    match each.kind:
        case "change":
            return f"{each.what} becomes {report.value_text(value)}"
        case "notification":
            return f"{each.what} to {each.recipient}"
        case "webhook":
            return "a webhook call"
        case _:
            return f"a {each.what} comment"


def _json(item: Compared) -> dict[str, Any]:
    return {
        "version": VERSION,
        "event": item.outcome.event,
        "ticket": item.outcome.ticket_id,
        "line": item.line,
        "differences": [
            {
                "kind": each.kind,
                "where": each.where,
                "what": each.what or None,
                "trigger": each.ours,
                "account_trigger": each.theirs,
                "recipient": each.recipient,
                "value": types.to_json(each.our_value),
                "account_value": types.to_json(each.their_value),
                "why": list(why),
            }
            for each, why in zip(item.deviations, item.why, strict=True)
        ],
    }


# All of them


def summary(comparison: Comparison, refused: int) -> Iterator[str]:
    """Yield the lines that end a comparison: how much differs, trigger by trigger, and what was not compared."""
    audits = (
        f"{report.count(comparison.audits, 'audit')} of {report.count(len(comparison.tickets), 'ticket')}"
    )
    refusals = f", {report.count(refused, 'line')} refused" if refused else ""
    if not comparison.audits:
        yield f"no audit was compared{refusals}"
    elif comparison.differing:
        verb = "differs" if comparison.differing == 1 else "differ"
        yield f"{audits}: {comparison.differing:,} {verb} from what the account recorded{refusals}"
    else:
        yield f"{audits}: the same as the account recorded{refusals}"
    by_title: dict[str, list[str]] = {}
    for (title, kind, where), count in sorted(
        comparison.totals.items(), key=lambda item: (-item[1], item[0])
    ):
        by_title.setdefault(title, []).append(f"{report.count(count, _NOUNS[kind])} {_WHERE[where]}")
    for title, parts in by_title.items():
        yield f"  {title}: {', '.join(parts)}"
    kept = sum(trigger.active and not trigger.runs for trigger in comparison.ruleset.triggers)
    if kept:
        yield f"  not executable here: {report.count(kept, 'trigger')} with parts kept word for word"
    for kind, count in sorted(comparison.unknown.items()):
        yield f"  not compared: {report.count(count, 'event')} of the kind {kind}"
    if comparison.untold:
        tell = "tells" if comparison.untold == 1 else "tell"
        events = report.count(comparison.untold, "event")
        yield f"  not compared: {events} that {tell} nothing of the account's triggers"


_NOUNS = {
    "change": "field change",
    "notification": "message",
    "webhook": "webhook call",
    "comment": "comment",
}
_WHERE = {"here": "only by these rules", "account": "only in the account", "both": "done otherwise"}


def summary_json(comparison: Comparison, refused: int) -> dict[str, Any]:
    """Return the same as plain JSON values."""
    return {
        "version": VERSION,
        "summary": {
            "audits": comparison.audits,
            "tickets": len(comparison.tickets),
            "differing": comparison.differing,
            "refused": refused,
            "untold": comparison.untold,
            "not_executable": [
                trigger.title
                for trigger in comparison.ruleset.triggers
                if trigger.active and not trigger.runs
            ],
            "unknown": dict(sorted(comparison.unknown.items())),
            "totals": [
                {"trigger": title, "kind": kind, "where": where, "count": count}
                for (title, kind, where), count in sorted(comparison.totals.items())
            ],
        },
    }
