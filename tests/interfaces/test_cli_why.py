"""`trigdsl why` as people start it: every kind of answer as it is read, and what is asked wrongly."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from desk import ANA, BO, PEOPLE, event, private, public

from trigdsl.interfaces import cli

Ask = Callable[..., str]

RULES = """
trigger "Stop for tests"
  when ticket.tags include test
  then stop

trigger "Raise"
  when ticket is created and ticket.subject contains any word of down, outage
  then set ticket.priority to urgent
    set assignee to "bo@example.com"

trigger "Calm down"
  when ticket.priority is urgent and requester.organization is "Acme"
  then set ticket.priority to high

trigger "Page"
  when ticket.priority is urgent
    and (ticket.tags include vip or requester.language is fr)
    and not (ticket.status is solved or comment is private)
  then add paged to ticket.tags

trigger "Greet" once per ticket
  when ticket.tags gain paged or comment is public
  then set ticket.form to greeted

disabled trigger "Off"
  when ticket is updated
  then set ticket.form to off

trial trigger "New"
  when assignee is "bo@example.com"
  then set ticket.form to trial

# allow never-true
trigger "Never"
  when ticket.status is open and ticket.status is solved
  then set ticket.form to never

# allow not-executable
trigger "Raw"
  when ticket is updated and raw zendesk \"\"\"{"field": "sent_to", "value": "1"}\"\"\"
  then raw zendesk \"\"\"{"field": "share_ticket", "value": "1"}\"\"\"
"""

EVENTS = [
    event(
        "zoe@example.com",
        {"subject": "It is down", "tags": ["vip"]},
        created=True,
        comment=public("Nothing works."),
        channel="email",
    ),
    event(ANA, {"subject": "Everything is down"}, number=2, created=True, ticket="43", channel="web"),
    event(BO, {"status": "pending"}, number=3, comment=private()),
    event(BO, {"tags": ["vip", "test"], "priority": "urgent"}, number=4),
    event(BO, {"status": "closed"}, number=5),
    event(ANA, {}, number=6, comment=public()),
    event(ANA, {"colour": "red"}, number=7),
    event(ANA, {}, number=6, comment=public()),
    event(ANA, {"subject": "Same"}, number=5, created=True, ticket="44"),
]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    monkeypatch.chdir(tmp_path)
    Path("rules.trig").write_text(RULES.lstrip(), encoding="utf-8")
    Path("directory.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    Path("events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in EVENTS), encoding="utf-8")

    def run(*options: str, code: int = 0, rules: str = "rules.trig") -> str:
        files = ["--events", "events.jsonl", "--directory", "directory.json"]
        assert cli.main(["why", rules, *files, *options]) == code
        captured = capsys.readouterr()
        return captured.err if code else captured.out

    return run


def of(ask: Ask, number: int, title: str, *options: str) -> str:
    """Return the answer about one trigger, without the headline."""
    return ask("--event", f"e-{number}", "--trigger", title, *options).split("\n\n", 1)[1].rstrip("\n")


def test_a_firing_with_the_chain_that_led_to_it(ask: Ask) -> None:
    assert (
        of(ask, 1, "Page")
        == """\
Page: fired  (rules.trig:14)
  yes  ticket.priority is urgent
  yes  any of these
         yes  ticket.tags include vip
         no   requester.language is fr: it was fr-CA  (rules.trig:16)
  yes  not so
         no   any of these  (rules.trig:17)
                no   ticket.status is solved: it was new  (rules.trig:17)
                no   comment is private: it was a public comment  (rules.trig:17)
  made possible by “Raise”, which changed `ticket.priority` from empty to urgent  (rules.trig:5)"""
    )


def test_a_trigger_that_another_one_undid(ask: Ask) -> None:
    assert (
        of(ask, 2, "Page")
        == """\
Page: did not fire  (rules.trig:14)
  no   ticket.priority is urgent: it was high  (rules.trig:15)
  no   any of these  (rules.trig:16)
         no   ticket.tags include vip: it was empty  (rules.trig:16)
         no   requester.language is fr: it was en  (rules.trig:16)
  yes  not so
         no   any of these  (rules.trig:17)
                no   ticket.status is solved: it was new  (rules.trig:17)
                no   comment is private: it was no comment  (rules.trig:17)
  It would have fired if paul@example.com had made the update."""
    )


def test_a_trigger_that_another_one_stopped(ask: Ask) -> None:
    assert (
        of(ask, 4, "Page")
        == """\
