"""The review of a spreadsheet on the import page: columns, cells that are not clear, ticks, and one save."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import import_drafts
from tests.support.form_pages import errors, html, opening, press
from tests.support.import_files import csv_bytes
from tests.support.story_folder import DOCUMENTS, TRACKER
from tracker.storage.dataset_reader import DatasetReader

RUSSIAN = TRACKER + "languages: [en, ru]\n"
WITH_SYMBOL = DOCUMENTS.replace("title: CO 4,", "title: CO 4, symbol: E/C.12/KGZ/CO/4,")
TABLE = csv_bytes(
    "№;Символ;Пункт;Рекомендация;Статус;Дата;Комментарий",
    "1;E/C.12/KGZ/CO/4;12;Отменить наказание за хранение;Не выполнено;02.05.2026;Закон не изменён",
    "2;E/C.12/KGZ/CO/4;13;Обучить персонал;Частично;03/04/2025;Проведён один курс",
    "3;;;Открыть центры;;;",
    "4;E/C.12/KGZ/CO/4;15;Публиковать данные;почти готово;2026;Есть проект",
)


@pytest.fixture
def opened(tmp_path, monkeypatch) -> Callable[..., AppTest]:
    import_drafts._reviews.clear()
    return opening(tmp_path, monkeypatch, {"tracker.yaml": RUSSIAN, "documents.yaml": WITH_SYMBOL})


def upload(page: AppTest, data: bytes, name: str = "table.csv") -> AppTest:
    page.file_uploader[0].set_value((name, data, "application/octet-stream"))
    page.run()
    assert page.exception == []
    return page


def recorded(root):
    return DatasetReader(root / "data").read().recommendations


def ticks(page: AppTest) -> dict[str, bool]:
    return {box.label: box.value for box in page.checkbox if box.label.startswith("Row")}


def test_what_is_clear_is_ticked_and_what_is_not_is_asked_once(opened, tmp_path):
    page = upload(opened("import_document"), TABLE)
    assert ticks(page) == {"Row 2": True}
    assert "The date can mean: 3 April 2025 / 4 March 2025." in html(page)
    assert "The row names no document. Choose one for all rows." in html(page)
    date = next(box for box in page.selectbox if box.label == "Assessed: 03/04/2025")
    date.select("2025-04-03")
    status = next(box for box in page.selectbox if box.label == "Status: почти готово")
    status.select("")
    page.selectbox(key="import_document").select("report")
    page.run()
    assert ticks(page) == {"Row 2": True, "Row 3": True, "Row 4": True, "Row 5": True}
    page.checkbox(key="row_5").uncheck().run()

    # the review survives a reload
    page = opened("import_document")
    assert ticks(page) == {"Row 2": True, "Row 3": True, "Row 4": True, "Row 5": False}
    before = set(recorded(tmp_path))
    press(page, "Save 3 recommendations")
    assert errors(page) == []
    assert "3 recommendations were saved." in html(page)
    found = {i: r for i, r in recorded(tmp_path).items() if i not in before}
    assert sorted(found) == ["cescr-2024-12", "cescr-2024-13", "report-4"]
    r = found["cescr-2024-13"]
    (a,) = r.assessments
    assert (r.document, r.issued_by, r.title["ru"].text) == ("co-4", "committee", "Обучить персонал")
    assert (a.status, a.date, a.reason["ru"].text) == ("partially-implemented", "2025-04-03", "Проведён один курс")

    press(page, "Undo")
    assert all(recorded(tmp_path)[i].events[-1].type == "retired" for i in found)
