"""The texts of a feed entry about a recorded change: a title of one line, and a summary of a few lines."""

from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.model.vocabulary import NOT_SELECTED, ActivityKind, Issuer, Voice
from tracker.publishing.deadline_wording import deadline_line
from tracker.publishing.file_lines import file_sentence
from tracker.publishing.render_context import RenderContext
from tracker.queries.activity_log import ActivityEntry
from tracker.queries.agenda import list_deadlines
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.public_files import files_of
from tracker.queries.view import View, sort_newest_first

GONE_LATER = N_("This was withdrawn later but no longer counts.")
SENTENCE_SEPARATOR = " · "


def entry_title(context: RenderContext, entry: ActivityEntry) -> str:
    """Return the title of a feed entry in one line.

    If the item that was added no longer counts, the title says so.
    """
    r, e, language = entry.recommendation, entry.evidence, context.language
    _ = language.gettext
    if d := entry.document:
        body = context.view.bodies.get(d.body)
        title = d.symbol or language.resolve(d.title).text
        return SENTENCE_SEPARATOR.join([_("Deadlines"), context.label(body) if body else d.body, title])
    words = [capitalize_first(context.label(entry.event.type))] if entry.event else []
    if entry.event and (name := context.organisation_name(entry.organisation)):
        words = [f"{words[0]} ({name})"]
    if r:
        new = [] if entry.event or entry.assessment else [_("New recommendation")]
        words += [*new, issuer_label(context, r), language.resolve(r.title).text]
        words += [assessment_summary(context, r, entry.assessment)] if entry.assessment else []
    elif e:
        words += [_("Evidence"), context.name(e.publisher), *([language.resolve(e.title).text] if e.title else [])]
        words += [_relevance_line(context, entry.item)] if isinstance(entry.item, EvidenceLink) else []
        words += [f"{_('File')}: {entry.file.name}"] if entry.file else []
    title = SENTENCE_SEPARATOR.join(words)
    return f"{title} ({context.label(entry.gone)})" if entry.gone and not entry.event else title


def entry_summary(context: RenderContext, entry: ActivityEntry) -> list[str]:
    """Return the summary of a feed entry, as lines.

    The summary has the reason for the change or, for a new record, the summary of the record. For new evidence, it also
    names the recommendations that the evidence is relevant to, and its files with their digests. For an assessment, it
    also gives the date. If there is nothing to say, the only line is the title.
    """
    language, e = context.language, entry.evidence
    _ = language.gettext
    lines = [_(GONE_LATER)] if entry.gone and not entry.event else []
    if d := entry.document:
        lines += [deadline_line(language, item) for item in list_deadlines(context.view) if item.document.id == d.id]
    elif entry.file and not entry.event:
        lines.append(file_sentence(language, entry.file))
    elif entry.event or entry.assessment:
        lines += [language.resolve(entry.reason).text] if entry.reason else []
    elif isinstance(entry.record, Recommendation | Evidence):
        lines.append(language.resolve(entry.record.summary).text)
    if e and not entry.event and not entry.item:
        lines += [_relevance_line(context, link) for link in e.relevant_to if is_active(link, context.view.recorded)]
        lines += [f"{_('File')}: {file_sentence(language, file)}" for file in files_of(context.view, e)]
    if entry.assessment:
        lines.append(_("Assessment of {date}.", date=language.format_date(entry.assessment.date)))
    if not entry.event and context.view.awaits_second_reader(entry.assessment):
        lines.append(_("It awaits a second review."))
    return lines or [entry_title(context, entry)]


def is_about_deadlines(entry: ActivityEntry) -> bool:
    """Return whether an entry adds a document with deadlines, or changes the deadlines of a document."""
    if entry.document is None or entry.event:
        return False
    is_new = entry.kind is ActivityKind.DOCUMENT and (entry.document.deadlines or entry.document.due)
    return bool(is_new) or any(edit.field in ("deadlines", "due", "received") for edit in entry.edits)


def assessment_summary(context: RenderContext, r: Recommendation, a: Assessment) -> str:
    """Return one line about an assessment: whose it is, its previous status and its new status.

    Example: "EHRA: Not implemented → Partially implemented".
    """
    language, before = context.language, previous_assessment(context.view, r, a)
    _ = language.gettext
    status, old_status = _status_words(context, a), _status_words(context, before) if before else ""
    is_change = before is not None and old_status != status and not _is_backdated(a, before)
    change = f"{old_status} → {status}" if is_change else status
    part = f" {_('part ({letter})', letter=a.part)}" if a.part else ""
    direction = f", {context.label(a.direction)}" if a.direction else ""
    late = f" ({language.format_date(a.date)})" if before and _is_backdated(a, before) else ""
    return f"{context.assessor(a)}{part}: {change}{direction}{late}"


def previous_assessment(view: View, r: Recommendation, a: Assessment) -> Assessment | None:
    """Return the assessment by the same organisation or voice, of the same part, that was its latest right before `a`.

    Return None if there was none, or if `a` has no recorded time.
    """
    if a.recorded is None:
        return None

    def key(assessment: Assessment) -> tuple[str, str | None, str]:
        is_ours = assessment.voice is Voice.CIVIL_SOCIETY
        return assessment.voice, assessment.part, view.organisation_of(assessment).id if is_ours else ""

    same = (other for other in r.assessments if key(other) == key(a) and partial_dates.known_by(other.date, view.as_of))
    earlier = (
        other for other in same if other.recorded and other.recorded < a.recorded and is_active(other, a.recorded)
    )
    return next(iter(sort_newest_first(earlier)), None)


def _is_backdated(a: Assessment, before: Assessment) -> bool:
    return sort_newest_first([before, a])[0] is before


def _status_words(context: RenderContext, a: Assessment) -> str:
    language = context.language
    _ = language.gettext
    if a.status:
        status = context.label(a.status)
        # the State speaks in its own words; the status is our coding of them
        return _("{status} (our classification)", status=status) if a.voice is Voice.STATE else status
    if a.grade:
        return _("not selected for follow-up") if a.grade == NOT_SELECTED else a.grade
    return _("a statement without a status")


def issuer_label(context: RenderContext, r: Recommendation) -> str:
    """Return the issuer, the committee and the paragraph of a recommendation.

    Example: "Civil society → (committee), no. 3".
    """
    language, body, civil = context.language, context.view.body_of(r), r.issued_by is Issuer.CIVIL_SOCIETY
    _ = language.gettext
    issuer = context.label(r.issued_by) if civil or not body else ""
    label = " → ".join(filter(None, [issuer, context.label(body) if body else ""]))
    if not r.paragraph:
        return label
    number = r.paragraph.replace("-", "\u2013")
    return f"{label}, " + (_("no. {number}", number=number) if civil else _("para. {number}", number=number))


def _relevance_line(context: RenderContext, link: EvidenceLink) -> str:
    view, language = context.view, context.language
    _ = language.gettext
    r = view.recommendations.get(link.recommendation) or view.dataset.recommendations.get(link.recommendation)
    name = language.resolve(without_later_edits(r, view.recorded).title).text if r else link.recommendation
    return f"{_('Relevant to')}: {name} ({context.label(link.effect)})"


def capitalize_first(word: str) -> str:
    """Return a text with its first letter in upper case."""
    return word[:1].upper() + word[1:]
