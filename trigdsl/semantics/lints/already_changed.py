"""`when ticket is updated and current_user is requester and comment is public and ticket.status is solved`: it is open.

The help desk itself reopens a pending, held or solved ticket when its requester comments, and
opens a new one that is assigned, before any trigger runs. Source: Zendesk, "Understanding system
ticket rules" (support.zendesk.com/hc/en-us/articles/4408894213018).
"""

from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.linting import Linted
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.vocabulary import CURRENT_USER

CODE = "already-changed"
REOPENED = ("pending", "hold", "solved")


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each status that a rule waits for and the help desk has changed already."""
    status = rules.vocabulary.field(rules.vocabulary.root, "status")
    if status is None or not isinstance(status.type, types.ChoiceType):
        return
    if not {"new", "open", *REOPENED} <= set(status.type.options):
        return
    reading = r.Reading(rules.vocabulary.root, ("status",), status.type)
    for _, trigger in rules.triggers:
        asked = _asked(trigger.condition, reading)
        if asked is None:
            continue
        reopened = r.IsOneOf(reading, tuple(map(r.Constant, REOPENED)))
        if _by_requester(rules, trigger) and _only(rules, trigger, reopened):
            message = f"the requester's comment has reopened the ticket before `{asked.at.text}` is asked"
            help_line = (
                "ask for what it was: `previous ticket.status is …`, or `ticket.status changes from …`"
            )
            yield rules.warn(CODE, asked.at, message, help_line)
        elif _assigned(rules, trigger) and _only(rules, trigger, r.Equals(reading, r.Constant("new"))):
            message = f"a new ticket with an assignee is open before `{asked.at.text}` is asked"
            yield rules.warn(
                CODE, asked.at, message, "ask for `ticket.status is open`, or for `ticket is created`"
            )


def _asked(condition: r.Condition, reading: r.Reading) -> r.Test | None:
    """Return the test of the status as it is, when the rule asks for no change of it."""
    found = [t for t in worlds.tests_of(condition) if getattr(t, "subject", None) == reading]
    if not found or any(isinstance(test, r.Changes) for test in found):
        return None
    return found[0]


def _only(rules: Linted, trigger: r.Trigger, test: r.Condition) -> bool:
    """Return whether the rule holds in no other case than a test's, and can hold in that."""
    whole = Assumed(trigger.condition)
    return not rules.possible(whole, Assumed(test, holds=False)) and rules.possible(whole)


def _by_requester(rules: Linted, trigger: r.Trigger) -> bool:
    """Return whether the rule holds only of a comment by the requester."""
    whole = Assumed(trigger.condition)
    commented = Assumed(r.Happens("comment.present"), holds=False)
    updated = Assumed(r.Happens(f"{rules.vocabulary.root}.created"))
    if rules.possible(whole, commented) or rules.possible(whole, updated):
        return False
    tests = trigger.condition.items if isinstance(trigger.condition, r.AllOf) else (trigger.condition,)
    return any(_names_requester(test) for test in tests)


def _names_requester(test: r.Condition) -> bool:
    if not isinstance(test, r.Equals) or not isinstance(test.operand, r.Reading):
        return False
    both = {(x.base, x.steps) for x in (test.subject, test.operand)}
    return (CURRENT_USER, ()) in both and any(steps == ("requester",) for _, steps in both)


def _assigned(rules: Linted, trigger: r.Trigger) -> bool:
    """Return whether the rule holds only of a ticket with an assignee."""
    declared = rules.vocabulary.field(rules.vocabulary.root, "assignee")
    if declared is None:
        return False
    reading = r.Reading(rules.vocabulary.root, ("assignee",), declared.type)
    return not rules.possible(Assumed(trigger.condition), Assumed(r.IsEmpty(reading)))
