"""`export all.zip`: all public data with the attached files, as a bag, and nothing else."""

import csv
import hashlib
import html
import io
import json
import os
import re
import tracemalloc
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import run_command
from tests.support.crash_simulation import crashed
from tests.support.package_files import PDF, PDF_DIGEST, attach_to, contents, packed, report, store_in
from tests.support.small_dataset import ANNA, ASKED
from tests.support.view_requests import ask
from tracker.model.errors import TrackerError
from tracker.model.events import Event
from tracker.model.vocabulary import EventType, Issuer
from tracker.publishing.exports import data_package
from tracker.publishing.exports.data_package import verify_package
from tracker.queries.overview_summary import summarize
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

SHIPPED = Path("data").absolute()
FILES = [f"data/files/{PDF_DIGEST}.{end}" for end in ("pages.txt", "pdf", "preview.webp")]
DATA = [f"data/{name}.yaml" for name in ("documents", "evidence/x", "evidence/y")] + FILES
TABLES = [f"tables/{name}.csv" for name in ["recommendations", "assessments", "evidence", "documents", "deadlines"]]
TABLES.append("datapackage.json")
DATA += [f"data/{name}.yaml" for name in ("recommendations/r1", "tracker", "treaty_bodies")]


@pytest.fixture
def store(tmp_path):
    """A data folder in which evidence x has a PDF."""
    store = store_in(tmp_path / "data")
    attach_to(store, "x", report())
    return store


@pytest.fixture
def package(store, tmp_path) -> Path:
    packed(store.root, tmp_path / "all.zip")
    return tmp_path / "all.zip"


def test_the_package_has_the_data_the_files_and_a_page_to_read(package, store):
    tags = ["bagit.txt", "index.html", "README.txt", *TABLES, "bag-info.txt", "manifest-sha256.txt"]
    assert list(contents(package)) == [*tags[:-2], *DATA, *tags[-2:], "tagmanifest-sha256.txt"]
    for name in FILES:
        assert contents(package)[name] == (store.root / name.removeprefix("data/")).read_bytes()


def settle_and_confirm(store):
    """Data in which every place that has a handle has one, with a comment and what is dangerous here."""
    (store.root / "safety.yaml").write_text("words: {not-a-name: [zqxsecret]}\n")
    (store.root / "recommendations" / "r1.yaml").write_text(f"# by editor-zqx\n{ASSESSED}")
    (store.root / "evidence" / "y.yaml").write_text("broken: [editor-zqx")


ASSESSED = f"""{ASKED}assessments:
  - {{voice: civil-society, status: not-implemented, date: 2026-01, reason: It did not happen., organisation: editors,
     recorded: 2026-01-31T12:00:00.000001Z, recorded_by: editor-zqx,
     events: [{{type: confirmed, recorded: 2026-01-31T12:00:00.000002Z, recorded_by: reviewer-zqx}}]}}
recorded: 2026-01-31T12:00:00.000000Z
recorded_by: editor-zqx
history:
  - {{recorded: 2026-01-31T12:00:00.000003Z, recorded_by: editor-zqx, reason: A slip., field: title,
     old: "x: {{recorded_by: editor-zqx, received_sha256: zqx}}"}}
"""


def test_what_is_handed_out_names_no_editor_and_says_nothing_of_what_is_dangerous(store, tmp_path):
    settle_and_confirm(store)
    said = packed(store.root, tmp_path / "all.zip")
    assert said[-1] == "Data files left out, because they cannot be opened: 1"
    inside = contents(tmp_path / "all.zip")
    assert [name for name, raw in inside.items() if b"zqx" in raw or b"editor-anna" in raw] == []
    assert (set(DATA) - inside.keys(), "data/safety.yaml" in inside) == ({"data/evidence/y.yaml"}, False)
    assert b'recorded_by is "not-given"' in inside["README.txt"]
    assert verify_package(tmp_path / "all.zip").faults == ()
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        archive.extractall(tmp_path)
    unpacked = tmp_path / "recommendation-tracker" / "data"
    (store.root / "evidence" / "y.yaml").unlink()
    assert check_folder(unpacked) == check_folder(store.root) == []
    before, after = (DatasetReader(root).read() for root in (store.root, unpacked))
    assert after.evidence["x"].files[0].sha256 == PDF_DIGEST
    (a,), (b,) = (data.recommendations["r1"].assessments for data in (before, after))
    assert replace(b, recorded_by=a.recorded_by, events=a.events) == a
    assert (b.recorded_by, b.events[0].recorded_by) == ("not-given", "not-given-2")


