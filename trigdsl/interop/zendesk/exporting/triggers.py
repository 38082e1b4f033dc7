"""A checked rule set as triggers of Zendesk's, in their order, or all that it cannot hold."""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field, frozen

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.interop.zendesk.exporting import formulas, guards, positions
from trigdsl.interop.zendesk.exporting.acting import Action, Actor
from trigdsl.interop.zendesk.exporting.asking import Asker
from trigdsl.interop.zendesk.exporting.comparing import conditions
from trigdsl.interop.zendesk.exporting.fields import Fields
from trigdsl.interop.zendesk.exporting.formulas import Place, Row
from trigdsl.interop.zendesk.exporting.ids import Ids
from trigdsl.interop.zendesk.exporting.problems import Problems, UnsayableError
from trigdsl.interop.zendesk.exporting.texts import Texts
from trigdsl.interop.zendesk.names import Names
from trigdsl.semantics import rules as r
from trigdsl.semantics.ordering import Draft
from trigdsl.semantics.written import Written

Trigger = dict[str, Any]

_SAID_TO_READERS = ("allow ", "language:")
"""How a comment begins that says something of the rules to whoever reads them, and nothing of the trigger."""
_OF_LAYOUT = ("single_any", "one_condition")
"""What the names say of a trigger's two lists, and is no part of the trigger."""
MOST_BYTES = 65_536
"""How large a trigger may be."""
LIFE_CYCLE = "zendesk.lifecycle"
"""The library of what Zendesk itself does: its triggers are not sent back to it."""


