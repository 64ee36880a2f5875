"""The dashboard as a server: what it answers first, to whom, and with what in the data."""

import gc
import json
import re
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest

from pages.shared.layout import PAGES
from tests.support.http_client import say
from tests.support.long import LONG
from tests.support.server_process import ROOT, Server
from tests.support.story_folder import made
from tests.support.websocket_client import ask
from tracker.publishing.render_context import _environment
from tracker.queries.current_view import current_view
from tracker.web.app import _warm_up

ADDRESSES = ["/", "/recommendations", "/recommendation?id=ngo-2024-r7", "/evidence", "/treaty-bodies", "/about"]


# each starts a server of its own
@pytest.mark.parametrize("address", ADDRESSES if LONG else ADDRESSES[2:3])
def test_the_very_first_request_passes_through_app_py(server: Callable[..., Server], address: str) -> None:
    app = server()
    answer = ask(app.url + address, Cookie="=".join(app.cookie()))
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


def test_a_page_loads_only_our_files_and_the_analysis_plotly_when_a_picture_is_near(shared_server: Server) -> None:
    for path in ADDRESSES:
        page = lxml.html.document_fromstring(say(shared_server, "GET", path)[2])
        assert [Path(src).name for src in page.xpath("//script/@src")] == ["app.js", "last_visit.js"], path
    page = lxml.html.document_fromstring(say(shared_server, "GET", "/analysis?body=cescr&lang=ru")[2])
    (charts,) = page.xpath("//script[@data-plotly]")
    places = page.xpath("//*[@data-spec]")
    (pictures,) = {place.get("data-pictures") for place in places}
    status, headers, script = say(shared_server, "GET", pictures)
    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    themes = json.loads(script.removeprefix("rtPictures = ").removesuffix(";\n"))
    assert all(list(themes[theme]) == [place.get("data-spec") for place in places] for theme in ("light", "dark"))
    assert say(shared_server, "GET", charts.get("data-plotly"))[0] == 200


def test_the_first_reader_does_not_wait_for_the_templates_even_if_there_is_no_data_yet(tmp_path: Path) -> None:
    _environment.cache_clear()
    _warm_up(tmp_path / "nothing", "https://tracker.example.org")
    compiled = {name for _loader, name in _environment().cache or ()}
    assert compiled >= {"layout/macros.html", "pages/analysis.html"}


def test_the_first_reader_of_a_page_gets_one_that_is_there(tmp_path: Path) -> None:
    _warm_up(root := made(tmp_path / "data"), "https://tracker.example.org")
    gc.unfreeze()
    assert {path for path, *_ in vars(current_view(root, {}))["cached pages"]} >= {"/", "/recommendations", "/analysis"}


def test_an_open_page_learns_from_readyz_which_data_there_is(shared_server: Server) -> None:
    page = say(shared_server, "GET", "/")[2]
    (version,) = re.findall('class="rt-live" role="status" data-version="(.*?)"', page)
    assert say(shared_server, "GET", "/readyz")[1]["etag"] == f'"{version}"'
