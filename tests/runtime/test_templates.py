"""Texts run in a sandbox: whatever else stands in one is a mistake, told quickly and before the first event."""

from collections.abc import Mapping
from typing import Any

import pytest

from trigdsl import Notification, RulesError, Ruleset, compile_text

RULE = "when ticket is created notify requester with template x"


def compiled(text: str, **others: str) -> Ruleset:
    """Return a rule that sends a text; others are templates by `language_name`."""
    named = {key.replace("_", "/"): body for key, body in others.items()}
    return compile_text(RULE, templates={"x": text, **named})


def mistakes(text: str) -> list[tuple[str, str, str | None]]:
    """Return code, message and help of each mistake in a text; it has to have one."""
    with pytest.raises(RulesError) as caught:
        compiled(text)
    return [(d.code, d.message, d.help) for d in caught.value.diagnostics]


def created(**data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "helpdesk",
        "type": "ticket.created",
        "subject": "42",
        "time": "2026-01-05T10:00:00Z",
        "data": {"by": "ana@example.com", "channel": "email", **data},
    }


def sent(
    rules: Ruleset, event: Mapping[str, Any], directory: Mapping[str, Any] | None = None
) -> Notification:
    """Return the one notification that comes of an event."""
    known = None if directory is None else rules.directory(directory)
    (outcome,) = rules.run([event], directory=known)
    (effect,) = outcome.effects
    assert isinstance(effect, Notification)
    return effect


ESCAPES = (
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ticket.__class__ }}",
    "{{ ticket.subject.__class__ }}",
    "{{ ticket.__init__.__globals__ }}",
    "{{ ticket['__class__'] }}",
    "{{ ticket['subject'] }}",
    "{{ ticket.subject[0] }}",
    "{{ ticket.subject[0:3] }}",
    "{{ ticket|attr('__class__') }}",
    "{{ ticket|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ ticket.comments|map(attribute='__class__')|list }}",
    "{{ ticket.comments|map('upper')|join }}",
    "{{ ticket.comments|groupby('body') }}",
    "{{ ticket.tags|sort|first }}",
    "{{ ticket.tags|tojson }}",
    "{{ ticket.subject|safe }}",
    "{{ ticket.subject|xmlattr }}",
    "{{ ticket.subject|pprint }}",
    "{{ '%s'|format(ticket) }}",
    "{{ '{0.__class__}'.format(ticket) }}",
    "{{ '{0.__class__}'|format(ticket) }}",
    "{{ ticket.subject.format_map }}",
    "{{ ticket.subject.upper() }}",
    "{{ ticket.tags.pop() }}",
    "{{ ticket.items }}",
    "{{ ticket.values() }}",
    "{{ self }}",
    "{{ self.__init__.__globals__.__builtins__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum }}",
    "{{ lipsum() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace() }}",
    "{{ namespace }}",
    "{{ joiner }}",
    "{{ joiner() }}",
    "{{ dict }}",
    "{{ dict(a=1) }}",
    "{{ range }}",
    "{{ range(999999999) }}",
    "{{ request }}",
    "{{ config }}",
    "{{ context }}",
    "{{ environment }}",
    "{{ caller }}",
    "{{ varargs }}",
    "{{ kwargs }}",
    "{{ __name__ }}",
    "{{ _ }}",
    "{{ ticket.subject() }}",
    "{{ [].append }}",
    "{{ [1, 2] }}",
    "{{ (1, 2) }}",
    "{{ {'a': 1} }}",
    "{{ {}.__class__ }}",
    "{{ ticket.id ~ ticket.id }}",
    "{{ ticket.id + 'x' }}",
    "{{ -1 }}",
    "{{ ticket.id is defined }}",
    "{{ ticket.subject is escaped }}",
    "{% set x = 1 %}",
    "{% set x %}y{% endset %}",
    "{% macro m() %}x{% endmacro %}{{ m() }}",
    "{% call ticket.x() %}{% endcall %}",
    "{% include 'solved' %}",
    "{% include '/etc/passwd' ignore missing %}",
    "{% import 'solved' as s %}",
    "{% from 'solved' import s %}",
    "{% extends 'solved' %}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with a = 1 %}{% endwith %}",
    "{% do ticket.tags.clear() %}",
    "{% for c in ticket.comments %}{% break %}{% endfor %}",
    "{% trans %}x{% endtrans %}",
    "{% debug %}",
)


