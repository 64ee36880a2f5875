"""What stands beside words: how they were checked and by whom, who changed them by hand, what was removed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup

from tracker.i18n import Language
from tracker.model.dataset import Record
from tracker.model.events import Event
from tracker.model.fields import record_texts
from tracker.model.labels import N_
from tracker.model.localized_text import LocalizedText, ResolvedText
from tracker.model.organisations import Organisation
from tracker.model.ownership import IDENTITY
from tracker.model.records import (
    Assessment,
    Authority,
    Evidence,
    EvidenceLink,
    Recommendation,
    Revision,
    SameDemand,
    Uptake,
)
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpRound, FollowUpStep, TaxonomyTerm, TreatyBody
from tracker.model.states import State
from tracker.model.verification import mark_of
from tracker.model.vocabulary import QUOTED_ORIGINS, Issuer, Status, TextOrigin, Verification
from tracker.publishing.sentences import entry_words
from tracker.queries.activity_log import last_removal
from tracker.queries.changes_by_others import LABELLED, change_by_others, earlier_values
from tracker.queries.current_view import recorded_day
from tracker.queries.deadlines import DATE_LABELS, AgendaItem
from tracker.queries.follow_up import Silence, Unheard
from tracker.queries.localized_names import committee_abbreviation, publisher_in_words, right_in_words
from tracker.queries.quotations import change_and_comparison, changed_by_hand, reading_of
from tracker.queries.recommendation_details import assessment_history, judge_of
from tracker.queries.search.text_search import SearchTerm, highlight
from tracker.queries.translations import outdated_in_view
from tracker.queries.view import View, effective_date
from tracker.safety.redaction.terms import days_of_removal, has_removed_words


def render_text(resolved: ResolvedText, terms: tuple[SearchTerm, ...] = ()) -> Markup:
    """Return a text as HTML, with `terms` in <mark>, and the name of its language if that is not the reader's."""
    text = highlight(resolved.text, terms)
    if not resolved.is_fallback:
        return text
    name = Language(resolved.requested).language_name(resolved.lang)
    return Markup('<span lang="{}">{}</span> <span class="rt-lang">{}</span>').format(resolved.lang, text, name)


def _quoted_texts(item: Any) -> Iterator[LocalizedText]:
    if isinstance(item, Recommendation):
        yield from (text for _label, text in item.quotation)
    elif isinstance(item, Assessment):
        yield item.reason
    elif isinstance(item, AgendaItem) and item.deadline and item.deadline.sentence:
        yield item.deadline.sentence


TRANSLATED = (TextOrigin.OFFICIAL_TRANSLATION, TextOrigin.OWN_TRANSLATION, TextOrigin.MACHINE)
SHOWN_FIELDS: dict[type, tuple[str, ...]] = {
    Recommendation: ("text",),
    Evidence: ("publisher", "happened", "published", "link"),
    Document: ("authors", "symbol", "link"),
}
"""Kind of record → the fields that a search shows of it, without texts that say themselves who changed them (LABELLED)."""


def place_of(item: AgendaItem) -> str:
    """Return the name under which `Marks.changed_words` finds a date in its document."""
    return "follow_up/steps" if item.step else item.field


def _owner(record: Record, item: Any) -> str | None:
    own = item.deadline.recorded_for if isinstance(item, AgendaItem) and item.deadline else None
    return own or record.recorded_for


