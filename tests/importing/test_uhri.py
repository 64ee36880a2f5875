"""UHRI's export, JSON and XLSX: choosing, cleaning, merging."""

import io
import json
from dataclasses import replace

import pytest
from openpyxl import Workbook

from tests.support.examples import examples
from tests.support.import_files import ENGLISH, TODAY, book_bytes, sheet_bytes, small_vocabulary, uhri_json, uhri_record
from tests.support.small_dataset import dataset
from tracker.importing.symbols_and_changes import RowState
from tracker.importing.tables.row_comparison import RowDefaults, compare_other_rows
from tracker.importing.tables.row_review import documents_of_rows
from tracker.importing.uhri import (
    JsonRecords,
    UhriChoice,
    UhriKind,
    UhriResult,
    WorkbookRecords,
    read_uhri,
    uhri_rows,
    uhri_tags,
)
from tracker.model.errors import UnusableFile
from tracker.model.records import TagSet
from tracker.model.vocabulary import TagSource
from tracker.queries.view import View
from tracker.sandbox.limits import UHRI_FILE, UHRI_WORKBOOK

EXAMPLES = examples(__file__)

ALL = UhriChoice()
XLSX = EXAMPLES["xlsx"]


@pytest.fixture
def words(tmp_path):
    return small_vocabulary(tmp_path)


def read_workbook(data: bytes, choice: UhriChoice, words) -> UhriResult:
    return read_uhri(WorkbookRecords(data, ENGLISH), choice, words, limits=UHRI_WORKBOOK)


def read_json(data, words, choice=ALL, **more) -> UhriResult:
    return read_uhri(JsonRecords(io.BytesIO(data), ENGLISH, **more), choice, words, limits=UHRI_FILE)


def found(words, *records, choice=ALL) -> UhriResult:
    return read_json(uhri_json(*records).getvalue(), words, choice)


def test_a_record_becomes_a_recommendation_with_clean_values(words):
    (r,) = found(words, uhri_record()).recommendations
    assert (r.symbol, r.body, r.paragraph, r.date) == ("CAT/C/RUR/CO/3", "cat", "13", "2021-12-10")
    assert (r.text, r.states) == ("The State party should end the practice.", ("Ruritania",))
    assert r.kinds == (UhriKind.RECOMMENDATION,)
    assert (r.themes, r.groups, r.sdg) == (("Health",), ("Persons deprived of their liberty",), ("3",))
    assert (r.annotations, r.is_cleaned, r.kind_is_guess) == (("a1",), False, False)


@pytest.mark.parametrize(
    ("choice", "ids"),
    [
        (UhriChoice(states=("ruritania",)), ["a1", "a2", "a3"]),
        (UhriChoice(states=("Ruritania",), bodies=("cescr",)), ["a2"]),
        (UhriChoice(first_year=2020, last_year=2021), ["a1", "a4"]),
        (UhriChoice(themes=("health",)), ["a1", "a3", "a4"]),
        (UhriChoice(states=("Nowhere",)), []),
    ],
)
def test_records_are_chosen_by_state_body_year_and_theme(words, choice, ids):
    cescr = {"Body": "- Committee on Economic, Social and Cultural Rights", "Themes": ["- Work"]}
    records = [
        uhri_record(AnnotationId="a1", Text="One."),
        uhri_record(AnnotationId="a2", Text="Two.", PublicationDate="2015-01-01T00:00:00", **cescr),
        uhri_record(AnnotationId="a3", Text="Three.", Countries=["- Utopia", "- Ruritania"], PublicationDate="1999"),
        uhri_record(AnnotationId="a4", Text="Four.", Countries=["- Utopia"]),
    ]
    result = found(words, *records, choice=choice)
    assert sorted(id for r in result.recommendations for id in r.annotations) == ids
    assert (result.records, result.wanted) == (4, len(ids))


