"""What `trigdsl import zendesk` reads, in whatever shape, and the folder that it writes."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from zendesk_folder import CREATED, Folder, Importer, action, condition, trigger

from trigdsl.engine.effects import Notification
from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import names
from trigdsl.interop.zendesk.exporting import offered

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "zendesk"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the real triggers are not here")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    return Importer(tmp_path, capsys)


# Shapes

TWO = [trigger(title="One", id=1, position=1), trigger(title="Two", id=2, position=2)]


@pytest.mark.parametrize(
    "answer",
    [
        TWO,
        {"triggers": TWO, "count": 2, "next_page": None},
        {"triggers": TWO, "meta": {"has_more": False}, "links": {}},
        "\n".join(map(json.dumps, TWO)),
        "\n".join(json.dumps({"trigger": one}) for one in TWO),
        "\n\n".join(json.dumps({"triggers": [one]}, indent=2) for one in TWO),
        "\ufeff" + json.dumps({"triggers": TWO}),
        {"triggers": {"a": TWO[0], "b": TWO[1]}, "targets": {"x": {"title": "X"}}},
        {"triggers": [{**TWO[0], **TWO[0]["conditions"], "conditions": TWO[0]["conditions"]}, TWO[1]]},
    ],
    ids=["list", "wrapped", "paged", "lines", "single", "pages", "mark", "app", "both"],
)
def test_every_shape_of_an_answer_is_read(desk: Importer, answer: Any) -> None:
    folder = desk.imported(answer)
    assert folder.code == 0, folder.complained
    assert [t.title for t in folder.rules.triggers] == ["One", "Two"]


def test_the_conditions_of_an_app_need_no_box(desk: Importer) -> None:
    app = {
        "triggers": {
            "a": {"title": "One", "all": [CREATED], "any": [], "actions": [action("priority", "low")]}
        }
    }
    assert [t.title for t in desk.imported(app).rules.triggers] == ["One"]


def test_a_page_that_comes_twice_counts_once(desk: Importer) -> None:
    assert "2 triggers imported" in desk.imported({"triggers": TWO}, {"triggers": TWO}).told


def test_a_page_of_several_is_told(desk: Importer) -> None:
    page = {"triggers": TWO, "meta": {"has_more": True}}
    assert "is one page of several" in desk.imported(page).told
    (desk.place / "rules2").mkdir()
    paths = [
        desk.write("p1.json", page),
        desk.write("p2.json", {"triggers": [], "meta": {"has_more": False}}),
    ]
    assert "is one page of several" not in desk.command(*paths, folder="rules2").told


def _page(number: int, *, last: bool, **entries: Any) -> dict[str, Any]:
    address = "https://acme.zendesk.com/api/v2/x.json?page="
    return {**entries, "next_page": None if last else f"{address}{number + 1}"}


def test_a_page_that_is_missing_between_two_is_told(desk: Importer) -> None:
    one, two = ([trigger(title=f"T{n}", id=n) for n in (k, k + 1)] for k in (1, 3))
    first, last = _page(1, last=False, triggers=one), _page(5, last=True, triggers=two)
    told = desk.imported({**first, "count": 10}, {**last, "count": 10}).told
    assert (
        "note: 4 of the account's 10 triggers were given: fetch the other pages as well (page 2 is not there)"
        in told
    )
    before = {"previous_page": "https://acme.zendesk.com/api/v2/x.json?per_page=2&page=4"}
    (desk.place / "p5").mkdir()
    paths = [desk.write("p1.json", first), desk.write("p5.json", {**last, **before})]
    assert "p1.json tells of a page 2 that was not given" in desk.command(*paths, folder="rules2").told


def test_pages_that_are_all_there_are_not_told(desk: Importer) -> None:
    one, two = ([trigger(title=f"T{n}", id=n) for n in (k, k + 1)] for k in (1, 3))
    # In a folder the tenth page is read before the second.
    pages = [{"triggers": two, "meta": {"has_more": False}}, {"triggers": one, "meta": {"has_more": True}}]
    assert "note" not in desk.imported(*pages).told
    counted = [
        {**_page(1, last=False, triggers=one), "count": 4},
        {**_page(2, last=True, triggers=two), "count": 4},
    ]
    paths = [desk.write(f"counted-{n}.json", page) for n, page in enumerate(counted)]
    assert "note" not in desk.command(*paths, folder="rules2").told


def test_pages_of_names_are_told_as_well(desk: Importer) -> None:
    users = {"users": [{"id": 1, "name": "Ann"}], "groups": [{"id": 2, "name": "G"}]}
    told = desk.imported(TWO, {**_page(1, last=False, **users), "count": 500}).told
    assert "note: 1 of the account's 500 users were given" in told
    assert "groups were given" not in told


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            {"error": "Couldn't authenticate you"},
            "it is an error that Zendesk answered: Couldn't authenticate you",
        ),
        (
            {"error": {"title": "Forbidden", "message": "You do not have access"}},
            "it is an error that Zendesk answered: Forbidden: You do not have access",
        ),
        ({"errors": [{"title": "Not found"}]}, "it is an error that Zendesk answered: Not found"),
        ("<!DOCTYPE html>\n<html></html>", "it is a web page and no answer of the API"),
        ({"users": [], "zendesk": {"triggers": {}}}, "it is the `names.json` of an import"),
    ],
)
def test_what_is_no_answer_is_said_to_be_what_it_is(desk: Importer, answer: Any, reason: str) -> None:
    paths = [desk.write("triggers.json", TWO), desk.write("groups.json", answer)]
    folder = desk.command(*paths)
    assert folder.code == 1
    assert f"groups.json: {reason}" in folder.told
    assert "1 file not imported:" in folder.told
    assert "1 file could not be read" in folder.complained


def test_a_folder_of_rules_is_no_answer(desk: Importer) -> None:
    folder = desk.imported(TWO)
    again = desk.command(str(folder.path), folder="again")
    assert again.code == 1
    assert "is a folder of rules: import takes the answers of Zendesk's API" in again.complained + again.told


def test_a_folder_of_answers_is_read_whole(desk: Importer) -> None:
    (desk.place / "answers").mkdir()
    desk.write("answers/triggers.json", {"triggers": [trigger(actions=[action("group_id", 5)])]})
    desk.write("answers/groups.json", {"groups": [{"id": 5, "name": "Tier 2"}]})
    folder = desk.command(str(desk.place / "answers"))
    assert 'set group to "Tier 2"' in folder.text("triggers.trig")


def test_what_else_lies_in_the_folder_is_left_out(desk: Importer) -> None:
    answers = desk.place / "answers"
    answers.mkdir()
    desk.write("answers/triggers.json", TWO)
    desk.write("answers/audits.jsonl", '{"id": 1, "events": []}\n{"id": 2, "events": []}\n')
    folder = desk.command(str(answers), folder="answers/rules")
    assert (folder.code, folder.complained) == (0, "")
    assert "note: nothing in " in folder.told
    assert "audits.jsonl is of use for this" in folder.told
    assert desk.command(str(answers), "--replace", folder="answers/rules").told == folder.told
    assert "it holds nothing that is known" in desk.command(str(answers / "audits.jsonl")).told


# What is broken


def test_of_a_text_that_is_cut_off_what_is_whole_is_imported(desk: Importer) -> None:
    whole = json.dumps({"triggers": [*TWO, trigger(title="Three")]}, indent=1)
    folder = desk.imported(whole[: whole.index("Three") + 2])
    assert folder.code == 1
    assert [t.title for t in folder.rules.triggers] == ["One", "Two"]
    assert "trigger 3: it ends in the middle: the file is cut off (line " in folder.told
    assert "1 entry could not be read" in folder.complained


def test_a_broken_trigger_takes_no_other_with_it(desk: Importer) -> None:
    whole = json.dumps({"triggers": [TWO[0], trigger(title="Three", position="@"), TWO[1]]})
    folder = desk.imported(whole.replace('"@"', "@"))
    assert [t.title for t in folder.rules.triggers] == ["One", "Two"]
    assert "trigger 2: it is not JSON" in folder.told


def test_a_broken_line_takes_no_other_with_it(desk: Importer) -> None:
    folder = desk.imported(
        "\n".join([json.dumps(TWO[0]), '{"title": "Broken", "actions": [}', json.dumps(TWO[1])])
    )
    assert [t.title for t in folder.rules.triggers] == ["One", "Two"]
    assert "trigger 2: it is not JSON: expecting value (line 2" in folder.told


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (5, "it is not an object"),
        ({"title": "X", "actions": []}, "`X`: it has no conditions"),
        ({"title": "X", "conditions": None, "actions": []}, "`X`: it has no conditions"),
        ({"title": "X", "conditions": {"all": {}, "any": []}, "actions": []}, "`all` are not a list"),
        ({"title": "X", "conditions": {"all": [], "any": []}}, "`X`: it has no list of actions"),
        (
            {"title": "X", "conditions": {"all": [], "any": []}, "actions": {}},
            "`X`: it has no list of actions",
        ),
    ],
)
def test_what_is_no_trigger_is_told_and_the_others_are_imported(
    desk: Importer, odd: Any, reason: str
) -> None:
    folder = desk.imported({"triggers": [TWO[0], odd, TWO[1]]})
    assert folder.code == 1
    assert [t.title for t in folder.rules.triggers] == ["One", "Two"]
    assert "trigger 2: " in folder.told
    assert reason in folder.told


@pytest.mark.parametrize(
    "odd", [None, 5, "x", [], {}, {"field": None}, {"field": 5, "value": 1}, {"operator": "is"}]
)
def test_a_trigger_with_a_part_that_is_none_is_told_and_the_others_are_imported(
    desk: Importer, odd: Any
) -> None:
    triggers = [TWO[0], trigger(title="C", all_of=[CREATED, odd]), trigger(title="A", actions=[odd]), TWO[1]]
    folder = desk.imported({"triggers": triggers})
    assert folder.code == 1
    assert [t.title for t in folder.rules.triggers] == ["One", "Two"]
    assert "trigger 2: `C`: its condition 2 of `all` is none: it has no `field`" in folder.told
    assert "trigger 3: `A`: its action 1 is none: it has no `field`" in folder.told


@pytest.mark.parametrize("content", ["", "{}", "[]", "no JSON", '{"views": []}', "null"])
def test_a_file_without_triggers_is_an_error_that_says_so(desk: Importer, content: str) -> None:
    folder = desk.imported(content)
    assert folder.code == 1
    assert "Traceback" not in folder.complained
    assert not folder.path.exists()
    assert folder.complained.startswith("trigdsl: ")


def test_files_that_cannot_be_read_are_told(desk: Importer) -> None:
    assert desk.command(str(desk.place / "nowhere.json")).code == 1
    (desk.place / "latin.json").write_bytes(b'"\xff"')
    folder = desk.command(str(desk.place / "latin.json"))
    assert folder.code == 1
    assert "is not UTF-8 text (byte 2)" in folder.complained


def test_what_a_windows_shell_writes_is_read(desk: Importer) -> None:
    (desk.place / "answer.json").write_bytes(json.dumps({"triggers": TWO}).encode("utf-16"))
    assert "2 triggers imported" in desk.command(str(desk.place / "answer.json")).told


def test_without_the_part_for_liquid_it_says_what_to_install(desk: Importer) -> None:
    sends = trigger(title="S", actions=[action("notification_user", ["requester_id", "S", "Hi"])])
    answer, plain = desk.write("answer.json", [*TWO, sends]), desk.write("plain.json", TWO)
    without = (
        "import sys; sys.modules['liquid'] = None; from trigdsl.interfaces import cli; sys.exit(cli.main())"
    )
    command = [sys.executable, "-c", without, "import", "zendesk", answer, "-o", str(desk.place / "rules")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "install `trigdsl[liquid]` and import again" in done.stderr
    assert not (desk.place / "rules").exists()
    command[command.index(answer)] = plain
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


def test_a_very_long_body_is_imported(desk: Importer) -> None:
    long = trigger(
        title="Long", actions=[action("notification_user", ["requester_id", "S", "word " * 13_000])]
    )
    folder = desk.imported({"triggers": [TWO[0], long]})
    assert folder.code == 0
    assert len(folder.rules.triggers) == 2
    assert len(folder.text("templates/en/long.liquid")) > 65_000


@pytest.mark.parametrize("number", [1, "1", "abc", None, -1, 10**30])
def test_ids_are_of_any_type(desk: Importer, number: Any) -> None:
    folder = desk.imported({"triggers": [trigger(id=number, position=str(number), category_id=number)]})
    assert folder.code == 0
    assert len(folder.rules.triggers) == 1


def test_what_export_would_not_give_back_is_kept(desk: Importer) -> None:
    """A rule could say these, and no trigger of Zendesk's has them: they would be stuck here."""
    odd = [condition("schedule_id", "not_changed", None), condition("brand_id", "is", "")]
    folder = desk.imported(
        [trigger(all_of=[CREATED, *odd], actions=[action("type", ""), *trigger()["actions"]])]
    )
    assert folder.code == 0
    assert folder.text("triggers.trig").count("raw zendesk") == 3
    assert "2 of `all`, `schedule_id`: no trigger of Zendesk's can ask this" in folder.told


