"""The picture that a messenger shows: its size, its letters, and what it must not say."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFont, ImageStat
from playwright.sync_api import Page

from scripts.build_icons import MASK_SIZE, draw_mask, sign_svgs
from tests.support.card_parsing import ASSESSED, FIRST, ORIGIN, question, retired
from tests.support.server_process import ROOT
from tests.support.small_dataset import ASKED, CONCLUDED, TRACKER, folder
from tracker.i18n import LANGUAGES
from tracker.model.dataset import Dataset
from tracker.model.vocabulary import Direction, Status
from tracker.publishing.pictures import preview_image
from tracker.publishing.pictures.preview_image import FONTS, icon_mask, render_general_preview, render_preview
from tracker.publishing.wording import filter_heading, matches_by_issuer
from tracker.storage.dataset_reader import DatasetReader

LETTERS = "ңөүҢӨҮёЁйЩъ" + "AZaz09éŁŞğ" + "«»“”–—…№·"
KYRGYZ = "Баңгизаттарды колдонгону үчүн жазаны жоюу, көз салууну токтотуу"


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Dataset]:
    """`reading({file: text})` is the dataset with these files now."""
    return lambda files: DatasetReader(folder(tmp_path, files)).read()


def drawn(raw: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(raw))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    return image.convert("RGB")


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_no_letter_of_english_russian_or_kyrgyz_is_missing(weight: str) -> None:
    font = ImageFont.truetype(FONTS / f"NotoSans-{weight}.ttf", 40)
    missing = bytes(font.getmask("\u5b89"))  # a Chinese letter, which the fonts do not have
    assert [letter for letter in LETTERS if bytes(font.getmask(letter)) == missing] == []


def test_the_fonts_are_small_and_have_their_licence_and_no_page_loads_them() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.ttf")) <= 200_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
    pages = [*(ROOT / "tracker" / "templates").rglob("*.html"), *(ROOT / "tracker" / "assets").glob("*.*")]
    assert [path.name for path in pages if "NotoSans-" in path.read_text("utf-8")] == []


def test_every_status_and_direction_has_a_sign_of_its_own() -> None:
    signs = sign_svgs()
    assert set(signs) == {*Status, *Direction}
    assert len({icon_mask(code, 40).tobytes() for code in signs}) == len(signs)


@pytest.mark.browser
def test_the_signs_of_the_picture_are_those_of_the_pages(page: Callable[..., Page]) -> None:
    drawing = page()
    for code, svg in sign_svgs().items():
        differences = ImageChops.difference(draw_mask(drawing, svg), icon_mask(code, MASK_SIZE))
        assert ImageStat.Stat(differences).mean[0] < 2, f"{code}: run python -m scripts.build_icons masks"


def test_the_colours_are_the_dashboards_own() -> None:
    css = (ROOT / "tracker" / "assets" / "signs.css").read_text("utf-8")
    colours = (
        preview_image.PAGE,
        preview_image.INK,
        preview_image.SOFT,
        preview_image.LINE,
        preview_image.ACCENT,
        *preview_image.DIRECTION_COLOURS.values(),
    )
    assert [colour for colour in colours if f"light-dark({colour}," not in css] == []


def test_the_status_stands_in_its_colour_and_the_direction_beside_it(reading: Callable[..., Dataset]) -> None:
    files = {
        "tracker": TRACKER.replace(
            "partially-implemented, definition: x, colour: '#000000'", "In part, definition: x, colour: '#97690c'"
        ),
        "r/r1": ASKED + FIRST + ASSESSED,
    }
    image = drawn(render_preview(question(reading(files), "r1")).body)
    assert image.getpixel((5, 300)) == (0x97, 0x69, 0x0C)
    below = {colour for _, colour in image.crop((72, 460, 1200, 530)).getcolors(100_000)}
    assert {(0x97, 0x69, 0x0C), (0x0B, 0x6B, 0x57)} <= below


@pytest.mark.parametrize(
    "title",
    [KYRGYZ * 9, "Б" * 2_000, "<script>alert(1)</script>", "\u202eabc\u0301", "W " * 3_000, "🙂"],
    ids=["Kyrgyz", "one long word", "HTML", "marks", "many words", "no letter"],
)
def test_any_title_has_room(reading: Callable[..., Dataset], title: str) -> None:
    found = reading({"r/r1": ASKED.replace("title: T", f'title: {{ky: "{title}"}}') + FIRST + ASSESSED})
    image = drawn(render_preview(question(found, "r1", lang="ru")).body)
    # nothing is drawn over the margins, nor over the line between the title and the status
    assert len(image.crop((1130, 0, 1200, 630)).getcolors(9) or ()) == 1
    assert len(image.crop((72, 442, 1128, 447)).getcolors(9) or ()) == 1


def test_every_language_and_every_past_has_a_picture_of_its_own(reading: Callable[..., Dataset]) -> None:
    found = reading({"r/r1": ASKED.replace("title: T", "title: {en: Fine, ru: Штраф}") + FIRST + ASSESSED})
    asked = [{"lang": code} for code in LANGUAGES] + [
        {"as_of": "2026-01-31"},
        {"recorded": "2026-01-20T00:00:00.000000Z"},
    ]
    assert len({render_preview(question(found, "r1", **params)).body for params in asked}) == len(asked)


def test_what_civil_society_and_committees_ask_is_counted_apart(reading: Callable[..., Dataset]) -> None:
    found = reading({"r/r1": ASKED + FIRST + ASSESSED, "r/r2": CONCLUDED + FIRST, "r/r3": CONCLUDED + FIRST})
    asking = question(found, "", body="cescr", status="not-assessed", theme="health", evidence="no", stale="yes")
    assert filter_heading(asking) == (
        "Recommendations: CESCR; not-assessed; Health; Has evidence: No; Assessed more than 12 months ago: Yes"
    )
    assert [(asker, len(rows)) for asker, rows in matches_by_issuer(asking, question(found, "").filters)] == [
        ("civil-society", 1),
        ("committee", 2),
    ]
    bodies = [
        render_general_preview(question(found, "", **params)).body
        for params in ({}, {"status": "not-assessed"}, {"body": "cat"})
    ]
    assert len({drawn(body).tobytes() for body in bodies}) == 3


def test_a_neutral_picture_says_nothing_of_the_recommendation(reading: Callable[..., Dataset]) -> None:
    files = {
        "tracker": TRACKER + "neutral_previews: true\n",
        "r/r1": ASKED + FIRST + ASSESSED,
        "r/r2": CONCLUDED + FIRST,
    }
    found = reading(files)
    pictures = {render_preview(question(found, "r1")).body, render_preview(question(found, "r2")).body}
    assert pictures == {render_general_preview(question(found, "", body="cescr")).body}
    plain = reading(files | {"tracker": TRACKER})
    assert render_preview(question(plain, "r1")).body not in pictures


def test_there_is_no_picture_of_what_is_not_there(reading: Callable[..., Dataset]) -> None:
    found = reading({"r/r1": ASKED + FIRST + retired("r2"), "r/r2": ASKED + FIRST, "r/r3": ASKED + FIRST + retired()})
    assert render_preview(question(found, "r1")).redirect_to == f"{ORIGIN}/r/r2.png?lang=en"
    assert [render_preview(question(found, name)).status for name in ("r1", "r3", "nobody")] == [301, 410, 404]


def test_shipped_pictures_are_small_enough_for_a_messenger(dataset: Dataset) -> None:
    assert dataset.settings.neutral_previews is False
    bodies = [render_preview(question(dataset, name, lang="ru")).body for name in dataset.recommendations]
    assert max(map(len, bodies)) < 100_000
