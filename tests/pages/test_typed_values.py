"""A recorded date stands in a form as people write it, and is read again as the same date."""

from pathlib import Path

import pytest

from pages.forms.widgets import date_in_words
from tests.pages.test_recommendation_editing import FILES
from tests.support.form_pages import CHOSEN, errors, html, opening, press, put
from tracker.i18n import get_language
from tracker.storage.dataset_reader import DatasetReader

WORDS = {
    "2026": "2026",
    "2026-03": "March 2026",
    "2026-03-12": "12 March 2026",
    "../2023-03": "March 2023 or before",
    "2024-09-12/2024-09-13": "12–13 September 2024",
    "2019/2024": "2019–2024",
    "2025-09~": "about September 2025",
    "": "",
    "soon": "soon",
}


@pytest.mark.parametrize(("recorded", "words"), WORDS.items())
def test_a_date_stands_in_words(recorded: str, words: str) -> None:
    assert date_in_words(get_language("en"), recorded) == words


def test_a_date_that_nobody_touched_stays_when_an_edit_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = opening(tmp_path, monkeypatch, FILES)
    page = put(
        opened(what="evidence"),
        "edit_evidence__",
        publisher="Parliament",
        happened="March 2023 or before",
        published="2026-01-31",
        summary_en="A law was passed.",
        bears_progress=["r1"],
        **CHOSEN,
    )
    assert errors(press(page, "Add the evidence")) == []
    page = opened(what="evidence", id="parliament-2026")
    shown = [page.text_input(key=f"edit_evidence_parliament-2026_{name}").value for name in ("happened", "published")]
    assert (shown, "Understood as" in html(page)) == (["March 2023 or before", "31 January 2026"], False)
    put(page, "edit_evidence_parliament-2026_", summary_en="The law was passed.", reason="Clearer.")
    assert errors(press(page, "Save the edit")) == []
    e = DatasetReader(tmp_path / "data").read().evidence["parliament-2026"]
    texts = [variant.text for variant in e.summary.values()]
    assert (e.happened, e.published, texts) == ("../2023-03", "2026-01-31", ["The law was passed."])
