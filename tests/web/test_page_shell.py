"""What the HTML of a page tells beside what it shows: its title, its preview, the scripts that it loads."""

from collections.abc import Callable
from datetime import date

import lxml.html
import pytest

from tests.support.permanent_links import ASSESSED, FIRST, ORIGIN, question, tags
from tests.support.small_dataset import ASKED, CONCLUDED, TRACKER
from tracker.i18n import LANGUAGES, get_language
from tracker.model.dataset import Dataset
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.safety.redaction.terms import replacement_text
from tracker.web.page_shell import asset_url, render_page, render_shell

INDEX = (
    '<html lang="en"><head><link rel="icon" href="./favicon.png"><title>Streamlit</title></head><body></body></html>'
)
OURS = [asset_url(name) for name in ("app.js", "last_visit.js")]
BAD = "\"./x'></title><script>alert(1)</script><title>\\1 </head>"


Reading = Callable[..., Dataset]


def told(found: Dataset, path: str, **params: str) -> tuple[str, dict[str, list[str]]]:
    """(title, tags) of a reader's page, as a parser reads them."""
    html = shown(found, path, **params)
    return lxml.html.document_fromstring(html).xpath("string(//title)"), tags(html)


def shown(found: Dataset, path: str, **params: str) -> str:
    asking = question(found, "", **params)
    return render_page(asking, READER_PAGES[path].render(asking)).decode()


def test_a_filtered_list_previews_what_it_shows(reading: Reading) -> None:
    files = {"r/r1": ASKED + FIRST + ASSESSED, "r/r2": CONCLUDED + FIRST, "r/r3": CONCLUDED + FIRST}
    title, found = told(reading(files), "/recommendations", body="cescr", sort="title", unknown="<x>")
    assert title == "Recommendations: CESCR · A small dataset"
    assert found["og:type"] == ["website"]
    assert found["description"] == [
        "Civil society: 1 recommendation (partially-implemented: 1). Committees: 2 recommendations (not-assessed: 2)."
    ]
    assert found["canonical"] == found["og:url"] == [f"{ORIGIN}/recommendations?body=cescr&sort=title&lang=en"]
    assert found["og:image"] == [f"{ORIGIN}/preview.png?body=cescr&lang=en"]
    assert found["alternate x-default"] == [f"{ORIGIN}/recommendations?body=cescr&sort=title"]


def test_words_that_somebody_searched_for_are_not_our_words(reading: Reading) -> None:
    files = {"r/r1": ASKED.replace("title: T", "title: Buy gold here") + FIRST}
    title, found = told(reading(files), "/recommendations", q="buy gold here")
    assert (title, found["og:title"]) == ("Recommendations · A small dataset", ["Recommendations"])
    assert "description" not in found
    assert found["og:url"] == [f"{ORIGIN}/recommendations?q=buy+gold+here&lang=en"]


def test_neutral_shells_say_the_name_of_the_dashboard_alone(reading: Reading) -> None:
    files = {"tracker": TRACKER + "neutral_previews: true\n", "r/r1": ASKED.replace("title: T", "title: Fine") + FIRST}
    for path, params in (("/recommendation", {"id": "r1"}), ("/recommendations", {"status": "not-assessed"})):
        title, found = told(reading(files), path, **params)
        assert (title, found["og:title"]) == ("A small dataset", ["A small dataset"])
        assert found["og:image"] == [f"{ORIGIN}/preview.png?lang=en"]
        assert "description" not in found and "Fine" not in str(found)


def test_what_stands_in_the_data_is_never_html(reading: Reading) -> None:
    quoted = BAD.replace("'", "''")
    hostile = ASKED.replace("title: T", f"title: '{quoted}'").replace("summary: S", f"summary: '{quoted}'")
    files = {"r/r1": hostile + FIRST}
    title, found = told(reading(files), "/recommendation", id="r1")
    assert title == f"{BAD} · A small dataset"
    assert found["og:title"] == [BAD]
    html = lxml.html.document_fromstring(shown(reading(files), "/recommendation", id="r1"))
    assert html.xpath("//script/@src") == OURS


def test_a_language_is_one_row_and_a_catalog(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, "kk", "Қазақша")
    found = reading({"r/r1": ASKED + FIRST + ASSESSED})
    for path in READER_PAGES:
        html = lxml.html.document_fromstring(shown(found, path, id="r1", q="law", lang="kk"))
        assert html.get("lang") == "kk" and html.xpath("//a[@lang='ru']"), path
    assert told(found, "/recommendation", id="r1", lang="kk")[1]["og:locale"] == ["kk_KZ"]
    assert "Choose files" in render_shell(INDEX, get_language("kk"), "Edit")
    assert replacement_text("kk", date(2026, 1, 1)) == "(removed for safety 2026-01-01)"


def test_the_page_of_an_editor_says_where_its_server_is_before_streamlit_starts() -> None:
    index = INDEX.replace("</head>", '<script type="module" src="./static/js/index.js"></script></head>')
    html = lxml.html.document_fromstring(render_shell(index, get_language("en"), "Edit", body="<p>One</p>"))
    scripts = [*OURS, asset_url("live.js"), asset_url("charts.js"), "/static/js/index.js"]
    assert (html.xpath("//script/@src"), html.xpath("string(//div[@id='rt-served'])")) == (scripts, "One")
