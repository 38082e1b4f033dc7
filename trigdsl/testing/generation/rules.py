"""Triggers that enable, block and undo each other, and the rule files that they stand in."""

from attrs import define, field, frozen

from trigdsl.syntax import printer
from trigdsl.syntax import tree as t
from trigdsl.testing.generation.actions import Actions
from trigdsl.testing.generation.conditions import Conditions
from trigdsl.testing.generation.declarations import make_declarations
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.generation.scenarios import Scenarios
from trigdsl.testing.generation.scene import Aim, Scene, make_aim, make_scene
from trigdsl.testing.generation.wanted import Wanted
from trigdsl.testing.generation.world import WORDS, World

TITLES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ODD = ' "é" \\ #'
MOST = 6
"""How many triggers a rule file has at most, beside those of a library."""
RAW_TEXTS = (
    '{"field": "via_subtype_id", "operator": "is", "value": "5"}',
    '{"field": "deflection", "value": ["requester_id", "\\"Hello\\"", "One\\n\\\\two"]}',
    '{\n  "field": "share_ticket",\n  "value": ""\n}',
    '"',
)
"""What is kept word for word: a backslash in it is a backslash."""
CATEGORIES = ("First", "Later", 'Say "why"')


@frozen
class Plot:
    """Rules, and what they speak of: the scene, and what events may set for them to fire."""

    file: t.File
    scene: Scene
    aims: tuple[Aim, ...]


@define(eq=False)
class Storyteller:
    """Makes the triggers of one rule file, each knowing what those before it wait for and write."""

    d: Draws
    scene: Scene
    aims: list[Aim] = field(factory=list)
    titles: list[str] = field(factory=list)
    """The titles that may be spoken of: of the triggers made so far, and of a library's."""
    titled: list[str] = field(factory=list)
    """Those of them that are written, and so can be replaced."""

    def trigger(self) -> t.Trigger:
        """Return a trigger that waits for what events or other triggers write, and writes what others wait for."""
        return self._told(*self._rule())

    def _rule(self) -> tuple[t.Condition, tuple[t.Action, ...]]:
        cause, effect = self._cause(), self._effect()
        conditions, actions = Conditions(self.d, self.scene), Actions(self.d, self.scene)
        if cause is None or self.d.chance(15):
            condition = conditions.condition()
        else:
            condition = conditions.holding(cause)
        deeds = actions.actions(None if self.d.chance(10) else effect)
        return self._partly_raw(condition, deeds) if self.d.chance(3) else (condition, deeds)

    def _partly_raw(
        self, condition: t.Condition, actions: tuple[t.Action, ...]
    ) -> tuple[t.Condition, tuple[t.Action, ...]]:
        """Return a rule with a part that is kept for a help desk alone, where the world knows one."""
        d = self.d
        if not self.scene.world.help_desks:
            return condition, actions
        raw = t.Raw(d.pick(self.scene.world.help_desks), d.pick(RAW_TEXTS))
        match d.pick("ca&|!"):
            case "c":
                return raw, actions
            case "a":
                return condition, (raw, *actions)
            case "&":
                return t.And((condition, raw)), actions
            case "|":
                return t.Or((raw, condition)), actions
            case _:
                return t.Not(raw), (raw,)

    def _cause(self) -> Aim | None:
        """Return what an event or a trigger made so far brings about; most often the last of it."""
        if not self.aims:
            aim = make_aim(self.d, self.scene)
            self.aims += [] if aim is None else [aim]
        if not self.aims:
            return None
        return self.d.mostly(self.aims[-1:], self.aims[:-1], 40)

    def _effect(self) -> Aim | None:
        """Return what a trigger brings about: something new, or now and then what another waits for, or its undoing."""
        if not self.aims:
            return None
        kind = self.d.pick("nnnnnnnua")
        if kind == "a":
            return self.d.pick(self.aims)
        if kind == "u":
            other = self.d.pick(self.aims).field
            known = [value for value in self.scene.known(other) if Aim(other, value) not in self.aims]
            return Aim(other, self.d.pick(known) if known else None)
        aim = make_aim(self.d, self.scene)
        self.aims += [] if aim is None else [aim]
        return aim

    def _told(self, condition: t.Condition, actions: tuple[t.Action, ...]) -> t.Trigger:
        """Return a trigger with its title, its standing and its place."""
        d = self.d
        title = next(letter for letter in TITLES if not {letter, letter + ODD} & {*self.titles})
        shape = d.pick("pppppppppmmmmu")
        if shape == "u":
            self.titles.append(self._untitled(condition))
            return t.Trigger(None, condition, actions)
        standing, once, place = t.Standing.ACTIVE, False, None
        if shape == "m":
            standing = d.mostly((standing,), (t.Standing.TRIAL, t.Standing.DISABLED), 30)
            once = d.chance(30)
            place = t.Place(d.chance(50), d.pick(self.titles)) if self.titles and d.chance(30) else None
            title += ODD if d.chance(10) else ""
        self.titles.append(title)
        self.titled.append(title)
        return t.Trigger(title, condition, actions, standing, once, place)

    def _named(self, condition: t.Condition) -> str:
        return printer.condition_text(condition, WORDS)

    def _untitled(self, condition: t.Condition) -> str:
        """Return what a trigger without a title is called."""
        named = text = self._named(condition)
        number = 2
        while named in self.titles:
            named = f"{text} ({number})"
            number += 1
        return named

    def active(self, items: list[t.Item]) -> dict[str, t.Trigger]:
        """Return the triggers of a file that may fire, by title, those left out of which more is said."""
        off = {item.title for item in items if isinstance(item, t.Switch)}
        triggers = [item for item in items if isinstance(item, t.Trigger)]
        off |= {x.title for x in triggers if x.title and x.standing is t.Standing.REPLACEMENT}
        titled = ((x.title or self._named(x.condition), x) for x in triggers if not _is_raw(x))
        return {title: x for title, x in titled if title not in off and x.standing is not t.Standing.DISABLED}

    # What is said of triggers

    def switch(self) -> t.Switch:
        """Return what switches one of the triggers off or on."""
        return t.Switch(self.d.pick(self.titles), self.d.chance(40))

    def replacement(self) -> t.Trigger:
        """Return a trigger that stands in the place of another with a title."""
        title = self.d.pick(self.titled)
        return t.Trigger(title, *self._rule(), t.Standing.REPLACEMENT, self.d.chance(10))


