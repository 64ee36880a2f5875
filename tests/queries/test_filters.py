"""What a reader asks for in the address: found, ordered, and never a reason to fall over."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import ASKED, CONCLUDED, SHOWN, TRACKER, dataset
from tracker.model.registers import FollowUp
from tracker.model.vocabulary import Verification
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.follow_up import is_selected_for_follow_up
from tracker.queries.lists.filters import (
    Filters,
    document_years,
    documents_in_use,
    filter_recommendations,
    find_neighbours,
)
from tracker.queries.lists.url_filters import paginate
from tracker.queries.view import View

ASSESSED = (
    "assessments:\n  - {{voice: civil-society, status: {0}, date: {1}, reason: {2}, recorded: {1}T00:00:00.000000Z}}\n"
)
FILES = {
    "r/ask-1": ASKED.replace("title: T", "title: {en: Zinc, ru: Ёж}")
    + "tags: [{tagged_by: ours, themes: [drug-policy]}]\n"
    + ASSESSED.format("partially-implemented", "2026-01-01", "Methadone is there."),
    "r/ask-2": ASKED.replace("title: T", "title: {en: apple, ru: Йод}")
    + "tags: [{tagged_by: document, themes: [health]}]\n"
    + ASSESSED.format("not-implemented", "2024-01-01", "Nothing."),
    "r/ask-10": ASKED.replace("title: T", "title: {en: Bread, ru: Жук}"),
    "r/co-1": CONCLUDED.replace("title: T", "title: {en: Apple, ru: Яма}") + "paragraph: 44 (c)\n",
    "r/cat-1": CONCLUDED.replace("co-2024", "co-2021"),
    "e/law": SHOWN + "relevant_to: [{recommendation: co-1, effect: progress}]\n",
}


@pytest.fixture
def view(tmp_path):
    return View(dataset(tmp_path, FILES), date(2026, 6, 18))


@pytest.fixture
def found(view):
    """`found(status=["implemented"])` gives the ids that an address with these parameters lists, in their order."""
    return lambda lang="en", **params: [
        r.id for r in filter_recommendations(view, Filters.from_params(view, params), lang)
    ]


EVERYTHING = {
    "by": ["civil-society"],
    "body": ["cescr", "cat"],
    "status": ["not-assessed", "implemented"],
    "theme": ["drug-policy"],
    "evidence": ["yes"],
    "stale": ["no"],
    "q": ["two words"],
    "sort": ["title"],
    "page": ["3"],
}


def test_a_query_comes_back_from_its_own_address(view):
    query = Filters.from_params(view, EVERYTHING)
    params = {}
    for name, value in query.params():
        params.setdefault(name, []).append(value)
    assert (params, Filters.from_params(view, params)) == (EVERYTHING, query)


def test_a_query_for_nothing_leaves_no_trace(view):
    assert (Filters.from_params(view, {}), Filters().params()) == (Filters(), [])


@pytest.mark.parametrize(
    "params",
    [
        {"by": ["us"], "body": ["XYZ"], "status": ["done"], "theme": ["x"], "evidence": ["maybe"], "stale": ["1"]},
        {"body": ["\x00", "a" * 100_000, "cat\x00"], "sort": ["order; drop"], "unknown": ["x"]},
        {"q": [" \t\n"], "sort": [], "page": []},
        *({"page": [page]} for page in ("0", "-1", "1.5", "٣", "²", "1e3", " 2", "100000", "9" * 5000, "", "\x00")),
    ],
)
def test_what_is_unknown_asks_for_nothing(view, params):
    assert Filters.from_params(view, params) == Filters()


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({"body": ["cat", "cescr", "cat"]}, Filters(body=("cescr", "cat"))),
        # of a value given twice the first that is known counts
        ({"page": ["x", "7", "8"], "stale": ["x", "no", "yes"], "q": ["a", "b"]}, Filters(page=7, stale="no", q="a")),
        ({"sort": ["x", "title", "status"]}, Filters(sort="title")),
        # a search is cut at two hundred characters
        ({"q": ["x  " * 300]}, Filters(q="x " * 100)),
    ],
)
def test_lists_keep_the_order_of_the_codes_and_too_much_is_cut(view, params, query):
    assert Filters.from_params(view, params) == query


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({}, ["ask-1", "ask-2", "ask-10", "cat-1", "co-1"]),
        ({"body": ["cescr"]}, ["ask-1", "ask-2", "ask-10", "co-1"]),
        ({"status": ["partially-implemented", "not-implemented"]}, ["ask-1", "ask-2"]),
        ({"status": ["not-assessed"], "by": ["civil-society"]}, ["ask-10"]),
        ({"evidence": ["no"], "by": ["committee"]}, ["cat-1"]),
        ({"stale": ["yes"]}, ["ask-2"]),
        ({"stale": ["no"], "by": ["civil-society"]}, ["ask-1", "ask-10"]),
        ({"q": ["E/C.12/rur"]}, ["co-1"]),
        ({"q": ["44 (C)"]}, ["co-1"]),
        ({"q": ["THERE methadone"]}, ["ask-1"]),
        ({"q": ["еж"]}, ["ask-1"]),
        ({"q": ["\x00"]}, []),
    ],
)
def test_filters_find(found, params, ids):
    assert found(**params) == ids


@pytest.mark.parametrize(
    ("sort", "lang", "ids"),
    [
        ("title", "en", ["ask-2", "ask-10", "ask-1", "co-1", "cat-1"]),
        ("title", "ru", ["ask-1", "ask-10", "ask-2", "cat-1", "co-1"]),
        ("status", "en", ["ask-2", "ask-1", "ask-10", "cat-1", "co-1"]),
        ("changed", "en", ["ask-1", "ask-2", "ask-10", "cat-1", "co-1"]),
        ("newest", "en", ["ask-1", "ask-2", "ask-10", "co-1", "cat-1"]),
    ],
)
def test_every_order_puts_civil_society_first(found, sort, lang, ids):
    assert found(lang, sort=[sort]) == ids


def test_words_of_a_later_assessment_are_not_found_on_an_earlier_day(tmp_path):
    earlier = View(dataset(tmp_path, FILES), date(2026, 6, 18), date(2025, 1, 1))
    assert filter_recommendations(earlier, Filters(q="methadone"), "en") == ()
    assert [r.id for r in filter_recommendations(earlier, Filters(q="nothing"), "en")] == ["ask-2"]


def test_what_says_the_words_itself_comes_before_what_only_stands_beside_them(tmp_path):
    files = FILES | {"r/ask-10": ASKED.replace("title: T", "title: Methadone for all")}
    v = View(dataset(tmp_path, files), date(2026, 6, 18))
    beside, itself = "ask-1", "ask-10"
    assert [r.id for r in filter_recommendations(v, Filters(q="methadone"), "en")] == [itself, beside]
    assert [r.id for r in filter_recommendations(v, Filters(q="methadone", sort="title"), "en")] == [itself, beside]
    assert [r.id for r in filter_recommendations(v, Filters(q="methadone", sort="changed"), "en")] == [beside, itself]


def test_neighbours_are_those_of_the_list_and_of_one_asker(view):
    first, second, third, cat, co = (view.recommendations[i] for i in ("ask-1", "ask-2", "ask-10", "cat-1", "co-1"))
    assert find_neighbours(view, Filters(), first, "en") == (None, 1, 3, second)
    assert find_neighbours(view, Filters(), second, "en") == (first, 2, 3, third)
    assert find_neighbours(view, Filters(), third, "en") == (second, 3, 3, None)
    assert find_neighbours(view, Filters(), cat, "en") == (None, 1, 2, co)
    assert find_neighbours(view, Filters(stale="yes"), first, "en") == (None, 0, 1, None)


def test_codes_match_in_any_case(view):
    asked = {"body": ["CAT"], "status": ["Not-Assessed"], "evidence": ["YES"], "sort": ["Title"], "id": ["ASK-1"]}
    found = Filters(body=("cat",), status=("not-assessed",), evidence="yes", sort="title", id=("ask-1",))
    assert Filters.from_params(view, asked) == found


def test_what_a_filter_does_not_know_is_named(view):
    asked = {"body": ["XYZ", "cat"], "stale": ["maybe"], "q": ["x"], "lang": ["ru"], "theme": ["a" * 100, ""]}
    found = [(row.name, value) for row, value in Filters.unknown_values(view, asked)]
    assert found == [("body", "XYZ"), ("theme", "a" * 60), ("stale", "maybe")]
    asked = {"since": ["tomorrow", "week", "2026-11-21"]}
    assert [value for _row, value in ActivityFilters.unknown_values(view, asked)] == ["tomorrow"]


def test_who_and_what_a_recommendation_is_about_can_be_asked_for(tmp_path):
    state = "assessments: [{voice: state, date: 2026-01-01, reason: It is planned.}]\n"
    authority = "{name: {en: Ministry of Health, ru: Минздрав}}"
    tags = f"tags: [{{tagged_by: ours, groups: [women], rights: ['ICESCR art. 12'], authorities: [{authority}]}}]\n"
    files = FILES | {
        "tracker": TRACKER + "groups: [{id: women, label: Women}]\n",
        "r/ask-10": FILES["r/ask-10"] + tags,
        "r/cat-1": FILES["r/cat-1"].replace("verification: seen", "verification: reported") + state,
    }
    view = View(dataset(tmp_path, files), date(2026, 6, 18))

    for name, codes, ids in (
        ("assessed", ["nobody"], ["ask-10", "co-1"]),
        ("assessed", ["state"], ["cat-1"]),
        ("assessed", ["civil-society"], ["ask-1", "ask-2"]),
        ("verification", ["reported"], ["cat-1"]),
        ("year", ["2021"], ["cat-1"]),
        ("document", ["co-2024", "co-2021"], ["cat-1", "co-1"]),
        ("group", ["women"], ["ask-10"]),
        ("right", ["icescr-art-12"], ["ask-10"]),
        ("authority", ["Ministry-of-Health"], ["ask-10"]),
    ):
        found = filter_recommendations(view, Filters.from_params(view, {name: codes}), "en")
        assert [r.id for r in found] == ids, (name, codes)
    assert list(documents_in_use(view)) == ["report-2024", "co-2024", "co-2021"]
    assert list(document_years(view)) == ["2024", "2021"]


def test_what_a_committee_selected_for_follow_up_can_be_asked_for(view):
    known, co = view.documents["co-2024"], view.recommendations["co-1"]
    for paragraphs, selected in ((("44 (a)", "46"), True), (("4", "144"), False), ((), None), (("30", "44 (c)"), True)):
        follow_up = FollowUp(verification=Verification.SEEN, paragraphs=paragraphs)
        documents = {**view.dataset.documents, known.id: replace(known, follow_up=follow_up)}
        other = View(replace(view.dataset, documents=documents), view.today)
        assert is_selected_for_follow_up(other, co) is selected
        for code, is_listed in (("yes", selected is True), ("no", selected is False)):
            assert filter_recommendations(other, Filters(follow_up=code), "en") == (co,) * is_listed


# A long list is shown one page at a time.


@pytest.mark.parametrize(
    ("length", "number", "found"),
    [(5, 1, ([0, 1], 1, 3)), (5, 3, ([4], 3, 3)), (5, 99, ([4], 3, 3)), (4, 2, ([2, 3], 2, 2)), (0, 1, ([], 1, 1))],
)
def test_a_page_has_its_items_and_a_number_after_the_last_means_the_last(length, number, found):
    assert paginate(list(range(length)), number, per_page=2) == found
