"""A quotation is in its file, letter for letter: what is, what is not, and where it joins two texts."""

import io
import re
from pathlib import Path

import pytest
from docx import Document as new_docx
from docx.oxml import OxmlElement

from tests.support.canary_documents import pdf_with_text, saved
from tests.support.observations_corpus import load_corpus, plain
from tests.support.observations_files import HEADS, DocxWriter, as_docx_with_heads, as_html, as_pages_with_heads
from tests.support.observations_files import as_pasted_text as as_text
from tracker.importing.documents.quotation_check import Joint, find_joints
from tracker.importing.documents.reader import read_document

CORPUS = {document.name: document for document in load_corpus()}
REPORTS = sorted(path for path in (Path(__file__).parent / "follow_up").iterdir() if path.suffix != ".json")
GLUED = "The Committee notes the Code, but asks how often access was refused in 2012 and 2013."


def quotations(document):
    """Everything that an import of the document would quote."""
    for paragraph in document.paragraphs:
        yield from filter(None, paragraph.texts)
    for section in document.follow_up_reports:
        for paragraph in section.paragraphs:
            texts = (paragraph.recommendation, paragraph.reply, *(grade.evaluation for grade in paragraph.grades))
            yield from filter(None, texts)


def letters(text):
    return re.sub(r"[\s\u00ad-]", "", text)


def wrong_and_refused(document, data):
    """What is quoted but is not in the text of the document, and the share of what is refused."""
    read = read_document(data)
    printed = letters(" ".join(f"{block.shown} {plain(block.text)}" for block in document.blocks))
    found = [(text, find_joints(text, read.file_text) is not None) for text in quotations(read)]
    quoted = [text for text, is_there in found if is_there]
    wrong = [text for text in quoted if any(letters(line) not in printed for line in text.split("\n"))]
    return wrong, 1 - len(quoted) / len(found)


@pytest.mark.parametrize("name", CORPUS)
def test_every_quotation_of_a_document_is_in_its_file(name):
    document = CORPUS[name]
    ways = [DocxWriter(document, way).write() for way in ("typed", "automatic", "revised")]
    ways += [as_html(document, "lists"), as_text(document, "close"), as_text(document, "double")]
    assert [wrong_and_refused(document, data) for data in ways] == [([], 0)] * 6


def test_every_quotation_of_a_report_is_in_its_file_except_one_into_which_a_page_end_is_glued():
    read = [read_document(path.read_bytes()) for path in REPORTS]
    assert [text for one in read for text in quotations(one) if find_joints(text, one.file_text) is None] == [GLUED]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", ["cat-en", "ccpr-ru"])
def test_no_head_of_a_page_comes_into_a_quotation(name, head):
    document = CORPUS[name]
    for at_top in (True, False):
        for ends in ("form feed", "number", "symbol"):
            wrong, refused = wrong_and_refused(document, as_pages_with_heads(document, head, at_top=at_top, ends=ends))
            assert (wrong, refused < 0.08) == ([], True), (at_top, ends, refused)
    # a Word file that was made of a PDF: what cannot be told from a head is refused
    assert [wrong_and_refused(document, as_docx_with_heads(document, head, words=n))[0] for n in (150, 333)] == [[], []]


FILE = """CCPR/C/KGZ/CO/9
1. The Committee considered the report.
12. The State party should strengthen its efforts to
investigate all complaints of torture,1 ensure that follow-
up is prompt, and provide compen-
____________
1 See CCPR/C/KGZ/CO/8.
3
\fKyrgyzstan
sation to victims within 12 months. It should not\x20
delay:
(a) The law on the police;
"""
WHOLE = (
    "The State party should strengthen its efforts to investigate all complaints of torture, ensure that follow-up is "
    "prompt, and provide compensation to victims within 12 months. It should not delay:"
)


def test_a_joint_says_what_stands_before_it_after_it_and_between():
    assert find_joints(WHOLE, FILE) == (
        Joint("investigate all complaints of torture,", "ensure that follow-up is prompt,", "1"),
        Joint("of torture, ensure that follow-", "up is prompt, and provide", "", "follow-up"),
        Joint(
            "follow-up is prompt, and provide",
            "compensation to victims within 12",
            "1 See CCPR/C/KGZ/CO/8. 3 Kyrgyzstan",
        ),
        Joint("is prompt, and provide compen", "sation to victims within 12", "", "compensation"),
    )
    assert find_joints("It should not delay:\n(a) The law on the police;", FILE) == ()


