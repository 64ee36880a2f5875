"""What other sites may show in a frame: only what the settings allow, without script or cookie, and how they find it."""

import json
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest

from tests.support.asgi_client import Behind, answer, scope
from tests.support.permanent_links import ASSESSED, FIRST, ORIGIN, question, words
from tests.support.small_dataset import ASKED, TRACKER
from tracker.publishing.pages.embed import render_embedded, render_oembed
from tracker.publishing.pages.frame import render_head
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.web.gates.request_checks import SecurityHeadersMiddleware, security_headers

HOSTS = TRACKER + "embed_hosts: [www.example.org, 'news.example.net:8443']\n"
FILES = {"r/r1": ASKED.replace("title: T", "title: {en: Repeal the fine, ru: Отменить штраф}") + FIRST + ASSESSED}
NO_FRAME = b"frame-ancestors 'none'"


@pytest.fixture
def open_data(reading):
    return reading({**FILES, "tracker": HOSTS, "r/r2": ASKED + FIRST})


def test_a_named_site_may_frame_a_light_page_that_runs_and_asks_nothing(open_data):
    for id, said in (
        ("r1", "Repeal the fine"),
        ("", "Recommendations Repeal the fine partially-implemented T not-assessed"),
    ):
        page = render_embedded(question(open_data, id))
        policy = page.headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors https://www.example.org https://news.example.net:8443")
        # the signs of a status are pictures in the style sheet
        assert "default-src 'none'" in policy and "img-src data:;" in policy and "script" not in policy
        tree = lxml.html.document_fromstring(page.body)
        assert tree.xpath("//script | //img | //iframe | //form | //link | //input | //*[@onclick]") == []
        assert words(page.body).startswith(said)
        assert all(link.startswith(ORIGIN) for link in tree.xpath("//a/@href"))
    assert b"Repeal" not in render_embedded(question(open_data, "", status="not-assessed")).body
    assert render_embedded(question(open_data, "nowhere")).status == 404


def test_a_frame_hides_no_claim_where_no_organisation_has_assessed(reading):
    claimed = ASSESSED.replace("civil-society", "state").replace("direction: forward, ", "")
    found = reading({"tracker": HOSTS, "r/r1": ASKED + FIRST + claimed})
    for id in ("r1", ""):
        assert "No organisation has assessed · State, " in words(render_embedded(question(found, id)).body)


def test_without_named_sites_nothing_can_be_embedded_or_found(reading):
    found = reading(FILES)
    assert [render_embedded(question(found, id)).status for id in ("r1", "")] == [404, 404]
    assert render_oembed(question(found, "", url=f"{ORIGIN}/r/r1")).status == 404
    asked = question(found, "", id="r1")
    assert "oembed" not in render_head(asked, READER_PAGES["/recommendation"].render(asked))


@pytest.mark.parametrize("host", ["*", "https://a.example", "a.example/x", "a.example *", "*.example.org", "A.example"])
def test_a_site_is_named_by_its_host_alone(reading, host):
    (problem,) = reading({**FILES, "tracker": f"{TRACKER}embed_hosts: ['{host}']\n"}).problems
    assert str(problem.path).endswith("tracker.yaml") and "embed_hosts" in str(problem)
    assert "a site is its name without https:// and path, such as www.example.org" in problem.message


@pytest.mark.parametrize(
    ("path", "params", "address"),
    [
        ("/recommendation", {"id": "r1"}, "/embed/r/r1?lang=ru"),
        ("/recommendations", {"status": "not-assessed"}, "/embed/recommendations?status=not-assessed&lang=ru"),
    ],
)
def test_a_page_leads_to_its_frame_by_oembed(open_data, path, params, address):
    asked = question(open_data, "", **params, lang="ru")
    head = lxml.html.fromstring(f"<head>{render_head(asked, READER_PAGES[path].render(asked))}</head>")
    (link,) = head.xpath("//link[@type='application/json+oembed']/@href")
    found = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    told = json.loads(render_oembed(question(open_data, "", **found, maxwidth="400")).body)
    frame = lxml.html.fromstring(told["html"])
    assert (told["version"], told["type"], told["width"]) == ("1.0", "rich", 400)
    assert (frame.get("src"), frame.get("title")) == (ORIGIN + address, told["title"])
    assert "allow-scripts" not in frame.get("sandbox") and told["title"] in ("Отменить штраф", "Рекомендации")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"url": f"{ORIGIN}/about"}, 404),
        ({"url": "https://evil.example/r/r1"}, 404),
        ({"url": f"{ORIGIN}/r/none"}, 404),
        ({"url": "http://[x"}, 404),
        ({}, 404),
        ({"url": f"{ORIGIN}/r/r1", "format": "xml"}, 501),
        ({"url": f"{ORIGIN}/r/r1"}, 200),
    ],
)
def test_oembed_answers_only_for_what_can_be_shown(open_data, asked, status):
    assert render_oembed(question(open_data, "", **asked)).status == status


@pytest.mark.parametrize(
    ("path", "own", "policy"),
    [
        ("/embed/r/r1", b"frame-ancestors https://x.example", b"frame-ancestors https://x.example"),
        ("/embed/r/r1", None, NO_FRAME),
        ("/recommendation", b"frame-ancestors https://x.example", NO_FRAME),
        ("/files/a.pdf", b"frame-ancestors *", NO_FRAME),
        ("/embedded", b"frame-ancestors *", NO_FRAME),
    ],
)
def test_no_other_page_can_be_framed_whatever_it_says(path, own, policy):
    behind = Behind(*([(b"content-security-policy", own)] if own else []))
    got = answer(SecurityHeadersMiddleware(behind, headers=security_headers([])), scope(path=path))[1]
    assert got[b"content-security-policy"].endswith(policy)
