"""What may lie in a folder besides honest files: pipes, links that lead out, names with line breaks, halves of killed saves."""

import os
import threading
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.small_dataset import ASKED, folder
from tracker.accounts.accounts_file import MAX_ACCOUNTS_BYTES, AccountsFile
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.model.errors import StateUnavailable
from tracker.storage import cache_registry, dataset_reader
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.file_cache import FileCache, clear_file_caches
from tracker.storage.folder.storage import FolderStorage, read_file


def test_only_a_regular_file_of_a_bounded_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_file(tmp_path / "file", most=5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_file(tmp_path / "file", most=4)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read_file(tmp_path / "pipe")
    with pytest.raises(OSError, match=r"directory|regular"):
        read_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "nothing")


def test_a_pipe_in_place_of_the_marker_the_notes_or_the_accounts_blocks_nobody(tmp_path: Path) -> None:
    root, private, state = folder(tmp_path / "data", {"r/x": ASKED}), tmp_path / "private", tmp_path / "state"
    for place in (root / ".redacted", private / "notes" / "x.yaml", state / "sign-in.json"):
        place.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(place)
    reader = DatasetReader(root)
    assert list(reader.read().recommendations) == ["x"]
    notes = PrivateFolder(private, reader, THE_HOST).read()
    assert [Path(problem.path).name for problem in notes.problems] == ["x.yaml"]
    with pytest.raises(StateUnavailable, match="cannot be read"):
        AccountsFile(state).read()


def test_an_accounts_file_without_end_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sign-in.json").open("wb") as file:
        file.truncate(MAX_ACCOUNTS_BYTES + 1)
    with pytest.raises(StateUnavailable, match="cannot be read"):
        AccountsFile(tmp_path).read()


def test_a_link_that_leads_out_is_named_and_not_read(tmp_path: Path) -> None:
    root = folder(tmp_path / "data", {"r/x": ASKED})
    (tmp_path / "secret.yaml").write_text(ASKED.replace("title: T", "title: Secret"))
    os.mkfifo(tmp_path / "pipe")
    same = root / "recommendations" / "x.yaml"
    for name, target in (("out", tmp_path / "secret.yaml"), ("pipe", tmp_path / "pipe"), ("same", same)):
        (root / "recommendations" / f"{name}.yaml").symlink_to(target)
    data = DatasetReader(root).read()
    assert list(data.recommendations) == ["same", "x"]
    message = "a link that leads out of the data folder; put the file itself here"
    assert [(Path(p.path).name, p.message) for p in data.problems] == [("out.yaml", message), ("pipe.yaml", message)]


def test_a_folder_that_is_a_link_out_is_not_read(tmp_path: Path) -> None:
    root = folder(tmp_path / "data", {})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.yaml").write_text(ASKED)
    (root / "recommendations").symlink_to(tmp_path / "elsewhere")
    assert list(DatasetReader(root).read().recommendations) == []


def test_pages_do_not_wait_for_a_thread_that_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = DatasetReader(folder(tmp_path, {"r/x": ASKED}), look_every=0)
    known, reading, go_on = reader.read(), threading.Event(), threading.Event()

    def blocks(*_arguments: object) -> bytes:
        reading.set()
        assert go_on.wait(20)
        return b""

    monkeypatch.setattr(dataset_reader, "read_redaction_marker", blocks)
    other = threading.Thread(target=reader.read)
    other.start()
    assert reading.wait(20)
    assert reader.read() is known
    go_on.set()
    other.join()


def test_a_file_name_forges_no_line_of_the_output(tmp_path: Path) -> None:
    root = folder(tmp_path / "data", {})
    (root / "recommendations").mkdir()
    (root / "recommendations" / "x\ndata: no problems\n\x1b[2J.yaml").write_text(ASKED)
    code, out, _ = run_command("check", "data", settings={}, cwd=tmp_path)
    assert (code, "\x1b" in out, out.count("\n")) == (1, False, 1)
    assert out.startswith(r"data/recommendations/x\ndata: no problems\n\x1b[2J.yaml:1: ")


def test_every_cache_is_cleared_even_if_one_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    cleared: list[str] = []

    def fails() -> None:
        raise RuntimeError("broken")

    def clears_all_again() -> None:
        if not cleared:
            cleared.append("again")
            cache_registry.clear_caches()

    callbacks = [lambda: cleared.append("first"), fails, clears_all_again, lambda: cleared.append("last")]
    monkeypatch.setattr(cache_registry, "_clearers", [lambda one=one: one for one in callbacks])
    with pytest.raises(RuntimeError, match="broken"):
        cache_registry.clear_caches()
    assert cleared.count("last") >= 1 and cleared[-1] == "last"


def test_halves_of_killed_saves_are_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "recommendations").mkdir()
    unfinished = (".tracker.yaml.new", "recommendations/.x.yaml.new")
    for name in (*unfinished, "recommendations/x.yaml", "x.new", ".lock"):
        (tmp_path / name).write_bytes(b"x")
    assert FolderStorage(tmp_path).remove_unfinished() == unfinished
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"recommendations/x.yaml", "x.new", ".lock"}


def test_cached_files_are_bounded_and_removed_by_a_redaction_and_at_the_next_start(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, most=10)
    for name in ("a", "b", "c"):
        path = cache.put(name, b"1234", modified=0)
    assert [cache.get(name) is None for name in "abc"] == [True, False, False]
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 2
    assert path.parent.stat().st_mode & 0o077 == 0
    cache.clear()
    assert (cache.get("c"), [path for path in tmp_path.rglob("*") if path.is_file()]) == (None, [])
    path = cache.put("d", b"words", modified=0)
    clear_file_caches(tmp_path)
    assert not path.exists()
    left = tmp_path / "cache" / "999999999"
    left.mkdir(parents=True)
    (left / "x").write_bytes(b"words")
    FileCache(tmp_path)
    assert not left.exists()
