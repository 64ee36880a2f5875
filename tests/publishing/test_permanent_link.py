"""The permanent link to a recommendation: where it leads, and what a messenger reads of it."""

import gzip
import io
import re
from collections.abc import Callable
from dataclasses import replace

import lxml.html
import pytest
from PIL import Image, ImageChops, ImageFont, ImageStat
from playwright.sync_api import Page

from scripts.build_icons import MASK_SIZE, draw_mask, sign_svgs
from tests.support.permanent_links import ASSESSED, FIRST, NEWS, ORIGIN, question, retired, tags, words
from tests.support.server_process import ROOT
from tests.support.small_dataset import ASKED, CONCLUDED, TRACKER
from tracker.i18n import LANGUAGES
from tracker.model.dataset import Dataset
from tracker.model.vocabulary import Direction, Status
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pictures import preview_image
from tracker.publishing.pictures.preview_image import FONTS, icon_mask, render_general_preview, render_preview
from tracker.publishing.wording import filter_heading, matches_by_issuer
from tracker.web.page_shell import render_page, render_permanent_link

Reading = Callable[..., Dataset]


def test_a_permanent_link_shows_the_page_of_the_recommendation(reading: Reading) -> None:
    found = reading({"r/r1": ASKED.replace("title: T", "title: Repeal the fine") + FIRST + ASSESSED, "e/law": NEWS})
    by_parameter = question(found, "", id="r1")
    page = render_page(by_parameter, READER_PAGES["/recommendation"].render(by_parameter)).decode()
    assert render_permanent_link(question(found, "r1")).body.decode() == page


def test_a_messenger_reads_title_description_and_picture(reading: Reading) -> None:
    files = {"r/r1": ASKED.replace("title: T", "title: {en: Repeal the fine, ru: Отменить штраф}") + FIRST + ASSESSED}
    found = tags(render_permanent_link(question(reading(files), "r1", lang="ru")).body)
    assert found["og:description"] == found["description"] == found["twitter:description"]
    assert found["description"][0].startswith("partially-implemented, улучшение. Оценка редакции трекера")
    assert found["og:locale:alternate"] == ["en_GB", "ky_KG"]
    link, picture = f"{ORIGIN}/r/r1?lang=ru", f"{ORIGIN}/r/r1.png?lang=ru"
    told = {
        "og:title": "Отменить штраф", "twitter:title": "Отменить штраф", "og:type": "article", "og:locale": "ru_RU",
        "og:site_name": "A small dataset", "og:url": f"{ORIGIN}/recommendation?id=r1&lang=ru", "og:image": picture, "twitter:image": picture,
        "og:image:width": "1200", "og:image:height": "630", "twitter:card": "summary_large_image",
        "og:image:alt": "Отменить штраф. partially-implemented, улучшение.", "canonical": link,
        "article:modified_time": "2026-02-02T12:00:00.000000Z", "alternate en": link.replace("ru", "en"),
        "alternate ru": link, "alternate x-default": f"{ORIGIN}/r/r1",
    }  # fmt: skip
    assert {name: found[name] for name in told} == {name: [value] for name, value in told.items()}


def test_a_past_page_says_so_and_leads_search_engines_to_the_current_one(reading: Reading) -> None:
    data = reading({"r/r1": ASKED + FIRST + ASSESSED})
    html = render_permanent_link(question(data, "r1", as_of="2026-06-01", recorded="2026-01-15T00:00:00.000000Z")).body
    found = tags(html)
    assert "Showing this page as it was published on 15 January 2026, 00:00 (UTC). See the current version" in words(
        html
    )
    assert "not-assessed" in words(html)
    tree = lxml.html.document_fromstring(html)
    assert tree.xpath("//a[.='See the current version']/@href") == ["/recommendation?id=r1&lang=en"]
    assert {*tree.xpath('//a[.="See today\'s page"]/@href')} == {"/recommendation?id=r1&lang=en"}
    past = "lang=en&as_of=2026-06-01&recorded=2026-01-15T00%3A00%3A00.000000Z"
    assert found["og:url"] == [f"{ORIGIN}/recommendation?id=r1&{past}"]
    assert found["description"][0].startswith(
        "As of 1 June 2026. As recorded on 15 January 2026, 00:00 (UTC). not-assessed."
    )
    assert found["canonical"] == [f"{ORIGIN}/r/r1?lang=en"]
    assert found["article:modified_time"] == ["2026-01-01T12:00:00.000000Z"]