def test_several_annotations_of_a_paragraph_become_one_with_all_tags(words):
    result = found(
        words,
        uhri_record(AnnotationId="a1"),
        uhri_record(AnnotationId="a2", AnnotationType="Concerns/Observations", Themes=["- Work"]),
        uhri_record(AnnotationId="a2"),
        uhri_record(AnnotationId="a3", Text="13.\u00a0(a) Train all officers;"),
        uhri_record(AnnotationId="a4", Text="The State party should end the practice."),
        uhri_record(AnnotationId="a5", Text="14. Another paragraph."),
    )
    first, second = result.recommendations
    assert (first.annotations, first.themes) == (("a1", "a2", "a3", "a4"), ("Health", "Work"))
    assert first.kinds == (UhriKind.RECOMMENDATION, UhriKind.CONCERN)
    assert first.text == "The State party should end the practice.\n(a) Train all officers;"
    assert (second.paragraph, second.text) == ("14", "Another paragraph.")
    assert result.repeated == 1


def test_without_a_number_the_same_words_are_the_same_paragraph_of_one_document_only(words):
    text = "End the practice"
    result = found(
        words,
        uhri_record(AnnotationId="a1", Text=text),
        uhri_record(AnnotationId="a2", Text=f"- {text}."),
        uhri_record(AnnotationId="a3", Text=text, Symbol="CAT/C/RUR/CO/2"),
    )
    annotations = [(r.symbol, r.annotations) for r in result.recommendations]
    assert annotations == [("CAT/C/RUR/CO/2", ("a3",)), ("CAT/C/RUR/CO/3", ("a1", "a2"))]


@pytest.mark.parametrize(
    ("raw", "paragraph", "text"), EXAMPLES["html and glued words are cleaned and the number is the paragraph"]
)
def test_html_and_glued_words_are_cleaned_and_the_number_is_the_paragraph(words, raw, paragraph, text):
    (r,) = found(words, uhri_record(Text=raw)).recommendations
    assert (r.paragraph, r.text) == (paragraph, text)


@pytest.mark.parametrize(
    ("type_", "text", "kind", "is_guess"),
    [
        ("- Recommendations", "A.", UhriKind.RECOMMENDATION, False),
        ("Concerns/Observations", "It recommends.", UhriKind.CONCERN, False),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", "The Committee urges it.", UhriKind.RECOMMENDATION, True),
        ("0f8fad5b-d9cb-469f-a165-70867728950e", "The Committee is concerned.", UhriKind.CONCERN, True),
        ("", "Комитет рекомендует.", UhriKind.RECOMMENDATION, True),
        ("Something new", "A.", UhriKind.UNKNOWN, False),
    ],
)
def test_types_are_words_or_codes(words, type_, text, kind, is_guess):
    (r,) = found(words, uhri_record(AnnotationType=type_, Text=text)).recommendations
    assert (r.kinds, r.kind_is_guess) == ((kind,), is_guess)


def test_several_states_stay_in_the_result_so_that_a_person_sees_them(words):
    record = uhri_record(Countries=["- Utopia", "- Bolivia, Plurinational State of", "- Ruritania"])
    (r,) = found(words, record, choice=UhriChoice(states=("Ruritania",))).recommendations
    assert r.states == ("Utopia", "Bolivia, Plurinational State of", "Ruritania")


def test_uhris_tags_say_whose_they_are_and_unknown_names_are_returned(words):
    (r,) = found(words, uhri_record(Themes=["- Health", "- Right to work"])).recommendations
    tags, unknown = uhri_tags(r, words)
    assert tags == TagSet(tagged_by=TagSource.UHRI, themes=("health",), sdg=("3",))
    assert unknown == ("Right to work", "Persons deprived of their liberty")
    tags, unknown = uhri_tags(r, words, {"Right to work": "drug-policy"})
    assert (tags.themes, unknown) == (("health", "drug-policy"), ("Persons deprived of their liberty",))


def test_a_file_that_is_cut_off_gives_what_comes_before_and_a_sentence(words):
    whole = json.dumps([uhri_record(AnnotationId=f"a{n}", Text=f"Text {n}.") for n in range(3)]).encode()
    result = read_json(whole[:-200], words)
    assert [r.text for r in result.recommendations] == ["Text 0.", "Text 1."]
    assert result.problem.startswith("The file ends too early: it was not downloaded completely.")
    assert result.problem.endswith(" 2 records were read.")
    assert found(words, uhri_record()).problem == ""


@pytest.mark.parametrize("data", [b'{"version": 1}', b"nonsense", b'"text"', b"\xff\xfe[\0"])
def test_what_is_no_export_gets_a_sentence(words, data):
    with pytest.raises(UnusableFile, match="This is not an export of UHRI"):
        read_json(data, words)


