"""Deadlines: what is overdue, next, done and not known, on a day and as of an earlier one."""

from datetime import date

import lxml.html
import pytest

from tests.support.deadline_story import DEADLINES
from tests.support.story_folder import made
from tracker.i18n import get_language
from tracker.publishing.change_summaries import deadline_lines
from tracker.publishing.pages.deadlines import render_deadlines
from tracker.publishing.pages.overview import render_overview
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import completion_sentence, time_left
from tracker.queries.deadlines import (
    bodies_without_date,
    build_timeline,
    deadlines_by_body,
    list_agenda,
    list_deadlines,
    list_overdue,
    list_unknown,
    list_upcoming,
)
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

TODAY = date(2026, 6, 18)


def view_of(tmp_path, text=DEADLINES, **past):
    return View(DatasetReader(made(tmp_path / "data", {"documents.yaml": text})).read(), TODAY, **past)


def names(items):
    return [f"{item.document.id} {item.place}" for item in items]


def deadline(view, kind):
    (item,) = (item for item in list_deadlines(view) if item.place == f"deadline-{kind}")
    return item


def page_text(view, render):
    page = lxml.html.document_fromstring(render(ViewRequest(view, get_language("en"), Filters(), "")).body)
    return " ".join(page.text_content().split())


def states(view):
    return {f"{item.document.id} {item.place}": item.state(view.local_date).value for item in list_deadlines(view)}


def test_each_deadline_is_next_overdue_done_or_passed(tmp_path):
    view = view_of(tmp_path)
    assert check_folder(tmp_path / "data") == []
    assert states(view) == {
        "co-4 deadline-list-of-issues": "done",
        "co-4 deadline-session": "passed",
        "co-4 deadline-reply": "overdue",
        "r-4 due": "next",
        "co-4 deadline-next-report": "next",
    }
    assert names(list_overdue(view)) == ["co-4 deadline-reply"]
    assert names(list_upcoming(view)) == ["r-4 due", "co-4 deadline-next-report"]


def test_the_page_has_them_by_committee_with_what_is_not_known(tmp_path):
    cescr, _ccpr = deadlines_by_body(view := view_of(tmp_path))
    assert names(cescr.overdue) == ["co-4 deadline-reply"]
    assert names(cescr.ahead) == ["co-4 deadline-next-report"]
    assert names(cescr.done) == ["co-4 deadline-session", "co-4 deadline-list-of-issues"]
    # the report that is due answers the question about the next one; nobody has entered when the reply is due
    assert [(gap.document.id, gap.kind.value) for gap in list_unknown(view)] == [("hrc-3", "reply")]


@pytest.mark.parametrize(
    "known",
    [
        "follow_up: {verification: seen, paragraphs: [12], steps: [{date: 2023-05, description: The State replied.}]}",
        "follow_up: {verification: seen, source: {document: co-4, paragraph: 60}}",
        "deadlines: [{kind: reply, date: 2025}]",
    ],
)
def test_a_reply_that_came_or_was_not_asked_for_is_not_unknown(tmp_path, known):
    text = DEADLINES.replace("title: HRC 3, cycle: 3, ", f"title: HRC 3, cycle: 3, {known}, ")
    assert list_unknown(view_of(tmp_path, text)) == ()


@pytest.mark.parametrize(
    ("done", "line"),
    [
        ("", "State's reply due: 6 June 2026"),
        (", done: 2026-06-10", "State's reply due: 6 June 2026, done on 10 June 2026, 4 days late"),
        (", done: 2026-06", "State's reply due: 6 June 2026, done on June 2026"),
        # before the date is fine; the date of the document stands in for a date that nobody entered
        (", done: 2026-01-02, met_by: report", "State's reply due: 6 June 2026, done on 2 January 2026, see A report"),
        (", met_by: loi", "State's reply due: 6 June 2026, done on 1 February 2026, see E/C.12/KGZ/Q/5"),
        (", met_by: sent", "State's reply due: 6 June 2026, done, date not known, see Sent"),
    ],
)
def test_a_deadline_that_was_met_says_by_which_document(tmp_path, done, line):
    text = DEADLINES.replace("date: 2026-06-06,", f"date: 2026-06-06{done},")
    text += "  - {id: sent, body: cescr, kind: follow-up-report, title: Sent, cycle: 4, verification: to-check}\n"
    view = view_of(tmp_path, text)
    context = ViewRequest(view, get_language("en"), Filters())
    (said,) = [one for one in deadline_lines(context, view.documents["co-4"]) if one.startswith("State's reply")]
    assert said == f"{line} · not checked yet"
    assert names(list_overdue(view)) == ([] if done else ["co-4 deadline-reply"])


