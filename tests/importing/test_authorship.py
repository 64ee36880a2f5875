"""Whose words a file has: only what the Committee wrote, by its own signs, is saved as the Committee's."""

import re
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from tests.support.observations_corpus import load_corpus
from tests.support.observations_files import DocxWriter, as_html, as_pasted_text
from tests.support.small_observations import RUSSIAN_OBSERVATIONS, SMALL_OBSERVATIONS
from tests.support.story_folder import made
from tracker.importing.documents.follow_up_records import LATER_REPLY, follow_up_records
from tracker.importing.documents.imported_document import Author, ImportedDocument
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.records import ParagraphChoice, new_document, records_to_save, review_paragraphs
from tracker.importing.dry_run import describe_document
from tracker.importing.symbols_and_changes import wording_in
from tracker.model.errors import ImportRefused
from tracker.model.vocabulary import DocumentKind
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

EN = "1. The Committee recommends that the State party end forced evictions.\n2. The State party should train police."
RU = "1. Комитет рекомендует государству-участнику прекратить выселения.\n2. Государству-участнику следует обучать полицию."
FR = "1. Le Comité recommande à l’État partie de cesser les expulsions.\n2. L’État partie devrait former la police."
ES = "1. El Comité recomienda al Estado parte que ponga fin a los desalojos.\n2. El Estado parte debería formar a la policía."
CO_TITLE = "Concluding observations on the third periodic report of Kyrgyzstan"
ADOPTED = "* Adopted by the Committee at its 136th session (10 October–4 November 2022)."
OPENING = "1. The Committee considered the third periodic report of Kyrgyzstan and adopted the present concluding observations on 25 October 2022.\n"
STATE, OTHERS, QUESTIONS, UNKNOWN = Author.STATE, Author.CIVIL_SOCIETY, Author.OTHER_PAPER, Author.UNKNOWN
PAPERS = {
    "a State report": (STATE, f"CCPR/C/KGZ/3\nThird periodic report submitted by Kyrgyzstan under article 40\nSee CCPR/C/KGZ/CO/2.\n{EN}"),
    "a State report that cites": (STATE, f"E/C.12/KGZ/4\n{CO_TITLE} (E/C.12/KGZ/CO/3)\nFourth report\n{EN}"),
    "replies to the list of issues": (STATE, f"CCPR/C/KGZ/RQ/3\nReplies of Kyrgyzstan to the list of issues\n{EN}"),
    "a reply with the Committee's title": (STATE, f"CCPR/C/KGZ/FCO/3\n{CO_TITLE}\n{EN}"),
    "a reply by its symbol alone": (STATE, SMALL_OBSERVATIONS.replace("CO/5", "CO/5/Add.1")),
    "an addendum without its symbol": (STATE, f"Human Rights Committee\n{CO_TITLE}\nAddendum\nInformation received from Kyrgyzstan on follow-up\n{ADOPTED}\n{EN}"),
    "an addendum below its CO symbol": (STATE, f"CCPR/C/KGZ/CO/3\n{CO_TITLE}\nInformation received from Kyrgyzstan*\n{OPENING}2. The State party should act."),
    "comments of the Government": (STATE, f"CAT/C/KGZ/CO/3\n{CO_TITLE}\nComments by the Government of Kyrgyzstan\n{OPENING}2. The State party should act."),
    "a reply in Russian": (STATE, f"CCPR/C/KGZ/CO/3\nЗаключительные замечания по третьему периодическому докладу Кыргызстана\nДобавление\nИнформация, полученная от Кыргызстана\n{RU}"),
    "a reply in French": (STATE, f"CCPR/C/KGZ/CO/3\nObservations finales concernant le troisième rapport périodique du Kirghizistan\nAdditif\nRenseignements reçus du Kirghizistan\n{FR}"),
    "a reply in Spanish": (STATE, f"CCPR/C/KGZ/CO/3\nObservaciones finales sobre el tercer informe periódico de Kirguistán\nAdición\nInformación recibida de Kirguistán\n{ES}"),
    "answers below each paragraph": (STATE, f"CAT/C/KGZ/CO/3\n{CO_TITLE}\n{ADOPTED}\n{OPENING}2. The State party should act.\nReply of the State party: It has acted."),
    "answers in Russian": (STATE, f"{RUSSIAN_OBSERVATIONS}Комментарий Кыргызской Республики: закон принят.\n"),
    "a list of issues": (QUESTIONS, f"CCPR/C/KGZ/Q/3\nList of issues in relation to the third periodic report of Kyrgyzstan*\n{ADOPTED}\n{EN}"),
    "Views on a complaint": (UNKNOWN, f"CCPR/C/120/D/2231/2012\nViews adopted by the Committee under article 5 (4)*\n{ADOPTED}\n{EN}"),
    "an alternative report": (OTHERS, f"Alternative report on CCPR/C/KGZ/CO/3\nHIV Legal Network\n{EN}"),
    "an alternative report in Russian": (OTHERS, f"CCPR/C/KGZ/CO/3\nЗаключительные замечания по третьему периодическому докладу Кыргызстана\nАльтернативный доклад\n{RU}"),
    "a submission with the Committee's title": (OTHERS, f"CCPR/C/KGZ/CO/3\n{CO_TITLE}\nSubmission by HIV Legal Network\n{OPENING}2. The State party should act."),
    "a submission that names a symbol alone": (UNKNOWN, f"CCPR/C/KGZ/CO/3\nWhat was done for people who use drugs\n{EN}"),
    "a title that begins like the Committee's": (UNKNOWN, f"Concluding observations on Kyrgyzstan: five years later\n{EN}"),
    "a title that is a sentence": (UNKNOWN, f"Concluding observations of the Human Rights Committee were not implemented\n{EN}"),
    "an organisation that speaks as we": (OTHERS, f"CCPR/C/KGZ/CO/3\n{CO_TITLE}\n{OPENING}2. The Committee should know that we met 40 clients.\n3. The State party should act."),
    "who tells of the adoption": (UNKNOWN, f"{CO_TITLE}\n1. The concluding observations adopted by the Committee on 25 October 2022 were published.\n2. The State party should act."),
    "only paragraphs": (UNKNOWN, EN),
}  # fmt: skip


