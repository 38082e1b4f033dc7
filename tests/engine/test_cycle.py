"""The order in which triggers fire, how often, and when the search for them ends."""

from collections.abc import Mapping
from typing import Any

import pytest
from desk import (
    ANA,
    BO,
    DAN,
    EVE,
    Desk,
    changes,
    desk,
    event,
    posted,
    private,
    public,
    told,
    told_by,
    why_not,
)

from trigdsl.engine.effects import FieldChanged
from trigdsl.engine.search import Mode
from trigdsl.engine.state import UpdateError
from trigdsl.runtime.loader import RulesError

OPEN = {"status": "open", "requester": ANA, "assignee": BO}


def titles(rules: str) -> list[str]:
    return [t.title for t in desk(rules).ruleset.triggers]


# Restart and single pass

LATER_ENABLES_EARLIER = """
trigger "Second" when ticket.priority is urgent then add second to ticket.tags
trigger "First" when ticket is created then set ticket.priority to urgent
trigger "Third" when ticket.tags include second then add third to ticket.tags
"""


@pytest.mark.parametrize(
    ("mode", "fired"), [(Mode.RESTART, ("First", "Second", "Third")), (Mode.SINGLE_PASS, ("First",))]
)
def test_a_later_trigger_makes_an_earlier_one_fire_only_with_restart(
    mode: Mode, fired: tuple[str, ...]
) -> None:
    assert desk(LATER_ENABLES_EARLIER, mode=mode).creates(ANA).fired == fired


def test_restart_is_the_default() -> None:
    ruleset = desk(LATER_ENABLES_EARLIER).ruleset
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "s",
        "type": "ticket.created",
        "subject": "1",
        "time": "2026-01-05T12:00:00Z",
        "data": {"by": ANA},
    }
    assert ruleset.step(None, event).fired == ("First", "Second", "Third")


@pytest.mark.parametrize("mode", Mode)
def test_a_later_trigger_sees_what_an_earlier_one_changed(mode: Mode) -> None:
    rules = """
    trigger "A" when ticket is created then set ticket.priority to low
    trigger "B" when ticket.priority is low then set ticket.priority to high
    trigger "C" when ticket.priority is low then add too_late to ticket.tags
    """
    outcome = desk(rules, mode=mode).creates(ANA)
    assert outcome.fired == ("A", "B")
    assert changes(outcome) == [
        ("ticket.priority", None, "low"),
        ("ticket.priority", "low", "high"),
    ]


def test_after_each_firing_the_search_starts_from_the_top() -> None:
    rules = """
    trigger "1" when ticket.tags include two then add one to ticket.tags
    trigger "2" when ticket is created then add two to ticket.tags
    trigger "3" when ticket is created then add three to ticket.tags
    """
    assert desk(rules).creates(ANA).fired == ("2", "1", "3")


def test_each_trigger_fires_at_most_once_an_update() -> None:
    rules = """
    field ticket.turns is a number
    trigger "Ping" when ticket.priority is not high then set ticket.priority to high add 1 to ticket.turns
    trigger "Pong" when ticket.priority is high then set ticket.priority to low add 1 to ticket.turns
    """
    outcome = desk(rules).creates(ANA)
    assert outcome.fired == ("Ping", "Pong")
    assert outcome.after["turns"] == 2
    assert outcome.after["priority"] == "low"


def test_it_fires_again_in_the_next_update() -> None:
    own = desk('trigger "A" when comment is public then add seen to ticket.tags')
    assert own.creates(ANA, comment=public()).fired == ("A",)
    assert own.updates(BO, comment=public()).fired == ("A",)
    assert own.updates(BO, comment=private()).fired == ()


def test_a_chain_against_the_order_ends_after_every_trigger_fired_once() -> None:
    count = 40
    first = f'trigger "{count}" when ticket is created then add t{count} to ticket.tags'
    chain = [
        f'trigger "{n}" when ticket.tags include t{n + 1} then add t{n} to ticket.tags' for n in range(count)
    ]
    assert desk("\n".join([*chain, first])).creates(ANA).fired == tuple(map(str, range(count, -1, -1)))


# Stop


