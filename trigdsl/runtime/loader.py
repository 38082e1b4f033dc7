"""From files, folders and libraries to checked rules: the one place that reads them from disk."""

import functools
import os.path
import tomllib
import zoneinfo
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic, Severity, in_reading_order
from trigdsl.engine import patterns
from trigdsl.runtime import account, names
from trigdsl.runtime import templates as _templates
from trigdsl.runtime.account import Known
from trigdsl.runtime.directory import SECTIONS
from trigdsl.runtime.places import is_folder, rule_files
from trigdsl.runtime.ruleset import Loaded, Ruleset
from trigdsl.runtime.texts import sandbox
from trigdsl.runtime.texts.rendering import Renderer
from trigdsl.semantics import program
from trigdsl.semantics.messages import TemplateFile, Templates
from trigdsl.semantics.naming.declared import declaring
from trigdsl.semantics.ordering import Module
from trigdsl.semantics.placeholders import Placeholders
from trigdsl.semantics.rules import Rules
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source, Span
from trigdsl.spelling import certain, did_you_mean
from trigdsl.syntax import mixtures, parser, words
from trigdsl.syntax import tree as t
from trigdsl.syntax.parser import Limits

MOST_BYTES = 10_000_000
"""The size from which a rule file is refused unread."""
MOST_OPEN = 50
"""How many files may use each other in a row."""


VocabularySource = str | Mapping[str, str | None]
"""A vocabulary as a text of declarations, or as a mapping from what is declared to how.

In a mapping `{"bug.title": "text"}` is a field, `{"bug is created": None}` or `{"bug is late": "bug.days is
more than 3"}` a state, `{"channel chat": None}` a channel, and `{"action page": "a user with text"}` an action.
"""


class RulesError(ValueError):
    """Rules that cannot run; the diagnostics say everything that is wrong with them."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(
            f"the rules have {len(diagnostics)} mistakes"
            if len(diagnostics) > 1
            else "the rules have a mistake"
        )
        self.diagnostics = tuple(diagnostics)


def compile_text(
    text: str,
    *,
    name: str = "rules",
    templates: Mapping[str, str] | None = None,
    directory: Mapping[str, Any] | None = None,
    vocabulary: VocabularySource | None = None,
    files: Mapping[str, str] | None = None,
) -> Ruleset:
    """Return the rules of a text; RulesError lists every mistake.

    Templates are texts by name, `solved`, `fr/solved`, `fr/solved.html` or `solved.liquid`; without a language it is
    English. With a
    directory (its JSON object) the people and groups that the rules name must stand in it. A vocabulary,
    as VocabularySource says, takes the place of Zendesk's; the libraries are then out of reach. Files are
    texts by their path from this one, `more/late.trig`; `use "./more/late.trig"` then looks nowhere else.
    """
    return _running(
        load_text(
            text,
            name=name,
            templates=templates,
            directory=directory,
            vocabulary=vocabulary,
            files=files,
        )
    )


def compile_paths(
    *paths: str | Path,
    templates: Mapping[str, str] | None = None,
    directory: Mapping[str, Any] | None = None,
    vocabulary: VocabularySource | None = None,
) -> Ruleset:
    """Return the rules of files, folders or libraries, in this order; RulesError lists every mistake.

    Templates given here hide those that lie beside the files; the rest is as for `compile_text`.
    """
    return _running(load_paths(paths, templates=templates, directory=directory, vocabulary=vocabulary))


def _running(loaded: Loaded) -> Ruleset:
    if loaded.ruleset is None:
        raise RulesError([d for d in loaded.diagnostics if d.severity is Severity.ERROR])
    return loaded.ruleset


def load_text(
    text: str,
    *,
    name: str = "rules",
    templates: Mapping[str, str] | None = None,
    directory: Mapping[str, Any] | None = None,
    vocabulary: VocabularySource | None = None,
    allow: Collection[str] = (),
    files: Mapping[str, str] | None = None,
) -> Loaded:
    """Return the rules of a text with all diagnostics, but for the warnings that are allowed."""
    given = None if files is None else {_plain(path).as_posix(): text for path, text in files.items()}
    loading = _Loading(declared(vocabulary), allow, given=given)
    module = loading.parsed(Source(name, parser.normalized(text)), Path())
    return loading.loaded([module], loading.templates(templates or {}), directory)


def load_paths(
    paths: Iterable[str | Path],
    *,
    templates: Mapping[str, str] | None = None,
    directory: Mapping[str, Any] | None = None,
    vocabulary: VocabularySource | None = None,
    allow: Collection[str] = (),
) -> Loaded:
    """Return the rules of files, folders or libraries with all diagnostics, but for the warnings that are allowed."""
    loading = _Loading(declared(vocabulary), allow)
    modules = [module for path in paths for module in loading.argument(str(path))]
    return loading.loaded(modules, loading.templates(templates or {}), directory)


def declared(vocabulary: VocabularySource | None) -> str | None:
    """Return a vocabulary as a text of declarations; None is Zendesk's."""
    if vocabulary is None or isinstance(vocabulary, str):
        return vocabulary
    return "\n".join(_declaration(what, how) for what, how in vocabulary.items())


