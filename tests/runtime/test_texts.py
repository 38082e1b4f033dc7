"""What a reader gets: HTML beside text, labels and dates in their language, filters, loops, and no more than fits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from desk import ANA, BO, CLEO, DAN, EVE, PAUL, PEOPLE, ZOE, desk, event, letters, private, public

from trigdsl import Notification, Outcome, RulesError, compile_text
from trigdsl.runtime.loader import load_paths, load_text
from trigdsl.runtime.texts.parts import MOST_OUTPUT

RULE = "when ticket is created then notify requester with template x"


def outcome_of(
    templates: Mapping[str, str],
    values: Mapping[str, Any] | None = None,
    *,
    rules: str = RULE,
    comment: Mapping[str, Any] | None = None,
    **person: Any,
) -> Outcome:
    """Return what comes of Ana's new ticket; what is left over is known of her."""
    ana = {"id": "1", "email": ANA, "name": "Ana", "role": "end_user", "language": "en"} | person
    ruleset = compile_text(rules, templates=templates)
    data = event(ANA, values, created=True)
    data["data"] |= {} if comment is None else {"comment": comment}
    known = {"users": [{name: value for name, value in ana.items() if value is not None}]}
    (outcome,) = ruleset.run([data], directory=ruleset.directory(known))
    return outcome


def sent(
    templates: Mapping[str, str] | str, values: Mapping[str, Any] | None = None, **more: Any
) -> Notification:
    """Return the one letter about Ana's new ticket."""
    given = {"x": templates} if isinstance(templates, str) else templates
    (letter,) = letters(outcome_of(given, values, **more))
    return letter


def body(templates: Mapping[str, str] | str, values: Mapping[str, Any] | None = None, **more: Any) -> str:
    written = sent(templates, values, **more).body
    assert written is not None
    return written


def mistakes(templates: Mapping[str, str], rules: str = RULE) -> list[tuple[str, str]]:
    with pytest.raises(RulesError) as caught:
        compile_text(rules, templates=templates)
    return [(d.code, d.source.name) for d in caught.value.diagnostics]


# HTML

EVIL = "<b>&\"'</b>"
ESCAPED = "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;"


@pytest.mark.parametrize(
    "placeholder",
    [
        "{{ ticket.subject }}",
        "{{ ticket.subject|trim }}",
        "{{ ticket.subject|truncate(99) }}",
        "{{ ticket.subject|default('x') }}",
        '{{ assignee.name|default("<b>&\\"\'</b>") }}',
        "{{ ticket.subject if ticket.id }}",
        "{{ ticket.tags }}",
        "{% for t in ticket.tags %}{{ t }}{% endfor %}",
        "{{ comment.body }}",
        "{{ comment }}",
        "{{ ticket.public_comments }}",
        "{% for c in ticket.public_comments %}{{ c }}{% endfor %}",
        "{% for c in ticket.public_comments %}{{ c.body }}{% endfor %}",
        "{{ requester.name }}",
        "{{ requester }}",
        "{% for c in ticket.public_comments %}{{ c.author.name }}{% endfor %}",
    ],
)
def test_a_value_is_escaped_in_html_and_not_in_text(placeholder: str) -> None:
    letter = sent(
        {"x": placeholder, "x.html": f"<p>{placeholder}</p>"},
        {"subject": EVIL, "tags": [EVIL]},
        comment=public(EVIL),
        name=EVIL,
    )
    assert (letter.body, letter.html) == (EVIL, f"<p>{ESCAPED}</p>")


def test_what_the_writer_wrote_stands_in_html_as_it_is() -> None:
    letter = sent(
        {"x": "<i>a</i>", "x.html": '<a href="https://example.com/?a=1&amp;b={{ ticket.id }}">a</a>'}
    )
    assert letter.body == "<i>a</i>"
    assert letter.html == '<a href="https://example.com/?a=1&amp;b=42">a</a>'


def test_html_is_in_the_effects_json_only_when_there_is_some() -> None:
    with_html = sent({"x": "a", "x.html": "<p>a</p>"}).to_json()
    assert with_html["html"] == "<p>a</p>"
    assert "html" not in sent("a").to_json()
    assert sent("a").html is None
    assert with_html | {"html": None} == sent("a").to_json() | {"html": None}


def test_the_subject_stands_in_the_text() -> None:
    letter = sent({"x": "Subject: {{ ticket.subject }}\n\na", "x.html": "<p>b</p>"}, {"subject": EVIL})
    assert (letter.subject, letter.body, letter.html) == (EVIL, "a", "<p>b</p>")


