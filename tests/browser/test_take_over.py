"""The page that the server sent is there at once; Streamlit takes its place without a jump, and then links need no reload."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.accessibility import PHONE, faults, too_small, too_wide
from tests.support.server_process import Server

pytestmark = pytest.mark.browser
LONG = pytest.mark.long
FRAMEWORK = "**/static/js/*"
SHIFTS = """new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.shifted = (window.shifted ?? 0) + one.value;
}).observe({type: 'layout-shift', buffered: true});"""
TOP = "document.querySelector('[data-testid=stMain]').scrollTop"


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#rt-served")).to_have_count(0)


def hold(page: Page, pattern: str) -> Callable[[], None]:
    """Hold the files that match `pattern` until the function that comes back is called."""
    may_load, held = threading.Event(), list[Route]()
    page.route(pattern, lambda route: route.continue_() if may_load.is_set() else held.append(route))

    def let() -> None:
        may_load.set()
        for route in held:
            route.continue_()

    return let


@pytest.mark.parametrize(
    "path",
    [
        "/recommendations?lang=en",
        "/analysis?lang=en",
        pytest.param("/recommendation?id=ngo-2024-r7&lang=ru", marks=LONG),
    ],
)
@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=LONG), (390, 800)])
def test_it_takes_over_where_the_reader_is(
    shared_server: Server, page: Callable[..., Page], path: str, size: tuple[int, int]
) -> None:
    reader = page(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    reader.add_init_script(SHIFTS)
    let_app_js, let_framework = hold(reader, "**/app.js"), hold(reader, FRAMEWORK)
    reader.goto(shared_server.url + path, wait_until="commit")
    expect(reader.locator("#rt-served h1")).to_be_visible()
    reader.wait_for_function("getComputedStyle(document.body).margin === '0px'")  # the style is there
    reader.evaluate("new Promise(requestAnimationFrame)")
    let_app_js()
    expect(reader.locator("html.rt-js")).to_be_attached()
    # what was typed and where somebody is goes along
    reader.locator("#rt-served .rt-search input[type=search]").type("ab cd")
    reader.evaluate("scrollTo(0, 400)")
    seen = reader.locator("#rt-served h2").nth(1).bounding_box()
    let_framework()
    expect(reader.locator("#rt-served")).to_have_count(0)
    assert reader.evaluate(TOP) == 400 and reader.locator("h2").nth(1).bounding_box() == seen
    box = reader.locator(".rt-search input[type=search]")
    expect(box).to_have_value("ab cd")
    expect(box).to_be_focused()
    reader.keyboard.type("!")
    expect(box).to_have_value("ab cd!")
    assert reader.evaluate("window.shifted ?? 0") <= 0.02


def test_while_a_chart_loads_its_table_opens_and_stays_open(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page(viewport=PHONE, bypass_csp=True)
    let_framework = hold(reader, FRAMEWORK)
    reader.goto(shared_server.url + "/analysis?lang=en", wait_until="commit")
    expect(reader.locator("html.rt-js")).to_be_attached()
    reader.locator("#rt-served .rt-space a").first.click()
    expect(reader.locator("#rt-served details[open] table").first).to_be_in_viewport()
    let_framework()
    expect(reader.locator("#rt-served")).to_have_count(0)
    expect(reader.locator("#root details[open] table").first).to_be_in_viewport()
    # and Back leads to where the link is
    reader.go_back()
    reader.wait_for_function(f"{TOP} === 0")


def test_a_filter_is_a_step_that_needs_no_reload(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page(bypass_csp=True)
    opened(reader, f"{shared_server.url}/recommendations?lang=en")
    reader.evaluate("window.same = true")
    reader.locator("#rt-filters > summary").click()
    box = reader.locator("#rt-f-status-not-implemented")
    box.check()
    expect(reader.locator(".rt-row")).to_have_count(3)
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(reader.locator("#rt-filters")).to_have_attribute("open", "")
    assert reader.url.endswith("/recommendations?lang=en&status=not-implemented")
    reader.locator("#rt-f-sort").select_option("title")
    reader.wait_for_url("**sort=title**")
    reader.go_back()
    reader.go_back()
    expect(reader.locator(".rt-chips")).to_have_count(0)
    expect(reader.locator(".rt-row")).to_have_count(22)
    reader.go_forward()
    expect(reader.locator(".rt-row")).to_have_count(3)
    # a search in the list, and a chip that takes it away
    reader.locator(".rt-search input[type=search]").fill("treatment")
    reader.keyboard.press("Enter")
    expect(reader.locator(".rt-chips")).to_contain_text("Words: treatment")
    reader.get_by_role("link", name="Search everything for “treatment”").click()
    expect(reader.get_by_role("heading", name="Search: treatment")).to_be_visible()
    assert reader.evaluate("window.same")


@LONG
def test_with_data_to_save_the_script_comes_when_it_is_asked_for(
    shared_server: Server, page: Callable[..., Page]
) -> None:
    reader = page()
    reader.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(f"{shared_server.url}/recommendations?lang=en")
    reader.locator("#rt-served .rt-title").first.click()
    expect(reader.locator("#rt-served h1")).to_have_text("Repeal all punishment for drug use and simple possession")
    assert not any("/static/" in url for url in asked)
    reader.get_by_role("button", name="Live updates and charts: load").click()
    expect(reader.locator("#rt-served")).to_have_count(0)
    # nothing is asked for below the path of the page
    assert [url for url in asked if "/_stcore/h" in url] == [
        f"{shared_server.url}/_stcore/{name}" for name in ("health", "host-config")
    ]


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=LONG)])
@pytest.mark.parametrize(
    "path",
    ["/recommendations?choosing=list", *(pytest.param(one, marks=LONG) for one in ("/", "/evidence", "/analysis"))],
)
def test_a_page_without_the_script_is_for_everybody(
    shared_server: Server, page: Callable[..., Page], path: str, scheme: str
) -> None:
    reader = page(color_scheme=scheme, viewport={"width": 390, "height": 844}, bypass_csp=True)
    reader.route(FRAMEWORK, lambda route: route.abort())
    reader.goto(shared_server.url + path)
    for summary in reader.locator("main details > summary").all()[:1]:
        summary.click()
    assert (faults(reader), too_small(reader), too_wide(reader)) == ([], [], [])
