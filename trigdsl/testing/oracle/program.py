"""A rule set from the trees of its files: what is declared, and the triggers in their order."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field, frozen

from trigdsl.syntax import printer, tree, words


@frozen
class Rule:
    """A trigger that is on, under its title."""

    title: str
    trigger: tree.Trigger
    trial: bool


@define
class _Block:
    """A file's or a library's categories, in order; a library stands as a block inside its user's category.

    "What stands before the first category comes first. A library keeps its own categories, at the place of its
    `use`; a file shares the categories of who uses it." "A category `before all others` comes first of all."
    """

    categories: "dict[str | None, list[str | _Block]]" = field(factory=lambda: {None: []})
    ahead: set[str] = field(factory=set)

    def titles(self) -> list[str]:
        """Return the titles in order, those of the categories ahead first."""
        return [title for _, title in sorted(self.ranked(), key=lambda ranked: ranked[0])]

    def ranked(self, outer: int = 1) -> Iterator[tuple[int, str]]:
        """Yield each title after a 0 if its category, or one around it, is ahead, and after a 1 otherwise."""
        for category, entries in self.categories.items():
            rank = 0 if category in self.ahead else outer
            for entry in entries:
                if isinstance(entry, str):
                    yield rank, entry
                else:
                    yield from entry.ranked(rank)


@define
class Program:
    """Everything that the files say, read in the order written."""

    libraries: Mapping[str, tree.File]
    main: str = ""
    """What events are about, `ticket`: that of which the vocabulary says `is created`."""
    fields: dict[tuple[str, str], tree.FieldDeclaration] = field(factory=dict)
    states: dict[tuple[str, str], tree.StateDeclaration] = field(factory=dict)
    channels: list[str] = field(factory=list)
    verbs: dict[str, tree.ActionDeclaration] = field(factory=dict)
    defined: dict[str, tree.Condition] = field(factory=dict)
    schedules: dict[str, tree.Schedule] = field(factory=dict)
    _by_entity: dict[str, dict[str, tree.FieldDeclaration]] = field(factory=dict)
    _triggers: dict[str, tree.Trigger] = field(factory=dict)
    _read: set[tuple[int, int]] = field(factory=set)
    _switched: dict[str, bool] = field(factory=dict)
    _replacements: dict[str, tree.Trigger] = field(factory=dict)
    _titled: set[str] = field(factory=set)
    _top: _Block = field(factory=_Block)

    def fields_of(self, entity: str) -> dict[str, tree.FieldDeclaration]:
        return self._by_entity.get(entity, {})

    # Reading

    @classmethod
    def of(
        cls,
        files: Sequence[tree.File],
        vocabulary: Sequence[tree.File],
        libraries: Mapping[str, tree.File] | None = None,
    ) -> "Program":
        """Return what files say on top of a vocabulary; libraries and used files are named as `use` names them."""
        found = cls(libraries or {})
        found.read(vocabulary, files)
        return found

    def read(self, vocabulary: Sequence[tree.File], files: Sequence[tree.File]) -> None:
        """Take in all files, those of the vocabulary first."""
        for file in files:
            self._titles(file)
        for file in (*vocabulary, *files):
            self._file(file, self._top, None, None)
        self.main = next(entity for entity, name in self.states if name == "created")

    def _titles(self, file: tree.File) -> None:
        """Note the titles that are written in a file and in what it uses."""
        for item in file.items:
            if isinstance(item, tree.Trigger) and item.title is not None:
                self._titled.add(item.title)
            elif isinstance(item, tree.Use):
                self._titles(self._used(item))

    def _used(self, use: tree.Use) -> tree.File:
        return self.libraries[use.library or use.path or ""]

    def _file(
        self, file: tree.File, block: _Block, category: str | None, only: frozenset[str] | None
    ) -> None:
        """Read a file; `only` are the titles that are wanted of it, None for all."""
        for number, item in enumerate(file.items):
            match item:
                case tree.Category():
                    category = item.title
                    block.categories.setdefault(category, [])
                    if item.ahead:
                        block.ahead.add(category)
                case tree.Use():
                    self._use(item, block, category, only)
                case tree.Switch():
                    self._switched[item.title] = item.on
                case tree.Trigger():
                    # "A file, or a trigger of a file, counts once, at its first use."
                    wanted = only is None or _title(item) in only
                    if wanted and (id(file), number) not in self._read:
                        self._read.add((id(file), number))
                        self._trigger(item, block.categories[category])
                case _:
                    self._declaration(item)

    def _use(self, use: tree.Use, block: _Block, category: str | None, only: frozenset[str] | None) -> None:
        if use.only:
            asked = frozenset(title.value for title in use.only)
            only = asked if only is None else asked & only
        file = self._used(use)
        if use.library is None:
            self._file(file, block, category, only)
            return
        inner = _Block()
        block.categories[category].append(inner)
        self._file(file, inner, None, only)

    def _trigger(self, trigger: tree.Trigger, entries: "list[str | _Block]") -> None:
        """Take in a trigger; "a twin gets "(2)"."."""
        title = name = _title(trigger)
        if trigger.standing is tree.Standing.REPLACEMENT:
            self._replacements[title] = trigger
            return
        count = 1
        while trigger.title is None and (name in self._triggers or name in self._titled):
            count += 1
            name = f"{title} ({count})"
        self._triggers[name] = trigger
        if trigger.place is None:
            entries.append(name)

    def _declaration(self, item: tree.Item) -> None:
        match item:
            case tree.FieldDeclaration():
                entity, name = item.path.parts
                self.fields[entity, name] = item
                self._by_entity.setdefault(entity, {})[name] = item
            case tree.StateDeclaration():
                self.states[str(item.path), item.name] = item
            case tree.ChannelDeclaration():
                self.channels.append(item.name)
            case tree.ActionDeclaration():
                self.verbs[item.verb] = item
            case tree.Define():
                self.defined[item.name] = item.condition
            case tree.Schedule():
                self.schedules[item.title] = item

    # The order in which triggers are tried

    def rules(self) -> list[Rule]:
        """Return the triggers that are on, in order."""
        found = []
        for title in (placed for written in self._top.titles() for placed in self._with_placed(written)):
            trigger, replacement = self._triggers[title], self._replacements.get(title)
            # "The replacement stays off if it was off."
            on = self._switched.get(title, trigger.standing is not tree.Standing.DISABLED)
            now = replacement or trigger
            # "A trigger with such a part is not executable."
            if on and not self._has_raw((now.condition, now.actions)):
                found.append(Rule(title, now, now.standing is tree.Standing.TRIAL))
        return found

    def _has_raw(self, part: object) -> bool:
        """Return whether anything in a part of a trigger is kept in `raw`, in the names that it uses too."""
        match part:
            case tree.Raw():
                return True
            case tree.NameTest():
                return self._has_raw(self.defined[part.name])
            case tree.Not():
                return self._has_raw(part.item)
            case tree.And() | tree.Or():
                return self._has_raw(part.items)
            case tuple():
                return any(map(self._has_raw, part))
            case _:
                return False

    def _with_placed(self, title: str) -> Iterator[str]:
        """Yield a trigger among those that say `before` or `after` it: they "stand in the order written"."""
        placed = [(name, t.place) for name, t in self._triggers.items() if t.place and t.place.title == title]
        for name, place in placed:
            if place.before:
                yield from self._with_placed(name)
        yield title
        for name, place in placed:
            if not place.before:
                yield from self._with_placed(name)


def _title(trigger: tree.Trigger) -> str:
    """Return a title: "a trigger without a title is named by its own condition"."""
    return trigger.title or printer.condition_text(trigger.condition, words.load("en"))
