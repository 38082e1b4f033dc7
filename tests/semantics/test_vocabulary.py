"""What `fields.trig` declares, and what follows from declarations: types, states, words that begin a path."""

from pathlib import Path

import attrs
import pytest

from trigdsl import compile_text
from trigdsl.runtime.loader import load_text
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Field, State, Vocabulary, type_of
from trigdsl.syntax import tree as t

ANY = "when ticket is created then stop\n"


@pytest.fixture(scope="module")
def zendesk() -> Vocabulary:
    """The vocabulary that every rule set has."""
    return compile_text(ANY).vocabulary


def _type(vocabulary: Vocabulary, path: str) -> types.Type:
    entity, name = path.split(".")
    declared = vocabulary.field(entity, name)
    assert declared is not None, path
    return declared.type


# The fields of tickets and people


def test_status_and_priority_are_in_their_order(zendesk: Vocabulary) -> None:
    status = _type(zendesk, "ticket.status")
    assert isinstance(status, types.ChoiceType)
    assert status.ordered
    assert status.options == ("new", "open", "pending", "hold", "solved", "closed")
    assert types.choice(status, "on-hold") == types.choice(status, "On-Hold") == "hold"
    priority = _type(zendesk, "ticket.priority")
    assert isinstance(priority, types.ChoiceType)
    assert priority.ordered
    assert priority.options == ("low", "normal", "high", "urgent")


def test_choices_without_an_order_have_none(zendesk: Vocabulary) -> None:
    for path in ("ticket.type", "ticket.channel", "user.role"):
        kind = _type(zendesk, path)
        assert isinstance(kind, types.ChoiceType)
        assert not kind.ordered


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("ticket.requester", types.ReferenceType("user")),
        ("ticket.assignee", types.ReferenceType("user")),
        ("ticket.group", types.ReferenceType("group")),
        ("ticket.organization", types.ReferenceType("organization")),
        ("ticket.brand", types.ReferenceType("brand")),
        ("ticket.tags", types.TagsType()),
        ("ticket.ccs", types.ReferencesType("user")),
        ("ticket.followers", types.ReferencesType("user")),
        ("ticket.subject", types.TextType()),
        ("ticket.due_date", types.DateType()),
        ("ticket.reopens", types.NumberType()),
        ("user.restricted", types.YesNoType()),
        ("user.groups", types.ReferencesType("group")),
        ("comment.body", types.TextType()),
    ],
)
def test_the_types_of_fields(zendesk: Vocabulary, path: str, kind: types.Type) -> None:
    assert _type(zendesk, path) == kind


def test_the_root_is_the_ticket(zendesk: Vocabulary) -> None:
    assert zendesk.root == "ticket"


def test_mail_is_the_usual_channel(zendesk: Vocabulary) -> None:
    assert zendesk.channels == ("email", "sms", "tweet")


def test_a_new_ticket_is_new_and_its_author_is_the_requester(zendesk: Vocabulary) -> None:
    at_first = {f.name: f.at_first for f in zendesk.fields_of("ticket") if f.at_first is not None}
    assert at_first == {
        name: t.Word(text)
        for name, text in [("status", "new"), ("requester", "current_user"), ("submitter", "current_user")]
    }


def test_what_the_fold_counts_is_counted(zendesk: Vocabulary) -> None:
    counting = [f.name for f in zendesk.fields_of("ticket") if f.counting is not None]
    assert counting == ["reopens", "replies", "assignee_stations", "group_stations"]


def test_rules_write_only_what_is_a_tickets_own(zendesk: Vocabulary) -> None:
    others = [f for f in zendesk.fields.values() if f.entity != "ticket"]
    assert others
    assert all(f.read_only for f in others)
    writable = {f.name for f in zendesk.fields_of("ticket") if not f.read_only and f.counting is None}
    assert {"status", "priority", "type", "assignee", "group", "tags", "subject", "requester"} <= writable
    assert not writable & {"id", "channel", "created_at", "updated_at", "reopens", "replies", "description"}


@pytest.mark.parametrize(
    ("entity", "states"),
    [
        ("ticket", {"created", "updated", "public", "private", "closed", "deleted"}),
        ("comment", {"present", "public", "private", "visible_to_requester", "with_attachment"}),
        ("user", {"agent", "admin", "end_user"}),
        ("schedule", {"open", "closed", "on_holiday"}),
    ],
)
def test_these_states_are_declared(zendesk: Vocabulary, entity: str, states: set[str]) -> None:
    assert {state.name for state in zendesk.states_of(entity)} == states


