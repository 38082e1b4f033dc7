"""What it costs to write a notification, against the stock sandbox on the same texts."""

from collections.abc import Iterator, Sequence
from typing import Any

import liquid
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

import trigdsl
from bench.timing import Figure, paired

SUBJECT = "[{{ ticket.priority }}] {{ ticket.subject }}"
BODY = """Hello {{ requester.name }},
{{ comment.body }}
{{ ticket.id }} {{ ticket.status }} {{ group.name }} {{ assignee.name }} {{ organization.name }} {{ requester.email }}
"""
PEOPLE = {
    "users": [
        {"id": "7", "email": "ana@example.com", "name": "Ana", "role": "end_user", "organization": "Acme"},
        {"id": "8", "email": "bo@example.com", "name": "Bo", "role": "agent"},
    ],
    "groups": [{"id": "1", "name": "Tier 1"}],
    "organizations": [{"id": "3", "name": "Acme"}],
}
EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "bench",
    "type": "ticket.created",
    "subject": "4",
    "time": "2026-01-05T10:00:00Z",
    "data": {
        "by": "7",
        "set": {
            "subject": "Printer",
            "priority": "high",
            "group": "Tier 1",
            "assignee": "bo@example.com",
            "organization": "Acme",
        },
        "comment": {"body": "It is on fire"},
    },
}
PLAIN = {
    "ticket": {"priority": "high", "subject": "Printer", "id": "4", "status": "new"},
    "requester": {"name": "Ana", "email": "ana@example.com"},
    "comment": {"body": "It is on fire"},
    "group": {"name": "Tier 1"},
    "assignee": {"name": "Bo"},
    "organization": {"name": "Acme"},
}


def notification() -> Iterator[Figure]:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    texts = [environment.from_string(SUBJECT), environment.from_string(BODY)]
    name = "a warm notification, ten placeholders, subject and body"
    yield _beside("t", texts, name, "stock sandbox, same texts", 1.5)
    bodies = [liquid.Environment().from_string(SUBJECT), liquid.Environment().from_string(BODY)]
    yield _beside("t.liquid", bodies, f"{name}, in Liquid", "stock python-liquid, same texts", 5.0)


def _beside(template: str, stock: Sequence[Any], name: str, yardstick: str, aim: float) -> Figure:
    """Return what a notification costs beside the same texts rendered from plain dictionaries."""
    rules = trigdsl.compile_text(
        "when ticket is created then notify requester with template t",
        templates={template: f"Subject: {SUBJECT}\n\n{BODY}"},
    )
    people = rules.directory(PEOPLE)
    outcome = rules.step(None, rules.update(EVENT), directory=people, render=False)
    ours, theirs = paired(
        lambda: rules.renderer.rendered(outcome, people),
        lambda: [text.render(PLAIN) for text in stock],
        3_000,
    )
    return Figure(name, ours * 1e6, "µs", yardstick, theirs * 1e6, aim)
