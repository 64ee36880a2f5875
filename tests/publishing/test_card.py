"""The card of a recommendation: what it says, and what a messenger reads of it."""

import gzip
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import lxml.html
import pytest

from tests.support.card_parsing import ASSESSED, FIRST, NEWS, ORIGIN, fetch, question, retired, tags, words
from tests.support.server_process import Server
from tests.support.small_dataset import ASKED, CONCLUDED, TRACKER, folder
from tracker.i18n import LANGUAGES
from tracker.model.dataset import Dataset
from tracker.publishing.link_preview import OPEN_GRAPH_LOCALES
from tracker.publishing.pages.card import render_card
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Dataset]:
    """`reading({file: text})` is the dataset with these files now."""
    return lambda files: DatasetReader(folder(tmp_path, files)).read()


def test_a_card_says_where_it_stands_and_what_shows_it(reading: Callable[..., Dataset]) -> None:
    files = {"r/r1": ASKED.replace("title: T", "title: Repeal the fine") + FIRST + ASSESSED, "e/law": NEWS}
    html = render_card(question(reading(files), "r1")).body
    said = words(html)
    for sentence in (
        "Repeal the fine",
        "Civil society → CESCR · Alternative report 2024",
        "partially-implemented getting better",
        "Assessed by the tracker's editors; not reviewed by any organisation. Assessment of 1 February 2026.",
        "The law was signed.",
        "Evidence 1",
        "progress",
        "Nobody. Repeal the fine. As recorded on 18 June 2026.",
        "Last change recorded on 2 February 2026.",
    ):
        assert sentence in said
    tree = lxml.html.document_fromstring(html)
    assert "https://news.example.org/1" in tree.xpath("//a/@href")
    assert tree.xpath("//a[.='Open in the tracker']/@href") == [f"{ORIGIN}/recommendation?id=r1&lang=en"]
    assert "editor-anna" not in said


def test_a_card_asks_nobody_for_anything(reading: Callable[..., Dataset]) -> None:
    tree = lxml.html.document_fromstring(render_card(question(reading({"r/r1": ASKED + FIRST}), "r1")).body)
    assert tree.xpath("//script | //img | //iframe | //link[@rel='stylesheet'] | //*[@onclick]") == []
    assert "url(http" not in tree.xpath("string(//style)")


def test_a_messenger_reads_title_description_and_picture(reading: Callable[..., Dataset]) -> None:
    files = {"r/r1": ASKED.replace("title: T", "title: {en: Repeal the fine, ru: Отменить штраф}") + FIRST + ASSESSED}
    found = tags(render_card(question(reading(files), "r1", lang="ru")).body)
    assert found["og:title"] == found["twitter:title"] == ["Отменить штраф"]
    assert found["og:description"] == found["description"] == found["twitter:description"]
    assert found["description"][0].startswith("partially-implemented, становится лучше. Оценка редакции трекера")
    assert found["og:type"] == ["article"]
    assert found["og:site_name"] == ["A small dataset"]
    assert found["og:url"] == [f"{ORIGIN}/r/r1?lang=ru"]
    assert found["og:image"] == found["twitter:image"] == [f"{ORIGIN}/r/r1.png?lang=ru"]
    assert (found["og:image:width"], found["og:image:height"]) == (["1200"], ["630"])
    assert found["og:image:alt"] == ["Отменить штраф. partially-implemented, становится лучше."]
    assert found["twitter:card"] == ["summary_large_image"]
    assert (found["og:locale"], found["og:locale:alternate"]) == (["ru_RU"], ["en_GB", "ky_KG"])
    assert found["article:modified_time"] == ["2026-02-02T12:00:00.000000Z"]
    assert found["canonical"] == [f"{ORIGIN}/r/r1?lang=ru"]
    assert {name: found[f"alternate {name}"] for name in ("en", "ru", "x-default")} == {
        "en": [f"{ORIGIN}/r/r1?lang=en"],
        "ru": [f"{ORIGIN}/r/r1?lang=ru"],
        "x-default": [f"{ORIGIN}/r/r1"],
    }


def test_every_language_has_a_locale() -> None:
    assert OPEN_GRAPH_LOCALES.keys() == LANGUAGES.keys()


def test_a_past_card_says_so_and_leads_search_engines_to_the_current_one(reading: Callable[..., Dataset]) -> None:
    asking = question(
        reading({"r/r1": ASKED + FIRST + ASSESSED}), "r1", as_of="2026-06-01", recorded="2026-01-15T00:00:00.000000Z"
    )
    html = render_card(asking).body
    found = tags(html)
    assert "Showing this page as it was published on 15 January 2026. See the current version" in words(html)
    assert "not-assessed" in words(html)
    tree = lxml.html.document_fromstring(html)
    assert tree.xpath("//a[.='See the current version']/@href") == [f"{ORIGIN}/r/r1?lang=en&as_of=2026-06-01"]
    assert tree.xpath('//a[.="See today\'s page"]/@href') == [f"{ORIGIN}/r/r1?lang=en"]
    assert found["og:url"] == [f"{ORIGIN}/r/r1?lang=en&as_of=2026-06-01&recorded=2026-01-15T00%3A00%3A00.000000Z"]
    assert found["description"][0].startswith("As of 1 June 2026. As recorded on 15 January 2026. not-assessed.")
    assert found["canonical"] == [f"{ORIGIN}/r/r1?lang=en"]
    assert found["article:modified_time"] == ["2026-01-01T12:00:00.000000Z"]