@pytest.mark.parametrize("text", ESCAPES)
def test_a_way_out_of_the_sandbox_is_a_mistake(text: str) -> None:
    assert {code for code, _, _ in mistakes(text)} <= {"wrong-template", "unknown-placeholder"}


BOMBS = (
    '{{ "x"*200000000 }}',
    "{{ ticket.id*200000000 }}",
    "{{ 10**10**10 }}",
    "{{ 9**999999999 }}",
    "{{ 'x'|center(200000000) }}",
    "{{ 'x'.center(200000000) }}",
    "{{ 'x'.ljust(200000000) }}",
    "{{ 'x'|indent(200000000) }}",
    "{{ '%200000000d'|format(1) }}",
    "{{ '%200000000d' % 1 }}",
    "{{ '{:200000000}'.format(1) }}",
    "{{ lipsum(100000) }}",
    "{{ ticket.subject|wordwrap(1) }}",
    "{{ ticket.subject|batch(200000000, 'x') }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{% for c in ticket.comments %}{% for d in ticket.comments %}x{% endfor %}{% endfor %}",
    "{% for c in ticket.comments %}{% if c %}{% for d in ticket.tags %}x{% endfor %}{% endif %}{% endfor %}",
    "{% for c in ticket.comments recursive %}{{ loop(ticket.comments) }}{% endfor %}",
    "{{ " + "(" * 3_000 + "ticket.id" + ")" * 3_000 + " }}",
    "{{ " + "not " * 3_000 + "ticket.id }}",
    "{{ " + "[" * 3_000 + "]" * 3_000 + " }}",
    "{{ ticket" + ".requester" * 60 + " }}",
    "{{ ticket.id" + " and ticket.id" * 60 + " }}",
    "{% if ticket.id %}" * 60 + "{% endif %}" * 60,
    "{% if ticket.id %}" * 3_000 + "{% endif %}" * 3_000,
    "x" * 100_001,
    "{{ ticket.id }}" * 10_000,
)


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:40])
def test_a_bomb_is_a_mistake(text: str) -> None:
    assert mistakes(text)


BROKEN = (
    "{{",
    "{{ }}",
    "{{ ticket.id",
    "{{ ticket. }}",
    "{{ ticket.id | }}",
    "{%",
    "{% if %}",
    "{% if ticket.id %}",
    "{% endif %}",
    "{% for %}",
    "{% for c in %}{% endfor %}",
    "{% for a, b in ticket.comments %}{% endfor %}",
    "{% else %}",
    "{{ 'a }}",
    "{{ ticket.id }",
)


@pytest.mark.parametrize("text", BROKEN)
def test_a_text_that_cannot_be_read_is_a_mistake(text: str) -> None:
    assert {code for code, _, _ in mistakes(text)} == {"wrong-template"}


FILTERS = (
    "{{ ticket.id|truncate(true) }}",
    "{{ ticket.id|truncate('9') }}",
    "{{ ticket.id|truncate(1, 2) }}",
    "{{ ticket.id|truncate(length=1) }}",
    "{{ ticket.id|truncate(*ticket.tags) }}",
    "{{ ticket.id|truncate(-1) }}",
    "{{ ticket.id|default(ticket.subject) }}",
    "{{ ticket.id|default(1) }}",
    "{{ ticket.id|upper('x') }}",
)


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_takes_only_what_it_is_for(text: str) -> None:
    ((code, message, _),) = mistakes(text)
    assert code == "wrong-template"
    assert "cannot be used like this" in message


def test_an_unknown_filter_lists_the_known_ones() -> None:
    ((_, message, _),) = mistakes("{{ ticket.subject|capitalize }}")
    assert "`capitalize`" in message
    assert "default, label, lower, trim, truncate, upper" in message


@pytest.mark.parametrize(
    ("text", "wrong", "meant"),
    [
        ("{{ ticket.subjct }}", "`subjct`", "`subject`"),
        ("{{ requster.name }}", "`requster`", "`requester`"),
        ("{{ requester.langauge }}", "`langauge`", "`language`"),
        ("{{ coment.body }}", "`coment`", "`comment`"),
        ("{% if ticket.prority == 'high' %}x{% endif %}", "`prority`", "`priority`"),
        ("{% for t in ticket.tagz %}{{ t }}{% endfor %}", "`tagz`", "`tags`"),
    ],
)
def test_a_misspelt_placeholder_is_a_mistake_with_a_suggestion(text: str, wrong: str, meant: str) -> None:
    ((code, message, help_line),) = mistakes(text)
    assert code == "unknown-placeholder"
    assert wrong in message
    assert help_line is not None
    assert meant in help_line


