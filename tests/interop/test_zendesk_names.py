"""The names file keeps each id as it was, and is a directory for `trigdsl run`."""

import json

import pytest

from trigdsl import compile_text
from trigdsl.interop.zendesk import names
from trigdsl.interop.zendesk.catalogue import Id
from trigdsl.interop.zendesk.names import Names, NamesError


def test_every_kind_of_id_is_given_back_as_it_was() -> None:
    known = Names()
    for kind in Id:
        known.add(kind, f"the {kind.value}", 7 if kind not in (Id.WEBHOOK, Id.USER) else "01ABC")
    again = names.read(json.loads(json.dumps(known.to_json())))
    assert again == known
    for kind in Id:
        assert str(again.id_of(kind, f"the {kind.value}")) in ("7", "01ABC")
        assert again.name_of(kind, str(again.id_of(kind, f"the {kind.value}"))) == f"the {kind.value}"
    assert again.id_of(Id.GROUP, "another") == "another"
    assert again.name_of(Id.FORM, "8") is None


def test_a_user_is_named_by_address_where_there_is_one() -> None:
    known = Names()
    known.add(Id.USER, "Bo", 8, {"email": "bo@example.com"})
    assert known.name_of(Id.USER, "8") == "bo@example.com"
    assert known.id_of(Id.USER, "bo@example.com") == "8"


def test_it_is_a_directory() -> None:
    known = Names()
    known.add(Id.GROUP, "Tier 1", 1)
    known.add(Id.FORM, "Refunds", 2)
    rules = compile_text('when group is "Tier 1" then stop')
    assert rules.directory(known.to_json()).key("group", "Tier 1") == "1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "no file of names"),
        ({"zendesk": []}, "no file of names"),
        ({"groups": {}}, "`groups` is not a list"),
        ({"zendesk": {"forms": []}}, "`zendesk.forms` is not an object"),
        ({"zendesk": {"triggers": {"A": 5}}}, "`A` in `zendesk.triggers` is not an object"),
        ({"zendesk": {"fields": {"ticket.plan": 5}}}, "`ticket.plan` in `zendesk.fields` is no id"),
        ({"zendesk": {"forms": {"Refunds": None}}}, "`Refunds` in `zendesk.forms` is no id"),
        ({"zendesk": {"categories": [5]}}, "`zendesk.categories` is not a list"),
    ],
)
def test_a_file_that_is_wrong_says_where(data: object, words: str) -> None:
    with pytest.raises(NamesError, match=words):
        names.read(data)
