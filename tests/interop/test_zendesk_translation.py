"""Streams in the words of imported rules: an account's ids, its own fields and its values of choices."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from trigdsl import compile_text
from trigdsl.interop import streams
from trigdsl.interop.pieces import Piece, pieces
from trigdsl.interop.streams import Reading
from trigdsl.interop.zendesk.names import NamesError
from trigdsl.interop.zendesk.translation import PLAIN, Translation

RULES = compile_text(
    """
    field ticket.plan is one of free, gold
    field ticket.seats is a number
    field ticket.beta is yes or no
    field ticket.areas is any of billing, sales
    field ticket.renewal is a date
    field ticket.number is text
    trigger "Any" when ticket is created or ticket is updated stop
    """
)
NAMES = {
    "users": [],
    "zendesk": {
        "forms": {"Refunds": 64},
        "statuses": {"Waiting for parts": 71},
        "schedules": {"Support hours": "81"},
        "fields": {
            "ticket.plan": "custom_fields_360",
            "ticket.seats": "custom_fields_361",
            "ticket.beta": "custom_fields_362",
            "ticket.areas": "custom_fields_363",
            "ticket.renewal": "custom_fields_364",
        },
        "choices": {"ticket.plan": {"gold": "plan_gold_2"}, "ticket.areas": {"billing": "area_billing"}},
        "triggers": {"Notify (2)": {"id": 25}, "Other": {"position": 3}},
    },
}
TRANSLATION = Translation.of_directory(NAMES)


def read(changes: Mapping[str, Any], translation: Translation = TRANSLATION) -> Reading:
    events = [{"type": "Create", "field_name": name, "value": value} for name, value in changes.items()]
    head = {"id": 1, "ticket_id": 2, "created_at": "2026-03-02T10:00:00Z", "author_id": 5}
    (piece,) = pieces([json.dumps({**head, "events": events}).encode()])
    assert isinstance(piece, Piece)
    return streams.read(piece, RULES.vocabulary, translation)


def test_ids_and_values_stand_in_the_words_of_the_rules() -> None:
    told = read(
        {
            "ticket_form_id": "64",
            "custom_status_id": "71",
            "schedule_id": "81",
            "360": "plan_gold_2",
            "361": "12.5",
            "362": "1",
            "363": ["area_billing", "sales"],
            "364": "2026-05-01",
        }
    )
    values = told.update.values
    assert {name: values[name] for name in ("form", "custom_status", "schedule", "plan")} == {
        "form": "Refunds",
        "custom_status": "Waiting for parts",
        "schedule": "Support hours",
        "plan": "gold",
    }
    assert (values["seats"], values["beta"]) == (Decimal("12.5"), True)
    assert values["areas"] == frozenset({"billing", "sales"})
    assert told.left_out == ()


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("361", "12", 12),
        ("361", "", None),
        ("361", None, None),
        ("362", "0", False),
        ("362", "true", True),
        ("363", "area_billing sales", frozenset({"billing", "sales"})),
        ("ticket_form_id", "65", "65"),
        ("ticket_form_id", None, None),
    ],
)
def test_audits_hold_values_as_text(name: str, raw: Any, value: Any) -> None:
    (found,) = read({name: raw}).update.values.values()
    assert found == value


def test_without_names_a_field_of_the_account_is_left_out() -> None:
    told = read({"360": "plan_gold_2", "ticket_form_id": "64"}, PLAIN)
    assert (told.left_out, told.update.values) == (("360",), {"form": "64"})


def test_a_trigger_is_found_by_its_id() -> None:
    assert TRANSLATION.title(25, "Notify") == "Notify (2)"
    assert TRANSLATION.title("26", "Notify") == "Notify"


def test_what_is_no_names_file_is_plain_or_told() -> None:
    assert Translation.of_directory(None) == Translation.of_directory({"users": []}) == PLAIN
    with pytest.raises(NamesError, match=r"zendesk\.forms"):
        Translation.of_directory({"zendesk": {"forms": []}})
