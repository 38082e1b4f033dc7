"""Triggers of Zendesk's as triggers of ours, each part of which is said in our language or kept word for word."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.importing.actions import Doer
from trigdsl.interop.zendesk.importing.answers import Found
from trigdsl.interop.zendesk.importing.conditions import UnsayableError, raw
from trigdsl.semantics.textual import folded
from trigdsl.syntax import tree as t

Key = tuple[str, int]
"""A part of a trigger: `all`, `any` or `actions`, and which of them, counted from 0."""

SAID_BY_RULES = frozenset({"title", "active", "conditions", "all", "any", "actions"})
"""What a rule says of a trigger; everything else about it is kept beside the rules."""


@frozen
class Kept:
    """A part that no rule can say: which, of what field, and why; part -1 is a block that is empty."""

    title: str
    part: Key
    field: str
    reason: str


@define
class Draft:
    """A trigger on its way: as it was found, in its normal form, under its title, with its parts."""

    found: Found
    data: Mapping[str, Any]
    title: str
    conditions: dict[Key, t.Condition] = field(factory=dict)
    actions: dict[int, t.Action] = field(factory=dict)
    kept: dict[Key, Kept] = field(factory=dict)

    @property
    def category(self) -> str | None:
        """The id of its category."""
        number = self.data.get("category_id")
        return None if number in (None, "") else str(number)

    def tree(self) -> t.Trigger:
        """Return the trigger as it is written."""
        blocks = self.data["conditions"]
        conditions = [self.conditions["all", n] for n in range(len(blocks["all"]))]
        any_of = [self.conditions["any", n] for n in range(len(blocks["any"]))]
        if any_of:
            conditions.append(any_of[0] if len(any_of) == 1 else _one_of(any_of) or t.Or(tuple(any_of)))
        actions = tuple(self.actions[n] for n in range(len(self.data["actions"])))
        condition = (
            raw([]) if not conditions else conditions[0] if len(conditions) == 1 else t.And(tuple(conditions))
        )
        standing = t.Standing.ACTIVE if self.data["active"] else t.Standing.DISABLED
        return t.Trigger(self.title, condition, actions or (raw([]),), standing)

    def beside(self) -> dict[str, Any]:
        """Return what the rule does not say of the trigger, for the file of names."""
        more = {name: value for name, value in self.data.items() if name not in SAID_BY_RULES}
        if self.data.get("title") != self.title:
            more["title"] = self.data.get("title")
        conditions = self.data["conditions"]
        if len(conditions["any"]) == 1:
            more["single_any"] = True
        if len(conditions["all"]) + len(conditions["any"]) == 1 and isinstance(self.tree().condition, t.And):
            more["one_condition"] = True
        return more

    def keep(self, part: Key, reason: str) -> None:
        """Keep a part word for word."""
        block, number = part
        original = self._original(block)[number]
        if block == "actions":
            self.actions[number] = raw(original)
        else:
            self.conditions[part] = raw(original)
        name = original.get("field") if isinstance(original, Mapping) else None
        self.kept[part] = Kept(self.title, part, str(name or "?"), reason)

    def _original(self, block: str) -> list[Any]:
        found = self.found.data
        if block == "actions":
            return list(found["actions"])
        return list(found.get("conditions", found).get(block) or [])


_ONE_OF = {f.path for f in c.FIELDS.values() if f.kind is c.Kind.CHOICE} - {
    c.FIELDS["custom_status_id"].path,
    c.FIELDS["role"].path,
}
"""What an any-block asks of one field: of these, `is one of` says nothing else in Zendesk."""


def _one_of(any_of: Sequence[t.Condition]) -> t.Condition | None:
    """Return conditions any of which is to hold as one `is one of`, where all ask the same of one field."""
    subjects, values = set[str](), []
    for condition in any_of:
        match condition:
            case t.Comparison(t.PathSubject(path), t.Verb.IS, (value,)):
                subjects.add(str(path))
                values.append(value)
            case _:
                return None
    if len(subjects) != 1 or not subjects <= _ONE_OF or len(set(values)) != len(values):
        return None
    first = any_of[0]
    assert isinstance(first, t.Comparison)
    return t.Comparison(first.subject, t.Verb.IS_ONE_OF, tuple(values))


def drafted(found: Iterable[Found]) -> list[Draft]:
    """Return a draft of each trigger under a title of its own; one that was found twice counts once."""
    drafts: list[Draft] = []
    known: dict[str, Any] = {}
    for one in found:
        number = one.data.get("id")
        if number is not None and known.get(str(number)) == one.data:
            continue
        known[str(number)] = one.data
        drafts.append(Draft(one, normal.trigger(one.data), ""))
    return drafts


def entitle(drafts: Iterable[Draft]) -> None:
    """Give each draft a title that no other has, in their order."""
    taken: set[str] = set()
    for draft in drafts:
        given = draft.data.get("title")
        wanted = " ".join(str(given).split()) if given not in (None, "") else ""
        wanted = wanted or f"Trigger {draft.data.get('id', '')}".strip()
        title, number = wanted, 1
        while folded(title) in taken:
            number += 1
            title = f"{wanted} ({number})"
        taken.add(folded(title))
        draft.title = title


def say(draft: Draft, doer: Doer) -> None:
    """Say each part of a draft in our language; what no rule can say is kept."""
    for block in ("all", "any"):
        for number, condition in enumerate(draft.data["conditions"][block]):
            try:
                draft.conditions[block, number] = doer.sayer.condition(condition)
            except UnsayableError as error:
                draft.keep((block, number), str(error))
    for number, action in enumerate(draft.data["actions"]):
        try:
            draft.actions[number] = doer.action(action, draft.title)
        except UnsayableError as error:
            draft.keep(("actions", number), str(error))
    conditions = draft.data["conditions"]
    if not conditions["all"] and not conditions["any"]:
        draft.kept["all", -1] = Kept(draft.title, ("all", -1), "", "it has no conditions")
    if not draft.data["actions"]:
        draft.kept["actions", -1] = Kept(draft.title, ("actions", -1), "", "it has no actions")


def blamed(draft: Draft, written: t.Trigger, start: int) -> list[Key]:
    """Return the parts of a draft in whose text a place of the written trigger lies; all of them if in none."""
    conditions = draft.data["conditions"]
    top = written.condition.items if isinstance(written.condition, t.And) else (written.condition,)
    alone = len(conditions["all"]) + bool(conditions["any"]) == 1
    if alone:
        top = (written.condition,)
    places: list[tuple[Key, Any]] = [
        (("all", n), item) for n, item in enumerate(top[: len(conditions["all"])])
    ]
    if conditions["any"]:
        last = top[-1]
        count = len(conditions["any"])
        items = last.items if count > 1 and isinstance(last, t.Or) else (last,) * count
        places += [(("any", n), item) for n, item in enumerate(items)]
    places += [
        (("actions", n), action) for n, action in enumerate(written.actions[: len(draft.data["actions"])])
    ]
    found = [key for key, node in places if node.span.start <= start < node.span.end]
    return found or [key for key, _ in places]


def differing(draft: Draft, again: Mapping[str, Any]) -> list[Key]:
    """Return the parts of a draft that are said otherwise when they come back, both in the normal form."""
    found: list[Key] = []
    for block in ("all", "any", "actions"):
        ours, theirs = (
            t["actions"] if block == "actions" else t["conditions"][block] for t in (draft.data, again)
        )
        several = len(ours) != len(theirs)
        found += [(block, n) for n, part in enumerate(ours) if several or part != theirs[n]]
    return [key for key in found if key not in draft.kept]
