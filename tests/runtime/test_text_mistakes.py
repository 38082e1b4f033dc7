"""Texts that once were accepted or crashed: each is a mistake, and none raises while it runs."""

from typing import Any

import pytest

from trigdsl import RulesError, compile_text

RULE = "when ticket is created notify requester with template x"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e",
    "source": "h",
    "type": "ticket.created",
    "subject": "1",
    "time": "2026-01-05T10:00:00Z",
    "data": {"by": "ana@example.com", "comment": {"public": True, "body": "a"}},
}
MISTAKES = (
    "{{ 1 < 2 }}",
    "{% if ticket.id > 3 %}x{% endif %}",
    "{% if 'vip' in ticket.tags %}x{% endif %}",
    "{% if 'vip' not in ticket.tags %}x{% endif %}",
    "{% autoescape true %}{% endautoescape %}",
    "{{ " + "9" * 5000 + " }}",
    "{{ ticket" + ".requester" * 3000 + " }}",
    "{{ ticket.id" + " and ticket.id" * 3000 + " }}",
    "{{ ticket.id" + "|upper" * 3000 + " }}",
    "{% if ticket.id == 'a' %}a" + "{% elif ticket.id == 'b' %}b" * 3000 + "{% endif %}",
    "{{ c.body }}{% for c in ticket.public_comments %}{% endfor %}",
    "{% for c in ticket.public_comments %}{% endfor %}{{ c.body }}",
    "{% for c in ticket.public_comments %}{% endfor %}{{ c }}",
    "{{ loop.index }}",
    "{{ loop.first }}",
    "{% for c in ticket.public_comments if loop.first %}{{ c.body }}{% endfor %}",
    "{% for c in ticket.public_comments %}{% else %}{{ c.body }}{% endfor %}",
    "Subject: {{ ticket.id\n}} x",
    "Subject: {% if ticket.id %}A\n{% endif %}B",
    "Subject: {# \n #} x",
    "Subject: {% raw %}{{\n{% endraw %}",
    "{#",
    "{{ 1e999 }}",
    "{% for t in ticket.tags %}{{ t.body }}{% endfor %}",
)


@pytest.mark.parametrize("text", MISTAKES, ids=lambda t: t[:40])
def test_is_a_mistake(text: str) -> None:
    with pytest.raises(RulesError):
        list(compile_text(RULE, templates={"x": text}).run([EVENT]))


@pytest.mark.parametrize(
    "text", ["{{ 'a' if ticket.status == 'x' }}", "{% if ticket.status == 'x' %}A{% endif %}"]
)
def test_is_fine(text: str) -> None:
    (outcome,) = compile_text(RULE, templates={"x": text}).run([EVENT])
    assert [effect.to_json()["body"] for effect in outcome.effects] == [""]
