"""`trigdsl import zendesk`: each field, operator, value and action of Zendesk's as the rule that says it."""

import json
from pathlib import Path
from typing import Any

import pytest
from zendesk_folder import Importer, action, condition, trigger


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    return Importer(tmp_path, capsys)


# Conditions


@pytest.mark.parametrize(
    ("field", "operator", "value", "rule"),
    [
        ("status", "is", "solved", "ticket.status is solved"),
        ("status", "less_than", "solved", "ticket.status is less than solved"),
        ("status", "value", "open", "ticket.status changes to open"),
        ("status", "changed_to", "open", "ticket.status changes to open"),
        ("status", "not_value", "open", "ticket.status does not change to open"),
        ("status", "value_previous", "open", "ticket.status changes from open"),
        ("status", "not_value_previous", "open", "ticket.status does not change from open"),
        ("priority", "is", "__NULL__", "ticket.priority is empty"),
        ("priority", "is_not", None, "ticket.priority is not empty"),
        ("priority", "changed", None, "ticket.priority changes"),
        ("assignee_id", "not_changed", "", "assignee does not change"),
        ("assignee_id", "is", "current_user", "assignee is current_user"),
        ("assignee_id", "is_not", "requester_id", "assignee is not requester"),
        ("requester_id", "is", "assignee_id", "requester is assignee"),
        ("group_id", "value", "", "group changes and group is empty"),
        ("group_id", "not_value", "", "not (group changes and group is empty)"),
        ("group_id", "value_previous", "", "group changes and previous group is empty"),
        ("group_id", "not_value_previous", None, "not (group changes and previous group is empty)"),
        ("group_id", "is", 55, 'group is "group 55"'),
        ("brand_id", "is", "Main", 'brand is "Main"'),
        ("organization_id", "changed_from", 7, 'organization changes from "organization 7"'),
        ("ticket_form_id", "value", 9, 'ticket.form changes to "form 9"'),
        ("custom_status_id", "includes", "8 9", 'ticket.custom_status is one of "status 8", "status 9"'),
        ("current_tags", "includes", "Vip", "ticket.tags include vip"),
        ("current_tags", "includes", "vip 2fa then", 'ticket.tags include any of vip, "2fa", "then"'),
        ("current_tags", "not_includes", "vip", "ticket.tags do not include vip"),
        ("current_tags", "not_includes", "vip gold", "ticket.tags include none of vip, gold"),
        ("via_id", "is", 4, "ticket.channel is email"),
        ("current_via_id", "is_not", "5", "update.channel is not api"),
        ("recipient", None, "help@example.com", 'ticket.received_at is "help@example.com"'),
        ("subject_includes_word", "is", "Geo node", 'ticket.subject contains "Geo node"'),
        ("subject_includes_word", "is_not", "Geo", 'ticket.subject does not contain "Geo"'),
        ("subject_includes_word", "includes", 'a "b c"', 'ticket.subject contains any word of "a", "b c"'),
        ("comment_includes_word", "not_includes", "a b", 'comment.body contains no word of "a", "b"'),
        ("update_type", None, "Change", "ticket is updated"),
        ("ticket_is_public", "is", "private", "ticket is private"),
        ("comment_is_public", "is", True, "comment is public"),
        ("comment_is_public", "is", "false", "comment is private"),
        ("comment_is_public", "is", "not_relevant", "comment is present"),
        ("comment_is_public", None, "requester_can_see_comment", "comment is visible_to_requester"),
        ("role", "is", "agent", "current_user is agent"),
        ("role", "is_not", "end_user", "current_user is not end_user"),
        ("role", "is", "77", 'current_user is "user 77"'),
        ("requester_role", "is", 0, "requester.role is end_user"),
        ("locale_id", "is", 16, 'requester.language is "fr"'),
        ("requester_time_zone", "is", "Paris", 'requester.time_zone is "Paris"'),
        (
            "requester_twitter_followers_count",
            "greater_than",
            "10",
            "requester.twitter_followers is more than 10",
        ),
        ("requester_twitter_verified", "is", "true", "requester.twitter_verified is yes"),
        ("reopens", "less_than", 2, "ticket.reopens is less than 2"),
        ("agent_stations", "is", "3", "ticket.assignee_stations is 3"),
        ("number_of_incidents", "greater_than_equal", "3", "ticket.incidents is at least 3"),
        ("ticket_due_date", "is", "false", "ticket.due_date is empty"),
        ("attachment", "is", "present", "comment is with_attachment"),
        ("attachment", None, False, "comment is not with_attachment"),
        ("cc", "is", "not_present", "ccs is empty"),
        ("satisfaction_score", "is", "badwithcomment", "ticket.satisfaction is bad_with_comment"),
        ("satisfaction_score", "less_than", "good", "ticket.satisfaction is less than good"),
        ("satisfaction_score", "value", False, "ticket.satisfaction changes to offered"),
        ("satisfaction_reason_code", "is", "Other", 'ticket.satisfaction_reason is "Other"'),
        ("in_business_hours", "is", "true", "schedule is open"),
        ("in_business_hours", None, False, "schedule is closed"),
        ("on_holiday", "is", "false", "schedule is not on_holiday"),
        ("schedule_id", "is", "3", 'ticket.schedule is "schedule 3"'),
        ("within_schedule", "is", "3", 'schedule "schedule 3" is open'),
        ("custom_fields_5", "present", None, "ticket.field_5 is not empty"),
        ("ticket_fields_5", "is", "gold", 'ticket.field_5 is "gold"'),
        ("custom_fields_5", "is", "true", "ticket.field_5 is yes"),
        ("custom_fields_5", "includes", "a b", "ticket.field_5 include any of a, b"),
        ("custom_fields:plan", "is", "", "ticket.plan is empty"),
        ("requester.custom_fields.city", "includes_string", "Par", 'requester.city contains "Par"'),
        ("user.custom_fields.city", "not_includes_words", "a", 'requester.city contains no word of "a"'),
        ("requester.custom_fields.since", "less_than", "2026-01-31", "requester.since is before 2026-01-31"),
        (
            "requester.custom_fields.since",
            "within_previous_n_days",
            3,
            "requester.since is within the last 3 days",
        ),
        (
            "organization.custom_fields.seats",
            "greater_than_equal",
            "2.5",
            "organization.seats is at least 2.5",
        ),
        ("requester.custom_fields.name", "is", "Ana", 'requester.custom_name is "Ana"'),
    ],
)
def test_a_condition(desk: Importer, field: str, operator: str | None, value: Any, rule: str) -> None:
    told = desk.rule(all_of=[condition(field, operator, value)])
    assert " ".join(told.partition("\n  then ")[0].split()) == f"when {rule}"


