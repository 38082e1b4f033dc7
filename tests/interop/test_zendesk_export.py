"""Rules as Zendesk's triggers: each thing it can hold as it has it, and each thing it cannot at its place."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from trigdsl.diagnostics import render
from trigdsl.interfaces import cli
from trigdsl.interop.zendesk import names as names_file
from trigdsl.interop.zendesk.exporting import texts
from trigdsl.interop.zendesk.exporting.texts import UntranslatableError
from trigdsl.interop.zendesk.exporting.triggers import Exported, export
from trigdsl.interop.zendesk.names import Names
from trigdsl.runtime.loader import load_text

ACCOUNT = names_file.read(
    {
        "users": [{"id": "7", "email": "bo@example.com"}, {"id": "8", "name": "Eve"}],
        "groups": [{"id": "1", "name": "Tier 1"}, {"id": "2", "name": "Tier 2"}],
        "organizations": [{"id": "3", "name": "Acme"}],
        "brands": [{"id": "4", "name": "Shop"}],
        "zendesk": {
            "forms": {"Refunds": 50},
            "schedules": {"Support hours": 60},
            "webhooks": {"pager": "01GXYZABCDEFGHJKMNPQRSTVWX"},
            "targets": {"log": 70},
            "fields": {
                "ticket.plan": "custom_fields_100",
                "ticket.products": "custom_fields_101",
                "ticket.seats": "custom_fields_102",
                "ticket.gift": "custom_fields_103",
                "user.city": "requester.custom_fields.city",
                "user.since": "requester.custom_fields.since",
                "user.size": "requester.custom_fields.size",
                "user.kind": "requester.custom_fields.kind",
                "organization.vip": "organization.custom_fields.vip",
            },
            "choices": {"user.kind": {"shop": "9001", "school": "9002"}},
            "categories": [{"id": "10", "name": "Routing"}, {"id": "11", "name": "Mails"}],
            "templates": {
                "pinned": {"phone_number": "555"},
                "answer": {"field": "comment_value", "channel": "channel:web"},
            },
        },
    }
)

DECLARED = """\
field ticket.plan is one of free, pro, enterprise
field ticket.products is any of printer, scanner
field ticket.seats is a number
field ticket.gift is yes or no
field ticket.unknown is text
field user.city is text
field user.since is a date
field user.size is a number
field user.kind is one of shop, school
field organization.vip is yes or no
schedule "Support hours" in "Europe/Paris" open monday to friday 09:00 to 18:00
webhook pager
webhook log
webhook lost
define known as organization.vip is yes or requester is "bo@example.com"
"""

BODIES = {
    "hello.liquid": "Subject: Hello {{ticket.title}}\n\nDear {{ticket.requester.first_name}}",
    "pinned.liquid": "You have mail",
    "unpinned.liquid": "You have mail",
    "answer.liquid": "Here it is",
    "page": "Ticket {{ ticket.id }}",
}


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


@pytest.mark.parametrize(
    ("condition", "all_of"),
    [
        ("ticket is created", ["update_type is Create"]),
        ("ticket is not created", ["update_type is Change"]),
        ("not (ticket is updated)", ["update_type is Create"]),
        ("ticket is public", ["ticket_is_public is public"]),
        ("ticket is not public", ["ticket_is_public is private"]),
        ("comment is public", ["comment_is_public is true"]),
        ("comment is private", ["comment_is_public is false"]),
        ("comment is present", ["comment_is_public is not_relevant"]),
        ("comment is visible_to_requester", ["comment_is_public is requester_can_see_comment"]),
        ("comment is not with_attachment", ["attachment is not_present"]),
        ("current_user is agent", ["role is agent"]),
        ("current_user is not end_user", ["role is_not end_user"]),
        ("requester is end_user", ["requester_role is 0"]),
        ("current_user is requester", ["requester_id is current_user"]),
        ("assignee is not current_user", ["assignee_id is_not current_user"]),
        ("current_user is not assignee", ["assignee_id is_not current_user"]),
        ('current_user is "bo@example.com"', ["role is 7"]),
        ("assignee is requester", ["assignee_id is requester_id"]),
        ("ticket.status is less than pending", ["status less_than pending"]),
        ("ticket.status is at most pending", ["status less_than hold"]),
        ("not (ticket.status is more than open)", ["status less_than pending"]),
        ("ticket.priority is at least high", ["priority greater_than normal"]),
        ("ticket.priority is at least low", ["priority is_not"]),
        ("ticket.priority is empty", ["priority is"]),
        ("ticket.priority is not empty", ["priority is_not"]),
        ("ticket.type is not one of task, problem", ["type is_not task", "type is_not problem"]),
        ("ticket.status changes", ["status changed"]),
        ("ticket.status does not change", ["status not_changed"]),
        ("ticket.status changes to solved", ["status value solved"]),
        ("ticket.status does not change from solved", ["status not_value_previous solved"]),
        ("ticket.status changes from open to solved", ["status value_previous open", "status value solved"]),
        (
            "ticket is created and (assignee changes and assignee is empty)",
            ["update_type is Create", "assignee_id value"],
        ),
        (
            "ticket is updated and not (group changes and previous group is empty)",
            ["update_type is Change", "group_id not_value_previous"],
        ),
        ("assignee changes and assignee is empty", ["assignee_id changed", "assignee_id is"]),
        ('group is "Tier 2"', ["group_id is 2"]),
        ('assignee is not "Eve"', ["assignee_id is_not 8"]),
        ('organization is "Acme"', ["organization_id is 3"]),
        ('brand changes to "Shop"', ["brand_id value 4"]),
        ('ticket.form is "Refunds"', ["ticket_form_id is 50"]),
        ("ticket.tags include vip", ["current_tags includes vip"]),
        ("ticket.tags include any of vip, gold", ["current_tags includes vip gold"]),
        ("ticket.tags include none of vip, gold", ["current_tags not_includes vip gold"]),
        ("ticket.tags include all of vip, gold", ["current_tags includes vip", "current_tags includes gold"]),
        ('ticket.subject contains "down"', ["subject_includes_word is down"]),
        ('ticket.subject does not contain "down"', ["subject_includes_word is_not down"]),
        (
            'ticket.subject contains any word of down, "packet loss"',
            ['subject_includes_word includes down "packet loss"'],
        ),
        ("comment.body contains no word of a, b", ["comment_includes_word not_includes a b"]),
        ("ticket.channel is email", ["via_id is 4"]),
        ("update.channel is not api", ["current_via_id is_not 5"]),
        ("ticket.replies is more than 3", ["replies greater_than 3"]),
        ("ticket.replies is at least 4", ["replies greater_than 3"]),
        ("ticket.reopens is at most 2", ["reopens less_than 3"]),
        ("not (ticket.reopens is less than 2)", ["reopens greater_than 1"]),
        ("ticket.incidents is at least 4", ["number_of_incidents greater_than_equal 4"]),
        ("ticket.due_date is not empty", ["ticket_due_date is true"]),
        ("ticket.ccs is empty", ["cc is not_present"]),
        ("schedule is open", ["in_business_hours is true"]),
        ("schedule is not open", ["in_business_hours is false"]),
        ("schedule is not on_holiday", ["on_holiday is false"]),
        ('schedule "Support hours" is open', ["within_schedule is 60"]),
        ('schedule "Support hours" is not closed', ["within_schedule is 60"]),
        ('ticket.schedule is "Support hours"', ["schedule_id is 60"]),
        ("requester.role is admin", ["requester_role is 2"]),
        ('requester.language is "fr"', ["locale_id is 16"]),
        ("ticket.satisfaction is offered", ["satisfaction_score is false"]),
        ("ticket.plan is pro", ["custom_fields_100 is pro"]),
        ("ticket.plan is empty", ["custom_fields_100 not_present"]),
        ("ticket.products include any of printer, scanner", ["custom_fields_101 includes printer scanner"]),
        ("ticket.products is not empty", ["custom_fields_101 present"]),
        ("ticket.seats is at least 10", ["custom_fields_102 greater_than_equal 10"]),
        ("ticket.gift is yes", ["custom_fields_103 is true"]),
        ("ticket.gift is not yes", ["custom_fields_103 is false"]),
        ('requester.city contains "York"', ["requester.custom_fields.city includes_string York"]),
        ('requester.city is "York"', ["requester.custom_fields.city is York"]),
        ("requester.since is before 2026-01-31", ["requester.custom_fields.since less_than 2026-01-31"]),
        (
            "requester.since is within the last 2 weeks",
            ["requester.custom_fields.since within_previous_n_days 14"],
        ),
        ("requester.kind is school", ["requester.custom_fields.kind is 9002"]),
        ("organization.vip is yes", ["organization.custom_fields.vip is true"]),
        ("not (ticket.status is open or ticket.priority is high)", ["status is_not open", "priority is_not high"]),
        ("ticket is created and (ticket is public and comment is public)", [
            "update_type is Create", "ticket_is_public is public", "comment_is_public is true",
        ]),
        ('raw zendesk """{"field": "x", "operator": "is", "value": "1"}"""', ["x is 1"]),
        ('ticket is created and raw zendesk """[]"""', ["update_type is Create"]),
    ],
)  # fmt: skip
def test_what_all_has_to_hold(condition: str, all_of: list[str]) -> None:
    assert asked(condition) == (all_of, [])


@pytest.mark.parametrize(
    ("condition", "all_of", "any_of"),
    [
        ("ticket.priority is one of high, urgent", [], ["priority is high", "priority is urgent"]),
        (
            "(ticket is public or ticket.tags include x) and ticket is created",
            ["update_type is Create"],
            ["ticket_is_public is public", "current_tags includes x"],
        ),
        (
            "ticket is created and known",
            ["update_type is Create"],
            ["organization.custom_fields.vip is true", "requester_id is 7"],
        ),
        ("not (ticket.priority is less than high)", [], ["priority is", "priority greater_than normal"]),
        ("ticket.tags include a or (ticket.tags include b or ticket.tags include c)", [], [
            "current_tags includes a", "current_tags includes b", "current_tags includes c",
        ]),
        ("ticket.replies is not 2", [], ["replies less_than 2", "replies greater_than 2"]),
        ("ticket.status is at least new", [], ["status is new", "status greater_than new"]),
        ("ticket.status does not change from open to solved", [], [
            "status not_value_previous open", "status not_value solved",
        ]),
        ("requester is agent", [], ["requester_role is 4", "requester_role is 2"]),
        ("ticket is created and not (previous ticket.status is open)", [
            "update_type is Create", "status not_value_previous open",
        ], ["status changed", "status is_not open"]),
    ],
)  # fmt: skip
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
    assert positions(8, 3) == [1, 2]
    # Of two with one position the title decides.
    assert positions(5, 5) == [1, 2]


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
        ("{% if not group.name %}a{% endif %}", "{% if ticket.group.name == blank %}a{% endif %}"),
    ],
)
def test_a_plain_text_is_written_in_liquid(text: str, liquid: str) -> None:
    assert texts.liquid(text) == liquid


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
        texts.liquid(text)


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
    assert (code, err) == (0, "")
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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--names", "none.json"], "the names `none.json` cannot be read: no such file"),
        (["--names", "bad.json"], "the names `bad.json` cannot be read: it is not json"),
        (["--directory", "bad.json"], "the directory `bad.json` cannot be read"),
        (["--directory", "list.json"], "is no object with lists"),
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
    Path("list.json").write_text("[]")
    code, out, err = _run(capsys, "rules.trig", *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_rules_with_mistakes_are_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.trig").write_text("when ticket.statsu is open then stop")
    code, out, err = _run(capsys, str(tmp_path / "rules.trig"))
    assert (code, out) == (1, "")
    assert "unknown-field" in err
