"""Do to a folder what a machine can do: take rights away, fill the disk, kill a process."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.editing.store import Store
from tracker.storage.dataset_reader import DatasetReader

NOBODY = 65534


@contextmanager
def open_to_all() -> Iterator[Path]:
    """Give a temporary folder that every user can reach. Only root can reach those of pytest."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def without_rights(owned: Path, story: Callable[[], Any]) -> Any:
    """Return the result of `story`, run in a process of the user nobody if this process runs as root.

    Rights do not matter to root. All files in the folder `owned` belong to nobody after that. An exception in
    `story` is returned as the text of its traceback.
    """
    _import_all()
    if os.geteuid() == 0:
        for path in (owned, *owned.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            told = story()
        except BaseException:
            told = traceback.format_exc()
        os.write(theirs, json.dumps(told).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        told = json.loads(pipe.read())
    os.waitpid(child, 0)
    return told


def _import_all() -> None:
    """Read and save once, so that everything is imported. The user nobody may not be able to read our modules."""
    with tempfile.TemporaryDirectory() as place:
        store = Store(DatasetReader(made(Path(place))))
        store.save(replace(store.reader.read().evidence["law"], publisher="Kaktus"), by=ANNA, reason="A slip.")


def on_a_small_disk(script: str, folder: Path) -> list[str]:
    """Return the lines that a Python script prints. Its arguments are a folder on a disk of 1 MB, and "disk".

    If no such disk can be mounted, the second argument is "limit": the script then has to limit how large its files
    may grow.
    """
    mount = f'mount -t tmpfs -o size=1m tmpfs "{folder}"'
    tried = ["unshare", "-rm", "sh", "-c", mount]
    real = bool(shutil.which("unshare")) and subprocess.run(tried, capture_output=True).returncode == 0
    run = [sys.executable, "-c", script, str(folder), "disk" if real else "limit"]
    if real:
        run = ["unshare", "-rm", "sh", "-c", f'{mount} && exec "$@"', "sh", *run]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    return done.stdout.splitlines()