def test_html_goes_with_the_text_of_its_own_language() -> None:
    templates = {"x": "a", "x.html": "<p>a</p>", "fr/x": "b"}
    assert sent(templates, language="fr").html is None
    assert sent(templates, language="de").html == "<p>a</p>"
    assert sent(templates | {"fr/x.html": "<p>b</p>"}, language="fr-CA").html == "<p>b</p>"


@pytest.mark.parametrize("text", ["{{ ticket.subjct }}", "{{ 1 + 1 }}", "{% if %}"])
def test_html_is_checked_as_the_text_is(text: str) -> None:
    ((code, source),) = mistakes({"x": "a", "x.html": text})
    assert code in ("unknown-placeholder", "wrong-template")
    assert source.endswith("x.html")


@pytest.mark.parametrize("templates", [{"x": "a", "fr/x.html": "<p>"}, {"x": "a", "y.html": "<p>"}])
def test_html_without_its_text_is_told(templates: dict[str, str]) -> None:
    assert [d.code for d in load_text(RULE, templates=templates).diagnostics] == ["html-without-text"]


def test_html_without_its_text_is_told_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "rules.trig").write_text(RULE, encoding="utf-8")
    for name, text in (("en/x.txt", "a"), ("en/x.html", "<p>a</p>"), ("fr/x.html", "<p>b</p>")):
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (found,) = load_paths([tmp_path]).diagnostics
    assert found.code == "html-without-text"
    assert found.source.name.endswith("templates/fr/x.html")
    assert "`x.txt`" in (found.help or "")


# Subjects


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\n\n\n"], ids=ascii)
@pytest.mark.parametrize("placeholder", ["ticket.subject", "comment.body", "requester.name"])
def test_a_subject_is_one_line_whatever_its_values_hold(placeholder: str, line_break: str) -> None:
    value = f"a{line_break}Bcc: eve@example.com"
    letter = sent(
        f"Subject: Re: {{{{ {placeholder} }}}}\n\nb",
        {"subject": value},
        comment=public(value),
        name=value,
    )
    assert letter.subject == "Re: a Bcc: eve@example.com"


# Labels


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Urgent Pending Yes No"),
        ("en-GB", "Urgent Pending Yes No"),
        ("de", "Urgent Pending Yes No"),
        (None, "Urgent Pending Yes No"),
        ("fr", "Urgente En attente Oui Non"),
        ("fr-CA", "Urgente En attente Oui Non"),
        ("fr_CA", "Urgente En attente Oui Non"),
    ],
)
def test_a_choice_has_a_label_in_the_language_of_the_text(language: str | None, expected: str) -> None:
    text = "{{ ticket.priority|label }} {{ ticket.status|label }} {{ requester.restricted|label }} {{ ticket.deleted|label }}"
    values = {"priority": "urgent", "status": "pending"}
    assert body({"x": text, "fr/x": text}, values, language=language, restricted=True) == expected


def test_a_text_in_english_has_english_labels_for_a_french_reader() -> None:
    assert body("{{ ticket.priority|label }}", {"priority": "urgent"}, language="fr") == "Urgent"


def test_without_a_label_a_choice_is_its_plain_word() -> None:
    text = "{{ ticket.priority }} {% if ticket.priority == 'urgent' %}now{% endif %}"
    assert body({"x": text, "fr/x": text}, {"priority": "urgent"}, language="fr") == "urgent now"


def test_a_choice_that_no_language_labels_is_written_nicely() -> None:
    text = "{{ ticket.satisfaction|label }}"
    assert body(text, {"satisfaction": "good_with_comment"}) == "Good with comment"


def test_an_empty_choice_has_no_label() -> None:
    assert body("[{{ ticket.priority|label }}|{{ ticket.priority|label|default('none') }}]") == "[|none]"


# Dates


