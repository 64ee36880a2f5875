"""The message about a save: the browser goes to it, and it goes when another form opens."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_recommendation_editing import FILES
from tests.support.form_pages import html, opening, press, put
from tracker.storage.dataset_reader import DatasetReader

EDIT = "edit_recommendation_co-3-7_"
SAVED = "The edit is saved. The earlier text stays in the history."


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page of a recommendation after an edit was saved there."""
    opened = opening(tmp_path, monkeypatch, FILES)
    page = opened("recommendation", id="co-3-7", form="edit", editing=version(tmp_path))
    return press(put(page, EDIT, title_en="End it now", reason="Clearer."), "Save the edit")


def version(tmp_path: Path) -> str:
    return DatasetReader(tmp_path / "data").read().recommendations["co-3-7"].version


def token(page: AppTest) -> str:
    return "".join(re.findall('class="rt-saved" role="status" tabindex="-1" data-arrive="([^"]+)"', html(page)))


def test_the_browser_goes_to_each_message_once(saved: AppTest) -> None:
    first = token(saved)
    assert (bool(first), SAVED in html(saved)) == (True, True)
    assert token(saved.run()) == first
    press(saved, "Undo the last save")
    assert (token(saved) not in ("", first), "Undone." in html(saved)) == (True, True)


@pytest.mark.parametrize("params", [{}, {"form": "edit"}, {"form": "retire"}])
def test_a_form_that_opens_takes_the_message_and_its_undo_away(
    saved: AppTest, tmp_path: Path, params: dict[str, str]
) -> None:
    assert "Undo the last save" in [button.label for button in saved.button]
    for name, value in {"editing": version(tmp_path), **params}.items():
        saved.query_params[name] = value
    saved.run()
    assert (SAVED in html(saved), [b.label for b in saved.button if "Undo" in b.label]) == (False, [])
    press(saved, "Discard and close")
    assert SAVED not in html(saved)