def _is_raw(trigger: t.Trigger) -> bool:
    """Return whether a part of a trigger is kept for a help desk alone: such a part stands in no parentheses."""
    condition = trigger.condition
    parts = condition.items if isinstance(condition, t.And | t.Or) else (condition,)
    inner = (part.item if isinstance(part, t.Not) else part for part in parts)
    return any(isinstance(part, t.Raw) for part in (*inner, *trigger.actions))


def make_triggers(d: Draws, teller: Storyteller) -> list[t.Trigger]:
    """Return triggers in an order in which a later one may enable an earlier one."""
    return d.mixed(d.several(teller.trigger, 1, MOST, again=80))


def make_rule_set(d: Draws, world: World) -> t.File:
    """Return triggers that need no declaration."""
    teller = Storyteller(d, make_scene(d, world))
    return t.File(tuple(make_triggers(d, teller)))


def make_plot(d: Draws, world: World) -> Plot:
    """Return a whole rule file with what it speaks of."""
    declared = make_declarations(d, world)
    use, theirs = _library(d, world)
    teller = Storyteller(d, declared.scene, titles=[*theirs], titled=[*theirs])
    items: list[t.Item] = [*use, *declared.items, *make_triggers(d, teller)]
    if d.chance(30):
        for further in d.some(FURTHER, 1, 3):
            items = further(teller, items)
    if d.chance(20):
        # A test is made once it is known which triggers are off, and which replaced.
        items = _tested(teller, items)
    reading = Wanted(d, declared.scene)
    wanted = [aim for item in items if isinstance(item, t.Trigger) for aim in reading.aims(item.condition)]
    return Plot(t.File(tuple(items)), declared.scene, tuple(dict.fromkeys((*teller.aims, *wanted))))


def make_rule_file(d: Draws, world: World) -> t.File:
    """Return a whole rule file."""
    return make_plot(d, world).file


def _library(d: Draws, world: World) -> tuple[list[t.Use], tuple[str, ...]]:
    """Return no library, or one of the world's, whole or in part, with the titles that come with it."""
    if not world.libraries or not d.chance(6):
        return [], ()
    name = d.pick([*world.libraries])
    titles = tuple(world.libraries[name])
    if not titles or d.chance(50):
        return [t.Use(name)], titles
    only = d.some(titles, 1, 3)
    return [t.Use(name, only=tuple(map(t.Text, only)))], only


def _switched(teller: Storyteller, items: list[t.Item]) -> list[t.Item]:
    return [*items, teller.switch()]


def _replaced(teller: Storyteller, items: list[t.Item]) -> list[t.Item]:
    return [*items, teller.replacement()] if teller.titled else items


def _tested(teller: Storyteller, items: list[t.Item]) -> list[t.Item]:
    active = {title: trigger for title, trigger in teller.active(items).items() if title in teller.titles}
    if not active:
        return items
    deeds = tuple(a for x in active.values() if x.standing is t.Standing.ACTIVE for a in x.actions)
    return [*items, Scenarios(teller.d, teller.scene, tuple(active), deeds).test()]


def _in_categories(teller: Storyteller, items: list[t.Item]) -> list[t.Item]:
    """Return items, some of them below the title of a category, which may come again."""
    found: list[t.Item] = []
    for item in items:
        if teller.d.chance(50):
            found.append(t.Category(teller.d.pick(CATEGORIES), teller.d.chance(20)))
        found.append(item)
    return found


def _mixed(teller: Storyteller, items: list[t.Item]) -> list[t.Item]:
    return teller.d.mixed(items)


FURTHER = (_switched, _replaced, _in_categories, _mixed)
"""What is done now and then with the items of a file."""
