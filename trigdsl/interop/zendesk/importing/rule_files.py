"""The rule files of an imported account: one a category, and one for what the triggers name."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import frozen

from trigdsl.interop.zendesk.importing import opening_hours
from trigdsl.interop.zendesk.importing.account import Account
from trigdsl.interop.zendesk.importing.drafts import Draft
from trigdsl.interop.zendesk.importing.own_fields import OwnFields, slug
from trigdsl.interop.zendesk.names import Names
from trigdsl.runtime import loader
from trigdsl.syntax import printer, rewriting
from trigdsl.syntax import tree as t
from trigdsl.syntax.words import load

_ENGLISH = load("en")


@frozen
class Section:
    """A file with the triggers of one category; what stands in no category has no title."""

    path: str
    title: str | None
    number: str | None
    drafts: tuple[Draft, ...]


def order(draft: Draft, account: Account) -> tuple[Any, ...]:
    """Return where a trigger stands: by the category's position, then its own, its title, its id; Zendesk's order."""
    number = draft.category
    category = account.categories.get(number) if number is not None else None
    position = -1 if number is None else _position(category[1] if category is not None else None)
    return (
        position,
        _position(number),
        number or "",
        _position(draft.data.get("position")),
        str(draft.data.get("title") or ""),
        _position(draft.data.get("id")),
        str(draft.data.get("id")),
    )


def _position(value: Any) -> float:
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        value = int(value)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("inf")


def sections(drafts: Sequence[Draft], account: Account) -> list[Section]:
    """Return the files in the order in which they are read; without any category there is one, `triggers.trig`."""
    numbers = list(dict.fromkeys(draft.category for draft in drafts))
    if numbers in ([], [None]):
        return [Section("triggers.trig", None, None, tuple(drafts))] if drafts else []
    width = max(2, len(str(len(numbers))))
    found, titles = [], set[str]()
    for place, number in enumerate(numbers, 0 if numbers[0] is None else 1):
        title = None if number is None else _title(number, account)
        if title is not None and title.casefold() in titles:
            title = f"{title} ({number})"
        titles.add((title or "").casefold())
        path = f"{place:0{width}}-{slug(title or '')[:60].strip('_') or 'triggers'}.trig".replace("_", "-")
        found.append(Section(path, title, number, tuple(d for d in drafts if d.category == number)))
    return found


def _title(number: str, account: Account) -> str:
    name = account.categories.get(number, ("", None))[0]
    return " ".join(name.split()) or f"Category {number}"


def categories(found: Iterable[Section], account: Account) -> list[dict[str, Any]]:
    """Return the categories as the file of names keeps them."""
    return [
        {"name": s.title, "id": s.number, "position": account.categories.get(s.number, (None, None))[1]}
        for s in found
        if s.number is not None and s.title is not None
    ]


def text(section: Section) -> str:
    """Return a file of triggers, each with its description above it."""
    parts = [] if section.title is None else [_printed(t.Category(section.title))]
    return "\n".join([*parts, *(_trigger(draft) for draft in section.drafts)])


def _trigger(draft: Draft) -> str:
    told = draft.data.get("description")
    lines = [line.strip() for line in told.splitlines()] if isinstance(told, str) else []
    return "".join(map(_comment, filter(None, lines))) + _printed(draft.tree())


def _comment(line: str) -> str:
    """Return a line of a description as a comment, which must not be one that says something to the reader of files."""
    spoken = line.casefold().startswith(("allow ", "language:", "language "))
    return f"# - {line}\n" if spoken else f"# {line}\n"


def _printed(*items: t.Item) -> str:
    return printer.print_file(rewriting.with_paths(t.File(items), _shortest), _ENGLISH)


def _shortest(path: t.Path) -> t.Path:
    return t.Path(loader.zendesk_vocabulary().shortest(path.parts))


def triggers_of(file: t.File) -> list[t.Trigger]:
    """Return the triggers of a file in their order."""
    return [item for item in file.items if isinstance(item, t.Trigger)]


def templates(action: t.Action) -> Iterator[str]:
    """Yield the templates that an action names."""
    match action:
        case t.Notify(message=t.UseTemplate(name)) | t.PostComment(message=t.UseTemplate(name)):
            yield name
        case t.CallWebhook(template=name):
            yield name


# What the triggers name


def declarations(drafts: Iterable[Draft], own: OwnFields, names: Names, account: Account) -> str:
    """Return the file that declares the account's own fields, its webhooks and its schedules."""
    groups: list[str] = []
    if own.declarations:
        groups.append("# Fields of the account's own.\n\n" + _printed(*own.declarations))
    called = list(dict.fromkeys(sorted(_webhooks(drafts))))
    if called:
        about = "# Webhooks and targets. Their addresses and secrets stay in Zendesk.\n\n"
        groups.append(about + _printed(*map(t.Webhook, called)))
    hours = [_hours(title, str(number), account) for title, number in _schedules(drafts, names).items()]
    if hours:
        groups.append("# Opening hours.\n\n" + "".join(hours))
    return "\n".join(groups)


