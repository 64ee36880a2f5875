"""Bring in a report on follow-up: what is reviewed, saved at once, and undone at once."""

from dataclasses import replace

import pytest

from tests.support.examples import examples
from tests.support.form_pages import errors, html, opening, paste, press, tick, tick_read
from tests.support.small_dataset import ANNA
from tests.support.story_folder import DOCUMENTS, GRADED, RECOMMENDED, TRACKER
from tracker.model.lifecycle import is_active
from tracker.model.vocabulary import Voice
from tracker.storage.dataset_reader import DatasetReader

EXAMPLES = examples(__file__)

REPORT = EXAMPLES["report"]
FILES = {
    "documents.yaml": DOCUMENTS.replace("title: HRC 3,", "title: HRC 3, symbol: CCPR/C/KGZ/CO/9,").replace(
        "2022-12-09", "2014-12-09"
    ),
    "recommendations/hrc-3-20.yaml": GRADED + "paragraph: 20\n",
}
pytestmark = pytest.mark.usefixtures("_reads_here")


def test_a_report_is_reviewed_beside_the_register_saved_at_once_and_undone_at_once(opened, tmp_path):
    page = paste(opened("import_document"), REPORT)
    assert (errors(page), page.text_input(key="import_report_date").value) == ([], "16 October 2017 – 10 November 2017")
    assert "Review the drug laws" in html(page) and "This paragraph is not in the register." in html(page)
    assert {box.value for box in page.checkbox} == {False}
    tick(page).text_input(key="import_title_99").set_value("Adopt a law").run()
    page.checkbox(key="import_next_report").set_value(True).run()
    label = next(button.label for button in tick_read(page).button if button.key == "bring_save")
    assert label == "Save the report: 2 recommendations (CCPR), 1 deadline (CCPR), 5 assessments (The State, CCPR)"
    assert errors(press(page, "Save the report")) == []
    told = "Saved: 1 recommendation, 1 deadline, 5 assessments. 1 recommendation that is here already was changed."
    assert told in html(page)
    found = DatasetReader(tmp_path / "data").read()
    (turn,) = found.documents["hrc-3"].follow_up.rounds
    assert (turn.reply, turn.report, turn.lists_ngos) == ("ccpr-c-kgz-co-9-add-1", "ccpr-c-121-9", None)
    assert [(d.kind, d.date) for d in found.documents["hrc-3"].deadlines] == [("next-report", "2020-11-06")]
    said = [(a.voice, a.grade, a.scope, a.date) for a in found.recommendations["hrc-3-20"].assessments]
    assert said == [
        ("state", None, None, "2016-12-12"),
        ("committee", "B", "1", "2017-10-16/2017-11-10"),
        ("committee", "C", "2", "2017-10-16/2017-11-10"),
    ]
    new = found.recommendations["ccpr-2014-99"]
    assert (new.title[""].text, new.text[""].origin, len(new.assessments)) == ("Adopt a law", "official", 2)

    press(page, "Undo the last save")
    found = DatasetReader(tmp_path / "data").read()
    assert [a.events[-1].type for a in found.recommendations["hrc-3-20"].assessments] == ["withdrawn"] * 3
    assert found.recommendations["ccpr-2014-99"].events[-1].type == "withdrawn"
    assert not (found.documents["hrc-3"].follow_up and found.documents["hrc-3"].follow_up.rounds)


NO_NGOS = "No NGO information is listed"


@pytest.mark.parametrize(("line", "listed"), [("", None), ("NGO information: None\n", False)])
def test_no_ngo_information_is_said_only_of_an_empty_heading(opened, tmp_path, line, listed):
    page = paste(opened("import_document"), REPORT.replace("Committee's eval", f"{line}Committee's eval", 1))
    assert (NO_NGOS in html(page)) is (listed is False)
    press(tick_read(tick(page)), "Save the report")
    assert DatasetReader(tmp_path / "data").read().documents["hrc-3"].follow_up.rounds[0].lists_ngos is listed


