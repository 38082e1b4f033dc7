"""Checked rules as data: what is read back is what was checked, and what is not whole is not read."""

import json
import os
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trigdsl import diagnostics
from trigdsl.diagnostics import Diagnostic
from trigdsl.runtime import cache, codec
from trigdsl.runtime.loader import load_paths, load_text
from trigdsl.runtime.ruleset import Loaded, Ruleset
from trigdsl.semantics import rules as r
from trigdsl.semantics import scenes, types
from trigdsl.source import Source, Span
from trigdsl.testing import strategies

TESTS = Path(__file__).parent.parent
GOOD = sorted((TESTS / "corpus" / "good").glob("*.trig"))
WORLD = strategies.World.zendesk()
RULES = (
    'field ticket.plan is one of free < pro\nschedule "Desk" in "Europe/Paris" open monday 09:00 to 18:00\n'
    'when ticket.plan is pro and ticket.tags include any of vip, gold and schedule "Desk" is open\n'
    "then notify requester with template solved\n"
    "when ticket.status changes to solved and ticket.status is open then stop\n"
)


def parts(loaded: Loaded) -> tuple[Any, ...]:
    """Return everything that is kept of loaded rules."""
    assert loaded.ruleset is not None
    renderer = loaded.ruleset.renderer
    return (
        loaded.ruleset.rules,
        renderer.templates,
        renderer.labels,
        loaded.diagnostics,
        loaded.ruleset.scenarios,
    )


def as_written(thing: Any) -> str:
    """Return everything of a thing, what plays no part in equality as well."""
    return json.dumps(codec.encoded(thing))


def through_json(thing: Any) -> Any:
    return codec.decoded(json.loads(json.dumps(codec.encoded(thing))))


# The codec


@settings(max_examples=40, deadline=None)
@given(strategies.cases(WORLD))
def test_rules_read_back_are_the_rules_that_were_checked(case: Any) -> None:
    loaded = load_text(case.rules)
    assert loaded.ruleset is not None
    again = through_json(parts(loaded))
    assert again == parts(loaded)
    assert as_written(again) == as_written(parts(loaded))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_every_good_file_reads_back(path: Path) -> None:
    loaded = load_paths([path])
    if loaded.ruleset is None:
        pytest.skip("it needs an optional part")
    assert as_written(through_json(parts(loaded))) == as_written(parts(loaded))


def test_the_good_files_hold_every_class_of_checked_rules() -> None:
    kinds: set[str] = set()
    for path in GOOD:
        loaded = load_paths([path])
        if loaded.ruleset is not None:
            kinds |= set(codec.encoded(parts(loaded))["kinds"])
    modules = (r.__name__, types.__name__, scenes.__name__)
    known = {name for name in codec.CLASSES if name.rpartition(".")[0] in modules}
    # Actions of a vocabulary's own stand in no rule file over Zendesk's.
    assert known - kinds <= {f"{r.__name__}.Perform", f"{scenes.__name__}.Performed"}


def test_an_action_of_a_hosts_own_reads_back() -> None:
    vocabulary = {
        "job is created": None,
        "job.owner": "a user",
        "user.email": "text",
        "action ping": "a user with text",
    }
    loaded = load_text('when job is created then ping owner with body "x"', vocabulary=vocabulary)
    assert any(name.endswith(".Perform") for name in codec.encoded(parts(loaded))["kinds"])
    assert as_written(through_json(parts(loaded))) == as_written(parts(loaded))


def test_a_suggestion_keeps_what_it_would_mend() -> None:
    loaded = load_text("when ticket.statuss is solved then stop")
    (wrong,) = through_json(loaded.diagnostics)
    assert wrong == loaded.diagnostics[0]
    assert wrong.fix == loaded.diagnostics[0].fix != ()


def test_true_and_one_are_told_apart() -> None:
    things = (
        r.Constant(True),
        r.Constant(1),
        r.Constant("1"),
        r.Constant(None),
        r.Constant(False),
        r.Constant(0),
    )
    assert list(map(repr, through_json(things))) == list(map(repr, things))


@attrs.frozen
class _Stranger:
    name: str


