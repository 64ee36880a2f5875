"""Whose word a row is: its own committee, document and State always win over the document that was chosen for others."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.examples import examples
from tests.support.import_files import ENGLISH, TODAY, read, sheet_bytes, uhri_json, uhri_record
from tests.support.small_dataset import TRACKER, dataset
from tracker.importing.tables.cell_values import settle_cells, unclear_cells
from tracker.importing.tables.results import SheetKind
from tracker.importing.tables.row_comparison import (
    RowDefaults,
    organisation_key,
    source_key,
    suggested_document,
)
from tracker.importing.tables.row_review import is_clear, records_of_rows, review_sheet
from tracker.importing.tables.vocabulary import ImportVocabulary, mentions_several, organisation_in
from tracker.importing.uhri import JsonRecords, UhriChoice, WorkbookRecords, is_uhri_workbook, read_uhri
from tracker.importing.uploads import columns_left_out, describe_left_out, review_uhri
from tracker.model.errors import ImportRefused
from tracker.model.localized_text import TextVariant
from tracker.model.organisations import Organisation
from tracker.model.vocabulary import EvidenceDimension, EvidenceKind, OrganisationKind, TextOrigin, Verification
from tracker.queries.view import View
from tracker.sandbox.limits import UHRI_FILE, UHRI_WORKBOOK
from tracker.storage.dataset_reader import DatasetReader

EXAMPLES = examples(__file__)

ROOT = Path(__file__).parents[2]
SETTINGS = (
    TRACKER
    + """\
groups:
  - {id: drug-users, label: People who use drugs, keywords: [PWUD, ЛУН]}
  - {id: hiv, label: People living with HIV, keywords: [ЛЖВ]}
