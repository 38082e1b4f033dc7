"""Directories that a command is given: several are one, and what is wrong is said of the file that is."""

import json
from pathlib import Path
from typing import Any

import pytest

from trigdsl.interfaces import cli, people

Captured = pytest.CaptureFixture[str]
RULES = """
trigger "Greet" when ticket is created and requester is agent then notify requester with template solved
"""
ASKED = """
when ticket is created then notify requester with template solved
test "Greeted" when "ana@example.com" creates ticket expect requester is notified in language fr
"""
CREATED = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "desk",
    "type": "ticket.created",
    "subject": "1",
    "time": "2026-03-02T09:00:00Z",
    "data": {"by": "ana@example.com", "set": {"subject": "It is down"}},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("rules.trig").write_text(RULES, encoding="utf-8")
    Path("events.jsonl").write_text(json.dumps(CREATED) + "\n", encoding="utf-8")
    write(
        "one.json",
        {
            "users": [
                {"id": "7", "email": "ana@example.com", "name": "Ana", "role": "agent", "language": "fr"}
            ]
        },
    )
    write(
        "two.json",
        {"users": [{"email": "ANA@example.com", "name": "Ana B."}], "groups": [{"name": "Tier 1"}]},
    )
    return tmp_path


def write(name: str, data: Any) -> None:
    Path(name).write_text(json.dumps(data), encoding="utf-8")


def test_who_is_in_two_files_is_one_with_all_that_is_said(folder: Path) -> None:
    assert people.read(["one.json", "two.json"]).together == {
        "users": [
            {"id": "7", "email": "ANA@example.com", "name": "Ana B.", "role": "agent", "language": "fr"}
        ],
        "groups": [{"name": "Tier 1"}],
    }


def test_an_id_is_one_person_as_number_and_as_text_and_a_name_is_a_group_without_one(folder: Path) -> None:
    write("a.json", {"users": [{"id": 1, "name": "A"}], "groups": [{"id": "1", "name": "X"}, {"name": "Y"}]})
    write(
        "b.json", {"users": [{"id": "1", "role": "agent"}, {"id": "2"}], "groups": [{"id": "2", "name": "X"}]}
    )
    write("c.json", {"groups": [{"id": "3", "name": "Y"}]})
    assert people.read(["a.json", "b.json", "c.json"]).together == {
        "users": [{"id": "1", "name": "A", "role": "agent"}, {"id": "2"}],
        "groups": [{"id": "1", "name": "X"}, {"id": "3", "name": "Y"}, {"id": "2", "name": "X"}],
    }


def test_what_stands_beside_people_is_taken_from_whichever_has_it(folder: Path) -> None:
    write("names.json", {"zendesk": {"forms": {"Refunds": 5}, "fields": {"ticket.plan": "custom_fields_1"}}})
    write("more.json", {"zendesk": {"forms": {"Offers": 6}}})
    for order in (["names.json", "one.json", "more.json"], ["more.json", "one.json", "names.json"]):
        together = people.read(order).together
        assert together is not None
        assert together["zendesk"]["forms"] == {"Refunds": 5, "Offers": 6}
        assert together["zendesk"]["fields"] == {"ticket.plan": "custom_fields_1"}


@pytest.mark.parametrize("order", [("one.json", "two.json"), ("two.json", "one.json")])
def test_every_command_takes_several(folder: Path, capsys: Captured, order: tuple[str, str]) -> None:
    given = [word for name in order for word in ("--directory", name)]
    stream = ["--events", "events.jsonl", *given]
    assert cli.main(["run", "rules.trig", *stream]) == 0
    assert "Greet" in capsys.readouterr().out
    assert cli.main(["why", "rules.trig", *stream, "--event", "e-1"]) == 0
    assert "fired" in capsys.readouterr().out
    assert cli.main(["profile", "rules.trig", *stream]) == 0
    assert "1 firing" in capsys.readouterr().out
    assert cli.main(["replay", "rules.trig", "rules.trig", *stream, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["messages"] == {"old": 1, "new": 1}
    write("two.json", {"users": [{"id": "7", "role": "end_user"}]} if order[1] == "two.json" else {})
    write("one.json", {"users": [{"id": "7", "email": "ana@example.com", "language": "fr"}]})
    Path("rules.trig").write_text(ASKED, encoding="utf-8")
    assert cli.main(["test", "rules.trig", *given]) == 0
    assert cli.main(["check", "rules.trig", *given]) == 0
    Path("rules.trig").write_text(
        'when ticket is created then set ticket.group to "Tier 1" set ticket.assignee to "ana@example.com"',
        encoding="utf-8",
    )
    write("two.json", {"groups": [{"id": "1", "name": "Tier 1"}]})
    capsys.readouterr()
    assert cli.main(["export", "zendesk", "rules.trig", *given]) == 0
    actions = json.loads(capsys.readouterr().out)["triggers"][0]["actions"]
    assert [action["value"] for action in actions] == ["1", "7"]


def test_what_is_wrong_is_said_of_the_file_that_is(folder: Path, capsys: Captured) -> None:
    write("bad.json", {"users": [{"id": "9"}, {"id": "8", "role": "boss"}]})
    stream = ["--events", "events.jsonl", "--directory", "one.json", "--directory", "bad.json"]
    assert cli.main(["run", "rules.trig", *stream]) == 1
    assert "the directory `bad.json`: users, entry 2: `role`" in capsys.readouterr().err


def test_twins_in_one_file_stay_a_mistake(folder: Path, capsys: Captured) -> None:
    write("twins.json", {"users": [{"id": "7"}, {"id": "7"}]})
    stream = ["--events", "events.jsonl", "--directory", "one.json", "--directory", "twins.json"]
    assert cli.main(["run", "rules.trig", *stream]) == 1
    assert "the directory `twins.json`: two users are called `7`" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [["run", "rules.trig"], ["run", "rules.trig", "--compare"], ["replay", "rules.trig", "rules.trig"]],
)
def test_without_one_it_is_said_what_whoever_is_unknown_is_taken_for(
    folder: Path, capsys: Captured, command: list[str]
) -> None:
    assert cli.main([*command, "--events", "events.jsonl"]) == 0
    said = "no directory is given, so whoever no event writes out is taken for an end user"
    assert said in capsys.readouterr().err
    assert cli.main([*command, "--events", "events.jsonl", "--directory", "one.json"]) == 0
    assert said not in capsys.readouterr().err
