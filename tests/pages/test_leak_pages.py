"""Pages opened as a reader beside a private folder full of canaries: none is told, and the folder is never opened."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.layout import PAGES
from tests.support.canary_folder import ASKED, CANARY, DOCUMENT, LAW, NAMED, PRIVATE, lay
from tests.support.form_pages import html, opening
from tests.support.long import LONG
from tests.support.small_dataset import ANNA
from tracker.model import permissions
from tracker.model.permissions import READER, Permission, Role


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    for name, text in PRIVATE.items():
        here = name.replace(ASKED, "r1").replace(LAW, "law").replace(DOCUMENT, "co-4")
        lay(tmp_path / "private", {here: text.replace(ASKED, "r1").replace("sentencing", "policing")})
    monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path / "private"))
    return opening(tmp_path, monkeypatch, {})


def pages() -> list[tuple[str, dict[str, str]]]:
    forms = [{"what": what, "id": NAMED} for what in ("evidence", "publish", "unpublish")]
    ways = [{}, {"id": "r1"}, *forms, {"id": "r1", "editing": "x"}, {"q": CANARY}]
    asked = {"edit", "recommendation", "evidence"}  # the other pages look at few of these parameters
    few = [ways[0], ways[-1]]
    return [(file, way) for file, _ in PAGES.values() for way in (ways if LONG or file in asked else few)]


OPENED: list[str] = []
"""Every path that this process opened or listed; kept while `watched` is on."""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[list[str]]:
    """What of the private folder is opened or listed."""
    global WATCHING
    if not HOOKED:
        sys.addaudithook(_heard)
        HOOKED.append(True)
    OPENED.clear()
    WATCHING = str(tmp_path / "private")
    yield OPENED
    WATCHING = ""


HOOKED: list[bool] = []
WATCHING = ""


def _heard(event: str, args: tuple[Any, ...]) -> None:
    if WATCHING and event in ("open", "os.scandir", "os.listdir", "os.mkdir") and str(args[0]).startswith(WATCHING):
        OPENED.append(str(args[0]))


def test_for_a_reader_the_private_folder_is_never_opened(opened, watched):
    for file, params in pages():
        page = opened(file, READER, **params)
        assert (page.exception, watched) == ([], []), (file, params)
    opened("evidence", ANNA)
    assert watched != []  # it is opened for an editor, so it would be seen


def said(page: AppTest) -> str:
    """All that a page says, but not the address that was asked."""
    kinds = (page.error, page.warning, page.info, page.code, page.text_input, page.text_area)
    return html(page) + repr([element.value for kind in kinds for element in kind])


def test_no_page_tells_a_reader_and_would_if_a_reader_were_let_in(opened, monkeypatch):
    ways = [way for way in pages() if CANARY not in repr(way)]
    assert [way for way in ways if CANARY in said(opened(way[0], READER, **way[1]))] == []
    let_in = permissions.PERMISSIONS[Role.READER] | {Permission.SEE_PRIVATE}
    monkeypatch.setitem(permissions.PERMISSIONS, Role.READER, let_in)
    told = {file for file, params in ways if CANARY in said(opened(file, READER, **params))}
    assert told == {"recommendation", "evidence", "deadlines", "treaty_bodies"}


def test_nobody_who_asks_for_it_by_name_learns_whether_it_is_there(opened):
    for file, params in (("edit", {"what": "evidence"}), ("edit", {"what": "publish"}), ("recommendation", {})):
        shown = [said(opened(file, READER, id=name, **params)) for name in (NAMED, "zqxothers-1")]
        assert len({re.sub(r"zqx\w+-1", "", page) for page in shown}) == 1
