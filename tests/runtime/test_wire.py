"""Tickets, updates, outcomes and directories go to JSON and back; what does not fit is told by its name."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigdsl import DirectoryError, Outcome, Ruleset, Ticket, UpdateError, compile_text
from trigdsl.runtime.directory import unknown_fields

RULES = compile_text(
    "field ticket.seats is a number field ticket.beta is yes or no "
    'trigger "Tell" when ticket is created notify requester, assignee with template solved '
    'set ticket.type to problem post private comment with body "Seen"'
)
PEOPLE = {
    "users": [
        {"id": "7", "email": "Ana@Example.com", "name": "Ana", "role": "end_user", "organization": "acme"},
        {"id": "8", "email": "bo@example.com", "name": "Bo", "role": "agent", "groups": ["TIER 1"]},
    ],
    "groups": [{"id": "1", "name": "Tier 1"}],
    "organizations": [{"id": "3", "name": "Acme", "tags": ["vip"]}],
}
DIRECTORY = RULES.directory(PEOPLE)


def event(kind: str = "created", **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "helpdesk",
        "type": f"ticket.{kind}",
        "subject": "42",
        "time": "2026-01-05T10:00:00Z",
        "data": {"by": "ana@example.com", **data},
    }


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text.strip() == text
)
texts = st.text(st.characters(exclude_categories=["Cs"]))
tags = st.lists(st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True))
people = names.filter(lambda text: bool(text.strip()))
moments = st.datetimes().map(lambda moment: moment.isoformat() + "Z")
values = st.fixed_dictionaries(
    {},
    optional={
        "subject": texts,
        "status": st.sampled_from(["new", "open", "pending", "hold", "solved", "closed"]),
        "priority": st.sampled_from([None, "low", "urgent"]),
        "tags": tags,
        "ccs": st.lists(people),
        "requester": people,
        "group": st.none() | people,
        "due_date": st.none() | moments | st.dates().map(str),
        "seats": st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "beta": st.booleans(),
    },
)
comments = st.fixed_dictionaries({"body": texts, "public": st.booleans()})
written_out = st.fixed_dictionaries(
    {"id": names.map("written-".__add__), "role": st.sampled_from(["end_user", "agent"])},
    optional={"name": texts},
)
data = st.fixed_dictionaries(
    {"by": st.none() | people | written_out},
    optional={
        "set": values,
        "comment": comments,
        "channel": st.sampled_from(["web", "email", "api"]),
        "automatic": st.booleans(),
        "mailed": st.lists(names),
    },
)


@given(given_data=data, time=moments)
@settings(max_examples=100, deadline=None)
def test_an_update_is_read_back_as_it_was(given_data: dict[str, Any], time: str) -> None:
    update = RULES.update({**event(), "time": time, "data": given_data})
    written = json.loads(json.dumps(RULES.update_to_json(update)))
    assert RULES.update(written) == update


@given(given_values=values, said=st.lists(comments, max_size=3), fired=st.sets(names, max_size=3))
@settings(max_examples=100, deadline=None)
def test_a_ticket_is_read_back_as_it_was(
    given_values: dict[str, Any], said: list[dict[str, Any]], fired: set[str]
) -> None:
    state = {"source": "s", "subject": "1", "values": given_values, "comments": said, "fired": sorted(fired)}
    ticket = RULES.ticket(state)
    written = json.loads(json.dumps(RULES.ticket_to_json(ticket)))
    assert RULES.ticket(written) == ticket


@given(given_data=data)
@settings(max_examples=100, deadline=None)
def test_an_outcome_is_written_as_it_was_read(given_data: dict[str, Any]) -> None:
    outcome = RULES.step(None, {**event(), "data": given_data}, directory=DIRECTORY)
    written = json.loads(json.dumps(outcome.to_json()))
    assert Outcome.from_json(written).to_json() == written
    assert outcome.ticket is not None
    saved = json.loads(json.dumps(RULES.ticket_to_json(outcome.ticket)))
    assert RULES.ticket(saved) == outcome.ticket


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_an_outcome_of_another_version_is_not_read(version: Any) -> None:
    written = RULES.step(None, event()).to_json() | {"version": version}
    with pytest.raises(ValueError, match="version"):
        Outcome.from_json(written)


# What does not fit

MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"set": {"subjct": "x"}}, "`subjct`: did you mean `subject`?"),
    ({"set": {"status": "sloved"}}, "`status`: `sloved`"),
    ({"set": {"status": ["solved"]}}, "`status`: "),
    ({"set": {"tags": "vip"}}, "`tags`: "),
    ({"set": {"tags": ["a b"]}}, "`tags`: `a b`"),
    ({"set": {"tags": [1.5]}}, "`tags`: "),
    ({"set": {"subject": True}}, "`subject`: "),
    ({"set": {"seats": "3"}}, "`seats`: "),
    ({"set": {"seats": True}}, "`seats`: "),
    ({"set": {"beta": "maybe"}}, "`beta`: "),
    ({"set": {"due_date": "2026-02-30"}}, "`due_date`: `2026-02-30`"),
    ({"set": {"due_date": "0001-01-01T00:00:00+05:00"}}, "`due_date`: "),
    ({"set": {"ccs": "ana@example.com"}}, "`ccs`: "),
    ({"set": {"requester": " "}}, "`requester`: "),
    ({"set": {"requester": {"name": "Zoe"}}}, "requester: "),
    ({"set": {"requester": {"email": "z@example.com", "role": "boss"}}}, "`role`: `boss`"),
    ({"set": {"replies": 1}}, "`replies` follows from the events"),
    ({"set": "x"}, "`set`"),
    ({"by": 1.5}, "`by`: "),
    ({"by": {}}, "by: it has neither `id` nor `email`"),
    ({"by": {"email": "z@example.com", "langage": "fr"}}, "`langage`: did you mean `language`?"),
    ({"channel": "pigeon"}, "`channel`: `pigeon`"),
    ({"automatic": "yes"}, "`automatic`"),
    ({"mailed": "ana@example.com"}, "`mailed`"),
    ({"comment": "Hello"}, "`comment`"),
    ({"comment": {"body": 5}}, "`body`"),
    ({"comment": {"public": 1}}, "`public`"),
    ({"comment": {"boddy": "x"}}, "`boddy`: did you mean `body`?"),
    ({"comment": {"time": "noon"}}, "`noon`"),
    ({"sett": {}}, "`sett`: did you mean `set`?"),
]


@pytest.mark.parametrize(("wrong", "words"), MISFITS)
def test_an_update_that_does_not_fit_is_told_by_its_field(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(UpdateError) as caught:
        RULES.update(event(**wrong))
    assert words in str(caught.value)


@pytest.mark.parametrize("key", ["id", "source", "subject", "time"])
@pytest.mark.parametrize("value", [None, "", True, [], 1.5])
def test_an_event_has_a_name_and_a_time(key: str, value: Any) -> None:
    with pytest.raises(UpdateError) as caught:
        RULES.update({**event(), key: value})
    assert f"`{key}`" in str(caught.value)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"subject": "1"}, "`source`"),
        ({"source": "s"}, "`subject`"),
        ({"source": "s", "subject": "1", "vlues": {}}, "`vlues`: did you mean `values`?"),
        ({"source": "s", "subject": "1", "values": {"status": "lost"}}, "`status`: `lost`"),
        ({"source": "s", "subject": "1", "comments": {}}, "`comments`"),
        ({"source": "s", "subject": "1", "comments": [5]}, "`comment`"),
        ({"source": "s", "subject": "1", "fired": "x"}, "`fired`"),
        ({"source": "s", "subject": "1", "people": [{}]}, "people: it has neither"),
    ],
)
def test_a_state_that_does_not_fit_is_told_by_its_field(state: dict[str, Any], words: str) -> None:
    with pytest.raises(UpdateError) as caught:
        RULES.ticket(state)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("directory", "words"),
    [
        ({"users": {}}, "`users` is not a list"),
        ({"user": []}, "`user`: did you mean `users`?"),
        ({"users": [{"id": "1"}, 5]}, "users, entry 2"),
        ({"users": [{"name": "Ana"}]}, "users, entry 1: it has neither `id` nor `email`"),
        ({"groups": [{}]}, "groups, entry 1: it has neither `id` nor `name`"),
        ({"users": [{"emial": "x"}]}, "`user.emial` is no field that rules know: did you mean `email`?"),
        ({"users": [{"id": "1", "role": "boss"}]}, "`role`: `boss`"),
        ({"users": [{"id": "1", "restricted": 5}]}, "`restricted`: "),
        ({"users": [{"id": "1", "groups": "Tier 1"}]}, "`groups`: "),
    ],
)
def test_a_directory_that_does_not_fit_is_told_by_its_entry(directory: dict[str, Any], words: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        RULES.directory(directory)
    assert words in str(caught.value)


def test_what_another_tool_keeps_beside_the_people_is_left_alone() -> None:
    data = {"users": [{"id": "1", "name": "Ana"}], "zendesk": {"forms": {"Refunds": 55}}}
    assert RULES.directory(data).record("user", "1").values == {"id": "1", "name": "Ana"}
    assert unknown_fields(data, RULES.vocabulary) == []


def test_a_field_that_no_rule_knows_is_left_out_and_named() -> None:
    data = {
        "users": [{"id": "1", "emial": "x"}, {"id": "2", "emial": "y"}],
        "organizations": [{"id": "1", "plan": "gold"}],
    }
    assert RULES.directory(data).record("user", "1").values == {"id": "1"}
    assert unknown_fields(data, RULES.vocabulary) == [
        "`user.emial` is no field that rules know: did you mean `email`?",
        "`organization.plan` is no field that rules know",
    ]


# People


@pytest.mark.parametrize("name", ["8", "bo@example.com", "BO@Example.COM"])
def test_a_person_is_found_by_id_and_address_in_any_case(name: str) -> None:
    outcome = RULES.step(None, event(set={"assignee": name}), directory=DIRECTORY)
    assert outcome.after["assignee"] == "bo@example.com"


@pytest.mark.parametrize("name", ["1", "Tier 1", "tier 1", "TIER 1"])
def test_a_group_is_found_by_id_and_name_in_any_case(name: str) -> None:
    outcome = RULES.step(None, event(set={"group": name}), directory=DIRECTORY)
    assert outcome.after["group"] == "Tier 1"


def test_a_directory_speaks_of_itself_by_any_name() -> None:
    assert DIRECTORY.members("1") == ["8"]
    assert DIRECTORY.record("user", "7").values["organization"] == "3"


def which(condition: str, by: Any) -> bool:
    rules: Ruleset = compile_text(f"when {condition} add x to ticket.tags")
    return bool(rules.step(None, event(by=by), directory=rules.directory(PEOPLE)).fired)


@pytest.mark.parametrize(
    ("by", "agent", "end_user"),
    [
        ("bo@example.com", True, False),
        ("8", True, False),
        ("ana@example.com", False, True),
        ("stranger@example.com", False, True),
        ("999", False, False),
        (None, False, False),
        ({"email": "zoe@example.com"}, False, True),
        ({"email": "zoe@example.com", "role": "agent"}, True, False),
        ({"id": "77", "role": "admin"}, True, False),
    ],
)
def test_who_is_an_agent_and_who_is_not(by: Any, agent: bool, end_user: bool) -> None:
    assert which("current_user is agent", by) is agent
    assert which("current_user is end_user", by) is end_user


def test_a_person_written_out_is_known_for_the_rest_of_the_ticket() -> None:
    zoe = {"email": "Zoe@example.com", "name": "Zoe", "role": "agent", "language": "fr"}
    rules = compile_text('when requester.name is "Zoe" and requester.language is "fr" add x to ticket.tags')
    fold = rules.fold()
    fold.feed(event(by=zoe))
    again = {**event("updated", by="zoe@example.com", set={"tags": []}), "id": "e-2"}
    outcome = fold.feed(again)
    assert outcome.fired
    assert outcome.after["requester"] == "Zoe@example.com"
    other = fold.feed({**event(by="zoe@example.com"), "subject": "43"})
    assert other.fired == ()


EXACT = Decimal("12345678901234567890.123")


def test_a_saved_ticket_keeps_every_digit() -> None:
    ticket = Ticket("desk", "1", {"seats": EXACT})
    saved = json.loads(json.dumps(RULES.ticket_to_json(ticket)))
    assert RULES.ticket(saved) == ticket
    plain = Ticket("desk", "1", {"seats": Decimal("2.5")})
    assert RULES.ticket_to_json(plain)["values"] == {"seats": 2.5}


@pytest.mark.parametrize("wrong", ["many", "NaN", True, "1e999999999"])
def test_a_saved_number_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(UpdateError, match="seats"):
        RULES.ticket({"source": "desk", "subject": "1", "values": {"seats": wrong}})
