"""`tracker gather`: five trackers become one dataset, which nobody can edit, and what strangers may not bring into it."""

import csv
import functools
import http.server
import json
import re
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from scripts.generate_data import generate
from tests.support.command_line import run_command
from tests.support.network import five_trackers, write
from tests.support.package_files import contents, manifests, packed, repacked
from tests.support.small_dataset import ANNA
from tests.support.view_requests import ask
from tracker.editing.store import Store
from tracker.importing import gathering
from tracker.importing.gathering import gather
from tracker.model.errors import TrackerError, WriteFailed
from tracker.model.network import GatheredSource
from tracker.model.states import codes_by_name
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.data_package import verify_package
from tracker.publishing.exports.json_api import render_list
from tracker.publishing.pages.about import render_about
from tracker.publishing.pages.reader_pages import READER_PAGES
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder, fix_folder

DAY = datetime(2026, 12, 2, 12, tzinfo=UTC)


def folder_content(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


run = functools.partial(run_command, settings={})


def outcomes(network: Path, folder: Path, *, days: int = 0) -> dict[str, str]:
    """Gather, and return the id of each tracker → how it went."""
    return {one.id: str(one.outcome) for one in gather(network, folder, now=DAY + timedelta(days=days))}


def why(source: GatheredSource) -> str:
    return f"{source.why and source.why.label}: {source.what}"


@pytest.fixture
def network(tmp_path) -> Path:
    return five_trackers(tmp_path)


def changed(network: Path, **values: object) -> None:
    """Change keys of network.yaml."""
    write(network, yaml.safe_load(network.read_text("utf-8")) | values)


def tampered(package: Path, changes: dict[str, bytes | None]) -> None:
    """Change files of a package and its manifests, as somebody does who can make a whole package."""
    repacked(package, manifests(package, changes), package.with_suffix(".new"))
    package.with_suffix(".new").replace(package)


def test_five_trackers_become_one_dataset_with_the_name_of_each_in_its_ids(network, tmp_path):
    assert outcomes(network, tmp_path / "all") == dict.fromkeys(("kgz", "tjk", "est", "kaz", "svn"), "fresh")
    assert check_folder(tmp_path / "all") == []
    data = DatasetReader(tmp_path / "all").read()
    assert len(data.recommendations) == 36 + 4 + 2 + 3 + 2
    r = data.recommendations["kgz.ngo-2024-r1"]
    assert (r.document, data.documents[r.document].state, r.assessments[-1].organisation) == (
        "kgz.ngo-2024",
        "kgz",
        "kgz.editors",
    )
    assert {d.state for d in data.documents.values()} == {"kgz", "tjk", "est", "kaz", "svn"}
    assert data.evidence["kgz.law-69-2024"].relevant_to[0].recommendation.startswith("kgz.")
    assert data.bodies.keys() == {"cescr", "ccpr", "cat", "cedaw", "crc", "upr"}
    handles = {
        line for raw in folder_content(tmp_path / "all").values() for line in raw.decode().splitlines() if "_by" in line
    }
    assert {line.partition(": ")[2].strip('",') for line in handles if "recorded_by" in line} <= {
        "not-given",
        "not-given-2",
    }


def test_the_same_input_gives_the_same_bytes(network, tmp_path):
    outcomes(network, tmp_path / "all")
    outcomes(network, tmp_path / "other")
    assert folder_content(tmp_path / "all") == folder_content(tmp_path / "other")


def test_one_tampered_with_one_hostile_one_redacted_and_one_gone(network, tmp_path):
    folder = tmp_path / "all"
    outcomes(network, folder)
    marker = (folder / ".redacted").read_bytes()
    # somebody changed a word on the way
    raw = (tmp_path / "tjk.zip").read_bytes()
    (tmp_path / "tjk.zip").write_bytes(raw.replace(b"en: Prevention of torture", b"en: Prevention of journey", 1))
    # somebody who can make a whole package writes code into it
    name = "data/recommendations/est-88-1.yaml"
    hostile = contents(tmp_path / "est.zip")[name].replace(b"Harm reduction services", b"<script>alert(1)</script>")
    tampered(tmp_path / "est.zip", {name: hostile})
    # words are removed, and a record with them
    (tmp_path / "kaz/recommendations/kaz-88-2.yaml").unlink()
    packed(tmp_path / "kaz", tmp_path / "kaz.zip")
    (tmp_path / "svn.zip").unlink()
    assert outcomes(network, folder, days=1) == {
        "kgz": "unchanged",
        "tjk": "refused",
        "est": "refused",
        "kaz": "fresh",
        "svn": "unreachable",
    }
    data = DatasetReader(folder).read()
    assert {id.partition(".")[0] for id in data.recommendations} == {"kgz", "kaz", "svn"}
    everything = b"".join(folder_content(folder).values())
    assert b"kaz-88-2" not in everything and b"tjk.tjk-88-1" not in everything
    assert b"<script>alert" not in everything
    by_id = {one.id: one for one in data.settings.gathered}
    assert why(by_id["tjk"]) == "The package is not whole: data/recommendations/tjk-88-3.yaml: this file is damaged"
    assert why(by_id["est"]) == "A text in it is code, not words: '<script'"
    assert (by_id["svn"].unreachable, by_id["svn"].gathered) == ("2026-12-03", "2026-12-02")
    # running servers and caches forget what they keep
    assert (folder / ".redacted").read_bytes() != marker
    # after a week, only its name and link are left
    outcomes(network, folder, days=7)
    assert any(id.startswith("svn.") for id in DatasetReader(folder).read().recommendations)
    outcomes(network, folder, days=9)
    data = DatasetReader(folder).read()
    assert not any(id.startswith("svn.") for id in data.recommendations)
    (svn,) = (one for one in data.settings.gathered if one.id == "svn")
    assert (svn.link, svn.unreachable, svn.gathered, svn.sha256) == (
        "https://svn.example.org",
        "2026-12-03",
        None,
        None,
    )
    words = render_about(ask(data)).content
    assert "could not be reached" in words and "Tracker of Slovenia" in words and by_id["kgz"].sha256 in words
    assert "does not show who made it" in words
    words = render_about(ask(data, lang="ru")).content
    assert 'Текст в нём — программный код, а не слова: <span lang="en">&#39;&lt;script&#39;</span>' in words
    assert not re.search("not words|not whole|cannot be had", words)


REFUSALS = {
    "another schema": ({"datapackage.json": b'{"schema_version": "9"}'}, "another version of the schema: '9', not '"),
    "no description": (
        {"datapackage.json": None},
        "It lacks a file; perhaps an earlier version of the program made it: datapackage.json",
    ),
    "not JSON": ({"datapackage.json": b"[" * 100_000}, "datapackage.json cannot be read"),
    "another State": (
        {"data/tracker.yaml": b"title: x\nstate_party: Estonia\npublisher: {name: x}\n"},
        "It is about another State than agreed: Estonia",
    ),
    "a document of another State": (
        {"data/documents.yaml": b"ELSEWHERE"},
        "It is about another State than agreed: ",
    ),
    "an id of another tracker": (
        {"data/recommendations/kgz.x.yaml": b"ASKED"},
        "An id in it could be that of another tracker: 'kgz.x'",
    ),
    "ten megabytes of text": (
        {"data/recommendations/tjk-88-1.yaml": b"title: " + b"x" * 10_000_000},
        "recommendations/tjk-88-1.yaml, line 1: the file has 10,000,007 bytes; the limit is 1,000,000",
    ),
    "a long text": ({"data/documents.yaml": b"LONG"}, "text has 30,012 of 20,000 characters"),
    "an unknown field": ({"data/documents.yaml": b"EXTRA"}, "unknown key 'ip_address'"),
    "a private entry": ({"data/evidence/x.yaml": b"PRIVATE"}, "It has a private entry"),
    "a YAML bomb": (
        {"data/documents.yaml": b"documents: [&a [x, x], *a, *a]\n"},
        "documents.yaml, line 1: an anchor or alias",
    ),
    "a link that runs": ({"data/documents.yaml": b"LINK"}, "a link starts with https:// or http://"),
    "code in the licence": ({"data/tracker.yaml": b"LICENCE"}, "A text in it is code, not words: '<script'"),
    "code in a name": ({"data/tracker.yaml": b"NAME"}, "A text in it is code, not words: '<script'"),
    "a path that escapes": ({"data/../../x.yaml": b"x"}, "this name leads out of the package"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_package_is_refused_with_a_sentence(case, network, tmp_path):
    changes, sentence = REFUSALS[case]
    inside = contents(tmp_path / "tjk.zip")
    documents, settings = inside["data/documents.yaml"], inside["data/tracker.yaml"]
    made = {
        b"ASKED": inside["data/recommendations/tjk-88-1.yaml"],
        b"LONG": documents.replace(b"en: Report", b"en: " + b"x" * 29_970 + b" Report"),
        b"EXTRA": documents.replace(b"body:", b"ip_address: x\n    body:"),
        b"ELSEWHERE": documents.replace(b"body:", b"state: kgz\n    body:"),
        b"LICENCE": settings.replace(b"Reuse with", b"<script>alert(1)</script>"),
        b"NAME": settings + b"organisations: [{id: x, name: <script>x, kind: civil-society}]\n",
        b"LINK": documents.replace(b"body:", b"link: javascript:alert(1)\n    body:"),
        b"PRIVATE": b"kind: law\npublisher: x\nsummary: x\ndimension: law\nverification: seen\nprivate: {organisation: a}\n",
    }
    tampered(tmp_path / "tjk.zip", {name: made.get(raw or b"", raw) for name, raw in changes.items()})
    found = {one.id: one for one in gather(network, tmp_path / "all", now=DAY)}
    assert sentence in why(found["tjk"]), found["tjk"]
    assert (found["kgz"].outcome, found["tjk"].gathered) == ("fresh", None)
    assert not [name for name in folder_content(tmp_path / "all") if "tjk." in name and "gathered" not in name]


def test_more_than_one_tracker_can_have_and_a_slow_download_are_not_taken(network, tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "MAX_RECORDS", 10)
    found = {one.id: one for one in gather(network, tmp_path / "all", now=DAY)}
    assert why(found["kgz"]) == "It is larger than what is taken: 10 records, 100 MB of data"
    assert found["tjk"].outcome == "fresh"
    before = folder_content(tmp_path / "all")
    monkeypatch.setattr(gathering, "MAX_RECORDS", 1_000)
    monkeypatch.setattr(gathering, "MAX_BYTES", 25_000)
    with pytest.raises(TrackerError, match="would be larger than 25,000 bytes"):
        gather(network, tmp_path / "all", now=DAY)
    assert folder_content(tmp_path / "all") == before
    monkeypatch.setattr(gathering, "MAX_SECONDS", -1)
    found = {one.id: one for one in gather(network, tmp_path / "all", now=DAY)}
    assert (found["tjk"].outcome, found["tjk"].why, found["tjk"].gathered) == ("unreachable", "too-slow", "2026-12-02")


def test_what_is_kept_is_of_the_agreed_states_and_two_trackers_have_two_ids(network, tmp_path):
    outcomes(network, tmp_path / "all")
    (tmp_path / "svn.zip").unlink()
    sources = yaml.safe_load(network.read_text("utf-8"))["sources"]
    sources[4]["states"] = [{"id": "hun", "name": "Hungary"}]
    changed(network, sources=sources)
    (*_, svn) = gather(network, tmp_path / "all", now=DAY)
    assert (svn.outcome, svn.gathered) == ("unreachable", None)
    assert not [name for name in folder_content(tmp_path / "all") if name.endswith("yaml") and "svn." in name]
    sources[3]["id"] = "svn"
    changed(network, sources=sources)
    with pytest.raises(TrackerError, match="two sources have the same id"):
        gather(network, tmp_path / "all", now=DAY)


def test_attached_files_stay_where_they_are_and_editors_are_called_by_their_tracker(network, tmp_path):
    name, file = "data/documents.yaml", f"files: [{{sha256: {'ab' * 32}, kind: pdf, name: a.pdf, size: 9}}]\n    "
    by = "recorded: 2026-01-01T00:00:00.000001Z\n    recorded_by: editor-anna\n    body:"  # no export has a handle
    documents = contents(tmp_path / "tjk.zip")[name].replace(b"body:", f"{file}{by}".encode())
    tampered(tmp_path / "tjk.zip", {name: documents})
    outcomes(network, tmp_path / "all")
    data = DatasetReader(tmp_path / "all").read()
    assert (data.documents["tjk.upr-tjk"].files, data.documents["tjk.upr-tjk"].recorded_by) == ((), "not-given")
    assert {o.name["en"].text for o in data.settings.organisations if o.id.endswith(".editors")} >= {
        "Tracker of Kyrgyzstan"
    }


def test_a_bomb_and_a_link_in_a_package_are_refused(network, tmp_path):
    with zipfile.ZipFile(tmp_path / "tjk.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("recommendation-tracker/data/x.yaml", bytes(150_000_000))
    link = zipfile.ZipInfo("recommendation-tracker/data/documents.yaml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "est.zip", "a") as archive:
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "svn.zip").write_bytes(bytes(2_000_000))
    changed(network, megabytes=1)
    found = {one.id: why(one) for one in gather(network, tmp_path / "all", now=DAY)}
    assert "far larger inside than a package can be" in found["tjk"]
    assert "this is no regular file" in found["est"] or "more than once" in found["est"]
    assert found["svn"] == "It is larger than what is taken: 1 MB"


def test_a_gathered_folder_cannot_be_edited_and_says_so(network, tmp_path):
    outcomes(network, tmp_path / "all")
    store = Store(DatasetReader(tmp_path / "all"))
    before, r = folder_content(tmp_path / "all"), store.reader.read().recommendations["kgz.ngo-2024-r1"]
    for write_something in (
        lambda: store.save(r, by=ANNA, reason="x"),
        lambda: store.save_contact("a@example.org", by=ANNA),
        lambda: list(fix_folder(tmp_path / "all", handle="x")),
        lambda: store.storage.transaction().__enter__(),
    ):
        with pytest.raises(WriteFailed, match="cannot be edited here"):
            write_something()
    assert folder_content(tmp_path / "all") == before
    page = render_recommendation(ask(store.reader.read(), id=[r.id]))
    assert "https://kgz.example.org/r/ngo-2024-r1" in page.content and "CC BY 4.0" in page.content
    assert "cannot be edited here" in page.footer


def test_exports_of_a_gathered_tracker_have_the_address_of_each_original(network, tmp_path):
    home = "https://kgz.example.org"
    outcomes(network, tmp_path / "all")
    request = ask(DatasetReader(tmp_path / "all").read())
    rows = {row["id"]: row for row in csv.DictReader(render_csv(request).body.decode("utf-8-sig").splitlines())}
    assert rows["kgz.ngo-2024-r1"]["original"] == f"{home}/r/ngo-2024-r1"
    assert rows["tjk.tjk-88-1"]["original"] == "https://tjk.example.org/r/tjk-88-1"
    (one,) = (r for r in json.loads(render_list(request).body)["recommendations"] if r["id"] == "kgz.ngo-2024-r1")
    assert (one["original"], one["document_details"]["original"]) == (f"{home}/r/ngo-2024-r1", f"{home}/treaty-bodies")
    assert one["evidence"][0]["original"].startswith(f"{home}/evidence?id=")
    alone = ask(DatasetReader(tmp_path / "kgz").read())
    assert {r["original"] for r in json.loads(render_list(alone).body)["recommendations"]} == {None}
    assert "original" not in render_csv(alone).body.decode().splitlines()[0].split(",")


def test_a_mirror_of_a_gathered_folder_has_each_record_and_a_package_of_its_own(network, tmp_path):
    outcomes(network, tmp_path / "all")
    built, settings = tmp_path / "mirror", {"TRACKER_DATA": str(tmp_path / "all")}
    assert run_command("build", str(built), "--lang", "en", settings=settings)[0] == 0
    page = (built / "en/recommendation/kgz.ngo-2024-r1.html").read_text("utf-8")
    assert 'href="https://kgz.example.org/r/ngo-2024-r1"' in page
    links = re.findall('href="([^"#?:]+html)', page + (built / "en/recommendations.html").read_text("utf-8"))
    assert any("kgz.ngo-2024-r2.html" in link for link in links)
    assert (built / "en/r/kgz.ngo-2024-r1.html").is_file() and verify_package(built / "all.zip").faults == ()


def test_the_filter_by_a_shared_theme_finds_local_words_too(network, tmp_path):
    path = tmp_path / "kaz/tracker.yaml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(path.read_text("utf-8"), "utf-8")
    for theme in settings["themes"]:
        if theme["id"] == "hiv":
            theme |= {"id": "aids", "label": "AIDS", "uhri": ["HIV-AIDS"]}
    write(path, settings | {"themes": [*settings["themes"], {"id": "own", "label": "A word of our own"}]})
    record = tmp_path / "kaz/recommendations/kaz-88-1.yaml"
    write(
        record, yaml.safe_load(record.read_text("utf-8")) | {"tags": [{"tagged_by": "ours", "themes": ["aids", "own"]}]}
    )
    words = yaml.safe_load((tmp_path / "vocabulary.yaml").read_text("utf-8"))
    for theme in words["themes"]:
        if theme["id"] == "hiv":
            theme["uhri"] = ["HIV-AIDS"]
    write(tmp_path / "vocabulary.yaml", words)
    packed(tmp_path / "kaz", tmp_path / "kaz.zip")
    outcomes(network, tmp_path / "all")
    data = DatasetReader(tmp_path / "all").read()
    assert data.recommendations["kaz.kaz-88-1"].tags[0].themes == ("hiv", "kaz.aids", "kaz.own")
    view = ask(data).view
    found = filter_recommendations(view, Filters.from_params(view, {"theme": ["hiv"]}), "en")
    assert {"kaz.kaz-88-1", "est.est-88-2"} <= {r.id for r in found}
    (tmp_path / "kaz/vocabulary.yaml").write_bytes((tmp_path / "vocabulary.yaml").read_bytes())
    code, said, _ = run("check", str(tmp_path / "kaz"))
    assert (code, said.splitlines()[1:]) == (
        0,
        [
            "tracker.yaml: the network calls the theme 'aids' 'hiv'; its filter finds both",
            "tracker.yaml: the theme 'own' is not in the vocabulary of the network; it stays a local word",
            "tracker.yaml: the theme 'hiv' of the network is missing",
            *(
                f"treaty_bodies.yaml: the mechanism '{id}' of the network is missing"
                for id in ("cescr", "ccpr", "cat", "cedaw")
            ),
        ],
    )


def test_a_new_tracker_begins_with_the_vocabulary_of_the_network(network, tmp_path):
    new = tmp_path / "new"
    words = ("--vocabulary", str(tmp_path / "vocabulary.yaml"))
    assert run("new", str(new), "--state", "Estonia", *words)[0] == 0
    data = DatasetReader(new).read()
    assert [term.id for term in data.settings.themes][:2] == ["decriminalisation", "law-and-definitions"]
    assert [*data.bodies] == ["cescr", "ccpr", "cat", "cedaw", "upr"]
    assert run("check", str(new))[:2] == (0, f"{new}: no problems\n")
    (tmp_path / "wrong.yaml").write_text("themes: [{id: a}]\n")
    code, _, said = run("new", str(tmp_path / "n2"), "--state", "X", "--vocabulary", str(tmp_path / "wrong.yaml"))
    assert (code, said) == (
        2,
        f"{tmp_path}/wrong.yaml: themes / 0 / label: 'label' is missing; write 'label: …' here.\n",
    )


class Answers(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved.zip":
            self.send_response(302)
            self.send_header("Location", "/tjk.zip")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None: ...


def test_a_package_is_fetched_from_its_agreed_address_only(network, tmp_path):
    handler = functools.partial(Answers, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sources = yaml.safe_load(network.read_text("utf-8"))["sources"]
        for source, name in zip(sources, ("kgz", "moved", "none", "kaz", "svn"), strict=True):
            source["package"] = f"http://127.0.0.1:{server.server_port}/{name}.zip"
        changed(network, sources=sources)
        found = {one.id: one for one in gather(network, tmp_path / "all", now=DAY)}
        server.shutdown()
    assert (found["kgz"].outcome, found["kaz"].outcome) == ("fresh", "fresh")
    assert (found["tjk"].outcome, found["tjk"].why) == ("refused", "moved")
    assert (found["est"].outcome, why(found["est"])) == ("unreachable", "The package cannot be had: 404")
    sources[0]["package"] = "http://tracker.example.org/all.zip"
    changed(network, sources=sources)
    with pytest.raises(TrackerError, match="begins with https://"):
        gather(network, tmp_path / "all", now=DAY)


def test_the_command_reports_each_tracker_and_touches_no_other_folder(network, tmp_path):
    code, said, _ = run("gather", str(network), str(tmp_path / "all"))
    assert code == 0 and [line.partition(": fresh; shown as of ")[0] for line in said.splitlines()] == [
        "kgz",
        "tjk",
        "est",
        "kaz",
        "svn",
    ]
    (tmp_path / "est.zip").unlink()
    code, said, _ = run("gather", str(network), str(tmp_path / "all"))
    assert (code, said.splitlines()[2].split("; ")[0].partition(" since ")[0]) == (1, "est: unreachable")
    before = folder_content(tmp_path / "kgz")
    code, _, said = run("gather", str(network), str(tmp_path / "kgz"))
    assert (code, said) == (2, f"{tmp_path}/kgz was not gathered, so nothing was written. Name a new folder.\n")
    assert folder_content(tmp_path / "kgz") == before
    changed(network, stale_days="soon")
    code, _, said = run("gather", str(network), str(tmp_path / "all"))
    assert code == 2 and said.startswith(f"{network}: stale_days")


def test_a_gathering_that_is_killed_leaves_the_folder_as_it_was(network, tmp_path, monkeypatch):
    outcomes(network, tmp_path / "all")
    before = folder_content(tmp_path / "all")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gathering, "take_place", killed)
    with pytest.raises(KeyboardInterrupt):
        gather(network, tmp_path / "all", now=DAY + timedelta(days=1))
    assert folder_content(tmp_path / "all") == before
    assert [path.name for path in tmp_path.iterdir() if "gathering" in path.name] == []


@pytest.mark.long
def test_29_trackers_of_300_recommendations_are_gathered_within_a_minute_and_400_megabytes(tmp_path):
    network, sources = five_trackers(tmp_path), []
    names = dict(
        sorted({code.lower(): name.title() for name, code in codes_by_name().items() if name.isascii()}.items())
    )
    for seed, (code, name) in enumerate([*names.items()][:29]):
        generate(tmp_path / code, 300, seed)
        settings = yaml.safe_load((tmp_path / code / "tracker.yaml").read_text("utf-8"))
        write(tmp_path / code / "tracker.yaml", settings | {"state_party": name})
        packed(tmp_path / code, tmp_path / f"{code}.zip")
        where = {"link": f"https://{code}.example.org", "package": f"{code}.zip"}
        sources.append({"id": code, "name": name, "states": [{"id": code, "name": name}]} | where)
    changed(network, sources=sources)
    # a process begins with the peak of the one that starts it, so a small one starts the command and measures it
    measure = (
        "import resource, subprocess, sys; status = subprocess.call([sys.executable, *sys.argv[1:]]); "
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(status, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)"
    )
    command = [sys.executable, "-c", measure, "-m", "tracker", "gather", str(network), str(tmp_path / "all")]
    measured = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    status, seconds, megabytes = map(float, measured.split())
    assert (status, seconds <= 60, megabytes <= 400) == (0, True, True), measured
    data = DatasetReader(tmp_path / "all").read()
    assert (len(data.recommendations), len(data.problems)) == (8_700, 0)
    request = ask(data)
    for path, params in (("/recommendations", {"theme": ["hiv"]}), ("/search", {"q": ["prisons"]}), ("/", {})):
        asked = replace(request, filters=Filters.from_params(request.view, params), params=params)
        READER_PAGES[path].render(asked)
        spent = []
        for _ in range(5):
            began = time.process_time()
            READER_PAGES[path].render(replace(asked))
            spent.append(1000 * (time.process_time() - began))
        print(f"{path}: {min(spent):.1f} ms; gathered in {seconds:.0f} s and {megabytes:.0f} MB")
