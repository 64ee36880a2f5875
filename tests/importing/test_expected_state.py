"""The State party of the dataset, with which a document is compared."""

import pytest

from tests.support.small_dataset import TRACKER, dataset
from tracker.importing.entry import expected_state

NAMES = "state_party: {en: Ruritania, ru: Руритания, ky: Рурития}"


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("ky", ("Рурития", "Ruritania", "Руритания")),
        ("en", ("Ruritania", "Руритания", "Рурития")),
        ("fr", ("Ruritania", "Руритания", "Рурития")),
    ],
)
def test_its_name_in_the_language_of_the_page_comes_first(tmp_path, lang, names):
    data = dataset(tmp_path, {"tracker": TRACKER.replace("state_party: Ruritania", NAMES)})
    assert expected_state(data, lang).names == names
