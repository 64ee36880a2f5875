"""Retired A into B, B into C: card, API and page answer alike, with C."""

import pytest

from tests.support.form_pages import html, opening
from tests.support.small_dataset import ASKED, dataset
from tests.support.view_requests import ask
from tracker.publishing.exports import json_api
from tracker.publishing.pages.card import render_card


def retired_into(successor: str) -> str:
    return ASKED + f"events: [{{type: retired, into: {successor}, recorded: 2026-02-01T12:00:00.000000Z}}]\n"


CHAIN = {"r/a": retired_into("b"), "r/b": retired_into("c"), "r/c": ASKED}


@pytest.fixture
def chained(tmp_path):
    return dataset(tmp_path, CHAIN)


def test_the_view_follows_the_chain_to_its_end(chained):
    view = ask(chained).view
    assert [view.successor_of(name) for name in ("a", "b", "c", "nowhere")] == ["c", "c", "c", None]


def test_a_circle_has_no_end(tmp_path):
    view = ask(dataset(tmp_path, {"r/a": retired_into("b"), "r/b": retired_into("a")})).view
    assert view.successor_of("a") is None


def test_card_and_api_redirect_to_the_end(chained):
    card, api = render_card(ask(chained, one="a")), json_api.render_one(ask(chained, one="a"))
    assert [(one.status, one.redirect_to.partition("?")[0].rpartition("/")[2]) for one in (card, api)] == [
        (301, "c"),
        (301, "c.json"),
    ]


def test_the_page_links_to_the_end(tmp_path, monkeypatch):
    files = {f"recommendations/{name[2:]}.yaml": text for name, text in CHAIN.items()}
    page = opening(tmp_path, monkeypatch, files)("recommendation", id="a")
    assert "/recommendation?id=c&amp;" in html(page)