def dated(language: str | None, zone: str | None, filters: str = "") -> str:
    text = f"{{{{ ticket.created_at|date{filters} }}}}"
    written = body({"x": text, "fr/x": text}, language=language, time_zone=zone)
    return written.replace("\u202f", " ").replace("\u2019", "'")


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", None, "Jan 5, 2026, 12:00:00 PM"),
        ("en", "Europe/Paris", "Jan 5, 2026, 1:00:00 PM"),
        ("en-GB", "Asia/Tokyo", "5 Jan 2026, 21:00:00"),
        ("fr", None, "5 janv. 2026, 12:00:00"),
        ("fr", "Europe/Paris", "5 janv. 2026, 13:00:00"),
        ("fr", "America/Toronto", "5 janv. 2026, 07:00:00"),
        ("fr-CA", "America/Toronto", "5 janv. 2026, 07 h 00 min 00 s"),
        ("fr_CA", "America/Toronto", "5 janv. 2026, 07 h 00 min 00 s"),
        ("de", "Europe/Berlin", "Jan 5, 2026, 1:00:00 PM"),
        (None, "Europe/Paris", "Jan 5, 2026, 1:00:00 PM"),
        ("en", "Nowhere/None", "Jan 5, 2026, 12:00:00 PM"),
        ("zz-ZZ", None, "Jan 5, 2026, 12:00:00 PM"),
    ],
)
def test_a_date_is_in_the_readers_language_and_zone(
    language: str | None, zone: str | None, expected: str
) -> None:
    assert dated(language, zone) == expected


@pytest.mark.parametrize(
    ("length", "english", "canadian"),
    [
        ("short", "1/5/26, 1:00 PM", "2026-01-05 13 h 00"),
        ("medium", "Jan 5, 2026, 1:00:00 PM", "5 janv. 2026, 13 h 00 min 00 s"),
        ("long", "January 5, 2026, 1:00:00 PM", "5 janvier 2026, 13 h 00 min 00 s"),
        ("full", "Monday, January 5, 2026, 1:00:00 PM", "lundi 5 janvier 2026, 13 h 00 min 00 s"),
    ],
)
def test_a_date_has_four_lengths(length: str, english: str, canadian: str) -> None:
    assert dated("en", "Europe/Paris", f"('{length}')").startswith(english)
    assert dated("fr-CA", "Europe/Paris", f"('{length}')").startswith(canadian)


@pytest.mark.parametrize(
    "length", ["'tiny'", "''", "'%Y'", "'SHORT'", "1", "none", "ticket.subject", "'short', 'x'"]
)
def test_another_length_is_a_mistake(length: str) -> None:
    assert mistakes({"x": f"{{{{ ticket.created_at|date({length}) }}}}"}) == [
        ("wrong-template", "templates/x")
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Feb 3, 2026 2/3/26 2026-02-03"), ("fr", "3 févr. 2026 03/02/2026 2026-02-03")],
)
def test_a_day_has_no_time_and_no_zone(language: str, expected: str) -> None:
    text = "{{ ticket.due_date|date }} {{ ticket.due_date|date('short') }} {{ ticket.due_date }}"
    values = {"due_date": "2026-02-03"}
    written = body({"x": text, "fr/x": text}, values, language=language, time_zone="America/Los_Angeles")
    assert written == expected


def test_a_date_in_a_loop_is_in_the_readers_zone_as_well() -> None:
    text = "{% for c in ticket.public_comments %}{{ c.created_at|date('short') }}{% endfor %}"
    written = body(text, comment=public(), time_zone="Asia/Tokyo")
    assert written.replace("\u202f", " ") == "1/5/26, 9:00 PM"


def test_a_text_without_dates_is_the_same_for_every_zone() -> None:
    rules = desk(
        "when ticket is created then notify all agents with template x", templates={"x": "a {{ ticket.id }}"}
    )
    assert len({letter.body for letter in letters(rules.creates())}) == 1


def test_an_empty_date_is_written_as_nothing() -> None:
    assert (
        body("[{{ ticket.due_date|date }}{{ ticket.due_date|date('full')|default('never') }}]") == "[never]"
    )


# The other filters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ assignee.name|default('nobody') }}", "nobody"),
        ("{{ assignee.name|default }}", ""),
        ("{{ assignee|default('nobody') }}", "nobody"),
        ("{{ requester.name|default('nobody') }}", "Ana"),
        ("{{ ticket.priority|default('none') }}", "none"),
        ("{{ ticket.due_date|default('never') }}", "never"),
        ("{{ ticket.subject|truncate(99) }}", "  Über Straße  "),
        ("{{ ticket.subject|trim|truncate(4) }}", "Übe…"),
        ("{{ ticket.subject|trim|truncate(11) }}", "Über Straße"),
        ("{{ ticket.subject|trim|truncate(10) }}", "Über Stra…"),
        ("{{ ticket.subject|trim|truncate(1) }}", "…"),
        ("{{ ticket.subject|trim|upper }}", "ÜBER STRASSE"),
        ("{{ ticket.subject|trim|lower }}", "über straße"),
        ("[{{ ticket.subject|trim }}]", "[Über Straße]"),
    ],
)
def test_a_filter_does_what_it_says(text: str, expected: str) -> None:
    assert body(text, {"subject": "  Über Straße  "}) == expected


