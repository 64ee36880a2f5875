"""What a machine does to a folder, really done: rights that are gone, a full disk, a process that is killed."""

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
    """A folder that also somebody without any rights can reach; pytest's own are root's alone."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def without_rights(owned: Path, story: Callable[[], Any]) -> Any:
    """What the story gives, told in a process to which rights matter: root passes by them, nobody does not.

    All that is in the folder is theirs, as far as it goes.
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
    """Reads and saves once: what Python imports at its first use, nobody could import where it lies in somebody's home."""
    with tempfile.TemporaryDirectory() as place:
        store = Store(DatasetReader(made(Path(place))))
        store.save(replace(store.reader.read().evidence["law"], publisher="Kaktus"), by=ANNA, reason="A slip.")


def on_a_small_disk(script: str, folder: Path) -> list[str]:
    """The lines that a script prints that is given a folder on a disk of 1 MB, and whether that disk is a real one.

    Where nobody may mount one, files may not grow instead: the system refuses the same writes with another number.
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