def test_an_archived_recommendation_never_forwards_and_says_who_calls_the_other_one_the_same(reading: Reading) -> None:
    by = {1: "watch", 2: "centre"}
    leading = {
        f"r/r{n}": ASKED.replace("title: T", f"title: Old {n}")
        + FIRST
        + retired(f"r{n + 1}").replace("Z}", f"Z, recorded_for: {of}}}")
        for n, of in by.items()
    }
    organisations = "organisations: [{id: watch, name: Watch, kind: civil-society}, {id: centre, name: Centre, kind: civil-society}]\n"
    found = reading({**leading, "r/r3": ASKED + FIRST, "tracker": TRACKER + organisations})
    request = question(found, "r1", lang="en")
    answer = render_permanent_link(request)
    assert answer.status == 410
    page = render_recommendation(replace(request, params={"id": ["r1"]}))
    for html in (answer.body, page.body.encode()):
        told = words(html)
        assert "Old 1" in told and "Twice in the list." in told and "1 March 2026, Watch" in told
        assert "the judgement of Watch: Old 2" in told  # and not what Centre says of the next one
        assert re.findall(rb"(?:/r/|id=)(r[123])\b", html.partition(b"judgement of")[2].partition(b"</p>")[0]) == [
            b"r2"
        ]
    assert render_preview(request).status == 410
    # before it was retired it is shown
    assert render_permanent_link(question(found, "r1", recorded="2026-02-01T00:00:00.000000Z")).status == 200


@pytest.mark.parametrize(
    "files",
    [
        {"r/r1": ASKED + FIRST + retired()},
        {"r/r1": ASKED + FIRST + retired("r2"), "r/r2": ASKED + FIRST + retired("r1")},
        {"r/r1": ASKED + FIRST + retired("r1")},
        {"r/r1": ASKED + FIRST + retired("nobody")},
    ],
    ids=["alone", "in a circle", "into itself", "into nothing"],
)
def test_a_retired_recommendation_that_leads_nowhere_says_so(reading: Reading, files: dict[str, str]) -> None:
    answer = render_permanent_link(question(reading(files), "r1"))
    assert answer.status == 410
    told = words(answer.body).partition("This recommendation is archived: it is kept but no longer counted.")[2]
    assert "· Reason: Twice in the list." in told


def test_an_unknown_recommendation_is_a_404_that_names_near_ones(reading: Reading) -> None:
    answer = render_permanent_link(question(reading({"r/cat-2021-12": CONCLUDED + FIRST}), "cat-2021-1"))
    assert answer.status == 404
    assert lxml.html.document_fromstring(answer.body).xpath("//main//li/a/@href") == ["/recommendation?id=cat-2021-12"]
    assert "og:title" not in tags(answer.body)


def test_neutral_previews_say_the_name_of_the_dashboard_alone(reading: Reading) -> None:
    files = {"tracker": TRACKER + "neutral_previews: true\n", "r/r1": ASKED.replace("title: T", "title: Fine") + FIRST}
    html = render_permanent_link(question(reading(files), "r1")).body
    found = tags(html)
    assert lxml.html.document_fromstring(html).xpath("string(//title)") == "A small dataset"
    assert found["og:title"] == found["og:image:alt"] == found["twitter:title"] == ["A small dataset"]
    assert found["og:image"] == [f"{ORIGIN}/preview.png?lang=en"]
    assert {"description", "og:description", "twitter:description", "article:modified_time"}.isdisjoint(found)
    assert "Fine" not in str(found)
    assert "Fine" in words(html)


def test_the_biggest_shipped_page_is_light(dataset: Dataset) -> None:
    pages = (render_permanent_link(question(dataset, name, lang="ru")).body for name in dataset.recommendations)
    assert max(len(gzip.compress(page, 6)) for page in pages) <= 15_000


# The picture that a messenger shows: its size, its letters, and what it must not say.

LETTERS = "ңөүҢӨҮёЁйЩъ" + "AZaz09éŁŞğ" + "«»“”–—…№·"
KYRGYZ = "Баңгизаттарды колдонгону үчүн жазаны жоюу, көз салууну токтотуу"


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


@pytest.mark.long
@pytest.mark.browser
def test_the_signs_of_the_picture_are_those_of_the_pages(page: Callable[..., Page]) -> None:
    drawing = page()
    for code, svg in sign_svgs().items():
        differences = ImageChops.difference(draw_mask(drawing, svg), icon_mask(code, MASK_SIZE))
        assert ImageStat.Stat(differences).mean[0] < 2, f"{code}: run python -m scripts.build_icons masks"


