"""Who speaks in a submission: those who sign, the committee, the State with its source; and what is told before writing."""

import io
from dataclasses import replace

import pytest
from docx import Document as open_docx

from tests.publishing.test_submissions import (
    DOCUMENTS,
    FILES,
    LIMITS,
    MARKED,
    NEWS,
    PLACE,
    QUOTED,
    WATCHERS,
    made,
    text_of,
)
from tests.support.small_dataset import TRACKER, folder, said
from tests.support.view_requests import ASSESSED, CO, ask, small
from tracker.__main__ import main
from tracker.model.vocabulary import SubmissionStage, Voice
from tracker.publishing.submissions import own_words
from tracker.publishing.submissions.footnotes import evidence_words
from tracker.publishing.submissions.selection import Choice
from tracker.publishing.submissions.speakers import Speakers
from tracker.publishing.submissions.stages import Builder

LETTERED = CO + (
    "paragraph: 12\nassessments:\n"
    "  - {voice: committee, grade: A, part: a, date: 2025-01, reason: Earlier., verification: seen, source: {document: old-25}}\n"
    "  - {voice: committee, grade: B1, scope: (b) and (c), date: 2026-03, reason: {en: {text: It regrets., origin: official}}, verification: seen, source: {document: new-26, paragraph: 12}}\n"
    "  - {voice: committee, grade: C, part: a, date: 2026-03, reason: Ours., verification: seen, source: {document: new-26, paragraph: 12}}\n"
    "parts: [{id: a, summary: One}]\n"
)
REPORTS = "".join(
    f"  - {{id: {id}, body: cescr, kind: follow-up-assessment, title: R, symbol: E/C.12/{n}, cycle: cescr-2024, adopted: {day}, verification: seen}}\n"
    for id, n, day in (("old-25", 25, "2025-01"), ("new-26", 26, "2026-03"))
)


def test_the_committees_last_grades_stand_in_the_document_part_by_part_and_nobody_elses_word_on_them(tmp_path):
    scale = "treaty_bodies:\n  - {id: cescr, code: CESCR, name: C, treaty: T, scales: [{since: 2020, verification: seen, grades: [{grade: A}, {grade: B1, meaning: Started}, {grade: C, meaning: Nothing}]}]}\n"
    request = ask(small(tmp_path, ("r/y", LETTERED), ("documents", DOCUMENTS + REPORTS), ("treaty_bodies", scale)))
    for stage in (SubmissionStage.FOLLOW_UP, SubmissionStage.ALTERNATIVE_REPORT):
        submission, raw = made(request, stage)
        said = text_of(raw)
        assert "(b) and (c): B1 (Started). “It regrets.”" in said and ", part (a): C (Nothing)" in said, said
        assert [word for word in ("Earlier.", "Ours.") if word in said] == []
        cited = "C, E/C.12/26 (March 2026), para. 12."
        assert [note.words for note in submission.footnotes if "E/C.12/26" in note.words] == [cited] * 2
        # what the part asks is the tracker's word, if the committee said nothing: then a person fills it in
        assert "part (a): C (Nothing) [What part (a) asks]" in said
        # a summary of the committee's words is left out, and the page says so
        left_out = [one for one in submission.left_out if "the assessment of" in one]
        assert len(left_out) == 1 and "part (a): in the words of the tracker's editors." in left_out[0], left_out


def test_a_translation_of_the_committees_words_beside_a_grade_says_that_it_is_one_and_whose(tmp_path):
    quoted = "{en: {text: It regrets., origin: official}, ru: {text: Сожалеет., origin: own-translation}}"
    text = LETTERED.replace("{en: {text: It regrets., origin: official}}", quoted)
    data = small(tmp_path, ("r/y", text), ("documents", DOCUMENTS + REPORTS))
    submission, raw = made(ask(data, "ru"), SubmissionStage.FOLLOW_UP)
    assert "B1. Неофициальный перевод: «Сожалеет.»" in text_of(raw), text_of(raw)
    assert [note.words for note in submission.footnotes if "неофициальный перевод: " in note.words]
    assert [one for one in submission.left_out if "(b)" in one] == []


