"""The workload for engines that know no tickets: conditions as plain lists, and what they ask of an event as a flat object.

["and", …]  ["or", …]  ["not", c]  ["is", fact, value]  ["any", fact, [value, …]]  ["least", fact, n]  ["true", fact]
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bench import workload
from trigdsl.engine import cycle
from trigdsl.engine.state import Directory, Ticket
from trigdsl.engine.view import View
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.textual import words_of

Plain = list[Any]
Facts = dict[str, Any]

ONE = ("status_to", "group")
"""Facts that are one word, empty for none."""
SEVERAL = ("tags", "words")
"""Facts that are lists of words."""
NUMBERS = ("priority",)
YES_NO = ("created", "public", "by_requester")


def views(ruleset: Ruleset, directory: Directory, count: int, seed: int) -> Iterator[View]:
    """Yield what conditions see of each event of the workload, before any trigger fires."""
    tickets: dict[str, Ticket] = {}
    for event in workload.events(count, seed):
        update = ruleset.update(event)
        view = cycle.begin(ruleset.rules, tickets.get(update.ticket), update, directory)
        yield view
        tickets[update.ticket] = Ticket(update.source, update.ticket, dict(view.now))


def of_view(view: View) -> Facts:
    """Return the facts that the rules of the workload ask for."""
    ticket, before, comment = view.now, view.before or {}, view.update.comment
    status, priority = ticket.get("status"), ticket.get("priority")
    tags, subject = ticket.get("tags"), ticket.get("subject")
    return {
        "status_to": "" if status == before.get("status") else status,
        "group": ticket.get("group") or "",
        "tags": sorted(tags) if isinstance(tags, frozenset) else [],
        "words": list(dict.fromkeys(words_of(str(subject or "")))),
        "priority": workload.PRIORITIES.index(str(priority)) if priority is not None else -1,
        "created": view.before is None,
        "public": comment is not None and comment.public,
        "by_requester": view.by is not None and view.by == ticket.get("requester"),
    }


def plain(condition: r.Condition, directory: Directory) -> Plain:
    """Return a checked condition of the workload as plain lists."""
    match condition:
        case r.AllOf(items):
            return ["and", *(plain(item, directory) for item in items)]
        case r.AnyOf(items):
            return ["or", *(plain(item, directory) for item in items)]
        case r.Not(item):
            return ["not", plain(item, directory)]
        case r.Changes(_, None, r.Constant(status)):
            return ["is", "status_to", status]
        case r.Equals(r.Reading(_, ("group",)), r.Named(kind, name)):
            return ["is", "group", directory.key(kind, name)]
        case r.Equals(r.Reading("current_user"), r.Reading()):
            return ["true", "by_requester"]
        case r.Includes(_, operands):
            return ["any", "tags", _constants(operands)]
        case r.ContainsWord(_, operands):
            return ["any", "words", _constants(operands)]
        case r.Compares(r.Reading(_, _, types.ChoiceType() as kind), ">=", r.Constant(least)):
            return ["least", "priority", kind.rank[str(least)]]
        case r.Happens("ticket.created"):
            return ["true", "created"]
        case r.Happens("ticket.updated"):
            return ["not", ["true", "created"]]
        case r.Happens("comment.public"):
            return ["true", "public"]
    raise AssertionError(condition)


def _constants(operands: Sequence[r.Operand]) -> list[str]:
    assert all(isinstance(operand, r.Constant) for operand in operands)
    return [str(operand.value) for operand in operands if isinstance(operand, r.Constant)]
