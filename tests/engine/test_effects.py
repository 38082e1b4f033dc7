"""What an outcome holds: effects with stable keys, people told once, texts that betray nothing, and why."""

from collections.abc import Mapping
from typing import Any

import pytest
from desk import (
    ANA,
    BO,
    CLEO,
    DAN,
    EVE,
    PAUL,
    ZOE,
    Desk,
    changes,
    desk,
    event,
    letters,
    posted,
    private,
    public,
    told,
    told_by,
    why,
    why_not,
)

from trigdsl.engine.effects import Outcome, WebhookCall
from trigdsl.engine.search import Mode
from trigdsl.runtime.loader import RulesError

BOS = {"status": "open", "requester": ANA, "assignee": BO, "group": "Tier 1"}


def notifying(recipients: str, *, values: Mapping[str, Any] | None = None, **update: Any) -> Outcome:
    """Return the outcome of an update of Ana's ticket after which a rule notifies somebody."""
    own = desk(f'trigger "Tell" when ticket is updated then notify {recipients} with template solved')
    return own.knows({**BOS, **(values or {})}).updates(**{"by": BO, **update})


def reasons(outcome: Outcome, title: str = "Tell") -> list[str]:
    """Return why a firing left somebody or something out."""
    return [silence.reason for silence in why(outcome, title).silences]


# Keys

BUSY = """
webhook pager
trigger "A" when ticket is updated
  then add seen to ticket.tags
    notify requester and assignee with template solved
    notify "eve@example.com" with template solved
    call webhook pager with template solved
    post private comment with body "Noted"
trigger "B" when ticket is updated then notify requester with template solved
"""


def keys(own: Desk, **update: Any) -> list[str]:
    return [e.key for e in own.knows(BOS).feed(event(BO, **update)).effects]


def test_every_effect_has_a_key_of_its_own() -> None:
    found = keys(desk(BUSY))
    assert len(found) == len(set(found)) == 7


@pytest.mark.parametrize("mode", Mode)
def test_keys_are_the_same_each_time(mode: Mode) -> None:
    assert keys(desk(BUSY)) == keys(desk(BUSY, mode=mode, trace=False))


def test_the_same_action_of_another_trigger_has_another_key() -> None:
    told_twice = "when ticket is updated then notify requester with template solved"
    first, second = keys(desk(f"{told_twice} {told_twice}"))
    assert first != second


def test_another_event_has_other_keys() -> None:
    assert not set(keys(desk(BUSY))) & set(keys(desk(BUSY), number=2))


def test_a_key_does_not_depend_on_what_other_triggers_do() -> None:
    alone = """
    trigger "New" when ticket is updated then add fresh to ticket.tags
    trigger "B" when ticket is updated then notify requester with template comment_added
    """
    assert keys(desk(alone))[-1] == keys(desk(BUSY))[-1]


def test_a_key_is_that_of_the_person_however_the_person_is_named() -> None:
    first = notifying('"ana@example.com"').effects[0]
    again = notifying("requester").effects[0]
    assert first.key == again.key


def test_effects_name_their_trigger_and_line_in_order() -> None:
    outcome = desk(BUSY.strip()).knows(BOS).updates(BO)
    shown = [(e["kind"], e["trigger"], e["line"]) for e in outcome.to_json()["effects"]]
    assert shown == [
        ("change", "A", 3),
        ("notification", "A", 4),
        ("notification", "A", 4),
        ("notification", "A", 5),
        ("webhook", "A", 6),
        ("comment", "A", 7),
        ("notification", "B", 8),
    ]


# Fields


