"""Decide the mark of a statement: whether its source was read, was reported by others, or is not checked yet.

A statement with `verification: seen` has the mark "source read" only if it also says where the source was read, for
example in which paragraph. Otherwise its mark is "not checked yet".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from tracker.model.errors import FieldPath
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpRound
from tracker.model.vocabulary import QUOTED_ORIGINS, EvidenceKind, TextOrigin, Verification

Statement = Recommendation | Assessment | Evidence | Document | Deadline | FollowUp
MarkedRecord = TypeVar("MarkedRecord", Recommendation, Evidence, Document)
AnyItem = TypeVar("AnyItem", Assessment, Deadline, FollowUp)


def is_quoted(text: LocalizedText | None) -> bool:
    """Return whether a wording of `text` is quoted from the document."""
    return any(wording.origin in QUOTED_ORIGINS for wording in (text or {}).values())


def has_named_place(item: Statement) -> bool:
    """Return whether a statement says where its source was read.

    Evidence needs a document, link, identifier or file, unless it is own monitoring. A document needs nothing. All
    other statements need a paragraph. For recommendations and deadlines, a quotation is enough, too.
    """
    match item:
        case Recommendation():
            return bool(item.paragraph or item.source.paragraph) or is_quoted(item.text)
        case Evidence():
            named = (item.document, item.link, item.archived, item.identifier, item.files)
            return any(named) or item.kind is EvidenceKind.MONITORING
        case Document():
            return True
        case Deadline() if is_quoted(item.sentence):
            return True
    return item.source is not None and item.source.paragraph is not None


def mark_of(item: Statement) -> Verification:
    """Return the mark of a statement: its `verification`, but "source read" without a named place becomes "not checked yet"."""
    if item.verification is None:  # a deadline about which nobody has said it
        return Verification.SEEN if is_quoted(item.sentence) else Verification.TO_CHECK
    is_unplaced = item.verification is Verification.SEEN and not has_named_place(item)
    return Verification.TO_CHECK if is_unplaced else item.verification


QuotedWords = frozenset[tuple[str, str, str]]
"""The quoted words of a statement: (name of the text, language code, wording)."""


def _quoted(*texts: tuple[str, LocalizedText | None], origins: Collection[TextOrigin] = QUOTED_ORIGINS) -> QuotedWords:
    pairs = ((name, code, word) for name, text in texts for code, word in (text or {}).items())
    return frozenset((name, code, word.text) for name, code, word in pairs if word.origin in origins)


DOCUMENT_FIELDS = ("due", "received", "considered", "adopted", "issued", "note")
"""The fields of a document which its mark is for, besides its sentences."""
READ_FIELDS: Mapping[type, tuple[str, ...]] = {
    Document: ("body", "kind", "symbol", "title", "authors", "cycle", "link", *DOCUMENT_FIELDS),
    Recommendation: (
        *("issued_by", "document", "source", "paragraph", "title", "summary"),
        *("text", "parts", "closing", "recommending_states", "response"),
    ),
    Evidence: ("publisher", "title", "summary", "link", "document", "kind", "happened", "published"),
    Deadline: ("kind", "date", "set_by", "sentence", "source"),
    FollowUp: ("paragraphs", "steps", "note", "source"),
    FollowUpRound: ("reply", "report", "ngos", "lists_ngos", "action"),
}
"""Type of statement → what somebody has read in the source who gives it the mark "source read"."""


def says_the_same(before: Any, after: Any) -> bool:
    """Return whether two values of a field say the same: a wording of ours in one more language is no change."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return bool(before == after)
    is_kept = all(after.get(code) == word for code, word in before.items())
    return is_kept and all(after[code].origin not in QUOTED_ORIGINS for code in after.keys() - before.keys())


def _values_of(record: object, names: Sequence[str]) -> QuotedWords:
    return frozenset((name, "", str(value)) for name in names if (value := getattr(record, name)))


def quotations_in(record: object, *, is_owned: bool = True) -> dict[FieldPath, tuple[str, QuotedWords, Verification]]:
    """Return a mapping: path of a statement with quoted words → (what it is, these words, its mark).

    What it is: "" for a recommendation with all its parts, the kind of date for a deadline, "document" for a document.
    Of what is everybody's (not `is_owned`), parts in our own words count too, and what a document says in other fields.
    """
    found: dict[FieldPath, tuple[str, QuotedWords, Verification]] = {}
    if isinstance(record, Recommendation):
        parts = ((f"parts/{part.id}", part.summary) for part in record.parts)
        origins = QUOTED_ORIGINS if is_owned else (*QUOTED_ORIGINS, TextOrigin.OWN)
        words = _quoted(("text", record.text), ("closing", record.closing)) | _quoted(*parts, origins=origins)
        found[()] = ("", words, record.verification)
    if isinstance(record, Document) and not is_owned:
        found[()] = ("document", _values_of(record, DOCUMENT_FIELDS), record.verification)
        if follow_up := record.follow_up:
            found[("follow_up",)] = ("follow-up", _values_of(follow_up, ("paragraphs", "note")), follow_up.verification)
    for i, one in enumerate(record.deadlines if isinstance(record, Document) else ()):
        dated = _values_of(one, ("date", "set_by")) if is_quoted(one.sentence) else QuotedWords()
        found["deadlines", i] = (one.kind, _quoted(("sentence", one.sentence)) | dated, mark_of(one))
    return {where: quoted for where, quoted in found.items() if quoted[1]}


def quotes_other_words(old: object, new: object) -> bool:
    """Return whether a recommendation quotes other words than before."""
    words = [{quoted[:2] for quoted in quotations_in(one).values()} for one in (old, new)]
    return bool(words[1]) and isinstance(new, Recommendation) and words[0] != words[1]


def statements_in(record: Recommendation | Evidence | Document) -> Iterator[tuple[FieldPath, Statement]]:
    """Yield (field path, statement) for a record itself, and for each statement in it that has its own mark."""
    yield (), record
    if isinstance(record, Recommendation):
        yield from ((("assessments", i), a) for i, a in enumerate(record.assessments))
    if isinstance(record, Document):
        yield from ((("deadlines", i), deadline) for i, deadline in enumerate(record.deadlines))
        if record.follow_up:
            yield ("follow_up",), record.follow_up


def with_marks(record: MarkedRecord) -> MarkedRecord:
    """Return a copy of the record for readers, with the mark of each statement in `verification`. Never save it."""
    changes: dict[str, Any] = {}
    if isinstance(record, Recommendation):
        changes = {"assessments": tuple(map(_marked, record.assessments))}
    elif isinstance(record, Document):
        changes = {"deadlines": tuple(_marked(deadline, record) for deadline in record.deadlines)}
        changes["follow_up"] = _marked(record.follow_up, record) if record.follow_up else None
    changes["verification"] = mark_of(record)
    is_same = all(getattr(record, name) == value for name, value in changes.items())
    return record if is_same else replace(record, **changes)


def _marked(item: AnyItem, document: Document | None = None) -> AnyItem:
    mark = mark_of(item)
    # without a document as source, a deadline or a follow-up stands in the document to which it belongs
    if document and mark is Verification.SEEN and (item.source is None or item.source.document == document.id):
        mark = document.verification
    return item if mark is item.verification else replace(item, verification=mark)