def test_a_letter_with_other_words_about_a_group_has_no_sentence_about_ngos(opened):
    text = EXAMPLES["letter"].replace(
        "Paragraph 20 (a)", "Information was also received from the Open Group.\nParagraph 20 (a)"
    )
    page = paste(opened("import_document"), text)
    assert "Paragraph 20 (a)" in html(page) and NO_NGOS not in html(page)


def test_the_review_says_of_which_ticked_paragraphs_no_grade_is_saved_and_why(opened, tmp_path):
    page = tick_read(tick(paste(opened("import_document"), REPORT)))
    assert not any("grade" in one.value for one in page.info)
    press(page, "Save the report")
    again = REPORT.replace("6 November 2020", "7 November 2021").replace("20 [B] [C] and 99 [A]", "20 and 99")
    page = tick_read(tick(paste(opened("import_document"), again.replace("[A]: The", "The"))))
    told = [one.value for one in page.info]
    assert "The file has no grade that could be read for these paragraphs: 99. No grade is saved for them." in told
    assert (
        "The register has the grades of this report for these paragraphs already: 20. They are not saved again." in told
    )


NOT_HERE = (
    "These paragraphs are not in the register, and the report does not quote them: 99. No grade is saved for them. "
)


def test_a_grade_without_a_recommendation_is_said_not_to_be_saved_and_what_was_compared_is_read(tmp_path, monkeypatch):
    files = FILES | {"documents.yaml": FILES["documents.yaml"].replace(
        "symbol: CCPR/C/KGZ/CO/9,", "symbol: CCPR/C/KGZ/CO/9, follow_up: {verification: to-check, note: Not checked.},"
    )}  # fmt: skip
    text = REPORT.replace("Paragraph 99: The State party should adopt a law.", "Paragraph 99: A law")
    page = tick_read(tick(paste(opening(tmp_path, monkeypatch, files)("import_document"), text)))
    assert any(one.value.startswith(NOT_HERE) for one in page.info)
    assert '<a href="/edit?what=recommendation&amp;document=hrc-3&amp;lang=en">Add it from the conc' in html(page)
    press(page, "Save the report")
    found = DatasetReader(tmp_path / "data").read().documents["hrc-3"].follow_up
    assert (found.verification, found.paragraphs, found.note) == ("seen", ("20", "99"), None)
    assert found.source.document == "ccpr-c-121-9"


def test_a_second_part_of_a_recommendation_gets_its_grade_from_a_later_import(tmp_path, monkeypatch):
    files = FILES | {"recommendations/hrc-3-20.yaml": f"{GRADED}paragraph: 20\n{LETTERS}"}
    again = opening(tmp_path, monkeypatch, files)
    parts = "Paragraph 20 (a): One.\nCommittee's evaluation\n[B]: Some.\nParagraph 20 (b): Two.\nCommittee's evaluation\n[C]: None.\n"
    start, end = REPORT.index("Paragraph 20:"), REPORT.index("Paragraph 99:")
    text = REPORT[:start] + parts + REPORT[end:]
    text = text.replace("paragraphs: 20 and 99", "paragraphs: 20 (a), 20 (b) and 99").replace(
        "20 [B] [C]", "20 (a) [B], 20 (b) [C]"
    )
    for number in ("20 (a)", "20 (b)"):
        page = paste(again("import_document"), text)
        page.checkbox(key=f"import_tick_{number}").set_value(True).run()
        press(tick_read(page), "Save the report")
    found = DatasetReader(tmp_path / "data").read().recommendations["hrc-3-20"].assessments
    assert [(a.grade, a.part) for a in found if a.voice == "committee"] == [("B", "a"), ("C", "b")]


