"""The mirror: what is in it, that every link in it leads somewhere, and what a build leaves as it is."""

import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import time
import zipfile
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import unquote, urlsplit

import pytest

from tests.safety.test_attached_words import AT, REVIEWER, TERMS
from tests.support.canary_folder import CANARY, PRIVATE, lay
from tests.support.command_line import run_command
from tests.support.crash_simulation import Call, crashed
from tests.support.long import LONG
from tests.support.public_file_examples import evidence_with, keep_file, keep_preview
from tests.support.small_dataset import BODIES, CONCLUDED, SHOWN, folder
from tests.support.view_requests import FILES, LAW, TODAY
from tests.support.waiting import wait_until
from tracker.config import Config
from tracker.editing.redaction.remove_words import redact
from tracker.editing.store import Store
from tracker.model.errors import TrackerError
from tracker.publishing.mirror import build as build_module
from tracker.publishing.mirror.build import BuiltMirror, _Build, build_mirror
from tracker.publishing.mirror.pages import MirrorPages
from tracker.publishing.pages import analysis  # noqa: F401  # once here, and not in each process that a build starts
from tracker.queries.view import View
from tracker.storage.cache_registry import REDACTION_MARKER
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.storage import lock_file

LANGUAGES = ("en", "ru")
BASE, DASHBOARD = "https://mirror.example/copy", "https://tracker.example"


def build(data: Path, target: Path, *, base: str = "", dashboard: str = "") -> BuiltMirror:
    view = View(DatasetReader(data).read(), TODAY)
    assert view.dataset.problems == ()
    return build_mirror(target, MirrorPages(view, LANGUAGES, base_url=base, dashboard=dashboard))


def built(root: Path, target: Path, *options: str) -> tuple[int, str]:
    """What the command returns that builds a mirror of the folders below this one, and what it says."""
    settings = {f"TRACKER_{area.upper()}": str(root / area) for area in ("data", "private", "state")}
    return run_command("build", str(target), *options, settings=settings)[:2]


def content(target: Path) -> dict[str, bytes]:
    return {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}


class Links(HTMLParser):
    """The links, sources and ids of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.links += [found[name] or "" for name in ("href", "src", "action") if name in found]


def broken_links(target: Path, base: str = "") -> list[str]:
    """Follow every link of every page, as a browser does that has opened it from a file."""
    parsed = {path.resolve(): Links(path.read_text("utf-8")) for path in target.rglob("*.html")}
    broken = []
    for path, page in parsed.items():
        for link in page.links:
            is_absolute = bool(base) and link.startswith(f"{base}/")
            address = urlsplit(link.removeprefix(f"{base}/") if is_absolute else link)
            if address.scheme or address.netloc:
                continue
            above = urlsplit(base).path + "/"
            from_root = is_absolute or (path.name == "404.html" and base and address.path.startswith(above))
            inner = (target if from_root else path.parent) / unquote(address.path.removeprefix(above))
            there = inner.resolve() if address.path else path
            inside = there.is_relative_to(target.resolve()) and there.is_file()
            has_place = not address.fragment or there not in parsed or address.fragment in parsed[there].ids
            if not inside or not has_place:
                broken.append(f"{path.relative_to(target.resolve())}: {link}")
    return broken


@pytest.fixture(autouse=True)
def _one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process of a build draws what the others have drawn: one is faster. A test marked slow has several."""
    if not request.node.get_closest_marker("slow"):
        monkeypatch.setattr("tracker.publishing.mirror.build.MOST_BUILDERS", 1)


@pytest.mark.parametrize(
    ("base", "dashboard"),
    [("", ""), pytest.param(BASE, "", marks=pytest.mark.long), (BASE, DASHBOARD)],
    ids=["from a file", "alone", "beside a dashboard"],
)
def test_every_link_of_the_shipped_data_leads_somewhere(tmp_path, dataset, base, dashboard):
    build(dataset.root, tmp_path / "m", base=base, dashboard=dashboard)

    assert broken_links(tmp_path / "m", base) == []
    everything = b"".join(raw for path, raw in content(tmp_path / "m").items() if not path.endswith((".png", ".xlsx")))
    assert b"mirror.invalid" not in everything
    assert (b"127.0.0.1" in everything) is False
    assert (DASHBOARD.encode() in everything) is bool(dashboard)
    # only the dashboard keeps this promise, and has feeds of single records
    for words in (b"This link always shows", b"Follow this"):
        assert (words in everything) is bool(dashboard)


