"""What the conformance suite touches: constructs of the language beside the situations they were seen in."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from trigdsl.source import Source
from trigdsl.syntax import parser, tree
from trigdsl.testing.conformance import Case

SITUATIONS = (
    "all",
    "creation",
    "update",
    "fires",
    "does not fire",
    "empty",
    "several triggers",
    "goes back",
    "single pass",
    "trial",
    "refused",
    "system",
    "comment",
    "people",
    "own vocabulary",
)

_ITEMS = {
    tree.Use: "use",
    tree.Switch: "enable or disable trigger",
    tree.FieldDeclaration: "field",
    tree.StateDeclaration: "state",
    tree.ChannelDeclaration: "channel",
    tree.ActionDeclaration: "action",
    tree.Define: "define",
    tree.Category: "category",
    tree.Webhook: "webhook",
    tree.Schedule: "schedule",
    tree.Trigger: "trigger",
    tree.Test: "test",
}
_ACTIONS = {
    tree.SetField: "set",
    tree.ClearField: "clear",
    tree.AddTo: "add",
    tree.RemoveFrom: "remove",
    tree.Notify: "notify",
    tree.CallWebhook: "call webhook",
    tree.PostComment: "post comment",
    tree.Stop: "stop",
    tree.Perform: "an action of one's own",
}
_LOGIC = {
    tree.And: "and",
    tree.Or: "or",
    tree.Not: "not",
    tree.NameTest: "a defined name",
    tree.Raw: "raw, where a condition or an action stands",
}
_MODIFIERS = (
    "untitled",
    "once per ticket",
    "before",
    "after",
    "before all others",
    "disabled trigger",
    "trial trigger",
    "replace trigger",
    "read only",
    "at first",
    "counting",
    "only",
    "a file",
    "by a channel",
    "in a language",
    "with template",
    "with body",
    "with subject",
    "previous",
    "the",
    "value that is a path",
)
_RECIPIENTS = (
    "requester",
    "assignee",
    "current_user",
    "another path",
    "a path of previous",
    "requester and ccs",
    "group",
    "group by name",
    "user by name",
    "address",
    "all agents",
)
_TYPES = (
    "choice",
    "ordered choice",
    "several choices",
    *sorted(("tags", "text", "a number", "a date", "yes or no", "a user", "a group", "an organization")),
    "a brand",
    "a schedule",
    "users",
    "groups",
)
_TERMINALS = {
    "TAGS_TYPE": "tags",
    "TEXT_TYPE": "text",
    "A_NUMBER": "a number",
    "A_DATE": "a date",
    "YES_OR_NO": "yes or no",
    "A_USER": "a user",
    "A_GROUP": "a group",
    "AN_ORGANIZATION": "an organization",
    "A_BRAND": "a brand",
    "A_SCHEDULE": "a schedule",
    "USERS_TYPE": "users",
    "GROUPS_TYPE": "groups",
}
_STANDINGS = {
    tree.Standing.DISABLED: "disabled trigger",
    tree.Standing.TRIAL: "trial trigger",
    tree.Standing.REPLACEMENT: "replace trigger",
}


def verb_name(verb: tree.Verb) -> str:
    return verb.value.casefold().replace("_", " ")


SECTIONS = {
    "Verbs": tuple(map(verb_name, tree.Verb)),
    "Logic": tuple(_LOGIC.values()),
    "Actions": tuple(_ACTIONS.values()),
    "Recipients": _RECIPIENTS,
    "Declarations": tuple(_ITEMS.values()),
    "Types of fields that are declared": _TYPES,
    "Modifiers": _MODIFIERS,
}


def table(cases: Iterable[Case]) -> str:
    """Return the page: for each construct how many cases have it, in each situation."""
    counts: Counter[tuple[str, str, str]] = Counter()
    codes: Counter[str] = Counter()
    for case in cases:
        if case.diagnostics is not None:
            codes.update({mistake["code"] for mistake in case.diagnostics})
            continue
        seen = set(situations(case))
        counts.update((*row, situation) for row in set(constructs(case)) for situation in seen)
    lines = ["# What the cases touch", "", "Cells are numbers of cases. A test keeps this page.", ""]
    for section, rows in SECTIONS.items():
        lines += [f"## {section}", "", f"| | {' | '.join(SITUATIONS)} |", f"|---|{'---:|' * len(SITUATIONS)}"]
        lines += [_row(row, [counts[section, row, situation] for situation in SITUATIONS]) for row in rows]
        lines += [""]
    lines += ["## Mistakes and warnings", "", "| code | cases |", "|---|---:|"]
    return "\n".join([*lines, *(f"| `{code}` | {number} |" for code, number in sorted(codes.items())), ""])


def _row(name: str, numbers: Sequence[int]) -> str:
    return f"| {name} | {' | '.join(str(number or '') for number in numbers)} |"


def situations(case: Case) -> Iterator[str]:
    """Yield what a case's events and outcomes are like."""
    yield "all"
    kinds = {str(event.get("type")).rpartition(".")[2] for event in case.events}
    fired = [outcome.get("fired", []) for outcome in case.expect]
    data = [event.get("data") or {} for event in case.events]
    titles = re.findall(r'\btrigger "([^"]+)"', case.rules)
    found = {
        "creation": "created" in kinds,
        "update": "updated" in kinds,
        "fires": any(fired),
        "does not fire": not all(fired),
        "empty": any(v in (None, [], "") for one in data for v in dict(one.get("set") or {}).values()),
        "several triggers": len(re.findall(r"\bwhen\b", case.rules)) > 1 or "use zendesk" in case.rules,
        "goes back": any(_goes_back(one, titles) for one in fired),
        "single pass": case.single_pass,
        "trial": any(outcome.get("trial") for outcome in case.expect),
        "refused": any(outcome.get("refused") for outcome in case.expect),
        "system": any("by" in one and one["by"] is None for one in data),
        "comment": any(one.get("comment") for one in data),
        "people": bool(case.directory),
        "own vocabulary": case.vocabulary is not None,
    }
    yield from (name for name, holds in found.items() if holds)


