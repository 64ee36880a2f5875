"""Describe a recorded change in a sentence and in more lines: for the feed, announcements and the page Activity."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from tracker.i18n import LANGUAGES, Language
from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active, is_unpublished
from tracker.model.localized_text import LocalizedText, shorten
from tracker.model.ownership import owner_of
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.model.registers import Document
from tracker.model.verification import with_marks
from tracker.model.vocabulary import ActivityKind, Issuer, Voice
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import completion_sentence, file_sentence, part_in_words, said_in_words
from tracker.queries.activity_log import Activity, ActivityEntry, Redaction, SavedTogether, entries_of, is_same_save
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.deadlines import deadlines_in
from tracker.queries.field_diff import TEXT_FIELDS, code_of, is_date, list_differences
from tracker.queries.public_files import files_of
from tracker.queries.view import View, sort_newest_first

_MAX_LINES = 20
"""The largest number of lines for one edit, and for one save of several records."""
_MAX_EXCERPT_LENGTH = 160
"""The largest number of characters shown of the old words of an edit. The same limit applies to the new words."""
_ASSESSMENT_SENTENCES = {
    Voice.CIVIL_SOCIETY: N_("{who} assessed {what}: {change}"),
    Voice.STATE: N_("The State on {what}: {change}"),
    Voice.COMMITTEE: N_("The committee on {what}: {change}"),
}
_COUNTS_IN_WORDS: Mapping[ActivityKind, Callable[[Language, int], str]] = {
    ActivityKind.RECOMMENDATION: lambda to, n: to.ngettext("{n} new recommendation", "{n} new recommendations", n),
    ActivityKind.ASSESSMENT: lambda to, n: to.ngettext("{n} new assessment", "{n} new assessments", n),
    ActivityKind.EVIDENCE: lambda to, n: to.ngettext("{n} new piece of evidence", "{n} new pieces of evidence", n),
    ActivityKind.DOCUMENT: lambda to, n: to.ngettext("{n} new document", "{n} new documents", n),
    ActivityKind.EDIT: lambda to, n: to.ngettext("{n} edited entry", "{n} edited entries", n),
    ActivityKind.WITHDRAWAL: lambda to, n: to.ngettext(
        "{n} entry withdrawn or restored", "{n} entries withdrawn or restored", n
    ),
}
"""Kind of change → a function that puts a number of such changes into words, such as "2 new documents"."""


def change_sentence(context: ViewRequest, change: Activity) -> str:
    """Return a sentence about a change: what was done to which record, in some cases by whom. A redaction names no record."""
    _ = context.language.gettext
    if isinstance(change, SavedTogether):
        return _describe_save(context, change)
    if isinstance(change, Redaction):
        who = ", ".join(filter(None, map(context.organisation_name, change.organisations)))
        return (
            _("Words were removed for safety by somebody of {who}", who=who)
            if who
            else _("Words were removed for safety")
        )
    if change.event and (e := change.evidence) and change.item is None and is_unpublished(e):
        if about := _only_recommendation(context, e):
            return _("No longer public: evidence on {what}", what=_recommendation_name(context, about))
        return _("Evidence is no longer public")
    if change.event:
        subject = (
            _describe_addition(context, replace(change, event=None))
            if change.item
            else _record_name(context, change.record)
        )
        name = context.organisation_name(change.organisation)
        what = capitalize_first(context.label(change.event.type))
        return f"{what} ({name}): {subject}" if name else f"{what}: {subject}"
    said = _describe_edit(context, change) if change.edits else _describe_addition(context, change)
    return f"{said} ({context.label(change.gone)})" if change.gone else said


def attributed_sentence(context: ViewRequest, change: Activity) -> str:
    """Return `change_sentence` for those who do not see the page: with the organisation that made the change.

    Who is alone in the tracker is not named in each sentence, nor is who removed or unpublished something.
    """
    said, who, _ = change_sentence(context, change), name_of_recorder(context, change), context.language.gettext
    entries, view = entries_of(change), context.view
    signed = (e.assessment for e in entries if e.assessment and e.assessment.voice is Voice.CIVIL_SOCIETY)
    is_named = f"({who})" in said or any(context.assessor(a) == who for a in signed)
    if not who or len(view.organisations) < 2 or is_named:
        return said
    is_edit = all(entry.edits for entry in entries)
    message = N_("Changed by {organisation}: {what}") if is_edit else N_("{organisation} recorded: {what}")
    return _(message, organisation=who, what=said)


def name_of_recorder(context: ViewRequest, change: Activity) -> str:
    """Return the short name of the organisation that made a change: the tracker's editors', if the file names none.

    Return "" if it is not known (a link has no recorder), if words were removed, or if something is no longer public.
    """
    entries = entries_of(change)
    if not entries or any(e.evidence and e.event and not e.item and is_unpublished(e.evidence) for e in entries):
        return ""
    first = next((e for e in entries if e.organisation), entries[0])
    id = first.organisation
    if not id and first.assessment and not first.event and first.assessment.voice is Voice.CIVIL_SOCIETY:
        id = context.view.organisation_of(first.assessment).id
    elif not id and isinstance(first.item, EvidenceLink):
        return context.organisation_name(owner_of(context.view.dataset, first.record))
    return context.organisation_name(id) or context.label(context.view.editors)


def change_details(context: ViewRequest, change: Activity) -> list[str]:
    """Return lines that say more about a change, such as the reason, or only `change_sentence` if there is no more.

    If what was added no longer counts, the first line says so. For a redaction, the only line asks to delete copies.
    """
    language, view, _ = context.language, context.view, context.language.gettext
    if isinstance(change, SavedTogether):
        more = len(change.entries) - _MAX_LINES
        lines = [change_sentence(context, entry) for entry in change.entries[:_MAX_LINES]]
        return [*lines, _("{n} others", n=more)] if more > 0 else lines
    if isinstance(change, Redaction):
        return [_("They could have endangered somebody. If you keep copies of earlier versions, please delete them.")]
    e, event = change.evidence, change.event
    lines = [_("This was withdrawn later and no longer counts.")] if change.gone and not event else []
    if change.edits:
        lines += edit_lines(context, change)
    has_reason = bool(event or change.assessment or change.edits)
    if (d := change.document) and not event:
        earlier = (c.recorded for c in d.history if c.recorded < change.recorded and not is_same_save(c, change))
        saved = max(earlier, default="")
        before = deadline_lines(context, without_later_edits(d, saved)) if change.edits else []
        now = deadline_lines(context, without_later_edits(d, change.recorded))
        lines += [line for line in now if line not in before]
    if change.file and not event:
        lines.append(file_sentence(language, change.file))
    elif has_reason and change.reason:
        reason = language.resolve(change.reason).text
        lines.append(f"{_('Reason')}: {reason}" if change.edits else reason)
    elif not has_reason and isinstance(change.record, Recommendation | Evidence):
        lines.append(language.resolve(change.record.summary).text)
    if e and not event and not change.item and not change.edits:
        lines += [_relevance_line(context, e, link) for link in e.relevant_to if is_active(link, view.recorded)]
        lines += [f"{_('File')}: {file_sentence(language, file)}" for file in files_of(view, e)]
    if change.assessment:
        lines.append(_("Assessment of {date}.", date=language.format_date(change.assessment.date)))
    if not event and view.awaits_second_reader(change.assessment):
        lines.append(_("It awaits a second review."))
    return lines or [change_sentence(context, change)]


def deadline_lines(context: ViewRequest, d: Document) -> list[str]:
    """Return one line about each deadline in a version of a document: what, when, how it was met, how it was checked."""
    language = context.language
    said = (
        (i, f"{context.date_label(i)}: {language.format_date(i.date)}")
        for i in deadlines_in(context.view, with_marks(d))
    )
    met = ((i, f"{line}, {completion_sentence(language, i)}" if i.met else line) for i, line in said)
    return [context.date_words(i, line) for i, line in met]


def _describe_addition(context: ViewRequest, change: ActivityEntry, pieces: int = 0) -> str:
    """Return what was added, such as "New evidence: …". `pieces`: how many items of evidence an assessment brought."""
    r, e, a, language = change.recommendation, change.evidence, change.assessment, context.language
    _ = language.gettext
    if r and a:
        said = _(
            _ASSESSMENT_SENTENCES[a.voice],
            who=context.assessor(a),
            what=_recommendation_name(context, r),
            change=assessment_summary(context, r, a),
        )
        n = max(pieces, sum(name in context.view.evidence for name in a.evidence))
        more = language.ngettext(", with {n} piece of evidence", ", with {n} pieces of evidence", n) if n else ""
        return said + more
    if r:
        kind = context.label(ActivityKind.LINK if change.item else ActivityKind.RECOMMENDATION)
        return f"{kind}: {_recommendation_name(context, r)}"
    if d := change.document:
        kind = _("Deadlines") if is_about_deadlines(change) else context.label(ActivityKind.DOCUMENT)
        return f"{kind}: {_document_name(context, d)}"
    assert e
    name = _evidence_name(context, e)
    if isinstance(change.item, EvidenceLink):
        return f"{_('Evidence')}: {name}. {_relevance_line(context, e, change.item)}"
    if change.file:
        return f"{_('Evidence')}: {name}. {_('File')}: {change.file.name}"
    if about := _only_recommendation(context, e):
        return _("New evidence on {what}: {evidence}", what=_recommendation_name(context, about), evidence=name)
    return _("New evidence: {evidence}", evidence=name)


def _only_recommendation(context: ViewRequest, e: Evidence) -> Recommendation | None:
    """Return the recommendation to which evidence is relevant. Return None if there are several links, or none."""
    links = (link for link in e.relevant_to if is_active(link, context.view.recorded))
    about = [linked for link in links if (linked := _linked_recommendation(context, link))]
    return about[0] if len(about) == 1 else None


def _describe_edit(context: ViewRequest, change: ActivityEntry) -> str:
    """Return the name of the edited record, and the labels of the edited fields, each once."""
    if is_about_deadlines(change):
        return _describe_addition(context, change)
    fields = dict.fromkeys(_field_label(context, edit.field) for edit in change.edits)
    return f"{context.label(ActivityKind.EDIT)}: {_record_name(context, change.record)}: {', '.join(fields)}"


def edit_lines(context: ViewRequest, change: ActivityEntry) -> list[str]:
    """Return at most _MAX_LINES lines, one for each changed text: label, "old words → new words". "–" stands for no text."""
    main, language = context.view.settings.language, context.language
    diffs = [(c.field, d) for c in change.edits for d in list_differences(c.field, c.old, c.new, main=main)]
    lines = []
    for field, diff in diffs[:_MAX_LINES]:
        where, words = (field, *diff.field), list[str]()
        steps = (
            language.language_name(step) if step in LANGUAGES else _field_label(context, step) for step in diff.field
        )
        for text in changed_words(diff.old, diff.new):
            date = language.format_date(text) if text and is_date(where) else text
            words.append(context.label(code) if (code := code_of(where, text)) else date or "–")
        lines.append(f"{' · '.join([_field_label(context, field), *steps])}: {' → '.join(words)}")
    return lines


def changed_words(old: str, new: str) -> tuple[str, str]:
    """Return the parts of `old` and `new` that differ, with two equal words on each side, and "…" for the others."""
    before, after = old.split(), new.split()
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    end = next((i for i in range(shorter - start) if before[-1 - i] != after[-1 - i]), shorter - start)
    first, last = max(0, start - 2), max(0, end - 2)

    def cut(words: list[str]) -> str:
        middle = shorten(" ".join(words[first : len(words) - last]), _MAX_EXCERPT_LENGTH)
        return " ".join(filter(None, ["…" if first and middle else "", middle, "…" if last and middle else ""]))

    return cut(before), cut(after)


def is_edit_of_words(change: ActivityEntry, main: str) -> bool:
    """Return whether an edit changed or deleted a text, not only added one. `main` is the dataset's main language."""
    return any(
        diff.old
        for edit in change.edits
        if edit.field in TEXT_FIELDS or "/" in edit.field
        for diff in list_differences(edit.field, edit.old, edit.new, main=main)
    )