@pytest.mark.slow
def test_the_same_data_give_the_same_bytes_and_each_is_in_the_sums(tmp_path):
    data = folder(tmp_path / "data", dict(FILES))
    first, second = build(data, tmp_path / "a", base=BASE), build(data, tmp_path / "b", base=BASE)

    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert first == second
    assert first.files == len(content(tmp_path / "a"))
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path / "a", check=True)
    assert json.loads((tmp_path / "a" / "build.json").read_text())["day"] == "2026-06-18"


SAME_DEMAND = "same_demand: [{recommendation: y, extent: whole}]\n"
CHANGES: tuple[dict[str, str], ...] = (
    {"r/y": CONCLUDED.replace("summary: S", "summary: Changed")},
    {"r/y": CONCLUDED.replace("title: T", "title: Named on the page of another")},
    {"e/law": LAW.replace("summary: A law.", "summary: Another.")},
    {"r/new": CONCLUDED, "e/new": SHOWN + "relevant_to: [{recommendation: y, effect: setback}]\n"},
    {"r/other": "", "r/others": CONCLUDED},  # at the same place among as many
    {"treaty_bodies": BODIES.replace("Committee on Rights", "Committee on Some Rights")},
)


def test_a_build_after_a_change_is_as_a_build_from_nothing(tmp_path):
    data, target = folder(tmp_path / "data", {**dict(FILES), "r/other": CONCLUDED + SAME_DEMAND}), tmp_path / "m"
    build(data, target)
    files = {path: path.stat().st_ino for path in target.rglob("*") if path.is_file() and path.name != "SHA256SUMS"}
    assert build(data, target).written == 0
    assert {path: path.stat().st_ino for path in files} == files

    for changed in CHANGES if LONG else CHANGES[1:5:2]:
        folder(data, changed)
        if "" in changed.values():
            (data / "recommendations" / "other.yaml").unlink()
        build(data, target)
        build(data, tmp_path / "fresh")
        kept, made = content(target), content(tmp_path / "fresh")
        old = [path for path in kept.keys() | made.keys() if kept.get(path) != made.get(path)]
        assert old == [], f"these files were kept although they depend on what changed: {changed}"
        shutil.rmtree(tmp_path / "fresh")
    assert broken_links(target) == []
    assert (target / "assets" / "favicon.svg").stat().st_ino == files[target / "assets" / "favicon.svg"]


@pytest.mark.parametrize("how", ["changed", "redacted", "gone"])
def test_pages_and_data_are_there_before_workbooks_and_package_but_nothing_waits_when_something_is_taken_back(
    tmp_path, monkeypatch, how
):
    data, target = folder(tmp_path / "data", {**dict(FILES), "r/other": CONCLUDED}), tmp_path / "m"
    exchange = build_module.take_place
    build(data, target)
    seen, linked, old, link = list[set[str]](), list[str](), content(target), os.link

    def watched(work: Path, there: Path) -> None:
        exchange(work, there)
        seen.append({path for path, raw in content(there).items() if old.get(path) != raw})

    monkeypatch.setattr(build_module, "take_place", watched)
    monkeypatch.setattr(os, "link", lambda a, b: (linked.append(b), link(a, b)))
    folder(data, {"r/y": CONCLUDED.replace("title: T", "title: Changed")})
    if how == "redacted":
        (data / REDACTION_MARKER).write_text("2026-06-18T12:00:00.000000Z reviewer-x1\n")
    if how == "gone":
        (data / "recommendations" / "other.yaml").unlink()
    built = build(data, target)

    books = {"all.zip", *(f"{lang}/recommendations.xlsx" for lang in LANGUAGES)}
    assert [books & changed for changed in seen] == ([set(), books] if how == "changed" else [books])
    assert {"en/recommendation/y.html", "en/recommendations.json", "search/words.js"} <= seen[0]
    assert bool(built.to_purge) is (how != "changed")
    # what has not changed is not linked anew; the twin has the same files
    assert len(linked) == built.written + len(seen)  # and each time SHA256SUMS
    assert content(tmp_path / ".m.mirror.twin") == content(target)


def test_if_workbooks_cannot_be_made_the_pages_are_there_and_the_next_build_makes_them(tmp_path, monkeypatch):
    data, target, put = folder(tmp_path / "data", dict(FILES)), tmp_path / "m", _Build._put
    build(data, target)
    old, full = content(target), OSError(errno.ENOSPC, "No space left on device")
    folder(data, {"r/y": CONCLUDED.replace("title: T", "title: Changed")})
    with monkeypatch.context() as patched:
        fail = Mock(side_effect=full)
        patched.setattr(_Build, "_put", lambda b, path, raw: fail() if "xlsx" in path else put(b, path, raw))
        notes = build(data, target).notes
    assert notes == (
        "Workbooks and package are those of the earlier build: they cannot be written (No space left on device).",
    )
    left, book = content(target), "en/recommendations.xlsx"
    assert b"Changed" in left["en/recommendation/y.html"] and left[book] == old[book]
    assert build(data, target).written > 0
    assert content(target)[book] != old[book]