def _declaration(what: str, how: str | None) -> str:
    if what.startswith(("channel ", "action ")):
        return f"{what} {how or ''}".rstrip()
    if " is " in what:
        return f"state {what}" if how is None else f"state {what} as {how}"
    return f"field {what} is {how}"


def libraries() -> tuple[str, ...]:
    """Return the names of all libraries: `zendesk`, `zendesk.current`."""
    return tuple(sorted(library_files()))


@functools.cache
def library_files() -> dict[str, Path]:
    found = {}
    for path in resources.folder("stdlib").glob("*/*.trig"):
        if path.stem == "triggers":
            found[path.parent.name] = path
        elif path.stem not in ("fields", "rules"):
            found[f"{path.parent.name}.{path.stem}"] = path
    return found


@functools.cache
def _vocabulary_module() -> Module:
    path = resources.folder("stdlib") / "zendesk" / "fields.trig"
    source = Source("zendesk/fields.trig", parser.normalized(path.read_text(encoding="utf-8")))
    return names.vocabulary_in_english(Module(source, parser.parse(source).file, (), "zendesk"))


@functools.cache
def _library_module(name: str) -> Module:
    """Return a library, read once, with the libraries that it uses."""
    path = library_files()[name]
    source = Source(f"{path.parent.name}/{path.name}", parser.normalized(path.read_text(encoding="utf-8")))
    return evolve(_Loading().parsed(source, path.parent), library=name)


@functools.cache
def _guesses() -> dict[str, str]:
    """Return the names that people who know Zendesk try first, and what to write instead."""
    path = resources.folder("stdlib") / "zendesk" / "guesses.toml"
    return dict(tomllib.loads(path.read_text(encoding="utf-8"))["names"])


@functools.cache
def _help_desks() -> frozenset[str]:
    """Return the names of the help desks that have a vocabulary."""
    return frozenset(path.parent.name for path in resources.folder("stdlib").glob("*/fields.trig"))


@functools.cache
def _ground() -> Rules:
    """Return the rules of Zendesk's vocabulary alone, checked with the texts of the libraries."""
    texts = Templates.of(_templates.of_libraries())
    around = program.Surroundings(words.load("en"), texts, placeholders=account.of_libraries())
    checked = program.check([], [_vocabulary_module()], around)
    assert checked.rules is not None
    return checked.rules


def _shown_choices(said: names.Names) -> dict[str, dict[str, Mapping[str, str]]]:
    """Return how texts show choices, by language and field: as the libraries do, and what these lack as the labels say."""
    found = {language: dict(table["choices"]) for language, table in _templates.labels().items()}
    for language, path, shown in said.shown():
        found.setdefault(language, {}).setdefault(path, shown)
    return found


def names_beside(name: str) -> names.Names:
    """Return what things are called in each language for a rule file, with the labels that lie beside it."""
    path = Path(name)
    return names.Names(_vocabulary_module(), folders={path.parent: str(path.parent)})


def zendesk_vocabulary() -> Vocabulary:
    """Return the vocabulary that rules stand on unless they bring their own."""
    return _ground().vocabulary


