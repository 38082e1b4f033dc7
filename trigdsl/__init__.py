"""trigdsl: help desk triggers in plain English, checked, explained and safe to embed."""

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.engine.cycle import Mode
from trigdsl.engine.effects import CommentPosted, FieldChanged, Notification, Outcome, TrialFiring, WebhookCall
from trigdsl.engine.state import Comment, Directory, Record, Ticket, Update, UpdateError
from trigdsl.engine.trace import Trace
from trigdsl.runtime.loader import RulesError, compile_paths, compile_text
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.runtime.wire import DirectoryError

__all__ = [
    "Comment",
    "CommentPosted",
    "Diagnostic",
    "Directory",
    "DirectoryError",
    "FieldChanged",
    "Mode",
    "Notification",
    "Outcome",
    "Record",
    "RulesError",
    "Ruleset",
    "Severity",
    "Ticket",
    "Trace",
    "TrialFiring",
    "Update",
    "UpdateError",
    "WebhookCall",
    "compile_paths",
    "compile_text",
]
