"""To Zendesk and back: rules that Zendesk can hold, exported, imported again, and run beside what they were."""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from trigdsl import UpdateError
from trigdsl.diagnostics import Diagnostic, Severity, render
from trigdsl.interfaces import importing
from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import names as names_file
from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.catalogue import Id
from trigdsl.interop.zendesk.exporting import guards
from trigdsl.interop.zendesk.exporting.triggers import Exported, export
from trigdsl.interop.zendesk.importing.answers import Answers
from trigdsl.interop.zendesk.importing.folders import Imported, imported
from trigdsl.interop.zendesk.names import Names
from trigdsl.runtime import loader
from trigdsl.runtime.ruleset import Loaded, Ruleset
from trigdsl.semantics import rules as r
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, tree, words
from trigdsl.testing.generation.cases import Case
from trigdsl.testing.strategies import World

BODIES = {
    "plain.liquid": "Subject: About {{ticket.title}}\n\nYour request has the number {{ticket.id}}.",
    "bare.liquid": "{{ticket.requester.name}}: {{ticket.title}}",
}


FIELDS = {field.path.removeprefix("ticket.") for field in c.FIELDS.values()} | {
    write.path.removeprefix("ticket.") for write in c.WRITES.values()
}
KEPT = {"id", "role", "email", "language", "groups", "organization", "name"}
"""What a directory needs, whether Zendesk's triggers ask about it or not."""


def world() -> World:
    """Return the world of Zendesk as far as its triggers go, with texts that it can send."""
    whole = World.zendesk()
    fields = {
        (entity, name): field
        for (entity, name), field in whole.vocabulary.fields.items()
        if name in FIELDS | KEPT or entity in ("comment", "update")
    }
    vocabulary = attrs.evolve(whole.vocabulary, fields=fields)
    return attrs.evolve(
        whole,
        vocabulary=vocabulary,
        templates=("plain", "bare"),
        internal=(),
        libraries={},
        help_desks=(),
    )


# Back from Zendesk


@frozen
class Back:
    """What an import made of triggers: the report, the rules, and the names that go with them."""

    report: Imported
    loaded: Loaded
    names: Names

    @property
    def rules(self) -> Ruleset:
        """The rules as they run."""
        assert self.loaded.ruleset is not None
        return self.loaded.ruleset

    def exported(self) -> Exported:
        """Return the triggers that the rules become again."""
        assert self.loaded.written is not None
        return export(self.rules.rules, self.loaded.written, self.names)


def back(*answers: Any, beside: str = "") -> Back:
    """Return the rules that answers of the API become, as `trigdsl import` writes them, beside another rule file."""
    given = Answers()
    for number, answer in enumerate(answers):
        given.read(json.dumps(answer), f"answer {number}")
    report = imported(given, importing._check, importing._mistake)
    with tempfile.TemporaryDirectory() as place:
        importing._put(Path(place), report.files)
        if beside:
            (Path(place) / "beside.trig").write_text(beside, encoding="utf-8")
        loaded = loader.load_paths([place])
        names = names_file.read(json.loads((Path(place) / names_file.FILE).read_bytes()))
    return Back(report, loaded, names)


@frozen
class Counts:
    """How many triggers came back, and how."""

    total: int
    equal: int
    executable: int
    raw: int

    def told(self, which: str) -> str:
        """Return the counts on one line."""
        return (
            f"{self.total:,} triggers {which}: {self.equal:,} come back equal, {self.executable:,} are executable, "
            f"{self.raw:,} are kept in part"
        )