@pytest.mark.parametrize("two", ["(a) [B2/C1]:", "(a) [B2][C1]:", "(a) [B2] (a) [C1]:", "(a) [B2, C1]:", "[B2/C1]:"])
def test_of_two_grades_on_one_point_none_is_saved_and_the_review_says_so(opened, tmp_path, two):
    text = (
        REPORT.replace("20 [B] [C] and 99 [A]", "20 and 99")
        .replace("[B]: The", f"{two} The")
        .replace("[C]:", "(b) [C]:")
    )
    page = tick_read(tick(paste(opened("import_document"), text)))
    told = "several grades to the same point of these paragraphs: 20. These grades are not saved."
    assert [told in one.value for one in page.info] == [True]
    assert errors(press(page, "Save the report")) == []
    found = DatasetReader(tmp_path / "data").read().recommendations["hrc-3-20"].assessments
    assert [(a.grade, a.scope) for a in found if a.voice is Voice.COMMITTEE] == [("C", "(b)")]


def test_a_title_that_is_emptied_does_not_lose_the_paragraph(opened, tmp_path):
    page = tick(paste(opened("import_document"), REPORT))
    page.text_input(key="import_title_99").set_value("").run()
    press(tick_read(page), "Save the report")
    assert len(DatasetReader(tmp_path / "data").read().recommendations["ccpr-2014-99"].assessments) == 2


KNOWN_REPLY = "  - {id: add, body: ccpr, kind: follow-up-report, title: Reply, symbol: CCPR/C/KGZ/CO/9/Add.1, cycle: 3, verification: reported}\n"


@pytest.mark.parametrize(("written", "typed", "dates"), [
    (", 12 December 2016", None, ["2016-12-12"]),
    ("", None, []),
    ("", "2016", ["2016"]),
])  # fmt: skip
def test_the_words_of_the_state_have_their_own_date_or_are_left_out(tmp_path, monkeypatch, written, typed, dates):
    files = {**FILES, "documents.yaml": FILES["documents.yaml"] + KNOWN_REPLY}
    page = opening(tmp_path, monkeypatch, files)("import_document")
    page = paste(page, REPORT.replace(", 12 December 2016", written))
    assert page.text_input(key="import_reply_date").value == ("12 December 2016" if written else "")
    if typed:
        page.text_input(key="import_reply_date").set_value(typed).run()
    press(tick_read(tick(page)), "Save the report")
    found = DatasetReader(tmp_path / "data").read().recommendations
    assert [a.date for a in found["hrc-3-20"].assessments if a.voice == "state"] == dates
    assert len(found["hrc-3-20"].assessments) == 2 + len(dates)


def test_a_reply_is_not_later_than_the_report_that_evaluates_it(opened, tmp_path):
    page = tick(paste(opened("import_document"), REPORT.replace(", 12 December 2016", ", 12 December 2018")))
    told = "The State's reply is later than the report that evaluates it. Check both dates."
    assert told in [one.value for one in page.info] + [one.value for one in page.warning]
    before = DatasetReader(tmp_path / "data").read().recommendations["hrc-3-20"].assessments
    page.text_input(key="import_reply_date").set_value("12 December 2016").run()
    press(tick_read(page), "Save the report")
    assert len(DatasetReader(tmp_path / "data").read().recommendations["hrc-3-20"].assessments) > len(before)


def test_words_in_another_script_are_not_said_to_be_in_the_language_of_the_report(tmp_path, monkeypatch):
    opened = opening(tmp_path, monkeypatch, FILES | {"tracker.yaml": f"{TRACKER}languages: [en, ru]\n"})
    text = REPORT.replace("A law was adopted.", "Закон принят и исполняется.")
    page = press(tick_read(tick(paste(opened("import_document"), text))), "Save the report")
    assert errors(page) == []
    said = DatasetReader(tmp_path / "data").read().recommendations["ccpr-2014-99"].assessments
    assert [(a.voice.value, *a.reason) for a in said] == [("state", "ru"), ("committee", "")]


def test_of_two_replies_nobodys_date_is_taken_and_the_review_names_both(opened, tmp_path):
    second = "\nSecond reply: CCPR/C/KGZ/CO/9/Add.2, 3 May 2017\nCommittee's evaluation"
    page = paste(opened("import_document"), REPORT.replace("\nCommittee's evaluation", second, 1))
    assert any("several replies of the State: 12 December 2016; 3 May 2017. It is" in one.value for one in page.info)
    press(tick_read(tick(page)), "Save the report")
    found = DatasetReader(tmp_path / "data").read().recommendations["hrc-3-20"].assessments
    assert {a.voice for a in found} == {Voice.COMMITTEE}


