"""A row of the list says how many parts are assessed."""

from datetime import date

from tests.support.story_folder import ASKED, made
from tracker.i18n import get_language
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader


def listed(root) -> str:
    view = View(DatasetReader(root).read(), date(2026, 11, 24))
    rows = filter_recommendations(view, Filters(), "en")
    shown, groups = ViewRequest(view, get_language("en"), is_page=True), [(rows[0].issued_by, None, rows, len(rows))]
    return render("pages/list.html", shown, groups=groups, carry=[], page=1, pages=1, turn=("", ""), words=())


def test_a_row_says_how_many_parts_are_assessed_and_averages_nothing(tmp_path):
    parts = "parts:\n" + "".join(f"  - {{id: {letter}, summary: S}}\n" for letter in "abcde")
    of_part = """assessments:
  - {voice: civil-society, part: b, status: implemented, date: 2025, reason: R}
  - {voice: civil-society, part: d, status: not-implemented, date: 2025, reason: R}
  - {voice: state, part: a, status: implemented, date: 2025, reason: R}
"""
    html = listed(made(tmp_path, {"recommendations/r1.yaml": ASKED + parts + of_part}))
    row, *others = html.split("</li>")
    assert "Not assessed" in row and "2 of 5 parts assessed:" in row
    assert ("(b) Done," in row, "(d) Not done<" in row, "(a)" in row) == (True, True, False)
    assert "parts assessed" not in "".join(others)


def test_parts_that_nobody_assessed_are_not_spoken_of(tmp_path):
    root = made(tmp_path, {"recommendations/r1.yaml": f"{ASKED}parts:\n  - {{id: a, summary: S}}\n"})
    assert "parts assessed" not in listed(root)
