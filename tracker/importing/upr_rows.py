"""A document of the Universal Periodic Review as rows of a table, which an editor reviews before anything is saved.

A report or a thematic list brings in recommendations, an addendum only the State's position on those in the tracker.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.values import free_id, text_from_input
from tracker.i18n import Language
from tracker.importing.documents.imported_document import (
    ImportedDocument,
    ImportedParagraph,
    ImportNotice,
    ParagraphKind,
    UprDocument,
)
from tracker.importing.documents.quotation_check import Joint, find_joints
from tracker.importing.documents.wording_hints import propose_themes
from tracker.importing.symbols_and_changes import observations_of_symbol
from tracker.importing.tables.results import CellProblem, FieldValue, Guess, ImportedRow, SheetKind, SheetResult
from tracker.model.labels import N_
from tracker.model.partial_dates import last_day
from tracker.model.registers import Document, TreatyBody
from tracker.model.vocabulary import SEPARATOR, DocumentKind, MechanismKind, Verification
from tracker.queries.view import View
from tracker.storage.yaml.defaults import known_mechanisms
from tracker.validation.state_party import state_in

_LAST_DAYS = (date(2011, 12, 31), date(2016, 12, 31), date(2022, 10, 31))
"""The last days of the first three cycles: the fourth began with the 41st session of the Working Group, in November 2022."""
_NO_MECHANISM = N_(
    "This tracker has no Universal Periodic Review yet. Ask whoever runs this tracker to add the Universal Periodic Review, "
    "then bring in the file."
)
_ALTERED = N_(
    "Its words, as they were put together, are not in the file letter for letter. Copy them from the document by hand."
)
_NOT_HERE = N_(
    "The addendum answers recommendations that are not in the tracker: {numbers}. Bring in the report first."
)


def upr_document(view: View, upr: UprDocument, language: Language) -> Document | None:
    """Return a new document; None for an addendum, a known report, no UPR in the view, no symbol or date."""
    symbol = report_symbol(upr)
    body = _mechanism(view)
    known = upr.adopted or upr.reviewed or ""
    if body is None or not symbol or not known or upr.kind == "addendum" or observations_of_symbol(view, symbol):
        return None
    title = language.gettext("Report of the Working Group on the Universal Periodic Review")
    return Document(
        id=free_id(DocumentForm(symbol=symbol).suggest_id(view), view.dataset.documents),
        body=body.id,
        state=state_in(view.dataset, upr.state),
        kind=DocumentKind.CONCLUDING_OBSERVATIONS,
        symbol=symbol,
        title=text_from_input(title, language),
        cycle=cycle_of(known),
        considered=upr.reviewed,
        adopted=upr.adopted,
        verification=Verification.SEEN,
    )


def cycle_of(partial_date: str) -> str:
    """Return the number of the cycle in which a report was adopted on this date."""
    return str(1 + sum(last_day(partial_date) > end for end in _LAST_DAYS))


def report_symbol(upr: UprDocument) -> str:
    """Return the symbol of the report: that of an addendum without its ending."""
    return re.sub(r"/Add\.\d+$", "", upr.symbol or "")


def upr_table(view: View, imported: ImportedDocument, upr: UprDocument, *, language: Language) -> SheetResult:
    """Return the recommendations or answers of the file as rows. An addendum only has rows for known recommendations.

    A row with words that are not in the file cannot be saved, and one whose words were joined says where.
    """
    problems = [_told(one, language) for one in upr.problems]
    if _mechanism(view) is None:
        problems.insert(0, language.gettext(_NO_MECHANISM))
    rows = list(_rows(view, upr))
    if missing := [one.number for one, row in zip(upr.recommendations, rows, strict=True) if row is None]:
        problems.append(language.gettext(_NOT_HERE, numbers=", ".join(missing[:60])))
    found = tuple(row for row in rows if row)
    checked = [(row.number, find_joints(row.value("text"), imported.file_text)) for row in found if row.value("text")]
    altered = tuple(CellProblem(n, "", language.gettext(_ALTERED)) for n, joints in checked if joints is None)
    told = [Guess(said, n) for n, joints in checked for said in _joint_sentences(joints or (), language)]
    guesses = (*map(Guess, problems), *told)
    return SheetResult(SheetKind.OTHER, report_symbol(upr), (), rows=found, problems=altered, guesses=guesses)


def _joint_sentences(joints: Sequence[Joint], language: Language) -> Iterator[str]:
    """Yield what forms/import_joints.html says of joints, as sentences."""
    _ = language.gettext
    for joint in joints:
        if joint.kept and not joint.may_have_note_number:
            yield _(
                "The file divides these words at the ends of lines. Check their hyphens in the document: {words}",
                words=joint.kept,
            )
        elif joint.kept:
            yield _(
                "Is the number at the end that of a footnote, which the committee's text does not have? {words}",
                words=joint.kept,
            )
        else:
            yield _("Joined here: “… {before}” + “{after} …”.", before=joint.before, after=joint.after)
            if joint.left_out:
                yield _("Between them the file has: “{words}”.", words=joint.left_out[:200])


def _told(notice: ImportNotice, language: Language) -> str:
    values = dict(notice.values)
    if page := re.fullmatch(r"page (\d+)", values.get("place", "")):
        values["place"] = language.gettext("page {n}", n=page[1])
    return language.gettext(notice.message, **values)


def _mechanism(view: View) -> TreatyBody | None:
    return next((body for body in view.bodies.values() if body.kind is MechanismKind.UPR), None)


def _rows(view: View, upr: UprDocument) -> Iterator[ImportedRow | None]:
    mechanism = _mechanism(view)
    body = mechanism.id if mechanism else known_mechanisms()["upr"].name["en"].text
    document = observations_of_symbol(view, report_symbol(upr))
    there = {r.paragraph or "" for r in view.recommendations.values() if document and r.document == document.id}
    for number, one in enumerate(upr.recommendations, 1):
        paragraph = one.key
        if upr.kind == "addendum" and paragraph not in there:
            # an addendum may name the number in the list alone: 5 for 115.5
            own = [name for name in there if "." not in paragraph and name.rpartition(".")[2] == paragraph]
            if len(own) != 1:
                yield None
                continue
            paragraph = own[0]
        said = {
            "symbol": report_symbol(upr),
            "body": body,
            "state": upr.state,
            "paragraph": paragraph,
            "document_date": upr.adopted or "",
            "recommending_states": SEPARATOR.join(one.recommenders),
            "response": one.position or "",
        }
        if one.text and paragraph not in there:
            asked = ImportedParagraph(paragraph, one.themes, ParagraphKind.RECOMMENDATION, text=one.text)
            said["themes"] = SEPARATOR.join(propose_themes(view, [asked]))
        values = [FieldValue(field, value, "") for field, value in said.items() if value]  # in no cell
        text = [FieldValue("text", one.text, one.text, language=upr.language)] if one.text else []
        yield ImportedRow(number, (*values, *text))