def test_records_in_an_object_and_a_byte_order_mark_are_no_obstacle(words):
    data = b"\xef\xbb\xbf" + json.dumps({"total": 1, "results": [uhri_record(), None, 3, "text", {}]}).encode()
    result = read_json(data, words)
    assert ([r.paragraph for r in result.recommendations], result.records) == (["13"], 5)


def test_progress_is_told_and_can_cancel(words):
    class Cancelled(Exception):
        pass

    def cancel(read: int) -> None:
        if read > 100_000:
            raise Cancelled

    data = uhri_json(*(uhri_record(AnnotationId=str(n), Text="a" * 1_000) for n in range(300))).getvalue()
    with pytest.raises(Cancelled):
        read_json(data, words, progress=cancel)
    told: list[int] = []
    read_json(data, words, progress=told.append)
    assert told[-1] == len(data)


def test_the_xlsx_gives_the_same_as_the_json(words):
    row = [
        "13. The State party should end the practice.", "- Ruritania", "- CAT", "CAT/C/RUR/CO/3",
        "-\u00a0Health\n- Work", "- Persons deprived of their liberty",
        "- 3 - GOOD HEALTH AND WELL-BEING\n- 16 - PEACE", "2021-12-10", None, None, "- Recommendations", "a1",
    ]  # fmt: skip
    other = ["B.", "- Utopia", *row[2:]]
    choice = UhriChoice(states=("Ruritania",), themes=("work",))
    result = read_workbook(sheet_bytes(["An export"], XLSX, row, other), choice, words)
    same = found(words, uhri_record(Themes=["- Health", "- Work"], Sdgs=["- 3 - GOOD HEALTH", "- 16 - PEACE"]))
    assert [replace(r, rows=()) for r in result.recommendations] == [replace(r, rows=()) for r in same.recommendations]
    assert (result.recommendations[0].rows, same.recommendations[0].rows) == ((3,), (1,))
    assert (result.records, result.wanted) == (2, 1)
    with pytest.raises(UnusableFile, match="its columns were not found"):
        read_workbook(sheet_bytes(["Recommendation"], ["A"]), ALL, words)


def test_rows_of_several_sheets_of_the_xlsx_have_numbers_of_their_own(words):
    book = Workbook()
    for sheet, text in ((book.active, "13. End it."), (book.create_sheet("More"), "14. Change the law.")):
        sheet.append(XLSX[:4])
        sheet.append([text, "- Ruritania", "- CAT", "CAT/C/RUR/CO/3"])
    result = read_workbook(book_bytes(book), ALL, words)
    assert [(r.paragraph, r.rows) for r in result.recommendations] == [("13", (2,)), ("14", (4,))]


def test_bringing_in_the_same_recommendation_again_finds_the_one_that_is_there(tmp_path, words):
    recommendation = "issued_by: committee\ndocument: co-2021\nparagraph: '13'\ntitle: T\nsummary: S\nverification: seen\nsource: {document: co-2021}\n"
    with_text = recommendation + "text: {en: The State party should end the practice.}\n"
    records = [uhri_record(), uhri_record(AnnotationId="a2", Text="15. Another one.")]
    rows = uhri_rows(found(words, *records).recommendations, words)
    for text, state in ((recommendation, RowState.CHANGED), (with_text, RowState.SAME)):
        view = View(dataset(tmp_path / state, {"r/x": text}), TODAY)
        known, new = compare_other_rows(view, rows, documents_of_rows(view, rows, RowDefaults()), language=ENGLISH)
        assert (known.state, known.recommendation, new.state) == (state, "x", RowState.NEW)


@pytest.mark.parametrize(
    "raw",
    [
        "<div>Right to health?</div><div>45. The State party should act.</div>",
        "Health; housing<br>45<br>The State party should act.",
        "Health: A, B.<br/>Women: C.<br/>45.<br/>The State party should act.",
    ],
)
def test_the_number_is_found_in_a_line_of_its_own_below_headings(words, raw):
    (r,) = found(words, uhri_record(Text=raw)).recommendations
    assert (r.paragraph, r.text) == ("45", "The State party should act.")
