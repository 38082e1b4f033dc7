"""What Zendesk cannot hold, as diagnostics in the rules' own terms."""

from attrs import define, field

from trigdsl.diagnostics import Diagnostic, Severity
from trigdsl.interop.zendesk.exporting.formulas import Place


class UnsayableError(Exception):
    """A part of a trigger that was reported, and that is left out of what is written."""


@define
class Problems:
    """Collects what is found while triggers are written."""

    found: list[Diagnostic] = field(factory=list)

    def cannot(self, place: Place, message: str, help_line: str | None = None) -> UnsayableError:
        """Report what Zendesk cannot hold in any way; return what to raise."""
        return self._error("not-in-zendesk", place, message, help_line)

    def split(self, place: Place, message: str, help_line: str) -> UnsayableError:
        """Report what Zendesk can hold only in another form, which `--split` writes; return what to raise."""
        return self._error("split-for-zendesk", place, message, help_line)

    def no_id(self, place: Place, kind: str, name: str) -> UnsayableError:
        """Report a name that stands for nothing in the account; return what to raise."""
        message = f"there is no id for the {kind} `{name}`, and Zendesk knows it by that alone"
        return self._error("no-zendesk-id", place, message, "add it to the file of `--names`")

    def no_text(self, place: Place, message: str, help_line: str) -> UnsayableError:
        """Report a text that Zendesk cannot send as it is; return what to raise."""
        return self._error("no-zendesk-text", place, message, help_line)

    def wrong_raw(self, place: Place, message: str) -> UnsayableError:
        """Report a raw part that is no condition, or no action, of Zendesk's; return what to raise."""
        help_line = "write it as Zendesk does: an object with `field`, `operator` and `value`"
        return self._error("wrong-raw", place, message, help_line)

    def left_out(self, place: Place, message: str, help_line: str) -> None:
        """Warn of something that is not written, or not as it is."""
        source, span = place.source, place.span
        severity = Severity.WARNING
        self.found.append(
            Diagnostic("left-out-of-zendesk", message, source, span, help_line, severity=severity)
        )

    def _error(self, code: str, place: Place, message: str, help_line: str | None) -> UnsayableError:
        # What is quoted of a rule may hold line ends.
        message = " ".join(message.split())
        self.found.append(Diagnostic(code, message, place.source, place.span, help_line))
        return UnsayableError(code)
