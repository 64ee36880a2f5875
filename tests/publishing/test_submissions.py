"""Submissions as Word documents, read back with python-docx and as raw XML; OHCHR's thematic list."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document as open_docx
from lxml import etree

from tests.support.canary_documents import repacked
from tests.support.canary_folder import ASKED, CANARY, PRIVATE
from tests.support.canary_images import CANARY as MAKER
from tests.support.raw_docx import paragraph, raw_docx
from tests.support.small_dataset import SHOWN, TRACKER, folder
from tests.support.view_requests import ASSESSED, CO, ask, small
from tracker.__main__ import main
from tracker.i18n import get_language
from tracker.model.errors import TrackerError, UnusableFile
from tracker.model.registers import Grade, Scale
from tracker.model.vocabulary import SubmissionStage, Verification
from tracker.publishing.submissions.docx_writer import render_part
from tracker.publishing.submissions.safety_check import check_submission, limit_sentences, without_sentences
from tracker.publishing.submissions.selection import Choice, Order, select_recommendations
from tracker.publishing.submissions.stages import build_submission
from tracker.publishing.submissions.thematic_list import fill_thematic_list
from tracker.storage.yaml.file_parser import parse_file

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIGURE = {"en": "Figure", "ru": "Рисунок"}
QUOTATION = "The State party should: (a) repeal its laws;  (b) train officers “of all ranks” & report by 2027."
QUOTED = CO.replace(
    "title: T\nsummary: S\n", "title: {en: Repeal the laws, ru: Отменить законы}\nsummary: S\n"
).replace("{document: co-2024}", '{document: co-2024, link: "https://un.example/co"}') + (
    f"paragraph: 12 (a)\ntext: {{en: {{text: '{QUOTATION}', origin: official}}}}\n"
    "tags: [{tagged_by: ours, themes: [drug-policy], rights: [Covenant art. 12]}]\n"
    "assessments:\n"
    "  - {voice: civil-society, status: not-implemented, date: 2024-05, reason: Nothing was repealed., recorded: 2026-01-01T12:00:00.000001Z}\n"
    "  - {voice: state, status: implemented, date: 2025, reason: {en: {text: All is done., origin: official}}, verification: reported, source: {publisher: A ministry, link: 'https://state.example/reply'}, recorded: 2026-01-01T12:00:00.000002Z}\n"
)
BEARS = (
    "relevant_to: [{recommendation: y, effect: setback, recorded: 2026-01-02T12:00:00.000000Z}]\n"
    "recorded: 2026-01-02T12:00:00.000000Z\nrecorded_by: editor-bolot\n"
)
PAPER = "published: 2024-06\nlink: https://paper.example/1\n"
NEWS = SHOWN.replace("summary: S", "summary: Officers came.") + PAPER + BEARS
LAW = SHOWN.replace("kind: news", "kind: law").replace("summary: S", "summary: {ru: Закон.}") + BEARS
FILES = (("r/x", ASSESSED), ("r/y", QUOTED), ("r/z", CO + "paragraph: 13\n"), ("e/news", NEWS), ("e/law", LAW))
DOCUMENTS = """\
documents:
  - {id: report-2024, body: cescr, kind: alternative-report, title: Report, cycle: cescr-2024, issued: 2024-02, verification: seen}
  - {id: co-2024, body: cescr, kind: concluding-observations, title: CO, symbol: E/C.12/RUR/CO/4, cycle: cescr-2024, issued: 2024-03-28, verification: seen, follow_up: {verification: seen, paragraphs: [12, 20]}}