@pytest.mark.parametrize("signing", [(), ("net",)])
def test_what_those_who_sign_have_not_assessed_is_a_gap_and_nobody_elses_opinion(tmp_path, signing):
    asked = ASSESSED.replace("report-2024", "theirs").replace("organisation: watch", "")
    theirs = (
        DOCUMENTS
        + "  - {id: theirs, body: cescr, kind: alternative-report, title: T, authors: Watch, cycle: c, issued: 2024-02, verification: seen}\n"
    )
    files = {
        **dict(FILES),
        "r/x": asked,
        "r/y": MARKED.replace("{text: All is done., origin: official}", "Ours of it."),
        "documents": theirs,
        "tracker": TRACKER + WATCHERS,
    }
    request = ask(small(tmp_path, *files.items()))
    submission, raw = made(request, SubmissionStage.ALTERNATIVE_REPORT, organisations=signing)
    said = text_of(raw)
    assert "Ours of it." not in said and any(
        "in the words of the tracker's editors. It is not" in n for n in submission.notes
    )
    # neither what Watch or the editors think, nor what Watch asks for as if it were asked here; a fact is no "setback"
    others = (
        "It is good.",
        "Nothing was repealed.",
        "not-assessed",
        "Setback",
        "The programme should grow. (",
        "Officers came",
    )
    assert [word for word in others if word in said] == []
    gap = "Those who sign have not assessed it: assess it, write the situation, or leave it out."
    assert sum(gap in note for note in submission.notes) == 3
    own = {id: {"situation": "S."} for id in "xyz"}
    written, _raw = made(request, SubmissionStage.ALTERNATIVE_REPORT, organisations=signing, own_texts=own)
    assert not any(gap in note for note in written.notes)


def test_what_the_state_said_without_a_source_is_left_out_and_named(tmp_path):
    sourced = QUOTED.replace("source: {publisher: A ministry, link: 'https://state.example/reply'}, ", "")
    submission, raw = made(ask(small(tmp_path, ("r/y", sourced), ("documents", DOCUMENTS))), SubmissionStage.FOLLOW_UP)
    assert "All is done." not in text_of(raw)
    assert (
        f"{PLACE}, the assessment of The State (2025): no source is recorded. It is not in the document."
        in submission.notes
    )


def test_the_command_says_that_a_procedure_is_over_and_that_a_language_is_not_taken(tmp_path, monkeypatch, capsys):
    files = {**dict(FILES), "documents": DOCUMENTS, "treaty_bodies": LIMITS}
    monkeypatch.setenv("TRACKER_DATA", str(folder(tmp_path / "data", files)))
    main(["submission", "--body", "cescr", "--stage", "alternative-report", str(tmp_path / "a.docx")])
    said = capsys.readouterr().out.splitlines()
    told = "CESCR takes submissions in French, not in English. It has to be translated before it is sent. A page "
    assert {"CESCR concluded its last review in 2024.", "Write for the follow-up to E/C.12/RUR/CO/4?"} <= {*said}
    assert any(line.startswith(told) for line in said)


def speakers(request, *organisations):
    choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], (), organisations=organisations)
    return Speakers(request, choice, request, {})


@pytest.mark.parametrize(
    ("changes", "signing", "is_others"),
    [
        ({}, "net", False),
        ({"recorded_for": "watch"}, "net", True),
        ({"recorded_for": "watch"}, "watch", False),
        ({"source": None}, "net", True),
        ({"reason": said("In short.")}, "net", True),
        ({"reason": said("In short.")}, "editors", False),
        ({"reason": said("In short."), "voice": Voice.COMMITTEE, "status": None, "grade": "A"}, "net", False),
    ],
)
def test_what_the_state_said_stands_under_names_that_entered_or_quote_it(tmp_path, changes, signing, is_others):
    request = ask(small(tmp_path, ("r/y", QUOTED), ("documents", DOCUMENTS), ("tracker", TRACKER + WATCHERS)))
    a = replace(request.view.recommendations["y"].assessments[1], **changes)
    assert speakers(request, signing).is_others_statement("N", a) is is_others


