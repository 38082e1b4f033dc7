"""Triggers in Zendesk's shapes, and the folder that they are imported to."""

import json
from pathlib import Path
from typing import Any

from attrs import frozen

from trigdsl import Ruleset
from trigdsl.interfaces import cli
from trigdsl.runtime import loader

CREATED = {"field": "update_type", "operator": "is", "value": "Create"}
LOW = {"field": "priority", "value": "low"}


def condition(field: str, operator: str | None, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def action(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "value": value}


def trigger(
    *, title: str = "T", all_of: Any = (CREATED,), any_of: Any = (), actions: Any = (LOW,), **more: Any
) -> dict[str, Any]:
    """Return a trigger; unless said, it gives new tickets a low priority."""
    conditions = {"all": list(all_of), "any": list(any_of)}
    return {"title": title, "active": True, "conditions": conditions, "actions": list(actions), **more}


@frozen
class Folder:
    """An imported folder, with what the command printed."""

    path: Path
    code: int
    told: str
    complained: str

    def text(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def json(self, name: str) -> Any:
        return json.loads(self.text(name))

    @property
    def names(self) -> list[str]:
        files = (p for p in self.path.rglob("*") if p.is_file())
        return sorted(p.relative_to(self.path).as_posix() for p in files)

    @property
    def rules(self) -> Ruleset:
        """The folder as it runs; it has to load without errors and to be formatted."""
        loaded = loader.load_paths([self.path])
        assert [d for d in loaded.diagnostics if d.severity.value == "error"] == []
        assert loaded.ruleset is not None
        assert cli.main(["format", "--check", str(self.path)]) == 0
        return loaded.ruleset


class Importer:
    """Imports answers of an API, given as values or as texts of files."""

    def __init__(self, place: Path, capsys: Any) -> None:
        self.place = place
        self.capsys = capsys

    def write(self, name: str, content: Any) -> str:
        path = self.place / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    def imported(self, *answers: Any, options: tuple[str, ...] = ()) -> Folder:
        paths = [self.write(f"answer-{n}.json", content) for n, content in enumerate(answers)]
        return self.command(*paths, *options)

    def command(self, *arguments: str, folder: str = "rules") -> Folder:
        self.capsys.readouterr()
        code = cli.main(["import", "zendesk", *arguments, "-o", str(self.place / folder)])
        out, err = self.capsys.readouterr()
        return Folder(self.place / folder, code, out, err)

    def rule(self, **parts: Any) -> str:
        """Return the rule that a trigger of these parts becomes, without its title's line."""
        folder = self.imported({"triggers": [trigger(**parts)]})
        assert folder.code == 0
        _ = folder.rules
        return folder.text("triggers.trig").partition("\n")[2]