def round_trip(triggers: Sequence[Mapping[str, Any]], *answers: Any) -> tuple[Counts, list[str]]:
    """Return how many triggers come back as they were, in the normal form, and how the others differ."""
    there = back({"triggers": [*triggers]}, *answers)
    again = there.exported()
    if again.failed:
        return Counts(len(triggers), 0, 0, 0), [render(d) for d in again.diagnostics]
    wanted = [json.dumps(normal.trigger(trigger), sort_keys=True) for trigger in triggers]
    found = Counter(json.dumps(normal.trigger(trigger), sort_keys=True) for trigger in again.triggers)
    differing = [trigger for trigger in wanted if not found[trigger]]
    found -= Counter(wanted)
    raw = sum(bool(trigger.raw) for trigger in there.rules.triggers)
    counts = Counts(len(triggers), len(triggers) - len(differing), len(there.rules.triggers) - raw, raw)
    return counts, [*differing, *found]


# What Zendesk can hold of generated rules


@frozen
class Held:
    """Generated rules as far as Zendesk can hold them, and what they become there."""

    rules: Ruleset
    exported: Exported
    names: Names
    declared: str
    """The fields that the rules declare, and that events set."""
    lost: tuple[Diagnostic, ...] = ()
    """What kept other triggers of the same rules out."""

    def back(self) -> Back:
        """Return what the triggers become when they are imported again."""
        known = account(self.names, self.rules.rules.schedules.values())
        return back({"triggers": [*self.exported.triggers]}, known, beside=self.declared)


ENGLISH = words.load("en")


def held(case: Case) -> Held | None:
    """Return what Zendesk can hold of a case's rules; None when that is nothing."""
    names = _names(case.directory)
    return _held([item for item in case.file.items if not isinstance(item, tree.Test | tree.Switch)], names)


def held_text(text: str, names: Names) -> Held:
    """Return the rules of a text, all of which Zendesk can hold."""
    found = _held([*_items(text)], names)
    assert found is not None
    assert not found.lost, [render(d) for d in found.lost][:3]
    return found


def _held(items: list[tree.Item], names: Names) -> Held | None:
    lost: list[Diagnostic] = []
    for _ in range(12):
        text = printer.print_file(tree.File(tuple(items)), ENGLISH)
        loaded = loader.load_text(text, templates=BODIES)
        items = [*_items(text)]
        wrong = [d for d in loaded.diagnostics if d.severity is Severity.ERROR]
        if not wrong and loaded.ruleset is not None and loaded.written is not None:
            if not loaded.ruleset.triggers:
                return None
            for title in loaded.ruleset.rules.schedules:
                names.tables.setdefault("schedules", {}).setdefault(title, 5000 + len(title))
            found = export(loaded.ruleset.rules, loaded.written, names, split=True)
            if not found.failed:
                fields = tuple(item for item in items if isinstance(item, tree.FieldDeclaration))
                declared = printer.print_file(tree.File(fields), ENGLISH)
                return Held(loaded.ruleset, found, names, declared, tuple(lost))
            wrong = [d for d in found.diagnostics if d.severity is Severity.ERROR]
        wrong = [d for d in wrong if not _named(d, names)]
        lost += wrong
        items = [item for item in items if not any(_concerns(d, item) for d in wrong)]
    return None


def tangled(case: Case, numbers: Sequence[int]) -> Case:
    """Return a case whose triggers ask for more than two lists can hold, fire once, or stop."""
    triggers = [item for item in case.file.items if isinstance(item, tree.Trigger)]
    pool = [trigger.condition for trigger in triggers]
    items: list[tree.Item] = []
    for item in case.file.items:
        if not isinstance(item, tree.Trigger) or item.title is None:
            items.append(item)
            continue
        number = numbers[len(items) % len(numbers)]
        one, two, three = (pool[(number + n) % len(pool)] for n in (0, 1, 2))
        shape = number % 5
        condition = (
            item.condition,
            tree.Or((item.condition, tree.And((one, two)))),
            tree.And((tree.Or((item.condition, one)), tree.Or((two, three)))),
            tree.Or((item.condition, tree.Not(one))),
            tree.Or((tree.And((item.condition, one)), tree.And((two, three)))),
        )[shape]
        stop = (tree.Stop(),) if number % 7 == 0 and not isinstance(item.actions[-1], tree.Stop) else ()
        items.append(
            attrs.evolve(
                item,
                condition=condition,
                once=number % 3 == 0,
                actions=(*item.actions, *stop),
            )
        )
    return attrs.evolve(case, file=tree.File(tuple(items)))


