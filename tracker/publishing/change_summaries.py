"""What a change is in plain words: a title in one line, and the lines below it. For a feed."""

from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.model.vocabulary import NOT_SELECTED, Issuer, Voice
from tracker.publishing.html import RenderContext
from tracker.queries.activity_log import ActivityEntry
from tracker.queries.as_recorded import texts_as_recorded
from tracker.queries.view import View, sort_newest_first

GONE_LATER = N_("This was withdrawn later and counts no more.")
SENTENCE_SEPARATOR = " · "


def entry_title(s: RenderContext, c: ActivityEntry) -> str:
    """The change in one line; what counts no more says so."""
    r, e, language = c.recommendation, c.evidence, s.language
    _ = language.gettext
    words = [capitalize_first(s.label(c.event.type))] if c.event else []
    if r:
        new = [] if c.event or c.assessment else [_("New recommendation")]
        words += [*new, issuer_label(s, r), language.resolve(r.title).text]
        words += [assessment_summary(s, r, c.assessment)] if c.assessment else []
    elif e:
        words += [_("Evidence"), e.publisher, *([language.resolve(e.title).text] if e.title else [])]
        words += [_bears(s, c.item)] if isinstance(c.item, EvidenceLink) else []
    said = SENTENCE_SEPARATOR.join(words)
    return f"{said} ({s.label(c.gone)})" if c.gone and not c.event else said


def entry_summary(s: RenderContext, c: ActivityEntry) -> list[str]:
    """The reason or the summary, and what belongs to it, a line each."""
    language, e = s.language, c.evidence
    _ = language.gettext
    lines = [_(GONE_LATER)] if c.gone and not c.event else []
    if c.event or c.assessment:
        lines += [language.resolve(c.reason).text] if c.reason else []
    elif isinstance(c.record, Recommendation | Evidence):
        lines.append(language.resolve(c.record.summary).text)
    if e and not c.event and not c.item:
        lines += [_bears(s, bears) for bears in e.relevant_to if is_active(bears, s.view.recorded)]
    if c.assessment:
        lines.append(_("Assessment of {date}.", date=language.format_date(c.assessment.date)))
    if not c.event and s.view.awaits_second_reader(c.assessment):
        lines.append(_("It awaits a second reader."))
    return lines or [entry_title(s, c)]


def assessment_summary(s: RenderContext, r: Recommendation, a: Assessment) -> str:
    """Who says what, and what the same voice said before: Civil society: Not implemented → Partially implemented."""
    language, was = s.language, status_before(s.view, r, a)
    _ = language.gettext
    said, said_before = _stand(s, a), _stand(s, was) if was else ""
    moves = f"{said_before} → {said}" if was and said_before != said and not _is_backdated(a, was) else said
    part = f" {_('part ({letter})', letter=a.part)}" if a.part else ""
    direction = f", {s.label(a.direction)}" if a.direction else ""
    late = f" ({language.format_date(a.date)})" if was and _is_backdated(a, was) else ""
    return f"{s.label(a.voice)}{part}: {moves}{direction}{late}"


def status_before(view: View, r: Recommendation, a: Assessment) -> Assessment | None:
    """What the same voice said last of the same thing when this was recorded."""
    if a.recorded is None:
        return None
    same = (
        o
        for o in r.assessments
        if (o.voice, o.part) == (a.voice, a.part) and partial_dates.known_by(o.date, view.as_of)
    )
    there = (o for o in same if o.recorded and o.recorded < a.recorded and is_active(o, a.recorded))
    return next(iter(sort_newest_first(there)), None)


def _is_backdated(a: Assessment, was: Assessment) -> bool:
    return sort_newest_first([was, a])[0] is was


def _stand(s: RenderContext, a: Assessment) -> str:
    if a.status:
        said = s.label(a.status)
        # the State speaks in its own words; the status is how they are read here
        return s.language.gettext("{status} (our coding)", status=said) if a.voice is Voice.STATE else said
    if a.grade:
        return s.language.gettext("not selected for follow-up") if a.grade == NOT_SELECTED else a.grade
    return s.language.gettext("a statement without a status")


def issuer_label(s: RenderContext, r: Recommendation) -> str:
    """Who asks, of whom, and where: Civil society → CESCR, no. 3."""
    language, body, civil = s.language, s.view.body_of(r), r.issued_by is Issuer.CIVIL_SOCIETY
    _ = language.gettext
    who = s.label(r.issued_by) if civil or not body else ""
    found = " → ".join(filter(None, [who, body.code if body else ""]))
    if not r.paragraph:
        return found
    number = r.paragraph.replace("-", "\u2013")
    return f"{found}, " + (_("no. {number}", number=number) if civil else _("para. {number}", number=number))


def _bears(s: RenderContext, bears: EvidenceLink) -> str:
    view, language = s.view, s.language
    _ = language.gettext
    r = view.recommendations.get(bears.recommendation) or view.dataset.recommendations.get(bears.recommendation)
    name = language.resolve(texts_as_recorded(r, view.recorded).title).text if r else bears.recommendation
    return f"{_('Bears on')}: {name} ({s.label(bears.effect)})"


def capitalize_first(word: str) -> str:
    """A word as it stands at the beginning of a sentence."""
    return word[:1].upper() + word[1:]
