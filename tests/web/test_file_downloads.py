"""Attached files as browsers get them: the headers, parts of a file, and what is not given out."""

import hashlib
import json
import os
import re
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.asgi_client import Behind, answer, scope
from tests.support.public_file_examples import evidence_with, keep_file, keep_preview, lay_evidence
from tests.support.small_dataset import ANNA, DOCUMENTS, folder, said
from tracker.config import AnyPlace
from tracker.editing.store import Store
from tracker.model.events import Event
from tracker.model.vocabulary import EventType
from tracker.publishing.exports.data_package import answer_package, verify_package
from tracker.queries.view import View
from tracker.sandbox.host import ProcessBusy
from tracker.storage.cache_registry import clear_caches_repeatedly
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.file_cache import FileCache
from tracker.web.file_downloads import FileDownloadsMiddleware, PackageMiddleware, is_valid_range
from tracker.web.gates.request_checks import SecurityHeadersMiddleware, security_headers

PDF = b"%PDF-1.7 " + bytes(range(256)) * 1000
Headers = dict[str, str]


class Site:
    """The route on a data folder or a database, with the headers that every answer gets."""

    def __init__(self, root: AnyPlace, cache: FileCache | None = None) -> None:
        self.reader = DatasetReader(root, look_every=0)
        self.behind = Behind()
        files = FileDownloadsMiddleware(self.behind, root=root, view_now=self.view, cache=cache)
        self.app = SecurityHeadersMiddleware(files, headers=security_headers([]))

    def view(self) -> View:
        return View(self.reader.read(), date(2026, 11, 26))

    def get(self, name: str, *, method: str = "GET", **headers: str) -> tuple[int, Headers, bytes]:
        sent = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
        asked = scope(sent, path=f"/files/{name}", method=method) | {"asgi": {"spec_version": "2.4"}}
        status, got, body = answer(self.app, asked)
        return status, {key.decode(): value.decode() for key, value in got.items()}, body


@pytest.fixture
def site(tmp_path):
    """Evidence with a PDF that has a preview."""
    entry = keep_file(tmp_path, PDF, name="Отчёт «2024».pdf")
    keep_preview(tmp_path, entry)
    return Site(lay_evidence(tmp_path, entry))


DIGEST = hashlib.sha256(PDF).hexdigest()
NAME = f"{DIGEST}.pdf"


def test_a_file_is_a_download_with_its_name_and_nothing_of_it_runs(site):
    status, headers, body = site.get(NAME)
    assert (status, body) == (200, PDF)
    assert unquote(headers["content-disposition"]) == "attachment; filename*=UTF-8''Отчёт «2024».pdf"
    assert {name: headers[name] for name in headers.keys() - {"content-disposition", "last-modified"}} == {
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "content-length": str(len(PDF)),
        "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "content-type": "application/pdf",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "etag": f'"{DIGEST}"',
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
    }


def test_a_preview_is_an_image_in_the_page(site):
    status, headers, body = site.get(f"{DIGEST}.preview.webp")
    assert (status, headers["content-type"], body[:4], body[8:12]) == (200, "image/webp", b"RIFF", b"WEBP")
    assert ("content-disposition" in headers, headers["content-security-policy"].split(";")[0]) == (False, "sandbox")
    assert site.get(f"{DIGEST}.preview.webp", if_none_match=headers["etag"])[0] == 304


def test_head_says_the_same_without_the_bytes(site):
    status, headers, body = site.get(NAME, method="HEAD")
    assert (status, body) == (200, b"")
    assert headers == site.get(NAME)[1]


def test_who_has_the_file_gets_no_bytes(site):
    modified = site.get(NAME)[1]["last-modified"]
    for asked in ({"if_none_match": f'"x", "{DIGEST}"'}, {"if_modified_since": modified}):
        status, headers, body = site.get(NAME, **asked)
        assert (status, body, headers["etag"]) == (304, b"", f'"{DIGEST}"')
        assert headers["cache-control"] == "private, no-cache"
    assert site.get(NAME, if_none_match='"other"', if_modified_since=modified)[0] == 200


