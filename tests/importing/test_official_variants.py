"""What official documents vary over the years and languages: names of sections, symbols, titles, pages, references."""

import pytest

from tests.support.examples import examples
from tracker.importing.documents.imported_document import ImportedDocument, ParagraphKind
from tracker.importing.documents.phrases import load_phrases
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.recommendation_finder import find_paragraph_references
from tracker.importing.documents.structure import heading_label_length, split_inline_parts

EXAMPLES = examples(__file__)

SECTIONS = EXAMPLES["sections"]


@pytest.mark.parametrize("language", SECTIONS)
def test_the_official_name_of_a_section_is_known_and_a_topic_is_no_section(language):
    phrases = load_phrases(language)
    assert [heading for heading in SECTIONS[language] if not phrases.has("section_heading", heading)] == []
    assert [heading for heading in EXAMPLES["topics"][language] if phrases.has("section_heading", heading)] == []


def read(text: str) -> ImportedDocument:
    return read_document(text.encode())


def test_a_section_ends_at_the_next_heading_even_if_its_name_is_not_known():
    document = read(EXAMPLES["page with equal headings"])
    assert [paragraph.number for paragraph in document.recommendations] == ["4", "5"]
    assert document.paragraph("2").kind is ParagraphKind.POSITIVE
    assert document.paragraph("3").kind is ParagraphKind.CONCERN
    assert document.paragraph("4").headings == ("Взгляд Комитета на положение женщин",)


@pytest.mark.parametrize("symbol", ["CAT/C/CR/34/RUR", "CAT/C/RUR/CO/2", "СAT/C/RUR/CO/2"])
def test_older_conclusions_and_recommendations(symbol):
    document = read(EXAMPLES["older conclusions"].format(symbol=symbol))
    # a Cyrillic letter in a symbol is read as the Latin one
    assert (document.symbol, document.body, document.country) == (symbol.replace("С", "C"), "cat", "RUR")
    assert (document.state, document.adopted) == ("RURITANIA", "2005-05-18")
    assert [paragraph.number for paragraph in document.recommendations] == ["3"]
    parts = [part.text for part in document.paragraph("3").parts]
    assert parts == ["to adopt a definition of torture;", "To ensure that complaints are investigated."]
    assert document.paragraph("4").kind is ParagraphKind.DISSEMINATION


@pytest.mark.parametrize("symbol", ["CCPR/CO/75/RUR", "CCPR/C/79/Add.113", "E/C.12/1/Add.49", "E/C.12/RUR/CO/3/Corr.1"])
def test_symbols_of_other_years(symbol):
    assert read(f"{symbol}\n1. The State party should act.\n2. The State party should act.").symbol == symbol


@pytest.mark.parametrize("note", EXAMPLES["adopted during session"])
def test_a_day_of_adoption_stands_beside_the_dates_of_the_session(note):
    assert read(f"CEDAW/C/RUR/CO/8\n* {note}\n1. The State party should act.").adopted == "2025-02-21"


@pytest.mark.parametrize(
    ("sentence", "considered", "adopted"),
    [
        ("considered the report at its 3rd meeting and adopted these on 20 March 2026", None, "2026-03-20"),
        ("adopted these observations after it had considered the report on 12 March 2026", "2026-03-12", None),
        ("рассмотрел доклад и принял настоящие замечания на заседании 20 марта 2026 года", None, "2026-03-20"),
    ],
)
def test_the_only_day_of_a_sentence_is_that_of_the_word_before_it(sentence, considered, adopted):
    document = read(f"CAT/C/RUR/CO/4\n1. The Committee {sentence}.\n2. The State party should act.")
    assert (document.considered, document.adopted) == (considered, adopted)


def test_observations_in_an_annual_report_have_its_symbol():
    document = read("Ruritania, A/55/38, paras. 118-149\n118. The report is late.\n119. The State party should act.")
    assert document.symbol == "A/55/38"
    assert read("See A/55/38.\n118. The report is late.\n119. The State party should act.").symbol is None


def test_only_the_dates_of_the_session_are_no_date_of_adoption():
    document = read(
        "CEDAW/C/RUR/CO/7\n* Adopted by the Committee at its seventy-fifth session (10–28 February 2020).\n"
        "1. The Committee considered the report on 12 February 2020.\n2. The Committee urges the State party to act.\n"
        "3. The Committee requests the State party to provide, within two years, information on the steps taken to "
        "implement the recommendations contained in paragraph 2 above."
    )
    assert (document.adopted, document.session_dates) == (None, "2020-02-10/2020-02-28")
    # the period is counted from the last day of the session, and shown as our calculation
    assert (document.follow_up.reply.date, document.follow_up.reply.computed) == ("2022-02-28", True)


def test_what_belongs_to_the_pages_of_a_pdf_is_not_text():
    document = read(EXAMPLES["pages"])
    assert [(p.number, p.text) for p in document.recommendations] == [
        ("3", "The Committee recommends that the State party amend the law without delay."),
        ("4", "The Committee recommends that the State party publish the law."),
    ]
    concern = document.paragraph("2").text
    assert concern.endswith("articles 2 and 3. of the Covenant and has not been amended for many years (art. 3).")
    assert document.notes == ("The State party should note that the list is in annex 2 of the report.",)


