"""Few people in a small place: the safety check finds the number. Nothing but a person ever changes a sentence."""

from dataclasses import replace

import pytest

from tests.support.examples import examples
from tests.support.small_dataset import ANNA, REVIEWER, Clock, said
from tests.support.story_folder import made
from tracker.editing.store import Store
from tracker.model.errors import SafetyFindings
from tracker.safety.dismissals import Dismissals
from tracker.safety.scanner import scan_text
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

EXAMPLES = examples(__file__)

SAID = "Three clients of the village were held; 120 clients of the city were not."
REWORDED = "Fewer than five clients of the village were held; 120 clients of the city were not."
FOUND = "so few people in a small place can be recognised; say “fewer than five”, or name a larger place (few)"
WHY = "The village has 9,000 people."


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Two women of the village left.", ["Two"]),
        ("В селе живут 3 человека, в городе 120 клиентов.", ["3"]),
        ("В селе двое новых пациентов.", ["двое"]),
        ("Айылда эки аял жана 3 кардар бар.", ["эки", "3"]),
    ],
)
def test_fewer_than_five_people_in_a_small_place_are_found(text, counts):
    assert [(match.rule.id, match.words) for match in scan_text(text)] == [("few", words) for words in counts]


@pytest.mark.parametrize("text", EXAMPLES["the safer wording larger numbers and statistics are left alone"])
def test_the_safer_wording_larger_numbers_and_statistics_are_left_alone(text):
    assert scan_text(text) == ()


def test_a_save_is_refused_until_it_is_reworded_or_dismissed(tmp_path):
    dismissals = Dismissals(tmp_path / "private", tmp_path / "state")
    store = Store(DatasetReader(made(tmp_path / "data")), clock=Clock(), is_dismissed=dismissals.covers)

    def save(summary: str):
        e = store.reader.read().evidence["law"]
        return store.save(replace(e, summary=said(summary)), by=ANNA, reason="More is known.")

    before = (store.root / "evidence" / "law.yaml").read_bytes()
    with pytest.raises(SafetyFindings) as refused:
        save(SAID)
    (finding,) = refused.value.findings
    assert (finding.match.rule.id, finding.match.words, finding.text_field.field) == ("few", "Three", "summary")
    assert (store.root / "evidence" / "law.yaml").read_bytes() == before

    (saved,) = save(REWORDED)
    assert saved.summary == said(REWORDED)

    dismissals.dismiss([(finding, WHY)], REVIEWER)
    (saved,) = save(SAID)
    assert saved.summary == said(SAID)
    assert check_folder(store.root, dismissals.covers) == []
    assert [problem.message for problem in check_folder(store.root)] == [FOUND]
    assert not (store.root / "safety.yaml").exists(), "what is dismissed is kept in one place, which is not public"
    with pytest.raises(SafetyFindings):
        save(SAID.replace("Three", "Two"))  # another number is another finding