def test_what_was_taken_back_is_gone_and_its_addresses_are_named(tmp_path):
    data = folder(tmp_path / "data", dict(FILES))
    entry = keep_file(data, b"%PDF-1.4 a secret that got out")
    keep_preview(data, entry)
    folder(data, {"e/zqxgone": evidence_with(entry)})
    address, preview = f"files/{entry['sha256']}.pdf", f"files/{entry['sha256']}.preview.webp"
    build(data, tmp_path / "m")
    assert {address, preview} <= content(tmp_path / "m").keys()

    (data / "evidence" / "zqxgone.yaml").unlink()
    (data / "recommendations" / "y.yaml").unlink()
    code, said = built(tmp_path, tmp_path / "m", "--base-url", BASE)
    assert code == 0
    left = content(tmp_path / "m")
    assert not any(b"secret" in raw or b"zqxgone" in raw for raw in left.values())
    purged = said.split("Purge these addresses")[1].splitlines()[1:]
    gone = (address, preview, "ru/recommendation/y.html", "en/evidence.html")
    assert {f"{BASE}/{path}" for path in gone} <= {*purged}
    assert f"{BASE}/assets/favicon.svg" not in purged


def test_a_redaction_names_every_page_that_changed(tmp_path):
    data = folder(tmp_path / "data", dict(FILES))
    assert build(data, tmp_path / "m").to_purge == ()
    folder(data, {"r/y": CONCLUDED.replace("summary: S", "summary: Less")})
    assert build(data, tmp_path / "m").to_purge == ()
    folder(data, {"r/y": CONCLUDED.replace("summary: S", "summary: Least")})
    (data / REDACTION_MARKER).write_text("2026-06-18T12:00:00.000000Z reviewer-x1\n")
    assert "en/recommendation/y.html" in build(data, tmp_path / "m").to_purge


def test_a_removal_of_private_words_alone_changes_nothing(tmp_path):
    data = folder(tmp_path / "data", dict(FILES))
    build(data, tmp_path / "m")
    before = content(tmp_path / "m")
    folder(tmp_path / "private", {"e/letter": SHOWN.replace("summary: S", "summary: Of Ivan Testov.")})
    config = Config(data, tmp_path / "state", private=tmp_path / "private")
    assert redact(Store(DatasetReader(data)), config, TERMS, by=REVIEWER, at=AT)
    assert not (data / REDACTION_MARKER).exists()
    assert (tmp_path / "private" / REDACTION_MARKER).read_text().endswith(f" {REVIEWER.handle}\n")
    # what earlier versions wrote into the public folder says nothing either
    with (data / REDACTION_MARKER).open("a") as marker:
        marker.write(
            "elsewhere 2026-06-18T12:00:00.000000Z reviewer-x1\nforgot 2026-06-18T12:00:01.000000Z reviewer-x1\n"
        )
    assert build(data, tmp_path / "m").to_purge == ()
    assert content(tmp_path / "m") == before


def test_nothing_of_the_private_side_is_in_a_mirror(tmp_path, dataset):
    shutil.copytree(dataset.root, tmp_path / "data")
    lay(tmp_path / "private", PRIVATE)
    assert built(tmp_path, tmp_path / "m")[0] == 0

    files = content(tmp_path / "m")
    assert len(files) > 200
    handles = {b"editor-anna", b"editor-bolot", b"recorded_by", CANARY.encode()}
    for path, raw in files.items():
        if path.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                raw = b"".join(map(archive.read, archive.namelist()))
        # in the package, whose schemas name the field, it is a neutral word everywhere
        hidden = handles - {b"recorded_by"} if path == "all.zip" else handles
        assert not [word for word in hidden if word in raw] and not re.search(b"recorded_by: (?!not-given)", raw), path


def test_a_folder_that_is_no_mirror_is_left_alone(tmp_path):
    data = folder(tmp_path / "data", dict(FILES))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("mine")

    with pytest.raises(TrackerError, match="is not a mirror"):
        build(data, tmp_path / "home")
    assert [built(tmp_path, target)[0] for target in (data / "m", tmp_path)] == [2, 2]
    assert (tmp_path / "home" / "letter.txt").read_text() == "mine"


