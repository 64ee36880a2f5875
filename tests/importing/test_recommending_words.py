"""Which sentences are recommendations of the committee itself."""

import pytest

from tests.support.examples import examples
from tracker.importing.documents.imported_document import ParagraphKind
from tracker.importing.documents.phrases import load_phrases
from tracker.importing.documents.recommendation_finder import classify_paragraphs, find_recommending_words
from tracker.importing.documents.structure import NumberedParagraph, ParagraphLine

SENTENCES = examples(__file__)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_recommends_or_does_not(language):
    sentences, phrases = SENTENCES[language], load_phrases(language)
    missed = [text for text in sentences["recommends"] if find_recommending_words(text, phrases, "cescr") is None]
    assert missed == []
    assert [text for text in sentences["does_not"] if find_recommending_words(text, phrases, "cescr")] == []


RECALLS = {
    "en": ("The Committee is concerned about lawsuits. It recalls its recommendation (CCPR/C/RUR/CO/4, para. 22) that the State party should decriminalize defamation", " and urges it to act", "The State party should protect journalists."),
    "ru": ("Комитет обеспокоен судебными исками. Он напоминает о своей рекомендации (CCPR/C/RUR/CO/4, пункт 22) о том, что государству-участнику следует отменить наказание за клевету", " и призывает его принять меры", "Государству-участнику следует защищать журналистов."),
    "fr": ("Le Comité est préoccupé par les poursuites. Il rappelle sa recommandation selon laquelle l’État partie devrait dépénaliser la diffamation", " et engage l’État partie à agir", "L’État partie devrait protéger les journalistes."),
    "es": ("Al Comité le preocupan las demandas. El Comité recuerda su recomendación de que el Estado parte debería despenalizar la difamación", " e insta al Estado parte a que actúe", "El Estado parte debería proteger a los periodistas."),
}  # fmt: skip


def kinds_of(*texts: str, language: str) -> list[ParagraphKind]:
    lines = enumerate(texts, start=25)
    numbered = [NumberedParagraph(str(number), ("A topic",), (ParagraphLine("", text),)) for number, text in lines]
    return [paragraph.kind for paragraph in classify_paragraphs(numbered, load_phrases(language), "ccpr")]


@pytest.mark.parametrize("language", RECALLS)
def test_a_concern_that_recalls_an_earlier_recommendation_is_none(language):
    recalls, asks, recommends = RECALLS[language]
    found = kinds_of(f"{recalls}.", recommends, language=language)
    assert found == [ParagraphKind.CONCERN, ParagraphKind.RECOMMENDATION]
    both = [ParagraphKind.RECOMMENDATION, ParagraphKind.RECOMMENDATION]
    assert kinds_of(f"{recalls}{asks}.", recommends, language=language) == both
    assert kinds_of(f"{recalls}. {recommends}", recommends, language=language) == both


def test_a_recalled_recommendation_that_nothing_follows_is_one():
    assert kinds_of(f"{RECALLS['en'][0]}.", language="en") == [ParagraphKind.RECOMMENDATION]


def test_long_recommending_words_are_shown_from_the_beginning_of_a_word_on():
    sentence = (
        "The Committee, recalling its general recommendation No. 34 (2016) on the rights of rural women and its previous"
        " concluding observations, recommends that the State party act."
    )
    _form, words = find_recommending_words(sentence, load_phrases("en"), "cedaw")
    assert words.startswith("… ") and len(words) <= 82
    assert f" {words.removeprefix('… ')}" in sentence