def test_the_any_block_stands_in_parentheses_after_the_others(desk: Importer) -> None:
    all_of = [condition("update_type", "is", "Create")]
    any_of = [condition("priority", "is", "high"), condition("current_tags", "includes", "vip")]
    assert desk.rule(all_of=all_of, any_of=any_of) == (
        "  when ticket is created and (ticket.priority is high or ticket.tags include vip)\n"
        "  then set ticket.priority to low\n"
    )


def test_an_any_block_that_asks_one_thing_of_one_field_is_one_condition(desk: Importer) -> None:
    any_of = [condition("priority", "is", "high"), condition("priority", "is", "urgent")]
    assert desk.rule(all_of=[], any_of=any_of).startswith("  when ticket.priority is one of high, urgent\n")


def test_a_change_to_nothing_is_a_condition_of_its_own_among_others(desk: Importer) -> None:
    two = [condition("update_type", "is", "Change"), condition("group_id", "value", "")]
    told = " ".join(desk.rule(all_of=two).split())
    assert told.startswith("when ticket is updated and (group changes and group is empty) then")


# Actions


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("status", "solved", "set ticket.status to solved"),
        ("custom_status_id", 5, 'set ticket.custom_status to "status 5"'),
        ("type", "task", "set ticket.type to task"),
        ("group_id", "", "clear group"),
        ("group_id", 5, 'set group to "group 5"'),
        ("assignee_id", "current_user", "set assignee to current_user"),
        ("assignee_id", "requester_id", "set assignee to requester"),
        ("assignee_id", None, "clear assignee"),
        ("brand_id", "5", 'set brand to "brand 5"'),
        ("ticket_form_id", "default_ticket_form", 'set ticket.form to "default_ticket_form"'),
        ("set_tags", "a b", "set ticket.tags to a, b"),
        ("current_tags", "a B", "add a, b to ticket.tags"),
        ("remove_tags", "a", "remove a from ticket.tags"),
        ("follower", "current_user", "add current_user to followers"),
        ("cc", "8", 'add "user 8" to ccs'),
        ("set_schedule", 3, 'set ticket.schedule to "schedule 3"'),
        ("satisfaction_score", "offered", "set ticket.satisfaction to offered"),
        ("custom_fields_5", "gold", 'set ticket.field_5 to "gold"'),
        ("custom_fields_5", True, "set ticket.field_5 to yes"),
        ("custom_fields_5", "", "clear ticket.field_5"),
        ("notification_user", ["requester_id", "S", "B"], "notify requester with template t"),
        ("notification_user", ["requester_and_ccs", "S", "B"], "notify requester and ccs with template t"),
        ("notification_user", ["all_agents", "S", "B"], "notify all agents with template t"),
        ("notification_user", [8, "S", "B"], 'notify user "user 8" with template t'),
        ("notification_group", ["group_id", "S", "B"], "notify group with template t"),
        ("notification_group", ["5", "S", "B"], 'notify group "group 5" with template t'),
        ("notification_sms_user", ["requester_id", 15, "B"], "notify requester by sms with template t"),
        ("tweet_requester", "B", "notify requester by tweet with template t"),
        ("notification_target", ["9", "B"], 'call webhook "target 9" with template t'),
        (
            "notification_webhook",
            ["01F8MECHZX3TBDSZ7XRADM79XV", "{}"],
            'call webhook "webhook 01F8MECHZX3TBDSZ7XRADM79XV" with template t',
        ),
        ("reply_public", "B", "post public comment with template t"),
        ("comment_value", ["channel:all", "B"], "post public comment with template t"),
        ("internal_note", "B", "post private comment with template t"),
    ],
)
def test_an_action(desk: Importer, field: str, value: Any, rule: str) -> None:
    assert desk.rule(actions=[action(field, value)]).partition("  then ")[2] == f"{rule}\n"


