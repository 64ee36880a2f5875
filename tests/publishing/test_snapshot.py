"""The snapshot: one file with all that is public, read without a connection, a script or a server."""

import re
import subprocess
from base64 import b64encode
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml.html import HtmlElement, fromstring

from tests.support.command_line import run_command
from tests.support.small_dataset import folder
from tests.support.view_requests import BEFORE, CO, FILES, LATER, ask, small
from tracker.model.lifecycle import is_active
from tracker.publishing.pages import snapshot
from tracker.publishing.pages.snapshot import data_sha256, render_snapshot, snapshot_page
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.storage.dataset_reader import DatasetReader


def read(html: str) -> HtmlElement:
    return fromstring(html)


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def articles(html: str) -> dict[str, HtmlElement]:
    return {one.get("id"): one for one in read(html).iter("article")}


def part(article: HtmlElement, lang: str) -> str:
    """What an article says in one language."""
    return words(article.find(f"div[@lang='{lang}']"))


def test_the_shipped_data_fit_a_phone_with_every_recommendation_in_both_languages(dataset):
    html = snapshot_page(ask(dataset, "ru"))
    found, text = articles(html), words(read(html))
    # evidence that bears on nothing is there too
    assert all(" ".join(e.summary["en"].text.split()) in text for e in dataset.evidence.values())
    # a tenth more than a recommendation has today in three languages, with its evidence and its part of the rest
    assert len(html.encode()) < 20_000 * len(found)
    assert sorted(found) == sorted(dataset.recommendations)
    for r in dataset.recommendations.values():
        for lang in ("en", "ru"):
            said = part(found[r.id], lang)
            assert " ".join(r.title[lang].text.split()) in said and " ".join(r.summary[lang].text.split()) in said
            standing = [a for a in r.assessments if is_active(a, None)]
            assert all(" ".join(a.reason[lang].text.split()) in said for a in standing if a.reason.get(lang))
            bearing = [e for e in dataset.evidence.values() if any(b.recommendation == r.id for b in e.relevant_to)]
            assert all(" ".join(e.summary[lang].text.split()) in said for e in bearing)


def test_the_three_voices_stand_side_by_side_with_their_evidence(tmp_path):
    html = snapshot_page(ask(small(tmp_path, *FILES)))
    assert "editor-" not in html, "a handle leaves the dashboard"
    said = part(articles(html)["x"], "en")
    assert re.search(
        r"Editors of this tracker Assessed by .* any organisation\. not-implemented getting worse .* Closed\. The State implemented .* All is done\.",
        said,
    )
    assert "The committee A committee grades only its own recommendations." in said
    assert "Закон setback · law · text of a law · Парламент · source read A law. happened: 31 January 2025" in said


def test_what_was_said_before_stays_in_the_file(tmp_path):
    data = small(tmp_path, ("r/x", LATER), *FILES[1:])
    said = part(articles(snapshot_page(ask(data)))["x"], "en")
    assert said.index("Opened again.") < said.index("Said before") < said.index("Closed.")


def test_the_language_asked_for_comes_first_and_is_the_one_that_is_shown(tmp_path):
    html = read(snapshot_page(ask(small(tmp_path, *FILES), "ru")))
    assert (html.get("lang"), html.xpath("//fieldset//input[@checked]/@id")[0]) == ("ru", "RT-in-ru")
    assert [one.get("lang") for one in html.find(".//article").findall("div")] == ["ru", "en"]


@pytest.mark.parametrize(
    ("params", "ids", "says"),
    [
        ({}, ["x", "y"], None),
        ({"id": ["y", "nothing"]}, ["y"], "Selected"),
        ({"status": ["not-implemented"], "body": ["cescr"]}, ["x"], "CESCR; not-implemented"),
        ({"q": ["programme"]}, ["x"], "“programme”"),
        ({"body": ["cat"]}, [], "CAT"),
    ],
)
def test_a_selection_holds_what_was_selected_and_says_so(tmp_path, params, ids, says):
    html = snapshot_page(ask(small(tmp_path, *FILES), **params))
    assert sorted(articles(html)) == ids
    banners = [words(one) for one in read(html).xpath("//div[@lang='en']/*[@class='rt-banner']")]
    assert banners == ([f"A selection, not all data: {says}"] if says else [])


def test_the_past_is_shown_as_it_was_and_leads_to_now(tmp_path):
    data = small(tmp_path, ("r/x", LATER), *FILES[1:])
    html = read(snapshot_page(ask(data, recorded=BEFORE, id=["x"])))
    assert "Opened again." not in words(html)
    banner = html.xpath("//div[@lang='en']/*[@class='rt-banner']")[0]
    assert words(banner).startswith("Showing this page as it was published on 5 January 2026, 12:00 (UTC).")
    assert banner.xpath("a/@href") == ["https://tracker.example/snapshot.html?id=x&lang=en"]
    earlier = words(read(snapshot_page(ask(data, as_of=date(2025, 1, 1)))))
    assert "Showing only what is dated on or before 1 January 2025" in earlier


