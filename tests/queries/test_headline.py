"""Whose assessments decide the status: the latest of each organisation, the editors' only while there is none."""

from datetime import date

import lxml.html
import pytest

from tests.support.small_dataset import ASKED, DOCUMENTS, TRACKER, dataset
from tracker.i18n import get_language
from tracker.model.vocabulary import Direction, Issuer, Status
from tracker.publishing.pages.overview import render_overview
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import (
    assessed_by,
    demonstration_line,
    directions_in_words,
    freshness,
    heading_of_assessments,
    notes_on_editors,
)
from tracker.queries.lists.filters import Filters, count_by_status, filter_recommendations
from tracker.queries.overview_summary import summarize
from tracker.queries.tables.analysis import statuses_by_year
from tracker.queries.tables.frames import Frames
from tracker.queries.tables.values import TableValues
from tracker.queries.view import View

ORGANISATIONS = """\
organisations:
  - {id: watch, name: Health Watch, kind: civil-society}
  - {id: centre, name: A Centre, abbreviation: AC, kind: civil-society}
  - {id: ombuds, name: Ombudsperson, kind: national-institution}
  - {id: us, name: Editors, kind: editors}
"""
ENGLISH = get_language("en")


def said(who, status, day, more=""):
    signed = f"organisation: {who}, " if who else ""
    return f"  - {{voice: civil-society, {signed}status: {status}, date: {day}, reason: R.{more}}}\n"


@pytest.fixture
def asked(tmp_path):
    """The view of one recommendation with these assessments, and the recommendation."""

    def asked(*assessments, more="", documents=DOCUMENTS, tracker=""):
        record = ASKED + more + ("assessments:\n" + "".join(assessments) if assessments else "")
        files = {"tracker": TRACKER + ORGANISATIONS + tracker, "documents": documents, "r/x": record}
        view = View(dataset(tmp_path, files), date(2026, 6, 18))
        return view, view.recommendations["x"]

    return asked


def decided(view, r, part=None):
    headline = view.headline(r, part)
    return headline.status.value, [a.organisation for a in headline.assessments], headline.by_editors


@pytest.mark.parametrize(
    ("by", "line"),
    [
        ([], "This is a demonstration, not reviewed by Health Watch, AC and Ombudsperson."),
        (["us"], "This is a demonstration, not reviewed by Health Watch, AC and Ombudsperson."),
        (["us", "watch"], "This is a demonstration."),
    ],
)
def test_a_demonstration_says_who_has_not_reviewed_it_until_they_have_assessed_all(asked, by, line):
    view, _ = asked(*(said(who, "implemented", 2024) for who in by), tracker="demonstration: true\n")
    page = render_overview(ViewRequest(view, ENGLISH, Filters(), "")).content
    assert demonstration_line(view, ENGLISH) == line and line in page
    assert demonstration_line(asked(*(said(who, "implemented", 2024) for who in by))[0], ENGLISH) == ""


def test_one_assessment_of_an_organisation_does_not_make_the_rest_of_a_demonstration_reviewed(tmp_path):
    signed = ("us", "us", "watch")
    files = {f"r/x{n}": ASKED + "assessments:\n" + said(who, "implemented", 2024) for n, who in enumerate(signed)}
    files |= {"tracker": TRACKER + ORGANISATIONS + "demonstration: true\n", "r/y": ASKED}
    assert demonstration_line(View(dataset(tmp_path, files), date(2026, 6, 18)), ENGLISH) == (
        "This is a demonstration. Assessed by the tracker's editors only, not reviewed by Health Watch, AC and "
        "Ombudsperson: 2 of 3 assessed recommendations."
    )


@pytest.mark.parametrize(
    ("assessments", "status", "whose"),
    [
        ([], "not-assessed", []),
        ([said("us", "implemented", 2024)], "implemented", ["us"]),
        ([said(None, "implemented", 2024)], "implemented", [None]),
        ([said("no-such", "implemented", 2024)], "implemented", ["no-such"]),
        # the editors' own latest, signed or not
        ([said(None, "implemented", 2024), said("us", "not-implemented", 2025)], "not-implemented", ["us"]),
        # an organisation counts, however old its assessment is
        ([said("watch", "not-implemented", 2020), said("us", "implemented", 2026)], "not-implemented", ["watch"]),
        ([said("ombuds", "not-implemented", 2020), said("us", "implemented", 2026)], "not-implemented", ["ombuds"]),
        # the latest of each
        ([said("watch", "implemented", 2024), said("watch", "not-implemented", 2025)], "not-implemented", ["watch"]),
        ([said("watch", "not-implemented", 2025), said("centre", "implemented", 2024)], "assessments-differ", ["watch", "centre"]),
        # they differed before, and agree now
        ([said("watch", "not-implemented", 2024), said("centre", "implemented", 2024), said("watch", "implemented", 2025)], "implemented", ["watch", "centre"]),
        # to know too little is another status too
        ([said("watch", "not-enough-information", 2025), said("centre", "implemented", 2024)], "assessments-differ", ["watch", "centre"]),
    ],
)  # fmt: skip
def test_the_latest_assessment_of_each_organisation_decides(asked, assessments, status, whose):
    view, r = asked(*assessments)
    assert decided(view, r)[:2] == (status, whose)


