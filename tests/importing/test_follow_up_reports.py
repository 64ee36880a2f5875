"""Reports on follow-up to concluding observations: each text in `follow_up` has another layout; its .json says what it says."""

import io
import json
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from tests.support.canary_documents import pdf_with_text, saved
from tests.support.command_line import run_command
from tests.support.examples import examples
from tests.support.server_process import ROOT
from tests.support.small_dataset import DOCUMENTS
from tests.support.view_requests import ask, small
from tracker.importing.documents.follow_up_records import unknown_grades
from tracker.importing.documents.follow_up_reports import read_follow_up_reports
from tracker.importing.documents.phrases import language_by_script
from tracker.importing.documents.reader import read_document
from tracker.importing.dry_run import describe_section
from tracker.model.errors import UnusableFile

EXAMPLES = examples(__file__)

FOLDER = Path(__file__).parent / "follow_up"
REPORTS = sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".json")
ONE_LINE_EACH = [name.partition(".")[0] for name in REPORTS if name[:2] in ("02", "03", "04", "07")]
FRAME = EXAMPLES["frame"]


def text_of(name):
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def described(document):
    reports = [describe_section(report) for report in document.follow_up_reports]
    return reports[0] if len(reports) == 1 else reports


def expected(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_says_what_it_says(name):
    document = read_document((FOLDER / name).read_bytes())
    assert described(document) == expected(name.partition(".")[0])
    assert [report.unread for report in document.follow_up_reports if report.unread] == []


@pytest.mark.parametrize("name", ONE_LINE_EACH)
def test_a_docx_with_a_table_and_a_web_page_say_the_same(name):
    file = Document()
    rows = file.add_table(rows=0, cols=2)
    for line in filter(None, text_of(name).split("\n")):
        label, colon, value = line.partition(": ")
        cells = rows.add_row().cells
        if colon and label.split()[0] in ("Concluding", "Follow-up", "Reply", "First", "Заключительные", "Ответ"):
            cells[0].text, cells[1].text = f"{label}:", value
        else:
            cells[0].merge(cells[1]).text = line
    packed = io.BytesIO()
    file.save(packed)
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in text_of(name).split("\n")) + "</body></html>"
    assert described(read_document(packed.getvalue())) == expected(name)
    assert described(read_document(page.encode())) == expected(name)


@pytest.mark.parametrize("name", ["03-rounds-2015", "10-values-below-labels", "39-one-line"])
@pytest.mark.parametrize("width", [60, 100_000], ids=["other lines", "one line"])
def test_a_report_that_lost_its_lines_says_the_same(name, width):
    text = "\n".join(textwrap.wrap(" ".join(text_of(name).split()), width, break_on_hyphens=False))
    assert described(read_document(text.encode())) == expected(name)


@pytest.mark.parametrize(
    ("header", "evaluation", "grades"), EXAMPLES["grades stand before or after their scope in the header or below"]
)
def test_grades_stand_before_or_after_their_scope_in_the_header_or_below(header, evaluation, grades):
    (report,) = read_follow_up_reports(FRAME.format(header=header, evaluation=evaluation).split("\n"), is_paged=True)
    last = report.paragraphs[-1]
    assert [[found.grade, found.scope, found.evaluation] for found in last.grades] == grades


