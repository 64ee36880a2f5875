"""Compare a document that was read with the tracker, and make the records that a save adds or changes.

Texts are recorded as the committee's own words (`official`), with the mark "source read": only if they are in the file
letter for letter (see `official_wording`), and if the editor says that they were read in the document. Assessments,
summaries and tags in the tracker are not removed. The deadlines in the document are compared with those in the tracker.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.recommendation import our_tags, with_our_tags
from tracker.editing.forms.values import free_id, update_text
from tracker.importing.documents import imported_document, other_text
from tracker.importing.documents.imported_document import (
    ImportedDocument,
    ImportedParagraph,
    ParagraphKind,
    StatedDeadline,
)
from tracker.importing.documents.phrases import load_phrases
from tracker.importing.documents.quotation_check import Joint, find_joints
from tracker.importing.documents.reporting_dates import find_period, months_later
from tracker.importing.documents.wording_hints import asks_nothing, propose_title
from tracker.importing.symbols_and_changes import ImportedChange, RowState, wording_in
from tracker.model import partial_dates
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused
from tracker.model.events import Event
from tracker.model.labels import N_
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import MAX_TEXT_LENGTH, LocalizedText, TextVariant, clean_input, one_line
from tracker.model.records import Part, Recommendation, SameDemand, Source
from tracker.model.registers import Deadline, Document, FollowUp
from tracker.model.vocabulary import DateSetBy, DeadlineKind, DocumentKind, EventType, Issuer, TextOrigin, Verification
from tracker.queries.view import View, effective_date
from tracker.storage.yaml.defaults import is_symbol_of, mechanism_of_symbol
from tracker.validation.state_party import state_in

NOT_READ = N_("Read what is ticked in the document itself, and tick that you did.")
_NOT_IN_FILE = N_("These words are not in the file, letter for letter: “{words}”. Add them by hand.")
_OTHER_PARTS = N_("It is not the text that is here, or it has other parts. Compare them by hand.")
_NOTHING_ASKED = N_(
    "The committee notes this and recommends nothing here, so it is not saved as a recommendation. If it does recommend "
    "something, add the recommendation by hand."
)
_OTHER_WORDS = N_(
    "The committee’s words in this language are here already, and they differ. If those of the file are right, correct "
    "the recommendation by hand."
)
ParagraphByLanguage = Mapping[str, ImportedParagraph]
FileByLanguage = Mapping[str, ImportedDocument]
"""Language → the file in this language. `ParagraphByLanguage` maps language → a paragraph of this file."""


@dataclass(frozen=True, slots=True)
class ParagraphReview:
    """A paragraph, and how it compares with what the tracker has. `title` is the proposed title.

    `recommendation` is the id of the recommendation in the tracker, or "". If `is_archived`, a save brings it back.
    `overlaps` are ids of recommendations for single letters of the paragraph; a save would add the whole beside them.
    `other` is the same paragraph in a second file, in another language. If `is_language_added`, a save only adds a
    language. `letters` has (letter, id) of recommendations for single letters that get this language. `is_extra`: it
    would be new, but to others the file only adds a language, or `paragraphs_not_read` has it. `joints` are the places
    where its texts join two texts of the file. If it `is_altered`, its words are not in the file, and it is refused.
    `refusal` says why it is refused if the tracker has another text.
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
    joints: tuple[Joint, ...] = ()
    is_altered: bool = False
    refusal: str = ""

    @property
    def has_note_number(self) -> bool:
        """Return whether a number at the end of a word may be that of a footnote."""
        return any(joint.may_have_note_number for joint in self.joints)

    @property
    def is_proposed(self) -> bool:
        """Return whether one press ticks the paragraph: a new recommendation, or an added language, without a question.

        A question is whether a number in its text is that of a footnote, or of another paragraph, and what it asks for.
        """
        is_new = self.state is RowState.NEW and not self.is_extra
        is_asked = (
            self.has_note_number
            or any(one.swallowed for one in (self.paragraph, self.other) if one)
            or asks_nothing(self.title)
        )
        return self.paragraph.is_recommendation and (is_new or self.is_language_added) and not is_asked

    @property
    def can_be_saved(self) -> bool:
        """Return whether the paragraph can be saved: it would change something, and was not refused."""
        return self.state not in (RowState.SAME, RowState.REFUSED)