def test_after_stop_no_other_trigger_is_tried() -> None:
    rules = """
    trigger "Earlier" when ticket.tags include done then set ticket.priority to low
    trigger "Stop" when ticket is created then add done to ticket.tags stop
    trigger "Later" when ticket is created then set ticket.priority to high
    """
    outcome = desk(rules).creates(ANA)
    assert outcome.fired == ("Stop",)
    assert outcome.after["tags"] == {"done"}
    assert why_not(outcome, "Later").reason == "stopped"


def test_stop_lasts_for_one_update() -> None:
    rules = """
    trigger "Stop" when ticket is created then stop
    trigger "Later" when comment is public then add seen to ticket.tags
    """
    own = desk(rules)
    assert own.creates(ANA, comment=public()).fired == ("Stop",)
    assert own.updates(ANA, comment=public()).fired == ("Later",)


def test_a_trigger_on_trial_stops_nothing() -> None:
    rules = """
    trial trigger "Stop" when ticket is created then stop
    trigger "Later" when ticket is created then add seen to ticket.tags
    """
    assert desk(rules).creates(ANA).fired == ("Later",)


# Closed tickets

ALWAYS = 'trigger "Always" when ticket is updated then add touched to ticket.tags'


def test_a_closed_ticket_runs_nothing() -> None:
    outcome = desk(ALWAYS).knows({**OPEN, "status": "closed"}).updates(EVE, {"status": "open"})
    assert outcome.fired == ()
    assert outcome.effects == ()
    assert outcome.after["status"] == "open"
    assert why_not(outcome, "Always").reason == "ticket is closed"


def test_a_closed_ticket_runs_no_trial() -> None:
    outcome = desk(f"trial {ALWAYS}").knows({**OPEN, "status": "closed"}).updates(EVE)
    assert outcome.trial == ()


def test_the_update_that_closes_a_ticket_still_runs() -> None:
    own = desk(ALWAYS).knows(OPEN)
    assert own.updates(EVE, {"status": "closed"}).fired == ("Always",)
    assert own.updates(EVE).fired == ()


def test_a_ticket_created_closed_runs() -> None:
    own = desk('trigger "New" when ticket is created then add touched to ticket.tags')
    assert own.creates(ANA, {"status": "closed"}).fired == ("New",)


def test_a_ticket_that_a_trigger_closes_goes_on_in_this_update_alone() -> None:
    rules = """
    trigger "Close" when ticket.tags gain spam then set ticket.status to closed
    trigger "Note" when ticket.status changes to closed then add noted to ticket.tags
    """
    own = desk(rules).knows(OPEN)
    assert own.updates(EVE, {"tags": ["spam"]}).fired == ("Close", "Note")
    assert own.updates(EVE, {"tags": []}).fired == ()


# Once per ticket

ONCE = 'trigger "Ask" once per ticket when comment is public then notify requester with template solved'


def test_once_per_ticket_fires_once_in_the_life_of_a_ticket() -> None:
    own = desk(ONCE)
    fired = [
        own.creates(ANA).fired,
        own.updates(BO, comment=public()).fired,
        own.updates(BO, comment=public()).fired,
        own.creates(ANA, ticket="43", comment=public()).fired,
    ]
    assert fired == [(), ("Ask",), (), ("Ask",)]
    assert why_not(own.updates(BO, comment=public()), "Ask").reason == "fired before"


def test_once_per_ticket_is_remembered_in_the_state() -> None:
    own = desk(ONCE)
    ticket = own.creates(ANA, comment=public()).ticket
    assert ticket is not None
    saved = own.ruleset.ticket_to_json(ticket)
    assert saved["fired"] == ["Ask"]
    another = desk(ONCE)
    another.fold.start_from(another.ruleset.ticket(saved))
    assert another.updates(BO, comment=public()).fired == ()


def test_only_once_per_ticket_triggers_are_remembered() -> None:
    ticket = desk(ALWAYS).knows(OPEN).updates(BO).ticket
    assert ticket is not None
    assert ticket.fired == frozenset()


# Trial


