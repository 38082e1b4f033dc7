"""`trigdsl run --compare`: where rules come to something else than what an account's own triggers did."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigdsl.engine.state import UpdateError
from trigdsl.interfaces import cli
from trigdsl.interop import streams
from trigdsl.interop.streams import Accepted
from trigdsl.interop.zendesk.comparing import deviations, recorded
from trigdsl.runtime.loader import compile_text

RULES = """
trigger "Greet"
  when ticket is created
  then notify requester with body "Welcome"
trigger "Raise"
  when ticket.tags include vip and ticket.priority is empty
  then set ticket.priority to high
    add raised to ticket.tags
trigger "Answer"
  when ticket is created and ticket.subject contains "robot"
  then post public comment with body "Beep"
"""
PEOPLE = {
    "users": [
        {"id": "7", "email": "ana@example.com", "name": "Ana", "role": "end_user"},
        {"id": "8", "email": "bo@example.com", "name": "Bo", "role": "agent"},
    ]
}

Compare = Callable[..., tuple[str, str]]
Json = dict[str, Any]


def by(title: str, **source: Any) -> Json:
    return {"via": {"channel": "rule", "source": {"from": {"title": title, **source}, "rel": "trigger"}}}


def create(**fields: Any) -> list[Json]:
    return [{"type": "Create", "field_name": name, "value": value} for name, value in fields.items()]


def change(name: str, before: Any, value: Any, more: Mapping[str, Any]) -> Json:
    return {"type": "Change", "field_name": name, "previous_value": before, "value": value, **more}


def mail(title: str, *people: int, kind: str = "Notification") -> Json:
    return {"type": kind, "subject": "{{ticket.title}}", "body": "x", "recipients": [*people], **by(title)}


def audit(number: int, *events: Any, ticket: int = 33, **more: Any) -> Json:
    head = {"id": number, "ticket_id": ticket, "created_at": "2026-03-02T09:00:00Z", "author_id": 7}
    return {**head, "via": {"channel": "web"}, "events": [*events], **more}


GREETED = audit(1, *create(subject="Lamp", status="new"), mail("Greet", 7))


@pytest.fixture
def compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Compare:
    monkeypatch.chdir(tmp_path)

    def run(
        *audits: Any, options: tuple[str, ...] = (), rules: str = RULES, code: int = 3
    ) -> tuple[str, str]:
        lines = [a if isinstance(a, bytes) else json.dumps(a).encode() for a in audits]
        Path("rules.trig").write_text(rules, encoding="utf-8")
        if not Path("people.json").exists():
            Path("people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
        Path("audits.jsonl").write_bytes(b"\n".join(lines))
        files = ["--events", "audits.jsonl", "--directory", "people.json", "--compare"]
        found = cli.main(["run", "rules.trig", *files, *options])
        captured = capsys.readouterr()
        assert found == code, captured.err
        return captured.out, captured.err

    return run


def test_an_account_that_did_the_same(compare: Compare) -> None:
    tagged = audit(
        2,
        *create(subject="Lamp", status="new", tags=["vip"]),
        mail("greet ", 7),
        change("priority", None, "high", by("Raise")),
        change("tags", ["vip"], ["vip", "raised"], by("Raise")),
        ticket=34,
    )
    assert compare(GREETED, tagged, code=0) == (
        "2 audits of 2 tickets: the same as the account recorded\n",
        "",
    )


def test_everything_that_can_differ(compare: Compare) -> None:
    other = audit(
        1,
        *create(subject="A robot", status="new", tags=["vip"]),
        mail("Greet", 7, 8),
        mail("Greet agents", 8),
        change("priority", None, "urgent", by("Raise")),
        change("tags", ["vip"], ["vip", "raised"], by("Tag")),
        change("type", None, "incident", by("Sort")),
        {"type": "External", **by("Call")},
        {"type": "Push", **by("Call")},
        {"type": "Comment", "public": False, "body": "x", **by("Answer")},
    )
    out, err = compare(other)
    assert err == ""
    assert out == (
        """\
