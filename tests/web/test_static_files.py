"""Static files, compressed once: what is served, and to whom."""

import gzip
from pathlib import Path

import pytest
import streamlit

from scripts.build_icons import ROOT, icon_names
from tests.support.asgi_client import Behind, answer, scope
from tracker.web.page_shell import StaticFilesMiddleware


@pytest.fixture
def static(tmp_path):
    """Static files below a folder, beside a secret one."""
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "app.js").write_text("let a = 1;" * 100)
    (tmp_path / "static" / "key.pem").write_text("secret")
    (tmp_path / "secret.js").write_text("secret")
    return StaticFilesMiddleware(Behind(), prefix="/static/", folder=tmp_path / "static")


def test_a_static_file_is_compressed_for_who_takes_it(static):
    status, headers, body = answer(static, scope([(b"accept-encoding", b"br, gzip")], path="/static/js/app.js"))
    assert (status, headers[b"content-encoding"], gzip.decompress(body)) == (200, b"gzip", b"let a = 1;" * 100)
    assert (headers[b"vary"], int(headers[b"content-length"])) == (b"Accept-Encoding", len(body))
    status, headers, body = answer(static, scope([], path="/static/js/app.js"))
    assert (status, b"content-encoding" in headers, body) == (200, False, b"let a = 1;" * 100)


def test_only_names_that_were_there_are_served(static):
    for path in ("/static/../secret.js", "/static//js/app.js", "/static/key.pem", "/static/none.js", "/"):
        assert answer(static, scope(path=path))[0] == 299, path
    assert answer(static, scope(path="/static/js/app.js", method="POST"))[0] == 299


def test_a_file_of_ours_takes_the_place_of_a_bigger_one(tmp_path):
    (tmp_path / "static" / "media").mkdir(parents=True)
    (tmp_path / "static" / "media" / "Icons.abc123.woff2").write_text("thousands")
    (tmp_path / "icons.woff2").write_text("some")
    instead = {"media/Icons.*.woff2": tmp_path / "icons.woff2"}
    static = StaticFilesMiddleware(Behind(), prefix="/static/", folder=tmp_path / "static", instead=instead)
    status, headers, body = answer(static, scope(path="/static/media/Icons.abc123.woff2"))
    assert (status, body, headers[b"content-type"]) == (200, b"some", b"font/woff2")
    assert headers[b"cache-control"] == b"public, max-age=86400"


def test_the_icon_font_has_every_icon_that_streamlit_names():
    names = (ROOT / "tracker/assets/fonts/icons.txt").read_text("utf-8").split()
    streamlits = icon_names(Path(streamlit.__file__).parent / "static" / "static")
    assert names == streamlits, "run python -m scripts.build_icons font"
    assert (ROOT / "tracker/assets/fonts/icons.woff2").stat().st_size < 20_000
