"""Warnings turned off by name: in a line, above a declaration, in a file, for all; and comments that turn off nothing."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from trigdsl.diagnostics import Diagnostic, Severity, render
from trigdsl.runtime.loader import load_paths, load_text
from trigdsl.semantics import lints

NEVER = "ticket.status is open and ticket.status is solved"
AGAIN = "ticket.priority is urgent and ticket.priority is at least high"
TOLD = 'notify assignee with subject "News" and body "Ticket {{ ticket.id }}"'

SAMPLES = {
    "not-executable": 'when ticket is created then raw zendesk """{}"""',
    "never-true": f"when {NEVER} then stop",
    "always-true": "when ticket.status is not open or ticket.status is not solved then stop",
    "said-again": f"when {AGAIN} then stop",
    "moot-change": "when ticket is created and ticket.priority changes then stop",
    "undone-action": "when ticket is created then set ticket.priority to low set ticket.priority to high",
    "mail-on-every-update": f"when ticket.priority is urgent then {TOLD}",
    "nobody-to-tell": f"when ticket is created and assignee is empty then {TOLD}",
    "clock-not-watched": "when ticket.due_date is within the next 3 days then stop",
    "already-changed": "when ticket is created and assignee is not empty and ticket.status is new then stop",
    "different-case": 'when ticket.form is "a" or ticket.form is "A" or ticket.form is "a" then stop',
    "tag-never-set": "when ticket.tags include escalatd then add escalated to ticket.tags",
    "unused-name": "webhook pager when ticket is created then stop",
}
"""A rule on one line that each warning is about."""


def _shown(found: Collection[Diagnostic]) -> str:
    return "\n".join(map(render, found))


def _said(text: str, *allow: str, **rest: Any) -> list[tuple[int, str]]:
    return [(d.line, d.code) for d in load_text(text, allow=allow, **rest).diagnostics]


def _only(text: str) -> Diagnostic:
    found = load_text(text).diagnostics
    assert len(found) == 1, _shown(found)
    return found[0]


def test_there_is_a_sample_of_each_warning() -> None:
    assert {*SAMPLES} == {*lints.codes()}


@pytest.mark.parametrize("code", lints.codes())
def test_each_can_be_allowed_in_its_line(code: str) -> None:
    assert (1, code) in _said(SAMPLES[code])
    assert (1, code) not in _said(f"{SAMPLES[code]} # allow {code}")
    assert "unused-allow" not in {found for _, found in _said(f"{SAMPLES[code]} # allow {code}")}


@pytest.mark.parametrize("code", lints.codes())
def test_each_can_be_allowed_everywhere(code: str) -> None:
    assert code not in {found for _, found in _said(SAMPLES[code], code)}


# At the end of a line


def test_a_comment_at_the_end_of_a_line_is_about_that_line() -> None:
    text = f"when {NEVER}\nthen stop\nwhen {NEVER} # allow never-true\nthen stop\n"
    assert _said(text) == [(1, "never-true")]


def test_it_is_about_the_line_of_what_is_marked() -> None:
    text = "when ticket.status is open # {}\nand ticket.status is solved # {}\nthen stop # {}"
    assert _said(text.format("", "allow never-true", "")) == []
    assert _said(text.format("allow never-true", "", "")) == [(1, "unused-allow"), (2, "never-true")]
    assert _said(text.format("", "", "allow never-true")) == [(2, "never-true"), (3, "unused-allow")]


def test_a_warning_about_a_trigger_is_at_its_title() -> None:
    text = f'trigger "Tell"{{}}\nwhen ticket.priority is urgent{{}}\nthen {TOLD}{{}}\n'
    assert _said(text.format(" # allow mail-on-every-update", "", "")) == []
    assert _said(text.format("", " # allow mail-on-every-update", ""))[0] == (1, "mail-on-every-update")


def test_it_turns_off_what_it_names_and_nothing_else() -> None:
    text = f"when {NEVER} and {AGAIN} then stop # allow said-again"
    assert _said(text) == [(1, "never-true"), (1, "unused-allow")]
    text = f"when {AGAIN} then {TOLD} # allow said-again"
    assert _said(text) == [(1, "mail-on-every-update")]


# On a line of its own


@pytest.mark.parametrize(
    "text",
    [
        '# allow never-true\ntrigger "A"\nwhen ticket.gift is yes\nand {}\nthen stop',
        '# allow never-true\n\n\ntrigger "A"\nwhen {}\nthen stop',
        '# allow never-true\n# They asked for it.\n\ntrigger "A"\nwhen {}\nthen stop',
        '# They asked for it.\n# allow never-true\ntrigger "A"\nwhen {}\nthen stop',
        'field ticket.room is text\n  # allow never-true\ntrigger "A"\nwhen {}\nthen stop',
        "# allow never-true\nwhen ticket.gift is yes\nand {}\nthen stop",
    ],
)
def test_a_comment_above_a_declaration_is_about_all_of_it(text: str) -> None:
    gift = "field ticket.gift is yes or no\n"
    assert _said(f"{text.format(NEVER)}\n{gift}") == []


def test_it_is_not_about_the_declaration_after_that() -> None:
    text = f"# allow never-true\nwhen {NEVER}\nthen stop\n\nwhen {NEVER}\nthen stop"
    assert _said(text) == [(5, "never-true")]


def test_it_is_about_every_warning_of_that_name_in_the_declaration() -> None:
    text = f"# allow never-true\nwhen ({NEVER})\nor ({NEVER})\nor ticket is created\nthen stop"
    assert (2, "never-true") not in _said(text)
    assert (3, "never-true") not in _said(text)


def test_a_declaration_can_be_a_name() -> None:
    text = (
        "# allow unused-name\ndefine vip as\n  requester.tags include vip\n\nwhen ticket is created then stop"
    )
    assert _said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "when\n# allow never-true\n{}\nthen stop",
        'trigger "A"\nwhen ticket.gift is yes\n  # allow never-true\n  and {}\nthen stop',
    ],
)
def test_a_comment_inside_a_declaration_is_about_the_next_line(text: str) -> None:
    assert _said(f"{text.format(NEVER)}\nfield ticket.gift is yes or no\n") == []


def test_it_is_not_about_the_line_after_that() -> None:
    text = "when\n# allow never-true\nticket.status is open\nand ticket.status is solved\nthen stop"
    assert _said(text) == [(2, "unused-allow"), (4, "never-true")]


def test_a_comment_at_the_end_of_a_file_is_about_nothing() -> None:
    assert _said(f"when {NEVER} then stop\n# allow never-true") == [(1, "never-true"), (2, "unused-allow")]


# For a file


def test_a_file_can_allow_a_warning_anywhere_in_it() -> None:
    text = f"when {NEVER}\nthen stop\n# allow in this file never-true\nwhen {NEVER}\nthen stop\n"
    assert _said(text) == []
    assert _said(f"when {NEVER} then stop # allow in this file never-true\nwhen {NEVER} then stop") == []


def test_it_is_not_about_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(f"# allow in this file never-true\nwhen {NEVER} then stop\n", "utf-8")
    (tmp_path / "b.trig").write_text(f"when {NEVER} and ticket is created then stop\n", "utf-8")
    found = load_paths([tmp_path]).diagnostics
    assert [(Path(d.source.name).name, d.line, d.code) for d in found] == [("b.trig", 1, "never-true")]
    assert load_paths([tmp_path], allow=["never-true"]).diagnostics == ()


def test_a_file_that_is_used_has_comments_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text('use "./more/b.trig"\nwhen ticket is created then stop\n', "utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.trig").write_text(f"when {NEVER} then stop # allow never-true\n", "utf-8")
    assert load_paths([tmp_path / "a.trig"]).diagnostics == ()


# Several


@pytest.mark.parametrize("codes", ["said-again, mail-on-every-update", "mail-on-every-update said-again"])
@pytest.mark.parametrize(
    "form", ["{rule} # allow {codes}", "# allow {codes}\n{rule}", "#allow in this file {codes}\n{rule}"]
)
def test_a_comment_can_name_several(form: str, codes: str) -> None:
    assert _said(form.format(rule=f"when {AGAIN} then {TOLD}", codes=codes)) == []


def test_each_of_several_is_looked_at() -> None:
    found = _only(f"when {AGAIN} then stop # allow said-again, never-true")
    assert found.message == "there is no `never-true` here to be allowed"
    assert found.source.text[found.span.start : found.span.end] == "never-true"


def test_two_comments_may_say_the_same() -> None:
    text = f"# allow in this file never-true\n# allow never-true\nwhen {NEVER} then stop # allow never-true"
    assert _said(text, "never-true") == []


# Comments that turn off nothing


def test_a_comment_that_stops_nothing_is_a_warning_itself() -> None:
    found = _only("when ticket is created then stop # allow never-true")
    assert (found.code, found.severity) == ("unused-allow", Severity.WARNING)
    assert found.message == "there is no `never-true` here to be allowed"
    assert found.help == "take the comment away"


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("never-tru", "never-true"),
        ("nevertrue", "never-true"),
        ("mail-on-each-update", "mail-on-every-update"),
        ("unused-names", "unused-name"),
        ("double-mails", "double-mail"),
    ],
)
def test_a_code_that_does_not_exist_may_be_a_slip(code: str, meant: str) -> None:
    found = _only(f"when ticket is created then stop # allow {code}")
    assert found.message == f"there is no warning `{code}`"
    assert found.help == f"did you mean `{meant}`?"


def test_a_code_that_is_like_no_other_is_to_be_taken_away() -> None:
    assert _only("when ticket is created then stop # allow whatever").help == "take the comment away"


@pytest.mark.parametrize(
    "comment",
    [
        "# allowed: agents reopen",
        "# disallow never-true",
        "# we allow never-true",
        "# allow",
        "# allow: see the wiki",
    ],
)
def test_other_comments_are_only_comments(comment: str) -> None:
    assert _said(f"when ticket is created then stop {comment}") == []


def test_a_text_is_no_comment() -> None:
    text = f'when {NEVER} then post private comment with body "# allow never-true"'
    assert _said(text) == [(1, "never-true")]


def test_white_space_in_it_means_nothing() -> None:
    assert _said(f"when {NEVER} then stop #   allow   never-true  ,  never-true   ") == []
    assert _said(f"when {NEVER} then stop\n#allow  in  this   file never-true") == []


def test_carriage_returns_are_line_ends_here_too(tmp_path: Path) -> None:
    path = tmp_path / "a.trig"
    path.write_bytes(
        f"# allow never-true\r\nwhen {NEVER}\r\nthen stop\r\nwhen {NEVER} # allow never-true\r\nthen stop".encode()
    )
    assert load_paths([path]).diagnostics == ()


# Errors


@pytest.mark.parametrize(
    "form",
    ["{} # allow unknown-field", "# allow unknown-field\n{}", "# allow in this file unknown-field\n{}"],
)
def test_an_error_cannot_be_allowed(form: str) -> None:
    loaded = load_text(form.format("when ticket.stats is solved then stop"), allow=["unknown-field"])
    assert loaded.ruleset is None
    assert [d.code for d in loaded.diagnostics] == ["unknown-field"]


def test_the_name_of_an_error_is_no_name_of_a_warning() -> None:
    found = _only("when ticket is created then stop # allow unknown-field")
    assert found.message == "there is no warning `unknown-field`"


def test_nothing_is_said_of_comments_while_there_are_errors() -> None:
    text = f"when ticket.stats is solved and {NEVER} then stop # allow never-true"
    assert _said(text) == [(1, "unknown-field")]


def test_an_unknown_person_is_a_warning_that_can_be_allowed() -> None:
    people = {"users": [{"id": "1", "email": "ana@example.com", "role": "agent"}]}
    text = 'when assignee changes to "new@example.com" then stop'
    assert _said(text, directory=people) == [(1, "unknown-user")]
    assert _said(f"{text} # allow unknown-user", directory=people) == []
    assert _said(text, "unknown-user", directory=people) == []


def test_an_unknown_person_of_no_address_is_an_error_that_cannot() -> None:
    text = 'when assignee changes to "Nobody" then stop # allow unknown-user'
    assert _said(text, "unknown-user", directory={"users": []}) == [(1, "unknown-user")]


# For all


def test_several_can_be_allowed_for_all() -> None:
    text = f"when {AGAIN} then {TOLD}\nwhen {NEVER} then stop"
    assert _said(text) == [(1, "mail-on-every-update"), (1, "said-again"), (2, "never-true")]
    assert _said(text, "said-again", "never-true") == [(1, "mail-on-every-update")]
    assert _said(text, "said-again", "never-true", "mail-on-every-update") == []


def test_what_is_allowed_does_not_change_the_rules() -> None:
    text = f"when {NEVER} then stop"
    plain, allowed = load_text(text).ruleset, load_text(text, allow=["never-true"]).ruleset
    assert plain is not None
    assert allowed is not None
    assert plain.rules == allowed.rules
    assert (len(plain.warnings), len(allowed.warnings)) == (1, 0)


def test_warnings_about_templates_and_libraries_are_allowed_for_all() -> None:
    created = "when ticket is created then stop"
    assert {code for _, code in _said(created, templates={"solved": "Done."})} == {
        "language-missing",
        "unused-template",
    }
    assert _said(created, "language-missing", "unused-template", templates={"solved": "Done."}) == []
    both = "use zendesk\nuse zendesk.current"
    assert {code for _, code in _said(both)} == {"double-mail"}
    assert _said(both, "double-mail") == []


def test_paths_take_the_same_names(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(f"when {NEVER} then stop\n", "utf-8")
    assert [d.code for d in load_paths([tmp_path]).diagnostics] == ["never-true"]
    assert load_paths([tmp_path], allow=["never-true"]).diagnostics == ()


# What is meant


def _meant(reason: str, *texts: str) -> list[Any]:
    return [pytest.param(text, id=f"{reason} {number}") for number, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    "text",
    [
        *_meant(
            "a sentence is no list of codes",
            "# allow agents to reopen the ticket\nwhen ticket.status changes to open then stop",
            "when ticket is created then stop # allow in this file no other rules",
        ),
        *_meant("a comma at the end names nothing", f"when {NEVER} then stop # allow never-true,"),
        *_meant("words may be capitalised, as in rules", f"when {NEVER} then stop # Allow never-true"),
        *_meant(
            "there may be comments and empty lines between it and what it is about, as above a declaration",
            f"when\n# allow never-true\n# They asked for it.\n{NEVER}\nthen stop",
            f"when\n# allow never-true\n\n{NEVER}\nthen stop",
        ),
        *_meant(
            "without a directory nobody is looked for, so it cannot be told that nothing is there to allow",
            'when assignee changes to "new@example.com" then stop # allow unknown-user',
        ),
        *_meant(
            "a library cannot have the comment, so the file that uses it must do",
            "# allow in this file double-mail\nuse zendesk\nuse zendesk.current",
        ),
        *_meant(
            "a trigger that is switched off for a while is not looked into, and keeps its comment",
            f'# allow mail-on-every-update\ndisabled trigger "Tell"\nwhen ticket.priority is urgent\nthen {TOLD}',
        ),
    ],
)
def test_a_comment_that_is_meant(text: str) -> None:
    found = load_text(text).diagnostics
    assert not found, _shown(found)


def test_a_comment_in_what_cannot_be_read_may_be_right() -> None:
    text = f"when {NEVER} adn ticket is created then stop # allow never-true"
    assert {d.severity for d in load_text(text).diagnostics} == {Severity.ERROR}


def test_a_trigger_that_is_not_asked_for_keeps_its_comment(tmp_path: Path) -> None:
    shared = f'trigger "A" when ticket is created then stop\ntrigger "B" when {NEVER} then stop # allow never-true\n'
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "b.trig").write_text(shared, "utf-8")
    (tmp_path / "a.trig").write_text('use "./shared/b.trig" only "A"\n', "utf-8")
    assert load_paths([tmp_path / "shared" / "b.trig"]).diagnostics == ()
    assert load_paths([tmp_path / "a.trig"]).diagnostics == ()


def test_comments_that_stop_nothing_can_be_allowed_for_all() -> None:
    assert _said("when ticket is created then stop # allow never-true", "unused-allow") == []