def test_a_webhook_may_be_called_with_nothing(desk: Importer) -> None:
    folder = desk.imported(
        [trigger(actions=[action("notification_webhook", ["01F8MECHZX3TBDSZ7XRADM79XV", ""])])]
    )
    assert folder.text("templates/en/t.liquid") == ""
    assert [t.runs for t in folder.rules.triggers] == [True]


# Titles, order, categories


def test_titles_are_told_apart_and_the_real_ones_are_kept(desk: Importer) -> None:
    titles = ["Twin", "Twin", "twin", "", 'Say "hi" \\ # \t{{x}}', "two\nlines", None]
    folder = desk.imported([{**trigger(id=n, position=n), "title": t} for n, t in enumerate(titles)])
    found = [t.title for t in folder.rules.triggers]
    assert found == [
        "Twin",
        "Twin (2)",
        "twin (3)",
        "Trigger 3",
        'Say "hi" \\ # {{x}}',
        "two lines",
        "Trigger 6",
    ]
    kept = folder.json(names.FILE)["zendesk"]["triggers"]
    assert [kept[title].get("title", title) for title in found] == titles


def test_triggers_stand_in_zendesks_order_one_file_a_category(desk: Importer) -> None:
    triggers = [
        trigger(title="Last", id=1, position=1, category_id="20"),
        trigger(title="B", id=5, position=2, category_id="10"),
        trigger(title="A", id=9, position=2, category_id="10"),
        trigger(title="First", id=7, position=1, category_id=10),
        trigger(title="Nowhere", id=8, position=9),
    ]
    categories = [
        {"id": "10", "name": "Sort it!", "position": 1},
        {"id": "20", "name": "Mails", "position": 2},
    ]
    folder = desk.imported({"triggers": triggers}, {"trigger_categories": categories})
    assert [t.title for t in folder.rules.triggers] == ["Nowhere", "First", "A", "B", "Last"]
    assert [n for n in folder.names if n.endswith(".trig")] == [
        "00-triggers.trig",
        "01-sort-it.trig",
        "02-mails.trig",
    ]
    assert folder.text("01-sort-it.trig").startswith('category "Sort it!"\n\ntrigger "First"\n')
    assert folder.json(names.FILE)["zendesk"]["categories"] == [
        {"name": "Sort it!", "id": "10", "position": 1},
        {"name": "Mails", "id": "20", "position": 2},
    ]


