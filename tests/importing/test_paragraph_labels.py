"""The labels of headings: Latin letters, and Cyrillic letters that look like them."""

import pytest

from tracker.importing.documents.paragraph_labels import capital_label


@pytest.mark.parametrize("letter", ["A", "B", "C", "А", "В", "С", "Б", "IV"])
def test_a_heading_may_begin_with_a_capital_letter_of_either_alphabet(letter):
    heading = f"{letter}. Основные вопросы, вызывающие обеспокоенность, и рекомендации"
    assert heading[capital_label(heading) :].startswith("Основные вопросы")


def test_a_word_is_no_label():
    assert capital_label("С учётом сказанного. Комитет рекомендует") == -1
