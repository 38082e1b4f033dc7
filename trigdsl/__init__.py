"""trigdsl: help desk triggers in plain English, checked, explained and safe to embed.

Every public name is here. Each is imported when it is first asked for, so that `import trigdsl`
and `trigdsl --version` need neither the parser nor the templates.
"""

import importlib
from typing import TYPE_CHECKING, Any

from trigdsl.version import __version__

if TYPE_CHECKING:
    from trigdsl.diagnostics import Diagnostic, Severity
    from trigdsl.engine.effects import (
        CommentPosted,
        FieldChanged,
        Notification,
        Outcome,
        TrialFiring,
        WebhookCall,
    )
    from trigdsl.engine.search import Mode
    from trigdsl.engine.state import Comment, Directory, Record, Ticket, Update, UpdateError
    from trigdsl.engine.trace import Trace
    from trigdsl.runtime.directory import DirectoryError
    from trigdsl.runtime.loader import RulesError, compile_paths, compile_text
    from trigdsl.runtime.replay import Compared, Replay, Version
    from trigdsl.runtime.ruleset import Ruleset
    from trigdsl.why.differences import Difference, Twice

__all__ = [
    "ActionTaken",
    "Comment",
    "CommentPosted",
    "Compared",
    "Diagnostic",
    "Difference",
    "Directory",
    "DirectoryError",
    "FieldChanged",
    "Mode",
    "Notification",
    "Outcome",
    "Record",
    "Replay",
    "RulesError",
    "Ruleset",
    "Severity",
    "Ticket",
    "Trace",
    "TrialFiring",
    "Twice",
    "Update",
    "UpdateError",
    "Version",
    "WebhookCall",
    "__version__",
    "compile_paths",
    "compile_text",
]

_HOMES = {
    "trigdsl.diagnostics": ("Diagnostic", "Severity"),
    "trigdsl.engine.search": ("Mode",),
    "trigdsl.engine.effects": (
        "ActionTaken",
        "CommentPosted",
        "FieldChanged",
        "Notification",
        "Outcome",
        "TrialFiring",
        "WebhookCall",
    ),
    "trigdsl.engine.state": ("Comment", "Directory", "Record", "Ticket", "Update", "UpdateError"),
    "trigdsl.engine.trace": ("Trace",),
    "trigdsl.runtime.loader": ("RulesError", "compile_paths", "compile_text"),
    "trigdsl.runtime.replay": ("Compared", "Replay", "Version"),
    "trigdsl.runtime.ruleset": ("Ruleset",),
    "trigdsl.why.differences": ("Difference", "Twice"),
    "trigdsl.runtime.directory": ("DirectoryError",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # a type checker sees the imports above, and so finds a misspelt name

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(_HOME[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
