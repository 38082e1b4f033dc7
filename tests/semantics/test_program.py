"""Whole rule sets: the order of triggers, what replaces and switches them, names, titles, schedules, and the mends."""

from datetime import date
from pathlib import Path

import pytest

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic, render
from trigdsl.runtime.loader import load_paths, load_text
from trigdsl.runtime.ruleset import Loaded
from trigdsl.semantics import program
from trigdsl.semantics import rules as r
from trigdsl.semantics.ordering import Module
from trigdsl.source import Source
from trigdsl.spelling import nearest
from trigdsl.syntax import parser, words

DONE = "when ticket is created then stop"
CLASSIC = [
    "Notify requester of received request",
    "Notify requester of comment update",
    "Notify requester of solved request",
    "Notify assignee of comment update",
    "Notify assignee of assignment",
    "Notify assignee of reopened ticket",
    "Notify group of assignment",
    "Notify all agents of received request",
    "Notify Twitter requester of received request",
]


def _rules(loaded: Loaded) -> r.Rules:
    assert loaded.ruleset is not None, "\n".join(map(render, loaded.diagnostics))
    return loaded.ruleset.rules


def _titles(text: str) -> list[str]:
    return [trigger.title for trigger in _rules(load_text(text)).triggers]


def _trigger(text: str, title: str) -> r.Trigger:
    (found,) = (trigger for trigger in _rules(load_text(text)).triggers if trigger.title == title)
    return found


def _codes(text: str) -> list[tuple[int, str]]:
    return [(d.line, d.code) for d in load_text(text).diagnostics]


def _only(text: str) -> Diagnostic:
    found = load_text(text).diagnostics
    assert len(found) == 1, [render(d) for d in found]
    return found[0]


def _written(*titles: str) -> str:
    return "\n".join(f'trigger "{title}" {DONE}' for title in titles) + "\n"


# Order


def test_triggers_stand_where_they_are_written() -> None:
    assert _titles(_written("B", "A", "C")) == ["B", "A", "C"]


def test_categories_stand_where_they_are_first_named() -> None:
    text = _written("none")
    text += 'category "Two"\n' + _written("two") + 'category "One"\n' + _written("one")
    text += 'category "Two"\n' + _written("two again")
    assert _titles(text) == ["none", "two", "two again", "one"]
    found = [(trigger.title, trigger.category) for trigger in _rules(load_text(text)).triggers]
    assert found == [("none", None), ("two", "Two"), ("two again", "Two"), ("one", "One")]


def test_a_library_stands_where_it_is_used() -> None:
    assert _titles(_written("A") + "use zendesk\n" + _written("B")) == ["A", *CLASSIC, "B"]


def test_a_library_keeps_its_own_categories_at_its_place() -> None:
    text = 'category "Mine"\n' + _written("A") + "use zendesk\n" + _written("B")
    text += 'category "Notifications"\n' + _written("C") + 'category "Mine"\n' + _written("D")
    assert _titles(text) == ["A", *CLASSIC, "B", "D", "C"]
    assert _trigger(text, CLASSIC[0]).category == "Notifications"
    assert _trigger(text, "B").category == "Mine"


def test_only_takes_a_few_in_the_librarys_order() -> None:
    text = f'use zendesk only "{CLASSIC[4]}", "{CLASSIC[1]}"\n'
    assert _titles(text) == [CLASSIC[1], CLASSIC[4]]


def test_a_library_used_twice_counts_at_its_first_use() -> None:
    assert _titles("use zendesk\n" + _written("A") + "use zendesk\n") == [*CLASSIC, "A"]


def test_the_rest_of_a_library_may_follow_later() -> None:
    text = f'use zendesk only "{CLASSIC[4]}"\n' + _written("A") + "use zendesk\n"
    assert _titles(text) == [CLASSIC[4], "A", *CLASSIC[:4], *CLASSIC[5:]]


def test_before_and_after_stand_beside_the_other() -> None:
    text = _written("A", "B", "C")
    text += f'trigger "before B" before "B" {DONE}\ntrigger "after B" after "B" {DONE}\n'
    assert _titles(text) == ["A", "before B", "B", "after B", "C"]


def test_several_at_one_place_stand_as_written() -> None:
    text = f'trigger "1" before "B" {DONE}\ntrigger "3" after "B" {DONE}\n' + _written("A", "B", "C")
    text += f'trigger "2" before "B" {DONE}\ntrigger "4" after "B" {DONE}\n'
    assert _titles(text) == ["A", "1", "2", "B", "3", "4", "C"]


