"""Liquid bodies and what an account knows, as files: where they lie, what is wrong with them, what is kept of them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from desk import ANA, PEOPLE, event, letters, public

from trigdsl import compile_paths
from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.runtime import cache
from trigdsl.runtime.loader import load_paths, load_text

RULE = "when ticket is created then notify requester with template x"


def folder(at: Path, **files: str) -> Path:
    """Write rules and what lies beside them: `en__x__liquid` is `templates/en/x.liquid`."""
    (at / "templates" / "en").mkdir(parents=True, exist_ok=True)
    (at / "templates" / "fr").mkdir(exist_ok=True)
    (at / "rules.trig").write_text(files.pop("rules", RULE), encoding="utf-8")
    for name, text in files.items():
        *folders, last, ending = name.split("__")
        (at.joinpath("templates", *folders) / f"{last}.{ending.replace('_', '.')}").write_text(
            text, encoding="utf-8"
        )
    return at


def found(text: str, rule: str = RULE, **files: str) -> list[Diagnostic]:
    """Return what is said of a Liquid body."""
    templates = {"x.liquid": text} | {f"{name}.json": content for name, content in files.items()}
    return [*load_text(rule, templates=templates).diagnostics]


def test_bodies_lie_beside_jinja_texts(tmp_path: Path) -> None:
    rules = f"{RULE}\n{RULE.replace('template x', 'template y')}"
    files = {"en__x__liquid": "Subject: s\n\na {{ticket.title}}\n", "en__y__txt": "{{ ticket.subject }}"}
    ruleset = compile_paths(folder(tmp_path, rules=rules, **files))
    (outcome,) = ruleset.run([event(ANA, {"subject": "t"}, created=True)])
    assert [(letter.subject, letter.body) for letter in letters(outcome)] == [("s", "a t\n"), (None, "t")]


def test_each_language_has_a_form_of_its_own(tmp_path: Path) -> None:
    ruleset = compile_paths(
        folder(tmp_path, en__x__liquid="{{ticket.status}}", fr__x__txt="{{ ticket.status }}")
    )
    for language, expected in (("en", "New"), ("fr", "new")):
        people = ruleset.directory({"users": [{"id": "1", "email": ANA, "language": language}]})
        (outcome,) = ruleset.run([event(ANA, created=True)], directory=people)
        assert letters(outcome)[0].body == expected


def test_a_subject_and_a_body_stand_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "templates" / "en").mkdir(parents=True)
    (tmp_path / "rules.trig").write_text(RULE, encoding="utf-8")
    body = "\n  first\r\n\r\nlast  "
    (tmp_path / "templates" / "en" / "x.liquid").write_bytes(f"Subject: \n\nSubject: no\n{body}".encode())
    (outcome,) = compile_paths(tmp_path).run([event(ANA, created=True)])
    (letter,) = letters(outcome)
    assert (letter.subject, letter.body) == ("", "Subject: no\n\n  first\n\nlast  ")


def test_a_page_needs_its_body(tmp_path: Path) -> None:
    files = {"en__x__liquid": "a", "en__x__html_liquid": "<p>a</p>", "fr__x__html_liquid": "<p>b</p>"}
    (warned,) = load_paths([folder(tmp_path, **files)]).diagnostics
    assert (warned.code, Path(warned.source.name).name) == ("html-without-text", "x.html.liquid")
    assert "`x.liquid`" in (warned.help or "")
    assert [d.code for d in found("a")] == []
    only = load_text(RULE, templates={"x.liquid": "a", "y.html.liquid": "a"}).diagnostics
    assert [d.code for d in only] == ["html-without-text"]


@pytest.mark.parametrize("given", [False, True])
def test_a_name_has_one_form_in_a_language(tmp_path: Path, *, given: bool) -> None:
    if given:
        loaded = load_text(RULE, templates={"x": "a", "x.liquid": "b", "fr/x": "c"})
    else:
        loaded = load_paths([folder(tmp_path, en__x__txt="a", en__x__liquid="b", fr__x__liquid="c")])
    (mistake,) = loaded.diagnostics
    assert (mistake.code, mistake.severity) == ("name-used-twice", Severity.ERROR)
    assert "`x.liquid`" in mistake.message


def test_a_body_hides_the_librarys_text() -> None:
    rule = "when ticket is created then notify requester with template solved"
    loaded = load_text(rule, templates={"solved.liquid": "mine", "fr/solved.liquid": "le mien"})
    assert loaded.ruleset is not None
    (outcome,) = loaded.ruleset.run([event(ANA, created=True)])
    assert letters(outcome)[0].body == "mine"


# What is wrong with a body


@pytest.mark.parametrize(
    ("text", "marked", "help_line"),
    [
        ("{{ticket.tilte}}", "ticket.tilte", "did you mean `title`?"),
        (
            "a\n {{ ticket.requester.frist_name }}",
            "ticket.requester.frist_name",
            "did you mean `first_name`?",
        ),
        ("{{tickt.title}}", "tickt.title", "did you mean `ticket`?"),
        ("{% if ticket.priorty == 'High' %}a{% endif %}", "ticket.priorty", "did you mean `priority`?"),
        ("{% for c in ticket.comments %}{{c.valu}}{% endfor %}", "c.valu", "did you mean `value`?"),
        (
            "{{ticket.comments.first.autor.name}}",
            "ticket.comments.first.autor.name",
            "did you mean `author`?",
        ),
        (
            "{{ticket.ticket_field_123}}",
            "ticket.ticket_field_123",
            "say in `templates/account.json` which field has this number",
        ),
        ("{{ticket.organization.custom_fields.region}}", "ticket.organization.custom_fields.region", None),
        ("{{ticket.title.name}}", "ticket.title.name", None),
        (
            "{{dc.hello}}",
            "dc.hello",
            "the answer of `/api/v2/dynamic_content/items` goes into `templates/dynamic_content.json`",
        ),
        ("{{satisfaction.current_ratin}}", "satisfaction.current_ratin", "did you mean `current_rating`?"),
        ("Subject: {{ticket.tilte}}\n\nb", "ticket.tilte", "did you mean `title`?"),
    ],
)
def test_what_nothing_has_is_a_warning_at_its_place(text: str, marked: str, help_line: str | None) -> None:
    (warned,) = found(text)
    assert (warned.code, warned.severity) == ("empty-placeholder", Severity.WARNING)
    assert warned.source.text[warned.span.start : warned.span.end] == marked
    assert warned.help == help_line
    assert f"`{marked}`" in warned.message


KNOWN = (
    "{{ticket.title}} {{ticket.comments.size}} {{ticket.tags.size}} {{ticket.requester.organization.name}} "
    "{% assign c = ticket.comments | first %}{{c.whatever}} {% capture x %}a{% endcapture %}{{x.y}} "
    "{% for c in ticket.comments %}{{c.author.first_name}}{{c.author.custom_fields}}{{forloop.index}}{% endfor %} "
    "{% for t in ticket.ccs %}{{t.email}}{% endfor %}{% for i in (1..3) %}{{i}}{% endfor %}{{now}} "
    "{{ticket['title']}} {{ticket[x]}} {{ticket.latest_comment.value}} {{current_user.name}} {{requester.tags}} "
    "{% increment n %}{% cycle 'a', 'b' %}{{satisfaction.rating_section}}{{ticket.ccs[0].last_name}}"
)


PEOPLE_NAMES = (
    *(
        "name",
        "first_name",
        "last_name",
        "email",
        "language",
        "phone",
        "external_id",
        "id",
        "role",
        "details",
        "notes",
    ),
    *(
        "tags",
        "locale",
        "time_zone",
        "signature",
        "organization.id",
        "organization.name",
        "organization.external_id",
    ),
)
TICKET_NAMES = (
    *(
        "id",
        "title",
        "description",
        "status",
        "priority",
        "ticket_type",
        "url",
        "link",
        "external_id",
        "account",
        "via",
    ),
    *("tags", "created_at", "updated_at", "due_date", "created_at_with_timestamp", "due_date_with_timestamp"),
    *(
        "brand.name",
        "group.name",
        "group.id",
        "organization.id",
        "organization.name",
        "organization.external_id",
    ),
    *(
        "cc_names",
        "ccs",
        "email_cc_names",
        "follower_names",
        "follower_reply_type_message",
        "in_business_hours",
    ),
    *("ticket_form", "comments", "public_comments", "latest_comment", "latest_public_comment", "is_public"),
    *("comments_formatted", "public_comments_formatted", "latest_comment_formatted", "latest_comment_html"),
    *(
        "latest_public_comment_formatted",
        "latest_public_comment_html",
        "latest_comment_rich",
        "updated_at_with_timestamp",
    ),
    *(
        "latest_public_comment_rich",
        "latest_comment.value",
        "latest_public_comment.author.name",
        "link_with_protocol",
    ),
)
OTHER_NAMES = (
    *("comment.value_rich", "comment.rich", "comment.value", "comment.author.id", "comment.created_at"),
    *("satisfaction.rating_section", "satisfaction.rating_url", "satisfaction.current_rating"),
    "satisfaction.current_comment",
)


def test_every_placeholder_of_zendesks_own_list_is_known_in_both_forms() -> None:
    who = ("ticket.requester", "ticket.assignee", "ticket.submitter", "current_user")
    names = [f"{person}.{name}" for person in who for name in PEOPLE_NAMES]
    names += [f"ticket.{name}" for name in TICKET_NAMES] + [*OTHER_NAMES]
    agents = "when ticket is created then notify all agents with template x"
    for form in (".liquid", ""):
        text = "\n".join(f"{{{{ {name} }}}}" for name in names)
        loaded = load_text(agents, templates={f"x{form}": text, f"x.html{form}": text})
        assert loaded.diagnostics == ()
        assert loaded.ruleset is not None
        (outcome,) = loaded.ruleset.run(
            [event(ANA, created=True)], directory=loaded.ruleset.directory(PEOPLE)
        )
        assert letters(outcome)


def test_languages_are_compared_within_one_form() -> None:
    both = {"x.liquid": "{{ticket.title}}", "fr/x": "{{ ticket.subject }}"}
    assert load_text(RULE, templates=both).diagnostics == ()
    other = {"x.liquid": "{{ticket.title}}", "fr/x.liquid": "a", "de/y.liquid": "b"}
    told = {
        (d.code, d.help) for d in load_text(f"{RULE} {RULE.replace('x', 'y')}", templates=other).diagnostics
    }
    assert ("placeholder-missing", "say the same in every language") in told
    assert ("language-missing", "write `templates/de/x.liquid`") in told


def test_an_empty_placeholder_can_be_allowed() -> None:
    assert (
        load_text(RULE, templates={"x.liquid": "{{ticket.nothing}}"}, allow=["empty-placeholder"]).diagnostics
        == ()
    )


def test_what_is_known_is_not_warned_of() -> None:
    assert found(KNOWN) == []
    assert found("{{ticket.comments}}{{ticket.latest_comment}}{{ticket.comments_formatted}}") == []


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("{{ticket.id", "{{", "a placeholder is not closed"),
        ("a\n{% if ticket.id", "{%", "a tag is not closed"),
        ("a\n{% if ticket.id %}b", "{% if ticket.id %}", "`{% if %}` is not closed with `{% endif %}`"),
        ("a {% endif %}", "{% endif %}", "`{% endif %}` closes nothing here"),
        ("{% if a %}{% for b in c %}{% endif %}{% endfor %}", "{% endif %}", "where `{% endfor %}` is due"),
        ("{% raw %}a {{ b", "{% raw %}", "`{% raw %}` is not closed with `{% endraw %}`"),
        ("{% frobnicate %}", "frobnicate", "a body has no tag `{% frobnicate %}` here"),
        ("a {% else %}", "else", "a body has no tag `{% else %}` here"),
        ("a {{ ticket.id | uppcase }}", "uppcase", "there is no filter `uppcase`"),
        ("{% include 'x' %}", "include", "cannot take in another text"),
        ("a\n{% if ticket.id == %}b{% endif %}", "ticket.id ==", "a value is missing"),
        ("a\n{% if ticket.id = 1 %}b{% endif %}", "=", "`=` is out of place"),
        ("{{ 'a }}", "'", "is out of place"),
        ("{% case %}{% endcase %}", "case", "something is missing behind it"),
        ("Subject: {{a\n\nb", "{{", "a placeholder is not closed"),
    ],
)
def test_what_is_no_liquid_is_a_mistake_at_its_place(text: str, marked: str, said: str) -> None:
    (mistake,) = found(text)
    assert (mistake.code, mistake.severity) == ("wrong-template", Severity.ERROR)
    assert mistake.source.text[mistake.span.start : mistake.span.end] == marked
    assert said in mistake.message


def test_a_text_may_name_what_zendesk_calls_things_and_nothing_else() -> None:
    known = load_text(
        RULE, templates={"x": "{{ ticket.title }}{{ requester.first_name }}{{ comment.value }}"}
    )
    assert known.diagnostics == ()
    (mistake,) = load_text(RULE, templates={"x": "{{ ticket.titel }}"}).diagnostics
    assert mistake.code == "unknown-placeholder"
    over_a_hosts = load_text(
        "when ticket is created then notify requester with template x",
        templates={"x": "{{ ticket.title }}"},
        vocabulary="state ticket is created\nfield ticket.requester is a user\nfield user.name is text\nchannel email",
    )
    assert [d.code for d in over_a_hosts.diagnostics] == ["unknown-placeholder"]


def test_what_a_body_reads_is_what_its_trigger_reads() -> None:
    loaded = load_text(
        RULE, templates={"x.liquid": "{{ticket.title}}{% if ticket.priority == 'High' %}a{% endif %}"}
    )
    assert loaded.ruleset is not None
    (trigger,) = loaded.ruleset.rules.triggers
    assert {"ticket.subject", "ticket.priority"} <= trigger.reads
    whole = load_text(RULE, templates={"x.liquid": "{% assign t = ticket %}{{t.title}}"})
    assert whole.ruleset is not None
    assert "ticket.subject" in whole.ruleset.rules.triggers[0].reads


# What the account knows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is no JSON"),
        ("[]", "it holds a list"),
        ("[" * 100_000, "it is no JSON"),
        ('{"fields": {"1": {"titles": {}}}}', "field 1 has no path"),
        ('{"fields": []}', "`fields` cannot be a list"),
        ('{"suppress_placeholders": "yes"}', "`suppress_placeholders` cannot be a text"),
        ('{"name": null}', "`name` cannot be nothing"),
        ('{"suppress_placeholder": true}', "it has no part `suppress_placeholder`"),
    ],
)
def test_an_account_that_cannot_be_read_is_told(text: str, said: str) -> None:
    (mistake,) = found("{{ticket.account}}", account=text)
    assert (mistake.code, mistake.source.name) == ("unreadable-file", "templates/account.json")
    assert said in mistake.message


@pytest.mark.parametrize("text", ["{", "3", '{"items": [{}]}', '{"items": [{"name": "a", "variants": 3}]}'])
def test_common_texts_that_cannot_be_read_are_told(text: str) -> None:
    (mistake,) = found("a", dynamic_content=text)
    assert (mistake.code, mistake.source.name) == ("unreadable-file", "templates/dynamic_content.json")


def test_a_common_text_that_is_no_liquid_is_told_and_sent_as_it_is() -> None:
    item = {"name": "a", "variants": [{"locale_id": 1, "default": True, "content": "{{ticket.id"}]}
    loaded = load_text(RULE, templates={"x.liquid": "{{dc.a}}", "dynamic_content.json": json.dumps([item])})
    (warned,) = loaded.diagnostics
    assert (warned.code, warned.severity) == ("wrong-template", Severity.WARNING)
    assert "`{{dc.a}}`" in warned.message
    assert loaded.ruleset is not None
    (outcome,) = loaded.ruleset.run([event(ANA, created=True)])
    assert letters(outcome)[0].body == "{{ticket.id"


def test_what_a_common_text_asks_for_in_vain_is_a_warning() -> None:
    item = {"name": "a", "variants": [{"locale_id": 1, "default": True, "content": "x \n {{ticket.tilte}}"}]}
    (warned,) = found("{{dc.a}}", dynamic_content=json.dumps([item]))
    assert (warned.code, warned.severity) == ("empty-placeholder", Severity.WARNING)
    assert warned.source.text[warned.span.start : warned.span.end] == "ticket.tilte"


def test_what_a_common_text_reads_is_what_the_trigger_reads() -> None:
    item = {"name": "a", "variants": [{"locale_id": 1, "default": True, "content": "{{ticket.title}}"}]}
    loaded = load_text(RULE, templates={"x.liquid": "{{dc.a}}", "dynamic_content.json": json.dumps([item])})
    assert loaded.ruleset is not None
    assert "ticket.subject" in loaded.ruleset.rules.triggers[0].reads


def test_an_account_lies_beside_the_languages(tmp_path: Path) -> None:
    items = json.dumps({"items": [{"name": "a", "variants": [{"locale_id": 3, "content": "hi"}]}]})
    account = json.dumps({"name": "Acme", "locales": [{"id": 3, "locale": "en-US"}]})
    files = {
        "account__json": account,
        "dynamic_content__json": items,
        "en__x__liquid": "{{ticket.account}} {{dc.a}}",
    }
    ruleset = compile_paths(folder(tmp_path, **files))
    (outcome,) = ruleset.run([event(ANA, created=True)], directory=ruleset.directory(PEOPLE))
    assert letters(outcome)[0].body == "Acme hi"


def test_kept_rules_are_kept_with_their_bodies_and_account(tmp_path: Path) -> None:
    inside = folder(
        tmp_path / "rules", en__x__liquid="{{ticket.account}} {{ticket.title}}", account__json='{"name": "A"}'
    )
    for path in (*inside.rglob("*.*"), inside):
        os.utime(path, (1, 1))

    def entry() -> cache.Entry:
        return cache.Entry(tmp_path / "cache", (str(inside),), begun=time.time() + 60)

    loaded = load_paths([inside])
    entry().write(loaded)
    kept = entry().read()
    assert kept is not None
    assert kept.ruleset is not None
    (outcome,) = kept.ruleset.run([event(ANA, {"subject": "s"}, created=True)])
    assert letters(outcome)[0].body == "A s"

    (inside / "templates" / "account.json").write_text('{"name": "B"}', encoding="utf-8")
    assert entry().read() is None


# Where Liquid is not installed

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "liquid" or name.startswith("liquid."):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import trigdsl
from trigdsl.runtime.loader import load_text
rule = "when ticket is created then notify requester with template x"
print([d.code + ": " + d.message for d in load_text(rule, templates={"x.liquid": "a {{ticket.id}}"}).diagnostics])
print([d.code for d in load_text(rule, templates={"x": "a {{ ticket.title }}"}).diagnostics])
items = '[{"name": "a", "variants": [{"locale_id": 1, "content": "{{ticket.id}}"}]}]'
print([d.message for d in load_text(rule, templates={"x": "{{ dc.a }}", "dynamic_content.json": items}).diagnostics])
"""
AT_START = """
import sys
from trigdsl import compile_text
rules = compile_text("when ticket is created then notify requester with template x", templates={"x": "{{ ticket.title }}"})
assert "liquid" not in sys.modules, "Liquid is imported where no body asks for it"
compile_text("when ticket is created then notify requester with template x", templates={"x.liquid": "a"})
assert "liquid" in sys.modules
"""


