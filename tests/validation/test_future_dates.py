"""What has happened is not in the future: in the check of a folder, in a save, and in the forms. A planned date may be."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.small_dataset import ANNA, Clock
from tests.support.story_folder import ASKED, NEWS, made
from tracker.editing.forms.assessment import EvidenceForm
from tracker.editing.forms.document import DocumentForm
from tracker.editing.store import Store
from tracker.i18n import get_language
from tracker.model.errors import ValidationFailed
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CO = "  - {id: co-4, body: cescr, kind: concluding-observations, title: B, cycle: 4, verification: seen"
OTHERS = """\
documents:
  - {id: report, body: cescr, kind: alternative-report, title: A, cycle: 4, verification: seen}
  - {id: hrc-3, body: ccpr, kind: concluding-observations, title: C, cycle: 3, verification: seen}
"""


def problems(folder: Path) -> list[str]:
    return [str(p).partition(": ")[2] for p in check_folder(folder, now=NOW)]


FUTURE = "the date 2027-12-05 is in the future; correct it, or record a planned date as a deadline"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("evidence/law.yaml", f"{NEWS}published: 2027-12-05\n"),
        ("evidence/law.yaml", f"{NEWS}happened: 2027-12-05\n"),
        *(("documents.yaml", f"{OTHERS}{CO}, {field}: 2027-12-05}}\n") for field in ("received", "considered", "adopted", "issued")),
        ("documents.yaml", f"{OTHERS}{CO}, deadlines: [{{kind: reply, date: 2028, done: 2027-12-05}}]}}\n"),
        ("documents.yaml", f"{OTHERS}{CO}, follow_up: {{verification: reported, steps: [{{date: 2027-12-05, description: D}}]}}}}\n"),
        ("recommendations/r1.yaml", ASKED.replace("{document: report, paragraph: 1}", "{publisher: Gazette, paragraph: 1, date: 2027-12-05}")),
    ],
)  # fmt: skip
def test_what_has_happened_is_not_in_the_future(tmp_path, path, text):
    assert problems(made(tmp_path / "data", {path: text})) == [FUTURE]
    assert problems(made(tmp_path / "data", {path: text.replace("2027-12-05", "2026")})) == []


@pytest.mark.parametrize("field", ["due: 2027", "deadlines: [{kind: reply, date: 2027-12-05}]"])
def test_a_planned_date_is_in_the_future(tmp_path, field):
    assert problems(made(tmp_path / "data", {"documents.yaml": f"{OTHERS}{CO}, {field}}}\n"})) == []


def test_a_save_is_refused_but_a_date_that_is_recorded_already_stops_no_edit(tmp_path):
    store = Store(DatasetReader(made(tmp_path / "data", {"evidence/law.yaml": NEWS})), clock=Clock())
    e = store.reader.read().evidence["law"]
    with pytest.raises(ValidationFailed) as refused:
        store.save(replace(e, published="2027-12-05"), by=ANNA, reason="Found.")
    assert [violation.message for violation in refused.value.violations] == [FUTURE]

    recorded = made(tmp_path / "other", {"evidence/law.yaml": f"{NEWS}published: 2027-12-05\n"})
    store = Store(DatasetReader(recorded), clock=Clock())
    e = store.reader.read().evidence["law"]
    store.save(replace(e, publisher="Gazette"), by=ANNA, reason="Corrected.")


@pytest.mark.parametrize(
    ("form", "fields"),
    [(EvidenceForm(), ["happened", "published"]), (DocumentForm(), ["received", "considered", "adopted", "issued"])],
)
def test_the_form_says_it_at_the_field(tmp_path, form, fields):
    view = View(DatasetReader(made(tmp_path / "data")).read(), NOW.date())
    typed = replace(form, **dict.fromkeys(fields, "2027-12-05"))
    found = {e.field: e for e in typed.validate(view, None, get_language("en")) if "in the future" in e}
    assert sorted(found) == sorted(fields)
    assert found[fields[-1]].endswith(": 5 December 2027 is in the future. Enter a planned date as a deadline.")