def test_a_withdrawn_assessment_never_counts(asked):
    gone = said("watch", "implemented", 2025, ", events: [{type: withdrawn, reason: No.}]")
    assert decided(*asked(gone, said("centre", "not-implemented", 2024))) == ("not-implemented", ["centre"], False)
    assert decided(*asked(gone, said("us", "not-implemented", 2024))) == ("not-implemented", ["us"], True)


def test_a_part_is_decided_in_the_same_way(asked):
    view, r = asked(
        said("watch", "implemented", 2025, ", part: a"),
        said("centre", "not-implemented", 2024, ", part: a"),
        said("us", "implemented", 2024, ", part: b"),
        more="parts: [{id: a, summary: S}, {id: b, summary: S}, {id: c, summary: S}]\n",
    )
    assert decided(view, r, "a") == ("assessments-differ", ["watch", "centre"], False)
    assert decided(view, r, "b") == ("implemented", ["us"], True)
    assert (view.status(r), list(view.headlines_by_part(r))) == (Status.NOT_ASSESSED, ["a", "b"])
    parts = Frames(view, ENGLISH).parts
    assert list(parts.status.fillna("-")) == ["assessments-differ", "implemented", "-"]


def test_where_they_differ_there_is_no_gap_and_no_direction(asked):
    state = "  - {voice: state, status: implemented, date: 2025, reason: R.}\n"
    one = said("watch", "not-implemented", 2025, ", direction: backward")
    view, r = asked(one, said("centre", "partially-implemented", 2024, ", direction: forward"), state)
    assert (view.claim_gap(r), view.headline(r).direction) == (0, None)
    table = Frames(view, ENGLISH).recommendations
    assert (table.status[0], table.organisation[0]) == ("assessments-differ", "watch; centre")
    assert table.claim_gap.isna()[0]
    view, r = asked(one, state)
    assert (view.claim_gap(r), view.headline(r).direction) == (2, Direction.BACKWARD)


def test_what_one_of_them_says_is_getting_worse_is_counted_filtered_and_shown_also_where_they_differ(asked):
    worse = said("watch", "not-implemented", 2025, ", direction: backward")
    view, r = asked(worse, said("centre", "partially-implemented", 2024))
    assert directions_in_words(ENGLISH, view.headline(r)) == {Direction.BACKWARD: "1 organisation says: getting worse"}
    assert summarize(view, Issuer.CIVIL_SOCIETY, view.states[0]).backward == (r,)
    assert filter_recommendations(view, Filters(direction=("backward",)), "en") == (r,)
    for path in ("/", "/recommendations", "/recommendation", "/analysis"):
        page = READER_PAGES[path].render(ViewRequest(view, ENGLISH, Filters(), "http://x", "", {"id": [r.id]}))
        main = lxml.html.fromstring(page.body).find(".//main")
        said_there = [main.text_content(), *main.xpath(".//@title | .//@aria-label")]
        assert "1 organisation says: getting worse" in " ".join(" ".join(said_there).split()), path
    view, r = asked(worse)
    assert directions_in_words(ENGLISH, view.headline(r)) == {Direction.BACKWARD: "getting worse"}


def test_it_is_counted_filtered_and_sorted_as_a_status_of_its_own(asked):
    view, r = asked(said("watch", "not-implemented", 2025), said("centre", "implemented", 2024))
    assert count_by_status(view, [r]) == {Status.DIFFER: 1}
    assert filter_recommendations(view, Filters(status=("assessments-differ",)), "en") == (r,)
    assert filter_recommendations(view, Filters(status=("implemented", "not-implemented")), "en") == ()
    assert filter_recommendations(view, Filters(sort="status"), "en") == (r,)


def test_the_day_of_the_newest_check_decides_what_is_out_of_date(asked):
    old = said("watch", "implemented", 2020)
    view, r = asked(old, said("centre", "implemented", "2026-05"))
    assert (view.last_checked(r), view.is_stale(r)) == ("2026-05", False)
    view, r = asked(old.replace("R.}", "R., events: [{type: checked, date: 2026-06-01}]}"))
    assert (view.last_checked(r), view.is_stale(r)) == ("2026-06-01", False)
    view, r = asked(old)
    assert (view.last_checked(r), view.is_stale(r)) == ("2020", True)


