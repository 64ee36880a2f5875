"""Few people in a small place: everybody is shown "fewer than five", until a reviewer settles that the count may be shown."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.form_pages import html, opening, press, put
from tests.support.small_dataset import ANNA
from tests.support.story_folder import ASKED, NEWS, RECORDED, made
from tracker.editing.small_count_settings import permit_counts
from tracker.editing.store import Store
from tracker.model.dataset import Dataset
from tracker.model.errors import NotAllowed, WriteFailed
from tracker.model.permissions import Person, Role
from tracker.model.safety_config import SafetyFinding, TextField
from tracker.queries.view import View
from tracker.safety.scanner import text_fields
from tracker.safety.small_counts import find_small_counts, mask_small_counts, masked_text
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

REVIEWER = Person(Role.REVIEWER, "reviewer-x1")
SAID = "Three clients of the village were held; 120 clients of the city were not."
SHOWN = "Fewer than five clients of the village were held; 120 clients of the city were not."
WITH = {"evidence/law.yaml": NEWS.replace("The law was signed.", f'"{SAID}"')}


@pytest.fixture
def read(tmp_path: Path):
    return lambda files=WITH: DatasetReader(made(tmp_path / "data", files)).read()


def soft(text: str, lang: str = "en") -> str:
    return masked_text(text, lang, find_small_counts(text))


@pytest.mark.parametrize(
    ("lang", "text", "shown"),
    [
        (
            "ru",
            "В селе живут 3 клиента, в городе 120 клиентов.",
            "В селе живут менее пяти клиентов, в городе 120 клиентов.",
        ),
        ("ru", "В селе двое новых пациентов.", "В селе менее пяти новых пациентов."),
        ("ru", "Три женщины из села уехали.", "Менее пяти женщин из села уехали."),
        ("en", "Two clients in a village.", "Fewer than five clients in a village."),
        ("en", "One person of the village left.", "Fewer than five people of the village left."),
        ("ky", "Айылда 3 кардар бар.", "Айылда бештен аз кардар бар."),
        ("en", "7 clients in a village, 3 laws, article 2.", "7 clients in a village, 3 laws, article 2."),
    ],
)
def test_a_small_count_is_shown_as_fewer_than_five(lang, text, shown):
    assert soft(text, lang) == shown


def test_what_is_shown_is_softened_and_what_is_written_stays(read):
    dataset = read()
    shown = mask_small_counts(dataset)
    (text,) = shown.evidence["law"].summary.values()
    (was,) = shown.unmasked.evidence["law"].summary.values()
    assert (text.text, was.text) == (SHOWN, SAID)
    assert (shown.signature, shown.evidence["law"].version) == (dataset.signature, dataset.evidence["law"].version)
    assert shown.recommendations["r1"] is dataset.recommendations["r1"]


def test_nothing_to_soften_leaves_the_dataset_as_it_is(read):
    dataset = read({})
    assert mask_small_counts(dataset) is dataset
    assert dataset.unmasked is dataset


def test_every_text_is_softened_in_its_language_also_what_it_said_before(read):
    files = {
        "recommendations/r1.yaml": ASKED.replace(
            "summary: Use should not be punished.", "summary: {en: Use., ru: В селе живут 3 клиента.}"
        )
        + f"{RECORDED}\nassessments:\n  - {{voice: civil-society, status: not-implemented, date: 2025, reason: '{SAID}', {RECORDED}}}\n"
        + "history:\n  - {recorded: 2026-02-01T12:00:00.000000Z, recorded_by: editor-anna, reason: 'Two clients of the village objected.', "
        + f"field: summary, old: '{SAID}'}}\n"
    }
    r = mask_small_counts(read(files)).recommendations["r1"]
    texts = [one.text for one in text_fields(r)]
    assert r.summary["ru"].text == "В селе живут менее пяти клиентов."
    assert (texts.count(SHOWN), "Fewer than five clients of the village objected." in texts) == (2, True)
    assert [text for text in texts if "Three clients" in text or "Two clients" in text] == []
    early = View(mask_small_counts(read(files)), date(2026, 6, 1), recorded="2026-01-31T13:00:00.000000Z")
    assert [w.text for w in early.recommendations["r1"].summary.values()] == [SHOWN]


def counted(dataset: Dataset) -> list[SafetyFinding]:
    texts = (TextField(one.record, one.field, one.field_path, one.text) for one in text_fields(dataset.evidence["law"]))
    return [SafetyFinding(one, concern) for one in texts for concern in find_small_counts(one.text)]


def test_a_settled_count_is_shown_as_it_is_written_and_the_file_says_so(tmp_path):
    store = Store(DatasetReader(made(tmp_path / "data", WITH)))
    assert [problem.message[:52] for problem in check_folder(store.root)] == [
        "so few people in a small place can be recognised; sa"
    ]
    permit_counts(store, counted(store.reader.read()), REVIEWER)
    assert (store.root / "safety.yaml").read_text("utf-8") == (
        "# yaml-language-server: $schema=schema/safety.json\ncounts:\n  - record: evidence law\n    field: summary\n    words: three\n"
    )
    now = store.reader.read()
    assert mask_small_counts(now) is now
    assert check_folder(store.root) == []


def test_another_count_in_the_same_text_is_still_softened(tmp_path):
    store = Store(DatasetReader(made(tmp_path / "data", WITH)))
    permit_counts(store, counted(store.reader.read()), REVIEWER)
    path = store.root / "evidence" / "law.yaml"
    path.write_text(path.read_text("utf-8").replace("Three", "Two"), "utf-8")
    (text,) = mask_small_counts(store.reader.read(fresh=True)).evidence["law"].summary.values()
    assert text.text == SHOWN


def test_what_the_file_says_else_stays(tmp_path):
    ours = "# Our own words.\nwords: {place: [yurt*]}  # small ones\n"
    store = Store(DatasetReader(made(tmp_path / "data", WITH | {"safety.yaml": ours})))
    permit_counts(store, counted(store.reader.read()), REVIEWER)
    permit_counts(store, counted(store.reader.read()), REVIEWER)
    text = (store.root / "safety.yaml").read_text("utf-8")
    assert (text.startswith(ours), text.count("evidence law")) == (True, 1)


def test_an_editor_cannot_have_a_count_shown(tmp_path):
    store = Store(DatasetReader(made(tmp_path / "data", WITH)))
    with pytest.raises(NotAllowed):
        permit_counts(store, counted(store.reader.read()), ANNA)
    assert not (store.root / "safety.yaml").exists()


def test_a_broken_file_is_not_overwritten(tmp_path):
    store = Store(DatasetReader(made(tmp_path / "data", WITH | {"safety.yaml": "words: [\n"})))
    with pytest.raises(WriteFailed, match="correct it first"):
        permit_counts(store, counted(store.reader.read()), REVIEWER)
    assert (store.root / "safety.yaml").read_text("utf-8") == "words: [\n"


def test_a_page_shows_it_softened_and_a_reviewers_reason_has_it_shown(tmp_path, monkeypatch):
    monkeypatch.delenv("TRACKER_PRIVATE", raising=False)
    opened = opening(tmp_path, monkeypatch, WITH)
    shown = html(opened("evidence"))
    assert "Three clients" not in shown, "the page shows so few people that they can be recognised"
    assert SHOWN in shown

    version = DatasetReader(tmp_path / "data").read().evidence["law"].version
    page = opened(who=REVIEWER, what="evidence", id="law", editing=version)
    form = "edit_evidence_law_"
    assert page.text_area(key=f"{form}summary_en").value == SAID
    put(page, form, summary_en=SAID + " Two women of the village left.", reason="More is known.")
    press(page, "Save the edit")
    for field in [one for one in page.text_input if one.key.startswith("settle_")]:
        field.set_value("The village has 9,000 people.")
    press(page, "Settle with this reason")
    press(page, "Save the edit")
    assert "9,000" not in "".join(path.read_text("utf-8") for path in (tmp_path / "data").rglob("*.yaml"))
    assert f"{SAID} Two women of the village left." in html(opened("evidence"))
