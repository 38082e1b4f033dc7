"""The workload of the benchmarks: rules, people and events of a help desk, all made from a number of rules and a seed.

Rules have two to five conditions each, and are chosen so that about as many hold of an event as in real accounts:
1 of 9, 1 of 100, 2.4 of 1,000, 10 of 7,000. Events are CloudEvents of about 1.1 kB.
"""

import json
import math
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from trigdsl.runtime import cache
from trigdsl.runtime.loader import compile_paths, load_paths
from trigdsl.runtime.ruleset import Ruleset

Event = dict[str, Any]

SIZES = (9, 100, 1_000, 7_000)
"""The numbers of rules that are measured."""

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("web", "email", "api", "chat", "twitter", "phone", "sms", "mobile")
PLANS = ("free", "basic", "pro", "enterprise")
GROUPS = tuple(f"Group {n}" for n in range(20))
BRANDS = tuple(f"Brand {n}" for n in range(4))
TAGS = tuple(f"topic_{n}" for n in range(200))
ASSIGNEES = tuple(f"agent{n}@example.com" for n in range(200))
REQUESTERS = tuple(f"customer{n}@example.com" for n in range(5_000))
ORGANIZATIONS = tuple(f"Company {n}" for n in range(100))
_SYLLABLES = ("ba", "co", "di", "fe", "gu", "lo", "mi", "na", "pe", "ru", "sa", "to", "vi", "we", "zo")
WORDS = tuple(a + b + c for a in _SYLLABLES for b in _SYLLABLES[:8] for c in _SYLLABLES[:5])
"""The 600 words of subjects and comments, the frequent ones first."""

CUSTOM_FIELDS = {
    "plan": "one of free < basic < pro < enterprise",
    "region": "one of north, east, south, west",
    "product": "text",
    "version": "text",
    "order_number": "text",
    "serial": "text",
    "seats": "a number",
    "amount": "a number",
    "renewal": "a date",
    "beta": "yes or no",
}

CREATED = 0.3
"""The share of events that create a ticket."""
STATUS_CHANGES = 0.4
COMMENTED = 0.6
PUBLIC = 0.8
BY_REQUESTER = 0.45
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def rules(number: int, seed: int = 0) -> dict[str, str]:
    """Return a rule set of a number of triggers as the texts of its files by name, 2,000 triggers in each."""
    fields = "".join(f"field ticket.{name} is {kind}\n" for name, kind in CUSTOM_FIELDS.items())
    triggers = [f"\n{trigger}\n" for trigger in _triggers(number, random.Random(f"rules {seed}"))]
    parts = ["".join(triggers[at : at + 2_000]) for at in range(0, number, 2_000)]
    return {f"{n:02}.trig": (fields if n == 0 else "") + part for n, part in enumerate(parts)}


def write_rules(folder: Path, number: int, seed: int = 0) -> None:
    """Write a rule set into a folder."""
    for name, text in rules(number, seed).items():
        (folder / name).write_text(text, encoding="utf-8")


def ruleset(number: int, seed: int = 0) -> Ruleset:
    """Return a rule set of a number of triggers, checked."""
    with tempfile.TemporaryDirectory() as folder:
        write_rules(Path(folder), number, seed)
        return compile_paths(folder, directory=directory())


def kept(number: int, seed: int, folder: str) -> Ruleset:
    """Return a rule set from a cache in a folder, where it is checked and kept the first time."""
    rules, place = Path(folder, "rules"), Path(folder, "cache")
    loaded = cache.Entry(place, (str(rules),), directory()).read()
    if loaded is None:
        rules.mkdir()
        write_rules(rules, number, seed)
        time.sleep(0.1)  # rules that changed while they were read would not be kept
        entry = cache.Entry(place, (str(rules),), directory())
        loaded = load_paths([rules], directory=directory())
        entry.write(loaded)
    assert loaded.ruleset is not None
    return loaded.ruleset


def directory() -> dict[str, Any]:
    """Return everybody who appears in the events, as the JSON object of a directory."""
    agents = [
        {
            "id": f"a{n}",
            "email": address,
            "name": f"Agent {n}",
            "role": "agent",
            "language": "en",
            "groups": [GROUPS[n % len(GROUPS)]],
        }
        for n, address in enumerate(ASSIGNEES)
    ]
    customers = [
        {
            "id": f"c{n}",
            "email": address,
            "name": f"Customer {n}",
            "role": "end_user",
            "language": "fr" if n % 5 == 0 else "en",
            "organization": ORGANIZATIONS[n % len(ORGANIZATIONS)],
        }
        for n, address in enumerate(REQUESTERS)
    ]
    return {
        "users": agents + customers,
        "groups": [{"id": f"g{n}", "name": name} for n, name in enumerate(GROUPS)],
        "organizations": [{"id": f"o{n}", "name": name} for n, name in enumerate(ORGANIZATIONS)],
        "brands": [{"id": f"b{n}", "name": name} for n, name in enumerate(BRANDS)],
    }