def test_a_dashboard_without_a_public_address_is_not_linked(tmp_path):
    asked = ask(small(tmp_path, *FILES))
    assert "https://tracker.example/r/x?lang=en" in snapshot_page(asked)
    assert "127.0.0.1" not in snapshot_page(replace(asked, origin="http://127.0.0.1:8501"))


def test_the_policy_lets_nothing_in_but_the_script_inside(tmp_path):
    html = snapshot_page(ask(small(tmp_path, *FILES)))
    script = re.findall("<script>(.*?)</script>", html, re.S)
    allowed = b64encode(sha256(script[0].encode()).digest()).decode()
    policy = unescape(re.search('Security-Policy" content="([^"]*)"', html)[1])
    assert len(script) == 1 and "eval(" not in script[0]
    assert policy.startswith("default-src 'none'; ") and f"script-src 'sha256-{allowed}'" in policy


def test_a_person_finds_the_checksum_of_the_data_by_hand(tmp_path):
    data = small(tmp_path, *FILES)
    (tmp_path / "notes.yaml").write_text("not data")
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "x.yaml").write_text("not data")
    command = snapshot.checksum_command(data)
    by_hand = subprocess.run(command, cwd=tmp_path, shell=True, check=True, capture_output=True, text=True).stdout
    assert by_hand.split()[0] == data_sha256(data)
    html = read(snapshot_page(ask(data)))
    assert [words(code) for code in html.xpath("//footer//code")] == [command, data_sha256(data)]


def test_the_checksum_changes_with_a_byte_and_with_the_name_of_a_file(tmp_path):
    reader = DatasetReader(folder(tmp_path, {"r/y": CO}), look_every=0)
    sums = [data_sha256(reader.read())]
    path = tmp_path / "recommendations" / "y.yaml"
    path.write_text(CO + "# seen again\n")
    sums.append(data_sha256(reader.read()))
    path.rename(path.with_name("z.yaml"))
    sums.append(data_sha256(reader.read()))
    path.with_name("z.yaml").rename(path)
    path.write_text(CO)
    assert data_sha256(reader.read()) == sums[0] and len(set(sums)) == 3


def test_what_is_too_large_for_a_phone_is_not_made_but_the_command_line_makes_it(dataset):
    page = snapshot_page(ask(dataset))
    assert render_snapshot(ask(dataset)).body.decode() == page
    assert len(page.encode()) < snapshot.MAX_SNAPSHOT_BYTES
    with pytest.raises(snapshot.SnapshotTooLarge):
        snapshot_page(ask(dataset), most=60_000)


def test_of_what_is_too_large_each_link_leads_to_fewer_and_none_to_none(dataset, monkeypatch):
    lang = "ru"
    monkeypatch.setattr(snapshot, "MAX_SNAPSHOT_BYTES", 10)
    request = ask(dataset, lang, by=["civil-society"])
    page = read(render_snapshot(request).body.decode())
    assert page.findtext(".//h1") == "Выберите снимок поменьше"
    every = len(filter_recommendations(request.view, request.filters, lang))
    items = page.findall(".//main//li")
    assert items
    for item in items:
        link, count = item.find("a").get("href"), int(item.findtext("span").strip("()"))
        params = parse_qs(urlsplit(link).query)
        found = filter_recommendations(request.view, Filters.from_params(request.view, params), lang)
        assert (params["by"], params["lang"], len(found)) == (["civil-society"], [lang], count)
        assert 0 < count < every
    assert all("by=civil-society" in a.get("href") for a in page.findall(".//nav//a"))


# The command line.


def run(*arguments: str, cwd: Path, **settings: str) -> tuple[int, str, str]:
    return run_command("snapshot", *arguments, settings={"TRACKER_DATA": str(cwd / "data")} | settings, cwd=cwd)


@pytest.fixture
def place(tmp_path) -> Path:
    folder(tmp_path / "data", dict(FILES))
    return tmp_path


def test_a_snapshot_is_written_without_a_server(place):
    data = DatasetReader(place / "data").read()
    code, printed, complaint = run("s.html", "--lang", "ru", cwd=place, TRACKER_PUBLIC_URL="https://tracker.example")
    assert (code, printed, complaint) == (0, f"s.html: SHA-256 of the data {data_sha256(data)}\n", "")
    assert sorted(articles((place / "s.html").read_text("utf-8"))) == ["x", "y"]
    assert [path.name for path in place.iterdir() if path.name != "data"] == ["s.html"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["s.txt"], "s.txt: the name of a snapshot ends in .html.\n"),
        (["no/no/s.html"], "no/no/s.html cannot be written"),
        (["s.html", "--as-of", "soon"], "--as-of: This date cannot be read: soon. Write it as 2026-11-25.\n"),
        (["s.html", "--lang", "xx"], "invalid choice: 'xx'"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_leaves_the_old_file(place, arguments, complaint):
    (place / "s.html").write_text("old")
    code, printed, complained = run(*arguments, cwd=place, TRACKER_DATA=str(place / "data"))
    assert (code, printed) == (2, "")
    assert complaint in complained and "Traceback" not in complained
    assert (place / "s.html").read_text() == "old"
