"""The dashboard as a server: what it answers first, to whom, and with what in the data."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import tracker.storage.dataset_reader
from pages.shared.layout import PAGES
from tests.support.http_client import say
from tests.support.long import LONG
from tests.support.malformed_files import variants
from tests.support.server_process import ROOT, Server
from tests.support.websocket_client import ask
from tracker.validation.check import check_folder

ADDRESSES = ["/", "/recommendations", "/recommendation?id=ngo-2024-r7", "/evidence", "/treaty-bodies", "/about"]


# each starts a server of its own
@pytest.mark.parametrize("address", ADDRESSES if LONG else ADDRESSES[2:3])
def test_the_very_first_request_passes_through_app_py(server: Callable[..., Server], address: str) -> None:
    app = server()
    answer = ask(app.url + address)
    # Had Streamlit run the page alone, it would have offered every file in pages/, the shared ones too.
    assert sorted(answer.pages) == sorted(path.strip("/") for path in PAGES)
    assert answer.exceptions == []
    assert '<nav class="rt-nav"' in "".join(answer.html)
    # a browser learns neither the path of the script nor the machine, so that another copy can go on with its tab
    assert (str(ROOT).encode() in answer.raw, answer.raw.count(b"recommendation-tracker")) == (False, 3)


def test_the_shell_speaks_the_readers_language(shared_server: Server) -> None:
    app = shared_server
    status, _headers, shell = say(app, "GET", "/recommendations", **{"Accept-Language": "ru-RU,ru;q=0.9"})
    assert status == 200
    assert '<html lang="ru">' in shell
    assert "<title>Рекомендации · Наркополитика и права человека в Кыргызстане</title>" in shell
    assert '<html lang="en">' in say(app, "GET", "/recommendations?lang=en", **{"Accept-Language": "ru"})[2]
    assert say(app, "GET", "/no-such-page")[0] == 404
    hostile = say(app, "GET", "/?lang=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")[2]
    assert "alert(1)" not in hostile


def test_no_first_view_loads_plotly(shared_server: Server) -> None:
    app = shared_server
    for address in ADDRESSES:
        assert b"plotly" not in ask(app.url + address).raw.lower()


@pytest.fixture
def shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], AppTest]:
    """Runs one page on a folder, reading the files anew at every run."""
    monkeypatch.setattr(tracker.storage.dataset_reader, "CHECK_INTERVAL", 0.0)
    monkeypatch.setenv("TRACKER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRACKER_STATE", str(tmp_path / "state"))
    pages: dict[str, AppTest] = {}

    def show(file: str, id: str = "") -> AppTest:
        page = pages.setdefault(file, AppTest.from_file(str(ROOT / "pages" / f"{file}.py"), default_timeout=60))
        if id:
            page.query_params["id"] = id
        return page.run()

    return show


def test_broken_files_break_no_page(tmp_path: Path, shows: Callable[..., AppTest]) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    files = [file for file, _ in PAGES.values()]
    for number, (name, broken) in enumerate(variants(seed=7, count=500 if LONG else 28)):
        path = tmp_path / "data" / name
        whole = path.read_bytes()
        path.write_bytes(broken)
        page = shows(files[number % len(files)], id=path.stem)
        assert [error.message for error in page.exception] == [], (name, number)
        path.write_bytes(whole)


def test_a_missing_folder_is_one_clear_sentence(shows: Callable[..., AppTest]) -> None:
    page = shows("recommendations")
    assert [error.value for error in page.error] == ["The data folder cannot be read now."]


def test_a_broken_file_is_said_and_the_rest_is_shown(tmp_path: Path, shows: Callable[..., AppTest]) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "data" / "recommendations" / "ngo-2024-r3.yaml").write_text("issued_by: nobody\n")
    page = shows("recommendations")
    html = "".join(element.proto.body for element in page.get("html"))
    assert "6 entries in the data files cannot be read" in html
    assert ("ngo-2024-r2" in html, "ngo-2024-r3" in html) == (True, False)


def test_a_colleague_in_another_country_starts_with_an_empty_register(
    tmp_path: Path, shows: Callable[..., AppTest]
) -> None:
    """The README's steps: the recommendations, the evidence and the documents are gone."""
    (tmp_path / "data").mkdir()
    for name in ("tracker.yaml", "treaty_bodies.yaml"):
        shutil.copy(ROOT / "data" / name, tmp_path / "data")
    for file, _ in PAGES.values():
        page = shows(file, id="none-yet")
        assert ([error.message for error in page.exception], list(page.warning)) == ([], []), file
    assert check_folder(tmp_path / "data") == []
