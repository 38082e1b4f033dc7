"""For each law one bug that it catches: a piece of the package's text, and what a slip of the hand would put there."""

from typing import NamedTuple


class Planted(NamedTuple):
    """A bug: the file inside the package, a piece of it that occurs once, and what is put in its place."""

    module: str
    old: str
    new: str


CHECKER = "semantics/checker.py"
CONDITIONS = "engine/conditions.py"
CYCLE = "engine/cycle.py"
EFFECTS = "engine/effects.py"
FIRING = "engine/firing.py"
FOLD = "runtime/fold.py"
FOOTPRINT = "semantics/footprint.py"
PRINTER = "syntax/printer.py"
TRACE = "engine/trace.py"
SEARCH = "engine/search.py"
WIRE = "runtime/wire.py"

OF_AGREEMENT = {
    # After a firing the search goes on where it was.
    "the_engine_reads_the_page": Planted(
        SEARCH, "        if self.mode is Mode.RESTART:\n            self.at = 0\n", "        pass\n"
    ),
    # What stands behind a trigger that fired is passed over.
    "a_single_pass_reads_the_page": Planted(
        SEARCH,
        "            self.at = 0\n",
        "            self.at = 0\n        else:\n            self.at += 1\n",
    ),
    # What a firing changed is looked up as it was.
    "the_index_finds_what_is_defined": Planted(
        "engine/index/matching.py", "self.stale |= affected.by_change(effect)", "affected.by_change(effect)"
    ),
}

OF_LANGUAGE = {
    # Scenarios expect the contrary.
    "what_is_printed_reads_as_the_same": Planted(
        PRINTER, "'FIRES' if fires else 'DOES_NOT_FIRE'", "'DOES_NOT_FIRE' if fires else 'FIRES'"
    ),
    # The first recipient is written last.
    "printing_is_a_fixed_point": Planted(PRINTER, "*others, last = map(", "last, *others = map("),
    # What joins conditions is written the other way round.
    "the_layout_means_nothing": Planted(
        PRINTER,
        """            case t.And(items):
                return self._all(items, ("AND" for _ in items[1:]), *forms)
            case t.Or(items):
                return self._all(items, ("OR" for _ in items[1:]), *forms)
""",
        """            case t.And(items):
                return self._all(items, ("OR" for _ in items[1:]), *forms)
            case t.Or(items):
                return self._all(items, ("AND" for _ in items[1:]), *forms)
""",
    ),
    # Titles that other rules have are taken.
    "reading_remembers_nothing": Planted(
        "semantics/ordering.py",
        "_taken: dict[str, Draft] = field(factory=dict)",
        "_taken: dict[str, Draft] = {}",
    ),
    # All checkers share the meanings of names.
    "a_defined_name_means_its_condition": Planted(
        CHECKER,
        'meanings: dict[str, "r.Condition | None"] = field(factory=dict)',
        'meanings: dict[str, "r.Condition | None"] = {}',
    ),
    # A field that is cleared is not told of.
    "reads_and_writes_are_told": Planted(
        "semantics/actions.py",
        """case r.SetTo(name) | r.Clear(name) | r.Include(name) | r.Exclude(name) | r.Count(name):
                return {f"{root}.{name}"}
""",
        """case r.SetTo(name) | r.Include(name) | r.Exclude(name) | r.Count(name):
                return {f"{root}.{name}"}
            case r.Clear():
                return set()
""",
    ),
    # What is put before or after another keeps its own place too.
    "each_trigger_has_a_title_of_its_own": Planted(
        "semantics/ordering.py", "order = [d for d in drafts if d.place is None]", "order = [*drafts]"
    ),
}

