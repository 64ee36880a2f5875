"""Follow-up and next report, in the words that committees use."""

import pytest

from tracker.importing.documents.phrases import load_phrases
from tracker.importing.documents.recommendation_finder import is_about_procedure
from tracker.importing.documents.reporting_dates import read_follow_up, read_next_report
from tracker.importing.documents.structure import NumberedParagraph, ParagraphLine


def paragraphs(text: str) -> list[NumberedParagraph]:
    lines = ["The State party should act."] * 59 + [text]
    return [NumberedParagraph(str(number), (), (ParagraphLine("", line),)) for number, line in enumerate(lines, 1)]


FOLLOW_UP = [
    ("en", "In accordance with rule 75 (1) of the Committee's rules of procedure, the State party is requested to provide, by 4 November 2025, information on the implementation of the recommendations made by the Committee in paragraphs 12 (anti-discrimination), 20 (torture, including art. 7) and 48 (freedom of expression) above.", ("12", "20", "48"), "2025-11-04", ""),
    ("en", "The Committee requests the State party to provide, within two years, written information on the steps taken to implement the recommendations contained in paragraphs 12, 22 (a), (b) and (d), 30 and 36 (c) above.", ("12", "22 (a)", "22 (b)", "22 (d)", "30", "36 (c)"), "2026-09-27", "within two years"),
    ("en", "The Committee requests the State party to provide, by 3 December 2022, information on follow-up to the Committee’s recommendations on the definition of torture (para. 9), on fundamental legal safeguards (para. 13 (a) and (b)), and on detention (paras. 19-21).", ("9", "13 (a)", "13 (b)", "19", "20", "21"), "2022-12-03", ""),
    ("en", "The State party is requested to provide, within twenty-four months of the adoption of the present concluding observations, information on the implementation of the recommendations contained in paragraphs 17 (a)–(c) (minimum wage), 23 and 45 (d).", ("17 (a)", "17 (b)", "17 (c)", "23", "45 (d)"), "2026-09-27", "within twenty-four months"),
    ("ru", "В соответствии с пунктом 1 правила 75 правил процедуры Комитета государству-участнику предлагается представить к 4 ноября 2025 года информацию о выполнении рекомендаций, изложенных Комитетом в пунктах 12 (недискриминация), 20 (пытки) и 48 (свобода слова) выше.", ("12", "20", "48"), "2025-11-04", ""),
    ("ru", "Комитет просит государство-участник представить в течение двух лет письменную информацию о мерах, принятых для выполнения рекомендаций, содержащихся в пунктах 12, 22 a), b) и d), 30 и 36 c) выше.", ("12", "22 (a)", "22 (b)", "22 (d)", "30", "36 (c)"), "2026-09-27", "в течение двух лет"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "selected", "date", "period"), FOLLOW_UP)
def test_follow_up(language, text, selected, date, period):
    found = read_follow_up(paragraphs(text), load_phrases(language), "2024-09-27")
    assert found is not None
    assert (found.paragraphs, found.reply.date, found.reply.period) == (selected, date, period)
    assert found.reply.computed == bool(period)
    assert (found.reply.paragraph, found.reply.sentence) == ("60", text)


STATED_IN_BRACKETS = [
    ("en", "The State party is requested to provide, within 24 months of the adoption of the present concluding observations (31 October 2026), information on the implementation of the recommendations contained in paragraphs 12 and 20 (b).", "within 24 months"),
    ("ru", "Комитет просит государство-участник представить в течение двух лет после принятия настоящих замечаний (до 31 октября 2026 года) информацию о выполнении рекомендаций, содержащихся в пункте 12 и подпункте b) пункта 20.", "в течение двух лет"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "period"), STATED_IN_BRACKETS)
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