Page: did not fire: another trigger stopped first  (rules.trig:14)
  yes  ticket.priority is urgent
  yes  any of these
         yes  ticket.tags include vip: it was test, vip
         no   requester.language is fr: it was fr-CA  (rules.trig:16)
  yes  not so
         no   any of these  (rules.trig:17)
                no   ticket.status is solved: it was pending  (rules.trig:17)
                no   comment is private: it was no comment  (rules.trig:17)
  It held until “Stop for tests” fired (rules.trig:1) and stopped.
  It would have fired if `ticket.tags` had not included test."""
    )


@pytest.mark.parametrize(
    ("number", "title", "answer"),
    [
        (3, "Off", "Off: did not fire: it is disabled  (rules.trig:24)"),
        (
            3,
            "Raw",
            (
                "Raw: did not fire: it is not executable, since a part of it can be said to zendesk alone"
                " (rules.trig:39, rules.trig:40)  (rules.trig:38)"
            ),
        ),
        (3, "Greet", "Greet: did not fire: it fired before, and does so once per ticket  (rules.trig:20)"),
        (
            6,
            "Raise",
            "Raise: did not fire: the ticket was closed before, and no trigger runs on one  (rules.trig:5)",
        ),
    ],
)
def test_the_condition_plays_no_part(ask: Ask, number: int, title: str, answer: str) -> None:
    assert of(ask, number, title) == answer


def test_a_trigger_on_trial(ask: Ask) -> None:
    assert (
        of(ask, 1, "New")
        == """\
New: on trial, would have fired  (rules.trig:28)
  yes  assignee is "bo@example.com"
  made possible by “Raise”, which changed `ticket.assignee` from empty to bo@example.com  (rules.trig:5)"""
    )


def test_what_can_never_be(ask: Ask) -> None:
    assert of(ask, 1, "Never").endswith(
        "No event can make it fire: `ticket.status is open` and `ticket.status is solved` can never be so together."
    )


def test_what_only_another_past_can_do(ask: Ask) -> None:
    assert of(ask, 3, "Raise").endswith(
        "No change of this event could make it fire, only another past of the ticket: "
        "`ticket is created` (it existed already)."
    )


def test_who_wrote_a_field(ask: Ask) -> None:
    assert (
        ask("--event", "e-4", "--field", "ticket.priority")
        == """\
2026-01-05 12:00  bo@example.com updates ticket 42  [e-4]

ticket.priority
  e-1  “Raise” (rules.trig:7): empty → urgent
  e-4  the event: urgent, as it was
"""
    )


def test_a_refused_event(ask: Ask) -> None:
    assert (
        ask("--event", "e-7")
        == """\
events.jsonl:7: the event was refused: a ticket has no field `colour`
What is refused changes nothing, and no trigger runs.
"""
    )


def test_an_event_that_came_twice(ask: Ask) -> None:
    assert "It came again on line 8, and changed nothing then." in ask("--event", "e-6")


def test_an_event_of_two_tickets(ask: Ask) -> None:
    assert "say which with --ticket" in ask("--event", "e-5", code=2)
    assert "updates ticket 42" in ask("--event", "e-5", "--ticket", "42")
    assert "creates ticket 44" in ask("--event", "e-5", "--ticket", "44")


@pytest.mark.parametrize(
    ("options", "code", "complaint"),
    [
        (["--event", "e-99"], 2, "trigdsl: there is no event `e-99` in `events.jsonl`\n"),
        (
            ["--event", "e-1", "--ticket", "43"],
            2,
            "trigdsl: there is no event `e-1` of ticket `43` in `events.jsonl`\n",
        ),
        (
            ["--event", "e-1", "--trigger", "Rais"],
            2,
            "trigdsl: there is no trigger `Rais`: did you mean `Raise`?\n",
        ),
        (
            ["--event", "e-1", "--trigger", "Zzz"],
            2,
            "trigdsl: there is no trigger `Zzz`: `trigdsl list` has all\n",
        ),
        (
            ["--event", "e-1", "--field", "ticket.statsu"],
            2,
            "trigdsl: a ticket has no field `statsu`: did you mean `status`?\n",
        ),
        (
            ["--event", "e-1", "--events", "no.jsonl"],
            1,
            "trigdsl: the events `no.jsonl` cannot be read: no such file or directory\n",
        ),
    ],
)
def test_what_is_asked_wrongly(ask: Ask, options: list[str], code: int, complaint: str) -> None:
    assert ask(*options, code=code) == complaint


def test_titles_are_found_in_any_case(ask: Ask) -> None:
    assert of(ask, 1, "pAGE").startswith("Page: fired")


def test_the_patch_of_an_event_makes_the_trigger_fire(ask: Ask) -> None:
    told = json.loads(ask("--event", "e-2", "--trigger", "Page", "--json"))
    (found,) = told["triggers"]
    (operation,) = found["nearest"]["patch"]
    assert operation == {"op": "replace", "path": "/data/by", "value": "paul@example.com"}
    changed: dict[str, Any] = {**EVENTS[1], "data": {**EVENTS[1]["data"], "by": operation["value"]}}
    Path("events.jsonl").write_text(json.dumps(changed), encoding="utf-8")

    (again,) = json.loads(ask("--event", "e-2", "--trigger", "Page", "--json"))["triggers"]

    assert (found["fired"], again["fired"]) == (False, True)
    assert [link["trigger"] for link in again["enabled_by"]] == ["Raise"]


def test_a_zendesk_audit_is_asked_about_as_an_event(ask: Ask) -> None:
    audit: Mapping[str, Any] = {
        "id": 9001,
        "ticket_id": 7,
        "created_at": "2026-01-05T10:00:00Z",
        "author_id": 4,
        "via": {"channel": "web"},
        "events": [{"type": "Change", "field_name": "status", "value": "open", "previous_value": "pending"}],
    }
    Path("events.jsonl").write_text(json.dumps(audit), encoding="utf-8")

    told = json.loads(ask("--event", "9001", "--trigger", "Page", "--json"))
    patch = told["triggers"][0]["nearest"]["patch"]

    assert {"op": "add", "path": "/data/set/priority", "value": "urgent"} in patch


ROLES = """
trigger "By an agent"
  when current_user is agent and comment is private
  then add seen to ticket.tags
