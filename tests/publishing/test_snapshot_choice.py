"""A snapshot that would be too large for a phone: the dashboard offers smaller ones, the command line writes it all the same."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest

from tracker.i18n import get_language
from tracker.model.dataset import Dataset
from tracker.publishing.pages import snapshot
from tracker.publishing.pages.snapshot import SnapshotTooLarge, render_snapshot, snapshot_page
from tracker.publishing.request import ViewRequest
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.view import View


def asked(dataset: Dataset, lang: str = "en", **params: list[str]) -> ViewRequest:
    view = View(dataset, date(2026, 6, 1))
    return ViewRequest(
        view, get_language(lang), Filters.from_params(view, params), "https://tracker.example", params=params
    )


def test_what_a_phone_opens_is_made(dataset):
    page = render_snapshot(asked(dataset)).body
    assert len(page) < snapshot.MAX_SNAPSHOT_BYTES
    assert page.decode() == snapshot_page(asked(dataset))


def test_what_is_larger_is_not_made_but_the_command_line_makes_it(dataset):
    with pytest.raises(SnapshotTooLarge):
        snapshot_page(asked(dataset), most=60_000)
    assert "</html>" in snapshot_page(asked(dataset))


def test_each_link_leads_to_fewer_and_none_to_none(dataset, monkeypatch):
    lang = "ru"
    monkeypatch.setattr(snapshot, "MAX_SNAPSHOT_BYTES", 10)
    request = asked(dataset, lang, by=["civil-society"])
    page = lxml.html.document_fromstring(render_snapshot(request).body.decode())
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
    others = {a.get("href") for a in page.findall(".//nav//a")}
    assert all("by=civil-society" in href for href in others)