@pytest.mark.parametrize(
    ("action", "before", "expected"),
    [
        ("set ticket.priority to high", {"priority": "low"}, ("ticket.priority", "low", "high")),
        ("set ticket.priority to high", {}, ("ticket.priority", None, "high")),
        ("clear ticket.priority", {"priority": "low"}, ("ticket.priority", "low", None)),
        ("set ticket.tags to a, b", {"tags": ["c"]}, ("ticket.tags", {"c"}, {"a", "b"})),
        ("add a, b to ticket.tags", {"tags": ["b", "c"]}, ("ticket.tags", {"b", "c"}, {"a", "b", "c"})),
        ("remove a, b from ticket.tags", {"tags": ["b", "c"]}, ("ticket.tags", {"b", "c"}, {"c"})),
        ("clear ticket.tags", {"tags": ["c"]}, ("ticket.tags", {"c"}, set())),
        ("add 1 to ticket.n", {"n": 2}, ("ticket.n", 2, 3)),
        ("add 1 to ticket.n", {}, ("ticket.n", None, 1)),
        ("add -3 to ticket.n", {"n": 2.5}, ("ticket.n", 2.5, -0.5)),
        ('set group to "Tier 2"', {}, ("ticket.group", "Tier 1", "Tier 2")),
        ("set assignee to current_user", {}, ("ticket.assignee", BO, EVE)),
        ("set assignee to previous requester", {}, ("ticket.assignee", BO, ANA)),
        ("clear assignee", {}, ("ticket.assignee", BO, None)),
        ("add requester to ticket.followers", {}, ("ticket.followers", set(), {ANA})),
        (
            "set ticket.followers to ticket.ccs",
            {"ccs": [PAUL, ZOE]},
            ("ticket.followers", set(), {PAUL, ZOE}),
        ),
    ],
)
def test_an_action_changes_a_field(action: str, before: dict[str, Any], expected: tuple[Any, ...]) -> None:
    own = desk(f'field ticket.n is a number trigger "It" when ticket is updated then {action}')
    outcome = own.knows({**BOS, **before}).updates(EVE)
    assert changes(outcome) == [expected]
    assert outcome.after[expected[0].removeprefix("ticket.")] == expected[2]


@pytest.mark.parametrize(
    "action",
    [
        "set ticket.status to open",
        "clear ticket.priority",
        "add vip to ticket.tags",
        "remove gold from ticket.tags",
        "set assignee to assignee",
        'set assignee to "BO@example.com"',
        'set group to "10"',
        "add ticket.problem_assignee to ticket.followers",
        "add 0 to ticket.n",
    ],
)
def test_an_action_that_changes_nothing_has_no_effect_and_is_in_the_trace(action: str) -> None:
    fields = "field ticket.n is a number field ticket.problem_assignee is a user"
    own = desk(f'{fields} trigger "Tell" when ticket is updated then {action}')
    outcome = own.knows({**BOS, "tags": ["vip"], "n": 1}).updates(EVE)
    assert outcome.fired == ("Tell",)
    assert outcome.effects == ()
    assert reasons(outcome) == ["it changes nothing"]


# Recipients


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        ("requester", [ANA]),
        ("assignee", [BO]),
        ("current_user", [DAN]),
        ("group", [BO, DAN]),
        ("ticket.group", [BO, DAN]),
        ('group "Tier 2"', [DAN, EVE]),
        ("all agents", [BO, CLEO, DAN, EVE]),
        ('"ops@example.com"', ["ops@example.com"]),
        ('"OPS@example.com"', ["ops@example.com"]),
        ("ticket.followers", [CLEO, ZOE]),
        ("requester and ccs", [ANA, PAUL]),
        ("previous assignee", [BO]),
        ("requester, assignee and current_user", [ANA, BO, DAN]),
    ],
)
def test_recipients(recipients: str, expected: list[str]) -> None:
    values = {"followers": [ZOE, CLEO], "ccs": [PAUL]}
    assert told(notifying(recipients.replace("ccs", "ticket.ccs"), values=values, by=DAN)) == expected


def test_restricted_agents_are_told_as_members_of_a_group() -> None:
    assert told(notifying('group "Billing"')) == [CLEO, "finn@example.com"]


@pytest.mark.parametrize(
    "recipients",
    ["requester, assignee and group", 'group "Tier 1" and assignee', '"bo@example.com" and assignee'],
)
def test_one_firing_tells_one_person_once(recipients: str) -> None:
    outcome = notifying(recipients, values={"requester": BO, "assignee": BO})
    assert told(outcome).count(BO) == 1
    assert "bo@example.com is not told: this trigger told them already" in reasons(outcome)


