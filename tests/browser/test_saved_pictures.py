"""A picture is saved in the browser, as PNG and as SVG, with its title, its source and the date on it."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.accessibility import PHONE, WIDE
from tests.support.server_process import Server

pytestmark = pytest.mark.browser
NAMES = ("demands", "claims", "themes", "story", "statuses", "dates")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.long
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_picture_is_saved_with_its_title_source_and_date(
    shared_server: Server, page: Callable[..., Page], tmp_path: Path, size: dict[str, int]
) -> None:
    reader = page(viewport=size)
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(f"{shared_server.url}/analysis?lang=en")
    for name in NAMES:
        box = reader.locator(f".rt-picture:has([data-spec={name}])")
        if (
            later := reader.locator(f"#rt-later-{name} summary")
        ).count():  # after the first four, there is the title alone
            later.click()
        box.scroll_into_view_if_needed()  # what is far away is not drawn
        expect(box.locator("svg.main-svg")).to_have_count(3)  # Plotly is large
        if (fold := box.get_by_text("Save this picture")).is_visible():  # on a phone
            fold.click()
        files = {}
        for kind in ("png", "svg"):
            with reader.expect_download() as download:
                box.get_by_role("button", name=f"Save as {kind.upper()}").click()
            files[kind] = tmp_path / download.value.suggested_filename
            download.value.save_as(files[kind])
            assert (files[kind].name.startswith(f"analysis-{name}-20"), files[kind].suffix) == (True, f".{kind}")
        svg = ET.parse(files["svg"]).getroot()
        told = " ".join("".join(text.itertext()).strip() for text in svg.findall(f"{SVG}text"))
        address = f"{shared_server.url}/analysis?recorded="
        assert told.startswith(reader.locator(f"#rt-{name}").inner_text())
        assert "Source: Recommendation tracker (demonstration dataset), Drug policy and human rights" in told
        assert "As shown on " in told and address in told.replace(" ", "") and told.endswith(f"#rt-{name}")
        assert ("not reviewed by" in told) == (
            "not reviewed by" in reader.locator(f"#rt-{name} + .rt-note").inner_text()
        )
        # for a slide: all words are inside it, large enough to be read at half the size
        (*_, last) = svg.findall(f"{SVG}text")
        assert len(svg.findall(f"{SVG}g/{SVG}svg")) == 3 and float(last.attrib["y"]) < float(svg.attrib["height"])
        assert min(float(text.attrib["font-size"]) for text in svg.findall(f"{SVG}text")) >= 14
        with Image.open(files["png"]) as image:
            assert (image.width, 900 <= image.height <= 1200) == (1600, True)
            assert (
                image.height == float(svg.attrib["height"]) and len(image.convert("RGB").getcolors(1 << 24) or ()) > 10
            )
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {shared_server.url.split("/")[2]}
