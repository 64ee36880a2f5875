"""A submission is saved from the page that made it, and what was typed is in it."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as open_docx
from playwright.sync_api import Page

from tests.support.server_process import Server
from tracker.model.permissions import Role


@pytest.mark.long  # tests/pages/test_submission_page.py reads the same file from the page
@pytest.mark.browser
def test_the_file_is_saved_from_the_page(shared_server: Server, page: Callable[..., Page], tmp_path: Path) -> None:
    editor = shared_server.signed_in(page(), role=Role.EDITOR)
    editor.goto(f"{shared_server.url}/submission?lang=en&of=follow-up&id=cat&to=ru")
    editor.get_by_role("textbox", name="Impact").first.fill("Стало хуже.")
    editor.get_by_role("button", name="Make the Word file").click()
    with editor.expect_download() as waiting:
        editor.get_by_role("button", name=re.compile(r"^Save follow-up-cat-.*-ru\.docx$")).click()
    waiting.value.save_as(tmp_path / "saved.docx")
    document = open_docx(io.BytesIO((tmp_path / "saved.docx").read_bytes()))
    assert document.tables[0].rows[4].cells[1].text == "Стало хуже."
    editor.reload()
    assert editor.get_by_role("textbox", name="Impact").first.input_value() == "Стало хуже."
