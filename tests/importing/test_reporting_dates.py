"""Follow-up and next report, in the words that committees use."""

import pytest

from tests.support.examples import examples
from tracker.importing.documents.phrases import load_phrases
from tracker.importing.documents.recommendation_finder import is_about_procedure
from tracker.importing.documents.reporting_dates import read_follow_up, read_next_report
from tracker.importing.documents.structure import NumberedParagraph, ParagraphLine

EXAMPLES = examples(__file__)


def paragraphs(text: str) -> list[NumberedParagraph]:
    lines = ["The State party should act."] * 59 + [text]
    return [NumberedParagraph(str(number), (), (ParagraphLine("", line),)) for number, line in enumerate(lines, 1)]


FOLLOW_UP = EXAMPLES["follow up"]


@pytest.mark.parametrize(("language", "text", "selected", "date", "period"), FOLLOW_UP)
def test_follow_up(language, text, selected, date, period):
    found = read_follow_up(paragraphs(text), load_phrases(language), "2024-09-27")
    assert found is not None
    assert ([*found.paragraphs], found.reply.date, found.reply.period) == (selected, date, period)
    assert found.reply.computed == bool(period)
    assert (found.reply.paragraph, found.reply.sentence) == ("60", text)


@pytest.mark.parametrize(("language", "text", "period"), EXAMPLES["stated in brackets"])
def test_a_date_in_brackets_after_a_period_is_the_committees_own(language, text, period):
    found = read_follow_up(paragraphs(text), load_phrases(language), "2024-09-27")
    assert found.paragraphs == ("12", "20 (b)")
    assert (found.reply.stated, found.reply.period) == ("2026-10-31", period)


def test_without_a_date_of_adoption_nothing_is_computed():
    found = read_follow_up(paragraphs(FOLLOW_UP[1][1]), load_phrases("en"), None)
    assert (found.reply.date, found.reply.computed, found.reply.period) == (None, False, "within two years")


def test_a_request_for_information_in_the_next_report_is_no_follow_up():
    text = "The Committee requests the State party to provide in its next periodic report information on the implementation of the recommendation in paragraph 12."
    assert read_follow_up(paragraphs(text), load_phrases("en"), None) is None


@pytest.mark.parametrize(("language", "text", "date"), EXAMPLES["answers in next report"])
def test_a_request_to_answer_in_the_next_report_is_procedure_and_may_name_its_date(language, text, date):
    phrases = load_phrases(language)
    found, _ = read_next_report(paragraphs(text), phrases)
    assert is_about_procedure(text, phrases)
    assert (found.stated if found else None) == date


@pytest.mark.parametrize(
    ("more", "date"), [("to be submitted by 31 March 2012", "2012-03-31"), ("which was due in 2003", None)]
)
def test_a_recommendation_may_name_the_date_of_the_next_report(more, date):
    text = f"The Committee requests the State party to include data in its next periodic report, {more}."
    found, _ = read_next_report(paragraphs(text), load_phrases("en"))
    assert not is_about_procedure(text, load_phrases("en"))
    assert (found.stated if found else None) == date


@pytest.mark.parametrize(("language", "text", "date"), EXAMPLES["next report"])
def test_next_report(language, text, date):
    found, list_of_issues = read_next_report(paragraphs(text), load_phrases(language))
    assert (found.stated, list_of_issues, found.sentence) == (date, None, text)


def test_a_review_cycle_gives_the_list_of_issues_and_our_own_date():
    text = "In line with the predictable review cycle, the State party will receive in 2028 the Committee’s list of issues prior to the submission of the report and will be expected to submit within one year its replies, which will constitute its fourth periodic report."
    found, list_of_issues = read_next_report(paragraphs(text), load_phrases("en"))
    assert (found.date, found.computed, found.stated, found.period) == ("2029", True, None, "within one year")
    assert list_of_issues == "2028"


@pytest.mark.parametrize(("words", "date"), [
    ("The Committee will adopt the list of issues in 2032 and the State party shall submit its fourth periodic report within one year.", None),
    ("The State party will receive its list of issues in 2032 and is expected to submit its fourth periodic report within one year.", None),
    ("The State party is to submit its fourth periodic report, after the list of issues in 2032, by 31 March 2033.", "2033-03-31"),
])  # fmt: skip
def test_the_year_of_a_list_of_issues_is_not_when_the_report_is_due(words, date):
    found, _ = read_next_report(paragraphs(words), load_phrases("en"))
    assert found.date == date


@pytest.mark.parametrize(("language", "words"), [
    ("fr", "L’État partie recevra en 2032 la liste de points établie avant la soumission de son cinquième rapport périodique, attendu en 2033."),
    ("es", "El Estado parte recibirá en 2032 la lista de cuestiones previa a la presentación de su quinto informe periódico, que deberá presentarse en 2033."),
    ("ru", "Государство-участник получит в 2032 году перечень вопросов до представления его пятого периодического доклада, который подлежит представлению в 2033 году."),
])  # fmt: skip
def test_in_every_language_the_year_of_the_list_is_that_of_the_list(language, words):
    found, list_of_issues = read_next_report(paragraphs(words), load_phrases(language))
    assert (found.date, list_of_issues) == ("2033", "2032")


@pytest.mark.parametrize(("language", "text"), EXAMPLES["earlier report"])
def test_a_date_before_the_document_itself_is_not_that_of_the_next_report(language, text):
    found, _ = read_next_report(paragraphs(text), load_phrases(language), not_before="2023-10-27")
    assert (found.date if found else None) is None


def test_positive_aspects_ask_for_no_report():
    text = "The State party has committed itself to submit its seventh periodic report by May 2027."
    praise = NumberedParagraph("4", ("Positive aspects",), (ParagraphLine("", text),))
    assert read_next_report([praise], load_phrases("en"), not_before="2023-10-27") == (None, None)