def _items(text: str) -> Iterator[tree.Item]:
    """Yield the items of a text, each with its place in it."""
    yield from parser.parse(Source("rules", text)).file.items


def _concerns(found: Diagnostic, item: tree.Item) -> bool:
    return item.span.start <= found.span.start < item.span.end


_NO_ID = re.compile(r"there is no id for the (\w+) `(.*)`, and Zendesk", re.DOTALL)


def _named(found: Diagnostic, names: Names) -> bool:
    """Give an id to a name that lacks one, as an account has it; return whether that was what was wrong."""
    lacking = _NO_ID.match(found.message)
    if lacking is None:
        return False
    kind, name = Id(lacking[1]), lacking[2]
    if not name or " ".join(name.split()) != name:
        return False  # nothing in an account is called so
    if names.id_of(kind, name) == name:
        known = sum(map(len, names.tables.values())) + sum(map(len, names.directory.values()))
        names.add(kind, name, 1000 + known)
    return True


def _names(directory: Mapping[str, Any]) -> Names:
    sections = ("users", "groups", "organizations", "brands")
    return Names({name: [dict(e) for e in directory.get(name, []) if "id" in e] for name in sections})


def account(names: Names, schedules: Iterable[r.Schedule] = ()) -> dict[str, Any]:
    """Return what the API answers about an account that has these names."""
    found: dict[str, Any] = {name: entries for name, entries in names.directory.items() if entries}
    for section, key in (
        ("ticket_forms", "forms"),
        ("custom_statuses", "statuses"),
        ("webhooks", "webhooks"),
        ("locales", "languages"),
    ):
        label = {"custom_statuses": "agent_label", "locales": "locale"}.get(section, "name")
        found[section] = [{"id": i, label: name} for name, i in names.tables.get(key, {}).items()]
    ids = names.tables.get("schedules", {})
    found["schedules"] = [_schedule(schedule, ids[schedule.title]) for schedule in schedules]
    return found


def _schedule(schedule: r.Schedule, number: int) -> dict[str, Any]:
    """Return a schedule as the API has it: minutes from Sunday at midnight."""
    intervals = [
        {"start_time": ((day + 1) % 7) * 1440 + a, "end_time": ((day + 1) % 7) * 1440 + b}
        for day, hours in enumerate(schedule.hours)
        for a, b in hours
    ]
    holidays = [
        {"name": "closed", "start_date": day.isoformat(), "end_date": day.isoformat()}
        for day in sorted(schedule.holidays)
    ]
    zone = getattr(schedule.zone, "key", "UTC")
    return {
        "id": number,
        "name": schedule.title,
        "time_zone": zone,
        "intervals": intervals,
        "holidays": holidays,
    }


# Side by side


def differences(one: Held, other: Ruleset, case: Case) -> Iterator[str]:
    """Yield how the outcomes of a case's events differ, but for the tags of triggers that were split."""
    tags = _guard_tags(one.exported)
    titles = [trigger.title for trigger in one.rules.triggers]
    ours, theirs = (
        rules.fold(directory=rules.directory(case.directory), render=False) for rules in (one.rules, other)
    )
    guarded: dict[Any, list[str]] = {}
    sent: dict[str, Mapping[str, Any]] = {}
    """Events by what they were: one that comes again is the same again."""
    for event in map(_with_status, case.events):
        try:
            first = ours.feed(event).to_json()
        except UpdateError as error:
            try:
                theirs.feed(event)
            except UpdateError:
                continue
            yield f"{event['id']} was refused: {error}"
            return
        ticket = (event["source"], str(event["subject"]))
        same = json.dumps(event, sort_keys=True)
        sent.setdefault(same, _with_tags(event, guarded.get(ticket, [])))
        second = theirs.feed(sent[same]).to_json()
        guarded[ticket] = [tag for tag in second["after"].get("tags") or [] if tag in tags]
        mine, yours = _told(first, frozenset(), titles), _told(second, tags, titles)
        if mine != yours:
            yield f"{event['id']}:\n  {json.dumps(mine)}\n  {json.dumps(yours)}"