HEADER = "# yaml-language-server: $schema=../schema/recommendation.json\n"
HANDED_IN = "summary:\n  en: >-\n    In two\n    lines.\nrecorded_by: {by}\n"


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (HEADER, True),
        (f"{HEADER}# by editor-zqx\n", False),
        (f"{HEADER}%TAG !zqx! tag:zqx\n---\n", False),
        ("", False),
    ],
    ids=["as the dashboard writes it", "a comment", "a directive", "another first line"],
)
def test_only_a_file_in_which_nothing_can_be_hidden_goes_into_a_package_with_its_own_lines(before, kept):
    raw = (before + HANDED_IN.format(by="editor-zqx")).encode()
    given = data_package._file_without_handles("recommendations/r1.yaml", raw)
    assert b"zqx" not in given
    assert (given == (HEADER + HANDED_IN.format(by="not-given")).encode()) is kept


def test_a_package_for_the_archive_has_everything_and_says_so_in_its_name(store, tmp_path):
    settle_and_confirm(store)
    settings = {"TRACKER_DATA": str(store.root), "TRACKER_STATE": str(tmp_path / "state")}
    code, _, err = run_command("export", str(tmp_path / "all.zip"), "--for-archive", settings=settings)
    assert (code, err.rpartition(": ")[2]) == (2, f"{tmp_path}/all-for-archive.zip\n")
    assert run_command("export", str(tmp_path / "all.csv"), "--for-archive", settings=settings)[0] == 2
    assert list(tmp_path.glob("all*")) == []
    named = tmp_path / "all-for-archive.zip"
    assert run_command("export", str(named), "--for-archive", settings=settings)[0] == 0
    inside = contents(named)
    for name in (*DATA, "data/safety.yaml"):
        assert inside[name] == (store.root / name.removeprefix("data/")).read_bytes()
    assert b"Do not hand it out" in inside["README.txt"]
    assert verify_package(named).faults == ()