LONG = "The Committee {} the plan of the Government against torture, and the training of judges, prosecutors and"
HEAD = "\n{}\n\fKyrgyzstan\n"


def test_the_head_of_a_page_stays_out_of_a_quotation(opened, tmp_path):
    welcomes, regrets = LONG.format("welcomes"), LONG.format("regrets")
    text = REPORT.replace("The Committee welcomes the plan.", f"{welcomes}{HEAD.format(7)}police officers.")
    text = text.replace("The Committee regrets the lack of resources.", f"{regrets}{HEAD.format(8)}police officers.")
    press(tick_read(tick(paste(opened("import_document"), text))), "Save the report")
    found = DatasetReader(tmp_path / "data").read().recommendations["hrc-3-20"]
    assert [a.reason[""].text for a in found.assessments[1:]] == [
        f"{words} police officers." for words in (welcomes, regrets)
    ]


def test_a_paragraph_that_may_have_the_head_of_a_page_in_it_is_left_out_and_the_rest_is_saved(opened, tmp_path):
    once = f"{LONG.format('regrets')}{HEAD.format(9)}police officers.".replace("Kyrgyzstan", "Ministry")
    page = paste(opened("import_document"), REPORT.replace("A plan was approved.", once))
    assert html(page).count("Its words, as they were put together, are not in the file letter for letter.") == 1
    press(tick_read(tick(page)), "Save the report")
    found = DatasetReader(tmp_path / "data").read().recommendations
    assert (found["hrc-3-20"].assessments, len(found["ccpr-2014-99"].assessments)) == ((), 2)


def test_a_strange_grade_of_a_paragraph_that_cannot_be_saved_stops_no_other(opened, tmp_path):
    strange = "Paragraph 44: Prisons.\nCommittee's evaluation\n[B1]: It asks.\n"
    page = paste(opened("import_document"), REPORT.replace("paragraphs: 20", "paragraphs: 20, 44") + strange)
    press(tick_read(tick(page)), "Save the report")
    assert DatasetReader(tmp_path / "data").read().recommendations["hrc-3-20"].assessments


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (REPORT.replace("KGZ/CO/9", "KGZ/CO/8"), "no concluding observations with the symbol CCPR/C/KGZ/CO/8"),
        (REPORT.replace("[A]: The", "[B1]: The"), "The committee's scale of that time has no grade B1."),
        (REPORT.replace("Adopted by the Committee", "By it"), "Enter the date of the committee's report"),
        (REPORT.replace("Kyrgyzstan", "Uruguay").replace("KGZ", "URY"), "Uruguay"),
    ],
)
def test_what_is_missing_gets_a_sentence_and_saves_nothing(opened, text, sentence):
    page = paste(opened("import_document"), text)
    assert any(sentence in info.value for info in page.info)
    # what cannot be mended below is said at the top
    assert any(sentence in one.value for one in page.warning) is (
        "committee" not in sentence or "no concluding" in sentence
    )
    assert next(button for button in page.button if button.key == "bring_save").disabled


PARTS = "parts: [{id: '1', summary: One}, {id: '2', summary: Two}]\n"
LETTERS = "parts: [{id: a, summary: One}, {id: b, summary: Two}]\n"


