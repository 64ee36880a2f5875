"""Make the records to save from one section of a report on follow-up: the section about the State of the dataset.

The report and the State's replies become documents, and the concluding observations get the round of follow-up. Each
recommendation gets the State's reply and its grades as assessments. What the tracker already has from the
same report is not added again.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.values import update_text
from tracker.i18n import Language
from tracker.importing.documents import imported_document
from tracker.importing.documents.imported_document import FollowUpSection, ImportedDocument, ImportedGrade
from tracker.importing.documents.phrases import language_by_script
from tracker.importing.documents.quotation_check import Joint, find_joints
from tracker.importing.documents.records import NOT_READ, new_recommendation, official_wording, quoted
from tracker.importing.documents.wording_hints import propose_title
from tracker.importing.symbols_and_changes import LATIN_LOOKALIKES, observations_of_symbol
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused
from tracker.model.events import Event
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active, is_withdrawn
from tracker.model.localized_text import LocalizedText, TextVariant
from tracker.model.partial_dates import is_before
from tracker.model.records import Assessment, Recommendation, Source
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpRound
from tracker.model.vocabulary import NOT_SELECTED, DeadlineKind, DocumentKind, EventType, Verification, Voice
from tracker.queries.view import View, effective_date
from tracker.validation.scales import grades_in_use

NO_GRADE = N_("The file has no grade that could be read for these paragraphs: {list}. No grade is saved for them.")
KNOWN = N_("The register has the grades of this report for these paragraphs already: {list}. They are not saved again.")
NOT_LISTED = N_(
    "These paragraphs are not in the register, and the report does not quote them: {list}. No grade is saved for them. "
    "Add their recommendations first, then import this report again."
)
SEVERAL_GRADES = N_(
    "The file gives several grades to the same point of these paragraphs: {list}. These grades are not saved. "
    "Record them on the pages of the recommendations."
)
ALTERED = N_("The words of these paragraphs are not in the file letter for letter: {list}. No grade is saved for them.")
TOO_EARLY = N_("Enter one day, month or year after the date of the committee's report, or untick the deadline.")
LATER_REPLY = N_("The State's reply is later than the report that evaluates it. Check both dates.")
NO_TEXT = N_("The committee's report gives no text for this grade.")


@dataclass(frozen=True, slots=True)
class ParagraphMatch:
    """A paragraph of the report and its recommendation, if any. Without a `title`, no recommendation can be added.

    `joints` and `is_altered` are as in `ParagraphReview`.
    """

    paragraph: imported_document.GradedParagraph
    recommendation: Recommendation | None
    title: str = ""
    joints: tuple[Joint, ...] = ()
    is_altered: bool = False

    @property
    def can_be_saved(self) -> bool:
        """Return whether the paragraph can be saved: it has a recommendation or a title, and its words are the file's."""
        return not self.is_altered and bool(self.recommendation or self.title)


def is_one_of_several(grade: ImportedGrade, grades: Sequence[ImportedGrade]) -> bool:
    """Return whether the point of `grade` has another grade too: in its bracket, with its letter, or without one for its text."""
    return "/" in grade.grade or any(
        other.scope == grade.scope
        if other.scope and grade.scope
        else (other.scope or grade.scope) and other.evaluation == grade.evaluation
        for other in grades
        if other is not grade
    )


def section_as_document(section: FollowUpSection, imported: ImportedDocument) -> ImportedDocument:
    """Return a copy of `imported` with only this section and its State, so that it can be checked like any document."""
    symbol = section.concluding_observations or ""
    country = symbol.split("/")[2] if symbol.count("/") > 2 else ""
    return replace(imported, state=section.state or "", country=country, follow_up_reports=(section,))