def test_one_person_is_told_once_by_several_actions_of_a_firing() -> None:
    rules = """
    trigger "Tell" when ticket is updated
      then notify requester with template solved
        notify requester and assignee with template comment_added
    trigger "Again" when ticket is updated then notify requester with template solved
    """
    outcome = desk(rules).knows(BOS).updates(DAN)
    assert told_by(outcome) == {"Tell": [ANA, BO], "Again": [ANA]}


@pytest.mark.parametrize(
    ("recipients", "values"),
    [
        ("assignee", {"assignee": None}),
        ("group", {"group": None}),
        ("ticket.ccs", {}),
        ('group "Nobody yet"', {}),
        ("assignee and group", {"assignee": None, "group": "Nobody yet"}),
    ],
)
def test_nobody_to_tell_is_no_notification_and_the_trace_says_so(
    recipients: str, values: dict[str, Any]
) -> None:
    outcome = notifying(recipients, values=values)
    assert outcome.fired == ("Tell",)
    assert outcome.effects == ()
    assert reasons(outcome) == ["there is nobody to tell"]


def test_recipients_are_those_of_the_moment_and_texts_those_of_the_end() -> None:
    rules = """
    trigger "Tell" when ticket is updated
      then notify assignee with subject "S" and body "{{ ticket.priority }} {{ assignee.name }}"
    trigger "Later" when ticket is updated
      then set assignee to "dan@example.com" set ticket.priority to urgent
    """
    (letter,) = letters(desk(rules).knows(BOS).updates(EVE))
    assert (letter.recipient, letter.body) == (BO, "urgent Dan")


# Copies, and people who have the e-mail already

COPIED = {"ccs": [PAUL, "new@example.com"]}


def test_the_requester_and_copies_are_left_out_of_a_private_comment() -> None:
    outcome = notifying("requester and ticket.ccs, assignee", values=COPIED, by=DAN, comment=private())
    assert told(outcome) == [BO]
    assert reasons(outcome) == [
        f"{person} is not told: the comment is private" for person in (ANA, "new@example.com", PAUL)
    ]


def test_everything_else_still_runs_on_a_private_comment() -> None:
    rules = """
    trigger "Tell" when comment is present
      then add seen to ticket.tags notify requester and ticket.ccs with template solved
        notify "ops@example.com" with template solved
    """
    outcome = desk(rules).knows({**BOS, **COPIED}).updates(DAN, comment=private())
    assert changes(outcome) == [("ticket.tags", frozenset(), frozenset({"seen"}))]
    assert told(outcome) == ["ops@example.com"]


def test_who_got_the_email_already_is_left_out_of_requester_and_copies() -> None:
    mailed = ["NEW@example.com"]
    outcome = notifying("requester and ticket.ccs", values=COPIED, comment=public(), mailed=mailed)
    assert told(outcome) == [ANA, PAUL]
    assert reasons(outcome) == ["new@example.com is not told: they got the e-mail of this update"]


def test_the_requester_alone_is_told_even_so() -> None:
    values = {"requester": "new@example.com"}
    assert told(notifying("requester", values=values, mailed=["new@example.com"])) == ["new@example.com"]
    assert told(notifying("requester", comment=private())) == [ANA]


# Automatic messages


def test_an_automatic_update_notifies_no_end_user() -> None:
    people = 'requester, assignee, "ops@example.com" and all agents'
    outcome = notifying(people, by=ANA, comment=public(), automatic=True)
    assert told(outcome) == [BO, CLEO, DAN, EVE]
    assert reasons(outcome)[:2] == [
        f"{person} is not told: the update is an automatic message" for person in (ANA, "ops@example.com")
    ]


def test_an_automatic_update_still_runs_every_trigger() -> None:
    own = desk('trigger "Mark" when update.automatic is yes then add bounced to ticket.tags')
    assert own.knows(BOS).updates(ANA, automatic=True).after["tags"] == {"bounced"}
    assert own.updates(ANA).fired == ()