def test_what_the_trackers_editors_wrote_is_offered_and_in_the_document_only_once_it_was_taken_over(tmp_path):
    plain = QUOTED.partition("text: ")[0] + "parts: [{id: a, summary: Ours of a}]\n"
    files = {**dict(FILES), "r/y": plain, "documents": DOCUMENTS, "tracker": TRACKER + WATCHERS}
    request, how = ask(small(tmp_path, *files.items())), {"organisations": ("net",)}
    submission, raw = made(request, SubmissionStage.FOLLOW_UP, **how)
    assert [words for words in ("In summary", "Ours of a", "Officers came.", "Setback") if words in text_of(raw)] == []
    headings = [p.text for p in open_docx(io.BytesIO(raw)).paragraphs if p.style.name == "Heading 2"]
    assert headings == ["Paragraph 12 (a)"], "the table below has the whole place"
    offer = "the summary is the tracker's, so it is not in the document. Take it over, or write yours."
    assert [n.partition(":")[0] for n in submission.left_out if offer in n][:2] == [
        "E/C.12/RUR/CO/4, para. 12 (a)",
        "Evidence",
    ]
    choice = Choice(
        SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], (request.view.recommendations["y"],), **how
    )
    fields = own_words.writable_fields(request, choice, choice.recommendations[0], author=request)
    starts = {name: own_words.starts_of(request, choice, choice.recommendations[0], field=name) for name in fields}
    editors = "Editors of this tracker"
    assert (starts["words"], starts["evidence-news"]) == ([(editors, "S")], [(editors, "Officers came.")])
    taken = {"y": {"words": "S", "evidence-news": "Officers came."}}
    submission, raw = made(request, SubmissionStage.FOLLOW_UP, **how, own_texts=taken)
    assert "In summary: S" in text_of(raw) and "Officers came." in text_of(raw)
    assert not any(offer in note for note in submission.notes)
    assert any("A paper" in note.words for note in submission.footnotes), "with its source"
    told = list(own_words.taken_over(request, replace(choice, own_texts=taken), request))
    assert [said.split(": ")[-1] for said in told] == [
        f"the tracker's editors wrote “{words}”, unchanged. Read it as your own." for words in ("S", "Officers came.")
    ]
    changed = replace(choice, own_texts={"y": {"words": "S, we say", "evidence-news": "They came."}})
    assert not [*own_words.taken_over(request, changed, request)]
    assert not [
        *own_words.taken_over(
            request, replace(choice, own_texts=taken, organisations=(request.view.editors.id,)), request
        )
    ]


def test_what_the_state_did_can_be_written_and_a_statement_that_is_taken_over_lends_its_source(tmp_path):
    files = {"r/y": MARKED.replace("{text: All is done., origin: official}", "Ours of it."), "documents": DOCUMENTS}
    request = ask(small(tmp_path, *files.items(), ("tracker", TRACKER + WATCHERS)))
    for text, is_sourced in (("It adopted nothing.", False), ("It says:\n\nOurs of it. We doubt it.", True)):
        written = {"y": {"state": text}}
        submission, raw = made(request, SubmissionStage.FOLLOW_UP, organisations=("net",), own_texts=written)
        assert text.rpartition("\n")[2] in text_of(raw) and "[Actions taken" not in text_of(raw)
        assert any("A ministry" in note.words for note in submission.footnotes) == is_sourced


def test_a_status_stays_after_its_reason_was_taken_into_the_text_and_so_do_its_paragraphs(tmp_path):
    request = ask(small(tmp_path, *FILES, ("documents", DOCUMENTS)))
    written = {"y": {"situation": "First of all.\n\nNothing was repealed. Nor will it be.", "ask": "One.\n\nTwo."}}
    for stage in (SubmissionStage.FOLLOW_UP, SubmissionStage.ALTERNATIVE_REPORT, SubmissionStage.LIST_OF_ISSUES):
        submission, raw = made(request, stage, own_texts=written)
        texts = [p.text for p in submission.paragraphs]
        said = [text for text in texts if text.endswith(("First of all.", "Nor will it be.", "24): not-implemented"))]
        assert len(said) == 3 and text_of(raw).count("Nothing was repealed.") == 1, texts


