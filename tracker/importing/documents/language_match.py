"""The same document in two languages: paragraphs and parts with the same number and letter belong together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.importing.documents.imported_document import ImportedDocument, ImportedParagraph, ImportNotice
from tracker.model.labels import N_

_OTHER_DOCUMENT = N_("The files are not the same document: one is {first}, the other {second}.")
_ONLY_IN_ONE = N_("These paragraphs are in one language only: {numbers}.")
_OTHER_PARTS = N_("The parts of these paragraphs differ between the languages: {numbers}.")
_OTHER_KIND = N_("These paragraphs are recommendations in one language only: {numbers}. Check them.")


@dataclass(frozen=True, slots=True)
class MatchedParagraph:
    """A paragraph in several languages. `versions` maps language code → paragraph."""

    number: str
    versions: Mapping[str, ImportedParagraph]


@dataclass(frozen=True, slots=True)
class MatchedDocument:
    """A document in two languages: its paragraphs in the order of the first, and what does not fit together."""

    paragraphs: tuple[MatchedParagraph, ...]
    notices: tuple[ImportNotice, ...]


def match_languages(first: ImportedDocument, second: ImportedDocument) -> MatchedDocument:
    """Return the paragraphs of one document in two languages, matched by number and letter.

    Nothing is left out: a paragraph of one language only is kept. Notices name the paragraphs that do not fit together:
    those in one language only, with other parts, or recognized as recommendations in one language only.
    """
    numbers = list(dict.fromkeys([p.number for p in first.paragraphs] + [p.number for p in second.paragraphs]))
    numbers.sort(key=int)
    paragraphs, only_one, other_parts, other_kind = [], [], [], []
    for number in numbers:
        versions = {
            document.language: paragraph
            for document in (first, second)
            if (paragraph := document.paragraph(number)) is not None
        }
        paragraphs.append(MatchedParagraph(number, versions))
        pair = list(versions.values())
        if len(pair) < 2:
            only_one.append(number)
        elif pair[0].is_recommendation != pair[1].is_recommendation:
            other_kind.append(number)
        elif pair[0].is_recommendation and [part.id for part in pair[0].parts] != [part.id for part in pair[1].parts]:
            other_parts.append(number)
    notices = []
    if first.symbol and second.symbol and first.symbol != second.symbol:
        notices.append(ImportNotice(_OTHER_DOCUMENT, (("first", first.symbol), ("second", second.symbol))))
    for message, found in ((_ONLY_IN_ONE, only_one), (_OTHER_PARTS, other_parts), (_OTHER_KIND, other_kind)):
        if found:
            notices.append(ImportNotice(message, (("numbers", ", ".join(found)),)))
    return MatchedDocument(tuple(paragraphs), tuple(notices))


def fill_facts(first: ImportedDocument, second: ImportedDocument) -> ImportedDocument:
    """Return the first document with the facts that only the second version gives, such as the date of adoption."""
    names = ("symbol", "body", "session_dates", "considered", "adopted", "follow_up", "next_report", "list_of_issues")
    missing = {name: getattr(second, name) for name in names if getattr(first, name) is None}
    return replace(first, **missing)