def match_paragraphs(view: View, section: FollowUpSection, file_text: str) -> tuple[ParagraphMatch, ...]:
    """Return each paragraph of the section with its recommendation, in order. Its texts are looked for in `file_text`.

    A paragraph "21 (a)" without a recommendation of its own gets that of 21, and its grades get the scope "(a)".
    """
    observations = observations_of_symbol(view, section.concluding_observations)
    of_document = [r for r in view.dataset.recommendations.values() if observations and r.document == observations.id]
    of_document.sort(key=lambda r: is_withdrawn(r.events))  # an archived one only if there is no other
    known = {(r.paragraph or "").replace(" ", ""): r for r in reversed(of_document)}
    titles = set[str]()

    def match(paragraph: imported_document.GradedParagraph) -> ParagraphMatch:
        number, _space, own = paragraph.number.partition(" ")
        found = known.get(paragraph.number.replace(" ", ""))
        if found is None and own:  # "21 (a)": a part of paragraph 21
            found = known.get(number)
            grades = tuple(replace(grade, scope=grade.scope or own) for grade in paragraph.grades)
            paragraph = replace(paragraph, grades=grades) if found else paragraph
        title = propose_title(paragraph.title, paragraph.recommendation) if paragraph.recommendation else ""
        title = f"{title} ({paragraph.number})" if title and title in titles else title
        titles.add(title)
        texts = (paragraph.recommendation, paragraph.reply, *(grade.evaluation for grade in paragraph.grades))
        checked = [find_joints(text, file_text) for text in texts if text]
        joints = tuple(joint for joints in checked for joint in joints or ())
        return ParagraphMatch(paragraph, found, title, joints=joints, is_altered=None in checked)

    return tuple(map(match, section.paragraphs))


def date_of_reply(view: View, section: FollowUpSection) -> str:
    """Return the date of the State's only reply, as its document or else the report has it, or "": nobody else's date.

    Of several replies the report does not say whose words it sums up.
    """
    if len(section.replies) != 1:
        return ""
    (reply,) = section.replies
    known = document_of(view, reply.symbol)
    return (known.received if known else None) or reply.date or ""


def document_of(view: View, symbol: str | None) -> Document | None:
    """Return the document of the view with exactly this symbol, or None."""
    return next((d for d in view.documents.values() if symbol and d.symbol == symbol), None)


def propose_part(r: Recommendation, grades: Sequence[ImportedGrade], place: int) -> str | None:
    """Return the id of the part to which the grade at `place` (from 0) belongs; None if it is for the whole, or unclear."""
    ids = [part.id for part in r.parts]
    if scope := grades[place].scope:
        letters = re.findall(r"\w+(?=\))", scope.upper().translate(LATIN_LOOKALIKES).lower())
        return letters[0] if len(letters) == 1 and letters[0] in ids else None
    places = [id for id in ids if id.isdigit()]
    as_many = len(grades) == len(places) and not any(grade.scope for grade in grades)
    return places[place] if as_many else None


def unknown_grades(view: View, section: FollowUpSection, body: str, *, date: str) -> list[str]:
    """Return the grades that are not in the scale of the report or on `date` (except NOT_SELECTED), sorted; [] without a scale."""
    report = document_of(view, section.symbol)
    grades = grades_in_use(view.dataset, body, date, report=report.id if report else None) if date else ()
    graded = (paragraph.grades for paragraph in section.paragraphs)
    found = {one.grade for given in graded for one in given if not is_one_of_several(one, given)}
    return sorted(found - {*grades, NOT_SELECTED}) if grades else []