def test_a_description_stands_above_and_an_inactive_trigger_is_disabled(desk: Importer) -> None:
    folder = desk.imported([{**trigger(description="Why it is.\r\n\r\nAnd since when."), "active": False}])
    assert folder.text("triggers.trig").startswith('# Why it is.\n# And since when.\ndisabled trigger "T"\n')
    assert len(folder.rules.triggers) == 1


def test_a_description_turns_nothing_on_or_off(desk: Importer) -> None:
    text = "language: fr\nallow in this file never-true\nline\u2028separator"
    folder = desk.imported([trigger(description=text)])
    assert folder.text("triggers.trig").startswith(
        '# - language: fr\n# - allow in this file never-true\n# line\n# separator\ntrigger "T"\n'
    )
    assert len(folder.rules.triggers) == 1


def test_what_a_rule_does_not_say_is_kept_beside_it(desk: Importer) -> None:
    more: dict[str, Any] = {
        "id": 5,
        "position": 3,
        "created_at": "2026-01-02T10:00:00Z",
        "usage_1h": 5,
        "raw_title": "T",
    }
    folder = desk.imported([trigger(**more)])
    assert folder.json(names.FILE)["zendesk"]["triggers"] == {"T": more}


# Names


def test_every_id_has_the_name_that_the_account_gives_it(desk: Importer) -> None:
    conditions = [
        condition("group_id", "is", 1),
        condition("assignee_id", "is_not", 2),
        condition("organization_id", "is", "3"),
        condition("brand_id", "is", 4),
        condition("ticket_form_id", "is", 5),
        condition("custom_status_id", "is", 6),
        condition("within_schedule", "is", 7),
        condition("locale_id", "is", 67),
        condition("custom_fields_10", "is", "gold"),
        condition("requester.custom_fields.tier", "is", "800"),
    ]
    actions = [
        action("notification_webhook", ["01F8MECHZX3TBDSZ7XRADM79XV", "{}"]),
        action("notification_target", [9, "x"]),
    ]
    folder = desk.imported(
        {"triggers": [trigger(all_of=conditions, actions=actions)]},
        {"groups": [{"id": 1, "name": "Tier 1"}, {"id": 11, "name": "Tier 2"}]},
        {"users": [{"id": 2, "name": "Bo", "email": "bo@example.com", "role": "agent", "locale": "fr", "organization_id": 3, "user_fields": {"tier": "t_gold", "odd": 5}}]},
        {"organizations": [{"id": 3, "name": "Acme", "tags": ["vip"]}]},
        {"brands": [{"id": 4, "name": "Main"}]},
        {"ticket_forms": [{"id": 5, "name": "Refunds"}]},
        {"custom_statuses": [{"id": 6, "agent_label": "Waiting"}]},
        {"schedules": [{"id": 7, "name": "Office", "time_zone": "Paris", "intervals": [{"start_time": 1980, "end_time": 2460}, {"start_time": 3420, "end_time": 3900}], "holidays": [{"start_date": "2026-12-24", "end_date": "2026-12-25"}]}]},
        {"locales": [{"id": 67, "locale": "ja"}]},
        {"ticket_fields": [{"id": 10, "type": "tagger", "title": "Plan?", "custom_field_options": [{"id": 1, "name": "Gold", "value": "gold"}]}]},
        {"user_fields": [{"id": 70, "key": "tier", "type": "dropdown", "title": "Tier", "custom_field_options": [{"id": 800, "name": "Gold", "value": "t_gold"}]}]},
        {"webhooks": [{"id": "01F8MECHZX3TBDSZ7XRADM79XV", "name": "Pager"}]},
        {"targets": [{"id": 9, "title": "Pager"}]},
    )  # fmt: skip
    assert folder.code == 0
    assert "without a name" not in folder.told
    assert folder.text("triggers.trig") == (
        'trigger "T"\n'
        '  when group is "Tier 1"\n'
        '    and assignee is not "bo@example.com"\n'
        '    and organization is "Acme"\n'
        '    and brand is "Main"\n'
        '    and ticket.form is "Refunds"\n'
        '    and ticket.custom_status is "Waiting"\n'
        '    and schedule "Office" is open\n'
        '    and requester.language is "ja"\n'
        "    and ticket.plan is gold\n"
        "    and requester.tier is t_gold\n"
        "  then call webhook Pager with template t\n"
        '    call webhook "Pager (9)" with template t_2\n'
    )
    assert folder.text("names.trig") == (
        "# Fields of the account's own.\n\n"
        "field ticket.plan is one of gold\n"
        'field user.tier is one of t_gold or "800"\n\n'
        "# Webhooks and targets. Their addresses and secrets stay in Zendesk.\n\n"
        'webhook Pager\nwebhook "Pager (9)"\n\n'
        "# Opening hours.\n\n"
        'schedule "Office" in "Europe/Paris" open monday 09:00 to 17:00, tuesday 09:00 to 17:00 '
        "closed on 2026-12-24, 2026-12-25\n"
    ).replace("monday 09:00 to 17:00, tuesday 09:00 to 17:00", "monday to tuesday 09:00 to 17:00")
    kept = folder.json(names.FILE)
    assert kept["users"] == [
        {"id": "2", "name": "Bo", "role": "agent", "email": "bo@example.com", "language": "fr", "organization": "3", "tier": "t_gold"}
    ]  # fmt: skip
    assert [g["name"] for g in kept["groups"]] == ["Tier 1", "Tier 2"]
    known = names.read(kept)
    assert known.id_of(c.Id.FORM, "Refunds") == "5"
    assert known.fields == {"ticket.plan": "custom_fields_10", "user.tier": "requester.custom_fields.tier"}
    assert known.choices == {"user.tier": {"t_gold": "800"}}
    directory = folder.rules.directory(kept)
    assert directory.record("user", directory.key("user", "bo@example.com")).values["role"] == "agent"