def _webhooks(drafts: Iterable[Draft]) -> Iterator[str]:
    for draft in drafts:
        yield from (a.webhook for a in draft.actions.values() if isinstance(a, t.CallWebhook))


def _schedules(drafts: Iterable[Draft], names: Names) -> dict[str, Any]:
    """Return the schedules to declare; where triggers ask for the ticket's own and the account tells none, one."""
    found = dict(names.tables.get("schedules", {}))
    if not found and any(_asks_for_hours(draft) for draft in drafts):
        found["Opening hours"] = ""
    return found


def _asks_for_hours(draft: Draft) -> bool:
    return any(
        isinstance(condition, t.Comparison) and condition.subject == t.ScheduleSubject(None)
        for condition in draft.conditions.values()
    )


def _hours(title: str, number: str, account: Account) -> str:
    known = account.hours.get(number)
    if known is None:
        comment = "# Its hours were not among the answers: until you write them here it is always open.\n"
        return comment + _printed(t.Schedule(title, "UTC", opening_hours.ALWAYS))
    zone = opening_hours.zone(known.zone)
    comment = "" if zone is not None else f"# Its time zone is called `{known.zone}` in Zendesk.\n"
    declared = t.Schedule(title, zone or "UTC", opening_hours.hours(known), opening_hours.holidays(known))
    return comment + _printed(declared)


def notes(drafts: Iterable[Draft], names: Names, account: Account) -> list[str]:
    """Return what an admin should know of what was written for want of better."""
    drafts, found = list(drafts), []
    unnamed = {d.category for d in drafts if d.category is not None} - set(account.categories)
    if unnamed:
        found.append(
            f"{len(unnamed)} {'category' if len(unnamed) == 1 else 'categories'} without a name: "
            "give the answer of api/v2/trigger_categories as one more file"
        )
    found += _untold_fields(names, account)
    schedules = _schedules(drafts, names)
    guessed = [title for title, number in schedules.items() if str(number) not in account.hours]
    if guessed:
        listed = ", ".join(f"`{title}`" for title in guessed)
        found.append(
            f"the hours of {listed} are not known: names.trig has them always open until you change it"
        )
    zones = [h.zone for n, h in account.hours.items() if opening_hours.zone(h.zone) is None]
    found += [
        f"the time zone `{zone}` is not known: names.trig has UTC in its place"
        for zone in dict.fromkeys(zones)
    ]
    bodies = sum(
        isinstance(condition, t.Comparison)
        and condition.subject == t.PathSubject(t.Path(("comment", "body")))
        for draft in drafts
        for condition in draft.conditions.values()
    )
    if bodies:
        found.append(
            f"{bodies} conditions on the comment's text: Zendesk looks in the subject as well, `comment.body` does not"
        )
    return found


def _untold_fields(names: Names, account: Account) -> Iterator[str]:
    """Yield a note of the fields of the account's own whose kinds were guessed."""
    untold = [path.partition(".")[0] for path, name in names.fields.items() if name not in account.fields]
    for entity, kind in (("ticket", "ticket"), ("requester", "user"), ("organization", "organization")):
        count = untold.count(entity)
        if count:
            what = f"{kind} field of which" if count == 1 else f"{kind} fields of which"
            yield f"{count} {what} no answer tells: give the answer of api/v2/{kind}_fields as one more file"
