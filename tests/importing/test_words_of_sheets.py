"""What a row says in words and links: nothing is titled with another address, and nobody's words become ours."""

import pytest

from tests.support.import_files import ENGLISH, TODAY, read, sheet_bytes
from tests.support.small_dataset import TRACKER, dataset
from tracker.importing.tables.row_comparison import RowDefaults
from tracker.importing.tables.row_review import records_of_rows, review_sheet
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.model.records import Evidence
from tracker.model.vocabulary import EvidenceDimension, EvidenceKind
from tracker.queries.view import View

LINKS = RowDefaults(
    link_kind=EvidenceKind.NEWS,
    link_dimension=EvidenceDimension.PRACTICE,
    publishers=(("a.example", "The Mirror"),),
)


def reviewed(tmp_path, rows, defaults=LINKS, files=None):
    view = View(dataset(tmp_path, {"tracker": TRACKER, **(files or {})}), TODAY)
    result = read(sheet_bytes(*rows), ImportVocabulary.from_view(view, ENGLISH))
    return view, review_sheet(view, result, defaults, language=ENGLISH)


@pytest.mark.parametrize(
    ("cell", "title", "told"),
    [
        ("https://a.example/b https://a.example/c", None, "C2 “https://a.example/b https://a.example/c”. The cell has"),
        ("https://a.example/b; https://b.example", None, "C2 “https://a.example/b; https://b.example”. The cell has"),
        ("https://a.example/b,https://a.example/c", None, "C2 “https://a.example/b,https://a.example/c”. The cell"),
        ("https://a.example/b (www.b.example/c)", "The Mirror", ""),
        ("b.example/c https://a.example/b", "The Mirror", ""),
        ("A report, 2026: https://a.example/b, https://a.example/b.", "A report, 2026", ""),
    ],
)
def test_a_cell_with_two_links_asks_for_one_and_a_title_is_never_an_address(tmp_path, cell, title, told):
    view, rows = reviewed(tmp_path, [["Symbol", "Recommendation", "Link"], ["CAT/C/RUR/CO/3", "End it", cell]])
    assert rows[0].can_be_saved and any(told in one for one in rows[0].left_out) is bool(told), rows
    records = records_of_rows(view, rows, LINKS, language=ENGLISH)
    found = [(one.title[""].text, one.link) for one in records if isinstance(one, Evidence)]
    assert found == ([(title, "https://a.example/b")] if title else [])
