"""The deadlines that a document states, compared with those that are there."""

from dataclasses import replace

import pytest

from tests.support.small_dataset import said
from tests.support.small_observations import SMALL_OBSERVATIONS, small_docx
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.records import propose_deadlines, with_deadline_sentences, with_deadlines
from tracker.importing.documents.reporting_dates import impossible_dates
from tracker.importing.symbols_and_changes import RowState
from tracker.model.localized_text import TextVariant
from tracker.model.registers import Deadline, Document
from tracker.model.vocabulary import DateSetBy, DeadlineKind, DocumentKind, TextOrigin, Verification

REPORT = "6. The Committee requests the State party to submit its sixth periodic report by 31 March 2031.\n"
ENGLISH = read_document((SMALL_OBSERVATIONS + REPORT).encode())
DOCUMENT = Document(
    id="co-5",
    body="cescr",
    kind=DocumentKind.CONCLUDING_OBSERVATIONS,
    title=said("CO 5"),
    cycle="5",
    adopted="2026-03-20",
    verification=Verification.SEEN,
)


def told(proposals):
    return [(each.kind.value, each.date, each.set_by.value, each.state.value) for each in proposals]


def test_a_period_is_the_committees_and_the_date_worked_out_from_it_is_ours():
    reply, report = propose_deadlines(ENGLISH, DOCUMENT)
    both = [("reply", "2028-03-20", "computed"), ("next-report", "2031-03-31", "committee")]
    assert told([reply, report]) == [(*one, "new") for one in both]
    assert (reply.period, reply.paragraph, report.paragraph) == ("within 24 months", "5", "6")
    document = with_deadlines(DOCUMENT, [reply, report], ENGLISH, main="en")
    saved = document.deadlines[0]
    assert (saved.source.document, saved.source.paragraph) == ("co-5", "5")
    assert saved.sentence[""].origin is TextOrigin.OFFICIAL
    assert told(propose_deadlines(ENGLISH, document)) == [(*one, "same") for one in both]


def test_without_a_date_of_adoption_there_is_no_date_unless_the_tracker_knows_it():
    adopted = " and adopted the present concluding observations on 20 March 2026"
    unknown = read_document(SMALL_OBSERVATIONS.replace(adopted, "").encode())
    assert unknown.adopted is None
    assert told(propose_deadlines(unknown, replace(DOCUMENT, adopted=None))) == [("reply", "", "computed", "new")]
    assert told(propose_deadlines(unknown, DOCUMENT)) == [("reply", "2028-03-20", "computed", "new")]
    assert not propose_deadlines(unknown, replace(DOCUMENT, adopted=None))[0].is_proposed


def test_a_deadline_that_is_there_is_never_doubled_and_keeps_whether_it_was_met():
    there = Deadline(kind=DeadlineKind.REPLY, date="2027-01-01", done="2027-02-02", verification=Verification.REPORTED)
    document = replace(DOCUMENT, deadlines=(there,))
    (reply, _report) = propose_deadlines(ENGLISH, document)
    assert reply.state is RowState.REFUSED  # it differs, and it has another sentence, or none
    assert with_deadlines(document, [reply], ENGLISH, main="en") == document
    there = replace(there, sentence={"": TextVariant(text=reply.sentence)})
    document = replace(DOCUMENT, deadlines=(there,))
    (reply, _report) = propose_deadlines(ENGLISH, document)
    assert (reply.state, reply.is_proposed, reply.recorded) == (RowState.CHANGED, False, there)
    (changed,) = with_deadlines(document, [reply], ENGLISH, main="en").deadlines
    assert (changed.date, changed.done, changed.set_by) == ("2028-03-20", "2027-02-02", DateSetBy.COMPUTED)
    assert changed.sentence[""].text.startswith("The Committee requests the State party to provide")


def test_a_sentence_gets_the_second_language_where_the_date_is_the_same():
    reply, _report = propose_deadlines(ENGLISH, DOCUMENT)
    document = with_deadlines(DOCUMENT, [reply], ENGLISH, main="en")
    follow_up = replace(ENGLISH.follow_up, reply=replace(ENGLISH.follow_up.reply, sentence="В течение 24 месяцев."))
    russian = replace(ENGLISH, language="ru", follow_up=follow_up, file_text="5. В течение 24 месяцев.")
    (both,) = with_deadline_sentences(document, russian, main="en").deadlines
    assert {code: text.text[:10] for code, text in both.sentence.items()} == {"en": "The Commit", "ru": "В течение "}
    assert with_deadline_sentences(replace(document, deadlines=(both,)), russian, main="en").deadlines == (both,)
    other_date = replace(russian, follow_up=replace(follow_up, reply=replace(follow_up.reply, date="2029-01-01")))
    assert with_deadline_sentences(document, other_date, main="en") == document


def test_a_number_alone_below_the_end_of_a_page_goes_on_with_the_sentence():
    text = (SMALL_OBSERVATIONS + REPORT).replace("paragraph 3 (a) above.", "paragraphs 3 (a) and\nGE.26-01234 3\n4.")
    read = read_document(small_docx(text))
    assert read.follow_up.paragraphs == ("3 (a)", "4")
    assert [one.paragraph for one in propose_deadlines(read, DOCUMENT)] == ["5", "6"]


def test_the_place_of_a_date_is_left_empty_where_the_numbers_are_not_certain():
    for lost in (" " + REPORT, "\n" + REPORT.replace("6. ", "8. ")):
        read = read_document((SMALL_OBSERVATIONS.rstrip() + lost).encode())
        reply, *_report = propose_deadlines(read, DOCUMENT)
        assert (reply.kind, reply.paragraph, reply.is_proposed) == (DeadlineKind.REPLY, "", False)


@pytest.mark.parametrize("day", ["31 February 2031", "February 30, 2031", "31.04.2031", "2031-02-29"])
def test_a_day_that_does_not_exist_is_no_date_and_the_review_says_so(day):
    text = SMALL_OBSERVATIONS + REPORT.replace("31 March 2031", day)
    for data in (text.encode(), small_docx(text)):
        imported = read_document(data)
        assert [str(one) for one in imported.notices if day in str(one)] == [
            f"There are no such days: {day}. No date is taken from these words. Check them in the document."
        ]
        assert told(propose_deadlines(imported, DOCUMENT)) == [("reply", "2028-03-20", "computed", "new")]


def test_a_day_that_does_not_exist_is_named_in_a_russian_paragraph_too():
    text = (
        "1. Комитет рекомендует государству-участнику открыть пункты к 31 февраля 2027 года, 12 и 13 марта 2026 года."
    )
    assert ["31 февраля 2027 года" in str(one) for one in read_document(text.encode()).notices].count(True) == 1
    assert not impossible_dates("статьи 45, 12 марта 2020 года; 29 февраля 2028 года; 31 декабря")


def test_the_paragraphs_selected_for_follow_up_are_kept_where_the_day_of_the_reply_does_not_exist():
    asked = "Государству-участнику предлагается представить к {} 2027 года информацию о выполнении рекомендаций, содержащихся в пунктах 1 и 2 выше."
    text = "1. Комитет рекомендует открыть тюрьмы.\n\n2. Комитет рекомендует закрыть тюрьмы.\n\n3. " + asked
    for day in ("31 марта", "31 февраля"):
        imported = read_document(text.format(day).encode())
        assert imported.follow_up and imported.follow_up.paragraphs == ("1", "2"), day
        expected = ("reply", "2027-03-31", "committee", "new") if day == "31 марта" else None
        dated = [one for one in told(propose_deadlines(imported, DOCUMENT)) if one[1]]
        assert dated == ([expected] if expected else [])