def review_paragraphs(
    view: View, imported: ImportedDocument, document: Document | None, other: ImportedDocument | None = None
) -> tuple[ParagraphReview, ...]:
    """Return a review of each paragraph, in order. `document` is None if it is new. `other` is in a second language.

    A paragraph is refused if its number has occurred before, if its text is too long for a record, if its words are
    not in the file, or if the tracker has another text of it; all are if the document there is another text. New titles differ: if one comes again, the number of its paragraph is added.
    """
    there: dict[str, list[tuple[str, Recommendation]]] = {}
    for number, letter, r in other_text.numbered_recommendations(view.dataset.recommendations.values(), document):
        there.setdefault(number, []).append((letter, r))
    files = {file.language: file for file in (imported, other) if file}
    to_nobody = (ParagraphKind.CONCERN, ParagraphKind.POSITIVE)
    is_other_text = any(other_text.find_other_facts(view, file, document) for file in files.values())
    seen: set[str] = set()
    titles: set[str] = set()
    reviews = []
    for paragraph in imported.paragraphs:
        known = there.get(paragraph.number, []) if paragraph.number not in seen else []
        versions = {imported.language: paragraph}
        if other and (second := other.paragraph(paragraph.number)):
            versions[other.language] = second
        review = _review_paragraph(view, versions, there=known)
        if refusal := _reason_to_refuse(review, versions.values(), known):
            review = replace(review, state=RowState.REFUSED, refusal=refusal, is_language_added=False)
        if review.state is RowState.NEW and not review.recommendation and paragraph.kind in to_nobody:
            review = replace(review, state=RowState.REFUSED, refusal=_NOTHING_ASKED)
        if not review.recommendation and review.title in titles:
            review = replace(review, title=f"{review.title} ({paragraph.number})")
        texts = [(text, files[code].file_text) for code, one in versions.items() for text in one.texts if text]
        is_refused = (
            is_other_text or paragraph.number in seen or any(len(text) > MAX_TEXT_LENGTH for text, _file in texts)
        )
        found = [] if is_refused else [find_joints(*text) for text in texts]
        review = replace(review, joints=tuple(joint for joints in found for joint in joints or ()))
        if is_refused or None in found:
            told = _OTHER_PARTS if is_other_text else ""
            review = ParagraphReview(paragraph, RowState.REFUSED, review.title, is_altered=not is_refused, refusal=told)
        seen.add(paragraph.number)
        titles.add(review.title)
        reviews.append(review)
    strange = {number for file in files.values() for number in other_text.paragraphs_not_read(view, file, document)}
    is_added = any(review.is_language_added for review in reviews)
    return tuple(
        replace(one, is_extra=one.paragraph.number in strange or (is_added and one.state is RowState.NEW))
        for one in reviews
    )


def _reason_to_refuse(
    review: ParagraphReview, versions: Iterable[ImportedParagraph], there: list[tuple[str, Recommendation]]
) -> str:
    """Return why the texts of a paragraph cannot be laid over what the tracker has: other parts or words; or ""."""
    found, official = [{part.id for part in version.parts} for version in versions], set[str]()
    for letter, r in there:
        parts = {part.id.lower(): part.summary for part in r.parts}
        here = [
            v.text
            for text in (r.text, r.closing, *parts.values())
            for v in (text or {}).values()
            if v.origin is TextOrigin.OFFICIAL
        ]
        official |= {*here}
        is_other = any(letter not in one if letter else one != {*parts} for one in found)
        if (
            is_other
            and r.id in (review.recommendation, *(name for _, name in review.letters))
            and (letter or parts or here)
        ):
            return "" if review.is_archived else _OTHER_PARTS
    return _OTHER_WORDS if any(change.old in official for change in review.changes) else ""


