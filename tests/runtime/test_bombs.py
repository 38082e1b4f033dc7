"""Escapes and bombs end as mistakes, in little time and little memory; no text at all does anything else."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from trigdsl import RulesError, compile_text
from trigdsl.runtime.texts.parts import MOST_OUTPUT

RULE = "when ticket is created notify all agents with template x"
PEOPLE: Mapping[str, Any] = {
    "users": [
        {"id": "1", "email": "ana@example.com", "name": "Ana", "role": "end_user", "organization": "Acme"},
        {"id": "2", "email": "bo@example.com", "name": "Bo", "role": "agent", "language": "fr"},
    ],
    "organizations": [{"id": "3", "name": "Acme", "tags": ["vip"]}],
}
EVENT: Mapping[str, Any] = {
    "specversion": "1.0",
    "id": "e",
    "source": "h",
    "type": "ticket.created",
    "subject": "1",
    "time": "2026-01-05T10:00:00Z",
    "data": {
        "by": "ana@example.com",
        "set": {"subject": "{{ 7*7 }}", "tags": ["a", "b"], "priority": "high"},
        "comment": {"public": True, "body": "Hello {0.__class__} %s"},
    },
}

# What Jinja2 once let out, by the version that mended it

ESCAPES: Mapping[str, Sequence[str]] = {
    "2.8.1, str.format": (
        "{{ '{0.__class__}'.format(ticket) }}",
        "{{ '{0.__class__.__mro__}'.format(ticket.subject) }}",
        "{{ ticket.subject.format(ticket) }}",
        "{{ ticket.subject.format }}",
        "{{ 'a'.format.__self__ }}",
        "{% if '{0.__class__}'.format(ticket) == 'x' %}a{% endif %}",
        "{% for f in '{0}'.format(ticket) %}{{ f }}{% endfor %}",
    ),
    "2.10.1, str.format_map": (
        "{{ '{a.__class__}'.format_map({'a': ticket}) }}",
        "{{ '{a.__class__}'.format_map(ticket) }}",
        "{{ ticket.subject.format_map(ticket) }}",
        "{{ ticket.subject.format_map }}",
        "{{ ''['format_map'] }}",
    ),
    "3.1.5, str.format by a filter, and file names": (
        "{% set f = '{0.__class__}'.format %}{{ f(ticket) }}",
        "{{ ['{0.__class__}'.format]|map('apply', ticket)|list }}",
        "{{ ticket.tags|map('format', ticket)|list }}",
        "{{ ['{0.__class__}']|map('format', ticket)|list }}",
        "{{ '{0.__class__}'|format(ticket) }}",
        "{{ ''|format }}",
        "{% with f = '{0.__class__}'.format %}{{ f(ticket) }}{% endwith %}",
        "{% macro m(f) %}{{ f(ticket) }}{% endmacro %}{{ m('{0.__class__}'.format) }}",
        "{% from '{x}' import y %}",
        "{% from \"{__import__('os').getpid()}\" import y %}{{ y }}",
        "{% import '{x}' as y %}{{ y.z }}",
        "{% include \"{__import__('os').getpid()}\" %}",
    ),
    "3.1.6, the filter attr": (
        "{{ '{0.__class__}'|attr('format')(ticket) }}",
        "{{ ticket.subject|attr('format') }}",
        "{{ ticket.subject|attr('form' ~ 'at') }}",
        "{{ ''|attr('__class__')|attr('__mro__') }}",
        "{{ ticket.tags|map(attribute='format')|list }}",
        "{{ ticket.tags|map('attr', 'format')|list }}",
    ),
}

DEEP = 3_000
BOMBS: Mapping[str, Sequence[str]] = {
    "products": (
        '{{ "x"*200000000 }}',
        '{{ 200000000*"x" }}',
        '{% if "x"*200000000 %}a{% endif %}',
        "{{ ticket.subject*200000000 }}",
        "{{ [1]*200000000 }}",
        "{{ 10**10**10 }}",
        "{{ 1 // 0 }}",
        "{{ 1 % 0 }}",
    ),
    "widths": (
        "{{ 'x'|center(200000000) }}",
        "{{ 'x'.center(200000000) }}",
        "{{ 'x'.ljust(200000000) }}",
        "{{ 'x'.zfill(200000000) }}",
        "{{ 'x'|indent(200000000) }}",
        "{{ '%200000000d'|format(1) }}",
        "{{ '%200000000d' % 1 }}",
        "{{ '{:200000000}'.format(1) }}",
        "{{ '{:{}}'.format(1, 200000000) }}",
        "{{ ticket.tags|batch(200000000, 'x')|list }}",
        "{{ ticket.tags|slice(200000000)|list }}",
        "{{ 'x'|replace('', 'y' * 200000000) }}",
        "{{ lipsum(n=1000000) }}",
    ),
    "loops": (
        "{% for a in range(99999999) %}x{% endfor %}",
        "{{ range(99999999)|list }}",
        "{% set x = 'xxxxxxxx' %}{% for c in ticket.public_comments %}{% set x = x ~ x %}{% endfor %}{{ x }}",
        "{% for c in ticket.public_comments %}{{ c.body ~ c.body }}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% for t in ticket.tags %}" * 3 + "x" + "{% endfor %}" * 3,
        "{% for t in ticket.tags %}" * DEEP + "x" + "{% endfor %}" * DEEP,
        "{% for c in ticket.comments recursive %}{{ loop(ticket.comments) }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ),
    "literals": (
        "{{ " + "9" * 5_000 + " }}",
        "{{ " + "9" * 90_000 + " }}",
        "{{ 9999999999999999 }}",
        "{{ 1e999 }}",
        "{{ 1.5 }}",
        "{{ 0x" + "f" * 50_000 + " }}",
        "{{ 0b" + "1" * 50_000 + " }}",
        "{{ [1, 2, 3] }}",
        "{{ {'a': 1} }}",
        "{{ (1, 2) }}",
        "{{ [" + "1," * 40_000 + "] }}",
        "{{ {" + "1:1," * 20_000 + "} }}",
        "{{ ticket.subject[::-1] }}",
        "{{ ticket.subject[0:200000000] }}",
        "{{ 'abc'[1:] }}",
        "{{ 'abc'[0] }}",
        "x" * 100_001,
        "{{ '" + "x" * 100_001 + "' }}",
    ),
    "depth": (
        "{{ " + "(" * DEEP + "ticket.id" + ")" * DEEP + " }}",
        "{{ " + "[" * DEEP + "]" * DEEP + " }}",
        "{{ " + "{'a':" * DEEP + "1" + "}" * DEEP + " }}",
        "{{ " + "not " * DEEP + "ticket.id }}",
        "{{ " + "-" * DEEP + "1 }}",
        "{{ " + "'a' if ticket.id else " * DEEP + "'b' }}",
        "{{ ticket.id" + " and ticket.id" * DEEP + " }}",
        "{{ ticket.id" + " == ticket.id" * DEEP + " == '' and " + "not " * 60 + "'' }}",
        "{{ ticket.id" + "|upper" * DEEP + " }}",
        "{{ ticket" + ".requester" * DEEP + " }}",
        "{{ ticket" + "[0]" * DEEP + " }}",
        "{{ 'a'" + " ~ 'a'" * DEEP + " }}",
        "{% if ticket.id %}" * DEEP + "{% endif %}" * DEEP,
        "{% if ticket.id %}a{% else %}" * DEEP + "{% endif %}" * DEEP,
        "{% if ticket.id %}a" + "{% elif ticket.id %}b" * DEEP + "{% endif %}",
        "{{ ticket.id }}" * 6_000,
    ),
}

# Liquid: much is allowed there, and ends where it has gone on for long enough

LIQUID_ESCAPES = (
    *(
        "{{ ticket.__class__ }}",
        "{{ ticket['__class__'] }}",
        "{{ ticket._stage }}",
        "{{ ticket['_values'] }}",
    ),
    *("{{ ticket.__init__.__globals__ }}", "{{ comment.value.__class__.__mro__ }}", "{{ now.zone.key }}"),
    *("{{ ticket.tags.format }}", "{{ ticket.comments[0]._reader }}", "{{ ticket.comments.__len__ }}"),
    "{{ ticket.comments | map: '__class__' }}{{ ticket.comments | map: '_stage' | first }}",
    "{{ ticket.comments | where: '_values' | first | map: 'body' }}",
    "{% for i in (1..2) %}{{ forloop.__class__ }}{{ forloop.it }}{{ forloop['_index'] }}{% endfor %}",
    "{% for part in ticket %}{{ part }}{% endfor %}{% for part in ticket.requester %}{{ part }}{% endfor %}",
    "{% assign name = '__class__' %}{{ ticket[name] }}{{ ticket.comments[name] }}{{ name[name] }}",
)
LIQUID_REFUSED = (
    *(
        "{% include 'x' %}",
        "{% render 'x' %}",
        "{% include /etc/passwd %}",
        "{% layout 'x' %}",
        "{% block x %}",
    ),
    *("{{ ticket | json }}", "{{ ticket | safe }}", "{{ ticket.title | escapejs }}", "{{ 'x' | attr: 'y' }}"),
    *("{% case ticket.id %}", "{% if ticket.id", "{{ ticket.id", "{% raw %}", "{% for %}{% endfor %}"),
    *("{{" * 50_000, "{%" * 50_000, "{% raw %}" * 11_000, "{% comment %}" * 7_600, "x" * 100_001),
    *("{{ " + " " * 99_000 + "}}", "{{ " + "(" * 50_000 + "}}", "{{ " + "['a" * 24_000 + "}}"),
    *("{{ a" + "[a" * DEEP + "]" * DEEP + "}}", "{{ a" + ".b" * 40_000 + "}}", "{{ " + "9" * 90_000 + "}}"),
    *("{% if a %}" * DEEP + "{% endif %}" * DEEP, "{% for a in b %}" * DEEP + "{% endfor %}" * DEEP),
    *("{% if a" + " and a" * 15_000 + " %}a{% endif %}", "{{ a" + "| upcase" * 9_000 + "}}"),
    *("{{ a }}" * 14_000, "{% case a %}" + "{% when 1 %}b" * 8_000 + "{% endcase %}"),
    "{% for a in (1..9000) %}{% if 1 == 2" + " or 1 == 2" * 9_000 + " %}{% endif %}{% endfor %}",
)
_SEED = "{% assign x = 'xxxxxxxxxxxxxxxx' %}"
_MANY = "{% assign l = '" + "".join(f"{n}," for n in range(16_000))
LIQUID_BOMBS: Mapping[str, Sequence[str]] = {
    "loops": (
        *("{% for a in (1..99999999) %}x{% endfor %}", "{% for a in (1..99999999) reversed %}x{% endfor %}"),
        *("{% for a in (1..99999999) offset:99999990 %}x{% endfor %}", "{{ (1..99999999) | join: ',' }}"),
        *("{{ (1..99999999) | reverse | first }}", "{{ (1..99999999) | sort }}", "{{ (1..99999999) | sum }}"),
        "{% tablerow a in (1..99999999) cols:2 %}x{% endtablerow %}",
        "{% for a in (1..5000) %}{% for b in (1..5000) %}x{% endfor %}{% endfor %}",
        "{% for a in (1..9000) %}{% endfor %}" * 700,
        "{% for a in (1..9000) %}" + "{{ 1 }}" * 1_500 + "{% endfor %}",
        "{% for a in (1..9000) %}" + "{% if 1 == 2 %}{% endif %}" * 700 + "{% endfor %}",
        "{% for i in (1..9999) %}{% for c in ticket.comments %}{{ c.value | strip_html }}{% endfor %}{% endfor %}",
        "{% for i in (1..9999) %}{{ ticket.comments_formatted | size }}{% endfor %}",
    ),
    "growth": (
        _SEED + "{% assign x = x | append: x %}" * 60 + "{{ x }}",
        _SEED + "{% for i in (1..60) %}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}{{ x }}",
        "{{ 'xxxxxxxx'" + "| replace: 'x', 'xxxxxxxxxxxxxxxxxxxxxxxx'" * 20 + "}}",
        "{{ 'aaaaaaaa'" + "| split: '' | join: 'aaaaaaaaaaaaaaaaaaaaaaaaa'" * 20 + "}}",
        "{{ '<<<<&&&&'" + "| escape" * 500 + "}}",
        "{{ '%%%%%%%%'" + "| url_encode" * 500 + "}}",
        "{{ 'aaaaaaaa'" + "| base64_encode" * 500 + "| size }}",
        "{% assign l = 'a,a' | split: ',' %}{% for i in (1..60) %}{% assign l = l | concat: l %}{% endfor %}",
        "{{ 99999999999999" + "| times: 99999999999999" * 1_000 + "}}",
        "{% assign n = 99999 %}{% for i in (1..99) %}{% assign n = n | times: n %}{% endfor %}{{ n }}",
    ),
    "widths": (
        *("{{ 'now' | date: '%999999999d' }}", "{{ 'now' | date: '" + "%c" * 40_000 + "' }}"),
        *("{{ '" + "1 " * 40_000 + "' | date: '%Y' }}", "{{ 1.5 | round: 999999999 }}", "{{ 1e999 }}"),
        *("{{ '1e999999' | times: 1 | floor }}", "{{ 'x' | slice: 0, 999999999999999999999 }}"),
        *("{{ 'x' | truncate: 999999999999 }}", "{{ '" + "9" * 4_000 + "' | times: '" + "9" * 4_000 + "' }}"),
    ),
    "work": (
        _MANY + "' | split: ',' %}{% for i in (1..9000) %}{% assign m = l | concat: l | sort %}{% endfor %}",
        _MANY + "' | split: ',' %}{% for i in (1..9000) %}{% assign m = l | uniq %}{% endfor %}",
        _MANY + "' | split: ',' %}{% for i in (1..9000) %}{% if l contains 'zz' %}{% endif %}{% endfor %}",
        "{% assign x = '"
        + "a" * 90_000
        + "' %}{% for i in (1..9999) %}{% if x contains 'b' %}{% endif %}{% endfor %}",
        "{{ '" + "<script>" * 11_000 + "' | strip_html }}",
        *("{{ '" + "<" * 90_000 + "' | strip_html }}", "{{ '" + "<!--" * 22_000 + "' | strip_html }}"),
        *("<a href='x'>" * 8_000, "<b>" + " \n" * 48_000, "<b" + " " * 99_000 + ">", "<" * 99_000 + "<b>"),
    ),
}

CHILD = """
import json, resource, sys, time
from trigdsl import RulesError, compile_text
rule, people, event, texts, room, name = json.load(sys.stdin)

