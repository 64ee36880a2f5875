"""What a submission says of its sources, what stands twice in it, its annex of sources, and its cover letter."""

import io
import re
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import pytest
from docx import Document as open_docx
from lxml.html import fromstring

from tests.publishing.test_submissions import DOCUMENTS, FILES, NEWS, OF_THE_TRACKER, made, text_of
from tests.support.server_process import ROOT
from tests.support.view_requests import CO, ask, small
from tracker.i18n import get_language
from tracker.model.errors import TrackerError
from tracker.model.vocabulary import Issuer, SubmissionStage
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.render_context import render
from tracker.publishing.submissions.before_writing import ask_to_change
from tracker.publishing.submissions.selection import Choice, Order, select_recommendations
from tracker.publishing.submissions.stages import LETTER, build_submission
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def request_of(tmp_path):
    data = small(tmp_path, *FILES, ("documents", DOCUMENTS))
    return lambda lang="en": ask(data, lang)


DOUBTS = "not yet read|not been read|been checked|classif|не прочитан|не уточнён|ещё не|классифик|окула элек|текшерил"


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
def test_no_word_of_the_tracker_is_in_a_document_from_the_shipped_data(lang):
    request, found = ask(DatasetReader(ROOT / "data").read(), lang), 0
    internal = [get_language(code).gettext(words) for words in OF_THE_TRACKER for code in ("en", "ru", "ky")]
    for stage, body in product(SubmissionStage, request.view.bodies.values()):
        try:
            choice = Choice(stage, body, select_recommendations(request.view, stage, body))
        except TrackerError:  # nothing to write about to this committee
            continue
        made = [build_submission(request, choice, request, kind=kind) for kind in ("", LETTER)]
        texts = [
            *(p.text for one in made for p in (*one.paragraphs, *one.annex)),
            *(n.words for n in made[0].footnotes),
        ]
        said, found = "\n".join(texts), found + 1
        # the author knows before the document is made what will be missing in it and in its letter
        told, missing = "\n".join(made[0].to_fill), set(re.findall(r"\[[^\]…]+\]", said))
        assert [words for words in missing if words not in told] == [], (stage, body.id)
        assert [words for words in internal if words.casefold() in said.casefold()] == [], (stage, body.id)
        assert re.findall(DOUBTS, said, re.I) == [], (stage, body.id)
    assert found >= 10


def test_what_has_no_paragraph_is_in_the_letter_and_its_placeholder_is_told(tmp_path):
    request = ask(small(tmp_path, *FILES, ("r/z", CO), ("documents", DOCUMENTS)))
    found = tuple(request.view.recommendations[id] for id in ("y", "z"))
    choice = Choice(SubmissionStage.LIST_OF_ISSUES, request.view.bodies["cescr"], found)
    letter, submission = (build_submission(request, choice, request, kind=kind) for kind in (LETTER, ""))
    assert any(
        "E/C.12/RUR/CO/4: CO, para. 12 (a), [The words of the recommendation]." in p.text for p in letter.paragraphs
    )
    in_russian = ask(request.view.dataset, "ru")
    said = [p.text for p in build_submission(in_russian, choice, request, kind=LETTER).paragraphs]
    assert any(words.endswith("п.\u00a012 (a), [Текст рекомендации].") for words in said) and not any(
        words.endswith(". ") for words in said
    ), said
    assert (
        "Still to fill in, below or in the Word file: [Suggested question] (para. 12 (a), “T”)." in submission.to_fill
    )
    # the letter names what has no number by the heading under which it stands
    headed = replace(choice, own_texts={"z": {"title": "Ours", "words": "The Committee asked for it."}})
    said = build_submission(request, headed, request, kind=LETTER).paragraphs
    assert any(p.text.endswith("para. 12 (a), see under “Ours”.") for p in said), [p.text for p in said]