def test_a_place_may_be_beside_one_that_has_a_place_itself() -> None:
    text = f'trigger "3" after "2" {DONE}\ntrigger "2" after "1" {DONE}\n' + _written("0", "1", "4")
    assert _titles(text) == ["0", "1", "2", "3", "4"]


def test_a_trigger_takes_the_category_of_its_place() -> None:
    text = 'category "One"\n' + _written("A") + f'category "Two"\ntrigger "B" before "A" {DONE}\n'
    assert _trigger(text, "B").category == "One"


def test_a_place_may_be_inside_a_library() -> None:
    text = f'use zendesk\ntrigger "Mine" before "{CLASSIC[2]}" {DONE}\n'
    assert _titles(text) == [*CLASSIC[:2], "Mine", *CLASSIC[2:]]


def test_an_order_that_turns_in_a_circle_is_one_error() -> None:
    text = f'trigger "A" before "B" {DONE}\ntrigger "B" before "C" {DONE}\ntrigger "C" before "A" {DONE}\n'
    assert _codes(text) == [(1, "circular-order")]
    leads_there = f'trigger "D" after "A" {DONE}\n'
    assert _codes(leads_there + text) == [(2, "circular-order")]
    assert _codes(text + f'trigger "E" before "E" {DONE}\n') == [(1, "circular-order"), (4, "circular-order")]


# Files and folders


def _folder(path: Path, **texts: str) -> Path:
    for name, text in texts.items():
        file = path / (name.replace("__", "/") + ".trig")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def test_the_files_of_a_folder_load_by_name(tmp_path: Path) -> None:
    _folder(tmp_path, b=_written("b"), a=_written("a"), c__a=_written("ca"), a__z=_written("az"))
    titles = [trigger.title for trigger in _rules(load_paths([tmp_path])).triggers]
    assert titles == ["az", "a", "b", "ca"]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    found = load_paths([tmp_path / "none.trig"]).diagnostics
    assert [d.code for d in found] == ["unreadable-file"]
    assert str(tmp_path / "none.trig") in found[0].message


def test_a_file_used_twice_counts_at_its_first_use(tmp_path: Path) -> None:
    _folder(tmp_path, shared=_written("s"), one='use "./shared.trig"\n' + _written("1"))
    _folder(tmp_path, two=_written("2") + 'use "./shared.trig"\n')
    found = _rules(load_paths([tmp_path / "one.trig", tmp_path / "two.trig", tmp_path / "shared.trig"]))
    assert [trigger.title for trigger in found.triggers] == ["s", "1", "2"]


def test_files_that_use_each_other_are_an_error(tmp_path: Path) -> None:
    _folder(tmp_path, a='use "./b.trig"\n', b='\nuse "./a.trig"\n')
    found = load_paths([tmp_path / "a.trig"]).diagnostics
    assert [(Path(d.source.name).name, d.line, d.code) for d in found] == [("b.trig", 2, "circular-use")]


def test_a_category_opened_in_one_file_goes_on_in_the_next(tmp_path: Path) -> None:
    _folder(tmp_path, a='category "One"\n' + _written("a") + 'category "Two"\n' + _written("b"))
    _folder(tmp_path, c=_written("first") + 'category "One"\n' + _written("c"))
    titles = [trigger.title for trigger in _rules(load_paths([tmp_path])).triggers]
    assert titles == ["first", "a", "c", "b"]


def test_a_file_named_like_a_library_hides_none_of_its_triggers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    library = resources.folder("stdlib") / "zendesk" / "triggers.trig"
    at = library.read_text(encoding="utf-8").index(f'trigger "{CLASSIC[0]}"')
    start = "use zendesk\n"
    text = start + "#" * (at - len(start) - 1) + "\n" + _written("Mine")
    _folder(tmp_path, zendesk__triggers=text)
    found = _rules(load_paths(["zendesk/triggers.trig"])).triggers
    assert [trigger.title for trigger in found] == [*CLASSIC, "Mine"]


# Replace, disable, enable


def test_a_replacement_keeps_the_place_and_the_category() -> None:
    text = 'category "Mine"\n' + f'replace trigger "{CLASSIC[3]}" {DONE}\nuse zendesk\n'
    assert _titles(text) == CLASSIC
    found = _trigger(text, CLASSIC[3])
    assert found.actions == (r.Stop(),)
    assert found.category == "Notifications"
    assert found.at.line == 2


