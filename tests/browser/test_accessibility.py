"""Every page, wide and narrow, light and dark, in every language: for everybody's eyes, hands and telephone."""

from collections.abc import Callable, Iterator
from typing import Literal, get_args

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.accessibility import NARROW, PHONE, WIDE, faults, out_of_order, too_small, too_wide
from tests.support.browser_forms import is_settled
from tests.support.content_policy import listen_to_refusals, refusals
from tests.support.long import LONG
from tests.support.server_process import Server
from tracker.i18n import LANGUAGES
from tracker.model.permissions import Role

pytestmark = pytest.mark.browser
READERS = {
    "overview": "/",
    "analysis": "/analysis",
    "list": "/recommendations",
    "nothing found": "/recommendations?q=zzzz",
    "recommendation": "/recommendation?id=ngo-2024-r7",
    "committee's": "/recommendation?id=cedaw-2021-44",
    "none": "/recommendation?id=nowhere",
    "another day": "/recommendations?as_of=2023-01-01",
    "evidence": "/evidence",
    "treaty bodies": "/treaty-bodies",
    "activity": "/activity",
    "about": "/about",
    "search": "/search?q=metadone",
    "lost": "/nowhere",
}
EDITORS = {
    "an assessment": "/recommendation?id=ngo-2024-r7&editing=x",
    "choosing": "/recommendations?choosing=list",
    "health": "/health",
    "adding": "/edit?what=recommendation",
    "adding evidence": "/edit?what=evidence",
    "adding a document": "/edit?what=document",
    "removing": "/edit?what=redact",
    "translating": "/edit?what=translation&of=recommendations&id=ngo-2024-r7&to=ky",
}
ALONE = {
    "brief": "/brief.html",
    "snapshot": "/snapshot.html",
    "sign in": "/sign-in?token=x",
    "sheet": "/r/ngo-2024-r7/sheet",
}
ADDRESSES = READERS | EDITORS | ALONE
Scheme = Literal["light", "dark"]
SCHEMES = get_args(Scheme)


@pytest.fixture(scope="module")
def visitor(running_server: Server, browser: Browser) -> Iterator[Callable[[Scheme, bool], Page]]:
    """`visitor(scheme, editor)` is a page that stays open: an editor's or a reader's."""
    kept: dict[tuple[Scheme, bool], Page] = {}
    said: list[list[str]] = []

    def of(scheme: Scheme, editor: bool) -> Page:
        if (scheme, editor) not in kept:
            context = browser.new_context(color_scheme=scheme, viewport=WIDE, reduced_motion="reduce")
            kept[scheme, editor] = context.new_page()
            said.append(listen_to_refusals(kept[scheme, editor]))
            if editor:
                running_server.signed_in(kept[scheme, editor], "reviewer-x1", Role.REVIEWER)
        return kept[scheme, editor]

    yield of
    for page in kept.values():
        page.context.close()
    assert [line for lines in said for line in lines] == []


def opened(page: Page, address: str, path: str, lang: str) -> None:
    page.set_viewport_size(WIDE)
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}")
    page.locator(".rt-foot, .rt-paper, main, footer").first.wait_for()
    if page.locator(".stApp").count():
        is_settled(page)
        page.locator(".rt-foot").wait_for()
    page.evaluate("document.fonts.ready")
    assert refusals(page) == []


def too_wide_at_rest(page: Page) -> list[str]:
    """What is too wide. Pictures are drawn anew a moment after the window has another width: wait for them, at most 5 s."""
    for _turn in range(20):
        if not (found := too_wide(page)):
            break
        page.wait_for_timeout(250)
    return found


def looked_at(page: Page, is_editors: bool) -> dict[str, list[str]]:
    """What is wrong, by the width at which it is."""
    # axe sees much the same at both widths
    found = faults(page, is_editors) if LONG else []
    wrong = {"headings": out_of_order(page), "wide": [*found, *too_wide(page), *too_small(page)]}
    page.set_viewport_size(PHONE)
    page.wait_for_function("() => innerWidth == 390")
    wrong["phone"] = [*too_wide_at_rest(page), *faults(page, is_editors), *too_small(page)]
    page.set_viewport_size(NARROW)
    page.wait_for_function("() => innerWidth == 320")
    wrong["narrow"] = too_wide_at_rest(page)
    page.set_viewport_size(WIDE)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wrong["letters twice as large"] = too_wide_at_rest(page)
    return wrong


GOOD: dict[str, list[str]] = {name: [] for name in ("headings", "wide", "phone", "narrow", "letters twice as large")}


SHORT = ("adding evidence", "ru", "dark"), ("brief", "ru", "light")
"""The form with the most fields, and the page with the longest lines. `make test-long` takes every page in every language and scheme."""
EVERY = [
    pytest.param(name, lang, scheme, marks=[] if (name, lang, scheme) in SHORT else pytest.mark.long)
    for name in ADDRESSES
    for lang in LANGUAGES
    for scheme in SCHEMES
]


@pytest.mark.parametrize(("name", "lang", "scheme"), EVERY)
def test_a_page_is_for_everybody(shared_server, visitor, name, lang, scheme):
    page = visitor(scheme, name in EDITORS)
    if name == "lost":  # this page is whole as it is served
        page.goto(f"{shared_server.url}{ADDRESSES[name]}?lang={lang}")
    else:
        opened(page, shared_server.url, ADDRESSES[name], lang)
    assert looked_at(page, name in EDITORS) == GOOD


@pytest.mark.long
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_jumps_when_a_filter_changes(shared_server, visitor, size):
    page = visitor("light", False)
    opened(page, shared_server.url, "/recommendations", "en")
    page.set_viewport_size(size)
    fixed = ["h1", "input[type=search]", "#rt-filters", ".rt-head"]

    def places() -> list[float]:
        return [round(page.locator(one).first.evaluate("it => it.getBoundingClientRect().y")) for one in fixed]

    before, rows = places(), page.locator(".rt-row").count()
    page.locator(fixed[1]).fill("possession")
    page.locator(fixed[1]).press("Enter")
    page.wait_for_url("**q=possession**")
    expect(page.locator(".rt-row")).not_to_have_count(rows)
    is_settled(page)
    expect(page.locator("h1")).to_have_count(1)  # the page before is gone
    assert places() == before
