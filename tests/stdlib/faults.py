"""Faults that somebody could make in the standard library, each one small: in a trigger, in a declaration, in a text.

They are made from the trees and from the files of texts, so a new trigger brings its own. What changes nothing that
can be seen is not planted: the order of two neighbours of which neither reads or writes what the other writes.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from trigdsl import resources
from trigdsl.runtime import loader
from trigdsl.semantics import types
from trigdsl.source import Source
from trigdsl.syntax import parser, printer, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Standing, Verb

LIBRARY = resources.folder("stdlib") / "zendesk"
RULES = ("triggers.trig", "current.trig", "lifecycle.trig")
ENGLISH = words.load("en")


@frozen
class Fault:
    """A file of the library with a fault in it; `what` says which, in the words of the language."""

    kind: str
    file: str
    where: str
    what: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.file}, {self.where}: {self.what}"


def faults() -> list[Fault]:
    """Return every fault, in the order of the files."""
    found = [fault for name in RULES for fault in in_rules(name)]
    return [*found, *in_fields(), *in_texts(), *in_labels()]


# Rules


def in_rules(name: str) -> Iterator[Fault]:
    file = _tree(name)
    for number, item in enumerate(file.items):
        for kind, what, changed in _items(item):
            items = (*file.items[:number], changed, *file.items[number + 1 :])
            yield Fault(kind, name, _where(item), what, _printed(items))
    for one, two in _neighbours(file, name):
        swapped = list(file.items)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        where = _where(file.items[one])
        yield Fault("order", name, where, f"comes after {_where(file.items[two])}", _printed(swapped))


def _tree(name: str) -> t.File:
    text = (LIBRARY / name).read_text(encoding="utf-8")
    return parser.parse(Source(name, text)).file


def _printed(items: Sequence[t.Item]) -> str:
    return printer.print_file(t.File(tuple(items)), ENGLISH)


def _where(item: t.Item) -> str:
    title = getattr(item, "title", None)
    return f'"{title}"' if title else type(item).__name__.lower()


def _neighbours(file: t.File, name: str) -> Iterator[tuple[int, int]]:
    """Yield the places of neighbours whose order may matter: one reads or writes what the other writes."""
    library = next(key for key, path in loader.library_files().items() if path.name == name)
    known = {trigger.title: trigger for trigger in loader.compile_paths(library).triggers}
    places = [number for number, item in enumerate(file.items) if isinstance(item, t.Trigger)]
    for one, two in pairwise(places):
        first, second = (known[_title(file.items[place])] for place in (one, two))
        if (first.writes & (second.reads | second.writes)) | (second.writes & first.reads):
            yield one, two


def _title(item: t.Item) -> str:
    assert isinstance(item, t.Trigger)
    assert item.title is not None
    return item.title


Changed = tuple[str, str, Any]
"""What kind of change it is, the change in words, and what comes of it."""


def _items(item: t.Item) -> Iterator[Changed]:
    match item:
        case t.Category():
            yield "category", "its place among all", attrs.evolve(item, ahead=not item.ahead)
        case t.Trigger():
            for kind, what, condition in _conditions(item.condition):
                yield kind, what, attrs.evolve(item, condition=condition)
            for number, action in enumerate(item.actions):
                for kind, what, changed in _actions(action):
                    actions = (*item.actions[:number], changed, *item.actions[number + 1 :])
                    yield kind, what, attrs.evolve(item, actions=actions)
            yield from _standings(item)
        case t.Use(only=only) if only:
            for text in only:
                kept = tuple(other for other in only if other != text)
                yield "use", f"without {text.value}", attrs.evolve(item, only=kept)


def _standings(item: t.Trigger) -> Iterator[Changed]:
    if "ticket is created" not in _text(item.condition):  # a ticket is created once
        yield "once", "once per ticket", attrs.evolve(item, once=True)
    if item.standing is Standing.ACTIVE:
        yield "standing", "switched off", attrs.evolve(item, standing=Standing.DISABLED)
    if item.standing is Standing.DISABLED:
        yield "standing", "switched on", attrs.evolve(item, standing=Standing.ACTIVE)


# Conditions

NEGATED = {
    Verb.IS: Verb.IS_NOT,
    Verb.IS_ONE_OF: Verb.IS_NOT_ONE_OF,
    Verb.IS_EMPTY: Verb.IS_NOT_EMPTY,
    Verb.IS_LESS_THAN: Verb.IS_AT_LEAST,
    Verb.IS_MORE_THAN: Verb.IS_AT_MOST,
    Verb.CHANGES: Verb.DOES_NOT_CHANGE,
    Verb.CHANGES_TO: Verb.DOES_NOT_CHANGE_TO,
    Verb.CHANGES_FROM: Verb.DOES_NOT_CHANGE_FROM,
    Verb.INCLUDE: Verb.DO_NOT_INCLUDE,
}
NEGATED |= {new: old for old, new in NEGATED.items()}
CONFUSED = {
    Verb.IS_LESS_THAN: Verb.IS_AT_MOST,
    Verb.IS_MORE_THAN: Verb.IS_AT_LEAST,
    Verb.CHANGES_TO: Verb.IS,
    Verb.CHANGES_FROM: Verb.CHANGES_TO,
    Verb.DOES_NOT_CHANGE_TO: Verb.IS_NOT,
    Verb.DOES_NOT_CHANGE_FROM: Verb.DOES_NOT_CHANGE_TO,
}
"""Verbs that are written one for the other."""
BARE = {
    Verb.CHANGES_TO: Verb.CHANGES,
    Verb.CHANGES_FROM: Verb.CHANGES,
    Verb.DOES_NOT_CHANGE_TO: Verb.DOES_NOT_CHANGE,
    Verb.DOES_NOT_CHANGE_FROM: Verb.DOES_NOT_CHANGE,
}
OTHERS = {
    "created": ["updated"],
    "updated": ["created"],
    "public": ["private", "present"],
    "present": ["public", "private"],
    "agent": ["end_user", "admin"],
    "end_user": ["agent"],
    "current_user": ["requester", "assignee"],
    "requester": ["assignee", "current_user"],
    "assignee": ["requester"],
    "group": ["assignee.group"],
}
"""States and people that are taken for each other."""
SUBJECTS = {
    "assignee": ["requester"],
    "requester": ["assignee"],
    "group": ["assignee", "organization"],
    "comment": ["ticket"],
    "current_user": ["requester"],
    "ticket.channel": ["update.channel"],
    "update.channel": ["ticket.channel"],
    "ticket.priority": ["ticket.type"],
}


def _conditions(condition: t.Condition) -> Iterator[Changed]:
    match condition:
        case t.And(items) | t.Or(items):
            for number, item in enumerate(items):
                others = (*items[:number], *items[number + 1 :])
                kept = others[0] if len(others) == 1 else attrs.evolve(condition, items=others)
                yield "condition dropped", f"without `{_text(item)}`", kept
                for kind, what, changed in _conditions(item):
                    yield (
                        kind,
                        what,
                        attrs.evolve(condition, items=(*items[:number], changed, *items[number + 1 :])),
                    )
            other = t.Or if isinstance(condition, t.And) else t.And
            yield "connective", f"`{_text(condition)}` with the other connective", other(items)
        case t.Comparison():
            for kind, changed in _comparisons(condition):
                yield kind, f"`{_text(condition)}` is `{_text(changed)}`", changed


def _text(condition: t.Condition) -> str:
    return printer.condition_text(condition, ENGLISH)


def _comparisons(test: t.Comparison) -> Iterator[tuple[str, t.Comparison]]:
    yield "negation", attrs.evolve(test, verb=NEGATED[test.verb])
    if test.verb in CONFUSED:
        yield "verb", attrs.evolve(test, verb=CONFUSED[test.verb])
    if test.verb in BARE:
        yield "verb", attrs.evolve(test, verb=BARE[test.verb], values=())
    if len(test.values) > 1:
        for value in test.values:
            yield "value", attrs.evolve(test, values=tuple(v for v in test.values if v != value))
    elif test.values and isinstance(test.values[0], t.Word):
        for other in _others(_path(test.subject), test.values[0].text):
            value = t.Word(other) if "." not in other else t.PathValue(t.Path(tuple(other.split("."))))
            yield "value", attrs.evolve(test, values=(value,))
    for path in SUBJECTS.get(_path(test.subject), ()) if not _is_fact(test) else ():
        subject = t.PathSubject(t.Path(tuple(path.split("."))))
        yield "subject", attrs.evolve(test, subject=subject)


def _is_fact(test: t.Comparison) -> bool:
    """Return whether it is one of the few facts of tickets and comments, which have no other subject."""
    return _path(test.subject) in ("ticket", "comment", "current_user") and test.verb in (
        Verb.IS,
        Verb.IS_NOT,
    )


def _path(subject: t.Subject) -> str:
    return str(subject.path) if isinstance(subject, t.PathSubject) else ""


def _others(path: str, word: str) -> list[str]:
    """Return what may stand in place of a value: its neighbours among a field's choices, or what is taken for it."""
    entity, _, name = path.partition(".")
    field = loader.zendesk_vocabulary().field(entity, name) if name else None
    if field is None or not isinstance(field.type, types.ChoiceType):
        return OTHERS.get(word, [])
    options = field.type.options
    at = options.index(word)
    return [options[place] for place in (at - 1, at + 1) if 0 <= place < len(options)]


