"""Rules as Zendesk's triggers: each thing it can hold as it has it, and each thing it cannot at its place."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from zendesk_rules import ACCOUNT, ALL_OF, ANY_OF, BODIES, DECLARED

from trigdsl.diagnostics import render
from trigdsl.interfaces import cli
from trigdsl.interop.zendesk import names as names_file
from trigdsl.interop.zendesk.exporting import texts
from trigdsl.interop.zendesk.exporting.texts import UntranslatableError
from trigdsl.interop.zendesk.exporting.triggers import Exported, export
from trigdsl.interop.zendesk.names import Names
from trigdsl.runtime.loader import load_text, zendesk_vocabulary


def exported(rules: str, *, split: bool = False, names: Names = ACCOUNT, **more: Any) -> Exported:
    """Return rules as triggers, with the fields and texts of this page."""
    loaded = load_text(DECLARED + rules, templates=BODIES, **more)
    assert loaded.ruleset is not None, "\n".join(map(render, loaded.diagnostics))
    assert loaded.written is not None
    return export(loaded.ruleset.rules, loaded.written, names, split=split)


def only(rules: str, *, split: bool = False) -> dict[str, Any]:
    """Return the one trigger that rules become."""
    found = exported(rules, split=split)
    assert not found.failed, "\n".join(map(render, found.diagnostics))
    (trigger,) = found.triggers
    return trigger


def asked(condition: str) -> tuple[list[str], list[str]]:
    """Return the two lists of conditions that a condition becomes, each on one line."""
    blocks = only(f"when {condition} then set ticket.priority to high")["conditions"]
    return [said(c) for c in blocks["all"]], [said(c) for c in blocks["any"]]


def said(data: Mapping[str, Any]) -> str:
    """Return a condition on one line."""
    return " ".join(filter(None, (data["field"], data["operator"], data["value"])))


@pytest.mark.parametrize(("condition", "all_of"), ALL_OF)
def test_what_all_has_to_hold(condition: str, all_of: list[str]) -> None:
    assert asked(condition) == (all_of, [])


@pytest.mark.parametrize(("condition", "all_of", "any_of"), ANY_OF)
def test_what_one_of_several_has_to_hold(condition: str, all_of: list[str], any_of: list[str]) -> None:
    assert asked(condition) == (all_of, any_of)


ACTIONS = [
    ("set ticket.priority to urgent", [("priority", "urgent")]),
    ("set ticket.tags to a, b", [("set_tags", "a b")]),
    ("clear ticket.tags", [("set_tags", "")]),
    ("add a, b to ticket.tags", [("current_tags", "a b")]),
    ("remove a from ticket.tags", [("remove_tags", "a")]),
    ("set assignee to current_user", [("assignee_id", "current_user")]),
    ("set assignee to requester", [("assignee_id", "requester_id")]),
    ("clear assignee", [("assignee_id", "")]),
    ('set group to "Tier 2"', [("group_id", "2")]),
    ('set ticket.form to "Refunds"', [("ticket_form_id", "50")]),
    ('set ticket.schedule to "Support hours"', [("set_schedule", "60")]),
    ('add current_user, "Eve" to ticket.followers', [("follower", "current_user"), ("follower", "8")]),
    ("add assignee to ticket.ccs", [("cc", "assignee_id")]),
    ("set ticket.satisfaction to offered", [("satisfaction_score", "offered")]),
    ("set ticket.plan to pro", [("custom_fields_100", "pro")]),
    ("clear ticket.plan", [("custom_fields_100", "")]),
    ("set ticket.products to printer, scanner", [("custom_fields_101", "printer scanner")]),
    ("clear ticket.gift", [("custom_fields_103", "false")]),
    (
        "notify requester with template hello",
        [
            (
                "notification_user",
                ["requester_id", "Hello {{ticket.title}}", "Dear {{ticket.requester.first_name}}"],
            )
        ],
    ),
    (
        'notify requester and ccs with subject "S" and body "B {{ requester.name }}"',
        [("notification_user", ["requester_and_ccs", "S", "B {{ticket.requester.name}}"])],
    ),
    (
        'notify ccs, requester, group, group "Tier 1", all agents, "bo@example.com" with subject "S" and body "B"',
        [
            ("notification_user", ["requester_and_ccs", "S", "B"]),
            ("notification_group", ["group_id", "S", "B"]),
            ("notification_group", ["1", "S", "B"]),
            ("notification_user", ["all_agents", "S", "B"]),
            ("notification_user", ["7", "S", "B"]),
        ],
    ),
    (
        "notify assignee by sms with template pinned",
        [("notification_sms_user", ["assignee_id", "555", "You have mail"])],
    ),
    ('notify requester by tweet with body "Hi"', [("tweet_requester", "Hi")]),
    (
        "call webhook pager with template page",
        [("notification_webhook", ["01GXYZABCDEFGHJKMNPQRSTVWX", "Ticket {{ticket.id}}"])],
    ),
    ("call webhook log with template page", [("notification_target", ["70", "Ticket {{ticket.id}}"])]),
    ('post public comment with body "Hi"', [("reply_public", "Hi")]),
    ('post private comment with body "Hi"', [("reply_internal", "Hi")]),
    ("post public comment with template answer", [("comment_value", ["channel:web", "Here it is"])]),
    ('raw zendesk """{"field": "share_ticket", "value": "1"}"""', [("share_ticket", "1")]),
    ('add a to ticket.tags raw zendesk """[]"""', [("current_tags", "a")]),
]


@pytest.mark.parametrize(("action", "expected"), ACTIONS, ids=[action for action, _ in ACTIONS])
def test_what_is_done(action: str, expected: list[tuple[str, Any]]) -> None:
    found = only(f"when ticket is created then {action}")["actions"]
    assert [(each["field"], each["value"]) for each in found] == expected


HOLD = "set ticket.priority to high"
CANNOT = [
    (f"when ticket.tags gain vip then {HOLD}", "not-in-zendesk", "ticket.tags gain vip"),
    (f"when ticket is created and ticket.tags lose any of a, b then {HOLD}", "not-in-zendesk", "ticket.tags lose any of a, b"),
    (f'when ticket.subject starts with "Re:" then {HOLD}', "not-in-zendesk", 'ticket.subject starts with "Re:"'),
    (f'when ticket.subject is like "INV*" then {HOLD}', "not-in-zendesk", 'ticket.subject is like "INV*"'),
    (f'when ticket.subject is "down" then {HOLD}', "not-in-zendesk", 'ticket.subject is "down"'),
    (f'when ticket.subject contains "" then {HOLD}', "not-in-zendesk", 'ticket.subject contains ""'),
    (f"when ticket.tags is empty then {HOLD}", "not-in-zendesk", "ticket.tags is empty"),
    (f"when ticket.tags change then {HOLD}", "not-in-zendesk", "ticket.tags change"),
    (f"when comment is not public then {HOLD}", "not-in-zendesk", "comment is not public"),
    (f"when not (ticket is created and comment is present) then {HOLD}", "not-in-zendesk", "comment is present"),
    (f"when not (ticket.incidents is more than 1) then {HOLD}", "not-in-zendesk", "ticket.incidents is more than 1"),
    (f"when ticket.incidents is not 2 then {HOLD}", "not-in-zendesk", "ticket.incidents is not 2"),
    (f"when requester is empty then {HOLD}", "not-in-zendesk", "requester is empty"),
    (f'when requester.email ends with "x" then {HOLD}', "not-in-zendesk", 'requester.email ends with "x"'),
    (f"when assignee is admin then {HOLD}", "not-in-zendesk", "assignee is admin"),
    (f"when organization.tags include vip then {HOLD}", "not-in-zendesk", "organization.tags include vip"),
    (f"when ticket.followers include current_user then {HOLD}", "not-in-zendesk", "ticket.followers include current_user"),
    (f"when ticket.priority is less than previous ticket.priority then {HOLD}", "not-in-zendesk", "ticket.priority is less than previous ticket.priority"),
    (f"when ticket.unknown is empty then {HOLD}", "not-in-zendesk", "ticket.unknown is empty"),
    (f"when requester.since is 2026-01-31 09:30 then {HOLD}", "not-in-zendesk", "requester.since is 2026-01-31 09:30"),
    (f"when requester.since is within the last 4 hours then {HOLD}", "not-in-zendesk", "requester.since is within the last 4 hours"),
    (f'when schedule "Support hours" is on_holiday then {HOLD}', "not-in-zendesk", 'schedule "Support hours" is on_holiday'),
    (f"when ticket.channel is other then {HOLD}", "not-in-zendesk", "ticket.channel is other"),
    (f'when group is "Tier 3" then {HOLD}', "no-zendesk-id", 'group is "Tier 3"'),
    (f'when ticket.form is "Orders" then {HOLD}', "no-zendesk-id", 'ticket.form is "Orders"'),
    (f'when raw zendesk """x""" then {HOLD}', "wrong-raw", 'raw zendesk """x"""'),
    (f'when not (raw zendesk """{{"field": "x"}}""") then {HOLD}', "not-in-zendesk", 'raw zendesk """{"field": "x"}"""'),
    ("when ticket is created then add 1 to ticket.seats", "not-in-zendesk", "add 1 to ticket.seats"),
    ('when ticket is created then set ticket.subject to ""', "not-in-zendesk", 'set ticket.subject to ""'),
    ("when ticket is created then clear ticket.priority", "not-in-zendesk", "clear ticket.priority"),
    ("when ticket is created then remove current_user from ticket.followers", "not-in-zendesk", "remove current_user from ticket.followers"),
    ("when ticket is created then set ticket.unknown to x", "not-in-zendesk", "set ticket.unknown to x"),
    ('when ticket is created then notify ccs with subject "S" and body "B"', "not-in-zendesk", 'notify ccs with subject "S" and body "B"'),
    ('when ticket is created then notify requester with subject "S" and body "B" in language fr', "not-in-zendesk", 'notify requester with subject "S" and body "B" in language fr'),
    ('when ticket is created then notify "ops@example.com" with subject "S" and body "B"', "no-zendesk-id", 'notify "ops@example.com" with subject "S" and body "B"'),
    ('when ticket is created then notify assignee by tweet with body "B"', "not-in-zendesk", 'notify assignee by tweet with body "B"'),
    ("when ticket is created then notify assignee by sms with template unpinned", "not-in-zendesk", "notify assignee by sms with template unpinned"),
    ("when ticket is created then call webhook lost with template page", "no-zendesk-id", "call webhook lost with template page"),
    ('when ticket is created then post public comment with body "{{ ticket.created_at | date }}"', "no-zendesk-text", 'post public comment with body "{{ ticket.created_at | date }}"'),
    ('when ticket is created then raw zendesk """5"""', "wrong-raw", 'raw zendesk """5"""'),
    ("when ticket is created then add a to ticket.tags stop", "split-for-zendesk", "stop"),
    (f'trigger "A" once per ticket when ticket is created then {HOLD}', "split-for-zendesk", '"A"'),
    (f"when ticket is created or (comment is public and ticket.tags include x) then {HOLD}", "split-for-zendesk", "(comment is public and ticket.tags include x)"),
    (f"when ticket.type is one of task, problem and ticket.priority is one of low, high then {HOLD}", "split-for-zendesk", "ticket.priority is one of low, high"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "code", "words"), CANNOT, ids=[rules for rules, _, _ in CANNOT])
def test_what_zendesk_cannot_hold_is_named_at_its_place(rules: str, code: str, words: str) -> None:
    found = exported(rules)
    assert found.triggers == ()
    (problem,) = found.diagnostics
    assert problem.code == code
    assert problem.source.text[problem.span.start : problem.span.end] == words
    assert problem.message[0] == problem.message[0].lower()
    assert code != "split-for-zendesk" or (problem.help is not None and "--split" in problem.help)


def test_everything_that_cannot_be_held_is_told_at_once() -> None:
    found = exported(
        'when ticket.tags gain a and group is "Tier 9" then add 1 to ticket.seats notify ccs with template page stop'
    )
    codes = [d.code for d in found.diagnostics]
    assert codes == [
        "not-in-zendesk",
        "no-zendesk-id",
        "not-in-zendesk",
        "not-in-zendesk",
        "split-for-zendesk",
    ]


# Split


def _texts(trigger: Mapping[str, Any]) -> tuple[str, list[str], list[str], list[str]]:
    blocks = trigger["conditions"]
    actions = [f"{a['field']}={a['value']}" for a in trigger["actions"]]
    return trigger["title"], [said(c) for c in blocks["all"]], [said(c) for c in blocks["any"]], actions


def test_alternatives_become_triggers_of_which_one_fires_in_an_update() -> None:
    found = exported(
        'trigger "Soon" when ticket is created or (comment is public and ticket.tags include x) then set ticket.priority to high',
        split=True,
    )
    beginning, one, two = map(_texts, found.triggers)
    assert beginning == (
        "An update begins",
        [],
        ["update_type is Create", "update_type is Change"],
        ["remove_tags=fired_soon"],
    )
    guard = "current_tags not_includes fired_soon"
    done = ["priority=high", "current_tags=fired_soon"]
    assert one == ("Soon", ["update_type is Create", guard], [], done)
    assert two == ("Soon (2)", ["comment_is_public is true", "current_tags includes x", guard], [], done)
    assert [t["position"] for t in found.triggers] == [1, 2, 3]


def test_once_per_ticket_is_a_tag_that_stays() -> None:
    (trigger,) = exported(
        'trigger "Ask" once per ticket when ticket is public then set ticket.priority to high', split=True
    ).triggers
    assert _texts(trigger) == (
        "Ask",
        ["ticket_is_public is public", "current_tags not_includes fired_ask"],
        [],
        ["priority=high", "current_tags=fired_ask"],
    )


def test_stop_is_a_tag_that_every_other_trigger_asks_for() -> None:
    found = exported(
        'trigger "A" when ticket is public then set ticket.priority to low\n'
        'trigger "B" once per ticket when ticket is created then set ticket.priority to high stop\n'
        'trigger "C" when ticket is created then add c to ticket.tags stop',
        split=True,
    )
    beginning, a, b, c = map(_texts, found.triggers)
    assert beginning[3] == ["remove_tags=fired_b_stop fired_c"]
    no_b, no_c = "current_tags not_includes fired_b_stop", "current_tags not_includes fired_c"
    assert a[1] == ["ticket_is_public is public", no_b, no_c]
    assert b[1] == ["update_type is Create", "current_tags not_includes fired_b", no_c]
    assert b[3] == ["priority=high", "current_tags=fired_b fired_b_stop"]
    assert c[1] == ["update_type is Create", no_b]
    assert c[3] == ["current_tags=c", "current_tags=fired_c"]


def test_tags_that_are_in_use_are_left_alone() -> None:
    (trigger,) = exported(
        'trigger "Ask" once per ticket when ticket.tags include fired_ask then set ticket.priority to high',
        split=True,
    ).triggers
    assert trigger["actions"][-1] == {"field": "current_tags", "value": "fired_ask_2"}


def test_whoever_sets_all_tags_takes_the_memory_away() -> None:
    found = exported(
        'trigger "Ask" once per ticket when ticket is public then set ticket.priority to high\n'
        'trigger "Clean" when ticket is created then set ticket.tags to a',
        split=True,
    )
    assert [d.code for d in found.diagnostics] == ["not-in-zendesk"]
    assert "sets all tags" in found.diagnostics[0].message


def test_too_many_alternatives_are_an_error() -> None:
    many = " and ".join(f"(ticket.tags include a{n} or ticket.tags include b{n})" for n in range(8))
    found = exported(f"when {many} then set ticket.priority to high", split=True)
    assert [d.code for d in found.diagnostics] == ["not-in-zendesk"]
    assert "more than 40 triggers" in found.diagnostics[0].message


def test_a_trigger_that_is_too_large_is_an_error() -> None:
    body = ("word " * 100 + "\n") * 140
    found = exported(f'when ticket is created then notify requester with subject "S" and body """{body}"""')
    assert [d.code for d in found.diagnostics] == ["not-in-zendesk"]
    assert "Zendesk takes a trigger of 65,536" in found.diagnostics[0].message


def test_titles_of_others_are_left_alone() -> None:
    found = exported(
        'trigger "A" when ticket is created or (ticket is public and ticket.tags include x) '
        "then set ticket.priority to high\n"
        'trigger "A (2)" when ticket is created then set ticket.priority to low\n'
        'trigger "An update begins" when ticket is public then set ticket.priority to low',
        split=True,
    )
    titles = [t["title"] for t in found.triggers]
    assert titles == ["An update begins (2)", "A", "A (3)", "A (2)", "An update begins"]


# Triggers


def test_what_rules_do_not_say_of_a_trigger_comes_from_the_names() -> None:
    names = names_file.read(
        {
            "zendesk": {
                "triggers": {
                    "A": {"title": "  A ", "id": 12, "position": 7, "description": None, "single_any": True},
                    "B": {"id": 13, "position": 9, "category_id": "77"},
                }
            }
        }
    )
    rules = (
        'trigger "A" when ticket is created and ticket is public then set ticket.priority to low\n'
        'disabled trigger "B" when ticket is created then set ticket.priority to low'
    )
    one, two = exported(rules, names=names).triggers
    assert (one["title"], one["id"], one["position"], one["description"]) == ("  A ", 12, 7, None)
    assert "single_any" not in one
    assert [said(c) for c in one["conditions"]["any"]] == ["ticket_is_public is public"]
    assert (two["active"], two["category_id"], two["position"]) == (False, "77", 9)


@pytest.mark.parametrize(
    ("comment", "told", "description"),
    [
        ("# Why it is.\n# Since when.\n", "Why it is.\n\n  Since when.", "Why it is.\n\n  Since when."),
        ("# Why it was.\n", "Why it is.", "Why it was."),
        ("# allow never-true\n# Why it is.\n", "", "Why it is."),
        ("# allow never-true\n", "", ""),
        ("# allow never-true\n", None, None),
        ("", "Why it is.", None),
    ],
)
def test_a_description_is_the_comment_above(comment: str, told: Any, description: Any) -> None:
    names = names_file.read({"zendesk": {"triggers": {"A": {"description": told}}}})
    rules = f'{comment}trigger "A" when ticket is created then set ticket.priority to low'
    (trigger,) = exported(f"\n{rules}", names=names).triggers
    assert trigger["description"] == description


def test_positions_say_the_order_of_the_rules() -> None:
    rules = (
        'category "Mails" trigger "M" when ticket is created then set ticket.priority to low\n'
        'category "Routing" trigger "R" when ticket is created then set ticket.priority to low\n'
        'category "Mails" trigger "N" before "M" when ticket is public then set ticket.priority to low\n'
        'category "Other" trigger "O" when ticket is public then set ticket.priority to low'
    )
    found = exported(rules)
    placed = [(t["title"], t.get("category_id"), t["position"]) for t in found.triggers]
    assert placed == [("N", "11", 1), ("M", "11", 2), ("R", "10", 1), ("O", None, 1)]
    assert [d.code for d in found.diagnostics] == ["left-out-of-zendesk"]
    assert not found.failed


def test_positions_are_kept_while_they_say_the_order() -> None:
    rules = 'trigger "B" when ticket is created then set ticket.priority to low\n'
    rules += 'trigger "A" when ticket is public then set ticket.priority to low\n'

    def positions(one: Any, other: Any) -> list[Any]:
        known = {"B": {"position": one}, "A": {"position": other}}
        names = names_file.read({"zendesk": {"triggers": known}})
        return [t["position"] for t in exported(rules, names=names).triggers]

    assert positions(3, 8) == [3, 8]
    assert positions(3, None) == [3, None]
    assert positions(8, 3) == [1, 3]
    # Of two with one position the title decides.
    assert positions(5, 5) == [2, 5]


def test_a_trigger_on_trial_is_inactive_and_told_of() -> None:
    found = exported('trial trigger "A" when ticket is created then set ticket.priority to low')
    assert [t["active"] for t in found.triggers] == [False]
    assert [d.code for d in found.diagnostics] == ["left-out-of-zendesk"]


def test_what_zendesk_does_by_itself_is_left_out() -> None:
    found = exported("use zendesk.lifecycle\nwhen ticket is created then set ticket.priority to low")
    assert len(found.triggers) == 1
    assert {d.code for d in found.diagnostics} == {"left-out-of-zendesk"}


def test_a_name_may_come_from_a_directory() -> None:
    loaded = load_text('when ticket is created then set group to "Tier 9"')
    assert loaded.ruleset is not None
    assert loaded.written is not None
    found = export(
        loaded.ruleset.rules, loaded.written, Names(), {"groups": [{"id": "99", "name": "Tier 9"}]}
    )
    assert found.triggers[0]["actions"] == [{"field": "group_id", "value": "99"}]


def test_a_text_in_two_languages_is_too_many() -> None:
    loaded = load_text(
        "when ticket is created then notify requester with template t",
        templates={"t": "Hello", "fr/t": "Bonjour"},
    )
    assert loaded.ruleset is not None
    assert loaded.written is not None
    found = export(loaded.ruleset.rules, loaded.written, Names())
    assert [d.code for d in found.diagnostics] == ["no-zendesk-text"]


@pytest.mark.parametrize(
    ("text", "liquid"),
    [
        ("Plain", "Plain"),
        ("{{ ticket.subject }}", "{{ticket.title}}"),
        ("{{requester.name|default('there')}}", "{{ticket.requester.name | default: 'there'}}"),
        ("{{ ticket.status | label }}", "{{ticket.status}}"),
        (
            "{% if group.name %}a{% else %}b{% endif %}",
            "{% if ticket.group.name != blank %}a{% else %}b{% endif %}",
        ),
        ("{{ requester.first_name }} {{ ticket.link }}", "{{ticket.requester.first_name}} {{ticket.link}}"),
        ("{% if not group.name %}a{% endif %}", "{% if ticket.group.name == blank %}a{% endif %}"),
    ],
)
def test_a_plain_text_is_written_in_liquid(text: str, liquid: str) -> None:
    assert texts.liquid(text, zendesk_vocabulary()) == liquid


@pytest.mark.parametrize(
    "text",
    [
        "{{ ticket.status }}",
        "{{ ticket.tags }}",
        "{{ ticket.subject | upper }}",
        "{% for c in ticket.comments %}{% endfor %}",
        "{# a remark #}",
        "{% if ticket.id == 3 %}{% endif %}",
    ],
)
def test_what_liquid_has_no_like_of_is_named(text: str) -> None:
    with pytest.raises(UntranslatableError):
        texts.liquid(text, zendesk_vocabulary())


# The command


RULES = 'trigger "A"\n  when ticket is created\n  then set group to "Tier 1"\n'


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["export", "zendesk", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_rules_are_exported_with_the_names_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.trig").write_text(RULES)
    code, out, err = _run(capsys, str(tmp_path))
    assert (code, out) == (1, "")
    assert "rules.trig:3:8: error: no-zendesk-id: there is no id for the group `Tier 1`" in err
    assert err.endswith("trigdsl: nothing is written, since Zendesk cannot hold all of it\n")
    (tmp_path / "names.json").write_text('{"groups": [{"id": "1", "name": "Tier 1"}]}')
    code, out, err = _run(capsys, str(tmp_path))
    note = "note: 0 of 1 triggers have an id: `names.json` has none of them, so all would be created anew\n"
    assert (code, err) == (0, note)
    data = json.loads(out)
    assert data["count"] == 1
    assert data["triggers"][0] == {
        "title": "A",
        "active": True,
        "conditions": {"all": [{"field": "update_type", "operator": "is", "value": "Create"}], "any": []},
        "actions": [{"field": "group_id", "value": "1"}],
        "position": 1,
    }
    target = tmp_path / "triggers.json"
    code, out, _ = _run(capsys, str(tmp_path / "rules.trig"), "-o", str(target))
    assert (code, out) == (0, f"1 trigger written to {target}\n")
    assert json.loads(target.read_text()) == data


def test_what_is_there_is_written_over_with_leave_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.trig").write_text(
        'trigger "A" when ticket is created then set ticket.priority to high\n'
    )
    target = tmp_path / "other.json"
    target.write_text("kept")
    code, _, err = _run(capsys, str(tmp_path), "-o", str(target))
    assert code == 2
    assert f"`{target}` is there already: write to a new file, or say `--replace`" in err
    assert target.read_text() == "kept"
    assert _run(capsys, str(tmp_path), "-o", str(target), "--replace")[0] == 0
    assert json.loads(target.read_text())["count"] == 1


@pytest.mark.parametrize(
    "target",
    [
        "rules.trig",
        "sub/more.trig",
        "names.json",
        "templates/en/hi.txt",
        "ids.json",
        "people.json",
        "new.trig",
    ],
)
def test_an_export_writes_over_nothing_that_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    for name, text in (
        ("rules.trig", 'trigger "A" when ticket is created then notify requester with template hi'),
        ("sub/more.trig", 'trigger "B" when ticket is created then set ticket.priority to high'),
        ("names.json", "{}"),
        ("templates/en/hi.txt", "Hi"),
        ("ids.json", "{}"),
        ("people.json", "{}"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    given = ["--names", str(tmp_path / "ids.json"), "--directory", str(tmp_path / "people.json")]
    code, _, err = _run(capsys, str(tmp_path), *given, "-o", str(tmp_path / target), "--replace")
    assert code == 2, err
    assert "would be written over what is read" in err or "would be read as rules" in err
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


TWO = "".join(
    f'trigger "{title}" when ticket is created then set ticket.priority to low\n' for title in ("One", "Two")
)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"One": {"id": 1}, "Two": {"id": 2}}, []),
        (
            {"One": {"id": 1}, "T2": {"id": 2}},
            [
                (
                    "note: `names.json` has trigger `T2` (id 2) that no rule is: renamed or removed? "
                    "deactivate or delete it in Zendesk, or give its entry the new title"
                ),
                "note: 1 of 2 triggers is new: it has no id",
            ],
        ),
        (
            {"One": {"id": 1}, "Two": {"id": 2}, "A": {"id": 3}, "B": {"position": 4}},
            [
                (
                    "note: `names.json` has 2 triggers that no rule is, `A` (id 3), `B`: renamed, removed, or in a file "
                    "that was not given? deactivate or delete them in Zendesk, or give each entry the new title"
                ),
            ],
        ),
        (
            {},
            [
                "note: 0 of 2 triggers have an id: `names.json` has none of them, so all would be created anew",
            ],
        ),
        (
            None,
            [
                (
                    "note: 0 of 2 triggers have an id: there is no `names.json` beside the rules, "
                    "so all would be created anew"
                ),
            ],
        ),
    ],
)
def test_what_the_names_do_not_lead_to_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], known: Any, told: list[str]
) -> None:
    (tmp_path / "rules.trig").write_text(TWO)
    if known is not None:
        (tmp_path / "names.json").write_text(json.dumps({"zendesk": {"triggers": known}}))
    code, out, err = _run(capsys, str(tmp_path))
    assert (code, err.splitlines()) == (0, told)
    assert json.loads(out)["count"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--names", "none.json"], "the names `none.json` cannot be read: no such file"),
        (["--names", "bad.json"], "the names `bad.json` cannot be read: it is not JSON"),
        (
            ["--names", "wrong.json"],
            "cannot be read: it is not JSON: expecting ',' delimiter (line 2, column 3)",
        ),
        (
            ["--directory", "wrong.json"],
            "cannot be read: it is not JSON: expecting ',' delimiter (line 2, column 3)",
        ),
        (["--directory", "bad.json"], "the directory `bad.json` cannot be read"),
        (["--directory", "list.json"], "is not an object"),
        (["--directory", "brands.json"], "is no object with lists"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.trig").write_text(RULES)
    Path("bad.json").write_text("{")
    Path("wrong.json").write_text('{"a":\n1 ]  2}')
    Path("list.json").write_text("[]")
    Path("brands.json").write_text('{"brands": {"id": 1}}')
    code, out, err = _run(capsys, "rules.trig", *arguments)
    assert (code, out) == (1, "")
    assert words in err


def test_rules_with_mistakes_are_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.trig").write_text("when ticket.statsu is open then stop")
    code, out, err = _run(capsys, str(tmp_path / "rules.trig"))
    assert (code, out) == (1, "")
    assert "unknown-field" in err