def test_of_several_documents_the_paragraphs_still_to_fill_in_are_named_with_theirs(tmp_path):
    older = "  - {id: co-2016, body: cescr, kind: concluding-observations, title: O, symbol: E/C.12/RUR/CO/3, cycle: cescr-2016, issued: 2016-03, verification: seen}\n"
    files = [
        (f"r/{name}", CO.replace("co-2024", "co-2016") + f"paragraph: {n}\n") for name, n in (("v", 12), ("w", 14))
    ]
    request = ask(small(tmp_path, *FILES, *files, ("documents", DOCUMENTS + older)))
    found = tuple(request.view.recommendations[id] for id in ("y", "v", "w"))
    choice = Choice(SubmissionStage.LIST_OF_ISSUES, request.view.bodies["cescr"], found)
    (told,) = (one for one in build_submission(request, choice, request).to_fill if "[Suggested question]" in one)
    places = "(E/C.12/RUR/CO/4, para. 12 (a); E/C.12/RUR/CO/3, para. 12, 14)"
    assert told == f"Still to fill in, below or in the Word file: [Suggested question] {places}."


@pytest.mark.parametrize(("lang", "quoted"), [("en", "“Repeal.”"), ("ru", "«Отменить.»"), ("ky", "«Жокко чыгаруу.»")])
def test_what_is_quoted_names_a_recommendation_in_every_language(tmp_path, lang, quoted):
    texts = "text: {en: {text: Repeal., origin: official}, ru: {text: Отменить., origin: official}, ky: {text: Жокко чыгаруу., origin: official}}\n"
    request = ask(small(tmp_path, *FILES, ("r/z", CO + texts), ("documents", DOCUMENTS)), lang)
    own = {"z": {"title": "Ours", "words": "In our words."}}
    choice = Choice(SubmissionStage.LIST_OF_ISSUES, request.view.bodies["cescr"], (request.view.recommendations["z"],))
    letter = build_submission(request, replace(choice, own_texts=own), request, kind=LETTER)
    assert any(quoted in p.text for p in letter.paragraphs), [p.text for p in letter.paragraphs]
    headings = [p.text for p in build_submission(request, choice, request).paragraphs if p.style.startswith("Heading")]
    assert any((quoted if lang != "en" else "T") in words for words in headings), headings  # titled in English alone


def test_a_kind_of_document_for_which_no_procedure_is_known_is_warned_of(tmp_path):
    prior = "  - {id: qpr, body: cescr, kind: list-of-issues-prior-to-reporting, title: Q, cycle: cescr-2030, adopted: 2025-05, verification: seen}\n"
    request = ask(small(tmp_path, *FILES, ("documents", DOCUMENTS + prior)))
    told = {
        stage: ask_to_change(request, Choice(stage, request.view.bodies["cescr"], ()))[0] for stage in SubmissionStage
    }
    said = "As far as is recorded here, CESCR has no procedure for this kind of document."
    assert [stage for stage, words in told.items() if words == said] == [SubmissionStage.LIST_OF_ISSUES]


THIRD = DOCUMENTS + (
    "  - {id: report-3, body: cescr, kind: follow-up-report, title: Follow-up report, symbol: E/C.12/77/2, cycle: cescr-2024, issued: 2025, verification: seen}\n"
)
THROUGH = (
    CO.replace("source: {document: co-2024}", "source: {}")
    + "paragraph: 12\ntext: {{en: {{text: '{}', origin: official}}}}\n"
)
CUT = "Words {} and more.".format
REMOVED = CUT("(removed for safety 2026-05-02)")
SAFE = "“[…]” stands for words that are left out to protect people."


