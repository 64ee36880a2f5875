"""Where something is broken, the answer says nothing of why; and no answer can be written to."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.canary_folder import ASKED, CANARY, PRIVATE, lay
from tests.support.http_client import say
from tests.support.server_process import ROOT, Server
from tests.support.websocket_client import ask
from tests.web.test_private_leaks import fetched, holds

BREAKS = """\
import sys
sys.path.insert(0, {root!r})
import tracker.publishing.render_context
_render = tracker.publishing.render_context.render
def broken(*about, **values):
    raise RuntimeError("{canary}")
def render(template, *about, **values):
    return broken() if template == "pages/about.html" else _render(template, *about, **values)
tracker.publishing.render_context.render = render
import tracker.web.routes
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
        answer = fetched(app, "/about?lang=en")
        assert (b"Something went wrong." in answer, holds(answer)) == (True, False)
        seen = ask(f"{app.url}/about?lang=en", Cookie="=".join(app.cookie()))
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