def test_eighty_characters_are_kept_unless_told_otherwise() -> None:
    assert body("{{ ticket.subject|truncate }}", {"subject": "x" * 80}) == "x" * 80
    assert body("{{ ticket.subject|truncate }}", {"subject": "x" * 81}) == "x" * 79 + "…"


# Languages

GREETINGS = {"x": "Hello", "fr/x": "Bonjour", "pt-BR/x": "Olá"}


@pytest.mark.parametrize(
    ("language", "spoken", "written"),
    [
        ("fr", "fr", "Bonjour"),
        ("FR", "fr", "Bonjour"),
        ("fr-CA", "fr", "Bonjour"),
        ("fr_CA", "fr", "Bonjour"),
        ("FR-ca", "fr", "Bonjour"),
        ("fr-Latn-CA", "fr", "Bonjour"),
        ("pt-BR", "pt-BR", "Olá"),
        ("pt_br", "pt-BR", "Olá"),
        ("PT-br", "pt-BR", "Olá"),
        ("pt", "en", "Hello"),
        ("pt-PT", "en", "Hello"),
        ("frr", "en", "Hello"),
        ("", "en", "Hello"),
        (None, "en", "Hello"),
    ],
)
def test_the_nearest_language_is_spoken(language: str | None, spoken: str, written: str) -> None:
    letter = sent(GREETINGS, language=language)
    assert (letter.language, letter.body) == (spoken, written)


@pytest.mark.parametrize("folder", ["pt-BR", "pt_BR", "pt_br", "PT-BR"])
def test_a_folder_may_write_its_language_in_any_way(folder: str) -> None:
    assert body({"x": "Hello", f"{folder}/x": "Olá"}, language="pt-BR") == "Olá"


def test_a_text_in_neither_language_is_the_first_there_is() -> None:
    assert body({"fr/x": "Bonjour", "es/x": "Hola"}, language="de") == "Hola"


@pytest.mark.parametrize("own", ["en", "fr", None])
def test_in_language_settles_it(own: str | None) -> None:
    letter = sent(GREETINGS, rules=f"{RULE} in language fr", language=own)
    assert (letter.language, letter.body) == ("fr", "Bonjour")


# Loops


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% for t in ticket.tags %}{{ t }}{% if not loop.last %}, {% endif %}{% endfor %}", "a, b, c"),
        ("{% for t in ticket.tags %}{% if loop.first %}[{% endif %}{{ t }}{% endfor %}]", "[abc]"),
        ("{% for t in ticket.tags %}{{ loop.index }}{{ t }} {% endfor %}", "1a 2b 3c "),
        ("{% for t in ticket.tags if t != 'b' %}{{ loop.index }}{{ t }} {% endfor %}", "1a 2c "),
        ("{% for t in ticket.ccs %}{{ t }}{% else %}nobody{% endfor %}", "nobody"),
        ("{% for c in ticket.public_comments %}{{ c.author.name }}: {{ c.body }}{% endfor %}", "Ana: Hello"),
        ("{% for c in ticket.public_comments %}{% if c.public %}{{ c }}{% endif %}{% endfor %}", "Hello"),
        ("{{ ticket.tags }}", "a, b, c"),
    ],
)
def test_a_loop_goes_through_several_values(text: str, expected: str) -> None:
    assert body(text, {"tags": ["c", "a", "b"]}, comment=public()) == expected


def test_a_loop_goes_through_comments_in_their_order() -> None:
    text = (
        "{% for c in ticket.public_comments %}{{ loop.index }} {{ c.author.name }} {{ c.body }};{% endfor %}"
    )
    rules = desk("when ticket is updated then notify requester with template x", templates={"x": text})
    rules.creates(ANA, comment=public("one"))
    rules.updates(BO, comment=private("two"))
    rules.updates(BO, comment=public("three"))
    (letter,) = letters(rules.updates(None, comment=public("four")))
    assert letter.body == "1 Ana one;2 Bo three;3  four;"


# Nothing