OF_CONDITIONS = {
    # None of them is taken for not all of them.
    "a_negated_form_is_the_plain_negation": Planted(
        "syntax/several.py",
        "Verb.INCLUDE_NONE_OF: Verb.INCLUDE_ANY_OF",
        "Verb.INCLUDE_NONE_OF: Verb.INCLUDE_ALL_OF",
    ),
    # Of two negations one is dropped.
    "not_not_is_nothing": Planted(
        CHECKER,
        "inner = self._condition(item)",
        "inner = self._condition(item.item if isinstance(item, t.Not) else item)",
    ),
    "de_morgan": Planted(CONDITIONS, "return all(holds(item, view) for", "return any(holds(item, view) for"),
    # The first part is left out.
    "order_does_not_matter": Planted(
        CONDITIONS,
        "return any(holds(item, view) for item in items)",
        "return any(holds(item, view) for item in items[1:])",
    ),
    # One and no other.
    "both_and_either": Planted(
        CONDITIONS,
        "return any(holds(item, view) for item in items)",
        "return sum(holds(item, view) for item in items) == 1",
    ),
    # Values are compared as they are stored.
    "one_of_is_or": Planted(
        CONDITIONS,
        "return any(equal(value, view.operand(operand), kind) for",
        "return any(value == view.operand(operand) for",
    ),
    "any_of_is_or": Planted(
        CONDITIONS,
        "return any(view.operand(operand) in _set(value) - before for",
        "return all(view.operand(operand) in _set(value) - before for",
    ),
    "all_of_is_and": Planted(
        CONDITIONS, "return all(wanted) if every else any(wanted)", "return any(wanted)"
    ),
    # Zero and no are taken for nothing.
    "nothing_is_said_of_nothing": Planted(
        CONDITIONS,
        "return not isinstance(kind, types.YesNoType) and value == types.empty(kind)",
        "return not value",
    ),
    "less_or_equal": Planted(CONDITIONS, "return a <= b", "return a < b"),
    "less_is_not_more": Planted(CONDITIONS, "return a < b", "return a <= b"),
    # `is before` stands with the wrong one of its neighbours.
    "before_is_less": Planted(
        CHECKER,
        """case Verb.IS_LESS_THAN | Verb.IS_BEFORE:
                return r.Compares(subject, "<", self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_AT_MOST:""",
        """case Verb.IS_LESS_THAN:
                return r.Compares(subject, "<", self.scope.operand(c.values[0], kind), at=at)
            case Verb.IS_AT_MOST | Verb.IS_BEFORE:""",
    ),
    # The value before is compared.
    "a_change_ends_somewhere": Planted(
        CONDITIONS,
        "return test.now is None or equal(now, view.operand(test.now), kind)",
        "return test.now is None or equal(before, view.operand(test.now), kind)",
    ),
    # The value now is compared.
    "a_change_begins_somewhere": Planted(
        CONDITIONS,
        "not equal(before, view.operand(test.before), kind)",
        "not equal(now, view.operand(test.before), kind)",
    ),
    # Where a change begins is enough.
    "from_and_to": Planted(
        CONDITIONS,
        "if test.before is not None and not equal(before, view.operand(test.before), kind):\n        return False",
        "if test.before is not None:\n        return equal(before, view.operand(test.before), kind)",
    ),
    # A change to a value needs no change.
    "what_changes_was_otherwise": Planted(
        CONDITIONS, "if before == now or (", "if (before == now and test.now is None) or ("
    ),
    # What was there is gained as well.
    "what_is_gained_is_there": Planted(CONDITIONS, "in _set(value) - before for", "in _set(value) for"),
    # What is there still is lost as well.
    "what_is_lost_was_there": Planted(CONDITIONS, "in before - _set(value) for", "in before for"),
    # One side alone is folded.
    "a_beginning_is_a_piece": Planted(
        CONDITIONS, "return folded(operand_text) in folded(text)", "return folded(operand_text) in text"
    ),
    "case_means_nothing": Planted(
        CONDITIONS, "return folded(operand_text) in folded(text)", "return operand_text in folded(text)"
    ),
    # A star at the end needs something to stand for.
    "a_star_is_any_run": Planted(
        "engine/patterns.py",
        'return all(sign == "*" for sign in pattern[start:])',
        "return start == len(pattern)",
    ),
    "created_or_updated": Planted(CONDITIONS, "return view.before is not None\n", "return True\n"),
    # What is no public comment is private.
    "a_comment_is_public_or_private": Planted(
        CONDITIONS,
        "return comment is not None and comment.public ==",
        "return comment is None or comment.public ==",
    ),
    "a_public_comment_makes_the_ticket_public": Planted(
        CONDITIONS, "return any(c.public for c in", "return all(c.public for c in"
    ),
}

