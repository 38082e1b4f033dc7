"""Two versions of a rule set on one stream: each keeps its own tickets, and what differs is what people would see."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from desk import ANA, BO, NOON, PEOPLE
from hypothesis import given, settings
from hypothesis import strategies as st

from trigdsl.engine.effects import FieldChanged, Notification, Outcome
from trigdsl.engine.state import UpdateError
from trigdsl.runtime.loader import compile_paths, compile_text
from trigdsl.runtime.replay import Compared, Replay, Version
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics.rules import Trigger
from trigdsl.testing import strategies
from trigdsl.testing.generation.cases import Case
from trigdsl.why.counterparts import Counterparts

Event = Mapping[str, Any]


def version(rules: Ruleset | str, directory: Mapping[str, Any] = PEOPLE, **more: Any) -> Version:
    ruleset = rules if isinstance(rules, Ruleset) else compile_text(rules, **more)
    return Version(ruleset, ruleset.directory(directory))


def event(number: int, ticket: str = "42", *, created: bool = False, by: str = ANA, **data: Any) -> Event:
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "desk",
        "type": "ticket.created" if created else "ticket.updated",
        "subject": ticket,
        "time": NOON,
        "data": {"by": by, **data},
    }


def replayed(old: Version, new: Version, events: Iterable[Event], **options: Any) -> list[Compared]:
    replay, found = Replay(old, new, **options), []
    for each in events:
        try:
            found.append(replay.feed(each))
        except UpdateError:
            continue
    return found


def told(compared: Sequence[Compared]) -> list[tuple[str, str, str, str]]:
    return [(d.kind, d.way, d.what, d.trigger) for each in compared for d in each.differences]


CREATED = event(1, created=True, set={"subject": "Printer"}, comment={"body": "It smokes"})
URGENT = 'trigger "Raise" when ticket is created then set ticket.priority to urgent\n'
MAIL = 'trigger "Tell" when ticket is created then notify requester with body "Hello {{ ticket.subject }}"\n'


def test_a_mail_that_the_new_version_does_not_send() -> None:
    (compared,) = replayed(version(MAIL + URGENT), version(URGENT), [CREATED])
    assert told([compared]) == [("notification", "fewer", "email", "Tell")]
    (difference,) = compared.differences
    assert isinstance(difference.old, Notification)
    assert (difference.old.recipient, difference.old.body) == (ANA, "Hello Printer")
    assert difference.new is None


def test_a_mail_with_another_text() -> None:
    compared = replayed(version(MAIL), version(MAIL.replace("Hello", "Welcome")), [CREATED])
    assert told(compared) == [("notification", "other", "email", "Tell")]


def test_a_template_that_changed_behind_its_name() -> None:
    rules = "when ticket is created then notify requester with template hi"
    old = version(rules, templates={"hi": "One"})
    new = version(rules, templates={"hi": "Two"})
    assert [way for _, way, _, _ in told(replayed(old, new, [CREATED]))] == ["other"]
    assert told(replayed(old, version(rules, templates={"hi": "One"}), [CREATED])) == []


def test_what_an_account_calls_itself_stands_in_its_texts(tmp_path: Path) -> None:
    versions = []
    for name in ("Acme", "Globex"):
        folder = tmp_path / name
        (folder / "templates" / "en").mkdir(parents=True)
        (folder / "templates" / "en" / "hi.liquid").write_text(
            "{{ticket.account}} greets you", encoding="utf-8"
        )
        (folder / "templates" / "account.json").write_text(json.dumps({"name": name}), encoding="utf-8")
        rules = 'trigger "Tell" when ticket is created then notify requester with template hi'
        (folder / "rules.trig").write_text(rules, encoding="utf-8")
        versions.append(version(compile_paths(str(folder))))
    old, new = versions
    assert [way for _, way, _, _ in told(replayed(old, new, [CREATED]))] == ["other"]


def test_the_same_texts_in_another_folder_are_not_written(tmp_path: Path) -> None:
    versions = []
    for name in ("old", "new"):
        (tmp_path / name / "templates" / "en").mkdir(parents=True)
        (tmp_path / name / "templates" / "en" / "hi.txt").write_text("Hello", encoding="utf-8")
        rules = "when ticket is created then notify requester with template hi"
        (tmp_path / name / "rules.trig").write_text(rules, encoding="utf-8")
        versions.append(version(compile_paths(str(tmp_path / name))))
    old, new = versions
    (compared,) = replayed(old, new, [CREATED])
    (mail,) = compared.new.effects
    assert isinstance(mail, Notification)
    assert mail.body is None


def test_a_renamed_trigger_sends_the_same_mail() -> None:
    assert told(replayed(version(MAIL), version(MAIL.replace("Tell", "Greet")), [CREATED])) == []


def test_a_trigger_that_was_split_sends_the_same_mails() -> None:
    old = 'trigger "Both" when ticket is created then notify requester with body "x" notify all agents with body "y"'
    new = """
    trigger "Requester" when ticket is created then notify requester with body "x"
    trigger "Agents" when ticket is created then notify all agents with body "y"
    """
    assert told(replayed(version(old), version(new), [CREATED])) == []


def test_somebody_who_is_told_twice() -> None:
    old, new = version(MAIL), version(MAIL + MAIL.replace("Tell", "Again"))
    (compared,) = replayed(old, new, [CREATED])
    assert told([compared]) == [("notification", "more", "email", "Again")]
    (twice,) = compared.twice
    assert (twice.version, twice.recipient, twice.to_agent) == ("new", ANA, False)
    assert twice.triggers == ("Tell", "Again")
    (back,) = replayed(new, old, [CREATED])
    assert [(t.version, t.recipient) for t in back.twice] == [("old", ANA)]


def test_of_a_field_only_the_last_change_counts() -> None:
    there_and_back = """
    trigger "There" when ticket is created and ticket.priority is empty then set ticket.priority to low
    trigger "Back" when ticket.priority is low then clear ticket.priority
    """
    nothing = 'trigger "There" when ticket is created then stop'
    assert told(replayed(version(there_and_back), version(nothing), [CREATED])) == []


def test_of_sets_what_came_and_went_counts() -> None:
    rules = 'trigger "Tag" when ticket is updated then add seen to ticket.tags'
    more = 'trigger "First" when ticket is created then add first to ticket.tags\n'
    found = replayed(version(rules), version(more + rules), [CREATED, event(2, by=BO)])
    assert told(found) == [("change", "more", "ticket.tags", "First")]


def test_what_follows_from_an_earlier_difference_says_so() -> None:
    reaction = 'trigger "Page" when ticket is updated and ticket.priority is urgent then notify all agents with body "!"'
    old, new = version(reaction), version(URGENT + reaction)
    first, second = replayed(old, new, [CREATED, event(2, by=BO)])
    assert [(d.kind, d.follows) for d in first.differences] == [("change", False)]
    assert {(d.kind, d.follows) for d in second.differences} == {("notification", True)}
    assert (first.apart_since, second.apart_since) == (None, "e-1")


def test_one_text_of_tickets_that_came_apart_is_two() -> None:
    tell = 'trigger "Say" when ticket is updated then notify requester with body "{{ ticket.priority }}"'
    found = replayed(version(tell), version(URGENT + tell), [CREATED, event(2)])
    assert [(d.kind, d.way, d.follows) for d in found[1].differences] == [("notification", "other", True)]


def test_a_difference_of_the_rules_is_none_that_follows() -> None:
    tell = 'trigger "Say" when ticket is updated then notify requester with body "x"'
    first, second = replayed(
        version('trigger "No" when ticket is created then stop'), version(URGENT + tell), [CREATED, event(2)]
    )
    assert [d.follows for d in first.differences] == [False]
    assert [(d.kind, d.follows) for d in second.differences] == [("notification", False)]
    assert second.apart_since == "e-1"


def test_tickets_that_come_together_again_are_one() -> None:
    calm = 'trigger "Calm" when ticket is updated then set ticket.priority to low'
    events = [CREATED, event(2), event(3)]
    found = replayed(version(calm), version(URGENT + calm), events)
    # The same value in the end is no difference, whatever it was before.
    assert [len(each.differences) for each in found] == [1, 0, 0]
    assert [each.apart_since for each in found] == [None, "e-1", None]


def test_a_trigger_that_fires_once_is_remembered_by_its_new_title() -> None:
    once = 'trigger "Once" once per ticket when comment is public then notify all agents with body "x"'
    events = [CREATED, event(2, comment={"body": "Again"})]
    assert told(replayed(version(once), version(once.replace('"Once"', '"Only once"')), events)) == []


def test_versions_with_fields_of_their_own() -> None:
    field = "field ticket.plan is one of free, gold "
    rules = 'trigger "Plan" when ticket is created then set ticket.plan to gold '
    mail = (
        'trigger "Gold" when ticket is updated and ticket.plan is gold then notify requester with body "Gold"'
    )
    empty = version('trigger "No" when ticket is created then stop')
    first, second = replayed(empty, version(field + rules + mail), [CREATED, event(2)])
    assert told([first, second]) == [
        ("change", "more", "ticket.plan", "Plan"),
        ("notification", "more", "email", "Gold"),
    ]


def test_what_is_refused_changes_nothing() -> None:
    replay = Replay(version(MAIL), version(URGENT))
    with pytest.raises(UpdateError, match="never seen"):
        replay.feed(event(1))
    assert replay.tickets == 0
    replay.feed(CREATED)
    assert replay.feed(CREATED).old.duplicate
    assert (replay.tickets, replay.knows(("desk", "42"))) == (1, True)


# Which trigger is which


def counterparts(old: str, new: str) -> Mapping[str, str]:
    return Counterparts.of(compile_text(old).rules, compile_text(new).rules).to_new


def test_triggers_are_found_by_title_then_by_meaning() -> None:
    other = 'trigger "Other" when ticket is updated then notify requester with body "Other"'
    assert counterparts(MAIL + URGENT, URGENT + MAIL) == {"Tell": "Tell", "Raise": "Raise"}
    assert counterparts(MAIL + URGENT, URGENT.replace("Raise", "Lift") + other) == {"Raise": "Lift"}
    same_deed = MAIL.replace("Tell", "Greet").replace("is created", "is updated")
    assert counterparts(MAIL, same_deed) == {"Tell": "Greet"}
    same_question = 'trigger "Greet" when ticket is created then set ticket.priority to low'
    assert counterparts(MAIL, same_question) == {"Tell": "Greet"}


def test_two_that_could_be_meant_are_neither() -> None:
    twins = MAIL.replace("Tell", "Greet") + MAIL.replace("Tell", "Welcome")
    assert counterparts(MAIL, twins) == {}


# Laws, on generated rules and streams

CASES = strategies.cases(strategies.World.zendesk())
few = settings(max_examples=100, deadline=None)


def rebuilt(ruleset: Ruleset, change: Callable[[tuple[Trigger, ...]], Iterable[Trigger]]) -> Ruleset:
    """Return a rule set with other triggers."""
    return evolve(ruleset, rules=evolve(ruleset.rules, triggers=tuple(change(ruleset.rules.triggers))))


def changed(ruleset: Ruleset, seed: int) -> Ruleset:
    """Return a rule set with some triggers taken away, in another order, renamed, or with another's actions."""
    random = Random(seed)

    def change(triggers: tuple[Trigger, ...]) -> Iterable[Trigger]:
        kept = [t for t in triggers if random.random() < 0.7]
        random.shuffle(kept)
        for trigger in kept:
            title = trigger.title + " anew" * (random.random() < 0.3)
            actions = random.choice(triggers).actions if random.random() < 0.2 else trigger.actions
            yield evolve(trigger, title=title, actions=actions)

    return rebuilt(ruleset, change)