@pytest.mark.parametrize(
    ("asked", "status", "what", "body"),
    [
        ("bytes=0-3", 206, f"bytes 0-3/{len(PDF)}", PDF[:4]),
        ("bytes=100000-", 206, f"bytes 100000-{len(PDF) - 1}/{len(PDF)}", PDF[100000:]),
        ("bytes=4-999999999999", 206, f"bytes 4-{len(PDF) - 1}/{len(PDF)}", PDF[4:]),
        ("pages=1-2", 200, None, PDF),
        ("bytes=x-", 200, None, PDF),
        ("bytes=", 200, None, PDF),
        ("bytes=" + "9" * 5000 + "-", 200, None, PDF),
    ],
)
def test_a_download_can_be_continued_and_a_wrong_range_is_ignored(site, asked, status, what, body):
    got, headers, sent = site.get(NAME, range=asked)
    assert (got, headers.get("content-range")) == (status, what)
    assert body is None or sent == body
    assert headers["content-security-policy"].startswith("sandbox")


def test_only_a_client_with_the_same_file_continues_it(site):
    assert site.get(NAME, range="bytes=0-3", if_range=f'"{DIGEST}"')[0] == 206
    assert site.get(NAME, range="bytes=0-3", if_range='"other"')[0] == 200
    assert site.get(NAME, range="bytes=0-3", if_range=f'W/"{DIGEST}"')[0] == 200

    assert all(map(is_valid_range, ("bytes=0-0", "BYTES=1-, -5", "bytes=-0")))


OTHERS = [f"{DIGEST}{end}" for end in ("", ".PDF", ".docx", ".pdf/", ".pages.txt", ".pdf\n")]
OTHERS += ["", f"x/{NAME}", f"../files/{NAME}", "../tracker.yaml", "/etc/passwd", f"{'0' * 64}.pdf"]


@pytest.mark.parametrize("name", OTHERS)
def test_no_other_address_is_a_file(site, name):
    status, headers, body = site.get(name)
    assert (status, body, headers["cache-control"]) == (404, b"There is no such file.", "no-store")
    assert headers["content-security-policy"].startswith("sandbox")


def test_what_is_no_download_is_passed_on(site):
    assert site.get(NAME, method="POST")[0] == 299
    assert [asked["method"] for asked in site.behind.asked] == ["POST"]
    assert answer(site.app, scope(path="/files"))[0] == 299


def test_bytes_that_no_entry_names_are_not_given_out(site, tmp_path):
    left = keep_file(tmp_path, b"left behind")
    assert site.get(f"{left['sha256']}.pdf")[0] == 404


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    secret, root = tmp_path / "secret", tmp_path / "data"
    secret.write_bytes(b"secret")
    entry, inner = keep_file(root, b"secret"), keep_file(root, b"inner")
    path = root / "files" / f"{entry['sha256']}.pdf"
    path.unlink()
    path.symlink_to(secret)
    site = Site(lay_evidence(root, entry, inner))
    assert site.get(path.name)[0] == 404
    path.unlink()
    path.symlink_to(f"{inner['sha256']}.pdf")
    assert site.get(path.name)[0] == 200
    for make in (Path.mkdir, os.mkfifo):
        path.rmdir() if path.is_dir() else path.unlink()
        make(path)
        assert site.get(path.name)[0] == 404


def test_a_withdrawn_file_is_gone_and_that_of_archived_evidence_leads_to_what_is_said_of_it(site, tmp_path):
    store = Store(DatasetReader(tmp_path, look_every=0))
    e = store.reader.read().evidence["x"]
    withdrawn = replace(e.files[0], events=(Event(type=EventType.WITHDRAWN, reason=said("Wrong.")),))
    (e,) = store.save(replace(e, files=(withdrawn,)), by=ANNA, reason="-")
    for name in (NAME, f"{DIGEST}.preview.webp"):
        assert site.get(name)[::2] == (410, b"This file was withdrawn. It is no longer given out.")
    assert site.get(NAME, accept_language="ru")[2].decode().startswith("Этот файл отозван")
    restored = replace(e.files[0], events=(*e.files[0].events, Event(type=EventType.RESTORED, reason=said("Right."))))
    (e,) = store.save(replace(e, files=(restored,)), by=ANNA, reason="-")
    assert site.get(NAME)[0] == 200
    store.save(replace(e, events=(Event(type=EventType.RETIRED, reason=said("Twice.")),)), by=ANNA, reason="-")
    for name in (NAME, f"{DIGEST}.preview.webp"):
        status, headers, body = site.get(name)
        assert (status, headers["location"], body) == (303, "/evidence?id=x", b"")  # it says since when and why


def test_a_file_is_given_out_while_one_of_two_entries_counts(tmp_path):
    entry = keep_file(tmp_path, PDF)
    lay_evidence(tmp_path, entry)
    withdrawn = entry | {"events": [{"type": "withdrawn", "reason": "Wrong."}]}
    (tmp_path / "evidence" / "y.yaml").write_text(evidence_with(withdrawn))
    assert Site(tmp_path).get(NAME)[0] == 200


