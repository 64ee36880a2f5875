"""The front page is short: two screens on a laptop and four on a phone, in every language."""

from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.support.server_process import Server
from tracker.i18n import LANGUAGES


@pytest.mark.browser
def test_the_front_page_is_short_and_says_what_a_visitor_asks(shared_server: Server, page: Callable[..., Page]) -> None:
    reader = page()
    for language, (width, height, screens) in product(LANGUAGES, ((1280, 900, 2), (390, 844, 4))):
        reader.set_viewport_size({"width": width, "height": height})
        reader.goto(f"{shared_server.url}/?lang={language}")
        expect(reader.locator(".rt-foot")).to_be_visible()
        length = reader.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        assert length <= screens * height, f"{length} px in {language} at {width} px"
        # what it is and who runs it, where demands stand, who recommends the same, next dates, latest entries
        for heading in ("#rt-stand", "#rt-demands", "#rt-next", "#rt-latest"):
            expect(reader.locator(heading)).to_be_visible()
        expect(reader.locator(".rt-lead")).to_contain_text("HIV Legal Network")
        expect(reader.locator(".rt-latest > li")).to_have_count(3)
