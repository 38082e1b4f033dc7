"""Nothing that an answer may hold brings the import down: whatever is JSON becomes a folder that loads."""

import contextlib
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trigdsl.interfaces import cli
from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import names, normal
from trigdsl.runtime import loader

WORDS = st.sampled_from(
    (*("", " ", "x", "a b", "__NULL__", "current_user", "requester_id", "group_id", "true", "0", "4", "12345", "Create"),
    *("2026-01-31", "2026-99-99", "open", "then", "#", "\\", '"', '"""', "a\nb", "{{x}}", "{% if %}", "\ud800", "ﬁ"))
)  # fmt: skip
PLAIN = st.one_of(
    WORDS, st.text(max_size=8), st.none(), st.booleans(), st.integers(), st.sampled_from([2.5, -1])
)
JUNK = st.one_of(PLAIN, st.lists(PLAIN, max_size=4), st.dictionaries(WORDS, PLAIN, max_size=2))
ODD = ("custom_fields_1", "custom_fields_", "custom_fields:é ü", "ticket_fields_2", "user.custom_fields.name")
NAMES = st.sampled_from(
    (*c.FIELDS, *c.SENTENCES, *c.WRITES, *c.MAILS, *c.CALLS, *c.POSTS, *c.KEPT, c.WITHIN_SCHEDULE, *ODD)
)
OPERATORS = st.sampled_from([*{o for table in c.OPERATORS.values() for o in table}, *c.OPERATOR_ALIASES])
CONDITIONS = st.fixed_dictionaries({"field": NAMES, "operator": OPERATORS | JUNK, "value": JUNK})
ACTIONS = st.fixed_dictionaries({"field": NAMES, "value": JUNK})
BLOCK = st.lists(CONDITIONS, max_size=3)
TRIGGERS = st.fixed_dictionaries(
    {
        "title": JUNK,
        "active": JUNK,
        "conditions": st.fixed_dictionaries({"all": BLOCK, "any": BLOCK}),
        "actions": st.lists(ACTIONS, max_size=3),
    },
    optional=dict.fromkeys(("id", "position", "category_id", "description", "url"), JUNK),
)
KEYS = (
    "id",
    "key",
    "name",
    "title",
    "email",
    "role",
    "type",
    "position",
    "locale",
    "tags",
    "intervals",
    "time_zone",
)
ENTRIES = st.dictionaries(st.sampled_from([*KEYS, "custom_field_options", "user_fields", "holidays"]), JUNK)
SECTIONS = st.sampled_from(
    ["users", "groups", "ticket_fields", "user_fields", "schedules", "trigger_categories", "items"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(TRIGGERS | JUNK, min_size=1, max_size=6),
    st.dictionaries(SECTIONS, st.lists(ENTRIES | JUNK, max_size=3)),
)
def test_any_json_becomes_a_folder_that_loads_and_goes_back(
    triggers: list[Any], account: dict[str, list[Any]]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        answer, folder = Path(place) / "answer.json", Path(place) / "rules"
        answer.write_text(json.dumps({"triggers": triggers, **account}), encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            assert cli.main(["import", "zendesk", str(answer), "-o", str(folder)]) in (0, 1)
            assert not folder.exists() or cli.main(["format", "--check", str(folder)]) == 0
        loaded = loader.load_paths([folder]) if folder.exists() else None
        if loaded is not None:
            assert loaded.ruleset is not None, loaded.diagnostics
            loaded.ruleset.directory(json.loads((folder / names.FILE).read_text(encoding="utf-8")))
            again = exported(folder)
            assert len(again) == len(loaded.ruleset.triggers)
            wanted = [
                in_normal_form(each)
                for each in json.loads(answer.read_text())["triggers"]
                if is_trigger(each)
            ]
            assert [each for each in again if each not in wanted] == []


def exported(folder: Path) -> list[str]:
    """Return the triggers that a folder becomes again."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert cli.main(["export", "zendesk", str(folder)]) == 0
    return [in_normal_form(each) for each in json.loads(out.getvalue())["triggers"]]


def in_normal_form(each: Any) -> str:
    """Return a trigger as one text; half a character is what import makes of it."""
    return re.sub(
        "[\ud800-\udfff]", "\ufffd", json.dumps(normal.trigger(each), sort_keys=True, ensure_ascii=False)
    )


def is_trigger(each: Any) -> bool:
    return isinstance(each, dict) and isinstance(each.get("actions"), list)


@settings(max_examples=50, deadline=None)
@given(text=st.text(), cut=st.integers(0, 400))
def test_any_text_is_read_or_refused(text: str, cut: int) -> None:
    whole = json.dumps(
        {"triggers": [{"title": text, "conditions": {"all": [], "any": []}, "actions": []}] * 3}, indent=1
    )
    with tempfile.TemporaryDirectory() as place:
        answer = Path(place) / "answer.json"
        answer.write_text(whole[:cut] + text.encode("utf-8", "replace").decode(), encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            assert cli.main(["import", "zendesk", str(answer), "-o", str(Path(place) / "rules")]) in (0, 1)