def events(
    count: int, seed: int = 0, *, tickets: int | None = None, new_words: bool = False
) -> Iterator[Event]:
    """Yield a stream of events that all fit, 30 % of which create a ticket.

    With a number of tickets these are created first, and all later events are updates of them. With
    new words no word of a subject or a comment comes twice.
    """
    return _Stream(random.Random(f"events {seed}"), tickets, new_words).events(count)


def lines(
    count: int, seed: int = 0, *, tickets: int | None = None, new_words: bool = False
) -> Iterator[bytes]:
    """Yield the same events as lines of a file."""
    for event in events(count, seed, tickets=tickets, new_words=new_words):
        yield json.dumps(event).encode() + b"\n"


def matches_aimed_at(number: int) -> float:
    """Return how many of a number of rules should hold of an event, on average."""
    known = {1: 0.2, 9: 1.0, 100: 1.0, 1_000: 2.4, 7_000: 10.0, 100_000: 100.0}
    below = max(n for n in known if n <= number)
    above = min(n for n in known if n >= number)
    if below == above:
        return known[below]
    part = math.log(number / below) / math.log(above / below)
    return float(known[below] * (known[above] / known[below]) ** part)


# Rules


@frozen
class _Condition:
    """A condition as written, and how likely it holds of an event."""

    text: str
    chance: float
    kind: str


def _triggers(number: int, choose: random.Random) -> Iterator[str]:
    aim = matches_aimed_at(number) / number
    spent = 0.0
    for n in range(number):
        # What was spent steers what is taken next, so that the sum comes out as it should.
        low, high = (aim, 6 * aim) if spent <= n * aim else (aim / 50, aim)
        conditions, chance = _conditions(choose, low, high)
        spent += chance
        yield (
            f'trigger "Rule {n}"\n  when '
            + "\n    and ".join(conditions)
            + "\n  then "
            + "\n    ".join(_actions(n, choose))
        )


def _conditions(choose: random.Random, low: float, high: float) -> tuple[list[str], float]:
    """Return conditions that all hold with a chance between the two, and that chance."""
    while True:
        kinds = choose.sample(list(_KINDS), choose.randint(2, 5))
        parts = [_KINDS[kind](choose) for kind in kinds]
        texts = [part.text for part in parts]
        chance = math.prod(part.chance for part in parts)
        if choose.random() < 0.18:
            either = [_KINDS[kind](choose) for kind in choose.sample(_SELECTIVE, 2)]
            texts.append("(" + " or ".join(part.text for part in either) + ")")
            chance *= 1 - math.prod(1 - part.chance for part in either)
        if low <= chance <= high:
            return texts, chance


def _status(choose: random.Random) -> _Condition:
    status = choose.choice(STATUSES[:5])
    updated = (1 - CREATED) * STATUS_CHANGES / 5
    created = {"new": 0.8, "open": 0.2}.get(status, 0.0) * CREATED
    return _Condition(f"ticket.status changes to {status}", created + updated, "status")


def _group(choose: random.Random) -> _Condition:
    return _Condition(f'group is "{choose.choice(GROUPS)}"', 1 / len(GROUPS), "group")


def _tags(choose: random.Random) -> _Condition:
    tags = choose.sample(TAGS, choose.randint(1, 3))
    verb = "include" if len(tags) == 1 else "include any of"
    return _Condition(f"ticket.tags {verb} {', '.join(tags)}", 2.5 / len(TAGS) * len(tags), "tags")


def _words(choose: random.Random) -> _Condition:
    places = choose.sample(range(20, len(WORDS)), choose.randint(1, 3))
    share = sum(math.sqrt((k + 1) / len(WORDS)) - math.sqrt(k / len(WORDS)) for k in places)
    text = f"ticket.subject contains any word of {', '.join(WORDS[k] for k in places)}"
    return _Condition(text, 1 - (1 - share) ** 8.5, "words")


def _priority(choose: random.Random) -> _Condition:
    rank = choose.randint(1, 3)
    return _Condition(f"ticket.priority is at least {PRIORITIES[rank]}", 0.9 * (4 - rank) / 4, "priority")


def _deed(choose: random.Random) -> _Condition:
    created = choose.random() < 0.4
    return _Condition(
        f"ticket is {'created' if created else 'updated'}", CREATED if created else 1 - CREATED, "deed"
    )


def _comment(_choose: random.Random) -> _Condition:
    return _Condition("comment is public", COMMENTED * PUBLIC, "comment")


def _actor(_choose: random.Random) -> _Condition:
    return _Condition("current_user is not requester", 1 - BY_REQUESTER, "actor")


_KINDS = {
    "status": _status,
    "group": _group,
    "tags": _tags,
    "words": _words,
    "priority": _priority,
    "deed": _deed,
    "comment": _comment,
    "actor": _actor,
}
_SELECTIVE = ("group", "tags", "words", "status")


