"""The table of placeholders in docs/templates.md is made from the vocabulary: `TRIGDSL_UPDATE=1` writes it anew."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import trigdsl
from trigdsl.runtime import loader
from trigdsl.semantics import types
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


def test_every_placeholder_of_the_page_is_known() -> None:
    page = TABLE.sub("", PAGE.read_text(encoding="utf-8"))
    texts = re.findall(r"\{\{ .*? \}\}", page.replace("\\|", "|"))
    assert len(texts) >= 9

    loaded = loader.load_text(
        "when ticket is created then notify all agents with template t", templates={"t": "\n".join(texts)}
    )

    assert [d.message for d in loaded.diagnostics] == []
