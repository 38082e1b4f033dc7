"""The page about Zendesk: its tables are made by the import itself (`TRIGDSL_UPDATE=1` writes them anew), its walk is walked."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import trigdsl
from trigdsl.interfaces import cli
from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk.importing import own_fields
from trigdsl.interop.zendesk.importing.account import Account
from trigdsl.interop.zendesk.importing.actions import Doer
from trigdsl.interop.zendesk.importing.bodies import Bodies
from trigdsl.interop.zendesk.importing.conditions import Sayer
from trigdsl.interop.zendesk.importing.naming import Naming
from trigdsl.interop.zendesk.names import Names
from trigdsl.runtime import loader
from trigdsl.syntax import printer, rewriting, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "zendesk.md"
ENGLISH = words.load("en")
IDS = {
    c.Id.USER: "bo@example.com",
    c.Id.GROUP: "Tier 2",
    c.Id.ORGANIZATION: "Acme",
    c.Id.BRAND: "Main",
    c.Id.FORM: "Refunds",
    c.Id.STATUS: "Waiting",
    c.Id.SCHEDULE: "Support hours",
    c.Id.LANGUAGE: "fr",
    c.Id.WEBHOOK: "Pager",
    c.Id.TARGET: "Old pager",
}
"""What has the id 7 in the examples."""
VALUES = {"status": "solved", "type": "task", "priority": "high", "recipient": "help@example.com", "current_tags": "vip gold", "requester_time_zone": "Paris", "via_subtype_id": "12", "received_from": "12", "sent_to": "12", "satisfaction_reason_code": "Other"}  # fmt: skip
OWN = {
    c.Kind.CHOICE: ("custom_fields_1", "plan"),
    c.Kind.SET: ("custom_fields_2", "products"),
    c.Kind.TEXT: ("requester.custom_fields.city", "city"),
    c.Kind.NUMBER: ("organization.custom_fields.seats", "seats"),
    c.Kind.DATE: ("requester.custom_fields.since", "since"),
    c.Kind.YES_NO: ("requester.custom_fields.vip", "vip"),
}


def doer() -> Doer:
    """Return what says the examples."""
    fields = {}
    for kind, (name, ours) in OWN.items():
        subject = "ticket" if name.startswith("custom") else name.partition(".")[0]
        fields[name] = c.Field(name, f"{subject}.{ours}", kind, c.OWN_OPERATORS[kind])
    names = Names()
    account = Account(names={kind: {"7": name} for kind, name in IDS.items()})
    sayer = Sayer(own_fields.OwnFields(fields), Naming(account, names), loader.zendesk_vocabulary(), ENGLISH)
    return Doer(sayer, Bodies(ENGLISH, (), lambda _: None), names)


DOER = doer()


def condition(field: str, operator: str, value: str) -> str:
    said = DOER.sayer.condition({"field": field, "operator": operator, "value": value})
    return printed(t.Trigger("T", said, (t.Stop(),))).partition("when ")[2].partition("\n")[0]


def action(field: str, value: Any) -> str:
    said = doer().action({"field": field, "value": value}, "thanks")
    return printed(t.Trigger("T", t.NameTest("x"), (said,))).partition("then ")[2].strip()


def printed(trigger: t.Trigger) -> str:
    vocabulary = loader.zendesk_vocabulary()
    short = rewriting.with_paths(t.File((trigger,)), lambda path: t.Path(vocabulary.shortest(path.parts)))
    return printer.print_file(short, ENGLISH)


def value_of(field: c.Field, operator: str) -> str:
    if operator in c.TERMINAL:
        return ""
    if field.ids is not None:
        return "7"
    kinds = {
        c.Kind.NUMBER: "3",
        c.Kind.DATE: "2026-01-31",
        c.Kind.YES_NO: "true",
        c.Kind.SET: "a b",
        c.Kind.TEXT: "Paris",
    }
    if operator.startswith("within"):
        return "3"
    if field.kind is c.Kind.SEARCHED:
        return "refund"
    return VALUES.get(field.name) or next(iter(field.values), kinds.get(field.kind, "gold"))


# Tables


def condition_rows() -> Iterator[str]:
    yield "| Zendesk | operators | for example | in a rule |"
    yield "|---|---|---|---|"
    for field in c.FIELDS.values():
        operator = field.operators[0]
        value = value_of(field, operator)
        yield row(
            field.name,
            ", ".join(field.operators),
            f"{operator} {value}",
            condition(field.name, operator, value),
        )
        for name, sentences in c.SENTENCES.items():
            if name == field.name:
                yield from sentence_rows(name, sentences)
    yield row(c.WITHIN_SCHEDULE, "is", "is 7", condition(c.WITHIN_SCHEDULE, "is", "7"))
    for name, sentences in c.SENTENCES.items():
        if name not in c.FIELDS:
            yield from sentence_rows(name, sentences)
    for kind, (name, _) in OWN.items():
        operator = c.OWN_OPERATORS[kind][0]
        value = value_of(DOER.sayer.own[name], operator)
        yield row(
            name, ", ".join(c.OWN_OPERATORS[kind]), f"{operator} {value}", condition(name, operator, value)
        )


def sentence_rows(name: str, sentences: Any) -> Iterator[str]:
    operators = "is, is_not" if name == "role" else "is"
    yield from (row(name, operators, f"is {value}", condition(name, "is", value)) for value in sentences)


def row(name: str, operators: str, example: str, rule: str) -> str:
    return f"| `{name}` | {operators.replace('_', chr(92) + '_')} | `{example.strip()}` | `{rule}` |"


def operator_rows() -> Iterator[str]:
    yield "| operator | " + " | ".join(kind.value for kind in c.Kind) + " |"
    yield "|---|" + "---|" * len(c.Kind)
    every = dict.fromkeys(name for table in c.OPERATORS.values() for name in table)
    for name in every:
        said = [phrase(c.OPERATORS[kind].get(name)) for kind in c.Kind]
        yield f"| `{name}` | " + " | ".join(said) + " |"


def phrase(verb: Verb | None) -> str:
    return "" if verb is None else ENGLISH.phrase(verb.value)


def action_rows() -> Iterator[str]:
    yield "| Zendesk | for example | in a rule |"
    yield "|---|---|---|"
    for write in c.WRITES.values():
        value = (
            "7"
            if write.ids
            else VALUES.get(write.name)
            or next(iter(write.values), "vip gold" if "tags" in write.path else "Printer")
        )
        yield f"| `{write.name}` | `{value}` | `{action(write.name, value)}` |"
    yield f"| `custom_fields_1` | `gold` | `{action('custom_fields_1', 'gold')}` |"
    yield f'| a field, with no value | `""` | `{action("group_id", "")}` |'
    for mail in c.MAILS.values():
        for who in recipients(mail):
            parts = [{"recipient": who, "phone_number": "1"}.get(part, part) for part in mail.parts]
            sent: Any = parts if len(parts) > 1 else parts[0]
            yield f"| `{mail.name}` | `{json.dumps(sent)}` | `{action(mail.name, sent)}` |"
    for name in c.CALLS:
        yield f"| `{name}` | `{json.dumps(['7', 'body'])}` | `{action(name, ['7', 'body'])}` |"
    for name in c.POSTS:
        yield f"| `{name}` | `body` | `{action(name, 'body')}` |"


def recipients(mail: c.Mail) -> list[str]:
    if mail.ids is c.Id.GROUP:
        return ["group_id", "7"]
    return (
        [*(who for who in c.RECIPIENTS if who != "group_id"), "7"]
        if mail.name == "notification_user"
        else ["requester_id"]
    )


def kept_rows() -> Iterator[str]:
    yield "| Zendesk | why |"
    yield "|---|---|"
    yield from (
        f"| `{name}{'…' if name.endswith('.') else ''}` | {reason} |" for name, reason in c.KEPT.items()
    )


def made() -> Iterator[tuple[str, str]]:
    yield "conditions", "\n" + "\n".join(condition_rows()) + "\n"
    yield "operators", "\n" + "\n".join(operator_rows()) + "\n"
    yield "channels", ", ".join(f"{number} is `{word}`" for number, word in c.CHANNELS.items()) + "."
    yield "actions", "\n" + "\n".join(action_rows()) + "\n"
    yield "kept", "\n" + "\n".join(kept_rows()) + "\n"


def test_the_tables_are_what_the_import_makes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, text in made():
        place = re.compile(rf"(<!-- {name}: [^>]* -->)(.*?)(<!-- end of {name} -->)", re.DOTALL)
        if os.environ.get("TRIGDSL_UPDATE"):
            page = place.sub(lambda m, text=text: m[1] + text + m[3], page)  # type: ignore[misc]
            PAGE.write_text(page, encoding="utf-8")
        found = place.search(page)
        assert found is not None, name
        assert found[2] == text, name


# The walk


def test_the_example_becomes_what_the_page_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    answers = tmp_path / "answers"
    answers.mkdir()
    for number, block in enumerate(re.findall(r"```json\n(.*?)```", page, re.DOTALL)):
        (answers / f"{number}.json").write_text(block, encoding="utf-8")
    assert cli.main(["import", "zendesk", str(answers), "-o", str(tmp_path / "rules")]) == 0
    assert "without a name" not in capsys.readouterr().out
    shown = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert (tmp_path / "rules" / "triggers.trig").read_text(encoding="utf-8") == shown[0]
    assert (tmp_path / "rules" / "templates" / "en" / "route_vip.liquid").exists()
    assert cli.main(["check", str(tmp_path / "rules")]) == 0


def test_what_the_page_calls_kept_is_not_executable() -> None:
    shown = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert [t.runs for t in trigdsl.compile_text(shown[1]).triggers] == [False]