def test_what_stands_in_the_data_is_never_html(reading: Callable[..., Dataset]) -> None:
    bad = """'"><script>alert(1)</script><meta property="og:title" content="x">'"""
    files = {"r/r1": ASKED.replace("title: T", f"title: {bad}").replace("summary: S", f"summary: {bad}") + FIRST}
    html = render_card(question(reading(files), "r1")).body
    assert lxml.html.document_fromstring(html).xpath("//script") == []
    assert tags(html)["og:title"] == ['"><script>alert(1)</script><meta property="og:title" content="x">']


def test_a_retired_recommendation_leads_on_over_any_number_of_steps(reading: Callable[..., Dataset]) -> None:
    found = reading(
        {"r/r1": ASKED + FIRST + retired("r2"), "r/r2": ASKED + FIRST + retired("r3"), "r/r3": ASKED + FIRST}
    )
    answer = render_card(question(found, "r1", lang="ru"))
    assert (answer.status, answer.redirect_to) == (301, f"{ORIGIN}/r/r3?lang=ru")


def test_before_it_was_retired_it_is_shown(reading: Callable[..., Dataset]) -> None:
    found = reading({"r/r1": ASKED + FIRST + retired("r2"), "r/r2": ASKED + FIRST})
    assert render_card(question(found, "r1", recorded="2026-02-01T00:00:00.000000Z")).status == 200


@pytest.mark.parametrize(
    "files",
    [
        {"r/r1": ASKED + FIRST + retired()},
        {"r/r1": ASKED + FIRST + retired("r2"), "r/r2": ASKED + FIRST + retired("r1")},
        {"r/r1": ASKED + FIRST + retired("r1")},
        {"r/r1": ASKED + FIRST + retired("nobody")},
    ],
    ids=["alone", "in a circle", "into itself", "into nothing"],
)
def test_a_retired_recommendation_that_leads_nowhere_says_so(
    reading: Callable[..., Dataset], files: dict[str, str]
) -> None:
    answer = render_card(question(reading(files), "r1"))
    assert answer.status == 410
    assert "This recommendation is archived: it is kept but no longer counted. Twice in the list." in words(answer.body)


def test_an_unknown_recommendation_is_a_404_that_names_near_ones(reading: Callable[..., Dataset]) -> None:
    answer = render_card(question(reading({"r/cat-2021-12": CONCLUDED + FIRST}), "cat-2021-1"))
    assert answer.status == 404
    assert lxml.html.document_fromstring(answer.body).xpath("//main//li/a/@href") == [f"{ORIGIN}/r/cat-2021-12?lang=en"]
    assert "robots" in tags(answer.body) and "og:title" not in tags(answer.body)


HOSTILE = [
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "r1\n",
    "r1\0",
    "x" * 10_000,
    "%00",
    '"onload="',
    "r1'--",
    "ң",
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name[:12])
def test_a_hostile_id_is_a_404_without_a_trace_of_it(reading: Callable[..., Dataset], name: str) -> None:
    answer = render_card(question(reading({"r/r1": ASKED + FIRST}), name))
    assert answer.status == 404
    assert lxml.html.document_fromstring(answer.body).xpath("//script | //*[@onload]") == []
    assert len(answer.body) < 20_000 and b"\0" not in answer.body


def test_neutral_previews_say_the_name_of_the_dashboard_alone(reading: Callable[..., Dataset]) -> None:
    files = {"tracker": TRACKER + "neutral_previews: true\n", "r/r1": ASKED.replace("title: T", "title: Fine") + FIRST}
    html = render_card(question(reading(files), "r1")).body
    found = tags(html)
    assert lxml.html.document_fromstring(html).xpath("string(//title)") == "A small dataset"
    assert found["og:title"] == found["og:image:alt"] == found["twitter:title"] == ["A small dataset"]
    assert found["og:image"] == [f"{ORIGIN}/preview.png?lang=en"]
    assert {"description", "og:description", "twitter:description", "article:modified_time"}.isdisjoint(found)
    assert "Fine" not in str(found)
    assert "Fine" in words(html)


def test_the_biggest_shipped_card_is_light(dataset: Dataset) -> None:
    sizes = [
        len(gzip.compress(render_card(question(dataset, name, lang=code)).body, 6))
        for name in dataset.recommendations
        for code in LANGUAGES
    ]
    assert max(sizes) <= 15_000


def test_the_server_answers_with_cards_and_pictures(server: Callable[..., Server]) -> None:
    app = server(TRACKER_PUBLIC_URL=ORIGIN)
    status, headers, html = fetch(f"{app.url}/r/ngo-2024-r7?lang=ru", Host="evil.example.org")
    assert status == 200
    assert b"evil.example.org" not in html
    assert fetch(f"{app.url}/r/ngo-2024-r7?lang=ru", **{"If-None-Match": headers["etag"]})[0] == 304
    status, headers, png = fetch(f"{app.url}/r/ngo-2024-r7.png")
    assert (status, headers["content-type"], png[:4]) == (200, "image/png", b"\x89PNG")
    for address in ("/preview.png", "/preview.png?body=cat&status=../x&body=%00&q=%3Cb%3E"):
        assert fetch(app.url + address)[1]["content-type"] == "image/png"
    for name in HOSTILE:
        for address in (f"/r/{quote(name, safe='')}", f"/r/{quote(name, safe='')}.png"):
            status, _, body = fetch(app.url + address)
            assert 400 <= status < 500 or b"<script>alert" not in body, address
    for bad in ("as_of=%00", "recorded=../x", "as_of=" + "9" * 10_000):
        status, _, body = fetch(f"{app.url}/r/ngo-2024-r7?{bad}")
        assert status == 400 and "Write it as 2026-11-25." in words(body)
    status, _, body = fetch(f"{app.url}/r/ngo-2024-r7?lang=%3Cscript%3Ealert(1)%3C/script%3E")
    assert status == 200 and b"<script>" not in body