def test_the_colours_are_the_dashboards_own() -> None:
    css = (ROOT / "tracker" / "assets" / "signs.css").read_text("utf-8")
    names = ("PAGE", "INK", "SOFT", "LINE", "ACCENT")
    colours = [getattr(preview_image, name) for name in names] + [*preview_image.DIRECTION_COLOURS.values()]
    assert [colour for colour in colours if f"light-dark({colour}," not in css] == []


def test_the_status_stands_in_its_colour_and_the_direction_beside_it(reading: Reading) -> None:
    said = "partially-implemented, definition: x, colour: '#000000'"
    tracker = TRACKER.replace(said, "In part, definition: x, colour: '#97690c'")
    found = reading({"tracker": tracker, "r/r1": ASKED + FIRST + ASSESSED})
    image = drawn(render_preview(question(found, "r1")).body)
    assert image.getpixel((5, 300)) == (0x97, 0x69, 0x0C)
    below = {colour for _, colour in image.crop((72, 460, 1200, 530)).getcolors(100_000) or ()}
    assert {(0x97, 0x69, 0x0C), (0x0B, 0x6B, 0x57)} <= below


@pytest.mark.parametrize(
    "title", [KYRGYZ * 9, "Б" * 2_000, "\u202eabc\u0301", "🙂"], ids=["Kyrgyz", "one long word", "marks", "no letter"]
)
def test_any_title_has_room(reading: Reading, title: str) -> None:
    found = reading({"r/r1": ASKED.replace("title: T", f'title: {{ky: "{title}"}}') + FIRST + ASSESSED})
    image = drawn(render_preview(question(found, "r1", lang="ru")).body)
    # nothing is drawn over the margins, nor over the line between the title and the status
    assert len(image.crop((1130, 0, 1200, 630)).getcolors(9) or ()) == 1
    assert len(image.crop((72, 442, 1128, 447)).getcolors(9) or ()) == 1


def test_every_language_and_every_past_has_a_picture_of_its_own(reading: Reading) -> None:
    found = reading({"r/r1": ASKED.replace("title: T", "title: {en: Fine, ru: Штраф}") + FIRST + ASSESSED})
    pasts = [{"as_of": "2026-01-31"}, {"recorded": "2026-01-20T00:00:00.000000Z"}]
    asked = [*({"lang": code} for code in LANGUAGES), *pasts]
    assert len({render_preview(question(found, "r1", **params)).body for params in asked}) == len(asked)


def test_what_civil_society_and_committees_ask_is_counted_apart(reading: Reading) -> None:
    found = reading({"r/r1": ASKED + FIRST + ASSESSED, "r/r2": CONCLUDED + FIRST, "r/r3": CONCLUDED + FIRST})
    asking = question(found, "", body="cescr", status="not-assessed", theme="health", evidence="no", stale="yes")
    assert filter_heading(asking) == (
        "Recommendations: CESCR; not-assessed; Health; Has evidence: No; Assessed more than 12 months ago: Yes"
    )
    matches = matches_by_issuer(asking, question(found, "").filters)
    assert [(asker, len(rows)) for asker, rows in matches] == [("civil-society", 1), ("committee", 2)]
    asked: tuple[dict[str, str], ...] = ({}, {"status": "not-assessed"}, {"body": "cat"})
    bodies = [render_general_preview(question(found, "", **params)).body for params in asked]
    assert len({drawn(body).tobytes() for body in bodies}) == 3


def test_a_neutral_picture_says_nothing_of_the_recommendation(reading: Reading) -> None:
    files = {"r/r1": ASKED + FIRST + ASSESSED, "r/r2": CONCLUDED + FIRST}
    found = reading({**files, "tracker": TRACKER + "neutral_previews: true\n"})
    pictures = {render_preview(question(found, name)).body for name in ("r1", "r2")}
    assert pictures == {render_general_preview(question(found, "", body="cescr")).body}
    plain = reading({**files, "tracker": TRACKER})
    assert render_preview(question(plain, "r1")).body not in pictures


def test_there_is_no_picture_of_what_is_not_there(reading: Reading) -> None:
    found = reading({"r/r1": ASKED + FIRST + retired("r2"), "r/r2": ASKED + FIRST, "r/r3": ASKED + FIRST + retired()})
    assert [render_preview(question(found, name)).status for name in ("r1", "r3", "nobody")] == [410, 410, 404]
