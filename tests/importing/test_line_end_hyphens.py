"""Hyphens at the ends of lines in a text pasted from a PDF: some belong to the word, others only divide it."""

import re
from collections import Counter

import pytest

from tests.support.examples import examples
from tests.support.observations_corpus import load_corpus
from tracker.importing.documents.pasted_text_reader import join_lines
from tracker.importing.documents.phrases import load_phrases

EXAMPLES = examples(__file__)

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def joined(before, after, text, language="en"):
    words = Counter(WORD.findall(text.lower()))
    return join_lines([before + "-", after], words, load_phrases(language))


@pytest.mark.parametrize(("before", "after", "text", "expected"), EXAMPLES["the words of the text decide"])
def test_the_words_of_the_text_decide(before, after, text, expected):
    assert joined(before, after, text) == expected


def test_russian_words_are_put_together_and_compounds_kept():
    assert joined("по", "следующие", "в последующем докладе", "ru") == "последующие"
    assert joined("государство", "участник", "без этих слов", "ru") == "государство-участник"


@pytest.mark.parametrize(("language", "share"), [("en", 0.99), ("ru", 0.99)])
def test_nearly_all_words_of_the_corpus_survive_a_line_end_where_they_occur_once(language, share):
    right = total = 0
    for document in load_corpus():
        text = " ".join(str(block.text) for block in document.blocks)
        words, phrases = Counter(WORD.findall(text.lower())), load_phrases(language)
        if not document.name.endswith(language):
            continue
        for word in [word for word, n in words.items() if n == 1 and (len(word) > 6 or "-" in word)]:
            left, _, rest = word.partition("-")
            cuts = [(left, rest)] if rest else [(word[:2], word[2:]), (word[:4], word[4:])]
            others = words - Counter([word])
            for start, end in cuts:
                total += 1
                right += join_lines([start + "-", end], others, phrases) == word
    assert total > 300
    assert right / total >= share, f"{right} of {total}"
