"""What stays in public where evidence was made private again: a gap that says so, and the day. No word of it stays."""

from datetime import date

from tracker.model.dataset import Dataset
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import DEFAULT_LANGUAGE, LocalizedText, TextVariant
from tracker.model.records import Assessment, Event, Evidence, EvidenceLink, Recommendation
from tracker.model.registers import Settings
from tracker.model.vocabulary import EventType, EvidenceEffect

UNPUBLISHED_TEXT = {"en": "no longer public", "ru": "больше не опубликовано", "ky": "мындан ары ачык эмес"}
"""What stands where the evidence was, in the language of the wording."""
UNKNOWN_PUBLISHER = "—"
"""What stands in place of the publisher."""


def unpublished_stub(e: Evidence, day: date, settings: Settings) -> Evidence:
    """What stands in place of evidence: its id and codes, and what it bore on, so that a view of the past shows the gap there.

    Which way it pointed is kept no more: a gap shows nothing. The event of it is still to be stamped.
    """
    said = _said(day, settings)
    bears = {b.recommendation: b for b in e.relevant_to if not is_withdrawn(b.events)}
    return Evidence(
        id=e.id, version=e.version, kind=e.kind, publisher=UNKNOWN_PUBLISHER, title=said, summary=said, dimension=e.dimension, verification=e.verification,
        relevant_to=tuple(
            EvidenceLink(recommendation=name, effect=EvidenceEffect.CONTEXT, recorded=b.recorded) for name, b in bears.items()
        ),
        recorded=e.recorded, recorded_by=e.recorded_by, events=(Event(type=EventType.RETIRED, reason=said),),
    )  # fmt: skip


def is_unpublished(e: Evidence) -> bool:
    """Whether nothing of the evidence is public any more."""
    return e.publisher == UNKNOWN_PUBLISHER and is_withdrawn(e.events) and e.events[-1].reason == e.summary


def dependants_of(d: Dataset, name: str) -> tuple[tuple[Recommendation, tuple[Assessment, ...]], ...]:
    """The recommendations that evidence bears on or whose assessments name it, with those assessments; in their order."""
    e = d.evidence.get(name)
    bears = {b.recommendation for b in (e.relevant_to if e else ()) if not is_withdrawn(b.events)}
    found = ((r, tuple(a for a in r.assessments if name in a.evidence)) for r in d.recommendations.values())
    return tuple((r, named) for r, named in found if named or r.id in bears)


def _said(day: date, settings: Settings) -> LocalizedText:
    said = {
        lang: TextVariant(text=f"{UNPUBLISHED_TEXT[lang]} ({day})")
        for lang in settings.languages
        if lang in UNPUBLISHED_TEXT
    }
    # a main language that the tracker does not speak
    return said or {DEFAULT_LANGUAGE: TextVariant(text=f"{UNPUBLISHED_TEXT['en']} ({day})")}