def _describe_save(context: ViewRequest, save: SavedTogether) -> str:
    """Return how many changes of each kind a save has, such as "2 new documents". For one assessment, describe that instead."""
    language = context.language
    # a link of evidence is no new evidence
    kinds = Counter(ActivityKind.LINK if isinstance(e.item, EvidenceLink) else e.kind for e in save.entries)
    assessed = [entry for entry in save.entries if entry.assessment and not entry.event]
    if len(assessed) == 1 and {e.kind for e in save.entries} <= {ActivityKind.ASSESSMENT, ActivityKind.EVIDENCE}:
        return _describe_addition(context, assessed[0], len({e.record.id for e in save.entries if e.evidence}))
    counts = [count(language, n) for kind, count in _COUNTS_IN_WORDS.items() if (n := kinds.pop(kind, 0))]
    if n := kinds.total():
        counts.append(language.ngettext("{n} other change", "{n} other changes", n))
    d = context.view.dataset.documents.get(save.document_id)
    return ", ".join(counts) + (f": {_document_name(context, d)}" if d else "")


def _recommendation_name(context: ViewRequest, r: Recommendation) -> str:
    """Return the title of a recommendation in quotation marks, and `issuer_label` in brackets."""
    title = _quoted(context, without_later_edits(r, context.view.recorded).title)
    return f"{title} ({issuer})" if (issuer := issuer_label(context, r)) else title