OF_THE_CYCLE = {
    # Another trigger than the one that fired is taken away.
    "at_most_once": Planted(
        SEARCH,
        "return self.left.pop(self.at)",
        "found = self.left[self.at]\n                self.left.pop()\n                return found",
    ),
    # All folds share their tickets.
    "the_same_again": Planted(
        FOLD,
        "tickets: MutableMapping[Address, Ticket] = field(factory=dict)",
        "tickets: MutableMapping[Address, Ticket] = {}",
    ),
    "only_who_fired_does_anything": Planted(
        CYCLE, "self.effects += done.effects", "self.effects = [*done.effects, *self.effects]"
    ),
    # Triggers on trial are told of twice.
    "the_rest_is_told": Planted(
        CYCLE,
        "fired = {t.title for t in self.fired} | {trial.trigger for trial in self.trial}",
        "fired = {t.title for t in self.fired}",
    ),
    # The mode is not looked at.
    "a_single_pass_goes_down": Planted(
        SEARCH,
        "        if self.mode is Mode.RESTART:\n            self.at = 0\n",
        "        self.at = 0\n",
    ),
    # The search starts again from the second.
    "restart_needs_a_reason": Planted(SEARCH, "            self.at = 0\n", "            self.at = 1\n"),
    # The search starts again from the one behind.
    "who_does_not_fire_is_not_missed": Planted(
        SEARCH,
        "        if self.mode is Mode.RESTART:\n            self.at = 0\n",
        "        self.at += 1\n",
    ),
    # What is tried is done.
    "a_trial_changes_nothing": Planted(CYCLE, "fire(trigger, self.view.copy())", "fire(trigger, self.view)"),
    "who_is_off_is_off": Planted(SEARCH, "if t.runs and not (", "if not ("),
    # A trigger on trial is noted, and then fires.
    "a_trial_does_not_fire": Planted(
        CYCLE,
        "self._try(trigger)\n            else:\n                self._fire(trigger)",
        "self._try(trigger)\n            self._fire(trigger)",
    ),
    # What an earlier update remembered is forgotten.
    "once_is_once": Planted(CYCLE, "cycle.remembered.union([t.title", "frozenset([t.title"),
    # The first action is looked at.
    "stop_is_the_end": Planted(
        FIRING, "return self.trigger.stops", "return isinstance(self.trigger.actions[0], r.Stop)"
    ),
    # A value that is there stays.
    "what_is_after_was_written": Planted(FIRING, "view.now[name] = new", "view.now.setdefault(name, new)"),
    # The same value is another when it was made anew.
    "a_change_is_a_change": Planted(FIRING, "if old == new:", "if old is new:"),
    # Who enabled and who was enabled change places.
    "a_firing_that_needed_another_came_after_it": Planted(
        CYCLE, "self.enabled_by[title] = trigger.title", "self.enabled_by[trigger.title] = title"
    ),
    # What the actions read takes the place of what the condition reads.
    "a_footprint_is_whole": Planted(
        "semantics/written.py", "reads |= deeds.reads(action)", "reads = deeds.reads(action)"
    ),
    # Somebody is remembered by one name and looked up by another.
    "nobody_is_told_twice": Planted(
        FIRING, "self.told.add((action.channel, person))", "self.told.add((action.channel, record.shown))"
    ),
    # An automatic update is thought to have a comment.
    "no_answer_to_a_machine": Planted(
        FIRING, "if update.automatic and not", "if update.automatic and update.comment is not None and not"
    ),
    # Two actions of one trigger have one key.
    "every_effect_has_a_key": Planted(
        "engine/stamp.py", "_joined(trigger, str(action))", '_joined(trigger, "")'
    ),
    # The last action alone counts.
    "a_swap_of_strangers": Planted(
        "semantics/written.py", "writes |= deeds.writes(action)", "writes = deeds.writes(action)"
    ),
    # What a negated condition reads is forgotten.
    "what_nobody_reads_matters_to_nobody": Planted(
        FOOTPRINT, "case r.Not(item):\n                visit(item)", "case r.Not():\n                pass"
    ),
    # A posted comment takes the place of those before it.
    "a_posted_comment_is_not_the_comment": Planted(
        FIRING,
        'view.comments = (*view.comments, Comment("", public, None, view.update.time))',
        'view.comments = (Comment("", public, None, view.update.time),)',
    ),
}