def test_a_replacement_of_a_disabled_trigger_stays_disabled() -> None:
    text = f'disabled trigger "A" when ticket is updated then stop\nreplace trigger "A" {DONE}\n'
    found = _trigger(text, "A")
    assert not found.active
    assert found.condition == r.Happens("ticket.created")
    assert _trigger(text + 'enable trigger "A"\n', "A").active


def test_a_replacement_of_a_switched_off_trigger_stays_off() -> None:
    off = f'use zendesk\ndisable trigger "{CLASSIC[0]}"\n'
    new = f'replace trigger "{CLASSIC[0]}" {DONE}\n'
    for text in (off + new, new + off):
        assert not _trigger(text, CLASSIC[0]).active


def test_triggers_are_switched_off_and_on() -> None:
    text = f'use zendesk\ndisable trigger "{CLASSIC[0]}"\n'
    assert not _trigger(text, CLASSIC[0]).active
    assert _trigger(text, CLASSIC[1]).active
    assert _trigger(text + f'enable trigger "{CLASSIC[0]}"\n', CLASSIC[0]).active


def test_a_replacement_has_no_place_of_its_own() -> None:
    for where in ("before", "after"):
        found = _only(_written("A", "B") + f'replace trigger "A" {where} "B" {DONE}\n')
        assert (found.code, found.line) == ("replacement-with-place", 3)


def test_what_stands_before_a_title_is_kept() -> None:
    text = f'disabled trigger "D" {DONE}\ntrial trigger "T" once per ticket {DONE}\ntrigger "A" {DONE}\n'
    found = [(x.title, x.active, x.trial, x.once) for x in _rules(load_text(text)).triggers]
    assert found == [("D", False, False, False), ("T", True, True, True), ("A", True, False, False)]


def test_two_replacements_of_one_trigger_are_an_error() -> None:
    text = _written("A") + f'replace trigger "A" {DONE}\nreplace trigger "A" {DONE}\n'
    found = _only(text)
    assert (found.code, found.line) == ("replaced-twice", 3)
    assert [note.source.position(note.span.start)[0] for note in found.notes] == [2]


# Titles


def test_a_title_used_twice_is_an_error_that_names_the_first() -> None:
    found = _only(_written("A", "B", "A"))
    assert (found.code, found.line) == ("title-used-twice", 3)
    assert [note.source.position(note.span.start) for note in found.notes] == [(1, 9)]


def test_the_title_of_a_librarys_trigger_can_be_replaced() -> None:
    found = _only("use zendesk\n" + _written(CLASSIC[2]))
    assert found.code == "title-used-twice"
    assert f'replace trigger "{CLASSIC[2]}"' in (found.help or "")


def test_a_trigger_without_a_title_is_named_by_its_condition() -> None:
    text = "WHEN ticket.status  Changes To solved AND (comment is public or not (group is empty)) then stop\n"
    name = "ticket.status changes to solved and (comment is public or not (group is empty))"
    assert _titles(text) == [name]
    assert _titles(text * 3) == [name, f"{name} (2)", f"{name} (3)"]


def test_a_twin_can_be_named() -> None:
    text = (DONE + "\n") * 2 + 'disable trigger "ticket is created (2)"\n'
    assert [x.active for x in _rules(load_text(text)).triggers] == [True, False]


@pytest.mark.parametrize("titled_first", [True, False])
def test_a_written_title_is_kept_whatever_stands_before_it(titled_first: bool) -> None:
    untitled, titled = DONE + "\n", 'trigger "ticket is created" when ticket is updated then stop\n'
    text = titled + untitled if titled_first else untitled + titled
    given = {trigger.title: trigger.condition for trigger in _rules(load_text(text)).triggers}
    assert given == {
        "ticket is created": r.Happens("ticket.updated"),
        "ticket is created (2)": r.Happens("ticket.created"),
    }


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_twin_takes_no_number_that_is_written(place: int) -> None:
    texts = [DONE + "\n"] * 2
    texts.insert(place, 'trigger "ticket is created (2)" when ticket is updated then stop\n')
    expected = ["ticket is created", "ticket is created (3)"]
    expected.insert(place, "ticket is created (2)")
    assert _titles("".join(texts)) == expected


def test_an_empty_title_is_an_error_and_no_name_is_made_of_its_condition() -> None:
    for title in ("", "  "):
        found = _only(f'trigger "{title}" {DONE}\n')
        assert (found.code, found.column) == ("empty-title", 9)


