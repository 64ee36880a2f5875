"""What a dataset leaves out of its settings comes with the tracker; what it says replaces that, key by key."""

from tests.support.small_dataset import folder
from tracker.model.vocabulary import Status
from tracker.storage.dataset_reader import DatasetReader

SETTINGS = """\
title: A tracker
state_party: Ruritania
publisher: {name: Nobody}
"""
OWN = """\
statuses:
  implemented: {label: {ru: Сделано}, colour: '#123456'}
groups:
  - {id: women, label: {ru: Женщины и девочки}}
  - {id: miners, label: Miners}
synonyms: [[Ruritania, Rurit], [prison, gulag]]
publisher_names: [{en: Our paper, ru: Наша газета}]
"""


def settings(root, text):
    found = DatasetReader(folder(root, {"tracker": text})).read()
    assert found.problems == ()
    return found.settings


def test_settings_of_three_lines_have_all_that_the_tracker_brings(tmp_path):
    found = settings(tmp_path, SETTINGS)
    assert set(found.statuses) == set(Status)
    assert found.statuses[Status.IMPLEMENTED].label["es"].text == "Aplicada"
    assert "children" in [group.id for group in found.groups]
    assert any("КПП" in group for group in found.synonyms)


def test_what_the_dataset_says_replaces_it_key_by_key(tmp_path):
    found = settings(tmp_path, SETTINGS + OWN)
    done = found.statuses[Status.IMPLEMENTED]
    assert (done.label["ru"].text, done.label["en"].text) == ("Сделано", "Implemented")
    assert (done.colour, done.dark) == ("#123456", "#6fe8dc")
    women, miners = found.groups
    assert (women.label["ru"].text, women.label["en"].text) == ("Женщины и девочки", "Women")
    assert "women and girls" in women.keywords and miners.keywords == ()
    assert [{"gulag", "тюрьма"} <= {*group} for group in found.synonyms].count(True) == 1
    assert found.synonyms[0] == ("Ruritania", "Rurit")
    assert [name["en"].text for name in found.publisher_names][:2] == ["Our paper", "UNODC"]


def test_a_mistake_in_them_is_named_on_its_line(tmp_path):
    wrong = "groups: women\nsynonyms: [[prison, {a: b}]]\nstatuses: [x]\n"
    found = DatasetReader(folder(tmp_path, {"tracker": SETTINGS + wrong})).read()
    assert [problem.line for problem in found.problems] == [4, 5, 6]
