"""The field for files says how much of a file is sent and why one was refused, and takes pasted files."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import is_settled
from tests.support.server_process import Server

pytestmark = pytest.mark.browser
SAID = "(field) => getComputedStyle(field, '::after').content"
PASTE = """() => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(1000)], "pasted.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.long
def test_a_slow_upload_shows_how_much_is_sent_and_a_file_that_is_too_large_gets_a_sentence(
    shared_server: Server, page: Callable[..., Page], tmp_path: Path
) -> None:
    editor = shared_server.signed_in(page())
    editor.goto(shared_server.url + "/treaty-bodies?lang=ru")
    editor.locator('a[href*="import"]').first.click()
    field, files = editor.get_by_test_id("stFileUploader"), editor.locator("input[type=file]")
    expect(files).to_have_count(1)
    is_settled(editor)
    large = tmp_path / "large.txt"
    large.touch()
    os.truncate(large, 22_000_000)
    files.set_input_files(large)
    expect(editor.locator("[data-refused=size]")).to_have_count(1)
    assert field.evaluate(SAID) == '"Файл слишком большой и не отправлен. Уменьшите его или разделите."'

    network = editor.context.new_cdp_session(editor)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": 1_000_000, "uploadThroughput": 200_000}
    network.send("Network.emulateNetworkConditions", slow)
    files.set_input_files({"name": "photo.txt", "mimeType": "text/plain", "buffer": b"\x01\x02" * 300_000})
    expect(editor.locator("[data-sent]")).to_have_attribute("data-sent", re.compile(r"^[1-9]\d? %$"))
    expect(editor.get_by_role("alert").filter(has_text="photo.txt")).to_have_count(1)
    expect(editor.locator("[data-sent]")).to_have_count(0)
    # a pasted file is taken too
    is_settled(editor)
    editor.evaluate(PASTE)
    expect(editor.get_by_role("alert").filter(has_text="pasted.png")).to_have_count(1)