def follow_up_records(
    view: View,
    section: FollowUpSection,
    imported: ImportedDocument,
    *,
    date: str,
    reply_date: str,
    added: Mapping[str, str],
    parts: Mapping[tuple[str, int], str | None],
    was_read: bool = False,
    next_report: str | None = None,
) -> tuple[Record, ...]:
    """Return the records that a save of `section` adds or changes: documents first, then recommendations.

    `added` maps number of each ticked paragraph → title of the recommendation to add, "" for a known one. `parts` maps
    (number, place of a grade) → id of the part, or None for the whole. `date` is that of the report, `reply_date` that of
    the State's reply; without it, the words of the State are left out. `next_report` is when the next State report is due, if
    an editor ticked this. Return () if the concluding observations are not in the tracker. Raise ImportRefused if a
    committee did not write it, if nobody says that the report was read, if the State replied after the report, or if
    `next_report` is no date after it.
    """
    imported_document.refuse_other_author(imported)
    if reply_date and is_before(date, reply_date):
        raise ImportRefused(LATER_REPLY)
    if not was_read:
        raise ImportRefused(NOT_READ)
    if next_report is not None and (not next_report or "/" in next_report or is_before(next_report, date)):
        raise ImportRefused(TOO_EARLY)
    observations = observations_of_symbol(view, section.concluding_observations)
    if observations is None:
        return ()
    code, main = imported.language, view.settings.language
    _ = Language(code, main).gettext

    def words(text: str) -> dict[str, TextVariant]:
        # a report may quote a recommendation in another language
        of_text = language_by_script(text, code)
        is_known = of_text in view.settings.languages
        return official_wording(main, replace(imported, language=of_text) if is_known else imported, text)

    def own_words(text: str) -> LocalizedText:
        return update_text(None, {code: text}, main)

    back = Event(
        type=EventType.RESTORED,
        reason=own_words(_("Imported from {document}.", document=section.symbol or section.concluding_observations)),
    )
    new: dict[str, Document] = {}
    kind = DocumentKind.FOLLOW_UP_ASSESSMENT if section.symbol else DocumentKind.RAPPORTEURS_LETTER
    letters = (d for d in view.dataset.documents.values() if d.kind is kind and effective_date(d) == date)
    known_letter = None if section.symbol else next((d for d in letters if d.body == observations.body), None)
    paper = known_letter or _find_or_make_document(view, new, observations, kind=kind, symbol=section.symbol)
    if is_withdrawn(paper.events):
        paper = new[paper.id] = replace(paper, events=(*paper.events, back))
    if not paper.version:
        label = N_("Report on follow-up to concluding observations") if section.symbol else kind.label
        title = ", ".join(filter(None, [_(label), section.session]))
        paper = new[paper.id] = replace(paper, title=own_words(title), adopted=date)
    replies = []
    for reply in (reply for reply in section.replies if reply.symbol):
        document = _find_or_make_document(
            view, new, observations, kind=DocumentKind.FOLLOW_UP_REPORT, symbol=reply.symbol
        )
        if not document.version:
            document = replace(document, title=own_words(_("Follow-up report")), received=reply.date)
            document = new[document.id] = replace(document, verification=Verification.REPORTED)
        elif is_withdrawn(document.events):
            document = new[document.id] = replace(document, events=(*document.events, back))
        replies.append(document)
    action = words(quoted(imported, section.recommended_action))
    changed = _with_round(observations, section, paper, replies=replies, action=action)
    if next_report and next_report not in deadlines_of_next_report(observations):
        where = Source(document=paper.id, paragraph=", ".join(_numbers(section)) or None)
        due = Deadline(kind=DeadlineKind.NEXT_REPORT, date=next_report, source=where, verification=Verification.SEEN)
        changed = replace(changed, deadlines=(*changed.deadlines, due))
    records: list[Record] = [*new.values(), *([changed] if changed != observations else [])]
    replied_in, no_text = replies[0] if len(replies) == 1 else None, own_words(_(NO_TEXT))
    taken = set(view.dataset.recommendations)
    updated: dict[str, Recommendation] = {}
    for match in match_paragraphs(view, section, imported.file_text):
        paragraph, r = match.paragraph, match.recommendation
        if match.is_altered or paragraph.number not in added:
            continue
        source = Source(document=paper.id, paragraph=paragraph.number)
        if r is None and added[paragraph.number] and paragraph.recommendation:
            name = own_words(added[paragraph.number])
            r = new_recommendation(observations, paragraph.number, name, source=source, taken=taken)
            r = replace(r, text=words(paragraph.recommendation))
            taken.add(r.id)
        if r is None:
            continue
        said = []
        grades = paragraph.grades
        # several grades without letters have their place, such as "2", as their scope, if no parts are recorded
        are_places = len(grades) > 1 and not r.parts and not any(grade.scope for grade in grades)
        if paragraph.reply and reply_date:
            reply_in = (
                Source(document=replied_in.id, cited_by=paper.id)
                if replied_in
                else replace(source, document=None, cited_by=paper.id)
            )
            answer = Assessment(voice=Voice.STATE, date=reply_date, reason=words(paragraph.reply), source=reply_in)
            said = [replace(answer, verification=Verification.REPORTED)]
        said += [
            Assessment(
                voice=Voice.COMMITTEE,
                grade=grade.grade,
                part=parts.get((paragraph.number, n), propose_part(r, grades, n)),
                scope=str(n + 1) if are_places else grade.scope,
                date=date,
                reason=words(grade.evaluation) if grade.evaluation else no_text,
                source=source,
                verification=Verification.SEEN,
            )
            for n, grade in enumerate(grades)
            if not is_one_of_several(grade, grades)
        ]
        there = [a for a in r.assessments if is_active(a, None)]
        fresh = [a for a in said if not any(map(partial(_says_the_same, a), there))]
        if fresh or not r.version:
            base = updated.get(r.id, r)  # two paragraphs may be parts of the same recommendation
            events = (*base.events, back) if is_withdrawn(base.events) else base.events
            updated[r.id] = replace(base, assessments=(*base.assessments, *fresh), events=events)
    return (*records, *updated.values())