def test_a_group_that_is_told_has_the_members_that_the_account_says(desk: Importer) -> None:
    mail = action("notification_group", [5, "S", "B"])
    people = {
        "users": [
            {"id": 1, "name": "Bo", "email": "bo@example.com", "role": "agent"},
            {"id": 2, "name": "Al"},
        ]
    }
    groups = {"groups": [{"id": 5, "name": "Tier 5"}], "group_memberships": [{"user_id": 1, "group_id": 5}]}
    folder = desk.imported([trigger(actions=[mail])], people, groups)
    rules = folder.rules
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "ticket.created", "subject": "1"}
    stream = [{**event, "time": "2026-01-05T10:00:00Z", "data": {"by": "1"}}]
    (outcome,) = rules.run(stream, directory=rules.directory(folder.json(names.FILE)))
    told = [e for e in outcome.effects if isinstance(e, Notification)]
    assert [(n.recipient, n.subject, n.body) for n in told] == [("bo@example.com", "S", "B")]


def test_a_field_that_no_answer_tells_of_is_told_with_what_would(desk: Importer) -> None:
    told = trigger(all_of=[condition("custom_fields_77", "is", "a")])
    note = "note: 1 ticket field of which no answer tells: give the answer of api/v2/ticket_fields as one more file"
    assert note in desk.imported([told]).told
    named = {"ticket_fields": [{"id": 77, "type": "text", "title": "Plan"}]}
    paths = [desk.write("t.json", [told]), desk.write("f.json", named)]
    assert "no answer tells" not in desk.command(*paths, folder="rules2").told