def ends(text):
    try:
        rules = compile_text(rule, templates={name: text}, directory=people)
    except RulesError as error:
        return sorted({d.code for d in error.diagnostics})
    outcomes = list(rules.run([event], directory=rules.directory(people)))
    return f"sent {sum(len(e.body) for o in outcomes for e in o.effects)} characters"

ends("{{ ticket.id }}")
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + room
resource.setrlimit(resource.RLIMIT_AS, (most, most))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = []
for text in texts:
    start = time.process_time()
    try:
        end = ends(text)
    except BaseException as error:
        end = f"raised {type(error).__name__}: {error}"[:200]
    found.append((end, time.process_time() - start))
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
print(json.dumps({"grown": grown, "found": found}))
"""
ROOM = 200_000_000
"""How many bytes a child may grow by."""
SECONDS = float(os.environ.get("TRIGDSL_SECONDS", "1"))
"""How many seconds of a processor one text may take; slow machines may allow more."""
linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is measured on Linux alone")


def ended(texts: Sequence[str], name: str = "x") -> dict[str, Any]:
    """Return how each text ended in one child whose memory is bounded, and by how much the child grew."""
    given_texts = json.dumps([RULE, PEOPLE, EVENT, list(texts), ROOM, name])
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=given_texts,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    report: dict[str, Any] = json.loads(child.stdout)
    return report


def held_in(texts: Sequence[str]) -> None:
    report = ended(texts)
    assert report["grown"] < ROOM
    codes = (["wrong-template"], ["unknown-placeholder"], ["unknown-placeholder", "wrong-template"])
    wrong = [(t[:60], end) for t, (end, _) in zip(texts, report["found"], strict=True) if end not in codes]
    assert wrong == []
    slow = [(t[:60], took) for t, (_, took) in zip(texts, report["found"], strict=True) if took > SECONDS]
    assert slow == []


@linux
@pytest.mark.parametrize("texts", ESCAPES.values(), ids=ESCAPES)
def test_an_escape_that_jinja_once_had_is_a_mistake(texts: Sequence[str]) -> None:
    held_in(texts)


@linux
@pytest.mark.parametrize("texts", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_a_mistake_in_a_second_and_little_memory(texts: Sequence[str]) -> None:
    held_in(texts)


def in_little(texts: Sequence[str]) -> list[Any]:
    """Return how Liquid bodies ended; each does in a second and little memory."""
    report = ended(texts, "x.liquid")
    assert report["grown"] < ROOM
    slow = [(t[:60], took) for t, (_, took) in zip(texts, report["found"], strict=True) if took > SECONDS]
    assert slow == []
    return [end for end, _ in report["found"]]


@linux
@pytest.mark.parametrize("texts", LIQUID_BOMBS.values(), ids=LIQUID_BOMBS)
def test_a_bomb_in_liquid_ends_in_a_second_and_little_memory(texts: Sequence[str]) -> None:
    ends = in_little(texts)
    assert [end for end in ends if not str(end).startswith("sent ")] == []
    assert all(int(str(end).split()[1]) <= 2 * (MOST_OUTPUT + 1) for end in ends)


@linux
def test_what_is_no_liquid_body_is_a_mistake_in_a_second() -> None:
    assert {json.dumps(end) for end in in_little(LIQUID_REFUSED)} == {'["wrong-template"]'}


@pytest.mark.parametrize("text", LIQUID_ESCAPES)
def test_a_liquid_body_reaches_nothing_but_what_it_is_shown(text: str) -> None:
    rules = compile_text(RULE, templates={"x.liquid": f"[{text}]"}, directory=PEOPLE)
    (outcome,) = rules.run([EVENT], directory=rules.directory(PEOPLE))
    assert {effect.to_json()["body"] for effect in outcome.effects} == {"[]"}


@linux
def test_the_child_tells_what_is_sent_and_what_is_not() -> None:
    report = ended(["{{ ticket.id }}", "{{ ticket.id + 1 }}"])
    assert [end for end, _ in report["found"]] == ["sent 1 characters", ["wrong-template"]]


def test_a_templates_name_is_never_code(tmp_path: Path) -> None:
    made = tmp_path / "made"
    name = "{open(" + repr(str(made)) + ", 'w')}"
    rule = "when ticket is created notify all agents with template " + json.dumps(name)
    for text in ("{{ ticket.id }}", "{% from 'y' import z %}", "{{ nothing }}", "{{ ticket.id.x }}"):
        try:
            rules = compile_text(rule, templates={name: text, f"fr/{name}": text})
            list(rules.run([EVENT], directory=rules.directory(PEOPLE)))
        except RulesError:
            pass
    assert not made.exists()


# Any text at all

TOKENS = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-}}", "{%-", "-%}", "{%+", "+%}"),
    *("if", "elif", "else", "endif", "for", "endfor", "in", "recursive", "is", "not", "and", "or"),
    *("set", "endset", "macro", "endmacro", "call", "endcall", "filter", "endfilter", "block", "endblock"),
    *("raw", "endraw", "include", "import", "from", "extends", "with", "endwith", "autoescape", "as"),
    *("ticket", "requester", "comment", "c", "loop", "self", "caller", "varargs", "current_user", "range"),
    *(".", "id", "subject", "body", "tags", "public_comments", "latest_public_comment", "name", "index"),
    *(".id", ".subject", ".body", ".tags", ".public_comments", ".author", ".first", ".last", ".created_at"),
    *("|", "upper", "lower", "trim", "default", "label", "date", "truncate", "attr", "format", "safe", "map"),
    *("(", ")", "[", "]", "{", "}", ",", ":", "~", "+", "-", "*", "/", "//", "**", "%", "==", "!=", "<", "="),
    *("'", '"', "'a'", '"short"', "1", "80", "99999999999999999999", "1.5", "true", "none", "None", "True"),
    *(
        "__class__",
        "__init__",
        "_",
        "é",
        "日",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\x00",
        "Subject:",
        "Subject: ",
        "\ud800",
    ),
)
PATHS = (
    *(
        "ticket.id",
        "ticket.subject",
        "ticket.priority",
        "ticket.created_at",
        "ticket.status",
        "ticket.deleted",
    ),
    *("requester.name", "requester", "requester.organization.tags", "current_user.email", "comment.body"),
    *("ticket.tags", "ticket.public_comments", "ticket.comments", "ticket.latest_comment.body", "group.name"),
    *("update.time", "update.automatic", "comment.attachments", "ticket.due_date", "comment", "ticket"),
    *(
        "c",
        "c.body",
        "c.author.name",
        "c.author",
        "c.created_at",
        "c.public",
        "loop.index",
        "loop.first",
        "t",
    ),
)
FILTERS = (
    *("upper", "lower", "trim", "label", "date", "default", "truncate", "default('x')", 'default("")'),
    *("date('short')", "date('full')", "truncate(3)", "truncate(0)", "truncate(-9)", "truncate(999999999)"),
)
path = st.sampled_from(PATHS)
literal = st.sampled_from(["''", "'a'", "'{0}'", "1", "0", "true", "false", "none", "'high'", '"<&>"'])
expression: st.SearchStrategy[str] = st.recursive(
    path | literal,
    lambda inner: st.one_of(
        st.builds("{}|{}".format, inner, st.sampled_from(FILTERS)),
        st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or", "==", "!=", "~", "in"]), inner),
        st.builds("not {}".format, inner),
        st.builds("({})".format, inner),
        st.builds("{} if {} else {}".format, inner, inner, inner),
        st.builds("{} if {}".format, inner, inner),
    ),
    max_leaves=4,
)
words = st.sampled_from(
    ["Hello ", "\n", "<b>&amp;", " {", "%}", "}}", "é日", "{# x #}", "Subject: ", "#", ""]
)
piece: st.SearchStrategy[str] = st.recursive(
    words | expression.map("{{{{ {} }}}}".format),
    lambda inner: st.one_of(
        st.builds("{{% if {} %}}{}{{% endif %}}".format, expression, inner),
        st.builds(
            "{{% if {} %}}{}{{% elif {} %}}{}{{% else %}}{}{{% endif %}}".format,
            expression,
            inner,
            expression,
            inner,
            inner,
        ),
        st.builds(
            "{{% for {} in {} %}}{}{{% endfor %}}".format,
            st.sampled_from(["c", "t", "ticket", "loop"]),
            path,
            inner,
        ),
        st.builds(
            "{{% for c in ticket.public_comments if {} %}}{}{{% else %}}{}{{% endfor %}}".format,
            expression,
            inner,
            inner,
        ),
        st.builds("{}{}".format, inner, inner),
    ),
    max_leaves=5,
)
mixed = st.lists(st.sampled_from(TOKENS), max_size=25).flatmap(
    lambda tokens: st.sampled_from(["", " "]).map(lambda space: space.join(tokens))
)
torn = st.builds(
    lambda text, at, token: text[: at % (len(text) + 1)] + token + text[at % (len(text) + 1) :],
    piece,
    st.integers(0, 200),
    st.sampled_from(TOKENS),
)
texts_at_all = st.one_of(mixed, piece, torn, st.text(max_size=30))

EXAMPLES = int(os.environ.get("TRIGDSL_EXAMPLES", "300"))


ENDS: Counter[str] = Counter()
"""How many of the texts were refused, and how many sent."""


@given(texts_at_all)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def any_text_is_a_mistake_or_is_sent(text: str) -> None:
    try:
        rules = compile_text(RULE, templates={"x": text, "x.html": text}, directory=PEOPLE)
    except RulesError:
        ENDS["refused"] += 1
        return
    (outcome,) = rules.run([EVENT], directory=rules.directory(PEOPLE))
    (effect,) = outcome.to_json()["effects"]
    assert isinstance(effect["body"], str)
    assert isinstance(effect["html"], str)
    ENDS["sent"] += 1


def test_any_text_is_a_mistake_or_is_sent() -> None:
    any_text_is_a_mistake_or_is_sent()
    assert min(ENDS["refused"], ENDS["sent"]) > EXAMPLES / 20


# Any Liquid at all

LIQUID_WORDS = (
    *(
        "{{",
        "}}",
        "{%",
        "%}",
        "{{-",
        "-%}",
        "if",
        "elsif",
        "else",
        "endif",
        "unless",
        "endunless",
        "case",
        "when",
    ),
    *(
        "endcase",
        "for",
        "endfor",
        "in",
        "(1..3)",
        "limit:2",
        "offset:continue",
        "reversed",
        "tablerow",
        "endtablerow",
    ),
    *(
        "assign",
        "capture",
        "endcapture",
        "increment",
        "decrement",
        "cycle",
        "comment",
        "endcomment",
        "raw",
        "endraw",
    ),
    *(
        "ifchanged",
        "endifchanged",
        "liquid",
        "echo",
        "break",
        "continue",
        "render",
        "include",
        "doc",
        "#",
        "x",
        "=",
    ),
    *(
        "ticket",
        "ticket.title",
        "ticket.comments",
        "c",
        "c.value",
        "ticket.tags",
        "ticket.created_at",
        "forloop",
    ),
    *(
        ".first",
        ".size",
        "[0]",
        "['value']",
        "[x]",
        "blank",
        "empty",
        "nil",
        "true",
        "1",
        "-1.5",
        "'a'",
        '"%d"',
        "''",
    ),
    *(
        "contains",
        "==",
        "!=",
        "<",
        ">=",
        "and",
        "or",
        "not",
        "|",
        ":",
        ",",
        "upcase",
        "split",
        "join",
        "date",
        "size",
    ),
    *(
        "plus",
        "divided_by",
        "sort",
        "where",
        "map",
        "uniq",
        "slice",
        "round",
        "default",
        "replace",
        "first",
        "<b>",
        "\n",
    ),
    *("{{ticket.id}}", "Subject: ", "\x00", "\ud800", "é", "_", "__class__", "now", "dc.x", "satisfaction"),
)
LIQUID_TAGS = (
    *("{{% if {0} %}}{1}{{% endif %}}", "{{% for c in {0} %}}{1}{{% endfor %}}", "{{% assign x = {0} %}}{1}"),
    *(
        "{{% capture x %}}{1}{{% endcapture %}}{{{{ x | {2} }}}}",
        "{{{{ {0} | {2} }}}}{1}",
        "{{{{ {0} }}}}{1}",
    ),
    "{{% case {0} %}}{{% when {0} %}}{1}{{% endcase %}}",
)
LIQUID_CALLS = (
    *(
        "upcase",
        "split: ','",
        "split: ''",
        "join: '-'",
        "date: '%B %d'",
        "size",
        "plus: 1",
        "divided_by: 0",
        "sort",
    ),
    *(
        "where: 'value'",
        "map: 'value'",
        "uniq",
        "slice: 0, 2",
        "round: 1",
        "default: 'x'",
        "replace: 'a', 'b'",
        "first",
    ),
    *(
        "last",
        "reverse",
        "concat: ticket.comments",
        "truncate: 3",
        "append: ticket",
        "times: 'x'",
        "sum",
        "strip_html",
    ),
)
part = st.sampled_from(LIQUID_WORDS)
value = st.sampled_from(
    [
        "ticket.title",
        "ticket.comments",
        "ticket",
        "x",
        "c",
        "c.value",
        "now",
        "(1..3)",
        "1",
        "''",
        "blank",
        "ticket.tags",
    ]
)
piece_of_liquid: st.SearchStrategy[str] = st.recursive(
    st.lists(part, max_size=4).map(" ".join) | st.just("a"),
    lambda inner: st.builds(
        str.format, st.sampled_from(LIQUID_TAGS), value, inner, st.sampled_from(LIQUID_CALLS)
    ),
    max_leaves=4,
)
LIQUID_ENDS: Counter[str] = Counter()


@given(
    st.one_of(st.lists(part, max_size=12).map(" ".join), st.lists(piece_of_liquid, max_size=4).map("".join))
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def any_liquid_is_a_mistake_or_is_sent(text: str) -> None:
    try:
        rules = compile_text(RULE, templates={"x.liquid": text, "x.html.liquid": text}, directory=PEOPLE)
    except RulesError:
        LIQUID_ENDS["refused"] += 1
        return
    (outcome,) = rules.run([EVENT], directory=rules.directory(PEOPLE))
    (effect,) = outcome.to_json()["effects"]
    assert isinstance(effect["body"], str)
    assert isinstance(effect["html"], str)
    LIQUID_ENDS["sent"] += 1


def test_any_liquid_body_is_a_mistake_or_is_sent() -> None:
    any_liquid_is_a_mistake_or_is_sent()
    assert min(LIQUID_ENDS["refused"], LIQUID_ENDS["sent"]) > 20