OF_THE_TRACE = {
    # Of the parts that failed the first alone is told.
    "why_not_is_true": Planted(
        TRACE,
        "return tuple(f for item in items for f in failures(item, view))",
        "return next(filter(None, (failures(item, view) for item in items)), ())",
    ),
    # What was there before the update is told.
    "what_is_seen_is_there": Planted(
        TRACE,
        "return shown(view.value(condition.subject)",
        "return shown(view.value_before(condition.subject)",
    ),
    # That a trigger fired in an earlier update is not looked at.
    "the_reason_fits": Planted(
        CYCLE, 'return NotFired(trigger.title, "fired before")', 'return NotFired(trigger.title, "passed")'
    ),
    # The first that made it possible is told, though it was undone.
    "who_made_it_possible": Planted(
        CYCLE, "self.enabled_by[title] = trigger.title", "self.enabled_by.setdefault(title, trigger.title)"
    ),
    # Whoever is left out counts for nobody.
    "what_does_nothing_is_said": Planted(FIRING, "                nobody = False\n", ""),
}

OF_TEXTS = {
    # The reader's own language goes before the action's.
    "a_text_is_in_the_language_of_its_reader": Planted(
        FIRING,
        "action.language or (language if isinstance(language, str) else None)",
        "language if isinstance(language, str) else action.language",
    ),
    # Whom an action is done to is forgotten.
    "an_action_speaks_to_whom_it_names": Planted(
        FIRING, 'person = str(value) if action.type == types.ReferenceType("user") else None', "person = None"
    ),
    # The comment is shown to whoever asks.
    "private_comments_stay_private": Planted(
        "runtime/texts/rendering.py",
        "if comment is None or reader.suppressed or not (comment.public or reader.is_agent):",
        "if comment is None:",
    ),
}

OF_STREAMS = {
    # A comment is private unless it says otherwise.
    "what_is_left_out_is_usual": Planted(
        "engine/state.py", "    public: bool = True\n", "    public: bool = False\n"
    ),
    # A directory shares its people with the one that it was made from.
    "tickets_are_independent": Planted(
        "engine/state.py",
        "found = Directory(own, names, self.agent_roles, self.beneath or self)\n        found._take(new)\n        return found",
        "self._take(new)\n        return self",
    ),
    # What was seen is put where nobody looks.
    "an_event_counts_once": Planted(FOLD, "self._seen[address] = self._also(", "_ = self._also("),
    # The ticket is told as the update set it.
    "a_duplicate_does_nothing": Planted(FOLD, "Shown(ticket.values, self", "Shown(update.values, self"),
    "a_saved_ticket_goes_on": Planted(
        WIRE, 'fired = frozenset(_names(state.get("fired"), "fired"))', "fired: frozenset[str] = frozenset()"
    ),
    "an_update_is_its_json": Planted(
        WIRE, '    if update.automatic:\n        data["automatic"] = True\n', ""
    ),
    "an_outcome_is_its_json": Planted(
        EFFECTS, '_value(e["from"]), _value(e["to"])', '_value(e["to"]), _value(e["from"])'
    ),
    # An event is remembered before it is known to fit.
    "what_does_not_fit_changes_nothing": Planted(
        "runtime/fold.py",
        "        seen = self._seen.get(address, {})\n        if update.id in seen:",
        "        seen = self._seen.get(address, {})\n"
        "        self._seen[address] = {**seen, update.id: digest}\n        if update.id in seen:",
    ),
    # Why nothing fires is noted, and everything fires.
    "a_closed_ticket_is_left_alone": Planted(
        CYCLE,
        "if not was_closed(view):\n        cycle.run()\n    else:\n        cycle.closed = True",
        "cycle.closed = was_closed(view)\n    cycle.run()",
    ),
}

OF_VERSIONS = {
    # Comments are the same only while they are the very same.
    "a_version_does_not_differ_from_itself": Planted(
        "runtime/replay.py", "old.comments == new.comments", "old.comments is new.comments"
    ),
    # What fired once is remembered by its old title.
    "other_titles_are_no_difference": Planted(
        "runtime/replay.py",
        "frozenset(self.counterparts.to_new.get(t, t) for t in ticket.fired)",
        "ticket.fired",
    ),
    # A field that was changed and changed back counts.
    "a_replay_adds_up": Planted(
        "why/differences.py",
        "for change in found.values() if change.before != change.after]",
        "for change in found.values()]",
    ),
}

PLANTED: dict[str, Planted] = (
    OF_AGREEMENT
    | OF_LANGUAGE
    | OF_CONDITIONS
    | OF_THE_CYCLE
    | OF_THE_TRACE
    | OF_TEXTS
    | OF_STREAMS
    | OF_VERSIONS
)
"""By the name of each law, the bug that it catches."""
