"""An account, and conditions of rules with what Zendesk has to ask for them there."""

from trigdsl.interop.zendesk import names as names_file

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

ALL_OF = [
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
        (
            'current_user is not one of "bo@example.com", requester',
            ["role is_not 7", "requester_id is_not current_user"],
        ),
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
    ]  # fmt: skip
"""Conditions of ours, and what Zendesk has to ask for each."""

ANY_OF = [
        (
            'current_user is one of "bo@example.com", assignee',
            [],
            ["role is 7", "assignee_id is current_user"],
        ),
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
    ]  # fmt: skip
"""The same of conditions that are met in several ways."""