@pytest.mark.parametrize(
    ("written", "is_reply"),
    [
        *((words, False) for words in ("None.", "N/A", "No information was received.", "Нет", "Ответ не получен.", "Жок", "–")),
        *((words, True) for words in ("No law was changed.", "Нет оснований менять закон.", "None of the laws was changed.")),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_a_reply_is_no_position_of_the_state(written, is_reply):
    evaluation = (
        f"Summary of the information received from the State party\n{written}\nCommittee's evaluation: [B]: One."
    )
    (report,) = read_follow_up_reports(FRAME.format(header="", evaluation=evaluation).split("\n"))
    assert report.paragraphs[-1].reply == (written if is_reply else "")


@pytest.mark.parametrize(
    ("said", "dates"),
    [
        ("Принят Комитетом на его сто сорок пятой сессии (2–20 марта 2026 года).", "2026-03-02/2026-03-20"),
        ("* Принята Комитетом на своей 145-й сессии (23 февраля – 20 марта 2026 года).", "2026-02-23/2026-03-20"),
        ("Утверждён Комитетом на его 145-й сессии (2–31 февраля 2026 года).", None),
    ],
)
def test_the_session_of_a_russian_report_is_the_date_of_its_grades(said, dates):
    first, rest = text_of("07-ru").split("\n", 1)
    (report,) = read_document(f"{first}\n{said}\n{rest}".encode()).follow_up_reports
    assert report.session_dates == dates and report.session.endswith("сессии")


def test_the_lines_of_a_narrow_column_and_of_several_headers_are_put_together():
    section = """{state}
Concluding observations (110th
session):
CCPR/C/{code}/CO/2, 25 March 2014
Follow-up paragraphs: 14, 15 and
24
Reply: CCPR/C/{code}/CO/2/Add.1, 31 October
2016
Paragraph 14: The State party should act.
Committee's evaluation
[A]: It did.
Next periodic report: 28 March 2018
"""
    text = "".join(section.format(state=name, code=name[:3].upper()) for name in ("Aland", "Bland", "Cland"))
    found = [describe_section(report) for report in read_follow_up_reports(text.split("\n"), is_paged=True)]
    assert [(one["state"], one["adopted"], one["follow_up_paragraphs"], one["next_report"]) for one in found] == [
        (name, "2014-03-25", ["14", "15", "24"], "2018-03-28") for name in ("Aland", "Bland", "Cland")
    ]
    assert found[0]["replies"] == [{"symbol": "CCPR/C/ALA/CO/2/Add.1", "date": "2016-10-31"}]


@pytest.mark.parametrize(
    ("written", "replies"),
    [
        ("Received on 14 November 2014 – CCPR/C/TST/CO/2/Add.1", [("CCPR/C/TST/CO/2/Add.1", "2014-11-14")]),
        ("15 July 2013 and 3 December 2013", [(None, "2013-07-15"), (None, "2013-12-03")]),
        ("Due 2 November 2012. Received 16 May 2013", [(None, "2013-05-16")]),
        ("Due 2 November 2012, not received", []),
    ],
)
def test_a_reply_has_its_date_and_symbol(written, replies):
    text = FRAME.format(header=f"Reply: {written}", evaluation="Committee's evaluation: [B]")
    (report,) = read_follow_up_reports(text.split("\n"))
    assert [(reply.symbol, reply.date) for reply in report.replies] == replies


def test_concluding_observations_and_other_texts_are_no_report():
    for path in (Path(__file__).parent / "older").iterdir():
        assert not read_follow_up_reports(path.read_text("utf-8").split("\n"), is_paged=True)


def test_a_pdf_is_read_by_its_pages_and_a_scan_is_refused():
    lines = text_of("04-no-reply").split("\n")
    pdf = pdf_with_text("")
    font = pdf.pages[0].obj.Resources
    for part in (lines[:4], lines[4:]):
        shown = " ".join(
            f"({line.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj 0 -20 Td" for line in part
        )
        page = pdf.add_blank_page(page_size=(3000, 400))
        page.obj.Resources, page.obj.Contents = font, pdf.make_stream(f"BT /F1 12 Tf 30 350 Td {shown} ET".encode())
    document = read_document(saved(pdf))
    assert described(document) == expected("04-no-reply")
    assert [str(notice)[:43] for notice in document.notices] == ["The text was taken from the pages of a PDF,"]
    with pytest.raises(UnusableFile, match="pictures of its pages and no text"):
        read_document(saved(pdf_with_text("")))


def test_the_command_prints_the_json_of_one_state_or_a_list(tmp_path):
    name = "01-two-states-2017"
    path, ours = str(FOLDER / f"{name}.txt"), {"TRACKER_DATA": str(ROOT / "data"), "TRACKER_STATE": str(tmp_path)}
    assert json.loads(run_command("import", path, "--dry-run", "--json", settings=ours)[1]) == expected(name)
    one = run_command("import", path, "--dry-run", "--json", "--state", "norlandia", settings=ours)[1]
    assert json.loads(one) == expected(name)[0]
    code, _out, err = run_command("import", path, "--dry-run", "--state", "Farland", settings=ours)
    assert (code, "It has: Norlandia, Republic of Eastmark" in err) == (2, True)


@pytest.mark.parametrize("row", EXAMPLES["labels in one line"])
def test_labels_in_one_line_above_their_values_are_read(row):
    frame = (
        "Follow-up to concluding observations\nTestland\n{}\nParagraph 15: The State party should act.\n[B]: Welcome."
    )
    (report,) = read_follow_up_reports(frame.format(row).split("\n"))
    (reply,) = report.replies
    assert (report.state, report.concluding_observations, reply.date) == ("Testland", "CCPR/C/TST/CO/2", "2015-05-03")
    assert (report.follow_up_paragraphs, report.ngo_information) in [
        (("14", "15"), ""),
        (("14", "15"), "Centre for Law"),
    ]


@pytest.mark.parametrize(
    ("value", "dates"),
    [
        ("3 May 2015; letter of the Committee dated 12 June 2016", ["2015-05-03"]),
        (
            "3 May 2015 (letter sent by the Special Rapporteur on 12 June 2016); 4 July 2016",
            ["2015-05-03", "2016-07-04"],
        ),
        ("The Committee sent a letter on 12 June 2016. 4 July 2016", ["2016-07-04"]),
        ("Committee’s letter: 12 June 2016", []),
        (
            "3 May 2015 and 5 June 2015, a letter was sent to the State party on 12 June 2016",
            ["2015-05-03", "2015-06-05"],
        ),
        ("Letter from the Permanent Mission of Testland of 3 May 2015", ["2015-05-03"]),
    ],
)
def test_the_dates_of_the_committees_own_letters_are_no_replies(value, dates):
    frame = f"Follow-up report\nTestland\nConcluding observations: CCPR/C/TST/CO/2\nFollow-up paragraphs: 15\nReply: {value}"
    (report,) = read_follow_up_reports([*frame.split("\n"), "Paragraph 15: Act.", "[B]: Welcome."])
    assert [reply.date for reply in report.replies] == dates


@pytest.mark.parametrize("rows", EXAMPLES["states without a reply"])
def test_a_table_of_states_without_a_reply_is_a_grade_d_for_each(rows):
    reports = read_document(rows.encode()).follow_up_reports
    found = [(one.symbol, one.state, one.concluding_observations, one.adopted, one.replies) for one in reports]
    assert found == [
        ("CCPR/C/119/3", "Chad", "CCPR/C/TCD/CO/2", "2014-03-25", ()),
        ("CCPR/C/119/3", "Malta", "CCPR/C/MLT/CO/2", "2014-10-31", ()),
    ]
    assert [[grade.grade for p in one.paragraphs for grade in p.grades] for one in reports] == [["D"], ["D"]]


def test_the_grades_of_a_report_with_a_scale_of_its_own_are_known(tmp_path):
    own = "scale: {verification: seen, grades: [{grade: D}]}"
    report = f"  - {{id: fu, body: cat, kind: follow-up-assessment, title: T, symbol: CAT/C/1, cycle: c, verification: seen, {own}}}\n"
    view = ask(small(tmp_path, ("documents", DOCUMENTS + report))).view
    section, *_others = read_document(EXAMPLES["states without a reply"][0].encode()).follow_up_reports
    for symbol, strange in (("CAT/C/1", []), ("CAT/C/2", ["D"])):
        known = replace(section, symbol=symbol)
        assert unknown_grades(view, known, "cat", date="2024") == strange


@pytest.mark.parametrize(
    ("value", "due"),
    [
        ("31 February 2028", None),
        ("31 February 2028 (see the letter of 3 May 2027)", None),
        ("1–26 March 2028", None),
        ("to be determined", None),
        ("28 March 2018, instead of 28 March 2022", None),
        ("28 March 2020", None),
        ("28 March 2028", "2028-03-28"),
        ("2028 (country review in 2029)", "2028"),
    ],
)
def test_the_next_report_is_due_on_one_day_after_the_report_and_never_on_that_of_a_note(value, due):
    notes = "* Adopted by the Committee at its 131st session (1–26 March 2021).\n1 See CCPR/C/SR.1, 3 May 2029."
    text = FRAME.format(header="", evaluation=f"[B]: One.\nNext periodic report due: {value}\n{notes}")
    file, packed = Document(), io.BytesIO()
    for line in text.split("\n"):
        file.add_paragraph(line)
    file.save(packed)
    for data in (text.encode(), packed.getvalue()):
        (report,) = read_document(data).follow_up_reports
        assert report.next_report == due


@pytest.mark.parametrize(
    ("above", "grades", "unread"),
    [
        ("Next periodic report due: 2028\n1 See CCPR/C/SR.1.", [], ["14 (b) [C] not satisfactory", "15 (c) [D]: no reply"]),
        ("", [("C", "(b)", "not satisfactory")], ["15 (c) [D]: no reply"]),
    ],
)  # fmt: skip
def test_the_grades_in_a_table_below_the_paragraphs_are_read_for_their_own_part_or_named(above, grades, unread):
    file, packed = Document(), io.BytesIO()
    frame = "Follow-up report\nTestland\nConcluding observations: CCPR/C/TST/CO/2\nFollow-up paragraphs: 14, 15\nParagraph 14: Act.\n"
    for line in filter(None, f"{frame}Committee's evaluation\n[A]: It did.\n{above}".split("\n")):
        file.add_paragraph(line)
    table = file.add_table(rows=0, cols=2)
    for row in (("14 (b)", "[C] not satisfactory"), ("15 (c)", "[D]: no reply")):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    file.save(packed)
    (report,) = read_document(packed.getvalue()).follow_up_reports
    (paragraph,) = report.paragraphs
    assert [(one.grade, one.scope, one.evaluation) for one in paragraph.grades] == [("A", None, "It did."), *grades]
    assert list(report.unread) == unread


CLOSING = "The Committee regrets that none of it was published."
PARTS = "15 (a) [B]: The Committee notes it.\n(b) [C]: It asks for figures."


@pytest.mark.parametrize(
    ("evaluation", "last", "unread"),
    [
        (f"{PARTS}\n{CLOSING}", "It asks for figures.", [CLOSING]),
        (f"{PARTS}\nIt asks again.", "It asks for figures.", ["It asks again."]),
        # a second paragraph in each part
        (f"15 (a) [B]: Noted.\nThe Committee waits.\n(b) [C]: It asks.\n{CLOSING}", f"It asks. {CLOSING}", []),
        (f"[B]: Noted.\n{CLOSING}", f"Noted. {CLOSING}", []),
        ("15 (a) [B]: Noted, and of the centre the Committee said [E] before.", None, ["15: [E]"]),
    ],
)  # fmt: skip
def test_what_stands_after_the_parts_is_not_the_last_parts_and_no_grade_is_lost(evaluation, last, unread):
    evaluation = f"Committee's evaluation\n{evaluation}"
    (report,) = read_document(FRAME.format(header="", evaluation=evaluation).encode()).follow_up_reports
    assert list(report.unread) == unread
    assert last is None or report.paragraphs[0].grades[-1].evaluation == last


def test_grades_of_a_table_in_the_header_that_are_no_paragraphs_are_told():
    header = "Committee's evaluation:\n14 Access to doctors\nB1\n15 (a) Registers\n2 D\n"
    (report,) = read_document(
        FRAME.format(header=header, evaluation="Committee's evaluation [A]: It did.").encode()
    ).follow_up_reports
    assert list(report.unread) == ["B1", "2 D"]
    assert report.silent_paragraphs == ("14",)


def test_the_number_of_a_paragraph_above_its_part_has_no_grade_of_its_own():
    text = FRAME.format(header="Committee's evaluation: 14 [C]\n15\n15 (a) [B] It asks.", evaluation="")
    (report,) = read_document(text.encode()).follow_up_reports
    grades = {one.number: [(g.grade, g.scope) for g in one.grades] for one in report.paragraphs}
    assert grades == {"14": [("C", None)], "15": [("B", "(a)")]}


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [
        ("См. CCPR/C/KGZ/CO/2/Add.1.", "ru", "ru"),
        ("CCPR/C/KGZ/CO/2/Add.1", "ru", "ru"),
        ("The law was adopted.", "ru", "en"),
        ("Закон принят (see CCPR/C/120/2).", "en", "ru"),
    ],
)
def test_symbols_and_abbreviations_do_not_make_a_text_one_in_another_language(text, default, language):
    assert language_by_script(text, default) == language