def test_actions_keep_their_order(desk: Importer) -> None:
    told = desk.rule(
        actions=[action("set_tags", "a"), action("current_tags", "b"), action("priority", "high")]
    )
    assert told.partition("  then ")[2] == (
        "set ticket.tags to a\n    add b to ticket.tags\n    set ticket.priority to high\n"
    )


def test_a_text_is_a_template_and_one_text_one_template(desk: Importer) -> None:
    mail = [
        "requester_id",
        "[{{ticket.account}}] Re: {{ticket.title}}",
        "Dear {{ticket.requester.name}},\r\n\r\nBye",
    ]
    other = ["assignee_id", *mail[1:]]
    triggers = [
        trigger(
            title="Answer them!",
            actions=[action("notification_user", mail), action("internal_note", "Told.")],
        ),
        trigger(title="Tell the agent", actions=[action("notification_user", other)]),
    ]
    folder = desk.imported({"triggers": triggers})
    assert [n for n in folder.names if "templates" in n] == [
        "templates/en/answer_them.liquid",
        "templates/en/answer_them_2.liquid",
    ]
    assert folder.text("templates/en/answer_them.liquid") == (
        "Subject: [{{ticket.account}}] Re: {{ticket.title}}\n\nDear {{ticket.requester.name}},\n\nBye"
    )
    assert folder.text("templates/en/answer_them_2.liquid") == "Told."
    assert folder.text("triggers.trig").count("with template answer_them\n") == 2