@pytest.mark.parametrize(
    ("source", "text", "more", "shown", "note"),
    [
        ("{document: co-2024}", "Repeal.", "", "“Repeal.”", "(28 March 2024)."),
        ("{document: report-3, paragraph: 7}", "Repeal.", "", "“Repeal.”", "as quoted in E/C.12/77/2, para. 7."),
        ("{publisher: A paper}", "Repeal.", "", "“Repeal.”", "(28 March 2024), as quoted by A paper."),
        ("{document: report-3, publisher: A paper}", "Repeal.", "", "“Repeal.”", "E/C.12/77/2, as quoted by A paper."),
        ("{document: co-2024, publisher: A paper}", "Repeal.", "", "“Repeal.”", "(28 March 2024)."),
        ("{publisher: A paper}", "", "", "In summary: S", "(28 March 2024)."),
        ("{publisher: A paper, link: https://p.example/1}", "", "", "In summary: S", "2024), as reported by A paper."),
        ("{document: co-2024}", "", "", "In summary: S", "(28 March 2024)."),
        ("{document: co-2024}", REMOVED, "", f"“{CUT('[…]')}”", f"2024). {SAFE}"),
        ("{document: co-2024}", CUT("[…]"), "", f"“{CUT('[…]')}”", "“[…]” stands for words that are left out."),
        ("{document: co-2024}", CUT("[…]"), "parts_read: a name, […]\n", f"“{CUT('[…]')}”", "2024). A name, […]."),
    ],
)
def test_a_footnote_says_through_whom_words_are_known_and_why_some_are_left_out(
    tmp_path, source, text, more, shown, note
):
    whole = THROUGH.format(source, text) if text else THROUGH.format(source, text).partition("text: ")[0]
    request = ask(small(tmp_path, ("r/y", whole + more), ("documents", THIRD)))
    submission, raw = made(request, SubmissionStage.FOLLOW_UP)
    heading, words = open_docx(io.BytesIO(raw)).tables[0].rows[1].cells
    by_others = not text and "publisher" in source
    assert heading.text == ("What was recommended" if by_others else "The Committee's recommendation")
    assert words.text == shown
    summarized = "E/C.12/RUR/CO/4, para. 12: T: a summary stands for the words, which are not quoted here."
    assert (summarized in submission.limits) == (not text)
    assert not by_others or "link" not in source or "https://p.example/1" in submission.footnotes[0].links[0]
    assert ("E/C.12/77/2" in submission.footnotes[0].links[0]) == ("report-3" in source), "it leads to what it names"
    assert submission.footnotes[0].words.endswith(note) and "letter for letter" not in text_of(raw)


def test_a_demand_of_civil_society_does_not_stand_under_the_committees_name(tmp_path):
    request = ask(small(tmp_path, *FILES, ("documents", DOCUMENTS)))
    asked = tuple(r for r in request.view.recommendations.values() if r.issued_by is Issuer.CIVIL_SOCIETY)
    raw = build_submission(request, Choice(SubmissionStage.FOLLOW_UP, None, asked), request).write()
    assert asked and [t.rows[1].cells[0].text for t in open_docx(io.BytesIO(raw)).tables[:-1]] == [
        "What civil society asked" for _r in asked
    ]


def test_the_notes_for_a_russian_author_of_an_english_document_are_in_russian(request_of):
    request, author = request_of(), request_of("ru")
    found = select_recommendations(request.view, SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"])
    choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], found)
    notes = "\n".join(build_submission(request, choice, author).notes)
    assert "Государство" in notes and "The State" not in notes


REPLIED = "verification: seen, rounds: [{verification: seen, reply: reply-1}], paragraphs: [12, 13]"
REPLY = "  - {id: reply-1, body: cescr, kind: follow-up-report, title: Reply, cycle: cescr-2024, issued: 2025-06-02, verification: seen}\n"


@pytest.mark.parametrize("has_reply", [False, True])
def test_what_the_state_did_not_say_is_said_once_and_with_its_reply(tmp_path, has_reply):
    documents = (
        DOCUMENTS.replace("verification: seen, paragraphs: [12, 20]", REPLIED) + REPLY if has_reply else DOCUMENTS
    )
    request = ask(small(tmp_path, *((n, f) for n, f in FILES if n != "r/x"), ("documents", documents)))
    found = tuple(r for r in request.view.recommendations.values() if r.paragraph)
    limits = build_submission(request, Choice(SubmissionStage.FOLLOW_UP, None, found), request).limits
    told = "The State replied on 2 June 2025, but what it said" if has_reply else "What the State said"
    assert [one for one in limits if "State" in one.split(":")[0] or "What the State" in one] == [
        f"{told} is not recorded here: E/C.12/RUR/CO/4: CO, para. 13."
    ]