def test_a_report_that_was_asked_for_and_came_is_listed_once(tmp_path):
    came = DEADLINES.replace("due: 2026-06-30", "due: 2026-06-06, received: 2026-06-01")
    for day, listed in ((6, ["co-4 deadline-reply"]), (7, ["r-4 due", "co-4 deadline-reply"])):
        text = came.replace("date: 2026-06-06,", f"date: 2026-06-0{day}, met_by: r-4,")
        found = names(list_deadlines(view_of(tmp_path / str(day), text)))
        assert [name for name in found if name in ("r-4 due", "co-4 deadline-reply")] == listed


def test_a_document_that_was_received_or_issued_is_not_overdue(tmp_path):
    text = DEADLINES.replace("due: 2026-06-30", "due: 2020")
    assert names(list_overdue(view_of(tmp_path / "1", text))) == ["r-4 due", "co-4 deadline-reply"]
    for known in ("received: 2021-03-01", "issued: 2021"):
        view = view_of(tmp_path / known[:3], text.replace("due: 2020", f"due: 2020, {known}"))
        assert names(list_overdue(view)) == ["co-4 deadline-reply"]


def test_as_of_an_earlier_day_what_was_known_then_counts(tmp_path):
    all_five = states(view_of(tmp_path))
    assert states(view_of(tmp_path, as_of=date(2026, 1, 31))) == dict.fromkeys(all_five, "next")
    # the list came on 2 February: on the first, nobody had it
    assert states(view_of(tmp_path, as_of=date(2026, 2, 1)))["co-4 deadline-list-of-issues"] == "overdue"
    assert states(view_of(tmp_path, as_of=date(2026, 2, 2)))["co-4 deadline-list-of-issues"] == "done"
    # before the concluding observations were issued, their deadlines were not known
    assert states(view_of(tmp_path, as_of=date(2024, 10, 10))) == {"r-4 due": "next"}


def test_a_deadline_is_not_known_before_the_document_in_which_it_stands(tmp_path):
    text = DEADLINES.replace("source: {document: co-4,", "source: {document: loi,")
    assert "co-4 deadline-reply" not in states(view_of(tmp_path, text, as_of=date(2026, 1, 31)))
    assert "co-4 deadline-reply" in states(view_of(tmp_path, text, as_of=date(2026, 2, 1)))


def test_a_date_that_is_not_the_committees_says_whose_it_is(tmp_path):
    text = DEADLINES.replace(
        "{kind: session,",
        "{kind: submission, set_by: ours, date: 2026-07}, {kind: reply, set_by: ours, date: 2026-08}, {kind: session,",
    )
    labels = {item.date: item.label(get_language("en")) for item in list_agenda(view_of(tmp_path, text))}
    assert labels["2029-10"] == "next State report due (calculated by us)"
    assert labels["2026-07"] == "our own submission"
    assert (labels["2026-08"], labels["2026-06-06"]) == ("State's reply due (set by us)", "State's reply due")


def test_nobody_is_late_after_a_day_that_an_organisation_set_and_the_committees_own_stays_unknown(tmp_path):
    view = view_of(tmp_path, DEADLINES.replace("{kind: reply,", "{kind: reply, set_by: ours,"))
    assert "co-4 deadline-reply" in states(view)
    assert states(view)["co-4 deadline-reply"] == "passed" and list_overdue(view) == ()
    assert ("co-4", "reply") in [(gap.document.id, gap.kind.value) for gap in list_unknown(view)]


