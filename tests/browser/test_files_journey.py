"""Files in a real browser: attached, blacked out, published, made private again, removed; a private folder is set up."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.support.browser_forms import choose, is_settled, tick
from tests.support.canary_documents import pdf_with_text, saved
from tests.support.canary_images import exif_block
from tests.support.server_process import ROOT, Server
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.model.attached_files import AttachedFile
from tracker.model.permissions import Role
from tracker.storage.dataset_reader import DatasetReader

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
CLICKS_MORE = 2
"""How many clicks a PDF costs: the button, and the file in the dialog of the device. Three would be allowed."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One dashboard for all stories here. Each works with evidence of its own."""
    folder = tmp_path_factory.mktemp("files")
    shutil.copytree(ROOT / "data", folder / "data")
    with Server(folder, {"TRACKER_PRIVATE": str(folder / "private")}, forked=True) as running:
        yield running
    assert "Traceback" not in running.log.read_text()


@pytest.fixture
def editor(app: Server, page: Callable[..., Page]) -> Page:
    return app.signed_in(page(viewport=PHONE), "reviewer-x1", Role.REVIEWER)


def private(app: Server) -> PrivateFolder:
    return PrivateFolder(app.folder / "private", DatasetReader(app.data, look_every=0.0), THE_HOST)


def private_files(app: Server, evidence: str) -> tuple[AttachedFile, ...]:
    folder = private(app)
    return folder.files_of(folder.public.read().evidence[evidence])


def uploader(page: Page) -> Locator:
    return page.locator('[class*="st-key-files_"] input[type="file"]')


def attach(page: Page, name: str, data: bytes) -> None:
    """Choose a file, and wait until it is cleaned."""
    expect(uploader(page)).to_be_attached()
    uploader(page).set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    expect(page.locator(".rt-filename b", has_text=name)).to_be_visible()
    is_settled(page)


def photo() -> bytes:
    """A photo with its place and its camera: blue, with a red square that says who it was."""
    image, target = Image.new("RGB", (400, 300), "#4466cc"), io.BytesIO()
    image.paste((220, 20, 20), (100, 75, 200, 150))
    image.save(target, "JPEG", quality=95, exif=exif_block())
    return target.getvalue()


def test_a_pdf_for_the_evidence_of_an_assessment_costs_two_clicks_and_stays_private(
    app: Server, page: Callable[..., Page]
) -> None:
    editor, reader = app.signed_in(page()), page()
    editor.goto(app.url + "/recommendation?id=ngo-2024-r8&lang=en")
    editor.get_by_role("link", name="Record an assessment").click()
    choose(editor, "Status", "Partially implemented")
    is_settled(editor)
    editor.get_by_label("Reasons").fill("One campaign was run.")
    editor.get_by_text("Add new evidence").click()
    is_settled(editor)
    editor.get_by_label("Publisher (who says it)").fill("Qasterr gazette")
    editor.get_by_label("Summary in your own words").fill("A law was passed.")
    choose(editor, "Kind of source", "report")
    tick(editor, "practice", "reported by others", "progress")

    editor.evaluate("window.clicks = 0; addEventListener('pointerdown', () => window.clicks++, true)")
    with editor.expect_file_chooser() as chooser:
        editor.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(
        {"name": "qasterr.pdf", "mimeType": "application/pdf", "buffer": saved(pdf_with_text("The law was read."))}
    )
    expect(editor.get_by_text("text on 1 of 1 pages")).to_be_visible()
    in_the_dialog = 1
    assert editor.evaluate("window.clicks") + in_the_dialog == CLICKS_MORE

    is_settled(editor)
    editor.get_by_role("button", name="Record", exact=True).click()
    expect(editor.locator(".rt-saved")).to_contain_text("1 file is saved. Private: only Editors of this tracker.")
    with editor.expect_download() as download:
        editor.get_by_role("link", name="Download (").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert download.value.suggested_filename == "qasterr.pdf"
    reader.goto(app.url + "/recommendation?id=ngo-2024-r8&lang=en")
    expect(reader.get_by_text("A law was passed.").first).to_be_visible()
    assert "qasterr.pdf" not in reader.content()


def stroke(page: Page, *places: tuple[float, float]) -> None:
    """Draw from one place of the picture to another, with a finger on a phone and with the mouse elsewhere."""
    sheet = page.locator(".rt-sheet")
    sheet.scroll_into_view_if_needed()
    is_settled(page)
    box = sheet.bounding_box()
    assert box is not None
    start, end = ((box["x"] + box["width"] * across, box["y"] + box["height"] * down) for across, down in places)
    if page.evaluate("navigator.maxTouchPoints"):
        finger = page.context.new_cdp_session(page)
        for kind, (x, y) in (("touchStart", start), ("touchMove", start), ("touchMove", end)):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    else:
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=8)
        page.mouse.up()
    is_settled(page)


def marked(page: Page, count: int) -> list[str]:
    """Return the sentences about the parts that are marked, as soon as there are so many."""
    parts = page.locator(".stHtml p").filter(has_text=re.compile(r"^Part \d"))
    expect(parts).to_have_count(count)
    is_settled(page)
    return parts.all_inner_texts()