def test_an_id_without_a_name_is_told_with_what_would_give_it(desk: Importer) -> None:
    folder = desk.imported([trigger(actions=[action("group_id", 5), action("assignee_id", 6)])])
    assert "1 group without a name: give the answer of api/v2/groups" in folder.told
    assert 'set group to "group 5"' in folder.text("triggers.trig")


def test_two_with_one_name_are_told_apart(desk: Importer) -> None:
    groups = {"groups": [{"id": 1, "name": "Tier"}, {"id": 2, "name": "tier"}]}
    folder = desk.imported([trigger(actions=[action("group_id", 2)])], groups)
    assert 'set group to "tier (2)"' in folder.text("triggers.trig")
    assert len(folder.rules.triggers) == 1


def test_ids_that_differ_in_their_letters_alone_are_told_apart(desk: Importer) -> None:
    parts = [condition("schedule_id", "is_not", "Office"), condition("schedule_id", "is_not", "office")]
    folder = desk.imported([trigger(all_of=parts)])
    assert 'ticket.schedule is not "office (2)"' in folder.text("triggers.trig")
    assert folder.json(names.FILE)["zendesk"]["schedules"] == {"Office": "Office", "office (2)": "office"}
    assert [t.runs for t in folder.rules.triggers] == [True]


def test_the_catalogue_of_an_account_gives_names_too(desk: Importer) -> None:
    subject = {
        "subject": "group_id",
        "title": "Group",
        "operators": [{"value": "is"}],
        "values": [{"value": "5", "title": "Tier 5"}],
    }
    own = {
        "subject": "custom_fields_7",
        "title": "Plan",
        "operators": [{"value": "is"}],
        "values": [{"value": "__NULL__", "title": "-"}, {"value": "pro", "title": "Pro"}],
    }
    definitions = {"definitions": {"conditions_all": [subject, own], "conditions_any": [], "actions": []}}
    folder = desk.imported(
        [trigger(all_of=[condition("group_id", "is", 5), condition("custom_fields_7", "is", "pro")])],
        definitions,
    )
    assert 'when group is "Tier 5" and ticket.plan is pro' in folder.text("triggers.trig")


