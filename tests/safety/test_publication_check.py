"""Before evidence is published, all of it is looked at: its texts, its links and its id, and what may be a name."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.small_dataset import said
from tests.support.story_folder import made
from tracker.editing.store import Store
from tracker.model.dataset import Dataset
from tracker.model.records import Evidence
from tracker.safety.publication_check import check_publication
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return DatasetReader(made(tmp_path / "data")).read()


def found(dataset: Dataset, **changes: object) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(field, words) of the findings, and of the candidates, of an item with these changes."""
    check = check_publication(replace(dataset.evidence["law"], **changes), dataset, lambda finding: False)
    findings, candidates = ([(one.text_field.field, one.match.words) for one in some] for some in vars_of(check))
    return findings, candidates


def vars_of(check):
    return check.findings, check.candidates


@pytest.mark.parametrize("words", ["Qorvek Zintal", "Корвек Зинтал"])
@pytest.mark.parametrize("field", ["title", "summary", "publisher", "identifier"])
def test_words_that_no_rule_knows_are_candidates_in_every_text(dataset, field, words):
    text = f"Then {words} spoke." if words.isascii() else f"Потом {words} сказал."
    changes = {field: said(text) if field in ("title", "summary") else text}
    assert found(dataset, **changes) == ([], [(field, words)])


def test_names_that_a_rule_knows_and_known_words_are_no_candidates(dataset):
    assert found(dataset, summary=said("Aidana Testova spoke.")) == ([("summary", "Aidana Testova")], [])
    assert found(dataset, summary=said("The Human Rights Committee spoke in Kyrgyzstan.")) == ([], [])


def test_links_and_the_id_are_looked_at_too(dataset):
    assert found(dataset, link="https://example.org/news/aidana-testova-was-held") == ([], [("link", "Aidana Testova")])
    assert found(dataset, id="aidana-testova-2026") == ([], [("id", "Aidana Testova")])
    assert found(dataset, archived="https://example.org/t/+996555000111") == ([("archived", "+996555000111")], [])
    assert found(dataset, link="https://example.org/news/law-on-drugs-was-signed", id="held") == ([], [])


def test_what_a_reviewer_settled_is_not_asked_again(dataset):
    e: Evidence = replace(dataset.evidence["law"], summary=said("Qorvek Zintal spoke. Call +996 555 000 111."))
    check = check_publication(e, dataset, lambda finding: True)
    assert vars_of(check) == ((), ())


def test_the_store_uses_its_own_dismissals(dataset):
    store = Store(DatasetReader(dataset.root), is_dismissed=lambda finding: finding.match.words == "Qorvek Zintal")
    e = replace(dataset.evidence["law"], summary=said("Qorvek Zintal and Brindle Fossoway spoke."))
    assert [one.match.words for one in store.check_publication(e).candidates] == ["Brindle Fossoway"]
