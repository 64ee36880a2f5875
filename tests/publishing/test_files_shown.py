"""Attached files on pages, cards and in everything that leaves the dashboard: what is said before the download."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import pytest

from tests.support.form_pages import html, opening
from tests.support.public_file_examples import keep_file, keep_preview
from tests.support.small_dataset import ANNA, said
from tests.support.story_folder import ASKED, DOCUMENTS, NEWS, made
from tracker.editing.store import Store
from tracker.i18n import get_language
from tracker.model.events import Event
from tracker.model.permissions import READER
from tracker.model.vocabulary import EventType
from tracker.publishing.exports import json_api
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import Renderer
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.web.page_shell import render_permanent_link

ORIGIN = "https://tracker.example"
ATTACHED = "2026-02-01T09:00:00.000000Z"


@pytest.fixture
def root(tmp_path):
    """r1 with evidence that has a scan, attached in February, and a letter, withdrawn in March; the report has a PDF."""
    root = tmp_path / "data"
    caption = {"en": "The signed law", "ru": "Подписанный закон"}
    about = {"caption": caption, "language": "ru", "pages": "p. 4", "is_copy_of_link": True}
    scan = keep_file(root, b"scan", name="scan.pdf", **about, recorded=ATTACHED)
    keep_preview(root, scan, 800, 1100)
    gone = {"type": "withdrawn", "reason": "Wrong.", "recorded": "2026-03-01T09:00:00.000000Z"}
    letter = keep_file(root, b"letter", "docx", recorded=ATTACHED, name="letter.docx", events=[gone])
    report = keep_file(root, b"report", recorded=ATTACHED, name="the report.pdf")
    recorded = "recorded: 2026-01-03T09:00:00.000000Z"
    links = f"relevant_to: [{{recommendation: r1, effect: context, {recorded}}}]\n{recorded}\n"
    seen = "cycle: 4, issued: 2024, verification: seen"
    files = {
        "recommendations/r1.yaml": ASKED + "recorded: 2026-01-01T09:00:00.000000Z\n",
        "evidence/law.yaml": f"{NEWS}{links}files: {json.dumps([scan, letter])}\n",
        "documents.yaml": DOCUMENTS.replace(seen, f"{seen}, files: {json.dumps([report])}"),
    }
    return made(root, files)


def digest_of(root: Path, kind: str, number: int = 0) -> str:
    found = DatasetReader(root).read()
    files = found.documents["report"].files if kind == "report" else found.evidence["law"].files
    return files[number].sha256


def rendered(root: Path, render: Renderer, lang: str = "en", *, origin: str = ORIGIN, **past: object) -> bytes:
    found = DatasetReader(root).read()
    assert found.problems == ()
    view = View(found, date(2026, 11, 26), **past)  # type: ignore[arg-type]
    params = {"columns": ["id,files"]} if render is render_csv else {}
    language = get_language(lang, found.settings)
    return render(ViewRequest(view, language, Filters(), origin, "r1", params)).body


def lines(page: str | bytes) -> list[tuple[str, str]]:
    """(text, path of the link) of each file of a page."""
    tree = lxml.html.document_fromstring(page)
    found = tree.xpath("//ul[contains(concat(' ', @class, ' '), ' rt-attached ')]/li")
    return [
        (" ".join(li.text_content().split()), urlsplit(next(iter(li.xpath(".//a/@href")), "")).path) for li in found
    ]


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("en", "The signed law PDF · 2.3 MB · Russian · p. 4 · saved copy of the page"),
        ("ru", "Подписанный закон PDF · 2,3 МБ · русский · p. 4 · сохранённая копия страницы"),
    ],
)
def test_a_reader_sees_what_a_file_is_and_how_large_before_the_download(tmp_path, root, monkeypatch, lang, shown):
    path = root / "evidence" / "law.yaml"
    path.write_text(path.read_text().replace('"size": 4', '"size": 2345678'))
    digest = digest_of(root, "law")
    evidence = html(opening(tmp_path, monkeypatch, None)("evidence", READER, lang=lang))
    assert lines(evidence) == [(shown, f"/files/{digest}.pdf")]
    (image,) = lxml.html.document_fromstring(evidence).iter("img")
    told = [image.get(name) for name in ("src", "width", "height", "loading")]
    assert told == [f"/files/{digest}.preview.webp", "81", "112", "lazy"]
    assert image.get("alt") == get_language(lang).gettext("Preview of the file")
    page = rendered(root, render_permanent_link, lang)
    assert (shown, f"/files/{digest}.pdf") in lines(page)


def test_the_file_of_a_document_is_on_its_page_and_with_its_recommendations(tmp_path, root, monkeypatch):
    open_ = opening(tmp_path, monkeypatch, None)
    report = ("the report.pdf PDF · 1 kB", f"/files/{digest_of(root, 'report')}.pdf")
    assert lines(html(open_("treaty_bodies", READER))) == [report]
    page = html(open_("recommendation", READER, id="r1"))
    assert [path for _text, path in lines(page)] == [report[1], f"/files/{digest_of(root, 'law')}.pdf"]
    assert "no public link known" not in page
    assert report in lines(rendered(root, render_permanent_link))


def test_a_page_of_a_past_time_shows_the_files_of_then(root):
    def names(recorded: str) -> list[str]:
        return [text.partition(" ·")[0] for text, _ in lines(rendered(root, render_permanent_link, recorded=recorded))]

    assert names("2026-01-15T09:00:00.000000Z") == []
    assert names("2026-02-15T09:00:00.000000Z") == ["the report.pdf PDF", "The signed law PDF", "letter.docx DOCX"]
    assert names("2026-03-15T09:00:00.000000Z") == ["the report.pdf PDF", "The signed law PDF"]

    # what was withdrawn later is named on a past page, but not given out
    *_, letter = lines(rendered(root, render_permanent_link, recorded="2026-02-15T09:00:00.000000Z"))
    assert letter == ("letter.docx DOCX · 1 kB · withdrawn later, no longer given out", "")


@pytest.mark.parametrize(("origin", "path"), [(ORIGIN, "/files/"), ("http://127.0.0.1:8501", "")])
def test_a_snapshot_names_files_with_their_digest_and_leads_to_a_public_address_only(root, origin, path):
    page = rendered(root, render_snapshot, origin=origin)
    digest = digest_of(root, "law")
    sentence = f"The signed law (PDF, 1 kB, Russian, p. 4, saved copy of the page, SHA-256 {digest})"
    assert lines(page)[0] == (sentence, f"{path}{digest}.pdf" if path else "")
    assert list(lxml.html.document_fromstring(page).iter("img")) == []


def test_the_api_says_where_a_file_is_and_what_its_bytes_are(root):
    answer = json.loads(rendered(root, json_api.render_one))
    digest = digest_of(root, "law")
    (scan,) = answer["evidence"][0]["files"]
    assert scan.pop("caption")["ru"] == {"text": "Подписанный закон", "origin": "own", "reviewed": False}
    assert scan == {
        "sha256": digest, "kind": "pdf", "name": "scan.pdf", "size": 4, "language": "ru", "pages": "p. 4",
        "is_copy_of_link": True, "recorded": ATTACHED, "media_type": "application/pdf",
        "url": f"{ORIGIN}/files/{digest}.pdf",
    }  # fmt: skip
    (report,) = answer["document_details"]["files"]
    assert (report["name"], report["url"]) == ("the report.pdf", f"{ORIGIN}/files/{report['sha256']}.pdf")
    then = json.loads(rendered(root, json_api.render_one, recorded="2026-02-15T09:00:00.000000Z"))
    assert [file["url"] is None for file in then["evidence"][0]["files"]] == [False, True]


def test_a_file_that_is_withdrawn_is_gone_from_the_page_at_once(root):
    store = Store(DatasetReader(root, look_every=0))
    e = store.reader.read().evidence["law"]
    gone = replace(e.files[0], events=(Event(type=EventType.WITHDRAWN, reason=said("Wrong.")),))
    store.save(replace(e, files=(gone, *e.files[1:])), by=ANNA, reason="-")
    assert [text for text, _ in lines(rendered(root, render_permanent_link))] == ["the report.pdf PDF · 1 kB"]