@pytest.mark.parametrize(("parts", "text", "chosen", "expected"), EXAMPLES["a grade is for the part that is said"])
def test_a_grade_is_for_the_part_that_is_said(tmp_path, monkeypatch, parts, text, chosen, expected):
    name, record = ("co-4-12", RECOMMENDED) if text == EXAMPLES["letter"] else ("hrc-3-20", GRADED)
    files = FILES | {f"recommendations/{name}.yaml": f"{record}paragraph: 20\n{parts}"}
    files["documents.yaml"] = files["documents.yaml"].replace("title: CO 4,", "title: CO 4, symbol: E/C.12/KGZ/CO/4,")
    page = tick(paste(opening(tmp_path, monkeypatch, files)("import_document"), text))
    for place, part in chosen.items():
        page.selectbox(key=f"import_part_20_{place}").set_value(part).run()
    press(tick_read(page), next(button.label for button in page.button if button.key == "bring_save"))
    found = DatasetReader(tmp_path / "data").read().recommendations[name].assessments
    assert [[a.grade, a.part, a.scope] for a in found if a.voice == "committee"] == expected


TWO = "organisations: [{id: watch, name: W, kind: civil-society}, {id: centre, name: C, kind: civil-society}]\n"


def test_a_report_whose_import_was_undone_comes_in_again_also_for_another_organisation(opened, tmp_path):
    data = tmp_path / "data"
    (data / "tracker.yaml").write_text((data / "tracker.yaml").read_text() + TWO)
    for handle, organisation in (("w", "watch"), ("w", "watch"), ("c", "centre")):
        who = replace(ANNA, handle=f"editor-{handle}", organisation=organisation)
        page = tick_read(tick(paste(opened("import_document", who=who), REPORT)))
        assert errors(press(page, "Save the report")) == []
        assert page.warning[-1].value.startswith("Each statement here says whether it is “source read”.")
        found = DatasetReader(data).read()
        assert sum(is_active(a, None) for a in found.recommendations["hrc-3-20"].assessments) == 3
        assert [r.id for r in found.recommendations.values() if r.paragraph == "99"] == ["ccpr-2014-99"]
        assert is_active(found.documents["ccpr-c-121-9"], None)
        page = press(page, "Undo the last save")


def test_a_grade_in_the_title_of_a_letters_paragraph_is_said_not_to_be_saved(opened):
    text = EXAMPLES["letter"].replace("E/C.12/KGZ/CO/4", "CCPR/C/KGZ/CO/9").replace("Laws", "Laws [B]")
    text = text.replace(
        "The Committee considers that the recommendation has been partially implemented.", "It is welcome."
    )
    page = tick_read(tick(paste(opened("import_document"), text)))
    assert any("no grade that could be read for these paragraphs: 20 (a)" in one.value for one in page.info)


@pytest.mark.parametrize(
    ("date", "typed", "saved"),
    [
        ("6 November 2020", None, []),
        ("31 February 2028", None, []),
        ("6 November 2020", "", ["2020-11-06"]),
        ("31 February 2028", "7 March 2028", ["2028-03-07"]),
    ],
)
def test_a_deadline_is_saved_only_if_it_is_ticked_and_its_date_is_asked_where_there_is_none(
    opened, tmp_path, date, typed, saved
):
    page = paste(opened("import_document"), REPORT.replace("6 November 2020", date))
    page.checkbox(key="import_tick_20").set_value(True).run()
    if typed is not None:
        page.checkbox(key="import_next_report").set_value(True).run()
    tick_read(page)
    if typed:
        sentence = "Enter one day, month or year after the date of the committee's report, or untick the deadline."
        field = page.text_input(key="import_next_report_date")
        for wrong in ("", "March 2016", "1–26 March 2028"):
            field.set_value(wrong).run()
            tick_read(page)
            assert sentence in [one.value for one in page.info], wrong
        field.set_value(typed).run()
        tick_read(page)
    assert errors(press(page, "Save the report")) == []
    found = DatasetReader(tmp_path / "data").read().documents["hrc-3"]
    assert [d.date for d in found.deadlines] == saved


def test_the_review_names_the_rows_with_grades_that_are_not_read(opened):
    page = paste(opened("import_document"), f"{REPORT}14 (b) | [C] not satisfactory\n15 (c) | [D]: no reply\n")
    told = "to which paragraph or part it belongs. Record it by hand:\n\n- 14 (b) [C] not satisfactory\n- 15 (c) [D]: no reply"
    assert sum(one.value.replace("\\", "").endswith(told) for one in page.warning) == 1
