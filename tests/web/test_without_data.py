"""A dashboard without data: nobody who asks it learns where it is on the machine, which may hold a person's name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.shared.layout import PAGES
from tests.support.http_client import say
from tests.support.server_process import Server
from tracker.web.routes import ROUTES_BY_PATH


@pytest.fixture(params=["nothing", pytest.param("a file", marks=pytest.mark.long), "an empty folder"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "of-aidana-testova"
    folder.mkdir()
    if request.param == "a file":
        (folder / "data").write_text("not a folder\n")
    elif request.param == "an empty folder":
        (folder / "data").mkdir()
    with Server(folder, {"TRACKER_PRIVATE": str(folder / "private")}, forked=True) as running:
        yield running


def is_told(app: Server, words: str) -> list[str]:
    """Where the dashboard says these words: in which answers and on which pages."""
    addresses = [path.replace("{id}", "x").replace("{id:path}", "x") for path in ROUTES_BY_PATH]
    addresses += [*PAGES, "/readyz", "/livez", "/sign-in", "/sign-in?token=x", "/sign-out", "/no-such", "/assets/1/x"]
    addresses += [f"/files/{'a' * 64}.pdf", "/_stcore/health", "/_stcore/host-config"]
    answers = {address: say(app, "GET", address) for address in addresses}
    answers |= {f"POST {path}": say(app, "POST", path, {"token": "x"}) for path in ("/sign-in", "/sign-out")}
    return [address for address, (_, headers, body) in answers.items() if words in f"{headers}{body}"]


def test_no_answer_names_the_place_of_the_data_and_the_log_does(app: Server) -> None:
    assert is_told(app, "testova") == []
    if not app.data.is_dir():
        told = is_told(app, "The data folder cannot be read now.")
        assert {*told} >= {"/readyz", "/sign-in", "/r/x", "/api/recommendations.json", *PAGES}
        assert str(app.data) in app.log.read_text()