trigger "For no end user"
  when requester is not end_user or requester is admin
  then add odd to ticket.tags
trigger "In any case"
  when ticket.tags include zebra and current_user is not admin
  then add striped to ticket.tags
"""


@pytest.mark.parametrize(
    ("files", "by", "said"),
    [
        ([], BO, f"  {BO} is in no directory, and is taken for an end user: give one with `--directory`."),
        ([], "77", "  77 is in no directory, and has no role: give one with `--directory`."),
        (
            ["--directory", "directory.json"],
            "ida@example.com",
            "  ida@example.com is not in the directory, and is taken for an end user.",
        ),
        (["--directory", "directory.json"], ANA, None),
        ([], {"email": BO, "role": "end_user"}, None),
    ],
)
def test_a_role_that_nobody_told_is_said(
    ask: Ask, capsys: pytest.CaptureFixture[str], files: list[str], by: Any, said: str | None
) -> None:
    Path("roles.trig").write_text(ROLES, encoding="utf-8")
    asked = event(by, {"requester": ANA}, created=True, comment=private())
    Path("events.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    whole = ["why", "roles.trig", "--events", "events.jsonl", "--event", "e-1", *files]

    assert cli.main(whole) == 0
    _, agent, requester, any_case = capsys.readouterr().out.split("\n\n")

    found = [line for line in agent.splitlines() if "directory" in line]
    assert found == ([] if said is None else [said])
    of_ana = f"  {ANA} is in no directory, and is taken for an end user: give one with `--directory`."
    assert (of_ana in requester.splitlines()) == (not files)
    assert "directory" not in any_case  # its role was not what it missed

    assert cli.main([*whole, "--trigger", "By an agent", "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["triggers"]
    assert [person["says"] for person in answer["unknown"]] == ([] if said is None else [said.strip()])


def test_rules_with_mistakes_are_not_asked(ask: Ask) -> None:
    Path("rules.trig").write_text("when ticket.colour is red then stop", encoding="utf-8")

    assert "unknown-field" in ask("--event", "e-1", code=1)


def test_an_update_that_several_webhook_events_tell_is_asked_by_its_sequence(ask: Ask) -> None:
    def told(kind: str, position: int, current: str) -> dict[str, Any]:
        return {
            "type": f"zen:event-type:ticket.{kind}",
            "id": f"w-{position}",
            "time": "2026-01-05T12:00:00Z",
            "event": {"current": current, "meta": {"sequence": {"id": "S-1", "position": position}}},
            "detail": {"id": "91", "actor_id": "4", "status": "OPEN", "tags": ["vip"]},
        }

    events = [told("priority_changed", 2, "URGENT"), told("status_changed", 1, "OPEN")]
    Path("events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events), encoding="utf-8")
    said = ask("--event", "S-1", "--trigger", "Page")
    assert "bo@example.com updates ticket 91  [S-1]" in said
    assert "Page: fired" in said
    found = json.loads(ask("--event", "S-1", "--trigger", "Calm down", "--json"))
    assert found["line"] == 1
    assert found["triggers"][0]["nearest"]["patch"]
