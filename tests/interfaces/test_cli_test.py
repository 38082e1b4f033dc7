"""`trigdsl test`, as somebody uses it."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from trigdsl.interfaces import cli

RULES = """\
trigger "Greet <& greet>"
  when ticket is created and ticket.subject contains "é"
  then notify requester with template request_received

test "Greeted"
  when requester creates ticket with subject "Café"
  expect requester is notified

test "Not greeted <&>"
  when requester creates ticket with subject "Café"
  expect requester is not notified
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.trig").write_text(RULES, encoding="utf-8")
    return tmp_path


Captured = pytest.CaptureFixture[str]


def test_what_fails_is_shown_and_is_the_exit_code(folder: Path, capsys: Captured) -> None:
    assert cli.main(["test"]) == 1
    out = capsys.readouterr().out
    assert 'FAILED  "Not greeted <&>"  (rules.trig:9)' in out
    assert "1 of 2 tests passed, 1 failed" in out


@pytest.mark.parametrize(("pattern", "code"), [("greeted", 1), ("Greeted", 1), ("greeted*", 0), ("not", 1)])
def test_tests_are_chosen_by_their_titles(folder: Path, capsys: Captured, pattern: str, code: int) -> None:
    assert cli.main(["test", "--run", pattern]) == code


def test_no_test_of_a_title_is_an_error(folder: Path, capsys: Captured) -> None:
    assert cli.main(["test", "--run", "nothing"]) == 2
    assert "no test is called like `nothing`, among 2" in capsys.readouterr().err


def test_rules_without_a_test_are_an_error(folder: Path, capsys: Captured) -> None:
    (folder / "rules.trig").write_text(RULES.split("\ntest", maxsplit=1)[0] + "\n", encoding="utf-8")
    assert cli.main(["test", "rules.trig"]) == 1
    assert "there is no test in these rules" in capsys.readouterr().err


def test_mistakes_are_shown_and_nothing_of_these_rules_runs(folder: Path, capsys: Captured) -> None:
    (folder / "wrong.trig").write_text('test "W" when robot comments "x" expect nothing', encoding="utf-8")
    assert cli.main(["test", "rules.trig", "wrong.trig", "--run", "greeted*"]) == 1
    shown = capsys.readouterr()
    assert "error: unknown-name: there is nothing named `robot`" in shown.err
    assert "1 of 1 test passed" in shown.out


def test_json_says_which_steps_were_not_run(folder: Path, capsys: Captured) -> None:
    steps = ['agent comments "A"', 'requester comments "B"', "1 day passes"]
    text = "".join(f"  when {step} expect ticket.status is new\n" for step in steps)
    (folder / "rules.trig").write_text(f'{RULES}test "Long"\n{text}', encoding="utf-8")
    cli.main(["test", "--run", "Long", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["failures"] == []
    assert found["not_run"] == []
    (folder / "rules.trig").write_text(
        f'{RULES}test "Long"\n{text.replace("new", "open", 1)}', encoding="utf-8"
    )
    cli.main(["test", "--run", "Long", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [(step["step"], step["line"]) for step in found["not_run"]] == [(steps[1], 14), (steps[2], 15)]


def test_json_is_one_object_a_test(folder: Path, capsys: Captured) -> None:
    cli.main(["test", "--json", "--coverage"])
    first, second, coverage = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["test"], first["passed"], first["failures"]) == ("Greeted", True, [])
    assert second["failures"][0]["expected"] == "requester is not notified"
    assert second["failures"][0]["reasons"][0]["line"] == 3
    assert first["not_run"] == second["not_run"] == []
    assert coverage["coverage"]["triggers"][0]["conditions"][0]["seen_true"] is True


def test_json_tells_of_mutants(folder: Path, capsys: Captured) -> None:
    cli.main(["test", "--json", "--mutate", "--run", "greeted*"])
    mutation = json.loads(capsys.readouterr().out.splitlines()[-1])["mutation"]
    assert 0 < mutation["score"] < 1
    survivor = next(m for m in mutation["mutants"] if m["noticed_by"] is None and m["same"] is None)
    assert survivor["test"].startswith('test "It is told apart"')
    assert {m["noticed_by"] for m in mutation["mutants"]} == {None, "Greeted"}


def test_rules_are_not_changed_while_a_test_fails(folder: Path, capsys: Captured) -> None:
    assert cli.main(["test", "--mutate"]) == 1
    assert "the rules are not changed while a test fails" in capsys.readouterr().err


def test_junit_is_xml_that_build_servers_read(folder: Path, capsys: Captured) -> None:
    cli.main(["test", "--junit", "results.xml"])
    root = ET.parse(folder / "results.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["Greeted", "Not greeted <&>"]
    failure = cases[1].find("failure")
    assert failure is not None
    assert "expected requester is not notified" in str(failure.get("message"))
    assert 'by trigger "Greet <& greet>"' in str(failure.text)


def test_the_page_of_coverage_shows_the_rules_and_escapes_everything(folder: Path, capsys: Captured) -> None:
    cli.main(["test", "--html", "coverage.html"])
    page = (folder / "coverage.html").read_text(encoding="utf-8")
    assert "Greet &lt;&amp; greet&gt;" in page
    assert "<& greet>" not in page
    assert '<tr class="missed"><td>2</td>' in page
    assert "never seen false" in page
    assert '<tr class="shown"><td>3</td>' in page
    assert '<tr class=""><td>5</td>' in page


def test_a_page_that_cannot_be_written_is_an_error(folder: Path, capsys: Captured) -> None:
    assert cli.main(["test", "--html", "no/such/folder.html"]) == 1
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--junit", "--html"])
def test_results_are_not_written_over_rules(folder: Path, capsys: Captured, option: str) -> None:
    before = (folder / "rules.trig").read_bytes()
    assert cli.main(["test", option, "rules.trig"]) == 2
    assert "`rules.trig` would be written over what is read" in capsys.readouterr().err
    assert (folder / "rules.trig").read_bytes() == before


def test_people_of_a_directory_are_there(folder: Path, capsys: Captured) -> None:
    people = {
        "users": [
            {"id": "1", "email": "ana@example.com", "name": "Ana B.", "role": "end_user", "language": "fr"}
        ]
    }
    (folder / "people.json").write_text(json.dumps(people), encoding="utf-8")
    test = 'test "F" when "ana@example.com" creates ticket with subject "é" expect requester is notified in language fr'
    (folder / "rules.trig").write_text(RULES.split("\ntest", maxsplit=1)[0] + "\n" + test, encoding="utf-8")
    assert cli.main(["test", "rules.trig"]) == 1
    assert cli.main(["test", "rules.trig", "--directory", "people.json"]) == 0


def test_rules_that_are_kept_give_the_same_results(
    folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    told = []
    for _ in range(2):
        cli.main(["test", "rules.trig", "--coverage"])
        told.append(capsys.readouterr().out.split(", in ")[0])
    assert told[0] == told[1]