def test_parts_of_a_photo_are_blacked_out_with_a_finger_and_their_pixels_are_gone(
    app: Server, page: Callable[..., Page]
) -> None:
    phone = page(viewport=PHONE, has_touch=True, is_mobile=True)
    editor = app.signed_in(phone, "reviewer-x1", Role.REVIEWER)
    editor.goto(app.url + "/edit?what=evidence&id=24kg-2025-hiv-programme&lang=en")
    is_settled(editor)
    attach(editor, "yard.jpg", photo())
    expect(editor.get_by_text("Removed from the file")).to_be_visible()
    editor.get_by_text("Black out parts of the picture").tap()
    is_settled(editor)
    stroke(editor, (0.2, 0.2), (0.55, 0.55))
    stroke(editor, (0.1, 0.8), (0.9, 0.8))  # through a line of words
    stroke(editor, (0.5, 0.1), (0.5, 0.1))  # only touched
    one, flat = marked(editor, 2)
    assert one == "Part 1: 20–55 % from the left, 20–55 % from the top"
    assert re.fullmatch(r"Part 2: 10–90 % from the left, 7[678]–8[234] % from the top", flat)
    # a part that is taken away, and the tool that is opened again
    editor.get_by_role("button", name="Remove part 2").tap()
    assert marked(editor, 1) == [one]
    for count in (0, 1):
        editor.get_by_text("Black out parts of the picture").tap()
        marked(editor, count)
    stroke(editor, (0.1, 0.8), (0.9, 0.9))
    marked(editor, 2)
    editor.get_by_role("button", name="Remove part 2").tap()
    assert marked(editor, 1) == [one]
    editor.get_by_role("button", name="Black out now").tap()
    expect(editor.get_by_text("1 part is blacked out")).to_be_visible()
    is_settled(editor)
    editor.get_by_text("I have looked at the whole picture and know whom it could put at risk").tap()
    is_settled(editor)
    editor.get_by_role("button", name="Save the edit").tap()
    expect(editor.locator(".rt-saved")).to_contain_text("1 file is saved.")

    (entry,) = private_files(app, "24kg-2025-hiv-programme")
    image = Image.open(io.BytesIO(private(app).read_file(entry))).convert("RGB")
    assert image.size == (400, 300)
    pixels = np.asarray(image)
    assert pixels[110, 150].max() < 8
    assert not ((pixels[..., 0] > 150) & (pixels[..., 2] < 100)).any()
    assert pixels[20, 20, 2] > 150


@pytest.mark.parametrize("device", ["phone", "laptop"])
def test_a_page_of_a_pdf_is_made_larger_where_it_is_touched_and_blacked_out(
    app: Server, page: Callable[..., Page], device: str
) -> None:
    how = {"viewport": PHONE, "has_touch": True, "is_mobile": True} if device == "phone" else {}
    editor = app.signed_in(page(**how), "reviewer-x1", Role.REVIEWER)
    editor.goto(app.url + "/edit?what=evidence&lang=en")
    is_settled(editor)
    pdf = pdf_with_text("The law was read.")
    pdf.pages.extend(pdf_with_text("Qarvek Zintal was there.").pages)
    attach(editor, "card.pdf", saved(pdf))
    editor.get_by_text("Black out parts of the pages").click()
    is_settled(editor)
    editor.get_by_label("Page", exact=True).fill("2")
    editor.get_by_label("Page", exact=True).blur()
    is_settled(editor)
    stroke(editor, (0.85, 0.7), (0.85, 0.7))
    for _ in range(3):
        editor.get_by_role("button", name="Zoom in").click()
    place = editor.locator(".rt-sheet").evaluate("""sheet => {
      const view = sheet.closest('[class*="st-key-rt_sheet"]').getBoundingClientRect(), all = sheet.getBoundingClientRect();
      const [x, y] = [all.left + 0.85 * all.width, all.top + 0.7 * all.height];
      return [x > view.left && x < view.right, y > view.top && y < Math.min(view.bottom, innerHeight), all.width > 2 * view.width];
    }""")
    assert place == [True, True, True], "the place that was touched is in view, and larger"
    for _ in range(3):
        editor.get_by_role("button", name="Zoom out").click()
    stroke(editor, (0.05, 0.17), (0.9, 0.17))
    (part,) = marked(editor, 1)
    assert part.startswith("Part 1: page 2, 5–90 % from the left, 1")
    editor.get_by_role("button", name="Black out now").click()
    expect(editor.get_by_text("text on 1 of 2 pages · 1 part is blacked out")).to_be_visible()
    expect(editor.locator(".rt-sheet img")).to_be_visible()
    if (
        device == "phone"
    ):  # two fingers are the browser's: it makes the page larger where they are, and nothing is drawn
        is_settled(editor)
        box = editor.locator(".rt-sheet").bounding_box()
        assert box is not None
        hand, (x, y) = editor.context.new_cdp_session(editor), (box["x"] + box["width"] / 2, box["y"] + 60)
        for apart in range(20, 110, 10):
            fingers = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
            kind = "touchStart" if apart == 20 else "touchMove"
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
        hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        editor.wait_for_function("visualViewport.scale > 1.5")
        assert marked(editor, 1) == [part]