# Actions

REQUESTER, ASSIGNEE, GROUP, CURRENT_USER, FOLLOWERS = (
    t.PathSubject(t.Path((name,))) for name in ("requester", "assignee", "group", "current_user", "followers")
)
EVERYBODY = t.AllSubject("agents")
RECIPIENTS: dict[str, tuple[t.Subject, ...]] = {
    "requester": (ASSIGNEE, CURRENT_USER, EVERYBODY),
    "ccs": (FOLLOWERS,),
    "assignee": (REQUESTER, GROUP),
    "group": (ASSIGNEE, EVERYBODY),
    "": (GROUP, ASSIGNEE),
}
"""Who may be told in place of somebody; in place of all agents last."""
TEMPLATES = sorted(path.stem for path in (LIBRARY / "templates" / "en").glob("*.txt"))


def _actions(action: t.Action) -> Iterator[Changed]:
    match action:
        case t.Notify(recipients, t.UseTemplate(template), channel):
            for number, recipient in enumerate(recipients):
                for other in RECIPIENTS[_path(recipient)]:
                    told = (*recipients[:number], other, *recipients[number + 1 :])
                    yield "recipient", f"tells {_whom(other)}", attrs.evolve(action, recipients=told)
                if len(recipients) > 1:
                    told = (*recipients[:number], *recipients[number + 1 :])
                    yield "recipient", f"without {_whom(recipient)}", attrs.evolve(action, recipients=told)
            for other_template in _nearby(template):
                message = t.UseTemplate(other_template)
                yield "template", f"sends {other_template}", attrs.evolve(action, message=message)
            other_channel = None if channel is not None else "sms"
            yield "channel", f"by {other_channel or 'email'}", attrs.evolve(action, channel=other_channel)
            yield "language", "always in French", attrs.evolve(action, language="fr")
        case t.SetField(path, (t.Word(word),)):
            for other_word in _others(str(path), word):
                yield "set value", f"sets {other_word}", attrs.evolve(action, values=(t.Word(other_word),))
        case t.SetField(path, (t.PathValue(read, previous=True),)):
            yield (
                "set value",
                "sets the value that is",
                attrs.evolve(action, values=(t.PathValue(read, the=True),)),
            )
            yield "set value", "clears it", t.ClearField(path)
        case t.ClearField():
            for name in ("group", "organization"):
                yield "field", f"clears {name}", t.ClearField(t.Path((name,)))