@pytest.mark.parametrize("stage", SubmissionStage)
def test_no_heading_stands_twice(request_of, stage):
    _submission, raw = made(request_of(), stage)
    document = open_docx(io.BytesIO(raw))
    headings = [p.text for p in document.paragraphs if p.style.name.startswith(("Heading", "heading", "Title"))]
    headings += [table.rows[0].cells[0].text for table in document.tables]
    assert [one for one in headings if headings.count(one) > 1 and one != "Source"] == []


def test_the_annex_names_archived_copies_and_if_wanted_the_files_with_their_digests(tmp_path):
    digest = "ab" * 32
    kept = f"files: [{{sha256: {digest}, kind: pdf, name: paper.pdf, size: 9}}]\narchived: https://archive.example/1\n"
    request = ask(small(tmp_path, *FILES[:3], ("e/news", NEWS + kept), ("documents", DOCUMENTS)))
    without, text = (text_of(made(request, SubmissionStage.UPR, with_files=wanted)[1]) for wanted in (False, True))
    assert "Archived copy:" in without and "https://archive.example/1" in without and digest not in without
    assert f"paper.pdf, SHA-256 {digest}" in text


@pytest.mark.parametrize("private", [False, True])
def test_a_cover_letter_is_half_a_page_and_says_what_is_attached_and_whether_it_may_be_published(request_of, private):
    request, stage = request_of(), SubmissionStage.ALTERNATIVE_REPORT
    found = tuple(r for r in request.view.recommendations.values() if r.id != "x")
    pairs = {"y": tuple(request.view.evidence_for(found[0]))} if private else {}
    how = {"organisations": ("editors",), "session": "77th session", "private_evidence": pairs}
    choice = Choice(stage, request.view.bodies["cescr"], found, **how)
    letter = build_submission(request, choice, request, kind=LETTER)
    text = "\n".join(p.text for p in open_docx(io.BytesIO(letter.write())).paragraphs)
    assert "Addressed to: Committee on Rights\nRuritania: Alternative report. 77th session\nDear members" in text
    assert "E/C.12/RUR/CO/4: CO, para. 12 (a), 13." in text and text.endswith("Editors of this tracker")
    assert ("It is confidential. Please do not publish it." in text) == private
    assert ("[It may be published on the website of the United Nations, or: It is confidential]" in text) == (
        not private
    )
    assert len(text.split()) < 150 and letter.footnotes == ()


def test_evidence_without_words_of_its_own_is_listed_and_not_printed(tmp_path):
    bare = NEWS.replace("summary: Officers came.", "summary: The Mirror\ntitle: The Mirror")
    data = small(tmp_path, *FILES[:3], ("e/news", bare), ("documents", DOCUMENTS))
    submission, raw = made(ask(data, "en"), SubmissionStage.ALTERNATIVE_REPORT)
    assert (
        "Evidence: A paper, The Mirror, E/C.12/RUR/CO/4, para. 12 (a): nobody has written what it shows, so it is not in the document."
        in submission.notes
    )
    assert "The Mirror" not in text_of(raw)


def test_a_quotation_is_printed_with_its_parts_and_its_closing_text_in_order(tmp_path):
    part = "{{id: {}, summary: {{en: {{text: {}, origin: {}}}}}}}"
    parts = ", ".join(
        [part.format("a", "Repeal;", "official"), part.format("b", "Train.", "own"), "{id: c, summary: {ru: П}}"]
    )
    whole = CO + (
        f"paragraph: 12\ntext: {{en: {{text: 'It should:', origin: official}}}}\nparts: [{parts}]\n"
        "closing: {en: {text: It should report., origin: official}}\n"
    )
    request = ask(small(tmp_path, ("r/y", whole), ("documents", DOCUMENTS)), "en")
    submission, raw = made(request, SubmissionStage.FOLLOW_UP)
    lines = ["“It should:”", "“(a) Repeal;”", "In summary: (b) Train.", "(c) [The words of the recommendation]"]
    quoted = [*lines, "“It should report.”"]
    assert open_docx(io.BytesIO(raw)).tables[0].rows[1].cells[1].text == "\n".join(quoted)
    assert "[The words of the recommendation] (para. 12)" in submission.to_fill[1]
    for stage in (SubmissionStage.ALTERNATIVE_REPORT, SubmissionStage.LIST_OF_ISSUES, SubmissionStage.BRIEF):
        assert " ".join(quoted) in text_of(made(request, stage)[1]), stage
    printed = fromstring(render_brief(request).body.decode()).find(".//blockquote")
    said = "It should: (a) Repeal; (b) Train. our wording (c) П Russian our wording It should report."
    assert " ".join(" ".join(printed.itertext()).split()) == said


