"""Every command of the command line with a database, also with one that is away."""

import io
import re
import sys

import pytest

from tests.support.command_line import run_command
from tests.support.postgres_server import AREAS, put_folder
from tests.support.server_process import ROOT
from tests.support.story_folder import ASKED, NEWS, RECOMMENDED, made
from tracker.storage.open_storage import close_databases

SAYS = {
    ("check",): (0, "{data}: no problems"),
    ("check", "--fix"): (0, "{data}/documents.yaml: added the schema line"),
    ("schema",): (2, "A database has no schemas for text editors. Name a folder, "),
    ("schema", "{url}"): (2, "A database has no schemas for text editors. Name a folder, "),
    ("schema", "out"): (0, "out/schema/recommendation.json"),
    ("export", "x.csv"): (0, "x.csv"),
    ("export", "x.xlsx"): (0, "x.xlsx"),
    ("export", "x.json"): (0, "x.json"),
    ("export", "x.zip"): (0, "x.zip: "),
    ("verify", "x.zip"): (0, "x.zip: complete: "),
    ("snapshot", "x.html"): (0, "x.html: SHA-256 of the data "),
    ("invite", "editor-x1"): (0, "http://127.0.0.1:8501/sign-in?token="),
    ("invite", "--here"): (0, "To edit as editor-"),
    ("people",): (0, "editor-"),
    ("revoke", "editor-x1"): (0, "editor-x1 can no longer sign in or save"),
    ("rotate-key",): (0, "The key of the sessions is new: everybody is signed out"),
    ("attach", "law", "law.txt", "--public"): (0, "law.txt: kept as law.txt, "),
    ("import", "--dry-run", "--document", "co-9", "law.txt"): (2, "There is no document co-9 in documents.yaml."),
    ("redact", "--dry-run"): (0, "{data}/recommendations/r1.yaml:4"),
    ("redact",): (0, "{data}/recommendations/r1.yaml:4"),
    ("database", "init"): (0, "{data}: up to date"),
    ("copy", "{url}", "copied"): (0, "Copied "),
}
"""The words of each command → its exit code, and how what it prints begins."""


def test_every_command_works_with_a_database_and_says_so_in_the_same_words(tmp_path, database, monkeypatch):
    place = put_folder(made(tmp_path / "data"), database.place())
    (tmp_path / "law.txt").write_text("The law was read once.\n")
    names = {"url": place.url, "data": str(place.root)}
    settings = {f"TRACKER_{area.upper()}": place.url for area in AREAS} | {"EDITOR": "true"}
    said = {}
    for words in SAYS:
        monkeypatch.setattr(sys, "stdin", io.StringIO("Repeal the punishments\n"))
        given = [word.format(**names) for word in words]
        code, out, wrong = run_command(*given, settings=settings, cwd=tmp_path)
        said[words] = (code, (out or wrong).splitlines()[0])
    expected = {words: (code, start.format(**names)) for words, (code, start) in SAYS.items()}
    assert {words: (code, line[: len(expected[words][1])]) for words, (code, line) in said.items()} == expected
    assert not (tmp_path / "postgresql:").exists()


AWAY = "postgresql://127.0.0.1:1/x"
UNREAD = "The database postgresql:127.0.0.1:1/x/data cannot be read: the database cannot be reached.\n"


def test_every_command_says_that_the_database_cannot_be_reached(tmp_path, monkeypatch):
    (tmp_path / "law.txt").write_text("The law was read once.\n")
    settings = {f"TRACKER_{area.upper()}": AWAY for area in AREAS} | {"EDITOR": "true"}
    for words, says in {
        "check": UNREAD,
        "check --fix": UNREAD,
        f"check {AWAY}": UNREAD,
        "export x.csv": UNREAD,
        "snapshot x.html": UNREAD,
        "attach law law.txt": UNREAD,
        "import --dry-run law.txt": UNREAD,
        "redact": "The database cannot be reached now; try again in a minute. Nothing was removed.\n",
        "people": "The database cannot be reached now; try again in a minute.\n",
        "revoke editor-x1": "The database cannot be reached now; try again in a minute.\n",
        "rotate-key": "The database cannot be reached now; try again in a minute.\n",
        "database init": "postgresql:127.0.0.1:1/x/data: the database cannot be reached\n",
        f"copy {AWAY} out": "postgresql:127.0.0.1:1/x/data cannot be read (the database cannot be reached). "
        "Nothing was copied.\n",
        f"copy {ROOT}/data {AWAY}": "postgresql:127.0.0.1:1/x/data cannot be written (the database cannot be reached). "
        "Nothing was copied.\n",
    }.items():
        monkeypatch.setattr(sys, "stdin", io.StringIO("Repeal the punishments\n"))
        assert (words, *run_command(*words.split(), settings=settings, cwd=tmp_path)) == (words, 2, "", says)
    close_databases()


def test_check_finds_in_a_database_what_it_finds_in_a_folder_and_fixes_the_same(tmp_path, database):
    files = {
        "recommendations/r1.yaml": ASKED.replace("summary", "sumary"),
        "recommendations/co-4-12.yaml": RECOMMENDED.replace("co-4", "co-5"),
        "evidence/law.yaml": f"# call +996 555 000 111\r\n{NEWS}relevant_to: [{{recommendation: r9, effect: progress}}]\r\n",
        "evidence/latin.yaml": NEWS,
    }
    root = made(tmp_path / "data", files)
    (root / "evidence" / "latin.yaml").write_bytes(NEWS.replace("24.kg", "d\u00e9j\u00e0").encode("latin-1"))
    place = put_folder(root, database.place())
    for fix in ([], ["--fix"]):
        for where, settings in {str(root): {}, place.url: {"TRACKER_DATA": place.url}}.items():
            words = [] if settings else [where]
            found = run_command("check", *fix, *words, settings={"TRACKER_STATE": str(tmp_path), **settings})
            lines = found[1].replace(f"{place.root if settings else root}/", "").splitlines()
            if not settings:
                expected = (found[0], lines)
        assert (found[0], lines) == expected
        assert len(lines) > 5
    fixed = {name: (root / name).read_bytes() for name in database.files("tracker_data")}
    assert [
        name for name, raw in database.files("tracker_data").items() if without_times(raw) != without_times(fixed[name])
    ] == []


def without_times(raw: bytes) -> bytes:
    return re.sub(rb"recorded: \S+", b"recorded: x", raw)


@pytest.mark.parametrize("words", [("copy", "here", "{}"), ("database", "init", "{}"), ("check", "{}")])
@pytest.mark.parametrize("url", ["postgresql://x:secret@127.0.0.1:1/x", "postgres:///x?host=127.0.0.1&password=secret"])
def test_a_password_on_the_command_line_is_refused(words, url):
    code, out, wrong = run_command(*(word.format(url) for word in words), settings={})
    assert (code, out, "secret" in wrong) == (2, "", False)
    assert wrong.startswith("Everybody on this machine can read a password on the command line. Nothing was done.")


def test_a_setting_names_a_place_for_a_copy(tmp_path, database):
    root, place = made(tmp_path / "data"), database.place()
    settings = {"TRACKER_DATA": place.url}
    assert run_command("copy", str(root), "TRACKER_DATA", settings=settings)[0] == 0
    assert run_command("copy", "TRACKER_DATA", str(tmp_path / "copied"), settings=settings)[0] == 0
    assert (tmp_path / "copied" / "tracker.yaml").read_bytes() == (root / "tracker.yaml").read_bytes()
    assert run_command("copy", str(root), "TRACKER_PRIVATE", settings=settings)[2] == "TRACKER_PRIVATE is not set.\n"
