"""The documents of a committee by reporting cycle, and whether a paragraph was selected for follow-up."""

from datetime import date
from enum import StrEnum

from tracker.model import partial_dates
from tracker.model.records import Recommendation
from tracker.model.registers import Document, FollowUpStep, Scale, TreatyBody
from tracker.model.sorting import natural_key
from tracker.model.vocabulary import Issuer, Verification
from tracker.queries.view import View, effective_date


class FollowUpStatus(StrEnum):
    """Whether a committee selected a paragraph of its concluding observations for follow-up."""

    SELECTED = "selected"
    NOT_SELECTED = "not-selected"
    TO_CHECK = "to-check"


def recommendations_of_body(view: View, body: TreatyBody) -> tuple[Recommendation, ...]:
    """Return the recommendations that a committee itself issued, without those that civil society addressed to it."""
    return tuple(r for r in view.by_issuer(Issuer.COMMITTEE) if view.body_of(r) is body)


def group_by_cycle(view: View, body: TreatyBody) -> list[tuple[str, list[Document]]]:
    """Return (cycle, documents) for each reporting cycle of a committee, the latest cycle and the newest document first."""
    found: dict[str, list[Document]] = {}
    for document in view.documents.values():
        if document.body == body.id:
            found.setdefault(document.cycle, []).append(document)
    for documents in found.values():
        documents.sort(key=lambda d: partial_dates.descending_key(effective_date(d)))
    return sorted(found.items(), key=lambda item: natural_key(item[0].rpartition("-")[2]), reverse=True)


def known_scales(view: View, body: TreatyBody) -> tuple[Scale, ...]:
    """Return the grading scales of a committee that were in use on the day of the view, or before."""

    def begins(scale: Scale) -> date | None:
        return partial_dates.date_range(scale.since or scale.period or "../9999")[0]

    return tuple(s for s in body.scales if view.as_of is None or (begins(s) or date.min) <= view.as_of)


def known_steps(view: View, document: Document) -> tuple[FollowUpStep, ...]:
    """Return the steps of the follow-up to a document that are dated on or before the day of the view."""
    steps = document.follow_up.steps if document.follow_up else ()
    return tuple(step for step in steps if partial_dates.known_by(step.date, view.as_of))


def follow_up_status(view: View, r: Recommendation) -> FollowUpStatus | None:
    """Return whether the committee selected a recommendation for follow-up.

    Return TO_CHECK if the dataset does not say whether the recommendation was selected, or if the follow-up of its
    document is not verified yet. Return None if civil society issued the recommendation, or if the document of the
    recommendation is not in the dataset.
    """
    document = view.document(r.document)
    if document is None or r.issued_by is not Issuer.COMMITTEE:
        return None
    is_selected = is_selected_for_follow_up(view, r)
    if is_selected is None or not document.follow_up or document.follow_up.verification is Verification.TO_CHECK:
        return FollowUpStatus.TO_CHECK
    return FollowUpStatus.SELECTED if is_selected else FollowUpStatus.NOT_SELECTED


def is_selected_for_follow_up(view: View, r: Recommendation) -> bool | None:
    """Return whether the committee selected the paragraph of a recommendation, or a part of it; None if not known."""
    document = view.document(r.document)
    if document is None or document.follow_up is None or not document.follow_up.paragraphs or not r.paragraph:
        return None
    selected = {paragraph_number(paragraph) for paragraph in document.follow_up.paragraphs}
    return paragraph_number(r.paragraph) in selected


def paragraph_number(paragraph: str) -> str:
    """Return "12" for the paragraphs "12" and "12 (a)"."""
    return paragraph.split(maxsplit=1)[0].partition("(")[0]
