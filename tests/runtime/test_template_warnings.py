"""What only looks forgotten, or may be sent twice, warns; what could tell a private comment is refused."""

from pathlib import Path

import pytest

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.runtime.loader import load_paths, load_text

RULE = "when ticket is created then notify requester with template x\n"


def _warnings(text: str, **templates: str) -> list[Diagnostic]:
    """Return the warnings of rules with templates by `language_name`; there are no errors."""
    loaded = load_text(text, templates={key.replace("_", "/"): body for key, body in templates.items()})
    assert loaded.ruleset is not None
    assert loaded.ruleset.warnings == loaded.diagnostics
    assert {d.severity for d in loaded.diagnostics} <= {Severity.WARNING}
    return list(loaded.diagnostics)


def _told(found: list[Diagnostic]) -> list[tuple[str, str]]:
    return [(d.source.name, d.code) for d in found]


def _written(folder: Path, files: dict[str, str]) -> Path:
    (folder / "rules.trig").write_text(RULE, encoding="utf-8")
    for name, text in files.items():
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _of_folder(folder: Path, files: dict[str, str]) -> list[tuple[str, str, Severity]]:
    found = load_paths([_written(folder, files)]).diagnostics
    return [
        (Path(d.source.name).relative_to(folder / "templates").as_posix(), d.code, d.severity) for d in found
    ]


# Templates that are used, in every language, with the same placeholders


def test_templates_that_say_the_same_in_each_language_warn_of_nothing() -> None:
    assert _warnings(RULE, x="{{ ticket.id }} in English", fr_x="{{ ticket.id }} en français") == []


def test_a_template_that_no_rule_uses() -> None:
    (found,) = _warnings(RULE, x="a", y="b")
    assert (found.code, found.source.name) == ("unused-template", "templates/y")
    assert "with template y" in (found.help or "")


@pytest.mark.parametrize(
    "rule",
    [
        "when ticket is created then notify all agents with template x",
        "when ticket is created then post public comment with template x",
        "webhook pager when ticket is created then call webhook pager with template x",
        'disabled trigger "T" when ticket is created then notify requester with template x',
    ],
)
def test_each_way_to_name_a_template_uses_it(rule: str) -> None:
    assert _warnings(rule, x="a") == []


def test_a_template_that_lacks_a_language_of_the_others() -> None:
    rule = RULE + "when ticket.status changes then notify requester with template y\n"
    (found,) = _warnings(rule, x="a", fr_x="a", y="b")
    assert (found.code, found.source.name) == ("language-missing", "templates/y")
    assert "`y` has no text in `fr`" in found.message
    assert "templates/fr/y.txt" in (found.help or "")


def test_a_template_that_hides_the_librarys_in_one_language_alone() -> None:
    rule = "when ticket is created then notify requester with template solved"
    (found,) = _warnings(rule, solved="mine")
    assert (found.code, found.source.name) == ("language-missing", "templates/solved")
    assert "readers of `fr` still get the library's `solved`" in found.message
    assert _warnings(rule, solved="mine", fr_solved="la mienne") == []


def test_a_placeholder_that_one_language_lacks() -> None:
    (found,) = _warnings(RULE, x="{{ ticket.id }}", fr_x="rien")
    assert (found.code, found.source.name) == ("placeholder-missing", "templates/fr/x")
    assert "`{{ ticket.id }}` stands in the text in `en`" in found.message


def test_placeholders_that_two_languages_lack_of_each_other() -> None:
    found = _warnings(RULE, x="{{ ticket.id }}", fr_x="{{ ticket.subject }}")
    assert sorted(_told(found)) == [
        ("templates/fr/x", "placeholder-missing"),
        ("templates/x", "placeholder-missing"),
    ]


def test_the_name_of_a_loop_may_differ_between_languages() -> None:
    english = "{% for c in ticket.public_comments %}{{ c.body }}{% endfor %}"
    french = "{% for mot in ticket.public_comments %}{{ mot.body }}{% endfor %}"
    assert _warnings(RULE, x=english, fr_x=french) == []