def test_a_translation_of_ours_says_so(tmp_path):
    ours = CO + "paragraph: 12\ntext: {en: {text: Repeal., origin: official}, ru: Отменить.}\n"
    request = ask(small(tmp_path, ("r/y", ours), ("documents", DOCUMENTS)), "ru")
    _submission, raw = made(request, SubmissionStage.FOLLOW_UP)
    assert open_docx(io.BytesIO(raw)).tables[0].rows[1].cells[1].text == "неофициальный перевод: «Отменить.»"
    assert "п.\xa012 (28 марта 2024), неофициальный перевод: A small dataset." in text_of(raw)


def test_the_headings_of_those_who_sign_are_never_what_the_committee_recommended(request_of):
    own = {"y": {"title": "Our heading"}, "z": {"title": "Our other", "words": "It asked for more."}}
    submission, raw = made(request_of(), SubmissionStage.ALTERNATIVE_REPORT, own_texts=own)
    headings = [p.text for p in open_docx(io.BytesIO(raw)).paragraphs if p.style.name.startswith("Heading")]
    assert headings[1:4] == ["E/C.12/RUR/CO/4: CO", "Paragraph 12 (a): Our heading", "Paragraph 13: Our other"]
    annex = [p.text for p in submission.annex]
    first = "“The State party should: (a) repeal its laws; (b) train officers “of all ranks”\u00a0…”"
    assert first in annex and "In summary: It asked for more." in annex and "Our" not in " ".join(annex)


def test_who_chooses_chapters_by_theme_or_article_is_told_whose_names_these_are_and_what_has_none(request_of):
    def told(order):
        return made(request_of(), SubmissionStage.ALTERNATIVE_REPORT, order=order)[0].limits[:2]

    at = "stands under “Other issues”: E/C.12/RUR/CO/4, para. 13; Alternative report 2024, no. 7."
    assert told(Order.ARTICLE)[0] == f"No article is recorded, so it {at}"
    whose = "The headings of the chapters are the tracker's themes, not yours."
    assert told(Order.THEME) == (whose, f"No theme is recorded, so it {at.partition(';')[0]}.")
    headings = "headings of the chapters"
    assert not any(headings in words or "stands under" in words for words in told(Order.PARAGRAPH))


def test_what_was_written_for_the_letter_stands_in_it_and_the_summary_does_not(request_of):
    own = {"": {"summary": "How we worked.", "point": "It is worse.", "publication": "It may be published."}}
    request, body = request_of(), request_of().view.bodies["cescr"]
    found = select_recommendations(request.view, SubmissionStage.ALTERNATIVE_REPORT, body)

    def letter(texts):
        choice = Choice(SubmissionStage.ALTERNATIVE_REPORT, body, found, own_texts=texts)
        return [p.text for p in build_submission(request, choice, request, kind=LETTER).paragraphs]

    said = letter(own)
    assert "It is worse." in said and "It may be published." in said and "How we worked." not in said
    assert "[The main point in two sentences]" in letter({"": {"summary": "How we worked."}})


def test_what_is_missing_leads_to_the_box_of_the_longest_name_it_begins_with(request_of):
    note, places = "CO: Report it. No evidence.", {"CO: Report it": "open_b", "CO: Report": "open_a"}
    submission = SimpleNamespace(notes=(note,), groups=(("For you to fill in", (note,)),))
    how = {"sentences": (), "unsettled": (), "submission": submission, "places": places}
    (item,) = fromstring(render("forms/submission_length.html", request_of(), **how)).xpath("//li")
    assert (item.text_content(), item.xpath("a/@href")) == (note, ["#st-key-open_b"])