def test_the_last_cell_of_a_table_is_no_number_of_a_paragraph():
    page = (
        "<p>1. The Committee is concerned about overcrowding.</p><table><tr><td>Prison</td><td>Zenda</td></tr>"
        "<tr><td>2024</td><td>701</td></tr></table><p>2. The State party should reduce overcrowding.</p>"
    )
    (second,) = read(f"<html><body>{page}</body></html>").recommendations
    assert (second.number, second.text) == ("2", "The State party should reduce overcrowding.")


@pytest.mark.parametrize(("text", "recommendation"), EXAMPLES["where it starts"])
def test_where_the_recommendation_of_a_mixed_paragraph_starts(text, recommendation):
    document = read(f"E/C.12/RUR/CO/3\n1. The Committee considered the report.\n2. {text}")
    assert [paragraph.text for paragraph in document.recommendations] == [recommendation]


def test_a_text_after_the_parts_that_only_notes_facts_is_not_asked():
    document = read(
        "CCPR/C/RUR/CO/3\n1. The Committee considered the report.\n\n2. The State party should:\n\n(a) Adopt a law;\n\n"
        "(b) Train judges.\n\nThe Committee takes note of the information that a draft is pending."
    )
    second = document.paragraph("2")
    assert second.full_text == "The State party should:"
    assert [part.text for part in second.parts] == ["Adopt a law;", "Train judges."]
    assert second.concern == "The Committee takes note of the information that a draft is pending."


STATE = "The Committee recommends that the State party:"


@pytest.mark.parametrize(("text", "parts", "tail"), EXAMPLES["glued"])
def test_a_sentence_for_all_parts_that_is_glued_to_the_last_one(text, parts, tail):
    first = "Комитет рассмотрел доклад." if text.startswith("Г") else "The Committee considered the report."
    second = read(f"CCPR/C/RUR/CO/3\n1. {first}\n\n2. {text}").paragraph("2")
    assert ([part.text for part in second.parts], second.tail) == (parts, tail)


@pytest.mark.parametrize(("concern", "text"), EXAMPLES["articles after sentence"])
def test_articles_in_brackets_after_a_sentence_end_the_concern(concern, text):
    second = read(f"CAT/C/RUR/CO/3\n1. {concern}\n2. {concern} {text}").paragraph("2")
    assert (second.concern, second.text) == (concern, text)


@pytest.mark.parametrize(("letters", "reference", "selected"), EXAMPLES["russian letters"])
def test_a_letter_of_a_reference_is_read_by_the_lists_of_the_document(letters, reference, selected):
    parts = "\n\n".join(f"{letter}) обеспечить меру;" for letter in letters)
    document = read(
        f"CCPR/C/RUR/CO/3\n1. Комитет рассмотрел доклад.\n2. Государству-участнику следует:\n\n{parts}\n\n3. Комитет просит "
        f"представить в течение одного года информацию о выполнении рекомендаций, изложенных в {reference} выше."
    )
    assert [part.id for part in document.paragraph("2").parts] == ["a", "b", "c"]
    assert list(document.follow_up.paragraphs) == selected


def test_the_list_of_the_paragraph_counts_more_than_the_other_lists():
    lists = [("а", "б", "в"), ("а", "в", "с"), ("а", "б", "в")]
    text = ""
    for number, letters in enumerate(lists, 2):
        parts = "\n\n".join(f"{x}) обеспечить меру и надзор;" for x in letters)
        text += f"{number}. Государству-участнику следует:\n\n{parts}\n\n"
    asked = "Комитет просит государство-участник представить до 1 мая 2027 года информацию о выполнении рекомендаций"
    document = read(f"1. Комитет рассмотрел доклад.\n\n{text}5. {asked} в пунктах 2 в), 3 в) и 4 ё) выше.")
    assert document.follow_up.paragraphs == ("2 (c)", "3 (b)", "4")


@pytest.mark.parametrize(("language", "text"), EXAMPLES["letters first"])
def test_references_with_the_letter_before_the_number(language, text):
    named = list(find_paragraph_references(text, load_phrases(language)))
    assert named == ["10 (b)", "14", "16 (a)", "16 (c)"]


@pytest.mark.parametrize(("language", "text", "letters"), EXAMPLES["run in after a bracket"])
def test_parts_may_follow_a_bracket_and_a_comma(language, text, letters):
    assert [line.letter for line in split_inline_parts(text, load_phrases(language))] == letters


# The labels of headings: Latin letters, and Cyrillic letters that look like them.


@pytest.mark.parametrize("letter", ["B", "В", "Б", "IV"])
def test_a_heading_may_begin_with_a_capital_letter_of_either_alphabet(letter):
    heading = f"{letter}. Основные вопросы, вызывающие обеспокоенность, и рекомендации"
    assert heading[heading_label_length(heading) :].startswith("Основные вопросы")


def test_a_word_is_no_label():
    assert heading_label_length("С учётом сказанного. Комитет рекомендует") == -1