# Templates in folders


def test_the_templates_of_a_folder_warn_at_their_files(tmp_path: Path) -> None:
    files = {"en/x.txt": "{{ ticket.id }}", "fr/x.txt": "rien", "en/y.txt": "b"}
    assert sorted(_of_folder(tmp_path, files)) == [
        ("en/y.txt", "language-missing", Severity.WARNING),
        ("en/y.txt", "unused-template", Severity.WARNING),
        ("fr/x.txt", "placeholder-missing", Severity.WARNING),
    ]


def test_what_the_html_reads_is_read_in_its_language(tmp_path: Path) -> None:
    files = {"en/x.txt": "a", "en/x.html": "<b>{{ ticket.id }}</b>", "fr/x.txt": "{{ ticket.id }}"}
    assert _of_folder(tmp_path, files) == []


def test_html_without_its_plain_text_is_an_error(tmp_path: Path) -> None:
    found = _of_folder(tmp_path, {"en/x.txt": "a", "en/y.html": "<b>b</b>"})
    assert found == [("en/y.html", "html-without-text", Severity.ERROR)]


def test_html_with_its_plain_text_is_fine(tmp_path: Path) -> None:
    assert _of_folder(tmp_path, {"en/x.txt": "a", "en/x.html": "<b>a</b>"}) == []


# Private comments

PRIVATE = [
    'notify requester with body "{{ ticket.latest_comment }}"',
    'notify ccs with subject "{{ ticket.comments }}" and body "x"',
    "notify requester with template x",
    "post public comment with template x",
    'post public comment with body "{{ ticket.comments }}"',
    "set ticket.subject to comment.body",
]


@pytest.mark.parametrize("action", PRIVATE)
def test_what_may_tell_an_end_user_a_private_comment_is_an_error(action: str) -> None:
    rule = f"when comment is present then {action}"
    loaded = load_text(rule, templates={"x": "{{ ticket.latest_comment.body }}"})
    assert loaded.ruleset is None
    errors = [d for d in loaded.diagnostics if d.severity is Severity.ERROR]
    assert [d.code for d in errors] == ["private-comment"]


@pytest.mark.parametrize(
    "action", ["notify all agents with template x", "post private comment with template x"]
)
def test_agents_may_be_told_of_private_comments(action: str) -> None:
    assert _warnings(f"when comment is present then {action}", x="{{ ticket.latest_comment.body }}") == []


# Two libraries


@pytest.mark.parametrize(
    "order", ["use zendesk\nuse zendesk.current\n", "use zendesk.current\nuse zendesk\n"]
)
def test_two_libraries_that_mail_the_same_warn(order: str) -> None:
    found = _warnings(order)
    assert {d.code for d in found} == {"double-mail"}
    assert len(found) == 2
    for warning in found:
        assert "may get it twice" in warning.message
        assert "zendesk.current" in (warning.help or "")


def test_libraries_that_are_named_beside_each_other_warn_as_well() -> None:
    loaded = load_paths(["zendesk", "zendesk.current"])
    assert loaded.ruleset is not None
    assert [d.code for d in loaded.diagnostics] == ["double-mail"] * 2


@pytest.mark.parametrize("library", ["zendesk", "zendesk.current"])
def test_one_library_warns_of_nothing(library: str) -> None:
    assert _warnings(f"use {library}\nuse {library}\n") == []


def test_a_trigger_that_is_switched_off_mails_nothing_twice() -> None:
    text = "use zendesk\nuse zendesk.current\n"
    first = _warnings(text)
    off = [
        f'disable trigger "Notify requester of {what}"\n' for what in ("received request", "comment update")
    ]
    assert len(_warnings(text + off[0])) == len(first) - 1
    assert _warnings(text + "".join(off)) == []