def versions(case: Case, seed: int) -> tuple[Version, Version]:
    old = compile_text(case.rules)
    return version(old, case.directory), version(changed(old, seed), case.directory)


@few
@given(CASES)
def test_a_version_does_not_differ_from_itself(case: Case) -> None:
    found = replayed(version(case.rules, case.directory), version(case.rules, case.directory), case.events)
    assert [each for each in found if each.differences or each.twice or each.apart_since] == []


@few
@given(CASES)
def test_other_titles_are_no_difference(case: Case) -> None:
    old = compile_text(case.rules)
    new = rebuilt(old, lambda triggers: (evolve(t, title=f"{t.title} anew") for t in triggers))
    if len(Counterparts.of(old.rules, new.rules).to_new) == len(old.rules.triggers):
        found = replayed(version(old, case.directory), version(new, case.directory), case.events)
        assert told(found) == []


def alone(which: Version, events: Iterable[Event]) -> list[Outcome]:
    fold = which.ruleset.fold(directory=which.directory)
    return [outcome for outcome in fold.feed_all(events) if not outcome.duplicate]


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many mails there are, and how many fields that end otherwise than they began."""
    mails, changes = 0, 0
    for outcome in outcomes:
        mails += sum(isinstance(effect, Notification) for effect in outcome.effects)
        writes = [effect for effect in outcome.effects if isinstance(effect, FieldChanged)]
        for name in {effect.field for effect in writes}:
            own = [effect for effect in writes if effect.field == name]
            changes += own[0].before != own[-1].after
    return {"notification": mails, "change": changes}


@few
@given(CASES, st.integers(0, 10_000))
def test_totals_are_the_difference_of_two_runs(case: Case, seed: int) -> None:
    old, new = versions(case, seed)
    found = replayed(old, new, case.events)
    before, after = counted(alone(old, case.events)), counted(alone(new, case.events))
    ways = told(found)
    for kind in ("notification", "change"):
        more = sum(way == "more" for k, way, _, _ in ways if k == kind)
        fewer = sum(way == "fewer" for k, way, _, _ in ways if k == kind)
        assert more - fewer == after[kind] - before[kind]


@few
@given(CASES, st.integers(0, 10_000))
def test_each_version_goes_on_from_its_own_tickets(case: Case, seed: int) -> None:
    old, new = versions(case, seed)
    found = [each for each in replayed(old, new, case.events) if not each.old.duplicate]
    assert [each.old.fired for each in found] == [outcome.fired for outcome in alone(old, case.events)]
    assert [each.new.fired for each in found] == [outcome.fired for outcome in alone(new, case.events)]
    afters = [(dict(each.old.after), dict(each.new.after)) for each in found]
    expected = zip(alone(old, case.events), alone(new, case.events), strict=True)
    assert afters == [(dict(one.after), dict(other.after)) for one, other in expected]


@few
@given(CASES, st.integers(0, 10_000))
def test_it_is_the_same_with_next_to_no_memory(case: Case, seed: int) -> None:
    old, new = versions(case, seed)
    much, little = replayed(old, new, case.events), replayed(old, new, case.events, kept=1)
    assert [(each.differences, each.twice, each.apart_since) for each in little] == [
        (each.differences, each.twice, each.apart_since) for each in much
    ]


@few
@given(CASES, st.integers(0, 10_000))
def test_nothing_follows_before_tickets_came_apart(case: Case, seed: int) -> None:
    for each in replayed(*versions(case, seed), case.events):
        if each.apart_since is None:
            assert not any(difference.follows for difference in each.differences)
