"""Which sentences are recommendations of the committee itself."""

import pytest

from tracker.importing.documents.imported_document import ParagraphKind
from tracker.importing.documents.phrases import load_phrases
from tracker.importing.documents.recommendation_finder import classify_paragraphs, find_recommending_words
from tracker.importing.documents.structure import NumberedParagraph, ParagraphLine

RECOMMENDS = [
    "The State party should abolish the death penalty.",
    "In the light of the Committee's general comment No. 35 (2014), the State party should review its legislation.",
    "Bearing in mind the Committee's general comment No. 36 (2018), the State party should:",
    "The Committee recommends that the State party adopt a law.",
    "The Committee, recalling its general comment No. 4 (1991), and taking into account the Guiding Principles, calls on the State party to act.",
    "The Committee encourages the State party to ratify the Optional Protocol.",
    "The Committee requests the State party to provide, in its next periodic report, disaggregated data.",
    "The Committee reiterates its previous recommendation that the State party adopt a law.",
    "In this regard, it urges the State party to act.", "It is essential that the State party act.",
    "The State party is called upon to act.", "Measures should be taken to prevent violence.",
    "The Committee considers that the State party should act.",
    "Taking note of the recommendation of the Subcommittee on Prevention of Torture, the State party should act.",
    "The Committee reminds the State party of its obligations and asks it to act.",
    "The Committee reiterates that the State party should act.", "The Committee advises the State party to act.",
    "The Committee suggests that the State party act.",
    "The Committee refers the State party to its general comment No. 20 (2009) and requests that it act.",
    "Noting that target 3.3 of the Goals calls for an end to AIDS, the Committee recommends that the State party act.",
    "In doing so, the State party should consider the Istanbul Protocol.",
    "The Committee hopes that the State party will ratify the Optional Protocol.",
    "The Committee would like the State party to act.", "The Committee would welcome it if the State party acted.",
    "The Committee proposes that the State party act.",
    "The Committee stresses the need for the State party to act.", "It is desirable that the State party act.",
    "The State party is under an obligation to investigate the disappearances.",
    "The authorities should ensure that detainees see a lawyer.",
    "The Committee reminds the State party that it should act.",
    "The Committee underlines the obligation of the State party to act.",
    "The Committee would also like to recommend that the State party act.", "In doing so, it must consult women.",
    "Under no circumstances should the State party expel a person to a State where torture is likely.",
    "No child should be held with adults.",
]  # fmt: skip
DOES_NOT_RECOMMEND = [
    "The Committee is concerned that the State party has not acted.",
    "The Committee regrets that its previous recommendations were not implemented.",
    "The Committee reiterates its concern about overcrowding.",
    "The Committee recalls that it recommended that the State party should act.",
    "The Committee notes that the Special Rapporteur recommends that the State party act.",
    "The delegation stated that the State party should have more time.",
    "The Committee on the Rights of the Child recommends that the State party act.",
    "In the universal periodic review, the State party was urged to act.",
    "The Committee takes note of the report of OSCE, which recommends that the State party act.",
    "The Committee invites the National Assembly, in line with its mandate, to take the necessary steps.",
    "The Committee welcomes the invitation to the special procedures.",
    "It should be noted that the State party has acted.",
    "The law requires that persons should be informed.",
    "The Committee is concerned that persons who should be released remain detained.",
    "The Committee requested the State party to provide information on its implementation.",
    "The Committee notes that the Ombudsman urges the authorities to act, but regrets the lack of results.",
    "“The State party should not be judged by rare cases”, a minister said.",
    "The Committee stresses the importance of the Convention.",
    "The Committee recalls that States parties have obligations.",
]
RECOMMENDS_RU = [
    "Государству-участнику следует отменить смертную казнь.",
    "С учетом замечания общего порядка № 35 (2014) Комитета государству-участнику следует пересмотреть закон.",
    "Государство-участник должно обеспечить доступ к адвокату.",
    "Комитет рекомендует государству-участнику принять закон.",
    "Комитет призывает государство-участник принять меры.", "Комитет настоятельно призывает государство-участник:",
    "Комитет просит государство-участник представить данные в следующем докладе.",
    "Комитет повторяет свою предыдущую рекомендацию (E/C.12/RUR/CO/3, п. 12).",
    "Ссылаясь на свою общую рекомендацию № 35, Комитет призывает государство-участник принять меры.",
    "Необходимо, чтобы государство-участник приняло меры.", "Государству-участнику рекомендуется принять меры.",
    "Комитет поощряет государство-участник к принятию мер.", "Следует принять меры по предупреждению насилия.",
    "Комитету представляется необходимым, чтобы государство-участник приняло меры.",
    "Комитет надеется, что государство-участник примет меры.",
    "К государству-участнику обращается призыв принять меры.", "Ему надлежит также принять меры.",
    "Комитет повторяет свой призыв к государству-участнику принять меры.",
    "Комитет напоминает государству-участнику, что ему следует принять меры.",
    "Комитет вновь повторяет рекомендацию (CEDAW/C/RUR/CO/5, п. 37), согласно которой государству-участнику следует принять закон.",
    "Комитет подтверждает вынесенные им ранее рекомендации.",
    "Ни в коем случае не следует высылать лиц, которым угрожают пытки.",
]  # fmt: skip
DOES_NOT_RECOMMEND_RU = [
    "Комитет обеспокоен тем, что государство-участник не приняло мер.",
    "Комитет по правам ребенка рекомендует государству-участнику принять меры.",
    "Делегация заявила, что государству-участнику следует дать время.",
    "Комитет сожалеет, что его рекомендации, в которых он призвал государство-участник принять меры, не выполнены.",
    "Комитет отмечает, что ОБСЕ рекомендует государству-участнику принять меры.",
    "Комитет предлагает парламенту в соответствии с его мандатом принять необходимые меры.",
    "Следует отметить, что государство-участник приняло меры.",
    "Комитет отмечает, что, согласно закону, прокурорам следует посещать изоляторы.",
    "Комитет повторяет рекомендацию Специального докладчика, согласно которой закон был принят.",
]
RECOMMENDS_FR = [
    "L’État partie devrait adopter une loi.", "L’État partie est prié de diffuser la loi.",
    "L’État partie est instamment invité à adopter une loi.",
    "Il est recommandé à l’État partie de ratifier le Protocole.", "Le Comité préconise l’adoption d’une loi.",
    "Le Comité espère que l’État partie adoptera une loi.", "Le Comité juge nécessaire que l’État partie agisse.",
    "Des mesures devraient être prises pour prévenir la violence.",
    "L’État partie ne devrait en aucun cas expulser une personne.",
]  # fmt: skip
DOES_NOT_RECOMMEND_FR = [
    "Le Comité appelle l’attention de l’État partie sur son observation générale no 20.",
    "Le Comité note que le Rapporteur spécial recommande que l’État partie agisse.",
    "Le Comité est préoccupé par la violence.",
]
RECOMMENDS_ES = [
    "El Estado parte debería aprobar una ley.", "El Estado parte tiene que aprobar una ley.",
    "Se recomienda al Estado parte que apruebe una ley.", "El Comité sugiere al Estado parte que apruebe una ley.",
    "El Comité espera que el Estado parte apruebe una ley.",
    "El Comité considera necesario que el Estado parte actúe.",
    "El Comité lamenta la demora, destaca la urgencia y recomienda al Estado parte que actúe.",
    "Sería conveniente que el Estado parte actuara.", "Deberían adoptarse medidas para prevenir la violencia.",
    "En ningún caso debería el Estado parte expulsar a una persona.",
    "El Estado parte no debería expulsar a una persona.",
]  # fmt: skip
DOES_NOT_RECOMMEND_ES = [
    "El Comité llama la atención del Estado parte sobre su observación general núm. 20.",
    "El Comité observa que el Relator Especial recomienda que el Estado parte actúe.",
    "Al Comité le preocupa la violencia.",
]


@pytest.mark.parametrize(
    ("language", "recommends", "does_not"),
    [
        ("en", RECOMMENDS, DOES_NOT_RECOMMEND),
        ("ru", RECOMMENDS_RU, DOES_NOT_RECOMMEND_RU),
        ("fr", RECOMMENDS_FR, DOES_NOT_RECOMMEND_FR),
        ("es", RECOMMENDS_ES, DOES_NOT_RECOMMEND_ES),
    ],
    ids=["en", "ru", "fr", "es"],
)
def test_a_sentence_recommends_or_does_not(language, recommends, does_not):
    phrases = load_phrases(language)
    assert [text for text in recommends if find_recommending_words(text, phrases, "cescr") is None] == []
    assert [text for text in does_not if find_recommending_words(text, phrases, "cescr") is not None] == []


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