def test_whenever_a_build_is_killed_the_next_one_leaves_no_word_that_was_removed(tmp_path):
    data, said = folder(tmp_path / "data", dict(FILES)), CONCLUDED.replace("summary: S", "summary: Of Ivan Testov.")
    build(folder(data, {"r/y": said}), tmp_path / "start" / "m")
    redact(Store(DatasetReader(data)), Config(data, tmp_path / "state"), TERMS, by=REVIEWER, at=AT)
    # what killed builds of earlier versions left, and what is not ours
    others = [".m.4713.building.txt", ".m.old", ".n.4711.building"]
    for name in (".m.4711.building", ".m.4712.old", *others):
        (tmp_path / "start" / name).mkdir()
        (tmp_path / "start" / name / "y.html").write_text("Of Ivan Testov.")

    def left(here: Path) -> list[str]:
        found = (
            path.relative_to(here).parts[0] for path in here.rglob("*.html") if "Testov" in path.read_text("utf-8")
        )
        return sorted({*found})

    def begun(name: str) -> tuple[Path, list[Call]]:
        here = Path(shutil.copytree(tmp_path / "start", tmp_path / name))
        return here, crashed(lambda: build(data, here / "m"), int(name), here)[1]

    whole, calls = begun("1000000")
    exchanged = max(at for at, call in enumerate(calls, 1) if call.name == "chmod") + 1
    seen = set()
    for at in range(1, len(calls) + 1) if LONG else sorted({*range(2, len(calls), 12), exchanged, exchanged + 1}):
        here, calls_made = begun(str(at))
        seen |= {*left(here)}
        # the call after the last chmod is the exchange, whose number differs a little from build to build
        has_exchanged = any(call.name == "chmod" for call in calls_made)
        assert ("m" in left(here)) is not has_exchanged, f"ended before call {at}"
        names = {path.name for path in here.iterdir() if path.name.endswith((".building", ".old"))} - {*others}
        notes = build(data, here / "m").notes
        assert {note.split(": removed. A build that was stopped had left it")[0] for note in notes} == {
            str(here / name) for name in names
        }
        assert left(here) == others, at
        assert sorted(path.name for path in here.iterdir()) == sorted([".m.lock", ".m.mirror.twin", *others, "m"])
        assert content(here / "m") == content(whole / "m")
    assert {"m", ".m.mirror.building"} < seen


def test_of_two_builds_at_once_the_second_says_so_and_stops(tmp_path):
    data = folder(tmp_path / "data", dict(FILES))
    with lock_file(tmp_path / ".m.lock"), pytest.raises(TrackerError, match="is still running"):
        build(data, tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_the_processes_of_a_killed_build_end_too_before_the_next_build_begins(tmp_path, monkeypatch):
    data = folder(tmp_path / "data", dict(FILES))
    monkeypatch.setattr("tracker.publishing.mirror.build.MOST_BUILDERS", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    if (builder := os.fork()) == 0:
        put = _Build._put

        def put_slowly(build: _Build, path: str, raw: bytes) -> str:
            if os.getpid() != os.getpgrp():
                (tmp_path / "writing").touch()
                time.sleep(60)
            return put(build, path, raw)

        monkeypatch.setattr(_Build, "_put", put_slowly)
        os.setpgrp()
        try:
            build(data, tmp_path / "m")
        finally:
            os._exit(0)
    try:
        wait_until((tmp_path / "writing").exists)
        os.kill(builder, signal.SIGKILL)
        os.waitpid(builder, 0)
        with lock_file(tmp_path / ".m.lock", patience=20.0):
            pass
        assert len(build(data, tmp_path / "m").notes) == 1
    finally:
        with suppress(ProcessLookupError):
            os.killpg(builder, signal.SIGKILL)


@pytest.mark.parametrize("where", ["a worker", "build.json", "files"])
def test_a_disk_that_is_full_leaves_the_mirror_as_it_was(tmp_path, monkeypatch, where):
    data = folder(tmp_path / "data", {**dict(FILES), "e/law": evidence_with(keep_file(tmp_path / "data", b"The law."))})
    build(data, tmp_path / "m")
    before, make_place, builder = content(tmp_path / "m"), _Build._make_place, os.getpid()
    another = evidence_with(keep_file(data, b"Another law."))
    folder(data, {"treaty_bodies": BODIES + "# all parts are made again\n", "e/law": another})

    def full(build: _Build, path: str) -> str:
        is_full = os.getpid() != builder if where == "a worker" else path.startswith(where)
        return "/dev/full" if is_full else make_place(build, path)

    monkeypatch.setattr(_Build, "_make_place", full)
    monkeypatch.setattr("tracker.publishing.mirror.build.MOST_BUILDERS", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    with pytest.raises(TrackerError, match="No space left on device"):
        build(data, tmp_path / "m")
    assert content(tmp_path / "m") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".m.lock", "data", "m"]
