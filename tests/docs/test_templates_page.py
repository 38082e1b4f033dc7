"""The page about texts: its tables are made from the library (`TRIGDSL_UPDATE=1` writes them anew), its Liquid is run."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from desk import ANA, BO, PEOPLE, event, letters, public

import trigdsl
from trigdsl import compile_text
from trigdsl.runtime import account, loader
from trigdsl.runtime.texts import derived
from trigdsl.semantics import types
from trigdsl.semantics.placeholders import Placeholders
from trigdsl.semantics.vocabulary import Vocabulary

PAGE = Path(trigdsl.__file__).parent.parent / "docs" / "templates.md"
TABLE = re.compile(r"(<!-- placeholders: .*? -->\n)(.*?)(<!-- end of placeholders -->)", re.DOTALL)


def rows(vocabulary: Vocabulary) -> Iterator[str]:
    yield "| placeholder | type |"
    yield "|---|---|"
    for field in vocabulary.fields.values():
        kind = types.described(field.type)
        yield f"| `{field.path}` | {kind if len(kind) < 120 else kind[:100].rsplit(',', 1)[0] + ', …'} |"
    for name in ("comments", "public_comments"):
        yield f"| `ticket.{name}` | the comments, for a loop |"
    for name in ("latest_comment", "latest_public_comment"):
        yield f"| `ticket.{name}` | a comment |"


def test_the_table_is_the_vocabulary() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = "\n".join(rows(trigdsl.compile_paths("zendesk").vocabulary)) + "\n"
    if os.environ.get("TRIGDSL_UPDATE"):
        PAGE.write_text(TABLE.sub(lambda m: m[1] + table + m[3], page), encoding="utf-8")
        page = PAGE.read_text(encoding="utf-8")
    found = TABLE.search(page)
    assert found is not None

    assert found[2] == table


NAMES = re.compile(r"(<!-- names: .*? -->\n)(.*?)(<!-- end of names -->)", re.DOTALL)
MEANT = {
    "account": "the name of the account",
    "address": "where the reader finds the ticket, without `https://`",
    "day": "the day of `{0}` in the reader's language; the filter `date` knows the moment",
    "first_word": "the first word of `{0}`",
    "formatted": "`{0}`, the newest first, each below who wrote it and when",
    "label": "`{0}` as readers write it, `-` when there is none",
    "latest_formatted": "`{0}` below who wrote it and when",
    "latest_rich": "`{0}`; in HTML with its line ends",
    "link": "where the reader finds the ticket",
    "names": "the names of the `{0}`",
    "none_of_several": "nothing, and a loop goes through none",
    "nothing": "nothing",
    "open": "whether the ticket's `{0}`, else the first one, was open at the update",
    "other_words": "what follows the first word of `{0}`",
    "people": "the `{0}`, for a loop",
    "public": "whether any comment is public",
    "rating": "the requester's rating, `Good` or `Bad`, else nothing",
    "rating_section": "a question for a rating, with the address below",
    "rating_url": "where a rating is given",
    "rich": "`{0}`; in HTML with its line ends",
    "timestamp": "`{0}` as `2026-01-05T10:00:00Z`",
    "title": "the title of the choice in the field of that number",
    "visible": "whether the comment is public",
}


def name_rows(known: Placeholders) -> Iterator[str]:
    yield "| name | what it is |"
    yield "|---|---|"
    for entity, table in known.names.items():
        for name, found in table.items():
            shown = f"`{entity}.{name}`".replace("#", "NUMBER")
            if found.how is not None:
                yield f"| {shown} | {MEANT[found.how].format(*found.of)} |"
            elif found.of == ("#",):
                yield f"| {shown} | the field of that number |"
            elif found.of:
                yield f"| {shown} | `{entity}.{'.'.join(found.of)}` |"


def test_the_table_of_names_is_the_librarys() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = "\n".join(name_rows(account.of_libraries())) + "\n"
    if os.environ.get("TRIGDSL_UPDATE"):
        PAGE.write_text(NAMES.sub(lambda m: m[1] + table + m[3], page), encoding="utf-8")
        page = PAGE.read_text(encoding="utf-8")
    found = NAMES.search(page)
    assert found is not None

    assert found[2] == table
    assert {d.how for t in account.of_libraries().names.values() for d in t.values()} - {None} == set(MEANT)
    assert set(MEANT) | {"content"} == set(derived.DERIVATIONS)


def test_the_liquid_of_the_page_is_what_it_says() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"^```(?:liquid|json) templates/(\S+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    files = {path.removeprefix("en/"): text for path, text in named}
    assert set(files) == {"solved_for_you.liquid", "account.json", "dynamic_content.json"}
    rules = """
        field ticket.plan is one of free, pro
        when ticket.status changes to solved and ticket.plan is empty
        then notify requester with template solved_for_you
    """
    ruleset = compile_text(rules, templates=files)
    known = ruleset.directory(PEOPLE)
    created = event(ANA, {"subject": "No ink", "tags": ["vip"]}, created=True, comment=public("It is dead"))
    solved = event(BO, {"status": "solved"}, number=2, comment=public("It prints again."))
    *_, last = ruleset.run([created, solved], directory=known)

    (letter,) = letters(last)
    shown = page[page.index("## Liquid bodies") :].split("```text\n")[1].split("```")[0]
    assert ruleset.warnings == ()
    assert letter.subject == "[Acme] Re: No ink"
    assert (letter.body or "").strip() == shown.strip()
    assert '<a href="https://acme.zendesk.com/hc/requests/42">your request</a>' in (letter.html or "")


def test_every_placeholder_of_the_page_is_known() -> None:
    page = TABLE.sub("", PAGE.read_text(encoding="utf-8"))
    page = re.sub(r"## Liquid bodies.*?(?=\n## Private)", "", page, flags=re.DOTALL)
    texts = re.findall(r"\{\{ .*? \}\}", page.replace("\\|", "|"))
    assert len(texts) >= 9

    loaded = loader.load_text(
        "when ticket is created then notify all agents with template t", templates={"t": "\n".join(texts)}
    )

    assert [d.message for d in loaded.diagnostics] == []