# What a path begins with


def test_people_and_groups_of_the_ticket_stand_alone(zendesk: Vocabulary) -> None:
    starts = set(zendesk.starts())
    assert {"ticket", "comment", "update", "current_user"} <= starts
    assert {"requester", "assignee", "group", "organization", "brand", "ccs", "followers"} <= starts
    assert not starts & {"user", "status", "priority", "tags", "subject"}


@pytest.mark.parametrize("name", ["requester", "assignee", "group", "organization", "brand"])
def test_a_shorthand_is_the_tickets_field(name: str) -> None:
    short = compile_text(f"when {name} is empty then stop").triggers[0]
    full = compile_text(f"when ticket.{name} is empty then stop").triggers[0]
    assert short.condition == full.condition
    assert short.reads == full.reads == {f"ticket.{name}"}


def test_a_field_of_a_rule_file_is_known_through_every_path() -> None:
    text = "field user.vip is yes or no\n"
    for path in (
        "requester.vip",
        "assignee.vip",
        "current_user.vip",
        "ticket.requester.vip",
        "comment.author.vip",
    ):
        assert load_text(text + f"when {path} is yes then stop").diagnostics == ()


def test_a_vocabulary_is_immutable(zendesk: Vocabulary) -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        zendesk.root = "bug"  # type: ignore[misc]


def test_an_empty_vocabulary_knows_the_actor_and_the_root() -> None:
    assert Vocabulary().starts() == ["current_user", "ticket"]


def test_entities_have_a_field_or_a_state() -> None:
    state = State("parcel", "lost")
    declared = Field("crate", "size", types.NumberType())
    made = Vocabulary({("crate", "size"): declared}, {("parcel", "lost"): state}, root="crate")
    assert made.entities == {"parcel", "crate"}
    assert made.entities_alone == {"parcel", "crate"}
    assert declared.path == "crate.size"


# Types as written


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (t.ChoiceType((t.Choice("a"), t.Choice("b"))), types.ChoiceType(("a", "b"))),
        (
            t.ChoiceType((t.Choice("a"), t.Choice("b")), ordered=True),
            types.ChoiceType(("a", "b"), ordered=True),
        ),
        (t.ChoiceSetType((t.Choice("a"),)), types.ChoiceSetType(("a",))),
        (t.PlainType("TAGS_TYPE"), types.TagsType()),
        (t.PlainType("TEXT_TYPE"), types.TextType()),
        (t.PlainType("A_NUMBER"), types.NumberType()),
        (t.PlainType("A_DATE"), types.DateType()),
        (t.PlainType("YES_OR_NO"), types.YesNoType()),
        (t.PlainType("A_USER"), types.ReferenceType("user")),
        (t.PlainType("A_GROUP"), types.ReferenceType("group")),
        (t.PlainType("AN_ORGANIZATION"), types.ReferenceType("organization")),
        (t.PlainType("A_BRAND"), types.ReferenceType("brand")),
        (t.PlainType("A_SCHEDULE"), types.ReferenceType("schedule")),
        (t.PlainType("USERS_TYPE"), types.ReferencesType("user")),
        (t.PlainType("GROUPS_TYPE"), types.ReferencesType("group")),
    ],
)
def test_a_written_type_is_a_type(written: t.FieldType, kind: types.Type) -> None:
    assert type_of(written) == kind


def test_another_spelling_is_read_as_its_choice() -> None:
    kind = type_of(t.ChoiceType((t.Choice("hold", ("on-hold", "Paused")),)))
    assert isinstance(kind, types.ChoiceType)
    assert [types.choice(kind, text) for text in ("hold", "HOLD", "On-Hold", "paused")] == ["hold"] * 4
    with pytest.raises(types.MisfitError):
        types.choice(kind, "held")


def _declarations() -> list[str]:
    root = Path(__file__).parent.parent.parent
    return (root / "stdlib" / "zendesk" / "fields.trig").read_text(encoding="utf-8").splitlines()


def test_declaring_every_field_again_changes_nothing() -> None:
    text = "\n".join(_declarations())
    assert text.count("field ") > 30
    assert text.count("state ") > 10
    assert load_text(text, name="again").diagnostics == ()


def test_a_state_is_declared_once() -> None:
    states = [line.partition(" as ")[0] for line in _declarations() if line.startswith("state ")]
    assert states
    for state in states:
        (found,) = load_text(f"{state} as ticket.subject is empty", name="again").diagnostics
        assert found.code == "name-used-twice"
        assert f"`{state.removeprefix('state ')}`" in found.message