def test_texts_know_the_account(desk: Importer) -> None:
    body = "{{ticket.ticket_field_10}} {{dc.hello}} {{ticket.organization.custom_fields.tier}}"
    triggers = [
        trigger(actions=[action("reply_public", body)], url="https://acme.zendesk.com/api/v2/triggers/1.json")
    ]
    items = {
        "items": [
            {
                "name": "Hello",
                "placeholder": "{{dc.hello}}",
                "default_locale_id": 1,
                "variants": [{"locale_id": 1, "default": True, "content": "Hi"}],
            }
        ]
    }
    folder = desk.imported(triggers, items)
    assert folder.json("templates/account.json") == {
        "url": "https://acme.zendesk.com",
        "fields": {"10": {"path": "ticket.field_10"}},
    }
    assert folder.json("templates/dynamic_content.json")["items"][0]["name"] == "Hello"
    assert "field organization.tier is text" in folder.text("names.trig")
    assert folder.rules.triggers


# The folder


def test_nothing_that_is_there_is_written_over_unless_that_is_asked_for(desk: Importer) -> None:
    assert desk.imported(TWO).code == 0
    (desk.place / "rules" / "triggers.trig").write_text("# mine\n")
    refused = desk.imported(TWO)
    assert refused.code == 2
    assert "is there already" in refused.complained
    assert refused.text("triggers.trig") == "# mine\n"
    assert desk.imported(TWO, options=("--replace",)).text("triggers.trig") != "# mine\n"


