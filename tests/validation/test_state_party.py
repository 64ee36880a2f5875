"""The State party of the dataset, and symbols of documents that are of another State."""

import pytest

from tests.support.small_dataset import TRACKER, dataset
from tracker.validation.state_party import expected_state, other_state_in

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


@pytest.mark.parametrize(
    ("settings", "symbol", "found"),
    [
        ("state_party: {en: Kyrgyzstan}", "E/C.12/KGZ/CO/4", ""),
        ("state_party: {en: Kyrgyzstan}", "e/c.12/kaz/q/4", "KAZ"),
        ("state_party: {en: Kyrgyzstan}", "CAT/C/CR/34/KAZ", "KAZ"),
        ("state_party: {en: Kyrgyzstan}", "CRC/C/OPSC/KAZ/CO/1", "KAZ"),
        ("state_party: {en: Kyrgyzstan}", "CEDAW/C/GC/30", ""),
        ("state_party: {en: Kyrgyzstan}\nallow_other_states: true", "E/C.12/KAZ/CO/4", ""),
        ("state_party: Ruritania", "E/C.12/KAZ/CO/4", "KAZ"),
    ],
)
def test_a_symbol_of_another_state_is_known_unless_the_settings_allow_it(tmp_path, settings, symbol, found):
    data = dataset(tmp_path, {"tracker": TRACKER.replace("state_party: Ruritania", settings)})
    assert other_state_in(data, symbol) == found