"""


@pytest.fixture
def request_of(tmp_path):
    """`request_of(lang)` asks of the dataset of these stories."""
    data = small(tmp_path, *FILES, ("documents", DOCUMENTS))
    return lambda lang="en": ask(data, lang)


def made(request, stage, **more):
    """The document of a stage, as the command makes it, and its bytes."""
    body = request.view.bodies["cescr"]
    found = select_recommendations(request.view, stage, body)
    submission = build_submission(request, Choice(stage, body, found, **more), request)
    return submission, submission.write()


def parts(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(raw: bytes) -> str:
    return "".join(etree.fromstring(parts(raw)["word/document.xml"]).itertext())


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("stage", SubmissionStage)
def test_every_document_is_sound_and_every_footnote_names_its_source(request_of, stage, lang):
    submission, raw = made(request_of(lang), stage)
    found = parts(raw)
    trees = {name: etree.fromstring(part) for name, part in found.items() if name.endswith((".xml", ".rels"))}
    body, notes = trees["word/document.xml"], trees["word/footnotes.xml"]
    used = [note.get(f"{W}id") for note in body.iter(f"{W}footnoteReference")]
    texts = {note.get(f"{W}id"): "".join(note.itertext()) for note in notes if not note.get(f"{W}type")}
    assert used == [str(n) for n in range(1, len(used) + 1)] == list(texts) and used
    assert all(re.search(r"\w.*https://", text) for text in texts.values()), texts
    assert {text.count("https://") for text in texts.values()} == {1}, "the other links are in the annex"
    printed = {text.text for tree in (body, notes) for text in tree.iter(f"{W}t")}
    assert {note.links[-1] for note in submission.footnotes} <= printed
    assert all(note.links[-1].startswith("https://tracker.example/") for note in submission.footnotes)
    known = {style.get(f"{W}styleId") for style in trees["word/styles.xml"].iter(f"{W}style")}
    assert {one.get(f"{W}val") for one in body.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")} <= known
    empty = [p for p in body.iter(f"{W}p") if not "".join(p.itertext()) and p.getparent().tag != f"{W}tc"]
    assert [p for p in empty if p.find(f".//{W}drawing") is None] == []
    assert len(list(body.iter(f"{W}tblHeader"))) == len(list(body.iter(f"{W}tbl")))
    assert trees["word/styles.xml"].find(f".//{W}lang").get(f"{W}val") == {"en": "en-GB", "ru": "ru-RU"}[lang]
    # docx2python reads no part without it
    assert all("r" in tree.nsmap for name, tree in trees.items() if re.match(r"word/(doc|foot|head)\w+\.xml$", name))
    document = open_docx(io.BytesIO(raw))
    assert document.paragraphs[0].style.name == "Title"
    pictures = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert pictures == ([p.text.partition(". ")[2] for p in document.paragraphs if p.text.startswith(FIGURE[lang])])
    assert made(request_of(lang), stage)[1] == raw


def test_every_text_that_a_form_prints_is_escaped_and_printable():
    values = {"is_confidential": False, "header": 'A & "<b>"\x0b', "title": "{{ x }}", "organisations": ["'<"]}
    found = [render_part(name, values | {"created": ""}) for name in ("word/header.xml", "docProps/core.xml")]
    assert ["".join(etree.fromstring(part.encode()).itertext()) for part in found] == [
        'A & "<b>" ',
        "{{ x }}'<T00:00:00Z",
    ]


def test_a_follow_up_has_one_table_for_each_selected_paragraph_with_its_words_letter_for_letter(request_of):
    own = {"y": {"situation": "It became worse.\nMuch.", "grade": "B1", "impact": "Fear."}}
    submission, raw = made(request_of(), SubmissionStage.FOLLOW_UP, own_texts=own, session="77th")
    document = open_docx(io.BytesIO(raw))
    table, _sources = document.tables
    assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [
        ("E/C.12/RUR/CO/4, para. 12 (a)", "E/C.12/RUR/CO/4, para. 12 (a)"),
        ("The Committee's recommendation", f"“{QUOTATION}”"),
        ("Actions taken by the State party", "The State (2025): All is done."),
        (
            "Current situation",
            "It became worse.\nMuch.\nEditors of this tracker (May 2024): not-implemented. Nothing was repealed.\n"
            "Officers came (June 2024).",
        ),
        ("Impact", "Fear."),
        ("The organisations' grade", "B1"),
    ]
    assert "Session: 77th" in [p.text for p in document.paragraphs]
    quoted, replied, seen = submission.footnotes
    # a footnote leads to the source, not only to the register, whose link is the last one
    assert quoted.links[:-1] == ("https://undocs.org/E/C.12/RUR/CO/4", "https://un.example/co")
    assert (replied.links[:-1], seen.links[:-1]) == (("https://state.example/reply",), ("https://paper.example/1",))
    assert "A ministry" in replied.words, "the footnote of an assessment names its source"
    assert submission.notes == (
        "Still to fill in, below or in the Word file: [Names of the organisations that sign].",
        "E/C.12/RUR/CO/4, para. 12 (a): Repeal the laws. No assessment since May 2024.",
        "Still to fill in in the cover letter: [The main point in two sentences].",
        "Still to fill in in the cover letter: [It may be published on the website of the United Nations, or: It is confidential].",
        "Still to fill in in the cover letter: [Who answers questions: name, position, address].",
        "Evidence: A paper, para. 12 (a): only in Russian, so it is not in the document.",
        "Paragraph 20 was selected for follow-up, but is not in the register.",
        "E/C.12/RUR/CO/4, para. 12 (a): Repeal the laws. The scale of this committee is not recorded here, so nobody has "
        "checked the grade “B1”.",
        "E/C.12/RUR/CO/4, para. 12 (a): Repeal the laws. No evidence since June 2024.",
        "E/C.12/RUR/CO/4, para. 12 (a): Repeal the laws, the assessment of The State (2025): reported by others. The "
        "document does not print this mark.",
        "E/C.12/RUR/CO/4, para. 12 (a): Repeal the laws, the assessment of Editors of this tracker (May 2024): not checked "
        "yet. The document does not print this mark.",
        "Evidence: A paper, para. 12 (a): reported by others. The document does not print this mark.",
    )
    assert (len(submission.to_fill), len(submission.left_out), len(submission.limits)) == (5, 1, 6)


MARKED = QUOTED.replace("verification: seen", "verification: to-check") + (
    "  - {voice: civil-society, organisation: watch, status: partially-implemented, date: 2024-06, reason: It is good., recorded: 2026-01-01T12:00:00.000003Z}\n"
)
WATCHERS = "languages: [en, ru, ky]\norganisations: [{id: watch, kind: civil-society, name: {en: Watch}}, {id: net, kind: civil-society, name: {en: Net}}, {id: editors, name: {en: Editors of this tracker}, kind: editors}]\n"
OF_THE_TRACKER = [
    *("letter for letter", "Quoted from the document.", "Not assessed", "our wording", "In our own words"),
    *("not checked yet", "reported by others", "source read", "Entry of", "No organisation has assessed"),
    *("Assessments differ", "our classification", "It awaits a second review.", "not assessed yet"),
]
"""Words that only the tracker says. They are looked for in all languages, and so are those of WORDS."""
WORDS = "classif|классифик|tracker(?!\\.example)|трекер|changed by hand|вручную|check|провер|текшер|differ|расход"


@pytest.mark.parametrize("lang", ["en", "ru", "ky"])
@pytest.mark.parametrize("stage", SubmissionStage)
def test_no_word_of_the_tracker_is_in_a_document_and_only_who_signs_speaks(tmp_path, stage, lang):
    news = NEWS.replace("verification: reported", "verification: to-check")
    files = {**dict(FILES), "r/y": MARKED, "e/news": news, "documents": DOCUMENTS}
    request = ask(small(tmp_path, *files.items(), ("tracker", TRACKER + WATCHERS)), lang)
    submission, raw = made(request, stage, organisations=("net",))
    said = "\n".join(
        ["".join(etree.fromstring(parts(raw)[f"word/{one}.xml"]).itertext()) for one in ("document", "footnotes")]
    )
    words = [get_language(code).gettext(words) for words in OF_THE_TRACKER for code in ("en", "ru", "ky")]
    assert [word for word in words if word.casefold() in said.casefold()] == []
    assert re.findall(WORDS, said.replace("tracker.yaml", "")) == [] and "It is good." not in said
    mark = request.label(Verification.TO_CHECK)
    assert any(mark in note for note in submission.notes), "it belongs to what is missing"


BY_WATCH = "recorded_for: watch\nrecorded_by: editor-w\n"
HAND = "{{field: {}, old: '{}', reason: R., recorded: '2026-06-0{}T00:00:00.000000Z', recorded_by: editor-w, recorded_for: {}}}"
READ_BY_EDITORS = f"history: [{HAND.format('verification', 'to-check', 9, 'editors')}]\n"
UNDONE = [
    HAND.format("title", "{en: Repeal the laws, ru: Отменить законы}", 3, "watch"),
    HAND.format("title", "X", 4, "watch"),
]
ITS_NEWS = NEWS.replace("recorded_by: editor-bolot\n", BY_WATCH)
OF_NET = NEWS.replace("publisher: A paper", "publisher: Net").replace("Officers came.", "Net counted.")
PLACE = "E/C.12/RUR/CO/4, para. 12 (a): Repeal the laws"
UNCONFIRMED = "Evidence: Net, para. 12 (a): not confirmed by Net. It is not in the document."


def test_what_another_organisation_saw_is_said_by_it_and_on_the_day_when_it_happened(tmp_path):
    """ "Our members" in its words are not those of who signs, and what happened in May is not of the day of a press release."""
    seen = ITS_NEWS.replace("publisher: A paper", "publisher: Watch").replace("Officers came.", "Members were stopped.")
    seen = re.sub("(happened|published): .*\n", "", seen) + "happened: 2025-05\npublished: 2025-09-14\n"
    files = {**dict(FILES), "r/y": QUOTED, "e/news": seen, "documents": DOCUMENTS}
    request = ask(small(tmp_path, *files.items(), ("tracker", TRACKER + WATCHERS)))
    for signing, said in (
        ("net", "Watch: Members were stopped (May 2025)."),
        ("watch", "Members were stopped (May 2025)."),
    ):
        _submission, raw = made(request, SubmissionStage.FOLLOW_UP, organisations=(signing,))
        text = "".join(etree.fromstring(parts(raw)["word/document.xml"]).itertext())
        assert said in text and ("Watch: Members" in text) is (signing == "net")
        assert "14 September 2025" in "".join(etree.fromstring(parts(raw)["word/footnotes.xml"]).itertext())


@pytest.mark.parametrize(
    ("changed", "signing", "gone", "note"),
    [
        ({"r/y": QUOTED + BY_WATCH}, "net", QUOTATION, f"{PLACE}: entered by Watch. It is not in the document."),
        (
            {"r/y": QUOTED + BY_WATCH},
            "net",
            "Repeal the laws",
            f"{PLACE}: entered by Watch. It is not in the document.",
        ),
        ({"r/y": QUOTED + BY_WATCH}, "watch", None, None),
        ({"r/y": QUOTED + BY_WATCH + READ_BY_EDITORS}, "net", None, None),
        (
            {"r/y": QUOTED + f"history: [{HAND.format('text', 'Old words.', 3, 'watch')}]\n"},
            "net",
            QUOTATION,
            f"{PLACE}, Text as quoted: changed by Watch on 3 June 2026. It is not in the document.",
        ),
        (
            {"r/y": QUOTED + f"history: [{HAND.format('title', 'Before', 3, 'watch')}]\n"},
            "net",
            "Repeal the laws",
            f"{PLACE} (changed by Watch), Title: changed by Watch on 3 June 2026. It is not in the document.",
        ),
        ({"r/y": QUOTED + f"history: [{', '.join(UNDONE)}]\n"}, "net", None, None),
        (
            {
                "documents": DOCUMENTS.replace(
                    "issued: 2024-03-28", f"issued: 2024-03-28, history: [{HAND.format('issued', '2024', 3, 'watch')}]"
                )
            },
            "net",
            "28 March 2024",
            "Issued: changed by Watch on 3 June 2026. It is not in the document.",
        ),
        (
            {"r/y": QUOTED.replace("000002Z}", "000002Z, recorded_for: watch}")},
            "net",
            "All is done.",
            "The State (2025): entered by Watch. It is not in the document.",
        ),
        (
            {"e/news": ITS_NEWS + f"history: [{HAND.format('kind', 'statistics', 3, 'net')}]\n"},
            "net",
            "Officers came",
            "entered by Watch · changed by Net on 3 June 2026. It is not in the document.",
        ),
        (
            {"e/news": ITS_NEWS},
            "net",
            "Officers came",
            "Evidence: A paper, para. 12 (a): entered by Watch. It is not in the document.",
        ),
        ({"e/news": ITS_NEWS.replace("A paper", "Watch")}, "net", None, None),  # its own word, under its name
        ({"e/news": OF_NET}, "net", "Net counted.", UNCONFIRMED),
        ({"e/news": OF_NET}, "watch", "Net counted.", UNCONFIRMED),
    ],
)
def test_what_only_another_organisation_says_is_left_out_and_said_to_be_missing(tmp_path, changed, signing, gone, note):
    files = {**dict(FILES), "documents": DOCUMENTS, **changed, "tracker": TRACKER + WATCHERS}
    request = ask(small(tmp_path, *files.items()))
    submission, raw = made(request, SubmissionStage.FOLLOW_UP, organisations=(signing,))
    said = "\n".join(
        "".join(etree.fromstring(parts(raw)[f"word/{one}.xml"]).itertext()) for one in ("document", "footnotes")
    )
    whole = [QUOTATION, "28 March 2024", "All is done."]
    # what the tracker's editors wrote of evidence is theirs
    news = ["Officers came"] if "e/news" in changed and changed["e/news"] != OF_NET else []
    kept = [words for words in whole + news if words != gone]
    assert gone is None or gone not in said
    # of what another organisation entered alone, nothing is kept
    is_alone = changed.get("r/y") == QUOTED + BY_WATCH and signing == "net"
    assert is_alone or [words for words in kept if words not in said] == []
    left_out = [one for one in submission.notes if "It is not in the document." in one]
    assert (len(left_out), all(note in one for one in left_out)) == ((1, True) if note else (0, True)), left_out


def test_a_grade_that_is_not_on_the_scale_is_refused_and_none_is_asked_for_without_a_known_scale(request_of):
    request = request_of()
    submission, raw = made(request, SubmissionStage.FOLLOW_UP)
    assert "grade" not in text_of(raw) and "Grade" not in " ".join(submission.notes)
    assert "[Impact] (para. 12 (a))" in " ".join(submission.to_fill), submission.to_fill
    scale = Scale(verification="seen", grades=(Grade(grade="A"), Grade(grade="B")))
    body = request.view.bodies["cescr"]
    found = select_recommendations(request.view, SubmissionStage.FOLLOW_UP, body)
    choice = Choice(SubmissionStage.FOLLOW_UP, replace(body, scales=(scale,)), found)
    build_submission(request, replace(choice, own_texts={"y": {"grade": "B"}}), request)
    with pytest.raises(TrackerError, match="grade"):
        build_submission(request, replace(choice, own_texts={"y": {"grade": "Z"}}), request)


def test_what_nobody_worded_in_the_language_is_listed_and_not_mixed_in(request_of):
    submission, raw = made(request_of("ru"), SubmissionStage.FOLLOW_UP)
    text = text_of(raw)
    assert "Отменить законы" in text and "Закон." in text
    assert [word for word in (QUOTATION, "Nothing was repealed.", "All is done.", "Officers") if word in text] == []
    assert sum("английский" in note for note in submission.notes) == 5


def test_a_part_without_a_letter_gets_none(tmp_path):
    graded = (
        QUOTED.replace("reason: {en: {text: All is done., origin: official}}", "part: 1, reason: D.")
        + "parts: [{id: 1, summary: One}]\n"
    )
    request = ask(small(tmp_path, ("r/y", graded), ("documents", DOCUMENTS)), "en")
    text = text_of(made(request, SubmissionStage.FOLLOW_UP)[1])
    assert "part 1" in text and "part (1)" not in text


def test_an_alternative_report_has_cover_contents_articles_proposals_and_annex(request_of):
    own = {"": {"summary": "In short.", "introduction": "We asked 120 people."}, "y": {"ask": "Repeal them."}}
    chosen = {"order": Order.ARTICLE, "organisations": ("editors",), "own_texts": own}
    submission, raw = made(request_of(), SubmissionStage.ALTERNATIVE_REPORT, **chosen)
    document = open_docx(io.BytesIO(raw))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    articles, annexes = ["Covenant art. 12", "Other issues"], ["Annex 1: Recommendations", "Annex 2: Sources"]
    assert headings == ["Summary", "Introduction", *articles, "Proposed recommendations", *annexes]
    assert "We asked 120 people." in [p.text for p in document.paragraphs]
    assert [p.text for p in document.paragraphs if p.style.name == "List Number 2"] == [
        "Repeal them. (E/C.12/RUR/CO/4, para. 12 (a))",
        "[Proposed recommendation] (E/C.12/RUR/CO/4, para. 13)",
        "The programme should grow. (Alternative report 2024, no. 7)",
    ]
    rows = document.tables[0].rows
    mine = "Editors of this tracker (May 2024): not-implemented"
    statuses = ["Status", mine, "–", "Editors of this tracker (4 March 2025): not-implemented, getting worse"]
    assert [row.cells[2].text for row in rows] == statuses
    lines = [line.text.partition("\t")[0] for line in document.element.body.iter(f"{W}p") if "TOC" in str(line.style)]
    assert lines == ["Contents", *(p.text for p in document.paragraphs if p.style.name in ("Heading 1", "Heading 2"))]
    properties = {one.tag.rpartition("}")[2]: one.text for one in etree.fromstring(parts(raw)["docProps/core.xml"])}
    title = {"title": "Ruritania: Alternative report", "creator": "Editors of this tracker"}
    assert properties == {**title, "created": "2026-06-18T00:00:00Z"}
    assert submission.annex[0].text == headings[-2] and headings[-3] in [p.text for p in submission.paragraphs]
    # LibreOffice computes the page of a PAGEREF only outside of a TOC field, Word with updateFields
    codes = [each.text.split()[0] for each in document.element.body.iter(f"{W}instrText")]
    assert codes.count("PAGEREF") == len(lines) - 1 and "TOC" not in codes
    assert b'<w:updateFields w:val="true"/>' in parts(raw)["word/settings.xml"]


def test_only_what_was_ticked_is_in_a_confidential_document_and_every_page_says_so(tmp_path, request_of):
    text = PRIVATE[f"evidence/{CANARY}-1.yaml"].replace(ASKED, "y").encode()
    (ticked,), _problems = parse_file(tmp_path / "evidence" / "private-1.yaml", text)
    pair = (ticked, ticked.relevant_to[0])
    _open, public = made(request_of(), SubmissionStage.FOLLOW_UP)
    submission, raw = made(request_of(), SubmissionStage.FOLLOW_UP, private_evidence={"y": (pair,)})
    private = (CANARY.encode(), b"editor-", b"onfidential:")
    assert not any(word in part for word in private for part in parts(public).values())
    shown = parts(raw)
    assert f"{CANARY} seen" in shown["word/document.xml"].decode() and submission.is_confidential
    assert b"Confidential: not for publication" in shown["word/header.xml"]
    assert f"https://{CANARY}.example/a" in [link for note in submission.footnotes for link in note.links]
    assert f"#e-{ticked.id}" not in shown["word/_rels/footnotes.xml.rels"].decode()


TELEPHONE = "+996 555 123 456"


@pytest.mark.parametrize(
    ("place", "finding", "candidate"),
    [
        (("r/y", QUOTED.replace("Repeal the laws", f"Call {TELEPHONE}")), None, None),  # public: it passed the check
        (("e/news", NEWS.replace("publisher: A paper", f"publisher: Office {TELEPHONE}")), None, None),
        (("e/news", NEWS.replace("paper.example/1", "paper.example/+996555123456")), None, None),
        (("own", "Said Zorbek Vintalov"), "Said Zorbek Vintalov", None),
        (("own", "We met Sampleson Exampleton near the river."), None, "Sampleson Exampleton"),
    ],
)
def test_what_is_not_public_yet_is_looked_through_before_the_file_is_made_and_what_is_public_is_not(
    tmp_path, place, finding, candidate
):
    own = {"y": {"impact": place[1]}} if place[0] == "own" else {}
    files = {**dict(FILES), "documents": DOCUMENTS, **dict([] if own else [place])}
    request = ask(small(tmp_path, *files.items()))
    body, found = request.view.bodies["cescr"], (request.view.recommendations["y"],)
    choice = Choice(SubmissionStage.FOLLOW_UP, body, found, organisations=("editors",), own_texts=own)
    submission = build_submission(request, choice, request)
    check = check_submission(request, choice, submission, lambda _found: False)
    words = [[found.match.words for found in some] for some in (check.findings, check.candidates)]
    assert words == [[finding] if finding else [], [candidate] if candidate else []]
    assert {one.text_field.field_path[-1] for one in check.findings} <= {"E/C.12/RUR/CO/4, para. 12 (a)"}


def test_a_name_in_a_sentence_that_was_taken_over_is_not_asked_about_again_but_one_of_the_author_is(tmp_path):
    said = "Sampleson Exampleton Fund left. Much was repealed."
    files = {**dict(FILES), "r/y": QUOTED.replace("Nothing was repealed.", said), "documents": DOCUMENTS}
    request = ask(small(tmp_path, *files.items()))
    chosen = (request.view.recommendations["y"],)

    def asked(text, field="situation"):
        how = {"organisations": ("editors",), "own_texts": {"y": {field: text}}}
        choice = Choice(SubmissionStage.FOLLOW_UP, request.view.bodies["cescr"], chosen, **how)
        check = check_submission(request, choice, build_submission(request, choice, request), lambda _found: False)
        assert check.findings == ()
        return [found.match.words for found in check.candidates]

    assert asked(f"We add this. {said}") == []
    assert asked(f"{said} We met Otherson Exampleton there.") == ["Otherson Exampleton"]
    assert len(asked("Sampleson Exampleton Fund left in May.")) == len(asked(said, "impact")) == 1


def test_a_sentence_with_a_finding_can_be_left_out_and_the_rest_stays(request_of):
    own = {"y": {"impact": f"It is worse v. 2024. Call {TELEPHONE} now! Nobody came."}}
    request = request_of()
    choice = Choice(SubmissionStage.FOLLOW_UP, None, (request.view.recommendations["y"],), own_texts=own)
    check = check_submission(request, choice, build_submission(request, choice, request), lambda _found: False)
    used = without_sentences(choice, check.findings)
    assert used.own_text("y", "impact") == "It is worse v. 2024. Nobody came."
    document = build_submission(request, used, request)
    assert check_submission(request, used, document, lambda _found: False).findings == ()


@pytest.mark.parametrize("field", ["link", "archived", "publisher"])
def test_private_evidence_with_a_finding_says_its_paragraph_and_can_be_left_out(tmp_path, request_of, field):
    text = PRIVATE[f"evidence/{CANARY}-1.yaml"].replace(ASKED, "y").encode()
    (ticked,), _problems = parse_file(tmp_path / "evidence" / "private-1.yaml", text)
    unsafe = "Zorbek Vintalov" if field == "publisher" else "https://x.example/%2B996555123456"
    pair, request = (replace(ticked, **{field: unsafe}), ticked.relevant_to[0]), request_of()
    chosen = (request.view.recommendations["y"],)
    choice = Choice(SubmissionStage.FOLLOW_UP, None, chosen, private_evidence={"y": (pair,)})
    check = check_submission(request, choice, build_submission(request, choice, request), lambda _found: False)
    assert {one.text_field.field_path[-1] for one in check.findings} == {"E/C.12/RUR/CO/4, para. 12 (a)"}
    assert without_sentences(choice, check.findings).private_evidence == {"y": ()}


LIMITS = """\
treaty_bodies:
  - {id: cescr, code: CESCR, name: Committee on Rights, treaty: Covenant, submission_limits: [
      {verification: seen, words: 50, languages: [fr], source: {publisher: A page, link: "https://limits.example"}},
      {stage: brief, verification: to-check, not_counted: Annexes}, {stage: upr, verification: to-check}]}
