"""The dashboard behind a public address: links, previews, feeds and cookies are of that address, whatever a request says."""

import json
import shutil
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus

from tests.support.http_client import PAGE, fetch, is_editors, link, say
from tests.support.permanent_links import ORIGIN, tags
from tests.support.server_process import ROOT, Server
from tests.support.websocket_client import replayed

EVIL = {"Host": "evil.example.org"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("public")
    shutil.copytree(ROOT / "data", folder / "data")
    with Server(folder, {"TRACKER_PUBLIC_URL": ORIGIN}, forked=True) as app:
        yield app
    assert "Traceback" not in app.log.read_text()


def test_the_server_tells_the_preview_of_the_page_that_is_asked_for(app: Server) -> None:
    answer = fetch(app, "/recommendation?id=ngo-2024-r7")[2].decode()
    assert f"{ORIGIN}/recommendation?id=ngo-2024-r7&amp;lang=en" in answer
    found = tags(fetch(app, "/recommendation?id=ngo-2024-r7&lang=ru", **EVIL)[2])
    assert found["og:title"] == ["Расширить снижение вреда при стабильном госфинансировании"]
    assert found["og:url"] == [f"{ORIGIN}/recommendation?id=ngo-2024-r7&lang=ru"]
    listed = fetch(app, "/recommendations?body=cat&lang=en")[2].decode()
    assert f'href="{ORIGIN}/feed.xml?body=cat&amp;lang=en"' in listed and 'type="application/atom+xml"' in listed
    # an address that somebody put together leads to the record
    status, headers, _ = fetch(app, "/recommendation/ngo-2024-r7?lang=ru")
    assert (status, headers["location"]) == (307, "/recommendation?id=ngo-2024-r7&lang=ru")
    assert fetch(app, "/recommendation//evil.example")[1]["location"] == "/recommendation?id=evil.example"
    assert fetch(app, "/recommendation//evil.example%0d%0aX:1")[0] == 404
    status, _, html = fetch(app, "/nowhere")
    assert status == 404 and "og:title" not in tags(html)
    # Streamlit does not know the address, so it is never loaded there
    assert b"There is no such page" in html and b"/static/js/" not in html
    lost = {path: fetch(app, path)[0] for path in ("/robots.txt", "/export.json", "/favicon.ico", "/index.html")}
    assert lost == dict.fromkeys(lost, 404)
    assert [fetch(app, path)[0] for path in ("/livez", "/feed.xml", "/favicon.png")] == [200, 200, 200]


def test_permanent_links_pictures_feeds_and_calendars_are_light_and_asked_again_cost_nothing(app: Server) -> None:
    for path, kind in (
        ("/r/ngo-2024-r7?lang=ru", "text/html; charset=utf-8"),
        ("/brief.html?id=ngo-2024-r7&lang=ru", "text/html; charset=utf-8"),
        ("/feed.xml?lang=ru&body=cescr", "application/atom+xml; charset=utf-8"),
        ("/calendar.ics?lang=ru&body=cescr", "text/calendar; charset=utf-8"),
    ):
        status, headers, body = fetch(app, path, **EVIL)
        assert (status, headers["content-type"]) == (200, kind)
        assert (b"evil.example" in body, ORIGIN.encode() in body) == (False, True)
        assert fetch(app, path, **EVIL, **{"If-None-Match": headers["etag"]})[::2] == (304, b"")
    for path in ("/r/ngo-2024-r7.png", "/preview.png", "/preview.png?body=cat&status=../x&body=%00&q=%3Cb%3E"):
        _status, headers, png = fetch(app, path)
        assert (headers["content-type"], png[:4]) == ("image/png", b"\x89PNG")


def test_a_permanent_link_leads_who_is_signed_in_to_the_forms(app: Server) -> None:
    ours = {"Host": "tracker.example.org", "Cookie": "=".join(app.cookie())}
    status, headers, _ = fetch(app, "/r/ngo-2024-r7?lang=ru&as_of=2026-11-25", **ours)
    assert (status, headers["location"]) == (302, "/recommendation?id=ngo-2024-r7&lang=ru&as_of=2026-11-25")
    assert "Cookie" in headers["vary"]
    # a reader needs no second request
    assert fetch(app, "/r/ngo-2024-r7?lang=ru")[0] == 200


def test_the_data_are_at_the_documented_addresses(app: Server) -> None:
    _, head, body = fetch(app, "/api/recommendations.json?lang=ru&status=not-implemented")
    assert (head["content-type"], head["access-control-allow-origin"]) == ("application/json", "*")
    assert {r["status"] for r in json.loads(body)["recommendations"]} == {"not-implemented"}
    assert json.loads(body)["links"]["page"].startswith(f"{ORIGIN}/recommendations?")
    _, head, body = fetch(app, "/export.csv?columns=id,title&lang=ru&by=committee")
    assert head["content-disposition"].startswith("attachment; filename*=UTF-8''recommendations-")
    assert "Расследовать" in body.decode("utf-8-sig")
    assert fetch(app, "/export.csv?columns=id&lang=ru&by=committee")[1]["etag"] != head["etag"]
    assert fetch(app, "/export.xlsx")[2][:2] == b"PK"
    assert json.loads(fetch(app, "/api/schema.json")[2])["$defs"]["ApiSingleRecommendation"]
    assert json.loads(fetch(app, "/api/recommendations/ngo-2024-r7.json")[2])["id"] == "ngo-2024-r7"


def test_behind_https_the_cookie_is_secure(app: Server) -> None:
    ours = {"Host": "tracker.example.org", "Origin": ORIGIN}
    _status, headers, _body = say(app, "POST", "/sign-in", {"token": link(app)}, **ours)
    assert headers["Set-Cookie"].startswith("__Host-tracker=")
    assert "; Secure" in headers["Set-Cookie"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    # signed in or not, another site's page is not let in; nor is a name that is not the public one
    cookie = {"Cookie": "=".join(app.cookie())}
    assert is_editors(app, **cookie, **ours)
    assert not is_editors(app, **ours)
    for origin in ("https://evil.example", "http://tracker.example.org", "null"):
        with pytest.raises(InvalidStatus) as refused:
            replayed(app.url + PAGE, [], **cookie, Host="tracker.example.org", Origin=origin)
        assert refused.value.response.status_code == 403