@pytest.mark.parametrize("thing", [_Stranger("x"), [1], {1, 2}, b"x", 1.5, object()], ids=repr)
def test_what_is_of_no_known_kind_is_not_written(thing: Any) -> None:
    with pytest.raises(codec.DocumentError, match="cannot be written"):
        codec.encoded((thing,))


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        {"kinds": ["os.system"], "rows": [[0, "true"]], "last": [0]},
        {"kinds": ["trigdsl.source.Span"], "rows": [[0, 1]], "last": [0]},
        {"kinds": ["tuple"], "rows": [[0, [7]]], "last": [0]},
        {"kinds": ["tuple"], "rows": [[3]], "last": [0]},
        {"kinds": ["number"], "rows": [[0, "many"]], "last": [0]},
        {"kinds": ["zone"], "rows": [[0, "../../etc/passwd"]], "last": [0]},
        {"kinds": ["zone"], "rows": [[0, "Nowhere/Land"]], "last": [0]},
        {"kinds": [], "rows": 4, "last": [0]},
    ],
)
def test_a_document_of_nothing_known_is_an_error(document: Any) -> None:
    with pytest.raises(codec.DocumentError):
        codec.decoded(document)


# The cache


class Desk:
    """A folder with rules, and a cache beside it."""

    def __init__(self, folder: Path) -> None:
        self.rules = folder / "rules"
        self.cache = folder / "cache"
        self.rules.mkdir()
        self.write("mine.trig", RULES)

    def write(self, name: str, text: str) -> None:
        path = self.rules / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_700_000_000, 1_700_000_000))

    def entry(self, **changes: Any) -> cache.Entry:
        # The files were changed a moment ago, but before this start.
        return cache.Entry(self.cache, (str(self.rules),), begun=9e9, **changes)

    def keep(self) -> Loaded:
        loaded = load_paths([self.rules])
        assert loaded.ruleset is not None
        self.entry().write(loaded)
        return loaded

    @property
    def files(self) -> list[Path]:
        return sorted(self.cache.iterdir()) if self.cache.is_dir() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_second_start_has_the_same_rules_and_the_same_warnings(desk: Desk) -> None:
    first = desk.keep()
    again = desk.entry().read()
    assert again is not None
    assert "never-true" in [d.code for d in again.diagnostics]
    assert as_written(parts(again)) == as_written(parts(first))
    assert list(map(diagnostics.render, again.diagnostics)) == list(
        map(diagnostics.render, first.diagnostics)
    )
    assert (again.files, again.folders) == (first.files, first.folders)


