"""The page about Zendesk, on the way back: its table is made by the export itself (`TRIGDSL_UPDATE=1` writes it anew)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zendesk_rules import ACCOUNT, BODIES, DECLARED

import trigdsl
from trigdsl.diagnostics import render
from trigdsl.interop.zendesk.exporting.triggers import Exported, export
from trigdsl.runtime.loader import load_text

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "zendesk.md"

CONDITIONS = (
    "ticket.priority is at least high",
    "not (ticket.priority is less than high)",
    "ticket.type is one of task, problem",
    "ticket.tags include all of vip, gold",
    "ticket.status changes from open to solved",
    "current_user is requester",
    "requester is agent",
    "ticket is created or (comment is public and ticket.tags include x)",
    "ticket.type is one of task, problem and ticket.priority is one of low, high",
    "previous ticket.status is open",
    "ticket.tags gain vip",
    'ticket.subject starts with "Re:"',
    'ticket.subject is like "INV-*"',
    'ticket.subject is "Refund"',
    "comment is not public",
    "ticket.tags are empty",
    "organization.tags include vip",
    'requester.email ends with "@example.com"',
    "ticket.followers include current_user",
    'schedule "Support hours" is closed',
    "ticket.priority is less than previous ticket.priority",
)
ACTIONS = (
    'notify requester, group with subject "S" and body "B"',
    "notify requester and ccs with template hello",
    "notify ccs with template hello",
    "notify requester with template hello in language fr",
    "add 1 to ticket.seats",
    "clear ticket.priority",
    "remove current_user from ticket.followers",
    'set ticket.organization to "Acme"',
)


def of(rules: str, *, split: bool = False) -> Exported:
    loaded = load_text(DECLARED + rules, templates=BODIES)
    assert loaded.ruleset is not None, "\n".join(map(render, loaded.diagnostics))
    assert loaded.written is not None
    return export(loaded.ruleset.rules, loaded.written, ACCOUNT, split=split)


def rows() -> Iterator[str]:
    yield "| in a rule | in Zendesk |"
    yield "|---|---|"
    for condition in CONDITIONS:
        yield row(condition, f"when {condition} then set ticket.priority to high")
    yield row(
        "once per ticket", 'trigger "T" once per ticket when ticket is public then set ticket.type to task'
    )
    for action in ACTIONS:
        yield row(action, f"when ticket is created then {action}")
    yield row("stop", "when ticket is created then set ticket.type to task stop")


def row(words: str, rules: str) -> str:
    return f"| `{words}` | {held(rules)} |"


def held(rules: str) -> str:
    """Return what Zendesk holds of rules, or what it cannot."""
    found, apart = of(rules), of(rules, split=True)
    if not found.failed:
        return said(found.triggers[0])
    if apart.failed:
        return f"an error: {found.diagnostics[0].message.partition(': `')[0]}"
    count = sum(trigger["title"] != "An update begins" for trigger in apart.triggers)
    return f"an error; with `--split` {f'{count} triggers' if count > 1 else 'a tag'}"


def said(trigger: dict[str, Any]) -> str:
    """Return the conditions of a trigger, or its actions where these are what it is about."""
    blocks = trigger["conditions"]
    conditions = [" ".join(filter(None, c.values())) for name in ("all", "any") for c in blocks[name]]
    if conditions == ["update_type is Create"]:
        return ", ".join(f"`{a['field']}` to `{a['value'][0]}`" for a in trigger["actions"])
    joint = " or " if blocks["any"] else " and "
    return joint.join(f"`{condition}`" for condition in conditions)


def test_the_table_is_what_the_export_makes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = "\n" + "\n".join(rows()) + "\n"
    place = re.compile(r"(<!-- export: [^>]* -->)(.*?)(<!-- end of export -->)", re.DOTALL)
    if os.environ.get("TRIGDSL_UPDATE"):
        page = place.sub(lambda m: m[1] + text + m[3], page)
        PAGE.write_text(page, encoding="utf-8")
    found = place.search(page)
    assert found is not None
    assert found[2] == text


def test_the_error_on_the_page_is_what_is_said() -> None:
    (shown,) = re.findall(r"```console\n(rules/.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    rules = (
        'trigger "Look at it soon"\n  when ticket is created\n    or (comment is public and ticket.tags include x)\n'
        "  then add soon to ticket.tags\n"
    )
    loaded = load_text("\n" * 5 + rules, name="rules/triggers.trig")
    assert loaded.ruleset is not None
    assert loaded.written is not None
    (problem,) = export(loaded.ruleset.rules, loaded.written, ACCOUNT).diagnostics
    assert render(problem) + "\n" == shown
