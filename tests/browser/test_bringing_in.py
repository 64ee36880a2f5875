"""An editor brings in a document; readers see its recommendations, and one undo takes all back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import is_settled
from tests.support.server_process import Server
from tests.support.small_observations import small_docx

pytestmark = pytest.mark.browser
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_an_editor_brings_in_a_document_and_readers_see_it_until_it_is_undone(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server()
    editor, reader = app.signed_in(page()), page()
    editor.goto(app.url + "/treaty-bodies?lang=en")
    editor.get_by_role("link", name="Import a document").click()
    uploader = editor.locator("input[type=file]")
    expect(uploader).to_have_count(1)
    uploader.set_input_files({"name": "photo.docx", "mimeType": DOCX, "buffer": b"\x89PNG\r\n\x1a\n" + b"x" * 50})
    expect(editor.get_by_role("alert")).to_contain_text("photo.docx")
    is_settled(editor)
    uploader.set_input_files({"name": "observations.docx", "mimeType": DOCX, "buffer": small_docx()})
    editor.get_by_role("button", name="Tick all that are clear").click()
    expect(editor.get_by_label("Title of paragraph 3")).to_have_value(re.compile("^Drug policy: Decriminalize"))
    is_settled(editor)
    editor.get_by_role("checkbox", name="Paragraph 4").uncheck(force=True)
    save = editor.get_by_role("button", name=re.compile(r"^Save 1 recommendation"))
    expect(save).to_be_disabled()  # nobody has said that it was read
    is_settled(editor)

    editor.reload()  # the draft of the review is still there
    expect(editor.get_by_role("checkbox", name="Paragraph 4")).not_to_be_checked()
    expect(save).to_have_count(1)
    is_settled(editor)
    editor.get_by_role("checkbox", name="I compared what is ticked with the document").check(force=True)
    expect(save).to_be_enabled()
    is_settled(editor)
    save.click()
    expect(editor.locator(".rt-saved")).to_contain_text("1 recommendation was saved. 1 deadline, too.")
    expect(editor.locator(".rt-saved a")).to_contain_text("Drug policy: Decriminalize")

    card = f"{app.url}/r/cescr-2026-3?lang=en"
    reader.goto(card)
    expect(reader.locator(".rt-quote")).to_have_text("The Committee recommends that the State party:")
    expect(reader.locator(".rt-parts dt")).to_have_text(["(a)", "(b)"])
    expect(reader.locator("body")).not_to_contain_text("Summary in our own words")
    assert not (app.data / "recommendations" / "cescr-2026-4.yaml").exists()

    editor.get_by_role("button", name="Undo the last save").click()
    expect(editor.locator(".rt-saved")).to_contain_text("Undone.")
    reader.goto(card)
    expect(reader.locator("body")).to_contain_text(re.compile("archived", re.I))