def test_the_bag_says_what_it_is_and_lists_the_digest_of_every_file(package):
    inside = contents(package)
    assert inside["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    size = sum(len(inside[name]) for name in DATA)
    assert inside["bag-info.txt"].decode() == (
        "Source-Organization: Nobody\nExternal-Description: A small dataset\n"
        f"Last-Recorded: 2026-01-31T12:00:01.000000Z\nPayload-Oxum: {size}.{len(DATA)}\n"
    )
    tags = ["bagit.txt", "index.html", "README.txt", *TABLES, "bag-info.txt", "manifest-sha256.txt"]
    for manifest, names in (("manifest-sha256.txt", DATA), ("tagmanifest-sha256.txt", tags)):
        lines = "".join(f"{hashlib.sha256(inside[name]).hexdigest()}  {name}\n" for name in names)
        assert inside[manifest].decode() == lines


def test_the_same_data_give_the_same_bytes(package, store, tmp_path):
    for path in store.root.rglob("*"):
        os.utime(path, (1, 1))
    other = tmp_path / "other.zip"
    request = ask(DatasetReader(store.root).read())
    data_package.write_data_package(other, replace(request, view=replace(request.view, today=date(2031, 1, 1))))
    assert other.read_bytes() == package.read_bytes()
    with zipfile.ZipFile(package) as archive:
        assert {(entry.date_time[0], entry.compress_type) for entry in archive.infolist()} == {(1980, 0)}


def test_what_nobody_names_what_was_withdrawn_and_what_is_no_data_stays_out(store, tmp_path):
    attach_to(store, "x", report(b"%PDF withdrawn"))
    attach_to(store, "y", report(b"%PDF of retired evidence"))
    dataset = store.reader.read(fresh=True)
    x, y = dataset.evidence["x"], dataset.evidence["y"]
    gone = replace(x.files[1], events=(Event(type=EventType.WITHDRAWN),))
    retired = replace(y, events=(Event(type=EventType.RETIRED),))
    store.save(replace(x, files=(x.files[0], gone)), retired, by=ANNA, reason="No longer.")
    (store.root / "private").mkdir()
    no_data = "files/.x.new notes.txt evidence/.y.yaml.new .lock .redacted private/z.yaml"
    for name in (f"files/{'c' * 64}.pdf", *no_data.split()):
        (store.root / name).write_bytes(b"CANARY")
    (tmp_path / "secret.yaml").write_bytes(b"CANARY")
    (store.root / "evidence" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    said = packed(store.root, tmp_path / "all.zip")
    assert [name for name in contents(tmp_path / "all.zip") if name.startswith("data/")] == DATA
    raw = (tmp_path / "all.zip").read_bytes()
    assert [word for word in (b"CANARY", b"%PDF of", b"%PDF withdrawn") if word in raw] == []
    assert said[-1] == "Data files left out, because they cannot be opened: 1"


def test_the_page_leads_to_files_that_are_there_and_shows_text_as_text(store, tmp_path):
    attach_to(store, "y", report(b"%PDF-1.7 other", "<script>alert(1)</script>.pdf"))
    packed(store.root, tmp_path / "all.zip")
    inside = contents(tmp_path / "all.zip")
    page = inside["index.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.pdf" in page
    links = [html.unescape(link) for link in re.findall(r"(?:href|src)=\"([^\"]+)\"", page)]
    own = [link for link in links if not link.startswith("https://")]
    assert set(FILES) < set(own)
    assert [link for link in own if link not in inside] == []
    assert "default-src 'none'" in html.unescape(page)


def test_a_file_that_is_missing_is_left_out_and_named(store, tmp_path):
    (store.root / "files" / f"{PDF_DIGEST}.pdf").write_bytes(PDF.swapcase())
    said = packed(store.root, tmp_path / "all.zip")
    assert said[1] == "Left out, because it is missing or was changed: report.pdf (x)"
    inside = contents(tmp_path / "all.zip")
    assert [name for name in inside if "files/" in name] == []
    assert "report.pdf: this file is not in the package" in inside["index.html"].decode()


def changing(monkeypatch, times, change):
    """Call `change` after the package was written, `times` times, as if somebody saved meanwhile."""
    write, calls = data_package._write_bag, []

    def write_and_change(*arguments):
        written = write(*arguments)
        calls.append(1)
        if len(calls) <= times:
            change()
        return written

    monkeypatch.setattr(data_package, "_write_bag", write_and_change)
    return calls


def test_data_that_change_meanwhile_are_packed_anew(store, tmp_path, monkeypatch):
    calls = changing(monkeypatch, 1, lambda: attach_to(store, "y", report(b"%PDF second", "second.pdf")))
    packed(store.root, tmp_path / "all.zip")
    assert len(calls) == 2
    assert b"second.pdf" in contents(tmp_path / "all.zip")["data/evidence/y.yaml"]
    calls = changing(monkeypatch, 1, lambda: (store.root / ".redacted").write_text("2026-11-26"))
    packed(store.root, tmp_path / "all.zip")
    assert len(calls) == 2, "a redaction was not noticed"


def test_data_that_keep_changing_leave_the_old_package(store, tmp_path, monkeypatch):
    target = tmp_path / "all.zip"
    target.write_bytes(b"old")
    numbers = iter(range(99))
    changing(monkeypatch, 99, lambda: attach_to(store, "y", report(b"%%PDF %d" % next(numbers))))
    with pytest.raises(TrackerError, match=r"The data changed while .*all\.zip was written\. Nothing was written"):
        packed(store.root, target)
    assert (target.read_bytes(), [path.name for path in tmp_path.glob(".*")]) == (b"old", [])


def test_a_package_is_written_in_parts(store, tmp_path):
    for number in range(3):
        attach_to(store, "y", report(bytes([number]) * 20_000_000))
    tracemalloc.start()
    packed(store.root, tmp_path / "all.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "all.zip").stat().st_size > 60_000_000
    assert peak < 15_000_000


def test_a_crash_leaves_the_old_package_or_the_new_one(store, tmp_path):
    target, at, ended_early = tmp_path / "all.zip", 0, True
    target.write_bytes(b"old")
    while ended_early:
        at += 1
        ended_early, _ = crashed(lambda: packed(store.root, target), at, tmp_path)
        assert target.read_bytes() == b"old" or list(contents(target))[9:-3] == DATA
    assert at > 3
    assert zipfile.is_zipfile(target)


def test_the_command_writes_a_package_that_the_command_verifies_without_the_data(store, tmp_path):
    settings = {"TRACKER_DATA": str(store.root), "TRACKER_STATE": str(tmp_path / "state")}
    package = tmp_path / "all.zip"
    exported = run_command("export", str(package), settings=settings)
    told = f"9 files, 0.0 MB. SHA-256 of the package: {hashlib.sha256(package.read_bytes()).hexdigest()}\n"
    assert exported == (0, f"{package}: {told}", "")
    nowhere = {"TRACKER_DATA": str(tmp_path / "none"), "TRACKER_STATE": str(tmp_path / "state")}
    assert run_command("verify", str(package), settings=nowhere) == (0, f"{package}: complete: {told}", "")


def read_as_a_stranger(package: Path) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    """Return (datapackage.json, name of a table → rows), with nothing but what every Python has."""
    inside = contents(package)
    about = json.loads(inside["datapackage.json"])
    texts = {one["name"]: io.StringIO(inside[one["path"]].decode(), newline="") for one in about["resources"]}
    return about, {name: list(csv.DictReader(text)) for name, text in texts.items()}


FITS = {
    "integer": lambda cell, _: re.fullmatch("-?[0-9]+", cell),
    "boolean": lambda cell, field: cell in field["trueValues"] + field["falseValues"],
    "datetime": lambda cell, field: datetime.strptime(cell, field["format"]),
    "string": lambda cell, field: cell in field.get("constraints", {"enum": [cell]})["enum"],
}


def test_the_package_describes_its_tables_as_frictionless_reads_them(tmp_path):
    """What `frictionless validate` checks: the digest and size of each table, its columns, the type of each cell, the key."""
    packed(SHIPPED, tmp_path / "all.zip")
    about, tables = read_as_a_stranger(tmp_path / "all.zip")
    inside = contents(tmp_path / "all.zip")
    for one in about["resources"]:
        raw, rows, fields = inside[one["path"]], tables[one["name"]], one["schema"]["fields"]
        assert (one["bytes"], one["hash"]) == (len(raw), f"sha256:{hashlib.sha256(raw).hexdigest()}")
        assert [*rows[0]] == [field["name"] for field in fields] and all(field["title"] for field in fields)
        wrong = [
            (f["name"], row[f["name"]])
            for f in fields
            for row in rows
            if row[f["name"]] and not FITS[f["type"]](row[f["name"]], f)
        ]
        assert wrong == []
        keys = [tuple(row[key] for key in one["schema"].get("primaryKey", ())) for row in rows]
        assert len(set(keys)) == len(keys) or "primaryKey" not in one["schema"]
    said = {name: about[name] for name in ("profile", "language", "schema_version", "states", "as_of", "created")}
    assert said == {
        "profile": "tabular-data-package",
        "language": "en",
        "schema_version": "1",
        "states": [{"id": "kgz", "name": {"en": "Kyrgyzstan", "ru": "Кыргызстан", "ky": "Кыргызстан"}}],
        "as_of": "2026-12-02",
        "created": "2026-12-02T09:48:24.754995Z",
    }
    assert about["licenses"][0]["name"] == "CC-BY-4.0"
    status = next(f for f in about["resources"][0]["schema"]["fields"] if f["name"] == "status")
    assert (status["title"], "not-implemented: Not implemented" in status["description"]) == ("Status", True)


def test_a_stranger_rebuilds_the_counts_of_the_overview_from_the_package_alone(tmp_path):
    packed(SHIPPED, tmp_path / "all.zip")
    _, tables = read_as_a_stranger(tmp_path / "all.zip")
    view = ask(DatasetReader(SHIPPED).read()).view
    for issuer in Issuer:
        rows, summary = (
            [row for row in tables["recommendations"] if row["issued_by"] == issuer.value],
            summarize(view, issuer, view.states[0]),
        )
        assert Counter(row["status"] for row in rows) == {status.value: n for status, n in summary.counts.items()}
        for counted, column, value in (("forward", "direction", "forward"), ("backward", "direction", "backward")):
            assert sum(row[column] == value for row in rows) == len(getattr(summary, counted))
        for counted in ("setbacks", "progress"):
            assert sum(row[counted] != "0" for row in rows) == len(getattr(summary, counted))