@pytest.mark.parametrize(
    "altered",
    [
        WHOLE.replace("should strengthen", "must strengthen"),
        WHOLE.replace("all complaints", "complaints"),
        WHOLE.replace("12 months", "months"),
        WHOLE.replace("should not delay", "should delay"),
        WHOLE.replace("compensation", "Kyrgyzstan compensation"),
        "It should not delay: The State party should strengthen its efforts",
        "The law on the police; investigate all complaints",
        "trengthen its efforts",
        "",
    ],
)
def test_words_that_are_altered_moved_or_cut_are_not_in_the_file(altered):
    assert find_joints(altered, FILE) is None


def test_a_footnote_below_a_number_that_stands_alone_is_not_in_the_sentence_that_goes_on_at_the_next_page():
    pages = (
        "A/HRC/15/2\n5\n20. Algeria welcomed the presentation of the report and expressed hope for the rapid restoration\n"
        "of constitutional order, the restoration of stability and respect for human rights. Norway\n1\nBhutan and Morocco.",
        "A/HRC/15/2\n6\nexpressed concern about the vulnerable situation of human rights defenders, journalists and\n"
        "lawyers. Norway made recommendations.",
    )
    glued = "respect for human rights. Norway Bhutan and Morocco. expressed concern about the vulnerable situation"
    assert find_joints(glued, "\f".join(pages)) is None


NOTED = """CAT/C/KGZ/CO/9
Concluding observations on the report of Kyrgyzstan
1. The Committee considered the report.
2. The State party should amend its Code (art.
12 (1)).1 It should do so as asked in 1999,2 under resolution 2200 A (XXI) (see para. 9):3
(a) Ratify Convention No. 182 on 47 matters, cut 12,500 cases by 4 per cent and 1,4 million by 2027;
(b) Report to the NGO5 and to the Office.6
_______________
1 General comment No. 2.
2 A/55/44, paras. 70–75.
3 Ibid., para. 9.
4 Ibid., para. 10.
GE.24-12341 (E) 1
\fCAT/C/KGZ/CO/9
3. The State party should end drug-
related cases and self-
incrimination of docu-
ments.
"""
AMENDED = "The State party should amend its Code (art. 12 (1)). It should do so as asked in 1999, under resolution 2200 A (XXI) (see para. 9):"
RATIFY = "Ratify Convention No. 182 on 47 matters, cut 12,500 cases by 4 per cent and 1,4 million by 2027;"
REPORT = "Report to the NGO5 and to the Office.6"


def test_the_number_of_a_footnote_is_not_in_a_quotation_and_no_real_number_is_left_out():
    read = read_document(NOTED.encode())
    second = read.paragraphs[1]
    assert [*filter(None, second.texts)] == [AMENDED, RATIFY, REPORT]
    assert [joint.left_out for joint in find_joints(AMENDED, read.file_text)] == ["1", "2"]
    # a person decides about what may be real, or has no footnote
    assert [joint.kept for joint in find_joints(RATIFY, read.file_text)] == ["1,4"]
    kept = [(joint.before, joint.left_out, joint.kept) for joint in find_joints(REPORT, read.file_text)]
    assert kept == [("Report to the NGO5", "", "NGO5"), ("NGO5 and to the Office.6", "", "Office.6")]
    for real in ("182", "1", "47", "12,500", "1,4 ", "9", "2200"):
        assert find_joints(AMENDED.replace(real, ""), read.file_text) is None or real not in AMENDED
        assert find_joints(RATIFY.replace(real, ""), read.file_text) is None or real not in RATIFY


@pytest.mark.parametrize("rule", ["_______________\n", ""])
def test_a_footnote_whose_raised_number_stands_in_a_line_of_its_own_is_no_text_of_the_paragraph(rule):
    lonely = re.sub(r"(?m)^(\d) (?=[A-Z])", r"\1\n ", NOTED).replace("_______________\n", rule)
    assert lonely.count("\n ") == 4
    read = read_document(lonely.replace("Office.6", "Office.4").encode())
    assert [*filter(None, read.paragraphs[1].texts)] == [AMENDED, RATIFY, REPORT.removesuffix("6")]
    assert read.paragraphs[2].text.startswith("The State party should end drug-related cases")


def test_the_number_of_a_footnote_after_an_abbreviated_year_is_left_out_and_after_other_abbreviations_kept():
    asked = "Государству-участнику следует с 2014 г.1 выполнять п.1 и ст.1 Закона"
    read = read_document(
        f"1. {asked} (ст. 3).2\n________\n1 Там же, п. 9.\n2 Там же, п. 8.\n3\n\f2. Комитет рекомендует иное.\n".encode()
    )
    assert read.paragraphs[0].text == asked.replace("г.1", "г.") + " (ст. 3)."
    assert [(joint.left_out, joint.kept) for joint in find_joints(read.paragraphs[0].text, read.file_text)] == [
        ("1", "")
    ]