def test_a_trigger_on_trial_tells_what_it_would_have_done_and_does_nothing() -> None:
    rules = """
    trial trigger "Routing" when ticket is created
      then set ticket.priority to urgent notify assignee with template solved
    trigger "Urgent" when ticket.priority is urgent then add loud to ticket.tags
    """
    outcome = desk(rules).creates(ANA, {"assignee": BO})
    assert outcome.fired == ()
    assert outcome.effects == ()
    assert "priority" not in outcome.after
    (trial,) = outcome.trial
    assert trial.trigger == "Routing"
    kinds = [(e["kind"], e.get("to", e.get("recipient"))) for e in trial.to_json()["effects"]]
    assert kinds == [("change", "urgent"), ("notification", BO)]


def test_a_trial_is_noted_once_an_update_with_the_ticket_of_that_moment() -> None:
    rules = """
    trigger "A" when ticket is created then set ticket.priority to low
    trial trigger "T" when ticket.priority is not empty then set ticket.priority to normal
    trigger "B" when ticket.priority is low then set ticket.priority to high
    """
    outcome = desk(rules).creates(ANA)
    assert outcome.fired == ("A", "B")
    (trial,) = outcome.trial
    (effect,) = trial.effects
    assert isinstance(effect, FieldChanged)
    assert (effect.before, effect.after) == ("low", "normal")


def test_a_comment_posted_on_trial_is_not_posted() -> None:
    rules = 'trial trigger "T" when ticket is created then post public comment with body "Hi"'
    outcome = desk(rules).creates(ANA)
    assert outcome.ticket is not None
    assert outcome.ticket.comments == ()
    assert outcome.trial[0].to_json()["effects"][0]["body"] == "Hi"


# What belongs to the update stays what it was


def test_set_by_the_user_and_set_back_by_a_trigger_is_no_change() -> None:
    rules = """
    trigger "Back" when ticket.priority changes to low then set ticket.priority to high
    trigger "Changed" when ticket.priority changes then add changed to ticket.tags
    trigger "Same" when ticket.priority does not change then add same to ticket.tags
    """
    outcome = desk(rules).knows({**OPEN, "priority": "high"}).updates(EVE, {"priority": "low"})
    assert outcome.fired == ("Back", "Same")


def test_changed_by_a_trigger_and_changed_back_by_another_is_no_change() -> None:
    rules = """
    trigger "A" when ticket is updated then set ticket.priority to low
    trigger "B" when ticket.priority changes to low then set ticket.priority to high
    trigger "C" when ticket.priority changes from high then add changed to ticket.tags
    """
    outcome = desk(rules).knows({**OPEN, "priority": "high"}).updates(EVE)
    assert outcome.fired == ("A", "B")
    assert changes(outcome) == [("ticket.priority", "high", "low"), ("ticket.priority", "low", "high")]


def test_a_change_compares_with_the_ticket_before_the_update_all_cycle_long() -> None:
    rules = """
    trigger "A" when ticket.status changes to open then set ticket.status to pending
    trigger "B" when ticket.status changes from new to pending then add seen to ticket.tags
    trigger "C" when ticket.status changes from open then add wrong to ticket.tags
    """
    outcome = desk(rules).knows({**OPEN, "status": "new"}).updates(EVE, {"status": "open"})
    assert outcome.fired == ("A", "B")


def test_actor_channel_and_creation_stay_those_of_the_update() -> None:
    rules = """
    trigger "A" when ticket is created then set assignee to current_user set requester to "dan@example.com"
    trigger "B" when ticket is created and current_user is assignee and current_user is not requester
      and update.channel is email and ticket is not updated then add seen to ticket.tags
    """
    assert desk(rules).creates(ANA, channel="email").fired == ("A", "B")


def test_a_posted_comment_makes_the_ticket_public_and_is_not_the_comment() -> None:
    rules = """
    trigger "Comment" when comment is present then add comment to ticket.tags
    trigger "Public comment" when comment is public then add public_comment to ticket.tags
    trigger "Public" when ticket is public then add public to ticket.tags
    trigger "Post" when ticket is private then post public comment with body "We are on it"
    """
    outcome = desk(rules).creates(ANA)
    assert outcome.fired == ("Post", "Public")
    assert [(c.public, c.body) for c in posted(outcome)] == [(True, "We are on it")]
    assert outcome.ticket is not None
    assert [(c.public, c.body, c.author) for c in outcome.ticket.comments] == [(True, "We are on it", None)]


