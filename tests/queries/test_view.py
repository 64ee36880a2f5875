"""What follows from the records, as of a day."""

from datetime import date

import pytest

from tests.support.small_dataset import ASKED, CONCLUDED, DOCUMENTS, SHOWN, dataset, folder
from tracker.model.vocabulary import Issuer, Status, UptakeResult
from tracker.queries.follow_up import group_by_cycle
from tracker.queries.lists.filters import EvidenceFilters, count_by_status, filter_evidence
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)


@pytest.fixture
def view(tmp_path):
    """`view({"r/x": yaml})` shows such files today; `view(files, as_of=…)` on another day."""
    return lambda files, as_of=None: View(dataset(tmp_path, files), TODAY, as_of)


def said(status, day, *, voice="civil-society", more="", recorded="2026-01-01T00:00:00.000000Z"):
    has = "" if status is None else f"grade: {status}, " if voice == "committee" else f"status: {status}, "
    return f"  - {{voice: {voice}, {has}date: {day}, reason: R., recorded: {recorded}{more}}}\n"


def asked(*assessments, more=""):
    return ASKED + more + "assessments:\n" + "".join(assessments)


def test_of_one_day_the_one_recorded_last_counts(view):
    late, early = "2026-01-01T00:00:00.000002Z", "2026-01-01T00:00:00.000001Z"
    partly = said("partially-implemented", "2025-05-31", recorded=late)
    v = view({"r/x": asked(partly, said("not-implemented", "2025-05", recorded=early))})
    assert [a.status.value for a in v.assessments["x"]] == ["partially-implemented", "not-implemented"]
    assert v.status(v.recommendations["x"]) is Status.PARTIALLY


def test_of_one_day_without_recorded_times_the_last_in_the_file_counts(tmp_path):
    by_hand = "  - {{voice: civil-society, status: {}, date: 2025, reason: R.}}\n".format
    files = {"r/x": asked(by_hand("partially-implemented"), by_hand("not-implemented"))}
    v = View(DatasetReader(folder(tmp_path, files)).read(), TODAY)
    assert v.status(v.recommendations["x"]) is Status.NOT_IMPLEMENTED


AS_OF = {
    "r/x": asked(said("not-implemented", "2024-05-31"), said("partially-implemented", "2024-06")),
    "r/y": CONCLUDED,
    "e/before": SHOWN + "published: 2024-05\n",
    "e/after": SHOWN + "happened: 2024-01\npublished: 2024-06-01\n",
    "e/undated": SHOWN,
}


def test_what_is_dated_later_does_not_count(view):
    v = view(AS_OF, date(2024, 5, 31))
    assert (v.local_date, v.status(v.recommendations["x"])) == (date(2024, 5, 31), Status.NOT_IMPLEMENTED)
    assert list(v.evidence) == ["undated", "before"]
    before = view(AS_OF, date(2024, 3, 27))
    assert (list(before.recommendations), list(before.documents)) == (["x"], ["report-2024", "co-2021"])
    today = view(AS_OF)
    assert (list(today.recommendations), list(today.evidence)) == (["x", "y"], ["undated", "after", "before"])
    assert today.status(today.recommendations["x"]) is Status.PARTIALLY


def test_what_has_no_date_is_there_on_any_day_and_is_not_stale(view):
    of_cat = CONCLUDED.replace("co-2024", "co-2021")
    v = view({"documents": DOCUMENTS.replace(", issued: 2021-12", ""), "r/x": of_cat}, date(1, 1, 1))
    assert (list(v.recommendations), v.is_stale(v.recommendations["x"])) == (["x"], False)


@pytest.mark.parametrize(
    ("day", "stale"), [("2025-06-18", False), ("2025-06-17", True), ("2025", False), ("2024", True)]
)
def test_an_assessment_is_stale_when_it_is_more_than_a_year_old(view, day, stale):
    v = view({"r/x": asked(said("not-implemented", day))})
    assert v.is_stale(v.recommendations["x"]) is stale