def unmatched_recommendations(
    view: View, imported: ImportedDocument, document: Document | None
) -> tuple[Recommendation, ...]:
    """Return the recommendations of `document` whose paragraph or letter is not in the file. Leave out archived ones."""
    there = {paragraph.number: {"", *(part.id for part in paragraph.parts)} for paragraph in imported.paragraphs}
    numbered = other_text.numbered_recommendations(view.recommendations.values(), document)
    return tuple(r for number, letter, r in numbered if letter not in there.get(number, ()))


def _review_paragraph(
    view: View, versions: Mapping[str, ImportedParagraph], *, there: list[tuple[str, Recommendation]]
) -> ParagraphReview:
    """Return the review of a paragraph. `versions` maps language → paragraph. `there`: known (letter, recommendation) pairs."""
    active, main = view.recommendations, view.settings.language
    whole = [r for letter, r in there if not letter]
    r = next((r for r in whole if r.id in active), None)
    titles = [
        (r and wording_in(r.title, code, main)) or propose_title(version.heading, *version.texts) or version.number
        for code, version in versions.items()
    ]
    paragraph, *others = versions.values()
    review = ParagraphReview(paragraph, RowState.NEW, titles[0])
    if others:
        review = replace(review, other=others[0], other_title=titles[1])
    if r:
        parts = {part.id.lower(): part.summary for part in r.parts}
        changes = _changed_texts(
            (field, code, wording_in(old, code, main), new)
            for code, version in versions.items()
            for field, old, new in (
                ("text", r.text, version.text),
                ("closing", r.closing, version.tail),
                *((f"parts/{part.id}", parts.get(part.id), part.text) for part in version.parts),
            )
        )
        return replace(
            review,
            state=RowState.CHANGED if changes else RowState.SAME,
            recommendation=r.id,
            version=r.version,
            changes=changes,
            is_language_added=_only_adds_language([r], changes, main),
        )
    if lettered := [(letter, r) for letter, r in there if letter and r.id in active]:
        changes = _changed_texts(
            (f"parts/{letter}", code, wording_in(r.text, code, main), new.get(letter, ""))
            for code, version in versions.items()
            for new in [{part.id: part.text for part in version.parts}]
            for letter, r in lettered
        )
        # letters without any words are left to a person: it is not known whether they or the whole paragraph are meant
        if _only_adds_language([r for _, r in lettered], changes, main):
            letters = tuple((letter, r.id) for letter, r in lettered)
            return replace(review, state=RowState.CHANGED, changes=changes, is_language_added=True, letters=letters)
        return replace(review, state=RowState.CONFLICT, overlaps=tuple(r.id for _, r in lettered))
    # links to an archived one that was replaced lead to another one: it must not come back
    if archived := next((r for r in whole if not any(event.into for event in r.events)), None):
        return replace(review, recommendation=archived.id, version=archived.version, is_archived=True)
    return review


def _only_adds_language(there: Iterable[Recommendation], changes: Sequence[ImportedChange], main: str) -> bool:
    """Return whether the changes only add languages, and all of `there` have their text in another language already."""
    added = {change.language for change in changes}
    is_there = all({code or main for code in r.text or {}} - added for r in there)
    return bool(changes) and is_there and not any(change.old for change in changes)


def _changed_texts(texts: Iterable[tuple[str, str, str, str]]) -> tuple[ImportedChange, ...]:
    """Return a change for each (field, language, old, new) whose words differ. An empty new text is no change."""
    return tuple(
        ImportedChange(field, old, new, language=language)
        for field, language, old, new in texts
        if clean_input(new) and clean_input(old).split() != clean_input(new).split()
    )


MAX_DOCUMENT_TITLE = 300
"""The maximum length of the title of a document, in characters. A longer title in a file is cut."""
_OTHER_MECHANISM = N_(
    "{symbol} is a document of {found}, so it cannot be added to those of {chosen}. If this tracker is to follow {found}, "
    "ask whoever runs this tracker to add it."
)