2026-03-02 09:00  ana@example.com creates ticket 33  [1]
  Raise
    priority: high by these rules, urgent in the account, by “Raise”
    tags becomes raised, vip: in the account by “Tag”
  Sort
    only in the account: type becomes incident
      these rules have no such trigger
  Greet
    only in the account: email to bo@example.com
      it fires, and does something else
  Greet agents
    only in the account: email to bo@example.com
      these rules have no such trigger
  Call
    only in the account: a webhook call
      these rules have no such trigger
  Answer
    only by these rules: a public comment
    only in the account: a private comment
      it fires, and does something else
1 audit of 1 ticket: 1 differs from what the account recorded
  Raise: 2 field changes done otherwise
  Answer: 1 comment only in the account, 1 comment only by these rules
  Call: 1 webhook call only in the account
  Greet: 1 message only in the account
  Greet agents: 1 message only in the account
  Sort: 1 field change only in the account
  not compared: 1 event of the kind Push
"""
    )


def test_why_ours_did_not_do_what_the_account_did(compare: Compare) -> None:
    raised = audit(
        1, *create(subject="Lamp"), mail("Greet", 7), change("priority", None, "high", by("Raise"))
    )
    out, _ = compare(raised)
    assert "      not so: ticket.tags include vip (it is (empty)) (rules.trig:6)" in out


def test_tickets_go_on_as_the_account_has_them(compare: Compare) -> None:
    first = audit(1, *create(subject="Lamp", tags=["vip"]), mail("Greet", 7))
    calm = {"type": "Comment", "author_id": 7, "body": "Hm", "public": True}
    # The account left the priority empty in the first audit and set it in the second, so ours finds it so.
    second = audit(2, calm, change("priority", None, "low", by("Lower")), author_id=8)
    third = audit(3, calm, author_id=8)
    out, _ = compare(first, second, third)
    assert [line.split("[")[1] for line in out.splitlines() if "[" in line] == ["1]", "2]"]
    assert "priority: high by these rules, low in the account, by “Lower”" in out


def test_comments_of_triggers_are_those_of_the_account(compare: Compare) -> None:
    # Ours would have made the ticket public, and the account's trigger did not.
    rules = """
    trigger "Answer" when ticket is created then post public comment with body "Beep"
    trigger "Public" when ticket is updated and ticket is public then set ticket.type to task
    """
    first = audit(1, *create(subject="Lamp"))
    second = audit(2, change("priority", None, "low", {}))
    out, _ = compare(first, second, rules=rules)
    assert out.splitlines()[-1] == "  Answer: 1 comment only by these rules"
    posted = audit(
        1, *create(subject="Lamp"), {"type": "Comment", "public": True, "body": "x", **by("Answer")}
    )
    out, _ = compare(posted, second, rules=rules)
    assert out.splitlines()[-1] == "  Public: 1 field change only by these rules"


def test_what_was_changed_and_changed_back_was_not_seen(compare: Compare) -> None:
    back = audit(
        1,
        *create(subject="Lamp", type="question"),
        mail("Greet", 7),
        change("type", "question", "task", by("A")),
        change("type", "task", "question", by("B")),
    )
    compare(back, code=0)


def test_a_custom_status_goes_with_the_status(compare: Compare) -> None:
    opened = audit(
        1,
        *create(subject="Lamp", status="new"),
        mail("Greet", 7),
        change("status", "new", "open", by("Open")),
        change("custom_status_id", 1, 2, by("Open")),
    )
    rules = RULES + 'trigger "Open" when ticket.status is new then set ticket.status to open'
    compare(opened, rules=rules, code=0)


def test_what_is_kept_word_for_word_does_not_run(compare: Compare) -> None:
    rules = """
    trigger "Share"
      when ticket is created
      then raw zendesk \'\'\'{"field": "share_ticket", "value": "12"}\'\'\'
        set ticket.priority to low
    """.replace("'''", '"' * 3)
    told = audit(1, *create(subject="Lamp"), change("priority", None, "low", by("Share")))
    out, _ = compare(told, rules=rules)
    assert "      parts of it are kept word for word, so it does not run here" in out
    assert out.splitlines()[-1] == "  not executable here: 1 trigger with parts kept word for word"


def test_a_custom_status_alone_is_a_change(compare: Compare) -> None:
    told = audit(1, *create(subject="Lamp"), mail("Greet", 7), change("custom_status_id", 1, 2, by("Wait")))
    out, _ = compare(told)
    assert "only in the account: custom_status becomes 2" in out


def test_what_a_trigger_does_twice_is_compared_twice(compare: Compare) -> None:
    rules = 'trigger "Answer" when ticket is created then post public comment with body "a" post public comment with body "b"'
    comments = [{"type": "Comment", "public": True, "body": "x", **by("Answer")}] * 2
    compare(audit(1, *create(subject="Lamp"), *comments), rules=rules, code=0)
    out, _ = compare(audit(1, *create(subject="Lamp"), comments[0]), rules=rules)
    assert out.splitlines()[-1] == "  Answer: 1 comment only by these rules"


def test_a_trigger_is_known_by_its_id_where_names_tell(compare: Compare) -> None:
    names = {**PEOPLE, "zendesk": {"triggers": {"Greet": {"id": 25}}}}
    Path("people.json").write_text(json.dumps(names), encoding="utf-8")
    told = {**mail("Begrüßung", 7), **by("Begrüßung", id=25)}
    compare(audit(1, *create(subject="Lamp"), told), code=0)


def test_an_automation_is_an_update_and_no_trigger(compare: Compare) -> None:
    automation = {"channel": "rule", "source": {"from": {"title": "Close"}, "rel": "automation"}}
    closing = change("status", "new", "closed", {"via": automation})
    compare(GREETED, audit(2, closing, via=automation, author_id=-1), code=0)
    other = {"channel": "rule", "source": {"from": {"title": "Close"}, "rel": "automation"}}
    compare(GREETED, audit(2, change("status", "new", "closed", {"via": other}), author_id=-1), code=0)


def test_every_audit_is_compared_once(compare: Compare) -> None:
    out, _ = compare(GREETED, GREETED, code=0)
    assert out.startswith("1 audit of 1 ticket")


def test_what_tells_nothing_of_triggers_is_not_compared(compare: Compare) -> None:
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "desk",
        "type": "ticket.created",
        "subject": "1",
        "time": "2026-03-02T09:00:00Z",
        "data": {"by": "ana@example.com", "set": {"tags": ["vip"]}},
    }
    out, _ = compare(event, GREETED, code=0)
    assert out.splitlines()[-1] == "  not compared: 1 event that tells nothing of the account's triggers"


def test_tools_get_objects(compare: Compare) -> None:
    other = audit(1, *create(subject="Lamp"), mail("Greet", 8))
    out, _ = compare(other, options=("--json",))
    told, last = map(json.loads, out.splitlines())
    assert (told["version"], told["event"], told["ticket"], told["line"]) == (1, "1", "33", 1)
    here, there = told["differences"]
    assert (here["where"], here["trigger"], here["account_trigger"], here["recipient"]) == (
        "here",
        "Greet",
        None,
        "ana@example.com",
    )
    assert (there["where"], there["account_trigger"], there["recipient"]) == (
        "account",
        "Greet",
        "bo@example.com",
    )
    assert there["why"] == ["it fires, and does something else"]
    summary = last["summary"]
    assert (summary["audits"], summary["differing"], summary["refused"]) == (1, 1, 0)
    assert summary["totals"] == [
        {"trigger": "Greet", "kind": "notification", "where": "account", "count": 1},
        {"trigger": "Greet", "kind": "notification", "where": "here", "count": 1},
    ]


def test_lines_that_do_not_fit_are_refused_and_kept(compare: Compare) -> None:
    wrong = audit(2, change("status", "new", "lost", by("X")), ticket=35)
    out, err = compare(b"{", GREETED, wrong, options=("--rejects", "aside.jsonl"), code=1)
    assert "audits.jsonl:1: refused: it is not JSON" in err
    assert "audits.jsonl:3: refused: `status`: `lost`" in err
    assert out.splitlines()[-1].endswith("the same as the account recorded, 2 lines refused")
    kept = Path("aside.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["line"] for line in kept] == [1, 3]
    _, err = compare(b"{", GREETED, options=("--strict",), code=1)
    assert "stopped after 0 audits, as --strict asks" in err


@pytest.mark.parametrize("option", [("--trace",), ("--jobs", "2"), ("--save-tickets", "saved.jsonl")])
def test_what_has_no_meaning_beside_it_is_wrong_use(compare: Compare, option: tuple[str, ...]) -> None:
    _, err = compare(GREETED, options=option, code=2)
    assert "--compare" in err


def test_an_empty_stream_compares_nothing(compare: Compare) -> None:
    assert compare(b"", code=0) == ("no audit was compared\n", "")


# Real accounts, where there are some

AUDITS = Path(__file__).resolve().parents[3] / "shared" / "data" / "zendesk" / "audits"
real = pytest.mark.skipif(not AUDITS.is_dir(), reason="the real audits are not here")


def account(name: str, capsys: pytest.CaptureFixture[str], rules: str = "zendesk.current") -> tuple[str, str]:
    files = ["--events", str(AUDITS / f"{name}.jsonl"), "--directory", str(AUDITS / f"{name}.directory.json")]
    cli.main(["run", rules, *files, "--compare"])
    captured = capsys.readouterr()
    return captured.out, captured.err


@real
def test_an_account_with_the_default_triggers_differs_where_it_has_none_of_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert account("account-b", capsys) == (
        """\
