"""What is private stays private until a reviewer has seen it as readers will, and can be taken back."""

from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled, tick
from tests.support.server_process import Server

pytestmark = pytest.mark.browser

R = "/recommendation?id=ngo-2024-r7&lang=en"
SECRET = "The zqxheron flew over the site."


def test_evidence_added_in_the_private_box_is_private(
    server: Callable[..., Server], page: Callable[..., Page], tmp_path: Path
) -> None:
    app = server(TRACKER_PRIVATE=str(tmp_path / "private"))
    editor, reader = app.signed_in(page()), page()
    editor.goto(app.url + R)
    editor.locator(".rt-private").get_by_role("link", name="Add private evidence").click()
    is_settled(editor)  # until then the strip of the page before is there too
    strip, private = editor.locator("[data-audience]"), editor.get_by_role("checkbox", name="Private")
    expect(strip).to_have_attribute("data-audience", "private")
    editor.reload()
    expect(private).to_be_checked()
    expect(strip).to_have_text("Private: only Editors of this tracker")
    expect(editor.locator(".stHtml a", has_text="Expand harm reduction with")).to_be_visible()
    editor.get_by_text("setback", exact=True).click()
    editor.get_by_label("Publisher (who says it)").fill("A site worker")
    editor.get_by_label("Summary in your own words").first.fill(SECRET)
    choose(editor, "Kind of source", "statement")
    tick(editor, "practice", "reported by others")
    editor.get_by_role("button", name="Save privately").click()
    expect(editor.locator(".rt-saved")).to_have_text("Saved privately. Private: only Editors of this tracker.")
    editor.get_by_role("link", name="Back to the recommendation").click()
    expect(editor.locator(".rt-private")).to_contain_text(SECRET)

    for address in (R, "/evidence?lang=en", "/activity?lang=en"):
        reader.goto(app.url + address)
        expect(reader.locator(".rt-foot")).to_be_visible()
        assert "zqxheron" not in reader.content()
    for address in ("/r/ngo-2024-r7", "/api/recommendations/ngo-2024-r7.json", "/snapshot.html", "/feed.xml"):
        with urlopen(app.url + address) as answer:
            assert b"zqxheron" not in answer.read()
    assert [path.name for path in app.data.rglob("*.yaml") if "zqxheron" in path.read_text("utf-8")] == []