@pytest.fixture
def view(tmp_path):
    return View(DatasetReader(made(tmp_path / "texts")).read(), date(2026, 6, 18))


def saved(view: View, imported: ImportedDocument) -> tuple[object, ...]:
    """Save all recommendations of a file as concluding observations, as a person who ticks everything."""
    body = imported.body if imported.body and imported.body in view.bodies else "cescr"
    document = new_document(view, imported, body=body, title=imported.title or "CO", cycle="3")
    choices = [ParagraphChoice(r, r.title) for r in review_paragraphs(view, imported, None) if r.can_be_saved]
    state = imported.state or imported.country
    return records_to_save(view, imported, document, choices=choices, reason={}, was_read=True, confirmed_state=state)


@pytest.mark.parametrize("name", PAPERS)
def test_what_the_committee_did_not_write_is_never_saved_as_its_words(view, name):
    author, text = PAPERS[name]
    imported = read_document(text.encode())
    with pytest.raises(ImportRefused) as refused:
        saved(view, imported)
    assert (imported.author, refused.value.message) == (author, author.label)
    # the command says the same first, and lists nothing as the Committee's
    told = describe_document(imported)
    assert told["document"]["notices"][0].startswith(author.label[:30])
    assert (told["recommendations"] == []) is (author is not Author.UNKNOWN)


