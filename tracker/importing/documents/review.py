"""Compare the paragraphs of a document that was read with what the tracker has: new, same, changed, or conflict.

The result is the table that an editor reviews before anything is saved. `records.py` makes the records.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.importing.documents.imported_document import ImportedDocument, ImportedParagraph
from tracker.importing.entry import ImportedChange, RowState, shorten_title, wording_in
from tracker.model.localized_text import MAX_TEXT_LENGTH, clean_input
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.queries.view import View

PARAGRAPH_NUMBER = re.compile(r"\s*(\d+)\s*(\(?\s*[^\W\d_]\s*\)?)?", re.I)


@dataclass(frozen=True, slots=True)
class ParagraphReview:
    """A paragraph, and how it differs from what the tracker has.

    `recommendation` is the id of the recommendation that it is about, "" for a new one; `version` is the version of this
    recommendation now. If `is_archived`, that recommendation was archived, and saving brings it back. `changes` are the
    texts that a save would change. `overlaps` are the ids of recommendations that the tracker has for letters of this
    paragraph. `title` is the proposed title.

    `other` is the same paragraph in a second file, in another language, and `other_title` the title proposed in it.
    `is_language_added` says that a save only adds a language to texts that are there. If what is there are letters of this
    paragraph, `letters` are the (letter, id) pairs that get the language. `is_extra` says that the file adds a language to
    the document, and that this paragraph is not there in any.
    """

    paragraph: ImportedParagraph
    state: RowState
    title: str
    recommendation: str = ""
    version: str = ""
    is_archived: bool = False
    changes: tuple[ImportedChange, ...] = ()
    overlaps: tuple[str, ...] = ()
    other: ImportedParagraph | None = None
    other_title: str = ""
    is_language_added: bool = False
    letters: tuple[tuple[str, str], ...] = ()
    is_extra: bool = False

    @property
    def is_proposed(self) -> bool:
        """Return whether it is ticked before the editor decides: a recommendation or a language that is not there yet."""
        is_new = self.state is RowState.NEW and not self.is_extra
        return self.paragraph.is_recommendation and (is_new or self.is_language_added)

    @property
    def can_be_saved(self) -> bool:
        """Return whether a save of this paragraph would change something."""
        return self.state not in (RowState.SAME, RowState.REFUSED)


def review_paragraphs(
    view: View, imported: ImportedDocument, document: Document | None, other: ImportedDocument | None = None
) -> tuple[ParagraphReview, ...]:
    """Return a review of each paragraph, in the order of the file.

    `document` is the document in the tracker to which the file belongs, None if it is new. `other` is the same document
    in another language, read from a second file.
    """
    there: dict[str, list[tuple[str, Recommendation]]] = {}
    for r in view.dataset.recommendations.values() if document else ():
        if document and r.document == document.id and (found := PARAGRAPH_NUMBER.match(r.paragraph or "")):
            there.setdefault(found[1], []).append((re.sub(r"\W", "", found[2] or "").lower(), r))
    seen: set[str] = set()
    reviews = []
    for paragraph in imported.paragraphs:
        known = there.get(paragraph.number, []) if paragraph.number not in seen else []
        versions = {imported.language: paragraph}
        if other and (second := other.paragraph(paragraph.number)):
            versions[other.language] = second
        review = _review(view, versions, there=known)
        if paragraph.number in seen or any(map(_is_too_long, versions.values())):
            review = ParagraphReview(paragraph, RowState.REFUSED, review.title)
        seen.add(paragraph.number)
        reviews.append(review)
    if any(review.is_language_added for review in reviews):
        reviews = [replace(review, is_extra=review.state is RowState.NEW) for review in reviews]
    return tuple(reviews)


def unmatched_recommendations(
    view: View, imported: ImportedDocument, document: Document | None
) -> tuple[Recommendation, ...]:
    """Return the recommendations of a document that have no paragraph in the file, or no part with their letter."""
    missing = []
    for r in view.recommendations.values() if document else ():
        found = PARAGRAPH_NUMBER.match(r.paragraph or "")
        if document and r.document == document.id and found:
            paragraph, letter = imported.paragraph(found[1]), re.sub(r"\W", "", found[2] or "").lower()
            if paragraph is None or (letter and letter not in {part.id for part in paragraph.parts}):
                missing.append(r)
    return tuple(missing)


def _review(
    view: View, versions: Mapping[str, ImportedParagraph], *, there: list[tuple[str, Recommendation]]
) -> ParagraphReview:
    """Return the review of a paragraph. `versions` maps language → paragraph; the language of the table comes first."""
    active, main = view.recommendations, view.settings.language
    whole = [r for letter, r in there if not letter]
    r = next((r for r in whole if r.id in active), None)
    titles = [(r and wording_in(r.title, code, main)) or propose_title(version) for code, version in versions.items()]
    paragraph, *others = versions.values()
    review = ParagraphReview(paragraph, RowState.NEW, titles[0])
    if others:
        review = replace(review, other=others[0], other_title=titles[1])
    if r:
        changes = tuple(change for code in versions for change in _changes(r, versions[code], code, main=main))
        return replace(
            review,
            state=RowState.CHANGED if changes else RowState.SAME,
            recommendation=r.id,
            version=r.version,
            changes=changes,
            is_language_added=_only_adds_language([r], changes, main),
        )
    if lettered := [(letter, r) for letter, r in there if letter and r.id in active]:
        changes = tuple(
            change for code in versions for change in _letter_changes(lettered, versions[code], code, main=main)
        )
        # letters without any words are left to a person: it is not known whether they or the whole paragraph are meant
        if _only_adds_language([r for _, r in lettered], changes, main):
            letters = tuple((letter, r.id) for letter, r in lettered)
            return replace(review, state=RowState.CHANGED, changes=changes, is_language_added=True, letters=letters)
        return replace(review, state=RowState.CONFLICT, overlaps=tuple(r.id for _, r in lettered))
    if archived := next((r for r in whole if not _is_replaced(r)), None):
        return replace(review, recommendation=archived.id, version=archived.version, is_archived=True)
    return review


def _only_adds_language(there: Iterable[Recommendation], changes: Sequence[ImportedChange], main: str) -> bool:
    """Return whether the changes add languages to texts that are there in another language, and change none of them."""
    added = {change.language for change in changes}
    is_there = all({code or main for code in r.text or {}} - added for r in there)
    return bool(changes) and is_there and not any(change.old for change in changes)


def _letter_changes(
    lettered: Sequence[tuple[str, Recommendation]], paragraph: ImportedParagraph, language: str, *, main: str
) -> Iterator[ImportedChange]:
    """Yield the texts of recommendations that are letters of the paragraph, where its parts have other words."""
    parts = {part.id: part.text for part in paragraph.parts}
    texts = ((f"parts/{letter}", wording_in(r.text, language, main), parts.get(letter, "")) for letter, r in lettered)
    yield from _differences(texts, language)


def _is_replaced(r: Recommendation) -> bool:
    """Return whether links to an archived recommendation lead to another one, so that it must not come back."""
    return any(event.into for event in r.events)


def _is_too_long(paragraph: ImportedParagraph) -> bool:
    return any(len(text) > MAX_TEXT_LENGTH for text in (paragraph.full_text, *(p.text for p in paragraph.parts)))


def _changes(r: Recommendation, paragraph: ImportedParagraph, language: str, *, main: str) -> Iterator[ImportedChange]:
    """Yield the texts of a recommendation that the paragraph would change. Spaces and line breaks do not count."""
    pairs = [("text", wording_in(r.text, language, main), paragraph.full_text)]
    parts = {part.id.lower(): wording_in(part.summary, language, main) for part in r.parts}
    pairs += [(f"parts/{part.id}", parts.get(part.id, ""), part.text) for part in paragraph.parts]
    yield from _differences(pairs, language)


def _differences(texts: Iterable[tuple[str, str, str]], language: str) -> Iterator[ImportedChange]:
    """Yield the changes among texts, which are (field, old, new), without those that say the same or say nothing new."""
    for field, old, new in texts:
        if clean_input(new) and clean_input(old).split() != clean_input(new).split():
            yield ImportedChange(field, old, new, language=language)


def propose_title(paragraph: ImportedParagraph) -> str:
    """Return the nearest heading, or the first words of the paragraph if it has none."""
    return shorten_title(paragraph.heading or paragraph.text) or paragraph.number