# Languages

HELLO = {"hello": "Subject: Hello\n\nHello", "fr/hello": "Subject: Bonjour\n\nBonjour"}


@pytest.mark.parametrize(
    ("recipient", "language", "subject"),
    [
        (ANA, "en", "Hello"),
        (PAUL, "fr", "Bonjour"),
        (ZOE, "fr", "Bonjour"),
        (CLEO, "fr", "Bonjour"),
        (DAN, "en", "Hello"),
        ("stranger@example.org", "en", "Hello"),
    ],
)
def test_a_text_follows_the_language_of_its_reader(recipient: str, language: str, subject: str) -> None:
    own = desk(f'when ticket is created then notify "{recipient}" with template hello', templates=HELLO)
    (letter,) = letters(own.creates(ANA))
    assert (letter.language, letter.subject, letter.body) == (language, subject, subject)


def test_the_nearest_language_wins() -> None:
    templates = {**HELLO, "fr-CA/hello": "Subject: Allô\n\nAllô"}
    own = desk("when ticket is created then notify requester with template hello", templates=templates)
    assert [letters(own.creates(by, ticket=by))[0].subject for by in (ZOE, PAUL)] == ["Allô", "Bonjour"]


def test_a_rule_may_name_the_language() -> None:
    rule = "when ticket is created then notify requester with template hello in language fr"
    assert letters(desk(rule, templates=HELLO).creates(ANA))[0].subject == "Bonjour"


def test_a_public_comment_is_posted_in_the_language_of_the_requester() -> None:
    templates = {"hello": "Hello", "fr/hello": "Bonjour"}
    own = desk("when ticket is created then post public comment with template hello", templates=templates)
    assert [posted(own.creates(by, ticket=by))[0].body for by in (ANA, PAUL)] == ["Hello", "Bonjour"]


# Private comments

SECRET = "the printer is cursed"
TEXTS = [
    "{{ comment.body }}",
    "{{ comment }}",
    "{{ comment.body | upper | lower }}",
    "{{ ticket.latest_comment.body }}",
    "{{ ticket.latest_comment }}",
    "{{ ticket.description }}",
    "{{ ticket.description | truncate(50) }}",
    "{% for c in ticket.comments %}{{ c.body }}{% endfor %}",
    "{% for c in ticket.comments %}{{ c }}{% endfor %}",
    "{{ ticket.comments }}",
    "{{ ticket.latest_public_comment.body }}",
    "{% for c in ticket.public_comments %}{{ c.body }}{% endfor %}",
    "{% if comment.body %}{{ comment.body }}{% endif %}",
]
OF_PUBLIC_COMMENTS = [text for text in TEXTS if "public_comment" in text]
READABLE = [text for text in TEXTS if text not in OF_PUBLIC_COMMENTS]


REFUSED = [text for text in READABLE if "ticket.comments" in text or "ticket.latest_comment" in text]
"""What no text for people known to be end users may name."""


def secret_letter(text: str, recipient: str, *, subject: str = "S", assignee: str = BO) -> str:
    """Return what a reader gets of a ticket that was made with a private comment."""
    rules = f"""when ticket is created then notify {recipient} with subject "{subject}" and body "{text}" """
    values = {"requester": ANA, "assignee": assignee}
    (letter,) = letters(desk(rules).creates(DAN, values, comment=private(SECRET)))
    return f"{letter.subject} {letter.body}"


END_USERS = ["requester", '"stranger@example.org"', "requester by sms", "requester by tweet"]


@pytest.mark.parametrize("recipient", END_USERS)
@pytest.mark.parametrize("text", [text for text in TEXTS if text not in REFUSED])
def test_a_private_comment_never_reaches_an_end_user(text: str, recipient: str) -> None:
    assert SECRET not in secret_letter(text, recipient)
    assert SECRET not in secret_letter("-", recipient, subject=text)