def test_nonsense_is_a_mistake_without_a_suggestion() -> None:
    assert mistakes("{{ zzzzz }}") == [("unknown-placeholder", "there is nothing named `zzzzz`", None)]


def test_every_mistake_in_a_text_is_told() -> None:
    assert len(mistakes("{{ ticket.subjct }}\n{{ requster.name }}\n{{ zzzzz }}")) == 3


def test_a_mistake_stands_where_it_was_made() -> None:
    with pytest.raises(RulesError) as caught:
        compiled("Hello\n\n  {{ ticket.subjct }}")
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.source.name, diagnostic.line, diagnostic.column) == ("templates/x", 3, 6)


@pytest.mark.parametrize(
    "text", ["{{ ticket.subject.x }}", "{{ ticket.id.real }}", "{{ ticket.public_comments.body }}"]
)
def test_a_value_has_no_parts(text: str) -> None:
    ((code, message, _),) = mistakes(text)
    assert code == "unknown-placeholder"
    assert "has no" in message


@pytest.mark.parametrize("source", ["ticket.subject", "requester", "ticket", "ticket.id", "comment"])
def test_a_loop_goes_through_several_values_alone(source: str) -> None:
    ((code, message, _),) = mistakes("{% for x in " + source + " %}{{ x }}{% endfor %}")
    assert code == "unknown-placeholder"
    assert "one value" in message


@pytest.mark.parametrize(
    "name", ["cycle", "changed", "previtem", "depth", "length", "__class__", "_iterable"]
)
def test_a_loop_shows_only_where_it_is(name: str) -> None:
    text = "{% for c in ticket.public_comments %}{{ loop." + name + " }}{% endfor %}"
    ((code, message, _),) = mistakes(text)
    assert (code, message) == ("unknown-placeholder", f"there is nothing named `loop.{name}`")


def test_texts_in_rules_are_checked_like_templates() -> None:
    with pytest.raises(RulesError) as caught:
        compile_text(
            'when ticket is created notify requester with subject "{{ a.b }}" and body """{{ 2*3 }}"""'
        )
    assert sorted(d.code for d in caught.value.diagnostics) == ["unknown-placeholder", "wrong-template"]


def test_a_missing_template_is_a_mistake_with_a_suggestion() -> None:
    with pytest.raises(RulesError) as caught:
        compile_text("when ticket is created notify requester with template solvd")
    (diagnostic,) = caught.value.diagnostics
    assert "`solvd`" in diagnostic.message
    assert diagnostic.help is not None
    assert "`solved`" in diagnostic.help


# What may stand in a text


def test_placeholders_filters_choices_and_loops_are_written_out() -> None:
    text = (
        "{{ ticket.priority|label }}/{{ ticket.priority }} {{ ticket.subject|upper|truncate(4) }} "
        "{{ assignee.name|default('nobody') }} {% if ticket.status == 'new' %}fresh{% else %}old{% endif %} "
        "{% for t in ticket.tags %}{{ loop.index }}{{ t }} {% endfor %}"
        "{% for c in ticket.public_comments %}{{ c.author.name }}: {{ c.body }}{% endfor %}"
    )
    event = created(
        set={"priority": "high", "subject": "Printer", "tags": ["b", "a"]},
        comment={"public": True, "body": "Help"},
    )
    people = {"users": [{"email": "ana@example.com", "name": "Ana", "role": "end_user"}]}
    expected = "High/high PRI… nobody fresh 1a 2b Ana: Help"
    assert sent(compiled(text), event, people).body == expected


@pytest.mark.parametrize("subject", ["{{ 7*7 }}", "{{ ticket.__class__ }}", "{% include 'x' %}", "{{", "{#"])
def test_what_people_write_is_text_and_never_a_template(subject: str) -> None:
    event = created(set={"subject": subject}, comment={"public": True, "body": subject})
    message = sent(compiled("Subject: {{ ticket.subject }}\n\n{{ comment.body }}"), event)
    assert (message.subject, message.body) == (subject, subject)


LINE_BREAKS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
def test_a_subject_line_has_no_line_break(line_break: str) -> None:
    event = created(set={"subject": f"Hello{line_break}Bcc: eve@example.com"})
    for rules in (
        compiled("Subject: {{ ticket.subject }}\n\nBody"),
        compile_text(
            'when ticket is created notify requester with subject "{{ ticket.subject }}" and body "b"'
        ),
    ):
        assert sent(rules, event).subject == "Hello Bcc: eve@example.com"