def _whom(recipient: t.Subject) -> str:
    return _path(recipient) or "all agents"


def _nearby(template: str) -> list[str]:
    at = TEMPLATES.index(template)
    return [TEMPLATES[(at + step) % len(TEMPLATES)] for step in (1, 4)]


# Fields


def in_fields() -> Iterator[Fault]:
    """Yield faults in what the library declares: choices out of order, other beginnings, other meanings, other counts."""
    name = "fields.trig"
    text = (LIBRARY / name).read_text(encoding="utf-8")
    for line in text.split("\n"):
        for kind, changed in _lines_of_fields(line):
            yield Fault(
                kind, name, " ".join(line.split()[:2]), f"`{changed[:90]}`", text.replace(line, changed, 1)
            )


def _lines_of_fields(line: str) -> Iterator[tuple[str, str]]:
    path = line.split()[1] if line else ""
    if path in ("ticket.status", "ticket.priority"):
        chosen = [*re.finditer(r"[\w-]+(?: or [\w-]+)?(?= <|$|,)", line)]
        ordered = chosen[: line.count("<") + 1]
        for one, two in pairwise(ordered):
            swapped = (
                line[: one.start()] + two[0] + line[one.end() : two.start()] + one[0] + line[two.end() :]
            )
            yield "choices", swapped
    if " at first " in line:
        yield "at first", re.sub(r", at first \w+", "", line)
        yield (
            "at first",
            line.replace("at first new", "at first open").replace(
                "at first current_user", "at first requester"
            ),
        )
    if ", counting " in line:
        head, counted = line.split(", counting ")
        for part in counted.split(" and "):
            kept = " and ".join(other for other in counted.split(" and ") if other != part)
            yield "counting", f"{head}, counting {kept}"
    if line.startswith("state ") and " as " in line and "user" in line:
        yield (
            "state",
            line.replace("is one of agent, admin", "is agent")
            if "one of" in line
            else line.replace("role is", "role is not"),
        )