synonyms: [[PWUD, PWID, people who inject drugs]]
"""
)
BODIES = EXAMPLES["bodies"]
MIXED = EXAMPLES["mixed"]
CHOSEN = RowDefaults(document="co-2024")
NAMES = "The row names {}, but the document is E/C.12/RUR/CO/4."
NO_BODY = "“{}” is not a treaty body of this tracker, so the row is left out."
OTHER_STATE = "The row is about {}, but this tracker is about Ruritania."
NOT_LISTED = "The document “{}” is not listed here. Add it, or choose the document that is meant."
UNCLEAR = "It is not clear from which document the row comes: Committee."
HERE = (
    "issued_by: committee\ndocument: co-2021\ntitle: T\nsummary: S\nverification: seen\nsource: {document: co-2021}\n"
)
EXAMPLE = "CAT/C/RUR/CO/3"
THERE = HERE + "paragraph: '13'\n"


@pytest.fixture
def view(tmp_path) -> View:
    return View(dataset(tmp_path, {"tracker": SETTINGS, "treaty_bodies": BODIES}), TODAY)


@pytest.fixture
def words(view) -> ImportVocabulary:
    return ImportVocabulary.from_view(view, ENGLISH)


def review(view, words, rows, defaults=CHOSEN):
    return reviewed(view, read(sheet_bytes(*rows), words), defaults)


def reviewed(view, result, defaults=CHOSEN):
    return review_sheet(view, result, defaults, language=ENGLISH)


def without_unclear(result, words):
    """The sheet after a person left out every cell that was not clear."""
    return settle_cells(result, {cell.key: "" for cell in unclear_cells(result, words)})


def where(view, rows):
    """For each row that can be saved: its title → the document under which it would be recorded."""
    kept = [row for row in rows if row.can_be_saved]
    return {r.title[""].text: r.document for r in records_of_rows(view, kept, CHOSEN, language=ENGLISH)}


def test_a_sheet_of_several_committees_and_states_puts_no_row_under_a_document_that_is_not_its_own(view, words):
    rows = review(view, words, MIXED)
    assert where(view, rows) == {
        "Repeal the fines": "co-2024",
        "Train the guards": "co-2021",
        "Build houses": "co-2024",
        "Publish the budget": "co-2024",
    }
    assert [row.document for row in rows if row.title in ("Count the votes", "Sign the treaty")] == ["", ""]
    assert {row.title: row.problems for row in rows if not row.can_be_saved} == {
        "Free the press": (NAMES.format("CCPR"), NAMES.format("2022")),
        "Count the votes": (NO_BODY.format("CEDAW"),),
        "Sign the treaty": (OTHER_STATE.format("Marovia"), NO_BODY.format("UPR")),
        "Close the prison": (OTHER_STATE.format("MAR"),),
        "Open the archive": (NAMES.format("CAT"), NAMES.format("2014")),
        "Plant trees": (OTHER_STATE.format("Marovia"),),
    }


def test_a_sheet_with_errors_says_why_each_row_stays_out(view, words):
    mission = "Report of the mission to Marovia, para. 5"
    head = ["Committee", "Symbol", "Paragraph", "State", "Recommendation", "Group"]
    who = "{}: We do not know “{}”. Which committee is it?"
    cells = [
        (["CAT", "E/C.12/RUR/CO/4", "3", "", "Mixed up", ""], NAMES.format("CAT")),
        (["Comittee on Rihgts", "", "3", "", "Misspelt", ""], who.format("A3", "Comittee on Rihgts"), UNCLEAR),
        (["CESCR", "E/C.12/RUR/CO/5", "3", "", "Later", ""], NOT_LISTED.format("E/C.12/RUR/CO/5")),
        (["CESCR", "E/C.12/RUV/CO/4", "3", "", "A neighbour", ""], OTHER_STATE.format("RUV")),
        (["CRC", "", "3", "Ruritania", "Not listed", ""], NO_BODY.format("CRC")),
        (["CESCR", "CESCR 2024 para. 7", "9", "", "Two numbers", ""], "The row names several paragraphs: 7, 9."),
        (["", mission, "", "", "A mission", ""], NOT_LISTED.format(mission)),
        (["", "CCPR/C/MRV/Q/3", "5", "", "A list of issues", ""], OTHER_STATE.format("MRV")),
        (["", "CO", "5", "", "A title of two documents", ""], NOT_LISTED.format("CO")),
        (["HRC", "", "5", "", "Council or Committee", ""], who.format("A11", "HRC"), UNCLEAR),
        (
            ["CESCR", "", "9", "Ruritania, Marovia", "Right", "ЛУН, ЛГБ"],
            "F12: We do not know “ЛГБ”. Which group is it?",
        ),
    ]
    rows = review(view, words, [head, *(row for row, *_ in cells)])
    assert [row.title for row in rows if is_clear(row, read(sheet_bytes(*MIXED), words).kind)] == []
    assert [row.problems for row in rows] == [tuple(problems) for _, *problems in cells]


def test_a_row_that_the_review_let_pass_is_refused_at_the_save(view, words):
    for row in review(view, words, MIXED):
        if row.title in ("Free the press", "Sign the treaty", "Close the prison", "Plant trees"):
            passed = replace(row, document="co-2024", problems=())
            with pytest.raises(ImportRefused, match=f"Row {row.row.number}: The row"):
                records_of_rows(view, [passed], CHOSEN, language=ENGLISH)


def test_another_states_rows_come_in_only_if_the_settings_allow_it_and_the_editor_confirms(tmp_path, words):
    rows = [["State", "Recommendation"], ["Marovia", "Plant trees"]]
    confirmed = replace(CHOSEN, other_states=True)
    for setting, defaults, is_saved in (
        ("allow_other_states: true\n", CHOSEN, False),
        ("allow_other_states: true\n", confirmed, True),
        ("", confirmed, False),
    ):
        view = View(dataset(tmp_path / "other", {"tracker": SETTINGS + setting, "treaty_bodies": BODIES}), TODAY)
        assert [row.can_be_saved for row in review(view, words, rows, defaults)] == [is_saved]


def test_our_own_export_of_another_state_changes_nothing_here(tmp_path):
    view = View(dataset(tmp_path, {"r/cat-13": THERE}), TODAY)
    heads = ["id", "symbol", "paragraph", "title", "summary", "status"]
    export = sheet_bytes(heads, ["cat-13", "CAT/C/MRV/CO/3", "13", "Theirs", "S", ""])
    result = read(export, ImportVocabulary.from_view(view, ENGLISH))
    (row,) = reviewed(view, result, RowDefaults())
    assert (result.kind, row.can_be_saved) == ("own-export", False)
    assert row.problems[0] == OTHER_STATE.format("MRV")


def test_the_committee_of_a_row_cannot_be_left_out_as_unclear(view, words):
    rows = [["Committee", "Paragraph", "Recommendation"], ["Comittee on Rihgts", "3", "Misspelt"]]
    result = read(sheet_bytes(*rows), words)
    (cell,) = unclear_cells(result, words)
    assert settle_cells(result, {cell.key: ""}).problems == result.problems
    (row,) = reviewed(view, settle_cells(result, {cell.key: "cat"}))
    assert row.problems == (NAMES.format("CAT"),)


def test_a_row_without_a_state_below_that_of_another_one_is_not_ticked_by_itself(view, words):
    rows = [["State", "Recommendation"], ["", "Build houses"], ["Marovia", "Sign the treaty"], ["", "Hold a vote"]]
    found = review(view, words, [*rows, ["Ruritania", "Free the press"], ["", "Close the prison"]])
    head = ["State", "Recommendation", "Committee", "Year"]
    assert where(view, review(view, words, [head, ["Marovia", "A", "CAT", "2021"], ["", "B", "CAT", "2021"]])) == {}
    assert [is_clear(row, SheetKind.OTHER) for row in found] == [True, False, False, True, True]
    assert found[2].problems == ("The row names no State; the one above it is about Marovia.",)


def test_a_state_in_a_heading_or_a_title_is_that_of_the_rows_below(view, words):
    rows = [["Recommendation"], ["Build houses"], ["KAZAKHSTAN"], ["Sign the treaty"], ["Hold a vote"]]
    assert where(view, review(view, words, rows)) == {"Build houses": "co-2024"}
    titled = [["Казахстан: рекомендации Комитета (2022)", ""], ["Recommendation", "Paragraph"], ["Build houses", "3"]]
    assert [row.can_be_saved for row in review(view, words, titled)] == [False]


def test_a_heading_inside_the_table_names_the_committee_of_the_rows_below(view, words):
    rows = [["Recommendation"], ["CAT 2021"], ["Train the guards"], ["UPR"], ["Sign the treaty"]]
    found = review(view, words, rows)
    assert where(view, found) == {"Train the guards": "co-2021"}
    stated = [["State", "Recommendation", "Year"], ["Ruritania", "CAT", ""], ["Ruritania", "Train the guards", "2021"]]
    found = review(view, words, [*stated, ["Ruritania", "Open the archive", "2013"]])
    assert where(view, found) == {"Train the guards": "co-2021"}


def test_the_document_of_rows_that_name_only_their_committee_is_chosen_for_each_committee(view, words):
    rows = [["Committee", "Recommendation"], ["CAT", "Train the guards"], ["CESCR", "Build houses"]]
    defaults = RowDefaults(chosen=(("cat", "co-2021"), ("cescr", "co-2024")))
    found = where(view, review(view, words, rows, defaults))
    assert found == {"Train the guards": "co-2021", "Build houses": "co-2024"}


def test_a_document_that_was_added_meanwhile_is_found(tmp_path, view, words):
    read_before = read(sheet_bytes(["Symbol", "Recommendation"], ["CCPR/C/RUR/CO/2", "Free the press"]), words)
    more = "documents:\n  - {id: hrc, body: ccpr, kind: concluding-observations, title: CO, symbol: CCPR/C/RUR/CO/2, cycle: 2, issued: 2022, verification: seen}\n"
    later = View(dataset(tmp_path / "later", {"tracker": SETTINGS, "treaty_bodies": BODIES, "documents": more}), TODAY)
    assert [row.document for row in reviewed(later, read_before, RowDefaults())] == ["hrc"]


def test_uhri_says_nothing_twice_that_a_document_brought_in(tmp_path):
    quoted = THERE + "text: The State party should end the practice.\n"
    view = View(dataset(tmp_path, {"r/cat-13": quoted, "r/cat-14a": HERE + "paragraph: 14 (a)\n"}), TODAY)
    words = ImportVocabulary.from_view(view, ENGLISH)
    records = (
        uhri_record(AnnotationId="a1", Text="Conditions of detention\n13. The State party should end that practice."),
        uhri_record(AnnotationId="a2", Text="Prisons 14. The State party should build more of them."),
        uhri_record(AnnotationId="a3", Text="Courts15.The State party should pay judges."),
    )
    result = read_uhri(JsonRecords(uhri_json(*records), ENGLISH), UhriChoice(), words, limits=UHRI_FILE)
    rows = review_uhri(view, result, RowDefaults(), language=ENGLISH)
    found = [(row.row.value("paragraph"), row.state, row.can_be_saved) for row in rows]
    assert found == [("13", "changed", True), ("14", "new", False), ("15", "new", True)]
    assert [change.field for change in rows[0].compared.changes] == ["uhri_tags"]
    assert rows[1].problems == ("The tracker has this paragraph already as: 14 (a).",)


@pytest.mark.parametrize(
    ("written", "groups"),
    [
        ("ЛУН, ОЗТ", "people-who-use-drugs; ost-clients"),
        ("PWUD / PWID", "people-who-use-drugs"),
        ("ЛЖВ; женщины", "people-living-with-hiv; women"),
        ("НПО", "civil-society"),
    ],
)
def test_the_abbreviations_that_organisations_use_are_in_the_shipped_data(written, groups):
    shipped = ImportVocabulary.from_view(View(DatasetReader(ROOT / "data").read(), TODAY), ENGLISH)
    result = read(sheet_bytes(["Recommendation", "Group"], ["A", written]), shipped)
    assert (result.rows[0].value("groups"), result.problems) == (groups, ())


def test_a_column_of_ids_is_not_the_text(words):
    result = read(sheet_bytes(["Recommendation ID", "Recommendation"], ["5f1c", "Build houses"]), words)
    assert [column.field for column in result.columns if column.field] == ["text"]


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("Where from", "E/C.12/RUR/CO/4; CAT/C/RUR/CO/3"),
        ("Symbol", "E/C.12/RUR/CO/4 and CAT/C/RUR/CO/3"),
        ("Committee", "CESCR/CAT"),
        ("Where from", "E/C.12/RUR/CO/4, para. 3; para. 5"),
        ("Paragraph", "п. 3; п. 5"),
        *(("Paragraph", two) for two in ("3; 5", "3 (a) and 5", "3 и 5", "140.3, 140.5", "3–5", "3 (a) - 5")),
    ],
)
def test_a_row_that_names_two_documents_or_paragraphs_stays_out_whatever_is_chosen(view, words, heading, written):
    result = read(sheet_bytes([heading, "Recommendation"], [written, "Build houses"]), words)
    defaults = RowDefaults("co-2024", chosen=tuple((key, "co-2024") for key in ("", source_key(result.rows[0]))))
    chosen = {cell.key: cell.choices[0] for cell in unclear_cells(result, words) if cell.choices}
    (row,) = reviewed(view, settle_cells(result, chosen), defaults)
    assert row.problems == (f"The row names several documents or paragraphs: “{written}”. Give each a row of its own.",)
    with pytest.raises(ImportRefused, match="several documents"):
        records_of_rows(view, [replace(row, document="co-2024", problems=())], defaults, language=ENGLISH)


@pytest.mark.parametrize(
    "head",
    [
        "Recommendation ID|Country|Body/Mechanism|Symbol|Annotation type|Paragraph/Annotation text|Themes|Affected persons",
        "AnnotationId|Countries|Body|Symbol|AnnotationType|Text|Themes|AffectedPersons",
    ],
)
def test_an_excel_like_that_of_uhri_brings_in_recommendations_and_lists_concerns(view, words, head):
    same = ["Ruritania", "CAT", "CAT/C/RUR/CO/3"]
    rows = [
        ["1", *same, "Recommendations", "Prisons. 13. The State party should end it.", "Work; Health", "PWUD"],
        ["2", *same, "Concerns/Observations", "12. The Committee is concerned about it.", "Health", ""],
        ["3", "Marovia", *same[1:2], "CAT/C/MAR/CO/1", "Recommendations", "14. It should act.", "", ""],
        ["4", "Ruritania", "UPR", "A/HRC/40/9", "Recommendations", "Sign the treaty.", "", ""],
    ]
    data = sheet_bytes(["An export"], head.split("|"), *rows)
    assert is_uhri_workbook(data)
    result = read_uhri(WorkbookRecords(data, ENGLISH), UhriChoice(), words, limits=UHRI_WORKBOOK)
    rows = review_uhri(view, result, CHOSEN, language=ENGLISH)
    assert {(r.paragraph, r.themes) for r in result.recommendations if 3 in r.rows} == {("13", ("Work", "Health"))}
    concern = "UHRI does not call it a recommendation."
    problems = [(), (concern,), (OTHER_STATE.format("Marovia"),), (NO_BODY.format("UPR"),)]
    assert {row.row.number: row.problems for row in rows} == dict(enumerate(problems, 3))
    left = [*describe_left_out(rows, {3}, result, language=ENGLISH)]
    assert sorted(line.partition(" ·")[0] for line in left) == ["Row 4", "Row 5", "Row 6"]


def test_a_row_that_says_that_it_is_a_concern_is_no_recommendation(view, words):
    kinds = ["Concerns/Observations", "обеспокоенность", "Recommendation", "Concluding observations"]
    rows = [["Type", "Recommendation"], *([kind, f"Act on {n}"] for n, kind in enumerate(kinds))]
    assert [row.can_be_saved for row in review(view, words, rows)] == [False, False, True, True]


def test_what_stays_out_is_listed_with_its_reason_and_each_row_shows_its_own_reference(view, words):
    head = ["Where from", "Recommendation", "Group", "By when?", "Budget", "Status"]
    guards = ["CAT 2021 §13", "Train the guards", "ЛУН, ЛГБ", "31 February 2026", 3, "nearly there"]
    houses = ["CESCR §4", "Build houses", "", "32.13.2025", 4, ""]
    result = read(sheet_bytes(head, guards, houses, ["Итого: 2", "", "", "", 7, ""]), words)
    settled = without_unclear(result, words)
    first, second, total = rows = reviewed(view, settled)
    assert (first.can_be_saved, second.can_be_saved, total.state) == (True, True, "refused")
    assert (first.reference, second.reference) == ((("A2", "CAT 2021 §13"),), (("A3", "CESCR §4"),))
    no_date = "This is not a date. Write it as 2026-03-18, 18.03.2026, March 2026 or 2026."
    assert [*describe_left_out(rows, {2}, settled, language=ENGLISH)] == [
        "Row 2 · Train the guards: Left out: C2 “ЛГБ”. "
        f"Left out: D2 “31 February 2026”. {no_date} Left out: F2 “nearly there”.",
        f"Row 3 · Build houses: The row was not ticked. Left out: D3 “32.13.2025”. {no_date}",
        "Row 4 · Итого: 2 | 7: Left out: the row is a total.",
        "Column D · By when?: Not imported: a recommendation has no field for it.",
        "Column E · Budget: Not read: the heading is not known. Choose a field for it if it is needed.",
    ]
    assert second.left_out == (f"Left out: D3 “32.13.2025”. {no_date}",)


def test_what_was_assumed_about_a_cell_is_said_with_its_row(view, words):
    sheet = sheet_bytes(["Symbol", "Recommendation", "Status"], ["CAT/C/RUR/CO/3", "End it", "☑ Not implemented ☐ No"])
    (row,) = reviewed(view, read(sheet, words))
    assert row.notes == ("C2: Read as “not-implemented”.",)


def test_two_columns_that_differ_in_the_status_of_a_row_leave_it_out(view, words):
    head = ["Symbol", "Para", "Recommendation", "Assessment (en)", "Assessment (ru)"]
    both = [
        ["CAT/C/RUR/CO/3", n, "End it", "Partially implemented", said]
        for n, said in ((5, "выполнено"), (6, "прогресс"))
    ]
    same = ["CAT/C/RUR/CO/3", 7, "Train", "Not implemented", "не выполнено"]
    result = read(sheet_bytes(head, *both, same), words)
    (cell,) = unclear_cells(result, words)
    rows = reviewed(view, settle_cells(result, {cell.key: "implemented"}))
    told = "Cells of the row differ in “Status”: “Partially implemented”, “{}”. Leave only what is meant in the table."
    assert [row.problems for row in rows] == [(told.format("выполнено"),), (told.format("прогресс"),), ()]
    with pytest.raises(ImportRefused, match="Cells of the row differ"):
        records_of_rows(view, [replace(rows[0], document="co-2021", problems=())], CHOSEN, language=ENGLISH)


@pytest.mark.parametrize("written", ["in progress", "в процессе", "аткарылууда"])
def test_a_status_that_does_not_say_how_much_is_done_is_asked(view, words, written):
    result = read(sheet_bytes(["Symbol", "Recommendation", "Status"], ["CAT/C/RUR/CO/3", "End it", written]), words)
    (cell,) = unclear_cells(result, words)
    assert cell.message == f"“{written}” is not the name of a status. Which status is it?"
    assert (cell.guess, result.rows[0].value("status")) == ("", "")
    assert {"partially-implemented", "not-implemented"} <= {*cell.choices}


def test_a_source_that_is_named_once_above_its_rows_is_asked_for_in_each(view, words):
    rows = [["CAT", "Train", ""], ["", "Visit", "п. 4"], ["CESCR", "Build", ""], ["", "Pay", ""]]
    _, visit, _, pay = review(view, words, [["Committee", "Recommendation", "Where from"], *rows])
    above = "The row names no source. Write “{}” in it if it is that of the row above."
    assert (visit.problems, pay.problems) == ((above.format("CAT"),), (above.format("CESCR"),))


def test_two_rows_about_one_recommendation_are_not_both_ticked(tmp_path, words):
    view = View(dataset(tmp_path, {"r/cat-13": THERE}), TODAY)
    rows = [["Symbol", "Para", "Recommendation"], ["CAT/C/RUR/CO/3", 13, "End it"], ["CAT/C/RUR/CO/3", 13, "Begin it"]]
    first, second = review(view, words, rows)
    assert (first.problems, second.problems) == ((), ("The row is about the same recommendation as row 2.",))


REPLACED = "The words of a table would replace the quotation. Compare them with the document before you tick this row."
FILLED = "The words of a table would become the quotation. Compare them with the document before you tick this row."


@pytest.mark.parametrize(
    ("quoted", "note"), [("text: End incommunicado detention.\n", REPLACED), ("", FILLED)], ids=["replaced", "filled"]
)
@pytest.mark.parametrize("kind", SheetKind)
def test_words_that_nobody_read_never_become_the_quotation_by_themselves(tmp_path, words, quoted, note, kind):
    view = View(dataset(tmp_path, {"r/cat-13": THERE + quoted}), TODAY)
    result = read(sheet_bytes(["Symbol", "Para", "Text"], ["CAT/C/RUR/CO/3", 13, "End detention"]), words)
    if kind is SheetKind.OWN_EXPORT:
        result = replace(result, kind=kind, rows=(replace(result.rows[0], id="cat-13"),))
    (row,) = reviewed(view, result)
    assert [change.field for change in row.compared.changes] == ["text"]
    assert (row.can_be_saved, row.changes_quotation, is_clear(row, kind)) == (True, True, False)
    assert note in row.notes


@pytest.mark.parametrize(
    ("mark", "origin"), [(Verification.TO_CHECK, TextOrigin.OWN), (Verification.SEEN, TextOrigin.OFFICIAL)]
)
def test_words_of_a_table_that_replace_a_quotation_are_the_committees_only_if_they_were_read(
    tmp_path, words, mark, origin
):
    there = THERE + "text: {en: {text: End incommunicado detention., origin: official}}\n"
    view = View(dataset(tmp_path, {"r/cat-13": there}), TODAY)
    chosen = replace(CHOSEN, verification=mark)
    (row,) = review(view, words, [["Symbol", "Para", "Text"], ["CAT/C/RUR/CO/3", 13, "End detention"]], chosen)
    (r,) = records_of_rows(view, [row], chosen, language=ENGLISH)
    assert (r.text["en"].text, r.text["en"].origin) == ("End detention", origin)


def test_without_a_paragraph_nothing_is_source_read_and_uhri_never_is(tmp_path, words):
    view, chosen = View(dataset(tmp_path, {"r/cat-13": THERE}), TODAY), replace(CHOSEN, verification=Verification.SEEN)
    rows = review(view, words, [["Symbol", "Para", "Text"], [EXAMPLE, 7, "End it"], [EXAMPLE, "", "Stop it"]], chosen)
    told = "It is not marked “source read”: the row names no paragraph."
    assert [row.left_out for row in rows] == [(), (told,)]
    made = records_of_rows(view, rows, chosen, language=ENGLISH)
    assert [(r.paragraph, r.verification, bool(r.text)) for r in made] == [
        ("7", "seen", True),
        (None, "to-check", False),
    ]
    records = (uhri_record(AnnotationId="a1"), uhri_record(AnnotationId="a2", Text="15. The State party should pay."))
    result = read_uhri(JsonRecords(uhri_json(*records), ENGLISH), UhriChoice(), words, limits=UHRI_FILE)
    known, new = review_uhri(view, result, chosen, language=ENGLISH)
    assert "verification" not in [change.field for change in known.compared.changes]
    (r,) = records_of_rows(view, [new], chosen, language=ENGLISH)
    assert (r.verification, r.text) == ("to-check", None)


def test_a_name_of_body_and_year_with_strange_words_suggests_their_document(view, words):
    rows = [["Document", "Recommendation"], ["CESCR 2024 КР", "Build"], ["CAT 2021 Marovia", "Train"]]
    result = read(sheet_bytes(*rows), words)
    assert [suggested_document(view, row) for row in result.rows] == ["co-2024", "co-2021"]
    rows = reviewed(view, result, RowDefaults())
    assert [(row.document, row.can_be_saved) for row in rows] == [("", False), ("", False)]  # nobody has agreed yet


def test_the_reason_of_a_status_that_is_left_out_is_said(view, words):
    head = ["Symbol", "Recommendation", "Status", "Date", "Comment"]
    cells = [["CAT/C/RUR/CO/3", "End it", "nearly there", "2026-03-01", "A law was drafted"]]
    cells += [["CAT/C/RUR/CO/3", "Stop it", "implemented", "", "A law was passed"]]
    settled = without_unclear(read(sheet_bytes(head, *cells), words), words)
    first, second = reviewed(view, settled, replace(CHOSEN, organisation="us", ours=("",), skips_incomplete=True))
    without = "Without a status, the date and the reason of an assessment are left out:"
    assert first.left_out[-1] == f"{without} “2026-03-01”, “A law was drafted”."
    assert second.left_out == ("The assessment is left out: “implemented”, “A law was passed”.",)
    (row,) = review(view, words, [head, ["CAT/C/RUR/CO/3", "End it", "", "", "No law yet"]])
    assert row.left_out == (f"{without} “No law yet”.",)


def test_a_date_that_is_left_out_is_missed_and_said_so(view, words):
    head = ["Symbol", "Recommendation", "Status", "Date", "Comment"]
    result = read(sheet_bytes(head, ["CAT/C/RUR/CO/3", "End it", "not implemented", "03/04/2025", "No law"]), words)
    (row,) = reviewed(view, without_unclear(result, words), replace(CHOSEN, organisation="us", ours=("",)))
    assert row.problems == ("The status has no date.",)


def test_a_position_on_a_committees_paragraph_is_refused_before_the_save(view, words):
    head = ["Symbol", "Recommendation", "State position"]
    (row,) = review(view, words, [head, ["CAT/C/RUR/CO/3", "End it", "Noted"]])
    assert row.problems == ("only a recommendation of the Universal Periodic Review has a position of the State",)


US = replace(CHOSEN, organisation="editors", ours=("",))
LINKED: dict[str, Any] = {"link_kind": EvidenceKind.NEWS, "link_dimension": EvidenceDimension.PRACTICE}
LINKED["publishers"] = (("a.example", "The Mirror"),)
SIGNED = EXAMPLES["signed"]


def test_only_our_own_assessments_are_saved_for_the_part_that_is_named_and_as_many_as_confirmed(tmp_path, words):
    parts = THERE + "parts: [{id: a, summary: Pay}, {id: b, summary: Train}]\n"
    view = View(dataset(tmp_path, {"r/cat-13": parts}), TODAY)
    rows = review(view, words, SIGNED)
    assert [(row.state, row.adds_assessment) for row in rows] == [("same", False)] * 2 + [("new", False)]
    rows = review(view, words, SIGNED, replace(US, **LINKED))
    assert [(row.can_be_saved, row.adds_assessment) for row in rows] == [(True, True)] * 2 + [(True, False)]
    assert rows[2].left_out == ("The assessment is left out: “not implemented”, “2026-05”, “No house”, “Others”.",)
    for confirmed in (0, 1, 3):
        with pytest.raises(ImportRefused, match="Tick in whose name the assessments are published"):
            records_of_rows(view, rows, replace(US, **LINKED), language=ENGLISH, confirmed=confirmed)
    e, known, new = records_of_rows(view, rows, replace(US, **LINKED), language=ENGLISH, confirmed=2)
    said = [(a.part, a.status, a.organisation, a.evidence) for a in known.assessments]
    assert said == [("b", "not-implemented", "editors", (e.id,)), ("a", "implemented", "editors", (e.id,))]
    assert (known.title, known.source, new.assessments) == (view.recommendations["cat-13"].title, known.source, ())
    assert e.summary == e.title  # never the comment of a row
    link = (e.kind, e.publisher, e.title[""].text, e.link, e.verification)
    assert link == ("news", "The Mirror", "A report", "https://a.example/1", "to-check")
    assert [(bears.recommendation, bears.part, bears.effect) for bears in e.relevant_to] == [
        ("cat-13", "b", "context"),
        ("cat-13", "a", "context"),
    ]
    assert (known.source.link, new.source.link) == (None, None)


def test_a_link_is_left_out_until_somebody_says_what_it_is_and_is_no_evidence_until_then(tmp_path, words):
    parts = THERE + "parts: [{id: a, summary: Pay}, {id: b, summary: Train}]\n"
    view = View(dataset(tmp_path, {"r/cat-13": parts}), TODAY)
    first, second, _third = review(view, words, SIGNED, US)
    assert first.left_out == ("The link is left out: say above what kind of source the links are.",)
    assert "source_link" not in {change.field for row in (first, second) for change in row.compared.changes}
    needed = "“implemented” needs evidence. Add its link to the table, or add the assessment by hand."
    assert (second.can_be_saved, second.problems) == (False, (needed,))


def test_words_in_a_column_of_links_are_left_out_and_those_that_may_name_a_document_are_asked(view, words):
    head = ["Symbol", "Recommendation", "Link"]
    symbol = "CAT/C/RUR/CO/3"
    cells = [[symbol, "End it", "Letter of the ministry"], [symbol, "Train", "List of CAT"], ["", "Act", symbol]]
    result = read(sheet_bytes(head, *cells), words)
    first, second, third = reviewed(view, result)
    assert any(problem.startswith("C4: This is the symbol of a document, not a link.") for problem in third.problems)
    told = "This is not a link. A link begins with https://"
    assert (first.can_be_saved, first.left_out) == (True, (f"Left out: C2 “Letter of the ministry”. {told}",))
    assert second.problems == (f"C3: {told}",)
    unclear, of_symbol = unclear_cells(result, words)
    assert (unclear.written, of_symbol.written) == ("List of CAT", symbol)
    assert reviewed(view, settle_cells(result, {unclear.key: ""}))[1].can_be_saved


def test_evidence_of_a_link_is_in_the_language_of_the_table(tmp_path, words):
    view = View(dataset(tmp_path, {"tracker": SETTINGS + "languages: [en, ru]\n"}), TODAY)
    table = [["Symbol", "Рекомендация", "Link"], ["CAT/C/RUR/CO/3", "Отменить наказание", "Отчёт https://a.example/1"]]
    rows = review(view, words, table, replace(CHOSEN, **LINKED))
    e = next(r for r in records_of_rows(view, rows, replace(CHOSEN, **LINKED), language=ENGLISH) if hasattr(r, "kind"))
    assert ({code: text.text for code, text in e.title.items()}, e.summary) == ({"ru": "Отчёт"}, e.title)


def test_a_link_without_words_has_the_publisher_that_the_editor_names_as_its_title_and_is_one_item(view, words):
    head, cells = ["Symbol", "Recommendation", "Link"], ["https://www.a.example/1/", "http://a.example/1#top"]
    table = [head, *(["CAT/C/RUR/CO/3", f"End {n}", link] for n, link in enumerate(cells))]
    asked = replace(CHOSEN, **LINKED)
    assert {row.left_out for row in review(view, words, table, replace(asked, publishers=()))} == {
        ("The link is left out: say above who published it.",)
    }
    e, *new = records_of_rows(view, review(view, words, table, asked), asked, language=ENGLISH)
    assert (e.title[""].text, e.publisher, len(e.relevant_to), len(new)) == ("The Mirror", "The Mirror", 2, 2)


def test_cells_that_name_an_organisation_under_an_unknown_heading_say_whose_the_row_is(tmp_path):
    known = "organisations: [{id: us, name: We, kind: civil-society}, {id: them, name: Others, abbreviation: OT, kind: civil-society}]\n"
    view = View(dataset(tmp_path, {"tracker": SETTINGS + known}), TODAY)
    words = ImportVocabulary.from_view(view, ENGLISH)
    head = ["Symbol", "Recommendation", "Status", "Date", "Comment", "Column 6"]
    rated = ["CAT/C/RUR/CO/3", "", "not implemented", "2026-03", "No law"]
    cells = [[*rated[:1], f"R{i}", *rated[2:], name] for i, name in enumerate(("OT", "", "seen in March"))]
    result = read(sheet_bytes(head, *cells), words)
    assert [organisation_key(row) for row in result.rows] == ["ot", "", ""]
    rows = reviewed(view, result, replace(CHOSEN, organisation="us", ours=("",)))
    assert [row.adds_assessment for row in rows] == [False, True, True]
    assert columns_left_out(result) == []
    for heading in ("Contact person", "Мнение"):
        result = read(sheet_bytes([*head[:5], heading], *cells), words)
        assert [organisation_key(row) for row in result.rows] == ["ot", "", ""]


@pytest.mark.parametrize("heading", ["Assessed by", "Column 6"])
def test_an_assessment_of_ours_and_of_another_is_never_ours_alone_and_its_words_are_shown(tmp_path, heading):
    known = "organisations: [{id: us, name: Union of Us, abbreviation: UU, kind: civil-society}]\n"
    view = View(dataset(tmp_path, {"tracker": SETTINGS + known}), TODAY)
    words = ImportVocabulary.from_view(view, ENGLISH)
    head = ["Symbol", "Recommendation", "Status", "Date", "Comment", heading]
    cells = [
        ["CAT/C/RUR/CO/3", n, "not implemented", "2026-03", "No law", n] for n in ("UU и ЕАСВ", "Union of Us (UU)")
    ]
    rows = read(sheet_bytes(head, *cells), words)
    keys = tuple(organisation_key(row) for row in rows.rows)
    both, alone = reviewed(view, rows, replace(CHOSEN, organisation="us", ours=("", *keys)))
    assert (both.adds_assessment, alone.adds_assessment) == (False, True)
    assert both.left_out == ("The assessment is left out: “not implemented”, “2026-03”, “No law”, “UU и ЕАСВ”.",)
    assert mentions_several("UU и ЕАСВ", view.organisations.values())


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Harm Reduction Union (HRU)", "hru"),
        ("harm reduction union (hru)", "hru"),
        ("HRU (Союз снижения вреда)", "hru"),
        ("Союз снижения вреда (ССВ)", "hru"),
        ("Harm Reduction Union", "hru"),
        ("Harm Reduction Union (HRX)", "hru"),
        ("needle league", "hru"),
        ("Others (HR)", ""),
    ],
)
def test_an_organisation_is_known_by_its_name_with_its_abbreviation_in_brackets(written, found):
    name, short = ({"": TextVariant(text=a), "ru": TextVariant(text=b)} for a, b in (
        ("Harm Reduction Union", "Союз снижения вреда"), ("HRU", "ССВ")))  # fmt: skip
    assert (
        organisation_in(
            written,
            [
                Organisation(
                    id="hru",
                    kind=OrganisationKind.CIVIL_SOCIETY,
                    name=name,
                    abbreviation=short,
                    other_names=("Needle League",),
                )
            ],
        )
        == found
    )


@pytest.mark.parametrize(
    "written", ["Wаtch", "Wa\u200btch", "\u202bWatch\u202c", "WАTCН", "Wa\u00adtch", "Watch (Wаtch)"]
)
def test_a_name_with_letters_of_another_alphabet_or_invisible_ones_names_the_same_organisation(written):
    watch = Organisation(id="watch", kind=OrganisationKind.CIVIL_SOCIETY, name={"en": TextVariant(text="Watch")})
    assert organisation_in(written, [watch]) == "watch"
    assert mentions_several(f"Centre, {written.partition(' ')[0]}", [watch])
