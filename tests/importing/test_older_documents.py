"""Documents drafted in older ways: recommendations without a number, bold parts, blank margins, lines of any width."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.observations_files import with_footnotes
from tests.support.small_observations import small_docx
from tracker.importing.documents.imported_document import ImportedDocument, ParagraphKind
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.records import ParagraphReview
from tracker.importing.symbols_and_changes import RowState

FOLDER = Path(__file__).parent / "older"


def read(name: str) -> ImportedDocument:
    return read_document((FOLDER / name).read_bytes())


def test_recommendations_without_a_number_in_text_from_a_pdf():
    document = read("ccpr-2014.txt")
    assert [paragraph.number for paragraph in document.recommendations] == ["4", "5", "7"]
    fifth = document.paragraph("5")
    assert fifth.headings == ("Principal matters of concern and recommendations", "Counter-terrorism measures")
    assert fifth.concern == (
        "The Committee is concerned that, in 2013, 12 persons were expelled without safeguards. The Committee also "
        "expresses concern at (a) the lack of data and (b) the low number of trials."
    )
    assert fifth.text == "The State party should:"
    assert [(part.id, part.text) for part in fifth.parts] == [
        ("a", "Ensure that expulsions comply with the Covenant; and"),
        ("b", "Provide all persons with self-contained information."),
    ]
    assert document.paragraph("8").kind is ParagraphKind.DISSEMINATION
    assert document.notes == (
        "Adopted by the Committee at its 110th session (10–28 March 2014).",
        "CAT/C/RUR/CO/2, para. 19.",
    )
    assert (document.adopted, document.considered) == ("2014-03-25", "2014-03-10/2014-03-11")
    assert (document.follow_up.paragraphs, document.follow_up.reply.period) == (("5", "7"), "within one year")
    assert document.next_report.stated == "2018-03-28"


def test_text_with_each_paragraph_on_one_line():
    document = read("cat-2013.txt")
    assert [paragraph.number for paragraph in document.recommendations] == ["5", "6", "8", "10", "11", "12"]
    fifth = document.paragraph("5")
    assert fifth.text.startswith("As a matter of urgency, the State party should take immediate")
    assert "a minister said" in fifth.concern
    assert "".join(part.id for part in document.paragraph("6").parts) == "abcdefghij"
    assert document.paragraph("6").parts[-1].text == "Ensure I, including:\n(i) X;\n(ii) Y."
    assert document.paragraph("9").heading == "National Human Rights Institution"
    assert document.paragraph("8").heading == "2013 amnesty and 16 pending cases"
    assert document.follow_up.paragraphs == ("5", "6", "8", "10")
    assert [str(notice) for notice in document.notices] == [
        "The file says that it is not edited yet: “Advance unedited version”. The edited text may have other words. Import "
        "that one if it is out.",
        "These paragraph numbers are missing: 3, 4. Check whether the file is complete.",
    ]


def test_a_russian_page_in_another_encoding_with_cyrillic_letters():
    page = (FOLDER / "cedaw-2015-ru.html").read_text("utf-8")
    document = read_document(page.encode("windows-1251"))
    assert [paragraph.number for paragraph in document.recommendations] == ["5", "7", "8", "9"]
    assert [part.id for part in document.paragraph("5").parts] == ["a", "b", "c", "d"]
    assert [part.text for part in document.paragraph("7").parts] == [
        "ввести уголовную ответственность;",
        "создать приюты; и",
        "обеспечить, чтобы пострадавшие получали помощь в соответствии со статьей 2 а) и b) Конвенции.",
    ]
    assert document.state == "Руритании"
    assert document.paragraph("10").kind is ParagraphKind.DISSEMINATION
    reply = document.follow_up.reply
    assert (reply.period, reply.date, reply.computed) == ("в двухлетний срок", "2017-03-06", True)


CUT = """CCPR/C/RUR/CO/3
Concluding observations on the third periodic report of Ruritania
1. The Committee considered the report on 12 March 2026.
Freedom of assembly
24. The Committee is concerned about arrests.
25. The State party should protect assemblies in Zenda and Strelsau.
Follow-up to concluding observations
38. The Committee requests the State party to provide, within two years, information on the steps taken to implement the recommendations contained in paragraph 25 above.
Preparation of the next report
39. The Committee requests the State party to submit its next report by 1 March 2031.
"""


@pytest.mark.parametrize("make", [str.encode, small_docx])
def test_a_paragraph_begins_after_a_jump_of_its_number(make):
    document = read_document(make(CUT))
    assert [paragraph.number for paragraph in document.paragraphs] == ["1", "24", "25", "38", "39"]
    assert document.paragraph("25").text == "The State party should protect assemblies in Zenda and Strelsau."
    assert document.paragraph("38").heading == "Follow-up to concluding observations"
    assert (document.follow_up.paragraphs, document.follow_up.reply.paragraph) == (("25",), "38")
    assert "are missing: 2–23, 26–37." in str(document.notices[-1])


def test_footnotes_of_a_word_file_that_are_left_out_are_said():
    said = [str(one) for one in read_document(with_footnotes(small_docx(CUT), ["CAT/C/RUR/CO/2, para. 19."])).notices]
    assert said[-1] == "Footnotes whose text is not imported: 1."


@pytest.mark.parametrize(
    "end", ["It adopted Act", "It cites resolution", "It cites general comment No.", "Принята резолюция"]
)
def test_the_number_of_an_act_begins_no_paragraph_at_the_end_of_a_cut_file(end):
    text = CUT.partition("Follow-up")[0] + f"{end}\n138. The State party should act.\n"
    assert [paragraph.number for paragraph in read_document(text.encode()).paragraphs][-1] == "25"


@pytest.mark.parametrize("words", ["Taking note of arrests, it insists.", "All arrests should end."])
def test_where_it_is_unclear_whether_a_number_begins_a_paragraph_nothing_is_ticked(words):
    text = CUT.partition("Follow-up")[0] + f"138. {words}\n"
    paragraph = read_document(text.encode()).paragraph("25")
    assert (paragraph.swallowed, ParagraphReview(paragraph, RowState.NEW, "").is_proposed) == ("138", False)
    clear = replace(
        paragraph, text=paragraph.text.replace(f" 138. {words}", " See general comment No. 38. Act 138. It is.")
    )
    assert (clear.swallowed, ParagraphReview(clear, RowState.NEW, "").is_proposed) == ("", True)
