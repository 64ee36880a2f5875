"""What is worked out once for a view, and drawn once for all who read it."""

import weakref
from datetime import date

import pytest

from tests.support.story_folder import ASKED, DOCUMENTS, GRADED, NEWS, RECORDED, TRACKER, made
from tracker.i18n import get_language
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries.current_view import current_view, reader_of, renew_shown_view, shown_view
from tracker.queries.lists import filters
from tracker.queries.lists.filters import Filters, count_options, document_years, filter_recommendations
from tracker.queries.search.text_search import parse_search
from tracker.queries.view import View, _latest_pieces
from tracker.storage.cache_registry import clear_caches
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)
SAME = ASKED + "same_demand: [{recommendation: hrc-3-20, recorded: 2026-01-31T12:00:00.000000Z}]\n"
ASSESSED = """\
assessments:
  - {voice: civil-society, status: not-implemented, date: 2026-01-01, reason: R, recorded: 2026-01-31T12:00:00.000001Z}
"""
LATER_TITLE = {"recommendations/hrc-3-20.yaml": GRADED.replace("Review the drug laws", "Review every drug law")}
A_DAY_LATER = TODAY.replace(year=2028)
CHANGES: tuple[tuple[str, dict[str, str], date], ...] = (
    ("a title of what asks the same", LATER_TITLE, TODAY),
    ("evidence", {"evidence/law.yaml": NEWS + "relevant_to: [{recommendation: r1, effect: progress}]\n"}, TODAY),
    ("a date of the document", {"documents.yaml": DOCUMENTS.replace("issued: 2024,", "issued: 2023,")}, TODAY),
    ("a name in the settings", {"tracker.yaml": TRACKER.replace("label: Not assessed", "label: Open")}, TODAY),
    ("an assessment", {"recommendations/r1.yaml": SAME + ASSESSED}, TODAY),
    ("a later day, on which it is out of date", {}, A_DAY_LATER),
)
"""(what changes, the files that are saved, the day), one after the other."""


def view_of(root):
    return View(DatasetReader(root).read(), TODAY)


def listed(view, lang="en", query=Filters()):  # noqa: B008
    rows = [(r.issued_by, None, [r], 1) for r in filter_recommendations(view, query, lang)]
    page, words = ViewRequest(view, get_language(lang), is_page=True), parse_search(query.q)
    shown = {"groups": rows, "words": words, "carry": query.params(), "page": 1, "pages": 1, "turn": ("", "")}
    return render("pages/list.html", page, **shown)


def test_a_question_is_answered_once_for_each_view(tmp_path):
    view, another, asked = view_of(made(tmp_path)), view_of(tmp_path), []

    def answer():
        asked.append("asked")
        return len(asked)

    assert [v.cached("n", "key", answer) for v in (view, view, another, view)] == [1, 1, 2, 1]
    assert [view.cached(about, key, answer) for about, key in (("n", "other"), ("m", "key"))] == [3, 4]


def test_only_so_many_answers_are_kept(tmp_path):
    view = view_of(made(tmp_path))
    for number in range(10):
        view.cached("numbers", number, lambda number=number: number, most=4)
    assert list(view.__dict__["cached numbers"]) == [8, 9]


def test_a_row_that_is_there_already_says_what_another_reader_asks_for(tmp_path):
    r1 = ASKED.replace("title: Repeal the punishments", "title: {en: Repeal it, ru: Отменить}")
    view = view_of(made(tmp_path, {"recommendations/r1.yaml": r1}))
    first = listed(view)
    assert "Repeal it</a>" in first
    assert listed(view) == first
    assert "Отменить</a>" in listed(view, "ru")
    assert "<mark>Repeal</mark> it</a>" in listed(view, query=Filters(q="repeal"))
    of_status = listed(view, query=Filters(status=("not-assessed",)))
    assert 'href="/recommendation?id=r1&amp;status=not-assessed"' in of_status
    assert 'href="/recommendation?id=r1"' in listed(view)


def test_rows_stay_while_many_search_and_what_was_searched_long_ago_goes(tmp_path, monkeypatch):
    monkeypatch.setattr("tracker.queries.view.MAX_PIECES", 6)
    view, made_again = view_of(made(tmp_path)), []
    rows = filter_recommendations(view, Filters(), "en")
    for search in range(9):
        view.reused_pieces("rows", rows, lambda r: made_again.append(r.id))
        view.reused_pieces(search, rows[:1], lambda r: r.id)
    assert made_again == [r.id for r in rows]
    assert {"rows", 8} <= _latest_pieces[tmp_path].keys() and 0 not in _latest_pieces[tmp_path]


def test_a_list_after_each_save_is_what_a_fresh_copy_shows(tmp_path):
    reader = DatasetReader(made(tmp_path, {"recommendations/r1.yaml": SAME}))

    def show(day):
        view = View(reader.read(fresh=True), day)
        return listed(view), count_options(view, Filters()), document_years(view)

    before = show(TODAY)
    for what, files, day in CHANGES:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        after = show(day)
        assert after != before, what
        clear_caches()
        assert show(day) == after, what
        before = after


