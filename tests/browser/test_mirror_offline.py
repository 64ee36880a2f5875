"""Searching and filtering in a mirror, opened from a file with the network cut, against what the server finds."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from tests.queries.test_site_search import SEARCHES
from tests.support.accessibility import faults
from tests.support.view_requests import TODAY
from tracker.model.dataset import Dataset
from tracker.publishing.mirror.build import build_mirror
from tracker.publishing.mirror.pages import MirrorPages
from tracker.queries.lists.filters import EvidenceFilters, Filters, filter_evidence, filter_recommendations
from tracker.queries.search.site_search import search_everything
from tracker.queries.view import View

pytestmark = pytest.mark.browser

UNSEEN = SEARCHES["unseen"]
LEAST_SAME = 0.9
"""How many of the searches without a typo find in the mirror what they find on the server."""


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory, dataset: Dataset) -> Path:
    folder = tmp_path_factory.mktemp("built") / "mirror"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tracker.publishing.mirror.build.MOST_BUILDERS", 1)  # others take the cores at the same time
        build_mirror(folder, MirrorPages(View(dataset, TODAY), ("en", "ru", "ky")))
    return folder


def found(page: Page) -> set[str]:
    """The ids of the records to which the shown results lead."""
    page.wait_for_selector("html[data-found]", state="attached")
    links = page.eval_on_selector_all("a.rt-title:visible", "links => links.map(link => link.href)")
    return {link.partition("#e-")[2] or Path(link).stem for link in links}


@pytest.mark.long
def test_a_search_in_the_mirror_finds_what_the_server_finds(mirror, dataset, page: Callable[..., Page]):
    view, one = View(dataset, TODAY), page(offline=True)
    errors: list[str] = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    results = {typed: search_everything(view, typed) for typed in UNSEEN}
    expected = {
        typed: {r.id for group in result.results_by_kind for r in group.records}
        for typed, result in results.items()
        if result.count and not result.is_corrected
    }
    differ = []
    for typed, ids in expected.items():
        one.goto(f"{(mirror / 'ky' / 'search.html').as_uri()}?{urlencode({'q': typed})}")
        if found(one) != ids:
            differ.append(typed)

    assert errors == []
    assert len(expected) >= 50
    assert len(differ) <= (1 - LEAST_SAME) * len(expected), differ
    assert faults(one) == []


@pytest.mark.parametrize("typed", ["metadone", "methadnoe", "наказнаия"])
def test_a_typo_finds_in_the_mirror_what_it_finds_on_the_server(mirror, dataset, page: Callable[..., Page], typed: str):
    result, one = search_everything(View(dataset, TODAY), typed), page(offline=True)
    assert result.is_corrected
    one.goto(f"{(mirror / 'en' / 'search.html').as_uri()}?{urlencode({'q': typed})}")
    assert found(one) == {r.id for group in result.results_by_kind for r in group.records}
    assert f"Nothing found for “{typed}”. Showing results for “" in one.inner_text("main")


def test_filters_in_the_address_and_in_the_form_narrow_the_lists(mirror, dataset, page: Callable[..., Page]):
    view, one = View(dataset, TODAY), page(offline=True)
    for chosen in (
        {"status": ["not-implemented"], "theme": ["decriminalisation", "policing"]},
        {"by": ["committee"], "body": ["cat", "ccpr"], "evidence": ["no"]},
        {"q": ["наказания"], "by": ["civil-society"]},
        {"id": ["ngo-2024-r1", "ngo-2024-r8"]},
    ):
        one.goto(f"{(mirror / 'ru' / 'recommendations.html').as_uri()}?{urlencode(chosen, doseq=True)}")
        expected = {r.id for r in filter_recommendations(view, Filters.from_params(view, chosen), "ru")}
        assert expected
        assert found(one) == expected
        for name, codes in chosen.items():
            for code in codes if name in ("status", "theme", "by", "body") else ():
                assert one.locator(f'input[name="{name}"][value="{code}"]').is_checked()

    one.goto((mirror / "en" / "evidence.html").as_uri())
    one.get_by_text("Filters", exact=True).click()
    one.get_by_label("news").check()
    one.get_by_role("button", name="Show").first.click()
    one.wait_for_selector("html[data-found]", state="attached")

    shown = {item.get_attribute("id") for item in one.locator("article[id^=e-]").all() if item.is_visible()}
    asked = filter_evidence(view, EvidenceFilters.from_params(view, {"kind": ["news"]}))
    assert shown == {f"e-{e.id}" for e in asked}
