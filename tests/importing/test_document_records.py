"""From a document that was read to the records of one save: new, same, changed, in conflict, archived."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import ANNA
from tests.support.small_observations import RUSSIAN_OBSERVATIONS as RUSSIAN
from tests.support.small_observations import SMALL_OBSERVATIONS
from tests.support.story_folder import DOCUMENTS, RECOMMENDED, TRACKER, made
from tracker.editing.forms.values import text_from_input
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of
from tracker.i18n import get_language
from tracker.importing.documents import records as imported_records
from tracker.importing.documents.follow_up_records import match_paragraphs
from tracker.importing.documents.imported_document import FollowUpSection, GradedParagraph
from tracker.importing.documents.other_text import paragraphs_not_read
from tracker.importing.documents.quotation_check import without_note_numbers
from tracker.importing.documents.reader import read_document
from tracker.importing.documents.records import (
    ParagraphChoice,
    new_document,
    review_paragraphs,
    with_facts_of_file,
)
from tracker.importing.documents.wording_hints import find_similar_recommendations, propose_title
from tracker.importing.symbols_and_changes import RowState, observations_of_symbol
from tracker.model.errors import ImportRefused
from tracker.model.vocabulary import TextOrigin, Verification
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

DRUG_POLICY = "Drug policy: Decriminalize the possession of drugs for personal use"
CO_5 = "  - {id: co-5, body: cescr, kind: concluding-observations, symbol: e/c.12/kgz/co/5, title: CO 5, cycle: 5, adopted: 2026-03-20, verification: seen}\n"
FOLLOW_UP = (
    "5. Комитет просит государство-участник представить в течение 24 месяцев информацию о выполнении рекомендаций, "
    "содержащихся в пункте 3 a) выше.\n"
)
LANGUAGES = TRACKER + "languages: [en, ru]\n"


class Place:
    """A data folder into which documents are brought."""

    def __init__(self, root, files):
        self.reader = DatasetReader(made(root, files))
        self.store = Store(self.reader)

    @property
    def view(self):
        return View(self.reader.read(fresh=True), today=date(2026, 11, 26))

    def reviews(self, text=SMALL_OBSERVATIONS):
        imported = read_document(text.encode())
        return imported, review_paragraphs(self.view, imported, observations_of_symbol(self.view, imported.symbol))

    def states(self, text=SMALL_OBSERVATIONS):
        return {r.paragraph.number: r.state for r in self.reviews(text)[1] if r.paragraph.is_recommendation}

    def bring_in(self, text=SMALL_OBSERVATIONS, *, numbers=("3", "4"), same_demand=(), **other):
        """Save the paragraphs with these numbers, and return (before, after) of each record."""
        view = self.view
        imported, reviews = self.reviews(text)
        document = observations_of_symbol(view, imported.symbol)
        if document is None:
            document = new_document(view, imported, body="cescr", title=imported.title, cycle="5")
        choices = [ParagraphChoice(r, r.title, same_demand) for r in reviews if r.paragraph.number in numbers]
        before = {**view.dataset.documents, **view.dataset.recommendations}
        return [
            (before.get(r.id), r)
            for r in self.save(
                imported, with_facts_of_file(view, self.selected(document, imported), imported), choices, **other
            )
        ]

    def selected(self, document, imported):
        return imported_records.with_selection(document, imported, main=self.view.settings.language)

    def save(self, imported, document, choices, **other):
        given = {
            "choices": choices,
            "reason": text_from_input("Brought in.", get_language("en")),
            "was_read": True,
            **other,
        }
        records = imported_records.records_to_save(self.view, imported, document, **given)
        return self.store.save(*records, by=ANNA, reason="Brought in.", is_compared=True) if records else ()

    def make_own(self, *names):
        """Make the quotations of these recommendations our own wording."""
        for name in names:
            file = self.reader.root / "recommendations" / f"{name}.yaml"
            file.write_text(file.read_text().replace("origin: official", "origin: own"))

    def review_of(self, number, text=SMALL_OBSERVATIONS):
        (review,) = (r for r in self.reviews(text)[1] if r.paragraph.number == number)
        return review


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "data", {"tracker.yaml": LANGUAGES})


def test_a_new_document_and_its_ticked_paragraphs_are_saved_at_once(place):
    saved = place.bring_in()
    assert [record.id for _before, record in saved] == ["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"]
    dataset = place.view.dataset
    document, r = dataset.documents["e-c12-kgz-co-5"], dataset.recommendations["cescr-2026-3"]
    assert (document.cycle, document.adopted, document.verification) == ("5", "2026-03-20", Verification.SEEN)
    assert document.follow_up.paragraphs == ("3 (a)",)
    assert document.follow_up.source.note[""].text.startswith("The Committee requests the State party to provide")
    assert (r.paragraph, r.title[""].text, r.verification) == ("3", DRUG_POLICY, Verification.SEEN)
    text = r.text[""]
    assert (text.text, text.origin) == ("The Committee recommends that the State party:", TextOrigin.OFFICIAL)
    assert [(part.id, part.summary[""].text, part.summary[""].origin) for part in r.parts] == [
        ("a", "Decriminalize the possession of drugs for personal use;", TextOrigin.OFFICIAL),
        ("b", "Provide opioid agonist therapy in all places of detention.", TextOrigin.OFFICIAL),
    ]
    assert r.source.document == "e-c12-kgz-co-5"


def test_a_text_after_the_parts_is_kept_after_them(place):
    closing = "It should report on both."
    place.bring_in(SMALL_OBSERVATIONS.replace("places of detention.\n", f"places of detention.\n{closing}\n"))
    r = place.view.dataset.recommendations["cescr-2026-3"]
    assert r.text[""].text == "The Committee recommends that the State party:"
    assert (len(r.parts), r.closing[""].text, r.closing[""].origin) == (2, closing, TextOrigin.OFFICIAL)


def test_what_is_not_in_the_file_or_was_not_read_is_never_saved(place):
    imported, reviews = place.reviews()
    document = new_document(place.view, imported, body="cescr", title=imported.title, cycle="5")
    (review,) = (review for review in reviews if review.paragraph.number == "4")
    made_up = replace(review.paragraph, text=review.paragraph.text.replace("urges", "begs"))
    with pytest.raises(ImportRefused, match="not in the file, letter for letter: “The Committee begs the State"):
        place.save(imported, document, [ParagraphChoice(replace(review, paragraph=made_up), "T")])
    with pytest.raises(ImportRefused, match="Read what is ticked in the document itself"):
        place.save(imported, document, [ParagraphChoice(review, "T")], was_read=False)
    altered = replace(imported, paragraphs=(made_up,))
    assert [(one.state, one.is_altered) for one in review_paragraphs(place.view, altered, None)] == [("refused", True)]


OTHER = "Other recommendations"
LONG = "The State party should " + "review laws, " * 5 + "then ratify also Convention"


@pytest.mark.parametrize(
    ("heading", "texts", "title"),
    [
        (
            OTHER,
            ["The State party should ratify ILO Convention No. 182. It should report."],
            "ratify ILO Convention No. 182",
        ),
        (
            OTHER,
            ["The State party should amend art. 12, para. 3 of Law No. 5; it should report."],
            "amend art. 12, para. 3 of Law No. 5",
        ),
        (OTHER, ["The State party should open the St. Nino clinic by 2027."], "open the St. Nino clinic by 2027"),
        ("Пытки", ["Государству-участнику следует изменить п. 4 ст. 5 Кодекса."], "изменить п. 4 ст. 5 Кодекса"),
        ("Пытки", ["Государству-участнику следует принять закон до 2020 г."], "принять закон до 2020 г."),
        (
            OTHER,
            ["The Committee reiterates its recommendations to the State party."],
            "The Committee reiterates its recommendations to the State party",
        ),
        (
            "",
            ["The State party should repeal para. 3 of Law No. 5."],
            "The State party should repeal para. 3 of Law No. 5",
        ),
        ("", ["Государству-участнику следует:", "обеспечить лечение;"], "обеспечить лечение"),
        ("", [f"{LONG} (No. 1822, art. 12) of 1999."], f"{LONG}…"),
        ("", [f"{LONG}  No. 1822 of 1999."], f"{LONG}…"),
    ],
)
def test_a_title_is_heading_and_what_is_asked_and_does_not_end_in_an_abbreviation(heading, texts, title):
    assert propose_title(heading, *texts) == (f"{heading}: {title}" if heading else title)


def test_paragraphs_under_one_heading_get_titles_that_say_what_is_asked(place):
    asked = ["ratify the Convention on migrant workers", "publish these observations", "publish these observations"]
    lines = "".join(f"{n}. The Committee recommends that the State party {one}.\n" for n, one in enumerate(asked, 6))
    _imported, reviews = place.reviews(f"{SMALL_OBSERVATIONS}Other recommendations\n{lines}")
    assert [review.title for review in reviews if review.paragraph.number in "678"] == [
        "Other recommendations: ratify the Convention on migrant workers",
        "Other recommendations: publish these observations",
        "Other recommendations: publish these observations (8)",
    ]


def test_a_paragraph_whose_title_names_only_who_is_asked_is_not_clear(place):
    text = f"{SMALL_OBSERVATIONS}6. The Committee recommends that the State party:\n7. The State party should act at once.\n"
    _imported, reviews = place.reviews(text)
    assert {r.paragraph.number: r.is_proposed for r in reviews if r.paragraph.number in "67"} == {"6": False, "7": True}


def test_the_number_of_a_footnote_is_taken_out_of_a_word_or_year_and_other_numbers_stay(place):
    text = f"{SMALL_OBSERVATIONS}6. The State party should end detention12 by 20243, and free 34 children.\n"
    imported, reviews = place.reviews(text)
    assert (reviews[-1].has_note_number, reviews[-1].is_proposed) == (True, False)
    cut = without_note_numbers(imported, ["6"])
    review = review_paragraphs(place.view, cut, None)[-1]
    assert review.paragraph.text == "The State party should end detention by 2024, and free 34 children."
    assert (review.has_note_number, review.is_proposed, [joint.left_out for joint in review.joints]) == (
        False,
        True,
        ["12", "3"],
    )


@pytest.mark.parametrize("words", ["is concerned at", "welcomes"])
def test_what_the_committee_only_notes_is_never_saved_as_its_recommendation(place, words):
    text = f"{SMALL_OBSERVATIONS}6. The Committee {words} the new law.\n"
    imported, reviews = place.reviews(text)
    noted = reviews[-1]
    assert (noted.can_be_saved, "recommends nothing here" in noted.refusal) == (False, True)
    document = new_document(place.view, imported, body="cescr", title="CO 5", cycle="5")
    choices = [ParagraphChoice(noted, "The new law")]
    saved = imported_records.records_to_save(place.view, imported, document, choices=choices, reason={}, was_read=True)
    assert [type(record).__name__ for record in saved] == ["Document"]


def test_paragraphs_of_a_report_on_follow_up_get_different_titles(place):
    asked = tuple(GradedParagraph(number, "Other", "The State party should publish it soon.") for number in "57")
    matches = match_paragraphs(place.view, FollowUpSection(paragraphs=asked), asked[0].recommendation)
    assert [match.title for match in matches] == ["Other: publish it soon", "Other: publish it soon (7)"]


def test_the_same_file_again_makes_nothing_twice(place):
    place.bring_in()
    assert place.states() == {"3": RowState.SAME, "4": RowState.SAME}
    assert place.bring_in() == []


def test_a_changed_text_is_shown_and_updates_what_is_ticked_only(place):
    place.bring_in()
    changed = SMALL_OBSERVATIONS.replace("in all places", "in all closed places").replace("end forced", "stop forced")
    assert place.states(changed) == {"3": RowState.REFUSED, "4": RowState.REFUSED}
    assert place.review_of("3", changed).refusal.startswith("The committee’s words in this language are here already")
    assert place.bring_in(changed) == []
    place.make_own("cescr-2026-3", "cescr-2026-4")
    assert place.states(changed) == {"3": RowState.CHANGED, "4": RowState.CHANGED}
    review = place.review_of("3", changed)
    therapy = "Provide opioid agonist therapy in all {} of detention."
    was, now = therapy.format("places"), therapy.format("closed places")
    assert [(c.field, c.old, c.new) for c in review.changes] == [("parts/b", was, now)]
    assert not review.is_proposed
    place.bring_in(changed, numbers=("3",))
    recommendations = place.view.dataset.recommendations
    assert recommendations["cescr-2026-3"].parts[1].summary[""].text == now
    assert recommendations["cescr-2026-4"].text[""].text.endswith("to end forced evictions.")
    assert recommendations["cescr-2026-3"].history[-1].field == "parts"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("20 марта", "10 марта", "another text .* adopted on 2026-03-10, here on 2026-03-20"),
        ("3 и 4 марта", "5 и 6 марта", "another text .* considered on 2026-03-05/2026-03-06, here on"),
        ("по пятому периодическому", "по четвертому периодическому", "another text .* четвертому .* fifth periodic"),
        (" лишения свободы.", " лишения свободы;\nc) закрыть тюрьмы.", ""),
        ("b) обеспечить", "обеспечить", ""),
    ],
)
def test_another_text_is_not_laid_over_a_document_that_is_here(place, old, new, told):
    place.bring_in()
    other = RUSSIAN.replace(old, new)
    assert other != RUSSIAN
    assert place.review_of("3", other).state is RowState.REFUSED
    if told:
        assert {*place.states(other).values()} == {RowState.REFUSED}
        with pytest.raises(ImportRefused, match=told):
            place.bring_in(other)
    else:
        assert place.review_of("3", other).refusal.startswith("It is not the text that is here, or it has other parts")
        assert place.states(other) == {"3": RowState.REFUSED, "4": RowState.CHANGED}
    assert "ru" not in place.view.dataset.recommendations["cescr-2026-3"].text


@pytest.mark.parametrize(
    "without", ["E/C.12/KGZ/CO/5\n", " considered the fifth periodic report of Kyrgyzstan on 3 and 4 March 2026 and"]
)
def test_observations_of_the_same_symbol_or_day_with_another_day_of_adoption_are_another_text(place, without):
    place.bring_in()
    imported = read_document(SMALL_OBSERVATIONS.replace(without, "").replace("20 March", "10 March").encode())
    assert imported.adopted == "2026-03-10"
    assert {review.state for review in review_paragraphs(place.view, imported, None)} == {RowState.REFUSED}
    new = new_document(place.view, imported, body="cescr", title="CO", cycle="6")
    with pytest.raises(ImportRefused, match=r"another text .* adopted on 2026-03-10, here on 2026-03-20"):
        imported_records.records_to_save(place.view, imported, new, choices=(), reason={}, was_read=True)


INVENTED = "7. The Committee recommends that the State party register all clients of harm reduction.\n"


def test_what_another_file_adds_to_a_document_is_never_ticked_nor_read_and_says_whose_file_it_was(place):
    place.bring_in()
    forged = SMALL_OBSERVATIONS + INVENTED
    review = place.review_of("7", forged)
    assert (review.state, review.is_proposed, review.is_extra) == (RowState.NEW, False, True)
    place.bring_in(forged, numbers=("7",), file_of="Example Net")
    r = place.view.recommendations["cescr-2026-7"]
    assert (r.verification, r.source.note["ru"].text) == (
        Verification.TO_CHECK,
        "из файла, который внесла организация Example Net",
    )
    assert r.source.note["en"].text == "from a file of Example Net"
    assert place.view.recommendations["cescr-2026-3"].verification is Verification.SEEN
    changed = forged.replace("end forced", "stop forced")
    imported = read_document(changed.encode())
    document = observations_of_symbol(place.view, imported.symbol)
    not_read = paragraphs_not_read(place.view, imported, document)
    assert [one.number for one in imported.recommendations if one.number in not_read] == ["4", "7"]
    assert {place.review_of(n).is_extra for n in "34"} == {False}


def test_a_paragraph_that_begins_with_its_parts_takes_no_recorded_text_away(place):
    place.bring_in()
    place.make_own("cescr-2026-3")
    parts_only = SMALL_OBSERVATIONS.replace("The Committee recommends that the State party:\n", "\n")
    place.bring_in(parts_only.replace("in all places", "in all closed places"), numbers=("3",))
    r = place.view.dataset.recommendations["cescr-2026-3"]
    assert r.text[""].text == "The Committee recommends that the State party:"
    assert r.parts[1].summary[""].text == "Provide opioid agonist therapy in all closed places of detention."


def test_a_recommendation_without_its_words_gets_them_and_keeps_the_rest(tmp_path):
    known = RECOMMENDED.replace("co-4", "co-5") + "paragraph: 3\ntags: [{tagged_by: ours, themes: [policing]}]\n"
    place = Place(tmp_path / "data", {"documents.yaml": DOCUMENTS + CO_5, "recommendations/mine.yaml": known})
    assert place.states() == {"3": RowState.CHANGED, "4": RowState.NEW}
    place.bring_in(numbers=("3",))
    r = place.view.dataset.recommendations["mine"]
    assert (r.title[""].text, r.summary[""].text) == ("Review the drug laws", "The drug laws should be reviewed.")
    assert (r.verification, r.source.document, r.source.publisher) == (Verification.SEEN, "co-5", None)
    assert r.tags[0].themes == ("policing",)
    assert len(r.parts) == 2


def test_letters_that_are_recommendations_of_their_own_are_a_conflict(tmp_path):
    known = RECOMMENDED.replace("co-4", "co-5") + "paragraph: 3 (b)\n"
    place = Place(tmp_path / "data", {"documents.yaml": DOCUMENTS + CO_5, "recommendations/mine.yaml": known})
    review = place.review_of("3")
    assert (review.state, review.overlaps, review.is_proposed) == (RowState.CONFLICT, ("mine",), False)


def test_what_was_undone_comes_back_under_the_same_id(place):
    reason, saved = text_from_input("Undone.", get_language("en")), place.bring_in()
    gone = (replace(reversal_of(before, after, reason), version=after.version) for before, after in saved)
    place.store.save(*gone, by=ANNA, reason="Undone.")
    assert "cescr-2026-3" not in place.view.recommendations
    assert place.states() == {"3": RowState.NEW, "4": RowState.NEW}
    place.bring_in()
    view = place.view
    assert "cescr-2026-3" in view.recommendations and "e-c12-kgz-co-5" in view.documents
    assert len(view.dataset.recommendations) == 5


def test_a_number_that_occurs_twice_is_refused(place):
    imported, _reviews = place.reviews()
    twice = replace(imported, paragraphs=(*imported.paragraphs, imported.paragraphs[2]))
    assert review_paragraphs(place.view, twice, None)[-1].state is RowState.REFUSED


def test_similar_words_are_found_and_linked_only_when_chosen(tmp_path):
    asked = [
        "Independent judges should decide about every arrest.", "Teachers need textbooks and warm classrooms.",
        "Nobody should use drugs in fear of prison: decriminalize possession for personal use.",
        "Rivers must stay clean.", "Journalists should work without fear.", "Pensions should rise with prices.",
        "Every village needs an ambulance.", "Trade unions should register freely.",
        "Birth certificates should cost nothing.", "Workers in mines need masks.",
    ]  # fmt: skip
    texts = [RECOMMENDED.replace("The drug laws should be reviewed.", f"'{words}'") for words in asked]
    place = Place(tmp_path / "data", {f"recommendations/x{n}.yaml": text for n, text in enumerate(texts)})
    imported, _reviews = place.reviews()
    similar = find_similar_recommendations(place.view, imported, imported.recommendations, document="")
    assert {number: found.recommendation.id for number, found in similar.items()} == {"3": "x2"}
    place.bring_in(numbers=("3",))
    assert place.view.same_demand(place.view.recommendations["cescr-2026-3"]) == ()
    place.bring_in(numbers=("4",), same_demand=("x2",))
    assert [r.id for r in place.view.same_demand(place.view.recommendations["cescr-2026-4"])] == ["x2"]


def test_a_second_language_fills_titles_sentences_and_parts_and_nothing_twice(place):
    place.bring_in()
    russian = RUSSIAN + FOLLOW_UP
    _imported, reviews = place.reviews(russian)
    assert {r.paragraph.number for r in reviews if r.is_language_added and r.is_proposed} == {"3", "4"}
    place.bring_in(russian)
    dataset = place.view.dataset
    document, r = dataset.documents["e-c12-kgz-co-5"], dataset.recommendations["cescr-2026-3"]
    assert {code: text.origin for code, text in document.title.items()} == {"en": "official", "ru": "official"}
    assert document.follow_up.source.note["ru"].text.startswith("Комитет просит")
    assert [(part.id, set(part.summary)) for part in r.parts] == [("a", {"en", "ru"}), ("b", {"en", "ru"})]
    assert (r.summary["ru"].text, r.title["ru"].text) == (
        "Наркополитика: декриминализовать хранение наркотиков для личного употребления",
    ) * 2
    assert place.bring_in(russian) == []


def test_a_paragraph_that_is_not_here_in_any_language_is_not_ticked_with_a_second_language(place):
    place.bring_in(numbers=("3",))
    extra = place.review_of("4", RUSSIAN)
    assert (extra.is_extra, extra.is_proposed) == (True, False)


def test_recommendations_without_a_paragraph_in_the_file_are_named(place):
    place.bring_in()
    russian = RUSSIAN.replace("4. Комитет", "Комитет").replace("b) обеспечить", "обеспечить")
    imported = read_document(russian.encode())
    document = observations_of_symbol(place.view, imported.symbol)
    unmatched = imported_records.unmatched_recommendations(place.view, imported, document)
    assert [r.id for r in unmatched] == ["cescr-2026-4"]


def test_a_letter_that_is_a_recommendation_of_its_own_gets_the_second_language(tmp_path):
    letter = RECOMMENDED.replace("document: co-4", "document: co-5") + "paragraph: 3 (b)\ntext: Provide therapy.\n"
    files = {"tracker.yaml": LANGUAGES, "documents.yaml": DOCUMENTS + CO_5, "recommendations/r9.yaml": letter}
    place = Place(tmp_path / "data", files)
    review = place.review_of("3", RUSSIAN)
    assert (review.letters, review.is_proposed) == ((("b", "r9"),), True)
    place.bring_in(RUSSIAN, numbers=("3",))
    r = place.view.dataset.recommendations["r9"]
    assert r.text["ru"].text == "обеспечить опиоидную агонистную терапию во всех местах лишения свободы."
    assert "cescr-2026-3" not in place.view.dataset.recommendations


def test_two_files_are_saved_in_one_save(place):
    view = place.view
    english, russian = read_document(SMALL_OBSERVATIONS.encode()), read_document(RUSSIAN.encode())
    document = new_document(view, english, body="cescr", title=english.title, cycle="5")
    reviews = review_paragraphs(view, english, None, other=russian)
    choices = [ParagraphChoice(r, r.title, other_title=r.other_title) for r in reviews if r.is_proposed]
    saved = place.save(english, with_facts_of_file(view, document, russian), choices, other=russian)
    assert [r.id for r in saved] == ["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"]
    assert [set(r.title) for r in saved] == [{"en", "ru"}] * 3
    assert saved[2].text["ru"].origin is TextOrigin.OFFICIAL
    assert saved[1].parts[0].summary["ru"].text.startswith("декриминализовать хранение наркотиков")
