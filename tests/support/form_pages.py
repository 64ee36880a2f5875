"""Open pages of the small folder without a browser, type into their forms, press buttons, and read what they show."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import pages.shared.layout
import tracker.storage.dataset_reader
from pages.shared import form_drafts
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA
from tests.support.story_folder import made
from tracker.model.permissions import Person
from tracker.model.vocabulary import EvidenceDimension, EvidenceKind, Verification


def opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str] | None) -> Callable[..., AppTest]:
    """Return a function that opens a page: `open_("evidence", q="law")` opens /evidence?q=law.

    The page is opened as ANNA, unless `who` is given. The data folder has `files` in it. If `files` is None, there
    is a data folder already.
    """
    if files is not None:
        made(tmp_path / "data", files)
    form_drafts._drafts.clear()  # what was typed in another story
    monkeypatch.setattr(tracker.storage.dataset_reader, "CHECK_INTERVAL", 0.0)
    monkeypatch.setenv("TRACKER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRACKER_STATE", str(tmp_path / "state"))

    def open_(file: str = "edit", /, who: Person = ANNA, **params: str) -> AppTest:
        monkeypatch.setattr(pages.shared.layout, "current_person", lambda: who)
        page = AppTest.from_file(str(ROOT / "pages" / f"{file}.py"), default_timeout=60)
        for name, value in {"lang": "en", **params}.items():
            page.query_params[name] = value
        return page.run()

    return open_


def html(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


CHOSEN: dict[str, Any] = {
    "kind": EvidenceKind.NEWS,
    "dimension": EvidenceDimension.PRACTICE,
    "mark": Verification.REPORTED,
}
"""What somebody has to choose for every item of evidence."""


def put(page: AppTest, prefix: str, **fields: Any) -> AppTest:
    """Fill in several fields of a form, whose keys begin with `prefix`. Run the page and return it."""
    kinds = (page.text_input, page.text_area, page.selectbox, page.multiselect, page.radio)
    found = {widget.key: widget for kind in kinds for widget in kind}
    for name, value in fields.items():
        found[prefix + name].set_value(value)
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    """Press the button with this label, or with this label and in whose name it saves: "Save 1 recommendation (HRC)"."""
    longer = (f"{label} (", f"{label}: ")
    next(button for button in page.button if button.label == label or button.label.startswith(longer)).click()
    page.run()
    assert page.exception == []
    return page


def errors(page: AppTest) -> list[str]:
    return [line for error in page.error for line in error.value.split("\n")]


def tick(page: AppTest) -> AppTest:
    """Tick all that are clear in the review of an import. Return the page."""
    return press(page, "Tick all that are clear")


def tick_read(page: AppTest) -> AppTest:
    """Say that what is ticked in a review was read in the document. Return the page."""
    return next(box for box in page.checkbox if str(box.key).startswith("read_")).check().run()


def paste(page: AppTest, text: str) -> AppTest:
    """Paste a text as the document to import, and press the button that reads it. Return the page."""
    page.text_area(key="bring_in_text").set_value(text)
    return press(page, "Read the text")