class Marks:
    """The marks on a page, for `ViewRequest`: in the language of the reader, from the view."""

    view: View
    language: Language

    def label(self, code: Any) -> str:
        """Return the reader's words for a code of the vocabulary, an object with a name, a right, or a year."""
        language = self.language
        match code:
            case Status():
                status = self.view.settings.statuses.get(code)
                return language.resolve(status.label).text if status else code.value
            case Document():
                title = language.resolve(code.title).text
                return f"{code.symbol}: {title}" if code.symbol else title
            case TreatyBody():
                return committee_abbreviation(code, language)
            case Authority(name=text) | State(name=text) | TaxonomyTerm(label=text) | Organisation(short_name=text):
                return language.resolve(text).text
        if type(code) is str:
            return publisher_in_words(self.right(code), self.view.publisher_names, self.language)
        is_wider = code is Issuer.COMMITTEE and self.view.has_other_mechanisms
        return language.gettext("Mechanisms" if is_wider else code.label)

    def organisation_name(self, organisation_id: str | None) -> str:
        """Return the short name of the organisation with this id; "" if the dataset has none, or if the id is None."""
        organisation = self.view.organisations.get(organisation_id or "")
        return self.label(organisation) if organisation else ""

    def removals(self, record: Record) -> list[str]:
        """Return a sentence for each day on which words in a record were removed for safety, with who did that.

        A record has only the day: if more than one organisation removed words on it, nobody is named.
        """
        _, names = self.language.gettext, dict[str, set[str]]()
        for time, organisation in self.view.dataset.redactions:
            day = recorded_day(time, self.view.dataset).isoformat()
            names.setdefault(day, set()).add(self.organisation_name(organisation))
        said = {day: names.get(day, {""}) for day in sorted(days_of_removal(repr(record)))}
        by = N_("Words were removed for safety by {who} on {day}.")
        unnamed = N_("Words were removed for safety on {day}.")
        return [
            _(by if len(who) == 1 and any(who) else unnamed, who=min(who), day=self.language.format_date(day))
            for day, who in said.items()
        ]

    def of_state(self, *records: Record) -> str:
        """Return the names of the States of records, for what shows them; "" in a dataset of one State."""
        return ", ".join(map(self.label, self.view.states_of(*records))) if self.view.has_several_states else ""

    def right(self, right: str) -> str:
        """Return a right, such as "ICESCR art. 12", in the reader's language. A right in other words stays as it is."""
        return right_in_words(right, self.view.bodies.values(), self.language)

    def quotation_origin(self, r: Recommendation, quoted: ResolvedText) -> str:
        """Return where `quoted` is from (see `_origin`), with a note if words were removed from the recommendation."""
        removed = (
            self.language.gettext("Words were removed for safety.") if has_removed_words(*_quoted_texts(r)) else ""
        )
        return " ".join(filter(None, (self._origin(r, quoted), removed)))

    def _origin(self, r: Recommendation, quoted: ResolvedText) -> str:
        """Return words for the origin of `quoted`, a wording of `r`: the document, or the kind of translation.

        Return "" if the words were changed since (see `_is_reworded`).
        """
        _, document = self.language.gettext, self.view.document(r.document)
        if quoted.origin in QUOTED_ORIGINS and self._is_reworded(r):
            return ""
        if quoted.origin is TextOrigin.OFFICIAL_TRANSLATION:
            return _("Quoted from the official translation.")
        if quoted.origin is not TextOrigin.OFFICIAL:
            return self.label(quoted.origin)
        if document and document.original_language == quoted.lang:
            return _("Quoted in the language of the original.")
        return _("Quoted from the document.")

    def _is_reworded(self, r: Recommendation) -> bool:
        """Return whether another than their owner changed the quoted words of `r`, or anybody by hand, and nobody compared them since."""
        return bool(changed_by_hand(r) or self._change(r, "text"))

    def with_true_origins(self, r: Recommendation) -> Recommendation:
        """Return a copy of `r` for who takes it away: what was changed since it was quoted is not said to be quoted."""
        if not r.history or not self._is_reworded(r):
            return r

        def own(text: LocalizedText) -> LocalizedText:
            words = text.items()
            return {c: replace(w, origin=TextOrigin.OWN) if w.origin in QUOTED_ORIGINS else w for c, w in words}

        parts = tuple(replace(part, summary=own(part.summary)) for part in r.parts)
        return replace(r, parts=parts, text=r.text and own(r.text), closing=r.closing and own(r.closing))

    def mark_words(self, item: Any, of: Record | None = None, *, with_removed: bool = True) -> str:
        """Return the mark of a record, a date or a statement in words.

        It also says whose reading or entry it is, if not the tracker's editors', and who changed a quotation by hand.
        `of` is the record of an `item` that is none. `with_removed`: say, too, if words were removed.
        """
        _, is_seen = self.language.gettext, item.verification is Verification.SEEN
        r, by = item.document if isinstance(item, AgendaItem) else of or item, None
        if words := self._hand_words(item) if isinstance(item, Recommendation) else "":
            who = ""
        else:
            words = self.label(item.verification)
            is_entered = isinstance(r, Recommendation | Document)
            is_dated = isinstance(r, Document) and isinstance(item, AgendaItem | FollowUp | FollowUpRound)
            by = reading_of(item if is_dated else r, r) if is_seen else r.recorded_for if is_entered else None
            if isinstance(item, AgendaItem) and item.deadline and not is_seen:
                # who changed a date stands beside it
                is_changed = self._change(item.document, place_of(item), item)
                by = None if is_changed else self._entry(item)
            who = self._other_than_editors(by)
        said = who if is_seen or not who else _("entered by {organisation}", organisation=who)
        changed = [] if is_seen else [*self._changed_check(item, r), *(self.changes_of_entry(r, by) if who else [])]
        removed = _("words were removed for safety") if with_removed and has_removed_words(*_quoted_texts(item)) else ""
        return " · ".join(dict.fromkeys(filter(None, (words, said, *changed, removed))))

    def changes_of_entry(self, r: Record, by: str | None) -> list[str]:
        """Return who else changed what an entry of the organisation `by` is, or how it was checked, to follow its name."""
        names = (*IDENTITY[type(r)], "due", "verification")
        return self.changed_words(r, *names) if by and by == r.recorded_for else []

    def _changed_check(self, item: Any, r: Record) -> list[str]:
        """Return who else said how evidence, a date, a follow-up or a round of it was checked, as its mark is now."""
        if isinstance(item, Evidence):
            return self.changed_words(item, "verification")
        if isinstance(item, FollowUpRound) or (isinstance(item, AgendaItem) and item.deadline):
            field = "follow_up/rounds" if isinstance(item, FollowUpRound) else "deadlines"
            return self.changed_words(r, f"{field}/verification", item=item)
        is_follow_up = isinstance(item, FollowUp) or (isinstance(item, AgendaItem) and item.step)
        return self.changed_words(r, "follow_up/verification") if is_follow_up else []

    def unread_entry(self, record: Record) -> str:
        """Return the mark of what another than the editors entered and nobody read in the source, where no mark stands."""
        is_read = record.verification is Verification.SEEN or isinstance(record, Evidence)
        return "" if is_read or not self._other_than_editors(record.recorded_for) else self.mark_words(record)

    def title_words(self, r: Recommendation) -> str:
        """Return the title of `r` for a table or a picture. Who changed it and the `unread_entry` have lines of their own."""
        title, mark = self.language.resolve(r.title), self.unread_entry(r)
        return "\n".join(filter(None, [title.plain, title.label.strip(), f"({mark})" if mark else ""]))

    def marked_title(self, r: Recommendation) -> Markup:
        """Return `title_words` as HTML."""
        mark = Markup(' <span class="rt-mark rt-mark-to-check">{}</span>') if self.unread_entry(r) else Markup("{}")
        return render_text(self.language.resolve(r.title)) + mark.format(self.unread_entry(r))

    def _hand_words(self, r: Recommendation) -> str:
        """Return who changed the quotation by hand, when, and who compared it since; "" if nobody did."""
        changed, compared = change_and_comparison(r)
        if not changed or (r.verification is Verification.SEEN and not compared):
            return ""
        _, day = self.language.gettext, self.language.format_timestamp(changed.recorded)
        who = self._hand(changed)
        if compared:
            values = {"by": self._hand(compared), "on": self.language.format_timestamp(compared.recorded)}
            return _(
                "changed by hand by {who} on {day}, compared with the document by {by} on {on}",
                who=who,
                day=day,
                **values,
            )
        if len(self.view.organisations) < 2:
            return _("changed by hand on {day}, not compared with the document yet", day=day)
        return _("changed by hand by {who} on {day}, not compared with the document yet", who=who, day=day)

    def was_compared(self, r: Recommendation) -> bool:
        """Return whether quoted words were changed by hand, and another person compared them afterwards."""
        return r.verification is Verification.SEEN and bool(change_and_comparison(r)[1])

    def _hand(self, change: Revision | Event) -> str:
        return self._other_than_editors(change.recorded_for) or self.language.gettext("the editors of this tracker")

    def _other_than_editors(self, organisation: str | None) -> str:
        return "" if organisation == self.view.editors.id else self.organisation_name(organisation)

    def judged(self, *links: SameDemand | Uptake | EvidenceLink, of: Evidence | None = None) -> str:
        """Return whose judgement links are, if all are of other organisations than the editors and the owner of the evidence `of`."""
        names = [self.organisation_name(judge_of(self.view, one, of)) for one in links]
        who = ", ".join(dict.fromkeys(names)) if names and all(names) else ""
        return self.language.gettext("in the judgement of {organisation}", organisation=who) if who else ""

    def date_label(self, item: AgendaItem) -> str:
        """Return what happens on a date; if an organisation calculated or set it, which."""
        return item.label(self.language, self._other_than_editors(self._entry(item)) if item.deadline else "")

    def unheard_sentence(self, item: Unheard) -> str:
        """Return what civil society has not said yet, to follow the name of the document or recommendation in a line."""
        _, day = self.language.gettext, self.language.format_date(item.since)
        if item.kind is Silence.NOT_ASSESSED:
            return _("the State replied on {day}; no assessment since then is recorded here.", day=day)
        if item.kind is Silence.SESSION:
            return _("alternative reports are due by {day}; none is recorded.", day=day)
        selected = ", ".join(item.document.follow_up.paragraphs) if item.document.follow_up else ""
        if isinstance(item.dated, AgendaItem) and item.dated.deadline:
            reply = self.date_label(item.dated)
            return _(
                "follow-up paragraphs {list}: no submission is recorded ({reply}: {day}).",
                list=selected,
                reply=reply,
                day=day,
            )
        return _(
            "follow-up paragraphs {list}: no submission is recorded (the State's reply: {day}).", list=selected, day=day
        )

    def _entry(self, item: AgendaItem) -> str | None:
        """Return the id of the organisation that entered a date as it is."""
        change = self._change(item.document, place_of(item), item)
        return change.recorded_for if change else _owner(item.document, item)

    def date_marks(self, item: AgendaItem | Assessment) -> list[tuple[str, str]]:
        """Return (code of its mark, words) for all that stands beside a date or statement, wherever it is shown.

        How it was checked and by whom (if it is no plan), who changed it, and whose entry it is. The code of the last is "".
        """
        checked = [(item.verification.value, self.mark_words(item))]
        if isinstance(item, AgendaItem):
            owner, said = _owner(item.document, item), self.date_label(item) if item.deadline else ""
            checked = [] if item.is_plan else checked
            moved = (*IDENTITY[Document], "due") if item.deadline and self._other_than_editors(owner) else ()
            changes = self.changed_words(item.document, place_of(item), *moved, item=item)
            changed = [("to-check", one) for one in changes if all(one not in words for _code, words in checked)]
        else:
            entry = entry_words(self.view, self.language, item)
            return [*checked, *([("", entry)] if entry else [])]
        who = self._other_than_editors(owner)
        is_named = any(who in words for words in (said, *(words for _code, words in checked + changed)))
        entries = [] if is_named else [("", self.language.gettext("Entry of {organisation}", organisation=who))]
        return [*checked, *changed, *entries]

    def date_words(self, item: AgendaItem | Assessment, *before: str) -> str:
        """Return one line: the words `before`, and the `date_marks`."""
        return " · ".join([*before, *(words for _code, words in self.date_marks(item))])

    def changed_sentence(self, item: AgendaItem) -> list[str]:
        """Return the `changed_words` of the sentence of a date, unless those of the date say the same."""
        words = self.changed_words(item.document, "deadlines/sentence", item=item) if item.deadline else []
        return [one for one in words if one not in self.date_words(item)]

    def marked_items(self, record: Record, name: str, items: Sequence[str]) -> Markup:
        """Return short texts as HTML, with commas; after the last of those that the same other made, the `changed_mark`."""
        marked = ((Markup.escape(one), self.changed_mark(record, name, item=one)) for one in items)
        runs = ((Markup(", ").join(one for one, _mark in run), mark) for mark, run in groupby(marked, itemgetter(1)))
        return Markup(", ").join(words + mark for words, mark in runs)

    def withdrawn_grades(self, r: Recommendation) -> list[tuple[str, str, int]]:
        """Return (who, day, number of grades) for grades of a committee that others withdrew than who entered them."""
        editors = self.view.editors.id
        removals = ((a, last_removal(a, self.view.recorded)) for a in assessment_history(self.view, r) if a.grade)
        others = (e for a, e in removals if e and (e.recorded_for or editors) != (a.recorded_for or editors))
        said = Counter((self._hand(e), self.language.format_timestamp(e.recorded)) for e in others if e.recorded)
        return [(who, day, n) for (who, day), n in said.items()]

    def changed_document(self, d: Document | None, *names: str) -> Markup:
        """Return the `changed_mark` of what names a document: `names`, and the date from which it counts."""
        if not d:
            return Markup()
        return self.changed_mark(d, *names, *[name for name in DATE_LABELS if getattr(d, name) == effective_date(d)])

    def changed_mark(self, record: Record, *names: str, item: Any = None) -> Markup:
        """Return `changed_words` as HTML."""
        words = self.changed_words(record, *names, item=item)
        return Markup().join(Markup(' <span class="rt-mark rt-mark-to-check">{}</span>').format(one) for one in words)

    def changed_words(self, record: Record, *names: str, item: Any = None) -> list[str]:
        """Return "changed by … on …" for each other than the owner who made a field (or this item of it) what is shown.

        A name is that of a field, of its part ("follow_up/note"), or of what an item says ("follow_up/rounds/action").
        Without names, they are the fields that a search shows.
        """
        changes = (self._change(record, name, item) for name in names or SHOWN_FIELDS[type(record)])
        said = ((self._hand(c), self.language.format_timestamp(c.recorded)) for c in changes if c)
        _ = self.language.gettext
        return [_("changed by {who} on {day}", who=who, day=day) for who, day in dict.fromkeys(said)]

    def _change(self, record: Record, name: str, item: Any = None) -> Revision | None:
        """Return the change of another that made a field, or an item of it, what is shown; None if there is none."""
        field, _slash, part = name.partition("/")
        if len(self.view.organisations) < 2 or (name == "text" and change_and_comparison(record)[0]):
            return None
        if all(c.field != field for c in record.history):
            return None
        key = type(record), record.id, field, len(record.history)
        earlier = self.view.cached("earlier values", key, lambda: earlier_values(record, field), most=10_000)
        one, owner = item, _owner(record, item)
        if isinstance(item, AgendaItem):
            one = (item.deadline or item.step) if field in ("deadlines", "follow_up") else None
            entered = self._entered_at(item) if one is None and item.deadline else ""
            earlier = [pair for pair in earlier if pair[0].recorded > entered]
        if isinstance(one, Deadline) and part == "sentence" and not one.sentence:
            return None

        def said(state: Record) -> Any:
            value = getattr(state, field)
            if one is None:
                return self._shown(value, part)
            within, _slash, says = part.partition("/")
            among = (getattr(value, within, None) if within and not isinstance(value, tuple) else value) or ()
            return self._item_words(one, says or part) in (self._item_words(other, says or part) for other in among)

        return change_by_others(record, earlier, said, owner=owner, editors=self.view.editors.id)

    def _entered_at(self, item: AgendaItem) -> str:
        """Return when the organisation to which a date belongs made it what it is; "" if it came with the document."""
        owner, words = _owner(item.document, item), self._item_words(item.deadline, "")
        own = [pair for pair in earlier_values(item.document, "deadlines") if pair[0].recorded_for == owner]
        made = (c for c, before in own if before and words not in (self._item_words(d, "") for d in before.deadlines))
        return max((c.recorded for c in made), default="")

    def _item_words(self, one: Any, part: str) -> tuple[Any, ...]:
        """Return what a reader sees of an item: of a date without its sentence, unless `part` is "sentence"."""
        if part == "verification":
            is_date = isinstance(one, Deadline)
            return (one.kind, one.date, mark_of(one)) if is_date else (one.reply, one.report, one.verification)
        if isinstance(one, Deadline):
            return one.kind, self._shown(one.sentence) if part == "sentence" else (one.date, one.set_by)
        if isinstance(one, FollowUpStep):
            return one.date, self._shown(one.description)
        return (self._shown(getattr(one, part)) if isinstance(one, FollowUpRound) else one,)

    def _shown(self, value: Any, part: str = "") -> Any:
        """Return what a reader sees of a field's value, or of one part of it (of the text, or of the follow-up)."""
        if part and not isinstance(value, tuple):
            value = mark_of(value) if part == "verification" and value else getattr(value, part, None)
        elif part:
            value = next((one.summary for one in value if one.id == part), None)
        return self.language.resolve(value).text if isinstance(value, dict) and value else value

    def field(self, record: Record, name: str, terms: tuple[SearchTerm, ...] = ()) -> Markup:
        """Return the text in the field `name` of a record as HTML, as `text` does, with `outdated_mark` after it."""
        resolved = self.language.resolve(getattr(record, name))
        changed = Markup() if name in LABELLED else self.changed_mark(record, name)
        return render_text(resolved, terms) + self.outdated_mark(record, name, resolved.lang) + changed

    def outdated_mark(self, record: Record, path: str, lang: str) -> Markup:
        """Return "translation of an earlier text" as HTML if the wording in `lang` at `path` is that, otherwise "".

        It is not, if the text of the tracker's language, which is no translation, is as it was.
        """
        outdated = outdated_in_view(self.view, record).get(path, {}) if record.history else {}
        main = self.view.settings.language
        text = dict(record_texts(record)).get(path, {}) if main in outdated else {}
        first = text.get(main) or text.get("")
        is_true = first and first.origin not in TRANSLATED and outdated[main] == outdated.get(lang)
        if lang not in outdated or is_true:
            return Markup()
        words = self.language.gettext("translation of an earlier text")
        return Markup(' <span class="rt-mark rt-mark-to-check">{}</span>').format(words)