# Texts

OTHER_PLACEHOLDERS = {
    "ticket.id": "ticket.external_id",
    "ticket.subject": "ticket.id",
    "ticket.status": "ticket.priority",
    "ticket.priority": "ticket.status",
    "requester.name": "current_user.email",
    "current_user.name": "requester.email",
    "group.name": "organization.name",
    "comment.body": "ticket.subject",
    "ticket.latest_comment.body": "ticket.subject",
    "ticket.latest_public_comment.body": "ticket.subject",
}
_PLACEHOLDER = re.compile(r"\{\{ ([\w.]+)")


def in_texts() -> Iterator[Fault]:
    for path in sorted((LIBRARY / "templates").glob("*/*.txt")):
        text = path.read_text(encoding="utf-8")
        for kind, what, changed in _texts(path, text):
            yield Fault(kind, path.relative_to(LIBRARY).as_posix(), path.stem, what, changed)


def _texts(path: Path, text: str) -> Iterator[tuple[str, str, str]]:
    language = "fr" if path.parent.name == "en" else "en"
    other = path.parent.parent / language / path.name
    yield "wrong language", f"is in `{language}`", other.read_text(encoding="utf-8")
    following = TEMPLATES[(TEMPLATES.index(path.stem) + 1) % len(TEMPLATES)]
    yield "other text", f"is that of {following}", path.with_stem(following).read_text(encoding="utf-8")
    for found in _PLACEHOLDER.finditer(text):
        new = OTHER_PLACEHOLDERS[found[1]]
        changed = text[: found.start(1)] + new + text[found.end(1) :]
        yield "placeholder", f"`{found[1]}` is `{new}`", changed
    for line in filter(str.strip, text.split("\n")):
        if not line.startswith("{%"):
            yield "line dropped", f"without `{line}`", text.replace(line, "", 1)
    for default in re.findall(r'default\("([^"]+)"\)', text):
        yield "default", f"without `{default}`", text.replace(f'| default("{default}") ', "", 1)
    for test in re.findall(r"\{% if ([^%]+) %\}", text):
        negated = test.removeprefix("not ") if test.startswith("not ") else f"not {test}"
        yield "text condition", f"`{test}` is `{negated}`", text.replace(f"if {test} ", f"if {negated} ", 1)


def in_labels() -> Iterator[Fault]:
    """Yield French words for the priorities, each in the place of its neighbour."""
    name = "labels/fr.toml"
    text = (LIBRARY / name).read_text(encoding="utf-8")
    head, _, rest = text.partition('[choices."ticket.priority"]\n')
    lines = rest.split("\n\n")[0].split("\n")
    for one, two in pairwise(lines):
        (key, first), (other, second) = one.split(" = "), two.split(" = ")
        swapped = rest.replace(one, f"{key} = {second}", 1).replace(two, f"{other} = {first}", 1)
        where = '[choices."ticket.priority"]\n'
        yield Fault(
            "label", name, "ticket.priority", f"{key} and {other} are exchanged", head + where + swapped
        )