def test_a_posted_private_comment_leaves_the_ticket_private() -> None:
    rules = """
    trigger "Public" when ticket is public then add public to ticket.tags
    trigger "Post" when ticket is created then post private comment with body "Known problem"
    """
    own = desk(rules)
    assert own.creates(ANA).fired == ("Post",)
    assert own.updates(BO, comment=public()).fired == ("Public",)


def test_a_posted_public_comment_is_no_reply_of_an_agent() -> None:
    own = desk('when ticket is updated then post public comment with body "Hi"').knows(OPEN)
    assert own.updates(BO).after.get("replies") is None
    assert own.updates(BO, comment=public()).after["replies"] == 1


# What the fold derives


def test_reopenings_and_public_replies_are_counted() -> None:
    own = desk('trigger "Many" when ticket.reopens is at least 2 then add many to ticket.tags')
    seen = [
        own.creates(ANA, comment=public()),
        own.updates(BO, {"status": "solved"}, comment=public()),
        own.updates(ANA, {"status": "open"}, comment=public()),
        own.updates(BO, {"status": "solved"}, comment=private()),
        own.updates(ANA, {"status": "open"}),
    ]
    assert [o.after.get("reopens") for o in seen] == [None, None, 1, 1, 2]
    assert [o.after.get("replies") for o in seen] == [None, 1, 1, 1, 1]
    assert [o.fired for o in seen] == [(), (), (), (), ("Many",)]


def test_a_new_ticket_has_its_defaults() -> None:
    after = desk(ALWAYS).creates(ANA, channel="email").after
    assert (after["status"], after["requester"], after["channel"]) == ("new", ANA, "email")


def test_a_rule_cannot_write_what_is_derived() -> None:
    with pytest.raises(RulesError) as refused:
        desk("when ticket is created then set ticket.reopens to 3")
    assert [d.code for d in refused.value.diagnostics] == ["not-writable"]


# Order and standing


def test_triggers_stand_where_they_are_written() -> None:
    rules = """
    trigger "B" when ticket is created then stop
    trigger "A" when ticket is created then stop
    """
    assert titles(rules) == ["B", "A"]
    assert desk(rules).creates(ANA).fired == ("B",)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ('before "A"', ["New", "A", "B", "C"]),
        ('after "A"', ["A", "New", "B", "C"]),
        ('before "C"', ["A", "B", "New", "C"]),
        ('after "C"', ["A", "B", "C", "New"]),
        ("", ["A", "B", "C", "New"]),
    ],
)
def test_before_and_after_move_a_trigger_beside_another(place: str, expected: list[str]) -> None:
    named = "\n".join(f'trigger "{title}" when ticket is created then stop' for title in "ABC")
    assert titles(f'{named} trigger "New" {place} when ticket is created then stop') == expected


def test_several_after_the_same_one_keep_their_own_order() -> None:
    rules = """
    trigger "A" when ticket is created then stop
    trigger "B" when ticket is created then stop
    trigger "X" after "A" when ticket is created then stop
    trigger "Y" after "A" when ticket is created then stop
    trigger "Z" before "A" when ticket is created then stop
    """
    assert titles(rules) == ["Z", "A", "X", "Y", "B"]


def test_categories_come_in_the_order_in_which_they_were_first_named() -> None:
    def trigger(title: str) -> str:
        return f'trigger "{title}" when ticket is created then stop'

    rules = "\n".join(
        [
            trigger("0"),
            'category "One"',
            trigger("1a"),
            'category "Two"',
            trigger("2"),
            'category "One"',
            trigger("1b"),
        ]
    )
    assert titles(rules) == ["0", "1a", "1b", "2"]


def test_a_library_keeps_its_place_and_its_own_categories() -> None:
    rules = """
    trigger "First" when ticket is created then stop
    use zendesk only "Notify assignee of assignment", "Notify requester of received request"
    category "Notifications"
    trigger "Last" when ticket is created then stop
    """
    assert titles(rules) == [
        "First",
        "Notify requester of received request",
        "Notify assignee of assignment",
        "Last",
    ]


REPLY = 'trigger "Reply" when ticket is created then notify requester with template solved'
OTHER = 'trigger "Other" when ticket is created then notify "eve@example.com" with template solved'