def test_each_year_has_the_status_that_the_list_had_at_its_end(asked):
    view, _r = asked(
        said("us", "implemented", 2021),
        said("watch", "not-implemented", 2022),
        said("us", "implemented", 2023),  # counts no longer
        said("centre", "implemented", 2024),
        said("watch", "implemented", 2025),
    )
    found = statuses_by_year(TableValues(view, ENGLISH))
    assert found.rows("year", "implemented", "not-implemented", "assessments-differ", "changed") == [
        (2021, 1, 0, 0, 0),
        (2022, 0, 1, 0, 0),
        (2023, 0, 0, 0, 0),
        (2024, 0, 0, 1, 0),
        (2025, 1, 0, 0, 1),
        (2026, 0, 0, 0, 0),
    ]


def test_only_the_same_organisation_can_change_its_status(asked):
    view, r = asked(said("us", "implemented", 2021), said("watch", "not-implemented", 2022))
    assert summarize(view, Issuer.CIVIL_SOCIETY, view.states[0]).changed == ()
    view, r = asked(said("watch", "implemented", 2021), said("watch", "not-implemented", 2022))
    assert summarize(view, Issuer.CIVIL_SOCIETY, view.states[0]).changed == (r,)
    assert [o.id for o in summarize(view, Issuer.CIVIL_SOCIETY, view.states[0]).organisations] == ["watch"]


@pytest.mark.parametrize(
    ("assessments", "heading", "sentence", "fresh"),
    [
        ([], "Assessment", "No organisation has assessed this yet.", ""),
        ([said("us", "implemented", 2024)], "Editors", "Assessed by the tracker's editors; not reviewed by Health Watch, AC and Ombudsperson.", "Assessment of 2024, not updated since."),
        ([said("watch", "implemented", "2026-05")], "Civil society", "Civil society's assessment: Health Watch.", "Assessment of May 2026."),
        ([said("watch", "implemented", 2024), said("centre", "implemented", "2026-05")], "Civil society", "Civil society's assessment: AC (May 2026), Health Watch (2024).", ""),
        ([said("watch", "implemented", 2024), said("centre", "not-implemented", 2025)], "Civil society", "AC: not-implemented (2025); Health Watch: implemented (2024).", ""),
        # who is not civil society is not called so
        ([said("ombuds", "implemented", "2026-05")], "Ombudsperson", "Assessed by Ombudsperson.", "Assessment of May 2026."),
        ([said("watch", "implemented", 2024), said("ombuds", "implemented", 2025)], "Organisations", "Assessed by Ombudsperson (2025), Health Watch (2024).", ""),
    ],
)  # fmt: skip
def test_it_is_said_whose_assessment_it_is(asked, assessments, heading, sentence, fresh):
    view, r = asked(*assessments)
    assert heading_of_assessments(view, ENGLISH, view.headline(r)) == heading
    assert (assessed_by(view, ENGLISH, r), freshness(view, ENGLISH, r)) == (sentence, fresh)
    note = f"1 a{sentence[1:]}".replace("editors;", "editors only;")
    assert notes_on_editors(view, ENGLISH, [r]) == [note] * view.headline(r).by_editors


@pytest.mark.parametrize(
    ("authors", "names"),
    [("A Centre (AC)", "AC"), ("Somebody else", "Somebody else"), ("Health Watch; A Centre", "Health Watch and AC")],
)
def test_those_who_issued_the_document_are_named_first(asked, authors, names):
    documents = DOCUMENTS.replace("title: Report,", f"title: Report, authors: {authors},")
    view, r = asked(said("us", "implemented", 2024), documents=documents)
    assert assessed_by(view, ENGLISH, r).endswith(f"not reviewed by {names}.")


def test_the_first_page_says_how_many_the_organisations_have_assessed(tmp_path):
    files = {"tracker": TRACKER + ORGANISATIONS, "r/y": ASKED + "assessments:\n" + said("us", "implemented", 2024)}
    signed = (said("watch", "implemented", 2024), said("centre", "implemented", 2025))
    files |= {f"r/x{n}": ASKED + "assessments:\n" + one for n, one in enumerate(signed)}
    view = View(dataset(tmp_path, files), date(2026, 6, 18))
    page = render_overview(ViewRequest(view, ENGLISH, Filters(), "http://127.0.0.1:8501"))
    words = " ".join(lxml.html.fromstring(page.content).text_content().split())
    # one of them has assessed: "not reviewed by" would be read as said of all
    assert "1 assessed by the tracker's editors only. 2 assessed by Health Watch, AC or both." in words
    assert "2 assessed by Health Watch, AC or both." in words


def test_the_first_page_says_that_two_organisations_have_assessed_the_same(tmp_path):
    signed = said("watch", "implemented", 2024) + said("centre", "implemented", 2025)
    files = {"tracker": TRACKER + ORGANISATIONS, "r/x": ASKED + "assessments:\n" + signed}
    page = render_overview(
        ViewRequest(View(dataset(tmp_path, files), date(2026, 6, 18)), ENGLISH, Filters(), "http://127.0.0.1:8501")
    )
    assert "1 assessed by AC and Health Watch." in " ".join(lxml.html.fromstring(page.content).text_content().split())