NEXT_REPORT = [
    ("en", "The Committee requests the State party to submit its fifth periodic report by 31 October 2029.", "2029-10-31"),
    ("en", "The State party’s next periodic report is due on 29 March 2030.", "2030-03-29"),
    ("en", "The Committee requests the State party to submit its next report, which will be its fourth periodic report, by 3 December 2025.", "2025-12-03"),
    ("en", "The Committee will establish and communicate the due date of the sixth periodic report of the State party in line with a future clear and regular schedule for reporting by States parties.", None),
    ("ru", "Комитет просит государство-участник представить свой пятый периодический доклад до 31 октября 2029 года.", "2029-10-31"),
    ("en", "The Committee sets 1 August 2006 as the date for the submission of the third periodic report of Ruritania.", "2006-08-01"),
    ("en", "The Committee invites the State party to submit its fourth periodic report, which was due in March 2005, and its fifth periodic report, due in March 2008, in a combined report in March 2009.", "2009-03"),
    ("ru", "Комитет устанавливает 1 апреля 2010 года в качестве срока для представления третьего периодического доклада Руритании.", "2010-04-01"),
    ("ru", "Комитет предлагает государству-участнику представить свой третий периодический доклад, подлежавший представлению в марте 2005 года, и четвертый периодический доклад в виде сводного доклада в марте 2009 года.", "2009-03"),
    ("fr", "Le Comité fixe au 1er avril 2012 la date à laquelle l’État partie devra soumettre son prochain rapport périodique.", "2012-04-01"),
    ("es", "El Comité fija el 1 de abril de 2012 como fecha de presentación del tercer informe periódico.", "2012-04-01"),
]  # fmt: skip


ANSWERS_IN_NEXT_REPORT = [
    ("en", "The Committee requests the State party to respond to the concerns expressed in the present concluding comments in its next periodic report under article 18 of the Convention, which is due in September 2010.", "2010-09"),
    ("en", "The Committee requests the Government to address in its next periodic report the issues raised in these concluding observations.", None),
    ("fr", "Le Comité prie l’État partie de répondre, dans son prochain rapport périodique, attendu en mars 2012, aux préoccupations exprimées dans les présentes observations finales.", "2012-03"),
    ("es", "El Comité pide al Estado parte que responda, en su próximo informe periódico, previsto para marzo de 2012, a las preocupaciones expresadas en las presentes observaciones finales.", "2012-03"),
    ("en", "The Committee requests that information concerning the remainder of its recommendations be included in the third periodic report, to be presented by 1 April 2008.", "2008-04-01"),
    ("en", "The Committee requests the State party, in its fourth periodic report, which is due to be submitted by 1 November 2014, to provide specific, up-to-date information on all its recommendations and on the Covenant as a whole.", "2014-11-01"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "date"), ANSWERS_IN_NEXT_REPORT)
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


@pytest.mark.parametrize(("language", "text", "date"), NEXT_REPORT)
def test_next_report(language, text, date):
    found, list_of_issues = read_next_report(paragraphs(text), load_phrases(language))
    assert (found.stated, list_of_issues, found.sentence) == (date, None, text)


def test_a_review_cycle_gives_the_list_of_issues_and_our_own_date():
    text = "In line with the predictable review cycle, the State party will receive in 2028 the Committee’s list of issues prior to the submission of the report and will be expected to submit within one year its replies, which will constitute its fourth periodic report."
    found, list_of_issues = read_next_report(paragraphs(text), load_phrases("en"))
    assert (found.date, found.computed, found.stated, found.period) == ("2029", True, None, "within one year")
    assert list_of_issues == "2028"


EARLIER_REPORT = [
    ("en", "The Committee welcomes the progress achieved since the consideration in 2019 of the State party’s sixth periodic report."),
    ("ru", "Комитет приветствует прогресс, достигнутый после рассмотрения в 2019 году шестого периодического доклада государства-участника."),
    ("en", "The Committee requests the State party to include data in its sixth periodic report, due in May 2019."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), EARLIER_REPORT)
def test_a_date_before_the_document_itself_is_not_that_of_the_next_report(language, text):
    found, _ = read_next_report(paragraphs(text), load_phrases(language), not_before="2023-10-27")
    assert (found.date if found else None) is None


def test_positive_aspects_ask_for_no_report():
    text = "The State party has committed itself to submit its seventh periodic report by May 2027."
    praise = NumberedParagraph("4", ("Positive aspects",), (ParagraphLine("", text),))
    assert read_next_report([praise], load_phrases("en"), not_before="2023-10-27") == (None, None)
