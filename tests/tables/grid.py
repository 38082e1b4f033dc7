"""Tables of conditions: rows are conditions, columns situations, and each cell is a case of the conformance suite."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from attrs import field, frozen

from trigdsl.testing.conformance import Case, by_oracle

Values = Mapping[str, Any]

ANA, BO, EVE = "ana@example.com", "bo@example.com", "eve@example.com"

_DIRECTORY = {
    "users": [
        {"id": "1", "email": ANA, "name": "Ana", "role": "end_user", "organization": "Acme"},
        {"id": "2", "email": BO, "name": "Bo", "role": "agent", "groups": ["Tier 1"]},
        {"id": "3", "email": EVE, "name": "Eve", "role": "admin", "groups": ["Tier 2"]},
    ],
    "groups": [
        {"id": "10", "name": "Tier 1"},
        {"id": "11", "name": "Tier 2"},
        {"id": "12", "name": "Billing"},
    ],
    "organizations": [{"id": "20", "name": "Acme", "tags": ["vip"]}, {"id": "21", "name": "Globex"}],
    "brands": [{"id": "30", "name": "Shop"}, {"id": "31", "name": "Club"}],
}


def directory(*parts: str) -> Mapping[str, Any]:
    """Return some parts of the directory of the tables."""
    return {part: _DIRECTORY[part] for part in parts}


@frozen
class Situation:
    """A column: what is said of it, the values that the events of its story set, who sent them, and what else they hold."""

    said: str
    steps: Sequence[Values] = ({},)
    by: Sequence[Any] = (ANA, BO)
    data: Values = field(factory=dict)
    """What the last event holds besides."""
    time: str | None = None
    """When the last event happened."""

    def events(self) -> list[Mapping[str, Any]]:
        """Return the events of the story."""
        times = [f"2026-01-05T1{number}:00:00Z" for number in range(len(self.steps))]
        last = len(self.steps) - 1
        if self.time is not None:
            times[last] = self.time
        return [
            {
                "specversion": "1.0",
                "id": f"e-{number + 1}",
                "source": "helpdesk",
                "type": "ticket.updated" if number else "ticket.created",
                "subject": "42",
                "time": times[number],
                "data": {
                    "by": self.by[number],
                    "set": dict(values),
                    **(self.data if number == last else {}),
                },
            }
            for number, values in enumerate(self.steps)
        ]


@frozen
class Grid:
    """Conditions in situations; a cell is `x` where the condition holds at the end, `.` where not, `-` where no case is made.

    A line of the rows that stands in brackets is the subject of what follows. `@name` after a condition tells its id
    from that of a condition which differs in signs or capitals alone.
    """

    kind: str
    situations: Sequence[Situation]
    rows: str
    declares: str = ""
    directory: Values = field(factory=dict)

    def cells(self) -> Iterator[tuple[str, str, str, Situation]]:
        """Yield each cell: its subject, condition, sign and situation."""
        subject = ""
        for line in filter(None, map(str.strip, self.rows.splitlines())):
            if line.startswith("["):
                subject = line.strip("[]")
                continue
            condition, signs = line.rsplit(maxsplit=1)
            assert len(signs) == len(self.situations), line
            for sign, situation in zip(signs, self.situations, strict=True):
                yield subject, condition, sign, situation

    def cases(self) -> Iterator[tuple[str, Case]]:
        """Yield a case for each cell, with its subject; what fires at the end is as the table says."""
        for subject, condition, sign, situation in self.cells():
            if sign != "-":
                yield subject, self.case(subject, condition, sign, situation)

    def case(self, subject: str, condition: str, sign: str, situation: Situation) -> Case:
        """Return the case of one cell."""
        name = slug(f"{self.kind} {condition} {situation.said}")
        condition = condition.partition(" @")[0].strip()
        case = Case(
            id=f"{subject}/{name}",
            idea=f"`{condition}` {'holds' if sign == 'x' else 'does not hold'}: {situation.said}",
            rules=f"{self.declares}when {condition}\nthen stop\n",
            directory=self.directory,
            needs=("patterns",) if " match" in condition else (),
            events=situation.events(),
        )
        found = expecting(case)
        assert bool(found.expect[-1]["fired"]) == (sign == "x"), f"the table says `{sign}` of {case.id}"
        return found


def slug(text: str) -> str:
    """Return a text as one part of an id."""
    spelt = text.replace("<=", " at most ").replace(">=", " at least ")
    spelt = spelt.replace("<", " less ").replace(">", " more ").replace("*", " star ").replace("?", " one ")
    return re.sub(r"[^a-z0-9]+", "-", spelt.casefold().replace("ticket.", "")).strip("-")


def expecting(case: Case) -> Case:
    """Return a case with the outcomes that the second evaluator reads out of the definition.

    Of the ticket afterwards only what events or triggers wrote is told.
    """
    outcomes = list(by_oracle(case))
    shown = {name for event in case.events for name in (event.get("data") or {}).get("set") or ()}
    for outcome in outcomes:
        shown |= {e["field"].split(".")[-1] for e in outcome.get("effects", ()) if e["kind"] == "change"}
    return attrs.evolve(case, expect=[_expected(outcome, sorted(shown)) for outcome in outcomes])


def _expected(outcome: Values, shown: Sequence[str]) -> dict[str, Any]:
    if outcome.get("refused"):
        return {"refused": True}
    if outcome["duplicate"]:
        return {"duplicate": True}
    found = {"fired": outcome["fired"]}
    found |= {key: outcome[key] for key in ("effects", "trial") if outcome[key]}
    after = {name: outcome["after"].get(name) for name in shown}
    return found | {"after": after} if after else found
