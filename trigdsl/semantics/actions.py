"""Actions: what each does to which field, whom it tells, and with which text."""

from collections.abc import Collection
from typing import assert_never

from attrs import frozen

from trigdsl.semantics import footprint, messages, types, ways
from trigdsl.semantics import rules as r
from trigdsl.semantics.messages import Inspect, Templates
from trigdsl.semantics.resolver import Scope, UnresolvedError
from trigdsl.semantics.vocabulary import Field
from trigdsl.source import Source, Span
from trigdsl.spelling import did_you_mean
from trigdsl.syntax import tree as t

REQUESTER = "requester"
COPIES = "ccs"


@frozen
class ActionChecker:
    """Turns actions as written into actions as meant."""

    scope: Scope
    templates: Templates
    webhooks: Collection[str]
    inspect: Inspect

    def check(self, actions: tuple[t.Action, ...]) -> tuple[r.Action, ...] | None:
        """Return what the actions mean, or None when something in one was reported."""
        meant: list[r.Action | None] = []
        for number, action in enumerate(actions):
            following = actions[number + 1 : number + 2]
            if isinstance(action, t.Stop) and following and not isinstance(following[0], t.Unread):
                after = following[0].span
                self.scope.report(
                    "after-stop",
                    after,
                    "nothing is done after `stop`",
                    "make `stop` the last action of its trigger",
                )
            try:
                meant.append(self._action(action))
            except UnresolvedError:
                meant.append(None)
        known = tuple(m for m in meant if m is not None)
        return known if len(known) == len(meant) else None

    def _action(self, action: t.Action) -> r.Action:
        at = self.scope.at(action.span)
        match action:
            case t.SetField(path, values):
                declared = self._writable(path)
                operands = self._operands(values, declared)
                if len(values) > 1 and not isinstance(declared.type, types.SetType):
                    message = f"`{path}` holds one value, and {len(values)} are given"
                    raise self.scope.fail("too-many-values", values[1].span, message, "keep one of them")
                return r.SetTo(declared.name, operands, at=at)
            case t.ClearField(path):
                return r.Clear(self._writable(path).name, at=at)
            case t.AddTo(values, path):
                return self._add(values, path, at)
            case t.RemoveFrom(values, path):
                declared = self._set_field(path, "remove", action.span)
                return r.Exclude(declared.name, self._operands(values, declared), at=at)
            case t.Notify():
                return self._notify(action, at)
            case t.CallWebhook(webhook, template):
                used = t.UseTemplate(template, span=action.template_span)
                known = self.scope.tried(lambda: self._webhook(webhook, action.webhook_span))
                text = self.scope.tried(lambda: self._template(used))
                if known is None or text is None:
                    raise UnresolvedError("webhook")
                return r.CallWebhook(known, text, at=at)
            case t.PostComment(public, message):
                post = r.Post(public, self._message(message), at=at)
                if public:
                    self._check_private(message, post.message)
                return post
            case t.Stop():
                return r.Stop(at=at)
            case t.Perform():
                return self._perform(action, at)
            case t.Raw(system, text):
                self.scope.check_raw(action)
                return r.RawAction(system, text, at=at)
            case t.Unread():
                raise UnresolvedError("unread")
            case _:
                assert_never(action)

    # Fields

    def _writable(self, path: t.Path) -> Field:
        reading = self.scope.path(path)
        root = self.scope.vocabulary.root
        if reading.base != root or len(reading.steps) != 1:
            message = f"a rule cannot write `{path}`: it writes the fields of the {root}"
            raise self.scope.fail("not-writable", path.span, message)
        declared = self.scope.vocabulary.field(root, reading.steps[0])
        assert declared is not None
        if declared.read_only or declared.counting is not None:
            message = f"a rule cannot write `{path}`: the help desk alone sets it"
            raise self.scope.fail("not-writable", path.span, message)
        return declared

    def _operands(self, values: tuple[t.Value, ...], declared: Field) -> tuple[r.Operand, ...]:
        return self.scope.each(values, lambda value: self._operand(value, declared))

    def _operand(self, value: t.Value, declared: Field) -> r.Operand:
        operand = self.scope.operand(value, declared.type)
        if isinstance(operand, r.Reading) and self._may_be_private(operand):
            message = f"`{operand.text}` may be a private comment, and a field may reach an end user"
            raise self.scope.fail(
                "private-comment", value.span, message, "comments cannot be copied into fields"
            )
        return operand

    def _may_be_private(self, operand: r.Reading) -> bool:
        described = operand.base == self.scope.vocabulary.root and operand.steps == ("description",)
        return described or (operand.base == "comment" and isinstance(operand.type, types.TextType))

    def _set_field(self, path: t.Path, verb: str, span: Span) -> Field:
        declared = self._writable(path)
        if not isinstance(declared.type, types.SetType):
            message = f"`{verb}` is for fields that hold several values, and `{path}` holds one"
            raise self.scope.fail("wrong-action", span, message, f"write `set {path} to …` or `clear {path}`")
        return declared

    def _add(self, values: tuple[t.Value, ...], path: t.Path, at: r.Location) -> r.Action:
        declared = self._writable(path)
        if isinstance(declared.type, types.NumberType):
            if len(values) > 1:
                raise self.scope.fail(
                    "too-many-values", values[1].span, "one number is added at a time", "keep one of them"
                )
            return r.Count(declared.name, self.scope.operand(values[0], declared.type), at=at)
        self._set_field(path, "add", path.span)
        return r.Include(declared.name, self._operands(values, declared), at=at)

    # Telling

    def _notify(self, action: t.Notify, at: r.Location) -> r.Notify:
        # Each part is looked at, whatever is wrong with the others.
        recipients = self.scope.tried(lambda: self.scope.each(action.recipients, self._recipient))
        channel = self.scope.tried(lambda: self._channel(action))
        message = self.scope.tried(lambda: self._message(action.message))
        if recipients is None or channel is None or message is None:
            raise UnresolvedError("notify")
        if any(_may_be_end_user(recipient) for recipient in recipients):
            self._check_private(action.message, message)
        told = {x.reading.steps for x in recipients if isinstance(x, r.People) and not x.reading.previous}
        copies = {(REQUESTER,), (COPIES,)} <= told
        return r.Notify(recipients, channel, message, action.language, copies, at=at)

    def _channel(self, action: t.Notify) -> str:
        channels = self.scope.vocabulary.channels
        if action.channel is None:
            return channels[0] if channels else "email"
        if action.channel not in channels:
            labels = self.scope.naming.channels
            near = self.scope.near(action.channel, labels, channels)
            help_line = near or f"channels are: {', '.join(labels.written(channels))}"
            message = f"there is no channel `{action.channel}`"
            raise self.scope.fail("unknown-channel", action.channel_span, message, help_line)
        return action.channel

    def _recipient(self, subject: t.Subject) -> r.Recipient:
        match subject:
            case t.AddressSubject(address):
                if "@" not in address:
                    message = f"`{address}` is no address"
                    help_line = f'to tell a group, write `group "{address}"`'
                    raise self.scope.fail("unknown-recipient", subject.span, message, help_line)
                return r.Address(address)
            case t.AllSubject(who):
                if who != "agents":
                    help_line = "write `all agents`"
                    raise self.scope.fail(
                        "unknown-recipient", subject.span, f"nobody is called `all {who}`", help_line
                    )
                return r.Everybody()
            case t.NamedSubject(kind, name):
                if kind not in ("group", "user", "agent"):
                    help_line = f'write `group "{name}"`, or an address alone'
                    raise self.scope.fail(
                        "unknown-recipient", subject.span, f"nobody is a `{kind}`", help_line
                    )
                return self.scope.named("group" if kind == "group" else "user", name, subject.span)
            case t.PathSubject(path, previous):
                reading = self.scope.path(path, previous=previous)
                kind_of = reading.type
                people = isinstance(kind_of, types.ReferenceType | types.ReferencesType)
                if not people or kind_of.kind not in ("user", "group"):  # type: ignore[union-attr]
                    message = (
                        f"`{path}` is {types.described(kind_of)}, and only people and groups can be told"
                    )
                    help_line = "tell `requester`, `assignee`, `group`, or an address in quotes"
                    raise self.scope.fail("unknown-recipient", path.span, message, help_line)
                return r.People(reading)
            case t.ScheduleSubject():
                raise self.scope.fail(
                    "unknown-recipient",
                    subject.span,
                    "a schedule cannot be told",
                    "tell `requester`, or `group`",
                )
            case _:
                assert_never(subject)

    def _message(self, message: t.Message) -> r.Message:
        if isinstance(message, t.UseTemplate):
            return self._template(message)
        read = ""
        for text in (message.subject, message.body):
            if text is None:
                continue
            written = Source("text", text)
            for problem in messages.check(written, 0, self.inspect(text), self.scope.vocabulary):
                span = self._inside(message.span, read, text, problem.span)
                self.scope.report(problem.code, span, problem.message, problem.help)
            read += text
        return r.Inline(message.subject, message.body)

    def _inside(self, whole: Span, before: str, text: str, marked: Span) -> Span:
        """Return where a piece of a text in a rule stands in the file: escapes move what comes after them."""
        piece = text[marked.start : marked.end]
        if not piece.strip():
            return whole
        at = whole.start - 1
        for _ in range((before + text[: marked.start]).count(piece) + 1):
            at = self.scope.source.text.find(piece, at + 1, whole.end)
            if at < 0:
                return whole
        return Span(at, at + len(piece))

    def _check_private(self, written: t.Message, message: r.Message) -> None:
        """Report what names comments that are not public in a text that an end user may get."""
        inspections = (
            [
                i
                for file in self.templates.by_name[message.name].values()
                for _, i in file.parts
                # In a Liquid body these names mean what the reader may see, and nothing is lost.
                if not i.liquid
            ]
            if isinstance(message, r.Template)
            else [self.inspect(text) for text in (message.subject or "", message.body)]
        )
        found = {p.parts for i in inspections for p in i.placeholders if p.of is None and len(p.parts) > 1}
        for parts in sorted(found):
            if parts[1] in ways.MAY_BE_PRIVATE and parts[0] == self.scope.vocabulary.root:
                shown = ".".join(parts)
                instead = shown.replace(parts[1], ways.MAY_BE_PRIVATE[parts[1]])
                self.scope.report(
                    "private-comment",
                    written.span,
                    f"this text may reach an end user, and `{{{{ {shown} }}}}` may be a private comment",
                    f"write `{{{{ {instead} }}}}`",
                )

    def _template(self, message: t.UseTemplate) -> r.Template:
        if message.name not in self.templates.by_name:
            help_line = (
                self.scope.near(message.name, self.scope.naming.templates, self.templates.by_name)
                or f"write its text in `templates/en/{message.name}.txt` beside the rules"
            )
            raise self.scope.fail(
                "unknown-template", message.span, f"there is no template `{message.name}`", help_line
            )
        return r.Template(message.name)

    def _webhook(self, name: str, span: Span) -> str:
        if name not in self.webhooks:
            help_line = did_you_mean(name, self.webhooks) or f"declare it: `webhook {name}`"
            message = f"there is no webhook `{name}`"
            raise self.scope.unknown("WEBHOOK", name, "unknown-webhook", span, message, help_line)
        return name

    def _perform(self, action: t.Perform, at: r.Location) -> r.Perform:
        kind = self.scope.vocabulary.actions.get(action.verb)
        if kind is None:
            raise UnresolvedError("the vocabulary's declaration of it could not be read")
        if (action.argument is None) != (kind.argument is None):
            what = "nothing" if kind.argument is None else types.described(kind.argument)
            span = action.span if action.argument is None else action.argument.span
            raise self.scope.fail("wrong-argument", span, f"`{action.verb}` takes {what}")
        if (action.message is None) == kind.with_text:
            takes = "needs a text" if kind.with_text else "takes no text"
            help_line = "write `with template …`" if kind.with_text else f"write `{action.verb}` without it"
            raise self.scope.fail("wrong-argument", action.span, f"`{action.verb}` {takes}", help_line)
        operand = None
        if action.argument is not None and kind.argument is not None:
            operand = self.scope.operand(action.argument, kind.argument)
        message = None if action.message is None else self._message(action.message)
        return r.Perform(action.verb, operand, kind.argument, message, at=at)

    # Footprints

    def reads(self, action: r.Action) -> set[str]:
        """Return what an action looks at: operands, recipients, placeholders."""
        vocabulary = self.scope.vocabulary
        match action:
            case r.SetTo(name, operands):
                return footprint.of_operands(operands, vocabulary)
            case r.Include(name, operands) | r.Exclude(name, operands):
                return footprint.of_operands(operands, vocabulary) | {f"{vocabulary.root}.{name}"}
            case r.Count(name, operand):
                return footprint.of_operands([operand], vocabulary) | {f"{vocabulary.root}.{name}"}
            case r.Notify(recipients, _, message):
                return footprint.of_recipients(recipients, vocabulary) | self._text_reads(message)
            case r.CallWebhook(_, message) | r.Post(_, message):
                return self._text_reads(message)
            case r.Perform(_, operand, _, message):
                text = set() if message is None else self._text_reads(message)
                return text | footprint.of_operands([] if operand is None else [operand], vocabulary)
            case r.Clear() | r.Stop() | r.RawAction():
                return set()
            case _:
                assert_never(action)

    def _text_reads(self, message: r.Message) -> set[str]:
        vocabulary = self.scope.vocabulary
        if isinstance(message, r.Template):
            return set(self.templates.reads(message.name, vocabulary))
        texts = [message.body] if message.subject is None else [message.subject, message.body]
        return {name for text in texts for name in messages.footprint(self.inspect(text), vocabulary)}

    def writes(self, action: r.Action) -> set[str]:
        """Return the fields an action may write, and what a posted comment changes."""
        root = self.scope.vocabulary.root
        match action:
            case r.SetTo(name) | r.Clear(name) | r.Include(name) | r.Exclude(name) | r.Count(name):
                return {f"{root}.{name}"}
            case r.Post():
                return {f"{root}.comments", f"{root}.public", f"{root}.private"}
            case r.Notify() | r.CallWebhook() | r.Perform() | r.Stop() | r.RawAction():
                return set()
            case _:
                assert_never(action)


def _may_be_end_user(recipient: r.Recipient) -> bool:
    """Return whether a recipient may be somebody who does not work here."""
    match recipient:
        case r.Everybody() | r.Named("group"):
            return False
        case r.People(reading):
            kind = reading.type
            to_group = isinstance(kind, types.ReferenceType | types.ReferencesType) and kind.kind == "group"
            return not to_group and reading.steps != ("assignee",)
        case _:
            return True