def _quoted(context: ViewRequest, title: LocalizedText) -> str:
    return context.language.gettext("“{text}”", text=context.language.resolve(title).text)


def _record_name(context: ViewRequest, record: Record) -> str:
    if isinstance(record, Recommendation):
        return _recommendation_name(context, record)
    return _evidence_name(context, record) if isinstance(record, Evidence) else _document_name(context, record)


def _evidence_name(context: ViewRequest, e: Evidence) -> str:
    if is_unpublished(e):
        return context.language.resolve(e.summary).text
    return ", ".join([context.name(e.publisher), *([_quoted(context, e.title)] if e.title else [])])


def _document_name(context: ViewRequest, d: Document) -> str:
    body = context.view.bodies.get(d.body)
    name = d.symbol or context.language.resolve(d.title).text
    return ", ".join(filter(None, [context.of_state(d), context.label(body) if body else d.body, name]))


def _field_label(context: ViewRequest, field: str) -> str:
    name = field.rpartition("/")[2]
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", name):  # when an assessment was recorded
        return context.language.format_timestamp(name)
    return context.language.gettext(FIELD_LABELS.get(name, name))


def _linked_recommendation(context: ViewRequest, link: EvidenceLink) -> Recommendation | None:
    """Return the recommendation that a link points to, from the view or else from the dataset. None if neither has it."""
    view = context.view
    return view.recommendations.get(link.recommendation) or view.dataset.recommendations.get(link.recommendation)


