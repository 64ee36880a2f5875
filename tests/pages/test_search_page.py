"""The page of the search box shows what is in attached files: after the records, with the page and a link to it."""

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.file_texts import digest_of, evidence_with, write_text
from tests.support.form_pages import html, opening
from tests.support.small_dataset import ASKED, SHOWN
from tracker.model.permissions import READER

FILES = {
    "evidence/law.yaml": evidence_with("report.pdf", "table.xlsx", "letter.txt").replace(": S\n", ": A law\n"),
    "evidence/news.yaml": SHOWN.replace(": S\n", ": Zinc in the news\n"),
    "recommendations/news.yaml": ASKED.replace("title: T\n", "title: Read the news\n"),
}


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    # there are no sessions here
    monkeypatch.setattr("pages.shared.streamlit_internals.runtime", SimpleNamespace(exists=lambda: False))
    open_ = opening(tmp_path, monkeypatch, FILES)
    write_text(tmp_path / "data", "report.pdf", "", *["Zinc <b>pipes</b>"] * 5)
    write_text(tmp_path / "data", "table.xlsx", "other", "zinc")
    write_text(tmp_path / "data", "letter.txt", "Only this letter names manganese, nickel and zinc.")

    def shown(typed: str, lang: str = "en") -> str:
        deadline = time.monotonic() + 60
        page: AppTest = open_("search", READER, q=typed, lang=lang)
        while "rt-reading" in html(page) and time.monotonic() < deadline:
            time.sleep(0.05)
            page.run()
        assert page.exception == []
        return html(page)

    return shown


def test_files_come_after_records_with_page_excerpt_and_links(search):
    shown = search("zinc")
    parts = [
        'href="#rt-found-evidence">Evidence: 1</a>',
        'href="#rt-found-files">Attached files: 3</a>',
        "<mark>Zinc</mark> in the news",
        '<h2 id="rt-found-files">Attached files',
        'href="/evidence?lang=en#e-law">A law</a>',
        f'<a href="/files/{digest_of("report.pdf")}.pdf">In the file report.pdf</a>',
        f'<a href="/files/{digest_of("report.pdf")}.pdf#page=2">page 2</a>: <span><mark>Zinc</mark> &lt;b&gt;pipes&lt;/b&gt;',
        "and 2 more pages",
    ]
    positions = [shown.find(part) for part in parts]
    assert -1 not in positions, [part for part in parts if part not in shown]
    assert positions == sorted(positions)
    assert "sheet 2: <span><mark>zinc</mark>" in shown
    assert 'more">' not in shown


def test_a_word_that_only_a_file_has_is_named_as_such_in_the_language_of_the_reader(search):
    assert "Only attached files contain “manganese”." in search("manganese")
    assert "«manganese» есть только в приложенных файлах." in search("manganese", "ru")
    assert "Nothing is recorded here about “kryptonite”." in search("kryptonite")


def test_evidence_with_all_words_stands_before_recommendations_with_some(search):
    shown = search("zinc news")
    assert 0 < shown.index('id="rt-found-evidence"') < shown.index('id="rt-found-recommendations"')
    assert "With only some of the words:" in shown