CHANGES = {
    "another rule": ("mine.trig", RULES.replace("gold", "silver")),
    "a comment": ("mine.trig", RULES + "# later\n"),
    "a new file": ("more.trig", "when ticket.status is solved then stop"),
    "a new template": ("templates/en/solved.txt", "Subject: S\n\nMine"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_on_disk_is_checked_anew(desk: Desk, change: str) -> None:
    desk.keep()
    desk.write(*CHANGES[change])
    assert desk.entry().read() is None
    desk.keep()
    assert desk.entry().read() is not None


def test_a_file_or_a_template_that_is_gone_is_noticed(desk: Desk) -> None:
    desk.write("more.trig", "when ticket.status is solved then stop")
    desk.write("templates/en/solved.txt", "Subject: S\n\nMine")
    desk.keep()
    (desk.rules / "templates/en/solved.txt").unlink()
    assert desk.entry().read() is None
    desk.keep()
    (desk.rules / "more.trig").unlink()
    assert desk.entry().read() is None


def test_a_used_file_outside_the_folder_is_looked_at(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other.trig").write_text("when ticket.status is solved then stop", encoding="utf-8")
    desk.write("mine.trig", 'use "../other.trig"')
    desk.keep()
    assert desk.entry().read() is not None
    (tmp_path / "other.trig").write_text("when ticket.status is open then stop", encoding="utf-8")
    assert desk.entry().read() is None


def test_another_directory_other_allowances_and_another_version_are_other_entries(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.keep()
    assert desk.entry(directory={"users": []}).read() is None
    assert desk.entry(allow=["never-true"]).read() is None
    monkeypatch.setattr(cache, "__version__", "0.0.1")
    assert desk.entry().read() is None


def test_a_file_that_changed_while_it_was_read_is_not_kept(desk: Desk) -> None:
    loaded = load_paths([desk.rules])
    cache.Entry(desk.cache, (str(desk.rules),), begun=1.0).write(loaded)
    assert desk.files == []


def test_rules_with_mistakes_are_not_kept(desk: Desk) -> None:
    desk.write("mine.trig", "when ticket.statuss is solved then stop")
    desk.entry().write(load_paths([desk.rules]))
    assert desk.files == []


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), how=st.sampled_from(["cut", "longer", "flipped"]))
def test_a_damaged_entry_is_not_read(
    tmp_path_factory: pytest.TempPathFactory, share: float, how: str
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.keep()
    (file,) = desk.files
    whole = file.read_bytes()
    at = int(share * len(whole))
    flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    file.write_bytes({"cut": whole[:at], "longer": whole[:at] + b"?" + whole[at:], "flipped": flipped}[how])
    assert desk.entry().read() is None


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\x80\x04N.", b"null\nnull", f"{cache.FORMAT} 0\n".encode()]
)
def test_a_foreign_file_is_not_read(desk: Desk, content: bytes) -> None:
    desk.keep()
    desk.files[0].write_bytes(content)
    assert desk.entry().read() is None


@pytest.mark.parametrize("rules", [None, ["a"], {"kinds": [], "rows": [], "last": 4}])
def test_an_entry_of_something_else_is_not_read(desk: Desk, rules: Any) -> None:
    desk.keep()
    (file,) = desk.files
    _, first, *rows = file.read_bytes().splitlines(keepends=True)
    lines = [f"{json.dumps(json.loads(first) | {'rules': rules})}\n".encode(), *rows]
    file.write_bytes(f"{cache.FORMAT} {cache._digest(lines)}\n".encode() + b"".join(lines))
    assert desk.entry().read() is None


def test_a_cache_that_cannot_be_written_is_no_error(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    loaded = load_paths([desk.rules])
    cache.Entry(tmp_path / "file", (str(desk.rules),), begun=9e9).write(loaded)
    cache.Entry(tmp_path / "file" / "below", (str(desk.rules),), begun=9e9).write(loaded)
    assert cache.Entry(tmp_path / "file", (str(desk.rules),)).read() is None


def test_few_entries_are_kept_and_other_files_left_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_ENTRIES", 2)
    desk.cache.mkdir()
    (desk.cache / "mine.json").write_text("{}", encoding="utf-8")
    loaded = load_paths([desk.rules])
    for code in ("a", "b", "c"):
        desk.entry(allow=[code]).write(loaded)
    assert len(desk.files) == 3
    assert (desk.cache / "mine.json").exists()


def test_a_text_from_a_cache_still_stands_under_the_list_of_what_is_allowed(desk: Desk) -> None:
    desk.write("mine.trig", 'when ticket is created then notify requester with body "Hello"')
    loaded = desk.keep()
    assert loaded.ruleset is not None
    evil = "{% set x = ticket.id %}{{ x.__class__ }}"
    trigger = loaded.ruleset.triggers[0]
    (told,) = trigger.actions
    assert isinstance(told, r.Notify)
    action = attrs.evolve(told, message=r.Inline(None, evil))
    rules = attrs.evolve(loaded.ruleset.rules, triggers=(attrs.evolve(trigger, actions=(action,)),))
    tampered = Ruleset(rules, attrs.evolve(loaded.ruleset.renderer, rules=rules))
    event = {
        "specversion": "1.0", "id": "e", "source": "s", "type": "ticket.created", "subject": "1",
        "time": "2026-01-05T10:00:00Z", "data": {"by": "ana@example.com"},
    }  # fmt: skip
    with pytest.raises(ValueError, match="not allowed"):
        next(tampered.run([event]))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TRIGDSL_CACHE": "off", "HOME": "/home/a"}, None),
        ({"TRIGDSL_CACHE": "", "HOME": "/home/a"}, None),
        ({"TRIGDSL_CACHE": "/tmp/x", "XDG_CACHE_HOME": "/y"}, "/tmp/x"),
        ({"XDG_CACHE_HOME": "/y", "HOME": "/home/a"}, "/y/trigdsl"),
        ({}, None),
    ],
)
def test_the_environment_says_where_the_cache_is(environment: dict[str, str], expected: str | None) -> None:
    found = cache.folder(environment)
    assert found == (None if expected is None else Path(expected))


def test_a_warning_with_a_note_reads_back() -> None:
    source = Source("a.trig", "when x")
    told = Diagnostic("c", "m", source, Span(0, 4), notes=(diagnostics.Note("n", source, Span(1, 2)),))
    assert through_json(told) == told
    assert through_json(told).severity is told.severity