def _with_status(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an event that leaves the ticket a status: in Zendesk there is none without."""
    data = event.get("data") or {}
    parts: dict[str, Any] = {"set": _filled(data["set"])} if isinstance(data.get("set"), Mapping) else {}
    state = data.get("ticket")
    if isinstance(state, Mapping) and isinstance(state.get("values"), Mapping):
        parts["ticket"] = {**state, "values": {"status": "new", **_filled(state["values"])}}
    return {**event, "data": {**data, **parts}}


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "status" or value}


def _guard_tags(exported: Exported) -> frozenset[str]:
    """Return the tags that keep split triggers together."""
    return frozenset(
        tag
        for trigger in exported.triggers
        for action in trigger["actions"]
        if action["field"] in ("current_tags", "remove_tags")
        for tag in str(action["value"]).split()
        if tag.startswith(guards.PREFIX)
    )


def _with_tags(event: Mapping[str, Any], tags: Sequence[str]) -> Mapping[str, Any]:
    """Return an event that takes away none of some tags: people leave them alone."""
    values = (event.get("data") or {}).get("set") or {}
    if not tags or "tags" not in values:
        return event
    values = {**values, "tags": [*(values["tags"] or []), *tags]}
    return {**event, "data": {**event["data"], "set": values}}


def _told(outcome: Mapping[str, Any], tags: frozenset[str], titles: Sequence[str]) -> dict[str, Any]:
    """Return what came of an event, told of the triggers that were written."""
    effects = [_effect(effect, tags, titles) for effect in outcome["effects"]]
    fired = [found for title in outcome["fired"] if (found := _title(title, titles)) is not None]
    after = {name: value for name, value in outcome["after"].items() if value not in (None, [], "")}
    if "tags" in after:
        after["tags"] = [tag for tag in after["tags"] if tag not in tags]
    return {
        "duplicate": outcome.get("duplicate", False),
        "fired": fired,
        "effects": _joined(effect for effect in effects if effect is not None),
        "after": {name: value for name, value in after.items() if value != []},
    }


def _joined(effects: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return effects with changes of one field that follow each other as one: Zendesk adds people one by one."""
    found: list[dict[str, Any]] = []
    for effect in effects:
        last = found[-1] if found else {}
        if effect["kind"] == "change" and all(effect[k] == last.get(k) for k in ("kind", "trigger", "field")):
            found[-1] = {**last, "to": effect["to"]}
        else:
            found.append(effect)
    return found


def _title(title: str, titles: Sequence[str]) -> str | None:
    """Return the title of the trigger that one of Zendesk's is a part of; None where it only takes tags away."""
    plain = " ".join(title.split())
    known = {" ".join(t.split()): t for t in titles}
    if plain in known:
        return known[plain]
    part = re.sub(r" \(\d+\)$", "", plain)
    return known.get(part)


NOT_COMPARED = ("key", "line", "template", "subject", "body", "language", "html")


def _effect(effect: Mapping[str, Any], tags: frozenset[str], titles: Sequence[str]) -> dict[str, Any] | None:
    found = {name: value for name, value in effect.items() if name not in NOT_COMPARED}
    title = _title(str(effect["trigger"]), titles)
    if title is None:
        return None
    found["trigger"] = title
    if effect["kind"] == "change" and effect["field"] == "ticket.tags":
        found["from"], found["to"] = ([t for t in effect[k] if t not in tags] for k in ("from", "to"))
        if found["from"] == found["to"]:
            return None
    return found