def test_only_what_was_saved_is_worked_out_again(tmp_path, monkeypatch):
    reader = DatasetReader(made(tmp_path))
    view = View(reader.read(), TODAY)
    listed(view), count_options(view, Filters())
    for name, text in LATER_TITLE.items():
        (tmp_path / name).write_text(text)
    drawn, counted = [], []
    monkeypatch.setattr(ViewRequest, "document_kind_name", lambda _, document: drawn.append(document.id) or "")
    monkeypatch.setattr(filters, "document_year", lambda _, r: counted.append(r.id) or "2022")
    view = View(reader.read(fresh=True), TODAY)
    listed(view), count_options(view, Filters())
    assert (drawn, counted) == (["hrc-3"], ["hrc-3-20"])


def test_views_of_earlier_data_go_when_there_is_a_new_one(tmp_path):
    root = made(tmp_path)
    other = made(tmp_path / "other")
    first, kept = weakref.ref(current_view(root, {})), current_view(other, {})
    assert first() is current_view(root, {})
    made(root, {"recommendations/r2.yaml": ASKED})
    reader_of(root).read(fresh=True)
    assert "r2" in current_view(root, {}).dataset.recommendations
    assert (first(), current_view(other, {})) == (None, kept)


MORE = (
    "  - {voice: civil-society, status: implemented, date: 2026-03, reason: R, recorded: 2026-03-31T12:00:00.000001Z}\n"
)
WITHDRAWN = "    events: [{type: withdrawn, reason: Wrong, recorded: 2026-04-30T12:00:00.000000Z}]\n"
ONE_ENTRY = ASSESSED.replace("{", "").replace("}", "").replace(", ", "\n    ")
TAKEN_BACK = (
    {"recommendations/r1.yaml": ASKED + ONE_ENTRY + WITHDRAWN},
    {"recommendations/r1.yaml": ASKED},
    {"recommendations/r1.yaml": ASKED.replace("Use should", "Use could") + ASSESSED + MORE},
    {"recommendations/r1.yaml": ASKED + ASSESSED.replace("reason: R", "reason: S") + MORE},
    {"recommendations/r1.yaml": None},
    {"recommendations/r1.yaml": "title: ["},
    {"evidence/law.yaml": NEWS + f"events: [{{type: withdrawn, reason: Wrong, {RECORDED}}}]\n"},
    {"documents.yaml": DOCUMENTS.replace("issued: 2024,", "issued: 2023,")},
    {"tracker.yaml": TRACKER.replace("label: Not assessed", "label: Open")},
    {"recommendations/r3.yaml": ASKED, "evidence/law.yaml": None},
)
"""Saves after which readers must not see the state before (None: the file is deleted)."""


@pytest.mark.parametrize("saved", TAKEN_BACK)
def test_readers_of_a_large_tracker_never_see_what_was_taken_back(tmp_path, monkeypatch, saved):
    monkeypatch.setattr("tracker.queries.current_view.LARGE", 1)
    root, prepared = made(tmp_path, {"recommendations/r1.yaml": ASKED + ASSESSED}), list[View]()

    def save(files):
        for name, text in files.items():
            (root / name).unlink(missing_ok=True) if text is None else (root / name).write_text(text)
        reader_of(root).read(fresh=True)

    shown = shown_view(root, {})
    renew_shown_view(root, prepared.append)
    assert (shown is current_view(root, {}), prepared) == (True, [shown])
    # what is added may wait, for the reader who asks for today's page
    save({"recommendations/r1.yaml": ASKED + ASSESSED + MORE, "recommendations/r2.yaml": ASKED})
    renew_shown_view(root, prepared.append)
    assert (shown_view(root, {}), prepared, "r2" in current_view(root, {}).recommendations) == (shown, [shown], True)
    assert "r2" in shown_view(root, {"as_of": "2026-06-01"}).recommendations
    save(saved)
    assert shown_view(root, {}) is current_view(root, {}) is not shown


def test_what_is_added_is_shown_as_soon_as_it_is_prepared_but_only_every_few_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr("tracker.queries.current_view.LARGE", 1)
    now, seen, root = [100.0], list[tuple[str, View]](), made(tmp_path)
    monkeypatch.setattr("tracker.queries.current_view.time.monotonic", lambda: now[0])
    first = shown_view(root, {})
    renew_shown_view(root, lambda view: None)
    for now[0], added in ((104.0, "r2"), (106.0, "r3"), (110.0, "r4")):
        made(root, {f"recommendations/{added}.yaml": ASKED})
        shown_view(root, {})  # without a reader, nobody looks for saves
        renew_shown_view(root, lambda view, added=added: seen.append((added, shown_view(root, {}))))
        assert (added in shown_view(root, {}).recommendations) == (added != "r3")
    # readers saw the earlier one while the next was prepared
    assert [(added, "r2" in view.recommendations, view is first) for added, view in seen] == [
        ("r2", False, True),
        ("r4", True, False),
    ]
    made(root, {"recommendations/r5.yaml": ASKED})
    reader_of(root).read(fresh=True)
    assert ("r5" in shown_view(root, {}).recommendations) is False
    now[0] = 116.0  # if what renews it has come to an end, nobody waits for it
    assert "r5" in shown_view(root, {}).recommendations
    clear_caches()
    assert shown_view(root, {}) is current_view(root, {})