2024-09-06 18:52  agent@account-b.example creates ticket 33 with a comment  [33144692244371]
  Set tickets with no priority to normal
    only by these rules: priority becomes normal
1 audit of 1 ticket: 1 differs from what the account recorded
  Set tickets with no priority to normal: 1 field change only by these rules
""",
        "",
    )


@real
def test_an_account_without_active_triggers_differs_in_all_that_ours_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, err = account("account-a", capsys)
    assert err == ""
    assert out[out.index("128 audits") :] == (
        """\
128 audits of 122 tickets: 123 differ from what the account recorded
  Notify all agents of received request: 122 messages only by these rules
  Notify requester of new proactive ticket: 121 messages only by these rules
  Set tickets with no priority to normal: 117 field changes only by these rules
  Notify requester and CCs of comment update: 1 message only by these rules
"""
    )
    assert "in the account" not in out


@real
def test_an_account_without_active_triggers_agrees_with_rules_that_are_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    off = tmp_path / "off.trig"
    off.write_text(
        'disabled trigger "Off" when ticket is created then set ticket.priority to low', encoding="utf-8"
    )
    out, _ = account("account-a", capsys, str(off))
    assert out == "128 audits of 122 tickets: the same as the account recorded\n"


# Whatever an audit holds

NAMES = st.sampled_from(
    [
        "type",
        "via",
        "recipients",
        "field_name",
        "value",
        "previous_value",
        "public",
        "source",
        "from",
        "title",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "status", "tags", "open", "rule"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(
    st.sampled_from(["Change", "Notification", "Comment", "External", "Tweet", "x"]),
    st.dictionaries(NAMES, JSON),
)
def test_whatever_stands_in_what_rules_did_it_is_read_or_refused(kind: str, event: Json) -> None:
    ruleset = compile_text(RULES)
    data = {**event, "type": kind, **by("Greet")}
    try:
        done = recorded([data], ruleset.rules, ruleset.directory(PEOPLE))
    except UpdateError:
        return
    fold = ruleset.fold(directory=ruleset.directory(PEOPLE))
    (item,) = streams.feed([json.dumps(GREETED).encode()], fold)
    assert isinstance(item, Accepted)
    assert isinstance(deviations(item.outcome, done, ruleset.directory(PEOPLE)), tuple)
