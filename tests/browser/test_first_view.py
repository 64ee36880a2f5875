"""What a first view weighs on the wire, with an empty cache: many readers have a weak line and pay for each megabyte."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.server_process import Server

pytestmark = pytest.mark.browser
MOST, CARD = 938_000, 15_000
"""A tenth more than they were last. `make bench` tells what they are."""


def weighed(page: Page, address: str, shown: str) -> int:
    """The bytes that a page takes, packed as they are sent, the websocket's too."""
    wire, sizes, names = page.context.new_cdp_session(page), [], {}
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.on(
        "Network.webSocketFrameReceived", lambda event: sizes.append(len(event["response"]["payloadData"]) * 3 // 4)
    )
    page.goto(address)
    expect(page.locator(shown).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert {url.split("/")[2] for url in names.values() if url.startswith("http")} == {address.split("/")[2]}
    return int(sum(sizes))


@pytest.mark.long
def test_the_list_weighs_little_and_a_card_nearly_nothing(
    server: Callable[..., Server], page: Callable[..., Page]
) -> None:
    app = server(TRACKER_PUBLIC_URL="https://tracker.example.org")
    whole = weighed(page(), f"{app.url}/recommendations?lang=ru", ".rt-row")
    card = weighed(page(), f"{app.url}/r/ngo-2024-r1?lang=ru", "h1")
    print(f"list {whole:,} bytes, card {card:,} bytes")
    assert 300_000 < whole <= MOST
    assert 1_000 < card <= CARD
