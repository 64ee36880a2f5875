"""Sorting: numbers count as numbers, and every letter stands where its alphabet has it."""

from tracker.model.sorting import alphabetical, natural


def test_numbers_count_as_numbers():
    assert sorted(["r10", "r2", "R1"], key=natural) == ["R1", "r2", "r10"]


def test_kyrgyz_letters_stand_right_behind_their_neighbours():
    words = ["яшма", "өлкө", "окуя", "оюн", "пакт", "үй", "укук", "фонд", "ңа", "надзор", "оо"]
    assert sorted(words, key=alphabetical) == [
        "надзор", "ңа", "окуя", "оо", "оюн", "өлкө", "пакт", "укук", "үй", "фонд", "яшма",
    ]  # fmt: skip


def test_yo_counts_as_ye_in_russian():
    assert sorted(["ель", "ёлка", "ежи", "жизнь"], key=alphabetical) == ["ежи", "ёлка", "ель", "жизнь"]
    assert sorted(["Пункт 10", "пункт 9"], key=alphabetical) == ["пункт 9", "Пункт 10"]