# Defined names


def test_a_defined_name_means_its_condition_everywhere() -> None:
    text = "when paying then stop\ndefine paying as rich and ticket is created\ndefine rich as ticket is public\n"
    (trigger,) = _rules(load_text(text)).triggers
    assert trigger.condition == r.AllOf((r.Happens("ticket.public"), r.Happens("ticket.created")))
    assert trigger.title == "paying"


def test_a_name_defined_by_itself_is_an_error_that_shows_the_circle() -> None:
    found = _only("define a as b\ndefine b as c and ticket is created\ndefine c as not a\nwhen a then stop\n")
    assert (found.code, found.line) == ("circular-name", 3)
    assert "a → b → c → a" in found.message


def test_a_name_is_defined_once() -> None:
    found = _only("define a as ticket is created\n\ndefine a as ticket is created\nwhen a then stop\n")
    assert (found.code, found.line) == ("name-used-twice", 3)
    assert [note.source.position(note.span.start)[0] for note in found.notes] == [1]


def test_a_noun_is_no_name() -> None:
    for noun in ("ticket", "requester", "group", "current_user", "comment"):
        assert _codes(f"define {noun} as ticket is created\n{DONE}") == [(1, "name-used-twice")]


def test_a_definition_that_nobody_uses_is_checked() -> None:
    assert _codes(f"define a as ticket.stauts is open\n{DONE}") == [(1, "unknown-field")]


def test_a_mistake_in_a_definition_is_reported_once() -> None:
    text = "define a as ticket.stauts is open\n" + "when a and ticket is created then stop\n" * 3
    assert _codes(text) == [(1, "unknown-field")]


def test_definitions_cannot_grow_without_limit() -> None:
    lines = ["define d0 as ticket is created and ticket is public"]
    lines += [f"define d{n} as d{n - 1} and d{n - 1}" for n in range(1, 40)]
    found = load_text("\n".join([*lines, "when d39 then stop"])).diagnostics
    assert [d.code for d in found] == ["condition-too-large"]


# Schedules


def test_a_schedule_is_open_when_it_says() -> None:
    text = 'schedule "S" in "Europe/Paris" open monday to tuesday 09:00 to 18:00, monday 20:00 to 24:00, '
    text += "saturday to sunday 10:00 to 12:00 closed on 2026-12-25, 2027-01-01\n" + DONE
    schedule = _rules(load_text(text)).schedules["S"]
    work, late, weekend = (540, 1080), (1200, 1440), (600, 720)
    assert schedule.hours == ((work, late), (work,), (), (), (), (weekend,), (weekend,))
    assert schedule.holidays == {date(2026, 12, 25), date(2027, 1, 1)}
    assert str(schedule.zone) == "Europe/Paris"


def test_days_may_run_over_the_end_of_the_week() -> None:
    schedule = _rules(
        load_text(f'schedule "S" in "UTC" open saturday to monday 01:00 to 02:00\n{DONE}')
    ).schedules["S"]
    assert [bool(day) for day in schedule.hours] == [True, False, False, False, False, True, True]


def test_two_schedules_have_two_titles() -> None:
    line = 'schedule "S" in "UTC" open monday 09:00 to 18:00\n'
    assert _codes(line * 2 + DONE) == [(2, "name-used-twice")]


# Suggestions


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("when ticket.stauts is open then stop", "status"),
        ("when ticket.status is slved then stop", "solved"),
        ("when tiket.status is open then stop", "ticket"),
        ("when status is open then stop", "ticket.status"),
        ("when ticket.STATUS is open then stop", "status"),
        ("when requester.langauge is fr then stop", "language"),
        ("when ticket is craeted then stop", "created"),
        ("when assignee is curent_user then stop", "current_user"),
        ("when ticket.due_date is within the last 3 dayss then stop", "days"),
        ("when ticket is created then notify requester with template solve", "solved"),
        ("when ticket is created then notify requester by tweeet with template solved", "tweet"),
        ("webhook pager when ticket is created then call webhook pagr with template solved", "pager"),
        ("define paying as ticket is created when payin then stop", "paying"),
        (f'use zendesk disable trigger "{CLASSIC[6].lower()}"', CLASSIC[6]),
        (f'trigger "Escalate" {DONE} trigger "B" before "Esclate" {DONE}', "Escalate"),
        ('schedule "Hours" in "UTC" open mondy 09:00 to 10:00', "monday"),
        (
            'schedule "Hours" in "UTC" open monday 09:00 to 10:00 when schedule "Hour" is open then stop',
            "Hours",
        ),
        ("field tickt.plan is text", "ticket"),
        ("use zendes", "zendesk"),
    ],
)
def test_a_near_miss_gets_a_suggestion(text: str, suggestion: str) -> None:
    assert f"did you mean `{suggestion}`?" in (_only(text).help or "")


