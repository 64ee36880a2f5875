"""What a reader does, in Firefox: another engine than that of the other stories, with scripts and without."""

import pytest

from tests.support.firefox import firefox
from tests.support.server_process import Server

pytestmark = pytest.mark.browser

CHIPS = "document.querySelectorAll('.rt-chips').length"


def test_a_reader_filters_goes_back_sees_pictures_and_opens_no_socket(shared_server: Server) -> None:
    with firefox() as reader:
        reader.open(f"{shared_server.url}/recommendations?lang=en")
        reader.click("#rt-filters > summary")
        reader.click("#rt-f-status-not-implemented")
        reader.wait_for(f"location.search.includes('status=not-implemented') && {CHIPS} === 1")
        # the place and the focus stay
        assert reader.evaluate("document.getElementById('rt-filters').open") is True
        assert reader.evaluate("document.activeElement.id") == "rt-f-status-not-implemented"
        assert reader.evaluate("document.querySelectorAll('.rt-row').length") == 3
        reader.back()
        reader.wait_for(f"!location.search.includes('status') && {CHIPS} === 0")
        reader.open(f"{shared_server.url}/analysis?lang=en")
        reader.wait_for("document.querySelector('[data-spec] svg.main-svg') !== null")
        ours = {url for url in reader.requests if url.startswith(("http", "ws"))}
        assert {url for url in ours if not url.startswith(shared_server.url)} == set()
        assert not any("_stcore" in url or "/static/" in url or url.startswith("ws") for url in ours)


def test_without_a_script_the_button_of_the_form_filters(shared_server: Server) -> None:
    with firefox(scripts=False) as reader:
        reader.open(f"{shared_server.url}/recommendations?lang=en&status=not-implemented")
        assert reader.evaluate("document.querySelectorAll('.rt-row').length") == 3
        reader.click("#rt-filters > summary")
        reader.click("#rt-f-status-partially-implemented")
        reader.click(".rt-apply button")
        reader.wait_for("location.search.includes('status=partially-implemented')")
        reader.wait_for("document.querySelectorAll('.rt-chips > li').length === 3")
