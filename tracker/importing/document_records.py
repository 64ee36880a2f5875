"""Make the records of a save from a reviewed document: the document, and a recommendation for each ticked paragraph.

Texts come in as the committee's own words (`official`), with the mark "source read". What the tracker knows besides, such
as assessments, summaries and tags, stays.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tracker.editing.document_form import DocumentForm
from tracker.editing.form_values import free_id, update_text
from tracker.importing.imported_document import ImportedDocument, ImportedParagraph
from tracker.importing.paragraph_review import ParagraphReview
from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import TextVariant, clean_input
from tracker.model.records import Event, Part, Recommendation, SameDemand, Source
from tracker.model.registers import Document, FollowUp
from tracker.model.vocabulary import DocumentKind, EventType, Issuer, TextOrigin, Verification
from tracker.queries.view import View, effective_date

MAX_DOCUMENT_TITLE = 300
CYCLE_IN_SYMBOL = re.compile(r"/CO/(\d{1,2}(?:-\d{1,2})?)(?!\d)")


@dataclass(frozen=True, slots=True)
class ParagraphChoice:
    """What an editor chose for a ticked paragraph: the title, and the ids of recommendations that ask for the same."""

    review: ParagraphReview
    title: str
    same_demand: tuple[str, ...] = ()


def propose_cycle(imported: ImportedDocument) -> str:
    """Return the number of the reporting cycle in the symbol, such as "4" in E/C.12/…/CO/4, or ""."""
    found = CYCLE_IN_SYMBOL.search(imported.symbol or "")
    return found[1] if found else ""


def new_document(view: View, imported: ImportedDocument, *, body: str, title: str, cycle: str) -> Document:
    """Return a new document with the facts of the front matter, under a free id. The texts are what an editor confirmed."""
    official = TextOrigin.OFFICIAL if clean_input(title) == clean_input(imported.title) else TextOrigin.OWN
    form = DocumentForm(
        body=body,
        kind=DocumentKind.CONCLUDING_OBSERVATIONS,
        symbol=imported.symbol or "",
        considered=imported.considered or "",
        adopted=imported.adopted or "",
    )
    document = Document(
        id=form.suggest_id(view),
        body=body,
        kind=DocumentKind.CONCLUDING_OBSERVATIONS,
        symbol=imported.symbol or None,
        title=update_text(
            None,
            {imported.language: title[:MAX_DOCUMENT_TITLE]},
            view.settings.language,
            origins={imported.language: official},
        ),
        cycle=clean_input(cycle),
        considered=imported.considered,
        adopted=imported.adopted,
        verification=Verification.SEEN,
    )
    return add_facts(view, document, imported)


def add_facts(view: View, document: Document, imported: ImportedDocument) -> Document:
    """Return the document with the facts that it does not have yet: dates, and the paragraphs selected for follow-up."""
    facts = {
        name: getattr(imported, name)
        for name in ("considered", "adopted")
        if getattr(document, name) is None and getattr(imported, name)
    }
    document = replace(document, **facts)
    if document.follow_up or not imported.follow_up or not imported.follow_up.paragraphs:
        return document
    reply = imported.follow_up.reply
    source = Source(
        document=document.id,
        paragraph=reply.paragraph or None,
        note=_official(view, imported.language, reply.sentence, old=None),
    )
    follow_up = FollowUp(verification=Verification.SEEN, source=source, paragraphs=imported.follow_up.paragraphs)
    return replace(document, follow_up=follow_up)


def records_to_save(
    view: View,
    imported: ImportedDocument,
    document: Document,
    *,
    choices: Iterable[ParagraphChoice],
    reason: Mapping[str, TextVariant],
) -> tuple[Record, ...]:
    """Return the document, if it is new or changes, then the recommendations that the choices add or change.

    `document` is as it will be saved. `reason` is recorded with what was archived and comes back.
    """
    recommendations: dict[str, Recommendation] = {}
    for choice in choices:
        review = choice.review
        if not review.can_be_saved:
            continue
        r = view.dataset.recommendations.get(review.recommendation)
        if r is None:
            taken = {*view.dataset.recommendations, *recommendations}
            r = _new_recommendation(view, document, review.paragraph, taken=taken, title=choice.title)
        elif review.is_archived:
            r = replace(r, events=(*r.events, Event(type=EventType.RESTORED, reason=reason)))
        r = _with_texts(view, r, imported, choice=choice)
        recommendations[r.id] = r
    if is_withdrawn(document.events):
        document = replace(document, events=(*document.events, Event(type=EventType.RESTORED, reason=reason)))
    is_changed = view.dataset.documents.get(document.id) != document
    return (*((document,) if is_changed else ()), *recommendations.values())


def _new_recommendation(
    view: View, document: Document, paragraph: ImportedParagraph, *, taken: set[str], title: str
) -> Recommendation:
    year = partial_dates.last_year(effective_date(document) or "")
    own_words = {"": TextVariant(text=title)}  # both texts are set in the language of the file afterwards
    return Recommendation(
        id=free_id(f"{document.body}-{year}-{paragraph.number}", taken),
        issued_by=Issuer.COMMITTEE,
        document=document.id,
        paragraph=paragraph.number,
        title=own_words,
        summary=own_words,
        verification=Verification.SEEN,
        source=Source(document=document.id),
    )


def _with_texts(
    view: View, r: Recommendation, imported: ImportedDocument, *, choice: ParagraphChoice
) -> Recommendation:
    """Return `r` with the title of the choice, and with the exact texts of the paragraph in the language of the file."""
    code, main, paragraph = imported.language, view.settings.language, choice.review.paragraph
    is_new = not r.version
    title = update_text(None if is_new else r.title, {code: choice.title}, main)
    old_parts = {part.id.lower(): part for part in r.parts}
    new_parts = {
        part.id: Part(
            id=old_parts[part.id].id if part.id in old_parts else part.id,
            summary=_official(view, code, part.text, old=old_parts[part.id].summary if part.id in old_parts else None),
        )
        for part in paragraph.parts
        if clean_input(part.text)
    }
    # a part that is not in the file stays: an assessment or evidence may refer to it
    kept = [part for letter, part in old_parts.items() if letter not in new_parts]
    known = {same.recommendation for same in r.same_demand} | {other.id for other in _same_demand(view, r)}
    linked = tuple(SameDemand(recommendation=i) for i in choice.same_demand if i not in known and i != r.id)
    return replace(
        r,
        title=title,
        # nobody has written a summary yet; pages do not show one that only repeats the title
        summary=title if is_new else r.summary,
        text=_official(view, code, paragraph.full_text, old=r.text),
        parts=(*new_parts.values(), *kept),
        verification=Verification.SEEN,
        parts_read=None,
        source=r.source if r.text else Source(document=r.document),
        same_demand=(*r.same_demand, *linked),
    )


def _same_demand(view: View, r: Recommendation) -> tuple[Recommendation, ...]:
    return view.same_demand(r) if r.id in view.recommendations else ()


def _official(view: View, language: str, text: str, *, old: Mapping[str, TextVariant] | None) -> dict[str, TextVariant]:
    return update_text(old, {language: text}, view.settings.language, origins={language: TextOrigin.OFFICIAL})
