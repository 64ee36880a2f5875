"""Sorting: numbers count as numbers, and every letter stands where its alphabet has it."""

from tracker.model.localized_text import alphabetical_key, natural_key


def test_numbers_count_as_numbers():
    assert sorted(["r10", "r2", "R1"], key=natural_key) == ["R1", "r2", "r10"]


def test_kyrgyz_letters_stand_right_behind_their_neighbours():
    words = ["яшма", "өлкө", "окуя", "оюн", "пакт", "үй", "укук", "фонд", "ңа", "надзор", "оо"]
    assert " ".join(sorted(words, key=alphabetical_key)) == "надзор ңа окуя оо оюн өлкө пакт укук үй фонд яшма"


def test_yo_counts_as_ye_in_russian():
    assert sorted(["ель", "ёлка", "ежи", "жизнь"], key=alphabetical_key) == ["ежи", "ёлка", "ель", "жизнь"]
    assert sorted(["Пункт 10", "пункт 9"], key=alphabetical_key) == ["пункт 9", "Пункт 10"]
