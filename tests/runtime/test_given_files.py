"""Rule files that a tool gives as texts: `use` finds them, and nothing else."""

from pathlib import Path

import pytest

import trigdsl
from trigdsl.runtime import loader

A = 'trigger "A" when ticket is created then add a to ticket.tags\n'
B = 'trigger "B" when ticket is created then add b to ticket.tags\n'


def titles(text: str, **files: str) -> list[str]:
    given = {path.replace("__", "/") + ".trig": written for path, written in files.items()}
    return [trigger.title for trigger in trigdsl.compile_text(text, files=given).triggers]


def codes(text: str, files: dict[str, str]) -> list[str]:
    return [d.code for d in loader.load_text(text, files=files).diagnostics]


def test_a_file_that_is_given_is_used() -> None:
    assert titles('use "./other.trig"\n' + A, other=B) == ["B", "A"]


def test_a_file_is_named_from_the_folder_of_its_user() -> None:
    assert titles(
        'use "./more/one.trig"', more__one='use "./two.trig" use "../last.trig"', more__two=A, last=B
    ) == [
        "A",
        "B",
    ]


def test_paths_may_be_written_with_a_dot() -> None:
    rules = trigdsl.compile_text('use "other.trig"', files={"./other.trig": A})
    assert [trigger.title for trigger in rules.triggers] == ["A"]


def test_the_disk_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.trig").write_text(A, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert codes('use "./other.trig"', {}) == ["unknown-file"]
    assert trigdsl.compile_text('use "./other.trig"').triggers


def test_a_circle_is_a_mistake() -> None:
    files = {"one.trig": 'use "./two.trig"', "two.trig": 'use "./one.trig"'}
    assert "circular-use" in codes('use "./one.trig"\n' + A, files)


def test_a_mistake_is_shown_in_its_file() -> None:
    found = loader.load_text(
        'use "./more/one.trig"', files={"more/one.trig": "\nwhen ticket.colour is red then stop"}
    )
    assert [(d.source.name, d.line) for d in found.diagnostics] == [("more/one.trig", 2)]