@dataclass(frozen=True, slots=True)
class ProposedDeadline:
    """A deadline in the file. `recorded`: the one of this kind in the tracker. `date`: "" if only `period` is known.

    It `is_sure` if its sentence is in the file letter for letter, in a paragraph whose number is certain.
    """

    kind: DeadlineKind
    date: str
    set_by: DateSetBy
    period: str
    sentence: str
    paragraph: str
    recorded: Deadline | None = None
    is_sure: bool = True

    @property
    def state(self) -> RowState:
        """Return NEW if none is recorded, SAME if `date` is "" or the recorded date, CHANGED if only the sentence is the same.

        Otherwise return REFUSED: the file may be another text.
        """
        if self.recorded is None:
            return RowState.NEW
        if self.date in ("", self.recorded.date):
            return RowState.SAME
        sentences = {one_line(text.text) for text in (self.recorded.sentence or {}).values()}
        return RowState.CHANGED if one_line(self.sentence) in sentences else RowState.REFUSED

    @property
    def is_proposed(self) -> bool:
        """Return whether one press ticks the deadline: it has a date and is sure, and none of its kind is recorded."""
        return bool(self.date) and self.is_sure and self.state is RowState.NEW


def propose_deadlines(imported: ImportedDocument, document: Document) -> tuple[ProposedDeadline, ...]:
    """Return the stated deadlines, each with the recorded one of its kind: the one with the same date, or else the last."""
    stated: dict[DeadlineKind, StatedDeadline] = {}
    report, expected = imported.next_report, imported.list_of_issues
    if imported.follow_up:
        reply = imported.follow_up.reply
        # the file may leave out its date of adoption, and the tracker know it; a report is not due from this date
        _words, months = find_period(reply.sentence, load_phrases(imported.language))
        if months and document.adopted and not reply.date:
            reply = replace(reply, date=months_later(document.adopted, months), computed=True)
        stated[DeadlineKind.REPLY] = reply
    if report and (report.date or report.period):
        stated[DeadlineKind.NEXT_REPORT] = report
    if expected:
        source = report if report and expected[:4] in report.sentence else None
        named = {"sentence": source.sentence if source else "", "paragraph": source.paragraph if source else ""}
        stated[DeadlineKind.LIST_OF_ISSUES] = StatedDeadline(expected, False, "", **named)
    found = []
    for kind, one in stated.items():
        sentence = quoted(imported, one.sentence)
        is_sure = not one.sentence or bool(sentence and one.paragraph)
        one = replace(one, sentence=sentence, paragraph=one.paragraph if is_sure else "")
        known = [deadline for deadline in document.deadlines if deadline.kind is kind]
        recorded = next((deadline for deadline in known if deadline.date == one.date), known[-1] if known else None)
        set_by = DateSetBy.COMPUTED if one.computed or not one.date else DateSetBy.COMMITTEE
        source_of = {"period": one.period, "sentence": one.sentence, "paragraph": one.paragraph}
        found.append(ProposedDeadline(kind, one.date or "", set_by, **source_of, recorded=recorded, is_sure=is_sure))
    return tuple(found)


def with_deadlines(
    document: Document, chosen: Iterable[ProposedDeadline], imported: ImportedDocument, *, main: str
) -> Document:
    """Return the document with the `chosen` deadlines. Recorded ones keep `done` and `met_by`, and get a new date and source."""
    deadlines = list(document.deadlines)
    for choice in chosen:
        old = choice.recorded
        if not choice.date or choice.state in (RowState.SAME, RowState.REFUSED):
            continue
        changed = replace(
            old or Deadline(kind=choice.kind, date=choice.date),
            date=choice.date,
            set_by=choice.set_by,
            source=Source(document=document.id, paragraph=choice.paragraph or None),
            # the sentence of another date would be a wrong quotation, in any language
            sentence=official_wording(main, imported, choice.sentence) or None,
            verification=Verification.SEEN,
        )
        place = deadlines.index(old) if old in deadlines else len(deadlines)
        deadlines[place : place + 1] = [changed]
    return replace(document, deadlines=tuple(deadlines))


