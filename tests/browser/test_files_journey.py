"""Files in a real browser: attached, blacked out, published, made private again, removed; a private folder is set up."""

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.support.browser_forms import choose, is_settled, tick
from tests.support.canary_documents import pdf_with_text, saved
from tests.support.canary_images import exif_block
from tests.support.server_process import ROOT, Server
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
    return PrivateFolder(app.folder / "private", DatasetReader(app.data, look_every=0.0))


def private_files(app: Server, evidence: str) -> tuple[AttachedFile, ...]:
    folder = private(app)
    return folder.files.of(folder.public.read().evidence[evidence])


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


def test_a_part_of_a_photo_is_blacked_out_with_a_finger_and_its_pixels_are_gone(app: Server, editor: Page) -> None:
    editor.goto(app.url + "/edit?what=evidence&id=24kg-2025-hiv-programme&lang=en")
    is_settled(editor)
    attach(editor, "yard.jpg", photo())
    expect(editor.get_by_text("Removed from the file")).to_be_visible()
    editor.get_by_text("Black out parts of the picture").click()
    picture = editor.locator(".js-plotly-plot .nsewdrag")
    expect(editor.locator(".modebar-btn[data-title='Move the picture']")).to_have_count(1)  # our words, not Plotly's
    picture.scroll_into_view_if_needed()
    is_settled(editor)
    box = picture.bounding_box()
    assert box is not None
    across, down = lambda part: box["x"] + box["width"] * part, lambda part: box["y"] + box["height"] * part
    editor.mouse.move(across(0.2), down(0.2))
    editor.mouse.down()
    editor.mouse.move(across(0.55), down(0.55), steps=8)
    editor.mouse.up()
    expect(editor.get_by_text("Part 1: 20–55 % from the left, 20–55 % from the top")).to_be_visible()
    is_settled(editor)
    editor.get_by_role("button", name="Black out now").click()
    expect(editor.get_by_text("1 part is blacked out")).to_be_visible()
    is_settled(editor)
    editor.get_by_text("I have looked at the whole picture and know whom it could put at risk").click()
    is_settled(editor)
    editor.get_by_role("button", name="Save the edit").click()
    expect(editor.locator(".rt-saved")).to_contain_text("1 file is saved.")

    (entry,) = private_files(app, "24kg-2025-hiv-programme")
    image = Image.open(io.BytesIO(private(app).read_file(entry))).convert("RGB")
    assert image.size == (400, 300)
    assert max(image.getpixel((150, 110))) < 8
    assert [red for red, _, blue in image.get_flattened_data() if red > 150 and blue < 100] == []
    assert image.getpixel((20, 20))[2] > 150