def test_a_file_is_gone_at_once_when_no_record_names_it(site, tmp_path):
    assert site.get(NAME)[0] == 200
    (tmp_path / "evidence" / "x.yaml").unlink()
    assert site.get(NAME)[0] == 404


def test_the_file_of_a_document_is_given_out(tmp_path):
    entry = keep_file(tmp_path, PDF)
    lay_evidence(tmp_path)
    files = f"verification: seen, files: [{json.dumps(entry)}]}}"
    (tmp_path / "documents.yaml").write_text(DOCUMENTS.replace("verification: seen}", files, 1))
    assert Site(tmp_path).get(NAME)[0] == 200


@pytest.mark.parametrize(
    ("name", "kind", "saved"),
    [
        ('a"b.pdf', "pdf", "a_b.pdf"),
        ("..\\..\\x.pdf", "pdf", "_.._x.pdf"),
        ("\u202efdp.exe", "pdf", "fdp.exe.pdf"),
        ("no extension", "docx", "no extension.docx"),
        ("Баяндама; № 1.txt", "txt", "Баяндама; № 1.txt"),
        ("я" * 400 + ".pdf", "pdf", "я" * 150 + ".pdf"),
    ],
)
def test_the_name_of_a_download_is_only_a_name(tmp_path, name, kind, saved):
    entry = keep_file(tmp_path, b"x", kind, name=name)
    site = Site(lay_evidence(tmp_path, entry))
    status, headers, _body = site.get(f"{entry['sha256']}.{kind}")
    shown = headers["content-disposition"]
    assert (status, unquote(shown)) == (200, f"attachment; filename*=UTF-8''{saved}")
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%._~-]+", shown)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("txt", "text/plain; charset=utf-8"),
        ("html", "application/octet-stream"),
    ],
)
def test_a_saved_web_page_is_never_called_one(tmp_path, kind, media_type):
    entry = keep_file(tmp_path, b"<script>alert(1)</script>", kind)
    headers = Site(lay_evidence(tmp_path, entry)).get(f"{entry['sha256']}.{kind}")[1]
    assert (headers["content-type"], headers["content-disposition"][:10]) == (media_type, "attachment")


def test_the_package_of_everything_is_made_once_for_a_version_and_sent_in_parts(tmp_path):
    place, runs = folder(tmp_path / "data", {}), []

    def run(job, values, **_):
        runs.append(job)
        return answer_package(b"", **values)

    reader = DatasetReader(place, look_every=0)

    def view() -> View:
        return View(reader.read(), date(2026, 11, 26))

    app = PackageMiddleware(
        Behind(), place=place, origin="https://x.example", view_now=view, cache=FileCache(tmp_path), run=run
    )

    def get(path="/all.zip", method="GET", **headers):
        sent = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
        asked = scope(sent, path=path, method=method) | {"asgi": {"spec_version": "2.4"}}
        status, got, body = answer(app, asked)
        return status, {key.decode(): value.decode() for key, value in got.items()}, body

    status, headers, body = get()
    assert (status, headers["content-type"], body[:2]) == (200, "application/zip", b"PK")
    (tmp_path / "got.zip").write_bytes(body)
    assert verify_package(tmp_path / "got.zip").faults == ()
    assert get(range="bytes=2-9")[::2] == (206, body[2:10])
    assert get(if_none_match=headers["etag"])[0] == 304
    assert (get(method="HEAD")[::2], get("/all.zipx")[0], len(runs)) == ((200, b""), 404, 1)
    (place / "documents.yaml").write_text("documents: []\n")
    assert (get()[2] != body, len(runs)) == (True, 2)
    clear_caches_repeatedly()
    assert (get()[0], len(runs)) == (200, 3)


def test_a_package_that_cannot_be_made_now_is_asked_for_again_later(tmp_path):
    def run(*_, **__):
        raise ProcessBusy("busy")

    reader = DatasetReader(folder(tmp_path / "data", {}))
    view = partial(View, reader.read(), date(2026, 11, 26))
    app = PackageMiddleware(Behind(), place=reader.root, origin="", view_now=view, cache=FileCache(tmp_path), run=run)
    status, headers, body = answer(app, scope(path="/all.zip"))
    assert (status, headers[b"retry-after"]) == (503, b"10") and b"try again" in body
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
