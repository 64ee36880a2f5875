"""Documents drafted in older ways: recommendations without a number, bold parts, blank margins, lines of any width."""

from pathlib import Path

from tracker.importing.documents.imported_document import ImportedDocument, ParagraphKind
from tracker.importing.documents.reader import read_document

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
