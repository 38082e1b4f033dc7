"""docs/library.md is made from the comments in the library (`make docs`, or `TRIGDSL_UPDATE=1`), and they are true."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import trigdsl
from trigdsl.diagnostics import render
from trigdsl.interfaces import cli, documenting
from trigdsl.runtime import loader
from trigdsl.semantics import rules as r

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "library.md"
TRIGGERS = [
    trigger
    for library in loader.libraries()
    for trigger in loader.compile_paths(library).triggers
    if trigger.library == library
]


def titled(trigger: r.Trigger) -> str:
    return f"{trigger.library}: {trigger.title}"


def test_the_page_is_as_the_comments_make_it() -> None:
    text = documenting.library_page()
    if os.environ.get("TRIGDSL_UPDATE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "`make docs` writes it anew"


def test_it_is_about_every_library() -> None:
    assert sorted(documenting.STANDARD) == list(loader.libraries())
    assert len(TRIGGERS) == 9 + 7 + 7


def said(trigger: r.Trigger) -> str:
    return " ".join(trigger.doc.split())


@pytest.mark.parametrize("trigger", TRIGGERS, ids=titled)
def test_each_trigger_says_what_when_whom_and_what_to_change(trigger: r.Trigger) -> None:
    assert re.fullmatch(r"\w.+\. When: .+\. Tells: .+\. Change: .+\.", said(trigger))


@pytest.mark.parametrize("trigger", TRIGGERS, ids=titled)
def test_what_it_names_is_there(trigger: r.Trigger) -> None:
    titles = {each.title for each in TRIGGERS}
    unquoted = re.sub(r"`[^`]*`", "", said(trigger))
    assert {title for title in re.findall(r'"([^"]+)"', unquoted) if title[0].isupper()} <= titles
    sent = {
        a.message.name
        for a in trigger.actions
        if isinstance(a, r.Notify) and isinstance(a.message, r.Template)
    }
    assert set(re.findall(r"The text is `(\w+)`", said(trigger))) == sent


def changed(trigger: r.Trigger) -> Iterator[str]:
    """Yield the trigger with each change that its comment proposes."""
    text, how = trigger.at.text, said(trigger).partition("Change: ")[2]
    for new, old in re.findall(r"write `([^`]+)` in place of `([^`]+)`", how):
        assert old in text
        yield new.join(text.rsplit(old, 1))
    for old in re.findall(r"take `([^`]+)` (?:away|out)", how):
        assert old in text
        yield re.sub(rf"(?:\s|, )?{re.escape(old)}(?:, )?", "", text, count=1)
    for more in re.findall(r"add `(and [^`]+)`", how):
        yield re.sub(r"\n  then ", f"\n    {more}\n  then ", text, count=1)
    for whom in re.findall(r"write `notify ([^`]+)`(?! in place)", how):
        yield re.sub(r"notify .+ with", f"notify {whom} with", text, count=1)
    for condition in re.findall(r"write `(ticket[^`]+)`(?! in place)", how):
        yield re.sub(r"ticket\.channel is \w+", condition, text, count=1)


@pytest.mark.parametrize("trigger", TRIGGERS, ids=titled)
def test_the_changes_it_proposes_can_be_made(trigger: r.Trigger) -> None:
    for text in changed(trigger):
        assert text != trigger.at.text
        one = re.sub(r"^(replace|disabled) ", "", text)
        one = re.sub(r'"[^"]+"', '"Mine"', one, count=1)
        assert [render(d) for d in loader.load_text(one).diagnostics] == []


def test_most_triggers_propose_a_change_that_was_tried() -> None:
    without = {t.title for t in TRIGGERS if not [*changed(t)]}
    assert len(without) <= 6, sorted(without)


def test_the_command_writes_the_same_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doc"]) == 0
    assert capsys.readouterr().out == documenting.library_page()


RULES = """\
# Not about the trigger below.

# Urgent tickets need somebody at once.
# When: always.
#
# Ask Eve before you change it.
trigger "Page"
  when ticket is created and ticket.priority is urgent
  then notify all agents with body "Hurry." # within a minute

category "Later"
when ticket.status changes to solved then stop
"""

SHOWN = """\
# The rules

### Page

Urgent tickets need somebody at once.

- **When:** always.

Ask Eve before you change it.

```trig
trigger "Page"
  when ticket is created and ticket.priority is urgent
  then notify all agents with body "Hurry."
```

## Later

### ticket.status changes to solved

```trig
when ticket.status changes to solved then stop
```
"""


def test_it_writes_a_page_about_anybodys_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.trig"
    path.write_text(RULES, encoding="utf-8")
    assert cli.main(["doc", str(path)]) == 0
    assert capsys.readouterr().out == SHOWN


def test_rules_with_mistakes_have_no_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.trig"
    path.write_text("when ticket.statos is open then stop", encoding="utf-8")
    assert cli.main(["doc", str(path)]) == 1
    path.write_text("webhook pager", encoding="utf-8")
    assert cli.main(["doc", str(path)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "unknown-field" in shown.err
    assert "there is no trigger in these rules" in shown.err