FRENCH = f"CCPR/C/RUR/CO/3\nComité des droits de l’homme\nObservations finales concernant le troisième rapport périodique de la Ruritanie*\n* Adoptées par le Comité à sa 136e session (10 octobre-4 novembre 2022).\n{FR}"
SPANISH = f"CCPR/C/RUR/CO/3\nComité de Derechos Humanos\nObservaciones finales sobre el tercer informe periódico de Ruritania*\n* Aprobadas por el Comité en su 136º período de sesiones (10 de octubre a 4 de noviembre de 2022).\n{ES}"
HONEST = {
    "small": SMALL_OBSERVATIONS,
    "Russian": RUSSIAN_OBSERVATIONS,
    "French": FRENCH,
    "Spanish": SPANISH,
    "advance version, footnote in the text": f"Advance unedited version\nCAT/C/RUR/CO/2\n{CO_TITLE.replace('Kyrgyzstan', 'Ruritania')}*\n{ADOPTED}\n{EN}",
    "without a title": f"CAT/C/RUR/CO/3\n{OPENING}2. The State party should act.",
    "without a symbol": f"{CO_TITLE}\n{OPENING}2. The State party should act.",
    "1990s": "CCPR/C/79/Add.113\nHuman Rights Committee\nCONSIDERATION OF REPORTS SUBMITTED BY STATES PARTIES UNDER ARTICLE 40 OF THE COVENANT\nConcluding observations of the Human Rights Committee\nRuritania\n1. The Committee considered the report at its 1892nd meeting, and adopted, on 28 July 2000, the following concluding observations.\n2. The State party should act.",
    "an unusual symbol": f"CRC/C/15/Add.244\nConcluding observations: Ruritania\n{OPENING}2. The Committee recommends that the State party act.",
    "under article 29": f"CED/C/RUR/CO/1\nConcluding observations on the report submitted by Ruritania under article 29 (1) of the Convention*\n{ADOPTED}\n{EN}",
    "title over lines": "CEDAW/C/RUR/CO/4\nConcluding observations on the fourth\nperiodic report of Ruritania*\n1. The Committee considered the fourth periodic report of Ruritania (CEDAW/C/RUR/4) on 3 July 2018.\n2. The State party should act.",
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_what_the_committee_wrote_is_known_as_its_own(name):
    assert read_document(HONEST[name].encode()).author is Author.COMMITTEE


@pytest.mark.parametrize("document", load_corpus(), ids=lambda one: one.name)
@pytest.mark.parametrize(
    "write", [lambda d: DocxWriter(d, "table").write(), lambda d: as_html(d, "word"), lambda d: as_pasted_text(d, "close")]
)  # fmt: skip
def test_files_of_every_kind_and_language_are_the_committees(document, write):
    assert read_document(write(document)).author is Author.COMMITTEE


def test_the_committees_words_are_saved(view):
    # what the committee only welcomes is no recommendation
    assert len(saved(view, read_document(SMALL_OBSERVATIONS.encode()))) == 5


@pytest.mark.parametrize(
    ("front", "symbol"),
    [
        (CO_TITLE + " (CCPR/C/KGZ/CO/2)", None),
        ("See CCPR/C/KGZ/CO/2, para. 12.", None),
        ("CCPR/C/KGZ/3\nSee CCPR/C/KGZ/CO/2.", "CCPR/C/KGZ/3"),
        (f"CRC/C/15/Add.244\nCRC/C/KGZ/CO/2\n{CO_TITLE}", "CRC/C/15/Add.244"),
        ("Организация Объединённых Наций\tCCPR/C/KGZ/CO/2", "CCPR/C/KGZ/CO/2"),
        ("Бириккен Улуттар Уюму CCPR/C/KGZ/CO/2", "CCPR/C/KGZ/CO/2"),
        ("United Nations CCPR/C/KGZ/CO/2 Distr.: General 7 May 2014 Original: English", "CCPR/C/KGZ/CO/2"),
    ],
)
def test_the_symbol_is_that_of_a_line_of_its_own(front, symbol):
    imported = read_document(f"{front}\n{OPENING}2. The State party should act.".encode())
    assert imported.symbol == symbol
    is_unusual = symbol == "CRC/C/15/Add.244"
    assert any("CRC/C/15/Add.244" in str(notice) for notice in imported.notices) is is_unusual


@pytest.mark.parametrize(
    "sentence",
    [
        "The Committee welcomes the adoption of the law on police of 3 May 2020.",
        "The Committee recalls its previous concluding observations, adopted on 25 March 2014.",
        "Комитет приветствует закон, принятый 3 мая 2020 года.",
    ],
)
def test_the_day_of_adoption_is_that_of_this_document_alone(sentence):
    imported = read_document(f"CAT/C/KGZ/CO/3\n{CO_TITLE}\n1. {sentence}\n2. The State party should act.".encode())
    assert imported.adopted is None


REPORT = """{front}
Kyrgyzstan
Concluding observations: CCPR/C/KGZ/CO/3, 25 March 2014
Follow-up paragraphs: 12
First reply: CCPR/C/KGZ/CO/3/Add.1, 7 April 2015
Committee's evaluation: 12 [B]
Paragraph 12: The State party should act.
Summary of State party's reply: It acted.
Committee's evaluation
[B]: The Committee welcomes this.
"""
REPORT_TITLE = "Report on follow-up to the concluding observations of the Human Rights Committee"


@pytest.mark.parametrize(
    ("front", "author"),
    [
        (f"CCPR/C/120/2\n{REPORT_TITLE}", Author.COMMITTEE),
        ("Human Rights Committee\nFollow-up progress report of the Special Rapporteur", Author.COMMITTEE),
        ("NGO follow-up report\nHIV Legal Network", OTHERS),
        (f"Alternative report\n{REPORT_TITLE}", OTHERS),
        (f"CCPR/C/KGZ/FCO/3\n{REPORT_TITLE}", STATE),
        ("Grades that our coalition proposes", UNKNOWN),
    ],
)
def test_a_report_on_follow_up_is_the_committees_by_the_same_rule(view, front, author):
    imported = read_document(REPORT.format(front=front).encode())
    (section,) = imported.follow_up_reports
    assert imported.author is author
    if author is not Author.COMMITTEE:
        with pytest.raises(ImportRefused) as refused:
            follow_up_records(view, section, imported, date="2017", reply_date="", added={}, parts={}, was_read=True)
        assert refused.value.message == author.label
    else:  # nothing evaluates a reply of later
        with pytest.raises(ImportRefused) as refused:
            follow_up_records(
                view, section, imported, date="2017", reply_date="2018", added={}, parts={}, was_read=True
            )
        assert refused.value.message == LATER_REPLY


def test_the_document_of_a_report_has_its_title_in_the_language_of_the_file(view):
    imported = read_document(REPORT.format(front=f"CCPR/C/120/2\n{REPORT_TITLE}").encode())
    observations = next(d for d in view.dataset.documents.values() if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS)
    known = {**view.dataset.documents, observations.id: replace(observations, symbol="CCPR/C/KGZ/CO/3")}
    view = View(replace(view.dataset, documents=known), view.today)
    (section,) = imported.follow_up_reports
    save = partial(follow_up_records, view, section, date="2017", reply_date="", added={}, parts={}, was_read=True)
    titles = {c: wording_in(save(replace(imported, language=c))[0].title, c, "en") for c in ("en", "ru", "ky")}
    assert titles["en"] == "Report on follow-up to concluding observations"
    assert all(re.match("[А-ЯҮӨҢ]", titles[code]) for code in ("ru", "ky"))


def test_a_letter_to_the_rapporteur_is_not_a_letter_of_the_rapporteur():
    letter = "5 March 2019\nExcellency,\n{who} of the Human Rights Committee, I have the honour to refer to CCPR/C/KGZ/CO/3. Paragraph 12: The Committee considers that the recommendation has not been implemented."
    own, to = (
        "In my capacity as Special Rapporteur for follow-up to concluding observations",
        "To the Special Rapporteur for follow-up",
    )
    assert read_document(letter.format(who=own).encode()).author is Author.COMMITTEE
    assert read_document(letter.format(who=to).encode()).author is not Author.COMMITTEE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Committee on Economic, Social and Cultural Rights", "Committee against Torture"),
        ("E/C.12/KGZ/CO/5", "CAT/C/KGZ/CO/3"),
        ("E/C.12/KGZ/CO/5", "CAT/C/KGZ/CO/3\nE/C.12/KGZ/CO/5"),
    ],
)
def test_a_symbol_of_one_committee_under_the_name_of_another_is_nobodys(old, new):
    assert read_document(SMALL_OBSERVATIONS.encode()).author is Author.COMMITTEE
    assert read_document(SMALL_OBSERVATIONS.replace(old, new).encode()).author is Author.UNKNOWN


@pytest.mark.parametrize("day", ["5 November 2022", "5 November 2026"])
def test_the_day_of_another_committee_is_no_end_of_the_review(day):
    said = f"on 3 and 4 March 2026, recalling that the Human Rights Committee adopted its own on {day},"
    assert (
        read_document(SMALL_OBSERVATIONS.replace("on 3 and 4 March 2026", said).encode()).considered
        == "2026-03-03/2026-03-04"
    )
