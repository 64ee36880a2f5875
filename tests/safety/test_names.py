"""Names of persons: words that the dataset knows are no names, and pairs of words that only may be names."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server_process import ROOT
from tests.support.story_folder import ASKED, made
from tracker.model.safety_config import SafetyFile
from tracker.safety.names.known_words import known_words
from tracker.safety.names.word_kinds import WordKind, base_form, word_kind
from tracker.safety.scanner import name_candidates, scan_dataset, scan_text
from tracker.storage.cache_registry import clear_caches
from tracker.storage.dataset_reader import DatasetReader

SHIPPED = DatasetReader(ROOT / "data").read()


def candidates(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    return [match.words for match in name_candidates(text, known)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We met Sampleson Exampleton near the river.", ["Sampleson Exampleton"]),
        ("Кийин Үлгүлүү Мисалдуу келди.", ["Үлгүлүү Мисалдуу"]),
        ("Sampleson went away.", []),
        ("The World Health Organization trains nurses.", []),
        ("Jane Sampleson was there.", []),  # a finding, not a candidate
    ],
)
def test_other_pairs_of_capitalised_words_are_candidates(text, found):
    assert candidates(text) == found


def test_a_candidate_is_not_a_finding():
    assert scan_text("We met Sampleson Exampleton near the river.", SHIPPED.safety) == ()


def test_words_of_the_dataset_are_no_candidates():
    text = "We met Sampleson Exampleton near the river."
    assert candidates(text, frozenset({"sampleson"})) == ["Sampleson Exampleton"]
    assert candidates(text, frozenset({"sampleson", "exampleton"})) == []


def test_the_dataset_knows_the_words_of_its_treaties_titles_and_organisations():
    known = known_words(SHIPPED)
    assert {"torture", "пыток", "пытка", "комитет", "eurasian", "ehra", "кыйноолорго", "bishkek"} <= known
    assert known is known_words(DatasetReader(ROOT / "data").read())


def test_a_name_typed_as_a_publisher_does_not_become_a_known_word(tmp_path: Path):
    folder = made(tmp_path / "data", {"recommendations/r1.yaml": ASKED, "evidence/law.yaml": EVIDENCE})
    dataset = DatasetReader(folder).read()
    assert "gazette" in known_words(dataset) and not {"aida", "testova"} & known_words(dataset)
    assert [violation.field_path for violation in scan_dataset(dataset)] == [("publisher",)]


EVIDENCE = """kind: law
publisher: Gazette of Aida Testova
summary: A law.
dimension: law
verification: seen
link: https://example.org/law
"""


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Азаматка", WordKind.GIVEN),
        ("Zharkynai", WordKind.GIVEN),
        ("Jarkynay", WordKind.GIVEN),
        ("Шамшиевадан", WordKind.SURNAME),
        ("Tolponbekova's", WordKind.SURNAME),
        ("Эркинбековичу", WordKind.PATRONYMIC),
        ("Комитеттин", WordKind.NONE),
        ("Ким", WordKind.WORD),
    ],
)
def test_a_word_is_recognised_in_every_case_and_spelling(word, kind):
    assert word_kind(word) == kind


def test_the_base_form_of_a_word():
    assert [base_form(word) for word in ("Пыток", "Кыргызстандын", "Torture's")] == ["пытка", "кыргызстан", "torture"]


def test_a_redaction_clears_the_words_that_were_looked_up():
    scan_text("Жаркынай Толпонбекова", SafetyFile())
    assert word_kind.cache_info().currsize > 0
    clear_caches()
    assert word_kind.cache_info().currsize == 0


def test_the_dictionary_is_loaded_only_for_cyrillic_words():
    script = (
        "import sys; from tracker.safety.scanner import scan_text; scan_text('Jane Example left.');"
        "print('pymorphy3' in sys.modules); scan_text('Светлана ушла.'); print('pymorphy3' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