@pytest.mark.parametrize(
    ("claim", "finding", "gap"),
    [
        ("implemented", "not-implemented", 2),
        ("implemented", "partially-implemented", 1),
        ("not-implemented", "partially-implemented", 0),
        ("implemented", "not-enough-information", 0),
        ("not-enough-information", "not-implemented", 0),
        (None, "not-implemented", 0),
    ],
)
def test_a_claim_gap_is_between_two_ranks(view, claim, finding, gap):
    v = view({"r/x": asked(said(claim, "2025", voice="state"), said(finding, "2025"))})
    assert v.claim_gap(v.recommendations["x"]) == gap


def test_a_grade_is_no_status(view):
    of_cat = CONCLUDED.replace("co-2024", "co-2021")
    v = view({"r/x": of_cat + "assessments:\n" + said("A", "2025", voice="committee")})
    r = v.recommendations["x"]
    assert (v.status(r), v.claim_gap(r)) == (Status.NOT_ASSESSED, 0)


def test_the_same_demand_is_the_same_both_ways(view):
    v = view({"r/x": ASKED, "r/y": CONCLUDED + "same_demand: [{recommendation: x}]\n", "r/z": CONCLUDED})
    x, y, z = v.recommendations.values()
    assert (v.same_demand(x), v.same_demand(y), v.same_demand(z)) == ((y,), (x,), ())


def test_uptake_is_found_from_what_civil_society_asked(view):
    files = {"r/x": ASKED, "r/y": CONCLUDED + "uptake: [{recommendation: x, result: partly}]\n"}
    v = view(files)
    x, y = v.recommendations.values()
    assert [(r.id, uptake.result) for r, uptake in v.uptake_of(x)] == [("y", UptakeResult.PARTLY)]
    assert v.uptake_of(y) == ()
    assert view(files, date(2024, 3, 1)).uptake_of(x) == ()


def test_evidence_comes_newest_first_and_undated_evidence_where_it_was_recorded(view):
    on_x = "relevant_to: [{recommendation: x, effect: setback}]\n"
    v = view(
        {
            "r/x": ASKED,
            "e/a-undated": SHOWN + on_x + "recorded: 2024-06-01T12:00:00.000000Z\n",
            "e/e-by-hand": SHOWN + on_x,
            "e/b-old": SHOWN + on_x + "published: 2019\n",
            "e/c-new": SHOWN + on_x + "happened: 2025-03\n",
            "e/d-other": SHOWN + "published: 2026\n",
        }
    )
    in_order = ["e-by-hand", "c-new", "a-undated", "b-old"]
    assert [item.id for item, _ in v.evidence_for(v.recommendations["x"])] == in_order
    for asked, ids in (
        ({"direction": ["setback", "nonsense"]}, in_order),
        ({"q": ["  A   Paper D-other", "x"]}, ["d-other"]),
    ):
        assert [e.id for e in filter_evidence(v, EvidenceFilters.from_params(v, asked))] == ids


def test_the_two_askers_are_counted_apart(view):
    v = view({"r/x": asked(said("partially-implemented", "2025")), "r/y": CONCLUDED, "r/z": CONCLUDED})
    counts = {asker: count_by_status(v, v.by_issuer(asker)) for asker in Issuer}
    assert counts == {Issuer.CIVIL_SOCIETY: {Status.PARTIALLY: 1}, Issuer.COMMITTEE: {Status.NOT_ASSESSED: 2}}


def test_documents_stand_by_cycle_the_latest_first(view):
    v = view({})
    ((cycle, documents),) = group_by_cycle(v, v.bodies["cescr"])
    assert (cycle, [d.id for d in documents]) == ("cescr-2024", ["co-2024", "report-2024"])


def test_a_mistyped_id_finds_what_looks_like_it(view):
    v = view({"r/cedaw-2021-44": CONCLUDED, "r/other": CONCLUDED})
    assert (v.suggest_ids("cedaw-2021-4"), v.suggest_ids("?" * 10_000)) == (("cedaw-2021-44",), ())
