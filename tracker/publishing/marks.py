"""What stands beside words: how they were checked, whose reading that is, who changed them by hand, what was removed."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from tracker.i18n import Language
from tracker.model.dataset import Record
from tracker.model.localized_text import LocalizedText, ResolvedText
from tracker.model.records import Assessment, Recommendation, Revision
from tracker.model.registers import Document
from tracker.model.vocabulary import QUOTED_ORIGINS, TextOrigin, Verification
from tracker.queries.deadlines import AgendaItem
from tracker.queries.quotations import (
    change_and_comparison,
    changed_by_hand,
    changes_by_others,
    deadline_words,
    reading_of,
)
from tracker.queries.search.text_search import SearchTerm, highlight
from tracker.queries.translations import outdated_in_view
from tracker.queries.view import View
from tracker.safety.redaction.terms import has_removed_words


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


class Marks:
    """The marks on a page, for `ViewRequest`: in the language of the reader, from the view."""

    view: View
    language: Language

    def label(self, code: Any) -> str:  # noqa: D102
        raise NotImplementedError

    def organisation_name(self, organisation_id: str | None) -> str:  # noqa: D102
        raise NotImplementedError

    def quotation_origin(self, r: Recommendation, quoted: ResolvedText) -> str:
        """Return words for the origin of `quoted`, and whether words were removed from it (see `_origin`)."""
        removed = (
            self.language.gettext("Words were removed for safety.") if has_removed_words(*_quoted_texts(r)) else ""
        )
        return " ".join(filter(None, (self._origin(r, quoted), removed)))

    def _origin(self, r: Recommendation, quoted: ResolvedText) -> str:
        """Return words for the origin of `quoted`, a wording of `r`: the document, or the kind of translation.

        Return "" if the words were changed by hand and not compared since.
        """
        _, document = self.language.gettext, self.view.document(r.document)
        if quoted.origin in QUOTED_ORIGINS and changed_by_hand(r):
            return ""
        if quoted.origin is TextOrigin.OFFICIAL_TRANSLATION:
            return _("Quoted from the official translation.")
        if quoted.origin is not TextOrigin.OFFICIAL:
            return self.label(quoted.origin)
        if document and document.original_language == quoted.lang:
            return _("Quoted in the language of the original.")
        return _("Quoted from the document.")

    def mark_words(self, item: Any, of: Record | None = None, *, with_removed: bool = True) -> str:
        """Return the mark of a record, a date or a statement in words, and whose reading it is if not the tracker's editors'.

        What an organisation entered and nobody has compared says who entered it, what was changed by hand whose hand it
        was, and a quotation whether words were removed from it. `of` is the record of an `item` that is no record.
        Beside `quotation_origin`, which says it too, leave out with `with_removed` that words were removed.
        """
        _, is_seen = self.language.gettext, item.verification is Verification.SEEN
        r = item.document if isinstance(item, AgendaItem) else of or item
        if words := self._hand_words(item) if isinstance(item, Recommendation) else "":
            who = ""
        else:
            words = self.label(item.verification)
            is_entered = isinstance(r, Recommendation | Document)
            who = self._other_than_editors(reading_of(r) if is_seen else r.recorded_for if is_entered else None)
        said = who if is_seen or not who else _("entered by {organisation}", organisation=who)
        removed = _("words were removed for safety") if with_removed and has_removed_words(*_quoted_texts(item)) else ""
        return " · ".join(filter(None, (words, said, removed)))

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

    def _hand(self, change: Revision) -> str:
        return self._other_than_editors(change.recorded_for) or self.language.gettext("the editors of this tracker")

    def _other_than_editors(self, organisation: str | None) -> str:
        return "" if organisation == self.view.editors.id else self.organisation_name(organisation)

    def changed_date(self, item: AgendaItem) -> Markup:
        """Return the `changed_mark` of one date."""
        name = "deadlines" if item.deadline else "follow_up/steps" if item.step else item.place
        return self.changed_mark(item.document, name, item=item)

    def changed_mark(self, record: Record, *names: str, item: AgendaItem | None = None) -> Markup:
        """Return "changed by … on …" as HTML if others than the record's organisation changed a field (or this date) as shown."""
        _, marks = self.language.gettext, Markup()
        found = (
            changes_by_others(record, self.view.editors.id)
            if record.history and len(self.view.organisations) > 1
            else {}
        )
        for name in names:
            field, _dot, part = name.partition("/")
            if field not in found or (name == "text" and change_and_comparison(record)[0]):
                continue
            change, before = found[field]
            old, new = (self._shown(getattr(one, field), part) for one in (before, record))
            if item and item.deadline:
                is_new = deadline_words(item.deadline) not in map(deadline_words, old)
            else:
                is_new = item.step not in (old or ()) if item and item.step else old != new
            if is_new:
                words = _(
                    "changed by {who} on {day}",
                    who=self._hand(change),
                    day=self.language.format_timestamp(change.recorded),
                )
                mark = Markup(' <span class="rt-mark rt-mark-to-check">{}</span>').format(words)
                marks += mark if mark not in marks else ""
        return marks

    def _shown(self, value: Any, part: str = "") -> Any:
        """Return what a reader sees of the value of a field, or of one part of it: of a recommendation, or of a follow-up."""
        if part and not isinstance(value, tuple):
            value = getattr(value, part, None)
        elif part:
            value = next((one.summary for one in value if one.id == part), None)
        return self.language.resolve(value).text if isinstance(value, dict) and value else value

    def field(self, record: Record, name: str, terms: tuple[SearchTerm, ...] = ()) -> Markup:
        """Return the text in the field `name` of a record as HTML, as `text` does, with `outdated_mark` after it."""
        resolved = self.language.resolve(getattr(record, name))
        return (
            render_text(resolved, terms)
            + self.outdated_mark(record, name, resolved.lang)
            + self.changed_mark(record, name)
        )

    def outdated_mark(self, record: Record, path: str, lang: str) -> Markup:
        """Return "translation of an earlier text" as HTML if the wording in `lang` at `path` is that, otherwise ""."""
        if not record.history or lang not in outdated_in_view(self.view, record).get(path, {}):
            return Markup()
        words = self.language.gettext("translation of an earlier text")
        return Markup(' <span class="rt-mark rt-mark-to-check">{}</span>').format(words)