def test_a_disabled_trigger_does_not_fire() -> None:
    outcome = desk(f"disabled {REPLY} {OTHER}").creates(ANA)
    assert told_by(outcome) == {"Other": [EVE]}
    assert why_not(outcome, "Reply").reason == "disabled"


RAW = 'raw zendesk """{"field": "deflection", "value": ""}"""'


@pytest.mark.parametrize("rules", [f"{REPLY} {RAW}", REPLY.replace("created", f"created or {RAW}")])
def test_a_trigger_with_a_raw_part_is_not_executable(rules: str) -> None:
    outcome = desk(f"{rules} {OTHER}").creates(ANA)
    assert told_by(outcome) == {"Other": [EVE]}
    assert why_not(outcome, "Reply").reason == "not executable"
    assert not why_not(outcome, "Reply").near_miss


@pytest.mark.parametrize(
    ("rules", "fired"),
    [
        (f'{REPLY} {OTHER} disable trigger "Reply"', ("Other",)),
        (f'disable trigger "Reply" {REPLY} {OTHER}', ("Other",)),
        (f'disabled {REPLY} {OTHER} enable trigger "Reply"', ("Reply", "Other")),
        (f'{REPLY} disable trigger "Reply" enable trigger "Reply"', ("Reply",)),
    ],
)
def test_disable_and_enable_switch_a_trigger(rules: str, fired: tuple[str, ...]) -> None:
    assert desk(rules).creates(ANA).fired == fired


REPLACEMENT = f'replace trigger "Reply" when ticket is created then notify "{DAN}" with template solved'


def test_a_replacement_keeps_the_place() -> None:
    outcome = desk(f"{REPLY} {OTHER} {REPLACEMENT}").creates(ANA)
    assert outcome.fired == ("Reply", "Other")
    assert told(outcome) == [DAN, EVE]


def test_a_replacement_stays_disabled_if_the_trigger_was() -> None:
    assert desk(f"disabled {REPLY} {OTHER} {REPLACEMENT}").creates(ANA).fired == ("Other",)
    outcome = desk(f'disabled {REPLY} {REPLACEMENT} enable trigger "Reply"').creates(ANA)
    assert told_by(outcome) == {"Reply": [DAN]}


def test_a_trigger_without_a_title_is_named_by_its_condition_and_a_twin_is_numbered() -> None:
    rule = "when ticket.status changes to solved notify requester with template solved"
    assert titles(f"{rule} {rule}") == [
        "ticket.status changes to solved",
        "ticket.status changes to solved (2)",
    ]


# The stream


def refused(own: Desk, **update: Any) -> str:
    with pytest.raises(UpdateError) as error:
        own.updates(**update)
    return str(error.value)


def test_an_update_of_a_ticket_never_seen_is_refused() -> None:
    assert "ticket 42 was never seen" in refused(desk(ALWAYS))


def test_an_update_may_bring_the_state_before() -> None:
    data = event(BO, ticket="7")
    data["data"]["ticket"] = {"values": {"status": "solved", "tags": ["kept"]}}
    outcome = desk(ALWAYS).feed(data)
    assert outcome.fired == ("Always",)
    assert outcome.after["tags"] == {"kept", "touched"}


def test_a_ticket_is_created_once() -> None:
    own = desk(ALWAYS)
    own.creates(ANA)
    with pytest.raises(UpdateError, match="ticket 42 exists already"):
        own.creates(ANA)


def test_the_same_event_again_changes_nothing() -> None:
    own = desk("field ticket.n is a number when ticket is updated then add 1 to ticket.n").knows(OPEN)
    first = own.feed(event(BO, {"priority": "low"}, number=5))
    again = own.feed(event(BO, {"priority": "low"}, number=5))
    assert (first.duplicate, again.duplicate) == (False, True)
    assert (again.fired, again.effects) == ((), ())
    assert again.after == first.after
    with pytest.raises(UpdateError, match="another content"):
        own.feed(event(BO, {"priority": "high"}, number=5))


def test_a_refused_update_leaves_everything_as_it_was() -> None:
    own = desk(ALWAYS).knows(OPEN)
    before = dict(own.fold.tickets)
    values: Mapping[str, Any] = {"priority": "enormous"}
    assert "`enormous` is not one of its choices" in refused(own, values=values)
    assert own.fold.tickets == before