@frozen
class Exported:
    """Triggers as the API has them, none if there are errors, and everything there is to say about them."""

    triggers: tuple[Trigger, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something in the rules cannot be held by Zendesk."""
        return any(d.severity is Severity.ERROR for d in self.diagnostics)

    def to_json(self) -> dict[str, Any]:
        """Return the answer that Zendesk's list of triggers would be."""
        return {"triggers": [*self.triggers], "count": len(self.triggers)}


@frozen
class _Draft:
    """A trigger on its way: what it asks, in one row or several, and what it does."""

    title: str
    meant: r.Trigger
    rows: tuple[Row, ...]
    actions: tuple[Action, ...]
    place: Place

    @property
    def needs_tag(self) -> bool:
        """Whether a tag has to say that it has fired."""
        return len(self.rows) > 1 or self.meant.once or self.meant.stops


def export(
    rules: r.Rules,
    written: Written,
    names: Names,
    directory: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    split: bool = False,
) -> Exported:
    """Return a rule set as triggers of Zendesk's.

    Names lead to the account's ids, and give back what rules do not say of a trigger; a directory is asked where they
    know nothing. With `split` a trigger that its two lists of conditions cannot hold becomes several, and tags
    keep them together.
    """
    problems = Problems()
    export_ = _Export(rules, written, names, problems, Ids(names, problems, directory or {}), split)
    triggers = export_.triggers()
    exported = Exported(tuple(triggers), tuple(problems.found))
    return evolve(exported, triggers=()) if exported.failed else exported


@define(eq=False)
class _Export:
    rules: r.Rules
    written: Written
    names: Names
    problems: Problems
    ids: Ids
    split: bool
    tags: set[str] = field(factory=set)
    titles: set[str] = field(factory=set)

    def triggers(self) -> list[Trigger]:
        drafts = {draft.title: draft for draft in self.written.drafts}
        found = [
            made
            for meant in self.rules.triggers
            if (made := self._draft(meant, drafts[meant.title])) is not None
        ]
        self._check_tags(found)
        self.tags.update(tag for draft in found for tag in _tags_of(draft))
        self.titles.update(draft.title for draft in found)
        ready = [*self._with_tags(found)]
        self._check_sizes(ready)
        return self._in_order(ready)

    # One trigger

    def _draft(self, meant: r.Trigger, draft: Draft) -> _Draft | None:
        place = Place(draft.source, draft.written.title_span)
        if meant.library == LIFE_CYCLE:
            message = f"`{meant.title}` is left out: Zendesk does it by itself"
            self.problems.left_out(place, message, "nothing is to be done")
            return None
        if meant.trial:
            message = f"`{meant.title}` is on trial, which Zendesk cannot do: it is written as inactive"
            self.problems.left_out(place, message, "take `trial` away to have it run there")
        fields = Fields(self.rules.vocabulary, self.ids)
        asker = Asker(fields, self.problems, self.written.conditions, draft.source)
        actor = Actor(fields, self.problems, self._texts(), draft.source)
        rows, actions = None, None
        with contextlib.suppress(UnsayableError):
            one = bool(self._extras(meant.title).get("one_condition"))
            rows = self._rows(asker.whole(draft.written.condition, one=one), meant, place)
        with contextlib.suppress(UnsayableError):
            actions = actor.actions(meant.actions)
        self._check_standing(meant, place)
        if rows is None or actions is None:
            return None
        return _Draft(meant.title, meant, tuple(rows), tuple(actions), place)

    def _texts(self) -> Texts:
        return Texts(self.written.templates, self.rules.vocabulary, self.names, self.problems)

    def _rows(self, formula: formulas.Formula, meant: r.Trigger, place: Place) -> list[Row]:
        found = formulas.rows(formula)
        if found is None:
            message = f"`{meant.title}` would be more than {formulas.MOST_ROWS} triggers of Zendesk's"
            help_line = "give it fewer alternatives, or make several triggers of it"
            raise self.problems.cannot(place, message, help_line)
        if len(found) > 1 and not self.split:
            at = formulas.nested(formula) or place
            message = "this is more than a list of conditions that all hold, and one of which any holds; Zendesk has no other"
            help_line = f"`--split` makes {len(found)} triggers of it, of which one fires in an update"
            raise self.problems.split(at, message, help_line)
        if len(found) == 1 and self._extras(meant.title).get("single_any"):
            (row,) = found
            return [Row(row.all[:-1], row.all[-1:])] if not row.any else found
        return found

    def _check_standing(self, meant: r.Trigger, place: Place) -> None:
        if self.split:
            return
        if meant.once:
            message = f"no trigger of Zendesk's can fire `{meant.title}` once per ticket"
            help_line = "`--split` gives tickets a tag when it has fired, and asks for that"
            self.problems.split(place, message, help_line)
        if meant.stops:
            at = Place(place.source, meant.actions[-1].at.span)
            message = "no trigger of Zendesk's can stop: every other one is tried as well"
            help_line = (
                "`--split` gives tickets a tag when it has fired, and every other trigger asks for that"
            )
            self.problems.split(at, message, help_line)

    # Tags

    def _check_tags(self, drafts: Sequence[_Draft]) -> None:
        """Report triggers that take away the tags by which others know that one has fired."""
        if not any(draft.needs_tag for draft in drafts):
            return
        for draft in drafts:
            if any(action["field"] == "set_tags" for action in draft.actions) and draft.meant.active:
                message = f"`{draft.title}` sets all tags, and so takes away those that `--split` needs"
                self.problems.cannot(draft.place, message, "add and remove tags one by one")

    def _with_tags(self, drafts: Sequence[_Draft]) -> Iterator[tuple[_Draft | None, Trigger]]:
        """Yield each trigger with its tags, and before all of them what takes those of an update away."""
        stopped: dict[str, str] = {}
        own: dict[str, str] = {}
        of_update: list[str] = []
        for draft in drafts:
            if draft.needs_tag:
                tag = guards.tag_of(draft.title, self.tags)
                own[draft.title] = tag
                of_update += [] if draft.meant.once else [tag]
                if draft.meant.stops and not draft.meant.trial and draft.meant.active:
                    stopped[draft.title] = self._stop_tag(draft, tag, of_update)
        if of_update:
            yield None, guards.beginning(of_update, guards.title_of(guards.BEGINNING, self.titles))
        for draft in drafts:
            yield from ((draft, made) for made in self._made(draft, own.get(draft.title), stopped))

    def _stop_tag(self, draft: _Draft, tag: str, of_update: list[str]) -> str:
        """Return the tag that stops other triggers: one that lasts for an update alone."""
        if not draft.meant.once:
            return tag
        found = guards.tag_of(f"{draft.title} stop", self.tags)
        of_update.append(found)
        return found

    def _made(self, draft: _Draft, tag: str | None, stopped: Mapping[str, str]) -> Iterator[Trigger]:
        """Yield the triggers of Zendesk's that a trigger is."""
        blocked = [guards.without(other) for title, other in stopped.items() if title != draft.title]
        mine = [] if tag is None or (len(draft.rows) == 1 and not draft.meant.once) else [guards.without(tag)]
        added = [tag] if tag is not None else []
        own_stop = stopped.get(draft.title)
        if own_stop is not None and own_stop != tag:
            added.append(own_stop)
        actions = [*draft.actions, *([guards.adding(" ".join(added))] if added else [])]
        for number, row in enumerate(draft.rows, 1):
            title = draft.title if number == 1 else guards.title_of(draft.title, self.titles)
            yield self._trigger(draft, title, row, [*mine, *blocked], actions)

    def _extras(self, title: str) -> Mapping[str, Any]:
        return self.names.triggers.get(title, {})

    def _trigger(
        self,
        draft: _Draft,
        title: str,
        row: Row,
        more: Sequence[Mapping[str, str]],
        actions: Sequence[Action],
    ) -> Trigger:
        extras = {k: v for k, v in self._extras(draft.title).items() if k not in _OF_LAYOUT}
        shown = extras.pop("title", draft.title)
        if title != draft.title:
            shown = f"{shown}{title.removeprefix(draft.title)}"
            extras = {k: v for k, v in extras.items() if k in ("category_id", "description")}
        description = _description(draft.meant.doc, extras.get("description"))
        if description is not None or "description" in extras:
            extras["description"] = description
        guarded = [*conditions(row.all), *map(dict, more)]
        return {
            "title": shown,
            "active": draft.meant.active and not draft.meant.trial,
            **extras,
            "conditions": {"all": guarded, "any": conditions(row.any)},
            "actions": [*actions],
        }

    def _check_sizes(self, ready: Sequence[tuple[_Draft | None, Trigger]]) -> None:
        """Report triggers that are larger than Zendesk takes them."""
        for draft, trigger in ready:
            said = {name: trigger[name] for name in ("conditions", "actions")}
            size = len(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
            if draft is not None and size > MOST_BYTES:
                message = (
                    f"`{draft.title}` comes to {size:,} bytes, and Zendesk takes a trigger of {MOST_BYTES:,}"
                )
                self.problems.cannot(draft.place, message, "shorten its texts, or make two triggers of it")

    # Order

    def _in_order(self, ready: Sequence[tuple[_Draft | None, Trigger]]) -> list[Trigger]:
        """Return the triggers with their categories, and with new positions where theirs do not say this order."""
        known = {category.get("name"): category for category in self.names.categories}
        by_category: dict[str, list[Trigger]] = {}
        with_new: set[str] = set()
        category: str | None = None
        missing: set[str] = set()
        for draft, trigger in ready:
            category = category if draft is None else draft.meant.category
            if category is not None and "category_id" not in trigger:
                number = known.get(category, {}).get("id")
                if number is not None:
                    trigger["category_id"] = number
                elif category not in missing and draft is not None:
                    missing.add(category)
                    message = (
                        f"there is no id for the category `{category}`: its triggers are written without one"
                    )
                    self.problems.left_out(draft.place, message, "add it to the file of `--names`")
            group = str(trigger.get("category_id"))
            by_category.setdefault(group, []).append(trigger)
            if draft is None or len(draft.rows) > 1 or draft.title not in self.names.triggers:
                with_new.add(group)
        for group, triggers in by_category.items():
            for index, position in positions.placed(triggers, has_new=group in with_new).items():
                triggers[index]["position"] = position
        return [trigger for _, trigger in ready]


def _tags_of(draft: _Draft) -> Iterator[str]:
    """Yield the tags that a trigger asks for, adds or removes."""
    for row in draft.rows:
        for one in (*row.all, *row.any):
            if one.data.get("field") == "current_tags":
                yield from str(one.data.get("value", "")).split()
    for action in draft.actions:
        if action["field"] in ("current_tags", "remove_tags"):
            yield from str(action.get("value", "")).split()


def _description(doc: str, told: Any) -> Any:
    """Return a trigger's description: as the account has it while the comment above says the same, else the comment."""
    above = [line for line in doc.splitlines() if line and not line.casefold().startswith(_SAID_TO_READERS)]
    known = told.splitlines() if isinstance(told, str) else []
    there = [line.strip() for line in known if line.strip()]
    if [line.removeprefix("- ") for line in above] == [line.removeprefix("- ") for line in there]:
        return told
    return "\n".join(above) or None
