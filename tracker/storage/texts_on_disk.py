"""The texts of attached files as files on this machine. Those in a database are copied to it when they are needed."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePath

from tracker.storage.attached_files import (
    FILES_FOLDER,
    MAX_KEPT_BYTES,
    TEXT_SUFFIX,
    TextStat,
    digest_of_name,
    list_texts,
    text_name,
    text_path,
    text_stat,
)
from tracker.storage.file_cache import process_folder
from tracker.storage.open_storage import open_storage


class TextsOnDisk:
    """The texts in the storage `root`. Those of a folder are where they are, others are copied into the folder `state`.

    `folder` is the folder in whose folder of attached files they can be read.
    """

    def __init__(self, root: PurePath, state: Path) -> None:
        self._storage = open_storage(root)
        self._is_copied = not isinstance(root, Path)
        self.folder = root if isinstance(root, Path) else process_folder(state) / "texts"
        self._copied: dict[str, tuple[TextStat, TextStat]] = {}

    def list_all(self) -> dict[str, TextStat]:
        """Return digest → TextStat for each text. Raises OSError if they cannot be listed."""
        if not self._is_copied:
            return list_texts(self.folder)
        found = dict[str, TextStat]()
        for name, stat in self._storage.list_files(FILES_FOLDER).items():
            digest = digest_of_name(PurePath(name).name) if name.endswith(TEXT_SUFFIX) else None
            if digest:
                there, here = self._copied.get(digest, (None, stat))
                found[digest] = here if there == stat else stat
        return found

    def copy(self, digests: Iterable[str]) -> None:
        """Make sure that these texts can be read in `folder`. One that is not there any more is left out. Raises OSError."""
        if not self._is_copied:
            return
        for digest in digests:
            if (stat := self._storage.stat(text_name(digest))) is None or digest in self._copied:
                continue
            path = text_path(self.folder, digest)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                path.write_bytes(self._storage.read(text_name(digest), MAX_KEPT_BYTES))
                self._copied[digest] = stat, text_stat(os.stat(path))

    def clear(self) -> None:
        """Delete the copies."""
        if self._is_copied:
            self._copied = {}
            shutil.rmtree(self.folder, ignore_errors=True)