def test_a_hyphen_at_the_end_of_a_line_is_a_joint_whether_it_stays_or_not():
    read = read_document(NOTED.encode())
    text = read.paragraphs[2].text
    assert text == "The State party should end drug-related cases and self-incrimination of documents."
    kept = [(joint.before, joint.after, joint.kept) for joint in find_joints(text, read.file_text)]
    assert kept == [
        ("State party should end drug-", "related cases and self-incrimination of", "drug-related"),
        ("end drug-related cases and self-", "incrimination of documents.", "self-incrimination"),
        ("cases and self-incrimination of docu", "ments.", "documents"),
    ]


@pytest.mark.parametrize("end", ["-<br>", "-<br/>\n ", "&shy;<br>", "&#173;<br />"])
@pytest.mark.parametrize("kind", ["html", "docx"])
def test_a_word_that_a_line_break_divides_is_whole_in_a_quotation_and_is_a_joint(kind, end):
    page = f"<p>1. Комитет рекоменд&shy;ует государству-участнику преду{end}смотреть меры.</p><ol type=a><li>соз{end}дать</li></ol>"
    data = f"<!DOCTYPE html><html><body>{page}</body></html>".encode()
    if kind == "docx":
        file, target = new_docx(), io.BytesIO()
        run = file.add_paragraph("1. Комитет рекомендует государству-участнику ").add_run("преду")
        run._element.append(OxmlElement("w:softHyphen" if end[0] == "&" else "w:noBreakHyphen"))
        run.add_break()
        run.add_text("смотреть меры.")
        file.add_paragraph("(a) создать")
        file.save(target)
        data = target.getvalue()
    read = read_document(data)
    assert read.paragraphs[0].text == "Комитет рекомендует государству-участнику предусмотреть меры."
    assert [part.text for part in read.paragraphs[0].parts] == ["создать"]
    (joint,) = find_joints(read.paragraphs[0].text, read.file_text)
    assert (joint.before.split()[-1], joint.after.split()[0], joint.kept) == ("преду", "смотреть", "предусмотреть")
    joints = find_joints("создать", read.file_text)
    assert [one.kept for one in joints] == (["создать"] if kind == "html" else [])


@pytest.mark.parametrize("end", ["-\n", "- \r\n  ", "&shy;\n", "-\n<b></b>", "-\n</i><b>"])
def test_a_word_that_the_source_of_a_page_divides_is_whole_and_a_joint_without_a_question_about_footnotes(end):
    page = f"<p>1. Комитет рекомендует обучить <i>органы внутрен{end}них дел двух-\nи более лет.</p>"
    read = read_document(f"<html><body>{page}</body></html>".encode())
    assert read.paragraphs[0].text == "Комитет рекомендует обучить органы внутренних дел двух- и более лет."
    joints = find_joints(read.paragraphs[0].text, read.file_text)
    assert [(joint.kept, joint.may_have_note_number) for joint in joints] == [("внутренних", False), ("двух-", False)]


@pytest.mark.parametrize(
    "mark", ["<sup>1</sup>", '<span style="vertical-align: super">1</span>', "¹", '<span class="footnote-ref">1</span>']
)
def test_a_raised_number_of_a_web_page_is_not_in_a_quotation(mark):
    page = f"<p>1. The State party should heal 5 km² of land{mark} and publish rule 12{mark} (art. 3).{mark} It should report.</p>"
    read = read_document(f"<!DOCTYPE html><html><body>{page}</body></html>".encode())
    assert (
        read.paragraphs[0].text
        == "The State party should heal 5 km² of land and publish rule 12 (art. 3). It should report."
    )
    assert [joint.left_out for joint in find_joints(read.paragraphs[0].text, read.file_text)] == ["1"] * 3


def test_a_raised_number_of_a_word_file_is_not_in_a_quotation_and_its_footnote_is_one():
    file, target = new_docx(), io.BytesIO()
    for piece in ("1. The State party should heal 5 km", "^2", " of land (art. 12).", "^3", " It should report."):
        if piece.startswith("1."):
            paragraph = file.add_paragraph()
        paragraph.add_run(piece.lstrip("^")).font.superscript = piece[0] == "^"
    note = file.add_paragraph()
    note.add_run("3").font.superscript = True
    note.add_run(" See rule 72.")
    file.save(target)
    read = read_document(target.getvalue())
    assert read.paragraphs[0].text == "The State party should heal 5 km² of land (art. 12). It should report."
    assert [joint.left_out for joint in find_joints(read.paragraphs[0].text, read.file_text)] == ["3"]
    assert "See rule 72." in read.notes