@pytest.mark.parametrize(
    ("day", "en", "ru", "ky"),
    [
        ("2026-06-18", "due today", "срок сегодня", "мөөнөтү бүгүн"),
        ("2026-08-16", "in 59 days", "через 59 дней", "59 күндөн кийин"),
        ("2026-08-18", "in 2 months", "через 2 месяца", "2 айдан кийин"),
        ("2026-07", "in 1 month", "через 1 месяц", "1 айдан кийин"),
        ("2027", "in 1 year", "через 1 год", "1 жылдан кийин"),
        ("2026-06-06", "overdue by 12 days", "просрочено на 12 дней", "мөөнөтүнөн 12 күн өттү"),
        (
            "2023",
            "overdue by at least 30 months",
            "просрочено на 30 месяцев или больше",
            "мөөнөтүнөн кеминде 30 ай өттү",
        ),
        # at least 7 years and 168 days
        ("2018", "overdue by at least 7 years", "просрочено на 7 лет или больше", "мөөнөтүнөн кеминде 7 жыл өттү"),
    ],
)
def test_the_time_that_is_left_is_said_in_words(tmp_path, day, en, ru, ky):
    item = deadline(view_of(tmp_path, DEADLINES.replace("date: 2026-06-06", f"date: {day}")), "reply")
    assert [time_left(get_language(code), item, TODAY) for code in ("en", "ru", "ky")] == [en, ru, ky]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("2026-06-21/2026-07-10", "in 3 days"),
        ("2026-06-10/2026-06-18", "now"),
        ("2026-06-01/2026-06-08", "10 days ago"),
    ],
)
def test_a_session_is_counted_from_its_first_day_and_nobody_is_late_after_it(tmp_path, days, words):
    view = view_of(tmp_path, DEADLINES.replace("2026-03-01/2026-03-20", days))
    assert time_left(get_language("en"), deadline(view, "session"), TODAY) == words
    assert "co-4 deadline-session" not in names(list_overdue(view))


@pytest.mark.parametrize(
    ("due", "late"), [("2018-03-28", "23 months late, "), ("2019", "at least 56 days late, "), ("2020", "")]
)
def test_a_report_that_came_late_says_by_how_much_at_least(tmp_path, due, late):
    text = DEADLINES.replace("due: 2026-06-30", f"due: {due}, received: 2020-02-25, issued: 2020-05-12")
    (report,) = (item for item in list_deadlines(view_of(tmp_path, text)) if item.place == "due")
    said = f"received on 25 February 2020, {late}issued on 12 May 2020, see Report 4"
    assert completion_sentence(get_language("en"), report) == said
    assert said.partition(", see")[0] in page_text(view_of(tmp_path, text), render_deadlines)


@pytest.mark.parametrize("render", [render_overview, render_deadlines])
def test_what_is_overdue_is_said_with_its_time_and_what_is_not_known_is_not_called_fine(tmp_path, render):
    unknown = "1 date is not known."
    page = page_text(view_of(tmp_path), render)
    assert f"1 overdue: CESCR, State's reply due, 6 June 2026, 12 days late not checked yet. {unknown}" in page
    page = page_text(view_of(tmp_path, DEADLINES.replace("date: 2026-06-06", "date: 2027-06-06")), render)
    assert f"No known date is overdue. {unknown}" in page and "Nothing is overdue" not in page


def test_what_was_met_has_no_time_left(tmp_path):
    (item,) = (item for item in list_deadlines(view_of(tmp_path)) if item.met)
    assert time_left(get_language("en"), item, TODAY) == ""


def test_a_date_without_a_source_is_shown_without_one(tmp_path):
    view = view_of(tmp_path)
    # what a sentence sets is in the document itself; nobody said where the session is announced
    assert [deadline(view, kind).source.document for kind in ("next-report", "session")] == ["co-4", None]
    page = render_deadlines(ViewRequest(view, get_language("en"), Filters(), "")).parts
    page = "".join(html for html, _place in page)
    (of_session,) = (item for item in page.split("<li ") if 'id="rt-co-4-deadline-session"' in item)
    assert "Source: no source given" in of_session


def test_the_day_on_which_a_report_was_sent_is_no_next_date(tmp_path):
    text = """\
documents:
  - {id: co-4, body: cescr, kind: concluding-observations, title: CO, cycle: cescr-4, issued: 2026-06, verification: seen}
  - {id: ngo-0, body: cescr, kind: alternative-report, title: Before, cycle: cescr-4, issued: 2026, verification: seen}
  - {id: ngo-1, body: cescr, kind: alternative-report, title: Today, cycle: cescr-4, issued: 2026-06-18, verification: seen}
"""
    view = view_of(tmp_path, text)
    assert (names(list_upcoming(view)), [body.id for body in bodies_without_date(view)][:1]) == ([], ["cescr"])
    told = [(item.item.place, item.ahead) for _lane, items in build_timeline(view).lanes for item in items]
    assert told == [("issued", False)], "what was sent today is done"
