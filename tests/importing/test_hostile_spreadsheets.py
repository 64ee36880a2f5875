"""No file takes the reader down: it gives rows, or a sentence, in a bounded time."""

import io

import pytest

from tests.support.fuse import fuse
from tests.support.hostile_files import BOMBS, GOOD_CSV, GOOD_JSON, GOOD_SHEET, JSON_BOMBS, damaged, damaged_sheet
from tests.support.import_files import ENGLISH, read, small_vocabulary
from tracker.importing.uhri import JsonRecords, UhriChoice, WorkbookRecords, read_uhri
from tracker.model.errors import UnusableFile
from tracker.sandbox.limits import UHRI_FILE, UHRI_WORKBOOK

QUICK = 4
SLOW = {
    "a part of 150 MB that is not needed", "millions of rows", "a cell at the end of the sheet", "many columns",
    "many rows", "dashes", "brackets",
}  # fmt: skip
SEEDS = [pytest.param(seed, marks=pytest.mark.long if seed >= QUICK else ()) for seed in range(300)]


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    return small_vocabulary(tmp_path_factory.mktemp("data"))


def outcome(work):
    """Whether a person would see rows, or a sentence; in a bounded time."""
    try:
        with fuse():
            work()
    except UnusableFile as refusal:
        said = str(refusal)
        return said[0].isupper() and said.endswith(".") and "Error" not in said
    return True


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.long if name in SLOW else ()) for name in BOMBS])
def test_a_bomb_gets_a_sentence_or_is_harmless(words, name):
    data = BOMBS[name]()
    assert outcome(lambda: read(data, words))


@pytest.mark.parametrize("name", JSON_BOMBS)
def test_a_bomb_in_json_gets_a_sentence_or_is_harmless(words, name):
    export = io.BytesIO(JSON_BOMBS[name]())
    assert outcome(lambda: read_uhri(JsonRecords(export, ENGLISH), UhriChoice(), words, limits=UHRI_FILE))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_file_of_each_kind_gives_rows_or_a_sentence(words, seed):
    for data in (damaged(GOOD_SHEET, seed), damaged_sheet(seed), damaged(GOOD_CSV, seed)):
        assert outcome(lambda data=data: read(data, words))
    export, book = io.BytesIO(damaged(GOOD_JSON, seed)), WorkbookRecords(damaged_sheet(seed), ENGLISH)
    assert outcome(lambda: read_uhri(JsonRecords(export, ENGLISH), UhriChoice(), words, limits=UHRI_FILE))
    assert outcome(lambda: read_uhri(book, UhriChoice(), words, limits=UHRI_WORKBOOK))
