"""What is private stays private until a reviewer has seen it as readers will, and can be taken back."""

from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled, tick
from tests.support.canary_folder import lay
from tests.support.server_process import Server
from tracker.model.permissions import Role

pytestmark = pytest.mark.browser

R = "/recommendation?id=ngo-2024-r7&lang=en"
SECRET = "The zqxheron flew over the site."
LETTER = """\
kind: news
publisher: A site worker
summary: Aidana Testova and Qorvek Zintal said that police wait outside on Mondays.
dimension: practice
verification: reported
relevant_to:
  - {recommendation: ngo-2024-r7, effect: setback, recorded: 2026-01-31T12:00:00.000001Z}
recorded: 2026-01-31T12:00:00.000000Z
recorded_by: editor-x1
"""


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
    expect(editor.locator(".rt-saved")).to_have_text("Saved privately. Only editors can see it.")
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


@pytest.mark.long
def test_a_reviewer_settles_names_publishes_and_makes_it_private_again(
    server: Callable[..., Server], page: Callable[..., Page], tmp_path: Path
) -> None:
    lay(tmp_path / "private", {"evidence/letter.yaml": LETTER})
    app = server(TRACKER_PRIVATE=str(tmp_path / "private"))
    reviewer, reader = app.signed_in(page(), "reviewer-x1", Role.REVIEWER), page()
    words = reader.get_by_text("said that police wait outside on Mondays.")
    publish = reviewer.get_by_role("button", name="Publish", exact=True)
    reviewer.goto(app.url + R)
    reviewer.locator(".rt-private").get_by_role("link", name="Publish").click()
    preview = reviewer.locator(".rt-preview")
    expect(preview).to_contain_text("police wait outside on Mondays.")
    expect(reviewer.locator("[data-testid=stMain]")).not_to_contain_text("summary:")
    expect(reviewer.locator("mark")).to_have_text(["Aidana Testova", "Qorvek Zintal"])
    publish.click()
    expect(reviewer.get_by_text("Not published yet")).to_be_visible()

    # the name that is surely one is reworded, the other words are confirmed
    reviewer.get_by_role("link", name="Reword it").first.click()
    summary = reviewer.get_by_label("Summary in your own words").first
    summary.fill("Qorvek Zintal said that police wait outside on Mondays.")
    reviewer.get_by_label("Why is it edited?").fill("No names.")
    is_settled(reviewer)
    reviewer.get_by_role("button", name="Save the edit").click()
    reviewer.get_by_role("link", name="Publish").click()
    expect(reviewer.locator("mark")).to_have_text(["Qorvek Zintal"])
    reviewer.get_by_text("“Qorvek Zintal” is not a person's name").click()
    is_settled(reviewer)
    expect(publish).to_have_count(1)
    publish.click()
    expect(reviewer.get_by_role("button", name="Undo: make it private")).to_be_visible()
    reader.goto(app.url + R)
    expect(words).to_be_visible()

    reviewer.goto(app.url + R)
    reviewer.reload()
    reviewer.locator("#e-letter").get_by_role("link", name="Make it private").click()
    reviewer.get_by_role("button", name="Make it private").click()
    expect(reviewer.locator("h1")).to_have_text("It is private now")
    reader.reload()
    expect(reader.locator("#rt-evidence")).to_be_visible()
    expect(words).to_have_count(0)
