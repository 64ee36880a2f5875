"""The first request after a start, and the answer where something is broken: a reader is sent nothing of an editor's."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pages.shared.layout import PAGES
from tests.support.canary_folder import ASKED, CANARY, PRIVATE, lay
from tests.support.http_client import say
from tests.support.long import LONG
from tests.support.server_process import ROOT, Server
from tests.support.websocket_client import ask
from tests.web.test_private_leaks import fetched, holds
from tracker.model.permissions import Role

ASKS = {"/recommendation": f"?id={ASKED}&editing=x&lang=en", "/edit": "?what=evidence&lang=en"}
EDITORS = {"Discard and close", "Reasons", "What do you want to add?", "Note", "Save the note", "Title"}
"""Labels of what only editors are shown."""
BREAKS = """\
import sys
sys.path.insert(0, {root!r})
import tracker.publishing.render_context, tracker.web.routes
_render = tracker.publishing.render_context.render
def broken(*about, **values):
    raise RuntimeError("{canary}")
def render(template, *about, **values):
    return broken() if template == "pages/about.html" else _render(template, *about, **values)
tracker.publishing.render_context.render = render
tracker.web.routes.ROUTES_BY_PATH["/r/{{id}}"] = tracker.web.routes.PublicRoute(broken)
"""


@contextmanager
def running(folder: Path, script: Path = Path("app.py")) -> Iterator[Server]:
    shutil.copytree(ROOT / "data", folder / "data")
    lay(folder / "private", PRIVATE)
    own = {"TRACKER_PRIVATE": str(folder / "private")}
    # a script of a test's own has to run before anything else is imported
    with Server(folder, own, script=script, forked=script == Path("app.py")) as app:
        yield app


# each page is the first that a server is asked for; in `make test` those that show an editor more
@pytest.mark.parametrize("path", PAGES if LONG else ["/recommendation", "/edit"])
def test_the_first_request_to_a_page_is_a_readers(tmp_path: Path, path: str) -> None:
    with running(tmp_path) as app:
        seen = ask(app.url + path + ASKS.get(path, "?lang=en"))
        assert (holds(seen.raw), EDITORS & set(seen.widgets), seen.exceptions) == (False, set(), [])


def test_the_page_of_an_editor_has_what_is_looked_for(tmp_path: Path) -> None:
    with running(tmp_path) as app:
        cookie = "=".join(app.cookie(role=Role.REVIEWER))
        seen = ask(f"{app.url}/edit?what=evidence&lang=en", Cookie=cookie)
        assert "Discard and close" in EDITORS & set(seen.widgets)


def test_what_is_broken_says_nothing_of_why(tmp_path: Path) -> None:
    (tmp_path / "pages").symlink_to(ROOT / "pages")
    script = tmp_path / "app.py"
    own = (ROOT / "app.py").read_text("utf-8")
    breaks = BREAKS.format(root=str(ROOT), canary=CANARY)
    script.write_text(own.replace("import streamlit as st\n", f"{breaks}import streamlit as st\n", 1), "utf-8")
    with running(tmp_path, script) as app:
        answer = fetched(app, f"/r/{ASKED}")
        assert (b"Something went wrong." in answer, holds(answer)) == (True, False)
        assert b"Content-Security-Policy" in answer or b"content-security-policy" in answer
        seen = ask(f"{app.url}/about?lang=en")
        assert (holds(seen.raw), seen.exceptions, "Something went wrong here." in "".join(seen.html)) == (
            False,
            [],
            True,
        )
        assert b"Traceback" not in seen.raw and str(ROOT).encode() not in seen.raw
        told = app.log.read_text("utf-8")  # who runs it is told where, and not what it says
        assert (f"{script}:" in told, CANARY in told) == (True, False)


def test_no_answer_can_be_written_to(tmp_path: Path) -> None:
    ways = (f"/r/{ASKED}", "/export.csv", "/api/recommendations.json", "/", "/edit", "/_stcore/upload_file/x/y")
    with running(tmp_path) as app:
        before = {path: path.read_bytes() for path in app.data.rglob("*") if path.is_file()}
        for method in ("POST", "PUT", "DELETE"):
            assert [way for way in ways if say(app, method, way)[0] not in (400, 403, 404, 405)] == [], method
        assert {path: path.read_bytes() for path in app.data.rglob("*") if path.is_file()} == before