def test_a_text_without_a_subject_line_has_none() -> None:
    message = sent(compiled("Hello\nSubject: no"), created())
    assert (message.subject, message.body) == (None, "Hello\nSubject: no")


def test_what_is_empty_is_written_as_nothing() -> None:
    text = (
        "[{{ assignee.name }}{{ organization.name }}{{ ticket.due_date }}{{ ticket.ccs }}{{ comment.body }}]"
    )
    assert sent(compiled(text), created()).body == "[]"


# Languages


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("fr-CA", "fr"),
        ("fr_CA", "fr"),
        ("fr", "fr"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "en"),
        (None, "en"),
    ],
)
def test_a_message_is_in_the_readers_language_or_the_nearest(language: str | None, spoken: str) -> None:
    rules = compile_text(RULE, templates={"en/x": "Hello", "fr/x": "Bonjour"})
    person: dict[str, Any] = {"email": "ana@example.com", "role": "end_user"}
    if language is not None:
        person["language"] = language
    message = sent(rules, created(), {"users": [person]})
    assert message.language == spoken
    assert message.body == {"en": "Hello", "fr": "Bonjour"}[spoken]


def test_a_regional_template_comes_before_its_language() -> None:
    rules = compile_text(RULE, templates={"en/x": "Hello", "fr/x": "Bonjour", "fr-CA/x": "Allo"})
    people = {"users": [{"email": "ana@example.com", "role": "end_user", "language": "fr-CA"}]}
    assert sent(rules, created(), people).body == "Allo"


def test_each_language_is_checked() -> None:
    with pytest.raises(RulesError) as caught:
        compile_text(RULE, templates={"en/x": "Hello", "fr/x": "{{ ticket.sujet }}"})
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.source.name == "templates/fr/x"


# Who reads it


def private_then_told(text: str) -> list[tuple[str, str | None]]:
    """Return what requester and assignee are told of a private comment on a ticket with a public one."""
    rules = compile_text(
        "when ticket is updated notify requester, assignee with template x", templates={"x": text}
    )
    people = rules.directory(
        {
            "users": [
                {"email": "ana@example.com", "name": "Ana", "role": "end_user"},
                {"email": "bo@example.com", "name": "Bo", "role": "agent"},
            ]
        }
    )
    first = created(set={"assignee": "bo@example.com"}, comment={"public": True, "body": "PUBLIC"})
    second = {**created(), "id": "e-2", "type": "ticket.updated"}
    second["data"] = {"by": "bo@example.com", "comment": {"public": False, "body": "SECRET"}}
    outcome = list(rules.run([first, second], directory=people))[1]
    notified = [e for e in outcome.effects if isinstance(e, Notification)]
    return sorted((e.recipient, e.body) for e in notified)


PRIVATE = (
    "{{ ticket.comments }}",
    "{{ ticket.latest_comment }}",
    "{{ ticket.latest_comment.body }}",
    "{% for c in ticket.comments %}{{ c }}{% endfor %}",
    "{% for c in ticket.comments %}{{ c.body }}{% endfor %}",
    "{{ ticket.comments|upper }}",
)


@pytest.mark.parametrize("text", ["{{ comment }}", "{{ comment.body }}"])
def test_a_private_comment_never_reaches_an_end_user(text: str) -> None:
    (to_end_user, to_agent) = private_then_told(text)
    assert to_end_user == ("ana@example.com", "")
    assert to_agent == ("bo@example.com", "SECRET")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ticket.public_comments }}",
        "{{ ticket.latest_public_comment }}",
        "{% for c in ticket.public_comments %}{{ c.body }}{% endfor %}",
    ],
)
def test_public_comments_alone_are_for_everybody(text: str) -> None:
    assert private_then_told(text) == [("ana@example.com", "PUBLIC"), ("bo@example.com", "PUBLIC")]


@pytest.mark.parametrize("text", PRIVATE)
def test_a_text_for_an_end_user_cannot_ask_for_private_comments(text: str) -> None:
    for code, _, help_line in mistakes(text):
        assert code == "private-comment"
        assert "public_comment" in (help_line or "")


@pytest.mark.parametrize("text", PRIVATE)
def test_a_text_for_agents_may_ask_for_private_comments(text: str) -> None:
    rules = compile_text("when ticket is created notify all agents with template x", templates={"x": text})
    people = {"users": [{"email": "bo@example.com", "role": "agent"}]}
    message = sent(rules, created(comment={"public": False, "body": "SECRET"}), people)
    assert message.body == "SECRET"
