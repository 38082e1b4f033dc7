"""Liquid bodies: what Zendesk's names mean in both forms of texts, and how a body becomes a mail."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from desk import ANA, BO, CLEO, DAN, PAUL, PEOPLE, event, letters, private, public

from trigdsl import Notification, Outcome, compile_text
from trigdsl.runtime.texts import parts, sandbox
from trigdsl.runtime.texts.liquid import bodies as liquid
from trigdsl.runtime.texts.liquid.environment import environment

ACCOUNT = {
    "name": "Acme",
    "url": "https://acme.zendesk.com/",
    "fields": {
        "77": {"path": "ticket.plan", "titles": {"pro": "Plan for professionals"}},
        "78": "ticket.seats",
    },
}
FIELDS = """
field organization.tier is text
field ticket.plan is one of free, pro
field ticket.seats is a number
field ticket.colour_79 is text
field ticket.areas is any of north, south
field ticket.seen is a date
field user.shoe_size is a number
field user.level is one of gold, silver
field organization.region is text
schedule "Hours" in "Europe/Paris" open monday to friday 09:00 to 18:00
"""
RULE = "when ticket is created or ticket is updated then notify {} with template x"
PERSON = {"shoe_size": 41.5, "level": "gold", "phone": "+33 1", "tags": ["new", "big"]}


def outcomes(
    text: str, *events: Mapping[str, Any], to: str = "requester", form: str = ".liquid", **files: str
) -> list[Outcome]:
    given = {f"x{form}": text, "account.json": json.dumps(ACCOUNT)} | {
        name.replace("__", "."): content for name, content in files.items()
    }
    ruleset = compile_text(FIELDS + RULE.format(to), templates=given)
    ana, *others = PEOPLE["users"]
    organizations = [{**PEOPLE["organizations"][0], "tier": "gold"}]
    people = {
        **PEOPLE,
        "organizations": organizations,
        "users": [{**ana, **PERSON, "name": "Ana Maria Lee"}, *others],
    }
    return list(ruleset.run(events or [OPENED], directory=ruleset.directory(people)))


OPENED = event(
    ANA,
    {
        "subject": "No <ink>",
        "priority": "high",
        "assignee": BO,
        "group": "Tier 1",
        "organization": "Acme",
        "ccs": [PAUL, DAN],
        "followers": [CLEO],
        "tags": ["printer", "angry"],
        "plan": "pro",
        "seats": 3,
        "colour_79": "blue",
        "areas": ["south", "north"],
        "seen": "2026-01-31",
        "satisfaction": "good_with_comment",
        "form": "Repairs",
    },
    created=True,
    channel="email",
    comment=public("It is\ndead & <gone>"),
)


def sent(text: str, *events: Mapping[str, Any], **more: Any) -> Notification:
    *_, last = outcomes(text, *events, **more)
    return letters(last)[0]


def body(text: str, *events: Mapping[str, Any], **more: Any) -> str:
    return sent(text, *events, **more).body or ""


BOTH = [
    ("ticket.title", "No <ink>"),
    ("ticket.ticket_form", "Repairs"),
    ("ticket.ticket_type", "-"),
    ("ticket.via", "Email"),
    ("ticket.account", "Acme"),
    ("ticket.url", "acme.zendesk.com/hc/requests/42"),
    ("ticket.link", "https://acme.zendesk.com/hc/requests/42"),
    ("ticket.cc_names", "Dan, Paul"),
    ("ticket.follower_names", "Cleo"),
    ("ticket.requester.first_name", "Ana"),
    ("ticket.requester.last_name", "Maria Lee"),
    ("ticket.requester.locale", "en"),
    ("ticket.requester.signature", ""),
    ("ticket.requester.custom_fields.shoe_size", "41.5"),
    ("ticket.organization.custom_fields.region", ""),
    ("current_user.first_name", "Ana"),
    ("ticket.created_at_with_timestamp", "2026-01-05T12:00:00Z"),
    ("ticket.ticket_field_77", "pro"),
    ("ticket.ticket_field_78", "3"),
    ("ticket.ticket_field_79", "blue"),
    ("ticket.ticket_field_option_title_77", "Plan for professionals"),
    ("ticket.latest_comment_html", "It is\ndead & <gone>"),
    ("ticket.latest_public_comment_rich", "It is\ndead & <gone>"),
    ("comment.value", "It is\ndead & <gone>"),
    ("comment.value_rich", "It is\ndead & <gone>"),
    ("satisfaction.current_rating", "Good"),
    ("satisfaction.current_comment", ""),
    ("satisfaction.rating_url", "https://acme.zendesk.com/requests/42/satisfaction/new"),
    (
        "satisfaction.rating_section",
        "How did we do? Your opinion, good or bad: https://acme.zendesk.com/requests/42/satisfaction/new",
    ),
    (
        "ticket.latest_comment_formatted",
        f"{'-' * 46}\n\nAna Maria Lee, Jan 5, 2026, 12:00\u202fPM\n\nIt is\ndead & <gone>",
    ),
]


@pytest.mark.parametrize(("name", "expected"), BOTH)
@pytest.mark.parametrize("form", [".liquid", ""])
def test_a_name_of_zendesks_means_the_same_in_both_forms(name: str, expected: str, form: str) -> None:
    assert body(f"[{{{{ {name} }}}}]", form=form) == f"[{expected}]"


LIQUID = [
    ("{{ticket.status}} {{ticket.priority}} {{ticket.type}}", "New High -"),
    ("{{ticket.tags}}|{% if ticket.tags contains 'angry' %}yes{% endif %}", "angry printer|yes"),
    ("{{ticket.ticket_field_option_title_80}}", ""),
    ("{{ticket.created_at}} {{ticket.due_date}}", "January 5, 2026 "),
    ('{{ticket.created_at | date: "%B %-d, %Y"}}', "January 5, 2026"),
    ('{{"now" | date: "%H:%M"}} {{now | date: "%Y"}}', "12:00 2026"),
    ("{{ticket.custom_fields}}{{ticket.seen}}{{ticket.areas}}", "2026-01-31north south"),
    ("{{ticket.requester}} {{ticket.group}} {{requester.organization.name}}", "Ana Maria Lee Tier 1 Acme"),
    ("{{ticket.requester.custom_fields.level}} {{current_user.custom_fields.level.title}}", "gold Gold"),
    (
        "[{{ticket.organization.custom_fields.tier.title}}{{ticket.organization.custom_fields.tier}}]",
        "[goldgold]",
    ),
    ("{{ticket.requester.tags}} {{ticket.requester.id}} {{ticket.group.id}}", "big new 1 10"),
    ("{{ticket.is_public}} {{comment.is_public}} {{ticket.in_business_hours}}", "true true true"),
    ("{% for cc in ticket.ccs %}{{cc.name}},{{cc.email}};{% endfor %}", f"Paul,{PAUL};Dan,{DAN};"),
    ("{{ticket.ccs.size}} {{ticket.ccs.first.name}} {{ticket.ccs[1].name}}", "2 Paul Dan"),
    ("{% for a in comment.attachments %}x{% else %}none{% endfor %}", "none"),
    (
        "{{ticket.assignee.name | default: 'nobody'}} {{ticket.brand.name | default: 'no brand'}}",
        "Bo no brand",
    ),
    ("{% if ticket.brand.name == blank %}a{% endif %}{% if ticket.external_id == blank %}b{% endif %}", "ab"),
    (
        "{% assign plan = {{ticket.ticket_field_77}} %}{% if plan contains 'pro' %}{{plan}}!{% endif %}",
        "pro!",
    ),
    ("{% comment %} {{ unclosed {% endcomment %}a", "a"),
    ("{{ticket.seats | plus: 1}} {{ticket.requester.shoe_size | times: 2}}", "4 83.0"),
    ("{{ 1 | divided_by: 0 }}{% for i in (1..2) %}{% if 'a' < 1 %}{% endif %}{{i}}{% endfor %}b", "12b"),
    ("{{ticket.nothing}}{{nothing.at.all}}{{ticket.title.nothing}}", ""),
    ("{{ticket.description}}", "It is\ndead & <gone>"),
    ("{% liquid\nassign a = 'x'\necho a\n%}", "x"),
]


@pytest.mark.parametrize(("text", "expected"), LIQUID)
def test_a_body_says(text: str, expected: str) -> None:
    assert body(f"[{text}]") == f"[{expected}]"


def test_the_comments_of_a_body_begin_with_the_newest() -> None:
    second = event(BO, number=2, comment=public("We look at it"))
    third = event(BO, number=3, comment=private("Is it plugged in?"))
    text = "{% for c in ticket.comments %}{{c.author.name}}: {{c.value}} {{c.is_public}};{% endfor %}{{ticket.latest_comment}}"
    all_of_it = "Bo: Is it plugged in? false;Bo: We look at it true;Ana Maria Lee: It is\ndead & <gone> true;"
    assert body(text, OPENED, second, third, to="assignee") == all_of_it + "Is it plugged in?"
    public_only = "Bo: We look at it true;Ana Maria Lee: It is\ndead & <gone> true;"
    assert body(text, OPENED, second, third) == public_only + "We look at it"


def test_comments_are_formatted_newest_first_in_the_readers_zone_and_language() -> None:
    second = event(BO, number=2, comment=public("We look at it"))
    files = {f"{language}/x.liquid": "{{ticket.comments_formatted}}" for language in ("en", "fr")}
    people = {
        "users": [{"id": "1", "email": ANA, "name": "Ana", "language": "fr", "time_zone": "Europe/Paris"}]
    }
    ruleset = compile_text(RULE.format("requester"), templates=files)
    *_, last = ruleset.run(
        [OPENED | {"data": {"by": ANA, "set": {}}}, second], directory=ruleset.directory(people)
    )
    written = letters(last)[0].body or ""
    assert written == f"{'-' * 46}\n\n{BO}, 5 janv. 2026, 13:00\n\nWe look at it"


@pytest.mark.parametrize("text", [f"{{{{ {name} }}}}" for name, _ in BOTH] + [text for text, _ in LIQUID])
def test_a_body_says_nothing_of_fields_that_it_is_not_said_to_read(text: str) -> None:
    ruleset = compile_text(
        FIELDS + RULE.format("requester"), templates={"x.liquid": text, "account.json": json.dumps(ACCOUNT)}
    )
    (trigger,) = ruleset.rules.triggers
    whole, told = OPENED["data"]["set"], {}
    for left_out in (None, *whole):
        values = {name: value for name, value in whole.items() if name != left_out}
        made = OPENED | {"data": OPENED["data"] | {"set": values}}
        (outcome,) = ruleset.run([made], directory=ruleset.directory(PEOPLE))
        told[left_out] = letters(outcome)[0].body
    differing = {name for name in whole if told[name] != told[None]}
    assert {f"ticket.{name}" for name in differing} <= trigger.reads


# Mails


def test_a_body_with_markup_is_a_page_and_a_plain_text() -> None:
    letter = sent(
        "Subject: Re: {{ticket.title}}\n\n<b>Hello</b> {{ticket.requester.first_name}},\nabout {{ticket.title}}:\n"
        '<a href="{{ticket.link}}">see</a> {{ticket.latest_comment_html}}'
    )
    assert letter.subject == "Re: No <ink>"
    assert letter.html == (
        "<b>Hello</b> Ana,<br>\nabout No &lt;ink&gt;:<br>\n"
        '<a href="https://acme.zendesk.com/hc/requests/42">see</a> It is<br>\ndead &amp; &lt;gone&gt;'
    )
    assert letter.body == (
        "Hello Ana,\nabout No <ink>:\nsee (https://acme.zendesk.com/hc/requests/42) It is\ndead & <gone>"
    )


def test_line_ends_of_a_body_that_lays_out_its_own_lines_stay_as_they_are() -> None:
    letter = sent("<p>One</p>\n<p>{{ticket.id}}</p>")
    assert (letter.html, letter.body) == ("<p>One</p>\n<p>42</p>", "One\n\n42")


@pytest.mark.parametrize(
    "text", ["Dear <customer>", "<https://example.com|see>", "a <b@example.com>", "1 <2> 3"]
)
def test_what_only_looks_like_markup_is_none(text: str) -> None:
    letter = sent(text)
    assert (letter.body, letter.html) == (text, None)


def test_a_body_without_markup_is_plain_text_alone() -> None:
    assert sent("1 < 2, {{ticket.title}}").html is None


def test_formatted_comments_are_markup_in_a_page() -> None:
    letter = sent("a", x__html__liquid="{{ticket.comments_formatted}}{{ticket.title}}")
    assert letter.body == "a"
    assert letter.html == (
        "<div>\n<p><strong>Ana Maria Lee, Jan 5, 2026, 12:00\u202fPM</strong></p>\n"
        "<p>It is<br>\ndead &amp; &lt;gone&gt;</p>\n</div>No &lt;ink&gt;"
    )


def test_tags_are_taken_from_a_page_without_escaping_it_again() -> None:
    bare = "{{ticket.latest_comment_html | strip_html}} {{'<i>a</i>' | strip_html}} {{ticket.title | strip_html}}"
    letter = sent(bare, x__html__liquid=bare)
    assert letter.body == "It is\ndead &  a No "
    assert letter.html == "It is\ndead &amp; &lt;gone&gt; a No "


def test_a_jinja_page_has_the_markup_of_comments_as_well() -> None:
    letter = sent("a", form="", x__html="{{ ticket.latest_comment_html }}{{ ticket.title }}")
    assert letter.html == "It is<br>\ndead &amp; &lt;gone&gt;No &lt;ink&gt;"


@pytest.mark.parametrize("evil", ["{{ticket.title}}", "{{ticket.title | append: '<'}}", "{{ticket.title | url_encode | url_decode}}", "{% capture x %}{{ticket.title}}{% endcapture %}{{x | upcase}}", "{{ticket.title | split: '' | join: ''}}", "{{ticket.title | escape_once}}", "{{ticket.title | base64_encode | base64_decode}}", "{{ticket.title | newline_to_br}}", "{{ticket.title | replace: 'No', '<'}}", "{{'<' | date: '<'}}", "{{ticket.comments | map: 'value' | first}}", "{{ticket.title | default: '<'}}", "{{ticket.title | date: '%Y'}}"])  # fmt: skip
def test_no_filter_lets_a_value_into_a_page_unescaped(evil: str) -> None:
    html = sent("a", x__html__liquid=evil).html or ""
    assert "<ink" not in html.casefold()
    assert "<gone" not in html


def test_webhooks_and_posted_comments_get_a_body_as_it_is_written() -> None:
    ruleset = compile_text(
        "webhook w\nwhen ticket is created then call webhook w with template x post public comment with template x",
        templates={"x.liquid": '{"html": "<b>{{ticket.title}}</b>", "of": "{{comment.value_rich}}"}'},
    )
    (outcome,) = ruleset.run([event(ANA, {"subject": "a"}, created=True, comment=public("<b>"))])
    bodies = [effect.to_json()["body"] for effect in outcome.effects]
    assert bodies == ['{"html": "<b>a</b>", "of": "<b>"}'] * 2


def test_a_body_is_cut_off_where_it_grows_beyond_all_use() -> None:
    text = "{% for i in (1..9000) %}{{ticket.title}}" + "x" * 200 + "{% endfor %}"
    assert (
        body(text)
        == ("No <ink>" + "x" * 200) * (parts.MOST_OUTPUT // 208)
        + ("No <ink>" + "x" * 200)[: parts.MOST_OUTPUT % 208]
        + "…"
    )


def test_no_body_has_fewer_limits_than_a_text() -> None:
    for name in ("MOST_OUTPUT", "MOST_PARTS"):
        assert vars(liquid)[name] == vars(sandbox)[name] == vars(parts)[name]
    plain = environment()
    assert 0 < plain.block_nesting_limit <= parts.MOST_DEPTH
    assert 0 < plain.context_depth_limit <= parts.MOST_DEPTH
    assert 0 < plain.output_stream_limit <= parts.MOST_OUTPUT
    assert 0 < plain.local_namespace_limit <= parts.MOST_OUTPUT
    assert 0 < plain.loop_iteration_limit <= 10_000
    for limited in ("x" * 100_001, "{{ ticket.id }}" * 6_000, "{% if ticket.id %}" * 41 + "{% endif %}" * 41):
        assert liquid.inspect(limited).mistakes
        assert sandbox.inspect(limited).mistakes
        with pytest.raises(ValueError, match="not allowed"):
            liquid.compiled(limited)
    for html in (False, True):
        own = environment(html=html)
        assert {"include", "render", "extends", "block"} & set(own.tags) == set()
        assert {"safe", "escapejs"} & set(own.filters) == set()
        assert all(getattr(run, "with_context", False) for run in own.filters.values())


# Common texts, and what strangers are told

COMMON = {
    "items": [
        {
            "name": "Hello, you",
            "placeholder": "{{dc.hello_you}}",
            "default_locale_id": 8,
            "variants": [
                {"locale_id": 1, "content": "Hello {{ticket.requester.first_name}}"},
                {"locale_id": 8, "default": True, "content": "Hallo {{dc.hello_you}}"},
                {"locale_id": 16, "content": "Bonjour <b>"},
                {"locale_id": 2, "content": "Hola", "active": False},
            ],
        }
    ]
}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Hello Ana"),
        ("en-GB", "Hello Ana"),
        ("fr-CA", "Bonjour <b>"),
        ("es", "Hallo "),
        ("de", "Hallo "),
        (None, "Hello Ana"),
    ],
)
@pytest.mark.parametrize("form", [".liquid", ""])
@pytest.mark.parametrize("pages", [COMMON, [COMMON], COMMON["items"]])
def test_a_common_text_is_in_the_readers_language_else_in_its_own(
    language: str | None, expected: str, form: str, pages: Any
) -> None:
    templates = {f"x{form}": "{{ dc.hello_you }}", "dynamic_content.json": json.dumps(pages)}
    ruleset = compile_text(RULE.format("requester"), templates=templates)
    ana = {"id": "1", "email": ANA, "name": "Ana"} | ({} if language is None else {"language": language})
    (outcome,) = ruleset.run(
        [OPENED | {"data": {"by": ANA, "set": {}}}], directory=ruleset.directory({"users": [ana]})
    )
    assert letters(outcome)[0].body == expected


def test_a_common_text_has_no_markup_of_its_own() -> None:
    templates = {"x.liquid": "<p>{{dc.hello_you}}</p>", "dynamic_content.json": json.dumps(COMMON)}
    ruleset = compile_text(RULE.format("requester"), templates=templates)
    people = {"users": [{"id": "1", "email": ANA, "language": "fr"}]}
    (outcome,) = ruleset.run([OPENED | {"data": {"by": ANA, "set": {}}}], directory=ruleset.directory(people))
    assert letters(outcome)[0].html == "<p>Bonjour &lt;b&gt;</p>"


TELLING = "[{{ticket.comments_formatted}}{{ticket.description}}{{comment}}{{ticket.latest_comment.value}}{{ticket.comments.size}}]{{dc.hello}}{{ticket.title}}"
SUPPRESSING = json.dumps({"suppress_placeholders": True})
HELLO = json.dumps(
    [
        {
            "name": "hello",
            "variants": [{"locale_id": 1, "default": True, "content": "<{{ticket.description}}>"}],
        }
    ]
)


@pytest.mark.parametrize(
    ("by", "more", "to", "suppressed"),
    [
        (ANA, {}, "requester", True),
        (ANA, {"channel": "email"}, "requester and ccs", True),
        (ANA, {"channel": "api"}, "requester", False),
        (BO, {}, "ticket.submitter", False),
        (ANA, {}, "assignee", False),
    ],
)
def test_strangers_are_told_nothing_of_comments_where_the_account_says_so(
    by: str, more: Mapping[str, Any], to: str, *, suppressed: bool
) -> None:
    templates = {"x.liquid": TELLING, "account.json": SUPPRESSING, "dynamic_content.json": HELLO}
    rules = f"webhook w {RULE.format(to)} call webhook w with template x"
    made = event(by, {"subject": "s", "assignee": BO}, created=True, comment=public("buy"), **more)
    ruleset = compile_text(rules, templates=templates)
    (outcome,) = ruleset.run([made], directory=ruleset.directory(PEOPLE))
    letter = letters(outcome)[0]
    assert letter.body is not None
    assert letter.body.startswith("[0]") is suppressed
    assert letter.body.endswith("]<buy>s")
    assert "[-" in str(outcome.effects[-1].to_json()["body"])


def test_a_later_update_is_never_suppressed() -> None:
    templates = {"x.liquid": "{{ticket.description}}", "account.json": SUPPRESSING}
    ruleset = compile_text(RULE.format("requester"), templates=templates)
    made = event(ANA, {"subject": "s"}, created=True, comment=public("buy"))
    outcomes_of_both = ruleset.run([made, event(ANA, {"priority": "high"}, number=2)])
    assert [letters(outcome)[0].body for outcome in outcomes_of_both] == ["", "buy"]