def test_rules_that_would_be_read_with_the_imported_ones_are_in_the_way(desk: Importer) -> None:
    (desk.place / "rules").mkdir()
    (desk.place / "rules" / "mine.trig").write_text("")
    refused = desk.imported(TWO, options=("--replace",))
    assert refused.code == 2
    assert "would be read with the imported rules" in refused.complained
    assert refused.names == ["mine.trig"]


def test_a_file_is_no_folder(desk: Importer) -> None:
    (desk.place / "rules").write_text("")
    assert "is a file" in desk.imported(TWO).complained


def test_the_json_says_all(desk: Importer) -> None:
    folder = desk.imported(
        [*TWO, trigger(title="Odd", actions=[action("share_ticket", "5")]), 7], options=("--json",)
    )
    told = json.loads(folder.told)
    assert (told["triggers"], told["executable"], told["disabled"]) == (3, 2, 0)
    assert told["kept"] == [
        {
            "trigger": "Odd",
            "part": "actions",
            "number": 1,
            "field": "share_ticket",
            "reason": c.KEPT["share_ticket"],
        }
    ]
    assert [r["reason"] for r in told["refused"]] == ["it is not an object"]


# All that an account may hold


OWN = {
    c.Kind.SET: "custom_fields_{}",
    c.Kind.CHOICE: "custom_fields:f{}",
    c.Kind.TEXT: "requester.custom_fields.f{}",
    c.Kind.NUMBER: "organization.custom_fields.f{}",
    c.Kind.DATE: "user.custom_fields.f{}",
    c.Kind.YES_NO: "ticket_fields_{}",
}


def every_condition() -> Iterator[tuple[str, str, Any]]:
    """Yield one condition for each field, operator that Zendesk offers for it, and kind of value."""
    for name, values in c.SENTENCES.items():
        yield from ((name, operator, value) for value in values for operator in offered.of_sentence(name))
    for field in c.FIELDS.values():
        for operator in field.operators:
            yield from ((field.name, operator, value) for value in values_of(field, operator))
    numbers = itertools.count(1)
    for kind, name in OWN.items():
        for operator in c.OWN_OPERATORS[kind]:
            field = c.Field(name.format(next(numbers)), "x.y", kind, ())
            yield from ((field.name, operator, value) for value in values_of(field, operator))


def values_of(field: c.Field, operator: str) -> list[Any]:
    if operator in c.TERMINAL:
        return [None, ""]
    if operator.startswith("within"):
        return [1, "30"]
    match field.kind:
        case c.Kind.NUMBER:
            return [3, "2.5"]
        case c.Kind.DATE:
            return ["2026-01-31"]
        case c.Kind.YES_NO:
            return [True, "false"]
        case c.Kind.SET:
            return ["vip", "vip gold", ["vip", "gold"]]
        case c.Kind.TEXT | c.Kind.SEARCHED:
            return ["one", "two words", 'a "b" c1']
    found: list[Any] = list(field.values)[:2] or (["7", 8] if field.ids else ["solved"])
    found = {"type": ["task"], "priority": ["high"]}.get(field.name, found)
    may_be = offered.may_be_empty(field, own=field.path == "x.y")
    nothing = [None] if may_be and operator not in NEVER_NOTHING else []
    return [*found, *nothing, *(["current_user"] if field.people and field.name != "role" else [])]