def unsaved_grades(
    matches: Sequence[ParagraphMatch], added: Collection[str], records: Sequence[Record]
) -> dict[str, list[str]]:
    """Return a mapping: reason → numbers of the paragraphs of which `records` lack a grade, though `added` has them or could not."""
    old = [a for match in matches if match.recommendation for a in match.recommendation.assessments]
    said = (a for r in records if isinstance(r, Recommendation) for a in r.assessments if a not in old)
    saved = Counter(a.source.paragraph for a in said if a.source and a.voice is Voice.COMMITTEE)
    reasons: dict[str, list[str]] = {NO_GRADE: [], KNOWN: [], NOT_LISTED: [], ALTERED: [], SEVERAL_GRADES: []}
    for match in matches:
        number, given = match.paragraph.number, match.paragraph.grades
        grades = [grade for grade in given if not is_one_of_several(grade, given)]
        if number in added and len(grades) < len(given):
            reasons[SEVERAL_GRADES].append(number)
        if match.is_altered:
            reasons[ALTERED].append(number)
        elif not match.can_be_saved:
            reasons[NOT_LISTED].append(number)
        elif number in added and (saved[number] < len(grades) or not given):
            reasons[KNOWN if grades else NO_GRADE].append(number)
    return {reason: numbers for reason, numbers in reasons.items() if numbers}


def _says_the_same(new: Assessment, old: Assessment) -> bool:
    """Return whether `old` is of the same voice and report, and for the same part or for none that is named."""
    papers = [a.source and (a.source.cited_by or a.source.document) for a in (new, old)]
    parts = [a.part or a.scope for a in (new, old)]
    return new.voice is old.voice and papers[0] == papers[1] and (None in parts or parts[0] == parts[1])


def _find_or_make_document(
    view: View, new: Mapping[str, Document], observations: Document, *, kind: DocumentKind, symbol: str | None
) -> Document:
    """Return the document with this symbol from the dataset or from `new`; otherwise a new one of this `kind`."""
    known = (d for d in (*view.dataset.documents.values(), *new.values()) if symbol and d.symbol == symbol)
    if found := next(known, None):
        return found
    form = DocumentForm(body=observations.body, kind=kind, symbol=symbol or "")
    return Document(
        id=form.suggest_id(view),
        body=observations.body,
        state=observations.state,
        kind=kind,
        symbol=symbol,
        title=observations.title,
        cycle=observations.cycle,
        verification=Verification.SEEN,
    )


def _with_round(
    observations: Document, section: FollowUpSection, paper: Document, *, replies: list[Document], action: LocalizedText
) -> Document:
    """Return the concluding observations, with the round of follow-up from `section`."""
    where = Source(document=paper.id, paragraph=", ".join(_numbers(section)) or None)
    old = observations.follow_up or FollowUp(verification=Verification.SEEN, source=where)
    follow_up = replace(old, paragraphs=old.paragraphs or section.follow_up_paragraphs)
    if section.follow_up_paragraphs and section.follow_up_paragraphs == follow_up.paragraphs:
        is_first = old.verification is Verification.TO_CHECK and not (old.paragraphs or old.steps or old.rounds)
        note = None if is_first else old.note  # the note of what nobody had checked said that
        follow_up = replace(follow_up, verification=Verification.SEEN, source=old.source or where, note=note)
    if paper.id not in {turn.report for turn in old.rounds}:
        turn = FollowUpRound(
            verification=Verification.SEEN,
            reply=replies[-1].id if replies else None,
            report=paper.id,
            ngos=(section.ngo_information[:500],) if section.ngo_information else (),
            lists_ngos=section.lists_ngos,
            action=action or None,
        )
        follow_up = replace(follow_up, rounds=(*old.rounds, turn))
    return replace(observations, follow_up=follow_up)


def _numbers(section: FollowUpSection) -> tuple[str, ...]:
    return section.follow_up_paragraphs or tuple(paragraph.number for paragraph in section.paragraphs)


def deadlines_of_next_report(observations: Document) -> set[str]:
    """Return the dates on which the tracker has the next State report due, after these concluding observations."""
    return {one.date for one in observations.deadlines if one.kind is DeadlineKind.NEXT_REPORT}