def test_a_word_that_two_paragraphs_divide_is_joined_and_shown_and_the_rule_above_footnotes_is_no_text():
    file, target = new_docx(), io.BytesIO()
    lines = [
        "1. The State party should close places of deten-",
        "CAT/C/RUR/CO/3",
        "2/4 GE.26-01234",
        "tion of children.",
    ]
    for line in (*lines, "2. It should also:", "(a) follow-", "(b) act on it.", "_________", "¹ See rule 72."):
        file.add_paragraph(line)
    file.save(target)
    read = read_document(target.getvalue())
    whole = "The State party should close places of detention of children."
    assert [paragraph.text for paragraph in read.paragraphs] == [whole, "It should also:"]
    assert [part.text for part in read.paragraphs[1].parts] == ["follow-", "act on it."]
    assert [joint.kept for joint in find_joints(whole, read.file_text) if joint.kept] == ["detention"]


def test_lines_that_a_pdf_draws_across_two_columns_are_not_quoted_as_one():
    left = "1. The State party should review|all laws on the police, publish|the results, and train all its|judges within the next two years."
    right = "The Committee is concerned about|the lack of means of the courts.|It thanks the delegation for its|answers to all of the questions."
    lines = list(zip(left.split("|"), right.split("|"), strict=True))
    drawn = " ) Tj /F1 7 Tf "
    for n, line in enumerate(lines):
        drawn += "".join(
            f"1 0 0 1 {x} {240 - 9 * n} Tm ({words}) Tj " for x, words in zip((20, 220), line, strict=True)
        )
    read = read_document(saved(pdf_with_text(f"{drawn} 1 0 0 1 20 20 Tm (9")))
    assert "review The Committee" in read.paragraphs[0].text
    assert find_joints(read.paragraphs[0].text, read.file_text) is None
    assert find_joints(left.replace("|", " ")[3:], read.file_text) == ()


def test_a_word_is_divided_below_a_line_that_may_be_a_footnote_and_a_footnote_does_not_go_on_in_the_text():
    file = "1. The State party should respect (arts.\n2 and 12) compen-\n{}1 See rule 72.\nPage 1 of 9\n\fsation of victims of war.\n"
    for rule in ("", "______\n"):
        assert find_joints("should respect (arts. 2 and 12) compensation of victims", file.format(rule))
    note = "1. The State party should ensure\n2 See the re-\n7\n\fport on time of the courts.\n"
    assert find_joints("should ensure port on time", note)
    assert find_joints("should ensure report on time", note) is None
    (divided,) = find_joints("a confidential document", "1. A law on a confi\u00ad\ndential document.")
    assert divided.kept == "confidential"


DIVIDED = """1. The State party should provide compen-
{}sation to victims and respect their rights, and it should not delay the work of the courts
in any way, nor of the police.
"""
ENDS = {
    "a footnote": "1 See rule 72.\n7\n\f",
    "a rule and two footnotes": "________\n1 See rule 72.\n2 The Committee thanks\nthe experts.\nGE.24-12341 (E) 1\n\fCAT/C/KGZ/CO/9\n",
    "a footnote that ends in a hyphen": "________\n1 See rule seventy-\ntwo.\n7\n\f",
    "no number": "________\n1 See rule 72.\n\f",
    "no form feed": "________\n1 See rule 72.\nGE.24-12341 (E) 1\nCAT/C/KGZ/CO/9\n",
    "a footnote with a mark of stars": "________\n* Adopted by the Committee at its session.\n7\n\fKyrgyzstan\n",
}


@pytest.mark.parametrize("end", ENDS)
def test_a_word_may_be_divided_by_the_end_of_a_page_and_no_word_of_a_footnote_is_taken_in(end):
    file = DIVIDED.format(ENDS[end])
    whole = "The State party should provide compensation to victims"
    assert find_joints(whole, file), end
    for glued in (
        "compen 72. sation",
        "compen See rule 72. sation",
        "compensation 72.",
        "rule compensation",
        "compenseven",
        "compentwo",
        "compenSee",
        "compenthe experts",
        "compenAdopted",
        "compenKyrgyzstan",
    ):
        assert find_joints(whole.replace("compensation", glued), file) is None, glued