def run(text: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_without_liquid_a_body_says_what_to_install() -> None:
    body, text, common = run(WITHOUT)
    needed = "a Liquid body needs a part that is not installed: install `trigdsl[liquid]`"
    assert body == str([f"wrong-template: {needed}"])
    assert text == "[]"
    assert f"`templates/dynamic_content.json` cannot be read: {needed}" in common


def test_liquid_is_imported_when_the_first_body_is_read() -> None:
    assert run(AT_START) == []


# Real bodies

TRIGGERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "zendesk" / "triggers.jsonl"


def texts_of(action: dict[str, object]) -> list[str]:
    value = action["value"]
    return [str(part) for part in value[1:]] if isinstance(value, list) else [str(value)]


@pytest.mark.skipif(not TRIGGERS.exists(), reason="the real triggers are not part of this project")
def test_every_body_of_real_triggers_is_sent() -> None:
    rule = (
        "webhook w\nwhen ticket is created or ticket is updated then notify requester with template x "
        "notify all agents with template x call webhook w with template x"
    )
    count = 0
    for line in TRIGGERS.read_text(encoding="utf-8").splitlines():
        for action in json.loads(line)["actions"]:
            parts = texts_of(action)
            if (
                not any("{{" in part or "{%" in part for part in parts)
                and "notification" not in action["field"]
            ):
                continue
            count += 1
            text = f"Subject: {parts[0]}\n\n{parts[1]}" if len(parts) > 1 else parts[0]
            loaded = load_text(rule, templates={"x.liquid": text})
            assert loaded.ruleset is not None, (text, loaded.diagnostics)
            opened = event(ANA, {"subject": "s", "form": "Refund"}, created=True, comment=public("It broke"))
            (outcome,) = loaded.ruleset.run([opened], directory=loaded.ruleset.directory(PEOPLE))
            bodies = [effect.to_json()["body"] for effect in outcome.effects]
            assert bodies
            assert all("{{" not in body and "{%" not in body for body in bodies), bodies
    assert count >= 45