def _actions(number: int, choose: random.Random) -> list[str]:
    """Return one or two actions. Few of them change what conditions read, as in real accounts."""
    kind = choose.random()
    if kind < 0.45:
        who = "requester" if choose.random() < 0.5 else "assignee"
        if choose.random() < 0.1:
            who = f'group "{choose.choice(GROUPS)}"'
        told = (
            f'notify {who} with subject "Rule {number}: {{{{ ticket.subject }}}}" '
            'and body "{{ requester.name }}: ticket {{ ticket.id }} is {{ ticket.status }}."'
        )
        return [told]
    if kind < 0.75:
        return [f"add rule_{number} to ticket.tags"]
    if kind < 0.9:
        return [
            f'set ticket.product to "Product {choose.randint(1, 50)}"',
            f"add rule_{number} to ticket.tags",
        ]
    if kind < 0.95:
        return [f'set group to "{choose.choice(GROUPS)}"']
    return [f"set ticket.priority to {choose.choice(PRIORITIES)}"]


# Events


@define
class _Stream:
    """Tickets as they change, event by event."""

    choose: random.Random
    fixed: int | None
    new_words: bool
    open: dict[str, dict[str, Any]] = field(factory=dict)
    created: int = 0
    coined: int = 0

    MOST_OPEN = 2_000

    def events(self, count: int) -> Iterator[Event]:
        for number in range(count):
            if self._creates():
                yield self._creation(number)
            else:
                yield self._update(number)

    def _creates(self) -> bool:
        if self.fixed is not None:
            return self.created < self.fixed
        return not self.open or self.choose.random() < CREATED

    def _creation(self, number: int) -> Event:
        choose = self.choose
        ticket = str(1_000_000 + self.created)
        self.created += 1
        values = {
            "status": "new" if choose.random() < 0.8 else "open",
            "requester": choose.choice(REQUESTERS),
            "brand": choose.choice(BRANDS),
            **{name: self._value(name) for name in ("priority", "group", "assignee", "tags", "subject")},
            **{name: self._value(name) for name in CUSTOM_FIELDS},
        }
        values["organization"] = ORGANIZATIONS[REQUESTERS.index(values["requester"]) % len(ORGANIZATIONS)]
        if self.fixed is None and len(self.open) >= self.MOST_OPEN:
            self.open.pop(next(iter(self.open)))
        self.open[ticket] = values
        return self._event(number, ticket, "created", values)

    def _update(self, number: int) -> Event:
        choose = self.choose
        ticket = str(1_000_000 + choose.randrange(self.fixed)) if self.fixed else choose.choice([*self.open])
        values = dict(self.open[ticket])
        if choose.random() < STATUS_CHANGES:
            # Of a fixed number of tickets none is closed, since a closed one runs nothing any more.
            possible = STATUSES[:5] if self.fixed else STATUSES
            values["status"] = choose.choice([s for s in possible if s != values["status"]])
        for name in ("priority", "group", "assignee", "tags", "plan", "seats", "amount", "version"):
            if choose.random() < 0.2:
                values[name] = self._value(name)
        if self.new_words or choose.random() < 0.1:
            values["subject"] = self._value("subject")
        self.open[ticket] = values
        if values["status"] == "closed":
            del self.open[ticket]
        return self._event(number, ticket, "updated", values)

    def _value(self, name: str) -> Any:
        choose = self.choose
        match name:
            case "priority":
                return choose.choice(PRIORITIES) if choose.random() < 0.9 else None
            case "group":
                return choose.choice(GROUPS)
            case "assignee":
                return choose.choice(ASSIGNEES)
            case "tags":
                return sorted(choose.sample(TAGS, choose.randint(0, 5)))
            case "subject":
                return self._text(choose.randint(5, 12))
            case "plan":
                return choose.choice(PLANS)
            case "region":
                return choose.choice(("north", "east", "south", "west"))
            case "seats" | "amount":
                return choose.randint(1, 5_000)
            case "renewal":
                return (_START + timedelta(days=choose.randint(0, 700))).date().isoformat()
            case "beta":
                return choose.random() < 0.1
            case _:
                return f"{name[:3].upper()}-{choose.randint(10_000, 99_999)}"

    def _text(self, length: int) -> str:
        choose = self.choose
        words = [WORDS[int(len(WORDS) * choose.random() ** 2)] for _ in range(length)]
        if self.new_words:
            words = [f"{word}{self.coined + n}" for n, word in enumerate(words)]
            self.coined += length
        return " ".join(words).capitalize()

    def _event(self, number: int, ticket: str, kind: str, values: dict[str, Any]) -> Event:
        choose = self.choose
        by = values["requester"] if choose.random() < BY_REQUESTER else values["assignee"]
        data: Event = {"by": by, "channel": choose.choice(CHANNELS), "set": dict(values)}
        if choose.random() < COMMENTED:
            body = self._text(choose.randint(40, 120))
            data["comment"] = {"public": choose.random() < PUBLIC, "body": body}
        return {
            "specversion": "1.0",
            "id": f"e-{number}",
            "source": "helpdesk",
            "type": f"ticket.{kind}",
            "subject": ticket,
            "time": (_START + timedelta(seconds=7 * number)).isoformat().replace("+00:00", "Z"),
            "data": data,
        }
