"""Rights that are taken away, a folder nobody may write to, a full disk: readers go on, and a save is refused whole."""

import os
from dataclasses import replace
from typing import Any

from tests.support.fault_injection import on_a_small_disk, open_to_all, without_rights
from tests.support.small_dataset import ANNA, said
from tests.support.story_folder import made
from tracker.editing.store import Store
from tracker.model.errors import NoDataset, WriteFailed
from tracker.storage.dataset_reader import DatasetReader


def test_rights_that_are_taken_away_take_nothing_from_readers():
    with open_to_all() as place:
        data = made(place / "data")
        r1, folder = data / "recommendations" / "r1.yaml", data / "recommendations"

        def story() -> list[Any]:
            reader = DatasetReader(data, look_every=0)
            store, before, told = Store(reader), reader.read(), []
            for path in (r1, folder, data):
                rights = path.stat().st_mode
                for mode in (0o000, 0o444) if path != r1 else (0o000,):
                    path.chmod(mode)
                    if path == r1:
                        os.utime(path)  # what did not change is known, whoever may read it
                    now = reader.read()
                    told += [
                        [
                            path.name,
                            oct(mode),
                            now.recommendations == before.recommendations,
                            reader.unavailable is not None,
                            [str(p).removeprefix(f"{data}/") for p in now.problems][-1:],
                        ]
                    ]
                    try:
                        store.save(replace(before.recommendations["r1"], title=said("New")), by=ANNA, reason="A slip.")
                    except (WriteFailed, NoDataset) as bad:
                        told[-1].append(type(bad).__name__)
                    path.chmod(rights)
                    told[-1].append(reader.read() == before and reader.unavailable is None)
            return told

        denied = "recommendations/r1.yaml:1: cannot be read (Permission denied); check its permissions"
        assert without_rights(data, story) == [
            ["r1.yaml", "0o0", True, False, [denied], "WriteFailed", True],
            ["recommendations", "0o0", True, True, [], "NoDataset", True],
            ["recommendations", "0o444", True, False, [denied], "WriteFailed", True],
            ["data", "0o0", True, True, [], "NoDataset", True],
            ["data", "0o444", True, True, [], "NoDataset", True],
        ]


def test_a_folder_that_nobody_may_write_to_is_read_and_refuses_saves():
    with open_to_all() as place:
        data = made(place / "data")

        def story() -> list[Any]:
            reader = DatasetReader(data, look_every=0)
            store, law = Store(reader), reader.read().evidence["law"]
            (data / "evidence").chmod(0o555)
            try:
                store.save(replace(law, publisher="Kaktus"), by=ANNA, reason="A slip.")
                told: list[Any] = ["saved"]
            except WriteFailed as bad:
                told = [str(bad)]
            told.append(reader.read().evidence["law"] == law)
            (data / "evidence").chmod(0o755)
            (saved,) = store.save(replace(law, publisher="Kaktus"), by=ANNA, reason="A slip.")
            return [*told, getattr(saved, "publisher", ""), sorted(path.name for path in (data / "evidence").iterdir())]

        assert without_rights(data, story) == [
            "Could not write to disk (Permission denied). Nothing was saved; what you typed is still here.",
            True,
            "Kaktus",
            ["law.yaml"],
        ]


FULL = """
import resource, signal, sys
from dataclasses import replace
from pathlib import Path
from tests.support.small_dataset import ANNA, ASKED, folder, said
from tracker.storage.dataset_reader import DatasetReader
from tracker.model.errors import WriteFailed
from tracker.editing.store import Store

root, kind = Path(sys.argv[1]), sys.argv[2]
LONG = ASKED + "# " + "x" * 16_000 + chr(10)
reader = DatasetReader(folder(root, {f"r/r{n}": LONG for n in range(21)}), look_every=0)
store = Store(reader)
store.save(replace(reader.read().recommendations["r20"], title=said("New")), by=ANNA, reason="While there is room.")
before, refused = reader.read(), set()
bytes_before = {path: path.read_bytes() for path in root.rglob("*.yaml")}

# there is room for the beginning of a file
if kind == "disk":
    with open(root / "ballast", "wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 4096)
        except OSError as full:
            print(full.strerror)
        ballast.truncate(ballast.tell() - 8192)
else:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, -1))
    print("No space left on device")

for n in range(20):
    try:
        store.save(replace(before.recommendations[f"r{n}"], title=said("New")), by=ANNA, reason="A slip.")
    except WriteFailed as bad:
        refused.add(n)
same = {path: path.read_bytes() for path in root.rglob("*.yaml")} == bytes_before
print(len(refused), "saves refused;", "every file as it was:", same and reader.read() == before)
print("left behind:", [path.name for path in root.rglob(".*.new")])
if kind == "disk":
    (root / "ballast").unlink()
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
for n in range(20):
    store.save(replace(before.recommendations[f"r{n}"], title=said("New")), by=ANNA, reason="A slip.")
print(sum(r.title[""].text == "New" for r in DatasetReader(root).read().recommendations.values()), "saves there")
"""


def test_a_full_disk_refuses_a_save_and_harms_nothing(tmp_path):
    assert on_a_small_disk(FULL, tmp_path) == [
        "No space left on device",
        "20 saves refused; every file as it was: True",
        "left behind: []",
        "21 saves there",
    ]