def with_deadline_sentences(document: Document, imported: ImportedDocument, *, main: str) -> Document:
    """Return the document with the committee's sentences, in the language of the file, added to its deadlines.

    A deadline gets a sentence if it is marked "source read" and the file states its date; a known sentence stays.
    """
    code, deadlines = imported.language, list(document.deadlines)
    stated = {(each.kind, each.date): each.sentence for each in propose_deadlines(imported, document)}
    for place, deadline in enumerate(deadlines):
        sentence, known = stated.get((deadline.kind, deadline.date)), deadline.sentence or {}
        if sentence and deadline.verification is Verification.SEEN and code not in {each or main for each in known}:
            deadlines[place] = replace(deadline, sentence=official_wording(main, imported, sentence, old=known) or None)
    return document if tuple(deadlines) == document.deadlines else replace(document, deadlines=tuple(deadlines))


@dataclass(frozen=True, slots=True)
class ParagraphChoice:
    """What an editor chose for a ticked paragraph. `other_title` is in the second language; "" means the proposed one.

    `same_demand` has the ids of recommendations that ask for the same, `themes` ids to add to our own tags.
    """

    review: ParagraphReview
    title: str
    same_demand: tuple[str, ...] = ()
    other_title: str = ""
    themes: tuple[str, ...] = ()


def new_document(view: View, imported: ImportedDocument, *, body: str, title: str, cycle: str) -> Document:
    """Return a new, unsaved document with the facts of the file. A `title` that differs from the file is our own wording."""
    kind, code = DocumentKind.CONCLUDING_OBSERVATIONS, imported.language
    is_same = clean_input(title) == clean_input(imported.title) and title in one_line(imported.file_text)
    origin = TextOrigin.OFFICIAL if is_same else TextOrigin.OWN
    words = {code: title[:MAX_DOCUMENT_TITLE]}
    form = DocumentForm(body=body, kind=kind, symbol=imported.symbol or "", considered=imported.considered or "")
    document = Document(
        id=replace(form, adopted=imported.adopted or "").suggest_id(view),
        body=body,
        state=state_in(view.dataset, imported.symbol or "", imported.state),
        kind=kind,
        symbol=imported.symbol or None,
        title=update_text(None, words, view.settings.language, origins={code: origin}),
        cycle=clean_input(cycle),
        verification=Verification.SEEN,
    )
    return with_facts_of_file(view, document, imported)


def with_facts_of_file(view: View, document: Document, imported: ImportedDocument) -> Document:
    """Add facts that only the file has: dates, language, title, sentences. Return the document."""
    code, main = imported.language, view.settings.language
    facts: dict[str, Any] = {
        name: getattr(imported, name)
        for name in ("considered", "adopted", "original_language")
        if getattr(document, name) is None and getattr(imported, name)
    }
    # a title stands above the paragraphs, where `find_joints` would take it for the head of a page
    title = imported.title[:MAX_DOCUMENT_TITLE] if imported.title in one_line(imported.file_text) else ""
    if title and code not in {each or main for each in document.title}:
        facts["title"] = update_text(document.title, {code: title}, main, origins={code: TextOrigin.OFFICIAL})
    document = with_deadline_sentences(replace(document, **facts), imported, main=main)
    if not (known := document.follow_up) or not imported.follow_up:
        return document
    sentence, there = quoted(imported, imported.follow_up.reply.sentence), known.source
    is_same = known.paragraphs == imported.follow_up.paragraphs and there and there.document == document.id
    if not is_same or not there or not there.note or code in {each or main for each in there.note}:
        return document
    note = official_wording(main, imported, sentence, old=there.note)
    return replace(document, follow_up=replace(known, source=replace(there, note=note)))