def test_a_template_hides_none_of_the_library(desk: Importer) -> None:
    folder = desk.imported({"triggers": [trigger(title="Solved", actions=[action("reply_public", "Done")])]})
    assert "templates/en/solved_2.liquid" in folder.names


# What no rule can say


@pytest.mark.parametrize(
    ("field", "operator", "value", "reason"),
    [
        ("via_id", "is", "999", "`via_id` has no value `999`"),
        ("satisfaction_score", "is", "No reason provided", "has no value `No reason provided`"),
        ("priority", "less_than", "", "`priority` is compared with nothing"),
        ("moon_phase", "is", "full", "there is no field `moon_phase`"),
        ("status", "resembles", "open", "`resembles` cannot be asked of `status`"),
        ("reopens", "is", "three", "`three` is not a number"),
        ("comment_is_public", "is", "perhaps", "`comment_is_public` has no value `perhaps`"),
        ("status", "is", {"a": 1}, "neither text nor a number"),
        ("subject_includes_word", "includes", "////", "`////` has no word in it"),
    ],
)
def test_a_condition_that_no_rule_can_say_is_kept_word_for_word(
    desk: Importer, field: str, operator: str, value: Any, reason: str
) -> None:
    part = condition(field, operator, value)
    folder = desk.imported({"triggers": [trigger(all_of=[condition("update_type", "is", "Create"), part])]})
    assert folder.code == 0
    assert f'"T", condition 2 of `all`, `{field}`' in folder.told
    assert reason in folder.told
    assert f'and raw zendesk """{json.dumps(part)}"""' in folder.text("triggers.trig")
    assert [t.runs for t in folder.rules.triggers] == [False]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("locale_id", 16, "a rule cannot change the requester's language"),
        ("requester.custom_fields.city", "Paris", "a rule cannot change a field of the requester"),
        ("add_skills", "12#1", "a rule cannot change skills"),
        ("deflection", ["requester_id", "S", "B"], "a rule cannot answer with articles"),
        ("moon_phase", "full", "there is no action `moon_phase`"),
        ("status", "asleep", "`status` has no value `asleep`"),
        ("notification_user", ["requester_id", "S"], "is not a list of recipient, subject, body"),
        ("notification_user", ["requester_id", "S", "{% if %}"], "its text cannot be read"),
        ("notification_webhook", ["01F8MECHZX3TBDSZ7XRADM79XV", [["a", "b"]]], "not an id and a body"),
        ("current_tags", "", "it adds or removes nothing"),
    ],
)
def test_an_action_that_no_rule_can_say_is_kept_word_for_word(
    desk: Importer, field: str, value: Any, reason: str
) -> None:
    part = action(field, value)
    folder = desk.imported({"triggers": [trigger(actions=[action("priority", "low"), part])]})
    assert folder.code == 0
    assert f'"T", action 2, `{field}`: ' in folder.told
    assert reason in folder.told
    assert f'raw zendesk """{json.dumps(part)}"""' in folder.text("triggers.trig")
    assert "1 trigger of these cannot run: no rule can say 1 part of them, kept word for word" in folder.told
    assert [t.runs for t in folder.rules.triggers] == [False]


def test_a_trigger_without_conditions_or_actions_keeps_that_there_are_none(desk: Importer) -> None:
    folder = desk.imported({"triggers": [trigger(title="A", all_of=[]), trigger(title="B", actions=[])]})
    assert folder.text("triggers.trig").count('raw zendesk """[]"""') == 2
    assert [t.runs for t in folder.rules.triggers] == [False, False]
    assert '"A": it has no conditions' in folder.told
    assert '"B": it has no actions' in folder.told
