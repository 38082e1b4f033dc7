"""From answers of Zendesk's API to a folder of rules: what `trigdsl import zendesk` does, without the disk."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import names as names_file
from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.catalogue import Id
from trigdsl.interop.zendesk.importing import account as accounts
from trigdsl.interop.zendesk.importing import own_fields, people, rule_files
from trigdsl.interop.zendesk.importing.account import Account
from trigdsl.interop.zendesk.importing.actions import Doer
from trigdsl.interop.zendesk.importing.answers import Answers, Refusal
from trigdsl.interop.zendesk.importing.bodies import Bodies
from trigdsl.interop.zendesk.importing.conditions import Sayer
from trigdsl.interop.zendesk.importing.drafts import Draft, Kept, blamed, differing, drafted, entitle, say
from trigdsl.interop.zendesk.importing.naming import Naming
from trigdsl.interop.zendesk.importing.rule_files import Section
from trigdsl.interop.zendesk.names import Names
from trigdsl.runtime import loader, templates
from trigdsl.syntax import parser, words


@frozen
class Checked:
    """What loading a folder and taking it back says: what is wrong in which file, and the triggers it becomes again."""

    mistakes: Sequence[tuple[str, Diagnostic]]
    triggers: Sequence[Mapping[str, Any]] | None = None


Check = Callable[[Mapping[str, str]], Checked]
"""Loads the files of a folder, given by their path in it, and takes their rules back."""

_ROUNDS = 5
"""How often what was written is looked at again after something in it was kept word for word."""


@define
class Imported:
    """What came of an import: the files of the folder by path, and what there is to tell."""

    files: dict[str, str]
    triggers: int
    disabled: int
    kept: list[Kept]
    refused: list[Refusal]
    unknown: Counter[Id]
    notes: list[str] = field(factory=list)

    @property
    def not_executable(self) -> list[str]:
        """The titles of the triggers in which something is kept word for word, in their order."""
        return list(dict.fromkeys(kept.title for kept in self.kept))


def imported(answers: Answers, check: Check, mistakes: Callable[[str], str | None]) -> Imported:
    """Return the folder that says what the answers hold: it loads without errors, and can be taken back as it was."""
    known = accounts.of_answers(answers)
    work = _Work.of(answers, known, mistakes)
    for draft in work.drafts:
        say(draft, work.doer)
    files = work.files()
    for _ in range(_ROUNDS):
        checked = check(files)
        if not _keep_mistakes(work, checked.mistakes) and not _keep_differences(work, checked.triggers):
            break
        files = work.files()
    return Imported(
        files,
        len(work.drafts),
        sum(not draft.data["active"] for draft in work.drafts),
        [kept for draft in work.drafts for kept in draft.kept.values()],
        list(answers.refused),
        work.naming.unknown,
        work.notes(answers),
    )


def _keep_mistakes(work: "_Work", mistakes: Iterable[tuple[str, Diagnostic]]) -> bool:
    """Keep word for word the parts that the checker refuses; return whether there was any."""
    trees: dict[str, Any] = {}
    found = False
    for name, diagnostic in mistakes:
        section = work.sections.get(name)
        if section is None or diagnostic.severity is not Severity.ERROR:
            continue
        if name not in trees:
            trees[name] = rule_files.triggers_of(parser.parse(diagnostic.source).file)
        place = diagnostic.span.start
        for draft, written in zip(section.drafts, trees[name], strict=False):
            if written.span.start <= place < written.span.end:
                for key in blamed(draft, written, place):
                    if key not in draft.kept:
                        draft.keep(key, diagnostic.message)
                        found = True
    return found


def _keep_differences(work: "_Work", triggers: Sequence[Mapping[str, Any]] | None) -> bool:
    """Keep word for word the parts that would not come back as they were; return whether there was any."""
    found = False
    for draft, again in zip(work.drafts, triggers or (), strict=False):
        for key in differing(draft, normal.trigger(again)):
            draft.keep(key, "export would not give it back as it is")
            found = True
    return found


@define
class _Work:
    """An import on its way."""

    account: Account
    names: Names
    naming: Naming
    own: own_fields.OwnFields
    bodies: Bodies
    doer: Doer
    drafts: list[Draft]
    sections: dict[str, Section] = field(factory=dict)

    @classmethod
    def of(cls, answers: Answers, known: Account, mistakes: Callable[[str], str | None]) -> "_Work":
        """Return what an import begins with: names given, drafts in their order under their titles."""
        english, vocabulary = words.load("en"), loader.zendesk_vocabulary()
        names = Names()
        naming = Naming(known, names)
        drafts = drafted(answers.triggers)
        drafts.sort(key=lambda draft: rule_files.order(draft, known))
        entitle(drafts)
        own = own_fields.of((draft.data for draft in drafts), known, vocabulary, english, names)
        naming.everything(people.details(known, own))
        library = {file.name for file in templates.of_libraries()}
        bodies = Bodies(english, library, mistakes)
        sayer = Sayer(own, naming, vocabulary, english)
        return cls(known, names, naming, own, bodies, Doer(sayer, bodies, names), drafts)

    def files(self) -> dict[str, str]:
        """Return the files of the folder as they are now."""
        sections = rule_files.sections(self.drafts, self.account)
        self.sections = {section.path: section for section in sections}
        # An empty entry says that the account knows the trigger, though nothing more of it.
        self.names.triggers = {draft.title: draft.beside() for draft in self.drafts}
        self.names.categories = rule_files.categories(sections, self.account)
        used = _used_templates(self.drafts)
        found = {section.path: rule_files.text(section) for section in sections}
        found["names.trig"] = rule_files.declarations(self.drafts, self.own, self.names, self.account)
        found |= {
            f"templates/en/{name}.liquid": text for name, text in self.bodies.texts.items() if name in used
        }
        found |= _about_account(self.account, self.own, self.drafts)
        found[names_file.FILE] = _json(self.names.to_json())
        return {path: text for path, text in found.items() if text or not path.endswith(".trig")}

    def notes(self, answers: Answers) -> list[str]:
        """Return what an admin should know beside the counts."""
        found = rule_files.notes(self.drafts, self.names, self.account)
        found += answers.pages.notes()
        if answers.left_out:
            found.append(f"nothing in {', '.join(answers.left_out)} is of use for this, so it was left out")
        return found


def _used_templates(drafts: Iterable[Draft]) -> set[str]:
    return {
        name for draft in drafts for action in draft.actions.values() for name in rule_files.templates(action)
    }


def _about_account(account: Account, own: own_fields.OwnFields, drafts: Iterable[Draft]) -> dict[str, str]:
    """Return what texts need to know of the account: its address, its fields by number, its dynamic content."""
    fields = {}
    for name, known in own.fields.items():
        number = name.removeprefix(c.CUSTOM[0])
        if number.isdecimal():
            told = account.fields.get(name)
            titles = {option.value: option.title for option in told.options} if told is not None else {}
            fields[number] = {"path": known.path, **({"titles": titles} if titles else {})}
    urls = (str(draft.data.get("url") or "").partition("/api/")[0] for draft in drafts)
    url = next((url for url in urls if url.startswith("https://")), None)
    languages = {n: code for n, code in account.names.get(Id.LANGUAGE, {}).items() if n not in c.LOCALES}
    said = {"url": url, "locales": languages, "fields": fields}
    about = {name: value for name, value in said.items() if value}
    found = {"templates/account.json": _json(about)} if about else {}
    if account.contents:
        found["templates/dynamic_content.json"] = _json({"items": account.contents})
    return found


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
