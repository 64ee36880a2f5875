"""Compare the paragraphs of a document that was read with what the tracker has: new, same, changed, or conflict.

The result is the table that an editor reviews before anything is saved. `document_records.py` makes the records.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracker.importing.imported_document import ImportedDocument, ImportedParagraph
from tracker.importing.row_comparison import ImportedChange, RowState
from tracker.model.localized_text import MAX_TEXT_LENGTH, NO_LANGUAGE_CODE, TextVariant, clean_input
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind
from tracker.queries.view import View

MAX_TITLE_LENGTH = 120
"""The longest title that is proposed. An editor can type a longer one."""
PARAGRAPH_NUMBER = re.compile(r"\s*(\d+)\s*(\(?\s*[^\W\d_]\s*\)?)?", re.I)


@dataclass(frozen=True, slots=True)
class ParagraphReview:
    """A paragraph, and how it differs from what the tracker has.

    `recommendation` is the id of the recommendation that it is about, "" for a new one; `version` is the version of this
    recommendation now. If `is_archived`, that recommendation was archived, and saving brings it back. `changes` are the
    texts that a save would change. `overlaps` are the ids of recommendations that the tracker has for letters of this
    paragraph. `title` is the proposed title.
    """

    paragraph: ImportedParagraph
    state: RowState
    title: str
    recommendation: str = ""
    version: str = ""
    is_archived: bool = False
    changes: tuple[ImportedChange, ...] = ()
    overlaps: tuple[str, ...] = ()

    @property
    def is_proposed(self) -> bool:
        """Return whether the paragraph is ticked before the editor decides: a recommendation that is not there yet."""
        return self.paragraph.is_recommendation and self.state is RowState.NEW

    @property
    def can_be_saved(self) -> bool:
        """Return whether a save of this paragraph would change something."""
        return self.state not in (RowState.SAME, RowState.REFUSED)


def document_of_symbol(view: View, symbol: str | None) -> Document | None:
    """Return the concluding observations with this symbol, or None. Spaces and small letters make no difference.

    If they were archived, they are returned too: a save brings them back, under the same id.
    """
    wanted = "".join((symbol or "").split()).casefold()
    known = (*concluding_observations(view), *view.dataset.documents.values())
    found = (d for d in known if "".join((d.symbol or "").split()).casefold() == wanted)
    return next((d for d in found if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS), None) if wanted else None


def concluding_observations(view: View) -> tuple[Document, ...]:
    """Return the concluding observations that the tracker has."""
    return tuple(d for d in view.documents.values() if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS)


def review_paragraphs(view: View, imported: ImportedDocument, document: Document | None) -> tuple[ParagraphReview, ...]:
    """Return a review of each paragraph, in the order of the file.

    `document` is the document in the tracker to which the file belongs, None if it is new.
    """
    there: dict[str, list[tuple[str, Recommendation]]] = {}
    for r in view.dataset.recommendations.values() if document else ():
        if document and r.document == document.id and (found := PARAGRAPH_NUMBER.match(r.paragraph or "")):
            there.setdefault(found[1], []).append((found[2] or "", r))
    seen: set[str] = set()
    reviews = []
    for paragraph in imported.paragraphs:
        known = there.get(paragraph.number, []) if paragraph.number not in seen else []
        review = _review(view, imported.language, paragraph, there=known)
        if paragraph.number in seen or _is_too_long(paragraph):
            review = ParagraphReview(paragraph, RowState.REFUSED, review.title)
        seen.add(paragraph.number)
        reviews.append(review)
    return tuple(reviews)


def _review(
    view: View, language: str, paragraph: ImportedParagraph, *, there: list[tuple[str, Recommendation]]
) -> ParagraphReview:
    active = view.recommendations
    title = propose_title(paragraph)
    whole = [r for letter, r in there if not letter]
    if r := next((r for r in whole if r.id in active), None):
        changes = tuple(_changes(r, paragraph, language, main=view.settings.language))
        title = _text_in(r.title, language, view.settings.language) or title
        state = RowState.CHANGED if changes else RowState.SAME
        return ParagraphReview(paragraph, state, title, recommendation=r.id, version=r.version, changes=changes)
    if overlaps := tuple(r.id for letter, r in there if letter and r.id in active):
        return ParagraphReview(paragraph, RowState.CONFLICT, title, overlaps=overlaps)
    if archived := next((r for r in whole if not _is_replaced(r)), None):
        return ParagraphReview(
            paragraph, RowState.NEW, title, recommendation=archived.id, version=archived.version, is_archived=True
        )
    return ParagraphReview(paragraph, RowState.NEW, title)


def _is_replaced(r: Recommendation) -> bool:
    """Return whether links to an archived recommendation lead to another one, so that it must not come back."""
    return any(event.into for event in r.events)


def _is_too_long(paragraph: ImportedParagraph) -> bool:
    return any(len(text) > MAX_TEXT_LENGTH for text in (paragraph.full_text, *(p.text for p in paragraph.parts)))


def _changes(r: Recommendation, paragraph: ImportedParagraph, language: str, *, main: str) -> Iterator[ImportedChange]:
    """Yield the texts of a recommendation that the paragraph would change. Spaces and line breaks do not count."""
    pairs = [("text", _text_in(r.text, language, main), paragraph.full_text)]
    parts = {part.id.lower(): _text_in(part.summary, language, main) for part in r.parts}
    pairs += [(f"parts/{part.id}", parts.get(part.id, ""), part.text) for part in paragraph.parts]
    for field, old, new in pairs:
        if clean_input(new) and clean_input(old).split() != clean_input(new).split():
            yield ImportedChange(field, old, new, language=language)


def _text_in(text: Mapping[str, TextVariant] | None, language: str, main: str) -> str:
    variants = text or {}
    found = variants.get(language) or (variants.get(NO_LANGUAGE_CODE) if language == main else None)
    return found.text if found else ""


def propose_title(paragraph: ImportedParagraph) -> str:
    """Return the nearest heading, or the first words of the paragraph if it has none."""
    return shorten_title(paragraph.heading or paragraph.text) or paragraph.number


def shorten_title(text: str) -> str:
    """Return a text as a title of one line: its first words, if it is longer than MAX_TITLE_LENGTH."""
    title = " ".join(clean_input(text).split())
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    cut = title[: MAX_TITLE_LENGTH - 1].rpartition(" ")[0] or title[: MAX_TITLE_LENGTH - 1]
    return f"{cut}…"
