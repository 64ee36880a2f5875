"""A copy of the dashboard ends while a form is open, in a real browser: another copy answers, and nothing typed is lost."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_forms import choose, is_settled
from tests.support.server_process import ROOT, Server
from tests.support.switched_line import SwitchedLine

pytestmark = pytest.mark.browser
MINE = "One campaign was run."


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two copies on the same data, each with code at a path of its own."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "code").symlink_to(ROOT)
    one, two = Server(tmp_path, forked=True), Server(tmp_path, forked=True, script=tmp_path / "code" / "app.py")
    for server in (one, two):
        server.start()
    yield one, two
    for server in (one, two):
        server.stop()
    assert "Traceback" not in one.log.read_text()


# tests/pages/test_streamlit_internals.py says without a browser that it sees no difference between copies
@pytest.mark.long
def test_what_was_typed_stays_and_is_saved_when_another_copy_answers(
    copies: tuple[Server, Server], page: Callable[..., Page]
) -> None:
    one, two = copies
    line = SwitchedLine([one.port, two.port])
    mine = two.signed_in(one.signed_in(page()))
    mine.goto(f"{line.url}/recommendation?id=ngo-2024-r8&lang=en")
    mine.get_by_role("link", name="Record an assessment").click()
    choose(mine, "Status", "Partially implemented")
    mine.get_by_label("Reasons").fill(MINE)
    mine.get_by_label("Reasons").blur()
    is_settled(mine)
    mine.get_by_label("Reasons").press("End")
    mine.keyboard.type(" This was still being typed.")
    with mine.expect_websocket():
        one.stop()
    is_settled(mine)
    expect(mine.get_by_role("combobox", name="Status", exact=True)).to_have_value("Partially implemented")
    expect(mine.get_by_label("Reasons")).to_have_value(f"{MINE} This was still being typed.")
    mine.get_by_role("button", name="Record", exact=True).click()
    expect(mine.locator(".rt-saved")).to_contain_text("Not assessed → Partially implemented")
    written = (one.data / "recommendations" / "ngo-2024-r8.yaml").read_text("utf-8")
    assert f"{MINE} This was still being typed." in " ".join(written.split())
    line.close()