@pytest.mark.parametrize("assignee", [PAUL, "stranger@example.org", "4711"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_private_comment_never_reaches_an_assignee_who_is_no_agent(text: str, assignee: str) -> None:
    assert SECRET not in secret_letter(text, "assignee", assignee=assignee)
    assert SECRET not in secret_letter("-", "assignee", assignee=assignee, subject=text)


@pytest.mark.parametrize(
    "action", ["notify requester", 'notify "stranger@example.org"', "post public comment"]
)
@pytest.mark.parametrize("text", REFUSED)
def test_a_text_for_end_users_may_not_name_comments_that_may_be_private(text: str, action: str) -> None:
    with pytest.raises(RulesError) as refused:
        desk(f'when ticket is created then {action} with body "{text}"')
    assert {d.code for d in refused.value.diagnostics} == {"private-comment"}


@pytest.mark.parametrize("text", READABLE)
def test_a_private_comment_reaches_an_agent(text: str) -> None:
    assert SECRET in secret_letter(text, "assignee")


@pytest.mark.parametrize("text", OF_PUBLIC_COMMENTS)
def test_a_text_of_public_comments_shows_no_agent_a_private_one(text: str) -> None:
    assert SECRET not in secret_letter(text, "assignee")


@pytest.mark.parametrize("text", [text for text in READABLE if text not in REFUSED])
def test_a_private_comment_is_in_no_public_one_that_a_rule_posts(text: str) -> None:
    rules = f'when ticket is created then post public comment with body "{text}"'
    (comment,) = posted(desk(rules).creates(DAN, {"requester": ANA}, comment=private(SECRET)))
    assert SECRET not in str(comment.body)


@pytest.mark.parametrize("value", ["comment.body", "ticket.description"])
def test_a_comment_cannot_be_copied_into_a_field(value: str) -> None:
    with pytest.raises(RulesError) as refused:
        desk(f"when ticket is created then set ticket.subject to {value}")
    assert [d.code for d in refused.value.diagnostics] == ["private-comment"]


@pytest.mark.parametrize("text", READABLE)
def test_a_private_comment_reaches_no_end_user_on_trial(text: str) -> None:
    rules = f'trial trigger "T" when ticket is created then notify assignee with body "{text}"'
    values = {"requester": ANA, "assignee": PAUL}
    (trial,) = desk(rules).creates(DAN, values, comment=private(SECRET)).trial
    assert trial.to_json()["effects"][0]["recipient"] == PAUL
    assert SECRET not in str(trial.to_json())


def test_one_who_is_neither_agent_nor_end_user_reads_no_private_comment() -> None:
    rules = 'when ticket is created then notify requester with subject "S" and body "{{ comment.body }}"'
    (letter,) = letters(desk(rules).creates(DAN, {"requester": "4711"}, comment=private(SECRET)))
    assert (letter.recipient, letter.body) == ("4711", "")


@pytest.mark.parametrize(
    ("assignee", "expected"), [(PAUL, "<one><three> three"), (BO, "<one><two><three><four> four")]
)
def test_an_end_user_reads_the_public_comments_around_a_private_one(assignee: str, expected: str) -> None:
    loop = "{% for c in ticket.comments %}<{{ c.body }}>{% endfor %} {{ ticket.latest_comment.body }}"
    own = desk(f'when ticket is updated then notify assignee with body "{loop}"')
    own.knows({"assignee": assignee}, public("one"), private("two"), public("three"))
    (letter,) = letters(own.updates(DAN, comment=private("four")))
    assert (letter.recipient, letter.body) == (assignee, expected)


@pytest.mark.parametrize(("assignee", "expected"), [(PAUL, ""), (BO, "Known: cursed")])
def test_a_private_comment_that_a_rule_posts_is_for_agents(assignee: str, expected: str) -> None:
    rules = """
    trigger "Tell" when ticket is updated
      then post private comment with body "Known: {{ comment.body }}"
        notify assignee with body "{{ ticket.latest_comment.body }}"
    """
    (letter,) = letters(desk(rules).knows({"assignee": assignee}).updates(DAN, comment=private("cursed")))
    assert (letter.recipient, letter.body) == (assignee, expected)


# Webhooks


def test_a_webhook_call_holds_its_name_and_its_text() -> None:
    rules = "webhook pager when ticket is created then call webhook pager with template page"
    (call,) = desk(rules, templates={"page": "Ticket {{ ticket.id }}"}).creates(ANA).effects
    assert isinstance(call, WebhookCall)
    assert (call.webhook, call.body) == ("pager", "Ticket 42")


# The trace

RULES = """
trigger "Escalate"
  when ticket is updated
    and ticket.priority is at least high
    and ticket.tags include vip
  then add escalated to ticket.tags
""".strip()


def test_the_first_condition_that_failed_has_its_line_and_what_was_seen_and_wanted() -> None:
    outcome = desk(RULES).knows({**BOS, "priority": "low", "tags": ["gold"]}).updates(BO)
    missed = why_not(outcome, "Escalate")
    assert missed.reason == "condition"
    first, second = missed.failures
    assert (first.at.line, first.at.text) == (3, "ticket.priority is at least high")
    assert (first.seen, first.wanted) == ("low", "high")
    assert (second.at.line, second.seen, second.wanted) == (4, frozenset({"gold"}), frozenset({"vip"}))


@pytest.mark.parametrize(
    ("values", "near_miss"),
    [({"priority": "high"}, True), ({"tags": ["vip"]}, True), ({}, False)],
)
def test_a_near_miss_lacks_one_condition(values: dict[str, Any], near_miss: bool) -> None:
    assert why_not(desk(RULES).knows({**BOS, **values}).updates(BO), "Escalate").near_miss is near_miss


@pytest.mark.parametrize(
    ("condition", "seen", "wanted"),
    [
        ("ticket.status is solved", "open", "solved"),
        ("ticket.status is one of new, solved", "open", {"new", "solved"}),
        ("ticket.status changes to solved", "open", "solved"),
        ("ticket.status is not open", "open", None),
        (f'assignee is "{DAN}"', BO, DAN),
        ('group is "Tier 2"', "Tier 1", "Tier 2"),
        ('group is "11"', "Tier 1", "Tier 2"),
        ("assignee is requester", BO, ANA),
        ("assignee is empty", BO, None),
        ("ticket.priority is high", None, "high"),
        ("ticket.tags gain vip", set(), {"vip"}),
        ("comment is public", "no comment", None),
        ("ticket is created", "updated", None),
        ('ticket.subject contains "x"', None, "x"),
    ],
)
def test_what_was_seen_and_wanted(condition: str, seen: object, wanted: object) -> None:
    outcome = desk(f'trigger "It" when {condition} then stop').knows(BOS).updates(DAN)
    (failure,) = why_not(outcome, "It").failures
    assert (failure.at.text, failure.seen, failure.wanted) == (condition, seen, wanted)


def test_an_alternative_fails_as_a_whole() -> None:
    rules = (
        'trigger "It" when ticket is updated and (ticket.status is new or ticket.status is solved) then stop'
    )
    missed = why_not(desk(rules).knows(BOS).updates(DAN), "It")
    assert [f.at.text for f in missed.failures] == ["ticket.status is new or ticket.status is solved"]
    assert missed.near_miss


def test_a_firing_names_the_earlier_one_that_made_it_possible() -> None:
    rules = """
    trigger "Independent" when ticket is created then add a to ticket.tags
    trigger "Second" when ticket.priority is urgent then add b to ticket.tags
    trigger "First" when ticket is created then set ticket.priority to urgent
    trigger "Third" when ticket.tags include b then add c to ticket.tags
    """
    outcome = desk(rules).creates(ANA)
    assert outcome.trace is not None
    assert {f.trigger: f.enabled_by for f in outcome.trace.fired} == {
        "Independent": None,
        "First": None,
        "Second": "First",
        "Third": "Second",
    }


def test_there_is_no_trace_unless_it_is_asked_for() -> None:
    assert desk(RULES, trace=False).knows(BOS).updates(BO).trace is None


def test_the_trace_changes_nothing_else() -> None:
    assert desk(BUSY, trace=True).knows(BOS).updates(BO) == desk(BUSY, trace=False).knows(BOS).updates(BO)