def test_a_demand_is_that_of_who_entered_it_and_of_the_authors_of_its_report(tmp_path):
    documents = DOCUMENTS.replace("title: Report,", "title: Report, authors: Net,")
    request = ask(small(tmp_path, *FILES, ("documents", documents), ("tracker", TRACKER + WATCHERS)))
    r = replace(request.view.recommendations["x"], recorded_for="watch")
    own = {id: speakers(request, id).is_own_demand(r) for id in ("watch", "net", "editors")}
    assert own == {"watch": True, "net": True, "editors": False}
    assert speakers(request).signing == frozenset() and speakers(request, "net").ids == {"net", "editors"}


def test_no_title_of_the_trackers_editors_is_a_heading_or_names_evidence_and_it_can_be_taken_over(tmp_path):
    counted = NEWS.replace("summary: Officers", "title: The word of editors\nsummary: Officers")
    unnumbered = CO.replace("title: T", "title: {en: Whole}")
    files = {**dict(FILES), "r/z": unnumbered, "e/news": counted, "documents": DOCUMENTS, "tracker": TRACKER + WATCHERS}
    request = ask(small(tmp_path, *files.items()))
    own = {"y": {"evidence-news": "They came."}}
    submission, raw = made(request, SubmissionStage.LIST_OF_ISSUES, organisations=("net",), own_texts=own)
    said = [p.text for p in open_docx(io.BytesIO(raw)).paragraphs if p.style.name == "Heading 2"]
    first = "“The State party should: (a) repeal its laws; (b) train officers “of all ranks”\u00a0…”"
    assert said == [f"Paragraph 12 (a): {first}", "E/C.12/RUR/CO/4: [Heading]"]
    cited = [note.words for note in submission.footnotes if "A paper" in note.words]
    assert cited == ["A paper, news, June 2024."]
    told = "Evidence: A paper, The word of editors, para. 12 (a): this title is the tracker's, so its footnote has the kind of source instead. You can write the title beside the evidence."
    assert told in submission.left_out
    titled = {"y": {**own["y"], "source-news": "Four\nofficers"}}
    fields = own_words.writable_fields(
        request, Choice(SubmissionStage.BRIEF, None, (), own_texts=titled), request.view.recommendations["y"], request
    )
    assert fields["source-news"].startswith("Title of this source, for the footnote. Evidence: A paper, The word of")
    again, _raw = made(request, SubmissionStage.LIST_OF_ISSUES, organisations=("net",), own_texts=titled)
    assert "A paper, Four officers, June 2024." in [note.words for note in again.footnotes]
    assert told not in again.left_out
    assert any("[Heading] (“Whole”)" in words for words in submission.to_fill), submission.to_fill
    found = [request.view.recommendations[id] for id in "yz"]
    choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], tuple(found), organisations=("net",))
    assert "title" in own_words.writable_fields(request, choice, found[1], author=request)
    assert own_words.starts_of(request, choice, found[1], field="title") == [("Editors of this tracker", "Whole")]
    assert "source-news" in own_words.writable_fields(request, choice, found[0], author=request)
    started = own_words.starts_of(request, choice, found[0], field="source-news")
    assert started == [("Editors of this tracker", "The word of editors")]
    copy = replace(request.view.evidence["news"], archived="https://paper.example/copy", link=None)
    assert evidence_words(request, copy, "").endswith("June 2024, archived copy.")
    taken = {"z": {"title": "Whole"}}
    _submission, raw = made(request, SubmissionStage.LIST_OF_ISSUES, organisations=("net",), own_texts=taken)
    assert "Whole" in [p.text for p in open_docx(io.BytesIO(raw)).paragraphs]


def test_a_heading_that_is_the_documents_own_stays(tmp_path):
    official = QUOTED.replace("en: Repeal the laws,", "en: {text: Laws to repeal, origin: official},")
    files = {**dict(FILES), "r/y": official, "documents": DOCUMENTS, "tracker": TRACKER + WATCHERS}
    _submission, raw = made(ask(small(tmp_path, *files.items())), SubmissionStage.FOLLOW_UP, organisations=("net",))
    assert "Paragraph 12 (a): Laws to repeal" in [p.text for p in open_docx(io.BytesIO(raw)).paragraphs]