def with_selection(document: Document, imported: ImportedDocument, *, main: str) -> Document:
    """Return the document with the paragraphs that the file says were selected for follow-up."""
    if document.follow_up or not (stated := imported.follow_up):
        return document
    reply, paragraphs = stated.reply, stated.paragraphs
    note = official_wording(main, imported, quoted(imported, reply.sentence)) or None
    source = Source(document=document.id, paragraph=reply.paragraph if note and reply.paragraph else None, note=note)
    follow_up = FollowUp(verification=Verification.SEEN, source=source, paragraphs=paragraphs)
    return replace(document, follow_up=follow_up)


def records_to_save(
    view: View,
    imported: ImportedDocument,
    document: Document,
    *,
    choices: Iterable[ParagraphChoice],
    reason: Mapping[str, TextVariant],
    other: ImportedDocument | None = None,
    confirmed_state: str = "",
    was_read: bool = False,
    file_of: str = "",
) -> tuple[Record, ...]:
    """Return the records of a save: the document if it is new or changed, then added and changed recommendations.

    `other` is the second file, in another language. `reason` is for archived records that come back. What differs from
    the file that was read before is "not checked yet", from a file of the organisation `file_of`. Raise
    ImportRefused if a file is about a State that is not allowed or confirmed, has the symbol of another mechanism,
    is another text than the document in the tracker, does not show that a committee wrote it, if nobody says that what is saved was read in the document, or if its words are not in the file.
    """
    files = {file.language: file for file in (imported, other) if file}
    for file in files.values():
        imported_document.refuse_other_state(file, view.dataset, confirmed_state, of=view.state_of(document))
        imported_document.refuse_other_author(file)
        symbol, body = file.symbol or "", view.bodies.get(document.body)
        if (found := mechanism_of_symbol(symbol)) and body and not is_symbol_of(body, symbol):
            raise ImportRefused(_OTHER_MECHANISM, {"symbol": symbol, "found": found.code, "chosen": body.code})
        if differing := other_text.find_other_facts(view, file, view.dataset.documents.get(document.id, document)):
            raise differing
    if not was_read:
        raise ImportRefused(NOT_READ)
    main, known, there = view.settings.language, view.dataset.recommendations, view.dataset.documents.get(document.id)
    strange = {number for file in files.values() for number in other_text.paragraphs_not_read(view, file, there)}
    if there and any(one.number in strange for file in files.values() for one in file.recommendations):
        document = other_text.with_unread_dates(document, there)
    recommendations: dict[str, Recommendation] = {}
    for choice in choices:
        review = choice.review
        versions = {imported.language: review.paragraph}
        if other and review.other:
            versions[other.language] = review.other
        for letter, name in review.letters if review.can_be_saved else ():
            with_text = _with_text_of_part(known[name], letter, versions, files=files, main=main)
            recommendations[name] = _with_themes(with_text, choice)
        if review.letters or not review.can_be_saved:
            continue
        r, number = known.get(review.recommendation), review.paragraph.number
        if r is None:
            # its texts are set in the language of the file afterwards
            title, source = {"": TextVariant(text=choice.title)}, Source(document=document.id)
            r = new_recommendation(document, number, title, source=source, taken={*known, *recommendations})
        elif review.is_archived:
            r = replace(r, events=(*r.events, Event(type=EventType.RESTORED, reason=reason)))
        r = _with_texts(view, r, versions, files=files, choice=choice)
        r = other_text.with_origin(r, view.settings.languages, file_of) if number in strange else r
        recommendations[r.id] = _with_themes(r, choice)
    if is_withdrawn(document.events):
        document = replace(document, events=(*document.events, Event(type=EventType.RESTORED, reason=reason)))
    is_changed = there != document
    return (*((document,) if is_changed else ()), *recommendations.values())


def new_recommendation(
    document: Document, number: str, title: LocalizedText, *, source: Source, taken: Collection[str]
) -> Recommendation:
    """Return a new recommendation of the committee, with the title as its summary, and an id that is not in `taken`."""
    year = partial_dates.last_year(effective_date(document) or "")
    return Recommendation(
        id=free_id(f"{document.body}-{year}-{number}", taken),
        issued_by=Issuer.COMMITTEE,
        document=document.id,
        paragraph=number,
        title=title,
        summary=title,
        verification=Verification.SEEN,
        source=source,
    )


