"""The normal form: what says the same is written the same, and it is its own normal form."""

from typing import Any

import pytest

from trigdsl.interop.zendesk import normal


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (("assignee_id", "changed", None), ("assignee_id", "changed", "")),
        (("assignee_id", "changed_to", 7), ("assignee_id", "value", "7")),
        (("assignee_id", "is", "__NULL__"), ("assignee_id", "is", "")),
        (("update_type", None, "create"), ("update_type", "is", "Create")),
        (("comment_is_public", "is", True), ("comment_is_public", "is", "true")),
        (("current_tags", "includes", " Vip  gold"), ("current_tags", "includes", "vip gold")),
        (("current_tags", "includes", ["vip", "gold"]), ("current_tags", "includes", "vip gold")),
        (("subject_includes_word", "includes", "2fa "), ("subject_includes_word", "includes", "2fa")),
        (("subject_includes_word", "is", "2fa "), ("subject_includes_word", "is", "2fa ")),
        (("via_id", "is", "Email"), ("via_id", "is", "4")),
        (("satisfaction_score", "is", "offered"), ("satisfaction_score", "is", "false")),
        (("ticket_fields_5", "is", ""), ("custom_fields_5", "not_present", "")),
        (("custom_fields:plan", "is_not", None), ("custom_fields:plan", "present", "")),
        (
            ("user.custom_fields.city", "includes", "a b"),
            ("requester.custom_fields.city", "includes_words", "a b"),
        ),
        (("status", "is", ["open"]), ("status", "is", "open")),
    ],
)
def test_a_condition_in_its_normal_form(written: tuple[Any, ...], form: tuple[Any, ...]) -> None:
    keys = ("field", "operator", "value")
    found = normal.condition(dict(zip(keys, written, strict=True)))
    assert found == dict(zip(keys, form, strict=True))
    assert normal.condition(found) == found


@pytest.mark.parametrize(
    ("written", "form"),
    [
        (("current_tags", "A  b"), ("current_tags", "a b")),
        (("assignee_id", None), ("assignee_id", "")),
        (("group_id", 5), ("group_id", "5")),
        (
            ("notification_user", ["requester_id", None, "Hi\r\nyou"]),
            ("notification_user", ["requester_id", "", "Hi\nyou"]),
        ),
        (("ticket_fields_5", True), ("custom_fields_5", "true")),
        (
            ("notification_group", [5, " Re:\r\n two  blanks ", "B "]),
            ("notification_group", ["5", "Re: two  blanks", "B "]),
        ),
        (("tweet_requester", " B"), ("tweet_requester", " B")),
    ],
)
def test_an_action_in_its_normal_form(written: tuple[Any, ...], form: tuple[Any, ...]) -> None:
    found = normal.action(dict(zip(("field", "value"), written, strict=True)))
    assert found == dict(zip(("field", "value"), form, strict=True))
    assert normal.action(found) == found


def test_the_conditions_of_an_app_stand_without_their_box() -> None:
    found = normal.trigger(
        {"title": "T", "all": [{"field": "status", "value": "new"}], "actions": None, "id": 5}
    )
    assert found == {
        "title": "T",
        "id": 5,
        "active": True,
        "conditions": {"all": [{"field": "status", "operator": "is", "value": "new"}], "any": []},
        "actions": [],
    }


@pytest.mark.parametrize("odd", [None, 5, "text", [], {"field": 5}, {"operator": "is"}])
def test_what_is_no_condition_and_no_action_stays_as_it_is(odd: Any) -> None:
    assert normal.condition(odd) == odd
    assert normal.action(odd) == odd


def test_words_stand_between_blanks_and_phrases_in_quotes() -> None:
    assert normal.words('a  "packet loss" b') == ["a", "packet loss", "b"]
    assert normal.words('5" disk') == ['5"', "disk"]
    assert normal.words(["x", 5]) == ["x", "5"]
    assert normal.words(" ".join(map(normal.written_word, ["a", "packet loss"]))) == ["a", "packet loss"]
