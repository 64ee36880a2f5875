"""What the stories of pages share. A module says with FILES what its folder holds, and with PRIVATE that it has a private one."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import pages.forms.imports.review
import pages.forms.records.record_forms
from pages.shared import import_drafts
from tests.support.form_pages import opening
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.importing.documents.reader import read_document
from tracker.storage.dataset_reader import DatasetReader

BY_CHANCE = "c0ffee"
"""With this the ids of new private evidence end here."""


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """`opened("evidence", q="law")` is that page of the small folder with the files of the module."""
    if getattr(request.module, "PRIVATE", False):
        monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path / "private"))
        monkeypatch.setattr(pages.forms.records.record_forms, "token_hex", lambda _bytes: BY_CHANCE)
        # there are no sessions here; tests/web/test_redaction_running.py has them
        monkeypatch.setattr("pages.shared.streamlit_internals.runtime", SimpleNamespace(exists=lambda: False))
    return opening(tmp_path, monkeypatch, getattr(request.module, "FILES", {}))


@pytest.fixture
def folder(opened: Callable[..., AppTest], tmp_path: Path) -> PrivateFolder:
    return PrivateFolder(tmp_path / "private", DatasetReader(tmp_path / "data", look_every=0.0), THE_HOST)


@pytest.fixture
def _reads_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No draft of another story, and documents are read in this process: one of its own takes a second each time."""
    import_drafts.import_drafts().forget()
    monkeypatch.setattr(pages.forms.imports.review, "parse_upload", lambda data, name, **_limits: read_document(data))


@pytest.fixture
def there(tmp_path: Path) -> Callable[[str], Any]:
    """`there("r1")` is the record as its file has it now."""

    def read(name: str) -> Any:
        found = DatasetReader(tmp_path / "data").read()
        assert found.problems == ()
        return {**found.recommendations, **found.evidence, **found.documents}.get(name)

    return read
