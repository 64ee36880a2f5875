"""Reading a snapshot in a browser: from a file, with the network cut, with and without scripts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.small_dataset import ASKED, CONCLUDED, TRACKER, dataset
from tests.support.view_requests import ask
from tracker.publishing.pages.snapshot import snapshot_page

pytestmark = pytest.mark.browser

ASSESSED = "assessments: [{voice: civil-society, status: not-implemented, date: 2026, reason: R}]\n"
FILES = {
    "tracker": f"{TRACKER}languages: [en, ru, ky]\n",
    "r/law": ASKED.replace("title: T", "title: {en: Change the laws, ru: Ещё раз изменить законы}") + ASSESSED,
    "r/health": ASKED.replace("title: T", "title: {en: Decriminalise use, ru: Декриминализовать употребление}"),
    "r/kyrgyz": CONCLUDED.replace("title: T", "title: {ky: Укуктук жөнгө салуу жана үн}"),
    "r/torture": CONCLUDED.replace("title: T", "title: {en: End torture, ru: Прекратить пытки}").replace(
        "co-2024", "co-2021"
    ),
}
Opened = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def opened(tmp_path, page) -> Opened:
    """`opened(html)` opens it from a file without a network; gives the page and what it asked for or complained of."""

    def open_it(html: str, **options) -> tuple[Page, list[str]]:
        file: Path = tmp_path / "snapshot.html"
        file.write_text(html, "utf-8")
        one = page(offline=True, **options)
        heard: list[str] = []
        one.on("request", lambda request: heard.append(request.url))
        one.on("console", lambda message: heard.append(message.text))
        one.on("pageerror", lambda error: heard.append(str(error)))
        one.goto(file.as_uri())
        assert heard == [file.as_uri()]
        return one, heard

    return open_it


@pytest.fixture
def small(tmp_path) -> str:
    return snapshot_page(ask(dataset(tmp_path / "data", FILES)))


def seen(page: Page) -> list[str]:
    """The recommendations that a reader sees."""
    return [str(one.get_attribute("id")) for one in page.locator("article").all() if one.is_visible()]


@pytest.mark.parametrize("scripts", [pytest.param(False, marks=pytest.mark.long), True])
@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.long), 390])
def test_all_that_is_public_is_read_offline_and_nothing_is_asked_for(opened, dataset, scripts, width):
    html = snapshot_page(ask(dataset, "ru"))
    page, heard = opened(html, java_script_enabled=scripts, viewport={"width": width, "height": 800})
    assert sorted(seen(page)) == sorted(dataset.recommendations)
    for r in dataset.recommendations.values():
        expect(page.locator(f"[id='{r.id}'] h4").filter(visible=True)).to_have_text(
            re.compile(re.escape(r.title["ru"].text[:20]))
        )
    page.get_by_label("English").check()
    for r in dataset.recommendations.values():
        expect(page.locator(f"[id='{r.id}'] h4").filter(visible=True)).to_have_text(r.title["en"].text)
    assert len(heard) == 1
    assert page.locator("html").evaluate("e => e.scrollWidth") == width


@pytest.mark.long
def test_without_scripts_filters_work_and_search_is_not_offered(opened, small):
    page, _ = opened(small, java_script_enabled=False)
    expect(page.locator("#RT-q")).to_be_hidden()
    page.get_by_role("radio", name="CAT").check(force=True)
    assert seen(page) == ["torture"]
    expect(page.get_by_role("heading", name="Civil society's recommendations")).to_have_count(1)  # in the contents
    assert page.locator(".rt-ways a").filter(visible=True).all_inner_texts() == ["CAT\nEnd torture"]
    page.get_by_role("radio", name="not-implemented").check(force=True)
    assert seen(page) == []
    expect(page.get_by_text("No recommendation matches these filters.")).to_be_visible()


@pytest.mark.long
def test_a_search_finds_words_as_people_type_them(opened, small):
    page, heard = opened(small)
    for typed, found in (
        ("ЕЩЕ", ["law"]),
        ("ещё закон", ["law"]),
        ("законов", ["law"]),
        ("law", ["law"]),
        ("декриминализация", ["health"]),
        ("decriminalization", ["health"]),
        ("жонго", ["kyrgyz"]),
        ("ун", ["kyrgyz"]),
        ("пытка", ["torture"]),
        ("CAT/C/RUR/CO/3", ["torture"]),
        ("evidence", []),
        ("!!!", []),
        ("", ["law", "health", "kyrgyz", "torture"]),
    ):
        page.get_by_label("Search in all texts").fill(typed)
        assert sorted(seen(page)) == sorted(found), typed
        assert len(page.locator(".rt-ways a").filter(visible=True).all()) == len(found), typed
    assert len(heard) == 1
    # the count is said aloud, and keeps the two askers apart
    count = page.get_by_role("status")
    page.get_by_label("Search in all texts").fill("изменить")
    expect(count).to_have_text("Found: 1 by civil society, 0 by committees")
    page.get_by_label("Search in all texts").fill("")
    page.get_by_role("radio", name="CESCR").check(force=True)
    expect(count).to_have_text("Found: 2 by civil society, 1 by committees")
    page.get_by_label("Search in all texts").fill("nowhere")
    # a link leads to its recommendation, whatever is filtered
    page.evaluate("location.hash = '#law'")
    expect(page.locator("article#law")).to_be_in_viewport()
    assert len(seen(page)) == 4


@pytest.mark.long
def test_on_paper_there_are_no_tools_and_one_language(opened, small):
    page, _ = opened(small, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert [page.locator(tool).is_visible() for tool in (".rt-filters", ".rt-langs", "#RT-top")] == [False, False, True]
    assert page.locator("#law h4").filter(visible=True).all_inner_texts() == ["Change the laws"]
    assert page.locator("html").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(252, 251, 248)"