def is_about_deadlines(entry: ActivityEntry) -> bool:
    """Return whether an entry adds a document with deadlines, or edits a document's deadlines, due date or date received."""
    if entry.document is None or entry.event:
        return False
    is_new = entry.kind is ActivityKind.DOCUMENT and (entry.document.deadlines or entry.document.due)
    return bool(is_new) or any(edit.field in ("deadlines", "due", "received") for edit in entry.edits)


def assessment_summary(context: ViewRequest, r: Recommendation, a: Assessment) -> str:
    """Return the status in `a` and its change, such as "Not implemented → Partially implemented, getting better"."""
    language, before = context.language, previous_assessment(context.view, r, a)
    status, old_status = (said_in_words(context.view, language, one) if one else "" for one in (a, before))
    is_backdated = before is not None and sort_newest_first([before, a])[0] is before
    is_change = before is not None and old_status != status and not is_backdated
    part = f"{part_in_words(language, a.part)}: " if a.part else ""
    direction = f", {context.label(a.direction)}" if a.direction else ""
    late = f" ({language.format_date(a.date)})" if is_backdated else ""
    return f"{part}{f'{old_status} → ' if is_change else ''}{status}{direction}{late}"


def previous_assessment(view: View, r: Recommendation, a: Assessment) -> Assessment | None:
    """Return the newest assessment recorded before `a`, of the same part by the same organisation, State or committee.

    Assessments that were withdrawn at that time are left out. Return None if there is none.
    """
    if a.recorded is None:
        return None

    def key(assessment: Assessment) -> tuple[str, str | None, str]:
        is_ours = assessment.voice is Voice.CIVIL_SOCIETY
        return assessment.voice, assessment.part, view.organisation_of(assessment).id if is_ours else ""

    earlier = (
        other
        for other in r.assessments
        if key(other) == key(a) and partial_dates.is_known_by(other.date, view.as_of)
        if other.recorded and other.recorded < a.recorded and is_active(other, a.recorded)
    )
    return next(iter(sort_newest_first(earlier)), None)


def issuer_label(context: ViewRequest, r: Recommendation) -> str:
    """Return who asks in which paragraph, as far as known, such as "Civil society → (committee), no. 3"."""
    language, body, civil = context.language, context.view.body_of(r), r.issued_by is Issuer.CIVIL_SOCIETY
    _ = language.gettext
    issuer = context.label(r.issued_by) if civil or not body else ""
    label = " → ".join(filter(None, [issuer, context.label(body) if body else ""]))
    label = ", ".join(filter(None, [context.of_state(r), label]))
    if not r.paragraph:
        return label
    number = r.paragraph.replace("-", "\u2013")
    return f"{label}, " + (_("no. {number}", number=number) if civil else _("para. {number}", number=number))


def _relevance_line(context: ViewRequest, e: Evidence, link: EvidenceLink) -> str:
    view, language, _ = context.view, context.language, context.language.gettext
    r = _linked_recommendation(context, link)
    name = language.resolve(without_later_edits(r, view.recorded).title).text if r else link.recommendation
    return f"{_('Relevant to')}: {name} ({', '.join(filter(None, [context.label(link.effect), context.judged(link, of=e)]))})"


def capitalize_first(text: str) -> str:
    """Return a text with its first letter in upper case. The other letters stay as they are."""
    return text[:1].upper() + text[1:]