"""


def test_the_length_is_compared_with_the_committees_limit(tmp_path):
    request = ask(small(tmp_path, *FILES, ("documents", DOCUMENTS), ("treaty_bodies", LIMITS)))
    said = {}
    for stage in (SubmissionStage.FOLLOW_UP, SubmissionStage.BRIEF, SubmissionStage.UPR):
        submission, _raw = made(request, stage)
        choice = Choice(stage, request.view.bodies["cescr"], ())
        said[stage] = limit_sentences(request, choice, submission)[1:]
        told = limit_sentences(request, replace(choice, with_files=True), submission)[-1]
        assert told == "No source has a public file here, so the annex names none."
    assert said == {
        "follow-up": [
            "Too long: the limit is 50 words.",
            "A page https://limits.example (source read)",
        ],
        "brief": ["The limit is 2 pages.", "Not counted: Annexes."],
        "upr": ["It is not known here how long it may be."],
    }


HEADS = ("Recommendation", "Position", "Full list of themes", "Assessment/comments on level of implementation")


def listed(*rows: str) -> bytes:
    """A thematic list: a table with these recommendations, the last cell of each row empty in one of four ways."""
    empty = ("<w:p/>", "<w:p w:rsidR='1' />", "<w:p><w:pPr><w:jc w:val='left'/></w:pPr></w:p>", paragraph("Ours."))
    head = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in HEADS)
    theme = f"<w:tr><w:tc><w:tcPr><w:gridSpan w:val='4'/></w:tcPr>{paragraph('Theme: D1')}</w:tc></w:tr>"
    body = "".join(
        f"<w:tr><w:tc>{paragraph(row)}</w:tc><w:tc><w:p/></w:tc><w:tc><w:tbl><w:tr><w:tc/><w:tc/></w:tr></w:tbl></w:tc><w:tc>{empty[n % 4]}</w:tc></w:tr>"
        for n, row in enumerate(rows)
    )
    return raw_docx(f"<w:tbl><w:tr>{head}</w:tr>{theme}{body}</w:tbl>", styles="")


UPR = CO.replace("summary: S", "summary: {en: 'Repeal laws that punish the use of drugs, and train the police.'}")
ROWS = (
    "115.1 Repeal laws that punish the use of drugs, and train the police (France) (Chile); (Viet Nam);",
    "115.2 Build more schools in the villages (Peru);",
    "115.3 Repeal laws that punish the use of drugs, and train police (Fiji);",
    "115.4 Repeal laws that punish the use of drugs, and train the police (Mali);",
)


def test_a_thematic_list_comes_back_with_every_other_cell_unchanged_and_without_its_author(tmp_path):
    known = [(f"r/u{n}", UPR + f"paragraph: 115.{n}\n" + QUOTED[QUOTED.index("assessments:") :]) for n in (1, 4)]
    about = {"docProps/core.xml": f"<a>{MAKER}</a>", "word/people.xml": f"<a>{MAKER}</a>"}
    request, raw = ask(small(tmp_path, *known)), repacked(listed(*ROWS), {}, about)
    _done, notes = fill_thematic_list(request, raw, None)
    assert notes[0] == "Filled 1 of 4 rows: 1 → u1"
    assert [note.partition(" (")[0] for note in notes[1:]] == ["Row 3", "Row 4"]
    assert notes[1].endswith("not filled; to fill it: --confirm 115.3=u1.") and "not changed" in notes[2]
    confirmed, notes = fill_thematic_list(request, raw, None, {"115.3": "u4", "115.2": "u1"})
    assert notes[0] == "Filled 3 of 4 rows: 1 → u1, 2 → u1, 3 → u4"
    _unknown, notes = fill_thematic_list(request, raw, None, {"115.2": "u9"})
    assert notes[1] == "--confirm 115.2=u9: there is no recommendation with this id; not filled."
    assert sorted(parts(confirmed)) == sorted({*parts(raw)} - {*about}) and b"rsid" in parts(raw)["word/document.xml"]
    assert not re.search(MAKER.encode() + b"|rsid", b"".join(parts(confirmed).values()))
    was, now = (etree.fromstring(parts(each)["word/document.xml"]) for each in (raw, confirmed))
    cells = ["".join(cell.itertext()) for cell in was.iter(f"{W}tc")]
    changed = [("".join(cell.itertext()), old) for cell, old in zip(now.iter(f"{W}tc"), cells, strict=True)]
    added = [(new, old) for new, old in changed if new != old]
    assert [old for _new, old in added] == ["", "", ""] and all(
        new.startswith("Editors of this tracker (May 2024): not-impl") for new, _old in added
    )
    lines = [line.text for line in now.iter(f"{W}t")]
    said, link, *_ = [line for line in lines if "://" in line or "repealed" in line]
    assert said.startswith("Editors of this tracker (May 2024): not-implemented. Nothing was repealed.")
    assert link.startswith("https://tracker.example/r/u1?recorded=")


@pytest.mark.parametrize(
    ("raw", "sentence"), [(b"nothing", "damaged"), (raw_docx(paragraph("No table.")), "No table with the columns")]
)
def test_another_file_is_no_thematic_list(tmp_path, raw, sentence):
    with pytest.raises(UnusableFile, match=sentence):
        fill_thematic_list(ask(small(tmp_path, *FILES)), raw, None)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("--body cescr --stage follow-up --lang ru a.docx", 0, "a.docx"),
        ("--stage upr --files --letter LETTER a.docx", 0, "a.docx"),
        ("--body CAT --stage follow-up a.docx", 2, "It is not known here which paragraphs CAT selected for follow-up."),
        ("--body CAT --stage brief a.docx", 2, "No recommendation of CAT that fits this stage is in the register."),
        ("--stage brief a.docx", 2, "A submission at this stage is for one committee. Name it."),
        ("--body CED --stage brief a.docx", 2, "There is no committee 'CED'. The dataset has: CESCR, CAT."),
        (
            "--stage upr --organisation editors --organisation editors a.docx",
            2,
            "Name one organisation. Others are asked",
        ),
        ("--body CAT --stage brief a.pdf", 2, "a submission is a Word file; its name ends in .docx."),
    ],
)
def test_the_command_writes_a_file_or_says_why_not(tmp_path, monkeypatch, capsys, arguments, code, sentence):
    monkeypatch.setenv("TRACKER_DATA", str(folder(tmp_path / "data", {**dict(FILES), "documents": DOCUMENTS})))
    monkeypatch.setenv("TRACKER_PUBLIC_URL", "https://tracker.example")
    *options, name = arguments.split()
    letter = tmp_path / "letter.docx"
    options = [str(letter) if option == "LETTER" else option for option in options]
    assert main(["submission", *options, str(tmp_path / name)]) == code
    assert letter.exists() == (str(letter) in options)
    said = capsys.readouterr()
    assert sentence in (said.out + said.err).splitlines()[0]
    assert ("\nFor you to fill in:\n" in said.out) == (code == 0)
    assert (tmp_path / name).exists() == (code == 0)


@pytest.mark.parametrize(
    ("stage", "lang", "pages"),
    [
        (SubmissionStage.ALTERNATIVE_REPORT, "ru", "примерно 6 страниц"),
        (SubmissionStage.FOLLOW_UP, "en", "about 4 pages"),
    ],
)
def test_the_pages_are_estimated_as_libreoffice_counts_them(request_of, stage, lang, pages):
    own = {"situation": "\n".join(["Положение в тюрьмах не изменилось с тех пор. " * 12] * 20), "ask": "Ask. " * 300}
    request = request_of(lang)
    submission, _raw = made(request, stage, own_texts={"y": own})
    choice = Choice(stage, request.view.bodies["cescr"], ())
    assert limit_sentences(request, choice, submission)[0].endswith(f"{pages}.")


@pytest.mark.parametrize("stage", SubmissionStage)
def test_no_count_and_no_sentence_of_the_tracker_is_in_a_document(request_of, stage):
    submission, _raw = made(request_of(), stage, organisations=("editors",), own_texts={"": {"summary": "In short."}})
    said = [p.text for p in (*submission.paragraphs, *submission.annex)]
    assert [
        text for text in said if "From the register" in text or ("recommendation (" in text and "Figure" not in text)
    ] == []