def _with_texts(
    view: View, r: Recommendation, versions: ParagraphByLanguage, *, files: FileByLanguage, choice: ParagraphChoice
) -> Recommendation:
    """Return `r` with the title and the links of the choice, and with the exact texts of the paragraph."""
    main = view.settings.language
    titles = dict(zip(versions, (choice.title, choice.other_title or choice.review.other_title), strict=False))
    is_new = not r.version
    title = update_text(None if is_new else r.title, titles, main)
    text, closing, parts = r.text, r.closing, {part.id.lower(): part for part in r.parts}
    order: list[str] = []
    for code, paragraph in versions.items():
        # a paragraph that begins with its parts has no text of its own; the recorded one stays
        if clean_input(paragraph.text):
            text = official_wording(main, files[code], paragraph.text, old=text)
        if clean_input(paragraph.tail):
            closing = official_wording(main, files[code], paragraph.tail, old=closing)
        for part in paragraph.parts:
            if clean_input(part.text):
                known = parts.get(part.id)
                summary = official_wording(main, files[code], part.text, old=known.summary if known else None)
                parts[part.id] = Part(id=known.id if known else part.id, summary=summary)
                order.append(part.id)
    # a part that is not in the file stays: an assessment or evidence may refer to it
    letters = dict.fromkeys([*order, *parts])
    others = view.same_demand(r) if r.id in view.recommendations else ()
    linked_already = {r.id, *(same.recommendation for same in r.same_demand), *(other.id for other in others)}
    linked = tuple(SameDemand(recommendation=i) for i in choice.same_demand if i not in linked_already)
    return replace(
        r,
        title=title,
        # nobody has written a summary yet; pages do not show one that only repeats the title
        summary=title if is_new or r.summary == r.title else r.summary,
        text=text,
        parts=tuple(parts[letter] for letter in letters),
        closing=closing,
        verification=Verification.SEEN,
        parts_read=None,
        source=r.source if r.text else Source(document=r.document),
        same_demand=(*r.same_demand, *linked),
    )


def _with_text_of_part(
    r: Recommendation, letter: str, versions: ParagraphByLanguage, *, files: FileByLanguage, main: str
) -> Recommendation:
    """Return the recommendation `r` for one letter, with the text of this part added in languages that `r` does not have."""
    text = r.text
    for code, paragraph in versions.items():
        words = next((part.text for part in paragraph.parts if part.id == letter), "")
        if clean_input(words) and code not in {each or main for each in text or {}}:
            text = official_wording(main, files[code], words, old=text)
    return replace(r, text=text, verification=Verification.SEEN)


def _with_themes(r: Recommendation, choice: ParagraphChoice) -> Recommendation:
    """Return `r` with the themes of the choice added to our own tags. The tags that `r` has stay."""
    ours = our_tags(r.tags)
    themes = tuple(dict.fromkeys([*ours.themes, *choice.themes]))
    return replace(r, tags=with_our_tags(r.tags, replace(ours, themes=themes)))


def quoted(file: ImportedDocument, text: str) -> str:
    """Return `text` if its words are in the file, otherwise ""."""
    return text if text and find_joints(text, file.file_text) is not None else ""


def official_wording(
    main: str, file: ImportedDocument, text: str, old: Mapping[str, TextVariant] | None = None
) -> dict[str, TextVariant]:
    """Return `old` with `text` as the official wording in the language of `file`. An empty `text` removes this wording.

    All quotations of an import are made here, except titles of documents. Raise ImportRefused if `text` is not in `file`.
    """
    if text and not quoted(file, text):
        raise ImportRefused(_NOT_IN_FILE, {"words": text[:80]})
    return update_text(old, {file.language: text}, main, origins={file.language: TextOrigin.OFFICIAL})