def zone(name: str) -> tzinfo | None:
    """Return the time zone of a name such as `Europe/Paris`, or None."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


@define(eq=False)
class _Loading:
    """The files of one rule set, each read once, over Zendesk's vocabulary or one that is given."""

    vocabulary: str | None = None
    allow: Collection[str] = ()
    diagnostics: list[Diagnostic] = field(factory=list)
    given: Mapping[str, str] | None = None
    """The texts that `use` may name, by their path; None leaves it to the disk."""
    _modules: dict[Path, Module | None] = field(factory=dict)
    _open: list[Path] = field(factory=list)
    _folders: dict[Path, str] = field(factory=dict)
    account: Known = field(factory=Known)

    def argument(self, name: str) -> list[Module]:
        """Return the modules that a file, a folder or a library's name stands for."""
        path = Path(name)
        if is_folder(path):
            return self._folder(path, name)
        if name not in library_files() or path.exists():
            module = self._file(path, name)
            return [] if module is None else [module]
        use = t.Use(name)
        return [Module(Source(name, ""), t.File((use,)), ((use, self._library(name)),))]

    def _folder(self, path: Path, name: str) -> list[Module]:
        inside = rule_files(path)
        if not inside:
            message = f"the folder `{name}` holds no rules"
            help_line = "rules are files whose names end with `.trig`"
            self.diagnostics.append(Diagnostic("no-rules", message, Source(name, ""), help=help_line))
        found = [self._file(p, str(p)) for p in inside]
        return [module for module in found if module is not None]

    def _file(self, path: Path, name: str) -> Module | None:
        if self.given is not None:
            return self._given(path, self.given[path.as_posix()], name)
        try:
            real = path.resolve()
            if real in self._modules:
                return self._modules[real]
            self._modules[real] = None
            size = real.stat().st_size
            if size > MOST_BYTES:
                message = f"the file is too large: {size:,} bytes"
                help_line = "split it into several files in one folder"
                self.diagnostics.append(
                    Diagnostic("file-too-large", message, Source(name, ""), help=help_line)
                )
                return None
            source, problems = parser.decode(name, real.read_bytes())
        except (OSError, ValueError, RuntimeError) as error:
            problem = error if isinstance(error, OSError) else OSError(str(error))
            found = _templates.unreadable(name, problem)
            if not path.suffix and len(name) < 100:
                known = did_you_mean(name, libraries()) or f"libraries are: {', '.join(libraries())}"
                found = Diagnostic(found.code, found.message, found.source, help=known)
            self.diagnostics.append(found)
            return None
        if problems:
            self.diagnostics += problems
            return None
        self._folders.setdefault(real.parent, str(Path(name).parent))
        return self._opened(real, source)

    def _given(self, path: Path, text: str, name: str) -> Module | None:
        known = self._modules.get(path)
        return known or self._opened(path, Source(name, parser.normalized(text)))

    def _opened(self, path: Path, source: Source) -> Module:
        self._open.append(path)
        module = self.parsed(source, path.parent)
        self._open.pop()
        self._modules[path] = module
        return module

    def parsed(self, source: Source, folder: Path) -> Module:
        """Return the module of a text whose `use` of files starts from a folder."""
        parsed = parser.parse(source, Limits(), parser.declared_verbs(self.vocabulary or ""))
        self.diagnostics += parsed.diagnostics
        uses = [item for item in parsed.file.items if isinstance(item, t.Use)]
        imports = tuple((use, self._used(use, source, folder)) for use in uses)
        return Module(source, parsed.file, imports, broken=tuple(d.span for d in parsed.diagnostics))

    def _used(self, use: t.Use, source: Source, folder: Path) -> Module | None:
        if use.library is not None:
            if use.library not in library_files() or self.vocabulary is not None:
                help_line = (
                    did_you_mean(use.library, libraries()) or f"libraries are: {', '.join(libraries())}"
                )
                if use.library.endswith(".trig"):
                    help_line = f'a file stands in quotes: `use "./{use.library}"`'
                message = f"there is no library `{use.library}`"
                self.diagnostics.append(Diagnostic("unknown-library", message, source, use.span, help_line))
                meant = certain(use.library, libraries()) if self.vocabulary is None else None
                # A slip of the keyboard hides nothing: the rules are checked as if it were not there.
                return None if meant is None else self._library(meant)
            return self._library(use.library)
        assert use.path is not None
        real, exists = self._place(folder / use.path)
        if real in self._open:
            message = f"`{use.path}` uses itself"
            help_line = "take out one of the `use` lines that lead back to it"
            self.diagnostics.append(Diagnostic("circular-use", message, source, use.span, help_line))
            return None
        if len(self._open) >= MOST_OPEN:
            message = f"files use each other more than {MOST_OPEN} deep"
            help_line = "put the files into one folder, which is read whole"
            self.diagnostics.append(Diagnostic("nested-too-deep", message, source, use.span, help_line))
            return None
        if not exists:
            message = f"there is no file `{use.path}` beside this one"
            help_line = 'a file is named from the folder of this one: `use "./more.trig"`'
            self.diagnostics.append(Diagnostic("unknown-file", message, source, use.span, help_line))
            return None
        return self._file(real, str(Path(source.name).parent / use.path))

    def _place(self, path: Path) -> tuple[Path, bool]:
        """Return where a file is, and whether there is one."""
        if self.given is not None:
            plain = _plain(path)
            return plain, plain.as_posix() in self.given
        try:
            real = path.resolve()
            return real, real.is_file()
        except (OSError, ValueError, RuntimeError):
            return path, False

    def _library(self, name: str) -> Module:
        module = _library_module(name)
        for used in program.everything([module]):
            self._modules.setdefault(library_files()[used.library or name].resolve(), used)
        return module

    def templates(self, given: Mapping[str, str]) -> Templates:
        """Return the templates: a library's, those that lie beside the rules, and those that are given."""
        theirs = _templates.of_libraries() if self.vocabulary is None else ()
        own: list[TemplateFile] = []
        said: list[Source] = []
        for inside, name in self._template_folders():
            own += _templates.once(_templates.of_folder(inside, name, self.diagnostics), self.diagnostics)
            said += account.sources(inside, name, self.diagnostics)
        own += _templates.once(_templates.given(given, self.diagnostics), self.diagnostics)
        self.account = account.read([*said, *_templates.of_account(given)], self.diagnostics)
        return Templates.of([*theirs, *own], self.account.account)

    def _template_folders(self) -> Iterator[tuple[Path, str]]:
        """Yield the folders of templates beside the rules, with how they are shown."""
        libraries_own = {path.resolve().parent for path in library_files().values()}
        for folder, shown in self._folders.items():
            inside = folder / "templates"
            if folder not in libraries_own and inside.is_dir():
                yield inside, str(Path(shown) / "templates")

    def loaded(
        self, modules: Sequence[Module], templates: Templates, directory: Mapping[str, Any] | None
    ) -> Loaded:
        """Return the checked rules of the modules."""
        said = names.Names(self._base(), self.vocabulary is not None, self._folders, self.diagnostics)
        base = said.english([said.base], Vocabulary())
        known = declaring(Vocabulary(), [(base[0].file, said("en"))]) if said.own else zendesk_vocabulary()
        modules = said.english(modules, known)
        around = program.Surroundings(
            words.load("en"),
            templates,
            zone,
            sandbox.inspect,
            patterns.mistake,
            None if directory is None else _known_names(directory),
            _guesses() if self.vocabulary is None else {},
            self.allow,
            self._placeholders(modules),
            _ground() if self.vocabulary is None else None,
            _help_desks() if self.vocabulary is None else (),
            said,
            said.languages(),
        )
        if modules and not any(module.file.items for module in modules) and not self.diagnostics:
            message = "there are no rules in it"
            help_line = "a rule: `when ticket.status changes to solved notify requester with template solved`"
            self.diagnostics.append(Diagnostic("no-rules", message, modules[0].source, help=help_line))
        checked = program.check(modules, base, around)
        found = in_reading_order([*self._without_echoes(modules, checked.diagnostics), *checked.diagnostics])
        sources = tuple(module.source for module in program.everything(modules))
        wrong = any(d.severity is Severity.ERROR for d in found)
        if wrong or checked.rules is None:
            return Loaded(None, found, tuple(self._modules), tuple(self._folders), sources)
        renderer = Renderer(checked.rules, around.templates, _shown_choices(said))
        ruleset = Ruleset(checked.rules, renderer, found, checked.scenarios)
        return Loaded(ruleset, found, tuple(self._modules), tuple(self._folders), sources, checked.written)

    def _placeholders(self, modules: Sequence[Module]) -> Placeholders:
        """Return what texts may read beside the fields: nothing over a vocabulary that is given."""
        if self.vocabulary is not None:
            return Placeholders()
        declared = (item for m in program.everything(modules) for item in m.file.items)
        names = [
            str(item.path).partition(".")[2] for item in declared if isinstance(item, t.FieldDeclaration)
        ]
        return self.account.placeholders(name for name in names if name)

    def _without_echoes(self, modules: Sequence[Module], found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """Yield what was found in reading, but for mixtures of `and` and `or` that values taken for names have made."""
        gaps: dict[str, list[Span]] = {}
        for module in program.everything(modules):
            name = module.source.name
            names = {d.span for d in found if d.code == "unknown-name" and d.source.name == name}
            gaps[name] = mixtures.made_by_names(module.file.items, names) if names else []
        for diagnostic in self.diagnostics:
            at, near = diagnostic.span.start, gaps.get(diagnostic.source.name, [])
            if diagnostic.code != "mixed-and-or" or not any(gap.start <= at < gap.end for gap in near):
                yield diagnostic

    def _base(self) -> Module:
        """Return the vocabulary that the rules stand on."""
        if self.vocabulary is None:
            return _vocabulary_module()
        return self.parsed(Source("vocabulary", parser.normalized(self.vocabulary)), Path())


def _plain(path: str | Path) -> Path:
    """Return a path without the steps in it that lead nowhere."""
    return Path(os.path.normpath(path))


def _known_names(directory: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return the ids, names and addresses that a directory lists, by kind; kinds it leaves out are unknown."""
    found = {}
    for section, kind in SECTIONS.items():
        entries = directory.get(section)
        if isinstance(entries, list):
            labels = (
                e.get(key) for e in entries if isinstance(e, Mapping) for key in ("id", "email", "name")
            )
            found[kind] = frozenset(str(label) for label in labels if label is not None)
    return found