@pytest.mark.parametrize(
    "path",
    [
        *("assignee", "assignee.name", "assignee.organization.name", "group", "group.name", "organization"),
        *("ticket.priority", "ticket.due_date", "ticket.ccs", "ticket.tags", "ticket.subject", "comment"),
        *(
            "comment.body",
            "comment.author.name",
            "ticket.latest_public_comment.body",
            "ticket.public_comments",
        ),
        *("requester.phone", "ticket.satisfaction", "ticket.brand", "ticket.external_id"),
    ],
)
def test_what_is_empty_is_written_as_nothing_and_is_not_true(path: str) -> None:
    assert body(f"[{{{{ {path} }}}}{{% if {path} %}}some{{% else %}}none{{% endif %}}]") == "[none]"


# Once for each


def test_a_text_is_written_once_for_each_language_and_kind_of_reader() -> None:
    text = "{{ ticket.id }} {{ ticket.subject }}"
    rules = desk(
        "when ticket is created then notify requester, ccs, all agents with template x",
        templates={"x": text, "fr/x": text},
    )
    found = {e.recipient: e.body for e in letters(rules.creates(ANA, {"ccs": [PAUL, ZOE], "subject": "s"}))}
    assert set(found.values()) == {"42 s"}
    assert found[PAUL] is found[ZOE]
    assert found[BO] is found[DAN] is found[EVE]
    different = {id(found[reader]) for reader in (ANA, PAUL, BO, CLEO)}
    assert len(different) == 4


# No more than fits


@pytest.mark.parametrize("end", ["", "{{ ticket.subject }}"])
def test_a_text_that_grows_beyond_all_use_is_cut(end: str) -> None:
    text = "{{ ticket.subject }}" * 20 + end
    letter = sent({"x": text, "x.html": text}, {"subject": "x" * 60_000})
    assert letter.body == letter.html == "x" * MOST_OUTPUT + "…"


def test_a_text_that_just_fits_is_not_cut() -> None:
    written = body("{{ ticket.subject }}" * 20, {"subject": "x" * (MOST_OUTPUT // 20)})
    assert written == "x" * MOST_OUTPUT


# Unwritten


def test_texts_stay_unwritten_when_nobody_asks_for_them() -> None:
    ruleset = compile_text(
        f"{RULE}\npost public comment with template x", templates={"x": "Subject: a\n\nb", "x.html": "<p>"}
    )
    known = ruleset.directory(PEOPLE)
    (plain,) = ruleset.run([event(created=True)], directory=known, render=False)
    (letter,) = letters(plain)
    assert (letter.subject, letter.body, letter.html) == (None, None, None)
    assert plain.to_json()["effects"][1]["body"] is None
    (written,) = ruleset.run([event(created=True)], directory=known)
    assert (letters(written)[0].subject, letters(written)[0].body) == ("a", "b")
    assert [e.to_json()["key"] for e in written.effects] == [e.to_json()["key"] for e in plain.effects]
    assert ruleset.step(None, event(created=True), directory=known, render=False) == plain


# Nothing, in each of its forms


BY_NOBODY = "{% for c in ticket.public_comments %}{{ c.author | default('the system') }}{% endfor %}"


def test_no_value_of_several_is_empty() -> None:
    assert body("{{ ticket.tags | default('none') }}") == "none"
    assert body("{{ ticket.ccs | default('none') }}") == "none"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BY_NOBODY, "the system"),
        (
            "{% for c in ticket.public_comments %}{% if c.author %}by{% else %}nobody{% endif %}{% endfor %}",
            "nobody",
        ),
    ],
)
def test_a_comment_by_the_system_is_by_nobody(text: str, expected: str) -> None:
    rules = "when ticket is updated then notify requester with template x"
    own = desk(rules, templates={"x": text})
    own.creates()
    assert letters(own.updates(None, comment=public()))[0].body == expected


def test_yes_and_no_of_a_loop_are_words() -> None:
    loop = "{% for c in ticket.public_comments %}{{ c.public | label }} {{ c.public }} {{ loop.first }}{% endfor %}"
    assert body(loop, comment=public()) == "Yes yes yes"


def test_yes_and_no_are_in_the_readers_language_in_any_case() -> None:
    rules = 'when ticket is created then notify requester with body "{{ ticket.deleted | label }}"'
    assert body({}, rules=rules, language="FR") == "Non"


def test_at_most_no_characters_are_none() -> None:
    assert body("{{ ticket.subject | truncate(0) }}", {"subject": "abc"}) == ""