@pytest.mark.parametrize(
    "word", ["nobody", "NoBody", "none", "noone", "null", "nil", "unassigned", "nothing"]
)
def test_nobody_is_asked_for_with_empty(word: str) -> None:
    for text in (f"when assignee is {word} then stop", f"when ticket is created then set group to {word}"):
        found = _only(text)
        assert found.code == "unknown-name"
        assert found.help == "to ask for nobody, write `is empty`; to take somebody off, `clear …`"


@pytest.mark.parametrize(
    "text",
    [
        "when ticket.zzzzz is open then stop",
        "when ticket.status is zzzzz then stop",
        "when zzzzz.status is open then stop",
        "when ticket is zzzzz then stop",
        "when ticket is created then notify requester with template zzzzz",
        "when ticket is created then notify requester by zzzzz with template solved",
        "when ticket is created then call webhook zzzzz with template solved",
        "when zzzzz then stop",
        'disable trigger "zzzzz"',
        "use zzzzz",
    ],
)
def test_nonsense_gets_none(text: str) -> None:
    assert "did you mean" not in (_only(text).help or "")


def test_the_nearest_word_is_near() -> None:
    known = ["status", "subject", "solved"]
    assert nearest("stauts", known) == "status"
    assert nearest("SOLVED", known) == "solved"
    assert nearest("zzzzz", known) is None
    assert nearest("status", []) is None


# What a trigger reads and writes


def test_reads_and_writes_are_told() -> None:
    text = "field user.vip is yes or no\n"
    text += "when requester.vip is yes and ticket.status changes and comment is public\n"
    text += 'then set ticket.priority to urgent add a to ticket.tags notify assignee with body "{{ ticket.subject }}"'
    (trigger,) = _rules(load_text(text)).triggers
    assert {"ticket.requester", "user.vip", "ticket.status", "comment.public"} <= trigger.reads
    assert {"ticket.assignee", "ticket.subject"} <= trigger.reads
    assert trigger.writes == {"ticket.priority", "ticket.tags"}
    assert "ticket.priority" not in trigger.reads


# The check itself


def _module(name: str, text: str) -> Module:
    source = Source(name, text)
    parsed = parser.parse(source)
    assert not parsed.diagnostics
    return Module(source, parsed.file)


def test_the_check_knows_nothing_but_its_vocabulary() -> None:
    base = _module("base", "state crate is created field crate.size is one of small < large channel horn")
    rules = _module(
        "rules", "when crate is created and crate.size is at least large then set crate.size to small"
    )
    checked = program.check([rules], [base], program.Surroundings(words.load("en")))
    assert checked.diagnostics == ()
    assert checked.rules is not None
    assert checked.rules.vocabulary.root == "crate"
    assert checked.rules.triggers[0].writes == {"crate.size"}


def test_the_check_changes_none_of_its_input_and_repeats_itself() -> None:
    base = _module("base", "state crate is created field crate.size is a number")
    rules = _module("rules", "when crate.sise is 4 then set crate.size to 5 when crate is created then stop")
    around = program.Surroundings(words.load("en"))
    first, second = program.check([rules], [base], around), program.check([rules], [base], around)
    assert first == second
    assert first.rules is None
    assert [d.code for d in first.diagnostics] == ["unknown-field"]


def test_too_many_triggers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "MOST_TRIGGERS", 3)
    assert _codes((DONE + "\n") * 3) == []
    assert [code for _, code in _codes((DONE + "\n") * 4)] == ["too-many-triggers"]


def test_every_mistake_is_collected_and_sorted() -> None:
    text = "when ticket.a is 1 then set ticket.b to 2\nwhen ticket.c is 3 and ticket.d is 4 then stop\n"
    found = load_text(text).diagnostics
    assert [(d.line, d.column) for d in found] == [(1, 13), (1, 36), (2, 13), (2, 31)]
    assert {d.code for d in found} == {"unknown-field"}
