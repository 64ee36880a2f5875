"""Find out whether a file is another text than the concluding observations that the tracker has."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tracker.i18n import get_language
from tracker.importing.documents.imported_document import ImportedDocument
from tracker.importing.symbols_and_changes import differs_in_report, observations_of_symbol
from tracker.model import partial_dates
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_
from tracker.model.localized_text import TextVariant, one_line
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, TextOrigin, Verification
from tracker.queries.view import View

PARAGRAPH_NUMBER = re.compile(r"\s*(\d+)\s*(\(?\s*[^\W\d_]\s*\)?)?", re.I)
"""The number and the letter of a recommendation's paragraph: "12", "19 (a)", "19a"."""
_FROM_FILE = N_("from a file of {name}")


_OTHER_TEXTS = {
    "adopted": N_(
        "This file is another text than the document that is here: by the file it was adopted on {found}, here on "
        "{recorded}. Nothing of it is saved. If what is here is wrong, correct the document first."
    ),
    "considered": N_(
        "This file is another text than the document that is here: by the file the report was considered on {found}, here "
        "on {recorded}. Nothing of it is saved. If what is here is wrong, correct the document first."
    ),
    "title": N_(
        "This file is another text than the document that is here: {found} in the file, {recorded} here. Nothing of it is "
        "saved. If what is here is wrong, correct the document first."
    ),
}


def find_other_facts(view: View, file: ImportedDocument, document: Document | None) -> ImportRefused | None:
    """Return a refusal with what shows that a file is another text than the document, or None.

    Observations in the tracker with its symbol, or of its committee and the same day, have its day of adoption, too.
    """
    listed = [] if view.settings.allow_other_states else view.documents.values()
    listed = [d for d in listed if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS]
    same = [d for d in listed if d.considered and d.body == file.body and d.considered == file.considered]
    same += [found] if (found := observations_of_symbol(view, file.symbol)) else []
    pairs = [("adopted", file.adopted, d.adopted) for d in (*same, *([document] if document else []))]
    pairs += [("considered", file.considered, document.considered)] if document else []
    for what, day, there in pairs:
        if day and there and (partial_dates.is_before(day, there) or partial_dates.is_before(there, day)):
            return ImportRefused(_OTHER_TEXTS[what], {"found": day, "recorded": there})
    if document is None:
        return None
    recorded = " · ".join([document.cycle or "", *(text.text for text in document.title.values())])
    is_other = differs_in_report(file.title, recorded)
    return ImportRefused(_OTHER_TEXTS["title"], {"found": file.title, "recorded": recorded}) if is_other else None


def numbered_recommendations(
    recommendations: Iterable[Recommendation], document: Document | None
) -> Iterator[tuple[str, str, Recommendation]]:
    """Yield (number of the paragraph, letter or "", recommendation) for those of `document` that have a number."""
    for r in recommendations:
        if document and r.document == document.id and (found := PARAGRAPH_NUMBER.match(r.paragraph or "")):
            yield found[1], re.sub(r"\W", "", found[2] or "").lower(), r


def paragraphs_not_read(view: View, file: ImportedDocument, document: Document | None) -> tuple[str, ...]:
    """Return the numbers of the paragraphs whose words differ from those that were read in the document.

    They are in another file, or were left out when the document was read. If nothing of it was read, return ().
    """
    main, words = view.settings.language, dict[str, dict[str, set[str]]]()
    for number, _letter, r in numbered_recommendations(view.dataset.recommendations.values(), document):
        for text in (r.text, r.closing, *(part.summary for part in r.parts)):
            for code, wording in (text or {}).items() if r.verification is Verification.SEEN else ():
                if wording.origin is TextOrigin.OFFICIAL:
                    words.setdefault(number, {}).setdefault(code or main, set()).add(one_line(wording.text))
    # a language in which nothing of a paragraph was read is added to it
    read = {number: known.get(file.language, set()) for number, known in words.items()}
    return tuple(
        one.number
        for one in (file.paragraphs if words else ())
        if one.number not in read
        or (read[one.number] and any(one_line(text) not in read[one.number] for text in one.texts if text))
    )


def with_origin(r: Recommendation, languages: Iterable[str], name: str) -> Recommendation:
    """Return `r` as "not checked yet", with a note beside its source: from a file of the organisation `name`."""
    note = {code: TextVariant(text=get_language(code).gettext(_FROM_FILE, name=name)) for code in languages if name}
    return replace(r, verification=Verification.TO_CHECK, source=replace(r.source, note=r.source.note or note or None))


def with_unread_dates(document: Document, there: Document) -> Document:
    """Return the document with what it has more than `there`, its deadlines and follow-up, as "not checked yet"."""
    unread, follow_up, known = Verification.TO_CHECK, document.follow_up, {(d.kind, d.date) for d in there.deadlines}
    deadlines = [d if (d.kind, d.date) in known else replace(d, verification=unread) for d in document.deadlines]
    is_new = follow_up and not there.follow_up
    follow_up = replace(follow_up, verification=unread) if is_new and follow_up else follow_up
    return replace(document, deadlines=tuple(deadlines), follow_up=follow_up)