def _goes_back(fired: Sequence[str], titles: Sequence[str]) -> bool:
    """Return whether a trigger fired after one that is written below it."""
    places = [titles.index(title) for title in fired if title in titles]
    return places != sorted(places)


def constructs(case: Case) -> Iterator[tuple[str, str]]:
    """Yield what a case's rules are made of: a section and a row of the page."""
    own = case.vocabulary
    verbs = parser.declared_verbs(own) if own is not None else frozenset()
    for text in filter(None, (case.rules, *case.files.values(), own)):
        file = parser.parse(Source("rules", text), verbs=verbs).file
        for node in _nodes(file):
            yield from _of(node)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for part in attrs.fields(type(node)):
        held = getattr(node, part.name)
        for inner in held if isinstance(held, tuple) else (held,):
            if attrs.has(type(inner)) and part.eq:
                yield from _nodes(inner)


def _of(node: Any) -> Iterator[tuple[str, str]]:
    kind = type(node)
    for section, names in (("Declarations", _ITEMS), ("Actions", _ACTIONS), ("Logic", _LOGIC)):
        if kind in names:
            yield section, names[kind]
    match node:
        case tree.Comparison():
            yield "Verbs", verb_name(node.verb)
        case tree.PathValue():
            yield from (("Modifiers", said) for said in ("value that is a path", *(["the"] * node.the)))
    yield from (("Modifiers", name) for name in _modifiers(node))
    if isinstance(node, tree.FieldDeclaration):
        yield "Types of fields that are declared", _type(node.type)
    if isinstance(node, tree.Notify):
        yield from (("Recipients", name) for name in _recipients(node.recipients))


def _modifiers(node: Any) -> Iterator[str]:
    match node:
        case tree.Trigger():
            said = {"untitled": node.title is None, "once per ticket": node.once}
            if node.place is not None:
                yield "before" if node.place.before else "after"
            if node.standing in _STANDINGS:
                yield _STANDINGS[node.standing]
        case tree.FieldDeclaration():
            said = {
                "read only": node.read_only,
                "at first": node.at_first is not None,
                "counting": node.counting is not None,
            }
        case tree.Notify():
            said = {"by a channel": node.channel is not None, "in a language": node.language is not None}
        case tree.InlineText():
            said = {"with body": node.subject is None, "with subject": node.subject is not None}
        case tree.Use():
            said = {"only": bool(node.only), "a file": node.path is not None}
        case tree.Category():
            said = {"before all others": node.ahead}
        case _:
            said = {
                "with template": isinstance(node, tree.UseTemplate),
                "previous": getattr(node, "previous", False),
            }
    yield from (name for name, holds in said.items() if holds)


def _type(kind: tree.FieldType) -> str:
    match kind:
        case tree.ChoiceType():
            return "ordered choice" if kind.ordered else "choice"
        case tree.ChoiceSetType():
            return "several choices"
        case tree.PlainType():
            return _TERMINALS[kind.terminal]


def _recipients(recipients: Sequence[tree.Subject]) -> Iterator[str]:
    found = [_recipient(recipient) for recipient in recipients]
    yield from found
    paths = {str(r.path).removeprefix("ticket.") for r in recipients if isinstance(r, tree.PathSubject)}
    if {"requester", "ccs"} <= paths:
        yield "requester and ccs"


def _recipient(recipient: tree.Subject) -> str:
    match recipient:
        case tree.PathSubject(previous=True):
            return "a path of previous"
        case tree.PathSubject():
            name = str(recipient.path)
            return name if name in ("requester", "assignee", "current_user", "group") else "another path"
        case tree.NamedSubject():
            return "group by name" if recipient.kind.casefold() == "group" else "user by name"
        case tree.AddressSubject():
            return "address"
        case tree.AllSubject():
            return "all agents"
        case tree.ScheduleSubject():
            raise AssertionError("nobody is a schedule")
