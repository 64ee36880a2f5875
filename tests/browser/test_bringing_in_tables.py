"""An editor brings in a spreadsheet as an organisation keeps it: with Russian headings, unclear cells and contacts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled
from tests.support.import_files import sheet_bytes
from tests.support.server_process import Server

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ("№", "Документ", "Пункт", "Рекомендация", "Статус", "Дата оценки", "Комментарий", "E-mail")


def table() -> bytes:
    rows = [
        (n, "E/C.12/KGZ/CO/4", str(90 + n), f"Опубликовать данные, часть {n}", "Частично", "02.05.2026", "Есть проект")
        for n in range(1, 13)
    ]
    rows[3] = (*rows[3][:5], "03/04/2025", rows[3][6])
    contacts = [(*row, f"person{row[0]}@example.org") for row in rows]
    return sheet_bytes(("Мониторинг",), (), HEADINGS, *contacts, ("Итого", 12))


@pytest.mark.long
def test_an_editor_brings_in_a_spreadsheet_and_readers_see_it_until_it_is_undone(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    editor = app.signed_in(page())
    editor.goto(app.url + "/import?lang=ru")
    uploader = editor.locator("input[type=file]")
    expect(uploader).to_have_count(1)
    uploader.set_input_files({"name": "мониторинг.xlsx", "mimeType": XLSX, "buffer": table()})
    expect(editor.get_by_role("heading", name="Проверьте таблицу")).to_be_visible()
    expect(editor.locator("body")).to_contain_text("отмечено: 11")
    expect(editor.locator("body")).not_to_contain_text("person1@example.org")
    is_settled(editor)
    choose(editor, "Дата оценки: 03/04/2025", "3 апреля 2025")
    expect(editor.locator("body")).to_contain_text("отмечено: 12")
    is_settled(editor)
    editor.get_by_role("button", name="Сохранить 12 рекомендаций", exact=True).click()
    expect(editor.locator(".rt-saved")).to_have_text("Сохранено 12 рекомендаций.")
    saved = sorted(path.stem for path in (app.data / "recommendations").glob("cescr-2024-9*"))
    assert len([name for name in saved if "94" <= name[-2:] <= "99"]) == 6
    editor.goto(f"{app.url}/r/cescr-2024-94?lang=ru")
    expect(editor.locator("body")).to_contain_text("Опубликовать данные, часть 4")
    expect(editor.locator("body")).to_contain_text("3 апреля 2025")
