"""The nouns of a vocabulary in one language."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from trigdsl.semantics.naming.labels import NONE, Labels, NamingError, loosened
from trigdsl.semantics.vocabulary import CURRENT_USER, FACTS, ROLES, ROOT_FACTS, Vocabulary
from trigdsl.syntax.words import WORD_SHAPE, Noun, Words, folded

Table = Mapping[str, Any]
"""A table as TOML holds it."""

_MARK = re.compile(r"(?P<label>.*\S) \((?P<gender>[mf])(?P<plural> pl)?(?P<reference> ref)?\)")


@frozen
class Naming:
    """What things are called in a language, by the place in which they may stand."""

    language: str
    articles: bool = False
    """Whether a noun that stands for itself has an article: `le demandeur`."""
    nouns: Mapping[str, Noun] = field(factory=dict)
    """Gender and number of labels, by the label, folded."""
    entities: Labels = NONE
    """What a path may begin with but for fields: `ticket`, `current_user`, and the roles of people in tests."""
    fields: Mapping[str, Labels] = field(factory=dict)
    states: Mapping[str, Labels] = field(factory=dict)
    choices: Mapping[str, Labels] = field(factory=dict)
    """The choices of a field, by its path: `ticket.status`."""
    channels: Labels = NONE
    templates: Labels = NONE
    titles: Labels = Labels(cased=False)
    categories: Labels = Labels(cased=False)
    values: Labels = NONE
    """`yes`, `no`, and whom `all` may speak of."""
    units: Labels = NONE
    weekdays: Labels = NONE
    guesses: Mapping[str, str] = field(factory=dict)
    """Names that people try first, loosened, with the English path that they mean, or English words of advice."""
    root: str = "ticket"

    @cached_property
    def starts(self) -> Labels:
        """What a path may begin with: the fields of the root are tried there as well."""
        return self.fields.get(self.root, NONE).joined(self.entities)

    def fields_of(self, entity: str | None) -> Labels:
        """Return what the fields of an entity are called."""
        return NONE if entity is None else self.fields.get(entity, NONE)

    def states_of(self, entity: str | None) -> Labels:
        """Return what the states of an entity are called."""
        return NONE if entity is None else self.states.get(entity, NONE)

    def choices_of(self, path: str | None) -> Labels:
        """Return what the choices of a field are called."""
        return NONE if path is None else self.choices.get(path, NONE)

    def extended(self, table: Table, where: str) -> "Naming":
        """Return the naming with the labels that a table adds; NamingError says what is wrong with it."""
        read = _Reading(where, dict(self.nouns))
        more = read.naming(table, self.language)
        return evolve(
            self,
            nouns=read.nouns,
            entities=self.entities.joined(more.entities),
            fields=_joined(self.fields, more.fields),
            states=_joined(self.states, more.states),
            choices=_joined(self.choices, more.choices),
            channels=self.channels.joined(more.channels),
            templates=self.templates.joined(more.templates),
            titles=self.titles.joined(more.titles),
            categories=self.categories.joined(more.categories),
            guesses={**self.guesses, **more.guesses},
        )

    def checked(self, vocabulary: Vocabulary, where: str) -> "Naming":
        """Return the naming; NamingError where a label is that of two things of a place, or a name of the vocabulary's.

        A path may begin with a field of the root, and what is said of a person may be a state or a person.
        """
        self.starts.check(f"{where}: the first words of paths", vocabulary.starts())
        for entity, labels in self.fields.items():
            labels.check(f"{where}: the fields of {entity}", (f.name for f in vocabulary.fields_of(entity)))
        for entity, labels in self.states.items():
            others = (*(s.name for s in vocabulary.states_of(entity)), *vocabulary.starts())
            self.starts.joined(labels).check(f"{where}: the states of {entity}", others)
        for path, labels in self.choices.items():
            declared = vocabulary.field(*path.split(".")) if path.count(".") == 1 else None
            known = () if declared is None else (*getattr(declared.type, "options", ()),)
            labels.check(f"{where}: the choices of {path}", known)
        self.channels.check(f"{where}: the channels", vocabulary.channels)
        for what, labels in {"templates": self.templates, "titles": self.titles}.items():
            labels.check(f"{where}: the {what}")
        self.categories.check(f"{where}: the categories")
        return self

    def over(self, vocabulary: Vocabulary) -> "Naming":
        """Return what a naming says of another vocabulary than its own.

        That is what the language itself knows of: who updates, the roles of people in tests, and the states that need no
        meaning. A label that is a name of this vocabulary stays its own.
        """
        root = vocabulary.root
        facts = {entity: self._facts(entity, FACTS[entity], vocabulary) for entity in FACTS}
        own = self.states.get(self.root, NONE)
        taken = {*vocabulary.starts(), *vocabulary.own, *vocabulary.entities}
        known = (CURRENT_USER, *ROLES, *(entity for entity in vocabulary.entities if entity != root))
        return evolve(
            self,
            entities=_without(self.entities, known, taken),
            fields={},
            states={**facts, root: _facts_of(own, ROOT_FACTS, vocabulary, root)},
            choices={},
            channels=NONE,
            templates=NONE,
            titles=Labels(cased=False),
            categories=Labels(cased=False),
            guesses={},
            root=root,
        )

    def _facts(self, entity: str, facts: Iterable[str], vocabulary: Vocabulary) -> Labels:
        return _facts_of(self.states_of(entity), facts, vocabulary, entity)


def _facts_of(labels: Labels, facts: Iterable[str], vocabulary: Vocabulary, entity: str) -> Labels:
    return _without(labels, facts, {state.name for state in vocabulary.states_of(entity)})


def _without(labels: Labels, names: Iterable[str], taken: Iterable[str]) -> Labels:
    """Return the labels of some names, but for those with a spelling that is the name of something else."""
    others = {loosened(name) for name in taken}
    kept = {name: labels.spellings[name] for name in names if name in labels.spellings}
    return Labels(
        {
            name: known
            for name, known in kept.items()
            if not any(loosened(label) in others - {loosened(name)} for label in known)
        }
    )


def _joined(one: Mapping[str, Labels], two: Mapping[str, Labels]) -> dict[str, Labels]:
    return {**one, **{scope: one.get(scope, NONE).joined(labels) for scope, labels in two.items()}}


def of_words(english: Words, words: Words) -> Naming:
    """Return what a table of words alone says: days and units of time, yes and no, everybody."""
    return Naming(
        words.code,
        articles=bool(words.articles),
        values=_in_turn(english.values, words.values),
        units=_in_turn(english.units, words.units),
        weekdays=_in_turn(english.weekdays, words.weekdays),
    )


def _in_turn(english: Mapping[str, str], words: Mapping[str, str]) -> Labels:
    """Return each English spelling with the one of the same turn: `hour` is `heure`, and `hours` `heures`."""
    if english == words:
        return NONE
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(english.values()):
        ours = [spelling for spelling, of in english.items() if of == name]
        theirs = [spelling for spelling, of in words.items() if of == name]
        for number, (spelling, label) in enumerate(zip(ours, theirs, strict=False)):
            found[spelling] = (label, *(theirs[len(ours) :] if number == 0 else ()))
    return Labels(found).check("the nouns of time")


@frozen
class _Reading:
    """Reads a table, and remembers the gender and number of its nouns."""

    where: str
    nouns: dict[str, Noun] = field(factory=dict)

    def naming(self, table: Table, language: str) -> Naming:
        unknown = sorted({*table} - _SECTIONS)
        if unknown:
            raise NamingError(
                f"{self.where}: there is no section `{unknown[0]}`: sections are {', '.join(sorted(_SECTIONS))}"
            )
        choices = {path: self.labels(named) for path, named in self.section(table, "choices").items()}
        for path, like in self.section(table, "same_choices").items():
            if like not in choices:
                raise NamingError(f"{self.where}: `{path}` has the choices of `{like}`, which has none")
            choices[path] = choices[like]
        return Naming(
            language,
            entities=self.labels(self.section(table, "entities")),
            fields={e: self.labels(named) for e, named in self.section(table, "fields").items()},
            states={e: self.labels(named) for e, named in self.section(table, "states").items()},
            choices=choices,
            channels=self.labels(self.section(table, "channels")),
            templates=self.labels(self.section(table, "templates")),
            titles=self.titles(self.section(table, "titles")),
            categories=self.titles(self.section(table, "categories")),
            guesses=self.guesses(self.section(table, "guesses")),
        )

    def section(self, table: Table, name: str) -> Table:
        found = table.get(name, {})
        if not isinstance(found, Mapping):
            raise NamingError(f"{self.where}: `{name}` is a section, with a line for each name")
        return found

    def titles(self, named: Table) -> Labels:
        for title, label in named.items():
            if not isinstance(label, str) or not label.strip():
                raise NamingError(f"{self.where}: `{title}` needs a title in quotes")
        return Labels({title: (label,) for title, label in named.items()}, cased=False)

    def guesses(self, named: Table) -> dict[str, str]:
        for tried, meant in named.items():
            if not isinstance(meant, str) or not meant.strip():
                raise NamingError(f"{self.where}: `{tried}` needs what to write instead, in quotes")
        return {loosened(tried): str(meant) for tried, meant in named.items()}

    def labels(self, named: Any) -> Labels:
        if not isinstance(named, Mapping):
            raise NamingError(f'{self.where}: a section has a line for each name: `plan = "forfait (m)"`')
        return Labels({name: self.spellings(name, written) for name, written in named.items()})

    def spellings(self, name: str, written: object) -> tuple[str, ...]:
        """Return the spellings of a name; the first may say its gender and number as dictionaries do."""
        known = written if isinstance(written, list) else [written]
        if not known or not all(isinstance(label, str) for label in known):
            raise NamingError(f"{self.where}: `{name}` needs a label in quotes, or a list of them")
        first, *others = map(str, known)
        marked = _MARK.fullmatch(first)
        if marked is not None:
            first = marked["label"]
            noun = Noun(
                marked["gender"] == "f", marked["plural"] is not None, marked["reference"] is not None
            )
            if self.nouns.setdefault(folded(first), noun) != noun:
                raise NamingError(f"{self.where}: `{first}` has two genders, or two numbers")
        if re.fullmatch(WORD_SHAPE, first) is None:
            raise NamingError(f"{self.where}: `{first}` is not one word: join several with `_`")
        return (first, *others)


_SECTIONS = frozenset(
    {
        "entities",
        "fields",
        "states",
        "choices",
        "same_choices",
        "channels",
        "templates",
        "titles",
        "categories",
        "guesses",
    }
)