NEVER_NOTHING = ("less_than", "greater_than", "includes", "not_includes")


def test_every_field_operator_and_kind_of_value_is_imported(desk: Importer) -> None:
    parts = list(every_condition())
    triggers = [
        trigger(title=f"T{n}", id=n, position=n, all_of=[condition(*part)]) for n, part in enumerate(parts)
    ]
    folder = desk.imported({"triggers": triggers}, options=("--json",))
    assert folder.code == 0
    assert len(folder.rules.triggers) == len(parts) > 250
    assert json.loads(folder.told)["kept"] == []


def counted(folder: Folder) -> dict[str, Any]:
    """Return what the command says of an import, and print its counts for who runs this with `-s`."""
    told: dict[str, Any] = json.loads(folder.told)
    counts = {name: told[name] for name in ("triggers", "executable")} | {
        name: len(told[name]) for name in ("kept", "refused")
    }
    sys.stdout.write(f"{counts}\n")
    return told


@real
def test_the_real_triggers_are_imported(desk: Importer) -> None:
    folder = desk.command(str(DATA / "triggers.jsonl"), "--json")
    told = counted(folder)
    assert folder.code == 0
    assert told["triggers"] == len(folder.rules.triggers) == 123
    assert told["executable"] >= 0.95 * 123
    assert sum(not t.raw for t in folder.rules.triggers) == told["executable"]


@real
def test_what_a_real_account_offers_is_imported(desk: Importer) -> None:
    """One trigger for each subject, operator and value of the account's own catalogue, and for each action."""
    definitions = json.loads((DATA / "definitions.json").read_text(encoding="utf-8"))
    triggers = list(of_definitions(definitions["definitions"]))
    folder = desk.imported({"triggers": triggers}, definitions, options=("--json",))
    told = counted(folder)
    assert folder.code == 0
    assert len(folder.rules.triggers) == len(triggers) > 700
    reasons = {k["reason"] for k in told["kept"]} - set(c.KEPT.values())
    assert reasons == {"`priority` is compared with nothing"}


def of_definitions(definitions: Any) -> Iterator[dict[str, Any]]:
    for subject in definitions["conditions_all"]:
        name, listed = subject["subject"], [v["value"] for v in subject.get("values", ())]
        plain = {"date": ["2026-01-31"], "tags": ["vip", "vip gold"]}.get(subject["type"], ["3"])
        for operator in (o["value"] for o in subject["operators"]):
            values = (
                [None]
                if operator in c.TERMINAL
                else ["3", 1]
                if operator.startswith("within")
                else listed[:4] or plain
            )
            for value in values:
                yield trigger(title=f"{name} {operator} {value}", all_of=[condition(name, operator, value)])
    for subject in definitions["actions"]:
        name, listed = subject["subject"], [v["value"] for v in subject.get("values", ())]
        for value in listed[:8] or ["2026-01-31" if subject["type"] == "date" else "3"]:
            parts = {
                "email": [value, "S", "B"],
                "sms": [value, 15, "B"],
                "target": [value, "B"],
                "webhook": ["01F8MECHZX3TBDSZ7XRADM79XV", "{}"],
            }
            yield trigger(
                title=f"{name} := {value}", actions=[action(name, parts.get(subject["type"], value))]
            )


def test_a_field_is_not_called_as_another_is_in_french(desk: Importer) -> None:
    """Nobody could tell the two apart in a French file."""
    fields = [
        {"id": 10, "type": "text", "title": "Priorité"},
        {"id": 11, "type": "date", "title": "Échéance"},
    ]
    conditions = [condition("custom_fields_10", "is", "x"), condition("custom_fields_11", "is_present", None)]
    folder = desk.imported({"triggers": [trigger(all_of=conditions)]}, {"ticket_fields": fields})
    _ = folder.rules
    assert {"ticket.custom_priorite", "ticket.custom_echeance"} <= {
        f.path for f in folder.rules.vocabulary.fields.values()
    }