def test_the_newest_evidence_is_the_newest_that_the_document_prints(tmp_path):
    files = {**dict(FILES), "documents": DOCUMENTS, "tracker": TRACKER + WATCHERS}
    request = ask(small(tmp_path, *files.items()))
    y = request.view.recommendations["y"]

    def newest(**more):
        body = request.view.bodies["cescr"]
        choice = Choice(SubmissionStage.ALTERNATIVE_REPORT, body, (y,), organisations=("net",), **more)
        return Builder(request, choice).latest_evidence(y)

    own = {"y": {"evidence-news": "They came."}}
    assert (newest(), newest(own_texts=own)) == ("", "June 2024")
    assert newest(own_texts=own, without={"y": frozenset(["news"])}) == ""


def test_a_footnote_explains_only_an_omission_that_is_printed(tmp_path):
    plain = QUOTED.partition("text: ")[0].replace("summary: S", "summary: 'It asks […] much.'")
    news = NEWS.replace("Officers came.", "Officers […] came.")
    files = {**dict(FILES), "r/y": plain, "e/news": news, "documents": DOCUMENTS, "tracker": TRACKER + WATCHERS}
    request = ask(small(tmp_path, *files.items()))

    def explained(**texts):
        submission, _raw = made(request, SubmissionStage.FOLLOW_UP, organisations=("net",), own_texts={"y": texts})
        return sum("“[…]” stands for" in note.words for note in submission.footnotes)

    assert explained() == 0
    assert explained(words="It asks for much.", **{"evidence-news": "They came."}) == 0
    assert explained(words="It asks […] much.", **{"evidence-news": "Officers […] came."}) == 2


def test_what_a_graded_part_asks_is_written_on_the_page_unless_the_quotation_has_the_part(tmp_path):
    scale = "treaty_bodies:\n  - {id: cescr, code: CESCR, name: C, treaty: T, scales: [{since: 2020, verification: seen, grades: [{grade: C, meaning: Nothing}]}]}\n"
    of_part = LETTERED.replace("assessments:", "text: {en: {text: 'Do: TEXT one.', origin: official}}\nassessments:")
    files = {"documents": DOCUMENTS + REPORTS, "treaty_bodies": scale, "tracker": TRACKER + WATCHERS}
    for text, is_asked in (("", True), ("(a)", False)):
        request = ask(small(tmp_path / str(is_asked), ("r/y", of_part.replace("TEXT", text)), *files.items()))
        y = request.view.recommendations["y"]
        choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], (y,), organisations=("net",))
        assert ("part-a" in own_words.writable_fields(request, choice, y, author=request)) is is_asked
        starts = own_words.starts_of(request, choice, y, field="part-a")
        assert starts == [("Editors of this tracker", "One")]
        own = {"y": {"part-a": "One thing."}} if is_asked else {}
        _submission, raw = made(request, SubmissionStage.FOLLOW_UP, organisations=("net",), own_texts=own)
        assert ("part (a): C (Nothing). In summary: One thing." in text_of(raw)) is is_asked
        assert "[What part" not in text_of(raw)


def test_a_picture_of_statuses_says_whose_they_are(tmp_path):
    assessed = "assessments: [{voice: civil-society, status: not-implemented, date: 2026, reason: R}]\n"
    request = ask(small(tmp_path, ("r/y", CO + assessed), ("documents", DOCUMENTS)))
    submission, _raw = made(request, SubmissionStage.BRIEF, organisations=("editors",))
    (caption,) = [p.text for p in submission.paragraphs if p.style == "Caption"]
    assert "1 recommendation (assessed by Editors of this tracker: not-implemented: 1)." in caption


def test_a_reply_that_is_known_as_a_step_of_the_follow_up_alone_is_told_to_the_author(tmp_path):
    step = "paragraphs: [12, 20], steps: [{date: 2026-03-17, description: The State replied.}]"
    documents = DOCUMENTS.replace("paragraphs: [12, 20]", step, 1)
    request = ask(small(tmp_path, ("r/y", CO + "paragraph: 12\n"), ("documents", documents)))
    submission, raw = made(request, SubmissionStage.FOLLOW_UP)
    told = "Recorded of the follow-up, but not in the document: 17 March 2026: The State replied."
    assert told in submission.limits and "The State replied." not in text_of(raw)
