"""The order of triggers: categories first, then as written, then `before` and `after`; and which are replaced or off."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import define, field, frozen

from trigdsl.diagnostics import Diagnostic, Note
from trigdsl.semantics.absent import Absent
from trigdsl.semantics.naming.naming import Naming
from trigdsl.semantics.remarks import remark_above
from trigdsl.source import Source, Span, language_of
from trigdsl.spelling import did_you_mean
from trigdsl.syntax import printer
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import Words


@frozen
class Module:
    """One file with what it uses. Imports stand beside the `use` that names them; None could not be read.

    Broken is where its text could not be read as it stands.
    """

    source: Source
    file: t.File
    imports: tuple[tuple[t.Use, "Module | None"], ...] = ()
    library: str | None = None
    broken: tuple[Span, ...] = ()


@define(eq=False)
class Draft:
    """A trigger on its way to its place."""

    title: str
    written: t.Trigger
    source: Source
    category: str | None
    library: str | None
    active: bool
    place: t.Place | None
    written_as: int
    """How many were written before it."""
    doc: str = ""


@define(eq=False)
class _Block:
    """Triggers by category, in the order in which the categories were first named; a library is a block of its own.

    Those ahead come before all others, wherever the block stands.
    """

    categories: dict[str | None, list["Draft | _Block"]] = field(factory=lambda: {None: []})
    ahead: set[str] = field(factory=set)

    def flat(self) -> list[Draft]:
        drafts = [*self.drafts()]
        return [draft for ahead, draft in drafts if ahead] + [draft for ahead, draft in drafts if not ahead]

    def drafts(self, *, ahead: bool = False) -> Iterator[tuple[bool, Draft]]:
        """Yield each trigger after whether its category, or one around that, is ahead."""
        for category, entries in self.categories.items():
            first = ahead or category in self.ahead
            for entry in entries:
                if isinstance(entry, _Block):
                    yield from entry.drafts(ahead=first)
                else:
                    yield first, entry


@define(eq=False)
class Ordering:
    """Puts the triggers of all modules into the order in which they are tried."""

    words: Words
    diagnostics: list[Diagnostic]
    absent: Absent = Absent()
    names: Callable[[str], Naming] = Naming
    _taken: dict[str, Draft] = field(factory=dict)
    _replacements: list[Draft] = field(factory=list)
    _switches: list[tuple[t.Switch, Source]] = field(factory=list)
    _left_out: dict[str, str] = field(factory=dict)
    """Triggers that a `use … only` does not name, with what it uses."""
    _done: set[int] = field(factory=set)
    _written: frozenset[str] = frozenset()
    _twins: dict[str, int] = field(factory=dict)

    def order(self, modules: Sequence[Module]) -> list[Draft]:
        """Return every trigger of the modules and of what they use, in order."""
        block = _Block()
        self._written = frozenset(title for module in modules for title in self._titles(module, titled=True))
        for module in modules:
            self._fill(block, None, module, None)
        self._replace()
        self._switch()
        return self._placed(block.flat())

    def _fill(self, block: _Block, category: str | None, module: Module, only: frozenset[str] | None) -> None:
        imports = iter(module.imports)
        for item in module.file.items:
            match item:
                case t.Category(title, ahead):
                    category = title
                    block.categories.setdefault(title, [])
                    block.ahead |= {title} if ahead else set()
                case t.Use():
                    use, used = next(imports)
                    if used is not None:
                        self._check_only(use, module.source, used)
                        taken = frozenset(text.value for text in use.only) or None
                        both = taken if only is None or taken is None else taken & only
                        self._use(block, category, used, only if both is None else both)
                case t.Switch():
                    self._switches.append((item, module.source))
                case t.Trigger():
                    self._take(block, category, module, item, only)

    def _use(self, block: _Block, category: str | None, used: Module, only: frozenset[str] | None) -> None:
        if used.library is not None:
            inner = _Block()
            block.categories[category].append(inner)
            self._fill(inner, None, used, only)
        else:
            self._fill(block, category, used, only)

    def _check_only(self, use: t.Use, source: Source, used: Module) -> None:
        titles = [*self._titles(used)]
        if use.only:
            self._left_out |= dict.fromkeys(titles, use.library or f'"{use.path}"')
        for text in use.only:
            if text.value not in titles:
                message = f"there is no trigger `{text.value}` in {use.library or use.path}"
                self._unknown(text.value, message, titles, source, text.span)

    def _titles(self, module: Module, *, titled: bool = False) -> Iterator[str]:
        """Yield the titles of a module and of what it uses; with `titled` those alone that are written."""
        for item in module.file.items:
            if isinstance(item, t.Trigger) and (item.title is not None or not titled):
                yield self._title(item)
        for _, used in module.imports:
            if used is not None:
                yield from self._titles(used, titled=titled)

    def _report(self, code: str, message: str, source: Source, span: Span, help_line: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, source, span, help_line))

    def _title(self, trigger: t.Trigger) -> str:
        return (
            trigger.title
            if trigger.title is not None
            else printer.condition_text(trigger.condition, self.words)
        )

    def _take(
        self,
        block: _Block,
        category: str | None,
        module: Module,
        item: t.Trigger,
        only: frozenset[str] | None,
    ) -> None:
        title = self._title(item)
        if (only is not None and title not in only) or id(item) in self._done:
            return
        self._done.add(id(item))
        if item.title is not None and not item.title.strip():
            self._report(
                "empty-title", "a trigger's title is empty", module.source, item.title_span, "give it one"
            )
            return
        active = item.standing is not t.Standing.DISABLED
        number = len(self._done)
        doc = remark_above(module.source, module.file.trivia.comments, item.span.start)
        draft = Draft(title, item, module.source, category, module.library, active, item.place, number, doc)
        if item.standing is t.Standing.REPLACEMENT:
            self._replacements.append(draft)
            if item.place is not None:
                message = "a replacement keeps the place of what it replaces"
                help_line = "take `before` or `after` away"
                self._report("replacement-with-place", message, module.source, item.place.span, help_line)
            return
        if item.title is None:
            draft.title = self._numbered(title)
        elif title in self._taken:
            self._report_twin(draft)
            return
        self._taken[draft.title] = draft
        block.categories[category].append(draft)

    def _numbered(self, title: str) -> str:
        number = self._twins.get(title, 1)
        named = title
        while named in self._taken or named in self._written:
            number += 1
            named = f"{title} ({number})"
        self._twins[title] = number
        return named

    def _report_twin(self, draft: Draft) -> None:
        first = self._taken[draft.title]
        help_line = "give it a title of its own"
        if first.library is not None:
            help_line = f'to put yours in its place, write `replace trigger "{draft.title}"`'
        note = Note("the first one is here", first.source, first.written.title_span)
        message = f"two triggers have the title `{draft.title}`"
        span = draft.written.title_span
        self.diagnostics.append(
            Diagnostic("title-used-twice", message, draft.source, span, help_line, (note,))
        )

    def _unknown(self, title: str, message: str, known: Iterable[str], source: Source, span: Span) -> None:
        spoken = self.names(language_of(source.text)).titles.written(known)
        help_line: str | None = did_you_mean(title, spoken) or self.absent.nearest("TRIGGER", title)
        if title in self._left_out:
            help_line = f"it is left out by `use {self._left_out[title]} only …`: name it there too"
        if not self.absent.explains("TRIGGER", title, help_line):
            self.diagnostics.append(Diagnostic("unknown-trigger", message, source, span, help_line))

    def _unknown_here(self, title: str, source: Source, span: Span) -> None:
        self._unknown(title, f"there is no trigger `{title}`", self._taken, source, span)

    def _replace(self) -> None:
        replaced: dict[str, Draft] = {}
        for new in self._replacements:
            old = self._taken.get(new.title)
            if old is None:
                self._unknown_here(new.title, new.source, new.written.title_span)
                continue
            first = replaced.get(new.title)
            # One's own replacement takes the place of a library's.
            if first is not None and (first.library is None or new.library is not None):
                note = Note("the first replacement is here", first.source, first.written.title_span)
                message = f"the trigger `{new.title}` is replaced twice"
                span = new.written.title_span
                self.diagnostics.append(
                    Diagnostic("replaced-twice", message, new.source, span, "keep one", (note,))
                )
                continue
            replaced[new.title] = new
            old.written, old.source, old.library, old.doc = new.written, new.source, new.library, new.doc

    def _switch(self) -> None:
        for item, source in self._switches:
            draft = self._taken.get(item.title)
            if draft is None:
                self._unknown_here(item.title, source, item.title_span)
            else:
                draft.active = item.on

    def _placed(self, drafts: list[Draft]) -> list[Draft]:
        """Return the triggers with those that say `before` or `after` another moved beside it."""
        order = [d for d in drafts if d.place is None]
        waiting = []
        for draft in sorted(drafts, key=lambda draft: draft.written_as):
            place = draft.place
            if place is None:
                continue
            if place.title in self._taken:
                waiting.append(draft)
                continue
            self._unknown_here(place.title, draft.source, place.span)
        placed = set(map(id, order))
        while waiting:
            ready = [d for d in waiting if id(self._target(d)) in placed]
            if not ready:
                self._report_circle(waiting)
                break
            for draft in ready:
                self._insert(order, draft)
            placed |= set(map(id, ready))
            waiting = [d for d in waiting if id(d) not in placed]
        return order

    def _target(self, draft: Draft) -> Draft:
        assert draft.place is not None
        return self._taken[draft.place.title]

    def _insert(self, order: list[Draft], draft: Draft) -> None:
        place = draft.place
        assert place is not None
        target = self._target(draft)
        at = order.index(target)
        if not place.before:
            at += 1
            while at < len(order) and _follows(order[at], place.title):
                at += 1
        draft.category = target.category
        order.insert(at, draft)

    def _report_circle(self, drafts: Sequence[Draft]) -> None:
        """Report each circle once, at the first of its triggers; nothing is wrong with those that only lead to one."""
        seen: set[int] = set()
        for draft in drafts:
            way: list[Draft] = []
            at = draft
            while id(at) not in seen and at.place is not None and at.place.title in self._taken:
                seen.add(id(at))
                way.append(at)
                at = self._target(at)
            if at not in way:
                continue
            first, *others = sorted(way[way.index(at) :], key=lambda draft: draft.written_as)
            message = f"the place of `{first.title}` cannot be found: it depends on itself"
            help_line = "take `before` or `after` from one of the triggers that name each other"
            notes = tuple(
                Note(f"`{other.title}` is one of them", other.source, other.place.span)
                for other in others
                if other.place is not None
            )
            assert first.place is not None
            self.diagnostics.append(
                Diagnostic("circular-order", message, first.source, first.place.span, help_line, notes)
            )


def _follows(draft: Draft, title: str) -> bool:
    place = draft.place
    return place is not None and not place.before and place.title == title
