"""The documents, run: every block of rules checks, every block of Python runs, what the README shows is what is printed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import trigdsl
from trigdsl.diagnostics import render
from trigdsl.runtime import loader
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words

ROOT = Path(trigdsl.__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

PRELUDE = """
schedule "Support hours" in "Europe/Paris" open monday to friday 09:00 to 18:00
webhook pager
"""


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def mistakes(text: str, *allow: str) -> list[str]:
    return [render(d) for d in loader.load_text(text, allow=allow).diagnostics]


RULES = [(page.name, text) for page in PAGES for text in blocks(page, "trig")]
CONDITIONS = [line for page in PAGES for text in blocks(page, "conditions") for line in text.splitlines()]
ACTIONS = [line for page in PAGES for text in blocks(page, "actions") for line in text.splitlines()]


def test_there_are_examples_of_each_kind() -> None:
    assert len(RULES) >= 5
    assert len(CONDITIONS) >= 60
    assert len(ACTIONS) >= 15


@pytest.mark.parametrize(("page", "text"), RULES)
def test_rules_have_no_mistakes(page: str, text: str) -> None:
    assert mistakes(text) == []


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_have_no_mistakes(condition: str) -> None:
    # A condition alone is no sensible rule, and the prelude declares more than each needs.
    allowed = ("unused-name", "clock-not-watched", "not-executable")
    assert mistakes(f"{PRELUDE} when {condition} then stop", *allowed) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_have_no_mistakes(action: str) -> None:
    allowed = ("unused-name", "not-executable")
    assert mistakes(f"{PRELUDE} when ticket is created then {action}", *allowed) == []


def test_the_two_forms_of_the_first_rule_are_the_same() -> None:
    one, two, *_ = blocks(ROOT / "docs" / "language.md", "trig")
    tree = parser.parse(Source("one", one)).file

    assert printer.print_file(tree, words.load("en")) == two


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda page: page.name)
def test_python_runs(page: Path) -> None:
    # One page is one session: later blocks go on with the names of earlier ones.
    text = "\n".join(blocks(page, "python"))
    exec(compile(text, str(page), "exec"), {"__name__": "page"})


def test_the_embedding_page_names_every_public_name() -> None:
    page = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    table = page[page.index("## The public names") :]

    assert [name for name in trigdsl.__all__ if f"`{name}`" not in table and name != "__version__"] == []


def test_the_readme_prints_what_it_says(tmp_path: Path) -> None:
    readme = ROOT / "README.md"
    rules = blocks(readme, "trig")[1]
    (event,) = blocks(readme, "json")
    (tmp_path / "mine.trig").write_text(rules, encoding="utf-8")
    (tmp_path / "events.jsonl").write_text(event, encoding="utf-8")

    command = [str(Path(sys.executable).with_name("trigdsl")), "run", "mine.trig", "--events", "events.jsonl"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, encoding="utf-8")

    assert done.stdout in blocks(readme, "text")
    assert done.stderr == ""


def test_the_readme_shows_a_real_mistake() -> None:
    shown = next(text for text in blocks(ROOT / "README.md", "text") if "unknown-field" in text)
    text = blocks(ROOT / "README.md", "trig")[1].replace("ticket.subject contains", "ticket.subjet contains")

    assert "\n".join(render(d) for d in loader.load_text(text, name="mine.trig").diagnostics) + "\n" == shown


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (page.parent / target).exists(), (
                f"{page.name} links to {target}"
            )
